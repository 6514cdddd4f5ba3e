"""Faults of the desk of suspicions: what was asked of a suspicion, an investigation or a rescission and cannot be."""

from __future__ import annotations

from hearth.words.faults import Fault


class WordsMissing(Fault):
    """A judgement, a plan or a result says in words what it means."""

    code, status = "WORDS_MISSING", 422
    says = "Say it in words, at most {most} characters: {what} is empty or too long."
    says_zh = "请用文字写明{what_zh}，最多 {most} 字。"

    def __init__(self, what: str, what_zh: str, most: int) -> None:
        super().__init__(what=what, what_zh=what_zh, most=most)


class ProofMissing(Fault):
    """Nothing is confirmed without solid evidence (anti-fraud measures 2024, art. 23)."""

    code, status = "PROOF_MISSING", 422
    says = "A suspicion is confirmed on papers or records of its claims; {name} is none. Name what it rests on."
    says_zh = "证实疑点须有本案的材料或记录为据；{name} 不是。请列明依据。"


class NotOnThisClaim(Fault):
    """The claim is in no state for it."""

    code, status = "NOT_ON_THIS_CLAIM", 409
    says = "Claim {claim_no} is not under review: an investigation begins there."
    says_zh = "赔案 {claim_no} 不在审核中，不能开始调查。"


class NoTimeToInvestigate(Fault):
    """The legal limit ends too soon for an investigation to be inside it."""

    code, status = "NO_TIME_TO_INVESTIGATE", 409
    says = (
        "The legal limit of claim {claim_no} ends on {day}: there is no time to investigate. Decide on what there is."
    )
    says_zh = "赔案 {claim_no} 的法定期限 {day} 届满，已来不及调查。请根据现有材料核定。"


class InvestigationRuns(Fault):
    """One investigation at a time."""

    code, status = "INVESTIGATION_RUNS", 409
    says = "Claim {claim_no} is being investigated by {name} already. Close that investigation first."
    says_zh = "赔案 {claim_no} 正由 {name} 调查。请先结束该调查。"


class NotYourInvestigation(Fault):
    """Whoever investigates writes the investigation."""

    code, status = "NOT_YOUR_INVESTIGATION", 409
    says = "{name} investigates this claim; whoever works on an investigation does not decide the claim."
    says_zh = "本案由 {name} 调查；参与调查的人不能核定本案。"


class InvestigationOver(Fault):
    """It was closed."""

    code, status = "INVESTIGATION_OVER", 409
    says = "This investigation was closed on {day}. Open another one if there is something new."
    says_zh = "该调查已于 {day} 结束。如有新情况，请另开调查。"


class InvestigationUnfinished(Fault):
    """Tasks are open."""

    code, status = "INVESTIGATION_UNFINISHED", 409
    says = "{count} tasks are still open: end each with what came of it, or drop it."
    says_zh = "还有 {count} 项任务未完成：请逐项写明结果，或取消。"


class InvestigatorDecided(Fault):
    """Whoever decided a claim does not investigate it."""

    code, status = "INVESTIGATOR_DECIDED", 403
    says = "You decided this claim: somebody else investigates it."
    says_zh = "本案由您核定，应由他人调查。"


class RescissionOver(Fault):
    """It was approved, dropped or is with the second person."""

    code, status = "RESCISSION_OVER", 409
    says = "This rescission is {state}; this cannot be done with it."
    says_zh = "该解除事项{state_zh}，无法办理。"


class RescissionBarred(Fault):
    """The law does not let the contract be rescinded, or not yet."""

    code, status = "RESCISSION_BARRED", 409
    says = "The contract cannot be rescinded: {why}"
    says_zh = "不能解除合同：{why_zh}"


class RescissionIncomplete(Fault):
    """A step of the wizard is not filled in."""

    code, status = "RESCISSION_INCOMPLETE", 422
    says = "Step {step} is not finished: {what}."
    says_zh = "第 {step} 步尚未完成：{what_zh}。"


class KnownEarlier(Fault):
    """What shows the truth was in the house before the stated day."""

    code, status = "KNOWN_EARLIER", 422
    says = "{name} was here on {day}: we knew at the latest then. The 30 days count from that day."
    says_zh = "{name} 于 {day} 已提交：最迟当日即已知道，三十日应从该日起算。"


class SecondPerson(Fault):
    """Who proposes does not approve."""

    code, status = "SECOND_PERSON", 403
    says = "You proposed this rescission: a second person approves it."
    says_zh = "解除由您提出，须由第二人批准。"
