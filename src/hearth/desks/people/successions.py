"""Successions: how what somebody left is divided: stated with proof by one, confirmed by another, ended with words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from hearth.desks.books import records
from hearth.desks.books.estate import heirs_of
from hearth.desks.people.faults import SharesCannotBe, SharesOfOne
from hearth.kernel.succession import objection
from hearth.store.access import NotAllowed, NotThere, Who, one, rows
from hearth.store.models import BankAccount, Person, Succession, SuccessionShare
from hearth.words.successions import Ground

MOST_PROOF, MOST_WHY, MOST_WHOLE = 60, 500, 10_000

WHY: dict[str, tuple[str, str]] = {
    "NOBODY": ("没有填写继承人", "nobody has a share"),
    "NOT_WHOLE": ("各份之和不等于总份数", "the shares are not the whole"),
    "NOT_PROVEN": ("有人尚未核实为继承人", "somebody is not proven to be an heir"),
    "LEFT_OUT": ("法定继承须包括全部已核实的继承人", "by law every proven heir has a share"),
    "NOT_EQUAL": (
        "法定继承份额均等；不均等须有公证协议、遗嘱或判决",
        "by law shares are equal; others need an agreement",
    ),
}


@dataclass(frozen=True, slots=True)
class Share:
    """What an heir has of the whole, and the account of their own it is paid to."""

    heir: int
    parts: int
    account: int


@transaction.atomic(durable=True)
def state_succession(
    by: Who, person_id: int, ground: Ground | str, shares: Sequence[Share], proof: str, *, whole: int, at: datetime
) -> int:
    """State how what somebody left is divided.  It holds once another person confirmed it.

    One who gets everything by a notarised agreement is one share that is the whole (Civil Code arts. 1130, 1132).
    Needs:    `proof`: kind and number of the paper; `shares` that add up to `whole`, each to the heir's own account
    Gives:    its id; one that waited unconfirmed is ended
    Records:  succession.stated.  Raises: NotAllowed, NotThere, SharesCannotBe, SharesOfOne.
    """
    if by.person_id is None:
        raise NotAllowed
    person: Person = one(by, "person", "see", at, lock=True, pk=person_id)
    if person.died_on is None:
        raise SharesCannotBe(why=f"{person.full_name} is not known to have died", why_zh="尚未登记身故")
    held = Succession.objects.filter(person=person, ended_at__isnull=True).first()
    if held is not None and held.confirmed_at is not None:
        raise SharesOfOne(name=person.full_name)
    if ground not in set(Ground):
        raise SharesCannotBe(why="say on which ground", why_zh="须选择依据")
    proof = " ".join(proof.split())
    if not 2 <= len(proof) <= MOST_PROOF:
        raise SharesCannotBe(why="the proof needs 2 to 60 letters", why_zh="证明材料须填写 2 至 60 个字")
    parts = {share.heir: share.parts for share in shares}
    why = objection(Ground(ground), whole, parts, heirs_of(person_id, at)) if len(parts) == len(shares) else "NOT_WHOLE"
    if why or not 1 <= whole <= MOST_WHOLE:
        zh, en = WHY[why or "NOT_WHOLE"]
        raise SharesCannotBe(why=en, why_zh=zh)
    own = dict(
        BankAccount.objects.filter(pk__in=[share.account for share in shares], ended_at__isnull=True).values_list(
            "pk", "person_id"
        )
    )
    if any(own.get(share.account) != share.heir for share in shares):
        raise SharesCannotBe(why="each share goes to an account of the heir's own", why_zh="每份须转入该继承人本人账户")
    if held is not None:
        held.ended_at, held.ended_by_id = at, by.person_id
        held.save(update_fields=["ended_at", "ended_by"])
    row = Succession.objects.create(
        person=person, ground=Ground(ground).value, whole=whole, proof=proof, stated_by_id=by.person_id, stated_at=at
    )
    # The row is there now: it is theirs to state, or it is not made.
    if not rows(by, "succession", "state", at).filter(pk=row.pk).exists():
        raise NotAllowed
    for share in shares:
        SuccessionShare.objects.create(succession=row, heir_id=share.heir, account_id=share.account, parts=share.parts)
    _record(
        "succession.stated", row, by, at, ground=row.ground, whole=whole, parts={str(k): v for k, v in parts.items()}
    )
    return int(row.pk)


@transaction.atomic(durable=True)
def confirm_succession(by: Who, succession_id: int, *, at: datetime) -> None:
    """Confirm how it is divided, as a second person: from now on money goes by it.  Done twice, it is done once.

    Records:  succession.confirmed.  Raises: NotAllowed, NotThere, SharesCannotBe.
    """
    row: Succession = one(by, "succession", "confirm", at, lock=True, pk=succession_id)
    if row.ended_at is not None:
        raise NotThere(kind="succession", key=succession_id)
    if row.confirmed_at is not None:
        return
    if by.person_id is None or by.person_id == row.stated_by_id:
        raise SharesCannotBe(why="somebody else confirms what you stated", why_zh="须由另一人确认")
    parts = dict(row.shares.values_list("heir_id", "parts"))
    why = objection(Ground(row.ground), row.whole, parts, heirs_of(row.person_id, at))
    if why:
        zh, en = WHY[why]
        raise SharesCannotBe(why=en, why_zh=zh)
    row.confirmed_by_id, row.confirmed_at = by.person_id, at
    row.save(update_fields=["confirmed_by", "confirmed_at"])
    _record("succession.confirmed", row, by, at)


@transaction.atomic(durable=True)
def end_succession(by: Who, succession_id: int, why: str, *, at: datetime) -> None:
    """It is divided otherwise after all: nothing more goes by it; what was paid stays.

    Records:  succession.ended.  Raises: NotAllowed, NotThere, SharesCannotBe.
    """
    row: Succession = one(by, "succession", "end", at, lock=True, pk=succession_id)
    if row.ended_at is not None:
        return
    why = " ".join(why.split())
    if not why:
        raise SharesCannotBe(why="a reason is needed", why_zh="须填写原因")
    row.ended_at, row.ended_by_id = at, by.person_id
    row.save(update_fields=["ended_at", "ended_by"])
    records.append(
        "succession.ended", f"person:{row.person_id}", by=by, at=at, data={"succession": row.pk},
        sealed={"why": why[:MOST_WHY]},
    )  # fmt: skip


def _record(kind: str, row: Succession, by: Who, at: datetime, **more: object) -> None:
    records.append(
        kind, f"person:{row.person_id}", by=by, at=at, data={"succession": row.pk, "person": row.person_id, **more},
        sealed={"proof": row.proof},
    )  # fmt: skip
