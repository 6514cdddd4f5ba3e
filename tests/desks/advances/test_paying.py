"""Instalments through a bank that goes wrong, and workers killed beside it: money moves once, the books agree."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hearth.desks import advances, money
from hearth.desks.books import ledger
from hearth.store.models import Advance, AdvanceTask, Instalment
from hearth.wires.payments.bank import Bank
from tests.desks.advances.rows import NUMBER, A, follow_jobs, instalment, settle_by_claim, state_of, way_to
from tests.desks.cast_rows import AT, DAY, HOUR, Cast, settle_constraints

LATER = AT + timedelta(minutes=30)


class Dead(BaseException):
    """A worker that was killed."""


class Deadly(Bank):
    """The bank pays, and whoever asked dies before writing it down."""

    def send(self, order: Any) -> Any:
        super().send(order)
        raise Dead


def bank(tmp_path: Path, settings: Any, faults: str = "") -> Path:
    place = tmp_path / "bank.sqlite3"
    settings.PAYMENTS_WIRE = f"memory:{place}{'?' + faults if faults else ''}"
    return place


def ready(cast: Cast, fen: int = 3_000_000) -> tuple[str, int]:
    """A case with an instalment that two people let go and nobody sent yet."""
    no = way_to(cast, A.PAYING)
    pk = advances.prepare(cast.who("fang"), no, fen, at=AT)
    advances.release(cast.who("cai"), pk, at=AT)
    return no, pk


def booked(place: Path) -> list[tuple[str, int]]:
    return [(each.account_no, each.amount_fen) for each in Bank(place).book(AT + 30 * DAY)]


def test_an_answer_that_was_lost_after_the_bank_paid_is_asked_for_and_nothing_is_sent_twice(
    cast: Cast, tmp_path: Path, settings: Any
) -> None:
    no, pk = ready(cast)
    place = bank(tmp_path, settings, "timeout_after_success=1")
    assert advances.send(pk, at=AT) == "intended"
    bank(tmp_path, settings)
    advances.look_again(at=LATER)
    case = Advance.objects.get(advance_no=no)
    assert (case.state, case.paid_fen, case.balance_fen) == (A.TRACKING, 3_000_000, 3_000_000)
    assert booked(place) == [("".join(NUMBER.split()), 3_000_000)]
    advances.look_again(at=LATER + HOUR)
    assert advances.send(pk, at=LATER + HOUR) == "confirmed" and len(booked(place)) == 1
    assert ledger.balance(f"advance:{no}") == 3_000_000 == -ledger.balance("bank_advances")


def test_a_worker_that_dies_between_the_bank_and_the_row_leaves_a_payment_that_the_next_one_finds(
    cast: Cast, tmp_path: Path, settings: Any
) -> None:
    no, pk = ready(cast)
    place = bank(tmp_path, settings)
    with pytest.raises(Dead):
        advances.send(pk, at=AT, wire=Deadly(place))
    row = Instalment.objects.get(pk=pk)
    assert (row.state, row.attempts, Advance.objects.get(advance_no=no).paid_fen) == ("intended", 1, 0)
    # Within its lease nobody else asks; after it the next worker asks by the key and writes down what had happened.
    assert advances.send(pk, at=AT + timedelta(minutes=1)) == "intended"
    advances.look_again(at=LATER)
    assert Instalment.objects.get(pk=pk).state == "confirmed" and len(booked(place)) == 1
    settle_constraints()


def test_a_bank_that_refuses_moves_nothing_and_another_instalment_can_be_prepared(
    cast: Cast, tmp_path: Path, settings: Any
) -> None:
    no, pk = ready(cast)
    bank(tmp_path, settings, "failed=1")
    advances.send(pk, at=AT)
    advances.look_again(at=LATER)
    money.learn(at=LATER)
    advances.hear(at=LATER)
    case = Advance.objects.get(advance_no=no)
    assert (Instalment.objects.get(pk=pk).state, case.state, case.paid_fen) == ("failed", A.PAYING, 0)
    bank(tmp_path, settings).unlink()
    assert instalment(cast, no, 1_000_000, LATER) and state_of(no) == A.TRACKING


def test_money_that_comes_back_is_off_the_books_of_the_case_once(cast: Cast, tmp_path: Path, settings: Any) -> None:
    no, pk = ready(cast)
    bank(tmp_path, settings, "returned=1&returned_seconds=3600&duplicate_events=1")
    advances.send(pk, at=AT)
    advances.look_again(at=LATER)
    case = Advance.objects.get(advance_no=no)
    assert case.paid_fen == 3_000_000
    for hours in (2, 3, 4):
        money.learn(at=AT + hours * HOUR)
        advances.look_again(at=AT + hours * HOUR)
    case.refresh_from_db()
    assert (Instalment.objects.get(pk=pk).state, case.paid_fen, case.balance_fen) == ("returned", 0, 0)
    assert ledger.balance(f"advance:{no}") == 0 == ledger.balance("bank_advances")
    assert list(case.entries.order_by("seq").values_list("what", flat=True)) == ["paid", "returned"]
    settle_constraints()


def test_money_that_comes_back_after_the_claim_covered_it_asks_a_person_to_decide_again(
    cast: Cast, tmp_path: Path, settings: Any
) -> None:
    no, pk = ready(cast, 1_000_000)
    bank(tmp_path, settings, "returned=1&returned_seconds=2592000")
    advances.send(pk, at=AT)
    advances.look_again(at=LATER)
    settle_by_claim(cast, no)
    case = Advance.objects.get(advance_no=no)
    assert (case.state, case.offset_fen, case.balance_fen) == (A.SETTLED, 1_000_000, 0)
    much_later = AT + 40 * DAY
    money.learn(at=much_later)
    advances.look_again(at=much_later)
    case.refresh_from_db()
    assert (case.paid_fen, case.offset_fen, case.balance_fen) == (0, 0, 0)
    assert AdvanceTask.objects.filter(advance=case, what="decide_again").count() == 1
    settle_constraints()


def test_whoever_owes_what_the_hospitals_bank_sent_back_owes_nothing_any_more(
    cast: Cast, tmp_path: Path, settings: Any
) -> None:
    no, pk = ready(cast, 5_000_000)
    bank(tmp_path, settings, "returned=1&returned_seconds=2592000")
    advances.send(pk, at=AT)
    advances.look_again(at=LATER)
    settle_by_claim(cast, no)
    case = Advance.objects.get(advance_no=no)
    assert case.state == A.RECOVERY and case.balance_fen > 0 and case.offset_fen > 0
    much_later = AT + 40 * DAY
    money.learn(at=much_later)
    advances.look_again(at=much_later)
    case.refresh_from_db()
    assert (case.state, case.paid_fen, case.offset_fen, case.balance_fen) == (A.SETTLED, 0, 0, 0)
    assert not case.clocks.filter(state="running").exists()
    assert AdvanceTask.objects.filter(advance=case, what="decide_again").count() == 1, "the claim pays the member now"
    settle_constraints()


def test_settling_waits_for_money_on_its_way_and_no_money_follows_a_discharge(
    cast: Cast, tmp_path: Path, settings: Any
) -> None:
    no, pk = ready(cast, 1_000_000)
    bank(tmp_path, settings, "slow=1&slow_seconds=1728000")
    assert advances.send(pk, at=AT) == "sent"
    settle_by_claim(cast, no)
    assert state_of(no) == A.DISCHARGED
    money.learn(at=AT + 25 * DAY)
    advances.look_again(at=AT + 25 * DAY)
    assert advances.settle_due(at=AT + 25 * DAY) == 1
    assert state_of(no) == A.SETTLED
    follow_jobs(AT + 25 * DAY)
    settle_constraints()
