"""Arrays: the shapes that the kernel reads and writes.  Money is int64 fen, days are int32 day numbers.

One decision run is: Owners' steps (a claim under a chain of contracts) over claims > invoices > rows (lines, or the
two social-insurance parts of a line).  `x_from` arrays are offsets: children of i are x_from[i] .. x_from[i+1]-1.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

I8 = NDArray[np.int8]
I16 = NDArray[np.int16]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]


class Rows(NamedTuple):
    """Lines of invoices, in line order inside their invoice; a line partly outside the list is two rows."""

    billed: I64  # fen, 0..MAX_FEN
    public: I64  # fen that public funds paid of this row by the settlement sheet; -1 where it does not say
    quantity: I32  # days or pieces that an item cap is multiplied by; days of a STAY_DAYS row
    served_on: I32  # day of service
    line: I32  # number of the line in its invoice: the two parts of one line share it
    category: I8  # codes.Category
    scope: I8  # codes.Scope
    flags: I8  # codes.RowFlag bits


class Invoices(NamedTuple):
    """Invoices (or diagnoses), in (event day, as given) order inside their claim."""

    row_from: I64  # [n + 1]
    event_on: I32  # admission day of a stay, else the visit day
    public: I64  # fen: pooled fund + large-sum + assistance + civil-servant payments; never the personal account
    disease: I32  # number of the disease in Book's disease tables
    visit: I64  # key of the visit: one stay, or one day + hospital + department
    stay: I64  # key of the stay; the visit's key where there was none
    days_before: I32  # days from the visit to the next related admission after it; -1 none
    days_after: I32  # days from the last related discharge before it to the visit; -1 none
    days_since_trigger: I32  # days from the claim's trigger (accident, first diagnosis, enrolment); -1 none
    months_since_trigger: I32  # smallest m with event_on <= trigger + m months; -1 none
    emergency_until: I32  # last day of the emergency; days.NEVER where there was none
    known_on: I32  # day of the earliest proof that the illness was there; days.NEVER where there is none
    setting: I8  # codes.Setting
    hospital: I8  # level * 6 + ownership * 3 + department; level 0 = not graded
    settled: I8  # 1 where settled through social insurance
    flags: I32  # codes.InvoiceFlag bits


class Claims(NamedTuple):
    """Claims, in the declared order inside their owner."""

    invoice_from: I64  # [n + 1]
    insured: I32  # number of the insured
    event: I64  # key of the event (one illness or accident)
    trigger: I64  # key of the trigger that day-from-trigger limits count from
    onset_on: I32  # day of the first diagnosis; days.NEVER where not given
    cause: I8  # codes.Cause
    papers: I64  # codes.Paper bits that are there; ALL_PAPERS where papers were not listed
    others: I64  # [n, 4] fen others paid, by codes.Source


class Covers(NamedTuple):
    """Contract years of one insured under one chain of contracts, in order of their first day."""

    cover_from: I64  # [chains + 1]
    insured: I32
    version: I32  # number of the compiled terms in Book
    starts_on: I32
    ends_on: I32  # half-open
    waits_from: I32  # first day the waiting period is counted from: the start of the unbroken cover
    guaranteed: I32  # number of the guaranteed-renewal period
    claim_free: I32  # years without claim before this contract year
    sum_insured: I64  # fen
    premium_paid: I64  # age ratio of art. 32 = paid / due; both 1 where the age was stated truly
    premium_due: I64
    holder: I64  # key of (chain, insured)
    family: I64  # key of the chain
    unproven: I64  # bits of exclusions whose notice is not proven (art. 17)
    with_social_insurance: I8  # 1 where bought as a person with social insurance


class Steps(NamedTuple):
    """What is adjudicated, in the order it happens: one claim under one chain of contracts."""

    step_from: I64  # [owners + 1]
    claim: I64
    chain: I64
    row_from: I64  # where this step's rows start in the output columns
    payable_counts: I8  # 1 where later steps of the claim must see what this one pays
    hospital_waived: I32  # bits of Invoices.flags: measures under which the hospital gate does not apply to this chain
    waiting_waived: I32  # the same of the waiting period


class Opening(NamedTuple):
    """Declared use of deductibles and limits before the history at hand; sorted by owner."""

    opening_from: I64  # [owners + 1]
    rule: I32  # number of the deductible or limit within its product
    holder: I64  # Covers.holder or Covers.family
    span: I64  # key of the span; see docs/computing.md
    used: I64


class Book(NamedTuple):
    """Compiled terms of every (product, version, plan) at hand; v a version, b a benefit, r a rule.

    A rule is a row of the deductible or limit table; its number (`rule_no`) is the same in all versions of a product.
    """

    benefit_from: I64  # [versions + 1]
    waiting_days: I32  # [v]
    accident_waits: I8  # [v] 1 where accidents wait too
    nets_public: I8  # [v]
    attribution: I8  # [v] codes.Attribution
    zero_is_unsettled: I8  # [v]
    pre_existing: I8  # [v] codes.PreExisting
    hospital_ok: I8  # [v, 24]
    emergency_excepted: I8  # [v]
    windowed: I64  # [v] bits of benefits that have a time window
    per_setting: I64  # [v, 8] bits of benefits
    per_cause: I64  # [v, 2] bits of benefits
    per_disease: I64  # [v, diseases] bits of benefits
    per_item: I64  # [v, 64, 2] category, scope -> bits of benefits
    excluded_item: I64  # [v, 64] bits of exclusions
    excluded_disease: I64  # [v, diseases] bits of exclusions
    kind: I8  # [b] codes.Kind
    per: I8  # [b] codes.Per
    ratio: I32  # [b, 6] basis points by codes.RatioClass
    ratio_first: I8  # [b]
    netted: I8  # [b] bits of codes.Source that reduce the loss
    window_before: I32  # [b] days; -1 no window around a stay
    window_after: I32  # [b]
    window_inclusive: I8  # [b]
    trigger_days: I32  # [b] -1 none
    trigger_months: I32  # [b] -1 none
    any_hospital: I8  # [b] 1 where the hospital gate does not apply
    no_waiting: I8  # [b] 1 where the waiting period does not apply
    daily: I64  # [b] fen a day
    share: I32  # [b] basis points of the sum insured
    ends_contract: I8  # [b]
    papers: I64  # [b] bits of required papers
    cap: I64  # [b, 64] fen by category; -1 none
    cap_by_quantity: I8  # [b, 64] 1: the cap is per day or piece
    deductible_from: I64  # [b + 1] into deductible_rule
    deductible_rule: I32
    limit_from: I64  # [b + 1] into limit_rule
    limit_rule: I32
    rule_no: I32  # [r]
    rule_holder: I8  # [r] codes.Holder
    rule_unit: I8  # [r] codes.Unit
    rule_span: I8  # [r] codes.Span
    rule_span_days: I32  # [r] for Span.TRIGGER
    rule_amount: I64  # [r] fen, days, times, or basis points of the sum insured
    rule_step: I64  # [r] less for each claim-free year (deductibles)
    rule_minimum: I64  # [r]
    rule_offset: I8  # [r] bits of codes.Source that use a deductible up


class Columns(NamedTuple):
    """One entry a row of each step: where every fen of `billed` went.

    billed = public + others + not_covered + deductible + own_share + over_limits + reduced_for_age + payable
    (indemnity); fixed benefits are billed 0 and entitled to over_limits + reduced_for_age + payable.
    """

    public: I64
    others: I64
    not_covered: I64
    deductible: I64
    own_share: I64
    over_limits: I64
    reduced_for_age: I64
    payable: I64
    gates: I32  # bit g: gate g failed; bit g + 16: a person has to look
    reason: I8  # codes.Reason


class RowTrace(NamedTuple):
    """More of each row, kept when a decision is explained."""

    benefit: I16  # number of the benefit in its version; -1 none
    exclusions: I64  # bits of exclusions that apply
    eligible: I64
    unit: I64  # number of the unit the row was summed in; -1 none


class UnitTrace(NamedTuple):
    """Each unit of computing and each rule it met, kept when a decision is explained."""

    table: I64  # [units, len(UNIT_FIELDS)]
    filled: I64  # [2] how many units and how many rules are there
    rules: I64  # [rules, len(RULE_FIELDS)]


UNIT_FIELDS = (
    "step",
    "cover",
    "benefit",
    "ratio_class",
    "first_row",
    "eligible",
    "public",
    "others",
    "netted",
    "loss",
    "base",
    "ratio",
    "after_ratio",
    "deductible",
    "limit_rule",
    "after_limits",
    "ceiling",
    "after_ceiling",
    "payable",
    "days",
    "days_entitled",
    "days_paid",
)
"""Columns of UnitTrace.table, in the order of computing; money in fen, rules as numbers of Book's rules or -1."""

RULE_FIELDS = ("unit", "rule", "is_limit", "full", "used", "offset", "left", "took")
"""Columns of UnitTrace.rules: a rule as the unit met it; left is -1 where the occasion was counted already."""


class Inputs(NamedTuple):
    """Everything a run of the kernel reads."""

    rows: Rows
    invoices: Invoices
    claims: Claims
    covers: Covers
    steps: Steps
    opening: Opening
    book: Book


class Outcome(NamedTuple):
    """Everything a run of the kernel writes; the traces are empty unless it was asked to keep them."""

    columns: Columns
    row_trace: RowTrace
    unit_trace: UnitTrace
