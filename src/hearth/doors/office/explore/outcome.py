"""Outcome: a decision put into the words and pictures of the page.  It computes no amount; it arranges them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hearth.doors.office.explore.clauses import Clauses, ClauseView
from hearth.doors.office.explore.waterfall import GROUPS, Bar, bars
from hearth.kernel.adjudication.case import Case
from hearth.kernel.adjudication.decided import ClaimDecision, Decision, LineDecision, PolicyDecision
from hearth.kernel.adjudication.explain import Sentence, explain, explain_claim, line_name
from hearth.kernel.adjudication.prepare import rows_of_line
from hearth.kernel.product.terms import Bilingual, Terms
from hearth.words.codes import Category, Gate, Paper, Setting, word
from hearth.words.explanations import say
from hearth.words.money import yuan
from hearth.words.reasons import FINDINGS, finding, reason, route

PARTS = ("public", "others", "not_covered", "deductible", "own_share", "over_limits", "reduced_for_age", "payable")
"""Where a fen can go, in the order of the identity."""

MAX_LINES = 120
"""Lines of one policy that are shown one by one."""

MAX_STEPS = 120
"""Steps of one policy that are shown."""


def part_name(part: str) -> str:
    """The words of a money column."""
    return {
        "billed": _("Billed"),
        "entitlement": _("Entitlement"),
        "public": _("Public funds"),
        "others": _("Other sources"),
        "not_covered": _("Not covered"),
        "deductible": _("Deductible"),
        "own_share": _("Own share"),
        "over_limits": _("Over limits"),
        "reduced_for_age": _("Reduced for age"),
        "payable": _("Payable"),
    }[part]


_KINDS = {
    "PAYABLE": "result",
    "PAID_OUT": "result",
    "RECOVERY": "result",
    "LIMIT_LEFT": "checked",
    "LIMIT_COUNTED": "checked",
}
"""Sentences that end a calculation, and those that only say that nothing was exceeded."""


@dataclass(frozen=True)
class Part:
    """An amount of a line and where it went; `x` and `width` are percents of the line's bar."""

    group: str
    name: str
    amount: str
    x: str
    width: str


@dataclass(frozen=True)
class GateView:
    """A check that failed or that a person looks at, over the lines it concerns."""

    name: str
    says: str
    is_failed: bool
    lines: tuple[str, ...]
    more_lines: int
    clause: ClauseView | None


@dataclass(frozen=True)
class LineView:
    """A line of the bill and where each fen of it went."""

    name: str
    category: str
    billed: str
    payable: str
    reason: str
    parts: tuple[Part, ...]
    clauses: tuple[ClauseView, ...]
    is_paid: bool


@dataclass(frozen=True)
class InvoiceView:
    """The lines of one invoice under one policy."""

    title: str
    lines: tuple[LineView, ...]


@dataclass(frozen=True)
class Step:
    """A sentence of the arithmetic with its clause."""

    says: str
    kind: str
    clause: ClauseView | None


@dataclass(frozen=True)
class PolicyView:
    """One claim under one policy."""

    no: str
    product: str
    plan: str
    version: str
    payable: str
    bars: tuple[Bar, ...]
    fixed: tuple[Bar, ...]
    zeros: tuple[str, ...]
    steps: tuple[Step, ...]
    invoices: tuple[InvoiceView, ...]
    gates: tuple[GateView, ...]
    lines_unshown: int
    steps_unshown: int


@dataclass(frozen=True)
class OrderView:
    """The claim with its policies in one order."""

    order: tuple[str, ...]
    names: tuple[str, ...]
    pays: tuple[tuple[str, str], ...]
    total: str
    is_chosen: bool
    is_best: bool
    value: str


@dataclass(frozen=True)
class CureView:
    """What curing a defect is worth."""

    what: str
    amount: str
    is_worth: bool


@dataclass(frozen=True)
class ClaimView:
    """One claim."""

    no: str
    number: int
    who: str
    when: str
    headline: str
    headline_name: str
    is_recovery: bool
    route: str
    is_automatic: bool
    policies: tuple[PolicyView, ...]
    settling: tuple[Step, ...]
    cures: tuple[CureView, ...]
    findings: tuple[str, ...]
    orders: tuple[OrderView, ...]
    orders_untried: bool


