"""Decisions: what was calculated, what was decided and by whom; audits of automatic decisions; adjustments."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models

from hearth.store.models.claims import KEPT, Claim
from hearth.store.models.people import Person
from hearth.store.models.records import APPEND_ONLY, Record
from hearth.store.sealed import SealedText
from hearth.words.claims import Outcome

DECIDER_IS_NOT_INVESTIGATOR = """
    IF EXISTS (
        SELECT 1 FROM store_claim
        WHERE id = NEW.claim_id AND investigator_id IS NOT NULL
          AND investigator_id IN (NEW.decided_by_id, NEW.approved_by_id)
    ) OR EXISTS (
        SELECT 1 FROM store_investigation
        WHERE claim_id = NEW.claim_id AND investigator_id IN (NEW.decided_by_id, NEW.approved_by_id)
    ) THEN
        RAISE EXCEPTION 'claim %: who investigated it cannot decide it', NEW.claim_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_not_by_investigator';
    END IF;
    RETURN NEW;
"""

NON_DISCLOSURE_NEEDS_A_RESCISSION = """
    IF NEW.reason = 'non_disclosure' AND NOT EXISTS (
        SELECT 1 FROM store_rescission r JOIN store_claimpolicy c ON c.policy_id = r.policy_id
        WHERE c.claim_id = NEW.claim_id AND r.state = 'approved' AND r.benefits = 'none'
    ) THEN
        RAISE EXCEPTION 'claim %: nothing is refused for non-disclosure without rescinding (SPC II art. 8)', NEW.claim_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_rescinded_first';
    END IF;
    RETURN NEW;
"""  # noqa: E501


class SoldTerms(models.Model):
    """The terms of a product as a calculation read them, once each: an old decision is run again under them."""

    digest = models.CharField(max_length=64, primary_key=True)
    product = models.CharField(max_length=48)
    version = models.CharField(max_length=48)
    body = models.TextField()

    class Meta:
        triggers: ClassVar[list[pgtrigger.Trigger]] = [APPEND_ONLY]


class Calculation(models.Model):
    """A run of the kernel for a claim: the whole case that went in, the whole decision that came out.

    Health content: it can be erased or locked; the decision beside it holds codes, clauses and amounts alone.
    """

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="calculations")
    at = models.DateTimeField()
    by = models.CharField(max_length=40)
    case = models.JSONField()
    result = models.JSONField()
    engine = models.CharField(max_length=60)
    # Digests of the terms it read (SoldTerms).
    terms = models.JSONField(default=list)
    # What is decided upon: what is payable and what failed gates hold back.
    at_stake_fen = models.BigIntegerField(default=0)
    payable_fen = models.BigIntegerField()
    paid_out_fen = models.BigIntegerField()
    # What the arithmetic proposes: approved, partial, refused; refused only ever as a proposal for a person.
    proposal = models.CharField(max_length=8)
    needs_person = models.JSONField(default=list)

    class Meta:
        triggers: ClassVar[list[pgtrigger.Trigger]] = [KEPT]


class Decision(models.Model):
    """What the insurer decided: append-only, no health content.  A refusal names reason, clause, evidence, a person."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="decisions")
    number = models.PositiveSmallIntegerField()
    calculation = models.ForeignKey(Calculation, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=8)
    payable_fen = models.BigIntegerField()
    paid_out_fen = models.BigIntegerField()
    is_automatic = models.BooleanField(default=False)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    at_stake_fen = models.BigIntegerField(default=0)
    # What who decided last (the approver, where there is one) may decide alone, at that moment.
    authority_fen = models.BigIntegerField(default=0)
    reason = models.CharField(max_length=40, default="", blank=True)
    clause = models.CharField(max_length=40, default="", blank=True)
    # Digests or ids of what the refusal rests on.
    evidence = models.JSONField(default=list)
    words = SealedText()
    decided_at = models.DateTimeField()
    # Its own, or that of the batch it was brought in with.
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="decisions")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="decision_number", fields=["claim", "number"]),
            models.CheckConstraint(
                name="decision_outcome_known", condition=models.Q(outcome__in=[outcome.value for outcome in Outcome])
            ),
            models.CheckConstraint(
                name="decision_amounts", condition=models.Q(payable_fen__gte=0) & models.Q(paid_out_fen__gte=0)
            ),
            # No machine refuses (PIPL art. 24); a refusal needs reason, clause, evidence and a person (art. 24).
            models.CheckConstraint(
                name="decision_refusal_complete",
                condition=~models.Q(outcome="refused")
                | (
                    models.Q(is_automatic=False, decided_by__isnull=False)
                    & ~models.Q(reason="")
                    & ~models.Q(clause="")
                    & ~models.Q(evidence=[])
                ),
            ),
            models.CheckConstraint(
                name="decision_by_somebody", condition=models.Q(is_automatic=True) | models.Q(decided_by__isnull=False)
            ),
            models.CheckConstraint(
                name="decision_two_people",
                condition=models.Q(approved_by__isnull=True) | ~models.Q(approved_by=models.F("decided_by")),
            ),
            models.CheckConstraint(
                name="decision_within_authority",
                condition=models.Q(payable_fen__lte=models.F("at_stake_fen"))
                & models.Q(at_stake_fen__lte=models.F("authority_fen")),
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            # Its words alone are sealed anew with another key, and emptied once the law lets go of them.
            pgtrigger.Protect(
                name="decided_stays", operation=pgtrigger.Update, condition=pgtrigger.AnyChange(exclude=["words"])
            ),
            pgtrigger.Trigger(
                name="not_by_investigator",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=DECIDER_IS_NOT_INVESTIGATOR,
            ),
            pgtrigger.Trigger(
                name="rescinded_first",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=NON_DISCLOSURE_NEEDS_A_RESCISSION,
            ),
        ]


