"""Advances: hospitals paid before the claim, from the notice of admission to the last fen offset or paid back.

What was advanced is always offset, recovered, written off or outstanding: the sums of a case are stored, checked by a
constraint, and compared with its entries and with the books by a deferred trigger.
"""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models

from hearth.store.models.advance_checks import ADVANCE_FOLLOWS, ADVANCE_STEP_FOLLOWS, INSTALMENT_GOES, whole
from hearth.store.models.claims import KEPT, Claim
from hearth.store.models.hospitals import Hospital, HospitalAccount, HospitalLink
from hearth.store.models.money import Posting
from hearth.store.models.people import Branch, Person
from hearth.store.models.policies import Policy
from hearth.store.models.records import APPEND_ONLY, Record
from hearth.store.sealed import SealedText
from hearth.words.advances import (
    OPEN_ADVANCES,
    PROGRAMMES,
    RISKS,
    SOURCES,
    VERDICTS,
    AdvanceConsentOf,
    AdvanceState,
    Tier,
)


class Advance(models.Model):
    """One stay for which a hospital may be paid in advance.  Its sums are those of its entries; steps as of a claim."""

    advance_no = models.CharField(max_length=32, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="advances")
    policy = models.ForeignKey(Policy, null=True, on_delete=models.PROTECT, related_name="advances")
    hospital = models.ForeignKey(Hospital, null=True, on_delete=models.PROTECT, related_name="advances")
    branch = models.ForeignKey(Branch, null=True, on_delete=models.PROTECT, related_name="+")
    steward = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, default=AdvanceState.NOTIFIED.value)
    seq = models.PositiveIntegerField(default=0)
    state_at = models.DateTimeField()
    source = models.CharField(max_length=10)
    notified_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    partner = models.ForeignKey("store.Partner", null=True, on_delete=models.PROTECT, related_name="+")
    external_id = models.CharField(max_length=64, default="", blank=True)
    link = models.OneToOneField(HospitalLink, null=True, on_delete=models.PROTECT, related_name="advance")
    notified_at = models.DateTimeField()
    admitted_on = models.DateField()
    discharged_on = models.DateField(null=True)
    is_emergency = models.BooleanField(default=False)
    is_hardship = models.BooleanField(default=False)
    # What the member wrote of their hardship, what the hospital wrote of the illness and the plan.
    hardship = SealedText()
    illness = SealedText()
    icd = SealedText()
    plan = SealedText()
    programme = models.CharField(max_length=20, default="", blank=True)
    # The programme's own intake: answers by question.
    intake = SealedText()
    estimate_fen = models.BigIntegerField(default=0)
    # Checks of eligibility as they last were: [{"code": ..., "result": ..., "clause": ..., "detail": ...}]
    checks = models.JSONField(default=list)
    expected_fen = models.BigIntegerField(default=0)
    limit_left_fen = models.BigIntegerField(default=0)
    # How closely the stay is followed, and what speaks for it.
    tier = models.CharField(max_length=8, default="", blank=True)
    tier_because = models.JSONField(default=list)
    risk = models.CharField(max_length=6, default="", blank=True)
    # Signs of the risk check: [[code, weight], ...]
    risk_signs = models.JSONField(default=list)
    risk_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    watches_cost = models.BooleanField(default=False)
    reason = models.CharField(max_length=20, default="", blank=True)
    words = SealedText()
    # Of the letter that holds; 0 where none does.
    cap_fen = models.BigIntegerField(default=0)
    cost_fen = models.BigIntegerField(default=0)
    paid_fen = models.BigIntegerField(default=0)
    offset_fen = models.BigIntegerField(default=0)
    recovered_fen = models.BigIntegerField(default=0)
    written_off_fen = models.BigIntegerField(default=0)
    balance_fen = models.BigIntegerField(default=0)
    entries_count = models.PositiveIntegerField(default=0)
    claim = models.OneToOneField(Claim, null=True, on_delete=models.PROTECT, related_name="advance")
    # When the member was told what is to be paid back: the ladder counts from here.
    owed_at = models.DateTimeField(null=True)
    reminded = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="advance_state_known", condition=models.Q(state__in=[state.value for state in AdvanceState])
            ),
            models.CheckConstraint(name="advance_source_known", condition=models.Q(source__in=sorted(SOURCES))),
            models.CheckConstraint(
                name="advance_tier_known", condition=models.Q(tier__in=["", *(each.value for each in Tier)])
            ),
            models.CheckConstraint(name="advance_risk_known", condition=models.Q(risk__in=("", *sorted(RISKS)))),
            models.CheckConstraint(
                name="advance_programme_known", condition=models.Q(programme__in=("", *sorted(PROGRAMMES)))
            ),
            # What was advanced is offset, recovered, written off or outstanding (DOMAIN 6.6).
            models.CheckConstraint(
                name="advance_identity",
                condition=models.Q(
                    paid_fen=models.F("offset_fen")
                    + models.F("recovered_fen")
                    + models.F("written_off_fen")
                    + models.F("balance_fen")
                ),
            ),
            models.CheckConstraint(
                name="advance_sums",
                condition=models.Q(paid_fen__gte=0, offset_fen__gte=0, recovered_fen__gte=0)
                & models.Q(written_off_fen__gte=0, balance_fen__gte=0, cost_fen__gte=0, estimate_fen__gte=0),
            ),
            models.CheckConstraint(
                name="advance_outstanding_within_cap", condition=models.Q(balance_fen__lte=models.F("cap_fen"))
            ),
            models.CheckConstraint(
                name="advance_settled_owes_nothing", condition=~models.Q(state="settled") | models.Q(balance_fen=0)
            ),
            models.CheckConstraint(
                name="advance_declined_with_reason",
                condition=~models.Q(state__in=("declined", "cancelled")) | ~models.Q(reason=""),
            ),
            models.UniqueConstraint(
                name="advance_external_once", fields=["partner", "external_id"], condition=~models.Q(external_id="")
            ),
            # The same stay is asked for once.
            models.UniqueConstraint(
                name="advance_one_a_stay",
                fields=["person", "admitted_on"],
                condition=~models.Q(state__in=("declined", "cancelled")),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["due_at", "id"],
                name="advance_queue",
                condition=models.Q(state__in=[state.value for state in OPEN_ADVANCES]),
            ),
            models.Index(fields=["policy", "state"], name="advance_of_policy"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            KEPT,
            pgtrigger.Trigger(
                name="state_follows",
                operation=pgtrigger.UpdateOf("state", "seq"),
                when=pgtrigger.Before,
                func=ADVANCE_FOLLOWS,
            ),
            whole("NEW.id"),
        ]


