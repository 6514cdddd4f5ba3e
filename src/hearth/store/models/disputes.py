"""Disputes and complaints: what was said and found, by whom, by when; the database keeps reviewers independent."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models

from hearth.store.models.claims import KEPT, Claim, Paper
from hearth.store.models.decisions import Decision
from hearth.store.models.partners import Partner
from hearth.store.models.people import Branch, Person
from hearth.store.models.records import Record
from hearth.store.sealed import SealedText
from hearth.words.complaints import (
    CHANNELS,
    COMPLAINT_CAUSES,
    COMPLAINT_EVENTS,
    COMPLAINT_LIMITS,
    COMPLAINT_TRANSITIONS,
    FINDINGS_OF_COMPLAINT,
    MOST_REPRESENTATIVES,
    STAGES,
    ComplaintState,
)
from hearth.words.disputes import (
    DISPUTE_EVENTS,
    DISPUTE_REASONS,
    DISPUTE_TRANSITIONS,
    ENDED_DISPUTES,
    OPEN_DISPUTES,
    DisputeState,
    Verdict,
)

OPEN = [state.value for state in OPEN_DISPUTES]
ENDED = [state.value for state in ENDED_DISPUTES]

INVOLVED = """
    EXISTS (SELECT 1 FROM store_record r JOIN store_claim c ON r.subject = 'claim:' || c.claim_no
        WHERE c.id = of_claim AND r.by = 'person:' || who)
    OR EXISTS (SELECT 1 FROM store_claim WHERE id = of_claim
        AND who IN (person_id, reporter_id, steward_id, assessor_id, investigator_id))
    OR EXISTS (SELECT 1 FROM store_transition WHERE claim_id = of_claim AND "by" = 'person:' || who)
    OR EXISTS (SELECT 1 FROM store_calculation WHERE claim_id = of_claim AND "by" = 'person:' || who)
    OR EXISTS (SELECT 1 FROM store_decision WHERE claim_id = of_claim AND who IN (decided_by_id, approved_by_id))
    OR EXISTS (SELECT 1 FROM store_proposal WHERE claim_id = of_claim AND who IN (proposed_by_id, ended_by_id))
    OR EXISTS (SELECT 1 FROM store_adjustment WHERE claim_id = of_claim AND decided_by_id = who)
    OR EXISTS (SELECT 1 FROM store_sample WHERE claim_id = of_claim AND judged_by_id = who)
    OR EXISTS (SELECT 1 FROM store_claimnote WHERE claim_id = of_claim AND by_id = who)
    OR EXISTS (SELECT 1 FROM store_message WHERE claim_id = of_claim AND by_id = who)
    OR EXISTS (SELECT 1 FROM store_supplement WHERE claim_id = of_claim AND who IN (asked_by_id, supervisor_id))
    OR EXISTS (SELECT 1 FROM store_paper WHERE claim_id = of_claim AND added_by_id = who)
    OR EXISTS (SELECT 1 FROM store_judgedfinding WHERE claim_id = of_claim AND by_id = who)
    OR EXISTS (SELECT 1 FROM store_orderevent e JOIN store_workorder o ON o.id = e.order_id
        WHERE o.claim_id = of_claim AND e.by_id = who)
    OR EXISTS (SELECT 1 FROM store_disputeevent e JOIN store_dispute d ON d.id = e.dispute_id
        WHERE d.claim_id = of_claim AND e.by_id = who)
    OR EXISTS (SELECT 1 FROM store_threadmember WHERE claim_id = of_claim AND person_id = who)
    OR EXISTS (SELECT 1 FROM store_investigationevidence e JOIN store_investigation i ON i.id = e.investigation_id
        WHERE i.claim_id = of_claim AND e.added_by_id = who)
    OR EXISTS (SELECT 1 FROM store_rescission
        WHERE claim_id = of_claim AND who IN (prepared_by_id, proposed_by_id, approved_by_id))
    OR EXISTS (SELECT 1 FROM store_suspicionclaim l JOIN store_suspicion s ON s.id = l.suspicion_id
        WHERE l.claim_id = of_claim AND who IN (s.owner_id, s.judged_by_id))
    OR EXISTS (SELECT 1 FROM store_record r JOIN store_advance a ON r.subject = 'advance:' || a.advance_no
        WHERE a.claim_id = of_claim AND r.by = 'person:' || who)