@dataclass(frozen=True)
class UseView:
    """How much of a deductible or limit is used after the last claim."""

    name: str
    of: str
    used: str


@dataclass(frozen=True)
class OutcomeView:
    """The whole decision."""

    total: str
    claims: tuple[ClaimView, ...]
    uses: tuple[UseView, ...]
    said: str
    differences: tuple[Any, ...] = ()
    has_expectation: bool = False


def show(
    case: Case, decision: Decision, products: Mapping[str, Terms], lang: str, differences: Iterable[Any] = (),
    orders_untried: frozenset[str] = frozenset(),
) -> OutcomeView:  # fmt: skip
    """A decision as the page shows it, in "zh" or "en"."""
    known = {**products, **{terms.code: terms for terms in case.terms}}
    own = {terms.code for terms in case.terms}
    reader = _Reader(case, known, Clauses(lang, frozenset(own)), lang)
    claims = tuple(reader.claim(n, claim, claim.no in orders_untried) for n, claim in enumerate(decision.claims))
    paid = sum(claim.paid_out for claim in decision.claims)
    return OutcomeView(
        total=yuan(paid),
        claims=claims,
        uses=tuple(reader.uses(decision)),
        said=_("To be paid: %(amount)s yuan") % {"amount": yuan(paid)},
        differences=tuple(differences),
        has_expectation=bool(case.expect),
    )


