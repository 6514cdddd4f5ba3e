"""Random products: what terms.yaml can say, in every mixture it allows."""

from __future__ import annotations

from typing import Any

from hearth.kernel.product.terms import Terms
from tests.twins.choices import Choices, fen, some, yuan

SOLD_FROM, CHANGED_ON = "2020-01-01", "2025-03-01"
CATEGORIES = ("western_drug", "bed", "examination", "material", "surgery", "meals", "targeted_drug")
SETTINGS = ("inpatient", "outpatient", "special_outpatient", "pharmacy", "outpatient_surgery")
EXCLUDED = ("meals", "material", "targeted_drug", "meals", "material", "targeted_drug", "stay_days")
PREFIXES = ("J", "J18", "C34", "E11", "S", "N18.5", "C")
DISEASES = ("J18.9", "C34.1", "E11.9", "S82.1", "N18.5", "")
CONDITIONS = ("cancer-severe", "cancer-mild", "infarction")
SOURCES = ("insurer", "employer", "charity", "third_party")
PAPERS = ("invoice", "discharge_summary", "prescription", "pathology")
RATIOS = (10_000, 5_000, 8_000, 6_000, 5_000, 7_500, 6_250, 3_333, 2_500, 9_999, 10_000, 0)
FINENESS = {"claim": 0, "visit": 1, "day": 2, "line": 3}
NEEDED = {"visit": 1, "stay": 1, "day": 2, "month": 1, "trigger": 1}
SPANS = ("policy_year", "life", "event", "visit", "month", "guaranteed", "day", "stay", "trigger")


def product(choose: Choices, code: str) -> Terms:
    """A product: one to five benefits, deductibles and limits that overlap, and the rules around them."""
    plans = ("standard", "plus") if choose.chance(30) else ("standard",)
    benefits = [benefit(choose, number) for number in range(1, choose.integer(1, 5) + 1)]
    if choose.chance(25):
        benefits.append(benefit(choose, len(benefits) + 1, kind="daily"))
    written: dict[str, Any] = {
        "code": code,
        "version": "A",
        "name": both(code),
        "type": "medical",
        "sold_from": SOLD_FROM,
        "plans": plans,
        "claim_order": choose.pick(("event_day", "registration", "settlement")),
        "benefits": benefits,
        "deductibles": rules(choose, "deductible", benefits, plans, choose.integer(0, 3)),
        "limits": rules(choose, "limit", benefits, plans, choose.integer(0, 4)),
        **around(choose),
    }
    return Terms.model_validate(written)


def both(words: str) -> dict[str, str]:
    return {"zh": words, "en": words}


def term(choose: Choices, unit: str, value: int, later: int | None = None) -> dict[str, Any]:
    """A dated number; now and then another one for policies that start later."""
    write = yuan if unit == "yuan" else str
    values = {SOLD_FROM: write(value)}
    if later is not None and choose.chance(20):
        values[CHANGED_ON] = write(later)
    return {"what": "number", "unit": unit, "source": "4.1", "values": values}


def around(choose: Choices) -> dict[str, Any]:
    """Waiting, hospitals, exclusions, illness there before, public and other payments, guaranteed renewal."""
    written: dict[str, Any] = {}
    if choose.chance(45):
        written["waiting"] = {
            "days": term(choose, "days", choose.pick((30, 90, 60, 1, 0)), later=60),
            "accidents_wait": choose.chance(20),
            "refunds_premium": choose.chance(20),
        }
        if choose.chance(60):
            written["waiting"]["grace_days"] = term(choose, "days", choose.pick((60, 30, 0, 1)))
    if choose.chance(40):
        written["hospitals"] = {
            "clause": "3.1",
            "levels": [3, *some(choose, (2, 1, 0))],
            "ownership": ["public", *some(choose, ("private",))],
            "departments": ["ordinary", *some(choose, ("special_needs", "international"))],
            "emergency_excepted": choose.chance(60),
        }
    written["exclusions"] = [exclusion(choose, number) for number in range(1, choose.pick((0, 0, 1, 2, 3)) + 1)]
    if choose.chance(50):
        treatment = choose.pick(("exclude", "lower_ratio", "cover"))
        written["pre_existing"] = {"clause": "3.2", "treatment": treatment}
    if choose.chance(85):
        written["public_payments"] = {
            "clause": "3.3",
            "priced_net_of_public_payments": choose.chance(70),
            "attribution": choose.pick(("eligible_first", "pro_rata")),
            "zero_settlement_counts_as_unsettled": choose.chance(25),
        }
    if choose.chance(85):
        netted = SOURCES if choose.chance(50) else some(choose, SOURCES)
        written["other_payments"] = {"clause": "3.4", "netted": netted}
    if choose.chance(40):
        years = {"what": "years", "unit": "years", "source": "2.1", "values": {SOLD_FROM: choose.pick((6, 1, 2))}}
        written["guaranteed_renewal"] = {"years": years}
    return written


