"""Clocks: the legal and promised limits of a claim as rows: they begin and end with records, and pause in between."""

from __future__ import annotations

from collections.abc import Iterable
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
    codes = [row.code for row in starting(event, day_in_china(at)) if _is_meant(claim, row.code)]
    _start(claim, codes, since or at)
    if event == "claim.decided":
        # Until the member agrees it is they who are waited for.
        pause(claim, at, codes=LANES)
    elif event == "claim.agreed":
        resume(claim, at, codes=LANES)


def _is_meant(claim: Claim, code: str) -> bool:
    """Whether a limit is one of such a claim: simple or complex, and the notice of a refusal where it is one."""
    if code == "L3":
        return claim.decision is not None and claim.decision.outcome == Outcome.REFUSED
    return (code in COMPLEX) is claim.is_investigated if code in (*COMPLEX, "P_DECIDE") else True


def start(claim: Claim, code: str, at: datetime, *, amount: int | None = None) -> None:
    """Start one limit, unless it runs already; `amount`: how long it is where a product promises another number."""
    _start(claim, [code], at, amount)


def _start(claim: Claim, codes: list[str], at: datetime, amount: int | None = None) -> None:
    if not codes:
        return
    living = set(claim.deadlines.filter(code__in=codes, state__in=LIVING).values_list("code", flat=True))
    rows = [Deadline(claim=claim, code=code, started_at=at, amount=amount) for code in codes if code not in living]
    for row in rows:
        count(row)
    Deadline.objects.bulk_create(rows)


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
    codes = stopped_by(event)
    for row in claim.deadlines.filter(code__in=codes, state__in=LIVING) if codes else ():
        _resume(row, at)
        row.met_at = at
        row.state = "late" if row.due_at is not None and at >= row.due_at else "met"
        row.save(update_fields=["pauses", "met_at", "state", *COUNTED])


def void(claim: Claim, *, codes: Iterable[str] | None = None) -> None:
    """Let limits go that mean nothing any more: all of them, or those of these codes."""
    found = claim.deadlines.filter(state__in=LIVING)
    (found if codes is None else found.filter(code__in=tuple(codes))).update(state="void")


def pause(claim: Claim, at: datetime, *, codes: Iterable[str] | None = None) -> None:
    """Let every pausable limit, or those of some codes, stand still from a moment on (SPC II art. 15)."""
    running = claim.deadlines.filter(state="running")
    for row in running if codes is None else running.filter(code__in=tuple(codes)):
        if limit(row.code, day_in_china(row.started_at)).is_pausable:
            row.pauses.append([at.isoformat(), None])
            row.state = "paused"
            count(row)
            row.save(update_fields=["pauses", "state", *COUNTED])


def resume(claim: Claim, at: datetime, *, codes: Iterable[str] | None = None) -> None:
    """Let the limits that stand still, or those of some codes, run on."""
    paused = claim.deadlines.filter(state="paused")
    for row in paused if codes is None else paused.filter(code__in=tuple(codes)):
        _resume(row, at)
        row.state = "running"
        row.save(update_fields=["pauses", "state", *COUNTED])


def soonest(claim: Claim) -> datetime | None:
    """When the first of the running limits ends: of those that wait for the insurer, else of the customer's."""
    running = list(claim.deadlines.filter(state="running", due_at__isnull=False))
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
