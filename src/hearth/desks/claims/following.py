"""Following: what the claim desk does when a record tells of something: idempotent, by the record's own content."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from hearth.desks.claims import adjusting, agreeing, deciding, expecting, intake, prepaying, straight
from hearth.store.access import HOUSE
from hearth.store.models import Record

logger = logging.getLogger(__name__)


def accept_complete(record_id: int, at: datetime) -> bool:
    """A claim was sent: accept it at once where nothing is missing.  Follows claim.submitted."""
    return intake.accept_complete(_claim_no(_record(record_id)), at=at)


def decide_straight_through(record_id: int, at: datetime) -> bool:
    """A claim's file is complete: decide it where no person is needed.  Follows claim.accepted and the like."""
    return deciding.decide_straight_through(_claim_no(_record(record_id)), at=at)


def decide_many(record_ids: Sequence[int], at: datetime, *, most: int) -> set[int]:
    """The files of several claims are complete: decide those where no person is needed, at most so many of them.

    Where one of them cannot be computed for a fault of ours, none is decided, and the fault shows where that one is
    decided by itself; the others do not wait for its mending.
    Gives:   the records that were followed; the others are to be followed yet
    """
    subjects = dict(Record.objects.filter(pk__in=record_ids).values_list("pk", "subject"))
    claim_nos = [subjects[one].removeprefix("claim:") for one in record_ids if one in subjects]
    try:
        told = straight.decide_many(claim_nos, at=at, most=most)
    except Exception:
        logger.exception("%s claims could not be decided together: each is decided by itself", len(claim_nos))
        return set()
    return {record_id for record_id, subject in subjects.items() if subject.removeprefix("claim:") in told}


def payment_confirmed(record_id: int, at: datetime) -> bool:
    """The bank has paid: the claim is paid; what an opinion asked for can follow now.  Follows payment.confirmed."""
    record = _record(record_id)
    is_paid = agreeing.mark_paid(int(_data(record)["payment"]), at)
    if record.subject.startswith("claim:"):
        agreeing.reopen_disputed(_claim_no(record), at=at)
    return is_paid


def disputed(record_id: int, at: datetime) -> bool:
    """A decision is disputed: what it pays is paid at once.  Follows claim.disputed."""
    return agreeing.pay_undisputed(_claim_no(_record(record_id)), at=at)


def opined(record_id: int, at: datetime) -> bool:
    """An independent opinion is for the member: the claim is opened again.  Follows claim.dispute_opined."""
    return agreeing.reopen_disputed(_claim_no(_record(record_id)), at=at)


def prepayment_confirmed(record_id: int, at: datetime) -> bool:
    """The undisputed part of a claim has reached the member.  Follows payment.confirmed."""
    return prepaying.mark_prepaid(int(_data(_record(record_id))["payment"]), at)


def payment_returned(record_id: int, at: datetime) -> bool:
    """The bank sent the money back, or refused the account.  Follows payment.returned and payment.failed."""
    return agreeing.mark_returned(int(_data(_record(record_id))["payment"]), at)


def notice_delivered(record_id: int, at: datetime) -> None:
    """A notice reached the member: a supplement's clock stands still, or a decision was told.  Follows notice.sent.

    Needs:   a record about a claim that names in `about` the record that the notice told of
    """
    record = _record(record_id)
    about = Record.objects.filter(pk=_data(record).get("about", 0), subject=record.subject).first()
    if about is None or not record.subject.startswith("claim:"):
        return
    if about.kind == "claim.supplement_asked":
        intake.supplement_delivered(_claim_no(record), number=int(_data(about)["number"]), at=record.at)
    elif about.kind == "claim.decided":
        agreeing.decision_told(_claim_no(record), number=int(_data(about)["decision"]), at=record.at)


def propose_adjustments(record_id: int, at: datetime) -> int:
    """Something changed that settled decisions rest on.  Follows policy.voided, policy.ended, claim.decided."""
    return len(adjusting.propose_adjustments(record_id, at))


def every_day(at: datetime) -> tuple[int, int]:
    """What days alone bring about: silence has its meaning, paid claims are closed; how many of each."""
    answered = sum(agreeing.silence(claim_no, at=at) for claim_no in agreeing.silent(at))
    closing = agreeing.long_paid(at)
    for claim_no in closing:
        agreeing.close(HOUSE, claim_no, at=at)
    return answered, len(closing)


def measure(at: datetime) -> int:
    """How long steps took lately is measured anew: what expected days rest on."""
    return expecting.measure(at)


def _record(record_id: int) -> Record:
    return Record.objects.get(pk=record_id)


def _data(record: Record) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(bytes(record.body))["data"]
    return data


def _claim_no(record: Record) -> str:
    return record.subject.removeprefix("claim:")
