"""Threads, read: the lines of a claim's conversation, who has read them, who waits; and how contacts began."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from hearth.store.access.partners import acts_for
from hearth.store.access.rows import NotAllowed, family_of, log_read, one, rows
from hearth.store.access.who import Who
from hearth.store.models import Claim, Message, MessagePaper, Person, Thread, ThreadMember
from hearth.words.service import Part, Side

MOST_LINES = 500
"""Lines of a thread that are shown at once: the newest."""


@dataclass(frozen=True, slots=True)
class SaidPaper:
    """A paper that came with a line."""

    paper_id: int
    kind: str
    name: str
    is_removed: bool


@dataclass(frozen=True, slots=True)
class ThreadLine:
    """A line of the thread."""

    line_id: int
    by_id: int
    by: str
    part: Part
    side: Side
    at: datetime
    text: str
    cites: str
    papers: tuple[SaidPaper, ...]


@dataclass(frozen=True, slots=True)
class InThread:
    """Somebody who is in the thread."""

    person_id: int
    name: str
    part: Part
    read_to: int
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class ThreadRow:
    """A thread as its reader sees it."""

    claim_no: str
    side: Side
    """On whose side the reader is."""
    lines: tuple[ThreadLine, ...]
    earlier: int
    """Lines before those."""
    people: tuple[InThread, ...]
    steward: InThread | None
    waits_since: datetime | None
    settled_at: datetime | None
    settled_by: str
    last: int
    """The newest line; 0: none."""
    read_to: int
    """Up to where the reader had read."""
    others_read_to: int
    """Up to where somebody of the other side has read."""

    @property
    def mark(self) -> str:
        """What changes when there is something new to show."""
        return f"{self.last}-{self.others_read_to}-{'s' if self.settled_at else ''}"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A member who waits for an answer."""

    claim_no: str
    person: str
    waits_since: datetime
    steward_id: int | None
    steward: str


@dataclass(frozen=True, slots=True)
class Contacts:
    """How contacts of a time began."""

    service: int
    member: int

    @property
    def share_bp(self) -> int | None:
        """The share that the service started, in basis points; None where there was none."""
        total = self.service + self.member
        return None if not total else self.service * 10_000 // total


