"""Explain: the columns and steps of a decision as sentences with their clauses.  It computes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from hearth.kernel.adjudication.decided import ClaimDecision, LineDecision, PolicyDecision, RuleMet, UnitDecision
from hearth.kernel.product.terms import Bilingual
from hearth.words.codes import Category, Paper, RatioClass, Span, word
from hearth.words.money import percent, yuan
from hearth.words.reasons import REASONS, STAY_COUNTED

Both = dict[str, str]


@dataclass(frozen=True)
class Sentence:
    """A message id with its values; `clause` of `version` of `product` is where it comes from."""

    id: str
    values: dict[str, Any] = field(default_factory=dict)
    clause: str | None = None
    version: str | None = None
    product: str | None = None
    amount: int | None = None
    lines: tuple[tuple[int, int], ...] = ()


def explain(policy: PolicyDecision) -> tuple[Sentence, ...]:
    """One claim under one policy, in the order of computing.

    Needs:   a decision of kernel.adjudication.decision
    Gives:   sentences; what was not counted first, then each unit's arithmetic, which can be redone on paper
    Source:  docs/computing.md 2-5
    """
    has_costs = any(unit.kind == "indemnity" for unit in policy.units) or not any(
        line.line == 0 for line in policy.lines
    )
    sentences: list[Sentence] = []
    for waived in policy.waived:
        values = {
            "measure": waived.measure,
            "what": _both(waived.what),
            "starts_on": waived.starts_on.isoformat(),
            "until_on": waived.until_on.isoformat(),
            "invoices": ", ".join(map(str, waived.invoices)),
        }
        at = tuple((invoice, 0) for invoice in waived.invoices)
        sentences.append(_from(policy, _WAIVED[waived.gate], values, waived.clause, lines=at))
    for line in policy.lines:
        sentences += _line(line, policy, has_costs)
    for unit in policy.units:
        sentences += _unit(unit, policy)
    if policy.refund_premium:
        amount = {"zh": "", "en": ""}
        if policy.premium is not None:
            amount = {"zh": f" {yuan(policy.premium)} 元", "en": f" {yuan(policy.premium)}"}
        clause = next((g.clause for line in policy.lines for g in line.gates if g.gate == "waiting"), None)
        sentences.append(_from(policy, "REFUND", {"amount": amount}, clause, policy.premium))
    return tuple(sentences)


def explain_claim(claim: ClaimDecision) -> tuple[Sentence, ...]:
    """From payable to paid out, what cures are worth, and the orders of the policies.

    Needs:   a decision of kernel.adjudication.decision
    Gives:   sentences
    Source:  docs/computing.md 6; DOMAIN 3.2 step 12, 3.12
    """
    sentences: list[Sentence] = []
    terms = [yuan(claim.payable)]
    for name in ("arrears", "advance", "prepaid"):
        amount = getattr(claim, name)
        if amount:
            sentences.append(Sentence(name.upper(), {name: yuan(amount)}, amount=amount))
            terms.append(yuan(amount))
    if claim.recovery:
        sentences.append(Sentence("RECOVERY", {"recovery": yuan(claim.recovery)}, amount=claim.recovery))
    elif len(terms) > 1:
        values = {"terms": " − ".join(terms), "paid_out": yuan(claim.paid_out)}
        sentences.append(Sentence("PAID_OUT", values, amount=claim.paid_out))
    for worth in claim.worth:
        cure: dict[str, Any] = {"papers": _papers(worth.papers), "amount": yuan(worth.amount)}
        name = "WORTH_DISPUTED" if worth.lines else "WORTH_PAPERS" if worth.amount > 0 else "WORTH_PAPERS_ZERO"
        sentences.append(Sentence(name, cure, amount=worth.amount, lines=worth.lines))
    for order in claim.orders:
        name = "ORDER_BEST" if order.order == claim.recommended else "ORDER"
        text = {"order": " → ".join(order.order), "total": yuan(order.total)}
        sentences.append(Sentence(name, text, amount=order.total))
    return tuple(sentences)


def _both(value: Bilingual) -> Both:
    return {"zh": value.zh, "en": value.en}


def _words(code: IntEnum) -> Both:
    return {"zh": word(code, "zh"), "en": word(code, "en")}


def _papers(names: Iterable[str]) -> Both:
    papers = [Paper[name.upper()] for name in names]
    return {"zh": "、".join(word(p, "zh") for p in papers), "en": " and ".join(word(p, "en") for p in papers)}


def _from(
    policy: PolicyDecision, name: str, values: dict[str, Any], clause: str | None, amount: int | None = None,
    lines: tuple[tuple[int, int], ...] = (),
) -> Sentence:  # fmt: skip
    return Sentence(name, values, clause, policy.version, policy.product, amount, lines)


def line_name(line: LineDecision) -> Both:
    """What a line is called: its own name, else its category.

    Needs:   a line
    Gives:   zh and en
    Source:  words.codes
    """
    words = _words(Category[line.category.upper()])
    return {"zh": line.name or words["zh"], "en": line.name or words["en"]}


def _line(line: LineDecision, policy: PolicyDecision, has_costs: bool) -> Iterable[Sentence]:
    at = ((line.invoice, line.line),)
    name = line_name(line)
    failed = [gate for gate in line.gates if gate.result == "fail"]
    if failed:
        only_unlisted = all(gate.gate == "benefit" for gate in failed)
        if only_unlisted and (line.line == 0 or not has_costs):
            return
        for gate in failed:
            zh, en = REASONS[_REASON_OF_GATE[gate.gate]]
            if gate.gate == "duplicate" and line.line == 0:
                zh, en = STAY_COUNTED
            if gate.what is not None:
                zh, en = f"{zh}（{gate.what.zh}）", f"{en} ({gate.what.en})"
            values = {"name": name, "billed": yuan(line.billed), "why": {"zh": zh, "en": en}}
            yield _from(policy, "NOT_COUNTED", values, gate.clause, line.billed, at)
    elif line.unit is not None and line.eligible < line.billed:
        assert line.cap is not None
        capped: dict[str, Any] = {
            "name": name,
            "billed": yuan(line.billed),
            "eligible": yuan(line.eligible),
            "cap": yuan(line.cap),
            "quantity": line.quantity,
            "whole": yuan(line.cap * line.quantity),
        }
        yield _from(policy, "CAPPED", capped, line.cap_clause, line.billed - line.eligible, at)


_WAIVED = {"hospital": "WAIVED_HOSPITAL", "waiting": "WAIVED_WAITING"}

_REASON_OF_GATE = {
    "in_force": "not_in_force",
    "person": "other_person",
    "waiting": "in_waiting",
    "hospital": "hospital_not_accepted",
    "exclusion": "excluded",
    "pre_existing": "there_before",
    "time_window": "outside_window",
    "duplicate": "counted_already",
    "necessary": "not_necessary",
    "papers": "paper_missing",
    "ended": "contract_ended",
    "benefit": "not_a_benefit",
}


def _unit(unit: UnitDecision, policy: PolicyDecision) -> Iterable[Sentence]:
    name = _both(unit.name)
    if unit.kind == "indemnity":
        yield from _costs(unit, policy, name)
    yield from _deductibles(unit, policy)
    after = yuan(unit.after_ratio)
    if unit.kind == "daily":
        values: dict[str, Any] = {"days": unit.days, "entitled": unit.days_entitled, "daily": yuan(unit.daily)}
        yield _from(policy, "DAILY", {**values, "after": after}, unit.clause, unit.after_ratio)
    elif unit.kind == "lump_sum":
        values = {"benefit": name, "sum_insured": yuan(unit.sum_insured), "ratio": percent(unit.ratio)}
        yield _from(policy, "LUMP_SUM", {**values, "after": after}, unit.ratio_clause, unit.after_ratio)
    else:
        values = {
            "loss": yuan(unit.loss),
            "deductible": yuan(unit.deductible),
            "ratio": percent(unit.ratio),
            "after_ratio": yuan(unit.after_ratio + unit.deductible),
            "after": after,
        }
        sentence = "RATIO_FIRST" if unit.ratio_first else "RATIO"
        yield _from(policy, sentence, values, unit.ratio_clause, unit.after_ratio)
    for rule in unit.rules:
        if rule.is_limit:
            yield _limit(rule, unit, policy)
    if unit.after_ceiling < unit.after_limits:
        taken = [yuan(amount) for amount in (unit.eligible, unit.public, unit.others) if amount]
        values = {"taken": " − ".join(taken), "after": yuan(unit.after_ceiling)}
        clause = unit.others_clause or unit.public_clause or unit.clause
        yield _from(policy, "CEILING", values, clause, unit.after_ceiling)
    if unit.premium_paid != unit.premium_due:
        values = {
            "before": yuan(unit.after_ceiling),
            "paid": yuan(unit.premium_paid),
            "due": yuan(unit.premium_due),
            "after": yuan(unit.payable),
        }
        yield _from(policy, "AGE", values, unit.age_clause or unit.clause, unit.payable)
    yield _from(policy, "PAYABLE", {"benefit": name, "payable": yuan(unit.payable)}, unit.clause, unit.payable)


def _costs(unit: UnitDecision, policy: PolicyDecision, name: Both) -> Iterable[Sentence]:
    mine = [line for line in policy.lines if line.unit == unit.number]
    parts = " + ".join(yuan(line.eligible) for line in mine) + " = " if 1 < len(mine) <= MAX_PARTS else ""
    values = {
        "benefit": name,
        "parts": parts,
        "eligible": yuan(unit.eligible),
        "settled": _words(RatioClass[unit.ratio_class.upper()]),
    }
    lines = tuple(dict.fromkeys((line.invoice, line.line) for line in mine))
    yield _from(policy, "ELIGIBLE", values, unit.clause, unit.eligible, lines)
    if unit.public:
        yield _from(policy, "PUBLIC", {"public": yuan(unit.public)}, unit.public_clause or unit.clause, unit.public)
    if unit.others:
        yield _from(policy, "OTHERS", {"others": yuan(unit.others)}, unit.others_clause or unit.clause, unit.others)
    netted_public = unit.public if unit.nets_public else 0
    taken = [yuan(amount) for amount in (netted_public, unit.netted) if amount]
    if taken:
        values = {"eligible": yuan(unit.eligible), "taken": " − ".join(taken), "loss": yuan(unit.loss)}
        clause = (unit.public_clause if netted_public else unit.others_clause) or unit.clause
        yield _from(policy, "LOSS", values, clause, unit.loss)
    for amount, stated in (
        (unit.public - netted_public, unit.public_clause),
        (unit.others - unit.netted, unit.others_clause),
    ):
        if amount:
            yield _from(policy, "NOT_NETTED", {"amount": yuan(amount)}, stated or unit.clause, amount)


MAX_PARTS = 8
"""A sum of more parts is told by its result; the lines themselves stand in the table."""


def _deductibles(unit: UnitDecision, policy: PolicyDecision) -> Iterable[Sentence]:
    for rule in unit.rules:
        if rule.is_limit:
            continue
        show = str if rule.unit == "days" else yuan
        values = {
            "name": _both(rule.name),
            "full": show(rule.full),
            "used": show(rule.used),
            "offset": show(rule.offset),
            "left": show(rule.left),
            "took": show(rule.took),
        }
        sentence = "DEDUCTIBLE_DAYS" if rule.unit == "days" else "DEDUCTIBLE_OFFSET" if rule.offset else "DEDUCTIBLE"
        yield _from(policy, sentence, values, rule.clause, None if rule.unit == "days" else rule.took)


def _limit(rule: RuleMet, unit: UnitDecision, policy: PolicyDecision) -> Sentence:
    def show(amount: int) -> Both:
        if rule.unit in ("yuan", "sum_insured"):
            return {"zh": f"{yuan(amount)} 元", "en": yuan(amount)}
        en = {"days": "days", "times": "times"}[rule.unit]
        return {"zh": f"{amount} {'天' if rule.unit == 'days' else '次'}", "en": f"{amount} {en}"}

    full = show(rule.full)
    if rule.unit == "sum_insured":
        share = f"{yuan(unit.sum_insured)} × {percent(rule.stated)} = "
        full = {lang: share + text for lang, text in full.items()}
    values = {
        "name": _both(rule.name),
        "span": _words(Span[rule.span.upper()]),
        "full": full,
        "used": show(rule.used),
        "left": show(max(0, rule.left)),
        "after": yuan(unit.after_limits),
    }
    name = "LIMIT_BINDS" if rule.binds else "LIMIT_COUNTED" if rule.left < 0 else "LIMIT_LEFT"
    return _from(policy, name, values, rule.clause, unit.after_limits if rule.binds else None)
