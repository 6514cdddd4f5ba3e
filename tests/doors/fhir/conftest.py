"""What the FHIR tests share: the products, and a bundle decided in one call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hearth.doors.feeds.products import load_products
from hearth.doors.fhir.bundle import read_bundle
from hearth.doors.fhir.eob import explanations
from hearth.doors.fhir.reading import Reading, read_case
from hearth.kernel.adjudication.decided import Decision
from hearth.kernel.adjudication.decision import decide
from hearth.kernel.product.terms import Terms
from tests.doors.fhir.bundles import write

AT = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Run:
    """A bundle read, decided and written."""

    reading: Reading
    decision: Decision
    bundle: dict[str, Any]

    @property
    def explanations(self) -> list[dict[str, Any]]:
        return [entry["resource"] for entry in self.bundle["entry"]]

    def listed(self) -> list[str]:
        return [one.id for one in self.reading.listed]


Decide = Callable[..., Run]


@pytest.fixture(scope="session")
def products() -> dict[str, Terms]:
    return load_products()


@pytest.fixture
def decided(tmp_path: Path, products: dict[str, Terms]) -> Decide:
    def run(value: Any, product: str = "outpatient", currency_as_product: bool = False, lang: str = "en") -> Run:
        path = value if isinstance(value, Path) else write(tmp_path, value)
        terms = products[product]
        reading = read_case(read_bundle(path), terms, currency_as_product)
        decision = decide(reading.case, {}, worth=False)
        return Run(reading, decision, explanations(reading, decision, terms, lang, AT))

    return run
