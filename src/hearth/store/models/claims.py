"""Claims: applications for benefit, their papers and the way they go.  Transitions are checked by the database."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models

from hearth.store.models.people import BankAccount, Branch, Person
from hearth.store.models.policies import Policy
from hearth.store.models.records import APPEND_ONLY, Record
from hearth.store.sealed import SealedBytes, SealedText
from hearth.words.claims import OPEN_STATES, TRANSITIONS, ClaimState
from hearth.words.service import Side
from hearth.words.suspicion import TRACES

KEPT = pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)

ALLOWED = ", ".join(f"('{before.value}', '{after.value}')" for before, after in TRANSITIONS)

STATE_NEEDS = """
    IF NEW.state IN ('decided', 'agreed', 'paid') AND NOT EXISTS (
        SELECT 1 FROM store_decision WHERE id = NEW.decision_id AND claim_id = NEW.id
    ) THEN
        RAISE EXCEPTION 'claim %: % without a decision', NEW.claim_no, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'claim_decided_by_decision';
    END IF;
    IF NEW.state = 'paid' AND (NEW.agreed_at IS NULL OR NOT EXISTS (
        SELECT 1 FROM store_payment
        WHERE claim_id = NEW.id AND decision_id = NEW.decision_id AND state = 'confirmed'
    )) THEN
        RAISE EXCEPTION 'claim %: paid needs agreement and a confirmed payment', NEW.claim_no
            USING ERRCODE = 'check_violation', CONSTRAINT = 'claim_paid_needs_agreement';
    END IF;
    IF NEW.state = 'supplement' AND NOT EXISTS (
        SELECT 1 FROM store_supplement WHERE claim_id = NEW.id AND ended_at IS NULL
    ) THEN
        RAISE EXCEPTION 'claim %: nothing was asked for', NEW.claim_no
            USING ERRCODE = 'check_violation', CONSTRAINT = 'claim_supplement_asked';
    END IF;
"""
"""What must be there before a claim stands in a state."""

STATE_FOLLOWS = f"""
    IF NEW.state = OLD.state THEN
        IF NEW.seq <> OLD.seq THEN
            RAISE EXCEPTION 'claim %: a step that leads nowhere', NEW.claim_no
                USING ERRCODE = 'check_violation', CONSTRAINT = 'claim_steps_in_order';
        END IF;
        RETURN NEW;
    END IF;
    IF (OLD.state, NEW.state) NOT IN (VALUES {ALLOWED}) THEN
        RAISE EXCEPTION 'claim %: % cannot follow %', NEW.claim_no, NEW.state, OLD.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'claim_state_follows';
    END IF;
    IF NEW.seq <> OLD.seq + 1 THEN
        RAISE EXCEPTION 'claim %: step % does not follow %', NEW.claim_no, NEW.seq, OLD.seq
            USING ERRCODE = 'check_violation', CONSTRAINT = 'claim_steps_in_order';
    END IF;
{STATE_NEEDS}    RETURN NEW;
"""

STEP_IS_WRITTEN = f"""
    IF NEW.seq = 0 AND NEW.state = 'draft' THEN
        RETURN NULL;
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM store_transition WHERE claim_id = NEW.id AND seq = NEW.seq AND to_state = NEW.state
    ) THEN
        RAISE EXCEPTION 'claim %: step % to % is not written down', NEW.claim_no, NEW.seq, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'claim_step_is_written';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF (SELECT count(*) FROM store_transition WHERE claim_id = NEW.id) <> NEW.seq THEN
            RAISE EXCEPTION 'claim %: its % steps are not all written down', NEW.claim_no, NEW.seq
                USING ERRCODE = 'check_violation', CONSTRAINT = 'claim_step_is_written';
        END IF;
    {STATE_NEEDS}
    END IF;
    RETURN NULL;
