"""Relations: who may act for whom: stated by members, proven by staff, ended by either, by age or by a day."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from hearth.desks.books import records
from hearth.desks.people.faults import NotProvable, RelationCannotBe
from hearth.store.access import NotAllowed, NotThere, Who, may, one, rows, wards_of
from hearth.store.models import Household, Person, Policy, Relation
from hearth.words.calendar import day_in_china
from hearth.words.days import add_months

KINDS = ("guardian", "parent", "spouse", "child", "agent", "heir")
CHILD_UNTIL_MONTHS = 14 * 12
"""Under 14 a guardian agrees for the child (PIPL art. 31)."""
AGENT_MOST_MONTHS = 60


@transaction.atomic(durable=True)
def state_relation(
    by: Who, person_id: int, other_id: int, kind: str, *, at: datetime, until_on: date | None = None
) -> int:
    """State that `person_id` may act for `other_id`; nothing follows from it until it is proven.

    A member states relations of their own, to people on a policy they hold or are insured by; staff to those in reach.
    A guardian's ends on the child's 14th birthday; an agent's on a day within five years; an heir's is to somebody who
    died, and has no end.

    Gives:    the relation's id; the same relation stated twice is one
    Records:  relation.stated.  Raises: NotAllowed, NotThere, RelationCannotBe.
    """
    if by.person_id != person_id and not by.is_house and not may(by, "relation", "prove"):
        raise NotAllowed
    person = _reachable(by, person_id, at)
    other = _reachable(by, other_id, at)
    if kind not in KINDS or person.pk == other.pk:
        raise RelationCannotBe(why=f"{kind[:20]} is not a relation of two people", why_zh="不是两个人之间的关系")
    until = _until(kind, other, until_on, day_in_china(at))
    known = Relation.objects.filter(person=person, other=other, kind=kind, ended_at__isnull=True).first()
    if known is not None:
        if known.until_on is None or known.until_on > day_in_china(at):
            return known.pk
        known.ended_at = at
        known.save(update_fields=["ended_at"])
    relation = Relation.objects.create(
        person=person, other=other, kind=kind, until_on=until, household=_household_of(person_id, other_id)
    )
    _record("relation.stated", relation, by, at)
    return relation.pk


@transaction.atomic(durable=True)
def prove_relation(by: Who, relation_id: int, proof: str, *, at: datetime) -> None:
    """Write down the paper that proves a relation; from now on the person acts for the other.

    Needs:    `proof`: kind and number of the paper (household register, birth certificate, power of attorney)
    Records:  relation.proven.  Raises: NotAllowed, NotThere, NotProvable, RelationCannotBe.
    """
    relation: Relation = one(by, "relation", "prove", at, lock=True, pk=relation_id)
    if relation.ended_at is not None or (relation.until_on is not None and relation.until_on <= day_in_china(at)):
        raise NotProvable
    if relation.proven_at is not None:
        return
    proof = " ".join(proof.split())
    if not 2 <= len(proof) <= 60:
        raise RelationCannotBe(why="the proof needs 2 to 60 letters", why_zh="证明材料须填写 2 至 60 个字")
    relation.proof, relation.proven_at, relation.proven_by_id = proof, at, by.person_id
    relation.save(update_fields=["proof", "proven_at", "proven_by"])
    _record("relation.proven", relation, by, at)


@transaction.atomic(durable=True)
def end_relation(by: Who, relation_id: int, *, at: datetime) -> None:
    """End a relation now: by either of the two, or by staff; one that has ended stays as it is.

    Records:  relation.ended.  Raises: NotAllowed, NotThere.
    """
    relation: Relation = one(by, "relation", "end", at, lock=True, pk=relation_id)
    if relation.ended_at is not None:
        return
    relation.ended_at = at
    relation.save(update_fields=["ended_at"])
    _record("relation.ended", relation, by, at)


def child_until(born_on: date) -> date:
    """The day on which a guardian's consent no longer stands for the child: the 14th birthday."""
    return add_months(born_on, CHILD_UNTIL_MONTHS)


def _reachable(by: Who, person_id: int, at: datetime) -> Person:
    found: Person | None = rows(by, "person", "see", at).filter(pk=person_id).first()
    if found is None and by.person_id is not None:
        # People on one policy know of each other: its holder and whom it insures.
        own = Policy.objects.filter(Q(holder__in=wards_of(by.person_id, at)) | Q(covers__person=by.person_id))
        found = (
            Person.objects.filter(Q(policies_held__in=own) | Q(covers__policy__in=own), locked_at__isnull=True)
            .filter(pk=person_id)
            .first()
        )
    if found is None:
        raise NotThere(kind="person", key=person_id)
    return found


def _until(kind: str, other: Person, until_on: date | None, today: date) -> date | None:
    if kind == "guardian" and other.died_on is None:
        if other.born_on is None:
            raise RelationCannotBe(
                why="a guardian's right ends on the child's 14th birthday, and the birthday is not known",
                why_zh="监护关系至孩子年满十四周岁为止，但尚未登记出生日期",
            )
        birthday = child_until(other.born_on)
        if birthday <= today:
            raise RelationCannotBe(
                why=f"{other.full_name} is 14 since {birthday}; state the relation of a parent",
                why_zh=f"{other.full_name}已于 {birthday} 年满十四周岁，请登记为父母",
            )
        return min(birthday, until_on) if until_on else birthday
    if (kind == "heir") is not (other.died_on is not None):
        raise RelationCannotBe(
            why=f"{other.full_name} is not known to have died; tell your steward first"
            if kind == "heir"
            else f"{other.full_name} has died; only heirs act",
            why_zh=f"尚未登记{other.full_name}身故，请先联系理赔管家"
            if kind == "heir"
            else f"{other.full_name}已身故，只能登记继承人",
        )
    if kind == "agent" and (until_on is None or until_on > add_months(today, AGENT_MOST_MONTHS)):
        raise RelationCannotBe(
            why="an agent is authorised until a day, at most five years from now",
            why_zh="授权代理须有截止日期，最长五年",
        )
    if until_on is not None and until_on <= today:
        raise RelationCannotBe(why=f"{until_on} has passed", why_zh=f"{until_on} 已过")
    return until_on


def _household_of(*people: int) -> Household | None:
    return Household.objects.filter(policies__holder__in=people).order_by("pk").first()


def _record(kind: str, relation: Relation, by: Who, at: datetime) -> None:
    records.append(
        kind,
        f"person:{relation.other_id}",
        by=by,
        at=at,
        data={
            "relation": relation.pk,
            "person": relation.person_id,
            "other": relation.other_id,
            "kind": relation.kind,
            "until_on": relation.until_on.isoformat() if relation.until_on else None,
        },
        sealed={"proof": relation.proof} if relation.proof else None,
    )
