"""A claim that was agreed is paid once, whatever the bank does; the books follow every step."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.db import transaction

from hearth.desks import money
from hearth.desks.books import ledger
from hearth.desks.money.faults import NoAccountToPay, NothingAgreed, NothingToCorrect, PayeeNotEntitled, PaymentUnderWay
from hearth.store.access import HOUSE, NotAllowed, NotThere, who
from hearth.store.access.interest import interest_of
from hearth.store.access.money import payments_of
from hearth.store.models import Adjustment, BankEvent, Entry, Payment, Posting, Record
from hearth.wires.payments import Event, Kind, Order
from hearth.wires.payments.bank import Bank, Habits
from hearth.words.claims import ClaimState, Role
from tests.cast import BO, HUI, HUIS_DAUGHTER, MEI
from tests.desks.money.rows import AT, account, agreed, book_of, decided, guardian, member, staff, state_of, stepped

pytestmark = pytest.mark.django_db
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def place(tmp_path: Path, settings: Any) -> Path:
    """The file of a bank that makes no mistakes."""
    path = tmp_path / "bank.sqlite3"
    settings.PAYMENTS_WIRE = f"memory:{path}"
    return path


def kinds_about(claim_no: str) -> list[str]:
    found = Record.objects.filter(subject=f"claim:{claim_no}", kind__startswith="payment.")
    return list(found.order_by("id").values_list("kind", flat=True))


def nothing_differs(at: Any) -> None:
    assert money.compare(HOUSE, at=at).differences == ()


def test_an_agreed_claim_is_paid_and_the_books_say_so(place: Path) -> None:
    mei = member(MEI)
    claim = agreed(mei, 170_528_7, account(mei))
    payment_id = money.intend(claim.claim_no, at=AT)
    assert payment_id is not None
    assert ledger.balance(f"claim_payable:{claim.claim_no}") == -170_528_7
    assert ledger.balance("benefit_expense:outpatient") == 170_528_7
    assert money.send(payment_id, at=AT).state == "confirmed"
    assert ledger.balance(f"claim_payable:{claim.claim_no}") == 0
    assert (ledger.balance("bank"), ledger.balance("bank_suspense")) == (-170_528_7, 0)
    assert kinds_about(claim.claim_no) == ["payment.intended", "payment.confirmed"]
    assert book_of(Bank(place), AT) == {f"{claim.claim_no}-1-benefit-1": 170_528_7}
    (row,) = payments_of(HOUSE, claim.claim_no, AT)
    assert (row.payee, row.account_tail, row.state) == ("梅", "3445", "confirmed")
    assert Record.objects.get(pk=row.record_id).kind == "payment.confirmed"
    nothing_differs(AT + DAY)


def test_a_claim_of_twenty_two_fen_is_paid_with_the_same_steps(place: Path) -> None:
    mei = member(MEI)
    claim = agreed(mei, 22, account(mei))
    assert money.send(money.intend(claim.claim_no, at=AT) or 0, at=AT).state == "confirmed"
    assert book_of(Bank(place), AT) == {f"{claim.claim_no}-1-benefit-1": 22}


def test_intending_and_sending_again_moves_nothing_more(place: Path) -> None:
    mei = member(MEI)
    claim = agreed(mei, 5_000, account(mei))
    first = money.intend(claim.claim_no, at=AT)
    assert money.intend(claim.claim_no, at=AT + MINUTE) == first
    assert first is not None
    for minute in range(3):
        assert money.send(first, at=AT + minute * MINUTE).state == "confirmed"
    assert money.learn(at=AT + MINUTE) == 1
    assert money.learn(at=AT + MINUTE) == 0
    assert list(book_of(Bank(place), AT).values()) == [5_000]
    assert ledger.balance("bank") == -5_000
    assert kinds_about(claim.claim_no) == ["payment.intended", "payment.confirmed"]


def test_a_claim_over_two_products_is_an_expense_of_both(place: Path) -> None:
    mei = member(MEI)
    claim = agreed(mei, 10_001, account(mei), products=(("million-medical", 3_334), ("outpatient", 6_667)))
    money.intend(claim.claim_no, at=AT)
    assert ledger.balance("benefit_expense:million-medical") == 3_334
    assert ledger.balance("benefit_expense:outpatient") == 6_667


def test_nothing_is_paid_that_nobody_agreed(place: Path) -> None:
    mei = member(MEI)
    claim = agreed(mei, 5_000, account(mei)).claim
    stepped(claim, ClaimState.RETURNED)
    claim.agreed_at = None
    claim.save()
    with pytest.raises(NothingAgreed):
        money.intend(claim.claim_no, at=AT)
    without = agreed(mei, 5_000, None)
    with pytest.raises(NoAccountToPay):
        money.intend(without.claim_no, at=AT)
    assert Payment.objects.count() == 0


def test_a_time_out_after_success_is_asked_about_and_not_paid_again(tmp_path: Path, settings: Any) -> None:
    path = tmp_path / "bank.sqlite3"
    settings.PAYMENTS_WIRE = f"memory:{path}?timeout_after_success=1"
    mei = member(MEI)
    claim = agreed(mei, 5_000, account(mei))
    payment_id = money.intend(claim.claim_no, at=AT) or 0
    sent = money.send(payment_id, at=AT)
    assert (sent.state, sent.waits_for) == ("intended", "bank")
    assert book_of(Bank(path), AT) == {f"{claim.claim_no}-1-benefit-1": 5_000}
    # Not before its moment, and then by its key.
    assert money.look_again(at=AT + MINUTE / 2) == []
    assert [each.state for each in money.look_again(at=AT + MINUTE)] == ["confirmed"]
    assert list(book_of(Bank(path), AT + DAY).values()) == [5_000]


def test_a_time_out_before_is_sent_again_under_the_same_key(tmp_path: Path, settings: Any) -> None:
    path = tmp_path / "bank.sqlite3"
    settings.PAYMENTS_WIRE = f"memory:{path}?timeout_before=1"
    mei = member(MEI)
    payment_id = money.intend(agreed(mei, 5_000, account(mei)).claim_no, at=AT) or 0
    for hour in range(8):
        assert money.look_again(at=AT + hour * timedelta(hours=1))[0].waits_for == "bank"
    assert Payment.objects.get(pk=payment_id).attempts == 8
    settings.PAYMENTS_WIRE = f"memory:{path}"
    assert money.look_again(at=AT + timedelta(hours=9))[0].state == "confirmed"
    assert len(book_of(Bank(path), AT)) == 1


def test_while_one_worker_asks_the_bank_another_leaves_it_alone(place: Path) -> None:
    mei = member(MEI)
    payment_id = money.intend(agreed(mei, 5_000, account(mei)).claim_no, at=AT) or 0
    bank = Bank(place)
    seen: list[str] = []

    class Watched:
        def __getattr__(self, name: str) -> Any:
            return getattr(bank, name)

        def send(self, order: Any) -> Any:
            seen.append(money.send(payment_id, at=AT + MINUTE).waits_for)
            return bank.send(order)

    money.send(payment_id, at=AT, wire=Watched())
    assert seen == ["worker"]
    assert state_of(payment_id) == "confirmed"


def test_a_worker_that_died_while_it_asked_is_followed_after_two_minutes(place: Path) -> None:
    mei = member(MEI)
    payment_id = money.intend(agreed(mei, 5_000, account(mei)).claim_no, at=AT) or 0

    class Dies(Bank):
        def send(self, order: Any) -> Any:
            super().send(order)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        money.send(payment_id, at=AT, wire=Dies(place))
    assert (state_of(payment_id), len(book_of(Bank(place), AT))) == ("intended", 1)
    assert money.send(payment_id, at=AT + MINUTE).waits_for == "worker"
    assert money.send(payment_id, at=AT + 2 * MINUTE).state == "confirmed"
    assert len(book_of(Bank(place), AT)) == 1


def test_money_that_comes_back_is_owed_again_and_goes_to_another_account(tmp_path: Path, settings: Any) -> None:
    path = tmp_path / "bank.sqlite3"
    settings.PAYMENTS_WIRE = f"memory:{path}?returning_accounts=6222999"
    mei = member(MEI)
    claim = agreed(mei, 5_000, account(mei, "6222999988887777"))
    payment_id = money.intend(claim.claim_no, at=AT) or 0
    assert money.send(payment_id, at=AT).state == "confirmed"
    money.learn(at=AT + DAY)
    assert state_of(payment_id) == "returned"
    assert Payment.objects.get(pk=payment_id).reason == "ACCOUNT_CLOSED"
    assert ledger.balance(f"claim_payable:{claim.claim_no}") == -5_000
    assert ledger.balance("bank") == 0
    # The house makes no second payment by itself: somebody names an account.
    assert money.intend(claim.claim_no, at=AT + DAY) == payment_id
    again = account(mei, "6222020200998877")
    by = who(mei, AT)
    (second,) = money.correct_account(by, claim.claim_no, at=AT + DAY, account_id=again.pk)
    assert money.correct_account(by, claim.claim_no, at=AT + DAY, account_id=again.pk) == (second,)
    with pytest.raises(PaymentUnderWay):
        money.correct_account(by, claim.claim_no, at=AT + DAY, account_id=account(mei, "62220001").pk)
    assert money.send(second, at=AT + DAY).state == "confirmed"
    assert sorted(book_of(Bank(path), AT + DAY)) == [f"{claim.claim_no}-1-benefit-{n}" for n in (1, 2)]
    assert ledger.balance(f"claim_payable:{claim.claim_no}") == 0
    assert ledger.balance("bank") == -5_000
    assert ledger.balance("benefit_expense:outpatient") == 5_000
    with pytest.raises(NothingToCorrect):
        money.correct_account(by, claim.claim_no, at=AT + DAY, account_id=claim.claim.account_id or 0)
    money.learn(at=AT + 2 * DAY)
    nothing_differs(AT + 3 * DAY)


def test_an_account_in_another_name_is_refused_before_the_bank_hears_of_it(place: Path) -> None:
    mei = member(MEI)
    claim = agreed(mei, 5_000, account(mei, holder="波"))
    payment_id = money.intend(claim.claim_no, at=AT) or 0
    assert money.send(payment_id, at=AT).state == "failed"
    assert Payment.objects.get(pk=payment_id).reason == "NAME_MISMATCH"
    assert book_of(Bank(place), AT) == {}
    assert kinds_about(claim.claim_no) == ["payment.intended", "payment.failed"]
    assert ledger.balance(f"claim_payable:{claim.claim_no}") == -5_000
    nothing_differs(AT + DAY)


def test_the_bank_itself_refuses_a_name_it_does_not_know_the_account_by(place: Path) -> None:
    Bank(place).open_account("6222020200112233445", "另一人")
    mei = member(MEI)
    payment_id = money.intend(agreed(mei, 5_000, account(mei)).claim_no, at=AT) or 0
    assert money.send(payment_id, at=AT).state == "failed"
    assert Payment.objects.get(pk=payment_id).reason == "NAME_MISMATCH"
    nothing_differs(AT + DAY)


def test_a_childs_money_goes_to_a_guardian_and_to_no_stranger(place: Path) -> None:
    hui, yue, bo = member(HUI), member(HUIS_DAUGHTER), member(BO)
    guardian(hui, yue)
    to_hui = money.intend(agreed(yue, 5_000, account(hui)).claim_no, at=AT) or 0
    assert money.send(to_hui, at=AT).state == "confirmed"
    strange = agreed(yue, 5_000, account(bo, "6222000011112222"))
    to_bo = money.intend(strange.claim_no, at=AT) or 0
    assert money.send(to_bo, at=AT).state == "failed"
    assert Payment.objects.get(pk=to_bo).reason == "PAYEE_NOT_ENTITLED"
    # Bo cannot ask for it either: to him the claim is not there; to Hui his account is not there.
    with pytest.raises(NotThere):
        money.correct_account(who(bo, AT), strange.claim_no, at=AT, account_id=strange.claim.account_id or 0)
    with pytest.raises(NotThere):
        money.correct_account(who(hui, AT), strange.claim_no, at=AT, account_id=strange.claim.account_id or 0)
    finance = staff("钱", Role.FINANCE)
    with pytest.raises(PayeeNotEntitled):
        money.correct_account(finance, strange.claim_no, at=AT, account_id=strange.claim.account_id or 0)


def test_a_grown_childs_money_is_the_childs(place: Path) -> None:
    hui, grown = member(HUI), member(MEI)
    guardian(hui, grown, kind="parent")
    payment_id = money.intend(agreed(grown, 5_000, account(hui)).claim_no, at=AT) or 0
    assert money.send(payment_id, at=AT).state == "failed"


def test_news_out_of_order_ends_where_the_money_is(tmp_path: Path, settings: Any) -> None:
    path = tmp_path / "bank.sqlite3"
    settings.PAYMENTS_WIRE = f"memory:{path}?slow=1&slow_seconds=60&returned=1&returned_seconds=60"
    mei = member(MEI)
    claim = agreed(mei, 5_000, account(mei))
    payment_id = money.intend(claim.claim_no, at=AT) or 0
    assert money.send(payment_id, at=AT).state == "sent"
    assert ledger.balance("bank_suspense") == -5_000
    news = Bank(path, Habits(slow=1)).news(0, AT + DAY)
    assert [event.kind.value for event in news] == ["CONFIRMED", "RETURNED"]

    class Backwards(Bank):
        def news(self, after: int, at: Any) -> Any:
            first, second = news
            return [each for each in _renumbered(second, first) if each.no > after]

    assert money.learn(at=AT + DAY, wire=Backwards(path)) == 2
    assert state_of(payment_id) == "returned"
    assert not BankEvent.objects.exclude(oddity="").exists()
    assert [ledger.balance(code) for code in ("bank", "bank_suspense")] == [0, 0]
    assert ledger.balance(f"claim_payable:{claim.claim_no}") == -5_000


def _renumbered(*events: Any) -> list[Any]:
    return [replace(event, no=no) for no, event in enumerate(events, 1)]


def test_money_seen_to_move_outweighs_word_that_it_would_not(place: Path) -> None:
    mei = member(MEI)
    claim = agreed(mei, 5_000, account(mei))
    payment_id = money.intend(claim.claim_no, at=AT) or 0
    key = Payment.objects.get(pk=payment_id).key

    def says(*kinds: Kind) -> list[Event]:
        return [Event(no, key, kind, 5_000, AT, "B1") for no, kind in enumerate(kinds, 1)]

    class Contradicts(Bank):
        told: ClassVar[list[Event]] = []

        def news(self, after: int, at: Any) -> Any:
            return [event for event in self.told if event.no > after]

    bank = Contradicts(place)
    Contradicts.told = says(Kind.FAILED)
    money.learn(at=AT, wire=bank)
    assert state_of(payment_id) == "failed"
    Contradicts.told = says(Kind.FAILED, Kind.CONFIRMED)
    money.learn(at=AT, wire=bank)
    assert state_of(payment_id) == "confirmed"
    assert ledger.balance("bank") == -5_000
    # The other way round a person has to look.
    Contradicts.told = says(Kind.FAILED, Kind.CONFIRMED, Kind.FAILED)
    money.learn(at=AT, wire=bank)
    assert state_of(payment_id) == "confirmed"
    assert BankEvent.objects.get(no=3).oddity == "contradicts"


def test_news_of_a_key_or_an_amount_we_do_not_know_is_shown_to_finance(place: Path) -> None:
    mei = member(MEI)
    payment_id = money.intend(agreed(mei, 5_000, account(mei)).claim_no, at=AT) or 0
    key = Payment.objects.get(pk=payment_id).key

    class Strange(Bank):
        def news(self, after: int, at: Any) -> Any:
            told = [Event(1, "X-1", Kind.CONFIRMED, 5_000, AT), Event(2, key, Kind.CONFIRMED, 4_999, AT)]
            return [event for event in told if event.no > after]

    assert money.learn(at=AT, wire=Strange(place)) == 2
    assert state_of(payment_id) == "intended"
    found = {(each.kind, each.key, each.theirs) for each in money.compare(HOUSE, at=AT).differences}
    assert found == {("news", "X-1", "confirmed (unknown_key)"), ("news", key, "confirmed (other_amount)")}


def test_a_claim_decided_anew_is_paid_the_difference_alone(place: Path) -> None:
    mei = member(MEI)
    claim = agreed(mei, 5_000, account(mei))
    money.send(money.intend(claim.claim_no, at=AT) or 0, at=AT)
    again = decided(claim.claim, claim.decision.calculation, 2, 8_000, AT + DAY)
    stepped(claim.claim, *(ClaimState(state) for state in ("paid", "review", "calculated")))
    claim.claim.decision = again
    stepped(claim.claim, ClaimState.DECIDED, ClaimState.AGREED)
    assert ledger.left_to_pay(again) == 3_000
    second = money.intend(claim.claim_no, at=AT + DAY) or 0
    assert Payment.objects.get(pk=second).amount_fen == 3_000
    assert money.send(second, at=AT + DAY).state == "confirmed"
    assert sorted(book_of(Bank(place), AT + DAY).values()) == [3_000, 5_000]
    nothing_differs(AT + 2 * DAY)


def test_a_claim_decided_lower_than_it_was_paid_is_not_paid_again(place: Path) -> None:
    mei = member(MEI)
    claim = agreed(mei, 5_000, account(mei))
    money.send(money.intend(claim.claim_no, at=AT) or 0, at=AT)
    again = decided(claim.claim, claim.decision.calculation, 2, 4_000, AT + DAY)
    stepped(claim.claim, *(ClaimState(state) for state in ("paid", "review", "calculated")))
    claim.claim.decision = again
    stepped(claim.claim, ClaimState.DECIDED, ClaimState.AGREED)
    assert ledger.left_to_pay(again) == -1_000
    assert money.intend(claim.claim_no, at=AT + DAY) is None
    assert len(book_of(Bank(place), AT + DAY)) == 1


def test_an_adjustment_that_was_taken_pays_its_difference_once(place: Path) -> None:
    mei = member(MEI)
    judge = member(BO)
    claim = agreed(mei, 5_000, account(mei))
    money.send(money.intend(claim.claim_no, at=AT) or 0, at=AT)

    def adjusted(cause: str, old: int, new: int, state: str) -> int:
        return Adjustment.objects.create(
            claim=claim.claim, decision=claim.decision, cause="void", caused_by=cause, old_fen=old, new_fen=new,
            proposed_at=AT, state=state, decided_by=judge, decided_at=AT,
        ).pk  # fmt: skip

    more = adjusted("policy:P1", 5_000, 5_700, "taken")
    payment_id = money.intend_adjustment(more, at=AT) or 0
    assert money.intend_adjustment(more, at=AT) == payment_id
    assert money.send(payment_id, at=AT).state == "confirmed"
    assert money.intend_adjustment(adjusted("policy:P2", 5_000, 6_000, "left"), at=AT) is None
    less = adjusted("policy:P3", 5_700, 5_000, "taken")
    assert money.intend_adjustment(less, at=AT) is None
    assert money.intend_adjustment(less, at=AT) is None
    assert ledger.balance(f"claim_receivable:{claim.claim_no}") == 700
    assert ledger.balance("benefit_expense:outpatient") == 5_000
    assert sorted(book_of(Bank(place), AT).values()) == [700, 5_000]
    nothing_differs(AT + DAY)


def test_interest_runs_from_the_eleventh_day_and_only_where_we_were_late(place: Path, settings: Any) -> None:
    settings.LATE_INTEREST_BP = 365
    mei = member(MEI)
    # Agreed on Monday 2 March; the tenth day is Thursday 12 March; paid on the 22nd: ten days late.
    late = agreed(mei, 1_000_000, account(mei))
    payment_id = money.intend(late.claim_no, at=AT + 20 * DAY) or 0
    assert money.send(payment_id, at=AT + 20 * DAY).state == "confirmed"
    interest = money.intend_interest(payment_id, at=AT + 20 * DAY) or 0
    # 10,000.00 x 3.65 % x 10 / 365 = 10.00
    assert Payment.objects.get(pk=interest).amount_fen == 1_000
    assert money.intend_interest(payment_id, at=AT + 21 * DAY) == interest
    assert money.send(interest, at=AT + 20 * DAY).state == "confirmed"
    assert ledger.balance("interest_expense") == 1_000
    (told,) = interest_of(who(mei, AT), late.claim_no, AT + 20 * DAY)
    assert (told.on_fen, told.days, told.rate_bp, told.basis) == (1_000_000, 10, 365, "Insurance Law art. 23")
    on_time = agreed(mei, 1_000_000, account(mei))
    in_time = money.intend(on_time.claim_no, at=AT + 10 * DAY) or 0
    money.send(in_time, at=AT + 10 * DAY)
    assert money.intend_interest(in_time, at=AT + 10 * DAY) is None
    assert money.intend_interest(interest, at=AT + 30 * DAY) is None
    assert interest_of(who(mei, AT), on_time.claim_no, AT + 30 * DAY) == ()
    nothing_differs(AT + 40 * DAY)


def test_a_bank_that_holds_another_order_under_the_key_is_not_asked_again(place: Path) -> None:
    mei = member(MEI)
    claim = agreed(mei, 5_000, account(mei))
    payment_id = money.intend(claim.claim_no, at=AT) or 0
    key = Payment.objects.get(pk=payment_id).key
    Bank(place).send(Order(key, 7, "别人", "6222000000000000", "某银行", "别的", AT))
    assert money.send(payment_id, at=AT).state == "failed"
    assert Payment.objects.get(pk=payment_id).reason == "KEY_REUSED"
    (difference,) = money.compare(HOUSE, at=AT + DAY).differences
    assert (difference.kind, difference.key, difference.theirs) == ("bank", key, "CONFIRMED")


def test_a_comparison_finds_a_payment_the_bank_never_had(place: Path) -> None:
    mei = member(MEI)
    payment_id = money.intend(agreed(mei, 5_000, account(mei)).claim_no, at=AT) or 0
    money.send(payment_id, at=AT)
    place.unlink()
    for left in place.parent.glob("bank.sqlite3-*"):
        left.unlink()
    (difference,) = money.compare(HOUSE, at=AT + DAY).differences
    assert (difference.kind, difference.ours, difference.theirs) == ("bank", "confirmed", "unknown")


def test_a_member_compares_nothing() -> None:
    with pytest.raises(NotAllowed):
        money.compare(who(member(MEI), AT), at=AT)


def test_a_lost_row_made_again_is_the_same_order_to_the_bank(place: Path) -> None:
    """Rows restored from before the payment: the key follows from the claim and the decision alone."""
    mei = member(MEI)
    claim = agreed(mei, 5_000, account(mei))
    money.send(money.intend(claim.claim_no, at=AT) or 0, at=AT)
    key = Payment.objects.get().key
    other = agreed(mei, 6_000, account(mei))
    before = transaction.savepoint()
    money.send(money.intend(other.claim_no, at=AT) or 0, at=AT)
    transaction.savepoint_rollback(before)
    assert Payment.objects.count() == 1
    money.send(money.intend(other.claim_no, at=AT + DAY) or 0, at=AT + DAY)
    assert book_of(Bank(place), AT + DAY) == {key: 5_000, f"{other.claim_no}-1-benefit-1": 6_000}
    nothing_differs(AT + 2 * DAY)


def test_every_posting_balances_and_names_its_record(place: Path) -> None:
    mei = member(MEI)
    money.send(money.intend(agreed(mei, 5_000, account(mei)).claim_no, at=AT) or 0, at=AT)
    assert sum(Entry.objects.values_list("fen", flat=True)) == 0
    moves = Posting.objects.filter(what__startswith="payment.").select_related("record")
    assert {posting.record.kind for posting in moves if posting.record} == {"payment.confirmed"}
    assert moves.count() == 2