"""
"""Whether the person `who` ever had to do with the claim `of_claim`; the desk asks the same in its own words."""

REVIEWER_IS_INDEPENDENT = f"""
    IF NEW.reviewer_id IS NULL OR (TG_OP = 'UPDATE' AND NEW.reviewer_id IS NOT DISTINCT FROM OLD.reviewer_id) THEN
        RETURN NEW;
    END IF;
    of_claim := NEW.claim_id;
    who := NEW.reviewer_id;
    IF {INVOLVED} THEN
        RAISE EXCEPTION 'dispute %: who reviews it was involved in the claim before', NEW.dispute_no
            USING ERRCODE = 'check_violation', CONSTRAINT = 'dispute_reviewer_independent';
    END IF;
    RETURN NEW;
"""

OPINION_BY_REVIEWER = """
    IF NOT EXISTS (
        SELECT 1 FROM store_dispute WHERE id = NEW.dispute_id AND state = 'senior' AND reviewer_id = NEW.signed_by_id
    ) THEN
        RAISE EXCEPTION 'dispute %: its opinion is for its independent reviewer, on the third tier', NEW.dispute_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'dispute_opinion_by_reviewer';
    END IF;
    RETURN NEW;
"""

DISPUTE_FOLLOWS = """
    IF NEW.tier < OLD.tier OR NEW.tier > OLD.tier + 1 THEN
        RAISE EXCEPTION 'dispute %: tiers go upward alone, one at a time', NEW.dispute_no
            USING ERRCODE = 'check_violation', CONSTRAINT = 'dispute_upward';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (VALUES {allowed}) THEN
        RAISE EXCEPTION 'dispute %: % cannot follow %', NEW.dispute_no, NEW.state, OLD.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'dispute_state_follows';
    END IF;
    IF OLD.state = 'senior' AND NEW.state IN ('upheld', 'redeciding') AND NEW.why = 'opinion' AND NOT EXISTS (
        SELECT 1 FROM store_disputeopinion WHERE dispute_id = NEW.id
            AND (verdict = 'insurer') = (NEW.state = 'upheld')
    ) THEN
        RAISE EXCEPTION 'dispute %: no such opinion', NEW.dispute_no
            USING ERRCODE = 'check_violation', CONSTRAINT = 'dispute_needs_opinion';
    END IF;
    IF NEW.seq NOT IN (OLD.seq, OLD.seq + 1) OR (NEW.state <> OLD.state AND NEW.seq = OLD.seq) THEN
        RAISE EXCEPTION 'dispute %: a step that is not counted', NEW.dispute_no
            USING ERRCODE = 'check_violation', CONSTRAINT = 'dispute_steps_in_order';
    END IF;
    RETURN NEW;
""".replace("{allowed}", ", ".join(f"('{one.value}', '{other.value}')" for one, other in DISPUTE_TRANSITIONS))

EVENT_IS_WRITTEN = """
    IF NOT EXISTS (
        SELECT 1 FROM {events} WHERE {of}_id = NEW.id AND seq = NEW.seq AND to_state = NEW.state
    ) THEN
        RAISE EXCEPTION '{of} %: event % to % is not written down', NEW.{of}_no, NEW.seq, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = '{of}_event_is_written';
    END IF;
    RETURN NULL;
"""

COMPLAINT_FOLLOWS = """
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (VALUES {allowed}) THEN
        RAISE EXCEPTION 'complaint %: % cannot follow %', NEW.complaint_no, NEW.state, OLD.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'complaint_state_follows';
    END IF;
    IF NEW.seq NOT IN (OLD.seq, OLD.seq + 1) OR (NEW.state <> OLD.state AND NEW.seq = OLD.seq) THEN
        RAISE EXCEPTION 'complaint %: a step that is not counted', NEW.complaint_no
            USING ERRCODE = 'check_violation', CONSTRAINT = 'complaint_steps_in_order';
    END IF;
    RETURN NEW;
