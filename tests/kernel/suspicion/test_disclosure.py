"""Non-disclosure (art. 16): until when a contract can be rescinded, what bars it, and what follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.kernel.suspicion.disclosure import Case, last_day, standing
from hearth.words.suspicion import Bar, Intent

FORMED = date(2025, 3, 1)
TODAY = date(2026, 6, 10)
WHOLE = Case(
    known_on=date(2026, 6, 1),
    formed_on=FORMED,
    was_asked=True,
    question_is_proven=True,
    truth_is_proven=True,
    answer_was_false=True,
    is_material=True,
    intent=Intent.INTENTIONAL,
    is_serious=True,
    knew_at_formation=False,
    premium_taken=False,
)


def test_the_last_day_is_the_thirtieth_after_we_knew_or_the_end_of_two_years() -> None:
    assert last_day(date(2026, 6, 1), FORMED) == date(2026, 7, 1)
    assert last_day(date(2027, 2, 20), FORMED) == date(2027, 3, 1)


@pytest.mark.parametrize(
    ("intent", "is_serious", "benefits", "premium"),
    [
        (Intent.INTENTIONAL, True, "none", "kept"),
        (Intent.INTENTIONAL, False, "none", "kept"),
        (Intent.GROSS, True, "none", "refunded"),
        (Intent.GROSS, False, "paid", "by_contract"),
        (Intent.NONE, True, "", ""),
        (None, None, "", ""),
    ],
)
def test_what_follows_from_the_mind_and_its_effect(
    intent: Intent | None, is_serious: bool | None, benefits: str, premium: str
) -> None:
    found = standing(replace(WHOLE, intent=intent, is_serious=is_serious), TODAY)
    assert (found.benefits, found.premium) == (benefits, premium)


@pytest.mark.parametrize(
    ("changed", "bar"),
    [
        ({"was_asked": False}, Bar.NOT_ASKED),
        ({"question_is_proven": False}, Bar.NO_PROOF_OF_QUESTION),
        ({"truth_is_proven": False}, Bar.NO_PROOF_OF_TRUTH),
        ({"answer_was_false": False}, Bar.ANSWER_WAS_TRUE),
        ({"is_material": False}, Bar.NOT_MATERIAL),
        ({"intent": Intent.NONE}, Bar.NO_FAULT),
        ({"knew_at_formation": True}, Bar.KNEW_AT_FORMATION),
        ({"premium_taken": True}, Bar.PREMIUM_TAKEN),
        ({"known_on": date(2026, 5, 10)}, Bar.THIRTY_DAYS_OVER),
        ({"formed_on": date(2024, 6, 9)}, Bar.TWO_YEARS_OVER),
    ],
)
def test_each_bar_of_the_law_stands_alone(changed: dict[str, object], bar: Bar) -> None:
    assert standing(WHOLE, TODAY).bars == ()
    assert standing(replace(WHOLE, **changed), TODAY).bars == (bar,)  # type: ignore[arg-type]


@given(st.integers(0, 900), st.integers(0, 900))
def test_the_right_stands_exactly_until_its_last_day(known_after: int, today_after: int) -> None:
    known, today = FORMED + timedelta(days=known_after), FORMED + timedelta(days=today_after)
    found = standing(replace(WHOLE, known_on=known), today)
    assert (not found.bars) == (today <= last_day(known, FORMED))
