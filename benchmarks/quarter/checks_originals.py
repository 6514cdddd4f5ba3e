"""Checks of originals: who holds them, that each comes home or is known to be lost, that a trip is booked once."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from itertools import pairwise

from benchmarks.quarter.left import Left, shown

Held = tuple[int, str, datetime]
CHAINS: dict[tuple[str, str], tuple[str, ...]] = {
    # What a chain ends with, by direction and state of its trip.
    ("in", "arrived"): ("insurer",), ("back", "arrived"): ("member",),
    ("in", "lost"): ("nobody",), ("back", "lost"): ("nobody",),
    ("in", "refused"): ("member",), ("in", "cancelled"): ("member",), ("back", "refused"): ("insurer",),
}  # fmt: skip


def every_original_has_one_holder(left: Left) -> list[str]:
    """Each trip's chain of custody is whole: one holder after another, from the door on, to where its trip ended."""
    chains: dict[int, list[Held]] = defaultdict(list)
    for trip, seq, holder, at in left.rows("SELECT pickup_id, seq, holder, at FROM store_custody ORDER BY 1, 2"):
        chains[trip].append((seq, holder, at))
    found = []
    for trip, no, direction, state in left.rows(
        "SELECT p.id, c.claim_no, p.direction, p.state FROM store_pickup p JOIN store_claim c ON c.id = p.claim_id"
    ):
        chain = chains[trip]
        begins = "member" if direction == "in" else "insurer"
        is_whole = [seq for seq, _, _ in chain] == list(range(1, len(chain) + 1)) and chain and chain[0][1] == begins
        moves = all(before[1] != after[1] and before[2] <= after[2] for before, after in pairwise(chain))
        if not is_whole or not moves or chain[-1][1] not in CHAINS.get((direction, state), ()):
            found.append(f"{no}: {direction} {state} was held by {[holder for _, holder, _ in chain]}")
    return found


def every_original_came_home(left: Left) -> list[str]:
    """What was fetched is at home again, or lost, and then somebody had an order about it and told the member."""
    trips: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for no, direction, state in left.rows(
        "SELECT c.claim_no, p.direction, p.state FROM store_pickup p JOIN store_claim c ON c.id = p.claim_id"
        " ORDER BY p.id"
    ):
        trips[no].append((direction, state))
    found = []
    for no, made in trips.items():
        here = False
        for direction, state in made:
            if state == "arrived":
                here = direction == "in"
            elif (direction, state) == ("back", "lost"):
                here = False
            elif state not in ("lost", "refused", "cancelled"):
                found.append(f"{no}: {direction} is {state} still")
        if here:
            found.append(f"{no}: its originals are still with us")
    told = {no: (lost, orders) for no, lost, orders in left.rows(
        "SELECT c.claim_no, min(r.at), (SELECT count(*) FROM store_workorder o WHERE o.claim_id = c.id AND o.chaser ="
        " 'originals' AND o.state = 'closed' AND o.cause <> '' AND o.message_id IS NOT NULL AND o.ended_at > min(r.at))"
        " FROM store_record r JOIN store_claim c ON r.subject = 'claim:' || c.claim_no"
        " WHERE r.kind = 'claim.parcel_lost' GROUP BY c.id, c.claim_no"
    )}  # fmt: skip
    for no, made in trips.items():
        if any(state == "lost" for _, state in made) and not told.get(no, (None, 0))[1]:
            lost = told.get(no, (None, 0))[0]
            found.append(f"{no}: lost, as was known at {shown(lost)}, and nobody closed an order with words")
    return found


def no_trip_was_booked_twice(left: Left) -> list[str]:
    """The courier has each of our trips once and no other, ended as we say; never two of a claim and way at a time."""
    ours = dict(left.rows("SELECT key, state FROM store_pickup WHERE state <> 'cancelled' OR courier_ref <> ''"))
    known = {key for (key,) in left.rows("SELECT key FROM store_pickup")}
    with sqlite3.connect(left.courier) as book:
        theirs = dict(
            book.execute(
                "SELECT key, CASE WHEN is_refused THEN 'refused' WHEN cancelled_at IS NOT NULL THEN 'cancelled'"
                " WHEN lost_at IS NOT NULL THEN 'lost' ELSE 'arrived' END FROM trips"
            )
        )
    found = [f"{key}: the courier has it, and we never asked" for key in sorted(theirs.keys() - known)]
    found += [f"{key}: we say {ours[key]}, the courier {theirs.get(key)}" for key in sorted(ours)
              if ours[key] != theirs.get(key)]  # fmt: skip
    found += [
        f"{no}: two trips {direction} at {shown(at)}"
        for no, direction, at in left.rows(
            "SELECT c.claim_no, a.direction, b.booked_at FROM store_pickup a JOIN store_pickup b ON b.claim_id ="
            " a.claim_id AND b.direction = a.direction AND b.id > a.id AND a.state <> 'cancelled'"
            " AND b.booked_at < COALESCE(a.ended_at, 'infinity') JOIN store_claim c ON c.id = a.claim_id"
        )
    ]
    return found


OF_ORIGINALS: tuple[Callable[[Left], list[str]], ...] = (
    every_original_has_one_holder,
    every_original_came_home,
    no_trip_was_booked_twice,
)
"""Every check of originals."""
