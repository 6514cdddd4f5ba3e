"""Entries and units: the clerk's sheet for one claim under one chain."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from hearth.kernel.adjudication.case import Claim
from hearth.kernel.product.terms import Benefit
from hearth.words.codes import Gate, RatioClass, Reason, Source
from tests.twins.clerk.desk import Bill, Chain, Contract, Row
from tests.twins.clerk.pen import NOTHING, rounded


@dataclass
class Entry:
    """A row under one chain: what the gates said and where its fen went."""

    bill: Bill
    row: Row
    contract: Contract
    benefit: Benefit | None
    ratio_class: RatioClass
    failed: set[Gate]
    referred: set[Gate]
    eligible: Decimal = NOTHING
    public_on_eligible: Decimal = NOTHING
    public_on_other: Decimal = NOTHING
    earlier_on_eligible: Decimal = NOTHING
    spread_on_eligible: Decimal = NOTHING
    others_on_other: Decimal = NOTHING
    not_covered: Decimal = NOTHING
    deductible: Decimal = NOTHING
    own_share: Decimal = NOTHING
    over_limits: Decimal = NOTHING
    reduced_for_age: Decimal = NOTHING
    payable: Decimal = NOTHING
    over_cap: Decimal = NOTHING
    unit: int | None = None

    @property
    def other_part(self) -> Decimal:
        return self.row.billed - self.eligible

    @property
    def eligible_left(self) -> Decimal:
        return self.eligible - self.public_on_eligible - self.earlier_on_eligible - self.spread_on_eligible

    @property
    def other_left(self) -> Decimal:
        return self.other_part - self.public_on_other - self.others_on_other

    @property
    def money(self) -> dict[str, Decimal]:
        return {
            "public": self.public_on_eligible + self.public_on_other,
            "others": self.earlier_on_eligible + self.spread_on_eligible + self.others_on_other,
            "not_covered": self.not_covered,
            "deductible": self.deductible,
            "own_share": self.own_share,
            "over_limits": self.over_limits,
            "reduced_for_age": self.reduced_for_age,
            "payable": self.payable,
        }

    @property
    def reason(self) -> Reason:
        """The first failed gate, else what took most of the row, else whether anything was paid."""
        if self.failed:
            return Reason(1 + min(self.failed))
        took = {
            Reason.ITEM_CAP_TOOK: self.over_cap,
            Reason.DEDUCTIBLE_TOOK: self.deductible,
            Reason.OWN_SHARE_TOOK: self.own_share,
            Reason.LIMIT_TOOK: self.over_limits - self.over_cap,
            Reason.AGE_TOOK: self.reduced_for_age,
        }
        most = max(took.values())
        if most > 0:
            return next(reason for reason, amount in took.items() if amount == most)
        return Reason.PAID_IN_FULL if self.payable > 0 else Reason.NOTHING_LEFT


@dataclass
class Unit:
    """Rows summed before deductible, ratio and limits are applied, and what each step came to."""

    number: int
    chain: Chain
    benefit: Benefit
    entries: list[Entry]
    others: dict[Source, Decimal] = field(default_factory=dict)
    ended: bool = False
    loss: Decimal = NOTHING
    deductible: Decimal = NOTHING
    own_share: Decimal = NOTHING
    after_ratio: Decimal = NOTHING
    after_limits: Decimal = NOTHING
    ceiling: Decimal = NOTHING
    after_ceiling: Decimal = NOTHING
    payable: Decimal = NOTHING
    ratio: int = 0
    days: int = 0
    days_paid: int = 0
    binds: str | None = None

    @property
    def first(self) -> Entry:
        return self.entries[0]

    @property
    def contract(self) -> Contract:
        return self.first.contract

    @property
    def claim(self) -> Claim:
        return self.first.bill.claim

    @property
    def eligible(self) -> Decimal:
        return sum((entry.eligible for entry in self.entries), NOTHING)

    @property
    def public(self) -> Decimal:
        return sum((entry.public_on_eligible for entry in self.entries), NOTHING)

    @property
    def eligible_left(self) -> Decimal:
        return sum((entry.eligible_left for entry in self.entries), NOTHING)

    @property
    def by_day_of_service(self) -> bool:
        return self.benefit.kind == "indemnity" and self.benefit.computed_per in ("day", "line")

    def paid_at_age_ratio(self, amount: Decimal) -> Decimal:
        """Step 11: what is due for the premium paid instead of the premium due."""
        policy = self.contract.policy
        if policy.premium_paid is None or policy.premium_due is None:
            return amount
        return rounded(amount * policy.premium_paid / policy.premium_due)
