"""Papers: the cards beside the case, one paper large, and the bytes as a picture that nothing can hide in."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.doors.feeds.uploads import Kind, UploadRefused, thumbnail
from hearth.doors.office.desk.asking import Asked, page, show, typed, whole
from hearth.doors.office.desk.pieces import moment
from hearth.doors.office.desk.stated import invoices_shown, purpose
from hearth.kernel.documents.checklist import NAMES
from hearth.store.access import NotThere
from hearth.store.access.claims_case import CaseFile, PaperRow, one_claim, paper_content

LARGE_SIDE = 1_800
"""Pixels of the longer side of a paper that is looked at."""

KINDS = {"image/jpeg": Kind.JPEG, "image/png": Kind.PNG, "image/webp": Kind.WEBP, "application/pdf": Kind.PDF}


def paper_name(kind: str, lang: str) -> str:
    """What a paper is called."""
    name = NAMES.get(kind)
    return (name.zh if lang == "zh" else name.en) if name is not None else kind


def paper_cards(asked: Asked, file: CaseFile) -> list[dict[str, Any]]:
    """The papers of a claim as pieces/paper.html takes them."""
    return [
        {
            "id": one.paper_id,
            "kind": paper_name(one.kind, asked.lang),
            "state": "good",
            "verdict": (one.added_by or _("brought in")) + f" · {moment(one.added_at, asked.lang, now=asked.at)}",
            "thumb_url": reverse("office-paper-thumb", args=[one.paper_id]),
            "url": reverse("office-paper", args=[file.row.claim_no, one.paper_id]),
            "name": one.name,
            "size": f"{max(1, one.size // 1000):,} KB",
            "pages": one.pages if one.pages > 1 else None,
        }
        for one in file.papers
    ]


@page()
def paper(request: HttpRequest, asked: Asked, claim_no: str, paper_id: int) -> HttpResponse:
    """One paper large, page by page, beside the data; on to the next and back with the keys."""
    file = one_claim(asked.by, claim_no, asked.at, purpose=purpose(asked.by))
    places = [one.paper_id for one in file.papers]
    if paper_id not in places:
        raise NotThere(kind="paper", key=paper_id)
    at = places.index(paper_id)
    one: PaperRow = file.papers[at]
    beside = {step: reverse("office-paper", args=[claim_no, places[at + step]]) if 0 <= at + step < len(places) else ""
              for step in (-1, 1)}  # fmt: skip
    number = page_of(request, one.pages)
    return show(
        request, asked, "office/paper.html", "queue", f"{paper_name(one.kind, asked.lang)} · {claim_no}",
        one=one, card=paper_cards(asked, file)[at],
        place=_("%(at)s of %(count)s") % {"at": at + 1, "count": len(places)},
        previous_url=beside[-1], next_url=beside[1], claim_no=claim_no, page_no=number, pages=one.pages,
        page_before=number - 1 if number > 1 else None, page_after=number + 1 if number < one.pages else None,
        page_url=reverse("office-paper", args=[claim_no, paper_id]),
        large_url=f"{reverse('office-paper-large', args=[paper_id])}?page={number}",
        whole_url=reverse("office-paper-whole", args=[paper_id]), invoices=invoices_shown(asked, file),
        numbers=one.numbers,
    )  # fmt: skip


@page()
def thumb(request: HttpRequest, asked: Asked, paper_id: int) -> HttpResponse:
    """The small picture of a paper."""
    content, _kind, _name = paper_content(asked.by, paper_id, asked.at, thumbnail=True)
    if not content:
        large_one, kind, _name = paper_content(asked.by, paper_id, asked.at)
        content = _drawn(large_one, kind, 320, paper_id)
    return _picture(content)


@page()
def large(request: HttpRequest, asked: Asked, paper_id: int) -> HttpResponse:
    """A page of a paper drawn anew as a picture: nothing but what can be seen reaches the page."""
    content, kind, _name = paper_content(asked.by, paper_id, asked.at)
    return _picture(_drawn(content, kind, LARGE_SIDE, paper_id, page_of(request)))


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


def _drawn(content: bytes, kind: str, side: int, paper_id: int, number: int = 1) -> bytes:
    try:
        return thumbnail(content, KINDS[kind], side, page=number)
    except (KeyError, UploadRefused):
        raise NotThere(kind="paper", key=paper_id) from None


def _picture(content: bytes) -> HttpResponse:
    answer = HttpResponse(content, content_type="image/jpeg")
    answer["Cache-Control"] = "private, no-store"
    return answer
