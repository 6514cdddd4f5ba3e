"""Standing: who has a claim, by when it is likely to be done, how that changed, and why something is late."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from hearth.doors.member.page import Ask
from hearth.doors.member.saying import day, moment
from hearth.store.access.claims_case import CaseFile
from hearth.store.access.orders import OrderTold, told_of
from hearth.store.access.promises import ExpectedRow, expected_days
from hearth.words.claims import ROLE_WORDS, ClaimState
from hearth.words.limits import limit_name
from hearth.words.promises import BECAUSE, LATE_CAUSE_WORDS

OVER = (ClaimState.DRAFT, ClaimState.PAID, ClaimState.CLOSED, ClaimState.WITHDRAWN)
"""States in which nothing is to come."""


def standing(ask: Ask, held: CaseFile) -> dict[str, Any]:
    """What member/standing.html shows; empty where nothing is to come any more."""
    if held.row.state in OVER:
        return {}
    rows = expected_days(ask.by, held.row.claim_no, ask.at)
    now = rows[0] if rows and held.row.expected_on is not None else None
    return {
        "late": [_late(ask, one) for one in told_of(ask.by, held.row.claim_no, ask.at)],
        "expected": _days(ask, now.first_on, now.last_on) if now is not None else "",
        "rests_on": _rests_on(now) if now is not None else "",
        "changes": [_change(ask, new, old) for new, old in pairwise(rows)],
    }


def _late(ask: Ask, one: OrderTold) -> dict[str, str]:
    at = 0 if ask.lang == "zh" else 1
    if one.is_open and one.is_held:
        says = _("It has been with our %(role)s since %(at)s, who writes to you why.") % {
            "role": ROLE_WORDS[one.role][at], "at": moment(one.since, ask.lang),
        }  # fmt: skip
    elif one.is_open:
        says = _("Our %(role)s is asked to look after it, and writes to you why.") % {"role": ROLE_WORDS[one.role][at]}
    else:
        assert one.cause is not None
        says = _("Why it was late: %(cause)s. What we wrote to you stands under messages.") % {
            "cause": LATE_CAUSE_WORDS[one.cause][at]
        }
    return {"name": limit_name(one.limit, ask.lang), "says": says}


def _days(ask: Ask, first: date, last: date) -> str:
    if first == last:
        return day(first, ask.lang)
    return _("%(first)s to %(last)s") % {"first": day(first, ask.lang), "last": day(last, ask.lang)}


def _rests_on(now: ExpectedRow) -> str:
    if now.basis == "claims":
        return _("Eight in ten of claims like this one were done in such days; we looked at %(count)s.") % {
            "count": now.seen
        }
    if now.basis == "steps":
        return _("No history yet of enough whole claims like this one; this is how long each step took lately.")
    return _("No history yet of enough claims like this one; these are the days we promise.")


def _change(ask: Ask, new: ExpectedRow, old: ExpectedRow) -> dict[str, str]:
    at = 0 if ask.lang == "zh" else 1
    return {
        "at": moment(new.at, ask.lang),
        "says": _("Was %(was)s, now %(now)s, because %(why)s.") % {
            "was": _days(ask, old.first_on, old.last_on),
            "now": _days(ask, new.first_on, new.last_on),
            "why": BECAUSE[new.because][at] if new.because in BECAUSE else new.because,
        },
    }  # fmt: skip
