"""Folders that every account of the machine can pass through."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def place() -> Iterator[Path]:
    """A new folder for data folders; everybody may enter and write it, as with /tmp."""
    folder = Path(tempfile.mkdtemp(prefix="hearth-launch-", dir="/tmp"))
    folder.chmod(0o777)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
