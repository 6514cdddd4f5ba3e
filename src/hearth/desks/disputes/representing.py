"""Representing: who speaks for a complaint of several people: five at most, each of whom says so themselves."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from hearth.desks.books import records
from hearth.desks.disputes.faults import (
    AboutYourself,
    ComplaintIncomplete,
    ComplaintNotNow,
    NamedAlready,
    TooManyRepresentatives,
)
from hearth.desks.disputes.steps import person_of
from hearth.store.access import NotThere, Who, one
from hearth.store.access.complaints import naming_of
from hearth.store.access.people import phone_digest
from hearth.store.models import Complaint, ComplaintParty
from hearth.words.calendar import day_in_china
from hearth.words.complaints import MOST_REPRESENTATIVES, OPEN_COMPLAINTS
from hearth.words.faults import Malformed

MOST_NAME = 80


@transaction.atomic(durable=True)
def name_representative(by: Who, complaint_no: str, *, at: datetime, name: str, phone: str) -> None:
    """Name one more person who is to represent a complaint; they are asked themselves, by that telephone.

    Records: complaint.named.
    Raises:  NotThere, NotAllowed, ComplaintNotNow, ComplaintIncomplete, TooManyRepresentatives, NamedAlready.
    """
    held: Complaint = one(by, "complaint", "register", at, lock=True, complaint_no=complaint_no)
    if held.state not in OPEN_COMPLAINTS:
        raise ComplaintNotNow(complaint_no, held.state)
    speaks_first(held, at)
    ask(held, name, phone, by, at)


@transaction.atomic(durable=True)
def answer_naming(by: Who, complaint_no: str, *, at: datetime, yes: bool) -> None:
    """Say whether one represents a complaint that names one; only who has the name and the telephone can.

    Said again it is the same; a no stays.
    Records: complaint.confirmed or complaint.declined.  Raises: NotThere, NotAllowed, ComplaintNotNow, AboutYourself.
    """
    person_id = person_of(by)
    held = Complaint.objects.select_for_update().filter(complaint_no=complaint_no).first()
    if held is None:
        raise NotThere(kind="complaint", key=complaint_no)
    if held.parties.filter(person=person_id, confirmed_at__isnull=not yes).exists():
        return
    party = naming_of(held, person_id)
    if party is None:
        raise NotThere(kind="complaint", key=complaint_no)
    if held.state not in OPEN_COMPLAINTS:
        raise ComplaintNotNow(complaint_no, held.state)
    if person_id in (held.about_id, held.handler_id, held.extended_by_id, held.reviewer_id):
        raise AboutYourself
    party.person_id = person_id
    if yes:
        party.confirmed_at = at
    else:
        party.declined_at, party.is_representative = at, False
    party.save()
    records.append(
        "complaint.confirmed" if yes else "complaint.declined",
        f"complaint:{complaint_no}",
        by=by,
        at=at,
        data={"party": party.pk},
    )


def represented(by: Who, complaint_no: str, at: datetime) -> Complaint | None:
    """The complaint, locked, where whoever asks represents it by their own word; None where they do not."""
    said_yes = ComplaintParty.objects.filter(
        complaint__complaint_no=complaint_no, person=by.person_id, is_representative=True, confirmed_at__isnull=False
    )
    if by.person_id is None or not said_yes.exists():
        return None
    return Complaint.objects.select_for_update().get(complaint_no=complaint_no)


def speaks_first(held: Complaint, at: datetime) -> None:
    """Whoever complains is the first of those who represent a complaint of several."""
    if held.parties.filter(person=held.person_id).exists():
        return
    if not held.is_group:
        held.is_group = True
        held.save(update_fields=["is_group"])
    ComplaintParty.objects.create(
        complaint=held, name=held.person.full_name[:MOST_NAME], is_representative=True, person_id=held.person_id,
        confirmed_at=at,
    )  # fmt: skip


def ask(held: Complaint, name: str, phone: str, by: Who, at: datetime) -> None:
    """Write down somebody who is to represent a locked complaint, and have them asked."""
    plain = " ".join(name.split())
    try:
        digest = phone_digest(phone)
    except Malformed:
        digest = b""
    if not plain or len(plain) > MOST_NAME or not digest:
        raise ComplaintIncomplete(what="the name and the telephone of a representative", what_zh="代表人的姓名和手机号")
    if digest == held.person.phone_digest or held.parties.filter(phone_digest=digest).exists():
        raise NamedAlready(name=plain)
    count = held.parties.filter(is_representative=True).count()
    if count >= MOST_REPRESENTATIVES:
        raise TooManyRepresentatives(got=count + 1)
    party = ComplaintParty.objects.create(complaint=held, name=plain, is_representative=True, phone_digest=digest)
    records.append(
        "complaint.named",
        f"complaint:{held.complaint_no}",
        by=by,
        at=at,
        data={"party": party.pk},
        sealed={"name": plain},
    )


def last_day(due_at: datetime | None) -> str:
    """The last day of a limit, as records and notices name it."""
    assert due_at is not None
    return day_in_china(due_at - timedelta(microseconds=1)).isoformat()
