"""An explanation gives the figure that was sold, its clause and the claim's own days; what is not there is not said."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from hearth.doors.feeds.products import load_products
from hearth.kernel.product.explaining import Asked, Explained, explanations
from hearth.kernel.product.terms import Terms
from hearth.words.canned import CANNED

PRODUCTS = load_products()
ASKED = Asked("M1-MEI", date(2026, 1, 1))


def explained(terms: Terms, asked: Asked = ASKED) -> dict[str, Explained]:
    return {one.code: one for one in explanations(terms, asked)}


@pytest.mark.parametrize("code", sorted(PRODUCTS))
def test_every_explanation_of_every_product_fills_its_sentences_and_cites_a_clause(code: str) -> None:
    stay = Asked("P-1", date(2026, 1, 1), "standard", date(2026, 4, 2), date(2026, 4, 15), ("invoice",))
    for one in explanations(PRODUCTS[code], stay):
        for sentence in (CANNED[one.code].says_zh, CANNED[one.code].says_en):
            assert "{" not in sentence.format(**one.values)
        assert one.clause and one.clause in one.values["cite_zh"]


def test_the_days_around_a_stay_are_those_that_the_scan_pays() -> None:
    terms = PRODUCTS["million-medical"]
    assert "window" not in explained(terms), "without a stay there are no days"
    stay = Asked("M1-MEI", date(2026, 1, 1), admitted_on=date(2026, 4, 2), discharged_on=date(2026, 4, 15))
    found = explained(terms, stay)["window"]
    # Clause 2.4: 7 days with the day of admission, 30 with the day of discharge.
    assert (found.values["first"], found.values["last"]) == ("2026-03-27", "2026-05-14")
    assert date(2026, 4, 2) - date(2026, 3, 27) == timedelta(days=6)


def test_the_waiting_period_ends_on_its_last_day_and_a_missing_paper_has_its_reason() -> None:
    terms = PRODUCTS["million-medical"]
    assert terms.waiting is not None
    days = terms.waiting.days.at(date(2026, 1, 1))
    found = explained(terms)["waiting"].values
    assert (date.fromisoformat(found["ends"]) - date.fromisoformat(found["starts"])).days == days - 1
    assert "papers" not in explained(terms)
    missing = Asked(
        "M1-MEI", date(2026, 1, 1), papers=("nonsense", "invoice"), paper_names={"invoice": ("发票", "bill")}
    )
    assert explained(terms, missing)["papers"].values["paper_zh"] == "发票"
