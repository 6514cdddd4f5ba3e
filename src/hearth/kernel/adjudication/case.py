"""Case: people, policies and claims as a case file states them (docs/cases.md), validated into frozen values."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from hearth.kernel.product.terms import (
    Bilingual,
    CategoryName,
    CauseName,
    DepartmentName,
    OwnershipName,
    PaperName,
    SettingName,
    SourceName,
    Terms,
)
from hearth.words.codes import MAX_MEASURES, Cause, Department, Ownership, Setting
from hearth.words.money import fen_from_yuan
from hearth.words.quantities import price_from, quantity_from


def _fen(value: Any) -> int:
    amount = fen_from_yuan(value)
    if amount < 0:
        raise ValueError(f"{value} is below zero")
    return amount


Fen = Annotated[
    int,
    BeforeValidator(_fen, json_schema_input_type=str | int | Decimal),
    Field(description="yuan with at most two decimals, not negative"),
]
"""An amount: written in yuan, held in fen."""

Price = Annotated[
    Decimal,
    BeforeValidator(price_from, json_schema_input_type=str | int | Decimal),
    Field(description="yuan for one unit, with at most six decimals; serves as a check alone"),
]

Quantity = Annotated[
    int | Decimal,
    BeforeValidator(quantity_from, json_schema_input_type=str | int | Decimal),
    Field(description="above 0 and up to 100,000, with at most three decimals; caps by day or piece count whole ones"),
]

Id = Annotated[str, Field(min_length=1, max_length=64)]


Icd = Annotated[str, Field(max_length=32, pattern=r"^[^:|\s]*$", description="ICD-10 code")]


def _written(value: Any) -> Any:
    if isinstance(value, (int, float)):
        raise ValueError(f"{value} is a number; a day is written as 2026-01-31")
    return value


def _day(value: date) -> date:
    if not 1900 <= value.year <= 2200:
        raise ValueError(f"{value} is not a day between 1900 and 2200")
    return value


Day = Annotated[date, BeforeValidator(_written, json_schema_input_type=date), AfterValidator(_day)]


class Frozen(BaseModel):
    """A value that cannot be changed and takes no unknown field."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)


class Known(Frozen):
    """An illness known before the cover: proven by a paper of `evidence_on`, else suspected."""

    icd: Annotated[Icd, Field(min_length=1)]
    evidence_on: Day | None = None


class Person(Frozen):
    """An insured person."""

    id: Id
    name: str | Bilingual | None = None
    born_on: Day | None = None
    pre_existing: tuple[Known, ...] = ()


class Policy(Frozen):
    """One contract year (or term) of a product.  `renews` names the contract it continues."""

    no: Id
    product: Id
    plan: Id | None = None
    starts_on: Day
    ends_on: Day | None = Field(None, description="first day no longer covered; one year after the start if absent")
    insured: Annotated[tuple[Id, ...], Field(min_length=1)]
    renews: Id | None = None
    continuous_since: Day | None = Field(
        None, description="first day of unbroken cover where earlier contracts are not listed"
    )
    guaranteed_since: Day | None = None
    with_social_insurance: bool = True
    claim_free_years: Annotated[int, Field(ge=0, le=60)] = 0
    sum_insured: Fen = 0
    premium: Fen | None = None
    premium_paid: Fen | None = Field(None, description="with premium_due: what was paid for the age stated")
    premium_due: Fen | None = Field(None, description="what is due for the true age")
    arrears: Fen = Field(0, description="overdue premium, taken from what is paid out")
    unproven_clauses: tuple[Id, ...] = ()

    @model_validator(mode="after")
    def _order(self) -> Self:
        if self.ends_on is not None and self.ends_on <= self.starts_on:
            raise ValueError(f"policy {self.no} ends on {self.ends_on}, not after its start {self.starts_on}")
        for name in ("continuous_since", "guaranteed_since"):
            since = getattr(self, name)
            if since is not None and since > self.starts_on:
                raise ValueError(f"policy {self.no}: {name} {since} is after its start {self.starts_on}")
        if len(set(self.insured)) != len(self.insured):
            raise ValueError(f"policy {self.no}: an insured person stands twice")
        if (self.premium_paid is None) != (self.premium_due is None):
            raise ValueError(f"policy {self.no}: premium_paid and premium_due go together")
        if self.premium_due is not None and (self.premium_due == 0 or (self.premium_paid or 0) > self.premium_due):
            raise ValueError(f"policy {self.no}: premium_due must be above zero and not below premium_paid")
        return self


