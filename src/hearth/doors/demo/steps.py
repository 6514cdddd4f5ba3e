"""Steps: what somebody does with one claim of the demo, each by the desk's own verb, only while it can be done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from hearth.desks import disputes, documents, founding, money, policies, suspicion
from hearth.desks.claims import adjusting, agreeing, calculating, deciding, intake, reporting, reviewing
from hearth.desks.service import thread
from hearth.doors.demo.cast import MEMBERS
from hearth.doors.demo.house import PARTNER, House
from hearth.doors.demo.pictures import Insured, picture
from hearth.store.access import HOUSE
from hearth.store.access.disputes import DisputeRow, disputes_of
from hearth.store.access.people import accounts
from hearth.words.claims import ClaimState, Outcome
from hearth.words.disputes import NEXT_TIER, DisputeState, Verdict

S = ClaimState
REVIEWER, EXPERT, UNDERWRITER = "zheng", "yao", "he"


@dataclass
class Claim:
    """One claim of the demo: whose, under what, why, and what becomes of it."""

    key: str
    person: str
    member: str
    """Who reports it: the person, or who acts for them; the broker's code where it brings it in."""
    policy_nos: tuple[str, ...]
    facts: Mapping[str, Any]
    papers: tuple[str, ...]
    story: str
    fate: str
    branch: str
    refusal: tuple[str, str] = ("", "")
    """Reason and clause, where it is refused."""
    kept_back: tuple[str, ...] = ()
    """Papers that are missing at first."""
    same_picture_as: str = ""
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def assessor(self) -> str:
        """Who works on it."""
        return "xu" if self.branch == "shenzhen" else "tang"

    @property
    def printed(self) -> Mapping[str, Any]:
        """What its papers say: its facts, or those of the claim whose pictures it uses again."""
        again: Mapping[str, Any] | None = self.more.get("printed")
        return again or self.facts

    @property
    def insured(self) -> Insured | None:
        """Whose papers they are, where that is known here."""
        known = {one.code: Insured(one.zh, one.sex, one.born_on) for one in MEMBERS}
        told: Insured | None = self.more.get("insured")
        return told or known.get(self.person)

    @property
    def owner(self) -> str:
        """The member who answers for it."""
        return self.person if self.member == PARTNER else self.member


class Step(NamedTuple):
    """Something that is done: after how many hours at least and at most, by day or in office hours, and how."""

    least: float
    most: float
    in_office: bool
    do: Callable[[House, Claim, datetime], object]


def _state(house: House, claim: Claim) -> str:
    return founding.state_of(house.claims[claim.key])


def _draft(house: House, claim: Claim, at: datetime) -> str:
    by = house.who(claim.member, at)
    no = house.claims.get(claim.key)
    if no is None:
        no = reporting.start_draft(
            by, house.of(claim.person), at=at, policy_nos=claim.policy_nos, external_id=claim.key
        )
        house.claims[claim.key] = no
    if _state(house, claim) == S.DRAFT:
        account = house.accounts.get(claim.owner) if claim.more.get("account", True) else None
        reporting.save_draft(by, no, at=at, facts=claim.facts, story=claim.story, account_id=account)
        add_papers(house, claim, at, [kind for kind in claim.papers if kind not in claim.kept_back])
    return no


def add_papers(house: House, claim: Claim, at: datetime, kinds: list[str]) -> None:
    """The member photographs papers of a claim."""
    no, by = house.claims[claim.key], house.who(claim.owner, at)
    for kind in kinds:
        drawn = picture(kind, f"{claim.same_picture_as or claim.key} {kind}", claim.printed, claim.insured)
        documents.add_paper(by, no, at=at, kind=kind, upload=drawn, content=drawn.content, thumbnail=drawn.thumbnail)


def _report(house: House, claim: Claim, at: datetime) -> None:
    if claim.member == PARTNER:
        _bring_in(house, claim, at)
        return
    no = _draft(house, claim, at)
    if _state(house, claim) == S.DRAFT:
        reporting.report(house.who(claim.member, at), no, at=at)


def _bring_in(house: House, claim: Claim, at: datetime) -> None:
    brought = reporting.Brought(
        external_id=claim.key,
        person=claim.more["external"],
        policies=claim.policy_nos,
        facts=claim.facts,
        story=claim.story,
        held=tuple(kind for kind in claim.papers if kind not in claim.kept_back),
        has_no_more=bool(claim.kept_back),
    )
    house.claims[claim.key] = reporting.bring_in(house.who(PARTNER, at), brought, at=at)


