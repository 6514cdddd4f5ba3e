"""Rest: a diagnosis that a policy pays for, others who paid, the account; and the last look before it is sent."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.desks.claims import reporting, sold
from hearth.doors.member import consents
from hearth.doors.member.boxes import Box, box, choice, problems_of
from hearth.doors.member.deciding import account_boxes, account_of
from hearth.doors.member.page import Ask, go, page, plain, shown
from hearth.doors.member.papers import name_of
from hearth.doors.member.report import bill
from hearth.doors.member.report.estimate import estimate_of
from hearth.doors.member.report.handing import about, together
from hearth.doors.member.report.steps import editable, missing, wanted_of
from hearth.doors.member.saying import day, product
from hearth.store.access.claims_case import CaseFile
from hearth.words.claims import ClaimState
from hearth.words.codes import Source, word
from hearth.words.consents import DataClass, Purpose
from hearth.words.faults import Fault
from hearth.words.money import fen_from_yuan, yuan

S = ClaimState
MOST_OTHERS = 6


# --- a diagnosis -----------------------------------------------------------------------------------------------------


@page
def diagnosis(ask: Ask, claim_no: str) -> HttpResponse:
    """A condition of the list of a policy that pays on diagnosis."""
    held = editable(ask, claim_no)
    if isinstance(held, HttpResponse):
        return held
    before = (held.facts.get("diagnoses") or [{}])[0]
    value = {name: str(before.get(name, "")) for name in ("condition", "on", "icd")}
    error: dict[str, str] = {}
    if ask.is_post:
        value = {
            "condition": ask.typed("condition", 64),
            "on": ask.typed("on", 10),
            "icd": ask.typed("icd", 32).strip(),
        }
        facts = {name: one for name, one in held.facts.items() if name != "diagnoses"}
        if value["condition"]:
            if not value["on"]:
                error["on"] = _("On which day was it diagnosed?")
            facts["diagnoses"] = [{name: one for name, one in value.items() if one}]
        if not error:
            try:
                reporting.save_draft(ask.by, claim_no, at=ask.at, facts=facts, based_on=held.facts)
                return go("member-fill", claim_no=claim_no, told="draft")
            except Fault as fault:
                error["condition"] = fault.sentence(ask.lang)
    fields = [
        choice("condition", _("Condition"), [("", _("none of them")), *conditions(held, ask.lang)], value["condition"],
               hint=_("As the policies list them."), error=error.get("condition", "")),
        box("on", _("Diagnosed on"), value["on"], "date", most=ask.today.isoformat(), error=error.get("on", "")),
        box("icd", _("Diagnosis (ICD-10)"), value["icd"], maxlength=32, must=False,
            hint=_("The code on the certificate, such as C34.9, if you have it.")),
    ]  # fmt: skip
    return shown(
        ask,
        "fields",
        title=_("Diagnosis"),
        section="claims",
        back_url=reverse("member-fill", kwargs={"claim_no": claim_no}),
        lead=_("Some of your policies pay a fixed amount when an illness of their list is diagnosed."),
        fields=fields,
        problems=problems_of(fields),
        status=422 if error else 200,
    )


def conditions(held: CaseFile, lang: str) -> list[tuple[str, str]]:
    """The conditions that the claim's policies pay for, by their codes."""
    found: dict[str, str] = {}
    for one in held.policies:
        try:
            terms = sold.terms_of(one.product)
        except Fault:
            continue
        for benefit in terms.benefits:
            if benefit.kind == "lump_sum":
                name = benefit.name.zh if lang == "zh" else benefit.name.en
                for code in benefit.conditions:
                    found.setdefault(code, f"{code.replace('_', ' ')} · {name}")
    return list(found.items())


# --- others who paid -------------------------------------------------------------------------------------------------


@page
def others(ask: Ask, claim_no: str) -> HttpResponse:
    """Who else paid for this treatment: what they paid is counted once."""
    held = editable(ask, claim_no)
    if isinstance(held, HttpResponse):
        return held
    rows = [dict(one) for one in held.facts.get("other_payments") or ()][:MOST_OTHERS]
    errors: dict[str, str] = {}
    if ask.is_post:
        rows = []
        for number in range(MOST_OTHERS):
            row = {
                name: plain(ask.request.POST.get(f"{name}-{number}", ""), 60).strip() for name in ("source", "amount")
            }
            if row["amount"]:
                rows.append(row)
        for number, row in enumerate(rows):
            try:
                if fen_from_yuan(row["amount"]) < 0:
                    raise ValueError
            except ValueError:
                errors[f"amount-{number}"] = _("Write an amount in yuan, such as 1,234.50.")
            if not row["source"]:
                errors[f"source-{number}"] = _("Who paid?")
        if not errors:
            kept = {name: one for name, one in held.facts.items() if name != "other_payments"}
            if rows:
                kept["other_payments"] = rows
            try:
                reporting.save_draft(ask.by, claim_no, at=ask.at, facts=kept, based_on=held.facts)
                return go("member-fill", claim_no=claim_no, told="draft")
            except Fault as fault:
                errors["source-0"] = fault.sentence(ask.lang)
    sources = [(one.name.lower(), word(one, ask.lang)) for one in Source]
    fields: list[Box] = []
    for number, row in enumerate([*rows, {}][:MOST_OTHERS]):
        fields += [
            choice(f"source-{number}", _("Who paid"), [("", "—"), *sources], str(row.get("source", "")),
                   error=errors.get(f"source-{number}", "")),
            box(f"amount-{number}", _("Amount"), row.get("amount", ""), "money", must=False,
                error=errors.get(f"amount-{number}", "")),
        ]  # fmt: skip
    return shown(
        ask,
        "fields",
        title=_("Others who paid"),
        section="claims",
        back_url=reverse("member-fill", kwargs={"claim_no": claim_no}),
        lead=_("Social insurance stands on the bill itself; here only whoever else paid for this treatment."),
        fields=fields,
        problems=problems_of(fields),
        status=422 if errors else 200,
    )


