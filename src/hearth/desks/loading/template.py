"""Template: one claim decided by the kernel, as many made-up ones will be like it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from hearth.kernel.adjudication.case import Case
from hearth.kernel.adjudication.decided import to_json
from hearth.kernel.adjudication.decision import decide
from hearth.kernel.product.terms import Terms
from hearth.store import shelf
from hearth.store.models import SoldTerms

PLACES = ("{claim}", "{person}", "{policy}", "{invoice}")
"""What stands in a template where a claim, a person, a policy and an invoice put their own numbers."""

_AT_PLACES = re.compile("(" + "|".join(map(re.escape, PLACES)) + ")")


@dataclass(frozen=True, slots=True)
class Template:
    """One claim as many will be like it: facts, the case that the kernel was given and what it gave, as JSON texts."""

    product: str
    plan: str
    starts_on: date
    event_on: date
    facts: str
    case: str
    result: str
    payable_fen: int
    claimed_fen: int
    proposal: str
    invoices: int
    terms: tuple[str, ...]


def template(product: str, starts_on: date, event_on: date, facts: Mapping[str, Any]) -> Template:
    """One claim decided by the kernel, as many will be like it.

    Needs:   facts in which code and number of each invoice are one `{invoice}` with a place after it
    """
    text, terms = _sold(product)
    case = {
        "case": "claim {claim}",
        "people": [{"id": "person:{person}"}],
        "policies": [
            {"no": "{policy}", "product": product, "plan": terms.plans[0], "starts_on": starts_on.isoformat(),
             "ends_on": starts_on.replace(year=starts_on.year + 1).isoformat(), "insured": ["person:{person}"]}
        ],
        "claims": [
            {"no": "{claim}", "insured": "person:{person}", "registered_on": event_on.isoformat(),
             "policies": ["{policy}"], **facts}
        ],
    }  # fmt: skip
    decision = decide(Case.model_validate(case), {product: terms})
    (mine,) = decision.claims
    digest = hashlib.sha256(text.encode()).hexdigest()
    SoldTerms.objects.bulk_create(
        [SoldTerms(digest=digest, product=product, version=terms.version, body=text)], ignore_conflicts=True
    )
    failed = any(gate.result == "fail" for policy in mine.policies for line in policy.lines for gate in line.gates)
    return Template(
        product=product,
        plan=terms.plans[0],
        starts_on=starts_on,
        event_on=event_on,
        facts=in_text(facts),
        case=in_text(case),
        result=in_text(to_json(decision)),
        payable_fen=mine.payable,
        claimed_fen=sum(line.billed for policy in mine.policies for line in policy.lines),
        proposal="partial" if failed else "approved",
        invoices=len(facts["invoices"]),
        terms=(digest,),
    )


@lru_cache(maxsize=8)
def _sold(product: str) -> tuple[str, Terms]:
    path = shelf.products_folder() / product / "terms.yaml"
    text = shelf.read_file(path)
    return text, shelf.parse_model(Terms, text, str(path))


def own(text: str, numbers: Mapping[str, str]) -> str:
    """A text of a template with a claim's own numbers in their places."""
    return "".join([numbers.get(piece, piece) for piece in _pieces(text)])


@lru_cache(maxsize=1_024)
def _pieces(text: str) -> tuple[str, ...]:
    """A template's text cut at the places of numbers: cut once, joined for each claim."""
    return tuple(_AT_PLACES.split(text))


def in_text(value: Any) -> str:
    """Plain data as JSON, in its shortest form."""
    return json.dumps(value, ensure_ascii=False, default=str, separators=(",", ":"))
