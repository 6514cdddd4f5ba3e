"""Checking: the first call, what is agreed to, whether the conditions are met, and the risk, which never refuses."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from pydantic import ValidationError

from hearth.desks.advances.faults import (
    CannotForesee,
    NoPolicyForAdvance,
    NotTheirsToSign,
    OtherWordsSigned,
)
from hearth.desks.advances.hospitals import account_of
from hearth.desks.advances.steps import advance_for, follow, must_be, person_of, step
from hearth.desks.advances.tracking import usual_high
from hearth.desks.books import records
from hearth.desks.books.outlook import Look, Outlook, Stay
from hearth.kernel.advances.eligibility import (
    BINDING,
    CHILD_MONTHS,
    MINOR_MONTHS,
    Asked,
    Check,
    GateMet,
    checks,
    is_eligible,
    signers,
)
from hearth.kernel.advances.guarantee import risk
from hearth.kernel.advances.tier import stratum
from hearth.store.access import HOUSE, NotThere, Who
from hearth.store.access.people import acts_as
from hearth.store.models import Advance, AdvanceConsent, Claim, Hospital, Policy
from hearth.words.advances import ENDED, AdvanceConsentOf, AdvanceState, advance_consents_on
from hearth.words.calendar import day_in_china
from hearth.words.claims import ClaimState
from hearth.words.days import add_months
from hearth.words.faults import Fault
from hearth.words.money import MAX_FEN

A = AdvanceState
BEFORE_LETTER = (A.NOTIFIED, A.ELIGIBILITY, A.RISK_CHECK, A.NECESSITY, A.GUARANTEE)
NEW_POLICY = timedelta(days=90)
MOST_TEXT = 2_000


@transaction.atomic(durable=True)
def call(by: Who, advance_no: str, *, at: datetime, note: str = "") -> None:
    """The first call to the member: what an advance is, what is to be agreed to, what the hospital has to send.

    Records: advance.called.  Raises: NotThere, NotAllowed, AdvanceNotNow.
    """
    advance = advance_for(by, "call", advance_no, at)
    if advance.state == A.ELIGIBILITY:
        return
    must_be(advance, A.NOTIFIED)
    advance.words = note.strip()[:MOST_TEXT] or advance.words
    record = records.append("advance.called", _subject(advance), by=by, at=at, sealed={"note": note[:MOST_TEXT]})
    step(advance, A.ELIGIBILITY, by=by, at=at, record=record)


@transaction.atomic(durable=True)
def complete(
    by: Who,
    advance_no: str,
    *,
    at: datetime,
    hospital: str | None = None,
    policy_no: str | None = None,
    illness: str | None = None,
    icd: str | None = None,
    plan: str | None = None,
    estimate_fen: int | None = None,
    is_hardship: bool | None = None,
    programme: str | None = None,
    intake: str | None = None,
) -> None:
    """Write down what was missing: hospital, policy, illness, plan, estimate; what is not given stays.

    Records: advance.completed.  Raises: NotThere, NotAllowed, AdvanceNotNow.
    """
    advance = advance_for(by, "call", advance_no, at)
    must_be(advance, A.NOTIFIED, A.ELIGIBILITY, A.RISK_CHECK)
    if hospital is not None:
        advance.hospital = Hospital.objects.filter(code=hospital).first()
        if advance.hospital is None:
            raise NotThere(kind="hospital", key=hospital[:32])
    if policy_no is not None:
        advance.policy = _policies(advance).filter(policy_no=policy_no).first()
        if advance.policy is None:
            raise NoPolicyForAdvance(day=advance.admitted_on)
    texts = {"illness": illness, "icd": icd, "plan": plan, "programme": programme, "intake": intake}
    for name, text in texts.items():
        if text is not None:
            setattr(advance, name, text.strip()[:MOST_TEXT])
    if estimate_fen is not None:
        advance.estimate_fen = min(max(estimate_fen, 0), MAX_FEN)
    if is_hardship is not None:
        advance.is_hardship = is_hardship
    advance.save()
    records.append(
        "advance.completed",
        _subject(advance),
        by=by,
        at=at,
        data={
            "hospital": advance.hospital_id or 0,
            "policy": advance.policy_id or 0,
            "estimate_fen": advance.estimate_fen,
        },
        sealed={"illness": advance.illness, "icd": advance.icd, "plan": advance.plan, "intake": advance.intake},
    )


@transaction.atomic(durable=True)
def consent(by: Who, advance_no: str, what: str, version: str, *, at: datetime, words: str) -> None:
    """Agree to one thing for one advance: the person, a child's guardian, or (not for data) who acts for them, proven.

    Needs:   `words`: what was shown; it must be what the version that holds now says, in one of its languages
    Records: advance.consented.
    Raises:  NotThere, NotAllowed, AdvanceNotNow, OtherWordsSigned, NotTheirsToSign.
    """
    advance = advance_for(by, "consent", advance_no, at)
    must_be(advance, *(state for state in AdvanceState if state not in ENDED))
    shown = hashlib.sha256(words.encode()).hexdigest()
    asked = next(
        (one for one in advance_consents_on(day_in_china(at)) if (one.what, one.version) == (what, version)), None
    )
    if asked is None or shown not in (asked.digest("zh"), asked.digest("en")):
        raise OtherWordsSigned
    signs = _may_sign(by, advance, asked.what, at)
    if advance.consents.filter(what=what, withdrawn_at__isnull=True).exists():
        return
    record = records.append(
        "advance.consented",
        _subject(advance),
        by=by,
        at=at,
        data={"what": asked.what.value, "version": version, "words": shown, "as_guardian": signs},
    )
    AdvanceConsent.objects.create(
        advance=advance,
        what=asked.what.value,
        version=version,
        words_digest=shown,
        given_by_id=person_of(by),
        is_guardian=signs,
        given_at=at,
        record=record,
    )


@transaction.atomic(durable=True)
def withdraw_consent(by: Who, advance_no: str, *, at: datetime) -> None:
    """Take back the consent to ask the hospital; no further letter or instalment follows, what was paid is settled.

    Records: advance.consent_withdrawn.  Raises: NotThere, NotAllowed.
    """
    advance = advance_for(by, "consent", advance_no, at)
    held = advance.consents.filter(what=AdvanceConsentOf.MEDICAL_DATA, withdrawn_at__isnull=True).first()
    if held is None:
        return
    held.withdrawn_at = at
    held.save(update_fields=["withdrawn_at"])
    records.append("advance.consent_withdrawn", _subject(advance), by=by, at=at, data={"what": held.what})


@transaction.atomic(durable=True)
def check(by: Who, advance_no: str, *, at: datetime, look: Look) -> tuple[Check, ...]:
    """Check every condition; where all are met the case goes on to the risk check.

    Gives:   every condition with its result, met or not
    Records: advance.checked, where the case goes on.
    Raises:  NotThere, NotAllowed, AdvanceNotNow, NoPolicyForAdvance, CannotForesee.
    """
    advance = advance_for(by, "check", advance_no, at)
    must_be(advance, A.ELIGIBILITY)
    outlook = _best(advance, at, look)
    found = checks(_asked(advance, outlook, at))
    advance.checks = [
        {"code": one.code, "result": one.result, "clause": one.clause, "detail": one.detail} for one in found
    ]
    advance.policy_id = outlook.policy_id
    take_in(advance, outlook)
    if not is_eligible(found):
        advance.save()
        return found
    record = records.append(
        "advance.checked",
        _subject(advance),
        by=by,
        at=at,
        data={
            "policy": outlook.policy_id,
            "limit_left_fen": outlook.limit_left_fen,
            "expected_fen": outlook.expected_fen,
            "tier": advance.tier,
            "checks": [f"{one.code}:{one.result}" for one in found],
        },
    )
    # Its own clock of A1 ends, that of A2 begins.
    step(advance, A.RISK_CHECK, by=by, at=at, record=record)
    follow(advance, "advance.asked", at)
    advance.save(update_fields=["due_at"])
    return found


def check_if_ready(advance_no: str, *, at: datetime, look: Look) -> bool:
    """Check a case to which something was added; follows advance.consented and advance.completed.

    Gives:   whether the case went on
    """
    advance = Advance.objects.filter(advance_no=advance_no, state=A.ELIGIBILITY).first()
    if advance is None or not _policies(advance).exists():
        return False
    return is_eligible(check(HOUSE, advance_no, at=at, look=look))


@transaction.atomic(durable=True)
def assess_risk(advance_no: str, *, at: datetime) -> str:
    """Look at the signs of risk.  Clear and warn go on, a warning with a watch on the cost; refer waits for a person.

    Gives:   clear, warn or refer; nothing is refused or delayed for a sign alone
    Records: advance.reviewed, where the case goes on, else advance.referred.
    """
    advance = advance_for(HOUSE, "risk", advance_no, at)
    if advance.state != A.RISK_CHECK or advance.risk:
        return advance.risk
    signs = _signs(advance)
    advance.risk, advance.risk_signs = risk(signs), [list(sign) for sign in signs]
    _after_risk(HOUSE, advance, at)
    return advance.risk


@transaction.atomic(durable=True)
def judge_risk(by: Who, advance_no: str, *, at: datetime, result: str, why: str) -> None:
    """A person says what became of a case that was referred: clear or warn; there is no refusing here.

    Records: advance.reviewed.  Raises: NotThere, NotAllowed, AdvanceNotNow.
    """
    advance = advance_for(by, "risk", advance_no, at)
    must_be(advance, A.RISK_CHECK)
    if result not in ("clear", "warn"):
        raise RiskWrong(got=result[:20])
    advance.risk, advance.risk_by_id = result, person_of(by)
    advance.words = why.strip()[:MOST_TEXT] or advance.words
    _after_risk(by, advance, at)


class RiskWrong(Fault):
    """A risk check has three results, and a person gives one of two."""

    code, status = "ADVANCE_RISK_WRONG", 422
    says = "The result is clear or warn; got {got}."
    says_zh = "结果应为“未发现风险”或“提示”，收到的是 {got}。"


def _after_risk(by: Who, advance: Advance, at: datetime) -> None:
    kind = "advance.referred" if advance.risk == "refer" else "advance.reviewed"
    record = records.append(
        kind,
        _subject(advance),
        by=by,
        at=at,
        data={"risk": advance.risk, "signs": [code for code, _ in advance.risk_signs]},
    )
    if kind == "advance.referred":
        advance.save()
        return
    advance.watches_cost = advance.risk == "warn"
    step(advance, A.NECESSITY, by=by, at=at, record=record)


def stay_of(advance: Advance, policy_id: int) -> Stay:
    """The stay as the claim desk is asked about it."""
    hospital = advance.hospital
    return Stay(
        person_id=advance.person_id,
        policy_id=policy_id,
        hospital=hospital.name if hospital else "",
        level=hospital.level if hospital else 3,
        ownership=hospital.ownership if hospital else "public",
        admitted_on=advance.admitted_on,
        is_emergency=advance.is_emergency,
        icd=advance.icd,
        cost_fen=advance.estimate_fen,
        advance_no=advance.advance_no,
    )


def take_in(advance: Advance, outlook: Outlook) -> None:
    """What the claim desk says of a stay, and the tier that follows from it, in the advance's row; not saved here."""
    advance.expected_fen, advance.limit_left_fen = outlook.expected_fen, outlook.limit_left_fen
    found = stratum(
        outlook.tiers, icd=advance.icd, estimate=advance.estimate_fen, limit_left=outlook.limit_left_fen,
        usual_high=usual_high(advance),
    )  # fmt: skip
    advance.tier, advance.tier_because = found.tier.value, [reason.value for reason in found.because]


