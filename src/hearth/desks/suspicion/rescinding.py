"""Rescinding: a contract ends because something was not disclosed (art. 16): step by step, on proof, by two people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from hearth.desks.books import records
from hearth.desks.suspicion.faults import (
    KnownEarlier,
    ProofMissing,
    RescissionBarred,
    RescissionIncomplete,
    RescissionOver,
    SecondPerson,
)
from hearth.desks.suspicion.judging import is_of, person_of, worded
from hearth.kernel.suspicion import disclosure
from hearth.kernel.suspicion.disclosure import Case, Standing
from hearth.store.access import NotThere, Who, one, who
from hearth.store.models import Claim, Paper, Policy, Record, Rescission
from hearth.words.calendar import day_in_china
from hearth.words.suspicion import BARS, RESCISSION_SAYS, Intent, RescissionState

R = RescissionState
LIVING = (R.PREPARED.value, R.PROPOSED.value, R.APPROVED.value)

STEPS: dict[str, tuple[str, ...]] = {
    "question": ("question", "answer", "question_evidence"),
    "truth": ("truth", "truth_evidence"),
    "materiality": ("is_material", "materiality"),
    "mind": ("intent", "is_serious", "mind"),
    "clocks": ("known_on", "knew_at_formation", "premium_taken"),
}
"""The steps of the wizard in their order, with what each states."""

NEEDED: dict[str, tuple[str, str]] = {
    "question": ("the question as it was asked", "当时询问的内容"),
    "answer": ("the answer", "当时的回答"),
    "question_evidence": ("what shows the question", "询问内容的证据"),
    "truth": ("what was true", "真实情况"),
    "truth_evidence": ("what shows the truth", "真实情况的证据"),
    "is_material": ("whether it is material", "是否足以影响承保"),
    "materiality": ("why it is material", "影响承保的理由"),
    "intent": ("with what mind", "故意或过失"),
    "is_serious": ("whether it seriously affected the event", "是否对事故有严重影响"),
    "mind": ("what the mind is told by", "认定故意或过失的依据"),
    "known_on": ("the day we knew", "知道解除事由之日"),
    "knew_at_formation": ("whether we knew at formation", "订立时是否已知道"),
    "premium_taken": ("whether a premium was taken since", "知道后是否收取保险费"),
}


@transaction.atomic(durable=True)
def prepare_rescission(by: Who, claim_no: str, policy_no: str, *, at: datetime) -> int:
    """Begin to prepare the rescission of one policy of a claim; begun twice, it is one.

    Gives:    the rescission; two years count from the first contract of a chain of renewals
    Records:  rescission.prepared.  Raises: NotThere, NotAllowed, RescissionOver.
    """
    claim: Claim = one(by, "claim", "rescind", at, lock=True, claim_no=claim_no)
    policy = Policy.objects.filter(policy_no=policy_no, claims__claim=claim).first()
    if policy is None:
        raise NotThere(kind="policy", key=policy_no)
    if policy.state == "void":
        raise RescissionOver(state="over: the policy is void", state_zh="已结束：保单已无效")
    records.in_order(f"rescission:{policy_no}")
    living = Rescission.objects.filter(policy=policy, state__in=LIVING).first()
    if living is not None:
        return int(living.pk)
    first = policy
    while first.renews is not None:
        first = first.renews
    row = Rescission.objects.create(
        policy=policy, claim=claim, prepared_by_id=person_of(by), prepared_at=at,
        formed_on=day_in_china(first.issued_at),
    )  # fmt: skip
    _told(row, "rescission.prepared", by, at, {"policy": policy_no, "formed_on": row.formed_on.isoformat()})
    return int(row.pk)


@transaction.atomic(durable=True)
def state_step(by: Who, rescission_id: int, step: str, values: Mapping[str, Any], *, at: datetime) -> None:
    """State one step of a rescission; a step can be stated again until it is proposed.

    Needs:    `step` of STEPS with its values; evidence is "paper:12" or "record:34" of the claim
    Records:  rescission.stated.
    Raises: NotThere, NotAllowed, RescissionOver, WordsMissing, ProofMissing, KnownEarlier, RescissionIncomplete.
    """
    row: Rescission = one(by, "rescission", "prepare", at, lock=True, pk=rescission_id)
    _must_be(row, R.PREPARED)
    for name in STEPS[step]:
        value = values.get(name)
        if name.endswith("_evidence"):
            value = str(value or "").strip()[:40]
            if not is_of(row.claim, value):
                raise ProofMissing(name=value or "—")
        elif name == "intent":
            value = Intent(str(value or Intent.NONE)).value
        elif name in ("question", "answer", "truth", "materiality", "mind"):
            value = worded(str(value or ""), *NEEDED[name])
        elif value is None:
            raise RescissionIncomplete(step=_place(step), what=NEEDED[name][0], what_zh=NEEDED[name][1])
        setattr(row, name, value)
    if row.known_on is not None and row.known_on > day_in_china(at):
        raise RescissionIncomplete(step=_place("clocks"), what="a day that has come", what_zh="不晚于今天的日期")
    _not_known_earlier(row)
    row.save()
    _told(row, "rescission.stated", by, at, {"step": step}, {name: str(getattr(row, name)) for name in STEPS[step]})


@transaction.atomic(durable=True)
def propose_rescission(by: Who, rescission_id: int, *, at: datetime) -> Standing:
    """Propose a rescission that is complete and that nothing bars; a second person approves it.

    Records:  rescission.proposed.
    Raises: NotThere, NotAllowed, RescissionOver, RescissionIncomplete, RescissionBarred, KnownEarlier.
    """
    row: Rescission = one(by, "rescission", "prepare", at, lock=True, pk=rescission_id)
    _must_be(row, R.PREPARED)
    found = _unbarred(row, at)
    row.last_on, row.benefits, row.premium = found.last_on, found.benefits, found.premium
    row.state, row.proposed_by_id, row.proposed_at = R.PROPOSED.value, person_of(by), at
    row.save()
    _told(row, "rescission.proposed", by, at, _consequence(row))
    return found


@transaction.atomic(durable=True)
def approve_rescission(by: Who, rescission_id: int, *, at: datetime) -> None:
    """Approve a proposed rescission as a second person, while the right stands.

    Where there is no benefit the contract is voided by a job that follows the record, in the name of who approves.
    Records:  rescission.approved.
    Raises: NotThere, NotAllowed, RescissionOver, SecondPerson, RescissionBarred.
    """
    row: Rescission = one(by, "rescission", "approve", at, lock=True, pk=rescission_id)
    _must_be(row, R.PROPOSED)
    if by.person_id in (row.proposed_by_id, row.prepared_by_id):
        raise SecondPerson
    _unbarred(row, at)
    row.state, row.approved_by_id, row.approved_on, row.ended_at = (
        R.APPROVED.value, person_of(by), day_in_china(at), at,
    )  # fmt: skip
    row.save()
    _told(row, "rescission.approved", by, at, {**_consequence(row), "approved_on": day_in_china(at).isoformat()})


@transaction.atomic(durable=True)
def drop_rescission(by: Who, rescission_id: int, *, at: datetime, why: str) -> None:
    """Let a rescission go before it is approved: by who prepares it, or by the second person.

    Records:  rescission.dropped.  Raises: NotThere, NotAllowed, RescissionOver, WordsMissing.
    """
    row: Rescission = one(by, "rescission", "drop", at, lock=True, pk=rescission_id)
    _must_be(row, R.PREPARED, R.PROPOSED)
    row.ended_why = worded(why, "why", "理由")
    row.state, row.ended_at = R.DROPPED.value, at
    row.save()
    _told(row, "rescission.dropped", by, at, {}, {"why": row.ended_why})


def to_be_voided(record_id: int, at: datetime) -> tuple[Who, str, str] | None:
    """Which policy a job voids after rescission.approved: who approved it, its number, and the ground; None: none."""
    subject = Record.objects.values_list("subject", flat=True).get(pk=record_id)
    row = (
        Rescission.objects.select_related("policy", "approved_by")
        .filter(pk=int(subject.removeprefix("rescission:")), state=R.APPROVED, benefits="none")
        .exclude(policy__state="void")
        .first()
    )
    if row is None:
        return None
    ground = f"保险法第十六条：未如实告知，解除合同（解除事项 {row.pk}，赔案 {row.claim.claim_no}）"
    return who(row.approved_by, at), row.policy.policy_no, ground


def standing(by: Who, rescission_id: int, at: datetime) -> Standing:
    """Where the right to rescind stands now: until when, what bars it, what follows.  Raises: NotThere, NotAllowed."""
    row: Rescission = one(by, "rescission", "see", at, pk=rescission_id)
    return standing_of(row, at)


def standing_of(row: Rescission, at: datetime) -> Standing:
    """Where the right stands now, as far as it is known."""
    return disclosure.standing(
        Case(
            known_on=row.known_on,
            formed_on=row.formed_on,
            was_asked=bool(row.question),
            question_is_proven=bool(row.question_evidence),
            truth_is_proven=bool(row.truth_evidence),
            answer_was_false=" ".join(row.answer.split()) != " ".join(row.truth.split()),
            is_material=row.is_material,
            intent=Intent(row.intent) if row.intent else None,
            is_serious=row.is_serious,
            knew_at_formation=row.knew_at_formation,
            premium_taken=row.premium_taken,
        ),
        day_in_china(at),
    )


def _unbarred(row: Rescission, at: datetime) -> Standing:
    for step, names in STEPS.items():
        for name in names:
            if getattr(row, name) in (None, ""):
                raise RescissionIncomplete(step=_place(step), what=NEEDED[name][0], what_zh=NEEDED[name][1])
    _not_known_earlier(row)
    found = standing_of(row, at)
    if found.bars:
        raise RescissionBarred(
            why=" ".join(BARS[bar][1] for bar in found.bars), why_zh="".join(BARS[bar][0] for bar in found.bars)
        )
    return found


def _not_known_earlier(row: Rescission) -> None:
    """What shows the truth was known when it came in: nobody counts the thirty days from a later day."""
    kind, _, number = row.truth_evidence.partition(":")
    if row.known_on is None or not number:
        return
    rows: Any = Paper.objects.values_list("added_at") if kind == "paper" else Record.objects.values_list("at")
    (moment,) = rows.get(pk=int(number))
    if day_in_china(moment) < row.known_on:
        raise KnownEarlier(name=row.truth_evidence, day=day_in_china(moment).isoformat())


def _must_be(row: Rescission, *states: RescissionState) -> None:
    if row.state not in states:
        zh, en = RESCISSION_SAYS[R(row.state)]
        raise RescissionOver(state=en, state_zh=zh)


def _place(step: str) -> int:
    return list(STEPS).index(step) + 1


def _consequence(row: Rescission) -> dict[str, Any]:
    return {
        "intent": row.intent,
        "is_serious": row.is_serious,
        "benefits": row.benefits,
        "premium": row.premium,
        "last_on": None if row.last_on is None else row.last_on.isoformat(),
    }


def _told(
    row: Rescission, what: str, by: Who, at: datetime, data: Mapping[str, Any], sealed: Mapping[str, str] | None = None
) -> None:
    records.append(
        what,
        f"rescission:{row.pk}",
        by=by,
        at=at,
        data={"rescission": row.pk, "claim": row.claim.claim_no, "policy": row.policy.policy_no, **data},
        sealed=sealed,
    )
