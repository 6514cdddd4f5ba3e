"""`make bench`: the figures of DESIGN 7 that stand so far, as a table and in build/bench.json."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from benchmarks import expected, papers_quality, papers_reading, promises, suspicion
from benchmarks.audit import audits, graph_paths
from benchmarks.console import LOADED
from benchmarks.kernel import CLERK, batch, clerk_figure, clerk_seconds_a_line, growth, one_claim, twenty
from benchmarks.measuring import Figure, machine
from benchmarks.proof import proofs
from benchmarks.quarter.played import A_QUARTER
from benchmarks.quarter.told import figures as quarter_figures
from hearth.doors.feeds.rehearsal import in_parts, judge_of, product_named
from hearth.doors.feeds.year import metadata_of, shape_for, synthetic_year
from hearth.kernel.adjudication.run import has_numba
from hearth.kernel.product.terms import Terms
from hearth.store.frames import LineFile

HERE = Path(__file__).resolve().parent.parent
YEAR = 5_600_000
"""Lines of one large insurer's year."""
SEED = 20_271
CLAIMS, FRESH = 1_000_000, 50_000
"""Claims in the console's database: where it is kept, and where it is filled anew for each run."""
CONSOLE_SECONDS, CONSOLE_RUNS = 0.1, 7
QUARTER = 1_000
"""Claims of the simulated quarter where nothing else is asked for: the figures of a real one take most of an hour."""


@click.command()
@click.option("--quick", is_flag=True, help="Small sizes: shows that everything runs; its figures mean nothing.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), default=HERE / "build" / "bench.json")
@click.option("--product", default="million-medical", show_default=True, help="The product that judges.")
@click.option(
    "--threads", type=click.IntRange(1, 64), default=2, show_default=True, help="For the whole file and what-ifs."
)
@click.option(
    "--claims",
    type=click.IntRange(100),
    help="In the console's database.  [default: 1,000,000 with --kept, else 50,000]",
)
@click.option(
    "--kept",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep the console's database in this folder: it is filled once.  [default: filled anew each time]",
)
@click.option(
    "--quarter",
    type=click.IntRange(1, 100_000),
    default=QUARTER,
    show_default=True,
    help=f"Claims of the simulated quarter; a real one has {A_QUARTER:,}.",
)
def main(
    quick: bool, out: Path, product: str, threads: int, claims: int | None, kept: Path | None, quarter: int
) -> None:
    """Measure: medians of several runs, with the Decimal clerk in the same run."""
    console = Console(width=max(150, Console().width))
    terms = product_named(product)
    with tempfile.TemporaryDirectory() as folder, console.status("generating the year") as status:
        figures = _figures(
            terms, product, Path(folder) / "year.parquet", quick, threads, lambda what: status.update(what),
            claims or (500 if quick else CLAIMS if kept else FRESH), kept, quarter,
        )  # fmt: skip
    written: dict[str, Any] = {figure.name: figure.written() for figure in figures}
    written["machine"] = {**machine(), "measured_on": date.today().isoformat(), "quick": quick}
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(written, ensure_ascii=False, indent=2) + "\n", "utf-8")
    console.print(_table(figures))
    shown = written["machine"]
    console.print(
        f"{shown['cpu']}, {shown['cores']} cores, {shown['memory_gb']} GB, Python {shown['python']}", markup=False
    )


