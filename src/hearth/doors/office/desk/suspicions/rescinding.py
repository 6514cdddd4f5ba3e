"""Rescinding: the steps towards rescinding a contract for non-disclosure, what bars it, and what follows from it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.desks import suspicion as desk
from hearth.doors.office.desk.asking import Asked, go, page, show
from hearth.doors.office.desk.forms import Box, Form
from hearth.doors.office.desk.pieces import chip, day
from hearth.doors.office.desk.register import product_name
from hearth.doors.office.desk.stated import purpose
from hearth.doors.office.desk.suspicions.board import named, paper_options
from hearth.store.access import NotAllowed, NotThere
from hearth.store.access import suspicion as reads
from hearth.store.access.claims_case import one_claim
from hearth.words.faults import Fault
from hearth.words.suspicion import BARS, INTENT_WORDS, RESCISSION_SAYS, RescissionState

R = RescissionState


@page("GET", "POST")
def rescind(request: HttpRequest, asked: Asked, claim_no: str) -> HttpResponse:
    """Choose the policy of a claim whose contract is to be rescinded; the steps follow."""
    if not asked.may("claim", "rescind"):
        raise NotAllowed
    file = one_claim(asked.by, claim_no, asked.at, purpose=purpose(asked.by))
    policies = [(one.policy_no, f"{one.policy_no} · {product_name(one.product, asked.lang)}") for one in file.policies]
    form = Form(
        [Box("policy", _("Policy"), "choice", options=policies)], request.POST if request.method == "POST" else None
    )
    if form.is_right:
        try:
            number = desk.prepare_rescission(asked.by, claim_no, form["policy"], at=asked.at)
        except Fault as fault:
            form.refuse(fault, asked.lang)
        else:
            return go("office-rescission", number)
    return show(
        request, asked, "office/form.html", "suspicions", _("Rescind for non-disclosure"), status=form.status,
        form=form, yes=_("Begin"), back_url=reverse("office-case", args=[claim_no]),
        says=_("Five steps, each with its evidence. One colleague proposes, an underwriter approves; "
               "the right lapses 30 days after we knew and two years after the contract was concluded."),
    )  # fmt: skip


@page()
def rescission(request: HttpRequest, asked: Asked, rescission_id: int) -> HttpResponse:
    """The steps of one rescission, what bars it now, and what would follow."""
    one = reads.one_rescission(asked.by, rescission_id, asked.at)
    where = desk.standing(asked.by, rescission_id, asked.at)
    is_prepared = one.state is R.PREPARED
    may_prepare = asked.may("rescission", "prepare")
    steps = _steps(asked, one)
    return show(
        request, asked, "office/rescission.html", "suspicions",
        _("Rescission of %(policy)s") % {"policy": one.policy_no}, one=one,
        chip=chip(asked.says(RESCISSION_SAYS[one.state]), "done" if one.state is R.APPROVED else "waits"),
        facts=_facts(asked, one), steps=steps,
        bars=[asked.says(BARS[bar]) for bar in where.bars] if one.state in (R.PREPARED, R.PROPOSED) else [],
        last=day(where.last_on, asked.lang), follows=_follows(where.benefits, where.premium),
        may_state=is_prepared and may_prepare,
        may_propose=is_prepared and may_prepare and all(step["is_done"] for step in steps) and not where.bars,
        may_approve=one.state is R.PROPOSED and asked.may("rescission", "approve")
        and asked.by.person_id not in (one.proposed_by_id, one.prepared_by_id),
        may_drop=one.state in (R.PREPARED, R.PROPOSED) and asked.may("rescission", "drop"),
        claim_url=reverse("office-case", args=[one.claim_no]) if asked.works_with("claim", "see") else "",
    )  # fmt: skip


@page("GET", "POST")
def act(request: HttpRequest, asked: Asked, rescission_id: int, word: str) -> HttpResponse:
    """State a step, propose, approve, or let it go."""
    one = reads.one_rescission(asked.by, rescission_id, asked.at)
    verb = word if word in ("approve", "drop") else "prepare"
    if not asked.may("rescission", verb):
        raise NotAllowed
    if word in ("propose", "approve") and request.method == "POST":
        ends = desk.propose_rescission if word == "propose" else desk.approve_rescission
        ends(asked.by, rescission_id, at=asked.at)
        return go("office-rescission", rescission_id, said=f"rescission_{word}d")
    boxes = (
        [Box("why", _("Why it is let go"), "area", most=4_000, focus=True)]
        if word == "drop"
        else _boxes(asked, one, word)
    )
    if not boxes:
        raise NotThere(kind="rescission", key=word)
    form = Form(boxes, request.POST if request.method == "POST" else None)
    if form.is_right:
        try:
            if word == "drop":
                desk.drop_rescission(asked.by, rescission_id, at=asked.at, why=form["why"])
            else:
                values = {box.name: _value(box, form[box.name]) for box in boxes}
                desk.state_step(asked.by, rescission_id, word, values, at=asked.at)
        except Fault as fault:
            form.refuse(fault, asked.lang)
        else:
            return go("office-rescission", rescission_id, said="changed")
    title = _("Let it go") if word == "drop" else f"{list(desk.STEPS).index(word) + 1}. {_names()[word]}"
    return show(
        request, asked, "office/form.html", "suspicions", title, status=form.status, form=form,
        yes=_("Let it go") if word == "drop" else _("Save the step"), says=_hints().get(word, ""),
        back_url=reverse("office-rescission", args=[rescission_id]),
    )  # fmt: skip


def _names() -> dict[str, str]:
    return {
        "question": _("The question asked"),
        "truth": _("What was true"),
        "materiality": _("Whether it matters"),
        "mind": _("With what mind"),
        "clocks": _("Since when we knew"),
    }


def _hints() -> dict[str, str]:
    return {
        "question": _(
            "Only what was asked has to be disclosed. The question stands word for word, with what shows it."
        ),
        "truth": _("What was true when the contract was concluded, and the paper that shows it."),
        "materiality": _("Would it have changed whether we insure, or at what premium?"),
        "mind": _("Slight negligence rescinds nothing. What follows depends on intent and on the effect."),
        "clocks": _("The 30 days count from the day we knew; at the latest from the day the paper came in."),
        "drop": _("What was stated stays in the records; a new one can be begun."),
    }


def _boxes(asked: Asked, one: reads.RescissionRow, step: str) -> list[Box]:
    papers = [("", "—"), *paper_options(asked, one.papers)]
    minds = [("", "—"), *((code.value, asked.says(words)) for code, words in INTENT_WORDS.items())]
    yes = [("", "—"), ("yes", _("yes")), ("no", _("no"))]
    return {
        "question": [
            Box("question", _("The question, word for word"), "area", most=4_000, start=one.question, focus=True),
            Box("answer", _("The answer given"), "area", most=4_000, start=one.answer),
            Box("question_evidence", _("What shows the question"), "choice", options=papers,
                start=one.question_evidence,
                hint=_("The signed questionnaire or the sales page. Add it to the claim's papers first.")),
        ],
        "truth": [
            Box("truth", _("What was true"), "area", most=4_000, start=one.truth, focus=True),
            Box("truth_evidence", _("What shows the truth"), "choice", options=papers, start=one.truth_evidence),
        ],
        "materiality": [
            Box("is_material", _("Would we have refused, or asked a higher premium?"), "choice", options=yes,
                start=_said(one.is_material)),
            Box("materiality", _("By which underwriting rule"), "area", most=4_000, start=one.materiality, focus=True),
        ],
        "mind": [
            Box("intent", _("Mind"), "choice", options=minds, start=one.intent.value if one.intent else ""),
            Box("is_serious", _("Did it seriously affect what happened?"), "choice", options=yes,
                start=_said(one.is_serious)),
            Box("mind", _("What tells so"), "area", most=4_000, start=one.mind, focus=True),
        ],
        "clocks": [
            Box("known_on", _("The day we knew"), "date", start=one.known_on),
            Box("knew_at_formation", _("Did we know when the contract was concluded?"), "choice", options=yes,
                start=_said(one.knew_at_formation)),
            Box("premium_taken", _("Did we take a premium after we knew?"), "choice", options=yes,
                start=_said(one.premium_taken)),
        ],
    }.get(step, [])  # fmt: skip


def _said(value: bool | None) -> str:
    return "" if value is None else "yes" if value else "no"


def _value(box: Box, value: Any) -> Any:
    return value == "yes" if box.name in ("is_material", "is_serious", "knew_at_formation", "premium_taken") else value


def _steps(asked: Asked, one: reads.RescissionRow) -> list[dict[str, Any]]:
    papers, names = dict(one.papers), _names()
    yes = {None: "", True: _("yes"), False: _("no")}

    def paper(name: str) -> str:
        return named(asked, name, one.claim_no, papers)["says"] if name else ""

    told: dict[str, list[tuple[str, str]]] = {
        "question": [
            (_("Question"), one.question),
            (_("Answer"), one.answer),
            (_("Evidence"), paper(one.question_evidence)),
        ],
        "truth": [(_("What was true"), one.truth), (_("Evidence"), paper(one.truth_evidence))],
        "materiality": [(_("Material"), yes[one.is_material]), (_("Why"), one.materiality)],
        "mind": [
            (_("Mind"), asked.says(INTENT_WORDS[one.intent]) if one.intent else ""),
            (_("Serious effect"), yes[one.is_serious]),
            (_("Why"), one.mind),
        ],
        "clocks": [
            (_("The day we knew"), day(one.known_on, asked.lang)),
            (_("Known at formation"), yes[one.knew_at_formation]),
            (_("Premium taken since"), yes[one.premium_taken]),
        ],
    }
    return [
        {
            "number": number,
            "name": names[step],
            "facts": [fact for fact in told[step] if fact[1]],
            "is_done": all(fact[1] for fact in told[step]),
            "url": reverse("office-rescission-act", args=[one.rescission_id, step]),
            "key": str(number),
        }
        for number, step in enumerate(desk.STEPS, 1)
    ]


def _facts(asked: Asked, one: reads.RescissionRow) -> list[tuple[str, str]]:
    facts = [
        (_("Policy"), f"{one.policy_no} · {product_name(one.product, asked.lang)}"),
        (_("Holder"), one.holder),
        (_("Concluded on"), day(one.formed_on, asked.lang)),
        (_("Begun by"), one.prepared_by),
    ]
    if one.proposed_by:
        facts.append((_("Proposed by"), one.proposed_by))
    if one.approved_by:
        facts.append((_("Approved by"), f"{one.approved_by} · {day(one.approved_on, asked.lang)}"))
    if one.ended_why:
        facts.append((_("Why it was let go"), one.ended_why))
    return facts


def _follows(benefits: str, premium: str) -> list[str]:
    told = {
        "none": _("No benefit for what happened before the rescission."),
        "paid": _("What happened before the rescission is paid."),
        "kept": _("The premium is not given back."),
        "refunded": _("The premium is given back."),
        "by_contract": _("Of the premium, what the contract says is given back."),
    }
    return [told[code] for code in (benefits, premium) if code]
