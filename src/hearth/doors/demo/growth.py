"""Growth: a database grown to load-test size, batch by batch: what batches are like, and how fast they come."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from hearth.desks import founding, loading
from hearth.doors.demo.bills import Facts, Till, stay, visits
from hearth.store.access import HOUSE
from hearth.words.calendar import day_in_china

BATCH = 5_000
OLD, NEW = 36, 10
"""Templates of each product: so many claims that differ from one another."""
SINCE = date(2026, 1, 1)
"""The products' terms begin here."""
WAITED = 46
"""Days after the start of a policy from which a stay of the templates lies beyond the waiting period."""
TRIES = 20

Told = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Grown:
    """What came in, and how long it took."""

    claims: int
    people: int
    rows: int
    batches: int
    seconds: float


class _Till(Till):
    """A till whose invoices are numbered by the claim they come to belong to."""

    def number(self, on: date) -> tuple[str, str]:
        """The code of all of them, and a place for the number."""
        self.count += 1
        return loading.INVOICE_CODE, f"{{invoice}}{self.count}"


def grow(claims: int, at: datetime, *, seed: int, told: Told = lambda done: None, batch: int = BATCH) -> Grown:
    """Bring in so many made-up claims, with their people and policies.

    The same seed begun again brings others: batches are numbered through.  Each batch is there whole or not at all.
    Raises:  loading.NotInProduction.
    """
    founding.lightly()
    begun = time.perf_counter()
    ground = loading.ground(HOUSE, at=at)
    old, new = templates(at, seed)
    first = loading.batches_before()
    done = people = rows = number = 0
    while done < claims:
        made = loading.load_batch(
            HOUSE, ground, old, new, at=at, number=first + number, claims=min(batch, claims - done), seed=seed
        )
        number += 1
        done, people, rows = done + made.claims, people + made.people, rows + made.rows
        told(done)
    return Grown(done, people, rows, number, time.perf_counter() - begun)


def templates(at: datetime, seed: int) -> tuple[list[loading.Template], list[loading.Template]]:
    """Claims of long ago and of lately, visits and stays, each decided once by the kernel."""
    rng = np.random.default_rng((seed, 0))
    today = day_in_china(at)
    starts_on = max(SINCE, date(today.year if today >= date(today.year, 4, 1) else today.year - 1, 1, 1))
    first, last = starts_on + timedelta(days=WAITED), min(today, starts_on + timedelta(days=364))
    long_ago = max(1, (last - first).days - 45)
    old = [
        _template(rng, kind, starts_on, first + timedelta(days=long_ago * place // OLD))
        for kind in ("outpatient", loading.LARGE)
        for place in range(OLD)
    ]
    new = [
        _template(rng, kind, starts_on, max(first, last - timedelta(days=12 - place)))
        for kind in ("outpatient", loading.LARGE)
        for place in range(NEW)
    ]
    return old, new


def _template(rng: np.random.Generator, product: str, starts_on: date, on: date) -> loading.Template:
    for _ in range(TRIES):
        till = _Till(rng)
        if product == loading.LARGE:
            facts: Facts = stay(till, on - timedelta(days=9), days=8, whole=float(rng.integers(26_000, 60_000)))
        else:
            facts = visits(till, on - timedelta(days=2), on, count=int(rng.integers(1, 4)))
        made = loading.template(product, starts_on, on, facts)
        if made.payable_fen > 0:
            return made
    raise RuntimeError(f"no claim under {product} on {on} pays anything")
