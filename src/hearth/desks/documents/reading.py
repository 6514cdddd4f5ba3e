"""Reading: a paper is read once, by a job: its print, what it says, what agrees and what does not; kept sealed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import cv2
import numpy as np
from django.conf import settings
from django.db import transaction

from hearth.desks.books import records
from hearth.desks.books.reader import read_page
from hearth.kernel.documents import likeness
from hearth.kernel.documents.reading.check import checked
from hearth.kernel.documents.reading.found import Doubt, Found
from hearth.kernel.documents.reading.found import Paper as Read
from hearth.kernel.documents.reading.paper import extract, joined_pages
from hearth.store.access import HOUSE
from hearth.store.models import Paper, PaperContent, PaperLook, PaperReading
from hearth.wires import ocr
from hearth.words.claims import ClaimState
from hearth.words.faults import Fault
from hearth.words.papers import PaperKind, Run, Status

MOST_PAGES = 20
"""Pages of one paper that are read; the rest is looked at by a person."""

MOST_ALIKE = 200
"""Papers of the same coarse shape that a picture is compared with, the newest first."""

READ_AS = {"identity": PaperKind.ID_CARD, "bank_account": PaperKind.BANK_CARD} | {
    one.value: one for one in PaperKind if one is not PaperKind.UNKNOWN
}
"""What a paper of the list is, as print tells it."""

_SAME_PRINT = frozenset({"identity", "bank_account"})
"""Cards look alike whosever they are; they are told apart by their numbers."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page as a door opened it: its picture, or the print that the file itself carries, in pixels of that size.

    `told`: what a code on it or the file says of its fields, by their keys.  `states`: what the file itself says,
    where it is no picture of a paper but the paper.
    """

    width: int
    height: int
    picture: ocr.Picture | None = None
    runs: tuple[Run, ...] = ()
    told: Mapping[str, str] = field(default_factory=dict)
    states: Read | None = None


Opened = Callable[[bytes, str], Sequence[Page]]
"""Bytes and their media type -> the pages."""


def read_paper(paper_id: int, *, at: datetime, opened: Opened) -> str:
    """Read a paper that waits.  (1) its bytes (2) the print, outside any transaction (3) what it says (4) kept.

    Gives:   the state: read, failed (the reason is kept), absent (no reader is installed); "" where nothing waited
    Records:  paper.read, once the claim is reported, with counts and codes alone.
    """
    # 1.
    waiting = PaperReading.objects.filter(paper_id=paper_id, state="due", paper__removed_at__isnull=True).first()
    if waiting is None:
        return ""
    paper: Paper = waiting.paper
    content = PaperContent.objects.get(paper=paper)
    # 2.
    try:
        pages = list(opened(bytes(content.content), paper.content_type))[:MOST_PAGES]
        handed_in_as = paper.kind
        read = [_of_page(page, handed_in_as) for page in pages]
    except ocr.ReaderAbsent as fault:
        return _not_read(paper_id, "absent", fault.code, at)
    except Fault as fault:
        return _not_read(paper_id, "failed", fault.code, at)
    # 3.
    told = {key: value for page in pages for key, value in page.told.items()}
    whole = _of_this_claim(checked(joined_pages(read), told=told), paper)
    alike = _alike(paper, bytes(content.thumbnail))
    # 4.
    return _keep(paper_id, handed_in_as, read, whole, pages, alike, at)


def leave_unread(paper_id: int, trouble: str, *, at: datetime) -> str:
    """Give up reading a paper that waits: people look at it; its state after that."""
    return _not_read(paper_id, "failed", trouble, at)


@transaction.atomic(durable=True)
def _not_read(paper_id: int, state: str, trouble: str, at: datetime) -> str:
    waiting = PaperReading.objects.select_for_update().get(paper_id=paper_id)
    if waiting.state == "due":
        waiting.state, waiting.trouble, waiting.read_at = state, trouble[:40], at
        waiting.save()
    return waiting.state


@transaction.atomic(durable=True)
def _keep(
    paper_id: int,
    kind: str,
    read: Sequence[Read],
    whole: Read,
    pages: Sequence[Page],
    alike: Sequence[int],
    at: datetime,
) -> str:
    kept = PaperReading.objects.select_for_update().select_related("paper__claim").get(paper_id=paper_id)
    if kept.state != "due" or kept.paper.kind != kind:
        # Said to be of another kind in the meantime: the job that this deferred reads it as that.
        return kept.state
    answer = _answer(read, whole, pages)
    by_status = Counter(one.status for one in whole.fields.values())
    kept.state, kept.read_at, kept.kind, kept.reader = "read", at, whole.kind.value, _reader(pages)
    kept.answer = json.dumps(answer, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    kept.proven, kept.read = by_status[Status.PROVEN], by_status[Status.READ]
    kept.doubtful, kept.missing = by_status[Status.DOUBTFUL], by_status[Status.MISSING]
    signs = [one.code for one in whole.altered] + [f"SAME_PICTURE:{other}" for other in alike]
    kept.signs = list(dict.fromkeys(signs))[:50]
    kept.save()
    claim = kept.paper.claim
    if claim.state != ClaimState.DRAFT:
        records.append(
            "paper.read",
            f"claim:{claim.claim_no}",
            by=HOUSE,
            at=at,
            data={
                "paper": paper_id,
                "kind": kept.kind,
                "proven": kept.proven,
                "read": kept.read,
                "doubtful": kept.doubtful,
                "missing": kept.missing,
                "signs": kept.signs,
            },
            sealed={"answer": kept.answer.decode()},
        )
    return kept.state


def _reader(pages: Sequence[Page]) -> str:
    """What read them: the wire, or nobody, since the file says it itself."""
    return settings.READER_WIRE.split(":")[0] if any(page.picture is not None for page in pages) else "file"


def _answer(read: Sequence[Read], whole: Read, pages: Sequence[Page]) -> dict[str, Any]:
    """What was read as plain values, each field with the page it stands on, from 1 (docs/papers.md)."""
    places = {(key, one.box): n for n, page in reversed(list(enumerate(read, 1))) for key, one in page.fields.items()}
    ordered = sorted(enumerate(read, 1), key=lambda page: page[1].page)
    of_line = [number for number, page in ordered for _ in page.lines]

    def told(one: Found, on: int) -> dict[str, Any]:
        said = {
            "text": one.text,
            "value": one.value,
            "box": [round(edge, 1) for edge in one.box],
            "on": on,
            "status": one.status.value,
            "confidence": round(one.confidence, 4),
        }
        return {
            **said,
            **({"read": one.read} if one.read is not None else {}),
            **({"why": list(one.why)} if one.why else {}),
        }

    return {
        "kind": whole.kind.value,
        "page": whole.page,
        "of": whole.pages,
        "pages": [{"width": page.width, "height": page.height} for page in pages],
        "fields": {key: told(one, places.get((key, one.box), 1)) for key, one in whole.fields.items()},
        "lines": [
            {key: told(one, of_line[number] if number < len(of_line) else 1) for key, one in line.items()}
            for number, line in enumerate(whole.lines)
        ],
        "doubts": [_doubt(one) for one in whole.doubts],
        "altered": [_doubt(one) for one in whole.altered],
    }


def _doubt(one: Doubt) -> dict[str, Any]:
    return {"code": one.code, "fields": list(one.fields), "got": one.got, "want": one.want}


def _of_page(page: Page, kind: str) -> Read:
    """What a page says by its own print; as what it was handed in for where the print does not tell what it is."""
    if page.states is not None:
        return page.states
    if page.picture is None:
        runs: Sequence[Run] = page.runs
        found = extract(runs)
    else:
        runs, found = read_page(page.picture, settings.READER_WIRE)
    if found.kind is PaperKind.UNKNOWN and kind in READ_AS:
        return extract(runs, READ_AS[kind])
    return found


def _of_this_claim(read: Read, paper: Paper) -> Read:
    """Whether it is the paper that it was handed in as, and whose it is (DOMAIN 6.3)."""
    doubts = [
        *read.doubts,
        *(Doubt("KIND_DIFFERS", (), one["got"], one["want"]) for one in kind_differs(read.kind, paper.kind)),
    ]
    payer = read.fields.get("payer")
    if (
        payer is not None
        and payer.status in (Status.READ, Status.PROVEN)
        and payer.value != paper.claim.person.full_name
    ):
        doubts.append(Doubt("PERSON_DIFFERS", ("payer",), payer.value, paper.claim.person.full_name))
    return replace(read, doubts=tuple(doubts))


def kind_differs(read: PaperKind, kind: str) -> list[dict[str, Any]]:
    """The doubt, as plain values, that a paper is another one by its print than it was handed in as; none if not."""
    wanted = READ_AS.get(kind)
    if wanted is None or read in (PaperKind.UNKNOWN, wanted):
        return []
    return [_doubt(Doubt("KIND_DIFFERS", (), read.value, wanted.value))]


def _alike(paper: Paper, thumbnail: bytes) -> list[int]:
    """Other papers that are the same picture, in whatever claim: the same bytes, or the same print saved otherwise.

    One that nobody could read is no other paper: it was taken again.
    """
    others = Paper.objects.filter(removed_at__isnull=True).exclude(pk=paper.pk).exclude(look__worst="block")
    found = list(others.filter(sha256=paper.sha256).order_by("-pk").values_list("pk", flat=True)[:MOST_ALIKE])
    look = PaperLook.objects.filter(paper=paper).first()
    if look is None or look.shape is None or not thumbnail or paper.kind in _SAME_PRINT:
        return found
    mine = _picture(thumbnail)
    near = PaperLook.objects.filter(
        shape__isnull=False, quarters__overlap=look.quarters, paper__removed_at__isnull=True
    )
    near = near.exclude(paper__in=[paper.pk, *found]).exclude(worst="block").order_by("-paper_id")
    for other_id, shape in near.values_list("paper_id", "shape")[:MOST_ALIKE]:
        if shape is None or likeness.bits_apart(shape, look.shape) > likeness.MOST_APART:
            continue
        theirs = PaperContent.objects.filter(paper_id=other_id).values_list("thumbnail", flat=True).first()
        other = _picture(bytes(theirs)) if theirs else None
        if mine is not None and other is not None and likeness.are_same(mine, other):
            found.append(other_id)
    return sorted(found)


def _picture(content: bytes) -> ocr.Picture | None:
    seen = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR_RGB)
    return None if seen is None or min(seen.shape[:2]) < 16 else seen  # type: ignore[return-value]


def answer_of(reading: PaperReading) -> Mapping[str, Any]:
    """What was read of a paper as plain values; empty where nothing was."""
    return json.loads(bytes(reading.answer)) if reading.answer else {}
