"""Invoices: files of invoice data (JSON, CSV, Excel) become the facts of invoices, with the place of what is wrong.

What cannot be read is told all at once and nothing is taken; what does not agree is taken and told (docs/invoices.md).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any

from hearth.doors.feeds import invoice_fields as names
from hearth.doors.feeds.cases import lines_of
from hearth.doors.feeds.chinese import in_chinese
from hearth.doors.feeds.columns import LEVELS, choice, choices
from hearth.doors.feeds.grids import MAX_BYTES, Grid, read_csv, read_xlsx
from hearth.doors.feeds.invoice_fields import Field
from hearth.doors.feeds.problems import Path as Place
from hearth.doors.feeds.problems import Problems, in_order, short
from hearth.doors.feeds.sheets import READERS, Unread
from hearth.kernel.documents.identities import Problem, invoice_facts, plain_number, problem, problems, same_invoice
from hearth.store.reading import read_json
from hearth.words.faults import Malformed
from hearth.words.money import fen_from_yuan, yuan
from hearth.words.quantities import price_from, quantity_from

MAX_INVOICES = 200
"""The most invoices of one claim, and of one file."""

MAX_LINES = 2_000
"""The most lines of an invoice."""

MOST_BESIDE = {"code": 48, "unit": 16}
"""The longest code and unit of a line."""

MAX_TEXT = 500
"""The longest text of a field."""


@dataclass(frozen=True)
class Told:
    """Something that does not agree, and the line or cell of the file that it is about."""

    problem: Problem
    place: str

    def sentence(self, lang: str) -> str:
        """Place and problem in "zh" or "en"."""
        zh = lang.startswith("zh")
        return f"{in_chinese(self.place)}：{self.problem.says_zh}" if zh else f"{self.place}: {self.problem.says_en}"


@dataclass(frozen=True)
class ReadInvoice:
    """One invoice of a file.  `facts` are as a form holds them; `noted` is what else the invoice says, by name."""

    facts: dict[str, Any]
    noted: dict[str, str]
    problems: tuple[Told, ...]
    place: str

    @property
    def invoice(self) -> dict[str, Any]:
        """The facts that a case takes; an Invoice where no problem is of grade "mend"."""
        return invoice_facts(self.facts)


@dataclass(frozen=True)
class InvoiceFile:
    """The invoices of a file; `unread` are its fields that nothing reads, as the file calls them."""

    file: str
    encoding: str | None
    invoices: tuple[ReadInvoice, ...]
    unread: tuple[str, ...]


def read_invoices(file: str, content: bytes, today: date | None = None) -> InvoiceFile:
    """The invoices of a file, whose form is told by its content.  Raises: Malformed, with every problem found."""
    if len(content) > MAX_BYTES:
        raise Malformed(file=file, got=f"{len(content):,} bytes", want=f"at most {MAX_BYTES:,} bytes")
    if not content.strip():
        raise Malformed(file=file, got="an empty file", want="a file that can be read")
    if content[:4] == b"PK\x03\x04" or content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        reading = _of_grid(read_xlsx(content, file))
    elif content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"["):
        reading = _of_json(read_json(content, file), file, content)
    else:
        reading = _of_grid(read_csv(content, file))
    if not reading.wrong and not reading.drafts:
        reading.tell("whole file", "nothing", "fields such as 票据代码, 票据号码, 金额合计")
    if reading.wrong:
        raise Problems(in_order(reading.wrong))
    found = [_finished(draft, today) for draft in reading.drafts]
    return InvoiceFile(file, reading.encoding, tuple(_told_twice(found)), tuple(dict.fromkeys(reading.unread)))


# --- what is read ----------------------------------------------------------------------------------------------------

Locate = Callable[[], str]


@dataclass
class _Draft:
    """An invoice as its rows or fields state it, and where each field stands."""

    place: Locate
    facts: dict[str, Any] = field(default_factory=dict)
    places: dict[str, Locate] = field(default_factory=dict)
    noted: dict[str, str] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)
    lines: list[dict[str, Any]] = field(default_factory=list)
    told: list[tuple[Problem, Locate]] = field(default_factory=list)


@dataclass
class _Reading:
    file: str
    encoding: str | None = None
    drafts: list[_Draft] = field(default_factory=list)
    wrong: list[Malformed] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    def tell(self, place: str, got: str, want: str) -> None:
        self.wrong.append(Malformed(file=self.file, place=place, got=got, want=want))

    def name(self, name: str, place: Locate) -> None:
        """Notes a name that is not read; a mistyped one is wrong, lest an amount is lost."""
        meant = None if names.is_known_unread(name) else names.mistyped(name)
        if meant is None:
            self.unread.append(name[:MAX_TEXT])
        else:
            self.tell(place(), f"the header {short(name)}", f"the header {meant}")

    # --- one field ----------------------------------------------------------------------------------------------------

    def state(self, draft: _Draft, one: Field, value: Any, place: Locate) -> None:
        """Takes a field of the invoice; said twice it has to be the same."""
        try:
            read = _read(one, value)
        except Unread as unread:
            return self.tell(place(), unread.got or short(value), unread.want)
        for name, taken in (read if isinstance(read, dict) else {one.name: read}).items():
            if one.kind == "note" or name.startswith("noted."):
                draft.noted.setdefault(name.removeprefix("noted."), taken)
            elif taken is not None:
                self._once(draft, draft.facts, name, taken, place)

    def part(self, draft: _Draft, called: str, value: Any, place: Locate) -> None:
        """Takes a part of a field that some places state in parts."""
        try:
            amount = READERS["amount"](_half(value), None)
        except Unread as unread:
            return self.tell(place(), short(value), unread.want)
        self._once(draft, draft.parts, called, amount, place)

    def _once(self, draft: _Draft, into: dict[str, Any], name: str, taken: Any, place: Locate) -> None:
        if name not in into:
            into[name], draft.places[name] = taken, place
        elif into[name] != taken:
            self.tell(place(), short(_said(taken)), f"{short(_said(into[name]))}, as in {draft.places[name]()}")

    def line(self, draft: _Draft, stated: Iterable[tuple[Field, Any, Locate]], place: Locate) -> None:
        """Takes a line of the invoice."""
        n = len(draft.lines)
        facts: dict[str, Any] = {}
        for one, value, where in stated:
            try:
                read = _read(one, value)
            except Unread as unread:
                self.tell(where(), unread.got or short(value), unread.want)
                continue
            if one.kind in _TOLD_OF and (read is None or (one.kind == "quantity" and isinstance(read, str))):
                told = problem(_TOLD_OF[one.kind], "warn", f"lines[{n}].{one.name}", short(_said(value)), "1")
                draft.told.append((told, where))
            if read is not None and one.name not in facts:
                facts[one.name] = read
                draft.places[f"lines[{n}].{one.name}"] = where
        draft.places[f"lines[{n}]"] = place
        draft.lines.append(facts)
        if n == MAX_LINES:
            self.tell(place(), f"a list of {n + 1}", f"at most {MAX_LINES:,}")


# --- a sheet ---------------------------------------------------------------------------------------------------------


def _of_grid(grid: Grid) -> _Reading:
    """The invoices of a sheet: one line of an invoice a row, the invoice's own columns repeated or left empty below."""
    reading = _Reading(grid.file, grid.encoding)
    columns: dict[int, _Column] = {}
    header: dict[int, str] = {}
    for cell in grid.rows[0] if grid.rows else ():
        if cell.value is None:
            continue
        said, place = str(cell.value), partial(grid.place, cell)
        found = _column(names.plain(said))
        if found is None:
            reading.name(said, place)
        elif found in columns.values():
            reading.tell(place(), f"the header {short(said)} twice", "each header once")
        else:
            columns[cell.column] = found
        header[cell.column] = said
    if not columns:
        reading.tell("whole file", "no column 票据号码", "a header and a row a line of an invoice")
    elif len(grid.rows) < 2:
        reading.tell("whole file", "no row", "a header and a row a line of an invoice")
    if not reading.wrong:
        _take_rows(reading, grid, columns, header)
    return reading


