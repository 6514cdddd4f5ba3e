"""Reading: what of a product's terms shapes the arrays of a line file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from hearth.store.frames.keys import Array
from hearth.words.codes import ClaimOrder

_NEEDED_FOR = {
    "settled_on": "by_settlement",
    "onset_on": "waits",
    "trigger_on": "triggers",
    "guaranteed_since": "guarantees",
    "hospital": "visits",
    "clinic": "visits",
}

BY_THE_FILE = "invoice_no"
"""What is looked at once for the whole file: of two invoices with one number the first counts, in whatever part."""


@dataclass(frozen=True)
class Reading:
    """What of a product's terms shapes the arrays, in plain values.

    Contracts that begin on since[k] or later, and before since[k + 1], are judged by the same values; `plans` numbers
    the plans; version = number of the plan x len(since) + k.
    """

    plans: tuple[str, ...]
    since: Array
    grace_days: Array
    guaranteed_years: Array
    exclusions: tuple[str, ...] = ()
    claim_order: ClaimOrder = ClaimOrder.EVENT_DAY
    daily: bool = False
    windows: bool = True
    triggers: bool = True
    waits: bool = True
    visits: bool = True

    @property
    def by_settlement(self) -> bool:
        """Whether the day of settlement orders the claims."""
        return self.claim_order is ClaimOrder.SETTLEMENT

    @property
    def guarantees(self) -> bool:
        """Whether renewal is guaranteed for a period."""
        return bool(self.guaranteed_years.any())

    def columns(self, names: Iterable[str]) -> list[str]:
        """Of the columns of a file, those that this product reads."""
        needed = (name for name in names if name != BY_THE_FILE)
        return [name for name in needed if name not in _NEEDED_FOR or getattr(self, _NEEDED_FOR[name])]

    def same_arrays(self, other: Reading) -> bool:
        """Whether a file gives the same arrays for both, so that one reading serves two products."""
        return all(np.array_equal(getattr(self, name), getattr(other, name)) for name in self.__dataclass_fields__)
