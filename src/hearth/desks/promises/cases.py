"""Cases: limits of disputes and complaints that are in danger become orders; an order ends when its case moves."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q

from hearth.desks.books import records
from hearth.desks.books.many import Told, append_many
from hearth.desks.promises.giving import Roster, left_out
from hearth.kernel.promises.chaser import Alarm, alarms, next_look
from hearth.kernel.promises.clock import started
from hearth.kernel.promises.deadline import deadline
from hearth.kernel.promises.limit import LIMITS
from hearth.store.access import HOUSE
from hearth.store.access.involved import was_involved
from hearth.store.calendars import asked_again, work_calendar
from hearth.store.models import (
    CaseOrder,
    Complaint,
    ComplaintClock,
    Dispute,
    DisputeClock,
    StaffAbsence,
)
from hearth.words.calendar import YearUnknown
from hearth.words.claims import Role
from hearth.words.complaints import ComplaintState
from hearth.words.disputes import DisputeState
from hearth.words.promises import Chaser, OrderState

CASES = 200
"""Cases that are looked at in one transaction."""

UNKNOWN_WAITS = timedelta(hours=1)
"""A limit that leans on a year without a notice is tried again after so long."""

BEGAN = {
    DisputeState.TRIAGE: "dispute.opened",
    DisputeState.EXPERT: "dispute.expert",
    DisputeState.SENIOR: "dispute.senior",
}
"""What began the limits of the tier that has a dispute."""

WORKERS = (Role.STEWARD, Role.CLAIM_EXPERT, Role.SENIOR_EXPERT, Role.MEDICAL_EXPERT, Role.SERVICE_AGENT, Role.REVIEWER)
"""Who may have a case; whoever has it is asked first."""

Case = Dispute | Complaint
_OPEN, _SETTLED = OrderState.OPEN.value, OrderState.SETTLED.value

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CasesSwept:
    """What one sweep of disputes and complaints did."""

    looked_at: int = 0
    opened: int = 0
    escalated: int = 0
    settled: int = 0
    told: int = 0


@dataclass(frozen=True, slots=True)
class _Reached:
    """The highest rung that a running limit of a case has reached."""

    code: str
    due_at: datetime
    alarm: Alarm


@transaction.atomic(durable=True)
def sweep_cases(*, at: datetime, most: int = CASES) -> CasesSwept:
    """Make the orders of disputes and complaints what their limits say.  (1) find and lock (2) look (3) give (4) write.

    An order is open exactly while a running limit has reached a rung: what is asked again, after whatever restart,
    gives the same.  It rises with the rungs, and ends by itself when its limit is met or means nothing any more.
    Records: dispute.order_opened, .order_escalated, .order_settled, and the same of complaints; claim.dispute_late or
    complaint.late where the member is told, once an order.
    """
    records.in_order("promises.sweep")
    asked_again()
    # 1.
    cases = _due(at, most)
    if not cases:
        return CasesSwept()
    living = {_key(order): order for order in CaseOrder.objects.select_for_update().filter(_of(cases), state=_OPEN)}
    clocks = _running(cases)
    # 2.
    ended: list[CaseOrder] = []
    raised: list[CaseOrder] = []
    made: list[CaseOrder] = []
    late: list[CaseOrder] = []
    for case in cases:
        running = clocks[_key_of(case)]
        reached = _look(case, running, at)
        order = living.get(_key_of(case))
        if order is not None and (reached is None or order.code != reached.code):
            # Another limit is another order, unless both run and this one stands higher.
            if reached is None or not _is_now(case, order.code) or order.code not in {row.code for row in running}:
                _end(order, case, at)
                ended.append(order)
                order = None
            elif reached.alarm.rung.level <= order.level:
                continue
        if reached is None:
            continue
        if order is None:
            order = _new(case, reached, at)
            made.append(order)
        elif reached.alarm.rung.level > order.level:
            _raise(order, reached)
            raised.append(order)
        if reached.alarm.rung.tells and order.told_at is None:
            order.told_at = at
            late.append(order)
    _watch(clocks)
    # 3.
    _give([*made, *(order for order in raised if order.holder_id is None)], at)
    # 4.
    for order in [*ended, *raised, *late]:
        if order.pk is not None:
            order.save()
    CaseOrder.objects.bulk_create(made)
    told = [
        *(_told("order_settled", order) for order in ended),
        *(_told("order_opened", order) for order in made),
        *(_told("order_escalated", order) for order in raised),
        *(_late(order) for order in late),
    ]
    append_many(told, by=HOUSE, at=at)
    return CasesSwept(len(cases), len(made), len(raised), len(ended), len(late))


@transaction.atomic(durable=True)
def give_waiting_cases(*, at: datetime, most: int = CASES) -> int:
    """Give out orders of cases that nobody has, whose holder is away, or whose case somebody else has taken by now.

    Gives:   how many found somebody
    Records: dispute.order_given or complaint.order_given for each.
    """
    records.in_order("promises.sweep")
    away = StaffAbsence.objects.filter(person=OuterRef("holder"), from_at__lte=at, to_at__gt=at)
    taken = Q(level=1) & (
        Q(dispute__reviewer__isnull=False) & ~Q(dispute__reviewer=F("holder"))
        | Q(dispute__reviewer__isnull=True, dispute__holder__isnull=False) & ~Q(dispute__holder=F("holder"))
        | Q(complaint__handler__isnull=False, complaint__state="registered") & ~Q(complaint__handler=F("holder"))
    )
    found = CaseOrder.objects.filter(Q(holder__isnull=True) | Exists(away) | Q(holder__is_active=False) | taken)
    waiting = list(
        found.filter(state=_OPEN)
        .select_related("dispute__claim", "complaint__claim")
        .defer(*left_out("dispute__claim"), *left_out("complaint__claim"))
        .select_for_update(of=("self",))
        .order_by("due_at", "id")[:most]
    )
    given = _give(waiting, at)
    for order in given:
        order.save(update_fields=["holder", "given_at"])
    append_many([_told("order_given", order) for order in given], by=HOUSE, at=at)
    return len(given)


def _due(at: datetime, most: int) -> list[Case]:
    """Cases with a limit to look at, and those whose order's limit does not run any more; locked, the free ones alone.

    The case is locked before its limits, as its own desk does.
    """
    opened = CaseOrder.objects.filter(state=_OPEN)
    of_dispute = DisputeClock.objects.filter(dispute=OuterRef("dispute"), code=OuterRef("code"), state="running")
    of_complaint = ComplaintClock.objects.filter(
        complaint=OuterRef("complaint"), code=OuterRef("code"), state="running"
    )
    passed_on = Q()
    for state, event in BEGAN.items():
        passed_on |= Q(dispute__state=state.value) & ~Q(code__in=began_codes(event))
    moved = opened.filter(Q(~Exists(of_dispute)) | passed_on, dispute__isnull=False).values_list("dispute", flat=True)
    ended = opened.filter(~Exists(of_complaint), complaint__isnull=False).values_list("complaint", flat=True)
    watched = Q(state="running", watch_at__lte=at)
    disputes = DisputeClock.objects.filter(watched).order_by("watch_at").values_list("dispute", flat=True)
    complaints = ComplaintClock.objects.filter(watched).order_by("watch_at").values_list("complaint", flat=True)
    found: list[Case] = list(
        Dispute.objects.filter(pk__in={*moved[:most], *disputes[:most]})
        .select_related("claim")
        .defer(*left_out("claim"))
        # The claim with its dispute: whoever works on either has the claim first.
        .select_for_update(of=("self", "claim"), skip_locked=True, no_key=True)
        .order_by("pk")
    )
    found += (
        Complaint.objects.filter(pk__in={*ended[:most], *complaints[:most]})
        .select_related("claim")
        .defer(*left_out("claim"))
        .select_for_update(of=("self",), skip_locked=True)
        .order_by("pk")
    )
    return found


def _look(case: Case, running: Iterable[DisputeClock | ComplaintClock], at: datetime) -> _Reached | None:
    """The highest rung that the running limits of a case have reached; each knows when it is looked at again.

    Of a case that was passed on, the limits of whoever has it now count alone.
    """
    highest: _Reached | None = None
    calendar = work_calendar()
    for row in running:
        clock = started(row.code, row.started_at)
        try:
            to_come = alarms(clock, calendar, deadline(clock, calendar))
        except YearUnknown as unknown:
            logger.error("Limit %s of %s cannot be watched: %s", row.code, _name(case), unknown)
            row.watch_at = at + UNKNOWN_WAITS
            continue
        row.watch_at = next_look(to_come, at)
        for alarm in to_come if _is_now(case, row.code) else ():
            if alarm.at <= at and (highest is None or alarm.rung.level > highest.alarm.rung.level):
                highest = _Reached(row.code, row.due_at, alarm)
    return highest


def _running(cases: Sequence[Case]) -> Mapping[tuple[str, int], list[DisputeClock | ComplaintClock]]:
    """The running limits of cases, by the key of the case."""
    found: dict[tuple[str, int], list[DisputeClock | ComplaintClock]] = defaultdict(list)
    disputes = [case.pk for case in cases if isinstance(case, Dispute)]
    complaints = [case.pk for case in cases if isinstance(case, Complaint)]
    for one in DisputeClock.objects.filter(dispute__in=disputes, state="running").order_by("pk") if disputes else ():
        found[Chaser.DISPUTE.value, one.dispute_id].append(one)
    of_complaints = ComplaintClock.objects.filter(complaint__in=complaints, state="running").order_by("pk")
    for each in of_complaints if complaints else ():
        found[Chaser.COMPLAINT.value, each.complaint_id].append(each)
    return found


def _watch(clocks: Mapping[tuple[str, int], Sequence[DisputeClock | ComplaintClock]]) -> None:
    """Write when each limit is looked at again."""
    for chaser, table in (
        (Chaser.DISPUTE.value, DisputeClock._meta.db_table),
        (Chaser.COMPLAINT.value, ComplaintClock._meta.db_table),
    ):
        looked_at = [row for (of, _), rows in clocks.items() if of == chaser for row in rows]
        if looked_at:
            with connection.cursor() as cursor:
                cursor.execute(
                    f"UPDATE {table} k SET watch_at = u.watch_at FROM unnest(%s::bigint[], %s::timestamptz[])"
                    " AS u (id, watch_at) WHERE k.id = u.id",
                    [[row.pk for row in looked_at], [row.watch_at for row in looked_at]],
                )


def _is_now(case: Case, code: str) -> bool:
    """Whether a limit is one of whoever has the case now."""
    return isinstance(case, Complaint) or code in began_codes(BEGAN.get(DisputeState(case.state), ""))


def began_codes(event: str) -> tuple[str, ...]:
    """The limits that an event begins."""
    return tuple(dict.fromkeys(row.code for row in LIMITS if row.starts == event))


def _new(case: Case, reached: _Reached, at: datetime) -> CaseOrder:
    assert reached.alarm.rung.to is not None
    order = CaseOrder(
        level=reached.alarm.rung.level,
        code=reached.code,
        due_at=reached.due_at,
        role=reached.alarm.rung.to.value,
        opened_at=at,
    )
    if isinstance(case, Dispute):
        order.dispute, order.chaser = case, Chaser.DISPUTE.value
    else:
        order.complaint, order.chaser = case, Chaser.COMPLAINT.value
    return order


def _raise(order: CaseOrder, reached: _Reached) -> None:
    rung = reached.alarm.rung
    assert rung.to is not None
    order.level, order.code, order.due_at = rung.level, reached.code, reached.due_at
    if order.role != rung.to.value:
        order.role, order.holder_id, order.given_at = rung.to.value, None, None


def _end(order: CaseOrder, case: Case, at: datetime) -> None:
    order.state, order.ended_at = _SETTLED, at
    order.was_late = case.clocks.filter(code=order.code, state="late").exists()


def _give(orders: Sequence[CaseOrder], at: datetime) -> list[CaseOrder]:
    """Say who has each order, where somebody who may is at work; nobody gets one about themselves or their family.

    Gives:   the orders that somebody else has now; one whose holder is there goes to who has taken the case alone
    """
    if not orders:
        return []
    cases = [_case(order) for order in orders]
    roster = Roster((), {*WORKERS, *(order.role for order in orders)}, at, about={_person_id(case) for case in cases})
    given = []
    for order, case in zip(orders, cases, strict=True):
        barred = _barred(case, roster)
        first = _has_it(case) if order.level == 1 else None
        chosen: int | None
        if first is not None and first in roster.here and first not in barred:
            chosen = first
        elif order.holder is not None and order.holder.is_active and order.holder_id not in roster.absent:
            continue
        else:
            chosen = _chosen(order, case, roster, barred)
        if chosen is not None and chosen != order.holder_id:
            order.holder_id, order.given_at = chosen, at
            given.append(order)
    return given


def _has_it(case: Case) -> int | None:
    """Who works on a case now, as its own desk has it."""
    if isinstance(case, Dispute):
        return case.reviewer_id if case.state == DisputeState.SENIOR else case.holder_id
    return case.handler_id if case.state == ComplaintState.REGISTERED else None


def _barred(case: Case, roster: Roster) -> set[int]:
    """Who gets no order of a case: whom it is about or comes from; of a review, who answered before."""
    found: set[int | None] = {_person_id(case), *roster.family[_person_id(case)]}
    if case.claim is not None:
        found.add(case.claim.reporter_id)
    if isinstance(case, Complaint):
        found.add(case.about_id)
        if case.state == ComplaintState.IN_REVIEW:
            found |= {case.handler_id, case.extended_by_id}
    return {each for each in found if each is not None}


def _chosen(order: CaseOrder, case: Case, roster: Roster, barred: set[int]) -> int | None:
    claim = case.claim
    if order.level == 1 and claim is not None and (isinstance(case, Complaint) or case.state == DisputeState.SENIOR):
        # Who had to do with the claim cannot take it; whoever stands above only asks how far it is.
        barred = barred | {each for each, _ in roster.grants[order.role] if was_involved(claim, each)}
    branch_id = case.claim.branch_id if isinstance(case, Dispute) else case.branch_id
    return roster.choose(order.role, order.chaser, branch_id, barred=barred, known=_known(case))


def _known(case: Case) -> Collection[int | None]:
    return (case.holder_id,) if isinstance(case, Dispute) else (case.handler_id,)


def _case(order: CaseOrder) -> Case:
    found = order.dispute or order.complaint
    assert found is not None
    return found


def _person_id(case: Case) -> int:
    return case.claim.person_id if isinstance(case, Dispute) else case.person_id


def _name(case: Case) -> str:
    return f"dispute {case.dispute_no}" if isinstance(case, Dispute) else f"complaint {case.complaint_no}"


def _subject(case: Case) -> str:
    return f"claim:{case.claim.claim_no}" if isinstance(case, Dispute) else f"complaint:{case.complaint_no}"


def _key(order: CaseOrder) -> tuple[str, int]:
    return order.chaser, order.dispute_id or order.complaint_id or 0


def _key_of(case: Case) -> tuple[str, int]:
    return (Chaser.DISPUTE if isinstance(case, Dispute) else Chaser.COMPLAINT).value, case.pk


def _of(cases: Iterable[Case]) -> Q:
    found = list(cases)
    return Q(dispute__in=[case.pk for case in found if isinstance(case, Dispute)]) | Q(
        complaint__in=[case.pk for case in found if isinstance(case, Complaint)]
    )


def _told(what: str, order: CaseOrder) -> Told:
    case = _case(order)
    data: dict[str, object] = {"order": order.pk, "level": order.level, "limit": order.code, "role": order.role}
    if isinstance(case, Dispute):
        data["dispute"] = case.dispute_no
    if what == "order_settled":
        data["late"] = order.was_late
    else:
        data["holder"] = order.holder_id
    return Told(f"{order.chaser}.{what}", _subject(case), data)


def _late(order: CaseOrder) -> Told:
    case = _case(order)
    if isinstance(case, Dispute):
        return Told("claim.dispute_late", _subject(case), {"dispute": case.dispute_no, "limit": order.code})
    return Told("complaint.late", _subject(case), {"limit": order.code})
