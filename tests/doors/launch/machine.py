"""The machine as the launcher's tests need it: ordinary accounts, programs run beside the test, signals, patience."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

IS_ROOT = os.geteuid() == 0
ORDINARY = "daemon"


def wait_until(true: Callable[[], object], seconds: float = 20.0, what: str = "it") -> None:
    """Wait for something that happens in another process."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, f"{what} did not happen within {seconds:g} s"
        time.sleep(0.02)


def lives(pid: int) -> bool:
    """Whether a process runs; one that is dead and not yet collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def children_of(pid: int) -> list[int]:
    """All living descendants of a process."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if int((entry / "stat").read_text().rpartition(")")[2].split()[1]) == pid:
                    found += [int(entry.name), *children_of(int(entry.name))]
    return found


def uid_of(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


def as_ordinary(argv: list[str]) -> tuple[list[str], dict[str, Any]]:
    """A command and Popen options that run it as an ordinary account; as ourselves when that is what we are."""
    if not IS_ROOT:
        return argv, {}
    account = pwd.getpwnam(ORDINARY)
    plain = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    try:
        reached = subprocess.run([sys.executable, "-c", "import hearth"], cwd="/", capture_output=True, **plain)
        if reached.returncode == 0:
            return argv, plain
    except PermissionError:
        pass
    # This Python lies in root's home: let the ordinary account read it there, and nothing else.
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("this Python cannot be reached by an ordinary account, and setpriv is not installed")
    change = [setpriv, f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
    return [*change, "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search", *argv], {}


@contextlib.contextmanager
def beside(
    argv: list[str], env: dict[str, str] | None = None, ordinary: bool = False, **options: Any
) -> Iterator[subprocess.Popen[str]]:
    """A program beside the test, talked to through pipes; it is gone when the block ends, however it ends."""
    if ordinary:
        argv, change = as_ordinary(argv)
        options |= change
    program = subprocess.Popen(
        argv,
        env={**os.environ, **(env or {})},
        cwd="/",
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        **options,
    )
    try:
        yield program
    finally:
        if program.poll() is None:
            program.send_signal(signal.SIGTERM)
            try:
                program.wait(20)
            except subprocess.TimeoutExpired:
                program.kill()
        program.wait()
        for pipe in (program.stdin, program.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()


def line_of(program: subprocess.Popen[str], wanted: str = "") -> str:
    """The next line that a program prints (which has `wanted` in it)."""
    assert program.stdout is not None
    seen = []
    for line in program.stdout:
        if wanted in line:
            return line.strip()
        seen.append(line)
    raise AssertionError(f"it ended with {program.wait()} before saying {wanted!r}: {''.join(seen)}")
