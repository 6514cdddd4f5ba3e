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


_AMOUNT = "yuan with at most two decimals"
_SAYS: dict[tuple[str, str], str] = {
    # fields that no column of a sheet tells of, or not as a file has them
    ("Case", "case"): "name of the case",
    ("Case", "about"): "what it shows",
    ("Case", "people"): "who is insured; people of whom nothing is known but their id need not stand here",
    ("Case", "policies"): "contracts, each a policy year or term",
    ("Case", "used"): "deductibles and limits used before the claims of this case",
    ("Case", "claims"): "claims, in the order of the file",
    ("Case", "expect"): "what should come out",
    ("Person", "id"): "identifier or name, the same throughout",
    ("Known", "icd"): "ICD-10 prefix of the illness",
    ("Known", "evidence_on"): "day of the paper that proves it; suspected if absent",
    ("Policy", "insured"): "ids of everybody whom it insures",
    ("Policy", "with_social_insurance"): "bought as somebody with social insurance",
    ("Policy", "sum_insured"): "what lump sums are a share of",
    ("Policy", "premium"): "premium of the contract",
    ("Policy", "unproven_clauses"): "exclusion clauses not proven to have been explained",
    ("Used", "of"): "code of a deductible or limit",
    ("Used", "insured"): "by whom; the policy's first insured if absent",
    ("Invoice", "emergency"): "an emergency",
    ("Invoice", "si_settled"): "settled through social insurance, as the invoice or settlement sheet says",
    ("Line", "amount"): "amount of the line",
    ("Diagnosis", "condition"): "code of a condition of the product's list",
    ("OtherPayment", "source"): "who paid",
    ("OtherPayment", "amount"): "what was paid",
    ("Claim", "void"): "left out altogether",
    ("Person", "pre_existing"): "illnesses known before the cover",
    ("Used", "policy"): "the policy whose deductible or limit it is",
    ("Claim", "insured"): "id of the person",
    ("Claim", "invoices"): "medical invoices",
    ("Claim", "diagnoses"): "conditions that a lump sum may be due for",
    ("Claim", "other_payments"): "what other sources have paid for this claim",
    ("Invoice", "hospital"): "where",
    ("Invoice", "lines"): "lines of the invoice",
    ("Expect", "claim"): "of this claim; of all claims if absent",
    ("Expect", "policy"): "of this policy; of all policies if absent",
    ("Expect", "eligible"): "what the benefit looks at, after gates and item caps",
    ("Expect", "public"): "what public funds paid",
    ("Expect", "others"): "what other sources paid",
    ("Expect", "not_covered"): "what no benefit covers, or a gate holds back",
    ("Expect", "deductible"): "what the deductible took",
    ("Expect", "own_share"): "what the ratio leaves with the person",
    ("Expect", "over_limits"): "what limits and item caps cut off",
    ("Expect", "reduced_for_age"): "what is cut because the age was stated wrongly",
    ("Expect", "payable"): "what the policy pays",
    ("Expect", "paid_out"): "what is paid now, after arrears, advance and prepayment",
    ("Expect", "recovery"): "what is to be paid back",
    ("Expect", "findings"): "codes of the findings of the claim",
    ("Expect", "refund_premium"): "whether refunding the premium is proposed",
    ("Expect", "used"): "with `of`: used after the last claim, in yuan, days or times",
    ("Expect", "insured"): "with `of`: by whom",
    ("Expect", "total"): "with `order`: what the claim pays in all in that order",
    ("Expect", "recommended"): "the order of policies that pays most",
    ("Expect", "worth"): "what the papers, or disputed lines where `paper` is absent, would add",
}


def _schema(model: Any, name: str, title: str, about: str) -> dict[str, Any]:
    """The model's own schema; fields that say nothing of themselves are told as the sheet's columns tell them."""
    from hearth.doors.feeds.columns import COLUMNS

    made = model.model_json_schema()
    parts = {model.__name__: made, **made.get("$defs", {})}
    says = dict(_SAYS)
    for column in COLUMNS:
        outer, _, inner = column.field.partition(".")
        told = column.says_en.replace(" if empty", " if absent")
        says.setdefault(("Hospital" if inner else _PARTS.get(column.group, ""), inner or outer), told)
    for part, stated in parts.items():
        for field, prop in stated.get("properties", {}).items():
            if (part, field) in says:
                prop.setdefault("description", says[part, field])
            if prop.get("description", "").startswith(_AMOUNT) and (part, field) in says:
                prop["description"] = f"{says[part, field]}; {prop['description']}"
            if "default" in prop:
                prop["default"] = _written(prop["default"], prop)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:hearth:{name}",
        **made,
        "title": title,
        "description": about,
    }


def _written(value: Any, prop: dict[str, Any]) -> Any:
    """A default as files write it: words for numbers of lists, nothing for parts that are all defaults."""
    if isinstance(value, dict):
        return {}
    if isinstance(value, list):
        return [_written(one, prop.get("items", {})) for one in value]
    return prop["enum"][value] if "enum" in prop and isinstance(value, int) else value
