"""Server writing: persons, policies, claims and decisions as FHIR R4 resources, checked before they go out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from fhir.resources.R4B import get_fhir_model_class

from hearth.doors.fhir.eob import COLUMNS, OWN, json_text
from hearth.doors.fhir.listing import Listed
from hearth.doors.fhir.mapping import CLAIM_TYPE, ICD_10, OWN_CATEGORY
from hearth.doors.fhir.server_reading import CLAIM, PERSON, POLICY
from hearth.kernel.adjudication.decided import ClaimDecision, LineDecision
from hearth.kernel.adjudication.explain import Sentence, explain, explain_claim
from hearth.store.access.claims_case import CaseFile, DecisionRow
from hearth.store.access.people import PersonCard
from hearth.store.access.policies import PolicyRow
from hearth.words.claims import OUTCOME_WORDS, STATE_WORDS, Outcome
from hearth.words.codes import Category, word
from hearth.words.explanations import say
from hearth.words.money import fen_from_yuan
from hearth.words.reasons import reason

CURRENCY = "CNY"
GENDERS = {"F": "female", "M": "male"}
TYPES = {"inpatient": "institutional", "pharmacy": "pharmacy"}
INSURED = "urn:hearth:insured"

Resource = dict[str, Any]


def checked(resource: Resource) -> str:
    """The JSON of a resource that holds to FHIR R4B; amounts never pass through a float."""
    text = json_text(resource, 0)
    get_fhir_model_class(resource["resourceType"]).model_validate(json.loads(text, parse_float=Decimal))
    return text


def coverage_id(policy_no: str) -> str:
    """A policy's number as an id: a stroke becomes a full stop, which no number has."""
    return policy_no.replace("/", ".")


def patient(card: PersonCard) -> Resource:
    """A person; numbers of identity and telephone are not told."""
    numbers = [{"system": PERSON, "value": card.username}]
    if card.external_id:
        numbers.append({"value": card.external_id})
    return _filled(
        {
            "resourceType": "Patient",
            "id": str(card.person_id),
            "identifier": numbers,
            "active": True,
            "name": [{"text": card.full_name}],
            "gender": GENDERS.get(card.sex, "unknown"),
            "birthDate": card.born_on.isoformat() if card.born_on else None,
        }
    )


def coverage(row: PolicyRow) -> Resource:
    """A policy; FHIR names one beneficiary, the extension names everybody whom it covers."""
    insured = [one.person_id for one in row.insured]
    first = row.holder_id if row.holder_id in insured else insured[0]
    last = (row.ended_on or row.ends_on) - timedelta(days=1)
    numbers = [{"system": POLICY, "value": row.policy_no}]
    if row.external_id:
        numbers.append({"value": row.external_id})
    plan = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/coverage-class", "code": "plan"}]}
    return _filled(
        {
            "resourceType": "Coverage",
            "id": coverage_id(row.policy_no),
            "extension": [{"url": INSURED, "valueReference": _patient(one)} for one in insured],
            "identifier": numbers,
            "status": "active" if row.state == "in_force" else "cancelled",
            "type": {"text": row.product},
            "policyHolder": _patient(row.holder_id),
            "beneficiary": _patient(first),
            "period": {"start": row.starts_on.isoformat(), "end": max(last, row.starts_on).isoformat()},
            "payor": [{"display": "Hearth"}],
            "class": [{"type": plan, "value": row.plan}],
        }
    )


def claim(found: CaseFile) -> Resource:
    """A claim as it was brought in."""
    row = found.row
    invoices = found.invoices
    days = [day for one in invoices for day in (one.get("admitted_on"), one.get("visited_on")) if day]
    last = [day for one in invoices for day in (one.get("discharged_on"), one.get("visited_on")) if day]
    icd = [code for code in dict.fromkeys(str(one.get("icd") or "") for one in invoices) if code]
    items = list(_items(invoices))
    return _filled(
        {
            "resourceType": "Claim",
            "id": row.claim_no,
            "identifier": _claim_numbers(found),
            "status": "cancelled" if row.state == "withdrawn" else "active",
            "type": _type(invoices),
            "use": "claim",
            "patient": _patient(found.person.person_id),
            "billablePeriod": {"start": min(days), "end": max(last)} if days and last else None,
            "created": _moment(row.reported_at or row.state_at),
            "insurer": {"display": "Hearth"},
            "provider": {"display": _hospital(invoices)},
            "priority": {"coding": [{"code": "normal"}]},
            "diagnosis": [
                {
                    "sequence": number,
                    "diagnosisCodeableConcept": {"coding": [{"system": ICD_10[0], "code": code}]},
                }
                for number, code in enumerate(icd, 1)
            ],
            "insurance": _insurance(found),
            "item": items,
            "total": _money(row.claimed_fen),
        }
    )


