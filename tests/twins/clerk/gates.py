"""The gates (docs/computing.md, 2): every check on every row, the benefit it falls under, its ratio class."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hearth.kernel.adjudication.case import Known
from hearth.kernel.product.terms import AroundStay, Benefit, SinceTrigger
from hearth.words.codes import Category, Cause, Gate, RatioClass, Setting
from hearth.words.days import add_months
from tests.twins.clerk.desk import Bill, Contract, Desk, Row

PASS, FAIL, REFER = "pass", "fail", "refer"


def gates_of(
    desk: Desk, bill: Bill, row: Row, contract: Contract, in_force: bool
) -> tuple[Benefit | None, dict[Gate, str]]:
    """The benefit a row falls under and what each gate says of it (`ended` and days counted before: at the unit)."""
    benefit, in_window = benefit_of(desk, bill, row, contract)
    return benefit, {
        Gate.IN_FORCE: PASS if in_force else FAIL,
        Gate.PERSON: person(bill),
        Gate.WAITING: waiting(bill, contract, benefit),
        Gate.HOSPITAL: hospital(bill, row, contract, benefit),
        Gate.EXCLUSION: exclusion(bill, row, contract),
        Gate.PRE_EXISTING: pre_existing(desk, bill, contract),
        Gate.TIME_WINDOW: PASS if in_window else FAIL,
        Gate.DUPLICATE: duplicate(bill),
        Gate.NECESSARY: FAIL if row.cut or row.disputed else PASS,
        Gate.PAPERS: papers(bill, benefit),
        Gate.BENEFIT: PASS if benefit is not None else FAIL,
        Gate.SUMS: PASS if adds_up(bill) else REFER,
    }


# --- which benefit ---------------------------------------------------------------------------------------------------


def benefit_of(desk: Desk, bill: Bill, row: Row, contract: Contract) -> tuple[Benefit | None, bool]:
    """The first benefit that takes the row inside its time window, else the first that takes it."""
    takers = [benefit for benefit in contract.terms.benefits if takes(benefit, bill, row)]
    for benefit in takers:
        if window_open(desk, benefit, bill, contract):
            return benefit, True
    return (takers[0], False) if takers else (None, True)


def takes(benefit: Benefit, bill: Bill, row: Row) -> bool:
    """Whether setting, category, scope, cause and disease of a row fit a benefit."""
    kind = {Category.STAY_DAYS: "daily", Category.DIAGNOSED: "lump_sum"}.get(row.category, "indemnity")
    if benefit.kind != kind or bill.claim.cause not in benefit.causes:
        return False
    if kind == "lump_sum":
        assert bill.diagnosis is not None
        return bill.diagnosis.condition in benefit.conditions
    settings = benefit.settings or ((Setting.INPATIENT,) if kind == "daily" else ())
    if bill.setting not in settings:
        return False
    if benefit.categories and row.category not in benefit.categories:
        return False
    if row.category in benefit.except_categories or row.scope.name.lower() not in benefit.scope:
        return False
    return not benefit.icd or any(bill.icd.startswith(prefix) for prefix in benefit.icd)


def window_open(desk: Desk, benefit: Benefit, bill: Bill, contract: Contract) -> bool:
    """Whether every time window of a benefit is open on the day of a bill."""
    if benefit.around_stay is not None and not near_stay(desk, benefit.around_stay, bill, contract):
        return False
    return benefit.since_trigger is None or since_trigger(benefit.since_trigger, bill, contract)


def near_stay(desk: Desk, window: AroundStay, bill: Bill, contract: Contract) -> bool:
    """Whether a visit lies so many days before an admission or after a discharge of the same event; a stay does."""
    if bill.setting is Setting.INPATIENT:
        return True
    before, after = contract.value(window.before), contract.value(window.after)
    for stay in related_stays(desk, bill):
        assert stay.invoice is not None
        ahead = (stay.invoice.event_on - bill.event_on).days
        behind = (bill.event_on - stay.invoice.until_on).days
        if window.inclusive and (0 <= ahead <= before - 1 or 0 <= behind <= after - 1):
            return True
        if not window.inclusive and (1 <= ahead <= before or 1 <= behind <= after):
            return True
    return False


def related_stays(desk: Desk, bill: Bill) -> list[Bill]:
    """The stays of the same insured and the same event."""
    return [
        other
        for claim in desk.claims
        if claim.insured == bill.claim.insured and event_of(claim) == event_of(bill.claim)
        for other in desk.bills[claim.no]
        if other.setting is Setting.INPATIENT
    ]


def event_of(claim: Any) -> tuple[str, str]:
    """The event of a claim; a claim that names none is its own."""
    return ("event", claim.event) if claim.event is not None else ("claim", claim.no)


def since_trigger(window: SinceTrigger, bill: Bill, contract: Contract) -> bool:
    """Whether a visit lies on the trigger's day or within so many days or months after it."""
    trigger = bill.claim.trigger_on
    if trigger is None or bill.event_on < trigger:
        return False
    length = contract.value(window.within)
    if window.within.unit == "days":
        return (bill.event_on - trigger).days <= length
    months = length * 12 if window.within.unit == "years" else length
    return bill.event_on <= add_months(trigger, months)