""".replace("{allowed}", ", ".join(f"('{one.value}', '{other.value}')" for one, other in COMPLAINT_TRANSITIONS))

NOT_ABOUT_ONESELF = f"""
    IF NEW.claim_id IS NULL THEN
        RETURN NEW;
    END IF;
    of_claim := NEW.claim_id;
    FOREACH who IN ARRAY ARRAY[NEW.handler_id, NEW.reviewer_id, NEW.extended_by_id] LOOP
        IF TG_OP = 'UPDATE' AND who IN (OLD.handler_id, OLD.reviewer_id, OLD.extended_by_id) THEN
            CONTINUE;
        END IF;
        IF who IS NOT NULL AND ({INVOLVED}) THEN
            RAISE EXCEPTION 'complaint %: nobody looks into their own act', NEW.complaint_no
                USING ERRCODE = 'check_violation', CONSTRAINT = 'complaint_recusal';
        END IF;
    END LOOP;
    RETURN NEW;
"""

AT_MOST_FIVE = f"""
    PERFORM 1 FROM store_complaint WHERE id = NEW.complaint_id FOR UPDATE;
    IF (SELECT count(*) FROM store_complaintparty
        WHERE complaint_id = NEW.complaint_id AND is_representative) > {MOST_REPRESENTATIVES} THEN
        RAISE EXCEPTION 'complaint %: at most {MOST_REPRESENTATIVES} represent it', NEW.complaint_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'complaint_representatives';
    END IF;
    RETURN NULL;
"""

_SAID_STAYS = pgtrigger.Protect(
    name="said_stays", operation=pgtrigger.Update, condition=pgtrigger.AnyChange(exclude=["words"])
)


def _written(events: str, of: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="event_is_written",
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("state", "seq"),
        when=pgtrigger.After,
        timing=pgtrigger.Deferred,
        func=EVENT_IS_WRITTEN.replace("{events}", events).replace("{of}", of),
    )


DECIDED_ANEW_BY_ANOTHER = f"""
    IF EXISTS (
        SELECT 1 FROM store_dispute d JOIN store_decision first ON first.id = d.decision_id
        WHERE d.claim_id = NEW.claim_id AND d.state IN ({", ".join(f"'{state}'" for state in OPEN)})
            AND (first.decided_by_id IN (NEW.decided_by_id, NEW.approved_by_id)
                OR first.approved_by_id IN (NEW.decided_by_id, NEW.approved_by_id))
    ) THEN
        RAISE EXCEPTION 'claim %: who made a disputed decision does not make the next one', NEW.claim_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_anew_by_another';
    END IF;
    RETURN NEW;