# --- the account -----------------------------------------------------------------------------------------------------


@page
def account(ask: Ask, claim_no: str) -> HttpResponse:
    """Where the money is to go, should there be any."""
    held = editable(ask, claim_no)
    if isinstance(held, HttpResponse):
        return held
    wrong: Fault | None = None
    if ask.is_post:
        try:
            reporting.save_draft(ask.by, claim_no, at=ask.at, account_id=account_of(ask, held))
            return go("member-fill", claim_no=claim_no, told="draft")
        except Fault as fault:
            wrong = fault
            ask.wrong(fault)
    return shown(
        ask,
        "account",
        title=_("Account"),
        section="claims",
        back_url=reverse("member-fill", kwargs={"claim_no": claim_no}),
        **account_boxes(ask, held, wrong, held.account.account_id if held.account else None),
        status=422 if wrong else 200,
    )


# --- the last look ---------------------------------------------------------------------------------------------------


@page
def check(ask: Ask, claim_no: str) -> HttpResponse:
    """Everything once more on one page: what is missing and what that means; agreed to, and sent."""
    held = editable(ask, claim_no)
    if isinstance(held, HttpResponse):
        return held
    if held.row.state == S.SUPPLEMENT:
        return go("member-supplement", claim_no=claim_no)
    if held.row.state == S.DRAFT:
        return go("member-fill", claim_no=claim_no)
    asked = _consents(ask, held)
    lacking = missing(wanted_of(ask, claim_no))
    if ask.is_post:
        lacks = [one for one in asked if not ask.typed(_tick(one))]
        if lacks:
            ask.notices.append({"kind": "wrong", "says": _("Without your consent below the claim cannot be decided.")})
        elif lacking and not ask.typed("has_no_more"):
            says = _("Papers are missing. Add them, or tick that you have no more of them.")
            ask.notices.append({"kind": "wrong", "says": says})
        else:
            try:
                for one in asked:
                    words = one.words
                    consents.agree(ask, one.person_id, words.purpose.value, words.data_class.value, words.version)
                reporting.submit(
                    ask.by, claim_no, at=ask.at, has_no_more=bool(ask.typed("has_no_more")), device=ask.device
                )
                return go("member-claim", claim_no=claim_no, told="sent")
            except Fault as fault:
                ask.wrong(fault)
    found = estimate_of(ask, held)
    whole = found.whole or found.now
    return shown(
        ask,
        "check",
        title=_("Look through and send"),
        section="claims",
        back_url=reverse("member-fill", kwargs={"claim_no": claim_no}),
        held=held,
        facts=_facts(ask, held),
        bills=[_bill(ask, one) for one in held.invoices],
        total=yuan(held.row.claimed_fen),
        papers=[name_of(one.kind, ask.lang) for one in held.papers],
        lacking=[
            {
                "name": name_of(one.paper, ask.lang),
                "about": about(ask, held, one),
                "worth": yuan(found.worth[(one.paper,)]) if (one.paper,) in found.worth else "",
            }
            for one in lacking
        ],
        no_more=box("has_no_more", _("I have no more papers than these; please go on with what is here."),
                    ask.typed("has_no_more") if ask.is_post else "", "check"),
        asked=[
            {"title": one.title, "text": one.text, "tick": _agrees(ask, one)}
            for one in asked
        ],
        together=together(ask, found.worth) if lacking else [],
        estimate="" if whole is None else yuan(whole.payable),
        why_not=found.why_not,
        status=422 if ask.is_post else 200,
    )  # fmt: skip


def _consents(ask: Ask, held: CaseFile) -> list[consents.Asked]:
    """What a claim needs a yes for that was not given yet: the adult's own, or the guardian's for a child."""
    of: tuple[tuple[Purpose, DataClass], ...] = ((Purpose.CLAIM, DataClass.HEALTH),)
    whose = held.person.person_id
    if any(child.person_id == whose for child in consents.children(ask)):
        of = ((Purpose.CLAIM, DataClass.CHILD), (Purpose.CLAIM, DataClass.HEALTH))
    elif whose != ask.person_id:
        # Another adult agrees for themself.
        return []
    return [one for one in consents.asked_of(ask, whose, of) if one.consent_id is None]


def _agrees(ask: Ask, one: consents.Asked) -> Box:
    return box(_tick(one), _("I agree"), ask.typed(_tick(one)) if ask.is_post else "", "check")


def _tick(one: consents.Asked) -> str:
    return f"consent-{one.words.purpose.value}-{one.words.data_class.value}"


def _facts(ask: Ask, held: CaseFile) -> list[tuple[str, str]]:
    words = {"illness": _("Illness"), "accident": _("Accident")}
    facts = [
        (_("For"), held.person.full_name),
        (_("Cause"), words.get(str(held.facts.get("cause", "")), "")),
        (_("Day"), day(held.row.event_on, ask.lang)),
        (_("Policies"), _(" then ").join(product(one.product, ask.lang) for one in held.policies)),
        (_("Account"), "" if held.account is None else f"{held.account.bank} ···· {held.account.tail}"),
    ]
    return [(name, value) for name, value in facts if value]


def _bill(ask: Ask, facts: Any) -> tuple[str, str]:
    total = bill.total_of(facts)
    return bill.title_of(facts, ask.lang), "" if total is None else yuan(total)
