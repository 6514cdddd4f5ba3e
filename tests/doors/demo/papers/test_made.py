"""Made-up papers: their figures agree, their truth stands where they are printed, and they say what they are."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hearth.doors.demo.papers.bill import drawn
from hearth.doors.demo.papers.capitals import in_capitals
from hearth.doors.demo.papers.cards import card_number
from hearth.doors.demo.papers.made import LAYOUTS, TESTING, TUNING, made
from hearth.doors.demo.papers.wear import Wear
from hearth.doors.feeds.invoice_fields import INVOICE
from hearth.words.money import fen_from_yuan
from hearth.words.numbers import identity_form

FONT = pytest.mark.chinese_font
ALL = [(kind, layout) for kinds in LAYOUTS.values() for kind, layouts in kinds.items() for layout in layouts]


@given(st.integers(0, 10**6), st.booleans())
@settings(max_examples=60, deadline=None)
def test_the_figures_of_a_bill_agree(seed: int, stay: bool) -> None:
    bill = drawn(seed, stay=stay)
    assert bill.total == sum(line.amount for line in bill.lines) == sum(bill.headings().values())
    assert bill.total == bill.fund + bill.other + bill.account + bill.cash
    assert bill.own_inside + bill.own_outside == bill.account + bill.cash
    assert min(bill.fund, bill.other, bill.account, bill.cash, bill.own_one, bill.own_two, bill.own_outside) >= 0
    for line in bill.lines:
        assert line.amount == int((line.quantity * line.price).quantize(Decimal(1), ROUND_HALF_UP))
        assert bill.from_on <= line.on <= bill.to_on
    assert bill.to_on <= bill.issued_on
    assert identity_form(bill.person.number) == bill.person.number


@given(st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_a_card_number_has_the_check_digit_of_iso_7812(seed: int) -> None:
    number = card_number(drawn(seed))
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number))]
    assert sum(sum(map(int, str(value))) for value in doubled) % 10 == 0


@pytest.mark.parametrize(
    ("fen", "said"),
    [
        (0, "零元整"), (5, "伍分"), (20, "贰角整"), (305, "叁元零伍分"), (10_000, "壹佰元整"), (10_050, "壹佰元伍角整"),
        (1_020_050, "壹万零贰佰元伍角整"), (10_010_000, "壹拾万零壹佰元整"), (100_000_000, "壹佰万元整"),
        (123_456_789_01, "壹亿贰仟叁佰肆拾伍万陆仟柒佰捌拾玖元零壹分"), (1_000_000_100_00, "壹拾亿零壹佰元整"),
    ],
)  # fmt: skip
def test_amounts_are_written_in_capitals_as_on_cheques(fen: int, said: str) -> None:
    assert in_capitals(fen) == said


def test_no_layout_is_in_both_groups() -> None:
    for kind, layouts in LAYOUTS[TUNING].items():
        assert layouts and LAYOUTS[TESTING][kind]
        assert not set(layouts) & set(LAYOUTS[TESTING][kind])
    assert len(LAYOUTS[TUNING]["invoice"]) + len(LAYOUTS[TESTING]["invoice"]) >= 6


@FONT
@pytest.mark.parametrize(("kind", "layout"), ALL)
def test_a_paper_says_that_it_is_made_up_and_where_everything_stands(kind: str, layout: str) -> None:
    page = made(11, kind, layout)
    truth = page.truth
    assert (truth["kind"], truth["layout"]) == (kind, layout)
    assert page.image.size == (truth["width"], truth["height"])
    assert any("仅供测试" in run["text"] for run in truth["ocr"])
    printed = np.asarray(page.image.convert("L"), dtype=int)
    cells = [*truth["fields"].values(), *(cell for line in truth["lines"] for cell in line.values())]
    assert cells
    for cell in cells:
        x0, y0, x1, y1 = (round(side) for side in cell["box"])
        assert 0 <= x0 < x1 <= truth["width"] and 0 <= y0 < y1 <= truth["height"], cell
        assert np.ptp(printed[y0:y1, x0:x1]) > 60, cell
    known = {field.name for field in INVOICE}
    assert all(key in known or not key.isascii() for key in truth["fields"])


@FONT
@pytest.mark.parametrize("layout", [*LAYOUTS[TUNING]["itemised_list"], *LAYOUTS[TESTING]["itemised_list"]])
def test_the_pages_of_a_list_add_up_to_its_total(layout: str) -> None:
    first = made(4, "itemised_list", layout, page=1)
    pages = [first] + [made(4, "itemised_list", layout, page=n) for n in range(2, first.truth["pages"] + 1)]
    lines = [line for page in pages for line in page.truth["lines"]]
    last = pages[-1].truth["fields"]
    assert sum(fen_from_yuan(line["amount"]["value"]) for line in lines) == fen_from_yuan(last["total"]["value"])
    assert len(pages) == 1 or "total" not in pages[0].truth["fields"]
    for line in lines:
        price, quantity = fen_from_yuan(line["price"]["value"]), Decimal(line["quantity"]["value"])
        amount = int((quantity * price).quantize(Decimal(1), ROUND_HALF_UP))
        assert amount == fen_from_yuan(line["amount"]["value"])
    if "on" in lines[0]:
        days = [date.fromisoformat(line["on"]["value"]) for line in lines]
        assert layout != "ruled" or all(one <= other for one, other in pairwise(days))


@FONT
@pytest.mark.parametrize("layout", [*LAYOUTS[TUNING]["invoice"], *LAYOUTS[TESTING]["invoice"]])
@pytest.mark.parametrize("seed", [1, 4])
def test_the_lines_of_an_invoice_add_up_to_its_total_and_its_capitals(layout: str, seed: int) -> None:
    truth = made(seed, "invoice", layout).truth
    total = fen_from_yuan(truth["fields"]["total"]["value"])
    assert sum(fen_from_yuan(line["amount"]["value"]) for line in truth["lines"]) == total
    assert truth["fields"]["total_in_words"]["value"].replace("圆", "元") == in_capitals(total)
    parts = (fen_from_yuan(truth["fields"][key]["value"]) for key in ("fund", "other_public", "account", "cash"))
    assert sum(parts) == total


@FONT
def test_the_same_seed_makes_the_same_picture() -> None:
    wear = Wear(margin=0.05, angle=2, noise=3, jpeg=80)
    one, other = (made(5, "invoice", "guangdong", wear) for _ in range(2))
    assert one.truth == other.truth
    assert one.image.tobytes() == other.image.tobytes()
    assert made(6, "invoice", "guangdong", wear).truth["fields"] != one.truth["fields"]


@FONT
@pytest.mark.parametrize(
    "wear",
    [
        Wear(margin=0.06, angle=6, perspective=0.08, fold=0.8),
        Wear(turned=90), Wear(turned=180, margin=0.04), Wear(turned=270, margin=0.04, perspective=0.05),
        Wear(long=900), Wear(long=2600, margin=0.03), Wear(cut=0.1, margin=0.04),
    ],
)  # fmt: skip
def test_places_go_along_with_the_wear(wear: Wear) -> None:
    """Each box holds ink and lies as its row does."""
    clean, page = made(4, "invoice", "national"), made(4, "invoice", "national", wear)
    grey = np.asarray(page.image.convert("L"), dtype=float)
    wide, high = page.image.size
    assert (page.truth["width"], page.truth["height"]) == (wide, high)
    inked = bare = 0
    for key in ("code", "number", "issued_on", "payer", "fund", "cash", "business_no", "total_in_words"):
        x0, y0, x1, y1 = (round(side) for side in page.truth["fields"][key]["box"])
        if x0 < 4 or y0 < 4 or x1 > wide - 4 or y1 > high - 4:
            assert wear.cut
            continue
        inside = grey[y0:y1, x0:x1]
        inked += inside.min() < 130 < np.percentile(inside, 90)
        bare += 1
        corners = clean.truth["fields"][key]["box"]
        longer = (corners[2] - corners[0]) > (corners[3] - corners[1])
        assert longer == ((x1 - x0 > y1 - y0) != (wear.turned in (90, 270)))
    assert inked == bare >= 5
