"""`hearth verify`: a receipt, or two checkpoints of a log, checked from files alone (docs/receipts.md)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hearth.doors.commands.main import spoken

if TYPE_CHECKING:
    from hearth.kernel.proof.check import Verdict

NOT_VALID = 1
UNREADABLE = 2
MOST_BYTES = 1 << 20

_FILE = click.Path(path_type=Path)

_SAYS = {
    "valid": ("有效：凭证与日志中的记录一致。", "VALID: the receipt is what was recorded."),
    "not_valid": ("无效：此凭证不可采信。", "NOT VALID: this receipt cannot be relied on."),
    "not_shown": (
        "未能说明：凭证本身无误，但无法说明它与您的检查点一致。",
        "NOT SHOWN: the receipt itself is in order, but nothing ties it to your checkpoint.",
    ),
    "grew": ("有效：日志只增未改。", "VALID: the log only grew."),
    "did_not": ("无效：两个检查点不相符。", "NOT VALID: the two checkpoints do not agree."),
    "record": ("记录 {id}：{kind}，{subject}，{by}", "Record {id}: {kind}, {subject}, by {by}"),
    "wrong": ("问题：", "Wrong:"),
    "proven": ("已证明：", "Proven:"),
    "open": ("未证明：", "Not proven:"),
    "holds": ("{name}：{value}", "{name}: {value}"),
    "unreadable": ("无法读取 {file}：{why}", "{file} cannot be read: {why}"),
}


@click.command("verify")
@click.argument("receipt", required=False, type=_FILE)
@click.option("--checkpoint", type=_FILE, help="A checkpoint of the log that you have from elsewhere.")
@click.option("--proof", type=_FILE, help="A consistency proof between that checkpoint and the receipt's.")
@click.option(
    "--key", "keys", multiple=True, help="A key that you trust: the line as published, or a file of such lines."
)
@click.option("--paper", help="The text of the QR code on the printed receipt.")
@click.option("--audit", nargs=3, type=_FILE, help="OLD and NEW checkpoint and the consistency PROOF between them.")
@click.option("--lang", type=click.Choice(["zh", "en"]), help="Language; that of the terminal if not given.")
@click.pass_context
def verify(
    ctx: click.Context,
    receipt: Path | None,
    checkpoint: Path | None,
    proof: Path | None,
    keys: tuple[str, ...],
    paper: str | None,
    audit: tuple[Path, Path, Path] | None,
    lang: str | None,
) -> None:
    """Check a receipt, or that a log only grew, from files alone.

    Exit code 0: valid. 1: not valid, and what is wrong. 2: cannot be read.
    """
    lang = lang or spoken()
    trusted = [line for given in keys for line in _key_lines(ctx, given, lang)]
    if audit:
        if receipt or checkpoint or proof or paper:
            raise click.UsageError("--audit stands alone: OLD, NEW, PROOF and --key.")
        if not trusted:
            raise click.UsageError("--audit needs --key: without a key nothing says whose checkpoints these are.")
        _tell(ctx, _audited(ctx, audit, trusted, lang), lang, ("grew", "did_not"))
    elif receipt is None:
        raise click.UsageError("Give a RECEIPT, or --audit OLD NEW PROOF.")
    elif proof and not checkpoint:
        raise click.UsageError("--proof needs --checkpoint: it says how that one and the receipt's belong together.")
    else:
        verdict = _checked(ctx, receipt, checkpoint, proof, trusted, paper, lang)
        _tell(ctx, verdict, lang, ("valid", "not_valid"))


def _checked(
    ctx: click.Context,
    receipt: Path,
    checkpoint: Path | None,
    proof: Path | None,
    trusted: list[str],
    paper: str | None,
    lang: str,
) -> Verdict:
    from hearth.kernel.proof.check import check
    from hearth.kernel.proof.receipt import read_growth, read_receipt

    held = _read(ctx, receipt, read_receipt, lang)
    note = None if checkpoint is None else _read(ctx, checkpoint, _note, lang).decode("utf-8")
    between = None if proof is None else _read(ctx, proof, read_growth, lang)
    return check(held, trusted or None, note, between, paper)


def _audited(ctx: click.Context, files: tuple[Path, Path, Path], trusted: list[str], lang: str) -> Verdict:
    from hearth.kernel.proof.check import audit
    from hearth.kernel.proof.receipt import read_growth

    old, new = (_read(ctx, path, _note, lang).decode("utf-8") for path in files[:2])
    return audit(old, new, _read(ctx, files[2], read_growth, lang), trusted)


def _note(data: bytes) -> None:
    from hearth.kernel.proof.checkpoint import form_of

    form_of(data.decode("utf-8"))


def _key_lines(ctx: click.Context, given: str, lang: str) -> list[str]:
    from hearth.kernel.proof.checkpoint import read_key
    from hearth.words.faults import Fault

    if not Path(given).is_file():
        try:
            read_key(given)
        except Fault as fault:
            _refuse(ctx, "--key", fault.sentence(lang), lang)
        return [given]
    lines: list[str] = []

    def each(data: bytes) -> None:
        lines.extend(line for line in data.decode("utf-8").splitlines() if line.strip())
        for line in lines:
            read_key(line)

    _read(ctx, Path(given), each, lang)
    return lines


def _read(ctx: click.Context, path: Path, form: Callable[[bytes], Any], lang: str) -> bytes:
    """The bytes of a file that is of its form; any other ends the command."""
    from hearth.words.faults import Fault

    data = b""
    try:
        with path.open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
        form(data)
    except Fault as fault:
        _refuse(ctx, str(path), fault.sentence(lang), lang)
    except UnicodeDecodeError:
        _refuse(ctx, str(path), "不是 UTF-8 文本。" if lang == "zh" else "it is not UTF-8 text.", lang)
    except OSError as broken:
        _refuse(ctx, str(path), broken.strerror or type(broken).__name__, lang)
    return data


def _refuse(ctx: click.Context, file: str, why: str, lang: str) -> None:
    click.echo(_say("unreadable", lang, file=file, why=why), err=True)
    ctx.exit(UNREADABLE)


def _say(key: str, lang: str, **values: object) -> str:
    told = _SAYS[key][0 if lang == "zh" else 1].format(**values)
    return "".join(sign if sign.isprintable() else " " for sign in told)


def _tell(ctx: click.Context, verdict: Verdict, lang: str, heads: tuple[str, str]) -> None:
    head = heads[0] if verdict.is_valid else heads[1]
    if {one.code for one in verdict.wrong} == {"NOT_LINKED"}:
        head = "not_shown"
    click.echo(_say(head, lang))
    if verdict.is_valid and verdict.record is not None:
        _tell_record(verdict, lang)
    parts: Iterable[tuple[str, Iterable[Any]]] = (
        ("wrong", verdict.wrong),
        ("proven", verdict.proven),
        ("open", verdict.open if verdict.is_valid else ()),
    )
    for head, found in parts:
        if found:
            click.echo(_say(head, lang))
        for one in found:
            click.echo("  - " + "".join(sign if sign.isprintable() else " " for sign in one.sentence(lang)))
    if not verdict.is_valid:
        ctx.exit(NOT_VALID)


def _tell_record(verdict: Verdict, lang: str) -> None:
    from hearth.kernel.proof.saying import is_money, named
    from hearth.words.money import yuan

    assert verdict.record is not None
    click.echo("  " + _say("record", lang, **{key: verdict.record[key] for key in ("id", "kind", "subject", "by")}))
    shown = {key: value for key, value in verdict.record["data"].items() if key != "sealed"}
    for name, value in {**shown, **(verdict.opened or {})}.items():
        both = named(name)
        told = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        if is_money(name) and type(value) is int:
            told = yuan(value) + (" 元" if lang == "zh" else " yuan")
        told = told if len(told) <= 200 else told[:197] + "..."
        click.echo("  " + _say("holds", lang, name=both.zh if lang == "zh" else both.en, value=told))
