"""The proofs: records sequenced into the tree without a database, receipts checked, a log's growth proved."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from benchmarks.measuring import Figure, timed
from hearth.kernel.proof.check import check
from hearth.kernel.proof.checkpoint import key_of, note
from hearth.kernel.proof.receipt import Opened, digest, leaf, receipt
from hearth.kernel.proof.tree import appended, inclusion_path, leaf_hash, peak_places, root

ORIGIN = "log.hearth.example/bench"
SECRET = sha256(b"bench").digest()
AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def record_of(number: int) -> tuple[dict[str, Any], dict[str, Opened]]:
    """A decision's record as the claim desk writes it."""
    salt = sha256(number.to_bytes(8, "big")).digest()[:16]
    opened = {"payable": Opened(salt, 324_000 + number), "insured": Opened(salt[::-1], "月")}
    sealed = {name: digest(*one) for name, one in opened.items()}
    record = {
        "v": 1,
        "id": number + 1,
        "kind": "claim.decided",
        "at": "2026-11-22T09:00:00.000000Z",
        "by": "person:12",
        "subject": f"HC26-{number:06}",
        "data": {"outcome": "paid", "policy": "HP26-000021", "sealed": sealed},
    }
    return record, opened


def proofs(records: int, runs: int) -> list[Figure]:
    """Records a second into the tree (written, hashed, appended in batches of 1,000), and one receipt checked."""
    made = [record_of(number) for number in range(records)]

    def sequenced() -> tuple[dict[tuple[int, int], bytes], tuple[bytes, ...]]:
        nodes: dict[tuple[int, int], bytes] = {}
        peaks: tuple[bytes, ...] = ()
        for first in range(0, records, 1000):
            batch = [leaf_hash(leaf(record)) for record, _ in made[first : first + 1000]]
            new, peaks = appended(first, peaks, batch)
            nodes.update(((level, index), found) for level, index, found in new)
        return nodes, peaks

    nodes, peaks = sequenced()
    hashes = [nodes[0, number] for number in range(records)]
    assert root(peaks) == root([nodes[place] for place in peak_places(records)])
    tree = timed(lambda: appended(0, (), hashes), runs)
    whole = timed(sequenced, runs)
    record, opened = made[records // 2]
    path = inclusion_path(records // 2, records, lambda level, index: nodes[level, index])
    signed = note(ORIGIN, records, root(peaks), ORIGIN, SECRET, AT)
    key = key_of(ORIGIN, SECRET).line
    held = receipt("decision", record, opened, records // 2, path, signed, key)
    assert check(held, [key]).is_valid
    one = timed(lambda: check(held, [key]), runs * 20)
    says = f"records written, hashed and appended to the tree, {records:,} in batches of 1,000, no database"
    rate = records / whole.median
    return [
        Figure(
            "sequenced_in_kernel", says, rate, "records/s", "none", None, "the tree alone", tree.median / whole.median,
            records / whole.most, records / whole.least, runs,
        ),
        Figure(
            "receipt_checked", f"a receipt of a log of {records:,} entries checked", one.median * 1e6, "us", "none",
            None, None, None, one.least * 1e6, one.most * 1e6, one.runs,
        ),
    ]  # fmt: skip