class AdvanceStep(models.Model):
    """An advance's step from one state to another: never changed."""

    advance = models.ForeignKey(Advance, on_delete=models.PROTECT, related_name="steps")
    seq = models.PositiveIntegerField()
    from_state = models.CharField(max_length=12)
    to_state = models.CharField(max_length=12)
    at = models.DateTimeField()
    by = models.CharField(max_length=40)
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="advance_step_in_order", fields=["advance", "seq"]),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            APPEND_ONLY,
            pgtrigger.Trigger(
                name="advance_step_follows",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("before_state", "text")],
                func=ADVANCE_STEP_FOLLOWS,
            ),
        ]


class AdvanceClock(models.Model):
    """A promised limit that runs for an advance; `code` is one of the kernel's limits."""

    advance = models.ForeignKey(Advance, on_delete=models.PROTECT, related_name="clocks")
    code = models.CharField(max_length=24)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, default="running")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="advance_clock_one_running", fields=["advance", "code"], condition=models.Q(state="running")
            ),
            models.CheckConstraint(
                name="advance_clock_state", condition=models.Q(state__in=("running", "met", "late", "void"))
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["due_at"], name="advance_clock_due", condition=models.Q(state="running")),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [KEPT]


class AdvanceConsent(models.Model):
    """Something agreed to for one advance: what, in which words, by whom; medical data can be taken back."""

    advance = models.ForeignKey(Advance, on_delete=models.PROTECT, related_name="consents")
    what = models.CharField(max_length=16)
    version = models.CharField(max_length=24)
    words_digest = models.CharField(max_length=64)
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    is_guardian = models.BooleanField(default=False)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="advance_consent_known", condition=models.Q(what__in=[what.value for what in AdvanceConsentOf])
            ),
            models.UniqueConstraint(
                name="advance_consent_once", fields=["advance", "what"], condition=models.Q(withdrawn_at__isnull=True)
            ),
            # The duty to repay and the order to pay stand once given; only the use of data is taken back.
            models.CheckConstraint(
                name="advance_consent_withdrawn",
                condition=models.Q(withdrawn_at__isnull=True) | models.Q(what=AdvanceConsentOf.MEDICAL_DATA.value),
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            KEPT,
            pgtrigger.Protect(
                name="given_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(exclude=["withdrawn_at"]),
            ),
        ]


