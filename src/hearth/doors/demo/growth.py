"""Growth: a database grown to load-test size, batch by batch: what batches are like, and how fast they come."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from multiprocessing import get_context

import django
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
MOST_PROGRAMS = 4

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


def grow(
    claims: int,
    at: datetime,
    *,
    seed: int,
    told: Told = lambda done: None,
    batch: int = BATCH,
    programs: int | None = None,
) -> Grown:
    """Bring in so many made-up claims, with their people and policies.

    The same seed begun again brings others: batches are numbered through.  Each batch is there whole or not at all.
    Needs:   `programs`: how many load at once; where it is not given, one for each core up to MOST_PROGRAMS
    Raises:  loading.NotInProduction.
    """
    begun = time.perf_counter()
    ground = loading.ground(HOUSE, at=at)
    first = loading.batches_before()
    stock = _Stock(ground, *templates(at, seed), at, seed)
    sizes = [min(batch, claims - done) for done in range(0, claims, batch)]
    work = [(stock, first + number, size) for number, size in enumerate(sizes)]
    programs = min(programs or min(os.cpu_count() or 1, MOST_PROGRAMS), len(work))
    done = people = rows = 0
    for made in _at_once(work, programs) if programs > 1 else map(_batch, work):
        done, people, rows = done + made.claims, people + made.people, rows + made.rows
        told(done)
    return Grown(done, people, rows, len(work), time.perf_counter() - begun)


@dataclass(frozen=True, slots=True)
class _Stock:
    """What every batch is made from."""

    ground: loading.Ground
    old: list[loading.Template]
    new: list[loading.Template]
    at: datetime
    seed: int


_Work = tuple[_Stock, int, int]


def _batch(work: _Work) -> loading.Batch:
    stock, number, claims = work
    founding.lightly()
    return loading.load_batch(
        HOUSE, stock.ground, stock.old, stock.new, at=stock.at, number=number, claims=claims, seed=stock.seed
    )


def _at_once(work: list[_Work], programs: int) -> Iterator[loading.Batch]:
    """The batches as they are done, by several programs: their rows are independent, and PostgreSQL takes them so."""
    pool = ProcessPoolExecutor(programs, mp_context=get_context("spawn"), initializer=django.setup)
    try:
        for done in as_completed([pool.submit(_batch, one) for one in work]):
            yield done.result()
    finally:
        pool.shutdown(cancel_futures=True)


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