class Used(Frozen):
    """Declared use of a deductible or limit before the claims of this case.

    `amount` counts in the rule's own unit: yuan, days or times.  `on` is a day inside the span (months, days).
    """

    policy: Id
    of: Id
    insured: Id | None = None
    amount: str | int | Decimal
    on: Day | None = None
    event: Id | None = None


class Hospital(Frozen):
    """Where: level 3 = tertiary, 2 = secondary, 1 = primary, 0 = not graded."""

    name: str = ""
    level: Literal[0, 1, 2, 3] = 3
    ownership: OwnershipName = Ownership.PUBLIC
    department: DepartmentName = Department.ORDINARY
    clinic: str = Field("", description="department by name; same day, hospital and clinic is one visit")


class Line(Frozen):
    """One line of an invoice."""

    category: CategoryName
    name: str = ""
    code: str = Field("", max_length=48, description="national code of the item; serves as a check alone")
    amount: Fen
    quantity: Quantity = 1
    unit: str = Field("", max_length=16, description="what the quantity counts; serves as a check alone")
    price: Price | None = None
    on: Day | None = None
    out_of_scope: Fen | Literal["all"] = Field(0, description="the part outside the social-insurance list")
    public: Fen | None = Field(None, description="what public funds paid of this line, by the settlement sheet")
    disputed: bool = Field(False, description="a person has not yet accepted it as reasonable and necessary")
    not_necessary: Fen = Field(0, description="the part a person found not reasonable or necessary")

    @model_validator(mode="after")
    def _parts(self) -> Self:
        if self.out_of_scope != "all" and self.out_of_scope > self.amount:
            raise ValueError("out_of_scope is more than the amount of the line")
        if self.public is not None and self.public > self.amount:
            raise ValueError("public is more than the amount of the line")
        if self.not_necessary > self.amount:
            raise ValueError("not_necessary is more than the amount of the line")
        return self

    @property
    def pieces(self) -> int:
        """What a cap by day or piece is multiplied by: a quantity in parts counts as one."""
        return self.quantity if isinstance(self.quantity, int) else 1