def _submit(house: House, claim: Claim, at: datetime) -> None:
    if _state(house, claim) == S.REPORTED:
        no = house.claims[claim.key]
        reporting.submit(house.who(claim.member, at), no, at=at, has_no_more=bool(claim.kept_back))


def _send_back(house: House, claim: Claim, at: datetime) -> None:
    if _state(house, claim) == S.SUBMITTED:
        why = "发票照片看不清金额，请重新拍一张后再提交。"
        intake.send_back(house.who(claim.assessor, at), house.claims[claim.key], at=at, why=why)


def _accept(house: House, claim: Claim, at: datetime) -> None:
    if _state(house, claim) == S.SUBMITTED:
        intake.accept(house.who(claim.assessor, at), house.claims[claim.key], at=at)


def _ask(house: House, claim: Claim, at: datetime) -> None:
    if _state(house, claim) in (S.ACCEPTED, S.REVIEW):
        no = house.claims[claim.key]
        intake.ask_supplement(
            house.who(claim.assessor, at), no, claim.more.get("ask", ("diagnosis_certificate",)), at=at
        )


def _delivered(house: House, claim: Claim, at: datetime) -> None:
    intake.supplement_delivered(house.claims[claim.key], at=at)


def _receive(house: House, claim: Claim, at: datetime) -> None:
    if _state(house, claim) == S.SUPPLEMENT:
        add_papers(house, claim, at, [*claim.kept_back, *claim.more.get("ask", ("diagnosis_certificate",))])
        intake.receive_supplement(house.who(claim.owner, at), house.claims[claim.key], at=at)


def _give_up(house: House, claim: Claim, at: datetime) -> None:
    if _state(house, claim) == S.SUPPLEMENT:
        intake.receive_supplement(house.who(claim.owner, at), house.claims[claim.key], at=at, gave_up=True)


def _review(house: House, claim: Claim, at: datetime) -> None:
    by, no = house.who(claim.assessor, at), house.claims[claim.key]
    if _state(house, claim) == S.ACCEPTED:
        reviewing.begin_review(by, no, at=at)
    if _state(house, claim) == S.REVIEW:
        intake.assign(by, no, at=at, assessor=house.of(claim.assessor))
        reviewing.write_note(by, no, "费用与清单一致，住院时间与病历相符。", at=at)


def _message(house: House, claim: Claim, at: datetime) -> None:
    no = house.claims[claim.key]
    thread.write(house.who(claim.owner, at), no, "请问大概什么时候能有结果？", at=at)


def _answer(house: House, claim: Claim, at: datetime) -> None:
    no, by = house.claims[claim.key], house.who(claim.assessor, at)
    thread.write(by, no, "材料已齐，我们正在核对，最晚在页面显示的日期前答复您。", at=at)


def _investigate(house: House, claim: Claim, at: datetime) -> None:
    if _state(house, claim) in (S.ACCEPTED, S.REVIEW):
        by, no = house.who(EXPERT, at), house.claims[claim.key]
        if _state(house, claim) == S.ACCEPTED:
            reviewing.begin_review(by, no, at=at)
        suspicion.investigate(
            by, no, at=at, words="向就诊医院调取完整病历，核实首次出现症状的时间。",
            tasks=[("向就诊医院病案室调取完整病历", None), ("电话回访就诊人，核对就诊经过", None)],
        )  # fmt: skip


def _known_before(house: House, claim: Claim, at: datetime) -> None:
    if _state(house, claim) in (S.ACCEPTED, S.REVIEW, S.CALCULATED):
        icd = str(claim.facts["invoices"][0]["icd"])
        reviewing.state_known(
            house.who(claim.assessor, at), house.claims[claim.key], icd, at=at, why="既往门诊病历记载同一疾病，待核实。"
        )


def _calculate(house: House, claim: Claim, at: datetime) -> None:
    if _state(house, claim) in (S.ACCEPTED, S.REVIEW, S.CALCULATED):
        calculating.calculate(house.who(claim.assessor, at), house.claims[claim.key], at=at)


def _decide(house: House, claim: Claim, at: datetime) -> None:
    if _state(house, claim) != S.CALCULATED:
        return
    no = house.claims[claim.key]
    said = founding.proposal_of(no)
    if said == Outcome.REFUSED or claim.refusal[0]:
        _refuse(house, claim, at)
    else:
        deciding.decide(house.who(claim.assessor, at), no, at=at, outcome=said)


