"""All that one running Hearth consists of: database, tables, web server and workers, under one parent."""

from __future__ import annotations

import errno
import http.client
import ipaddress
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from hearth.doors.launch.children import Child, Plan, stop_all
from hearth.doors.launch.cluster import last_words
from hearth.doors.launch.faults import (
    AlreadyRunning,
    BadSetting,
    DatabaseDoesNotAnswer,
    MigrationFailed,
    NoFreePort,
)
from hearth.doors.launch.folder import DataFolder
from hearth.doors.launch.keeper import tied_to_parent
from hearth.doors.launch.locks import FileLock
from hearth.doors.launch.postgres import Postgres
from hearth.words.faults import Fault

PORTS_TRIED = 20
DATABASE_SECONDS = 60
TICK_SECONDS = 0.2
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

Say = Callable[..., None]


class Stopped(BaseException):
    """Somebody asked for the end."""


@dataclass
class Company:
    """One running Hearth on one data folder.

    `say(message, **values)` tells the person at the terminal; the messages are those of the command `run`.
    """

    data_dir: Path
    host: str
    port: int
    workers: int
    say: Say
    demo: str = "yes"
    """Whether an empty database gets the demo company: yes, small or no; never outside HEARTH_ENV=demo."""
    _children: list[Child] = field(default_factory=list)
    _postgres: Postgres | None = None
    _stopping: bool = False

    def run(self) -> None:
        """Start everything in order, watch it, and stop it all when asked or when a start fails."""
        folder = DataFolder(self.data_dir)
        folder.claim()
        alone = FileLock(folder.run_lock)
        with folder.faults_told():
            if not alone.take():
                raise AlreadyRunning(folder=folder.path, running=_who_runs(folder.run_lock))
        alone.write(json.dumps({"pid": os.getpid()}))
        # Started with nohup, it is meant to outlive its terminal.
        wanted = [number for number in SIGNALS if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN]
        before = {number: signal.signal(number, self._asked_to_stop) for number in wanted}
        try:
            self._run(folder, alone)
        except Stopped:
            pass
        finally:
            self._stopping = True
            self._stop()
            for number, former in before.items():
                signal.signal(number, former)
            alone.write("{}")
            alone.release()

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        if not self._stopping:
            self._stopping = True
            raise Stopped

    def _run(self, folder: DataFolder, alone: FileLock) -> None:
        # (1) the addresses, before any work  (2) the database  (3) the tables  (4) the demo company
        # (5) the port, which may be taken by now  (6) web and workers  (7) watch
        self._look_at_addresses()
        url, admin_url = self._database(folder)
        self._migrate(folder, url, admin_url)
        self._make_demo(folder, url)
        port = self._free_port()
        if port != self.port:
            self.say("port_taken", wanted=self.port, port=port)
        address = f"http://{_shown(self.host)}:{port}/"
        alone.write(json.dumps({"pid": os.getpid(), "address": address}))
        env = _environment(url, folder)
        self._children = [Child(plan, self._told) for plan in self._plans(folder, env, port)]
        self._watch(folder, address, port)

    def _look_at_addresses(self) -> None:
        for variable in ("DATABASE_URL", "HEARTH_ADMIN_DATABASE_URL"):
            if url := os.environ.get(variable, "").strip():
                _must_be_address(variable, url)
        _must_be_host(self.host)
        self._free_port()

    def _database(self, folder: DataFolder) -> tuple[str, str]:
        named = os.environ.get("DATABASE_URL", "").strip()
        if named:
            admin_named = os.environ.get("HEARTH_ADMIN_DATABASE_URL", "").strip()
            for variable, url in (("DATABASE_URL", named), ("HEARTH_ADMIN_DATABASE_URL", admin_named)):
                if url:
                    self._wait_for(variable, url)
            self.say("own_database")
            return named, admin_named or named
        self.say("starting_database", folder=folder.path)
        self._postgres = Postgres(self.data_dir)
        return self._postgres.start(), self._postgres.admin_url

    def _wait_for(self, variable: str, url: str) -> None:
        until = time.monotonic() + DATABASE_SECONDS
        told = False
        while True:
            try:
                psycopg.connect(url, connect_timeout=5).close()
                return
            except psycopg.OperationalError as refused:
                why = last_words(str(refused))
                if time.monotonic() > until:
                    raise DatabaseDoesNotAnswer(variable=variable, seconds=DATABASE_SECONDS, why=why) from refused
                if not told:
                    self.say("waiting_database", variable=variable, seconds=DATABASE_SECONDS, why=why)
                    told = True
            time.sleep(0.5)

    def _migrate(self, folder: DataFolder, url: str, admin_url: str) -> None:
        self.say("migrating")
        log = folder.logs / "migrate.log"
        env = _environment(url, folder) | {"HEARTH_ADMIN_DATABASE_URL": admin_url}
        done = subprocess.run(
            [sys.executable, "-P", "-m", "django", "migrate", "--skip-checks", "--noinput", "--database", "owner"],
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            preexec_fn=tied_to_parent(signal.SIGKILL),
        )
        with folder.faults_told():
            log.write_text(done.stdout + done.stderr, encoding="utf-8")
        if done.returncode != 0:
            raise MigrationFailed(why=_exception_in(done.stderr), log=log)

    def _make_demo(self, folder: DataFolder, url: str) -> None:
        """Before the web and the workers: what happens at moments of the past must not meet what happens now."""
        if self.demo == "no" or (os.environ.get("HEARTH_ENV") or "demo") != "demo":
            return
        program = "from hearth.doors.commands.main import main; main()"
        argv = [sys.executable, "-P", "-c", program, "demo", "--if-wanted"]
        done = subprocess.Popen(
            argv + ["--small"] * (self.demo == "small"),
            env=_environment(url, folder),
            stdin=subprocess.DEVNULL,
            preexec_fn=tied_to_parent(signal.SIGKILL),
        )
        try:
            code = done.wait()
        except Stopped:
            # It goes on where it was at the next start.
            done.kill()
            done.wait()
            raise
        if code != 0:
            self.say("demo_failed", code=code)

    def _free_port(self) -> int:
        last = min(self.port + PORTS_TRIED - 1, 65535)
        why = ""
        for port in range(self.port, last + 1):
            try:
                _try_port(self.host, port)
            except OSError as refused:
                why = refused.strerror or str(refused)
                if refused.errno not in (errno.EADDRINUSE, errno.EACCES):
                    want = f"an address of this machine ({why})"
                    raise BadSetting(name="HEARTH_HOST", got=self.host, want=want) from refused
            else:
                return port
        raise NoFreePort(first=self.port, last=last, host=self.host, why=why)

    def _plans(self, folder: DataFolder, env: dict[str, str], port: int) -> list[Plan]:
        web = (
            *(sys.executable, "-P", "-m", "granian", "--interface", "wsgi", "--factory"),
            *("--host", self.host, "--port", str(port), "--no-ws"),
            *("--workers", "1", "--blocking-threads", "8", "--respawn-failed-workers", "--workers-kill-timeout", "4"),
            "hearth.doors.launch.web:application",
        )
        worker = (sys.executable, "-P", "-m", "hearth.doors.launch.worker")
        plans = [Plan("web", web, env, folder.logs / "web.log")]
        for number in range(1, self.workers + 1):
            name = "worker" if self.workers == 1 else f"worker-{number}"
            plans.append(Plan(name, worker, env, folder.logs / f"{name}.log"))
        plans.append(Plan("reader", (*worker, "papers"), env, folder.logs / "reader.log"))
        return plans

    def _watch(self, folder: DataFolder, address: str, port: int) -> None:
        ready = False
        retry_at, pause = 0.0, 1.0
        while True:
            for child in self._children:
                child.tend()
            if not ready and _answers(self.host, port):
                ready = True
                self.say("ready", address=address, folder=folder.path, logs=folder.logs)
            now = time.monotonic()
            if self._postgres is not None and now >= retry_at and not self._postgres.is_kept():
                self.say("database_died")
                try:
                    self._postgres.start()
                except Fault as fault:
                    self.say("fault", fault=fault)
                    retry_at, pause = time.monotonic() + pause, min(pause * 2, 30.0)
                else:
                    self.say("database_back")
                    pause = 1.0
            time.sleep(TICK_SECONDS)

    def _told(self, name: str, code: int, pause: float) -> None:
        self.say("child_died", name=name, code=code, pause=pause)

    def _stop(self) -> None:
        if self._children or self._postgres is not None:
            self.say("stopping")
        stop_all(self._children)
        if self._postgres is not None:
            self._postgres.stop()
            self.say("stopped")


