"""Gates of rows: which benefit a row falls under, and an invoice of which no row passes is finished at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest

from hearth.kernel.adjudication.prepare import prepare
from hearth.kernel.adjudication.run import NO_VARIANTS, empty_outcome, room_for
from hearth.kernel.adjudication.scan.memory import OPEN
from hearth.kernel.adjudication.scan.steps import scan
from hearth.kernel.product.terms import Terms
from hearth.words.arrays import Columns
from hearth.words.codes import Gate
from tests.kernel.adjudication.cases import (
    STAY,
    VISIT,
    Written,
    case_of,
    claim,
    contract,
    free,
    line,
    plain,
    shelf,
    stay,
    visit,
)


class Tried(NamedTuple):
    """What try_rows gives for the claims of one owner, and the columns in the end."""

    open: list[int]
    benefit: list[int]
    columns: Columns


def tried(terms: Terms, *claims: Written, kept: bool = True) -> Tried:
    inputs = prepare(case_of([contract("P", terms)], *claims), shelf(terms)).inputs
    room, outcome = room_for(inputs, 0, 1), empty_outcome(inputs, traced=False)
    sums = NO_VARIANTS if kept else np.zeros((len(inputs.steps.claim), 1), np.int64)
    scan(inputs, outcome, *room, np.zeros(0, np.int64), sums, False)
    work = room[1]
    return Tried(work.invoice[:, OPEN].tolist(), work.row_benefit.tolist(), outcome.columns)


def test_a_row_that_passes_names_its_benefit_and_leaves_its_invoice_open() -> None:
    found = tried(plain(benefits=[STAY, VISIT]), claim(stay(), visit(on="2026-03-12")))
    assert (found.open, found.benefit) == ([1, 1], [0, 1])
    # the stay's 1,000.00 are the deductible; 80 % of the visit's 100.00
    assert found.columns.deductible.tolist() == [100_000, 0] and found.columns.payable.tolist() == [0, 8_000]


def test_an_invoice_that_no_benefit_takes_is_finished_and_its_neighbour_left_open() -> None:
    found = tried(plain(), claim(stay(), visit("100.00", on="2026-03-12")))
    assert (found.open, found.benefit) == ([1, 0], [0, -1])
    assert found.columns.not_covered.tolist() == [0, 10_000] and found.columns.payable.tolist()[1] == 0
    assert found.columns.gates.tolist() == [0, 1 << Gate.BENEFIT]
    assert found.columns.reason[1] == 1 + Gate.BENEFIT


@pytest.mark.parametrize(
    ("fund", "public"),
    [
        ("0.00", [0, 0, 0]),
        # 100.00 over 200.00 and 100.00 inside the list: 66.666..., so 66.67 and what is left of 100.00
        ("100.00", [6_667, 3_333, 0]),
        # all 300.00 inside, then outside
        ("350.00", [20_000, 10_000, 5_000]),
    ],
)
def test_public_payments_go_to_rows_inside_the_list_first_where_nothing_is_covered(
    fund: str, public: list[int]
) -> None:
    lines = [line("200.00"), line("100.00"), line("60.00", out_of_scope="all")]
    found = tried(plain(), claim({**visit(), "lines": lines, "fund": fund}))
    assert found.columns.public.tolist() == public
    assert (found.columns.public + found.columns.not_covered).tolist() == [20_000, 10_000, 6_000]


def test_what_the_settlement_sheet_says_of_a_line_is_not_shared_again() -> None:
    lines = [line("200.00", public="150.00"), line("100.00")]
    found = tried(plain(), claim({**visit(), "lines": lines, "fund": "180.00"}))
    # 30.00 are left for 50.00 and 100.00
    assert found.columns.public.tolist() == [16_000, 2_000]


def test_where_others_paid_no_invoice_is_finished_before_their_payments_are_shared() -> None:
    others = [{"source": "employer", "amount": "10.00"}]
    assert tried(plain(), claim(visit(), other_payments=others)).open == [1]


def test_where_only_sums_are_asked_for_no_column_is_written() -> None:
    found = tried(free(), claim(stay(), visit()), kept=False)
    assert (found.open, found.benefit) == ([0, 1], [-1, 0]) or (found.open, found.benefit) == ([1, 0], [0, -1])
    assert not np.concatenate(found.columns).any()
