"""Clocks: the legal and promised limits of a claim as rows: they begin and end with records, and pause in between."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from hearth.kernel.promises.chaser import alarms, next_look
from hearth.kernel.promises.clock import Clock, Pause, resumed, started
from hearth.kernel.promises.deadline import deadline
from hearth.kernel.promises.limit import limit, starting, stopped_by
from hearth.store.calendars import asked_again, work_calendar
from hearth.store.models import Claim, Deadline
from hearth.words.calendar import YearUnknown, day_in_china
from hearth.words.claims import Outcome
from hearth.words.faults import Fault

_BEFORE = timedelta(microseconds=1)

LIVING = ("running", "paused")
"""States of a limit that is neither met nor void."""

LANES = ("P_FAST", "P_SMALL")
"""Limits that run from acceptance until the money is there, and wait while the member decides whether to agree."""

PARCELS = ("P_PARCEL_3", "P_PARCEL_LOST")
"""Limits of originals with a courier: they are looked for whatever becomes of the claim."""

COUNTED = ("due_at", "target_on", "is_provisional", "watch_at")
"""What `count` works out of a row."""

COMPLEX = frozenset({"P_DECIDE_25", "P_DECIDE_28"})
"""Limits of complex claims alone; a simple one has P_DECIDE."""


class LimitOfLaw(Fault):
    """A limit of the law is not made longer."""

    code, status = "LIMIT_OF_LAW", 409
    says = "Limit {limit} is {most} by law; it cannot be made {amount}."
    says_zh = "时限 {limit} 依法为 {most}，不能延长为 {amount}。"


def begin(claim: Claim, event: str, at: datetime, *, since: datetime | None = None) -> None:
    """Start the limits that an event starts, in the transaction under way; those that run already go on.

    Needs:   a saved claim; `event` a kind of record; `since`: from when they count, where that is not `at`
    """
    _begin(claim, event, at, _living(claim), since)


def turn(claim: Claim, events: Iterable[str], at: datetime) -> datetime | None:
    """End and start the limits that events end and start, one event after another, as `end` and `begin` do.

    Gives:   when the first of those ends that run then, as `soonest` tells it
    """
    living = _living(claim)
    for event in events:
        _end(living, event, at)
        _begin(claim, event, at, living)
    return _soonest(living)


def _living(claim: Claim) -> list[Deadline]:
    return list(claim.deadlines.filter(state__in=LIVING).order_by("pk"))


def _begin(claim: Claim, event: str, at: datetime, living: list[Deadline], since: datetime | None = None) -> None:
    codes = [row.code for row in starting(event, day_in_china(at)) if _is_meant(claim, row.code)]
    _start(claim, dict.fromkeys(codes), since or at, living)
    if event == "claim.decided":
        # Until the member agrees it is they who are waited for.
        _pause([row for row in living if row.code in LANES], at)
    elif event == "claim.agreed":
        _run_on([row for row in living if row.code in LANES], at)


def _is_meant(claim: Claim, code: str) -> bool:
    """Whether a limit is one of such a claim: simple or complex, and the notice of a refusal where it is one."""
    if code == "L3":
        return claim.decision is not None and claim.decision.outcome == Outcome.REFUSED
    return (code in COMPLEX) is claim.is_investigated if code in (*COMPLEX, "P_DECIDE") else True


def start(claim: Claim, code: str, at: datetime, *, amount: int | None = None) -> None:
    """Start one limit, unless it runs already; `amount`: how long it is where a product promises another number."""
    start_each(claim, {code: amount}, at)


def start_each(claim: Claim, amounts: Mapping[str, int | None], at: datetime) -> None:
    """Start several limits, as `start` does each: by code how long it is, or none for what is stated."""
    if amounts:
        _start(claim, amounts, at, _living(claim))


def _start(claim: Claim, amounts: Mapping[str, int | None], at: datetime, living: list[Deadline]) -> None:
    known = {row.code for row in living}
    rows = [
        Deadline(claim=claim, code=code, started_at=at, amount=amount)
        for code, amount in amounts.items()
        if code not in known
    ]
    for row in rows:
        count(row)
    if rows:
        living += Deadline.objects.bulk_create(rows)


def change(claim: Claim, code: str, amount: int, at: datetime) -> None:
    """Make a living limit longer or shorter: it goes on from where it began, and every pause stays.

    Raises:  LimitOfLaw where a limit of the law would be made longer: a contract may promise less, never more.
    """
    for row in claim.deadlines.filter(code=code, state__in=LIVING):
        stated = limit(code, day_in_china(row.started_at))
        if stated.is_law and amount > stated.amount:
            raise LimitOfLaw(limit=code, amount=amount, most=stated.amount)
        row.amount = amount
        count(row)
        row.save(update_fields=["amount", *COUNTED])
    claim.due_at = soonest(claim)
    claim.save(update_fields=["due_at"])


def end(claim: Claim, event: str, at: datetime) -> None:
    """End the limits that an event ends: met, or late."""
    if codes := stopped_by(event):
        _end(list(claim.deadlines.filter(code__in=codes, state__in=LIVING).order_by("pk")), event, at)


def _end(living: list[Deadline], event: str, at: datetime) -> None:
    """End those of the living limits that an event ends, and take them out of the list."""
    codes = stopped_by(event)
    ended = [row for row in living if row.code in codes]
    if not ended:
        return
    living[:] = [row for row in living if row.code not in codes]
    stood = [row for row in ended if row.pauses and row.pauses[-1][1] is None]
    for row in ended:
        if row in stood:
            _resume(row, at)
        row.met_at = at
        row.state = "late" if row.due_at is not None and at >= row.due_at else "met"
    for row in stood:
        row.save(update_fields=["pauses", "met_at", "state", *COUNTED])
    for state in sorted({row.state for row in ended}):
        found = [row.pk for row in ended if row.state == state and row not in stood]
        if found:
            Deadline.objects.filter(pk__in=found).update(met_at=at, state=state)


def void(claim: Claim, *, codes: Iterable[str] | None = None) -> None:
    """Let limits go that mean nothing any more: those of these codes, or all but those of parcels under way."""
    found = claim.deadlines.filter(state__in=LIVING)
    (found.exclude(code__in=PARCELS) if codes is None else found.filter(code__in=tuple(codes))).update(state="void")


def pause(claim: Claim, at: datetime, *, codes: Iterable[str] | None = None) -> None:
    """Let every pausable limit, or those of some codes, stand still from a moment on (SPC II art. 15)."""
    running = claim.deadlines.filter(state="running")
    _pause(running if codes is None else running.filter(code__in=tuple(codes)), at)


def _pause(rows: Iterable[Deadline], at: datetime) -> None:
    for row in rows:
        if row.state == "running" and limit(row.code, day_in_china(row.started_at)).is_pausable:
            row.pauses.append([at.isoformat(), None])
            row.state = "paused"
            count(row)
            row.save(update_fields=["pauses", "state", *COUNTED])


def resume(claim: Claim, at: datetime, *, codes: Iterable[str] | None = None) -> None:
    """Let the limits that stand still, or those of some codes, run on."""
    paused = claim.deadlines.filter(state="paused")
    _run_on(paused if codes is None else paused.filter(code__in=tuple(codes)), at)


def _run_on(rows: Iterable[Deadline], at: datetime) -> None:
    for row in rows:
        if row.state == "paused":
            _resume(row, at)
            row.state = "running"
            row.save(update_fields=["pauses", "state", *COUNTED])


def soonest(claim: Claim) -> datetime | None:
    """When the first of the running limits ends: of those that wait for the insurer, else of the customer's."""
    return _soonest(claim.deadlines.filter(state="running", due_at__isnull=False))


