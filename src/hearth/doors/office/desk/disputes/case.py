"""Case: one dispute on one screen: what was decided and said, the evidence, the opinion, what can be done now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hearth.desks import disputes as desk
from hearth.doors.office.desk.asking import Asked, go, page, show
from hearth.doors.office.desk.disputes import orders as case_orders
from hearth.doors.office.desk.disputes.listing import parts
from hearth.doors.office.desk.forms import Box, Form
from hearth.doors.office.desk.papers import paper_name
from hearth.doors.office.desk.pieces import clock, moment, money
from hearth.doors.office.desk.register import product_name
from hearth.store.access import NotThere
from hearth.store.access import disputes as reads
from hearth.store.access.disputes import DisputedDecision, DisputeFile
from hearth.store.shelf import clause_text, wording
from hearth.words.claims import OUTCOME_WORDS, Outcome
from hearth.words.disputes import (
    DISPUTE_EVENTS,
    DISPUTE_REASONS,
    DISPUTE_STATES,
    OPEN_DISPUTES,
    TIER_ROLES,
    TIERS,
    VERDICT_WORDS,
    DisputeState,
)
from hearth.words.faults import Fault
from hearth.words.limits import limit_name

D = DisputeState
MOST = 4_000


@dataclass(frozen=True)
class Act:
    """One verb: its word, key, name, states, right; a button where it takes no words."""

    word: str
    key: str
    name: Any
    states: tuple[DisputeState, ...]
    verb: str
    do: Callable[[Asked, str, Form], object]
    label: Any = ""
    says: Any = ""
    when: Callable[[Asked, DisputeFile], bool] = lambda asked, file: True
    next_at: tuple[DisputeState, ...] = ()


def _of_tier(asked: Asked, file: DisputeFile) -> bool:
    return asked.by.has(TIER_ROLES[file.row.tier])


ACTS: tuple[Act, ...] = (
    Act("answer", "a", gettext_lazy("Answer"), (D.TRIAGE, D.EXPERT), "answer",
        lambda asked, no, form: desk.answer(asked.by, no, at=asked.at, words=form["words"]),
        gettext_lazy("Answer to the member"),
        gettext_lazy("Explain the decision with its clause and the arithmetic. The member settles it or goes on."),
        when=_of_tier, next_at=(D.TRIAGE, D.EXPERT)),
    Act("up", "u", gettext_lazy("Pass on to the next tier"), (D.TRIAGE, D.EXPERT), "move",
        lambda asked, no, form: desk.move_up(asked.by, no, at=asked.at, words=form["words"]),
        gettext_lazy("Why"), gettext_lazy("A dispute goes upward alone; the member reads the reason."), when=_of_tier),
    Act("take", "t", gettext_lazy("Take it to judge"), (D.SENIOR,), "opine",
        lambda asked, no, form: desk.take(asked.by, no, at=asked.at),
        when=lambda asked, file: file.row.reviewer_id != asked.by.person_id, next_at=(D.SENIOR,)),
    Act("say", "m", gettext_lazy("Write to the member"), OPEN_DISPUTES, "say",
        lambda asked, no, form: desk.say(asked.by, no, at=asked.at, words=form["words"]),
        gettext_lazy("Words")),
)  # fmt: skip
"""In the order in which they stand on the page."""


@page()
def dispute(request: HttpRequest, asked: Asked, dispute_no: str) -> HttpResponse:
    """One dispute."""
    return show_dispute(request, asked, reads.dispute_file(asked.by, dispute_no, asked.at))


@page("GET", "POST")
def act(request: HttpRequest, asked: Asked, dispute_no: str, word: str) -> HttpResponse:
    """Do something with a dispute."""
    known = next((one for one in ACTS if one.word == word), None)
    if known is None:
        raise NotThere(kind="dispute", key=dispute_no)
    boxes = [Box("words", known.label, "area", most=MOST, rows=8, focus=True)] if known.label else []
    form = Form(boxes, request.POST if request.method == "POST" else None)
    if form.is_right:
        try:
            known.do(asked, dispute_no, form)
        except Fault as fault:
            form.refuse(fault, asked.lang)
        else:
            return go("office-dispute", dispute_no, said="dispute_done")
    file = reads.dispute_file(asked.by, dispute_no, asked.at)
    return show(
        request, asked, "office/form.html", "disputes", f"{known.name}: {dispute_no}", status=form.status, form=form,
        yes=known.name, says=known.says, facts=_case_facts(asked, file),
        back_url=reverse("office-dispute", args=[dispute_no]),
    )  # fmt: skip


@page("POST")
def opine(request: HttpRequest, asked: Asked, dispute_no: str) -> HttpResponse:
    """Sign the independent opinion."""
    file = reads.dispute_file(asked.by, dispute_no, asked.at)
    form = _opinion_form(asked, file, request.POST)
    if form.is_right:
        try:
            desk.opine(
                asked.by, dispute_no, at=asked.at, verdict=form["verdict"], reasons=form["reasons"],
                clause=form["clause"],
            )  # fmt: skip
        except Fault as fault:
            form.refuse(fault, asked.lang)
        else:
            return go("office-dispute", dispute_no, said="dispute_signed")
    return show_dispute(request, asked, file, form=form, status=form.status)


def show_dispute(
    request: HttpRequest, asked: Asked, file: DisputeFile, *, form: Form | None = None, status: int = 200
) -> HttpResponse:
    """The screen of a dispute; `form` is the opinion's, with what was typed."""
    row = file.row
    if form is None and row.state is D.SENIOR and row.reviewer_id == asked.by.person_id:
        form = _opinion_form(asked, file)
    return show(
        request, asked, "office/dispute.html", "disputes",
        _("Dispute %(no)s, %(name)s") % {"no": row.dispute_no, "name": row.person}, status=status,
        parts=parts(asked, ""), row=row, file=file, form=form, acts=_acts(asked, file),
        state=asked.says(DISPUTE_STATES[row.state]),
        kind="done" if row.state in (D.SOLVED, D.CHANGED) else "plain" if not row.is_open else "waits",
        clocks=[
            {**clock(one.due_at, asked.at, asked.lang, basis=limit_name(one.code, asked.lang)),
             "name": limit_name(one.code, asked.lang)}
            for one in file.clocks if one.state == "running"
        ],
        limits=[
            (limit_name(one.code, asked.lang), _LIMIT_STATES[one.state][0 if asked.lang == "zh" else 1])
            for one in file.clocks if one.state != "running"
        ],
        track={"steps": [_tier(asked, number, file) for number in TIERS]},
        orders=case_orders.on_dispute(asked, row.dispute_no) if row.is_open else [],
        facts=_case_facts(asked, file), first=_decision(asked, file.first),
        second=_decision(asked, file.second) if file.second else [], changed=money(row.changed_fen),
        opinion=None if file.opinion is None else {
            "verdict": asked.says(VERDICT_WORDS[file.opinion.verdict]), "reasons": file.opinion.reasons,
            "clause": file.opinion.clause, "who": file.opinion.signed_by,
            "at": moment(file.opinion.signed_at, asked.lang, now=asked.at),
            "record_url": reverse("office-record", args=[file.opinion.record_id]) if asked.may_audit else "",
        },
        messages=[
            {
                "who": one.by or _("Hearth"), "mine": one.by_id == asked.by.person_id, "text": one.words,
                "role": _event(asked, one), "at": moment(one.at, asked.lang, now=asked.at),
                "at_iso": one.at.isoformat(),
                "papers": [(paper_name(one.paper_kind, asked.lang),
                            reverse("office-paper", args=[row.claim_no, one.paper_id]))] if one.paper_id else [],
            }
            for one in file.events
        ],
        papers=[
            {"name": paper_name(one.kind, asked.lang), "file": one.name,
             "url": reverse("office-paper", args=[row.claim_no, one.paper_id]),
             "is_evidence": one.paper_id in file.evidence, "at": moment(one.added_at, asked.lang, now=asked.at)}
            for one in file.papers
        ],
        may_papers=asked.may("paper", "see"),
        claim_url=reverse("office-case", args=[row.claim_no]) if asked.may_queue else "",
    )  # fmt: skip


