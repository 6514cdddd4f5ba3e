"""The case on the desk (docs/computing.md, 1): chains, contract years, rows, and the order of the steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from hearth.kernel.adjudication.case import Case, Claim, Diagnosis, Invoice, Person, Policy
from hearth.kernel.product.terms import Term, Terms
from hearth.words.codes import Category, Scope, Setting
from hearth.words.days import add_months
from hearth.words.faults import OrdersDiffer
from tests.twins.clerk.pen import NOTHING, in_yuan

LATEST = date.max


@dataclass(frozen=True)
class Contract:
    """A contract year of one insured: the terms it was sold under and where this person's cover began."""

    policy: Policy
    terms: Terms
    plan: str
    ends_on: date
    unbroken_from: date
    guaranteed_period: tuple[date, date]  # when it began; the contract it began with

    @property
    def starts_on(self) -> date:
        return self.policy.starts_on

    def value(self, term: Term | None, without: int = 0) -> int:
        """A number of the terms as this contract was sold: fen, days, times, basis points."""
        return without if term is None else term.at(self.starts_on)


@dataclass(frozen=True)
class Chain:
    """Contracts that continue one another; named by the first of them."""

    no: str
    policies: tuple[Policy, ...]
    terms: Terms

    def insures(self, person: str) -> bool:
        return any(person in policy.insured for policy in self.policies)


@dataclass
class Row:
    """A line of an invoice, or the part of it inside or outside the list, or cut out of it."""

    line: int
    category: Category
    scope: Scope
    billed: Decimal
    public: Decimal
    quantity: int
    served_on: date
    disputed: bool = False
    cut: bool = False


@dataclass
class Bill:
    """An invoice or a diagnosis as it lies in its claim."""

    claim: Claim
    invoice: Invoice | None
    diagnosis: Diagnosis | None
    listed: int
    event_on: date
    icd: str
    visit: tuple[Any, ...]
    rows: list[Row] = field(default_factory=list)
    is_copy: bool = False

    @property
    def setting(self) -> Setting:
        return self.invoice.setting if self.invoice is not None else Setting.DIAGNOSIS

    @property
    def public(self) -> Decimal:
        return in_yuan(self.invoice.fund + self.invoice.other_public) if self.invoice is not None else NOTHING


@dataclass
class Desk:
    """The case, and the books the clerk keeps while working through it."""

    case: Case
    products: dict[str, Terms]
    chains: list[Chain]
    bills: dict[str, list[Bill]]
    contracts: dict[tuple[str, str], list[Contract]]
    used: dict[tuple[Any, ...], Any] = field(default_factory=dict)
    counted: set[tuple[Any, ...]] = field(default_factory=set)
    days_counted: set[tuple[Any, ...]] = field(default_factory=set)
    ended_on: dict[tuple[str, str], date] = field(default_factory=dict)

    @property
    def claims(self) -> list[Claim]:
        return [claim for claim in self.case.claims if not claim.void]

    def person(self, person: str) -> Person | None:
        return next((known for known in self.case.people if known.id == person), None)

    def chain_holding(self, policy: str) -> Chain:
        return next(chain for chain in self.chains if any(member.no == policy for member in chain.policies))

    def chosen(self, claim: Claim) -> list[Chain]:
        """The chains a claim runs under, in the order the insured chose."""
        if claim.policies is not None:
            return [self.chain_holding(no) for no in claim.policies]
        return [chain for chain in self.chains if chain.insures(claim.insured)]


def lay_out(case: Case, products: Mapping[str, Terms]) -> Desk:
    """Everything read once: chains, contract years, bills with their rows."""
    known = {**products, **{terms.code: terms for terms in case.terms}}
    chains = chains_of(case, known)
    contracts: dict[tuple[str, str], list[Contract]] = {}
    for chain in chains:
        periods = guaranteed_periods(chain, known)
        for person in {person: None for policy in chain.policies for person in policy.insured}:
            contracts[chain.no, person] = contracts_of(chain, person, known, periods)
    with_days = any(benefit.kind == "daily" for policy in case.policies for benefit in known[policy.product].benefits)
    desk = Desk(case, known, chains, {}, contracts)
    lay_out_bills(desk, with_days)
    return desk