"""

pgtrigger.register(
    pgtrigger.Trigger(
        name="decided_anew_by_another",
        operation=pgtrigger.Insert,
        when=pgtrigger.Before,
        func=DECIDED_ANEW_BY_ANOTHER,
    )
)(Decision)


class Dispute(models.Model):
    """A decision that somebody disputes: where it stands, who has it, and what it changed in the end."""

    dispute_no = models.CharField(max_length=32, unique=True)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="disputes")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="disputes")
    reason = models.CharField(max_length=24)
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    state = models.CharField(max_length=12, default=DisputeState.TRIAGE.value)
    tier = models.PositiveSmallIntegerField(default=1)
    # Events so far.
    seq = models.PositiveIntegerField(default=1)
    state_at = models.DateTimeField()
    # Who has it on the first two tiers; on the third the independent reviewer.
    holder = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    reviewer = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    # When the last answer was given that the member has not replied to.
    answered_at = models.DateTimeField(null=True)
    # The soonest running limit: what the desk's list is sorted by.
    due_at = models.DateTimeField(null=True)
    # Why it came to its state: opinion, evidence, insurer, member, silence, decided.
    why = models.CharField(max_length=12, default="", blank=True)
    new_decision = models.ForeignKey(Decision, null=True, on_delete=models.PROTECT, related_name="+")
    # Fen that the second decision pays out beyond the disputed one.
    changed_fen = models.BigIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="dispute_one_open", fields=["claim"], condition=models.Q(state__in=OPEN)),
            models.CheckConstraint(
                name="dispute_state_known", condition=models.Q(state__in=[each.value for each in DisputeState])
            ),
            models.CheckConstraint(name="dispute_reason_known", condition=models.Q(reason__in=sorted(DISPUTE_REASONS))),
            models.CheckConstraint(
                name="dispute_tier_of_state",
                condition=(~models.Q(state="triage") | models.Q(tier=1))
                & (~models.Q(state="expert") | models.Q(tier=2))
                & (~models.Q(state="senior") | models.Q(tier=3))
                & models.Q(tier__gte=1, tier__lte=3),
            ),
            models.CheckConstraint(
                name="dispute_ended",
                condition=models.Q(state__in=OPEN, ended_at__isnull=True)
                | models.Q(state__in=ENDED, ended_at__isnull=False),
            ),
            # Before the third tier somebody who had it could be named, and then work on it.
            models.CheckConstraint(
                name="dispute_reviewer_on_third_tier",
                condition=models.Q(reviewer__isnull=True) | models.Q(tier=3),
            ),
            models.CheckConstraint(
                name="dispute_changed_by_decision",
                condition=~models.Q(state="changed") | models.Q(new_decision__isnull=False),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["due_at", "id"], name="dispute_by_time_left", condition=models.Q(state__in=OPEN)),
            models.Index(fields=["claim", "-id"], name="dispute_of_claim"),
            models.Index(fields=["ended_at"], name="dispute_ended_at"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            KEPT,
            pgtrigger.Protect(
                name="opened_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("dispute_no", "claim", "decision", "reason", "opened_by", "opened_at"),
            ),
            pgtrigger.Protect(
                name="ended_stays", operation=pgtrigger.Update, condition=pgtrigger.Q(old__ended_at__isnull=False)
            ),
            pgtrigger.Trigger(
                name="dispute_follows", operation=pgtrigger.Update, when=pgtrigger.Before, func=DISPUTE_FOLLOWS
            ),
            pgtrigger.Trigger(
                name="reviewer_is_independent",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                declare=[("of_claim", "bigint"), ("who", "bigint")],
                func=REVIEWER_IS_INDEPENDENT,
            ),
            _written("store_disputeevent", "dispute"),
        ]


class DisputeEvent(models.Model):
    """What happened to a dispute and what was said of it: never changed; words are sealed and can be emptied."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    what = models.CharField(max_length=10)
    to_state = models.CharField(max_length=12)
    tier = models.PositiveSmallIntegerField()
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    is_staff = models.BooleanField(default=False)
    # Through the interface, for the member.
    partner = models.ForeignKey(Partner, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    words = SealedText()
    paper = models.ForeignKey(Paper, null=True, on_delete=models.PROTECT, related_name="+")
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="dispute_event_in_order", fields=["dispute", "seq"]),
            models.CheckConstraint(name="dispute_event_known", condition=models.Q(what__in=sorted(DISPUTE_EVENTS))),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [KEPT, _SAID_STAYS]


class DisputeOpinion(models.Model):
    """The written opinion of the third tier: for whom, why, and by which clause.  One a dispute."""

    dispute = models.OneToOneField(Dispute, on_delete=models.PROTECT, related_name="opinion")
    verdict = models.CharField(max_length=8)
    clause = models.CharField(max_length=40)
    reasons = SealedText()
    signed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="dispute_verdict_known", condition=models.Q(verdict__in=[each.value for each in Verdict])
            ),
            models.CheckConstraint(name="dispute_opinion_clause", condition=~models.Q(clause="")),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            KEPT,
            pgtrigger.Protect(
                name="signed_stays", operation=pgtrigger.Update, condition=pgtrigger.AnyChange(exclude=["reasons"])
            ),
            pgtrigger.Trigger(
                name="opinion_by_reviewer", operation=pgtrigger.Insert, when=pgtrigger.Before, func=OPINION_BY_REVIEWER
            ),
        ]


