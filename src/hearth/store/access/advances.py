"""Advances, read: the desk's list, one case with all that is on its screen, the member's own, a hospital's link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from hearth.store.access.people import acts_as
from hearth.store.access.rows import NotThere, log_read, may, one, permit, rows
from hearth.store.access.who import Who
from hearth.store.models import Advance, Hospital, HospitalAccount, Instalment, UsualCourse
from hearth.words.advances import OPEN_ADVANCES, AdvanceState, AdvanceWords, Tier, TierReason, advance_consents_on
from hearth.words.calendar import day_in_china

A = AdvanceState
PAGE = 50
ITEMS = 3


@dataclass(frozen=True, slots=True)
class AdvanceRow:
    """One advance in a list: no health content."""

    advance_no: str
    person_id: int
    person: str
    hospital: str
    hospital_en: str
    state: AdvanceState
    state_at: datetime
    admitted_on: date
    is_emergency: bool
    is_hardship: bool
    programme: str
    estimate_fen: int
    cap_fen: int
    cost_fen: int
    paid_fen: int
    balance_fen: int
    due_at: datetime | None
    steward: str
    reason: str
    tier: Tier | None
    """How closely the stay is followed; None while it was not looked at."""

    def hospital_in(self, lang: str) -> str:
        """The hospital's name in a language, in Chinese where it has no other; empty while it is not known."""
        return (self.hospital_en if lang == "en" else "") or self.hospital


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """One thing that is asked to be agreed to, and whether it was."""

    words: AdvanceWords
    given_at: datetime | None
    given_by: str
    is_guardian: bool


@dataclass(frozen=True, slots=True)
class OpinionRow:
    """A signed opinion."""

    number: int
    verdict: str
    approved_fen: int | None
    estimate_fen: int
    reasons: str
    reference: str
    signed_by: str
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A letter of guarantee."""

    number: int
    cap_fen: int
    bound: str
    share_bp: int
    limit_left_fen: int
    estimate_fen: int
    expected_fen: int
    valid_until: date
    issued_by: str
    approved_by: str
    issued_at: datetime
    holds: bool
    record_id: int


@dataclass(frozen=True, slots=True)
class InstalmentRow:
    """Money on its way to a hospital."""

    id: int
    number: int
    amount_fen: int
    state: str
    reason: str
    account: str
    prepared_by: str
    prepared_by_id: int
    prepared_at: datetime
    released_by: str
    released_at: datetime | None
    settled_at: datetime | None
    record_id: int | None


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One movement of what is outstanding."""

    what: str
    fen: int
    payer: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TaskRow:
    """Something that somebody does for a case."""

    id: int
    owner: str
    what: str
    due_on: date
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class ClockRow:
    """A limit that runs or ran."""

    code: str
    state: str
    started_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A signed plan of repayment."""

    instalments: tuple[tuple[date, int], ...]
    may_set_off: bool
    recovered_before_fen: int
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class AdvanceFile:
    """Everything about one advance, as one screen shows it."""

    row: AdvanceRow
    reader_is: frozenset[str]
    """What the reader is to the patient: "self", or kinds of proven relations; empty for staff."""
    born_on: date | None
    policy_no: str
    product: str
    hospital_code: str
    hospital_in_network: bool
    account_tail: str
    source: str
    notified_at: datetime
    discharged_on: date | None
    illness: str
    icd: str
    plan: str
    hardship: str
    intake: str
    words: str
    checks: tuple[dict[str, Any], ...]
    limit_left_fen: int
    expected_fen: int
    tier_because: tuple[TierReason, ...]
    risk: str
    risk_signs: tuple[tuple[str, str], ...]
    watches_cost: bool
    offset_fen: int
    recovered_fen: int
    written_off_fen: int
    claim_no: str
    consents: tuple[ConsentRow, ...]
    opinions: tuple[OpinionRow, ...]
    letters: tuple[LetterRow, ...]
    letter_waits_fen: int
    letter_waits_of: int | None
    waiver_waits_fen: int
    waiver_waits_of: int | None
    waiver_why: str
    instalments: tuple[InstalmentRow, ...]
    entries: tuple[EntryRow, ...]
    costs: tuple[tuple[date, int], ...]
    usual: tuple[int, ...]
    """Fen at the 5th, 25th, 50th, 75th and 95th percent of the illness in the company's own claims; empty: no data."""
    usual_days: tuple[int, ...]
    usual_of: tuple[int, int]
    """Bills and people that the usual course was counted from."""
    usual_items: tuple[str, ...]
    """What its bills are mostly for, the commonest first."""
    tasks: tuple[TaskRow, ...]
    clocks: tuple[ClockRow, ...]
    plan_signed: PlanRow | None
    steps: tuple[tuple[AdvanceState, datetime, str], ...]
    owed_at: datetime | None
    reminded: int

    @property
    def letter(self) -> LetterRow | None:
        """The letter that holds."""
        return next((one for one in self.letters if one.holds), None)

    @property
    def missing(self) -> tuple[AdvanceWords, ...]:
        """What is not agreed to yet."""
        return tuple(one.words for one in self.consents if one.given_at is None)


