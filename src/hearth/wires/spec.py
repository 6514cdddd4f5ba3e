"""Spec: the address of a wire as settings name it: a kind, places, and options that are all read or refused."""

from __future__ import annotations

import ipaddress
import re
from decimal import Decimal, InvalidOperation
from pathlib import Path
from urllib.parse import parse_qsl, unquote

from hearth.words.faults import Malformed

_KIND = re.compile(r"[a-z][a-z0-9+]{1,20}")


class Spec:
    """One address such as `memory:/var/lib/hearth/bank.sqlite3?returned=0.01`, read option by option.

    Every option is asked for once; `close` refuses those that nobody asked for, so a slip of the pen is never ignored.
    """

    def __init__(self, text: str, *, wire: str) -> None:
        self.wire = wire
        kind, colon, rest = text.strip().partition(":")
        if not colon or not _KIND.fullmatch(kind):
            raise self.wrong("kind", repr(kind[:40]), "a kind of wire and a colon, as in memory:")
        place, _, query = rest.partition("?")
        self.kind = kind
        self.place = place
        self._options: dict[str, str] = {}
        if query:
            try:
                pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=True, max_num_fields=40)
            except ValueError as broken:
                raise self.wrong("options", "something else", "name=value joined by &") from broken
            for name, value in pairs:
                if name in self._options:
                    raise self.wrong(name, "the option twice", "each option once")
                self._options[name] = value

    def wrong(self, place: str, got: str, want: str) -> Malformed:
        """The fault of one place in this address."""
        return Malformed(file=f"address of the wire for {self.wire}", place=place, got=got, want=want)

    def text(self, name: str, default: str | None = None) -> str:
        """An option's text; one without a default must be there."""
        value = self._options.pop(name, default)
        if value is None or (value == "" and default is None):
            raise self.wrong(name, "nothing", "a value")
        return value

    def rate(self, name: str) -> float:
        """A share between 0 and 1; 0 where it is not given."""
        given = self._options.pop(name, "0")
        try:
            rate = Decimal(given)
        except InvalidOperation as broken:
            raise self.wrong(name, repr(given[:40]), "a share from 0 to 1") from broken
        if not (rate.is_finite() and 0 <= rate <= 1):
            raise self.wrong(name, given[:40], "a share from 0 to 1")
        return float(rate)

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        """A whole number within bounds."""
        given = self._options.pop(name, str(default))
        if not re.fullmatch(r"[0-9]{1,15}", given) or not least <= int(given) <= most:
            raise self.wrong(name, repr(given[:40]), f"a whole number from {least} to {most}")
        return int(given)

    def places(self) -> list[str]:
        """The places of the address: what stands between colons."""
        return [unquote(place) for place in self.place.split(":")]

    def file(self) -> Path | None:
        """The one path of the address, or None where it names none."""
        return self.folder("path", unquote(self.place)) if self.place else None

    def folder(self, name: str, given: str) -> Path:
        """An absolute path of a place on this machine."""
        path = Path(given)
        if not path.is_absolute() or "\0" in given:
            raise self.wrong(name, repr(given[:80]), "an absolute path")
        return path

    def secret(self, name: str) -> bytes:
        """The first line of the file that an option names: a secret stands in a file, never in the address."""
        path = self.folder(name, self.text(name))
        try:
            with path.open("rb") as opened:
                secret = opened.read(4097).split(b"\n", 1)[0].strip()
        except OSError as broken:
            raise self.wrong(name, broken.strerror or "no file", "a file that can be read") from broken
        if not 16 <= len(secret) <= 4096:
            raise self.wrong(name, f"{len(secret)} bytes", "16 to 4096 bytes in the file's first line")
        return secret

    def close(self) -> None:
        """Refuse the options that were not asked for."""
        for name in self._options:
            raise self.wrong(name[:40], "an option this wire does not have", f"options of {self.kind}:")


def is_loopback(host: str) -> bool:
    """Whether a host is written as a loopback address; names are not looked up."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
