"""Notices: people are told of each step of their claim: once, in their language, outside their quiet hours."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from hearth.desks.books import records
from hearth.desks.service.advances import told_of_advance
from hearth.desks.service.complaints import told_of_complaint
from hearth.store import access
from hearth.store.access import HOUSE, Who, family_of
from hearth.store.models import (
    BankAccount,
    Claim,
    Decision,
    Notice,
    Payment,
    Person,
    Record,
    Relation,
    ThreadMember,
)
from hearth.wires import messages
from hearth.wires.faults import KeyReused, NoAnswer, NotCarried
from hearth.wires.messages import Channel, Message, State
from hearth.words import notices as words
from hearth.words.advance_notices import ADVANCE_NOTICES
from hearth.words.calendar import CHINA_TIME, day_in_china
from hearth.words.claims import STEPS, Step
from hearth.words.complaint_notices import COMPLAINT_NOTICES
from hearth.words.days import add_months
from hearth.words.faults import Malformed
from hearth.words.money import yuan

MOST_ATTEMPTS = 6
"""Attempts on one channel; then the next channel is tried, and after the last one the notice is given up."""

WRITTEN_WAIT = timedelta(minutes=2)
"""Who has the thread open reads a new line at once: a message is sent only where they have not."""

FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=2)
OWN_DATA_FROM = 14
"""From that age somebody is told of their own claims (PIPL art. 31)."""


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one notice that was due."""

    notice_id: int
    state: str
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class _Sending:
    notice_id: int
    message: Message
    was_sent: bool


@transaction.atomic(durable=True)
def notify(record_id: int, *, at: datetime) -> tuple[int, ...]:
    """Make the notices of what a record tells, one a person.  Made again, they are the same ones.

    The insured person is told from fourteen on, and whoever reported the claim as long as they act for them; of a child
    whose reporter no longer does, the proven parents and guardians.
    Gives:   ids of the notices; none where the record is of a kind that nobody is told of
    """
    record = Record.objects.get(pk=record_id)
    made = _of_claim(record, at) + _of_advance(record, at) + _of_complaint(record, at)
    Notice.objects.bulk_create(made, ignore_conflicts=True)
    return tuple(
        Notice.objects.filter(key__in=[notice.key for notice in made]).order_by("id").values_list("pk", flat=True)
    )


def send_due(*, at: datetime, most: int = 200, wire: messages.Messages | None = None) -> list[Told]:
    """Send the notices that are due, oldest first.  (1) take (2) the carrier (3) write down.

    A notice whose answer was lost is asked about by its key before it is sent again under the same key.
    Records: notice.sent for each that reached the carrier.
    """
    due = Notice.objects.filter(state="due", send_at__lte=at).order_by("send_at", "id").values_list("pk", flat=True)
    found = []
    for notice_id in list(due[:most]):
        taken = _take(notice_id, at)
        if isinstance(taken, _Sending):
            wire = wire or messages.opened(settings.MESSAGES_WIRE)
            taken = _sent(taken, wire, at)
        if taken is not None:
            found.append(taken)
    return found


@transaction.atomic(durable=True)
def mark_read(by: Who, notice_id: int, *, at: datetime) -> None:
    """The person has read a notice in their inbox; one that had not gone out has reached them thereby.

    Records: notice.sent where it had not.  Raises: NotThere.
    """
    notice: Notice = access.one(by, "notice", "see", at, lock=True, pk=notice_id)
    if notice.person_id != by.person_id:
        raise access.NotThere(kind="notice", key=notice_id)
    if notice.read_at is not None:
        return
    notice.read_at = at
    if notice.delivered_at is None:
        _deliver(notice, at, at, "inbox")
    notice.save()


def deliver_unsent(notice: Notice, at: datetime) -> None:
    """What a notice that was not sent tells has been read elsewhere, in the transaction under way.

    Records: notice.sent.
    """
    notice.read_at = at
    _deliver(notice, at, at, "inbox")
    notice.save()


