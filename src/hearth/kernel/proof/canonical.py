"""Canonical: plain values as JSON bytes in one way alone (RFC 8785 without fractions), and back."""

from __future__ import annotations

import json
from collections.abc import Callable
from json.encoder import encode_basestring
from typing import Any, NoReturn, TypeAlias

from hearth.kernel.proof.saying import Both, NotInForm, shown

Plain: TypeAlias = "bool | int | str | list[Plain] | dict[str, Plain] | None"
"""What may be recorded."""

CEILING = 2**53
"""Whole numbers lie strictly between -CEILING and CEILING: every JSON reader of the world holds them exactly."""
DEPTH = 32
MOST_BYTES = 1 << 20

_WHOLE = Both("整个文件", "whole file")
_PLAIN = Both(
    "文字、绝对值小于 2^53 的整数、真、假、空、列表或对象",
    "text, a whole number between -2^53 and 2^53, true, false, null, a list or an object",
)
_JSON = Both("规范 JSON（RFC 8785）", "canonical JSON (RFC 8785)")


def canonical(value: Plain) -> bytes:
    """The one way to write a value as JSON: UTF-8, keys by UTF-16 code units, no space, no fraction.

    Needs:   str, int between -2^53 and 2^53, bool, None, and lists and dicts of them, at most DEPTH deep
    Gives:   bytes; equal values give equal bytes, different values different bytes.  Raises: NotInForm
    Source:  RFC 8785, 3.2 (numbers are whole, so that 3.2.2.3 is decimal digits)
    """
    out: list[str] = []
    _write(value, out.append, "", 0)
    return "".join(out).encode("utf-8")


def read_canonical(data: bytes) -> Plain:
    """The value of bytes that `canonical` would write for it; any other bytes are refused.

    Needs:   bytes from anywhere
    Gives:   the value.  Raises: NotInForm, and nothing else: for what is not UTF-8, not JSON, has a key twice, a
             fraction, a large number or half a character, or is written in another way
    Source:  RFC 8785, 3.1; RFC 7493 (I-JSON), 2
    """
    if len(data) > MOST_BYTES:
        raise NotInForm(
            _WHOLE,
            Both(f"{len(data)} 字节", f"{len(data)} bytes"),
            Both(f"不超过 {MOST_BYTES} 字节", f"at most {MOST_BYTES}"),
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as broken:
        _refuse(broken.start, Both("不是 UTF-8 的字节", "bytes that are not UTF-8"), _JSON)
    try:
        value = json.loads(
            text, object_pairs_hook=_once, parse_int=_whole, parse_float=_fraction, parse_constant=_fraction
        )
    except json.JSONDecodeError as broken:
        at = len(text[: broken.pos].encode("utf-8"))
        _refuse(at, Both("不是 JSON 的内容", "what is not JSON"), _JSON)
    except RecursionError:
        raise NotInForm(_WHOLE, _TOO_DEEP, _LEAST_DEEP) from None
    again = canonical(value)
    if again != data:
        at = next((at for at, (ours, theirs) in enumerate(zip(again, data, strict=False)) if ours != theirs), -1)
        at = min(len(again), len(data)) if at < 0 else at
        _refuse(
            at,
            Both(
                "同一内容的另一种写法（可能被其他程序重新保存过）", "another way to write it (saved anew by a program?)"
            ),
            Both("签发时的原始文件", "the file byte for byte as it was issued"),
        )
    return value  # type: ignore[no-any-return]


_TOO_DEEP = Both("层次过深的内容", "values within values, too deep")
_LEAST_DEEP = Both(f"不超过 {DEPTH} 层", f"at most {DEPTH} levels")


def _write(value: Any, put: Callable[[str], None], place: str, depth: int) -> None:
    # Exact types: an enum, a lazy text or a Decimal that looks like one of them is a mistake of whoever records it.
    kind = type(value)
    if kind is str:
        put(_text(value, place))
    elif kind is int:
        if not -CEILING < value < CEILING:
            raise NotInForm(_at(place), shown(value), _PLAIN)
        put(str(value))
    elif kind is bool:
        put("true" if value else "false")
    elif value is None:
        put("null")
    elif depth >= DEPTH:
        raise NotInForm(_at(place[:120]), _TOO_DEEP, _LEAST_DEEP)
    elif kind is dict:
        put("{")
        for number, key in enumerate(_in_order(value, place)):
            put(("," if number else "") + _text(key, place) + ":")
            _write(value[key], put, f"{place}.{key}" if place else key, depth + 1)
        put("}")
    elif kind is list:
        put("[")
        for number, one in enumerate(value):
            if number:
                put(",")
            _write(one, put, f"{place}[{number}]", depth + 1)
        put("]")
    else:
        raise NotInForm(_at(place), f"{kind.__name__} {shown(value)}", _PLAIN)


def _in_order(held: dict[Any, Any], place: str) -> list[str]:
    for key in held:
        if type(key) is not str:
            raise NotInForm(_at(place), f"{type(key).__name__} {shown(key)}", Both("文字作为键", "text as a key"))
    if all(map(str.isascii, held)):
        return sorted(held)
    return sorted(held, key=lambda key: key.encode("utf-16-be", "surrogatepass"))


def _text(text: str, place: str) -> str:
    if not text.isascii():
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            raise NotInForm(
                _at(place), Both("半个字符", "half a character"), Both("完整的字符", "whole characters")
            ) from None
    return encode_basestring(text)


def _at(place: str) -> str | Both:
    return "".join(sign if sign.isprintable() else " " for sign in place[:200]) or Both("值", "value")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    held = dict(pairs)
    if len(held) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise NotInForm(_WHOLE, Both(f"重复的键 {shown(twice)}", f"the key {shown(twice)} twice"), _JSON)
    return held


def _whole(text: str) -> int:
    if len(text) > len(str(-CEILING)):
        _fraction(text)
    return int(text)


def _fraction(text: str) -> NoReturn:
    raise NotInForm(_WHOLE, Both(f"数字 {text[:40]}", f"the number {text[:40]}"), _PLAIN)


def _refuse(at: int, got: Both, want: Both) -> NoReturn:
    raise NotInForm(Both(f"第 {at} 字节", f"byte {at}"), got, want)