@dataclass(frozen=True, slots=True)
class HospitalRow:
    """A registered hospital."""

    id: int
    code: str
    name: str
    name_en: str
    level: int
    ownership: str
    in_network: bool
    account_tail: str
    account_bank: str
    waiting_id: int | None
    waiting_tail: str
    waiting_by_id: int | None


@dataclass(frozen=True, slots=True)
class HospitalsView:
    """What a hospital's interface tells of an advance: where it stands and what is promised, nothing of the patient."""

    advance_no: str
    external_id: str
    state: AdvanceState
    admitted_on: date
    cap_fen: int
    valid_until: date | None
    paid_fen: int


def advances_of(by: Who, at: datetime) -> tuple[AdvanceRow, ...]:
    """Advances of the reader and of those they act for, newest first."""
    return tuple(_row(one) for one in _listed(rows(by, "advance", "see", at)).order_by("-id")[:PAGE])


def advance_queue(by: Who, at: datetime, *, state: str = "", limit: int = PAGE) -> tuple[AdvanceRow, ...]:
    """Open advances for those who work on them, by the time that is left; of one state where it is named."""
    permit(by, "advance", "see")
    found = _listed(rows(by, "advance", "see", at)).exclude(person=by.person_id)
    found = found.filter(state=state) if state else found.filter(state__in=OPEN_ADVANCES)
    return tuple(_row(one) for one in found.order_by("due_at", "id")[: min(limit, 200)])


def advance_file(by: Who, advance_no: str, at: datetime, *, purpose: str = "advance") -> AdvanceFile:
    """Everything about one advance, as far as `by` may see it; the read is written down with its purpose.

    Raises: NotThere, NotAllowed.
    """
    found: Advance = one(by, "advance", "see", at, advance_no=advance_no)
    log_read(by, [found.person_id], "advance", advance_no, purpose, at)
    return _file(by, found, at)


def hospitals(by: Who, at: datetime) -> tuple[HospitalRow, ...]:
    """Every registered hospital.  Raises: NotAllowed."""
    permit(by, "hospital", "see")
    return tuple(_hospital(each) for each in Hospital.objects.order_by("code")[:500])


def hospital_names(at: datetime) -> tuple[tuple[str, str, str], ...]:
    """Code and names of the hospitals in the network: what a member chooses from."""
    return tuple(Hospital.objects.filter(in_network=True).order_by("name").values_list("code", "name", "name_en")[:500])


def hospitals_view(by: Who, key: str, at: datetime) -> HospitalsView:
    """An advance as the partner that told of it sees it, by our number or its own.  Raises: NotThere, NotAllowed."""
    found = rows(by, "advance", "see", at).filter(Q(advance_no=key) | Q(external_id=key)).values_list("pk", flat=True)
    pk = found.first()
    return _view(by, one(by, "advance", "see", at, pk=pk if pk is not None else 0))


def advance_told(by: Who, advance_no: str, at: datetime) -> HospitalsView:
    """The same, for a partner that told of something just now and need not have the right to ask."""
    return _view(by, one(by, "advance", "track", at, advance_no=advance_no))


def _view(by: Who, advance: Advance) -> HospitalsView:
    letter = advance.guarantees.filter(ended_at__isnull=True).first()
    return HospitalsView(
        advance_no=advance.advance_no,
        external_id=advance.external_id if advance.partner_id == by.partner_id else "",
        state=AdvanceState(advance.state),
        admitted_on=advance.admitted_on,
        cap_fen=advance.cap_fen,
        valid_until=letter.valid_until if letter else None,
        paid_fen=advance.paid_fen,
    )


