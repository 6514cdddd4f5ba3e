"""`hearth decide --fhir`: a bundle of Claims in, a summary and a bundle of ExplanationOfBenefit out."""

from __future__ import annotations

import os
import sys
import tempfile
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from hearth.doors.feeds.products import load_products
from hearth.doors.fhir.bundle import read_bundle
from hearth.doors.fhir.eob import explanations, json_text, outcome_of
from hearth.doors.fhir.listing import Tally, shown, tally
from hearth.doors.fhir.reading import Reading, read_case
from hearth.kernel.adjudication.decided import Decision
from hearth.kernel.adjudication.decision import decide
from hearth.kernel.product.terms import Terms
from hearth.words.codes import word
from hearth.words.faults import Malformed, UnknownProduct
from hearth.words.money import yuan

WORDS: dict[str, tuple[str, str]] = {
    "title": ("{file} · {product} {version}", "{file} · {product} {version}"),
    "premises": ("前提", "Taken for granted"),
    "claims": ("赔案（金额：{currency}）", "Claims (amounts in {currency})"),
    "claim": ("赔案", "claim"),
    "day": ("就诊日", "day"),
    "setting": ("场景", "setting"),
    "items": ("项目 / 计费", "items / billed"),
    "billed": ("账单金额", "billed"),
    "payable": ("赔付", "payable"),
    "outcome": ("结果", "outcome"),
    "all": ("合计", "all"),
    "open": ("未能对应或未采用的内容", "What could not be mapped or was not used"),
    "what": ("内容", "what"),
    "count": ("次数", "count"),
    "amount": ("金额", "amount"),
    "place": ("首次出现的位置", "first place"),
    "nothing": ("没有未能对应的内容。", "Everything could be mapped."),
    "outcomes": (
        "complete：可自动得出；partial：有未能对应之处，需人工补充；queued：建议，由理赔人员决定。均不是拒赔。",
        "complete: agreed arithmetic alone; partial: a person adds what could not be mapped; "
        "queued: a proposal that a person decides. None is a refusal.",
    ),
    "written": (
        "已写入 {count} 份赔付说明（ExplanationOfBenefit，FHIR R4B）：{out}",
        "Wrote {count} ExplanationOfBenefit resources (FHIR R4B) to {out}",
    ),
    "not_written": (
        "未写文件；用 --out 文件名 写出 {count} 份赔付说明（ExplanationOfBenefit，FHIR R4B）。",
        "No file written; --out FILE writes the {count} ExplanationOfBenefit resources (FHIR R4B).",
    ),
}


def run(
    bundle: Path, product: str, currency_as_product: bool, lang: str, as_json: bool, out: Path | None,
    at: datetime | None = None,
) -> int:  # fmt: skip
    """Decide every Claim of a bundle under one product; `at` is now unless given.

    Raises: Malformed, OtherCurrency, UnknownProduct.
    """
    products = load_products()
    if product not in products:
        raise UnknownProduct(product=product, known=", ".join(sorted(products)) or "none")
    if out is not None and _same(out, bundle):
        raise Malformed(file=str(out), got="the bundle itself", want="another file to write to")
    terms = products[product]
    reading = read_case(read_bundle(bundle), terms, currency_as_product)
    # Papers count as complete and nothing is disputed: there is no cure whose worth could be told.
    decision = decide(reading.case, {}, worth=False)
    made = explanations(reading, decision, terms, lang, at or datetime.now(UTC))
    if out is not None:
        _write(out, json_text(made) + "\n")
    if as_json:
        sys.stdout.write(json_text(_report(reading, decision, terms, lang, made)) + "\n")
    else:
        _print(reading, decision, terms, lang, out, len(made["entry"]))
    return 0


def _same(one: Path, other: Path) -> bool:
    try:
        return one.exists() and one.samefile(other)
    except OSError:
        return False


