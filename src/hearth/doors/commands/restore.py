"""`hearth restore`: a backup into an empty database, all or nothing, and then a look at whether all of it is whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import click

from hearth.doors.commands.main import spoken
from hearth.doors.launch.attached import Attached, attached, use
from hearth.doors.launch.dumping import entries_of, restored
from hearth.doors.launch.faults import AlreadyRunning, DatabaseNotEmpty, MigrationFailed
from hearth.doors.launch.keeper import tied_to_parent
from hearth.doors.launch.locks import FileLock

SAYS = {
    # message: Chinese, English
    "reading": ("正在检查备份文件", "Reading the backup"),
    "loading": ("正在恢复", "Restoring"),
    "checking": ("正在核对日志", "Checking the log"),
    "restored": (
        "已恢复到 {where}：{rows:,} 行，备份时间 {made_at}。",
        "Restored into {where}: {rows:,} rows, as of {made_at}.",
    ),
    "rows": (
        "行数与备份一致（{tables} 张表，{rows:,} 行）",
        "as many rows as were backed up ({tables} tables, {rows:,} rows)",
    ),
    "tree": (
        "日志的根由 {size:,} 条记录重新算出，与签名的检查点一致：{root}",
        "the log's root, computed again from {size:,} records, is that of the signed checkpoint: {root}",
    ),
    "balances": ("{accounts:,} 个账户的余额与分录一致", "the balances of {accounts:,} accounts are their entries"),
    "postings": ("{postings:,} 笔记账借贷相等", "{postings:,} postings balance"),
    "sealed": ("密钥能解开加密的列（核对了 {looked} 处）", "the keys open what is sealed (looked at {looked} places)"),
    "not_rows": ("行数与备份不符：{differ}", "rows differ from what was backed up: {differ}"),
    "not_tree": (
        "日志与检查点不符：{size:,}/{of:,} 条，不符之处 {wrong}，签名有效 {signed}，与备份一致 {same}",
        "the log is not that of its checkpoints: {size:,} of {of:,} records, wrong at {wrong}, signed {signed}, "
        "as backed up {same}",
    ),
    "not_balances": ("{wrong} 个账户的余额与分录不符", "{wrong} accounts differ from their entries"),
    "not_postings": ("{wrong} 笔记账借贷不等", "{wrong} postings do not balance"),
    "not_sealed": (
        "本机的密钥打不开加密的数据：缺少第 {missing} 版，第 {broken} 版不是当时的密钥。"
        "请设置备份时使用的 HEARTH_SEAL_KEYS；数据都在，等待正确的密钥。",
        "the keys of this machine do not open what is sealed: versions {missing} are missing, versions {broken} are "
        "other keys. Set HEARTH_SEAL_KEYS as it was when the backup was made; the data are there and wait for it.",
    ),
}


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--into-new",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    help="Make an embedded database in this new folder.  [default: DATABASE_URL, else the embedded one]",
)
def restore(file: Path, into_new: Path | None) -> None:
    """Restore a backup into an empty database, and check it.

    All of it or nothing; then it is said whether it is whole.

    A file that is damaged, cut or of a newer version changes nothing.  Ends with status 1 where what was restored is
    not as it should be.
    """
    with ExitStack() as open_until_end:
        from hearth.doors.backups.file import check_dump, check_version, read_dump, read_manifest

        manifest = read_manifest(file)
        with click.progressbar(length=max(1, manifest.dump_bytes), label=said("reading")) as bar:
            check_dump(file, manifest, lambda done, of: bar.update(done - bar.pos))
        database = open_until_end.enter_context(attached(into_new, is_new=True))
        if database.folder is not None:
            alone = FileLock(database.folder.run_lock)
            if not alone.take():
                raise AlreadyRunning(folder=database.folder.path, running="hearth run")
            open_until_end.callback(alone.release)
        use(database)
        from hearth.desks import keeping

        check_version(file, manifest, known_steps())
        if not keeping.is_empty():
            raise DatabaseNotEmpty(where=where(database))
        entries = entries_of(read_dump(file, manifest))
        make_extensions(database.admin_url, manifest.held.extensions)
        with click.progressbar(length=max(1, manifest.dump_bytes), label=said("loading")) as bar:
            restored(
                database.admin_url,
                read_dump(file, manifest, lambda done, of: bar.update(done - bar.pos)),
                entries,
            )
        migrate(database)
        with click.progressbar(length=max(1, manifest.held.size), label=said("checking")) as bar:
            checks = keeping.checked(manifest.held, lambda done, of: bar.update(done - bar.pos))
    rows = sum(manifest.held.tables.values())
    click.echo(said("restored", where=where(database), rows=rows, made_at=manifest.made_at))
    for check in checks:
        name = check.what if check.is_whole else f"not_{check.what}"
        click.echo(f"  {'ok ' if check.is_whole else 'NO '} {said(name, **check.seen)}")
    if not all(check.is_whole for check in checks):
        sys.exit(1)


def where(database: Attached) -> str:
    """The place of a database, as people name it."""
    return str(database.folder.path) if database.folder is not None else "DATABASE_URL"


def known_steps() -> set[tuple[str, str]]:
    """Every step of the tables' history that this version has."""
    from django.db.migrations.loader import MigrationLoader

    return set(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def make_extensions(url: str, names: tuple[str, ...]) -> None:
    """Make the extensions that the tables need, where they are not there."""
    import psycopg
    from psycopg import sql

    with psycopg.connect(url, autocommit=True) as connection:
        for name in names:
            connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(name)))


def migrate(database: Attached) -> None:
    """Bring the tables of an older backup to this version."""
    env = os.environ | {"DATABASE_URL": database.url, "HEARTH_ADMIN_DATABASE_URL": database.admin_url}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "django", "migrate", "--noinput", "--database", "owner"],
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        preexec_fn=tied_to_parent(signal.SIGKILL),
    )
    if done.returncode != 0:
        raise MigrationFailed(why=done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "?", log="stderr")


def said(name: str, **values: object) -> str:
    """A message in the language of the terminal."""
    zh, en = SAYS[name]
    return (zh if spoken() == "zh" else en).format(**values)
