"""Remembered: a reader that tells what was put down about a picture, with the faults of real ones; demo and tests."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from hearth.wires.chance import draw
from hearth.wires.ocr.contract import Picture, looked_at
from hearth.wires.spec import Spec
from hearth.words.faults import Malformed
from hearth.words.papers import Quad, Run, Sign

ALIKE = (
    "0OoQ",
    "1lI7",
    "2Z",
    "5S",
    "6b",
    "8B",
    "38",
    "9g",
    "人入八",
    "日曰目",
    "己已巳",
    "末未",
    "大太犬",
    "土士",
    "壹壶",
)
"""Signs that readers take for one another."""

MAX_FILE = 20_000_000


class Remembered:
    """Runs by the digest of a picture.  Of each run `misread` gets one wrong sign, `lost` is not found at all."""

    def __init__(self, *, misread: float = 0.0, lost: float = 0.0, seed: int = 0) -> None:
        self.misread, self.lost, self.seed = misread, lost, seed
        self._known: dict[str, tuple[Run, ...]] = {}

    @classmethod
    def at(cls, address: Spec) -> Remembered:
        """The reader of an address; every JSON file of its folder is one picture.  Raises: Malformed."""
        misread, lost = address.rate("misread"), address.rate("lost")
        seed = address.whole("seed", 0, 0, 2**31)
        folder = address.file()
        address.close()
        made = cls(misread=misread, lost=lost, seed=seed)
        for path in sorted(folder.glob("*.json")) if folder else ():
            made._known[path.stem] = tuple(_put_down(path))
        return made

    def remember(self, picture: Picture, runs: Sequence[Run], folder: Path | None = None) -> str:
        """Put down what stands on a picture, in the folder too where one is told; gives the picture's digest."""
        digest = digest_of(picture)
        self._known[digest] = tuple(runs)
        if folder is not None:
            held = [{"text": run.text, "box": run.box, "score": run.score} for run in runs]
            (folder / f"{digest}.json").write_text(json.dumps(held, ensure_ascii=False), "utf-8")
        return digest

    def read(self, picture: Picture) -> Sequence[Run]:
        """What was put down about the picture, nothing where it was never seen.  Raises: Malformed."""
        digest = digest_of(picture)
        runs = []
        for place, run in enumerate(self._known.get(digest, ())):
            if draw(self.seed, "lost", digest, place) < self.lost:
                continue
            if draw(self.seed, "misread", digest, place) < self.misread:
                run = self._misread(run, digest, place)
            runs.append(run)
        return runs

    def read_at(self, picture: Picture, places: Sequence[Quad]) -> Sequence[Run]:
        """The run whose middle lies in each place, an empty one where none does.  Raises: Malformed."""
        known = [(run, run.around) for run in self._known.get(digest_of(picture), ())]
        found = []
        for place in places:
            (x0, y0, x1, y1), text = Run("", place, 0.0).around, Run("", place, 0.0)
            for run, (left, top, right, bottom) in known:
                if x0 <= (left + right) / 2 <= x1 and y0 <= (top + bottom) / 2 <= y1:
                    text = run
                    break
            found.append(text)
        return found

    def _misread(self, run: Run, digest: str, place: int) -> Run:
        """The run with one sign taken for one that looks like it, where it has such a sign."""
        wrong = [(n, group) for n, sign in enumerate(run.text) for group in ALIKE if sign in group]
        if not wrong:
            return run
        at, group = wrong[int(draw(self.seed, "where", digest, place) * len(wrong))]
        right = run.text[at]
        other = [sign for sign in group if sign != right]
        taken = other[int(draw(self.seed, "which", digest, place) * len(other))]
        signs = tuple(
            Sign(char, 0.55 if n == at else 0.99, (n + 0.5) / len(run.text), ((right, 0.4),) if n == at else ())
            for n, char in enumerate(run.text[:at] + taken + run.text[at + 1 :])
        )
        return replace(run, text="".join(sign.char for sign in signs), score=min(run.score, 0.9), signs=signs)


def digest_of(picture: Picture) -> str:
    """The digest by which a picture is known: of its size and pixels.  Raises: Malformed."""
    seen = looked_at(picture)
    return hashlib.sha256(repr(seen.shape).encode() + seen.tobytes()).hexdigest()[:32]


def _put_down(path: Path) -> list[Run]:
    try:
        if path.stat().st_size > MAX_FILE:
            raise ValueError
        held: Any = json.loads(path.read_bytes())
        return [
            Run(str(one["text"]), tuple((float(x), float(y)) for x, y in one["box"]), float(one["score"]))  # type: ignore[arg-type]
            for one in held
            if len(one["box"]) == 4
        ]
    except (OSError, ValueError, TypeError, KeyError) as broken:
        raise Malformed(file=path.name, got="something else", want="a list of text, box, score") from broken