def chains_of(case: Case, products: Mapping[str, Terms]) -> list[Chain]:
    """A policy that renews another continues its chain; a policy that renews none starts one."""
    by_no = {policy.no: policy for policy in case.policies}
    members: dict[str, list[Policy]] = {}
    for policy in case.policies:
        first = policy
        while first.renews is not None:
            first = by_no[first.renews]
        members.setdefault(first.no, []).append(policy)
    return [
        Chain(no, tuple(sorted(policies, key=lambda policy: policy.starts_on)), products[by_no[no].product])
        for no, policies in members.items()
    ]


def contracts_of(
    chain: Chain, person: str, products: Mapping[str, Terms], periods: Mapping[str, tuple[date, date]]
) -> list[Contract]:
    """The contract years of a chain that insure a person, each with the first day of the person's unbroken cover."""
    contracts: list[Contract] = []
    before: Policy | None = None
    for policy in chain.policies:
        if person not in policy.insured:
            continue
        terms = products[policy.product]
        contracts.append(
            Contract(
                policy=policy,
                terms=terms,
                plan=policy.plan or terms.plans[0],
                ends_on=end_of(policy),
                unbroken_from=policy.continuous_since or policy.starts_on
                if before is None or is_broken(before, policy, terms)
                else contracts[-1].unbroken_from,
                guaranteed_period=periods[policy.no],
            )
        )
        before = policy
    return contracts


def guaranteed_periods(chain: Chain, products: Mapping[str, Terms]) -> dict[str, tuple[date, date]]:
    """The guaranteed period of each contract of a chain, whoever the contract insures."""
    periods: dict[str, tuple[date, date]] = {}
    before: Policy | None = None
    for policy in chain.policies:
        terms = products[policy.product]
        if before is None or is_broken(before, policy, terms):
            began = policy.guaranteed_since or policy.continuous_since or policy.starts_on
            periods[policy.no] = (began, policy.starts_on)
        else:
            periods[policy.no] = next_period(policy, terms, periods[before.no])
        before = policy
    return periods


def end_of(policy: Policy) -> date:
    return policy.ends_on or add_months(policy.starts_on, 12)


def is_broken(before: Policy, policy: Policy, terms: Terms) -> bool:
    """Whether more than the days of grace lie between two contracts."""
    return (policy.starts_on - end_of(before)).days > grace_days(policy, terms)


def grace_days(policy: Policy, terms: Terms) -> int:
    grace = terms.waiting.grace_days if terms.waiting is not None else None
    return grace.at(policy.starts_on) if grace is not None else 0


def next_period(policy: Policy, terms: Terms, period: tuple[date, date]) -> tuple[date, date]:
    """The guaranteed-renewal period goes on until its years are over; then one begins with the contract."""
    if terms.guaranteed_renewal is not None:
        years = terms.guaranteed_renewal.years.at(policy.starts_on)
        if policy.starts_on >= add_months(period[0], 12 * years):
            return policy.starts_on, policy.starts_on
    return period


def contract_for(contracts: Sequence[Contract], day: date) -> tuple[Contract, bool]:
    """The contract year that holds a day; without one the last that had begun, else the first."""
    for contract in contracts:
        if contract.starts_on <= day < contract.ends_on:
            return contract, True
    begun = [contract for contract in contracts if contract.starts_on <= day]
    return (begun[-1] if begun else contracts[0]), False


def lay_out_bills(desk: Desk, with_days: bool) -> None:
    """The bills of every claim that is not void, in the order they are worked through; copies are marked."""
    numbers_seen: set[tuple[str, str]] = set()
    for claim in desk.claims:
        listed = bills_of(claim)
        for bill in listed:
            if bill.invoice is not None and bill.invoice.code and bill.invoice.number:
                number = (bill.invoice.code, bill.invoice.number)
                bill.is_copy = number in numbers_seen
                numbers_seen.add(number)
        in_order = sorted(listed, key=lambda bill: (bill.event_on, bill.invoice is None, bill.listed))
        if with_days:
            add_days_of_stays(in_order)
        desk.bills[claim.no] = in_order


def bills_of(claim: Claim) -> list[Bill]:
    """The invoices and diagnoses of a claim as listed."""
    bills = []
    for listed, invoice in enumerate(claim.invoices, 1):
        day = invoice.event_on
        visit = visit_of(claim, invoice)
        bills.append(Bill(claim, invoice, None, listed, day, invoice.icd, visit, rows_of(invoice)))
    for listed, diagnosis in enumerate(claim.diagnoses, 1):
        visit = ("diagnosis", claim.no, listed)
        rows = [Row(0, Category.DIAGNOSED, Scope.IN, NOTHING, NOTHING, 1, diagnosis.on)]
        bills.append(Bill(claim, None, diagnosis, listed, diagnosis.on, diagnosis.icd, visit, rows))
    return bills


