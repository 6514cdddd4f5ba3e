"""Intake: claims are accepted or sent back, what is missing is asked for once and completely, and work is given out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from hearth.desks.books import clocks, records, talk
from hearth.desks.claims import calculating, lanes
from hearth.desks.claims.faults import AskedAlready, NothingMissing, NotNow, PapersMissing, TwoPeople
from hearth.desks.claims.steps import claim_for, claim_for_any, must_be, person_of, step
from hearth.desks.claims.wanting import policies_of, still_missing, wanted_by
from hearth.kernel.documents.checklist import NAMES, missing
from hearth.store.access import HOUSE, NotAllowed, NotThere, Who
from hearth.store.models import Claim, ClaimPolicy, Message, RoleGrant, Supplement
from hearth.words.calendar import day_in_china
from hearth.words.claims import ClaimState, Role
from hearth.words.faults import Fault
from hearth.words.service import Side

S = ClaimState
MOST_ITEMS = 40
DESK = (Role.STEWARD, Role.CLAIM_EXPERT, Role.SENIOR_EXPERT, Role.ASSESSOR, Role.REVIEWER)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for papers: which it is of the claim, and everything it names."""

    number: int
    items: tuple[Mapping[str, Any], ...]


@transaction.atomic(durable=True)
def accept(by: Who, claim_no: str, *, at: datetime) -> None:
    """Accept a claim: application and papers are here, the legal limits begin.

    Records:  claim.accepted.  Raises: NotThere, NotAllowed, NotNow.
    """
    claim = claim_for(by, "accept", claim_no, at)
    if claim.state == S.ACCEPTED:
        return
    must_be(claim, S.SUBMITTED)
    rows = policies_of([claim])
    _accept(by, claim, at, rows[claim.pk], is_complete=not missing(wanted_by([claim], rows, at)[claim.pk]))


@transaction.atomic(durable=True)
def accept_complete(claim_no: str, *, at: datetime) -> bool:
    """Accept a claim that is complete without waiting for a person: it is here, and nothing is missing.

    Gives:   whether it was accepted; a claim whose papers are not complete waits for a person
    Records:  claim.accepted.
    """
    claim = claim_for(HOUSE, "accept", claim_no, at)
    if claim.state != S.SUBMITTED:
        return False
    rows = policies_of([claim])
    if missing(wanted_by([claim], rows, at)[claim.pk]):
        return False
    _accept(HOUSE, claim, at, rows[claim.pk], is_complete=True)
    return True


def _accept(by: Who, claim: Claim, at: datetime, rows: Sequence[ClaimPolicy], *, is_complete: bool) -> None:
    record = records.append(
        "claim.accepted", f"claim:{claim.claim_no}", by=by, at=at, data={"received_on": day_in_china(at).isoformat()}
    )
    limit = clocks.first_day_out("L1", at)
    step(claim, S.ACCEPTED, by=by, at=at, record=record, visible="accepted", values={"due_on": limit.isoformat()})
    lanes.enter(claim, at, rows, is_complete=is_complete)


@transaction.atomic(durable=True)
def send_back(by: Who, claim_no: str, *, at: datetime, why: str) -> None:
    """Send an application back before it is accepted, with words that say what to change.

    Records:  claim.sent_back.  Raises: NotThere, NotAllowed, NotNow.
    """
    claim = claim_for(by, "send_back", claim_no, at)
    must_be(claim, S.SUBMITTED)
    said = _say(claim, by, at, why)
    record = records.append(
        "claim.sent_back", f"claim:{claim_no}", by=by, at=at, data={"message": said.pk}, sealed={"why": why}
    )
    clocks.void(claim, codes=("P_ACCEPT",))
    clocks.start(claim, "P_SUBMIT_3", at)
    step(claim, S.REPORTED, by=by, at=at, record=record, visible="sent_back")


