"""Messages: texts to people by SMS, e-mail or app: an outbox in a file, an HTTPS gateway, or a mail server."""

from __future__ import annotations

from hearth.wires.messages.contract import Answer, Channel, Message, Messages, State
from hearth.wires.spec import Spec

__all__ = ["Answer", "Channel", "Message", "Messages", "State", "opened"]


def opened(spec: str) -> Messages:
    """The message wire at an address, or several addresses with blanks between, each for its channels (docs/wires.md).

    `memory:` an outbox of this object alone; `memory:/path/to/outbox.sqlite3?...` one that processes share;
    `https://gateway/path?secret_file=..` a gateway; `smtps://server?sender=..` a mail server.  Raises: Malformed.
    """
    wires = [_opened(Spec(each, wire="messages")) for each in spec.split() or [""]]
    if len(wires) == 1:
        return wires[0]
    from hearth.wires.messages.routed import Routed

    return Routed(tuple(wires))


def _opened(address: Spec) -> Messages:
    if address.kind == "memory":
        from hearth.wires.messages.outbox import Outbox

        return Outbox.at(address)
    if address.kind in ("https", "http"):
        from hearth.wires.messages.gateway import Gateway

        return Gateway.at(address)
    if address.kind in ("smtps", "smtp"):
        from hearth.wires.messages.mail import Mail

        return Mail.at(address)
    raise address.wrong("kind", address.kind, "memory, https, smtps or smtp")
