"""Prepare: a case becomes arrays, in the declared order, with the names to read the results back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import numpy as np

from hearth.kernel.adjudication.case import Case, Claim, Invoice, Person, Policy, Used
from hearth.kernel.adjudication.chains import BadCase, Chain, chains_of, ends_on, steps_in_order
from hearth.kernel.product.book import Sold, compile_book, diagnosed, rules_of
from hearth.kernel.product.terms import Terms
from hearth.words.arrays import Claims, Covers, Inputs, Invoices, Opening, Rows, Steps
from hearth.words.codes import (
    ALL_PAPERS,
    MEASURE_SHIFT,
    Category,
    InvoiceFlag,
    RowFlag,
    Scope,
    Setting,
    Span,
)
from hearth.words.days import NEVER, add_months, day_number, months_until
from hearth.words.money import MAX_FEN, fen_from_yuan, yuan


class RowName(NamedTuple):
    """Where a row comes from: places in the case file, all from 0; line -1 is the stay's or diagnosis' own row."""

    claim: int
    invoice: int
    line: int
    cut: bool


@dataclass(frozen=True)
class Prepared:
    """Arrays and names.  `invoice_of[i]`, `row_of[r]`: places in the case file of arrays' invoices and rows."""

    case: Case
    inputs: Inputs
    chains: tuple[Chain, ...]
    sold: tuple[Sold, ...]
    claim_of: tuple[int, ...]
    invoice_of: tuple[tuple[int, int], ...]
    row_of: tuple[RowName, ...]
    cover_of: tuple[tuple[int, str], ...]
    rule_place: Mapping[int, str]
    sums_differ: Mapping[tuple[int, int], tuple[str, ...]]
    duplicate_of: Mapping[tuple[int, int], tuple[int, int]]


class _Keys:
    """Numbers for names, in order of first use."""

    def __init__(self) -> None:
        self.known: dict[Any, int] = {}

    def __call__(self, name: Any) -> int:
        return self.known.setdefault(name, len(self.known))


def sums_that_differ(invoice: Invoice) -> tuple[str, ...]:
    """Which identities of an invoice do not hold, by name.

    Needs:   an invoice
    Gives:   of "lines" (total and lines), "payments" (total and who paid), "public" (public above the lines)
    Source:  DOMAIN 2.10, tolerance 0.01
    """
    lines = sum(line.amount for line in invoice.lines)
    public = invoice.fund + invoice.other_public
    broken = []
    if invoice.total is not None and invoice.lines and abs(invoice.total - lines) > 1:
        broken.append("lines")
    if invoice.account is not None and invoice.cash is not None:
        total = invoice.total if invoice.total is not None else lines
        if abs(total - public - invoice.account - invoice.cash) > 1:
            broken.append("payments")
    if public > lines:
        broken.append("public")
    return tuple(broken)


def rows_of_line(invoice: Invoice, place: int) -> Iterable[tuple[int, Scope, bool, int]]:
    """The rows of one line: (billed, scope, cut, public or -1).

    Needs:   the line's place in its invoice
    Gives:   inside, outside, inside cut, outside cut, without the empty ones
    Source:  docs/computing.md 1
    """
    line = invoice.lines[place]
    outside = line.amount if line.out_of_scope == "all" else line.out_of_scope
    inside = line.amount - outside
    cut_outside = min(line.not_necessary, outside)
    cut_inside = line.not_necessary - cut_outside
    parts = {
        (Scope.IN, False): inside - cut_inside,
        (Scope.OUT, False): outside - cut_outside,
        (Scope.IN, True): cut_inside,
        (Scope.OUT, True): cut_outside,
    }
    if line.amount == 0:
        return [(0, Scope.IN, False, -1 if line.public is None else 0)]
    stated: dict[tuple[Scope, bool], int] = {}
    if line.public is not None:
        left = line.public
        for part in ((Scope.IN, False), (Scope.IN, True), (Scope.OUT, False), (Scope.OUT, True)):
            stated[part] = min(left, parts[part])
            left -= stated[part]
    return [(amount, scope, cut, stated.get((scope, cut), -1)) for (scope, cut), amount in parts.items() if amount > 0]


