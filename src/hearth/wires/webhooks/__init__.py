"""Webhooks: partners are told of the steps of their claims, signed, at addresses of the open internet alone."""

from __future__ import annotations

from hearth.wires.spec import Spec
from hearth.wires.webhooks.contract import Answer, Call, Trouble, Webhooks, address, signature

__all__ = ["Answer", "Call", "Trouble", "Webhooks", "address", "opened", "signature"]


def opened(spec: str, *, private: bool = False) -> Webhooks:
    """The webhook wire of a setting: `https:[?seconds=10]`, or `memory:[/path/to/board.sqlite3]` (docs/api.md).

    `private` lets it call private addresses of this network.  Raises: Malformed.
    """
    address_of_wire = Spec(spec, wire="webhooks")
    if address_of_wire.kind == "memory":
        from hearth.wires.webhooks.pinboard import Pinboard

        return Pinboard.at(address_of_wire)
    if address_of_wire.kind == "https":
        from hearth.wires.webhooks.caller import Caller

        return Caller.at(address_of_wire, private=private)
    raise address_of_wire.wrong("kind", address_of_wire.kind, "https or memory")
