"""Finding: a rule of products, what broke it, and what was proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from hearth.kernel.product.terms import Bilingual

SHORT_TERM = ("《关于规范短期健康保险业务有关问题的通知》（2021 年第 7 号）", "Short-term health notice (2021 No. 7)")
HOUSE = ("产品数据规则", "products as data")


def _regulation(articles: str) -> tuple[str, str]:
    return f"《健康保险管理办法》第 {articles} 条", f"Health Insurance Regulation (Order 2019 No. 3) art. {articles}"


RULES: dict[str, tuple[str, str, str, str]] = {
    # code: (Chinese, English, source in Chinese, source in English)
    "VALUE_MISSING": (
        "每个数字在开售日都有取值",
        "every number has a value on the day sales begin",
        *HOUSE,
    ),
    "CLAUSE_MISSING": ("所引条款在条款文本中存在", "every clause that is cited is in the wording", *HOUSE),
    "CLAUSE_UNUSED": (
        "每一条款都被引用，或列为说明性条款",
        "every clause of the wording is used or listed as informative",
        *HOUSE,
    ),
    "CLAUSE_ONE_LANGUAGE": ("条款有中英文两种文本", "a clause has a text in both languages", *HOUSE),
    "NUMBER_NOT_IN_CLAUSE": (
        "条款文本写明其数字",
        "the clause that a number cites states that number",
        *HOUSE,
    ),
    "OVERLAP": (
        "同一项费用不属于两项责任，除非前一项以疾病、原因或时间限定",
        "no cost belongs to two benefits unless the earlier one is narrowed by disease, cause or time",
        *HOUSE,
    ),
    "LIMIT_WITHOUT_PLAN": (
        "每个计划下的费用补偿责任都有限额",
        "under every plan each indemnity benefit has a limit in yuan",
        *HOUSE,
    ),
    "WAITING_TOO_LONG": ("等待期不超过 180 日", "the waiting period is at most 180 days", *_regulation("27")),
    "NOT_LONG_TERM": (
        "保证续保的产品属于长期健康保险",
        "a product with guaranteed renewal is long-term",
        *_regulation("4"),
    ),
    "HESITATION_TOO_SHORT": (
        "长期健康保险犹豫期不少于 15 日",
        "long-term health insurance has a hesitation period of at least 15 days",
        *_regulation("15"),
    ),
    "SERVICE_COST_TOO_HIGH": (
        "健康管理服务成本不超过净保险费的 20%",
        "health services cost at most 20% of the net premium",
        *_regulation("57"),
    ),
    "MILD_TOO_HIGH": (
        "规范所列轻度疾病累计给付不超过重度疾病的 30%",
        "the mild diseases of the standard pay at most 30% of a severe one, together",
        "《重大疾病保险的疾病定义使用规范（2020 年修订版）》",
        "Standard of Definitions for Critical Illness Insurance (2020)",
    ),
    "SOCIAL_INSURANCE_NOT_DISTINGUISHED": (
        "费用补偿型产品在条款、费率或给付上区分是否有医保",
        "an indemnity product distinguishes social insurance in terms, rate or payment",
        *_regulation("24"),
    ),
    "RENEWAL_NOT_STATED": (
        "非保证续保的短期产品须写明“不保证续保”",
        "a short-term product without guaranteed renewal says 不保证续保",
        *SHORT_TERM,
    ),
    "BARRED_WORDS": (
        "短期产品不得使用“自动续保”“承诺续保”“终身限额”",
        "a short-term product does not say 自动续保, 承诺续保 or 终身限额",
        *SHORT_TERM,
    ),
    "FACTOR_BARRED": (
        "定价因子只能是备案允许的因子；基因、习惯、购买动机、家庭构成不得使用",
        "a price depends on admitted factors only, never on genes, habits, motives or family composition",
        *_regulation("16, 17, 35, 38"),
    ),
    "FACTOR_TO_LOOK_AT": (
        "该因子只有列入备案费率表才可使用",
        "this factor may be used only where the filed rate table has it",
        *_regulation("16, 35"),
    ),
    "RATES_MISSING": ("有费率条款的产品有费率表", "a product with rating factors has a rate table", *HOUSE),
    "RATES_COLUMNS": ("费率表的列与定价因子一致", "the columns of the rate table are the rating factors", *HOUSE),
    "RATES_CELL": ("费率表的单元格可读且为正", "cells of the rate table can be read and are positive", *HOUSE),
    "RATES_GAP": (
        "每种因子组合的年龄段没有空缺",
        "age bands have no gap, in any combination of factors",
        *HOUSE,
    ),
    "RATES_OVERLAP": ("年龄段不重叠", "age bands do not overlap", *HOUSE),
    "RATES_PLAN": ("费率表的计划与条款一致", "plans of the rate table are those of the terms", *HOUSE),
    "NOT_MONOTONE": (
        "保障范围内的费用增加，给付合计不减少",
        "a larger covered bill never pays less, all bills of the year together",
        *HOUSE,
    ),
    "ABOVE_THE_LOSS": (
        "给付不超过被保险人尚未得到补偿的损失",
        "what is paid is never above the loss still on the person",
        *_regulation("5"),
    ),
}
"""Every rule: its words in both languages and where it comes from."""


class ClauseWords(NamedTuple):
    """A clause of the wording: title and text in both languages."""

    title_zh: str
    title_en: str
    text_zh: str
    text_en: str


@dataclass(frozen=True)
class ProductFinding:
    """A rule that the data of a product break (error), or that a person should look at (note)."""

    product: str
    code: str
    place: str
    got: str
    want: str
    grave: bool = True

    def sentence(self, lang: str) -> str:
        """The finding in one sentence, `lang` being "zh" or "en"."""
        zh, en, source_zh, source = RULES[self.code]
        if lang.startswith("zh"):
            return f"{self.product}：{self.place}：{zh}（{source_zh}）；现为 {self.got}，应为 {self.want}。"
        return f"{self.product}: {self.place}: {en} ({source}); got {self.got}, want {self.want}."


@dataclass(frozen=True)
class Proof:
    """What was shown of a product, and how: from its structure, or by a search that found nothing against it."""

    code: str
    how: Literal["structure", "search"]
    says: Bilingual


@dataclass(frozen=True)
class ProductReport:
    """All that the check of one product gave."""

    product: str
    findings: tuple[ProductFinding, ...]
    proofs: tuple[Proof, ...]

    @property
    def is_sound(self) -> bool:
        """Whether no rule is broken; notes do not count."""
        return not any(finding.grave for finding in self.findings)
