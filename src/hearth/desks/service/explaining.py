"""Explaining: what of a claim's products can be explained, each with its clause, in the words of whoever asked."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from hearth.desks.service.faults import NothingToExplain
from hearth.kernel.documents.checklist import NAMES
from hearth.kernel.product.explaining import Asked, Explained, explanations
from hearth.kernel.product.terms import Terms
from hearth.store.access import Who, one
from hearth.store.models import Claim
from hearth.store.shelf import ours_to_mend, parse_model, products_folder, read_file
from hearth.words.canned import CANNED


@dataclass(frozen=True, slots=True)
class Said:
    """An explanation in words, and the clause it cites ("outpatient:1.4")."""

    code: str
    text: str
    cites: str


def offered(claim: Claim, lang: str) -> tuple[Said, ...]:
    """What can be explained of a claim, by the first of its policies that has something to say of it."""
    found: dict[str, Said] = {}
    for link in claim.policies.select_related("policy").order_by("position"):
        policy = link.policy
        terms = _terms(policy.product)
        if terms is None:
            continue
        asked = Asked(
            policy.policy_no, policy.starts_on, policy.plan or "standard", *_stay(claim.facts),
            papers=_missing(claim), paper_names={code: (name.zh, name.en) for code, name in NAMES.items()},
        )  # fmt: skip
        for each in explanations(terms, asked):
            found.setdefault(each.code, Said(each.code, _says(each, lang), f"{policy.product}:{each.clause}"))
    return tuple(found[code] for code in CANNED if code in found)


def offered_for(by: Who, claim_no: str, lang: str, *, at: datetime) -> tuple[Said, ...]:
    """What whoever works on a claim may explain of it; nothing is written.  Raises: NotThere, NotAllowed."""
    claim: Claim = one(by, "claim", "message", at, claim_no=claim_no)
    return offered(claim, lang)


def explained(claim: Claim, code: str, lang: str) -> Said:
    """One explanation.  Raises: NothingToExplain."""
    for said in offered(claim, lang):
        if said.code == code:
            return said
    canned = CANNED.get(code)
    raise NothingToExplain(
        what=canned.name_en if canned else code[:24], what_zh=canned.name_zh if canned else code[:24]
    )


def _says(said: Explained, lang: str) -> str:
    canned = CANNED[said.code]
    return (canned.says_zh if lang.startswith("zh") else canned.says_en).format(**said.values)


def _terms(product: str) -> Terms | None:
    path: Path = products_folder() / product / "terms.yaml"
    if not path.is_file():
        return None
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _read(path: Path, changed: int) -> Terms:
    with ours_to_mend():
        return parse_model(Terms, read_file(path), str(path))


def _stay(facts: dict[str, Any]) -> tuple[date | None, date | None]:
    """The first stay that was typed."""
    for invoice in facts.get("invoices", ()):
        with suppress(KeyError, TypeError, ValueError):
            return date.fromisoformat(invoice["admitted_on"]), date.fromisoformat(invoice["discharged_on"])
    return None, None


def _missing(claim: Claim) -> tuple[str, ...]:
    """Papers of the request that is open."""
    asked = claim.supplements.filter(ended_at__isnull=True).order_by("number").last()
    return () if asked is None else tuple(str(item.get("paper", "")) for item in asked.items)
