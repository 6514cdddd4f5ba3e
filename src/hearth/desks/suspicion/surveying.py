"""Surveying: what only the whole company shows: hospitals unlike their peers, claims unlike others, shared entities."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Count, Q

from hearth.desks.suspicion.bills import bills_of
from hearth.desks.suspicion.raising import keep
from hearth.kernel.suspicion.finding import Finding
from hearth.kernel.suspicion.provider import LEAST_BILLS, LEAST_PEERS, outliers
from hearth.kernel.suspicion.ring import Ring, Share, rings
from hearth.kernel.suspicion.unusual import LEAST_HISTORY, unusual, usual
from hearth.store.models import Claim, ClaimTrace, Policy, Relation, RoleGrant, Suspicion
from hearth.words.calendar import day_in_china
from hearth.words.claims import ClaimState
from hearth.words.days import day_number
from hearth.words.money import yuan
from hearth.words.suspicion import Signal

S = ClaimState
LOOKS_BACK = timedelta(days=365)
LATELY = 90
SETTLED = (S.DECIDED.value, S.AGREED.value, S.PAID.value, S.CLOSED.value)
UNDER_WAY = (S.SUBMITTED.value, S.ACCEPTED.value, S.SUPPLEMENT.value, S.REVIEW.value, S.CALCULATED.value)
SENT = (*UNDER_WAY, *SETTLED)
MOST_CLAIMS = 200
"""Claims that one suspicion names at the most, those under way first."""
MOST_FAMILY = 8
"""People under one policy who count as a household; more are a company's staff."""

FEATURES = ("total", "per_day", "days", "invoices", "lines", "since_start", "to_report", "lately")
"""What makes a claim unlike others, each on the scale of logarithms of one more."""


@dataclass(frozen=True, slots=True)
class Surveyed:
    """How many suspicions a survey raised or opened again, by what was looked at."""

    hospitals: int
    claims: int
    rings: int


def survey(
    at: datetime,
    *,
    least_history: int = LEAST_HISTORY,
    least_bills: int = LEAST_BILLS,
    least_peers: int = LEAST_PEERS,
) -> Surveyed:
    """Look at the last year of the whole company.  (1) hospitals (2) claims under way (3) who shares what.

    Gives:    what was raised; surveyed twice nothing is raised twice, and what is not found any more is marked so
    Records:  suspicion.raised, one for each.
    """
    since = day_in_china(at) - LOOKS_BACK
    return Surveyed(
        hospitals=_kept(Signal.PROVIDER_OUTLIER, _dear_hospitals(since, least_bills, least_peers), at),
        claims=_kept(Signal.UNUSUAL_CLAIM, _unusual_claims(since, at, least_history), at),
        rings=_kept(Signal.SHARED_RING, _rings(since), at),
    )


@dataclass(frozen=True, slots=True)
class _Found:
    subject: str
    findings: list[Finding]
    claims: list[int]
    more: list[dict[str, Any]]


def _kept(signal: Signal, found: Iterable[_Found], at: datetime) -> int:
    """Keep each in a transaction of its own; what was found before and is not any more is marked."""
    raised, subjects = 0, set()
    for one in found:
        subjects.add(one.subject)
        with transaction.atomic(durable=True):
            about = list(Claim.objects.filter(pk__in=one.claims).order_by("pk"))
            raised += keep(one.subject, signal, one.findings, about, at, one.more) is not None
    before = Suspicion.objects.filter(signal=signal.value, is_found=True).exclude(subject__in=subjects)
    # Of what is settled nothing changes any more: it stays as it was found.
    under_way = before.filter(claims__claim__state__in=UNDER_WAY).distinct()
    for subject in list(under_way.values_list("subject", flat=True)):
        with transaction.atomic(durable=True):
            keep(subject, signal, (), (), at)
    return raised


# --- hospitals -------------------------------------------------------------------------------------------------------


