"""Factors: the secrets of second factors (TOTP, recovery codes), sealed where allauth keeps them."""

from __future__ import annotations

import base64
from collections import Counter
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.db import transaction

from hearth.desks.books import records
from hearth.store.access import NotAllowed, Who
from hearth.store.models import Person
from hearth.store.sealed import key_version, seal, unseal

FACTORS = "mfa_authenticator.data"
SECRETS = ("secret", "seed")
TOTP_SECONDS = 30
_MARK = "sealed:"


def seal_secret(text: str) -> str:
    """A secret as it is kept: sealed, in letters."""
    return _MARK + base64.b64encode(seal(text.encode(), FACTORS)).decode()


def open_secret(kept: str) -> str:
    """The secret of what `seal_secret` gave.  Raises: SealBroken, ValueError where it was never sealed."""
    return unseal(_bytes(kept), FACTORS).decode()


def factor_versions() -> dict[int, int]:
    """How many secrets each version of the key seals."""
    return dict(
        sorted(
            Counter(
                key_version(_bytes(value)) for factor in Authenticator.objects.all() for value in _held(factor)
            ).items()
        )
    )


def reseal_factors(newest: int, batch: int) -> int:
    """Seal again up to `batch` factors that an older key sealed; how many there were."""
    changed = 0
    for factor in Authenticator.objects.select_for_update(skip_locked=True).order_by("pk"):
        if all(key_version(_bytes(value)) == newest for value in _held(factor)):
            continue
        for name in SECRETS:
            if name in factor.data:
                factor.data[name] = seal_secret(open_secret(factor.data[name]))
        factor.save(update_fields=["data"])
        changed += 1
        if changed == batch:
            break
    return changed


def _held(factor: Authenticator) -> list[str]:
    return [factor.data[name] for name in SECRETS if name in factor.data]


def _bytes(kept: str) -> bytes:
    if not kept.startswith(_MARK):
        raise ValueError("this secret was never sealed")
    return base64.b64decode(kept.removeprefix(_MARK))


@transaction.atomic(durable=True)
def set_password(by: Who, person_id: int, password: str, *, at: datetime) -> None:
    """Give somebody a password: by the house itself, for people it makes (the demo, the first administrator).

    Records:  person.edited.  Raises: NotAllowed.
    """
    if not by.is_house:
        raise NotAllowed
    person = Person.objects.select_for_update().get(pk=person_id)
    person.set_password(password)
    person.save(update_fields=["password"])
    _record(by, person_id, "password", at)


@transaction.atomic(durable=True)
def give_totp(by: Who, person_id: int, secret: str, *, at: datetime) -> None:
    """Give somebody a second factor with a known secret (base 32): by the house itself; one they have stays.

    Records:  person.edited.  Raises: NotAllowed.
    """
    if not by.is_house:
        raise NotAllowed
    _, is_new = Authenticator.objects.get_or_create(
        user_id=person_id,
        type=Authenticator.Type.TOTP,
        defaults={"data": {"secret": seal_secret(secret)}, "created_at": at},
    )
    if is_new:
        _record(by, person_id, "second_factor", at)


def totp_now(person_id: int, at: datetime) -> str:
    """The code that somebody's app shows at a moment; empty where they have none.  For the demo's log-in page alone."""
    factor = Authenticator.objects.filter(user_id=person_id, type=Authenticator.Type.TOTP).first()
    if factor is None:
        return ""
    return str(format_hotp_value(hotp_value(open_secret(factor.data["secret"]), int(at.timestamp()) // TOTP_SECONDS)))


def _record(by: Who, person_id: int, what: str, at: datetime) -> None:
    records.append("person.edited", f"person:{person_id}", by=by, at=at, data={"person": person_id, "changed": [what]})
