"""Suspicion: what looks wrong and what people found of it; investigations; rescissions.  None delays or refuses."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models

from hearth.store.models.claims import KEPT, Claim
from hearth.store.models.hospitals import Hospital
from hearth.store.models.people import Person
from hearth.store.models.policies import Policy
from hearth.store.sealed import SealedText
from hearth.words.suspicion import Intent, InvestigationOutcome, RescissionState, Signal, SuspicionState

INSIDE_THE_LEGAL_LIMIT = """
    IF EXISTS (
        SELECT 1 FROM store_deadline
        WHERE claim_id = NEW.claim_id AND code = 'L1' AND state IN ('running', 'paused') AND due_at <= NEW.due_at
    ) THEN
        RAISE EXCEPTION 'claim %: an investigation ends before the legal limit does', NEW.claim_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'investigation_inside_the_limit';
    END IF;
    RETURN NEW;
"""

NOT_BY_A_DECIDER = """
    IF EXISTS (
        SELECT 1 FROM store_claim c JOIN store_decision d ON d.id = c.decision_id
        WHERE c.id = NEW.claim_id AND NEW.investigator_id IN (d.decided_by_id, d.approved_by_id)
    ) THEN
        RAISE EXCEPTION 'claim %: who decided it does not investigate it', NEW.claim_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'investigation_not_by_decider';
    END IF;
    RETURN NEW;
"""

SETTLED = (
    "state", "policy_id", "claim_id", "known_on", "formed_on", "question_evidence", "truth_evidence", "is_material",
    "intent", "is_serious", "knew_at_formation", "premium_taken", "benefits", "premium", "proposed_by_id",
    "approved_by_id", "approved_on",
)  # fmt: skip
"""What stays of a rescission once it ended; its words alone are sealed anew, or emptied in time."""

WITHIN_ART_16 = f"""
    IF TG_OP = 'UPDATE' AND OLD.state IN ('approved', 'dropped') AND (
        {", ".join(f"NEW.{name}" for name in SETTLED)}
    ) IS DISTINCT FROM (
        {", ".join(f"OLD.{name}" for name in SETTLED)}
    ) THEN
        RAISE EXCEPTION 'rescission of policy %: it has ended', NEW.policy_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'rescission_ended_stays';
    END IF;
    IF NEW.state = 'approved' AND (
        NEW.approved_on > NEW.known_on + 30 OR NEW.approved_on > (NEW.formed_on + INTERVAL '2 years')::date
    ) THEN
        RAISE EXCEPTION 'rescission of policy %: the right has lapsed (Insurance Law art. 16)', NEW.policy_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'rescission_in_time';
    END IF;
    RETURN NEW;
"""


class Suspicion(models.Model):
    """One signal about one claim or one group of claims: why, on what it rests, who looks and until when.

    `subject`: claim:C26000001, hospital:<digest> or ring:<digest>.  `findings`: canonical JSON, sealed: the values of
    each sentence (words.suspicion.SIGNAL_SAYS); `seen`: digests of what was found so far, so that nothing that a
    person cleared comes back unless there is something new.
    """

    subject = models.CharField(max_length=72)
    signal = models.CharField(max_length=24)
    state = models.CharField(max_length=10, default=SuspicionState.SUSPECTED.value)
    findings = SealedText()
    seen = models.JSONField(default=list)
    # Names of papers, claims and hospitals that it rests on: "paper:12", "claim:C26000001".
    evidence = models.JSONField(default=list)
    is_found = models.BooleanField(default=True)
    owner = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    due_at = models.DateTimeField()
    judged_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    judged_at = models.DateTimeField(null=True)
    # On which papers and records a person confirmed it.
    proof = models.JSONField(default=list)
    words = SealedText()
    times_cleared = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="suspicion_once", fields=["subject", "signal"]),
            models.CheckConstraint(
                name="suspicion_state", condition=models.Q(state__in=[state.value for state in SuspicionState])
            ),
            models.CheckConstraint(
                name="suspicion_signal", condition=models.Q(signal__in=[signal.value for signal in Signal])
            ),
            models.CheckConstraint(
                name="suspicion_by_a_person",
                condition=models.Q(state="suspected") | models.Q(judged_by__isnull=False, judged_at__isnull=False),
            ),
            models.CheckConstraint(
                name="suspicion_confirmed_on_proof", condition=~models.Q(state="confirmed") | ~models.Q(proof=[])
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["due_at", "id"], name="suspicion_open", condition=models.Q(state="suspected")),
            models.Index(fields=["owner", "due_at"], name="suspicion_owner", condition=models.Q(state="suspected")),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            KEPT,
            pgtrigger.Protect(
                name="raised_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("subject", "signal", "raised_at"),
            ),
        ]


class SuspicionClaim(models.Model):
    """A claim that a suspicion is about: one of a single claim's, several of a ring's."""

    suspicion = models.ForeignKey(Suspicion, on_delete=models.PROTECT, related_name="claims")
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="suspicions")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="suspicion_claim_once", fields=["suspicion", "claim"]),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [KEPT]


class Investigation(models.Model):
    """What is to be found out about a claim, by whom and until when: inside the legal limit, which runs on."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="investigations")
    investigator = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    plan = SealedText()
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=16, default="", blank=True)
    findings = SealedText()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="investigation_one_open", fields=["claim"], condition=models.Q(closed_at__isnull=True)
            ),
            models.CheckConstraint(
                name="investigation_closed_whole",
                condition=models.Q(closed_at__isnull=True, closed_by__isnull=True, outcome="")
                | models.Q(
                    closed_at__isnull=False,
                    closed_by__isnull=False,
                    outcome__in=[outcome.value for outcome in InvestigationOutcome],
                ),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["due_at"], name="investigation_due", condition=models.Q(closed_at__isnull=True)),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            KEPT,
            pgtrigger.Protect(
                name="opened_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("claim", "investigator", "opened_at"),
            ),
            pgtrigger.Trigger(
                name="inside_the_limit",
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("due_at"),
                when=pgtrigger.Before,
                func=INSIDE_THE_LEGAL_LIMIT,
            ),
            pgtrigger.Trigger(
                name="not_by_decider", operation=pgtrigger.Insert, when=pgtrigger.Before, func=NOT_BY_A_DECIDER
            ),
        ]


