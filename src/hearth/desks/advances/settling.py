"""Settling: the claim covers what it can of an advance; the rest is paid back, by plan, or let off by two people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from hearth.desks.advances.entering import BANK, WRITTEN_OFF, enter, offset, undo_offset
from hearth.desks.advances.faults import AboveAuthority, AmountWrong, NothingProposed, SecondSignature
from hearth.desks.advances.steps import advance_for, begin, follow, must_be, person_of, step
from hearth.desks.books import records
from hearth.kernel.advances.recovery import offset as covered_by
from hearth.kernel.advances.recovery import plan as plan_of
from hearth.kernel.advances.recovery import step_reached
from hearth.store.access import HOUSE, Who
from hearth.store.models import Advance, AdvanceEntry, AdvanceWaiver, Claim, RepaymentPlan
from hearth.words.advances import AdvanceState
from hearth.words.calendar import day_in_china
from hearth.words.claims import ClaimState, Outcome, Role
from hearth.words.money import yuan

A = AdvanceState
LETTING_OFF = (Role.SENIOR_EXPERT, Role.REVIEWER)
AFTER_STAY = (A.DISCHARGED, A.RECOVERY, A.SETTLED)
MOST_TEXT = 2_000


@transaction.atomic(durable=True)
def settle(advance_no: str, *, at: datetime) -> bool:
    """Set an advance against the decision of its claim that stands; follows claim.decided and claim.withdrawn.

    A claim that was decided anew changes what was set off, either way.  It waits while money is on its way.
    Gives:   whether anything changed
    Records: advance.settled, or advance.owed where something is to be paid back.
    """
    advance = advance_for(HOUSE, "recover", advance_no, at)
    claim = advance.claim
    if advance.state not in AFTER_STAY or claim is None or not _is_over(claim):
        return False
    if advance.instalments.filter(state__in=("intended", "sent"), released_at__isnull=False).exists():
        return False
    decision = claim.decision
    advanced = advance.paid_fen - advance.recovered_fen - advance.written_off_fen
    payable = before = 0
    number = 0
    if decision is not None and claim.state != ClaimState.WITHDRAWN and decision.outcome != Outcome.REFUSED:
        payable, number = decision.payable_fen, decision.number
        before = _taken_before(decision.calculation.result)
    found = covered_by(advanced, payable, before)
    key = f"{advance_no}:offset:{number}"
    if advance.state != A.DISCHARGED and found.offset == advance.offset_fen:
        return False
    if AdvanceEntry.objects.filter(key__in=(key, f"{key}:undone")).exists():
        return False
    kind = "advance.settled" if found.left == 0 else "advance.owed"
    record = records.append(
        kind,
        f"advance:{advance_no}",
        by=HOUSE,
        at=at,
        data={
            "claim": claim.claim_no,
            "decision": number,
            "advanced_fen": advanced,
            "offset_fen": found.offset,
            "owed_fen": found.left,
        },
    )
    change = found.offset - advance.offset_fen
    if change > 0:
        offset(advance, change, key, at=at, record=record)
    elif change < 0:
        undo_offset(advance, -change, f"{key}:undone", at=at, record=record)
    _go_on(HOUSE, advance, at, record)
    return True


def settle_due(*, at: datetime, most: int = 200) -> int:
    """Settle what waits for money that was on its way, and what a lost job left.

    Gives:   how many were settled
    """
    found = Advance.objects.filter(state=A.DISCHARGED, claim__decision__isnull=False)
    return sum(settle(no, at=at) for no in list(found.order_by("pk").values_list("advance_no", flat=True)[:most]))


def settle_claim(claim_no: str, *, at: datetime) -> bool:
    """Settle the advance that a claim follows, if there is one.

    Gives:   whether anything changed
    """
    advance = Advance.objects.filter(claim__claim_no=claim_no).values_list("advance_no", flat=True).first()
    return advance is not None and settle(advance, at=at)


@transaction.atomic(durable=True)
def recover(by: Who, advance_no: str, fen: int, *, at: datetime, payer: str, reference: str) -> None:
    """Money came back: from the member, or from the hospital that did not use it; one reference is one payment.

    Records: advance.repaid.  Raises: NotThere, NotAllowed, AdvanceNotNow, AmountWrong.
    """
    advance = advance_for(by, "recover", advance_no, at)
    key = f"{advance_no}:back:{reference.strip()[:32]}"
    before = AdvanceEntry.objects.filter(key=key).first()
    if before is not None:
        if before.fen != fen:
            raise AmountWrong(amount=yuan(fen), most=yuan(before.fen))
        return
    must_be(advance, A.TRACKING, A.DISCHARGED, A.RECOVERY)
    if payer not in ("member", "hospital") or not reference.strip() or not 0 < fen <= advance.balance_fen:
        raise AmountWrong(amount=yuan(fen), most=yuan(advance.balance_fen))
    record = records.append(
        "advance.money_back",
        f"advance:{advance_no}",
        by=by,
        at=at,
        data={"amount_fen": fen, "payer": payer, "left_fen": advance.balance_fen - fen},
        sealed={"reference": reference.strip()[:32]},
    )
    enter(advance, "recovered", fen, key, [(*BANK, fen)], at=at, record=record, payer=payer)
    if advance.state == A.RECOVERY:
        _go_on(by, advance, at, record)
    else:
        advance.save()


@transaction.atomic(durable=True)
def sign_plan(
    by: Who, advance_no: str, count: int, first_on: date, *, at: datetime, may_set_off: bool = False
) -> tuple[tuple[date, int], ...]:
    """The member signs how they pay back what is owed: equal months, no interest; a steward notes what they signed.

    The plan that stands signed once more is that plan: nothing is written.
    Gives:   days and amounts
    Records: advance.plan_signed.  Raises: NotThere, NotAllowed, AdvanceNotNow, PlanWrong.
    """
    advance = advance_for(by, "repay", advance_no, at)
    must_be(advance, A.RECOVERY)
    rows = plan_of(advance.balance_fen, count, max(first_on, day_in_china(at)))
    instalments = [[day.isoformat(), fen] for day, fen in rows]
    living = advance.repayment_plans.filter(ended_at__isnull=True)
    same = living.filter(recovered_before_fen=advance.recovered_fen, may_set_off=may_set_off)
    if any(plan.instalments == instalments for plan in same):
        return rows
    living.update(ended_at=at)
    record = records.append(
        "advance.plan_signed",
        f"advance:{advance_no}",
        by=by,
        at=at,
        data={"owed_fen": advance.balance_fen, "count": count, "may_set_off": may_set_off},
    )
    RepaymentPlan.objects.create(
        advance=advance,
        owed_fen=advance.balance_fen,
        recovered_before_fen=advance.recovered_fen,
        instalments=instalments,
        may_set_off=may_set_off,
        signed_by_id=person_of(by),
        signed_at=at,
        record=record,
    )
    return rows


@transaction.atomic(durable=True)
def propose_waiver(by: Who, advance_no: str, fen: int, *, at: datetime, why: str) -> int:
    """Propose to let a member in hardship off a part of what is owed.

    Records: advance.waiver_proposed.  Raises: NotThere, NotAllowed, AdvanceNotNow, AmountWrong.
    """
    advance = advance_for(by, "waive", advance_no, at)
    must_be(advance, A.RECOVERY)
    if not 0 < fen <= advance.balance_fen or not why.strip():
        raise AmountWrong(amount=yuan(fen), most=yuan(advance.balance_fen))
    waiting = advance.waivers.filter(state="waiting").first()
    if waiting is not None:
        return waiting.pk
    waiver = AdvanceWaiver.objects.create(
        advance=advance, amount_fen=fen, why=why.strip()[:MOST_TEXT], proposed_by_id=person_of(by), proposed_at=at
    )
    records.append(
        "advance.waiver_proposed",
        f"advance:{advance_no}",
        by=by,
        at=at,
        data={"waiver": waiver.pk, "amount_fen": fen},
        sealed={"why": waiver.why},
    )
    return waiver.pk


@transaction.atomic(durable=True)
def let_off(by: Who, advance_no: str, *, at: datetime, grants: bool) -> None:
    """A second person with the authority lets the member off, or sends the proposal back.

    Records: advance.waived or advance.waiver_sent_back.
    Raises:  NotThere, NotAllowed, AdvanceNotNow, NothingProposed, SecondSignature, AboveAuthority.
    """
    advance = advance_for(by, "let_off", advance_no, at)
    waiver = advance.waivers.select_for_update().filter(state="waiting").first()
    if waiver is None:
        raise NothingProposed(advance_no=advance_no)
    must_be(advance, A.RECOVERY)
    if waiver.proposed_by_id == person_of(by):
        raise SecondSignature
    authority = by.authority(*LETTING_OFF)
    if grants and waiver.amount_fen > authority:
        raise AboveAuthority(amount=yuan(waiver.amount_fen))
    if grants and waiver.amount_fen > advance.balance_fen:
        raise AmountWrong(amount=yuan(waiver.amount_fen), most=yuan(advance.balance_fen))
    waiver.state = "granted" if grants else "sent_back"
    waiver.approved_by_id, waiver.approved_at, waiver.authority_fen = person_of(by), at, authority
    waiver.save()
    record = records.append(
        "advance.waived" if grants else "advance.waiver_sent_back",
        f"advance:{advance_no}",
        by=by,
        at=at,
        data={"waiver": waiver.pk, "amount_fen": waiver.amount_fen},
    )
    if grants:
        enter(
            advance,
            "written_off",
            waiver.amount_fen,
            f"{advance_no}:waiver:{waiver.pk}",
            [(*WRITTEN_OFF, waiver.amount_fen)],
            at=at,
            record=record,
            waiver=waiver,
        )
        _go_on(by, advance, at, record)


@transaction.atomic(durable=True)
def remind(advance_no: str, *, at: datetime) -> int:
    """Take the ladder of reminders a step on where its day has come; the last step is for a person, without interest.

    Gives:   the step that was reached now, 0 where none was
    Records: advance.reminded.
    """
    advance = advance_for(HOUSE, "recover", advance_no, at)
    if advance.state != A.RECOVERY or advance.owed_at is None:
        return 0
    reached = step_reached((day_in_china(at) - day_in_china(advance.owed_at)).days)
    if reached <= advance.reminded:
        return 0
    advance.reminded = reached
    advance.save(update_fields=["reminded"])
    records.append(
        "advance.reminded",
        f"advance:{advance_no}",
        by=HOUSE,
        at=at,
        data={"step": reached, "owed_fen": advance.balance_fen},
    )
    return reached


def remind_due(*, at: datetime, most: int = 500) -> int:
    """Remind those whose day has come.

    Gives:   how many were reminded
    """
    found = Advance.objects.filter(state=A.RECOVERY, owed_at__isnull=False, reminded__lt=3).order_by("owed_at")
    return sum(bool(remind(no, at=at)) for no in list(found.values_list("advance_no", flat=True)[:most]))


def _is_over(claim: Claim) -> bool:
    return claim.decision_id is not None or claim.state == ClaimState.WITHDRAWN


def _go_on(by: Who, advance: Advance, at: datetime, record: Any) -> None:
    """Where the case goes with what is outstanding now: settled, or to be paid back."""
    if advance.balance_fen == 0:
        if advance.state != A.SETTLED:
            # Paid back within a limit or after it: the clocks say so before the case ends.
            follow(advance, "advance.repaid", at)
            step(advance, A.SETTLED, by=by, at=at, record=record)
            return
    elif advance.state != A.RECOVERY:
        advance.owed_at, advance.reminded = at, 0
        step(advance, A.RECOVERY, by=by, at=at, record=record)
        begin(advance, "advance.owed", at)
        follow(advance, "", at)
    advance.save()


def _taken_before(result: Mapping[str, Any]) -> int:
    """What is taken from a benefit before the advance: overdue premium and what was paid under art. 25."""
    claims = result.get("claims") or [{}]
    return int(claims[0].get("arrears", 0)) + int(claims[0].get("prepaid", 0))
