"""Rules: contradictions between bills of one or several claims: what cannot be, whatever the reason for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from hearth.kernel.suspicion.finding import Finding
from hearth.words.days import day_of
from hearth.words.suspicion import Signal

MOST_KM = 500
"""As the crow flies, in one day, between two visits: what a patient hardly travels."""

_EARTH_KM = 6371.0


@dataclass(frozen=True, slots=True)
class Bill:
    """An invoice as the rules see it: whose, where and when.  Days are day numbers; `last` of a visit is its day.

    `key` names the invoice (code and number) and is empty where it is not known; `total` is in fen.
    """

    claim: str
    person: int
    invoice: int
    key: str
    is_stay: bool
    first: int
    last: int
    hospital: str
    total: int


@dataclass(frozen=True, slots=True)
class Picture:
    """A paper that is the same picture as another, of which person and in which claim."""

    paper: int
    person: int
    other_paper: int
    other_claim: str
    other_person: int


def duplicate_invoices(mine: Sequence[Bill], others: Iterable[Bill]) -> list[Finding]:
    """Find invoices of a claim that another claim uses too.

    Needs:   bills of one claim; bills of other living claims with the same keys
    Gives:   a finding for each pair; one claim's own repeated invoice is not among them (adjudication counts it 0.00)
    Source:  DOMAIN 2.10: code and number are the key of an invoice
    """
    used: dict[str, list[Bill]] = {}
    for other in others:
        if other.key:
            used.setdefault(other.key, []).append(other)
    found = []
    for bill in mine:
        for other in used.get(bill.key, ()) if bill.key else ():
            if other.claim == bill.claim:
                continue
            found.append(
                Finding(
                    Signal.DUPLICATE_INVOICE,
                    f"{bill.key}>{other.claim}",
                    {
                        "invoice": bill.invoice,
                        "number": bill.key.rpartition("|")[2],
                        "claim": other.claim,
                        "amount": "same_amount" if other.total == bill.total else "other_amount",
                        "person": _person(bill.person == other.person),
                    },
                    (f"claim:{other.claim}",),
                )
            )
    return found


def overlapping_stays(mine: Sequence[Bill], others: Iterable[Bill]) -> list[Finding]:
    """Find stays of one person that lie on top of each other by more than the day of a transfer.

    Needs:   bills of one claim; other bills of the same people, of this claim or others
    Gives:   a finding for each pair: in two hospitals, or in one under different days; one invoice is never two stays,
             and parts of one stay (the same hospital and days) are one
    Source:  a person lies in one bed; the day of discharge may be the day of admission elsewhere
    """
    found = []
    stays = [other for other in others if other.is_stay]
    for place, bill in enumerate(mine):
        if not bill.is_stay:
            continue
        for other in (*stays, *mine[place + 1 :]):
            if not other.is_stay or other.person != bill.person or (bill.key and bill.key == other.key):
                continue
            days = min(bill.last, other.last) - max(bill.first, other.first)
            one_stay = bill.hospital == other.hospital and (bill.first, bill.last) == (other.first, other.last)
            if days < 1 or one_stay:
                continue
            found.append(
                Finding(
                    Signal.OVERLAPPING_STAYS,
                    f"{bill.invoice}:{bill.first}-{bill.last}>{other.claim}:{other.first}-{other.last}",
                    {
                        "invoice": bill.invoice,
                        "first": _day(bill.first),
                        "last": _day(bill.last),
                        "hospital": bill.hospital or "—",
                        "claim": other.claim,
                        "other_first": _day(other.first),
                        "other_last": _day(other.last),
                        "other_hospital": other.hospital or "—",
                        "days": days,
                    },
                    (f"claim:{other.claim}",),
                )
            )
    return found


def impossible_distances(
    mine: Sequence[Bill], others: Iterable[Bill], places: Mapping[str, tuple[float, float]], most_km: int = MOST_KM
) -> list[Finding]:
    """Find treatment of one person on one day in places too far apart.

    A visit on the day of an admission or discharge counts like one inside the stay: it is one day.
    Needs:   bills of one claim; other bills of the same people; latitude and longitude of hospitals by their names
    Gives:   a finding for each pair more than `most_km` apart; of a hospital whose place is unknown nothing is said
    Source:  great-circle distance; the bound is the company's own (words in docs/suspicion.md)
    """
    found = []
    known = [other for other in others if other.hospital in places]
    for place, bill in enumerate(mine):
        if bill.hospital not in places:
            continue
        for other in (*known, *(one for one in mine[place + 1 :] if one.hospital in places)):
            # Two stays that overlap are told of by the days; here at least one is a visit.
            if other.person != bill.person or other.hospital == bill.hospital or (bill.is_stay and other.is_stay):
                continue
            day = max(bill.first, other.first)
            if day > min(bill.last, other.last) or (bill.key and bill.key == other.key):
                continue
            km = _km(places[bill.hospital], places[other.hospital])
            if km <= most_km:
                continue
            found.append(
                Finding(
                    Signal.IMPOSSIBLE_DISTANCE,
                    f"{bill.invoice}:{day}:{bill.hospital}>{other.claim}:{other.hospital}",
                    {
                        "day": _day(day),
                        "hospital": bill.hospital,
                        "other_hospital": other.hospital,
                        "claim": other.claim,
                        "km": round(km),
                        "most": most_km,
                    },
                    (f"claim:{other.claim}",),
                )
            )
    return found


def altered_pictures(signs: Iterable[tuple[int, str]]) -> list[Finding]:
    """Take over the contradictions that reading found on papers.

    Needs:   (paper, code) of each contradiction between surely read figures
    Gives:   a finding for each
    Source:  kernel.documents.reading.check: what is surely read and does not agree
    """
    return [
        Finding(Signal.ALTERED_PICTURE, f"{paper}:{code}", {"paper": paper, "code": code}, (f"paper:{paper}",))
        for paper, code in signs
    ]


def same_pictures(pictures: Iterable[Picture], claim: str) -> list[Finding]:
    """Take over the pictures that were handed in before.

    Needs:   pairs of papers that are one picture; the claim that is looked at
    Gives:   a finding for each pair that reaches another claim; twice in one claim is no suspicion
    Source:  DOMAIN 6.3 (duplicate)
    """
    return [
        Finding(
            Signal.SAME_PICTURE,
            f"{one.paper}>{one.other_paper}",
            {
                "paper": one.paper,
                "other": one.other_paper,
                "claim": one.other_claim,
                "person": _person(one.person == one.other_person),
            },
            (f"paper:{one.paper}", f"claim:{one.other_claim}"),
        )
        for one in pictures
        if one.other_claim != claim
    ]


def _person(is_same: bool) -> str:
    return "same_person" if is_same else "other_person"


def _day(number: int) -> str:
    return day_of(number).isoformat()


def _km(one: tuple[float, float], other: tuple[float, float]) -> float:
    first, second = radians(one[0]), radians(other[0])
    across = sin((second - first) / 2) ** 2
    along = cos(first) * cos(second) * sin(radians(other[1] - one[1]) / 2) ** 2
    return 2 * _EARTH_KM * asin(min(1.0, sqrt(across + along)))
