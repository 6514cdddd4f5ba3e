"""Waiting periods end on their last day, and each flag of an invoice closes its own gate."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from hearth.kernel.adjudication.scan import gates
from hearth.kernel.adjudication.scan.gates import NEVER, invoice_gates, is_waiting, papers_lacking
from hearth.words.codes import REFER_SHIFT, Gate, InvoiceFlag, PreExisting
from hearth.words.days import NEVER as NO_DAY
from hearth.words.days import day_number


def waits(days: int, first: str, event: str, onset: str | None = None) -> bool:
    first_on, event_on = (day_number(date.fromisoformat(day)) for day in (first, event))
    return is_waiting(days, first_on, event_on, NEVER if onset is None else day_number(date.fromisoformat(onset)))


@pytest.mark.parametrize(
    ("event", "waiting"), [("2026-02-28", False), ("2026-03-01", True), ("2026-05-29", True), ("2026-05-30", False)]
)
def test_e13_ninety_days_from_1_march_end_on_29_may(event: str, waiting: bool) -> None:
    assert waits(90, "2026-03-01", event) is waiting


@pytest.mark.parametrize(("event", "waiting"), [("2026-03-30", True), ("2026-03-31", False)])
def test_e14_thirty_days_from_1_march_end_on_30_march(event: str, waiting: bool) -> None:
    assert waits(30, "2026-03-01", event) is waiting


def test_a_first_diagnosis_inside_the_waiting_period_makes_later_treatment_wait() -> None:
    assert waits(30, "2026-03-01", "2026-06-01", onset="2026-03-30")
    assert not waits(30, "2026-03-01", "2026-06-01", onset="2026-03-31")
    assert not waits(30, "2026-03-01", "2026-06-01", onset="2026-02-28"), "before the cover is another gate's matter"


def test_where_no_waiting_period_is_agreed_nothing_waits() -> None:
    assert not waits(0, "2026-03-01", "2026-03-01", onset="2026-03-01")


def failed(bits: int) -> set[Gate]:
    return {gate for gate in Gate if bits >> gate & 1}


@pytest.mark.parametrize(
    ("flag", "fails", "refers"),
    [
        (0, set(), set()),
        (InvoiceFlag.OTHER_PERSON, {Gate.PERSON}, set()),
        (InvoiceFlag.DUPLICATE, {Gate.DUPLICATE}, set()),
        (InvoiceFlag.USED_ELSEWHERE, set(), {Gate.DUPLICATE}),
        (InvoiceFlag.SUMS_DIFFER, set(), {Gate.SUMS}),
        (InvoiceFlag.PRE_EXISTING_SUSPECTED, set(), {Gate.PRE_EXISTING}),
    ],
)
def test_each_flag_of_an_invoice_closes_its_own_gate(flag: int, fails: set[Gate], refers: set[Gate]) -> None:
    got = invoice_gates(True, flag, False, PreExisting.EXCLUDE)
    assert (failed(got[0]), failed(got[1])) == (fails, refers)


def test_what_is_refused_is_not_also_looked_at() -> None:
    flags = InvoiceFlag.DUPLICATE | InvoiceFlag.USED_ELSEWHERE | InvoiceFlag.PRE_EXISTING_SUSPECTED
    fails, refers = invoice_gates(True, flags, True, PreExisting.EXCLUDE)
    assert failed(fails) == {Gate.DUPLICATE, Gate.PRE_EXISTING} and refers == 0


def test_out_of_force_is_refused_whatever_else_holds() -> None:
    assert invoice_gates(False, 0, False, PreExisting.COVER) == (1 << Gate.IN_FORCE, 0)


@pytest.mark.parametrize(
    ("treatment", "fails", "refers"),
    [
        (PreExisting.EXCLUDE, {Gate.PRE_EXISTING}, {Gate.PRE_EXISTING}),
        (PreExisting.LOWER_RATIO, set(), {Gate.PRE_EXISTING}),
        (PreExisting.COVER, set(), set()),
    ],
)
def test_an_illness_that_was_there_is_refused_only_where_the_terms_exclude_it(
    treatment: PreExisting, fails: set[Gate], refers: set[Gate]
) -> None:
    assert failed(invoice_gates(True, 0, True, treatment)[0]) == fails
    assert failed(invoice_gates(True, InvoiceFlag.PRE_EXISTING_SUSPECTED, False, treatment)[1]) == refers


def test_bits_and_flags_are_those_of_the_lists() -> None:
    assert {name: getattr(gates, f"G_{name}") for name in Gate.__members__} == {gate.name: 1 << gate for gate in Gate}
    assert 1 << REFER_SHIFT == gates.REFER
    assert NEVER == NO_DAY
    flags = (gates.DUPLICATE, gates.OTHER_PERSON, gates.SUMS_DIFFER, gates.SUSPECTED, gates.USED_ELSEWHERE)
    assert flags == tuple(InvoiceFlag)[: len(flags)]
    assert (gates.EXCLUDE, gates.COVER) == (PreExisting.EXCLUDE, PreExisting.COVER)


def test_a_benefit_lacks_a_paper_whatever_the_benefits_before_it_ask_for() -> None:
    required = np.array([0b1, 0b11, 0b100, 0b101, 0], np.int64)
    assert papers_lacking(required, 0, 5, 0b001) == 0b01110
    assert papers_lacking(required, 1, 4, 0b101) == 0b001
    assert papers_lacking(required, 0, 5, 0b111) == 0