class Invoice(Frozen):
    """A medical invoice (DOMAIN 2.10): of a stay (admitted_on, discharged_on) or of a visit (visited_on)."""

    code: str = ""
    number: str = ""
    setting: SettingName
    visited_on: Day | None = None
    admitted_on: Day | None = None
    discharged_on: Day | None = None
    leave_days: Annotated[int, Field(ge=0)] = 0
    hospital: Hospital = Hospital()
    emergency: bool = False
    emergency_until: Day | None = None
    icd: Icd = ""
    patient: Id | None = Field(None, description="who the invoice names, where it is not the insured of the claim")
    si_settled: bool = True
    total: Fen | None = None
    fund: Fen = Field(0, description="pooled fund")
    other_public: Fen = Field(0, description="large-sum, assistance, civil-servant payments")
    account: Fen | None = Field(None, description="personal account: the person's own money")
    cash: Fen | None = None
    used_elsewhere: bool = Field(False, description="used before at another policy without being declared")
    lines: tuple[Line, ...] = ()

    @model_validator(mode="after")
    def _days(self) -> Self:
        if self.setting is Setting.INPATIENT:
            if self.admitted_on is None or self.discharged_on is None:
                raise ValueError("a stay needs admitted_on and discharged_on")
            if self.discharged_on < self.admitted_on:
                raise ValueError(f"discharged_on {self.discharged_on} is before admitted_on {self.admitted_on}")
            if self.leave_days > (self.discharged_on - self.admitted_on).days:
                raise ValueError("leave_days is more than the stay is long")
        elif self.visited_on is None:
            raise ValueError("a visit needs visited_on")
        if self.emergency_until is not None and not self.emergency:
            raise ValueError("emergency_until goes with emergency: true")
        first, last = self.event_on, self.until_on
        for line in self.lines:
            if line.on is not None and not first - timedelta(days=90) <= line.on <= last + timedelta(days=90):
                raise ValueError(f"the line of {line.on} is not near the invoice's days {first} to {last}")
        return self

    @property
    def event_on(self) -> date:
        """Admission day of a stay, else the visit day."""
        day = self.admitted_on if self.setting is Setting.INPATIENT else self.visited_on
        assert day is not None
        return day

    @property
    def until_on(self) -> date:
        """Discharge day of a stay, else the visit day."""
        day = self.discharged_on if self.setting is Setting.INPATIENT else self.visited_on
        assert day is not None
        return day


class Diagnosis(Frozen):
    """A condition that a lump sum may be due for, as the product's list names it."""

    on: Day
    condition: Id
    icd: Icd = ""


class OtherPayment(Frozen):
    """What another source has paid for this claim."""

    source: SourceName
    amount: Fen
    note: str = ""


class Measure(Frozen):
    """An emergency measure that the claim falls under: what the terms ask is not asked while it lasts."""

    code: Id
    what: Bilingual
    waives: Annotated[tuple[Literal["hospital", "waiting"], ...], Field(min_length=1)]
    starts_on: Day
    until_on: Day = Field(description="last day, counted by the day of the invoice or diagnosis")
    products: tuple[Id, ...] = Field((), description="products it is for; all where none is named")
    icd: tuple[Icd, ...] = Field((), description="illnesses it is for, as prefixes; all where none is named")

    @model_validator(mode="after")
    def _order(self) -> Self:
        if self.until_on < self.starts_on:
            raise ValueError(f"measure {self.code} ends on {self.until_on}, before its start {self.starts_on}")
        return self

    def holds(self, day: date, icd: str) -> bool:
        """Whether it holds for a bill of that day and illness."""
        ill = not self.icd or any(icd.startswith(prefix) for prefix in self.icd)
        return ill and self.starts_on <= day <= self.until_on

    def is_for(self, product: str) -> bool:
        """Whether it is for policies of that product."""
        return not self.products or product in self.products


