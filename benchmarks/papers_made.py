"""Papers made: a folder of made-up medical pages with their truth, as docs/papers.md states it."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from hearth.doors.demo.papers.items import listed
from hearth.doors.demo.papers.made import LAYOUTS, Made, made
from hearth.doors.demo.papers.wear import Wear, everyday

ROOT = Path(__file__).resolve().parents[1]


_WEAR: dict[str, Callable[[np.random.Generator], Wear]] = {
    "clean": lambda rng: Wear(),
    "scan": lambda rng: Wear(
        angle=float(rng.normal(0, 0.5)), noise=float(rng.uniform(0, 2)), jpeg=int(rng.integers(60, 90))
    ),
    "everyday": everyday,
    "hard": lambda rng: everyday(rng, 2.2),
    "mixed": lambda rng: everyday(rng, float(rng.choice([0.5, 1.0, 1.6, 2.2]))),
}
"""How pages are worn: not at all, scanned, or photographed with ever less care."""


def lists_folder() -> Path:
    """Where audit lists lie, if anywhere."""
    return Path(os.environ.get("HEARTH_DATA") or ROOT.parent / "shared" / "data") / "nhsa_rules"


def pages(count: int, group: str, seed: int, kinds: tuple[str, ...] = (), wear: str = "clean") -> Iterator[Made]:
    """So many pages of a group, kinds and layouts in turn, clean or worn."""
    items = listed(lists_folder())
    layouts = [
        (kind, layout) for kind, names in LAYOUTS[group].items() if not kinds or kind in kinds for layout in names
    ]
    order = np.random.default_rng([seed, 5]).permutation(len(layouts))
    for number in range(count):
        kind, layout = layouts[int(order[number % len(layouts)])]
        own = seed * 100_003 + number
        yield made(own, kind, layout, _WEAR[wear](np.random.default_rng([own, 9])), items)


def main(arguments: list[str] | None = None) -> None:
    """Write a labelled folder."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.papers_made", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pages", type=int, default=60)
    parser.add_argument("--group", choices=tuple(LAYOUTS), default="testing")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", action="append", default=[], help="only this kind of paper (may be repeated)")
    parser.add_argument("--wear", choices=tuple(_WEAR), default="clean")
    asked = parser.parse_args(arguments)
    asked.folder.mkdir(parents=True, exist_ok=True)
    for number, page in enumerate(pages(asked.pages, asked.group, asked.seed, tuple(asked.kind), asked.wear)):
        page.image.save(asked.folder / f"{number:06d}.jpg", quality=int(page.truth["wear"].get("jpeg", 95)))
        truth = json.dumps(page.truth, ensure_ascii=False)
        (asked.folder / f"{number:06d}.json").write_text(truth + "\n", "utf-8")
    print(f"{asked.pages} pages in {asked.folder}")


if __name__ == "__main__":
    main()
