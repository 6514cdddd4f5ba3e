"""Named reads of claims: a member's list, the desk's queue page by page, and how many stand in each state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Prefetch, Q, QuerySet

from hearth.store.access.matrix import MATRIX, Rows
from hearth.store.access.rows import NotAllowed, family_of, rows
from hearth.store.access.who import Who
from hearth.store.models import Claim, ClaimPolicy, Person
from hearth.words.claims import OPEN_STATES, STEP_OF, ClaimState, Step

PAGE = 50
MOST = 200
COUNTED = 1_000
"""Counts stop here: "1000+" is all that anybody needs to know."""
QUEUED = tuple(state for state in OPEN_STATES if state is not ClaimState.DRAFT)
"""States that stand in the queue: what somebody still works on."""

Key = tuple[datetime | None, int]
"""The place of a row in the queue: when it is due, and its id."""


@dataclass(frozen=True, slots=True)
class PolicyName:
    """A policy of a claim, in short."""

    policy_no: str
    product: str


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim in a list."""

    claim_id: int
    claim_no: str
    person_id: int
    person_name: str
    reporter_id: int
    state: ClaimState
    step: Step
    state_at: datetime
    reported_at: datetime | None
    event_on: date | None
    due_at: datetime | None
    expected_on: date | None
    claimed_fen: int
    outcome: str
    payable_fen: int
    paid_out_fen: int
    policies: tuple[PolicyName, ...]
    channel: str
    steward_name: str
    assessor_id: int | None
    assessor_name: str
    is_investigated: bool
    is_disputed: bool
    is_prepaid: bool
    for_person: str
    reopened_count: int
    external_id: str

    @property
    def key(self) -> Key:
        """Where the next page begins."""
        return self.due_at, self.claim_id


@dataclass(frozen=True, slots=True)
class Filters:
    """What of the queue somebody wants to see."""

    states: tuple[ClaimState, ...] = ()
    mine: bool = False
    unassigned: bool = False
    disputed: bool = False
    late: bool = False
    for_person: str = ""
    product: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list, and the key of the next one, if there is one."""

    rows: tuple[ClaimRow, ...]
    after: Key | None


def claims_of(by: Who, at: datetime, *, before: int | None = None, limit: int = PAGE) -> tuple[ClaimRow, ...]:
    """A member's own claims and those of whom they act for, newest first, drafts among them."""
    if by.person_id is None:
        return ()
    found = Claim.objects.filter(person__in=family_of(by.person_id, at), person__locked_at__isnull=True)
    if before is not None:
        found = found.filter(pk__lt=before)
    return _listed(found.order_by("-pk")[: _most(limit)])


def partner_claims(by: Who, at: datetime, *, before: int | None = None, limit: int = PAGE) -> tuple[ClaimRow, ...]:
    """The claims that a partner brought in, newest first."""
    found = rows(by, "claim", "see", at).filter(partner=by.partner_id, partner__isnull=False)
    if before is not None:
        found = found.filter(pk__lt=before)
    return _listed(found.order_by("-pk")[: _most(limit)])


def claim_no_of(by: Who, external_id: str, at: datetime) -> str | None:
    """The number of a claim by the number of the partner that asks; None where it brought none in under that."""
    found = rows(by, "claim", "see", at).filter(partner=by.partner_id, partner__isnull=False, external_id=external_id)
    number: str | None = found.exclude(external_id="").values_list("claim_no", flat=True).first()
    return number


def queue(
    by: Who, at: datetime, filters: Filters | None = None, *, after: Key | None = None, limit: int = PAGE
) -> Page:
    """The desk's queue: what breaks first stands first; what has no limit stands last.

    Raises: NotAllowed for those who work on no claims.
    """
    filters = filters or Filters()
    most = _most(limit)
    found = _filtered(_of_desk(by), by, at, filters)
    states = tuple(state for state in filters.states or QUEUED if state in QUEUED)
    keys = sorted(_keys(found, states, after, most + 1), key=_sorted_by)[: most + 1]
    page = _by_ids([pk for _, pk in keys[:most]])
    return Page(page, page[-1].key if len(keys) > most and page else None)


