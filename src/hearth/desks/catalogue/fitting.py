"""Fitting: a claim's lines against the current lists; what does not fit is for a person, and refuses nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from math import ceil
from typing import Any

import polars as pl

from hearth.kernel.documents.audit.bill import Bill, Line, columns_of
from hearth.kernel.documents.audit.checks import audit
from hearth.kernel.documents.audit.encode import encode
from hearth.kernel.documents.audit.finding import Finding, told
from hearth.kernel.documents.audit.forms import FORMS, ListKind, form_of
from hearth.kernel.documents.audit.match import RuleBook, rule_book
from hearth.kernel.documents.audit.rule import THOUSAND, Rule, plain
from hearth.kernel.documents.identities import same_invoice
from hearth.store.access import Who, log_read, one, permit
from hearth.store.models import CatalogueList, CatalogueRow
from hearth.store.sealed import digest
from hearth.words.catalogue import Judgement
from hearth.words.days import day_number
from hearth.words.money import fen_from_yuan
from hearth.words.quantities import price_from, quantity_from

_SEXES = {"F": "female", "M": "male"}
_MATERIALS = ("material", "implant")
_AUDITED = tuple(form.kind.value for form in FORMS if form.is_audited)


@dataclass(frozen=True, slots=True)
class Judged:
    """What a person said of a finding, and why."""

    judgement: Judgement
    why: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Misfit:
    """A finding in a claim: the invoice and lines (numbers from 1) it is about, and those they are set against.

    `key` names it wherever its lines stand, for one edition of a list; `judged`: None where a person is still asked.
    """

    invoice: int
    lines: tuple[int, ...]
    against: tuple[tuple[int, int], ...]
    finding: Finding
    key: str
    judged: Judged | None


@dataclass(frozen=True, slots=True)
class Unchecked:
    """What could not be looked at in an invoice: the family of rules, the fact that is missing, how many lines."""

    invoice: int
    family: str
    fact: str
    lines: int


@dataclass(frozen=True, slots=True)
class Fit:
    """What does not fit in a claim, and what could not be looked at; no lists: nothing was looked at."""

    lists: tuple[tuple[str, str], ...]
    misfits: tuple[Misfit, ...]
    unchecked: tuple[Unchecked, ...]


def does_not_fit(by: Who, claim_no: str, *, at: datetime) -> Fit:
    """Set a claim's lines against the current audit lists; the read is logged.  Raises: NotAllowed, NotThere."""
    permit(by, "catalogue", "see")
    claim = one(by, "claim", "see", at, claim_no=claim_no)
    log_read(by, [claim.person_id], "claim", claim_no, "claim", at)
    current = CatalogueList.objects.filter(is_current=True).order_by("kind")
    lists = tuple((found.pk, found.kind, found.version) for found in current)
    if not any(kind in _AUDITED for _, kind, _ in lists):
        return Fit((), (), ())
    person = claim.person
    invoices = claim.facts.get("invoices", ())
    bills = columns_of([_bill(invoice, person.pk, person.sex, person.born_on) for invoice in invoices])
    book, names = _book(lists)
    result = audit(book, bills, names)
    places = _places(invoices)
    judged = {
        each.key: Judged(Judgement(each.judgement), each.why, each.by.full_name, each.at)
        for each in claim.findings.filter(is_current=True).select_related("by")
    }

    def misfit(finding: Finding) -> Misfit:
        invoice, lines = places[finding.lines[0]][0], tuple(places[number][1] for number in finding.lines)
        key = _key(claim_no, invoice, invoices[invoice - 1], lines, finding)
        against = tuple(places[number] for number in finding.against)
        return Misfit(invoice, lines, against, finding, key, judged.get(key))

    return Fit(
        lists=tuple((kind, version) for _, kind, version in lists if kind in _AUDITED),
        misfits=tuple(misfit(finding) for finding in told(result, book, bills)),
        unchecked=tuple(
            Unchecked(row["bill"] + 1, row["family"], row["fact"], row["lines"])
            for row in result.unchecked.iter_rows(named=True)
        ),
    )


