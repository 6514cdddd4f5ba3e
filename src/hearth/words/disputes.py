"""Disputes: the states and tiers of a dispute, its reasons and what came of it, in both languages.

Source: DOMAIN 6.5, S2.13, S2.14.  The database enforces `DISPUTE_TRANSITIONS` by trigger; the desk writes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hearth.words.claims import Role


class DisputeState(StrEnum):
    """Where a dispute stands, or how it ended."""

    TRIAGE = "triage"
    EXPERT = "expert"
    SENIOR = "senior"
    REDECIDING = "redeciding"
    SOLVED = "solved"
    UPHELD = "upheld"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"


D = DisputeState

DISPUTE_TRANSITIONS: tuple[tuple[DisputeState, DisputeState], ...] = (
    # Upward alone, a tier at a time, each with a reason.
    (D.TRIAGE, D.EXPERT),
    (D.EXPERT, D.SENIOR),
    # Decided anew: after an opinion for the member, or because the insurer sees it itself on any tier.
    (D.TRIAGE, D.REDECIDING),
    (D.EXPERT, D.REDECIDING),
    (D.SENIOR, D.REDECIDING),
    # The member is satisfied with what was explained.
    (D.TRIAGE, D.SOLVED),
    (D.EXPERT, D.SOLVED),
    # An independent opinion, or a second decision, that changes nothing.
    (D.SENIOR, D.UPHELD),
    (D.REDECIDING, D.UPHELD),
    (D.REDECIDING, D.CHANGED),
    (D.TRIAGE, D.WITHDRAWN),
    (D.EXPERT, D.WITHDRAWN),
    (D.SENIOR, D.WITHDRAWN),
    # The claim itself is taken back.
    (D.REDECIDING, D.WITHDRAWN),
)
"""Every step from one state to the next; what is not here cannot happen."""

OPEN_DISPUTES = (D.TRIAGE, D.EXPERT, D.SENIOR, D.REDECIDING)
"""States in which somebody still has something to do."""

ENDED_DISPUTES = (D.SOLVED, D.UPHELD, D.CHANGED, D.WITHDRAWN)

TIER_OF: dict[DisputeState, int] = {D.TRIAGE: 1, D.EXPERT: 2, D.SENIOR: 3}
"""The tier that has a dispute; decided anew or ended it keeps the highest tier it reached."""

NEXT_TIER: dict[DisputeState, DisputeState] = {D.TRIAGE: D.EXPERT, D.EXPERT: D.SENIOR}

TIER_ROLES: dict[int, Role] = {1: Role.STEWARD, 2: Role.CLAIM_EXPERT, 3: Role.SENIOR_EXPERT}


@dataclass(frozen=True, slots=True)
class TierWords:
    """A tier in both languages: who, and what they do."""

    zh: str
    en: str
    what_zh: str
    what_en: str


TIERS: dict[int, TierWords] = {
    1: TierWords(
        "理赔管家",
        "Your steward",
        "解释结论、收齐材料，告诉您下一步。",
        "explains the decision, collects papers and tells you what comes next.",
    ),
    2: TierWords(
        "理赔专家",
        "A claim expert",
        "查明分歧的原因，与核定部门沟通，并给您建议。",
        "finds out where the difference lies, speaks with those who decided and advises you.",
    ),
    3: TierWords(
        "资深理赔专家",
        "A senior expert",
        "从未参与本案，独立给出书面意见：支持您、支持原结论或部分支持。",
        "was never involved in this claim and gives a written opinion: for you, for the decision, or partly.",
    ),
}

DISPUTE_STATES: dict[DisputeState, tuple[str, str]] = {
    D.TRIAGE: ("管家处理中", "With the steward"),
    D.EXPERT: ("理赔专家处理中", "With a claim expert"),
    D.SENIOR: ("资深专家独立评审中", "With an independent senior expert"),
    D.REDECIDING: ("重新核定中", "Being decided anew"),
    D.SOLVED: ("已解释清楚", "Explained and settled"),
    D.UPHELD: ("维持原结论", "The decision stays"),
    D.CHANGED: ("结论已改变", "The decision was changed"),
    D.WITHDRAWN: ("已撤回", "Taken back"),
}

DISPUTE_REASONS: dict[str, tuple[str, str]] = {
    "not_covered": ("认为属于保险责任", "It should be covered"),
    "exclusion": ("认为责任免除条款不适用", "The exclusion does not apply"),
    "clause_not_explained": ("投保时未提示或说明该条款", "The clause was not pointed out or explained to me"),
    "waiting_period": ("等待期或时间计算有误", "The waiting period or a day is counted wrongly"),
    "prior_illness": ("不属于既往症", "It is not an illness I had before"),
    "hospital": ("医院或科室符合约定", "The hospital is one of those agreed"),
    "not_necessary": ("治疗是合理且必要的", "The treatment was reasonable and necessary"),
    "amount": ("金额计算有误", "The amount is worked out wrongly"),
    "papers": ("材料被漏看或误读", "A paper was overlooked or misread"),
    "other": ("其他", "Something else"),
}
"""Why a decision is disputed -> (zh, en)."""


class Verdict(StrEnum):
    """What an independent opinion says."""

    CUSTOMER = "customer"
    PARTLY = "partly"
    INSURER = "insurer"


VERDICT_WORDS: dict[Verdict, tuple[str, str]] = {
    Verdict.CUSTOMER: ("支持客户", "For the member"),
    Verdict.PARTLY: ("部分支持客户", "Partly for the member"),
    Verdict.INSURER: ("支持原结论", "For the decision"),
}

DISPUTE_EVENTS: dict[str, tuple[str, str]] = {
    "opened": ("提出异议", "Disputed"),
    "said": ("留言", "Written"),
    "answered": ("答复", "Answered"),
    "moved": ("升级", "Passed on"),
    "taken": ("接手", "Taken"),
    "evidence": ("补充证据", "Evidence added"),
    "opined": ("独立意见", "Independent opinion"),
    "reopened": ("重新核定", "Decided anew"),
    "ended": ("结束", "Ended"),
}
"""What happens to a dispute -> (zh, en)."""

SETTLED_AFTER_DAYS = 7
"""A dispute that was answered counts as explained when the member says nothing for so long (S2.38)."""