_LIMIT_STATES: dict[str, tuple[str, str]] = {
    "met": ("按时", "kept"), "late": ("超时", "missed"), "void": ("不再适用", "no longer runs"),
}  # fmt: skip


def _acts(asked: Asked, file: DisputeFile) -> dict[str, Any]:
    found = [
        {
            "word": one.word, "key": one.key, "name": one.name, "at_once": not one.label,
            "url": reverse("office-dispute-act", args=[file.row.dispute_no, one.word]),
            "is_next": file.row.state in one.next_at,
        }
        for one in ACTS
        if file.row.state in one.states and asked.works_with("dispute", one.verb)
        and file.row.person_id != asked.by.person_id and one.when(asked, file)
    ]  # fmt: skip
    first = next((one for one in found if one["is_next"]), None)
    return {"next": first, "rest": [one for one in found if one is not first]}


def _event(asked: Asked, one: reads.DisputeEventRow) -> str:
    said = asked.says(DISPUTE_EVENTS[one.what])
    if one.what == "moved":
        return f"{said}: {asked.says((TIERS[one.tier].zh, TIERS[one.tier].en))}"
    return asked.says(DISPUTE_STATES[one.to_state]) if one.what == "ended" else said


def _tier(asked: Asked, number: int, file: DisputeFile) -> dict[str, Any]:
    row, words = file.row, TIERS[number]
    if number < row.tier:
        state = "done"
    elif number > row.tier:
        state = "todo" if row.is_open else "skipped"
    else:
        state = "now" if row.is_open else "done"
    first = next((one for one in file.events if one.tier == number), None)
    return {
        "code": str(number), "name": asked.says((words.zh, words.en)), "state": state,
        "when": moment(first.at, asked.lang, now=asked.at) if first else "",
        "says": asked.says((words.what_zh, words.what_en)) if state == "now" else "",
    }  # fmt: skip


