"""Papers: uploads looked at as they arrive, shown with their verdict, given back to whoever may see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.desks import documents
from hearth.doors.feeds.uploads import MAX_BYTES, Kind, Upload, UploadRefused, examined, thumbnail
from hearth.doors.member.page import Ask, number, page, shown
from hearth.doors.member.saying import moment, size
from hearth.kernel.documents.checklist import NAMES
from hearth.store.access import NotThere
from hearth.store.access.claims_case import PaperRow, one_claim, paper_content
from hearth.words.faults import Fault

MOST_AT_ONCE = 20
LIMIT_MB = MAX_BYTES // 1_000_000
KINDS = {"image/jpeg": Kind.JPEG, "image/png": Kind.PNG, "image/webp": Kind.WEBP, "application/pdf": Kind.PDF}
ACCEPTED = ",".join(KINDS)
LARGE_SIDE = 1_800
"""Pixels of the longer side of a page that is looked at."""


@dataclass(frozen=True)
class Seen:
    """An upload as the desk of documents takes it."""

    name: str
    content_type: str
    size: int
    width: int
    height: int
    pages: int

    @classmethod
    def of(cls, upload: Upload) -> Seen:
        """What was found out about the bytes."""
        return cls(upload.name, upload.media_type, upload.size, upload.width, upload.height, upload.pages)


def name_of(kind: str, lang: str) -> str:
    """What a kind of paper is called."""
    if kind not in NAMES:
        return _("Another paper")
    name = NAMES[kind]
    return name.zh if lang == "zh" else name.en[:1].upper() + name.en[1:]


def take(ask: Ask, claim_no: str, kind: str, numbers: tuple[int, ...] = ()) -> tuple[int, list[str]]:
    """Keep the files that were sent as papers of a kind; how many were kept, and a sentence for each that was not."""
    kept, refused = 0, []
    files = ask.request.FILES.getlist("files")
    for file in files[:MOST_AT_ONCE]:
        content = file.read(MAX_BYTES + 1)
        try:
            upload = examined(file.name or "", content)
            small = thumbnail(content, Kind(upload.kind))
            documents.add_paper(
                ask.by, claim_no, at=ask.at, kind=kind, upload=Seen.of(upload), content=content, thumbnail=small,
                numbers=numbers,
            )  # fmt: skip
            kept += 1
        except Fault as fault:
            refused.append(fault.sentence(ask.lang))
    if len(files) > MOST_AT_ONCE:
        refused.append(_("At most %(most)s files at once; send the rest now.") % {"most": MOST_AT_ONCE})
    if not files:
        refused.append(_("Choose a photo or a PDF first."))
    return kept, refused


def drop(name: str, label: str, key: str, error: str = "") -> dict[str, Any]:
    """The place where files of one kind are handed in (pieces/drop.html)."""
    return {
        "id": f"f-{key}",
        "name": name,
        "label": label,
        "hint": _("Photos or PDF, each up to %(mb)s MB.") % {"mb": LIMIT_MB},
        "accept": ACCEPTED,
        "most": MOST_AT_ONCE,
        "limit_mb": LIMIT_MB,
        "error": error,
    }


def card(ask: Ask, claim_no: str, row: PaperRow, *, removable: bool) -> dict[str, Any]:
    """A paper that is here (pieces/paper.html)."""
    told: dict[str, Any] = {
        "kind": name_of(row.kind, ask.lang),
        "state": "good",
        "verdict": _("Can be opened. Added %(at)s") % {"at": moment(row.added_at, ask.lang)},
        "thumb_url": reverse("paper-small", kwargs={"paper_id": row.paper_id}),
        "url": reverse("member-paper", kwargs={"claim_no": claim_no, "paper_id": row.paper_id}),
        "name": row.name,
        "size": size(row.size),
        "pages": row.pages if row.pages > 1 else None,
    }
    if removable:
        told["remove"] = {"name": "remove", "value": str(row.paper_id)}
    return told


@page
def look(ask: Ask, claim_no: str, paper_id: int) -> HttpResponse:
    """One paper of a claim, page by page: a telephone's browser may not open a PDF by itself."""
    held = one_claim(ask.by, claim_no, ask.at, purpose="claim")
    row = next((each for each in held.papers if each.paper_id == paper_id), None)
    if row is None:
        raise NotThere(kind="paper", key=paper_id)
    page_no = min(max(number(ask.request.GET.get("page", "")) or 1, 1), row.pages)
    return shown(
        ask,
        "paper",
        title=name_of(row.kind, ask.lang),
        section="claims",
        back_url=reverse("member-papers", kwargs={"claim_no": claim_no}),
        row=row,
        page_no=page_no,
        pages=row.pages,
        page_before=page_no - 1 if page_no > 1 else None,
        page_after=page_no + 1 if page_no < row.pages else None,
        large_url=reverse("paper-large", kwargs={"paper_id": paper_id}) + f"?page={page_no}",
        sent_url=reverse("paper", kwargs={"paper_id": paper_id}),
    )


@page
def large(ask: Ask, paper_id: int) -> HttpResponse:
    """A page of a paper drawn as a picture."""
    content, kind, name = paper_content(ask.by, paper_id, ask.at, purpose="claim")
    try:
        drawn = thumbnail(content, KINDS[kind], LARGE_SIDE, page=number(ask.request.GET.get("page", "")) or 1)
    except (KeyError, UploadRefused):
        raise NotThere(kind="paper", key=paper_id) from None
    return _bytes(drawn, "image/jpeg", f"{name}.jpg")


@page
def paper(ask: Ask, paper_id: int) -> HttpResponse:
    """A paper's bytes, as the kind they were found to be and as nothing else."""
    content, kind, name = paper_content(ask.by, paper_id, ask.at, purpose="claim")
    return _bytes(content, kind, name)


@page
def small(ask: Ask, paper_id: int) -> HttpResponse:
    """A paper's thumbnail."""
    content, kind, name = paper_content(ask.by, paper_id, ask.at, purpose="claim", thumbnail=True)
    return _bytes(content, kind, name)


def _bytes(content: bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(name)}"
    # Whatever the bytes hold, nothing in them runs or loads; a browser's own reader of PDF does not open in a sandbox.
    answer["Content-Security-Policy"] = "default-src 'none'" + ("" if kind == "application/pdf" else "; sandbox")
    return answer
