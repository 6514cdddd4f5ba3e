"""Claims whose jobs wait are decided with the one in hand; whatever goes wrong with them is left to each by itself."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from hearth.desks.claims import straight
from hearth.doors.jobs import claims, together
from hearth.store.models import Claim, Record
from hearth.words.claims import ClaimState
from tests.desks.cast_rows import STAY_PAPERS, Cast, cast, small_stay, visit
from tests.desks.claims.way import claim_at

pytestmark = pytest.mark.django_db
S = ClaimState
TASK = "claims.decide_straight_through"


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr("hearth.desks.claims.sampling.drawn_for_person", lambda no, product, at: False)
    return cast()


@pytest.fixture
def accepted(made: Cast) -> list[str]:
    """Two claims of Mei and one of Lan, accepted and not yet decided."""
    return [
        claim_at(made, S.ACCEPTED, facts={"invoices": [visit()]}),
        claim_at(made, S.ACCEPTED, member="hui", policies=["M1-HUI"], papers=STAY_PAPERS,
                 facts={"invoices": [small_stay("900.00")]}),
        claim_at(made, S.ACCEPTED, facts={"invoices": [visit()]}),
    ]  # fmt: skip


def record_of(claim_no: str) -> int:
    return Record.objects.get(subject=f"claim:{claim_no}", kind="claim.accepted").pk


def run(claim_no: str) -> None:
    """The job of a claim, as a worker has it in hand."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing' WHERE task_name = %s AND (args->>'record_id')::bigint = %s",
            [TASK, record_of(claim_no)],
        )
    claims.decide_straight_through(record_of(claim_no))


def states(claim_nos: list[str]) -> list[str]:
    return [Claim.objects.get(claim_no=no).state for no in claim_nos]


def test_one_job_decides_what_waits_and_the_second_of_an_owner_waits_for_the_first(accepted: list[str]) -> None:
    assert sorted(together.waiting(TASK).values()) == sorted(map(record_of, accepted))
    run(accepted[0])
    assert states(accepted) == [S.DECIDED, S.DECIDED, S.ACCEPTED]
    assert list(together.waiting(TASK).values()) == [record_of(accepted[2])]
    run(accepted[2])
    assert states(accepted) == [S.DECIDED] * 3 and not together.waiting(TASK)


def test_a_job_whose_claim_was_decided_with_another_does_nothing_more(accepted: list[str]) -> None:
    run(accepted[0])
    before = Record.objects.count()
    claims.decide_straight_through(record_of(accepted[1]))
    assert states(accepted)[:2] == [S.DECIDED] * 2
    decided = Record.objects.filter(kind="claim.decided", subject=f"claim:{accepted[1]}")
    assert decided.count() == 1 and Record.objects.count() == before + 1, "the last of Mei's was decided with it"


def test_what_goes_wrong_with_many_goes_on_one_by_one(accepted: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*given: Any, **more: Any) -> dict[str, bool]:
        raise RuntimeError("one of them is not as the others")

    monkeypatch.setattr(straight, "decide_many", broken)
    run(accepted[0])
    assert states(accepted) == [S.DECIDED, S.ACCEPTED, S.ACCEPTED]
    assert len(together.waiting(TASK)) == 2, "the others go on waiting for their own jobs"
