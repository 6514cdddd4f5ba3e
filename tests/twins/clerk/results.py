"""What the clerk hands back: every amount in fen, every row and unit by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hearth.words.codes import Gate, RatioClass, Reason

MONEY = (
    "public",
    "others",
    "not_covered",
    "deductible",
    "own_share",
    "over_limits",
    "reduced_for_age",
    "payable",
)


@dataclass(frozen=True)
class LineResult:
    """One row of one claim under one chain of contracts."""

    claim: str
    chain: str  # the first policy of the chain
    policy: str  # the contract year it was judged under
    invoice: int  # as listed in the claim, from 1; 0 for a diagnosis
    diagnosis: int  # as listed in the claim, from 1; 0 for an invoice
    line: int  # as listed in the invoice, from 1; 0 for the days of a stay and for a diagnosis
    scope: str
    cut: bool
    billed: int
    money: dict[str, int]
    failed: frozenset[Gate]
    referred: frozenset[Gate]
    reason: Reason
    eligible: int
    benefit: str | None
    unit: int | None  # place in Result.units


@dataclass(frozen=True)
class UnitResult:
    """One unit of computing with its step values."""

    claim: str
    chain: str
    policy: str
    benefit: str
    kind: str
    ratio_class: RatioClass
    ended: bool
    steps: dict[str, int]
    binds: str | None  # the limit that gave the least


@dataclass(frozen=True)
class ClaimResult:
    """What one claim comes to after the scan."""

    claim: str
    payable: int
    arrears: int
    paid_out: int
    recovery: int


@dataclass(frozen=True)
class Result:
    """The clerk's whole answer, lines in the order they were worked through."""

    lines: tuple[LineResult, ...]
    units: tuple[UnitResult, ...]
    balances: dict[tuple[Any, ...], int]  # (chain, rule, insured or None, span) -> used, in fen, days or times
    claims: dict[str, ClaimResult]
