"""Faults of the advance desk: what was asked of an advance or a hospital and cannot be."""

from __future__ import annotations

from collections.abc import Iterable

from hearth.words.advances import ADVANCE_STATES, AdvanceState
from hearth.words.faults import Fault


class AdvanceNotNow(Fault):
    """The advance is in a state in which this does not happen."""

    code, status = "ADVANCE_NOT_NOW", 409
    says = "Advance {advance_no} is at: {state}. This is done at: {wanted}."
    says_zh = "垫付 {advance_no} 目前处于：{state_zh}。此操作只能在以下阶段进行：{wanted_zh}。"

    def __init__(self, advance_no: str, state: str, wanted: Iterable[AdvanceState]) -> None:
        states = tuple(wanted)
        zh, en = ADVANCE_STATES[AdvanceState(state)]
        super().__init__(
            advance_no=advance_no,
            state=en,
            state_zh=zh,
            wanted_zh="、".join(ADVANCE_STATES[one][0] for one in states),
            wanted="; ".join(ADVANCE_STATES[one][1] for one in states),
        )


class NoPolicyForAdvance(Fault):
    """Nobody can be advanced money without a policy."""

    code, status = "NO_POLICY_FOR_ADVANCE", 409
    says = "No policy covers this person on {day}."
    says_zh = "此人在 {day} 没有有效保单。"


class NotEligible(Fault):
    """A condition is not met."""

    code, status = "ADVANCE_NOT_ELIGIBLE", 409
    says = "Advance {advance_no} cannot go on yet: {why}."
    says_zh = "垫付 {advance_no} 还不能继续：{why_zh}。"


class StillPossible(Fault):
    """Nothing stands against the advance, so it is not declined."""

    code, status = "ADVANCE_STILL_POSSIBLE", 409
    says = "Nothing stands against advance {advance_no} for good; what is missing can still be brought."
    says_zh = "垫付 {advance_no} 没有不能垫付的理由；缺少的内容仍可补充。"


class OtherWordsSigned(Fault):
    """What was agreed to is not what holds now."""

    code, status = "ADVANCE_OTHER_WORDS", 409
    says = "These words are not the ones that hold now; please read them again."
    says_zh = "授权文本已更新，请重新阅读后确认。"


class NotTheirsToSign(Fault):
    """Only the person, a child's guardian, or somebody proven to act for them signs."""

    code, status = "ADVANCE_NOT_THEIRS_TO_SIGN", 403
    says = "This is for {name} to agree to, or for the guardian of a child under 14."
    says_zh = "须由 {name} 本人同意；未满十四周岁的，由监护人同意。"


class NoOpinion(Fault):
    """No letter without a signed opinion that finds the plan necessary."""

    code, status = "ADVANCE_NO_OPINION", 409
    says = "Advance {advance_no} has no signed opinion that finds its plan necessary."
    says_zh = "垫付 {advance_no} 没有医学专家认为方案必要的签署意见。"


class OpinionWrong(Fault):
    """An opinion lacks what makes it one."""

    code, status = "ADVANCE_OPINION_WRONG", 422
    says = "The opinion lacks: {what}."
    says_zh = "意见缺少：{what_zh}。"


class NothingToPromise(Fault):
    """Nothing is left of the limits, or nothing was found necessary."""

    code, status = "ADVANCE_NOTHING_TO_PROMISE", 409
    says = "Nothing can be promised for advance {advance_no}: {left} yuan of the limit left, estimate {estimate} yuan."
    says_zh = "垫付 {advance_no} 无可担保的金额：剩余保额 {left} 元，估算费用 {estimate} 元。"


class SecondSignature(Fault):
    """Whoever did the first part does not do the second."""

    code, status = "ADVANCE_SECOND_PERSON", 409
    says = "You did the first part of this yourself; somebody else does the second."
    says_zh = "前一步由您经办，须由另一人复核。"


class AboveAuthority(Fault):
    """More than this person may sign for."""

    code, status = "ADVANCE_ABOVE_AUTHORITY", 403
    says = "{amount} yuan is above what you may sign for; it waits for somebody with more authority."
    says_zh = "{amount} 元超过您的权限，须由权限更高的人签署。"


class NothingProposed(Fault):
    """No letter or waiver waits for a second person."""

    code, status = "ADVANCE_NOTHING_PROPOSED", 409
    says = "Nothing of advance {advance_no} waits for a second person."
    says_zh = "垫付 {advance_no} 没有等待复核的事项。"


class NotPayable(Fault):
    """An instalment that cannot be."""

    code, status = "ADVANCE_NOT_PAYABLE", 409
    says = "This instalment of advance {advance_no} cannot be paid: {why}."
    says_zh = "垫付 {advance_no} 的这笔款项不能支付：{why_zh}。"


class AmountWrong(Fault):
    """An amount that does not fit what is owed or was advanced."""

    code, status = "ADVANCE_AMOUNT_WRONG", 422
    says = "{amount} yuan does not fit: {most} yuan at most."
    says_zh = "{amount} 元不符：最多 {most} 元。"


class DayWrong(Fault):
    """A day that cannot be of this stay."""

    code, status = "ADVANCE_DAY_WRONG", 422
    says = "{day} cannot be: the stay began on {admitted_on}, and today is {today}."
    says_zh = "{day} 不正确：入院日期为 {admitted_on}，今天是 {today}。"


class AdmissionDayWrong(Fault):
    """A day of admission so far off that it is a slip."""

    code, status = "ADVANCE_ADMISSION_DAY_WRONG", 422
    says = "{day} cannot be the day of admission: it lies between {first} and {last}."
    says_zh = "入院日期 {day} 不正确：应在 {first} 至 {last} 之间。"


class LinkDead(Fault):
    """A link that was used, has run out, or was never made."""

    code, status = "HOSPITAL_LINK_DEAD", 410
    says = "This link was used or has run out. Ask the insurer for a new one."
    says_zh = "此链接已使用或已过期，请向保险公司索取新的链接。"


class NobodyFound(Fault):
    """Name and number on the hospital's form are nobody insured here."""

    code, status = "HOSPITAL_NOBODY_FOUND", 422
    says = "Name and identity number do not match anybody insured here. Please check them; {left} tries are left."
    says_zh = "姓名与证件号码与投保信息不符，请核对；还可以尝试 {left} 次。"


class NobodyInsured(Fault):
    """Name and number that a partner sent are nobody insured here."""

    code, status = "ADVANCE_NOBODY_INSURED", 422
    says = "Name and identity number do not match anybody insured here."
    says_zh = "姓名与证件号码与投保信息不符。"


class HospitalWrong(Fault):
    """A hospital or an account that cannot be registered as it is stated."""

    code, status = "HOSPITAL_WRONG", 422
    says = "This cannot be registered: {why}."
    says_zh = "无法登记：{why_zh}。"


class CannotForesee(Fault):
    """What the stay would come to cannot be computed."""

    code, status = "ADVANCE_CANNOT_FORESEE", 422
    says = "What this stay would come to under policy {policy_no} cannot be computed. Look at the policy's data."
    says_zh = "无法按保单 {policy_no} 测算此次住院的给付，请检查保单数据。"
