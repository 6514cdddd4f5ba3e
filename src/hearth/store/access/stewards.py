"""Stewards, read: who looks after whom and since when, how much each has, and the four checkpoints of a claim."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from hearth.store.access.rows import one, rows
from hearth.store.access.who import Who
from hearth.store.models import Claim, Person, RoleGrant, StaffAbsence, Stewardship, StewardStep
from hearth.words.claims import ClaimState, Role
from hearth.words.service import CHECKPOINT_FROM, Checkpoint, Handover


@dataclass(frozen=True, slots=True)
class StewardRow:
    """A steward, and what they have."""

    person_id: int
    name: str
    looks_after: int
    waiting: int
    is_absent: bool


@dataclass(frozen=True, slots=True)
class StewardshipRow:
    """A time in which somebody looked after a member."""

    steward_id: int
    steward: str
    from_at: datetime
    to_at: datetime | None
    why: Handover
    words: str


@dataclass(frozen=True, slots=True)
class CheckpointRow:
    """A checkpoint of a claim: whether it can be completed, and when it was."""

    what: Checkpoint
    is_due: bool
    done_at: datetime | None
    done_by: str
    words: str


def checkpoints_of(by: Who, claim_no: str, at: datetime) -> tuple[CheckpointRow, ...]:
    """The four checkpoints of a claim.  Raises: NotThere, NotAllowed."""
    claim: Claim = one(by, "claim", "see", at, claim_no=claim_no)
    kept = {row.what: row for row in StewardStep.objects.filter(claim=claim).select_related("done_by")}
    state = ClaimState(claim.state)
    found = []
    for what in Checkpoint:
        row = kept.get(what.value)
        done = row.done_at if row is not None else None
        found.append(
            CheckpointRow(
                what,
                done is None and state in CHECKPOINT_FROM[what],
                done,
                row.done_by.full_name if row is not None and row.done_by is not None else "",
                row.words if row is not None else "",
            )
        )
    return tuple(found)


def stewards(by: Who, at: datetime) -> tuple[StewardRow, ...]:
    """The stewards of the branches whose members somebody may hand over, those with the least first."""
    people = rows(by, "person", "hand_over", at)
    held = RoleGrant.objects.filter(role=Role.STEWARD, from_at__lte=at, person__is_active=True)
    held = held.filter(Q(to_at__isnull=True) | Q(to_at__gt=at)).filter(
        Q(branch__in=people.order_by().values("branch")) | Q(branch__isnull=True) | Q(branch__is_headquarters=True)
    )
    ids = set(held.values_list("person", flat=True))
    away = set(
        StaffAbsence.objects.filter(person__in=ids, from_at__lte=at, to_at__gt=at).values_list("person", flat=True)
    )
    loads = Stewardship.objects.filter(steward__in=ids, to_at__isnull=True).order_by().values_list("steward")
    load = dict(loads.annotate(Count("pk")))
    waits = Claim.objects.filter(steward__in=ids, thread__waits_since__isnull=False).order_by().values_list("steward")
    wait = dict(waits.annotate(Count("pk")))
    found = [
        StewardRow(pk, name, load.get(pk, 0), wait.get(pk, 0), pk in away)
        for pk, name in Person.objects.filter(pk__in=ids).values_list("pk", "full_name")
    ]
    return tuple(sorted(found, key=lambda row: (row.looks_after, row.person_id)))


def history_of(by: Who, person_id: int, at: datetime) -> tuple[StewardshipRow, ...]:
    """Who looked after somebody, the newest first.  Raises: NotThere, NotAllowed."""
    person: Person = one(by, "person", "see", at, pk=person_id)
    found = Stewardship.objects.filter(person=person).select_related("steward").order_by("-from_at", "-pk")
    return tuple(
        StewardshipRow(row.steward_id, row.steward.full_name, row.from_at, row.to_at, Handover(row.why), row.words)
        for row in found[:50]
    )


def members_of(by: Who, steward_id: int, at: datetime, *, limit: int = 100) -> tuple[tuple[int, str, datetime], ...]:
    """Whom a steward looks after: number, name, since when."""
    found = Stewardship.objects.filter(
        steward=steward_id, to_at__isnull=True, person__in=rows(by, "person", "hand_over", at).values("pk")
    )
    return tuple(found.order_by("from_at", "pk").values_list("person", "person__full_name", "from_at")[:limit])


@dataclass(frozen=True, slots=True)
class MySteward:
    """Whom a member calls: the name, and the number that the company keeps of them (empty where there is none)."""

    name: str
    phone: str


def my_steward(by: Who, at: datetime) -> MySteward | None:
    """The steward of who asks; where they have none, that of the newest claim they can see; None where nobody is."""
    if by.person_id is None:
        return None
    own = Person.objects.select_related("steward").get(pk=by.person_id).steward
    if own is None:
        newest = rows(by, "claim", "see", at).filter(steward__isnull=False).select_related("steward")
        found = newest.order_by("-pk").first()
        own = None if found is None else found.steward
    return None if own is None else MySteward(own.full_name, own.phone)
