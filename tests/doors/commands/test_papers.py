"""`hearth papers`: files are read, raw print is extracted, labelled folders are measured."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from hearth.doors.commands.papers import figures, papers, runs_of
from hearth.kernel.documents.reading.check import checked
from hearth.kernel.documents.reading.evaluating import scored
from hearth.kernel.documents.reading.paper import extract
from hearth.wires.ocr.remembered import Remembered
from hearth.words.faults import Fault, Malformed
from hearth.words.papers import Run
from tests.doors.feeds.einvoice.test_einvoice import LAUGHS, STATED


def run(x: float, y: float, text: str, high: float = 24) -> Run:
    wide = sum(high if ord(sign) > 255 else high * 0.55 for sign in text)
    return Run(text, ((x, y), (x + wide, y), (x + wide, y + high), (x, y + high)), 0.99)


PRINT = [
    run(300, 20, "住院费用清单", 36), run(60, 80, "姓名：钱波"), run(60, 120, "项目名称"), run(400, 120, "数量"),
    run(600, 120, "金额"), run(60, 160, "血常规"), run(410, 160, "1"), run(600, 160, "25.00"),
    run(60, 220, "合计：25.00"),
]  # fmt: skip
TRUTH = {
    "kind": "itemised_list", "layout": "own", "group": "testing", "width": 900, "height": 400, "wear": {},
    "fields": {"payer": {"text": "钱波", "value": "钱波"}, "total": {"text": "25.00", "value": "25.00"},
               "住院号": {"text": "1", "value": "1"}},
    "lines": [{"name": {"text": "血常规", "value": "血常规"}, "amount": {"text": "25.00", "value": "25.00"}}],
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A labelled folder of one page, and a reader that knows its print."""
    known, labelled = tmp_path / "known", tmp_path / "labelled"
    known.mkdir()
    labelled.mkdir()
    picture = np.full((400, 900, 3), 255, np.uint8)
    Remembered().remember(picture, PRINT, known)
    Image.fromarray(picture).save(labelled / "000001.png")
    (labelled / "000001.json").write_text(json.dumps(TRUTH), "utf-8")
    monkeypatch.setenv("HEARTH_READER", f"memory:{known}")
    return labelled


def test_a_photograph_is_read(folder: Path) -> None:
    done = CliRunner().invoke(papers, ["read", str(folder / "000001.png"), "--lang", "en"])
    assert done.exit_code == 0, done.output
    assert "itemised list" in done.output and "钱波" in done.output and "25.00" in done.output


def test_json_has_boxes_statuses_and_confidences(folder: Path) -> None:
    done = CliRunner().invoke(papers, ["read", str(folder / "000001.png"), "--json"])
    (page,) = json.loads(done.stdout)
    total = page["fields"]["total"]
    assert (page["kind"], total["value"], total["status"]) == ("itemised_list", "25.00", "proven")
    assert len(total["box"]) == 4 and 0 < total["confidence"] < 1
    assert page["lines"][0]["name"]["value"] == "血常规"


def test_an_electronic_invoice_needs_no_reader(tmp_path: Path) -> None:
    (tmp_path / "票据.xml").write_text(STATED, "utf-8")
    done = CliRunner().invoke(papers, ["read", str(tmp_path / "票据.xml"), "--lang", "zh"])
    assert done.exit_code == 0 and "医疗收费票据" in done.output and "已核对一致" in done.output


def test_what_cannot_be_read_is_said_and_the_rest_is_read(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "bad.xml").write_bytes(LAUGHS)
    (tmp_path / "bad.jpg").write_bytes(b"\xff\xd8\xff\xe0 no picture")
    (tmp_path / "bad.svg").write_bytes(b"<svg><script>alert(1)</script></svg>")
    files = [tmp_path / "bad.xml", tmp_path / "bad.jpg", tmp_path / "bad.svg", tmp_path / "none.png"]
    asked = [*map(str, files), str(folder / "000001.png")]
    done = CliRunner().invoke(papers, ["read", *asked, "--lang", "en"])
    assert done.exit_code == 2
    assert done.stderr.count("cannot be read") == 4 and "钱波" in done.stdout


