"""Family: for whom the reader acts, what a relation still needs, and how one is stated."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.desks import people as people_desk
from hearth.doors.member.boxes import box, card, cards, choice, problems_of
from hearth.doors.member.page import Ask, go, page, shown
from hearth.doors.member.saying import age, day, mark, relation
from hearth.store.access import people, policies
from hearth.words.faults import Fault

KINDS = ("guardian", "parent", "spouse", "child", "agent", "heir")


@page
def family(ask: Ask) -> HttpResponse:
    """Everybody the reader acts for or says to act for."""
    rows = people.family(ask.by, ask.person_id, ask.at)
    return shown(
        ask,
        "family",
        title=_("Family"),
        section="me",
        back_url=reverse("member-me"),
        persons=[
            {
                "name": row.full_name,
                "mark": mark(row.full_name),
                "says": says(ask, row),
                "state": chip(ask, row),
                "end_url": reverse("member-relation-end", kwargs={"relation_id": row.relation_id}),
                "waits": not row.is_proven,
                "proof": row.proof,
            }
            for row in rows
        ],
        may_state=bool(strangers(ask)),
    )


def persons(ask: Ask) -> list[tuple[int, str]]:
    """The reader, and those they act for now: (id, name)."""
    own = (ask.person_id, ask.me.full_name if ask.me is not None else "")
    held = [(row.person_id, row.full_name) for row in people.family(ask.by, ask.person_id, ask.at) if row.acts_now]
    return list(dict.fromkeys([own, *held]))


def chip(ask: Ask, row: people.FamilyRow) -> dict[str, str]:
    """The state of a relation, in one word."""
    if row.acts_now:
        return {"says": _("proven"), "kind": "done"}
    if not row.is_proven:
        return {"says": _("waits for its proof"), "kind": "waits"}
    return {"says": _("ended"), "kind": "plain"}


def says(ask: Ask, row: people.FamilyRow) -> str:
    """What somebody is to the reader, how old, and until when it holds."""
    years = age(row.born_on, ask.at)
    parts = [relation(row.kind, ask.lang)]
    if years is not None:
        parts.append(_("%(years)s years old") % {"years": years})
    if row.until_on is not None:
        parts.append(_("until %(day)s") % {"day": day(row.until_on, ask.lang)})
    return " · ".join(parts)


def strangers(ask: Ask) -> dict[int, str]:
    """People on the reader's policies for whom they do not act yet."""
    acts = {row.person_id for row in people.family(ask.by, ask.person_id, ask.at) if row.acts_now or not row.is_proven}
    found: dict[int, str] = {}
    for policy in policies.policies_of(ask.by, ask.at):
        for insured in policy.insured:
            if insured.full_name:
                found.setdefault(insured.person_id, insured.full_name)
        found.setdefault(policy.holder_id, policy.holder_name)
    return {key: name for key, name in found.items() if key != ask.person_id and key not in acts}


@page
def state(ask: Ask) -> HttpResponse:
    """State a relation to somebody on the reader's policies."""
    offered = strangers(ask)
    kind = ask.typed("kind", 12)
    until, error, wrong_day = None, "", ""
    if ask.is_post:
        written = ask.typed("until_on", 10)
        try:
            until = date.fromisoformat(written) if written else None
        except ValueError:
            wrong_day = _("This is not a day. Write it as 2027-01-31.")
        other = ask.number("other") or 0
        if not wrong_day:
            try:
                people_desk.state_relation(ask.by, ask.person_id, other, kind, at=ask.at, until_on=until)
                return go("member-family", told="relation")
            except Fault as fault:
                error = fault.sentence(ask.lang)
    who = choice(
        "other", _("Who"), [(str(key), name) for key, name in offered.items()], ask.typed("other"),
        hint=_("People on your policies. Somebody is missing? Ask your steward."),
    )  # fmt: skip
    kinds = cards(
        "kind",
        _("What is this person to you?"),
        [
            card("guardian", _("my child under 14"), _("you decide about the child's data until the 14th birthday")),
            card("parent", _("my child of 14 or more")),
            card("spouse", _("my wife or husband")),
            card("child", _("my mother or father")),
            card("agent", _("somebody who authorised me"), _("in writing, until a day")),
            card("heir", _("somebody who died, whose heir I am"), _("your steward looks at the proof of kinship")),
        ],
        error=error,
    )
    for option in kinds["options"]:
        option["chosen"] = option["value"] == kind
    day_box = box(
        "until_on", _("Authorised until"), ask.typed("until_on", 10), "date", must=False, error=wrong_day,
        hint=_("Only where somebody authorised you."),
    )  # fmt: skip
    return shown(
        ask,
        "relation",
        title=_("Act for somebody"),
        section="me",
        back_url=reverse("member-family"),
        who=who,
        kinds=kinds,
        until=day_box,
        offered=offered,
        problems=problems_of([kinds, day_box]),
        status=422 if ask.is_post else 200,
    )


@page
def end(ask: Ask, relation_id: int) -> HttpResponse:
    """Ask once more, then end a relation."""
    rows = {row.relation_id: row for row in people.family(ask.by, ask.person_id, ask.at)}
    if ask.is_post:
        people_desk.end_relation(ask.by, relation_id, at=ask.at)
        return go("member-family", told="relation-ended")
    row = rows.get(relation_id)
    if row is None:
        return go("member-family")
    return shown(
        ask,
        "confirm",
        title=_("End this relation?"),
        section="me",
        back_url=reverse("member-family"),
        confirm={
            "id": "end",
            "title": _("You no longer act for %(name)s") % {"name": row.full_name},
            "says": _("You then no longer see this person's claims and policies. It can be stated and proven anew."),
            "url": ask.request.path,
            "yes": _("End it"),
            "no": _("Leave it as it is"),
            "back_url": reverse("member-family"),
        },
    )
