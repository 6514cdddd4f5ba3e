"""The little bank: pays a key once, checks names, and goes wrong as banks do."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hearth.wires.faults import KeyReused, NoAnswer
from hearth.wires.payments import Event, Kind, Payments, Reason, State, opened
from hearth.wires.payments.bank import Bank, Habits, same_name
from hearth.words.faults import Malformed
from hearth.words.money import MAX_FEN
from tests.cast import BO, HUI
from tests.wires.orders import LATER, NOON, order


def paid_until_answered(bank: Payments, key: str, **changed: object) -> int:
    """How many calls it took until the bank answered."""
    for call in range(1, 200):
        try:
            bank.send(order(key, **changed))
        except NoAnswer:
            continue
        return call
    raise AssertionError("the bank never answered")


def known(events: list[Event]) -> dict[tuple[str, Kind], Event]:
    return {(event.key, event.kind): event for event in events}


def test_an_order_is_paid_and_confirmed() -> None:
    bank = Bank()
    answer = bank.send(order())
    assert (answer.state, answer.reason) == (State.CONFIRMED, None)
    assert bank.status("claim-7/pay-1", NOON) == answer
    [event] = bank.news(0, NOON)
    assert (event.kind, event.amount_fen, event.bank_ref, event.at) == (
        Kind.CONFIRMED,
        324_000,
        answer.bank_ref,
        NOON,
    )
    assert bank.news(event.no, LATER) == []


def test_a_key_sent_again_moves_no_more_money() -> None:
    bank = Bank()
    assert bank.send(order()) == bank.send(order(at=LATER))
    assert len(bank.book(LATER)) == 1
    assert len(bank.news(0, LATER)) == 1


@pytest.mark.parametrize(
    "changed",
    [{"amount_fen": 324_001}, {"payee_name": BO.zh}, {"account_no": "6222020200112234"}, {"bank": "中国银行"}],
)
def test_a_key_with_other_contents_is_refused_and_the_first_stands(changed: dict[str, object]) -> None:
    bank = Bank()
    bank.send(order())
    with pytest.raises(KeyReused):
        bank.send(order(**changed))
    [transfer] = bank.book(NOON)
    assert (transfer.amount_fen, transfer.payee_name) == (324_000, HUI.zh)


def test_an_account_of_somebody_else_is_refused_for_good() -> None:
    bank = Bank()
    bank.open_account("6222020200112233", HUI.zh)
    answer = bank.send(order(payee_name=BO.zh))
    assert (answer.state, answer.reason) == (State.REFUSED, Reason.NAME_MISMATCH)
    assert bank.send(order(payee_name=BO.zh)) == answer
    assert bank.book(NOON) == []
    assert bank.news(0, LATER) == []
    assert bank.send(order("claim-7/pay-2")).state is State.CONFIRMED


def test_names_are_compared_as_banks_do() -> None:
    assert same_name("阿依古丽·买买提") == same_name("阿依古丽•买买提 ")
    assert same_name("ＺＨＡＮＧ Hui") == same_name("zhang hui")
    assert same_name("张慧") != same_name("张惠")


def test_accounts_that_are_unknown_or_closed_and_amounts_too_large_are_refused() -> None:
    bank = Bank(habits=Habits(limit_fen=500_000))
    bank.open_account("4000123", HUI.zh)
    bank.close_account("4000123")
    bank.open_account("4000124", HUI.zh)
    told = [
        bank.send(order("a", account_no="9999")).reason,
        bank.send(order("b", account_no="4000123")).reason,
        bank.send(order("c", account_no="4000124", amount_fen=500_001)).reason,
        bank.send(order("d", account_no="4000124", amount_fen=500_000)).reason,
    ]
    assert told == [Reason.NO_SUCH_ACCOUNT, Reason.ACCOUNT_CLOSED, Reason.LIMIT, None]
    assert [transfer.key for transfer in bank.book(NOON)] == ["d"]


def test_without_new_accounts_only_opened_ones_are_paid() -> None:
    assert Bank(habits=Habits(new_accounts="")).send(order()).reason is Reason.NO_SUCH_ACCOUNT


def test_a_time_out_before_leaves_nothing_behind_and_the_next_call_may_succeed() -> None:
    bank = Bank(habits=Habits(timeout_before=1.0))
    with pytest.raises(NoAnswer) as silent:
        bank.send(order())
    assert "not known" in str(silent.value)
    assert bank.book(NOON) == []
    assert bank.status("claim-7/pay-1", NOON) is None
    calls = [paid_until_answered(Bank(habits=Habits(seed=7, timeout_before=0.5)), f"k{n}") for n in range(40)]
    assert max(calls) > 1
    assert min(calls) == 1


def test_after_a_time_out_after_success_the_money_has_moved_and_a_repeat_does_not_move_it_again() -> None:
    bank = Bank(habits=Habits(timeout_after_success=1.0))
    for _ in range(3):
        with pytest.raises(NoAnswer):
            bank.send(order())
    status = bank.status("claim-7/pay-1", NOON)
    assert status is not None
    assert status.state is State.CONFIRMED
    assert len(bank.book(NOON)) == 1


def test_asking_may_time_out_too() -> None:
    bank = Bank(habits=Habits(seed=3, timeout_asking=0.5))
    bank.send(order())
    heard, silent = 0, 0
    for _ in range(40):
        for ask in (lambda: bank.status("claim-7/pay-1", NOON), lambda: bank.news(0, NOON)):
            try:
                assert ask()
                heard += 1
            except NoAnswer:
                silent += 1
    assert min(heard, silent) > 20


def test_a_slow_payment_is_accepted_first_and_confirmed_in_its_time() -> None:
    bank = Bank(habits=Habits(slow=1.0, slow_seconds=90))
    assert bank.send(order()).state is State.ACCEPTED
    due = NOON + timedelta(seconds=90)
    assert bank.news(0, due - timedelta(microseconds=1)) == []
    [event] = bank.news(0, due)
    assert (event.kind, event.at) == (Kind.CONFIRMED, due)
    status = bank.status("claim-7/pay-1", due)
    assert status is not None
    assert status.state is State.CONFIRMED


def test_a_payment_may_fail_after_it_was_accepted() -> None:
    bank = Bank(habits=Habits(failed=1.0))
    assert bank.send(order()).state is State.ACCEPTED
    [event] = bank.news(0, LATER)
    assert (event.kind, event.reason) == (Kind.FAILED, Reason.ACCOUNT_BLOCKED)
    assert [transfer.state for transfer in bank.book(LATER)] == [State.REFUSED]


def test_a_payment_may_come_back_some_time_later() -> None:
    bank = Bank(habits=Habits(returned=1.0, returned_seconds=600))
    assert bank.send(order()).state is State.CONFIRMED
    [first] = bank.news(0, NOON)
    [second] = bank.news(first.no, NOON + timedelta(seconds=600))
    assert (first.kind, first.reason, second.kind, second.reason) == (
        Kind.CONFIRMED,
        None,
        Kind.RETURNED,
        Reason.ACCOUNT_CLOSED,
    )
    status = bank.status("claim-7/pay-1", LATER)
    assert status is not None
    assert (status.state, status.reason) == (State.RETURNED, Reason.ACCOUNT_CLOSED)


def test_money_to_a_marked_account_always_comes_back() -> None:
    bank = Bank(habits=Habits(returning_accounts="622299"))
    bank.send(order("a", account_no="6222990000000001"))
    bank.send(order("b"))
    assert {event.key for event in bank.news(0, LATER) if event.kind is Kind.RETURNED} == {"a"}


def test_events_come_twice_with_the_same_key_and_kind() -> None:
    bank = Bank(habits=Habits(duplicate_events=1.0, returned=1.0))
    bank.send(order())
    events = bank.news(0, LATER)
    assert len(events) == 4
    assert set(known(events)) == {("claim-7/pay-1", Kind.CONFIRMED), ("claim-7/pay-1", Kind.RETURNED)}
    assert [event.no for event in events] == [1, 2, 3, 4]


def test_events_come_out_of_order_and_none_is_passed_over_by_the_cursor() -> None:
    bank = Bank(habits=Habits(seed=5, out_of_order=1.0, returned=1.0, returned_seconds=60, out_of_order_seconds=7200))
    for number in range(50):
        bank.send(order(f"k{number}", at=NOON + timedelta(seconds=number)))
    seen: list[Event] = []
    at = NOON
    while at < NOON + timedelta(hours=4):
        seen += bank.news(seen[-1].no if seen else 0, at)
        at += timedelta(minutes=7)
    assert len(seen) == len(known(seen)) == 100
    assert [event.at for event in seen] != sorted(event.at for event in seen)
    place = {(event.key, event.kind): event.no for event in seen}
    returned_first = [n for n in range(50) if place[f"k{n}", Kind.RETURNED] < place[f"k{n}", Kind.CONFIRMED]]
    assert returned_first


def test_news_comes_in_parts_of_a_thousand() -> None:
    bank = Bank()
    for number in range(1001):
        bank.send(order(f"k{number}"))
    first = bank.news(0, NOON)
    assert len(first) == 1000
    assert len(bank.news(first[-1].no, NOON)) == 1


def test_the_same_seed_goes_wrong_in_the_same_places() -> None:
    def run(seed: int) -> list[str]:
        bank = Bank(habits=Habits(seed=seed, timeout_after_success=0.2, timeout_before=0.2, slow=0.3))
        told = []
        for number in range(60):
            try:
                told.append(bank.send(order(f"k{number}")).state.value)
            except NoAnswer:
                told.append("silent")
        return told

    assert run(7) == run(7)
    assert run(7) != run(8)
    assert set(run(7)) == {"silent", "ACCEPTED", "CONFIRMED"}


# --- several processes, and death ---

ROUGH = "timeout_after_success=0.2&timeout_before=0.1&duplicate_events=0.3&slow=0.3&returned=0.1&seed=7"


def _send_all(spec: str, keys: list[str]) -> None:
    bank = opened(spec)
    for key in keys:
        paid_until_answered(bank, key)


def test_four_processes_sending_the_same_two_hundred_keys_pay_each_once(tmp_path: Path) -> None:
    spec = f"memory:{tmp_path}/bank.sqlite3?{ROUGH}"
    keys = [f"claim-{number}/pay-1" for number in range(200)]
    spawn = multiprocessing.get_context("spawn")
    senders = [spawn.Process(target=_send_all, args=(spec, keys[turn:] + keys[:turn])) for turn in (0, 1, 50, 120)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(120)
    assert [sender.exitcode for sender in senders] == [0, 0, 0, 0]
    bank = Bank(tmp_path / "bank.sqlite3")
    book = bank.book(LATER)
    assert Counter(transfer.key for transfer in book) == Counter(keys)
    assert len({transfer.bank_ref for transfer in book}) == 200
    events: list[Event] = []
    while more := bank.news(events[-1].no if events else 0, LATER):
        events += more
    assert {key for key, kind in known(events) if kind is Kind.CONFIRMED} == set(keys)
    assert len(events) > len(known(events))


def test_a_sender_killed_at_any_moment_leaves_each_key_paid_at_most_once(tmp_path: Path) -> None:
    spec = f"memory:{tmp_path}/bank.sqlite3?{ROUGH}"
    keys = [f"claim-{number}/pay-1" for number in range(300)]
    spawn = multiprocessing.get_context("spawn")
    bank = opened(spec)
    assert isinstance(bank, Bank)
    seen = 0
    for wanted in (1, 40, 90):
        sender = spawn.Process(target=_send_all, args=(spec, keys))
        sender.start()
        until = time.monotonic() + 60
        while len(bank.book(NOON)) < wanted and time.monotonic() < until:
            time.sleep(0.002)
        assert sender.pid is not None
        os.kill(sender.pid, signal.SIGKILL)
        sender.join(60)
        assert sender.exitcode == -signal.SIGKILL
        left = [transfer.key for transfer in bank.book(LATER)]
        assert len(left) == len(set(left))
        assert seen <= len(left) < 300
        seen = len(left)
    _send_all(spec, keys)
    assert Counter(transfer.key for transfer in bank.book(LATER)) == Counter(keys)
    assert sqlite3.connect(tmp_path / "bank.sqlite3").execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_bank_opened_again_knows_what_it_paid(tmp_path: Path) -> None:
    spec = f"memory:{tmp_path}/below/bank.sqlite3"
    first = opened(spec).send(order())
    again = opened(spec)
    assert again.send(order()) == first
    assert again.status("claim-7/pay-1", NOON) == first
    assert (tmp_path / "below" / "bank.sqlite3").stat().st_mode & 0o077 == 0


# --- orders ---

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"]), min_size=1).filter(
    lambda text: 0 < len(text.strip()) <= len(text) <= 140 and all(ord(letter) & 0xFFFE != 0xFFFE for letter in text)
)
ORDERS = st.builds(
    order,
    st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}", fullmatch=True),
    amount_fen=st.integers(1, MAX_FEN),
    payee_name=NAMES,
    account_no=st.from_regex(r"[0-9A-Za-z]{1,34}", fullmatch=True),
    bank=NAMES,
    purpose=NAMES,
)


@settings(max_examples=60)
@given(st.lists(ORDERS, max_size=8), st.integers(0, 2**31))
def test_any_orders_sent_in_any_state_of_the_wire_end_paid_once_or_refused(orders: list[object], seed: int) -> None:
    bank = Bank(
        habits=Habits(seed=seed, timeout_before=0.3, timeout_after_success=0.3, slow=0.5, failed=0.2, new_accounts="6")
    )
    firsts = {}
    for each in orders:
        firsts.setdefault(each.key, each)  # type: ignore[attr-defined]
    for each in firsts.values():
        for _ in range(100):
            try:
                bank.send(each)  # type: ignore[arg-type]
                break
            except NoAnswer:
                pass
    states = {key: bank.status(key, LATER) for key in firsts}
    paid = {transfer.key: transfer.amount_fen for transfer in bank.book(LATER) if transfer.state is State.CONFIRMED}
    assert all(states.values())
    for key, each in firsts.items():
        status = states[key]
        assert status is not None
        if status.state is State.CONFIRMED:
            assert paid.pop(key) == each.amount_fen  # type: ignore[attr-defined]
    assert paid == {}


@pytest.mark.parametrize(
    ("place", "changed"),
    [
        ("amount_fen", {"amount_fen": 0}),
        ("amount_fen", {"amount_fen": MAX_FEN + 1}),
        ("amount_fen", {"amount_fen": True}),
        ("amount_fen", {"amount_fen": 1.0}),
        ("account_no", {"account_no": "6222 0202"}),
        ("account_no", {"account_no": "６２２２"}),
        ("payee_name", {"payee_name": " "}),
        ("payee_name", {"payee_name": "慧\u202e"}),
        ("purpose", {"purpose": "a\nb"}),
        ("bank", {"bank": "b" * 141}),
        ("key", {"key": "a b"}),
        ("key", {"key": ""}),
        ("at", {"at": NOON.replace(tzinfo=None)}),
    ],
)
def test_an_order_that_no_bank_takes_cannot_be_made(place: str, changed: dict[str, object]) -> None:
    with pytest.raises(Malformed) as fault:
        order(**changed)
    assert fault.value.data["place"] == place


def test_an_order_does_not_print_whom_it_pays() -> None:
    assert "6222" not in repr(order())
    assert HUI.zh not in repr(order())


def test_a_rare_character_of_a_name_is_no_fault() -> None:
    assert Bank().send(order(payee_name="王\ue863𬭊")).state is State.CONFIRMED
