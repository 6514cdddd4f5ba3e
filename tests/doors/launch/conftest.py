"""Folders that every account of the machine can pass through."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest


def open_folder() -> Iterator[Path]:
    """A new folder for data folders; everybody may enter and write it, as with /tmp.

    A server whose last user was killed may still be writing into it when the test ends.
    """
    folder = Path(tempfile.mkdtemp(prefix="hearth-launch-", dir="/tmp"))
    folder.chmod(0o777)
    yield folder
    until = time.monotonic() + 10
    while folder.exists() and time.monotonic() < until:
        shutil.rmtree(folder, ignore_errors=True)
        time.sleep(0.02)


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder for one test."""
    yield from open_folder()


@pytest.fixture(scope="module")
def shared_place() -> Iterator[Path]:
    """A folder for all tests of a file."""
    yield from open_folder()
