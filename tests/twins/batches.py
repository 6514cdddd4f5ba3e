"""Several owners' arrays laid one after another, as a batch holds them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import numpy as np

from hearth.kernel.adjudication.prepare import Prepared
from hearth.kernel.product.book import compile_book, diagnosed
from hearth.words.arrays import Inputs

STARTS = {"row_from", "invoice_from", "cover_from", "step_from", "opening_from"}


def one_batch(owners: Sequence[Prepared]) -> Inputs:
    """The inputs of several owners as one; keys of visits, events and holders stay those of each owner."""
    diseases = {"": 0}
    for owner in owners:
        for name in diseases_of(owner):
            diseases.setdefault(name, len(diseases))
    book = compile_book([one for owner in owners for one in owner.sold], list(diseases))
    parts = [owner.inputs for owner in owners]
    before = {
        "rows": places(len(part.rows.billed) for part in parts),
        "invoices": places(len(part.invoices.event_on) for part in parts),
        "claims": places(len(part.claims.insured) for part in parts),
        "covers": places(len(part.covers.insured) for part in parts),
        "chains": places(len(part.covers.cover_from) - 1 for part in parts),
        "steps": places(len(part.steps.claim) for part in parts),
        "opening": places(len(part.opening.rule) for part in parts),
        "versions": places(len(owner.sold) for owner in owners),
        "out": places(rows_out(part) for part in parts),
    }
    points_to = {
        ("Invoices", "row_from"): "rows",
        ("Claims", "invoice_from"): "invoices",
        ("Covers", "cover_from"): "covers",
        ("Covers", "version"): "versions",
        ("Steps", "step_from"): "steps",
        ("Steps", "claim"): "claims",
        ("Steps", "chain"): "chains",
        ("Steps", "row_from"): "out",
        ("Opening", "opening_from"): "opening",
    }

    def joined(tables: Sequence[Any]) -> Any:
        kind, columns = type(tables[0]), {}
        for name in kind._fields:
            shift = before.get(points_to.get((kind.__name__, name), ""), [0] * len(tables))
            pieces = [getattr(table, name) + by for table, by in zip(tables, shift, strict=True)]
            if name in STARTS and (kind.__name__, name) != ("Steps", "row_from"):
                pieces = [piece if n == 0 else piece[1:] for n, piece in enumerate(pieces)]
            columns[name] = np.concatenate(pieces).astype(getattr(tables[0], name).dtype)
        return kind(**columns)

    invoices = joined([part.invoices for part in parts])
    numbers = [diseases[name] for owner in owners for name in diseases_of(owner)]
    return Inputs(
        rows=joined([part.rows for part in parts]),
        invoices=invoices._replace(disease=np.array(numbers, invoices.disease.dtype)),
        claims=joined([part.claims for part in parts]),
        covers=joined([part.covers for part in parts]),
        steps=joined([part.steps for part in parts]),
        opening=joined([part.opening for part in parts]),
        book=book,
    )


def places(counts: Any) -> list[int]:
    """Where each part begins."""
    return [0, *accumulate(counts)][:-1]


def rows_out(inputs: Inputs) -> int:
    claims, invoices = inputs.claims, inputs.invoices
    rows = invoices.row_from[claims.invoice_from[1:]] - invoices.row_from[claims.invoice_from[:-1]]
    return int(rows[inputs.steps.claim].sum())


def diseases_of(owner: Prepared) -> list[str]:
    """The disease of every invoice and diagnosis in the order of the arrays."""
    names = []
    for claim_at, place in owner.invoice_of:
        claim = owner.case.claims[claim_at]
        if place < len(claim.invoices):
            names.append(claim.invoices[place].icd)
        else:
            diagnosis = claim.diagnoses[place - len(claim.invoices)]
            names.append(diagnosed(diagnosis.condition, diagnosis.icd))
    return names
