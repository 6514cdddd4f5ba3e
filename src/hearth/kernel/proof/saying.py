"""Saying: what a check of receipts and logs found, in both languages, and the faults of what cannot be read."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from hearth.words.faults import Fault


class Both(NamedTuple):
    """A value of a sentence that differs by language."""

    zh: str
    en: str


class _InBoth(Fault):
    """A fault whose values may differ by language."""

    code, status = "PROOF_UNFIT", 422
    says = "The proof cannot be used."
    says_zh = "该证明无法使用。"

    def sentence(self, lang: str) -> str:
        return filled(Both(self.says_zh, self.says), self.data, lang)


class NotInForm(_InBoth):
    """A value, file, note or key that is not in the one form that it has: nothing can be concluded from it."""

    code, status = "NOT_IN_FORM", 422
    says = "{place}: got {got}; want {want}."
    says_zh = "{place}：收到的是 {got}，应为 {want}。"

    def __init__(self, place: str | Both, got: str | Both, want: str | Both) -> None:
        super().__init__(place=place, got=got, want=want)


class SignatureWrong(_InBoth):
    """A checkpoint that the key does not vouch for."""

    code, status = "SIGNATURE_WRONG", 422
    says = "{what} ({origin}, {size} entries) is not signed by the key {key}: it was changed, or made by somebody else."
    says_zh = "{what}（{origin}，{size} 条记录）不是由密钥 {key} 签署的：内容被改动过，或由他人制作。"


class NoSuchProof(_InBoth):
    """A proof of an entry or of a growth that this log cannot have."""

    code, status = "NO_SUCH_PROOF", 404
    says = "There is no proof from {asked} in a log of {size} entries."
    says_zh = "在共有 {size} 条记录的日志中，没有自 {asked} 起的证明。"


def filled(template: Both, data: Mapping[str, Any], lang: str) -> str:
    """A sentence in "zh" or "en".

    Needs:   every value that the template names; values in both languages as Both
    Gives:   one line
    Source:  the house: every sentence that people read is there in both languages
    """
    at = 0 if lang.startswith("zh") else 1
    return template[at].format(**{key: value[at] if isinstance(value, Both) else value for key, value in data.items()})


def shown(value: object) -> str:
    """A value of unknown origin in few harmless characters.

    Needs:   anything that was read
    Gives:   at most 80 characters on one line; control characters as spaces
    Source:  the house: what was got is told, and never steers a terminal
    """
    if isinstance(value, int) and value.bit_length() > 200:
        return f"{value.bit_length()} bits"
    text = repr(value[:200]) if isinstance(value, str) else str(value)[:200]
    text = "".join(sign if unicodedata.category(sign)[0] != "C" else " " for sign in text)
    return text if len(text) <= 80 else text[:77] + "..."


SAYS: dict[str, Both] = {
    # wrong
    "NOT_IN_FORM": Both(NotInForm.says_zh, NotInForm.says),
    "KIND_DIFFERS": Both(
        "凭证自称为“{want}”凭证，但其中的记录是 {got}，不属于这一类。",
        "The receipt says it is of a {want}, but the record in it is {got}, which is none.",
    ),
    "RECORD_CHANGED": Both(
        "凭证中的记录不是当时记入日志的那一条：其中有内容被改动过（现指纹 {got}，记入时为 {want}）。",
        "The record in this receipt is not the one that was put into the log: something in it was changed "
        "(its fingerprint is {got}; the recorded one is {want}).",
    ),
    "OPENED_CHANGED": Both(
        "凭证中显示的{name}不是当时记录的{name}（现指纹 {got}，记录的为 {want}）。",
        "The {name} in the receipt is not what was recorded (its fingerprint is {got}; the recorded one is {want}).",
    ),
    "OPENED_NOT_SEALED": Both(
        "凭证显示了{name}，但记录中没有这一项。", "The receipt shows {name}, of which the record knows nothing."
    ),
    "NOT_IN_LOG": Both(
        "证明路径得不出日志签署的根：记录的位置、指纹、路径或检查点被改动过（得出 {got}，应为 {want}）。",
        "The proof does not lead to the signed root of the log: the entry's fingerprint, its place, the path or the "
        "checkpoint was changed (it leads to {got}; want {want}).",
    ),
    "SIGNATURE_WRONG": Both(SignatureWrong.says_zh, SignatureWrong.says),
    "KEY_NOT_TRUSTED": Both(
        "凭证所用的密钥 {got} 不在您信任的密钥之列（{want}）。",
        "The receipt's key {got} is none of those you trust ({want}).",
    ),
    "LOGS_DIFFER": Both(
        "两者不属于同一日志：一为 {got}，一为 {want}。", "They are of different logs: one of {got}, one of {want}."
    ),
    "FORKED": Both(
        "同一日志在同为 {size} 条记录时被签署了两个不同的根（{got} 与 {want}）：日志出现了两种历史。"
        "请保留这两个文件，它们就是证据。",
        "The log was signed with two different roots at the same {size} entries ({got} and {want}): it shows two "
        "histories. Keep both files: they are the evidence.",
    ),
    "NOT_GROWN": Both(
        "有 {new} 条记录的日志不是由有 {old} 条记录的日志续写而成，或证明被改动过：过去的记录可能被改写。"
        "请保留这些文件。",
        "The log of {new} entries did not grow out of the log of {old} entries, or the proof was changed: its past may "
        "have been rewritten. Keep these files.",
    ),
    "SHRUNK": Both(
        "较新的检查点只有 {got} 条记录，较旧的却有 {want} 条：顺序放反了，或日志被截短了。",
        "The newer checkpoint has {got} entries and the older one {want}: they were given the wrong way round, or the "
        "log was cut.",
    ),
    "NOT_LINKED": Both(
        "无法说明凭证（日志共 {got} 条记录时）与您的检查点（{want} 条）属于同一历史：请向保险公司索取由 {old} 至 {new} "
        "的一致性证明，并用 --proof 给出。",
        "Nothing shows that the receipt (a log of {got} entries) and your checkpoint ({want} entries) are of one "
        "history: ask the insurer for the consistency proof from {old} to {new} and give it with --proof.",
    ),
    "PROOF_OF_OTHER_SIZES": Both(
        "一致性证明对应的是 {got}，而需要的是 {want}。", "The consistency proof is from {got}; needed is {want}."
    ),
    "PAPER_DIFFERS": Both(
        "纸质凭证上的二维码内容与该文件不符（纸上为 {got}，文件为 {want}）。",
        "The code on the paper is not that of this file (the paper says {got}, the file {want}).",
    ),
    # proven
    "IN_LOG": Both(
        "记录 {id}（{subject}，{at}）是日志 {origin} 的第 {number} 条；签署时日志共 {size} 条记录{when}。",
        "Record {id} ({subject}, {at}) is entry {number} of the log {origin}, signed when it had {size} entries{when}.",
    ),
    "OPENED_AS_RECORDED": Both("所显示的内容与记录一致：{names}。", "What is shown is what was recorded: {names}."),
    "SIGNED_BY_TRUSTED": Both(
        "{size} 条记录时的检查点由您信任的密钥 {key} 签署。",
        "The checkpoint of {size} entries is signed by a key you trust, {key}.",
    ),
    "SAME_CHECKPOINT": Both(
        "您的检查点与凭证一致：同为 {size} 条记录、同一个根。",
        "Your checkpoint and the receipt agree: the same root at {size} entries.",
    ),
    "GROWN": Both(
        "有 {new} 条记录的日志由有 {old} 条记录的日志续写而成：原有记录均未改动。",
        "The log of {new} entries grew out of the log of {old} entries: nothing that was in it was changed.",
    ),
    "PAPER_AGREES": Both("纸质凭证与该文件一致。", "The paper and this file agree."),
    # not proven
    "KEY_SELF_ASSERTED": Both(
        "密钥取自凭证本身，制作凭证的人也可能制作了密钥。请与保险公司公布的密钥核对（或用 --key 给出）：{key}",
        "The key comes from the receipt itself, and whoever makes a receipt can make a key. Compare it with the one "
        "that the insurer publishes, or give that one with --key: {key}",
    ),
    "NOT_COMPARED": Both(
        "未与他处取得的检查点比对，因此无法说明他人看到的是同一日志（可用 --checkpoint 给出）。",
        "It was not compared with a checkpoint from elsewhere, so nothing shows that others see the same log "
        "(give one with --checkpoint).",
    ),
    "NOT_SHOWN": Both(
        "已记录但本凭证未显示：{names}。", "Recorded, but not shown in this receipt: {names}."
    ),
    "NOT_JUDGED": Both(
        "凭证说明记录了什么、之后未被改动，不说明决定本身是否正确。",
        "A receipt shows what was recorded and that it is unchanged, not that the decision is right.",
    ),
}  # fmt: skip
"""Every finding's words.  Codes are never reused."""

