"""Decided: what a decision is, as frozen values.  Amounts are fen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from enum import IntEnum
from functools import cache
from types import UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from hearth.kernel.product.terms import Bilingual
from hearth.words.money import yuan

Some = TypeVar("Some")


@dataclass(frozen=True)
class GateResult:
    """A gate that failed ("fail") or that a person has to look at ("refer"), with the clause that says so."""

    gate: str
    result: str
    clause: str | None = None
    what: Bilingual | None = None
    paper: str | None = None


@dataclass(frozen=True)
class LineDecision:
    """One row: a line, or its part inside or outside the social-insurance list, or the part that was cut."""

    invoice: int
    line: int
    scope: str
    cut: bool
    category: str
    name: str
    billed: int
    eligible: int
    public: int
    others: int
    not_covered: int
    deductible: int
    own_share: int
    over_limits: int
    reduced_for_age: int
    payable: int
    benefit: str | None
    gates: tuple[GateResult, ...]
    reason: str
    unit: int | None
    cap: int | None
    quantity: int
    cap_clause: str | None


@dataclass(frozen=True)
class RuleMet:
    """A deductible or limit as a unit met it, in the rule's own unit (fen, days, times)."""

    code: str
    clause: str
    name: Bilingual
    is_limit: bool
    unit: str
    span: str
    holder: str
    stated: int
    full: int
    used: int
    offset: int
    left: int
    took: int
    binds: bool


@dataclass(frozen=True)
class UnitDecision:
    """One unit of computing: each step's amount, in the order of computing."""

    number: int
    policy: str
    version: str
    benefit: str
    name: Bilingual
    clause: str
    kind: str
    ratio_class: str
    ratio_first: bool
    nets_public: bool
    public_clause: str | None
    others_clause: str | None
    age_clause: str | None
    ratio_clause: str | None
    daily: int
    sum_insured: int
    premium_paid: int
    premium_due: int
    eligible: int
    public: int
    others: int
    netted: int
    loss: int
    base: int
    ratio: int
    after_ratio: int
    deductible: int
    limit: str | None
    after_limits: int
    ceiling: int
    after_ceiling: int
    payable: int
    days: int
    days_entitled: int
    days_paid: int
    rules: tuple[RuleMet, ...]


@dataclass(frozen=True)
class Waived:
    """A gate that failed for some invoices of a claim but for an emergency measure."""

    measure: str
    what: Bilingual
    gate: str
    clause: str | None
    starts_on: date
    until_on: date
    invoices: tuple[int, ...]


@dataclass(frozen=True)
class PolicyDecision:
    """One claim under one policy (chain): totals, lines and units."""

    policy: str
    product: str
    product_name: Bilingual
    version: str
    plan: str
    plan_name: Bilingual
    columns: dict[str, int]
    lines: tuple[LineDecision, ...]
    units: tuple[UnitDecision, ...]
    refund_premium: bool
    premium: int | None
    waived: tuple[Waived, ...] = ()

    @property
    def payable(self) -> int:
        """What this policy pays, before arrears, advances and prepayments."""
        return self.columns["payable"]


@dataclass(frozen=True)
class Finding:
    """Something about the papers that a person should see; it refuses nothing."""

    code: str
    invoice: int | None
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Worth:
    """What curing a defect adds, by deciding again with the cure: an estimate."""

    papers: tuple[str, ...]
    lines: tuple[tuple[int, int], ...]
    amount: int


@dataclass(frozen=True)
class OrderResult:
    """What the claim pays when its policies are used in another order."""

    order: tuple[str, ...]
    payable: dict[str, int]
    total: int
    chosen: bool


@dataclass(frozen=True)
class ClaimDecision:
    """One claim over its policies in the chosen order."""

    no: str
    insured: str
    event_on: date
    policies: tuple[PolicyDecision, ...]
    payable: int
    arrears: int
    advance: int
    prepaid: int
    paid_out: int
    recovery: int
    route: str
    findings: tuple[Finding, ...]
    worth: tuple[Worth, ...]
    orders: tuple[OrderResult, ...]
    recommended: tuple[str, ...]


@dataclass(frozen=True)
class Balance:
    """What a deductible or limit has used after the last claim, in its own unit."""

    policy: str
    rule: str
    insured: str | None
    span: str
    span_name: str
    unit: str
    used: int


@dataclass(frozen=True)
class Decision:
    """A whole case decided."""

    case: str
    claims: tuple[ClaimDecision, ...]
    balances: tuple[Balance, ...]
    rules: dict[str, tuple[str, ...]]
    """Deductibles and limits of each policy, by code, whether used or not."""


_WHERE_ANY = {"waived"}
"""Fields that came later: what has none of it is written as it was before they came."""

_NOT_MONEY = {
    "invoice", "line", "unit", "number", "ratio", "quantity", "stated",
    "days", "days_entitled", "days_paid", "used", "full", "left", "took",
    "offset",
}  # fmt: skip


def to_json(value: Any) -> Any:
    """A decision as plain data: amounts as whole fen beside `<name>_yuan` texts.

    Needs:   a Decision or a part of one
    Gives:   dicts, lists, strings, whole numbers, truths
    Source:  docs/cases.md
    """
    if is_dataclass(value) and not isinstance(value, type):
        gives: dict[str, Any] = {}
        for one in fields(value):
            inner = getattr(value, one.name)
            if one.name in _WHERE_ANY and not inner:
                continue
            gives[one.name] = to_json(inner)
            if type(inner) is int and one.name not in _NOT_MONEY:
                gives[one.name + "_yuan"] = yuan(inner)
        return gives
    if isinstance(value, Bilingual):
        return {"zh": value.zh, "en": value.en}
    if isinstance(value, dict):
        return {str(key): to_json(inner) for key, inner in value.items()}
    if isinstance(value, (tuple, list)):
        return [to_json(inner) for inner in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, IntEnum):
        return value.name.lower()
    return value


def from_json(kind: type[Some], value: Mapping[str, Any]) -> Some:
    """A decision, or a part of one, back from the plain data that `to_json` made of it.

    Needs:   kind is one of the classes of this file; value is what `to_json` gave for one of them
    Gives:   an equal value; a field that was not there yet when it was written has its default
    Source:  docs/cases.md
    """
    return cast(Some, _back(kind, value))


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _back(hint: Any, value: Any) -> Any:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return None if value is None else _back(next(one for one in inner if one is not type(None)), value)
    if origin is tuple:
        kinds = inner[:1] * len(value) if inner[-1] is Ellipsis else inner
        return tuple(_back(one, each) for one, each in zip(kinds, value, strict=True))
    if origin is dict:
        return {key: _back(inner[1], each) for key, each in value.items()}
    if hint is Bilingual:
        return Bilingual(zh=value["zh"], en=value["en"])
    if hint is date:
        return date.fromisoformat(value)
    if is_dataclass(hint) and isinstance(hint, type):
        hints = _hints(hint)
        return hint(**{one.name: _back(hints[one.name], value[one.name]) for one in fields(hint) if one.name in value})
    return value
