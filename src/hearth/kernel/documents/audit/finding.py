"""Finding: what was found in a bill and what the list says of it, in both languages; for a person, who decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from hearth.kernel.documents.audit.bill import Bills
from hearth.kernel.documents.audit.checks import Audit
from hearth.kernel.documents.audit.forms import ListKind, form_of
from hearth.kernel.documents.audit.match import RuleBook
from hearth.kernel.documents.audit.rule import AGES, FAMILIES, LEVELS, THOUSAND, Family, How, Rule
from hearth.words.money import yuan


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule found: list, version and rows; the lines in question and those they are set against.

    `lines` and `against` are numbers as bill.LINES has them; `got` is in the rule's unit.
    """

    family: Family
    kind: ListKind
    version: str
    rows: tuple[int, ...]
    bill: int
    lines: tuple[int, ...]
    against: tuple[int, ...]
    item: str
    got: int | None
    found_zh: str
    found_en: str
    rule_zh: str
    rule_en: str

    def found(self, lang: str) -> str:
        """What was found, in "zh" or "en"."""
        return self.found_zh if lang.startswith("zh") else self.found_en

    def rule(self, lang: str) -> str:
        """What the list says, in "zh" or "en"."""
        return self.rule_zh if lang.startswith("zh") else self.rule_en

    def source(self, lang: str) -> str:
        """The list, its version and rows, in "zh" or "en"."""
        form = form_of(self.kind)
        rows = "、".join(map(str, self.rows)) if lang.startswith("zh") else ", ".join(map(str, self.rows))
        if lang.startswith("zh"):
            return f"{form.zh}（{self.version}）第 {rows} 行"
        return f"{form.en} ({self.version}), row {rows}"


SAYS: dict[Family, tuple[str, str, str, str]] = {
    # what was found, what the list says: each in Chinese and English
    Family.SCHEME: (
        "本次按“{bill_zh}”结算。", "The bill was settled under {bill_en}.",
        "限{word_zh}保险支付。", "Paid by {word_en} insurance alone.",
    ),
    Family.LEVEL: (
        "医院等级为{got_level_zh}。", "The hospital is {got_level_en}.",
        "限{level_zh}及以上医疗机构。", "For hospitals of level {number} and above.",
    ),
    Family.SETTING: (
        "就医方式为{bill_zh}。", "The treatment was {bill_en}.",
        "限{word_zh}使用。", "For {word_en} treatment alone.",
    ),
    Family.DEPARTMENT: (
        "科室为“{bill_zh}”。", "The department is {bill_zh}.",
        "限下列专科：{words}。", "For departments named {words}.",
    ),
    Family.SEX: (
        "患者为{bill_zh}。", "The patient is {bill_en}.",
        "限{word_zh}。", "For {word_en} patients alone.",
    ),
    Family.AGE: (
        "患者当日 {got} 周岁。", "The patient was {got} years old on the day.",
        "限{word}（{age_zh}）。", "For patients {age_en} ({word}).",
    ),
    Family.DISEASE: (
        "诊断为：{diagnoses}。", "The diagnoses are: {diagnoses}.",
        "限下列疾病：{words}。", "For diseases named {words}.",
    ),
    Family.QUANTITY: (
        "一次计 {got_units}{unit}。", "{got_units} {unit} were billed at once.",
        "每次不超过 {units}{unit}。", "At most {units} {unit} at once.",
    ),
    Family.FREQUENCY: (
        "{period_zh}内计 {got_units} 次。", "Billed {got_units} times in one {period_en}.",
        "每{period_zh}不超过 {units} 次。", "At most {units} times a {period_en}.",
    ),
    Family.COURSE: (
        "共使用 {got} 天。", "Given on {got} days.",
        "每疗程不超过 {number} 天。", "At most {number} days a course.",
    ),
    Family.YEARLY: (
        "一年内公共基金支付 {got_yuan} 元。", "Public funds paid {got_yuan} yuan in one year.",
        "每年不超过 {yuan} 元。", "At most {yuan} yuan a year.",
    ),
    Family.DUPLICATE: (
        "同日另计“{others}”。", "Billed on the same day as {others}.",
        "两项不得同日重复收费。", "The two are not billed on one day.",
    ),
    Family.PANEL: (
        "同日另计组合项目“{others}”。", "Billed on the same day as the panel {others}.",
        "组合项目已包含该项，不得同日另计。", "The panel holds this test; it is not billed beside it.",
    ),
    Family.SPLIT: (
        "同日另计“{others}”。", "Billed on the same day as {others}.",
        "“{others}”已包含该项，不得分解另计。", "{others} holds this part; it is not billed apart.",
    ),
    Family.SURCHARGE_ALONE: (
        "加收项目无相应主项。", "A surcharge without its main item.",
        "加收须与主项同时发生。", "A surcharge goes with its main item.",
    ),
    Family.SURCHARGE_TIMES: (
        "加收 {got_units} 次，主项：{others}。", "{got_units} surcharges to {others}.",
        "每次主项加收不超过 {units} 次。", "At most {units} a main item.",
    ),
    Family.NEEDED: (
        "清单中没有相关联的项目。", "The bill shows nothing that this goes with.",
        "须与下列项目之一同时发生：{with_it}。", "Goes with one of: {with_it}.",
    ),
    Family.RANK: (
        "同日同组手术“{others}”，本项按 {got_percent} 计价。",
        "With {others} of the same group on one day, billed at {got_percent}.",
        "同组次要手术按 {percent} 计价。", "Secondary operations of a group are billed at {percent}.",
    ),
    Family.PHANTOM: (
        "计 {got_units}。", "{got_units} were billed.",
        "超过 {units} 须核实。", "More than {units} is to be verified.",
    ),
}  # fmt: skip
"""What is told of each family."""

