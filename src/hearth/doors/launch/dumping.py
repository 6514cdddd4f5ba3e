"""Dumping: PostgreSQL's own programs of backup and restore, fed and read through pipes, with no password in sight."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from hearth.doors.launch.account import Account, name_of
from hearth.doors.launch.cluster import last_words
from hearth.doors.launch.faults import DumpFailed, ProgramsMissing
from hearth.doors.launch.folder import DataFolder, default_data_dir
from hearth.doors.launch.keeper import tied_to_parent
from hearth.doors.launch.programs import Programs, clean_environment, find_programs

CHUNK = 1 << 20
SKIPPED = (" EXTENSION ", " COMMENT ", " SCHEMA - public ", " ACL ", " DEFAULT ACL ")
"""Entries of a dump that are the server's own matter: extensions are made before, rights come from the roles."""


def dumped(url: str, snapshot: str, left_out: tuple[str, ...]) -> Iterator[bytes]:
    """The dump of a database at an exported moment, piece by piece, in PostgreSQL's own packed form.

    Raises: ProgramsMissing, DumpFailed with what the program said last.
    """
    programs = _programs("pg_dump")
    with _login(url) as (address, env):
        argv = [
            programs.path("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", "--no-comments",
            "--no-password", f"--snapshot={snapshot}", f"--dbname={address}",
            *(f"--exclude-table-data={name}" for name in left_out),
        ]  # fmt: skip
        with tempfile.TemporaryFile() as told, _started(argv, env, told, stdout=subprocess.PIPE) as program:
            assert program.stdout is not None
            while piece := program.stdout.read(CHUNK):
                yield piece
            _ended(program, told, "pg_dump")


def restored(url: str, dump: Iterator[bytes], entries: str) -> None:
    """Load the chosen entries of a dump into an empty database, all or nothing.  Raises: as `dumped`."""
    programs = _programs("pg_restore")
    with _login(url) as (address, env), tempfile.NamedTemporaryFile("w", suffix=".list") as chosen:
        chosen.write(entries)
        chosen.flush()
        argv = [
            programs.path("pg_restore"), "--format=custom", "--no-owner", "--no-privileges", "--no-password",
            "--single-transaction", "--exit-on-error", f"--use-list={chosen.name}", f"--dbname={address}",
        ]  # fmt: skip
        with tempfile.TemporaryFile() as told, _started(argv, env, told, stdin=subprocess.PIPE) as program:
            assert program.stdin is not None
            with suppress(BrokenPipeError):
                for piece in dump:
                    program.stdin.write(piece)
            with suppress(BrokenPipeError):
                program.stdin.close()
            _ended(program, told, "pg_restore")


def entries_of(dump: Iterator[bytes]) -> str:
    """The list of a dump's entries that are to be restored.  Raises: ProgramsMissing, DumpFailed."""
    programs = _programs("pg_restore")
    with tempfile.TemporaryFile() as told, tempfile.TemporaryFile("w+") as listed:
        argv = [programs.path("pg_restore"), "--format=custom", "--list"]
        with _started(argv, _environment(), told, stdin=subprocess.PIPE, stdout=listed) as program:
            assert program.stdin is not None
            # It has read enough long before the end.
            with suppress(BrokenPipeError):
                for piece in dump:
                    program.stdin.write(piece)
            with suppress(BrokenPipeError):
                program.stdin.close()
            _ended(program, told, "pg_restore")
        listed.seek(0)
        lines = listed.read().splitlines(keepends=True)
    return "".join(line for line in lines if line.startswith(";") or not any(name in line for name in SKIPPED))


def _programs(name: str) -> Programs:
    """The programs, run as whoever we are: they only speak to the server."""
    me = Account(name_of(os.geteuid()), os.geteuid(), os.getegid(), is_other=False)
    programs = find_programs(DataFolder(default_data_dir()), me)
    if not Path(programs.path(name)).is_file():
        raise ProgramsMissing(looked_in=programs.install)
    return programs


@contextmanager
def _login(url: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The address without its password, and an environment that names a file with it that only we can read."""
    parts = {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    password = parts.pop("password", "")
    folder = Path(tempfile.mkdtemp(prefix="hearth-login-"))
    try:
        kept = folder / "pgpass"
        fd = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(fd, "w") as opened:
            opened.write("*:*:*:*:" + password.replace("\\", "\\\\").replace(":", "\\:") + "\n")
        yield make_conninfo("", **parts), _environment() | {"PGPASSFILE": str(kept)}
    finally:
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()


def _environment() -> dict[str, str]:
    home = os.environ.get("HOME")
    return clean_environment() | ({"HOME": home} if home else {})


@contextmanager
def _started(
    argv: list[str], env: dict[str, str], told: IO[bytes], *, stdin: int = subprocess.DEVNULL, stdout: Any = None
) -> Iterator[subprocess.Popen[bytes]]:
    program = subprocess.Popen(
        argv,
        env=env,
        stdin=stdin,
        stdout=subprocess.DEVNULL if stdout is None else stdout,
        stderr=told,
        preexec_fn=tied_to_parent(signal.SIGKILL),
    )
    try:
        yield program
    finally:
        if program.poll() is None:
            program.kill()
        program.wait()
        for pipe in (program.stdin, program.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()


def _ended(program: subprocess.Popen[bytes], told: IO[bytes], name: str) -> None:
    if program.wait() != 0:
        told.seek(0)
        said = told.read().decode("utf-8", "replace")
        raise DumpFailed(program=name, why=last_words(said))
