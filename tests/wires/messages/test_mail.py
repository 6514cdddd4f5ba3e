"""Mail: e-mails through a mail server."""

from __future__ import annotations

import email
import email.policy
import socketserver
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from hearth.wires.faults import NoAnswer, NotCarried
from hearth.wires.messages import Channel, State, opened
from hearth.words.faults import Malformed
from tests.wires.certificates import server_context
from tests.wires.orders import NOON, message


@dataclass
class Post:
    """A mail server on loopback that keeps its letters and answers as a test says."""

    port: int = 0
    letters: list[tuple[str, str, bytes]] = field(default_factory=list)
    replies: dict[str, bytes] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)


def serving(*, tls: ssl.SSLContext | None = None, start: ssl.SSLContext | None = None) -> Iterator[Post]:
    class Door(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            sender = to = ""
            self.wfile.write(b"220 post\r\n")
            while line := self.rfile.readline(2000):
                verb = line.decode("ascii").strip()
                word = verb.split(" ")[0].split(":")[0].upper()
                post.said.append(word)
                reply = post.replies.get(word, b"250 ok\r\n")
                if word == "EHLO":
                    offers = b"250-post\r\n250-STARTTLS\r\n" if start is not None else b"250-post\r\n"
                    reply = offers + b"250 AUTH PLAIN\r\n"
                elif word == "STARTTLS" and start is not None:
                    self.wfile.write(b"220 go\r\n")
                    self.connection = start.wrap_socket(self.connection, server_side=True)
                    self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
                    continue
                elif word == "AUTH":
                    reply = post.replies.get(word, b"235 ok\r\n")
                elif word == "MAIL":
                    sender = verb
                elif word == "RCPT":
                    to = verb
                elif word == "DATA":
                    self.wfile.write(b"354 go\r\n")
                    held = b""
                    while not held.endswith(b"\r\n.\r\n"):
                        held += self.rfile.readline(2000)
                    reply = post.replies.get("END", b"250 taken\r\n")
                    if reply.startswith(b"250") or not reply:
                        post.letters.append((sender, to, held[:-5]))
                elif word == "QUIT":
                    reply = post.replies.get(word, b"221 bye\r\n")
                if not reply:
                    return
                self.wfile.write(reply)
                if word == "QUIT":
                    return

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

        def handle_error(self, *said: object) -> None:
            pass

    with Server(("127.0.0.1", 0), Door) as server:
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        post = Post(server.server_address[1])
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield post
        finally:
            server.shutdown()


@pytest.fixture
def post() -> Iterator[Post]:
    yield from serving()


def letter_to_hui(**changed: object):  # type: ignore[no-untyped-def]
    return message(**{"to": "hui@example.org", "channel": Channel.EMAIL, **changed})


def address(post: Post, kind: str = "smtp", more: str = "") -> str:
    return f"{kind}://127.0.0.1:{post.port}?sender=claims@hearth.example{more}"


def test_an_e_mail_arrives_as_it_was_written(post: Post) -> None:
    text = "慧，您好：\n.点开头的一行\n您的理赔款 3,240.00 元已支付。"
    answer = opened(address(post)).send(letter_to_hui(text=text, subject="理赔款已支付"))
    [(sender, to, held)] = post.letters
    letter = email.message_from_bytes(held, policy=email.policy.default)
    assert (sender.split(" ")[1], to.split(" ")[1]) == ("FROM:<claims@hearth.example>", "TO:<hui@example.org>")
    assert letter["Subject"] == "理赔款已支付"
    assert letter["To"] == "hui@example.org"
    assert letter["Date"].datetime == NOON
    assert letter.get_content().replace("\r\n", "\n").strip() == text
    assert (answer.state, answer.ref) == (State.SENT, letter["Message-ID"])


def test_a_repeated_key_is_the_same_letter(post: Post) -> None:
    wire = opened(address(post))
    assert wire.send(letter_to_hui()) == wire.send(letter_to_hui())
    assert post.letters[0] == post.letters[1]
    assert wire.status("claim-7/paid", NOON) is None


@pytest.mark.parametrize(
    ("word", "reply", "state"),
    [
        ("RCPT", b"550 no such user\r\n", State.UNREACHABLE),
        ("RCPT", b"450 busy\r\n", State.THROTTLED),
        ("MAIL", b"552 no\r\n", State.REFUSED),
        ("END", b"554 looks odd\r\n", State.REFUSED),
        ("END", b"451 later\r\n", State.THROTTLED),
    ],
)
def test_the_servers_no_is_told(post: Post, word: str, reply: bytes, state: State) -> None:
    post.replies[word] = reply
    answer = opened(address(post)).send(letter_to_hui())
    assert answer.state is state
    assert answer.says == reply.decode().strip()
    assert post.letters == []


def test_a_line_that_breaks_after_the_letter_leaves_it_unknown(post: Post) -> None:
    post.replies["END"] = b""
    with pytest.raises(NoAnswer):
        opened(address(post)).send(letter_to_hui())
    assert len(post.letters) == 1


def test_a_rude_good_bye_takes_nothing_back(post: Post) -> None:
    for reply in (b"", b"500 what\r\n"):
        post.replies["QUIT"] = reply
        assert opened(address(post)).send(letter_to_hui()).state is State.SENT


def test_a_server_that_is_not_there_leaves_it_unknown() -> None:
    with pytest.raises(NoAnswer):
        opened("smtp://127.0.0.1:9?sender=a@b.example").send(letter_to_hui())


def test_a_text_message_is_not_mail(post: Post) -> None:
    with pytest.raises(NotCarried, match="sms"):
        opened(address(post)).send(message())


@pytest.mark.parametrize("kind", ["smtps", "smtp"])
def test_mail_is_sent_over_tls_to_a_server_whose_certificate_fits(tmp_path: Path, kind: str) -> None:
    secret = tmp_path / "secret"
    secret.write_text("a long enough word of the mail server\n")
    context = server_context(tmp_path, "127.0.0.1")
    more = f"&user=hearth&secret_file={secret}"
    for post in serving(tls=context) if kind == "smtps" else serving(start=context):
        wire = opened(address(post, kind, f"{more}&ca_file={tmp_path}/ca.pem"))
        assert wire.send(letter_to_hui()).state is State.SENT
        assert ("STARTTLS" in post.said) == (kind == "smtp")
        post.replies["AUTH"] = b"535 no\r\n"
        with pytest.raises(Malformed, match="log-in"):
            wire.send(letter_to_hui())
        if kind == "smtps":
            with pytest.raises(Malformed, match="certificate"):
                opened(address(post, kind)).send(letter_to_hui())
        assert len(post.letters) == 1


def test_nothing_is_said_to_a_server_that_offers_no_tls(tmp_path: Path) -> None:
    server_context(tmp_path, "127.0.0.1")
    for post in serving():
        with pytest.raises(Malformed, match="offers TLS"):
            opened(address(post, "smtp", f"&ca_file={tmp_path}/ca.pem")).send(letter_to_hui())
        assert "MAIL" not in post.said


@pytest.mark.parametrize(
    "spec",
    [
        "smtps://mail.example",
        "smtps://mail.example?sender=nobody",
        "smtps://mail.example?sender=a@b.example&user=x",
        "smtps://user@mail.example?sender=a@b.example",
        "smtps://mail.example/box?sender=a@b.example",
        "smtps://mail.example?sender=a@b.example&tls=off",
        "smtps://?sender=a@b.example",
    ],
)
def test_an_address_with_a_mistake_is_refused(spec: str) -> None:
    with pytest.raises(Malformed):
        opened(spec)
