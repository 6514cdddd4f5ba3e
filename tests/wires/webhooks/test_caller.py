"""Partners are called over HTTPS, at the address that was checked, signed, once, within a time limit."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from hearth.wires.webhooks import Call, Trouble, opened, signature
from hearth.wires.webhooks.caller import Caller, is_public, within
from hearth.words.faults import Malformed
from tests.wires.certificates import server_context

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
SECRET = "whsec_a-secret-of-the-partner"
BODY = b'{"kind":"claim.decided"}'


@dataclass
class Receiver:
    """A partner's server on loopback that keeps what it was told and answers as a test says."""

    port: int = 0
    told: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    code: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    drip: float = 0.0


def serving(tls: ssl.SSLContext | None) -> Iterator[Receiver]:
    receiver = Receiver()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            receiver.told.append((self.path, dict(self.headers), body))
            if receiver.drip:
                self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 600\r\n\r\n")
                try:
                    for _ in range(600):
                        self.wfile.write(b".")
                        self.wfile.flush()
                        time.sleep(receiver.drip)
                except OSError:
                    self.close_connection = True
                return
            self.send_response(receiver.code)
            for name, value in {"Content-Length": "0", **receiver.headers}.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *said: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    receiver.port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    yield from serving(None)


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[Receiver]:
    yield from serving(server_context(tmp_path, "127.0.0.1"))


def call(url: str) -> Call:
    return Call(url, "D7", BODY, SECRET, NOON)


def to(receiver: Receiver, host: str = "127.0.0.1") -> Call:
    return call(f"http://{host}:{receiver.port}/hearth?of=claims")


def test_a_message_arrives_signed_over_moment_and_body(receiver: Receiver) -> None:
    answer = Caller(private=True, seconds=5).call(to(receiver))
    assert (answer.is_taken, answer.status, answer.trouble) == (True, 204, Trouble.NONE)
    [(path, headers, body)] = receiver.told
    assert (path, body, headers["Hearth-Delivery"]) == ("/hearth?of=claims", BODY, "D7")
    assert headers["Hearth-Timestamp"] == "1795320000"
    expected = hmac.new(SECRET.encode(), b"1795320000." + BODY, hashlib.sha256).hexdigest()
    assert headers["Hearth-Signature"] == f"v1={expected}"
    assert signature(SECRET, "1795320000", BODY) == expected
    assert headers["Content-Type"] == "application/json; charset=utf-8"


def test_over_tls_the_certificate_has_to_be_the_hosts(secure: Receiver, tmp_path: Path) -> None:
    trusting = Caller(private=True, seconds=5, ca_file=str(tmp_path / "ca.pem"))
    assert trusting.call(call(f"https://127.0.0.1:{secure.port}/")).is_taken
    other_name = Caller(
        private=True, seconds=5, ca_file=str(tmp_path / "ca.pem"), resolve=lambda host, port: ["127.0.0.1"]
    )
    refused = other_name.call(call(f"https://partner.example:{secure.port}/"))
    assert refused.trouble is Trouble.CERTIFICATE
    stranger = Caller(private=True, seconds=5).call(call(f"https://127.0.0.1:{secure.port}/"))
    assert stranger.trouble is Trouble.CERTIFICATE
    assert len(secure.told) == 1


def test_a_name_is_looked_up_once_and_called_where_it_was_checked(receiver: Receiver) -> None:
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    assert Caller(private=True, seconds=5, resolve=resolve).call(to(receiver, "partner.example")).is_taken
    assert asked == ["partner.example"]
    assert receiver.told[0][1]["Host"] == f"partner.example:{receiver.port}"


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["127.8.9.10"],
        ["10.0.0.8"],
        ["172.16.3.4"],
        ["192.168.1.1"],
        ["169.254.169.254"],
        ["100.64.0.1"],
        ["0.0.0.0"],
        ["255.255.255.255"],
        ["224.0.0.1"],
        ["::1"],
        ["::"],
        ["fe80::1%2"],
        ["fd00::5"],
        ["fec0::1"],
        ["ff02::1"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::10.0.0.1"],
        ["64:ff9b:1::1"],
        ["2002:7f00:1::"],
        ["2001:0:53aa:64c:0:0:0:1"],
        ["93.184.215.14", "10.0.0.8"],
        ["not an address"],
    ],
)
def test_private_addresses_are_never_called(addresses: list[str], receiver: Receiver) -> None:
    for scheme in ("https", "http"):
        answer = Caller(seconds=2, resolve=lambda host, port: addresses).call(
            call(f"{scheme}://partner.example:{receiver.port}/")
        )
        assert (answer.is_taken, answer.status, answer.trouble) == (False, None, Trouble.PRIVATE)
    assert receiver.told == []


