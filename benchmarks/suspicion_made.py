"""Suspicion, made: a synthetic company in which rings, odd claims and dear hospitals are planted, beside near misses.

Written from what such things are, not from the rules that look for them: nothing here reads a threshold of the kernel.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from hearth.kernel.suspicion.ring import Share

Rng = np.random.Generator


@dataclass
class Town:
    """Who uses what, who belongs together, and which people are a planted ring."""

    shares: list[Share] = field(default_factory=list)
    households: list[tuple[int, int]] = field(default_factory=list)
    planted: list[frozenset[int]] = field(default_factory=list)
    claims: int = 0


def town(people: int, rings: int, seed: int) -> Town:
    """Families with what is theirs; brokers and dormitories; neighbours and unproven relatives; and rings."""
    chance, made = np.random.default_rng(seed), Town()
    free = iter(chance.permutation(people).tolist())
    homes = list(_homes(free, chance, made))
    alone = [home[0] for home in homes]
    chance.shuffle(alone)
    spare = iter(alone)
    # Near misses: a broker and a dormitory that very many use, neighbours, relatives who never proved it.
    for number in range(max(people // 2_000, 1)):
        _use(made, [next(spare) for _ in range(60)], "agent", f"broker {number}")
        _use(made, [next(spare) for _ in range(40)], "address", f"dormitory {number}")
    for number in range(rings):
        _use(made, [next(spare), next(spare)], "address", f"stairs {number}")
        _use(made, [next(spare), next(spare)], "account", f"cousins {number}")
    for number in range(max(rings // 10, 1)):
        _use(made, [next(spare) for _ in range(3)], "address", f"house of three {number}")
    for number in range(rings):
        _ring(made, [next(spare) for _ in range(int(chance.integers(2, 9)))], number, chance)
    return made


def _homes(free: Iterator[int], chance: Rng, made: Town) -> Iterator[list[int]]:
    number = 0
    while home := [one for _, one in zip(range(int(chance.choice([1, 2, 3, 4]))), free, strict=False)]:
        made.households += [(home[0], other) for other in home[1:]]
        for person in home:
            for _ in range(int(chance.integers(1, 4))):
                claim = _claim(made)
                made.shares += [
                    Share(claim, person, "account", f"home {number}"),
                    Share(claim, person, "phone", f"home {number}"),
                    Share(claim, person, "address", f"home {number}"),
                    Share(claim, person, "hospital", f"hospital {int(chance.integers(0, 300))}"),
                ]
        number += 1
        yield home


def _ring(made: Town, people: list[int], number: int, chance: Rng) -> None:
    """One thing of all, or a chain of things; of two people two things; some go by another for each claim."""
    made.planted.append(frozenset(people))
    kinds = ["account", "phone", "device", "agent"]
    if len(people) == 2:
        for kind in chance.choice(kinds, 2, replace=False):
            _use(made, people, str(kind), f"ring {number}")
        return
    if chance.random() < 0.5:
        _use(made, people, str(chance.choice(kinds)), f"ring {number}")
        return
    for place in range(len(people) - 1):
        # One link in twenty leaves no trace: such a ring falls apart.
        if chance.random() >= 0.05:
            _use(made, people[place : place + 2], str(chance.choice(kinds)), f"ring {number} {place}")


def _use(made: Town, people: list[int], kind: str, name: str) -> None:
    made.shares += [Share(_claim(made), person, kind, name) for person in people]


def _claim(made: Town) -> str:
    made.claims += 1
    return f"C{made.claims:08d}"


def claims(count: int, odd: int, seed: int) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """History, new claims and which of those are odd: logs of total, days, invoices, lines and days to the report.

    Amounts, days and lines of a claim hang together; an odd claim is dear for its days, has many invoices for its
    amount, or is all of it a little; near misses are the largest of the ordinary ones.
    """
    chance = np.random.default_rng(seed)

    def ordinary(many: int) -> NDArray[np.float64]:
        size = chance.normal(0, 1, many)
        columns = (
            8.5 + 0.9 * size + chance.normal(0, 0.4, many),
            1.8 + 0.5 * size + chance.normal(0, 0.3, many),
            1.0 + 0.2 * size + chance.normal(0, 0.25, many),
            2.5 + 0.5 * size + chance.normal(0, 0.3, many),
            2.0 + chance.normal(0, 0.7, many),
        )
        return np.column_stack(columns)

    history, new = ordinary(count), ordinary(count // 4)
    which = chance.permutation(len(new))[:odd]
    for place, row in enumerate(which):
        new[row] += ((4.5, 0, 0, 0, 0), (0, 0, 2.5, 0, 0), (2.0, 1.2, 0.8, 1.2, 1.5))[place % 3]
    is_odd = np.zeros(len(new), np.bool_)
    is_odd[which] = True
    return history, new, is_odd


def hospitals(count: int, dear: int, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64], frozenset[int]]:
    """Bills (hospital, fen) and which hospitals are dear: twice to five times; near misses: a third, or few bills."""
    chance = np.random.default_rng(seed)
    factor = np.exp(chance.normal(0, 0.2, count))
    bills = chance.integers(30, 400, count)
    order = chance.permutation(count)
    factor[order[:dear]] *= np.linspace(2, 5, dear)
    factor[order[dear : 3 * dear]] *= 1.33
    few = order[3 * dear : 5 * dear]
    factor[few] *= 4
    bills[few] = chance.integers(1, 8, len(few))
    who = np.repeat(np.arange(count), bills)
    fen = np.exp(8 + chance.normal(0, 0.9, who.size)) * factor[who] * 100
    return who.astype(np.int64), fen.astype(np.int64), frozenset(int(one) for one in order[:dear])
