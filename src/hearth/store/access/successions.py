"""Successions, read: how what somebody left is divided, who stated and confirmed it, and who may have a share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from hearth.store.access.rows import may, one, rows
from hearth.store.access.who import Who
from hearth.store.models import BankAccount, Person, Relation, Succession
from hearth.words.calendar import day_in_china
from hearth.words.successions import Ground


@dataclass(frozen=True, slots=True)
class ShareRow:
    """An heir's parts, and the end of the account they go to."""

    heir: str
    heir_id: int
    parts: int
    bank: str
    tail: str


@dataclass(frozen=True, slots=True)
class SuccessionRow:
    """How something is divided; it holds from `confirmed_at` to `ended_at`."""

    succession_id: int
    ground: Ground
    whole: int
    proof: str
    stated_by: str
    stated_by_id: int
    stated_at: datetime
    confirmed_by: str
    confirmed_at: datetime | None
    ended_at: datetime | None
    shares: tuple[ShareRow, ...]

    @property
    def holds(self) -> bool:
        """Whether money goes by it now."""
        return self.confirmed_at is not None and self.ended_at is None


@dataclass(frozen=True, slots=True)
class HeirRow:
    """Somebody who is proven to be an heir, with the accounts of their own."""

    person_id: int
    name: str
    accounts: tuple[tuple[int, str, str], ...]


def successions_of(by: Who, person_id: int, at: datetime) -> tuple[SuccessionRow, ...]:
    """How what somebody left is and was divided, the newest first; nothing for those who may not see it."""
    if not may(by, "succession", "see"):
        return ()
    found = rows(by, "succession", "see", at).filter(person=person_id).order_by("-pk")
    told = found.select_related("stated_by", "confirmed_by").prefetch_related("shares__heir", "shares__account")
    return tuple(_told(row) for row in told)


def heirs_of(by: Who, person_id: int, at: datetime) -> tuple[HeirRow, ...]:
    """Everybody proven to be an heir of somebody, with their accounts.  Raises: NotThere, NotAllowed."""
    person: Person = one(by, "person", "see", at, pk=person_id)
    held = Relation.objects.filter(other=person, kind="heir", proven_at__lte=at, ended_at__isnull=True)
    held = held.filter(Q(until_on__isnull=True) | Q(until_on__gt=day_in_china(at))).select_related("person")
    own: dict[int, list[tuple[int, str, str]]] = {}
    accounts = BankAccount.objects.filter(person__in=[row.person_id for row in held], ended_at__isnull=True)
    for pk, holder, bank, tail in accounts.order_by("pk").values_list("pk", "person", "bank", "number_tail"):
        own.setdefault(holder, []).append((pk, bank, tail))
    return tuple(HeirRow(row.person_id, row.person.full_name, tuple(own.get(row.person_id, ()))) for row in held)


def _told(row: Succession) -> SuccessionRow:
    return SuccessionRow(
        row.pk, Ground(row.ground), row.whole, row.proof, row.stated_by.full_name, row.stated_by_id, row.stated_at,
        row.confirmed_by.full_name if row.confirmed_by else "", row.confirmed_at, row.ended_at,
        tuple(
            ShareRow(share.heir.full_name, share.heir_id, share.parts, share.account.bank, share.account.number_tail)
            for share in sorted(row.shares.all(), key=lambda share: share.pk)
        ),
    )  # fmt: skip
