"""What Hearth runs on may be used and passed on by everybody: no GPL or AGPL at run time."""

from __future__ import annotations

import re
from importlib import metadata

import pytest

from tests.house.tree import ROOT

# Used as libraries, unchanged and exchangeable: see docs/decisions/2026-11-22-dependencies.md.
LGPL = {"pi-heif", "psycopg", "psycopg-binary", "psycopg-pool"}


def locked(lock: str) -> list[str]:
    """Names of the packages that a lock names."""
    return sorted(set(re.findall(r"(?m)^([a-z0-9][a-z0-9._-]*)==", (ROOT / "requirements" / lock).read_text("utf-8"))))


def licence(package: str) -> str:
    """What a package says of its licence: the expression, else the classifiers, else the first line of its text."""
    said = metadata.metadata(package)
    classes = [text.rsplit("::", 1)[1].strip() for text in said.get_all("Classifier", []) if text.startswith("License")]
    return said.get("License-Expression") or " / ".join(classes) or (said.get("License") or "").strip().split("\n")[0]


def is_copyleft(text: str) -> bool:
    """Whether a licence asks for the source of what merely uses the package."""
    return bool(re.search(r"\bA?GPL|(?<!Lesser )General Public License", text)) and "exception" not in text.lower()


@pytest.mark.parametrize("package", locked("run.txt"))
def test_what_runs_has_a_licence_that_asks_nothing_of_its_users(package: str) -> None:
    try:
        said = licence(package)
    except metadata.PackageNotFoundError:
        pytest.skip(f"{package} is locked for another platform")
    assert said, f"{package} names no licence"
    assert not is_copyleft(said), said
    assert ("LGPL" in said) == (package in LGPL), said


@pytest.mark.parametrize("text", ["GPL-3.0-only", "AGPL-3.0-or-later", "GNU General Public License v3 (GPLv3)"])
def test_a_copyleft_licence_would_be_seen(text: str) -> None:
    assert is_copyleft(text)


@pytest.mark.parametrize("text", ["LGPL-3.0-only", "GNU Lesser General Public License v3", "MIT", "Apache-2.0"])
def test_a_licence_that_asks_nothing_is_let_pass(text: str) -> None:
    assert not is_copyleft(text)
