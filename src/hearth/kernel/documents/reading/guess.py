"""Guess: what a figure may have been where its reader was unsure: one sign taken for another, a point lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hearth.kernel.documents.reading.row import Mark

SURE = 0.97
"""A sign that was read at least so surely is what stands on the paper; another reading of it is no misreading."""

LEAST_OTHER = 0.004
"""A second reading of a sign that its reader gave at least so much."""

ALIKE: dict[str, str] = {
    "0": "869", "1": "74", "2": "7", "3": "85", "4": "19", "5": "638", "6": "058", "7": "12", "8": "0369", "9": "0487",
}  # fmt: skip
"""Digits that are taken for one another where print is faint or blurred."""


@dataclass(frozen=True, slots=True)
class Guess:
    """Another reading: the signs as they then are, how likely it is beside what was read, and whether it was unsure."""

    text: str
    weight: float
    unsure: bool


def guesses(marks: Sequence[Mark]) -> Iterator[Guess]:
    """Other readings of a figure, one change each.

    Needs:   the signs of a figure as they were read
    Gives:   each sign replaced by what its reader also saw, or by a digit that looks alike; a point put in or
             taken out; a sign dropped or doubled; `unsure` where the reader was, so that it may be a misreading at all
    Source:  docs/papers.md
    """
    text = "".join(mark.char for mark in marks)
    seen = {text}
    for place, mark in enumerate(marks):
        before, after = text[:place], text[place + 1 :]
        told = {sign: share for sign, share in mark.others if sign != mark.char}
        for sign, share in told.items():
            if (sign.isdigit() or sign in ".,-") and before + sign + after not in seen:
                seen.add(before + sign + after)
                yield Guess(before + sign + after, share, share >= LEAST_OTHER or mark.score < SURE)
        for sign in ALIKE.get(mark.char, ""):
            if before + sign + after not in seen:
                seen.add(before + sign + after)
                yield Guess(before + sign + after, 0.002 * (1 - mark.score) + 1e-4, mark.score < SURE)
        if mark.char in ".,":
            if before + after not in seen:
                seen.add(before + after)
                yield Guess(before + after, 0.001, mark.score < SURE)
        elif mark.char.isdigit():
            if before + after not in seen:
                seen.add(before + after)
                yield Guess(before + after, 0.0005, mark.score < 0.9)
            if before + mark.char + mark.char + after not in seen:
                seen.add(before + mark.char + mark.char + after)
                yield Guess(before + mark.char + mark.char + after, 0.0005, mark.score < 0.9)
    # A point that was not seen: 12950 for 129.50.
    digits = text.replace(",", "")
    if digits.isdigit() and len(digits) >= 3 and digits[:-2] + "." + digits[-2:] not in seen:
        yield Guess(digits[:-2] + "." + digits[-2:], 0.01, True)