def _take_rows(reading: _Reading, grid: Grid, columns: dict[int, _Column], header: dict[int, str]) -> None:
    known: dict[tuple[str, ...], _Draft] = {}
    draft: _Draft | None = None
    for row in grid.rows[1:]:
        cells: _Cells = []
        for cell in row:
            if cell.odd and cell.column in columns:
                reading.tell(grid.place(cell, header[cell.column]), cell.odd, _ODD)
            elif cell.value is None or _is_blank(cell.value):
                continue
            elif cell.column in columns:
                cells.append((columns[cell.column], cell.value, partial(grid.place, cell, header[cell.column])))
            elif cell.column not in header:
                reading.tell(grid.place(cell), "a value without a header", "a header above it")
        if not cells:
            continue
        place = partial(grid.place_of_row, row[0].row)
        key = _key_of_row(cells)
        if draft is None or (key is not None and key not in known):
            if len(reading.drafts) == MAX_INVOICES:
                return reading.tell(place(), f"a list of {MAX_INVOICES + 1}", f"at most {MAX_INVOICES:,}")
            draft = _Draft(place)
            reading.drafts.append(draft)
            if key is not None:
                known[key] = draft
        elif key is not None:
            draft = known[key]
        _take_row(reading, draft, cells, place)


_ODD = "text: a sheet keeps 15 digits of a number"

