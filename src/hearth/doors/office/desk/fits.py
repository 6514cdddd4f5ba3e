"""Fits: what does not fit the loaded lists, line by line, and what is usual for the diagnosis; a person judges it.

It comes after the page of the case, so that nothing waits for it, and a finding proposes alone: it changes no amount.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.desks.catalogue.fitting import Judged, Misfit, does_not_fit
from hearth.desks.catalogue.judging import MOST_WORDS, FindingGone, ReasonMissing, judge_finding
from hearth.doors.office.desk.asking import Asked, go, page, plain, show
from hearth.doors.office.desk.pieces import day, iso, moment
from hearth.doors.office.desk.stated import purpose
from hearth.kernel.documents.audit.forms import ListKind, form_of
from hearth.kernel.documents.audit.rule import FAMILIES, Family
from hearth.kernel.documents.audit.rule import plain as bare
from hearth.store.access.catalogue import EdgeRow, JudgedRow, UsualRow, codes_named, edges_at, judged_of, usual_cost
from hearth.store.access.claims_case import CaseFile, one_claim
from hearth.words.calendar import day_in_china
from hearth.words.catalogue import EDGES, JUDGEMENTS, USUAL_LEAST, EdgeKind, Judgement, NodeKind
from hearth.words.codes import Setting, word
from hearth.words.money import fen_from_yuan, yuan

MOST_ITEMS = 10
"""Usual items that are shown of a diagnosis."""

MOST_EDGES = 12
"""Things that the lists tell of a diagnosis, as many as are shown."""

COURSE = (EdgeKind.EXAMINED_BY, EdgeKind.TREATED_BY, EdgeKind.OPERATED_BY, EdgeKind.MANIFESTATION_OF)

FACTS: dict[str, tuple[str, str]] = {
    "scheme": ("险种", "the kind of social insurance"),
    "level": ("医院等级", "the hospital's level"),
    "setting": ("就医方式", "the kind of treatment"),
    "department": ("科室", "the department"),
    "sex": ("性别", "the sex"),
    "born": ("出生日期", "the date of birth"),
    "day": ("日期", "the day"),
    "unit": ("单位", "the unit"),
    "diagnoses": ("诊断", "the diagnosis"),
    "public": ("公共支付", "what public funds paid"),
    "price": ("单价", "the price"),
}
"""What a check needs to know -> (zh, en); another one is shown by its code."""


@page()
def fits(request: HttpRequest, asked: Asked, claim_no: str) -> HttpResponse:
    """What does not fit and what is usual: a part of the case, or a page of its own without scripts."""
    file = one_claim(asked.by, claim_no, asked.at, purpose=purpose(asked.by))
    return _show(request, asked, file)


@page("POST")
def judge(request: HttpRequest, asked: Asked, claim_no: str) -> HttpResponse:
    """Say of a finding that it stands, is explained, or that its row does not apply, and why; it refuses nothing."""
    file = one_claim(asked.by, claim_no, asked.at, purpose=purpose(asked.by))
    key, _colon, word_of = plain(request.POST.get("judge", ""))[:100].partition(":")
    if word_of not in {one.value for one in Judgement}:
        raise FindingGone
    why = plain(request.POST.get(f"why-{key}", ""))[:MOST_WORDS]
    is_live = request.headers.get("HX-Request") == "true"
    try:
        judge_finding(asked.by, claim_no, key, Judgement(word_of), why, at=asked.at)
    except ReasonMissing as fault:
        return _show(request, asked, file, wrong={key: fault.sentence(asked.lang)}, status=200 if is_live else 422)
    if is_live:
        return _show(request, asked, file)
    return go("office-case", claim_no, said="judged", anchor="data")


def _show(
    request: HttpRequest, asked: Asked, file: CaseFile, *, wrong: Mapping[str, str] | None = None, status: int = 200
) -> HttpResponse:
    claim_no = file.row.claim_no
    fit = does_not_fit(asked.by, claim_no, at=asked.at)
    left = sum(one.judged is None for one in fit.misfits)
    found: dict[str, Any] = {
        "claim_no": claim_no,
        "lines": _lines(asked, file, fit.misfits, wrong or {}),
        "count": left,
        "judged": len(fit.misfits) - left,
        "lists": [f"{_list(kind, asked.lang)} {version}" for kind, version in fit.lists],
        "unchecked": [
            _("Invoice %(number)s: %(count)s lines could not be checked for: %(family)s (missing: %(fact)s)")
            % {"number": one.invoice, "count": one.lines, "family": asked.says(FAMILIES[Family(one.family)]),
               "fact": asked.says(FACTS.get(one.fact, (one.fact, one.fact)))}
            for one in fit.unchecked
        ],
        "usual": _usual(asked, file),
        "least": USUAL_LEAST,
        "may_judge": may_judge(asked, file),
    }  # fmt: skip
    if request.headers.get("HX-Request") == "true":
        return render(request, "office/fits.html", {"lang": asked.lang, "is_live": True, **found})
    return show(
        request, asked, "office/fits_page.html", "queue", _("Usual and necessary") + f" · {claim_no}", status=status,
        back_url=reverse("office-case", args=[claim_no]), **found,
    )  # fmt: skip


def may_judge(asked: Asked, file: CaseFile) -> bool:
    """Whether somebody may say what they think of a finding."""
    return file.is_desk and asked.may("claim", "judge")


# --- findings --------------------------------------------------------------------------------------------------------


def _lines(asked: Asked, file: CaseFile, misfits: tuple[Misfit, ...], wrong: Mapping[str, str]) -> list[dict[str, Any]]:
    """Lines with what was found of them: in full at the first line of a finding, by name at the others."""
    told: dict[tuple[int, int], dict[str, Any]] = {}

    def of(invoice: int, line: int) -> dict[str, Any]:
        stated = _line(file, invoice, line)
        return told.setdefault(
            (invoice, line),
            {
                "key": f"{invoice}-{line}",
                "name": stated.get("name") or stated.get("category", ""),
                "invoice": invoice,
                "line": line,
                "amount": stated.get("amount", ""),
                "findings": [],
                "beside": [],
            },
        )

    for one in misfits:
        found = one.finding
        first = one.lines[0]
        family = asked.says(FAMILIES[found.family])
        of(one.invoice, first)["findings"].append(
            {
                "family": family,
                "found": found.found(asked.lang),
                "rule": found.rule(asked.lang),
                "source": found.source(asked.lang),
                "lines": [
                    {
                        "key": f"{one.invoice}-{line}",
                        "line": line,
                        "amount": _line(file, one.invoice, line).get("amount", ""),
                    }
                    for line in one.lines
                ],
                "key": one.key,
                "wrong": wrong.get(one.key, ""),
                "why": f"{family}：{found.source('zh')}" if asked.lang == "zh" else f"{family}: {found.source('en')}",
                "judged": None if one.judged is None else said_of(asked, one.judged),
                "choices": [(f"{one.key}:{each.value}", asked.says(JUDGEMENTS[each])) for each in Judgement],
            }
        )
        others = [(one.invoice, line) for line in one.lines[1:]] + [*one.against]
        for place in dict.fromkeys(others):
            if place != (one.invoice, first):
                of(*place)["beside"].append(
                    _("%(family)s: see line %(line)s of invoice %(invoice)s")
                    % {"family": family, "line": first, "invoice": one.invoice}
                )
    return [told[place] for place in sorted(told)]


def said_of(asked: Asked, judged: Judged | JudgedRow) -> dict[str, str]:
    """What a person said of a finding: in which words, who, when, why."""
    return {
        "code": judged.judgement.value,
        "says": asked.says(JUDGEMENTS[judged.judgement]),
        "who": f"{judged.by} · {moment(judged.at, asked.lang, now=asked.at)}",
        "why": judged.why,
    }


def history(asked: Asked, claim_no: str) -> list[dict[str, Any]]:
    """What people said of findings in a claim as events of its history, newest first."""
    told = []
    for one in judged_of(asked.by, claim_no, asked.at):
        said = said_of(asked, one)
        says = _("Finding judged: %(judgement)s. Invoice %(invoice)s, line %(lines)s, %(item)s: %(family)s, "
                 "%(list)s, row %(rows)s. %(why)s") % {
            "judgement": said["says"], "invoice": one.invoice, "lines": ", ".join(map(str, one.lines)),
            "item": one.item, "family": asked.says(FAMILIES[Family(one.family)]),
            "list": f"{_list(one.kind, asked.lang)} {one.version}", "rows": ", ".join(map(str, one.rows)),
            "why": one.why,
        }  # fmt: skip
        told.append({"at": moment(one.at, asked.lang, now=asked.at), "at_iso": iso(one.at), "moment": one.at,
                     "says": says, "who": one.by, "url": None})  # fmt: skip
    return told


def _line(file: CaseFile, invoice: int, line: int) -> Mapping[str, Any]:
    lines = file.invoices[invoice - 1].get("lines", ()) if invoice <= len(file.invoices) else ()
    return lines[line - 1] if line <= len(lines) else {}


def _list(kind: str, lang: str) -> str:
    form = form_of(ListKind(kind))
    return form.zh if lang == "zh" else form.en


# --- what is usual ---------------------------------------------------------------------------------------------------


def _usual(asked: Asked, file: CaseFile) -> list[dict[str, Any]]:
    """For each invoice with a diagnosis: what its bills usually come to, and how this one lies beside them."""
    told = []
    for number, invoice in enumerate(file.invoices, 1):
        icd = str(invoice.get("icd", "")).strip().upper()
        if not icd:
            told.append({"number": number, "icd": "", "name": "", "setting": "", "row": None, "course": []})
            continue
        setting = str(invoice.get("setting", ""))
        usual = usual_cost(asked.by, icd, setting, asked.at)
        named = codes_named(asked.by, icd, asked.at, most=1)
        known = setting.upper() in Setting.__members__
        told.append(
            {
                "number": number,
                "icd": icd,
                "name": named[0].name if named else "",
                "setting": word(Setting[setting.upper()], asked.lang) if known else setting,
                "row": None if usual is None else _beside(asked, usual, invoice),
                "course": [
                    _edge(asked, one)
                    for one in edges_at(asked.by, NodeKind.DISEASE, icd, kinds=COURSE, most=200)
                    if one.source.told_by != "claims"
                ][:MOST_EDGES],
            }
        )
    return told


def _beside(asked: Asked, usual: UsualRow, invoice: Mapping[str, Any]) -> dict[str, Any]:
    low, _q1, middle, _q3, high = usual.cost_fen
    lines = [line for line in invoice.get("lines", ()) if line.get("name")]
    try:
        mine: int | None = fen_from_yuan(invoice["total"]) if invoice.get("total") else None
    except ValueError:
        mine = None
    names = {bare(item.name) for item in usual.items}
    return {
        "low": yuan(low),
        "middle": yuan(middle),
        "high": yuan(high),
        "mine": "" if mine is None else yuan(mine),
        "says": "" if mine is None else _place(mine, low, high),
        "is_off": mine is not None and not low <= mine <= high,
        "days": _days(usual, invoice),
        "items": [
            {"name": item.name, "share": f"{item.bills / usual.bills:.0%}", "amount": yuan(item.amount_fen)}
            for item in usual.items[:MOST_ITEMS]
        ],
        "unusual": [str(line["name"]) for line in lines if bare(str(line["name"])) not in names],
        "source": _("the company's own claims: %(bills)s bills of %(people)s people, counted on %(day)s")
        % {"bills": f"{usual.bills:,}", "people": f"{usual.people:,}",
           "day": day(day_in_china(usual.counted_at), asked.lang)},
    }  # fmt: skip


def _place(mine: int, low: int, high: int) -> str:
    if mine > high:
        return _("more than 95 % of bills")
    return _("less than 95 % of bills") if mine < low else _("within what is usual")


def _days(usual: UsualRow, invoice: Mapping[str, Any]) -> str:
    if not usual.stay_days:
        return ""
    return _("%(low)s to %(high)s days, half of them up to %(middle)s") % {
        "low": usual.stay_days[0], "high": usual.stay_days[-1], "middle": usual.stay_days[2]}  # fmt: skip


def _edge(asked: Asked, one: EdgeRow) -> dict[str, str]:
    names = (one.end.name_zh or one.end.key, one.end.name_en or one.end.name_zh or one.end.key)
    source = one.source
    if source.told_by == "list":
        said = _("%(list)s (%(version)s), row %(row)s") % {
            "list": _list(source.list_kind, asked.lang), "version": source.version, "row": source.row}  # fmt: skip
    else:
        said = _("product %(product)s, clause %(clause)s") % {"product": source.product, "clause": source.clause}
    return {"kind": asked.says(EDGES[one.kind]), "name": asked.says(names), "source": said}
