"""`hearth admissions`: a hospital's sheet of admissions taken in, each stay a request for an advance, once."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from hearth.doors.commands.main import spoken
from hearth.doors.feeds.admissions import COLUMNS, read_admissions
from hearth.doors.launch.attached import attach
from hearth.words.faults import Fault

_SAYS = {
    "taken": ("{place}  {stay}  {no}", "{place}  {stay}  {no}"),
    "left": ("{place}  {stay}  未收：{why}", "{place}  {stay}  not taken: {why}"),
    "all": ("共 {count} 行：收到 {taken} 行，未收 {left} 行", "{count} rows: {taken} taken, {left} not taken"),
}


@click.group(help="Take a hospital's sheet of admissions in, each stay once.")
def admissions() -> None:
    """Sheets of admissions."""


@admissions.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--partner", required=True, help="Code of the hospital as a partner: `hearth partner list`.")
@click.pass_context
def load(ctx: click.Context, path: Path, partner: str) -> None:
    """Take in the stays of PATH, a CSV or XLSX sheet; taken in again, the same stays are the same requests."""
    rows = read_admissions(path)
    attach()
    from hearth.desks import advances
    from hearth.store.access import HOUSE

    at = datetime.datetime.now(datetime.UTC)
    left = 0
    for row in rows:
        told = advances.Admission(
            admitted_on=row.admitted_on, illness=row.illness, icd=row.icd, plan=row.plan,
            estimate_fen=row.estimate_fen, is_emergency=row.is_emergency,
        )  # fmt: skip
        try:
            no = advances.notify_in_feed(
                HOUSE, partner, at=at, name=row.name, id_number=row.id_number, external_id=row.external_id,
                admission=told,
            )  # fmt: skip
        except Fault as fault:
            if fault.status == 404:
                raise
            left += 1
            click.echo(_said("left", place=row.place, stay=row.external_id, why=fault.sentence(spoken())))
        else:
            click.echo(_said("taken", place=row.place, stay=row.external_id, no=no))
    click.echo(_said("all", count=len(rows), taken=len(rows) - left, left=left))
    ctx.exit(1 if left else 0)


@admissions.command()
def columns() -> None:
    """Print the heading of such a sheet, to begin one."""
    click.echo(",".join(zh if spoken() == "zh" else en for zh, en, _ in COLUMNS.values()))


def _said(what: str, **values: object) -> str:
    zh, en = _SAYS[what]
    return (zh if spoken() == "zh" else en).format(**values)
