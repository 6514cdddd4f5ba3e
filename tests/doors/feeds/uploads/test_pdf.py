"""PDF: pages are counted and drawn; locked, lying and bursting files are refused with a reason."""

from __future__ import annotations

import io
import time
import zlib

import pytest
from PIL import Image

from hearth.doors.feeds.uploads import (
    Kind,
    UploadRefused,
    examined,
    limits,
    thumbnail,
)
from hearth.doors.feeds.uploads import pdf as pdfs
from tests.doors.feeds.papers import locked_pdf, of_objects, pdf, pdf_with_picture
from tests.doors.feeds.uploads.sent import PDF, PNG, refused


def test_pages_are_counted_and_a_hundred_are_too_many() -> None:
    assert examined("a.pdf", pdf(50)).pages == 50
    code, says = refused(pdf(100), "records.pdf")
    assert code == "UPLOAD_TOO_MANY_PAGES"
    assert says.startswith("records.pdf has 100 pages; at most 50")


def test_a_pdf_that_counts_pages_it_does_not_have_is_damaged() -> None:
    lying = pdf(1).replace(b"/Count 1", b"/Count 9")
    assert refused(lying)[0] == "UPLOAD_DAMAGED"


def test_a_locked_pdf_says_what_to_do() -> None:
    code, says = refused(locked_pdf(), "bill.pdf")
    assert code == "UPLOAD_LOCKED"
    assert "without one" in says


def test_a_pdf_that_unpacks_too_far_is_refused_before_it_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = zlib.compress(b"\0" * (limits.MAX_STREAM + 1), 9)
    held = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(bomb), bomb)
    made = of_objects(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>", held)
    monkeypatch.setattr(pdfs, "_open_pdf", lambda *_: pytest.fail("the PDF was opened"))
    assert len(made) < 1_000_000
    assert refused(made)[0] == "UPLOAD_UNPACKS_TOO_FAR"
    hidden = made.replace(b"stream\n", b"% stream\nstream\r\n", 1)
    assert refused(hidden)[0] == "UPLOAD_UNPACKS_TOO_FAR"


def test_a_pdf_of_a_million_beginnings_is_looked_through_in_no_time() -> None:
    started = time.monotonic()
    for beginning in (b"stream\n", b"stream\n\x78\x9c", b"stream\n" + zlib.compress(b"")):
        assert refused(b"%PDF-1.4\n" + beginning * 500_000 + b"%%EOF")[0] == "UPLOAD_DAMAGED"
    assert time.monotonic() - started < 60


def test_an_empty_or_boundless_page_is_damaged() -> None:
    assert refused(of_objects(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>"))[0] == (
        "UPLOAD_DAMAGED"
    )
    assert refused(pdf(1, size=(9_000_000, 9_000_000)))[0] == "UPLOAD_DAMAGED"


def test_a_thumbnail_of_a_pdf_is_its_first_page() -> None:
    made = Image.open(io.BytesIO(thumbnail(PDF, Kind.PDF)))
    assert made.size == (227, 320)
    red, _, blue = made.getpixel((5, 315))  # type: ignore[misc]
    assert blue > 200 and red < 60
    assert made.getpixel((220, 5)) == (255, 255, 255)


def test_every_page_of_a_pdf_can_be_drawn_and_no_other() -> None:
    pages = [thumbnail(PDF, Kind.PDF, page=number) for number in (1, 2, 3)]
    assert pages[0] == thumbnail(PDF, Kind.PDF) and all(Image.open(io.BytesIO(each)).size for each in pages)
    for content, kind, page in ((PDF, Kind.PDF, 4), (PDF, Kind.PDF, 0), (PNG, Kind.PNG, 2)):
        with pytest.raises(UploadRefused, match=f"no page {page}"):
            thumbnail(content, kind, page=page)


def test_a_page_with_an_enormous_picture_is_not_drawn() -> None:
    content = pdf_with_picture(40_000, 40_000)
    assert examined("a.pdf", content).pages == 1
    with pytest.raises(UploadRefused, match="40,000"):
        thumbnail(content, Kind.PDF)
    assert thumbnail(pdf_with_picture(80, 80), Kind.PDF)
