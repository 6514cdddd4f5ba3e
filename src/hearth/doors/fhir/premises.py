"""Premises: what a run takes for granted: a policy for each patient, terms in force, and what it says about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from hearth.doors.fhir.bundle import Bundle, Entry
from hearth.doors.fhir.listing import Premise
from hearth.kernel.adjudication.case import Claim, Policy
from hearth.kernel.product.terms import Term, Terms
from hearth.words.faults import Malformed

MAX_CONTRACTS = 10_000
"""The most contract years that are assumed for one bundle."""

Years = tuple[int, int]


def backdated(value: Any, day: date) -> Any:
    """Terms whose values begin at `day` at the latest: the earliest value of each is taken back to it."""
    if isinstance(value, Term):
        first = min(value.values)
        values = value.values if first <= day else {day: value.values[first], **value.values}
        return value.model_copy(update={"values": values})
    if isinstance(value, BaseModel):
        fields = {name: backdated(getattr(value, name), day) for name in type(value).model_fields}
        return value.model_copy(update=fields)
    if isinstance(value, tuple):
        return tuple(backdated(inner, day) for inner in value)
    return value


def first_day_of(value: Any) -> date:
    """The first day on which every value of the terms is known."""
    if isinstance(value, Term):
        return min(value.values)
    if isinstance(value, BaseModel):
        return max((first_day_of(getattr(value, name)) for name in type(value).model_fields), default=date.min)
    if isinstance(value, tuple):
        return max(map(first_day_of, value), default=date.min)
    return date.min


def years_of(claims: Iterable[Claim], file: str) -> dict[str, Years]:
    """First and last year of each person's claims.  Raises: Malformed."""
    years: dict[str, Years] = {}
    for claim in claims:
        for invoice in claim.invoices:
            first, last = years.get(claim.insured, (invoice.event_on.year, invoice.until_on.year))
            years[claim.insured] = (min(first, invoice.event_on.year), max(last, invoice.until_on.year))
    contracts = sum(last - first + 1 for first, last in years.values())
    if contracts > MAX_CONTRACTS:
        raise Malformed(
            file=file, place="entry", got=f"{contracts:,} contract years of all patients",
            want=f"at most {MAX_CONTRACTS:,}",
        )  # fmt: skip
    return years


def span_of(years: Mapping[str, Years]) -> Years:
    """First and last year of all."""
    return min(first for first, _ in years.values()), max(last for _, last in years.values())


def policies(product: str, years: Mapping[str, Years]) -> Iterable[Policy]:
    """Calendar years without a gap for each patient, as if the cover had begun a year before."""
    for number, (insured, (first, last)) in enumerate(years.items(), 1):
        earlier: str | None = None
        for year in range(first, last + 1):
            no = f"synthetic-{number}-{year}"
            yield Policy(
                no=no, product=product, starts_on=date(year, 1, 1), ends_on=date(year + 1, 1, 1),
                insured=(insured,), renews=earlier, with_social_insurance=False,
                continuous_since=None if earlier else date(year - 1, 1, 1),
                guaranteed_since=None if earlier else date(year, 1, 1),
            )  # fmt: skip
            earlier = no


def premises(
    bundle: Bundle, terms: Terms, currency: str, years: Mapping[str, Years], known_from: date
) -> Iterable[Premise]:
    """What is taken for granted, the currency first."""
    first, last = span_of(years)
    if currency != terms.currency:
        yield Premise("CURRENCY_AS_PRODUCT", {"currency": currency, "ours": terms.currency})
    yield Premise(
        "SYNTHETIC_POLICY",
        {
            "patients": len(years), "product": {"zh": terms.name.zh, "en": terms.name.en},
            "version": terms.version, "plan": terms.plans[0],
            "first": date(first, 1, 1).isoformat(), "last": date(last + 1, 1, 1).isoformat(),
        },
    )  # fmt: skip
    if known_from > date(first, 1, 1):
        yield Premise("TERMS_EARLIER", {"version": terms.version, "day": known_from.isoformat()})
    yield Premise("NO_SOCIAL_INSURANCE")
    if terms.hospitals is not None:
        yield Premise("HOSPITAL_UNKNOWN")
    yield Premise("PAPERS_UNKNOWN")
    if any(benefit.kind == "lump_sum" for benefit in terms.benefits) or any(
        limit.unit == "sum_insured" for limit in terms.limits
    ):
        yield Premise("SUM_INSURED_UNKNOWN")
    paid = list(bundle.of_type("ExplanationOfBenefit"))
    if paid:
        total = sum((_paid(entry) for entry in paid), Decimal(0))
        yield Premise("PAYMENTS_NOT_USED", {"count": len(paid), "amount": f"{total:,.2f}"})


def _paid(entry: Entry) -> Decimal:
    """What an ExplanationOfBenefit of the bundle says was paid; 0 where it does not say."""
    payment = entry.node.child("payment")
    amount = payment.child("amount") if payment else None
    return (amount.number("value") if amount else None) or Decimal(0)