def prepare(case: Case, products: Mapping[str, Terms]) -> Prepared:
    """A case -> arrays.

    Needs:   the products that the case's policies name, unless the case states them itself
    Gives:   one owner whose steps stand in declared order
    Raises:  UnknownProduct, BadCase, OrdersDiffer, BeforeFirstDay
    Source:  docs/computing.md 1, 2
    """
    chains = chains_of(case, products)
    steps = steps_in_order(case, chains)
    claims_here = [n for n, claim in enumerate(case.claims) if not claim.void]
    diseases = _Keys()
    diseases("")
    people = _Keys()
    sold: list[Sold] = []
    covers, cover_of = _covers(case, chains, people, sold)
    tables = _Tables(case, chains, people, diseases)
    for n in claims_here:
        tables.add_claim(n)
    book = compile_book(sold, list(diseases.known))
    at = {n: place for place, n in enumerate(claims_here)}
    rows, invoices, claims = tables.arrays()
    per_step = [tables.claim_rows[at[n] + 1] - tables.claim_rows[at[n]] for n, _ in steps]
    several = {n for n, _ in steps if sum(1 for m, _ in steps if m == n) > 1}
    inputs = Inputs(
        rows=rows,
        invoices=invoices,
        claims=claims,
        covers=covers,
        steps=Steps(
            step_from=np.array([0, len(steps)], np.int64),
            claim=np.array([at[n] for n, _ in steps], np.int64),
            chain=np.array([k for _, k in steps], np.int64),
            row_from=np.cumsum([0, *per_step], dtype=np.int64)[:-1],
            payable_counts=np.array([n in several for n, _ in steps], np.int8),
            hospital_waived=np.array([_waived(case.claims[n], chains[k], "hospital") for n, k in steps], np.int32),
            waiting_waived=np.array([_waived(case.claims[n], chains[k], "waiting") for n, k in steps], np.int32),
        ),
        opening=_opening(case, chains, covers, cover_of, tables),
        book=book,
    )
    rule_place = _rule_codes(sold)
    return Prepared(
        case, inputs, chains, tuple(sold), tuple(claims_here), tuple(tables.invoice_of), tuple(tables.row_of),
        tuple(cover_of), rule_place, tables.sums_differ, tables.duplicate_of,
    )  # fmt: skip


def _waived(claim: Claim, chain: Chain, gate: str) -> int:
    """The bits of the measures of a claim under which a gate does not apply to a chain's product."""
    product = chain.terms.code
    return sum(
        1 << place + MEASURE_SHIFT
        for place, measure in enumerate(claim.measures)
        if gate in measure.waives and measure.is_for(product)
    )


def _held(claim: Claim, day: date, icd: str) -> int:
    """The bits of the measures of a claim that hold on a day for an illness."""
    return sum(1 << place + MEASURE_SHIFT for place, one in enumerate(claim.measures) if one.holds(day, icd))


def _rule_codes(sold: Sequence[Sold]) -> dict[int, str]:
    """Code of every rule of the compiled book, in the order in which compile_book enters them."""
    codes = [rule.code for one in sold for rule in rules_of(one.terms) if not rule.plans or one.plan in rule.plans]
    return dict(enumerate(codes))


