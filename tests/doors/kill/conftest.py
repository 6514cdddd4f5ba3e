"""A folder for the stack that every account of the machine can pass through."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.doors.launch.conftest import open_folder


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder for one stack."""
    yield from open_folder()
