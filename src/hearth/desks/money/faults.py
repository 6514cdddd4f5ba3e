"""Faults of the money desk: what finance or a member asked for and cannot be."""

from __future__ import annotations

from hearth.words.faults import Fault


class NothingAgreed(Fault):
    """A claim is to be paid that nobody has agreed."""

    code, status = "NOTHING_AGREED", 409
    says = "Claim {claim_no} is {state}; it is paid once its decision is agreed."
    says_zh = "赔案 {claim_no} 当前状态为 {state}；就理赔决定达成一致后才能付款。"


class NoAccountToPay(Fault):
    """A claim is to be paid and no account was named."""

    code, status = "NO_ACCOUNT_TO_PAY", 409
    says = "Claim {claim_no} names no account to be paid to. Ask the member to choose one."
    says_zh = "赔案 {claim_no} 没有收款账户，请客户选择一个账户。"


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
    says = "The account ending in {tail} cannot be paid for claim {claim_no}."
    says_zh = "赔案 {claim_no} 的赔款不能付到尾号 {tail} 的账户。"


class PayeeNameDiffers(PayeeNotPossible):
    """The account's holder is not the person it was added for."""

    code = "PAYEE_NAME_DIFFERS"
    says = (
        "Claim {claim_no} cannot be paid to the account ending in {tail}: its holder has another name than the payee."
    )
    says_zh = "赔案 {claim_no} 的赔款不能付到尾号 {tail} 的账户：户名与收款人姓名不一致。"


class PayeeNotEntitled(PayeeNotPossible):
    """The account is neither the insured person's nor, for a child, a parent's or guardian's."""

    code = "PAYEE_NOT_ENTITLED"
    says = (
        "Claim {claim_no} cannot be paid to the account ending in {tail}: it belongs neither to the insured person "
        "nor, for a child, to a proven parent or guardian."
    )
    says_zh = (
        "赔案 {claim_no} 的赔款不能付到尾号 {tail} 的账户：户主既不是被保险人，也不是未成年被保险人的父母或监护人。"
    )


class AccountEnded(PayeeNotPossible):
    """The account was taken out of use."""

    code = "ACCOUNT_ENDED"
    says = "Claim {claim_no} cannot be paid to the account ending in {tail}: it is no longer used."
    says_zh = "赔案 {claim_no} 的赔款不能付到尾号 {tail} 的账户：该账户已停用。"


PAYEE_FAULTS: dict[str, type[PayeeNotPossible]] = {
    "NAME_MISMATCH": PayeeNameDiffers,
    "PAYEE_NOT_ENTITLED": PayeeNotEntitled,
    "ACCOUNT_ENDED": AccountEnded,
}
"""Objection to an account (store.access.money.payee_objection) -> its fault."""


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


class RunReleased(Fault):
    """A pay run that was released is asked for something else."""

    code, status = "RUN_RELEASED", 409
    says = "Pay run {run} was released already."
    says_zh = "付款批次 {run} 已经放行。"


class RunDissolved(Fault):
    """A pay run that was taken apart is asked for something else."""

    code, status = "RUN_DISSOLVED", 409
    says = "Pay run {run} was taken apart; its payments wait for another."
    says_zh = "付款批次 {run} 已经撤销，其中的款项等待另一批次。"


class RunNotYours(Fault):
    """Some payments of the run are not for this person to release."""

    code, status = "RUN_NOT_YOURS", 403
    says = "{count} payments of pay run {run} are not yours to release: another branch's, or your own family's."
    says_zh = "付款批次 {run} 中有 {count} 笔不能由您放行：属于其他机构，或是您本人及家人的款项。"