@transaction.atomic(durable=True)
def ask_supplement(
    by: Who,
    claim_no: str,
    items: Sequence[str | Mapping[str, Any]] = (),
    *,
    at: datetime,
    new_fact: str = "",
    asked_by: int | None = None,
) -> Asked:
    """Ask for what is missing, once and completely.  (1) which request it is (2) all that is missing (3) the row.

    Needs:   `items` beside what the list of papers and the cures of the draft decision name by themselves: codes of
             papers, or {"paper": ..., "why_zh": ..., "why_en": ...}.  A second request: `by` is a supervisor, who lends
             a hand to `asked_by` (the assessor of the claim if not given), and `new_fact` says what came to light
    Gives:   everything that is asked for, with what each paper is worth as far as the draft of the decision tells
    Records:  claim.supplement_asked.  Raises: NotThere, NotAllowed, NotNow, AskedAlready, NothingMissing, TwoPeople.
    """
    claim = claim_for(by, "ask", claim_no, at)
    must_be(claim, S.ACCEPTED, S.REVIEW)
    # 1. Once; again only by a supervisor for a new fact (Insurance Law art. 22).
    number = claim.supplements.count() + 1
    asker, supervisor = person_of(by), None
    if number > 1:
        if not new_fact.strip():
            raise AskedAlready(claim_no=claim_no)
        try:
            claim_for(by, "ask_again", claim_no, at)
        except (NotAllowed, NotThere):
            raise AskedAlready(claim_no=claim_no) from None
        asker, supervisor = _second_asker(claim, by, asked_by), by.person_id
    # 2. Everything, at once.
    wanted = everything_missing(claim, at, items)
    if not wanted:
        raise NothingMissing(claim_no=claim_no)
    # 3.
    Supplement.objects.create(
        claim=claim,
        number=number,
        items=wanted,
        asked_by_id=asker,
        supervisor_id=supervisor,
        new_fact=new_fact if number > 1 else "",
        has_new_fact=number > 1,
        asked_at=at,
    )
    record = records.append(
        "claim.supplement_asked",
        f"claim:{claim_no}",
        by=by,
        at=at,
        data={
            "number": number,
            "papers": [item["paper"] for item in wanted],
            "asked_by": asker,
            "supervisor": supervisor,
        },
        sealed={"items": wanted, **({"new_fact": new_fact} if number > 1 else {})},
    )
    step(
        claim, S.SUPPLEMENT, by=by, at=at, record=record, visible="supplement_asked", values={"items": len(wanted)},
        events=(),
    )  # fmt: skip
    return Asked(number, tuple(wanted))


@transaction.atomic(durable=True)
def supplement_delivered(claim_no: str, *, at: datetime, number: int | None = None) -> None:
    """The notice has reached the member: from now on the legal limit stands still (SPC Interpretation II art. 15).

    Needs:   the number of the request, the open one if not given; news of an earlier one changes nothing
    """
    claim = claim_for(HOUSE, "ask", claim_no, at)
    asked = claim.supplements.filter(ended_at__isnull=True, delivered_at__isnull=True).first()
    if asked is not None and number not in (None, asked.number):
        return
    if claim.state != S.SUPPLEMENT or asked is None:
        return
    asked.delivered_at = at
    asked.save(update_fields=["delivered_at"])
    clocks.pause(claim, at)
    clocks.begin(claim, "claim.supplement_asked", at)
    claim.due_at = clocks.soonest(claim)
    claim.save(update_fields=["due_at"])


@transaction.atomic(durable=True)
def receive_supplement(by: Who, claim_no: str, *, at: datetime, gave_up: bool = False) -> None:
    """What was asked for is here, or the member has nothing more: the limits run on, the claim goes to review.

    Records:  claim.supplement_received.  Raises: NotThere, NotAllowed, NotNow, PapersMissing.
    """
    claim = claim_for_any(by, ("submit", "receive"), claim_no, at)
    if claim.state == S.REVIEW and claim.supplements.filter(ended_at__isnull=False).exists():
        return
    must_be(claim, S.SUPPLEMENT)
    lacking = [] if gave_up else still_missing(claim, at)
    if lacking:
        raise PapersMissing(lacking)
    asked = claim.supplements.get(ended_at__isnull=True)
    asked.ended_at, asked.ending = at, "given_up" if gave_up else "received"
    asked.save(update_fields=["ended_at", "ending"])
    claim.has_no_more = claim.has_no_more or gave_up
    clocks.resume(claim, at)
    record = records.append(
        "claim.supplement_received",
        f"claim:{claim_no}",
        by=by,
        at=at,
        data={"number": asked.number, "ending": asked.ending},
    )
    step(
        claim, S.REVIEW, by=by, at=at, record=record,
        visible="supplement_given_up" if gave_up else "supplement_received",
        events=(record.kind, "claim.review_begun"),
    )  # fmt: skip


