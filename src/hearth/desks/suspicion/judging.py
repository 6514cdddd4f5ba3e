"""Judging: a person says what a suspicion is: confirmed on papers or records, or cleared; neither refuses anything."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from hearth.desks.books import records
from hearth.desks.suspicion.faults import ProofMissing, WordsMissing
from hearth.store.access import NotAllowed, Who, one
from hearth.store.models import Claim, Paper, Record, Suspicion
from hearth.words.suspicion import SuspicionState

MOST_WORDS = 4_000
MOST_PROOF = 50


@transaction.atomic(durable=True)
def take(by: Who, suspicion_id: int, *, at: datetime) -> None:
    """Make an open suspicion one's own.  Records: suspicion.taken.  Raises: NotThere, NotAllowed."""
    row = _open(by, suspicion_id, at)
    if row.owner_id == by.person_id:
        return
    row.owner_id = by.person_id
    row.save(update_fields=["owner"])
    records.append("suspicion.taken", _subject(row), by=by, at=at, data={"suspicion": row.pk})


@transaction.atomic(durable=True)
def clear(by: Who, suspicion_id: int, *, at: datetime, words: str) -> None:
    """Say that a suspicion is none, and why.

    Records:  suspicion.cleared.  Raises: NotThere, NotAllowed, WordsMissing.
    """
    row = _open(by, suspicion_id, at)
    _judge(row, by, at, SuspicionState.CLEARED, worded(words, "the reason", "理由"), ())


@transaction.atomic(durable=True)
def confirm(by: Who, suspicion_id: int, *, at: datetime, words: str, proof: Sequence[str]) -> None:
    """Say that a suspicion is true, and on what that rests.  It refuses nothing: a decision has its own person.

    Needs:    `proof`: "paper:12" or "record:34" of its claims
    Records:  suspicion.confirmed.  Raises: NotThere, NotAllowed, WordsMissing, ProofMissing.
    """
    row = _open(by, suspicion_id, at)
    said = worded(words, "what was found", "查明的情况")
    names = tuple(dict.fromkeys(name.strip() for name in proof if name.strip()))[:MOST_PROOF]
    claims = Claim.objects.filter(suspicions__suspicion=row)
    wrong = next((name for name in names if not any(is_of(claim, name) for claim in claims)), None)
    if not names or wrong is not None:
        raise ProofMissing(name=(wrong or "—")[:40])
    _judge(row, by, at, SuspicionState.CONFIRMED, said, names)


def worded(text: str, what: str, what_zh: str) -> str:
    """The text without needless blanks.  Raises: WordsMissing."""
    plain = text.strip()
    if not plain or len(plain) > MOST_WORDS:
        raise WordsMissing(what, what_zh, MOST_WORDS)
    return plain


def is_of(claim: Claim, name: str) -> bool:
    """Whether "paper:12" or "record:34" is a paper or a record of a claim."""
    kind, _, number = name.partition(":")
    if not number.isdecimal() or len(number) > 18:
        return False
    if kind == "paper":
        return Paper.objects.filter(pk=int(number), claim=claim, removed_at__isnull=True).exists()
    return kind == "record" and Record.objects.filter(pk=int(number), subject=f"claim:{claim.claim_no}").exists()


def person_of(by: Who) -> int:
    """The person who asks: no machine and no partner judges.  Raises: NotAllowed."""
    if by.person_id is None:
        raise NotAllowed
    return by.person_id


def _open(by: Who, suspicion_id: int, at: datetime) -> Suspicion:
    person_of(by)
    row: Suspicion = one(by, "suspicion", "judge", at, lock=True, pk=suspicion_id)
    return row


def _judge(row: Suspicion, by: Who, at: datetime, state: SuspicionState, words: str, proof: tuple[str, ...]) -> None:
    if (row.state, row.words, row.judged_by_id, tuple(row.proof)) == (state.value, words, by.person_id, proof):
        return
    row.state, row.words, row.proof = state.value, words, list(proof)
    row.judged_by_id, row.judged_at = by.person_id, at
    row.times_cleared += state is SuspicionState.CLEARED
    row.save()
    records.append(
        "suspicion.confirmed" if state is SuspicionState.CONFIRMED else "suspicion.cleared",
        _subject(row),
        by=by,
        at=at,
        data={"suspicion": row.pk, "signal": row.signal, "proof": list(proof)},
        sealed={"words": words},
    )


def _subject(row: Suspicion) -> str:
    return row.subject if row.subject.startswith("claim:") else f"suspicion:{row.pk}"
