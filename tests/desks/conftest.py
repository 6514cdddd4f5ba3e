"""The cast as rows, for the tests of the desks."""

from __future__ import annotations

import pytest

from tests.desks.cast_rows import Cast
from tests.desks.cast_rows import cast as made


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody, their policies, and those who work on their claims."""
    return made()
