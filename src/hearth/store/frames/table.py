"""Table: lines with the places where owners, claims and invoices begin, and their columns by level."""

from __future__ import annotations

import numpy as np
import polars as pl

from hearth.store.frames.columns import Lines
from hearth.store.frames.keys import Array, packed
from hearth.store.frames.reading import Reading
from hearth.words.codes import Setting


class Table:
    """Lines with the places where owners, claims and invoices begin."""

    def __init__(self, lines: Lines, reading: Reading) -> None:
        self.lines, self.reading = lines, reading
        self.owner, self.claim, self.invoice = (self._key(name) for name in ("owner", "claim", "invoice"))
        n = lines.size
        new_claim = np.ones(n, bool)
        new_claim[1:] = (self.claim[1:] != self.claim[:-1]) | (self.owner[1:] != self.owner[:-1])
        self.new = new_claim.copy()
        self.new[1:] |= self.invoice[1:] != self.invoice[:-1]
        self.inv = np.flatnonzero(self.new)
        claim_rows = np.flatnonzero(new_claim)
        self.row_from = np.append(self.inv, n)
        first_invoice = np.searchsorted(self.inv, claim_rows)
        self.invoice_from = np.append(first_invoice, len(self.inv))
        self.claim_of = np.repeat(np.arange(len(claim_rows)), np.diff(self.invoice_from))
        self.lines_of = np.diff(self.row_from)
        claims = packed(self.owner[claim_rows], self.claim[claim_rows])
        invoices = packed(self.claim_of, self.invoice[self.inv])
        self.gathered = _all_differ(claims) and _all_differ(invoices)
        # Lines that continue the invoice of the line before them; not looked at before the lines are gathered.
        self.inside: Array | None = ~self.new[1:] if self.gathered else None
        self.event_on = self.at_invoice("event_on").astype(np.int32)
        self.setting = self.at_invoice("setting").astype(np.int8)
        rank = self.event_on.astype(np.int64) * 2 + (self.setting == Setting.DIAGNOSIS)
        behind = (rank[1:] < rank[:-1]) & (self.claim_of[1:] == self.claim_of[:-1])
        self.ordered = not behind.any()

    def _key(self, name: str) -> Array:
        found = self.lines.keys(name)
        assert found is not None
        return found[0]

    # --- columns by level ---------------------------------------------------------------------------------------------

    def at_invoice(self, name: str, absent: int | None = None) -> Array:
        """A column of invoices; all its lines must say the same.  Raises: Malformed."""
        values = self.lines.numbers(name, self.inv, self.inside)
        return np.full(len(self.inv), absent, np.int64) if values is None else values

    def at_claim(self, name: str, absent: int) -> Array:
        """A column of claims; all its lines must say the same.  Raises: Malformed."""
        return self.of_claim(name, self.at_invoice(name, absent))

    def of_claim(self, name: str, values: Array) -> Array:
        starts = self.invoice_from[:-1]
        steady = (values[1:] == values[:-1]) | (self.claim_of[1:] != self.claim_of[:-1])
        if not steady.all():
            at = int(self.inv[int(np.argmin(steady)) + 1])
            raise self.lines.wrong(name, at, self.lines.frame[name][at], "the same value on every line of one claim")
        found: Array = values[starts]
        return found

    def key_at_invoice(self, name: str, absent: str | None = None) -> tuple[Array, Array | None]:
        """A key of invoices and where it is blank; `absent` names the column that stands in.  Raises: Malformed."""
        found = self.lines.keys(name, self.inv, self.inside)
        if found is None:
            if absent is None:
                return np.zeros(len(self.inv), np.int64), np.ones(len(self.inv), bool)
            return self.key_at_invoice(absent)
        return found


def _all_differ(keys: Array) -> bool:
    return bool((keys[1:] > keys[:-1]).all()) or pl.Series(keys).n_unique() == len(keys)
