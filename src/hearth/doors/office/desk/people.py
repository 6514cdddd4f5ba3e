"""People: found, entered and changed; whom they act for; what they may be here."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.desks import people as desk
from hearth.doors.office.desk import heirs
from hearth.doors.office.desk.asking import Asked, go, page, show, typed, whole
from hearth.doors.office.desk.forms import Box, Form
from hearth.doors.office.desk.pieces import cell, chip, day, mark, moment, money, pager, table
from hearth.doors.office.desk.policies import policy_table
from hearth.doors.office.desk.register import RELATIONS, tabs
from hearth.store.access import people as reads
from hearth.store.access import permit
from hearth.store.access.policies import policies_of
from hearth.store.access.search import people_found, relation_to_prove
from hearth.words.calendar import day_in_china
from hearth.words.claims import ROLE_WORDS, Role
from hearth.words.consents import CONSENTS
from hearth.words.faults import Fault

SEXES = {"F": ("女", "female"), "M": ("男", "male")}


@page()
def people(request: HttpRequest, asked: Asked) -> HttpResponse:
    """People found by a part of the name, or by a whole number."""
    text = typed(request, "q")
    after = whole(typed(request, "after")) or 0
    listed = people_found(asked.by, text, asked.at) if text else reads.people(asked.by, asked.at, after=after)
    today, named = day_in_china(asked.at), _branches(asked)
    rows = [
        [
            cell(one.full_name, url=reverse("office-person", args=[one.person_id]), aside=one.username),
            cell(_born(one.born_on, today, asked.lang)),
            cell(one.phone),
            cell(named.get(one.branch, one.branch)),
        ]
        for one in listed
    ]
    told = table(_("People"), [_("Name"), _("Born"), _("Telephone"), _("Branch")], rows, rows_move=True)
    more = f"?after={listed[-1].person_id}" if not text and len(listed) == reads.PAGE else None
    return show(
        request, asked, "office/people.html", "people", _("Members"),
        tabs=tabs(asked, "people"), table=told, text=text, found=bool(rows),
        pager=pager("", more) if more else None, may_create=asked.may("person", "create"),
    )  # fmt: skip


def _branches(asked: Asked) -> dict[str, str]:
    return {one.code: asked.says((one.name_zh, one.name_en)) for one in reads.branches()}


@page()
def person(request: HttpRequest, asked: Asked, person_id: int) -> HttpResponse:
    """One person: who they are, their family, policies, consents, accounts and roles."""
    card = reads.person(asked.by, person_id, asked.at)
    today = day_in_china(asked.at)
    facts: list[Any] = [
        (_("Member number"), card.username),
        (_("Born"), _born(card.born_on, card.died_on or today, asked.lang) or "—"),
        (_("Sex"), asked.says(SEXES[card.sex]) if card.sex in SEXES else "—"),
        (_("Telephone"), card.phone or "—"),
        (_("E-mail"), card.email or "—"),
        (_("Identity number"), card.id_number or "—"),
        (_("Branch"), _branches(asked).get(card.branch, card.branch) or "—"),
        (_("Language"), "中文" if card.language.startswith("zh") else "English"),
    ]
    if card.died_on:
        facts.insert(2, (_("Died"), day(card.died_on, asked.lang)))
    if card.external_id:
        facts.append((_("Number at the partner"), card.external_id))
    return show(
        request, asked, "office/person.html", "people", card.full_name,
        card=card, facts=facts,
        person={"name": card.full_name, "says": _born(card.born_on, card.died_on or today, asked.lang),
                "mark": mark(card.full_name)},
        family=_family(asked, person_id),
        policies=policy_table(asked, policies_of(asked.by, asked.at, person_id), today)
        if asked.may("policy", "see") else None,
        accounts=_accounts(asked, person_id), consents=_consents(asked, person_id), roles=_roles(asked, person_id),
        may_edit=asked.may("person", "edit"), may_death=asked.may("person", "death"),
        may_relate=asked.may("relation", "prove"), estate=heirs.on_person(asked, card),
        may_grant=asked.may("role", "grant") and asked.by.person_id != person_id,
        may_issue=asked.may("policy", "issue"), may_audit=asked.may("record", "see"),
        claims_url=f"{reverse('office-search')}?q={card.username}" if asked.may("claim", "see") else None,
    )  # fmt: skip


def _family(asked: Asked, person_id: int) -> dict[str, Any] | None:
    rows = []
    for one in reads.family(asked.by, person_id, asked.at):
        if one.acts_now:
            state = chip(_("proven"), "done")
        elif one.is_proven:
            state = chip(_("ended by age or day"), "plain")
        else:
            state = chip(_("waits for proof"), "waits")
        rows.append(
            [
                cell(one.full_name, url=reverse("office-person", args=[one.person_id])),
                cell(asked.says(RELATIONS[one.kind]), aside=one.proof),
                cell(_("until %(day)s") % {"day": day(one.until_on, asked.lang)} if one.until_on else "", kind="day"),
                cell(chip=state),
            ]
        )
    return table(_("Acts for"), [_("Name"), _("As"), _("Until"), _("State")], rows) if rows else None


def _accounts(asked: Asked, person_id: int) -> list[tuple[str, str]]:
    if not asked.may("account", "see"):
        return []
    found = reads.accounts(asked.by, person_id, asked.at)
    return [(one.bank, one.holder_name + " · " + _("ending in %(tail)s") % {"tail": one.tail}) for one in found]


def _consents(asked: Asked, person_id: int) -> dict[str, Any] | None:
    if not asked.may("consent", "see"):
        return None
    names = {(str(one.purpose), str(one.data_class), one.version): one for one in CONSENTS}
    rows = []
    for one in reads.consents(asked.by, person_id, asked.at):
        words = names.get((one.purpose, one.data_class, one.version))
        rows.append(
            [
                cell(words.title(asked.lang) if words else f"{one.purpose} · {one.data_class}", aside=one.version),
                cell(moment(one.given_at, asked.lang, now=asked.at), kind="day", aside=one.given_by),
                cell(chip=chip(_("withdrawn"), "ink")) if one.withdrawn_at else cell(chip=chip(_("given"), "done")),
            ]
        )
    return table(_("Consents"), [_("To what"), _("When"), _("State")], rows) if rows else None


def _roles(asked: Asked, person_id: int) -> list[dict[str, Any]]:
    if not asked.may("role", "see"):
        return []
    places = _branches(asked)
    return [
        {
            "id": one.grant_id,
            "name": asked.says(ROLE_WORDS[one.role]),
            "where": places.get(one.branch, one.branch) or _("everywhere"),
            "authority": money(one.authority_fen) if one.authority_fen else "",
            "since": moment(one.from_at, asked.lang, now=asked.at),
            "until": moment(one.to_at, asked.lang, now=asked.at),
            "is_held": one.to_at is None,
        }
        for one in reads.roles_of(asked.by, person_id, asked.at)
    ]


# --- entered and changed ---------------------------------------------------------------------------------------------


def _boxes(asked: Asked, card: reads.PersonCard | None = None) -> list[Box]:
    sexes = [("", _("not stated")), *((code, asked.says(words)) for code, words in SEXES.items())]
    shown = card is not None
    return [
        Box("full_name", _("Name"), start=card.full_name if card else "", most=100, focus=not shown),
        Box("id_number", _("Identity number"), must=False, most=40,
            hint=_("Leave empty to keep %(number)s.") % {"number": card.id_number} if card and card.id_number
            else _("A resident identity number states birthday and sex.")),
        Box("phone", _("Telephone"), "tel", must=False, most=20,
            hint=_("Leave empty to keep %(number)s.") % {"number": card.phone} if card and card.phone else ""),
        Box("born_on", _("Born on"), "date", must=False, start=card.born_on if card else ""),
        Box("sex", _("Sex"), "choice", must=False, options=sexes, start=card.sex if card else ""),
        Box("language", _("Language"), "choice", options=[("zh-hans", "中文"), ("en", "English")],
            start=card.language if card else "zh-hans"),
    ]  # fmt: skip


@page("GET", "POST")
def new_person(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Enter somebody."""
    boxes = _boxes(asked)
    places = [(str(one.branch_id), asked.says((one.name_zh, one.name_en))) for one in reads.branches()]
    if places:
        boxes.append(Box("branch", _("Branch"), "choice", must=False, options=[("", _("my branch")), *places]))
    form = Form(boxes, request.POST if request.method == "POST" else None)
    if form.is_right:
        stated = {name: form[name] for name in ("full_name", "id_number", "phone", "born_on", "sex", "language")}
        branch = form.values.get("branch") or ""
        try:
            person_id = desk.create_person(asked.by, at=asked.at, branch=int(branch) if branch else None, **stated)
        except Fault as fault:
            form.refuse(fault, asked.lang)
        else:
            # Whoever may enter somebody does not always look after them.
            if asked.may("person", "see"):
                return go("office-person", person_id, said="person")
            return go("office-people", said="person")
    return show(
        request, asked, "office/form.html", "people", _("New member"), status=form.status, form=form,
        yes=_("Enter"), back_url=reverse("office-people"),
    )  # fmt: skip


