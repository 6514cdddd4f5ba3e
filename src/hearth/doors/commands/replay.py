"""`hearth replay`: a year of claims decided again, and set against the same year under changed terms."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click
import polars as pl
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from hearth.doors.commands.main import spoken
from hearth.doors.feeds.rehearsal import (
    Comparison,
    Effect,
    Judge,
    Span,
    Tally,
    checked,
    claim_frame,
    comparison,
    compiles,
    decide_part,
    decided,
    in_parts,
    judge_of,
    product_named,
    warm,
)
from hearth.kernel.adjudication.run import MONEY
from hearth.store.frames import LINE_NAMES, LineFile, Part, decided_frame, written_beside
from hearth.words.arrays import Outcome
from hearth.words.money import yuan
from hearth.words.reasons import reason

WORDS: dict[str, tuple[str, str]] = {
    "public": ("医保等公共支付", "public funds"),
    "others": ("其他来源支付", "others"),
    "not_covered": ("不在保障内", "not covered"),
    "deductible": ("免赔额", "deductible"),
    "own_share": ("个人按比例承担", "own share"),
    "over_limits": ("超出限额", "over limits"),
    "reduced_for_age": ("年龄不实减少", "reduced for age"),
    "payable": ("应赔付", "payable"),
    "billed": ("账单金额", "billed"),
    "yuan": ("元", "yuan"),
    "share": ("占账单", "of billed"),
    "reason": ("原因", "reason"),
    "lines": ("行数", "lines"),
    "totals": ("合计", "Totals"),
    "reasons": ("每行由什么决定", "What decided each line"),
    "claims": ("赔案", "claims"),
    "insured": ("被保险人", "insured people"),
    "deciding": ("理算中", "deciding"),
    "compiling": ("首次运行：编译理算程序，约半分钟", "first run: compiling the scan, about half a minute"),
    "synthetic": ("合成数据：没有一行涉及真实的人。", "Synthetic data: no line is about a real person."),
    "unread": ("未读取的列：{names}", "Columns not read: {names}"),
    "speed": (
        "{product}：{lines:,} 行，{claims:,} 件赔案，{seconds:.2f} 秒，每秒 {rate:,.0f} 行",
        "{product}: {lines:,} lines of {claims:,} claims in {seconds:.2f} s, {rate:,.0f} lines/s",
    ),
    "person": (
        "{count:,} 行的检查结果只是建议，须由理赔人员决定。",
        "On {count:,} lines a check gives a proposal only: a person decides.",
    ),
    "written": ("逐行结果已写入 {out}", "Line by line in {out}"),
    "cost": (
        "{before} → {after}：应赔付由 {paid} 元变为 {then} 元，差额 {cost} 元（{share}）",
        "{before} → {after}: payable goes from {paid} to {then} yuan, {cost} yuan ({share})",
    ),
    "effect": ("谁得谁失：{of}", "Who gains, who loses: {of}"),
    "gain": ("得到更多", "gain"),
    "lose": ("得到更少", "lose"),
    "count": ("数量", "count"),
    "sum": ("金额（元）", "sum (yuan)"),
    "median": ("中位数", "median"),
    "most": ("最大", "largest"),
    "unchanged": ("不变", "unchanged"),
    "largest": ("变化最大的十个：{of}", "The ten largest changes: {of}"),
    "claim": ("赔案", "claim"),
    "person_id": ("被保险人", "insured"),
    "before": ("原应赔付", "before"),
    "after": ("新应赔付", "after"),
    "change": ("变化", "change"),
}
"""What this command says, (zh, en)."""


@dataclass(frozen=True)
class Run:
    """One product over the whole file."""

    product: str
    tally: Tally
    seconds: float

    @property
    def rate(self) -> float:
        """Lines a second."""
        return self.tally.lines / max(self.seconds, 1e-9)


@click.command()
@click.argument("lines", type=click.Path(path_type=Path))
@click.option("--product", required=True, help="The product's code, or the path of a terms.yaml.")
@click.option("--against", help="A second product, by code or path: who gains, who loses, what it costs.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write every line's decision to this Parquet file."
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON, amounts in fen.")
@click.option("--lang", type=click.Choice(["zh", "en"]), help="The language of what is printed.")
@click.option("--threads", type=click.IntRange(1, 256), help="How many parts at once; one a processor core by default.")
def replay(
    lines: Path,
    product: str,
    against: str | None,
    out: Path | None,
    as_json: bool,
    lang: str | None,
    threads: int | None,
) -> None:
    """Decide a whole year again, or under changed terms: LINES is a Parquet file of docs/year.md.

    With --against the year is decided under a second product too.  A settled decision stays as it is: this says what
    would be.
    """
    language = lang or spoken()
    terms = product_named(product)
    other = product_named(against) if against is not None else None
    file = LineFile(lines)
    judges = [judge_of(each, file.diseases) for each in (terms, other) if each is not None]
    console = Console(stderr=True)
    compiled = compiles(file)
    if compiled:
        with console.status(_say("compiling", language)):
            for judge in judges:
                warm(file, judge)
    tallies = [Tally() for _ in judges]
    changes: list[pl.DataFrame] = []
    rows: list[pl.DataFrame] = []
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console,
        transient=True, disable=not console.is_terminal,
    )  # fmt: skip

    def work(span: Span) -> tuple[list[Tally], pl.DataFrame | None, pl.DataFrame | None]:
        return _work(file, judges, span, compiled, out is not None)

    began = time.perf_counter()
    with bar:
        task = bar.add_task(_say("deciding", language), total=file.lines)
        for found, change, decisions in in_parts(file.parts(), work, threads, lambda done: bar.advance(task, done)):
            for tally, more in zip(tallies, found, strict=True):
                tally.merge(more)
            if change is not None:
                changes.append(change)
            if decisions is not None:
                rows.append(decisions)
    seconds = time.perf_counter() - began
    if out is not None:
        _write(rows, out, terms.code, file)
    names = [_name(judge) for judge in judges]
    if len(set(names)) < len(names):
        names[1] = f"{names[1]} ({against})"
    runs = [Run(name, tally, seconds) for name, tally in zip(names, tallies, strict=True)]
    compared = comparison(changes) if changes else None
    if as_json:
        click.echo(json.dumps(_figures(file, runs, compared, out), ensure_ascii=False, indent=2, default=str))
    else:
        _print(file, runs, compared, out, language)


def _work(
    file: LineFile, judges: list[Judge], span: Span, compiled: bool, wants_rows: bool
) -> tuple[list[Tally], pl.DataFrame | None, pl.DataFrame | None]:
    """One part: decided under every product, counted, compared, and its rows for the file of decisions."""
    tallies: list[Tally] = []
    decisions: list[tuple[Part, Outcome]] = []
    for judge in judges:
        if decisions and judge.reading.same_arrays(judges[0].reading):
            part = decisions[0][0]
            outcome = decide_part(part, judge, compiled)
        else:
            part, outcome = decided(file, judge, span, compiled)
        checked(part, judge, outcome)
        tally = Tally()
        tally.add(part, outcome)
        tallies.append(tally)
        decisions.append((part, outcome))
    change = None
    if len(decisions) > 1:
        (part, before), (part_after, after) = decisions
        change = claim_frame(part, before, part_after, after)
    rows = None
    if wants_rows:
        rows = decided_frame(file.names(span, LINE_NAMES), *decisions[0])
    return tallies, change, rows


def _write(rows: list[pl.DataFrame], out: Path, product: str, file: LineFile) -> None:
    whole = pl.concat(rows, rechunk=False)
    if not whole["row"].is_sorted():
        whole = whole.sort("row", maintain_order=True)
    metadata = {"hearth.format": "hearth decisions 1", "hearth.product": product}
    if file.synthetic:
        metadata["hearth.synthetic"] = "yes"
    with written_beside(out) as beside:
        whole.write_parquet(beside, compression="lz4", row_group_size=131_072, metadata=metadata)


def _name(judge: Judge) -> str:
    return f"{judge.terms.code} {judge.terms.version}"


# --- figures ----------------------------------------------------------------------------------------------------------


def _figures(file: LineFile, runs: list[Run], compared: Comparison | None, out: Path | None) -> dict[str, Any]:
    """Everything as plain values; amounts are fen."""
    first = runs[0]
    figures: dict[str, Any] = {
        "file": {
            "lines": file.lines,
            "claims": first.tally.claims,
            "owners": file.owners,
            "synthetic": file.synthetic,
            "columns_not_read": list(file.unread),
        },
        "seconds": round(first.seconds, 4),
        "lines_per_second": round(first.rate),
        **_totals(first),
        "out": str(out) if out is not None else None,
    }
    if compared is not None:
        figures["against"] = {
            **_totals(runs[1]),
            "before": compared.before,
            "after": compared.after,
            "cost": compared.after - compared.before,
            "claims": asdict(compared.claims),
            "insured": asdict(compared.insured),
        }
    return figures


def _totals(run: Run) -> dict[str, Any]:
    return {
        "product": run.product,
        "totals": {"billed": run.tally.billed, **run.tally.money},
        "reasons": {
            code.name.lower(): {"rows": rows, "billed": billed, "payable": payable}
            for code, (rows, billed, payable) in sorted(run.tally.reasons.items())
        },
        "rows_for_a_person": run.tally.referred,
    }


# --- words ------------------------------------------------------------------------------------------------------------


def _say(key: str, lang: str, **data: Any) -> str:
    return WORDS[key][0 if lang.startswith("zh") else 1].format(**data)


def _print(file: LineFile, runs: list[Run], compared: Comparison | None, out: Path | None, lang: str) -> None:
    console = Console(highlight=False)
    if file.synthetic:
        console.print(_say("synthetic", lang))
    if file.unread:
        console.print(_say("unread", lang, names=", ".join(file.unread)), markup=False)
    for run in runs:
        tally = run.tally
        console.print(
            _say(
                "speed",
                lang,
                product=run.product,
                lines=tally.lines,
                claims=tally.claims,
                seconds=run.seconds,
                rate=run.rate,
            ),
            markup=False,
        )
        console.print(_totals_table(tally, lang))
        console.print(_reasons_table(tally, lang))
        console.print(_say("person", lang, count=tally.referred))
    if out is not None:
        console.print(_say("written", lang, out=out), markup=False)
    if compared is not None:
        cost = compared.after - compared.before
        share = f"{cost / compared.before:+.2%}" if compared.before else "—"
        console.print(
            _say(
                "cost", lang, before=runs[0].product, after=runs[1].product, paid=yuan(compared.before),
                then=yuan(compared.after), cost=_signed(cost), share=share,
            ),
            markup=False,
        )  # fmt: skip
        for effect in (compared.insured, compared.claims):
            console.print(_effect_table(effect, lang))
            if effect.gain.count or effect.lose.count:
                console.print(_largest_table(effect, lang))


def _signed(fen: int) -> str:
    return ("+" if fen > 0 else "") + yuan(fen)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", header_style="bold")
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number == 0 else "right")
    return table


def _totals_table(tally: Tally, lang: str) -> Table:
    table = _table(_say("totals", lang), "", _say("yuan", lang), _say("share", lang))
    for name in ("billed", *MONEY):
        amount = tally.billed if name == "billed" else tally.money[name]
        share = f"{amount / tally.billed:.1%}" if tally.billed else "—"
        table.add_row(_say(name, lang), yuan(amount), share)
    return table


def _reasons_table(tally: Tally, lang: str) -> Table:
    table = _table(_say("reasons", lang), *(_say(key, lang) for key in ("reason", "lines", "billed", "payable")))
    for code, (rows, billed, payable) in sorted(tally.reasons.items(), key=lambda each: -each[1][0]):
        table.add_row(reason(code.name.lower(), lang), f"{rows:,}", yuan(billed), yuan(payable))
    return table


def _effect_table(effect: Effect, lang: str) -> Table:
    title = _say("effect", lang, of=_say(effect.of, lang))
    heads = (_say("count", lang), _say("sum", lang), "10 %", _say("median", lang), "90 %", "99 %", _say("most", lang))
    table = _table(title, "", *heads)
    for key, side, sign in (("gain", effect.gain, 1), ("lose", effect.lose, -1)):
        marks = [
            _signed(sign * side.quantiles[name]) if side.count else "—" for name in ("p10", "p50", "p90", "p99", "max")
        ]
        table.add_row(_say(key, lang), f"{side.count:,}", _signed(sign * side.total), *marks)
    table.add_row(_say("unchanged", lang), f"{effect.unchanged:,}", "", "", "", "", "", "")
    return table


def _largest_table(effect: Effect, lang: str) -> Table:
    keys = ("claim", "insured") if effect.of == "claims" else ("insured",)
    heads = [_say("claim" if key == "claim" else "person_id", lang) for key in keys]
    table = _table(
        _say("largest", lang, of=_say(effect.of, lang)),
        *heads,
        *(_say(key, lang) for key in ("before", "after", "change")),
    )
    for side in (effect.gain, effect.lose):
        for one in side.largest:
            table.add_row(
                *(str(one[key]) for key in keys), yuan(one["before"]), yuan(one["after"]), _signed(one["change"])
            )
    return table
