"""Papers on the member's phone: the verdict at once, taken again, read, confirmed, and filled into the bill."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from hearth.desks import documents
from hearth.desks.books.reader import reader
from hearth.doors.demo.papers.made import Made, made
from hearth.doors.feeds.pages import opened
from hearth.doors.member.samples import SAMPLES
from hearth.kernel.documents.checklist import ORDER
from hearth.store.models import Claim, HealthRead, PaperLabel, PaperReading
from hearth.wires.ocr.remembered import Remembered
from hearth.words.papers import Run
from tests.desks.cast_rows import Cast
from tests.doors.feeds.papers import picture, readable
from tests.doors.member.conftest import Phone
from tests.doors.member.phones import fill, photo
from tests.doors.member.test_reporting import BILL, begun

ONE = {"X-Hearth-One": "1"}
LIVE = {"HX-Request": "true"}
with_font = pytest.mark.chinese_font


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    """What the reader in memory knows."""
    settings.READER_WIRE = f"memory:{tmp_path}"
    reader.cache_clear()
    return tmp_path


def invoice(folder: Path, seed: int = 5, layout: str = "shanghai", kind: str = "invoice") -> tuple[bytes, Made]:
    """A made-up page as it is photographed; its print is put down for the reader."""
    page = made(seed, kind, layout)
    kept = io.BytesIO()
    page.image.save(kept, "PNG")
    runs = [Run(one["text"], tuple(map(tuple, one["box"])), 0.99) for one in page.truth["ocr"]]  # type: ignore[arg-type]
    Remembered().remember(np.asarray(page.image.convert("RGB")), runs, folder)
    reader.cache_clear()
    return kept.getvalue(), page


def sent(phone: Client, no: str, content: bytes, kind: str = "invoice", **more: str) -> Any:
    """One file as the page's script sends it."""
    file = SimpleUploadedFile("IMG_7.png", content, "image/png")
    return phone.post(f"/claims/{no}/papers", {"kind": kind, "files": file, **more}, headers=ONE)


def read_all() -> None:
    for reading in PaperReading.objects.filter(state="due"):
        documents.read_paper(reading.paper_id, at=datetime.now(UTC), opened=opened)


def confirmed(phone: Client, no: str, paper: int, **more: str) -> Any:
    """The page of what was read, sent as it stands."""
    return fill(phone, f"/claims/{no}/papers/{paper}/read", **more)


def test_a_photo_is_sent_alone_and_answered_with_its_card_and_sent_twice_is_one(cast: Cast, phone: Phone) -> None:
    hui = phone("hui")
    no = begun(hui, cast)
    first = sent(hui, no, readable(1))
    assert first.status_code == 200 and "<html" not in first.text
    paper = Claim.objects.get(claim_no=no).papers.get()
    assert first["X-Hearth-Paper"] == str(paper.pk)
    for part in ("papers-lacking", "papers-here", "papers-which", "papers-action", "papers-wait"):
        assert f'id="{part}"' in first.text
    assert f'id="paper-{paper.pk}"' in first.text and 'hx-swap-oob="true"' in first.text
    again = sent(hui, no, readable(1))
    assert again["X-Hearth-Paper"] == str(paper.pk)
    refused = sent(hui, no, b"<html>")
    assert (
        refused.status_code == 422 and "web page" in refused.text and refused["Content-Type"].startswith("text/plain")
    )
    assert f'id="paper-{paper.pk}"' in hui.get(f"/claims/{no}/papers").text


