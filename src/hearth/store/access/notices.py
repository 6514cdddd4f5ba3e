"""Notices, read: one's inbox, and for staff what could not be delivered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from hearth.store.access.rows import rows
from hearth.store.access.who import Who
from hearth.store.models import Notice

MAX_LIST = 200
"""The longest list that is read at once."""


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One notice as its reader sees it, in the language it was written in."""

    id: int
    what: str
    """Kind of the record it tells of: claim.decided, claim.paid, ..."""
    claim_no: str
    advance_no: str
    complaint_no: str
    person: str
    language: str
    title: str
    body: str
    channel: str
    state: str
    trouble: str
    made_at: datetime
    delivered_at: datetime | None
    read_at: datetime | None


def inbox(by: Who, at: datetime, *, before: int | None = None, limit: int = 50) -> tuple[NoticeRow, ...]:
    """One's own notices, newest first, a page below the id `before`."""
    found = rows(by, "notice", "see", at).filter(person=by.person_id).exclude(person=None)
    if before is not None:
        found = found.filter(pk__lt=before)
    return _listed(found.order_by("-id"), limit)


def unread(by: Who, at: datetime) -> int:
    """How many of one's notices are not read yet, counted up to a hundred."""
    found = rows(by, "notice", "see", at).filter(person=by.person_id, read_at__isnull=True).exclude(person=None)
    return len(found.values_list("pk", flat=True)[:100])


def notices_of_claim(by: Who, claim_no: str, at: datetime) -> tuple[NoticeRow, ...]:
    """What was told of a claim and whether it arrived, newest first."""
    return _listed(rows(by, "notice", "see", at).filter(claim__claim_no=claim_no).order_by("-id"), MAX_LIST)


def undelivered(by: Who, at: datetime, *, limit: int = 50) -> tuple[NoticeRow, ...]:
    """Notices that were given up and not read since: somebody calls these people."""
    found = rows(by, "notice", "see", at).filter(state="given_up", delivered_at__isnull=True)
    return _listed(found.order_by("-id"), limit)


def _listed(found: QuerySet[Notice], limit: int) -> tuple[NoticeRow, ...]:
    return tuple(
        NoticeRow(
            id=notice.pk,
            what=notice.what,
            claim_no=notice.claim.claim_no if notice.claim else "",
            advance_no=_number(notice, "advance"),
            complaint_no=_number(notice, "complaint"),
            person=notice.person.full_name,
            language=notice.language,
            title=notice.title,
            body=notice.body,
            channel=notice.channel,
            state=notice.state,
            trouble=notice.trouble,
            made_at=notice.made_at,
            delivered_at=notice.delivered_at,
            read_at=notice.read_at,
        )
        for notice in found.select_related("claim", "person", "record")[: min(limit, MAX_LIST)]
    )


def _number(notice: Notice, of: str) -> str:
    area, _, number = (notice.record.subject if notice.record else "").partition(":")
    return number if area == of else ""