@transaction.atomic(durable=True)
def assign(by: Who, claim_no: str, *, at: datetime, assessor: int | None = None, steward: int | None = None) -> None:
    """Give a claim to an assessor, or to a steward.

    Records:  claim.assigned.  Raises: NotThere, NotAllowed, NotNow.
    """
    claim = claim_for(by, "assign", claim_no, at)
    if claim.state in (S.CLOSED, S.WITHDRAWN, S.DRAFT):
        raise NotNow(claim_no, claim.state, (S.SUBMITTED, S.ACCEPTED, S.REVIEW, S.CALCULATED))
    for person_id, roles in ((assessor, DESK[2:]), (steward, DESK[:3])):
        if person_id is not None and not _holds(person_id, roles, claim.branch_id, at):
            raise NotThere(kind="person", key=person_id)
    before = (claim.assessor_id, claim.steward_id)
    claim.assessor_id = assessor if assessor is not None else claim.assessor_id
    claim.steward_id = steward if steward is not None else claim.steward_id
    if before == (claim.assessor_id, claim.steward_id):
        return
    claim.save(update_fields=["assessor", "steward"])
    records.append(
        "claim.assigned",
        f"claim:{claim_no}",
        by=by,
        at=at,
        data={"assessor": claim.assessor_id, "steward": claim.steward_id},
    )


def everything_missing(
    claim: Claim, at: datetime, extra: Sequence[str | Mapping[str, Any]] = ()
) -> list[dict[str, Any]]:
    """All that a claim still needs: the list's obligatory papers, the draft decision's cures, and what is added."""
    worth = _worth(claim, at)
    found: dict[tuple[str, tuple[int, ...]], dict[str, Any]] = {}
    for one in still_missing(claim, at):
        need = one.needs[0]
        found[one.paper, one.numbers] = {
            "paper": one.paper,
            "numbers": list(one.numbers),
            "about": one.about,
            "name_zh": one.name.zh,
            "name_en": one.name.en,
            "why_zh": need.why.zh,
            "why_en": need.why.en,
            "clause": need.clause or "",
            "product": need.product or "",
            "worth_fen": worth.get((one.paper,)),
        }
    asked = {paper for paper, _ in found}
    for papers, amount in worth.items():
        for paper in papers:
            if paper not in asked:
                found[paper, ()] = _item(
                    paper, "补上后才能计算相应的费用", "the costs it proves are counted with it", amount
                )
    for item in extra:
        value = {"paper": item} if isinstance(item, str) else dict(item)
        paper = str(value.get("paper", ""))[:40]
        known = paper in NAMES
        made = _item(
            paper,
            str(value.get("why_zh", "")) or "用于核对保险责任",
            str(value.get("why_en", "")) or "needed to check the cover",
            None,
        )
        if not known:
            made |= {"name_zh": str(value.get("name_zh", paper))[:60], "name_en": str(value.get("name_en", paper))[:60]}
        if paper and paper not in asked:
            found.setdefault((paper, ()), made)
    return list(found.values())[:MOST_ITEMS]


def _item(paper: str, why_zh: str, why_en: str, worth: int | None) -> dict[str, Any]:
    name = NAMES.get(paper)
    return {
        "paper": paper,
        "numbers": [],
        "about": "claim",
        "name_zh": name.zh if name is not None else paper,
        "name_en": name.en if name is not None else paper,
        "why_zh": why_zh[:200],
        "why_en": why_en[:200],
        "clause": "",
        "product": "",
        "worth_fen": worth,
    }


def _worth(claim: Claim, at: datetime) -> dict[tuple[str, ...], int]:
    """What missing papers are worth by the draft decision; nothing where it cannot be computed yet."""
    try:
        mine = calculating.drafted(claim, at).mine
    except Fault:
        return {}
    return {one.papers: one.amount for one in mine.worth if one.papers}


def _second_asker(claim: Claim, by: Who, asked_by: int | None) -> int:
    first = claim.supplements.order_by("number").values_list("asked_by", flat=True).first()
    for person_id in (asked_by, claim.assessor_id, first):
        if person_id is not None and person_id != by.person_id:
            return int(person_id)
    raise TwoPeople(why="a supervisor lends a hand to whoever works on the claim", why_zh="主管与经办人须为不同的人")


def _holds(person_id: int, roles: tuple[Role, ...], branch_id: int | None, at: datetime) -> bool:
    held = RoleGrant.objects.filter(person=person_id, role__in=roles, from_at__lte=at).exclude(to_at__lte=at)
    return any(grant.branch_id in (None, branch_id) for grant in held)


def _say(claim: Claim, by: Who, at: datetime, text: str) -> Message:
    return talk.say(claim, by_id=person_of(by), side=Side.SERVICE, at=at, text=text[: talk.MOST_TEXT])