_CODES = {
    "male": ("男性", "male"), "female": ("女性", "female"), "inpatient": ("住院", "inpatient"),
    "outpatient": ("门诊", "outpatient"), "work_injury": ("工伤", "work-injury"), "maternity": ("生育", "maternity"),
    "employee": ("职工医保", "employees' social insurance"), "resident": ("居民医保", "residents' social insurance"),
}  # fmt: skip
_PERIODS = {"day": ("日", "day"), "week": ("周", "week"), "month": ("月", "month"), "year": ("年", "year")}
_BILL = {Family.SCHEME: "scheme", Family.SETTING: "setting", Family.SEX: "sex", Family.DEPARTMENT: "department"}
_LEVEL_WORDS = {number: word for word, number in LEVELS.items()} | {0: "未定级"}
MOST_NAMED = 5
"""So many names are told; the rest are counted."""


def told(audit: Audit, book: RuleBook, bills: Bills) -> tuple[Finding, ...]:
    """What was found, each with its sentences.

    Needs:   an audit of these bills by this book
    Gives:   findings by bill, in the order of the families and of the lines
    Source:  SAYS; DESIGN 1.6: a finding is for a person
    """
    lines = {row["line"]: row["name"] for row in bills.lines.select("line", "name").iter_rows(named=True)}
    heads = {row["bill"]: row for row in bills.bills.iter_rows(named=True)}
    diagnoses: dict[int, list[str]] = {}
    for row in bills.diagnoses.iter_rows(named=True):
        diagnoses.setdefault(row["bill"], []).append(" ".join(filter(None, (row["code"], row["name"]))))
    order = list(FAMILIES)
    found = [
        _finding(book.rules[row["rule"]], row, lines, heads[row["bill"]], diagnoses.get(row["bill"], []))
        for row in audit.found.iter_rows(named=True)
    ]
    return tuple(sorted(found, key=lambda one: (one.bill, order.index(one.family), one.lines)))


def _finding(
    rule: Rule, row: Mapping[str, object], lines: Mapping[int, str], head: Mapping[str, object], said: list[str]
) -> Finding:
    numbers, first, got = row["lines"], row["first"], row["got"]
    assert isinstance(numbers, list) and isinstance(first, int)
    assert got is None or isinstance(got, int)
    own, against = tuple(numbers[:first]), tuple(numbers[first:])
    values = _values(rule, got, [lines[number] for number in against], head, said)
    texts = [text.format(**values) for text in SAYS[rule.family]]
    bill = row["bill"]
    assert isinstance(bill, int)
    return Finding(rule.family, rule.kind, rule.version, rule.rows, bill, own, against, lines[own[0]], got, *texts)


def _values(
    rule: Rule, got: int | None, others: list[str], head: Mapping[str, object], said: list[str]
) -> dict[str, str]:
    word = rule.words[0] if rule.words else ""
    bill = str(head[_BILL[rule.family]]) if rule.family in _BILL else ""
    named = [pick.name for pick in rule.others if pick.how is How.HOLDS]
    values = {
        "got": str(got), "number": str(rule.number), "unit": rule.unit, "word": word,
        "words": _some(rule.words), "others": _some(others), "diagnoses": _some(said),
        "with_it": _some(named or [pick.code for pick in rule.others]),
        "bill_zh": _CODES.get(bill, (bill, bill))[0], "bill_en": _CODES.get(bill, (bill, bill))[1],
        "word_zh": _CODES.get(word, (word, word))[0], "word_en": _CODES.get(word, (word, word))[1],
        "units": _units(rule.number), "got_units": _units(got or 0), "yuan": yuan(rule.number),
        "got_yuan": yuan(got or 0), "percent": f"{rule.number / 100:g}%", "got_percent": f"{(got or 0) / 100:g}%",
    }  # fmt: skip
    if rule.family is Family.AGE:
        values |= {"age_zh": AGES[word].zh, "age_en": AGES[word].en}
    if rule.family is Family.LEVEL:
        values |= {"level_zh": _LEVEL_WORDS[rule.number], "got_level_zh": _LEVEL_WORDS.get(got or 0, str(got))}
        values["got_level_en"] = f"of level {got}" if got else "not graded"
    if rule.period:
        values |= dict(zip(("period_zh", "period_en"), _PERIODS[rule.period], strict=True))
    return values


def _units(thousandths: int) -> str:
    return f"{thousandths / THOUSAND:g}"


def _some(names: list[str] | tuple[str, ...]) -> str:
    every = list(dict.fromkeys(name for name in names if name))
    return "、".join(every[:MOST_NAMED]) + (f" (+{len(every) - MOST_NAMED})" if len(every) > MOST_NAMED else "")


def rows_of(audit: Audit, book: RuleBook) -> pl.DataFrame:
    """What was found as a table: family, list, version and rows beside bill and lines.

    Needs:   an audit by this book
    Gives:   one row a finding
    Source:  FOUND, Rule
    """
    rules = pl.DataFrame(
        [(n, rule.family.value, rule.kind.value, rule.version, list(rule.rows)) for n, rule in enumerate(book.rules)],
        schema={
            "rule": pl.Int32(), "family": pl.String(), "kind": pl.String(), "version": pl.String(),
            "rows": pl.List(pl.Int32()),
        },
        orient="row",
    )  # fmt: skip
    return audit.found.join(rules, on="rule", how="left")
