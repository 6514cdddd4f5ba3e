"""Faults of the desk of promises: what was asked of a work order or of the roster and cannot be."""

from __future__ import annotations

from hearth.words.faults import Fault


class OrderEnded(Fault):
    """A work order that is no longer open."""

    code, status = "ORDER_ENDED", 409
    says = "Work order {order} is no longer open; nothing is left to do there."
    says_zh = "工单 {order} 已经结束，无需再处理。"


class OrderTaken(Fault):
    """A work order that a colleague works on."""

    code, status = "ORDER_TAKEN", 409
    says = "{who} works on work order {order}. Write a note, or ask them to let it go."
    says_zh = "工单 {order} 正由 {who} 处理。您可以写备注，或请对方转交。"


class CauseNeeded(Fault):
    """A work order is closed with a cause."""

    code, status = "CAUSE_NEEDED", 422
    says = "Say why it took so long: one of {known}."
    says_zh = "请选择超时原因：{known_zh}。"


class WordsNeeded(Fault):
    """A work order is closed with words for the customer; a note and an escalation say something too."""

    code, status = "WORDS_NEEDED", 422
    says = "Write {what}, at most {most} characters."
    says_zh = "请填写{what_zh}，最多 {most} 个字。"


class TopOfLadder(Fault):
    """There is nobody above."""

    code, status = "TOP_OF_LADDER", 409
    says = "Work order {order} is with the {role} already; nobody stands above."
    says_zh = "工单 {order} 已由{role_zh}处理，没有更高一级。"


class ShiftWrong(Fault):
    """A shift or an absence that cannot be."""

    code, status = "SHIFT_WRONG", 422
    says = "{got} cannot be; want {want}."
    says_zh = "{got} 不成立，应为{want_zh}。"


class YearsApart(Fault):
    """A calendar has its years one after the other."""

    code, status = "CALENDAR_YEARS_APART", 422
    says = "Between these years and those that are known, {missing} is missing; load it too."
    says_zh = "在已有年份与本次载入的年份之间，缺少 {missing} 年，请一并载入。"
