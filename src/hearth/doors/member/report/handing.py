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
from hearth.doors.member.page import Ask, go, number, page, shown
from hearth.doors.member.paper_cards import Here
from hearth.doors.member.report import live
from hearth.doors.member.report.bill import title_of
from hearth.doors.member.report.estimate import estimate_of
from hearth.doors.member.report.steps import missing, wanted_of
from hearth.doors.member.samples import SAMPLES
from hearth.doors.member.saying import day, product
from hearth.kernel.documents.checklist import NAMES, Wanted
from hearth.store.access.claims_case import CaseFile, PaperRow
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
    if (waits := live.waits_on(ask, claim_no)) is not None:
        return waits
    held = held_of(ask, claim_no)
    if held.row.state not in ADDABLE:
        return go("member-claim", claim_no=claim_no)
    if live.is_asked(ask):
        return live.changed(ask, lambda: _of_papers(ask, held))
    took = None
    if ask.is_post:
        answer, took = _changed(ask, held, "member-papers")
        if answer is not None:
            return answer
        held = held_of(ask, claim_no)
        if live.is_sent(ask):
            return live.sent(ask, took, lambda: _of_papers(ask, held))
    refused = [] if took is None else list(took.refused)
    back = "member-fill" if held.row.state in (S.DRAFT, S.REPORTED) else "member-claim"
    return shown(
        ask,
        "papers",
        title=_("Papers"),
        section="claims",
        back_url=reverse(back, kwargs={"claim_no": claim_no}),
        **_of_papers(ask, held, refused),
        refused=refused,
        status=422 if refused else 200,
    )


def _of_papers(ask: Ask, held: CaseFile, refused: Sequence[str] = ()) -> dict[str, Any]:
    """What stands on the page of papers and changes while one looks at it."""
    no = held.row.claim_no
    wanted = wanted_of(ask, no)
    lacking = missing(wanted)
    worth = estimate_of(ask, held).worth if lacking else {}
    chosen = ask.request.GET.get("kind", "") if not ask.is_post or live.is_sent(ask) else ask.typed("kind", 60)
    removable = held.row.state in REMOVABLE
    here = Here(ask, held)
    told, bad = _wanted(ask, held, lacking, worth, here), {row for one in lacking for row in _bad(here, one)}
    confirm = here.to_confirm() if removable else None
    back = "member-fill" if held.row.state in (S.DRAFT, S.REPORTED) else "member-claim"
    return {
        "part": "papers",
        "lacking": told,
        "together": together(ask, worth) if lacking else [],
        "may": _wanted(ask, held, [one for one in wanted if not one.is_obligatory and not one.is_at_hand], {}),
        "known": [papers.name_of(one.paper, ask.lang) for one in wanted if one.is_at_hand and not _given(held, one)],
        "here": [here.card(one, removable=removable) for one in held.papers if one not in bad],
        "kind": kinds_to_choose(ask, wanted, chosen or (_key(lacking[0]) if lacking else "other")),
        "instead": number(ask.request.GET.get("instead", "")) or "",
        "drop": papers.drop(
            "files", _("Take a photo or choose files"), "files", " ".join(refused), camera="instead" in ask.request.GET
        ),
        "adds": not removable,
        "is_enough": not lacking and not refused and removable,
        "first": told[0] if told else None,
        "confirm_url": "" if confirm is None else _read_url(held, confirm),
        "on_url": reverse(back, kwargs={"claim_no": no}),
        "wait": live.wait(ask, here),
    }


def _read_url(held: CaseFile, row: PaperRow) -> str:
    return reverse("member-paper-read", kwargs={"claim_no": held.row.claim_no, "paper_id": row.paper_id})


def _sample_url(held: CaseFile, paper: str) -> str:
    found = reverse("paper-sample", kwargs={"kind": paper}) if paper in SAMPLES else ""
    return found and f"{found}?claim={held.row.claim_no}"


