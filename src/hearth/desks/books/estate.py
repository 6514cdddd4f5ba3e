"""Estate: the money of somebody who died goes to their heirs by shares that two people confirmed, each to their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from hearth.kernel.succession import parted
from hearth.store.models import BankAccount, Person, Relation, SuccessionShare
from hearth.words.calendar import day_in_china
from hearth.words.faults import Fault

_COLONS = {"benefit": 1, "interest": 1, "adjustment": 2}
"""How many colons the purpose of an heir's payment has: benefit:12, adjustment:7:12."""


class SharesNeeded(Fault):
    """Several heirs, and nobody has said how it is divided."""

    code, status = "SHARES_NEEDED", 409
    says = (
        "{name} has several heirs, and how the money is divided is not confirmed yet. Ask your steward: they tell you "
        "which paper proves it. Nothing is lost meanwhile."
    )
    says_zh = (
        "{name}有多位继承人，尚未确认如何分配。请联系您的理赔管家，管家会告诉您需要哪份证明。在此期间不影响您的权利。"
    )


@dataclass(frozen=True, slots=True)
class Part:
    """An heir's part of an amount; `share`: the row it follows from."""

    share: int
    fen: int
    account: BankAccount


def parts_of(person: Person, amount: int) -> tuple[Part, ...]:
    """An amount of somebody's who died by the confirmed shares of their heirs; nothing where nothing is divided."""
    if person.died_on is None:
        return ()
    shares = list(
        SuccessionShare.objects.filter(
            succession__person=person, succession__confirmed_at__isnull=False, succession__ended_at__isnull=True
        )
        .select_related("account__person")
        .order_by("pk")
    )
    fen = parted(amount, [share.parts for share in shares]) if shares else ()
    return tuple(
        Part(share.pk, part, share.account) for share, part in zip(shares, fen, strict=True) if part > 0
    )  # fmt: skip


def is_divided(person: Person, at: datetime) -> bool:
    """Whether the money of somebody goes to several accounts.  Raises: SharesNeeded where nobody said to which."""
    if person.died_on is None:
        return False
    shares = SuccessionShare.objects.filter(succession__person=person, succession__ended_at__isnull=True)
    count = shares.filter(succession__confirmed_at__isnull=False).count()
    if not count and len(heirs_of(person.pk, at)) > 1:
        raise SharesNeeded(name=person.full_name)
    return count > 0


def heirs_of(person_id: int, at: datetime) -> tuple[int, ...]:
    """Everybody who is proven to be somebody's heir."""
    held = Relation.objects.filter(other=person_id, kind="heir", proven_at__lte=at, ended_at__isnull=True)
    held = held.filter(Q(until_on__isnull=True) | Q(until_on__gt=day_in_china(at)))
    return tuple(sorted(held.values_list("person_id", flat=True)))


def is_part(what: str) -> bool:
    """Whether the purpose of a payment is an heir's part."""
    kind, _, _ = what.partition(":")
    return what.count(":") == _COLONS.get(kind, -1)
