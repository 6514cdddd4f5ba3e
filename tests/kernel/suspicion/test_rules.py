"""What cannot be: one invoice twice, two beds at once, two far places in one day; and what can be is left alone."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hearth.kernel.suspicion.rules import (
    MOST_KM,
    Bill,
    Picture,
    altered_pictures,
    duplicate_invoices,
    impossible_distances,
    overlapping_stays,
    same_pictures,
)
from hearth.words.days import day_number
from hearth.words.suspicion import signal_says

MAY = day_number(date(2026, 5, 1))
PLACES = {"深圳": (22.5, 114.0), "广州": (23.1, 113.3), "哈尔滨": (45.8, 126.5)}


def bill(claim: str = "C1", first: int = 1, last: int | None = None, **more: Any) -> Bill:
    """A stay or (without a last day) a visit in May."""
    whole: dict[str, Any] = {
        "person": 1, "invoice": 1, "key": "", "is_stay": last is not None, "hospital": "深圳", "total": 100, **more
    }  # fmt: skip
    return Bill(claim=claim, first=MAY + first, last=MAY + (first if last is None else last), **whole)


def test_an_invoice_that_another_claim_uses_is_found_and_said_in_both_languages() -> None:
    (found,) = duplicate_invoices([bill(key="1|22")], [bill("C2", key="1|22", person=2, total=90)])
    assert found.evidence == ("claim:C2",)
    assert "number 22" in signal_says(found.signal, found.data, "en")
    assert "another amount, another person" in signal_says(found.signal, found.data, "en")
    assert "金额不同，另一人" in signal_says(found.signal, found.data, "zh")


def test_invoices_without_a_number_are_never_one() -> None:
    assert duplicate_invoices([bill(key="")], [bill("C2", key="")]) == []


def test_one_claims_own_repeated_invoice_is_left_to_the_calculation() -> None:
    assert duplicate_invoices([bill(key="1|22")], [bill("C1", key="1|22", invoice=2)]) == []


def test_two_beds_at_once_are_found_but_a_transfer_is_not() -> None:
    mine = [bill(first=1, last=10)]
    (found,) = overlapping_stays(mine, [bill("C2", 5, 12, hospital="广州")])
    assert found.data["days"] == 5
    assert overlapping_stays(mine, [bill("C2", 10, 12, hospital="广州")]) == [], "discharged and admitted on one day"
    assert overlapping_stays(mine, [bill("C2", 5, 12, hospital="广州", person=2)]) == []


def test_two_parts_of_one_stay_are_one_bed() -> None:
    assert overlapping_stays([bill(first=1, last=10), bill(first=1, last=10, invoice=2)], []) == []


@given(st.integers(0, 30), st.integers(0, 20), st.integers(0, 30), st.integers(0, 20))
def test_stays_overlap_exactly_where_they_share_a_night(start: int, nights: int, other: int, others: int) -> None:
    shared = set(range(start, start + nights)) & set(range(other, other + others))
    found = overlapping_stays([bill(first=start, last=start + nights)],
                              [bill("C2", other, other + others, hospital="广州")])  # fmt: skip
    assert [one.data["days"] for one in found] == ([len(shared)] if shared else [])


def test_far_places_on_one_day_are_found_and_near_or_unknown_ones_are_not() -> None:
    mine = [bill(first=3)]
    (found,) = impossible_distances(mine, [bill("C2", 3, hospital="哈尔滨")], PLACES)
    assert 2_700 < int(found.data["km"]) < 2_900 and found.data["day"] == "2026-05-04"
    assert impossible_distances(mine, [bill("C2", 3, hospital="广州")], PLACES) == []
    assert impossible_distances(mine, [bill("C2", 4, hospital="哈尔滨")], PLACES) == []
    assert impossible_distances(mine, [bill("C2", 3, hospital="某处")], PLACES) == []


@given(
    st.floats(-80, 80), st.floats(-170, 170), st.floats(-80, 80), st.floats(-170, 170),
)  # fmt: skip
def test_distance_is_the_same_both_ways(lat: float, lon: float, other_lat: float, other_lon: float) -> None:
    places = {"甲": (lat, lon), "乙": (other_lat, other_lon)}
    there = impossible_distances([bill(hospital="甲")], [bill("C2", hospital="乙")], places)
    back = impossible_distances([bill(hospital="乙")], [bill("C2", hospital="甲")], places)
    assert [one.data["km"] for one in there] == [one.data["km"] for one in back]
    assert all(MOST_KM < int(one.data["km"]) <= 20_016 for one in there)


def test_pictures_handed_in_twice_are_found_in_other_claims_alone() -> None:
    pictures = [Picture(1, 1, 7, "C2", 2), Picture(1, 1, 8, "C1", 1)]
    (found,) = same_pictures(pictures, "C1")
    assert found.evidence == ("paper:1", "claim:C2")
    assert altered_pictures([(4, "SUM")])[0].evidence == ("paper:4",)
