"""Offer: the products and examples the page lets people choose from, read once and again when a file changes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from hearth.doors.feeds.products import read_terms
from hearth.doors.office.explore.casefile import read_case
from hearth.doors.office.explore.draft import Item, blank
from hearth.doors.office.explore.fields import CLAIM, DIAGNOSIS, INVOICE, LINE, PERSON, POLICY
from hearth.kernel.product.terms import Benefit, Terms
from hearth.store.shelf import example_files, ours_to_mend, products_folder, read_file
from hearth.words.faults import Fault

NEW = "new"
"""The name under which a case to fill in stands beside the examples."""


@dataclass(frozen=True)
class Example:
    """A case file of a product; `value` is None where the file cannot be read, and `fault` says why."""

    name: str
    title_zh: str
    title_en: str
    value: Mapping[str, Any] | None
    fault: Fault | None = None

    def title(self, lang: str) -> str:
        """What the case shows, in "zh" or "en"."""
        return self.title_zh if lang == "zh" else self.title_en


@lru_cache(maxsize=64)
def _terms_at(path: Path, changed: int) -> Terms | Fault:
    try:
        with ours_to_mend():
            return read_terms(path)
    except Fault as fault:
        return fault


@lru_cache(maxsize=512)
def _example_at(path: Path, changed: int) -> Example:
    try:
        value, case = read_case(read_file(path, path.name), path.name)
    except Fault as fault:
        return Example(path.stem, path.stem, path.stem, None, fault)
    zh, en = (case.about.zh, case.case) if case.about else (case.case, case.case)
    return Example(path.stem, zh.rstrip("。"), en, value)


def products() -> tuple[dict[str, Terms], dict[str, Fault]]:
    """The products that can be read, by code, and what is wrong with the others."""
    good: dict[str, Terms] = {}
    bad: dict[str, Fault] = {}
    for path in sorted(products_folder().glob("*/terms.yaml")):
        found = _terms_at(path, path.stat().st_mtime_ns)
        if isinstance(found, Fault):
            bad[path.parent.name] = found
        else:
            good[found.code] = found
    return good, bad


def examples(code: str) -> list[Example]:
    """The examples of a product that is on the shelf, the numbered ones first."""
    files = sorted(example_files(code), key=lambda path: (not re.match(r"e[0-9]", path.stem), path.stem))
    return [_example_at(path, path.stat().st_mtime_ns) for path in files]


def _narrowness(benefit: Benefit) -> int:
    """How much has to be just so before a benefit takes a bill."""
    if benefit.kind != "indemnity":
        return 3
    if benefit.around_stay:
        return 2
    return int(bool(benefit.icd or benefit.categories or benefit.since_trigger))


def new_case(terms: Terms, lang: str) -> Item:
    """A small case of a product to start from: one person, one policy, one bill the product takes."""
    starts_on = terms.sold_from
    benefit = min(terms.benefits, key=_narrowness)
    treated_on = starts_on.replace(month=7, day=6)
    if treated_on < starts_on:
        treated_on = treated_on.replace(year=starts_on.year + 1)
        starts_on = treated_on.replace(month=1, day=1)
    policy = blank(POLICY) | {
        "no": "P-1", "product": terms.code, "starts_on": starts_on.isoformat(), "insured": "mei",
    }  # fmt: skip
    claim = blank(CLAIM) | {"no": "C-1", "insured": "mei"}
    if benefit.causes and len(benefit.causes) == 1:
        claim["cause"] = benefit.causes[0].name.lower()
    if benefit.since_trigger or claim["cause"] == "accident":
        claim["trigger_on"] = treated_on.isoformat()
    if benefit.kind == "lump_sum":
        policy["sum_insured"] = "500000"
        claim["diagnoses"] = [
            blank(DIAGNOSIS) | {"on": treated_on.isoformat(), "condition": benefit.conditions[0]},
        ]
    else:
        setting = benefit.settings[0].name.lower() if benefit.settings else "inpatient"
        invoice = blank(INVOICE) | {"setting": setting}
        amounts = ("30000", "9000") if setting == "inpatient" else ("860", "240")
        categories = [category.name.lower() for category in benefit.categories] or ["western_drug", "examination"]
        if setting == "inpatient":
            invoice |= {"admitted_on": treated_on.isoformat(), "discharged_on": treated_on.replace(day=14).isoformat()}
        else:
            invoice["visited_on"] = treated_on.isoformat()
        invoice["lines"] = [
            blank(LINE) | {"category": category, "amount": amount}
            for category, amount in zip(categories, amounts, strict=False)
        ]
        if benefit.icd:
            invoice["icd"] = benefit.icd[0] if len(benefit.icd[0]) > 2 else f"{benefit.icd[0]}0"[:3]
        claim["invoices"] = [invoice]
    title = f"我的案例：{terms.name.zh}" if lang == "zh" else f"My case: {terms.name.en}"
    return {
        "case": title,
        "people": [blank(PERSON) | {"id": "mei", "name": "梅 / Mei"}],
        "policies": [policy],
        "used": [],
        "claims": [claim],
    }
