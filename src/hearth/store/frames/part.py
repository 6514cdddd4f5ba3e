"""Part: some whole owners of a line file as the arrays that the kernel reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from hearth.store.frames.calendar import months_between
from hearth.store.frames.columns import FIRST_DAY, LAST_DAY, NO_AMOUNT, Array, Lines
from hearth.store.frames.cover import covers_of
from hearth.store.frames.keys import packed, run_starts
from hearth.store.frames.reading import Reading
from hearth.store.frames.table import Table
from hearth.words.arrays import Book, Claims, Covers, Inputs, Invoices, Opening, Rows, Steps
from hearth.words.codes import ALL_PAPERS, Category, ClaimOrder, InvoiceFlag, RowFlag, Setting, Source
from hearth.words.days import NEVER, day_of
from hearth.words.money import MAX_FEN

NEAR_DAYS = 90
"""A line's day of service lies so near to the days of its invoice, or it is a slip of the pen."""

LAST = np.int32(2**31 - 1)


@dataclass(frozen=True)
class Part:
    """Whole owners of a line file as arrays; a book makes them inputs of the kernel.

    `line_of[r]` is the place of row r among the lines of the part, -1 for a stay's row of days; claims are known by
    `claim_ids` and `insured_ids`, as the file writes them.
    """

    rows: Rows
    invoices: Invoices
    claims: Claims
    covers: Covers
    steps: Steps
    opening: Opening
    line_of: Array
    claim_ids: pl.Series
    insured_ids: pl.Series
    in_file_order: bool = True
    versions: frozenset[int] = field(default_factory=frozenset)

    def inputs(self, book: Book) -> Inputs:
        """What the kernel reads, under the terms of `book`."""
        return Inputs(self.rows, self.invoices, self.claims, self.covers, self.steps, self.opening, book)

    @property
    def bytes_held(self) -> int:
        """Bytes of all arrays."""
        held = 0
        for table in (self.rows, self.invoices, self.claims, self.covers, self.steps, self.opening):
            held += sum(array.nbytes for array in table)
        return held


def arrays_of(lines: Lines, reading: Reading, diseases: tuple[str, ...], duplicates: Array) -> Part:
    """Lines of whole owners -> their arrays, sorted first where the file is not.  Raises: Malformed."""
    lines = _without_void(lines)
    table = _Arrays(lines, reading)
    if not table.gathered or not table.ordered:
        table = _Arrays(_arranged(lines, table), reading)
    return table.part(diseases, duplicates)


def _without_void(lines: Lines) -> Lines:
    void = lines.numbers("void")
    if void is None or not void.any():
        return lines
    keep = np.flatnonzero(void == 0)
    places = keep if lines.places is None else lines.places[keep]
    kept = Lines(lines.frame[keep], lines.file, lines.first, places)
    kept.local = keep
    return kept


def _arranged(lines: Lines, table: Table) -> Lines:
    """The lines in the declared order inside each claim, its lines gathered, ties as the file has them."""
    row = pl.Series("row", np.arange(lines.size))
    event_on = lines.numbers("event_on")
    setting = lines.numbers("setting")
    assert event_on is not None and setting is not None
    keys = pl.DataFrame(
        {
            "owner": table.owner,
            "claim": table.claim,
            "invoice": table.invoice,
            "event": event_on.astype(np.int64) * 2 + (setting == Setting.DIAGNOSIS),
            "row": row,
        }
    ).with_columns(
        first_of_owner=pl.col("row").min().over("owner"),
        first_of_claim=pl.col("row").min().over("owner", "claim"),
        first_of_invoice=pl.col("row").min().over("owner", "claim", "invoice"),
    )
    order = keys.sort("first_of_owner", "first_of_claim", "event", "first_of_invoice", "row")["row"].to_numpy()
    places = order if lines.places is None else lines.places[order]
    arranged = Lines(lines.frame[order], lines.file, lines.first, places)
    arranged.local = order if lines.local is None else lines.local[order]
    return arranged


