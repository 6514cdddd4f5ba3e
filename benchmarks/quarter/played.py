"""Played: one quarter from its company to its last claim, on the database under way."""

from __future__ import annotations

import os
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.quarter.advancing import Advances, open_hospitals
from benchmarks.quarter.company import Company, found
from benchmarks.quarter.complaining import Complaints
from benchmarks.quarter.disputing import Disputes
from benchmarks.quarter.lives import Lives, fate_of, reported_at
from benchmarks.quarter.originals import FAULTS as COURIER
from benchmarks.quarter.originals import Originals
from benchmarks.quarter.players import Players
from benchmarks.quarter.routine import EVERY_DAY, EVERY_ROUND, Routine
from benchmarks.quarter.shares import deal
from benchmarks.quarter.world import Habits, World
from hearth.words.calendar import Calendar

A_QUARTER = 18_400
"""Claims of a quarter at 202 a day (37,000 in half a year)."""

FIRST, LAST = date(2026, 4, 1), date(2026, 6, 30)
"""The quarter: three holidays, one of five days, and the working weekends around them."""

AFTER = timedelta(days=100)
"""Played on for so long after the last report: what rests is ended by then."""

ROUNDS_A_DAY = 6

BANK = (
    "timeout_before=0.02&timeout_after_success=0.06&timeout_asking=0.03&slow=0.3&slow_seconds=93600&failed=0.01"
    "&returned=0.01&returned_seconds=172800&returning_accounts=62229&duplicate_events=0.08&out_of_order=0.1"
)
MESSAGES = "timeout_before=0.01&timeout_after_success=0.02&throttled=0.01&unreachable=0.01"


@dataclass(frozen=True, slots=True)
class Played:
    """A quarter that has been."""

    claims: int
    world: World
    company: Company
    calendar: Calendar
    players: int
    processor: float
    """Seconds of the processor that the players took, without the database's."""


class Share(NamedTuple):
    """What one player counted."""

    counts: Counter[str]
    spent: Counter[str]
    refused: Counter[str]
    failed: list[str]
    rounds: list[datetime]
    now: datetime
    processor: float


def wires(folder: Path, seed: int) -> None:
    """Let the bank, the carrier of messages and the courier go wrong; to be said before the settings are read."""
    os.environ["HEARTH_PAYMENTS"] = f"memory:{folder}/bank.sqlite3?seed={seed}&{BANK}"
    os.environ["HEARTH_MESSAGES"] = f"memory:{folder}/outbox.sqlite3?seed={seed}&{MESSAGES}"
    os.environ["HEARTH_COURIERS"] = f"memory:{folder}/courier.sqlite3?seed={seed}&{COURIER}"


def play(
    claims: int,
    seed: int,
    *,
    rounds_a_day: int = ROUNDS_A_DAY,
    habits: Habits | None = None,
    every_notice: bool = False,
    players: int = 1,
) -> Played:
    """Play a quarter of so many claims, by so many processes.

    Needs:   a database with its tables and nothing else, Django set up on it as the application
    Gives:   what was played; the same seed plays the same with one player, and nearly so with several: claims get their
             numbers in the order in which they come to the database
    """
    from django.db import connections

    from hearth.store.calendars import work_calendar

    rng = np.random.default_rng(seed)
    calendar = work_calendar()
    first = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC) - timedelta(hours=8)
    until = datetime(LAST.year, LAST.month, LAST.day, tzinfo=UTC) + AFTER
    company = found(claims, rng, first, until)
    table = Players(players, (*EVERY_ROUND, *EVERY_DAY))
    world = World(
        now=first, until=until, rng=rng, players=table, habits=habits or Habits(), every_notice=every_notice
    )  # fmt: skip
    lives = Lives(world, company, calendar)
    advances = Advances(lives)
    open_hospitals(company, lives.who, first)
    lives.ways = {
        "originals": Originals(lives), "disputes": Disputes(lives), "complaints": Complaints(lives),
        "advances": advances,
    }  # fmt: skip
    days = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]
    weights = np.array([0.55 if calendar.is_rest(day) else 1.15 for day in days])
    weights /= weights.sum()
    born = []
    for begun in sorted(reported_at(rng, days, weights) for _ in range(claims)):
        member = company.members[int(rng.integers(len(company.members)))]
        born.append(lives.born(member, fate_of(rng, not member.partner_key), begun))
    deal(rng, born)
    for life in born:
        if "advances" in life.ways:
            advances.convert(life, FIRST)
    last = datetime(LAST.year, LAST.month, LAST.day, tzinfo=UTC) + timedelta(days=1)

    def share() -> Share:
        busy = time.process_time()
        if not table.leads:
            world.rng = np.random.default_rng([seed, table.number])
        for life in born:
            if table.has(life.member.person_id):
                (advances.await_birth if "advances" in life.ways else lives.await_birth)(life)
        Routine(lives, rounds_a_day, last).begin()
        world.play()
        connections.close_all()
        return Share(
            world.counts, world.spent, world.refused, world.failed, world.rounds, world.now, time.process_time() - busy
        )

    # No player has another's connection.
    connections.close_all()
    shares = table.play(share)
    for one in shares[1:]:
        world.counts += one.counts
        world.spent += one.spent
        world.refused += one.refused
        world.failed += one.failed
    world.rounds = sorted({at for one in shares for at in one.rounds})
    world.now = max(one.now for one in shares)
    return Played(claims, world, company, calendar, players, sum(one.processor for one in shares))
