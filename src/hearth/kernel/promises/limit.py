"""Limit: every time limit of a claim, of law or promised, as one table of dated rows with units and sources."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from hearth.words.claims import Step
from hearth.words.faults import BeforeFirstDay, Fault


class Unit(StrEnum):
    """What a limit is counted in."""

    DAYS = "days"
    WORKING_DAYS = "working_days"
    HOURS = "hours"
    WORKING_HOURS = "working_hours"
    MINUTES = "minutes"


class UnknownLimit(Fault):
    """No limit of that code."""

    code, status = "UNKNOWN_LIMIT", 404
    says = "There is no time limit {limit}; there are {known}."
    says_zh = "没有时限 {limit}；现有 {known}。"


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit as it stands from its first day on.

    It runs from the moment that `starts` names until the first record that `stops` names.  Calendar days and working
    days leave the start day out; hours and minutes run day and night, working hours within the hours of work alone.
    """

    code: str
    amount: int
    unit: Unit
    starts: str
    stops: tuple[str, ...]
    waits_for: Literal["insurer", "customer"]
    step: Step | None
    is_law: bool
    is_pausable: bool
    """Whether the time in which the customer is asked for papers is deducted."""
    moves: bool
    """Whether a last day that is a legal rest day moves to the next day that is none; working days never end on one."""
    since: date
    source: str


_LAW_2009 = date(2009, 10, 1)
_GUIDE_2015 = date(2015, 11, 1)
_PROMISED = date(2024, 1, 1)
_COMPLAINTS_2020 = date(2020, 3, 1)

_DAYS, _WORKING, _HOURS, _MINUTES = Unit.DAYS, Unit.WORKING_DAYS, Unit.HOURS, Unit.MINUTES
_PROMISE = "service promise of the claim desk, step {}; a product may promise less"
_CHASER = "service promise of the claim desk, chaser of {}"
_ADVANCE = "service promise of the advance desk, state {}"
_DISPUTE = "service promise of the dispute desk, tier {}"
_COMPLAINT = "Measures on complaints about banks and insurers, Order 2020 No. 3; Civil Code art. 201, 203"
_WORKING_HOURS = Unit.WORKING_HOURS

