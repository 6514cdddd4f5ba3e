"""Complaining: complaints registered, answered within the legal days, reviewed once by somebody else, closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from hearth.desks.books import records
from hearth.desks.books.numbers import next_number
from hearth.desks.disputes.faults import (
    AboutYourself,
    ComplaintIncomplete,
    ComplaintNotNow,
    ReviewTooLate,
    TooManyRepresentatives,
    WasInvolved,
)
from hearth.desks.disputes.representing import ask, last_day, represented, speaks_first
from hearth.desks.disputes.steps import MOST_TEXT, person_of
from hearth.kernel.promises.chaser import alarms, next_look
from hearth.kernel.promises.clock import started
from hearth.kernel.promises.deadline import deadline
from hearth.kernel.promises.limit import starting, stopped_by
from hearth.store.access import HOUSE, Who, branch_for, one, person_for
from hearth.store.access.involved import was_involved
from hearth.store.calendars import work_calendar
from hearth.store.models import Claim, Complaint, ComplaintClock, ComplaintEvent, ComplaintParty, Person
from hearth.words.calendar import day_in_china
from hearth.words.complaints import (
    CHANNELS,
    COMPLAINT_CAUSES,
    COMPLAINT_LIMITS,
    FINDINGS_OF_COMPLAINT,
    MOST_REPRESENTATIVES,
    STAGES,
    ComplaintState,
)

C = ComplaintState
A_BATCH = 500
_LONGER = {30: "complaint.complex", 60: "complaint.special"}


@transaction.atomic(durable=True)
def complain(
    by: Who,
    person_id: int,
    *,
    at: datetime,
    stage: str,
    cause: str,
    words: str,
    channel: str = "online",
    claim_no: str = "",
    about: int | None = None,
    representatives: Sequence[str] = (),
    others: Sequence[str] = (),
    asked: Sequence[tuple[str, str]] = (),
) -> str:
    """Register a complaint, by whoever complains, who acts for them, or a colleague for them; the legal days begin.

    Needs:   `representatives` and `others`: names, as a letter gives them; `asked`: name and telephone of those who are
             to represent it beside whoever complains, and say so themselves
    Gives:   the complaint's number
    Records: complaint.registered; complaint.named for each who is asked.
    Raises:  NotThere, NotAllowed, ComplaintIncomplete, TooManyRepresentatives.
    """
    person: Person = person_for(by, "complaint", "register", at, person_id)
    plain = _words(words)
    if stage not in STAGES or cause not in COMPLAINT_CAUSES or channel not in CHANNELS:
        raise ComplaintIncomplete(what="what it is about", what_zh="投诉事项")
    if about is not None and not Person.objects.filter(pk=about).exists():
        raise ComplaintIncomplete(what="whose act it is about", what_zh="所涉人员")
    named = [name.strip() for name in representatives if name.strip()]
    many = len(named) + (len(asked) + 1 if asked else 0)
    if many > MOST_REPRESENTATIVES:
        raise TooManyRepresentatives(got=many)
    claim: Claim | None = one(by, "claim", "see", at, claim_no=claim_no) if claim_no else None
    if claim is not None and person_id not in (claim.person_id, claim.reporter_id):
        raise ComplaintIncomplete(what="a claim of this person", what_zh="此人的赔案")
    made = Complaint(
        complaint_no=next_number("complaint", at),
        person=person,
        claim=claim,
        branch_id=person.branch_id if not by.is_staff else branch_for(by, "complaint", "register", person.branch_id),
        stage=stage,
        cause=cause,
        channel=channel,
        words=plain,
        is_group=bool(named or others or asked),
        about_id=about,
        registered_by_id=person_of(by),
        registered_at=at,
        state_at=at,
    )
    clocks = _clocks(made, "complaint.registered", at)
    made.due_at = clocks[0].due_at
    made.save()
    ComplaintClock.objects.bulk_create(clocks)
    for names, represents in ((named, True), (others, False)):
        for name in names:
            if name.strip():
                ComplaintParty.objects.create(complaint=made, name=name.strip()[:80], is_representative=represents)
    about_it: dict[str, object] = {"stage": stage, "cause": cause, "channel": channel, "until": last_day(made.due_at)}
    _tell(made, "registered", by, at, plain, about_it)
    if asked:
        speaks_first(made, at)
        for name, phone in asked:
            ask(made, name, phone, by, at)
    return made.complaint_no


@transaction.atomic(durable=True)
def take_complaint(by: Who, complaint_no: str, *, at: datetime) -> None:
    """Take a complaint to look into; nobody looks into their own act (recusal).

    Records: complaint.taken.  Raises: NotThere, NotAllowed, ComplaintNotNow, AboutYourself, WasInvolved.
    """
    held = _complaint_for(by, "answer", complaint_no, at)
    _must_be(held, C.REGISTERED)
    who = person_of(by)
    if held.handler_id == who:
        return
    _not_ones_own(held, who)
    if held.extended_by_id == who:
        raise AboutYourself
    held.handler_id = who
    _go_on(held, "taken", by, at)


@transaction.atomic(durable=True)
def extend(by: Who, complaint_no: str, *, at: datetime, days: int, words: str) -> None:
    """Take the longer limit: 30 days where it is complex; 60 where it is especially so, approved by somebody else.

    The longer limit counts from the day of registration, as the first did.
    Records: complaint.extended.  Raises: NotThere, NotAllowed, ComplaintNotNow, ComplaintIncomplete, AboutYourself.
    """
    held = _complaint_for(by, "answer" if days == 30 else "extend", complaint_no, at)
    _must_be(held, C.REGISTERED)
    who, plain = person_of(by), _words(words)
    if days not in _LONGER or days <= held.limit_days or held.handler_id is None:
        raise ComplaintIncomplete(what="a longer limit, of a complaint that somebody has", what_zh="更长的期限或承办人")
    if held.due_at is not None and at >= held.due_at:
        raise ComplaintNotNow(complaint_no, held.state)
    if days == 60:
        _not_ones_own(held, who)
        if who == held.handler_id:
            raise AboutYourself
        held.extended_by_id = who
    elif who != held.handler_id:
        raise AboutYourself
    held.limit_days = days
    held.clocks.filter(state="running", code__in=COMPLAINT_LIMITS.values()).update(state="void", ended_at=at)
    clocks = _clocks(held, _LONGER[days], held.registered_at)
    held.due_at = clocks[0].due_at
    _go_on(held, "extended", by, at, words=plain, data={"days": days, "until": last_day(held.due_at)})
    ComplaintClock.objects.bulk_create(clocks)


@transaction.atomic(durable=True)
def answer_complaint(by: Who, complaint_no: str, *, at: datetime, finding: str, words: str) -> None:
    """Decide on a complaint and tell the complainant; the days in which a review can be asked for begin.

    Records: complaint.answered.  Raises: NotThere, NotAllowed, ComplaintNotNow, ComplaintIncomplete, AboutYourself.
    """
    held = _complaint_for(by, "answer", complaint_no, at)
    _must_be(held, C.REGISTERED)
    if held.handler_id != person_of(by):
        raise AboutYourself
    if finding not in FINDINGS_OF_COMPLAINT:
        raise ComplaintIncomplete(what="what was found", what_zh="处理结论")
    plain = _words(words)
    held.finding = finding
    made = _follow(held, "complaint.answered", at)
    held.review_until = made[0].due_at
    _go_on(held, "answered", by, at, to=C.ANSWERED, words=plain, clocks=made,
           data={"finding": finding, "until": last_day(held.review_until)})  # fmt: skip


@transaction.atomic(durable=True)
def ask_review(by: Who, complaint_no: str, *, at: datetime, words: str) -> None:
    """Ask for a review, once, within thirty days of the answer: by whoever complained, or who represents it.

    Records: complaint.review_asked.
    Raises:  NotThere, NotAllowed, ComplaintNotNow, ReviewTooLate, ComplaintIncomplete.
    """
    held = represented(by, complaint_no, at) or _complaint_for(by, "ask_review", complaint_no, at)
    _must_be(held, C.ANSWERED)
    if held.review_until is not None and at >= held.review_until:
        raise ReviewTooLate(complaint_no=complaint_no, until=day_in_china(held.review_until).isoformat())
    plain = _words(words)
    made = _follow(held, "complaint.review_asked", at)
    _go_on(
        held, "review_asked", by, at, to=C.IN_REVIEW, words=plain, clocks=made, data={"until": last_day(held.due_at)}
    )


@transaction.atomic(durable=True)
def review(by: Who, complaint_no: str, *, at: datetime, finding: str, words: str) -> None:
    """Decide a review, by somebody above who did not answer the complaint.

    Records: complaint.reviewed.
    Raises:  NotThere, NotAllowed, ComplaintNotNow, AboutYourself, WasInvolved, ComplaintIncomplete.
    """
    held = _complaint_for(by, "review", complaint_no, at)
    _must_be(held, C.IN_REVIEW)
    who = person_of(by)
    _not_ones_own(held, who)
    if who in (held.handler_id, held.extended_by_id):
        raise AboutYourself
    if finding not in FINDINGS_OF_COMPLAINT:
        raise ComplaintIncomplete(what="what was found", what_zh="核查结论")
    plain = _words(words)
    held.reviewer_id, held.review_finding = who, finding
    _follow(held, "complaint.reviewed", at)
    _go_on(held, "reviewed", by, at, to=C.REVIEWED, words=plain, data={"finding": finding})


@transaction.atomic(durable=True)
def withdraw_complaint(by: Who, complaint_no: str, *, at: datetime) -> None:
    """Take a complaint back (art. 15).

    Records: complaint.withdrawn.  Raises: NotThere, NotAllowed, ComplaintNotNow.
    """
    held = _complaint_for(by, "withdraw", complaint_no, at)
    if held.state == C.WITHDRAWN:
        return
    _must_be(held, C.REGISTERED, C.IN_REVIEW)
    _end(held, C.WITHDRAWN, by, at)


@transaction.atomic(durable=True)
def close_silent(complaint_no: str, *, at: datetime) -> bool:
    """Close a complaint whose answer was not asked to be reviewed in its days, or whose review was answered.

    Gives:   whether it was closed.  Records: complaint.closed.
    """
    held = _complaint_for(HOUSE, "answer", complaint_no, at)
    is_over = held.state == C.ANSWERED and held.review_until is not None and at >= held.review_until
    if not is_over and held.state != C.REVIEWED:
        return False
    _end(held, C.CLOSED, HOUSE, at)
    return True


def complaints_over(at: datetime) -> list[str]:
    """Complaints that `close_silent` looks at."""
    found = Complaint.objects.filter(state=C.REVIEWED) | Complaint.objects.filter(
        state=C.ANSWERED, review_until__lte=at
    )
    return list(found.order_by("id").values_list("complaint_no", flat=True)[:A_BATCH])


def _end(held: Complaint, to: ComplaintState, by: Who, at: datetime) -> None:
    held.ended_at = at
    held.clocks.filter(state="running").update(state="void", ended_at=at)
    held.due_at = None
    _go_on(held, to.value, by, at, to=to)


def _go_on(
    held: Complaint,
    what: str,
    by: Who,
    at: datetime,
    *,
    to: ComplaintState | None = None,
    words: str = "",
    data: dict[str, object] | None = None,
    clocks: Sequence[ComplaintClock] = (),
) -> None:
    if to is not None:
        held.state, held.state_at = to.value, at
    held.seq += 1
    held.save()
    ComplaintClock.objects.bulk_create(clocks)
    _tell(held, what, by, at, words, data or {})


def _tell(held: Complaint, what: str, by: Who, at: datetime, words: str, data: dict[str, object]) -> None:
    record = records.append(
        f"complaint.{what}",
        f"complaint:{held.complaint_no}",
        by=by,
        at=at,
        data={"state": held.state, **data},
        sealed={"words": words} if words else None,
    )
    ComplaintEvent.objects.create(
        complaint=held,
        seq=held.seq,
        what=what,
        to_state=held.state,
        by_id=by.person_id,
        is_staff=by.is_staff or by.is_house,
        at=at,
        words=words,
        record=record,
    )


def _clocks(held: Complaint, event: str, since: datetime) -> list[ComplaintClock]:
    made = []
    for row in starting(event, day_in_china(since)):
        clock, calendar = started(row.code, since), work_calendar()
        due = deadline(clock, calendar)
        assert due.due_at is not None
        # A longer limit counts from the first day: what its rungs have passed is looked at by the next sweep.
        watch_at = next_look(alarms(clock, calendar, due), since)
        made.append(
            ComplaintClock(complaint=held, code=row.code, started_at=since, due_at=due.due_at, watch_at=watch_at)
        )
    return made


def _follow(held: Complaint, event: str, at: datetime) -> list[ComplaintClock]:
    for row in held.clocks.filter(code__in=stopped_by(event), state="running"):
        row.state, row.ended_at = "late" if at >= row.due_at else "met", at
        row.save(update_fields=["state", "ended_at"])
    made = _clocks(held, event, at)
    # Only what the company owes makes it due.
    held.due_at = min((one.due_at for one in made if one.code == "L_REVIEW"), default=None)
    return made


def _not_ones_own(held: Complaint, who: int) -> None:
    if who in (held.about_id, held.person_id):
        raise AboutYourself
    if held.claim is not None and was_involved(held.claim, who):
        raise WasInvolved(claim_no=held.claim.claim_no)


def _complaint_for(by: Who, verb: str, complaint_no: str, at: datetime) -> Complaint:
    found: Complaint = one(by, "complaint", verb, at, lock=True, complaint_no=complaint_no)
    return found


def _must_be(held: Complaint, *states: ComplaintState) -> None:
    if held.state not in states:
        raise ComplaintNotNow(held.complaint_no, held.state)


def _words(words: str) -> str:
    plain = words.strip()
    if not plain or len(plain) > MOST_TEXT:
        raise ComplaintIncomplete(
            what=f"words, {MOST_TEXT} characters at most", what_zh=f"文字说明（最多 {MOST_TEXT} 字）"
        )
    return plain
