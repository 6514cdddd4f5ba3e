"""Electronic invoices on the phone: read from the file itself, drawn where a picture would stand, put into a bill."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hearth.desks import documents
from hearth.doors.feeds.pages import opened
from hearth.store.models import Claim, Paper, PaperReading
from tests.desks.cast_rows import Cast
from tests.doors.feeds.test_taking import FILES, JSON, OFD, XML
from tests.doors.feeds.uploads.test_heif import READABLE
from tests.doors.member.conftest import Phone
from tests.doors.member.phones import fill
from tests.doors.member.test_papers import ONE
from tests.doors.member.test_reporting import begun


def handed(phone: object, no: str, content: bytes, name: str) -> Paper:
    """One file handed in as an invoice, and read."""
    file = SimpleUploadedFile(name, content, "application/octet-stream")
    answer = phone.post(f"/claims/{no}/papers", {"kind": "invoice", "files": file}, headers=ONE)  # type: ignore[attr-defined]
    assert answer.status_code == 200, answer.text
    paper = Claim.objects.get(claim_no=no).papers.latest("pk")
    for reading in PaperReading.objects.filter(state="due"):
        assert documents.read_paper(reading.paper_id, at=datetime.now(UTC), opened=opened) == "read"
    return paper


@pytest.mark.parametrize(("content", "name"), [(OFD, "票据.ofd"), (XML, "票据.xml"), (JSON, "票据.json")])
def test_a_file_is_read_from_itself_and_drawn_where_a_picture_would_stand(
    cast: Cast, phone: Phone, content: bytes, name: str
) -> None:
    hui = phone("hui")
    no = begun(hui, cast)
    paper = handed(hui, no, content, name)
    reading = PaperReading.objects.get(paper=paper)
    assert (reading.kind, reading.reader) == ("invoice", "file")
    card = hui.get(f"/claims/{no}/papers").text.partition(f'id="paper-{paper.pk}"')[2]
    form = name.rpartition(".")[2].upper()
    assert f"An e-invoice file ({form}): what it says is read from the file itself." in card and name in card
    for address in (f"/papers/{paper.pk}/small", f"/papers/{paper.pk}/large?page=1"):
        drawn = hui.get(address)
        assert drawn.status_code == 200 and drawn["Content-Type"] == "image/svg+xml"
        assert "31060122" in drawn.text and "sandbox" in drawn["Content-Security-Policy"]
        assert phone("bo").get(address).status_code == 404
    whole = hui.get(f"/claims/{no}/papers/{paper.pk}").text
    assert f"This is an electronic file ({form}) without a picture" in whole
    sent = hui.get(f"/papers/{paper.pk}")
    assert sent.content == content and sent["Content-Disposition"].startswith("attachment")
    assert sent["X-Content-Type-Options"] == "nosniff"
    read = hui.get(f"/claims/{no}/papers/{paper.pk}/read")
    assert "was read from the file itself and is drawn here" in read.text and 'value="31060122"' in read.text


def test_its_fields_fill_the_bill_once_they_are_confirmed(cast: Cast, phone: Phone) -> None:
    hui = phone("hui")
    no = begun(hui, cast)
    paper = handed(hui, no, XML.replace("钱波".encode(), "月".encode()), "票据.xml")
    card = hui.get(f"/claims/{no}/papers").text.partition(f'id="paper-{paper.pk}"')[2]
    assert "The file is whole." in card and "Can be read." not in card, "it is no photograph"
    page = hui.get(f"/claims/{no}/papers/{paper.pk}/read").text
    assert page.count("<rect data-place=") >= 8, "each value has its place on the drawing"
    fill(hui, f"/claims/{no}/papers/{paper.pk}/read")
    (bill,) = Claim.objects.get(claim_no=no).facts["invoices"]
    assert (bill["code"], bill["number"], bill["total"]) == ("31060122", "0034567812", "62.50")
    assert [line["amount"] for line in bill["lines"]] == ["37.50", "25.00"]


def test_what_a_line_is_for_is_proposed_by_its_name_where_the_paper_does_not_say_it(cast: Cast, phone: Phone) -> None:
    hui = phone("hui")
    no = begun(hui, cast)
    named = XML.replace("钱波".encode(), "月".encode()).replace("西药费".encode(), "二级护理".encode())
    paper = handed(hui, no, named, "票据.xml")
    page = hui.get(f"/claims/{no}/papers/{paper.pk}/read").text
    assert page.count("By its name; please check.") == 1, "of the other line the paper says it"
    fill(hui, f"/claims/{no}/papers/{paper.pk}/read")
    (bill,) = Claim.objects.get(claim_no=no).facts["invoices"]
    assert [line["category"] for line in bill["lines"]] == ["nursing", "laboratory"]


def test_the_same_file_twice_is_one_paper_and_a_broken_one_is_told_why(cast: Cast, phone: Phone) -> None:
    hui = phone("hui", "zh")
    no = begun(hui, cast)
    assert handed(hui, no, XML, "票据.xml").pk == handed(hui, no, XML, "again.xml").pk
    broken = SimpleUploadedFile("票据.ofd", OFD[:400])
    refused = hui.post(f"/claims/{no}/papers", {"kind": "invoice", "files": broken}, headers=ONE)
    assert refused.status_code == 422 and "文件已损坏或不完整" in refused.text
    page = hui.get(f"/claims/{no}/papers").text
    for ending in (".heic", ".heif", ".ofd", "application/xml", "image/jpeg"):
        assert ending in page.partition('accept="')[2].partition('"')[0]
    assert set(FILES) <= {"ofd", "xml", "json"}


def test_an_iphones_picture_is_kept_and_shown_as_a_jpeg(cast: Cast, phone: Phone) -> None:
    hui = phone("hui")
    no = begun(hui, cast)
    file = SimpleUploadedFile("IMG_7.HEIC", READABLE, "image/heic")
    assert hui.post(f"/claims/{no}/papers", {"kind": "invoice", "files": file}, headers=ONE).status_code == 200
    paper = Claim.objects.get(claim_no=no).papers.get()
    assert (paper.name, paper.content_type, paper.look.worst) == ("IMG_7.HEIC.jpg", "image/jpeg", "fine")
    for address in (f"/papers/{paper.pk}", f"/papers/{paper.pk}/small", f"/papers/{paper.pk}/large"):
        shown = hui.get(address)
        assert shown["Content-Type"] == "image/jpeg" and shown.content[:3] == b"\xff\xd8\xff"
