"""What doors read of claims: a member's list, the queue, one case, the search; other people's are not there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hearth.desks.claims import agreeing, intake, reviewing
from hearth.desks.service import thread
from hearth.store.access import HOUSE, NOBODY, NotAllowed, NotThere, rows
from hearth.store.access.claims import Filters, claims_of, counts, places_of, queue
from hearth.store.access.claims_case import one_claim, paper_content
from hearth.store.models import Claim, HealthRead, Paper
from hearth.words.claims import ClaimState, Step
from tests.desks.cast_rows import AT, DAY, STAY_PAPERS, Cast, add_papers, small_stay, visit
from tests.desks.cast_rows import cast as made
from tests.desks.claims.way import claim_at

S = ClaimState


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody."""
    return made()


def test_a_member_sees_her_own_claims_and_those_she_acts_for(cast: Cast) -> None:
    of_mei = claim_at(cast, S.SUBMITTED)
    of_yue = claim_at(cast, S.DRAFT, member="hui", person="yue", policies=["M1-HUI"])
    assert [row.claim_no for row in claims_of(cast.who("mei"), AT)] == [of_mei]
    assert [row.claim_no for row in claims_of(cast.who("hui"), AT)] == [of_yue]
    assert claims_of(cast.who("bo"), AT) == ()
    assert claims_of(NOBODY, AT) == ()


def test_other_peoples_claims_sound_like_claims_that_are_not_there(cast: Cast) -> None:
    no = claim_at(cast, S.SUBMITTED)
    with pytest.raises(NotThere) as theirs:
        one_claim(cast.who("bo"), no, AT)
    with pytest.raises(NotThere) as nobodys:
        one_claim(cast.who("bo"), "C2699999999", AT)
    assert theirs.value.sentence("en").replace(no, "#") == nobodys.value.sentence("en").replace("C2699999999", "#")


def test_the_queue_shows_what_breaks_first_page_by_page(cast: Cast) -> None:
    made_at = [AT + days * DAY for days in (3, 1, 2)]
    nos = [claim_at(cast, S.ACCEPTED, at=at) for at in made_at]
    waiting = claim_at(cast, S.REPORTED, at=AT + 9 * DAY)
    later = AT + 10 * DAY
    page = queue(cast.who("ai"), later, limit=2)
    assert [row.claim_no for row in page.rows] == [nos[1], nos[2]]
    rest = queue(cast.who("ai"), later, after=page.after, limit=2)
    assert [row.claim_no for row in rest.rows] == [nos[0], waiting]
    assert rest.after is None
    last = [row.claim_no for row in queue(cast.who("ai"), later, Filters(states=(S.REPORTED,))).rows]
    assert last == [waiting]


def test_claims_without_a_limit_stand_last_and_are_all_paged_through(cast: Cast) -> None:
    dated = [claim_at(cast, S.ACCEPTED) for _ in range(2)]
    undated = [claim_at(cast, S.DECIDED) for _ in range(3)]
    seen: list[str] = []
    after = None
    while True:
        page = queue(cast.who("rui"), AT, after=after, limit=2)
        seen += [row.claim_no for row in page.rows]
        after = page.after
        if after is None:
            break
    assert seen == dated + undated


def test_the_queue_holds_no_draft_and_nothing_that_is_over(cast: Cast) -> None:
    for state in (S.DRAFT, S.CLOSED):
        claim_at(cast, state)
    assert queue(cast.who("ai"), AT).rows == ()
    assert sum(counts(cast.who("ai"), AT).values()) == 0


def test_the_queue_is_what_access_lets_them_see(cast: Cast) -> None:
    claim_at(cast, S.ACCEPTED)
    Claim.objects.update(branch=cast.branches["hq"])
    claim_at(cast, S.ACCEPTED)
    for code in ("ai", "rui", "an", "shen", "fang"):
        who = cast.who(code)
        listed = {row.claim_id for row in queue(who, AT).rows}
        assert listed == set(rows(who, "claim", "see", AT).values_list("pk", flat=True)), code
    with pytest.raises(NotAllowed):
        queue(cast.who("mei"), AT)
    assert places_of(HOUSE) is None