def advance_by_external(by: Who, external_id: str, at: datetime) -> str | None:
    """The number of the advance that a partner's own number stands for; None where it stands for none."""
    found = Advance.objects.filter(partner=by.partner_id, partner__isnull=False, external_id=external_id)
    return found.values_list("advance_no", flat=True).first()


def advance_to_track(by: Who, key: str, at: datetime) -> str:
    """The number of an advance of which a partner tells the cost, by its number or ours.  Raises: NotThere."""
    found = rows(by, "advance", "track", at).filter(Q(advance_no=key) | Q(external_id=key))
    no = found.values_list("advance_no", flat=True).first()
    if no is None:
        raise NotThere(kind="advance", key=key)
    return str(no)


def letter_record(by: Who, advance_no: str, at: datetime) -> int | None:
    """The record of the letter that holds: its receipt."""
    found = rows(by, "advance", "see", at).filter(advance_no=advance_no, guarantees__ended_at__isnull=True)
    return found.values_list("guarantees__record", flat=True).first()


def may_work(by: Who) -> bool:
    """Whether the advance desk is for somebody: they do more than look at their own."""
    return by.is_staff and may(by, "advance", "see")


def _listed(found: Any) -> Any:
    return found.select_related("person", "hospital", "steward")


def _row(of: Advance) -> AdvanceRow:
    return AdvanceRow(
        advance_no=of.advance_no,
        person_id=of.person_id,
        person=of.person.full_name,
        hospital=of.hospital.name if of.hospital else "",
        hospital_en=of.hospital.name_en if of.hospital else "",
        state=AdvanceState(of.state),
        state_at=of.state_at,
        admitted_on=of.admitted_on,
        is_emergency=of.is_emergency,
        is_hardship=of.is_hardship,
        programme=of.programme,
        estimate_fen=of.estimate_fen,
        cap_fen=of.cap_fen,
        cost_fen=of.cost_fen,
        paid_fen=of.paid_fen,
        balance_fen=of.balance_fen,
        due_at=of.due_at,
        steward=of.steward.full_name if of.steward else "",
        reason=of.reason,
        tier=Tier(of.tier) if of.tier else None,
    )