# --- gate by gate ----------------------------------------------------------------------------------------------------


def person(bill: Bill) -> str:
    named = bill.invoice.patient if bill.invoice is not None else None
    return PASS if named is None or named == bill.claim.insured else FAIL


def waiting(bill: Bill, contract: Contract, benefit: Benefit | None) -> str:
    rule = contract.terms.waiting
    if rule is None or (benefit is not None and benefit.no_waiting):
        return PASS
    if bill.claim.cause is not Cause.ILLNESS and not rule.accidents_wait:
        return PASS
    first = contract.unbroken_from
    past = first + timedelta(days=contract.value(rule.days))
    onset = bill.claim.onset_on
    if waived(bill, contract, "waiting"):
        return PASS
    in_wait = first <= bill.event_on < past or (onset is not None and first <= onset < past)
    return FAIL if in_wait else PASS


def hospital(bill: Bill, row: Row, contract: Contract, benefit: Benefit | None) -> str:
    rule, invoice = contract.terms.hospitals, bill.invoice
    if rule is None or invoice is None or (benefit is not None and benefit.any_hospital):
        return PASS
    where = invoice.hospital
    if where.level in rule.levels and where.ownership in rule.ownership and where.department in rule.departments:
        return PASS
    if waived(bill, contract, "hospital"):
        return PASS
    rescued_until = emergency_until(bill)
    if rule.emergency_excepted and rescued_until is not None and row.served_on <= rescued_until:
        return PASS
    return FAIL


def waived(bill: Bill, contract: Contract, gate: str) -> bool:
    """Whether an emergency measure of the claim takes a gate away on the day of a bill, for its illness and product."""
    for measure in bill.claim.measures:
        fits = gate in measure.waives and measure.starts_on <= bill.event_on <= measure.until_on
        product = contract.terms.code in measure.products or measure.products == ()
        illness = measure.icd == () or any(bill.icd[: len(prefix)] == prefix for prefix in measure.icd)
        if fits and product and illness:
            return True
    return False


def emergency_until(bill: Bill) -> date | None:
    invoice = bill.invoice
    assert invoice is not None
    if invoice.emergency_until is not None:
        return invoice.emergency_until
    return invoice.until_on if invoice.emergency else None


def exclusion(bill: Bill, row: Row, contract: Contract) -> str:
    named = [
        rule
        for rule in contract.terms.exclusions
        if row.category in rule.categories or any(bill.icd.startswith(prefix) for prefix in rule.icd)
    ]
    if not named:
        return PASS
    proven = [rule for rule in named if rule.clause not in contract.policy.unproven_clauses]
    return FAIL if proven else REFER


