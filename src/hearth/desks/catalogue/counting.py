"""Counting: what bills of a disease usually hold and cost, and by what it is treated, from the company's own claims."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import numpy as np
from django.db import transaction

from hearth.desks.books import records
from hearth.desks.catalogue import graph
from hearth.kernel.documents.audit.rule import plain
from hearth.store.access import Who, permit
from hearth.store.models import Claim, GraphEdge, Record, UsualCourse
from hearth.words.calendar import day_in_china
from hearth.words.catalogue import USUAL_LEAST, EdgeKind, NodeKind
from hearth.words.money import fen_from_yuan

MOST_CLAIMS = 200_000
"""The newest decided claims that are counted."""

MOST_ITEMS = 40
"""Items that are kept of a disease, those on most bills first."""

PERCENTS = (5, 25, 50, 75, 95)

_DRUGS = ("western_drug", "patent_drug", "herbal_drug", "targeted_drug", "glucose_drug", "pressure_drug")
_TREATED: dict[str, tuple[EdgeKind, NodeKind]] = {
    **dict.fromkeys(_DRUGS, (EdgeKind.TREATED_BY, NodeKind.DRUG)),
    "surgery": (EdgeKind.OPERATED_BY, NodeKind.OPERATION),
    "examination": (EdgeKind.EXAMINED_BY, NodeKind.EXAMINATION),
    "laboratory": (EdgeKind.EXAMINED_BY, NodeKind.EXAMINATION),
    "treatment": (EdgeKind.TREATED_BY, NodeKind.TREATMENT),
}
"""What a line of a category is to the disease; other categories tell nothing of it."""


@dataclass
class _Bills:
    costs: list[int] = field(default_factory=list)
    days: list[int] = field(default_factory=list)
    people: set[int] = field(default_factory=set)
    items: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    names: dict[tuple[str, str], str] = field(default_factory=dict)
    people_of: dict[tuple[str, str], set[int]] = field(default_factory=lambda: defaultdict(set))


@transaction.atomic(durable=True)
def count_claims(by: Who, *, at: datetime) -> int:
    """Count decided claims anew: (1) bills by disease and setting (2) what is usual (3) edges (4) record.

    Gives:    how many diseases and settings have a usual course; none below USUAL_LEAST people
    Records:  catalogue.counted.  Raises: NotAllowed.
    """
    permit(by, "catalogue", "load")
    records.in_order("catalogue")
    return _count_anew(by, at)


@transaction.atomic(durable=True)
def count_tonight(by: Who, *, at: datetime) -> bool:
    """Count decided claims anew unless that was done today, whoever asked for it; whether it was done now.

    Records:  catalogue.counted.  Raises: NotAllowed.
    """
    permit(by, "catalogue", "load")
    records.in_order("catalogue")
    counted = Record.objects.filter(kind="catalogue.counted").order_by("-pk").first()
    if counted is not None and day_in_china(counted.at) >= day_in_china(at):
        return False
    _count_anew(by, at)
    return True


def _count_anew(by: Who, at: datetime) -> int:
    decided = Claim.objects.filter(decision__isnull=False, person__locked_at__isnull=True).order_by("-pk")
    found = _counted(decided.values_list("person_id", "facts")[:MOST_CLAIMS].iterator(chunk_size=2_000))
    usual = {key: bills for key, bills in found.items() if len(bills.people) >= USUAL_LEAST}
    UsualCourse.objects.all().delete()
    UsualCourse.objects.bulk_create(
        (
            UsualCourse(
                disease=disease,
                setting=setting,
                bills=len(bills.costs),
                people=len(bills.people),
                cost_fen=_spread(bills.costs),
                stay_days=_spread(bills.days) if bills.days else [],
                items=_items(bills),
                counted_at=at,
            )
            for (disease, setting), bills in sorted(usual.items())
        ),
        batch_size=500,
    )
    GraphEdge.objects.filter(told_by="claims").delete()
    edges = graph.save(list(_edges(usual)), at, told_by="claims")
    data = {"courses": len(usual), "edges": edges}
    records.append("catalogue.counted", "catalogue:claims", by=by, at=at, data=data)
    return len(usual)


def _counted(claims: Iterable[tuple[int, Mapping[str, Any]]]) -> dict[tuple[str, str], _Bills]:
    found: dict[tuple[str, str], _Bills] = defaultdict(_Bills)
    for person, facts in claims:
        for invoice in facts.get("invoices", ()):
            disease = str(invoice.get("icd", "")).strip().upper()[:3]
            if len(disease) == 3:
                _count(found[disease, str(invoice.get("setting", ""))], person, invoice)
    return found


def _count(bills: _Bills, person: int, invoice: Mapping[str, Any]) -> None:
    lines = [line for line in invoice.get("lines", ()) if line.get("amount")]
    amounts = [fen_from_yuan(line["amount"]) for line in lines]
    bills.costs.append(fen_from_yuan(invoice["total"]) if invoice.get("total") else sum(amounts))
    bills.people.add(person)
    if invoice.get("admitted_on") and invoice.get("discharged_on"):
        stay = date.fromisoformat(str(invoice["discharged_on"])) - date.fromisoformat(str(invoice["admitted_on"]))
        bills.days.append(stay.days)
    together: dict[tuple[str, str], int] = defaultdict(int)
    for line, fen in zip(lines, amounts, strict=True):
        name = str(line.get("name", "")).strip()
        if name:
            key = str(line.get("category", "")), plain(name)
            bills.names.setdefault(key, name[:120])
            together[key] += fen
    for key, fen in together.items():
        bills.items[key].append(fen)
        bills.people_of[key].add(person)


def _spread(values: Sequence[int]) -> list[int]:
    """Whole values at the percents: each one that was really there."""
    return [int(each) for each in np.percentile(np.asarray(values), PERCENTS, method="inverted_cdf")]


def _items(bills: _Bills) -> list[dict[str, Any]]:
    # An item that few people had would tell of them.
    often = [(len(fen), key) for key, fen in bills.items.items() if len(bills.people_of[key]) >= USUAL_LEAST]
    return [
        {"name": bills.names[key], "category": key[0], "bills": count, "amount_fen": _spread(bills.items[key])[2]}
        for count, key in sorted(often, key=lambda one: (-one[0], one[1]))[:MOST_ITEMS]
    ]


def _edges(usual: Mapping[tuple[str, str], _Bills]) -> Iterable[graph.Edge]:
    shown: dict[tuple[str, tuple[str, str]], int] = defaultdict(int)
    every: dict[str, int] = defaultdict(int)
    named: dict[tuple[str, str], str] = {}
    for (disease, _), bills in usual.items():
        every[disease] += len(bills.costs)
        for key, fen in bills.items.items():
            if key[0] in _TREATED and len(bills.people_of[key]) >= USUAL_LEAST:
                shown[disease, key] += len(fen)
                named[key] = bills.names[key]
    for (disease, key), count in sorted(shown.items()):
        kind, what = _TREATED[key[0]]
        yield graph.Edge(
            kind, (NodeKind.DISEASE, disease), (what, key[1][:120]), end_name=named[key], count=count, of=every[disease]
        )
