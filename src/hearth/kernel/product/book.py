"""Book: terms compiled into lookup tables and rule tables, so that a new product compiles no code."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import numpy as np

from hearth.kernel.product.terms import Benefit, Deductible, Limit, Term, Terms
from hearth.words.arrays import Book
from hearth.words.codes import (
    Attribution,
    Category,
    ClaimOrder,
    Holder,
    Kind,
    Per,
    PreExisting,
    Scope,
    Setting,
    Span,
    Unit,
)

CONDITION = "condition:"
"""What the name of a diagnosed condition starts with among the diseases: condition:<code>|<ICD-10 code>."""


def diagnosed(condition: str, icd: str) -> str:
    """The name of a diagnosed condition among the diseases.

    Needs:   the condition as the product's list names it, and its ICD-10 code or ""
    Gives:   one name that carries both
    Source:  docs/computing.md 1
    """
    return f"{CONDITION}{condition}|{icd}"


def icd_of(disease: str) -> str:
    """The ICD-10 code of a disease.

    Needs:   a name among the diseases
    Gives:   the code, "" where none is known
    Source:  docs/computing.md 1
    """
    return disease.partition("|")[2] if disease.startswith(CONDITION) else disease


_UNITS = {"yuan": Unit.FEN, "days": Unit.DAYS, "times": Unit.TIMES, "sum_insured": Unit.SUM_INSURED_BP}


class Sold(NamedTuple):
    """One product as sold on a day under a plan: the version a contract is judged by."""

    terms: Terms
    day: date
    plan: str


def rules_of(terms: Terms) -> tuple[Deductible | Limit, ...]:
    """The rules of a product in the order of their numbers.

    Needs:   terms
    Gives:   deductibles, then limits; the number of a rule is its place here, in every version and plan
    Source:  docs/computing.md, spans
    """
    return (*terms.deductibles, *terms.limits)


def claim_order(terms: Terms) -> ClaimOrder:
    """The first key of the order in which claims are computed.

    Needs:   terms
    Gives:   a ClaimOrder
    Source:  docs/computing.md 1
    """
    return ClaimOrder[terms.claim_order.upper()]


def takes_disease(benefit: Benefit, disease: str) -> bool:
    """Whether a benefit is open to a disease.

    Needs:   an ICD-10 code, "" for none, or the name of a diagnosed condition
    Gives:   True where the benefit names no disease, or a prefix of this one
    Source:  docs/computing.md 2
    """
    if disease.startswith(CONDITION):
        return disease.removeprefix(CONDITION).partition("|")[0] in benefit.conditions
    return not benefit.conditions and (not benefit.icd or disease.startswith(benefit.icd))


def _taken_items(benefit: Benefit) -> list[Category]:
    if benefit.kind == "daily":
        return [Category.STAY_DAYS]
    if benefit.kind == "lump_sum":
        return [Category.DIAGNOSED]
    costs = [item for item in Category if item not in (Category.STAY_DAYS, Category.DIAGNOSED)]
    return [item for item in (benefit.categories or costs) if item in costs and item not in benefit.except_categories]


def _settings(benefit: Benefit) -> Sequence[Setting]:
    if benefit.kind == "lump_sum":
        return (Setting.DIAGNOSIS,)
    if benefit.kind == "daily":
        return benefit.settings or (Setting.INPATIENT,)
    return benefit.settings


def compile_book(sold: Sequence[Sold], diseases: Sequence[str]) -> Book:
    """Terms as sold -> the tables that the scan reads.

    Needs:   diseases[0] == ""; every dated value has begun on the day of its Sold (else BeforeFirstDay)
    Gives:   version v = place in `sold`; disease number = place in `diseases`
    Source:  docs/computing.md; DOMAIN 3.2
    """
    benefits = [(v, benefit) for v, one in enumerate(sold) for benefit in one.terms.benefits]
    n_versions, n_benefits = len(sold), len(benefits)
    rules: list[tuple[int, int, Deductible | Limit]] = []
    place: dict[tuple[int, str], int] = {}
    for v, one in enumerate(sold):
        for number, rule in enumerate(rules_of(one.terms)):
            if not rule.plans or one.plan in rule.plans:
                place[v, rule.code] = len(rules)
                rules.append((v, number, rule))

    def versions(dtype: type, *shape: int) -> np.ndarray:
        return np.zeros((n_versions, *shape), dtype)

    def per_benefit(dtype: type, *shape: int, fill: int = 0) -> np.ndarray:
        return np.full((n_benefits, *shape), fill, dtype)

    def per_rule(dtype: type) -> np.ndarray:
        return np.zeros(len(rules), dtype)

    book = Book(
        benefit_from=np.cumsum([0, *(len(one.terms.benefits) for one in sold)]).astype(np.int64),
        waiting_days=versions(np.int32),
        accident_waits=versions(np.int8),
        nets_public=versions(np.int8),
        attribution=versions(np.int8),
        zero_is_unsettled=versions(np.int8),
        pre_existing=versions(np.int8),
        hospital_ok=versions(np.int8, 24),
        emergency_excepted=versions(np.int8),
        windowed=versions(np.int64),
        per_setting=versions(np.int64, 8),
        per_cause=versions(np.int64, 2),
        per_disease=versions(np.int64, len(diseases)),
        per_item=versions(np.int64, 64, 2),
        excluded_item=versions(np.int64, 64),
        excluded_disease=versions(np.int64, len(diseases)),
        kind=per_benefit(np.int8),
        per=per_benefit(np.int8),
        ratio=per_benefit(np.int32, 6),
        ratio_first=per_benefit(np.int8),
        netted=per_benefit(np.int8),
        window_before=per_benefit(np.int32, fill=-1),
        window_after=per_benefit(np.int32, fill=-1),
        window_inclusive=per_benefit(np.int8),
        trigger_days=per_benefit(np.int32, fill=-1),
        trigger_months=per_benefit(np.int32, fill=-1),
        any_hospital=per_benefit(np.int8),
        no_waiting=per_benefit(np.int8),
        daily=per_benefit(np.int64),
        share=per_benefit(np.int32),
        ends_contract=per_benefit(np.int8),
        papers=per_benefit(np.int64),
        cap=per_benefit(np.int64, 64, fill=-1),
        cap_by_quantity=per_benefit(np.int8, 64),
        deductible_from=np.zeros(n_benefits + 1, np.int64),
        deductible_rule=np.zeros(0, np.int32),
        limit_from=np.zeros(n_benefits + 1, np.int64),
        limit_rule=np.zeros(0, np.int32),
        rule_no=per_rule(np.int32),
        rule_holder=per_rule(np.int8),
        rule_unit=per_rule(np.int8),
        rule_span=per_rule(np.int8),
        rule_span_days=per_rule(np.int32),
        rule_amount=per_rule(np.int64),
        rule_step=per_rule(np.int64),
        rule_minimum=per_rule(np.int64),
        rule_offset=per_rule(np.int8),
    )
    for v, one in enumerate(sold):
        _fill_version(book, v, one, diseases)
    for at, (v, number, rule) in enumerate(rules):
        _fill_rule(book, at, number, rule, sold[v].day)
    deductibles: list[int] = []
    limits: list[int] = []
    for g, (v, benefit) in enumerate(benefits):
        _fill_benefit(book, g, v, benefit, sold[v])
        terms = sold[v].terms
        for table, into in ((terms.deductibles, deductibles), (terms.limits, limits)):
            into += [place[v, rule.code] for rule in table if benefit.code in rule.benefits and (v, rule.code) in place]
        book.deductible_from[g + 1] = len(deductibles)
        book.limit_from[g + 1] = len(limits)
    return book._replace(deductible_rule=np.array(deductibles, np.int32), limit_rule=np.array(limits, np.int32))


def _fill_version(book: Book, v: int, one: Sold, diseases: Sequence[str]) -> None:
    terms, day = one.terms, one.day
    if terms.waiting is not None:
        book.waiting_days[v] = terms.waiting.days.at(day)
        book.accident_waits[v] = terms.waiting.accidents_wait
    book.nets_public[v] = terms.public_payments is not None and terms.public_payments.priced_net_of_public_payments
    if terms.public_payments is not None:
        book.attribution[v] = Attribution[terms.public_payments.attribution.upper()]
        book.zero_is_unsettled[v] = terms.public_payments.zero_settlement_counts_as_unsettled
    treatment = terms.pre_existing.treatment if terms.pre_existing is not None else "cover"
    book.pre_existing[v] = PreExisting[treatment.upper()]
    if terms.hospitals is None:
        book.hospital_ok[v] = 1
    else:
        book.emergency_excepted[v] = terms.hospitals.emergency_excepted
        for level in terms.hospitals.levels:
            for owner in terms.hospitals.ownership:
                for department in terms.hospitals.departments:
                    book.hospital_ok[v, level * 6 + owner * 3 + department] = 1
    for number, exclusion in enumerate(terms.exclusions):
        bit = 1 << number
        for item in exclusion.categories:
            book.excluded_item[v, item] |= bit
        for d, disease in enumerate(diseases):
            if exclusion.icd and icd_of(disease).startswith(exclusion.icd):
                book.excluded_disease[v, d] |= bit
    for number, benefit in enumerate(terms.benefits):
        bit = 1 << number
        if benefit.around_stay is not None or benefit.since_trigger is not None:
            book.windowed[v] |= bit
        for setting in _settings(benefit):
            book.per_setting[v, setting] |= bit
        for cause in benefit.causes:
            book.per_cause[v, cause] |= bit
        for d, disease in enumerate(diseases):
            if takes_disease(benefit, disease):
                book.per_disease[v, d] |= bit
        for item in _taken_items(benefit):
            for scope in benefit.scope:
                book.per_item[v, item, Scope[scope.upper()]] |= bit


def _fill_rule(book: Book, at: int, number: int, rule: Deductible | Limit, day: date) -> None:
    def value(term: Term | None) -> int:
        return 0 if term is None else term.at(day)

    book.rule_no[at] = number
    book.rule_holder[at] = Holder[rule.holder.upper()]
    book.rule_unit[at] = _UNITS[rule.unit]
    book.rule_span[at] = Span[rule.span.upper()]
    book.rule_span_days[at] = value(rule.span_days)
    book.rule_amount[at] = rule.amount.at(day)
    if isinstance(rule, Deductible):
        book.rule_step[at] = value(rule.less_per_claim_free_year)
        book.rule_minimum[at] = value(rule.minimum)
        book.rule_offset[at] = sum(1 << source for source in set(rule.offset))


def _fill_benefit(book: Book, g: int, v: int, benefit: Benefit, one: Sold) -> None:
    terms, day = one.terms, one.day
    book.kind[g] = Kind[benefit.kind.upper()]
    book.per[g] = Per[benefit.computed_per.upper()]
    book.ratio_first[g] = benefit.ratio_first
    netted = terms.other_payments.netted if terms.other_payments is not None else ()
    book.netted[g] = sum(1 << source for source in set(netted))
    book.any_hospital[g] = benefit.any_hospital
    book.no_waiting[g] = benefit.no_waiting
    book.ends_contract[g] = benefit.ends_contract
    book.papers[g] = sum(1 << paper for paper in {required.paper for required in benefit.requires})
    if benefit.ratios is not None:
        ratios = benefit.ratios
        settled = ratios.settled.at(day)
        plain = [settled, settled, settled]
        for n, term in ((1, ratios.unsettled), (2, ratios.no_social_insurance)):
            if term is not None:
                plain[n] = term.at(day)
        before = plain if ratios.pre_existing is None else [ratios.pre_existing.at(day)] * 3
        book.ratio[g] = [*plain, *before]
    if benefit.daily is not None:
        book.daily[g] = benefit.daily.at(day)
    if benefit.share is not None:
        book.share[g] = benefit.share.at(day)
    if benefit.around_stay is not None:
        book.window_before[g] = benefit.around_stay.before.at(day)
        book.window_after[g] = benefit.around_stay.after.at(day)
        book.window_inclusive[g] = benefit.around_stay.inclusive
    if benefit.since_trigger is not None:
        within = benefit.since_trigger.within
        (book.trigger_months if within.unit == "months" else book.trigger_days)[g] = within.at(day)
    for cap in benefit.item_caps:
        for item in cap.categories:
            book.cap[g, item] = cap.amount.at(day)
            book.cap_by_quantity[g, item] = cap.per in ("day", "piece")
