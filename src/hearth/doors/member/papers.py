"""Papers: uploads looked at as they arrive, and given back, whole, small or marked, to whoever may see them."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from PIL import Image

from hearth.desks import documents
from hearth.doors.feeds.papers import MARKED_SIDE, marked
from hearth.doors.feeds.showing import DRAWN, KINDS, LARGE_SIDE, is_file, picture_of
from hearth.doors.feeds.taking import rules_for, taken
from hearth.doors.feeds.uploads import ACCEPTED, MAX_BYTES, THUMBNAIL_SIDE, UploadRefused
from hearth.doors.member.page import Ask, number, page, shown
from hearth.kernel.documents.checklist import NAMES
from hearth.kernel.documents.quality import Finding, Verdict
from hearth.kernel.documents.sentences import QUALITY
from hearth.store.access import NotThere
from hearth.store.access.claims_case import CaseFile, PaperRow, one_claim, paper_content
from hearth.store.access.papers import LookRow, seen_paper
from hearth.words.faults import Fault

MOST_AT_ONCE = 20
LIMIT_MB = MAX_BYTES // 1_000_000


@dataclass(frozen=True)
class Took:
    """What became of files: the papers that were kept, and a sentence for each file that was not."""

    papers: tuple[int, ...]
    refused: tuple[str, ...]


def name_of(kind: str, lang: str) -> str:
    """What a kind of paper is called."""
    if kind not in NAMES:
        return _("Another paper")
    name = NAMES[kind]
    return name.zh if lang == "zh" else name.en[:1].upper() + name.en[1:]


def file_kind(media_type: str) -> str:
    """What a file without a picture is called: OFD, XML, JSON; "" of a picture."""
    return KINDS[media_type].value.upper() if is_file(media_type) else ""


def take(
    ask: Ask, held: CaseFile, kind: str, numbers: tuple[int, ...] = (), instead: int | None = None, *, may_remove: bool
) -> Took:
    """Keep the files that were sent as papers of a kind.

    `instead`: the paper whose place the first of them takes; it goes once the new one is here, where papers may go.
    """
    kept: list[int] = []
    refused: list[str] = []
    rules = rules_for(one.product for one in held.policies)
    files = ask.request.FILES.getlist("files")
    for file in files[:MOST_AT_ONCE]:
        try:
            found = taken(file.name or "", file.read(MAX_BYTES + 1), rules)
            kept.append(
                documents.add_paper(
                    ask.by, held.row.claim_no, at=ask.at, kind=kind, upload=found, content=found.content,
                    thumbnail=found.thumbnail, numbers=numbers, look=found.look,
                )
            )  # fmt: skip
        except Fault as fault:
            refused.append(fault.sentence(ask.lang))
    if len(files) > MOST_AT_ONCE:
        refused.append(_("At most %(most)s files at once; send the rest now.") % {"most": MOST_AT_ONCE})
    if not files:
        refused.append(_("Choose a photo, a PDF or an e-invoice file first."))
    if kept and instead in {row.paper_id for row in held.papers} - set(kept) and may_remove:
        assert instead is not None
        documents.remove_paper(ask.by, instead, at=ask.at)
    return Took(tuple(kept), tuple(refused))


def drop(name: str, label: str, key: str, error: str = "", *, camera: bool = False) -> dict[str, Any]:
    """The place where files of one kind are handed in (pieces/drop.html)."""
    return {
        "id": f"f-{key}",
        "name": name,
        "label": label,
        "hint": _("Photos, PDF or e-invoice files (OFD, XML), each up to %(mb)s MB.") % {"mb": LIMIT_MB},
        "accept": ACCEPTED,
        "most": MOST_AT_ONCE,
        "limit_mb": LIMIT_MB,
        "error": error,
        "camera": camera,
    }


@page
def look(ask: Ask, claim_no: str, paper_id: int) -> HttpResponse:
    """One paper of a claim, page by page: a telephone's browser may not open a PDF by itself."""
    row = row_of(one_claim(ask.by, claim_no, ask.at, purpose="claim"), paper_id)
    page_no = min(max(number(ask.request.GET.get("page", "")) or 1, 1), row.pages)
    return shown(
        ask,
        "paper",
        title=name_of(row.kind, ask.lang),
        section="claims",
        back_url=reverse("member-papers", kwargs={"claim_no": claim_no}),
        row=row,
        file_kind=file_kind(row.content_type),
        page_no=page_no,
        pages=row.pages,
        page_before=page_no - 1 if page_no > 1 else None,
        page_after=page_no + 1 if page_no < row.pages else None,
        large_url=reverse("paper-large", kwargs={"paper_id": paper_id}) + f"?page={page_no}",
        sent_url=reverse("paper", kwargs={"paper_id": paper_id}),
    )


