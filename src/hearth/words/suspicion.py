"""Suspicion: signals, states, how an investigation ends, and what non-disclosure leads to, in both languages.

A suspicion is not a finding of guilt: it delays and refuses nothing (anti-fraud measures 2024, art. 23).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class Signal(StrEnum):
    """What made somebody or something suspicious.  Codes are never reused."""

    DUPLICATE_INVOICE = "duplicate_invoice"
    OVERLAPPING_STAYS = "overlapping_stays"
    IMPOSSIBLE_DISTANCE = "impossible_distance"
    ALTERED_PICTURE = "altered_picture"
    SAME_PICTURE = "same_picture"
    PROVIDER_OUTLIER = "provider_outlier"
    UNUSUAL_CLAIM = "unusual_claim"
    SHARED_RING = "shared_ring"


class SuspicionState(StrEnum):
    """Where a suspicion stands: open until a person says one or the other."""

    SUSPECTED = "suspected"
    CONFIRMED = "confirmed"
    CLEARED = "cleared"


class InvestigationOutcome(StrEnum):
    """How an investigation ends."""

    SUPPORTED = "supported"
    NOT_SUPPORTED = "not_supported"
    OPEN = "open"


class RescissionState(StrEnum):
    """Where a rescission stands."""

    PREPARED = "prepared"
    PROPOSED = "proposed"
    APPROVED = "approved"
    DROPPED = "dropped"


class Intent(StrEnum):
    """With what mind something was not disclosed."""

    INTENTIONAL = "intentional"
    GROSS = "gross"
    NONE = "none"


class Bar(StrEnum):
    """Why a contract cannot be rescinded for non-disclosure, or not yet."""

    NOT_ASKED = "not_asked"
    NO_PROOF_OF_QUESTION = "no_proof_of_question"
    NO_PROOF_OF_TRUTH = "no_proof_of_truth"
    ANSWER_WAS_TRUE = "answer_was_true"
    NOT_MATERIAL = "not_material"
    NO_FAULT = "no_fault"
    KNEW_AT_FORMATION = "knew_at_formation"
    PREMIUM_TAKEN = "premium_taken"
    THIRTY_DAYS_OVER = "thirty_days_over"
    TWO_YEARS_OVER = "two_years_over"


SIGNAL_WORDS: dict[Signal, tuple[str, str]] = {
    Signal.DUPLICATE_INVOICE: ("发票重复", "Invoice used twice"),
    Signal.OVERLAPPING_STAYS: ("住院时间重叠", "Stays overlap"),
    Signal.IMPOSSIBLE_DISTANCE: ("就诊距离不可能", "Distance between visits"),
    Signal.ALTERED_PICTURE: ("图片疑似改动", "Picture may be altered"),
    Signal.SAME_PICTURE: ("图片重复提交", "Picture handed in twice"),
    Signal.PROVIDER_OUTLIER: ("医院费用异常", "Hospital unlike its peers"),
    Signal.UNUSUAL_CLAIM: ("赔案与往常不同", "Claim unlike others"),
    Signal.SHARED_RING: ("多人共用信息", "Shared among strangers"),
}

SIGNAL_SAYS: dict[Signal, tuple[str, str]] = {
    Signal.DUPLICATE_INVOICE: (
        "第 {invoice} 张发票（号码 {number}）也用于赔案 {claim}，金额{amount}，{person}。",
        "Invoice {invoice} (number {number}) is also used in claim {claim}: {amount}, {person}.",
    ),
    Signal.OVERLAPPING_STAYS: (
        "第 {invoice} 张发票的住院（{first} 至 {last}，{hospital}）与赔案 {claim} 的住院"
        "（{other_first} 至 {other_last}，{other_hospital}）重叠 {days} 天。",
        "The stay of invoice {invoice} ({first} to {last}, {hospital}) overlaps that of claim {claim} "
        "({other_first} to {other_last}, {other_hospital}) by {days} days.",
    ),
    Signal.IMPOSSIBLE_DISTANCE: (
        "{day} 同一天在 {hospital} 和 {other_hospital}（赔案 {claim}）就诊，直线距离 {km} 公里，超过 {most} 公里。",
        "On {day}, visits at {hospital} and at {other_hospital} (claim {claim}), {km} km apart as the crow flies; "
        "more than {most} km.",
    ),
    Signal.ALTERED_PICTURE: (
        "材料 {paper} 上清楚的数字互相矛盾（{code}），图片可能改动过。",
        "Clearly read figures on paper {paper} contradict each other ({code}): the picture may have been altered.",
    ),
    Signal.SAME_PICTURE: (
        "材料 {paper} 与赔案 {claim} 的材料 {other} 是同一张图片，{person}。",
        "Paper {paper} is the same picture as paper {other} of claim {claim}, {person}.",
    ),
    Signal.PROVIDER_OUTLIER: (
        "{hospital} 的 {count} 份账单平均 {mean} 元，同类 {peers} 家医院一般为 {typical} 元；稳健 z 值 {z}。",
        "{count} bills of {hospital} come to {mean} yuan on average; {peers} hospitals of its kind come to {typical}. "
        "Robust z {z}.",
    ),
    Signal.UNUSUAL_CLAIM: (
        "与本公司 {history} 份同产品赔案相比，{feature}为 {value}，一般为 {typical}；占异常程度的 {share}%。",
        "Beside {history} own claims of the product, {feature} is {value}, usually {typical}; "
        "{share} % of what is unusual.",
    ),
    Signal.SHARED_RING: (
        "{people} 位不属于同一家庭的人共用{kinds}，涉及 {claims} 个赔案。",
        "{people} people of different households share {kinds}, in {claims} claims.",
    ),
}
"""Signal -> (zh, en) templates filled from what was found."""

STATE_SAYS: dict[SuspicionState, tuple[str, str]] = {
    SuspicionState.SUSPECTED: ("疑点待核实", "suspected"),
    SuspicionState.CONFIRMED: ("已证实", "confirmed"),
    SuspicionState.CLEARED: ("已排除", "cleared"),
}

OUTCOME_SAYS: dict[InvestigationOutcome, tuple[str, str]] = {
    InvestigationOutcome.SUPPORTED: ("有证据支持", "supported by evidence"),
    InvestigationOutcome.NOT_SUPPORTED: ("没有证据支持", "not supported"),
    InvestigationOutcome.OPEN: ("未能查明", "could not be found out"),
}

RESCISSION_SAYS: dict[RescissionState, tuple[str, str]] = {
    RescissionState.PREPARED: ("准备中", "being prepared"),
    RescissionState.PROPOSED: ("待第二人批准", "waits for a second person"),
    RescissionState.APPROVED: ("已批准", "approved"),
    RescissionState.DROPPED: ("已放弃", "dropped"),
}

INTENT_WORDS: dict[Intent, tuple[str, str]] = {
    Intent.INTENTIONAL: ("故意", "intent"),
    Intent.GROSS: ("重大过失", "gross negligence"),
    Intent.NONE: ("一般过失或无过失", "slight negligence or none"),
}

BARS: dict[Bar, tuple[str, str]] = {
    Bar.NOT_ASKED: (
        "投保时没有询问这一事项（司法解释二第六条：告知义务限于询问的范围）。",
        "This was not asked (SPC Interpretation II art. 6: only what was asked has to be disclosed).",
    ),
    Bar.NO_PROOF_OF_QUESTION: ("没有询问内容的证据。", "There is no evidence of the question asked."),
    Bar.NO_PROOF_OF_TRUTH: ("没有真实情况的证据。", "There is no evidence of what was true."),
    Bar.ANSWER_WAS_TRUE: ("回答与事实相符。", "The answer was true."),
    Bar.NOT_MATERIAL: (
        "该事项不足以影响是否承保或提高费率（第十六条第二款）。",
        "It would not have changed whether, or at what rate, we insure (art. 16 para. 2).",
    ),
    Bar.NO_FAULT: (
        "不是故意，也不是重大过失（第十六条第二款）。",
        "It was neither intent nor gross negligence (art. 16 para. 2).",
    ),
    Bar.KNEW_AT_FORMATION: (
        "订立合同时我们已经知道（第十六条第六款）。",
        "We knew when the contract was concluded (art. 16 para. 6).",
    ),
    Bar.PREMIUM_TAKEN: (
        "知道之后仍收取了保险费（司法解释二第七条）。",
        "We took a premium after we knew (SPC Interpretation II art. 7).",
    ),
    Bar.THIRTY_DAYS_OVER: (
        "知道解除事由已超过三十日，解除权消灭（第十六条第三款）。",
        "More than 30 days have passed since we knew: the right has lapsed (art. 16 para. 3).",
    ),
    Bar.TWO_YEARS_OVER: (
        "合同成立已超过二年，不得解除（第十六条第三款）。",
        "More than two years have passed since the contract was concluded (art. 16 para. 3).",
    ),
}

ENTITY_WORDS: dict[str, tuple[str, str]] = {
    "account": ("收款账户", "a bank account"),
    "phone": ("电话号码", "a phone number"),
    "device": ("设备", "a device"),
    "address": ("地址", "an address"),
    "agent": ("代办人", "an agent"),
    "hospital": ("医院", "a hospital"),
}

TRACES = ("address", "device", "phone")
"""Entities of which a claim leaves a keyed digest when it comes in or its originals are fetched."""

FEATURE_WORDS: dict[str, tuple[str, str]] = {
    "total": ("账单总额（元）", "the bill in yuan"),
    "per_day": ("每日费用（元）", "the cost a day in yuan"),
    "days": ("住院天数", "the days in hospital"),
    "invoices": ("发票张数", "the number of invoices"),
    "lines": ("费用行数", "the number of lines"),
    "since_start": ("投保至就诊的天数", "the days from the start of cover to treatment"),
    "to_report": ("就诊至报案的天数", "the days from treatment to report"),
    "lately": ("近 90 天的赔案数", "the claims of the last 90 days"),
}


SIDE_WORDS: dict[str, tuple[str, str]] = {
    "same_amount": ("相同", "the same amount"),
    "other_amount": ("不同", "another amount"),
    "same_person": ("同一人", "the same person"),
    "other_person": ("另一人", "another person"),
}
"""What is the same on both sides of a finding, and what is not."""


def signal_says(signal: Signal, data: Mapping[str, Any], lang: str) -> str:
    """What was found, in "zh" or "en"; codes among the values become words."""
    at = 0 if lang.startswith("zh") else 1
    values = dict(data)
    for name, table in (("amount", SIDE_WORDS), ("person", SIDE_WORDS), ("feature", FEATURE_WORDS)):
        if name in values:
            values[name] = table[values[name]][at]
    if "kinds" in values:
        values["kinds"] = ("、" if at == 0 else ", ").join(
            ENTITY_WORDS[kind][at] for kind in str(values["kinds"]).split(",")
        )
    return SIGNAL_SAYS[signal][at].format(**values)
