"""Facts: what is typed or imported about a claim, looked through and made the claim of a case."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from hearth.desks.claims.faults import FactsWrong, TooMuch
from hearth.kernel.adjudication.case import Claim as StatedClaim
from hearth.kernel.documents.identities import invoice_facts, plain_number, problems, same_invoice
from hearth.store.models import Claim, InvoiceKey
from hearth.words.money import fen_from_yuan

STATED = ("cause", "event", "trigger_on", "onset_on", "invoices", "diagnoses", "other_payments")
"""What is stated of a claim; everything else of a case's claim is the house's own."""

OF_ASSESSOR = {"disputed", "not_necessary"}
"""Fields of a line that an assessor alone fills in (`marks` of the claim)."""

MOST_INVOICES = 200
MOST_LINES = 2_000
MOST_BYTES = 4_000_000


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something in the facts that has to be mended: where, and a sentence that helps."""

    field: str
    zh: str
    en: str

    def sentence(self, lang: str) -> str:
        """The sentence in "zh" or "en"."""
        return self.zh if lang.startswith("zh") else self.en


def taken(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as they may be kept: known fields alone, within the named limits.  Raises: FactsWrong, TooMuch."""
    if not isinstance(facts, Mapping):
        raise FactsWrong([Trouble("facts", "应为字段与取值", "should be fields and values")])
    if strange := [name for name in facts if name not in STATED]:
        raise FactsWrong([Trouble(str(name)[:40], "没有这个字段", "there is no such field") for name in strange])
    kept = {name: value for name, value in facts.items() if value not in (None, "", [], ())}
    for name in ("invoices", "diagnoses", "other_payments"):
        rows = kept.get(name, [])
        if not isinstance(rows, (list, tuple)) or not all(isinstance(row, Mapping) for row in rows):
            raise FactsWrong([Trouble(name, "应为列表", "should be a list")])
        if len(rows) > MOST_INVOICES:
            raise TooMuch(what=name, got=len(rows), most=MOST_INVOICES)
    for number, invoice in enumerate(kept.get("invoices", ()), 1):
        lines = invoice.get("lines") or []
        if not isinstance(lines, (list, tuple)) or not all(isinstance(line, Mapping) for line in lines):
            raise FactsWrong([Trouble(f"invoices[{number}].lines", "应为列表", "should be a list")])
        if len(lines) > MOST_LINES:
            raise TooMuch(what=f"invoices[{number}].lines", got=len(lines), most=MOST_LINES)
    if "invoices" in kept:
        kept["invoices"] = [_without_marks(invoice) for invoice in kept["invoices"]]
    kept = _as_written(kept)
    text = json.dumps(kept, ensure_ascii=False, default=str)
    if len(text.encode()) > MOST_BYTES:
        raise TooMuch(what="facts", got=f"{len(text.encode()):,} bytes", most=f"{MOST_BYTES:,} bytes")
    plain: dict[str, Any] = json.loads(text)
    return plain


def _as_written(value: Any) -> Any:
    """Numbers with a fraction as they would be written: no amount is ever a binary fraction."""
    if isinstance(value, Mapping):
        return {str(name): _as_written(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_as_written(one) for one in value]
    return str(value) if isinstance(value, float | Decimal) else value


def _without_marks(invoice: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in invoice.items() if name != "used_elsewhere"}
    if kept.get("lines"):
        kept["lines"] = [
            {name: value for name, value in line.items() if name not in OF_ASSESSOR} for line in kept["lines"]
        ]
    return kept


def troubles(facts: Mapping[str, Any], today: date) -> list[Any]:
    """What has to be mended before anything can be computed from the facts; figures that disagree are not among it."""
    found: list[Any] = []
    for number, invoice in enumerate(facts.get("invoices", ()), 1):
        found += [
            Trouble(f"invoices[{number}].{one.field}", one.says_zh, one.says_en)
            for one in problems(invoice, today)
            if one.grade == "mend"
        ]
    if found:
        return found
    try:
        StatedClaim.model_validate({"no": "C", "insured": "person", **stated(facts)})
    except ValidationError as wrong:
        return [
            Trouble(
                ".".join(str(part) for part in error["loc"]) or "facts",
                "请核对此处的内容",
                error["msg"].removeprefix("Value error, "),
            )
            for error in wrong.errors()
        ]
    return []


def checked(facts: Mapping[str, Any], today: date) -> None:
    """Raises FactsWrong where something has to be mended."""
    if found := troubles(facts, today):
        raise FactsWrong(found)


def stated(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts as a case takes them: without what serves as a check alone."""
    value = {name: facts[name] for name in STATED if name in facts}
    if "invoices" in value:
        value["invoices"] = [invoice_facts(invoice) for invoice in value["invoices"]]
    return value


def with_marks(facts: Mapping[str, Any], marks: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The facts as a case takes them, with what an assessor found of single lines, where the line is still the same."""
    value = stated(facts)
    for mark in marks:
        try:
            line = value["invoices"][mark["invoice"] - 1]["lines"][mark["line"] - 1]
        except (KeyError, IndexError):
            continue
        if line.get("amount") == mark["amount"]:
            line.update({name: mark[name] for name in OF_ASSESSOR if mark.get(name)})
    return value


def followed(
    marks: Sequence[Mapping[str, Any]], before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Marks of an assessor where facts change: each goes with its line, wherever that stands now.

    Gives:  the marks at their lines' new places, and those whose line is no longer there (with its `name`): a mark is
            never left to another line that happens to stand in its place
    """
    kept: list[dict[str, Any]] = []
    lost: list[dict[str, Any]] = []
    for mark in marks:
        line = _line_at(before, mark["invoice"], mark["line"])
        place = None if line is None or line.get("amount") != mark["amount"] else _place_of(mark, line, before, after)
        if place is None:
            lost.append({**mark, "name": str((line or {}).get("name") or (line or {}).get("category", ""))})
            continue
        now = _line_at(after, *place) or {}
        kept.append({**mark, "invoice": place[0], "line": place[1], "amount": now.get("amount")})
    return kept, lost


def _line_at(facts: Mapping[str, Any], invoice: int, line: int) -> Mapping[str, Any] | None:
    try:
        return facts["invoices"][invoice - 1]["lines"][line - 1]  # type: ignore[no-any-return]
    except (KeyError, IndexError):
        return None


def _place_of(
    mark: Mapping[str, Any], line: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[int, int] | None:
    """Where the line of a mark stands now; of several that are alike the one of the same order among them."""
    old = before["invoices"][mark["invoice"] - 1]
    invoices = after.get("invoices", ())
    key = key_of(old)
    number = next((n for n, one in enumerate(invoices, 1) if key is not None and key_of(one) == key), None)
    if number is None and mark["invoice"] <= len(invoices) and None in (key, key_of(invoices[mark["invoice"] - 1])):
        number = mark["invoice"]
    if number is None:
        return None
    order = sum(_is_same_line(line, other) for other in old["lines"][: mark["line"] - 1])
    alike = [n for n, other in enumerate(invoices[number - 1].get("lines", ()), 1) if _is_same_line(line, other)]
    return (number, alike[order]) if order < len(alike) else None


def _is_same_line(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two lines are one: name, amount, and the day where both state it; what serves as a check may differ."""
    try:
        if fen_from_yuan(one.get("amount", "")) != fen_from_yuan(other.get("amount", "")):
            return False
    except ValueError:
        return False
    names = [plain_number(str(each.get("name") or each.get("category", ""))) for each in (one, other)]
    days = {str(each["on"]) for each in (one, other) if each.get("on")}
    return names[0] == names[1] and len(days) < 2


def event_day(facts: Mapping[str, Any]) -> date | None:
    """The earliest day of treatment or diagnosis that the facts name, as far as they can be read."""
    written = [invoice.get(name) for invoice in facts.get("invoices", ()) for name in ("admitted_on", "visited_on")]
    written += [diagnosis.get("on") for diagnosis in facts.get("diagnoses", ())]
    days = []
    for text in written:
        try:
            days.append(date.fromisoformat(str(text)))
        except ValueError:
            continue
    return min(days, default=None)


def claimed(facts: Mapping[str, Any]) -> int:
    """What the invoices add up to in fen, as far as they can be read."""
    total = 0
    for invoice in facts.get("invoices", ()):
        try:
            if invoice.get("total") not in (None, ""):
                total += fen_from_yuan(invoice["total"])
            else:
                total += sum(fen_from_yuan(line.get("amount", 0)) for line in invoice.get("lines", ()))
        except ValueError:
            continue
    return total


def key_of(invoice: Mapping[str, Any]) -> str | None:
    """The key by which an invoice is one and the same; None where its code or number is missing."""
    key = same_invoice(str(invoice.get("code") or ""), str(invoice.get("number") or ""))
    return None if key is None else "|".join(key)[:64]


def keep_keys(claim: Claim) -> None:
    """Write down which invoices the claim uses."""
    wanted: dict[str, int] = {}
    for invoice in claim.facts.get("invoices", ()):
        key = key_of(invoice)
        if key is not None:
            wanted.setdefault(key, claimed({"invoices": [invoice]}))
    claim.invoice_keys.exclude(key__in=wanted).delete()
    InvoiceKey.objects.bulk_create(
        (
            InvoiceKey(claim=claim, key=key, number=key.partition("|")[2][:40], total_fen=fen)
            for key, fen in wanted.items()
        ),
        update_conflicts=True,
        unique_fields=["claim", "key"],
        update_fields=["total_fen"],
    )
