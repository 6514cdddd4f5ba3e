"""Several books in one pass pay every claim what each of them pays it alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest

from hearth.kernel.adjudication.prepare import Prepared, prepare
from hearth.kernel.adjudication.run import adjudicate, has_numba, rows_of_steps
from hearth.kernel.adjudication.variants import BEFORE_UNITS, alike, payables, stacked
from hearth.kernel.product.book import Sold, compile_book
from hearth.words.arrays import Book, Inputs
from hearth.words.faults import OrdersDiffer
from tests.kernel.adjudication.cases import case_of, claim, contract, plain, rule, shelf, stay
from tests.twins.batches import one_batch
from tests.twins.generator import seeded

SEEDS = range(60)
COMPILED = [False, pytest.param(True, marks=pytest.mark.skipif(not has_numba(), reason="numba is not installed"))]


def alone(inputs: Inputs, book: Book, compiled: bool) -> list[int]:
    """What each claim is paid under one book, row by row."""
    inputs = inputs._replace(book=book)
    payable = adjudicate(inputs, compiled=compiled).columns.payable
    first_row = inputs.invoices.row_from[inputs.claims.invoice_from]
    found = Counter[int]()
    for row, paid in zip(rows_of_steps(inputs).tolist(), payable.tolist(), strict=True):
        found[int(np.searchsorted(first_row, row, "right")) - 1] += paid
    return [found[n] for n in range(len(inputs.claims.insured))]


def changed(book: Book, draw: np.random.Generator) -> Book:
    """A book that differs in what is computed unit by unit: a deductible or limit left out among it."""

    def scaled(values: np.ndarray) -> np.ndarray:
        return (values * draw.integers(20, 150, values.shape) // 100).astype(values.dtype)

    benefits = len(book.kind)
    fields: dict[str, np.ndarray] = {
        "ratio": np.minimum(scaled(book.ratio), 10_000).astype(book.ratio.dtype),
        "rule_amount": np.where(book.rule_unit == 0, scaled(book.rule_amount), book.rule_amount),
        "rule_step": scaled(book.rule_step),
        "daily": scaled(book.daily),
        "share": scaled(book.share),
    }
    for name in ("nets_public", "ratio_first", "ends_contract"):
        flags = getattr(book, name)
        fields[name] = np.where(draw.random(len(flags)) < 0.2, 1 - flags, flags).astype(flags.dtype)
    fields["netted"] = np.where(draw.random(benefits) < 0.3, 15, book.netted).astype(book.netted.dtype)
    for starts, rules in (("deductible_from", "deductible_rule"), ("limit_from", "limit_rule")):
        from_, of = getattr(book, starts), getattr(book, rules)
        keep = draw.random(len(of)) < 0.8
        benefit = np.repeat(np.arange(benefits), np.diff(from_))
        fields[rules] = of[keep]
        fields[starts] = np.concatenate(([0], np.cumsum(np.bincount(benefit[keep], minlength=benefits)))).astype(
            np.int64
        )
    return book._replace(**fields)


def owners(seeds: Sequence[int]) -> list[Prepared]:
    found = []
    for seed in seeds:
        one = seeded(seed)
        try:
            found.append(prepare(one.case, one.products))
        except OrdersDiffer:
            continue
    return found


@pytest.mark.parametrize("compiled", COMPILED)
def test_every_claim_of_random_owner_years_is_paid_what_each_book_pays_it_alone(compiled: bool) -> None:
    differ = 0
    for number, prepared in enumerate(owners(SEEDS)):
        draw = np.random.default_rng(number)
        inputs = prepared.inputs
        books = [inputs.book, *(changed(inputs.book, draw) for _ in range(3))]
        assert all(alike(books[0], book) for book in books)
        together = payables(inputs, books, compiled=compiled)
        for place, book in enumerate(books):
            assert together[:, place].tolist() == alone(inputs, book, compiled), (prepared.case.case, place)
        differ += bool((together != together[:, :1]).any())
    assert differ > len(SEEDS) // 3, "the books hardly differ"


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_a_batch_on_several_threads_is_paid_what_its_owners_are_paid_alone(threads: int) -> None:
    single = [one for one in owners(range(200, 260)) if not one.inputs.steps.payable_counts.any()]
    batch = one_batch(single)
    draw = np.random.default_rng(7)
    books = [batch.book, *(changed(batch.book, draw) for _ in range(4))]
    together = payables(batch, books, compiled=False, threads=threads)
    for place, book in enumerate(books):
        assert together[:, place].tolist() == alone(batch, book, False)
    assert together.any()


def test_books_with_other_gates_go_over_the_rows_by_themselves() -> None:
    prepared = owners([3])[0]
    book = prepared.inputs.book
    waits = book._replace(waiting_days=book.waiting_days + 3_000, accident_waits=np.ones_like(book.accident_waits))
    richer = book._replace(rule_amount=book.rule_amount * 2)
    assert not alike(book, waits)
    together = payables(prepared.inputs, [book, waits, richer, waits], compiled=False)
    for place, one in enumerate((book, waits, richer, waits)):
        assert together[:, place].tolist() == alone(prepared.inputs, one, False)


def test_a_higher_deductible_takes_more_and_a_second_limit_may_bind() -> None:
    terms = plain()
    dearer = plain(deductibles=[rule("deductible", ("stay",), "policy_year", "3000")])
    capped = plain(
        limits=[rule("year", ("stay",), "policy_year", "50000"), rule("event", ("stay",), "event", "1500")],
        deductibles=[],
    )
    case = case_of(
        [contract("P", terms)],
        claim(stay("4000.00")),
        claim(stay("2000.00", first="2026-05-01", last="2026-05-04"), no="C-2"),
    )
    inputs = prepare(case, shelf(terms)).inputs
    day = case.policies[0].starts_on
    books = [compile_book([Sold(one, day, one.plans[0])], [""]) for one in (terms, dearer, capped)]
    # (4000 - 1000) x 80 %, 2000 x 80 %; (4000 - 3000) x 80 %, 2000 x 80 %; 80 % of both, at most 1500 an event
    assert payables(inputs, books).tolist() == [[240_000, 80_000, 150_000], [160_000, 160_000, 150_000]]


def test_every_table_of_a_book_is_either_shared_or_may_differ() -> None:
    may_differ = {
        "nets_public", "ratio", "ratio_first", "netted", "daily", "share", "ends_contract", "deductible_from",
        "deductible_rule", "limit_from", "limit_rule", "rule_no", "rule_holder", "rule_unit", "rule_span",
        "rule_span_days", "rule_amount", "rule_step", "rule_minimum", "rule_offset",
    }  # fmt: skip
    assert may_differ.isdisjoint(BEFORE_UNITS)
    assert may_differ | set(BEFORE_UNITS) == set(Book._fields)


def test_stacked_books_keep_their_own_rules() -> None:
    book = owners([3])[0].inputs.book
    two = stacked([book, book._replace(rule_amount=book.rule_amount + 1)])
    rules, benefits = len(book.rule_no), len(book.kind)
    assert two.rule_amount[:rules].tolist() == book.rule_amount.tolist()
    assert two.rule_amount[rules:].tolist() == (book.rule_amount + 1).tolist()
    assert (two.limit_rule[len(book.limit_rule) :] - book.limit_rule).tolist() == [rules] * len(book.limit_rule)
    assert two.benefit_from[-1] == 2 * benefits
    assert {name: getattr(two, name).dtype for name in Book._fields} == {
        name: getattr(book, name).dtype for name in Book._fields
    }
