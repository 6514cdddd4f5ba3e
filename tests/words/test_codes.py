"""Codes: every member has its words in both languages, and numbers are never shared inside a list or moved."""

from __future__ import annotations

import re
from enum import IntEnum

import pytest

from hearth.words import codes
from hearth.words.arrays import Book, Invoices, Rows
from hearth.words.codes import (
    ALL_PAPERS,
    REFER_SHIFT,
    WORDS,
    Category,
    Gate,
    InvoiceFlag,
    Paper,
    Reason,
    RowFlag,
    Source,
    word,
)

LISTS = [
    one for one in vars(codes).values() if isinstance(one, type) and issubclass(one, IntEnum) and one is not IntEnum
]
SPOKEN = {
    "Setting", "Category", "Scope", "Ownership", "Department", "Source", "Cause", "Kind", "Per", "Holder", "Unit",
    "Span", "RatioClass", "Paper", "Gate",
}  # fmt: skip
UNSPOKEN = {"Attribution", "PreExisting", "ClaimOrder", "Reason", "RowFlag", "InvoiceFlag"}
"""Lists that no text names by member: settings of products, flags, and reasons (whose words are in words.reasons)."""


def test_every_list_is_either_spoken_or_not() -> None:
    assert {one.__name__ for one in LISTS} == SPOKEN | UNSPOKEN


@pytest.mark.parametrize("one", [one for one in LISTS if one.__name__ in SPOKEN], ids=lambda one: one.__name__)
def test_every_member_has_words_in_both_languages(one: type[IntEnum]) -> None:
    for member in one:
        assert re.search(r"[\u4e00-\u9fff]", word(member, "zh")) and word(member, "zh-Hans") == word(member, "zh")
        assert word(member, "en").isascii()
    for lang in ("zh", "en"):
        spoken = [word(member, lang) for member in one]
        assert len(set(spoken)) == len(spoken), "two members with one word cannot be told apart"


def test_no_words_are_left_over() -> None:
    assert {kind.__name__ for kind, _ in WORDS} == SPOKEN
    assert all(number in {int(member) for member in kind} for kind, number in WORDS)


@pytest.mark.parametrize("one", LISTS, ids=lambda one: one.__name__)
def test_numbers_are_unique_in_a_list_and_fit_its_column(one: type[IntEnum]) -> None:
    numbers = [int(member) for member in one.__members__.values()]
    assert len(set(numbers)) == len(numbers)
    assert min(numbers) >= 0
    assert max(numbers) <= (255 if one is InvoiceFlag else 127)


def test_a_member_of_one_list_is_not_told_in_the_words_of_another() -> None:
    assert Category.BED == Source.INSURER == 0
    assert (word(Category.BED, "en"), word(Source.INSURER, "en")) == ("bed", "another insurer")


def test_bits_of_gates_and_papers_leave_room() -> None:
    assert max(Gate) < REFER_SHIFT and max(Gate) + REFER_SHIFT < 31, "gates is int32"
    assert all(ALL_PAPERS >> paper & 1 for paper in Paper)
    assert {flag.bit_count() for flag in (*RowFlag, *InvoiceFlag)} == {1}


def test_a_reason_of_a_gate_is_the_gate_s_number_and_one() -> None:
    for gate in Gate:
        if gate is not Gate.SUMS:
            assert Reason(gate + 1).value == gate + 1
    assert Gate.SUMS + 1 not in set(Reason), "an invoice that does not add up is looked at, never refused"


def test_categories_fit_the_tables_of_a_product() -> None:
    assert max(Category) < 64
    assert (Category.STAY_DAYS, Category.DIAGNOSED) == (62, 63)


