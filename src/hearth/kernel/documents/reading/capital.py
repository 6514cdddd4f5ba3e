"""Capital: amounts in the capital characters that papers of value are written in (人民币大写), read strictly."""

from __future__ import annotations

_DIGITS = {
    sign: n for n, signs in enumerate(("零〇", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖")) for sign in signs
}
_PLACES = {"仟": 1_000, "佰": 100, "拾": 10}
CAPITALS = "零〇壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分整正"
"""The signs of an amount in capitals, in their usual forms."""

FORMS = {
    "圆": "元",
    "圓": "元",
    "弍": "贰",
    "貳": "贰",
    "陸": "陆",
    "億": "亿",
    "萬": "万",
    "叄": "叁",
    "参": "叁",
    "两": "贰",
}
"""Other forms of these signs."""

ALIKE: tuple[str, ...] = ("壹壶壳", "贰贾", "叁参", "肆肄", "伍任", "陆际", "柒染", "捌别", "玖", "拾给", "佰伯百",
                          "仟任千",
                          "元无九", "角甬", "分今", "整", "正止")  # fmt: skip
"""Groups of signs that readers take for one another; the first of each is the capital."""


def fen_of_capitals(text: str) -> int | None:
    """The fen that an amount in capitals states.

    Needs:   the capitals alone, such as 壹万零贰佰元伍角整; 元 and 圆, 整 and 正 alike; below a trillion yuan
    Gives:   whole fen; None where the signs do not follow the rules of writing: nothing is guessed
    Source:  Payment and Settlement Rules, annex 1 (正确填写票据和结算凭证的基本规定)
    """
    plain = "".join(FORMS.get(sign, sign) for sign in text).removeprefix("人民币")
    if not plain or any(sign not in CAPITALS for sign in plain):
        return None
    if plain[-1] in "整正":
        plain = plain[:-1]
    whole, yuan, cents = plain.rpartition("元")
    if not yuan:
        whole, cents = "", plain
    fen = _cents(cents, bool(yuan))
    if fen is None or (not yuan and not cents):
        return None
    if not yuan:
        return fen
    units = _whole(whole)
    return None if units is None else units * 100 + fen


def _cents(text: str, after_yuan: bool) -> int | None:
    """Jiao and fen: 伍角, 伍角叁分, 零叁分, 叁分, or nothing."""
    bare = text[1:] if text[:1] in "零〇" and after_yuan and text else text
    jiao = fen = 0
    if len(bare) >= 2 and bare[1] == "角":
        if bare[0] not in _DIGITS or (_DIGITS[bare[0]] == 0 and len(bare) == 2):
            return None
        jiao, bare = _DIGITS[bare[0]], bare[2:]
        bare = bare[1:] if len(bare) == 3 and bare[0] in "零〇" else bare
    if bare:
        if len(bare) != 2 or bare[1] != "分" or _DIGITS.get(bare[0], 0) == 0:
            return None
        fen = _DIGITS[bare[0]]
    return 10 * jiao + fen if bare or jiao or text in ("", "零角") else None


def _whole(text: str) -> int | None:
    """Whole yuan: groups of 亿 and 万, within each 仟 佰 拾 in falling order, a zero where places are skipped."""
    total, rest = 0, text
    for unit, sign in ((10**8, "亿"), (10**4, "万")):
        before, found, after = rest.partition(sign)
        if found:
            group = _whole(before) if unit == 10**8 and "万" in before else _four(before)
            if not group:
                return None
            total, rest = total + group * unit, after
    if rest in ("零", "〇"):
        return 0 if not total else None
    last = _four(rest) if rest else 0
    return None if last is None or (not total and not last) else total + last


def _four(text: str) -> int | None:
    """A number below ten thousand; None where digits and places do not alternate downwards."""
    total, below, at = 0, 10_000, 0
    while at < len(text):
        if text[at] in "零〇":
            at += 1
            if at == len(text) or text[at] in "零〇":
                return None
            continue
        digit = _DIGITS.get(text[at])
        if digit is None:
            # 拾伍元 for 壹拾伍元 is against the rules and printed all the same.
            if text[at] == "拾" and at == 0:
                digit, at = 1, -1
            else:
                return None
        place = _PLACES.get(text[at + 1], 0) if at + 1 < len(text) else 1
        if not place or place >= below:
            return None
        total, below, at = total + digit * place, place, at + 2
        if place == 1 and at <= len(text):
            return total
    return total
