"""Agreement: what the kernel's arrays say, read back by name and held against the clerk's answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from hearth.kernel.adjudication.decided import Decision
from hearth.kernel.adjudication.prepare import Prepared, prepare
from hearth.kernel.adjudication.run import adjudicate, balance_check
from hearth.words.arrays import UNIT_FIELDS, Inputs, Outcome
from hearth.words.codes import REFER_SHIFT, Gate, RatioClass, Reason, Scope
from hearth.words.faults import OrdersDiffer
from tests.twins.clerk import MONEY, LineResult, Result, UnitResult, adjudicate_by_hand
from tests.twins.generator import Instance, seeded

STEPS = (
    "eligible",
    "public",
    "others",
    "loss",
    "ratio",
    "deductible",
    "after_ratio",
    "after_limits",
    "ceiling",
    "after_ceiling",
    "payable",
    "days",
    "days_paid",
)
SHOWN = 5
FIXED_STEPS = ("after_ratio", "after_limits", "after_ceiling", "payable", "days_paid")


@dataclass(frozen=True)
class Lists:
    """The kernel's arrays as Python lists, read once."""

    money: dict[str, list[int]]
    gates: list[int]
    reason: list[int]
    benefit: list[int]
    eligible: list[int]
    unit: list[int]
    units: list[dict[str, int]]


def lists_of(outcome: Outcome) -> Lists:
    columns, trace = outcome.columns, outcome.row_trace
    table = outcome.unit_trace.table[: int(outcome.unit_trace.filled[0])].tolist()
    return Lists(
        money={name: getattr(columns, name).tolist() for name in MONEY},
        gates=columns.gates.tolist(),
        reason=columns.reason.tolist(),
        benefit=trace.benefit.tolist(),
        eligible=trace.eligible.tolist(),
        unit=trace.unit.tolist(),
        units=[dict(zip(UNIT_FIELDS, entries, strict=True)) for entries in table],
    )


def gates_in(bits: int, shift: int) -> frozenset[Gate]:
    return frozenset(gate for gate in Gate if bits >> (gate + shift) & 1)


def by_step(result: Result) -> dict[tuple[str, str], list[LineResult]]:
    found: dict[tuple[str, str], list[LineResult]] = {}
    for line in result.lines:
        found.setdefault((line.claim, line.chain), []).append(line)
    return found


def differences(prepared: Prepared, outcome: Outcome, result: Result) -> list[str]:
    """Every place where the kernel and the clerk differ; empty where they agree."""
    kernel, case = lists_of(outcome), prepared.case
    steps, rows = prepared.inputs.steps, by_step(result)
    found: list[str] = []
    for claim_at, chain_at, start in zip(
        steps.claim.tolist(), steps.chain.tolist(), steps.row_from.tolist(), strict=True
    ):
        claim, chain = case.claims[prepared.claim_of[claim_at]], prepared.chains[chain_at]
        lines = rows.pop((claim.no, first_policy(prepared, chain_at)), [])
        count = rows_of_claim(prepared.inputs, claim_at)
        if count != len(lines):
            found.append(f"{claim.no}: kernel has {count} rows, the clerk {len(lines)}")
            continue
        first_row = int(prepared.inputs.invoices.row_from[prepared.inputs.claims.invoice_from[claim_at]])
        for place, line in enumerate(lines):
            pairs = compared(prepared, kernel, chain.terms, first_row + place, start + place, line, result)
            found += told(f"{claim.no} under {line.policy}, {named(line)}", pairs)
    found += [f"the kernel left out {claim} under {chain}" for claim, chain in rows]
    if not found:
        found += unit_differences(prepared, kernel, result)
    return found


def told(where: str, pairs: list[tuple[str, Any, Any]]) -> list[str]:
    return [f"{where}: {what}: kernel {kernel}, clerk {clerk}" for what, kernel, clerk in pairs if kernel != clerk]


def first_policy(prepared: Prepared, chain_at: int) -> str:
    return next(policy.no for policy in prepared.chains[chain_at].policies if policy.renews is None)


def rows_of_claim(inputs: Inputs, claim_at: int) -> int:
    first, last = inputs.claims.invoice_from[claim_at], inputs.claims.invoice_from[claim_at + 1]
    return int(inputs.invoices.row_from[last] - inputs.invoices.row_from[first])


def named(line: LineResult) -> str:
    what = f"diagnosis {line.diagnosis}" if line.diagnosis else f"invoice {line.invoice} line {line.line}"
    return f"{what} {line.scope}{' cut' if line.cut else ''}"


