"""Requests: what was asked under an idempotency key is done once, and answered the same when it is asked again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.utils import OperationalError

from hearth.store.access import Who
from hearth.store.models import ApiRequest
from hearth.words.faults import Fault

KEPT_DAYS = 30
WAIT_SECONDS = 10


class KeyForOther(Fault):
    """The idempotency key was used for another request."""

    code, status = "KEY_FOR_OTHER", 422
    says = "The idempotency key {key} was used for another request; a changed request needs a key of its own."
    says_zh = "幂等键 {key} 已用于另一个请求；内容有变须使用新的键。"


class StillAtIt(Fault):
    """The same request is being answered at this moment."""

    code, status = "STILL_AT_IT", 409
    says = "The request of the idempotency key {key} is still being answered. Ask again in {seconds} s."
    says_zh = "幂等键 {key} 的请求仍在办理，请在 {seconds} 秒后重试。"


@dataclass(frozen=True, slots=True)
class Kept:
    """What was answered."""

    status: int
    answer: bytes


@contextmanager
def in_turn(by: Who, key: str) -> Iterator[None]:
    """Let one request of a key pass at a time, in whichever process; the lock dies with its connection.

    Raises: StillAtIt where the one before takes longer than WAIT_SECONDS.
    """
    name = f"hearth.api.{_partner(by)}.{key}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
        if not cursor.fetchone()[0]:
            _wait(name, key)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])


def _wait(name: str, key: str) -> None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{WAIT_SECONDS}s"])
            cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [name])
    except OperationalError as late:
        raise StillAtIt(key=key, seconds=WAIT_SECONDS) from late


@transaction.atomic(durable=True)
def begin_request(by: Who, key: str, digest: str, *, at: datetime) -> Kept | None:
    """Note a request before it is done; what was answered where it was done before, None where it was not.

    Needs:   `in_turn` of the same key around this call and `keep_answer`
    Raises:  KeyForOther where the key stands for a request of another digest
    """
    row, _ = ApiRequest.objects.get_or_create(
        partner_id=_partner(by), key=key, defaults={"request_digest": digest, "at": at}
    )
    if row.request_digest != digest:
        raise KeyForOther(key=key)
    return None if row.status is None else Kept(row.status, bytes(row.answer or b""))


@transaction.atomic(durable=True)
def keep_answer(by: Who, key: str, status: int, answer: bytes) -> None:
    """Keep what was answered, for whoever asks again."""
    ApiRequest.objects.filter(partner_id=_partner(by), key=key, status__isnull=True).update(
        status=status, answer=answer
    )


@transaction.atomic(durable=True)
def free_key(by: Who, key: str) -> None:
    """Let the key stand for nothing again: what was asked could not be done, and nothing was."""
    ApiRequest.objects.filter(partner_id=_partner(by), key=key, status__isnull=True).delete()


@transaction.atomic(durable=True)
def forget_requests(*, at: datetime) -> int:
    """Forget requests older than KEPT_DAYS; how many they were."""
    gone, _ = ApiRequest.objects.filter(at__lt=at - timedelta(days=KEPT_DAYS)).delete()
    return gone


def _partner(by: Who) -> int:
    assert by.partner_id is not None, "requests are a partner's"
    return by.partner_id
