"""Attack files for receipts, one mutation each, named after it: `python -m tests.vectors.receipts.generator --write`.

cases.json names for each case the arguments of `hearth verify`, its exit code and the finding that must be among those
told; it may be used to try a verifier written in any language.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hearth.kernel.proof.canonical import canonical
from hearth.kernel.proof.checkpoint import key_of
from hearth.kernel.proof.receipt import Opened, digest, growth, leaf, receipt
from tests.kernel.proof.logs import (
    KEY,
    ORIGIN,
    OTHER_KEY,
    OTHER_SECRET,
    RECORDS,
    SECRET,
    SIZE,
    Log,
    claims_log,
    receipt_of,
)

HERE = Path(__file__).resolve().parent
LOG = claims_log()
REWRITTEN = Log([leaf(record) if number != 2 else b'{"never":"so"}' for number, (record, _) in enumerate(RECORDS)])
GOOD = receipt_of(LOG, "decision", 4)
LINKED = receipt_of(LOG, "decision", 4, later=13)
UNREADABLE = "UNREADABLE"

Mutation = Callable[[dict[str, Any]], object]


def changed(mutation: Mutation, held: bytes = GOOD) -> bytes:
    """A receipt with one change, written canonically again."""
    fields = json.loads(held)
    made = mutation(fields)
    return canonical(made if isinstance(made, dict) else fields)


def put(where: str, value: Any) -> Mutation:
    """One field, by its dotted place, set to a value or to what a function makes of it."""

    def mutation(fields: dict[str, Any]) -> None:
        *outer, last = where.split(".")
        for step in outer:
            fields = fields[step]
        fields[last] = value(fields.get(last)) if callable(value) else value

    return mutation


def drop(where: str) -> Mutation:
    """One field, by its dotted place, gone."""

    def mutation(fields: dict[str, Any]) -> None:
        *outer, last = where.split(".")
        for step in outer:
            fields = fields[step]
        del fields[last]

    return mutation


def swap(one: str, other: str) -> Mutation:
    """Two opened parts under one another's names."""

    def mutation(fields: dict[str, Any]) -> None:
        opened = fields["opened"]
        opened[one], opened[other] = opened[other], opened[one]

    return mutation


def bit(hexed: str) -> str:
    """The last bit of a hash, the other way round."""
    return hexed[:-1] + f"{int(hexed[-1], 16) ^ 1:x}"


def in_note(old: str, new: str) -> Mutation:
    def mutation(fields: dict[str, Any]) -> None:
        assert fields["checkpoint"].count(old) >= 1, old
        fields["checkpoint"] = fields["checkpoint"].replace(old, new, 1)

    return mutation


def in_bytes(old: bytes, new: bytes) -> bytes:
    assert old in GOOD, old
    return GOOD.replace(old, new, 1)


def signature_bit(fields: dict[str, Any]) -> None:
    lines = fields["checkpoint"].splitlines(keepends=True)
    head, _, coded = lines[-1].rpartition(" ")
    held = bytearray(base64.b64decode(coded))
    held[40] ^= 1
    fields["checkpoint"] = "".join([*lines[:-1], f"{head} {base64.b64encode(held).decode()}\n"])


def of_type_2(line: str) -> str:
    name, mark, coded = line.split("+", 2)
    return f"{name}+{mark}+{base64.b64encode(bytes([2]) + base64.b64decode(coded)[1:]).decode()}"


def record_resealed(fields: dict[str, Any]) -> None:
    """A larger amount, sealed properly: the record no longer is the recorded one."""
    one = Opened(bytes.fromhex(fields["opened"]["payable"]["salt"]), 924_000)
    fields["opened"]["payable"]["value"] = one.value
    fields["record"]["data"]["sealed"]["payable"] = digest(*one)


def forged(secret: bytes, key: str) -> bytes:
    """A whole log made up for one receipt, every part of it in order."""
    fields = json.loads(GOOD)
    record_resealed(fields)
    records = [record if number != 4 else fields["record"] for number, (record, _) in enumerate(RECORDS)]
    made_up = Log([leaf(record) for record in records])
    opened = {name: Opened(bytes.fromhex(one["salt"]), one["value"]) for name, one in fields["opened"].items()}
    return receipt("decision", fields["record"], opened, 4, made_up.path(4, SIZE), made_up.note(SIZE, secret), key)