class _Reader:
    """Puts parts of a decision into words; numbers the clauses it shows."""

    def __init__(self, case: Case, known: Mapping[str, Terms], clauses: Clauses, lang: str) -> None:
        self.case, self.known, self.clauses, self.lang = case, known, clauses, lang
        self.claim_of = {claim.no: claim for claim in case.claims}
        self.people = {person.id: person for person in case.people}

    def both(self, value: Bilingual | Mapping[str, str]) -> str:
        if isinstance(value, Bilingual):
            return value.zh if self.lang == "zh" else value.en
        return value[self.lang]

    def who(self, person_id: str) -> str:
        person = self.people.get(person_id)
        if person is None or person.name is None:
            return person_id
        return person.name if isinstance(person.name, str) else self.both(person.name)

    def claim(self, number: int, claim: ClaimDecision, orders_untried: bool) -> ClaimView:
        stated = self.claim_of[claim.no]
        is_recovery = claim.recovery > 0
        settling = tuple(
            self.step(sentence)
            for sentence in explain_claim(claim)
            if sentence.id in ("ARREARS", "ADVANCE", "PREPAID", "PAID_OUT", "RECOVERY")
        )
        names = {policy.policy: self.both(policy.product_name) for policy in claim.policies}
        orders = tuple(
            OrderView(
                order=one.order,
                names=tuple(names.get(no, no) for no in one.order),
                pays=tuple((no, yuan(one.payable[no])) for no in one.order),
                total=yuan(one.total),
                is_chosen=one.chosen,
                is_best=one.order == claim.recommended,
                value=f"order:{self.case.claims.index(stated)}:{','.join(one.order)}",
            )
            for one in claim.orders
        )
        return ClaimView(
            no=claim.no,
            number=number,
            who=self.who(claim.insured),
            when=claim.event_on.isoformat(),
            headline=yuan(claim.recovery if is_recovery else claim.paid_out),
            headline_name=_("To be paid back") if is_recovery else _("To be paid"),
            is_recovery=is_recovery,
            route=route(claim.route, self.lang),
            is_automatic=claim.route == "automatic",
            policies=tuple(self.policy(claim.no, policy) for policy in claim.policies),
            settling=settling,
            cures=tuple(self.cures(claim)),
            findings=tuple(
                finding(one.code, one.data, self.lang) if one.code in FINDINGS else one.code for one in claim.findings
            ),
            orders=tuple(sorted(orders, key=lambda one: (not one.is_best, not one.is_chosen))),
            orders_untried=orders_untried,
        )

    def step(self, sentence: Sentence) -> Step:
        clause = None
        if sentence.clause is not None and sentence.product is not None:
            clause = self.clauses.view(sentence.product, sentence.clause)
        says = say(sentence.id, sentence.values, self.lang)
        kind = _KINDS.get(sentence.id, "step")
        return Step(says, kind, clause)

    def policy(self, claim_no: str, policy: PolicyDecision) -> PolicyView:
        columns = policy.columns
        clauses = self.part_clauses(policy)
        entitlement = columns.get("entitlement", 0)
        costs = dict(columns)
        if entitlement:
            fixed_lines = [line for line in policy.lines if line.line == 0]
            fixed = {name: sum(getattr(line, name) for line in fixed_lines) for name in PARTS}
            costs = {name: columns[name] - fixed[name] if name in fixed else columns[name] for name in columns}
        else:
            fixed = {}
        shown = bars("billed", costs["billed"], costs, PARTS, part_name, clauses) if costs["billed"] else ()
        lump = (
            bars("entitlement", entitlement, fixed, ("over_limits", "reduced_for_age", "payable"), part_name, clauses)
            if entitlement
            else ()
        )
        zeros = tuple(part_name(part) for part in PARTS if part != "payable" and not costs[part]) if shown else ()
        sentences = explain(policy)
        return PolicyView(
            no=policy.policy,
            product=self.both(policy.product_name),
            plan=self.both(policy.plan_name),
            version=policy.version,
            payable=yuan(policy.payable),
            bars=shown,
            fixed=lump,
            zeros=zeros,
            steps=tuple(self.step(sentence) for sentence in sentences[:MAX_STEPS]),
            invoices=tuple(self.invoices(claim_no, policy)),
            gates=tuple(self.gates(policy)),
            lines_unshown=max(0, len(policy.lines) - MAX_LINES),
            steps_unshown=max(0, len(sentences) - MAX_STEPS),
        )

    def part_clauses(self, policy: PolicyDecision) -> dict[str, tuple[ClauseView, ...]]:
        """The clauses that each part of the bill comes from."""
        found: dict[str, dict[str, None]] = {part: {} for part in PARTS}

        def cite(part: str, clause: str | None) -> None:
            if clause is not None:
                found[part][clause] = None

        for line in policy.lines:
            if line.not_covered:
                for gate in line.gates:
                    if gate.result == "fail":
                        cite("not_covered", gate.clause)
            if line.unit is not None and line.eligible < line.billed and line.over_limits:
                cite("over_limits", line.cap_clause)
        for unit in policy.units:
            if unit.public:
                cite("public", unit.public_clause)
            if unit.others:
                cite("others", unit.others_clause)
            for rule in unit.rules:
                if rule.is_limit and rule.binds:
                    cite("over_limits", rule.clause)
                if not rule.is_limit and rule.took:
                    cite("deductible", rule.clause)
            if unit.kind == "indemnity" and unit.ratio < 10_000:
                cite("own_share", unit.ratio_clause)
            if unit.after_ceiling < unit.after_limits:
                cite("over_limits", unit.others_clause or unit.public_clause)
            if unit.premium_paid != unit.premium_due:
                cite("reduced_for_age", unit.age_clause)
            cite("payable", unit.clause)
        return {
            part: tuple(self.clauses.view(policy.product, clause) for clause in cited) for part, cited in found.items()
        }

    def invoices(self, claim_no: str, policy: PolicyDecision) -> Iterable[InvoiceView]:
        claim = self.claim_of[claim_no]
        by_invoice: dict[int, dict[int, list[LineDecision]]] = {}
        for line in policy.lines[:MAX_LINES]:
            by_invoice.setdefault(line.invoice, {}).setdefault(line.line, []).append(line)
        for number in sorted(by_invoice):
            if number <= len(claim.invoices):
                invoice = claim.invoices[number - 1]
                place = invoice.hospital.name
                kind = word(Setting(invoice.setting), self.lang)
                days = invoice.event_on.isoformat()
                if invoice.until_on != invoice.event_on:
                    days += f" → {invoice.until_on.isoformat()}"
                title = " · ".join(part for part in (kind, place, days) if part)
            else:
                diagnosis = claim.diagnoses[number - 1 - len(claim.invoices)]
                title = f"{word(Setting.DIAGNOSIS, self.lang)} · {diagnosis.condition} · {diagnosis.on.isoformat()}"
            lines = by_invoice[number]
            ordered = sorted(lines, key=lambda n: (n == 0, n))
            views = [self.line(policy, lines[n]) for n in ordered]
            kept = tuple(view for view in views if view is not None)
            if kept:
                yield InvoiceView(title, kept)

    def line(self, policy: PolicyDecision, rows: list[LineDecision]) -> LineView | None:
        first = rows[0]
        sums = {part: sum(getattr(row, part) for row in rows) for part in PARTS}
        billed = sum(row.billed for row in rows)
        if first.line == 0 and not any(sums.values()) and not any(row.gates for row in rows):
            return None
        whole = billed or sum(sums.values())
        category = word(Category[first.category.upper()], self.lang)
        name = self.both(line_name(first))
        weighty = max(rows, key=lambda row: row.billed)
        clauses = dict.fromkeys(
            gate.clause for row in rows for gate in row.gates if gate.result == "fail" and gate.clause is not None
        )
        return LineView(
            name=name,
            category=category if category != name else "",
            billed=yuan(billed) if billed or first.line else "",
            payable=yuan(sums["payable"]),
            reason=reason(weighty.reason, self.lang),
            parts=tuple(_parts(sums, whole)),
            clauses=tuple(self.clauses.view(policy.product, clause) for clause in clauses),
            is_paid=sums["payable"] > 0,
        )

    def gates(self, policy: PolicyDecision) -> Iterable[GateView]:
        """Checks that failed other than by arithmetic, and those a person looks at."""
        found: dict[tuple[str, str, str | None, str | None], list[LineDecision]] = {}
        said: dict[tuple[str, str, str | None, str | None], tuple[str, str]] = {}
        for line in policy.lines:
            for gate in line.gates:
                if gate.gate == "benefit":
                    continue
                key = (gate.gate, gate.result, gate.clause, gate.paper)
                found.setdefault(key, []).append(line)
                name = word(Gate[gate.gate.upper()], self.lang)
                if gate.paper is not None:
                    name = f"{name}：" if self.lang == "zh" else f"{name}: "
                    name += word(Paper[gate.paper.upper()], self.lang)
                said[key] = (name, self.both(gate.what) if gate.what is not None else "")
        for key, lines in found.items():
            names = list(dict.fromkeys(self.both(line_name(line)) for line in lines))
            yield GateView(
                name=said[key][0],
                says=said[key][1],
                is_failed=key[1] == "fail",
                lines=tuple(names[:4]),
                more_lines=max(0, len(names) - 4),
                clause=self.clauses.view(policy.product, key[2]) if key[2] is not None else None,
            )

    def cures(self, claim: ClaimDecision) -> Iterable[CureView]:
        joint = _(" and ")
        for worth in claim.worth:
            if worth.lines:
                what = ngettext(
                    "%(count)s line still to be accepted as reasonable and necessary",
                    "%(count)s lines still to be accepted as reasonable and necessary",
                    len(worth.lines),
                ) % {"count": len(worth.lines)}
            else:
                what = joint.join(word(Paper[paper.upper()], self.lang) for paper in worth.papers)
            yield CureView(what, yuan(worth.amount), worth.amount > 0)

    def uses(self, decision: Decision) -> Iterable[UseView]:
        products = {policy.no: policy.product for policy in self.case.policies}
        for balance in decision.balances:
            terms = self.known.get(products.get(balance.policy, ""))
            rules = {rule.code: rule for rule in (*terms.deductibles, *terms.limits)} if terms else {}
            rule = rules.get(balance.rule)
            used = yuan(balance.used) if balance.unit in ("yuan", "sum_insured") else str(balance.used)
            unit = {"days": _("days"), "times": _("times")}.get(balance.unit, _("yuan"))
            of = self.who(balance.insured) if balance.insured else _("family")
            yield UseView(
                name=self.both(rule.name) if rule else balance.rule,
                of=f"{of} · {balance.policy}",
                used=f"{used} {unit}",
            )


def _parts(sums: Mapping[str, int], whole: int) -> Iterable[Part]:
    at = 0
    for part in (*PARTS[-1:], *PARTS[:-1]):
        amount = sums[part]
        if amount:
            yield Part(
                group=GROUPS.get(part, "own"),
                name=part_name(part),
                amount=yuan(amount),
                x=f"{100 * at / whole:.3f}%",
                width=f"{100 * amount / whole:.3f}%",
            )
            at += amount


def size_of(case: Case) -> int:
    """Rows of a case over its policies: what one run of the scan costs."""
    rows = sum(
        sum(1 for _row in rows_of_line(invoice, n))
        for claim in case.claims
        for invoice in claim.invoices
        for n in range(len(invoice.lines))
    )
    return (rows + len(case.claims)) * len(case.policies)
