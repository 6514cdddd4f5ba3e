"""Bills: the invoices of a claim: typed one by one and checked as they are typed, or read in from a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.desks.claims import reporting
from hearth.doors.feeds.invoices import read_invoices
from hearth.doors.feeds.problems import told as told_problem
from hearth.doors.member.boxes import box, problems_of
from hearth.doors.member.page import Ask, go, page, plain, shown
from hearth.doors.member.report import bill
from hearth.doors.member.report.steps import editable
from hearth.store.access import NotThere
from hearth.store.access.claims_case import CaseFile
from hearth.words.faults import Fault
from hearth.words.money import yuan

MOST_FILE = 4_000_000
MOST_BILLS = 200


@page
def bills(ask: Ask, claim_no: str) -> HttpResponse:
    """All bills of a claim, what they add up to, and what does not agree."""
    held = editable(ask, claim_no)
    if isinstance(held, HttpResponse):
        return held
    invoices = held.invoices
    return shown(
        ask,
        "bills",
        title=_("Bills"),
        section="claims",
        back_url=reverse("member-fill", kwargs={"claim_no": claim_no}),
        bills=[_row(ask, claim_no, number, one) for number, one in enumerate(invoices, 1)],
        total=yuan(held.row.claimed_fen) if invoices else "",
        new_url=reverse("member-bill", kwargs={"claim_no": claim_no, "number": len(invoices) + 1}),
        import_url=reverse("member-bills-import", kwargs={"claim_no": claim_no}),
        may_add=len(invoices) < MOST_BILLS,
    )


def _row(ask: Ask, claim_no: str, number: int, facts: Any) -> dict[str, Any]:
    found = bill.found_in(facts, ask.today)
    mend = bill.to_mend(found)
    check = [one for one in found if one.grade == "check"]
    total = bill.total_of(facts)
    chip = {"says": _("in order"), "kind": "done"}
    if mend:
        chip = {"says": _("to put right"), "kind": "next"}
    elif check:
        chip = {"says": _("does not add up"), "kind": "waits"}
    return {
        "url": reverse("member-bill", kwargs={"claim_no": claim_no, "number": number}),
        "title": bill.title_of(facts, ask.lang),
        "amount": "" if total is None else yuan(total),
        "chip": chip,
        "says": (mend or check)[0].sentence(ask.lang) if mend or check else "",
    }


@page
def one_bill(ask: Ask, claim_no: str, number: int) -> HttpResponse:
    """One bill: its boxes; `do` adds or takes out a line, checks as one types, or keeps it."""
    held = editable(ask, claim_no)
    if isinstance(held, HttpResponse):
        return held
    invoices: list[Any] = list(held.invoices)
    if not 1 <= number <= min(len(invoices) + 1, MOST_BILLS):
        raise NotThere(kind="bill", key=number)
    before = invoices[number - 1] if number <= len(invoices) else {}
    if not ask.is_post:
        return _shown(ask, held, number, before)
    typed = bill.typed({name: str(ask.request.POST[name]) for name in ask.request.POST}, before)
    do = ask.typed("do", 20)
    if ask.request.headers.get("HX-Request") == "true":
        return _live(ask, typed)
    if do == "line":
        return _shown(ask, held, number, bill.with_line(typed.facts), focus=True)
    if do.startswith("out-") and do[4:].isascii() and do[4:].isdigit():
        place = int(do[4:])
        at = typed.places.index(place) if place in typed.places else -1
        return _shown(ask, held, number, bill.without_line(typed.facts, at))
    return _kept(ask, held, number, typed.facts, invoices)


def _kept(ask: Ask, held: CaseFile, number: int, facts: dict[str, Any], invoices: list[Any]) -> HttpResponse:
    """Keep the bill as it was typed, slips and all; then back to the list, or to what has to be put right."""
    claim_no = held.row.claim_no
    if not any(value for name, value in facts.items() if name not in ("hospital", "si_settled")):
        ask.notices.append({"kind": "wrong", "says": _("Nothing was typed yet.")})
        return _shown(ask, held, number, facts, status=422)
    new = [*invoices]
    if number <= len(new):
        new[number - 1] = facts
    else:
        new.append(facts)
    try:
        reporting.save_draft(ask.by, claim_no, at=ask.at, facts={**held.facts, "invoices": new}, based_on=held.facts)
    except Fault as fault:
        ask.wrong(fault)
        return _shown(ask, held, number, facts, status=422)
    if bill.to_mend(bill.found_in(facts, ask.today)):
        return _shown(ask, held, number, facts, status=422, is_checked=True)
    return go("member-bills", claim_no=claim_no, told="invoice")


def _shown(
    ask: Ask,
    held: CaseFile,
    number: int,
    facts: Any,
    *,
    status: int = 200,
    focus: bool = False,
    is_checked: bool = False,
) -> HttpResponse:
    is_new = number > len(held.invoices)
    found = bill.found_in(facts, ask.today)
    if not is_checked:
        # What is simply not typed yet is told when it is kept, not while somebody looks at an empty form.
        found = tuple(one for one in found if one.code != "MISSING")
    form = bill.bound(facts, found, ask.lang)
    boxes = [*form.box.values(), *(field for line in form.lines for field in line.values() if isinstance(field, dict))]
    return shown(
        ask,
        "bill",
        title=_("New bill") if is_new else _("Bill %(number)s") % {"number": number},
        section="claims",
        back_url=reverse("member-bills", kwargs={"claim_no": held.row.claim_no}),
        bill=form,
        is_new=is_new,
        is_kept=status == 422 and is_checked,
        here=ask.request.path,
        out_url=reverse("member-bill-out", kwargs={"claim_no": held.row.claim_no, "number": number}),
        focus=f"f-line-{len(form.lines) - 1}-amount" if focus else "",
        problems=[*problems_of(boxes), *({"id": "bill", "says": says} for says in form.other)] if is_checked else [],
        others=form.other,
        status=status,
    )


def _live(ask: Ask, typed: bill.Typed) -> HttpResponse:
    """The sentences beside the boxes as they are typed; every box that was sent gets its own, empty or not."""
    found = [one for one in bill.found_in(typed.facts, ask.today) if one.code != "MISSING"]
    wrong, look = bill.beside(found, ask.lang, typed.places)
    hints = {f"f-{name}": str(hint) for name, hint in bill.HINTS.items()}
    names = [name for name in ask.request.POST if name not in ("csrfmiddlewaretoken", "do")]
    rows = []
    for name in names:
        key = f"f-{name}"
        field = name.rsplit("-", 1)[-1] if name.startswith("line-") else name
        hint = look.get(key) or hints.get(f"f-{field}", "")
        rows.append({"id": key, "error": wrong.get(key, ""), "hint": hint})
    answer = render(
        ask.request,
        "member/bill-live.html",
        {"rows": rows, "lines": wrong.get("f-lines", ""), "tally": bill.tally(typed.facts, ask.lang)},
    )
    answer["Cache-Control"] = "no-store"
    return answer


@page
def out(ask: Ask, claim_no: str, number: int) -> HttpResponse:
    """Take a bill out, after asking once more."""
    held = editable(ask, claim_no)
    if isinstance(held, HttpResponse):
        return held
    invoices = list(held.invoices)
    back = reverse("member-bills", kwargs={"claim_no": claim_no})
    if not 1 <= number <= len(invoices):
        return go("member-bills", claim_no=claim_no)
    if ask.is_post:
        del invoices[number - 1]
        reporting.save_draft(
            ask.by, claim_no, at=ask.at, facts={**held.facts, "invoices": invoices}, based_on=held.facts
        )
        return go("member-bills", claim_no=claim_no, told="invoice-removed")
    return shown(
        ask,
        "confirm",
        title=_("Take this bill out?"),
        section="claims",
        back_url=back,
        confirm={
            "id": "out",
            "title": bill.title_of(invoices[number - 1], ask.lang),
            "says": _("What you typed of this bill is then gone; its papers stay."),
            "url": ask.request.path,
            "yes": _("Take it out"),
            "no": _("Keep it"),
            "back_url": back,
        },
    )


@page
def imported(ask: Ask, claim_no: str) -> HttpResponse:
    """Read bills in: a JSON, CSV or Excel file, or pasted text; all of it or nothing."""
    held = editable(ask, claim_no)
    if isinstance(held, HttpResponse):
        return held
    text, wrong, unread = "", [], ()
    if ask.is_post:
        file = ask.request.FILES.get("file")
        text = ask.request.POST.get("text", "")[: MOST_FILE + 1]
        content = file.read(MOST_FILE + 1) if file is not None else text.encode("utf-8", "replace")
        name = str(file.name)[-80:] if file is not None else _("pasted text")
        try:
            read = read_invoices(name, content, ask.today)
            facts = [clean(one.facts) for one in read.invoices]
            new = {**held.facts, "invoices": [*held.invoices, *facts]}
            reporting.save_draft(ask.by, claim_no, at=ask.at, facts=new, based_on=held.facts)
            return go("member-bills", claim_no=claim_no, told="imported")
        except Fault as fault:
            wrong = told_problem(fault, ask.lang).splitlines()
    field = box(
        "text", _("Or paste it here"), text, "area", rows=6, maxlength=MOST_FILE, must=False,
        hint=_("JSON of a platform or a hospital, or rows copied from a table (CSV)."),
    )  # fmt: skip
    return shown(
        ask,
        "import",
        title=_("Read bills in"),
        section="claims",
        back_url=reverse("member-bills", kwargs={"claim_no": claim_no}),
        drop={"id": "f-file", "name": "file", "label": _("A file with bills"), "one": True,
              "accept": ".json,.csv,.xlsx,application/json,text/csv", "hint": _("JSON, CSV or Excel, up to 4 MB."),
              "limit_mb": 4},
        field=field,
        wrong=_plain(wrong),
        unread=unread,
        status=422 if wrong else 200,
    )  # fmt: skip


def clean(value: Any) -> Any:
    """What a file said, without signs that no text holds."""
    if isinstance(value, dict):
        return {plain(str(key), 60): clean(one) for key, one in value.items()}
    if isinstance(value, list):
        return [clean(one) for one in value]
    return plain(value, 500) if isinstance(value, str) else value


def _plain(lines: Sequence[str]) -> list[str]:
    return [line.strip() for line in lines if line.strip()][:50]
