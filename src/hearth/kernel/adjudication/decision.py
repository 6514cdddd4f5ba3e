"""Decision: a case decided, every fen with its clause; what cures are worth; every order of the policies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import permutations

import numpy as np

from hearth.kernel.adjudication.case import Case, Policy
from hearth.kernel.adjudication.chains import Chain, chains_of_claim, event_day
from hearth.kernel.adjudication.decided import (
    Balance,
    ClaimDecision,
    Decision,
    Finding,
    GateResult,
    LineDecision,
    OrderResult,
    PolicyDecision,
    RuleMet,
    UnitDecision,
    Waived,
    Worth,
)
from hearth.kernel.adjudication.prepare import Prepared, prepare
from hearth.kernel.adjudication.run import MONEY, adjudicate, adjudicate_one, balance_check
from hearth.kernel.adjudication.scan.gates import is_waiting
from hearth.kernel.adjudication.scan.memory import TAG_USED, Memory
from hearth.kernel.product.book import rules_of
from hearth.kernel.product.terms import Benefit, Terms
from hearth.words.arrays import RULE_FIELDS, UNIT_FIELDS, Inputs, Outcome
from hearth.words.codes import (
    MEASURE_SHIFT,
    REFER_SHIFT,
    Category,
    Gate,
    Paper,
    RatioClass,
    Reason,
    RowFlag,
    Scope,
    Setting,
    Span,
)
from hearth.words.days import day_of
from hearth.words.faults import OrdersDiffer

MAX_ORDERED = 5
"""Every order is tried up to so many policies a claim (120 orders)."""

ARITHMETIC = {Gate.BENEFIT}
"""Gates whose failure is arithmetic; any other failure is a proposal that a person decides (DESIGN 1.6)."""


def decide(
    case: Case, products: Mapping[str, Terms], *, orders: bool = True, worth: bool = True, only: str | None = None
) -> Decision:
    """Decides a case: (1) arrays (2) scan (3) balance (4) read back (5) worth of cures and other orders.

    Needs:   the products that the policies name, unless the case states them itself
    Gives:   every claim that is not void, in file order; with `only` that one of them alone, computed after all that
             came before it as ever
    Raises:  UnknownProduct, BadCase, OrdersDiffer, BeforeFirstDay
    Source:  docs/computing.md; DOMAIN 3.2, 3.12
    """
    prepared = prepare(case, products)
    outcome, memory = adjudicate_one(prepared.inputs)
    balance_check(prepared.inputs, outcome)
    reading = _Reading(prepared, outcome)
    arrears = reading.arrears()
    claims = []
    for at, n in enumerate(prepared.claim_of):
        claim = case.claims[n]
        if only is not None and claim.no != only:
            continue
        chains = chains_of_claim(claim, prepared.chains)
        policies = tuple(reading.policy(at, k) for k in chains)
        payable = sum(policy.payable for policy in policies)
        net = payable - arrears[at] - claim.advance - claim.prepaid
        findings = reading.findings(at)
        tried = _orders(case, products, n, policies) if orders and 1 < len(policies) <= MAX_ORDERED else ()
        claims.append(
            ClaimDecision(
                no=claim.no,
                insured=claim.insured,
                event_on=event_day(claim),
                policies=policies,
                payable=payable,
                arrears=arrears[at],
                advance=claim.advance,
                prepaid=claim.prepaid,
                paid_out=max(0, net),
                recovery=max(0, -net),
                route=_route(prepared, chains, policies, findings),
                findings=findings,
                worth=reading.worth(at) if worth else (),
                orders=tried,
                recommended=_best(tried) if tried else tuple(policy.policy for policy in policies),
            )
        )
    rules = {
        policy.no: tuple(rule.code for rule in rules_of(chain.terms))
        for chain in prepared.chains
        for policy in chain.policies
    }
    return Decision(case.case, tuple(claims), _balances(prepared, memory), rules)


def _route(
    prepared: Prepared, chains: Iterable[int], policies: Iterable[PolicyDecision], findings: tuple[Finding, ...]
) -> str:
    """ "automatic" where arithmetic alone decided, else "person"."""
    gates = {gate.gate for policy in policies for line in policy.lines for gate in line.gates}
    proposals = gates - {gate.name.lower() for gate in ARITHMETIC}
    straight = all(prepared.chains[k].terms.straight_through for k in chains)
    return "automatic" if straight and not proposals and not findings else "person"


class _Reading:
    """Reads arrays back into names."""

    def __init__(self, prepared: Prepared, outcome: Outcome) -> None:
        self.prepared, self.outcome, self.inputs = prepared, outcome, prepared.inputs
        self.steps = {
            (int(claim), int(chain)): step
            for step, (claim, chain) in enumerate(zip(self.inputs.steps.claim, self.inputs.steps.chain, strict=True))
        }
        trace = outcome.unit_trace
        self.units = [dict(zip(UNIT_FIELDS, map(int, row), strict=True)) for row in trace.table[: int(trace.filled[0])]]
        self.rules: dict[int, list[dict[str, int]]] = {}
        for row in trace.rules[: int(trace.filled[1])]:
            met = dict(zip(RULE_FIELDS, map(int, row), strict=True))
            self.rules.setdefault(met["unit"], []).append(met)

    def rows(self, at: int) -> range:
        first, last = (int(self.inputs.claims.invoice_from[at + n]) for n in (0, 1))
        return range(int(self.inputs.invoices.row_from[first]), int(self.inputs.invoices.row_from[last]))

    def cover_policy(self, cover: int) -> Policy:
        return self.prepared.case.policies[self.prepared.cover_of[cover][0]]

    def invoice_of_row(self, row: int) -> int:
        return int(np.searchsorted(self.inputs.invoices.row_from, row, side="right")) - 1

    def cover_of_row(self, chain: int, at: int, row: int) -> int:
        """The contract year of a row: as docs/computing.md says, also where none is in force."""
        covers, invoices = self.inputs.covers, self.inputs.invoices
        invoice = self.invoice_of_row(row)
        insured, event_on = self.inputs.claims.insured[at], invoices.event_on[invoice]
        mine = [
            q
            for q in range(int(covers.cover_from[chain]), int(covers.cover_from[chain + 1]))
            if covers.insured[q] == insured
        ]
        begun = [q for q in mine if covers.starts_on[q] <= event_on]
        return begun[-1] if begun else mine[0]

    def policy(self, at: int, chain: int) -> PolicyDecision:
        step = self.steps[at, chain]
        rows = self.rows(at)
        shift = int(self.inputs.steps.row_from[step]) - rows.start
        lines = tuple(self.line(at, chain, row, row + shift) for row in rows)
        columns = {name: sum(getattr(line, name) for line in lines) for name in ("billed", "eligible", *MONEY)}
        fixed = [line for line in lines if line.line == 0]
        columns["entitlement"] = sum(line.over_limits + line.reduced_for_age + line.payable for line in fixed)
        terms = self.prepared.chains[chain].terms
        first = self.cover_policy(self.cover_of_row(chain, at, rows.start)) if len(rows) else None
        policy = first or self.prepared.chains[chain].policies[0]
        in_waiting = any(gate.gate == "waiting" and gate.result == "fail" for line in fixed for gate in line.gates)
        refund = terms.waiting is not None and terms.waiting.refunds_premium and in_waiting
        return PolicyDecision(
            policy=policy.no,
            product=terms.code,
            product_name=terms.name,
            version=terms.version,
            plan=policy.plan or terms.plans[0],
            plan_name=terms.plan_name(policy.plan or terms.plans[0]),
            columns=columns,
            lines=lines,
            units=tuple(self.unit(n, unit) for n, unit in enumerate(self.units) if unit["step"] == step),
            refund_premium=refund,
            premium=policy.premium,
            waived=tuple(self.waived(at, chain, rows, shift)),
        )

    def waived(self, at: int, chain: int, rows: range, shift: int) -> Iterable[Waived]:
        """The measures of a claim that took away a gate which would have failed, one entry a measure and gate."""
        claim = self.prepared.case.claims[self.prepared.claim_of[at]]
        terms = self.prepared.chains[chain].terms
        met: dict[tuple[int, Gate], dict[int, None]] = {}
        for row in rows if claim.measures else ():
            invoice = self.invoice_of_row(row)
            place = self.prepared.row_of[row].invoice
            for gate in self._kept_from(at, chain, row, invoice, int(self.outcome.row_trace.benefit[row + shift])):
                for number, measure in enumerate(claim.measures):
                    holds = int(self.inputs.invoices.flags[invoice]) >> number + MEASURE_SHIFT & 1
                    if holds and gate.name.lower() in measure.waives and measure.is_for(terms.code):
                        met.setdefault((number, gate), {})[place + 1] = None
        for (number, gate), invoices in sorted(met.items()):
            measure = claim.measures[number]
            yield Waived(
                measure=measure.code,
                what=measure.what,
                gate=gate.name.lower(),
                clause=_clause(gate, terms, None, Setting.OUTPATIENT),
                starts_on=measure.starts_on,
                until_on=measure.until_on,
                invoices=tuple(sorted(invoices)),
            )

    def _kept_from(self, at: int, chain: int, row: int, invoice: int, benefit: int) -> Iterable[Gate]:
        """The gates, of those that a measure can take away, that fail for a row where there is none."""
        invoices, covers, book = self.inputs.invoices, self.inputs.covers, self.inputs.book
        cover = self.cover_of_row(chain, at, row)
        v = int(covers.version[cover])
        g = int(book.benefit_from[v]) + benefit if benefit >= 0 else -1
        if g < 0 or not book.no_waiting[g]:
            waits = int(self.inputs.claims.cause[at]) == 0 or book.accident_waits[v] == 1
            days, first = int(book.waiting_days[v]), int(covers.waits_from[cover])
            onset_on = int(self.inputs.claims.onset_on[at])
            if waits and is_waiting(days, first, int(invoices.event_on[invoice]), onset_on):
                yield Gate.WAITING
        if (g < 0 or not book.any_hospital[g]) and invoices.setting[invoice] != Setting.DIAGNOSIS:
            excepted = (
                book.emergency_excepted[v] and self.inputs.rows.served_on[row] <= invoices.emergency_until[invoice]
            )
            if not book.hospital_ok[v, invoices.hospital[invoice]] and not excepted:
                yield Gate.HOSPITAL

    def line(self, at: int, chain: int, row: int, out: int) -> LineDecision:
        name = self.prepared.row_of[row]
        claim = self.prepared.case.claims[name.claim]
        columns, trace = self.outcome.columns, self.outcome.row_trace
        terms = self.prepared.chains[chain].terms
        text = claim.invoices[name.invoice].lines[name.line].name if name.line >= 0 else ""
        benefit = int(trace.benefit[out])
        unit = int(trace.unit[out])
        money = {column: int(getattr(columns, column)[out]) for column in MONEY}
        cap, quantity, cap_clause = self.cap(chain, at, row, benefit)
        return LineDecision(
            invoice=name.invoice + 1,
            line=name.line + 1,
            scope=Scope(int(self.inputs.rows.scope[row])).name.lower(),
            cut=name.cut,
            category=Category(int(self.inputs.rows.category[row])).name.lower(),
            name=text,
            billed=int(self.inputs.rows.billed[row]),
            eligible=int(trace.eligible[out]),
            **money,
            benefit=terms.benefits[benefit].code if benefit >= 0 else None,
            gates=tuple(self.gates(at, chain, row, out, terms, benefit)),
            reason=Reason(int(columns.reason[out])).name.lower(),
            unit=unit if unit >= 0 else None,
            cap=cap,
            quantity=quantity,
            cap_clause=cap_clause,
        )

    def cap(self, chain: int, at: int, row: int, benefit: int) -> tuple[int | None, int, str | None]:
        """The cap on a row's item: (fen, what it is multiplied by, clause)."""
        version = int(self.inputs.covers.version[self.cover_of_row(chain, at, row)])
        category = Category(int(self.inputs.rows.category[row]))
        quantity = int(self.inputs.rows.quantity[row])
        caps = self.prepared.sold[version].terms.benefits[benefit].item_caps if benefit >= 0 else ()
        clause = next((one.clause for one in caps if category in one.categories), None)
        if clause is None:
            return None, quantity, None
        g = int(self.inputs.book.benefit_from[version]) + benefit
        by_quantity = bool(self.inputs.book.cap_by_quantity[g, category])
        return int(self.inputs.book.cap[g, category]), quantity if by_quantity else 1, clause

    def gates(self, at: int, chain: int, row: int, out: int, terms: Terms, benefit: int) -> Iterable[GateResult]:
        bits = int(self.outcome.columns.gates[out])
        taken: Benefit | None = terms.benefits[benefit] if benefit >= 0 else None
        for gate in Gate:
            failed = bits >> gate & 1
            referred = bits >> (gate + REFER_SHIFT) & 1
            if not failed and not referred:
                continue
            result = "fail" if failed else "refer"
            name = gate.name.lower()
            if gate is Gate.EXCLUSION:
                hits = int(self.outcome.row_trace.exclusions[out])
                for number, exclusion in enumerate(terms.exclusions):
                    if hits >> number & 1:
                        yield GateResult(name, result, exclusion.clause, exclusion.what)
            elif gate is Gate.PAPERS and taken is not None:
                there = int(self.inputs.claims.papers[at])
                for required in taken.requires:
                    if not there >> required.paper & 1:
                        yield GateResult(name, result, required.clause, required.why, required.paper.name.lower())
            else:
                setting = Setting(int(self.inputs.invoices.setting[self.invoice_of_row(row)]))
                yield GateResult(name, result, _clause(gate, terms, taken, setting))

    def unit(self, number: int, unit: dict[str, int]) -> UnitDecision:
        cover = unit["cover"]
        policy = self.cover_policy(cover)
        covers, book = self.inputs.covers, self.inputs.book
        version = int(covers.version[cover])
        sold = self.prepared.sold[version]
        terms = sold.terms
        benefit = terms.benefits[unit["benefit"] - int(book.benefit_from[version])]
        by_code = {rule.code: rule for rule in rules_of(terms)}
        binding = self.prepared.rule_place[unit["limit_rule"]] if unit["limit_rule"] >= 0 else None
        rules = []
        for met in self.rules.get(number, ()):
            rule = by_code[self.prepared.rule_place[met["rule"]]]
            rules.append(
                RuleMet(
                    code=rule.code,
                    clause=rule.clause,
                    name=rule.name,
                    is_limit=bool(met["is_limit"]),
                    unit=rule.unit,
                    span=rule.span,
                    holder=rule.holder,
                    stated=int(book.rule_amount[met["rule"]]),
                    full=met["full"],
                    used=met["used"],
                    offset=met["offset"],
                    left=met["left"],
                    took=met["took"],
                    binds=rule.code == binding,
                )
            )
        ratio_class = RatioClass(unit["ratio_class"])
        values = {name: unit[name] for name in UNIT_FIELDS if name not in ("step", "cover", "benefit", "ratio_class",
                                                                          "first_row", "limit_rule")}  # fmt: skip
        return UnitDecision(
            number=number,
            policy=policy.no,
            version=terms.version,
            benefit=benefit.code,
            name=benefit.name,
            clause=benefit.clause,
            kind=benefit.kind,
            ratio_class=ratio_class.name.lower(),
            ratio_first=benefit.ratio_first,
            nets_public=terms.public_payments is not None and terms.public_payments.priced_net_of_public_payments,
            public_clause=terms.public_payments.clause if terms.public_payments else None,
            others_clause=terms.other_payments.clause if terms.other_payments else None,
            age_clause=terms.age_ratio,
            ratio_clause=_ratio_clause(benefit, ratio_class),
            daily=int(book.daily[unit["benefit"]]),
            sum_insured=policy.sum_insured,
            premium_paid=int(covers.premium_paid[cover]),
            premium_due=int(covers.premium_due[cover]),
            limit=binding,
            rules=tuple(rules),
            **values,
        )

    def arrears(self) -> list[int]:
        """Overdue premium taken from each claim: each policy's once, from its claims in the order computed."""
        left = {policy.no: policy.arrears for policy in self.prepared.case.policies}
        taken = [0] * len(self.prepared.claim_of)
        for unit in self.units:
            policy = self.cover_policy(unit["cover"])
            take = min(left[policy.no], unit["payable"])
            left[policy.no] -= take
            taken[int(self.inputs.steps.claim[unit["step"]])] += take
        return taken

    def findings(self, at: int) -> tuple[Finding, ...]:
        n = self.prepared.claim_of[at]
        case, claim = self.prepared.case, self.prepared.case.claims[n]
        found: list[Finding] = []
        for m, invoice in enumerate(claim.invoices):
            if (n, m) in self.prepared.duplicate_of:
                first_claim, first_invoice = self.prepared.duplicate_of[n, m]
                first = case.claims[first_claim].invoices[first_invoice]
                same = sum(line.amount for line in first.lines) == sum(line.amount for line in invoice.lines)
                found.append(
                    Finding(
                        "DUPLICATE_INVOICE" if same else "DUPLICATE_INVOICE_ALTERED",
                        m + 1,
                        {"number": invoice.number, "claim": case.claims[first_claim].no, "invoice": first_invoice + 1},
                    )
                )
            if invoice.used_elsewhere:
                found.append(Finding("USED_ELSEWHERE", m + 1, {"number": invoice.number}))
            if invoice.patient is not None and invoice.patient != claim.insured:
                found.append(Finding("OTHER_PERSON", m + 1, {"patient": invoice.patient, "insured": claim.insured}))
            for which in self.prepared.sums_differ.get((n, m), ()):
                found.append(Finding(f"SUMS_DIFFER_{which.upper()}", m + 1, {"number": invoice.number}))
        stated = sum(payment.amount for payment in claim.other_payments)
        billed = sum(line.amount for invoice in claim.invoices for line in invoice.lines)
        public = sum(invoice.fund + invoice.other_public for invoice in claim.invoices)
        if stated > max(0, billed - public):
            found.append(Finding("OTHERS_EXCEED_BILL", None, {"stated": stated, "bill": max(0, billed - public)}))
        return tuple(found)

    def worth(self, at: int) -> tuple[Worth, ...]:
        """What each missing paper, papers needed together, and disputed lines are worth: the decision run again."""
        gates, inputs = self.outcome.columns.gates, self.inputs
        missing: dict[int, None] = {}
        disputed: list[int] = []
        for (claim, _), step in self.steps.items():
            if claim != at:
                continue
            rows = self.rows(at)
            shift = int(inputs.steps.row_from[step]) - rows.start
            for row in rows:
                if int(gates[row + shift]) >> Gate.PAPERS & 1:
                    missing[self._missing(at, row + shift, step)] = None
                if int(inputs.rows.flags[row]) & RowFlag.DISPUTED:
                    disputed.append(row)
        if not missing and not disputed:
            return ()
        single = dict.fromkeys(1 << bit for needs in missing for bit in range(62) if needs >> bit & 1)
        together = [needs for needs in missing if needs.bit_count() > 1]
        every = 0
        for needs in missing:
            every |= needs
        if len(missing) > 1 and every not in together and every.bit_count() > 1:
            together.append(every)
        base = self._total(inputs)
        found = []
        for needs in (*single, *together):
            papers = inputs.claims.papers.copy()
            papers[at] |= needs
            amount = self._total(inputs._replace(claims=inputs.claims._replace(papers=papers))) - base
            found.append(Worth(_paper_names(needs), (), amount))
        if disputed:
            flags = inputs.rows.flags.copy()
            flags[disputed] &= ~np.int8(RowFlag.DISPUTED)
            amount = self._total(inputs._replace(rows=inputs.rows._replace(flags=flags))) - base
            names = [self.prepared.row_of[row] for row in disputed]
            lines = tuple(dict.fromkeys((name.invoice + 1, name.line + 1) for name in names))
            found.append(Worth((), lines, amount))
        return tuple(found)

    def _missing(self, at: int, out: int, step: int) -> int:
        chain = int(self.inputs.steps.chain[step])
        terms = self.prepared.chains[chain].terms
        benefit = terms.benefits[int(self.outcome.row_trace.benefit[out])]
        needs = sum(1 << paper for paper in {required.paper for required in benefit.requires})
        return needs & ~int(self.inputs.claims.papers[at])

    @staticmethod
    def _total(inputs: Inputs) -> int:
        return int(adjudicate(inputs).columns.payable.sum())