def after_quiet(at: datetime, quiet_from: int, quiet_to: int) -> datetime:
    """The first moment from `at` on outside the quiet hours, which are whole hours in China; none where both agree."""
    local = at.astimezone(CHINA_TIME)
    hours = (quiet_to - quiet_from) % 24
    if (local.hour - quiet_from) % 24 >= hours:
        return at
    end = local.replace(hour=quiet_to, minute=0, second=0, microsecond=0)
    return (end if end > local else end + timedelta(days=1)).astimezone(at.tzinfo)


def _of_claim(record: Record, at: datetime) -> list[Notice]:
    claim = _claim_of(record)
    told = None if claim is None else _code_and_values(record, claim)
    if claim is None or told is None:
        return []
    people = Person.objects.only(*_WHOM).in_bulk({claim.person_id, claim.reporter_id})
    found = _people(people[claim.person_id], people[claim.reporter_id], at)
    return [
        _notice(record, claim, person, *told, words.NOTICES, at)
        for person in found
        if not _has_one(record, claim, person)
    ]


def _of_advance(record: Record, at: datetime) -> list[Notice]:
    told = told_of_advance(record)
    if told is None:
        return []
    found = _people(told.insured, told.asked_by, at)
    return [_notice(record, None, person, told.code, told.values, ADVANCE_NOTICES, at) for person in found]


def _of_complaint(record: Record, at: datetime) -> list[Notice]:
    told = told_of_complaint(record)
    if told is None:
        return []
    found = [] if told.is_for_named else _people(told.person, told.registered_by, at)
    known = {person.pk for person in found}
    found += [person for person in told.representatives if person.pk not in known]
    return [_notice(record, None, person, told.code, told.values, COMPLAINT_NOTICES, at) for person in found]


_WHOM = (
    "phone", "email", "language", "large_print", "quiet_from", "quiet_to", "born_on", "died_on", "locked_at"
)  # fmt: skip
"""What is asked of somebody who may be told."""

_REACHED = ("phone", "email", "quiet_from", "quiet_to", "locked_at")
"""What is asked of somebody to whom a notice goes out."""

_OWN = tuple(field.name for field in Notice._meta.concrete_fields)


def _claim_of(record: Record) -> Claim | None:
    """The claim that a record is about, without its facts: four times in a claim's life somebody is told of it."""
    if not record.subject.startswith("claim:"):
        return None
    found = Claim.objects.filter(claim_no=record.subject.removeprefix("claim:"))
    return next(iter(found.only("claim_no", "person_id", "reporter_id")), None)


def _code_and_values(record: Record, claim: Claim) -> tuple[str, dict[str, Any]] | None:
    """Which notice a record calls for, and what stands in it; None where nobody is told."""
    code = record.kind.removeprefix("claim.")
    data: dict[str, Any] = json.loads(bytes(record.body))["data"]
    values: dict[str, Any] = {"claim_no": claim.claim_no}
    if code == "decided":
        decision = Decision.objects.filter(record=record).first()
        if decision is None:
            return None
        values["amount"] = yuan(decision.paid_out_fen)
        if decision.outcome != "approved":
            code = f"decided_{decision.outcome}"
        elif decision.paid_out_fen == 0:
            code = "decided_nothing"
    elif code == "supplement_asked":
        values["items"] = len(data["papers"])
    elif code == "chased":
        values["items"] = len(data["papers"])
        code = code if data["papers"] else "chased_complete"
    elif code == "written" and data["side"] != "service":
        return None
    elif code == "pickup_taken":
        values |= {name: data[name] for name in ("day", "from", "to")}
    elif code == "late":
        values["step"] = Step(data["step"])
    elif code in ("agreed", "paid") and data.get("shared"):
        code = f"{code}_shared"
    elif code == "agreed":
        values["tail"] = BankAccount.objects.get(pk=data["account"]).number_tail
    elif code in ("paid", "prepaid"):
        payment = Payment.objects.select_related("account").get(pk=data["payment"])
        values |= {"amount": yuan(payment.amount_fen), "tail": payment.account.number_tail}
    return (code, values) if code in words.NOTICES else None


