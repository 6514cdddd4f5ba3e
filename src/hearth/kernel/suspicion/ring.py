"""Ring: people who are no household and yet share an account, a telephone, a device, an address or an agent."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

LEAST_HOUSES = 3
"""Households that a ring joins at the least; two that share two different things are one as well."""

MOST_HOUSES: Mapping[str, int] = {
    "account": 20, "phone": 20, "device": 20, "address": 12, "agent": 20, "hospital": 0,
}  # fmt: skip
"""An entity that joins more households than this is a hub (a company's flat, a broker): it joins nobody.

A hospital joins nobody by itself: everybody goes to one; it is told of beside what does.
"""


@dataclass(frozen=True, slots=True)
class Share:
    """A claim in which a person uses an entity: its kind and what names it (a digest)."""

    claim: str
    person: int
    kind: str
    entity: str


@dataclass(frozen=True, slots=True)
class Link:
    """One step of the evidence: two people (of different households) who use one entity, and in which claims."""

    one: int
    other: int
    kind: str
    entity: str
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ring:
    """A ring: its people, the claims in it, the links that hold it together, and hospitals that most of them share."""

    people: tuple[int, ...]
    claims: tuple[str, ...]
    links: tuple[Link, ...]
    hospitals: tuple[str, ...]
    houses: int

    @property
    def kinds(self) -> tuple[str, ...]:
        """What they share."""
        return tuple(dict.fromkeys(link.kind for link in self.links))


def rings(
    shares: Iterable[Share],
    households: Iterable[tuple[int, int]],
    *,
    least_houses: int = LEAST_HOUSES,
    most_houses: Mapping[str, int] = MOST_HOUSES,
) -> list[Ring]:
    """Find rings: connected components of people over what they share, households taken as one, hubs dropped.

    Needs:   uses of entities; pairs of people who belong together (a family policy, a proven relation)
    Gives:   each ring with the links that hold it together (every entity shared, one chain of people each); a household
             is no ring however much it shares; two households are one where they share two different things
    Source:  connected components; SNA of anti-fraud practice: hubs and families first out
    """
    uses = list(dict.fromkeys(shares))
    house = _Sets()
    for one, other in households:
        house.join(one, other)
    users: dict[tuple[str, str], dict[int, set[str]]] = {}
    for use in uses:
        users.setdefault((use.kind, use.entity), {}).setdefault(use.person, set()).add(use.claim)
    joined = _Sets()
    links: list[Link] = []
    for (kind, entity), people in sorted(users.items()):
        first_of: dict[int, int] = {}
        for person in sorted(people):
            first_of.setdefault(house.of(person), person)
        if not 2 <= len(first_of) <= most_houses.get(kind, 0):
            continue
        chain = list(first_of.values())
        for one, other in pairwise(chain):
            links.append(Link(one, other, kind, entity, tuple(sorted(people[one] | people[other]))))
            joined.join(house.of(one), house.of(other))
    visits: dict[int, set[str]] = {}
    for use in uses:
        if use.kind == "hospital":
            visits.setdefault(use.person, set()).add(use.entity)
    groups: dict[int, list[Link]] = {}
    for link in links:
        groups.setdefault(joined.of(house.of(link.one)), []).append(link)
    return [
        ring
        for group in groups.values()
        if (ring := _ring(group, users, visits, house)).houses >= least_houses
        or (ring.houses == 2 and len(ring.kinds) >= 2)
    ]


def path(ring: Ring, person: int, other: int) -> tuple[Link, ...]:
    """Say how two people of a ring hang together: the shortest chain of links; empty where only a household does.

    Needs:   two people of the ring's links
    Gives:   links from one to the other, each turned so that it goes on where the last one ended
    Source:  breadth-first search
    """
    before: dict[int, Link] = {}
    queue = deque([person])
    seen = {person}
    while queue:
        here = queue.popleft()
        if here == other:
            break
        for link in ring.links:
            for start, end in ((link.one, link.other), (link.other, link.one)):
                if start == here and end not in seen:
                    seen.add(end)
                    before[end] = Link(start, end, link.kind, link.entity, link.claims)
                    queue.append(end)
    steps = []
    while other in before:
        steps.append(before[other])
        other = before[other].one
    return tuple(reversed(steps))


def _ring(
    links: list[Link],
    users: Mapping[tuple[str, str], Mapping[int, set[str]]],
    visits: Mapping[int, set[str]],
    house: _Sets,
) -> Ring:
    people: set[int] = set()
    claims: set[str] = set()
    for shared in {(link.kind, link.entity) for link in links}:
        for person, theirs in users[shared].items():
            people.add(person)
            claims |= theirs
    gone_to: dict[str, set[int]] = {}
    for person in people:
        for name in visits.get(person, ()):
            gone_to.setdefault(name, set()).add(house.of(person))
    houses = len({house.of(person) for person in people})
    return Ring(
        tuple(sorted(people)),
        tuple(sorted(claims)),
        tuple(links),
        tuple(sorted(name for name, those in gone_to.items() if 2 * len(those) > houses)),
        houses,
    )


class _Sets:
    """Disjoint sets."""

    def __init__(self) -> None:
        self._above: dict[int, int] = {}

    def of(self, one: int) -> int:
        """The smallest of its set."""
        while (above := self._above.get(one, one)) != one:
            self._above[one] = self._above.get(above, above)
            one = above
        return one

    def join(self, one: int, other: int) -> None:
        """Make two sets one."""
        low, high = sorted((self.of(one), self.of(other)))
        self._above[high] = low
