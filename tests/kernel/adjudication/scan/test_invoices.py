"""What is the same for all rows of an invoice: contract year, benefits it may fall under, gates that it fails."""

from __future__ import annotations

import numpy as np
import pytest

from hearth.kernel.adjudication.prepare import prepare
from hearth.kernel.adjudication.run import NO_VARIANTS, empty_outcome, room_for
from hearth.kernel.adjudication.scan import memory
from hearth.kernel.adjudication.scan.gates import G_DUPLICATE, G_IN_FORCE, NO_BENEFIT
from hearth.kernel.adjudication.scan.steps import scan
from hearth.kernel.product.terms import Terms
from tests.kernel.adjudication.cases import (
    STAY,
    VISIT,
    Written,
    case_of,
    claim,
    contract,
    free,
    plain,
    shelf,
    stay,
    visit,
)


def tried(terms: Terms, *claims: Written, policies: list[Written] | None = None) -> np.ndarray:
    """Work.invoice for every invoice of the claims, in the order of the steps."""
    inputs = prepare(case_of(policies or [contract("P", terms)], *claims), shelf(terms)).inputs
    room = room_for(inputs, 0, 1)
    scan(inputs, empty_outcome(inputs, traced=False), *room, np.zeros(0, np.int64), NO_VARIANTS, False)
    return room[1].invoice


def test_a_visit_may_fall_under_the_benefits_of_its_setting_alone() -> None:
    found = tried(plain(benefits=[STAY, VISIT]), claim(stay(), visit(on="2026-03-12")))
    assert found[:, memory.CANDIDATES].tolist() == [0b01, 0b10]
    assert found[:, memory.WINDOW].tolist() == [0b01, 0b10]
    assert not found[:, [memory.GATES, memory.LACKING, memory.WAITING, memory.HOSPITAL]].any()


def test_an_event_after_the_contract_has_ended_is_judged_by_the_terms_of_its_last_year() -> None:
    policies = [contract("P", free()), contract("Q", free(), "2027-01-01", renews="P")]
    found = tried(free(), claim(stay(first="2028-02-01", last="2028-02-03")), policies=policies)
    assert (found[0, memory.CONTRACT], found[0, memory.GATES]) == (1, G_IN_FORCE)


def test_the_second_invoice_with_one_number_is_the_duplicate() -> None:
    numbered = {"code": "1", "number": "7"}
    found = tried(free(), claim({**stay(), **numbered}), claim({**stay(), **numbered}, no="C-2"))
    assert found[:, memory.GATES].tolist() == [0, G_DUPLICATE]


@pytest.mark.parametrize(
    ("settled", "social", "ratio_class"), [(True, True, 0), (False, True, 1), (True, False, 0), (False, False, 2)]
)
def test_the_ratio_follows_how_an_invoice_was_settled_and_how_the_policy_was_bought(
    settled: bool, social: bool, ratio_class: int
) -> None:
    policies = [contract("P", free(), with_social_insurance=social)]
    found = tried(free(), claim({**stay(), "si_settled": settled}), policies=policies)
    assert found[0, memory.RATIO_CLASS] == ratio_class


def test_a_row_that_no_benefit_takes_waits_like_the_others() -> None:
    terms = plain(waiting={"days": {"what": "waiting", "unit": "days", "source": "1", "values": {"2020-01-01": 30}}})
    found = tried(terms, claim(stay(first="2026-01-30", last="2026-01-31")), claim(stay(first="2026-01-31"), no="C-2"))
    assert found[:, memory.WAITING].tolist() == [0b1 | NO_BENEFIT, 0]