def _refuse(house: House, claim: Claim, at: datetime) -> None:
    no = house.claims[claim.key]
    # Of the claims that nobody meant to be refused, those for a check-up are: every product leaves it out by 4.1.
    reason, clause = claim.refusal if claim.refusal[0] else ("excluded", "4.1")
    evidence = founding.evidence_of(no)
    deciding.decide(
        house.who(claim.assessor, at), no, at=at, outcome=Outcome.REFUSED, reason=reason, clause=clause,
        evidence=evidence, words="很抱歉，这次治疗不在约定的保险责任内。依据的条款和材料已列明，您可以提出异议。",
    )  # fmt: skip


def _approve(house: House, claim: Claim, at: datetime) -> None:
    if _state(house, claim) == S.CALCULATED:
        deciding.approve(house.who(REVIEWER, at), house.claims[claim.key], at=at)


def _send_back_proposal(house: House, claim: Claim, at: datetime) -> None:
    if _state(house, claim) == S.CALCULATED:
        by, no = house.who(REVIEWER, at), house.claims[claim.key]
        deciding.send_back_proposal(by, no, at=at, why="请核对耗材清单后再提交。")


def _look(house: House, claim: Claim, at: datetime) -> None:
    """What the machine left to a person, for a sample or for a gate, is decided by one."""
    if _state(house, claim) == S.REVIEW:
        _review(house, claim, at)
        _calculate(house, claim, at)
        _decide(house, claim, at)


def _told(house: House, claim: Claim, at: datetime) -> None:
    if _state(house, claim) == S.DECIDED:
        agreeing.decision_told(house.claims[claim.key], at=at)


def _agree(house: House, claim: Claim, at: datetime) -> None:
    if _state(house, claim) == S.DECIDED:
        account = house.accounts[claim.more.get("to", claim.owner)]
        agreeing.agree(house.who(claim.owner, at), house.claims[claim.key], at=at, account_id=account)


def _dispute(house: House, claim: Claim, at: datetime) -> None:
    if _state(house, claim) in disputes.DISPUTABLE:
        by, no = house.who(claim.owner, at), house.claims[claim.key]
        disputes.dispute(by, no, at=at, reason="not_necessary", words="医生说这项耗材是手术必需的，请再核对一次。")


def _disputed(house: House, claim: Claim, at: datetime) -> DisputeRow | None:
    found = disputes_of(HOUSE, house.claims[claim.key], at)
    return found[0] if found and found[0].is_open else None


def _dispute_up(house: House, claim: Claim, at: datetime) -> None:
    """Answered and passed on by whoever has the tier at their branch; elsewhere the member goes on."""
    held = _disputed(house, claim, at)
    if held is None or held.state not in NEXT_TIER:
        return
    if claim.branch != "shenzhen":
        words = "我还是不同意，请上一级看一下。"
        disputes.move_up(house.who(claim.owner, at), held.dispute_no, at=at, words=words)
        return
    by = house.who("an" if held.tier == 1 else "gu", at)
    disputes.answer(by, held.dispute_no, at=at, words="已把当时的计算逐项向您说明；耗材是否必要，请上一级判断。")
    disputes.move_up(by, held.dispute_no, at=at, words="分歧在于耗材是否必要，需要上一级查明。")


def _stays(house: House, claim: Claim, at: datetime) -> None:
    _opine(house, claim, at, Verdict.INSURER, "病历未见使用该耗材的指征，原扣减符合条款，维持原结论。")


def _for_member(house: House, claim: Claim, at: datetime) -> None:
    _opine(house, claim, at, Verdict.CUSTOMER, "手术记录写明了使用该耗材的指征，属于合理且必要的费用，应当计入。")


def _opine(house: House, claim: Claim, at: datetime, verdict: Verdict, reasons: str) -> None:
    held = _disputed(house, claim, at)
    if held is not None and held.state == DisputeState.SENIOR:
        by = house.who(EXPERT, at)
        disputes.take(by, held.dispute_no, at=at)
        disputes.opine(by, held.dispute_no, at=at, verdict=verdict, reasons=reasons, clause="3.1")


def _cut(house: House, claim: Claim, at: datetime) -> None:
    """A part of the first line is held for not necessary: what is disputed later."""
    if _state(house, claim) in (S.ACCEPTED, S.REVIEW, S.CALCULATED):
        by, no = house.who(claim.assessor, at), house.claims[claim.key]
        reviewing.mark_line(by, no, 1, 1, at=at, not_necessary="60.00", why="耗材数量超出常规，待说明。")


def _decide_anew(house: House, claim: Claim, at: datetime) -> None:
    if _state(house, claim) == S.REVIEW:
        by, no = house.who(REVIEWER, at), house.claims[claim.key]
        reviewing.mark_line(by, no, 1, 1, at=at, why="按独立意见计入。")
        calculating.calculate(by, no, at=at)
        deciding.decide(by, no, at=at, outcome=founding.proposal_of(no))