def foreseen(advance: Advance, policy_id: int, at: datetime, look: Look) -> Outlook:
    """What the claim desk says of the stay.  Raises: CannotForesee."""
    try:
        return look(stay_of(advance, policy_id), at)
    except (ValidationError, Fault) as wrong:
        policy_no = Policy.objects.values_list("policy_no", flat=True).get(pk=policy_id)
        raise CannotForesee(policy_no=policy_no) from wrong


def agreed(advance: Advance) -> frozenset[AdvanceConsentOf]:
    """What is agreed to and not taken back."""
    found = advance.consents.filter(withdrawn_at__isnull=True).values_list("what", flat=True)
    return frozenset(AdvanceConsentOf(what) for what in found)


def _best(advance: Advance, at: datetime, look: Look) -> Outlook:
    """Of the contracts that cover the day, the one that was named, else the one that promises most."""
    policies = [advance.policy_id] if advance.policy_id else list(_policies(advance).values_list("pk", flat=True)[:12])
    if not policies:
        raise NoPolicyForAdvance(day=advance.admitted_on)
    found = [foreseen(advance, pk, at, look) for pk in policies]
    return max(
        found, key=lambda one: (one.has_service, not any(gate[1] == "fail" for gate in one.gates), one.limit_left_fen)
    )