def _file(by: Who, of: Advance, at: datetime) -> AdvanceFile:
    account = HospitalAccount.objects.filter(
        hospital=of.hospital_id, confirmed_at__isnull=False, ended_at__isnull=True
    ).first()
    letter_waits = of.letters_proposed.filter(state="waiting").first()
    waiver = of.waivers.filter(state="waiting").first()
    costs = dict(of.costs.order_by("id").values_list("on", "cost_fen"))
    course = (
        UsualCourse.objects.filter(disease__in=(of.icd, of.icd[:3]), setting="inpatient").order_by("-disease").first()
        if of.icd
        else None
    )
    plan = of.repayment_plans.filter(ended_at__isnull=True).first()
    return AdvanceFile(
        row=_row(of),
        reader_is=frozenset() if by.person_id is None else acts_as(by.person_id, of.person_id, at),
        born_on=of.person.born_on,
        policy_no=of.policy.policy_no if of.policy else "",
        product=of.policy.product if of.policy else "",
        hospital_code=of.hospital.code if of.hospital else "",
        hospital_in_network=of.hospital is not None and of.hospital.in_network,
        account_tail=account.number_tail if account else "",
        source=of.source,
        notified_at=of.notified_at,
        discharged_on=of.discharged_on,
        illness=of.illness,
        icd=of.icd,
        plan=of.plan,
        hardship=of.hardship,
        intake=of.intake,
        words=of.words,
        checks=tuple(of.checks),
        limit_left_fen=of.limit_left_fen,
        expected_fen=of.expected_fen,
        tier_because=tuple(TierReason(one) for one in of.tier_because),
        risk=of.risk,
        risk_signs=tuple((str(code), str(weight)) for code, weight in of.risk_signs),
        watches_cost=of.watches_cost,
        offset_fen=of.offset_fen,
        recovered_fen=of.recovered_fen,
        written_off_fen=of.written_off_fen,
        claim_no=of.claim.claim_no if of.claim else "",
        consents=_consents(of, at),
        opinions=tuple(
            OpinionRow(
                number=each.number, verdict=each.verdict, approved_fen=each.approved_fen,
                estimate_fen=each.estimate_fen, reasons=each.reasons, reference=each.reference,
                signed_by=each.signed_by.full_name, signed_at=each.signed_at,
            )
            for each in of.opinions.select_related("signed_by").order_by("-number")
        ),
        letters=tuple(
            LetterRow(
                number=each.number, cap_fen=each.cap_fen, bound=each.bound, share_bp=each.share_bp,
                limit_left_fen=each.limit_left_fen, estimate_fen=each.estimate_fen, expected_fen=each.expected_fen,
                valid_until=each.valid_until, issued_by=each.issued_by.full_name,
                approved_by=each.approved_by.full_name if each.approved_by else "", issued_at=each.issued_at,
                holds=each.ended_at is None, record_id=each.record_id,
            )
            for each in of.guarantees.select_related("issued_by", "approved_by").order_by("-number")
        ),
        letter_waits_fen=letter_waits.cap_fen if letter_waits else 0,
        letter_waits_of=letter_waits.proposed_by_id if letter_waits else None,
        waiver_waits_fen=waiver.amount_fen if waiver else 0,
        waiver_waits_of=waiver.proposed_by_id if waiver else None,
        waiver_why=waiver.why if waiver else "",
        instalments=tuple(_instalment(each) for each in of.instalments.select_related(
            "account", "prepared_by", "released_by"
        ).order_by("number")),
        entries=tuple(
            EntryRow(each.what, each.fen, each.payer, each.at) for each in of.entries.order_by("seq")
        ),
        costs=tuple(sorted(costs.items())),
        usual=tuple(int(fen) for fen in course.cost_fen) if course else (),
        usual_days=tuple(int(days) for days in course.stay_days) if course else (),
        usual_of=(course.bills, course.people) if course else (0, 0),
        usual_items=tuple(str(one["name"]) for one in course.items[:ITEMS]) if course else (),
        tasks=tuple(
            TaskRow(each.pk, each.owner, each.what, each.due_on, each.done_at)
            for each in of.tasks.order_by("due_on", "id")
        ),
        clocks=tuple(
            ClockRow(each.code, each.state, each.started_at, each.due_at)
            for each in of.clocks.order_by("started_at", "id")
        ),
        plan_signed=None
        if plan is None
        else PlanRow(
            instalments=tuple((date.fromisoformat(day), int(fen)) for day, fen in plan.instalments),
            may_set_off=plan.may_set_off,
            recovered_before_fen=plan.recovered_before_fen,
            signed_at=plan.signed_at,
        ),
        steps=tuple(
            (AdvanceState(each.to_state), each.at, each.by) for each in of.steps.order_by("seq")
        ),
        owed_at=of.owed_at,
        reminded=of.reminded,
    )  # fmt: skip


def _consents(of: Advance, at: datetime) -> tuple[ConsentRow, ...]:
    held = {each.what: each for each in of.consents.filter(withdrawn_at__isnull=True).select_related("given_by")}
    found = []
    for words in advance_consents_on(day_in_china(at)):
        given = held.get(words.what)
        found.append(
            ConsentRow(
                words=words,
                given_at=given.given_at if given else None,
                given_by=given.given_by.full_name if given else "",
                is_guardian=given.is_guardian if given else False,
            )
        )
    return tuple(found)


def _instalment(of: Instalment) -> InstalmentRow:
    return InstalmentRow(
        id=of.pk,
        number=of.number,
        amount_fen=of.amount_fen,
        state=of.state,
        reason=of.reason,
        account=f"{of.account.bank} ···· {of.account.number_tail}",
        prepared_by=of.prepared_by.full_name,
        prepared_by_id=of.prepared_by_id,
        prepared_at=of.prepared_at,
        released_by=of.released_by.full_name if of.released_by else "",
        released_at=of.released_at,
        settled_at=of.settled_at,
        record_id=of.record_id,
    )


def _hospital(of: Hospital) -> HospitalRow:
    held = of.accounts.filter(ended_at__isnull=True).order_by("id")
    confirmed = next((each for each in held if each.confirmed_at is not None), None)
    waiting = next((each for each in reversed(list(held)) if each.confirmed_at is None), None)
    return HospitalRow(
        id=of.pk,
        code=of.code,
        name=of.name,
        name_en=of.name_en,
        level=of.level,
        ownership=of.ownership,
        in_network=of.in_network,
        account_tail=confirmed.number_tail if confirmed else "",
        account_bank=confirmed.bank if confirmed else "",
        waiting_id=waiting.pk if waiting else None,
        waiting_tail=waiting.number_tail if waiting else "",
        waiting_by_id=waiting.added_by_id if waiting else None,
    )
