"""The reader is opened once, and empty cells of a list are looked at again."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from hearth.desks.books.reader import read_page, reader
from hearth.wires.ocr.remembered import Remembered
from hearth.words.papers import PaperKind, Run

PAGE = np.full((400, 900, 3), 255, np.uint8)


def run(x: float, y: float, text: str, high: float = 24) -> Run:
    wide = sum(high if ord(sign) > 255 else high * 0.55 for sign in text)
    return Run(text, ((x, y), (x + wide, y), (x + wide, y + high), (x, y + high)), 0.99)


def test_a_picture_becomes_its_print_and_what_that_says(tmp_path: Path) -> None:
    runs = [run(300, 20, "住院费用清单", 36), run(60, 80, "姓名：钱波")]
    runs += [run(60, 120, "项目名称"), run(400, 120, "数量"), run(600, 120, "金额")]
    runs += [run(60, 160, "血常规"), run(410, 160, "1"), run(600, 160, "25.00")]
    Remembered().remember(PAGE, runs, tmp_path)
    spec = f"memory:{tmp_path}"
    print_of, paper = read_page(PAGE, spec)
    assert list(print_of) == runs and paper.kind is PaperKind.ITEMISED_LIST
    assert paper.fields["payer"].value == "钱波" and paper.lines[0]["amount"].value == "25.00"
    assert reader(spec) is reader(spec)


def test_a_cell_that_was_not_found_at_first_is_found_at_the_second_look(tmp_path: Path) -> None:
    class Hasty(Remembered):
        def read(self, picture):  # type: ignore[no-untyped-def]
            return [one for one in super().read(picture) if one.text != "7"]

    hasty = Hasty()
    page = [run(60, 120, "项目名称"), run(400, 120, "数量"), run(600, 120, "金额")]
    page += [run(60, 160, "血常规"), run(410, 160, "1"), run(600, 160, "25.00")]
    page += [run(60, 200, "床位费"), run(412, 200, "7"), run(600, 200, "70.00")]
    hasty.remember(PAGE, page)
    from hearth.kernel.documents.reading.gap import complete, gaps
    from hearth.kernel.documents.reading.paper import extract

    first = extract(hasty.read(PAGE))
    assert "quantity" not in first.lines[1] and [gap.cell for gap in gaps(first)] == ["quantity"]
    whole = complete(first, lambda places: hasty.read_at(PAGE, places))
    assert whole.lines[1]["quantity"].value == "7"
