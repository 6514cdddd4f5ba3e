"""Explanations: the sentences of a decision, in both languages; the arithmetic can be redone on paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SENTENCES: dict[str, tuple[str, str]] = {
    "WAIVED_HOSPITAL": (
        "第 {invoices} 张发票：应急措施 {measure}（{what}）自 {starts_on} 至 {until_on} 有效，不限医院，照常计入。",
        "Invoice {invoices}: while emergency measure {measure} ({what}) holds, from {starts_on} to {until_on}, "
        "any hospital counts.",
    ),
    "WAIVED_WAITING": (
        "第 {invoices} 张发票：应急措施 {measure}（{what}）自 {starts_on} 至 {until_on} 有效，不适用等待期，照常计入。",
        "Invoice {invoices}: while emergency measure {measure} ({what}) holds, from {starts_on} to {until_on}, "
        "the waiting period does not apply.",
    ),
    "NOT_COUNTED": ("{name} {billed} 元：{why}。", "{name} {billed}: {why}."),
    "CAPPED": (
        "{name} {billed} 元：本条限额 {cap} × {quantity} = {whole} 元，本部分可计入 {eligible} 元，其余超出单项限额。",
        "{name} {billed}: the cap for this line is {cap} × {quantity} = {whole}; {eligible} of this part counts, "
        "the rest is above the cap.",
    ),
    "ELIGIBLE": (
        "{benefit}：可计入的费用合计 {parts}{eligible} 元（{settled}）。",
        "{benefit}: covered costs {parts}{eligible} ({settled}).",
    ),
    "PUBLIC": ("其中医保等公共资金已支付 {public} 元。", "Public funds have paid {public} of it."),
    "OTHERS": ("其他渠道已支付 {others} 元。", "Other sources have paid {others} of it."),
    "LOSS": (
        "仍由您承担的损失：{eligible} − {taken} = {loss} 元。",
        "The loss still on you: {eligible} − {taken} = {loss}.",
    ),
    "NOT_NETTED": (
        "其中 {amount} 元按条款不从计算基数中扣除，只计入各渠道合计的上限。",
        "By its terms the plan does not deduct {amount} of it here; it counts only towards the most that all may pay.",
    ),
    "DEDUCTIBLE": (
        "{name} {full} 元，此前已用 {used} 元，剩余 {left} 元；本次用去 {took} 元。",
        "{name} {full}: {used} used before, {left} left; this claim takes {took}.",
    ),
    "DEDUCTIBLE_OFFSET": (
        "{name} {full} 元，此前已用 {used} 元，其他渠道的赔付抵用 {offset} 元，剩余 {left} 元；本次用去 {took} 元。",
        "{name} {full}: {used} used before, other payments use up {offset}, {left} left; this claim takes {took}.",
    ),
    "DEDUCTIBLE_DAYS": (
        "{name} {full} 天，此前已用 {used} 天；本次扣除 {took} 天。",
        "{name} {full} days: {used} used before; this stay takes {took}.",
    ),
    "RATIO": (
        "({loss} − {deductible}) × {ratio} = {after} 元。",
        "({loss} − {deductible}) × {ratio} = {after}.",
    ),
    "RATIO_FIRST": (
        "先按比例：{loss} × {ratio} = {after_ratio} 元；再减免赔额 {deductible} 元 = {after} 元。",
        "Ratio first: {loss} × {ratio} = {after_ratio}; less the deductible {deductible} = {after}.",
    ),
    "DAILY": (
        "住院 {days} 天，可给付 {entitled} 天 × {daily} 元 = {after} 元。",
        "{days} days in hospital, {entitled} of them entitled × {daily} = {after}.",
    ),
    "LUMP_SUM": (
        "{benefit}：基本保额 {sum_insured} 元 × {ratio} = {after} 元。",
        "{benefit}: sum insured {sum_insured} × {ratio} = {after}.",
    ),
    "LIMIT_BINDS": (
        "{name}（{span}）{full}，此前已用 {used}，剩余 {left}：本次最多 {after} 元。",
        "{name} ({span}) {full}: {used} used before, {left} left, so at most {after}.",
    ),
    "LIMIT_LEFT": (
        "{name}（{span}）{full}，此前已用 {used}，剩余 {left}：未超出。",
        "{name} ({span}) {full}: {used} used before, {left} left; not exceeded.",
    ),
    "LIMIT_COUNTED": (
        "{name}（{span}）{full}：本次已经计过次数，不再重复计算。",
        "{name} ({span}) {full}: this occasion is counted already.",
    ),
    "CEILING": (
        "各渠道合计不超过实际费用，最多再赔：{taken} = {after} 元。",
        "All sources together never pay more than the cost, so at most {taken} = {after}.",
    ),
    "AGE": (
        "投保年龄不实，按实付与应付保费之比：{before} × {paid} ÷ {due} = {after} 元。",
        "The age was stated wrongly; by premium paid and due: {before} × {paid} ÷ {due} = {after}.",
    ),
    "PAYABLE": ("{benefit} 赔付 {payable} 元。", "{benefit} pays {payable}."),
    "REFUND": (
        "等待期内确诊：建议退还已交保费{amount}，合同终止，由理赔人员决定。",
        "Diagnosed inside the waiting period: the proposal is to refund the premium{amount} and end the contract; "
        "a person decides.",
    ),
    "ARREARS": ("扣除欠交保费 {arrears} 元。", "Less overdue premium {arrears}."),
    "ADVANCE": ("扣除已垫付给医院的 {advance} 元。", "Less {advance} paid to the hospital in advance."),
    "PREPAID": ("扣除已先行赔付的 {prepaid} 元。", "Less {prepaid} paid already as the undisputed part."),
    "PAID_OUT": (
        "本次支付：{terms} = {paid_out} 元。",
        "To be paid now: {terms} = {paid_out}.",
    ),
    "RECOVERY": (
        "已垫付或先行赔付的款项多于应赔金额，超出 {recovery} 元需要退还。",
        "What was advanced or prepaid exceeds what is due; {recovery} is to be paid back.",
    ),
    "WORTH_PAPERS": (
        "补充 {papers}：约可多赔 {amount} 元（估算，以最终审核为准）。",
        "Add {papers}: about +{amount} (an estimate; the final review decides).",
    ),
    "WORTH_PAPERS_ZERO": (
        "补充 {papers}：单独补充预计不增加赔付（估算）。",
        "Add {papers}: by itself it adds nothing as far as can be seen now (an estimate).",
    ),
    "WORTH_DISPUTED": (
        "待认定的费用如被认定为合理且必要：约可多赔 {amount} 元（估算）。",
        "If the costs in question are accepted as reasonable and necessary: about +{amount} (an estimate).",
    ),
    "ORDER": ("顺序 {order}：合计 {total} 元。", "Order {order}: {total} in all."),
    "ORDER_BEST": ("顺序 {order}：合计 {total} 元，推荐。", "Order {order}: {total} in all, recommended."),
}
"""Sentence id -> (zh, en) templates; amounts arrive as yuan texts."""


def say(sentence_id: str, values: Mapping[str, Any], lang: str) -> str:
    """A sentence in "zh" or "en"; values that hold both languages ({"zh":, "en":}) are taken in that language."""
    zh = lang.startswith("zh")
    template = SENTENCES[sentence_id][0 if zh else 1]
    chosen = {
        key: value["zh" if zh else "en"] if isinstance(value, Mapping) else value for key, value in values.items()
    }
    return template.format(**chosen)
