"""Terms: what a product file states, validated into frozen values.

Every number that a wording can change is a `Term`: dated by the policy's first day, with a unit and its clause.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from hearth.words.codes import Category, Cause, Department, Ownership, Paper, Setting, Source
from hearth.words.faults import BeforeFirstDay
from hearth.words.money import BP, MAX_FEN, fen_from_yuan


def _names(enumeration: Any) -> Any:
    """Members by their lower-case names, as files write them."""
    known = {member.name.lower(): member for member in enumeration}

    def read(value: Any) -> Any:
        if isinstance(value, enumeration):
            return value
        if isinstance(value, str) and value in known:
            return known[value]
        raise ValueError(f"{value!r} is not one of {', '.join(known)}")

    return BeforeValidator(read, json_schema_input_type=Literal[tuple(known)])


SettingName = Annotated[Setting, _names(Setting)]
CategoryName = Annotated[Category, _names(Category)]
SourceName = Annotated[Source, _names(Source)]
CauseName = Annotated[Cause, _names(Cause)]
PaperName = Annotated[Paper, _names(Paper)]
OwnershipName = Annotated[Ownership, _names(Ownership)]
DepartmentName = Annotated[Department, _names(Department)]

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,47}$")]
IcdPrefix = Annotated[str, Field(min_length=1, max_length=32, pattern=r"^[^:|\s]+$")]
Clause = Annotated[
    str, Field(pattern=r"^[0-9]+(\.[0-9]+)*(\([a-z]\))?$", description="anchor of a clause of wording.md")
]
TermUnit = Literal["yuan", "basis points", "days", "months", "years", "times"]


class Frozen(BaseModel):
    """A value that cannot be changed and takes no unknown field."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Bilingual(Frozen):
    """The same words in Chinese and English."""

    zh: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]


class Term(Frozen):
    """One number of the terms, dated by the policy's first day.

    `values` holds what a person reads in the wording (yuan, basis points, days ...); `at` gives fen for yuan.
    """

    what: Annotated[str, Field(min_length=1)]
    unit: TermUnit
    source: Clause
    values: Annotated[dict[date, str | int | Decimal], Field(min_length=1)]
    assumed: date | None = None

    @model_validator(mode="after")
    def _exact(self) -> Self:
        for day, value in self.values.items():
            if self._whole(value) < 0:
                raise ValueError(f"{self.what}: {value} from {day} is below zero")
        return self

    def bounded(self, unit: TermUnit, most: int = 10**9, least: int = 0) -> Self:
        """This term, where it is in `unit` and between `least` and `most`.  Raises: ValueError."""
        if self.unit != unit:
            raise ValueError(f"{self.what} is in {self.unit}; here it is in {unit}")
        if any(not least <= self._whole(value) <= most for value in self.values.values()):
            raise ValueError(f"{self.what} lies between {least} and {most} {unit}")
        return self

    def _whole(self, value: str | int | Decimal) -> int:
        if self.unit == "yuan":
            return fen_from_yuan(value)
        says = f"{self.what}: {value} {self.unit} is not a whole number"
        try:
            number = Decimal(str(value))
            whole = int(number)
        except (ArithmeticError, ValueError) as wrong:
            raise ValueError(says) from wrong
        if number != whole or abs(whole) > 10**9:
            raise ValueError(says)
        return whole

    def at(self, day: date) -> int:
        """The value for a policy that starts on `day`: fen where the unit is yuan, else the unit itself.

        Raises: BeforeFirstDay.
        """
        best = max((first for first in self.values if first <= day), default=None)
        if best is None:
            raise BeforeFirstDay(what=self.what, asked_on=day, first_on=min(self.values))
        return self._whole(self.values[best])


def _kind(unit: TermUnit, most: int = 10**9, least: int = 0) -> AfterValidator:
    return AfterValidator(lambda term: term.bounded(unit, most, least))


MAX_DAYS = 36_500
"""The longest period that terms may state: a hundred years, in days."""

Days = Annotated[Term, _kind("days", MAX_DAYS)]
Years = Annotated[Term, _kind("years", 150, 1)]
Yuan = Annotated[Term, _kind("yuan", MAX_FEN)]
Ratio = Annotated[Term, _kind("basis points", BP)]
Share = Annotated[Term, _kind("basis points", 10 * BP)]


class GuaranteedRenewal(Frozen):
    """How long renewal on the same terms is guaranteed."""

    years: Years