def thread_of(by: Who, claim_no: str, at: datetime, *, most: int = MOST_LINES, purpose: str = "claim") -> ThreadRow:
    """The conversation of a claim, its newest lines.  Raises: NotThere, NotAllowed.

    A read by anybody but the person is written down with its purpose.
    """
    claim: Claim = one(by, "claim", "see", at, claim_no=claim_no)
    log_read(by, [claim.person_id], "thread", claim_no, purpose, at)
    side = _side(by, claim, at)
    found = list(
        Message.objects.filter(claim=claim).select_related("partner").order_by("-pk")[: min(most, MOST_LINES)]
    )[::-1]
    total = Message.objects.filter(claim=claim).count()
    members = list(ThreadMember.objects.filter(claim=claim, left_at__isnull=True).order_by("joined_at", "pk"))
    ids = {row.by_id for row in found} | {row.person_id for row in members}
    if claim.steward_id is not None:
        ids.add(claim.steward_id)
    names = dict(Person.objects.filter(pk__in=ids).values_list("pk", "full_name"))
    shown: dict[int, list[SaidPaper]] = {}
    for link in MessagePaper.objects.filter(message__in=[row.pk for row in found]).select_related("paper"):
        one_paper = SaidPaper(link.paper_id, link.paper.kind, link.paper.name, link.paper.removed_at is not None)
        shown.setdefault(link.message_id, []).append(one_paper)
    people = tuple(
        InThread(row.person_id, names[row.person_id], Part(row.part), row.read_to, row.read_at) for row in members
    )
    thread = Thread.objects.filter(claim=claim).first()
    steward = next((one_of for one_of in people if one_of.part is Part.STEWARD), None)
    if steward is None and claim.steward_id is not None:
        steward = InThread(claim.steward_id, names[claim.steward_id], Part.STEWARD, 0, None)
    lines = tuple(
        ThreadLine(
            row.pk, *_author(row, names), _part(row, claim), Side(row.side), row.at, row.text, row.cites,
            tuple(shown.get(row.pk, ())),
        )
        for row in found
    )  # fmt: skip
    return ThreadRow(
        claim_no, side, lines, total - len(found), people, steward,
        None if thread is None else thread.waits_since,
        None if thread is None else thread.settled_at,
        "" if thread is None else thread.settled_by,
        lines[-1].line_id if lines else 0,
        next((row.read_to for row in members if row.person_id == by.person_id), 0),
        _others(members, side),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class PartnersLine:
    """A line of a thread as the partner that brought the claim in reads it."""

    line_id: int
    by: str
    is_own: bool
    at: datetime
    text: str
    cites: str


def partners_lines(by: Who, claim_no: str, at: datetime, *, after: int = 0, most: int = 50) -> tuple[PartnersLine, ...]:
    """What the service wrote, and what the partner that asks wrote itself, oldest first; nothing the member wrote here.

    The read is written down.  Raises: NotThere, NotAllowed.
    """
    claim: Claim = one(by, "claim", "see", at, claim_no=claim_no)
    if acts_for(by, claim) is None:
        raise NotAllowed
    log_read(by, [claim.person_id], "thread", claim_no, "claim", at)
    found = Message.objects.filter(claim=claim, pk__gt=after).filter(
        Q(side=Side.SERVICE.value) | Q(partner=by.partner_id)
    )
    return tuple(
        PartnersLine(
            each.pk, each.partner.name if each.partner else each.by.full_name, each.partner_id is not None, each.at,
            each.text, each.cites,
        )
        for each in found.select_related("by", "partner").order_by("pk")[:most]
    )  # fmt: skip


def mark_of(by: Who, claim_no: str, at: datetime) -> str:
    """What a thread's `mark` is now, by few and light questions: no line is opened.  Raises: NotThere, NotAllowed."""
    claim: Claim = one(by, "claim", "see", at, claim_no=claim_no)
    side = _side(by, claim, at)
    last = Message.objects.filter(claim=claim).aggregate(last=Max("pk"))["last"] or 0
    members = list(ThreadMember.objects.filter(claim=claim, left_at__isnull=True))
    is_settled = Thread.objects.filter(claim=claim, settled_at__isnull=False).exists()
    return f"{last}-{_others(members, side)}-{'s' if is_settled else ''}"


def unread_of(by: Who, claim_ids: Iterable[int]) -> dict[int, int]:
    """How many lines of the other side somebody has not read, claim by claim; those with none are left out.

    Needs:   claims that `by` may see
    """
    if by.person_id is None:
        return {}
    read = ThreadMember.objects.filter(claim=OuterRef("claim"), person=by.person_id).values("read_to")[:1]
    found = Message.objects.filter(claim__in=list(claim_ids)).exclude(by=by.person_id)
    new = found.filter(pk__gt=Coalesce(Subquery(read), 0))
    # A colleague counts what members wrote; a member what the service wrote.
    side = Side.MEMBER if by.is_staff else Side.SERVICE
    return dict(new.filter(side=side.value).order_by().values_list("claim").annotate(Count("pk")))


def unread_at_home(by: Who, at: datetime) -> tuple[str, int]:
    """The claim with the newest line that a member has not read, and how many such lines there are in all."""
    if by.person_id is None:
        return "", 0
    claims = Claim.objects.filter(
        Q(person__in=family_of(by.person_id, at)), person__locked_at__isnull=True, thread__answered_at__isnull=False
    )
    counts = unread_of(by.as_member(), claims.order_by("-thread__answered_at").values_list("pk", flat=True)[:50])
    if not counts:
        return "", 0
    newest = Claim.objects.filter(pk__in=counts).order_by("-thread__answered_at").values_list("claim_no", flat=True)[0]
    return newest, sum(counts.values())


def waiting(by: Who, at: datetime, *, mine: bool = False, limit: int = 50) -> tuple[Waiting, ...]:
    """Members who wait for an answer, the longest first; `mine`: those whose steward asks."""
    found = rows(by, "claim", "message", at).filter(thread__waits_since__isnull=False)
    if by.person_id is not None:
        found = found.exclude(person__in=family_of(by.person_id, at)).exclude(reporter=by.person_id)
    if mine:
        found = found.filter(steward=by.person_id)
    return tuple(
        Waiting(row.claim_no, row.person.full_name, row.thread.waits_since, row.steward_id,
                row.steward.full_name if row.steward else "")
        for row in found.select_related("person", "thread", "steward")
        .only("claim_no", "person__full_name", "thread__waits_since", "steward__full_name")
        .order_by("thread__waits_since", "pk")[:limit]
    )  # fmt: skip


def contacts(by: Who, at: datetime, since: datetime) -> Contacts:
    """How the contacts since a moment began: by the service, or by members (S2.31)."""
    found = Message.objects.filter(is_start=True, at__gte=since, at__lte=at)
    found = found.filter(claim__in=rows(by, "claim", "message", at).order_by().values("pk"))
    counts = dict(found.order_by().values_list("side").annotate(Count("pk")))
    return Contacts(counts.get(Side.SERVICE.value, 0), counts.get(Side.MEMBER.value, 0))


def _side(by: Who, claim: Claim, at: datetime) -> Side:
    is_own = by.person_id is not None and (
        by.person_id == claim.reporter_id or claim.person_id in family_of(by.person_id, at)
    )
    return Side.MEMBER if is_own else Side.SERVICE


def _author(row: Message, names: dict[int, str]) -> tuple[int, str]:
    """Who wrote a line: 0 and the partner's name where a partner did, for the person."""
    return (row.by_id, names[row.by_id]) if row.partner is None else (0, row.partner.name)


def _part(row: Message, claim: Claim) -> Part:
    if row.side == Side.MEMBER:
        return Part.MEMBER
    return Part.STEWARD if row.by_id == claim.steward_id else Part.EXPERT


def _others(members: Iterable[ThreadMember], side: Side) -> int:
    return max((row.read_to for row in members if (row.part == Part.MEMBER) != (side is Side.MEMBER)), default=0)