def _dear_hospitals(since: date, least_bills: int, least_peers: int) -> Iterator[_Found]:
    names: dict[str, int] = {}
    columns: dict[bool, tuple[list[int], list[int]]] = {False: ([], []), True: ([], [])}
    claims: dict[tuple[bool, int], list[tuple[bool, int]]] = {}
    sent = Claim.objects.filter(state__in=SENT, event_on__gte=since).order_by("pk")
    for pk, no, person, state, facts in sent.values_list("pk", "claim_no", "person", "state", "facts").iterator():
        for bill in bills_of(no, person, facts):
            if not bill.hospital or bill.total <= 0:
                continue
            place = names.setdefault(bill.hospital, len(names))
            columns[bill.is_stay][0].append(place)
            columns[bill.is_stay][1].append(bill.total)
            claims.setdefault((bill.is_stay, place), []).append((state not in UNDER_WAY, pk))
    called = list(names)
    for is_stay, (where, fen) in columns.items():
        found = outliers(
            np.array(where, np.int64), np.array(fen, np.int64), least_bills=least_bills, least_peers=least_peers
        )
        for one in found:
            name = called[one.provider]
            about = sorted(set(claims[is_stay, one.provider]), key=lambda each: (each[0], -each[1]))[:MOST_CLAIMS]
            data: dict[str, str | int] = {
                "hospital": name,
                "count": one.bills,
                "mean": yuan(round(one.mean)),
                "typical": yuan(round(one.typical)),
                "peers": one.peers,
                "z": f"{one.z:.1f}",
            }
            kind = "stay" if is_stay else "visit"
            # A cleared hospital comes back once it is half as dear again, not with each bill.
            key = f"{kind}:{name}:{int(math.log(one.mean / one.typical, 1.5))}"
            finding = Finding(Signal.PROVIDER_OUTLIER, key, data)
            yield _Found(f"hospital:{_digest(name)}:{kind}", [finding], [pk for _, pk in about], [])


# --- claims ----------------------------------------------------------------------------------------------------------


def _unusual_claims(since: date, at: datetime, least: int) -> Iterator[_Found]:
    wanted = Claim.objects.filter(state__in=SENT).filter(Q(event_on__gte=since) | Q(state__in=UNDER_WAY))
    rows: dict[str, list[tuple[int, str, bool, list[float]]]] = {}
    starts = dict(_cover_began(wanted))
    lately: dict[int, list[int]] = {}
    for person, on in wanted.order_by("event_on").values_list("person", "event_on"):
        if on is not None:
            lately.setdefault(person, []).append(day_number(on))
    columns = ("pk", "claim_no", "person", "product", "state", "event_on", "submitted_at", "facts")
    for pk, no, person, product, state, event_on, sent_at, facts in wanted.order_by("pk").values_list(*columns):
        told = _features(facts, bills_of(no, person, facts), event_on, sent_at, starts.get(pk), lately.get(person, ()))
        rows.setdefault(product, []).append((pk, no, state in UNDER_WAY, told))
    for product in sorted(rows):
        listed = rows[product]
        history = np.array([told for _, _, is_open, told in listed if not is_open], np.float64)
        model = usual(FEATURES, history.reshape(-1, len(FEATURES)), least=least)
        candidates = [(pk, no, told) for pk, no, is_open, told in listed if is_open]
        if model is None or not candidates:
            continue
        for one in unusual(model, np.array([told for _, _, told in candidates], np.float64)):
            pk, no, _ = candidates[one.row]
            findings = [
                Finding(
                    Signal.UNUSUAL_CLAIM,
                    f"{no}:{each.feature}:{'+' if each.z > 0 else '-'}",
                    {
                        "history": model.history,
                        "feature": each.feature,
                        "value": _value(each.value),
                        "typical": _value(each.typical),
                        "share": round(100 * each.share),
                    },
                )
                for each in one.reasons
            ]
            yield _Found(f"claim:{no}", findings, [pk], [])


