"""The products of DOMAIN's worked examples, stated directly: million-yuan medical and the small ones beside it."""

from __future__ import annotations

from typing import Any

from hearth.kernel.product.terms import Terms

FROM = "2020-01-01"
ALL_SOURCES = ("insurer", "employer", "charity", "third_party")


def number(unit: str, value: str | int) -> dict[str, Any]:
    return {"what": "number", "unit": unit, "source": "4.1", "values": {FROM: value}}


def both(words: str) -> dict[str, str]:
    return {"zh": words, "en": words}


def indemnity(code: str, settings: tuple[str, ...], ratio: int = 10_000, **more: Any) -> dict[str, Any]:
    ratios = {"settled": number("basis points", ratio)}
    for name in ("unsettled", "no_social_insurance", "pre_existing"):
        if name in more:
            ratios[name] = number("basis points", more.pop(name))
    return {
        "code": code,
        "name": both(code),
        "clause": "4.1",
        "kind": "indemnity",
        "settings": settings,
        "ratios": ratios,
        **more,
    }


def rule(
    code: str, benefits: tuple[str, ...], span: str, amount: str | int, unit: str = "yuan", **more: Any
) -> dict[str, Any]:
    written_unit = {"sum_insured": "basis points"}.get(unit, unit)
    return {
        "code": code,
        "clause": "4.2",
        "name": both(code),
        "benefits": benefits,
        "span": span,
        "unit": unit,
        "amount": number(written_unit, amount),
        **more,
    }


def product(code: str, benefits: list[dict[str, Any]], **more: Any) -> Terms:
    return Terms.model_validate(
        {
            "code": code,
            "version": "A",
            "name": both(code),
            "type": "medical",
            "sold_from": FROM,
            "public_payments": {"clause": "3.3", "priced_net_of_public_payments": True},
            "other_payments": {"clause": "3.4"},
            "benefits": benefits,
            **more,
        }
    )


def million(**more: Any) -> Terms:
    """M1: deductible 10,000 a year, 100 % or 60 % unsettled, 2,000,000 a year, others offset the deductible."""
    offset = more.pop("offset", ALL_SOURCES)
    holder = more.pop("holder", "insured")
    attribution = more.pop("attribution", "eligible_first")
    priced_net = more.pop("priced_net", True)
    ratio_first = more.pop("ratio_first", False)
    inclusive = more.pop("inclusive", True)
    bed = {"clause": "4.3", "categories": ["bed"], "per": "day", "amount": number("yuan", "1000")}
    window = {"before": number("days", 7), "after": number("days", 30), "inclusive": inclusive}
    no_meals = {"except_categories": ["escort_bed", "meals"], "unsettled": 6_000, "ratio_first": ratio_first}
    both_benefits = ("inpatient", "around")
    deductible = rule("deductible", both_benefits, "policy_year", "10000", holder=holder, offset=offset)
    deductible |= {"less_per_claim_free_year": number("yuan", "1000"), "minimum": number("yuan", "5000")}
    return product(
        "million",
        [
            indemnity("inpatient", ("inpatient", "outpatient_surgery"), item_caps=[bed], **no_meals),
            indemnity("around", ("outpatient",), around_stay=window, **no_meals),
        ],
        deductibles=[deductible],
        limits=[rule("year", both_benefits, "policy_year", "2000000")],
        **(
            {
                "public_payments": {
                    "clause": "3.3",
                    "priced_net_of_public_payments": priced_net,
                    "attribution": attribution,
                }
            }
            | more
        ),
    )


def small() -> Terms:
    """S of E12: (loss - 300) x 80 %, at most 10,000; others' payments do not offset its deductible."""
    return product(
        "small",
        [indemnity("inpatient", ("inpatient",), 8_000)],
        deductibles=[rule("deductible", ("inpatient",), "policy_year", "300")],
        limits=[rule("year", ("inpatient",), "policy_year", "10000")],
    )


def accident() -> Terms:
    """Accident medical: 100 an event, 80 %, 10,000, within 180 days of the accident."""
    return product(
        "accident",
        [
            indemnity(
                "accident",
                ("inpatient", "outpatient"),
                8_000,
                causes=("accident",),
                scope=("in",),
                since_trigger={"within": number("days", 180)},
            )
        ],
        deductibles=[rule("deductible", ("accident",), "event", "100")],
        limits=[rule("year", ("accident",), "policy_year", "10000")],
    )


def outpatient() -> Terms:
    """Outpatient: 80 % settled, 50 % unsettled, 300 a visit."""
    return product(
        "outpatient",
        [indemnity("visit", ("outpatient",), 8_000, unsettled=5_000, computed_per="visit")],
        limits=[rule("per-visit", ("visit",), "visit", "300")],
    )


def hospital_cash() -> Terms:
    """Hospital cash: 150 a day, 3 deductible days a stay, 90 days a stay, 180 a year."""
    cash = {"code": "cash", "name": both("cash"), "clause": "4.1", "kind": "daily", "daily": number("yuan", "150")}
    return product(
        "cash",
        [cash],
        deductibles=[rule("first-days", ("cash",), "stay", 3, "days")],
        limits=[
            rule("stay-days", ("cash",), "stay", 90, "days"),
            rule("year-days", ("cash",), "policy_year", 180, "days"),
        ],
    )


def critical_illness() -> Terms:
    """Severe 100 % of the sum insured and the contract ends; mild 30 %; 90 days of waiting."""

    def lump(code: str, share: int, conditions: tuple[str, ...], ends: bool) -> dict[str, Any]:
        return {
            "code": code,
            "name": both(code),
            "clause": "4.1",
            "kind": "lump_sum",
            "share": number("basis points", share),
            "conditions": conditions,
            "ends_contract": ends,
        }

    return product(
        "illness",
        [lump("severe", 10_000, ("infarction", "cancer"), True), lump("mild", 3_000, ("thyroid-tnm-1",), False)],
        waiting={"days": number("days", 90), "refunds_premium": True},
    )


def proton() -> Terms:
    """E6: proton and heavy ions at 100 %, no deductible, bed at most 1,500 a day, 1,000,000."""
    bed = {"clause": "4.3", "categories": ["bed"], "per": "day", "amount": number("yuan", "1500")}
    return product(
        "proton",
        [indemnity("proton", ("inpatient",), categories=("proton_therapy", "bed"), item_caps=[bed])],
        limits=[rule("proton-limit", ("proton",), "policy_year", "1000000")],
    )


def city() -> Terms:
    """E17: two buckets, inside the list 15,000 and 80 %, outside it 20,000 and 60 %."""
    return product(
        "city",
        [
            indemnity("inside", ("inpatient",), 8_000, scope=("in",)),
            indemnity("outside", ("inpatient",), 6_000, scope=("out",)),
        ],
        deductibles=[
            rule("inside-deductible", ("inside",), "policy_year", "15000"),
            rule("outside-deductible", ("outside",), "policy_year", "20000"),
        ],
    )
