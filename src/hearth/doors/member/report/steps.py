"""Steps: who a claim is for, what happened, under which policies; and the one page that lists what is still needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hearth.desks.claims import reporting, sold, wanting
from hearth.doors.member.boxes import box, card, cards, problems_of
from hearth.doors.member.claim import held_of
from hearth.doors.member.family import persons, says
from hearth.doors.member.page import Ask, go, page, shown
from hearth.doors.member.papers import name_of
from hearth.doors.member.policies import state
from hearth.doors.member.report import bill
from hearth.doors.member.report.estimate import estimate_of
from hearth.doors.member.saying import age, day, product
from hearth.kernel.documents.checklist import Wanted
from hearth.store.access import people
from hearth.store.access.claims import claims_of
from hearth.store.access.claims_case import CaseFile
from hearth.store.access.policies import PolicyRow, policies_of
from hearth.words.claims import ClaimState
from hearth.words.faults import Fault
from hearth.words.money import yuan

S = ClaimState
EDITABLE = (S.DRAFT, S.REPORTED, S.SUPPLEMENT)
MOST_STORY = 4_000


def editable(ask: Ask, claim_no: str) -> CaseFile | HttpResponse:
    """The claim while it can be filled in; else the way to its page."""
    held = held_of(ask, claim_no)
    return held if held.row.state in EDITABLE else go("member-claim", claim_no=claim_no)


# --- who -------------------------------------------------------------------------------------------------------------


@page
def new(ask: Ask) -> HttpResponse:
    """For whom: the reader, or one of those they act for."""
    everybody = persons(ask)
    if ask.is_post:
        chosen = ask.number("who")
        if chosen is not None:
            return go("member-story", claim_no=draft_for(ask, chosen))
    kin = {row.person_id: row for row in people.family(ask.by, ask.person_id, ask.at)}
    options = [
        card(str(person_id), _("Myself") if person_id == ask.person_id else name,
             name if person_id == ask.person_id else says(ask, kin[person_id]),
             chosen=len(everybody) == 1)
        for person_id, name in everybody
    ]  # fmt: skip
    who = cards("who", _("Who was treated?"), options, error=_("Choose a person.") if ask.is_post else "")
    drafts = [row for row in claims_of(ask.by, ask.at) if row.state == S.DRAFT]
    return shown(
        ask,
        "new",
        title=_("Report a claim"),
        section="claims",
        back_url=reverse("member-home"),
        who=who,
        drafts=[
            {"url": reverse("member-fill", kwargs={"claim_no": row.claim_no}), "says": row.person_name,
             "day": day(row.event_on, ask.lang)}
            for row in drafts[:3]
        ],
        waiting=[row.full_name for row in kin.values() if not row.acts_now],
        problems=problems_of([who]),
        status=422 if ask.is_post else 200,
    )  # fmt: skip


def draft_for(ask: Ask, person_id: int) -> str:
    """A draft for a person; one that is still empty is gone on with, so that pressing twice begins one claim."""
    for row in claims_of(ask.by, ask.at):
        is_empty = row.event_on is None and row.claimed_fen == 0
        if row.state == S.DRAFT and row.person_id == person_id and row.reporter_id == ask.person_id and is_empty:
            held = held_of(ask, row.claim_no)
            if not held.story and not held.facts and not held.papers:
                return row.claim_no
    return reporting.start_draft(ask.by, person_id, at=ask.at)


# --- what happened ---------------------------------------------------------------------------------------------------


@page
def story(ask: Ask, claim_no: str) -> HttpResponse:
    """What happened and when: illness or accident, the day, in the reader's own words."""
    held = editable(ask, claim_no)
    if isinstance(held, HttpResponse):
        return held
    cause = ask.typed("cause", 20) if ask.is_post else str(held.facts.get("cause", ""))
    text = ask.typed("story", MOST_STORY + 1) if ask.is_post else held.story
    written = ask.typed("event_on", 10) if ask.is_post else _iso(held.row.event_on)
    wrong: dict[str, str] = {}
    if ask.is_post:
        event_on = _day_of(written)
        if written and event_on is None:
            wrong["event_on"] = _("This is not a day. Write it as 2026-05-20.")
        elif event_on is not None and event_on > ask.today:
            wrong["event_on"] = _("This day is still to come. When did it happen?")
        if cause not in ("illness", "accident"):
            wrong["cause"] = _("Choose one: it decides which papers are needed.")
        if not wrong:
            facts = {**held.facts, "cause": cause}
            facts.pop("trigger_on", None)
            if cause == "accident" and event_on is not None:
                facts["trigger_on"] = event_on.isoformat()
            try:
                reporting.save_draft(
                    ask.by, claim_no, at=ask.at, facts=facts, based_on=held.facts, story=text, event_on=event_on
                )
            except Fault as fault:
                wrong["story"] = fault.sentence(ask.lang)
            else:
                if held.row.state == S.DRAFT:
                    return go("member-claim-policies", claim_no=claim_no)
                return go("member-fill", claim_no=claim_no, told="draft")
    why = cards(
        "cause",
        _("Why was treatment needed?"),
        [
            card("illness", _("Illness"), _("also check-ups, births, long-term illness"), chosen=cause == "illness"),
            card("accident", _("Accident"), _("a fall, a burn, traffic"), chosen=cause == "accident"),
        ],
        error=wrong.get("cause", ""),
    )
    fields = [
        box(
            "event_on", _("On which day did it begin?"), written, "date",
            most=ask.today.isoformat(), must=False, error=wrong.get("event_on", ""),
            hint=_("The day of the accident, or of the first treatment. You may leave it open."),
        ),
        box(
            "story", _("What happened?"), text, "area", rows=5, maxlength=MOST_STORY, must=False,
            error=wrong.get("story", ""), hint=_("In your own words, as much as you like."),
        ),
    ]  # fmt: skip
    return shown(
        ask,
        "story",
        title=_("What happened"),
        section="claims",
        back_url=reverse("member-fill", kwargs={"claim_no": claim_no}),
        why=why,
        fields=fields,
        number=1,
        is_draft=held.row.state == S.DRAFT,
        problems=problems_of([why, *fields]),
        status=422 if wrong else 200,
    )