def _changed(ask: Ask, held: CaseFile, to: str) -> tuple[HttpResponse | None, papers.Took]:
    """Take a paper out, or keep what was handed in; sentences for files that were refused."""
    claim_no = held.row.claim_no
    gone = ask.number("remove")
    if gone is not None:
        try:
            documents.remove_paper(ask.by, gone, at=ask.at)
        except Fault as fault:
            return None, papers.Took((), (fault.sentence(ask.lang),))
        return go(to, claim_no=claim_no, told="paper-removed"), papers.Took((), ())
    kind, numbers = kind_and_numbers(ask.typed("kind", 60))
    took = papers.take(ask, held, kind, numbers, ask.number("instead"), may_remove=held.row.state in REMOVABLE)
    if took.refused or live.is_sent(ask):
        return None, took
    return go(to, claim_no=claim_no, told="paper"), took


def kind_and_numbers(chosen: str) -> tuple[str, tuple[int, ...]]:
    """The kind of a paper and what it is about, as `kinds_to_choose` names them."""
    kind, _colon, about = chosen.partition(":")
    return kind, tuple(int(one) for one in about.split(",") if one.isascii() and one.isdigit() and len(one) < 4)


def _bad(here: Here, one: Wanted) -> list[PaperRow]:
    """The pictures of a paper that is wanted which nobody can read."""
    return [row for kind in (one.paper, *one.instead) for row in here.bad_of(kind, one.numbers)]


def _given(held: CaseFile, one: Wanted) -> bool:
    return any(row.kind in (one.paper, *one.instead) for row in held.papers)


def _wanted(
    ask: Ask, held: CaseFile, wanted: Iterable[Wanted], worth: dict[tuple[str, ...], int], here: Here | None = None
) -> list[dict[str, Any]]:
    """Papers still wanted, each with what it is about, why, and what was wrong with its picture (pieces/paper.html)."""
    found = []
    for one in wanted:
        need = one.needs[0]
        why = need.why.zh if ask.lang == "zh" else need.why.en
        clause = f" · {product(need.product, ask.lang)} §{need.clause}" if need.product and need.clause else ""
        condition = ""
        if one.condition is not None:
            condition = one.condition.zh if ask.lang == "zh" else one.condition.en
        amount = worth.get((one.paper,))
        told: dict[str, Any] = {
            "kind": papers.name_of(one.paper, ask.lang),
            "state": "wanted",
            "verdict": about(ask, held, one) or _("Not here yet"),
            "worth": None if amount is None else yuan(amount),
            "why": _sentence(f"{condition or why}{clause}"),
            "instead": _(" or ").join(papers.name_of(name, ask.lang) for name in one.instead),
            "add_url": f"?kind={_key(one)}#add",
            "add_key": _key(one),
            "sample_url": _sample_url(held, one.paper),
            "bad": [here.card(row, removable=held.row.state in REMOVABLE) for row in _bad(here, one)] if here else [],
        }
        if told["bad"]:
            told["verdict"] = _("Its picture cannot be read; see below")
            # It is taken again in the place of the bad one, which then goes.
            told["add_url"], told["add_key"] = "", ""
        found.append(told)
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


def key_of(kind: str, numbers: Sequence[int]) -> str:
    """A kind of paper and what it is about, as one word."""
    return f"{kind}:{','.join(str(n) for n in numbers)}" if numbers else kind


def _key(one: Wanted) -> str:
    return key_of(one.paper, one.numbers)


def kinds_to_choose(ask: Ask, wanted: Sequence[Wanted], chosen: str) -> dict[str, Any]:
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
    if (waits := live.waits_on(ask, claim_no)) is not None:
        return waits
    held = held_of(ask, claim_no)
    if held.row.state != S.SUPPLEMENT:
        return go("member-claim", claim_no=claim_no)
    if live.is_asked(ask):
        return live.changed(ask, lambda: _of_supplement(ask, held))
    refused: list[str] = []
    if ask.is_post:
        do = ask.typed("do", 20)
        try:
            if do in ("send", "nothing"):
                intake.receive_supplement(ask.by, claim_no, at=ask.at, gave_up=do == "nothing")
                return go("member-claim", claim_no=claim_no, told="supplement")
            answer, took = _changed(ask, held, "member-supplement")
            if answer is not None:
                return answer
            refused = list(took.refused)
            if live.is_sent(ask):
                held = held_of(ask, claim_no)
                return live.sent(ask, took, lambda: _of_supplement(ask, held))
        except Fault as fault:
            ask.wrong(fault)
        held = held_of(ask, claim_no)
    asked = next((one for one in held.supplements if one.ended_at is None), None)
    return shown(
        ask,
        "supplement",
        title=_("More papers are needed"),
        section="claims",
        back_url=reverse("member-claim", kwargs={"claim_no": claim_no}),
        back_says=title(ask, held),
        asked_on="" if asked is None else day(day_in_china(asked.asked_at), ask.lang),
        new_fact="" if asked is None else asked.new_fact,
        **_of_supplement(ask, held, refused),
        nothing_url=reverse("member-nothing-more", kwargs={"claim_no": claim_no}),
        status=422 if ask.is_post else 200,
    )


