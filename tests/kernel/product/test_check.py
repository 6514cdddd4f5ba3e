"""What can be proved of a product: each test breaks one rule and sees exactly that one found."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

import pytest

from hearth.kernel.product.check import CHECKS, check_product, cited_clauses, dated_numbers, written
from hearth.kernel.product.finding import RULES, ClauseWords
from hearth.kernel.product.terms import Terms

DAY = date(2026, 1, 1)


def term(value: int | str, unit: str, source: str) -> dict[str, Any]:
    return {"what": "a number", "unit": unit, "source": source, "values": {DAY: value}}


PRODUCT: dict[str, Any] = {
    "code": "small",
    "version": "1",
    "name": {"zh": "小额医疗", "en": "Small medical"},
    "type": "medical",
    "sold_from": DAY,
    "plans": ["standard", "plus"],
    "waiting": {"days": term(30, "days", "1.1")},
    "benefits": [
        {
            "code": "inpatient",
            "name": {"zh": "住院", "en": "Inpatient"},
            "clause": "2.1",
            "kind": "indemnity",
            "settings": ["inpatient"],
            "ratios": {"settled": term(8000, "basis points", "2.1"), "unsettled": term(6000, "basis points", "2.1")},
        },
        {
            "code": "outpatient",
            "name": {"zh": "门诊", "en": "Outpatient"},
            "clause": "2.2",
            "kind": "indemnity",
            "settings": ["outpatient"],
            "ratios": {"settled": term(5000, "basis points", "2.2")},
        },
    ],
    "limits": [
        {
            "code": "year_limit",
            "clause": "3.1",
            "name": {"zh": "年度限额", "en": "Yearly limit"},
            "benefits": ["inpatient", "outpatient"],
            "span": "policy_year",
            "amount": term("20,000.00", "yuan", "3.1"),
        }
    ],
    "rating": {
        "clause": "4.1",
        "factors": ["age", "plan"],
        "net_premium_share": term(7000, "basis points", "4.1"),
        "service_cost_share": term(1000, "basis points", "4.1"),
    },
    "informative": ["1.2"],
}

WORDING = {
    "1.1": ("等待期为 30 日。", "The waiting period is 30 days."),
    "1.2": ("本合同不保证续保。", "Renewal is not guaranteed."),
    "2.1": ("经医保结算 80%，未结算 60%。", "80% settled, 60% not settled."),
    "2.2": ("给付 50%。", "50% is paid."),
    "3.1": ("每年以 20,000 元为限。", "At most 20,000 yuan a year."),
    "4.1": ("净保费 70%，服务 10%。", "70% net, 10% for services."),
}

RATES = [
    {"age_from": low, "age_to": high, "plan": plan, "premium": premium, "line": str(line)}
    for line, (low, high, plan, premium) in enumerate(
        [
            ("0", "17", "standard", "100.00"),
            ("18", "60", "standard", "200.00"),
            ("0", "17", "plus", "150.00"),
            ("18", "60", "plus", "300.00"),
        ],
        2,
    )
]


class Shop:
    """A sound product whose parts a test may spoil."""

    def __init__(self) -> None:
        self.product = copy.deepcopy(PRODUCT)
        self.wording = dict(WORDING)
        self.rates: list[dict[str, str]] | None = copy.deepcopy(RATES)

    def found(self) -> list[tuple[str, str, str, str]]:
        terms = Terms.model_validate(self.product)
        clauses = {
            anchor: ClauseWords(f"条款 {anchor}", f"Clause {anchor}", *texts) for anchor, texts in self.wording.items()
        }
        report = check_product(terms, clauses, self.rates)
        for finding in report.findings:
            assert all(part in finding.sentence("zh") for part in (finding.got, finding.want, "small"))
            assert all(part in finding.sentence("en") for part in (finding.got, finding.want, "small"))
        return [(finding.code, finding.place, finding.got, finding.want) for finding in report.findings]


@pytest.fixture
def shop() -> Shop:
    return Shop()


def test_a_sound_product_breaks_no_rule(shop: Shop) -> None:
    assert shop.found() == []


def test_a_number_without_a_value_on_the_first_day_of_sale_is_found(shop: Shop) -> None:
    shop.product["limits"][0]["amount"]["values"] = {date(2026, 7, 1): "20,000.00"}
    assert shop.found() == [("VALUE_MISSING", "limits[year_limit].amount", "2026-07-01", "<= 2026-01-01")]


def test_a_cited_clause_that_the_wording_lacks_is_found(shop: Shop) -> None:
    shop.product["benefits"][1]["clause"] = "9.9"
    assert shop.found() == [("CLAUSE_MISSING", "benefits[outpatient].clause", "—", "9.9")]


def test_an_informative_clause_that_the_wording_lacks_is_found(shop: Shop) -> None:
    shop.product["informative"] = ["1.2", "1.9"]
    assert shop.found() == [("CLAUSE_MISSING", "informative", "—", "1.9")]


def test_the_clause_of_a_gate_is_cited_too(shop: Shop) -> None:
    shop.product["gate_clauses"] = {"in_force": "1.2", "duplicate": "9.9"}
    shop.product["informative"] = []
    assert shop.found() == [("CLAUSE_MISSING", "gate_clauses.duplicate", "—", "9.9")]


def test_a_clause_that_nothing_uses_is_found(shop: Shop) -> None:
    shop.wording["5.1"] = ("多余的条款。", "A clause too many.")
    assert shop.found() == [("CLAUSE_UNUSED", "wording.md 5.1", "5.1", "terms.yaml")]


def test_a_clause_without_english_is_found(shop: Shop) -> None:
    shop.wording["1.2"] = (WORDING["1.2"][0], "")
    assert shop.found() == [("CLAUSE_ONE_LANGUAGE", "wording.md 1.2", "—", "en")]


def test_a_clause_that_states_another_number_is_found(shop: Shop) -> None:
    shop.wording["3.1"] = ("每年以 20,000 元为限。", "At most 120,000 yuan a year.")
    assert shop.found() == [("NUMBER_NOT_IN_CLAUSE", "limits[year_limit].amount -> wording.md 3.1 (en)", "—", "20,000")]


def test_a_later_value_that_the_clause_does_not_state_is_found(shop: Shop) -> None:
    shop.product["waiting"]["days"]["values"][date(2027, 1, 1)] = 60
    assert [found[0] for found in shop.found()] == ["NUMBER_NOT_IN_CLAUSE", "NUMBER_NOT_IN_CLAUSE"]


def test_a_cost_that_two_benefits_take_is_found(shop: Shop) -> None:
    shop.product["benefits"][1]["settings"] = ["outpatient", "inpatient"]
    found = shop.found()
    assert [(code, place) for code, place, _, _ in found] == [("OVERLAP", "benefits[inpatient], benefits[outpatient]")]
    assert found[0][2].startswith("inpatient, bed, in")


@pytest.mark.parametrize(
    "narrowed",
    [
        {"icd": ["C"]},
        {"causes": ["accident"]},
        {"since_trigger": {"within": term(30, "days", "1.1")}},
        {"scope": ["out"], "icd": ["C"]},
    ],
)
def test_an_earlier_benefit_narrowed_by_disease_cause_or_time_may_overlap(shop: Shop, narrowed: dict[str, Any]) -> None:
    shop.product["benefits"][0] |= narrowed
    shop.product["benefits"][1]["settings"] = ["outpatient", "inpatient"]
    assert shop.found() == []


def test_two_benefits_for_the_two_scopes_do_not_overlap(shop: Shop) -> None:
    shop.product["benefits"][1]["settings"] = ["inpatient"]
    shop.product["benefits"][0]["scope"], shop.product["benefits"][1]["scope"] = ["in"], ["out"]
    assert shop.found() == []


def test_a_plan_without_any_limit_is_found(shop: Shop) -> None:
    shop.product["limits"][0]["plans"] = ["plus"]
    assert shop.found() == [
        ("LIMIT_WITHOUT_PLAN", "benefits[inpatient]", "standard", "limits"),
        ("LIMIT_WITHOUT_PLAN", "benefits[outpatient]", "standard", "limits"),
    ]


def test_a_waiting_period_of_180_days_is_legal_and_of_181_is_found(shop: Shop) -> None:
    for days, expected in ((180, []), (181, [("WAITING_TOO_LONG", "waiting.days", "181", "<= 180")])):
        shop.product["waiting"]["days"] = term(days, "days", "1.1")
        shop.wording["1.1"] = (f"等待期为 {days} 日。", f"The waiting period is {days} days.")
        assert shop.found() == expected


def test_guaranteed_renewal_makes_a_product_long_term(shop: Shop) -> None:
    shop.product["guaranteed_renewal"] = {"years": term(6, "years", "1.2")}
    shop.wording["1.2"] = ("保证续保 6 年；不保证续保之外。", "Renewal is guaranteed for 6 years.")
    assert shop.found() == [("NOT_LONG_TERM", "long_term", "false", "true")]


def test_long_term_needs_fifteen_days_of_hesitation(shop: Shop) -> None:
    shop.product["long_term"] = True
    assert shop.found() == [("HESITATION_TOO_SHORT", "hesitation_days", "0", ">= 15")]
    shop.wording["1.2"] = ("犹豫期 14 日。", "The hesitation period is 14 days.")
    shop.product["hesitation_days"] = term(14, "days", "1.2")
    assert shop.found() == [("HESITATION_TOO_SHORT", "hesitation_days", "14", ">= 15")]
    shop.wording["1.2"] = ("犹豫期 15 日。", "The hesitation period is 15 days.")
    shop.product["hesitation_days"] = term(15, "days", "1.2")
    assert shop.found() == []


def test_service_cost_above_a_fifth_of_the_net_premium_is_found(shop: Shop) -> None:
    # 70 % x 20 % = 14 %: at 14 % it is legal, at 15 % it is not.
    for percent, expected in (
        (14, []),
        (15, [("SERVICE_COST_TOO_HIGH", "rating.service_cost_share", "15%", "<= 20% × 70% = 14%")]),
    ):
        shop.product["rating"]["service_cost_share"] = term(percent * 100, "basis points", "4.1")
        shop.wording["4.1"] = (f"净保费 70%，服务 {percent}%。", f"70% net, {percent}% for services.")
        assert shop.found() == expected


def test_an_indemnity_product_that_ignores_social_insurance_is_found(shop: Shop) -> None:
    del shop.product["benefits"][0]["ratios"]["unsettled"]
    assert [found[0] for found in shop.found()] == ["SOCIAL_INSURANCE_NOT_DISTINGUISHED"]


def lump_sums(shop: Shop, share: int, together: int | None) -> None:
    shop.product["type"] = "disease"
    shop.product["waiting"] = {"days": term(90, "days", "1.1")}
    shop.product["rating"] = None
    shop.product["benefits"] = [
        {"code": "severe", "name": {"zh": "重度", "en": "Severe"}, "clause": "2.1", "kind": "lump_sum",
         "conditions": ["malignancy_severe"], "share": term(10000, "basis points", "2.1"), "ends_contract": True},
        {"code": "mild", "name": {"zh": "轻度", "en": "Mild"}, "clause": "2.2", "kind": "lump_sum",
         "conditions": ["malignancy_mild"], "share": term(share, "basis points", "2.2")},
    ]  # fmt: skip
    shop.product["limits"] = []
    shop.wording = {
        "1.1": ("等待期 90 日。", "90 days."),
        "1.2": WORDING["1.2"],
        "2.1": ("100%。", "100%."),
        "2.2": (f"{share // 100}%。", f"{share // 100}%."),
    }
    if together is not None:
        shop.product["limits"] = [
            {"code": "mild_total", "clause": "2.3", "name": {"zh": "累计", "en": "Together"}, "benefits": ["mild"],
             "span": "life", "unit": "sum_insured", "amount": term(together, "basis points", "2.3")}
        ]  # fmt: skip
        shop.wording["2.3"] = (f"累计 {together // 100}%。", f"{together // 100}% together.")


def test_mild_diseases_pay_thirty_percent_together(shop: Shop) -> None:
    lump_sums(shop, 3000, 3000)
    assert shop.found() == []
    lump_sums(shop, 3000, None)
    assert shop.found() == [
        ("MILD_TOO_HIGH", "limits (standard)", "—", "<= 30%"),
        ("MILD_TOO_HIGH", "limits (plus)", "—", "<= 30%"),
    ]
    lump_sums(shop, 3000, 4500)
    assert [(code, got) for code, _, got, _ in shop.found()] == [("MILD_TOO_HIGH", "45%"), ("MILD_TOO_HIGH", "45%")]


def test_a_disease_that_two_lump_sums_name_is_found(shop: Shop) -> None:
    lump_sums(shop, 3000, 3000)
    shop.product["benefits"][1]["conditions"] = ["malignancy_mild", "malignancy_severe"]
    assert shop.found() == [("OVERLAP", "benefits[severe], benefits[mild]", "malignancy_severe", "—")]


def test_a_short_term_product_says_that_renewal_is_not_guaranteed(shop: Shop) -> None:
    shop.wording["1.2"] = ("本合同一年。", "The term is one year.")
    assert shop.found() == [("RENEWAL_NOT_STATED", "wording.md", "—", "不保证续保")]


def test_barred_words_in_a_short_term_product_are_found(shop: Shop) -> None:
    shop.wording["1.2"] = ("不保证续保，但可自动续保。", "Renewal is automatic.")
    assert shop.found() == [("BARRED_WORDS", "wording.md 1.2", "自动续保", "—")]


# --- rates -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("barred", ["gene", "habits", "purchase_motive", "family_composition", "occupation"])
def test_a_factor_that_is_not_admitted_is_found(shop: Shop, barred: str) -> None:
    shop.product["rating"]["factors"] = ["age", "plan", barred]
    assert shop.rates is not None
    shop.rates = [{**row, barred: "x"} for row in shop.rates]
    assert [(code, got) for code, _, got, _ in shop.found()] == [("FACTOR_BARRED", barred)]


def test_smoking_is_admitted_where_filed_and_told(shop: Shop) -> None:
    shop.product["rating"]["factors"] = ["age", "plan", "smoker"]
    assert shop.rates is not None
    shop.rates = [{**row, "smoker": "no"} for row in shop.rates]
    assert [(code, got) for code, _, got, _ in shop.found()] == [("FACTOR_TO_LOOK_AT", "smoker")]


def test_rating_factors_without_a_rate_table_are_found(shop: Shop) -> None:
    shop.rates = None
    assert shop.found() == [("RATES_MISSING", "rates.csv", "—", "age_from, age_to, plan")]


def test_a_rate_table_with_another_factor_is_found(shop: Shop) -> None:
    assert shop.rates is not None
    shop.rates = [{**row, "sex": "male"} for row in shop.rates]
    assert [(code, place) for code, place, _, _ in shop.found()] == [("RATES_COLUMNS", "rates.csv line 1")]


@pytest.mark.parametrize(
    ("premium", "want"),
    [("0.00", "an amount above zero"), ("abc", "an amount in yuan"), ("-5.00", "an amount above zero")],
)
def test_a_premium_that_is_none_is_found(shop: Shop, premium: str, want: str) -> None:
    assert shop.rates is not None
    shop.rates[3]["premium"] = premium
    found = shop.found()
    assert found[0] == ("RATES_CELL", "rates.csv line 5, premium", premium, want)
    # The row that cannot be read leaves its ages without a rate.
    assert found[1:] == [("RATES_GAP", "rates.csv (plus)", "17", "60")]


def test_an_age_gap_is_found(shop: Shop) -> None:
    assert shop.rates is not None
    shop.rates[1]["age_from"] = "20"
    assert shop.found() == [("RATES_GAP", "rates.csv (standard) line 3", "20", "18")]


def test_an_age_overlap_is_found(shop: Shop) -> None:
    assert shop.rates is not None
    shop.rates[1]["age_from"] = "17"
    assert shop.found() == [("RATES_OVERLAP", "rates.csv (standard) line 3", "17", "18")]


def test_a_combination_of_factors_without_rates_is_found(shop: Shop) -> None:
    assert shop.rates is not None
    shop.product["rating"]["factors"] = ["age", "plan", "sex"]
    shop.rates = [{**row, "sex": sex} for row in shop.rates for sex in ("male", "female")]
    shop.rates = [row for row in shop.rates if (row["plan"], row["sex"]) != ("plus", "male")]
    assert shop.found() == [("RATES_GAP", "rates.csv (plus, male)", "—", "age_from .. age_to")]


def test_a_plan_that_has_no_rates_is_found(shop: Shop) -> None:
    assert shop.rates is not None
    shop.rates = [row for row in shop.rates if row["plan"] == "standard"]
    assert shop.found() == [("RATES_PLAN", "rates.csv", "standard", "standard, plus")]


# --- the parts -------------------------------------------------------------------------------------------------------


def test_every_number_and_every_clause_of_the_terms_is_walked() -> None:
    terms = Terms.model_validate(PRODUCT)
    assert [place for place, _ in dated_numbers(terms)] == [
        "waiting.days",
        "benefits[inpatient].ratios.settled",
        "benefits[inpatient].ratios.unsettled",
        "benefits[outpatient].ratios.settled",
        "limits[year_limit].amount",
        "rating.net_premium_share",
        "rating.service_cost_share",
    ]
    assert ("limits[year_limit].clause", "3.1") in list(cited_clauses(terms))


def test_numbers_are_written_as_wordings_write_them() -> None:
    assert [written(150_000, "yuan"), written(150_050, "yuan"), written(6250, "basis points"), written(30, "days")] == [
        "1,500",
        "1,500.50",
        "62.5%",
        "30",
    ]


def test_every_rule_has_both_languages_and_a_source() -> None:
    assert len(CHECKS) == 8
    for code, (zh, en, source_zh, source) in RULES.items():
        assert code.isupper() and zh and en and source_zh and source
        assert any("一" <= letter <= "鿿" for letter in zh)