class _Arrays(Table):
    """Lines of one part while they become arrays."""

    def part(self, diseases: tuple[str, ...], duplicates: Array) -> Part:
        lines, inv = self.lines, self.inv
        insured_keys = self.key_at_invoice("insured", "owner")[0]
        self.of_claim("insured" if lines.has("insured") else "owner", insured_keys)
        insured = packed(insured_keys, limit=2**30)
        until_on = self.at_invoice("until_on", NEVER).astype(np.int32)
        until_on = np.where(until_on == NEVER, self.event_on, until_on)
        self._refuse("until_on", until_on < self.event_on, "a day not before event_on")
        leave_days = self.at_invoice("leave_days", 0).astype(np.int32)
        self._refuse("leave_days", leave_days > until_on - self.event_on, "not more than the days of the stay")
        rows, billed_of_invoice = self._rows(until_on)
        chain_of_claim, covers, versions = covers_of(self, insured)
        invoices, visit = self._invoices(insured, billed_of_invoice, diseases, duplicates)
        claims = self._claims(insured)
        line_of = np.arange(lines.size) if lines.local is None else lines.local
        if self.reading.daily:
            rows, invoices, line_of = self._with_stays(
                rows, invoices, line_of, visit, until_on - self.event_on - leave_days
            )
        heads = inv[self.invoice_from[:-1]]
        return Part(
            rows=rows,
            invoices=invoices,
            claims=claims,
            covers=covers,
            steps=self._steps(chain_of_claim, invoices.row_from),
            opening=self._nothing_declared(),
            line_of=line_of,
            claim_ids=lines.frame["claim"][heads],
            insured_ids=lines.frame["insured" if lines.has("insured") else "owner"][heads],
            in_file_order=lines.local is None or bool((np.diff(lines.local) > 0).all()),
            versions=versions,
        )

    def _refuse(self, name: str, bad: Array, want: str) -> None:
        """Bad values of an invoice's column are refused where the first of them stands."""
        if bad.any():
            at = int(self.inv[int(np.argmax(bad))])
            raise self.lines.wrong(name, at, self.lines.frame[name][at], want)

    def _column(self, name: str, absent: int) -> Array:
        values = self.lines.numbers(name)
        return np.full(self.lines.size, absent, np.int64) if values is None else values

    def _rows(self, until_on: Array) -> tuple[Rows, Array]:
        lines = self.lines
        billed = self._column("billed", 0).astype(np.int64, copy=False)
        public = self._column("public_of_line", NO_AMOUNT).astype(np.int64, copy=False)
        if (public > billed).any():
            at = int(np.argmax(public > billed))
            raise lines.wrong("public_of_line", at, f"{public[at]:,}", f"not more than billed, {billed[at]:,} fen")
        billed_of_invoice = np.add.reduceat(billed, self.inv)
        billed_of_claim = np.add.reduceat(billed_of_invoice, self.invoice_from[:-1])
        if billed_of_claim.max() > MAX_FEN:
            at = int(self.inv[self.invoice_from[int(np.argmax(billed_of_claim))]])
            raise lines.wrong("billed", at, f"{billed_of_claim.max():,} fen in one claim", f"at most {MAX_FEN:,}")
        served_on = lines.numbers("served_on")
        event_of_line = np.repeat(self.event_on, self.lines_of)
        if served_on is None:
            served_on = event_of_line
        else:
            if lines.frame["served_on"].null_count():
                served_on = np.where(served_on == NEVER, event_of_line, served_on)
            early = served_on < event_of_line - NEAR_DAYS
            late = served_on > np.repeat(until_on + NEAR_DAYS, self.lines_of)
            if early.any() or late.any():
                at = int(np.argmax(early | late))
                i = int(np.searchsorted(self.inv, at, "right")) - 1
                raise lines.wrong(
                    "served_on", at, day_of(int(served_on[at])),
                    f"a day near the invoice's, {day_of(int(self.event_on[i]))} to {day_of(int(until_on[i]))}",
                )  # fmt: skip
        line = lines.numbers("line")
        if line is None:
            line = np.arange(lines.size) - np.repeat(self.inv, self.lines_of)
        category = self._column("category", 0).astype(np.int8, copy=False)
        self._diagnosed(category, billed)
        flags = np.zeros(lines.size, np.int8)
        for name, flag in (("disputed", RowFlag.DISPUTED), ("cut", RowFlag.CUT)):
            marked = lines.numbers(name)
            if marked is not None:
                flags |= marked * np.int8(flag)
        rows = Rows(
            billed=billed,
            public=public,
            quantity=self._column("quantity", 1).astype(np.int32, copy=False),
            served_on=served_on.astype(np.int32, copy=False),
            line=line.astype(np.int32, copy=False),
            category=category,
            scope=self._column("scope", 0).astype(np.int8, copy=False),
            flags=flags,
        )
        return rows, billed_of_invoice

    def _diagnosed(self, category: Array, billed: Array) -> None:
        """A diagnosis has one line, of category diagnosed, without a bill; other invoices have none such."""
        diagnosis = self.setting == Setting.DIAGNOSIS
        diagnosed = category == Category.DIAGNOSED
        if not diagnosis.any() and not diagnosed.any():
            return
        bad = diagnosed != np.repeat(diagnosis, self.lines_of)
        if bad.any():
            at = int(np.argmax(bad))
            raise self.lines.wrong(
                "category", at, self.lines.frame["category"][at], "diagnosed on diagnoses, and nowhere else"
            )
        self._refuse("invoice", diagnosis & (self.lines_of > 1), "one line for a diagnosis")
        if (billed[diagnosed] > 0).any():
            at = int(np.flatnonzero(diagnosed & (billed > 0))[0])
            raise self.lines.wrong("billed", at, f"{billed[at]:,}", "0 for a diagnosis")

    def _invoices(
        self, insured: Array, billed: Array, diseases: tuple[str, ...], duplicates: Array
    ) -> tuple[Invoices, Array]:
        lines, inv, n = self.lines, self.inv, len(self.inv)
        number_of = {name: number for number, name in enumerate(diseases)}
        disease = lines.texts("icd", number_of, "a disease of this file", inv, self.inside)
        if disease is None:
            disease = np.zeros(n, np.int32)
        level = self.at_invoice("level", 3)
        hospital = level * 6 + self.at_invoice("ownership", 0) * 3 + self.at_invoice("department", 0)
        stay = self.setting == Setting.INPATIENT
        diagnosis = self.setting == Setting.DIAGNOSIS
        # One stay: same admission day, hospital and level; one visit: same day, hospital and clinic.
        hospital_key, _ = self.key_at_invoice("hospital")
        clinic_key, _ = self.key_at_invoice("clinic")
        apart = np.where(stay, level, 4 + packed(clinic_key, limit=2**31))
        apart = np.where(diagnosis, -1 - np.arange(n), apart)
        hospital_key = np.where(diagnosis, hospital_key.min(initial=0), hospital_key)
        visit = packed(insured, self.event_on, hospital_key, apart)
        public = self.at_invoice("public", 0).astype(np.int64, copy=False)
        before, after, flags = self._windows(insured, stay)
        since, months = self._since_trigger()
        for name, flag in (
            ("duplicate", InvoiceFlag.DUPLICATE),
            ("other_person", InvoiceFlag.OTHER_PERSON),
            ("suspected", InvoiceFlag.PRE_EXISTING_SUSPECTED),
            ("used_elsewhere", InvoiceFlag.USED_ELSEWHERE),
        ):
            if lines.has(name):
                flags |= self.at_invoice(name).astype(np.int32) * np.int32(flag)
        if len(duplicates):
            if lines.places is None:
                again = duplicates[
                    np.searchsorted(duplicates, lines.first) : np.searchsorted(duplicates, lines.first + lines.size)
                ]
                again = again - lines.first
            else:
                again = np.flatnonzero(np.isin(lines.first + lines.places, duplicates))
            flags[np.searchsorted(inv, again, "right") - 1] |= np.int32(InvoiceFlag.DUPLICATE)
        flags[self._sums_differ(public, billed) & ~diagnosis] |= np.int32(InvoiceFlag.SUMS_DIFFER)
        return (
            Invoices(
                row_from=self.row_from.astype(np.int64, copy=False),
                event_on=self.event_on,
                public=public,
                disease=disease.astype(np.int32, copy=False),
                visit=visit,
                stay=visit,
                days_before=before,
                days_after=after,
                days_since_trigger=since,
                months_since_trigger=months,
                emergency_until=self.at_invoice("emergency_until", NEVER).astype(np.int32, copy=False),
                known_on=self.at_invoice("known_on", NEVER).astype(np.int32, copy=False),
                setting=self.setting,
                hospital=np.where(diagnosis, 0, hospital).astype(np.int8),
                settled=self.at_invoice("settled", 1).astype(np.int8, copy=False),
                flags=flags,
            ),
            visit,
        )

    def _sums_differ(self, public: Array, billed: Array) -> Array:
        """Where an invoice does not add up, to more than a fen (DOMAIN 2.10)."""
        differ: Array = public > billed
        given = {
            name: self.at_invoice(name, NO_AMOUNT) for name in ("total", "account", "cash") if self.lines.has(name)
        }
        if "total" in given:
            differ |= (given["total"] >= 0) & (np.abs(given["total"] - billed) > 1)
        if "account" in given and "cash" in given:
            account, cash = given["account"], given["cash"]
            total = np.where(given["total"] >= 0, given["total"], billed) if "total" in given else billed
            differ |= (account >= 0) & (cash >= 0) & (np.abs(total - public - account - cash) > 1)
        return differ

    def _event_keys(self) -> Array:
        """One key an illness or accident, by its name; the claim's own where it names none."""
        named, blank = self.key_at_invoice("event")
        none = np.zeros(len(self.inv), bool) if blank is None else blank
        return packed(none, np.where(none, self.claim_of, named))

    def _windows(self, insured: Array, stay: Array) -> tuple[Array, Array, Array]:
        """(days to the next related admission, days since the last discharge, flags of visits on the very day)."""
        n = len(self.inv)
        before, after, flags = np.full(n, -1, np.int32), np.full(n, -1, np.int32), np.zeros(n, np.int32)
        if not self.reading.windows or not stay.any():
            return before, after, flags
        until_on = self.at_invoice("until_on", NEVER).astype(np.int32)
        until_on = np.where(until_on == NEVER, self.event_on, until_on)
        event = packed(insured, self._event_keys())
        base, reach = FIRST_DAY - 1, LAST_DAY - FIRST_DAY + 3
        events, number = np.unique(event[stay], return_inverse=True)
        visits = np.flatnonzero(~stay)
        place = np.searchsorted(events, event[visits]).clip(0, len(events) - 1)
        related = events[place] == event[visits]
        visits, place = visits[related], place[related]
        at = place * reach + (self.event_on[visits] - base)
        admitted = np.sort(number * reach + (self.event_on[stay] - base))
        left = np.sort(number * reach + (until_on[stay] - base))
        following = np.searchsorted(admitted, at, "right")
        ahead = admitted[following.clip(0, len(admitted) - 1)] - at
        found = (following < len(admitted)) & (ahead < reach - at % reach)
        before[visits[found]] = ahead[found]
        preceding = np.searchsorted(left, at, "left") - 1
        behind = at - left[preceding.clip(0)]
        found = (preceding >= 0) & (behind <= at % reach)
        after[visits[found]] = behind[found]
        for days, flag in ((admitted, InvoiceFlag.ON_ADMISSION), (left, InvoiceFlag.ON_DISCHARGE)):
            same = days[np.searchsorted(days, at).clip(0, len(days) - 1)] == at
            flags[visits[same]] |= np.int32(flag)
        return before, after, flags

    def _since_trigger(self) -> tuple[Array, Array]:
        n = len(self.inv)
        since, months = np.full(n, -1, np.int32), np.full(n, -1, np.int32)
        if self.reading.triggers and self.lines.has("trigger_on"):
            trigger = self.at_invoice("trigger_on", NEVER)
            at = np.flatnonzero((trigger != NEVER) & (self.event_on >= trigger))
            since[at] = self.event_on[at] - trigger[at]
            months[at] = months_between(trigger[at], self.event_on[at])
        return since, months

    def _claims(self, insured: Array) -> Claims:
        starts = self.invoice_from[:-1]
        if self.lines.has("event"):
            # Blanks are blank on every line of a claim too.
            keys, blank = self.key_at_invoice("event")
            self.of_claim("event", keys if blank is None else packed(blank, keys))
        event = self._event_keys()[starts]
        trigger_on = np.full(len(starts), NEVER, np.int64)
        if self.reading.triggers and self.lines.has("trigger_on"):
            trigger_on = self.at_claim("trigger_on", NEVER).astype(np.int64)
        none = trigger_on == NEVER
        trigger = packed(none, np.where(none, event, insured[starts]), np.where(none, 0, trigger_on), limit=2**40)
        papers = self.at_claim("papers", -1).astype(np.int64)
        others = np.zeros((len(starts), len(Source)), np.int64)
        for source in Source:
            name = f"{source.name.lower()}_paid"
            if self.lines.has(name):
                others[:, source] = self.at_claim(name, 0)
        if others.any() and others.sum(axis=1).max() > MAX_FEN:
            at = int(self.inv[starts[int(np.argmax(others.sum(axis=1)))]])
            raise self.lines.wrong("insurer_paid", at, "more with what others paid", f"at most {MAX_FEN:,} fen in all")
        return Claims(
            invoice_from=self.invoice_from.astype(np.int64, copy=False),
            insured=insured[starts].astype(np.int32),
            event=event,
            trigger=trigger,
            onset_on=(self.at_claim("onset_on", NEVER) if self.reading.waits else np.full(len(starts), NEVER)).astype(
                np.int32
            ),
            cause=self.at_claim("cause", 0).astype(np.int8),
            papers=np.where(papers < 0, ALL_PAPERS, papers),
            others=others,
        )

    def _with_stays(
        self, rows: Rows, invoices: Invoices, line_of: Array, visit: Array, days: Array
    ) -> tuple[Rows, Invoices, Array]:
        """One more row at the end of the first invoice of each stay in a claim: its days."""
        stays = np.flatnonzero(self.setting == Setting.INPATIENT)
        _, first = np.unique(packed(self.claim_of[stays], visit[stays]), return_index=True)
        stays = np.sort(stays[first])
        ends = self.row_from[stays + 1]
        made: dict[str, Any] = {
            "billed": 0,
            "public": NO_AMOUNT,
            "quantity": days[stays],
            "served_on": self.event_on[stays],
            "line": rows.line[ends - 1] + 1,
            "category": int(Category.STAY_DAYS),
            "scope": 0,
            "flags": 0,
        }
        longer = Rows(**{name: np.insert(getattr(rows, name), ends, made[name]) for name in Rows._fields})
        extra = np.zeros(len(self.row_from), np.int64)
        extra[stays + 1] = 1
        return (
            longer,
            invoices._replace(row_from=self.row_from + np.cumsum(extra)),
            np.insert(line_of, ends, -1),
        )

    def _steps(self, chain: Array, row_from: Array) -> Steps:
        """One step a claim, in the product's claim order inside each owner."""
        starts = self.invoice_from[:-1]
        owner_starts = run_starts(self.owner[self.inv[starts]])
        owner = np.repeat(np.arange(len(owner_starts)), np.diff(np.append(owner_starts, len(starts))))
        event_on = self.event_on[starts]
        registered = self._or_last("registered_on")
        keys = [owner, event_on, registered]
        if self.reading.claim_order is ClaimOrder.REGISTRATION:
            keys = [owner, registered, event_on]
        elif self.reading.claim_order is ClaimOrder.SETTLEMENT:
            keys = [owner, self._or_last("settled_on"), registered, event_on]
        order = np.arange(len(starts))
        if not _in_order(keys):
            order = np.lexsort(keys[::-1])
        return Steps(
            step_from=np.append(owner_starts, len(starts)).astype(np.int64),
            claim=order.astype(np.int64),
            chain=chain[order].astype(np.int64),
            row_from=row_from[starts][order].astype(np.int64),
            payable_counts=np.zeros(len(starts), np.int8),
            # A line file states no measures.
            hospital_waived=np.zeros(len(starts), np.int32),
            waiting_waived=np.zeros(len(starts), np.int32),
        )

    def _or_last(self, name: str) -> Array:
        days = self.at_claim(name, NEVER)
        return np.where(days == NEVER, LAST, days)

    def _nothing_declared(self) -> Opening:
        owners = len(run_starts(self.owner[self.inv[self.invoice_from[:-1]]]))
        none = np.zeros(0, np.int64)
        return Opening(np.zeros(owners + 1, np.int64), np.zeros(0, np.int32), none, none, none)


def _in_order(keys: list[Array]) -> bool:
    """Whether each entry is at or behind the one before, by the first key that differs."""
    tied = np.ones(len(keys[0]) - 1, bool)
    for key in keys:
        if (tied & (key[1:] < key[:-1])).any():
            return False
        tied &= key[1:] == key[:-1]
    return True
