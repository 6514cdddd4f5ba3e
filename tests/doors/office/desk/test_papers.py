"""Papers on the reviewer's screen: what was read stands beside its picture, is compared, and taken over by a person."""

from __future__ import annotations

import html
import io
import re
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from hearth.desks import documents
from hearth.desks.books.reader import reader
from hearth.doors.demo.papers.made import Made
from hearth.doors.demo.papers.made import made as drawn
from hearth.doors.feeds.pages import opened
from hearth.doors.feeds.taking import taken
from hearth.store.models import Claim, PaperLabel, PaperReading
from hearth.wires.ocr.remembered import Remembered
from hearth.words.papers import Run
from tests.desks.cast_rows import Cast
from tests.doors.feeds.einvoice.test_einvoice import STATED
from tests.doors.feeds.papers import pdf
from tests.doors.office.desk.conftest import Desk, Way, now
from tests.doors.office.pages import Form

pytestmark = pytest.mark.chinese_font


@cache
def made(seed: int, kind: str, layout: str) -> Made:
    """A page with its truth, drawn once for all tests."""
    return drawn(seed, kind, layout)


class Reads:
    """Papers handed in and read by a reader that knows what was put down for it."""

    def __init__(self, cast: Cast, folder: Path) -> None:
        self.cast, self.folder = cast, folder

    def add(
        self, no: str, page: Made, kind: str = "invoice", who: str = "mei", *, score: float = 0.99,
        printed: dict[str, str] | None = None, unsure: tuple[str, ...] = (),
    ) -> int:  # fmt: skip
        """A page of a claim: `printed` is read instead of what stands there, `unsure` with little certainty."""
        kept = io.BytesIO()
        page.image.save(kept, "PNG")
        pixels = np.asarray(Image.open(io.BytesIO(kept.getvalue())).convert("RGB"))
        runs = []
        for one in page.truth["ocr"]:
            text = one["text"]
            for was, now_says in (printed or {}).items():
                text = text.replace(was, now_says)
            sure = 0.3 if any(part in one["text"] for part in unsure) else score
            runs.append(Run(text, tuple(map(tuple, one["box"])), sure))
        Remembered().remember(pixels, runs, self.folder)
        file = taken("photo.png", kept.getvalue())
        paper = documents.add_paper(
            self.cast.who(who, now()), no, at=now(), kind=kind, upload=file, content=file.content,
            thumbnail=file.thumbnail, look=file.look,
        )  # fmt: skip
        reader.cache_clear()
        assert documents.read_paper(paper, at=now() + timedelta(seconds=1), opened=opened) == "read"
        return paper


@pytest.fixture
def reads(cast: Cast, settings: Any, tmp_path: Path) -> Reads:
    """A reader in memory."""
    settings.READER_WIRE = f"memory:{tmp_path}"
    reader.cache_clear()
    return Reads(cast, tmp_path)


def of(no: str, paper: int, more: str = "") -> str:
    return f"/office/claims/{no}/papers/{paper}{more}"


def groups(text: str) -> list[tuple[str, list[str]]]:
    """The groups of fields in their order, each with the names of its fields."""
    found: list[tuple[str, list[str]]] = []
    for head, name in re.findall(r'<h3>([^<]*)</h3>|class="read-name"[^>]*>([^<]*)<', text):
        if head:
            found.append((head, []))
        elif name:
            found[-1][1].append(name)
    return found


def test_a_field_stands_beside_its_box_in_the_picture(desk: Desk, way: Way, reads: Reads) -> None:
    no = way.in_review("mei")
    page = made(5, "invoice", "shanghai")
    paper = reads.add(no, page)
    text = desk("ai").get(of(no, paper, "?field=total")).content.decode()
    x, y, width, _height = (
        float(each)
        for each in re.findall(r'data-box="total"[^>]*class="lit" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" '
                               r'height="([\d.]+)"', text)[0]
    )  # fmt: skip
    box = page.truth["fields"]["total"]["box"]
    assert x <= box[0] + 5 and x + width >= box[2] - 5 and abs(y - box[1]) < 20
    assert f'viewBox="0 0 {page.image.width} {page.image.height}"' in text
    assert f'value="{page.truth["fields"]["total"]["value"]}"' in text


def test_doubtful_fields_stand_first_then_what_contradicts_then_read_then_proven(
    desk: Desk, way: Way, reads: Reads
) -> None:
    no = way.in_review("mei")
    page = made(5, "invoice", "shanghai")
    paper = reads.add(no, page, unsure=(page.truth["fields"]["hospital.name"]["text"],))
    names = groups(desk("ai").get(of(no, paper)).content.decode())
    order = [name for name, _fields in names]
    assert order[:4] == ["Please compare these", "What does not agree", "Read", "Proven by other print"]
    assert "Hospital" in dict(names)["Please compare these"]
    assert "Total" in dict(names)["Proven by other print"]


