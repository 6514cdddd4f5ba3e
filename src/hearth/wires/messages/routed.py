"""Routed: several message wires as one; each message goes by the first that carries its channel."""

from __future__ import annotations

from datetime import datetime

from hearth.wires.faults import NotCarried
from hearth.wires.messages.contract import Answer, Channel, Message, Messages


class Routed:
    """A gateway for SMS beside a mail server, and the like."""

    def __init__(self, wires: tuple[Messages, ...]) -> None:
        self._wires = wires

    def send(self, message: Message) -> Answer:
        """Send by the first wire that carries the channel.  Raises: NotCarried, NoAnswer, KeyReused."""
        for wire in self._wires:
            if message.channel in wire.carries():
                return wire.send(message)
        raise NotCarried(channel=message.channel, carried=", ".join(sorted(self.carries())))

    def status(self, key: str, at: datetime) -> Answer | None:
        """What the first wire that knows the key says.  Raises: NoAnswer."""
        for wire in self._wires:
            if (answer := wire.status(key, at)) is not None:
                return answer
        return None

    def carries(self) -> frozenset[Channel]:
        """The channels of all wires."""
        return frozenset[Channel]().union(*(wire.carries() for wire in self._wires))
