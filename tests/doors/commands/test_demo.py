"""`hearth demo`, and when `hearth run` makes the demo company by itself."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from hearth.doors.launch.company import Company, Stopped
from hearth.doors.launch.folder import DataFolder


def company(tmp_path: Path, demo: str, told: list[str]) -> Company:
    return Company(tmp_path / "data", "127.0.0.1", 8000, 1, lambda message, **values: told.append(message), demo)


@pytest.mark.parametrize(
    ("env", "demo", "wanted"),
    [
        ("", "yes", True),
        ("demo", "small", True),
        ("demo", "no", False),
        ("development", "yes", False),
        ("production", "yes", False),
    ],
)
def test_an_empty_database_gets_the_demo_in_the_demo_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, env: str, demo: str, wanted: bool
) -> None:
    asked: list[list[str]] = []

    class Made:
        def __init__(self, argv: list[str], **more: Any) -> None:
            asked.append(argv)

        def wait(self) -> int:
            return 0

    monkeypatch.setenv("HEARTH_ENV", env)
    monkeypatch.setattr(subprocess, "Popen", Made)
    told: list[str] = []
    company(tmp_path, demo, told)._make_demo(DataFolder(tmp_path / "data"), "postgresql://a@/b")
    assert [("--if-wanted" in argv, "--small" in argv) for argv in asked] == [(True, demo == "small")] * wanted
    assert told == []


def test_hearth_starts_all_the_same_where_the_demo_could_not_be_made(tmp_path: Path) -> None:
    told: list[str] = []
    # Nobody answers at that address.
    company(tmp_path, "yes", told)._make_demo(
        DataFolder(tmp_path / "data"), "postgresql://nobody@127.0.0.1:1/nothing?connect_timeout=2"
    )
    assert told == ["demo_failed"]


def test_whoever_stops_hearth_stops_the_making_of_the_demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[subprocess.Popen[bytes]] = []
    start = subprocess.Popen

    def slowly(argv: list[str], **more: Any) -> subprocess.Popen[bytes]:
        more.pop("preexec_fn")
        begun.append(start([sys.executable, "-c", "import time; time.sleep(600)"], **more))
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        return begun[0]

    def stopped(number: int, frame: object) -> None:
        raise Stopped

    before = signal.signal(signal.SIGALRM, stopped)
    monkeypatch.setattr(subprocess, "Popen", slowly)
    try:
        at = time.monotonic()
        with pytest.raises(Stopped):
            company(tmp_path, "yes", [])._make_demo(DataFolder(tmp_path / "data"), "postgresql://a@/b")
        assert time.monotonic() - at < 60
    finally:
        signal.signal(signal.SIGALRM, before)
    assert begun[0].poll() == -signal.SIGKILL