def _has_one(record: Record, claim: Claim, person: Person) -> bool:
    """Whether somebody was told already that there are lines which they have not read since."""
    if record.kind != "claim.written":
        return False
    told = Notice.objects.filter(person=person, claim=claim, what=record.kind, record__lt=record.pk)
    read_at = ThreadMember.objects.filter(claim=claim, person=person).values_list("read_at", flat=True).first()
    return (told if read_at is None else told.filter(made_at__gt=read_at)).exists()


def _people(insured: Person, reporter: Person, at: datetime) -> list[Person]:
    found: dict[int, Person] = {}
    if insured.died_on is not None:
        return _heirs(insured, at)
    if reporter.pk == insured.pk or insured.pk in family_of(reporter.pk, at):
        found[reporter.pk] = reporter
    if insured.born_on is None or add_months(insured.born_on, OWN_DATA_FROM * 12) <= day_in_china(at):
        found[insured.pk] = insured
    elif not found:
        acting = (
            Relation.objects.filter(other=insured, kind__in=("guardian", "parent"), proven_at__lte=at)
            .filter(Q(ended_at__isnull=True) | Q(ended_at__gt=at))
            .select_related("person")
        )
        found = {each.person_id: each.person for each in acting}
    return [person for person in found.values() if person.locked_at is None]


def _heirs(insured: Person, at: datetime) -> list[Person]:
    """Who is told of what was somebody's who died."""
    held = Relation.objects.filter(other=insured, kind="heir", proven_at__lte=at, ended_at__isnull=True)
    return [each.person for each in held.select_related("person").order_by("pk") if each.person.locked_at is None]


def _notice(
    record: Record,
    claim: Claim | None,
    person: Person,
    code: str,
    told: dict[str, Any],
    among: Mapping[str, words.NoticeWords],
    at: datetime,
) -> Notice:
    values = {name: _step_name(value, person) if isinstance(value, Step) else value for name, value in told.items()}
    return Notice(
        key=f"record:{record.pk}:person:{person.pk}",
        person=person,
        claim=claim,
        record=record,
        what=record.kind,
        channel=_channels(person)[0].value,
        language=person.language,
        text=words.sms(code, values, person.language, among),
        title=words.title(code, values, person.language, among),
        body=words.body(code, values, person.language, among, is_large=person.large_print),
        made_at=at,
        send_at=after_quiet(
            at + WRITTEN_WAIT if record.kind == "claim.written" else at, person.quiet_from, person.quiet_to
        ),
    )


def _step_name(step: Step, person: Person) -> str:
    return STEPS[step].zh if person.language.startswith("zh") else STEPS[step].en


def _channels(person: Person) -> tuple[Channel, ...]:
    """The ways to a person, best first; the inbox is always there."""
    ways = ((Channel.SMS, person.phone), (Channel.EMAIL, person.email), (Channel.APP, "inbox"))
    return tuple(channel for channel, address in ways if address)


def _address(person: Person, channel: Channel) -> str:
    ways = {Channel.SMS: person.phone, Channel.EMAIL: person.email, Channel.APP: f"person:{person.pk}"}
    return str(ways[channel])


