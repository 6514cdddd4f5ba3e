"""`hearth papers`: single files read, raw print extracted, and a labelled folder measured (docs/papers.md)."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hearth.doors.commands.main import spoken
from hearth.words.faults import Fault, Malformed
from hearth.words.papers import KIND_WORDS, STATUS_WORDS, PaperKind, Run, Status

if TYPE_CHECKING:
    from hearth.kernel.documents.reading.evaluating import Scored
    from hearth.kernel.documents.reading.found import Found, Paper
    from hearth.store.access.papers import LabelRow

UNREADABLE = 2
MAX_RUNS = 2_000
MAX_LINES_FILE = 20_000_000
PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif")

_FILE = click.Path(path_type=Path)
_LANG = click.option("--lang", type=click.Choice(["zh", "en"]), help="Language; that of the terminal if not given.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON with boxes instead of a table.")

_SAYS = {
    "page": ("第 {page} 页，共 {pages} 页", "page {page} of {pages}"),
    "lines": ("明细 {count} 行", "{count} lines"),
    "doubt": ("不相符：{says}", "does not agree: {says}"),
    "was": ("（原读作 {read}）", "(was read as {read})"),
    "unreadable": ("无法读取 {file}：{why}", "{file} cannot be read: {why}"),
}


@click.group("papers")
def papers() -> None:
    """Read medical papers, and measure how well."""


@papers.command("read")
@click.argument("files", nargs=-1, required=True, type=_FILE)
@_JSON
@_LANG
@click.option("--as", "kind", type=click.Choice([one.value for one in PaperKind if one is not PaperKind.UNKNOWN]))
@click.pass_context
def read(ctx: click.Context, files: tuple[Path, ...], as_json: bool, lang: str | None, kind: str | None) -> None:
    """Read FILES: photographs, scans, PDF, OFD, XML or JSON of electronic invoices."""
    lang = lang or spoken()
    told, failed = [], False
    for file in files:
        try:
            for paper, size in _pages(file, PaperKind(kind) if kind else None):
                if as_json:
                    told.append({"file": file.name, **size, **plain_values(paper)})
                else:
                    _show(file.name, paper, lang)
        except (Fault, OSError) as refused:
            failed = True
            why = refused.sentence(lang) if isinstance(refused, Fault) else str(refused.strerror)
            click.echo(_say("unreadable", lang, file=file.name, why=why), err=True)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    ctx.exit(UNREADABLE if failed else 0)


@papers.command("extract")
@click.argument("lines", type=_FILE)
@_JSON
@_LANG
def extract_lines(lines: Path, as_json: bool, lang: str | None) -> None:
    """Extract fields from LINES, a JSON file of print that was read elsewhere: text, box, score."""
    from hearth.kernel.documents.reading.check import checked
    from hearth.kernel.documents.reading.paper import extract

    paper = checked(extract(runs_of(lines)))
    if as_json:
        click.echo(json.dumps(plain_values(paper), ensure_ascii=False, indent=1))
    else:
        _show(lines.name, paper, lang or spoken())


@papers.command("evaluate")
@click.argument("folder", type=_FILE, required=False)
@click.option("--labels", is_flag=True, help="Measure by what members and reviewers said of the company's own papers.")
@click.option("--json", "to", type=_FILE, help="Write every figure to this file as well.")
@click.option("--table", is_flag=True, help="Print the table of confidences that these pages give.")
@click.option("--pages", type=click.IntRange(1), help="Read so many pages at most.")
def evaluate(folder: Path | None, labels: bool, to: Path | None, table: bool, pages: int | None) -> None:
    """Measure reading on a labelled FOLDER: pictures, each with a .json of its truth beside it; or on own labels."""
    if labels is (folder is not None):
        raise click.UsageError("Give either a FOLDER or --labels.")
    if labels:
        return _evaluate_labels(to, table)
    assert folder is not None
    scores: list[tuple[Mapping[str, Any], list[Scored]]] = []
    with click.progressbar(list(_labelled(folder))[:pages], label=folder.name) as labelled:
        for picture, truth in labelled:
            scores.append((truth, _measured(picture, truth)))
    if not scores:
        raise Malformed(file=folder.name, got="no picture with its truth", want="pictures, each with a .json beside it")
    found = figures(scores)
    for name, value in found.items():
        if isinstance(value, float):
            click.echo(f"{name:32} {value:.4f}")
    for name in ("by kind and layout", "by wear"):
        click.echo(name)
        for part, (fields, cells, count) in found[name].items():
            click.echo(f"  {part:40} fields {fields:.4f}  cells {cells:.4f}  of {count}")
    if table:
        click.echo(_table([one for _, several in scores for one in several]))
    if to is not None:
        to.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _evaluate_labels(to: Path | None, table: bool) -> None:
    """What people said of fields and cells of papers beside what was read: shares that were right, calibration."""
    import datetime

    from hearth.doors.launch.attached import attach

    attach()
    from hearth.store.access import HOUSE
    from hearth.store.access.papers import labels

    every = [_of_label(one) for one in labels(HOUSE, datetime.datetime.now(datetime.UTC))]
    found = label_figures(every)
    for name, value in found.items():
        click.echo(f"{name:32} {value:.4f}" if isinstance(value, float) else f"{name:32} {value}")
    if table:
        click.echo(label_table(every))
    if to is not None:
        to.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _of_label(one: LabelRow) -> Scored:
    from hearth.kernel.documents.reading.evaluating import Scored, is_same

    key, sure = re.sub(r"\[\d+\]", "", one.field), one.score or 0.0
    is_cell = one.field.startswith("lines[")
    right = bool(one.was_read) and is_same(one.was_read, one.is_really)
    return Scored(key, is_cell, bool(one.was_read), right, sure, sure, one.status, one.status)


def label_figures(every: Sequence[Scored]) -> dict[str, Any]:
    """What labels show: the shares of fields and cells exactly right, by name too, and how calibrated they were."""
    from hearth.kernel.documents.reading.confidence import coverage_at, expected_error

    found = [one for one in every if one.is_found]
    certain, right = [one.confidence for one in found], [one.is_right for one in found]
    made: dict[str, Any] = {
        "fields": sum(not one.is_cell for one in every),
        "cells": sum(one.is_cell for one in every),
        "exact fields": _share(every, False),
        "exact cells": _share(every, True),
        "proven and right": _right([one for one in found if one.status == "proven"]),
        "calibration error": expected_error(certain, right) if found else 0.0,
        "coverage at 0.5 % error": coverage_at(certain, right, 0.005) * len(found) / max(1, len(every)),
    }
    names = sorted({one.key for one in every})
    return made | {f"exact {name}": _right([one for one in every if one.key == name]) for name in names}


def label_table(every: Sequence[Scored]) -> str:
    """For each status: a confidence as it was said, and the share that was right there; 20 labels at least."""
    from hearth.kernel.documents.reading.confidence import isotonic

    rows = []
    for status in sorted({one.status for one in every if one.is_found}):
        of = [one for one in every if one.is_found and one.status == status]
        steps = isotonic([one.confidence for one in of], [one.is_right for one in of]) if len(of) >= 20 else ()
        rows.append(f"{status:10} {len(of):6} " + (" ".join(f"{said:.4f}→{was:.4f}" for said, was in steps) or "-"))
    return "\n".join(rows)


# --- pages -----------------------------------------------------------------------------------------------------------


def _pages(file: Path, kind: PaperKind | None) -> Iterator[tuple[Paper, dict[str, int]]]:
    """The pages of a file, read and checked.  Raises: Fault, OSError."""
    from hearth.kernel.documents.reading.check import checked
    from hearth.kernel.documents.reading.paper import extract

    with file.open("rb") as opened_file:
        content = opened_file.read(_most_bytes() + 1)
    if content[:2] == b"PK" or content.lstrip()[:1] in (b"<", b"{", b"["):
        from hearth.doors.feeds import einvoice

        for sheet in einvoice.opened(file.name, content):
            paper = sheet.states if sheet.states is not None else extract(sheet.runs, kind)
            yield checked(paper), {"width": sheet.width, "height": sheet.height}
        return
    _ready()
    from hearth.desks.books.reader import read_page
    from hearth.doors.feeds import pages, uploads
    from hearth.doors.feeds.einvoice.code import told_on

    _name, content = uploads.as_kept(file.name, content)
    upload = uploads.examined(file.name, content)
    for page in pages.opened(content, upload.media_type):
        size = {"width": page.width, "height": page.height}
        if page.picture is None:
            yield checked(extract(page.runs, kind), told=page.told), size
        else:
            _, paper = read_page(page.picture, _spec(), kind)
            yield checked(paper, told=told_on(page.picture)), size


def _most_bytes() -> int:
    from hearth.doors.feeds.uploads import MAX_BYTES

    return MAX_BYTES


def _spec() -> str:
    return os.environ.get("HEARTH_READER") or "rapid:"


def _ready() -> None:
    """Django's settings, which the rooms below read; no database is asked."""
    import django
    from django.apps import apps

    if not apps.ready:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hearth.doors.settings")
        django.setup()


