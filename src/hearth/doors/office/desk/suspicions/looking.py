"""Looking: one suspicion with its reasons and evidence; taken, cleared with words, or confirmed on papers."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.desks import suspicion as desk
from hearth.doors.office.desk.asking import Asked, go, page, show
from hearth.doors.office.desk.forms import Box, Form
from hearth.doors.office.desk.pieces import clock, moment
from hearth.doors.office.desk.suspicions.board import first_says, named, reasons_of, state_chip
from hearth.doors.office.desk.suspicions.ring import drawn
from hearth.store.access import NotAllowed, NotThere
from hearth.store.access import suspicion as reads
from hearth.words.faults import Fault
from hearth.words.suspicion import SIGNAL_WORDS, SuspicionState


@page()
def suspicion(request: HttpRequest, asked: Asked, suspicion_id: int) -> HttpResponse:
    """One suspicion: why, on what it rests, whose it is, what was said of it."""
    one = reads.one_suspicion(asked.by, suspicion_id, asked.at)
    papers = reads.papers_of(asked.by, suspicion_id, asked.at)
    kinds = {paper.paper_id: paper.kind for paper in papers}
    homes = {f"paper:{paper.paper_id}": paper.claim_no for paper in papers}
    first = one.claims[0] if one.claims else ""
    facts = [
        (_("With whom"), one.owner or _("nobody yet")),
        (_("Raised"), moment(one.raised_at, asked.lang, now=asked.at)),
        *([(_("Judged by"), f"{one.judged_by} · {moment(one.judged_at, asked.lang, now=asked.at)}")]
          if one.judged_at else []),
        *([(_("What was said"), one.words)] if one.words else []),
    ]  # fmt: skip
    hidden = one.claims_in_all - len(one.claims)
    return show(
        request, asked, "office/suspicion.html", "suspicions", asked.says(SIGNAL_WORDS[one.signal]), one=one,
        chip=state_chip(asked, one), reasons=reasons_of(asked, one), facts=facts,
        clock=clock(one.due_at, asked.at, asked.lang) if one.state is SuspicionState.SUSPECTED else None,
        evidence=[named(asked, name, homes.get(name, first), kinds) for name in one.evidence],
        proof=[named(asked, name, homes.get(name, first), kinds) for name in one.proof],
        claims=[{"no": no, "url": reverse("office-case", args=[no])} for no in one.claims], hidden=hidden,
        ring=drawn(asked, one),
        may_take=asked.may("suspicion", "judge") and one.owner_id != asked.by.person_id
        and one.state is SuspicionState.SUSPECTED,
        may_judge=asked.may("suspicion", "judge"),
    )  # fmt: skip


@page("GET", "POST")
def act(request: HttpRequest, asked: Asked, suspicion_id: int, word: str) -> HttpResponse:
    """Take a suspicion, clear it or confirm it."""
    one = reads.one_suspicion(asked.by, suspicion_id, asked.at)
    if not asked.may("suspicion", "judge"):
        raise NotAllowed
    if word == "take" and request.method == "POST":
        desk.take(asked.by, suspicion_id, at=asked.at)
        return go("office-suspicion", suspicion_id, said="changed")
    if word not in ("clear", "confirm"):
        raise NotThere(kind="suspicion", key=word)
    is_clear = word == "clear"
    boxes = [
        Box("words", _("Why it is none") if is_clear else _("What was found"), "area", most=4_000, rows=5, focus=True)
    ]
    papers = [] if is_clear else reads.papers_of(asked.by, suspicion_id, asked.at)
    options = [
        (
            f"paper:{one.paper_id}",
            f"{named(asked, f'paper:{one.paper_id}', one.claim_no, {one.paper_id: one.kind})['says']} · {one.claim_no}",
        )
        for one in papers
    ]
    if not is_clear:
        boxes += [
            Box("proof", _("On which paper it rests"), "choice", options=[("", "—"), *options]),
            Box("second", _("And on which other one"), "choice", must=False, options=[("", "—"), *options]),
        ]
    form = Form(boxes, request.POST if request.method == "POST" else None)
    if form.is_right:
        try:
            if is_clear:
                desk.clear(asked.by, suspicion_id, at=asked.at, words=form["words"])
            else:
                proof = [name for name in (form["proof"], form["second"]) if name]
                desk.confirm(asked.by, suspicion_id, at=asked.at, words=form["words"], proof=proof)
        except Fault as fault:
            form.refuse(fault, asked.lang)
        else:
            return go("office-suspicion", suspicion_id, said="suspicion_judged")
    return show(
        request, asked, "office/form.html", "suspicions",
        _("Nothing is wrong here") if is_clear else _("It is confirmed"), status=form.status, form=form,
        yes=_("Clear it") if is_clear else _("Confirm it"), says=first_says(asked, one),
        facts=[(_("What follows"), _("Nothing by itself: the claim is decided by a person, with its own reasons."))],
        back_url=reverse("office-suspicion", args=[suspicion_id]),
    )  # fmt: skip
