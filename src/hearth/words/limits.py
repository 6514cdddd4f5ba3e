"""Limits: every time limit of a claim in words, in both languages.  Codes are never reused."""

from __future__ import annotations

LIMIT_NAMES: dict[str, tuple[str, str]] = {
    "L1": ("作出核定（法定）", "Decision (law)"),
    "L2": ("支付赔款（法定）", "Payment (law)"),
    "L3": ("发出不予给付通知（法定）", "Notice of refusal (law)"),
    "L4": ("先行支付（法定）", "Payment in advance of the rest (law)"),
    "L_GUIDANCE": ("告知理赔材料（监管要求）", "Telling which papers are needed (regulator)"),
    "P_GUIDANCE": ("告知理赔材料", "Telling which papers are needed"),
    "P_SUBMIT_3": ("等待提交材料", "Papers to be sent"),
    "P_ACCEPT": ("受理", "Acceptance"),
    "P_SUPPLEMENT_3": ("第一次提醒补充材料", "First reminder of missing papers"),
    "P_SUPPLEMENT_7": ("第二次提醒补充材料", "Second reminder of missing papers"),
    "P_SUPPLEMENT_15": ("第三次提醒补充材料", "Third reminder of missing papers"),
    "P_SUPPLEMENT_30": ("补充材料久未收到", "Papers long awaited"),
    "P_ORIGINALS_5": ("等待材料原件", "Originals under way"),
    "P_PARCEL_3": ("原件快递途中", "Parcel of originals"),
    "P_PARCEL_LOST": ("追查丢失的原件", "Lost originals looked for"),
    "P_REVIEW": ("责任审核", "Check of cover"),
    "P_INVESTIGATE": ("理赔调查", "Investigation"),
    "P_CALCULATE": ("理算", "Calculation"),
    "P_DECIDE": ("作出核定（简单案件）", "Decision (simple claim)"),
    "P_DECIDE_25": ("结案提醒（复杂案件）", "Closing reminder (complex claim)"),
    "P_DECIDE_28": ("结案预警（复杂案件）", "Closing alarm (complex claim)"),
    "P_PAY": ("支付赔款", "Payment"),
    "P_FAST": ("快赔", "Fast lane"),
    "P_SMALL": ("小额理赔", "Small claim"),
    "P_ADVANCE_EMERGENCY": ("垫付审核（急诊）", "Review of an advance (emergency)"),
    "P_ADVANCE": ("垫付审核", "Review of an advance"),
    "P_ADVANCE_CALL": ("首次联系您", "First call to you"),
    "P_ADVANCE_CHECK": ("核对垫付条件", "Conditions of an advance"),
    "P_ADVANCE_OPINION_URGENT": ("医学专家意见（急诊）", "Medical opinion (emergency)"),
    "P_ADVANCE_OPINION": ("医学专家意见", "Medical opinion"),
    "P_ADVANCE_LETTER": ("出具担保函", "Letter of guarantee"),
    "P_ADVANCE_PAY": ("向医院付款", "Payment to the hospital"),
    "P_ADVANCE_TRACK": ("更新住院费用", "Cost of the stay"),
    "P_ADVANCE_CLAIM": ("出院转理赔", "Claim after discharge"),
    "P_ADVANCE_REPAY_30": ("返还提醒（30 天）", "Repayment, reminder"),
    "P_ADVANCE_REPAY_60": ("返还提醒（60 天）", "Repayment, call"),
    "P_ADVANCE_REPAY_90": ("返还提醒（90 天）", "Repayment, looked at by a person"),
    "P_DISPUTE_ANSWER": ("异议首次答复", "First answer to a dispute"),
    "P_DISPUTE_ROUTE": ("异议：管家答复或转专家", "Dispute: answered or passed on by the steward"),
    "P_DISPUTE_EXPERT": ("异议：理赔专家处理", "Dispute: with a claim expert"),
    "P_DISPUTE_SENIOR": ("异议：资深专家独立意见", "Dispute: independent opinion"),
    "L_COMPLAINT_15": ("投诉处理（法定）", "Answer to a complaint (law)"),
    "L_COMPLAINT_30": ("复杂投诉处理（法定）", "Answer to a complex complaint (law)"),
    "L_COMPLAINT_60": ("特别复杂投诉处理（法定）", "Answer to an especially complex complaint (law)"),
    "L_REVIEW_ASK": ("申请核查", "Asking for a review"),
    "L_REVIEW": ("投诉核查（法定）", "Review of a complaint (law)"),
}
"""Limit code -> (zh, en): its name."""

