"""Pictures of the demo's papers, marked as samples, each with bytes of its own.

Where the system has a Chinese font they say what the claim says; elsewhere they are grey lines.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from hearth.doors.demo.papers.bill import Bill
from hearth.doors.demo.papers.fonts import faces
from hearth.doors.demo.papers.invoice import invoice
from hearth.doors.demo.papers.lists import itemised_list
from hearth.doors.demo.papers.reports import REPORTS
from hearth.doors.demo.papers.sheet import Sheet
from hearth.doors.demo.papers.shown import bill_of

WIDTH, HEIGHT = 620, 860
_END = b"\0\0\0\0IEND\xaeB\x60\x82"
TITLES = {
    "invoice": "MEDICAL E-INVOICE",
    "itemised_list": "ITEMISED LIST",
    "settlement_sheet": "SETTLEMENT SHEET",
    "discharge_summary": "DISCHARGE SUMMARY",
    "medical_record": "MEDICAL RECORD",
    "diagnosis_certificate": "DIAGNOSIS CERTIFICATE",
    "pathology": "PATHOLOGY REPORT",
    "prescription": "PRESCRIPTION",
    "accident_proof": "PROOF OF ACCIDENT",
}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a paper, as an upload is described."""

    name: str
    content: bytes
    thumbnail: bytes
    content_type: str = "image/png"
    width: int = WIDTH
    height: int = HEIGHT
    pages: int = 1

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.content)


SCALE = 0.6
"""How large papers are drawn: small enough to be quick, large enough to be read."""

_PAPERS: dict[str, Callable[[Bill], list[Sheet]]] = {
    "invoice": lambda bill: invoice(bill, "guangdong", SCALE, still=True),
    "itemised_list": lambda bill: itemised_list(bill, "plain", SCALE),
    "settlement_sheet": lambda bill: REPORTS["settlement_sheet"](bill, "rows", SCALE),
    "discharge_summary": lambda bill: REPORTS["discharge_summary"](bill, "form", SCALE),
    "medical_record": lambda bill: REPORTS["discharge_summary"](bill, "letter", SCALE),
    "diagnosis_certificate": lambda bill: REPORTS["diagnosis_certificate"](bill, "boxed", SCALE),
    "pathology": lambda bill: REPORTS["pathology"](bill, "letter", SCALE),
    "prescription": lambda bill: REPORTS["prescription"](bill, "plain", SCALE),
}
"""Papers that can be drawn from a claim's facts; others remain grey lines."""


@dataclass(frozen=True, slots=True)
class Insured:
    """Whose papers they are."""

    name: str
    sex: str
    born_on: date


def picture(kind: str, key: str, facts: Mapping[str, Any] | None = None, insured: Insured | None = None) -> Picture:
    """The picture of a paper; `key` makes its bytes its own.  With facts and a person it says what the claim says."""
    if facts and insured and kind in _PAPERS and faces() is not None:
        seed = zlib.crc32(key.rsplit(" ", 1)[0].encode())
        bill = bill_of(facts, insured.name, insured.sex, insured.born_on, seed)
        return _printed(kind, key, _PAPERS[kind](bill)[0].image)
    whole, small = _drawn(kind)
    return Picture(f"{kind}.png", _with_text(whole, f"made up for the demo: {key}"), small)


def _printed(kind: str, key: str, page: Image.Image) -> Picture:
    held, small = io.BytesIO(), io.BytesIO()
    page.save(held, "JPEG", quality=74, comment=f"made up for the demo: {key}".encode())
    page.reduce(3).save(small, "JPEG", quality=70)
    return Picture(f"{kind}.jpg", held.getvalue(), small.getvalue(), "image/jpeg", page.width, page.height)


@lru_cache(maxsize=32)
def _drawn(kind: str) -> tuple[bytes, bytes]:
    page = Image.new("L", (WIDTH, HEIGHT), 250)
    pen = ImageDraw.Draw(page)
    pen.rectangle((24, 24, WIDTH - 24, HEIGHT - 24), outline=120, width=2)
    pen.text((48, 48), TITLES.get(kind, kind.replace("_", " ").upper()), fill=20, font=ImageFont.load_default(30))
    pen.text((48, 96), "SAMPLE - made up, not a document", fill=90, font=ImageFont.load_default(18))
    for number in range(16):
        top = 160 + number * 40
        long = WIDTH - 96 - (number * 67) % 220
        pen.rectangle((48, top, 48 + long, top + 12), fill=205)
        pen.rectangle((WIDTH - 130, top, WIDTH - 56, top + 12), fill=175)
    held, small = io.BytesIO(), io.BytesIO()
    page.save(held, "PNG", optimize=True)
    page.resize((WIDTH // 3, HEIGHT // 3)).save(small, "JPEG", quality=70)
    return held.getvalue(), small.getvalue()


def _with_text(png: bytes, text: str) -> bytes:
    """The same picture with a line of text that is not seen: a tEXt chunk before the end."""
    body = b"tEXtComment\0" + text.encode("latin-1", "replace")
    chunk = (len(body) - 4).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")
    return png.removesuffix(_END) + chunk + _END