def claim_response(found: CaseFile, lang: str, listed: Iterable[Listed] = ()) -> Resource:
    """Where a claim stands: queued until it is decided; then what is paid."""
    row, decision = found.row, found.decision
    zh, en = STATE_WORDS[row.state] if decision is None else OUTCOME_WORDS[Outcome(decision.outcome)]
    notes = [f"{one.says(lang)} [{one.place}]" for one in listed]
    notes += [one.zh if lang == "zh" else one.en for one in found.steps]
    return _filled(
        {
            "resourceType": "ClaimResponse",
            "id": row.claim_no,
            "identifier": _claim_numbers(found),
            "status": "cancelled" if row.state == "withdrawn" else "active",
            "type": _type(found.invoices),
            "use": "claim",
            "patient": _patient(found.person.person_id),
            "created": _moment(row.state_at),
            "insurer": {"display": "Hearth"},
            "request": {"reference": f"Claim/{row.claim_no}"},
            "outcome": "queued" if decision is None else "complete",
            "disposition": zh if lang == "zh" else en,
            "total": []
            if decision is None
            else [{"category": _category("benefit"), "amount": _money(decision.payable_fen)}],
            "payment": None
            if decision is None
            else {
                "type": {
                    "coding": [{"system": "http://terminology.hl7.org/CodeSystem/ex-paymenttype", "code": "complete"}]
                },
                "amount": _money(decision.paid_out_fen),
            },
            "processNote": _notes(notes, lang),
        }
    )


def explanation(
    found: CaseFile, decision: DecisionRow, mine: ClaimDecision, own: frozenset[str], lang: str
) -> Resource:
    """A decision as an ExplanationOfBenefit: every item's parts, every step with its clause.

    Needs:   the decision's computed result; `own`: the policies whose part is told to whoever asks
    """
    policies = [policy for policy in mine.policies if policy.policy in own]
    lines: dict[tuple[int, int], list[LineDecision]] = {}
    for policy in policies:
        for line in policy.lines:
            lines.setdefault((line.invoice, line.line), []).append(line)
    items, added = [], []
    for sequence, (place, item) in enumerate(_numbered(found.invoices), 1):
        parts = lines.pop(place, [])
        if parts:
            item["adjudication"] = _adjudication(parts, lang)
        items.append({"sequence": sequence, **item})
    for parts in lines.values():
        # Days of a stay, or a diagnosis: no item of the claim stands for it.
        category = Category[parts[0].category.upper()]
        own_code = {"system": OWN_CATEGORY, "code": parts[0].category, "display": word(category, lang)}
        added.append({"productOrService": {"coding": [own_code]}, "adjudication": _adjudication(parts, lang)})
    totals = {name: sum(policy.columns[name] for policy in policies) for name, *_ in COLUMNS}
    zh, en = OUTCOME_WORDS[Outcome(decision.outcome)]
    sentences = [sentence for policy in policies for sentence in explain(policy)] + list(explain_claim(mine))
    return _filled(
        {
            "resourceType": "ExplanationOfBenefit",
            "id": f"{found.row.claim_no}-{decision.number}",
            "language": "zh-CN" if lang == "zh" else "en",
            "identifier": _claim_numbers(found),
            "status": "active" if found.decision == decision else "cancelled",
            "type": _type(found.invoices),
            "use": "claim",
            "patient": _patient(found.person.person_id),
            "created": _moment(decision.decided_at),
            "insurer": {"display": "Hearth"},
            "provider": {"display": _hospital(found.invoices)},
            "claim": {"reference": f"Claim/{found.row.claim_no}"},
            "claimResponse": {"reference": f"ClaimResponse/{found.row.claim_no}"},
            "outcome": "complete",
            "disposition": (zh if lang == "zh" else en) + (f": {decision.words}" if decision.words else ""),
            "insurance": [
                {"focal": True, "coverage": {"reference": f"Coverage/{coverage_id(policy.policy)}"}}
                for policy in policies
            ],
            "item": items,
            "addItem": added,
            "total": [{"category": _category(name, lang), "amount": _money(totals[name])} for name, *_ in COLUMNS],
            "payment": {"amount": _money(decision.paid_out_fen)},
            "processNote": _notes([_sentence(one, lang) for one in sentences], lang),
        }
    )


