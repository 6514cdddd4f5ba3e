"""Batches: people, policies and claims by the thousand: drawn, numbered, copied, recorded once a batch."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.conf import settings
from django.db import connection, transaction

from hearth.desks.books import ledger, records
from hearth.desks.books.numbers import next_numbers
from hearth.desks.loading.copied import ids
from hearth.desks.loading.made import AUTHORITY_FEN, LARGE, LATELY, Drawn, Ground, Made, S
from hearth.desks.loading.template import Template
from hearth.store.access import NotAllowed, Who
from hearth.store.models import Branch, Person, RoleGrant
from hearth.words.claims import ClaimState, Role
from hearth.words.faults import Fault

ENDS: tuple[tuple[ClaimState, float], ...] = (
    # where a claim stands, and how many of a thousand do
    (S.CLOSED, 880), (S.PAID, 20), (S.WITHDRAWN, 20), (S.REPORTED, 12), (S.SUBMITTED, 10), (S.ACCEPTED, 6),
    (S.SUPPLEMENT, 14), (S.REVIEW, 20), (S.CALCULATED, 10), (S.DECIDED, 8),
)  # fmt: skip
MOST_A_PERSON = 5
"""Claims of one person at most: so few visits that no yearly limit is reached, and each claim computes for itself."""


class NotInProduction(Fault):
    """Made-up claims are asked for where real ones are."""

    code, status = "NOT_IN_PRODUCTION", 409
    says = "Made-up claims are never loaded in production."
    says_zh = "生产环境中不得载入虚构赔案。"


@dataclass(frozen=True, slots=True)
class Batch:
    """What one batch brought in."""

    number: int
    people: int
    claims: int
    rows: int


def ground(by: Who, *, at: datetime) -> Ground:
    """What batches stand on; two people who work on the claims are made where there are none.  Raises: NotAllowed."""
    if not by.is_house:
        raise NotAllowed
    if settings.PRODUCTION:
        raise NotInProduction
    branches = tuple(Branch.objects.order_by("pk").values_list("pk", flat=True)) or (None,)
    return Ground(branches, _worker(Role.STEWARD, at), _worker(Role.ASSESSOR, at))


def batches_before() -> int:
    """How many batches were loaded already."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM store_record WHERE kind = 'batch.loaded'")
        return int(cursor.fetchone()[0])


@transaction.atomic(durable=True)
def load_batch(
    by: Who,
    ground: Ground,
    old: Sequence[Template],
    new: Sequence[Template],
    *,
    at: datetime,
    number: int,
    claims: int,
    seed: int,
) -> Batch:
    """Load people, their policies and so many claims.  (1) draw (2) numbers (3) rows (4) books (5) record (6) copied.

    Needs:   templates of claims of long ago, and of lately; `number` of the batch, of which the seed makes its own
    Records: batch.loaded, with counts and a digest of every claim's number, state and amount
    """
    if not by.is_house:
        raise NotAllowed
    if settings.PRODUCTION:
        raise NotInProduction
    rng = np.random.default_rng((seed, number))
    # 1. Who has how many claims, and where they stand.
    drawn = _drawn(rng, old, new, claims)
    # 2. All numbers at once.
    made = Made(at, rng, ground, ids(Person, len(drawn)), next_numbers("policy", len(drawn), at))
    numbers = next_numbers("claim", claims, at)
    # 3. One record: counts, and a digest of every claim's number, state and amount.
    flat = [one for of in drawn for one in of]
    lines = (f"{no} {one.end.value} {one.paid_fen}\n" for no, one in zip(numbers, flat, strict=True))
    record = records.append(
        "batch.loaded",
        f"batch:{number}",
        by=by,
        at=at,
        data={
            "batch": number,
            "seed": seed,
            "people": len(drawn),
            "claims": claims,
            "first": numbers[0],
            "last": numbers[-1],
            "digest": hashlib.sha256("".join(lines).encode()).hexdigest(),
            "synthetic": "yes",
        },
    )
    # 4. The rows, copied in the order in which they point to one another.
    made.take(numbers, int(record.pk))
    for of in drawn:
        made.person(of)
    rows = sum(copied.write() for copied in made.tables)
    # 5. What was paid is in the books, in one posting.
    owed = [(f"benefit_expense:{product}", "expense", fen) for product, fen in sorted(made.paid.items()) if fen]
    if owed:
        bank = ("bank", "bank", -sum(fen for _, _, fen in owed))
        ledger.post(f"load:{number}", "batch.loaded", [*owed, bank], at=at, record=record)
    return Batch(number, len(drawn), claims, rows)


def _drawn(
    rng: np.random.Generator, old: Sequence[Template], new: Sequence[Template], claims: int
) -> list[tuple[Drawn, ...]]:
    """Claims person by person; those of one person are under one product and of different days."""
    ends = [end for end, _ in ENDS]
    shares = np.array([share for _, share in ENDS]) / sum(share for _, share in ENDS)
    products = sorted({one.product for one in old})
    by_product = {
        kind: {product: [one for one in of if one.product == product] for product in products}
        for kind, of in (("old", old), ("new", new))
    }
    found: list[tuple[Drawn, ...]] = []
    left = claims
    # Drawn together: a choice by shares that is made anew for each claim costs more than the claim's rows.
    coming = iter(rng.choice(len(ends), size=claims, p=shares))
    while left:
        product = products[int(rng.integers(len(products)))]
        several = product != LARGE
        number = min(left, int(rng.integers(1, MOST_A_PERSON + 1)) if several else 1)
        lately = by_product["new"][product]
        long_ago = by_product["old"][product]
        drawn: list[Drawn] = []
        for place in rng.choice(len(long_ago), size=number, replace=False):
            end = ends[int(next(coming))]
            like = long_ago[int(place)]
            if end in LATELY:
                # One at a time is under way, on a day of its own.
                end, like = (end, lately[int(rng.integers(len(lately)))]) if not drawn else (S.CLOSED, like)
            drawn.append(Drawn(like, end))
        found.append(tuple(sorted(drawn, key=lambda one: one.like.event_on)))
        left -= number
    return found


@transaction.atomic(durable=True)
def _worker(role: Role, at: datetime) -> int:
    """Somebody of that role, else one who cannot log in."""
    held = RoleGrant.objects.filter(role=role.value, to_at__isnull=True).order_by("pk").first()
    if held is not None:
        return held.person_id
    person = Person(username=f"load-{role.value}", full_name=f"载入（{role.value}）", joined_at=at)
    person.set_unusable_password()
    person.save()
    RoleGrant.objects.create(person=person, role=role.value, from_at=at, authority_fen=AUTHORITY_FEN)
    return person.pk
