"""Complaints, read: the desk's list, one complaint, the member's own, shares by business, measures still open."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Q

from hearth.store.access.rows import family_of, log_read, one, permit, rows
from hearth.store.access.who import Who
from hearth.store.models import Complaint, ComplaintParty, Person, RootAction
from hearth.store.sealed import plain_form
from hearth.words.complaints import OPEN_COMPLAINTS, ComplaintState

C = ComplaintState
PAGE = 50


@dataclass(frozen=True, slots=True)
class ComplaintRow:
    """One complaint in a list: nothing that was said."""

    complaint_no: str
    person_id: int
    person: str
    claim_no: str
    stage: str
    cause: str
    channel: str
    is_group: bool
    state: ComplaintState
    registered_at: datetime
    due_at: datetime | None
    limit_days: int
    handler_id: int | None
    handler: str
    finding: str
    review_finding: str
    review_until: datetime | None
    ended_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether the company owes an answer."""
        return self.state in OPEN_COMPLAINTS


@dataclass(frozen=True, slots=True)
class ComplaintEventRow:
    """Something that happened to a complaint, and what was said."""

    what: str
    by_id: int | None
    by: str
    is_staff: bool
    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class PartyRow:
    """Somebody who complains with others."""

    name: str
    is_representative: bool
    """Whether they represent the others, or are to; false of who said no."""
    person_id: int | None
    confirmed_at: datetime | None
    declined_at: datetime | None
    is_asked: bool
    """Whether they are asked themselves and have not answered."""


@dataclass(frozen=True, slots=True)
class Naming:
    """A complaint that names its reader as a representative and waits for their word: who complains, nothing else."""

    complaint_no: str
    by: str
    registered_at: datetime


@dataclass(frozen=True, slots=True)
class RootActionRow:
    """What is done against a cause: open until it was counted again and is gone."""

    action_id: int
    complaint_no: str
    root_cause: str
    action: str
    owner: str
    due_on: date
    before: int
    aim: int
    measured: int | None
    closed_at: datetime | None
    begun_at: datetime
    counted_days: int


@dataclass(frozen=True, slots=True)
class ComplaintFile:
    """Everything about one complaint, as one screen shows it."""

    row: ComplaintRow
    events: tuple[ComplaintEventRow, ...]
    clocks: tuple[tuple[str, str, datetime, datetime], ...]
    """Limit, state, start, end."""
    parties: tuple[PartyRow, ...]
    actions: tuple[RootActionRow, ...]
    extended_by: str
    reviewer: str


@dataclass(frozen=True, slots=True)
class ComplaintFigures:
    """How many complaints there were of which business and cause (S2.29), and how they were answered."""

    registered: int
    open: int
    late: int
    by_stage: tuple[tuple[str, int], ...]
    by_cause: tuple[tuple[str, int], ...]
    right: int
    answered: int

    @property
    def claim_share_bp(self) -> int | None:
        """Complaints about claims among all, in basis points; None where there was none."""
        return None if not self.registered else dict(self.by_stage).get("claim", 0) * 10_000 // self.registered


def complaints_of(by: Who, at: datetime) -> tuple[ComplaintRow, ...]:
    """Complaints of the reader and of those they act for, newest first."""
    found = rows(by, "complaint", "see", at)
    return tuple(_row(each) for each in found.select_related(*_WITH).order_by("-id")[:PAGE])


def complaint_queue(by: Who, at: datetime, *, state: str = "", limit: int = PAGE) -> tuple[ComplaintRow, ...]:
    """Complaints that are owed an answer by the time that is left, without those of the reader's own family.

    Raises: NotAllowed.
    """
    permit(by, "complaint", "see")
    found = rows(by, "complaint", "see", at)
    if by.person_id is not None:
        found = found.exclude(person__in=family_of(by.person_id, at))
    found = found.filter(state=state) if state else found.filter(state__in=OPEN_COMPLAINTS)
    order = ("due_at", "id") if not state or state in OPEN_COMPLAINTS else ("-id",)
    return tuple(_row(each) for each in found.select_related(*_WITH).order_by(*order)[: min(limit, 200)])


def complaint_file(by: Who, complaint_no: str, at: datetime) -> ComplaintFile:
    """Everything about one complaint; the read is written down.  Raises: NotThere, NotAllowed."""
    return _file(by, one(by, "complaint", "see", at, complaint_no=complaint_no).pk, complaint_no, at)


def member_complaint(by: Who, complaint_no: str, at: datetime) -> ComplaintFile:
    """A complaint of the reader or of those they act for; or one that they represent, without the claim it is about.

    Raises: NotThere, NotAllowed.
    """
    if not rows(by, "complaint", "see", at).filter(complaint_no=complaint_no).exists():
        found = Complaint.objects.filter(_REPRESENTED, parties__person=by.person_id, complaint_no=complaint_no).first()
        if by.person_id is not None and found is not None and found.person.locked_at is None:
            file = _file(by, found.pk, complaint_no, at)
            return replace(file, row=replace(file.row, claim_no=""))
    return complaint_file(by, complaint_no, at)


def represented_by(by: Who, at: datetime) -> tuple[ComplaintRow, ...]:
    """Complaints of others that the reader represents by their own word, newest first."""
    if by.person_id is None:
        return ()
    found = Complaint.objects.filter(_REPRESENTED, parties__person=by.person_id, person__locked_at__isnull=True)
    found = found.exclude(pk__in=rows(by, "complaint", "see", at).values("pk"))
    return tuple(
        replace(_row(each), claim_no="") for each in found.select_related(*_WITH).order_by("-id").distinct()[:PAGE]
    )