def _environment(url: str, folder: DataFolder) -> dict[str, str]:
    """What a child is told: the application's address only, never the owner's."""
    env = {name: value for name, value in os.environ.items() if name != "HEARTH_ADMIN_DATABASE_URL"}
    told = {"DATABASE_URL": url, "HEARTH_DATA_DIR": str(folder.path), "DJANGO_SETTINGS_MODULE": "hearth.doors.settings"}
    return env | told | {"PYTHONUNBUFFERED": "1"}


def _exception_in(told: str) -> str:
    """What the last exception of a traceback says, in one line."""
    named = re.findall(r"^[\w.]+: (.+)$", told, re.MULTILINE)
    return named[-1].strip() if named else last_words(told)


def _must_be_address(variable: str, url: str) -> None:
    wrong = BadSetting(name=variable, got="no such address", want="postgresql://user:password@host:port/name")
    try:
        parts = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        raise wrong from None
    if not all(port.isdecimal() for port in str(parts.get("port") or "5432").split(",")):
        raise wrong


def _must_be_host(host: str) -> None:
    """Refuse what is written like an address and is none; a resolver might take it for a name and go looking for it."""
    if ":" not in host and not re.fullmatch(r"[\d.]+", host):
        return
    try:
        ipaddress.ip_address(host)
    except ValueError:
        raise BadSetting(name="HEARTH_HOST", got=host, want="an address of this machine") from None


def _try_port(host: str, port: int) -> None:
    family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        tried.bind(place)
        tried.listen(1)


def _shown(host: str) -> str:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"[{host}]" if ":" in host else host


def _answers(host: str, port: int) -> bool:
    """Whether the web server answers at all; what it answers is not asked."""
    connection = http.client.HTTPConnection({"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port, timeout=5)
    try:
        connection.request("GET", "/alive")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def _who_runs(run_lock: Path) -> str:
    try:
        noted: dict[str, Any] = json.loads(run_lock.read_text())
    except (OSError, ValueError):
        return "?"
    return ", ".join([f"pid {noted['pid']}"] * ("pid" in noted) + [noted["address"]] * ("address" in noted)) or "?"
