"""What deductibles and limits have used so far, owner by owner, and the room that one claim needs."""

from __future__ import annotations

from typing import NamedTuple

from hearth.words.arrays import I8, I32, I64

TAG_USED, TAG_OCCASION, TAG_ENDED, TAG_STAY = 0, 1, 2, 3
GATES, CANDIDATES, WINDOW, LACKING, WAITING, HOSPITAL, EMERGENCY, EXCLUDED = 0, 1, 2, 3, 4, 5, 6, 7
UNPROVEN, CONTRACT, VERSION, RATIO_CLASS, OPEN = 8, 9, 10, 11, 12
"""Columns of Work.invoice."""


class Memory(NamedTuple):
    """An open-addressed table (who, what) -> value, emptied between owners by its stamp.

    who = holder << 16 | rule number << 2 | tag and what = the key of the span; of an occasion, who = the place of the
    rule's entry << 2 | tag and what = its key; of a stay's days, the rule number is that of the benefit.
    """

    who: I64
    what: I64
    value: I64
    stamp: I32


class Work(NamedTuple):
    """Room for the longest claim, row by row and unit by unit, and for the gates of some owners' claims at once."""

    row_unit: I64
    row_eligible: I64
    row_public: I64  # public payments on the eligible part
    row_public_rest: I64  # and on the other part
    row_others: I64
    row_others_rest: I64
    order: I64
    unit_benefit: I64
    unit_class: I64
    unit_cover: I64
    unit_key: I64
    unit_day: I64
    unit_first: I64
    unit_invoice: I64
    unit_eligible: I64
    unit_public: I64
    unit_left: I64  # eligible - public - others: what the unit may pay at most
    unit_spread: I64
    unit_ended: I64
    unit_source: I64  # [units, 4] others by source
    unit_result: I64  # [units, 5] payable, reduced for age, over limits, own share; their sum
    running: I64  # [units, 8] running sums of four spreads
    rule_place: I64  # places in Memory of the limits of the unit at hand
    rule_occasion: I64
    span: I64  # keys of the spans of the unit at hand (arithmetic.name_spans)
    invoice: I64  # [invoices, 13] what is the same for all rows of an invoice, of the claims that are tried at once
    row_benefit: I8  # of the same claims: the number of the row's benefit in its version, -1 where a gate failed
    owner_from: I64  # the owners whose claims are tried at once: owner_from[n] .. owner_from[n + 1] - 1
    owner_rows: I64  # rows of each owner from owner_from[0] on, over all its steps


def entries_of(deductible_from: I64, limit_from: I64) -> int:
    """How many entries one row can make at most.

    Needs:   Book.deductible_from, Book.limit_from
    Gives:   its deductibles, its limits twice (occasions too), a stay, an ended contract
    Source:  kernel.adjudication.scan.steps
    """
    deductibles = 0
    limits = 0
    for g in range(len(limit_from) - 1):
        deductibles = max(deductibles, int(deductible_from[g + 1] - deductible_from[g]))
        limits = max(limits, int(limit_from[g + 1] - limit_from[g]))
    return deductibles + 2 * limits + 2


def mask_over(entries: int) -> int:
    """The room for so many entries, as the mask of its places: an owner with few stays in a small part of the memory.

    Needs:   how many there are at most
    Gives:   a power of two, less one
    Source:  open addressing, at most half full
    """
    mask = 63
    while mask < 2 * entries + 15:
        mask = 2 * mask + 1
    return mask


def recall(whos: I64, whats: I64, stamps: I32, who: int, what: int, stamp: int, mask: int) -> int:
    """Where (who, what) stands in the memory, or -1.

    Needs:   stamp of the owner at hand; mask = (a power of two) - 1, the room that it uses
    Gives:   a place in Memory.value or -1
    Source:  open addressing, linear probing
    """
    place = ((who * 1640531527 + what * 40503) >> 13) & mask
    while stamps[place] == stamp:
        if whos[place] == who and whats[place] == what:
            return place
        place = (place + 1) & mask
    return -1


def find(whos: I64, whats: I64, values: I64, stamps: I32, who: int, what: int, stamp: int, mask: int) -> int:
    """Where (who, what) stands in the memory; it is entered with 0 if it was not there.

    Needs:   room (mask + 1 places) at least twice as large as an owner's entries
    Gives:   a place in Memory.value
    Source:  open addressing, linear probing
    """
    place = ((who * 1640531527 + what * 40503) >> 13) & mask
    while stamps[place] == stamp:
        if whos[place] == who and whats[place] == what:
            return place
        place = (place + 1) & mask
    whos[place] = who
    whats[place] = what
    values[place] = 0
    stamps[place] = stamp
    return place