def namings_of(by: Who, at: datetime) -> tuple[Naming, ...]:
    """Open complaints that name the reader and wait for their word."""
    person = None if by.person_id is None else Person.objects.filter(pk=by.person_id).first()
    if person is None or person.phone_digest is None:
        return ()
    found = ComplaintParty.objects.filter(
        phone_digest=person.phone_digest, confirmed_at__isnull=True, declined_at__isnull=True,
        complaint__state__in=OPEN_COMPLAINTS, complaint__person__locked_at__isnull=True,
    )  # fmt: skip
    return tuple(
        Naming(each.complaint.complaint_no, each.complaint.person.full_name, each.complaint.registered_at)
        for each in found.select_related("complaint__person").order_by("-pk")[:PAGE]
        if _same_name(each.name, person.full_name)
    )


def naming_of(held: Complaint, person_id: int) -> ComplaintParty | None:
    """The row by which a complaint names somebody who has not answered yet: their telephone and their name."""
    person = Person.objects.get(pk=person_id)
    if person.phone_digest is None:
        return None
    asked = held.parties.filter(
        phone_digest=person.phone_digest, confirmed_at__isnull=True, declined_at__isnull=True, is_representative=True
    )
    return next((each for each in asked if _same_name(each.name, person.full_name)), None)


def whom_it_names(party: ComplaintParty) -> Person | None:
    """Who has the telephone and the name of somebody who is asked; None where nobody here has both."""
    found = Person.objects.filter(phone_digest=party.phone_digest, is_active=True, locked_at__isnull=True).first()
    return found if found is not None and _same_name(party.name, found.full_name) else None


def _same_name(one_name: str, other: str) -> bool:
    return plain_form(one_name) == plain_form(other)


def _file(by: Who, pk: int, complaint_no: str, at: datetime) -> ComplaintFile:
    found = Complaint.objects.select_related(*_WITH, "extended_by", "reviewer").get(pk=pk)
    log_read(by, [found.person_id], "complaint", complaint_no, "complaint", at)
    return ComplaintFile(
        row=_row(found),
        events=tuple(
            ComplaintEventRow(
                what=each.what,
                by_id=each.by_id,
                by=each.by.full_name if each.by else "",
                is_staff=each.is_staff,
                at=each.at,
                words=each.words,
            )
            for each in found.events.select_related("by").order_by("seq")
        ),
        clocks=tuple(found.clocks.order_by("due_at", "id").values_list("code", "state", "started_at", "due_at")),
        parties=tuple(_party(each) for each in found.parties.order_by("id")[:200]),
        actions=tuple(_action(each) for each in found.actions.select_related("owner", "complaint").order_by("id")),
        extended_by=found.extended_by.full_name if found.extended_by else "",
        reviewer=found.reviewer.full_name if found.reviewer else "",
    )


def complaint_figures(by: Who, at: datetime, since: datetime) -> ComplaintFigures:
    """Complaints registered since a moment, by business and cause; what stands open now.  Raises: NotAllowed."""
    permit(by, "complaint", "count")
    every = rows(by, "complaint", "count", at)
    found = list(every.filter(registered_at__gt=since, registered_at__lte=at).values_list("stage", "cause", "finding"))
    waiting = every.filter(state__in=OPEN_COMPLAINTS)
    return ComplaintFigures(
        registered=len(found),
        open=waiting.count(),
        late=waiting.filter(due_at__lte=at).count(),
        by_stage=tuple(Counter(each[0] for each in found).most_common()),
        by_cause=tuple(Counter(each[1] for each in found).most_common()),
        right=sum(each[2] in ("right", "partly") for each in found),
        answered=sum(each[2] != "" for each in found),
    )


def open_actions(by: Who, at: datetime) -> tuple[RootActionRow, ...]:
    """Measures against causes that are not closed, soonest due first.  Raises: NotAllowed."""
    permit(by, "complaint", "act")
    found = RootAction.objects.filter(closed_at__isnull=True, complaint__in=rows(by, "complaint", "act", at))
    return tuple(_action(each) for each in found.select_related("owner", "complaint").order_by("due_on", "id")[:PAGE])


_WITH = ("person", "claim", "handler")
_REPRESENTED = Q(parties__is_representative=True, parties__confirmed_at__isnull=False)


def _party(of: ComplaintParty) -> PartyRow:
    return PartyRow(
        name=of.name,
        is_representative=of.is_representative,
        person_id=of.person_id,
        confirmed_at=of.confirmed_at,
        declined_at=of.declined_at,
        is_asked=of.phone_digest is not None and of.confirmed_at is None and of.declined_at is None,
    )


def _row(of: Complaint) -> ComplaintRow:
    return ComplaintRow(
        complaint_no=of.complaint_no,
        person_id=of.person_id,
        person=of.person.full_name,
        claim_no=of.claim.claim_no if of.claim else "",
        stage=of.stage,
        cause=of.cause,
        channel=of.channel,
        is_group=of.is_group,
        state=C(of.state),
        registered_at=of.registered_at,
        due_at=of.due_at,
        limit_days=of.limit_days,
        handler_id=of.handler_id,
        handler=of.handler.full_name if of.handler else "",
        finding=of.finding,
        review_finding=of.review_finding,
        review_until=of.review_until,
        ended_at=of.ended_at,
    )


def _action(of: RootAction) -> RootActionRow:
    return RootActionRow(
        action_id=of.pk,
        complaint_no=of.complaint.complaint_no,
        root_cause=of.root_cause,
        action=of.action,
        owner=of.owner.full_name,
        due_on=of.due_on,
        before=of.before,
        aim=of.aim,
        measured=of.measured,
        closed_at=of.closed_at,
        begun_at=of.begun_at,
        counted_days=of.counted_days,
    )
