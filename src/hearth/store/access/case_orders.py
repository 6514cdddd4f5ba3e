"""Orders of cases, read: what disputes and complaints ask for by the time that is left, and those of one case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from hearth.store.access.rows import family_of, may, rows
from hearth.store.access.who import Who
from hearth.store.models import CaseOrder
from hearth.words.claims import Role
from hearth.words.promises import Chaser, OrderState

PAGE = 100


@dataclass(frozen=True, slots=True)
class CaseOrderRow:
    """An order of a dispute or a complaint: what is in danger, who has it, until when."""

    order_id: int
    chaser: Chaser
    level: int
    limit: str
    case_no: str
    """The number of the dispute or the complaint."""
    claim_no: str
    person: str
    role: Role
    holder_id: int | None
    holder: str
    due_at: datetime
    opened_at: datetime


def case_orders(by: Who, at: datetime, *, mine: bool = False, limit: int = PAGE) -> tuple[CaseOrderRow, ...]:
    """Open orders of the disputes and complaints that somebody sees, the soonest limit first; not of their family."""
    found = _seen(by, at)
    if mine:
        found = found.filter(holder=by.person_id)
    if by.person_id is not None:
        own = family_of(by.person_id, at)
        found = found.exclude(dispute__claim__person__in=own).exclude(complaint__person__in=own)
    return _rows(found, limit)


def orders_of_dispute(by: Who, dispute_no: str, at: datetime) -> tuple[CaseOrderRow, ...]:
    """The open order of a dispute; none where it is not for `by`."""
    return _rows(_seen(by, at).filter(dispute__dispute_no=dispute_no), PAGE)


def orders_of_complaint(by: Who, complaint_no: str, at: datetime) -> tuple[CaseOrderRow, ...]:
    """The open order of a complaint; none where it is not for `by`."""
    return _rows(_seen(by, at).filter(complaint__complaint_no=complaint_no), PAGE)


def orders_of_disputes_about(by: Who, claim_no: str, at: datetime) -> tuple[CaseOrderRow, ...]:
    """The open orders of the disputes of a claim."""
    return _rows(_seen(by, at).filter(dispute__claim__claim_no=claim_no), PAGE)


def _seen(by: Who, at: datetime) -> QuerySet[CaseOrder]:
    wanted = Q(pk__in=())
    if may(by, "dispute", "see"):
        wanted |= Q(dispute__in=rows(by, "dispute", "see", at))
    if may(by, "complaint", "see"):
        wanted |= Q(complaint__in=rows(by, "complaint", "see", at))
    return CaseOrder.objects.filter(wanted, state=OrderState.OPEN)


def _rows(found: QuerySet[CaseOrder], limit: int) -> tuple[CaseOrderRow, ...]:
    with_names = found.select_related("dispute__claim__person", "complaint__person", "complaint__claim", "holder").only(
        "chaser", "level", "code", "role", "due_at", "opened_at", "holder__full_name",
        "dispute__dispute_no", "dispute__claim__claim_no", "dispute__claim__person__full_name",
        "complaint__complaint_no", "complaint__claim__claim_no", "complaint__person__full_name",
    )  # fmt: skip
    return tuple(_row(each) for each in with_names.order_by("due_at", "pk")[:limit])


def _row(of: CaseOrder) -> CaseOrderRow:
    if of.dispute is not None:
        case_no, claim_no, person = of.dispute.dispute_no, of.dispute.claim.claim_no, of.dispute.claim.person.full_name
    else:
        assert of.complaint is not None
        case_no, person = of.complaint.complaint_no, of.complaint.person.full_name
        claim_no = of.complaint.claim.claim_no if of.complaint.claim is not None else ""
    return CaseOrderRow(
        order_id=of.pk,
        chaser=Chaser(of.chaser),
        level=of.level,
        limit=of.code,
        case_no=case_no,
        claim_no=claim_no,
        person=person,
        role=Role(of.role),
        holder_id=of.holder_id,
        holder=of.holder.full_name if of.holder is not None else "",
        due_at=of.due_at,
        opened_at=of.opened_at,
    )