def _of_supplement(ask: Ask, held: CaseFile, refused: Sequence[str] = ()) -> dict[str, Any]:
    """What stands on the page of a request and changes while one looks at it."""
    asked = next((one for one in held.supplements if one.ended_at is None), None)
    here = Here(ask, held)
    wanted = wanted_of(ask, held.row.claim_no)
    items = [] if asked is None else [_item(ask, held, item, here, wanted) for item in asked.items]
    is_fresh = not ask.is_post or live.is_sent(ask)
    chosen = (ask.request.GET.get("kind", "") if is_fresh else ask.typed("kind", 60)) or _first(asked, held)
    in_items = {one["id"] for item in items for one in item["bad"]}
    cards = [here.card(one, removable=True) for one in held.papers]
    todo = next((item for item in items if item["state"] == "wanted"), None)
    return {
        "part": "supplement",
        "items": items,
        "here": [one for one in cards if one["id"] not in in_items],
        "kind": kinds_to_choose(ask, wanted, chosen),
        "instead": number(ask.request.GET.get("instead", "")) or "",
        "drop": papers.drop(
            "files", _("Take a photo or choose files"), "files", " ".join(refused), camera="instead" in ask.request.GET
        ),
        "is_complete": not missing(wanted) and all(item["state"] == "good" for item in items),
        "first": todo,
        "wait": live.wait(ask, here),
    }


def _first(asked: Any, held: CaseFile) -> str:
    if asked is None:
        return ""
    here = {row.kind for row in held.papers}
    return next((str(item["paper"]) for item in asked.items if item["paper"] not in here), "")


def _item(
    ask: Ask, held: CaseFile, item: Any, here: Here | None = None, wanted: Sequence[Wanted] = ()
) -> dict[str, Any]:
    """One paper of the request: exactly what, why, and what it is worth."""
    zh = ask.lang == "zh"
    paper = str(item.get("paper", ""))
    instead = next((one.instead for one in wanted if one.paper == paper), ())
    given = [row for row in held.papers if row.kind in (paper, *instead)]
    bad = [row for row in given if here is not None and here.is_bad(row)]
    since = next((one.asked_at for one in held.supplements if one.ended_at is None), None)
    is_new = any((since is None or row.added_at >= since) and row not in bad for row in given)
    clause = str(item.get("clause", ""))
    code = str(item.get("product", ""))
    worth = item.get("worth_fen")
    name = str(item.get("name_zh" if zh else "name_en", paper))
    why = str(item.get("why_zh" if zh else "why_en", ""))
    shows_bad = here is not None and not is_new
    return {
        "kind": name[:1].upper() + name[1:],
        "state": "good" if is_new else "wanted",
        "verdict": _("Here now") if is_new else _("Not here yet"),
        "why": _sentence(why) + (f" · {product(code, ask.lang)} §{clause}" if code and clause else ""),
        "worth": yuan(worth) if isinstance(worth, int) and worth > 0 else None,
        "instead": _(" or ").join(papers.name_of(name, ask.lang) for name in instead),
        "add_url": "" if is_new or (shows_bad and bad) else f"?kind={paper}#add",
        "add_key": "" if is_new or (shows_bad and bad) else paper,
        "sample_url": "" if is_new else _sample_url(held, paper),
        "bad": [here.card(row, removable=True) for row in bad] if here is not None and shows_bad else [],
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
