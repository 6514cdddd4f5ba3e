"""Taking: a file is looked at as what it is the moment it comes in; an electronic invoice is opened, not looked at."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hearth.doors.feeds.pages import opened
from hearth.doors.feeds.showing import DRAWN, is_file, picture_of
from hearth.doors.feeds.taking import taken
from hearth.doors.feeds.uploads import E_INVOICES, MEDIA_TYPES, Kind, UploadRefused, examined, thumbnail
from tests.doors.feeds.einvoice.test_einvoice import LAUGHS, OUTSIDE, STATED, packed, parts, slipped
from tests.doors.feeds.papers import packed as zipped
from tests.doors.feeds.papers import pdf, readable

OFD = packed(parts(**{"Doc_0/Attachs/einvoice.xml": STATED}))
XML = b"\xef\xbb\xbf\n" + STATED.encode()
JSON = json.dumps({"invoiceCode": "31060122", "totalAmount": 62.5, "payerPartyName": "钱波"}).encode()
FILES = {Kind.OFD: OFD, Kind.XML: XML, Kind.JSON: JSON}


@pytest.mark.parametrize("kind", FILES)
def test_an_electronic_invoice_is_told_by_its_content_and_kept_as_it_is(kind: Kind) -> None:
    found = taken("票据", FILES[kind])
    assert (found.name, found.content_type) == (f"票据.{kind}", MEDIA_TYPES[kind])
    assert found.content == FILES[kind] and found.pages == 1 and found.width > 0 < found.height
    assert found.thumbnail == b"" and found.look.worst == "fine" and not found.look.findings
    assert is_file(found.content_type) and kind in E_INVOICES
    with pytest.raises(UploadRefused):
        thumbnail(found.content, kind)


@pytest.mark.parametrize("kind", FILES)
def test_what_it_says_is_read_of_itself_and_shown_as_a_drawing_of_its_words(kind: Kind) -> None:
    (page,) = opened(FILES[kind], MEDIA_TYPES[kind])
    assert page.picture is None and page.states is not None
    assert page.states.fields["code"].value == "31060122"
    drawn, media = picture_of(FILES[kind], MEDIA_TYPES[kind])
    assert media == DRAWN
    root = ElementTree.fromstring(drawn)
    assert (root.get("width"), root.get("height")) == (str(page.width), str(page.height))
    assert "31060122" in [one.text for one in root.iter()]


def test_a_picture_and_a_pdf_are_shown_as_pictures() -> None:
    for content, media in ((readable(1), "image/jpeg"), (pdf(2), "application/pdf")):
        assert picture_of(content, media, 100)[1] == "image/jpeg"
        assert not is_file(media)
    with pytest.raises(UploadRefused):
        picture_of(b"x", "text/html")


@pytest.mark.parametrize(
    ("content", "code", "says"),
    [
        (b'<?xml version="1.0"?><svg onload="x()"/>', "UPLOAD_NOT_A_PAPER", "a drawing (SVG)"),
        (b"<html><body>bill</body></html>", "UPLOAD_NOT_A_PAPER", "a web page (HTML)"),
        (b"<?php system(); ?>", "UPLOAD_NOT_A_PAPER", "a script"),
        (zipped(), "UPLOAD_NOT_A_PAPER", "a packed file"),
        (b"<note>hello</note>", "EINVOICE_REFUSED", "says what an invoice says"),
        (b'{"a": 1}', "EINVOICE_REFUSED", "says what an invoice says"),
        (b"[" * 100_000, "EINVOICE_REFUSED", "damaged"),
        (b"[" + b"{}," * 3_000_000 + b"{}]", "EINVOICE_REFUSED", "larger than the data"),
        (LAUGHS, "EINVOICE_REFUSED", "entities"),
        (OUTSIDE, "EINVOICE_REFUSED", "entities"),
        (slipped("../../x"), "EINVOICE_REFUSED", "outside"),
        (OFD[:500], "EINVOICE_REFUSED", "damaged"),
        (XML[:-40], "EINVOICE_REFUSED", "damaged"),
    ],
)
def test_what_only_seems_to_be_one_is_refused_with_its_reason(content: bytes, code: str, says: str) -> None:
    with pytest.raises(UploadRefused) as refused:
        taken("票据.ofd", content)
    assert refused.value.code == code and says in refused.value.sentence("en")
    assert "票据.ofd" in refused.value.sentence("zh") and refused.value.status in (415, 422)


def test_by_itself_the_beginning_of_one_says_no_size() -> None:
    assert (examined("a.xml", XML).width, examined("a.xml", XML).pages) == (0, 1)


@settings(max_examples=200)
@given(
    st.sampled_from([OFD, XML, JSON]),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(max_size=6), st.integers(0, 40)), max_size=4),
)
def test_an_electronic_invoice_changed_anywhere_is_taken_and_shown_or_refused(
    content: bytes, changes: list[tuple[float, bytes, int]]
) -> None:
    for where, put, gone in changes:
        at = int(where * len(content))
        content = content[:at] + put + content[at + gone :]
    try:
        found = taken("any", content)
    except UploadRefused as fault:
        assert fault.sentence("en") and fault.sentence("zh")
        return
    for number in range(1, found.pages + 1):
        ElementTree.fromstring(picture_of(found.content, found.content_type, page=number)[0])
    assert opened(found.content, found.content_type)
