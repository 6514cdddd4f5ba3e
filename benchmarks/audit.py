"""The audit of itemised lists: what is planted is found, nothing else is; how much of each list is encoded; speed.

`python -m benchmarks.audit` prints the times of paths through the graph as one JSON line, from a database of its own.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.measuring import Figure, timed
from hearth.kernel.documents.audit.checks import audit
from tests.twins.audit.compare import Loaded, of_folders, own, score
from tests.twins.audit.planting import plant

HERE = Path(__file__).resolve().parent.parent
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


def graph_paths(quick: bool = False) -> list[Figure]:
    """Paths through the knowledge graph, measured in a process of its own with a database of its own."""
    command = [sys.executable, "-m", "benchmarks.audit", *(["--quick"] if quick else [])]
    done = subprocess.run(command, cwd=HERE, check=True, capture_output=True, text=True)
    found = json.loads(done.stdout.splitlines()[-1])
    return [
        Figure(
            "graph_path",
            f"paths from a disease in a graph of {found['edges']:,} edges, up to 4 edges of any kind: slowest disease",
            found["median"] * 1e3, "ms", "<= 10 ms", None if quick else found["median"] <= 0.01,
            least=found["least"], most=found["most"], runs=found["runs"],
        )
    ]  # fmt: skip


def _walked(quick: bool) -> dict[str, Any]:
    """Seconds of paths from several diseases; the disease whose median is longest."""
    from datetime import UTC, datetime

    from hearth.desks.catalogue.graph import tell_products
    from hearth.desks.catalogue.loading import load_list
    from hearth.doors.feeds.audit_lists import files_of, parse_list, read_list
    from hearth.store.access import HOUSE
    from hearth.store.access.catalogue import MOST_HOPS, paths
    from hearth.store.models import GraphEdge
    from hearth.words.catalogue import EdgeKind, NodeKind
    from tests.twins.audit.lists import OWN

    at = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
    folders = _folders()
    if quick or not folders:
        lists = [parse_list(text.encode(), file, "1") for file, text in OWN.items()]
        diseases = ["Z88.1", "Z88.2", "Z89.1"]
    else:
        lists = [read_list(path, "1") for path in files_of(folders)]
        diseases = ["E11.9", "E11.2", "C34.9", "I10", "K80.1", "O80.0", "N08.3"]
    for one in lists:
        load_list(HOUSE, one.kind, one.version, one.rows, at=at, file=one.file, sha256=one.sha256)
    tell_products(HOUSE, at=at)
    slowest: list[float] = [0.0]
    for disease in diseases:
        taken = []
        for _ in range(21):
            began = time.perf_counter()
            paths(HOUSE, NodeKind.DISEASE, disease, kinds=list(EdgeKind), hops=MOST_HOPS)
            taken.append(time.perf_counter() - began)
        slowest = max(slowest, taken[1:], key=statistics.median)
    return {
        "edges": GraphEdge.objects.count(), "median": statistics.median(slowest), "least": min(slowest),
        "most": max(slowest), "runs": len(slowest),
    }  # fmt: skip


def _folders() -> list[Path]:
    """The folders of national lists, where the folder of real data has them."""
    root = Path(os.environ.get("HEARTH_DATA") or HERE.parent / "shared" / "data")
    folders = [root / "nhsa_rules", root / "icd10_zh"]
    return folders if all(folder.is_dir() for folder in folders) else []


def _encoded(loaded: Loaded) -> tuple[int, int]:
    whole = sum(one.count("encoded") for one in loaded.encoded)
    return whole, sum(len(one.rows) - one.count("silent") for one in loaded.encoded)


def _lists(quick: bool) -> tuple[Loaded, str]:
    """The national lists where they are at hand, else our own."""
    folders = _folders()
    if folders and not quick:
        return of_folders(*folders), "by the national lists"
    return own(), "by small lists of our own"


def main() -> None:
    """Print one JSON line of what was measured."""
    from benchmarks.service import database

    with database():
        found = _walked("--quick" in sys.argv)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