LIMIT_SENTENCES: dict[str, tuple[str, str]] = {
    "L1": (
        "收到您的申请和材料后 {amount} 天内作出核定；等您补充材料的时间不计算在内。",
        "We decide within {amount} days of receiving your application and papers; "
        "the time we wait for papers from you does not count.",
    ),
    "L2": ("与您达成给付协议后 {amount} 天内付款。", "We pay within {amount} days of agreeing the amount with you."),
    "L3": (
        "如果不能给付，作出核定后 {amount} 天内书面告诉您理由。",
        "If we cannot pay, we tell you why in writing within {amount} days of the decision.",
    ),
    "L4": (
        "收到您的申请和材料后 {amount} 天仍不能确定全部金额的，先付能够确定的部分。",
        "If the full amount is still open {amount} days after we received your application and papers, "
        "we pay by then the part that is certain.",
    ),
    "L_GUIDANCE": (
        "收到报案后 {amount} 个工作日内告诉您需要哪些材料。",
        "Within {amount} working day(s) of your report we tell you which papers are needed.",
    ),
    "P_GUIDANCE": (
        "收到报案后 {amount} 分钟内告诉您需要哪些材料。",
        "Within {amount} minutes of your report we tell you which papers are needed.",
    ),
    "P_SUBMIT_3": (
        "报案 {amount} 天后还没有收到您的材料，我们会提醒您并提供帮助。",
        "If your papers are not here {amount} days after your report, we remind you and offer help.",
    ),
    "P_ACCEPT": (
        "收到您的材料后 {amount} 个工作日内受理。",
        "We accept your claim within {amount} working day(s) of receiving your papers.",
    ),
    "P_SUPPLEMENT_3": (
        "通知您补充材料 {amount} 天后，我们第一次提醒您。",
        "We remind you for the first time {amount} days after asking for papers.",
    ),
    "P_SUPPLEMENT_7": (
        "通知您补充材料 {amount} 天后，我们再次提醒您，并打电话帮助您。",
        "We remind you again {amount} days after asking for papers, and call you to help.",
    ),
    "P_SUPPLEMENT_15": (
        "通知您补充材料 {amount} 天后，我们第三次提醒您。",
        "We remind you for the third time {amount} days after asking for papers.",
    ),
    "P_SUPPLEMENT_30": (
        "通知您补充材料 {amount} 天后仍未收到的，案件暂停处理；不会因此拒赔，补齐后继续。",
        "If papers are still missing after {amount} days your claim rests; it is not refused for that, "
        "and goes on when they come.",
    ),
    "P_ORIGINALS_5": (
        "预约取件 {amount} 天后还没有收到原件，我们会查询快递。",
        "If originals have not come {amount} days after the pick-up was booked, we ask the courier.",
    ),
    "P_PARCEL_3": (
        "快递取走原件 {amount} 个工作日后仍未送达的，我们向快递追查。",
        "If a parcel of originals has not arrived {amount} working days after it was fetched, we ask the courier.",
    ),
    "P_PARCEL_LOST": (
        "原件丢失后 {amount} 个工作日内，管家告诉您追查结果和补办办法，费用由我们承担。",
        "Within {amount} working day(s) of a loss your steward tells you what was found and how papers are issued "
        "again, at our cost.",
    ),
    "P_REVIEW": (
        "材料齐全后 {amount} 个工作日内完成责任审核。",
        "We check the cover within {amount} working day(s) of having all papers.",
    ),
    "P_INVESTIGATE": (
        "需要调查的，{amount} 天内完成。",
        "Where an investigation is needed, it is done within {amount} days.",
    ),
    "P_CALCULATE": (
        "责任明确后 {amount} 个工作日内算出金额。",
        "We work out the amount within {amount} working day(s) of establishing the cover.",
    ),
    "P_DECIDE": (
        "简单案件在收到您的申请和材料后 {amount} 个工作日内作出核定。",
        "A simple claim is decided within {amount} working day(s) of receiving your application and papers.",
    ),
    "P_DECIDE_25": (
        "复杂案件到第 {amount} 天尚未结案的，提醒核定人员。",
        "A complex claim that is still open on day {amount} is brought to the decider's attention.",
    ),
    "P_DECIDE_28": (
        "复杂案件到第 {amount} 天尚未结案的，通知合规部门。",
        "A complex claim that is still open on day {amount} is reported to compliance.",
    ),
    "P_PAY": (
        "您同意后 {amount} 个工作日内付款。",
        "We pay within {amount} working day(s) of your agreement.",
    ),
    "P_FAST": (
        "材料齐全的小额申请，受理后 {amount} 天内支付；等待您确认的时间不计入。",
        "A clear claim of a small amount is paid within {amount} days of its acceptance; your own time does not count.",
    ),
    "P_SMALL": (
        "小额理赔受理后 {amount} 个工作日内结案。",
        "A small claim is done within {amount} working days of its acceptance.",
    ),
    "P_ADVANCE_EMERGENCY": (
        "急诊垫付申请在 {amount} 小时内审核。",
        "An emergency request for an advance is reviewed within {amount} hours.",
    ),
    "P_ADVANCE": (
        "垫付申请在 {amount} 小时内审核。",
        "A request for an advance is reviewed within {amount} hours.",
    ),
    "P_ADVANCE_CALL": (
        "收到入院通知后 {amount} 分钟内联系您。",
        "We call you within {amount} minutes of the notice of admission.",
    ),
    "P_ADVANCE_CHECK": (
        "联系您后 {amount} 小时内核对垫付条件。",
        "The conditions of an advance are checked within {amount} hour(s) of our call.",
    ),
    "P_ADVANCE_OPINION_URGENT": (
        "急诊的治疗方案在 {amount} 小时内由医学专家评估。",
        "In an emergency a medical expert looks at the plan within {amount} hours.",
    ),
    "P_ADVANCE_OPINION": (
        "治疗方案在 {amount} 小时内由医学专家评估。",
        "A medical expert looks at the plan within {amount} hours.",
    ),
    "P_ADVANCE_LETTER": (
        "医学专家认可后 {amount} 小时内出具担保函。",
        "The letter of guarantee is issued within {amount} hours of the expert's opinion.",
    ),
    "P_ADVANCE_PAY": (
        "出具担保函后当日（{amount} 小时内）向医院付款。",
        "The hospital is paid the same day ({amount} hours) the letter is issued.",
    ),
    "P_ADVANCE_TRACK": (
        "住院期间每 {amount} 小时更新一次费用。",
        "The cost of the stay is brought up to date every {amount} hours.",
    ),
    "P_ADVANCE_CLAIM": (
        "出院后 {amount} 小时内为您开立理赔。",
        "Your claim is opened within {amount} hours of discharge.",
    ),
    "P_ADVANCE_REPAY_30": (
        "告知返还金额 {amount} 天后提醒您。",
        "We remind you {amount} days after telling you what is to be paid back.",
    ),
    "P_ADVANCE_REPAY_60": (
        "告知返还金额 {amount} 天后与您联系，商量分期或减免。",
        "We call you {amount} days after telling you what is to be paid back, about instalments or being let off.",
    ),
    "P_ADVANCE_REPAY_90": (
        "告知返还金额 {amount} 天后由专人处理，不计利息。",
        "{amount} days after telling you what is to be paid back a person looks at the case; no interest is charged.",
    ),
    "P_DISPUTE_ANSWER": (
        "收到您的异议后 {amount} 个工作小时内答复您。",
        "You hear from us within {amount} working hours of your dispute.",
    ),
    "P_DISPUTE_ROUTE": (
        "{amount} 个工作日内为您解释清楚，或转给理赔专家。",
        "Within {amount} working day(s) it is explained to you or passed on to a claim expert.",
    ),
    "P_DISPUTE_EXPERT": (
        "理赔专家在 {amount} 个工作日内查明原因并答复您。",
        "A claim expert finds out where the difference lies and answers within {amount} working days.",
    ),
    "P_DISPUTE_SENIOR": (
        "从未参与本案的资深专家在 {amount} 个工作日内出具书面意见。",
        "A senior expert who was never involved gives a written opinion within {amount} working days.",
    ),
    "L_COMPLAINT_15": (
        "收到投诉后 {amount} 天内作出处理决定并告诉您。",
        "We decide on your complaint and tell you within {amount} days.",
    ),
    "L_COMPLAINT_30": (
        "情况复杂的，{amount} 天内作出处理决定并告诉您。",
        "Where it is complex, we decide and tell you within {amount} days.",
    ),
    "L_COMPLAINT_60": (
        "情况特别复杂并经批准的，{amount} 天内作出处理决定并告诉您。",
        "Where it is especially complex and this was approved, we decide and tell you within {amount} days.",
    ),
    "L_REVIEW_ASK": (
        "对处理决定不满意的，可在 {amount} 天内申请核查。",
        "If you do not agree with the answer, you may ask for a review within {amount} days.",
    ),
    "L_REVIEW": (
        "收到核查申请后 {amount} 天内作出核查决定。",
        "A review is decided within {amount} days of your asking for it.",
    ),
}
"""Limit code -> (zh, en): what it means for the person, filled with its amount."""

