"""Papers: the cards beside the case, one paper large, and the bytes as a picture that nothing can hide in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.desks import documents
from hearth.doors.feeds.showing import KINDS, LARGE_SIDE, is_file, picture_of
from hearth.doors.feeds.uploads import THUMBNAIL_SIDE, UploadRefused
from hearth.doors.office.desk.acts import act_of
from hearth.doors.office.desk.asking import Asked, go, page, plain, show, typed, whole
from hearth.doors.office.desk.pieces import moment
from hearth.doors.office.desk.reading import boxes_of, is_read, look_says, same_pictures, shown, state_of
from hearth.doors.office.desk.stated import invoices_shown, purpose
from hearth.doors.office.desk.takeover import may_take
from hearth.doors.office.desk.takeover import places as places_to_take
from hearth.kernel.documents.checklist import NAMES, ORDER
from hearth.store.access import NotThere
from hearth.store.access.claims_case import CaseFile, PaperRow, one_claim, paper_content
from hearth.store.access.papers import SeenPaper, places_of, seen_paper
from hearth.words.faults import Fault

MOST_VALUE = 200
"""Signs of what a person says a field is."""


def paper_name(kind: str, lang: str) -> str:
    """What a paper is called."""
    name = NAMES.get(kind)
    return (name.zh if lang == "zh" else name.en) if name is not None else kind


def paper_cards(asked: Asked, file: CaseFile, seen: Mapping[int, SeenPaper]) -> list[dict[str, Any]]:
    """The papers of a claim: what each is, how its picture and its reading stand."""
    shown = []
    for one in file.papers:
        stands = state_of(asked, seen.get(one.paper_id))
        kind = paper_name(one.kind, asked.lang)
        shown.append(
            {
                "id": one.paper_id,
                "kind": kind,
                "state": stands["state"],
                "verdict": stands["says"],
                "added": (one.added_by or _("brought in")) + f" · {moment(one.added_at, asked.lang, now=asked.at)}",
                "thumb_url": reverse("office-paper-thumb", args=[one.paper_id]),
                "url": reverse("office-paper", args=[file.row.claim_no, one.paper_id]),
                "name": one.name,
                "size": f"{max(1, one.size // 1000):,} KB",
                "pages": one.pages if one.pages > 1 else None,
            }
        )
    return shown


@page()
def paper(request: HttpRequest, asked: Asked, claim_no: str, paper_id: int) -> HttpResponse:
    """One paper large beside what was read of it: a field lights its place; on and back with the keys."""
    file = one_claim(asked.by, claim_no, asked.at, purpose=purpose(asked.by))
    return _show_paper(request, asked, file, paper_id)


@page("POST")
def say(request: HttpRequest, asked: Asked, claim_no: str, paper_id: int) -> HttpResponse:
    """Say what a field is, as it was read or otherwise; what was read stays beside it."""
    file = one_claim(asked.by, claim_no, asked.at, purpose=purpose(asked.by))
    _of_claim(file, paper_id)
    line, cell = whole(request.POST.get("line", "")), plain(request.POST.get("cell", ""))[:16]
    key = f"lines[{line - 1}].{cell}" if line else plain(request.POST.get("field", ""))[:64]
    value = plain(request.POST.get("value", ""))[:MOST_VALUE]
    is_live = request.headers.get("HX-Request") == "true"
    try:
        documents.say_fields(asked.by, paper_id, {key: value}, at=asked.at)
    except Fault as fault:
        if fault.status == 404:
            raise
        if is_live:
            return _show_paper(
                request, asked, file, paper_id, wrong=fault.sentence(asked.lang), only="office/read.html"
            )
        return _show_paper(request, asked, file, paper_id, wrong=fault.sentence(asked.lang), status=fault.status)
    if is_live:
        return _show_paper(request, asked, file, paper_id, only="office/read.html")
    number = whole(request.POST.get("page", "")) or 1
    return go("office-paper", claim_no, paper_id, page=number, field=key)


@page("POST")
def sort(request: HttpRequest, asked: Asked, claim_no: str, paper_id: int) -> HttpResponse:
    """Say which paper it is: another one than it was handed in as."""
    file = one_claim(asked.by, claim_no, asked.at, purpose=purpose(asked.by))
    _of_claim(file, paper_id)
    try:
        documents.sort_paper(asked.by, paper_id, plain(request.POST.get("kind", ""))[:40], at=asked.at)
    except Fault as fault:
        if fault.status in (403, 404):
            raise
        return _show_paper(request, asked, file, paper_id, wrong=fault.sentence(asked.lang), status=fault.status)
    return go("office-paper", claim_no, paper_id, said="paper_sorted")


def _kinds(asked: Asked, file: CaseFile, one: PaperRow) -> list[dict[str, Any]]:
    """What a paper may be said to be; nothing where one may not say it any more."""
    if not file.is_desk or file.row.state not in documents.SORTED_WHILE or not asked.may("paper", "sort"):
        return []
    names = {kind: paper_name(kind, asked.lang) for kind in (*ORDER, documents.OTHER)}
    names.setdefault(one.kind, paper_name(one.kind, asked.lang))
    names[documents.OTHER] = _("another paper")
    return [{"value": kind, "says": name, "chosen": kind == one.kind} for kind, name in names.items()]


def _of_claim(file: CaseFile, paper_id: int) -> int:
    """The place of a paper among those of its claim.  Raises: NotThere."""
    places = [one.paper_id for one in file.papers]
    if paper_id not in places:
        raise NotThere(kind="paper", key=paper_id)
    return places.index(paper_id)


def _show_paper(
    request: HttpRequest, asked: Asked, file: CaseFile, paper_id: int, *, only: str = "", wrong: str = "",
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    at = _of_claim(file, paper_id)
    claim_no = file.row.claim_no
    seen = seen_paper(asked.by, paper_id, asked.at, purpose=purpose(asked.by))
    about: dict[str, Any] = {
        "claim_no": claim_no, "paper_id": paper_id, "wrong": wrong, "lit": typed(request, "field"),
        "page_url": reverse("office-paper", args=[claim_no, paper_id]),
        "read": shown(asked, seen) if is_read(seen) else None, "may_say": asked.may("paper", "add"),
    }  # fmt: skip
    if only:
        # A fault is told in the part itself: the page around it stays.
        return render(request, only, {"lang": asked.lang, "asked": asked, **about})
    places = [one.paper_id for one in file.papers]
    one: PaperRow = file.papers[at]
    beside = {step: reverse("office-paper", args=[claim_no, places[at + step]]) if 0 <= at + step < len(places) else ""
              for step in (-1, 1)}  # fmt: skip
    number = page_of(request, one.pages)
    answer = seen.reading.answer if seen.reading is not None else {}
    amending = act_of("amend")
    may_amend = (
        amending is not None and file.is_desk and file.row.state in amending.states and asked.may("claim", "review")
    )
    return show(
        request, asked, "office/paper.html", "queue", f"{paper_name(one.kind, asked.lang)} · {claim_no}", status=status,
        one=one, card=paper_cards(asked, file, {paper_id: seen})[at], looks=look_says(asked, seen),
        place=_("%(at)s of %(count)s") % {"at": at + 1, "count": len(places)},
        previous_url=beside[-1], next_url=beside[1], page_no=number, pages=one.pages,
        page_before=number - 1 if number > 1 else None, page_after=number + 1 if number < one.pages else None,
        file_kind=KINDS[one.content_type].value.upper() if is_file(one.content_type) else "",
        large_url=f"{reverse('office-paper-large', args=[paper_id])}?page={number}", over=boxes_of(answer, number),
        whole_url=reverse("office-paper-whole", args=[paper_id]), invoices=invoices_shown(asked, file),
        elsewhere=elsewhere(asked, file, {paper_id: seen}),
        places=places_to_take(asked, file, seen) if may_amend and may_take(seen) else None,
        kinds=_kinds(asked, file, one), has_lines=bool(answer.get("lines")), **about,
    )  # fmt: skip


def elsewhere(asked: Asked, file: CaseFile, seen: Mapping[int, SeenPaper]) -> list[dict[str, Any]]:
    """The same picture among other papers: which paper of which claim, a link where one may see it."""
    same = same_pictures(seen)
    wanted = {other for others in same.values() for other in others}
    if not wanted:
        return []
    reached = places_of(asked.by, wanted, asked.at)
    kinds = {one.paper_id: paper_name(one.kind, asked.lang) for one in file.papers}
    told = []
    for paper_id, others in same.items():
        for other in others:
            mine = kinds.get(paper_id, str(paper_id))
            if other not in reached:
                says = _("%(paper)s: the same picture is in a claim that you may not see") % {"paper": mine}
                told.append({"says": says, "url": "", "claim_no": ""})
                continue
            claim_no, kind = reached[other]
            values = {"paper": mine, "other": paper_name(kind, asked.lang), "claim_no": claim_no}
            says = (
                _("%(paper)s: the same picture stands twice in this claim, as %(other)s") % values
                if claim_no == file.row.claim_no
                else _("%(paper)s: the same picture is %(other)s in claim %(claim_no)s") % values
            )
            told.append({"says": says, "url": reverse("office-paper", args=[claim_no, other]), "claim_no": claim_no})
    return told


@page()
def thumb(request: HttpRequest, asked: Asked, paper_id: int) -> HttpResponse:
    """The small picture of a paper."""
    content, kind, _name = paper_content(asked.by, paper_id, asked.at, thumbnail=True)
    if content:
        return _picture(content, kind)
    whole_one, kind, _name = paper_content(asked.by, paper_id, asked.at)
    return _drawn(whole_one, kind, THUMBNAIL_SIDE, paper_id)


@page()
def large(request: HttpRequest, asked: Asked, paper_id: int) -> HttpResponse:
    """A page of a paper drawn anew as a picture: nothing but what can be seen reaches the page."""
    content, kind, _name = paper_content(asked.by, paper_id, asked.at)
    return _drawn(content, kind, LARGE_SIDE, paper_id, page_of(request))


@page()
def sent(request: HttpRequest, asked: Asked, paper_id: int) -> HttpResponse:
    """The bytes as they were sent, to keep: never opened as a page of ours."""
    content, kind, name = paper_content(asked.by, paper_id, asked.at)
    answer = HttpResponse(content, content_type=kind if kind in KINDS else "application/octet-stream")
    answer["Content-Disposition"] = f"attachment; filename=\"paper-{paper_id}\"; filename*=UTF-8''{quote(name)}"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def page_of(request: HttpRequest, most: int = 2**31) -> int:
    """The page that an address names, from 1 to `most`; the first where it names none."""
    return min(max(whole(typed(request, "page")) or 1, 1), most)


def _drawn(content: bytes, kind: str, side: int, paper_id: int, number: int = 1) -> HttpResponse:
    try:
        return _picture(*picture_of(content, kind, side, page=number))
    except UploadRefused:
        raise NotThere(kind="paper", key=paper_id) from None


def _picture(content: bytes, kind: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    return answer