def renumbered(fields: dict[str, Any]) -> None:
    """The record of another entry with the proof of this one."""
    fields["record"] = RECORDS[8][0]
    fields["opened"] = {}


def inner_node_for_a_leaf(fields: dict[str, Any]) -> None:
    fields["leaf"] = LOG.nodes[1, 2].hex()
    fields["index"] = 2
    fields["path"] = fields["path"][1:]


def linked(mutation: Mutation) -> bytes:
    return changed(mutation, LINKED)


# name: (what must be told, bytes)
RECEIPTS: dict[str, tuple[str, bytes]] = {
    # the record
    "record-amount-sealed-anew": ("RECORD_CHANGED", changed(record_resealed)),
    "record-subject": ("RECORD_CHANGED", changed(put("record.subject", "HC26-000002"))),
    "record-id": ("RECORD_CHANGED", changed(put("record.id", 6))),
    "record-time": ("RECORD_CHANGED", changed(put("record.at", "2026-11-21T09:00:05.000000Z"))),
    "record-by-another-person": ("RECORD_CHANGED", changed(put("record.by", "person:13"))),
    "record-of-a-kind-like-it": ("RECORD_CHANGED", changed(put("record.kind", "claim.reopened"))),
    "record-outcome": ("RECORD_CHANGED", changed(put("record.data.outcome", "refused"))),
    "record-number-as-text": ("NOT_IN_FORM", changed(put("record.id", "5"))),
    "record-field-more": ("NOT_IN_FORM", changed(put("record.note", "paid in full"))),
    "record-field-less": ("NOT_IN_FORM", changed(drop("record.by"))),
    "record-data-more": ("RECORD_CHANGED", changed(put("record.data.bonus", 1))),
    "record-seal-gone": ("RECORD_CHANGED", changed(drop("record.data.sealed.steps"))),
    "record-seal-bit": ("RECORD_CHANGED", changed(put("record.data.sealed.steps", bit))),
    "record-seal-not-a-hash": ("NOT_IN_FORM", changed(put("record.data.sealed.steps", "00"))),
    "record-no-day-of-the-calendar": ("NOT_IN_FORM", changed(put("record.at", "2026-02-30T09:00:05.000000Z"))),
    "record-of-another-entry": ("RECORD_CHANGED", changed(renumbered)),
    # what is shown
    "opened-amount-digit": ("OPENED_CHANGED", changed(put("opened.payable.value", 824_000))),
    "opened-amount-as-text": ("OPENED_CHANGED", changed(put("opened.payable.value", "324000"))),
    "opened-step": ("OPENED_CHANGED", changed(put("opened.steps.value", lambda steps: steps[:1]))),
    "opened-salt-bit": ("OPENED_CHANGED", changed(put("opened.payable.salt", bit))),
    "opened-salt-short": ("NOT_IN_FORM", changed(put("opened.payable.salt", "00"))),
    "opened-salt-in-capitals": ("NOT_IN_FORM", changed(put("opened.payable.salt", str.upper))),
    "opened-under-one-another-s-name": ("OPENED_CHANGED", changed(swap("payable", "steps"))),
    "opened-that-was-never-sealed": (
        "OPENED_NOT_SEALED",
        changed(put("opened.bonus", {"salt": "00" * 16, "value": 1})),
    ),
    "opened-with-a-field-more": ("NOT_IN_FORM", changed(put("opened.payable.unit", "fen"))),
    "opened-without-a-value": ("NOT_IN_FORM", changed(drop("opened.payable.value"))),
    # the proof
    "index-one-more": ("NOT_IN_LOG", changed(put("index", 5))),
    "index-beyond-the-log": ("NOT_IN_LOG", changed(put("index", SIZE))),
    "index-below-zero": ("NOT_IN_FORM", changed(put("index", -1))),
    "index-as-text": ("NOT_IN_FORM", changed(put("index", "4"))),
    "index-true": ("NOT_IN_FORM", changed(put("index", True))),
    "leaf-bit": ("RECORD_CHANGED", changed(put("leaf", bit))),
    "leaf-is-an-inner-node": ("RECORD_CHANGED", changed(inner_node_for_a_leaf)),
    "path-bit": ("NOT_IN_LOG", changed(put("path", lambda path: [bit(path[0]), *path[1:]]))),
    "path-step-less": ("NOT_IN_LOG", changed(put("path", lambda path: path[:-1]))),
    "path-step-more": ("NOT_IN_LOG", changed(put("path", lambda path: [*path, path[-1]]))),
    "path-two-steps-exchanged": ("NOT_IN_LOG", changed(put("path", lambda path: [path[1], path[0], *path[2:]]))),
    "path-empty": ("NOT_IN_LOG", changed(put("path", []))),
    "path-in-capitals": ("NOT_IN_FORM", changed(put("path", lambda path: [path[0].upper(), *path[1:]]))),
    "path-short-hash": ("NOT_IN_FORM", changed(put("path", lambda path: [path[0][:-2], *path[1:]]))),
    "path-of-65-steps": ("NOT_IN_FORM", changed(put("path", lambda path: path[:1] * 65))),
    # the checkpoint
    "checkpoint-size-raised": ("SIGNATURE_WRONG", changed(in_note("\n11\n", "\n12\n"))),
    "checkpoint-root-of-another-size": (
        "SIGNATURE_WRONG",
        changed(in_note(LOG.note(11).split("\n")[2], LOG.note(12).split("\n")[2])),
    ),
    "checkpoint-of-another-size": ("NOT_IN_LOG", changed(put("checkpoint", LOG.note(12)))),
    "checkpoint-origin": ("SIGNATURE_WRONG", changed(in_note("claims\n11", "other\n11"))),
    "checkpoint-time": ("SIGNATURE_WRONG", changed(in_note("at 2026-11-22T09:11:00Z", "at 2026-11-21T09:11:00Z"))),
    "checkpoint-time-gone": ("SIGNATURE_WRONG", changed(in_note("at 2026-11-22T09:11:00Z\n", ""))),
    "checkpoint-time-in-another-form": ("NOT_IN_FORM", changed(in_note("09:11:00Z", "09:11:00+00:00"))),
    "checkpoint-signature-bit": ("SIGNATURE_WRONG", changed(signature_bit)),
    "checkpoint-signed-by-another": ("SIGNATURE_WRONG", changed(put("checkpoint", LOG.note(SIZE, OTHER_SECRET)))),
    "checkpoint-signed-under-another-name": (
        "SIGNATURE_WRONG",
        changed(put("checkpoint", LOG.note(SIZE, SECRET, name="log.hearth.example/other"))),
    ),
    "checkpoint-with-two-signatures": (
        "NOT_IN_FORM",
        changed(put("checkpoint", lambda text: text + LOG.note(SIZE, OTHER_SECRET).splitlines()[-1] + "\n")),
    ),
    "checkpoint-unsigned": ("NOT_IN_FORM", changed(put("checkpoint", lambda text: text.partition("\n\n")[0] + "\n"))),
    "checkpoint-line-more": ("NOT_IN_FORM", changed(in_note("\n\n", "\nall is well\n\n"))),
    "checkpoint-leading-zero": ("NOT_IN_FORM", changed(in_note("\n11\n", "\n011\n"))),
    "checkpoint-windows-line-ends": (
        "NOT_IN_FORM",
        changed(put("checkpoint", lambda text: text.replace("\n", "\r\n"))),
    ),
    "checkpoint-hyphen-for-dash": ("NOT_IN_FORM", changed(in_note("\u2014", "-"))),
    "checkpoint-last-line-end-gone": ("NOT_IN_FORM", changed(put("checkpoint", lambda text: text[:-1]))),
    # the key
    "key-of-somebody-else": ("SIGNATURE_WRONG", changed(put("key", OTHER_KEY))),
    "key-mark": ("NOT_IN_FORM", changed(put("key", lambda line: line.replace(line.split("+")[1], "00000000")))),
    "key-name": ("NOT_IN_FORM", changed(put("key", lambda line: line.replace("claims", "claimz")))),
    "key-of-another-type": ("NOT_IN_FORM", changed(put("key", of_type_2))),
    "key-renamed-with-its-mark": (
        "KEY_NOT_TRUSTED",
        changed(put("key", key_of("log.hearth.example/claimz", SECRET).line)),
    ),
    "everything-made-up-with-another-key": ("KEY_NOT_TRUSTED", forged(OTHER_SECRET, OTHER_KEY)),
    # the receipt
    "kind-of-another": ("KIND_DIFFERS", changed(put("kind", "payment"))),
    "kind-unknown": ("NOT_IN_FORM", changed(put("kind", "invoice"))),
    "version-2": (UNREADABLE, changed(put("receipt", 2))),
    "field-more": ("NOT_IN_FORM", changed(put("amount", 924_000))),
    "field-less": ("NOT_IN_FORM", changed(drop("path"))),
    "field-renamed": ("NOT_IN_FORM", changed(lambda fields: fields.update(indez=fields.pop("index")))),
    "consistency-without-a-checkpoint": ("NOT_IN_FORM", changed(put("consistency", []))),
    # the later checkpoint
    "later-of-a-rewritten-log": ("NOT_GROWN", linked(put("later", REWRITTEN.note(13)))),
    "later-signed-by-another": ("SIGNATURE_WRONG", linked(put("later", LOG.note(13, OTHER_SECRET)))),
    "later-of-another-log": ("LOGS_DIFFER", linked(put("later", LOG.note(13, origin="log.hearth.example/other")))),
    "later-that-is-earlier": ("NOT_GROWN", linked(put("later", LOG.note(10)))),
    "later-of-the-same-size-with-another-root": ("FORKED", linked(put("later", REWRITTEN.note(SIZE)))),
    "consistency-bit": ("NOT_GROWN", linked(put("consistency", lambda steps: [bit(steps[0]), *steps[1:]]))),
    "consistency-step-less": ("NOT_GROWN", linked(put("consistency", lambda steps: steps[1:]))),
    "consistency-empty": ("NOT_GROWN", linked(put("consistency", []))),
    "later-without-consistency": ("NOT_IN_FORM", linked(drop("consistency"))),
    # the bytes
    "bytes-a-space": (UNREADABLE, in_bytes(b'"index":', b'"index": ')),
    "bytes-a-last-line-end": (UNREADABLE, GOOD + b"\n"),
    "bytes-byte-order-mark": (UNREADABLE, b"\xef\xbb\xbf" + GOOD),
    "bytes-keys-in-another-order": (UNREADABLE, json.dumps(dict(reversed(json.loads(GOOD).items()))).encode()),
    "bytes-indented": (UNREADABLE, json.dumps(json.loads(GOOD), indent=2, ensure_ascii=False).encode()),
    "bytes-key-twice": (UNREADABLE, in_bytes(b'"index":4', b'"index":4,"index":4')),
    "bytes-a-fraction": (UNREADABLE, in_bytes(b"324000", b"324000.0")),
    "bytes-an-exponent": (UNREADABLE, in_bytes(b"324000", b"324e3")),
    "bytes-minus-zero": (UNREADABLE, in_bytes(b'"index":4', b'"index":-0')),
    "bytes-a-number-too-large": (UNREADABLE, in_bytes(b"324000", b"9007199254740992")),
    "bytes-escaped-slash": (UNREADABLE, in_bytes(b"example/claims", b"example\\/claims")),
    "bytes-escaped-character": (UNREADABLE, in_bytes("月".encode(), b"\\u6708")),
    "bytes-half-a-character": (UNREADABLE, in_bytes("月".encode(), b"\\ud83d")),
    "bytes-not-utf-8": (UNREADABLE, in_bytes("月".encode(), "月".encode("gb18030"))),
    "bytes-truncated": (UNREADABLE, GOOD[:-1]),
    "bytes-two-receipts": (UNREADABLE, GOOD + GOOD),
    "bytes-nested-without-end": (UNREADABLE, b"[" * 5000),
    "bytes-none": (UNREADABLE, b""),
    "bytes-of-another-file": (UNREADABLE, canonical({"claim": "HC26-000001"})),
}  # fmt: skip

