"""Notifying: an admission is told of by the member, by staff, by a hospital with a link or by interface, by a feed."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from hearth.desks.advances.faults import AdmissionDayWrong, LinkDead, NobodyFound, NobodyInsured
from hearth.desks.advances.hospitals import MOST_TRIES, link_for
from hearth.desks.advances.steps import begin, follow
from hearth.desks.books import records
from hearth.desks.books.numbers import next_number
from hearth.store.access import HOUSE, NotAllowed, NotThere, Who, people_for, permit, person_for, who_partner
from hearth.store.access.money import same_name
from hearth.store.access.people import id_digest
from hearth.store.models import Advance, Hospital, HospitalLink, Partner, Person
from hearth.words.calendar import day_in_china
from hearth.words.faults import Malformed
from hearth.words.money import MAX_FEN

MOST_TEXT = 2_000
MOST_BACK = timedelta(days=60)
"""An admission longer ago is a claim, not an advance."""

MOST_AHEAD = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Admission:
    """What is told of an admission."""

    admitted_on: date
    illness: str = ""
    icd: str = ""
    plan: str = ""
    estimate_fen: int = 0
    is_emergency: bool = False
    is_hardship: bool = False
    hardship: str = ""
    programme: str = ""
    intake: str = ""


@transaction.atomic(durable=True)
def notify(by: Who, person_id: int, admission: Admission, *, at: datetime, hospital: str = "") -> str:
    """Tell of somebody's admission and ask for an advance: the member for themself and their family, or staff.

    Gives:   the number; the same stay told of twice is one
    Records: advance.notified.  Raises: NotAllowed, NotThere, AdmissionDayWrong.
    """
    person: Person = person_for(by, "advance", "ask", at, person_id, lock=True)
    where = _hospital(hospital) if hospital else None
    return _open(by, person, where, admission, at, source="office" if _is_at_work(by, person, at) else "member")


@transaction.atomic(durable=True)
def notify_as_partner(
    by: Who, *, at: datetime, name: str, id_number: str, admission: Admission, external_id: str, feed: bool = False
) -> str:
    """A hospital tells of an admission by the interface or in a feed; the same external id is one.

    Gives:   the number; asked for somebody who is not insured here it says so and tells nothing else
    Records: advance.notified.  Raises: NotAllowed, NobodyInsured, AdmissionDayWrong.
    """
    permit(by, "advance", "ask")
    partner = None if by.partner_id is None else Partner.objects.filter(pk=by.partner_id).first()
    if partner is None:
        raise NotAllowed
    known = Advance.objects.filter(partner=partner, external_id=external_id).first() if external_id else None
    if known is not None:
        return known.advance_no
    person = _person(name, id_number)
    if person is None:
        raise NobodyInsured
    where = Hospital.objects.filter(partner=partner).first()
    return _open(
        by,
        person,
        where,
        admission,
        at,
        source="feed" if feed else "hospital",
        partner=partner,
        external_id=external_id,
    )


def notify_in_feed(
    by: Who, partner_code: str, *, at: datetime, name: str, id_number: str, external_id: str, admission: Admission
) -> str:
    """A stay of a hospital's sheet, as if the hospital had told of it by the interface.

    Gives:   the number; the same external id is one
    Records: advance.notified.  Raises: NotAllowed, NotThere, NobodyInsured, AdmissionDayWrong.
    """
    if not by.is_house:
        raise NotAllowed
    partner = Partner.objects.filter(code=partner_code, kind="hospital", is_active=True).first()
    if partner is None:
        raise NotThere(kind="partner", key=partner_code[:32])
    return notify_as_partner(
        who_partner(partner, frozenset({"advances:write"})), at=at, name=name, id_number=id_number,
        admission=admission, external_id=external_id, feed=True,
    )  # fmt: skip


def notify_by_link(token: str, *, at: datetime, name: str, id_number: str, admission: Admission) -> str:
    """A hospital tells of an admission with its one-time link.  (1) the link (2) whose stay (3) once.

    Gives:   the number; the link is used up then
    Records: advance.notified.  Raises: LinkDead, NobodyFound, AdmissionDayWrong.
    """
    found = _by_link(token, at, name, id_number, admission)
    if isinstance(found, int):
        # The try was counted in a transaction of its own that stands.
        if found == 0:
            raise LinkDead
        raise NobodyFound(left=found)
    return found


@transaction.atomic(durable=True)
def _by_link(token: str, at: datetime, name: str, id_number: str, admission: Admission) -> str | int:
    # 1.
    link: HospitalLink = link_for(token, at, lock=True)
    # 2.
    person = _person(name, id_number)
    if person is None:
        link.tries += 1
        link.save(update_fields=["tries"])
        return MOST_TRIES - link.tries
    # 3.
    link.used_at = at
    link.save(update_fields=["used_at"])
    return _open(HOUSE, person, link.hospital, admission, at, source="link", link=link)


def _open(
    by: Who,
    person: Person,
    hospital: Hospital | None,
    told: Admission,
    at: datetime,
    *,
    source: str,
    partner: Partner | None = None,
    external_id: str = "",
    link: HospitalLink | None = None,
) -> str:
    today = day_in_china(at)
    first, last = today - MOST_BACK, today + MOST_AHEAD
    if not first <= told.admitted_on <= last:
        raise AdmissionDayWrong(day=told.admitted_on, first=first, last=last)
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    before = (
        Advance.objects.select_for_update()
        .filter(person=person, admitted_on=told.admitted_on)
        .exclude(state__in=("declined", "cancelled"))
        .first()
    )
    if before is not None:
        _add(by, before, hospital, told, at, source, partner, external_id, link)
        return before.advance_no
    advance = Advance.objects.create(
        advance_no=next_number("advance", at),
        person=person,
        hospital=hospital,
        branch_id=person.branch_id,
        steward_id=person.steward_id,
        state_at=at,
        source=source,
        notified_by_id=by.person_id,
        partner=partner,
        external_id=external_id[:64],
        link=link,
        notified_at=at,
        admitted_on=told.admitted_on,
        is_emergency=told.is_emergency,
        is_hardship=told.is_hardship,
        hardship=told.hardship[:MOST_TEXT],
        illness=told.illness[:MOST_TEXT],
        icd=told.icd[:20],
        plan=told.plan[:MOST_TEXT],
        programme=told.programme,
        intake=told.intake[:MOST_TEXT],
        estimate_fen=min(max(told.estimate_fen, 0), MAX_FEN),
    )
    record = _record(by, advance, at, source, link)
    begin(advance, record, at)
    follow(advance, "", at)
    advance.save(update_fields=["due_at"])
    return advance.advance_no


def _add(
    by: Who,
    advance: Advance,
    hospital: Hospital | None,
    told: Admission,
    at: datetime,
    source: str,
    partner: Partner | None,
    external_id: str,
    link: HospitalLink | None,
) -> None:
    """The hospital tells of a stay that the member told of before, or the other way round: what is new is added."""
    advance.hospital = advance.hospital or hospital
    advance.link = advance.link or link
    if advance.partner is None and partner is not None:
        advance.partner, advance.external_id = partner, external_id[:64]
    advance.is_emergency = advance.is_emergency or told.is_emergency
    advance.is_hardship = advance.is_hardship or told.is_hardship
    for name in ("hardship", "illness", "plan", "intake", "programme"):
        if not getattr(advance, name):
            setattr(advance, name, getattr(told, name)[:MOST_TEXT])
    advance.icd = advance.icd or told.icd[:20]
    advance.estimate_fen = advance.estimate_fen or min(max(told.estimate_fen, 0), MAX_FEN)
    advance.save()
    _record(by, advance, at, source, link, again=True)


def _record(
    by: Who, advance: Advance, at: datetime, source: str, link: HospitalLink | None, *, again: bool = False
) -> str:
    kind = "advance.told_again" if again else "advance.notified"
    records.append(
        kind,
        f"advance:{advance.advance_no}",
        by=by,
        at=at,
        data={
            "person": advance.person_id,
            "hospital": advance.hospital_id or 0,
            "source": source,
            "link": link.pk if link else 0,
            "admitted_on": advance.admitted_on.isoformat(),
            "is_emergency": advance.is_emergency,
        },
        sealed={"illness": advance.illness, "icd": advance.icd, "plan": advance.plan},
    )
    return kind


def _hospital(code: str) -> Hospital:
    found = Hospital.objects.filter(code=code).first()
    if found is None:
        raise NotThere(kind="hospital", key=code[:32])
    return found


def _person(name: str, id_number: str) -> Person | None:
    try:
        wanted = id_digest(id_number)
    except Malformed:
        return None
    person = Person.objects.filter(id_digest=wanted, locked_at__isnull=True).first()
    if person is None or not hmac.compare_digest(same_name(person.full_name).encode(), same_name(name).encode()):
        return None
    return person


def _is_at_work(by: Who, person: Person, at: datetime) -> bool:
    """Whether staff ask for somebody whom they do not act for as a member."""
    return by.is_staff and not people_for(by.as_member(), "advance", "ask", at).filter(pk=person.pk).exists()
