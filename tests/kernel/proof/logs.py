"""A log in memory, with records of the cast and a fixed key, for tests of proofs and for the attack files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from hearth.kernel.proof.checkpoint import key_of, note
from hearth.kernel.proof.receipt import Opened, digest, growth, leaf, receipt
from hearth.kernel.proof.tree import (
    appended,
    consistency_proof,
    inclusion_path,
    leaf_hash,
    peak_places,
    root,
)

ORIGIN = "log.hearth.example/claims"
SECRET = sha256(b"the test key of the log").digest()
OTHER_SECRET = sha256(b"the test key of somebody else").digest()
KEY = key_of(ORIGIN, SECRET).line
OTHER_KEY = key_of(ORIGIN, OTHER_SECRET).line
BEGAN = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


class Log:
    """Leaves with their stored nodes; whatever it proves is proved from the nodes alone."""

    def __init__(self, leaves: Sequence[bytes] = ()) -> None:
        self.leaves: list[bytes] = []
        self.nodes: dict[tuple[int, int], bytes] = {}
        self.peaks: tuple[bytes, ...] = ()
        self.append(leaves)

    def append(self, leaves: Sequence[bytes]) -> None:
        nodes, self.peaks = appended(len(self.leaves), self.peaks, [leaf_hash(one) for one in leaves])
        self.leaves += leaves
        for level, index, found in nodes:
            assert (level, index) not in self.nodes, "a node is made once"
            self.nodes[level, index] = found

    def node(self, level: int, index: int) -> bytes:
        return self.nodes[level, index]

    def root(self, size: int | None = None) -> bytes:
        return root([self.nodes[place] for place in peak_places(len(self.leaves) if size is None else size)])

    def path(self, index: int, size: int) -> tuple[bytes, ...]:
        return inclusion_path(index, size, self.node)

    def proof(self, old: int, new: int) -> tuple[bytes, ...]:
        return consistency_proof(old, new, self.node)

    def note(self, size: int, secret: bytes = SECRET, origin: str = ORIGIN, name: str = ORIGIN) -> str:
        return note(origin, size, self.root(size), name, secret, BEGAN + timedelta(minutes=size))

    def growth(self, old: int, new: int, origin: str = ORIGIN) -> bytes:
        return growth(origin, old, new, self.proof(old, new))


def salt_of(record_id: int, name: str) -> bytes:
    """A salt; in life it is chance."""
    return sha256(f"{record_id} {name}".encode()).digest()[:16]


def record_of(
    record_id: int, kind: str, subject: str, data: dict[str, Any], sealed: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Opened]]:
    """A record and what its sealed parts stand for."""
    opened = {name: Opened(salt_of(record_id, name), value) for name, value in sealed.items()}
    at = (BEGAN + timedelta(seconds=record_id)).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
    marks = {name: digest(one.salt, one.value) for name, one in opened.items()}
    record = {
        "v": 1,
        "id": record_id,
        "kind": kind,
        "at": at,
        "by": "person:12",
        "subject": subject,
        "data": {**data, "sealed": marks},
    }
    return record, opened


DECISION = record_of(
    5,
    "claim.decided",
    "HC26-000001",
    {"outcome": "paid", "policy": "HP26-000021"},
    {
        "payable": 324_000,
        "insured": "月",
        "steps": [
            {"clause": "2.3.1", "says": "住院医疗费用", "fen": 1_324_000},
            {"clause": "2.5", "says": "免赔额", "fen": -1_000_000},
        ],
    },
)
PAYMENT = record_of(
    6,
    "payment.confirmed",
    "HC26-000001",
    {"bank": "in-memory"},
    {"amount": 324_000, "payee": "慧", "account": "尾号 8810"},
)
CONSENT = record_of(
    7,
    "consent.given",
    "person:31",
    {"purpose": "claims", "version": "2026-11"},
    {"text": "同意为理赔之目的处理健康信息。"},
)
OTHERS = [
    record_of(number, "claim.reported", f"HC26-0000{number:02}", {"channel": "phone"}, {}) for number in range(1, 14)
]
RECORDS = [
    {5: DECISION, 6: PAYMENT, 7: CONSENT}.get(number, OTHERS[number - 1]) for number in range(1, len(OTHERS) + 1)
]
SIZE = 11
"""Entries of the log when receipts were handed out; there are 13 now."""


def claims_log() -> Log:
    """The log of the cast's records."""
    return Log([leaf(record) for record, _ in RECORDS])


def receipt_of(log: Log, kind: str, index: int, later: int | None = None, size: int = SIZE) -> bytes:
    """The receipt of a record of the log."""
    record, opened = RECORDS[index]
    linked = {} if later is None else {"later": log.note(later), "consistency": log.proof(size, later)}
    return receipt(kind, record, opened, index, log.path(index, size), log.note(size), KEY, **linked)
