"""Money: payments, and the books in double entry with balances that a trigger compares with the entries."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models

from hearth.store.models.people import BankAccount, Person
from hearth.store.models.records import APPEND_ONLY, Record

ENTRY_FOLLOWS = """
    IF NEW.seq = 1 THEN
        before_fen := 0;
    ELSE
        SELECT balance_after INTO before_fen FROM store_entry WHERE account_id = NEW.account_id AND seq = NEW.seq - 1;
    END IF;
    IF before_fen IS NULL OR before_fen + NEW.fen <> NEW.balance_after THEN
        RAISE EXCEPTION 'account %: entry % does not follow the one before', NEW.account_id, NEW.seq
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""

ENTRIES_BALANCE = """
    IF (SELECT COALESCE(SUM(fen), 0) FROM store_entry WHERE posting_id = NEW.posting_id) <> 0 THEN
        RAISE EXCEPTION 'posting % does not balance', NEW.posting_id USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM store_ledgeraccount a JOIN LATERAL (
            SELECT seq, balance_after FROM store_entry WHERE account_id = a.id ORDER BY seq DESC LIMIT 1
        ) e ON true WHERE a.id = NEW.account_id AND a.balance_fen = e.balance_after AND a.entries_count = e.seq
    ) THEN
        RAISE EXCEPTION 'account %: balance differs from its entries', NEW.account_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
"""

BALANCE_IS_ENTRIES = """
    IF EXISTS (
        SELECT 1 FROM store_ledgeraccount a LEFT JOIN LATERAL (
            SELECT seq, balance_after FROM store_entry WHERE account_id = a.id ORDER BY seq DESC LIMIT 1
        ) e ON true
        WHERE a.id = NEW.id AND (a.balance_fen <> COALESCE(e.balance_after, 0) OR a.entries_count <> COALESCE(e.seq, 0))
    ) THEN
        RAISE EXCEPTION 'account %: balance differs from its entries', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
"""


HELD_WAITS = """
    IF OLD.state = 'intended' AND NEW.state IN ('sent', 'confirmed', 'returned') AND NEW.is_held AND NOT EXISTS (
        SELECT 1 FROM store_payrun WHERE id = NEW.run_id AND released_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'payment %: it waits for a released pay run', NEW.key
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_held_waits';
    END IF;
    IF NEW.run_id IS DISTINCT FROM OLD.run_id AND EXISTS (
        SELECT 1 FROM store_payrun WHERE id IN (OLD.run_id, NEW.run_id) AND released_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'payment %: a released pay run stays as it is', NEW.key
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_run_stays';
    END IF;
    RETURN NEW;
"""


class LedgerAccount(models.Model):
    """An account of the books.  `balance_fen` is debits less credits; one row a claim's payable, one a bank, ..."""

    code = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=24)
    balance_fen = models.BigIntegerField(default=0)
    entries_count = models.BigIntegerField(default=0)

    class Meta:
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="balance_is_entries",
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("balance_fen", "entries_count"),
                when=pgtrigger.After,
                timing=pgtrigger.Deferred,
                func=BALANCE_IS_ENTRIES,
            ),
        ]


class Posting(models.Model):
    """One business fact in the books; its entries add up to nothing.  `key` makes it happen once."""

    key = models.CharField(max_length=80, unique=True)
    what = models.CharField(max_length=40)
    at = models.DateTimeField()
    record = models.ForeignKey(Record, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        triggers: ClassVar[list[pgtrigger.Trigger]] = [APPEND_ONLY]


class Entry(models.Model):
    """One side of a posting: debits above zero, credits below; `balance_after` is the account's after this entry."""

    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="entries")
    account = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="entries")
    seq = models.BigIntegerField()
    fen = models.BigIntegerField()
    balance_after = models.BigIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="entry_not_nothing", condition=~models.Q(fen=0)),
            models.UniqueConstraint(name="entry_in_order", fields=["account", "seq"]),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            APPEND_ONLY,
            pgtrigger.Trigger(
                name="entry_follows",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("before_fen", "bigint")],
                func=ENTRY_FOLLOWS,
            ),
            pgtrigger.Trigger(
                name="entries_balance",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                timing=pgtrigger.Deferred,
                func=ENTRIES_BALANCE,
            ),
        ]


