"""ExplanationOfBenefit: a decision as FHIR R4B resources whose totals equal it to the fen."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from fhir.resources.R4B.bundle import Bundle as BundleResource

from hearth.doors.fhir.bundle import Node
from hearth.doors.fhir.mapping import OWN_CATEGORY
from hearth.doors.fhir.reading import ClaimRead, ItemRead, Reading
from hearth.kernel.adjudication.decided import ClaimDecision, Decision, LineDecision, PolicyDecision
from hearth.kernel.adjudication.explain import Sentence, explain, explain_claim
from hearth.kernel.product.terms import Terms
from hearth.words.codes import Category, word
from hearth.words.explanations import say
from hearth.words.reasons import finding, reason, route

STANDARD = "http://terminology.hl7.org/CodeSystem/adjudication"
OWN = "urn:hearth:adjudication"

COLUMNS: tuple[tuple[str, str, str, str, str], ...] = (
    # column, system, code, Chinese, English: in the order of the identity of DESIGN 1.1
    ("billed", STANDARD, "submitted", "账单金额", "submitted"),
    ("eligible", STANDARD, "eligible", "可计入的费用", "eligible"),
    ("public", OWN, "public", "医保等公共资金已付", "paid by public funds"),
    ("others", OWN, "others", "其他渠道已付", "paid by others"),
    ("not_covered", OWN, "not-covered", "不在保障范围", "not covered"),
    ("deductible", STANDARD, "deductible", "免赔额", "deductible"),
    ("own_share", STANDARD, "copay", "个人按比例承担", "own share"),
    ("over_limits", OWN, "over-limits", "超出限额", "over limits"),
    ("reduced_for_age", OWN, "reduced-for-age", "因年龄不实减少", "reduced for age"),
    ("payable", STANDARD, "benefit", "赔付", "benefit"),
)
"""Where each money column of a decision goes."""

_DISPOSITIONS: dict[str, tuple[str, str]] = {
    "complete": ("已审核：全部为约定的计算。", "Decided: it is agreed arithmetic alone."),
    "partial": (
        "部分项目无法对应或金额不全，需要理赔人员补充认定；下列结果不是拒赔。",
        "Some of the claim could not be mapped or its amounts are incomplete: a person has to add to it. "
        "What follows is not a refusal.",
    ),
}

_TEXT = json.JSONEncoder(ensure_ascii=False).encode
_NOT_MAPPED = ("费用类别尚未认定，由理赔人员决定", "Its category is not known yet; a person decides")


def outcome_of(claim: ClaimDecision, read: ClaimRead) -> str:
    """complete; partial where the bundle leaves amounts or categories open; queued where a person decides."""
    if claim.route != "automatic":
        return "queued"
    return "partial" if read.is_open else "complete"


def explanations(reading: Reading, decision: Decision, terms: Terms, lang: str, at: datetime) -> dict[str, Any]:
    """A collection Bundle with one ExplanationOfBenefit for each Claim, checked against fhir.resources.

    Needs:   the decision of the reading's case; `at` with its zone
    Gives:   plain JSON values, amounts as Decimal
    Source:  FHIR R4B (4.3.0), ExplanationOfBenefit
    """
    moment = at.isoformat(timespec="seconds")
    reads = {read.no: read for read in reading.claims}
    entries = []
    for claim in decision.claims:
        resource = _Writer(reading, reads[claim.no], claim, terms, lang, moment).resource()
        entries.append({"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource})
    bundle = {"resourceType": "Bundle", "type": "collection", "timestamp": moment, "entry": entries}
    # The Bundle's own check reaches every resource inside it.
    BundleResource.model_validate(json.loads(json_text(bundle, 0), parse_float=Decimal))
    return bundle


def json_text(value: Any, indent: int = 2) -> str:
    """JSON with every Decimal written digit by digit: an amount never passes through a float."""
    written: list[str] = []
    _write(value, "\n", " " * indent, written.append)
    return "".join(written)


def _write(value: Any, line: str, step: str, put: Callable[[str], None]) -> None:
    if isinstance(value, Decimal):
        put(format(value, "f"))
    elif isinstance(value, dict) and value:
        inner = line + step
        for n, (key, each) in enumerate(value.items()):
            put(f"{',' if n else '{'}{inner}{_TEXT(key)}: ")
            _write(each, inner, step, put)
        put(line + "}")
    elif isinstance(value, (list, tuple)) and value:
        inner = line + step
        for n, each in enumerate(value):
            put(f"{',' if n else '['}{inner}")
            _write(each, inner, step, put)
        put(line + "]")
    else:
        put(_TEXT(value))


class _Writer:
    """Writes the explanation of one claim."""

    def __init__(
        self, reading: Reading, read: ClaimRead, claim: ClaimDecision, terms: Terms, lang: str, moment: str
    ) -> None:
        self.reading, self.read, self.claim, self.terms = reading, read, claim, terms
        self.lang, self.zh, self.moment = lang, lang.startswith("zh"), moment
        self.notes: list[dict[str, Any]] = []
        self.notes_of: dict[int, list[int]] = {}
        self.lines_of: dict[int, list[LineDecision]] = {}
        for policy in claim.policies:
            for line in policy.lines:
                self.lines_of.setdefault(line.line, []).append(line)
        unmapped = {item.line for item in read.items if not item.is_mapped}
        # Lines that nothing but their unknown category keeps out.
        self.only_unmapped = {
            number
            for number, lines in self.lines_of.items()
            if number in unmapped
            and all(gate.gate == "benefit" for line in lines for gate in line.gates if gate.result == "fail")
        }

    def resource(self) -> dict[str, Any]:
        claim, source = self.claim, self.read.entry.node
        outcome = outcome_of(claim, self.read)
        disposition = route(claim.route, self.lang)
        if outcome != "queued":
            disposition = _DISPOSITIONS[outcome][0 if self.zh else 1]
        self._notes(disposition)
        items = [self._item(item) for item in self.read.items]
        added = self._added()
        totals = {name: sum(policy.columns[name] for policy in claim.policies) for name, *_ in COLUMNS}
        self._check(items, added, totals)
        payment: dict[str, Any] = {"amount": self._money(claim.paid_out)}
        if outcome == "complete":
            payment["type"] = {
                "coding": [{"system": "http://terminology.hl7.org/CodeSystem/ex-paymenttype", "code": "complete"}]
            }
        made: dict[str, Any] = {
            "resourceType": "ExplanationOfBenefit",
            "id": str(uuid.uuid5(uuid.NAMESPACE_URL, self._name())),
            "language": "zh-CN" if self.zh else "en",
            "status": "active",
            "type": _concept(source.child("type")) or {"text": "-"},
            "use": "claim",
            "patient": self._patient(source),
            "billablePeriod": _period(source),
            "created": self.moment,
            "insurer": {"display": "恒温 Hearth" if self.zh else "Hearth"},
            "provider": _reference(source.child("provider")) or {"display": "-"},
            "claim": self._claim_reference(),
            "outcome": outcome,
            "disposition": disposition,
            "insurance": [self._insurance(policy) for policy in claim.policies],
            "item": items,
            "addItem": added,
            "total": [
                {"category": self._category(code, system, zh, en), "amount": self._money(totals[name])}
                for name, system, code, zh, en in COLUMNS
            ],
            "payment": payment,
            "processNote": self.notes,
        }
        return {name: value for name, value in made.items() if value not in (None, [], {})}

    def _name(self) -> str:
        """The same claim under the same terms keeps its id."""
        claim = self.read.entry.reference or self.claim.no
        return f"urn:hearth:explanation:{self.terms.code}:{self.terms.version}:{claim}"

    # -- who and what -------------------------------------------------------------------------------------------------

    def _claim_reference(self) -> dict[str, Any]:
        reference = self.read.entry.reference
        return {"reference": reference} if reference else {"display": self.claim.no}

    def _patient(self, source: Node) -> dict[str, Any]:
        own = _reference(source.child("patient"), with_display=False)
        return own or {"identifier": {"system": "urn:hearth:insured", "value": self.read.insured}}

    def _insurance(self, policy: PolicyDecision) -> dict[str, Any]:
        name = policy.product_name.zh if self.zh else policy.product_name.en
        made_up = "假设的保单" if self.zh else "assumed policy"
        return {
            "focal": True,
            "coverage": {
                "identifier": {"system": "urn:hearth:policy", "value": policy.policy},
                "display": f"{name} {policy.version}, {policy.plan} ({made_up})",
            },
        }

    # -- items --------------------------------------------------------------------------------------------------------

    def _item(self, item: ItemRead) -> dict[str, Any]:
        product = _concept(item.node.child("productOrService")) or {"text": "-"}
        made: dict[str, Any] = {"sequence": item.sequence, "productOrService": product}
        if item.line is not None:
            code = item.category.name.lower()
            own = {"system": OWN_CATEGORY, "code": code, "display": word(item.category, self.lang)}
            made["category"] = {"coding": [own]}
            made["net"] = self._money(item.billed or 0)
        if item.line is not None and item.line in self.notes_of:
            made["noteNumber"] = self.notes_of[item.line]
        open_notes = self.notes_of.get(-item.sequence)
        if open_notes:
            made["noteNumber"] = sorted({*made.get("noteNumber", ()), *open_notes})
        if item.line is not None:
            made["adjudication"] = self._adjudication(self.lines_of[item.line], item.is_mapped)
        return made

    def _added(self) -> list[dict[str, Any]]:
        """Rows that no item of the claim stands for: the days of a stay under a daily benefit."""
        made = []
        for line in self.lines_of.get(0, ()):
            category = Category[line.category.upper()]
            own = {"system": OWN_CATEGORY, "code": line.category, "display": word(category, self.lang)}
            made.append({"productOrService": {"coding": [own]}, "adjudication": self._adjudication([line], True)})
        return made

    def _adjudication(self, lines: list[LineDecision], is_mapped: bool) -> list[dict[str, Any]]:
        made = []
        for name, system, code, zh, en in COLUMNS:
            entry = {
                "category": self._category(code, system, zh, en),
                "amount": self._money(sum(getattr(line, name) for line in lines)),
            }
            if name == "payable" and lines:
                why, text = lines[0].reason, reason(lines[0].reason, self.lang)
                if why == "not_a_benefit" and not is_mapped:
                    why, text = "not_mapped", _NOT_MAPPED[0 if self.zh else 1]
                own = {"system": "urn:hearth:reason", "code": why.replace("_", "-"), "display": text}
                entry["reason"] = {"coding": [own]}
            made.append(entry)
        return made

    def _check(self, items: list[dict[str, Any]], added: list[dict[str, Any]], totals: Mapping[str, int]) -> None:
        """The items sum to the totals, and the totals are the decision."""
        for n, (name, *_) in enumerate(COLUMNS):
            parts = [one["adjudication"][n]["amount"]["value"] for one in (*items, *added) if "adjudication" in one]
            assert sum(parts, Decimal(0)) == _yuan(totals[name]), f"{self.claim.no}: {name} of the items"
        assert totals["payable"] == self.claim.payable, f"{self.claim.no}: payable"

    # -- notes --------------------------------------------------------------------------------------------------------

    def _notes(self, disposition: str) -> None:
        self._note(disposition)
        for premise in self.reading.premises:
            self._note(premise.says(self.lang))
        for one in self.read.listed:
            number = self._note(f"{one.says(self.lang)} [{one.place}]")
            if one.item is not None:
                self.notes_of.setdefault(-one.item, []).append(number)
        for met in self.claim.findings:
            self._note(finding(met.code, met.data, self.lang))
        for policy in self.claim.policies:
            for sentence in explain(policy):
                if not self._is_told_by_the_list(sentence):
                    self._sentence(sentence)
        for sentence in explain_claim(self.claim):
            self._sentence(sentence)

    def _is_told_by_the_list(self, sentence: Sentence) -> bool:
        """Whether it tells that no benefit takes a line whose category nobody knows."""
        return sentence.id == "NOT_COUNTED" and all(line in self.only_unmapped for _, line in sentence.lines)

    def _sentence(self, sentence: Sentence) -> None:
        text = say(sentence.id, sentence.values, self.lang)
        if sentence.clause:
            version = f"{sentence.product} {sentence.version}"
            text += f"（条款 {sentence.clause}，{version}）" if self.zh else f" (clause {sentence.clause}, {version})"
        number = self._note(text)
        for _, line in sentence.lines:
            numbers = self.notes_of.setdefault(line, [])
            if line and number not in numbers:
                numbers.append(number)

    def _note(self, text: str) -> int:
        number = len(self.notes) + 1
        language = {"system": "urn:ietf:bcp:47", "code": "zh-CN" if self.zh else "en"}
        self.notes.append({"number": number, "type": "print", "text": text, "language": {"coding": [language]}})
        return number

    # -- values -------------------------------------------------------------------------------------------------------

    def _category(self, code: str, system: str, zh: str, en: str) -> dict[str, Any]:
        return {"coding": [{"system": system, "code": code}], "text": zh if self.zh else en}

    def _money(self, fen: int) -> dict[str, Any]:
        return {"value": _yuan(fen), "currency": self.terms.currency}


def _yuan(fen: int) -> Decimal:
    return Decimal(fen).scaleb(-2)


def _concept(concept: Node | None) -> dict[str, Any] | None:
    """Codes and text of a concept, without extensions."""
    if concept is None:
        return None
    codings = [
        {name: coding.fields[name] for name in ("system", "version", "code", "display") if coding.fields.get(name)}
        for coding in concept.children("coding")
    ]
    made: dict[str, Any] = {}
    if kept := [coding for coding in codings if coding]:
        made["coding"] = kept
    if concept.fields.get("text"):
        made["text"] = concept.fields["text"]
    return made or None


def _reference(pointer: Node | None, with_display: bool = True) -> dict[str, Any] | None:
    """A reference that still points somewhere outside the claim: what is contained in the claim is left behind."""
    if pointer is None:
        return None
    made: dict[str, Any] = {}
    reference = pointer.text("reference")
    if reference and not reference.startswith("#"):
        made["reference"] = reference
    identifier = pointer.child("identifier")
    if identifier is not None:
        kept = {name: identifier.fields[name] for name in ("system", "value") if identifier.fields.get(name)}
        if kept:
            made["identifier"] = kept
    if with_display and pointer.fields.get("display"):
        made["display"] = pointer.fields["display"]
    return made or None


def _period(source: Node) -> dict[str, Any] | None:
    period = source.child("billablePeriod")
    if period is None:
        return None
    return {name: period.fields[name] for name in ("start", "end") if period.fields.get(name)} or None