def _features(
    facts: Mapping[str, Any],
    bills: Sequence[Any],
    event_on: date | None,
    sent_at: datetime | None,
    began: date | None,
    all_days: Sequence[int],
) -> list[float]:
    """What the model looks at, in the order of FEATURES; NaN where a claim has no such thing."""
    none = math.nan
    total = sum(bill.total for bill in bills) / 100
    stays = [bill for bill in bills if bill.is_stay]
    days = sum(bill.last - bill.first for bill in stays)
    on = None if event_on is None else day_number(event_on)
    invoices = facts.get("invoices", ())
    plain = {
        "total": total if total > 0 else none,
        "per_day": sum(bill.total for bill in stays) / 100 / days if days else none,
        "days": days or none,
        "invoices": len(invoices),
        "lines": sum(len(invoice.get("lines", ())) for invoice in invoices),
        "since_start": max(on - day_number(began), 0) if on is not None and began is not None else none,
        "to_report": max(day_number(day_in_china(sent_at)) - on, 0) if on is not None and sent_at is not None else none,
        "lately": none if on is None else sum(on - LATELY < each <= on for each in all_days),
    }
    return [math.log1p(plain[name]) for name in FEATURES]


def _value(log: float) -> str:
    value = math.expm1(log)
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def _cover_began(wanted: Any) -> Iterator[tuple[int, date]]:
    """The first day of the cover under which a claim comes, by the first of its policies' chain that is there."""
    links = wanted.filter(policies__position=0).values_list("pk", "policies__policy__starts_on")
    yield from links


# --- who shares what -------------------------------------------------------------------------------------------------


def _rings(since: date) -> Iterator[_Found]:
    wanted = Claim.objects.filter(state__in=SENT).filter(Q(event_on__gte=since) | Q(state__in=UNDER_WAY))
    works_here = set(RoleGrant.objects.values_list("person", flat=True))
    numbers: dict[str, int] = {}
    shares: list[Share] = []
    columns = ("pk", "claim_no", "person", "reporter", "account__number_digest", "person__phone_digest", "facts")
    for pk, no, person, reporter, account, phone, facts in wanted.order_by("pk").values_list(*columns).iterator():
        numbers[no] = pk
        if phone is not None:
            shares.append(Share(no, person, "phone", bytes(phone).hex()))
        if account is not None:
            shares.append(Share(no, person, "account", bytes(account).hex()))
        if reporter != person and reporter not in works_here:
            shares.append(Share(no, person, "agent", str(reporter)))
        shares += [
            Share(no, person, "hospital", bill.hospital) for bill in bills_of(no, person, facts) if bill.hospital
        ]
    left = ClaimTrace.objects.filter(claim__in=wanted).order_by("pk")
    for no, person, kind, held in left.values_list("claim__claim_no", "claim__person", "kind", "digest").iterator():
        shares.append(Share(no, person, kind, bytes(held).hex()))
    for ring in rings(shares, _households()):
        yield _of_ring(ring, numbers)


def _of_ring(ring: Ring, numbers: Mapping[str, int]) -> _Found:
    entities = sorted({(link.kind, link.entity) for link in ring.links})
    # It comes back with a new person or a new thing that is shared, not with one more claim of the same.
    key = _digest(repr((ring.people, entities)))
    data: dict[str, str | int] = {
        "people": len(ring.people),
        "claims": len(ring.claims),
        "kinds": ",".join(ring.kinds),
    }
    more = {
        "links": [
            {"one": link.one, "other": link.other, "kind": link.kind, "claims": list(link.claims)}
            for link in ring.links
        ],
        "hospitals": list(ring.hospitals),
    }
    # The first claim of a ring stays the first while it grows: the same ring is the same suspicion.
    subject = f"ring:{_digest(min(ring.claims, key=lambda no: numbers[no]))}"
    evidence = tuple(f"claim:{no}" for no in ring.claims[:MOST_CLAIMS])
    claims = [numbers[no] for no in ring.claims][-MOST_CLAIMS:]
    return _Found(subject, [Finding(Signal.SHARED_RING, key, data, evidence)], claims, [more])


def _households() -> Iterator[tuple[int, int]]:
    """Pairs of people who belong together: under one family's policy, or related."""
    small = Policy.objects.annotate(n=Count("covers")).filter(n__gte=1, n__lte=MOST_FAMILY)
    for holder, insured in small.values_list("holder", "covers__person"):
        if insured != holder:
            yield holder, insured
    related = Relation.objects.exclude(kind="agent").filter(proven_at__isnull=False)
    yield from related.values_list("person", "other")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
