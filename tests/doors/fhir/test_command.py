"""`hearth decide --fhir`: a summary on the screen, a whole file or none."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from hearth.doors.commands.main import main
from hearth.doors.fhir.command import run
from hearth.words.faults import Malformed, UnknownProduct
from tests.doors.fhir.bundles import SNOMED, bundle, claim, item, money, patient, visit, write
from tests.doors.fhir.conftest import AT


def test_the_summary_names_claims_sums_and_what_is_open(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    odd = claim("odd", item(1, "703423002", money(16_924.49, "USD"), SNOMED), item(2))
    path = write(tmp_path, bundle(patient(), odd))
    assert run(path, "outpatient", True, "en", False, None, AT) == 0
    shown = capsys.readouterr().out
    for wanted in ("USD", "CNY", "16,924.49", "703423002", "partial", "items without an amount", "--out"):
        assert wanted in shown
    assert shown.index("USD") < shown.index("16,924.49")


def test_the_summary_speaks_chinese(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(write(tmp_path, visit()), "outpatient", False, "zh", False, None, AT)
    shown = capsys.readouterr().out
    assert "136.24" in shown and "没有未能对应的内容" in shown and "假设" in shown


def test_out_holds_the_bundle_and_json_the_whole_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "eob.json"
    run(write(tmp_path, visit()), "outpatient", False, "en", True, out, AT)
    report = json.loads(capsys.readouterr().out, parse_float=Decimal)
    assert report["totals"] == {"claims": 1, "billed": Decimal("170.30"), "payable": Decimal("136.24")}
    assert report["not_mapped"] == []
    assert report["claims"][0]["outcome"] == "complete"
    assert report["bundle"] == json.loads(out.read_text("utf-8"), parse_float=Decimal)
    assert report["bundle"]["type"] == "collection"


def test_a_bad_bundle_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    out = tmp_path / "eob.json"
    out.write_text("before")
    with pytest.raises(Malformed):
        run(write(tmp_path, bundle(patient())), "outpatient", False, "en", False, out, AT)
    assert out.read_text() == "before"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["bundle.json", "eob.json"]


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    path = write(tmp_path, visit())
    for out in (tmp_path / "none" / "eob.json", tmp_path, path):
        with pytest.raises(Malformed) as told:
            run(path, "outpatient", False, "en", False, out, AT)
        assert told.value.data["file"] == str(out)
    assert json.loads(path.read_text()) == visit()
    assert [each.name for each in tmp_path.iterdir()] == ["bundle.json"]


def test_an_unknown_product_is_told_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(UnknownProduct) as told:
        run(tmp_path / "none.json", "no-such", False, "en", False, None, AT)
    assert "million-medical" in told.value.data["known"]


def test_texts_of_the_bundle_are_no_markup_and_no_terminal_codes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = item(1, "[bold]x[/nope]", 5, "urn:x")
    odd["productOrService"]["coding"][0]["display"] = "PHQ-2 [Reported] \x1b[31mred"
    run(write(tmp_path, bundle(patient(), claim("odd", odd))), "outpatient", False, "en", False, None, AT)
    shown = capsys.readouterr().out
    assert "[bold]x[/nope]" in shown and "[Reported]" in shown
    assert "\x1b[31m" not in shown


def test_the_command_ends_with_status_2_and_one_sentence(tmp_path: Path) -> None:
    path = write(tmp_path, bundle(patient(), claim("one", item(1, "laboratory", money(-1)))))
    result = CliRunner().invoke(main, ["decide", "--fhir", str(path), "--product", "outpatient"])
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert "entry[1].resource.item[0].net.value" in result.output
    assert result.output.count("\n") == 1


def test_the_command_decides_and_writes(tmp_path: Path) -> None:
    path, out = write(tmp_path, visit()), tmp_path / "eob.json"
    result = CliRunner().invoke(
        main, ["decide", "--fhir", str(path), "--product", "outpatient", "--lang", "en", "--out", str(out)]
    )
    assert result.exit_code == 0, result.output
    assert "136.24" in result.output
    assert json.loads(out.read_text("utf-8"))["entry"][0]["resource"]["outcome"] == "complete"