NAMES: dict[str, Both] = {
    "amount": Both("金额", "amount"),
    "payable": Both("应付赔款", "amount payable"),
    "paid_out": Both("实付金额", "amount paid out"),
    "outcome": Both("结果", "outcome"),
    "bank_ref": Both("银行流水号", "bank reference"),
    "payment": Both("支付编号", "payment number"),
    "policy": Both("保单", "policy"),
    "version": Both("版本", "version"),
    "decision": Both("理赔决定", "decision"),
    "lines": Both("费用明细", "lines of the bill"),
    "steps": Both("计算步骤", "steps of the decision"),
    "reason": Both("理由", "reason"),
    "reasons": Both("理由", "reasons"),
    "payee": Both("收款人", "payee"),
    "account": Both("收款账户", "account"),
    "insured": Both("被保险人", "insured person"),
    "purpose": Both("用途", "purpose"),
    "text": Both("文本", "text"),
    "consent": Both("同意内容", "consent"),
}
"""What people call the parts of a record; others are called by their own names."""

_MONEY = ("amount", "payable", "paid_out")


def named(name: str) -> Both:
    """What people call a part of a record.

    Needs:   the part's name in the record
    Gives:   its name in both languages
    Source:  docs/receipts.md, sealed parts
    """
    name = name.removesuffix("_fen")
    told = name.replace("_", " ") if name.isidentifier() and len(name) <= 40 else shown(name)
    return NAMES.get(name, Both(told, told))


def is_money(name: str) -> bool:
    """Whether a part of a record is an amount.

    Needs:   the part's name in the record
    Gives:   True where its value is fen
    Source:  docs/receipts.md, sealed parts
    """
    return name in _MONEY or name.endswith("_fen")


@dataclass(frozen=True)
class Said:
    """One thing that a check found: its code and values; `sentence` puts it into words."""

    code: str
    data: Mapping[str, Any]

    def sentence(self, lang: str) -> str:
        """In one sentence, `lang` being "zh" or "en"."""
        return filled(SAYS[self.code], self.data, lang)


def said(code: str, **data: object) -> Said:
    """A finding.

    Needs:   a code of SAYS and the values that its sentence names
    Gives:   a frozen value
    Source:  the house: explanations are message ids with values
    """
    return Said(code, data)
