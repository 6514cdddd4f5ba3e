"""Check: what can be proved of a product from its data alone, and where the data break a rule."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pydantic import BaseModel

from hearth.kernel.product.finding import ClauseWords, ProductFinding, ProductReport
from hearth.kernel.product.monotone import Pays, monotone, taken_costs
from hearth.kernel.product.rates import check_rates
from hearth.kernel.product.terms import Benefit, GateClauses, Term, Terms
from hearth.words.codes import Setting
from hearth.words.money import percent, yuan

MILD_CONDITIONS = ("malignancy_mild", "myocardial_infarction_mild", "stroke_mild")
"""The three mild diseases of the 2020 standard, by the codes that products use for them."""

_BARRED_WORDS = ("自动续保", "承诺续保", "终身限额")


def check_product(
    terms: Terms,
    clauses: Mapping[str, ClauseWords],
    rates: Sequence[Mapping[str, str]] | None,
    pays: Pays | None = None,
    years: int = 40,
) -> ProductReport:
    """Everything that can be proved of a product from its data.

    Needs:   terms, the wording's clauses by anchor, the rows of rates.csv (each with its line; None: no file),
             the kernel's arithmetic for what structure does not prove, and how many years to search
    Gives:   findings in the order of the checks, and proofs with how they were reached
    Source:  Health Insurance Regulation arts. 4, 5, 15-17, 24, 27, 35, 38, 57; short-term notice 2021 No. 7
    """
    findings = [finding for check in CHECKS for finding in check(terms, clauses)]
    findings += check_rates(terms, rates)
    more, proofs = monotone(terms, pays, years)
    return ProductReport(terms.code, (*findings, *more), tuple(proofs))


# --- walking the terms -----------------------------------------------------------------------------------------------

_CLAUSE_FIELDS = ("clause", "source", "age_ratio")


def dated_numbers(terms: Terms) -> Iterator[tuple[str, Term]]:
    """Every number of the terms with its place.

    Needs:   terms
    Gives:   places such as `benefits[inpatient].ratios.settled`, in the order of the file
    Source:  STYLE, habit 1
    """
    for place, part in _parts(terms, ""):
        if isinstance(part, Term):
            yield place, part


def cited_clauses(terms: Terms) -> Iterator[tuple[str, str]]:
    """Every clause that the terms cite, with the place that cites it.

    Needs:   terms
    Gives:   place and anchor, in the order of the file; informative clauses are not among them
    Source:  DESIGN 4
    """
    for place, part in _parts(terms, ""):
        fields = tuple(GateClauses.model_fields) if isinstance(part, GateClauses) else _CLAUSE_FIELDS
        for field in fields:
            cited = getattr(part, field, None)
            if field in type(part).model_fields and isinstance(cited, str):
                yield f"{place}.{field}".strip("."), cited


def _parts(part: BaseModel, place: str) -> Iterator[tuple[str, BaseModel]]:
    yield place, part
    for name in type(part).model_fields:
        value = getattr(part, name)
        here = f"{place}.{name}" if place else name
        if isinstance(value, BaseModel):
            yield from _parts(value, here)
        elif isinstance(value, tuple):
            for number, each in enumerate(value):
                if isinstance(each, BaseModel):
                    known_as = getattr(each, "code", None) or getattr(each, "clause", None) or str(number)
                    yield from _parts(each, f"{here}[{known_as}]")


def written(value: int, unit: str) -> str:
    """A number as wordings write it.

    Needs:   fen where the unit is yuan, else the unit itself
    Gives:   "1,500", "60%", "30"
    Source:  wording.md of each product
    """
    if unit == "yuan":
        return yuan(value).removesuffix(".00")
    return percent(value) if unit == "basis points" else str(value)


# --- checks from the terms and the wording ---------------------------------------------------------------------------


def _values(terms: Terms, clauses: Mapping[str, ClauseWords]) -> Iterable[ProductFinding]:
    for place, term in dated_numbers(terms):
        first = min(term.values)
        if first > terms.sold_from:
            yield ProductFinding(terms.code, "VALUE_MISSING", place, f"{first}", f"<= {terms.sold_from}")


def _clauses(terms: Terms, clauses: Mapping[str, ClauseWords]) -> Iterable[ProductFinding]:
    used: set[str] = set()
    cited = list(cited_clauses(terms)) + [("informative", anchor) for anchor in terms.informative]
    for place, anchor in cited:
        if anchor in used:
            continue
        used.add(anchor)
        if anchor not in clauses:
            yield ProductFinding(terms.code, "CLAUSE_MISSING", place, "—", anchor)
            continue
        words = clauses[anchor]
        for lang, text in (
            ("zh", words.title_zh),
            ("en", words.title_en),
            ("zh", words.text_zh),
            ("en", words.text_en),
        ):
            if not text.strip():
                yield ProductFinding(terms.code, "CLAUSE_ONE_LANGUAGE", f"wording.md {anchor}", "—", lang)
    for anchor in clauses:
        if anchor not in used:
            yield ProductFinding(terms.code, "CLAUSE_UNUSED", f"wording.md {anchor}", anchor, "terms.yaml")


def _numbers(terms: Terms, clauses: Mapping[str, ClauseWords]) -> Iterable[ProductFinding]:
    for place, term in dated_numbers(terms):
        words = clauses.get(term.source)
        if words is None:
            continue
        for day in sorted(term.values):
            number = written(term.at(day), term.unit)
            plain = re.escape(number.replace(",", ""))
            for lang, text in (("zh", words.text_zh), ("en", words.text_en)):
                bare = re.sub(r"(?<=\d),(?=\d{3})", "", text)
                if text.strip() and not re.search(rf"(?<![\d.]){plain}(?:\.00)?(?!\d|\.\d|%)", bare):
                    where = f"wording.md {term.source} ({lang})"
                    yield ProductFinding(terms.code, "NUMBER_NOT_IN_CLAUSE", f"{place} -> {where}", "—", number)


def _is_narrower(earlier: Benefit, later: Benefit) -> bool:
    """Whether the earlier benefit takes only some of what both could take, and states by what."""
    by_disease = bool(earlier.icd) and earlier.icd != later.icd
    by_cause = set(earlier.causes) < set(later.causes)
    by_time = (earlier.around_stay or earlier.since_trigger) is not None
    return by_disease or by_cause or by_time


def _overlaps(terms: Terms, clauses: Mapping[str, ClauseWords]) -> Iterable[ProductFinding]:
    for earlier, later in itertools.combinations(terms.benefits, 2):
        place = f"benefits[{earlier.code}], benefits[{later.code}]"
        if not set(earlier.causes) & set(later.causes):
            continue
        if earlier.kind == later.kind == "indemnity":
            shared = taken_costs(earlier) & taken_costs(later)
            if shared and not _is_narrower(earlier, later):
                setting, category, scope = min(shared)
                got = f"{setting.name.lower()}, {category.name.lower()}, {scope} (+{len(shared) - 1})"
                yield ProductFinding(terms.code, "OVERLAP", place, got, "—")
        elif earlier.kind == later.kind == "lump_sum":
            both = sorted(set(earlier.conditions) & set(later.conditions))
            if both and not _is_narrower(earlier, later):
                yield ProductFinding(terms.code, "OVERLAP", place, ", ".join(both), "—")
        elif earlier.kind == later.kind == "daily":
            settings = set(earlier.settings or (Setting.INPATIENT,)) & set(later.settings or (Setting.INPATIENT,))
            if settings and not _is_narrower(earlier, later):
                yield ProductFinding(terms.code, "OVERLAP", place, "stay_days", "—")


def _limited(terms: Terms, clauses: Mapping[str, ClauseWords]) -> Iterable[ProductFinding]:
    for plan, benefit in itertools.product(terms.plans, terms.benefits):
        if benefit.kind == "indemnity" and not any(
            benefit.code in limit.benefits and (not limit.plans or plan in limit.plans) and limit.unit == "yuan"
            for limit in terms.limits
        ):
            yield ProductFinding(terms.code, "LIMIT_WITHOUT_PLAN", f"benefits[{benefit.code}]", plan, "limits")


def _legal_bounds(terms: Terms, clauses: Mapping[str, ClauseWords]) -> Iterable[ProductFinding]:
    if terms.waiting is not None and terms.type in ("medical", "disease", "nursing"):
        for day in terms.waiting.days.values:
            if terms.waiting.days.at(day) > 180:
                yield ProductFinding(
                    terms.code, "WAITING_TOO_LONG", "waiting.days", str(terms.waiting.days.at(day)), "<= 180"
                )
    if terms.guaranteed_renewal is not None and not terms.long_term:
        yield ProductFinding(terms.code, "NOT_LONG_TERM", "long_term", "false", "true")
    if terms.long_term:
        hesitation = terms.hesitation_days
        for days in [hesitation.at(day) for day in hesitation.values] if hesitation is not None else [0]:
            if days < 15:
                yield ProductFinding(terms.code, "HESITATION_TOO_SHORT", "hesitation_days", str(days), ">= 15")
    rating = terms.rating
    if rating is not None and rating.service_cost_share is not None:
        cost = rating.service_cost_share
        for day in sorted({*cost.values, *(rating.net_premium_share.values if rating.net_premium_share else ())}):
            if day < min(cost.values):
                continue
            net = rating.net_premium_share.at(day) if rating.net_premium_share else 0
            if cost.at(day) * 5 > net:
                got, want = percent(cost.at(day)), f"<= 20% × {percent(net)} = {percent(net // 5)}"
                yield ProductFinding(terms.code, "SERVICE_COST_TOO_HIGH", "rating.service_cost_share", got, want)
    if (
        any(benefit.kind == "indemnity" for benefit in terms.benefits)
        and "social_insurance" not in (rating.factors if rating else ())
        and not (terms.public_payments and terms.public_payments.priced_net_of_public_payments)
        and not any(b.ratios and (b.ratios.unsettled or b.ratios.no_social_insurance) for b in terms.benefits)
    ):
        yield ProductFinding(
            terms.code,
            "SOCIAL_INSURANCE_NOT_DISTINGUISHED",
            "rating.factors, benefits.ratios, public_payments",
            "—",
            "social_insurance / unsettled / priced_net_of_public_payments",
        )


def _mild(terms: Terms, clauses: Mapping[str, ClauseWords]) -> Iterable[ProductFinding]:
    mild = [b for b in terms.benefits if set(b.conditions) & set(MILD_CONDITIONS)]
    severe = [b.share.at(terms.sold_from) for b in terms.benefits if b.kind == "lump_sum" and b.share and b not in mild]
    if not mild or min(min(b.share.values) for b in terms.benefits if b.share) > terms.sold_from:
        return
    most = max(severe, default=10_000) * 3 // 10
    for plan in terms.plans:
        pools = [
            limit.amount
            for limit in terms.limits
            if limit.unit == "sum_insured"
            and limit.span == "life"
            and {b.code for b in mild} <= set(limit.benefits)
            and (not limit.plans or plan in limit.plans)
        ]
        tightest = min((max(pool.at(day) for day in pool.values) for pool in pools), default=None)
        if tightest is None or tightest > most:
            got = "—" if tightest is None else percent(tightest)
            yield ProductFinding(terms.code, "MILD_TOO_HIGH", f"limits ({plan})", got, f"<= {percent(most)}")


def _renewal_words(terms: Terms, clauses: Mapping[str, ClauseWords]) -> Iterable[ProductFinding]:
    if terms.long_term or not clauses:
        return
    if not any("不保证续保" in words.text_zh for words in clauses.values()):
        yield ProductFinding(terms.code, "RENEWAL_NOT_STATED", "wording.md", "—", "不保证续保")
    for anchor, words in clauses.items():
        for barred in _BARRED_WORDS:
            if barred in words.text_zh:
                yield ProductFinding(terms.code, "BARRED_WORDS", f"wording.md {anchor}", barred, "—")


CHECKS = (_values, _clauses, _numbers, _overlaps, _limited, _legal_bounds, _mild, _renewal_words)
"""The checks of terms and wording, in the order they are told."""