LIMITS: tuple[Limit, ...] = (
    Limit(
        "L1", 30, _DAYS, "claim.accepted", ("claim.decided",), "insurer", Step.DECIDED,
        is_law=True, is_pausable=True, moves=True, since=_LAW_2009,
        source="Insurance Law art. 23; SPC Interpretation II art. 15; Civil Code art. 201, 203",
    ),
    Limit(
        "L2", 10, _DAYS, "claim.agreed", ("claim.paid",), "insurer", Step.PAID,
        is_law=True, is_pausable=False, moves=True, since=_LAW_2009,
        source="Insurance Law art. 23; Civil Code art. 201, 203",
    ),
    Limit(
        "L3", 3, _DAYS, "claim.decided", ("claim.refusal_sent",), "insurer", Step.DECIDED,
        is_law=True, is_pausable=False, moves=True, since=_LAW_2009,
        source="Insurance Law art. 24; Civil Code art. 201, 203",
    ),
    # SPC Interpretation II art. 15 deducts the customer's time from the thirty days of art. 23 and from nothing else.
    Limit(
        "L4", 60, _DAYS, "claim.accepted", ("claim.decided", "claim.prepaid"), "insurer", Step.DECIDED,
        is_law=True, is_pausable=False, moves=True, since=_LAW_2009,
        source="Insurance Law art. 25; Civil Code art. 201, 203",
    ),
    Limit(
        "L_GUIDANCE", 1, _WORKING, "claim.reported", ("claim.guidance_sent",), "insurer", Step.REPORTED,
        is_law=True, is_pausable=False, moves=True, since=_GUIDE_2015,
        source="Guide on small claims, CIRC consumer protection 2015 no. 201, art. 5",
    ),
    Limit(
        "P_GUIDANCE", 10, _MINUTES, "claim.reported", ("claim.guidance_sent",), "insurer", Step.REPORTED,
        is_law=False, is_pausable=False, moves=False, since=_PROMISED, source=_PROMISE.format(1),
    ),
    Limit(
        "P_SUBMIT_3", 3, _DAYS, "claim.reported", ("claim.submitted",), "customer", Step.SUBMITTED,
        is_law=False, is_pausable=False, moves=False, since=_PROMISED, source=_PROMISE.format(2),
    ),
    Limit(
        "P_ACCEPT", 1, _WORKING, "claim.submitted", ("claim.accepted",), "insurer", Step.ACCEPTED,
        is_law=False, is_pausable=False, moves=True, since=_PROMISED, source=_PROMISE.format(3),
    ),
    Limit(
        "P_SUPPLEMENT_3", 3, _DAYS, "claim.supplement_asked", ("claim.supplement_received",), "customer",
        Step.SUPPLEMENT, is_law=False, is_pausable=False, moves=False, since=_PROMISED, source=_PROMISE.format(4),
    ),
    Limit(
        "P_SUPPLEMENT_7", 7, _DAYS, "claim.supplement_asked", ("claim.supplement_received",), "customer",
        Step.SUPPLEMENT, is_law=False, is_pausable=False, moves=False, since=_PROMISED, source=_PROMISE.format(4),
    ),
    Limit(
        "P_SUPPLEMENT_15", 15, _DAYS, "claim.supplement_asked", ("claim.supplement_received",), "customer",
        Step.SUPPLEMENT, is_law=False, is_pausable=False, moves=False, since=_PROMISED, source=_PROMISE.format(4),
    ),
    # At thirty days the customer is told that the claim rests; it is never closed as refused.
    Limit(
        "P_SUPPLEMENT_30", 30, _DAYS, "claim.supplement_asked", ("claim.supplement_received",), "customer",
        Step.SUPPLEMENT, is_law=False, is_pausable=False, moves=False, since=_PROMISED,
        source=_CHASER.format("supplements"),
    ),
    Limit(
        "P_ORIGINALS_5", 5, _DAYS, "claim.pickup_asked", ("claim.originals_received",), "customer", Step.SUPPLEMENT,
        is_law=False, is_pausable=False, moves=False, since=_PROMISED, source=_CHASER.format("originals"),
    ),
    # With the courier, on the way to us or back; a lost one is looked into at once.
    Limit(
        "P_PARCEL_3", 3, _WORKING, "claim.parcel_under_way",
        ("claim.originals_received", "claim.originals_home", "claim.parcel_lost"), "insurer", Step.SUPPLEMENT,
        is_law=False, is_pausable=False, moves=True, since=_PROMISED, source=_CHASER.format("originals"),
    ),
    Limit(
        "P_PARCEL_LOST", 1, _WORKING, "claim.parcel_lost",
        ("claim.originals_received", "claim.originals_home", "claim.parcel_explained"), "insurer",
        Step.SUPPLEMENT,
        is_law=False, is_pausable=False, moves=True, since=_PROMISED, source=_CHASER.format("originals"),
    ),
    Limit(
        "P_REVIEW", 1, _WORKING, "claim.review_begun", ("claim.calculated",), "insurer", Step.REVIEW,
        is_law=False, is_pausable=True, moves=True, since=_PROMISED, source=_PROMISE.format(5),
    ),
    Limit(
        "P_INVESTIGATE", 15, _DAYS, "claim.investigation_begun", ("claim.calculated",), "insurer", Step.REVIEW,
        is_law=False, is_pausable=True, moves=False, since=_PROMISED, source=_PROMISE.format(5),
    ),
    Limit(
        "P_CALCULATE", 1, _WORKING, "claim.calculated", ("claim.decided",), "insurer", Step.CALCULATED,
        is_law=False, is_pausable=True, moves=True, since=_PROMISED, source=_PROMISE.format(6),
    ),
    Limit(
        "P_DECIDE", 5, _WORKING, "claim.accepted", ("claim.decided",), "insurer", Step.DECIDED,
        is_law=False, is_pausable=True, moves=True, since=_PROMISED, source=_PROMISE.format(7),
    ),
    Limit(
        "P_DECIDE_25", 25, _DAYS, "claim.accepted", ("claim.decided",), "insurer", Step.DECIDED,
        is_law=False, is_pausable=True, moves=False, since=_PROMISED, source=_CHASER.format("closing"),
    ),
    Limit(
        "P_DECIDE_28", 28, _DAYS, "claim.accepted", ("claim.decided",), "insurer", Step.DECIDED,
        is_law=False, is_pausable=True, moves=False, since=_PROMISED, source=_CHASER.format("closing, compliance"),
    ),
    Limit(
        "P_PAY", 1, _WORKING, "claim.agreed", ("claim.paid",), "insurer", Step.PAID,
        is_law=False, is_pausable=False, moves=True, since=_PROMISED, source=_PROMISE.format(8),
    ),
    # Entered by claims that qualify (kernel.promises.lane); the days of the fast lane are the product's.
    Limit(
        "P_FAST", 2, _DAYS, "claim.lane_entered", ("claim.paid", "claim.closed"), "insurer", Step.PAID,
        is_law=False, is_pausable=True, moves=False, since=_PROMISED,
        source="service promise of the claim desk: clear claims paid within two days; a product may promise other days",
    ),
    Limit(
        "P_SMALL", 5, _WORKING, "claim.lane_entered", ("claim.paid", "claim.closed"), "insurer", Step.PAID,
        is_law=False, is_pausable=True, moves=True, since=_GUIDE_2015,
        source="Guide on small claims, CIRC consumer protection 2015 no. 201: closure within five days is measured",
    ),
    Limit(
        "P_ADVANCE_EMERGENCY", 2, _HOURS, "advance.asked", ("advance.reviewed",), "insurer", None,
        is_law=False, is_pausable=False, moves=False, since=_PROMISED, source=_CHASER.format("advances"),
    ),
    Limit(
        "P_ADVANCE", 24, _HOURS, "advance.asked", ("advance.reviewed",), "insurer", None,
        is_law=False, is_pausable=False, moves=False, since=_PROMISED, source=_CHASER.format("advances"),
    ),
    Limit(
        "P_ADVANCE_CALL", 30, _MINUTES, "advance.notified", ("advance.called",), "insurer", None,
        is_law=False, is_pausable=False, moves=False, since=_PROMISED, source=_ADVANCE.format("A0"),
    ),
    Limit(
        "P_ADVANCE_CHECK", 1, _HOURS, "advance.called", ("advance.checked",), "insurer", None,
        is_law=False, is_pausable=False, moves=False, since=_PROMISED, source=_ADVANCE.format("A1"),
    ),
    Limit(
        "P_ADVANCE_OPINION_URGENT", 2, _HOURS, "advance.reviewed", ("advance.opined",), "insurer", None,
        is_law=False, is_pausable=False, moves=False, since=_PROMISED, source=_ADVANCE.format("A3"),
    ),
    Limit(
        "P_ADVANCE_OPINION", 24, _HOURS, "advance.reviewed", ("advance.opined",), "insurer", None,
        is_law=False, is_pausable=False, moves=False, since=_PROMISED, source=_ADVANCE.format("A3"),
    ),
    Limit(
        "P_ADVANCE_LETTER", 4, _HOURS, "advance.opined", ("advance.guaranteed",), "insurer", None,
        is_law=False, is_pausable=False, moves=False, since=_PROMISED, source=_ADVANCE.format("A4"),
    ),
    # "The same day" of A5: a working day's hours, day and night.
    Limit(
        "P_ADVANCE_PAY", 8, _HOURS, "advance.guaranteed", ("advance.paid",), "insurer", None,
        is_law=False, is_pausable=False, moves=False, since=_PROMISED, source=_ADVANCE.format("A5"),
    ),
    Limit(
        "P_ADVANCE_TRACK", 24, _HOURS, "advance.tracked", ("advance.cost_known",), "insurer", None,
        is_law=False, is_pausable=False, moves=False, since=_PROMISED, source=_ADVANCE.format("A6"),
    ),
    Limit(
        "P_ADVANCE_CLAIM", 24, _HOURS, "advance.discharged", ("advance.claim_opened",), "insurer", None,
        is_law=False, is_pausable=False, moves=False, since=_PROMISED, source=_ADVANCE.format("A7"),
    ),
    Limit(
        "P_ADVANCE_REPAY_30", 30, _DAYS, "advance.owed", ("advance.repaid",), "customer", None,
        is_law=False, is_pausable=False, moves=False, since=_PROMISED, source=_ADVANCE.format("A9"),
    ),
    Limit(
        "P_ADVANCE_REPAY_60", 60, _DAYS, "advance.owed", ("advance.repaid",), "customer", None,
        is_law=False, is_pausable=False, moves=False, since=_PROMISED, source=_ADVANCE.format("A9"),
    ),
    Limit(
        "P_ADVANCE_REPAY_90", 90, _DAYS, "advance.owed", ("advance.repaid",), "customer", None,
        is_law=False, is_pausable=False, moves=False, since=_PROMISED, source=_ADVANCE.format("A9"),
    ),
    Limit(
        "P_DISPUTE_ANSWER", 2, _WORKING_HOURS, "dispute.opened", ("dispute.said", "dispute.answered", "dispute.ended"),
        "insurer", None, is_law=False, is_pausable=False, moves=False, since=_PROMISED, source=_DISPUTE.format(1),
    ),
    Limit(
        "P_DISPUTE_ROUTE", 1, _WORKING, "dispute.opened", ("dispute.answered", "dispute.expert", "dispute.ended"),
        "insurer", None, is_law=False, is_pausable=False, moves=True, since=_PROMISED, source=_DISPUTE.format(1),
    ),
    Limit(
        "P_DISPUTE_EXPERT", 3, _WORKING, "dispute.expert", ("dispute.answered", "dispute.senior", "dispute.ended"),
        "insurer", None, is_law=False, is_pausable=False, moves=True, since=_PROMISED, source=_DISPUTE.format(2),
    ),
    Limit(
        "P_DISPUTE_SENIOR", 10, _WORKING, "dispute.senior", ("dispute.opined", "dispute.ended"), "insurer", None,
        is_law=False, is_pausable=False, moves=True, since=_PROMISED, source=_DISPUTE.format(3),
    ),
    # The days of complaints are natural days; a longer limit counts from the same day as the first.
    Limit(
        "L_COMPLAINT_15", 15, _DAYS, "complaint.registered", ("complaint.answered", "complaint.ended"), "insurer", None,
        is_law=True, is_pausable=False, moves=True, since=_COMPLAINTS_2020, source=_COMPLAINT,
    ),
    Limit(
        "L_COMPLAINT_30", 30, _DAYS, "complaint.complex", ("complaint.answered", "complaint.ended"), "insurer", None,
        is_law=True, is_pausable=False, moves=True, since=_COMPLAINTS_2020, source=_COMPLAINT,
    ),
    Limit(
        "L_COMPLAINT_60", 60, _DAYS, "complaint.special", ("complaint.answered", "complaint.ended"), "insurer", None,
        is_law=True, is_pausable=False, moves=True, since=_COMPLAINTS_2020, source=_COMPLAINT,
    ),
    Limit(
        "L_REVIEW_ASK", 30, _DAYS, "complaint.answered", ("complaint.review_asked", "complaint.ended"), "customer",
        None, is_law=True, is_pausable=False, moves=True, since=_COMPLAINTS_2020, source=_COMPLAINT,
    ),
    Limit(
        "L_REVIEW", 30, _DAYS, "complaint.review_asked", ("complaint.reviewed", "complaint.ended"), "insurer", None,
        is_law=True, is_pausable=False, moves=True, since=_COMPLAINTS_2020, source=_COMPLAINT,
    ),
)  # fmt: skip
"""Every limit, in the order of a claim's life after those of the law.  A changed limit is a new row, never an edit."""

