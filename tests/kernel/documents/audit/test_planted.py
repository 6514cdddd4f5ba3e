"""What is planted in itemised lists is found, all of it and nothing else; each row that is encoded is tried."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.twins.audit.compare import Loaded, of_folders, own, score
from tests.twins.audit.planting import Planting, plant


def untried(loaded: Loaded, planting: Planting) -> set[tuple[str, int]]:
    """Rows that are encoded in part or whole, and that no planted bill breaks."""
    broken = {(intent.kind, intent.row) for intent in planting.intents if intent.is_broken}
    stated = {
        (one.kind.value, row.row) for one in loaded.encoded for row in one.rows if row.state in ("encoded", "partly")
    }
    return stated - broken


@pytest.mark.parametrize("seed", range(4))
def test_in_our_own_lists_every_planted_violation_is_found_and_no_near_miss_is(seed: int) -> None:
    loaded = own()
    planting = plant(loaded.clerk, seed)
    assert planting.missed(planting.truth) == [], "the clerk sees what was planted"
    assert untried(loaded, planting) == set()
    result = score(loaded, planting)
    assert (result.recall, result.precision, result.missed) == (1.0, 1.0, 0)
    assert sum(not intent.is_broken for intent in planting.intents) > result.planted / 2


def test_every_family_is_planted_in_our_own_lists() -> None:
    loaded = own()
    planting = plant(loaded.clerk, 1)
    planted = {intent.family for intent in planting.intents if intent.is_broken}
    assert planted == {rule.family.value for one in loaded.encoded for rule in one.rules}
    assert len(planted) == 19


def test_in_the_national_lists_every_planted_violation_is_found_and_no_near_miss_is(shared_data: Path) -> None:
    folders = [shared_data / "nhsa_rules", shared_data / "icd10_zh"]
    if not all(folder.is_dir() for folder in folders):
        pytest.skip("the national audit lists are not in the folder of real data")
    loaded = of_folders(*folders)
    planting = plant(loaded.clerk, 20_261)
    assert planting.missed(planting.truth) == []
    assert untried(loaded, planting) == set()
    result = score(loaded, planting)
    assert result.true > 15_000 and result.planted > 15_000
    assert (result.recall, result.precision, result.missed) == (1.0, 1.0, 0)
