"""A paper is said to be of another kind: the list follows at once, and what its print says is held against that."""

from __future__ import annotations

from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from hearth.desks import documents
from hearth.desks.claims.wanting import still_missing, wanted_of
from hearth.desks.documents import Page, PaperNotNow, UnknownPaper
from hearth.desks.documents.adding import READ_TASK
from hearth.store.access import NotAllowed, NotThere
from hearth.store.access.papers import seen_paper
from hearth.store.models import Claim, Paper, PaperReading, Record
from hearth.words.claims import ClaimState
from hearth.words.papers import Run
from tests.desks.cast_rows import AT, Cast, Upload
from tests.desks.claims.way import claim_at

S = ClaimState
SOON = AT + timedelta(minutes=1)


def page(*rows: str) -> Page:
    """A page that carries its own print."""
    runs = []
    for n, text in enumerate(rows):
        y, wide = 60 + 60 * n, 30 * len(text)
        runs.append(Run(text, ((60, y), (60 + wide, y), (60 + wide, y + 30), (60, y + 30)), 1.0))
    return Page(1_200, 1_600, runs=tuple(runs))


INVOICE = page(
    "上海市医疗门诊收费票据（电子）", "票据代码：31060122", "票据号码：0034567812", "金额合计（小写）：62.50"
)
UNTITLED = page("姓名：梅", "甲乙丙丁戊己庚辛", "一二三四五六七八")


def add(cast: Cast, no: str, kind: str, who: str = "mei", content: bytes = b"%PDF-1.7 a paper") -> int:
    return documents.add_paper(
        cast.who(who), no, at=AT, kind=kind, upload=Upload("a.pdf", "application/pdf"), content=content, thumbnail=b"t"
    )


def read(paper: int, one: Page) -> str:
    return documents.read_paper(paper, at=SOON, opened=lambda content, media: [one])


def doubts(cast: Cast, paper: int) -> list[tuple[str, str]]:
    reading = seen_paper(cast.who("mei"), paper, SOON).reading
    assert reading is not None
    return [(one["got"], one["want"]) for one in reading.answer["doubts"] if one["code"] == "KIND_DIFFERS"]


def test_the_list_of_papers_follows_at_once(cast: Cast) -> None:
    no = claim_at(cast, S.REPORTED)
    mei = cast.who("mei")
    paper = add(cast, no, "other")
    claim = Claim.objects.get(claim_no=no)
    lacking = {one.paper for one in still_missing(claim, AT)}
    kind = next(one.paper for one in wanted_of(mei, no, at=AT) if one.paper in lacking)
    assert documents.sort_paper(mei, paper, kind, at=SOON) is True
    assert kind not in {one.paper for one in still_missing(claim, AT)}
    assert documents.sort_paper(mei, paper, kind, at=SOON) is False, "said twice it is said once"
    record = Record.objects.get(kind="paper.sorted")
    assert f'"kind":"{kind}"'.encode() in bytes(record.body) and b'"was":"other"' in bytes(record.body)
    documents.sort_paper(mei, paper, kind, at=SOON, numbers=[2, 1, 0, 2, 9_999])
    assert Paper.objects.get(pk=paper).numbers == [1, 2]


def test_of_a_draft_nothing_is_recorded(cast: Cast) -> None:
    no = claim_at(cast, S.DRAFT)
    assert documents.sort_paper(cast.who("mei"), add(cast, no, "other"), "prescription", at=SOON)
    assert not Record.objects.filter(kind="paper.sorted").exists()


