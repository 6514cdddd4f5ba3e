"""Couriers: originals fetched at a door and brought to one: a van whose book is a file, or no courier at all."""

from __future__ import annotations

from hearth.wires.couriers.contract import Answer, Couriers, Kind, News, State, Trip
from hearth.wires.spec import Spec

__all__ = ["Answer", "Couriers", "Kind", "News", "State", "Trip", "opened"]


def opened(spec: str) -> Couriers | None:
    """The courier wire at an address (docs/wires.md); None where there is no courier.

    `memory:` a van of this object alone; `memory:/path/to/courier.sqlite3?...` one that processes share; `none:` no
    courier: pick-ups are not offered.  Raises: Malformed.
    """
    address = Spec(spec, wire="couriers")
    if address.kind == "memory":
        from hearth.wires.couriers.van import Van

        return Van.at(address)
    if address.kind == "none":
        address.close()
        return None
    raise address.wrong("kind", address.kind, "memory or none")
