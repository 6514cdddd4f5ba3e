"""Raising: what looks wrong becomes a row with reason, owner and due date; a claim's way and its clocks go on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Q

from hearth.desks.books import clocks, records
from hearth.desks.suspicion.bills import bills_of
from hearth.kernel.suspicion import rules
from hearth.kernel.suspicion.finding import Finding
from hearth.store.access import HOUSE
from hearth.store.models import (
    Claim,
    HospitalPlace,
    InvoiceKey,
    Paper,
    Person,
    Record,
    RoleGrant,
    Suspicion,
    SuspicionClaim,
)
from hearth.words.claims import ClaimState, Role
from hearth.words.suspicion import Signal, SuspicionState

S = ClaimState
LOOK_WITHIN = timedelta(days=5)
BEFORE_THE_LIMIT = timedelta(days=1)
MOST_OTHERS = 200
"""Other claims of a person that are looked at, the newest."""
MOST_FINDINGS = 50
MOST_SEEN = 500
NOT_LIVING = (S.DRAFT.value, S.WITHDRAWN.value)
OF_A_CLAIM = (
    Signal.DUPLICATE_INVOICE,
    Signal.OVERLAPPING_STAYS,
    Signal.IMPOSSIBLE_DISTANCE,
    Signal.ALTERED_PICTURE,
    Signal.SAME_PICTURE,
)
"""Signals that a claim is looked at for whenever something of it changes."""
OWNERS = (Role.CLAIM_EXPERT, Role.ASSESSOR, Role.SENIOR_EXPERT, Role.REVIEWER)
"""Who may own a suspicion where the claim has no assessor yet."""


@transaction.atomic(durable=True)
def look(claim_no: str, *, at: datetime) -> tuple[int, ...]:
    """Look at one claim by the rules.  (1) its bills beside others (2) its pictures (3) rows.

    Gives:    the suspicions that are new or open again; looked at twice, nothing is raised twice
    Records:  suspicion.raised.
    """
    claim = Claim.objects.filter(claim_no=claim_no).exclude(state__in=NOT_LIVING).first()
    if claim is None:
        return ()
    found = {signal: list[Finding]() for signal in OF_A_CLAIM}
    for one in (*_by_bills(claim), *_by_pictures(claim)):
        found[one.signal].append(one)
    subject = f"claim:{claim_no}"
    # What was never found and is not found now needs no row and no lock.
    known = set(Suspicion.objects.filter(subject=subject).values_list("signal", flat=True))
    raised = [
        keep(subject, signal, findings, [claim], at)
        for signal, findings in found.items()
        if findings or signal.value in known
    ]
    return tuple(each for each in raised if each is not None)


def follow(record_id: int, *, at: datetime) -> tuple[int, ...]:
    """Look at the claim that a record is about."""
    subject = Record.objects.values_list("subject", flat=True).get(pk=record_id)
    return look(subject.removeprefix("claim:"), at=at) if subject.startswith("claim:") else ()


def keep(
    subject: str,
    signal: Signal,
    findings: Sequence[Finding],
    about: Sequence[Claim],
    at: datetime,
    more: Sequence[dict[str, Any]] = (),
) -> int | None:
    """Keep what was found of a subject by one signal, in the transaction under way.

    Needs:   all that is found now; `more`: further values beside each finding (the links of a ring)
    Gives:   the row where it is new, or open again because there is something new in it; else None
    """
    records.in_order(f"suspicion:{subject}:{signal.value}")
    row = Suspicion.objects.filter(subject=subject, signal=signal.value).first()
    if not findings:
        if row is not None and row.is_found:
            row.is_found = False
            row.save(update_fields=["is_found"])
        return None
    told = list(findings)[:MOST_FINDINGS]
    seen = [hashlib.sha256(f"{subject} {one.key}".encode()).hexdigest()[:24] for one in told]
    values = json.dumps(
        [{**one.data, **(more[place] if place < len(more) else {})} for place, one in enumerate(told)],
        ensure_ascii=False, sort_keys=True,
    )  # fmt: skip
    evidence = list(dict.fromkeys(name for one in told for name in one.evidence))[: MOST_FINDINGS * 2]
    if row is None:
        row = Suspicion(subject=subject, signal=signal.value, raised_at=at)
        is_new = True
    else:
        is_new = not set(seen) <= set(row.seen) and row.state == SuspicionState.CLEARED
        if not is_new and row.is_found and row.findings == values:
            return None
    row.findings, row.evidence, row.is_found = values, evidence, True
    row.seen = list(dict.fromkeys([*row.seen, *seen]))[-MOST_SEEN:]
    if is_new:
        row.state, row.judged_by, row.judged_at, row.proof, row.words = (
            SuspicionState.SUSPECTED.value,
            None,
            None,
            [],
            "",
        )
        row.due_at = _due(about, at)
        row.owner_id = _owner(about)
    row.save()
    SuspicionClaim.objects.bulk_create(
        (SuspicionClaim(suspicion=row, claim=claim) for claim in about), ignore_conflicts=True
    )
    if not is_new:
        return None
    records.append(
        "suspicion.raised",
        subject if subject.startswith("claim:") else f"suspicion:{row.pk}",
        by=HOUSE,
        at=at,
        data={
            "suspicion": row.pk,
            "signal": signal.value,
            "claims": [claim.claim_no for claim in about],
            "findings": len(findings),
            "due_at": row.due_at.isoformat(),
        },
        sealed={"findings": values},
    )
    return int(row.pk)


def _due(about: Sequence[Claim], at: datetime) -> datetime:
    """Looked at within days, and a day before the first legal limit of its claims ends; never before now."""
    limits = [clocks.due_of(claim, "L1") for claim in about]
    ends = [row.due_at - BEFORE_THE_LIMIT for row in limits if row is not None and row.due_at is not None]
    return max(at, min([at + LOOK_WITHIN, *(end for end in ends if end > at)]))


def _owner(about: Sequence[Claim]) -> int | None:
    """Who looks: the assessor of a claim, else whoever at its branch (or at headquarters) has the fewest open ones."""
    for claim in about:
        if claim.assessor_id is not None:
            return claim.assessor_id
    grants = RoleGrant.objects.filter(role__in=[role.value for role in OWNERS], to_at__isnull=True)
    people = Person.objects.filter(is_active=True, locked_at__isnull=True).exclude(
        pk__in=[claim.person_id for claim in about]
    )
    for where in (
        Q(branch__in=[claim.branch_id for claim in about]),
        Q(branch__isnull=True) | Q(branch__is_headquarters=True),
    ):
        able = people.filter(pk__in=grants.filter(where).values("person"))
        load = Suspicion.objects.filter(state=SuspicionState.SUSPECTED, owner__in=able).values("owner")
        counts = {row["owner"]: row["n"] for row in load.annotate(n=Count("pk"))}
        ids = sorted(able.values_list("pk", flat=True), key=lambda pk: (counts.get(pk, 0), pk))
        if ids:
            return int(ids[0])
    return None


def _by_bills(claim: Claim) -> Iterable[Finding]:
    mine = bills_of(claim.claim_no, claim.person_id, claim.facts)
    keys = [bill.key for bill in mine if bill.key]
    living = Claim.objects.exclude(pk=claim.pk).exclude(state__in=NOT_LIVING)
    same_key = InvoiceKey.objects.filter(key__in=keys).exclude(claim=claim.pk).values("claim")
    using = _read(living.filter(pk__in=same_key).order_by("-pk")[:MOST_OTHERS])
    others = _read(living.filter(person=claim.person_id).order_by("-pk")[:MOST_OTHERS])
    yield from rules.duplicate_invoices(mine, using)
    yield from rules.overlapping_stays(mine, others)
    hospitals = {bill.hospital for bill in (*mine, *others)}
    places = {
        name: (latitude, longitude)
        for name, latitude, longitude in HospitalPlace.objects.filter(name__in=hospitals).values_list(
            "name", "latitude", "longitude"
        )
    }
    yield from rules.impossible_distances(mine, others, places)


def _read(claims: Iterable[Claim]) -> list[rules.Bill]:
    return [bill for one in claims for bill in bills_of(one.claim_no, one.person_id, one.facts)]


def _by_pictures(claim: Claim) -> Iterable[Finding]:
    papers = Paper.objects.filter(claim=claim, removed_at__isnull=True)
    signs = papers.filter(reading__state="read").values_list("pk", "reading__signs")
    wanted: dict[int, list[int]] = {}
    altered = []
    for paper, codes in signs:
        for code in codes or ():
            kind, _, other = str(code).partition(":")
            if kind == "SAME_PICTURE" and other.isdecimal():
                wanted.setdefault(int(other), []).append(paper)
            elif kind != "SAME_PICTURE":
                altered.append((paper, str(code)))
    same_bytes = Paper.objects.filter(sha256__in=papers.values("sha256"), removed_at__isnull=True).exclude(claim=claim)
    mine = dict(papers.values_list("sha256", "pk"))
    for pk, sha256 in same_bytes.values_list("pk", "sha256")[:MOST_FINDINGS]:
        if mine[sha256] not in wanted.setdefault(pk, []):
            wanted[pk].append(mine[sha256])
    others = Paper.objects.filter(pk__in=wanted, removed_at__isnull=True).exclude(claim__state__in=NOT_LIVING)
    yield from rules.altered_pictures(altered)
    yield from rules.same_pictures(
        (
            rules.Picture(paper, claim.person_id, other, claim_no, person)
            for other, claim_no, person in others.order_by("pk").values_list(
                "pk", "claim__claim_no", "claim__person_id"
            )
            for paper in wanted[other]
        ),
        claim.claim_no,
    )
