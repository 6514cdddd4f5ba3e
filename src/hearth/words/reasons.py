"""Reasons and findings in both languages.  Codes are never reused; a reason may be told to the claimant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

REASONS: dict[str, tuple[str, str]] = {
    "paid_in_full": ("本项全额赔付", "Paid in full"),
    "not_in_force": ("就诊当日保单不在有效期内", "The policy was not in force on that day"),
    "other_person": ("发票上的就诊人不是被保险人", "The invoice names another person"),
    "in_waiting": ("发生在等待期内", "It fell inside the waiting period"),
    "hospital_not_accepted": ("医院或病房不在约定范围内", "The hospital or ward is not one that the plan accepts"),
    "excluded": ("属于责任免除", "It is excluded"),
    "there_before": ("属于投保前已有的疾病（既往症）", "The illness was there before the cover began"),
    "outside_window": ("不在约定的时间范围内", "It lies outside the agreed time window"),
    "counted_already": ("同一张发票已经计算过", "The same invoice was counted already"),
    "not_necessary": ("尚未认定或未被认定为合理且必要", "Not, or not yet, accepted as reasonable and necessary"),
    "paper_missing": ("缺少所需的理赔材料", "A required paper is missing"),
    "contract_ended": ("合同已因先前的给付终止", "The contract had ended with an earlier payment"),
    "not_a_benefit": ("不在保障项目内", "It is not among the covered items"),
    "nothing_left": ("已由医保或其他渠道支付，没有余额", "Public funds or others paid it; nothing was left"),
    "deductible_took": ("主要计入免赔额", "Mostly taken by the deductible"),
    "own_share_took": ("主要为个人按比例承担的部分", "Mostly the person's own share"),
    "limit_took": ("主要超出赔付限额", "Mostly above a limit"),
    "age_took": ("因投保年龄不实按比例减少", "Reduced because the age was stated wrongly"),
    "item_cap_took": ("超出单项限额的部分", "Mostly above the cap on a single item"),
}
"""Reason code of a line -> (zh, en)."""

NON_DISCLOSURE = "non_disclosure"

REFUSALS: dict[str, tuple[str, str]] = {
    NON_DISCLOSURE: (
        "投保时未如实告知，合同已解除",
        "Something asked was not disclosed, and the contract was rescinded",
    ),
}
"""Reason code that a person alone refuses a claim with, never a line's -> (zh, en)."""

STAY_COUNTED: tuple[str, str] = ("这次住院的天数已经计算过", "The days of this stay were counted already")
"""What `counted_already` means where days of a stay are concerned and not an invoice."""

FINDINGS: dict[str, tuple[str, str]] = {
    "DUPLICATE_INVOICE": (
        "发票号码 {number} 已在赔案 {claim} 的第 {invoice} 张发票中使用，本张按 0.00 元计算。",
        "Invoice number {number} was used already as invoice {invoice} of claim {claim}; this copy counts as 0.00.",
    ),
    "DUPLICATE_INVOICE_ALTERED": (
        "发票号码 {number} 与赔案 {claim} 的第 {invoice} 张发票相同，但金额不同，请人工核对。",
        "Invoice number {number} is invoice {invoice} of claim {claim} again, with other amounts: please check.",
    ),
    "USED_ELSEWHERE": (
        "发票 {number} 曾在其他保单使用而未说明，请人工核对。",
        "Invoice {number} was used at another policy without being declared: please check.",
    ),
    "OTHER_PERSON": (
        "发票上的就诊人是 {patient}，赔案的被保险人是 {insured}。",
        "The invoice names {patient}; the claim is for {insured}.",
    ),
    "SUMS_DIFFER_LINES": (
        "发票 {number} 的总金额与各项费用之和不一致，请人工核对。",
        "The total of invoice {number} is not the sum of its lines: please check.",
    ),
    "SUMS_DIFFER_PAYMENTS": (
        "发票 {number} 的总金额与各项支付之和不一致，请人工核对。",
        "The total of invoice {number} is not the sum of what was paid: please check.",
    ),
    "SUMS_DIFFER_PUBLIC": (
        "发票 {number} 的医保支付超过费用合计，超出部分未计算，请人工核对。",
        "Public payments on invoice {number} exceed its lines; the excess is not counted: please check.",
    ),
    "OTHERS_EXCEED_BILL": (
        "申报的其他赔付超过账单余额，超出部分未计算，请人工核对。",
        "The other payments declared exceed what was left of the bill; the excess is not counted: please check.",
    ),
}
"""Finding code -> (zh, en) templates filled from the finding's data."""

ROUTES: dict[str, tuple[str, str]] = {
    "automatic": ("可自动给出结论：全部为约定的计算。", "Can be decided automatically: it is agreed arithmetic alone."),
    "person": (
        "需要理赔人员决定：下列结果是建议，不是拒赔。",
        "A person decides: what follows is a proposal, not a refusal.",
    ),
}
"""Route of a claim -> (zh, en)."""


def _in(table: Mapping[str, tuple[str, str]], code: str, lang: str) -> str:
    return table[code][0 if lang.startswith("zh") else 1]


def reason(code: str, lang: str) -> str:
    """The reason of a line or of a refusal in "zh" or "en"."""
    return _in(REFUSALS if code in REFUSALS else REASONS, code, lang)


def finding(code: str, data: Mapping[str, Any], lang: str) -> str:
    """A finding in "zh" or "en", filled from its data."""
    return _in(FINDINGS, code, lang).format(**{key: value if value != "" else "—" for key, value in data.items()})


def route(code: str, lang: str) -> str:
    """What the route of a claim means, in "zh" or "en"."""
    return _in(ROUTES, code, lang)
