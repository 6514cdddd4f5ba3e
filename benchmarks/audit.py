"""The audit of itemised lists: what is planted is found, nothing else is; how much of each list is encoded; speed."""

from __future__ import annotations

import os
from pathlib import Path

from benchmarks.measuring import Figure, timed
from hearth.kernel.documents.audit.checks import audit
from tests.twins.audit.compare import Loaded, of_folders, own, score
from tests.twins.audit.planting import plant

LINES = 100_000
SEED = 20_262


def audits(quick: bool = False) -> list[Figure]:
    """Recall, precision, share of rows encoded, seconds of 100,000 lines; by our own lists where no others are."""
    loaded, which = _lists(quick)
    lines = 2_000 if quick else LINES
    planting = plant(loaded.clerk, SEED, lines=lines + 20_000 if not quick else lines)
    result = score(loaded, planting)
    columns = planting.columns()
    if columns.lines.height > lines:
        columns = type(columns)(columns.lines.head(lines), columns.bills, columns.diagnoses)
    count = columns.lines.height
    spread = timed(lambda: audit(loaded.book, columns, loaded.names), 2 if quick else 5)
    encoded, stated = _encoded(loaded)
    fast = spread.median * LINES / count
    return [
        Figure(
            "audit_recall", f"of what is wrong in {count:,} lines the share found, {which}", result.recall, "share",
            "1",
            None if quick else result.recall == 1.0, f"{result.true:,} findings of a clerk who reads the rows",
        ),
        Figure(
            "audit_precision", f"of what is found the share that is wrong, {result.planted:,} plants and near misses",
            result.precision, "share", "1", None if quick else result.precision == 1.0,
        ),
        Figure(
            "audit_encoded", f"rows of audit lists that a machine checks whole, of {stated:,} that state something",
            encoded / stated, "share", "reported", None,
        ),
        Figure(
            "audit_time", f"{LINES:,} lines through every rule of the lists", fast, "s", "<= 1 s",
            None if quick else fast <= 1.0, least=spread.least, most=spread.most, runs=spread.runs,
        ),
        Figure("audit_rate", "lines audited", count / spread.median, "lines/s", ">= 100,000",
            None if quick else count / spread.median >= 100_000, runs=spread.runs),
    ]  # fmt: skip


def _encoded(loaded: Loaded) -> tuple[int, int]:
    whole = sum(one.count("encoded") for one in loaded.encoded)
    return whole, sum(len(one.rows) - one.count("silent") for one in loaded.encoded)


def _lists(quick: bool) -> tuple[Loaded, str]:
    """The national lists where the folder of real data has them, else our own."""
    root = Path(os.environ.get("HEARTH_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
    folders = [root / "nhsa_rules", root / "icd10_zh"]
    if not quick and all(folder.is_dir() for folder in folders):
        return of_folders(*folders), "by the national lists"
    return own(), "by small lists of our own"
