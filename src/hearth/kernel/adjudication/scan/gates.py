"""Gates: what is decided once an invoice; a gate's bit is 1 << codes.Gate."""

from __future__ import annotations

from hearth.words.arrays import I8, I64

NEVER = -(2**31) + 1
G_IN_FORCE, G_PERSON, G_WAITING, G_HOSPITAL, G_EXCLUSION, G_PRE_EXISTING = 1, 2, 4, 8, 16, 32
G_TIME_WINDOW, G_DUPLICATE, G_NECESSARY, G_PAPERS, G_ENDED, G_BENEFIT, G_SUMS = 64, 128, 256, 512, 1024, 2048, 4096
REFER = 65536
DUPLICATE, OTHER_PERSON, SUMS_DIFFER, SUSPECTED, USED_ELSEWHERE = 1, 2, 4, 16, 32
EXCLUDE, COVER = 0, 2
NO_BENEFIT = 1 << 62
"""Stands among bits of benefits for a row that none takes."""


def is_waiting(days: int, first: int, event_on: int, onset_on: int) -> bool:
    """Whether the event or the first diagnosis falls inside the waiting period; its first day is day 1.

    Needs:   the first day of unbroken cover; onset_on = NEVER where not given
    Gives:   True from the first day to the last of `days` days
    Source:  docs/computing.md 2; DOMAIN 3.7 (worked: E13, E14)
    """
    return days > 0 and (first <= event_on < first + days or first <= onset_on < first + days)


def invoice_gates(in_force: bool, flags: int, proven_before: bool, pre_existing: int) -> tuple[int, int]:
    """The gates that are the same for all rows of an invoice: (failed, referred).

    Needs:   codes.InvoiceFlag bits, codes.PreExisting
    Gives:   bits of gates
    Source:  docs/computing.md 2
    """
    fails = 0
    refers = 0
    if not in_force:
        fails |= G_IN_FORCE
    if flags & OTHER_PERSON:
        fails |= G_PERSON
    if flags & DUPLICATE:
        fails |= G_DUPLICATE
    if flags & USED_ELSEWHERE:
        refers |= G_DUPLICATE
    if flags & SUMS_DIFFER:
        refers |= G_SUMS
    if proven_before and pre_existing == EXCLUDE:
        fails |= G_PRE_EXISTING
    if flags & SUSPECTED and pre_existing != COVER:
        refers |= G_PRE_EXISTING
    return fails, refers & ~fails


def papers_lacking(required: I64, first: int, last: int, papers: int) -> int:
    """The benefits of a version for which a paper is missing.

    Needs:   bits of required papers by benefit; the version's benefits first .. last-1; bits of the papers at hand
    Gives:   bit n for the n-th benefit as listed
    Source:  docs/computing.md 2
    """
    lacking = 0
    for g in range(first, last):
        if required[g] & ~papers:
            lacking |= 1 << (g - first)
    return lacking


def without_mark(marks: I8, first: int, last: int) -> int:
    """The benefits of a version that do not carry a mark, and NO_BENEFIT with them.

    Needs:   0 or 1 by benefit; the version's benefits first .. last-1
    Gives:   bit n for the n-th benefit as listed
    Source:  docs/computing.md 2: `any_hospital`, `no_waiting`
    """
    bare = NO_BENEFIT
    for g in range(first, last):
        if not marks[g]:
            bare |= 1 << (g - first)
    return bare
