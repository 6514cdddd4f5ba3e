"""Caller: webhooks over HTTPS: the address is looked up once, checked and pinned; no redirects, one time limit."""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable

from hearth.wires.spec import Spec
from hearth.wires.webhooks.contract import Answer, Call, Place, Trouble, address

Ip = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], list[str]]

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_NAT64_LOCAL = ipaddress.ip_network("64:ff9b:1::/48")
_MAX_ANSWER = 1024
_MAX_TRIED = 4


class Caller:
    """Calls partners' own servers.  `private` lets it call this machine and its neighbours, and plain http there."""

    def __init__(
        self,
        *,
        seconds: float = 10.0,
        ca_file: str | None = None,
        private: bool = False,
        resolve: Resolve | None = None,
    ) -> None:
        self._seconds, self._private = seconds, private
        self._tls = ssl.create_default_context(cafile=ca_file)
        self._resolve = resolve or looked_up

    @classmethod
    def at(cls, spec: Spec, *, private: bool) -> Caller:
        """The caller at `https:[?seconds=10][&ca_file=/..]`.  Raises: Malformed."""
        if spec.place:
            raise spec.wrong("place", repr(spec.place[:40]), "https: alone; each webhook has its own address")
        seconds = spec.whole("seconds", 10, 1, 60)
        ca_file = spec.text("ca_file", "")
        spec.close()
        try:
            return cls(seconds=seconds, ca_file=ca_file or None, private=private)
        except (OSError, ssl.SSLError) as broken:
            raise spec.wrong("ca_file", broken.strerror or "no file", "a file of certificates") from broken

    def call(self, call: Call) -> Answer:
        """Hand a message over, once: (1) look the host up (2) check every address (3) call those and no others."""
        place = address(call.url)
        # 1. A name that does not resolve in time has no address.
        found = within(self._seconds, lambda: self._resolve(place.host, place.port))
        if not found:
            return Answer(None, Trouble.NO_HOST)
        # 2. One private address among public ones is one too many: who holds the name chooses the order.
        if not all(self._may_call(place, ip) for ip in found):
            return Answer(None, Trouble.PRIVATE)
        # 3. The name is not asked a second time: it could lead elsewhere by then.
        return self._call(call, place, found)

    def _may_call(self, place: Place, text: str) -> bool:
        try:
            ip = ipaddress.ip_address(text.partition("%")[0])
        except ValueError:
            return False
        if is_public(ip):
            # What leaves the house is encrypted.
            return place.is_tls
        return self._private and not (ip.is_multicast or ip.is_unspecified)

    def _call(self, call: Call, place: Place, ips: list[str]) -> Answer:
        connection = _Pinned(place, ips, self._seconds, self._tls if place.is_tls else None)
        # A socket's time-out starts anew with every byte; this ends a whole exchange that drips.
        fired = threading.Event()
        watch = threading.Timer(self._seconds, _cut, [connection, fired])
        watch.daemon = True
        watch.start()
        try:
            connection.request("POST", place.target, call.body, {**call.headers(), "Connection": "close"})
            response = connection.getresponse()
            # What it says is not asked for: it could be anything of any length.
            response.read(_MAX_ANSWER)
        except ssl.SSLCertVerificationError:
            return Answer(None, Trouble.CERTIFICATE)
        except (OSError, http.client.HTTPException):
            return Answer(None, Trouble.NO_ANSWER)
        finally:
            watch.cancel()
            connection.close()
        if fired.is_set():
            return Answer(None, Trouble.NO_ANSWER)
        if 200 <= response.status <= 299:
            return Answer(response.status)
        return Answer(response.status, Trouble.REDIRECT if 300 <= response.status <= 399 else Trouble.STATUS)


class _Pinned(http.client.HTTPConnection):
    """A connection to the addresses that were checked, whose certificate must be the name's."""

    def __init__(self, place: Place, ips: list[str], seconds: float, tls: ssl.SSLContext | None) -> None:
        super().__init__(place.host, place.port, timeout=seconds)
        self.default_port = 443 if place.is_tls else 80
        self._ips, self._context = ips[:_MAX_TRIED], tls

    def connect(self) -> None:
        """Connect to the first address that takes it."""
        for left, ip in enumerate(self._ips, 1 - len(self._ips)):
            try:
                self.sock = socket.create_connection((ip, self.port), self.timeout)
                break
            except OSError:
                if left == 0:
                    raise
        if self._context is not None:
            self.sock = self._context.wrap_socket(self.sock, server_hostname=self.host)


def is_public(ip: Ip) -> bool:
    """Whether an address is one of the open internet, also where it hides inside another."""
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _NAT64:
            return is_public(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
        for inner in (ip.ipv4_mapped, ip.sixtofour):
            if inner is not None:
                return is_public(inner)
        if ip.teredo is not None or ip in _NAT64_LOCAL or ip.is_site_local:
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def looked_up(host: str, port: int) -> list[str]:
    """The addresses of a host, in the order of this machine; none where there are none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(place[0]) for *_, place in found))


def within(seconds: float, ask: Callable[[], list[str]]) -> list[str]:
    """What `ask` gives, or nothing where it takes longer; looking a name up has no time limit of its own."""
    given: list[str] = []
    asking = threading.Thread(target=lambda: given.extend(ask()), daemon=True)
    asking.start()
    asking.join(seconds)
    return list(given)


def _cut(connection: http.client.HTTPConnection, fired: threading.Event) -> None:
    """End an exchange whose time is over, from another thread."""
    fired.set()
    with contextlib.suppress(OSError, AttributeError):
        connection.sock.shutdown(socket.SHUT_RDWR)
