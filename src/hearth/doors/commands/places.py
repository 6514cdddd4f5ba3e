"""`hearth places`: where hospitals are, loaded from a sheet, so that impossible distances between visits are seen."""

from __future__ import annotations

import csv
import datetime
from pathlib import Path

import click

from hearth.doors.commands.main import spoken
from hearth.doors.launch.attached import attach
from hearth.words.faults import Fault

HEADINGS = ("name", "latitude", "longitude")
MOST_BYTES = 16 * 1024 * 1024


class SheetWrong(Fault):
    """A row of the sheet is no place."""

    code, status = "SHEET_WRONG", 422
    says = "{file}, row {row}: want name, latitude (-90 to 90) and longitude (-180 to 180), got {got}."
    says_zh = "{file} 第 {row} 行：应为医院名称、纬度（-90 至 90）、经度（-180 至 180），实为 {got}。"


@click.command(help="Load where hospitals are: a CSV sheet of name, latitude, longitude.")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", required=True, help="Where the list comes from: it is kept with each place.")
def places(path: Path, source: str) -> None:
    """Load a sheet; a name that is known gets its new place.  One wrong row, and nothing is loaded."""
    found = read_sheet(path)
    attach()
    from hearth.desks.suspicion.places import Place, load_places
    from hearth.store.access import HOUSE

    listed = [Place(name, latitude, longitude) for name, latitude, longitude in found]
    count = load_places(HOUSE, listed, source=source, at=datetime.datetime.now(datetime.UTC))
    zh, en = f"共 {len(found):,} 家医院，新增或更正 {count:,} 家", f"{len(found):,} hospitals, {count:,} new or moved"
    click.echo(zh if spoken() == "zh" else en)


def read_sheet(path: Path) -> list[tuple[str, float, float]]:
    """The rows of a sheet.  Raises: SheetWrong at the first that is no place."""
    if path.stat().st_size > MOST_BYTES:
        raise SheetWrong(file=path.name, row=0, got=f"{path.stat().st_size:,} bytes")
    try:
        rows = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    except (UnicodeDecodeError, csv.Error) as wrong:
        raise SheetWrong(file=path.name, row=0, got=type(wrong).__name__) from None
    if not rows or tuple(cell.strip().lower() for cell in rows[0]) != HEADINGS:
        raise SheetWrong(file=path.name, row=1, got=", ".join(rows[0])[:80] if rows else "—")
    return [_place(path.name, number, cells) for number, cells in enumerate(rows[1:], 2) if any(cells)]


def _place(file: str, number: int, cells: list[str]) -> tuple[str, float, float]:
    try:
        name, latitude, longitude = cells[0].strip(), float(cells[1]), float(cells[2])
    except (IndexError, ValueError):
        name, latitude, longitude = "", 0.0, 0.0
    if not 1 <= len(name) <= 100 or not -90 <= latitude <= 90 or not -180 <= longitude <= 180:
        raise SheetWrong(file=file, row=number, got=", ".join(cells)[:80] or "—")
    return name, latitude, longitude
