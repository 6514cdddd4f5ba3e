"""What may not be in the project: registries, paths of one machine, other locks, files too long to read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.house.tree import ROOT, own_files, texts

LINES = 600
VAGUE = {"util", "utils", "helper", "helpers", "common", "base", "manage", "manager", "handle", "process", "misc"}

_REGISTRY = re.compile(
    r"pypi\.org|pythonhosted\.org|pypi\.tuna|devpi|artifactory|(?:registry|mirrors?)\.[a-z0-9-]+\.[a-z]{2,}"
    r"|--(?:extra-)?index-url[ =]+\S*:/|--find-links[ =]+\S*/",
    re.IGNORECASE,
)
_HOME = re.compile(r"(?<![\w.~-])/(?:home|Users)/[A-Za-z][\w.-]*/|(?<![\w.~-])/root/")


def machine_path(text: str, root: Path) -> str | None:
    """The first path in `text` that only exists on one machine, or None."""
    if found := _HOME.search(text):
        return found[0]
    # A checkout right below / may share its name with a folder inside the project.
    if len(root.parts) > 2 and (found := re.search(rf"(?<![\w./-]){re.escape(str(root))}(?![\w-])", text)):
        return found[0]
    return None


def too_long(files: Iterable[tuple[str, str]]) -> list[str]:
    """Code files of more than LINES lines."""
    return [
        f"{name}: {text.count(chr(10))} lines"
        for name, text in files
        # Migrations are written by Django, one table after another, and never read as a whole.
        if name.endswith(".py") and "/migrations/" not in name and text.count("\n") > LINES
    ]


def test_no_file_names_a_package_registry() -> None:
    here = Path(__file__).relative_to(ROOT).as_posix()
    found = {name: at[0] for name, text in texts() if name != here and (at := _REGISTRY.search(text))}
    assert found == {}


def test_no_file_names_a_path_of_one_machine() -> None:
    here = Path(__file__).relative_to(ROOT).as_posix()
    found = {name: at for name, text in texts() if name != here and (at := machine_path(text, ROOT))}
    assert found == {}


def test_the_only_locks_are_the_ones_in_requirements() -> None:
    names = {path.name for path in own_files()}
    assert not names & {"uv.lock", "poetry.lock", "Pipfile.lock", "package-lock.json", "pdm.lock"}


@pytest.mark.parametrize("lock", ["run.txt", "dev.txt"])
def test_every_locked_package_has_one_version_and_a_hash(lock: str) -> None:
    text = (ROOT / "requirements" / lock).read_text("utf-8")
    packages = re.split(r"\n(?=[a-z0-9])", re.sub(r"(?m)^ *#.*\n", "", text).strip())
    assert len(packages) > 30
    unlocked = [
        package.splitlines()[0] for package in packages if "==" not in package or "--hash=sha256:" not in package
    ]
    assert unlocked == []
    assert "http" not in text


def test_both_locks_agree_on_every_version() -> None:
    def versions(lock: str) -> set[str]:
        return set(
            re.findall(r"(?m)^([a-z0-9][^ \\]*==\S+(?: ; .*?)?) \\$", (ROOT / "requirements" / lock).read_text())
        )

    assert versions("run.txt") <= versions("dev.txt")
    assert len(versions("run.txt")) > 30


def test_no_code_file_is_longer_than_people_read() -> None:
    assert too_long(texts()) == []


def test_no_file_or_folder_has_a_name_that_says_nothing() -> None:
    vague = [
        path.relative_to(ROOT).as_posix()
        for path in own_files()
        if VAGUE.intersection(part.removesuffix(".py") for part in path.relative_to(ROOT).parts)
    ]
    assert vague == []


@pytest.mark.parametrize(
    "text",
    [
        "--index-url https://x.example/simple",
        "see https://pypi.org/project/x",
        "files.pythonhosted.org",
        "--find-links=/opt/w",
    ],
)
def test_a_registry_would_be_seen(text: str) -> None:
    assert _REGISTRY.search(text)


def test_a_path_of_one_machine_would_be_seen() -> None:
    root = Path("/srv/build/hearth")
    assert machine_path("open /home/mei/notes", root) == "/home/mei/"
    assert machine_path("data = '/srv/build/hearth/x'", root) == "/srv/build/hearth"
    assert machine_path("data = '/root/x'", root) == "/root/"
    assert machine_path("~/notes, /var/lib/hearth, ./home/mei/x, /srv/build/hearth-2", root) is None


def test_a_long_file_would_be_seen() -> None:
    assert too_long([("a.py", "x\n" * (LINES + 1)), ("b.py", "x\n" * LINES), ("c.csv", "x\n" * 9999)]) == [
        f"a.py: {LINES + 1} lines"
    ]
