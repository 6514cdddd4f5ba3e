"""Words: what the console calls reasons, flags and causes, in both languages."""

from __future__ import annotations

from hearth.words.claims import ClaimState

FOR_PERSON: dict[str, tuple[str, str]] = {
    "sample": ("抽检", "drawn for audit"),
    "brake": ("自动核定已停", "automatic deciding stopped"),
    "reopened": ("重新审核", "opened again"),
    "cannot_compute": ("无法计算", "cannot be computed"),
    "gate": ("保险责任需人工核对", "cover to be checked"),
    "finding": ("材料有疑点", "papers to be looked at"),
    "altered": ("材料可能被改动过", "a paper may be altered"),
    "differs": ("票据与填报不一致", "a bill says otherwise than what is claimed"),
    "suspected": ("有待核实的疑点", "something looks wrong"),
    "recovery": ("涉及追回", "money to be recovered"),
    "product": ("产品须人工核定", "the product wants a person"),
    "amount": ("超过自动核定金额", "above the automatic amount"),
    "proposal": ("建议部分或不予给付", "proposed in part or not at all"),
    "adjusted": ("重新计算", "calculated again"),
}
"""Why a claim waits for a person (zh, en); a code that is not here is shown as it is."""

FLAGS: dict[str, tuple[str, str]] = {
    "SAME_INVOICE": ("同一张发票出现在赔案 {claim_no}", "The same invoice is in claim {claim_no}"),
    "SAME_PICTURE": ("同一份图片出现在赔案 {claim_no}", "The same picture is in claim {claim_no}"),
}

NEEDS: dict[str, tuple[str, str]] = {
    "gate": ("保险责任：{gate}", "Cover: {gate}"),
    "recovery": ("涉及追回", "Money is to be recovered"),
    "product": ("产品 {product} 须人工核定", "Product {product} wants a person"),
    "amount": ("超过自动核定金额", "Above the automatic amount"),
}
"""Why a calculation needs a person (zh, en)."""

WAITING_FOR_MEMBER = frozenset(
    {ClaimState.DRAFT, ClaimState.REPORTED, ClaimState.SUPPLEMENT, ClaimState.DECIDED, ClaimState.RETURNED}
)
"""States in which the member is waited for."""

CAUSES: dict[str, tuple[str, str]] = {
    "policy_voided": ("保单被认定无效", "a policy was voided"),
    "late_event": ("有较早发生的事故后报", "an earlier event came in late"),
}
"""What made a settled claim change (zh, en)."""
