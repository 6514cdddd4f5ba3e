"""Every link between our documents leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

from tests.house.tree import ROOT, own_files


def anchors(text: str) -> set[str]:
    """The anchors that the headings of a page give it."""
    headings = re.findall(r"(?m)^#+ +(.*?)\s*$", text)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken(page: Path) -> list[str]:
    """The links of a page to files or headings that are not there."""
    text = page.read_text("utf-8")
    lost = []
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", text, flags=re.DOTALL)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        there = (page.parent / name).resolve() if name else page
        wants_anchor = bool(anchor) and there.suffix == ".md" and "<a " not in text
        if not there.exists() or (wants_anchor and anchor not in anchors(there.read_text("utf-8"))):
            lost.append(target)
    return lost


def test_no_link_between_the_documents_is_broken() -> None:
    pages = [path for path in own_files() if path.suffix == ".md" and path.is_relative_to(ROOT / "docs")]
    pages += [path for path in ROOT.glob("*.md") if path in own_files()]
    assert len(pages) > 6
    assert {page.relative_to(ROOT).as_posix(): lost for page in pages if (lost := broken(page))} == {}


def test_a_broken_link_would_be_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# The page\n\n## What is there\n\n[a](#what-is-there) [b](page.md#the-page) [c](https://x.example/y)\n"
        "[d](gone.md) [e](#gone) ![f](images/gone.png)\n\n```\n[g](in-code.md)\n```\n"
    )
    assert broken(page) == ["gone.md", "#gone", "images/gone.png"]
