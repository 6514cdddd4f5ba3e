"""Whether a bad photograph is only told of or has to be taken again is said by the products it is handed in to."""

from __future__ import annotations

from typing import get_args

from hearth.kernel.documents.quality import DEFAULT, SIGNS, rules_of
from hearth.kernel.product.terms import PhotoSign


def test_products_speak_of_the_signs_that_are_looked_for() -> None:
    assert get_args(PhotoSign) == SIGNS and set(DEFAULT.bounds) == set(SIGNS)


def test_a_sign_that_is_off_is_not_looked_for_and_one_that_warns_never_blocks() -> None:
    rules = rules_of([{"glare": "off", "blurred": "warn"}])
    assert "glare" not in rules.bounds
    blurred = rules.bounds["blurred"]
    assert blurred.block is None and blurred.severity(1_000) == "warn"
    assert rules.bounds["too_dark"] == DEFAULT.bounds["too_dark"]


def test_a_sign_that_only_warns_by_itself_blocks_where_a_product_says_so() -> None:
    assert DEFAULT.bounds["cut_edge"].block is None
    cut = rules_of([{"cut_edge": "block"}]).bounds["cut_edge"]
    assert cut.severity(cut.threshold("warn")) == "block"


def test_of_several_products_the_strictest_holds() -> None:
    both = rules_of([{"blurred": "off", "cut_edge": "warn"}, {"blurred": "block"}, {}])
    assert both.bounds["blurred"] == DEFAULT.bounds["blurred"] and both.bounds["cut_edge"].block is None
    assert rules_of([]) == DEFAULT == rules_of([{}, {}])