class InvestigationTask(models.Model):
    """One thing to be done in an investigation, and what came of it."""

    investigation = models.ForeignKey(Investigation, on_delete=models.PROTECT, related_name="tasks")
    number = models.PositiveSmallIntegerField()
    what = SealedText()
    due_on = models.DateField()
    state = models.CharField(max_length=8, default="open")
    result = SealedText()
    ended_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="investigation_task_number", fields=["investigation", "number"]),
            models.CheckConstraint(
                name="investigation_task_state",
                condition=models.Q(state="open", ended_by__isnull=True)
                | models.Q(state__in=("done", "dropped"), ended_by__isnull=False, ended_at__isnull=False),
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [KEPT]


class InvestigationEvidence(models.Model):
    """A paper or record of the claim that an investigation rests on, and what it shows."""

    investigation = models.ForeignKey(Investigation, on_delete=models.PROTECT, related_name="evidence")
    name = models.CharField(max_length=40)
    shows = SealedText()
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="investigation_evidence_once", fields=["investigation", "name"]),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [KEPT]


class Rescission(models.Model):
    """A contract rescinded because something was not disclosed (Insurance Law art. 16), step by step, by two people.

    `benefits`: none, paid; `premium`: kept, refunded, by_contract; both follow from intent and effect.
    """

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="rescissions")
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="rescissions")
    state = models.CharField(max_length=10, default=RescissionState.PREPARED.value)
    prepared_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()
    # 1. What and when: the day we knew, the day the contract was concluded.
    known_on = models.DateField(null=True)
    formed_on = models.DateField()
    # 2. The question as it was asked, the answer, and what shows both.
    question = SealedText()
    answer = SealedText()
    question_evidence = models.CharField(max_length=40, default="", blank=True)
    # 3. What was true, and what shows it.
    truth = SealedText()
    truth_evidence = models.CharField(max_length=40, default="", blank=True)
    # 4. Would it have changed whether or at what rate we insure?
    is_material = models.BooleanField(null=True)
    materiality = SealedText()
    # 5. With what mind; did it seriously affect what happened; what bars the right.
    intent = models.CharField(max_length=12, default="", blank=True)
    is_serious = models.BooleanField(null=True)
    mind = SealedText()
    knew_at_formation = models.BooleanField(null=True)
    premium_taken = models.BooleanField(null=True)
    # What follows.
    last_on = models.DateField(null=True)
    benefits = models.CharField(max_length=8, default="", blank=True)
    premium = models.CharField(max_length=12, default="", blank=True)
    proposed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    approved_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = SealedText()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="rescission_state", condition=models.Q(state__in=[state.value for state in RescissionState])
            ),
            models.CheckConstraint(
                name="rescission_intent", condition=models.Q(intent__in=["", *(intent.value for intent in Intent)])
            ),
            # Complete before anybody proposes it: the question with its evidence, the truth, materiality, the mind.
            models.CheckConstraint(
                name="rescission_complete",
                condition=~models.Q(state__in=("proposed", "approved"))
                | (
                    models.Q(
                        known_on__isnull=False,
                        is_material=True,
                        intent__in=("intentional", "gross"),
                        is_serious__isnull=False,
                        knew_at_formation=False,
                        premium_taken=False,
                        proposed_by__isnull=False,
                    )
                    & ~models.Q(question_evidence="")
                    & ~models.Q(truth_evidence="")
                ),
            ),
            models.CheckConstraint(
                name="rescission_two_people",
                condition=~models.Q(state="approved")
                | (
                    models.Q(approved_by__isnull=False, approved_on__isnull=False)
                    & ~models.Q(approved_by=models.F("proposed_by"))
                ),
            ),
            models.CheckConstraint(
                name="rescission_consequence",
                condition=~models.Q(state="approved")
                | models.Q(intent="intentional", benefits="none", premium="kept")
                | models.Q(intent="gross", is_serious=True, benefits="none", premium="refunded")
                | models.Q(intent="gross", is_serious=False, benefits="paid", premium="by_contract"),
            ),
            models.UniqueConstraint(
                name="rescission_one_living",
                fields=["policy"],
                condition=models.Q(state__in=("prepared", "proposed", "approved")),
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            KEPT,
            pgtrigger.Trigger(
                name="in_time",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func=WITHIN_ART_16,
            ),
        ]


class HospitalPlace(models.Model):
    """Where a hospital is, by the name that bills give it; unknown: nothing is said of distances."""

    name = models.CharField(max_length=100, unique=True)
    hospital = models.ForeignKey(Hospital, null=True, on_delete=models.PROTECT, related_name="places")
    latitude = models.FloatField()
    longitude = models.FloatField()
    source = models.CharField(max_length=120)
    stated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="hospital_place_on_earth",
                condition=models.Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
            ),
        ]
