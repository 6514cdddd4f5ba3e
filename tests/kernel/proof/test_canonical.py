"""A value has one way to be written: equal values give equal bytes, and other bytes for the same value are refused."""

from __future__ import annotations

import enum
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hearth.kernel.proof.canonical import CEILING, DEPTH, MOST_BYTES, canonical, read_canonical
from hearth.kernel.proof.saying import NotInForm

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
whole = st.integers(1 - CEILING, CEILING - 1)
plain = st.recursive(
    st.none() | st.booleans() | whole | text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=300, deadline=None)
@given(plain)
def test_what_is_written_is_read_back_the_same(value: Any) -> None:
    written = canonical(value)
    assert read_canonical(written) == value == json.loads(written)
    assert canonical(read_canonical(written)) == written


@settings(max_examples=200, deadline=None)
@given(plain, plain)
def test_different_values_are_written_differently(one: Any, other: Any) -> None:
    # True == 1 in Python; on paper they differ.
    assert (canonical(one) == canonical(other)) == (repr(_sorted(one)) == repr(_sorted(other)))


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(one) for one in value] if isinstance(value, list) else value


def test_keys_are_sorted_and_nothing_is_between() -> None:
    assert canonical({"b": [1, True, None], "a": {"d": "", "c": -2}}) == b'{"a":{"c":-2,"d":""},"b":[1,true,null]}'


def test_keys_are_sorted_as_rfc_8785_does_it() -> None:
    # RFC 8785, 3.2.3: by UTF-16 code units, so that an emoji comes before a character of the Hebrew presentation forms.
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    assert list(json.loads(canonical(dict.fromkeys(keys, 0)))) == [
        "\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33",
    ]  # fmt: skip


def test_text_is_written_as_rfc_8785_does_it() -> None:
    # RFC 8785, 3.2.2.2
    assert canonical('\u20ac$\u000f\nA\'B"\\\\"/') == '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'.encode()
    assert canonical("梅\x7f\u2028") == '"梅\x7f\u2028"'.encode()


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        Decimal("1"),
        b"bytes",
        (1, 2),
        {1: "a"},
        {"a": {1, 2}},
        CEILING,
        -CEILING,
        1 << 20_000,
        "\ud800",
        {"\udfff": 1},
        enum.IntEnum("Gate", {"WAITING": 1}).WAITING,  # type: ignore[attr-defined]
        {"a": [{"b": object()}]},
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_cannot_be_recorded_is_refused(value: Any) -> None:
    with pytest.raises(NotInForm) as refused:
        canonical(value)
    assert all(refused.value.sentence(lang) for lang in ("zh", "en"))


def test_a_refusal_names_the_place() -> None:
    with pytest.raises(NotInForm, match=r"data\.lines\[1\]\.fen: got float 12\.5; want text, a whole number"):
        canonical({"data": {"lines": [{"fen": 1}, {"fen": 12.5}]}})  # type: ignore[dict-item]


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


def test_values_within_values_have_a_limit() -> None:
    assert read_canonical(canonical(nested(DEPTH))) == nested(DEPTH)
    with pytest.raises(NotInForm, match="too deep"):
        canonical(nested(DEPTH + 1))
    for data in (b"[" * (DEPTH + 1) + b"]" * (DEPTH + 1), b"[" * 400_000, b'{"a":' * 100_000):
        with pytest.raises(NotInForm):
            read_canonical(data)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b'{"a":1}\n', "byte 7: got another way to write it"),
        (b' {"a":1}', "byte 0"),
        (b'{"a": 1}', "byte 5"),
        (b'{"b":1,"a":2}', "byte 2"),
        (b'{"a":1,"a":1}', "the key 'a' twice"),
        (b'{"a":1.0}', r"the number 1\.0"),
        (b'{"a":1e2}', "the number 1e2"),
        (b'{"a":NaN}', "the number NaN"),
        (b'{"a":-Infinity}', "the number -Infinity"),
        (b'{"a":-0}', "byte 5"),
        (b'{"a":01}', "not JSON"),
        (b"9007199254740992", "got 9007199254740992"),
        (b"1" * 5000, "the number 1111"),
        (b'"\\u6885"', "byte 1"),
        (b'"\\/"', "byte 1"),
        (b'"\\u000A"', "byte 2"),
        (b'"\\ud800"', "half a character"),
        (b'"\xff"', "byte 1: got bytes that are not UTF-8"),
        (b'"\xed\xa0\x80"', "not UTF-8"),
        (b"\xef\xbb\xbf1", "not JSON"),
        ("梅".encode(), "byte 0: got what is not JSON"),
        ('"梅'.encode() + b'"x', "byte 5: got what is not JSON"),
        (b"", "not JSON"),
        (b'"a\nb"', "not JSON"),
        (b'{"a":1}{"a":1}', "not JSON"),
        (b"[1,]", "not JSON"),
        (b"//1", "not JSON"),
        (b'"' + b"a" * MOST_BYTES + b'"', "at most"),
    ],
)
def test_any_other_way_to_write_a_value_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(NotInForm, match=says) as refused:
        read_canonical(data)
    assert "\n" not in refused.value.sentence("zh")


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=60) | st.text(max_size=30).map(lambda one: one.encode("utf-8", "surrogatepass")))
def test_whatever_the_bytes_are_they_are_read_or_refused(data: bytes) -> None:
    try:
        value = read_canonical(data)
    except NotInForm:
        return
    assert canonical(value) == data
