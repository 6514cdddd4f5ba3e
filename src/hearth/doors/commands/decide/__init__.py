"""`hearth decide`: case files in, decisions out, every fen explained; no database is touched."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from hearth.doors.commands.main import spoken

DIFFERS, BAD_INPUT = 1, 2
"""Exit codes, beside 0: a case came out other than it expects; something could not be read or written."""


@click.command("decide")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--explain", "explained", is_flag=True, help="Tell every step with its clause and arithmetic.")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON document: a list, an entry a file.")
@click.option("--lang", type=click.Choice(["zh", "en"]), help="Language; that of the terminal if not given.")
@click.option(
    "--products", type=click.Path(path_type=Path), help="Folder of products; $HEARTH_PRODUCTS, else the built-in ones."
)
@click.option("--out", type=click.Path(path_type=Path), help="Write to this file, whole or not at all.")
@click.option("--fhir", "bundle", type=click.Path(path_type=Path), help="A FHIR R4 bundle of claims instead of FILES.")
@click.option("--product", help="With --fhir: the product to decide under.")
@click.option("--currency-as-product", is_flag=True, help="With --fhir: take amounts of another currency as they are.")
@click.pass_context
def decide(
    ctx: click.Context,
    files: tuple[Path, ...],
    explained: bool,
    as_json: bool,
    lang: str | None,
    products: Path | None,
    out: Path | None,
    bundle: Path | None,
    product: str | None,
    currency_as_product: bool,
) -> None:
    """Decide the claims of case files, and explain every fen.

    FILES are case files: .yaml, .json, .csv or .xlsx, as docs/cases.md describes them.

    Exit code 0: decided, and as expected where a case says what it expects; 1: decided, but not as expected; 2: bad
    input, told with file, place, what was got and what is wanted.
    """
    lang = lang or spoken()
    if bundle is not None:
        if files or product is None:
            raise click.UsageError("--fhir takes one bundle and --product, and no other file.")
        if products is not None:
            os.environ["HEARTH_PRODUCTS"] = str(products)
        ctx.exit(_decide_bundle(bundle, product, currency_as_product, lang, as_json, out))
    if product is not None or currency_as_product:
        raise click.UsageError("--product and --currency-as-product go with --fhir.")
    if not files:
        raise click.UsageError("Name at least one case file.")
    ctx.exit(_decide_all(files, products, out, lang, explained=explained, as_json=as_json))


def _decide_bundle(
    bundle: Path, product: str, currency_as_product: bool, lang: str, as_json: bool, out: Path | None
) -> int:
    from hearth.doors.feeds.problems import told
    from hearth.doors.fhir.command import run
    from hearth.words.faults import Fault

    try:
        return run(bundle, product, currency_as_product, lang, as_json, out)
    except Fault as fault:
        click.echo(told(fault, lang), err=True)
        return BAD_INPUT


def _decide_all(
    files: Sequence[Path], products: Path | None, out: Path | None, lang: str, *, explained: bool, as_json: bool
) -> int:
    """(1) read and decide every file (2) tell what is bad (3) tell the rest, or in one document all or nothing."""
    from hearth.doors.feeds.problems import told
    from hearth.doors.feeds.writing import write_whole
    from hearth.words.faults import Fault, Malformed

    results: list[_Result] = []
    faults: list[Fault] = []
    if out is not None and any(_same(out, path) for path in files):
        faults.append(Malformed(file=str(out), got="one of the case files itself", want="another file to write to"))
    for path in files:
        try:
            results.append(_decide_one(path, products))
        except Fault as fault:
            faults.append(fault)
    for each in faults:
        click.echo(told(each, lang), err=True)
    if faults and (as_json or out is not None):
        return BAD_INPUT
    text = _document(results, explained) if as_json else _told(results, len(files), len(faults), lang, explained)
    if out is None:
        click.echo(text, nl=False)
    else:
        try:
            write_whole(out, text.encode())
        except Malformed as unwritten:
            click.echo(told(unwritten, lang), err=True)
            return BAD_INPUT
    if faults:
        return BAD_INPUT
    return DIFFERS if any(one.differences for one in results) else 0


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except (OSError, ValueError):
        return False


@dataclass(frozen=True)
class _Result:
    """A file decided; `differences` is None where the case expects nothing."""

    read: Any
    decision: Any
    differences: Any


def _decide_one(path: Path, products: Path | None) -> _Result:
    from hearth.doors.feeds.cases import in_file, products_of, read_case
    from hearth.kernel.adjudication.decision import decide as decide_case
    from hearth.kernel.adjudication.expectation import compare
    from hearth.words.faults import Fault, Malformed

    read = read_case(path)
    shelf = products_of(read.case, products)
    try:
        decision = decide_case(read.case, shelf)
        return _Result(read, decision, compare(read.case, decision) if read.case.expect else None)
    except Malformed:
        raise
    except Fault as fault:
        raise in_file(fault, read, products) from fault


def _told(results: Sequence[_Result], files: int, bad: int, lang: str, explained: bool) -> str:
    from hearth.doors.commands.decide.telling import summary, tell
    from hearth.doors.feeds.problems import harmless

    lines: list[str] = []
    for one in results:
        if explained and lines:
            lines.append("")
        lines += tell(one.read, one.decision, one.differences, lang, explained=explained)
    if files > 1:
        claims = sum(len(one.decision.claims) for one in results)
        expecting = [one for one in results if one.differences is not None]
        ok = sum(not one.differences for one in expecting)
        lines.append(summary(files, bad, claims, ok, len(expecting) - ok, lang))
    return "".join(f"{harmless(line)}\n" for line in lines)


def _document(results: Sequence[_Result], explained: bool) -> str:
    """One list, an entry a file, amounts in fen and in yuan (docs/cases.md)."""
    from hearth.kernel.adjudication.decided import to_json

    entries = []
    for one in results:
        entry: dict[str, Any] = {
            "file": one.read.file,
            "encoding": one.read.encoding,
            "as_expected": None if one.differences is None else not one.differences,
            "differences": [
                {"place": each.place, "expected": each.expected, "got": each.got} for each in one.differences or ()
            ],
            "decision": to_json(one.decision),
        }
        if explained:
            entry["explanation"] = [_explanation(claim) for claim in one.decision.claims]
        entries.append(entry)
    return json.dumps(entries, ensure_ascii=False, indent=1) + "\n"


def _explanation(claim: Any) -> dict[str, Any]:
    from hearth.kernel.adjudication.explain import explain, explain_claim

    return {
        "claim": claim.no,
        "policies": [
            {"policy": policy.policy, "steps": [_step(one) for one in explain(policy)]} for policy in claim.policies
        ],
        "steps": [_step(one) for one in explain_claim(claim)],
    }


def _step(sentence: Any) -> dict[str, Any]:
    from hearth.words.explanations import say

    return {
        "id": sentence.id,
        "zh": say(sentence.id, sentence.values, "zh"),
        "en": say(sentence.id, sentence.values, "en"),
        "clause": sentence.clause,
        "version": sentence.version,
        "product": sentence.product,
        "amount": sentence.amount,
        "lines": [list(line) for line in sentence.lines],
    }
