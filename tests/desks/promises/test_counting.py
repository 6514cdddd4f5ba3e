"""Promises counted: kept and broken by their day, the open ones as they stand; asked again it is the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hearth.desks import advances
from hearth.desks.claims import intake
from hearth.desks.promises import count
from hearth.store.access import NotAllowed
from hearth.store.access.promises import PromiseSum, board, counted_at
from hearth.store.models import Claim, Deadline, PromiseCount
from hearth.words.advances import AdvanceState
from hearth.words.calendar import CHINA_TIME, day_in_china
from hearth.words.claims import ClaimState
from tests.desks.advances.rows import hospital, way_to, with_workers
from tests.desks.cast_rows import AT, DAY, HOUR, Cast
from tests.desks.claims.way import claim_at

pytestmark = pytest.mark.django_db

S = ClaimState


def at(month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=CHINA_TIME).astimezone(UTC)


def of(cast: Cast, code: str, now: datetime, by: str = "rui") -> PromiseSum:
    (found,) = (one for one in board(cast.who(by), now) if one.code == code)
    return found


def test_a_promise_is_in_time_then_at_risk_then_broken_and_in_the_end_kept_too_late(cast: Cast) -> None:
    no = claim_at(cast, S.SUBMITTED)
    row = Deadline.objects.get(claim__claim_no=no, code="P_ACCEPT")
    assert row.due_at is not None
    tight = row.started_at + (row.due_at - row.started_at) * 0.8
    for now, stands in (
        (tight - timedelta(minutes=1), "safe"),
        (tight, "at_risk"),
        (row.due_at, "broken"),
    ):
        count(at=now)
        found = of(cast, "P_ACCEPT", now)
        assert {name: getattr(found, name) for name in ("safe", "at_risk", "broken") if getattr(found, name)} == {
            stands: 1
        }
        assert (found.kept, found.late) == (0, 0)
    intake.accept(cast.who("gu"), no, at=row.due_at + DAY)
    count(at=row.due_at + DAY)
    found = of(cast, "P_ACCEPT", row.due_at + DAY)
    assert (found.kept, found.late, found.broken) == (0, 1, 0)
    assert (found.product, found.branch) == (Claim.objects.get(claim_no=no).product, "sz")


def test_a_promise_that_was_kept_is_counted_on_the_day_it_was_kept_and_not_twice(cast: Cast) -> None:
    no = claim_at(cast, S.SUBMITTED)
    intake.accept(cast.who("gu"), no, at=at(6, 2))
    for _again in range(3):
        count(at=at(6, 2, 11))
    kept = PromiseCount.objects.get(code="P_ACCEPT")
    assert (kept.day, kept.kept, kept.late) == (at(6, 2).date(), 1, 0)
    count(at=at(6, 9))
    assert of(cast, "P_ACCEPT", at(6, 9)).kept == 1
    assert PromiseCount.objects.filter(code="P_ACCEPT").count() == 1


def test_what_waits_for_the_customer_stands_still_and_their_own_limits_are_no_promise(cast: Cast) -> None:
    no = claim_at(cast, S.ACCEPTED)
    intake.ask_supplement(cast.who("gu"), no, ["other"], at=AT + DAY)
    intake.supplement_delivered(no, at=AT + DAY + HOUR)
    now = AT + DAY + 2 * HOUR
    count(at=now)
    assert Deadline.objects.filter(claim__claim_no=no, state="running", code="P_SUPPLEMENT_7").exists()
    assert "P_SUPPLEMENT_7" not in {one.code for one in board(cast.who("rui"), now)}
    stands = of(cast, "L1", now)
    assert (stands.paused, stands.safe) == (1, 0)
    # Article 25 counts sixty days from acceptance, whoever is waited for.
    assert (of(cast, "L4", now).paused, of(cast, "L4", now).safe) == (0, 1)


def test_days_on_which_nothing_was_counted_are_counted_later(cast: Cast) -> None:
    no = claim_at(cast, S.SUBMITTED)
    intake.accept(cast.who("gu"), no, at=at(6, 2))
    assert count(at=at(6, 20)) == day_in_china(at(6, 20)) - timedelta(31)
    assert PromiseCount.objects.get(code="P_ACCEPT").day == at(6, 2).date()
    assert count(at=at(6, 20, 11)) == day_in_china(at(6, 19))


def test_the_board_is_of_the_branches_whose_claims_one_sees(cast: Cast) -> None:
    claim_at(cast, S.SUBMITTED)
    now = at(6, 2)
    assert counted_at(cast.who("rui"), now) is None
    count(at=now)
    assert counted_at(cast.who("rui"), now) == now
    assert board(cast.who("ai"), now) and board(cast.who("shen"), now)
    assert board(cast.who("rui"), now, branch="far") == ()
    assert board(cast.who("rui"), now, product="no-such") == ()
    for stranger in ("mei", "guan"):
        with pytest.raises(NotAllowed):
            board(cast.who(stranger), now)


def test_what_the_advance_desk_promises_is_counted_with_its_product_and_branch(cast: Cast) -> None:
    hospital(with_workers(cast))
    no = way_to(cast, AdvanceState.RISK_CHECK, at=AT)
    call, opinion = ("P_ADVANCE_CALL", "P_ADVANCE_OPINION")
    count(at=AT)
    kept = of(cast, call, AT, by="lin")
    assert (kept.kept, kept.late, kept.branch) == (1, 0, "sz")
    assert advances.assess_risk(no, at=AT) == "clear"
    count(at=AT + HOUR)
    found = of(cast, opinion, AT + HOUR, by="lin")
    assert (found.safe, found.at_risk, found.product) == (1, 0, "million-medical")
    count(at=AT + 2 * DAY)
    assert of(cast, opinion, AT + 2 * DAY, by="lin").broken == 1
    assert not [one for one in board(cast.who("lin"), AT + 2 * DAY) if one.code.startswith("P_ADVANCE_REPAY")]
