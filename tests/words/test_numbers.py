"""Numbers of people have one form, however they are typed."""

from __future__ import annotations

from datetime import date

import pytest

from hearth.words.faults import Malformed
from hearth.words.numbers import born_by_number, check_digit, identity_form, masked, phone_form, sex_by_number


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("13800000001", "+8613800000001"),
        ("138-0000 0001", "+8613800000001"),
        ("+86 138 0000 0001", "+8613800000001"),
        ("008613800000001", "+8613800000001"),
        ("8613800000001", "+8613800000001"),
        ("１３８００００００００１"[:11], "+8613800000000"),
        ("+852 9123 4567", "+85291234567"),
    ],
)
def test_a_telephone_has_one_form(typed: str, kept: str) -> None:
    assert phone_form(typed) == kept


@pytest.mark.parametrize(
    "typed", ["", "12800000001", "1380000000", "138000000011", "+86123", "+86 010 1234", "mei", "+0123456789"]
)
def test_what_is_no_telephone_is_refused(typed: str) -> None:
    with pytest.raises(Malformed):
        phone_form(typed)


def test_a_resident_number_states_birthday_and_sex_and_its_last_digit_is_checked() -> None:
    number = identity_form(" 11010519491231002x ")
    assert number == "11010519491231002X" and check_digit(number[:17]) == "X"
    assert (born_by_number(number), sex_by_number(number)) == (date(1949, 12, 31), "F")
    for digit in "0123456789":
        with pytest.raises(Malformed):
            identity_form(number[:17] + digit)
    assert identity_form("h12345678") == "H12345678" and born_by_number("H12345678") is None


def test_a_number_is_shown_by_its_ends() -> None:
    assert (masked("13800000001"), masked("1234567"), masked("12345678", front=1, back=0)) == (
        "138****0001",
        "1234567",
        "1****",
    )
