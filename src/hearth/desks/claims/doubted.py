"""Doubted: claims whose papers are not what they should be, or that look wrong to their product: left to people."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q

from hearth.desks.claims import sold
from hearth.kernel.documents.identities import same_invoice
from hearth.kernel.documents.reading.confidence import needs_a_person
from hearth.store.models import Claim, ClaimPolicy, Paper, PaperReading, SuspicionClaim
from hearth.words.money import fen_from_yuan
from hearth.words.papers import PaperKind
from hearth.words.suspicion import SuspicionState

ALTERED = "altered"
"""Signs of an altered paper, or a bill whose picture lies in another claim."""
DIFFERS = "differs"
"""A bill that was surely read says another person or other money than what is claimed."""

SUSPECTED = "suspected"
"""A suspicion stands of a kind that a product of the claim leaves to people."""

MONEY = ("total", "fund", "other_public", "account", "cash", "own_inside", "own_outside")
"""Sums of an invoice that a decision rests upon."""

SURE = 0.95
"""What was read less surely names nobody."""

_TWIN = "SAME_PICTURE:"
_BILLS = frozenset(
    kind.value
    for kind in (
        PaperKind.INVOICE, PaperKind.ITEMISED_LIST, PaperKind.SETTLEMENT_SHEET, PaperKind.OTHER_INSURER_SHEET
    )
)  # fmt: skip
"""What is handed in for one claim alone; an identity card may be the same picture twice."""


def doubted(claims: Sequence[Claim]) -> dict[int, str]:
    """Which of these claims (pk) a person decides, and why: ALTERED before DIFFERS before SUSPECTED.

    Nobody waits for it: the claim is in review, and its limits run on (anti-fraud measures 2024, art. 23).
    """
    by_id = {claim.pk: claim for claim in claims}
    read = PaperReading.objects.filter(paper__claim__in=claims, paper__removed_at__isnull=True, state="read")
    differing: dict[int, str] = {}
    altered: dict[int, str] = {}
    twins: dict[int, set[int]] = {}
    rows = read.values_list("paper__claim_id", "paper__kind", "kind", "signs", "answer")
    for claim_id, handed_in_as, kind, signs, answer in rows:
        if any(not sign.startswith(_TWIN) for sign in signs):
            altered[claim_id] = ALTERED
        if handed_in_as in _BILLS:
            for sign in signs:
                if sign.startswith(_TWIN):
                    twins.setdefault(int(sign.removeprefix(_TWIN)), set()).add(claim_id)
        if kind == PaperKind.INVOICE.value and answer and _says_else(json.loads(bytes(answer)), by_id[claim_id]):
            differing[claim_id] = DIFFERS
    for paper_id, home in Paper.objects.filter(pk__in=twins).values_list("pk", "claim_id"):
        altered |= dict.fromkeys(twins[paper_id] - {home}, ALTERED)
    return _suspected(claims) | differing | altered


def _suspected(claims: Sequence[Claim]) -> dict[int, str]:
    """The claims of which a suspicion is open, or confirmed, that one of their products leaves to people."""
    standing = Q(suspicion__state=SuspicionState.SUSPECTED, suspicion__is_found=True)
    standing |= Q(suspicion__state=SuspicionState.CONFIRMED)
    about = SuspicionClaim.objects.filter(standing, claim__in=claims).values_list("claim_id", "suspicion__signal")
    signals: dict[int, set[str]] = {}
    for claim_id, signal in about:
        signals.setdefault(claim_id, set()).add(signal)
    if not signals:
        return {}
    products = sold.sold()
    minded = {
        code: {signal for signal, follows in one.terms.suspicions.items() if follows == "person"}
        for code, one in products.items()
    }
    under = ClaimPolicy.objects.filter(claim__in=signals).values_list("claim_id", "policy__product")
    return {claim_id: SUSPECTED for claim_id, product in under if signals[claim_id] & minded.get(product, set())}


def _says_else(answer: Mapping[str, Any], claim: Claim) -> bool:
    """Whether an invoice says somebody else's name, or sums so far from the bill that a look is worth its cost."""
    fields: Mapping[str, Mapping[str, Any]] = answer.get("fields", {})
    doubts = {one["code"] for one in answer.get("doubts", ())}
    if "PERSON_DIFFERS" in doubts and _certain(fields.get("payer")) >= SURE:
        return True
    mine = same_invoice(_value(fields, "code"), _value(fields, "number"))
    for bill in claim.facts.get("invoices") or ():
        if mine is None or same_invoice(str(bill.get("code", "")), str(bill.get("number", ""))) != mine:
            continue
        for key in MONEY:
            said, read = _fen(bill.get(key)), _fen(_value(fields, key))
            # The loss to be expected from believing the bill: how likely the paper was read rightly, times what lies
            # between the two.
            if said is None or read is None or said == read:
                continue
            if needs_a_person(1 - _certain(fields[key]), abs(said - read)):
                return True
    return False


def _value(fields: Mapping[str, Mapping[str, Any]], key: str) -> str:
    return str(fields.get(key, {}).get("value", ""))


def _certain(field: Mapping[str, Any] | None) -> float:
    return float(field["confidence"]) if field and field.get("status") in ("read", "proven") else 0.0


def _fen(amount: Any) -> int | None:
    try:
        return fen_from_yuan(str(amount)) if amount not in (None, "") else None
    except ValueError:
        return None