def _figures(
    terms: Terms,
    product: str,
    path: Path,
    quick: bool,
    threads: int,
    doing: Any,
    claims: int,
    kept: Path | None,
    quarter: int,
) -> list[Figure]:
    compiled = has_numba() and not quick
    size, runs = (6_000, 2) if quick else (YEAR, 5)
    sizes = [500, 1_000, 3_000, 6_000] if quick else [10_000, 100_000, 1_000_000, YEAR]
    figures = [_generated(terms, path, size)]
    file = LineFile(path)
    judge = judge_of(terms, file.diseases)
    if compiled:
        doing("compiling the scan")
        figures.append(_compiled())
    doing("one claim")
    figures.extend(one_claim(terms, compiled, 40 if quick else 2_000))
    doing("the clerk")
    clerk = clerk_seconds_a_line(file, terms, judge)
    figures.append(clerk_figure(clerk))
    doing("cost by size")
    by_size, part = growth(file, judge, sizes, compiled, runs)
    doing("one core")
    figures.append(batch(part, judge, clerk, compiled, runs))
    figures += by_size
    del part
    doing("what-ifs")
    parts = list(in_parts(file.parts(), lambda span: file.read(span, judge.reading), threads))
    figures += twenty(parts, terms, file.diseases, compiled, threads)
    del parts
    doing("proofs")
    figures += proofs(2_000 if quick else 100_000, runs)
    doing("the service with its database")
    figures += _service(*(("2000", "20") if quick else ("100000", "300")))
    doing("the console with many claims")
    figures += _console(claims, 250 if quick else LOADED, kept)
    doing("time limits swept")
    swept = json.loads(_child(["-m", "benchmarks.promises", "2000" if quick else "1000000"]).splitlines()[-1])
    figures += promises.figures(swept)
    doing("expected days on months held out")
    figures += expected.figures(expected.measured(expected.QUICK_A_MONTH if quick else expected.A_MONTH))
    doing("what looks wrong, planted and found")
    figures += suspicion.figures(2_000 if quick else 40_000)
    doing("the audit of itemised lists")
    figures += audits(quick)
    if not quick:
        figures += graph_paths()
        doing("photographs judged")
        figures += papers_quality.figures()
        doing("papers read")
        figures += papers_reading.measured()
        doing("a quarter of claims")
        played = _child(["-m", "benchmarks.quarter", "--claims", str(quarter), "--measure"]).splitlines()[-1]
        figures += quarter_figures(json.loads(played))
    doing("the whole file")
    figures += _whole(path, product, threads, clerk, runs)
    if quick:
        # Small sizes say nothing about a goal.
        figures = [replace(figure, met=None) for figure in figures]
    return figures


def _generated(terms: Terms, path: Path, lines: int) -> Figure:
    shape = shape_for(terms, lines, SEED, None)
    began = time.perf_counter()
    synthetic_year(shape).write_parquet(path, compression="lz4", row_group_size=131_072, metadata=metadata_of(shape))
    seconds = time.perf_counter() - began
    return Figure("generate", f"a synthetic year of {lines:,} lines, written", seconds, "s", "<= 30 s", seconds <= 30)


def _compiled() -> Figure:
    """Compile time by itself, without what was kept of earlier runs; no other figure holds it."""
    code = (
        "import time; from pathlib import Path; from benchmarks.cases import eight_lines; "
        "from hearth.doors.feeds.rehearsal import product_named; "
        "from hearth.kernel.adjudication.prepare import prepare; "
        "from hearth.kernel.adjudication.run import adjudicate; "
        "terms = product_named('million-medical'); "
        "inputs = prepare(eight_lines(terms.code), {terms.code: terms}).inputs; "
        "began = time.perf_counter(); adjudicate(inputs, compiled=True); print(time.perf_counter() - began)"
    )
    with tempfile.TemporaryDirectory() as empty:
        seconds = float(_child(["-c", code], {"NUMBA_CACHE_DIR": empty}))
    return Figure("compile", "compiling the scan, once for each version of it", seconds, "s", "none", None)


def _whole(path: Path, product: str, threads: int, clerk: float, runs: int) -> list[Figure]:
    found = [json.loads(_child(["-m", "benchmarks.whole", str(path), product, str(threads)])) for _ in range(runs)]
    assert len({one["payable"] for one in found}) == 1
    seconds = [one["seconds"] for one in found]
    median = statistics.median(seconds)
    lines = found[0]["lines"]
    memory = statistics.median(one["bytes_a_line"] for one in found)
    says = f"Parquet in, decisions in memory, {lines:,} lines, {threads} threads"
    whole = Figure("whole_file", says, median, "s", "<= 2.0 s", median <= 2.0, CLERK, clerk * lines / median)
    ratio = memory / found[0]["input_bytes_a_line"]
    cpu = statistics.median(one["cpu_seconds"] for one in found)
    says_cpu = "processor time of that: far below threads x seconds, others were at work on the machine"
    says = "peak memory above the input arrays"
    return [
        replace(whole, least=min(seconds), most=max(seconds), runs=runs),
        Figure("whole_file_cpu", says_cpu, cpu, "s", "none", None, "seconds it took", cpu / median),
        Figure("whole_file_memory", says, memory, "bytes/line", "<= 80 B", memory <= 80, "the input arrays", ratio),
    ]


