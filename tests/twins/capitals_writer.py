"""A clerk who writes amounts in capitals, straight from the rules of writing, place by place."""

from __future__ import annotations

DIGITS = "零壹贰叁肆伍陆柒捌玖"


def written(fen: int) -> str:
    """Fen as capitals: every place is written, then zeros are drawn together as the rules say."""
    assert 0 < fen < 10**13
    yuan, jiao, last = fen // 100, fen // 10 % 10, fen % 10
    said = ""
    if yuan:
        groups = []
        rest = yuan
        while rest:
            groups.append(rest % 10_000)
            rest //= 10_000
        for place in range(len(groups) - 1, -1, -1):
            four = f"{groups[place]:04d}"
            spelled = "".join(
                DIGITS[int(sign)] + ("仟", "佰", "拾", "")[n] if sign != "0" else "零" for n, sign in enumerate(four)
            )
            if place == len(groups) - 1:
                spelled = spelled.lstrip("零")
            said += spelled + (("", "万", "亿")[place] if groups[place] else "")
        while "零零" in said:
            said = said.replace("零零", "零")
        for unit in ("万", "亿"):
            said = said.replace("零" + unit, unit + "零")
        while "零零" in said:
            said = said.replace("零零", "零")
        said = said.rstrip("零") + "元"
    if not jiao and not last:
        return said + "整"
    if jiao:
        said += DIGITS[jiao] + "角"
    elif yuan:
        said += "零"
    return said + (DIGITS[last] + "分" if last else "整")
