"""One claim whole: everything about the case on one screen, as far as whoever asks may see it; every read is logged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from hearth.store.access.claims import ClaimRow, places_of, row_of, with_names
from hearth.store.access.claims_beside import Beside, Names, beside_of
from hearth.store.access.claims_track import Told, TrackStep, told, track
from hearth.store.access.people import FamilyRow
from hearth.store.access.rows import NotAllowed, family_of, log_read, one, rows
from hearth.store.access.who import Who
from hearth.store.models import Calculation, Claim, ClaimNote, Decision, InvoiceKey, Message, Paper, PaperContent
from hearth.words.claims import ClaimState
from hearth.words.numbers import masked

S = ClaimState
EARLIER = 20
"""Earlier claims of the person that are shown beside the case."""
AFTER_CALCULATED = frozenset({S.CALCULATED, S.DECIDED, S.AGREED, S.PAID, S.RETURNED, S.CLOSED})


@dataclass(frozen=True, slots=True)
class PersonBrief:
    """The insured person of a claim."""

    person_id: int
    full_name: str
    born_on: date | None
    sex: str
    phone: str
    language: str
    large_print: bool


@dataclass(frozen=True, slots=True)
class AccountBrief:
    """The account that the money goes to."""

    account_id: int
    holder_name: str
    bank: str
    tail: str


@dataclass(frozen=True, slots=True)
class CasePolicy:
    """A policy of the claim, in the chosen order, and what it pays."""

    policy_no: str
    product: str
    plan: str
    starts_on: date
    ends_on: date
    state: str
    position: int
    payable_fen: int | None


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A paper of the claim; its bytes are read by `paper_content`."""

    paper_id: int
    kind: str
    name: str
    content_type: str
    size: int
    pages: int
    width: int
    height: int
    numbers: tuple[int, ...]
    added_at: datetime
    added_by: str
    evidence: str


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A decision of the claim, with the computed result it rests on (the kernel's decision as it was kept)."""

    decision_id: int
    number: int
    outcome: str
    payable_fen: int
    paid_out_fen: int
    is_automatic: bool
    decided_by: str
    approved_by: str
    reason: str
    clause: str
    evidence: tuple[str, ...]
    words: str
    decided_at: datetime
    record_id: int
    result: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CalculationRow:
    """The last calculation: what it proposes, and why a person has to look (for those who work on the claim)."""

    calculation_id: int
    at: datetime
    by: str
    engine: str
    payable_fen: int
    paid_out_fen: int
    at_stake_fen: int
    proposal: str
    needs_person: tuple[Mapping[str, Any], ...]
    result: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    """A limit of the claim, and who is waited for is told by its code (kernel.promises.limit, words.limits)."""

    code: str
    state: str
    started_at: datetime
    due_at: datetime | None
    target_on: date | None
    met_at: datetime | None
    is_provisional: bool
    pauses: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class SupplementRow:
    """A request for papers."""

    number: int
    items: tuple[Mapping[str, Any], ...]
    asked_by: str
    supervisor: str
    new_fact: str
    asked_at: datetime
    delivered_at: datetime | None
    ended_at: datetime | None
    ending: str


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A proposed decision."""

    proposal_id: int
    outcome: str
    proposed_by_id: int
    proposed_by: str
    proposed_at: datetime
    at_stake_fen: int
    authority_fen: int
    reason: str
    clause: str
    evidence: tuple[str, ...]
    words: str
    state: str
    ended_by: str
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class AdjustmentRow:
    """What a void or a late event would change in this claim."""

    adjustment_id: int
    cause: str
    caused_by: str
    old_fen: int
    new_fen: int
    proposed_at: datetime
    state: str
    decided_by: str
    decided_at: datetime | None
    why: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the thread, or a note."""

    line_id: int
    by_id: int
    by: str
    is_staff: bool
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Flag:
    """Something a person should see: the same invoice or the same picture in another claim, or a finding."""

    code: str
    invoice: int | None
    claim_no: str
    same_person: bool
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A claim with everything about it.  What only those who work on it see is empty for everybody else."""

    row: ClaimRow
    is_desk: bool
    person: PersonBrief
    reporter_name: str
    account: AccountBrief | None
    story: str
    facts: Mapping[str, Any]
    marks: tuple[Mapping[str, Any], ...]
    known: tuple[Mapping[str, Any], ...]
    held: tuple[str, ...]
    has_no_more: bool
    accepted_at: datetime | None
    decided_at: datetime | None
    told_at: datetime | None
    agreed_at: datetime | None
    paid_at: datetime | None
    closed_at: datetime | None
    track: tuple[TrackStep, ...]
    steps: tuple[Told, ...]
    policies: tuple[CasePolicy, ...]
    papers: tuple[PaperRow, ...]
    decision: DecisionRow | None
    decisions: tuple[DecisionRow, ...]
    calculation: CalculationRow | None
    deadlines: tuple[DeadlineRow, ...]
    supplements: tuple[SupplementRow, ...]
    messages: tuple[Line, ...]
    # For those who work on the claim.
    investigator: str
    proposals: tuple[ProposalRow, ...]
    adjustments: tuple[AdjustmentRow, ...]
    notes: tuple[Line, ...]
    flags: tuple[Flag, ...]
    family: tuple[FamilyRow, ...]
    earlier: tuple[ClaimRow, ...]

    @property
    def invoices(self) -> tuple[Mapping[str, Any], ...]:
        """The invoices as they were typed or imported."""
        return tuple(self.facts.get("invoices", ()))


def one_claim(by: Who, claim_no: str, at: datetime, *, purpose: str = "claim") -> CaseFile:
    """Everything about one claim, as far as `by` may see it.  Raises: NotThere, NotAllowed.

    A read by anybody but the person is written down with its purpose: claim, audit, service, advance, payment.
    """
    claim: Claim = one(by, "claim", "see", at, claim_no=claim_no)
    log_read(by, [claim.person_id], "claim", claim_no, purpose, at)
    is_desk = works_on(by, claim, at)
    beside = beside_of(claim, is_desk)
    decisions = tuple(_decision(row, beside.names) for row in beside.decisions)
    current = next((row for row in decisions if row.decision_id == claim.decision_id), None)
    state = S(claim.state)
    return CaseFile(
        row=row_of(claim),
        is_desk=is_desk,
        person=_person(claim, by),
        reporter_name=beside.names[claim.reporter_id],
        account=_account(claim),
        story=claim.story,
        facts=claim.facts,
        marks=tuple(claim.marks) if is_desk else (),
        known=tuple(claim.known) if is_desk else (),
        held=tuple(claim.held),
        has_no_more=claim.has_no_more,
        accepted_at=claim.accepted_at,
        decided_at=claim.decided_at,
        told_at=claim.told_at,
        agreed_at=claim.agreed_at,
        paid_at=claim.paid_at,
        closed_at=claim.closed_at,
        track=track(state, beside.transitions),
        steps=told(beside.transitions),
        policies=_policies(claim),
        papers=tuple(_paper(paper, beside.names) for paper in beside.papers),
        decision=current,
        decisions=decisions,
        calculation=_calculation(beside.last, is_desk) if is_desk or state in AFTER_CALCULATED else None,
        deadlines=tuple(
            DeadlineRow(
                row.code, row.state, row.started_at, row.due_at, row.target_on, row.met_at, row.is_provisional,
                tuple((str(first), last) for first, last in row.pauses),
            )
            for row in claim.deadlines.order_by("due_at", "pk")
        ),
        supplements=_supplements(beside, is_desk),
        messages=_lines(beside.messages, claim, beside.names),
        investigator=beside.names[claim.investigator_id] if is_desk else "",
        proposals=_proposals(beside),
        adjustments=_adjustments(beside),
        notes=_lines(beside.notes, claim, beside.names),
        flags=_within_reach(_flags(claim, beside), by, at) if is_desk else (),
        family=_family(beside, at),
        earlier=_earlier(claim, by, at) if is_desk else (),
    )  # fmt: skip


def works_on(by: Who, claim: Claim, at: datetime) -> bool:
    """Whether somebody sees a claim as those do who work on it: by a role, and not their own or their family's."""
    if by.is_house:
        return True
    if by.partner_id is not None or not by.is_staff:
        return False
    try:
        places = places_of(by)
    except NotAllowed:
        return False
    if places is not None and claim.branch_id not in places:
        return False
    # Nobody works on what is their own: the same rule as for the desk's verbs.
    return claim.person_id not in _own(by, at)


def paper_content(
    by: Who, paper_id: int, at: datetime, *, purpose: str = "claim", thumbnail: bool = False
) -> tuple[bytes, str, str]:
    """The bytes of a paper (or of its thumbnail, a JPEG), their content type and a name.  Raises: NotThere."""
    paper: Paper = one(by, "paper", "see", at, pk=paper_id)
    log_read(by, [paper.claim.person_id], "paper", paper_id, purpose, at)
    content = PaperContent.objects.get(pk=paper.pk)
    if thumbnail:
        return content.thumbnail, "image/jpeg", paper.name
    return content.content, paper.content_type, paper.name


def _own(by: Who, at: datetime) -> tuple[int, ...]:
    return () if by.person_id is None else family_of(by.person_id, at)


def _person(claim: Claim, by: Who) -> PersonBrief:
    person = claim.person
    phone = person.phone or ""
    return PersonBrief(
        person.pk,
        person.full_name,
        person.born_on,
        person.sex,
        phone if by.person_id == person.pk else masked(phone),
        person.language,
        person.large_print,
    )


def _account(claim: Claim) -> AccountBrief | None:
    account = claim.account
    if account is None:
        return None
    return AccountBrief(account.pk, account.holder_name, account.bank, account.number_tail)


def _policies(claim: Claim) -> tuple[CasePolicy, ...]:
    return tuple(
        CasePolicy(
            row.policy.policy_no,
            row.policy.product,
            row.policy.plan,
            row.policy.starts_on,
            row.policy.ended_on or row.policy.ends_on,
            row.policy.state,
            row.position,
            row.payable_fen,
        )
        for row in sorted(claim.policies.all(), key=lambda row: row.position)
    )


def _paper(paper: Paper, names: Names) -> PaperRow:
    return PaperRow(
        paper.pk,
        paper.kind,
        paper.name,
        paper.content_type,
        paper.size,
        paper.pages,
        paper.width,
        paper.height,
        tuple(paper.numbers),
        paper.added_at,
        names[paper.added_by_id],
        f"paper:{paper.pk}",
    )


def _decision(row: Decision, names: Names) -> DecisionRow:
    return DecisionRow(
        row.pk,
        row.number,
        row.outcome,
        row.payable_fen,
        row.paid_out_fen,
        row.is_automatic,
        names[row.decided_by_id],
        names[row.approved_by_id],
        row.reason,
        row.clause,
        tuple(row.evidence),
        row.words,
        row.decided_at,
        row.record_id,
        row.calculation.result,
    )


def _calculation(row: Calculation | None, is_desk: bool) -> CalculationRow | None:
    if row is None:
        return None
    return CalculationRow(
        row.pk,
        row.at,
        row.by,
        row.engine,
        row.payable_fen,
        row.paid_out_fen,
        row.at_stake_fen if is_desk else 0,
        row.proposal if is_desk else "",
        tuple(row.needs_person) if is_desk else (),
        row.result,
    )


def _supplements(beside: Beside, is_desk: bool) -> tuple[SupplementRow, ...]:
    return tuple(
        SupplementRow(
            row.number,
            tuple(row.items),
            beside.names[row.asked_by_id] if is_desk else "",
            beside.names[row.supervisor_id] if is_desk else "",
            row.new_fact,
            row.asked_at,
            row.delivered_at,
            row.ended_at,
            row.ending,
        )
        for row in beside.supplements
    )


def _proposals(beside: Beside) -> tuple[ProposalRow, ...]:
    return tuple(
        ProposalRow(
            row.pk,
            row.outcome,
            row.proposed_by_id,
            beside.names[row.proposed_by_id],
            row.proposed_at,
            row.at_stake_fen,
            row.authority_fen,
            row.reason,
            row.clause,
            tuple(row.evidence),
            row.words,
            row.state,
            beside.names[row.ended_by_id],
            row.ended_at,
        )
        for row in beside.proposals
    )


def _adjustments(beside: Beside) -> tuple[AdjustmentRow, ...]:
    return tuple(
        AdjustmentRow(
            row.pk,
            row.cause,
            row.caused_by,
            row.old_fen,
            row.new_fen,
            row.proposed_at,
            row.state,
            beside.names[row.decided_by_id],
            row.decided_at,
            row.why,
        )
        for row in beside.adjustments
    )


def _lines(found: Iterable[Message | ClaimNote], claim: Claim, names: Names) -> tuple[Line, ...]:
    members = {claim.person_id, claim.reporter_id}
    return tuple(Line(row.pk, row.by_id, names[row.by_id], row.by_id not in members, row.at, row.text) for row in found)


def _within_reach(flags: tuple[Flag, ...], by: Who, at: datetime) -> tuple[Flag, ...]:
    """The flags, without the numbers of claims that whoever asks may not see."""
    others = {flag.claim_no for flag in flags if flag.claim_no}
    if not others:
        return flags
    seen = set(rows(by, "claim", "see", at).filter(claim_no__in=others).values_list("claim_no", flat=True))
    return tuple(flag if flag.claim_no in seen else replace(flag, claim_no="") for flag in flags)


def _flags(claim: Claim, beside: Beside) -> tuple[Flag, ...]:
    """The same invoice and the same picture in other living claims, and the findings of the last calculation."""
    living = Q(claim__state__in=[state.value for state in S if state not in (S.DRAFT, S.WITHDRAWN)])
    keys = list(claim.invoice_keys.values_list("key", flat=True))
    invoices = InvoiceKey.objects.filter(living, key__in=keys).exclude(claim=claim.pk).order_by("claim_id")
    flags = [
        Flag("SAME_INVOICE", None, claim_no, person_id == claim.person_id, {"key": key, "number": number})
        for claim_no, person_id, key, number in invoices.values_list(
            "claim__claim_no", "claim__person_id", "key", "number"
        )[:EARLIER]
    ]
    pictures = [paper.sha256 for paper in beside.papers]
    same = Paper.objects.filter(living, sha256__in=pictures, removed_at__isnull=True).exclude(claim=claim.pk)
    flags += [
        Flag("SAME_PICTURE", None, claim_no, person_id == claim.person_id, {"kind": kind})
        for claim_no, person_id, kind in same.order_by("claim_id").values_list(
            "claim__claim_no", "claim__person_id", "kind"
        )[:EARLIER]
    ]
    for mine in beside.last.result.get("claims", ()) if beside.last is not None else ():
        flags += [
            Flag(found["code"], found["invoice"], claim.claim_no, True, found["data"]) for found in mine["findings"]
        ]
    return tuple(flags)


def _family(beside: Beside, at: datetime) -> tuple[FamilyRow, ...]:
    """Those who act for the person of the claim."""
    return tuple(
        FamilyRow(
            relation_id=row.pk,
            person_id=row.person_id,
            full_name=beside.names[row.person_id],
            born_on=beside.born[row.person_id],
            kind=row.kind,
            is_proven=row.proven_at is not None,
            proof=row.proof,
            until_on=row.until_on,
            acts_now=row.proven_at is not None and (row.until_on is None or row.until_on > at.date()),
        )
        for row in beside.family
    )


def _earlier(claim: Claim, by: Who, at: datetime) -> tuple[ClaimRow, ...]:
    theirs = rows(by, "claim", "see", at).filter(person=claim.person_id).exclude(pk=claim.pk).exclude(state=S.DRAFT)
    return tuple(row_of(each) for each in with_names(theirs).order_by("-pk")[:EARLIER])