def searchset(resources: Sequence[Resource]) -> Resource:
    """Resources that were searched for."""
    return _filled(
        {
            "resourceType": "Bundle",
            "type": "searchset",
            "total": len(resources),
            "entry": [{"resource": one, "search": {"mode": "match"}} for one in resources],
        }
    )


def _items(invoices: Sequence[Mapping[str, Any]]) -> Iterable[Resource]:
    for sequence, (_, item) in enumerate(_numbered(invoices), 1):
        yield {"sequence": sequence, **item}


def _numbered(invoices: Sequence[Mapping[str, Any]]) -> Iterable[tuple[tuple[int, int], Resource]]:
    """Every line with its place: invoice and line, from 1."""
    for number, invoice in enumerate(invoices, 1):
        day = invoice.get("visited_on") or invoice.get("admitted_on")
        for place, line in enumerate(invoice.get("lines") or (), 1):
            category = str(line.get("category") or "other")
            served = line.get("on") or day
            yield (
                (number, place),
                _filled(
                    {
                        "category": {"coding": [{"system": OWN_CATEGORY, "code": category}]},
                        "productOrService": {"text": str(line.get("name") or category)},
                        "servicedDate": str(served) if served else None,
                        "net": _money(_fen(line.get("amount"))),
                    }
                ),
            )


def _adjudication(parts: Sequence[LineDecision], lang: str) -> list[Resource]:
    made = []
    for name, *_ in COLUMNS:
        amount = _money(sum(getattr(part, name) for part in parts))
        entry: Resource = {"category": _category(name, lang), "amount": amount}
        if name == "payable":
            why = parts[0].reason
            code = {"system": "urn:hearth:reason", "code": why.replace("_", "-"), "display": reason(why, lang)}
            entry["reason"] = {"coding": [code]}
        made.append(entry)
    return made


def _category(name: str, lang: str = "en") -> Resource:
    column = "payable" if name == "benefit" else name
    for known, system, code, zh, en in COLUMNS:
        if known == column:
            return {"coding": [{"system": system, "code": code}], "text": zh if lang == "zh" else en}
    return {"coding": [{"system": OWN, "code": name}]}


def _sentence(sentence: Sentence, lang: str) -> str:
    text = say(sentence.id, sentence.values, lang)
    if sentence.clause:
        version = f"{sentence.product} {sentence.version}"
        text += f"（条款 {sentence.clause}，{version}）" if lang == "zh" else f" (clause {sentence.clause}, {version})"
    return text


def _notes(texts: Iterable[str], lang: str) -> list[Resource]:
    language = {"coding": [{"system": "urn:ietf:bcp:47", "code": "zh-CN" if lang == "zh" else "en"}]}
    return [
        {"number": number, "type": "display", "text": text, "language": language}
        for number, text in enumerate((text for text in texts if text.strip()), 1)
    ]


def _claim_numbers(found: CaseFile) -> list[Resource]:
    numbers: list[Resource] = [{"system": CLAIM, "value": found.row.claim_no}]
    if found.row.external_id:
        numbers.append({"value": found.row.external_id})
    return numbers


def _insurance(found: CaseFile) -> list[Resource]:
    return [
        {
            "sequence": policy.position + 1,
            "focal": True,
            "coverage": {"reference": f"Coverage/{coverage_id(policy.policy_no)}"},
        }
        for policy in found.policies
    ]


def _type(invoices: Sequence[Mapping[str, Any]]) -> Resource:
    settings = [str(one.get("setting")) for one in invoices]
    code = next((TYPES[setting] for setting in TYPES if setting in settings), "professional")
    return {"coding": [{"system": CLAIM_TYPE, "code": code}]}


def _hospital(invoices: Sequence[Mapping[str, Any]]) -> str:
    names = [str((one.get("hospital") or {}).get("name") or "") for one in invoices]
    return next((name for name in names if name.strip()), "-")


def _patient(person_id: int) -> Resource:
    return {"reference": f"Patient/{person_id}"}


def _money(fen: int) -> Resource:
    return {"value": Decimal(fen).scaleb(-2), "currency": CURRENCY}


def _fen(amount: Any) -> int:
    try:
        return fen_from_yuan(amount)
    except (ValueError, TypeError):
        return 0


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")


def _filled(resource: Resource) -> Resource:
    """A resource without what it does not say."""
    return {name: value for name, value in resource.items() if value not in (None, [], {}, "")}
