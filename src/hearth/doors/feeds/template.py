"""Template: an empty sheet of claims with headers, an example row and notes, for Excel or as CSV."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from typing import Any

from hearth.doors.feeds.columns import ALWAYS, CHOICES, COLUMNS, LINES, Column, choices
from hearth.doors.feeds.grids import letters
from hearth.words.codes import Category, Cause, Department, Ownership, Setting, word

ROWS = 1_000
"""Rows of the empty sheet that offer the words of a list."""

_TITLES = {
    "zh": ("案例", "填写说明", "可选值"),
    "en": ("Cases", "Notes", "Words"),
}
_NOTES = {
    "zh": (
        "每行一条发票明细；保单、赔案、发票的各列只需在该保单、赔案、发票的第一行填写，重复填写时须一致。",
        "表头可用中文或英文，列可以删除或换顺序；金额以元为单位，日期用日期格式或 2026-04-02。",
        "第二行是虚构的示例，请改成自己的内容。带 * 的列必须有。",
    ),
    "en": (
        "One line of an invoice a row. Columns of policy, claim and invoice need only be filled in on the first row of "
        "each; where they are repeated they must agree.",
        "Headers may be Chinese or English; columns may be left out or moved. Amounts are in yuan, days are dates or "
        "text such as 2026-04-02.",
        "The second row is an example that nobody lived: put your own there. Columns with * must be there.",
    ),
}
_HEADS = {"zh": ("列", "英文列名", "所属", "说明"), "en": ("column", "Chinese header", "part", "what stands there")}
_PARTS = {
    "case": ("案例", "case"), "policy": ("保单", "policy"), "person": ("被保险人", "person"),
    "illness": ("被保险人", "person"), "claim": ("赔案", "claim"), "expect": ("核对", "check"),
    "invoice": ("发票", "invoice"), "line": ("明细", "line"), "diagnosis": ("确诊", "diagnosis"),
    "payment": ("其他补偿", "other payment"), "used": ("已用额度", "used before"), "none": ("—", "—"),
}  # fmt: skip


def _example(lang: str) -> dict[str, Any]:
    """One row of a claim that nobody made: a stay of 13 days, one line of it."""
    zh = lang == "zh"
    return {
        "case": "示例" if zh else "An example",
        "policy": "M1-2026",
        "product": "million-medical",
        "plan": "standard",
        "policy_starts_on": date(2026, 1, 1),
        "insured": "梅" if zh else "mei",
        "born_on": date(1974, 5, 6),
        "with_social_insurance": "是" if zh else "yes",
        "claim": "C-1",
        "registered_on": date(2026, 4, 20),
        "cause": word(Cause.ILLNESS, lang) if zh else "illness",
        "invoice": "1",
        "invoice_code": "11060126",
        "invoice_number": "0026041801",
        "setting": word(Setting.INPATIENT, lang) if zh else "inpatient",
        "admitted_on": date(2026, 4, 2),
        "discharged_on": date(2026, 4, 15),
        "hospital": "市第一人民医院" if zh else "First Hospital",
        "hospital_level": "三级" if zh else "3",
        "ownership": word(Ownership.PUBLIC, lang) if zh else "public",
        "department": word(Department.ORDINARY, lang) if zh else "ordinary",
        "icd": "K80.1",
        "si_settled": "是" if zh else "yes",
        "total": Decimal("32480.00"),
        "fund": Decimal("14059.30"),
        "account": Decimal("2000.00"),
        "cash": Decimal("16420.70"),
        "category": word(Category.SURGERY, lang) if zh else "surgery",
        "item": "腹腔镜胆囊切除术" if zh else "Laparoscopic cholecystectomy",
        "amount": Decimal("32480.00"),
        "quantity": 1,
    }


def template_csv(lang: str) -> bytes:
    """The empty sheet as CSV in UTF-8 with its mark, as spreadsheet programs want it: headers and the example row."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([column.header(lang) for column in COLUMNS])
    example = _example(lang)
    writer.writerow([str(example.get(column.name, "")) for column in COLUMNS])
    return text.getvalue().encode("utf-8-sig")


def template_xlsx(lang: str) -> bytes:
    """The empty sheet as a workbook: headers, the example row, notes, and lists to choose words from."""
    import openpyxl
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.worksheet.datavalidation import DataValidation

    book = openpyxl.Workbook()
    title, notes_title, words_title = _TITLES[lang]
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    notes, words = book.create_sheet(notes_title), book.create_sheet(words_title)
    bold, fill = Font(bold=True), PatternFill("solid", start_color="FFF1ECE4")
    example = _example(lang)
    needed = {*ALWAYS, *LINES}
    listed = 0
    for n, column in enumerate(COLUMNS, 1):
        letter = letters(n)
        header = sheet.cell(1, n, column.header(lang) + (" *" if column.name in needed else ""))
        header.font, header.fill, header.alignment = bold, fill, Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[letter].width = 14
        shown = _FORMATS.get(column.kind, "@")
        sheet.column_dimensions[letter].number_format = shown
        if column.name in example:
            sheet.cell(2, n, example[column.name]).number_format = shown
        offered = _offered(column, lang)
        if offered:
            listed += 1
            words.cell(1, listed, column.header(lang)).font = bold
            for row, said in enumerate(offered, 2):
                words.cell(row, listed, said)
            place = f"'{words_title}'!${letters(listed)}$2:${letters(listed)}${len(offered) + 1}"
            rule = DataValidation(type="list", formula1=place, allow_blank=True, showErrorMessage=False)
            rule.add(f"{letter}2:{letter}{ROWS + 1}")
            sheet.add_data_validation(rule)
    sheet.freeze_panes = "A2"
    for said in _NOTES[lang]:
        notes.append([said])
    notes.append([])
    notes.append(list(_HEADS[lang]))
    for cell in notes[notes.max_row]:
        cell.font = bold
    other = "en" if lang == "zh" else "zh"
    for column in COLUMNS:
        mark = " *" if column.name in needed else ""
        part = _PARTS[column.group][0 if lang == "zh" else 1]
        notes.append([column.header(lang) + mark, column.header(other), part, column.says(lang)])
    for letter, width in zip("ABCD", (26, 26, 12, 90), strict=True):
        notes.column_dimensions[letter].width = width
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


_FORMATS = {
    "amount": "#,##0.00",
    "part": "#,##0.00",
    "day": "yyyy-mm-dd",
    "number": "0",
    "quantity": "0.###",
    "price": "#,##0.00####",
}


def _offered(column: Column, lang: str) -> list[str]:
    """Words that a cell of the column may be chosen from."""
    field = column.field.rpartition(".")[2]
    if column.kind == "choice" and field in CHOICES:
        return choices(field, lang)
    if column.kind == "level":
        return ["三级", "二级", "一级", "未定级"] if lang == "zh" else ["3", "2", "1", "0"]
    return (["是", "否"] if lang == "zh" else ["yes", "no"]) if column.kind == "yes" else []
