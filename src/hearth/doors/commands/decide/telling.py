"""Telling: a decision in words and figures for a terminal, in Chinese or English."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from hearth.doors.feeds.cases import CaseFile
from hearth.kernel.adjudication.decided import ClaimDecision, Decision, GateResult, LineDecision, PolicyDecision
from hearth.kernel.adjudication.expectation import Difference
from hearth.kernel.adjudication.explain import Sentence, explain, explain_claim, line_name
from hearth.words.codes import Gate, Paper, word
from hearth.words.explanations import say
from hearth.words.money import yuan
from hearth.words.reasons import finding, reason, route

LABELS: dict[str, tuple[str, str]] = {
    # label: Chinese, English
    "claim": ("赔案 {no}", "claim {no}"),
    "payable": ("应付 {amount}", "payable {amount}"),
    "paid_out": ("实付 {amount}", "paid out {amount}"),
    "recovery": ("应收回 {amount}", "to be paid back {amount}"),
    "as_expected": ("与预期一致", "ok, as expected"),
    "difference": ("不一致：{place}：预期 {expected}，结果 {got}", "differs: {place}: expected {expected}, got {got}"),
    "policy": ("保单 {policy} {name}（{version}，{plan}）", "policy {policy}, {name} ({version}, {plan})"),
    "lines": ("各行去向", "where each line went"),
    "steps": ("计算步骤", "steps"),
    "gates": ("未通过或需人工核对的校验", "checks that failed or that a person has to look at"),
    "fail": ("未通过", "failed"),
    "refer": ("需核对", "to be looked at"),
    "findings": ("请核对", "please check"),
    "worth": ("补充后可能增加的赔付", "what curing is worth"),
    "after": ("付款", "payment"),
    "orders": ("各种保单顺序", "every order of the policies"),
    "clause": ("条款 {clause}，版本 {version}", "clause {clause}, version {version}"),
    "the_clause": ("条款 {clause}", "clause {clause}"),
    "invoice_line": ("第 {invoice} 张发票第 {line} 行", "invoice {invoice} line {line}"),
    "invoice_whole": ("第 {invoice} 张", "invoice {invoice}"),
    "cut": ("（认定不必要部分）", " (found not necessary)"),
    "out": ("（目录外）", " (outside the list)"),
    "summary": ("共 {files} 个文件、{claims} 个赔案", "{files} files, {claims} claim{plural}"),
    "summary_expected": ("{ok} 个与预期一致，{differs} 个不一致", "{ok} as expected, {differs} different"),
    "summary_bad": ("{bad} 个无法读取", "{bad} could not be read"),
}

COLUMNS: tuple[tuple[str, str, str], ...] = (
    # column of a line, header in Chinese, in English
    ("billed", "账单", "billed"),
    ("public", "公共支付", "public"),
    ("others", "其他补偿", "others"),
    ("not_covered", "不予赔付", "not covered"),
    ("deductible", "免赔额", "deductible"),
    ("own_share", "自担比例", "own share"),
    ("over_limits", "超限额", "over limits"),
    ("reduced_for_age", "年龄减付", "for age"),
    ("payable", "应付", "payable"),
)


def label(which: str, lang: str, **values: Any) -> str:
    """A label in "zh" or "en"."""
    return LABELS[which][0 if lang.startswith("zh") else 1].format(**values)


def tell(
    read: CaseFile, decision: Decision, differences: Sequence[Difference] | None, lang: str, *, explained: bool
) -> Iterator[str]:
    """The lines that tell one case; `differences` is None where the case expects nothing."""
    yield f"{read.file}{f' [{read.encoding}]' if read.encoding else ''}: {decision.case}"
    for claim in decision.claims:
        yield from _claim(claim, lang)
        if explained:
            yield from _explained(claim, lang)
    if differences is not None:
        for one in differences:
            yield "  " + label("difference", lang, place=one.place, expected=one.expected, got=one.got)
        if not differences:
            yield "  " + label("as_expected", lang)


def _claim(claim: ClaimDecision, lang: str) -> Iterator[str]:
    parts = [label("payable", lang, amount=yuan(claim.payable))]
    if claim.recovery:
        parts.append(label("recovery", lang, amount=yuan(claim.recovery)))
    else:
        parts.append(label("paid_out", lang, amount=yuan(claim.paid_out)))
    yield "  " + "  ".join((label("claim", lang, no=claim.no), *parts))
    if len(claim.policies) > 1:
        for policy in claim.policies:
            yield f"    {policy.policy}  {policy.product}  {yuan(policy.payable)}"


def _explained(claim: ClaimDecision, lang: str) -> Iterator[str]:
    yield "    " + route(claim.route, lang)
    yield from _block("findings", (finding(one.code, _filled(one.data), lang) for one in claim.findings), lang)
    for policy in claim.policies:
        name = policy.product_name.zh if lang.startswith("zh") else policy.product_name.en
        yield "    " + label("policy", lang, policy=policy.policy, name=name, version=policy.version, plan=policy.plan)
        yield from _block("lines", _table(policy, lang), lang, 6)
        yield from _block("gates", _gates(policy, lang), lang, 6)
        yield from _block("steps", (_sentence(one, lang) for one in explain(policy)), lang, 6, numbered=True)
    told = explain_claim(claim)
    for name, ids in (("after", ()), ("worth", ("WORTH",)), ("orders", ("ORDER",))):
        mine = [one for one in told if (one.id.partition("_")[0] in ids) == bool(ids) and (ids or _pays(one))]
        yield from _block(name, (_sentence(one, lang) for one in mine), lang)


def _pays(sentence: Sentence) -> bool:
    return sentence.id.partition("_")[0] not in ("WORTH", "ORDER")


def _filled(data: dict[str, Any]) -> dict[str, Any]:
    return {key: yuan(value) if key in ("stated", "bill") else value for key, value in data.items()}


def _block(name: str, lines: Iterable[str], lang: str, indent: int = 4, *, numbered: bool = False) -> Iterator[str]:
    """A heading with its lines below, or nothing where there are none."""
    for n, line in enumerate(lines, 1):
        if n == 1:
            yield f"{' ' * indent}{label(name, lang)}"
        yield f"{' ' * indent}  {f'{n}. ' if numbered else ''}{line}"


def _sentence(sentence: Sentence, lang: str) -> str:
    said = say(sentence.id, sentence.values, lang)
    if sentence.clause is None:
        return said
    return f"{said} [{label('clause', lang, clause=sentence.clause, version=sentence.version)}]"


def _at(line: LineDecision, lang: str) -> str:
    """Which row it is: a line, its part outside the list, or what was cut; line 0 is the stay or diagnosis itself."""
    at = label("invoice_line" if line.line else "invoice_whole", lang, invoice=line.invoice, line=line.line)
    name = line_name(line)["zh" if lang.startswith("zh") else "en"]
    return f"{at} {name}{label('cut', lang) if line.cut else label('out', lang) if line.scope == 'out' else ''}"


def _table(policy: PolicyDecision, lang: str) -> Iterator[str]:
    """The money columns that are not empty, a row a line, and why."""
    zh = lang.startswith("zh")
    used = [one for one in COLUMNS if one[0] in ("billed", "payable") or any(getattr(x, one[0]) for x in policy.lines)]
    rows = [["", *(one[1 if zh else 2] for one in used), ""]]
    for line in policy.lines:
        money = [yuan(getattr(line, name)) for name, _, _ in used]
        rows.append([_at(line, lang), *money, reason(line.reason, lang)])
    widths = [max(_width(row[n]) for row in rows) for n in range(len(rows[0]))]
    for row in rows:
        first = row[0] + " " * (widths[0] - _width(row[0]))
        money = [" " * (width - _width(cell)) + cell for cell, width in zip(row[1:-1], widths[1:-1], strict=True)]
        yield "  ".join((first, *money, row[-1])).rstrip()


def _gates(policy: PolicyDecision, lang: str) -> Iterator[str]:
    for line in policy.lines:
        for gate in line.gates:
            yield f"{_at(line, lang)}{'：' if lang.startswith('zh') else ': '}{_gate(gate, lang)}"


def _gate(gate: GateResult, lang: str) -> str:
    zh = lang.startswith("zh")
    parts = [f"{word(Gate[gate.gate.upper()], lang)} — {label('fail' if gate.result == 'fail' else 'refer', lang)}"]
    if gate.paper is not None:
        parts.append(word(Paper[gate.paper.upper()], lang))
    if gate.what is not None:
        parts.append(gate.what.zh if zh else gate.what.en)
    if gate.clause is not None:
        parts.append(f"[{label('the_clause', lang, clause=gate.clause)}]")
    return " ".join(parts)


def _width(text: str) -> int:
    """Columns of a terminal that a text takes: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def summary(files: int, bad: int, claims: int, ok: int, differs: int, lang: str) -> str:
    """One line about all files."""
    parts = [label("summary", lang, files=files, claims=claims, plural="" if claims == 1 else "s")]
    if ok or differs:
        parts.append(label("summary_expected", lang, ok=ok, differs=differs))
    if bad:
        parts.append(label("summary_bad", lang, bad=bad))
    return ("；" if lang.startswith("zh") else "; ").join(parts) + ("。" if lang.startswith("zh") else ".")