CODES: tuple[str, ...] = tuple(dict.fromkeys(row.code for row in LIMITS))
"""The codes of all limits, each once."""


def limit(code: str, day: date) -> Limit:
    """The limit of a code as it stood on a day.

    Needs:   a code of LIMITS; the day on which the limit starts to run
    Gives:   the row with the latest first day not after `day`; UnknownLimit, BeforeFirstDay
    Source:  LIMITS, each row with its own
    """
    rows = [row for row in LIMITS if row.code == code]
    if not rows:
        raise UnknownLimit(limit=code, known=", ".join(CODES))
    standing = [row for row in rows if row.since <= day]
    if not standing:
        raise BeforeFirstDay(what=code, asked_on=day, first_on=min(row.since for row in rows))
    return max(standing, key=lambda row: row.since)


def starting(event: str, day: date) -> tuple[Limit, ...]:
    """The limits that an event sets running.

    Needs:   the kind of a record ("claim.accepted"); its day
    Gives:   the rows as they stood on that day, in the order of LIMITS
    Source:  LIMITS
    """
    return tuple(row for row in LIMITS if row.starts == event and row.since <= day and row == limit(row.code, day))


def stopped_by(event: str) -> tuple[str, ...]:
    """The codes of the limits that an event ends.

    Needs:   the kind of a record ("claim.decided")
    Gives:   codes, each once, in the order of LIMITS
    Source:  LIMITS
    """
    return tuple(dict.fromkeys(row.code for row in LIMITS if event in row.stops))
