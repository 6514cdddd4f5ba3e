"""`hearth schema`: the published schemas are the models', every example fits them, the empty sheet can be decided."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import pytest
from click.testing import CliRunner, Result

from hearth.doors.commands.main import main
from hearth.doors.commands.schema import case_schema, schema, schema_text, terms_schema
from hearth.doors.feeds.columns import COLUMNS, column_of
from hearth.store.reading import read_yaml
from tests.house.tree import ROOT

PUBLISHED = {"case": case_schema, "terms": terms_schema}
FILES = [
    *(("case", path) for path in sorted((ROOT / "products").glob("*/examples/*.yaml"))),
    *(("terms", path) for path in sorted((ROOT / "products").glob("*/terms.yaml"))),
]


def run(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(schema, [str(one) for one in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def as_json(path: Path, *, numbers: bool = False, text: str | None = None) -> Any:
    """What a YAML file states, as JSON would state it; amounts as text, or as numbers as most writers have them."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {str(key): plain(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [plain(inner) for inner in value]
        if numbers and isinstance(value, str) and re.fullmatch(r"[0-9]+\.[0-9]{2}", value):
            return float(value)
        return value.isoformat() if isinstance(value, date) else value

    return plain(read_yaml(text or path.read_bytes(), path.name))


def validator(name: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(
        PUBLISHED[name](), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_published_schema_is_the_models(name: str) -> None:
    published = (ROOT / "docs" / "schemas" / f"{name}.schema.json").read_text("utf-8")
    assert published == schema_text(PUBLISHED[name]()), (
        f"run: hearth schema {name} --out docs/schemas/{name}.schema.json"
    )
    assert run(name).stdout == published


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_schema_is_one_and_tells_what_it_is(name: str) -> None:
    stated = PUBLISHED[name]()
    jsonschema.Draft202012Validator.check_schema(stated)
    assert stated["title"]
    assert stated["description"]
    assert all({"title", "$ref", "anyOf"} & set(field) for field in stated["properties"].values())


@pytest.mark.parametrize("name", PUBLISHED)
def test_every_default_fits_its_own_field(name: str) -> None:
    stated = PUBLISHED[name]()
    checked = 0
    for part in (stated, *stated["$defs"].values()):
        for field, prop in part.get("properties", {}).items():
            if "default" in prop:
                jsonschema.validate(prop["default"], {"$defs": stated["$defs"], **prop})
                checked += 1
            assert part is not stated or name == "terms" or prop.get("description"), field
    assert checked > 40


def test_every_field_of_a_case_says_what_it_is() -> None:
    stated = case_schema()
    parts = ("Person", "Known", "Policy", "Used", "Claim", "Invoice", "Hospital", "Line", "Diagnosis", "OtherPayment")
    silent = [
        f"{name}.{field}"
        for name in (*parts, "Expect")
        for field, prop in stated["$defs"][name]["properties"].items()
        if not prop.get("description")
    ]
    assert silent == []


@pytest.mark.parametrize(("name", "path"), FILES, ids=lambda one: one.stem if isinstance(one, Path) else one)
def test_every_file_of_the_products_fits_its_schema(name: str, path: Path) -> None:
    check = validator(name)
    assert list(check.iter_errors(as_json(path))) == []
    if name == "case":
        assert list(check.iter_errors(as_json(path, numbers=True))) == []


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("category: bed", "category: beds"),
        ("setting: inpatient", "setting: hospital"),
        ("admitted_on: 2026-04-02", "admitted_on: soon"),
        ("    insured: mei\n", ""),
        ("si_settled: true", "si_setled: true"),
    ],
)
def test_what_is_wrong_does_not_fit(written: str, instead: str) -> None:
    path = ROOT / "products/million-medical/examples/e01-personal-account-is-own-money.yaml"
    text = path.read_text("utf-8")
    assert written in text
    assert list(validator("case").iter_errors(as_json(path, text=text.replace(written, instead, 1))))


def test_a_schema_can_be_written_to_a_file(tmp_path: Path) -> None:
    assert run("case", "--out", tmp_path / "case.json").exit_code == 0
    assert json.loads((tmp_path / "case.json").read_text("utf-8")) == case_schema()


# --- the empty sheet -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_empty_sheet_holds_one_example_that_can_be_decided(lang: str, ending: str, tmp_path: Path) -> None:
    out = tmp_path / f"sheet.{ending}"
    assert run("sheet", "--lang", lang, "--out", out).exit_code == 0
    decided = CliRunner().invoke(main, ["decide", str(out), "--lang", lang])
    assert decided.exit_code == 0
    assert ("应付 8,420.70" if lang == "zh" else "payable 8,420.70") in decided.stdout


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_sheet_has_every_column_its_notes_and_its_words(lang: str, tmp_path: Path) -> None:
    out = tmp_path / "sheet.xlsx"
    run("sheet", "--lang", lang, "--out", out)
    sheet, notes, words = openpyxl.load_workbook(out).worksheets
    headers = [str(cell.value) for cell in sheet[1]]
    assert [column_of(header) for header in headers] == list(COLUMNS)
    told = {str(row[0].value).removesuffix(" *") for row in notes.iter_rows()}
    assert told >= {column.header(lang) for column in COLUMNS}
    offered = {str(column[0].value): [cell.value for cell in column[1:]] for column in words.iter_cols()}
    assert ("住院" if lang == "zh" else "inpatient") in offered["就诊类型" if lang == "zh" else "setting"]
    assert sheet.max_row == 2


def test_every_column_is_told_apart_in_both_languages() -> None:
    assert len({column.name for column in COLUMNS}) == len({column.zh for column in COLUMNS}) == len(COLUMNS)
    assert all(column_of(column.zh) is column and column_of(column.name) is column for column in COLUMNS)
    assert all(column.says_zh and column.says_en for column in COLUMNS)


def test_another_ending_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(schema, ["sheet", "--out", str(tmp_path / "sheet.pdf")])
    assert "got the ending .pdf; want one of .xlsx, .csv." in str(result.exception)
    assert not (tmp_path / "sheet.pdf").exists()
