"""`hearth run`: the database, the web server and the workers, under one parent."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

import click

from hearth.doors.commands.main import spoken
from hearth.doors.launch.company import Company
from hearth.doors.launch.folder import default_data_dir
from hearth.words.faults import Fault

MESSAGES: dict[str, tuple[str, str]] = {
    # message: English, Chinese
    "starting_database": ("Starting the database in {folder} ...", "正在启动数据库（{folder}）……"),
    "own_database": ("Using the database named by DATABASE_URL.", "使用 DATABASE_URL 所指的数据库。"),
    "waiting_database": (
        "Waiting up to {seconds} s for the database named by {variable}: {why}",
        "正在等待 {variable} 所指的数据库（最多 {seconds} 秒）：{why}",
    ),
    "migrating": ("Bringing the tables up to date ...", "正在更新数据表……"),
    "demo_failed": (
        "The demo company was not finished ({how}); Hearth starts all the same, and the next start goes on with it.",
        "演示公司未能生成完毕（{how}）；恒温照常启动，下次启动时继续生成。",
    ),
    "port_taken": ("Port {wanted} is taken; using {port}.", "端口 {wanted} 已被占用，改用 {port}。"),
    "ready": (
        "\nHearth is ready: {address}\n  data  {folder}\n  logs  {logs}\nCtrl-C stops all of it.\n",
        "\n恒温已就绪：{address}\n  数据  {folder}\n  日志  {logs}\n按 Ctrl-C 全部停止。\n",
    ),
    "child_died": (
        "{name} ended ({how}); starting it again in {pause:g} s. Its log is in the logs folder.",
        "{name} 已退出（{how}）；{pause:g} 秒后重新启动。详见日志文件夹。",
    ),
    "database_died": ("The database stopped; starting it again ...", "数据库已停止，正在重新启动……"),
    "database_back": ("The database is back.", "数据库已恢复。"),
    "stopping": ("Stopping ...", "正在停止……"),
    "stopped": ("Stopped; the data are kept.", "已停止，数据已保留。"),
}


def say(message: str, **values: Any) -> None:
    """Tell the person at the terminal, in their language."""
    language = spoken()
    fault = values.get("fault")
    if isinstance(fault, Fault):
        told = fault.sentence(language)
    else:
        if "code" in values:
            values["how"] = _how(values["code"], language)
        english, chinese = MESSAGES[message]
        told = (chinese if language == "zh" else english).format(**values)
    try:
        click.echo(told, err=isinstance(fault, Fault))
    except OSError:
        # The terminal is gone; what runs goes on, and can still be stopped in good order.
        sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115


def _how(code: int, language: str) -> str:
    if code >= 0:
        return f"退出码 {code}" if language == "zh" else f"exit code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = str(-code)
    return f"信号 {name}" if language == "zh" else f"signal {name}"


@click.command()
@click.option("--host", envvar="HEARTH_HOST", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    envvar="HEARTH_PORT",
    type=click.IntRange(1, 65535),
    default=8000,
    show_default=True,
    help="Port to listen on; the next free one is used, and said, if it is taken.",
)
@click.option(
    "--workers",
    envvar="HEARTH_WORKERS",
    type=click.IntRange(0, 64),
    default=1,
    show_default=True,
    help="Processes that run background jobs.",
)
@click.option(
    "--data-dir",
    type=click.Path(path_type=Path),
    default=None,
    help="Where the data are kept.  [default: HEARTH_DATA_DIR, else ~/.local/share/hearth, for root /var/lib/hearth]",
)
@click.option(
    "--demo",
    envvar="HEARTH_DEMO",
    type=click.Choice(("yes", "small", "no")),
    default="yes",
    show_default=True,
    help="Whether an empty database gets the demo company, under HEARTH_ENV=demo alone.",
)
def run(host: str, port: int, workers: int, data_dir: Path | None, demo: str) -> None:
    """Start Hearth here: database, web and workers; Ctrl-C stops all of it.

    Uses DATABASE_URL if it is set, else its own PostgreSQL inside the data folder.
    """
    Company(data_dir or default_data_dir(), host, port, workers, say, demo).run()