def test_counts_of_states(cast: Cast) -> None:
    for _ in range(3):
        claim_at(cast, S.SUBMITTED)
    claim_at(cast, S.CALCULATED)
    found = counts(cast.who("ai"), AT)
    assert (found[S.SUBMITTED], found[S.CALCULATED], found[S.REVIEW]) == (3, 1, 0)
    mine = counts(cast.who("ai"), AT, Filters(mine=True))
    assert (mine[S.SUBMITTED], mine[S.CALCULATED]) == (0, 1)


def test_the_case_shows_staff_what_they_work_with_and_the_member_her_own_part(cast: Cast) -> None:
    no = claim_at(cast, S.DECIDED)
    reviewing.write_note(cast.who("lin"), no, "复核过清单", at=AT)
    thread.write(cast.who("mei"), no, "什么时候到账？", at=AT)
    desk, mine = one_claim(cast.who("lin"), no, AT), one_claim(cast.who("mei"), no, AT)
    assert desk.is_desk and [note.text for note in desk.notes] == ["复核过清单"]
    assert not mine.is_desk and mine.notes == () and mine.proposals == () and mine.flags == ()
    assert mine.calculation is not None and mine.calculation.needs_person == ()
    assert [(line.text, line.is_staff) for line in mine.messages] == [("什么时候到账？", False)]
    assert mine.decision is not None and mine.decision.payable_fen == 28_800
    assert mine.decision.result["claims"][0]["policies"][0]["units"][0]["payable"] == 28_800
    assert [step.zh for step in mine.steps][-1] == "核定结论：给付 288.00 元。"
    assert {paper.kind for paper in mine.papers} == {"invoice", "itemised_list", "medical_record"}


def test_who_reads_somebody_elses_case_is_written_down_with_the_purpose(cast: Cast) -> None:
    no = claim_at(cast, S.SUBMITTED)
    one_claim(cast.who("mei"), no, AT)
    assert not HealthRead.objects.exists()
    one_claim(cast.who("shen"), no, AT, purpose="audit")
    paper = Paper.objects.filter(claim__claim_no=no).earliest("pk")
    content, content_type, _ = paper_content(cast.who("ai"), paper.pk, AT)
    assert (content, content_type) == (f"{no} invoice".encode(), "image/jpeg")
    reads = list(HealthRead.objects.order_by("pk").values_list("reader_id", "kind", "key", "purpose"))
    assert reads == [(cast.id("shen"), "claim", no, "audit"), (cast.id("ai"), "paper", str(paper.pk), "claim")]
    with pytest.raises(NotThere):
        paper_content(cast.who("bo"), paper.pk, AT)


def test_the_track_has_eight_steps_with_their_days(cast: Cast) -> None:
    no = claim_at(cast, S.DECIDED)
    case = one_claim(cast.who("mei"), no, AT)
    assert [(step.step, step.state) for step in case.track] == [
        (Step.REPORTED, "done"), (Step.SUBMITTED, "done"), (Step.ACCEPTED, "done"), (Step.SUPPLEMENT, "skipped"),
        (Step.REVIEW, "done"), (Step.CALCULATED, "done"), (Step.DECIDED, "now"), (Step.PAID, "to_come"),
    ]  # fmt: skip
    assert case.track[3].note_zh == "不需要"
    assert all(step.done_at == AT for step in case.track if step.state == "done")


def test_a_claim_that_ends_without_payment_shows_so(cast: Cast) -> None:
    no = claim_at(cast, S.DECIDED, policies=["M1-MEI"], papers=STAY_PAPERS, facts={"invoices": [small_stay()]})
    assert one_claim(cast.who("mei"), no, AT).row.paid_out_fen == 0
    agreeing.agree(cast.who("mei"), no, at=AT + DAY)
    case = one_claim(cast.who("mei"), no, AT)
    assert (case.row.state, case.track[7].state, case.track[7].note_zh) == (S.CLOSED, "skipped", "无需支付")


