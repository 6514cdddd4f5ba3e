"""The demo's pictures say what the claim says: the same invoice, days, lines and who paid what."""

from __future__ import annotations

import io
from datetime import date

import numpy as np
import pytest
from PIL import Image

from hearth.doors.demo.bills import Till, drugs, found, stay, visits
from hearth.doors.demo.papers.shown import bill_of
from hearth.doors.demo.pictures import Insured, picture
from hearth.doors.feeds.papers import judged
from hearth.doors.feeds.uploads import examined
from hearth.words.money import fen_from_yuan
from tests.cast import HUI

FONT = pytest.mark.chinese_font
ON = date(2026, 3, 4)


def till() -> Till:
    return Till(np.random.default_rng(3))


@pytest.mark.parametrize("seed", range(4))
def test_a_bill_says_what_the_claim_says(seed: int) -> None:
    facts = stay(till(), ON, days=6, whole=30_000) if seed % 2 else visits(till(), ON, date(2026, 5, 1), count=2)
    stated = facts["invoices"][0]
    bill = bill_of(facts, HUI.zh, HUI.sex, HUI.born_on, seed)
    assert (bill.code, bill.number, bill.hospital) == (stated["code"], stated["number"], stated["hospital"]["name"])
    assert [(line.item.name, line.amount) for line in bill.lines] == [
        (line["name"], fen_from_yuan(line["amount"])) for line in stated["lines"]
    ]
    for ours, key in ((bill.total, "total"), (bill.fund, "fund"), (bill.account, "account"), (bill.cash, "cash")):
        assert ours == fen_from_yuan(stated[key])
    assert bill.own_inside + bill.own_outside == bill.account + bill.cash
    assert min(bill.own_inside, bill.own_outside) >= 0
    assert (bill.person.name, bill.person.sex, bill.from_on) == ("慧", "女", ON)
    assert all(line.quantity * line.price == line.amount for line in bill.lines)


def test_a_diagnosis_and_a_pharmacy_have_a_bill_too() -> None:
    told = bill_of(found(ON, "malignancy_mild", "C73"), HUI.zh, HUI.sex, HUI.born_on, 1)
    assert (told.disease[1], told.from_on) == ("C73", ON)
    bought = bill_of(drugs(till(), ON, date(2026, 1, 1)), HUI.zh, HUI.sex, HUI.born_on, 1)
    assert (bought.hospital, len(bought.lines)) == ("同安大药房", 1)


@FONT
@pytest.mark.parametrize("kind", ["invoice", "itemised_list", "discharge_summary", "pathology", "medical_record"])
def test_a_picture_of_the_demo_is_an_upload_of_good_quality(kind: str) -> None:
    insured = Insured(HUI.zh, HUI.sex, HUI.born_on)
    facts = stay(till(), ON, days=6, whole=30_000)
    drawn = picture(kind, f"demo-1 {kind}", facts, insured)
    seen = examined(drawn.name, drawn.content)
    assert (seen.width, seen.height) == (drawn.width, drawn.height)
    assert judged(drawn.content, seen.kind).verdict.codes() == ()
    assert picture(kind, f"demo-1 {kind}", facts, insured).content == drawn.content
    assert picture(kind, f"demo-2 {kind}", facts, insured).content != drawn.content
    assert Image.open(io.BytesIO(drawn.thumbnail)).width == pytest.approx(drawn.width / 3, abs=1)


def test_without_facts_a_picture_is_grey_lines_with_bytes_of_its_own() -> None:
    one, other = picture("invoice", "a invoice"), picture("invoice", "b invoice")
    assert one.content_type == "image/png" and one.content != other.content
    assert examined(one.name, one.content).width == one.width
