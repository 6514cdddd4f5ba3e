"""Runs: payments above the automatic amount go in a pay run that one person prepares and another releases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Sum

from hearth.desks.books import records
from hearth.desks.money.faults import NothingHeld, RunDissolved, RunNotYours, RunReleased, SecondPersonNeeded
from hearth.store import access
from hearth.store.access import NotAllowed, NotThere, Who
from hearth.store.models import Payment, PayRun

MAX_RUN = 5_000
"""The most payments of one run."""


@transaction.atomic(durable=True)
def prepare_run(by: Who, *, at: datetime, payment_ids: Sequence[int] | None = None) -> int:
    """Put payments that wait for a run into one: those named, or all that are theirs to prepare.

    Gives:   the run's id.  Records: payrun.prepared.  Raises: NotAllowed, NothingHeld.
    """
    access.permit(by, "payment", "prepare")
    if by.person_id is None:
        raise NotAllowed
    found = access.rows(by, "payment", "prepare", at).filter(state="intended", is_held=True, run__isnull=True)
    if payment_ids is not None:
        found = found.filter(pk__in=payment_ids)
    held = list(found.select_for_update(of=("self",)).order_by("intended_at", "id")[:MAX_RUN])
    if not held:
        raise NothingHeld
    run = PayRun.objects.create(
        prepared_by_id=by.person_id,
        prepared_at=at,
        total_fen=sum(payment.amount_fen for payment in held),
        count=len(held),
    )
    Payment.objects.filter(pk__in=[payment.pk for payment in held]).update(run=run)
    _record("payrun.prepared", run, by, at, [payment.key for payment in held])
    return run.pk


@transaction.atomic(durable=True)
def release_run(by: Who, run_id: int, *, at: datetime) -> int:
    """Let a prepared run go; its payments are sent by a job.  Asked twice by the same person, the same answer.

    Gives:   how many payments it holds
    Records: payrun.released.  Raises: NotThere, NotAllowed, SecondPersonNeeded, RunDissolved, RunNotYours.
    """
    access.permit(by, "payment", "release")
    if by.person_id is None:
        raise NotAllowed
    run = _locked(by, run_id, at)
    if run.released_at is not None and run.released_by_id == by.person_id:
        return run.count
    _open(run)
    if run.prepared_by_id == by.person_id:
        raise SecondPersonNeeded(run=run_id)
    foreign = run.count - access.rows(by, "payment", "release", at).filter(run=run).count()
    if foreign:
        raise RunNotYours(run=run_id, count=foreign)
    sums = run.payments.aggregate(fen=Sum("amount_fen"), count=Count("pk"))
    assert (sums["fen"], sums["count"]) == (run.total_fen, run.count)
    run.released_by_id, run.released_at = by.person_id, at
    run.save(update_fields=["released_by", "released_at"])
    _record("payrun.released", run, by, at, [])
    return run.count


@transaction.atomic(durable=True)
def dissolve_run(by: Who, run_id: int, *, at: datetime) -> None:
    """Take a prepared run apart before it is released; its payments wait for another.

    Records: payrun.dissolved.  Raises: NotThere, NotAllowed, RunReleased.
    """
    access.permit(by, "payment", "prepare")
    run = _locked(by, run_id, at)
    if run.dissolved_at is not None:
        return
    _open(run)
    run.payments.update(run=None)
    run.dissolved_at = at
    run.save(update_fields=["dissolved_at"])
    _record("payrun.dissolved", run, by, at, [])


def _locked(by: Who, run_id: int, at: datetime) -> PayRun:
    run = PayRun.objects.select_for_update().filter(pk=run_id).first()
    seen = run is not None and (
        run.prepared_by_id == by.person_id or access.rows(by, "payment", "see", at).filter(run=run).exists()
    )
    if run is None or not seen:
        raise NotThere(kind="payment", key=run_id)
    return run


def _open(run: PayRun) -> None:
    if run.released_at is not None:
        raise RunReleased(run=run.pk)
    if run.dissolved_at is not None:
        raise RunDissolved(run=run.pk)


def _record(kind: str, run: PayRun, by: Who, at: datetime, keys: list[str]) -> None:
    data = {"run": run.pk, "count": run.count, "total_fen": run.total_fen}
    records.append(kind, f"payrun:{run.pk}", by=by, at=at, data={**data, "keys": keys} if keys else data)