# --- under which policies --------------------------------------------------------------------------------------------


@page
def policies(ask: Ask, claim_no: str) -> HttpResponse:
    """Over which policies; for a draft it is reported from here, and all the papers are told at once."""
    held = editable(ask, claim_no)
    if isinstance(held, HttpResponse):
        return held
    before = [one.policy_no for one in held.policies]
    known = [row for row in policies_of(ask.by, ask.at, held.person.person_id) if row.covers(held.person.person_id)]
    chosen = ask.chosen("policy") if ask.is_post else before
    error = ""
    if ask.is_post:
        # The order chosen before stays; what is new goes to its end.
        nos = [no for no in before if no in chosen] + [no for no in chosen if no not in before]
        if not nos:
            error = _("Choose at least one policy.")
        else:
            try:
                reporting.save_draft(ask.by, claim_no, at=ask.at, policy_nos=nos)
                if held.row.state != S.DRAFT:
                    return go("member-fill", claim_no=claim_no, told="draft")
                reporting.report(ask.by, claim_no, at=ask.at, device=ask.device)
                return go("member-fill", claim_no=claim_no, told="reported")
            except Fault as fault:
                error = fault.sentence(ask.lang)
    options = [_policy(ask, row, row.policy_no in chosen) for row in known if row.state != "void"]
    which = cards("policy", _("Under which policies do you claim?"), options, many=True, error=error)
    return shown(
        ask,
        "claim-policies",
        title=_("Which policies"),
        section="claims",
        back_url=reverse("member-story", kwargs={"claim_no": claim_no}),
        which=which,
        is_draft=held.row.state == S.DRAFT,
        several=len(options) > 1,
        problems=problems_of([which]),
        status=422 if error else 200,
    )


def _policy(ask: Ask, row: PolicyRow, chosen: bool) -> dict[str, Any]:
    chip = state(ask, row)
    days = _("%(first)s to %(last)s") % {
        "first": day(row.starts_on, ask.lang), "last": day(row.ended_on or row.ends_on, ask.lang)
    }  # fmt: skip
    return card(
        row.policy_no, product(row.product, ask.lang), f"{row.policy_no} · {days} · {chip['says']}", chosen=chosen
    )


# --- in which order --------------------------------------------------------------------------------------------------