FORK = Log([leaf(record) if number != 10 else b'{"shown":"to one"}' for number, (record, _) in enumerate(RECORDS)])
OTHER_FILES: dict[str, bytes] = {
    "decision.json": GOOD,
    "payment.json": receipt_of(LOG, "payment", 5),
    "consent.json": receipt_of(LOG, "consent", 6),
    "decision-linked.json": LINKED,
    "decision-with-less-shown.json": changed(drop("opened.insured")),
    "key.txt": f"{KEY}\n".encode(),
    "other-key.txt": f"{OTHER_KEY}\n".encode(),
    **{f"at-{size}.note": LOG.note(size).encode() for size in (7, 11, 12, 13)},
    "fork-11.note": FORK.note(11).encode(),
    "rewritten-13.note": REWRITTEN.note(13).encode(),
    "other-log-13.note": LOG.note(13, origin="log.hearth.example/other").encode(),
    "other-signer-13.note": LOG.note(13, OTHER_SECRET).encode(),
    "unsigned-13.note": (LOG.note(13).partition("\n\n")[0] + "\n").encode(),
    "7-to-11.json": LOG.growth(7, 11),
    "7-to-13.json": LOG.growth(7, 13),
    "11-to-11.json": LOG.growth(11, 11),
    "11-to-13.json": LOG.growth(11, 13),
    "12-to-13.json": LOG.growth(12, 13),
    "rewritten-7-to-13.json": REWRITTEN.growth(7, 13),
    "7-to-13-bit.json": changed(put("hashes", lambda steps: [bit(steps[0]), *steps[1:]]), LOG.growth(7, 13)),
    "7-to-13-step-less.json": growth(ORIGIN, 7, 13, LOG.proof(7, 13)[1:]),
    "7-to-13-of-another-log.json": LOG.growth(7, 13, "log.hearth.example/other"),
    "7-to-13-field-more.json": changed(put("note", "trust me"), LOG.growth(7, 13)),
}
_WITH_KEY = ("--key", "key.txt")
_AUDIT = ("--audit", "at-7.note")
# name: (arguments, exit code, what must be told)
RUNS: dict[str, tuple[tuple[str, ...], int, str]] = {
    "decision": (("decision.json", *_WITH_KEY), 0, "IN_LOG"),
    "payment": (("payment.json", *_WITH_KEY), 0, "IN_LOG"),
    "consent": (("consent.json", *_WITH_KEY), 0, "IN_LOG"),
    "decision-without-a-trusted-key": (("decision.json",), 0, "KEY_SELF_ASSERTED"),
    "decision-with-less-shown": (("decision-with-less-shown.json", *_WITH_KEY), 0, "NOT_SHOWN"),
    "decision-linked": (("decision-linked.json", *_WITH_KEY), 0, "GROWN"),
    "decision-in-the-same-checkpoint": (
        ("decision.json", "--checkpoint", "at-11.note", *_WITH_KEY), 0, "SAME_CHECKPOINT",
    ),
    "decision-in-a-later-checkpoint": (
        ("decision.json", "--checkpoint", "at-13.note", "--proof", "11-to-13.json", *_WITH_KEY), 0, "GROWN",
    ),
    "decision-after-an-earlier-checkpoint": (
        ("decision.json", "--checkpoint", "at-7.note", "--proof", "7-to-11.json", *_WITH_KEY), 0, "GROWN",
    ),
    "decision-linked-to-the-later-checkpoint": (
        ("decision-linked.json", "--checkpoint", "at-13.note", *_WITH_KEY), 0, "SAME_CHECKPOINT",
    ),
    "decision-linked-and-then-compared": (
        ("decision-linked.json", "--checkpoint", "at-12.note", "--proof", "12-to-13.json", *_WITH_KEY), 0, "GROWN",
    ),
    "somebody-else-is-trusted": (("decision.json", "--key", "other-key.txt"), 1, "KEY_NOT_TRUSTED"),
    "a-later-checkpoint-without-a-proof": (
        ("decision.json", "--checkpoint", "at-13.note", *_WITH_KEY), 1, "NOT_LINKED",
    ),
    "a-checkpoint-of-a-fork": (("decision.json", "--checkpoint", "fork-11.note", *_WITH_KEY), 1, "FORKED"),
    "a-checkpoint-of-a-rewritten-past": (
        ("decision.json", "--checkpoint", "rewritten-13.note", "--proof", "11-to-13.json", *_WITH_KEY),
        1, "NOT_GROWN",
    ),
    "a-checkpoint-of-another-log": (
        ("decision.json", "--checkpoint", "other-log-13.note", *_WITH_KEY), 1, "LOGS_DIFFER",
    ),
    "a-checkpoint-of-another-signer": (
        ("decision.json", "--checkpoint", "other-signer-13.note", *_WITH_KEY), 1, "SIGNATURE_WRONG",
    ),
    "a-checkpoint-that-is-not-signed": (
        ("decision.json", "--checkpoint", "unsigned-13.note", *_WITH_KEY), 2, UNREADABLE,
    ),
    "a-proof-of-other-sizes": (
        ("decision.json", "--checkpoint", "at-13.note", "--proof", "7-to-13.json", *_WITH_KEY),
        1, "PROOF_OF_OTHER_SIZES",
    ),
    "made-up-and-compared": (
        ("everything-made-up-with-another-key.json", "--checkpoint", "at-11.note"), 1, "SIGNATURE_WRONG",
    ),
    "made-up-and-believed": (("everything-made-up-with-another-key.json",), 0, "KEY_SELF_ASSERTED"),
    "audit": ((*_AUDIT, "at-13.note", "7-to-13.json", *_WITH_KEY), 0, "GROWN"),
    "audit-of-the-same-size": (("--audit", "at-11.note", "at-11.note", "11-to-11.json", *_WITH_KEY), 0, "GROWN"),
    "audit-of-a-fork": (("--audit", "at-11.note", "fork-11.note", "11-to-11.json", *_WITH_KEY), 1, "FORKED"),
    "audit-of-a-rewritten-past": ((*_AUDIT, "rewritten-13.note", "7-to-13.json", *_WITH_KEY), 1, "NOT_GROWN"),
    "audit-of-a-rewritten-past-with-its-own-proof": (
        (*_AUDIT, "rewritten-13.note", "rewritten-7-to-13.json", *_WITH_KEY), 1, "NOT_GROWN",
    ),
    "audit-of-a-log-that-was-cut": (("--audit", "at-13.note", "at-7.note", "7-to-13.json", *_WITH_KEY), 1, "SHRUNK"),
    "audit-of-another-log": ((*_AUDIT, "other-log-13.note", "7-to-13.json", *_WITH_KEY), 1, "LOGS_DIFFER"),
    "audit-of-another-signer": ((*_AUDIT, "other-signer-13.note", "7-to-13.json", *_WITH_KEY), 1, "SIGNATURE_WRONG"),
    "audit-with-a-bit-of-the-proof-changed": ((*_AUDIT, "at-13.note", "7-to-13-bit.json", *_WITH_KEY), 1, "NOT_GROWN"),
    "audit-with-a-step-less": ((*_AUDIT, "at-13.note", "7-to-13-step-less.json", *_WITH_KEY), 1, "NOT_GROWN"),
    "audit-with-a-proof-of-other-sizes": (
        (*_AUDIT, "at-13.note", "11-to-13.json", *_WITH_KEY), 1, "PROOF_OF_OTHER_SIZES",
    ),
    "audit-with-a-proof-of-another-log": (
        (*_AUDIT, "at-13.note", "7-to-13-of-another-log.json", *_WITH_KEY), 1, "LOGS_DIFFER",
    ),
    "audit-with-a-field-more": ((*_AUDIT, "at-13.note", "7-to-13-field-more.json", *_WITH_KEY), 2, UNREADABLE),
    **{
        name: ((f"{name}.json", *_WITH_KEY), 2 if told == UNREADABLE else 1, told)
        for name, (told, _) in RECEIPTS.items()
    },
}  # fmt: skip


def files() -> dict[str, bytes]:
    """Every file of this folder by its name."""
    cases = {
        name: {"arguments": list(arguments), "exit": code, "finding": told}
        for name, (arguments, code, told) in RUNS.items()
    }
    return {
        **OTHER_FILES,
        **{f"{name}.json": held for name, (_, held) in RECEIPTS.items()},
        "cases.json": (json.dumps(cases, indent=1) + "\n").encode(),
    }


def differing() -> list[str]:
    """Files of this folder that are not what this generator writes, or are not there, or should not be."""
    made = files()
    there = {path.name: path.read_bytes() for path in HERE.iterdir() if path.suffix in (".json", ".note", ".txt")}
    return sorted(name for name in {*made, *there} if made.get(name) != there.get(name))


def main() -> None:
    """Write the files, or say which differ."""
    names = differing()
    if "--write" in sys.argv[1:]:
        made = files()
        for name in names:
            if name in made:
                (HERE / name).write_bytes(made[name])
            else:
                (HERE / name).unlink()
    elif names:
        raise SystemExit(f"differ from the generator: {', '.join(names)}")


if __name__ == "__main__":
    main()
