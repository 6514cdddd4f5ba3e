"""The whole file: Parquet in, decisions in memory, in a process of its own, so that its memory is its own."""

from __future__ import annotations

import gc
import json
import sys
import time
from pathlib import Path
from typing import Any

from hearth.doors.feeds.rehearsal import compiles, decided, in_parts, judge_of, product_named, warm
from hearth.store.frames import LineFile


def run(path: Path, product: str, threads: int) -> dict[str, Any]:
    """One run: seconds, memory above what the process held before, and what was decided."""
    terms = product_named(product)
    compiled = compiles(LineFile(path))
    if compiled:
        file = LineFile(path)
        warm(file, judge_of(terms, file.diseases))
        del file
    gc.collect()
    before = _memory("VmRSS")
    _forget_peak()
    began, used = time.perf_counter(), time.process_time()
    file = LineFile(path)
    judge = judge_of(terms, file.diseases)
    opened = time.perf_counter()
    found = list(in_parts(file.parts(), lambda span: decided(file, judge, span, compiled), threads))
    seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - used
    peak = _memory("VmHWM")
    held = sum(part.bytes_held for part, _ in found)
    given = sum(column.nbytes for _, outcome in found for column in outcome.columns)
    return {
        "lines": file.lines,
        "seconds": seconds,
        "cpu_seconds": cpu_seconds,
        "opening": opened - began,
        "input_bytes_a_line": held / file.lines,
        "columns_bytes_a_line": given / file.lines,
        "bytes_a_line": (peak - before - held) / file.lines,
        "payable": int(sum(outcome.columns.payable.sum() for _, outcome in found)),
    }


def _memory(name: str) -> int:
    """Bytes by /proc: VmRSS now, VmHWM at most since it was forgotten."""
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) * 1024
    raise LookupError(name)


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5", "ascii")


if __name__ == "__main__":
    json.dump(run(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])), sys.stdout)