_Column = tuple[str, Any]
"""A group (invoice, line, part, key) and the field of it."""


def _column(key: str) -> _Column | None:
    if key in names.INVOICE_CALLED:
        return "invoice", names.INVOICE_CALLED[key]
    if key in names.LINE_CALLED:
        return "line", names.LINE_CALLED[key]
    if key in names.PART_CALLED:
        return "part", key
    return ("key", None) if key in ("发票序号", "invoice") else None


_Cells = list[tuple[_Column, Any, Locate]]


def _key_of_row(cells: _Cells) -> tuple[str, ...] | None:
    """What tells the invoice of a row: its place in the claim, else code and number; None: the one above."""
    said = {(group, getattr(one, "name", "")): str(value) for (group, one), value, _ in cells}
    if ("key", "") in said:
        return "key", said["key", ""]
    code, number = (plain_number(said.get(("invoice", name), "")) for name in ("code", "number"))
    return ("number", code, number) if number else None


def _take_row(reading: _Reading, draft: _Draft, cells: _Cells, place: Locate) -> None:
    for (group, one), value, where in cells:
        if group == "invoice":
            reading.state(draft, one, value, where)
        elif group == "part":
            reading.part(draft, one, value, where)
    stated = [(one, value, where) for (group, one), value, where in cells if group == "line"]
    if stated:
        reading.line(draft, stated, place)


# --- JSON ------------------------------------------------------------------------------------------------------------


def _of_json(value: Any, file: str, content: bytes) -> _Reading:
    """The invoices of a JSON text: one object, a list of them, or a list under `invoices`."""
    reading = _Reading(file)
    locate = lines_of(content)
    path: Place = ()
    if isinstance(value, dict):
        for name in ("invoices", "发票", "票据"):
            if isinstance(value.get(name), list):
                value, path = value[name], (name,)
                break
        else:
            value = [value]
            path = ("",)
    if not isinstance(value, list):
        reading.tell("whole file", short(value), "fields such as invoiceCode, invoiceNumber, totalAmount")
        return reading
    if len(value) > MAX_INVOICES:
        reading.tell("whole file", f"a list of {len(value)}", f"at most {MAX_INVOICES:,}")
        return reading
    for n, entry in enumerate(value):
        here: Place = () if path == ("",) else (*path, n)
        if not isinstance(entry, dict):
            reading.tell(locate(here), short(entry), "fields, each with its name")
            continue
        draft = _Draft(partial(locate, here))
        reading.drafts.append(draft)
        _take_object(reading, draft, entry, here, locate)
    return reading


def _take_object(
    reading: _Reading, draft: _Draft, entry: Mapping[str, Any], here: Place, locate: Callable[[Place], str]
) -> None:
    lists: dict[str, tuple[list[Any], Place]] = {}
    for name, value, at in _flat(entry, here):
        place = partial(locate, at)
        key = names.plain(name)
        if isinstance(value, list):
            called = next((one for one in names.LISTS if names.plain(one) == key), None)
            if called is not None:
                lists[called] = value, at
            elif value:
                reading.name(name, place)
        elif value is None or _is_blank(value):
            continue
        elif key in names.INVOICE_CALLED:
            reading.state(draft, names.INVOICE_CALLED[key], value, place)
        elif key in names.PART_CALLED:
            reading.part(draft, key, value, place)
        else:
            reading.name(name, place)
    ordered = [name for name in names.LISTS if name in lists]
    taken = next((name for name in ordered if _have_categories(lists[name][0])), ordered[0] if ordered else None)
    reading.unread.extend(name for name in ordered if name != taken)
    if taken is not None:
        _take_lines(reading, draft, *lists[taken], locate)


