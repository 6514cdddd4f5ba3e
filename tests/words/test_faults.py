"""A fault tells the caller what, where, what was got and what is wanted, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from string import Formatter

import pytest

import hearth.kernel.adjudication.chains
import hearth.store.shelf  # noqa: F401
from hearth.words.faults import BeforeFirstDay, Fault, Malformed, OrdersDiffer, UnknownProduct


def every(kind: type[Fault] = Fault) -> Iterator[type[Fault]]:
    for one in kind.__subclasses__():
        yield one
        yield from every(one)


FAULTS = sorted(set(every()), key=lambda one: one.__name__)


@pytest.mark.parametrize("one", FAULTS, ids=lambda one: one.__name__)
def test_both_sentences_of_a_fault_take_the_same_data(one: type[Fault]) -> None:
    zh, en = ({name for _, name, _, _ in Formatter().parse(text) if name} for text in (one.says_zh, one.says))
    # A value that is words itself is handed over in both languages: `why` and `why_zh`.
    assert {name if name in en else name.removesuffix("_zh") for name in zh} == en
    assert one.code.isupper() and 400 <= one.status < 600
    assert one.says_zh != Fault.says_zh and one.says != Fault.says


def test_no_two_faults_have_one_code() -> None:
    codes = [one.code for one in FAULTS if one.__module__.startswith("hearth.")]
    assert len(set(codes)) == len(codes)


def test_a_fault_is_its_sentence_and_keeps_its_data() -> None:
    fault = UnknownProduct(product="x", known="a, b")
    assert str(fault) == fault.sentence("en") == "There is no product x; there are a, b."
    assert fault.sentence("zh-Hans") == "没有产品 x；现有 a, b。"
    assert fault.data == {"product": "x", "known": "a, b"}
    assert isinstance(fault, Fault)


def test_what_is_malformed_names_file_place_got_and_want() -> None:
    assert str(Malformed(got="5", want="6")) == "input: whole file: got 5; want 6."
    assert str(Malformed(file="a.yaml", place="line 3", got="5", want="6")) == "a.yaml: line 3: got 5; want 6."


def test_codes_of_the_kernel_s_faults_stay() -> None:
    assert (BeforeFirstDay.code, OrdersDiffer.code, Malformed.code, UnknownProduct.code) == (
        "BEFORE_FIRST_DAY", "ORDERS_DIFFER", "MALFORMED", "UNKNOWN_PRODUCT",
    )  # fmt: skip


def test_data_that_a_sentence_lacks_is_a_bug() -> None:
    with pytest.raises(KeyError):
        UnknownProduct(product="x")
