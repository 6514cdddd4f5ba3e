"""Capitals: an amount in the capital characters that Chinese papers of value are written in (人民币大写)."""

from __future__ import annotations

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


def in_capitals(fen: int) -> str:
    """Fen in capitals: 1020050 is 壹万零贰佰元伍角整, 305 is 叁元零伍分 (Payment and Settlement Rules, annex 1).

    Needs fen >= 0.
    """
    yuan, cents = divmod(fen, 100)
    jiao, last = divmod(cents, 10)
    said = _whole(yuan) + "元" if yuan else ""
    if not cents:
        return (said or "零元") + "整"
    if jiao:
        said += _DIGITS[jiao] + "角"
    elif yuan:
        said += "零"
    return said + (_DIGITS[last] + "分" if last else "整")


def _whole(number: int) -> str:
    groups = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    said = ""
    gap = False
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if not group:
            gap = True
            continue
        if said and (gap or group < 1000):
            said += "零"
        said += _four(group) + _GROUPS[place]
        gap = False
    return said


def _four(group: int) -> str:
    said, gap = "", False
    for place in (3, 2, 1, 0):
        digit = group // 10**place % 10
        if digit:
            said += ("零" if gap and said else "") + _DIGITS[digit] + _PLACES[place]
            gap = False
        else:
            gap = True
    return said