def _take_lines(reading: _Reading, draft: _Draft, lines: list[Any], at: Place, locate: Callable[[Place], str]) -> None:
    if len(lines) > MAX_LINES:
        return reading.tell(locate(at), f"a list of {len(lines)}", f"at most {MAX_LINES:,}")
    for n, line in enumerate(lines):
        here = (*at, n)
        if not isinstance(line, dict):
            reading.tell(locate(here), short(line), "fields, each with its name")
            continue
        stated = []
        for name, value, where in _flat(line, here):
            found = names.LINE_CALLED.get(names.plain(name))
            if found is None:
                reading.name(name, partial(locate, where))
            elif value is not None and not _is_blank(value):
                stated.append((found, value, partial(locate, where)))
        if stated:
            reading.line(draft, stated, partial(locate, here))


def _flat(entry: Mapping[str, Any], here: Place) -> Iterator[tuple[str, Any, Place]]:
    """The fields of an object, those of the groups inside it among them."""
    for name, value in entry.items():
        at = (*here, name)
        if isinstance(value, dict):
            for inner, below in value.items():
                yield (inner if name in names.GROUPS else f"{name}.{inner}"), below, (*at, inner)
        elif name in names.GROUPS and isinstance(value, list):
            for n, one in enumerate(value):
                if isinstance(one, dict):
                    yield from ((inner, below, (*at, n, inner)) for inner, below in one.items())
        else:
            yield name, value, at


def _have_categories(lines: list[Any]) -> bool:
    keys = {names.plain(str(name)) for line in lines if isinstance(line, dict) for name in line}
    return any(key in names.LINE_CALLED and names.LINE_CALLED[key].name == "category" for key in keys)


# --- the facts -------------------------------------------------------------------------------------------------------


def _finished(draft: _Draft, today: date | None) -> ReadInvoice:
    """The facts of an invoice with what follows from what it says, and everything that does not agree."""
    facts = dict(draft.facts)
    for name in dict.fromkeys(names.PART_CALLED[called] for called in draft.parts):
        parts = [fen_from_yuan(part) for called, part in draft.parts.items() if names.PART_CALLED[called] == name]
        facts.setdefault(name, yuan(sum(parts)))
    insured, other_said = facts.pop("insured", None), facts.pop("other_said", None)
    if insured is not None and "si_settled" not in facts:
        facts["si_settled"] = insured
    if "setting" not in facts:
        guessed = _setting_of(draft, facts)
        if guessed is not None:
            facts["setting"] = guessed
    hospital = {name.partition(".")[2]: facts.pop(name) for name in list(facts) if name.startswith("hospital.")}
    if hospital:
        facts["hospital"] = hospital
    facts["lines"] = draft.lines
    found = [Told(one, draft.places.get(one.field, draft.place)()) for one in problems(facts, today)]
    found += [Told(one, place()) for one, place in draft.told]
    if "si_settled" not in facts:
        found.append(Told(problem("SETTLED_NOT_SAID", "warn", "si_settled"), draft.place()))
    if other_said is not None and fen_from_yuan(other_said):
        told = problem("OTHER_PAID", "warn", "other_public", other_said)
        found.append(Told(told, draft.places["other_said"]()))
    return ReadInvoice(facts, draft.noted, tuple(found), draft.place())


def _setting_of(draft: _Draft, facts: Mapping[str, Any]) -> str | None:
    """Where the treatment took place, where no field says so: by the invoice's title, else by its days."""
    by_title = names.setting(draft.noted.get("title", ""))
    if by_title is not None:
        return by_title
    if "admitted_on" in facts or "discharged_on" in facts:
        return "inpatient"
    return "outpatient" if "visited_on" in facts else None


def _told_twice(found: list[ReadInvoice]) -> Iterator[ReadInvoice]:
    """The invoices, each later copy of one with a problem that says which it repeats."""
    first: dict[tuple[str, str], int] = {}
    for n, one in enumerate(found, 1):
        key = same_invoice(one.facts.get("code", ""), one.facts.get("number", ""))
        if key is not None and first.setdefault(key, n) != n:
            told = Told(problem("TWICE", "check", "number", one.facts["number"], first[key]), one.place)
            yield replace(one, problems=(*one.problems, told))
        else:
            yield one


# --- one value -------------------------------------------------------------------------------------------------------


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value)


def _half(value: Any) -> str:
    return unicodedata.normalize("NFKC", _said(value)).strip()


