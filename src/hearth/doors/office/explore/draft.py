"""Draft: a case as it stands in the form, in the words that were typed; to and from the values of a case file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from hearth.doors.office.explore.fields import CASE, INVOICE, LINE, MOST_LINES, Box, Group
from hearth.words.codes import Paper

Item = dict[str, Any]
"""Box keys with what was typed, and list names with their items."""

MAX_TEXT = 400
"""The longest text of one box; the rest is cut off before anything looks at it."""

PAPERS = tuple(paper.name.lower() for paper in Paper)
KEPT = ("about", "terms", "expect")
"""What a case file may say that the form does not show; it travels along unchanged."""


@dataclass
class Draft:
    """What was typed, and the parts of the case that have no box."""

    item: Item
    kept: dict[str, Any] = field(default_factory=dict)
    dropped: bool = False
    """More was sent than a list may hold; the first ones are here."""


def only_kept(value: Any) -> dict[str, Any]:
    """The parts without a box of values that were sent along; whether they are right the case schema decides."""
    if not isinstance(value, dict):
        return {}
    kept = {name: value[name] for name in KEPT if value.get(name) is not None}
    for name in ("terms", "expect"):
        entries = kept.get(name, [])
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise ValueError(name)
    return kept


def blank(group: Group) -> Item:
    """An item as it is when nothing was typed."""
    item: Item = {box.key: box.default for box in group.boxes}
    for inner in group.lists:
        item[inner.name] = []
    if group.name == "claims":
        item |= {"papers_listed": "", "papers": []}
    return item


def is_blank(group: Group, item: Item) -> bool:
    """Whether nothing was typed into an item that may be left blank; choices alone do not count."""
    return group.may_be_blank and not any(
        item.get(box.key, "").strip() not in ("", box.default) for box in group.boxes if box.kind != "choice"
    )


# --- from the form ---------------------------------------------------------------------------------------------------


def read_form(posted: Mapping[str, str], lists: Mapping[str, list[str]], kept: dict[str, Any]) -> Draft:
    """The draft that a form states; `lists` holds the values of names that may stand several times."""
    places: dict[str, set[int]] = {}
    for name in posted:
        steps = name.split("-", 9)
        for at in range(1, len(steps)):
            if steps[at].isascii() and steps[at].isdigit() and len(steps[at]) <= 4:
                places.setdefault("-".join(steps[:at]), set()).add(int(steps[at]))
    draft = Draft({}, kept)
    lines_left = MOST_LINES

    def read(group: Group, prefix: str) -> Item:
        nonlocal lines_left
        item: Item = {box.key: _typed(posted.get(prefix + box.key, "")) for box in group.boxes}
        if group.name == "claims":
            item["papers_listed"] = "1" if posted.get(prefix + "papers_listed") else ""
            item["papers"] = [paper for paper in lists.get(prefix + "papers", []) if paper in PAPERS][: len(PAPERS)]
        for inner in group.lists:
            numbers = sorted(places.get(prefix + inner.name, ()))
            most = min(inner.most, lines_left) if inner.name == "lines" else inner.most
            draft.dropped |= len(numbers) > most
            item[inner.name] = [read(inner, f"{prefix}{inner.name}-{number}-") for number in numbers[:most]]
            if inner.name == "lines":
                lines_left -= len(item[inner.name])
        return item

    draft.item = read(CASE, "")
    return draft


def _typed(text: str) -> str:
    return text.replace("\x00", "")[:MAX_TEXT]


# --- from a case file ------------------------------------------------------------------------------------------------


def from_value(value: Mapping[str, Any]) -> Draft:
    """The draft of a case whose values were read from a file and found valid."""
    draft = Draft({}, {name: value[name] for name in KEPT if value.get(name) is not None})
    lines_left = MOST_LINES

    def read(group: Group, source: Mapping[str, Any]) -> Item:
        nonlocal lines_left
        item = blank(group)
        for box in group.boxes:
            owner = source.get(box.inside) or {} if box.inside else source
            if owner.get(box.name) is not None:
                item[box.key] = _written(box, owner[box.name])
        if group.name == "claims" and source.get("papers") is not None:
            item |= {"papers_listed": "1", "papers": [str(paper) for paper in source["papers"]]}
        for inner in group.lists:
            entries = source.get(inner.name) or ()
            most = min(inner.most, lines_left) if inner.name == "lines" else inner.most
            draft.dropped |= len(entries) > most
            item[inner.name] = [read(inner, entry) for entry in entries[:most]]
            if inner.name == "lines":
                lines_left -= len(item[inner.name])
        return item

    draft.item = read(CASE, value)
    return draft


def _written(box: Box, value: Any) -> str:
    if box.kind == "truth":
        return "1" if str(value).lower() in ("true", "1", "yes", "on", "y", "t") else ""
    if box.kind == "ids":
        return ", ".join(str(one) for one in value)
    if box.kind == "name" and isinstance(value, Mapping):
        return f"{value['zh']} / {value['en']}"
    return value.isoformat() if isinstance(value, date) else str(value)


# --- to a case file --------------------------------------------------------------------------------------------------


@dataclass
class Stated:
    """The values of a case file, and where each item of its lists stands in the form."""

    value: dict[str, Any]
    places: dict[tuple[str | int, ...], list[int]]

    def form_path(self, loc: tuple[str | int, ...]) -> Iterator[str]:
        """The steps of the form that a place in the values stands at, as far as the form has them."""
        for at, step in enumerate(loc):
            if isinstance(step, int):
                numbers = self.places.get(loc[:at])
                if numbers is None or step >= len(numbers):
                    return
                yield str(numbers[step])
            else:
                yield step


def to_value(draft: Draft) -> Stated:
    """The values of the case file that a draft stands for; what equals the file's own default is left out."""
    places: dict[tuple[str | int, ...], list[int]] = {}

    def state(group: Group, item: Item, loc: tuple[str | int, ...]) -> dict[str, Any]:
        value: dict[str, Any] = {}
        for box in group.boxes:
            typed = item.get(box.key, "").strip()
            if box.must or typed != box.default:
                stated = _stated(box, typed)
                if stated is not None:
                    (value.setdefault(box.inside, {}) if box.inside else value)[box.name] = stated
        if group.name == "claims" and item.get("papers_listed"):
            value["papers"] = list(dict.fromkeys(item.get("papers", ())))
        for inner in group.lists:
            entries = item.get(inner.name, [])
            numbers = [n for n, entry in enumerate(entries) if not is_blank(inner, entry)]
            places[(*loc, inner.name)] = numbers
            if numbers:
                value[inner.name] = [state(inner, entries[n], (*loc, inner.name, at)) for at, n in enumerate(numbers)]
        return value

    stated = state(CASE, draft.item, ())
    value: dict[str, Any] = {"case": stated.pop("case", "")}
    value |= {name: draft.kept[name] for name in ("about",) if name in draft.kept}
    value |= stated
    value |= {name: draft.kept[name] for name in ("terms", "expect") if name in draft.kept}
    return Stated(value, places)