def test_a_bad_photo_stands_among_the_missing_with_what_is_wrong_and_goes_when_it_is_taken_again(
    cast: Cast, phone: Phone
) -> None:
    hui = phone("hui")
    no = begun(hui, cast)
    hui.post(f"/claims/{no}/bills/1", {**BILL, "do": "keep"})
    answer = sent(hui, no, picture())
    bad = Claim.objects.get(claim_no=no).papers.get()
    lacking = answer.text.partition('id="papers-here"')[0]
    assert f'id="paper-{bad.pk}"' in lacking and "The print is too small to be read." in lacking
    assert "Move closer until the paper fills the picture" in lacking and f'data-instead="{bad.pk}"' in lacking
    drawn = hui.get(f"/papers/{bad.pk}/marked")
    assert drawn["Content-Type"] == "image/jpeg" and Image.open(io.BytesIO(drawn.content)).size
    assert phone("bo").get(f"/papers/{bad.pk}/marked").status_code == 404
    after = sent(hui, no, readable(2), instead=str(bad.pk))
    assert f'id="paper-{bad.pk}"' not in after.text
    bad.refresh_from_db()
    assert bad.removed_at is not None
    assert Claim.objects.get(claim_no=no).papers.filter(removed_at__isnull=True).count() == 1
    # Somebody else's paper is never taken out in this way.
    other = begun(hui, cast, "tian")
    sent(hui, other, readable(3), instead=str(Claim.objects.get(claim_no=no).papers.last().pk))  # type: ignore[union-attr]
    assert Claim.objects.get(claim_no=no).papers.filter(removed_at__isnull=True).count() == 1


def test_what_is_missing_has_its_reason_its_sample_and_what_may_stand_in_for_it(cast: Cast, phone: Phone) -> None:
    hui = phone("hui")
    no = begun(hui, cast, "tian")
    hui.post(f"/claims/{no}/bills/1", {**BILL, "do": "keep"})
    page = hui.get(f"/claims/{no}/papers").text
    assert "This will do as well: Outpatient record" in page
    assert f"/papers/sample/discharge_summary?claim={no}" in page
    for kind in ORDER[1:]:
        sample = hui.get(f"/papers/sample/{kind}?claim={no}")
        assert sample.status_code == 200 and "样张" in sample.text and f"/claims/{no}/papers" in sample.text
    assert set(SAMPLES) == set(ORDER[1:])
    assert hui.get("/papers/sample/poem").status_code == 404
    assert "看得清" in phone("hui", "zh").get("/papers/sample/invoice").text


@with_font
def test_the_page_looks_after_its_readings_until_all_are_read(cast: Cast, phone: Phone, folder: Path) -> None:
    hui = phone("hui")
    no = begun(hui, cast)
    content, _page = invoice(folder)
    assert "1 paper is being read" in sent(hui, no, content).text
    waiting = hui.get(f"/claims/{no}/papers?due=1&papers=1&looks=0", headers=LIVE)
    assert "looks=1" in waiting.text and "papers-here" not in waiting.text
    read_all()
    done = hui.get(f"/claims/{no}/papers?due=1&papers=1&looks=1", headers=LIVE)
    assert "papers-here" in done.text and "is being read" not in done.text and "hx-get" not in done.text
    assert "Look through what was read" in done.text


@with_font
def test_a_page_that_waits_for_its_readings_reads_nothing_of_anybody(cast: Cast, phone: Phone, folder: Path) -> None:
    hui = phone("hui")
    no = begun(hui, cast)
    content, _page = invoice(folder)
    sent(hui, no, content)
    before = HealthRead.objects.count()
    assert before > 0, "a guardian's reads are logged"
    for looks in range(5):
        waiting = hui.get(f"/claims/{no}/papers?due=1&papers=1&looks={looks}", headers=LIVE)
        assert f"looks={looks + 1}" in waiting.text and "papers-here" not in waiting.text
    assert HealthRead.objects.count() == before
    read_all()
    assert "papers-here" in hui.get(f"/claims/{no}/papers?due=1&papers=1&looks=5", headers=LIVE).text
    assert HealthRead.objects.count() > before
    assert phone("bo").get(f"/claims/{no}/papers?due=0&papers=0&looks=0", headers=LIVE).status_code == 404