def exclusion(choose: Choices, number: int) -> dict[str, Any]:
    written: dict[str, Any] = {"clause": f"5.{number}", "what": both(f"exclusion {number}")}
    if choose.chance(60):
        written["categories"] = [choose.pick(EXCLUDED)]
    if not written.get("categories") or choose.chance(40):
        written["icd"] = [choose.pick(PREFIXES)]
    return written


def benefit(choose: Choices, number: int, kind: str | None = None) -> dict[str, Any]:
    """One benefit; indemnity most of the time."""
    if kind is None:
        kind = choose.pick(("indemnity", "indemnity", "daily", "lump_sum")) if number > 1 else "indemnity"
    written: dict[str, Any] = {
        "code": f"b{number}",
        "name": both(f"benefit {number}"),
        "clause": f"4.{number}",
        "kind": kind,
        "any_hospital": choose.chance(15),
        "no_waiting": choose.chance(15),
    }
    if choose.chance(15):
        written["causes"] = [choose.pick(("illness", "accident"))]
    if choose.chance(12):
        needed = some(choose, PAPERS, at_least=1)
        written["requires"] = [{"paper": paper, "clause": "6.1", "why": both("needed")} for paper in needed]
    if choose.chance(15):
        unit = choose.pick(("days", "months"))
        within = choose.pick((180, 30, 0)) if unit == "days" else choose.pick((6, 1, 0))
        written["since_trigger"] = {"within": term(choose, unit, within)}
    if choose.chance(20):
        written["around_stay"] = around_stay(choose)
    if kind == "indemnity":
        written |= indemnity(choose)
    elif kind == "daily":
        written["daily"] = term(choose, "yuan", choose.pick((15_000, 1, 33_333)), later=20_000)
        if choose.chance(15):
            written["icd"] = some(choose, PREFIXES, at_least=1)
        if choose.chance(20):
            written["settings"] = ["inpatient", *some(choose, SETTINGS[1:])]
    else:
        written["share"] = term(choose, "basis points", choose.pick((10_000, 3_000, 3_333)))
        written["conditions"] = some(choose, CONDITIONS, at_least=1)
        written["ends_contract"] = choose.chance(60)
    if kind != "lump_sum":
        written["ends_contract"] = choose.chance(5)
    return written


def indemnity(choose: Choices) -> dict[str, Any]:
    written: dict[str, Any] = {
        "computed_per": choose.pick(("claim", "visit", "day", "line")),
        "settings": SETTINGS if choose.chance(65) else some(choose, SETTINGS, at_least=1),
        "ratio_first": choose.chance(25),
        "ratios": {"settled": term(choose, "basis points", choose.pick(RATIOS), later=choose.pick(RATIOS))},
    }
    for name in ("unsettled", "no_social_insurance", "pre_existing"):
        if choose.chance(50):
            written["ratios"][name] = term(choose, "basis points", choose.pick(RATIOS))
    if choose.chance(15):
        written["categories"] = some(choose, CATEGORIES, at_least=2)
    elif choose.chance(30):
        written["except_categories"] = [choose.pick(CATEGORIES)]
    if choose.chance(12):
        written["scope"] = [choose.pick(("in", "out"))]
    if choose.chance(10):
        written["icd"] = some(choose, PREFIXES, at_least=1)
    capped = some(choose, CATEGORIES) if choose.chance(35) else []
    caps = (20_000, 1, 150_000, 99, 0)
    written["item_caps"] = [
        {
            "clause": "4.9",
            "categories": [category],
            "per": choose.pick(("line", "day", "piece")),
            "amount": term(choose, "yuan", choose.pick(caps), later=choose.pick(caps)),
        }
        for category in capped
    ]
    return written


