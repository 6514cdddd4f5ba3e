"""The kernel and the clerk agree on every column, gate, reason and step, compiled.

TWIN_YEARS sets how many seeded owner-years are tried (10,000 unless set).
"""

from __future__ import annotations

import os

import pytest

from hearth.kernel.adjudication.run import has_numba
from tests.twins.agreement import check

YEARS = int(os.environ.get("TWIN_YEARS", "10000"))
PORTIONS = 40


@pytest.mark.parametrize("portion", range(PORTIONS))
def test_both_agree_on_ten_thousand_owner_years_compiled(portion: int) -> None:
    if not has_numba():
        pytest.skip("numba is not installed: the compiled scan cannot be tried")
    each = YEARS // PORTIONS
    check(range(portion * each, (portion + 1) * each), compiled=True)
