"""Weighing: what a computed claim proposes, what is at stake in it, and why a person has to look."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from hearth.kernel.adjudication.decided import ClaimDecision, LineDecision, PolicyDecision
from hearth.kernel.product.terms import Terms
from hearth.words.claims import Outcome
from hearth.words.codes import Gate
from hearth.words.money import BP, fen_from_yuan

ARITHMETIC = Gate.BENEFIT.name.lower()
"""The gate whose failure is arithmetic: the item is on no benefit's list."""


def proposal(mine: ClaimDecision) -> Outcome:
    """What the arithmetic proposes: a refusal where failed gates leave nothing, and only ever as a proposal."""
    failed = any(_held_back(line) for policy in mine.policies for line in policy.lines)
    if not failed:
        return Outcome.APPROVED
    return Outcome.PARTIAL if mine.payable > 0 else Outcome.REFUSED


def at_stake(mine: ClaimDecision, products: Mapping[str, Terms], policies: Mapping[str, Mapping[str, Any]]) -> int:
    """What is decided upon, in fen: what is payable, and what failed gates hold back.

    A line counts once however many policies look at it; fixed benefits count with what they would give.
    """
    held: dict[tuple[int, int, str], int] = {}
    for policy in mine.policies:
        for line in policy.lines:
            if _held_back(line):
                place = (line.invoice, line.line, line.scope)
                amount = line.not_covered or _fixed(line, policy, products[policy.product], policies)
                held[place] = max(held.get(place, 0), amount)
    return mine.payable + sum(held.values())


def _fixed(line: LineDecision, policy: PolicyDecision, terms: Terms, policies: Mapping[str, Mapping[str, Any]]) -> int:
    benefit = next((one for one in terms.benefits if one.code == line.benefit), None)
    if benefit is None:
        return 0
    stated = policies[policy.policy]
    first = date.fromisoformat(str(stated["starts_on"]))
    if benefit.daily is not None:
        return benefit.daily.at(first) * line.quantity
    if benefit.share is not None:
        return fen_from_yuan(stated.get("sum_insured", 0)) * benefit.share.at(first) // BP
    return 0


def _held_back(line: LineDecision) -> bool:
    return any(gate.result == "fail" and gate.gate != ARITHMETIC for gate in line.gates)


def for_a_person(
    mine: ClaimDecision, products: Mapping[str, Terms], policies: Mapping[str, Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Why a person has to decide: every failed or unclear gate, every finding, what the product keeps back."""
    why: list[dict[str, Any]] = []
    seen: set[tuple[Any, ...]] = set()
    for policy in mine.policies:
        for line in policy.lines:
            for gate in line.gates:
                key = (policy.policy, gate.gate, gate.result, gate.clause, gate.paper)
                if gate.gate == ARITHMETIC or key in seen:
                    continue
                seen.add(key)
                why.append(
                    {
                        "code": "gate",
                        "policy": policy.policy,
                        "product": policy.product,
                        "gate": gate.gate,
                        "result": gate.result,
                        "clause": gate.clause or "",
                        "invoice": line.invoice,
                        "line": line.line,
                        "paper": gate.paper or "",
                    }
                )
    why += [{"code": "finding", "finding": one.code, "invoice": one.invoice or 0} for one in mine.findings]
    if mine.recovery > 0:
        why.append({"code": "recovery", "fen": mine.recovery})
    for policy in mine.policies:
        terms = products[policy.product]
        first = date.fromisoformat(str(policies[policy.policy]["starts_on"]))
        if not terms.straight_through or terms.automatic is None:
            why.append({"code": "product", "product": policy.product})
        elif mine.payable > (most := terms.automatic.up_to.at(first)):
            why.append({"code": "amount", "product": policy.product, "fen": mine.payable, "up_to_fen": most})
    return why


def automatic_up_to(codes: Iterable[tuple[str, date]], products: Mapping[str, Terms]) -> int:
    """The most that is decided without a person under all of these contracts (product, first day), in fen."""
    found = []
    for product, first in codes:
        automatic = products[product].automatic
        found.append(0 if automatic is None else automatic.up_to.at(first))
    return min(found, default=0)
