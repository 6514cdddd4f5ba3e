"""Guidance: what of a request for papers is still missing, what is worth most first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Lacking:
    """A paper that was asked for and is not here, with what the customer was told about it."""

    paper: str
    name_zh: str
    name_en: str
    why_zh: str
    why_en: str
    worth_fen: int | None


def still_lacking(
    asked: Iterable[Mapping[str, Any]], at_hand: Sequence[tuple[str, Sequence[int]]]
) -> tuple[Lacking, ...]:
    """What of a request is still missing.

    Needs:   the items of a request (paper, numbers of the invoices it is about, names, reasons, worth); the papers at
             hand as (kind, numbers of the invoices they are about, none where they are about the whole claim)
    Gives:   items without a paper of their kind for every invoice they name: what is worth most first, then as asked
    Source:  Insurance Law art. 22; DOMAIN 6.4: guidance for exactly what is missing
    """
    found = [
        Lacking(
            paper=str(item["paper"]),
            name_zh=str(item.get("name_zh") or item["paper"]),
            name_en=str(item.get("name_en") or item["paper"]),
            why_zh=str(item.get("why_zh", "")),
            why_en=str(item.get("why_en", "")),
            worth_fen=item.get("worth_fen"),
        )
        for item in asked
        if not _is_here(str(item["paper"]), item.get("numbers") or (), at_hand)
    ]
    return tuple(sorted(found, key=lambda one: -(one.worth_fen or 0)))


def _is_here(paper: str, numbers: Sequence[int], at_hand: Sequence[tuple[str, Sequence[int]]]) -> bool:
    mine = [about for kind, about in at_hand if kind == paper]
    if any(not about for about in mine):
        return True
    covered = {number for about in mine for number in about}
    return bool(mine) and set(numbers) <= covered
