"""Bills: what a claim's facts say, as the rules of suspicion read it; what cannot be read says nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from hearth.kernel.documents.identities import same_invoice
from hearth.kernel.suspicion.rules import Bill
from hearth.words.days import day_number
from hearth.words.money import fen_from_yuan


def bills_of(claim_no: str, person_id: int, facts: Mapping[str, Any]) -> list[Bill]:
    """The invoices of a claim that name a day."""
    return list(_bills(claim_no, person_id, facts.get("invoices", ())))


def _bills(claim_no: str, person_id: int, invoices: Iterable[Mapping[str, Any]]) -> Iterator[Bill]:
    for number, invoice in enumerate(invoices, 1):
        is_stay = invoice.get("setting") == "inpatient"
        first = _day(invoice.get("admitted_on") if is_stay else invoice.get("visited_on"))
        last = _day(invoice.get("discharged_on")) if is_stay else first
        if first is None or last is None or last < first:
            continue
        yield Bill(
            claim_no, person_id, number, key_of(invoice), is_stay, first, last, hospital_of(invoice), total_of(invoice)
        )


def key_of(invoice: Mapping[str, Any]) -> str:
    """Code and number as rows of used invoices hold them; empty where one is missing."""
    key = same_invoice(str(invoice.get("code") or ""), str(invoice.get("number") or ""))
    return "" if key is None else "|".join(key)[:64]


def hospital_of(invoice: Mapping[str, Any]) -> str:
    """What the bill calls the hospital."""
    return "".join(str((invoice.get("hospital") or {}).get("name") or "").split())[:100]


def total_of(invoice: Mapping[str, Any]) -> int:
    """The bill in fen; 0 where it cannot be read."""
    try:
        return fen_from_yuan(invoice.get("total") or 0)
    except ValueError:
        return 0


def _day(text: Any) -> int | None:
    try:
        return day_number(date.fromisoformat(str(text)))
    except ValueError:
        return None
