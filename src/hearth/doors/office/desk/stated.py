"""Stated: what was typed about a claim: its facts, its invoices with what does not agree, the marks on lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from hearth.doors.office.desk.asking import Asked
from hearth.kernel.documents.identities import problems
from hearth.store.access import Who
from hearth.store.access.claims_case import CaseFile
from hearth.words.calendar import day_in_china
from hearth.words.claims import Role
from hearth.words.codes import Cause, Setting, Source, word

DECIDERS = (Role.ASSESSOR, Role.REVIEWER, Role.SENIOR_EXPERT)


def purpose(by: Who) -> str:
    """What somebody reads a case for."""
    if by.has(Role.STEWARD, Role.CLAIM_EXPERT, *DECIDERS, Role.MEDICAL_EXPERT):
        return "claim"
    if by.has(Role.FINANCE):
        return "payment"
    return "audit" if by.has(Role.AUDITOR) else "service"


def facts_shown(asked: Asked, file: CaseFile) -> list[Any]:
    stated = file.facts
    cause = str(stated.get("cause", "illness")).upper()
    told: list[Any] = [(_("Cause"), word(Cause[cause], asked.lang) if cause in Cause.__members__ else cause)]
    for name, says in (
        ("onset_on", _("First diagnosed on")),
        ("trigger_on", _("Accident or enrolment on")),
        ("event", _("Event")),
    ):
        if stated.get(name):
            told.append((says, stated[name]))
    for each in stated.get("diagnoses", ()):
        told.append((_("Diagnosis"), f"{each.get('condition', '')} {each.get('icd', '')} · {each.get('on', '')}"))
    for each in stated.get("other_payments", ()):
        told.append((_("Paid by others"), _source(each, asked.lang)))
    for each in file.known:
        told.append((_("Illness before the cover"), f"{each['icd']} · " + (each["evidence_on"] or _("suspected"))))
    if file.account is not None:
        told.append((_("Account"), f"{file.account.bank} · {file.account.tail} · {file.account.holder_name}"))
    if file.has_no_more:
        told.append((_("Papers"), _("the member has no more")))
    return told


def _source(paid: Mapping[str, Any], lang: str) -> str:
    code = str(paid.get("source", "")).upper()
    name = word(Source[code], lang) if code in Source.__members__ else code.lower()
    return f"{name} · " + _("%(amount)s yuan") % {"amount": paid.get("amount", "")}


def invoices_shown(asked: Asked, file: CaseFile) -> list[dict[str, Any]]:
    """The invoices as typed, each with what does not agree; lines with the marks on them."""
    today = day_in_china(asked.at)
    marks = {(one["invoice"], one["line"]): one for one in file.marks}
    shown = []
    for number, invoice in enumerate(file.invoices, 1):
        hospital = invoice.get("hospital") or {}
        setting = str(invoice.get("setting", "")).upper()
        days = [str(invoice[name]) for name in ("visited_on", "admitted_on", "discharged_on") if invoice.get(name)]
        facts: list[Any] = [
            (_("Hospital"), hospital.get("name") or "—"),
            (_("Days of treatment"), " → ".join(days) or "—"),
            (_("Invoice"), f"{invoice.get('code') or '—'} / {invoice.get('number') or '—'}"),
        ]
        if invoice.get("icd"):
            facts.append((_("Diagnosis (ICD-10)"), invoice["icd"]))
        for name, says in (
            ("total", _("Total")), ("fund", _("Pooled fund")), ("other_public", _("Other public payments")),
            ("account", _("Personal account")), ("cash", _("Cash")),
        ):  # fmt: skip
            if invoice.get(name) not in (None, ""):
                facts.append({"name": says, "value": invoice[name], "kind": "money"})
        if invoice.get("emergency"):
            facts.append((_("Emergency"), _("yes")))
        shown.append(
            {
                "number": number,
                "kind": word(Setting[setting], asked.lang) if setting in Setting.__members__ else _("Invoice"),
                "facts": facts,
                "problems": [
                    {"says": one.sentence(asked.lang), "is_grave": one.grade == "mend"}
                    for one in problems(invoice, today)
                ],
                "lines": [
                    {
                        "number": place,
                        "name": line.get("name") or line.get("category", ""),
                        "amount": line.get("amount", ""),
                        "outside": line.get("out_of_scope") or "",
                        "disputed": bool(marks.get((number, place), {}).get("disputed")),
                        "not_necessary": marks.get((number, place), {}).get("not_necessary", ""),
                        "key": f"{number}-{place}",
                    }
                    for place, line in enumerate(invoice.get("lines", ()), 1)
                ],
            }
        )
    return shown


def lines_posted(posted: Mapping[str, str], file: CaseFile) -> list[dict[str, Any]]:
    """The marks of lines as they stand in the form, typed but not saved."""
    marks = []
    for number, invoice in enumerate(file.invoices, 1):
        for place, line in enumerate(invoice.get("lines", ()), 1):
            key = f"{number}-{place}"
            cut = str(posted.get(f"cut-{key}", "")).strip()[:20]
            is_open = posted.get(f"disputed-{key}") == "1"
            if cut or is_open:
                one: dict[str, Any] = {"invoice": number, "line": place, "amount": line.get("amount")}
                marks.append(
                    {**one, **({"disputed": True} if is_open else {}), **({"not_necessary": cut} if cut else {})}
                )
    return marks