def test_a_value_is_corrected_in_place_and_what_was_read_stays_beside_it(desk: Desk, way: Way, reads: Reads) -> None:
    no = way.in_review("mei")
    page = made(5, "invoice", "shanghai")
    paper = reads.add(no, page, unsure=(page.truth["fields"]["hospital.name"]["text"],))
    kept = bytes(PaperReading.objects.get(paper=paper).answer)
    client = desk("ai")
    part = client.post(
        of(no, paper, "/say"),
        {"field": "hospital.name", "value": "泊湾市妇幼保健院东院", "page": "1"},
        headers={"HX-Request": "true"},
    )
    said = dict(groups(part.content.decode()))
    assert part.status_code == 200 and "<html" not in part.content.decode()
    assert said["Said by a person"] == ["Hospital"] and "“泊湾市妇幼保健院” was read" in part.content.decode()
    label = PaperLabel.objects.get(paper=paper)
    assert (label.was_read, label.is_really, label.is_same, label.status) == (
        "泊湾市妇幼保健院", "泊湾市妇幼保健院东院", False, "doubtful",
    )  # fmt: skip
    assert bytes(PaperReading.objects.get(paper=paper).answer) == kept, "the reading's answer is never changed"
    plain = client.post(of(no, paper, "/say"), {"field": "number", "value": "0071533542", "page": "1"})
    assert plain.status_code == 302 and plain["Location"].endswith(of(no, paper, "?page=1&field=number"))
    assert "confirmed" in client.get(plain["Location"]).content.decode()


def test_a_field_that_was_never_looked_for_is_told_and_nothing_is_kept(desk: Desk, way: Way, reads: Reads) -> None:
    no = way.in_review("mei")
    paper = reads.add(no, made(5, "invoice", "shanghai"))
    answer = desk("ai").post(of(no, paper, "/say"), {"field": "<b>x", "value": "1"})
    assert answer.status_code == 422
    assert "&lt;b&gt;x" in answer.content.decode() and "<b>x" not in answer.content.decode()
    assert not PaperLabel.objects.exists()


def test_figures_that_were_surely_read_and_contradict_are_flagged_and_refuse_nothing(
    desk: Desk, way: Way, reads: Reads
) -> None:
    no = way.in_review("mei")
    page = made(5, "invoice", "shanghai")
    total = page.truth["fields"]["total"]["value"]
    paper = reads.add(no, page, score=1.0, printed={total: "9520.18"})
    client = desk("ai")
    case = client.get(f"/office/claims/{no}").content.decode()
    assert "may be altered: The total in figures is 9520.18, in capitals 520.18." in case
    assert "may be altered" in case.split('class="thumbs"')[1]
    assert "金额合计" not in case and "可能被改动过" in desk("ai", "zh").get(of(no, paper)).content.decode()
    client.post(of(no, paper, "/say"), {"field": "total", "value": total})
    said = client.get(f"/office/claims/{no}").content.decode()
    assert "may be altered" not in said, "a person said that the figure was misread"
    assert "A person said what was misread." in client.get(of(no, paper)).content.decode()
    for word in ("calculate", "decide"):
        assert client.post(f"/office/claims/{no}/do/{word}").status_code == 302
    assert Claim.objects.get(claim_no=no).state == "decided"


def test_the_same_picture_elsewhere_is_named_and_linked_where_one_may_see_it(
    cast: Cast, desk: Desk, way: Way, reads: Reads
) -> None:
    page = made(5, "invoice", "shanghai")
    first = way.in_review("mei")
    paper = reads.add(first, page)
    other = way.in_review("mei")
    again = reads.add(other, page)
    client = desk("ai")
    for address in (f"/office/claims/{other}", of(other, again)):
        text = client.get(address).content.decode()
        assert f"in claim {first}" in text and f'href="{of(first, paper)}"' in text
    assert client.get(f"/office/claims/{other}").content.decode().count(f"in claim {first}") == 1


def test_a_picture_of_a_claim_that_one_may_not_see_is_told_without_its_number(
    cast: Cast, desk: Desk, way: Way, reads: Reads
) -> None:
    page = made(5, "invoice", "shanghai")
    hidden = way.in_review("hui")
    elsewhere = reads.add(hidden, page, who="hui")
    seen = way.in_review("mei")
    paper = reads.add(seen, page)
    Claim.objects.filter(claim_no=hidden).update(branch=cast.branches["gz"])
    client = desk("lin")
    for address in (of(seen, paper), f"/office/claims/{seen}"):
        text = client.get(address).content.decode()
        assert "the same picture is in a claim that you may not see" in text
        assert f"/papers/{elsewhere}" not in text and f"/office/claims/{hidden}" not in text


