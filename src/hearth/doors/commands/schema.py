"""`hearth schema`: the JSON Schemas of case and product files, and an empty sheet of claims."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from hearth.doors.commands.main import spoken


@click.group("schema")
def schema() -> None:
    """Print the schemas of case and product files, or write an empty sheet."""


def _out(command: Any) -> Any:
    return click.option("--out", type=click.Path(path_type=Path), help="Write to this file instead.")(command)


@schema.command("case")
@_out
def case(out: Path | None) -> None:
    """The JSON Schema of case files (docs/schemas/case.schema.json)."""
    _give(case_schema(), out)


@schema.command("terms")
@_out
def terms(out: Path | None) -> None:
    """The JSON Schema of a product's terms.yaml (docs/schemas/terms.schema.json)."""
    _give(terms_schema(), out)


@schema.command("sheet")
@click.option("--lang", type=click.Choice(["zh", "en"]), help="Language of headers and notes.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The file to write: .xlsx or .csv.")
def sheet(lang: str | None, out: Path) -> None:
    """An empty sheet of claims: headers, notes and one example row."""
    from hearth.doors.feeds.template import template_csv, template_xlsx
    from hearth.doors.feeds.writing import write_whole
    from hearth.words.faults import Malformed

    makers = {".xlsx": template_xlsx, ".csv": template_csv}
    if out.suffix.lower() not in makers:
        got = f"the ending {out.suffix}" if out.suffix else "no ending"
        raise Malformed(file=str(out), got=got, want="one of .xlsx, .csv")
    write_whole(out, makers[out.suffix.lower()](lang or spoken()))


def _give(stated: dict[str, Any], out: Path | None) -> None:
    text = schema_text(stated)
    if out is None:
        click.echo(text, nl=False)
        return
    from hearth.doors.feeds.writing import write_whole

    write_whole(out, text.encode())


def schema_text(stated: dict[str, Any]) -> str:
    """A schema as its file in docs/schemas holds it."""
    return json.dumps(stated, ensure_ascii=False, indent=2) + "\n"


def case_schema() -> dict[str, Any]:
    """The JSON Schema of case files."""
    from hearth.kernel.adjudication.case import Case

    return _schema(Case, "case", "A Hearth case file", "People, policies and claims to decide: docs/cases.md.")


def terms_schema() -> dict[str, Any]:
    """The JSON Schema of terms.yaml."""
    from hearth.kernel.product.terms import Terms

    return _schema(Terms, "terms", "A Hearth product", "What a product's terms.yaml states.")


_PARTS = {
    "policy": "Policy", "person": "Person", "illness": "Known", "claim": "Claim", "invoice": "Invoice",
    "line": "Line", "diagnosis": "Diagnosis", "payment": "OtherPayment", "used": "Used",
}  # fmt: skip


def _schema(model: Any, name: str, title: str, about: str) -> dict[str, Any]:
    """The model's own schema; fields that say nothing of themselves are told as the sheet's columns tell them."""
    from hearth.doors.feeds.columns import COLUMNS

    made = model.model_json_schema()
    parts = made.get("$defs", {})
    for column in COLUMNS:
        outer, _, inner = column.field.partition(".")
        part = parts.get("Hospital" if inner else _PARTS.get(column.group, ""), {})
        stated = part.get("properties", {}).get(inner or outer)
        if stated is not None and "description" not in stated:
            stated["description"] = column.says_en
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:hearth:{name}",
        **made,
        "title": title,
        "description": about,
    }