"""

FOLLOWS_THE_LAST = f"""
    SELECT to_state INTO before_state FROM store_transition
        WHERE claim_id = NEW.claim_id AND seq = NEW.seq - 1;
    IF NEW.seq = 1 THEN
        before_state := 'draft';
    END IF;
    IF before_state IS DISTINCT FROM NEW.from_state THEN
        RAISE EXCEPTION 'claim %: step % begins at %, the one before ended at %',
            NEW.claim_id, NEW.seq, NEW.from_state, before_state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'transition_follows';
    END IF;
    IF (NEW.from_state, NEW.to_state) NOT IN (VALUES {ALLOWED}) THEN
        RAISE EXCEPTION 'claim %: % cannot follow %', NEW.claim_id, NEW.to_state, NEW.from_state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'transition_allowed';
    END IF;
    RETURN NEW;
"""


class Claim(models.Model):
    """One application: for one person, under one or several policies in the chosen order.

    `facts` is the claim as a case file states it (docs/cases.md) without its number and policies: invoices with lines,
    diagnoses, other payments, cause, days.  `seq` counts the steps; every step is a Transition.
    """

    claim_no = models.CharField(max_length=32, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="claims")
    reporter = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="claims_reported")
    state = models.CharField(max_length=12, default=ClaimState.DRAFT.value)
    seq = models.PositiveIntegerField(default=0)
    state_at = models.DateTimeField()
    facts = models.JSONField(default=dict)
    story = SealedText()
    event_on = models.DateField(null=True)
    claimed_fen = models.BigIntegerField(default=0)
    account = models.ForeignKey(BankAccount, null=True, on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey(Branch, null=True, on_delete=models.PROTECT, related_name="+")
    # Of the policy that was chosen first: the queue is filtered by it.
    product = models.CharField(max_length=48, default="", blank=True)
    steward = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    assessor = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    investigator = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decision = models.ForeignKey("store.Decision", null=True, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=12, default="member")
    # Papers that the partner which brought the claim in states it holds, by the codes of words.codes.Paper.
    held = models.JSONField(default=list)
    # The member has no more papers than these: what is missing stays missing, and was told what it is worth.
    has_no_more = models.BooleanField(default=False)
    # What an assessor found of single lines: [{"invoice": 1, "line": 2, "amount": ..., "disputed": ..., ...}].
    marks = models.JSONField(default=list)
    # Illness there before, as found for this claim: [{"icd": ..., "evidence_on": day or null}].
    known = models.JSONField(default=list)
    partner = models.ForeignKey("store.Partner", null=True, on_delete=models.PROTECT, related_name="+")
    external_id = models.CharField(max_length=64, default="", blank=True)

    reported_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    # Claim and documents are with the insurer: day 0 of the legal limits.
    accepted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    # When the decision reached the member: what silence means counts from here.
    told_at = models.DateTimeField(null=True)
    agreed_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    expected_on = models.DateField(null=True)
    # The soonest running limit: what the queue is sorted by.
    due_at = models.DateTimeField(null=True)

    is_investigated = models.BooleanField(default=False)
    is_disputed = models.BooleanField(default=False)
    is_prepaid = models.BooleanField(default=False)
    # Drawn for a person although a machine could decide it, or kept for a person by the brake.
    for_person = models.CharField(max_length=24, default="", blank=True)
    reopened_count = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="claim_state_known", condition=models.Q(state__in=[state.value for state in ClaimState])
            ),
            models.UniqueConstraint(
                name="claim_external_once", fields=["partner", "external_id"], condition=~models.Q(external_id="")
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["due_at", "id"],
                name="claim_queue",
                condition=models.Q(state__in=[state.value for state in OPEN_STATES]),
            ),
            # Partial, each: the planner would else skip through them where nobody asked for a branch or an assessor.
            models.Index(
                fields=["branch", "state", "due_at", "id"],
                name="claim_branch_queue",
                condition=models.Q(branch__isnull=False),
            ),
            models.Index(fields=["state", "due_at", "id"], name="claim_state_queue"),
            models.Index(fields=["person", "-id"], name="claim_of_person"),
            models.Index(fields=["reporter", "-id"], name="claim_of_reporter"),
            models.Index(fields=["steward", "-id"], name="claim_of_steward"),
            models.Index(
                fields=["assessor", "state", "due_at", "id"],
                name="claim_of_assessor",
                condition=models.Q(assessor__isnull=False),
            ),
            models.Index(
                fields=["product", "state", "due_at", "id"], name="claim_product_queue", condition=~models.Q(product="")
            ),
            models.Index(
                fields=["state", "due_at", "id"], name="claim_disputed_queue", condition=models.Q(is_disputed=True)
            ),
            models.Index(
                fields=["for_person", "state", "due_at", "id"],
                name="claim_for_person_queue",
                condition=~models.Q(for_person=""),
            ),
            models.Index(fields=["told_at"], name="claim_silent", condition=models.Q(state="decided")),
            models.Index(fields=["paid_at"], name="claim_long_paid", condition=models.Q(state="paid")),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            KEPT,
            pgtrigger.Trigger(
                name="state_follows",
                operation=pgtrigger.UpdateOf("state", "seq"),
                when=pgtrigger.Before,
                func=STATE_FOLLOWS,
            ),
            pgtrigger.Trigger(
                name="step_is_written",
                operation=pgtrigger.UpdateOf("state", "seq") | pgtrigger.Insert,
                when=pgtrigger.After,
                timing=pgtrigger.Deferred,
                func=STEP_IS_WRITTEN,
            ),
        ]


class ClaimPolicy(models.Model):
    """A policy that a claim is made under, in the order the member chose; what it paid, once decided."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="policies")
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="claims")
    position = models.PositiveSmallIntegerField()
    payable_fen = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="claim_policy_once", fields=["claim", "policy"]),
            models.UniqueConstraint(
                name="claim_policy_order", fields=["claim", "position"], deferrable=models.Deferrable.DEFERRED
            ),
        ]