def _covers(
    case: Case, chains: Sequence[Chain], people: _Keys, sold: list[Sold]
) -> tuple[Covers, list[tuple[int, str]]]:
    fields: dict[str, list[int]] = {name: [] for name in Covers._fields if name != "cover_from"}
    cover_from = [0]
    cover_of: list[tuple[int, str]] = []
    place = {policy.no: n for n, policy in enumerate(case.policies)}
    holders = _Keys()
    for chain in chains:
        terms = chain.terms
        last_of: dict[str, Policy] = {}
        unbroken_of: dict[str, date] = {}
        earlier: Policy | None = None
        guaranteed, guaranteed_from = 0, date.min
        for policy in chain.policies:
            plan = policy.plan or terms.plans[0]
            sold.append(Sold(terms, policy.starts_on, plan))
            if _is_new(policy, earlier, terms):
                guaranteed += 1
                guaranteed_from = policy.guaranteed_since or policy.continuous_since or policy.starts_on
            elif terms.guaranteed_renewal is not None:
                years = terms.guaranteed_renewal.years.at(policy.starts_on)
                if policy.starts_on >= add_months(guaranteed_from, 12 * years):
                    guaranteed += 1
                    guaranteed_from = policy.starts_on
            earlier = policy
            unproven = sum(1 << n for n, rule in enumerate(terms.exclusions) if rule.clause in policy.unproven_clauses)
            for person in policy.insured:
                if _is_new(policy, last_of.get(person), terms):
                    unbroken_of[person] = policy.continuous_since or policy.starts_on
                last_of[person] = policy
                cover_of.append((place[policy.no], person))
                values = {
                    "insured": people(person),
                    "version": len(sold) - 1,
                    "starts_on": day_number(policy.starts_on),
                    "ends_on": day_number(ends_on(policy)),
                    "waits_from": day_number(unbroken_of[person]),
                    "guaranteed": guaranteed,
                    "claim_free": policy.claim_free_years,
                    "sum_insured": policy.sum_insured,
                    "premium_paid": policy.premium_paid if policy.premium_paid is not None else 1,
                    "premium_due": policy.premium_due if policy.premium_due is not None else 1,
                    "holder": len(chains) + holders((chain.number, person)),
                    "family": chain.number,
                    "unproven": unproven,
                    "with_social_insurance": int(policy.with_social_insurance),
                }
                for name, value in values.items():
                    fields[name].append(value)
        cover_from.append(len(cover_of))
    columns: dict[str, Any] = {}
    wide = {"sum_insured", "premium_paid", "premium_due", "holder", "family", "unproven"}
    for name, entries in fields.items():
        dtype = np.int64 if name in wide else np.int8 if name == "with_social_insurance" else np.int32
        columns[name] = np.array(entries, dtype)
    return Covers(cover_from=np.array(cover_from, np.int64), **columns), cover_of


def _is_new(policy: Policy, earlier: Policy | None, terms: Terms) -> bool:
    """Whether a contract begins unbroken cover anew: it is the first, or the gap is longer than the grace days."""
    if earlier is None:
        return True
    grace = 0
    if terms.waiting is not None and terms.waiting.grace_days is not None:
        grace = terms.waiting.grace_days.at(policy.starts_on)
    return (policy.starts_on - ends_on(earlier)).days > grace


