"""Erasing: data are erased when their owner asks, locked as long as the law keeps them (PIPL 47, Insurance Law 87)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import models, transaction
from django.db.models import Q

from hearth.desks.books import records
from hearth.desks.people.faults import NoErasureAsked, StillKept
from hearth.store.access import Who, one
from hearth.store.models import (
    Adjustment,
    Advance,
    AdvanceOpinion,
    AdvanceWaiver,
    BankAccount,
    Calculation,
    Claim,
    ClaimNote,
    ClaimTrace,
    Complaint,
    ComplaintEvent,
    ComplaintParty,
    Cover,
    DataRequest,
    Decision,
    DisputeEvent,
    DisputeOpinion,
    HospitalCall,
    Introduction,
    Investigation,
    InvestigationEvidence,
    InvestigationTask,
    InvoiceKey,
    JudgedFinding,
    Message,
    Notice,
    OrderEvent,
    Paper,
    PaperContent,
    PaperLabel,
    PaperLook,
    PaperReading,
    Payment,
    Person,
    Pickup,
    Policy,
    Proposal,
    Relation,
    Rescission,
    RoleGrant,
    Salt,
    Stewardship,
    StewardStep,
    Succession,
    Supplement,
    Suspicion,
)
from hearth.words.advances import OPEN_ADVANCES
from hearth.words.calendar import day_in_china
from hearth.words.claims import OPEN_STATES, ClaimState
from hearth.words.days import add_months

SHORT_TERM_KEPT_MONTHS = 5 * 12
LONG_TERM_KEPT_MONTHS = 10 * 12
"""Insurance Law art. 87: from the contract's end, five years for terms of at most one year, ten for longer ones."""
ANSWER_DAYS = 15

OF_CLAIMS: tuple[tuple[type[models.Model], str, dict[str, Any]], ...] = (
    # rows of the person's claims, how they lead to the claim, and what is left of them
    (Claim, "pk", {"facts": {}, "story": "", "event_on": None, "held": [], "known": [], "marks": []}),
    (Calculation, "claim", {"case": {}, "result": {}, "needs_person": []}),
    (Decision, "claim", {"words": ""}),
    (Proposal, "claim", {"words": ""}),
    (Adjustment, "claim", {"result": {}, "why": ""}),
    (ClaimNote, "claim", {"text": ""}),
    (JudgedFinding, "claim", {"item": "", "why": ""}),
    (Suspicion, "claims__claim", {"findings": "[]", "words": ""}),
    (Investigation, "claim", {"plan": "", "findings": ""}),
    (InvestigationTask, "investigation__claim", {"what": "", "result": ""}),
    (InvestigationEvidence, "investigation__claim", {"shows": ""}),
    (
        Rescission,
        "claim",
        {"question": "", "answer": "", "truth": "", "materiality": "", "mind": "", "ended_why": ""},
    ),
    (Message, "claim", {"text": ""}),
    (StewardStep, "claim", {"words": ""}),
    (Pickup, "claim", {"contact": "", "phone": "", "address": ""}),
    (Supplement, "claim", {"new_fact": ""}),
    (Paper, "claim", {"name": ""}),
    (PaperContent, "paper__claim", {"content": b"", "thumbnail": b""}),
    (PaperLook, "paper__claim", {"shape": None, "quarters": []}),
    (PaperReading, "paper__claim", {"answer": b""}),
    (PaperLabel, "paper__claim", {"was_read": "", "is_really": ""}),
    (OrderEvent, "order__claim", {"text": ""}),
    (DisputeEvent, "dispute__claim", {"words": ""}),
    (DisputeOpinion, "dispute__claim", {"reasons": ""}),
)
"""Health content of claims: emptied; amounts, days, codes and the log stay."""

KEPT: dict[str, str] = {
    # what is not emptied, and why
    "Transition.visible": "codes, days and amounts of the steps",
    "Calculation.terms": "digests of products' terms",
    "Paper.numbers": "places of invoices",
    "PaperLook.findings": "codes, scores and places in a picture",
    "PaperReading.signs": "codes of what was seen in a picture",
    "Supplement.items": "codes of papers and amounts",
    "Suspicion.seen": "digests",
    "Suspicion.evidence": "numbers of papers and claims",
    "Suspicion.proof": "numbers of papers and records",
    "Decision.evidence": "numbers of papers and records",
    "Proposal.evidence": "numbers of papers and records",
    "StepCurve.knots": "lengths of many claims",
    "StepTime.durations": "lengths of the steps of a product's claims",
    "Deadline.pauses": "moments",
    "CalendarYear.stated": "days off by a yearly notice",
    "DataRequest.outcome": "codes and digests",
    "Policy.facts": "terms of a contract: amounts and clauses",
    "Token.scopes": "of a partner",
    "ApiRequest.answer": "of a partner: what it was answered under its own key",
    "Webhook.secret": "of a partner",
    "AutomaticDeciding.released_why": "of a product",
    "CatalogueRow.values": "of a published list",
    "CatalogueRow.left": "of a published list",
    "UsualCourse.cost_fen": "amounts of many claims, named from the twentieth on",
    "UsualCourse.stay_days": "lengths of many stays",
    "UsualCourse.items": "names of what many claims were billed for",
    "Salt.value": "the whole row goes",
    "Pickup.papers": "codes of papers",
    "Advance.checks": "codes of conditions and clauses",
    "Advance.risk_signs": "codes of signs",
    "Guarantee.reserved": "codes of limits",
    "RepaymentPlan.instalments": "days and amounts",
    "HospitalAccount.number": "of a hospital",
}
"""Columns that could hold anything and stay, each with its reason; a test finds every column here or above."""