def test_the_same_invoice_and_the_same_picture_elsewhere_are_flagged(cast: Cast) -> None:
    invoice = visit()
    first = claim_at(cast, S.SUBMITTED, facts={"invoices": [invoice]})
    second = claim_at(cast, S.SUBMITTED, member="bo", policies=["M1-BO"], facts={"invoices": [invoice]})
    flags = one_claim(cast.who("ai"), second, AT).flags
    assert [(flag.code, flag.claim_no, flag.same_person) for flag in flags] == [("SAME_INVOICE", first, False)]
    Paper.objects.filter(claim__claim_no=second, kind="invoice").update(
        sha256=Paper.objects.get(claim__claim_no=first, kind="invoice").sha256
    )
    assert {flag.code for flag in one_claim(cast.who("ai"), second, AT).flags} == {"SAME_INVOICE", "SAME_PICTURE"}


def test_the_queue_is_filtered_by_product_by_mark_and_by_why_a_person_looks(cast: Cast) -> None:
    of_m1 = claim_at(cast, S.SUBMITTED, policies=["M1-MEI", "OP-MEI"])
    of_op = claim_at(cast, S.SUBMITTED)
    Claim.objects.filter(claim_no=of_op).update(for_person="sample", is_disputed=True)
    ai = cast.who("ai")
    for filters, wanted in (
        (Filters(product="million-medical"), [of_m1]),
        (Filters(product="outpatient"), [of_op]),
        (Filters(for_person="sample"), [of_op]),
        (Filters(disputed=True), [of_op]),
        (Filters(unassigned=True), [of_m1, of_op]),
        (Filters(late=True), []),
    ):
        assert [row.claim_no for row in queue(ai, AT, filters).rows] == wanted, filters
    Claim.objects.update(assessor=cast.people["ai"])
    assert len(queue(ai, AT, Filters(mine=True)).rows) == 2
    assert len(queue(ai, AT + 30 * DAY, Filters(late=True)).rows) == 2


def test_claims_of_people_who_are_locked_are_in_no_queue(cast: Cast) -> None:
    no, other = (
        claim_at(cast, S.SUBMITTED),
        claim_at(cast, S.SUBMITTED, member="hui", person="yue", policies=["M1-HUI"]),
    )
    assert counts(cast.who("ai"), AT)[S.SUBMITTED] == 2
    cast.people["mei"].is_active, cast.people["mei"].locked_at = False, AT
    cast.people["mei"].save()
    shown = {row.claim_no for row in queue(cast.who("ai"), AT).rows}
    assert no not in shown and other in shown
    assert counts(cast.who("ai"), AT)[S.SUBMITTED] == 1, "nor are they counted"


def test_earlier_claims_and_family_stand_beside_the_case(cast: Cast) -> None:
    first = claim_at(cast, S.SUBMITTED, member="hui", person="yue", policies=["M1-HUI"])
    second = claim_at(cast, S.SUBMITTED, member="hui", person="yue", policies=["M1-HUI"])
    case = one_claim(cast.who("ai"), second, AT + timedelta(hours=1))
    assert [row.claim_no for row in case.earlier] == [first]
    assert [(row.full_name, row.kind, row.acts_now) for row in case.family] == [("慧", "guardian", True)]


def test_a_supplement_shows_as_a_step_of_its_own(cast: Cast) -> None:
    no = claim_at(cast, S.ACCEPTED)
    intake.ask_supplement(cast.who("ai"), no, ["prescription"], at=AT + DAY)
    case = one_claim(cast.who("mei"), no, AT + DAY)
    assert [step.state for step in case.track] == ["done", "done", "done", "now", *["to_come"] * 4]
    assert [item["name_zh"] for item in case.supplements[0].items] == ["处方"]
    add_papers(cast.who("mei"), no, "prescription", at=AT + 2 * DAY)
    intake.receive_supplement(cast.who("mei"), no, at=AT + 2 * DAY)
    track = one_claim(cast.who("mei"), no, AT + 2 * DAY).track
    assert (track[3].state, track[3].done_at, track[4].state) == ("done", AT + 2 * DAY, "now")
