"""Checkpoint: a log's size and root at a moment, signed, as the C2SP note that other logs' tools read too."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from hearth.kernel.proof.saying import Both, NotInForm, SignatureWrong, shown
from hearth.kernel.proof.tree import EMPTY, MOST, WIDTH

ED25519 = b"\x01"
"""The signature type of C2SP signed notes."""
_DASH = "\u2014 "
# Narrower than C2SP, so that no two names look alike: visible ASCII without "+".
_NAME = re.compile(r"[!-*,-~]{1,120}")
_SIZE = re.compile(r"0|[1-9][0-9]{0,15}")
_MOMENT = re.compile(r"at ([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})Z")
_NAMED = Both(
    "1 至 120 个可见的 ASCII 字符，不含空格与加号", "1 to 120 visible ASCII characters, no space, no plus sign"
)


class Key(NamedTuple):
    """A key that vouches for checkpoints."""

    name: str
    mark: bytes
    """Four bytes that tell keys of one name apart."""
    public: bytes

    @property
    def line(self) -> str:
        """The key as it is published: name+mark+type and key."""
        return f"{self.name}+{self.mark.hex()}+{base64.b64encode(ED25519 + self.public).decode()}"


@dataclass(frozen=True)
class Checkpoint:
    """What a signed note says of a log."""

    origin: str
    size: int
    root: bytes
    at: datetime | None
    key: Key


def moment(at: datetime) -> str:
    """A moment in the time of China, which has one and no summer time.

    Needs:   an aware moment
    Gives:   such as 2026-11-22 17:00:05 (UTC+8)
    Source:  the house: whoever reads a receipt lives by that clock
    """
    try:
        return f"{(at.astimezone(UTC) + timedelta(hours=8)).replace(tzinfo=None):%Y-%m-%d %H:%M:%S} (UTC+8)"
    except OverflowError:
        return at.isoformat()


def key_of(key_name: str, private_key: bytes) -> Key:
    """The public side of a signing key.

    Needs:   the key's name (the log's origin, by custom) and its 32 secret bytes
    Gives:   the key; its `line` is what to publish.  Raises: NotInForm
    Source:  C2SP signed-note, signatures
    """
    if not _NAME.fullmatch(key_name):
        raise NotInForm(Both("密钥名称", "key name"), shown(key_name), _NAMED)
    return _key(key_name, _signer(private_key).public_key().public_bytes_raw())


def read_key(line: str) -> Key:
    """A published key.

    Needs:   text from anywhere
    Gives:   the key.  Raises: NotInForm
    Source:  C2SP signed-note, verifier keys: name+hex(4 bytes)+base64(0x01 || 32 bytes), in that one form
    """
    place = Both("密钥", "key")
    parts = line.split("+", 2)
    if len(parts) != 3 or not _NAME.fullmatch(parts[0]):
        raise NotInForm(place, shown(line), Both("名称+标记+公钥", "name+mark+public key"))
    stated = _bytes(parts[2], place)
    if len(stated) != 1 + WIDTH or stated[:1] != ED25519:
        raise NotInForm(
            place, shown(parts[2]), Both("Ed25519 公钥（类型 1，32 字节）", "an Ed25519 key (type 1, 32 bytes)")
        )
    key = _key(parts[0], stated[1:])
    if key.mark.hex() != parts[1]:
        raise NotInForm(
            Both("密钥的标记", "mark of the key"),
            shown(parts[1]),
            Both(f"{key.mark.hex()}（由名称与公钥得出）", f"{key.mark.hex()}, as name and key give it"),
        )
    return key


def note(origin: str, size: int, root: bytes, key_name: str, private_key: bytes, at: datetime | None = None) -> str:
    """A signed checkpoint.

    Needs:   origin and key name of visible ASCII without "+", 0 <= size <= 2**53, the root of that size, the key's 32
             secret bytes; `at` aware, cut to whole seconds
    Gives:   the text of the note, ending in a line end.  Raises: NotInForm
    Source:  C2SP tlog-checkpoint and signed-note; RFC 8032 (Ed25519)
    """
    if at is not None and at.tzinfo is None:
        raise NotInForm(
            Both("检查点的时间", "time of the checkpoint"),
            at.isoformat(),
            Both("带时区的时间", "a moment with its time zone"),
        )
    key = key_of(key_name, private_key)
    body = _body(origin, size, root, at)
    _read_body(body)
    signed = base64.b64encode(key.mark + _signer(private_key).sign(body.encode("utf-8"))).decode()
    return f"{body}\n{_DASH}{key_name} {signed}\n"


def read_note(text: str, keys: str | Sequence[str]) -> Checkpoint:
    """A checkpoint that one of the keys vouches for.

    Needs:   text from anywhere; one published key line, or several of which one signed
    Gives:   what was signed.  Raises: NotInForm where text or a key is not in its one form; SignatureWrong where none
             of the keys has signed it
    Source:  C2SP tlog-checkpoint and signed-note, with exactly one signature and no extension but `at`
    """
    known = [read_key(line) for line in ((keys,) if isinstance(keys, str) else keys)]
    name, mark, signature = form_of(text)
    origin, size, root_hash, at = stated_of(text)
    signed = text.partition("\n\n")[0] + "\n"
    for key in known:
        if (key.name, key.mark) == (name, mark) and _vouches(key, signature, signed.encode("utf-8")):
            return Checkpoint(origin, size, root_hash, at, key)
    raise SignatureWrong(
        what=Both("检查点", "The checkpoint"),
        origin=origin,
        size=size,
        key=", ".join(f"{key.name}+{key.mark.hex()}" for key in known) or Both("（无）", "(none)"),
    )


def form_of(text: str) -> tuple[str, bytes, bytes]:
    """The signature of a note that is in its one form, whoever signed it.

    Needs:   text from anywhere
    Gives:   name and mark of the key, and the signature.  Raises: NotInForm.  Whether it holds is not asked here
    Source:  C2SP signed-note, format, with exactly one signature
    """
    stated_of(text)
    _, gap, below = text.partition("\n\n")
    place = Both("检查点的签名行", "signature line of the checkpoint")
    if not gap or not below.endswith("\n") or below.count("\n") != 1 or not below.startswith(_DASH):
        raise NotInForm(
            place,
            shown(below),
            Both("空行之后仅一行：— 名称 签名", "one line after an empty one: — name signature"),
        )
    name, blank, coded = below[len(_DASH) : -1].partition(" ")
    if not blank or not _NAME.fullmatch(name):
        raise NotInForm(place, shown(name), _NAMED)
    signed = _bytes(coded, place)
    if len(signed) != 4 + 64:
        raise NotInForm(place, Both(f"{len(signed)} 字节", f"{len(signed)} bytes"), Both("68 字节", "68 bytes"))
    return name, signed[:4], signed[4:]


def stated_of(text: str) -> tuple[str, int, bytes, datetime | None]:
    """What a note states, whoever signed it.

    Needs:   text from anywhere
    Gives:   origin, size, root and moment.  Raises: NotInForm.  Nothing of it may be relied on before `read_note`
    Source:  C2SP tlog-checkpoint, note text
    """
    return _read_body(text.partition("\n\n")[0] + "\n")


def _body(origin: str, size: int, root_hash: bytes, at: datetime | None) -> str:
    when = "" if at is None else f"at {at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z\n"
    return f"{origin}\n{size}\n{base64.b64encode(root_hash).decode()}\n{when}"


def _read_body(body: str) -> tuple[str, int, bytes, datetime | None]:
    lines = body.split("\n")[:-1]
    if not 3 <= len(lines) <= 4:
        raise NotInForm(
            Both("检查点", "checkpoint"),
            Both(f"{len(lines)} 行", f"{len(lines)} lines"),
            Both("3 或 4 行：日志名、条数、根、时间", "3 or 4 lines: origin, size, root, time"),
        )
    if not _NAME.fullmatch(lines[0]):
        raise NotInForm(Both("检查点的日志名", "origin of the checkpoint"), shown(lines[0]), _NAMED)
    if not _SIZE.fullmatch(lines[1]) or int(lines[1]) > MOST:
        raise NotInForm(
            Both("检查点的条数", "size of the checkpoint"),
            shown(lines[1]),
            Both("0 到 2^53 的整数，前面不加零", "a whole number from 0 to 2^53 without leading zeros"),
        )
    place = Both("检查点的根", "root of the checkpoint")
    size, root_hash = int(lines[1]), _bytes(lines[2], place)
    if len(root_hash) != WIDTH or (size == 0 and root_hash != EMPTY):
        raise NotInForm(
            place, shown(lines[2]), Both("该条数日志的 32 字节的根", "the 32 bytes of the root of that size")
        )
    at = None
    if len(lines) == 4:
        found = _MOMENT.fullmatch(lines[3])
        try:
            at = datetime.fromisoformat(found[1]).replace(tzinfo=UTC) if found else None
        except ValueError:
            at = None
        if at is None or _body(lines[0], size, root_hash, at) != body:
            raise NotInForm(Both("检查点的时间", "time of the checkpoint"), shown(lines[3]), "at 2026-11-22T09:00:00Z")
    return lines[0], size, root_hash, at


def _key(name: str, public: bytes) -> Key:
    return Key(name, sha256(name.encode("ascii") + b"\n" + ED25519 + public).digest()[:4], public)


def _signer(private_key: bytes) -> Ed25519PrivateKey:
    if len(private_key) != 32:
        raise NotInForm(
            Both("签名密钥", "signing key"),
            Both(f"{len(private_key)} 字节", f"{len(private_key)} bytes"),
            Both("32 字节", "32 bytes"),
        )
    return Ed25519PrivateKey.from_private_bytes(private_key)


def _vouches(key: Key, signature: bytes, body: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, body)
    except (InvalidSignature, ValueError):
        return False
    return True


def _bytes(coded: str, place: Both) -> bytes:
    """Base64 in its one form: no other alphabet, no missing padding, no bits that no byte holds."""
    try:
        held = base64.b64decode(coded, validate=True)
    except (binascii.Error, ValueError):
        held = None
    if held is None or base64.b64encode(held).decode() != coded:
        raise NotInForm(place, shown(coded), Both("标准 base64", "standard base64"))
    return held