def _is_blank(value: Any) -> bool:
    return isinstance(value, str) and value.strip() in ("", "-", "--", "—", "——", "/", "\\")


def _read(one: Field, value: Any) -> Any:
    """What a field says, as a case file has it; None where it says nothing; several fields as a dict."""
    if isinstance(value, (dict, list)):
        raise Unread("text that is not empty")
    # Names stay as they are written; numbers, days and words of a list are read in half width.
    text = _said(value).strip() if one.name in _AS_WRITTEN or one.kind == "note" else _half(value)
    if len(text) > MAX_TEXT:
        raise Unread(f"at most {MAX_TEXT} characters")
    return _KINDS[one.kind](text, one)


_AS_WRITTEN = {"name", "hospital.name", "hospital.clinic"}
_TOLD_OF = {"quantity": "QUANTITY_IN_PARTS", "price": "PRICE_NOT_TAKEN", "beside": "NOT_TAKEN"}
"""Kinds of which what cannot be taken stops nothing, since no amount comes from them, and what is told then."""


def _day(text: str, one: Field) -> str:
    day: date = READERS["day"](text, None)
    return day.isoformat()


def _stay(text: str, one: Field) -> dict[str, Any]:
    """Admission and discharge from one field: "2026-03-02至2026-03-09"; a single day is the admission's."""
    days = re.findall(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}", text)
    if len(days) not in (1, 2):
        raise Unread("a day such as 2026-04-02")
    return dict(zip(("admitted_on", "discharged_on"), (_day(day, one) for day in days), strict=False))


def _quantity(text: str, one: Field) -> int | str | None:
    """A whole quantity as a number, one in parts as text; None where it is none that a case takes."""
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,6})?", text):
        raise Unread("a number")
    try:
        quantity = quantity_from(text)
    except ValueError:
        return None
    return quantity if isinstance(quantity, int) else f"{quantity:f}"


def _price(text: str, one: Field) -> str | None:
    """What one unit costs, as it is written; None where it is no price."""
    try:
        return f"{price_from(text.removeprefix('¥').removesuffix('元')):f}"
    except ValueError:
        return None


def _beside(text: str, one: Field) -> str | None:
    """A code or unit of a line; None where it is longer than those are."""
    said = plain_number(text) if one.name == "code" else text
    return said if len(said) <= MOST_BESIDE[one.name] else None


def _chosen(field_name: str) -> Callable[[str, Field], str]:
    def read(text: str, one: Field) -> str:
        found = names.category(text) if field_name == "category" else choice(field_name, text)
        if found is None:
            words = choices(field_name, "en" if text.isascii() else "zh")
            raise Unread(f"one of {', '.join(words)}")
        return found

    return read


def _setting(text: str, one: Field) -> dict[str, Any]:
    """The setting; a type of invoice that does not tell it is noted."""
    found = names.setting(text)
    return {"setting": found} if found is not None else {"noted.invoice_type": text}


def _other(text: str, one: Field) -> dict[str, Any]:
    amount = READERS["amount"](text, None)
    return {"other_public": amount, "other_said": amount}


def _kind_of_hospital(text: str, one: Field) -> dict[str, Any]:
    return {"hospital.level": LEVELS.get(text.lower()), "noted.hospital_type": text}


def _insurance(text: str, one: Field) -> dict[str, Any]:
    return {"insured": text not in names.NOT_INSURED, "noted.insurance_type": text}


_KINDS: dict[str, Callable[[str, Field], Any]] = {
    "text": lambda text, one: plain_number(text) if one.name in ("code", "number", "check_code") else text,
    "note": lambda text, one: text,
    "other": _other,
    "amount": lambda text, one: READERS["amount"](text, None),
    "part": lambda text, one: READERS["part"](text, None),
    "number": lambda text, one: READERS["number"](text.removesuffix("天"), None),
    "quantity": _quantity,
    "price": _price,
    "beside": _beside,
    "day": _day,
    "stay": _stay,
    "yes": lambda text, one: READERS["yes"](text, None),
    "setting": _setting,
    "category": _chosen("category"),
    "ownership": _chosen("ownership"),
    "department": _chosen("department"),
    "level": lambda text, one: READERS["level"](text, None),
    "kind_of_hospital": _kind_of_hospital,
    "insurance": _insurance,
    "insured": lambda text, one: {"insured": True},
}
