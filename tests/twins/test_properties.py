"""What must hold of every decision, whoever computes it: tried on the kernel over random owner-years."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from hearth.kernel.adjudication.case import Case, Claim, Invoice
from hearth.kernel.adjudication.prepare import Prepared, prepare
from hearth.kernel.adjudication.run import adjudicate, has_numba, rows_of_steps
from hearth.kernel.product.terms import Terms
from hearth.words.arrays import Columns, Outcome
from hearth.words.codes import Category
from hearth.words.faults import OrdersDiffer
from tests.twins.batches import one_batch
from tests.twins.choices import Seeded
from tests.twins.clerk import MONEY
from tests.twins.examples import indemnity, product, rule
from tests.twins.generator import Instance, seeded

FIXED = (Category.STAY_DAYS, Category.DIAGNOSED)


def prepared_years(seeds: range) -> Iterator[tuple[int, Instance, Prepared]]:
    for seed in seeds:
        instance = seeded(seed)
        try:
            yield seed, instance, prepare(instance.case, instance.products)
        except OrdersDiffer:
            continue


def decided(prepared: Prepared) -> Outcome:
    return adjudicate(prepared.inputs, traced=True, compiled=has_numba())


def payable(case: Case, products: dict[str, Terms]) -> int:
    return int(decided(prepare(case, products)).columns.payable.sum())


def test_every_fen_of_every_row_has_its_column() -> None:
    for seed, _, prepared in prepared_years(range(500)):
        columns = decided(prepared).columns
        rows = rows_of_steps(prepared.inputs)
        fixed = np.isin(prepared.inputs.rows.category[rows], FIXED)
        total = sum(getattr(columns, name) for name in MONEY)
        assert np.array_equal(total[~fixed], prepared.inputs.rows.billed[rows][~fixed]), seed
        assert all((getattr(columns, name) >= 0).all() for name in MONEY), seed
        for name in ("public", "others", "not_covered", "deductible", "own_share"):
            assert not getattr(columns, name)[fixed].any(), seed


def test_all_policies_and_public_funds_together_never_pay_more_than_was_billed() -> None:
    several = 0
    for seed, _, prepared in prepared_years(range(1_000)):
        columns, rows = decided(prepared).columns, rows_of_steps(prepared.inputs)
        paid = np.zeros(len(prepared.inputs.rows.billed), np.int64)
        np.add.at(paid, rows, columns.payable)
        public = np.zeros_like(paid)
        public[rows] = columns.public
        paid[np.isin(prepared.inputs.rows.category, FIXED)] = 0
        for claim in range(len(prepared.claim_of)):
            first, last = prepared.inputs.claims.invoice_from[claim : claim + 2]
            part = slice(int(prepared.inputs.invoices.row_from[first]), int(prepared.inputs.invoices.row_from[last]))
            assert paid[part].sum() + public[part].sum() <= prepared.inputs.rows.billed[part].sum(), seed
        several += len(rows) > len(paid)
    assert several > 50


# --- more covered cost never pays less -------------------------------------------------------------------------------


def plain(instance: Instance) -> Instance | None:
    """The owner-year under one chain whose product is monotone, with nobody else paying.

    More covered cost never lowers what is paid in all, over all claims of a chain, where
    (1) no limit counts times or days (a small payment may use up the count that a larger one needed),
    (2) no benefit that is paid ends the contract (likewise),
    (3) every benefit draws on one money limit at most (one fen paid may otherwise be missing in two pools), and
    (4) nobody else pays: what public funds and others paid is shared by cost, so that more cost draws it, and a fen of
        its rounding, away from where it used a deductible up.
    Deductibles, ratios, caps, rounding, claim order, families, waiting and the age ratio need no condition.
    """
    chain = {instance.case.policies[0].no}
    for policy in instance.case.policies:
        if policy.renews in chain:
            chain.add(policy.no)
    policies = tuple(policy for policy in instance.case.policies if policy.no in chain)
    insured = {person for policy in policies for person in policy.insured}
    claims = tuple(
        claim.model_copy(
            update={"policies": None, "other_payments": (), "invoices": tuple(map(unpaid, claim.invoices))}
        )
        for claim in instance.case.claims
        if claim.insured in insured
    )
    if not claims:
        return None
    used = tuple(one for one in instance.case.used if one.policy in chain)
    terms = instance.products[policies[0].product]
    drawn: set[str] = set()
    limits = []
    for limit in terms.limits:
        if limit.unit in ("yuan", "sum_insured") and not drawn & set(limit.benefits):
            drawn |= set(limit.benefits)
            limits.append(limit)
    kept = {rule.code for rule in (*terms.deductibles, *limits)}
    monotone = terms.model_copy(
        update={
            "limits": tuple(limits),
            "benefits": tuple(benefit.model_copy(update={"ends_contract": False}) for benefit in terms.benefits),
        }
    )
    case = instance.case.model_copy(
        update={"policies": policies, "claims": claims, "used": tuple(one for one in used if one.of in kept)}
    )
    return Instance(case, {terms.code: monotone})


def unpaid(invoice: Invoice) -> Invoice:
    lines = tuple(line.model_copy(update={"public": None}) for line in invoice.lines)
    return invoice.model_copy(update={"fund": 0, "other_public": 0, "lines": lines})


def dearer(case: Case, choose: Seeded) -> Case | None:
    """The case with one line that costs more."""
    places = [
        (c, i, n)
        for c, claim in enumerate(case.claims)
        for i, invoice in enumerate(claim.invoices)
        for n in range(len(invoice.lines))
    ]
    if not places:
        return None
    c, i, n = choose.pick(places)
    claim, invoice = case.claims[c], case.claims[c].invoices[i]
    line = invoice.lines[n]
    more = line.model_copy(update={"amount": line.amount + choose.pick((1, 1, 2, 50, 9_999, 10**6))})
    bill = invoice.model_copy(update={"lines": replaced(invoice.lines, n, more)})
    claim = claim.model_copy(update={"invoices": replaced(claim.invoices, i, bill)})
    return case.model_copy(update={"claims": replaced(case.claims, c, claim)})


def replaced(values: tuple[Any, ...], place: int, value: Any) -> tuple[Any, ...]:
    return (*values[:place], value, *values[place + 1 :])


def test_more_covered_cost_never_pays_less_where_the_product_is_monotone() -> None:
    tried = rose = 0
    for seed in range(3_000):
        instance = plain(seeded(seed))
        more = dearer(instance.case, Seeded(seed)) if instance is not None else None
        if instance is None or more is None:
            continue
        before, after = payable(instance.case, instance.products), payable(more, instance.products)
        assert after >= before, f"seed {seed}: {before} -> {after}\n{instance!r}"
        tried, rose = tried + 1, rose + (after > before)
    assert tried > 2_000
    assert rose > tried // 10


def visits(*amounts: str) -> list[dict[str, Any]]:
    return [
        {"setting": "outpatient", "visited_on": f"2026-02-{day:02d}", "lines": [{"category": "bed", "amount": amount}]}
        for day, amount in enumerate(amounts, 1)
    ]


def paid_for(terms: Terms, *invoices: dict[str, Any]) -> int:
    policy = {"no": "A1", "product": terms.code, "starts_on": "2026-01-01", "insured": ["mei"]}
    claims = [{"no": f"c{n}", "insured": "mei", "invoices": [invoice]} for n, invoice in enumerate(invoices)]
    return payable(Case.model_validate({"case": "x", "policies": [policy], "claims": claims}), {terms.code: terms})


def test_a_count_of_times_is_why_more_cost_may_pay_less() -> None:
    benefit = indemnity("visit", ("outpatient",), computed_per="visit")
    once = product("once", [benefit], limits=[rule("times", ("visit",), "policy_year", 1, "times")])
    assert paid_for(once, *visits("0.00", "300.00")) == 30_000
    assert paid_for(once, *visits("0.01", "300.00")) == 1


def test_overlapping_pools_are_why_more_cost_may_pay_less() -> None:
    drug, surgery, bed = ((f"of-{what}", what) for what in ("western_drug", "surgery", "bed"))
    benefits = [indemnity(code, ("outpatient",), categories=(what,)) for code, what in (drug, surgery, bed)]
    pools = product(
        "pools",
        benefits,
        limits=[
            rule("first", (drug[0], surgery[0]), "policy_year", "100"),
            rule("second", (drug[0], bed[0]), "policy_year", "100"),
        ],
    )
    small, large = (
        [{**visits("100.00")[0], "lines": [{"category": "western_drug", "amount": a}]}] for a in ("0", "100")
    )
    rest = [{**visits("100.00")[0], "lines": [{"category": what, "amount": "100"}]} for _, what in (surgery, bed)]
    assert paid_for(pools, *small, *rest) == 20_000
    assert paid_for(pools, *large, *rest) == 10_000


def test_others_that_use_up_a_deductible_are_why_more_cost_may_pay_less() -> None:
    benefits = [indemnity("paid", ("outpatient",)), indemnity("unpaid", ("pharmacy",), 0)]
    first = rule("deductible", ("paid",), "policy_year", "500", offset=("employer",))
    terms = product("offset", benefits, deductibles=[first], other_payments={"clause": "3.4", "netted": ()})
    policy = {"no": "A1", "product": "offset", "starts_on": "2026-01-01", "insured": ["mei"]}

    def paid(at_the_pharmacy: str) -> int:
        claim = {
            "no": "c1",
            "insured": "mei",
            "invoices": [*visits("1000.00"), {**visits(at_the_pharmacy)[0], "setting": "pharmacy"}],
            "other_payments": [{"source": "employer", "amount": "200.00"}],
        }
        case = Case.model_validate({"case": "x", "policies": [policy], "claims": [claim]})
        return payable(case, {"offset": terms})

    assert paid("0.00") == 70_000  # 1,000.00 - (500.00 - 200.00)
    assert paid("1000.00") == 60_000  # half of the 200.00 now falls on what is not paid anyway


# --- void, batches ---------------------------------------------------------------------------------------------------


def by_name(prepared: Prepared, columns: Columns) -> dict[tuple[Any, ...], tuple[int, ...]]:
    """Every row of every step by claim number and chain, with all its columns."""
    found: dict[tuple[Any, ...], tuple[int, ...]] = {}
    rows, steps = rows_of_steps(prepared.inputs), prepared.inputs.steps
    ends = [*steps.row_from.tolist(), len(rows)][1:]
    for chain, first, last in zip(steps.chain.tolist(), steps.row_from.tolist(), ends, strict=True):
        for out in range(first, last):
            name = prepared.row_of[int(rows[out])]
            scope = int(prepared.inputs.rows.scope[rows[out]])
            key = (prepared.case.claims[name.claim].no, chain, name.invoice, name.line, scope, name.cut)
            assert key not in found
            found[key] = tuple(int(getattr(columns, column)[out]) for column in Columns._fields)
    return found


def test_voiding_a_claim_equals_never_having_had_it() -> None:
    changed = 0
    for seed in range(400):
        instance = seeded(seed)
        case, choose = instance.case, Seeded(seed)
        if len(case.claims) < 2:
            continue
        place = choose.integer(0, len(case.claims) - 1)
        void: Claim = case.claims[place].model_copy(update={"void": True})
        voided = case.model_copy(update={"claims": replaced(case.claims, place, void)})
        never = case.model_copy(update={"claims": (*case.claims[:place], *case.claims[place + 1 :])})
        try:
            with_void, without = prepare(voided, instance.products), prepare(never, instance.products)
        except OrdersDiffer:
            continue
        ours = by_name(with_void, decided(with_void).columns)
        assert ours == by_name(without, decided(without).columns), seed
        try:
            whole = prepare(case, instance.products)
        except OrdersDiffer:
            continue
        before = by_name(whole, decided(whole).columns)
        changed += any(before[key] != entry for key, entry in ours.items() if key in before)
    assert changed > 10


@pytest.mark.parametrize("threads", [1, 2])
def test_owners_in_one_batch_get_what_they_get_alone(threads: int) -> None:
    owners = [prepared for *_, prepared in prepared_years(range(300))]
    together = adjudicate(one_batch(owners), compiled=has_numba(), threads=threads).columns
    alone = [decided(owner).columns for owner in owners]
    for name in Columns._fields:
        assert np.array_equal(getattr(together, name), np.concatenate([getattr(one, name) for one in alone])), name