def _stated(box: Box, typed: str) -> Any:
    if box.kind == "truth":
        return typed == "1"
    if not typed:
        return [] if box.kind == "ids" else None
    if box.kind in ("money", "part", "count", "number"):
        amount = amount_of(typed)
        whole = box.kind in ("count", "number") and isinstance(amount, Decimal) and amount == amount.to_integral_value()
        return int(amount) if whole else amount
    if box.kind == "whole":
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else typed
    if box.kind == "choice" and box.key == "hospital_level":
        return int(typed) if typed in ("0", "1", "2", "3") else typed
    if box.kind == "day":
        try:
            return date.fromisoformat(typed) if len(typed) == 10 else typed
        except ValueError:
            return typed
    if box.kind == "ids":
        return [one.strip() for one in typed.replace("，", ",").replace("、", ",").split(",") if one.strip()][:40]
    if box.kind == "name" and typed.count(" / ") == 1:
        zh, en = (part.strip() for part in typed.split(" / "))
        return {"zh": zh, "en": en} if zh and en else typed
    return typed


def amount_of(typed: str) -> Decimal | str:
    """An amount as a number where it is written as one (separators allowed), else what was typed."""
    plain = typed.replace("，", ",").replace("¥", "").replace("￥", "").strip().removesuffix("元").strip()
    bare = plain.replace(",", "")
    whole, point, cents = bare.partition(".")
    is_plain = bare.isascii() and whole.isdigit() and len(bare) <= 24 and (cents.isdigit() if point else True)
    groups = plain.partition(".")[0].split(",")
    well_split = len(groups) == 1 or (1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:]))
    return Decimal(bare) if is_plain and well_split else plain or typed


