"""Canned: explanations that a steward gives again and again; each cites a clause and is filled with the claim's facts.

Which clause and which figures: kernel/product/explaining.py, from the product's terms.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Canned:
    """One explanation: what it is about, and its sentences in both languages."""

    name_zh: str
    name_en: str
    says_zh: str
    says_en: str


CANNED: dict[str, Canned] = {
    "waiting": Canned(
        "等待期",
        "the waiting period",
        "您的保单 {policy_no} 自 {starts_zh} 生效，等待期 {days} 天，至 {ends_zh} 止；{accidents_zh}依据：{cite_zh}。",
        "Your policy {policy_no} began on {starts}; its waiting period of {days} days ends on {ends}. {accidents} "
        "See {cite}.",
    ),
    "deductible": Canned(
        "免赔额",
        "the deductible",
        "{name_zh}为 {amount_zh}：达到这一数额后，超出部分按约定比例赔付；"
        "公共资金和其他渠道已付的部分按条款处理。依据：{cite_zh}。",
        "{name}: {amount}. What goes beyond it is paid at the agreed share; what public funds or others paid counts "
        "as the wording says. See {cite}.",
    ),
    "ratio": Canned(
        "赔付比例",
        "the share that is paid",
        "{name_zh}：经医保结算的部分赔付 {settled}{unsettled_zh}。依据：{cite_zh}。",
        "{name}: {settled} is paid where social insurance settled the bill{unsettled}. See {cite}.",
    ),
    "hospital": Canned(
        "医院要求",
        "which hospitals count",
        "条款约定的医院为{levels_zh}；{emergency_zh}依据：{cite_zh}。",
        "The wording accepts {levels}. {emergency} See {cite}.",
    ),
    "window": Canned(
        "住院前后门急诊",
        "treatment before and after a stay",
        "您 {admitted_zh} 入院、{discharged_zh} 出院：入院前 {before} 天至出院后 {after} 天{counted_zh}，"
        "即 {first_zh} 至 {last_zh} 的门急诊费用在“{name_zh}”的范围内。依据：{cite_zh}。",
        "You were admitted on {admitted} and discharged on {discharged}: outpatient treatment from {first} to {last} "
        "({before} days before and {after} days after{counted}) counts under “{name}”. See {cite}.",
    ),
    "papers": Canned(
        "为什么需要这些材料",
        "why papers are asked for",
        "需要“{paper_zh}”，因为：{why_zh}。依据：{cite_zh}。",
        "We ask for the {paper} because {why}. See {cite}.",
    ),
}
"""Code -> explanation.  An explanation is offered where the product and the claim give all that it says."""
