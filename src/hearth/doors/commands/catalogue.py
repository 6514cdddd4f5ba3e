"""`hearth catalogue`: national audit lists and disease codes loaded, shown, and what a machine checks of them."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hearth.doors.commands.main import spoken
from hearth.doors.launch.attached import attach

if TYPE_CHECKING:
    from hearth.store.access.catalogue import RowJudged

_SAYS = {
    "none": ("还没有载入清单。", "No list is loaded yet."),
    "loaded": (
        "{name}（{version}）：已载入 {rows:,} 行，关系 {edges:,} 条{shares}",
        "{name} ({version}): {rows:,} rows loaded, {edges:,} edges{shares}",
    ),
    "known": ("{name}（{version}）：此前已载入，未作更改", "{name} ({version}): loaded before, nothing changed"),
    "shares": (
        "；可机检 {encoded:,}（{share}），部分可机检 {partly:,}，须人工阅读 {text:,}，无限定 {silent:,}",
        "; {encoded:,} encoded ({share}), {partly:,} in part, {text:,} for a person to read, {silent:,} state nothing",
    ),
    "current": ("现行", "current"),
    "earlier": ("旧版", "earlier"),
    "shown": (
        "{state}  {name}（{version}）  {rows:,} 行  {sha256}  {file}{shares}",
        "{state}  {name} ({version})  {rows:,} rows  {sha256}  {file}{shares}",
    ),
    "judged": (
        "  已由人判定 {judged:,} 条发现：成立 {stands:,}，已有解释 {explained:,}，规则不适用 {not_applicable:,}",
        "  {judged:,} findings judged: {stands:,} stand, {explained:,} explained, {not_applicable:,} not applicable",
    ),
    "row_judged": (
        "  第 {number} 行  {code}  {name}：成立 {stands:,}，已有解释 {explained:,}，规则不适用 {not_applicable:,}"
        "{mostly}",
        "  row {number}  {code}  {name}: {stands:,} stand, {explained:,} explained, {not_applicable:,} not applicable"
        "{mostly}",
    ),
    "mostly": ("（多数不适用，请复核此行）", " (mostly not applicable: look at this row)"),
    "left": ("  第 {number} 行  {code}  {name}：{left}", "  row {number}  {code}  {name}: {left}"),
    "products": ("产品条款：关系 {edges:,} 条", "Products' clauses: {edges:,} edges"),
    "counted": ("本公司赔案：{courses:,} 种疾病与就医方式有常见病程与费用", "Own claims: {courses:,} usual courses"),
}


@click.group(help="Load national audit lists and disease codes, and show what a machine checks of them.")
def catalogue() -> None:
    """Lists that claims are set against."""


@catalogue.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--version", required=True, help="What this edition of the lists is called.")
def load(paths: tuple[Path, ...], version: str) -> None:
    """Load lists from PATHS: CSV files, or folders of them; what is loaded already stays as it is."""
    attach()
    from hearth.desks.catalogue.graph import tell_products
    from hearth.desks.catalogue.loading import load_list
    from hearth.doors.feeds.audit_lists import files_of, read_list
    from hearth.kernel.documents.audit.forms import form_of
    from hearth.store.access import HOUSE

    # Every file is read before the first is loaded: a wrong row stops all of them.
    lists = [read_list(path, version) for path in files_of(paths)]
    for one in lists:
        made = load_list(
            HOUSE, one.kind, one.version, one.rows, at=_now(), file=one.file, sha256=one.sha256
        )  # fmt: skip
        form = form_of(one.kind)
        name = form.zh if spoken() == "zh" else form.en
        shares = _shares(made.rows, made.encoded, made.partly, made.text, made.silent) if form.is_audited else ""
        what = "loaded" if made.is_new else "known"
        click.echo(_said(what, name=name, version=made.version, rows=made.rows, edges=made.edges, shares=shares))
    click.echo(_said("products", edges=tell_products(HOUSE, at=_now())))


@catalogue.command()
@click.option("--text", is_flag=True, help="Also every row of which something is left for a person to read.")
@click.option("--judged", is_flag=True, help="Also every row whose findings people judged, and how often they stood.")
def show(text: bool, judged: bool) -> None:
    """Show every list that is loaded, the share of its rows that is encoded, and rows that mostly do not apply."""
    attach()
    from hearth.kernel.documents.audit.forms import ListKind, form_of
    from hearth.store.access import HOUSE
    from hearth.store.access.catalogue import catalogue_lists, entries, rows_judged

    now = _now()
    found = catalogue_lists(HOUSE, now)
    said: dict[tuple[str, str], list[RowJudged]] = {}
    for one in rows_judged(HOUSE, now):
        said.setdefault((one.kind, one.version), []).append(one)
    if not found:
        click.echo(_said("none"))
    for row in found:
        form = form_of(ListKind(row.kind))
        shares = _shares(row.rows, row.encoded, row.partly, row.text, row.silent) if form.is_audited else ""
        click.echo(
            _said(
                "shown", state=_said("current" if row.is_current else "earlier"), version=row.version, rows=row.rows,
                name=form.zh if spoken() == "zh" else form.en, sha256=row.sha256[:12], file=row.file, shares=shares,
            )
        )  # fmt: skip
        _show_judged(row.list_id, said.get((row.kind, row.version), []), now, every=judged)
        for state in ("partly", "text") if text and row.is_current else ():
            for entry in entries(HOUSE, row.list_id, now, state=state, most=1_000):
                left = "、".join(f"{heading} {entry.values.get(heading, '')}".strip() for heading in entry.left)
                click.echo(_said("left", number=entry.number, code=entry.code, name=entry.name, left=left))


def _show_judged(list_id: int, said: Sequence[RowJudged], now: datetime.datetime, *, every: bool) -> None:
    """How often the findings of a list stood: of the whole list, and of rows that mostly do not apply (or `every`)."""
    from hearth.store.access import HOUSE
    from hearth.store.access.catalogue import entries

    if not said:
        return
    names = ("stands", "explained", "not_applicable", "judged")
    click.echo(_said("judged", **{name: sum(getattr(one, name) for one in said) for name in names}))
    chosen = {one.number: one for one in said if every or one.mostly_not}
    known = {one.number: one for one in entries(HOUSE, list_id, now, numbers=chosen, most=1_000)} if chosen else {}
    for number, one in chosen.items():
        entry = known.get(number)
        values = {name: getattr(one, name) for name in names}
        click.echo(
            _said(
                "row_judged", number=number, code=entry.code if entry else "", name=entry.name if entry else "",
                mostly=_said("mostly") if one.mostly_not else "", **values,
            )
        )  # fmt: skip


@catalogue.command()
def count() -> None:
    """Count the company's own decided claims: what is usual for a disease, and by what it is treated."""
    attach()
    from hearth.desks.catalogue.counting import count_claims
    from hearth.store.access import HOUSE

    click.echo(_said("counted", courses=count_claims(HOUSE, at=_now())))


def _shares(rows: int, encoded: int, partly: int, text: int, silent: int) -> str:
    stated = rows - silent
    share = f"{encoded / stated:.1%}" if stated else "-"
    return _said("shares", encoded=encoded, partly=partly, text=text, silent=silent, share=share)


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def _said(what: str, /, **values: object) -> str:
    zh, en = _SAYS[what]
    return (zh if spoken() == "zh" else en).format(**values)
