"""Waterfall: the bars of the picture that shows where each part of a bill went."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from hearth.doors.office.explore.clauses import ClauseView
from hearth.words.money import yuan

GROUPS = {"billed": "bill", "entitlement": "bill", "public": "else", "others": "else", "payable": "pays"}
"""Who bears a part; what is not named stays with the person."""

LEAST = 0.6
"""The narrowest bar in percent: an amount that is there can be seen."""


@dataclass(frozen=True)
class Bar:
    """One row: a name, an amount, and a bar from `x` to `x + width` in percent of the bill."""

    group: str
    name: str
    amount: str
    sign: str
    x: str
    width: str
    left: str
    """Where the line to the next row stands: what remains after this part."""
    is_last: bool
    clauses: tuple[ClauseView, ...]


def bars(
    head: str,
    whole: int,
    columns: Mapping[str, int],
    parts: Sequence[str],
    name_of: Callable[[str], str],
    clauses: Mapping[str, tuple[ClauseView, ...]],
) -> tuple[Bar, ...]:
    """The whole first, then each part that took something, each from where the one before ended, payable last."""
    rows = [Bar(GROUPS[head], name_of(head), yuan(whole), "", "0%", "100%", "100%", False, ())]
    remains = whole
    for part in parts:
        amount = columns[part]
        if part == "payable":
            width = max(LEAST, 100 * amount / whole) if amount else 0.0
            rows.append(Bar("pays", name_of(part), yuan(amount), "=", "0%", f"{width:.3f}%", "0%", True, clauses[part]))
        elif amount:
            remains -= amount
            start, width = 100 * remains / whole, 100 * amount / whole
            if width < LEAST:
                start, width = max(0.0, start - (LEAST - width) / 2), LEAST
            rows.append(
                Bar(
                    GROUPS.get(part, "own"), name_of(part), yuan(amount), "−",
                    f"{start:.3f}%", f"{width:.3f}%", f"{100 * remains / whole:.3f}%", False, clauses[part],
                )
            )  # fmt: skip
    return tuple(rows)
