"""Mail: e-mails through a mail server over TLS; a repeated key keeps its Message-ID, which is all that SMTP has."""

from __future__ import annotations

import contextlib
import hashlib
import re
import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import urlsplit

from hearth.wires.faults import NoAnswer, NotCarried
from hearth.wires.messages.contract import Answer, Channel, Message, State
from hearth.wires.spec import Spec, is_loopback
from hearth.words.faults import Malformed

_ADDRESS = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,188}[A-Za-z0-9])")
_SUBJECT = 60


class Mail:
    """A mail server, asked anew for every message.

    SMTP has no idempotency: after a NoAnswer the same key may arrive twice, with one Message-ID.
    """

    def __init__(
        self,
        host: str,
        port: int,
        sender: str,
        *,
        tls: ssl.SSLContext | None,
        at_once: bool,
        user: str = "",
        secret: bytes = b"",
        seconds: float = 20.0,
    ) -> None:
        self._host, self._port, self._sender = host, port, sender
        self._tls, self._at_once, self._user, self._secret, self._seconds = tls, at_once, user, secret, seconds

    @classmethod
    def at(cls, spec: Spec) -> Mail:
        """The server at `smtps://host[:465]?sender=..[&user=..&secret_file=/..][&ca_file=/..][&seconds=20]`.

        `smtp://host[:587]` starts TLS before anything else is said; to a loopback address it may stay plain.
        Raises: Malformed.
        """
        try:
            parts = urlsplit(f"{spec.kind}:{spec.place}")
            port = parts.port
        except ValueError as broken:
            raise spec.wrong("host", "something else", "a host and perhaps a port") from broken
        if not parts.hostname or parts.username is not None or parts.path not in ("", "/") or parts.fragment:
            raise spec.wrong("host", "something else", "a host and perhaps a port")
        at_once = spec.kind == "smtps"
        sender = spec.text("sender")
        if not _ADDRESS.fullmatch(sender):
            raise spec.wrong("sender", repr(sender[:40]), "an e-mail address")
        user = spec.text("user", "")
        secret = spec.secret("secret_file") if user else b""
        ca_file = spec.text("ca_file", "")
        seconds = spec.whole("seconds", 20, 1, 120)
        plain = not at_once and not ca_file and is_loopback(parts.hostname)
        spec.close()
        try:
            tls = None if plain else ssl.create_default_context(cafile=ca_file or None)
        except (OSError, ssl.SSLError) as broken:
            raise spec.wrong("ca_file", broken.strerror or "no file", "a file of certificates") from broken
        return cls(
            parts.hostname,
            port or (465 if at_once else 587),
            sender,
            tls=tls,
            at_once=at_once,
            user=user,
            secret=secret,
            seconds=seconds,
        )

    def send(self, message: Message) -> Answer:
        """Hand an e-mail to the server.  Raises: NoAnswer, NotCarried."""
        if message.channel is not Channel.EMAIL:
            raise NotCarried(channel=message.channel, carried=Channel.EMAIL)
        letter = self.letter(message)
        try:
            server = self._connected()
            try:
                server.send_message(letter, from_addr=self._sender, to_addrs=[message.to])
            finally:
                # What was taken stays taken, however the server says good-bye.
                with contextlib.suppress(OSError, smtplib.SMTPException):
                    server.quit()
                server.close()
        except smtplib.SMTPRecipientsRefused as refused:
            code, said = refused.recipients[message.to]
            return self._refusal(message, code, said, State.UNREACHABLE)
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as refused:
            return self._refusal(message, refused.smtp_code, refused.smtp_error, State.REFUSED)
        except ssl.SSLCertVerificationError as broken:
            raise self._wrong("certificate", broken.verify_message, "a certificate for this server") from broken
        except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError) as broken:
            got = type(broken).__name__
            raise self._wrong("log-in", got, "a server that offers TLS and takes user and secret") from broken
        except (OSError, smtplib.SMTPException) as broken:
            raise NoAnswer(wire=self._host, key=message.key) from broken
        return Answer(message.key, State.SENT, message.at, letter["Message-ID"])

    def status(self, key: str, at: datetime) -> Answer | None:
        """None: a mail server cannot be asked."""
        return None

    def carries(self) -> frozenset[Channel]:
        """E-mail."""
        return frozenset({Channel.EMAIL})

    def letter(self, message: Message) -> EmailMessage:
        """The e-mail as it goes out, the same whenever it is made."""
        letter = EmailMessage(policy=SMTP)
        letter["From"] = self._sender
        letter["To"] = message.to
        letter["Subject"] = message.subject or message.text.strip().split("\n", 1)[0][:_SUBJECT]
        letter["Date"] = format_datetime(message.at)
        name = hashlib.sha256(message.key.encode()).hexdigest()[:40]
        letter["Message-ID"] = f"<{name}@{self._sender.rpartition('@')[2]}>"
        letter["Content-Language"] = message.lang
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(message.text, cte="base64")
        return letter

    def _connected(self) -> smtplib.SMTP:
        # The name of this machine is nobody's business, and looking it up may hang.
        own = self._sender.rpartition("@")[2]
        if self._at_once:
            assert self._tls is not None
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self._host, self._port, local_hostname=own, timeout=self._seconds, context=self._tls
            )
        else:
            server = smtplib.SMTP(self._host, self._port, local_hostname=own, timeout=self._seconds)
        try:
            if self._tls is not None and not self._at_once:
                server.starttls(context=self._tls)
            if self._user:
                server.login(self._user, self._secret.decode())
        except BaseException:
            server.close()
            raise
        return server

    def _wrong(self, place: str, got: str, want: str) -> Malformed:
        return Malformed(file=f"mail server {self._host}", place=place, got=got, want=want)

    def _refusal(self, message: Message, code: int, said: bytes | str, state: State) -> Answer:
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
        words = "".join(letter for letter in text if letter.isprintable())[:200]
        outcome = State.THROTTLED if 400 <= code <= 499 else state
        return Answer(message.key, outcome, message.at, says=f"{code} {words}".strip())
