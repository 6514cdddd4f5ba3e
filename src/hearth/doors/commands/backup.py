"""`hearth backup`: everything in the database of one moment in one file, which is there whole or not at all."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from hearth.doors.commands.main import spoken
from hearth.doors.launch.attached import attached, use
from hearth.doors.launch.dumping import dumped

SAYS = {
    # message: Chinese, English
    "saving": ("正在备份", "Backing up"),
    "saved": (
        "备份完成：{file}（{mb:.1f} MB，{rows:,} 行，{tables} 张表）。",
        "Backed up: {file} ({mb:.1f} MB, {rows:,} rows of {tables} tables).",
    ),
    "tree": ("  日志  {size:,} 条，根 {root}", "  log   {size:,} leaves, root {root}"),
    "books": ("  账簿  {entries:,} 笔分录", "  books {entries:,} entries"),
    "inside": (
        "  包含  全部数据：人员、保单、赔案、材料（仍为加密状态）、决定、付款、账簿、日志与待办任务。",
        "  in it  people, policies, claims, papers (sealed as they are), decisions, payments, books, log and jobs.",
    ),
    "outside": (
        "  不含  密钥（{keys}）、数据库口令、登录会话、银行和短信通道自己的记录。密钥须另行妥善保管，缺少则无法解密。",
        "  not in it  the keys ({keys}), the database's passwords, log-in sessions, and what the bank and the carriers "
        "hold. Keep the keys elsewhere: without them what is sealed cannot be opened.",
    ),
}
KEYS = "HEARTH_SECRET_KEY, HEARTH_SEAL_KEYS, HEARTH_DIGEST_KEY, HEARTH_LOG_KEY"


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@click.option(
    "--data-dir",
    type=click.Path(path_type=Path),
    default=None,
    help="The embedded database of this folder.  [default: DATABASE_URL, else the embedded one]",
)
def backup(file: Path, force: bool, data_dir: Path | None) -> None:
    """Write everything in the database to one file.

    FILE holds the database as it is at one moment; Hearth may go on running.
    """
    if file.exists() and not force:
        raise click.ClickException(f"{file}: --force")
    with attached(data_dir) as database:
        use(database)
        from django.conf import settings

        from hearth.desks import keeping
        from hearth.doors.backups.file import write_backup

        at = datetime.now(UTC)
        with keeping.at_one_moment() as moment, click.progressbar(length=1, label=said("saving")) as bar:
            held = keeping.held()
            about = bar.length = max(1, keeping.size_of() // 8)
            pieces = dumped(database.admin_url, moment, keeping.LEFT_OUT)

            def told(done: int, of: int) -> None:
                bar.update(max(0, min(done, about) - bar.pos))

            made = write_backup(file, held, settings.LOG_NAME, at, pieces, told)
            bar.update(about - bar.pos)
    rows = sum(held.tables.values())
    click.echo(said("saved", file=file, mb=made.dump_bytes / 2**20, rows=rows, tables=len(held.tables)))
    click.echo(said("tree", size=held.size, root=held.root or "-"))
    click.echo(said("books", entries=held.entries))
    click.echo(said("inside"))
    click.echo(said("outside", keys=KEYS))


def said(name: str, **values: object) -> str:
    """A message in the language of the terminal."""
    zh, en = SAYS[name]
    return (zh if spoken() == "zh" else en).format(**values)
