"""`hearth calendar`: years of the work calendar loaded from the yearly notices, and shown."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from hearth.doors.commands.main import spoken
from hearth.doors.launch.attached import attach

_SAYS = {
    "loaded": ("已载入 {years} 年；重新计算 {count:,} 个时限，其中 {changed:,} 个有变化",
               "{years} loaded; {count:,} time limits counted anew, {changed:,} of them changed"),
    "known": ("这些年份此前已载入，未作更改", "These years are known as they stand; nothing changed"),
    "hours": ("工作时间：{hours}", "Hours of work: {hours}"),
    "year": ("{year}  休息日 {rest} 天，调休上班 {worked} 天  {source}",
             "{year}  {rest} days off, {worked} weekend days worked  {source}"),
    "beyond": ("{year} 年只按周末休息暂计；请在通知发布后载入。{later} 年及以后一律报错。",
               "In {year} Saturdays and Sundays rest, provisionally, until its notice is loaded; "
               "from {later} on a day is an error that names its year."),
}  # fmt: skip


@click.group(help="Load years of the work calendar, and show what is known.")
def calendar() -> None:
    """The years of rest days and worked weekends."""


@calendar.command()
@click.argument("path", type=click.Path(path_type=Path))
def load(path: Path) -> None:
    """Load the years of PATH, a file in the form of the one that ships; what changed is counted anew."""
    attach()
    from hearth.desks.promises.years import load_years, recount
    from hearth.store.access import HOUSE
    from hearth.store.calendars import stated_years

    years = load_years(HOUSE, stated_years(path), at=datetime.datetime.now(datetime.UTC))
    if not years:
        click.echo(_said("known"))
        return
    count = changed = after = 0
    while (done := recount(years[0], after_id=after)).looked_at:
        count, changed, after = count + done.looked_at, changed + done.changed, done.after_id
    click.echo(_said("loaded", years=", ".join(map(str, years)), count=count, changed=changed))


@calendar.command()
def show() -> None:
    """Show every year that is known, its notice, and the hours of work."""
    attach()
    from hearth.store.calendars import asked_again

    known = asked_again()
    click.echo(_said("hours", hours=", ".join(f"{_clock(first)}-{_clock(last)}" for first, last in known.hours)))
    for each in known.years:
        off = sum(1 for day in each.rest if day.weekday() < 5)
        click.echo(_said("year", year=each.year, rest=off, worked=len(each.worked), source=each.source))
    click.echo(_said("beyond", year=known.last_year + 1, later=known.last_year + 2))


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _said(what: str, **values: object) -> str:
    zh, en = _SAYS[what]
    return (zh if spoken() == "zh" else en).format(**values)