class Payment(models.Model):
    """Money on its way to somebody.  `key` is what the bank sees: it pays each key once.

    States: intended (row there, bank not asked yet or unanswered), sent (the bank has it), confirmed, failed (the bank
    refused it, or it was stopped before), returned (it came back).  `what`: benefit, adjustment:7, interest,
    prepayment:7, which is paid before there is a decision.
    """

    claim = models.ForeignKey("store.Claim", on_delete=models.PROTECT, related_name="payments")
    decision = models.ForeignKey("store.Decision", null=True, on_delete=models.PROTECT, related_name="payments")
    prepayment = models.ForeignKey("store.Prepayment", null=True, on_delete=models.PROTECT, related_name="payments")
    payee = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=24, default="benefit")
    amount_fen = models.BigIntegerField()
    key = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=10, default="intended")
    bank_ref = models.CharField(max_length=64, default="", blank=True)
    reason = models.CharField(max_length=40, default="", blank=True)
    attempts = models.PositiveIntegerField(default=0)
    # When the bank was last asked by a worker that has not yet written down the answer.
    asked_at = models.DateTimeField(null=True)
    # When somebody looks at it again.
    next_at = models.DateTimeField()
    # Above what is paid automatically: it waits for a pay run that a second person released.
    is_held = models.BooleanField(default=False)
    # The agreement that the legal ten days run from.
    agreed_at = models.DateTimeField(null=True)
    intended_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    run = models.ForeignKey("store.PayRun", null=True, on_delete=models.PROTECT, related_name="payments")
    # What was recorded when it was confirmed: its receipt.
    record = models.ForeignKey(Record, null=True, on_delete=models.PROTECT, related_name="+")

    @property
    def decision_number(self) -> int:
        """The number of the decision it pays; 0 where there was none yet."""
        return 0 if self.decision is None else self.decision.number

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="payment_above_nothing", condition=models.Q(amount_fen__gt=0)),
            models.CheckConstraint(
                name="payment_state",
                condition=models.Q(state__in=("intended", "sent", "confirmed", "failed", "returned")),
            ),
            models.CheckConstraint(
                name="payment_of_decision",
                condition=models.Q(decision__isnull=False, prepayment__isnull=True)
                | models.Q(decision__isnull=True, prepayment__isnull=False),
            ),
            models.UniqueConstraint(
                name="payment_prepaid_once",
                fields=["prepayment"],
                condition=models.Q(state__in=("intended", "sent", "confirmed")),
            ),
            # Money moves once: one living payment a decision.
            models.UniqueConstraint(
                name="payment_once",
                fields=["decision", "what"],
                condition=models.Q(state__in=("intended", "sent", "confirmed")),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["next_at"], name="payment_open", condition=models.Q(state__in=("intended", "sent"))),
            models.Index(
                fields=["intended_at"], name="payment_held", condition=models.Q(state="intended", is_held=True)
            ),
            models.Index(fields=["state", "-id"], name="payment_by_state"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="amount_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "claim",
                    "decision",
                    "prepayment",
                    "payee",
                    "account",
                    "amount_fen",
                    "key",
                    "what",
                    "is_held",
                    "intended_at",
                ),
            ),
            pgtrigger.Trigger(
                name="held_waits",
                operation=pgtrigger.UpdateOf("state", "run_id"),
                when=pgtrigger.Before,
                func=HELD_WAITS,
            ),
            pgtrigger.FSM(
                name="payment_states",
                field="state",
                transitions=[
                    ("intended", "sent"),
                    ("intended", "confirmed"),
                    ("intended", "failed"),
                    # Taken, paid and come back before we heard of any of it.
                    ("intended", "returned"),
                    ("sent", "confirmed"),
                    ("sent", "failed"),
                    ("sent", "returned"),
                    ("confirmed", "returned"),
                    # Money seen to move outweighs word that it would not.
                    ("failed", "confirmed"),
                    ("failed", "returned"),
                ],
            ),
        ]


class PayRun(models.Model):
    """Payments that finance let go together: one person prepares, another releases above the limit."""

    prepared_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()
    released_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField(null=True)
    # Taken apart again before it was released: its payments wait for another run.
    dissolved_at = models.DateTimeField(null=True)
    total_fen = models.BigIntegerField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="pay_run_two_people",
                condition=models.Q(released_by__isnull=True) | ~models.Q(released_by=models.F("prepared_by")),
            ),
            models.CheckConstraint(
                name="pay_run_released_by_somebody",
                condition=models.Q(released_by__isnull=True, released_at__isnull=True)
                | models.Q(released_by__isnull=False, released_at__isnull=False, dissolved_at__isnull=True),
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="released_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__released_at__isnull=False),
            ),
            pgtrigger.Protect(
                name="prepared_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("prepared_by", "prepared_at", "total_fen", "count"),
            ),
        ]


class BankEvent(models.Model):
    """What the bank told us, once each; `no` is its place in the bank's news, rising.

    `oddity` names what does not fit: unknown_key, other_amount, contradicts (what we hold); a person looks at it.
    """

    event_id = models.CharField(max_length=160, unique=True)
    no = models.BigIntegerField(db_index=True)
    key = models.CharField(max_length=100)
    payment = models.ForeignKey(Payment, null=True, on_delete=models.PROTECT, related_name="events")
    what = models.CharField(max_length=12)
    amount_fen = models.BigIntegerField()
    oddity = models.CharField(max_length=16, default="", blank=True)
    at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["id"], name="bank_event_odd", condition=~models.Q(oddity="")),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [APPEND_ONLY]