class Proposal(models.Model):
    """A decision that waits for a second person: who proposes it, and with which words."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="proposals")
    calculation = models.ForeignKey(Calculation, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=8)
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    authority_fen = models.BigIntegerField(default=0)
    reason = models.CharField(max_length=40, default="", blank=True)
    clause = models.CharField(max_length=40, default="", blank=True)
    evidence = models.JSONField(default=list)
    words = SealedText()
    at_stake_fen = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10, default="waiting")
    ended_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="proposal_one_waiting", fields=["claim"], condition=models.Q(state="waiting")),
            models.CheckConstraint(
                name="proposal_state", condition=models.Q(state__in=("waiting", "approved", "sent_back", "overtaken"))
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [KEPT]


class Adjustment(models.Model):
    """What a void or a late event would change in a settled decision: proposed, and decided by a person."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="adjustments")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="adjustments_made")
    cause = models.CharField(max_length=40)
    caused_by = models.CharField(max_length=48)
    old_fen = models.BigIntegerField()
    new_fen = models.BigIntegerField()
    result = models.JSONField(default=dict)
    proposed_at = models.DateTimeField()
    state = models.CharField(max_length=10, default="proposed")
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    why = SealedText()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="adjustment_once", fields=["decision", "caused_by"]),
            models.CheckConstraint(
                name="adjustment_state", condition=models.Q(state__in=("proposed", "taken", "left"))
            ),
            models.CheckConstraint(
                name="adjustment_by_a_person",
                condition=models.Q(state="proposed") | models.Q(decided_by__isnull=False),
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [KEPT]


class Sample(models.Model):
    """An automatic decision drawn for a person's audit, and what the person found.

    `share_bp` is the probability it was drawn with; `round` is the product's, which begins anew with every release.
    """

    claim = models.OneToOneField(Claim, on_delete=models.PROTECT, related_name="sample")
    product = models.CharField(max_length=48)
    calculation = models.ForeignKey(Calculation, on_delete=models.PROTECT, related_name="+")
    share_bp = models.PositiveIntegerField()
    round = models.PositiveIntegerField(default=1)
    drawn_at = models.DateTimeField()
    machine_fen = models.BigIntegerField()
    # right, over (paid too much), under (paid too little)
    verdict = models.CharField(max_length=8, default="", blank=True)
    person_fen = models.BigIntegerField(null=True)
    judged_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    judged_at = models.DateTimeField(null=True)
    record = models.ForeignKey(Record, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="sample_verdict",
                condition=models.Q(verdict="", person_fen__isnull=True, judged_by__isnull=True)
                | models.Q(verdict="right", person_fen=models.F("machine_fen"), judged_by__isnull=False)
                | models.Q(verdict="over", person_fen__lt=models.F("machine_fen"), judged_by__isnull=False)
                | models.Q(verdict="under", person_fen__gt=models.F("machine_fen"), judged_by__isnull=False),
            ),
            models.CheckConstraint(name="sample_share", condition=models.Q(share_bp__gte=1, share_bp__lte=10_000)),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["product", "judged_at"], name="sample_judged"),
            models.Index(fields=["drawn_at"], name="sample_waiting", condition=models.Q(verdict="")),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(name="judged_stays", operation=pgtrigger.Update, condition=~pgtrigger.Q(old__verdict="")),
        ]


class AutomaticDeciding(models.Model):
    """Whether a product's claims are decided automatically now, and the bounds on the error rate either way.

    Bounds are in basis points, hold at every moment at once, and count the judgements of this `round`.
    """

    product = models.CharField(max_length=48, unique=True)
    is_braked = models.BooleanField(default=False)
    round = models.PositiveIntegerField(default=1)
    judged = models.PositiveIntegerField(default=0)
    over = models.PositiveIntegerField(default=0)
    under = models.PositiveIntegerField(default=0)
    over_floor_bp = models.PositiveIntegerField(default=0)
    over_bound_bp = models.PositiveIntegerField(default=10_000)
    under_floor_bp = models.PositiveIntegerField(default=0)
    under_bound_bp = models.PositiveIntegerField(default=10_000)
    # The product's own bound, as it stood at the last judgement.
    limit_bp = models.PositiveIntegerField(null=True)
    changed_at = models.DateTimeField()
    braked_at = models.DateTimeField(null=True)
    # Whose judgement pulled the brake: somebody else lets go of it.
    braked_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    # What was mended before the release.
    released_why = SealedText()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="automatic_released_by_another",
                condition=models.Q(released_by__isnull=True)
                | models.Q(braked_by__isnull=True)
                | ~models.Q(released_by=models.F("braked_by")),
            ),
            models.CheckConstraint(
                name="automatic_counts", condition=models.Q(over__lte=models.F("judged") - models.F("under"))
            ),
        ]