@page
def order(ask: Ask, claim_no: str) -> HttpResponse:
    """Every order of the policies and what it pays; the reader chooses freely (Health Insurance Regulation art. 25)."""
    held = editable(ask, claim_no)
    if isinstance(held, HttpResponse):
        return held
    nos = [one.policy_no for one in held.policies]
    error = ""
    if ask.is_post:
        chosen = ask.typed("order", 500).split(",")
        if sorted(chosen) != sorted(nos):
            error = _("Choose one of the orders.")
        else:
            try:
                reporting.save_draft(ask.by, claim_no, at=ask.at, policy_nos=chosen)
                return go("member-fill", claim_no=claim_no, told="order")
            except Fault as fault:
                error = fault.sentence(ask.lang)
    names = {one.policy_no: product(one.product, ask.lang) for one in held.policies}
    found, why_not = orders(ask, held)
    options = [
        card(
            ",".join(one["order"]),
            _(" then ").join(names.get(no, no) for no in one["order"]),
            one["says"],
            chosen=list(one["order"]) == nos,
            aside=_("%(amount)s yuan") % {"amount": one["total"]},
        )
        for one in found
    ]
    if not options:
        options = [
            card(",".join(way), _(" then ").join(names.get(no, no) for no in way), chosen=list(way) == nos)
            for way in _turns(nos)
        ]
    which = cards("order", _("Which policy is used first?"), options, error=error)
    return shown(
        ask,
        "order",
        title=_("Order of the policies"),
        section="claims",
        back_url=reverse("member-fill", kwargs={"claim_no": claim_no}),
        which=which,
        why_not=why_not,
        is_computed=bool(found),
        problems=problems_of([which]),
        status=422 if error else 200,
    )


def orders(ask: Ask, held: CaseFile) -> tuple[list[dict[str, Any]], str]:
    """What each order would pay with every paper here, the best first; or why it cannot be said yet."""
    found_out = estimate_of(ask, held)
    mine = found_out.whole or found_out.now
    if mine is None:
        return [], found_out.why_not or _("As soon as a bill is typed, each order shows what it would pay.")
    names = {one.policy_no: product(one.product, ask.lang) for one in held.policies}
    wanted = {one.policy_no for one in held.policies}
    found = []
    for one in mine.orders:
        if set(one.order) != wanted:
            continue
        is_best = one.order == mine.recommended
        pays = " + ".join(f"{names.get(no, no)} {yuan(one.payable[no])}" for no in one.order)
        found.append(
            {
                "order": one.order,
                "total": yuan(one.total),
                "is_best": is_best,
                "says": " · ".join((_("Recommended: pays most"), pays)) if is_best else pays,
            }
        )
    found.sort(key=lambda one: not one["is_best"])
    return found, ""


def _turns(nos: Sequence[str]) -> list[tuple[str, ...]]:
    """Each policy once as the first one, the others in their order."""
    return [(no, *(other for other in nos if other != no)) for no in nos]


# --- all that is needed ----------------------------------------------------------------------------------------------


@page
def fill(ask: Ask, claim_no: str) -> HttpResponse:
    """Everything that a claim still needs, part by part, with what is there already."""
    held = editable(ask, claim_no)
    if isinstance(held, HttpResponse):
        return held
    if held.row.state == S.SUPPLEMENT:
        return go("member-supplement", claim_no=claim_no)
    parts = _parts(ask, held)
    is_draft = held.row.state == S.DRAFT
    first = next((one for one in parts if one["kind"] == "todo"), None)
    if is_draft:
        to = "member-claim-policies" if parts[0]["kind"] == "done" else "member-story"
        action = {"says": _("Go on"), "url": reverse(to, kwargs={"claim_no": claim_no})}
    elif first is not None:
        action = {"says": first["verb"], "url": first["url"]}
    else:
        action = {"says": _("Look through and send"), "url": reverse("member-check", kwargs={"claim_no": claim_no})}
    return shown(
        ask,
        "fill",
        title=_("Draft") if is_draft else _("What we need from you"),
        section="claims",
        back_url=reverse("member-claims") if is_draft else reverse("member-claim", kwargs={"claim_no": claim_no}),
        held=held,
        whose=held.person.full_name,
        parts=parts[:2] if is_draft else parts,
        is_draft=is_draft,
        action=action,
        check_url=reverse("member-check", kwargs={"claim_no": claim_no}),
        done=sum(one["kind"] == "done" for one in parts),
        all=len(parts),
        years=age(held.person.born_on, ask.at),
    )


