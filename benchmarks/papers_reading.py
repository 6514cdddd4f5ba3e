"""Papers, reading: fields exactly right by degradation, calibration, coverage, time and memory; made-up pages alone.

Pages are of layouts and seeds that nothing was tuned on.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.measuring import Figure, timed
from benchmarks.papers_made import pages
from hearth.desks.books.reader import read_page, reader
from hearth.doors.commands.papers import figures
from hearth.doors.demo.papers.fonts import faces
from hearth.doors.demo.papers.made import TESTING, Made, made
from hearth.doors.feeds.einvoice.code import told_on
from hearth.kernel.documents.reading.check import checked
from hearth.kernel.documents.reading.evaluating import Scored, scored
from hearth.kernel.documents.reading.paper import extract

SPEC = "rapid:"
WEARS = ("clean", "scan", "everyday", "hard")
SEED = 71_000
"""Seeds of these pages; tuning took others."""


def read_pages(count: int, wear: str) -> list[tuple[Mapping[str, Any], Sequence[Scored]]]:
    """Pages of the testing layouts, read and held against their truth."""
    found = []
    for page in pages(count, TESTING, SEED + 1_000 * WEARS.index(wear), (), wear):
        picture = np.asarray(page.image.convert("RGB"))
        _, paper = read_page(picture, SPEC)
        found.append((page.truth, scored(checked(paper, told=told_on(picture)), page.truth)))
    return found


def measured(quick: bool = False) -> list[Figure]:
    """The figures of reading; none where no Chinese font or no reader is installed."""
    if not faces():
        return []
    count = 12 if quick else 45
    read = {wear: read_pages(count, wear) for wear in WEARS}
    pooled = figures([one for wear in WEARS for one in read[wear]])
    told = []
    for wear, several in read.items():
        found = figures(several)
        goal, met = (">= 0.97", found["exact fields"] >= 0.97) if wear == "clean" else ("", None)
        says = f"{wear} pages of unseen layouts, of {count}"
        told.append(Figure(f"papers_fields_{wear}", f"fields exact: {says}", found["exact fields"], "", goal, met))
        told.append(Figure(f"papers_cells_{wear}", f"cells exact: {says}", found["exact cells"], "", "", None))
    for name, says, key in (
        ("papers_proven", "proven fields that are right", "proven and right"),
        ("papers_ece", "calibration error (ECE)", "calibration error"),
        ("papers_coverage", "fields that need no look, at 0.5 % error", "coverage at 0.5 % error"),
    ):
        told.append(Figure(name, says, pooled[key], "", "", None))
    return [*told, *_times(quick)]


def _times(quick: bool) -> list[Figure]:
    runs = 3 if quick else 7
    used = reader(SPEC)
    invoices = (_picture(made(SEED + n, "invoice", "sichuan")) for n in range(20))
    short = next(picture for picture in invoices if 55 <= len(used.read(picture)) <= 80)
    long = _picture(made(SEED + 1, "itemised_list", "dense"))
    # The first page of a shape prepares it: a worker does that once.
    boxes = len(used.read(short)), len(used.read(long))
    spread = timed(lambda: read_page(short, SPEC), runs)
    work = timed(lambda: read_page(short, SPEC), runs, clock=lambda: time.process_time() / 2)
    box = timed(lambda: used.read(long), runs)
    print_of = used.read(long)
    text = timed(lambda: checked(extract(print_of)), runs)
    return [
        Figure("papers_read", f"reading an e-invoice of {boxes[0]} boxes", spread.median, "s", "<= 2",
               spread.median <= 2,
               least=spread.least, most=spread.most, runs=runs),
        Figure("papers_read_cpu", "the same, processor time by two", work.median, "s", "", None),
        Figure("papers_box", f"a box of a page of {boxes[1]}", 1000 * box.median / boxes[1], "ms", "<= 30",
               box.median / boxes[1] <= 0.03, runs=runs),
        Figure("papers_extract", "print to fields, checked, of that page", text.median, "s", "<= 0.3",
               text.median <= 0.3, runs=runs),
        _memory(2 if quick else 10),
    ]  # fmt: skip


def _memory(count: int) -> Figure:
    """What a process holds at most that does nothing but read: it grows with the shapes of pages, and then no more."""
    with TemporaryDirectory() as folder:
        for wear in WEARS:
            for number, page in enumerate(pages(count, TESTING, SEED, (), wear)):
                page.image.convert("RGB").save(Path(folder, f"{number:03}-{wear}.png"))
        order = [sys.executable, "-m", "benchmarks.papers_reading", "--memory", folder]
        gigabytes = float(subprocess.run(order, capture_output=True, text=True, check=True, timeout=1_200).stdout)
    says = f"memory at most of a reader, {count * len(WEARS)} pages"
    return Figure("papers_memory", says, gigabytes, "GB", "<= 1", gigabytes <= 1)


def _read_all(folder: Path) -> float:
    for file in sorted(folder.iterdir()):
        read_page(np.asarray(Image.open(file)), SPEC)
    # Not ru_maxrss: what the program that started this one held counts in it.
    held = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(held.split()[1]) / 2**20


def _picture(page: Made) -> Any:
    return np.asarray(page.image.convert("RGB"))


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--times", action="store_true", help="times alone")
    parser.add_argument("--memory", type=Path, metavar="FOLDER", help="read the pictures of a folder, print GB alone")
    asked = parser.parse_args()
    if asked.memory:
        print(_read_all(asked.memory))
        return
    began = time.perf_counter()
    for figure in _times(asked.quick) if asked.times else measured(asked.quick):
        print(json.dumps({"name": figure.name, **figure.written()}, ensure_ascii=False))
    print(f"{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
