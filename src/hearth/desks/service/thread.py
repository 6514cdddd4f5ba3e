"""Thread: lines between a member and who looks after their claim: written, explained by a clause, read, settled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from hearth.desks.books import records, talk
from hearth.desks.service.explaining import explained
from hearth.desks.service.faults import NotAnswered, NothingWritten
from hearth.desks.service.notices import deliver_unsent
from hearth.store.access import HOUSE, NotAllowed, NotThere, Who, family_of, one, rows
from hearth.store.access.partners import acts_for
from hearth.store.models import Claim, Message, MessagePaper, Notice, Paper, Thread, ThreadMember
from hearth.words.claims import ClaimState
from hearth.words.service import HELPED_DAYS, OVER, Side

MOST_PAPERS = 10
"""Papers that one line brings."""

PRESSED_TWICE = timedelta(seconds=5)
"""The same line by the same person within so long is one line."""


@transaction.atomic(durable=True)
def write(by: Who, claim_no: str, text: str, *, at: datetime, papers: Sequence[int] = ()) -> int:
    """Write a line of the claim's thread; papers of the claim may come with it, and then it may be without words.

    Gives:    the line's id; of a line that was pressed twice, the first one's
    Records:  claim.written.  Raises: NotThere, NotAllowed, NothingWritten.
    """
    claim = _claim(by, claim_no, at)
    plain = text.strip()
    if (not plain and not papers) or len(plain) > talk.MOST_TEXT or len(papers) > MOST_PAPERS:
        raise NothingWritten(most=talk.MOST_TEXT)
    shown = list(rows(by, "paper", "see", at).filter(claim=claim, pk__in=papers, removed_at__isnull=True))
    if len(shown) != len(set(papers)):
        raise NotThere(kind="paper", key=", ".join(str(one_id) for one_id in papers)[:80])
    before = _pressed_before(by, claim, plain, papers, at)
    if before is not None:
        return before.pk
    return _written(by, claim, plain, at, papers=shown).pk


@transaction.atomic(durable=True)
def write_for(by: Who, claim_no: str, text: str, *, at: datetime) -> int:
    """A partner writes a line for the member whose claim it brought in; it stands there under the partner's name.

    Gives:    the line's id
    Records:  claim.written.  Raises: NotThere, NotAllowed, NothingWritten.
    """
    claim: Claim = one(by, "claim", "message", at, lock=True, claim_no=claim_no)
    person_id = acts_for(by, claim)
    if person_id is None:
        raise NotAllowed
    plain = text.strip()
    if not plain or len(plain) > talk.MOST_TEXT:
        raise NothingWritten(most=talk.MOST_TEXT)
    line = talk.say(claim, by_id=person_id, side=Side.MEMBER, at=at, text=plain, partner_id=by.partner_id)
    if claim.state != ClaimState.DRAFT:
        records.append(
            "claim.written",
            f"claim:{claim_no}",
            by=by,
            at=at,
            data={"message": line.pk, "side": Side.MEMBER.value, "explains": "", "papers": []},
            sealed={"text": plain},
        )
    return line.pk


@transaction.atomic(durable=True)
def explain(by: Who, claim_no: str, code: str, *, at: datetime) -> int:
    """Give the member an explanation that cites a clause of their product, filled with the facts of the claim.

    Gives:    the line's id; its words are in the member's language
    Records:  claim.written.  Raises: NotThere, NotAllowed, NothingToExplain.
    """
    claim = _claim(by, claim_no, at)
    if _side(by, claim, at) is not Side.SERVICE:
        raise NotAllowed
    said = explained(claim, code, claim.reporter.language)
    return _written(by, claim, said.text, at, explains=said.code, cites=said.cites).pk


@transaction.atomic(durable=True)
def read(by: Who, claim_no: str, line_id: int, *, at: datetime) -> bool:
    """Whoever asks has read the thread up to a line; a notice of it that had not gone out is not sent any more.

    Gives:    whether anything was new to them
    Raises:   NotThere, NotAllowed.
    """
    claim: Claim = one(by, "claim", "see", at, claim_no=claim_no)
    if by.person_id is None:
        raise NotAllowed
    side = _side(by, claim, at)
    if side is Side.SERVICE and not rows(by, "claim", "message", at).filter(pk=claim.pk).exists():
        # Who may look but not answer (audit, finance) leaves no mark in the thread.
        return False
    last = Message.objects.filter(claim=claim, pk__lte=line_id).order_by("-pk").values_list("pk", flat=True).first()
    known = ThreadMember.objects.filter(claim=claim, person=by.person_id).values_list("read_to", flat=True).first()
    if last is None or (known is not None and known >= last):
        return False
    talk.opened(claim, at)
    talk.seen(claim, by.person_id, side, at, read_to=last)
    if side is Side.MEMBER:
        due = Notice.objects.filter(person=by.person_id, claim=claim, what="claim.written", state="due")
        for notice in due.select_for_update():
            deliver_unsent(notice, at)
    return True


@transaction.atomic(durable=True)
def confirm(by: Who, claim_no: str, *, at: datetime) -> None:
    """The member says that everything is done for them.  Said twice, it is said once.

    Records:  claim.helped.  Raises: NotThere, NotAllowed, NotAnswered while the claim is not at its end.
    """
    claim = _claim(by, claim_no, at)
    if _side(by, claim, at) is not Side.MEMBER:
        raise NotAllowed
    if claim.state not in OVER:
        raise NotAnswered(claim_no=claim_no)
    thread = talk.opened(claim, at)
    if thread.settled_at is None:
        _settle(by, claim, thread, "member", at)


def quiet(at: datetime, most: int = 500) -> list[str]:
    """Claims at their end about which nobody wrote for seven days after the last answer, oldest first."""
    before = at - timedelta(days=HELPED_DAYS)
    found = Thread.objects.filter(settled_at__isnull=True, waits_since__isnull=True, opened_at__lte=before)
    found = found.filter(claim__state__in=sorted(OVER), claim__state_at__lte=before).exclude(answered_at__gt=before)
    return list(found.order_by("opened_at", "pk").values_list("claim__claim_no", flat=True)[:most])


@transaction.atomic(durable=True)
def settle_quiet(claim_no: str, *, at: datetime) -> bool:
    """Nothing is open, and seven days have gone since the last answer: the service of a claim is done.

    Records: claim.helped.
    """
    claim = Claim.objects.select_for_update().get(claim_no=claim_no)
    thread = talk.opened(claim, at)
    if thread.settled_at is not None or claim_no not in quiet(at, 10_000):
        return False
    _settle(HOUSE, claim, thread, "quiet", at)
    return True


def _settle(by: Who, claim: Claim, thread: Thread, how: str, at: datetime) -> None:
    thread.settled_at, thread.settled_by, thread.waits_since = at, how, None
    thread.save()
    records.append("claim.helped", f"claim:{claim.claim_no}", by=by, at=at, data={"how": how})


def _claim(by: Who, claim_no: str, at: datetime) -> Claim:
    if by.person_id is None:
        raise NotAllowed
    found: Claim = one(by, "claim", "message", at, lock=True, claim_no=claim_no)
    return found


def _pressed_before(by: Who, claim: Claim, text: str, papers: Sequence[int], at: datetime) -> Message | None:
    """Their own last line, where it is this one and only just written."""
    # Presses that were taken in at once may reach the claim's lock in the other order.
    just = (at - PRESSED_TWICE, at + PRESSED_TWICE)
    own = Message.objects.filter(claim=claim, by=by.person_id, partner__isnull=True, explains="", at__range=just)
    last = own.order_by("-pk").first()
    if last is None or last.text != text:
        return None
    return last if {one.paper_id for one in last.papers.all()} == set(papers) else None


def _side(by: Who, claim: Claim, at: datetime) -> Side:
    """On whose side somebody writes: a colleague is a member in their own claim and their family's."""
    assert by.person_id is not None
    if by.person_id == claim.reporter_id or claim.person_id in family_of(by.person_id, at):
        return Side.MEMBER
    return Side.SERVICE


def _written(
    by: Who, claim: Claim, text: str, at: datetime, *, papers: Sequence[Paper] = (), explains: str = "", cites: str = ""
) -> Message:
    assert by.person_id is not None
    side = _side(by, claim, at)
    line = talk.say(claim, by_id=by.person_id, side=side, at=at, text=text, explains=explains, cites=cites)
    MessagePaper.objects.bulk_create(MessagePaper(message=line, paper=paper) for paper in papers)
    if claim.state != ClaimState.DRAFT:
        records.append(
            "claim.written",
            f"claim:{claim.claim_no}",
            by=by,
            at=at,
            data={"message": line.pk, "side": side.value, "explains": explains, "papers": [one.pk for one in papers]},
            sealed={"text": text},
        )
    return line
