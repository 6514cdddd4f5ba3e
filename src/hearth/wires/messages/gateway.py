"""Gateway: messages handed to a carrier over HTTPS as signed JSON; one host, no redirects, one time limit for all."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import http.client
import json
import socket
import ssl
import threading
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

from hearth.wires.faults import KeyReused, NoAnswer
from hearth.wires.messages.contract import Answer, Channel, Message, State
from hearth.wires.moments import micros
from hearth.wires.spec import Spec, is_loopback
from hearth.wires.texts import plain
from hearth.words.faults import Malformed

MAX_BYTES = 64 * 1024
_REFUSED = (400, 413, 415, 422)
_NOT_NOW = (408, 425)


class Gateway:
    """A carrier's HTTPS interface as docs/wires.md describes it."""

    def __init__(
        self,
        url: str,
        secret: bytes,
        *,
        channels: frozenset[Channel] = frozenset(Channel),
        seconds: float = 10.0,
        ca_file: str | None = None,
    ) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "", parts.port
        self._target = parts.path or "/"
        self._secret, self._channels, self._seconds = secret, channels, seconds
        self._tls = ssl.create_default_context(cafile=ca_file) if parts.scheme == "https" else None
        if self._tls is None and not is_loopback(self._host):
            raise Malformed(file="message gateway", place="kind", got=parts.scheme, want="https")

    @classmethod
    def at(cls, spec: Spec) -> Gateway:
        """The gateway at `https://host/path?secret_file=/..[&channels=sms,app][&seconds=10][&ca_file=/..]`.

        Plain http is for this machine's own loopback address alone.  Raises: Malformed.
        """
        url = f"{spec.kind}:{spec.place}"
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as broken:
            raise spec.wrong("host", "something else", "a host and perhaps a port") from broken
        if not parts.hostname or parts.username is not None or parts.fragment or port == 0:
            raise spec.wrong("host", "something else", "a host, perhaps a port, and a path")
        if not url.isascii() or not url.isprintable() or " " in url:
            raise spec.wrong("path", "other characters", "printable ASCII")
        if spec.kind == "http" and not is_loopback(parts.hostname):
            raise spec.wrong("kind", "http", "https; plain http only to this machine's own loopback address")
        secret = spec.secret("secret_file")
        channels = carried(spec, "sms,email,app")
        seconds = spec.whole("seconds", 10, 1, 120)
        ca_file = spec.text("ca_file", "")
        spec.close()
        try:
            return cls(url, secret, channels=channels, seconds=seconds, ca_file=ca_file or None)
        except (OSError, ssl.SSLError) as broken:
            raise spec.wrong("ca_file", broken.strerror or "no file", "a file of certificates") from broken

    def send(self, message: Message) -> Answer:
        """Hand a message over.  Raises: NoAnswer, KeyReused, Malformed where the gateway's answer is not one."""
        held = {
            "at": message.at.isoformat(),
            "channel": message.channel.value,
            "key": message.key,
            "lang": message.lang,
            "subject": message.subject,
            "text": message.text,
            "to": message.to,
        }
        body = json.dumps(held, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        code, said = self._call("POST", self._target, body, message.key, message.at)
        if code == 409:
            raise KeyReused(key=message.key)
        if code == 429:
            return Answer(message.key, State.THROTTLED, message.at, says="HTTP 429")
        if code in _REFUSED:
            return Answer(message.key, State.REFUSED, message.at, says=f"HTTP {code}")
        return self._answer(code, said, message.key, message.at)

    def status(self, key: str, at: datetime) -> Answer | None:
        """Ask what became of a key.  Raises: NoAnswer, Malformed."""
        code, said = self._call("GET", f"{self._target.rstrip('/')}/{quote(key, safe='')}", b"", key, at)
        if code == 404:
            return None
        if code == 429:
            raise NoAnswer(wire=self._host, key=key)
        return self._answer(code, said, key, at)

    def carries(self) -> frozenset[Channel]:
        """The channels that the address names."""
        return self._channels

    def _call(self, method: str, target: str, body: bytes, key: str, at: datetime) -> tuple[int, bytes]:
        """One request and its answer within the time limit.  Raises: NoAnswer."""
        stamp = str(micros(at) // 1_000_000)
        headers = {
            "Accept": "application/json",
            "Connection": "close",
            "Hearth-Signature": f"v1={signature(self._secret, stamp, method, target, body)}",
            "Hearth-Timestamp": stamp,
            "Idempotency-Key": key,
        }
        if body:
            headers["Content-Type"] = "application/json; charset=utf-8"
        connection: http.client.HTTPConnection
        if self._tls is not None:
            connection = http.client.HTTPSConnection(self._host, self._port, timeout=self._seconds, context=self._tls)
        else:
            connection = http.client.HTTPConnection(self._host, self._port, timeout=self._seconds)
        fired = threading.Event()
        watch = None
        try:
            connection.connect()
            # A socket's time-out starts anew with every byte; this ends a whole exchange that drips.
            watch = threading.Timer(self._seconds, _cut, [connection.sock, fired])
            watch.daemon = True
            watch.start()
            connection.request(method, target, body or None, headers)
            response = connection.getresponse()
            said = response.read(MAX_BYTES + 1)
            length = response.length
        except ssl.SSLCertVerificationError as broken:
            raise self._wrong("certificate", broken.verify_message, "a certificate for this host") from broken
        except (OSError, http.client.HTTPException) as broken:
            raise NoAnswer(wire=self._host, key=key) from broken
        finally:
            if watch is not None:
                watch.cancel()
            connection.close()
        is_cut = fired.is_set() or (bool(length) and len(said) <= MAX_BYTES)
        if is_cut or response.status >= 500 or response.status in _NOT_NOW:
            raise NoAnswer(wire=self._host, key=key)
        return response.status, said

    def _answer(self, code: int, said: bytes, key: str, at: datetime) -> Answer:
        if not 200 <= code <= 299:
            raise self._wrong("status", f"HTTP {code}", "2xx; redirects are not followed")
        if len(said) > MAX_BYTES:
            raise self._wrong("body", f"more than {MAX_BYTES} bytes", "a short answer")
        try:
            held: Any = json.loads(said)
        except (ValueError, RecursionError) as broken:
            raise self._wrong("body", "something else", "JSON") from broken
        if not isinstance(held, dict) or held.get("key") != key:
            raise self._wrong("key", "another one or none", "the key that was sent")
        state, ref = held.get("state"), held.get("ref")
        if not isinstance(state, str) or state not in State.__members__:
            raise self._wrong("state", repr(state)[:40], f"one of {', '.join(State)}")
        if ref is not None and not (isinstance(ref, str) and 0 < len(ref) <= 100 and plain(ref)):
            raise self._wrong("ref", "something else", "a text of at most 100 characters")
        return Answer(key, State(state), at, ref)

    def _wrong(self, place: str, got: str, want: str) -> Malformed:
        return Malformed(file=f"answer of {self._host}", place=place, got=got, want=want)


def signature(secret: bytes, stamp: str, method: str, target: str, body: bytes) -> str:
    """HMAC-SHA256 in hex over timestamp, method and target, each ended by a newline, and the body."""
    return hmac.new(secret, f"{stamp}\n{method}\n{target}\n".encode("ascii") + body, hashlib.sha256).hexdigest()


def carried(spec: Spec, default: str) -> frozenset[Channel]:
    """The channels an address says its wire carries.  Raises: Malformed."""
    names = spec.text("channels", default).split(",")
    if unknown := [name for name in names if name not in list(Channel)]:
        raise spec.wrong("channels", repr(unknown[0][:20]), f"some of {', '.join(Channel)}")
    return frozenset(Channel(name) for name in names)


def _cut(line: socket.socket, fired: threading.Event) -> None:
    """End an exchange whose time is over, from another thread."""
    fired.set()
    with contextlib.suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
