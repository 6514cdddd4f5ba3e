"""The gateway: signed JSON over HTTPS to one host."""

from __future__ import annotations

import hashlib
import hmac
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from hearth.wires.faults import KeyReused, NoAnswer
from hearth.wires.messages import Channel, Messages, State, opened
from hearth.words.faults import Malformed
from tests.wires.certificates import server_context
from tests.wires.orders import NOON, message

SECRET = b"a secret of the gateway"


@dataclass
class Carrier:
    """A gateway on loopback that keeps what it was asked and answers as a test says."""

    url: str
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    code: int = 202
    answer: Callable[[str], bytes] = field(
        default=lambda key: json.dumps({"key": key, "state": "SENT", "ref": "G1"}).encode()
    )
    headers: dict[str, str] = field(default_factory=dict)
    drip: float = 0.0


def serving(tls: ssl.SSLContext | None) -> Iterator[Carrier]:
    class Door(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            carrier.asked.append((self.command, self.path, dict(self.headers), body))
            said = carrier.answer(self.headers["Idempotency-Key"])
            self.send_response(carrier.code)
            for name, value in {"Content-Length": str(len(said)), **carrier.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                for part in [said[at : at + 1] for at in range(len(said))] if carrier.drip else [said]:
                    self.wfile.write(part)
                    self.wfile.flush()
                    time.sleep(carrier.drip)
            except OSError:
                self.close_connection = True

        do_GET = do_POST = answer

        def log_message(self, *said: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    carrier = Carrier(f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}/v1/messages")
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield carrier
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def carrier() -> Iterator[Carrier]:
    yield from serving(None)


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    (tmp_path / "secret").write_bytes(SECRET + b"\n")
    return tmp_path / "secret"


def wire(carrier: Carrier, secret: Path, more: str = "") -> Messages:
    return opened(f"{carrier.url}?secret_file={secret}&seconds=2{more}")


def test_a_message_is_handed_over_signed(carrier: Carrier, secret: Path) -> None:
    answer = wire(carrier, secret).send(message())
    assert (answer.state, answer.ref) == (State.SENT, "G1")
    [(method, path, headers, body)] = carrier.asked
    assert json.loads(body) == {
        "at": "2026-11-22T04:00:00+00:00",
        "channel": "sms",
        "key": "claim-7/paid",
        "lang": "zh-Hans",
        "subject": "",
        "text": "您的理赔款 3,240.00 元已支付。",
        "to": "13800000001",
    }
    assert headers["Idempotency-Key"] == "claim-7/paid"
    signed = f"{headers['Hearth-Timestamp']}\n{method}\n{path}\n".encode() + body
    assert headers["Hearth-Signature"] == "v1=" + hmac.new(SECRET, signed, hashlib.sha256).hexdigest()
    assert (method, path, headers["Hearth-Timestamp"]) == ("POST", "/v1/messages", "1795320000")


def test_the_same_message_is_the_same_request(carrier: Carrier, secret: Path) -> None:
    for _ in range(2):
        wire(carrier, secret).send(message())
    first, second = carrier.asked
    assert first == second


def test_the_state_of_a_key_can_be_asked(carrier: Carrier, secret: Path) -> None:
    carrier.code = 200
    status = wire(carrier, secret).status("claim-7/paid", NOON)
    assert status is not None
    assert status.state is State.SENT
    assert carrier.asked[0][:2] == ("GET", "/v1/messages/claim-7%2Fpaid")
    carrier.code = 404
    assert wire(carrier, secret).status("claim-7/paid", NOON) is None


@pytest.mark.parametrize("state", [State.UNREACHABLE, State.THROTTLED, State.REFUSED])
def test_the_carriers_own_no_is_told(carrier: Carrier, secret: Path, state: State) -> None:
    carrier.answer = lambda key: json.dumps({"key": key, "state": state}).encode()
    assert wire(carrier, secret).send(message()).state is state


@pytest.mark.parametrize(("code", "state"), [(429, State.THROTTLED), (422, State.REFUSED), (400, State.REFUSED)])
def test_codes_of_http_that_say_no(carrier: Carrier, secret: Path, code: int, state: State) -> None:
    carrier.code = code
    assert wire(carrier, secret).send(message()).state is state


def test_a_conflict_is_a_key_used_before(carrier: Carrier, secret: Path) -> None:
    carrier.code = 409
    with pytest.raises(KeyReused):
        wire(carrier, secret).send(message())


@pytest.mark.parametrize("code", [500, 502, 503, 504, 408])
def test_a_gateway_in_trouble_leaves_it_unknown(carrier: Carrier, secret: Path, code: int) -> None:
    carrier.code = code
    with pytest.raises(NoAnswer):
        wire(carrier, secret).send(message())


def test_a_gateway_that_is_not_there_or_hangs_up_leaves_it_unknown(carrier: Carrier, secret: Path) -> None:
    carrier.headers = {"Content-Length": "500"}
    with pytest.raises(NoAnswer):
        wire(carrier, secret).send(message())
    with pytest.raises(NoAnswer):
        opened(f"http://127.0.0.1:9/m?secret_file={secret}").send(message())


def test_an_answer_that_drips_is_cut_off_in_time(carrier: Carrier, secret: Path) -> None:
    carrier.drip = 0.3
    start = time.monotonic()
    with pytest.raises(NoAnswer):
        wire(carrier, secret).send(message())
    assert time.monotonic() - start < 6


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(carrier: Carrier, secret: Path, code: int) -> None:
    carrier.code = code
    carrier.headers = {"Location": carrier.url + "/elsewhere"}
    with pytest.raises(Malformed, match="redirects are not followed"):
        wire(carrier, secret).send(message())
    assert len(carrier.asked) == 1


@pytest.mark.parametrize(
    ("place", "answer"),
    [
        ("body", b"<html>"),
        ("body", b"[" * 30_000),
        ("body", b"x" * 70_000),
        ("body", b"\xff"),
        ("key", b"[]"),
        ("key", b'{"key":"another","state":"SENT"}'),
        ("state", b'{"key":"claim-7/paid","state":"MAYBE"}'),
        ("state", b'{"key":"claim-7/paid","state":["SENT"]}'),
        ("ref", b'{"key":"claim-7/paid","state":"SENT","ref":7}'),
        ("ref", b'{"key":"claim-7/paid","state":"SENT","ref":"a\\nb"}'),
    ],
)
def test_an_answer_that_is_none_is_malformed(carrier: Carrier, secret: Path, place: str, answer: bytes) -> None:
    carrier.answer = lambda key: answer
    with pytest.raises(Malformed) as fault:
        wire(carrier, secret).send(message())
    assert fault.value.data["place"] == place


def test_https_is_spoken_with_a_certificate_that_fits_and_no_other(tmp_path: Path, secret: Path) -> None:
    for carrier in serving(server_context(tmp_path, "127.0.0.1")):
        assert wire(carrier, secret, f"&ca_file={tmp_path}/ca.pem").send(message()).state is State.SENT
        with pytest.raises(Malformed, match="certificate"):
            wire(carrier, secret).send(message())
        assert len(carrier.asked) == 1
    for carrier in serving(server_context(tmp_path, "127.0.0.2")):
        with pytest.raises(Malformed, match="certificate"):
            wire(carrier, secret, f"&ca_file={tmp_path}/ca.pem").send(message())
        assert carrier.asked == []


@pytest.mark.parametrize(
    "spec",
    [
        "http://gateway.example/m?secret_file={}",
        "http://localhost/m?secret_file={}",
        "http://10.0.0.1/m?secret_file={}",
        "https:///m?secret_file={}",
        "https://user:word@gateway.example/m?secret_file={}",
        "https://gateway.example:99999/m?secret_file={}",
        "https://gateway.example/m?secret_file={}&channels=fax",
        "https://gateway.example/m?secret_file={}&seconds=0",
        "https://gateway.example/m?secret_file={}&colour=red",
        "https://gateway.example/m?secret_file={}&ca_file=/nowhere",
        "https://gateway.example/m?secret_file=/nowhere",
        "https://gateway.example/m",
        "https://gateway.example/м?secret_file={}",
        "ftp://gateway.example/m",
    ],
)
def test_an_address_with_a_mistake_is_refused(spec: str, secret: Path) -> None:
    with pytest.raises(Malformed):
        opened(spec.format(secret))


def test_a_secret_too_short_is_refused(secret: Path) -> None:
    secret.write_text("short\n")
    with pytest.raises(Malformed, match="secret_file"):
        opened(f"https://gateway.example/m?secret_file={secret}")


def test_the_address_says_which_channels_a_gateway_carries(secret: Path) -> None:
    assert opened(f"https://gateway.example/m?secret_file={secret}&channels=sms,app").carries() == {
        Channel.SMS,
        Channel.APP,
    }
