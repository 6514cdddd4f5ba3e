"""Promises: chasers, causes and work orders by their codes, in both languages."""

from __future__ import annotations

from enum import StrEnum


class Chaser(StrEnum):
    """What is watched so that a promise is kept: the six chasers of the claims service, and six beside them."""

    SUBMIT = "submit"
    ACCEPTANCE = "acceptance"
    SUPPLEMENT = "supplement"
    ORIGINALS = "originals"
    LIABILITY = "liability"
    CLOSING = "closing"
    PREPAYMENT = "prepayment"
    REFUSAL = "refusal"
    PAYMENT = "payment"
    ADVANCE = "advance"
    DISPUTE = "dispute"
    COMPLAINT = "complaint"


OF_CASES = (Chaser.DISPUTE, Chaser.COMPLAINT)
"""Chasers of disputes and complaints, which have limits and orders of their own beside those of a claim."""

CHASER_WORDS: dict[Chaser, tuple[str, str]] = {
    Chaser.SUBMIT: ("申请未提交", "Application not sent"),
    Chaser.ACCEPTANCE: ("赔案受理超时", "Acceptance overdue"),
    Chaser.SUPPLEMENT: ("补充资料超时", "Added papers overdue"),
    Chaser.ORIGINALS: ("寄送原件超时", "Originals overdue"),
    Chaser.LIABILITY: ("责任核查超时", "Cover check overdue"),
    Chaser.CLOSING: ("结案超时", "Decision overdue"),
    Chaser.PREPAYMENT: ("六十日先行赔付", "Part payment by day 60"),
    Chaser.REFUSAL: ("拒赔通知送达", "Notice of refusal overdue"),
    Chaser.PAYMENT: ("付款超时", "Payment overdue"),
    Chaser.ADVANCE: ("垫付审核超时", "Advance review overdue"),
    Chaser.DISPUTE: ("异议处理超时", "Dispute overdue"),
    Chaser.COMPLAINT: ("投诉处理超时", "Complaint overdue"),
}

WHAT_TO_DO: dict[Chaser, tuple[str, str]] = {
    Chaser.SUBMIT: ("提醒客户提交申请。", "Remind the customer to send the application."),
    Chaser.ACCEPTANCE: (
        "受理赔案，或退回并写明需要修改什么。",
        "Accept the claim, or send it back and say what to change.",
    ),
    Chaser.SUPPLEMENT: (
        "致电客户，按下列清单逐项说明怎样取得；不得因未补充而拒赔。",
        "Call the customer and explain, paper by paper, how to get it; never refuse because it is missing.",
    ),
    Chaser.ORIGINALS: (
        "向快递核实原件在哪里，并告知客户。",
        "Ask the courier where the originals are, and tell the customer.",
    ),
    Chaser.LIABILITY: (
        "查明审核卡在哪里，完成或推动责任审核。",
        "Find out what holds the review up, and finish it or have it finished.",
    ),
    Chaser.CLOSING: (
        "完成核定；写明还差什么、由谁处理。",
        "Have the claim decided; say what is still open and with whom.",
    ),
    Chaser.PREPAYMENT: (
        "金额尚不能全部确定：计算无争议部分，报第二人批准后先行支付。",
        "The whole amount cannot be determined yet: work out the undisputed part, have it approved and paid first.",
    ),
    Chaser.REFUSAL: (
        "拒赔通知还没有送达：换一种方式送达。",
        "The notice of refusal has not reached the customer: bring it another way.",
    ),
    Chaser.PAYMENT: ("查明付款卡在哪里，并完成付款。", "Find out what holds the payment up, and pay."),
    Chaser.ADVANCE: ("完成垫付审核。", "Finish the review of the advance."),
    Chaser.DISPUTE: (
        "答复异议，或写明理由升级到下一层；不得搁置。",
        "Answer the dispute, or pass it on to the next tier with a reason; it does not lie.",
    ),
    Chaser.COMPLAINT: (
        "在法定期限内答复投诉；案情复杂的，到期前延长期限并告知投诉人。",
        "Answer the complaint within its legal days; where it is complex, extend them in time and say so.",
    ),
}
"""What an order asks of whoever takes it."""


class LateCause(StrEnum):
    """Why a promise was in danger or broken: whoever closes an order says so."""

    DATA = "data"
    CUSTOMER = "customer"
    HOSPITAL = "hospital"
    INSURER = "insurer"
    SYSTEM = "system"
    DISPUTE = "dispute"


LATE_CAUSE_WORDS: dict[LateCause, tuple[str, str]] = {
    LateCause.DATA: ("资料或数据问题", "data or papers"),
    LateCause.CUSTOMER: ("等待客户", "waiting for the customer"),
    LateCause.HOSPITAL: ("等待医院", "waiting for a hospital"),
    LateCause.INSURER: ("我们处理慢了", "we were slow"),
    LateCause.SYSTEM: ("系统故障", "a fault of a system"),
    LateCause.DISPUTE: ("存在争议", "a dispute"),
}


class OrderState(StrEnum):
    """Where a work order stands; settled: what it watched was done in time, so nobody has to explain anything."""

    OPEN = "open"
    CLOSED = "closed"
    SETTLED = "settled"


class OrderStep(StrEnum):
    """What happened to a work order."""

    OPENED = "opened"
    GIVEN = "given"
    TAKEN = "taken"
    NOTED = "noted"
    ESCALATED = "escalated"
    CLOSED = "closed"
    SETTLED = "settled"


ORDER_STEP_WORDS: dict[OrderStep, tuple[str, str]] = {
    OrderStep.OPENED: ("开立", "opened"),
    OrderStep.GIVEN: ("派单", "given out"),
    OrderStep.TAKEN: ("接单", "taken"),
    OrderStep.NOTED: ("备注", "note"),
    OrderStep.ESCALATED: ("升级", "escalated"),
    OrderStep.CLOSED: ("关闭", "closed"),
    OrderStep.SETTLED: ("按时完成", "done in time"),
}

BECAUSE: dict[str, tuple[str, str]] = {
    "reported": ("报案已登记", "the claim was reported"),
    "submitted": ("材料已提交", "the papers were sent"),
    "accepted": ("赔案已受理", "the claim was accepted"),
    "supplement": ("需要补充材料", "more papers are needed"),
    "review": ("材料齐全，正在审核", "the papers are complete and it is under review"),
    "calculated": ("理算已完成", "it was calculated"),
    "decided": ("核定已作出", "it was decided"),
    "agreed": ("您已同意核定结果", "you agreed to the decision"),
    "returned": ("款项被退回", "the money came back"),
    "longer": ("处理时间比预计的长", "it takes longer than was expected"),
}
"""Why other days are expected: the state a claim came into, or that it outlived the days of before."""
