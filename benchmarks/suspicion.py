"""Suspicion: of what was planted in a synthetic company, how much is found, and how much of what is found was planted.

Synthetic throughout: it shows that the rules find what they are for and leave families, brokers and neighbours alone;
how often they are right in a company is the share that its people clear (docs/suspicion.md).
"""

from __future__ import annotations

import time
from collections.abc import Iterable

from benchmarks.measuring import Figure, timed
from benchmarks.suspicion_made import claims, hospitals, town
from hearth.kernel.suspicion.provider import outliers
from hearth.kernel.suspicion.ring import rings
from hearth.kernel.suspicion.unusual import unusual, usual

SEEDS = (11, 12, 13)
FEATURES = ("total", "days", "invoices", "lines", "to_report")


def figures(people: int = 40_000) -> list[Figure]:
    """Recall and precision of each search over several made companies, and the time that rings take."""
    found = [*_rings(people), *_unusual(people // 2), *_hospitals()]
    whole = town(people, max(people // 400, 5), SEEDS[0])
    spread = timed(lambda: rings(whole.shares, whole.households), 3, clock=time.process_time)
    per_claim = spread.median / whole.claims * 1e6
    found.append(
        Figure(
            "suspicion_rings_time",
            f"rings among {whole.claims:,} claims, a claim",
            per_claim,
            "us",
            "<= 50 us",
            per_claim <= 50,
            least=spread.least / whole.claims * 1e6,
            most=spread.most / whole.claims * 1e6,
            runs=spread.runs,
        )
    )
    return found


def _rings(people: int) -> Iterable[Figure]:
    hits = planted = right = raised = 0
    for seed in SEEDS:
        made = town(people, max(people // 400, 5), seed)
        found = [frozenset(one.people) for one in rings(made.shares, made.households)]
        planted += len(made.planted)
        raised += len(found)
        # A ring is found where most of its people are in one finding.
        hits += sum(any(2 * len(one & ring) > len(one) for ring in found) for one in made.planted)
        right += sum(any(one & ring for one in made.planted) for ring in found)
    return _two("rings", hits, planted, right, raised)


def _unusual(count: int) -> Iterable[Figure]:
    hits = planted = right = raised = 0
    for seed in SEEDS:
        history, new, is_odd = claims(count, max(count // 400, 6), seed)
        model = usual(FEATURES, history)
        assert model is not None
        rows = {one.row for one in unusual(model, new)}
        planted += int(is_odd.sum())
        raised += len(rows)
        hits += sum(bool(is_odd[row]) for row in rows)
        right = hits
    return _two("unusual_claims", hits, planted, right, raised)


def _hospitals() -> Iterable[Figure]:
    hits = planted = right = raised = 0
    for seed in SEEDS:
        who, fen, dear = hospitals(300, 8, seed)
        found = {one.provider for one in outliers(who, fen)}
        planted += len(dear)
        raised += len(found)
        hits += len(found & dear)
        right = hits
    return _two("dear_hospitals", hits, planted, right, raised)


def _two(name: str, hits: int, planted: int, right: int, raised: int) -> tuple[Figure, Figure]:
    """Whoever looks pays for a false alarm: precision has a goal; what is missed is told as it is."""
    recall, precision = 100 * hits / max(planted, 1), 100 * right / max(raised, 1)
    says = name.replace("_", " ")
    return (
        Figure(f"suspicion_{name}_recall", f"synthetic: {says} found of {planted} planted", recall, "%", "told", None),
        Figure(f"suspicion_{name}_precision", f"synthetic: planted among {raised} {says} found", precision, "%",
               ">= 70 %", precision >= 70),
    )  # fmt: skip


if __name__ == "__main__":
    for one in figures():
        print(f"{one.name:40} {one.value:8.1f} {one.unit:3} goal {one.goal:8} {one.says}")
