"""Complaints: their states, business stages, causes and what was found, in both languages.

Source: DOMAIN 2.5 (Order 2020 No. 3), S2.2, S2.29.  The database enforces `COMPLAINT_TRANSITIONS` by trigger.
"""

from __future__ import annotations

from enum import StrEnum


class ComplaintState(StrEnum):
    """Where a complaint stands, or how it ended."""

    REGISTERED = "registered"
    ANSWERED = "answered"
    IN_REVIEW = "in_review"
    REVIEWED = "reviewed"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


C = ComplaintState

COMPLAINT_TRANSITIONS: tuple[tuple[ComplaintState, ComplaintState], ...] = (
    (C.REGISTERED, C.ANSWERED),
    (C.REGISTERED, C.WITHDRAWN),
    # A review is asked for once.
    (C.ANSWERED, C.IN_REVIEW),
    (C.ANSWERED, C.CLOSED),
    (C.IN_REVIEW, C.REVIEWED),
    (C.IN_REVIEW, C.WITHDRAWN),
    (C.REVIEWED, C.CLOSED),
)
"""Every step from one state to the next; what is not here cannot happen."""

OPEN_COMPLAINTS = (C.REGISTERED, C.IN_REVIEW)
"""States in which the company owes an answer."""

COMPLAINT_STATES: dict[ComplaintState, tuple[str, str]] = {
    C.REGISTERED: ("处理中", "Being looked into"),
    C.ANSWERED: ("已答复", "Answered"),
    C.IN_REVIEW: ("核查中", "Under review"),
    C.REVIEWED: ("核查已答复", "Review answered"),
    C.CLOSED: ("已结束", "Closed"),
    C.WITHDRAWN: ("已撤回", "Taken back"),
}

STAGES: dict[str, tuple[str, str]] = {
    "sales": ("销售", "Sales"),
    "underwriting": ("核保承保", "Underwriting"),
    "policy": ("保单服务与退保", "Policy service and surrender"),
    "claim": ("理赔", "Claims"),
    "advance": ("垫付", "Advances"),
    "care": ("健康服务", "Care services"),
    "privacy": ("个人信息", "Personal data"),
    "other": ("其他", "Something else"),
}
"""Business stage of a complaint -> (zh, en); the share of each is told (S2.29)."""

COMPLAINT_CAUSES: dict[str, tuple[str, str]] = {
    "slow": ("太慢", "Too slow"),
    "lost": ("不知道进展", "Left in the dark"),
    "dispute": ("不认可结论", "The decision is wrong"),
    "attitude": ("服务态度", "How I was treated"),
    "papers": ("材料要求不合理", "Papers asked for without need"),
    "misled": ("销售误导", "Misled when buying"),
    "privacy": ("个人信息问题", "My data"),
    "other": ("其他", "Something else"),
}
"""Cause -> (zh, en); the first three are the causes that customers name most (S2.2)."""

CHANNELS: dict[str, tuple[str, str]] = {
    "online": ("网上", "Online"),
    "telephone": ("电话", "Telephone"),
    "letter": ("信函", "Letter"),
    "visit": ("来访", "In person"),
    "regulator": ("监管转办（12378）", "Passed on by the regulator (12378)"),
}

FINDINGS_OF_COMPLAINT: dict[str, tuple[str, str]] = {
    "right": ("投诉属实", "You are right"),
    "partly": ("部分属实", "Partly right"),
    "not": ("不属实", "Not confirmed"),
}
"""What was found -> (zh, en)."""

MOST_REPRESENTATIVES = 5
"""A group complaint is represented by at most five people (Order 2020 No. 3, art. 12)."""

COMPLAINT_LIMITS: dict[int, str] = {15: "L_COMPLAINT_15", 30: "L_COMPLAINT_30", 60: "L_COMPLAINT_60"}
"""Days within which a complaint is decided -> the limit; 30 where it is complex, 60 with approval."""

COMPLAINT_EVENTS: dict[str, tuple[str, str]] = {
    "registered": ("登记", "Registered"),
    "taken": ("接手", "Taken"),
    "extended": ("延长期限", "Time extended"),
    "answered": ("答复", "Answered"),
    "review_asked": ("申请核查", "Review asked for"),
    "reviewed": ("核查答复", "Review answered"),
    "closed": ("结束", "Closed"),
    "withdrawn": ("撤回", "Taken back"),
}
"""What happens to a complaint -> (zh, en)."""
