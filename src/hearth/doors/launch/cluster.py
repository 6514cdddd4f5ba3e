"""Making a new database cluster: in a side folder, complete with roles and rights, then renamed into place."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import signal
import subprocess
from pathlib import Path

from hearth.doors.launch.account import Account
from hearth.doors.launch.faults import DatabaseWouldNotStart, FolderNotOurs, VersionDiffers
from hearth.doors.launch.folder import DataFolder
from hearth.doors.launch.keeper import tied_to_parent
from hearth.doors.launch.programs import Programs, clean_environment

DATABASE = "hearth"
SIDE = "postgres.new"
SUPERUSER, OWNER, APPLICATION = "hearth_super", "hearth_owner", "hearth_app"
EXTENSIONS = ("pg_trgm", "btree_gist", "vector")
NO_ROOM = re.compile(r"No space left on device|Disk quota exceeded|File too large")
HBA = "# Hearth: only through the socket, only with a password.\nlocal all all scram-sha-256\n"


def ensure_cluster(folder: DataFolder, programs: Programs, account: Account) -> None:
    """Make the cluster unless it is there; the caller holds the start lock."""
    if folder.database.exists():
        version_file = folder.cluster / "PG_VERSION"
        if not folder.passwords.is_file() or not version_file.is_file():
            raise FolderNotOurs(folder=folder.database, found="a database that Hearth did not make")
        version = version_file.read_text().strip()
        if version != programs.major:
            raise VersionDiffers(folder=folder.cluster, found=version, wanted=programs.major)
        return
    # A name of its own each time: what a killed start left may still be written to for a moment.
    side = folder.path / f"{SIDE}-{secrets.token_hex(4)}"
    try:
        with folder.faults_told():
            _clear_sides(folder)
            side.mkdir(mode=0o700)
            side.chmod(0o711 if account.is_other else 0o700)
            _make(side, folder, programs, account)
            os.rename(side, folder.database)
            _sync(folder.path)
    finally:
        _clear_sides(folder)


def _clear_sides(folder: DataFolder) -> None:
    for side in folder.path.glob(f"{SIDE}-*"):
        shutil.rmtree(side, ignore_errors=True)


def read_passwords(folder: DataFolder) -> dict[str, str]:
    """The password of each role, by role name."""
    with folder.faults_told():
        return dict(json.loads(folder.passwords.read_text()))


def _make(side: Path, folder: DataFolder, programs: Programs, account: Account) -> None:
    passwords = {role: secrets.token_hex(24) for role in (SUPERUSER, OWNER, APPLICATION)}
    cluster = side / "cluster"
    cluster.mkdir()
    account.own(cluster, 0o700)
    first_password = side / "first-password"
    _write_private(first_password, passwords[SUPERUSER] + "\n")
    account.own(first_password, 0o600)
    _run(
        [
            programs.path("initdb"),
            *("-D", str(cluster), "-U", SUPERUSER, "--pwfile", str(first_password), "--auth", "scram-sha-256"),
            *("--encoding", "UTF8", "--locale", "C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            "--no-instructions",
        ],
        "",
        folder,
        account,
    )
    first_password.unlink()
    hba = cluster / "pg_hba.conf"
    hba.write_text(HBA)
    account.own(hba, 0o600)
    _run(
        [programs.path("postgres"), "--single", "-D", str(cluster), "-c", "exit_on_error=on", "template1"],
        _founding(passwords, programs),
        folder,
        account,
    )
    _write_private(side / "passwords.json", json.dumps(passwords, indent=1) + "\n")


def _founding(passwords: dict[str, str], programs: Programs) -> str:
    """Roles and rights, one statement a line.

    They are given in template1, so every database made later (one for tests, say) has the same rights.
    The application owns nothing: it reads and writes rows; it can neither truncate, drop a trigger nor make roles.
    """
    statements = [
        f"CREATE ROLE {OWNER} LOGIN CREATEDB PASSWORD '{passwords[OWNER]}'",
        f"CREATE ROLE {APPLICATION} LOGIN PASSWORD '{passwords[APPLICATION]}'",
        *(f"CREATE EXTENSION {name}" for name in EXTENSIONS if programs.has_extension(name)),
        f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APPLICATION}",
        f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} GRANT USAGE, SELECT ON SEQUENCES TO {APPLICATION}",
        f"CREATE DATABASE {DATABASE} OWNER {OWNER}",
    ]
    return "".join(f"{statement};\n" for statement in statements)


def _run(argv: list[str], text_in: str, folder: DataFolder, account: Account) -> None:
    done = subprocess.run(
        argv,
        input=text_in,
        env=clean_environment(),
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        preexec_fn=tied_to_parent(signal.SIGKILL),
        **account.popen_options(),
    )
    told = done.stdout + done.stderr
    with open(folder.database_log, "a", encoding="utf-8") as log:
        log.write(done.stderr)
    if done.returncode == 0 and not re.search(r"\b(ERROR|FATAL|PANIC): ", done.stderr):
        return
    if NO_ROOM.search(told) or folder.free_bytes() < 2**20:
        raise folder.disk_full()
    raise DatabaseWouldNotStart(why=last_words(told), log=folder.database_log)


def last_words(told: str) -> str:
    """The line of a log that says why, in one line."""
    lines = [line.strip() for line in told.splitlines() if line.strip()]
    for line in reversed(lines):
        found = re.search(r"(?:FATAL|PANIC|ERROR|error):\s+(.*)", line)
        if found:
            return found[1]
    return lines[-1] if lines else "it said nothing"


def _write_private(path: Path, text: str) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(fd, "w") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())


def _sync(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
