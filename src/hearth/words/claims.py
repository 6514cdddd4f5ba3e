"""A claim's life: its states, the eight steps a customer sees, which state may follow which, in both languages.

Source: DOMAIN 6.1 and 6.2.  The database enforces `TRANSITIONS` by trigger; the desks write, the pages show.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ClaimState(StrEnum):
    """Where a claim stands.  What runs beside (investigated, disputed, prepaid, reopened) is a mark, not a state."""

    DRAFT = "draft"
    REPORTED = "reported"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    SUPPLEMENT = "supplement"
    REVIEW = "review"
    CALCULATED = "calculated"
    DECIDED = "decided"
    AGREED = "agreed"
    PAID = "paid"
    RETURNED = "returned"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Outcome(StrEnum):
    """What a decision says of a claim."""

    APPROVED = "approved"
    PARTIAL = "partial"
    REFUSED = "refused"


S = ClaimState

TRANSITIONS: tuple[tuple[ClaimState, ClaimState], ...] = (
    (S.DRAFT, S.REPORTED),
    (S.DRAFT, S.WITHDRAWN),
    (S.REPORTED, S.SUBMITTED),
    (S.REPORTED, S.WITHDRAWN),
    (S.SUBMITTED, S.ACCEPTED),
    # Sent back before it is accepted: the law's clocks have not begun.
    (S.SUBMITTED, S.REPORTED),
    (S.SUBMITTED, S.WITHDRAWN),
    (S.ACCEPTED, S.SUPPLEMENT),
    (S.ACCEPTED, S.REVIEW),
    (S.ACCEPTED, S.WITHDRAWN),
    (S.SUPPLEMENT, S.REVIEW),
    (S.SUPPLEMENT, S.WITHDRAWN),
    (S.REVIEW, S.SUPPLEMENT),
    (S.REVIEW, S.CALCULATED),
    (S.REVIEW, S.WITHDRAWN),
    (S.CALCULATED, S.REVIEW),
    (S.CALCULATED, S.DECIDED),
    (S.CALCULATED, S.WITHDRAWN),
    (S.DECIDED, S.AGREED),
    # Nothing to pay: told, and closed.
    (S.DECIDED, S.CLOSED),
    # New evidence or a dispute before the member agrees.
    (S.DECIDED, S.REVIEW),
    (S.DECIDED, S.WITHDRAWN),
    (S.AGREED, S.PAID),
    (S.AGREED, S.RETURNED),
    (S.RETURNED, S.PAID),
    (S.PAID, S.CLOSED),
    (S.PAID, S.RETURNED),
    (S.CLOSED, S.RETURNED),
    # Reopened with new evidence.
    (S.CLOSED, S.REVIEW),
    (S.PAID, S.REVIEW),
)
"""Every step from one state to the next; what is not here cannot happen."""

OPEN_STATES = tuple(state for state in ClaimState if state not in {S.CLOSED, S.WITHDRAWN})
"""States in which somebody still has something to do."""


class Step(StrEnum):
    """The eight steps a customer sees."""

    REPORTED = "reported"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    SUPPLEMENT = "supplement"
    REVIEW = "review"
    CALCULATED = "calculated"
    DECIDED = "decided"
    PAID = "paid"


@dataclass(frozen=True, slots=True)
class StepWords:
    """A step in both languages: its name, what happens in it, and who is at work."""

    zh: str
    en: str
    what_zh: str
    what_en: str
    owner_zh: str
    owner_en: str


STEPS: dict[Step, StepWords] = {
    Step.REPORTED: StepWords(
        "报案",
        "Reported",
        "我们收到了报案，告诉您需要哪些材料。",
        "We have your report and tell you which papers are needed.",
        "理赔管家",
        "your steward",
    ),
    Step.SUBMITTED: StepWords(
        "提交材料",
        "Papers sent",
        "您填写申请并上传材料。",
        "You fill in the application and add the papers.",
        "您",
        "you",
    ),
    Step.ACCEPTED: StepWords(
        "受理",
        "Accepted",
        "我们收到申请和材料，法定期限从这一天开始计算。",
        "We have your application and papers; the legal time limit counts from this day.",
        "受理岗",
        "intake",
    ),
    Step.SUPPLEMENT: StepWords(
        "补充材料",
        "More papers",
        "需要补充的材料一次告诉您；等待期间法定期限暂停。",
        "What is still needed is told at once; the legal limit pauses meanwhile.",
        "您",
        "you",
    ),
    Step.REVIEW: StepWords(
        "责任审核",
        "Cover checked",
        "核对是否属于保险责任。",
        "We check what the policy covers.",
        "审核岗",
        "a reviewer",
    ),
    Step.CALCULATED: StepWords(
        "理算",
        "Calculated",
        "逐行计算赔付金额。",
        "The amount is worked out line by line.",
        "理算岗",
        "an assessor",
    ),
    Step.DECIDED: StepWords(
        "核定结案",
        "Decided",
        "结论、金额、依据的条款和异议方式都写给您。",
        "You are told the decision, the amount, the clauses and how to dispute.",
        "核定岗",
        "the insurer",
    ),
    Step.PAID: StepWords(
        "支付",
        "Paid",
        "赔款转入您的账户。",
        "The money goes to your account.",
        "财务",
        "finance",
    ),
}

STEP_OF: dict[ClaimState, Step] = {
    S.DRAFT: Step.REPORTED,
    S.REPORTED: Step.SUBMITTED,
    S.SUBMITTED: Step.ACCEPTED,
    S.ACCEPTED: Step.REVIEW,
    S.SUPPLEMENT: Step.SUPPLEMENT,
    S.REVIEW: Step.REVIEW,
    S.CALCULATED: Step.CALCULATED,
    S.DECIDED: Step.DECIDED,
    S.AGREED: Step.PAID,
    S.RETURNED: Step.PAID,
    S.PAID: Step.PAID,
    S.CLOSED: Step.PAID,
    S.WITHDRAWN: Step.PAID,
}
"""The step that is under way in each state."""

STATE_WORDS: dict[ClaimState, tuple[str, str]] = {
    S.DRAFT: ("草稿", "Draft"),
    S.REPORTED: ("已报案", "Reported"),
    S.SUBMITTED: ("已提交", "Papers sent"),
    S.ACCEPTED: ("已受理", "Accepted"),
    S.SUPPLEMENT: ("待补充材料", "Waiting for papers"),
    S.REVIEW: ("审核中", "In review"),
    S.CALCULATED: ("理算中", "Being calculated"),
    S.DECIDED: ("已核定", "Decided"),
    S.AGREED: ("待支付", "To be paid"),
    S.PAID: ("已支付", "Paid"),
    S.RETURNED: ("付款退回", "Payment came back"),
    S.CLOSED: ("已结案", "Closed"),
    S.WITHDRAWN: ("已撤回", "Withdrawn"),
}

OUTCOME_WORDS: dict[Outcome, tuple[str, str]] = {
    Outcome.APPROVED: ("给付", "Approved in full under the terms"),
    Outcome.PARTIAL: ("部分给付", "Paid in part"),
    Outcome.REFUSED: ("不予给付", "Not paid"),
}


class Role(StrEnum):
    """What somebody may be here.  Staff roles are granted at headquarters or at one branch."""

    MEMBER = "member"
    STEWARD = "steward"
    CLAIM_EXPERT = "claim_expert"
    SENIOR_EXPERT = "senior_expert"
    ASSESSOR = "assessor"
    REVIEWER = "reviewer"
    FINANCE = "finance"
    MEDICAL_EXPERT = "medical_expert"
    UNDERWRITER = "underwriter"
    CARE_MANAGER = "care_manager"
    SERVICE_AGENT = "service_agent"
    OPERATOR = "operator"
    ANALYST = "analyst"
    PRODUCT_MANAGER = "product_manager"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


ROLE_WORDS: dict[Role, tuple[str, str]] = {
    Role.MEMBER: ("客户", "member"),
    Role.STEWARD: ("理赔管家", "steward"),
    Role.CLAIM_EXPERT: ("理赔专家", "claim expert"),
    Role.SENIOR_EXPERT: ("资深理赔专家", "senior expert"),
    Role.ASSESSOR: ("理算员", "assessor"),
    Role.REVIEWER: ("复核主管", "reviewer"),
    Role.FINANCE: ("财务", "finance"),
    Role.MEDICAL_EXPERT: ("医学专家", "medical expert"),
    Role.UNDERWRITER: ("核保员", "underwriter"),
    Role.CARE_MANAGER: ("健康管理师", "care manager"),
    Role.SERVICE_AGENT: ("客服", "service agent"),
    Role.OPERATOR: ("运营", "operator"),
    Role.ANALYST: ("分析师", "analyst"),
    Role.PRODUCT_MANAGER: ("产品经理", "product manager"),
    Role.AUDITOR: ("审计", "auditor"),
    Role.ADMINISTRATOR: ("系统管理员", "administrator"),
}