@page("GET", "POST")
def edit_person(request: HttpRequest, asked: Asked, person_id: int) -> HttpResponse:
    """Change what is known of somebody."""
    card = reads.person(asked.by, person_id, asked.at)
    form = Form(_boxes(asked, card), request.POST if request.method == "POST" else None)
    if form.is_right:
        stated = {name: form[name] for name in ("full_name", "born_on", "sex", "language")}
        # Numbers are shown in part, so an empty box keeps what is there.
        stated |= {name: form[name] for name in ("id_number", "phone") if form[name]}
        try:
            desk.edit_person(asked.by, person_id, at=asked.at, **stated)
        except Fault as fault:
            form.refuse(fault, asked.lang)
        else:
            return go("office-person", person_id, said="changed")
    return show(
        request, asked, "office/form.html", "people", _("Change: %(name)s") % {"name": card.full_name},
        status=form.status, form=form, yes=_("Save"), back_url=reverse("office-person", args=[person_id]),
    )  # fmt: skip


# --- roles -----------------------------------------------------------------------------------------------------------


@page("GET", "POST")
def grant_role(request: HttpRequest, asked: Asked, person_id: int) -> HttpResponse:
    """Give somebody a role; an administrator does."""
    card = reads.person(asked.by, person_id, asked.at)
    places = [(str(one.branch_id), asked.says((one.name_zh, one.name_en))) for one in reads.branches()]
    held = [(role.value, asked.says(ROLE_WORDS[role])) for role in Role if role is not Role.MEMBER]
    form = Form(
        [
            Box("role", _("Role"), "choice", options=held),
            Box("branch", _("Where"), "choice", must=False, options=[("", _("everywhere")), *places]),
            Box("authority", _("Decides alone up to"), "money", must=False, start=0,
                hint=_("For assessors and reviewers; above it a second person approves.")),
        ],
        request.POST if request.method == "POST" else None,
    )  # fmt: skip
    if form.is_right:
        try:
            desk.grant_role(
                asked.by, person_id, form["role"], at=asked.at,
                branch=int(form["branch"]) if form["branch"] else None, authority_fen=form["authority"] or 0,
            )  # fmt: skip
        except Fault as fault:
            form.refuse(fault, asked.lang)
        else:
            return go("office-person", person_id, said="role")
    return show(
        request, asked, "office/form.html", "people", _("Grant a role: %(name)s") % {"name": card.full_name},
        status=form.status, form=form, yes=_("Grant"), back_url=reverse("office-person", args=[person_id]),
    )  # fmt: skip


