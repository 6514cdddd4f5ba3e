"""Faults of the claim desk: what was asked of a claim and cannot be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hearth.words.claims import STATE_WORDS, ClaimState
from hearth.words.faults import Fault


class NotNow(Fault):
    """The claim is in a state in which this is not done."""

    code, status = "NOT_NOW", 409
    says = "Claim {claim_no} is at \u201c{state}\u201d; this can be done at {wanted} alone."
    says_zh = "赔案 {claim_no} 目前为“{state_zh}”；只有在{wanted_zh}时才能这样做。"

    def __init__(self, claim_no: str, state: str, wanted: Sequence[ClaimState]) -> None:
        zh, en = STATE_WORDS[ClaimState(state)]
        super().__init__(
            claim_no=claim_no,
            state=en,
            state_zh=zh,
            wanted=" or ".join(f"\u201c{STATE_WORDS[one][1]}\u201d" for one in wanted),
            wanted_zh="或".join(f"“{STATE_WORDS[one][0]}”" for one in wanted),
        )


class FactsChanged(Fault):
    """Facts that were made from others than are kept now: somebody, or another window, was faster."""

    code, status = "FACTS_CHANGED", 409
    says = (
        "Claim {claim_no} was changed in another window in the meantime. What you typed is still here and nothing "
        "was overwritten: please look at it once more and press again."
    )
    says_zh = (
        "赔案 {claim_no} 刚刚在另一个窗口中被修改。您填写的内容仍在此页，没有覆盖任何内容；请再核对一次后重新提交。"
    )


class NotCovered(Fault):
    """A policy that does not cover the person of the claim."""

    code, status = "POLICY_NOT_OF_PERSON", 422
    says = "Policy {policy_no} does not cover this person. Choose among the policies that do."
    says_zh = "保单 {policy_no} 不承保此人，请在其名下的保单中选择。"


class NoPolicy(Fault):
    """A claim under no policy."""

    code, status = "NO_POLICY", 422
    says = "Claim {claim_no} names no policy. Choose at least one."
    says_zh = "赔案 {claim_no} 没有选择保单，请至少选择一张。"


class NothingTold(Fault):
    """A report that says neither what happened nor when."""

    code, status = "NOTHING_TOLD", 422
    says = "Say in a few words what happened, or on which day; then we can tell you which papers are needed."
    says_zh = "请简单说明发生了什么或哪一天发生的，我们才能告诉您需要哪些材料。"


class FactsWrong(Fault):
    """Facts of a claim that nothing can be computed from; `problems` names every one with its place."""

    code, status = "FACTS_WRONG", 422
    says = "{count} entries need mending before this can go on: {first}"
    says_zh = "有 {count} 处需要先改正：{first_zh}"

    def __init__(self, problems: Sequence[Any]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            count=len(self.problems),
            first=f"{self.problems[0].field}: {self.problems[0].sentence('en')}",
            first_zh=f"{self.problems[0].field}：{self.problems[0].sentence('zh')}",
        )


class TooMuch(Fault):
    """More than one claim may hold."""

    code, status = "TOO_MUCH", 422
    says = "{what}: got {got}; one claim takes at most {most}."
    says_zh = "{what}：收到 {got}，一个赔案最多 {most}。"


class PapersMissing(Fault):
    """Obligatory papers are not there; `wanted` are the entries of the list."""

    code, status = "PAPERS_MISSING", 409
    says = "Still missing: {papers}. Add them, or say that you have no more: we then go on with what is here."
    says_zh = "还缺少：{papers_zh}。请补充；如果没有更多材料，请告诉我们，我们按现有材料继续。"

    def __init__(self, wanted: Sequence[Any]) -> None:
        self.wanted = tuple(wanted)
        super().__init__(
            papers=", ".join(dict.fromkeys(one.name.en for one in self.wanted)),
            papers_zh="、".join(dict.fromkeys(one.name.zh for one in self.wanted)),
        )


class NotAgreed(Fault):
    """Health data are used for a claim once the person whose they are has agreed (PIPL arts. 29, 31)."""

    code, status = "NOT_AGREED", 409
    says = "Your consent to the use of health data for this claim is missing. Give it, then send the claim."
    says_zh = "还缺少您对使用健康信息办理本次理赔的同意。请先同意，再提交申请。"


class NotAgreedByThem(NotAgreed):
    """An adult agrees for themself, or in writing."""

    code, status = "NOT_AGREED_BY_THEM", 409
    says = (
        "{name} has to agree to the use of their health data for this claim: they sign in and agree, "
        "or you add a written authority signed by them. All you typed is kept."
    )
    says_zh = (
        "需由{name}本人同意使用其健康信息办理本次理赔：可由本人登录后同意，或由您补充其签名的授权委托书。"
        "您填写的内容均已保存。"
    )


class NothingMissing(Fault):
    """A supplement was asked for and nothing is missing."""

    code, status = "NOTHING_MISSING", 409
    says = "Nothing is missing from claim {claim_no}; name what is needed and why."
    says_zh = "赔案 {claim_no} 的材料已齐全；如另有需要，请写明需要什么及原因。"


class AskedAlready(Fault):
    """Papers are asked for once; again only by a supervisor for a new fact."""

    code, status = "ASKED_ALREADY", 409
    says = (
        "Papers of claim {claim_no} were asked for once already. The law allows one complete request; "
        "a second one needs a supervisor and a new fact."
    )
    says_zh = "赔案 {claim_no} 已一次性通知过补充材料。再次通知须由主管依据新的事实作出。"


class TwoPeople(Fault):
    """The same person twice where two are needed."""

    code, status = "TWO_PEOPLE", 409
    says = "Somebody else must do this: {why}."
    says_zh = "须由另一位人员办理：{why_zh}。"


class CalculationStale(Fault):
    """What the calculation rests on has changed since."""

    code, status = "CALCULATION_STALE", 409
    says = "What claim {claim_no} rests on has changed since it was calculated. Calculate it again, then decide."
    says_zh = "赔案 {claim_no} 计算之后依据有了变化。请重新理算后再核定。"


class NotComputable(Fault):
    """The claim cannot be computed as it stands."""

    code, status = "NOT_COMPUTABLE", 422
    says = "Claim {claim_no} cannot be computed: {why}"
    says_zh = "赔案 {claim_no} 无法计算：{why_zh}"


class RefusalIncomplete(Fault):
    """A refusal needs reason, clause and evidence."""

    code, status = "REFUSAL_INCOMPLETE", 422
    says = "A refusal needs {what} (Insurance Law art. 24): {why}."
    says_zh = "不予给付须写明{what_zh}（《保险法》第二十四条）：{why_zh}。"


class OutcomeDiffers(Fault):
    """The outcome does not fit what was calculated."""

    code, status = "OUTCOME_DIFFERS", 409
    says = "The calculation of claim {claim_no} pays {amount} yuan; \u201c{outcome}\u201d does not fit that."
    says_zh = "赔案 {claim_no} 理算金额为 {amount} 元，与结论“{outcome_zh}”不符。"


class NoAuthority(Fault):
    """What is at stake is above what this person may decide."""

    code, status = "NO_AUTHORITY", 403
    says = "{at_stake} yuan are at stake; you may decide up to {authority} yuan. Somebody with more authority must."
    says_zh = "本案涉及 {at_stake} 元，您的权限为 {authority} 元，须由权限更高的人员办理。"


class NoProposal(Fault):
    """No proposal waits."""

    code, status = "NO_PROPOSAL", 409
    says = "No proposed decision of claim {claim_no} waits for a second person."
    says_zh = "赔案 {claim_no} 没有等待复核的核定建议。"


class ProposalWaits(Fault):
    """A proposal waits for a second person; it is approved or sent back first."""

    code, status = "PROPOSAL_WAITS", 409
    says = "A proposed decision of claim {claim_no} waits for a second person; they approve it or send it back first."
    says_zh = "赔案 {claim_no} 已有核定建议等待复核，请先通过或退回。"


class AccountNotPossible(Fault):
    """An account that this claim's money may not go to."""

    code, status = "ACCOUNT_NOT_POSSIBLE", 422
    says = "The account ending in {tail} cannot be paid: {why}. Choose another one."
    says_zh = "尾号 {tail} 的账户不能收款：{why_zh}。请选择其他账户。"


class NoAccount(Fault):
    """Money is to be paid and no account is named."""

    code, status = "NO_ACCOUNT", 422
    says = "Choose the account that the money of claim {claim_no} goes to."
    says_zh = "请选择赔案 {claim_no} 的收款账户。"


class NoNewEvidence(Fault):
    """A claim is reopened on new evidence or on a dispute."""

    code, status = "NO_NEW_EVIDENCE", 422
    says = "Name the new evidence on which claim {claim_no} is opened again, or answer the member's dispute."
    says_zh = "请列明重新审核赔案 {claim_no} 所依据的新材料，或处理客户的异议。"


class MoneyUnderWay(Fault):
    """Money has moved: the claim cannot be taken back."""

    code, status = "MONEY_UNDER_WAY", 409
    says = "Money of claim {claim_no} has moved already; it can be disputed or opened again, not withdrawn."
    says_zh = "赔案 {claim_no} 已发生付款，不能撤回；可以提出异议或申请重新审核。"


class AdjustmentDone(Fault):
    """The adjustment was decided already, the other way."""

    code, status = "ADJUSTMENT_DONE", 409
    says = "This adjustment of claim {claim_no} was decided already."
    says_zh = "赔案 {claim_no} 的这项调整已有决定。"
