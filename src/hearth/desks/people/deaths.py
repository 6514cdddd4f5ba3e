"""Deaths: written down with their proof; whoever acted for the person does no more, and proven heirs do."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from hearth.desks.books import records
from hearth.desks.people.faults import DeathCannotBe
from hearth.store.access import Who, one
from hearth.store.models import Person, Relation
from hearth.words.calendar import day_in_china


@transaction.atomic(durable=True)
def record_death(by: Who, person_id: int, died_on: date, proof: str, *, at: datetime) -> None:
    """Write down that somebody died.  (1) their log-in ends (2) so does every authority, of agents and their own.

    From then on money of theirs goes to proven heirs alone (Civil Code arts. 13, 173, 1121; Insurance Law art. 42).
    Needs:    `proof`: kind and number of the paper (death certificate, cancelled household register)
    Gives:    nothing; the same day written down again changes nothing
    Records:  person.died.  Raises: NotAllowed, NotThere, DeathCannotBe.
    """
    person: Person = one(by, "person", "death", at, lock=True, pk=person_id)
    proof = " ".join(proof.split())
    born = person.born_on or date.min
    if not born <= died_on <= day_in_china(at):
        raise DeathCannotBe(why=f"{died_on} is no day of this life", why_zh=f"{died_on} 不在其生前至今日之间")
    if not 2 <= len(proof) <= 60:
        raise DeathCannotBe(why="the proof needs 2 to 60 letters", why_zh="证明材料须填写 2 至 60 个字")
    if person.died_on is not None:
        if person.died_on == died_on:
            return
        raise DeathCannotBe(why=f"{person.died_on} is written down already", why_zh=f"已登记为 {person.died_on}")
    # 1.
    person.died_on, person.is_active = died_on, False
    person.save(update_fields=["died_on", "is_active"])
    # 2.
    ended = Relation.objects.filter(Q(person=person) | Q(other=person), ended_at__isnull=True).exclude(kind="heir")
    count = ended.update(ended_at=at)
    records.append(
        "person.died",
        f"person:{person.pk}",
        by=by,
        at=at,
        data={"person": person.pk, "died_on": died_on.isoformat(), "relations_ended": count},
        sealed={"proof": proof},
    )


@transaction.atomic(durable=True)
def take_death_back(by: Who, person_id: int, why: str, *, at: datetime) -> None:
    """It was somebody else, or a mistake: the person is alive, may log in, and nobody is their heir.

    Relations that ended are stated and proven anew.
    Records:  person.death_taken_back.  Raises: NotAllowed, NotThere, DeathCannotBe.
    """
    person: Person = one(by, "person", "death", at, lock=True, pk=person_id)
    if person.died_on is None:
        return
    why = " ".join(why.split())
    if not why:
        raise DeathCannotBe(why="a reason is needed", why_zh="须填写原因")
    person.died_on, person.is_active = None, person.locked_at is None
    person.save(update_fields=["died_on", "is_active"])
    Relation.objects.filter(other=person, kind="heir", ended_at__isnull=True).update(ended_at=at)
    records.append(
        "person.death_taken_back",
        f"person:{person.pk}",
        by=by,
        at=at,
        data={"person": person.pk},
        sealed={"why": why[:500]},
    )
