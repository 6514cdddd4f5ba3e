"""Rows of audit lists as rules: what is read, what stays for a person, and rows that say the same of one drug."""

from __future__ import annotations

import pytest

from hearth.kernel.documents.audit.encode import encode, times_unit, unit_of
from hearth.kernel.documents.audit.forms import FORMS, ListKind, form_for, form_of
from hearth.kernel.documents.audit.rule import AGES, FAMILIES, Family, How, Pick, alternatives, plain, stem
from tests.twins.audit.compare import own

DRUG = form_of(ListKind.DRUG_LIMITS).columns
TREATMENT = form_of(ListKind.TREATMENT_LIMITS).columns


def drug(number: int = 2, **stated: str) -> tuple[int, dict[str, str]]:
    """A row of the list of drugs."""
    return number, {**dict.fromkeys(DRUG, ""), "药品编码": "XT01AAA001A0", "药品名称": "晨露片", **stated}


def treatment(**stated: str) -> tuple[int, dict[str, str]]:
    """A row of the list of treatments."""
    return 2, {**dict.fromkeys(TREATMENT, ""), "诊疗编码": "009901010010000", "诊疗名称": "云图扫描", **stated}


def test_a_row_with_two_restrictions_is_two_rules_of_that_row() -> None:
    made = encode(ListKind.DRUG_LIMITS, "v1", [drug(7, 性别限制="女", 机构限制="二级")])
    assert [(rule.family, rule.rows, rule.version) for rule in made.rules] == [
        (Family.LEVEL, (7,), "v1"),
        (Family.SEX, (7,), "v1"),
    ]
    assert made.rows[0].state == "encoded"


def test_what_a_bill_cannot_show_stays_text_for_a_person() -> None:
    rows = [drug(2, 阶梯限制="二线", 性别限制="女"), drug(3, 阶梯限制="二线"), drug(4), drug(5, 年龄限制="老年")]
    made = encode(ListKind.DRUG_LIMITS, "v1", rows)
    assert [(row.state, row.left) for row in made.rows] == [
        ("partly", ("阶梯限制",)), ("text", ("阶梯限制",)), ("silent", ()), ("text", ("年龄限制",)),
    ]  # fmt: skip
    assert made.count("text") == 2


def test_two_rows_of_one_code_are_alternatives_of_disease_and_one_rule_of_sex() -> None:
    rows = [
        drug(2, 疾病限制="(甲|乙)", 性别限制="女"),
        drug(3, 疾病限制="(丙)", 性别限制="女", 药品名称="晨露片(薄膜衣)"),
    ]
    disease, sex = sorted(encode(ListKind.DRUG_LIMITS, "v1", rows).rules, key=lambda rule: rule.family)
    assert (disease.words, disease.rows) == (("甲", "乙", "丙"), (2, 3))
    assert sex.rows == (2, 3)
    assert Pick(How.NAME, "", "晨露片(薄膜衣)") in sex.items and Pick(How.CODE, "XT01AAA001A0") in sex.items


@pytest.mark.parametrize(
    ("heading", "text", "family", "number", "unit", "period"),
    [
        ("数量限制", "10个1%体表面积", Family.QUANTITY, 10_000, "1%体表面积", ""),
        ("数量限制", "24小时", Family.QUANTITY, 24_000, "小时", ""),
        ("数量限制", "5个", Family.QUANTITY, 5_000, "个", ""),
        ("数量限制", "1百cm2", Family.QUANTITY, 1_000, "百cm2", ""),
        ("频次限制", "2次每月", Family.FREQUENCY, 2_000, "", "month"),
        ("疗程限制", "20天", Family.COURSE, 20, "", ""),
        ("总额限制", "2500元", Family.YEARLY, 250_000, "", "year"),
        ("机构限制", "三级", Family.LEVEL, 3, "", ""),
    ],
)  # fmt: skip
def test_limits_are_read_with_their_units(
    heading: str, text: str, family: Family, number: int, unit: str, period: str
) -> None:
    (rule,) = encode(ListKind.TREATMENT_LIMITS, "v1", [treatment(**{heading: text})]).rules
    assert (rule.family, rule.number, rule.unit, rule.period) == (family, number, unit, period)


@pytest.mark.parametrize("text", ["每日两次", "1次每旬", "约20天", "元", "二级以上"])
def test_a_limit_in_other_words_is_no_rule(text: str) -> None:
    for heading in ("频次限制", "疗程限制", "总额限制", "机构限制"):
        made = encode(ListKind.TREATMENT_LIMITS, "v1", [treatment(**{heading: text})])
        assert made.rules == () and made.rows[0].left == (heading,)


def test_swaps_and_items_to_look_at_are_for_a_person_and_one_code_for_two_things_too() -> None:
    by_kind = {one.kind: one for one in own().encoded}
    assert by_kind[ListKind.SWAPS].rules == () and by_kind[ListKind.SWAPS].count("text") == 1
    assert [row.state for row in by_kind[ListKind.PHANTOMS].rows] == ["encoded", "text", "partly"]
    assert [row.state for row in by_kind[ListKind.SPLITS].rows] == ["encoded", "encoded", "text"]


def test_a_word_for_a_material_is_read_together_with_other_rows_that_have_it() -> None:
    rows = [
        (n, dict(zip(form_of(ListKind.NEEDED).columns, ("C", names, f"({code})", "", "", ""), strict=True)))
        for n, names, code in ((2, "关节|膝关节", "001"), (3, "关节|髋关节", "002"))
    ]
    rules = encode(ListKind.NEEDED, "v1", rows).rules
    assert [(rule.items[0].name, rule.rows) for rule in rules] == [("关节", (2, 3)), ("膝关节", (2,)), ("髋关节", (3,))]
    assert {pick.code for pick in rules[0].others} == {"001", "002"}


@pytest.mark.parametrize(
    ("code", "begins"),
    [
        ("003310020040000", "00331002004"),  # an item: every kind of it
        ("003310020040100", "003310020040100"),  # one kind
        ("002101020000000", "00210102"),  # a heading: every item below it
        ("002103000000000", "002103"),
        ("00210101001", "00210101001"),
    ],
)
def test_the_stem_of_a_code(code: str, begins: str) -> None:
    assert stem(code) == begins


def test_names_units_and_alternatives_in_all_their_spellings() -> None:
    assert plain("Ｘ线 （ＣＴ）") == "x线(ct)"
    assert {unit_of(each) for each in ("小时", "/小时", "每小时", "元/小时", "元/每小时")} == {"小时"}
    assert [times_unit(each) for each in ("次", "/次", "", "人次", "照射野")] == [True, True, True, True, False]
    assert (
        alternatives("(a|b|a)") == ("a", "b")
        and alternatives("(a)(b)") == ("(a)(b)",)
        and alternatives("拆线（大）") == ("拆线（大）",)
    )


def test_every_form_has_its_own_headings_but_drugs_and_materials() -> None:
    for form in FORMS:
        first = "C0201" if form.kind is ListKind.MATERIAL_CLASSES else "X"
        assert form_for(form.columns, first) is form
    assert form_for(("a", "b")) is None


def test_every_family_and_age_has_words_in_both_languages() -> None:
    assert set(FAMILIES) == set(Family)
    assert all(zh and en for zh, en in FAMILIES.values())
    assert all(span.zh and span.en and span.least_years < span.below_years for span in AGES.values())
