"""`hearth keys`: which keys seal the columns of the database, and everything sealed again with the newest."""

from __future__ import annotations

import datetime

import click

from hearth.doors.commands.main import spoken
from hearth.doors.launch.attached import attach

_SAYS = {
    "none": ("没有加密的数据。", "Nothing is sealed."),
    "place": ("位置", "place"),
    "version": ("密钥版本", "key version"),
    "rows": ("条数", "values"),
    "rotating": ("重新加密", "Sealing again"),
    "rotated": (
        "{count:,} 条已用第 {version} 版密钥重新加密。",
        "{count:,} values are sealed again with key {version}.",
    ),
    "current": ("全部数据均由第 {version} 版密钥加密。", "Everything is sealed with key {version}."),
}


@click.group(help="Show which keys seal the database's columns, or seal all again.")
def keys() -> None:
    """Which keys seal what."""


@keys.command()
def show() -> None:
    """Show how many values each version of the key seals, column by column."""
    attach()
    from hearth.desks.people import key_counts
    from hearth.store.access import HOUSE

    counts = key_counts(HOUSE)
    if not counts:
        click.echo(_said("none"))
        return
    width = max(len(count.place) for count in counts)
    click.echo(f"{_said('place'):<{width}}  {_said('version')}  {_said('rows')}")
    for count in counts:
        click.echo(f"{count.place:<{width}}  {count.version:>11}  {count.rows:>12,}")


@keys.command()
@click.option("--batch", type=click.IntRange(1, 10_000), default=500, show_default=True, help="Values a transaction.")
def rotate(batch: int) -> None:
    """Seal everything again with the newest key; stop and start it at any time, while Hearth runs."""
    attach()
    from hearth.desks.people import key_counts, rotate_keys
    from hearth.store.access import HOUSE
    from hearth.store.sealed import newest_key_version

    newest = newest_key_version()
    waiting = sum(count.rows for count in key_counts(HOUSE) if count.version != newest)
    done = 0
    with click.progressbar(length=waiting, label=_said("rotating")) as bar:
        while changed := rotate_keys(HOUSE, at=datetime.datetime.now(datetime.UTC), batch=batch):
            done += changed
            bar.update(changed)
    click.echo(_said("rotated", count=done, version=newest) if done else _said("current", version=newest))


def _said(name: str, **values: object) -> str:
    zh, en = _SAYS[name]
    return (zh if spoken() == "zh" else en).format(**values)
