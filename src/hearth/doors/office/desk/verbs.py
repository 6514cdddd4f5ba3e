"""Verbs: each thing that can be done with a claim, at once by a button or by a form on a page of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.desks import documents, money, suspicion
from hearth.desks.claims import adjusting, agreeing, calculating, deciding, intake, reviewing, wanting
from hearth.desks.service import thread as talk
from hearth.doors.feeds.taking import rules_for, taken
from hearth.doors.feeds.uploads import ACCEPTED, MAX_BYTES
from hearth.doors.office.desk.acts import act_of
from hearth.doors.office.desk.asking import Asked, go, page, show, whole
from hearth.doors.office.desk.case import show_case
from hearth.doors.office.desk.forms import Box, Form
from hearth.doors.office.desk.papers import paper_name
from hearth.doors.office.desk.pieces import moment
from hearth.doors.office.desk.register import product_name
from hearth.doors.office.desk.stated import purpose
from hearth.kernel.documents.checklist import NAMES, ORDER, missing
from hearth.store.access import NotThere
from hearth.store.access.claims_case import CaseFile, one_claim
from hearth.store.access.people import staff
from hearth.store.access.search import accounts_for
from hearth.store.access.suspicion import rescissions
from hearth.store.shelf import wording
from hearth.words.claims import OUTCOME_WORDS, Outcome, Role
from hearth.words.faults import Fault
from hearth.words.money import yuan
from hearth.words.reasons import REASONS, REFUSALS

MOST_FILES = 20
DESK = frozenset({Role.STEWARD, Role.CLAIM_EXPERT, Role.SENIOR_EXPERT, Role.ASSESSOR, Role.REVIEWER})
NO_REFUSAL = (
    "paid_in_full",
    "deductible_took",
    "own_share_took",
    "limit_took",
    "age_took",
    "item_cap_took",
    "nothing_left",
)
"""Reasons of arithmetic: they say where money went, not why a claim is refused."""


@dataclass(frozen=True)
class Verb:
    """A verb with a form: its boxes, what is told above them, and what it calls."""

    boxes: Callable[[Asked, CaseFile], list[Box]]
    do: Callable[[Asked, CaseFile, Form, HttpRequest], str]
    yes: Callable[[], str]
    says: Callable[[Asked, CaseFile], str] = lambda asked, file: ""
    more: Callable[[Asked, CaseFile], dict[str, Any]] = lambda asked, file: {}


@page("GET", "POST")
def act(request: HttpRequest, asked: Asked, claim_no: str, word: str) -> HttpResponse:
    """Do something with a claim."""
    known = act_of(word)
    if known is None or known.word == "amend":
        raise NotThere(kind="claim", key=claim_no)
    file = one_claim(asked.by, claim_no, asked.at, purpose=purpose(asked.by))
    if known.at_once:
        if request.method != "POST":
            return show_case(request, asked, file)
        try:
            said = _AT_ONCE[word](asked, claim_no)
        except Fault as fault:
            if fault.status == 404:
                raise
            return show_case(
                request, asked, file, status=fault.status,
                notices=[{"kind": "wrong", "says": fault.sentence(asked.lang)}],
            )  # fmt: skip
        return go("office-case", claim_no, said=said)
    verb = _VERBS[word]
    boxes = verb.boxes(asked, file)
    form = Form(boxes, request.POST if request.method == "POST" else None)
    if form.is_right:
        try:
            said = verb.do(asked, file, form, request)
        except Fault as fault:
            form.refuse(fault, asked.lang)
        else:
            return go("office-case", claim_no, said=said)
    return show(
        request, asked, "office/act.html", "queue", f"{known.name} · {claim_no}", status=form.status, form=form,
        word=word, claim_no=claim_no, needs_words=any(box.must for box in boxes),
        person_name=file.person.full_name, yes=verb.yes(), says=verb.says(asked, file),
        back_url=reverse("office-case", args=[claim_no]), is_upload=word == "paper", accepted=ACCEPTED,
        **verb.more(asked, file), chosen=request.POST.getlist("evidence") if request.method == "POST" else None,
    )  # fmt: skip


# --- done at once ----------------------------------------------------------------------------------------------------


def _accept(asked: Asked, claim_no: str) -> str:
    intake.accept(asked.by, claim_no, at=asked.at)
    return "accepted"


def _review(asked: Asked, claim_no: str) -> str:
    reviewing.begin_review(asked.by, claim_no, at=asked.at)
    return "reviewing"


def _calculate(asked: Asked, claim_no: str) -> str:
    calculating.calculate(asked.by, claim_no, at=asked.at)
    return "calculated"


def _take(asked: Asked, claim_no: str) -> str:
    intake.assign(asked.by, claim_no, at=asked.at, assessor=asked.by.person_id)
    return "assigned"


def _close(asked: Asked, claim_no: str) -> str:
    agreeing.close(asked.by, claim_no, at=asked.at)
    return "changed"


_AT_ONCE: dict[str, Callable[[Asked, str], str]] = {
    "accept": _accept,
    "review": _review,
    "calculate": _calculate,
    "take": _take,
    "close": _close,
}


# --- with words ------------------------------------------------------------------------------------------------------


def _words(label: Callable[[], str], hint: Callable[[], str] = lambda: "") -> Callable[[Asked, CaseFile], list[Box]]:
    return lambda asked, file: [Box("words", label(), "area", most=4_000, rows=5, focus=True, hint=hint())]


def _send_back(asked: Asked, file: CaseFile, form: Form, request: HttpRequest) -> str:
    intake.send_back(asked.by, file.row.claim_no, at=asked.at, why=form["words"])
    return "sent_back"


def _investigate(asked: Asked, file: CaseFile, form: Form, request: HttpRequest) -> str:
    suspicion.investigate(asked.by, file.row.claim_no, at=asked.at, words=form["words"])
    return "investigating"


def _note(asked: Asked, file: CaseFile, form: Form, request: HttpRequest) -> str:
    reviewing.write_note(asked.by, file.row.claim_no, form["words"], at=asked.at)
    return "noted"


def _message(asked: Asked, file: CaseFile, form: Form, request: HttpRequest) -> str:
    talk.write(asked.by, file.row.claim_no, form["words"], at=asked.at)
    return "sent"


def _back(asked: Asked, file: CaseFile, form: Form, request: HttpRequest) -> str:
    reviewing.send_back_to_review(asked.by, file.row.claim_no, at=asked.at, why=form["words"])
    return "back"


def _proposal_back(asked: Asked, file: CaseFile, form: Form, request: HttpRequest) -> str:
    deciding.send_back_proposal(asked.by, file.row.claim_no, at=asked.at, why=form["words"])
    return "proposal_back"


# --- papers ----------------------------------------------------------------------------------------------------------


def _ask_boxes(asked: Asked, file: CaseFile) -> list[Box]:
    wanted = {one.paper for one in _lacking(asked, file)}
    others = [("", _("nothing more")), *((code, paper_name(code, asked.lang)) for code in ORDER if code not in wanted)]
    boxes = [
        Box("extra", _("Another paper"), "choice", must=False, options=others),
        Box("why", _("Why it is needed"), must=False, most=200, hint=_("The member reads this.")),
    ]
    if file.supplements:
        colleagues = [
            (str(one.person_id), one.full_name)
            for one in staff(asked.by, asked.at)
            if DESK & set(one.roles) and one.person_id != asked.by.person_id
        ]
        boxes += [
            Box("new_fact", _("What came to light"), "area", most=2_000, focus=True,
                hint=_("Papers are asked for once. A second time takes a supervisor and a new fact (Insurance Law "
                       "art. 22).")),
            Box("asked_by", _("Asked for by"), "choice", options=colleagues),
        ]  # fmt: skip
    return boxes


def _lacking(asked: Asked, file: CaseFile) -> tuple[Any, ...]:
    return missing(wanting.wanted_of(asked.by, file.row.claim_no, at=asked.at))


def _ask_more(asked: Asked, file: CaseFile) -> dict[str, Any]:
    """Everything that will be asked for, with what it is worth."""
    worth: dict[str, int] = {}
    try:
        for one in calculating.draft(asked.by, file.row.claim_no, asked.at).mine.worth:
            for paper in one.papers:
                worth[paper] = max(worth.get(paper, 0), one.amount)
    except Fault:
        worth = {}
    lacking = _lacking(asked, file)
    listed = [
        {
            "name": one.name.zh if asked.lang == "zh" else one.name.en,
            "why": one.needs[0].why.zh if asked.lang == "zh" else one.needs[0].why.en,
            "worth": yuan(worth[one.paper]) if worth.get(one.paper) else "",
        }
        for one in lacking
    ]
    known = {one.paper for one in lacking}
    listed += [
        {"name": paper_name(paper, asked.lang), "why": _("The costs it proves are counted with it."),
         "worth": yuan(amount) if amount else ""}
        for paper, amount in worth.items() if paper not in known
    ]  # fmt: skip
    return {"wanted": listed, "is_again": bool(file.supplements)}


def _ask(asked: Asked, file: CaseFile, form: Form, request: HttpRequest) -> str:
    items = []
    if form["extra"]:
        why = form["why"]
        items.append({"paper": form["extra"], "why_zh": why, "why_en": why} if why else {"paper": form["extra"]})
    intake.ask_supplement(
        asked.by, file.row.claim_no, items, at=asked.at, new_fact=form.values.get("new_fact", ""),
        asked_by=whole(form.values.get("asked_by", "")),
    )  # fmt: skip
    return "asked"


def _receive(asked: Asked, file: CaseFile, form: Form, request: HttpRequest) -> str:
    intake.receive_supplement(asked.by, file.row.claim_no, at=asked.at, gave_up=form["gave_up"])
    return "received"


def _receive_says(asked: Asked, file: CaseFile) -> str:
    lacking = _lacking(asked, file)
    if not lacking:
        return _("Everything that was asked for is here.")
    names = ("、" if asked.lang == "zh" else ", ").join(
        one.name.zh if asked.lang == "zh" else one.name.en for one in lacking
    )
    return _("Still missing: %(papers)s.") % {"papers": names}


def _paper(asked: Asked, file: CaseFile, form: Form, request: HttpRequest) -> str:
    files = request.FILES.getlist("file")[:MOST_FILES]
    if not files:
        raise NotThere(kind="paper", key=_("none was chosen"))
    rules = rules_for(one.product for one in file.policies)
    for each in files:
        found = taken(each.name or "", each.read(MAX_BYTES + 1), rules)
        documents.add_paper(
            asked.by, file.row.claim_no, at=asked.at, kind=form["kind"], upload=found, content=found.content,
            thumbnail=found.thumbnail, look=found.look,
        )  # fmt: skip
    return "paper"


# --- work ------------------------------------------------------------------------------------------------------------


def _assign_boxes(asked: Asked, file: CaseFile) -> list[Box]:
    people = staff(asked.by, asked.at)
    able = [(str(one.person_id), one.full_name) for one in people
            if set(one.roles) & {Role.CLAIM_EXPERT, Role.SENIOR_EXPERT, Role.ASSESSOR, Role.REVIEWER}]  # fmt: skip
    stewards = [(str(one.person_id), one.full_name) for one in people
                if set(one.roles) & {Role.STEWARD, Role.CLAIM_EXPERT, Role.SENIOR_EXPERT}]  # fmt: skip
    same = ("", _("as it is"))
    return [
        Box("assessor", _("Assessor"), "choice", must=False, options=[same, *able]),
        Box("steward", _("Steward"), "choice", must=False, options=[same, *stewards]),
    ]


def _assign(asked: Asked, file: CaseFile, form: Form, request: HttpRequest) -> str:
    intake.assign(
        asked.by, file.row.claim_no, at=asked.at, assessor=whole(form["assessor"]), steward=whole(form["steward"])
    )
    return "assigned"


def _known_boxes(asked: Asked, file: CaseFile) -> list[Box]:
    return [
        Box("icd", _("Illness (ICD-10)"), most=16, focus=True),
        Box("evidence_on", _("Proven by a paper of"), "date", must=False, hint=_("Empty: suspected only.")),
        Box("why", _("Why"), "area", most=4_000),
    ]


def _known(asked: Asked, file: CaseFile, form: Form, request: HttpRequest) -> str:
    reviewing.state_known(
        asked.by, file.row.claim_no, form["icd"], at=asked.at, evidence_on=form["evidence_on"], why=form["why"]
    )
    return "known"


# --- decided ---------------------------------------------------------------------------------------------------------


def _decide_boxes(asked: Asked, file: CaseFile) -> list[Box]:
    return [Box("words", _("Words to the member"), "area", must=False, most=4_000, rows=3)]


def _decide_says(asked: Asked, file: CaseFile) -> str:
    found = file.calculation
    if found is None:
        return _("Calculate it first.")
    outcome = asked.says(OUTCOME_WORDS[Outcome(found.proposal)])
    return _("%(outcome)s: %(amount)s yuan to %(name)s.") % {
        "outcome": outcome, "amount": yuan(found.paid_out_fen), "name": file.person.full_name}  # fmt: skip


def _decide(asked: Asked, file: CaseFile, form: Form, request: HttpRequest) -> str:
    proposal = file.calculation.proposal if file.calculation else Outcome.APPROVED.value
    done = deciding.decide(asked.by, file.row.claim_no, at=asked.at, outcome=proposal, words=form["words"])
    return "decided" if done.state == "decided" else "proposed"


def _refuse_boxes(asked: Asked, file: CaseFile) -> list[Box]:
    reasons = [(code, asked.says(words)) for code, words in REASONS.items() if code not in NO_REFUSAL]
    if any(one.ends_the_claim for one in rescissions(asked.by, asked.at, claim_no=file.row.claim_no)):
        reasons = [*((code, asked.says(words)) for code, words in REFUSALS.items()), *reasons]
    found_reason, found_clause = _suggested(file)
    return [
        Box("reason", _("Reason"), "choice", options=[("", "—"), *reasons], start=found_reason),
        Box("clause", _("Clause"), "choice", options=[("", "—"), *_clauses(asked, file)], start=found_clause),
        Box("words", _("Words to the member"), "area", most=4_000, rows=6,
            hint=_("What was found, which clause says so, and what the member can do. They read this.")),
    ]  # fmt: skip


def _suggested(file: CaseFile) -> tuple[str, str]:
    """The reason and the clause of the gate that holds back most, as the calculation found them."""
    if file.calculation is None:
        return "", ""
    most, found = 0, ("", "")
    for policy in file.calculation.result["claims"][0]["policies"]:
        for line in policy["lines"]:
            failed = [gate for gate in line["gates"] if gate["result"] == "fail" and gate["clause"]]
            if failed and line["not_covered"] >= most:
                most, found = line["not_covered"], (line["reason"], failed[0]["clause"])
    return found


def _clauses(asked: Asked, file: CaseFile) -> list[tuple[str, str]]:
    listed: dict[str, str] = {}
    for product in dict.fromkeys(one.product for one in file.policies):
        try:
            for anchor, clause in wording(product).clauses.items():
                listed.setdefault(
                    anchor, f"§ {anchor} {clause.title(asked.lang)} · {product_name(product, asked.lang)}"
                )
        except Fault:
            continue
    return list(listed.items())


def _refuse_more(asked: Asked, file: CaseFile) -> dict[str, Any]:
    papers = [
        {"value": one.evidence, "label": paper_name(one.kind, asked.lang), "says": one.name,
         "url": reverse("office-paper", args=[file.row.claim_no, one.paper_id])}
        for one in file.papers
    ]  # fmt: skip
    records = [
        {"value": f"record:{one.record_id}", "label": asked.says((one.zh, one.en)) or one.to_state,
         "says": moment(one.at, asked.lang, now=asked.at), "url": ""}
        for one in file.steps
    ]  # fmt: skip
    return {"evidence": [*papers, *records]}


def _refuse(asked: Asked, file: CaseFile, form: Form, request: HttpRequest) -> str:
    done = deciding.decide(
        asked.by, file.row.claim_no, at=asked.at, outcome=Outcome.REFUSED, reason=form["reason"],
        clause=form["clause"], evidence=[name[:40] for name in request.POST.getlist("evidence")[:100]],
        words=form["words"],
    )  # fmt: skip
    return "decided" if done.state == "decided" else "proposed"


def _approve(asked: Asked, file: CaseFile, form: Form, request: HttpRequest) -> str:
    deciding.approve(asked.by, file.row.claim_no, at=asked.at)
    return "approved"


def _approve_says(asked: Asked, file: CaseFile) -> str:
    one = next((each for each in file.proposals if each.state == "waiting"), None)
    if one is None:
        return _("Nothing waits for a second person.")
    outcome = asked.says(OUTCOME_WORDS[Outcome(one.outcome)])
    return _("%(name)s proposes: %(outcome)s; %(stake)s yuan are at stake.") % {
        "name": one.proposed_by, "outcome": outcome, "stake": yuan(one.at_stake_fen)}  # fmt: skip


# --- after it --------------------------------------------------------------------------------------------------------


def _reopen_boxes(asked: Asked, file: CaseFile) -> list[Box]:
    return [Box("words", _("Why"), "area", most=4_000, focus=True)]


def _reopen(asked: Asked, file: CaseFile, form: Form, request: HttpRequest) -> str:
    agreeing.reopen(
        asked.by, file.row.claim_no, at=asked.at, why=form["words"],
        evidence=[name[:40] for name in request.POST.getlist("evidence")[:100]],
    )  # fmt: skip
    return "reopened"


def _reopen_more(asked: Asked, file: CaseFile) -> dict[str, Any]:
    return {} if file.row.is_disputed else _refuse_more(asked, file)


def _correct_boxes(asked: Asked, file: CaseFile) -> list[Box]:
    found = [
        (str(one.account_id), f"{one.bank} · {one.tail} · {one.holder_name}")
        for one in accounts_for(asked.by, file.row.claim_no, asked.at)
    ]
    return [Box("account", _("Pay to"), "choice", options=found)]


def _correct(asked: Asked, file: CaseFile, form: Form, request: HttpRequest) -> str:
    money.correct_account(asked.by, file.row.claim_no, at=asked.at, account_id=int(form["account"]))
    return "corrected"


_VERBS: dict[str, Verb] = {
    "approve": Verb(lambda asked, file: [], _approve, lambda: _("Approve"), _approve_says),
    "proposal-back": Verb(_words(lambda: _("What to change")), _proposal_back, lambda: _("Send back")),
    "decide": Verb(_decide_boxes, _decide, lambda: _("Decide it"), _decide_says),
    "refuse": Verb(
        _refuse_boxes, _refuse, lambda: _("Refuse it"),
        lambda asked, file: _("A refusal needs a reason, a clause, evidence and a person (Insurance Law art. 24)."),
        _refuse_more,
    ),
    "ask": Verb(_ask_boxes, _ask, lambda: _("Ask for all of it"), more=_ask_more),
    "receive": Verb(
        lambda asked, file: [Box("gave_up", _("The member says there is nothing more"), "check", must=False)],
        _receive, lambda: _("Go on with the claim"), _receive_says,
    ),
    "reopen": Verb(
        _reopen_boxes, _reopen, lambda: _("Open it again"),
        lambda asked, file: "" if file.row.is_disputed else _("Name the new evidence that it is opened on."),
        _reopen_more,
    ),
    "correct": Verb(_correct_boxes, _correct, lambda: _("Pay again")),
    "investigate": Verb(
        _words(lambda: _("What is to be found out")), _investigate, lambda: _("Investigate"),
        lambda asked, file: _("Whoever investigates does not decide. The legal limit runs on."),
    ),
    "send-back": Verb(
        _words(lambda: _("What the member is to change"), lambda: _("The member reads this.")), _send_back,
        lambda: _("Send back"),
    ),
    "back": Verb(_words(lambda: _("Why")), _back, lambda: _("Back to review")),
    "known": Verb(_known_boxes, _known, lambda: _("Enter")),
    "paper": Verb(
        lambda asked, file: [
            Box("kind", _("Which paper"), "choice",
                options=[(code, paper_name(code, asked.lang)) for code in dict.fromkeys((*ORDER, *NAMES))])
        ],
        _paper, lambda: _("Add"),
    ),
    "assign": Verb(_assign_boxes, _assign, lambda: _("Hand over")),
    "note": Verb(_words(lambda: _("Note"), lambda: _("Staff alone see it.")), _note, lambda: _("Write it down")),
    "message": Verb(_words(lambda: _("Message"), lambda: _("The member reads this.")), _message, lambda: _("Send")),
}  # fmt: skip


@page("POST")
def adjustment(request: HttpRequest, asked: Asked, claim_no: str, adjustment_id: int) -> HttpResponse:
    """Take a proposed adjustment, or leave the decision as it was."""
    file = one_claim(asked.by, claim_no, asked.at, purpose=purpose(asked.by))
    if adjustment_id not in {one.adjustment_id for one in file.adjustments}:
        raise NotThere(kind="adjustment", key=adjustment_id)
    form = Form([Box("why", _("Why"), "area", most=4_000)], request.POST)
    try:
        if not form.is_right:
            return show_case(
                request, asked, file, status=422, notices=[{"kind": "wrong", "says": _("Say why, then settle it.")}]
            )
        take = request.POST.get("take") == "1"
        adjusting.settle_adjustment(asked.by, adjustment_id, at=asked.at, take=take, why=form["why"])
    except Fault as fault:
        return show_case(
            request, asked, file, status=fault.status, notices=[{"kind": "wrong", "says": fault.sentence(asked.lang)}]
        )
    return go("office-case", claim_no, said="adjusted")
