"""Progress: what a customer reads of each step of a claim, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

VISIBLE: dict[str, tuple[str, str]] = {
    "reported": (
        "我们收到了您的报案，需要的材料已一次列出。",
        "We have your report; all the papers needed are listed at once.",
    ),
    "submitted": ("您提交了申请和 {papers} 份材料。", "You sent your application with {papers} papers."),
    "sent_back": (
        "申请退回修改，原因写在留言里。",
        "Your application came back to you; the message says what to change.",
    ),
    "accepted": (
        "已受理。我们最迟于 {due_on} 作出核定。",
        "Accepted. We decide by {due_on} at the latest.",
    ),
    "supplement_asked": (
        "还需要 {items} 项材料，已一次列出；等待期间法定期限暂停。",
        "{items} more papers are needed, all listed at once; the legal limit stands still while we wait.",
    ),
    "supplement_received": ("补充材料已收到，继续审核。", "The papers you added are here; we go on."),
    "supplement_given_up": (
        "您没有更多材料，我们按现有材料继续审核。",
        "You have no more papers; we go on with what is here.",
    ),
    "review_begun": ("正在核对是否属于保险责任。", "We are checking what the policies cover."),
    "calculated": ("赔付金额已逐行算出，正在复核。", "The amount is worked out line by line and is being checked."),
    "sent_back_inside": ("重新核对责任与金额。", "Cover and amount are being checked again."),
    "decided": ("核定结论：给付 {amount} 元。", "Decided: {amount} yuan are paid."),
    "decided_partial": ("核定结论：部分给付 {amount} 元。", "Decided: paid in part, {amount} yuan."),
    "decided_nothing": (
        "核定结论：属于保险责任，按约定计算后本次无需支付。",
        "Decided: covered, but by the agreed arithmetic nothing is left to pay this time.",
    ),
    "decided_refused": (
        "核定结论：不予给付；理由、条款和异议方式已写明。",
        "Decided: not paid; the reasons, the clause and how to dispute are set out.",
    ),
    "agreed": (
        "您已同意，赔款 {amount} 元将转入尾号 {tail} 的账户。",
        "You agreed; {amount} yuan go to the account ending in {tail}.",
    ),
    "agreed_undisputed": (
        "没有异议的部分先行支付：{amount} 元，付到尾号 {tail} 的账户；异议继续处理。",
        "What is not disputed is paid at once: {amount} yuan to the account ending in {tail}; the dispute goes on.",
    ),
    "agreed_by_silence": (
        "您在约定期限内未提出异议，赔款 {amount} 元将转入尾号 {tail} 的账户；之后仍可提出异议。",
        "You raised nothing within the agreed days; {amount} yuan go to the account ending in {tail}. "
        "You may still dispute.",
    ),
    "agreed_shared": (
        "已同意，赔款 {amount} 元将按继承份额分别转入各位继承人本人的账户。",
        "Agreed; {amount} yuan are divided among the heirs, each share to the heir's own account.",
    ),
    "paid_shared": (
        "赔款 {amount} 元已按继承份额全部到账。",
        "{amount} yuan arrived, each heir's share in their own account.",
    ),
    "paid": ("赔款 {amount} 元已到账，账户尾号 {tail}。", "{amount} yuan arrived in the account ending in {tail}."),
    "returned": ("付款被银行退回，请核对收款账户。", "The bank sent the money back; please check the account."),
    "closed": ("已结案。", "Closed."),
    "closed_nothing": ("已结案，无需支付。", "Closed; nothing was to be paid."),
    "withdrawn": ("您撤回了申请，以后可以重新申请。", "You withdrew the claim; you may claim again later."),
    "reopened": ("因新的材料或异议，案件重新审核。", "The claim is looked at again, on new evidence or your dispute."),
    "adjusted": (
        "因之前的计算基础有变化，案件重新计算。",
        "What the calculation rested on has changed; it is worked out again.",
    ),
}
"""What happened -> (zh, en), filled from the step's values."""

SKIPPED: dict[str, tuple[str, str]] = {
    "not_needed": ("不需要", "Not needed"),
    "no_payment": ("无需支付", "Nothing to pay"),
    "stopped": ("已停止", "Stopped"),
}
"""Why a step is not taken -> (zh, en)."""


def visible(step: Mapping[str, Any], lang: str) -> str:
    """What the customer reads of a step, in "zh" or "en"; empty where nothing is to be read."""
    told = VISIBLE.get(str(step.get("id", "")))
    if told is None:
        return ""
    return told[0 if lang.startswith("zh") else 1].format(**step.get("values", {}))