def test_how_papers_stand_is_told_on_their_cards(cast: Cast, desk: Desk, way: Way, reads: Reads) -> None:
    no = way.in_review("mei")
    page = made(5, "invoice", "shanghai")
    reads.add(no, page, unsure=(page.truth["fields"]["hospital.name"]["text"],))
    blurred = Made(page.image.resize((160, 120)).resize(page.image.size), page.truth)
    bad = reads.add(no, blurred)
    waiting = taken("scan.pdf", pdf(1))
    documents.add_paper(
        cast.who("mei", now()), no, at=now(), kind="other", upload=waiting, content=waiting.content,
        thumbnail=waiting.thumbnail, look=waiting.look,
    )  # fmt: skip
    cards = desk("ai").get(f"/office/claims/{no}").content.decode().split('class="thumbs"')[1].split("</ul>")[0]
    assert re.search(r"\d to compare", cards) and "being read" in cards and "blurred" in cards
    text = desk("ai").get(of(no, bad)).content.decode()
    assert "It counts as not given until it is taken again." in text


def test_what_was_read_fills_the_form_of_corrections_and_a_person_saves_it(desk: Desk, way: Way, reads: Reads) -> None:
    no = way.in_review("mei")
    before = Claim.objects.get(claim_no=no).facts
    page = made(5, "invoice", "shanghai")
    truth = {key: one["value"] for key, one in page.truth["fields"].items()}
    paper = reads.add(no, page, unsure=(truth["hospital.name"],))
    client = desk("ai")
    shown = client.get(of(no, paper)).content.decode()
    assert "Take over into the invoice" in shown
    form = client.get(f"/office/claims/{no}/amend?from={paper}&into=1&lines=1").content.decode()
    assert Claim.objects.get(claim_no=no).facts == before, "looking at it saves nothing"
    assert "<del>480.00</del>" in form and f"<ins>{truth['total']}</ins>" in form
    assert "Hospital: doubtful; compare it on the paper first" in form
    fields = Form(form).fields
    assert fields["i1-total"] == truth["total"] and fields["i1-hospital_name"] == "市第一人民医院"
    assert fields["why"].startswith("Taken from the paper")
    fields.pop("csrfmiddlewaretoken", None)
    saved = client.post(f"/office/claims/{no}/amend", fields)
    assert saved.status_code == 302, re.findall(r"<li>[^<]*</li>", saved.content.decode())
    invoice = Claim.objects.get(claim_no=no).facts["invoices"][0]
    assert (invoice["total"], invoice["fund"], invoice["cash"]) == (truth["total"], truth["fund"], truth["cash"])
    assert [line["amount"] for line in invoice["lines"]] == [line["amount"]["value"] for line in page.truth["lines"]]
    assert all(line["category"] for line in invoice["lines"])
    assert invoice["icd"] == "E11.9", "what the paper does not say stays as it was typed"


def test_what_a_person_said_is_taken_over_rather_than_what_was_read(desk: Desk, way: Way, reads: Reads) -> None:
    no = way.in_review("mei")
    page = made(5, "invoice", "shanghai")
    paper = reads.add(no, page)
    client = desk("ai")
    client.post(of(no, paper, "/say"), {"field": "number", "value": "0099999999"})
    form = client.get(f"/office/claims/{no}/amend?from={paper}&into=new").content.decode()
    fields = Form(form).fields
    assert fields["i2-number"] == "0099999999" and "i2-total" in fields
    fields.pop("csrfmiddlewaretoken", None)
    saved = client.post(f"/office/claims/{no}/amend", fields)
    assert saved.status_code in (302, 422)


def test_a_cell_of_a_line_is_put_right_beside_the_paper_and_taken_over_as_it_was_said(
    desk: Desk, way: Way, reads: Reads
) -> None:
    no = way.in_review("mei")
    page = made(5, "invoice", "shanghai")
    paper = reads.add(no, page)
    client = desk("ai")
    name = page.truth["lines"][0]["name"]["value"]
    part = client.post(
        of(no, paper, "/say"), {"line": "1", "cell": "name", "value": f"{name}（自费）"}, headers={"HX-Request": "true"}
    )
    text = html.unescape(part.content.decode())
    assert part.status_code == 200 and f"{name}（自费）" in text and f"“{name}” was read" in text
    label = PaperLabel.objects.get(paper=paper)
    assert (label.field, label.was_read, label.is_really, label.is_same) == (
        "lines[0].name", name, f"{name}（自费）", False,
    )  # fmt: skip
    assert client.post(of(no, paper, "/say"), {"line": "99", "cell": "name", "value": "x"}).status_code == 422
    form = client.get(f"/office/claims/{no}/amend?from={paper}&into=1&lines=1").content.decode()
    assert Form(form).fields["i1l1-name"] == f"{name}（自费）"


