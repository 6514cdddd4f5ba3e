"""A paper is read once, by a job; what it says is kept sealed, and held against the claim that it was handed in for."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image
from procrastinate.contrib.django.models import ProcrastinateJob

from hearth.desks import documents
from hearth.desks.books.reader import reader
from hearth.desks.claims.wanting import still_missing
from hearth.desks.documents.adding import READ_QUEUE, READ_TASK
from hearth.doors.commands.papers import papers
from hearth.doors.demo.papers.made import Made, made
from hearth.doors.feeds.pages import opened
from hearth.doors.feeds.taking import Taken, taken
from hearth.doors.jobs import documents as documents_jobs
from hearth.store.access import NotThere
from hearth.store.access.papers import labels, seen_paper
from hearth.store.models import Claim, PaperReading, Record
from hearth.wires.ocr.remembered import Remembered
from hearth.words.claims import ClaimState
from hearth.words.papers import Run
from tests.desks.cast_rows import AT, Cast, add_papers
from tests.desks.claims.way import claim_at

pytestmark = pytest.mark.chinese_font
SOON = AT + timedelta(minutes=1)


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    """What the reader in memory knows."""
    settings.READER_WIRE = f"memory:{tmp_path}"
    reader.cache_clear()
    return tmp_path


def sent(page: Made, folder: Path, as_file: str = "PNG", **more: Any) -> Taken:
    """A page as it is uploaded; its print is put down for the reader."""
    kept = io.BytesIO()
    page.image.save(kept, as_file, **more)
    pixels = np.asarray(Image.open(io.BytesIO(kept.getvalue())).convert("RGB"))
    runs = [Run(one["text"], tuple(map(tuple, one["box"])), 0.99) for one in page.truth["ocr"]]  # type: ignore[arg-type]
    Remembered().remember(pixels, runs, folder)
    return taken(f"photo.{as_file.lower()}", kept.getvalue())


def add(cast: Cast, no: str, file: Taken, kind: str = "invoice", who: str = "mei") -> int:
    return documents.add_paper(
        cast.who(who), no, at=AT, kind=kind, upload=file, content=file.content, thumbnail=file.thumbnail, look=file.look
    )


def read(paper_id: int) -> str:
    reader.cache_clear()
    return documents.read_paper(paper_id, at=SOON, opened=opened)


def test_what_stands_on_an_invoice_is_kept_with_its_places_and_told_by_counts_alone(cast: Cast, folder: Path) -> None:
    no = claim_at(cast, ClaimState.REPORTED)
    page = made(5, "invoice", "shanghai")
    paper = add(cast, no, sent(page, folder))
    waiting = ProcrastinateJob.objects.get(task_name=READ_TASK, args={"paper_id": paper})
    assert waiting.queue_name == READ_QUEUE
    assert read(paper) == "read"
    found = seen_paper(cast.who("mei"), paper, SOON).reading
    assert found is not None and found.kind == "invoice"
    total, truth = found.answer["fields"]["total"], page.truth["fields"]["total"]
    assert total["value"] == truth["value"] and total["status"] == "proven"
    assert abs(total["box"][0] - truth["box"][0]) < 150 and abs(total["box"][1] - truth["box"][1]) < 20
    body = bytes(Record.objects.get(subject=f"claim:{no}", kind="paper.read").body)
    assert truth["value"].encode() not in body and b'"kind":"invoice"' in body
    assert bytes(PaperReading.objects.values_list("answer", flat=True).get(paper=paper)).startswith(b"{")


def test_a_paper_is_read_once_however_often_its_job_runs(cast: Cast, folder: Path) -> None:
    no = claim_at(cast, ClaimState.REPORTED)
    paper = add(cast, no, sent(made(5, "invoice", "shanghai"), folder))
    assert [read(paper), read(paper)] == ["read", ""]
    assert Record.objects.filter(kind="paper.read").count() == 1


def test_a_paper_of_somebody_else_or_of_another_kind_is_said(cast: Cast, folder: Path) -> None:
    no = claim_at(cast, ClaimState.REPORTED)
    paper = add(cast, no, sent(made(5, "discharge_summary", "letter"), folder))
    read(paper)
    reading = seen_paper(cast.who("mei"), paper, SOON).reading
    assert reading is not None
    said = {one["code"]: one for one in reading.answer["doubts"]}
    assert (said["KIND_DIFFERS"]["got"], said["KIND_DIFFERS"]["want"]) == ("discharge_summary", "invoice")
    assert said["PERSON_DIFFERS"]["want"] == cast.people["mei"].full_name


def test_the_same_picture_is_known_in_another_claim_however_it_was_saved(cast: Cast, folder: Path) -> None:
    page = made(5, "invoice", "shanghai")
    first = add(cast, claim_at(cast, ClaimState.REPORTED), sent(page, folder))
    small = Made(page.image.resize((page.image.width // 2, page.image.height // 2)), page.truth)
    other = claim_at(cast, ClaimState.REPORTED)
    again = add(cast, other, sent(small, folder, "JPEG", quality=70))
    strange = add(cast, other, sent(made(6, "invoice", "shanghai"), folder))
    for paper in (first, again, strange):
        read(paper)
    signs = {paper: PaperReading.objects.get(paper=paper).signs for paper in (first, again, strange)}
    assert signs[again] == [f"SAME_PICTURE:{first}"] and signs[strange] == []


def test_bytes_that_cannot_be_opened_are_told(cast: Cast) -> None:
    no = claim_at(cast, ClaimState.REPORTED)
    file = taken("x.png", png())
    paper = add(cast, no, file)

    def broken(content: bytes, kind: str) -> list[documents.Page]:
        return opened(b"%PDF-1.7 nothing", "application/pdf")

    assert documents.read_paper(paper, at=SOON, opened=broken) == "failed"
    reading = seen_paper(cast.who("mei"), paper, SOON).reading
    assert reading is not None and (reading.state, reading.trouble) == ("failed", "UPLOAD_DAMAGED")


def job(paper: int, attempts: int) -> None:
    """The job as a worker runs it, which was tried so many times before."""
    told = SimpleNamespace(job=SimpleNamespace(attempts=attempts))
    documents_jobs.read.func(told, paper_id=paper)


def test_a_paper_that_takes_its_worker_down_each_time_is_left_to_people(cast: Cast, folder: Path) -> None:
    no = claim_at(cast, ClaimState.REPORTED)
    paper = add(cast, no, sent(made(5, "invoice", "shanghai"), folder))
    job(paper, 4)
    reading = PaperReading.objects.get(paper=paper)
    assert (reading.state, reading.trouble) == ("failed", "READER_DIED")
    job(paper, 0)
    assert PaperReading.objects.get(paper=paper).state == "failed"


def test_a_reading_that_stumbles_does_not_stay_under_way(
    cast: Cast, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    no = claim_at(cast, ClaimState.REPORTED)
    paper = add(cast, no, sent(made(5, "invoice", "shanghai"), folder))
    monkeypatch.setattr(documents_jobs, "opened", lambda content, kind: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        job(paper, 0)
    assert PaperReading.objects.get(paper=paper).trouble == "READER_STUMBLED"


def test_a_picture_nobody_can_read_counts_as_not_given(cast: Cast, folder: Path) -> None:
    mei = cast.who("mei")
    no = claim_at(cast, ClaimState.REPORTED)
    add_papers(mei, no, "medical_record")
    claim = Claim.objects.get(claim_no=no)
    page = made(5, "invoice", "shanghai")
    blurred = Made(page.image.resize((160, 120)).resize(page.image.size), page.truth)
    bad = add(cast, no, sent(blurred, folder))
    look = seen_paper(mei, bad, AT).look
    assert look is not None and look.worst == "block"
    assert "invoice" in {one.paper for one in still_missing(claim, AT)}
    good = add(cast, no, sent(page, folder))
    read(good)
    assert PaperReading.objects.get(paper=good).signs == [], "taken again is not handed in twice"
    assert "invoice" not in {one.paper for one in still_missing(claim, AT)}


def test_what_a_person_says_of_a_field_is_kept_beside_what_was_read(cast: Cast, folder: Path) -> None:
    no = claim_at(cast, ClaimState.REPORTED)
    page = made(5, "invoice", "shanghai")
    paper = add(cast, no, sent(page, folder))
    read(paper)
    ai = cast.who("ai")
    number = page.truth["fields"]["number"]["value"]
    assert documents.say_fields(ai, paper, {"total": "1.00", "number": number}, at=SOON) == 1
    said = {row.field: row for row in labels(ai, SOON)}
    assert (said["total"].is_really, said["total"].is_same) == ("1.00", False)
    assert said["number"].is_same and seen_paper(ai, paper, SOON).labels["total"] == "1.00"
    with pytest.raises(documents.NoSuchField):
        documents.say_fields(ai, paper, {"nothing": "1"}, at=SOON)
    with pytest.raises(NotThere):
        documents.say_fields(cast.who("bo"), paper, {"total": "1.00"}, at=SOON)


def test_what_a_person_says_of_a_line_is_kept_beside_what_was_read_and_measures_the_reader(
    cast: Cast, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    no = claim_at(cast, ClaimState.REPORTED)
    page = made(5, "invoice", "shanghai")
    paper = add(cast, no, sent(page, folder))
    read(paper)
    ai = cast.who("ai")
    name, amount = (page.truth["lines"][0][cell]["value"] for cell in ("name", "amount"))
    said = {"lines[0].name": f"{name}（复查）", "lines[0].amount": amount, "lines[1].code": "XT01AAA001A0"}
    assert documents.say_fields(ai, paper, said, at=SOON) == 2
    kept = {row.field: row for row in labels(ai, SOON)}
    assert (kept["lines[0].name"].was_read, kept["lines[0].name"].is_same) == (name, False)
    assert kept["lines[0].amount"].is_same and kept["lines[0].amount"].score is not None
    assert (kept["lines[1].code"].was_read, kept["lines[1].code"].status) == ("", "missing")
    assert documents.say_fields(ai, paper, {"lines[0].name": name}, at=SOON) == 0, "the last word of a person counts"
    assert len(list(labels(ai, SOON))) == 3
    record = Record.objects.filter(kind="paper.labelled").order_by("pk").first()
    assert record is not None and b"lines[0].name" in bytes(record.body) and name.encode() not in bytes(record.body)
    for key in ("lines[99].name", "lines[0].colour", "lines[0]", "lines[-1].name"):
        with pytest.raises(documents.NoSuchField):
            documents.say_fields(ai, paper, {key: "1"}, at=SOON)
    monkeypatch.setattr("hearth.doors.launch.attached.attach", lambda: None)
    told = CliRunner().invoke(papers, ["evaluate", "--labels", "--table"])
    assert told.exit_code == 0, told.output
    figures = dict(re.findall(r"^(\S.*?) {2,}([\d.]+)$", told.output, re.M))
    assert (figures["fields"], figures["cells"]) == ("0", "3")
    assert figures["exact cells"] == "0.6667" and figures["exact lines.code"] == "0.0000"
    assert CliRunner().invoke(papers, ["evaluate"]).exit_code == 2


def png() -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (600, 800), "white").save(kept, "PNG")
    return kept.getvalue()
