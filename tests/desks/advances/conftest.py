"""The cast as rows, with those who work on advances, and a bank of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.desks.advances.rows import hospital, with_workers
from tests.desks.cast_rows import Cast
from tests.desks.cast_rows import cast as made


@pytest.fixture
def cast(db: None, tmp_path: Path, settings: Any) -> Cast:
    """Everybody, a hospital, and a bank that does what it is told."""
    settings.PAYMENTS_WIRE = f"memory:{tmp_path / 'bank.sqlite3'}"
    both = with_workers(made())
    hospital(both)
    return both