class _Tables:
    """Rows, invoices and claims while they grow."""

    def __init__(self, case: Case, chains: Sequence[Chain], people: _Keys, diseases: _Keys) -> None:
        self.case, self.chains, self.people, self.diseases = case, chains, people, diseases
        self.visits, self.events, self.triggers = _Keys(), _Keys(), _Keys()
        self.rows: list[tuple[int, ...]] = []
        self.invoices: list[tuple[int, ...]] = []
        self.claims: list[tuple[int, ...]] = []
        self.others: list[list[int]] = []
        self.row_from, self.invoice_from, self.claim_rows = [0], [0], [0]
        self.row_of: list[RowName] = []
        self.invoice_of: list[tuple[int, int]] = []
        self.duplicate_of = _duplicates(case)
        self.sums_differ: dict[tuple[int, int], tuple[str, ...]] = {}
        self.known = {person.id: person for person in case.people}
        self.daily = any(b.kind == "daily" for chain in chains for b in chain.terms.benefits)
        self.stays_counted: set[tuple[int, int]] = set()
        self.stays: list[tuple[str, Any, int, int]] = [
            (claim.insured, self._event(n), day_number(invoice.event_on), day_number(invoice.until_on))
            for n, claim in enumerate(case.claims)
            if not claim.void
            for invoice in claim.invoices
            if invoice.setting is Setting.INPATIENT
        ]

    def _event(self, n: int) -> Any:
        claim = self.case.claims[n]
        return f"event {claim.event}" if claim.event is not None else n

    def add_claim(self, n: int) -> None:
        claim = self.case.claims[n]
        event = self._event(n)
        first = self.known.get(claim.insured, Person(id=claim.insured))
        total = 0
        entries: list[tuple[date, int, int]] = [(inv.event_on, 0, m) for m, inv in enumerate(claim.invoices)]
        entries += [(diagnosis.on, 1, m) for m, diagnosis in enumerate(claim.diagnoses)]
        for _, is_diagnosis, m in sorted(entries):
            if is_diagnosis:
                self._add_diagnosis(n, claim, m, event, first)
            else:
                total += self._add_invoice(n, claim, m, event, first)
        if total > MAX_FEN:
            raise BadCase(
                place=f"claim {claim.no}", got=f"{yuan(total)} yuan in all", want=f"at most {yuan(MAX_FEN)} yuan"
            )
        self.claims.append(
            (
                self.people(claim.insured),
                self.events(event),
                self.triggers((claim.insured, claim.trigger_on) if claim.trigger_on else event),
                NEVER if claim.onset_on is None else day_number(claim.onset_on),
                int(claim.cause),
                ALL_PAPERS if claim.papers is None else sum(1 << paper for paper in set(claim.papers)),
            )
        )
        others = [0, 0, 0, 0]
        for payment in claim.other_payments:
            others[payment.source] += payment.amount
        if sum(others) > MAX_FEN:
            raise BadCase(
                place=f"claim {claim.no}: other_payments", got=f"{yuan(sum(others))} yuan in all",
                want=f"at most {yuan(MAX_FEN)} yuan",
            )  # fmt: skip
        self.others.append(others)
        self.invoice_from.append(len(self.invoices))
        self.claim_rows.append(len(self.rows))

    def _since(self, claim: Claim, day: date) -> tuple[int, int]:
        if claim.trigger_on is None:
            return -1, -1
        if day < claim.trigger_on:
            return -1, -1
        return (day - claim.trigger_on).days, months_until(claim.trigger_on, day)

    def _known_before(self, person: Person, disease: str) -> tuple[int, int]:
        """(day of the earliest proof or NEVER, flag where it is only suspected)."""
        fitting = [known for known in person.pre_existing if disease and disease.startswith(known.icd)]
        proofs = [day_number(known.evidence_on) for known in fitting if known.evidence_on is not None]
        suspected = InvoiceFlag.PRE_EXISTING_SUSPECTED if len(proofs) < len(fitting) else 0
        return min(proofs, default=NEVER), int(suspected)

    def _near_stays(self, claim: Claim, event: Any, day: int) -> tuple[int, int, int]:
        """(days to the next related admission, days since the last related discharge, flags of the day itself)."""
        related = [(a, z) for who, cause, a, z in self.stays if who == claim.insured and cause == event]
        before = min((a - day for a, _ in related if a > day), default=-1)
        after = min((day - z for _, z in related if z < day), default=-1)
        flags = InvoiceFlag.ON_ADMISSION if any(a == day for a, _ in related) else 0
        if any(z == day for _, z in related):
            flags |= InvoiceFlag.ON_DISCHARGE
        return before, after, int(flags)

    def _add_invoice(self, n: int, claim: Claim, m: int, event: Any, person: Person) -> int:
        invoice = claim.invoices[m]
        place = invoice.hospital
        stay = invoice.setting is Setting.INPATIENT
        visit = self.visits(
            (claim.insured, invoice.event_on, place.name, place.level)
            if stay
            else (claim.insured, invoice.event_on, place.name, place.clinic, "visit")
        )
        differ = sums_that_differ(invoice)
        if differ:
            self.sums_differ[n, m] = differ
        known_on, flags = self._known_before(person, invoice.icd)
        if (n, m) in self.duplicate_of:
            flags |= InvoiceFlag.DUPLICATE
        if invoice.patient is not None and invoice.patient != claim.insured:
            flags |= InvoiceFlag.OTHER_PERSON
        if differ:
            flags |= InvoiceFlag.SUMS_DIFFER
        if invoice.used_elsewhere:
            flags |= InvoiceFlag.USED_ELSEWHERE
        flags |= _held(claim, invoice.event_on, invoice.icd)
        event_on = day_number(invoice.event_on)
        before = after = -1
        if not stay:
            before, after, near = self._near_stays(claim, event, event_on)
            flags |= near
        emergency = NEVER
        if invoice.emergency:
            emergency = day_number(invoice.emergency_until or invoice.until_on)
        self.invoices.append(
            (
                event_on, invoice.fund + invoice.other_public, self.diseases(invoice.icd), visit, visit, before, after,
                *self._since(claim, invoice.event_on), emergency, known_on, int(invoice.setting),
                place.level * 6 + place.ownership * 3 + place.department, int(invoice.si_settled), flags,
            )
        )  # fmt: skip
        self.invoice_of.append((n, m))
        if invoice.fund + invoice.other_public > MAX_FEN:
            raise BadCase(
                place=f"claim {claim.no}: invoice {m + 1}: public payments",
                got=f"{yuan(invoice.fund + invoice.other_public)} yuan",
                want=f"at most {yuan(MAX_FEN)} yuan",
            )
        total = 0
        for number, line in enumerate(invoice.lines):
            for billed, scope, cut, public in rows_of_line(invoice, number):
                marks = (RowFlag.CUT if cut else 0) | (RowFlag.DISPUTED if line.disputed else 0)
                served = day_number(line.on) if line.on is not None else event_on
                self.rows.append((billed, public, line.pieces, served, number, int(line.category), int(scope), marks))
                self.row_of.append(RowName(n, m, number, cut))
                total += billed
        if stay and self.daily and (n, visit) not in self.stays_counted:
            self.stays_counted.add((n, visit))
            days = (invoice.until_on - invoice.event_on).days - invoice.leave_days
            self.rows.append((0, -1, days, event_on, len(invoice.lines), int(Category.STAY_DAYS), 0, 0))
            self.row_of.append(RowName(n, m, -1, False))
        self.row_from.append(len(self.rows))
        return total

    def _add_diagnosis(self, n: int, claim: Claim, m: int, event: Any, person: Person) -> None:
        diagnosis = claim.diagnoses[m]
        visit = self.visits(("diagnosis", n, m))
        on = day_number(diagnosis.on)
        known_on, flags = self._known_before(person, diagnosis.icd)
        before, after, near = self._near_stays(claim, event, on)
        flags |= near | _held(claim, diagnosis.on, diagnosis.icd)
        self.invoices.append(
            (
                on, 0, self.diseases(diagnosed(diagnosis.condition, diagnosis.icd)), visit, visit, before, after,
                *self._since(claim, diagnosis.on), NEVER, known_on, int(Setting.DIAGNOSIS), 0, 1, flags,
            )
        )  # fmt: skip
        self.invoice_of.append((n, len(claim.invoices) + m))
        self.rows.append((0, -1, 1, on, 0, int(Category.DIAGNOSED), 0, 0))
        self.row_of.append(RowName(n, len(claim.invoices) + m, -1, False))
        self.row_from.append(len(self.rows))

    def arrays(self) -> tuple[Rows, Invoices, Claims]:
        rows = _columns(self.rows, Rows._fields, {"billed", "public"}, {"category", "scope", "flags"})
        invoices = _columns(
            self.invoices,
            Invoices._fields[1:],
            {"public", "visit", "stay"},
            {"setting", "hospital", "settled"},
        )
        claims = _columns(
            self.claims,
            ("insured", "event", "trigger", "onset_on", "cause", "papers"),
            {"event", "trigger", "papers"},
            {"cause"},
        )
        return (
            Rows(**rows),
            Invoices(row_from=np.array(self.row_from, np.int64), **invoices),
            Claims(
                invoice_from=np.array(self.invoice_from, np.int64),
                others=np.array(self.others, np.int64).reshape(len(self.others), 4),
                **claims,
            ),
        )