@page("POST")
def end_role(request: HttpRequest, asked: Asked, person_id: int, grant_id: int) -> HttpResponse:
    """End a role now."""
    desk.end_role(asked.by, grant_id, at=asked.at)
    return go("office-person", person_id, said="role_ended")


@page("GET", "POST")
def death(request: HttpRequest, asked: Asked, person_id: int) -> HttpResponse:
    """Write down that somebody died, or that this was a mistake."""
    permit(asked.by, "person", "death")
    card = reads.person(asked.by, person_id, asked.at)
    posted = request.POST if request.method == "POST" else None
    if card.died_on is None:
        form = Form(
            [
                Box("died_on", _("Day of death"), "date", start=None, focus=True),
                Box("proof", _("Proof"), most=60,
                    hint=_("Kind and number of the paper, such as: death certificate 4403...")),
            ],
            posted,
        )  # fmt: skip
    else:
        form = Form([Box("why", _("Why it is taken back"), "area", most=500, focus=True)], posted)
    if form.is_right:
        try:
            if card.died_on is None:
                desk.record_death(asked.by, person_id, form["died_on"], form["proof"], at=asked.at)
            else:
                desk.take_death_back(asked.by, person_id, form["why"], at=asked.at)
        except Fault as fault:
            form.refuse(fault, asked.lang)
        else:
            return go("office-person", person_id, said="changed")
    heading = _("Death of %(name)s") if card.died_on is None else _("Take the death back: %(name)s")
    says = _("Their log-in and everybody's authority for them end; money of theirs then goes to proven heirs alone.")
    return show(
        request, asked, "office/form.html", "people", heading % {"name": card.full_name},
        status=form.status, form=form, yes=_("Write it down"), says=says if card.died_on is None else "",
        back_url=reverse("office-person", args=[person_id]),
    )  # fmt: skip


