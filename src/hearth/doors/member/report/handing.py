"""Handing in: the whole list of papers with what each is worth, uploads looked at at once, a request for more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.desks import documents
from hearth.desks.claims import intake
from hearth.doors.member import papers
from hearth.doors.member.boxes import choice
from hearth.doors.member.claim import held_of, title
from hearth.doors.member.page import Ask, go, page, shown
from hearth.doors.member.report.bill import title_of
from hearth.doors.member.report.estimate import estimate_of
from hearth.doors.member.report.steps import missing, wanted_of
from hearth.doors.member.saying import day, product
from hearth.kernel.documents.checklist import NAMES, Wanted
from hearth.store.access.claims_case import CaseFile
from hearth.words.calendar import day_in_china
from hearth.words.claims import ClaimState
from hearth.words.faults import Fault
from hearth.words.money import yuan

S = ClaimState
ADDABLE = (
    S.DRAFT,
    S.REPORTED,
    S.SUPPLEMENT,
    S.SUBMITTED,
    S.ACCEPTED,
    S.REVIEW,
    S.CALCULATED,
    S.DECIDED,
    S.PAID,
    S.CLOSED,
)
REMOVABLE = (S.DRAFT, S.REPORTED, S.SUPPLEMENT)


@page
def handed(ask: Ask, claim_no: str) -> HttpResponse:
    """The complete list of papers at once: what is here, what is missing and what that is worth; add and take out."""
    held = held_of(ask, claim_no)
    if held.row.state not in ADDABLE:
        return go("member-claim", claim_no=claim_no)
    refused: list[str] = []
    if ask.is_post:
        answer, refused = _changed(ask, claim_no, "member-papers")
        if answer is not None:
            return answer
        held = held_of(ask, claim_no)
    wanted = wanted_of(ask, claim_no)
    lacking = missing(wanted)
    worth = estimate_of(ask, held).worth if lacking else {}
    chosen = ask.request.GET.get("kind", "") if not ask.is_post else ask.typed("kind", 40)
    back = "member-fill" if held.row.state in (S.DRAFT, S.REPORTED) else "member-claim"
    return shown(
        ask,
        "papers",
        title=_("Papers"),
        section="claims",
        back_url=reverse(back, kwargs={"claim_no": claim_no}),
        lacking=_wanted(ask, held, lacking, worth),
        together=together(ask, worth) if lacking else [],
        may=_wanted(ask, held, [one for one in wanted if not one.is_obligatory and not one.is_at_hand], {}),
        known=[papers.name_of(one.paper, ask.lang) for one in wanted if one.is_at_hand and not _uploaded(held, one)],
        here=[papers.card(ask, claim_no, one, removable=held.row.state in REMOVABLE) for one in held.papers],
        kind=_kinds(ask, wanted, chosen or (_key(lacking[0]) if lacking else "other")),
        drop=papers.drop("files", _("Take a photo or choose files"), "files", " ".join(refused)),
        refused=refused,
        done=len(wanted) - len(lacking) if lacking else len(wanted),
        all=len(wanted),
        adds=held.row.state not in REMOVABLE,
        is_enough=not lacking and not refused and held.row.state in REMOVABLE,
        status=422 if refused else 200,
    )


def _changed(ask: Ask, claim_no: str, to: str) -> tuple[HttpResponse | None, list[str]]:
    """Take a paper out, or keep what was handed in; sentences for files that were refused."""
    gone = ask.number("remove")
    if gone is not None:
        try:
            documents.remove_paper(ask.by, gone, at=ask.at)
        except Fault as fault:
            return None, [fault.sentence(ask.lang)]
        return go(to, claim_no=claim_no, told="paper-removed"), []
    kind, _colon, about = ask.typed("kind", 60).partition(":")
    numbers = tuple(int(one) for one in about.split(",") if one.isascii() and one.isdigit() and len(one) < 4)
    _kept, refused = papers.take(ask, claim_no, kind, numbers)
    if refused:
        return None, refused
    return go(to, claim_no=claim_no, told="paper"), []


def _uploaded(held: CaseFile, one: Wanted) -> bool:
    return any(row.kind == one.paper for row in held.papers)


def _wanted(
    ask: Ask, held: CaseFile, wanted: Iterable[Wanted], worth: dict[tuple[str, ...], int]
) -> list[dict[str, Any]]:
    """Papers still wanted, each with what it is about and why (pieces/paper.html)."""
    found = []
    for one in wanted:
        need = one.needs[0]
        why = need.why.zh if ask.lang == "zh" else need.why.en
        clause = f" · {product(need.product, ask.lang)} §{need.clause}" if need.product and need.clause else ""
        condition = ""
        if one.condition is not None:
            condition = one.condition.zh if ask.lang == "zh" else one.condition.en
        amount = worth.get((one.paper,))
        found.append(
            {
                "kind": papers.name_of(one.paper, ask.lang),
                "state": "wanted",
                "verdict": about(ask, held, one) or _("Not here yet"),
                "worth": None if amount is None else yuan(amount),
                "why": _sentence(f"{condition or why}{clause}"),
                "add_url": f"?kind={_key(one)}#add",
            }
        )
    return found


def together(ask: Ask, worth: dict[tuple[str, ...], int]) -> list[str]:
    """What papers are worth that are only worth something together."""
    return [
        _("%(papers)s together add about %(amount)s yuan (an estimate).")
        % {"papers": _(", ").join(papers.name_of(name, ask.lang) for name in names), "amount": yuan(amount)}
        for names, amount in worth.items()
        if len(names) > 1
    ]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def about(ask: Ask, held: CaseFile, one: Wanted) -> str:
    """Which bills or diagnoses a paper is about."""
    if one.about == "claim" or not one.numbers:
        return ""
    invoices = held.facts.get("invoices") or ()
    titles = [
        title_of(invoices[n - 1], ask.lang) for n in one.numbers if one.about != "diagnosis" and n <= len(invoices)
    ]
    return _("For: %(bills)s") % {"bills": "; ".join(titles)} if titles else ""


def _key(one: Wanted) -> str:
    return f"{one.paper}:{','.join(str(n) for n in one.numbers)}" if one.numbers else one.paper


def _kinds(ask: Ask, wanted: Sequence[Wanted], chosen: str) -> dict[str, Any]:
    """What is being handed in: the papers of the list first, then every other kind."""
    options: dict[str, str] = {}
    for one in wanted:
        several = len([other for other in wanted if other.paper == one.paper]) > 1
        name = papers.name_of(one.paper, ask.lang)
        if several and one.numbers:
            name = _("%(paper)s, bill %(numbers)s") % {"paper": name, "numbers": ", ".join(map(str, one.numbers))}
        options.setdefault(_key(one) if several else one.paper, name)
    for kind in NAMES:
        if kind != "application" and not any(key.partition(":")[0] == kind for key in options):
            options[kind] = papers.name_of(kind, ask.lang)
    options["other"] = papers.name_of("other", ask.lang)
    options.pop("application", None)
    if chosen not in options:
        chosen = next((key for key in options if key.partition(":")[0] == chosen.partition(":")[0]), "")
    return choice("kind", _("Which paper is it?"), list(options.items()), chosen)


# --- asked for more --------------------------------------------------------------------------------------------------


@page
def supplement(ask: Ask, claim_no: str) -> HttpResponse:
    """What is asked for, why, and what it is worth; hand it in, or say that there is nothing more."""
    held = held_of(ask, claim_no)
    if held.row.state != S.SUPPLEMENT:
        return go("member-claim", claim_no=claim_no)
    refused: list[str] = []
    if ask.is_post:
        do = ask.typed("do", 20)
        try:
            if do in ("send", "nothing"):
                intake.receive_supplement(ask.by, claim_no, at=ask.at, gave_up=do == "nothing")
                return go("member-claim", claim_no=claim_no, told="supplement")
            answer, refused = _changed(ask, claim_no, "member-supplement")
            if answer is not None:
                return answer
        except Fault as fault:
            ask.wrong(fault)
            refused = []
        held = held_of(ask, claim_no)
    asked = next((one for one in held.supplements if one.ended_at is None), None)
    items = [] if asked is None else [_item(ask, held, item) for item in asked.items]
    wanted = wanted_of(ask, claim_no)
    kinds = _kinds(ask, wanted, ask.typed("kind", 60) or ask.request.GET.get("kind", "") or _first(asked, held))
    lacking = missing(wanted)
    return shown(
        ask,
        "supplement",
        title=_("More papers are needed"),
        section="claims",
        back_url=reverse("member-claim", kwargs={"claim_no": claim_no}),
        back_says=title(ask, held),
        asked_on="" if asked is None else day(day_in_china(asked.asked_at), ask.lang),
        new_fact="" if asked is None else asked.new_fact,
        items=items,
        here=[papers.card(ask, claim_no, one, removable=True) for one in held.papers],
        kind=kinds,
        drop=papers.drop("files", _("Take a photo or choose files"), "files", " ".join(refused)),
        is_complete=not lacking and all(item["state"] == "good" for item in items),
        nothing_url=reverse("member-nothing-more", kwargs={"claim_no": claim_no}),
        done=sum(item["state"] == "good" for item in items),
        all=len(items),
        status=422 if ask.is_post else 200,
    )


def _first(asked: Any, held: CaseFile) -> str:
    if asked is None:
        return ""
    here = {row.kind for row in held.papers}
    return next((str(item["paper"]) for item in asked.items if item["paper"] not in here), "")


def _item(ask: Ask, held: CaseFile, item: Any) -> dict[str, Any]:
    """One paper of the request: exactly what, why, and what it is worth."""
    zh = ask.lang == "zh"
    paper = str(item.get("paper", ""))
    here = [row for row in held.papers if row.kind == paper]
    since = next((one.asked_at for one in held.supplements if one.ended_at is None), None)
    is_new = any(since is None or row.added_at >= since for row in here)
    clause = str(item.get("clause", ""))
    code = str(item.get("product", ""))
    worth = item.get("worth_fen")
    name = str(item.get("name_zh" if zh else "name_en", paper))
    why = str(item.get("why_zh" if zh else "why_en", ""))
    return {
        "kind": name[:1].upper() + name[1:],
        "state": "good" if is_new else "wanted",
        "verdict": _("Here now") if is_new else _("Not here yet"),
        "why": _sentence(why) + (f" · {product(code, ask.lang)} §{clause}" if code and clause else ""),
        "worth": yuan(worth) if isinstance(worth, int) and worth > 0 else None,
        "add_url": "" if is_new else f"?kind={paper}#add",
    }


@page
def nothing_more(ask: Ask, claim_no: str) -> HttpResponse:
    """Ask once more, then go on with what is here."""
    held = held_of(ask, claim_no)
    if held.row.state != S.SUPPLEMENT:
        return go("member-claim", claim_no=claim_no)
    if ask.is_post:
        intake.receive_supplement(ask.by, claim_no, at=ask.at, gave_up=True)
        return go("member-claim", claim_no=claim_no, told="supplement")
    back = reverse("member-supplement", kwargs={"claim_no": claim_no})
    asked = next((one for one in held.supplements if one.ended_at is None), None)
    worth = [_item(ask, held, item) for item in asked.items] if asked is not None else []
    missing_now = [one for one in worth if one["state"] == "wanted"]
    return shown(
        ask,
        "confirm",
        title=_("Nothing more to send?"),
        section="claims",
        back_url=back,
        confirm={
            "id": "nothing",
            "title": _("We then decide with what is here"),
            "says": _(
                "Lines that need these papers may then not be paid. You can still send them later, as new evidence."
            ),
            "facts": [
                (
                    one["kind"],
                    _("about %(amount)s yuan (an estimate)") % {"amount": one["worth"]} if one["worth"] else "—",
                )
                for one in missing_now
            ],
            "url": ask.request.path,
            "yes": _("I have nothing more"),
            "no": _("Back to the list"),
            "back_url": back,
        },
    )