def add_days_of_stays(bills: Sequence[Bill]) -> None:
    """The days of a stay, once a claim, on its first invoice there."""
    stays: set[tuple[Any, ...]] = set()
    for bill in bills:
        invoice = bill.invoice
        if invoice is not None and invoice.setting is Setting.INPATIENT and bill.visit not in stays:
            stays.add(bill.visit)
            days = (invoice.until_on - bill.event_on).days - invoice.leave_days
            bill.rows.append(Row(0, Category.STAY_DAYS, Scope.IN, NOTHING, NOTHING, days, bill.event_on))


def visit_of(claim: Claim, invoice: Invoice) -> tuple[Any, ...]:
    """A stay is one visit; otherwise one person, day, hospital and clinic is."""
    hospital, day = invoice.hospital, invoice.event_on
    if invoice.setting is Setting.INPATIENT:
        return ("stay", claim.insured, day, hospital.name, hospital.level)
    return ("visit", claim.insured, day, hospital.name, hospital.clinic)


def rows_of(invoice: Invoice) -> list[Row]:
    """The lines of an invoice as rows: inside, outside, inside cut, outside cut."""
    inside, outside, cut, kept = Scope.IN, Scope.OUT, True, False
    rows = []
    for number, line in enumerate(invoice.lines, 1):
        out_of_scope = line.amount if line.out_of_scope == "all" else line.out_of_scope
        in_scope = line.amount - out_of_scope
        cut_out = min(line.not_necessary, out_of_scope)
        cut_in = line.not_necessary - cut_out
        parts = {
            (inside, kept): in_scope - cut_in,
            (outside, kept): out_of_scope - cut_out,
            (inside, cut): cut_in,
            (outside, cut): cut_out,
        }
        public, public_left = {}, line.public or 0
        for part in ((inside, kept), (inside, cut), (outside, kept), (outside, cut)):
            public[part] = min(public_left, parts[part])
            public_left -= public[part]
        for part, amount in parts.items():
            if amount > 0 or (line.amount == 0 and part == (inside, kept)):
                rows.append(
                    Row(
                        line=number,
                        category=line.category,
                        scope=part[0],
                        billed=in_yuan(amount),
                        public=in_yuan(public[part]),
                        quantity=line.quantity,
                        served_on=line.on or invoice.event_on,
                        disputed=line.disputed,
                        cut=part[1],
                    )
                )
    return rows


def steps_in_order(desk: Desk) -> list[tuple[Claim, Chain]]:
    """Claims under chains: each chain in its claim order, each claim in its chosen order of chains."""
    place = {claim.no: number for number, claim in enumerate(desk.case.claims)}

    def rank(chain: Chain, claim: Claim) -> tuple[Any, ...]:
        event_on = min(bill.event_on for bill in desk.bills[claim.no])
        registered, settled = claim.registered_on or LATEST, claim.settled_on or LATEST
        keys: dict[str, tuple[Any, ...]] = {
            "event_day": (event_on, registered),
            "registration": (registered, event_on),
            "settlement": (settled, registered, event_on),
        }
        return (*keys[chain.terms.claim_order], place[claim.no])

    waits = {claim.no: desk.chosen(claim) for claim in desk.claims}
    queues: dict[str, list[Claim]] = {}
    for chain in desk.chains:
        here = [claim for claim in desk.claims if chain in waits[claim.no]]
        ranked: Iterable[tuple[tuple[Any, ...], Claim]] = ((rank(chain, claim), claim) for claim in here)
        queues[chain.no] = [claim for _, claim in sorted(ranked, key=lambda pair: pair[0])]
    steps: list[tuple[Claim, Chain]] = []
    while any(queues.values()):
        for chain in desk.chains:
            queue = queues[chain.no]
            if queue and waits[queue[0].no][0].no == chain.no:
                claim = queue.pop(0)
                waits[claim.no].pop(0)
                steps.append((claim, chain))
                break
        else:
            raise OrdersDiffer(claim=next(queue[0].no for queue in queues.values() if queue))
    return steps
