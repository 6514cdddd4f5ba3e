"""Straight through: many claims decided without a person in one transaction, each with its own record.

Beside deciding.decide_straight_through, which does the same for one claim and is what this is held against.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from hearth.desks.books import clocks
from hearth.desks.books.many import Told, append_many
from hearth.desks.claims import deciding, sampling, sold
from hearth.desks.claims.calculating import Drafted, drafted, rule_version, save
from hearth.desks.claims.calculating import row_of as calculation_of
from hearth.desks.claims.doubted import doubted
from hearth.desks.claims.expecting import Expecting, expect, keep_many
from hearth.desks.claims.gathering import Gathered, gathered
from hearth.kernel.promises.limit import limit, stopped_by
from hearth.store.access import HOUSE, rows
from hearth.store.models import AutomaticDeciding, Calculation, Claim, Deadline, Decision, Record, Transition
from hearth.words.calendar import day_in_china
from hearth.words.claims import ClaimState, Outcome
from hearth.words.faults import Fault

S = ClaimState
EVENT = "claim.decided"


@dataclass(frozen=True, slots=True)
class _Ready:
    """A claim that the machine decides, and what it decides upon."""

    claim: Claim
    found: Drafted
    calculation: Calculation


@transaction.atomic(durable=True)
def decide_many(claim_nos: Sequence[str], *, at: datetime, most: int) -> dict[str, bool]:
    """Decide claims without a person where their products allow it, as decide_straight_through does each of them.

    (1) lock (2) gather (3) compute (4) leave to people (5) calculations and records (6) decisions and steps (7) rows

    Gives:   of each claim that was looked at whether it was decided; those that somebody else works on now, or that
             rest on another one of these, are not among them: ask again.  At most `most` are looked at
    Records:  claim.decided for each, or claim.review_begun with what keeps it for a person
    """
    # 1. Nobody is waited for who works on one of them.
    locked = rows(HOUSE, "claim", "decide", at).filter(claim_no__in=claim_nos).select_related("person")
    claims = {one.claim_no: one for one in locked.select_for_update(of=("self",), skip_locked=True).order_by("pk")}
    told = {no: False for no, claim in claims.items() if not deciding.is_for_machine(claim)}
    waiting = [claims[no] for no in dict.fromkeys(claim_nos) if no in claims and no not in told][:most]
    if not waiting:
        return told
    # 2.
    around = gathered(waiting, at)
    # 3. and 4.
    of_papers = doubted(around.claims)
    braked = set(AutomaticDeciding.objects.filter(is_braked=True).values_list("product", flat=True))
    ready = []
    for claim in around.claims:
        found = _computed(claim, around, at)
        why = deciding.CANNOT_COMPUTE if found is None else deciding.why_person(found, braked.__contains__)
        why = why or of_papers.get(claim.pk, "")
        if found is None or why:
            told[claim.claim_no] = deciding.leave(claim, why, at)
        elif (drawn := deciding.drawn_under(claim.claim_no, found, at)) is not None:
            sampling.draw(claim, save(claim, found, HOUSE, at), drawn, at=at)
            told[claim.claim_no] = deciding.leave(claim, "sample", at)
        else:
            ready.append((claim, found))
    if ready:
        _decide(_calculated(ready, at), around, at)
    return told | {claim.claim_no: True for claim, _ in ready}


def _computed(claim: Claim, around: Gathered, at: datetime) -> Drafted | None:
    try:
        return drafted(claim, at, around.reach[claim.pk], around.beside[claim.pk])
    except Fault:
        return None


def _calculated(ready: Sequence[tuple[Claim, Drafted]], at: datetime) -> list[_Ready]:
    terms = {products: sold.keep(products) for products in {found.products for _, found in ready}}
    made = [
        _Ready(claim, found, calculation_of(claim, found, HOUSE, at, terms[found.products])) for claim, found in ready
    ]
    Calculation.objects.bulk_create([one.calculation for one in made])
    return made


def _decide(ready: Sequence[_Ready], around: Gathered, at: datetime) -> None:
    # 5. What the records tell is what the decisions say.
    before = _decided_before(ready)
    decisions = [
        deciding.row_of(
            one.claim,
            before.get(one.claim.pk, 0) + 1,
            one.calculation,
            deciding.Ruling(Outcome.APPROVED),
            at,
            deciding.machine_limit(one.found),
        )
        for one in ready
    ]
    paid = [deciding.paid_by_policy(one.calculation, False) for one in ready]
    records = append_many(
        [
            Told(EVENT, f"claim:{one.claim.claim_no}", deciding.told_of(decision, of), deciding.sealed_of(decision))
            for one, decision, of in zip(ready, decisions, paid, strict=True)
        ],
        by=HOUSE,
        at=at,
    )
    # 6.
    for decision, record in zip(decisions, records, strict=True):
        decision.record = record
    Decision.objects.bulk_create(decisions)
    for one, decision in zip(ready, decisions, strict=True):
        one.claim.decision = decision
    expecting = _expected(ready, around, at)
    expected = {claim_id: None if found is None else found.last_on for claim_id, found in expecting.items()}
    steps = [step for one, record in zip(ready, records, strict=True) for step in _steps(one, record, expected, at)]
    Transition.objects.bulk_create(steps)
    moved = [one.claim for one in ready if expected[one.claim.pk] != one.claim.expected_on]
    keep_many([(claim, expecting[claim.pk]) for claim in moved], S.DECIDED.value, at)
    # 7.
    _write_paid(around, {one.claim.pk: of for one, of in zip(ready, paid, strict=True)})
    _end_clocks(ready, at)
    _write_claims(ready, expected, at)


def _decided_before(ready: Sequence[_Ready]) -> dict[int, int]:
    found: dict[int, int] = defaultdict(int)
    for claim_id in Decision.objects.filter(claim__in=[one.claim for one in ready]).values_list("claim_id", flat=True):
        found[claim_id] += 1
    return found


def _expected(ready: Sequence[_Ready], around: Gathered, at: datetime) -> dict[int, Expecting | None]:
    """The days between which each claim is likely to be done; of a decided one the product's steps say so."""
    asked: dict[tuple[str, bool], Expecting | None] = {}
    found = {}
    for one in ready:
        key = (around.rows[one.claim.pk][0].policy.product, one.claim.is_investigated)
        if key not in asked:
            asked[key] = expect(one.claim, S.DECIDED, at)
        found[one.claim.pk] = asked[key]
    return found


