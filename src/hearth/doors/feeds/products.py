"""Products of the shelf as terms: the one place where files of the store meet the kernel's model."""

from __future__ import annotations

from pathlib import Path

from hearth.kernel.product.terms import Terms
from hearth.store import shelf


def read_terms(path: Path) -> Terms:
    """The terms of one terms.yaml.  Raises: Malformed."""
    return shelf.parse_model(Terms, shelf.read_file(path), str(path))


def load_products(folder: Path | None = None) -> dict[str, Terms]:
    """Every product of the folder by code, in the order of their names.  Raises: Malformed."""
    return shelf.load_products(Terms, folder)