@with_font
def test_what_was_read_is_confirmed_and_fills_a_new_bill(cast: Cast, phone: Phone, folder: Path) -> None:
    hui = phone("hui")
    no = begun(hui, cast)
    content, page = invoice(folder)
    sent(hui, no, content)
    read_all()
    paper = Claim.objects.get(claim_no=no).papers.get()
    truth = {key: one["value"] for key, one in page.truth["fields"].items()}
    shown = hui.get(f"/claims/{no}/papers/{paper.pk}/read").text
    assert "<rect" in shown and f'value="{truth["total"]}"' in shown and "made out to" not in shown
    kept = confirmed(hui, no, paper.pk)
    assert kept.status_code == 302, kept.text[:3000]
    bill = Claim.objects.get(claim_no=no).facts["invoices"][0]
    assert (bill["code"], bill["number"], bill["total"]) == (truth["code"], truth["number"], truth["total"])
    assert bill["setting"] == "outpatient" and bill["hospital"]["name"] == truth["hospital.name"]
    assert [line["amount"] for line in bill["lines"]] == [line["amount"]["value"] for line in page.truth["lines"]]
    assert {line["category"] for line in bill["lines"]} == {"western_drug", "herbal_drug", "laboratory"}
    labels = PaperLabel.objects.filter(paper=paper)
    assert labels.get(field="total").is_same and labels.count() > 10
    lines = labels.filter(field__startswith="lines[")
    assert {label.field.partition(".")[2] for label in lines} == {"name", "amount"} and all(
        one.is_same for one in lines
    )
    assert "confirmed by you" in hui.get(f"/claims/{no}/papers").text
    card = hui.get(f"/claims/{no}/papers").text
    assert "It is made out to" in card and truth["payer"] in card


@with_font
def test_figures_that_contradict_on_a_paper_are_told_in_a_sentence_until_they_are_put_right(
    cast: Cast, phone: Phone, folder: Path
) -> None:
    hui = phone("hui")
    no = begun(hui, cast)
    content, _page = invoice(folder)
    sent(hui, no, content)
    read_all()
    paper = Claim.objects.get(claim_no=no).papers.get()
    reading = PaperReading.objects.get(paper=paper)
    answer = json.loads(bytes(reading.answer))
    total = answer["fields"]["total"]["value"]
    doubt = {"code": "WORDS_DIFFER", "fields": ["total", "total_in_words"], "got": total, "want": "77.00"}
    reading.answer = json.dumps({**answer, "doubts": [doubt], "altered": [doubt]}).encode()
    reading.save()
    shown = hui.get(f"/claims/{no}/papers/{paper.pk}/read").text
    assert f"The total in figures is {total}, in capitals 77.00." in shown
    assert "altered" not in shown and "WORDS_DIFFER" not in shown
    documents.say_fields(cast.who("hui"), paper.pk, {"total": "77.00"}, at=datetime.now(UTC))
    assert "in capitals 77.00" not in hui.get(f"/claims/{no}/papers/{paper.pk}/read").text


@with_font
def test_what_was_typed_before_is_asked_about_and_never_overwritten(cast: Cast, phone: Phone, folder: Path) -> None:
    hui = phone("hui")
    no = begun(hui, cast)
    content, page = invoice(folder)
    truth = {key: one["value"] for key, one in page.truth["fields"].items()}
    mine = {"setting": "outpatient", "visited_on": truth["visited_on"], "code": truth["code"],
            "number": truth["number"], "total": "999.00", "hospital_name": "市儿童医院"}  # fmt: skip
    hui.post(f"/claims/{no}/bills/1", {**mine, "do": "keep"})
    sent(hui, no, content)
    read_all()
    paper = Claim.objects.get(claim_no=no).papers.get()
    page_ = hui.get(f"/claims/{no}/papers/{paper.pk}/read").text
    assert "In the bill: 999.00" in page_ and f"On the paper: {truth['total']}" in page_
    asked = confirmed(hui, no, paper.pk)
    assert asked.status_code == 422 and "Please say which is right" in asked.text
    assert Claim.objects.get(claim_no=no).facts["invoices"][0]["total"] == "999.00"
    assert not PaperLabel.objects.exists()
    kept = confirmed(hui, no, paper.pk, **{"keep-total": "read", "keep-hospital.name": "there"})
    assert kept.status_code == 302, kept.text[:3000]
    (bill,) = Claim.objects.get(claim_no=no).facts["invoices"]
    assert bill["total"] == truth["total"] and bill["hospital"]["name"] == "市儿童医院"