PUBLISHED = {
    "Setting": ("OUTPATIENT=0 INPATIENT=1 SPECIAL_OUTPATIENT=2 OUTPATIENT_SURGERY=3 PHARMACY=4 DIAGNOSIS=5"),
    "Category": (
        "BED=0 CONSULTATION=1 EXAMINATION=2 LABORATORY=3 TREATMENT=4 SURGERY=5 NURSING=6 MATERIAL=7 "
        "WESTERN_DRUG=8 PATENT_DRUG=9 HERBAL_DRUG=10 GENERAL_CONSULTATION=11 OTHER=12 REGISTRATION=13 "
        "ANAESTHESIA=14 BLOOD=15 AMBULANCE=16 IMPLANT=17 ESCORT_BED=18 MEALS=19 PROTON_THERAPY=20 "
        "RADIOTHERAPY=21 CHEMOTHERAPY=22 TARGETED_DRUG=23 DIALYSIS=24 ANTI_REJECTION=25 REHABILITATION=26 "
        "DENTAL=27 VISION=28 COSMETIC=29 CHECK_UP=30 VACCINE=31 MATERNITY=32 GLUCOSE_DRUG=33 PRESSURE_DRUG=34 "
        "SUPPLEMENTS=35 TRANSPORT=36 DEVICE=37 STAY_DAYS=62 DIAGNOSED=63"
    ),
    "Scope": ("IN=0 OUT=1"),
    "Ownership": ("PUBLIC=0 PRIVATE=1"),
    "Department": ("ORDINARY=0 SPECIAL_NEEDS=1 INTERNATIONAL=2"),
    "Source": ("INSURER=0 EMPLOYER=1 CHARITY=2 THIRD_PARTY=3"),
    "Cause": ("ILLNESS=0 ACCIDENT=1"),
    "Kind": ("INDEMNITY=0 DAILY=1 LUMP_SUM=2"),
    "Per": ("CLAIM=0 VISIT=1 DAY=2 LINE=3"),
    "Holder": ("INSURED=0 FAMILY=1"),
    "Unit": ("FEN=0 DAYS=1 TIMES=2 SUM_INSURED_BP=3"),
    "Span": ("VISIT=0 STAY=1 DAY=2 MONTH=3 EVENT=4 TRIGGER=5 POLICY_YEAR=6 GUARANTEED=7 LIFE=8"),
    "RatioClass": (
        "SETTLED=0 UNSETTLED=1 NO_SOCIAL_INSURANCE=2 PRE_EXISTING_SETTLED=3 PRE_EXISTING_UNSETTLED=4 "
        "PRE_EXISTING_NO_SOCIAL_INSURANCE=5"
    ),
    "Gate": (
        "IN_FORCE=0 PERSON=1 WAITING=2 HOSPITAL=3 EXCLUSION=4 PRE_EXISTING=5 TIME_WINDOW=6 DUPLICATE=7 "
        "NECESSARY=8 PAPERS=9 ENDED=10 BENEFIT=11 SUMS=12"
    ),
    "Paper": (
        "APPLICATION=0 IDENTITY=1 INVOICE=2 ITEMISED_LIST=3 SETTLEMENT_SHEET=4 DISCHARGE_SUMMARY=5 "
        "DIAGNOSIS_CERTIFICATE=6 PATHOLOGY=7 PRESCRIPTION=8 ACCIDENT_PROOF=9 OTHER_INSURER_SHEET=10 "
        "BANK_ACCOUNT=11 RELATION_PROOF=12 MEDICAL_RECORD=13"
    ),
    "Reason": (
        "PAID_IN_FULL=0 NOT_IN_FORCE=1 OTHER_PERSON=2 IN_WAITING=3 HOSPITAL_NOT_ACCEPTED=4 EXCLUDED=5 "
        "THERE_BEFORE=6 OUTSIDE_WINDOW=7 COUNTED_ALREADY=8 NOT_NECESSARY=9 PAPER_MISSING=10 CONTRACT_ENDED=11 "
        "NOT_A_BENEFIT=12 NOTHING_LEFT=20 DEDUCTIBLE_TOOK=21 OWN_SHARE_TOOK=22 LIMIT_TOOK=23 AGE_TOOK=24 "
        "ITEM_CAP_TOOK=25"
    ),
}
"""Numbers that data may hold: none of them ever changes; new ones are written down here too."""


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_number_keeps_its_meaning(name: str) -> None:
    assert [f"{member.name}={int(member)}" for member in getattr(codes, name)] == PUBLISHED[name].split()


def test_columns_named_by_codes_are_there() -> None:
    assert {"category", "scope", "flags"} <= set(Rows._fields)
    assert {"setting", "flags"} <= set(Invoices._fields)
    assert {"kind", "per", "rule_holder", "rule_unit", "rule_span"} <= set(Book._fields)
