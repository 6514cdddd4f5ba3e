"""Calls: what was said with hospitals about a claim or an advance is written down, with the day of the next call."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from hearth.desks.books import records
from hearth.desks.service.faults import CallIncomplete
from hearth.store.access import NotAllowed, Who, one, rows
from hearth.store.models import Advance, Claim, HospitalCall
from hearth.words.calendar import day_in_china
from hearth.words.calls import SETTLED_OUTCOMES, CallOutcome, CallTopic, CallWay

MOST_HOSPITAL, MOST_NAME, MOST_WORDS = 100, 60, 2_000
MOST_AHEAD = timedelta(days=90)
MOST_AGO = timedelta(days=60)


@transaction.atomic(durable=True)
def note_call(
    by: Who,
    *,
    at: datetime,
    claim_no: str = "",
    advance_no: str = "",
    way: CallWay | str,
    topic: CallTopic | str,
    outcome: CallOutcome | str,
    hospital: str,
    spoke_with: str = "",
    words: str,
    called_at: datetime,
    next_on: date | None = None,
) -> int:
    """Write down a call with a hospital.  (1) its claim or advance (2) what was said (3) earlier ones are followed up.

    Needs:   one of `claim_no` and `advance_no`; `next_on`: when to call next, unless the hospital answered or declined
    Gives:   the call's id; a call that waited for this day is followed up by it, on the claim and on its advance alike
    Records: claim.hospital_called or advance.hospital_called.  Raises: NotThere, NotAllowed, CallIncomplete.
    """
    if by.person_id is None:
        raise NotAllowed
    # 1.
    claim: Claim | None = one(by, "claim", "see", at, lock=True, claim_no=claim_no) if claim_no else None
    advance: Advance | None = None
    if claim is None:
        advance = one(by, "advance", "see", at, lock=True, advance_no=advance_no)
    about = claim or advance
    assert about is not None
    # 2.
    way, topic, outcome = _known(way, topic, outcome)
    hospital = _said(hospital, MOST_HOSPITAL, "which hospital", "哪家医院")
    words = _said(words, MOST_WORDS, "what was said", "通话内容")
    spoke_with = " ".join(spoke_with.split())[:MOST_NAME]
    if not at - MOST_AGO <= called_at <= at:
        raise CallIncomplete(what="when, within the last sixty days", what_zh="通话时间（六十天内）")
    today = day_in_china(at)
    if next_on is None and outcome not in SETTLED_OUTCOMES:
        raise CallIncomplete(what="the day of the next call", what_zh="下次致电日期")
    if next_on is not None and not today <= next_on <= today + MOST_AHEAD:
        raise CallIncomplete(what="a next day within ninety days", what_zh="九十天内的下次致电日期")
    row = HospitalCall.objects.create(
        claim=claim, advance=advance, person_id=about.person_id, way=way.value, topic=topic.value,
        outcome=outcome.value, hospital=hospital, spoke_with=spoke_with, words=words, called_at=called_at,
        noted_at=at, by_id=by.person_id, next_on=next_on,
    )  # fmt: skip
    # The row is there now: it is theirs to write, or it is not made.
    if not rows(by, "hospital_call", "note", at).filter(pk=row.pk).exists():
        raise NotAllowed
    # 3.
    same = Q(claim=claim) | Q(advance__claim=claim) if claim is not None else Q(advance=advance)
    if advance is not None and advance.claim_id is not None:
        same |= Q(claim=advance.claim_id)
    waited = HospitalCall.objects.filter(same, next_on__isnull=False, followed_at__isnull=True).exclude(pk=row.pk)
    waited.update(followed_at=at)
    records.append(
        "claim.hospital_called" if claim is not None else "advance.hospital_called",
        f"claim:{claim.claim_no}" if claim is not None else f"advance:{advance_no}",
        by=by,
        at=at,
        data={
            "call": row.pk,
            "way": row.way,
            "topic": row.topic,
            "outcome": row.outcome,
            "next_on": next_on.isoformat() if next_on else None,
        },
        sealed={"hospital": hospital, "spoke_with": spoke_with, "words": words},
    )
    return int(row.pk)


def _known(way: str, topic: str, outcome: str) -> tuple[CallWay, CallTopic, CallOutcome]:
    try:
        return CallWay(way), CallTopic(topic), CallOutcome(outcome)
    except ValueError:
        raise CallIncomplete(what="who called, what about and what came of it", what_zh="谁致电、事由和结果") from None


def _said(text: str, most: int, what: str, what_zh: str) -> str:
    plain = text.strip()
    if not plain or len(plain) > most:
        raise CallIncomplete(what=what, what_zh=what_zh)
    return plain
