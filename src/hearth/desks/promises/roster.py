"""Roster: who works when, who is away, and who can do more than their role says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from django.db import transaction

from hearth.desks.books import records
from hearth.desks.promises.faults import ShiftWrong
from hearth.kernel.promises.dispatch import Window
from hearth.store.access import NotAllowed, NotThere, Who, one, permit
from hearth.store.models import Person, RoleGrant, StaffAbsence, StaffShift, StaffSkill
from hearth.words.calendar import MINUTES_A_DAY

MOST_WINDOWS = 28
"""The most windows of a week: four a day."""

MOST_SKILLS = 50
LONGEST_ABSENCE = timedelta(days=400)


@transaction.atomic(durable=True)
def set_shifts(by: Who, person_id: int, windows: Sequence[Window], *, at: datetime) -> None:
    """Say when somebody works, the whole week anew; without a window they keep the house's hours.

    Records:  staff.shifts_set.  Raises: NotAllowed, NotThere, ShiftWrong.
    """
    person = _colleague(by, "shift", person_id, at)
    ordered = sorted(windows, key=lambda each: (each.weekday, each.from_minute))
    if len(ordered) > MOST_WINDOWS:
        raise ShiftWrong(got=len(ordered), want=f"at most {MOST_WINDOWS} windows", want_zh=f"最多 {MOST_WINDOWS} 段")
    for each in ordered:
        if not (1 <= each.weekday <= 7 and 0 <= each.from_minute < each.to_minute <= MINUTES_A_DAY):
            raise ShiftWrong(got=each, want="a window of one day", want_zh="一天之内的一段时间")
    for first, second in pairwise(ordered):
        if first.weekday == second.weekday and second.from_minute < first.to_minute:
            raise ShiftWrong(got=second, want="windows that do not overlap", want_zh="互不重叠的时间段")
    StaffShift.objects.filter(person=person).delete()
    StaffShift.objects.bulk_create(
        StaffShift(
            person=person,
            weekday=each.weekday,
            from_minute=each.from_minute,
            to_minute=each.to_minute,
            rests_too=each.rests_too,
        )
        for each in ordered
    )
    data = {"windows": [[each.weekday, each.from_minute, each.to_minute, each.rests_too] for each in ordered]}
    records.append("staff.shifts_set", f"person:{person_id}", by=by, at=at, data=data)


@transaction.atomic(durable=True)
def note_absence(by: Who, person_id: int, from_at: datetime, to_at: datetime, *, at: datetime) -> int:
    """Note that somebody is away; their open orders go to others meanwhile.

    Records:  staff.absence_noted.  Raises: NotAllowed, NotThere, ShiftWrong.
    """
    person = _colleague(by, "absence", person_id, at)
    if not timedelta() < to_at - from_at <= LONGEST_ABSENCE:
        raise ShiftWrong(
            got=f"{from_at:%Y-%m-%d %H:%M} - {to_at:%Y-%m-%d %H:%M}", want="an absence that ends after it begins",
            want_zh="结束晚于开始",
        )  # fmt: skip
    row = StaffAbsence.objects.create(person=person, from_at=from_at, to_at=to_at, noted_by_id=_asker(by), noted_at=at)
    data = {"absence": row.pk, "from": from_at.isoformat(), "to": to_at.isoformat()}
    records.append("staff.absence_noted", f"person:{person_id}", by=by, at=at, data=data)
    return row.pk


@transaction.atomic(durable=True)
def end_absence(by: Who, absence_id: int, *, at: datetime) -> None:
    """Somebody is back before they were expected; an absence that has not begun is taken away.

    Records:  staff.absence_ended.  Raises: NotAllowed, NotThere.
    """
    row: StaffAbsence = one(by, "absence", "edit", at, lock=True, pk=absence_id)
    person_id = row.person_id
    if row.from_at >= at:
        row.delete()
    elif row.to_at > at:
        row.to_at = at
        row.save(update_fields=["to_at"])
    else:
        return
    records.append("staff.absence_ended", f"person:{person_id}", by=by, at=at, data={"absence": absence_id})


@transaction.atomic(durable=True)
def set_skills(by: Who, person_id: int, skills: Iterable[str], *, at: datetime) -> None:
    """Say what somebody can do beyond their role: codes of products or of chasers.

    Records:  staff.skills_set.  Raises: NotAllowed, NotThere, ShiftWrong.
    """
    person = _colleague(by, "skill", person_id, at)
    wanted = sorted({skill.strip()[:48] for skill in skills if skill.strip()})
    if len(wanted) > MOST_SKILLS:
        raise ShiftWrong(got=len(wanted), want=f"at most {MOST_SKILLS} skills", want_zh=f"最多 {MOST_SKILLS} 项专长")
    StaffSkill.objects.filter(person=person).delete()
    StaffSkill.objects.bulk_create(StaffSkill(person=person, skill=skill) for skill in wanted)
    records.append("staff.skills_set", f"person:{person_id}", by=by, at=at, data={"skills": wanted})


def _colleague(by: Who, kind: str, person_id: int, at: datetime) -> Person:
    """Somebody who works here.  Raises: NotAllowed, NotThere."""
    permit(by, kind, "edit")
    held = RoleGrant.objects.filter(person=person_id, from_at__lte=at).exclude(to_at__lte=at)
    person = Person.objects.select_for_update(of=("self",)).filter(pk=person_id, is_active=True).first()
    if person is None or not held.exists():
        raise NotThere(kind="person", key=person_id)
    return person


def _asker(by: Who) -> int:
    if by.person_id is None:
        raise NotAllowed
    return by.person_id
