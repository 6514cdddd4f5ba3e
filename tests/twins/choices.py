"""Where the choices of a random case come from: a seed, or hypothesis (tests/twins/strategies.py).

The simple choice always comes first, so that shrinking a choice makes the case simpler.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Protocol, TypeVar

T = TypeVar("T")


class Choices(Protocol):
    """A source of choices."""

    def integer(self, low: int, high: int) -> int:
        """A whole number, both ends possible."""
        ...

    def pick(self, options: Sequence[T]) -> T:
        """One of the options."""
        ...

    def chance(self, percent: int) -> bool:
        """True so many times in a hundred."""
        ...


class Seeded:
    """Choices of a seed: the same seed, the same case."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def integer(self, low: int, high: int) -> int:
        return self._random.randint(low, high)

    def pick(self, options: Sequence[T]) -> T:
        return options[int(self._random.random() * len(options))]

    def chance(self, percent: int) -> bool:
        return self._random.random() * 100 < percent


def some(choose: Choices, options: Sequence[T], at_least: int = 0) -> list[T]:
    """Some of the options in their order, at least so many of them."""
    taken = [option for option in options if choose.chance(50)]
    return taken if len(taken) >= at_least else list(options[:at_least])


def fen(choose: Choices, top: int = 10**10) -> int:
    """An amount in fen: an ordinary bill, a few fen, odd fen that a half ties on, round yuan, or very large."""
    kind = choose.pick(("ordinary", "fen", "odd", "yuan", "ordinary", "ordinary", "large"))
    if kind == "fen":
        return min(top, choose.integer(1, 40))
    if kind == "odd":
        return min(top, 2 * choose.integer(0, 5_000) + 1)
    if kind == "yuan":
        return min(top, 100 * choose.integer(1, 3_000))
    if kind == "large":
        return min(top, choose.pick((10**10, 10**9 + 7, 123_456_789, choose.integer(10**6, 10**10))))
    return min(top, choose.integer(1, 800_000))


def yuan(amount: int) -> str:
    """Fen -> yuan as files write it."""
    return f"{amount // 100}.{amount % 100:02d}"