@transaction.atomic(durable=True)
def _take(notice_id: int, at: datetime) -> _Sending | Told | None:
    found = Notice.objects.select_related("person").only(*_OWN, *(f"person__{column}" for column in _REACHED))
    notice = found.select_for_update(of=("self",)).get(pk=notice_id)
    if notice.state != "due" or notice.send_at > at:
        return None
    person = notice.person
    if person.locked_at is not None:
        return _give_up(notice, "LOCKED")
    later = after_quiet(at, person.quiet_from, person.quiet_to)
    if later > at:
        notice.send_at = later
        notice.save(update_fields=["send_at"])
        return None
    was_sent = notice.attempts > 0
    if notice.attempts >= MOST_ATTEMPTS:
        return _next_way(notice, "NO_ANSWER", at)
    channel = Channel(notice.channel)
    notice.sent_to = notice.sent_to or _address(person, channel)
    is_short = channel is Channel.SMS
    try:
        message = Message(
            key=f"{notice.key}:{channel.value}",
            to=notice.sent_to,
            channel=channel,
            text=notice.text if is_short else notice.body,
            lang="zh-Hans" if notice.language.startswith("zh") else "en",
            at=notice.made_at,
            subject="" if is_short else notice.title,
        )
    except Malformed:
        return _next_way(notice, "UNREADABLE_ADDRESS", at)
    notice.attempts += 1
    # Until then it is this worker's; after it, whoever looks asks what became of it.
    notice.send_at = at + min(FIRST_WAIT * 3 ** (notice.attempts - 1), LONGEST_WAIT)
    notice.save(update_fields=["attempts", "send_at", "sent_to"])
    return _Sending(notice_id, message, was_sent)


def _sent(sending: _Sending, wire: messages.Messages, at: datetime) -> Told | None:
    try:
        answer = wire.status(sending.message.key, at) if sending.was_sent else None
        answer = answer or wire.send(sending.message)
    except NoAnswer:
        return _write(sending.notice_id, None, "NO_ANSWER", at, at)
    except (KeyReused, NotCarried) as fault:
        return _write(sending.notice_id, State.REFUSED, fault.code, at, at)
    trouble = "" if answer.state is State.SENT else answer.state.value
    return _write(sending.notice_id, answer.state, trouble, answer.at, at)


@transaction.atomic(durable=True)
def _write(notice_id: int, state: State | None, trouble: str, when: datetime, at: datetime) -> Told:
    found = Notice.objects.select_related("person", "claim")
    found = found.only(*_OWN, "person__phone", "person__email", "claim__claim_no")
    notice = found.select_for_update(of=("self",)).get(pk=notice_id)
    if notice.state != "due":
        return Told(notice_id, notice.state)
    if state is State.SENT:
        _deliver(notice, max(when, notice.made_at), at, notice.channel)
        notice.trouble = ""
    elif state in (State.UNREACHABLE, State.REFUSED) or notice.attempts >= MOST_ATTEMPTS:
        return _next_way(notice, trouble, at)
    else:
        notice.trouble = trouble
    notice.save()
    return Told(notice_id, notice.state, notice.trouble)


def _deliver(notice: Notice, when: datetime, at: datetime, channel: str) -> None:
    notice.state, notice.sent_at, notice.delivered_at = "sent", at, when
    subject = f"claim:{notice.claim.claim_no}" if notice.claim is not None else f"person:{notice.person_id}"
    data = {"notice": notice.pk, "person": notice.person_id, "what": notice.what, "channel": channel}
    about = {} if notice.record_id is None else {"about": notice.record_id}
    records.append("notice.sent", subject, by=HOUSE, at=at, data=data | about)


def _next_way(notice: Notice, trouble: str, at: datetime) -> Told:
    """The next channel to this person, or nothing more: the inbox keeps the notice either way."""
    ways = _channels(notice.person)
    used = [place for place, channel in enumerate(ways) if channel.value == notice.channel]
    left = ways[used[0] + 1 :] if used else ()
    if not left:
        return _give_up(notice, trouble)
    notice.channel, notice.attempts, notice.sent_to = left[0].value, 0, ""
    notice.send_at, notice.trouble = at, trouble
    notice.save()
    return Told(notice.pk, "due", trouble)


def _give_up(notice: Notice, trouble: str) -> Told:
    notice.state, notice.trouble = "given_up", trouble
    notice.save()
    return Told(notice.pk, "given_up", trouble)