def _new_paper(house: House, claim: Claim, at: datetime) -> None:
    add_papers(house, claim, at, ["pathology"])


def _reopen(house: House, claim: Claim, at: datetime) -> None:
    if _state(house, claim) in (S.DECIDED, S.PAID, S.CLOSED):
        no = house.claims[claim.key]
        evidence = [f"paper:{founding.papers_of(no)[-1]}"]
        agreeing.reopen(house.who(REVIEWER, at), no, at=at, why="收到新的病理报告，需要重新核定。", evidence=evidence)


def _withdraw(house: House, claim: Claim, at: datetime) -> None:
    if _state(house, claim) in agreeing.BEFORE_AGREED:
        agreeing.withdraw(house.who(claim.owner, at), house.claims[claim.key], at=at)


def _correct(house: House, claim: Claim, at: datetime) -> None:
    if _state(house, claim) == S.RETURNED:
        by, no = house.who(claim.owner, at), house.claims[claim.key]
        # The account that they had before the one that money does not reach.
        first = min(each.account_id for each in accounts(by, house.of(claim.owner), at))
        money.correct_account(by, no, at=at, account_id=first)


def _void(house: House, claim: Claim, at: datetime) -> None:
    by = house.who(UNDERWRITER, at)
    policies.void_policy(by, claim.policy_nos[0], at=at, why="投保时未如实告知，依据《保险法》第十六条解除合同。")


def _leave(house: House, claim: Claim, at: datetime) -> None:
    for adjustment_id in founding.adjustments_of(house.claims[claim.key]):
        adjusting.settle_adjustment(
            house.who(REVIEWER, at), adjustment_id, at=at, take=False, why="未告知的事项与本次治疗无关，不作调整。"
        )


def _take(house: House, claim: Claim, at: datetime) -> None:
    for adjustment_id in founding.adjustments_of(house.claims[claim.key]):
        adjusting.settle_adjustment(
            house.who(REVIEWER, at), adjustment_id, at=at, take=True, why="合同自始无效，按调整后的金额处理。"
        )


def _prepare_run(house: House, claim: Claim, at: datetime) -> None:
    held = founding.held_payments(house.claims[claim.key])
    if held:
        money.prepare_run(house.who("qian", at), at=at, payment_ids=held)


def _release_run(house: House, claim: Claim, at: datetime) -> None:
    for run_id in founding.runs_of(house.claims[claim.key]):
        money.release_run(house.who("jin", at), run_id, at=at)


STEPS: dict[str, Step] = {
    "draft": Step(0, 0, False, _draft),
    "report": Step(0, 0, False, _report),
    "submit": Step(0.2, 30, False, _submit),
    "send_back": Step(2, 20, True, _send_back),
    "accept": Step(0.5, 8, True, _accept),
    "ask": Step(0.5, 3, True, _ask),
    "delivered": Step(0.02, 0.1, False, _delivered),
    "receive": Step(20, 120, False, _receive),
    "give_up": Step(60, 200, False, _give_up),
    "review": Step(0.5, 5, True, _review),
    "message": Step(1, 5, False, _message),
    "answer": Step(0.3, 2, True, _answer),
    "investigate": Step(1, 6, True, _investigate),
    "known_before": Step(1, 6, True, _known_before),
    "calculate": Step(1, 9, True, _calculate),
    "decide": Step(0.5, 20, True, _decide),
    "approve": Step(1, 24, True, _approve),
    "send_back_proposal": Step(1, 24, True, _send_back_proposal),
    "look": Step(1, 7, True, _look),
    "told": Step(0.02, 0.2, False, _told),
    "agree": Step(1, 60, False, _agree),
    "dispute": Step(10, 80, False, _dispute),
    "dispute_up": Step(3, 20, True, _dispute_up),
    "stays": Step(20, 70, True, _stays),
    "for_member": Step(20, 70, True, _for_member),
    "cut": Step(0.5, 4, True, _cut),
    "decide_anew": Step(4, 30, True, _decide_anew),
    "new_paper": Step(140, 300, False, _new_paper),
    "reopen": Step(5, 40, True, _reopen),
    "withdraw": Step(5, 60, False, _withdraw),
    "correct": Step(190, 280, False, _correct),
    "void": Step(200, 500, True, _void),
    "leave": Step(20, 60, True, _leave),
    "take": Step(20, 60, True, _take),
    "prepare_run": Step(1, 20, True, _prepare_run),
    "release_run": Step(1, 8, True, _release_run),
}
"""Every step by its name."""