def _columns(
    table: Sequence[tuple[int, ...]], names: Sequence[str], wide: set[str], narrow: set[str]
) -> dict[str, Any]:
    return {
        name: np.array(
            [entry[n] for entry in table], np.int64 if name in wide else np.int8 if name in narrow else np.int32
        )
        for n, name in enumerate(names)
    }


def _duplicates(case: Case) -> dict[tuple[int, int], tuple[int, int]]:
    """Invoices whose code and number stood before: (claim, invoice) -> where it stood first."""
    seen: dict[tuple[str, str], tuple[int, int]] = {}
    again = {}
    for n, claim in enumerate(case.claims):
        if claim.void:
            continue
        for m, invoice in enumerate(claim.invoices):
            if invoice.code and invoice.number:
                first = seen.setdefault((invoice.code, invoice.number), (n, m))
                if first != (n, m):
                    again[n, m] = first
    return again


def _opening(
    case: Case, chains: Sequence[Chain], covers: Covers, cover_of: Sequence[tuple[int, str]], tables: _Tables
) -> Opening:
    of_policy = {policy.no: chain for chain in chains for policy in chain.policies}
    number = {policy.no: n for n, policy in enumerate(case.policies)}
    entries = []
    for used in case.used:
        chain = of_policy[used.policy]
        rules = {rule.code: (n, rule) for n, rule in enumerate(rules_of(chain.terms))}
        if used.of not in rules:
            raise BadCase(place="used", got=used.of, want=f"a deductible or limit of {chain.terms.code}")
        n, rule = rules[used.of]
        policy = case.policies[number[used.policy]]
        insured = used.insured or policy.insured[0]
        if insured not in policy.insured:
            raise BadCase(place=f"used: {used.of}", got=insured, want=f"one insured by {policy.no}")
        cover = cover_of.index((number[used.policy], insured))
        holder = covers.family[cover] if rule.holder == "family" else covers.holder[cover]
        entries.append((n, int(holder), _opening_span(used, Span[rule.span.upper()], policy, covers, cover, tables),
                        _opening_amount(used, rule.unit)))  # fmt: skip
    return Opening(
        opening_from=np.array([0, len(entries)], np.int64),
        rule=np.array([entry[0] for entry in entries], np.int32),
        holder=np.array([entry[1] for entry in entries], np.int64),
        span=np.array([entry[2] for entry in entries], np.int64),
        used=np.array([entry[3] for entry in entries], np.int64),
    )