class AdvanceOpinion(models.Model):
    """A medical expert's signed opinion of a plan of treatment; without one no letter is issued."""

    advance = models.ForeignKey(Advance, on_delete=models.PROTECT, related_name="opinions")
    number = models.PositiveSmallIntegerField()
    verdict = models.CharField(max_length=10)
    # What of the estimate is necessary, where it is not the whole.
    approved_fen = models.BigIntegerField(null=True)
    estimate_fen = models.BigIntegerField()
    reasons = SealedText()
    reference = models.CharField(max_length=200)
    signed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="advance_opinion_number", fields=["advance", "number"]),
            models.CheckConstraint(name="advance_opinion_verdict", condition=models.Q(verdict__in=sorted(VERDICTS))),
            models.CheckConstraint(name="advance_opinion_reference", condition=~models.Q(reference="")),
            models.CheckConstraint(
                name="advance_opinion_partly",
                condition=~models.Q(verdict="partly")
                | models.Q(approved_fen__isnull=False, approved_fen__gt=0, approved_fen__lt=models.F("estimate_fen")),
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            KEPT,
            pgtrigger.Protect(
                name="signed_stays", operation=pgtrigger.Update, condition=pgtrigger.AnyChange(exclude=["reasons"])
            ),
        ]


class Guarantee(models.Model):
    """A letter of guarantee: what it promises, until when, on which opinion, by whose authority.

    `reserved` names the limits it holds back: [{"of": rule, "insured": "person:1", "on": day or null}].
    """

    advance = models.ForeignKey(Advance, on_delete=models.PROTECT, related_name="guarantees")
    number = models.PositiveSmallIntegerField()
    opinion = models.ForeignKey(AdvanceOpinion, on_delete=models.PROTECT, related_name="guarantees")
    cap_fen = models.BigIntegerField()
    bound = models.CharField(max_length=10)
    estimate_fen = models.BigIntegerField()
    limit_left_fen = models.BigIntegerField()
    expected_fen = models.BigIntegerField(default=0)
    share_bp = models.PositiveIntegerField()
    valid_until = models.DateField()
    reserved = models.JSONField(default=list)
    issued_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    # What who signed last may promise alone, at that moment.
    authority_fen = models.BigIntegerField()
    issued_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="guarantee_number", fields=["advance", "number"]),
            models.UniqueConstraint(
                name="guarantee_one_holds", fields=["advance"], condition=models.Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(
                name="guarantee_amounts",
                condition=models.Q(cap_fen__gt=0, cap_fen__lte=models.F("limit_left_fen"), share_bp__lte=10_000)
                & models.Q(cap_fen__lte=models.F("estimate_fen")),
            ),
            models.CheckConstraint(
                name="guarantee_within_authority", condition=models.Q(cap_fen__lte=models.F("authority_fen"))
            ),
            models.CheckConstraint(
                name="guarantee_two_people",
                condition=models.Q(approved_by__isnull=True) | ~models.Q(approved_by=models.F("issued_by")),
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            KEPT,
            pgtrigger.Protect(
                name="issued_stays", operation=pgtrigger.Update, condition=pgtrigger.AnyChange(exclude=["ended_at"])
            ),
            pgtrigger.Protect(
                name="ended_stays", operation=pgtrigger.Update, condition=pgtrigger.Q(old__ended_at__isnull=False)
            ),
            whole("NEW.advance_id"),
        ]


class GuaranteeProposal(models.Model):
    """A letter above its author's authority, waiting for a second person."""

    advance = models.ForeignKey(Advance, on_delete=models.PROTECT, related_name="letters_proposed")
    cap_fen = models.BigIntegerField()
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, default="waiting")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="guarantee_proposal_one", fields=["advance"], condition=models.Q(state="waiting")
            ),
            models.CheckConstraint(
                name="guarantee_proposal_state", condition=models.Q(state__in=("waiting", "approved", "overtaken"))
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [KEPT]


class Instalment(models.Model):
    """Money on its way to a hospital, prepared by one person and released by another; states as of a payment."""

    advance = models.ForeignKey(Advance, on_delete=models.PROTECT, related_name="instalments")
    guarantee = models.ForeignKey(Guarantee, on_delete=models.PROTECT, related_name="instalments")
    number = models.PositiveSmallIntegerField()
    account = models.ForeignKey(HospitalAccount, on_delete=models.PROTECT, related_name="+")
    amount_fen = models.BigIntegerField()
    key = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=10, default="intended")
    prepared_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()
    released_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField(null=True)
    bank_ref = models.CharField(max_length=64, default="", blank=True)
    reason = models.CharField(max_length=40, default="", blank=True)
    attempts = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    # The last piece of the bank's news that was followed.
    heard_no = models.BigIntegerField(default=0)
    record = models.ForeignKey(Record, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="instalment_number", fields=["advance", "number"]),
            # One at a time: the next is prepared when it is known what became of the last.
            models.UniqueConstraint(
                name="instalment_one_under_way",
                fields=["advance"],
                condition=models.Q(state__in=("intended", "sent")),
            ),
            models.CheckConstraint(name="instalment_above_nothing", condition=models.Q(amount_fen__gt=0)),
            models.CheckConstraint(
                name="instalment_state",
                condition=models.Q(state__in=("intended", "sent", "confirmed", "failed", "returned")),
            ),
            models.CheckConstraint(
                name="instalment_released_by_another",
                condition=models.Q(released_by__isnull=True, released_at__isnull=True)
                | (
                    models.Q(released_by__isnull=False, released_at__isnull=False)
                    & ~models.Q(released_by=models.F("prepared_by"))
                ),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["next_at"], name="instalment_open", condition=models.Q(state__in=("intended", "sent"))
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            KEPT,
            pgtrigger.Protect(
                name="amount_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "advance", "guarantee", "number", "account", "amount_fen", "key", "prepared_by", "prepared_at"
                ),
            ),
            pgtrigger.Trigger(
                name="instalment_goes",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func=INSTALMENT_GOES,
            ),
            pgtrigger.FSM(
                name="instalment_states",
                field="state",
                transitions=[
                    ("intended", "sent"),
                    ("intended", "confirmed"),
                    ("intended", "failed"),
                    ("intended", "returned"),
                    ("sent", "confirmed"),
                    ("sent", "failed"),
                    ("sent", "returned"),
                    ("confirmed", "returned"),
                    ("failed", "confirmed"),
                    ("failed", "returned"),
                ],
            ),
            whole("NEW.advance_id"),
        ]