def compared(
    prepared: Prepared, kernel: Lists, terms: Any, row: int, out: int, line: LineResult, result: Result
) -> list[tuple[str, Any, Any]]:
    """(what, kernel, clerk) of one row."""
    name = prepared.row_of[row]
    invoices = len(prepared.case.claims[name.claim].invoices)
    benefit = kernel.benefit[out]
    unit = kernel.unit[out]
    clerk_unit = result.units[line.unit] if line.unit is not None else None
    pairs = [
        ("invoice", name.invoice + 1 if name.invoice < invoices else 0, line.invoice),
        ("diagnosis", 0 if name.invoice < invoices else name.invoice - invoices + 1, line.diagnosis),
        ("line", name.line + 1, line.line),
        ("scope", Scope(int(prepared.inputs.rows.scope[row])).name.lower(), line.scope),
        ("cut", name.cut, line.cut),
        ("billed", int(prepared.inputs.rows.billed[row]), line.billed),
        ("failed", gates_in(kernel.gates[out], 0), line.failed),
        ("referred", gates_in(kernel.gates[out], REFER_SHIFT), line.referred),
        ("benefit", terms.benefits[benefit].code if benefit >= 0 else None, line.benefit),
        ("eligible", kernel.eligible[out], line.eligible),
        ("in a unit", unit >= 0, clerk_unit is not None and not clerk_unit.ended),
    ]
    pairs += [(column, kernel.money[column][out], line.money[column]) for column in MONEY]
    pairs.append(("reason", Reason(kernel.reason[out]), line.reason))
    return pairs


def unit_differences(prepared: Prepared, kernel: Lists, result: Result) -> list[str]:
    """The step values of the units, held against each other in the order they were computed."""
    steps = prepared.inputs.steps
    ours: dict[tuple[str, str], list[UnitResult]] = {}
    for unit in result.units:
        if unit.ended:
            continue
        ours.setdefault((unit.claim, unit.chain), []).append(unit)
    theirs: dict[tuple[str, str], list[dict[str, int]]] = {}
    for entry in kernel.units:
        claim = prepared.case.claims[prepared.claim_of[int(steps.claim[entry["step"]])]].no
        theirs.setdefault((claim, first_policy(prepared, int(steps.chain[entry["step"]]))), []).append(entry)
    found = []
    for step, units in ours.items():
        entries = theirs.get(step, [])
        if len(entries) != len(units):
            found.append(f"{step}: kernel has {len(entries)} units, the clerk {len(units)}")
            continue
        for number, (entry, unit) in enumerate(zip(entries, units, strict=True), 1):
            limit = prepared.rule_place[entry["limit_rule"]] if entry["limit_rule"] >= 0 else None
            steps_shown = STEPS if unit.kind == "indemnity" else FIXED_STEPS
            pairs: list[tuple[str, Any, Any]] = [(name, entry[name], unit.steps[name]) for name in steps_shown]
            pairs += [
                ("limit that binds", limit, unit.binds),
                ("ratio class", RatioClass(entry["ratio_class"]), unit.ratio_class),
            ]
            found += told(f"{step} unit {number} ({unit.benefit})", pairs)
    return found


def disagreement(instance: Instance, *, compiled: bool) -> list[str]:
    """Both twins on one owner-year: every difference; a refused circle of orders must be refused by both."""
    try:
        result = adjudicate_by_hand(instance.case, instance.products)
    except OrdersDiffer:
        result = None
    try:
        prepared = prepare(instance.case, instance.products)
    except OrdersDiffer:
        return [] if result is None else ["the kernel refuses the orders, the clerk does not"]
    if result is None:
        return ["the clerk refuses the orders, the kernel does not"]
    outcome = adjudicate(prepared.inputs, traced=True, compiled=compiled)
    balance_check(prepared.inputs, outcome)
    return differences(prepared, outcome, result)


def decision_differences(decision: Decision, result: Result) -> list[str]:
    """What is paid out per claim, and what every deductible and limit has used in the end."""
    found = []
    for claim in decision.claims:
        clerk = result.claims[claim.no]
        pairs = [
            (name, getattr(claim, name), getattr(clerk, name))
            for name in ("payable", "arrears", "paid_out", "recovery")
        ]
        found += told(claim.no, pairs)
    kernel_used = sorted(
        (one.policy, one.rule, one.insured or "", one.used) for one in decision.balances if one.used != 0
    )
    clerk_used = sorted(
        (chain, rule, insured or "", used) for (chain, rule, insured, _), used in result.balances.items() if used != 0
    )
    return found + told("used", [("balances", kernel_used, clerk_used)])


def check(seeds: range, *, compiled: bool) -> None:
    """Fails with the seeds that differ, the first of them in full."""
    differing = {seed: found for seed in seeds if (found := disagreement(seeded(seed), compiled=compiled))}
    if differing:
        seed, found = min(differing.items(), key=lambda item: len(repr(seeded(item[0]))))
        pytest.fail(
            f"{len(differing)} of {len(seeds)} owner-years differ: seeds {list(differing)[:20]}\n"
            f"the shortest, seed {seed}:\n  " + "\n  ".join(found[:SHOWN]) + f"\n{seeded(seed)!r}",
            pytrace=False,
        )