def counts(by: Who, at: datetime, filters: Filters | None = None) -> dict[ClaimState, int]:
    """How many claims stand in each state of the queue, counted up to COUNTED + 1.  Raises: NotAllowed."""
    every = _filtered(_of_places(by), by, at, filters or Filters())
    # Counted along an index alone, which knows nothing of people; what belongs to those who are locked is taken off.
    locked = every.filter(state__in=[state.value for state in QUEUED], person__in=_locked())
    hidden = Counter(dict(locked.order_by().values_list("state").annotate(Count("pk"))))
    most = COUNTED + 1 + max(hidden.values(), default=0)
    part = every.filter(state=_EACH).order_by().values("pk")[:most]
    rows = _asked_of_each(part, QUEUED, "SELECT %s::text, COUNT(*) FROM ({}) AS counted")
    return {ClaimState(state): min(int(number) - hidden[state], COUNTED + 1) for state, number in rows}


def places_of(by: Who) -> tuple[int, ...] | None:
    """The branches whose claims somebody sees by a role; None: every branch.  Raises: NotAllowed."""
    roles = {
        role: which
        for kind, verbs, among, which in MATRIX
        if kind == "claim" and "see" in verbs and which in (Rows.BRANCH, Rows.ALL)
        for role in among
    }
    held = [grant for grant in by.grants if grant.role in roles]
    if by.is_house or any(grant.branch_id is None or roles[grant.role] is Rows.ALL for grant in held):
        return None
    if not held:
        raise NotAllowed
    return tuple(sorted({grant.branch_id for grant in held if grant.branch_id is not None}))


def row_of(claim: Claim) -> ClaimRow:
    """A claim as a row of a list."""
    decision = claim.decision
    return ClaimRow(
        claim_id=claim.pk,
        claim_no=claim.claim_no,
        person_id=claim.person_id,
        person_name=claim.person.full_name,
        reporter_id=claim.reporter_id,
        state=ClaimState(claim.state),
        step=STEP_OF[ClaimState(claim.state)],
        state_at=claim.state_at,
        reported_at=claim.reported_at,
        event_on=claim.event_on,
        due_at=claim.due_at,
        expected_on=claim.expected_on,
        claimed_fen=claim.claimed_fen,
        outcome=decision.outcome if decision is not None else "",
        payable_fen=decision.payable_fen if decision is not None else 0,
        paid_out_fen=decision.paid_out_fen if decision is not None else 0,
        policies=tuple(
            PolicyName(row.policy.policy_no, row.policy.product)
            for row in sorted(claim.policies.all(), key=lambda row: row.position)
        ),
        channel=claim.channel,
        steward_name=claim.steward.full_name if claim.steward is not None else "",
        assessor_id=claim.assessor_id,
        assessor_name=claim.assessor.full_name if claim.assessor is not None else "",
        is_investigated=claim.is_investigated,
        is_disputed=claim.is_disputed,
        is_prepaid=claim.is_prepaid,
        for_person=claim.for_person,
        reopened_count=claim.reopened_count,
        external_id=claim.external_id,
    )


POLICIES = Prefetch("policies", ClaimPolicy.objects.select_related("policy").order_by("position"))
"""The policies of claims, in the chosen order."""

_SHOWN = (
    "claim_no", "person__full_name", "reporter_id", "state", "state_at", "reported_at", "event_on", "due_at",
    "expected_on", "claimed_fen", "decision__outcome", "decision__payable_fen", "decision__paid_out_fen", "channel",
    "steward__full_name", "assessor__full_name", "is_investigated", "is_disputed", "is_prepaid", "for_person",
    "reopened_count", "external_id",
)  # fmt: skip
"""What a row shows; what is sealed is opened one by one and shown in no list."""