def _paper_names(bits: int) -> tuple[str, ...]:
    return tuple(paper.name.lower() for paper in Paper if bits >> paper & 1)


def _clause(gate: Gate, terms: Terms, benefit: Benefit | None, setting: Setting) -> str | None:
    stated: str | None = getattr(terms.gate_clauses, gate.name.lower(), None)
    if stated is not None:
        return stated
    if gate is Gate.WAITING and terms.waiting is not None:
        return terms.waiting.days.source
    if gate is Gate.HOSPITAL and terms.hospitals is not None:
        return terms.hospitals.clause
    if gate is Gate.PRE_EXISTING and terms.pre_existing is not None:
        return terms.pre_existing.clause
    if gate is Gate.TIME_WINDOW and benefit is not None:
        if benefit.around_stay is not None:
            return benefit.around_stay.before.source
        if benefit.since_trigger is not None:
            return benefit.since_trigger.within.source
    if gate is Gate.ENDED:
        return next((one.clause for one in terms.benefits if one.ends_contract), None)
    if gate is Gate.NECESSARY and benefit is not None:
        return benefit.clause
    if gate is Gate.BENEFIT:
        here = [one for one in terms.benefits if setting in one.settings]
        # the broadest benefit of the setting is where a reader looks for what is covered
        narrow = [bool(one.icd or one.categories or one.around_stay or one.since_trigger) for one in here]
        return here[narrow.index(min(narrow))].clause if here else terms.benefits[0].clause
    return None


