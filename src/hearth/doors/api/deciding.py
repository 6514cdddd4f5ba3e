"""Deciding: a case as docs/cases.md states it comes in, its decision goes out; nothing is saved."""

from __future__ import annotations

import json
from math import factorial
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import ConfigDict, Field

from hearth.doors.api.bodies import value_of
from hearth.doors.api.interface import answers, takes
from hearth.doors.api.tokens import Token
from hearth.doors.feeds.cases import CaseFile, case_of, in_file, products_of
from hearth.doors.feeds.problems import dotted
from hearth.kernel.adjudication.case import Case
from hearth.kernel.adjudication.decided import ClaimDecision, to_json
from hearth.kernel.adjudication.decision import decide
from hearth.kernel.adjudication.explain import Sentence, explain, explain_claim
from hearth.store.shelf import ours_to_mend
from hearth.words.explanations import say
from hearth.words.faults import Fault, Malformed

router = Router(tags=["deciding"])

MAX_CASE_BYTES = 1_000_000
MAX_ROWS = 4_000
"""The most lines and diagnoses, each counted once for every policy of the case."""

MAX_ROWS_TRIED = 12_000
"""So many rows are computed again for other orders of the policies and for what cures are worth."""


class CaseTooLarge(Fault):
    """The case is larger than what is computed while somebody waits."""

    code, status = "CASE_TOO_LARGE", 422
    says = "{rows} lines under {policies} policies are more than is computed at once; at most {most} together."
    says_zh = "{policies} 张保单下共 {rows} 行，超过一次计算的上限（合计 {most}）。"


class CaseDecision(Schema):
    """A decision: as `hearth decide --json` gives it (docs/cases.md).  Amounts are fen, beside them yuan as text."""

    model_config = ConfigDict(extra="allow")

    case: str
    claims: list[dict[str, Any]]
    balances: list[dict[str, Any]]
    rules: dict[str, list[str]]


class Step(Schema):
    """One step of the arithmetic, in both languages, with the clause that says so."""

    id: str
    zh: str
    en: str
    clause: str | None
    version: str | None
    product: str | None
    amount: int | None = Field(description="fen")
    lines: list[tuple[int, int]] = Field(description="invoice and line, from 1")


class PolicySteps(Schema):
    """The steps under one policy."""

    policy: str
    steps: list[Step]


class Explained(Schema):
    """The steps of one claim."""

    claim: str
    policies: list[PolicySteps]
    steps: list[Step]


class Decided(Schema):
    """A case decided, and every fen explained."""

    decision: CaseDecision
    explanation: list[Explained] | None


@router.post(
    "/decide",
    auth=Token(),
    response=answers({200: Decided}, 404, 409, 413, 415),
    openapi_extra=takes(Case, is_once=False),
    summary="Decide a case",
)
def decide_case(
    request: HttpRequest,
    explained: Annotated[bool, Query(description="every step in words with its clause")] = True,
    worth: Annotated[bool, Query(description="what missing papers are worth, and other orders of the policies")] = True,
) -> HttpResponse:
    """Computed, not saved: any case under the products of the shelf or under terms that the case itself states."""
    value = value_of(request, most=MAX_CASE_BYTES)
    if not isinstance(value, dict):
        raise Malformed(file="body", got=type(value).__name__, want="a case: an object with policies and claims")
    case = case_of({"case": "request", **value}, "body", _locate)
    is_small = _refuse_large(case)
    with ours_to_mend():
        products = products_of(case)
    try:
        decision = decide(case, products, orders=worth and is_small, worth=worth and is_small)
    except Malformed:
        raise
    except Fault as fault:
        raise in_file(fault, CaseFile("body", case, None, _locate)) from fault
    answer = {
        "decision": to_json(decision),
        "explanation": [explanation(claim) for claim in decision.claims] if explained else None,
    }
    return HttpResponse(json.dumps(answer, ensure_ascii=False), content_type="application/json")


def explanation(claim: ClaimDecision) -> dict[str, Any]:
    """Every step of a claim in both languages."""
    return {
        "claim": claim.no,
        "policies": [
            {"policy": policy.policy, "steps": [_step(sentence) for sentence in explain(policy)]}
            for policy in claim.policies
        ],
        "steps": [_step(sentence) for sentence in explain_claim(claim)],
    }


def _step(sentence: Sentence) -> dict[str, Any]:
    return {
        "id": sentence.id,
        "zh": say(sentence.id, sentence.values, "zh"),
        "en": say(sentence.id, sentence.values, "en"),
        "clause": sentence.clause,
        "version": sentence.version,
        "product": sentence.product,
        "amount": sentence.amount,
        "lines": [list(line) for line in sentence.lines],
    }


def _locate(path: tuple[str | int, ...]) -> str:
    return dotted(path) or "whole body"


def _refuse_large(case: Case) -> bool:
    """Whether there is time for other orders too.  Raises: CaseTooLarge."""
    rows = sum(len(invoice.lines) or 1 for claim in case.claims for invoice in claim.invoices)
    rows += sum(len(claim.diagnoses) for claim in case.claims)
    size = max(rows, len(case.claims)) * len(case.policies)
    if size > MAX_ROWS:
        raise CaseTooLarge(rows=rows, policies=len(case.policies), most=f"{MAX_ROWS:,}")
    orders = sum(factorial(min(len(claim.policies or case.policies), 6)) for claim in case.claims)
    return size * orders <= MAX_ROWS_TRIED
