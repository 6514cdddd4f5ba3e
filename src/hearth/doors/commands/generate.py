"""`hearth generate`: a synthetic year of claims in one Parquet file, marked as made up."""

from __future__ import annotations

import time
from pathlib import Path

import click

from hearth.doors.commands.main import spoken
from hearth.doors.feeds.rehearsal import product_named
from hearth.doors.feeds.year import metadata_of, shape_for, synthetic_year
from hearth.store.frames import written_beside

MOST_LINES = 50_000_000
ROW_GROUP = 131_072
"""Rows of a row group: small enough that a part of the file is read without its neighbours."""


@click.command()
@click.option("--lines", type=click.IntRange(1, MOST_LINES), required=True, help="How many lines.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="The same seed, the same year.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The Parquet file to write."
)
@click.option("--product", help="A product's code or terms.yaml: its plans, settings and conditions.")
@click.option("--year", type=click.IntRange(1950, 2150), help="The year of the claims; 2027 if nothing says otherwise.")
def generate(lines: int, seed: int, out: Path, product: str | None, year: int | None) -> None:
    """Make a synthetic year of claims, a Parquet file of docs/year.md.

    It has stays, families, chronic repeaters, claims of 0.22 yuan and one person with 108 claims.
    The file says in its metadata that it is made up; docs/year.md describes its columns and its shape.
    """
    began = time.perf_counter()
    terms = product_named(product) if product is not None else None
    shape = shape_for(terms, lines, seed, year)
    frame = synthetic_year(shape)
    with written_beside(out) as beside:
        frame.write_parquet(beside, compression="lz4", row_group_size=ROW_GROUP, metadata=metadata_of(shape))
    seconds = time.perf_counter() - began
    told = {
        "en": f"{out}: {frame.height:,} synthetic lines of {shape.first_on.year}, seed {seed}, "
        f"{out.stat().st_size / 1e6:,.1f} MB, {seconds:.1f} s",
        "zh": f"{out}：{shape.first_on.year} 年 {frame.height:,} 行合成数据，种子 {seed}，"
        f"{out.stat().st_size / 1e6:,.1f} MB，用时 {seconds:.1f} 秒",
    }
    click.echo(told[spoken()])
