"""A decision becomes plain JSON, in which every amount stands in fen and in yuan and the two agree."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from hearth.doors.feeds.products import load_products
from hearth.kernel.adjudication.case import Case
from hearth.kernel.adjudication.decided import ClaimDecision, Decision, Finding, from_json, to_json
from hearth.kernel.adjudication.decision import decide
from hearth.kernel.product.terms import Bilingual
from hearth.store.shelf import example_files, parse_model
from hearth.words.codes import Category
from hearth.words.money import fen_from_yuan
from tests.kernel.adjudication.cases import claim, decided, plain, stay


@pytest.fixture(scope="module")
def decisions() -> list[Decision]:
    products = load_products()
    files = [Path(file) for code in products for file in example_files(code)[:3]]
    cases = [parse_model(Case, file.read_text("utf-8"), str(file)) for file in files]
    return [decide(case, products) for case in cases]


def parts(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from parts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from parts(inner)


def test_a_decision_is_plain_json(decisions: list[Decision]) -> None:
    for decision in decisions:
        assert json.loads(json.dumps(to_json(decision), allow_nan=False)) == to_json(decision)


def test_what_was_kept_as_plain_data_comes_back_as_it_was(decisions: list[Decision]) -> None:
    for decision in decisions:
        kept = json.loads(json.dumps(to_json(decision)))
        assert from_json(Decision, kept) == decision
        for one, mine in zip(kept["claims"], decision.claims, strict=True):
            assert from_json(ClaimDecision, one) == mine


def test_a_finding_kept_before_it_had_data_still_comes_back() -> None:
    assert from_json(Finding, {"code": "DUPLICATE", "invoice": None}) == Finding("DUPLICATE", None, {})


def test_amounts_in_yuan_are_those_in_fen(decisions: list[Decision]) -> None:
    seen = set()
    for decision in decisions:
        for part in parts(to_json(decision)):
            for name in part:
                if name.endswith("_yuan"):
                    fen = part[name.removesuffix("_yuan")]
                    assert type(fen) is int and fen_from_yuan(part[name]) == fen
                    seen.add(name.removesuffix("_yuan"))
    wanted = {
        "payable",
        "paid_out",
        "recovery",
        "arrears",
        "advance",
        "prepaid",
        "billed",
        "eligible",
        "public",
        "loss",
    }
    assert wanted <= seen
    assert not seen & {"invoice", "line", "unit", "number", "ratio", "days", "used", "full", "left", "took", "offset"}


def test_every_amount_of_a_line_and_claim_is_there(decisions: list[Decision]) -> None:
    for decision in decisions:
        written = to_json(decision)
        for claim_, told in zip(decision.claims, written["claims"], strict=True):
            assert told["payable"] == claim_.payable
            for policy, said in zip(claim_.policies, told["policies"], strict=True):
                assert said["columns"] == policy.columns
                assert [one["payable"] for one in said["lines"]] == [one.payable for one in policy.lines]


def test_days_languages_codes_and_truths_are_told_as_they_are() -> None:
    assert to_json(date(2026, 3, 2)) == "2026-03-02"
    assert to_json(Bilingual(zh="床", en="bed")) == {"zh": "床", "en": "bed"}
    assert to_json(Category.BED) == "bed"
    assert to_json({"a": (1, None, True)}) == {"a": [1, None, True]}


def test_an_amount_that_is_not_stated_has_no_yuan_beside_it() -> None:
    policy = to_json(decided(plain(), claim(stay())))["claims"][0]["policies"][0]
    assert policy["premium"] is None and "premium_yuan" not in policy
    assert policy["refund_premium"] is False and "refund_premium_yuan" not in policy
