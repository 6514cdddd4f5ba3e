"""Tags: what the XML and JSON of electronic invoices call their fields, and a paper made of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from hearth.doors.feeds.einvoice.markup import Element
from hearth.kernel.documents.reading.found import Found, Line, Paper
from hearth.kernel.documents.reading.label import LABELS
from hearth.kernel.documents.reading.row import plain
from hearth.kernel.documents.reading.value import meant
from hearth.words.papers import PaperKind

TAGS: dict[str, tuple[str, str]] = {
    # tag of the national form -> key, kind of value
    "einvoicename": ("title", "text"), "einvoicecode": ("code", "code"), "einvoicenumber": ("number", "code"),
    "invoicecode": ("code", "code"), "invoicenumber": ("number", "code"), "randomnumber": ("check_code", "code"),
    "checkcode": ("check_code", "code"), "issuedate": ("issued_on", "day"), "totalamount": ("total", "amount"),
    "invoicingpartyname": ("hospital.name", "text"), "payerpartyname": ("payer", "text"), "recname": ("收款人", "text"),
    "payee": ("收款人", "text"), "checker": ("复核人", "text"), "gender": ("sex", "sex"), "age": ("年龄", "text"),
    "businessnumber": ("business_no", "code"), "patientnumber": ("visit_no", "code"),
    "medicaldate": ("visited_on", "day"),
    "orgtype": ("医疗机构类型", "text"), "medicalinsurancetype": ("insurance_type", "text"),
    "medicalinsuranceid": ("insurance_no", "code"), "fundpayamount": ("fund", "amount"),
    "otherpayamount": ("other_public", "amount"), "accountpayamount": ("account", "amount"),
    "ownpayamount": ("cash", "amount"), "selfpaymentamount": ("own_inside", "amount"),
    "selfpaymentcost": ("own_outside", "amount"), "casenumber": ("record_no", "code"),
    "hospitalizationnumber": ("stay_no", "code"), "departmentname": ("hospital.clinic", "text"),
    "inhospitaldate": ("admitted_on", "day"), "outhospitaldate": ("discharged_on", "day"),
    "prepayamount": ("预缴金额", "amount"),
    "rechargeamount": ("补缴金额", "amount"),
    "refundamount": ("退费金额", "amount"),
}  # fmt: skip
"""Tags are compared in lower case."""

CELLS: dict[str, tuple[str, str]] = {
    "itemname": ("name", "text"), "itemamount": ("amount", "amount"), "itemquantity": ("quantity", "quantity"),
    "itemunit": ("unit", "text"), "itemstd": ("price", "amount"),
    "项目名称": ("name", "text"),
    "金额": ("amount", "amount"), "数量": ("quantity", "quantity"), "单位": ("unit", "text"),
    "单价": ("price", "amount"),
}  # fmt: skip

_NAMED = {plain(name): (label.key, label.kind) for label in reversed(LABELS) for name in label.names}
MAX_LINES, MAX_CELLS, MAX_STATED = 2_000, 60, 5_000


def field_of(key: str, kind: str, text: str) -> Found | None:
    """A field that a file says of itself; None where it is no value of its kind."""
    said = text.strip()[:400]
    value = meant(kind, said)
    return None if value is None else Found(key, kind, said, value.value, (0, 0, 0, 0), 1.0)


def paper_of_xml(root: Element) -> Paper | None:
    """The invoice that an XML file states; None where it states none."""
    stated = [(leaf.name, leaf.text) for leaf in islice(root.leaves(), MAX_STATED)]
    details = [
        [(leaf.name, leaf.text) for leaf in islice(item.leaves(), MAX_CELLS)]
        for item in islice(_items(root), MAX_LINES)
    ]
    return _paper(stated, details)


def paper_of_json(value: Mapping[str, Any]) -> Paper | None:
    """The invoice that an object states, however it is nested; None where it states none."""
    stated: list[tuple[str, str]] = []
    details: list[list[tuple[str, str]]] = []
    waiting: list[tuple[str, Any, int]] = [("", value, 0)]
    while waiting and len(stated) < MAX_STATED:
        name, one, depth = waiting.pop()
        if isinstance(one, Mapping) and depth < 12:
            waiting += [(str(key), held, depth + 1) for key, held in reversed(list(one.items()))]
        elif isinstance(one, list) and depth < 12:
            if one and all(isinstance(each, Mapping) for each in one) and "detail" in name.lower():
                details += [
                    [(str(key), str(held)) for key, held in islice(each.items(), MAX_CELLS)] for each in one[:MAX_LINES]
                ]
            else:
                waiting += [(name, each, depth + 1) for each in reversed(one[:MAX_LINES])]
        elif isinstance(one, (str, int, float)) and not isinstance(one, bool):
            stated.append((name, str(one)))
    return _paper(stated, details)


def _items(root: Element) -> Iterable[Element]:
    for name in ("AuxDetails", "Details"):
        found = [item for one in root.all(name) for item in one.children]
        if found:
            return found
    return ()


def _paper(stated: Iterable[tuple[str, str]], details: Iterable[list[tuple[str, str]]]) -> Paper | None:
    fields: dict[str, Found] = {}
    for name, text in stated:
        key, kind = TAGS.get(name[:60].lower()) or _NAMED.get(plain(name[:60])) or ("", "")
        one = field_of(key, kind, text) if key and text.strip() else None
        if one is not None:
            fields.setdefault(key, one)
    lines: list[Line] = []
    for detail in details:
        line: dict[str, Found] = {}
        for name, text in detail:
            cell, kind = CELLS.get(name.lower().removeprefix("aux")) or ("", "")
            one = field_of(cell, kind, text) if cell and text.strip() else None
            if one is not None:
                line[cell] = one
        if {"name", "amount"} <= line.keys() and len(lines) < MAX_LINES:
            lines.append(line)
    if not {"code", "number", "total"} & fields.keys():
        return None
    return Paper(PaperKind.INVOICE, fields, tuple(lines))