# --- changes of structure --------------------------------------------------------------------------------------------


def find(item: Item, steps: list[str]) -> tuple[Group, list[Item], int | None] | None:
    """The list (and the number in it) that steps such as claims, 0, invoices, 1 lead to; None where there is none."""
    group, number = CASE, None
    here: list[Item] = [item]
    owner = item
    for at, step in enumerate(steps):
        if at % 2 == 0:
            inner = next((one for one in group.lists if one.name == step), None)
            if inner is None:
                return None
            group, here, number = inner, owner[inner.name], None
        else:
            if not (step.isascii() and step.isdigit() and len(step) <= 4 and int(step) < len(here)):
                return None
            number = int(step)
            owner = here[number]
    return group, here, number


def add(draft: Draft, path: str) -> str | None:
    """Adds an item to the list at `path`; gives the id of its first box, or None where nothing can be added."""
    found = find(draft.item, path.split("-"))
    if found is None or found[2] is not None or len(found[1]) >= found[0].most:
        return None
    group, items, _ = found
    item = blank(group)
    last = items[-1] if items else None
    for box in group.boxes:
        if box.kind == "choice" and box.choices is not None and box.must:
            item[box.key] = (last or {}).get(box.key) or box.choices("en")[0][0]
    if group.name == "lines":
        item["category"] = "western_drug"
    if group.name == "claims":
        names = {entry["no"] for entry in items}
        item["no"] = next(f"C-{n}" for n in range(len(items) + 1, len(items) + 20) if f"C-{n}" not in names)
        item["insured"] = (last or {}).get("insured") or (_insured(draft) or [""])[0]
        item["invoices"] = [_invoice_after(last["invoices"][-1] if last and last["invoices"] else None)]
    if group.name == "invoices":
        item = _invoice_after(last)
    if group.name == "policies":
        names = {entry["no"] for entry in items}
        item["no"] = next(f"P-{n}" for n in range(len(items) + 1, len(items) + 20) if f"P-{n}" not in names)
        for key in ("product", "starts_on", "insured"):
            item[key] = (last or {}).get(key, "")
    items.append(item)
    first = "amount" if group.name in ("lines", "other_payments") else group.boxes[0].key
    return f"{path}-{len(items) - 1}-{first}"


def _invoice_after(last: Item | None) -> Item:
    item = blank(INVOICE)
    for key in ("setting", "admitted_on", "discharged_on", "visited_on", "hospital_name", "hospital_level", "icd"):
        item[key] = (last or {}).get(key, item[key])
    item["setting"] = item["setting"] or "outpatient"
    item["lines"] = [blank(LINE) | {"category": "western_drug"}]
    return item


def _insured(draft: Draft) -> list[str]:
    return [one.strip() for policy in draft.item["policies"] for one in policy["insured"].split(",") if one.strip()]


def remove(draft: Draft, path: str) -> bool:
    """Takes the item at `path` out of its list."""
    found = find(draft.item, path.split("-"))
    if found is None or found[2] is None:
        return False
    del found[1][found[2]]
    return True


def follow_setting(draft: Draft) -> None:
    """Where a stay became a visit or the other way round, its day is taken along."""
    for claim in draft.item["claims"]:
        for invoice in claim["invoices"]:
            if invoice["setting"] == "inpatient":
                invoice["admitted_on"] = invoice["admitted_on"] or invoice["visited_on"]
                invoice["discharged_on"] = invoice["discharged_on"] or invoice["admitted_on"]
            else:
                invoice["visited_on"] = invoice["visited_on"] or invoice["admitted_on"]
