"""Shelf: the product folders: terms (in the model of whoever asks), wordings and rate tables."""

from __future__ import annotations

import csv
import logging
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from hearth.store.reading import MAX_BYTES, Model, build_model, parse_model, read_json, read_yaml
from hearth.words.faults import Malformed, ProductBroken, UnknownProduct

__all__ = [
    "Clause",
    "Wording",
    "build_model",
    "clause_text",
    "example_files",
    "load_products",
    "ours_to_mend",
    "parse_model",
    "parse_wording",
    "products_folder",
    "read_file",
    "read_json",
    "read_rates",
    "read_wording",
    "read_yaml",
    "wording",
]

logger = logging.getLogger(__name__)

_ANCHORED = re.compile(r"#{1,6}\s+(?P<title>.*?)\s*\{#(?P<anchor>[^}\s]+)\}\s*")
_HEADING = re.compile(r"#{1,6}\s")


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of a wording: its anchor, and title and text in both languages."""

    anchor: str
    line: int
    title_zh: str
    title_en: str
    text_zh: str
    text_en: str

    def title(self, lang: str) -> str:
        """The heading without its number, in "zh" or "en"."""
        return self.title_zh if lang.startswith("zh") else self.title_en

    def text(self, lang: str) -> str:
        """The paragraphs, in "zh" or "en"."""
        return self.text_zh if lang.startswith("zh") else self.text_en


@dataclass(frozen=True, slots=True)
class Wording:
    """The clauses of one wording.md, by anchor, in the order of the file."""

    file: str
    clauses: Mapping[str, Clause]

    def clause_text(self, clause: str, lang: str) -> tuple[str, str]:
        """Title and text of a clause in "zh" or "en".  Raises: Malformed where the wording has no such clause."""
        found = self.clauses.get(clause)
        if found is None:
            raise Malformed(file=self.file, got=f"no clause {clause}", want=f"one of {', '.join(self.clauses)}")
        return found.title(lang), found.text(lang)


def products_folder() -> Path:
    """The folder of products: $HEARTH_PRODUCTS, else `products` beside the sources."""
    named = os.environ.get("HEARTH_PRODUCTS")
    return Path(named) if named else Path(__file__).resolve().parents[3] / "products"


def read_file(path: Path, file: str | None = None) -> str:
    """The text of a file in UTF-8, with a limit on its length.  Raises: Malformed."""
    name = file or str(path)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise Malformed(file=name, got=f"{path.stat().st_size:,} bytes", want=f"at most {MAX_BYTES:,} bytes")
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        raise Malformed(file=name, got=f"a byte that is not text at {broken.start}", want="text in UTF-8") from broken
    except OSError as broken:
        raise Malformed(file=name, got=broken.strerror or "no file", want="a file that can be read") from broken


@contextmanager
def ours_to_mend() -> Iterator[None]:
    """What is wrong with a product of the shelf goes to the log with its place; whoever asked is told its name alone.

    Raises: ProductBroken in place of Malformed, for files of the shelf; for any other file Malformed stays.
    """
    try:
        yield
    except Malformed as broken:
        home, path = products_folder(), Path(str(broken.data["file"]))
        if not path.is_relative_to(home):
            raise
        logger.error("A product of the shelf cannot be read: %s", broken)
        raise ProductBroken(product=(*path.relative_to(home).parts, "—")[0]) from None


def load_products(model: type[Model], folder: Path | None = None) -> dict[str, Model]:
    """Every product of the folder by code, in the order of their names, as values of `model`.  Raises: Malformed."""
    home = folder or products_folder()
    files = sorted(home.glob("*/terms.yaml"))
    if not files:
        raise Malformed(file=str(home), got="no product", want="folders that hold a terms.yaml")
    products = {}
    for path in files:
        terms = parse_model(model, read_file(path), str(path))
        code = str(getattr(terms, "code", None))
        if code != path.parent.name:
            raise Malformed(file=str(path), place="code", got=code, want=f"{path.parent.name}, as the folder")
        products[code] = terms
    return products


def read_wording(path: Path) -> Wording:
    """The clauses of one wording.md.  Raises: Malformed."""
    return parse_wording(read_file(path), str(path))


def parse_wording(text: str, file: str) -> Wording:
    """Clauses of a wording: `## 2.1 标题 / Title {#2.1}`, Chinese paragraphs, then English ones quoted with `>`.

    Raises: Malformed where an anchor stands twice or a heading lacks one of its languages.
    """
    clauses: dict[str, Clause] = {}
    open_clause: tuple[str, int, str, str] | None = None
    lines: dict[str, list[str]] = {"zh": [], "en": []}

    def close() -> None:
        if open_clause is not None:
            anchor, line, zh, en = open_clause
            clauses[anchor] = Clause(anchor, line, zh, en, _paragraphs(lines["zh"]), _paragraphs(lines["en"]))
        lines["zh"], lines["en"] = [], []

    for number, line in enumerate(text.splitlines(), 1):
        found = _ANCHORED.fullmatch(line)
        if found:
            close()
            anchor, title = found["anchor"], found["title"].removeprefix(found["anchor"]).strip()
            if anchor in clauses:
                raise Malformed(
                    file=file, place=f"line {number}", got=f"clause {anchor} twice", want="each clause once"
                )
            zh, slash, en = (part.strip() for part in title.partition(" / "))
            if not (zh and slash and en):
                raise Malformed(
                    file=file, place=f"line {number}", got=repr(title), want="a title as in `住院医疗 / Inpatient care`"
                )
            open_clause = (anchor, number, zh, en)
        elif _HEADING.match(line):
            close()
            open_clause = None
        elif line.startswith(">"):
            lines["en"].append(line.removeprefix(">").strip())
        else:
            lines["zh"].append(line.strip())
    close()
    if not clauses:
        raise Malformed(file=file, got="no clause", want="headings such as `## 2.1 住院医疗 / Inpatient care {#2.1}`")
    return Wording(file, clauses)


def _paragraphs(lines: list[str]) -> str:
    """Lines joined to paragraphs; list items stay lines of their own."""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


@lru_cache(maxsize=64)
def _wording_at(path: Path, changed: int) -> Wording:
    return read_wording(path)


def wording(code: str, folder: Path | None = None) -> Wording:
    """The wording of a product.  Raises: UnknownProduct, Malformed."""
    home = folder or products_folder()
    path = home / code / "wording.md"
    if not re.fullmatch(r"[a-z][a-z0-9_-]{0,47}", code) or not path.is_file():
        known = sorted(each.parent.name for each in home.glob("*/wording.md"))
        raise UnknownProduct(product=code, known=", ".join(known) or "none")
    return _wording_at(path, path.stat().st_mtime_ns)


def clause_text(product: str, clause: str, lang: str) -> tuple[str, str]:
    """Title and text of a product's clause in "zh" or "en".  Raises: UnknownProduct, Malformed."""
    return wording(product).clause_text(clause, lang)


def example_files(code: str, folder: Path | None = None) -> list[Path]:
    """The case files of a product, by name."""
    return sorted(((folder or products_folder()) / code / "examples").glob("*.yaml"))


def read_rates(path: Path) -> list[dict[str, str]]:
    """The rows of a rates.csv as text by column, each with its `line`.  Raises: Malformed."""
    text = read_file(path)
    reader = csv.reader(text.splitlines())
    header = next(reader, None)
    if not header or len(set(header)) != len(header):
        raise Malformed(file=str(path), place="line 1", got="no header or a column twice", want="one name a column")
    rows = []
    for cells in reader:
        if not cells:
            continue
        if len(cells) != len(header):
            raise Malformed(
                file=str(path), place=f"line {reader.line_num}", got=f"{len(cells)} cells", want=f"{len(header)}"
            )
        rows.append({**dict(zip(header, (cell.strip() for cell in cells), strict=True)), "line": str(reader.line_num)})
    return rows