class Waiting(Frozen):
    """The waiting period: n days from the first day of unbroken cover, that day being day 1."""

    days: Days
    accidents_wait: bool = False
    refunds_premium: bool = False
    grace_days: Days | None = None


class Hospitals(Frozen):
    """Which hospitals are accepted."""

    clause: Clause
    levels: tuple[Literal[0, 1, 2, 3], ...] = (2, 3)
    ownership: tuple[OwnershipName, ...] = (Ownership.PUBLIC,)
    departments: tuple[DepartmentName, ...] = (Department.ORDINARY,)
    emergency_excepted: bool = True


class Exclusion(Frozen):
    """What is not covered, by category of cost or by ICD-10 prefix."""

    clause: Clause
    what: Bilingual
    categories: tuple[CategoryName, ...] = ()
    icd: tuple[IcdPrefix, ...] = ()


class PreExistingRule(Frozen):
    """What happens with illness that was there before the cover."""

    clause: Clause
    treatment: Literal["exclude", "lower_ratio", "cover"]


class PublicPayments(Frozen):
    """How payments of public funds count (SPC Interpretation III art. 18)."""

    clause: Clause
    priced_net_of_public_payments: bool
    attribution: Literal["eligible_first", "pro_rata"] = "eligible_first"
    zero_settlement_counts_as_unsettled: bool = False


class OtherPayments(Frozen):
    """Which other reimbursements reduce the loss; all of them count for the indemnity ceiling."""

    clause: Clause
    netted: tuple[SourceName, ...] = (Source.INSURER, Source.EMPLOYER, Source.CHARITY, Source.THIRD_PARTY)


class AroundStay(Frozen):
    """Outpatient treatment counts only this many days before admission and after discharge."""

    before: Days
    after: Days
    inclusive: bool = True


class SinceTrigger(Frozen):
    """Treatment counts only within days or months of the trigger (accident, diagnosis, enrolment)."""

    within: Term

    @model_validator(mode="after")
    def _unit(self) -> Self:
        if self.within.unit not in ("days", "months"):
            raise ValueError(f"{self.within.what}: a window since a trigger is in days or months")
        return self


class Ratios(Frozen):
    """The share paid, by how the bill was settled; never above the loss."""

    settled: Ratio
    unsettled: Ratio | None = None
    no_social_insurance: Ratio | None = None
    pre_existing: Ratio | None = None


class ItemCap(Frozen):
    """A cap on single items: per day or piece, or per line."""

    clause: Clause
    categories: Annotated[tuple[CategoryName, ...], Field(min_length=1)]
    per: Literal["day", "piece", "line"]
    amount: Yuan


PhotoSign = Literal[
    "blurred", "glare", "too_dark", "too_bright", "cut_edge", "tilted", "too_small", "screen_photo", "wrong_way_up"
]
"""What may be wrong with a photograph of a paper (kernel/documents/quality.py); a product says what follows."""

SignalName = Literal[
    "duplicate_invoice", "overlapping_stays", "impossible_distance", "altered_picture", "same_picture",
    "provider_outlier", "unusual_claim", "shared_ring",
]  # fmt: skip
"""What may look wrong about a claim (words/suspicion.py); a product says which of it leaves the claim to a person."""


class RequiredPaper(Frozen):
    """A paper without which the benefit's lines wait; any paper of `instead` stands in for it, as the clause says."""

    paper: PaperName
    clause: Clause
    why: Bilingual
    instead: tuple[PaperName, ...] = ()


class GateClauses(Frozen):
    """Where the wording states the checks that no number carries."""

    in_force: Clause | None = None
    person: Clause | None = None
    duplicate: Clause | None = None
    necessary: Clause | None = None
    sums: Clause | None = None