class Transition(models.Model):
    """A claim's step from one state to another: never changed.  `visible` is what the customer reads (id, values)."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="transitions")
    seq = models.PositiveIntegerField()
    from_state = models.CharField(max_length=12, default="", blank=True)
    to_state = models.CharField(max_length=12)
    at = models.DateTimeField()
    by = models.CharField(max_length=40)
    rule_version = models.CharField(max_length=60, default="", blank=True)
    visible = models.JSONField(default=dict)
    # The day the customer was told to expect the end by, as it stood at this step.
    expected_on = models.DateField(null=True)
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="transition_in_order", fields=["claim", "seq"]),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            APPEND_ONLY,
            pgtrigger.Trigger(
                name="follows_the_last",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("before_state", "text")],
                func=FOLLOWS_THE_LAST,
            ),
        ]


class StepTime(models.Model):
    """How many working days a step of a product's claims took lately, claim by claim: what dates are expected from."""

    product = models.CharField(max_length=48)
    code = models.CharField(max_length=24)
    durations = models.JSONField(default=list)
    measured_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="step_time_once", fields=["product", "code"]),
        ]


class StepCurve(models.Model):
    """How long it took until claims like one were done, from a state on: what honest intervals are read off."""

    product = models.CharField(max_length=48)
    state = models.CharField(max_length=12)
    # Amount band and quarter of the year; -1 and 0: any.
    band = models.SmallIntegerField()
    season = models.SmallIntegerField()
    # Claims that ended, and all that were looked at.
    ended = models.PositiveIntegerField()
    seen = models.PositiveIntegerField()
    # Working days by which 1 %, 2 % ... 99 % were done.
    knots = models.JSONField()
    # How much earlier and later claims of the calibration really ended, as logarithms; how many there were.
    early = models.FloatField()
    late = models.FloatField()
    calibrated = models.PositiveIntegerField()
    measured_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="step_curve_once", fields=["product", "state", "band", "season"]),
        ]


class ExpectedDay(models.Model):
    """The days between which a claim was expected to be done, each time they changed, and why."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="expected_days")
    at = models.DateTimeField()
    first_on = models.DateField()
    last_on = models.DateField()
    # claims: of this company's own; steps: how long each step took lately; promised: no history yet
    basis = models.CharField(max_length=8)
    seen = models.PositiveIntegerField(default=0)
    because = models.CharField(max_length=16)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="expected_day_in_order", condition=models.Q(first_on__lte=models.F("last_on"))),
            models.CheckConstraint(
                name="expected_day_basis", condition=models.Q(basis__in=("claims", "steps", "promised"))
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["claim", "-id"], name="expected_day_of_claim")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [APPEND_ONLY]


class ClaimNote(models.Model):
    """Something that staff wrote about a claim; the member does not see it."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="notes")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = SealedText()