def _policies(advance: Advance) -> Any:
    day = advance.admitted_on
    found = Policy.objects.filter(covers__person=advance.person_id, starts_on__lte=day, ends_on__gt=day)
    return found.exclude(state="void").order_by("starts_on", "pk")


def _asked(advance: Advance, outlook: Outlook, at: datetime) -> Asked:
    hospital = advance.hospital
    is_child, is_minor = _is_under(advance, CHILD_MONTHS, at), _is_under(advance, MINOR_MONTHS, at)
    given = agreed(advance)
    by_guardian = frozenset(
        AdvanceConsentOf(what)
        for what in advance.consents.filter(withdrawn_at__isnull=True, is_guardian=True).values_list("what", flat=True)
    )
    return Asked(
        has_service=outlook.has_service,
        hospital_known=hospital is not None,
        hospital_in_network=hospital is not None and hospital.in_network,
        account_confirmed=account_of(advance.hospital_id) is not None,
        gates=tuple(GateMet(*gate) for gate in outlook.gates if gate[0] not in ("papers", "necessary")),
        limit_left=outlook.limit_left_fen,
        estimate=advance.estimate_fen,
        consents=given,
        is_child=is_child,
        is_minor=is_minor,
        guardian_agreed=by_guardian >= (frozenset(AdvanceConsentOf) if is_child else BINDING),
        is_hardship=advance.is_hardship,
        programme=advance.programme,
        programme_fits=_fits(advance, outlook, at),
        service_clause=outlook.service_clause,
    )


