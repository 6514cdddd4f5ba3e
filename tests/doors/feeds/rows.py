"""Rows: a case file in YAML written as a sheet, one line of an invoice a row, to be read back and compared."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl

from hearth.doors.feeds.columns import CHOICES, COLUMNS, Column
from hearth.words.codes import word

Row = dict[str, Any]


def rows_of(case: dict[str, Any], *, repeated: bool) -> list[Row]:
    """The rows of a case, by column name; groups stated on each of their rows, or on the first alone."""
    rows: list[Row] = []
    policies = {policy["no"]: _of("policy", policy) for policy in case["policies"]}
    rows += [{"case": case["case"], **row} if n == 0 else row for n, row in enumerate(policies.values())]
    for person in case.get("people", ()):
        row = _of("person", {**person, "name": _name(person.get("name"))})
        illnesses = [_of("illness", illness) for illness in person.get("pre_existing", ())]
        rows += [{**row, **illness} for illness in illnesses] or [row]
    for used in case.get("used", ()):
        rows.append({"policy": used["policy"], **_of("used", used)})
    for claim in case["claims"]:
        rows += _claim(case, claim, policies, repeated=repeated)
    return rows


def _claim(case: dict[str, Any], claim: dict[str, Any], policies: dict[str, Row], *, repeated: bool) -> list[Row]:
    head = _of("claim", claim) | {"insured": claim["insured"]}
    chosen = claim.get("policies") or [
        policy["no"] for policy in case["policies"] if claim["insured"] in policy["insured"] and "renews" not in policy
    ]
    head["claimed_under"] = ";".join(chosen)
    for expect in case.get("expect", ()):
        if expect.get("claim") == claim["no"] and set(expect) <= {"claim", "payable", "paid_out", "recovery"}:
            head |= _of("expect", expect)
    if repeated and chosen:
        head |= policies[chosen[0]]
    rows: list[Row] = []
    for n, invoice in enumerate(claim.get("invoices", ()), 1):
        whole = _of("invoice", invoice) | _of("invoice", invoice.get("hospital", {}), "hospital.") | {"invoice": str(n)}
        first = True
        for line in invoice.get("lines", ()) or ({},):
            shown = whole if first or repeated else {}
            rows.append(shown | _of("line", line))
            first = False
    rows += [_of("diagnosis", diagnosis) for diagnosis in claim.get("diagnoses", ())]
    rows += [_of("payment", payment) for payment in claim.get("other_payments", ())]
    return [(head if n == 0 or repeated else {}) | row for n, row in enumerate(rows)]


def _of(group: str, values: dict[str, Any], prefix: str = "") -> Row:
    row: Row = {}
    for column in COLUMNS:
        if column.group == group and column.field.startswith(prefix):
            name = column.field.removeprefix(prefix)
            if values.get(name) is not None and "." not in name:
                row[column.name] = values[name]
    return row


def _name(name: Any) -> str | None:
    return name["zh"] if isinstance(name, dict) else name


def _said(column: Column, value: Any, lang: str) -> Any:
    """A value as people of that language write it."""
    zh = lang == "zh"
    field = column.field.rpartition(".")[2]
    if isinstance(value, bool):
        return ("是" if value else "否") if zh else ("yes" if value else "no")
    if column.kind in ("choice", "choices") and zh:
        names = value if isinstance(value, list) else [value]
        return "、".join(word(CHOICES[field][name.upper()], "zh") for name in names) or "无"
    if isinstance(value, list):
        return "; ".join(str(one) for one in value) or "none"
    if column.kind == "level" and zh:
        return {3: "三级", 2: "二级", 1: "一级", 0: "未定级"}[value]
    if column.kind == "part" and value == "all" and zh:
        return "全部"
    return value


def as_csv(rows: list[Row], lang: str, encoding: str = "utf-8") -> bytes:
    """The sheet as CSV, days as text."""
    columns = [column for column in COLUMNS if column.name in _needed(rows)]
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([column.header(lang) for column in columns])
    for row in rows:
        writer.writerow(["" if row.get(c.name) is None else str(_said(c, row[c.name], lang)) for c in columns])
    return text.getvalue().encode(encoding)


def as_xlsx(rows: list[Row], lang: str) -> bytes:
    """The sheet as a workbook: days as dates, amounts as numbers."""
    columns = [column for column in COLUMNS if column.name in _needed(rows)]
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([column.header(lang) for column in columns])
    for row in rows:
        sheet.append([_cell(column, row.get(column.name), lang) for column in columns])
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def _cell(column: Column, value: Any, lang: str) -> Any:
    if value is None:
        return None
    said = _said(column, value, lang)
    if column.kind in ("amount", "part") and said not in ("all", "全部"):
        return float(Decimal(str(said).replace(",", "")))
    return said if isinstance(said, (int, date)) else str(said)


def _needed(rows: list[Row]) -> set[str]:
    used = {name for row in rows for name in row}
    return used | {"policy", "product", "policy_starts_on", "insured", "claim", "setting", "category", "amount"}
