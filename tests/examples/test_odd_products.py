"""Odd products: what none of the product folders says, each worked by hand in a case file of its own (odd/*.yaml)."""

from __future__ import annotations

import copy
import re
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest

from hearth.kernel.adjudication.case import Case
from hearth.kernel.adjudication.decided import Decision
from hearth.kernel.adjudication.decision import decide
from hearth.kernel.adjudication.expectation import compare
from hearth.kernel.adjudication.prepare import prepare
from hearth.kernel.adjudication.run import adjudicate
from hearth.store.reading import build_model, read_yaml
from hearth.words.faults import OrdersDiffer
from hearth.words.money import fen_from_yuan, yuan
from tests.twins.agreement import differences
from tests.twins.clerk import adjudicate_by_hand

FOLDER = Path(__file__).parent / "odd"
FILES = sorted(FOLDER.glob("*.yaml"))

MISTAKES: tuple[tuple[str, str, Any, str, str], ...] = (
    ("ratio-before-deductible", "terms/0/benefits/0/ratio_first", False, "B-RF", "9,716.54"),
    ("rounding-per-line-visit-and-claim", "terms/0/benefits/0/computed_per", "claim", "BY-LINE", "99.99"),
    ("deductible-in-settlement-order", "terms/0/claim_order", "event_day", "A-SE", "800.00"),
    ("visits-counted-three-times-a-year", "claims/0/invoices/3/hospital", {"name": "2"}, "K1", "90.00"),
    ("paid-days-counted-on-a-per-day-benefit", "claims/1/invoices/0/visited_on", "2026-04-06", "VISIT", "0.00"),
    ("family-limit-across-members-and-renewals", "terms/0/limits/1/span", "policy_year", "HUI-27", "5,000.00"),
    ("family-deductible-across-members-and-renewals", "terms/1/deductibles/0/span", "policy_year", "L4", "1,000.00"),
    ("different-ratios-under-one-deductible", "claims/0/invoices/2/visited_on", "2026-03-06", "A", "3,600.30"),
    ("limit-per-calendar-month", "claims/0/invoices/2/visited_on", "2026-01-29", "A", "300.00"),
    ("limit-per-event-across-renewal", "terms/0/limits/0/span", "policy_year", "FALL-2", "3,000.00"),
    (
        "limit-in-windows-of-90-days-from-the-trigger",
        "terms/0/limits/0/span_days/values/2026-01-01",
        91,
        "A",
        "1,800.00",
    ),
    ("limit-in-windows-of-90-days-from-the-trigger", "claims/1/trigger_on", "2026-01-10", "B", "0.00"),
    ("limit-of-the-guaranteed-period", "terms/0/limits/1/span", "policy_year", "2028", "10,000.00"),
    ("limit-of-the-guaranteed-period", "terms/0/limits/1/span", "life", "2029", "0.00"),
    ("stay-across-the-policy-year-end", "claims/0/invoices/1/visited_on", "2026-12-31", "A", "7,600.00"),
    ("version-without-social-insurance", "policies/1/with_social_insurance", True, "WITHOUT-NOT", "3,000.33"),
    ("item-caps-on-lines-partly-outside-the-list", "terms/0/benefits/0/item_caps/1/per", "piece", "ONE", "2,800.00"),
    ("several-ratio-classes-in-one-claim", "terms/0/benefits/0/ratios/unsettled", None, "A", "4,770.00"),
    ("two-policies-with-different-claim-orders", "terms/1/claim_order", "registration", "FIRST", "6,000.00"),
)
"""(file, what is stated otherwise, how, claim, the wrong figure that the file warns of)."""


def stated(name: str) -> Any:
    path = FOLDER / f"{name}.yaml"
    return read_yaml(path.read_text(encoding="utf-8"), path.name)


def case_of(value: Any, name: str) -> Case:
    return build_model(Case, value, name)


def otherwise(value: Any, place: str, wanted: Any) -> Any:
    """The same case with one value changed: a list or mapping on the way is written out apart from its aliases."""
    first, _, rest = place.partition("/")
    key: Any = int(first) if isinstance(value, list) else next((k for k in value if str(k) == first), first)
    changed = copy.copy(value)
    changed[key] = otherwise(value[key], rest, wanted) if rest else wanted
    return changed


def claim_pays(decision: Decision, no: str) -> str:
    return yuan(next(claim.payable for claim in decision.claims if claim.no == no))