class Claim(Frozen):
    """One application: for one person, under one or several policies in the chosen order."""

    no: Id
    insured: Id
    registered_on: Day | None = None
    settled_on: Day | None = None
    policies: Annotated[tuple[Id, ...], Field(min_length=1)] | None = Field(
        None, description="the chosen order of claiming; all listed policies if absent"
    )
    cause: CauseName = Cause.ILLNESS
    event: Id | None = None
    trigger_on: Day | None = Field(
        None, description="accident, first diagnosis or enrolment that time windows count from"
    )
    onset_on: Day | None = Field(None, description="first diagnosis, judged against the waiting period")
    void: bool = False
    measures: Annotated[tuple[Measure, ...], Field(max_length=MAX_MEASURES)] = Field(
        (), description="emergency measures it falls under"
    )
    papers: tuple[PaperName, ...] | None = Field(None, description="papers at hand; absent: taken as complete")
    invoices: tuple[Invoice, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    other_payments: tuple[OtherPayment, ...] = ()
    advance: Fen = Field(0, description="paid to the hospital in advance")
    prepaid: Fen = Field(0, description="paid already under Insurance Law art. 25")

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.invoices and not self.diagnoses:
            raise ValueError(f"claim {self.no} has neither invoices nor diagnoses")
        return self


class Expect(Frozen):
    """What a case is expected to give; only what is written is compared.  Amounts of one claim, one policy or all."""

    claim: Id | None = None
    policy: Id | None = None
    invoice: int | None = Field(None, description="number of the invoice in the claim, from 1")
    line: int | None = Field(None, description="number of the line in the invoice, from 1")
    eligible: Fen | None = None
    public: Fen | None = None
    others: Fen | None = None
    not_covered: Fen | None = None
    deductible: Fen | None = None
    own_share: Fen | None = None
    over_limits: Fen | None = None
    reduced_for_age: Fen | None = None
    payable: Fen | None = None
    paid_out: Fen | None = None
    recovery: Fen | None = None
    gates: tuple[str, ...] | None = Field(None, description="names of the gates that failed, lower case, in order")
    findings: tuple[str, ...] | None = None
    refund_premium: bool | None = None
    of: Id | None = Field(None, description="a deductible or limit, with `policy`: `used` after the last claim")
    used: str | int | Decimal | None = None
    insured: Id | None = None
    order: tuple[Id, ...] | None = Field(None, description="policies of the claim in another order: its total")
    total: Fen | None = None
    recommended: tuple[Id, ...] | None = None
    paper: tuple[PaperName, ...] | None = Field(None, description="papers whose joint worth is `worth`")
    worth: Fen | None = None

    @model_validator(mode="after")
    def _used(self) -> Self:
        if (self.of is None) != (self.used is None):
            raise ValueError("`of` and `used` go together")
        if (self.order is None) != (self.total is None):
            raise ValueError("`order` and `total` go together")
        if self.used is not None:
            fen_from_yuan(self.used)
        said = {name for name in self.model_fields_set if getattr(self, name) is not None}
        if self.of is not None and said - {"policy", "insured", "of", "used"}:
            raise ValueError("an expectation of what is used compares nothing else")
        if self.insured is not None and self.of is None:
            raise ValueError("`insured` and `of` go together")
        if self.paper is not None and self.worth is None:
            raise ValueError("`paper` and `worth` go together")
        if not said - {"claim", "policy", "invoice", "line"}:
            raise ValueError("an expectation names at least one value to compare")
        return self


class Case(Frozen):
    """A case file."""

    case: Annotated[str, Field(min_length=1, max_length=200)]
    about: Bilingual | None = None
    people: tuple[Person, ...] = ()
    policies: Annotated[tuple[Policy, ...], Field(min_length=1)]
    terms: tuple[Terms, ...] = Field((), description="odd products stated in the case itself")
    used: tuple[Used, ...] = ()
    claims: Annotated[tuple[Claim, ...], Field(min_length=1)]
    expect: tuple[Expect, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for what, names in (
            ("policy", [policy.no for policy in self.policies]),
            ("claim", [claim.no for claim in self.claims]),
            ("person", [person.id for person in self.people]),
        ):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise ValueError(f"{what} {', '.join(twice)} stands twice")
        policies = {policy.no: policy for policy in self.policies}
        insured = {person for policy in self.policies for person in policy.insured}
        for policy in self.policies:
            if policy.renews is not None and policy.renews not in policies:
                raise ValueError(f"policy {policy.no} renews {policy.renews}, which is not here")
        for claim in self.claims:
            if claim.insured not in insured:
                raise ValueError(f"claim {claim.no}: {claim.insured} is insured by none of the policies")
            for no in claim.policies or ():
                if no not in policies:
                    raise ValueError(f"claim {claim.no}: there is no policy {no}")
            if claim.policies is not None and len(set(claim.policies)) != len(claim.policies):
                raise ValueError(f"claim {claim.no}: a policy stands twice in the chosen order")
        for used in self.used:
            if used.policy not in policies:
                raise ValueError(f"used: there is no policy {used.policy}")
        return self
