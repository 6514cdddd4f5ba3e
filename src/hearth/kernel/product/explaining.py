"""Explaining: the figures and clauses of a product that its customers ask about most, for one policy and one claim."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from hearth.kernel.product.terms import Benefit, Terms
from hearth.words.codes import Ownership
from hearth.words.money import yuan


@dataclass(frozen=True, slots=True)
class Asked:
    """A claim as far as explanations speak of it."""

    policy_no: str
    starts_on: date
    plan: str = "standard"
    admitted_on: date | None = None
    discharged_on: date | None = None
    papers: tuple[str, ...] = ()
    """Papers that are missing, as the list of the claim names them."""
    paper_names: Mapping[str, tuple[str, str]] | None = None


@dataclass(frozen=True, slots=True)
class Explained:
    """An explanation that can be given: its code, the clause, and what fills its sentences (words.canned)."""

    code: str
    clause: str
    values: dict[str, str]


def explanations(terms: Terms, asked: Asked) -> tuple[Explained, ...]:
    """What of a product can be explained to whoever made a claim.

    Needs:   the product's terms; the policy's first day, on which every figure is the one that was sold; the stay
    Gives:   explanations in the order of the wording's own subjects, each with the clause it rests on; one that the
             product or the claim has nothing for is left out
    Source:  terms.yaml of the product, each figure with its clause; the window around a stay: DOMAIN 3.6
    """
    found = (
        _waiting(terms, asked),
        _deductible(terms, asked),
        _ratio(terms, asked),
        _hospital(terms),
        _window(terms, asked),
        _papers(terms, asked),
    )
    return tuple(one for one in found if one is not None)


def _cited(terms: Terms, code: str, clause: str, values: dict[str, str]) -> Explained:
    cite = {"cite_zh": f"《{terms.name.zh}》条款 {clause}", "cite": f"clause {clause} of {terms.name.en}"}
    return Explained(code, clause, values | cite)


def _waiting(terms: Terms, asked: Asked) -> Explained | None:
    if terms.waiting is None:
        return None
    days = terms.waiting.days.at(asked.starts_on)
    if not days:
        return None
    waits = terms.waiting.accidents_wait
    return _cited(
        terms,
        "waiting",
        terms.waiting.days.source,
        {
            "policy_no": asked.policy_no,
            **_day("starts", asked.starts_on),
            "days": str(days),
            # The first day of cover is day 1.
            **_day("ends", asked.starts_on + timedelta(days=days - 1)),
            "accidents_zh": "意外伤害同样适用等待期。" if waits else "意外伤害没有等待期。",
            "accidents": "Accidents wait too." if waits else "Accidents do not wait.",
        },
    )


def _deductible(terms: Terms, asked: Asked) -> Explained | None:
    rule = next((one for one in terms.deductibles if not one.plans or asked.plan in one.plans), None)
    if rule is None:
        return None
    amount = rule.amount.at(asked.starts_on)
    if not amount:
        return None
    is_yuan = rule.unit == "yuan"
    return _cited(
        terms,
        "deductible",
        rule.clause,
        {
            "name_zh": rule.name.zh,
            "name": rule.name.en,
            "amount_zh": f"{yuan(amount)} 元" if is_yuan else f"{amount} 天",
            "amount": f"{yuan(amount)} yuan" if is_yuan else f"{amount} days",
        },
    )


def _ratio(terms: Terms, asked: Asked) -> Explained | None:
    benefit = next((one for one in terms.benefits if one.ratios is not None), None)
    if benefit is None or benefit.ratios is None:
        return None
    settled, other = benefit.ratios.settled, benefit.ratios.unsettled
    less = other is not None and other.at(asked.starts_on) != settled.at(asked.starts_on)
    share = _percent(other.at(asked.starts_on)) if other is not None and less else ""
    return _cited(
        terms,
        "ratio",
        settled.source,
        {
            "name_zh": benefit.name.zh,
            "name": benefit.name.en,
            "settled": _percent(settled.at(asked.starts_on)),
            "unsettled_zh": f"，未经医保结算的部分赔付 {share}" if less else "",
            "unsettled": f", {share} where it did not" if less else "",
        },
    )


def _hospital(terms: Terms) -> Explained | None:
    rule = terms.hospitals
    if rule is None:
        return None
    levels = [level for level in rule.levels if level]
    zh = "、".join({1: "一级", 2: "二级", 3: "三级"}[level] for level in sorted(levels))
    en = " and ".join({1: "first", 2: "second", 3: "third"}[level] for level in sorted(levels))
    public = rule.ownership == (Ownership.PUBLIC,)
    return _cited(
        terms,
        "hospital",
        rule.clause,
        {
            "levels_zh": f"{zh}{'公立' if public else ''}医院的普通部",
            "levels": f"ordinary wards of {'public ' if public else ''}hospitals of the {en} level",
            "emergency_zh": "急诊不受此限。" if rule.emergency_excepted else "急诊同样适用。",
            "emergency": "Emergencies are excepted." if rule.emergency_excepted else "It holds for emergencies too.",
        },
    )


def _window(terms: Terms, asked: Asked) -> Explained | None:
    found: Benefit | None = next((one for one in terms.benefits if one.around_stay is not None), None)
    if found is None or found.around_stay is None or asked.admitted_on is None or asked.discharged_on is None:
        return None
    before, after = found.around_stay.before.at(asked.starts_on), found.around_stay.after.at(asked.starts_on)
    # Where the days of admission and discharge count, they are the first of these days.
    counted = int(found.around_stay.inclusive)
    return _cited(
        terms,
        "window",
        found.around_stay.after.source,
        {
            **_day("admitted", asked.admitted_on),
            **_day("discharged", asked.discharged_on),
            "counted_zh": "（均含当日）" if counted else "",
            "counted": ", both days counted" if counted else "",
            "before": str(before),
            "after": str(after),
            **_day("first", asked.admitted_on - timedelta(days=before - counted)),
            **_day("last", asked.discharged_on + timedelta(days=after - counted)),
            "name_zh": found.name.zh,
            "name": found.name.en,
        },
    )


def _papers(terms: Terms, asked: Asked) -> Explained | None:
    wanted = ((paper, one) for paper in asked.papers for benefit in terms.benefits for one in benefit.requires)
    rule = next((one for paper, one in wanted if one.paper.name.lower() == paper), None)
    if rule is None:
        return None
    code = rule.paper.name.lower()
    zh, en = (asked.paper_names or {}).get(code, (code, code))
    return _cited(
        terms, "papers", rule.clause, {"paper_zh": zh, "paper": en, "why_zh": rule.why.zh, "why": rule.why.en}
    )


def _day(name: str, day: date) -> dict[str, str]:
    return {f"{name}_zh": f"{day.year}年{day.month}月{day.day}日", name: day.isoformat()}


def _percent(bp: int) -> str:
    whole, part = divmod(bp, 100)
    return f"{whole}%" if not part else f"{whole}.{part:02d}".rstrip("0") + "%"
