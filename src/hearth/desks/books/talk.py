"""Talk: the one way in which a line comes into the thread of a claim: kept, counted, and no answer is forgotten."""

from __future__ import annotations

from datetime import datetime

from hearth.store.models import Claim, Message, Thread, ThreadMember
from hearth.words.service import NEW_CONTACT, Part, Side

MOST_TEXT = 4_000


def say(
    claim: Claim,
    *,
    by_id: int,
    side: Side,
    at: datetime,
    text: str,
    explains: str = "",
    cites: str = "",
    partner_id: int | None = None,
) -> Message:
    """Write a line of a claim's thread, in the transaction under way; the thread is opened by its first line.

    Needs:   `side`: whether the member's side writes or the service; `text`: 1 to MOST_TEXT letters, looked through;
             `explains`, `cites`: the explanation it gives (words.canned) and the clause of the wording
             `partner_id`: the partner that writes it for that person
    Gives:   the line; whoever wrote it has read all up to it, but for a partner
    """
    thread = opened(claim, at)
    starts = thread.last_at is None or at - thread.last_at >= NEW_CONTACT
    line = Message.objects.create(
        claim=claim, by_id=by_id, at=at, text=text, side=side.value, is_start=starts, explains=explains, cites=cites,
        partner_id=partner_id,
    )  # fmt: skip
    thread.last_at = at if thread.last_at is None else max(at, thread.last_at)
    if side is Side.SERVICE:
        thread.waits_since, thread.answered_at = None, at
    else:
        thread.waits_since = thread.waits_since or at
        # Who writes again is not done with.
        thread.settled_at, thread.settled_by = None, ""
    thread.save()
    if partner_id is None:
        seen(claim, by_id, side, at, read_to=line.pk)
    return line


def opened(claim: Claim, at: datetime) -> Thread:
    """The thread of a claim, its row locked; made where there is none yet."""
    Thread.objects.bulk_create([Thread(claim=claim, opened_at=at)], ignore_conflicts=True)
    return Thread.objects.select_for_update().get(claim=claim)


def seen(claim: Claim, person_id: int, side: Side, at: datetime, *, read_to: int) -> None:
    """Somebody has read a thread up to a line; who reads or writes is in it from then on."""
    part = Part.MEMBER if side is Side.MEMBER else Part.STEWARD if person_id == claim.steward_id else Part.EXPERT
    join(claim, person_id, part, at)
    ThreadMember.objects.filter(claim=claim, person=person_id, read_to__lt=read_to).update(read_to=read_to, read_at=at)


def join(claim: Claim, person_id: int, part: Part, at: datetime) -> None:
    """Somebody is in the thread of a claim; a new steward takes the place of the one before."""
    known = ThreadMember.objects.filter(claim=claim, person=person_id).first()
    if known is not None and known.left_at is None and known.part == part:
        return
    if part is Part.STEWARD:
        ThreadMember.objects.filter(claim=claim, part=part.value, left_at__isnull=True).exclude(
            person=person_id
        ).update(left_at=at)
    if known is None:
        ThreadMember.objects.bulk_create(
            [ThreadMember(claim=claim, person_id=person_id, part=part.value, joined_at=at)], ignore_conflicts=True
        )
        return
    known.part, known.left_at = part.value, None
    known.save(update_fields=["part", "left_at"])