def test_a_member_says_it_until_the_claim_is_sent_and_the_desk_until_it_is_decided(cast: Cast) -> None:
    for state in (S.ACCEPTED, S.REVIEW, S.CALCULATED):
        paper = Paper.objects.filter(claim__claim_no=claim_at(cast, state)).earliest("pk").pk
        with pytest.raises(PaperNotNow):
            documents.sort_paper(cast.who("mei"), paper, "other", at=SOON)
        assert documents.sort_paper(cast.who("ai"), paper, "other", at=SOON)
    for state in (S.DECIDED, S.PAID, S.CLOSED):
        paper = Paper.objects.filter(claim__claim_no=claim_at(cast, state)).earliest("pk").pk
        for who in ("mei", "ai"):
            with pytest.raises(PaperNotNow):
                documents.sort_paper(cast.who(who), paper, "prescription", at=SOON)


def test_nobody_says_it_of_what_is_not_theirs_or_of_what_is_gone(cast: Cast) -> None:
    no = claim_at(cast, S.REPORTED)
    paper = add(cast, no, "other")
    with pytest.raises(NotThere):
        documents.sort_paper(cast.who("bo"), paper, "invoice", at=SOON)
    with pytest.raises(NotAllowed):
        documents.sort_paper(cast.who("shen"), paper, "invoice", at=SOON)
    with pytest.raises((NotThere, NotAllowed)):
        documents.sort_paper(cast.insurer(), paper, "invoice", at=SOON)
    with pytest.raises(UnknownPaper):
        documents.sort_paper(cast.who("mei"), paper, "selfie", at=SOON)
    documents.remove_paper(cast.who("mei"), paper, at=SOON)
    with pytest.raises(NotThere):
        documents.sort_paper(cast.who("mei"), paper, "invoice", at=SOON)


def test_what_its_print_says_is_held_against_the_new_kind(cast: Cast) -> None:
    no = claim_at(cast, S.REPORTED)
    paper = add(cast, no, "prescription")
    assert read(paper, INVOICE) == "read"
    assert doubts(cast, paper) == [("invoice", "prescription")]
    before = PaperReading.objects.get(paper=paper).read_at
    documents.sort_paper(cast.who("mei"), paper, "invoice", at=SOON)
    assert doubts(cast, paper) == []
    documents.sort_paper(cast.who("ai"), paper, "itemised_list", at=SOON)
    kept = PaperReading.objects.get(paper=paper)
    assert kept.state == "due", "as an invoice it was handed in, so it is read anew"
    assert read(paper, INVOICE) == "read"
    assert doubts(cast, paper) == [("invoice", "itemised_list")]
    documents.sort_paper(cast.who("ai"), paper, "other", at=SOON)
    kept.refresh_from_db()
    assert kept.state == "read" and doubts(cast, paper) == [] and kept.read_at is not None and before is not None


def test_print_that_does_not_say_what_it_is_is_read_again_as_the_new_kind(cast: Cast) -> None:
    no = claim_at(cast, S.REPORTED)
    paper = add(cast, no, "other")
    assert read(paper, UNTITLED) == "read"
    assert PaperReading.objects.get(paper=paper).kind == "unknown"
    jobs = ProcrastinateJob.objects.filter(task_name=READ_TASK, args={"paper_id": paper})
    assert jobs.count() == 1
    documents.sort_paper(cast.who("mei"), paper, "invoice", at=SOON)
    assert jobs.count() == 2 and PaperReading.objects.get(paper=paper).state == "due"
    assert read(paper, UNTITLED) == "read"
    reading = PaperReading.objects.get(paper=paper)
    assert reading.kind == "invoice" and Record.objects.filter(kind="paper.read").count() == 2


def test_what_is_read_while_it_is_said_to_be_another_is_read_once_more(cast: Cast) -> None:
    no = claim_at(cast, S.REPORTED)
    paper = add(cast, no, "prescription")

    def meanwhile(content: bytes, media: str) -> list[Page]:
        documents.sort_paper(cast.who("mei"), paper, "invoice", at=SOON)
        return [INVOICE]

    assert documents.read_paper(paper, at=SOON, opened=meanwhile) == "due"
    assert ProcrastinateJob.objects.filter(task_name=READ_TASK, args={"paper_id": paper}).count() == 2
    assert read(paper, INVOICE) == "read" and doubts(cast, paper) == []