def _steps(one: _Ready, record: Record, expected: Mapping[int, date | None], at: datetime) -> list[Transition]:
    """The steps of a claim that goes the whole way at once, as steps.step writes them."""
    claim, versions = one.claim, rule_version(one.found)
    visible, values = deciding.visible_of(Outcome.APPROVED, one.calculation.paid_out_fen)
    way = [
        (S.REVIEW, "review_begun", {}, "", claim.expected_on),
        (S.CALCULATED, "calculated", {}, versions, claim.expected_on),
        (S.DECIDED, visible, values, versions, expected[claim.pk]),
    ][0 if claim.state == S.ACCEPTED else 1 :]
    made, before = [], claim.state
    for seq, (to, told, said, version, expected_on) in enumerate(way, claim.seq + 1):
        made.append(
            Transition(
                claim=claim,
                seq=seq,
                from_state=before,
                to_state=to.value,
                at=at,
                by=HOUSE.actor,
                rule_version=version[:60],
                visible={"id": told, "values": said},
                expected_on=expected_on,
                record=record,
            )
        )
        before = to.value
    return made


def _write_paid(around: Gathered, paid: Mapping[int, Mapping[str, int]]) -> None:
    written = [
        (row.pk, of.get(row.policy.policy_no, 0)) for claim_id, of in paid.items() for row in around.rows[claim_id]
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE store_claimpolicy r SET payable_fen = v.fen"
            " FROM unnest(%s::bigint[], %s::bigint[]) AS v (id, fen) WHERE r.id = v.id",
            [[pk for pk, _ in written], [fen for _, fen in written]],
        )


def _end_clocks(ready: Sequence[_Ready], at: datetime) -> None:
    """What a decision ends, and what it begins."""
    codes = stopped_by(EVENT)
    living = Deadline.objects.filter(
        claim__in=[one.claim for one in ready], code__in=codes, state__in=clocks.LIVING
    ).order_by("pk")
    paused: set[int] = set()
    ends: list[int] = []
    for row in living:
        if row.pauses and row.pauses[-1][1] is None:
            paused.add(row.claim_id)
        else:
            ends.append(row.pk)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE store_deadline SET met_at = %s, state = CASE WHEN due_at <= %s THEN 'late' ELSE 'met' END"
            " WHERE id = ANY(%s)",
            [at, at, ends],
        )
    for one in ready:
        if one.claim.pk in paused:
            clocks.end(one.claim, EVENT, at)
        clocks.begin(one.claim, EVENT, at)


def _write_claims(ready: Sequence[_Ready], expected: Mapping[int, date | None], at: datetime) -> None:
    """The rows of the claims, step by step: the database looks at each step."""
    claims = [one.claim for one in ready]
    due = _soonest(claims)
    step = "UPDATE store_claim SET state = %s, seq = seq + 1, state_at = %s WHERE id = ANY(%s)"
    with connection.cursor() as cursor:
        accepted = [claim.pk for claim in claims if claim.state == S.ACCEPTED]
        if accepted:
            cursor.execute(step, [S.REVIEW.value, at, accepted])
        cursor.execute(step, [S.CALCULATED.value, at, [claim.pk for claim in claims]])
        cursor.execute(
            "UPDATE store_claim c SET state = %s, seq = c.seq + 1, state_at = %s, decided_at = %s, told_at = NULL,"
            " is_disputed = FALSE, decision_id = v.decision, expected_on = v.expected_on, due_at = v.due_at"
            " FROM unnest(%s::bigint[], %s::bigint[], %s::date[], %s::timestamptz[])"
            " AS v (id, decision, expected_on, due_at) WHERE c.id = v.id",
            [
                S.DECIDED.value,
                at,
                at,
                [claim.pk for claim in claims],
                [claim.decision_id for claim in claims],
                [expected[claim.pk] for claim in claims],
                [due.get(claim.pk) for claim in claims],
            ],
        )


def _soonest(claims: Sequence[Claim]) -> dict[int, datetime]:
    """When the first of each claim's running limits ends, as clocks.soonest tells it of one."""
    found: dict[int, dict[bool, list[datetime]]] = defaultdict(lambda: {True: [], False: []})
    for row in Deadline.objects.filter(claim__in=claims, state="running", due_at__isnull=False):
        assert row.due_at is not None
        is_ours = limit(row.code, day_in_china(row.started_at)).waits_for == "insurer"
        found[row.claim_id][is_ours].append(row.due_at)
    return {claim_id: min(of[True] or of[False]) for claim_id, of in found.items()}