class AdvanceCost(models.Model):
    """What a day of the stay cost, as somebody told us; the last word of a day counts."""

    advance = models.ForeignKey(Advance, on_delete=models.PROTECT, related_name="costs")
    on = models.DateField()
    cost_fen = models.BigIntegerField()
    told_by = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="advance_cost_not_below_zero", condition=models.Q(cost_fen__gte=0)),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["advance", "on", "-id"], name="advance_cost_of"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [APPEND_ONLY]


class AdvanceWaiver(models.Model):
    """A member in hardship is let off a part of what is owed: proposed by one person, approved by another."""

    advance = models.ForeignKey(Advance, on_delete=models.PROTECT, related_name="waivers")
    amount_fen = models.BigIntegerField()
    why = SealedText()
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    approved_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    # What who signed last may let off alone.
    authority_fen = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10, default="waiting")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="advance_waiver_one_waiting", fields=["advance"], condition=models.Q(state="waiting")
            ),
            models.CheckConstraint(
                name="advance_waiver_state", condition=models.Q(state__in=("waiting", "granted", "sent_back"))
            ),
            models.CheckConstraint(
                name="advance_waiver_two_people",
                condition=models.Q(approved_by__isnull=True) | ~models.Q(approved_by=models.F("proposed_by")),
            ),
            models.CheckConstraint(
                name="advance_waiver_within_authority",
                condition=~models.Q(state="granted") | models.Q(amount_fen__lte=models.F("authority_fen")),
            ),
            models.CheckConstraint(name="advance_waiver_amount", condition=models.Q(amount_fen__gt=0)),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            KEPT,
            pgtrigger.Protect(
                name="proposed_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("advance", "amount_fen", "proposed_by", "proposed_at"),
            ),
        ]