OF_PERSON: tuple[tuple[type[models.Model], str, dict[str, Any]], ...] = (
    (BankAccount, "person", {"holder_name": "", "bank": "", "number": "", "number_digest": b"", "number_tail": ""}),
    (Notice, "person", {"text": "", "title": "", "body": "", "sent_to": ""}),
    (Introduction, "person", {"external_id": ""}),
    (
        Advance,
        "person",
        {
            "hardship": "",
            "illness": "",
            "icd": "",
            "plan": "",
            "intake": "",
            "words": "",
            "tier": "",
            "tier_because": [],
        },
    ),
    (AdvanceOpinion, "advance__person", {"reasons": ""}),
    (AdvanceWaiver, "advance__person", {"why": ""}),
    (Complaint, "person", {"words": ""}),
    (ComplaintEvent, "complaint__person", {"words": ""}),
    (ComplaintParty, "complaint__person", {"name": "", "phone_digest": None}),
    (ComplaintParty, "person", {"name": "", "phone_digest": None}),
    (Stewardship, "person", {"words": ""}),
    (HospitalCall, "person", {"hospital": "", "spoke_with": "", "words": ""}),
    (Succession, "person", {"proof": "-"}),
    (Relation, "person", {"proof": "-"}),
    (Relation, "other", {"proof": "-"}),
)


@dataclass(frozen=True, slots=True)
class Erasure:
    """What came of asking: refused (with reasons), kept (locked until a day), done."""

    request_id: int
    state: str
    kept_until: date | None
    because: tuple[str, ...]


@transaction.atomic(durable=True)
def ask_erasure(by: Who, person_id: int, *, at: datetime) -> Erasure:
    """Ask that somebody's data be erased.  (1) needed still? (2) kept by law? (3) lock or erase (4) answer and record.

    Gives:    refused while a contract runs, a claim is open, money is on its way or a role of staff is held; kept while
              Insurance Law art. 87 runs: locked, and read by auditors and administrators alone; else done
    Records:  data.erased (with what came of it).  Raises: NotAllowed, NotThere.
    """
    person: Person = one(by, "person", "erase", at, lock=True, pk=person_id)
    waiting = (
        DataRequest.objects.filter(person=person, kind="erase", state__in=("kept", "done")).order_by("-pk").first()
    )
    if waiting is not None:
        return Erasure(waiting.pk, waiting.state, waiting.kept_until, ())
    # 1. What the contract or a claim still needs stays (PIPL arts. 13, 47).
    because = _needed(person, at)
    kept_until = _kept_until(person) if not because else None
    if kept_until is not None and kept_until <= day_in_china(at):
        kept_until = None
    # 2-3. Locked, or gone.
    state = "refused" if because else "kept" if kept_until else "done"
    request = DataRequest.objects.create(
        person=person,
        asked_by_id=by.person_id or person_id,
        kind="erase",
        state=state,
        asked_at=at,
        due_on=day_in_china(at) + timedelta(days=ANSWER_DAYS),
        done_at=None if state == "kept" else at,
        kept_until=kept_until,
        outcome={"because": list(because)},
    )
    if state != "refused":
        _lock(person, at)
    # 4. The record goes in first: its own digests are erased with the rest.
    records.append(
        "data.erased",
        f"person:{person_id}",
        by=by,
        at=at,
        data={
            "person": person_id,
            "request": request.pk,
            "state": state,
            "kept_until": kept_until.isoformat() if kept_until else None,
        },
    )
    if state == "done":
        _empty(person, at)
    return Erasure(request.pk, state, kept_until, because)


@transaction.atomic(durable=True)
def erase(by: Who, person_id: int, *, at: datetime) -> None:
    """Empty what was locked, once the law lets go of it.  Done once.

    Records:  data.erased.  Raises: NotAllowed, NotThere, NoErasureAsked, StillKept.
    """
    person: Person = one(by, "person", "erase", at, lock=True, pk=person_id)
    if person.erased_at is not None:
        return
    request = DataRequest.objects.select_for_update().filter(person=person, kind="erase", state="kept").first()
    if request is None:
        raise NoErasureAsked
    assert request.kept_until is not None
    if request.kept_until > day_in_china(at):
        raise StillKept(kept_until=request.kept_until)
    request.state, request.done_at = "done", at
    request.save(update_fields=["state", "done_at"])
    records.append(
        "data.erased",
        f"person:{person_id}",
        by=by,
        at=at,
        data={"person": person_id, "request": request.pk, "state": "done", "kept_until": None},
    )
    _empty(person, at)


