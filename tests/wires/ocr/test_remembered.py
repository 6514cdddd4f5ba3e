"""The reader of demo and tests tells what was put down, and misreads as real ones do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hearth.wires.ocr import opened
from hearth.wires.ocr.remembered import ALIKE, Remembered
from hearth.words.faults import Malformed
from hearth.words.papers import Run

PAGE = np.full((60, 80, 3), 200, np.uint8)


def run(text: str, top: float = 0) -> Run:
    return Run(text, ((0, top), (50, top), (50, top + 10), (0, top + 10)), 0.99)


def test_what_was_put_down_is_told_again_and_nothing_of_another_picture() -> None:
    reader = Remembered()
    reader.remember(PAGE, [run("合计 12.50"), run("张三", 20)])
    assert [one.text for one in reader.read(PAGE)] == ["合计 12.50", "张三"]
    assert reader.read(PAGE[:, :79]) == []


def test_a_folder_is_shared_by_processes(tmp_path: Path) -> None:
    Remembered().remember(PAGE, [run("合计 12.50")], tmp_path)
    (other,) = opened(f"memory:{tmp_path}").read(PAGE)
    assert other == run("合计 12.50")


def test_a_misread_sign_looks_like_the_right_one_and_the_right_one_is_named() -> None:
    reader = Remembered(misread=1.0, seed=3)
    reader.remember(PAGE, [run("2026-05-18")])
    (read,) = reader.read(PAGE)
    wrong = [(got, was) for got, was in zip(read.text, "2026-05-18", strict=True) if got != was]
    assert len(wrong) == 1
    got, was = wrong[0]
    assert any(got in group and was in group for group in ALIKE)
    doubted = next(sign for sign in read.signs if sign.score < 0.9)
    assert doubted.char == got and doubted.others[0][0] == was
    assert reader.read(PAGE) == [read]


def test_lost_runs_are_lost_in_their_share() -> None:
    reader = Remembered(lost=0.3, seed=1)
    reader.remember(PAGE, [run(str(n), n) for n in range(500)])
    assert 300 < len(reader.read(PAGE)) < 400


@pytest.mark.parametrize("held", ["{", "[1]", '[{"text": "a", "box": 3, "score": 1}]'])
def test_a_damaged_file_of_the_folder_is_named(tmp_path: Path, held: str) -> None:
    (tmp_path / "0123.json").write_text(held, "utf-8")
    with pytest.raises(Malformed, match=r"0123\.json"):
        opened(f"memory:{tmp_path}")