def pre_existing(desk: Desk, bill: Bill, contract: Contract) -> str:
    rule = contract.terms.pre_existing
    if rule is None or rule.treatment == "cover":
        return PASS
    if rule.treatment == "exclude" and proven_before(desk, bill, contract):
        return FAIL
    return REFER if any(known.evidence_on is None for known in known_of(desk, bill)) else PASS


def known_of(desk: Desk, bill: Bill) -> list[Known]:
    """The person's known illnesses that a bill is for."""
    person = desk.person(bill.claim.insured)
    return [known for known in (person.pre_existing if person is not None else ()) if bill.icd.startswith(known.icd)]


def proven_before(desk: Desk, bill: Bill, contract: Contract) -> bool:
    """Whether a paper proves the illness before the first day of unbroken cover."""
    return any(
        known.evidence_on is not None and known.evidence_on < contract.unbroken_from for known in known_of(desk, bill)
    )


def duplicate(bill: Bill) -> str:
    if bill.is_copy:
        return FAIL
    return REFER if bill.invoice is not None and bill.invoice.used_elsewhere else PASS


def papers(bill: Bill, benefit: Benefit | None) -> str:
    if benefit is None or bill.claim.papers is None:
        return PASS
    return PASS if all(required.paper in bill.claim.papers for required in benefit.requires) else FAIL


def adds_up(bill: Bill) -> bool:
    """Whether total, lines, public payments, account and cash of an invoice agree within a fen."""
    invoice = bill.invoice
    if invoice is None:
        return True
    lines = sum(line.amount for line in invoice.lines)
    public = invoice.fund + invoice.other_public
    if public > lines:
        return False
    total = invoice.total if invoice.total is not None else lines
    if invoice.lines and abs(total - lines) > 1:
        return False
    if invoice.account is None or invoice.cash is None:
        return True
    return abs(total - (public + invoice.account + invoice.cash)) <= 1


# --- ratio class -----------------------------------------------------------------------------------------------------


def ratio_class_of(desk: Desk, bill: Bill, contract: Contract) -> RatioClass:
    """How the bill was settled, and whether the illness was there before."""
    terms = contract.terms
    zero_counts = terms.public_payments is not None and terms.public_payments.zero_settlement_counts_as_unsettled
    settled = bill.invoice is None or bill.invoice.si_settled
    lower = (
        terms.pre_existing is not None
        and terms.pre_existing.treatment == "lower_ratio"
        and proven_before(desk, bill, contract)
    )
    if settled and not (zero_counts and bill.public == 0):
        return RatioClass.PRE_EXISTING_SETTLED if lower else RatioClass.SETTLED
    if contract.policy.with_social_insurance:
        return RatioClass.PRE_EXISTING_UNSETTLED if lower else RatioClass.UNSETTLED
    return RatioClass.PRE_EXISTING_NO_SOCIAL_INSURANCE if lower else RatioClass.NO_SOCIAL_INSURANCE


def ratio_of(benefit: Benefit, ratio_class: RatioClass, contract: Contract) -> int:
    """The share paid in basis points; one that is not stated is the settled one."""
    ratios = benefit.ratios
    assert ratios is not None
    if ratio_class.name.startswith("PRE_EXISTING") and ratios.pre_existing is not None:
        return contract.value(ratios.pre_existing)
    by_class = {
        RatioClass.SETTLED: ratios.settled,
        RatioClass.UNSETTLED: ratios.unsettled,
        RatioClass.NO_SOCIAL_INSURANCE: ratios.no_social_insurance,
        RatioClass.PRE_EXISTING_SETTLED: ratios.settled,
        RatioClass.PRE_EXISTING_UNSETTLED: ratios.unsettled,
        RatioClass.PRE_EXISTING_NO_SOCIAL_INSURANCE: ratios.no_social_insurance,
    }
    return contract.value(by_class[ratio_class] or ratios.settled)