def _key(claim_no: str, number: int, invoice: Mapping[str, Any], lines: tuple[int, ...], finding: Finding) -> str:
    """What names a finding: edition and rows of the list, and the lines by what they say, not by where they stand."""
    said = [
        [plain(str(line.get("name") or "")), str(line.get("amount", "")), str(line.get("on") or "")]
        for line in invoice.get("lines", ())
    ]
    which = same_invoice(str(invoice.get("code") or ""), str(invoice.get("number") or "")) or number
    named = [[*said[line - 1], said[: line - 1].count(said[line - 1])] for line in lines]
    rule = [finding.family.value, finding.kind.value, finding.version, list(finding.rows), finding.item]
    return digest(json.dumps([which, rule, named], ensure_ascii=False), f"finding {claim_no}").hex()


def _places(invoices: Iterable[Mapping[str, Any]]) -> list[tuple[int, int]]:
    """Invoice and line, from 1, of every line in the order of columns_of."""
    return [
        (number, line)
        for number, invoice in enumerate(invoices, 1)
        for line in range(1, len(invoice.get("lines", ())) + 1)
    ]


def _bill(invoice: Mapping[str, Any], person: int, sex: str, born_on: date | None) -> Bill:
    hospital = invoice.get("hospital") or {}
    inpatient = invoice.get("setting") == "inpatient"
    start = invoice.get("admitted_on") if inpatient else invoice.get("visited_on")
    end = invoice.get("discharged_on")
    one_day = start if not inpatient or start == end else None
    return Bill(
        lines=tuple(_line(line, line.get("on") or one_day) for line in invoice.get("lines", ())),
        diagnoses=((str(invoice["icd"]), ""),) if invoice.get("icd") else (),
        person=str(person),
        sex=_SEXES.get(sex, ""),
        born=None if born_on is None else day_number(born_on),
        start=_day(start),
        level=hospital.get("level"),
        setting="inpatient" if inpatient else "outpatient",
        department=str(hospital.get("clinic") or ""),
        emergency=bool(invoice.get("emergency")),
    )


def _line(line: Mapping[str, Any], on: Any) -> Line:
    amount = fen_from_yuan(line.get("amount") or 0)
    quantity = quantity_from(line.get("quantity") or 1)
    public = line.get("public")
    return Line(
        name=str(line.get("name") or ""),
        amount=amount,
        quantity=int(quantity * THOUSAND),
        code=str(line.get("code") or ""),
        unit=str(line.get("unit") or ""),
        # Rounded up: what is billed at a price of less than a fen more is billed at that price.
        price=ceil(price_from(line["price"]) * 100) if line.get("price") else None,
        day=_day(on),
        public=None if public in (None, "") else fen_from_yuan(public),
        material=line.get("category") in _MATERIALS,
    )


def _day(stated: Any) -> int | None:
    return day_number(date.fromisoformat(str(stated))) if stated else None


@lru_cache(maxsize=2)
def _book(lists: tuple[tuple[int, str, str], ...]) -> tuple[RuleBook, pl.DataFrame]:
    """The rules of the current lists, and what diseases are called; rows never change, so a process keeps them."""
    rules: list[Rule] = []
    names: list[tuple[str, str]] = []
    for list_id, kind, version in lists:
        form = form_of(ListKind(kind))
        stated = CatalogueRow.objects.filter(list_id=list_id).order_by("number")
        if form.is_audited:
            blank = dict.fromkeys(form.columns, "")
            rows = [(number, {**blank, **values}) for number, values in stated.values_list("number", "values")]
            rules += encode(form.kind, version, rows).rules
        elif form.kind is ListKind.ICD10:
            names += list(stated.values_list("code", "name"))
        elif form.kind is ListKind.DISEASE_CLASSES:
            for code, values in stated.values_list("code", "values"):
                names += [(code, values[heading]) for heading in ("类目名称", "归并名称") if values.get(heading)]
    schema = {"code": pl.String(), "name": pl.String()}
    return rule_book(rules), pl.DataFrame(names, schema=schema, orient="row")