class InvoiceKey(models.Model):
    """An invoice used in a claim: the same code and number in two living claims is seen at once."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="invoice_keys")
    key = models.CharField(max_length=64)
    # The invoice's number without its code: people search by that.
    number = models.CharField(max_length=40, default="", blank=True)
    total_fen = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="invoice_key_once_a_claim", fields=["claim", "key"]),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["key"], name="invoice_key"),
            models.Index(fields=["number"], name="invoice_number"),
        ]


class ClaimTrace(models.Model):
    """What a claim came with that strangers may share: the keyed digest of a device, a telephone or an address."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="traces")
    kind = models.CharField(max_length=8)
    digest = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="claim_trace_once", fields=["claim", "kind", "digest"]),
            models.CheckConstraint(name="claim_trace_known", condition=models.Q(kind__in=sorted(TRACES))),
        ]


class Paper(models.Model):
    """An uploaded paper of a claim: its kind and its sealed bytes, apart so that lists stay light."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="papers")
    kind = models.CharField(max_length=32)
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    pages = models.PositiveSmallIntegerField(default=1)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64)
    # The invoices or diagnoses it is about, from 1; none: the whole claim.
    numbers = models.JSONField(default=list)
    added_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="paper_once_a_claim", fields=["claim", "sha256"], condition=models.Q(removed_at__isnull=True)
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["sha256"], name="paper_same_bytes")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [KEPT]


class PaperContent(models.Model):
    """The bytes of a paper and of its thumbnail, sealed."""

    paper = models.OneToOneField(Paper, primary_key=True, on_delete=models.PROTECT, related_name="content")
    content = SealedBytes()
    thumbnail = SealedBytes()


class Supplement(models.Model):
    """A request for more papers: once and complete; a second one needs a supervisor and a new fact (art. 22)."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="supplements")
    number = models.PositiveSmallIntegerField()
    # [{"paper": code, "why_zh": ..., "why_en": ..., "worth_fen": n or null}]
    items = models.JSONField()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    supervisor = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    new_fact = SealedText()
    has_new_fact = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # received, given_up (the member has nothing more)
    ending = models.CharField(max_length=12, default="", blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="supplement_number", fields=["claim", "number"]),
            models.CheckConstraint(
                name="supplement_second_needs_supervisor",
                condition=models.Q(number=1)
                | (models.Q(supervisor__isnull=False, has_new_fact=True) & ~models.Q(supervisor=models.F("asked_by"))),
            ),
            models.UniqueConstraint(
                name="supplement_one_open", fields=["claim"], condition=models.Q(ended_at__isnull=True)
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            KEPT,
            pgtrigger.Protect(
                name="asked_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("claim", "number", "items", "asked_by", "supervisor", "asked_at"),
            ),
        ]


class Message(models.Model):
    """A line of the thread between the member and those who look after the claim; it stays as it was written."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="messages")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = SealedText()
    # The partner that wrote it through the interface, for the person.
    partner = models.ForeignKey("store.Partner", null=True, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=8, default=Side.SERVICE.value)
    # Whether it starts a contact: the first line, or one after a day of silence.
    is_start = models.BooleanField(default=False)
    # The explanation that it gives (words.canned), and the clause that this cites.
    explains = models.CharField(max_length=24, default="", blank=True)
    cites = models.CharField(max_length=80, default="", blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="message_side", condition=models.Q(side__in=[each.value for each in Side])),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["at"], name="message_start", condition=models.Q(is_start=True)),
            models.Index(fields=["claim", "id"], name="message_of_claim"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            KEPT,
            pgtrigger.Protect(
                name="said_stays", operation=pgtrigger.Update, condition=pgtrigger.AnyChange(exclude=["text"])
            ),
        ]
