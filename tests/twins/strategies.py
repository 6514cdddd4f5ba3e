"""Hypothesis over the same space of products and owner-years, with shrinking towards short and plain cases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from hypothesis import strategies as st

from tests.twins.generator import Instance, instance

T = TypeVar("T")


class Drawn:
    """Choices drawn by hypothesis: numbers shrink to the low end, picks to the first option, chances to no."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw

    def integer(self, low: int, high: int) -> int:
        return self._draw(st.integers(low, high))

    def pick(self, options: Sequence[T]) -> T:
        return options[self._draw(st.integers(0, len(options) - 1))]

    def chance(self, percent: int) -> bool:
        return self._draw(st.integers(0, 99)) >= 100 - percent


@st.composite
def instances(draw: st.DrawFn) -> Instance:
    """A random owner-year and its products."""
    return instance(Drawn(draw), "hypothesis")