def around_stay(choose: Choices) -> dict[str, Any]:
    return {
        "before": term(choose, "days", choose.pick((7, 1, 0, 30))),
        "after": term(choose, "days", choose.pick((30, 1, 0, 7))),
        "inclusive": choose.chance(60),
    }


# --- deductibles and limits ------------------------------------------------------------------------------------------


def rules(
    choose: Choices, table: str, benefits: list[dict[str, Any]], plans: tuple[str, ...], count: int
) -> list[dict[str, Any]]:
    """Rows of one table over any benefits that the span allows; they overlap freely."""
    found = [rule(choose, table, f"{table[0]}{number}", benefits, plans) for number in range(1, count + 1)]
    return [written for written in found if written is not None]


def rule(
    choose: Choices, table: str, code: str, benefits: list[dict[str, Any]], plans: tuple[str, ...]
) -> dict[str, Any] | None:
    unit = unit_of(choose, table)
    span = choose.pick(SPANS)
    able = [written["code"] for written in benefits if fits(table, unit, span, written)]
    if not able:
        return None
    written: dict[str, Any] = {
        "code": code,
        "clause": "4.8",
        "name": both(code),
        "benefits": able if choose.chance(50) else some(choose, able, at_least=1),
        "holder": "family" if choose.chance(35) else "insured",
        "span": span,
        "unit": unit,
        "amount": quantity(choose, unit, table),
    }
    if span == "trigger":
        written["span_days"] = term(choose, "days", choose.pick((30, 180, 1)))
    if len(plans) > 1 and choose.chance(40):
        written["plans"] = [choose.pick(plans)]
    if table == "deductible":
        written["offset"] = SOURCES if choose.chance(40) else some(choose, SOURCES)
        if choose.chance(25):
            step = choose.pick((100_000, 1, 33_333)) if unit == "yuan" else 1
            written["less_per_claim_free_year"] = term(choose, unit, step)
            if choose.chance(60):
                least = choose.pick((500_000, 50, 0)) if unit == "yuan" else choose.pick((1, 0))
                written["minimum"] = term(choose, unit, least)
    return written


def unit_of(choose: Choices, table: str) -> str:
    if table == "deductible":
        return "days" if choose.chance(20) else "yuan"
    return choose.pick(("yuan", "yuan", "times", "days", "sum_insured"))


def fits(table: str, unit: str, span: str, written: dict[str, Any]) -> bool:
    """Whether a rule of that unit and span may name a benefit."""
    kind, per = written["kind"], written.get("computed_per", "claim")
    fine = FINENESS[per] if kind == "indemnity" else 1
    if fine < NEEDED.get(span, 0) or (span == "day" and kind != "indemnity"):
        return False
    if table == "deductible":
        return kind == ("daily" if unit == "days" else "indemnity")
    return unit != "days" or kind == "daily" or (kind == "indemnity" and per in ("day", "line"))


def quantity(choose: Choices, unit: str, table: str) -> dict[str, Any]:
    if unit == "yuan":
        deductible = table == "deductible"
        amounts = (10_000, 1_000_000, 30_000, 1, 0) if deductible else (1_000_000, 30_000, 10**12, 10**9, 99, 0)
        amount = choose.pick(amounts) if choose.chance(70) else fen(choose)
        return term(choose, "yuan", amount, later=choose.pick(amounts))
    if unit == "sum_insured":
        return term(choose, "basis points", choose.pick((10_000, 3_333, 500)))
    counts = (3, 1, 2, 10, 90, 5, 0)
    return term(choose, unit, choose.pick(counts), later=choose.pick(counts))
