"""The project's own files, wherever it is checked out."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOUSE = ROOT / "src" / "hearth"

# What setup, tests and running build; only asked where there is no git to ask.
BUILT = {".venv", "build", "dist", "__pycache__", ".git", ".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache"}


def own_files(root: Path = ROOT) -> list[Path]:
    """Every file that is, or is about to be, part of the project below `root`, in order."""
    if (root / ".git").exists():
        listed = subprocess.run(
            ["git", "-c", f"safe.directory={root}", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=root,
            capture_output=True,
            check=False,
        )
        if listed.returncode == 0:
            names = listed.stdout.decode("utf-8").split("\0")
            return sorted(path for name in names if name and (path := root / name).is_file())
    return sorted(
        path
        for path in root.rglob("*")
        if path.is_file()
        and not BUILT.intersection(path.relative_to(root).parts)
        and path.suffix not in (".mo", ".pyc")
    )


def texts(root: Path = ROOT) -> Iterator[tuple[str, str]]:
    """(name below `root`, text) of every own file that is text."""
    for path in own_files(root):
        raw = path.read_bytes()
        if b"\0" not in raw[:8192]:
            yield path.relative_to(root).as_posix(), raw.decode("utf-8", "replace")
