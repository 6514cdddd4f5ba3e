"""Samples, read: automatic deciding by product with its bounds, and the claims that wait for an audit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hearth.store.access.rows import permit, rows
from hearth.store.access.who import Who
from hearth.store.models import AutomaticDeciding, Sample

MAX_LIST = 200
"""The longest list that is read at once."""


@dataclass(frozen=True, slots=True)
class ProductAudit:
    """Automatic deciding of one product: what the audits of this round found.

    Rates are in basis points; floor and bound hold together, at every moment at once, with 95 % for both ways together
    (kernel.sampling).  `over`: the machine would pay too much; `under`: too little.
    """

    product: str
    is_braked: bool
    round: int
    drawn: int
    waiting: int
    judged: int
    over: int
    over_floor_bp: int
    over_bound_bp: int
    under: int
    under_floor_bp: int
    under_bound_bp: int
    limit_bp: int | None
    """The product's own bound, as it stood at the last judgement."""
    changed_at: datetime
    braked_at: datetime | None
    braked_by: str
    may_release: bool
    """Whether who asks is not the one whose judgement stopped it."""
    released_at: datetime | None
    released_by: str
    released_why: str


@dataclass(frozen=True, slots=True)
class SampleRow:
    """One claim that was drawn."""

    id: int
    claim_no: str
    product: str
    drawn_at: datetime
    machine_fen: int
    decided_fen: int | None
    """What a person has decided for it since."""
    verdict: str
    person_fen: int | None
    judged_by: str
    judged_at: datetime | None
    may_judge: bool


def product_audits(by: Who, at: datetime) -> tuple[ProductAudit, ...]:
    """Every product of which a claim was ever drawn, braked ones first."""
    permit(by, "sample", "see")
    found = AutomaticDeciding.objects.select_related("braked_by", "released_by").order_by("-is_braked", "product")
    return tuple(_audit(by, state) for state in found[:MAX_LIST])


def samples(
    by: Who, at: datetime, *, product: str = "", is_judged: bool = False, before: int | None = None, limit: int = 50
) -> tuple[SampleRow, ...]:
    """Drawn claims: those that wait, oldest first; or those that were judged, newest first, below the id `before`."""
    found = rows(by, "sample", "see", at).select_related("claim__decision", "judged_by")
    found = found.exclude(verdict="").order_by("-id") if is_judged else found.filter(verdict="").order_by("drawn_at")
    if product:
        found = found.filter(product=product)
    if before is not None:
        found = found.filter(pk__lt=before)
    listed = list(found[: min(limit, MAX_LIST)])
    theirs = set(
        rows(by, "sample", "judge", at).filter(pk__in=[sample.pk for sample in listed]).values_list("pk", flat=True)
    )
    return tuple(
        SampleRow(
            id=sample.pk,
            claim_no=sample.claim.claim_no,
            product=sample.product,
            drawn_at=sample.drawn_at,
            machine_fen=sample.machine_fen,
            decided_fen=sample.claim.decision.payable_fen if sample.claim.decision else None,
            verdict=sample.verdict,
            person_fen=sample.person_fen,
            judged_by=sample.judged_by.full_name if sample.judged_by else "",
            judged_at=sample.judged_at,
            may_judge=not sample.verdict and sample.pk in theirs,
        )
        for sample in listed
    )


def _audit(by: Who, state: AutomaticDeciding) -> ProductAudit:
    drawn = Sample.objects.filter(product=state.product, round=state.round)
    return ProductAudit(
        product=state.product,
        is_braked=state.is_braked,
        round=state.round,
        drawn=drawn.count(),
        waiting=drawn.filter(verdict="").count(),
        judged=state.judged,
        over=state.over,
        over_floor_bp=state.over_floor_bp,
        over_bound_bp=state.over_bound_bp,
        under=state.under,
        under_floor_bp=state.under_floor_bp,
        under_bound_bp=state.under_bound_bp,
        limit_bp=state.limit_bp,
        changed_at=state.changed_at,
        braked_at=state.braked_at,
        braked_by=state.braked_by.full_name if state.braked_by else "",
        may_release=state.is_braked and state.braked_by_id != by.person_id,
        released_at=state.released_at,
        released_by=state.released_by.full_name if state.released_by else "",
        released_why=state.released_why,
    )
