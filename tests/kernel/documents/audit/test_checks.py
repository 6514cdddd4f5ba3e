"""Findings that an assessor can follow by eye: what was billed, what the list says, who was not looked at."""

from __future__ import annotations

from datetime import date

import pytest

from hearth.kernel.documents.audit.bill import Bill, Line, columns_of
from hearth.kernel.documents.audit.checks import audit
from hearth.kernel.documents.audit.finding import SAYS, Finding, told
from hearth.kernel.documents.audit.rule import FAMILIES, Family
from tests.twins.audit.compare import Loaded, own

MONDAY = (date(2026, 3, 2) - date(1970, 1, 1)).days


@pytest.fixture(scope="module")
def lists() -> Loaded:
    """Our own small lists."""
    return own()


def found(lists: Loaded, *bills: Bill) -> tuple[Finding, ...]:
    """What is found in bills."""
    columns = columns_of(bills)
    return told(audit(lists.book, columns, lists.names), lists.book, columns)


def test_a_drug_for_women_on_a_mans_bill_names_list_version_and_row(lists: Loaded) -> None:
    line = Line("晨露片", 3_000, code="XT01AAA001A0001", day=MONDAY)
    (one,) = found(lists, Bill((line,), sex="male"))
    assert (one.family, one.rows, one.lines, one.against) == (Family.SEX, (2,), (0,), ())
    assert one.source("zh") == "药品限制（own-1）第 2 行" and one.source("en") == "limits of drugs (own-1), row 2"
    assert (one.found("zh"), one.rule("zh")) == ("患者为男性。", "限女性。")
    assert one.rule("en") == "For female patients alone."


def test_the_twelve_month_old_frequency_is_told_with_its_numbers(lists: Loaded) -> None:
    lines = [Line("月评估", 100, code="009901010040000", day=MONDAY + n, unit="次") for n in range(3)]
    (one,) = found(lists, Bill(tuple(lines)))
    assert (one.found_en, one.rule_en) == ("Billed 3 times in one month.", "At most 2 times a month.")
    assert (one.got, one.lines) == (3_000, (0, 1, 2))


def test_a_surcharge_without_its_operation_and_one_too_many(lists: Loaded) -> None:
    extra = Line("正身术(双侧加收)", 100, code="009906010010001", day=MONDAY)
    main = Line("正身术", 100, code="009906010010000", day=MONDAY)
    assert [one.family for one in found(lists, Bill((extra,)))] == [Family.SURCHARGE_ALONE]
    assert found(lists, Bill((extra, main))) == ()
    (one,) = found(lists, Bill((extra, extra, main)))
    assert (one.family, one.found_zh) == (Family.SURCHARGE_TIMES, "加收 2 次，主项：正身术。")


def test_the_dearest_operation_is_the_main_one(lists: Loaded) -> None:
    left = Line("左叶切除", 500_00, code="009909010010000", price=500_00, day=MONDAY)
    right = Line("右叶切除", 300_00, code="009909010020000", price=300_00, day=MONDAY)
    (one,) = found(lists, Bill((right, left)))
    assert (one.family, one.item, one.lines, one.against) == (Family.RANK, "右叶切除", (0,), (1,))
    assert "100%" in one.found_zh and "50%" in one.rule_zh


def test_a_diagnosis_counts_by_what_the_loaded_list_calls_its_code(lists: Loaded) -> None:
    line = Line("山岚胶囊", 100, code="XT01AAA006A0", day=MONDAY)
    assert found(lists, Bill((line,), diagnoses=(("Z88.1", ""),))) == ()
    assert found(lists, Bill((line,), diagnoses=(("Z89.1", "霜指"), ("Z88.2", "")))) == ()
    (one,) = found(lists, Bill((line,), diagnoses=(("Z89.1", "霜指"),)))
    assert one.family is Family.DISEASE and one.rows == (7, 8)
    assert one.found_zh == "诊断为：Z89.1 霜指。" and one.rule_zh == "限下列疾病：假热病、虚寒症、假热病乙型。"


def test_a_category_is_known_by_the_classes_of_diseases(lists: Loaded) -> None:
    line = Line("热疗", 100, code="009901010060000", day=MONDAY)
    assert found(lists, Bill((line,), diagnoses=(("Z86.4", ""),), department="康复科")) == ()


def test_what_is_not_known_is_said_and_accuses_nobody(lists: Loaded) -> None:
    codes = ("XT01AAA001A0", "XT01AAA002A0", "XT01AAA004A0", "XT01AAA006A0", "XT01AAA008A0", "009901010010000")
    columns = columns_of([Bill(tuple(Line("x", 100, code=code, unit="片") for code in codes))])
    result = audit(lists.book, columns, lists.names)
    assert result.found.height == 0
    open_ = {(row["family"], row["fact"]) for row in result.unchecked.iter_rows(named=True)}
    assert open_ == {
        ("sex", "sex"), ("age", "born"), ("level", "level"), ("setting", "setting"), ("course", "day"),
        ("disease", "diagnoses"), ("department", "department"), ("quantity", "unit"), ("frequency", "day"),
    }  # fmt: skip


def test_an_empty_bill_and_a_bill_of_unknown_items_show_nothing(lists: Loaded) -> None:
    assert found(lists, Bill(())) == ()
    assert found(lists, Bill((Line("不在任何清单的项目", 100, day=MONDAY),), sex="male")) == ()


def test_what_was_taken_back_the_same_day_was_not_given(lists: Loaded) -> None:
    whole = Line("全套化验", 100, code="339904010010000", day=MONDAY)
    part = Line("甲项", 100, code="009904010010000", day=MONDAY)
    back = Line("甲项", -100, code="009904010010000", quantity=-1_000, day=MONDAY)
    (one,) = found(lists, Bill((whole, part)))
    assert one.rule_zh == "组合项目已包含该项，不得同日另计。" and one.against == (0,)
    assert found(lists, Bill((whole, part, back))) == ()


def test_a_material_belongs_to_the_longest_word_of_the_list(lists: Loaded) -> None:
    thin = Line("一次性细管", 100, code="C0000000001", day=MONDAY)
    wide = Line("通路术", 100, day=MONDAY)
    (one,) = found(lists, Bill((thin, wide)))
    assert one.rows == (3,) and one.rule_zh == "须与下列项目之一同时发生：细通路术、导入术。"


def test_two_visits_of_one_person_count_together_and_of_two_people_apart(lists: Loaded) -> None:
    visits = [
        Bill((Line("晨练指导", 100, code="009901010030000"),), person=who, start=MONDAY + day, setting="outpatient")
        for who, day in (("a", 0), ("b", 1), ("a", 6), ("b", 7))
    ]
    (one,) = found(lists, *visits)
    assert one.lines == (0, 2), "Monday and Sunday of one week"


def test_every_family_has_sentences_that_fill(lists: Loaded) -> None:
    from tests.twins.audit.planting import plant

    assert set(SAYS) == set(FAMILIES)
    columns = plant(lists.clerk, 3).columns()
    every = told(audit(lists.book, columns, lists.names), lists.book, columns)
    assert {one.family for one in every} == set(FAMILIES)
    for one in every:
        for text in (one.found_zh, one.found_en, one.rule_zh, one.rule_en):
            assert text and "{" not in text and "None" not in text, (one.family, text)