def due_erasures(at: datetime, most: int = 100) -> list[int]:
    """People whose locked data the law lets go of by today."""
    due = DataRequest.objects.filter(kind="erase", state="kept", kept_until__lte=day_in_china(at))
    return list(due.order_by("kept_until", "pk").values_list("person_id", flat=True)[:most])


def _needed(person: Person, at: datetime) -> tuple[str, ...]:
    """Why the data are needed still: codes with what they are about, in a fixed order."""
    today = day_in_china(at)
    contracts = _contracts(person).filter(state="in_force", ends_on__gt=today)
    waiting = [state.value for state in OPEN_STATES if state is not ClaimState.DRAFT]
    claims = Claim.objects.filter(Q(person=person) | Q(reporter=person), state__in=waiting)
    return (
        *(f"policy:{no}" for no in contracts.order_by("policy_no").values_list("policy_no", flat=True)),
        *(f"claim:{no}" for no in claims.order_by("claim_no").values_list("claim_no", flat=True)),
        *(
            f"payment:{no}"
            for no in Payment.objects.filter(payee=person, state__in=("intended", "sent"))
            .order_by("claim__claim_no")
            .values_list("claim__claim_no", flat=True)
        ),
        *(
            f"advance:{no}"
            for no in Advance.objects.filter(person=person, state__in=OPEN_ADVANCES)
            .order_by("advance_no")
            .values_list("advance_no", flat=True)
        ),
        *(
            f"role:{role}"
            for role in RoleGrant.objects.filter(Q(to_at__isnull=True) | Q(to_at__gt=at), person=person)
            .order_by("role")
            .values_list("role", flat=True)
            .distinct()
        ),
    )


def _contracts(person: Person) -> models.QuerySet[Policy]:
    insured = Cover.objects.filter(person=person).values("policy")
    claimed = Claim.objects.filter(reporter=person).values("policies__policy")
    return Policy.objects.filter(Q(holder=person) | Q(pk__in=insured) | Q(pk__in=claimed))


def _kept_until(person: Person) -> date | None:
    """The day on which the law lets go of the last contract's records; None where there was no contract."""
    return max((kept_until(policy) for policy in _contracts(person)), default=None)


def kept_until(policy: Policy) -> date:
    """The first day on which a contract's records need not be kept any more (Insurance Law art. 87)."""
    is_short = policy.ends_on <= add_months(policy.starts_on, 12)
    end = min(policy.ended_on, policy.ends_on) if policy.ended_on else policy.ends_on
    return add_months(end, SHORT_TERM_KEPT_MONTHS if is_short else LONG_TERM_KEPT_MONTHS)


def _lock(person: Person, at: datetime) -> None:
    person.locked_at, person.is_active = at, False
    person.set_unusable_password()
    person.save(update_fields=["locked_at", "is_active", "password"])
    Notice.objects.filter(person=person, state="due").update(state="given_up", trouble="locked")


def _empty(person: Person, at: datetime) -> None:
    claims = Claim.objects.filter(person=person)
    numbers = list(claims.values_list("claim_no", flat=True))
    _take_out_of_others(person, set(numbers))
    for model, path, left in OF_CLAIMS:
        model._default_manager.filter(**{f"{path}__in": claims.values("pk")}).update(**left)
    InvoiceKey.objects.filter(claim__in=claims).delete()
    ClaimTrace.objects.filter(claim__in=claims).delete()
    for model, path, left in OF_PERSON:
        model._default_manager.filter(**{path: person}).update(**left)
    Authenticator.objects.filter(user_id=person.pk).delete()
    # What the digests in the log stand for goes; the digests stay, and tell nothing without their salts.
    advances = Advance.objects.filter(person=person).values_list("advance_no", flat=True)
    subjects = [f"person:{person.pk}", *(f"claim:{no}" for no in numbers), *(f"advance:{no}" for no in advances)]
    Salt.objects.filter(record__subject__in=subjects).delete()
    person.username = f"erased-{secrets.token_hex(8)}"
    person.full_name = "-"
    person.phone = person.email = person.id_number = person.external_id = person.sex = ""
    person.phone_digest = person.id_digest = None
    person.phone_tail, person.phone_verified, person.born_on, person.died_on = "", False, None, None
    person.erased_at = at
    person.save()


def _take_out_of_others(person: Person, numbers: set[str]) -> None:
    """A family's calculations hold each other's claims: those of this person go out of them."""
    family = Calculation.objects.filter(claim__policies__policy__in=_contracts(person).values("pk"))
    for calculation in family.exclude(claim__person=person).select_related("claim").distinct():
        case = calculation.case
        claims = [claim for claim in case.get("claims", []) if claim.get("no") not in numbers]
        people = [
            {"id": each["id"]} if each.get("id") == f"person:{person.pk}" else each for each in case.get("people", [])
        ]
        if len(claims) == len(case.get("claims", [])) and people == case.get("people", []):
            continue
        # It no longer says what was calculated, and says so: run again, it is refused rather than read as the whole.
        calculation.case = {**case, "claims": claims, "people": people, "erased": True}
        calculation.save(update_fields=["case"])
        Salt.objects.filter(record__subject=f"claim:{calculation.claim.claim_no}", name="case").delete()