def _soonest(rows: Iterable[Deadline]) -> datetime | None:
    running = [row for row in rows if row.state == "running" and row.due_at is not None]
    ours = [row for row in running if limit(row.code, day_in_china(row.started_at)).waits_for == "insurer"]
    return min((row.due_at for row in ours or running if row.due_at is not None), default=None)


def due_of(claim: Claim, code: str) -> Deadline | None:
    """The living limit of a code, or the one that ran last."""
    return claim.deadlines.filter(code=code).order_by("pk").last()


def pauses_of(row: Deadline) -> tuple[Pause, ...]:
    """The times in which a limit stood still."""
    return tuple(
        Pause(datetime.fromisoformat(first), None if last is None else datetime.fromisoformat(last))
        for first, last in row.pauses
    )


def _resume(row: Deadline, at: datetime) -> None:
    if row.pauses and row.pauses[-1][1] is None:
        clock = resumed(clock_of(row), at)
        row.pauses = [
            [pause.from_at.isoformat(), None if pause.to_at is None else pause.to_at.isoformat()]
            for pause in clock.pauses
        ]
        count(row)


def clock_of(row: Deadline) -> Clock:
    """The clock that a row keeps."""
    return started(row.code, row.started_at, pauses_of(row), row.amount)


def count(row: Deadline) -> None:
    """Work out when a limit ends and when a chaser looks at it next; the row is not saved.

    What should have fired already is looked at by the next sweep, at once.
    """
    clock, calendar = clock_of(row), work_calendar()
    try:
        due = deadline(clock, calendar)
    except YearUnknown:
        calendar = asked_again()
        due = deadline(clock, calendar)
    if due.is_provisional and (newer := asked_again()).years != calendar.years:
        # The notice came while this program ran.
        calendar = newer
        due = deadline(clock, calendar)
    row.due_at, row.target_on, row.is_provisional = due.due_at, due.target_on, due.is_provisional
    row.watch_at = next_look(alarms(clock, calendar, due), row.started_at - _BEFORE)


def first_day_out(code: str, at: datetime) -> date:
    """The last day of a limit that would begin now: what people are told."""
    due = deadline(started(code, at), work_calendar())
    assert due.day is not None
    return due.day
