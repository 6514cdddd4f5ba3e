"""Payments: money out, at most once a key: a little bank in a file, or ISO 20022 files for a real one."""

from __future__ import annotations

from hearth.wires.payments.contract import Answer, Event, Kind, Order, Payments, Reason, SetAside, State
from hearth.wires.spec import Spec

__all__ = ["Answer", "Event", "Kind", "Order", "Payments", "Reason", "SetAside", "State", "opened"]


def opened(spec: str) -> Payments:
    """The payment wire at an address (docs/wires.md).  Raises: Malformed.

    `memory:` a bank of this object alone; `memory:/path/to/bank.sqlite3?...` one that processes share;
    `iso20022:/folder/out:/folder/in?...` files that a bank's program carries.
    """
    address = Spec(spec, wire="payments")
    if address.kind == "memory":
        from hearth.wires.payments.bank import Bank

        return Bank.at(address)
    if address.kind == "iso20022":
        from hearth.wires.payments.iso20022.folders import Folders

        return Folders.at(address)
    raise address.wrong("kind", address.kind, "memory or iso20022")
