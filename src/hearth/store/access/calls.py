"""Calls, read: what was said with hospitals about a claim or an advance, and where somebody has to call again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from hearth.store.access.rows import log_read, may, one, permit, rows
from hearth.store.access.who import Who
from hearth.store.models import Advance, Claim, HospitalCall
from hearth.words.calls import CallOutcome, CallTopic, CallWay


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call with a hospital; `followed_at`: when a later call was noted."""

    call_id: int
    claim_no: str
    advance_no: str
    person: str
    way: CallWay
    topic: CallTopic
    outcome: CallOutcome
    hospital: str
    spoke_with: str
    words: str
    called_at: datetime
    by: str
    next_on: date | None
    followed_at: datetime | None

    @property
    def waits(self) -> bool:
        """Whether somebody has to call again."""
        return self.next_on is not None and self.followed_at is None


def calls_of(by: Who, at: datetime, *, claim_no: str = "", advance_no: str = "") -> tuple[CallRow, ...]:
    """The calls about a claim and the advance of its stay, or about an advance and its claim; the newest first.

    Raises: NotThere, NotAllowed for the claim or the advance itself.
    """
    if claim_no:
        claim: Claim = one(by, "claim", "see", at, claim_no=claim_no)
        about = Q(claim=claim) | Q(advance__claim=claim)
    else:
        advance: Advance = one(by, "advance", "see", at, advance_no=advance_no)
        about = Q(advance=advance) if advance.claim_id is None else Q(advance=advance) | Q(claim=advance.claim_id)
    if not may(by, "hospital_call", "see"):
        return ()
    return _told(rows(by, "hospital_call", "see", at).filter(about).order_by("-called_at", "-pk"))


def calls_to_make(by: Who, at: datetime, *, limit: int = 50) -> tuple[CallRow, ...]:
    """Where a hospital is to be called again, by its day; the reads are logged.  Raises: NotAllowed."""
    permit(by, "hospital_call", "see")
    waiting = rows(by, "hospital_call", "see", at).filter(next_on__isnull=False, followed_at__isnull=True)
    found = waiting.order_by("next_on", "pk")[:limit]
    log_read(by, sorted({row.person_id for row in found}), "hospital_call", "list", "claim", at)
    return _told(found)


def _told(found: QuerySet[HospitalCall]) -> tuple[CallRow, ...]:
    return tuple(
        CallRow(
            row.pk, row.claim.claim_no if row.claim else "", row.advance.advance_no if row.advance else "",
            row.person.full_name, CallWay(row.way), CallTopic(row.topic), CallOutcome(row.outcome), row.hospital,
            row.spoke_with, row.words, row.called_at, row.by.full_name, row.next_on, row.followed_at,
        )
        for row in found.select_related("claim", "advance", "person", "by")
    )  # fmt: skip
