"""Measuring: medians over several runs, the goal beside the value, and the machine it was measured on."""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

PACKAGES = ("numpy", "numba", "polars", "pydantic")


@dataclass(frozen=True)
class Spread:
    """Seconds of several runs."""

    median: float
    least: float
    most: float
    runs: int


def timed(
    work: Callable[[], Any], runs: int, before: int = 1, clock: Callable[[], float] = time.perf_counter
) -> Spread:
    """Seconds of `runs` runs, after `before` runs that are not counted.

    On one core `clock` may be time.process_time: the processor time of this process, whatever else the machine does.
    """
    for _ in range(before):
        work()
    seconds = []
    for _ in range(runs):
        began = clock()
        work()
        seconds.append(clock() - began)
    return Spread(statistics.median(seconds), min(seconds), max(seconds), runs)


@dataclass(frozen=True)
class Figure:
    """One figure of DESIGN 7: what was measured, what is wanted, and what it is held against in the same run."""

    name: str
    says: str
    value: float
    unit: str
    goal: str
    met: bool | None
    against: str | None = None
    ratio: float | None = None
    least: float | None = None
    most: float | None = None
    runs: int | None = None

    def written(self) -> dict[str, Any]:
        """The figure as it stands in build/bench.json."""
        return {
            "says": self.says,
            "value": rounded(self.value),
            "unit": self.unit,
            "goal": self.goal,
            "met": self.met,
            "against": self.against,
            "ratio": None if self.ratio is None else rounded(self.ratio),
            "min": None if self.least is None else rounded(self.least),
            "max": None if self.most is None else rounded(self.most),
            "runs": self.runs,
        }


def rounded(value: float) -> float:
    """Four significant digits: more would be noise."""
    return float(f"{value:.4g}")


def machine() -> dict[str, Any]:
    """The machine, without its name or any path of it."""
    return {
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "cpu": _processor(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        **{name: _version(name) for name in PACKAGES},
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown")


def _version(name: str) -> str | None:
    try:
        return version(name)
    except ModuleNotFoundError:
        return None