# --- relations -------------------------------------------------------------------------------------------------------


@page()
def relations(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Relations that wait for somebody to look at their proof."""
    permit(asked.by, "relation", "prove")
    rows = [
        [
            cell(one.full_name, url=reverse("office-relation", args=[one.relation_id])),
            cell(asked.says(RELATIONS[one.kind])),
            cell(one.other_name),
            cell(day(one.until_on, asked.lang), kind="day"),
        ]
        for one in reads.relations(asked.by, asked.at)
    ]
    told = table(_("Relations to prove"), [_("Who"), _("As"), _("Acts for"), _("Until")], rows, rows_move=True)
    return show(
        request, asked, "office/relations.html", "people", _("Relations to prove"),
        tabs=tabs(asked, "relations"), table=told, found=bool(rows),
    )  # fmt: skip


@page("GET", "POST")
def relation(request: HttpRequest, asked: Asked, relation_id: int) -> HttpResponse:
    """One relation: prove it by a paper, or end it."""
    found = relation_to_prove(asked.by, relation_id, asked.at)
    form = Form(
        [Box("proof", _("Proof"), hint=_("Kind and number of the paper, such as: birth certificate 4403..."), most=60,
             focus=True)],
        request.POST if request.method == "POST" and "end" not in request.POST else None,
    )  # fmt: skip
    if request.method == "POST" and "end" in request.POST:
        desk.end_relation(asked.by, relation_id, at=asked.at)
        return go("office-relations", said="relation_ended")
    if form.is_right:
        try:
            desk.prove_relation(asked.by, relation_id, form["proof"], at=asked.at)
        except Fault as fault:
            form.refuse(fault, asked.lang, "proof")
        else:
            return go("office-relations", said="proven")
    facts = [
        (_("Who"), found.full_name),
        (_("As"), asked.says(RELATIONS[found.kind])),
        (_("Acts for"), found.other_name),
        (_("Until"), day(found.until_on, asked.lang) or "—"),
    ]
    return show(
        request, asked, "office/relation.html", "people", _("Prove a relation"), status=form.status,
        form=form, facts=facts, back_url=reverse("office-relations"),
    )  # fmt: skip


@page("GET", "POST")
def new_relation(request: HttpRequest, asked: Asked, person_id: int) -> HttpResponse:
    """State that somebody acts for somebody else."""
    card = reads.person(asked.by, person_id, asked.at)
    form = Form(
        [
            Box("other", _("Acts for"), hint=_("Member number, telephone or identity number"), most=40, focus=True),
            Box("kind", _("As"), "choice", options=[(kind, asked.says(words)) for kind, words in RELATIONS.items()]),
            Box("until_on", _("Until"), "date", must=False,
                hint=_("An agent's needs a day; a guardian's ends on the child's 14th birthday.")),
        ],
        request.POST if request.method == "POST" else None,
    )  # fmt: skip
    if form.is_right:
        others = people_found(asked.by, form["other"], asked.at)
        if len(others) != 1:
            form.errors["other"] = _("Nobody alone has this number or name here.")
            form.status = 422
        else:
            try:
                desk.state_relation(
                    asked.by, person_id, others[0].person_id, form["kind"], at=asked.at, until_on=form["until_on"]
                )
            except Fault as fault:
                form.refuse(fault, asked.lang)
            else:
                return go("office-person", person_id, said="relation")
    return show(
        request, asked, "office/form.html", "people", _("Acts for somebody: %(name)s") % {"name": card.full_name},
        status=form.status, form=form, yes=_("Enter"), back_url=reverse("office-person", args=[person_id]),
    )  # fmt: skip


def _born(born_on: date | None, today: date, lang: str) -> str:
    if born_on is None:
        return ""
    age = today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))
    return f"{day(born_on, lang)} · " + (_("aged %(age)s") % {"age": age})