def _fits(advance: Advance, outlook: Outlook, at: datetime) -> bool:
    """Whether a programme is the product's, its intake filled in, and (for children's) the patient under eighteen."""
    if not advance.programme:
        return True
    return (
        advance.programme in outlook.programmes
        and bool(advance.intake.strip())
        and _is_under(advance, MINOR_MONTHS, at)
    )


def _is_under(advance: Advance, months: int, at: datetime) -> bool:
    born = advance.person.born_on
    return born is not None and add_months(born, months) > day_in_china(at)


def _may_sign(by: Who, advance: Advance, what: AdvanceConsentOf, at: datetime) -> bool:
    """Whether they sign in the place of a child or beside a minor; NotTheirsToSign where they may not sign at all."""
    is_child, is_minor = _is_under(advance, CHILD_MONTHS, at), _is_under(advance, MINOR_MONTHS, at)
    if not signers(what, is_child=is_child, is_minor=is_minor) & acts_as(person_of(by), advance.person_id, at):
        raise NotTheirsToSign(name=advance.person.full_name)
    return is_child or (is_minor and what in BINDING)


def _signs(advance: Advance) -> Sequence[tuple[str, str]]:
    """Signs of risk, each with its weight: what the house's own rows say, and nothing about who somebody is."""
    found: list[tuple[str, str]] = []
    others = Advance.objects.filter(person=advance.person_id).exclude(pk=advance.pk)
    open_elsewhere = others.exclude(state__in=[*ENDED, A.RECOVERY]).exclude(hospital=advance.hospital_id)
    if open_elsewhere.exists():
        found.append(("OTHER_STAY_OPEN", "refer"))
    if others.filter(state=A.RECOVERY).exists():
        found.append(("OWES_FROM_BEFORE", "warn"))
    policy = advance.policy
    if policy is not None and policy.renews_id is None and advance.admitted_on - policy.starts_on < NEW_POLICY:
        found.append(("NEW_POLICY", "warn"))
    recent = Claim.objects.filter(
        person=advance.person_id,
        event_on__gte=advance.admitted_on - timedelta(days=90),
        state__in=[state.value for state in ClaimState if state is not ClaimState.WITHDRAWN],
    )
    if recent.count() >= 4:
        found.append(("MANY_CLAIMS", "warn"))
    if advance.expected_fen and advance.estimate_fen > 2 * advance.expected_fen:
        found.append(("ESTIMATE_ABOVE_BENEFIT", "warn"))
    return found


def _subject(advance: Advance) -> str:
    return f"advance:{advance.advance_no}"