class DisputeClock(models.Model):
    """A limit that runs for a dispute."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="clocks")
    code = models.CharField(max_length=24)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=8, default="running")
    ended_at = models.DateTimeField(null=True)
    watch_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="dispute_clock_once", fields=["dispute", "code"]),
            models.CheckConstraint(
                name="dispute_clock_state", condition=models.Q(state__in=("running", "met", "late", "void"))
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["watch_at"], name="dispute_clock_watched", condition=models.Q(state="running")),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [KEPT]


class Complaint(models.Model):
    """A complaint: about which business, why, by when it is answered, by whom; reviewed once where that is asked."""

    complaint_no = models.CharField(max_length=32, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="complaints")
    claim = models.ForeignKey(Claim, null=True, on_delete=models.PROTECT, related_name="complaints")
    branch = models.ForeignKey(Branch, null=True, on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=12)
    cause = models.CharField(max_length=12)
    channel = models.CharField(max_length=10)
    words = SealedText()
    is_group = models.BooleanField(default=False)
    # A colleague whose act it is about, where one is named.
    about = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    registered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()
    state = models.CharField(max_length=10, default=ComplaintState.REGISTERED.value)
    seq = models.PositiveIntegerField(default=1)
    state_at = models.DateTimeField()
    handler = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    # 15 days, 30 where it is complex, 60 with approval by somebody else.
    limit_days = models.PositiveSmallIntegerField(default=15)
    extended_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    finding = models.CharField(max_length=6, default="", blank=True)
    reviewer = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    review_finding = models.CharField(max_length=6, default="", blank=True)
    due_at = models.DateTimeField(null=True)
    # The last moment at which a review can be asked for.
    review_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="complaint_state_known", condition=models.Q(state__in=[each.value for each in ComplaintState])
            ),
            models.CheckConstraint(name="complaint_stage_known", condition=models.Q(stage__in=sorted(STAGES))),
            models.CheckConstraint(
                name="complaint_cause_known", condition=models.Q(cause__in=sorted(COMPLAINT_CAUSES))
            ),
            models.CheckConstraint(name="complaint_channel_known", condition=models.Q(channel__in=sorted(CHANNELS))),
            models.CheckConstraint(
                name="complaint_limit_known", condition=models.Q(limit_days__in=sorted(COMPLAINT_LIMITS))
            ),
            # The longest limit takes somebody else's approval.
            models.CheckConstraint(
                name="complaint_longest_approved",
                condition=~models.Q(limit_days=60)
                | (models.Q(extended_by__isnull=False) & ~models.Q(extended_by=models.F("handler"))),
            ),
            models.CheckConstraint(
                name="complaint_not_about_handler",
                condition=models.Q(about__isnull=True)
                | (
                    (models.Q(handler__isnull=True) | ~models.Q(handler=models.F("about")))
                    & (models.Q(reviewer__isnull=True) | ~models.Q(reviewer=models.F("about")))
                    & (models.Q(extended_by__isnull=True) | ~models.Q(extended_by=models.F("about")))
                ),
            ),
            models.CheckConstraint(
                name="complaint_review_by_another",
                condition=models.Q(reviewer__isnull=True)
                | (models.Q(handler__isnull=False) & ~models.Q(reviewer=models.F("handler"))),
            ),
            models.CheckConstraint(
                name="complaint_found",
                condition=models.Q(state__in=("registered", "withdrawn"))
                | models.Q(finding__in=sorted(FINDINGS_OF_COMPLAINT), handler__isnull=False),
            ),
            models.CheckConstraint(
                name="complaint_reviewed",
                condition=~models.Q(state="reviewed")
                | models.Q(review_finding__in=sorted(FINDINGS_OF_COMPLAINT), reviewer__isnull=False),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["due_at", "id"],
                name="complaint_by_time_left",
                condition=models.Q(state__in=("registered", "in_review")),
            ),
            models.Index(fields=["person", "-id"], name="complaint_of_person"),
            models.Index(fields=["registered_at"], name="complaint_registered_at"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            KEPT,
            pgtrigger.Protect(
                name="registered_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "complaint_no", "person", "claim", "channel", "registered_by", "registered_at", "about"
                ),
            ),
            pgtrigger.Trigger(
                name="complaint_follows", operation=pgtrigger.Update, when=pgtrigger.Before, func=COMPLAINT_FOLLOWS
            ),
            pgtrigger.Trigger(
                name="not_about_oneself",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                declare=[("of_claim", "bigint"), ("who", "bigint")],
                func=NOT_ABOUT_ONESELF,
            ),
            _written("store_complaintevent", "complaint"),
        ]


class ComplaintParty(models.Model):
    """Somebody who complains together with others; at most five of them represent all (art. 12)."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="parties")
    name = SealedText()
    is_representative = models.BooleanField(default=False)
    # They are asked themselves, by their telephone; whoever answered.
    phone_digest = models.BinaryField(null=True)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="complaint_party_said_themselves",
                condition=models.Q(confirmed_at__isnull=True, declined_at__isnull=True)
                | models.Q(person__isnull=False, confirmed_at__isnull=False, declined_at__isnull=True)
                | models.Q(
                    person__isnull=False, confirmed_at__isnull=True, declined_at__isnull=False,
                    is_representative=False,
                ),
            ),
            models.UniqueConstraint(name="complaint_party_once", fields=["complaint", "person"]),
            models.UniqueConstraint(name="complaint_party_asked_once", fields=["complaint", "phone_digest"]),
        ]  # fmt: skip
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["phone_digest"], name="complaint_party_asked"),
            models.Index(fields=["person"], name="complaint_party_of_person"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            KEPT,
            pgtrigger.Trigger(
                name="at_most_five",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.After,
                func=AT_MOST_FIVE,
            ),
        ]


