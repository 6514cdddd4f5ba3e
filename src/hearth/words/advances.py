"""An advance's life: its states, what may follow what, who owes what to whom, in both languages.

Source: DOMAIN 6.6.  The database enforces `ADVANCE_TRANSITIONS` by trigger; the desk writes, the pages show.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class AdvanceState(StrEnum):
    """What is under way for an advance (A0-A9), or how it ended."""

    NOTIFIED = "notified"
    ELIGIBILITY = "eligibility"
    RISK_CHECK = "risk_check"
    NECESSITY = "necessity"
    GUARANTEE = "guarantee"
    PAYING = "paying"
    TRACKING = "tracking"
    DISCHARGED = "discharged"
    RECOVERY = "recovery"
    SETTLED = "settled"
    DECLINED = "declined"
    CANCELLED = "cancelled"


A = AdvanceState

ADVANCE_CODES: dict[AdvanceState, str] = {
    A.NOTIFIED: "A0",
    A.ELIGIBILITY: "A1",
    A.RISK_CHECK: "A2",
    A.NECESSITY: "A3",
    A.GUARANTEE: "A4",
    A.PAYING: "A5",
    A.TRACKING: "A6",
    A.DISCHARGED: "A7",
    A.SETTLED: "A8",
    A.RECOVERY: "A9",
    A.DECLINED: "AX",
    A.CANCELLED: "AX",
}

ADVANCE_TRANSITIONS: tuple[tuple[AdvanceState, AdvanceState], ...] = (
    (A.NOTIFIED, A.ELIGIBILITY),
    (A.NOTIFIED, A.CANCELLED),
    (A.ELIGIBILITY, A.RISK_CHECK),
    (A.ELIGIBILITY, A.DECLINED),
    (A.ELIGIBILITY, A.CANCELLED),
    # Clear or warn go on; what is referred waits here for a person.  Nothing is declined for a risk.
    (A.RISK_CHECK, A.NECESSITY),
    (A.RISK_CHECK, A.CANCELLED),
    (A.NECESSITY, A.GUARANTEE),
    (A.NECESSITY, A.DECLINED),
    (A.NECESSITY, A.CANCELLED),
    # Looked at again while the patient is treated: the letter that stands stays, or another one follows.
    (A.NECESSITY, A.TRACKING),
    (A.NECESSITY, A.DISCHARGED),
    (A.GUARANTEE, A.PAYING),
    (A.GUARANTEE, A.NECESSITY),
    (A.GUARANTEE, A.DECLINED),
    (A.GUARANTEE, A.CANCELLED),
    (A.GUARANTEE, A.DISCHARGED),
    (A.PAYING, A.TRACKING),
    (A.PAYING, A.NECESSITY),
    (A.PAYING, A.DISCHARGED),
    (A.PAYING, A.CANCELLED),
    (A.TRACKING, A.NECESSITY),
    (A.TRACKING, A.DISCHARGED),
    (A.DISCHARGED, A.SETTLED),
    (A.DISCHARGED, A.RECOVERY),
    (A.RECOVERY, A.SETTLED),
    # The claim was decided anew, for less.
    (A.SETTLED, A.RECOVERY),
)
"""Every step from one state to the next; what is not here cannot happen."""

ENDED = (A.SETTLED, A.DECLINED, A.CANCELLED)
"""States in which nobody has anything left to do."""

OPEN_ADVANCES = tuple(state for state in AdvanceState if state not in ENDED)

PROMISING = (A.NECESSITY, A.GUARANTEE, A.PAYING, A.TRACKING, A.DISCHARGED)
"""States in which a letter that was issued holds a limit back."""

ADVANCE_STATES: dict[AdvanceState, tuple[str, str]] = {
    A.NOTIFIED: ("已收到入院通知", "Admission notified"),
    A.ELIGIBILITY: ("核对垫付条件", "Conditions being checked"),
    A.RISK_CHECK: ("风险核查", "Risk check"),
    A.NECESSITY: ("医学专家评估方案", "Medical expert looks at the plan"),
    A.GUARANTEE: ("出具担保函", "Letter of guarantee being issued"),
    A.PAYING: ("向医院付款", "Paying the hospital"),
    A.TRACKING: ("住院费用跟踪", "Following the cost of the stay"),
    A.DISCHARGED: ("已出院，转入理赔", "Discharged, claim opened"),
    A.RECOVERY: ("垫付款返还", "Advance to be paid back"),
    A.SETTLED: ("垫付已结清", "Advance settled"),
    A.DECLINED: ("不能垫付", "No advance"),
    A.CANCELLED: ("已取消", "Cancelled"),
}

ADVANCE_OWNERS: dict[AdvanceState, tuple[str, str]] = {
    A.NOTIFIED: ("理赔管家", "your steward"),
    A.ELIGIBILITY: ("垫付专员和审核岗", "the advance desk"),
    A.RISK_CHECK: ("风险核查岗", "risk control"),
    A.NECESSITY: ("医学专家", "a medical expert"),
    A.GUARANTEE: ("垫付审批人", "whoever may approve advances"),
    A.PAYING: ("财务", "finance"),
    A.TRACKING: ("个案管理员", "a case manager"),
    A.DISCHARGED: ("理赔", "claims"),
    A.RECOVERY: ("您和我们的返还专员", "you and our recovery desk"),
}
"""Who is at work in a state, as the member is told (zh, en); nobody where it has ended."""

ADVANCE_DESKS: dict[AdvanceState, tuple[str, str]] = {
    **ADVANCE_OWNERS,
    A.NOTIFIED: ("理赔管家", "the steward"),
    A.RECOVERY: ("客户和返还专员", "the member and the recovery desk"),
}
"""The same as colleagues say it (zh, en)."""

RISKS: dict[str, tuple[str, str]] = {
    "clear": ("未发现风险", "Clear"),
    "warn": ("提示：注意费用", "Warning: watch the cost"),
    "refer": ("转人工核查", "For a person to look at"),
}
"""Results of a risk check (zh, en); none of them refuses."""


class Tier(StrEnum):
    """How closely a stay is followed."""

    ORDINARY = "ordinary"
    RAISED = "raised"
    CLOSE = "close"


class TierReason(StrEnum):
    """What speaks for a tier."""

    SERIOUS = "serious"
    LARGE = "large"
    NOTABLE = "notable"
    UNUSUAL = "unusual"


STAY_TIERS: dict[Tier, tuple[str, str]] = {
    Tier.ORDINARY: ("普通", "Ordinary"),
    Tier.RAISED: ("关注", "Followed more closely"),
    Tier.CLOSE: ("重点", "Followed closely"),
}
"""Tiers of a stay (zh, en)."""

TIER_REASONS: dict[TierReason, tuple[str, str]] = {
    TierReason.SERIOUS: ("条款列明的重大疾病", "an illness that the terms name as serious"),
    TierReason.LARGE: (
        "费用估算占剩余保额的比例很高", "the estimate takes a large share of what is left of the limits",
    ),
    TierReason.NOTABLE: (
        "费用估算占剩余保额的比例较高", "the estimate takes a notable share of what is left of the limits",
    ),
    TierReason.UNUSUAL: ("费用估算高于同类住院的常见上限", "the estimate is above the usual for this illness"),
}  # fmt: skip
"""What speaks for a tier (zh, en)."""

VERDICTS: dict[str, tuple[str, str]] = {
    "necessary": ("合理且必要", "Reasonable and necessary"),
    "partly": ("部分合理且必要", "Partly necessary"),
    "not": ("不属于合理且必要", "Not necessary"),
}
"""What a medical expert may say of a plan (zh, en)."""

SOURCES: dict[str, tuple[str, str]] = {
    "member": ("客户", "the member"),
    "link": ("医院（一次性链接）", "the hospital, by a one-time link"),
    "hospital": ("医院（接口）", "the hospital, by interface"),
    "feed": ("入院数据文件", "a feed of admissions"),
    "office": ("工作人员", "our staff"),
}
"""Who told us of an admission (zh, en)."""

PROGRAMMES: dict[str, tuple[str, str]] = {
    "child_blood": ("儿童血液病专项", "Programme for children's blood diseases"),
}
"""Programmes with an intake of their own (zh, en)."""

CHECKS: dict[str, tuple[str, str, str, str]] = {
    # code -> what is checked (zh, en), what it says where it is not so (zh, en)
    "SERVICE": (
        "产品包含垫付服务", "The product includes advances",
        "这份保单的产品不含垫付服务", "this policy's product has no advances",
    ),
    "HOSPITAL_NAMED": (
        "已知收治医院", "The hospital is known", "还不知道是哪家医院", "not known yet which hospital it is",
    ),
    "HOSPITAL": (
        "医院已登记、在网络内", "The hospital is registered and in the network",
        "医院未登记或不在垫付网络内", "the hospital is not registered, or not in the network",
    ),
    "ACCOUNT": (
        "医院收款账户已登记并经两人核对", "The hospital's account is registered and confirmed by two people",
        "医院没有经两人核对的收款账户", "the hospital has no account confirmed by two people",
    ),
    "COVER": (
        "保单有效、已过等待期、属于保险责任", "In force, waiting period over, covered",
        "按条款核对未通过", "not by the terms of the policy",
    ),
    "LIMIT": (
        "保额尚有余额", "Some of the limit is left", "保额已用完或已被其他担保占用",
        "the limit is used up or held by another guarantee",
    ),
    "ESTIMATE": (
        "有医院的费用估算", "The hospital's estimate of the cost is known", "还没有费用估算",
        "no estimate of the cost yet",
    ),
    "MEDICAL_DATA": (
        "已同意使用医疗信息", "Use of medical data agreed to", "还没有同意使用医疗信息", "not agreed to yet",
    ),
    "PAY_HOSPITAL": (
        "已委托代为向医院付款", "Payment to the hospital on behalf agreed to", "还没有委托代为付款",
        "not agreed to yet",
    ),
    "REPAYMENT": (
        "已承诺返还超出部分", "Duty to repay what is not covered agreed to", "还没有承诺返还", "not agreed to yet",
    ),
    "GUARDIAN": (
        "未成年人：监护人已同意", "Under 18: a parent or guardian agreed", "须由已核实的父母或监护人同意",
        "a proven parent or guardian has to agree",
    ),
    "PROGRAMME": (
        "专项登记完整", "The programme's intake is complete", "专项登记不完整或不符合条件",
        "the programme's intake is incomplete or does not fit",
    ),
}  # fmt: skip
"""Checks of eligibility, in the order in which they are told."""

DECLINE_REASONS: dict[str, tuple[str, str]] = {
    "NOT_ELIGIBLE": ("不符合垫付条件", "The conditions for an advance are not met"),
    "NOT_NECESSARY": ("医学专家认为方案不属于合理且必要", "The medical expert found the plan not necessary"),
    "NO_LIMIT": ("保额没有余额", "No limit is left"),
    "MEMBER": ("您取消了申请", "You took the request back"),
    "DUPLICATE": ("与另一申请重复", "The same stay was asked for twice"),
    "NOT_ADMITTED": ("没有住院", "There was no admission"),
}
"""Why an advance is not given or was taken back (zh, en); the right to claim stays."""

REPAYMENT_STEPS: tuple[int, ...] = (30, 60, 90)
"""Days after which a member who owes is reminded, called, and the case is looked at by a person."""


class AdvanceConsentOf(StrEnum):
    """What is agreed to for one advance."""

    MEDICAL_DATA = "medical_data"
    PAY_HOSPITAL = "pay_hospital"
    REPAYMENT = "repayment"


@dataclass(frozen=True, slots=True)
class AdvanceWords:
    """One thing to agree to for an advance, in one version, word for word in both languages."""

    what: AdvanceConsentOf
    version: str
    from_on: date
    title_zh: str
    title_en: str
    zh: str
    en: str
    source: str

    def title(self, lang: str) -> str:
        """What it is called, in "zh" or "en"."""
        return self.title_zh if lang.startswith("zh") else self.title_en

    def words(self, lang: str) -> str:
        """What is agreed to, word for word, in "zh" or "en"."""
        return self.zh if lang.startswith("zh") else self.en

    def digest(self, lang: str) -> str:
        """The digest of what was shown."""
        return hashlib.sha256(self.words(lang).encode()).hexdigest()


ADVANCE_CONSENTS: tuple[AdvanceWords, ...] = (
    AdvanceWords(
        AdvanceConsentOf.MEDICAL_DATA,
        "2026-1",
        date(2026, 1, 1),
        "向医院了解病情和费用",
        "Asking the hospital about illness and cost",
        "我单独同意保险公司为办理本次住院垫付，向收治医院了解病情、治疗方案和每日费用。仅用于本次垫付和随后的理赔，"
        "我可以随时撤回；撤回后不能继续垫付，已经支付的部分按约定结算。",
        "I agree separately that, for the advance of this stay, the insurer asks the hospital about the illness, the "
        "plan of treatment and the daily cost. It is used for this advance and the claim that follows and for nothing "
        "else. I may take this back at any time; the advance then stops, and what was paid is settled as agreed.",
        "PIPL arts. 23, 28-30",
    ),
    AdvanceWords(
        AdvanceConsentOf.PAY_HOSPITAL,
        "2026-1",
        date(2026, 1, 1),
        "委托保险公司代为向医院付款",
        "Payment to the hospital on my behalf",
        "我委托保险公司在担保函的额度内，直接向收治医院的登记账户支付我的住院费用。"
        "支付的款项在理赔结案时从应付的保险金中扣除。",
        "I ask the insurer to pay the cost of my stay straight to the registered account of the hospital, up to the "
        "amount of the letter of guarantee. What is paid is taken from the benefit when the claim is settled.",
        "Wording clause on advances; Civil Code arts. 919, 921",
    ),
    AdvanceWords(
        AdvanceConsentOf.REPAYMENT,
        "2026-1",
        date(2026, 1, 1),
        "超出保险责任的部分由我返还",
        "I pay back what is not covered",
        "垫付的金额超过最终应付保险金的部分，由我返还。可以分期返还，不收利息；有困难的，可以申请减免。"
        "未经我同意，保险公司不从其他保险金中扣抵。",
        "I pay back what was advanced above the benefit that is finally due. I may do so by instalments and without "
        "interest; in hardship I may ask to be let off. Without my consent nothing is set off against other benefits.",
        "Wording clause on advances; Civil Code art. 985",
    ),
)
"""What is agreed to before an advance, in every version, in the order in which it is asked."""


def advance_consents_on(day: date) -> tuple[AdvanceWords, ...]:
    """The words asked for on a day, one for each thing to agree to."""
    found = []
    for what in AdvanceConsentOf:
        known = [one for one in ADVANCE_CONSENTS if one.what is what and one.from_on <= day]
        if known:
            found.append(max(known, key=lambda one: one.from_on))
    return tuple(found)
