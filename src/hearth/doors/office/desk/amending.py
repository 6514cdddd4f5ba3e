"""Amending: the live draft as marks are typed, marks kept line by line, data put right from the papers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from pydantic import ValidationError

from hearth.desks import documents
from hearth.desks.claims import calculating, reviewing
from hearth.desks.claims.facts import followed
from hearth.doors.feeds.invoices import MAX_LINES
from hearth.doors.office.desk.asking import Asked, go, page, plain, show, typed, whole
from hearth.doors.office.desk.case import show_case
from hearth.doors.office.desk.papers import paper_name
from hearth.doors.office.desk.stated import lines_posted, purpose
from hearth.doors.office.desk.takeover import Taking, corrected, may_take, taking
from hearth.doors.office.desk.verdict import with_changes
from hearth.doors.office.explore.fields import DIAGNOSIS, INVOICE, LINE, OTHER_PAYMENT, Box
from hearth.kernel.documents.identities import problems
from hearth.store.access import NotThere
from hearth.store.access.claims_case import CaseFile, one_claim
from hearth.store.access.papers import seen_paper
from hearth.words.calendar import day_in_china
from hearth.words.codes import Cause, word
from hearth.words.faults import Fault
from hearth.words.money import fen_from_yuan, yuan

OWN = ("disputed", "not_necessary", "used_elsewhere")
"""Fields that are marks of an assessor and not part of what was typed."""

KIND = {"money": "money", "part": "text", "count": "text", "day": "date", "whole": "whole",
        "number": "decimal", "truth": "check", "choice": "choice", "text": "text", "name": "text",
        "ids": "text"}  # fmt: skip
"""Kind of a box of the case form -> kind of pieces/field.html."""

_INVOICE_BOX = re.compile(r"i(\d{1,3})-")
_SAYS = ("number", "total", "visited_on", "admitted_on")
"""An invoice of which none of these is said was not added."""


@page("POST")
def live(request: HttpRequest, asked: Asked, claim_no: str) -> HttpResponse:
    """The draft of the decision with the marks as they stand in the form; nothing is saved."""
    file = one_claim(asked.by, claim_no, asked.at, purpose=purpose(asked.by))
    context = {"lang": asked.lang, "is_typed": True, "row": file.row, "asked": asked}
    try:
        drafted = calculating.draft(asked.by, claim_no, asked.at)
        verdict = with_changes(drafted, claim_no, file.facts, lines_posted(request.POST, file), asked.lang)
        context |= {"verdict": verdict.view, "change": _change(verdict.paid_out - drafted.mine.paid_out)}
    except Fault as fault:
        context["trouble"] = fault.sentence(asked.lang)
    except (ValidationError, ValueError):
        context["trouble"] = _("An amount in the marks is not one, or is more than the line.")
    return render(request, "office/verdict.html", context)


def _change(fen: int) -> str:
    return "" if fen == 0 else f"{'+' if fen > 0 else ''}{yuan(fen)}"


@page("POST")
def marks(request: HttpRequest, asked: Asked, claim_no: str) -> HttpResponse:
    """Keep the marks that changed, each with the same words."""
    file = one_claim(asked.by, claim_no, asked.at, purpose=purpose(asked.by))
    why = plain(request.POST.get("why", "")).strip()[:4_000]
    before = {(one["invoice"], one["line"]): one for one in file.marks}
    typed = {(one["invoice"], one["line"]): one for one in lines_posted(request.POST, file)}
    changed = [place for place in sorted({*before, *typed}) if _said(before.get(place)) != _said(typed.get(place))]
    trouble = _("Nothing was changed.") if not changed else "" if why else _("Say why, then save the marks.")
    if not trouble:
        try:
            for invoice, line in changed:
                disputed, cut = _said(typed.get((invoice, line)))
                reviewing.mark_line(
                    asked.by, claim_no, invoice, line, at=asked.at, disputed=disputed, not_necessary=cut, why=why
                )
        except Fault as fault:
            trouble = fault.sentence(asked.lang)
        else:
            return go("office-case", claim_no, said="marked", anchor="data")
    return show_case(request, asked, file, status=422, notices=[{"kind": "wrong", "says": trouble}])


def _said(mark: Mapping[str, Any] | None) -> tuple[bool, str]:
    """What a mark says, its amount in one form."""
    if mark is None:
        return False, ""
    cut = str(mark.get("not_necessary", "") or "")
    with suppress(ValueError):
        cut = yuan(fen_from_yuan(cut)).replace(",", "") if cut else ""
    return bool(mark.get("disputed")), "" if cut == "0.00" else cut


# --- what was typed, put right ---------------------------------------------------------------------------------------


@page("GET", "POST")
def amend(request: HttpRequest, asked: Asked, claim_no: str) -> HttpResponse:
    """Correct what was typed, beside the papers; what does not agree is told while it is typed."""
    file = one_claim(asked.by, claim_no, asked.at, purpose=purpose(asked.by))
    is_sent = request.method == "POST"
    taken = None if is_sent else _from_paper(request, asked, file)
    facts = _read(request.POST, file) if is_sent else dict(file.facts) if taken is None else taken.facts
    why = plain(request.POST.get("why", "")).strip()[:4_000] if is_sent else _why(asked, file, request, taken)
    wrong: list[str] = []
    status = 200
    if is_sent and request.headers.get("HX-Request") == "true":
        return render(request, "office/amend_look.html", _look(asked, file, facts))
    if is_sent:
        try:
            if not why:
                raise _WhyMissing
            lost = reviewing.amend(asked.by, claim_no, facts, at=asked.at, why=why)
            _keep_labels(request, asked, file, facts)
            return go("office-case", claim_no, said="amended_marks" if lost else "amended", anchor="data")
        except Fault as fault:
            status = fault.status
            told = getattr(fault, "problems", None) or fault.data.get("problems") or ()
            wrong = [f"{one.field}: {one.sentence(asked.lang)}" for one in told] or [fault.sentence(asked.lang)]
    return show(
        request, asked, "office/amend.html", "queue", _("Correct the data") + f" · {claim_no}", status=status,
        claim_no=claim_no, back_url=reverse("office-case", args=[claim_no]), wrong=wrong, why=why,
        boxes=_claim_fields(asked, facts), invoices=_invoice_fields(asked, facts),
        diagnoses=_rows(asked, "diagnoses", DIAGNOSIS.boxes, facts), others=_rows(
            asked, "other_payments", OTHER_PAYMENT.boxes, facts),
        papers=[{"id": one.paper_id, "name": one.name, "url": reverse("office-paper", args=[claim_no, one.paper_id]),
                 "thumb": reverse("office-paper-thumb", args=[one.paper_id])} for one in file.papers],
        taken=taken, **_look(asked, file, facts),
    )  # fmt: skip


def _from_paper(request: HttpRequest, asked: Asked, file: CaseFile) -> Taking | None:
    """What the paper of the address says, laid into the facts; None where it names none.  Raises: NotThere."""
    paper_id = whole(typed(request, "from"))
    if paper_id is None:
        return None
    if paper_id not in {one.paper_id for one in file.papers}:
        raise NotThere(kind="paper", key=paper_id)
    seen = seen_paper(asked.by, paper_id, asked.at)
    if not may_take(seen):
        raise NotThere(kind="paper", key=paper_id)
    return taking(asked, file, seen, typed(request, "into"), typed(request, "lines") == "1")


def _keep_labels(request: HttpRequest, asked: Asked, file: CaseFile, facts: Mapping[str, Any]) -> None:
    """What a person made of lines that were taken over from a paper is kept beside what was read of them."""
    paper_id, into = whole(typed(request, "from")), whole(typed(request, "into"))
    if typed(request, "lines") != "1" or paper_id not in {one.paper_id for one in file.papers}:
        return
    assert paper_id is not None
    seen = seen_paper(asked.by, paper_id, asked.at, purpose=purpose(asked.by))
    invoices = facts.get("invoices", ())
    number = len(file.invoices) + 1 if into is None or into > len(file.invoices) else into
    if not may_take(seen) or not 0 < number <= len(invoices) or not asked.may("paper", "add"):
        return
    if said := corrected(seen, invoices[number - 1].get("lines", ())):
        documents.say_fields(asked.by, paper_id, said, at=asked.at)


def _why(asked: Asked, file: CaseFile, request: HttpRequest, taken: Taking | None) -> str:
    if taken is None:
        return ""
    one = next(each for each in file.papers if each.paper_id == whole(typed(request, "from")))
    return _("Taken from the paper %(paper)s (%(name)s)") % {
        "paper": paper_name(one.kind, asked.lang), "name": one.name}  # fmt: skip


class _WhyMissing(Fault):
    """A correction says why."""

    code, status = "WHY_MISSING", 422
    says = "Say why the data are corrected: it is written down with the correction."
    says_zh = "请填写更正的理由，理由将与更正一并记录。"


def _look(asked: Asked, file: CaseFile, facts: Mapping[str, Any]) -> dict[str, Any]:
    """What does not agree in the data as typed, and what would come out."""
    today = day_in_china(asked.at)
    told = []
    for number, invoice in enumerate(facts.get("invoices", ()), 1):
        told += [
            {"says": _("Invoice %(number)s: %(says)s") % {"number": number, "says": one.sentence(asked.lang)},
             "is_grave": one.grade == "mend"}
            for one in problems(invoice, today)
        ]  # fmt: skip
    marks, lost = followed(file.marks, file.facts, facts)
    told += [
        {"says": _("Invoice %(invoice)s, line %(line)s, %(name)s: the line is no longer there as it was; its mark will "
                   "be cleared. Mark the line again where it still holds.") % one, "is_grave": True}
        for one in lost
    ]  # fmt: skip
    found: dict[str, Any] = {"looked": told}
    try:
        drafted = calculating.draft(asked.by, file.row.claim_no, asked.at)
        verdict = with_changes(drafted, file.row.claim_no, facts, marks, asked.lang)
        found |= {"would": verdict.view, "would_change": _change(verdict.paid_out - drafted.mine.paid_out)}
    except (Fault, ValidationError, ValueError):
        found["would"] = None
    return found


def _claim_fields(asked: Asked, facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    causes = [(code.name.lower(), word(code, asked.lang), code.name.lower() == facts.get("cause", "illness"))
              for code in Cause]  # fmt: skip
    return [
        {"id": "f-cause", "name": "cause", "label": _("Cause"), "kind": "choice", "options": causes},
        {"id": "f-onset_on", "name": "onset_on", "label": _("First diagnosed on"), "kind": "date",
         "value": facts.get("onset_on", "")},
        {"id": "f-trigger_on", "name": "trigger_on", "label": _("Accident or enrolment on"), "kind": "date",
         "value": facts.get("trigger_on", "")},
        {"id": "f-event", "name": "event", "label": _("Event"), "kind": "text", "value": facts.get("event", "")},
    ]  # fmt: skip


def _invoice_fields(asked: Asked, facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    shown = []
    for number, invoice in enumerate(facts.get("invoices", ()), 1):
        lines: list[Mapping[str, Any]] = [*invoice.get("lines", ()), {}]
        shown.append(
            {
                "number": number,
                "fields": _fields(asked, f"i{number}", INVOICE.boxes, invoice),
                "lines": [
                    {
                        "number": place,
                        "is_new": place == len(lines),
                        "fields": _fields(asked, f"i{number}l{place}", LINE.boxes, line),
                    }
                    for place, line in enumerate(lines, 1)
                ],
            }
        )
    return shown


def _rows(asked: Asked, name: str, boxes: Iterable[Box], facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    listed = [*facts.get(name, ()), {}]
    return [
        {"number": place, "is_new": place == len(listed), "fields": _fields(asked, f"{name}{place}", boxes, one)}
        for place, one in enumerate(listed, 1)
    ]


def _fields(asked: Asked, prefix: str, boxes: Iterable[Box], value: Mapping[str, Any]) -> list[dict[str, Any]]:
    shown = []
    for box in boxes:
        if box.name in OWN:
            continue
        holder = value.get(box.inside) or {} if box.inside else value
        held = holder.get(box.name, "")
        name = f"{prefix}-{box.key}"
        one = {"id": name, "name": name, "label": box.label, "hint": box.hint, "kind": KIND[box.kind], "value": held,
               "must": None}  # fmt: skip
        if box.kind == "truth":
            one["value"] = held if held != "" else box.default == "1"
        if box.kind == "choice":
            now = str(held if held != "" else box.default)
            choices = box.choices(asked.lang) if box.choices else []
            known = any(code == now for code, _words in choices)
            one["options"] = [
                *([] if known else [("", "—", True)]),
                *((code, words, code == now) for code, words in choices),
            ]
        shown.append(one)
    return shown


def _read(posted: Mapping[str, str], file: CaseFile) -> dict[str, Any]:
    """The facts as the form states them; what has no box stays as it was."""
    facts = dict(file.facts)
    for name in ("cause", "onset_on", "trigger_on", "event"):
        _put(facts, name, _text(posted, name), "illness" if name == "cause" else "")
    invoices: list[dict[str, Any]] = []
    for number in range(1, _most(posted, _INVOICE_BOX, len(file.invoices)) + 1):
        before = file.invoices[number - 1] if number <= len(file.invoices) else {}
        invoice = _taken(posted, f"i{number}", INVOICE.boxes, before)
        held: list[Mapping[str, Any]] = list(before.get("lines", ()))
        lines = []
        for place in range(1, _most(posted, re.compile(rf"i{number}l(\d{{1,4}})-"), len(held) + 1) + 1):
            prefix = f"i{number}l{place}"
            line = _taken(posted, prefix, LINE.boxes, held[place - 1] if place <= len(held) else {})
            if _text(posted, f"{prefix}-amount") or _text(posted, f"{prefix}-name"):
                lines.append(line)
        invoice["lines"] = lines
        if number <= len(file.invoices) or lines or any(_text(posted, f"i{number}-{name}") for name in _SAYS):
            invoices.append(invoice)
    if invoices:
        facts["invoices"] = invoices
    for name, boxes, key in (
        ("diagnoses", DIAGNOSIS.boxes, "condition"),
        ("other_payments", OTHER_PAYMENT.boxes, "amount"),
    ):
        rows_held: list[Mapping[str, Any]] = list(file.facts.get(name, ()))
        rows = [
            _taken(posted, f"{name}{place}", boxes, rows_held[place - 1] if place <= len(rows_held) else {})
            for place in range(1, len(rows_held) + 2)
            if _text(posted, f"{name}{place}-{key}")
        ]
        facts[name] = rows
    return {name: value for name, value in facts.items() if value not in ("", [], None)}


def _most(posted: Mapping[str, str], box: re.Pattern[str], held: int) -> int:
    """How many there are: those that were held, and those that what was read of a paper added to the form."""
    found = [int(hit[1]) for name in posted if (hit := box.match(name))]
    return min(max([held, *found]), MAX_LINES)


def _taken(posted: Mapping[str, str], prefix: str, boxes: Iterable[Box], before: Mapping[str, Any]) -> dict[str, Any]:
    value: dict[str, Any] = {name: dict(each) if isinstance(each, Mapping) else each for name, each in before.items()}
    for box in boxes:
        if box.name in OWN:
            continue
        text = _text(posted, f"{prefix}-{box.key}")
        holder = value.setdefault(box.inside, {}) if box.inside else value
        if box.kind == "truth":
            is_on = text == "1"
            # What is left out means its default, and stays left out.
            if is_on != (box.default == "1") or box.name in holder:
                holder[box.name] = is_on
        elif box.kind in ("whole", "number") or box.name == "level":
            _put(
                holder,
                box.name,
                int(text) if text.isascii() and text.isdigit() and len(text) < 9 else text,
                box.default,
            )
        else:
            _put(holder, box.name, text, box.default)
        if box.inside and not holder:
            del value[box.inside]
    return value


def _put(holder: dict[str, Any], name: str, value: Any, default: str = "") -> None:
    if value == "" or (str(value) == default and name not in holder):
        holder.pop(name, None)
    else:
        holder[name] = value


def _text(posted: Mapping[str, str], name: str) -> str:
    return " ".join(plain(str(posted.get(name, ""))).split())[:400]
