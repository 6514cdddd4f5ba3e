"""Verbs: what can be done with an advance in its state and by whom; each a form of its own, or a button."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hearth.desks import advances as desk
from hearth.desks.claims.foreseeing import foresee
from hearth.doors.office.desk.asking import Asked, go, page, show, show_fault, whole
from hearth.doors.office.desk.forms import Box, Form
from hearth.store.access import NotThere
from hearth.store.access import advances as reads
from hearth.store.access.advances import AdvanceFile
from hearth.words.advances import DECLINE_REASONS, RISKS, VERDICTS, AdvanceState
from hearth.words.faults import Fault
from hearth.words.money import yuan

A = AdvanceState
IN_HOSPITAL = (A.NECESSITY, A.GUARANTEE, A.PAYING, A.TRACKING)


@dataclass(frozen=True)
class Act:
    """One verb: its word, key, name, states, right, boxes (none: a button), what it calls."""

    word: str
    key: str
    name: Any
    states: tuple[AdvanceState, ...]
    verb: str
    do: Callable[[Asked, str, Form], object]
    boxes: Callable[[Asked, AdvanceFile], list[Box]] | None = None
    when: Callable[[Asked, AdvanceFile], bool] = lambda asked, file: True
    next_at: tuple[AdvanceState, ...] = ()
    says: Callable[[AdvanceFile], str] = lambda file: ""


def _complete(asked: Asked, no: str, form: Form) -> None:
    desk.complete(
        asked.by, no, at=asked.at, hospital=form["hospital"] or None, illness=form["illness"], icd=form["icd"],
        plan=form["plan"], estimate_fen=form["estimate"], is_hardship=form["hardship"],
        intake=form["intake"],
    )  # fmt: skip


def _complete_boxes(asked: Asked, file: AdvanceFile) -> list[Box]:
    names = [(one.code, one.name) for one in reads.hospitals(asked.by, asked.at)]
    return [
        Box("hospital", _("Hospital"), "choice", must=False, options=[("", _("not known yet")), *names],
            start=file.hospital_code),
        Box("icd", _("Diagnosis (ICD-10)"), must=False, most=20, start=file.icd),
        Box("illness", _("Illness"), "area", must=False, most=2_000, start=file.illness),
        Box("plan", _("Plan of treatment"), "area", must=False, most=2_000, start=file.plan),
        Box("estimate", _("Estimate of the whole cost"), "money", must=False, start=file.row.estimate_fen),
        Box("hardship", _("In economic hardship"), "check", must=False, start=file.row.is_hardship),
        Box("intake", _("Intake of the programme"), "area", must=False, most=2_000, start=file.intake),
    ]  # fmt: skip


def _opine_boxes(asked: Asked, file: AdvanceFile) -> list[Box]:
    return [
        Box("verdict", _("The plan is"), "choice", options=[(key, asked.says(said)) for key, said in VERDICTS.items()]),
        Box("approved", _("Necessary part of the estimate"), "money", must=False,
            hint=_("Only where it is partly necessary; the estimate is %(amount)s yuan.")
            % {"amount": yuan(file.row.estimate_fen)}),
        Box("reasons", _("Reasons"), "area", most=4_000, focus=True),
        Box("reference", _("Guideline or source"), most=200),
    ]  # fmt: skip


def _opine(asked: Asked, no: str, form: Form) -> None:
    desk.opine(
        asked.by, no, at=asked.at, verdict=form["verdict"], reasons=form["reasons"], reference=form["reference"],
        approved_fen=form["approved"],
    )  # fmt: skip


def _letter_says(file: AdvanceFile) -> str:
    return _(
        "The letter is reckoned anew: at most %(left)s yuan of the limit are left, the estimate is %(cost)s yuan."
    ) % {
        "left": yuan(file.limit_left_fen),
        "cost": yuan(file.row.estimate_fen),
    }


def _paid(file: AdvanceFile) -> int:
    return sum(one.amount_fen for one in file.instalments if one.state in ("intended", "sent", "confirmed"))


ACTS: tuple[Act, ...] = (
    Act("call", "c", gettext_lazy("First call made"), (A.NOTIFIED,), "call",
        lambda asked, no, form: desk.call(asked.by, no, at=asked.at, note=form["note"] or ""),
        lambda asked, file: [Box("note", _("What was said"), "area", must=False, most=2_000, focus=True)],
        next_at=(A.NOTIFIED,)),
    Act("check", "k", gettext_lazy("Check the conditions"), (A.ELIGIBILITY,), "check",
        lambda asked, no, form: desk.check(asked.by, no, at=asked.at, look=foresee), next_at=(A.ELIGIBILITY,)),
    Act("risk", "r", gettext_lazy("Judge the risk"), (A.RISK_CHECK,), "risk",
        lambda asked, no, form: desk.judge_risk(asked.by, no, at=asked.at, result=form["result"], why=form["why"]),
        lambda asked, file: [
            Box("result", _("Result"), "choice",
                options=[(key, asked.says(RISKS[key])) for key in ("clear", "warn")]),
            Box("why", _("Why"), "area", most=2_000, focus=True)],
        next_at=(A.RISK_CHECK,)),
    Act("opine", "o", gettext_lazy("Sign the opinion"), (A.NECESSITY,), "opine", _opine, _opine_boxes,
        next_at=(A.NECESSITY,)),
    Act("approve", "p", gettext_lazy("Approve the letter"), (A.GUARANTEE,), "approve",
        lambda asked, no, form: desk.approve(asked.by, no, at=asked.at, look=foresee),
        when=lambda asked, file: bool(file.letter_waits_fen) and file.letter_waits_of != asked.by.person_id,
        next_at=(A.GUARANTEE,), says=_letter_says),
    Act("letter", "g", gettext_lazy("Issue the letter"), (A.GUARANTEE,), "guarantee",
        lambda asked, no, form: desk.guarantee(asked.by, no, at=asked.at, look=foresee),
        when=lambda asked, file: not file.letter_waits_fen, next_at=(A.GUARANTEE,), says=_letter_says),
    Act("prepare", "y", gettext_lazy("Prepare an instalment"), (A.PAYING, A.TRACKING), "pay",
        lambda asked, no, form: desk.prepare(asked.by, no, form["amount"], at=asked.at),
        lambda asked, file: [Box("amount", _("Amount"), "money", start=file.row.cap_fen - _paid(file), focus=True)],
        when=lambda asked, file: _paid(file) < file.row.cap_fen
        and not any(one.state in ("intended", "sent") for one in file.instalments),
        next_at=(A.PAYING,)),
    Act("cost", "d", gettext_lazy("Enter a day's cost"), (*IN_HOSPITAL, A.DISCHARGED), "track",
        lambda asked, no, form: desk.tell_cost(asked.by, no, form["on"], form["cost"], at=asked.at),
        lambda asked, file: [
            Box("on", _("Day"), "date", start=None, focus=True), Box("cost", _("Cost of that day"), "money")],
        next_at=(A.TRACKING,)),
    Act("plan", "n", gettext_lazy("Plan changed"), (A.GUARANTEE, A.PAYING, A.TRACKING), "track",
        lambda asked, no, form: desk.change_plan(
            asked.by, no, at=asked.at, plan=form["plan"], estimate_fen=form["estimate"]),
        lambda asked, file: [
            Box("plan", _("Plan of treatment"), "area", most=2_000, start=file.plan, focus=True),
            Box("estimate", _("Estimate of the whole cost"), "money", start=file.row.estimate_fen)]),
    Act("discharge", "x", gettext_lazy("Discharged"), IN_HOSPITAL, "discharge",
        lambda asked, no, form: desk.discharge(asked.by, no, form["on"], at=asked.at),
        lambda asked, file: [Box("on", _("Discharged on"), "date", start=None, focus=True)],
        when=lambda asked, file: file.letter is not None),
    Act("back", "m", gettext_lazy("Money came back"), (A.TRACKING, A.DISCHARGED, A.RECOVERY), "recover",
        lambda asked, no, form: desk.recover(
            asked.by, no, form["amount"], at=asked.at, payer=form["payer"], reference=form["reference"]),
        lambda asked, file: [
            Box("amount", _("Amount"), "money", start=file.row.balance_fen, focus=True),
            Box("payer", _("From"), "choice", options=[("member", _("the member")), ("hospital", _("the hospital"))]),
            Box("reference", _("Reference of the payment"), most=32)],
        when=lambda asked, file: file.row.balance_fen > 0, next_at=(A.RECOVERY,)),
    Act("waive", "w", gettext_lazy("Propose to let off"), (A.RECOVERY,), "waive",
        lambda asked, no, form: desk.propose_waiver(asked.by, no, form["amount"], at=asked.at, why=form["why"]),
        lambda asked, file: [
            Box("amount", _("Amount"), "money", start=file.row.balance_fen),
            Box("why", _("What makes it hard"), "area", most=2_000, focus=True)],
        when=lambda asked, file: not file.waiver_waits_fen),
    Act("let-off", "f", gettext_lazy("Decide on letting off"), (A.RECOVERY,), "let_off",
        lambda asked, no, form: desk.let_off(asked.by, no, at=asked.at, grants=form["grants"] == "yes"),
        lambda asked, file: [Box("grants", _("%(amount)s yuan") % {"amount": yuan(file.waiver_waits_fen)}, "choice",
                                 options=[("yes", _("let off")), ("no", _("send the proposal back"))])],
        when=lambda asked, file: bool(file.waiver_waits_fen) and file.waiver_waits_of != asked.by.person_id,
        next_at=(A.RECOVERY,)),
    Act("complete", "e", gettext_lazy("Add what was missing"), (A.NOTIFIED, A.ELIGIBILITY, A.RISK_CHECK), "call",
        _complete, _complete_boxes),
    Act("decline", "z", gettext_lazy("No advance"), (A.ELIGIBILITY, A.NECESSITY, A.GUARANTEE), "decline",
        lambda asked, no, form: desk.decline(asked.by, no, at=asked.at, reason=form["reason"], words=form["words"]),
        lambda asked, file: [
            Box("reason", _("Reason"), "choice", options=[
                (key, asked.says(DECLINE_REASONS[key])) for key in ("NOT_ELIGIBLE", "NOT_NECESSARY", "NO_LIMIT")]),
            Box("words", _("Words to the member"), "area", most=2_000, focus=True,
                hint=_("Say what stands against it, and that the right to claim stays."))]),
    Act("cancel", "q", gettext_lazy("Cancel"), (A.NOTIFIED, A.ELIGIBILITY, A.RISK_CHECK, A.NECESSITY, A.GUARANTEE),
        "cancel",
        lambda asked, no, form: desk.cancel(asked.by, no, at=asked.at, reason=form["reason"], words=form["words"]),
        lambda asked, file: [
            Box("reason", _("Reason"), "choice", options=[
                (key, asked.says(DECLINE_REASONS[key])) for key in ("MEMBER", "DUPLICATE", "NOT_ADMITTED")]),
            Box("words", _("Words to the member"), "area", must=False, most=2_000)]),
)  # fmt: skip
"""In the order in which they stand on the page."""


def acts_of(asked: Asked, file: AdvanceFile) -> dict[str, Any]:
    """What can be done now: the one thing to do next, then the rest."""
    found = [
        {
            "word": act.word,
            "key": act.key,
            "name": act.name,
            "url": reverse("office-advance-act", args=[file.row.advance_no, act.word]),
            "at_once": act.boxes is None,
            "is_next": file.row.state in act.next_at,
        }
        for act in ACTS
        if file.row.state in act.states
        and asked.works_with("advance", act.verb)
        and file.row.person_id != asked.by.person_id
        and act.when(asked, file)
    ]
    first = next((one for one in found if one["is_next"]), None)
    return {"next": first, "rest": [one for one in found if one is not first]}


@page("GET", "POST")
def act(request: HttpRequest, asked: Asked, advance_no: str, word: str) -> HttpResponse:
    """Do something with an advance."""
    known = next((one for one in ACTS if one.word == word), None)
    if known is None:
        raise NotThere(kind="advance", key=advance_no)
    file = reads.advance_file(asked.by, advance_no, asked.at)
    boxes = known.boxes(asked, file) if known.boxes else []
    form = Form(boxes, request.POST if request.method == "POST" else None)
    if form.is_right:
        try:
            known.do(asked, advance_no, form)
        except Fault as fault:
            form.refuse(fault, asked.lang)
        else:
            return go("office-advance", advance_no, said="adv_done")
    return show(
        request, asked, "office/form.html", "advances", f"{known.name}: {advance_no}", status=form.status, form=form,
        yes=known.name, says=known.says(file), back_url=reverse("office-advance", args=[advance_no]),
    )  # fmt: skip


@page("POST")
def instalment(request: HttpRequest, asked: Asked, advance_no: str, instalment_id: int) -> HttpResponse:
    """Release an instalment, or take it back."""
    try:
        if request.POST.get("do") == "release":
            desk.release(asked.by, instalment_id, at=asked.at)
        else:
            desk.take_back(asked.by, instalment_id, at=asked.at)
    except Fault as fault:
        return show_fault(request, asked, fault)
    return go("office-advance", advance_no, said="adv_done")


@page("POST")
def task(request: HttpRequest, asked: Asked, advance_no: str) -> HttpResponse:
    """A task is done."""
    desk.task_done(asked.by, whole(request.POST.get("task", "")) or 0, at=asked.at)
    return go("office-advance", advance_no, said="adv_done", anchor="tasks")