def _opening_amount(used: Used, unit: str) -> int:
    wrong = BadCase(place=f"used: {used.of}", got=str(used.amount)[:40], want=f"an amount in {unit}, not below zero")
    if unit not in ("yuan", "sum_insured"):
        if not re.fullmatch("[0-9]{1,9}", str(used.amount)):
            raise wrong
        return int(used.amount)
    try:
        amount = fen_from_yuan(used.amount)
    except ValueError:
        raise wrong from None
    if amount < 0:
        raise wrong
    return amount


def _opening_span(used: Used, span: Span, policy: Policy, covers: Covers, cover: int, tables: _Tables) -> int:
    if span is Span.POLICY_YEAR:
        return int(covers.starts_on[cover])
    if span is Span.GUARANTEED:
        return int(covers.guaranteed[cover])
    if span is Span.LIFE:
        return 0
    if span is Span.DAY and used.on is not None:
        return day_number(used.on)
    if span is Span.MONTH and used.on is not None:
        return used.on.year * 12 + used.on.month - 1
    if span is Span.EVENT and used.event is not None:
        return tables.events(f"event {used.event}")
    raise BadCase(
        place=f"used: {used.of}", got=f"a rule that counts by {span.name.lower()}",
        want="`on` for days and months, `event` for events; visits, stays and triggers cannot be declared",
    )  # fmt: skip