def _service(records: str, requests: str) -> list[Figure]:
    """Records placed in the tree and decisions over HTTP, in a process of its own with a database of its own."""
    found = json.loads(_child(["-m", "benchmarks.service", records, requests]).splitlines()[-1])
    placed, computed, kept = found["sequenced"], found["computed"], found["kept"]
    followed, whole = found["followed"], found["whole_way"]
    rate, decided = placed["records"] / placed["seconds"], kept["decided"] / kept["seconds"]
    left = ", ".join(f"{number} {why}" for why, number in sorted(kept["left"].items())) or "none"
    return [
        Figure(
            "sequenced", f"{placed['records']:,} records sequenced into the tree, stored and signed", rate,
            "records/s", ">= 5,000", rate >= 5_000,
        ),
        Figure(
            "http_p99", "a case of 8 lines decided over HTTP, computed and not saved: 99th percentile",
            computed["p99"] * 1e3, "ms", "<= 20 ms", computed["p99"] <= 0.02, "the median",
            computed["p99"] / computed["median"],
        ),
        Figure(
            "http_rate", "the same by two clients at once", computed["rate"], "decisions/s", ">= 100",
            computed["rate"] >= 100,
        ),
        Figure(
            "kept", f"accepted claims decided by the job of one worker, saved and recorded; of {kept['claims']} "
            f"left to people: {left}", decided, "claims/s", ">= 50", decided >= 50,
        ),
        Figure(
            "followed", "jobs that follow (notices, partners told, later claims looked at) done by one worker",
            followed["jobs"] / followed["seconds"], "jobs/s", "none", None,
        ),
        Figure(
            "whole_way", "claims from the first sent over HTTP to the last decided, with all jobs, one worker",
            whole["claims"] / whole["seconds"], "claims/s", "none", None, "sending them",
            whole["seconds"] / whole["sent_seconds"],
        ),
    ]  # fmt: skip


def _console(claims: int, loaded: int, kept: Path | None) -> list[Figure]:
    """The console's pages with many claims in the database: the slowest of them, and what it takes of the processor."""
    asked = ["-m", "benchmarks.console", str(claims), str(loaded), *([str(kept)] if kept else [])]
    found = json.loads(_child(asked).splitlines()[-1])
    pages: dict[str, dict[str, float]] = found["pages"]
    name, slowest = max(pages.items(), key=lambda one: one[1]["median"])
    busy, busiest = max(pages.items(), key=lambda one: one[1]["processor"])
    late = sum(one["median"] > CONSOLE_SECONDS for one in pages.values())
    says = f"slowest of {len(pages)} console pages with {found['claims']:,} claims: {name}; {late} above the goal"
    figures = [
        Figure(
            "console_page", says, slowest["median"] * 1e3, "ms", "<= 100 ms", slowest["median"] <= CONSOLE_SECONDS,
            least=slowest["least"] * 1e3, most=slowest["most"] * 1e3, runs=CONSOLE_RUNS,
        ),
        Figure(
            "console_processor", f"processor time of the costliest page, the database's among it: {busy}",
            busiest["processor"] * 1e3, "ms", "none", None,
        ),
    ]  # fmt: skip
    if found["loaded_per_second"]:
        says = "made-up claims loaded by bulk (hearth load), with all their steps, payments and books"
        figures.append(Figure("loaded", says, found["loaded_per_second"], "claims/s", "none", None))
    return figures


def _child(arguments: list[str], more: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=HERE,
        env={**os.environ, **(more or {})},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def _table(figures: list[Figure]) -> Table:
    table = Table(title="Figures", title_justify="left")
    for column in ("figure", "value", "min", "max", "goal", "met", "ratio", "against"):
        table.add_column(column, justify="left" if column in ("figure", "goal", "against") else "right")
    for figure in figures:
        shown = figure.written()
        spread = ("" if shown[key] is None else f"{shown[key]:,}" for key in ("min", "max"))
        met = {True: "yes", False: "NO", None: ""}[figure.met]
        ratio = "" if figure.ratio is None else f"{shown['ratio']:,}x"
        table.add_row(
            figure.says, f"{shown['value']:,} {figure.unit}", *spread, figure.goal, met, ratio, figure.against or ""
        )
    return table


if __name__ == "__main__":
    main()