def test_names_that_are_addresses_in_disguise_are_looked_up_like_any_other(receiver: Receiver) -> None:
    for host in ("127.0.0.1", "localhost", "0x7f000001", "2130706433", "127.1", "[::1]", "[::ffff:7f00:1]"):
        answer = Caller(seconds=2).call(call(f"https://{host}:{receiver.port}/"))
        assert answer.trouble in (Trouble.PRIVATE, Trouble.NO_HOST), host
    assert receiver.told == []


def test_open_addresses_are_open() -> None:
    for text in ("93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"):
        assert is_public(ipaddress.ip_address(text)), text


def test_plain_http_never_leaves_the_house() -> None:
    answer = Caller(private=True, seconds=2, resolve=lambda host, port: ["8.8.8.8"]).call(
        call("http://partner.example/")
    )
    assert answer.trouble is Trouble.PRIVATE


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    receiver.code, receiver.headers = 302, {"Location": f"http://127.0.0.1:{receiver.port}/elsewhere"}
    answer = Caller(private=True, seconds=5).call(to(receiver))
    assert (answer.status, answer.trouble) == (302, Trouble.REDIRECT)
    assert [path for path, _, _ in receiver.told] == ["/hearth?of=claims"]


@pytest.mark.parametrize(("code", "is_gone"), [(400, False), (404, False), (410, True), (500, False), (503, False)])
def test_other_answers_are_no_success(receiver: Receiver, code: int, is_gone: bool) -> None:
    receiver.code = code
    answer = Caller(private=True, seconds=5).call(to(receiver))
    assert (answer.is_taken, answer.status, answer.is_gone, answer.trouble) == (False, code, is_gone, Trouble.STATUS)


def test_an_answer_that_drips_is_cut(receiver: Receiver) -> None:
    receiver.drip = 0.05
    begun = time.monotonic()
    answer = Caller(private=True, seconds=1).call(to(receiver))
    assert answer.trouble is Trouble.NO_ANSWER
    assert time.monotonic() - begun < 4


def test_nobody_there_is_no_answer() -> None:
    assert Caller(private=True, seconds=2).call(call("http://127.0.0.1:1/")).trouble is Trouble.NO_ANSWER


def test_the_second_address_is_called_where_the_first_does_not_answer(receiver: Receiver) -> None:
    caller = Caller(private=True, seconds=5, resolve=lambda host, port: ["127.0.0.1", "127.0.0.1"])
    assert caller.call(to(receiver, "partner.example")).is_taken
    away = Caller(private=True, seconds=5, resolve=lambda host, port: ["::1", "127.0.0.1"])
    assert away.call(to(receiver, "partner.example")).is_taken


def test_a_name_that_takes_too_long_has_no_address() -> None:
    assert within(0.1, lambda: time.sleep(3) or ["8.8.8.8"]) == []  # type: ignore[func-returns-value]
    answer = Caller(seconds=1, resolve=lambda host, port: []).call(call("https://no.such.name.example/"))
    assert answer.trouble is Trouble.NO_HOST


@pytest.mark.parametrize(
    "url",
    [
        "",
        "partner.example",
        "ftp://partner.example/",
        "https://",
        "https:///path",
        "https://user:word@partner.example/",
        "https://partner.example:0/",
        "https://partner.example:99999/",
        "https://partner.example/#part",
        "https://partner.example/a b",
        "https://partner.example/\r\nHost: other",
        "https://par tner.example/",
        "https://-partner.example/",
        "https://part_ner/",
        "https://伙伴.example/",
        "https://partner.example\\@other/",
        "https://" + "a" * 500 + ".example/",
        "javascript:alert(1)",
        "file:///etc/passwd",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(Malformed):
        call(url)


def test_the_address_of_the_wire_itself() -> None:
    assert isinstance(opened("https:?seconds=3"), Caller)
    for bad in ("https://host/", "http:", "https:?seconds=0", "https:?ca_file=/no/such/file", "memory:?failing=2", "x"):
        with pytest.raises(Malformed):
            opened(bad)