@pytest.fixture(params=FILES, ids=lambda path: path.stem.replace("-", " "))
def odd(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def test_an_odd_product_pays_what_was_worked_by_hand(odd: Path) -> None:
    case = case_of(stated(odd.stem), odd.name)
    assert case.expect
    decision = decide(case, {})
    assert [f"{one.place}: {one.expected} expected, got {one.got}" for one in compare(case, decision)] == []


def test_the_clerk_agrees_on_every_column_of_an_odd_product(odd: Path) -> None:
    case = case_of(stated(odd.stem), odd.name)
    result = adjudicate_by_hand(case, {})
    prepared = prepare(case, {})
    assert differences(prepared, adjudicate(prepared.inputs, traced=True), result) == []
    payable = {claim.no: claim.payable for claim in decide(case, {}, orders=False, worth=False).claims}
    assert payable == {no: claim.payable for no, claim in result.claims.items()}


def test_an_odd_case_says_what_it_shows_and_how_to_get_it_wrong(odd: Path) -> None:
    case = case_of(stated(odd.stem), odd.name)
    assert case.about is not None and re.search(r"[一-鿿]", case.about.zh)
    assert warnings_of(odd.stem), f"{odd.name} names no wrong figure"


def warnings_of(name: str) -> list[str]:
    """The amounts named from the line `Wrong ...` of the leading comment on."""
    text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    comment = "\n".join(line for line in text.split("\ncase:")[0].splitlines() if line.startswith("#"))
    return re.findall(r"\d[\d,]*\.\d\d", comment.partition("# Wrong ")[2])


@pytest.mark.parametrize(
    ("name", "place", "wanted", "claim", "wrong"),
    MISTAKES,
    ids=[f"{name.replace('-', ' ')}, {claim} {wrong}" for name, _, _, claim, wrong in MISTAKES],
)
def test_a_likely_mistake_gives_the_figure_that_the_file_warns_of(
    name: str, place: str, wanted: Any, claim: str, wrong: str
) -> None:
    right = stated(name)
    mistaken = decide(case_of(otherwise(right, place, wanted), name), {})
    assert claim_pays(mistaken, claim) == wrong
    assert claim_pays(decide(case_of(right, name), {}), claim) != wrong
    assert wrong in warnings_of(name)


def test_running_sums_cut_at_each_limit_are_wrong_for_overlapping_pools() -> None:
    pools = {"pool_a": (1_000_000, ("O", "S")), "pool_b": (300_000, ("P", "O"))}
    losses = {"P": 260_000, "O": 300_000, "S": 980_000}

    def by_columns(claim: str) -> int:
        room = [losses[claim]]
        for limit, claims in pools.values():
            if claim in claims:
                sums = [0, *(min(limit, total) for total in accumulate(losses[one] for one in claims))]
                room.append(sums[claims.index(claim) + 1] - sums[claims.index(claim)])
        return min(room)

    decision = decide(case_of(stated("overlapping-limit-pools"), "pools"), {})
    assert [yuan(by_columns(claim)) for claim in losses] == ["2,600.00", "400.00", "7,000.00"]
    assert [claim_pays(decision, claim) for claim in losses] == ["2,600.00", "400.00", "9,600.00"]
    assert "7,000.00" in warnings_of("overlapping-limit-pools")


def test_a_payment_that_is_not_netted_still_counts_for_the_ceiling() -> None:
    decision = decide(case_of(stated("third-party-netted-by-source"), "third party"), {})
    (unit,) = next(claim for claim in decision.claims if claim.no == "PART").policies[0].units
    assert [yuan(unit.after_limits), yuan(unit.ceiling), yuan(unit.payable)] == ["4,400.00", "2,000.00", "2,000.00"]


def test_a_suspicion_of_illness_before_goes_to_a_person_and_a_proof_does_not() -> None:
    decision = decide(case_of(stated("pre-existing-at-a-lower-ratio"), "pre-existing"), {})
    assert {claim.no: claim.route for claim in decision.claims} == {
        "MEI-1": "automatic", "MEI-2": "automatic", "BO": "person", "LAN": "automatic",
    }  # fmt: skip


def test_claims_that_wait_for_one_another_under_two_policies_are_refused() -> None:
    right = stated("two-policies-with-different-claim-orders")
    circle = case_of(otherwise(right, "claims/0/policies", ["S-2026", "R-2026"]), "circle")
    for refused in (decide, adjudicate_by_hand):
        with pytest.raises(OrdersDiffer) as fault:
            refused(circle, {})
        assert fault.value.code == "ORDERS_DIFFER"
        assert fault.value.data["claim"] in ("FIRST", "SECOND")
        assert "FIRST" in fault.value.sentence("zh") or "SECOND" in fault.value.sentence("zh")


def test_an_order_that_cannot_be_is_not_offered() -> None:
    decision = decide(case_of(stated("two-policies-with-different-claim-orders"), "orders"), {})
    first, second = decision.claims
    assert [one.order for one in first.orders] == [("R-2026", "S-2026")]
    assert {one.order: one.total for one in second.orders} == {
        ("R-2026", "S-2026"): fen_from_yuan("7200.00"),
        ("S-2026", "R-2026"): fen_from_yuan("6800.00"),
    }
