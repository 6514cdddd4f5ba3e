"""Promises: the board of what was promised: kept, at risk and broken, by step, product and branch, as it stands now."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.doors.office.desk.asking import Asked, page, show, typed
from hearth.doors.office.desk.orders import tabs
from hearth.doors.office.desk.pieces import cell, moment, table
from hearth.doors.office.desk.register import product_name
from hearth.doors.office.explore import offer
from hearth.kernel.promises.limit import LIMITS
from hearth.store.access import promises as reads
from hearth.store.access.people import branches
from hearth.words.claims import STEPS, Step
from hearth.words.limits import limit_name

_STEP = {row.code: row.step for row in LIMITS}
_PLACE = {row.code: number for number, row in enumerate(LIMITS)}

Sums = tuple[int, int, int, int, int, int]
_SUMMED = ("kept", "late", "safe", "at_risk", "broken", "paused")


@page()
def promises(request: HttpRequest, asked: Asked) -> HttpResponse:
    """The whole board."""
    product, branch = _chosen(request)
    places = [(one.code, asked.says((one.name_zh, one.name_en)), one.code == branch) for one in branches()]
    return show(
        request, asked, "office/promises.html", "orders", _("Promises"),
        tabs=tabs(asked, "promises"), board=_board(request, asked),
        products=[(code, product_name(code, asked.lang), code == product) for code in sorted(offer.products()[0])],
        branches=places, is_filtered=bool(product or branch),
    )  # fmt: skip


@page()
def board(request: HttpRequest, asked: Asked) -> HttpResponse:
    """The tables alone, for a board that is open; nothing while nothing was counted anew."""
    if _mark(asked) == typed(request, "mark"):
        return HttpResponse(status=204)
    return render(request, "office/promise_board.html", {"board": _board(request, asked)})


def _chosen(request: HttpRequest) -> tuple[str, str]:
    known = offer.products()[0]
    product = typed(request, "product")
    return product if product in known else "", typed(request, "branch")[:32]


def _mark(asked: Asked) -> str:
    last = reads.counted_at(asked.by, asked.at)
    return last.isoformat() if last is not None else ""


def _board(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    product, branch = _chosen(request)
    rows = reads.board(asked.by, asked.at, product=product, branch=branch)
    last = reads.counted_at(asked.by, asked.at)
    names = {one.code: asked.says((one.name_zh, one.name_en)) for one in branches()}
    mark = last.isoformat() if last is not None else ""
    query = urlencode({"mark": mark, "product": product, "branch": branch})
    return {
        "url": f"{reverse('office-promise-board')}?{query}",
        "counted": moment(last, asked.lang, now=asked.at),
        "days": reads.DAYS,
        "tables": [
            _steps(asked, rows),
            _grouped(asked, rows, _("By product"), _("Product"), attrgetter("product"),
                     lambda code: product_name(code, asked.lang) if code else _("not known yet")),
            _grouped(asked, rows, _("By branch"), _("Branch"), attrgetter("branch"),
                     lambda code: names.get(code, code) or _("none")),
        ] if rows else [],
    }  # fmt: skip


def _columns(first: str) -> list[tuple[str, str]]:
    return [
        (first, "text"), (_("Kept"), "money"), (_("Broken"), "money"), (_("Share kept"), "money"),
        (_("In time"), "money"), (_("At risk"), "money"), (_("Overdue now"), "money"), (_("Stands still"), "money"),
    ]  # fmt: skip


def _steps(asked: Asked, rows: Iterable[reads.PromiseSum]) -> dict[str, Any]:
    sums = _summed(rows, attrgetter("code"))
    cells = []
    for code in sorted(sums, key=lambda code: (_step_place(code), _PLACE.get(code, 0))):
        step = _STEP.get(code)
        aside = ""
        if step is not None:
            aside = asked.says((STEPS[step].zh, STEPS[step].en))
        cells.append([cell(limit_name(code, asked.lang), aside=aside), *_numbers(sums[code])])
    return table(_("By step"), _columns(_("Promise")), cells, show_caption=True, last=_last(sums))


def _grouped(
    asked: Asked,
    rows: Iterable[reads.PromiseSum],
    caption: str,
    first: str,
    key: Callable[[reads.PromiseSum], str],
    name: Callable[[str], str],
) -> dict[str, Any]:
    sums = _summed(rows, key)
    cells = [[cell(name(code)), *_numbers(sums[code])] for code in sorted(sums)]
    return table(caption, _columns(first), cells, show_caption=True)


def _summed(rows: Iterable[reads.PromiseSum], key: Callable[[reads.PromiseSum], str]) -> dict[str, list[int]]:
    sums: dict[str, list[int]] = {}
    for row in rows:
        into = sums.setdefault(key(row), [0] * len(_SUMMED))
        for place, name in enumerate(_SUMMED):
            into[place] += getattr(row, name)
    return sums


def _last(sums: dict[str, list[int]]) -> list[dict[str, Any]]:
    return [cell(_("All")), *_numbers([sum(column) for column in zip(*sums.values(), strict=True)])]


def _numbers(of: list[int]) -> list[dict[str, Any]]:
    kept, late, safe, at_risk, broken, paused = of
    told = [f"{kept:,}", f"{late:,}", share(kept, late), f"{safe:,}", f"{at_risk:,}", f"{broken:,}", f"{paused:,}"]
    return [cell(text, kind="money") for text in told]


def share(kept: int, late: int) -> str:
    """The share that was kept, cut off so that a broken promise never reads as 100 %."""
    if kept + late == 0:
        return "—"
    per_mille = kept * 1_000 // (kept + late)
    return f"{per_mille // 10}.{per_mille % 10}%" if per_mille % 10 else f"{per_mille // 10}%"


def _step_place(code: str) -> int:
    step = _STEP.get(code)
    return list(Step).index(step) if step is not None else len(Step)