@pytest.mark.parametrize("form", ["list", "lines", "corners"])
def test_raw_print_is_extracted_in_any_of_its_forms(tmp_path: Path, form: str) -> None:
    rows = [
        {"text": one.text, "box": one.box if form == "corners" else one.around, "score": one.score} for one in PRINT
    ]
    (tmp_path / "lines.json").write_text(json.dumps({"lines": rows} if form == "lines" else rows), "utf-8")
    done = CliRunner().invoke(papers, ["extract", str(tmp_path / "lines.json"), "--json"])
    assert json.loads(done.stdout)["fields"]["total"]["value"] == "25.00"


@pytest.mark.parametrize(
    "held",
    ["{", "3", '[{"text": "a"}]', '[{"text": "a", "box": [1, 2, 3], "score": 1}]', '[{"text": 3, "box": [0, 0, 1, 1]}]',
     '[{"text": "a", "box": [0, 0, 1, 1], "score": 7}]', '[{"text": "a", "box": [0, 0, 1e99, 1]}]', '["a"]'],
)  # fmt: skip
def test_raw_print_in_another_form_is_refused(tmp_path: Path, held: str) -> None:
    (tmp_path / "lines.json").write_text(held, "utf-8")
    with pytest.raises(Malformed):
        runs_of(tmp_path / "lines.json")


def test_a_labelled_folder_is_measured(folder: Path, tmp_path: Path) -> None:
    to = tmp_path / "figures.json"
    done = CliRunner().invoke(papers, ["evaluate", str(folder), "--json", str(to), "--table"])
    assert done.exit_code == 0, done.output
    found = json.loads(to.read_text("utf-8"))
    assert found["pages"] == 1 and found["exact cells"] == 1.0
    assert found["exact fields"] == pytest.approx(2 / 3)
    assert found["by wear"]["clean"][2] == 5 and "itemised_list/own" in found["by kind and layout"]
    assert "TABLE" in done.output


def test_a_folder_without_truth_is_said(tmp_path: Path) -> None:
    done = CliRunner().invoke(papers, ["evaluate", str(tmp_path)])
    assert isinstance(done.exception, Fault)


def test_exact_means_the_value_whatever_the_width_of_its_signs() -> None:
    paper = checked(extract(PRINT))
    wide = {
        "fields": {"total": {"value": "２５.００"}},
        "lines": [{"name": {"value": "血 常规"}}, {"name": {"value": "X光"}}],
    }
    found = scored(paper, wide)
    assert [(one.key, one.is_cell, one.is_right) for one in found] == [
        ("total", False, True),
        ("name", True, True),
        ("name", True, False),
    ]
    assert figures([({}, found)])["exact cells"] == 0.5


def test_what_does_not_agree_is_told_in_a_sentence(tmp_path: Path) -> None:
    wrong = [run(300, 20, "住院费用清单", 36), run(60, 120, "项目名称"), run(400, 120, "数量"), run(500, 120, "单价"),
             run(600, 120, "金额"), run(60, 160, "血常规"), run(410, 160, "2"), run(500, 160, "30.00"),
             run(600, 160, "25.00"), run(60, 220, "合计：25.00")]  # fmt: skip
    file = tmp_path / "page.json"
    file.write_text(
        json.dumps([{"text": one.text, "box": one.box, "score": one.score} for one in wrong], ensure_ascii=False),
        "utf-8",
    )
    for lang, says in (
        ("en", "Line 1: quantity times price, or its parts, give 60.00"),
        ("zh", "第 1 行：按数量和单价"),
    ):
        told = CliRunner().invoke(papers, ["extract", str(file), "--lang", lang]).output
        assert says in told and "LINE_DIFFERS" not in told