class ComplaintEvent(models.Model):
    """What happened to a complaint and what was said: never changed; words are sealed and can be emptied."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    what = models.CharField(max_length=12)
    to_state = models.CharField(max_length=10)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    is_staff = models.BooleanField(default=False)
    at = models.DateTimeField()
    words = SealedText()
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="complaint_event_in_order", fields=["complaint", "seq"]),
            models.CheckConstraint(name="complaint_event_known", condition=models.Q(what__in=sorted(COMPLAINT_EVENTS))),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [KEPT, _SAID_STAYS]


class ComplaintClock(models.Model):
    """A legal limit that runs for a complaint."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="clocks")
    code = models.CharField(max_length=24)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=8, default="running")
    ended_at = models.DateTimeField(null=True)
    # When a chaser looks at it next.
    watch_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="complaint_clock_once", fields=["complaint", "code"]),
            models.CheckConstraint(
                name="complaint_clock_state", condition=models.Q(state__in=("running", "met", "late", "void"))
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["watch_at"], name="complaint_clock_watched", condition=models.Q(state="running")),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [KEPT]


class RootAction(models.Model):
    """What is done so that a complaint's cause goes away: open until it was measured again and is gone."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="actions")
    root_cause = models.CharField(max_length=400)
    action = models.CharField(max_length=400)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    # What is counted: complaints of this stage and cause in the days before; as it stood, and what is aimed at.
    counted_days = models.PositiveSmallIntegerField(default=90)
    before = models.PositiveIntegerField()
    aim = models.PositiveIntegerField()
    begun_at = models.DateTimeField()
    measured_at = models.DateTimeField(null=True)
    measured = models.PositiveIntegerField(null=True)
    measured_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="root_action_closed_when_measured",
                condition=models.Q(closed_at__isnull=True)
                | models.Q(measured_at__isnull=False, measured__lte=models.F("aim")),
            ),
            models.CheckConstraint(name="root_action_aims_lower", condition=models.Q(aim__lte=models.F("before"))),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["due_on"], name="root_action_open", condition=models.Q(closed_at__isnull=True)),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            KEPT,
            pgtrigger.Protect(
                name="begun_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("complaint", "before", "begun_at"),
            ),
        ]