def _ratio_clause(benefit: Benefit, ratio_class: RatioClass) -> str | None:
    if benefit.ratios is None:
        return benefit.share.source if benefit.share is not None else None
    ratios = benefit.ratios
    if ratio_class >= RatioClass.PRE_EXISTING_SETTLED and ratios.pre_existing is not None:
        return ratios.pre_existing.source
    by_class = (ratios.settled, ratios.unsettled, ratios.no_social_insurance)
    term = by_class[ratio_class % 3]
    return (term or ratios.settled).source


def _orders(
    case: Case, products: Mapping[str, Terms], n: int, policies: tuple[PolicyDecision, ...]
) -> tuple[OrderResult, ...]:
    """Every order of a claim's policies, the chosen one first; without those that the products make impossible."""
    chosen = tuple(policy.policy for policy in policies)
    results = []
    for order in permutations(chosen):
        claims = list(case.claims)
        claims[n] = claims[n].model_copy(update={"policies": order})
        try:
            prepared = prepare(case.model_copy(update={"claims": tuple(claims)}), products)
        except OrdersDiffer:
            continue
        outcome = adjudicate(prepared.inputs)
        at = prepared.claim_of.index(n)
        first, last = (
            int(prepared.inputs.invoices.row_from[prepared.inputs.claims.invoice_from[at + m]]) for m in (0, 1)
        )
        payable: dict[str, int] = {}
        for no in order:
            chain = _chain_of(prepared.chains, no)
            step = next(
                s
                for s, pair in enumerate(zip(prepared.inputs.steps.claim, prepared.inputs.steps.chain, strict=True))
                if pair == (at, chain)
            )
            start = int(prepared.inputs.steps.row_from[step])
            payable[no] = int(outcome.columns.payable[start : start + last - first].sum())
        results.append(OrderResult(order, payable, sum(payable.values()), order == chosen))
    return tuple(results)