def _parts(ask: Ask, held: CaseFile) -> list[dict[str, Any]]:
    """The parts of an application, each with its state and what to do about it."""
    no = {"claim_no": held.row.claim_no}
    parts = [
        _part("member-story", no, _("What happened"), _summary(ask, held), bool(held.facts.get("cause")), _("Tell it")),
        _part(
            "member-claim-policies", no, _("Policies"),
            _(", ").join(product(one.product, ask.lang) for one in held.policies), bool(held.policies), _("Choose"),
        ),
        _bills(ask, held, no),
    ]  # fmt: skip
    if any(_pays_on_diagnosis(one.product) for one in held.policies):
        found = held.facts.get("diagnoses") or ()
        says_ = str(found[0].get("on", "")) if found else _("Only where an illness of the list was diagnosed")
        parts.append(
            _part("member-diagnosis", no, _("Diagnosis"), says_, bool(found), _("Name the diagnosis"), must=False)
        )
    paid = held.facts.get("other_payments") or ()
    says_ = _("Another insurer, an employer, a charity: only if somebody did")
    if paid:
        says_ = _("%(count)s named") % {"count": len(paid)}
    parts.append(_part("member-others", no, _("Others who paid"), says_, bool(paid), _("Name them"), must=False))
    if len(held.policies) > 1:
        names = _(" then ").join(product(one.product, ask.lang) for one in held.policies)
        parts.append(_part("member-order", no, _("Order of the policies"), names, True, _("Look at the orders")))
    parts.append(_papers(ask, held, no))
    account = "" if held.account is None else f"{held.account.bank} ···· {held.account.tail}"
    parts.append(
        _part("member-account", no, _("Account"), account or _("Where the money goes"), bool(account), _("Choose"))
    )
    return parts


def _part(
    name: str, key: Mapping[str, Any], title: str, says_: str, done: bool, verb: str, *, must: bool = True
) -> dict[str, Any]:
    return {
        "url": reverse(name, kwargs=dict(key)),
        "title": title,
        "says": says_,
        "kind": "done" if done else "todo" if must else "may",
        "verb": verb,
    }


def _summary(ask: Ask, held: CaseFile) -> str:
    words = {"illness": _("Illness"), "accident": _("Accident")}
    parts = [words.get(str(held.facts.get("cause", "")), ""), day(held.row.event_on, ask.lang), held.story[:40]]
    return " · ".join(part for part in parts if part)


def _bills(ask: Ask, held: CaseFile, key: Mapping[str, Any]) -> dict[str, Any]:
    invoices = held.facts.get("invoices") or ()
    wrong = sum(bool(bill.to_mend(bill.found_in(one, ask.today))) for one in invoices)
    says_ = ngettext("%(count)s bill", "%(count)s bills", len(invoices)) % {"count": len(invoices)}
    if invoices:
        says_ += " · " + _("%(amount)s yuan") % {"amount": yuan(held.row.claimed_fen)}
    if wrong:
        says_ += " · " + ngettext("%(count)s to put right", "%(count)s to put right", wrong) % {"count": wrong}
    only_diagnosis = bool(held.facts.get("diagnoses")) and not invoices
    verb = _("Put the bills right") if invoices else _("Add a bill")
    said = says_ if invoices else _("Type them, or read them in from a file")
    return _part("member-bills", key, _("Bills"), said, (bool(invoices) and not wrong) or only_diagnosis, verb)


def _papers(ask: Ask, held: CaseFile, key: Mapping[str, Any]) -> dict[str, Any]:
    lacking = missing(wanted_of(ask, held.row.claim_no))
    count = len({(one.paper, one.numbers) for one in lacking})
    if not lacking:
        says_ = _("Everything needed is here")
    else:
        names = _(", ").join(dict.fromkeys(name_of(one.paper, ask.lang) for one in lacking))
        says_ = ngettext("%(count)s still missing: %(names)s", "%(count)s still missing: %(names)s", count) % {
            "count": count, "names": names
        }  # fmt: skip
    return _part("member-papers", key, _("Papers"), says_, not lacking, _("Add papers"))


def wanted_of(ask: Ask, claim_no: str) -> tuple[Wanted, ...]:
    """The complete list of papers of a claim."""
    return wanting.wanted_of(ask.by, claim_no, at=ask.at)


def missing(wanted: Sequence[Wanted]) -> list[Wanted]:
    """The obligatory ones that are not there."""
    return [one for one in wanted if one.is_obligatory and not one.is_at_hand]


def _pays_on_diagnosis(product_code: str) -> bool:
    try:
        return any(benefit.kind == "lump_sum" for benefit in sold.terms_of(product_code).benefits)
    except Fault:
        return False


def _iso(of: date | None) -> str:
    return "" if of is None else of.isoformat()


def _day_of(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 1900 <= found.year <= 2200 else None
