"""Faults of the money desk: what finance or a member asked for and cannot be."""

from __future__ import annotations

from hearth.words.faults import Fault


class NothingAgreed(Fault):
    """A claim is to be paid that nobody has agreed."""

    code, status = "NOTHING_AGREED", 409
    says = "Claim {claim_no} is {state}; it is paid once its decision is agreed."
    says_zh = "赔案 {claim_no} 当前状态为 {state}；就理赔决定达成一致后才能付款。"


class NoAccount(Fault):
    """A claim is to be paid and no account was named."""

    code, status = "NO_ACCOUNT", 409
    says = "Claim {claim_no} names no account to be paid to. Ask the member to choose one."
    says_zh = "赔案 {claim_no} 没有收款账户，请会员选择一个账户。"


class PaymentUnderWay(Fault):
    """A new payment was asked for while the old one lives."""

    code, status = "PAYMENT_UNDER_WAY", 409
    says = "The payment of claim {claim_no} is {state}; another account can be named only if it fails or comes back."
    says_zh = "赔案 {claim_no} 的付款状态为 {state}；付款失败或退回后才能更换账户。"


class NothingToCorrect(Fault):
    """No payment of the claim failed or came back."""

    code, status = "NOTHING_TO_CORRECT", 409
    says = "No payment of claim {claim_no} failed or came back; there is nothing to correct."
    says_zh = "赔案 {claim_no} 没有失败或退回的付款，无需更正。"


class PayeeNotPossible(Fault):
    """The account is not one this claim's money may go to."""

    code, status = "PAYEE_NOT_POSSIBLE", 422
    says = "The account ending in {tail} cannot be paid for claim {claim_no}: {why}."
    says_zh = "赔案 {claim_no} 的赔款不能付到尾号 {tail} 的账户：{why_zh}。"


class NothingHeld(Fault):
    """A pay run was asked for and no payment waits for one."""

    code, status = "NOTHING_HELD", 409
    says = "No payment waits for a pay run."
    says_zh = "没有等待批量付款的款项。"


class SecondPersonNeeded(Fault):
    """Whoever prepared a pay run cannot release it."""

    code, status = "SECOND_PERSON_NEEDED", 409
    says = "You prepared pay run {run}; another person of finance must release it."
    says_zh = "付款批次 {run} 由您制单，须由另一位财务人员放行。"


class RunClosed(Fault):
    """A pay run that was released or taken apart is asked for something else."""

    code, status = "RUN_CLOSED", 409
    says = "Pay run {run} is {state} already."
    says_zh = "付款批次 {run} 已{state_zh}。"


class RunNotYours(Fault):
    """Some payments of the run are not for this person to release."""

    code, status = "RUN_NOT_YOURS", 403
    says = "{count} payments of pay run {run} are not yours to release: another branch's, or your own family's."
    says_zh = "付款批次 {run} 中有 {count} 笔不能由您放行：属于其他机构，或是您本人及家人的款项。"