def row_of(held: CaseFile, paper_id: int) -> PaperRow:
    """A paper of a claim.  Raises: NotThere."""
    row = next((each for each in held.papers if each.paper_id == paper_id), None)
    if row is None:
        raise NotThere(kind="paper", key=paper_id)
    return row


@page
def large(ask: Ask, paper_id: int) -> HttpResponse:
    """A page of a paper drawn as a picture."""
    content, kind, name = paper_content(ask.by, paper_id, ask.at, purpose="claim")
    return _drawn(content, kind, name, paper_id, page_no=_page_asked(ask))


@page
def bad_places(ask: Ask, paper_id: int) -> HttpResponse:
    """A photograph on which the places that nobody can read are drawn."""
    looked = seen_paper(ask.by, paper_id, ask.at).look
    content, kind, name = paper_content(ask.by, paper_id, ask.at, purpose="claim")
    plain = _drawn(content, kind, name, paper_id, MARKED_SIDE)
    if is_file(kind):
        return plain
    small: Image.Image = Image.open(io.BytesIO(plain.content))
    if looked is not None and looked.findings:
        whole = max(Image.open(io.BytesIO(content), formats=[KINDS[kind].value]).size)
        small = marked(small, verdict_of(looked), whole / max(small.size))
    kept = io.BytesIO()
    small.convert("RGB").save(kept, "JPEG", quality=80)
    return _bytes(kept.getvalue(), "image/jpeg", f"{name}.jpg")


def verdict_of(looked: LookRow) -> Verdict:
    """The verdict as it was kept, with its words."""
    return Verdict(tuple(_finding(one) for one in looked.findings if one.get("code") in QUALITY), {})


def _finding(kept: Mapping[str, Any]) -> Finding:
    left, top, right, bottom = kept["box"]
    words = QUALITY[kept["code"]]
    return Finding(
        kept["code"], kept["severity"], kept["score"], kept["threshold"], (left, top, right, bottom), *words,
        turn=kept.get("turn", 0),
    )  # fmt: skip


@page
def paper(ask: Ask, paper_id: int) -> HttpResponse:
    """A paper's bytes, as the kind they were found to be and as nothing else."""
    content, kind, name = paper_content(ask.by, paper_id, ask.at, purpose="claim")
    return _bytes(content, kind, name)


@page
def small(ask: Ask, paper_id: int) -> HttpResponse:
    """A paper's thumbnail; of a file without a picture, its first sheet."""
    content, kind, name = paper_content(ask.by, paper_id, ask.at, purpose="claim", thumbnail=True)
    if not content:
        content, kind, name = paper_content(ask.by, paper_id, ask.at, purpose="claim")
        return _drawn(content, kind, name, paper_id, THUMBNAIL_SIDE)
    return _bytes(content, kind, name)


def _page_asked(ask: Ask) -> int:
    return number(ask.request.GET.get("page", "")) or 1


def _drawn(
    content: bytes, kind: str, name: str, paper_id: int, side: int = LARGE_SIDE, page_no: int = 1
) -> HttpResponse:
    try:
        drawn, media = picture_of(content, kind, side, page=page_no)
    except UploadRefused:
        raise NotThere(kind="paper", key=paper_id) from None
    return _bytes(drawn, media, f"{name}.{'svg' if media == DRAWN else 'jpg'}")


def _bytes(content: bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Disposition"] = f"{'attachment' if is_file(kind) else 'inline'}; filename*=UTF-8''{quote(name)}"
    # Whatever the bytes hold, nothing in them runs or loads; a browser's own reader of PDF does not open in a sandbox.
    answer["Content-Security-Policy"] = "default-src 'none'" + ("" if kind == "application/pdf" else "; sandbox")
    return answer
