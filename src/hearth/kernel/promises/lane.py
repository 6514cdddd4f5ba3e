"""Lane: which promises of a short time a claim qualifies for: the product's fast lane, the rule of small claims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SMALL_FEN = 300_000
"""Individual medical claims of at most 3,000 yuan are small ones (CIRC consumer protection 2015 no. 201)."""


@dataclass(frozen=True, slots=True)
class Promised:
    """What one product of a claim promises: up to which amount, within how many days."""

    up_to_fen: int
    days: int


def fast_days(claimed_fen: int, is_clear: bool, promised: Sequence[Promised | None]) -> int | None:
    """Within how many days a claim is promised to be paid.

    Needs:   what is claimed, in fen; whether it is clear (papers complete, nobody investigates); what each product of
             its policies promises, None where one promises nothing
    Gives:   the longest of the promises where every product has one that reaches the amount; None elsewhere
    Source:  S1.16: qualifying claims paid within two days, by product data
    """
    if not is_clear or not promised or claimed_fen <= 0:
        return None
    reached = [one for one in promised if one is not None and claimed_fen <= one.up_to_fen]
    return max(one.days for one in reached) if len(reached) == len(promised) else None


def is_small(claimed_fen: int, is_clear: bool) -> bool:
    """Whether a claim is a small one by the guide.

    Needs:   what is claimed, in fen; whether it is clear (papers complete, nobody investigates)
    Gives:   True up to SMALL_FEN, that amount included; never for what claims nothing
    Source:  Guide on small claims, CIRC consumer protection 2015 no. 201
    """
    return is_clear and 0 < claimed_fen <= SMALL_FEN
