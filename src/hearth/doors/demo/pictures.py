"""Pictures of the demo's papers: drawn here, marked as samples, each with bytes of its own."""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

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


def picture(kind: str, key: str) -> Picture:
    """The picture of a paper; `key` makes its bytes its own."""
    whole, small = _drawn(kind)
    return Picture(f"{kind}.png", _with_text(whole, f"made up for the demo: {key}"), small)


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
