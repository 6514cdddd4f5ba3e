"""A case as the rows of a line file: what tests of frames hold against the kernel's own preparation of the case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from hearth.kernel.adjudication.case import Case, Claim, Policy
from hearth.kernel.adjudication.prepare import Prepared, ends_on, prepare, rows_of_line
from hearth.kernel.product.book import diagnosed
from hearth.kernel.product.terms import Terms
from hearth.store.frames import COLUMNS
from hearth.words.codes import InvoiceFlag
from hearth.words.days import NEVER, day_of

RowKey = tuple[int, int, int, str, bool]


@dataclass(frozen=True)
class Written:
    """A case that a line file can hold, its rows, and where each row comes from: (claim, invoice, line, scope, cut)."""

    case: Case
    frame: pl.DataFrame
    keys: list[RowKey]


def one_product(case: Case, products: dict[str, Terms]) -> tuple[Case, Terms] | None:
    """What of a case a line file can hold: one product, one chain a claim, no declared use; None where nothing is left.

    Contracts that no claim falls in, the people they insure in vain and invoices without lines are dropped: a line file
    does not know them.
    """
    known = {**products, **{terms.code: terms for terms in case.terms}}
    code = case.policies[0].product
    policies = {policy.no: policy for policy in case.policies if policy.product == code}
    root = {no: _root(policy, policies) for no, policy in policies.items()}
    claims, used = [], {}
    for claim in case.claims:
        listed = claim.policies if claim.policies is not None else tuple(policies)
        chain = next((root[no] for no in listed if no in policies and _insures(claim, root[no], root, policies)), None)
        invoices = tuple(invoice for invoice in claim.invoices if invoice.lines)
        if chain is None or not (invoices or claim.diagnoses):
            continue
        claim = claim.model_copy(update={"invoices": invoices})
        days = [invoice.event_on for invoice in claim.invoices] + [diagnosis.on for diagnosis in claim.diagnoses]
        mine = [policy for no, policy in policies.items() if root[no] == chain and claim.insured in policy.insured]
        # What is void is as if it were not in the file: its lines tell of no contract either.
        for policy in set() if claim.void else {_year_of(day, mine).no for day in days}:
            used.setdefault(policy, set()).add(claim.insured)
        claims.append(claim.model_copy(update={"policies": (chain,)}))
    kept = {no: policy for no, policy in policies.items() if no in used}
    linked = []
    for no, policy in kept.items():
        insured = tuple(person for person in policy.insured if person in used[no])
        linked.append(policy.model_copy(update={"insured": insured, "renews": _kept_before(policy, policies, kept)}))
    first = {root[no]: no for no in sorted(kept, key=lambda no: kept[no].starts_on, reverse=True)}
    known_there = {(root[no], person) for no in kept for person in used[no]}
    claims = [
        claim.model_copy(update={"policies": (first[claim.policies[0]],)})
        for claim in claims
        if (claim.policies[0], claim.insured) in known_there
    ]
    if not claims:
        return None
    whole = case.model_copy(update={"policies": tuple(linked), "claims": tuple(claims), "used": (), "expect": ()})
    return whole, known[code]


def _root(policy: Policy, policies: dict[str, Policy]) -> str:
    while policy.renews is not None:
        policy = policies[policy.renews]
    return policy.no


def _kept_before(policy: Policy, policies: dict[str, Policy], kept: dict[str, Policy]) -> str | None:
    renews = policy.renews
    while renews is not None and renews not in kept:
        renews = policies[renews].renews
    return renews


def _insures(claim: Claim, chain: str, root: dict[str, str], policies: dict[str, Policy]) -> bool:
    return any(root[no] == chain and claim.insured in policy.insured for no, policy in policies.items())


def _year_of(day: Any, years: list[Policy]) -> Policy:
    years = sorted(years, key=lambda policy: policy.starts_on)
    begun = [policy for policy in years if policy.starts_on <= day]
    return begun[-1] if begun else years[0]


def lines_of(case: Case, terms: Terms) -> tuple[Written, Prepared]:
    """The rows of a line file that says what the case says, and the case as the kernel prepares it."""
    prepared = prepare(case, {terms.code: terms})
    invoices = prepared.inputs.invoices
    at = {where: number for number, where in enumerate(prepared.invoice_of)}
    root = {policy.no: chain.policies[0].no for chain in prepared.chains for policy in chain.policies}
    rows: list[dict[str, Any]] = []
    keys: list[RowKey] = []
    for n, claim in enumerate(case.claims):
        assert claim.policies is not None
        chain = root[claim.policies[0]]
        mine = [policy for policy in case.policies if root[policy.no] == chain and claim.insured in policy.insured]
        others = dict.fromkeys(("insurer", "employer", "charity", "third_party"), 0)
        for payment in claim.other_payments:
            others[payment.source.name.lower()] += payment.amount
        of_claim = {
            "owner": "the family", "insured": claim.insured, "chain": chain, "claim": claim.no, "void": claim.void,
            "registered_on": claim.registered_on, "settled_on": claim.settled_on, "cause": claim.cause.name.lower(),
            "event": claim.event, "trigger_on": claim.trigger_on, "onset_on": claim.onset_on,
            "papers": None if claim.papers is None else sum(1 << paper for paper in set(claim.papers)),
            **{f"{source}_paid": amount for source, amount in others.items()},
        }  # fmt: skip
        entries = [(m, invoice.event_on) for m, invoice in enumerate(claim.invoices)]
        entries += [(len(claim.invoices) + m, diagnosis.on) for m, diagnosis in enumerate(claim.diagnoses)]
        for m, day in entries:
            policy = _year_of(day, mine)
            flags = int(invoices.flags[at[n, m]]) if (n, m) in at else 0
            known_on = int(invoices.known_on[at[n, m]]) if (n, m) in at else NEVER
            of_invoice = {
                **of_claim,
                "policy": policy.no, "plan": policy.plan, "starts_on": policy.starts_on, "ends_on": ends_on(policy),
                "continuous_since": policy.continuous_since, "guaranteed_since": policy.guaranteed_since,
                "with_social_insurance": policy.with_social_insurance, "claim_free_years": policy.claim_free_years,
                "sum_insured": policy.sum_insured, "unproven_clauses": " ".join(policy.unproven_clauses),
                "premium_paid": policy.premium_paid, "premium_due": policy.premium_due,
                "invoice": str(m), "event_on": day,
                "known_on": None if known_on == NEVER else day_of(known_on),
                "suspected": bool(flags & InvoiceFlag.PRE_EXISTING_SUSPECTED),
            }  # fmt: skip
            if m >= len(claim.invoices):
                diagnosis = claim.diagnoses[m - len(claim.invoices)]
                disease = diagnosed(diagnosis.condition, diagnosis.icd)
                of_diagnosis = {**of_invoice, "setting": "diagnosis", "icd": disease, "until_on": day}
                line = {"line": 0, "category": "diagnosed", "scope": "in", "billed": 0, "quantity": 1}
                rows.append({**of_diagnosis, **line})
                keys.append((n, m, -1, "in", False))
                continue
            invoice = claim.invoices[m]
            place = invoice.hospital
            number = f"{invoice.code}/{invoice.number}" if invoice.code and invoice.number else None
            of_invoice |= {
                "setting": invoice.setting.name.lower(), "until_on": invoice.until_on, "leave_days": invoice.leave_days,
                "hospital": place.name, "clinic": place.clinic, "level": place.level, "icd": invoice.icd,
                "ownership": place.ownership.name.lower(), "department": place.department.name.lower(),
                "emergency_until": (invoice.emergency_until or invoice.until_on) if invoice.emergency else None,
                "settled": invoice.si_settled, "public": invoice.fund + invoice.other_public, "total": invoice.total,
                "account": invoice.account, "cash": invoice.cash, "invoice_no": number,
                "used_elsewhere": invoice.used_elsewhere,
                "other_person": invoice.patient is not None and invoice.patient != claim.insured,
            }  # fmt: skip
            for place_of_line, one in enumerate(invoice.lines):
                for billed, scope, cut, public in rows_of_line(invoice, place_of_line):
                    rows.append(
                        {**of_invoice, "line": place_of_line, "category": one.category.name.lower(),
                         "scope": scope.name.lower(), "quantity": one.quantity, "served_on": one.on, "billed": billed,
                         "public_of_line": None if public < 0 else public, "disputed": one.disputed, "cut": cut}
                    )  # fmt: skip
                    keys.append((n, m, place_of_line, scope.name.lower(), cut))
    return Written(case, _frame(rows), keys), prepared


def _frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    series = []
    for name, column in COLUMNS.items():
        if any(name in row for row in rows):
            textual = column.kind in ("name", "code", "text")
            values = [row.get(name) for row in rows]
            if not column.null:
                values = [_default(name) if value is None and not column.required else value for value in values]
            series.append(pl.Series(name, values, dtype=pl.String if textual else column.dtype))
    return pl.DataFrame(series)


def _default(name: str) -> Any:
    column = COLUMNS[name]
    if column.kind == "text":
        return ""
    if column.kind == "code":
        return column.words[column.fallback]
    return bool(column.fallback) if column.kind == "truth" else column.fallback