class AdvanceEntry(models.Model):
    """One movement of what is outstanding: paid, returned, offset, offset_undone, recovered, written_off."""

    advance = models.ForeignKey(Advance, on_delete=models.PROTECT, related_name="entries")
    seq = models.PositiveIntegerField()
    what = models.CharField(max_length=14)
    fen = models.BigIntegerField()
    # What it is of: an instalment's key, a decision's number, what a receipt says.
    key = models.CharField(max_length=80, unique=True)
    # Money back: who paid it (member, hospital).
    payer = models.CharField(max_length=10, default="", blank=True)
    waiver = models.OneToOneField(AdvanceWaiver, null=True, on_delete=models.PROTECT, related_name="entry")
    posting = models.OneToOneField(Posting, on_delete=models.PROTECT, related_name="+")
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="advance_entry_in_order", fields=["advance", "seq"]),
            models.CheckConstraint(
                name="advance_entry_what",
                condition=models.Q(
                    what__in=("paid", "returned", "offset", "offset_undone", "recovered", "written_off")
                ),
            ),
            models.CheckConstraint(name="advance_entry_above_nothing", condition=models.Q(fen__gt=0)),
            models.CheckConstraint(
                name="advance_entry_waived",
                condition=~models.Q(what="written_off") | models.Q(waiver__isnull=False),
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [APPEND_ONLY, whole("NEW.advance_id")]


class RepaymentPlan(models.Model):
    """How a member pays back what is owed, signed by them: [[day, fen], ...], without interest."""

    advance = models.ForeignKey(Advance, on_delete=models.PROTECT, related_name="repayment_plans")
    owed_fen = models.BigIntegerField()
    recovered_before_fen = models.BigIntegerField(default=0)
    instalments = models.JSONField()
    # Whether the member lets us take it from other benefits; never without (DOMAIN 6.6, A9).
    may_set_off = models.BooleanField(default=False)
    signed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="repayment_plan_one_holds", fields=["advance"], condition=models.Q(ended_at__isnull=True)
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            KEPT,
            pgtrigger.Protect(
                name="plan_stays", operation=pgtrigger.Update, condition=pgtrigger.AnyChange(exclude=["ended_at"])
            ),
        ]


class AdvanceTask(models.Model):
    """Something that somebody does for a case: who by kind, what, until when (S0.11, S0.13)."""

    advance = models.ForeignKey(Advance, on_delete=models.PROTECT, related_name="tasks")
    owner = models.CharField(max_length=10)
    what = models.CharField(max_length=24)
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="advance_task_owner",
                condition=models.Q(owner__in=("hospital", "provider", "insurer", "customer")),
            ),
            models.UniqueConstraint(name="advance_task_once", fields=["advance", "what", "due_on"]),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [KEPT]
