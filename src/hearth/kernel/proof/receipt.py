"""Receipt: one record of the log with its proof, as canonical JSON that anybody can check (docs/receipts.md)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple, cast

from hearth.kernel.proof.canonical import Plain, canonical, read_canonical
from hearth.kernel.proof.checkpoint import stated_of
from hearth.kernel.proof.saying import Both, NotInForm, shown
from hearth.kernel.proof.tree import MOST, WIDTH, leaf_hash

VERSION = 1
SALT = 16
"""Bytes of a salt."""

KINDS: dict[str, tuple[str, ...]] = {
    "decision": ("claim.decided",),
    "payment": ("payment.confirmed", "claim.paid", "advance.paid"),
    "guarantee": ("advance.guaranteed",),
    "consent": ("consent.given", "consent.withdrawn"),
}
"""Kinds of receipts, and the kinds of records that they are of.  A payment that is merely on its way has none."""

_RECORD_KIND = re.compile(r"[a-z][a-z_]*(\.[a-z][a-z_]*)+")
_AT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
_HEX_HASH = re.compile(r"[0-9a-f]{64}")
_HEX_SALT = re.compile(r"[0-9a-f]{32}")
_PAPER = "HEARTH1"


class Opened(NamedTuple):
    """What a sealed part of a record stands for."""

    salt: bytes
    value: Plain


def digest(salt: bytes, value: Plain) -> str:
    """What a record holds of a value that it must not show.

    Needs:   16 bytes of chance, new for each value of each record; a plain value
    Gives:   64 hex digits.  Raises: NotInForm
    Source:  docs/receipts.md, sealed parts: SHA-256(0x02 || salt || canonical value); 0x00 and 0x01 are the tree's
    """
    if type(salt) is not bytes or len(salt) != SALT:
        raise NotInForm(Both("盐", "salt"), type(salt).__name__, Both("16 字节", "16 bytes"))
    return sha256(b"\x02" + salt + canonical(value)).hexdigest()


def leaf(record: Mapping[str, Plain]) -> bytes:
    """The bytes of a record that the tree is built over.

    Needs:   a record: v, id, kind, at, by, subject, data
    Gives:   canonical JSON.  Raises: NotInForm where it is no record
    Source:  docs/receipts.md, records
    """
    for fault in faults_of_record(record):
        raise fault
    return canonical(cast(Plain, record))


def receipt(
    kind: str,
    record: Mapping[str, Plain],
    opened: Mapping[str, Opened],
    index: int,
    path: Sequence[bytes],
    checkpoint: str,
    key: str,
    later: str | None = None,
    consistency: Sequence[bytes] | None = None,
) -> bytes:
    """A receipt as it is handed out.

    Needs:   a record of that kind, what is shown of its sealed parts, its index and path in the tree of the
             checkpoint, the signed note and the published key line; to tie it to a later checkpoint, that note and the
             consistency proof between the two
    Gives:   canonical JSON.  Raises: NotInForm.  It does not ask whether the proof holds: that is `check`
    Source:  docs/receipts.md, receipts
    """
    held: dict[str, Plain] = {
        "receipt": VERSION,
        "kind": kind,
        "record": dict(record),
        "opened": {name: {"salt": one.salt.hex(), "value": one.value} for name, one in opened.items()},
        "index": index,
        "leaf": leaf_hash(leaf(record)).hex(),
        "path": [one.hex() for one in path],
        "checkpoint": checkpoint,
        "key": key,
    }
    if later is not None:
        held["later"] = later
        held["consistency"] = [one.hex() for one in consistency or ()]
    for fault in faults_of_receipt(held):
        raise fault
    if kind_of(str(record["kind"])) != kind:
        raise NotInForm(Both("凭证的种类", "kind of the receipt"), f"{kind}, {record['kind']}", " / ".join(KINDS))
    return canonical(held)


def read_receipt(data: bytes) -> dict[str, Any]:
    """The fields of a receipt, whatever is wrong within them.

    Needs:   bytes from anywhere
    Gives:   its fields.  Raises: NotInForm where it is not canonical JSON or no receipt of this version
    Source:  docs/receipts.md, receipts
    """
    held = read_canonical(data)
    whole = Both("整个文件", "whole file")
    if not isinstance(held, dict) or "receipt" not in held:
        raise NotInForm(whole, Both("其他 JSON 文件", "some other JSON"), Both("Hearth 凭证", "a receipt of Hearth"))
    if type(held["receipt"]) is not int or held["receipt"] != VERSION:
        raise NotInForm(
            Both("凭证的版本", "version of the receipt"),
            shown(held["receipt"]),
            Both(f"版本 {VERSION}", f"version {VERSION}"),
        )
    return held


def kind_of(record_kind: str) -> str | None:
    """The kind of receipt that a kind of record has.

    Needs:   the record's kind
    Gives:   decision, payment, guarantee, consent, or None where such a record has no receipt
    Source:  KINDS
    """
    return next((kind for kind, records in KINDS.items() if record_kind in records), None)


def short(data: bytes) -> str:
    """What of a receipt fits into a small QR code: enough to see that a paper and a file are of one record and one log.

    Needs:   a receipt
    Gives:   HEARTH1:<record id>:<index>:<leaf hash>:<tree size>:<root>, digits and capitals alone (QR alphanumeric
             mode), at most 190 characters.  Raises: NotInForm
    Source:  docs/receipts.md, the code on the paper
    """
    held = read_receipt(data)
    for fault in faults_of_receipt(held):
        raise fault
    _, size, root, _ = stated_of(held["checkpoint"])
    return f"{_PAPER}:{held['record']['id']}:{held['index']}:{held['leaf'].upper()}:{size}:{root.hex().upper()}"


# --- the form --------------------------------------------------------------------------------------------------------

_Sound = Callable[[Any], bool]
_HASHES = Both("若干 64 位小写十六进制哈希", "hashes of 64 small hex digits")
_COUNT = Both("0 或以上的整数", "a whole number, 0 or more")
_NOTE = Both("签名的检查点", "a signed checkpoint")


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value < MOST


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 200


def _is_moment(value: Any) -> bool:
    if not isinstance(value, str) or not _AT.fullmatch(value):
        return False
    try:
        return datetime.fromisoformat(value[:-1]).isoformat(timespec="microseconds") == value[:-1]
    except ValueError:
        return False


def _is_hash(value: Any) -> bool:
    return isinstance(value, str) and _HEX_HASH.fullmatch(value) is not None


def _are_hashes(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 64 and all(map(_is_hash, value))


def _is_note(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 1000


_RECORD: dict[str, tuple[_Sound, Both]] = {
    "v": (lambda value: type(value) is int and value == 1, Both("1", "1")),
    "id": (lambda value: _is_count(value) and value > 0, Both("1 或以上的整数", "a whole number, 1 or more")),
    "kind": (
        lambda value: isinstance(value, str) and len(value) <= 100 and _RECORD_KIND.fullmatch(value) is not None,
        Both("如 claim.decided 的种类", "a kind such as claim.decided"),
    ),
    "at": (_is_moment, Both("如 2026-11-22T09:00:00.000000Z 的时间", "a moment such as 2026-11-22T09:00:00.000000Z")),
    "by": (_is_text, Both("1 至 200 个字符", "1 to 200 characters")),
    "subject": (_is_text, Both("1 至 200 个字符", "1 to 200 characters")),
    "data": (lambda value: isinstance(value, dict), Both("对象", "an object")),
}
_RECEIPT: dict[str, tuple[_Sound, Both]] = {
    "receipt": (lambda value: type(value) is int and value == VERSION, Both("1", "1")),
    "kind": (lambda value: isinstance(value, str) and value in KINDS, Both(" / ".join(KINDS), " / ".join(KINDS))),
    "record": (lambda value: isinstance(value, dict), Both("对象", "an object")),
    "opened": (lambda value: isinstance(value, dict), Both("对象", "an object")),
    "index": (_is_count, _COUNT),
    "leaf": (_is_hash, Both("64 位小写十六进制哈希", "a hash of 64 small hex digits")),
    "path": (_are_hashes, _HASHES),
    "checkpoint": (_is_note, _NOTE),
    "key": (_is_text, Both("密钥行", "a key line")),
}
_LINK: dict[str, tuple[_Sound, Both]] = {"later": (_is_note, _NOTE), "consistency": (_are_hashes, _HASHES)}
_OPENED: dict[str, tuple[_Sound, Both]] = {
    "salt": (
        lambda value: isinstance(value, str) and _HEX_SALT.fullmatch(value) is not None,
        Both("32 位小写十六进制", "32 small hex digits"),
    ),
    "value": (lambda value: True, Both("值", "a value")),
}
_NOTHING, _NO_FIELD = Both("没有这一项", "nothing"), Both("没有这一项", "no such field")


def faults_of_record(record: Mapping[str, Any], place: str = "record") -> Iterator[NotInForm]:
    """What keeps a value from being a record.

    Needs:   a mapping
    Gives:   a fault for each field that is missing, unknown or not of its form
    Source:  docs/receipts.md, records
    """
    yield from _faults(record, _RECORD, place)
    data = record.get("data")
    sealed = data.get("sealed", {}) if isinstance(data, dict) else {}
    if not isinstance(sealed, dict):
        yield NotInForm(f"{place}.data.sealed", shown(sealed), Both("对象", "an object"))
        return
    for name, found in sealed.items():
        if not _is_hash(found):
            yield NotInForm(f"{place}.data.sealed.{shown(name)}", shown(found), _RECEIPT["leaf"][1])


def faults_of_receipt(held: Mapping[str, Any]) -> Iterator[NotInForm]:
    """What keeps a value from being a receipt; whether it proves anything is not asked here.

    Needs:   a mapping
    Gives:   a fault for each field that is missing, unknown or not of its form
    Source:  docs/receipts.md, receipts
    """
    linked = "later" in held or "consistency" in held
    yield from _faults(held, {**_RECEIPT, **_LINK} if linked else _RECEIPT, "")
    if isinstance(held.get("record"), dict):
        yield from faults_of_record(held["record"])
    if isinstance(held.get("opened"), dict):
        for name, one in held["opened"].items():
            place = f"opened.{shown(name)}"
            if isinstance(one, dict):
                yield from _faults(one, _OPENED, place)
            else:
                yield NotInForm(place, shown(one), Both("盐与值", "salt and value"))


def _faults(held: Mapping[str, Any], form: Mapping[str, tuple[_Sound, Both]], place: str) -> Iterator[NotInForm]:
    before = f"{place}." if place else ""
    for name, (is_sound, want) in form.items():
        if name not in held:
            yield NotInForm(before + name, _NOTHING, want)
        elif not is_sound(held[name]):
            yield NotInForm(before + name, shown(held[name]), want)
    for name in held:
        if name not in form:
            yield NotInForm(before + shown(name), shown(held[name]), _NO_FIELD)


# --- the proof that a log only grew, as a file -----------------------------------------------------------------------


class Growth(NamedTuple):
    """A consistency proof and what it is between."""

    origin: str
    old_size: int
    new_size: int
    hashes: tuple[bytes, ...]


_GROWTH: dict[str, tuple[_Sound, Both]] = {
    "consistency": (lambda value: type(value) is int and value == VERSION, Both("1", "1")),
    "origin": (_is_text, Both("日志名", "the log's origin")),
    "from": (_is_count, _COUNT),
    "to": (_is_count, _COUNT),
    "hashes": (_are_hashes, _HASHES),
}


def growth(origin: str, old_size: int, new_size: int, hashes: Sequence[bytes]) -> bytes:
    """A consistency proof as it is handed to an auditor.

    Needs:   the log's origin, both sizes, the proof's hashes
    Gives:   canonical JSON.  Raises: NotInForm
    Source:  docs/receipts.md, consistency proofs
    """
    held: dict[str, Plain] = {
        "consistency": VERSION,
        "origin": origin,
        "from": old_size,
        "to": new_size,
        "hashes": [one.hex() for one in hashes],
    }
    for fault in _faults(held, _GROWTH, ""):
        raise fault
    return canonical(held)


def read_growth(data: bytes) -> Growth:
    """A consistency proof that was handed to an auditor.

    Needs:   bytes from anywhere
    Gives:   what they state.  Raises: NotInForm
    Source:  docs/receipts.md, consistency proofs
    """
    held: Any = read_canonical(data)
    if not isinstance(held, dict) or "consistency" not in held:
        raise NotInForm(
            Both("整个文件", "whole file"),
            Both("其他 JSON 文件", "some other JSON"),
            Both("一致性证明", "a consistency proof"),
        )
    for fault in _faults(held, _GROWTH, ""):
        raise fault
    return Growth(held["origin"], held["from"], held["to"], hashes_of(held["hashes"]))


def hashes_of(held: Sequence[str]) -> tuple[bytes, ...]:
    """Hashes as bytes.

    Needs:   hashes of 64 hex digits
    Gives:   32 bytes each
    Source:  docs/receipts.md, hashes
    """
    assert all(len(one) == 2 * WIDTH for one in held)
    return tuple(bytes.fromhex(one) for one in held)