@with_font
def test_a_corrected_field_is_kept_as_corrected_and_what_no_bill_can_hold_is_told(
    cast: Cast, phone: Phone, folder: Path
) -> None:
    hui = phone("hui")
    no = begun(hui, cast)
    content, _page = invoice(folder)
    sent(hui, no, content)
    read_all()
    paper = Claim.objects.get(claim_no=no).papers.get()
    answer = PaperReading.objects.get(paper=paper)
    keys = sorted(key for key in json.loads(bytes(answer.answer))["fields"] if key not in SKIPPED)
    total, visited = (f"v-{keys.index(key)}" for key in ("total", "visited_on"))
    wrong = confirmed(hui, no, paper.pk, **{total: "lots"})
    assert wrong.status_code == 422 and 'value="lots"' in wrong.text and "says-wrong" in wrong.text
    assert Claim.objects.get(claim_no=no).facts.get("invoices") is None
    confirmed(hui, no, paper.pk, **{visited: "2025-07-30"})
    assert Claim.objects.get(claim_no=no).facts["invoices"][0]["visited_on"] == "2025-07-30"
    label = PaperLabel.objects.get(paper=paper, field="visited_on")
    assert not label.is_same and label.is_really == "2025-07-30"


@with_font
def test_an_invoice_of_another_claim_of_ones_own_is_named_and_nobody_elses_is(
    cast: Cast, phone: Phone, folder: Path
) -> None:
    content, _page = invoice(folder)
    hui = phone("hui")
    first = begun(hui, cast)
    sent(hui, first, content)
    second = begun(hui, cast, "tian")
    sent(hui, second, content)
    read_all()
    assert f"already handed in with claim {first}" in hui.get(f"/claims/{second}/papers").text
    mei = phone("mei")
    third = begun(mei, cast, "mei")
    sent(mei, third, content)
    read_all()
    assert "already handed in" not in mei.get(f"/claims/{third}/papers").text


def test_what_cannot_be_read_by_machine_asks_nothing_of_the_member(cast: Cast, phone: Phone) -> None:
    hui = phone("hui")
    no = begun(hui, cast)
    hui.post(f"/claims/{no}/papers", {"kind": "invoice", "files": photo(colour=1)})
    paper = Claim.objects.get(claim_no=no).papers.get()
    PaperReading.objects.filter(paper=paper).update(state="failed", trouble="UPLOAD_DAMAGED")
    page = hui.get(f"/claims/{no}/papers").text
    assert "there is nothing for you to do" in page
    assert hui.get(f"/claims/{no}/papers/{paper.pk}/read").status_code == 404


def test_a_paper_that_is_another_one_is_said_to_be_it_and_the_list_follows(cast: Cast, phone: Phone) -> None:
    hui = phone("hui")
    no = begun(hui, cast, "tian")
    hui.post(f"/claims/{no}/bills/1", {**BILL, "do": "keep"})
    sent(hui, no, readable(5), kind="other")
    paper = Claim.objects.get(claim_no=no).papers.get()
    address = f"/claims/{no}/papers/{paper.pk}/kind"
    before = hui.get(f"/claims/{no}/papers").text
    assert f'href="{address}"' in before and "It is another paper" in before
    assert "Medical invoice" in before.partition('id="papers-here"')[0]
    page = hui.get(address).text
    assert "It was handed in as: Another paper." in page and f"/papers/{paper.pk}/large" in page
    answer = fill(hui, address, kind="invoice")
    assert answer.status_code == 302 and "/papers?" in answer["Location"]
    after = hui.get(answer["Location"]).text
    assert "The list below follows what you said." in after
    paper.refresh_from_db()
    assert paper.kind == "invoice"
    lacking = after.partition('id="papers-here"')[0]
    assert lacking.count("Add this paper") == before.partition('id="papers-here"')[0].count("Add this paper") - 1
    wrong = hui.post(address, {"kind": "selfie"})
    assert wrong.status_code == 422 and "There is no kind of paper selfie" in wrong.text
    assert phone("bo").post(address, {"kind": "other"}).status_code == 404


SKIPPED = frozenset({"title", "复核人", "收款人", "医疗机构类型", "结算方式"})
