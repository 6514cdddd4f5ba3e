"""The books (docs/computing.md, 4): which deductibles and limits apply, whose they are, what is left of them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, TypeVar

from hearth.kernel.adjudication.case import Used
from hearth.kernel.product.terms import Deductible, Limit, Rule
from hearth.words.money import fen_from_yuan
from tests.twins.clerk.desk import Chain, Contract, Desk
from tests.twins.clerk.entries import Unit
from tests.twins.clerk.gates import event_of
from tests.twins.clerk.pen import NOTHING, in_fen, in_yuan, share_of

Key = tuple[Any, ...]
AnyRule = TypeVar("AnyRule", bound=Rule)


def rules_for(rules: Iterable[AnyRule], unit: Unit) -> list[AnyRule]:
    """The rules that name the unit's benefit and hold for its plan, as listed."""
    return [
        rule
        for rule in rules
        if unit.benefit.code in rule.benefits and (not rule.plans or unit.contract.plan in rule.plans)
    ]


def is_money(rule: Deductible | Limit) -> bool:
    return rule.unit in ("yuan", "sum_insured")


def holder_of(rule: Rule, chain: Chain, insured: str) -> Key:
    return (chain.no, rule.code, insured if rule.holder == "insured" else None)


def span_of(rule: Rule, unit: Unit) -> Key:
    """Within what a deductible or a limit counts."""
    entry, contract, trigger_on = unit.first, unit.contract, unit.claim.trigger_on
    if rule.span in ("visit", "stay"):
        return ("visit", entry.bill.visit)
    if rule.span == "day":
        return ("day", entry.row.served_on)
    if rule.span == "month":
        day = entry.row.served_on if unit.by_day_of_service else entry.bill.event_on
        return ("month", day.year, day.month)
    if rule.span == "event":
        return event_of(unit.claim)
    if rule.span == "trigger":
        if trigger_on is None:
            return ("no trigger", event_of(unit.claim))
        since = (entry.bill.event_on - trigger_on).days
        window = since // contract.value(rule.span_days) if since >= 0 else "before it"
        return ("trigger", unit.claim.insured, trigger_on, window)
    if rule.span == "policy_year":
        return ("policy year", contract.policy.no)
    if rule.span == "guaranteed":
        return ("guaranteed", *contract.guaranteed_period)
    return ("life",)


def key_of(rule: Rule, unit: Unit) -> Key:
    return (*holder_of(rule, unit.chain, unit.claim.insured), span_of(rule, unit))


def deductible_amount(rule: Deductible, contract: Contract) -> int:
    """The deductible after claim-free years: not below its minimum, never above what it was."""
    amount = contract.value(rule.amount)
    less = contract.value(rule.less_per_claim_free_year) * contract.policy.claim_free_years
    return min(amount, max(contract.value(rule.minimum), amount - less))


def limit_amount(rule: Limit, contract: Contract) -> Decimal:
    """A limit in its own count: yuan, times or days; a share of the sum insured in yuan."""
    amount = contract.value(rule.amount)
    if rule.unit == "yuan":
        return in_yuan(amount)
    if rule.unit == "sum_insured":
        return share_of(in_yuan(contract.policy.sum_insured), amount)
    return Decimal(amount)


def occasion_of(rule: Limit, unit: Unit) -> Key:
    """What a count limit counts once."""
    if rule.unit == "days":
        return ("day", unit.first.row.served_on)
    if unit.benefit.kind == "indemnity" and unit.benefit.computed_per == "claim":
        return ("claim", unit.claim.no)
    return ("visit", unit.first.bill.visit)


def days_left(desk: Desk, rule: Limit, unit: Unit) -> int:
    return int(max(Decimal(0), limit_amount(rule, unit.contract) - desk.used.get(key_of(rule, unit), 0)))


def room_under(desk: Desk, rule: Limit, unit: Unit) -> Decimal | None:
    """How much a limit still lets through; None where it sets no cap on money."""
    key = key_of(rule, unit)
    used, amount = desk.used.get(key, 0), limit_amount(rule, unit.contract)
    if is_money(rule):
        return max(NOTHING, amount - used)
    if rule.unit == "days" and unit.benefit.kind == "daily":
        return days_left(desk, rule, unit) * in_yuan(unit.contract.value(unit.benefit.daily))
    if (*key, occasion_of(rule, unit)) in desk.counted:
        return None
    return NOTHING if used >= amount else None


def use_limit(desk: Desk, rule: Limit, unit: Unit) -> None:
    """What was finally paid counts against a limit."""
    key = key_of(rule, unit)
    used = desk.used.get(key, 0)
    if is_money(rule):
        desk.used[key] = used + unit.payable
    elif unit.payable > 0:
        if rule.unit == "days" and unit.benefit.kind == "daily":
            desk.used[key] = used + unit.days_paid
        elif (*key, occasion_of(rule, unit)) not in desk.counted:
            desk.counted.add((*key, occasion_of(rule, unit)))
            desk.used[key] = used + 1


def enter_declared_use(desk: Desk, used: Used) -> None:
    """Declared use is in the books from the start, in the span that its day or event lies in."""
    chain = desk.chain_holding(used.policy)
    policy = next(policy for policy in chain.policies if policy.no == used.policy)
    insured = used.insured or policy.insured[0]
    contract = next(one for one in desk.contracts[chain.no, insured] if one.policy.no == used.policy)
    terms = desk.products[policy.product]
    rule = next(rule for rule in (*terms.deductibles, *terms.limits) if rule.code == used.of)
    spans: dict[str, Key] = {
        "event": ("event", used.event),
        "policy_year": ("policy year", contract.policy.no),
        "guaranteed": ("guaranteed", *contract.guaranteed_period),
        "life": ("life",),
    }
    if used.on is not None:
        spans |= {"day": ("day", used.on), "month": ("month", used.on.year, used.on.month)}
    amount = in_yuan(fen_from_yuan(used.amount)) if is_money(rule) else int(Decimal(str(used.amount)))
    key = (*holder_of(rule, chain, insured), spans[rule.span])
    desk.used[key] = desk.used.get(key, 0) + amount


def balances_of(desk: Desk) -> dict[Key, int]:
    """Everything used at the end: fen, days or times."""
    return {key: in_fen(used) if isinstance(used, Decimal) else used for key, used in desk.used.items()}
