"""Take over: what was read of a paper as facts of an invoice, laid into the form of corrections; a person saves it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from hearth.doors.feeds.invoice_fields import category
from hearth.doors.feeds.invoices import MAX_LINES, read_invoices
from hearth.doors.office.desk.asking import Asked
from hearth.kernel.documents.doubts import FIELD_NAMES, field_name
from hearth.kernel.documents.identities import same_invoice
from hearth.store.access.claims_case import CaseFile
from hearth.store.access.papers import SeenPaper, said_of_line
from hearth.words.codes import Setting, word
from hearth.words.faults import Malformed
from hearth.words.papers import Status

NEW = "new"
"""Into an invoice that is not there yet."""

BILLS = ("invoice", "itemised_list", "settlement_sheet")
"""Papers that say what an invoice says."""

_OF_LINE = ("name", "category", "amount", "quantity", "on", "out_of_scope", "code", "unit", "price")


@dataclass
class Taking:
    """What a paper says for one invoice: the facts with it, what changes, and what was left out."""

    facts: dict[str, Any]
    into: int
    changes: list[dict[str, str]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def may_take(seen: SeenPaper | None) -> bool:
    """Whether a paper says something of an invoice."""
    return seen is not None and seen.reading is not None and seen.reading.state == "read" and seen.reading.kind in BILLS


def places(asked: Asked, file: CaseFile, seen: SeenPaper) -> list[dict[str, Any]]:
    """The invoices that a paper can be taken over into, the one of the same number chosen, else a new one."""
    read = said_of(seen)
    chosen = next(
        (n for n, one in enumerate(file.invoices, 1) if _is_same(one, read)),
        1 if len(file.invoices) == 1 and not file.invoices[0].get("number") else None,
    )
    if chosen is None and seen.reading is not None and seen.reading.kind != "invoice" and file.invoices:
        chosen = 1
    told = [
        {"value": str(n), "says": _("Invoice %(number)s: %(no)s") % {"number": n, "no": one.get("number") or "—"},
         "chosen": n == chosen}
        for n, one in enumerate(file.invoices, 1)
    ]  # fmt: skip
    return [*told, {"value": NEW, "says": _("a new invoice"), "chosen": chosen is None}]


def _is_same(invoice: Mapping[str, Any], read: Mapping[str, str]) -> bool:
    mine = same_invoice(read.get("code", ""), read.get("number", ""))
    return mine is not None and mine == same_invoice(str(invoice.get("code", "")), str(invoice.get("number", "")))


def said_of(seen: SeenPaper) -> dict[str, str]:
    """What a paper says, by key: what a person said of a field, else what was read and nothing contradicts."""
    assert seen.reading is not None
    fields = seen.reading.answer.get("fields", {})
    said = {
        key: one["value"]
        for key, one in fields.items()
        if one["status"] in (Status.READ, Status.PROVEN) and one["value"] and key not in seen.labels
    }
    return {**said, **{key: value for key, value in seen.labels.items() if value and key in fields}}


def taking(asked: Asked, file: CaseFile, seen: SeenPaper, into: str, with_lines: bool) -> Taking:
    """Lay what was read into the facts of a claim; nothing is saved, and every change is listed."""
    assert seen.reading is not None
    facts = json.loads(json.dumps(dict(file.facts)))
    invoices = facts.setdefault("invoices", [])
    number = int(into) if into.isascii() and into.isdigit() and 0 < int(into) <= len(invoices) else len(invoices) + 1
    before: dict[str, Any] = invoices[number - 1] if number <= len(invoices) else {}
    read, unread = _facts(said_of(seen))
    found = Taking(facts, number)
    doubtful = [
        key
        for key, one in seen.reading.answer.get("fields", {}).items()
        if one["status"] == Status.DOUBTFUL and key not in seen.labels
    ]
    found.left_out += [
        _("%(field)s: doubtful; compare it on the paper first") % {"field": field_name(key, asked.lang)}
        for key in doubtful
    ]
    found.left_out += [
        _("%(field)s: “%(value)s” cannot be taken") % {"field": field_name(key, asked.lang), "value": value}
        for key, value in unread.items()
    ]
    invoice = _laid(asked, before, read, found)
    if with_lines:
        lines, wrong = _lines(seen)
        if lines and lines != [_bare(line) for line in before.get("lines", ())]:
            invoice["lines"] = lines
            found.changes.append(
                {
                    "name": _("Lines"),
                    "before": _count(before.get("lines", ())),
                    "after": _count(lines),
                }
            )
        found.left_out += [_("Line %(number)s of the paper cannot be taken") % {"number": n} for n in wrong]
        found.left_out += [
            _("Line %(number)s was taken and is doubtful; compare it") % {"number": n}
            for n, line in enumerate(seen.reading.answer.get("lines", ()), 1)
            if n not in wrong and _is_doubtful(line, said_of_line(seen.labels, n - 1))
        ]
    if number <= len(invoices):
        invoices[number - 1] = invoice
    else:
        invoices.append(invoice)
    return found


def _is_doubtful(line: Mapping[str, Any], said: Mapping[str, str]) -> bool:
    """Whether a cell of a line is doubtful of which nobody said what it is."""
    return any(line[cell]["status"] == Status.DOUBTFUL for cell in _OF_LINE if cell in line and cell not in said)


def corrected(seen: SeenPaper, kept: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """What a person made of the lines that were taken over, as labels of the paper's cells; of changed lines alone.

    Nothing is concluded where there are more or fewer lines than were taken.
    """
    taken, wrong = _lines(seen)
    assert seen.reading is not None
    read = seen.reading.answer.get("lines", ())
    places = [n for n in range(min(len(read), MAX_LINES)) if n + 1 not in wrong]
    if len(taken) != len(kept) or len(places) != len(taken):
        return {}
    said: dict[str, str] = {}
    for n, before, after in zip(places, taken, kept, strict=True):
        cells = [cell for cell in _OF_LINE if cell != "category"]
        changed = {cell for cell in cells if str(before.get(cell, "")) != str(after.get(cell, ""))}
        if changed:
            # A line that was put right was looked at: what else it says was found right.
            for cell in cells:
                if cell in changed:
                    said[f"lines[{n}].{cell}"] = str(after.get(cell, ""))
                elif cell in read[n] and f"lines[{n}].{cell}" not in seen.labels:
                    said[f"lines[{n}].{cell}"] = read[n][cell]["value"]
    return said


def _laid(asked: Asked, before: Mapping[str, Any], read: Mapping[str, Any], found: Taking) -> dict[str, Any]:
    """An invoice with what was read of it; fields that nothing says stay as they were typed."""
    invoice = {name: dict(one) if isinstance(one, Mapping) else one for name, one in before.items()}
    for name, value in read.items():
        if isinstance(value, Mapping):
            for inner, each in value.items():
                _put(asked, invoice.setdefault(name, {}), inner, each, f"{name}.{inner}", found)
        else:
            _put(asked, invoice, name, value, name, found)
    return invoice


def _put(asked: Asked, holder: dict[str, Any], name: str, value: Any, key: str, found: Taking) -> None:
    old = holder.get(name)
    if old == value or (isinstance(value, bool) and old is None):
        return
    holder[name] = value
    # What a paper's kind says of the treatment has no name among the fields of a paper.
    shown = field_name(key, asked.lang) if key in FIELD_NAMES else _("Kind of treatment") if key == "setting" else key
    found.changes.append({"name": shown, "before": _said(asked, old), "after": _said(asked, value)})


def _said(asked: Asked, value: Any) -> str:
    text = "" if value is None else str(value)
    known = text.upper() in Setting.__members__
    return word(Setting[text.upper()], asked.lang) if known else text


def _facts(said: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """What is said as facts of an invoice, by the feed that imports invoices; what it cannot take, by key."""
    try:
        return _fed(said), {}
    except Malformed:
        taken: dict[str, str] = {}
        wrong: dict[str, str] = {}
        for key, value in said.items():
            try:
                _fed({**taken, key: value})
            except Malformed:
                wrong[key] = value
            else:
                taken[key] = value
        return (_fed(taken) if taken else {}), wrong


def _fed(said: Mapping[str, Any]) -> dict[str, Any]:
    content = json.dumps([{"total_in_words": "-", **said}], ensure_ascii=False).encode()
    facts = dict(read_invoices("paper", content).invoices[0].facts)
    if not facts.get("lines"):
        facts.pop("lines", None)
    return facts


def _lines(seen: SeenPaper) -> tuple[list[dict[str, Any]], list[int]]:
    """The lines of a paper as facts, and the numbers of those that cannot be taken."""
    assert seen.reading is not None
    taken: list[dict[str, Any]] = []
    wrong: list[int] = []
    for n, line in enumerate(seen.reading.answer.get("lines", ())[:MAX_LINES], 1):
        read = {cell: one["value"] for cell, one in line.items()} | said_of_line(seen.labels, n - 1)
        said = {cell: value for cell, value in read.items() if cell in _OF_LINE and value}
        # A bill that lists sums by heading has the heading as the name of its lines.
        if "category" not in said and (known := category(said.get("name", ""))) is not None:
            said["category"] = known
        try:
            fed = _fed({"lines": [said]}).get("lines", ()) if "amount" in said else ()
        except Malformed:
            fed = ()
        taken += fed
        wrong += [] if fed else [n]
    return taken, wrong


def _bare(line: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in line.items() if name in _OF_LINE}


def _count(lines: Sequence[Any]) -> str:
    return _("%(count)s lines") % {"count": len(lines)} if lines else ""
