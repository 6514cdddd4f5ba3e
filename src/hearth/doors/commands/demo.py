"""`hearth demo`: the demo company is made in an empty database: people, policies and claims in every state."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from hearth.doors.commands.main import spoken
from hearth.doors.launch.attached import attached, use

SAYS = {
    # message: Chinese, English
    "making": ("正在生成演示公司", "Making the demo company"),
    "made": (
        "演示公司已就绪：{people} 人，{policies} 张保单，{claims} 件赔案，{payments} 笔付款，{records} 条记录，"
        "全部为虚构。",
        "The demo company is there: {people} people, {policies} policies, {claims} claims, {payments} payments, "
        "{records} records, all of them made up.",
    ),
    "was_there": ("演示公司已经在此：{claims} 件赔案。", "The demo company is there already: {claims} claims."),
    "trouble": ("未能完成：{what}", "Not done: {what}"),
}


@click.command()
@click.option("--small", is_flag=True, help="One claim of each kind, instead of some hundreds.")
@click.option("--seed", type=click.IntRange(0, 2**31), default=None, help="Another seed gives another company.")
@click.option("--if-wanted", is_flag=True, help="Do nothing, and say nothing, in a database that is not empty.")
@click.option(
    "--data-dir",
    type=click.Path(path_type=Path),
    default=None,
    help="The embedded database of this folder.  [default: DATABASE_URL, else the embedded one]",
)
def demo(small: bool, seed: int | None, if_wanted: bool, data_dir: Path | None) -> None:
    """Make the demo company in an empty database.

    The cast, their policies, and claims in every state.

    `hearth run` does so by itself at its first start under HEARTH_ENV=demo.  Stopped half-way, it goes on where it
    was.  Everything in it is made up; production refuses it.
    """
    with attached(data_dir) as database:
        use(database)
        from hearth.doors.demo import loading

        if if_wanted and not loading.is_wanted():
            return
        now = datetime.now(UTC)
        with click.progressbar(length=1_000, label=said("making"), file=sys.stderr) as bar:

            def told(done: int, of: int) -> None:
                bar.update(1_000 * done // max(1, of) - bar.pos)

            made = loading.load(now, seed=loading.SEED if seed is None else seed, is_small=small, told=told)
        for trouble in made.troubles:
            click.echo(said("trouble", what=trouble), err=True)
        click.echo(said("was_there" if made.was_there else "made", **{k: f"{n:,}" for k, n in made.counts.items()}))


def said(name: str, **values: object) -> str:
    """A message in the language of the terminal."""
    zh, en = SAYS[name]
    return (zh if spoken() == "zh" else en).format(**values)