def with_names(found: QuerySet[Claim]) -> QuerySet[Claim]:
    """Claims with everything that a row shows, without what it does not."""
    return found.select_related("person", "decision", "steward", "assessor").only(*_SHOWN).prefetch_related(_SHORT)


_SHORT = Prefetch(
    "policies",
    ClaimPolicy.objects.select_related("policy").only("claim_id", "position", "policy__policy_no", "policy__product"),
)


def _of_desk(by: Who) -> QuerySet[Claim]:
    """The claims of somebody's desk, asked so that an index can follow."""
    # Few people are locked: asked about them apart, the queue's indexes are followed.
    return _of_places(by).exclude(person__in=_locked())


def _of_places(by: Who) -> QuerySet[Claim]:
    """The claims of the branches whose claims somebody sees, those of locked people among them."""
    places = places_of(by)
    return Claim.objects.all() if places is None else Claim.objects.filter(branch__in=places)


def _locked() -> QuerySet[Person]:
    return Person.objects.filter(locked_at__isnull=False)


def _filtered(found: QuerySet[Claim], by: Who, at: datetime, filters: Filters) -> QuerySet[Claim]:
    if filters.mine:
        found = found.filter(assessor=by.person_id)
    if filters.unassigned:
        found = found.filter(assessor__isnull=True)
    if filters.disputed:
        found = found.filter(is_disputed=True)
    if filters.late:
        found = found.filter(due_at__lt=at)
    if filters.for_person:
        found = found.filter(for_person=filters.for_person).exclude(for_person="")
    if filters.product:
        found = found.filter(product=filters.product).exclude(product="")
    return found


_EACH = "\0each"
"""Stands in a question where each state of the queue is asked about in turn."""


def _asked_of_each(part: QuerySet[Any, Any], states: Sequence[ClaimState], around: str) -> list[tuple[Any, ...]]:
    """One question for all states, each of which follows an index of its own from its start.

    Needs:   `part` a limited query whose state is _EACH; `around`: what is asked of it ("{}"), its state first
    """
    sql, given = part.query.sql_with_params()
    asked = around.format(sql)
    params: list[Any] = []
    for state in states:
        params += [state.value] * (asked.count("%s") - sql.count("%s"))
        params += [state.value if one == _EACH else one for one in given]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"({asked})" for _ in states), params)
        return list(cursor.fetchall())


def _keys(found: QuerySet[Claim], states: Sequence[ClaimState], after: Key | None, most: int) -> list[Key]:
    """Keys of every state from a place on: of each the first that are due, and the first that have no limit."""
    if not states:
        return []
    due, pk = after if after is not None else (None, 0)
    of_state = found.filter(state=_EACH)
    parts = []
    if after is None or due is not None:
        dated = of_state.filter(due_at__isnull=False)
        if due is not None:
            dated = dated.filter(Q(due_at__gte=due) & (Q(due_at__gt=due) | Q(pk__gt=pk)))
        parts.append(dated)
    undated = of_state.filter(due_at__isnull=True)
    parts.append(undated.filter(pk__gt=pk) if after is not None and due is None else undated)
    keys: list[Key] = []
    for part in parts:
        if len(keys) < most:
            keys += _asked_of_each(part.order_by("due_at", "pk").values_list("due_at", "pk")[:most], states, "{}")
    return keys


def _sorted_by(key: Key) -> tuple[bool, float, int]:
    due, pk = key
    return due is None, 0.0 if due is None else due.timestamp(), pk


def _by_ids(ids: list[int]) -> tuple[ClaimRow, ...]:
    place = {pk: number for number, pk in enumerate(ids)}
    return tuple(sorted(_listed(Claim.objects.filter(pk__in=ids)), key=lambda row: place[row.claim_id]))


def _listed(found: QuerySet[Claim]) -> tuple[ClaimRow, ...]:
    return tuple(row_of(claim) for claim in with_names(found))


def _most(limit: int) -> int:
    return max(1, min(limit, MOST))