def runs_of(file: Path) -> list[Run]:
    """Raw print from a JSON file: a list of {text, box, score}, or an object that holds it as `lines`.

    A box has four corners [[x, y], ...] from the upper left, or is [left, top, right, bottom].

    Raises: Malformed, OSError.
    """
    try:
        if file.stat().st_size > MAX_LINES_FILE:
            raise Malformed(file=file.name, got="a larger file", want=f"at most {MAX_LINES_FILE:,} bytes")
        held: Any = json.loads(file.read_bytes())
    except (ValueError, RecursionError) as broken:
        raise Malformed(file=file.name, got="something else", want="JSON") from broken
    lines = held.get("lines", held.get("ocr")) if isinstance(held, dict) else held
    if not isinstance(lines, list) or len(lines) > MAX_RUNS:
        raise Malformed(file=file.name, got="something else", want=f"a list of at most {MAX_RUNS:,} runs")
    return [_run(file.name, number, one) for number, one in enumerate(lines, 1)]


def _run(file: str, number: int, one: Any) -> Run:
    try:
        box, score = one["box"], float(one.get("score", 1.0))
        if len(box) == 4 and all(isinstance(side, (int, float)) for side in box):
            x0, y0, x1, y1 = (float(side) for side in box)
            box = [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
        corners = tuple((float(x), float(y)) for x, y in box)
        sane = len(corners) == 4 and all(abs(side) < 1e6 for corner in corners for side in corner) and 0 <= score <= 1
        if not sane or not isinstance(one["text"], str):
            raise ValueError
        return Run(one["text"], corners, score)  # type: ignore[arg-type]  # four corners
    except (TypeError, ValueError, KeyError, AttributeError) as broken:
        want = "text, box (four corners, or left, top, right, bottom), score from 0 to 1"
        raise Malformed(file=file, place=f"run {number}", got=repr(one)[:60], want=want) from broken


# --- told ------------------------------------------------------------------------------------------------------------


def plain_values(paper: Paper) -> dict[str, Any]:
    """A paper as plain values for JSON."""

    def told(one: Found) -> dict[str, Any]:
        said = {
            "text": one.text,
            "value": one.value,
            "box": list(one.box),
            "status": one.status.value,
            "confidence": one.confidence,
        }
        more = {"read": one.read} if one.read is not None else {}
        return {**said, **more, **({"why": list(one.why)} if one.why else {})}

    return {
        "kind": paper.kind.value,
        "page": paper.page,
        "pages": paper.pages,
        "fields": {key: told(one) for key, one in paper.fields.items()},
        "lines": [{cell: told(one) for cell, one in line.items()} for line in paper.lines],
        "doubts": [
            {"code": one.code, "fields": list(one.fields), "got": one.got, "want": one.want} for one in paper.doubts
        ],
        "altered": [{"code": one.code, "fields": list(one.fields)} for one in paper.altered],
    }


def _show(name: str, paper: Paper, lang: str) -> None:
    from dataclasses import asdict

    from hearth.kernel.documents.doubts import ALTERED, doubt_says

    zh = lang.startswith("zh")
    kind = KIND_WORDS[paper.kind][0 if zh else 1]
    click.echo(f"{name}: {kind}, {_say('page', lang, page=paper.page, pages=paper.pages)}")
    for key, one in paper.fields.items():
        status = STATUS_WORDS[one.status][0 if zh else 1]
        was = _say("was", lang, read=one.read) if one.read is not None else ""
        sure = "" if one.status is Status.MISSING else f"{one.confidence:.3f}"
        click.echo(f"  {key:<22} {one.value:<34} {status:<10} {sure} {was}".rstrip())
    if paper.lines:
        click.echo(f"  {_say('lines', lang, count=len(paper.lines))}")
        for line in paper.lines:
            click.echo("    " + "  ".join(one.value for one in line.values()))
    for doubt in paper.doubts:
        click.echo("  " + _say("doubt", lang, says=doubt_says(asdict(doubt), lang)))
        if doubt in paper.altered:
            click.echo("    " + ALTERED[0 if zh else 1])


def _say(key: str, lang: str, **values: Any) -> str:
    return _SAYS[key][0 if lang.startswith("zh") else 1].format(**values)


# --- measured --------------------------------------------------------------------------------------------------------


def _labelled(folder: Path) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    for truth in sorted(folder.glob("*.json")):
        picture = next((one for ending in PICTURES if (one := truth.with_suffix(ending)).is_file()), None)
        if picture is None:
            continue
        try:
            held = json.loads(truth.read_bytes())
        except ValueError as broken:
            raise Malformed(file=truth.name, got="something else", want="JSON") from broken
        if not isinstance(held, dict) or not isinstance(held.get("fields"), dict):
            raise Malformed(file=truth.name, got="no fields", want="the truth of a page as docs/papers.md has it")
        yield picture, held


def _measured(picture: Path, truth: Mapping[str, Any]) -> list[Scored]:
    from hearth.kernel.documents.reading.evaluating import scored

    (paper, _), *_ = _pages(picture, None)
    return list(scored(paper, truth))


def figures(scores: Sequence[tuple[Mapping[str, Any], Sequence[Scored]]]) -> dict[str, Any]:
    """What labelled pages show: exact shares, calibration, coverage; by kind and layout, and by wear."""
    from hearth.kernel.documents.reading.confidence import coverage_at, expected_error

    every = [one for _, several in scores for one in several]
    found = [one for one in every if one.is_found]
    certain, right = [one.confidence for one in found], [one.is_right for one in found]
    made: dict[str, Any] = {
        "pages": len(scores),
        "fields": sum(not one.is_cell for one in every),
        "cells": sum(one.is_cell for one in every),
        "exact fields": _share(every, False),
        "exact cells": _share(every, True),
        "proven and right": _right([one for one in found if one.status == "proven"]),
        "calibration error": expected_error(certain, right),
        "coverage at 0.5 % error": coverage_at(certain, right, 0.005) * len(found) / max(1, len(every)),
        "coverage at 0.1 % error": coverage_at(certain, right, 0.001) * len(found) / max(1, len(every)),
    }
    for name, of in (("by kind and layout", _layout), ("by wear", _wear)):
        parts: dict[str, list[Scored]] = {}
        for truth, several in scores:
            for part in of(truth):
                parts.setdefault(part, []).extend(several)
        made[name] = {
            part: (_share(several, False), _share(several, True), len(several))
            for part, several in sorted(parts.items())
        }
    return made


def _layout(truth: Mapping[str, Any]) -> list[str]:
    return [f"{truth.get('kind', 'unknown')}/{truth.get('layout', '')}"]


def _wear(truth: Mapping[str, Any]) -> list[str]:
    wear = truth.get("wear") or {}
    return sorted(name for name, value in wear.items() if value and name not in ("seed", "jpeg")) or ["clean"]


def _share(several: Sequence[Scored], cells: bool) -> float:
    return _right([one for one in several if one.is_cell is cells])


def _right(several: Sequence[Scored]) -> float:
    return sum(one.is_right for one in several) / len(several) if several else 1.0


def _table(every: Sequence[Scored]) -> str:
    """The text of kernel/documents/reading/calibrated.py that these pages give."""
    from hearth.kernel.documents.reading.calibrated import TABLE
    from hearth.kernel.documents.reading.confidence import isotonic

    rows = []
    for group in TABLE:
        of = [one for one in every if one.group == group]
        steps = isotonic([one.score for one in of], [one.is_right for one in of]) if len(of) >= 20 else TABLE[group]
        rows.append(f'    "{group}": {steps!r},  # of {len(of)}')
    return "\n".join(("TABLE: dict[str, tuple[tuple[float, float], ...]] = {", *rows, "}"))
