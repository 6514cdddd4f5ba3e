"""Listing: what a bundle leaves open and what was assumed instead, in both languages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from hearth.words.faults import Fault
from hearth.words.money import yuan

PREMISES: dict[str, tuple[str, str]] = {
    "CURRENCY_AS_PRODUCT": (
        "账单币种为 {currency}，未经换算，直接按 {ours} 数字计算。",
        "The figures are in {currency}; they are taken as {ours} as they stand, with no exchange rate.",
    ),
    "SYNTHETIC_POLICY": (
        "资料包中没有本产品的保单。为每位患者（共 {patients} 人）假设一份 {product}（{version}，方案 {plan}）保单："
        "以日历年为保单年度，{first} 起至 {last} 前连续有效，等待期已过。",
        "The bundle holds no policy of this product. For each patient ({patients} in all) a policy of {product} "
        "({version}, plan {plan}) is assumed: contract years are calendar years, in force without a gap from {first} "
        "until before {last}, the waiting period over.",
    ),
    "TERMS_EARLIER": (
        "条款 {version} 的数值自 {day} 起才有；更早的保单年度一律采用该日的数值。",
        "The values of terms {version} begin on {day}; earlier contract years take the values of that day.",
    ),
    "NO_SOCIAL_INSURANCE": (
        "资料包中没有医保结算：按无医保身份投保、未经医保结算处理。",
        "The bundle shows no settlement through social insurance: the policy is taken as bought without it.",
    ),
    "HOSPITAL_UNKNOWN": (
        "资料包未说明医院等级、性质与病房：一律视为约定范围内的医院，医院范围未经核对。",
        "The bundle does not say the hospitals' grade, ownership or ward: all are taken as ones the product accepts; "
        "that gate is not tested.",
    ),
    "PAPERS_UNKNOWN": ("理赔材料视为齐全。", "The papers are taken as complete."),
    "SUM_INSURED_UNKNOWN": (
        "资料包未说明基本保额：以基本保额为基础的给付按 0.00 计算。",
        "The bundle does not say a sum insured: what is reckoned from it counts as 0.00.",
    ),
    "PAYMENTS_NOT_USED": (
        "资料包中另有 {count} 份既往赔付说明（ExplanationOfBenefit），其中付款合计 {amount}；未作为其他渠道赔付计算。",
        "The bundle also holds {count} ExplanationOfBenefit resources that pay {amount} in all; "
        "they are not counted as payments of others.",
    ),
}
"""Premises of a run: id -> (zh, en)."""

LISTED: dict[str, tuple[str, str]] = {
    "CATEGORY_UNMAPPED": (
        "编码 {code}（{display}，{system}）没有对应的费用类别，归入“其他费用”，需人工认定。",
        "Code {code} ({display}, {system}) has no category of ours; it counts as `other` until a person says.",
    ),
    "CATEGORY_CONFLICT": (
        "同一项目的编码对应不同费用类别（{categories}），归入“其他费用”，需人工认定。",
        "The codes of one item stand for different categories ({categories}): `other` until a person says.",
    ),
    "ITEM_WITHOUT_AMOUNT": (
        "项目没有金额（net），也没有单价：未计费。",
        "The item has no net and no unit price: it is not billed.",
    ),
    "AMOUNT_FROM_UNIT_PRICE": (
        "项目没有金额（net），按 单价 × 数量 × 系数 计算：{formula}。",
        "The item has no net; it is reckoned as unit price × quantity × factor: {formula}.",
    ),
    "NET_DIFFERS": (
        "项目金额 {net} 与 {formula} 不符；采用项目金额。",
        "The net {net} is not {formula}; the net is used.",
    ),
    "ROUNDED": (
        "金额 {value} 多于两位小数，四舍五入为 {rounded}。",
        "The amount {value} has more than two decimals; rounded half up to {rounded}.",
    ),
    "TOTAL_DIFFERS": (
        "Claim.total 为 {total}，各项合计为 {sum}。",
        "Claim.total is {total}, the items sum to {sum}.",
    ),
    "CURRENCY_NOT_STATED": ("金额未注明币种。", "The amount names no currency."),
    "DIAGNOSIS_UNMAPPED": (
        "诊断编码 {code}（{display}，{system}）不是 ICD-10，未用于责任免除与病种限定。",
        "Diagnosis {code} ({display}, {system}) is not ICD-10; it is not used for exclusions or limits by illness.",
    ),
    "DIAGNOSIS_NOT_USED": (
        "另有诊断 {code}；仅采用主要诊断 {used}。",
        "Diagnosis {code} stands beside the first one, {used}, which alone is used.",
    ),
    "NO_ICD": (
        "没有 ICD-10 诊断：按病种的责任免除未经核对。",
        "There is no ICD-10 diagnosis: exclusions by illness are not tested.",
    ),
    "REFERENCE_ELSEWHERE": (
        "引用 {reference} 不在资料包中。",
        "The reference {reference} is not in the bundle.",
    ),
    "CLASS_UNMAPPED": (
        "就诊类型 {code}（{system}）没有对应；改按 Claim.type 与日期判断。",
        "Encounter class {code} ({system}) is not mapped; Claim.type and the days decide.",
    ),
    "TYPE_UNMAPPED": (
        "Claim.type {code}（{system}）没有对应；按门诊处理，除非就诊类型说明为住院。",
        "Claim.type {code} ({system}) is not mapped; taken as a visit unless the encounter says a stay.",
    ),
    "QUANTITY_NOT_WHOLE": (
        "数量 {quantity} 不是 1 至 100000 的整数；单项限额按 1 计。",
        "The quantity {quantity} is no whole number from 1 to 100,000; caps by day or piece count it as 1.",
    ),
    "OUTSIDE_PERIOD": (
        "服务日 {day} 不在账单期间 {first} 至 {last} 内。",
        "The day of service {day} lies outside the billable period {first} to {last}.",
    ),
    "LEFT_OUT": (
        "{field} 为 {value}：不是待审核的赔案，未处理。",
        "{field} is {value}: not a claim to be decided; left out.",
    ),
}
"""What could not be mapped, by id -> (zh, en)."""

OPEN = {"CATEGORY_UNMAPPED", "CATEGORY_CONFLICT", "CURRENCY_NOT_STATED", "TOTAL_DIFFERS"}
"""Entries that leave a claim open for a person even where the arithmetic is complete: a code refuses nobody."""


class OtherCurrency(Fault):
    """The bundle is in another currency than the product."""

    code, status = "OTHER_CURRENCY", 422
    says = (
        "{file}: {place}: the amount is in {currency}, the product is in {ours}; "
        "with --currency-as-product the figures are taken as {ours} as they stand."
    )
    says_zh = (
        "{file}：{place}：金额币种为 {currency}，产品币种为 {ours}；"
        "如需按 {ours} 数字直接计算，请加 --currency-as-product。"
    )


@dataclass(frozen=True)
class Listed:
    """One thing that the bundle leaves open: where it stands, and the amount it is about (fen)."""

    id: str
    place: str
    claim: str | None = None
    item: int | None = None
    amount: int | None = None
    data: dict[str, Any] = field(default_factory=dict)

    def says(self, lang: str) -> str:
        """In words, "zh" or "en"."""
        return LISTED[self.id][0 if lang.startswith("zh") else 1].format(**self.data)


@dataclass(frozen=True)
class Premise:
    """Something assumed for the whole run."""

    id: str
    data: dict[str, Any] = field(default_factory=dict)

    def says(self, lang: str) -> str:
        """In words, "zh" or "en"."""
        zh = lang.startswith("zh")
        chosen = {k: v["zh" if zh else "en"] if isinstance(v, dict) else v for k, v in self.data.items()}
        return PREMISES[self.id][0 if zh else 1].format(**chosen)


@dataclass(frozen=True)
class Tally:
    """Entries of one kind (and, of codes, one code) counted."""

    id: str
    text: str
    count: int
    amount: int | None
    first_place: str


_GROUPED_BY = {
    "CATEGORY_UNMAPPED": ("system", "code"),
    "DIAGNOSIS_UNMAPPED": ("system", "code"),
    "CLASS_UNMAPPED": ("system", "code"),
    "TYPE_UNMAPPED": ("system", "code"),
    "LEFT_OUT": ("field", "value"),
}

_SUMMARY: dict[str, tuple[str, str]] = {
    "CATEGORY_UNMAPPED": ("无对应费用类别：{code} {display}（{system}）", "no category: {code} {display} ({system})"),
    "CATEGORY_CONFLICT": ("编码对应不同费用类别", "codes stand for different categories"),
    "ITEM_WITHOUT_AMOUNT": ("项目没有金额，未计费", "items without an amount, not billed"),
    "AMOUNT_FROM_UNIT_PRICE": ("金额按单价 × 数量计算", "amounts reckoned from unit price × quantity"),
    "NET_DIFFERS": ("项目金额与单价 × 数量不符", "nets that are not unit price × quantity"),
    "ROUNDED": ("多于两位小数，四舍五入到分", "more than two decimals, rounded half up to the fen"),
    "TOTAL_DIFFERS": ("Claim.total 与各项合计不符", "claims whose total is not the sum of their items"),
    "CURRENCY_NOT_STATED": ("金额未注明币种", "amounts without a currency"),
    "DIAGNOSIS_UNMAPPED": ("诊断不是 ICD-10：{code} {display}（{system}）", "not ICD-10: {code} {display} ({system})"),
    "DIAGNOSIS_NOT_USED": ("另有诊断未采用", "further diagnoses, not used"),
    "NO_ICD": ("没有 ICD-10 诊断的赔案", "claims without an ICD-10 diagnosis"),
    "REFERENCE_ELSEWHERE": ("引用不在资料包中", "references to what is not in the bundle"),
    "CLASS_UNMAPPED": ("就诊类型没有对应：{code}（{system}）", "encounter class not mapped: {code} ({system})"),
    "TYPE_UNMAPPED": ("Claim.type 没有对应：{code}（{system}）", "Claim.type not mapped: {code} ({system})"),
    "QUANTITY_NOT_WHOLE": ("数量不是整数", "quantities that are not whole"),
    "OUTSIDE_PERIOD": ("服务日不在账单期间内", "days of service outside the billable period"),
    "LEFT_OUT": ("未处理：{field} 为 {value}", "left out: {field} is {value}"),
}


def tally(listed: Iterable[Listed], lang: str) -> list[Tally]:
    """Entries counted by kind and code, in the order of LISTED, the largest amounts first."""
    groups: dict[tuple[Any, ...], list[Listed]] = {}
    for one in listed:
        key = (one.id, *(one.data[name] for name in _GROUPED_BY.get(one.id, ())))
        groups.setdefault(key, []).append(one)
    found = []
    for entries in groups.values():
        first = entries[0]
        amounts = [one.amount for one in entries if one.amount is not None]
        text = _SUMMARY[first.id][0 if lang.startswith("zh") else 1].format(**first.data)
        found.append(Tally(first.id, text, len(entries), sum(amounts) if amounts else None, first.place))
    order = list(LISTED)
    return sorted(found, key=lambda one: (order.index(one.id), -(one.amount or 0), -one.count, one.text))


def shown(amount: int | None) -> str:
    """An amount in a table, "" where there is none."""
    return "" if amount is None else yuan(amount)
