"""The map of the house, docs/map.md, drawn from the tree: `python -m tests.house.map`, with --write to redraw it."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

from tests.house.tree import HOUSE, ROOT, own_files

MAP = ROOT / "docs" / "map.md"
COLUMN = 36

TITLE = """# The map

The rooms of Hearth and what is in each, from the first line of every file. `make map` redraws it; `make check` compares
it with the tree. Which room may import which is in [the guide](guide.md#twenty-minutes-the-house).

"""


def first_line(path: Path) -> str:
    """The first line of a module's docstring; a module without one has no place on the map."""
    said = ast.get_docstring(ast.parse(path.read_text("utf-8")))
    if not said:
        raise SystemExit(f"{path.relative_to(ROOT)} has no docstring: its first line is its place on the map")
    return said.splitlines()[0].strip()


def drawn(house: Path = HOUSE, files: list[Path] | None = None) -> str:
    """The map of `house`, as text."""
    every = [path for path in (own_files() if files is None else files) if path.is_relative_to(house)]
    lines: list[str] = []

    def room(folder: Path, depth: int) -> None:
        inside = [path for path in every if path.is_relative_to(folder)]
        opening = folder / "__init__.py"
        if opening in inside:
            says = first_line(opening)
        else:
            kinds = sorted({path.suffix.lstrip(".") for path in inside})
            says = f"({', '.join(kinds)})"
        lines.append(f"{'  ' * depth}{folder.name + '/':<{COLUMN - 2 * depth}}{says}")
        if opening not in inside or folder.name == "migrations":
            return
        for folder_below in sorted({folder / path.relative_to(folder).parts[0] for path in inside} - set(inside)):
            room(folder_below, depth + 1)
        for path in sorted(path for path in inside if path.parent == folder and path.suffix == ".py"):
            if path.name != "__init__.py":
                lines.append(f"{'  ' * (depth + 1)}{path.name:<{COLUMN - 2 * depth - 2}}{first_line(path)}")

    room(house, 0)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def page() -> str:
    """docs/map.md as it ought to be."""
    return f"{TITLE}```\n{drawn()}```\n"


def main(arguments: list[str]) -> int:
    """Compare, or write with --write; 1 where the map is old."""
    wanted = page()
    if "--write" in arguments:
        MAP.parent.mkdir(exist_ok=True)
        MAP.write_text(wanted, "utf-8")
        return 0
    if not MAP.exists() or MAP.read_text("utf-8") != wanted:
        print("docs/map.md is not the tree as it is: run `make map`", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