WAITED_FOR: dict[str, tuple[str, str]] = {
    "insurer": ("我们在处理", "With us"),
    "customer": ("等您的材料", "Waiting for you"),
}
"""Who is being waited for -> (zh, en), as the person reads it."""

CALENDAR_NOTES: dict[str, tuple[str, str]] = {
    "PAUSED": (
        "期限已暂停，等材料到齐后继续计算。",
        "The time limit stands still and runs on when the papers are here.",
    ),
    "PROVISIONAL": (
        "次年的放假安排尚未公布，这个日期可能调整。",
        "The public holidays of that year are not announced yet; this date may change.",
    ),
    "MOVED": (
        "期限的最后一天 {ends_on} 是法定休假日，顺延至 {day}。",
        "The last day, {ends_on}, is a legal rest day, so the limit ends on {day}.",
    ),
}
"""What is to be said beside a deadline -> (zh, en)."""


def limit_name(code: str, lang: str) -> str:
    """The name of a limit in "zh" or "en"."""
    return LIMIT_NAMES[code][0 if lang.startswith("zh") else 1]


def limit_sentence(code: str, amount: int, lang: str) -> str:
    """What a limit means for the person, in "zh" or "en"."""
    return LIMIT_SENTENCES[code][0 if lang.startswith("zh") else 1].format(amount=amount)
