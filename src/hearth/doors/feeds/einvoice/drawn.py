"""Drawn: a sheet of an electronic invoice as a picture (SVG) of its print, in the browser's own type, and no more."""

from __future__ import annotations

from xml.sax.saxutils import escape

from hearth.doors.feeds.einvoice.sheet import Sheet

MEDIA_TYPE = "image/svg+xml"
TYPE = "'Noto Sans CJK SC','PingFang SC','Microsoft YaHei','Heiti SC',sans-serif"


def drawn(sheet: Sheet) -> bytes:
    """The sheet as a picture: words at their places, and no more."""
    said = "".join(_text(run.text, *run.box[0], *run.box[2]) for run in sheet.runs)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{sheet.width}" height="{sheet.height}" '
        f'viewBox="0 0 {sheet.width} {sheet.height}"><rect width="100%" height="100%" fill="#fffdf8"/>'
        f'<g font-family="{TYPE}" fill="#2a2622">{said}</g></svg>'
    ).encode()


def _text(text: str, left: float, top: float, right: float, bottom: float) -> str:
    units = sum(1.0 if ord(sign) > 0x2E7F else 0.56 for sign in text)
    high = max(4.0, min(0.8 * abs(bottom - top), 1.02 * abs(right - left) / max(0.5, units)))
    seen = "".join(sign for sign in text if sign.isprintable())
    return f'<text x="{left:.1f}" y="{top + 0.78 * (bottom - top):.1f}" font-size="{high:.1f}">{escape(seen)}</text>'
