"""Stewards: one a paying user, given by branch and load, handed over with a reason; four checkpoints a claim."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q

from hearth.desks.books import records, talk
from hearth.desks.service.faults import NoStewardFree, NotASteward, ReasonNeeded, TooEarly
from hearth.kernel.promises.stewarding import Candidate, steward_of
from hearth.store.access import HOUSE, NotAllowed, NotThere, Who, one
from hearth.store.models import (
    Claim,
    Person,
    Policy,
    Record,
    Relation,
    RoleGrant,
    StaffAbsence,
    Stewardship,
    StewardStep,
)
from hearth.words.claims import OPEN_STATES, ClaimState, Role
from hearth.words.service import (
    CHECKPOINT_FROM,
    CHECKPOINT_WORDS,
    HANDOVER_WORDS,
    Checkpoint,
    Handover,
    Part,
)

MOST_WORDS = 1_000


@transaction.atomic(durable=True)
def give_steward(record_id: int, *, at: datetime) -> int | None:
    """Whoever holds a policy has a steward from then on.  Follows policy.issued; followed again, nothing changes.

    Gives:    the steward's id; None where there is no steward at all
    Records:  steward.given, the first time.
    """
    policy_no = _subject(record_id).removeprefix("policy:")
    policy = Policy.objects.filter(policy_no=policy_no).select_related("holder").first()
    return None if policy is None else _active(policy.holder, at)


@transaction.atomic(durable=True)
def open_thread(record_id: int, *, at: datetime) -> None:
    """A claim was reported: its thread, its steward and the four checkpoints are there.  Follows claim.reported.

    Records: steward.given where whoever pays for the claim's policy had none.
    """
    found = Claim.objects.only("person", "reporter", "steward").select_for_update()
    claim = found.get(claim_no=_subject(record_id).removeprefix("claim:"))
    talk.opened(claim, at)
    StewardStep.objects.bulk_create(
        (StewardStep(claim=claim, what=what.value, opened_at=at) for what in Checkpoint), ignore_conflicts=True
    )
    held = claim.policies.select_related("policy__holder").order_by("position")
    link = held.only("claim", "policy__holder__steward", "policy__holder__branch").first()
    payer = link.policy.holder if link is not None else claim.person
    steward_id = _active(payer, at)
    if claim.steward_id is None and steward_id is not None and steward_id not in _family(claim.person_id):
        claim.steward_id = steward_id
        claim.save(update_fields=["steward"])
    talk.join(claim, claim.reporter_id, Part.MEMBER, at)
    if claim.steward_id is not None and claim.steward_id != claim.reporter_id:
        talk.join(claim, claim.steward_id, Part.STEWARD, at)


@transaction.atomic(durable=True)
def hand_over(
    by: Who, person_id: int, *, at: datetime, why: Handover | str, to: int | None = None, words: str = ""
) -> int:
    """Somebody else looks after a member from now on, in all their open claims too; the member is told.

    Needs:    `to`: the new steward; none: whoever has the least to do
    Gives:    the id of the new steward
    Records:  steward.given, claim.steward_changed of each open claim.
    Raises:   NotThere, NotAllowed, ReasonNeeded, NotASteward, NoStewardFree.
    """
    return _handed_over(by, person_id, at, why, to, words)


def _handed_over(by: Who, person_id: int, at: datetime, why: Handover | str, to: int | None, words: str) -> int:
    if why not in set(Handover) - {Handover.FIRST}:
        pairs = [HANDOVER_WORDS[each] for each in Handover if each is not Handover.FIRST]
        raise ReasonNeeded(known=", ".join(en for _, en in pairs), known_zh="、".join(zh for zh, _ in pairs))
    person: Person = one(by, "person", "hand_over", at, lock=True, pk=person_id)
    before = Stewardship.objects.select_for_update().filter(person=person, to_at__isnull=True).first()
    left = {before.steward_id} if before is not None else {person.steward_id}
    candidates = [each for each in _candidates(person, at) if each.person_id not in left]
    if to is not None and to not in {each.person_id for each in candidates}:
        name = Person.objects.filter(pk=to).values_list("full_name", flat=True).first()
        if name is None:
            raise NotThere(kind="person", key=to)
        raise NotASteward(name=name)
    chosen = to if to is not None else steward_of(candidates)
    if chosen is None:
        raise NoStewardFree
    _given(person, chosen, by, at, Handover(why), words.strip()[:MOST_WORDS])
    return chosen


@transaction.atomic(durable=True)
def hand_over_all(by: Who, steward_id: int, *, at: datetime, why: Handover | str, words: str = "") -> int:
    """Everybody whom a steward looks after gets another one: they are away or leave.

    Gives:    how many were handed over
    Records:  as `hand_over`.  Raises: as `hand_over`; nobody is handed over then.
    """
    people = list(
        Stewardship.objects.filter(steward=steward_id, to_at__isnull=True)
        .order_by("pk")
        .values_list("person", flat=True)
    )
    for person_id in people:
        _handed_over(by, person_id, at, why, None, words)
    return len(people)


@transaction.atomic(durable=True)
def complete(by: Who, claim_no: str, what: Checkpoint | str, *, at: datetime, words: str = "") -> None:
    """A steward has done what a checkpoint of a claim asks for.  Done once.

    Records:  claim.checkpoint.  Raises: NotThere, NotAllowed, TooEarly.
    """
    claim: Claim = one(by, "claim", "steward", at, lock=True, claim_no=claim_no)
    if by.person_id is None:
        raise NotAllowed
    if what not in set(Checkpoint):
        raise NotThere(kind="checkpoint", key=str(what)[:20])
    checkpoint = Checkpoint(what)
    if claim.state not in CHECKPOINT_FROM[checkpoint]:
        zh, en = CHECKPOINT_WORDS[checkpoint]
        raise TooEarly(what=en, what_zh=zh)
    StewardStep.objects.bulk_create([StewardStep(claim=claim, what=what, opened_at=at)], ignore_conflicts=True)
    step = StewardStep.objects.select_for_update().get(claim=claim, what=checkpoint.value)
    if step.done_at is not None:
        return
    step.done_at, step.done_by_id, step.words = at, by.person_id, words.strip()[:MOST_WORDS]
    step.save()
    records.append("claim.checkpoint", f"claim:{claim_no}", by=by, at=at, data={"what": checkpoint.value})


def mend(*, at: datetime, most: int = 200) -> int:
    """Members whose steward is no steward any more, or is locked out, get another; how many did."""
    held = RoleGrant.objects.filter(person=OuterRef("steward"), role=Role.STEWARD, from_at__lte=at)
    held = held.filter(Q(to_at__isnull=True) | Q(to_at__gt=at))
    found = Stewardship.objects.filter(to_at__isnull=True).filter(~Exists(held) | Q(steward__is_active=False))
    mended = 0
    for person_id in found.order_by("pk").values_list("person", flat=True)[:most]:
        try:
            hand_over(HOUSE, person_id, at=at, why=Handover.LEAVING)
        except NoStewardFree:
            continue
        mended += 1
    return mended


def _subject(record_id: int) -> str:
    return str(Record.objects.values_list("subject", flat=True).get(pk=record_id))


def _active(person: Person, at: datetime) -> int | None:
    """The steward of somebody, given now where there is none."""
    records.in_order(f"steward:{person.pk}")
    known = Stewardship.objects.filter(person=person, to_at__isnull=True).values_list("steward", flat=True).first()
    if known is not None:
        return known
    candidates = _candidates(person, at)
    stated = person.steward_id if person.steward_id in {each.person_id for each in candidates} else None
    chosen = stated if stated is not None else steward_of(candidates)
    if chosen is not None:
        _given(person, chosen, HOUSE, at, Handover.FIRST, "")
    return chosen


def _given(person: Person, steward_id: int, by: Who, at: datetime, why: Handover, words: str) -> None:
    Stewardship.objects.filter(person=person, to_at__isnull=True).update(to_at=at)
    Stewardship.objects.create(
        person=person, steward_id=steward_id, from_at=at, why=why.value, words=words, given_by_id=by.person_id
    )
    before = person.steward_id
    person.steward_id = steward_id
    person.save(update_fields=["steward"])
    records.append(
        "steward.given",
        f"person:{person.pk}",
        by=by,
        at=at,
        data={"person": person.pk, "steward": steward_id, "why": why.value},
    )
    if why is Handover.FIRST:
        return
    held = Q(person=person) | Q(policies__policy__holder=person)
    waiting = [state for state in OPEN_STATES if state is not ClaimState.DRAFT]
    ids = Claim.objects.filter(held, state__in=waiting).filter(Q(steward=before) | Q(steward__isnull=True))
    for claim in Claim.objects.filter(pk__in=ids.values("pk")).select_for_update().order_by("pk"):
        if steward_id in _family(claim.person_id) or steward_id == claim.reporter_id:
            continue
        claim.steward_id = steward_id
        claim.save(update_fields=["steward"])
        talk.join(claim, steward_id, Part.STEWARD, at)
        records.append(
            "claim.steward_changed", f"claim:{claim.claim_no}", by=by, at=at,
            data={"steward": steward_id, "why": why.value},
        )  # fmt: skip


def _candidates(person: Person, at: datetime) -> list[Candidate]:
    """Stewards who could look after somebody."""
    held = RoleGrant.objects.filter(role=Role.STEWARD, from_at__lte=at, person__is_active=True)
    held = held.filter(Q(to_at__isnull=True) | Q(to_at__gt=at)).filter(
        Q(branch=person.branch_id) | Q(branch__isnull=True) | Q(branch__is_headquarters=True)
    )
    places = list(held.order_by("person").values_list("person", "branch"))
    ids = {person_id for person_id, _ in places} - _family(person.pk)
    loads: Counter[int] = Counter(
        dict(
            Stewardship.objects.filter(steward__in=ids, to_at__isnull=True)
            .order_by()
            .values_list("steward")
            .annotate(Count("pk"))
        )
    )
    away = set(
        StaffAbsence.objects.filter(person__in=ids, from_at__lte=at, to_at__gt=at).values_list("person", flat=True)
    )
    near = {person_id for person_id, branch_id in places if branch_id == person.branch_id}
    return [Candidate(one_id, loads[one_id], one_id in near, one_id in away) for one_id in sorted(ids)]


def _family(person_id: int) -> set[int]:
    """Somebody, and those who act for them or for whom they act."""
    living = Relation.objects.filter(Q(person=person_id) | Q(other=person_id), ended_at__isnull=True)
    return {person_id, *(one_id for pair in living.values_list("person", "other") for one_id in pair)}