def _case_facts(asked: Asked, file: DisputeFile) -> list[tuple[str, str]]:
    row = file.row
    return [
        (_("Reason"), asked.says(DISPUTE_REASONS[row.reason])),
        (_("Claim"), row.claim_no),
        (_("Products"), ", ".join(product_name(code, asked.lang) for code in file.products)),
        (_("Opened by"), f"{file.opened_by} · {moment(row.opened_at, asked.lang, now=asked.at)}"),
        (_("With"), row.reviewer or row.holder or _("nobody yet")),
    ]


def _decision(asked: Asked, one: DisputedDecision) -> list[tuple[str, str]]:
    facts = [
        (_("Outcome"), asked.says(OUTCOME_WORDS[Outcome(one.outcome)])),
        (_("Pays out, yuan"), money(one.paid_out_fen)),
        (_("Decided by"), one.decided_by or _("automatically")),
        (_("Decided on"), moment(one.decided_at, asked.lang, now=asked.at)),
    ]
    return [*facts, *([(_("Clause"), one.clause)] if one.clause else [])]


def _opinion_form(asked: Asked, file: DisputeFile, posted: Any = None) -> Form:
    return Form(
        [
            Box("verdict", _("The opinion is"), "choice",
                options=[("", _("choose")), *((key.value, asked.says(said)) for key, said in VERDICT_WORDS.items())]),
            Box("clause", _("Clause"), "choice", options=[("", _("choose")), *_clauses(asked, file)],
                start=file.first.clause),
            Box("reasons", _("Reasons, as the member reads them"), "area", most=MOST, rows=8,
                hint=_("Say what the evidence shows and what the clause says. For the member or partly: the claim is "
                       "decided anew by somebody else.")),
        ],
        posted,
    )  # fmt: skip


def _clauses(asked: Asked, file: DisputeFile) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for product in file.products:
        try:
            for anchor in wording(product).clauses:
                title, _text = clause_text(product, anchor, asked.lang)
                found.setdefault(anchor, f"{anchor} {title}")
        except Fault:
            continue
    return list(found.items())
