"""A receipt holds one record with its proof, and nothing that must not be shown; no other form is handed out."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from typing import Any

import pytest

from hearth.kernel.proof.canonical import canonical
from hearth.kernel.proof.receipt import (
    Opened,
    digest,
    growth,
    kind_of,
    leaf,
    read_growth,
    read_receipt,
    receipt,
    short,
)
from hearth.kernel.proof.saying import NotInForm
from tests.kernel.proof.logs import DECISION, KEY, SIZE, claims_log, receipt_of

LOG = claims_log()
RECORD, OPENED = DECISION


def test_a_sealed_part_is_the_digest_of_its_salt_and_value() -> None:
    salt = bytes(range(16))
    assert digest(salt, {"fen": 1}) == sha256(b"\x02" + salt + b'{"fen":1}').hexdigest()
    assert digest(salt, 1) != digest(salt, True) != digest(salt, "1")
    assert digest(salt, 1) != digest(bytes(16), 1)


@pytest.mark.parametrize("salt", [b"", bytes(15), bytes(17), "0" * 16, bytearray(16)])
def test_a_salt_has_sixteen_bytes(salt: Any) -> None:
    with pytest.raises(NotInForm):
        digest(salt, 1)


def test_a_record_shows_nothing_of_what_is_sealed_in_it() -> None:
    written = leaf(RECORD).decode()
    assert "月" not in written and "324000" not in written and "住院" not in written
    assert written == canonical(RECORD).decode()


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2}, {"v": True}, {"id": 0}, {"id": "5"}, {"id": 2**53}, {"kind": "decided"}, {"kind": "Claim.decided"},
        {"at": "2026-11-22T09:00:00Z"}, {"at": "2026-13-22T09:00:00.000000Z"}, {"at": "2026-11-22T24:00:00.000000Z"},
        {"by": ""}, {"by": None}, {"subject": "x" * 201}, {"data": []}, {"data": {"sealed": []}},
        {"data": {"sealed": {"amount": "00"}}}, {"data": {"sealed": {"amount": None}}}, {"data": {"fen": 1.5}},
        {"more": 1},
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_record_makes_no_leaf(change: dict[str, Any]) -> None:
    with pytest.raises(NotInForm):
        leaf({**RECORD, **change})


@pytest.mark.parametrize("name", RECORD)
def test_a_record_lacking_a_field_makes_no_leaf(name: str) -> None:
    with pytest.raises(NotInForm, match=f"record.{name}: got nothing"):
        leaf({key: value for key, value in RECORD.items() if key != name})


def test_a_receipt_is_its_record_what_is_opened_and_the_proof() -> None:
    held = read_receipt(receipt_of(LOG, "decision", 4))
    assert list(held) == ["checkpoint", "index", "key", "kind", "leaf", "opened", "path", "receipt", "record"]
    assert held["record"] == RECORD
    assert {name: one["value"] for name, one in held["opened"].items()} == {
        name: one[1] for name, one in OPENED.items()
    }
    assert held["key"] == KEY
    linked = read_receipt(receipt_of(LOG, "decision", 4, later=13))
    assert linked["later"] == LOG.note(13) and len(linked["consistency"]) > 0


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "payment"}, {"kind": "invoice"}, {"index": -1}, {"path": [b"short"]}, {"checkpoint": ""}, {"key": ""},
        {"record": {**RECORD, "v": 2}}, {"opened": {"payable": Opened(b"short", 1)}}, {"later": ""},
        {"record": {**RECORD, "kind": "policy.issued"}},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_no_receipt_is_handed_out_that_is_not_in_its_form(change: dict[str, Any]) -> None:
    good: dict[str, Any] = {
        "kind": "decision", "record": RECORD, "opened": OPENED, "index": 4, "path": LOG.path(4, SIZE),
        "checkpoint": LOG.note(SIZE), "key": KEY,
    }  # fmt: skip
    assert receipt(**good) == receipt_of(LOG, "decision", 4)
    with pytest.raises(NotInForm):
        receipt(**{**good, **change})


def test_records_have_receipts_of_their_kind() -> None:
    assert [kind_of(kind) for kind in ("claim.decided", "claim.paid", "payment.confirmed", "consent.withdrawn")] == [
        "decision",
        "payment",
        "payment",
        "consent",
    ]
    for kind in ("policy.issued", "claim.reported", "payment.sent", "payment.failed", "consent"):
        assert kind_of(kind) is None


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"{}", "some other JSON"), (b"[]", "some other JSON"), (b'{"receipt":2}', "version 1"),
        (b'{"receipt":true}', "version 1"), (b'{"receipt":"1"}', "version 1"), (b"", "not JSON"),
    ],
)  # fmt: skip
def test_what_is_no_receipt_is_not_read_as_one(data: bytes, says: str) -> None:
    with pytest.raises(NotInForm, match=says):
        read_receipt(data)


def test_the_code_on_the_paper_names_record_and_log_in_few_characters() -> None:
    code = short(receipt_of(LOG, "decision", 4))
    assert code == f"HEARTH1:5:4:{LOG.nodes[0, 4].hex().upper()}:11:{LOG.root(11).hex().upper()}"
    assert re.fullmatch(r"[0-9A-Z:]{1,190}", code), "QR alphanumeric mode"
    with pytest.raises(NotInForm):
        short(canonical({**json.loads(receipt_of(LOG, "decision", 4)), "checkpoint": "no note"}))


def test_a_consistency_proof_is_written_and_read_back() -> None:
    found = read_growth(LOG.growth(7, 13))
    assert (found.origin, found.old_size, found.new_size, found.hashes) == (
        "log.hearth.example/claims", 7, 13, LOG.proof(7, 13),
    )  # fmt: skip
    for bad in [b"{}", b"[]", b'{"consistency":1}', LOG.growth(7, 13) + b"\n"]:
        with pytest.raises(NotInForm):
            read_growth(bad)
    with pytest.raises(NotInForm):
        growth("log", -1, 13, [])
