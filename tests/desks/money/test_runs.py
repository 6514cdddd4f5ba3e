"""Payments above the automatic amount: one person of finance prepares the run, another releases it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from hearth.desks import money
from hearth.desks.money.faults import NothingHeld, RunDissolved, RunNotYours, RunReleased, SecondPersonNeeded
from hearth.store.access import HOUSE, NotAllowed, NotThere, who
from hearth.store.access.money import payment_summary, run_payments, runs, waiting_for_run
from hearth.store.models import Payment, PayRun, Person, Record, RoleGrant
from hearth.wires.payments.bank import Bank
from hearth.words.claims import Role
from tests.cast import HUI, MEI
from tests.desks.money.rows import AT, account, agreed, book_of, member, refused, staff, state_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def bank(tmp_path: Path, settings: Any) -> Bank:
    settings.PAYMENTS_WIRE = f"memory:{tmp_path / 'bank.sqlite3'}"
    settings.AUTOMATIC_PAYMENT_FEN = 1_000_000
    return Bank(tmp_path / "bank.sqlite3")


@pytest.fixture
def held(bank: Bank) -> list[int]:
    """Two payments above ten thousand yuan and one of exactly that."""
    mei = member(MEI)
    found = [money.intend(agreed(mei, fen, account(mei)).claim_no, at=AT) for fen in (1_000_001, 2_000_000, 1_000_000)]
    return [each or 0 for each in found]


def test_only_what_is_above_the_amount_waits(held: list[int], bank: Bank) -> None:
    first, second, small = held
    assert money.send(first, at=AT).waits_for == "pay run"
    assert [each.payment_id for each in money.look_again(at=AT)] == [small]
    assert list(book_of(bank, AT).values()) == [1_000_000]
    finance = staff("钱", Role.FINANCE)
    assert [row.id for row in waiting_for_run(finance, AT)] == [first, second]
    found = payment_summary(finance, AT)
    assert (found.held.count, found.held.fen) == (2, 3_000_001)
    assert [(row.state, row.count) for row in found.states] == [("intended", 2)], "what is confirmed is settled"


def test_one_prepares_and_another_releases(held: list[int], bank: Bank) -> None:
    first, second, _ = held
    one, two = staff("钱", Role.FINANCE), staff("孙", Role.FINANCE)
    run = money.prepare_run(one, at=AT)
    assert money.send(first, at=AT).waits_for == "pay run"
    with pytest.raises(SecondPersonNeeded):
        money.release_run(one, run, at=AT)
    assert money.release_run(two, run, at=AT) == 2
    assert money.release_run(two, run, at=AT) == 2
    assert Record.objects.filter(kind="payrun.released").count() == 1
    assert {each.state for each in money.send_run(run, at=AT)} == {"confirmed"}
    assert sorted(book_of(bank, AT).values()) == [1_000_001, 2_000_000]
    assert [row.id for row in run_payments(one, run, AT)] == [second, first]
    (row,) = runs(one, AT)
    assert (row.count, row.total_fen, row.released_by) == (2, 3_000_001, "孙")
    with pytest.raises(RunReleased):
        money.dissolve_run(one, run, at=AT)
    with pytest.raises(NothingHeld):
        money.prepare_run(one, at=AT)


def test_a_run_can_be_taken_apart_before_it_is_released(held: list[int], bank: Bank) -> None:
    one, two = staff("钱", Role.FINANCE), staff("孙", Role.FINANCE)
    run = money.prepare_run(one, at=AT, payment_ids=[held[1]])
    money.dissolve_run(one, run, at=AT)
    money.dissolve_run(one, run, at=AT)
    with pytest.raises(RunDissolved):
        money.release_run(one, run, at=AT)
    # To another it is an empty run, and says nothing.
    with pytest.raises(NotThere):
        money.release_run(two, run, at=AT)
    again = money.prepare_run(one, at=AT)
    assert PayRun.objects.get(pk=again).count == 2


def test_nobody_releases_their_own_familys_money(bank: Bank) -> None:
    hui = member(HUI)
    money.intend(agreed(hui, 2_000_000, account(hui)).claim_no, at=AT)
    RoleGrant.objects.create(person=hui, role=Role.FINANCE.value, from_at=AT - DAY)
    run = money.prepare_run(staff("钱", Role.FINANCE), at=AT)
    with pytest.raises(RunNotYours):
        money.release_run(who(Person.objects.get(pk=hui.pk), AT), run, at=AT)


def test_runs_are_for_finance_alone(held: list[int]) -> None:
    for by in (who(member(HUI), AT), staff("审", Role.ASSESSOR), staff("计", Role.AUDITOR)):
        with pytest.raises(NotAllowed):
            money.prepare_run(by, at=AT)
        with pytest.raises(NotAllowed):
            money.release_run(by, 1, at=AT)
    with pytest.raises(NotAllowed):
        money.release_run(HOUSE, 1, at=AT)
    with pytest.raises(NotThere):
        money.release_run(staff("钱", Role.FINANCE), 999_999, at=AT)


def test_the_database_itself_lets_nothing_held_go_without_a_release(held: list[int], bank: Bank) -> None:
    first, second, _ = held
    with refused("waits for a released pay run"):
        Payment.objects.filter(pk=first).update(state="sent")
    one, two = staff("钱", Role.FINANCE), staff("孙", Role.FINANCE)
    run = money.prepare_run(one, at=AT, payment_ids=[first])
    with refused("waits for a released pay run"):
        Payment.objects.filter(pk=first).update(state="confirmed")
    with refused("pay_run_two_people"):
        PayRun.objects.filter(pk=run).update(released_by=one.person_id, released_at=AT)
    with refused("Cannot update"):
        PayRun.objects.filter(pk=run).update(total_fen=1)
    money.release_run(two, run, at=AT)
    with refused("Cannot update"):
        PayRun.objects.filter(pk=run).update(released_by=None, released_at=None)
    with refused("stays as it is"):
        Payment.objects.filter(pk=second).update(run=run)
    with refused("stays as it is"):
        Payment.objects.filter(pk=first).update(run=None)
    with refused("Cannot delete"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM store_payrun")
    assert state_of(first) == "intended"
