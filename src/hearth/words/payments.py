"""Payments: the states, purposes and reasons of a payment, and what differs in a comparison, in both languages."""

from __future__ import annotations

PAYMENT_STATES: dict[str, tuple[str, str]] = {
    "intended": ("待支付", "To be sent"),
    "sent": ("银行处理中", "With the bank"),
    "confirmed": ("已到账", "Arrived"),
    "failed": ("未成功", "Not paid"),
    "returned": ("已退回", "Came back"),
}
"""State of a payment -> (zh, en)."""

PAYMENT_PURPOSES: dict[str, tuple[str, str]] = {
    "benefit": ("赔款", "Benefit"),
    "adjustment": ("补付", "Paid on top"),
    "interest": ("迟延利息", "Interest for late payment"),
    "prepayment": ("先行赔付", "Undisputed part, paid first"),
}
"""Purpose of a payment, before a colon -> (zh, en)."""

PAYMENT_REASONS: dict[str, tuple[str, str]] = {
    "NAME_MISMATCH": ("户名与收款人姓名不一致", "The account's holder is not the payee"),
    "NO_SUCH_ACCOUNT": ("账号不存在", "There is no such account"),
    "ACCOUNT_CLOSED": ("账户已注销", "The account is closed"),
    "ACCOUNT_BLOCKED": ("账户已冻结", "The account is blocked"),
    "LIMIT": ("超过银行单笔限额", "Above the bank's limit for one payment"),
    "OTHER": ("银行未说明原因", "The bank gave no reason"),
    "PAYEE_NOT_ENTITLED": (
        "户主既不是被保险人，也不是未成年被保险人的父母或监护人",
        "The holder is neither the insured person nor, for a child, a proven parent or guardian",
    ),
    "ACCOUNT_ENDED": ("账户已停用", "The account is no longer used"),
    "UNREADABLE_ACCOUNT": ("账号或户名的格式有误", "The account's number or name is not written as banks want it"),
    "KEY_REUSED": ("银行已有同一编号的另一笔指令", "The bank holds another order under the same key"),
}
"""Why a payment failed or came back -> (zh, en)."""

DIFFERENCES: dict[str, tuple[str, str]] = {
    "bank": ("银行的状态与我方不同", "The bank says otherwise"),
    "no_answer": ("银行没有答复", "The bank did not answer"),
    "news": ("银行的通知与我方不符", "News of the bank does not fit"),
    "unreadable": ("银行的文件无法读取", "A file of the bank could not be read"),
    "owed": ("赔案应付余额不符", "What a claim is owed does not agree"),
    "suspense": ("在途余额不符", "What is with the bank does not agree"),
    "bank_balance": ("银行存款余额不符", "The bank balance does not agree"),
    "entries": ("分录借贷不平", "The entries do not add up"),
}
"""Kind of difference in a comparison -> (zh, en)."""

ODDITIES: dict[str, tuple[str, str]] = {
    "unknown_key": ("编号不是我方的", "A key that is not ours"),
    "other_amount": ("金额不同", "Another amount"),
    "contradicts": ("与已知的结果矛盾", "It contradicts what is known"),
}
"""Why news of the bank is odd -> (zh, en)."""
