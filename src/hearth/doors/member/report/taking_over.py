"""Taking over: what was read of a paper as the facts of a bill, read as every invoice from a file is read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hearth.doors.feeds.invoice_fields import INVOICE, INVOICE_CALLED, PART_CALLED
from hearth.doors.feeds.invoice_fields import plain as plain_field
from hearth.doors.feeds.invoices import read_invoices
from hearth.doors.feeds.problems import told as told_problem
from hearth.doors.member.report import bill
from hearth.kernel.documents.identities import plain_number, same_invoice
from hearth.words.faults import Malformed
from hearth.words.money import fen_from_yuan

LINES = "lines"
CELLS = {"name": "项目名称", "category": "费用类别", "amount": "金额", "quantity": "数量", "on": "费用日期",
         "out_of_scope": "自费金额", "code": "项目编码", "unit": "单位", "price": "单价"}  # fmt: skip
"""Cell of a line as it is read -> what a file calls it."""

_CALLED = {field.name: field.called[0] for field in reversed(INVOICE)} | {"other_public": "other_public"}
_ALIKE = frozenset({"code", "number", "check_code"})


@dataclass(frozen=True)
class Facts:
    """The facts of a bill as a paper states them, and what could not be taken: key -> sentence."""

    facts: dict[str, Any]
    wrong: dict[str, str]


@dataclass(frozen=True)
class Question:
    """A fact that is there already and that the paper states otherwise: name, what is there, what the paper says."""

    name: str
    there: Any
    read: Any


def fills_bill(key: str) -> bool:
    """Whether a field that was read is a field of a bill."""
    return key in _CALLED or plain_field(key) in PART_CALLED or plain_field(key) in INVOICE_CALLED


def facts_of(said: Mapping[str, str], lines: Sequence[Mapping[str, str]], today: date, lang: str) -> Facts:
    """The facts that confirmed fields and lines state; what no invoice can hold is told by its key."""
    stated = {key: value for key, value in said.items() if value and fills_bill(key)}
    rows = [{name: line[cell] for cell, name in CELLS.items() if line.get(cell)} for line in lines]
    rows = [row for row in rows if row]
    wrong: dict[str, str] = {}
    if _read(stated, rows, today) is None:
        for key in list(stated):
            why = _why_not({key: stated[key]}, [], today, lang)
            if why:
                wrong[key] = why
                del stated[key]
        for number, row in enumerate(rows):
            why = _why_not({}, [row], today, lang)
            if why:
                wrong[f"{LINES}-{number}"] = why
                row.clear()
        rows = [row for row in rows if row]
    found = _read(stated, rows, today) or {}
    # Bills without lines have no list of them.
    facts = {name: value for name, value in found.items() if value not in ("", None, [], {})}
    return Facts(facts, wrong)


def _body(stated: Mapping[str, str], rows: Sequence[Mapping[str, str]]) -> bytes:
    body: dict[str, Any] = {_CALLED.get(key, key): value for key, value in stated.items()}
    if rows:
        body["lines"] = list(rows)
    return json.dumps(body, ensure_ascii=False).encode()


def _read(stated: Mapping[str, str], rows: Sequence[Mapping[str, str]], today: date) -> dict[str, Any] | None:
    if not stated and not rows:
        return {}
    try:
        return read_invoices("paper.json", _body(stated, rows), today).invoices[0].facts
    except Malformed:
        return None


def _why_not(stated: Mapping[str, str], rows: Sequence[Mapping[str, str]], today: date, lang: str) -> str:
    try:
        read_invoices("paper.json", _body(stated, rows), today)
    except Malformed as fault:
        return told_problem(fault, lang).splitlines()[-1].strip()
    return ""


def bill_of(invoices: Sequence[Mapping[str, Any]], facts: Mapping[str, Any], numbers: Sequence[int]) -> int:
    """Which bill of a claim a paper is about, from 1; one more than there are: a new one."""
    key = same_invoice(str(facts.get("code", "")), str(facts.get("number", "")))
    keys = [same_invoice(str(one.get("code", "")), str(one.get("number", ""))) for one in invoices]
    if key is not None and key in keys:
        return keys.index(key) + 1
    # A bill that has another number is another bill; one whose number was not typed may be this one.
    free = [n for n, one in enumerate(keys, 1) if one is None or key is None]
    for number in numbers:
        if number in free:
            return number
    total = bill.total_of(facts)
    for number in free:
        if total is not None and bill.total_of(invoices[number - 1]) == total:
            return number
    return len(invoices) + 1


def questions(there: Mapping[str, Any], facts: Mapping[str, Any]) -> tuple[Question, ...]:
    """What the bill says otherwise than the paper: each is asked, nothing is overwritten."""
    found = []
    for name, read in _flat(facts):
        typed = there.get(name) if "." not in name else (there.get("hospital") or {}).get(name.partition(".")[2])
        if typed in (None, "", [], {}) or _is_same(name, typed, read):
            continue
        found.append(Question(name, typed, read))
    return tuple(found)


def merged(there: Mapping[str, Any], facts: Mapping[str, Any], kept: frozenset[str]) -> dict[str, Any]:
    """The bill with what the paper says; `kept` are the names of facts that stay as they are."""
    whole = dict(there)
    hospital = dict(there.get("hospital") or {})
    for name, read in _flat(facts):
        if name in kept:
            continue
        if "." in name:
            hospital[name.partition(".")[2]] = read
        else:
            whole[name] = read
    return {**whole, "hospital": hospital} if hospital else whole


def _flat(facts: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in facts.items():
        if name == "hospital" and isinstance(value, Mapping):
            yield from ((f"hospital.{part}", one) for part, one in value.items())
        else:
            yield name, value


def _is_same(name: str, typed: Any, read: Any) -> bool:
    if name == LINES:
        return len(typed) == len(read) and all(
            _is_same(cell, one.get(cell, ""), other.get(cell, ""))
            for one, other in zip(typed, read, strict=True)
            for cell in ("category", "name", "amount")
        )
    if name in bill.MONEY or name == "amount":
        try:
            return fen_from_yuan(str(typed)) == fen_from_yuan(str(read))
        except ValueError:
            return False
    if name in _ALIKE:
        return plain_number(str(typed)) == plain_number(str(read))
    return bool(typed == read) or str(typed).strip() == str(read).strip()