class Benefit(Frozen):
    """One benefit: what is covered and how it is reckoned.  Order in the file is order in the wording."""

    code: Code
    name: Bilingual
    clause: Clause
    kind: Literal["indemnity", "daily", "lump_sum"]
    computed_per: Literal["claim", "visit", "day", "line"] = "claim"
    settings: tuple[SettingName, ...] = ()
    categories: tuple[CategoryName, ...] = ()
    except_categories: tuple[CategoryName, ...] = ()
    scope: tuple[Literal["in", "out"], ...] = ("in", "out")
    causes: tuple[CauseName, ...] = (Cause.ILLNESS, Cause.ACCIDENT)
    icd: tuple[IcdPrefix, ...] = ()
    conditions: tuple[Code, ...] = ()
    around_stay: AroundStay | None = None
    since_trigger: SinceTrigger | None = None
    any_hospital: bool = False
    no_waiting: bool = False
    ratios: Ratios | None = None
    ratio_first: bool = False
    item_caps: tuple[ItemCap, ...] = ()
    daily: Yuan | None = None
    share: Share | None = None
    ends_contract: bool = False
    requires: tuple[RequiredPaper, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        wants = {"indemnity": "ratios", "daily": "daily", "lump_sum": "share"}[self.kind]
        if getattr(self, wants) is None:
            raise ValueError(f"benefit {self.code} is {self.kind}: it needs `{wants}`")
        if self.kind == "indemnity" and not self.settings:
            raise ValueError(f"benefit {self.code}: name its settings")
        if self.kind == "lump_sum" and not self.conditions:
            raise ValueError(f"benefit {self.code}: name its conditions")
        if self.kind != "indemnity" and self.computed_per not in ("claim", "visit"):
            raise ValueError(f"benefit {self.code}: fixed benefits are computed per visit")
        capped = [category for cap in self.item_caps for category in cap.categories]
        if len(set(capped)) != len(capped):
            raise ValueError(f"benefit {self.code}: a category stands under two item caps")
        return self


class Rule(Frozen):
    """A row of the deductible or limit table: who holds it, what it counts, how far it reaches."""

    code: Code
    clause: Clause
    name: Bilingual
    benefits: Annotated[tuple[Code, ...], Field(min_length=1)]
    holder: Literal["insured", "family"] = "insured"
    span: Literal["visit", "stay", "day", "month", "event", "trigger", "policy_year", "guaranteed", "life"]
    span_days: Annotated[Term, _kind("days", MAX_DAYS, 1)] | None = None
    amount: Term
    plans: tuple[Code, ...] = ()

    @model_validator(mode="after")
    def _trigger(self) -> Self:
        if (self.span == "trigger") != (self.span_days is not None):
            raise ValueError(f"{self.code}: `span: trigger` and `span_days` go together")
        return self


class Deductible(Rule):
    """What stays with the person before the plan pays; days for daily allowances."""

    unit: Literal["yuan", "days"] = "yuan"
    offset: tuple[SourceName, ...] = ()
    less_per_claim_free_year: Term | None = None
    minimum: Term | None = None

    @model_validator(mode="after")
    def _units(self) -> Self:
        for term in (self.amount, self.less_per_claim_free_year, self.minimum):
            if term is not None:
                term.bounded(self.unit, MAX_FEN if self.unit == "yuan" else MAX_DAYS)
        return self


class Limit(Rule):
    """The most that is paid."""

    unit: Literal["yuan", "days", "times", "sum_insured"] = "yuan"

    @model_validator(mode="after")
    def _units(self) -> Self:
        if self.unit == "sum_insured":
            self.amount.bounded("basis points", 10 * BP)
        else:
            self.amount.bounded(self.unit, MAX_FEN if self.unit == "yuan" else MAX_DAYS)
        return self


class Rating(Frozen):
    """Where the price comes from: the factors are the columns of rates.csv."""

    clause: Clause
    factors: tuple[Code, ...]
    net_premium_share: Term | None = None
    service_cost_share: Term | None = None


class Automatic(Frozen):
    """Up to which amount a claim that is agreed arithmetic alone is decided without a person; it never refuses."""

    up_to: Yuan


class Silence(Frozen):
    """What it means when the member does not answer a decision."""

    after_days: Annotated[Term, _kind("days", 365, 1)]
    means: Literal["agreed", "waits"]


class FastLane(Frozen):
    """Up to which amount a clear claim is promised to be paid within so many days of its acceptance."""

    up_to: Yuan
    days: Annotated[Term, _kind("days", 30, 1)]


class StayTiers(Frozen):
    """How closely stays are followed: serious illnesses, and shares of what is left of the limits."""

    serious: tuple[IcdPrefix, ...] = ()
    raised_from: Ratio
    close_from: Ratio


class Advance(Frozen):
    """That the product pays hospitals in advance: how much of an estimate a letter promises, and for how long."""

    clause: Clause
    share: Ratio
    valid_days: Days
    programmes: tuple[Code, ...] = ()
    tiers: StayTiers | None = None


class Audit(Frozen):
    """The share of automatic decisions that a person audits, and the error rate above which deciding stops itself."""

    share: Ratio
    bound: Ratio


class Terms(Frozen):
    """A whole product as data."""

    code: Code
    version: Annotated[str, Field(min_length=1)]
    name: Bilingual
    type: Literal["medical", "disease", "disability", "nursing", "medical_accident"]
    sold_from: date
    long_term: bool = False
    currency: Literal["CNY"] = "CNY"
    plans: Annotated[tuple[Code, ...], Field(min_length=1)] = ("standard",)
    plan_names: dict[Code, Bilingual] = {"standard": Bilingual(zh="标准计划", en="standard plan")}
    guaranteed_renewal: GuaranteedRenewal | None = None
    hesitation_days: Days | None = None
    waiting: Waiting | None = None
    claim_order: Literal["event_day", "registration", "settlement"] = "event_day"
    hospitals: Hospitals | None = None
    exclusions: tuple[Exclusion, ...] = ()
    pre_existing: PreExistingRule | None = None
    public_payments: PublicPayments | None = None
    other_payments: OtherPayments | None = None
    age_ratio: Clause | None = None
    gate_clauses: GateClauses = GateClauses()
    benefits: Annotated[tuple[Benefit, ...], Field(min_length=1, max_length=60)]
    deductibles: tuple[Deductible, ...] = ()
    limits: tuple[Limit, ...] = ()
    rating: Rating | None = None
    straight_through: bool = True
    automatic: Automatic | None = None
    silence: Silence | None = None
    fast_lane: FastLane | None = None
    advance: Advance | None = None
    audit: Audit | None = None
    photos: dict[PhotoSign, Literal["off", "warn", "block"]] = {}
    suspicions: dict[SignalName, Literal["told", "person"]] = {}
    informative: tuple[Clause, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        codes = [benefit.code for benefit in self.benefits]
        rules = [rule.code for rule in (*self.deductibles, *self.limits)]
        for kind, names in (("benefit", codes), ("deductible or limit", rules), ("plan", list(self.plans))):
            twice = {name for name in names if names.count(name) > 1}
            if twice:
                raise ValueError(f"{kind} {', '.join(sorted(twice))} stands twice")
        fineness = {"claim": 0, "visit": 1, "day": 2, "line": 3}
        needs = {"visit": 1, "stay": 1, "day": 2, "month": 1, "trigger": 1}
        by_code = {benefit.code: benefit for benefit in self.benefits}
        all_rules: tuple[Deductible | Limit, ...] = (*self.deductibles, *self.limits)
        for rule in all_rules:
            for name in rule.benefits:
                if name not in by_code:
                    raise ValueError(f"{rule.code}: there is no benefit {name}")
                fine = fineness[by_code[name].computed_per] if by_code[name].kind == "indemnity" else 1
                if fine < needs.get(rule.span, 0):
                    raise ValueError(
                        f"{rule.code} counts {rule.span} by {rule.span}: benefit {name} must be computed per "
                        f"{'day' if needs[rule.span] == 2 else 'visit'} or finer"
                    )
                if rule.span == "day" and by_code[name].kind != "indemnity":
                    raise ValueError(f"{rule.code}: daily allowances have no limit by the day")
                kind = by_code[name].kind
                if rule.unit == "days" and (kind == "lump_sum" or (kind == "indemnity" and fine < fineness["day"])):
                    raise ValueError(f"{rule.code} counts days: benefit {name} must be computed per day or line")
                wants = {"indemnity": "yuan", "daily": "days"}.get(by_code[name].kind)
                if isinstance(rule, Deductible) and rule.unit != wants:
                    raise ValueError(
                        f"{rule.code}: benefit {name} takes {f'a deductible in {wants}' if wants else 'none'}"
                    )
            for plan in rule.plans:
                if plan not in self.plans:
                    raise ValueError(f"{rule.code}: there is no plan {plan}")
        if strange := set(self.plan_names) - {*self.plans, "standard"}:
            raise ValueError(f"plan_names: there is no plan {', '.join(sorted(strange))}")
        if (self.automatic is None) != (self.audit is None):
            raise ValueError("`automatic` and `audit` go together")
        if len(self.exclusions) > 60:
            raise ValueError("more than 60 exclusions")
        return self

    def plan_name(self, plan: str) -> Bilingual:
        """What a plan is called; its code where the product gives it no name."""
        return self.plan_names.get(plan, Bilingual(zh=plan, en=plan))
