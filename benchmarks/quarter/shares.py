"""Shares: which lives have something go on beside them; of each kind at least one, however few claims there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.quarter.lives import Life

FEWEST = 40
"""With so many claims there is at least one of each kind."""

STAYS = frozenset({"stay", "papers missing", "investigated"})

PLAIN = frozenset({"plain"})
JUDGED = frozenset({"plain", "stay", "refused"})
REPORTED = STAYS | JUDGED | {"sent late"}


@dataclass(frozen=True, slots=True)
class Way:
    """Something that goes on beside a share of all claims; each kind of it with its weight and the fates it fits."""

    name: str
    share: float
    kinds: Mapping[str, tuple[float, frozenset[str]]]
    joins: bool = False
    """Whether it may go on beside something else."""


WAYS: tuple[Way, ...] = (
    Way("advances", 0.04, {
        "covered": (0.25, PLAIN),
        "repaid": (0.2, PLAIN),
        "repaid late": (0.1, PLAIN),
        "let off": (0.1, PLAIN),
        "looked at again": (0.12, PLAIN),
        "came back": (0.05, PLAIN),
        "cancelled": (0.09, PLAIN),
        "declined": (0.09, PLAIN),
    }),
    Way("originals", 0.06, {
        "fetched": (0.45, STAYS),
        "by a steward": (0.25, STAYS),
        "lost": (0.15, STAYS),
        "taken back": (0.15, STAYS),
    }),
    Way("disputes", 0.05, {
        "explained": (0.25, JUDGED),
        "met with silence": (0.15, JUDGED),
        "by an expert": (0.15, JUDGED),
        "upheld": (0.15, JUDGED),
        "changed": (0.1, frozenset({"stay"})),
        "seen by the insurer": (0.07, frozenset({"stay"})),
        "slow": (0.06, frozenset({"stay", "refused"})),
        "taken back": (0.07, JUDGED),
    }),
    Way("complaints", 0.02, {
        "answered": (0.4, REPORTED),
        "complex": (0.15, REPORTED),
        "special": (0.1, REPORTED),
        "late": (0.1, REPORTED),
        "reviewed": (0.15, REPORTED),
        "taken back": (0.1, REPORTED),
    }, joins=True),
)  # fmt: skip


def dealt(way: Way, claims: int) -> list[str]:
    """The kinds of a way among so many claims: by their weights with the largest remainders, each at least once.

    Gives:   names, the rarest kind first
    """
    count = round(way.share * claims)
    if claims >= FEWEST:
        count = max(count, len(way.kinds))
    whole = sum(weight for weight, _ in way.kinds.values())
    quotas = {kind: count * weight / whole for kind, (weight, _) in way.kinds.items()}
    many = dict.fromkeys(quotas, 1 if claims >= FEWEST else 0)
    while sum(many.values()) < count:
        most_missed = max(sorted(quotas), key=lambda kind: quotas[kind] - many[kind])
        many[most_missed] += 1
    return [kind for kind in sorted(many, key=lambda kind: (many[kind], kind)) for _ in range(many[kind])]


def deal(rng: np.random.Generator, born: Sequence[Life]) -> None:
    """Say of each life what goes on beside it: one thing, and perhaps one that joins it, among those that fit it."""
    for way in WAYS:
        busy: set[int] = set()
        for kind in dealt(way, len(born)):
            fits = way.kinds[kind][1]
            free = [
                life
                for life in born
                if life.fate.name in fits and life.member.person_id not in busy
                and (not life.ways or (way.joins and "advances" not in life.ways))
            ]  # fmt: skip
            if free:
                life = free[int(rng.integers(len(free)))]
                life.ways[way.name] = kind
                busy.add(life.member.person_id)