def test_a_line_that_is_put_right_while_it_is_taken_over_is_kept_beside_what_was_read(
    desk: Desk, way: Way, reads: Reads
) -> None:
    no = way.in_review("mei")
    page = made(5, "invoice", "shanghai")
    paper = reads.add(no, page)
    client = desk("ai")
    address = f"/office/claims/{no}/amend?from={paper}&into=1&lines=1"
    fields = Form(client.get(address).content.decode()).fields
    fields.pop("csrfmiddlewaretoken", None)
    before = fields["i1l2-name"]
    saved = client.post(address, {**fields, "i1l2-name": f"{before}（复方）"})
    assert saved.status_code == 302, re.findall(r"<li>[^<]*</li>", saved.content.decode())
    labels = {label.field: label for label in PaperLabel.objects.filter(paper=paper)}
    assert {key.partition(".")[0] for key in labels} == {"lines[1]"}, "of lines that were put right alone"
    assert (labels["lines[1].name"].is_really, labels["lines[1].name"].is_same) == (f"{before}（复方）", False)
    assert labels["lines[1].amount"].is_same


def test_a_paper_of_another_claim_fills_nothing(desk: Desk, way: Way, reads: Reads) -> None:
    mine, other = way.in_review("mei"), way.in_review("mei")
    paper = reads.add(other, made(5, "invoice", "shanghai"))
    client = desk("ai")
    assert client.get(f"/office/claims/{mine}/amend?from={paper}").status_code == 404
    assert client.get(of(mine, paper)).status_code == 404
    assert client.post(of(mine, paper, "/say"), {"field": "total", "value": "1"}).status_code == 404


def test_the_desk_says_which_paper_it_is_and_what_is_missing_follows(
    cast: Cast, desk: Desk, way: Way, reads: Reads
) -> None:
    no = way.in_review("mei")
    paper = reads.add(no, made(5, "invoice", "shanghai"), kind="prescription")
    client = desk("ai")
    page = client.get(of(no, paper)).content.decode()
    assert 'id="paper-kind"' in page and '<option value="prescription" selected>' in page
    assert "Handed in as" in page or "handed in as" in page
    answer = client.post(of(no, paper, "/kind"), {"kind": "invoice"})
    assert answer.status_code == 302
    after = client.get(answer["Location"]).content.decode()
    assert '<option value="invoice" selected>' in after and "Kept. What is missing follows at once" in after
    assert "handed in as" not in after.lower(), "what its print says is what it is now"
    assert client.post(of(no, paper, "/kind"), {"kind": "selfie"}).status_code == 422
    assert desk("shen").post(of(no, paper, "/kind"), {"kind": "other"}).status_code in (403, 404)
    decided = way.decided("mei")
    held = Claim.objects.get(claim_no=decided).papers.earliest("pk").pk
    assert 'id="paper-kind"' not in client.get(of(decided, held)).content.decode()
    assert client.post(of(decided, held, "/kind"), {"kind": "other"}).status_code == 409


def test_an_electronic_invoice_is_drawn_beside_its_fields(cast: Cast, desk: Desk, way: Way) -> None:
    no = way.in_review("mei")
    client = desk("ai")
    sent = SimpleUploadedFile("票据.xml", STATED.encode(), "text/xml")
    form = client.get(f"/office/claims/{no}/do/paper").content.decode()
    assert ".ofd" in form and "image/heic" in form
    assert client.post(f"/office/claims/{no}/do/paper", {"kind": "invoice", "file": sent}).status_code == 302
    paper = Claim.objects.get(claim_no=no).papers.latest("pk")
    assert documents.read_paper(paper.pk, at=now() + timedelta(seconds=1), opened=opened) == "read"
    page = client.get(of(no, paper.pk)).content.decode()
    assert "An e-invoice file (XML) without a picture" in page and 'data-box="code"' in page
    assert 'value="31060122"' in page
    for address in (f"/office/papers/{paper.pk}/thumb", f"/office/papers/{paper.pk}/large?page=1"):
        drawn = client.get(address)
        assert drawn["Content-Type"] == "image/svg+xml" and b"31060122" in drawn.content
        assert "sandbox" in drawn["Content-Security-Policy"]
    whole = client.get(f"/office/papers/{paper.pk}/whole")
    assert whole.content == STATED.encode() and whole["Content-Disposition"].startswith("attachment")
