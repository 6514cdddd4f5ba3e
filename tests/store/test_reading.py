"""YAML and JSON become plain values; whatever is wrong is told once, with its line."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from hearth.kernel.adjudication.case import Case
from hearth.kernel.product.terms import Terms
from hearth.store.reading import MAX_BYTES, parse_model, read_json, read_yaml
from hearth.words.faults import Malformed

CASE = """\
case: one bill
policies:
  - {no: P-1, product: outpatient, starts_on: 2026-01-01, insured: [mei]}
claims:
  - no: C-1
    insured: mei
    invoices:
      - setting: outpatient
        visited_on: 2026-03-02
        lines:
          - {category: western_drug, amount: 0.28}
"""


def refused(text: str, read: Any = read_yaml) -> tuple[str, str, str]:
    with pytest.raises(Malformed) as told:
        read(text, "case.yaml")
    data = told.value.data
    assert data["file"] == "case.yaml"
    return data["place"], data["got"], data["want"]


def test_amounts_keep_the_digits_that_were_written() -> None:
    text = "a: 0.1\nb: 1,234.50\nc: 12\nd: 1e3\ne: 0012\nf: '7'\ng: 1_000\nh: .inf\ni: 0x1F\nj: 12:30"
    assert read_yaml(text, "f") == {
        "a": "0.1",
        "b": "1,234.50",
        "c": 12,
        "d": "1e3",
        "e": "0012",
        "f": "7",
        "g": "1_000",
        "h": ".inf",
        "i": "0x1F",
        "j": "12:30",
    }
    assert read_json('{"a": 0.1, "b": 12, "c": 100000000000000000000, "d": NaN}', "f") == {
        "a": "0.1",
        "b": 12,
        "c": "100000000000000000000",
        "d": "NaN",
    }


def test_days_truths_and_nothing_are_read_and_no_is_a_word() -> None:
    text = "no: yes\non: 2026-01-31\noff: true\nx: null\ny:\nz: 2026-01-31 10:00\nvalues: {2026-01-01: 1}"
    assert read_yaml(text, "f") == {
        "no": "yes",
        "on": date(2026, 1, 31),
        "off": True,
        "x": None,
        "y": None,
        "z": "2026-01-31 10:00",
        "values": {date(2026, 1, 1): 1},
    }


@pytest.mark.parametrize(
    ("text", "place", "got"),
    [
        ("a: 1\nb: 2\na: 3", "line 3", "the key 'a' twice"),
        ("2026-01-01: 1\n'2026-01-01': 2", "line 2", "the key '2026-01-01' twice"),
        ("a: 1\nb: 2026-02-30", "line 2", "2026-02-30"),
        (
            "a: !!python/object/apply:os.system [ls]",
            "line 1",
            "the tag tag:yaml.org,2002:python/object/apply:os.system",
        ),
        ("a: !!float 1", "line 1", "the tag tag:yaml.org,2002:float"),
        ("a: &x {b: *x}", "line 1", "an alias inside itself"),
        ("a: &x {b: 1}\nc:\n  <<: *x", "line 3", "the merge key <<"),
        ("? [1, 2]\n: 3", "line 1", "a list or fields as a key"),
        ("", "whole file", "an empty file"),
        ("[" * 200 + "]" * 200, "line 1", "deeper nesting"),
        ("- " * 500, "line 1", "deeper nesting"),
    ],
)
def test_yaml_that_is_not_plain_data_is_refused_with_its_line(text: str, place: str, got: str) -> None:
    assert refused(text)[:2] == (place, got)


def test_broken_yaml_is_told_with_line_and_column() -> None:
    place, got, want = refused("a: [1, 2\nb: 3")
    assert place.startswith("line 2, column") and "flow sequence" in got and want == "YAML"
    assert refused("a:\n\t- 1")[0] == "line 2, column 1"
    assert refused("a: 1\n---\nb: 2")[0] == "line 2, column 1"


def test_an_alias_may_repeat_but_not_explode() -> None:
    assert read_yaml("a: &x [1, 2]\nb: *x", "f") == {"a": [1, 2], "b": [1, 2]}
    levels = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    assert "values" in refused("\n".join(levels))[1]


def test_a_huge_text_is_refused_before_it_is_read() -> None:
    assert refused("a: " + "x" * MAX_BYTES)[1] == f"{MAX_BYTES + 3:,} bytes"


def test_bytes_that_are_not_text_are_told_with_their_line() -> None:
    with pytest.raises(Malformed) as told:
        read_yaml(b"a: 1\nb: \xff", "f")
    assert told.value.data["place"] == "line 2" and "0xff" in told.value.data["got"]
    assert read_yaml("﻿a: 1".encode(), "f") == {"a": 1}


def test_broken_json_is_told_with_line_and_column() -> None:
    assert refused('{"a": 1,\n "b" 2}', read_json)[0] == "line 2, column 6"
    assert refused('{"a": 1', read_json)[1] == "the end of the text"
    assert refused('{"a": 1, "a": 2}', read_json)[1] == "the key 'a' twice"
    assert refused("[" * 500, read_json)[1] == "deeper nesting"


# --- models ----------------------------------------------------------------------------------------------------------


def wrong(text: str, file: str = "case.yaml") -> tuple[str, str, str]:
    with pytest.raises(Malformed) as told:
        parse_model(Case, text, file)
    data = told.value.data
    return data["place"], data["got"], data["want"]


def test_a_case_is_read_from_yaml_and_json() -> None:
    case = parse_model(Case, CASE, "case.yaml")
    assert case.claims[0].invoices[0].lines[0].amount == 28
    again = parse_model(Case, json.dumps(read_yaml(CASE, "f"), default=str), "case.json")
    assert again == case


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "amount: 0.28",
            "amount: 0.285",
            (
                "line 11: claims[0].invoices[0].lines[0].amount",
                "'0.285'",
                "an amount in yuan with at most two decimals",
            ),
        ),
        (
            "amount: 0.28",
            "amount: -5",
            ("line 11: claims[0].invoices[0].lines[0].amount", "-5", "not below zero"),
        ),
        (
            "amount: 0.28",
            "amount: 1000000000000000",
            (
                "line 11: claims[0].invoices[0].lines[0].amount",
                "1000000000000000",
                "not more than the ceiling of 10,000,000,000.00 yuan",
            ),
        ),
        (
            "visited_on: 2026-03-02",
            "visited_on: soon",
            ("line 9: claims[0].invoices[0].visited_on", "'soon'", "a valid date or datetime, input is too short"),
        ),
        (
            "insured: mei\n",
            "insurd: mei\n",
            ("line 5: claims[0]", "nothing", "the field insured (and 1 more to look at)"),
        ),
    ],
)
def test_what_is_wrong_in_a_case_is_told_with_line_path_got_and_want(
    old: str, new: str, expected: tuple[str, str, str]
) -> None:
    assert wrong(CASE.replace(old, new)) == expected


def test_an_unknown_field_is_told_with_the_one_that_was_meant() -> None:
    place, got, want = wrong(CASE.replace("visited_on: 2026-03-02", "visited_on: 2026-03-02\n        setings: x"))
    assert (place, got, want) == ("line 10: claims[0].invoices[0].setings", "the unknown field 'setings'", "setting")


def test_an_unknown_category_is_told_with_those_there_are() -> None:
    place, got, want = wrong(CASE.replace("western_drug", "drugs"))
    assert (place, got) == ("line 11: claims[0].invoices[0].lines[0].category", "'drugs'")
    assert want.startswith("one of bed, consultation")


def test_a_comma_inside_braces_is_explained() -> None:
    place, got, want = wrong(CASE.replace("amount: 0.28", "amount: 12,345.00"))
    assert (place, got) == ("line 11: claims[0].invoices[0].lines[0].345.00", "the unknown field '345.00'")
    assert "comma" in want


def test_the_line_is_told_in_json_with_tabs_too() -> None:
    text = '{\n\t"case": "x",\n\t"policies": [],\n\t"claims": []\n}'
    assert wrong(text, "c.json")[0] == "line 3: policies"


def test_a_list_where_fields_belong_is_told() -> None:
    assert wrong("- 1\n- 2") == ("whole file", "a list of 2", "fields such as case, about, people, policies")


def test_a_number_of_the_terms_that_is_none_is_told_with_its_line() -> None:
    text = """\
code: small
version: "1"
name: {zh: 小, en: Small}
type: medical
sold_from: 2026-01-01
waiting:
  days: {what: waiting, unit: days, source: "1.1", values: {2026-01-01: 30.5}}
benefits: []
"""
    with pytest.raises(Malformed) as told:
        parse_model(Terms, text, "terms.yaml")
    assert told.value.data["place"] == "line 7: waiting.days"
    assert told.value.data["got"] == "waiting: 30.5 days"
    assert told.value.data["want"].startswith("a whole number")
