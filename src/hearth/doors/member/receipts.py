"""Receipts: saved, printed with their code, and checked, by anybody, of any log."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import segno
from django.http import HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from hearth.doors import receipts
from hearth.doors.member.boxes import box, problems_of
from hearth.doors.member.page import Ask, open_page, page, shown
from hearth.doors.member.saying import iso, moment
from hearth.kernel.proof.check import check
from hearth.kernel.proof.receipt import kind_of, read_receipt, short
from hearth.kernel.proof.saying import is_money, named
from hearth.store.access import logs
from hearth.words.claims import OUTCOME_WORDS, Outcome
from hearth.words.faults import Fault
from hearth.words.money import yuan

MOST_BYTES = 1 << 20
"""Bytes of a receipt."""

TOLD = (
    "outcome",
    "payable_fen",
    "paid_out_fen",
    "amount_fen",
    "payment",
    "decision",
    "purpose",
    "data_class",
    "version",
)
"""What of a record is printed; everything is in the file."""


def title(kind: str) -> str:
    """What a receipt of a kind is called."""
    return {
        "decision": _("Receipt of a decision"),
        "payment": _("Receipt of a payment"),
        "consent": _("Receipt of a consent"),
        "guarantee": _("Receipt of a letter of guarantee"),
    }.get(kind, _("Receipt"))


@page
def download(ask: Ask, record_id: int) -> HttpResponse:
    """A receipt as a file."""
    held = receipts.receipt_of(ask.by, record_id, ask.at)
    answer = HttpResponse(held, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="hearth-receipt-{record_id}.json"'
    return answer


@page
def printed(ask: Ask, record_id: int) -> HttpResponse:
    """A receipt on paper: what it says, its code, how to check it."""
    held = receipts.receipt_of(ask.by, record_id, ask.at)
    value: dict[str, Any] = json.loads(held)
    record = value["record"]
    row = logs.record_of(ask.by, record_id, ask.at)
    code = short(held)
    name = f"hearth-receipt-{record_id}.json"
    return shown(
        ask,
        "receipt",
        title=title(value["kind"]),
        section="claims",
        back_url=_back_of(row.subject),
        facts=[(_("Record"), str(row.id)), (_("Of"), row.subject.partition(":")[2]),
               (_("Written down"), moment(row.at, ask.lang)), *facts_of(record["data"], ask.lang)],
        code=code,
        picture=picture(code),
        leaf=value["leaf"],
        place=value["index"],
        checkpoint=value["checkpoint"],
        json_url=reverse("receipt-json", kwargs={"record_id": record_id}),
        command=f'hearth verify {name} --key key.txt --paper "{code}"',
        key=receipts.key_line(),
    )  # fmt: skip


@open_page
def key(ask: Ask) -> HttpResponse:
    """The key that vouches for the log's checkpoints, as published."""
    return HttpResponse(receipts.key_line() + "\n", content_type="text/plain; charset=utf-8")


@open_page
def verify(ask: Ask) -> HttpResponse:
    """Check a receipt that was pasted or handed in, and say all that is wrong, or what it proves."""
    text = ask.request.POST.get("receipt", "")[: MOST_BYTES + 1] if ask.is_post else ""
    paper = ask.typed("paper", 400).strip()
    handed = ask.request.FILES.get("file")
    error = ""
    verdict: dict[str, Any] | None = None
    if ask.is_post:
        data = handed.read(MOST_BYTES + 1) if handed is not None else text.strip().encode("utf-8", "replace")
        if not data:
            error = _("Choose the file of a receipt, or paste its text.")
        else:
            try:
                found = check(data, [receipts.key_line()], paper=paper or None)
            except Fault as fault:
                error = fault.sentence(ask.lang)
            else:
                verdict = seen(found, data, ask.lang)
    fields = [
        box(
            "receipt", _("Or paste its text"), text[:MOST_BYTES] if error or verdict else "", "area", rows=4,
            must=False, maxlength=MOST_BYTES, error=error,
        ),
        box(
            "paper", _("Code on the paper"), paper, maxlength=400, must=False,
            hint=_("What the square code on a printed receipt says; begins with HEARTH1."),
        ),
    ]  # fmt: skip
    return shown(
        ask,
        "verify",
        title=_("Check a receipt"),
        section="me",
        back_url=reverse("member-me") if ask.me is not None else "",
        fields=fields,
        drop={"id": "f-file", "name": "file", "label": _("The file of the receipt"), "one": True,
              "accept": "application/json,.json", "hint": _("Nothing of it is kept here.")},
        problems=problems_of(fields),
        verdict=verdict,
        key=receipts.key_line(),
        command="hearth verify receipt.json --key key.txt",
        status=422 if error else 200,
    )  # fmt: skip


def seen(verdict: Any, data: bytes, lang: str) -> dict[str, Any]:
    """A verdict as the page shows it."""
    held = read_receipt(data)
    record = verdict.record if verdict.is_valid else None
    return {
        "is_valid": verdict.is_valid,
        "wrong": [one.sentence(lang) for one in verdict.wrong],
        "proven": [one.sentence(lang) for one in verdict.proven],
        "open": [one.sentence(lang) for one in verdict.open] if verdict.is_valid else [],
        "facts": []
        if record is None
        else [(_("What"), title(str(held["kind"]))), (_("Record"), str(record["id"])),
              (_("Of"), str(record["subject"]).partition(":")[2]), *facts_of(record["data"], lang)],
    }  # fmt: skip


def facts_of(data: Mapping[str, Any], lang: str) -> list[tuple[str, str]]:
    """What a record states, in words."""
    at = 0 if lang == "zh" else 1
    found = []
    for name in TOLD:
        value = data.get(name)
        if value in (None, "") or isinstance(value, (dict, list)):
            continue
        said = str(value)
        if is_money(name) and type(value) is int:
            said = _("%(amount)s yuan") % {"amount": yuan(value)}
        elif name == "outcome" and value in list(Outcome):
            said = OUTCOME_WORDS[Outcome(value)][at]
        found.append((named(name)[at], said))
    return found


def picture(code: str) -> str:
    """The square code of a receipt."""
    drawn = segno.make(code, error="m").svg_inline(omitsize=True, svgclass="qr", lineclass=None, border=4, light="#fff")
    return mark_safe(drawn)


def box_of(ask: Ask, row: logs.RecordRow) -> dict[str, Any]:
    """The box of a receipt on another page (pieces/receipt.html)."""
    kind = kind_of(row.kind) or ""
    waits = row.index is None
    data = json.loads(row.body)["data"]
    return {
        "title": title(kind),
        "no": row.id,
        "at": moment(row.at, ask.lang),
        "at_iso": iso(row.at),
        "facts": facts_of(data, ask.lang),
        "size": "" if waits else logs.checkpoint_over(row.index or 0).size,
        "state": "waiting" if waits else "",
        "json_url": reverse("receipt-json", kwargs={"record_id": row.id}),
        "page_url": reverse("receipt", kwargs={"record_id": row.id}),
        "command": f"hearth verify hearth-receipt-{row.id}.json --key key.txt",
    }


def _back_of(subject: str) -> str:
    what, _colon, key = subject.partition(":")
    if what == "advance":
        return reverse("member-advance", kwargs={"advance_no": key})
    if what != "claim":
        return reverse("member-consents")
    try:
        return reverse("member-claim", kwargs={"claim_no": key})
    except NoReverseMatch:
        return reverse("member-claims")
