"""The sampling audit: a share of automatic decisions goes to a person; the machine stops itself above its bound."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from hearth.desks.claims import sampling
from hearth.desks.claims.sampling import (
    AnotherReleases,
    JudgedAlready,
    NoSuchAmount,
    NotBraked,
    ReleaseUnexplained,
    drawn_for_person,
    is_braked,
    judge,
    release,
)
from hearth.kernel.sampling import Stratum, interval, weighted
from hearth.store.access import NotAllowed, NotThere, Who, who
from hearth.store.access.samples import product_audits, samples
from hearth.store.models import AutomaticDeciding, Record, RoleGrant, Sample
from hearth.words.claims import Role
from tests.cast import MEI
from tests.desks.money.rows import AT, account, agreed, member, refused, staff

pytestmark = pytest.mark.django_db
PRODUCT = "outpatient"
DAY = timedelta(days=1)


@pytest.fixture
def reviewer() -> Who:
    return staff("复", Role.REVIEWER)


@pytest.fixture
def drawn() -> Callable[[], str]:
    """Draws one more claim of 50.00 yuan each time it is called."""
    mei = member(MEI)
    to = account(mei)

    def once() -> str:
        found = agreed(mei, 5_000, to)
        sampling.draw(found.claim, found.decision.calculation, PRODUCT, at=AT)
        return found.claim_no

    return once


def test_a_share_is_drawn_and_the_same_claims_every_time() -> None:
    numbers = [f"C26{number:08d}" for number in range(6_000)]
    first = [number for number in numbers if drawn_for_person(number, PRODUCT, AT)]
    # 5 % of 6,000 is 300; three standard deviations are 51.
    assert 249 <= len(first) <= 351
    assert first == [number for number in numbers if drawn_for_person(number, PRODUCT, AT + DAY)]
    assert first != [number for number in numbers if drawn_for_person(number, "million-medical", AT)]


def test_who_does_not_hold_the_key_cannot_tell_which(settings: Any) -> None:
    numbers = [f"C26{number:08d}" for number in range(500)]
    before = [drawn_for_person(number, PRODUCT, AT) for number in numbers]
    settings.DIGEST_KEY = bytes(32)
    assert before != [drawn_for_person(number, PRODUCT, AT) for number in numbers]


def test_the_machines_amount_is_kept_beside_the_claim(drawn: Callable[[], str], reviewer: Who) -> None:
    claim_no = drawn()
    sample = Sample.objects.get(claim__claim_no=claim_no)
    assert (sample.machine_fen, sample.share_bp, sample.round) == (5_000, 500, 1)
    (row,) = samples(reviewer, AT)
    assert (row.claim_no, row.machine_fen, row.decided_fen, row.may_judge) == (claim_no, 5_000, 5_000, True)
    # Drawn again after papers came in: still one sample.
    sampling.draw(sample.claim, sample.calculation, PRODUCT, at=AT + DAY)
    assert Sample.objects.count() == 1


@pytest.mark.parametrize(("person_fen", "verdict"), [(5_000, "right"), (4_999, "over"), (5_001, "under")])
def test_a_verdict_follows_from_what_a_person_would_pay(
    drawn: Callable[[], str], reviewer: Who, person_fen: int, verdict: str
) -> None:
    claim_no = drawn()
    found = judge(reviewer, claim_no, at=AT, person_fen=person_fen)
    assert found.verdict == verdict
    assert (found.over, found.under) == (interval(1, int(verdict == "over")), interval(1, int(verdict == "under")))
    assert not found.is_braked
    assert Record.objects.filter(kind="sample.judged", subject=f"claim:{claim_no}").count() == 1
    # Twice the same is once; another amount, or another person, is refused.
    assert judge(reviewer, claim_no, at=AT, person_fen=person_fen).verdict == verdict
    assert Record.objects.filter(kind="sample.judged").count() == 1
    with pytest.raises(JudgedAlready):
        judge(reviewer, claim_no, at=AT, person_fen=1)
    with pytest.raises(JudgedAlready):
        judge(staff("二", Role.REVIEWER), claim_no, at=AT, person_fen=person_fen)
    (row,) = samples(reviewer, AT, is_judged=True)
    assert (row.verdict, row.person_fen, row.may_judge) == (verdict, person_fen, False)
    with refused("Cannot update"):
        Sample.objects.update(verdict="right", person_fen=5_000)


@pytest.mark.parametrize("wrong", [4_000, 6_000], ids=["too much", "too little"])
def test_the_machine_stops_itself_in_either_direction(drawn: Callable[[], str], reviewer: Who, wrong: int) -> None:
    assert not is_braked(PRODUCT)
    judge(reviewer, drawn(), at=AT, person_fen=wrong)
    assert not is_braked(PRODUCT)
    found = judge(reviewer, drawn(), at=AT, person_fen=wrong)
    assert found.is_braked and is_braked(PRODUCT)
    assert found.limit_bp == 200
    assert Record.objects.filter(kind="automatic.braked", subject=f"product:{PRODUCT}").count() == 1
    # What is judged later is still counted, and the brake is pulled once.
    assert judge(reviewer, drawn(), at=AT, person_fen=wrong).is_braked
    assert Record.objects.filter(kind="automatic.braked").count() == 1
    (audit,) = product_audits(reviewer, AT)
    assert (audit.is_braked, audit.judged, audit.drawn, audit.may_release) == (True, 3, 3, False)


def test_one_wrong_among_many_right_stops_nothing(drawn: Callable[[], str], reviewer: Who) -> None:
    for number in range(20):
        found = judge(reviewer, drawn(), at=AT, person_fen=4_000 if number == 11 else 5_000)
    assert not found.is_braked
    assert found.over == interval(20, 1)
    assert found.under == interval(20, 0)


def test_another_reviewer_releases_and_counting_begins_anew(drawn: Callable[[], str], reviewer: Who) -> None:
    with pytest.raises(NotBraked):
        release(reviewer, PRODUCT, at=AT, why="?")
    left_over = drawn()
    for _ in range(2):
        judge(reviewer, drawn(), at=AT, person_fen=4_000)
    with pytest.raises(AnotherReleases):
        release(reviewer, PRODUCT, at=AT, why="条款已更正")
    other = staff("二", Role.SENIOR_EXPERT)
    assert product_audits(other, AT)[0].may_release
    with pytest.raises(ReleaseUnexplained):
        release(other, PRODUCT, at=AT, why="  ")
    release(other, PRODUCT, at=AT, why="条款已更正")
    assert not is_braked(PRODUCT)
    (audit,) = product_audits(reviewer, AT)
    assert (audit.round, audit.judged, audit.over_bound_bp, audit.released_why) == (2, 0, 10_000, "条款已更正")
    # What was drawn before the release says nothing of what was mended.
    assert not judge(reviewer, left_over, at=AT, person_fen=4_000).is_braked
    assert AutomaticDeciding.objects.get().judged == 0
    judge(reviewer, drawn(), at=AT, person_fen=4_000)
    assert judge(reviewer, drawn(), at=AT, person_fen=4_000).is_braked
    with refused("automatic_released_by_another"):
        AutomaticDeciding.objects.update(released_by=reviewer.person_id)


def test_audits_are_for_reviewers_alone_and_never_of_ones_own(drawn: Callable[[], str]) -> None:
    claim_no = drawn()
    for role in (Role.ASSESSOR, Role.FINANCE, Role.AUDITOR):
        with pytest.raises(NotAllowed):
            judge(staff(f"甲{role.value}", role), claim_no, at=AT, person_fen=5_000)
    with pytest.raises(NotThere):
        judge(staff("复", Role.REVIEWER), "C2600000000", at=AT, person_fen=5_000)
    with pytest.raises(NoSuchAmount):
        judge(staff("复", Role.REVIEWER), claim_no, at=AT, person_fen=-1)
    own = Sample.objects.get().claim.person
    RoleGrant.objects.create(person=own, role=Role.REVIEWER.value, from_at=AT - DAY)
    with pytest.raises(NotAllowed):
        judge(who(own, AT), claim_no, at=AT, person_fen=5_000)


def test_rates_are_weighed_by_the_chance_of_being_drawn(drawn: Callable[[], str], reviewer: Who) -> None:
    turn = count()
    for share in (500, 500, 5_000, 5_000):
        claim_no = drawn()
        Sample.objects.filter(claim__claim_no=claim_no).update(share_bp=share)
        found = judge(reviewer, claim_no, at=AT, person_fen=5_000 if next(turn) else 4_000)
    assert found.over == weighted([Stratum(500, 2, 1), Stratum(5_000, 2, 0)])