def _write(out: Path, text: str) -> None:
    """The whole file or none: written beside its place, then moved into it."""
    beside: str | None = None
    try:
        handle, beside = tempfile.mkstemp(prefix=f".{out.name}.", dir=out.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as opened:
            opened.write(text)
            opened.flush()
            os.fsync(opened.fileno())
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(beside, 0o666 & ~mask)
        os.replace(beside, out)
        beside = None
    except OSError as broken:
        raise Malformed(file=str(out), got=broken.strerror or "an error", want="a file that can be written") from broken
    finally:
        if beside is not None:
            Path(beside).unlink(missing_ok=True)


def _amount(fen: int) -> Decimal:
    return Decimal(fen).scaleb(-2)


def _report(reading: Reading, decision: Decision, terms: Terms, lang: str, made: dict[str, Any]) -> dict[str, Any]:
    reads = {read.no: read for read in reading.claims}
    return {
        "product": terms.code,
        "version": terms.version,
        "currency": terms.currency,
        "currency_of_bundle": reading.currency,
        "premises": [{"id": premise.id, "text": premise.says(lang)} for premise in reading.premises],
        "totals": {
            "claims": len(decision.claims),
            "billed": _amount(sum(policy.columns["billed"] for claim in decision.claims for policy in claim.policies)),
            "payable": _amount(sum(claim.payable for claim in decision.claims)),
        },
        "claims": [
            {
                "claim": claim.no,
                "patient": claim.insured,
                "day": claim.event_on.isoformat(),
                "setting": reads[claim.no].setting.name.lower(),
                "outcome": outcome_of(claim, reads[claim.no]),
                "billed": _amount(sum(policy.columns["billed"] for policy in claim.policies)),
                "payable": _amount(claim.payable),
            }
            for claim in decision.claims
        ],
        "not_mapped": [
            {
                "id": one.id, "place": one.place, "claim": one.claim, "item": one.item,
                "amount": None if one.amount is None else _amount(one.amount),
                **{name: str(value) for name, value in one.data.items()},
                "text": one.says(lang),
            }
            for one in reading.listed
        ],
        "bundle": made,
    }  # fmt: skip


def _print(reading: Reading, decision: Decision, terms: Terms, lang: str, out: Path | None, count: int) -> None:
    def say(name: str, **values: Any) -> str:
        return WORDS[name][0 if lang.startswith("zh") else 1].format(**values)

    # Texts of the bundle are shown as they are: no markup, no colour of what looks like a number.
    console = Console(markup=False, highlight=False, emoji=False, width=None if sys.stdout.isatty() else 120)
    name = terms.name.zh if lang.startswith("zh") else terms.name.en
    console.print(say("title", file=reading.case.case, product=name, version=terms.version), style="bold")
    console.print(f"\n{say('premises')}", style="bold")
    for premise in reading.premises:
        console.print(f"  · {premise.says(lang)}")

    reads = {read.no: read for read in reading.claims}
    table = Table(box=box.SIMPLE, title=say("claims", currency=terms.currency), title_justify="left", show_footer=True)
    billed = [sum(policy.columns["billed"] for policy in claim.policies) for claim in decision.claims]
    table.add_column(say("claim"), say("all"), overflow="fold")
    table.add_column(say("day"), str(len(decision.claims)), no_wrap=True)
    table.add_column(say("setting"))
    table.add_column(say("items"), justify="right")
    table.add_column(say("billed"), yuan(sum(billed)), justify="right", no_wrap=True)
    table.add_column(say("payable"), yuan(sum(c.payable for c in decision.claims)), justify="right", no_wrap=True)
    table.add_column(say("outcome"), no_wrap=True)
    for claim, amount in zip(decision.claims, billed, strict=True):
        read = reads[claim.no]
        table.add_row(
            claim.no, claim.event_on.isoformat(), word(read.setting, lang),
            f"{len(read.items)} / {sum(item.line is not None for item in read.items)}",
            yuan(amount), yuan(claim.payable), outcome_of(claim, read),
        )  # fmt: skip
    console.print(table)
    console.print(say("outcomes"))

    entries = tally(reading.listed, lang)
    if entries:
        console.print(_open_table(entries, say))
    else:
        console.print(f"\n{say('nothing')}")
    console.print(say("written", count=count, out=out) if out is not None else say("not_written", count=count))


def _open_table(entries: list[Tally], say: Any) -> Table:
    table = Table(box=box.SIMPLE, title=say("open"), title_justify="left")
    table.add_column(say("what"), overflow="fold")
    table.add_column(say("count"), justify="right", no_wrap=True)
    table.add_column(say("amount"), justify="right", no_wrap=True)
    table.add_column(say("place"), overflow="fold")
    for one in entries:
        table.add_row(one.text, str(one.count), shown(one.amount), one.first_place)
    return table
