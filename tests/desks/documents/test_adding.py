"""Papers of a claim: sealed, once each, added while they can matter, taken away only before anybody relied on them."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from hearth.desks import documents
from hearth.desks.claims import intake, reporting
from hearth.desks.documents import PaperNotNow, TooManyPapers, UnknownPaper, adding
from hearth.store.access import NotAllowed, NotThere
from hearth.store.models import Claim, Paper, Record
from hearth.words.claims import ClaimState
from tests.desks.cast_rows import AT, Cast, Upload, add_papers, visit
from tests.desks.claims.way import claim_at

S = ClaimState


def add(cast: Cast, who: str, no: str, content: bytes = b"%PDF-1.7 a paper", kind: str = "invoice") -> int:
    """One paper."""
    return documents.add_paper(
        cast.who(who),
        no,
        at=AT,
        kind=kind,
        upload=Upload("发票.pdf", "application/pdf"),
        content=content,
        thumbnail=b"t",
    )


def test_a_paper_is_kept_sealed(cast: Cast) -> None:
    no = claim_at(cast, S.REPORTED)
    paper = Paper.objects.get(pk=add(cast, "mei", no))
    assert (paper.kind, paper.name, paper.size, paper.content_type) == ("invoice", "发票.pdf", 16, "application/pdf")
    assert paper.content.content == b"%PDF-1.7 a paper"
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM store_papercontent WHERE paper_id = %s", [paper.pk])
        assert b"PDF" not in bytes(cursor.fetchone()[0])


def test_the_same_bytes_again_are_the_same_paper(cast: Cast) -> None:
    no = claim_at(cast, S.REPORTED)
    assert add(cast, "mei", no) == add(cast, "mei", no, kind="prescription")
    assert Record.objects.filter(kind="paper.added").count() == 1


def test_of_a_draft_nothing_is_recorded_and_of_a_report_no_content(cast: Cast) -> None:
    draft = claim_at(cast, S.DRAFT)
    add(cast, "mei", draft)
    assert not Record.objects.filter(kind="paper.added").exists()
    no = claim_at(cast, S.REPORTED)
    paper = Paper.objects.get(pk=add(cast, "mei", no))
    assert paper.sha256.encode() not in bytes(Record.objects.get(kind="paper.added").body)


def test_a_guardian_and_the_desk_add_papers_and_strangers_do_not(cast: Cast) -> None:
    no = claim_at(cast, S.REPORTED, member="hui", person="yue", policies=["M1-HUI"])
    add(cast, "hui", no, b"1")
    add(cast, "gu", no, b"2")
    with pytest.raises(NotThere):
        add(cast, "bo", no, b"3")
    with pytest.raises(NotThere):
        add(cast, "mei", no, b"3")
    with pytest.raises(NotAllowed):
        add(cast, "shen", no, b"3")
    with pytest.raises(NotThere):
        documents.add_paper(cast.insurer(), no, at=AT, kind="invoice", upload=Upload("a"), content=b"4", thumbnail=b"")


def test_papers_are_taken_away_while_nobody_has_relied_on_them(cast: Cast) -> None:
    no = claim_at(cast, S.REPORTED)
    paper = add(cast, "mei", no)
    documents.remove_paper(cast.who("mei"), paper, at=AT)
    documents.remove_paper(cast.who("mei"), paper, at=AT)
    assert Paper.objects.get(pk=paper).removed_at == AT
    assert Record.objects.filter(kind="paper.removed").count() == 1
    assert add(cast, "mei", no) != paper, "added again it is a new paper"


def test_papers_that_were_accepted_stay(cast: Cast) -> None:
    no = claim_at(cast, S.ACCEPTED)
    paper = Paper.objects.filter(claim__claim_no=no).earliest("pk").pk
    with pytest.raises(PaperNotNow):
        documents.remove_paper(cast.who("mei"), paper, at=AT)
    intake.ask_supplement(cast.who("ai"), no, ["prescription"], at=AT)
    documents.remove_paper(cast.who("mei"), paper, at=AT)


def test_nobody_takes_away_what_is_not_theirs(cast: Cast) -> None:
    no = claim_at(cast, S.REPORTED)
    paper = add(cast, "mei", no)
    with pytest.raises(NotThere):
        documents.remove_paper(cast.who("bo"), paper, at=AT)
    with pytest.raises(NotAllowed):
        documents.remove_paper(cast.who("ai"), paper, at=AT)


def test_new_evidence_may_come_after_a_decision_but_not_while_money_moves(cast: Cast) -> None:
    for state in (S.DECIDED, S.PAID, S.CLOSED):
        add_papers(cast.who("mei"), claim_at(cast, state), "prescription")
    with pytest.raises(PaperNotNow):
        add_papers(cast.who("mei"), claim_at(cast, S.AGREED), "prescription")


def test_kinds_and_numbers_of_papers_have_their_limits(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    no = claim_at(cast, S.REPORTED)
    with pytest.raises(UnknownPaper):
        add(cast, "mei", no, kind="selfie")
    monkeypatch.setattr(adding, "MOST_PAPERS", 2)
    for n in range(2):
        add(cast, "mei", no, str(n).encode(), kind="other")
    with pytest.raises(TooManyPapers):
        add(cast, "mei", no, b"one more")
    assert Claim.objects.get(claim_no=no).papers.count() == 2


def test_a_partner_adds_papers_to_the_claims_it_brought_in(cast: Cast) -> None:
    cast.issue("P-26-1", "outpatient", date(2026, 1, 1), "mei", partner=cast.partner)
    brought = reporting.Brought("PA-1", "mei", ("P-26-1",), {"invoices": [visit()]}, submit=False)
    no = reporting.bring_in(cast.insurer("claims:write"), brought, at=AT)
    paper = documents.add_paper(
        cast.insurer("claims:write"), no, at=AT, kind="invoice", upload=Upload("a.jpg"), content=b"1", thumbnail=b""
    )
    assert Paper.objects.get(pk=paper).added_by_id is None
