"""Rounding is exact, months are those of the calendar, and no payment is shared out beyond what there is to pay."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from itertools import product as every
from math import floor
from types import FunctionType

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hearth.kernel.adjudication.run import has_numba
from hearth.kernel.adjudication.scan.arithmetic import (
    AGE_TOOK,
    DEDUCTIBLE_TOOK,
    ITEM_CAP_TOOK,
    LIMIT_TOOK,
    NOTHING_LEFT,
    ON_ADMISSION,
    ON_DISCHARGE,
    OWN_SHARE_TOOK,
    cover_on,
    in_windows,
    largest_reason,
    lowest_bit,
    month_of,
    mul_div,
    mul_div_in_halves,
    name_spans,
    occasion_of,
    span_key,
    tiers_of,
)
from hearth.words.codes import InvoiceFlag, Reason, Span
from hearth.words.days import day_number
from hearth.words.money import MAX_FEN

TOP = 2**40
EDGES = (0, 1, 2, 3, 2**20 - 1, 2**20, 2**20 + 1, 2**31 - 1, 2**31, 2**31 + 1, MAX_FEN - 1, MAX_FEN, TOP - 1, TOP)


def half_up(a: int, b: int, c: int) -> int:
    return floor(Fraction(a * b, c) + Fraction(1, 2))


@st.composite
def shares(draw: st.DrawFn) -> tuple[int, int, int]:
    """(a, b, c) with one of a and b not above c, as a share of a whole always is."""
    c = draw(st.integers(1, TOP) | st.sampled_from(EDGES[1:]))
    small = draw(st.integers(0, c))
    other = draw(st.integers(0, TOP) | st.sampled_from(EDGES))
    return (small, other, c) if draw(st.booleans()) else (other, small, c)


@given(shares())
@example((TOP, TOP, TOP))
@example((1, 1, 2))
@example((TOP - 1, TOP - 1, TOP))
def test_a_share_is_rounded_half_up_exactly(numbers: tuple[int, int, int]) -> None:
    assert mul_div(*numbers) == half_up(*numbers)


def test_half_a_fen_goes_up() -> None:
    assert [mul_div(1, n, 2) for n in (1, 2)] == [1, 1]
    assert mul_div(1_091_050, 300, 420) == 779_321, "E16: 10,910.50 x 300 / 420"


def edge_shares() -> list[tuple[int, int, int]]:
    return [(a, b, c) for a, b, c in every(EDGES, repeat=3) if c and min(a, b) <= c]


def test_shares_at_the_edges_of_every_half_are_exact() -> None:
    assert [numbers for numbers in edge_shares() if mul_div(*numbers) != half_up(*numbers)] == []


def test_a_share_of_the_whole_is_the_whole_and_no_share_is_above_it() -> None:
    for a, b, c in edge_shares():
        if b <= c:
            assert mul_div(a, b, c) <= a
        if b == c:
            assert mul_div(a, b, c) == a


def test_compiled_the_rounding_is_the_same() -> None:
    if not has_numba():
        pytest.skip("numba is not installed: there is no compiled form")
    import numba

    scope = {"mul_div_in_halves": numba.njit(mul_div_in_halves)}
    quick = numba.njit(FunctionType(mul_div.__code__, scope, "mul_div"))
    chance = np.random.default_rng(5)
    numbers = edge_shares()
    for _ in range(3_000):
        c = int(chance.integers(1, TOP + 1))
        numbers.append((int(chance.integers(0, c + 1)), int(chance.integers(0, TOP + 1)), c))
    assert [at for at in numbers if int(quick(*at)) != half_up(*at)] == []


def test_every_day_from_1900_to_2200_lies_in_its_calendar_month() -> None:
    day, last = date(1900, 1, 1), date(2200, 12, 31)
    at = day_number(day)
    while day <= last:
        assert month_of(at) == day.year * 12 + day.month - 1, day
        day, at = day + timedelta(days=1), at + 1


# --- contract years --------------------------------------------------------------------------------------------------

YEARS = [(0, 100, 200), (1, 100, 200), (0, 200, 300), (0, 320, 420)]
"""(insured, first day, first day no longer covered); a gap from 300 to 320."""


def year_on(day: int, insured: int, first: int = 0, last: int = len(YEARS)) -> tuple[bool, int]:
    who, starts, ends = (np.array(column, np.int32) for column in zip(*YEARS, strict=True))
    return cover_on(day, insured, first, last, who, starts, ends)


@pytest.mark.parametrize(
    ("day", "insured", "found"),
    [
        (100, 0, (True, 0)),
        (199, 0, (True, 0)),
        (200, 0, (True, 2)),
        (299, 0, (True, 2)),
        (300, 0, (False, 2)),
        (319, 0, (False, 2)),
        (320, 0, (True, 3)),
        (420, 0, (False, 3)),
        (99, 0, (False, 0)),
        (150, 1, (True, 1)),
        (200, 1, (False, 1)),
    ],
)
def test_a_day_belongs_to_its_contract_year_else_to_the_last_that_had_begun(
    day: int, insured: int, found: tuple[bool, int]
) -> None:
    assert year_on(day, insured) == found


def test_contract_years_of_another_chain_are_not_looked_at() -> None:
    assert year_on(150, 0, first=2) == (False, 2)


# --- public payments over the parts of an invoice --------------------------------------------------------------------

PARTS = st.tuples(*[st.integers(0, 10**9)] * 4)


@given(st.integers(0, 10**10), st.booleans(), PARTS)
def test_public_payments_never_exceed_a_part_and_are_dropped_only_when_all_is_full(
    share: int, pro_rata: bool, parts: tuple[int, int, int, int]
) -> None:
    got = tiers_of(share, pro_rata, *parts)
    assert all(0 <= part <= room for part, room in zip(got, parts, strict=True))
    # Pro rata the share of the eligible lines is fixed first: what the other lines cannot take is dropped.
    if not pro_rata or share <= sum(parts):
        assert sum(got) == min(share, sum(parts))


@given(st.integers(0, 10**10), PARTS)
def test_eligible_lines_inside_the_list_take_public_payments_first(
    share: int, parts: tuple[int, int, int, int]
) -> None:
    left, wanted = share, []
    for room in parts:
        wanted.append(min(left, room))
        left -= wanted[-1]
    assert tiers_of(share, False, *parts) == tuple(wanted)


def test_e4_the_fund_lies_on_eligible_lines_first_or_in_proportion() -> None:
    assert tiers_of(20_000_00, False, 60_000_00, 0, 1_600_00, 0) == (20_000_00, 0, 0, 0)
    eligible = half_up(20_000_00, 60_000_00, 61_600_00)
    assert tiers_of(20_000_00, True, 60_000_00, 0, 1_600_00, 0) == (eligible, 0, 20_000_00 - eligible, 0)


def test_in_proportion_to_nothing_there_is_nothing() -> None:
    assert tiers_of(5, True, 0, 0, 0, 0) == (0, 0, 0, 0)


# --- time windows ----------------------------------------------------------------------------------------------------

E5 = [
    ("2026-03-03", False),
    ("2026-03-04", True),
    ("2026-03-10", True),
    ("2026-03-20", True),
    ("2026-04-18", True),
    ("2026-04-19", False),
]


def inside(
    around: tuple[int, int] | None = None, *, inclusive: bool = True, days: int = -1, months: int = -1,
    is_stay: bool = False, flags: int = 0, before: int = -1, after: int = -1, since: int = -1, since_months: int = -1,
) -> bool:  # fmt: skip
    """Whether an invoice lies in the windows; distances in days, -1 where there is none."""
    return in_windows(
        *(around or (-1, -1)), int(inclusive), days, months, is_stay, flags, before, after, since, since_months
    )


def around_stay(on: str, inclusive: bool) -> bool:
    """7 days before the admission of 10 March, 30 after the discharge of 20 March."""
    day, admitted, discharged = date.fromisoformat(on), date(2026, 3, 10), date(2026, 3, 20)
    return inside(
        (7, 30),
        inclusive=inclusive,
        flags=InvoiceFlag.ON_ADMISSION * (day == admitted) | InvoiceFlag.ON_DISCHARGE * (day == discharged),
        before=(admitted - day).days if day < admitted else -1,
        after=(day - discharged).days if day > discharged else -1,
    )


@pytest.mark.parametrize(("day", "counts"), E5)
def test_e5_the_day_of_admission_and_of_discharge_are_the_first_of_the_days(day: str, counts: bool) -> None:
    assert around_stay(day, True) is counts


@pytest.mark.parametrize(
    ("day", "counts"),
    [
        ("2026-03-02", False),
        ("2026-03-03", True),
        ("2026-03-10", False),
        ("2026-03-20", False),
        ("2026-03-21", True),
        ("2026-04-19", True),
        ("2026-04-20", False),
    ],
)
def test_not_inclusive_the_days_begin_beside_the_stay(day: str, counts: bool) -> None:
    assert around_stay(day, False) is counts


def test_without_a_stay_a_window_around_one_holds_nothing() -> None:
    assert not inside((7, 30))
    assert not inside((7, 30), inclusive=False)


def test_a_stay_lies_in_the_window_around_itself() -> None:
    assert inside((7, 30), is_stay=True)
    assert not inside((7, 30), is_stay=True, days=180, since=181), "but not in a window that has passed"


def test_a_window_of_no_days_holds_not_even_the_day_itself() -> None:
    assert not inside((0, 30), flags=InvoiceFlag.ON_ADMISSION)
    assert not inside((7, 0), flags=InvoiceFlag.ON_DISCHARGE)
    assert inside((0, 30), flags=InvoiceFlag.ON_ADMISSION | InvoiceFlag.ON_DISCHARGE), "one stay ends, the next begins"


@pytest.mark.parametrize(("days", "counts"), [(-1, False), (0, True), (180, True), (181, False)])
def test_days_since_the_accident_count_up_to_the_last_of_them(days: int, counts: bool) -> None:
    assert inside(days=180, since=days, since_months=0) is counts


@pytest.mark.parametrize(("months", "counts"), [(0, True), (3, True), (4, False)])
def test_months_since_the_trigger_count_up_to_the_last_of_them(months: int, counts: bool) -> None:
    assert inside(months=3, since=months * 30, since_months=months) is counts
    assert not inside(months=3), "before the trigger"


def test_a_benefit_without_windows_takes_every_day_and_one_with_two_needs_both() -> None:
    assert inside()
    assert inside((7, 30), days=180, before=1, since=180, since_months=6)
    assert not inside((7, 30), days=180, before=7, since=180, since_months=6)
    assert not inside((7, 30), days=180, before=1, since=181, since_months=6)


# --- spans and occasions ---------------------------------------------------------------------------------------------


def test_claims_visits_and_days_never_share_an_occasion() -> None:
    numbers = range(2_000)
    keys = [occasion_of(False, False, n, 0, 0) for n in numbers]
    keys += [occasion_of(False, True, 0, n, 0) for n in numbers]
    keys += [occasion_of(True, False, 0, 0, n) for n in numbers]
    assert len(set(keys)) == 3 * len(numbers)
    assert occasion_of(True, True, 1, 2, 3) == occasion_of(True, False, 9, 9, 3), "the day decides"


def spans(since: int = 0, day: int = 0) -> np.ndarray:
    found = np.zeros(10, np.int64)
    name_spans(found, 11, 12, 13, day, 14, 15, since, 16, 17)
    return found


def test_each_span_has_its_own_key() -> None:
    march = day_number(date(2026, 3, 9))
    keys = {span: span_key(spans(day=march), span, 30) for span in Span if span is not Span.TRIGGER}
    assert keys == {
        Span.VISIT: 11,
        Span.STAY: 12,
        Span.DAY: 13,
        Span.MONTH: 2026 * 12 + 2,
        Span.EVENT: 14,
        Span.POLICY_YEAR: 16,
        Span.GUARANTEED: 17,
        Span.LIFE: 0,
    }


def test_days_from_the_trigger_are_counted_in_whole_windows() -> None:
    keys = [span_key(spans(since), Span.TRIGGER, 180) for since in (0, 179, 180, 359, 360)]
    assert keys[0] == keys[1] != keys[2] == keys[3] != keys[4]
    assert span_key(spans(-1), Span.TRIGGER, 180) not in keys, "a visit before the trigger lies in no window of it"


def test_windows_of_two_triggers_have_different_keys() -> None:
    one, two = spans(0), spans(0)
    two[Span.TRIGGER] += 1
    found = {span_key(at, Span.TRIGGER, 1) for at in (one, two)}
    one[9] = two[9] = -1
    assert len(found | {span_key(at, Span.TRIGGER, 1) for at in (one, two)}) == 4


# --- reasons ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amounts", "reason"),
    [
        ((0, 0, 0, 0, 0, 100), Reason.PAID_IN_FULL),
        ((0, 0, 0, 0, 0, 0), Reason.NOTHING_LEFT),
        ((5, 5, 5, 5, 5, 0), Reason.ITEM_CAP_TOOK),
        ((0, 5, 5, 5, 5, 9), Reason.DEDUCTIBLE_TOOK),
        ((0, 4, 5, 5, 5, 9), Reason.OWN_SHARE_TOOK),
        ((0, 4, 4, 5, 5, 9), Reason.LIMIT_TOOK),
        ((0, 4, 4, 4, 5, 9), Reason.AGE_TOOK),
    ],
)
def test_the_reason_is_what_took_most_and_the_earlier_step_on_a_tie(
    amounts: tuple[int, int, int, int, int, int], reason: Reason
) -> None:
    assert largest_reason(*amounts) == reason


def test_the_numbers_of_reasons_and_flags_are_those_of_the_lists() -> None:
    assert (ON_ADMISSION, ON_DISCHARGE) == (InvoiceFlag.ON_ADMISSION, InvoiceFlag.ON_DISCHARGE)
    assert [NOTHING_LEFT, DEDUCTIBLE_TOOK, OWN_SHARE_TOOK, LIMIT_TOOK, AGE_TOOK, ITEM_CAP_TOOK] == [
        Reason.NOTHING_LEFT, Reason.DEDUCTIBLE_TOOK, Reason.OWN_SHARE_TOOK, Reason.LIMIT_TOOK, Reason.AGE_TOOK,
        Reason.ITEM_CAP_TOOK,
    ]  # fmt: skip


def test_the_lowest_bit_is_the_first_gate_or_benefit_as_listed() -> None:
    for number in range(62):
        assert lowest_bit(1 << number) == number
        assert lowest_bit((1 << number) | (1 << 61)) == number
        assert lowest_bit(((1 << 62) - 1) >> number << number) == number