def _best(orders: tuple[OrderResult, ...]) -> tuple[str, ...]:
    """The order that pays most; the chosen one, else the first, among equals."""
    return max(orders, key=lambda one: (one.total, one.chosen)).order


def _chain_of(chains: Iterable[Chain], no: str) -> int:
    return next(chain.number for chain in chains if any(policy.no == no for policy in chain.policies))


def _balances(prepared: Prepared, memory: Memory) -> tuple[Balance, ...]:
    """What is used of every deductible and limit, read from the memory after the last step."""
    covers, found = prepared.inputs.covers, []
    people = {int(covers.holder[q]): person for q, (_, person) in enumerate(prepared.cover_of)}
    chain_of = {int(covers.holder[q]): int(covers.family[q]) for q in range(len(prepared.cover_of))}
    for place in np.flatnonzero(memory.stamp == 1):
        who, key = int(memory.who[place]), int(memory.what[place])
        if who & 3 != TAG_USED:
            continue
        holder, number = who >> 16, who >> 2 & 0x3FFF
        chain = prepared.chains[chain_of.get(holder, holder)]
        rule = rules_of(chain.terms)[number]
        found.append(
            Balance(
                policy=chain.policies[0].no,
                rule=rule.code,
                insured=people.get(holder),
                span=rule.span,
                span_name=_span_name(Span[rule.span.upper()], key, chain),
                unit=rule.unit,
                used=int(memory.value[place]),
            )
        )
    return tuple(sorted(found, key=lambda one: (one.policy, one.rule, one.insured or "", one.span_name)))


def _span_name(span: Span, key: int, chain: Chain) -> str:
    if span is Span.POLICY_YEAR:
        return next(policy.no for policy in chain.policies if policy.starts_on == day_of(key))
    if span is Span.DAY:
        return day_of(key).isoformat()
    if span is Span.MONTH:
        return f"{key // 12}-{key % 12 + 1:02d}"
    return "" if span is Span.LIFE else str(key)
