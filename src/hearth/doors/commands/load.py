"""`hearth load`: a database grown to load-test size with made-up people, policies and claims, by bulk."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from hearth.doors.commands.main import spoken
from hearth.doors.launch.attached import attached, use

SAYS = {
    # message: Chinese, English
    "loading": ("正在载入", "Loading"),
    "loaded": (
        "已载入 {claims:,} 件虚构赔案、{people:,} 人，共 {rows:,} 行，分 {batches:,} 批；"
        "{seconds:.1f} 秒，每秒 {rate:,.0f} 件。",
        "Loaded {claims:,} made-up claims of {people:,} people, {rows:,} rows in {batches:,} batches, "
        "in {seconds:.1f} s: {rate:,.0f} claims/s.",
    ),
    "analyzed": ("统计信息已更新（{seconds:.1f} 秒）。", "Statistics of the tables renewed ({seconds:.1f} s)."),
}


@click.command()
@click.option("--claims", type=click.IntRange(1, 100_000_000), required=True, help="How many claims to bring in.")
@click.option(
    "--seed", type=click.IntRange(0, 2**31), default=1, show_default=True, help="What is drawn follows from it."
)
@click.option(
    "--data-dir",
    type=click.Path(path_type=Path),
    default=None,
    help="The embedded database of this folder.  [default: DATABASE_URL, else the embedded one]",
)
def load(claims: int, seed: int, data_dir: Path | None) -> None:
    """Grow the database to load-test size with made-up claims.

    Made-up people, policies and claims with all their steps.

    Rows come in by bulk, some thousand claims a transaction and one record a batch; every rule of the tables is held.
    The records say that they are made up; production refuses it.
    """
    import time

    import psycopg

    with attached(data_dir) as database:
        use(database)
        from hearth.doors.demo.growth import grow

        with click.progressbar(length=claims, label=said("loading"), file=sys.stderr) as bar:
            grown = grow(claims, datetime.now(UTC), seed=seed, told=lambda done: bar.update(done - bar.pos))
        begun = time.perf_counter()
        with psycopg.connect(database.admin_url, autocommit=True) as connection:
            connection.execute("ANALYZE")
    click.echo(
        said(
            "loaded",
            claims=grown.claims,
            people=grown.people,
            rows=grown.rows,
            batches=grown.batches,
            seconds=grown.seconds,
            rate=grown.claims / grown.seconds,
        )
    )
    click.echo(said("analyzed", seconds=time.perf_counter() - begun))


def said(name: str, **values: object) -> str:
    """A message in the language of the terminal."""
    zh, en = SAYS[name]
    return (zh if spoken() == "zh" else en).format(**values)
