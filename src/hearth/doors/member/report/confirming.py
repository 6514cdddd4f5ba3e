"""Confirming: what was read of a paper beside its picture: each field with its place; right, it fills the bill."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hearth.desks import documents
from hearth.desks.claims import reporting
from hearth.desks.claims.faults import FactsChanged
from hearth.doors.feeds.invoice_fields import category
from hearth.doors.feeds.likely_category import likely_category
from hearth.doors.member.boxes import Box, box, choice
from hearth.doors.member.claim import held_of
from hearth.doors.member.page import Ask, go, page, shown
from hearth.doors.member.paper_cards import FILLS_BILL, has_print
from hearth.doors.member.papers import file_kind, name_of, row_of
from hearth.doors.member.report import bill
from hearth.doors.member.report.steps import EDITABLE
from hearth.doors.member.report.taking_over import CELLS, LINES, Facts, Question, bill_of, facts_of, merged, questions
from hearth.kernel.documents.doubts import doubt_says
from hearth.store.access import NotThere
from hearth.store.access.claims_case import CaseFile, PaperRow
from hearth.store.access.papers import ReadingRow, said_of_line, seen_paper
from hearth.words.codes import Category, Setting, word
from hearth.words.faults import Fault
from hearth.words.money import yuan
from hearth.words.papers import STATUS_WORDS, Status

MOST_LINES = 100
"""Lines that are shown to be confirmed; those of a longer list are taken over as they were read."""

MOST_VALUE = 200
ORDER = (Status.DOUBTFUL, Status.MISSING, Status.READ, Status.PROVEN)
UNSHOWN = frozenset({"title", "复核人", "收款人", "医疗机构类型", "结算方式"})
"""What is printed on papers and nobody has to compare."""

LABELS: dict[str, Any] = {
    **bill.LABELS,
    "payer": gettext_lazy("Name on the paper"),
    "hospital.name": gettext_lazy("Hospital"),
    "hospital.level": gettext_lazy("Level of the hospital"),
    "hospital.clinic": gettext_lazy("Clinic"),
    "issued_on": gettext_lazy("Issued on"),
    "stay": gettext_lazy("Days of the stay"),
    "days": gettext_lazy("Number of days"),
    "total_in_words": gettext_lazy("Total in words"),
    "insurance_type": gettext_lazy("Insurance type"),
    "insurance_no": gettext_lazy("Insurance number"),
    "sex": gettext_lazy("Sex"),
    "business_no": gettext_lazy("Transaction number"),
    "visit_no": gettext_lazy("Visit number"),
    "stay_no": gettext_lazy("Stay number"),
    "record_no": gettext_lazy("Record number"),
    "setting": gettext_lazy("Kind of treatment"),
    "si_settled": gettext_lazy("Settled through social insurance"),
    "lines": gettext_lazy("Lines"),
}


@dataclass(frozen=True)
class _Told:
    """What was sent: fields by key, lines by cell."""

    fields: dict[str, str]
    lines: list[dict[str, str]]


@page
def confirm(ask: Ask, claim_no: str, paper_id: int) -> HttpResponse:
    """What was read of a paper; the reader says that it is right, or what it really is, and it fills the bill."""
    held = held_of(ask, claim_no)
    row = row_of(held, paper_id)
    seen = seen_paper(ask.by, paper_id, ask.at)
    if seen.reading is None or seen.reading.state != "read" or not has_print(seen.reading):
        raise NotThere(kind="reading", key=paper_id)
    reading = seen.reading
    may_change = held.row.state in EDITABLE
    told = _sent(ask, reading) if ask.is_post else _as_read(reading, seen.labels)
    if not ask.is_post or not may_change:
        return _shown(ask, held, row, reading, told, may_change=may_change)
    return _kept(ask, held, row, reading, told)


def _kept(ask: Ask, held: CaseFile, row: PaperRow, reading: ReadingRow, told: _Told) -> HttpResponse:
    """(1) the bill, where the paper fills one (2) what the reader said of each field (3) on to what is next."""
    claim_no = held.row.claim_no
    if not _fills(row, reading):
        documents.say_fields(ask.by, row.paper_id, _labels(reading, told), at=ask.at)
        return go("member-papers", claim_no=claim_no, told="read")
    found = facts_of(told.fields, told.lines, ask.today, ask.lang)
    if ask.typed("seen", 64) not in ("", _seen(held)):
        return _overtaken(ask, held, row, reading, told, found)
    number = _chosen(ask, held, found, row)
    invoices: list[Any] = list(held.invoices)
    there = invoices[number - 1] if number <= len(invoices) else {}
    asked = questions(there, found.facts)
    answers = {one.name: ask.typed(f"keep-{one.name}", 10) for one in asked}
    is_open = any(answer not in ("there", "read") for answer in answers.values())
    if found.wrong or is_open:
        return _shown(ask, held, row, reading, told, found=found, number=number, status=422)
    new = merged(there, found.facts, frozenset(name for name, answer in answers.items() if answer == "there"))
    invoices[number - 1 : number] = [new]
    try:
        facts = {**held.facts, "invoices": invoices}
        reporting.save_draft(ask.by, claim_no, at=ask.at, facts=facts, based_on=held.facts)
    except FactsChanged:
        return _overtaken(ask, held_of(ask, claim_no), row, reading, told, found)
    except Fault as fault:
        ask.wrong(fault)
        return _shown(ask, held, row, reading, told, found=found, number=number, status=422)
    documents.say_fields(ask.by, row.paper_id, _labels(reading, told), at=ask.at)
    if bill.to_mend(bill.found_in(new, ask.today)):
        return go("member-bill", claim_no=claim_no, number=number, told="read-mend")
    return go("member-papers", claim_no=claim_no, told="read")


def _overtaken(ask: Ask, held: CaseFile, row: PaperRow, reading: ReadingRow, told: _Told, found: Facts) -> HttpResponse:
    """Another window was faster: what was typed stands there still, beside the bills as they are now."""
    ask.wrong(FactsChanged(claim_no=held.row.claim_no))
    number = bill_of(held.invoices, found.facts, row.numbers)
    return _shown(ask, held, row, reading, told, found=found, number=number, status=409)


def _seen(held: CaseFile) -> str:
    """The bills of a claim as a page showed them, in one word."""
    said = json.dumps(held.facts.get("invoices") or [], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def _fills(row: PaperRow, reading: ReadingRow) -> bool:
    return row.kind == reading.kind and row.kind in FILLS_BILL


def _chosen(ask: Ask, held: CaseFile, found: Facts, row: PaperRow) -> int:
    count = len(held.invoices)
    chosen = ask.number("bill") if ask.is_post else None
    if chosen is not None and 1 <= chosen <= count + 1:
        return chosen
    return bill_of(held.invoices, found.facts, row.numbers)


# --- what was read, and what was sent ------------------------------------------------------------------------------


def _keys(reading: ReadingRow) -> list[str]:
    """The fields in an order that does not change."""
    return sorted(key for key in reading.answer["fields"] if key not in UNSHOWN)


def _as_read(reading: ReadingRow, labels: Mapping[str, str]) -> _Told:
    fields = reading.answer["fields"]
    lines = reading.answer.get("lines", ())
    return _Told(
        {key: labels.get(key, str(fields[key]["value"])) for key in _keys(reading)},
        [_line_as_read(line, said_of_line(labels, number)) for number, line in enumerate(lines)],
    )


def _labels(reading: ReadingRow, told: _Told) -> dict[str, str]:
    """What the page says of fields, and of the cells of lines that it shows: each is kept beside what was read."""
    said = dict(told.fields)
    for number, line in enumerate(reading.answer.get("lines", ())[:MOST_LINES]):
        for cell in ("name", "amount"):
            value = told.lines[number].get(cell, "")
            if cell in line or value:
                said[f"lines[{number}].{cell}"] = value
    return said


def _line_as_read(line: Mapping[str, Any], labels: Mapping[str, str]) -> dict[str, str]:
    said = {cell: str(one["value"]) for cell, one in line.items() if one["value"]}
    code = _stated(line)
    said |= labels
    return {**{cell: said[cell] for cell in CELLS if said.get(cell)}, "category": code or _proposed(said)}


def _stated(line: Mapping[str, Any]) -> str:
    """What the paper says that a line is for: an e-invoice that lists sums by heading has the heading as its name."""
    texts = [str(line[cell]["value"]) for cell in ("category", "name") if cell in line]
    return next((found for text in texts if text and (found := category(text))), "")


def _proposed(said: Mapping[str, str]) -> str:
    """What the name of a line proposes, where the paper does not say what it is for."""
    return likely_category(said.get("name", "")) or ""


def _sent(ask: Ask, reading: ReadingRow) -> _Told:
    read = _as_read(reading, {})
    fields = {
        key: " ".join(ask.typed(f"v-{place}", MOST_VALUE).split()) for place, key in enumerate(_keys(reading))
        if f"v-{place}" in ask.request.POST
    }  # fmt: skip
    lines = []
    for place, line in enumerate(read.lines):
        typed = {
            cell: ask.typed(f"line-{place}-{cell}", 100).strip()
            for cell in ("name", "category", "amount")
            if f"line-{place}-{cell}" in ask.request.POST
        }
        lines.append({**line, **typed})
    return _Told(fields, lines)


# --- the page -------------------------------------------------------------------------------------------------------


def _shown(
    ask: Ask, held: CaseFile, row: PaperRow, reading: ReadingRow, told: _Told, *, found: Facts | None = None,
    number: int | None = None, may_change: bool = True, status: int = 200,
) -> HttpResponse:  # fmt: skip
    fills = _fills(row, reading) and may_change
    found = found or (facts_of(told.fields, told.lines, ask.today, ask.lang) if fills else Facts({}, {}))
    number = number or _chosen(ask, held, found, row)
    there = held.invoices[number - 1] if number <= len(held.invoices) else {}
    asked = questions(there, found.facts) if fills else ()
    fields = _fields(ask, reading, told, found if status != 200 else Facts({}, {}))
    lines = _lines(ask, reading, told, found if status != 200 else Facts({}, {}))
    open_ = [one for one in fields if one["status"] in (Status.DOUBTFUL.value, Status.MISSING.value)]
    sure = [one for one in fields if one not in open_ and one["is_known"]]
    rest = [one for one in fields if one not in open_ and not one["is_known"]]
    doubts = _doubts(ask, reading, told)
    problems = [{"id": one["field"]["id"], "says": one["field"]["error"]} for one in fields if one["field"]["error"]]
    if asked and status != 200:
        problems.append({"id": "asked", "says": _("The bill says something else already. Please say which is right.")})
    return shown(
        ask,
        "read",
        title=_("What we read: %(paper)s") % {"paper": name_of(row.kind, ask.lang)},
        section="claims",
        back_url=reverse("member-papers", kwargs={"claim_no": held.row.claim_no}),
        sheets=_sheets(row, reading, fields, lines),
        file_kind=file_kind(row.content_type),
        open=open_,
        sure=sure,
        rest=rest,
        lines=lines[:MOST_LINES],
        more_lines=max(0, len(lines) - MOST_LINES),
        is_marked=bool(asked or doubts) or any(one["says"] for one in lines[:MOST_LINES]),
        doubts=doubts,
        which=_which(ask, held, number) if fills and held.invoices else None,
        asked=[_asked(ask, one) for one in asked],
        problems=problems if status != 200 else [],
        fills=fills,
        seen=_seen(held) if fills else "",
        may_change=may_change,
        status=status,
    )


def _doubts(ask: Ask, reading: ReadingRow, told: _Told) -> list[str]:
    """What does not agree on the paper, in sentences; what was put right since is not told any more."""
    fields = reading.answer["fields"]
    return [
        doubt_says(one, ask.lang)
        for one in reading.answer.get("doubts", ())
        if not any(path in told.fields and told.fields[path] != fields[path]["value"] for path in one["fields"])
    ]


def _fields(ask: Ask, reading: ReadingRow, told: _Told, found: Facts) -> list[dict[str, Any]]:
    """Doubtful and missing ones first, then those that were read, then those that other print proves."""
    rows = []
    for place, key in enumerate(_keys(reading)):
        one = reading.answer["fields"][key]
        kind = "money" if key in bill.MONEY else "text"
        value = told.fields.get(key, "")
        status = Status(one["status"])
        rows.append(
            {
                "place": f"v{place}",
                "status": status.value,
                "says": STATUS_WORDS[status][0 if ask.lang == "zh" else 1],
                "value": value,
                "box": one["box"] if status is not Status.MISSING and any(one["box"]) else None,
                "on": one.get("on", 1),
                "field": box(
                    f"v-{place}", LABELS.get(key, key), value, kind, maxlength=MOST_VALUE,
                    error=found.wrong.get(key, ""),
                ),
                "rank": ORDER.index(status),
                "is_known": key in LABELS or key in found.wrong,
                "is_open": status in (Status.DOUBTFUL, Status.MISSING) or key in found.wrong,
            }
        )  # fmt: skip
    return sorted(rows, key=lambda one: (one["rank"], _rank(one["field"]["label"])))


def _rank(label: Any) -> int:
    labels = [str(one) for one in LABELS.values()]
    return labels.index(str(label)) if str(label) in labels else len(labels)


def _lines(ask: Ask, reading: ReadingRow, told: _Told, found: Facts) -> list[dict[str, Any]]:
    categories = [
        (code.name.lower(), word(code, ask.lang))
        for code in Category
        if code not in (Category.STAY_DAYS, Category.DIAGNOSED)
    ]
    rows = []
    for place, line in enumerate(reading.answer.get("lines", ())):
        said = told.lines[place]
        cells = [one for one in line.values() if one["value"]]
        placed = [one["box"] for one in cells if any(one["box"])]
        by_name = "" if _stated(line) else _proposed(said)
        # Of what the page shows alone: nobody can compare a cell that is not there.
        doubtful = any(line[cell]["status"] == Status.DOUBTFUL.value for cell in ("name", "amount") if cell in line)
        rows.append(
            {
                "place": f"l{place}",
                "number": place + 1,
                "status": Status.DOUBTFUL.value if doubtful else Status.READ.value,
                "says": STATUS_WORDS[Status.DOUBTFUL][0 if ask.lang == "zh" else 1] if doubtful else "",
                "box": _around(placed) if placed else None,
                "on": cells[0].get("on", 1) if cells else 1,
                "name": _cell(place, "name", said, maxlength=100),
                "amount": _cell(place, "amount", said, "money", error=found.wrong.get(f"{LINES}-{place}", "")),
                "category": choice(
                    f"line-{place}-category", LABELS["category"], [("", _("please choose")), *categories],
                    said.get("category", ""),
                    hint=_("By its name; please check.") if by_name and by_name == said.get("category") else "",
                ),
            }
        )  # fmt: skip
    return rows


def _cell(place: int, cell: str, said: Mapping[str, str], kind: str = "text", **more: Any) -> Box:
    return box(f"line-{place}-{cell}", LABELS[cell], said.get(cell, ""), kind, **more)


def _around(boxes: Sequence[Sequence[float]]) -> list[float]:
    return [min(one[0] for one in boxes), min(one[1] for one in boxes),
            max(one[2] for one in boxes), max(one[3] for one in boxes)]  # fmt: skip


def _sheets(
    row: PaperRow, reading: ReadingRow, fields: Sequence[Mapping[str, Any]], lines: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The pages of the paper, each with the places of what was read on it."""
    large = reverse("paper-large", kwargs={"paper_id": row.paper_id})
    sheets = []
    for on, size in enumerate(reading.answer.get("pages", ()), 1):
        places = [
            {
                "place": one["place"],
                "status": one["status"],
                "x": one["box"][0] - 3,
                "y": one["box"][1] - 3,
                "wide": one["box"][2] - one["box"][0] + 6,
                "high": one["box"][3] - one["box"][1] + 6,
            }
            for one in (*fields, *lines)
            if one["box"] is not None and one["on"] == on
        ]
        sheets.append({"on": on, "url": f"{large}?page={on}", "places": places, **size})
    return sheets


def _which(ask: Ask, held: CaseFile, number: int) -> Box:
    options = [
        (str(n), _("Bill %(number)s: %(title)s") % {"number": n, "title": bill.title_of(one, ask.lang)})
        for n, one in enumerate(held.invoices, 1)
    ]
    options.append((str(len(held.invoices) + 1), _("A new bill")))
    return choice("bill", _("Which bill is it?"), options, str(number))


def _asked(ask: Ask, one: Question) -> dict[str, Any]:
    return {
        "name": f"keep-{one.name}",
        "label": LABELS.get(one.name, one.name),
        "there": _in_words(ask, one.name, one.there),
        "read": _in_words(ask, one.name, one.read),
        "chosen": ask.typed(f"keep-{one.name}", 10),
    }


def _in_words(ask: Ask, name: str, value: Any) -> str:
    """A fact as a person reads it."""
    if name == LINES:
        total = bill.sum_of({LINES: value})
        amount = "" if total is None else yuan(total)
        return _("%(count)s lines, %(amount)s yuan together") % {"count": len(value), "amount": amount}
    if name == "setting":
        return {code.name.lower(): word(code, ask.lang) for code in Setting}.get(str(value), str(value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)
