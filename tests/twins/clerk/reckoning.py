"""Reckoning (docs/computing.md, 3 to 5): eligible amounts, public payments, others, then unit by unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from hearth.kernel.adjudication.case import Claim
from hearth.kernel.product.terms import Benefit, Terms
from hearth.words.codes import Category, Gate, Scope, Source
from tests.twins.clerk.books import days_left, deductible_amount, key_of, room_under, rules_for, use_limit
from tests.twins.clerk.desk import Bill, Chain, Desk, contract_for
from tests.twins.clerk.entries import Entry, Unit
from tests.twins.clerk.gates import FAIL, REFER, gates_of, ratio_class_of, ratio_of
from tests.twins.clerk.pen import NOTHING, in_yuan, rounded, share_of, spread


def total(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, NOTHING)


@dataclass
class Sheet:
    """One step: a claim under one chain."""

    claim: Claim
    chain: Chain
    entries: list[Entry] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)


def work_through(desk: Desk, claim: Claim, chain: Chain, earlier: Sequence[Sheet], first_unit: int) -> Sheet:
    """One claim under one chain, after the chains that the insured put first."""
    sheet = Sheet(claim, chain)
    for bill in desk.bills[claim.no]:
        entries = entries_of(desk, chain, bill)
        take_eligible(entries)
        attribute_public(bill, entries)
        sheet.entries.extend(entries)
    leave_out_counted_days(desk, sheet)
    sheet.units = units_of(sheet, first_unit)
    attribute_others(sheet, earlier)
    for unit in sheet.units:
        settle(desk, unit)
    for entry in sheet.entries:
        close(entry)
    return sheet


def entries_of(desk: Desk, chain: Chain, bill: Bill) -> list[Entry]:
    """The rows of a bill with their gates."""
    contract, in_force = contract_for(desk.contracts[chain.no, bill.claim.insured], bill.event_on)
    ratio_class = ratio_class_of(desk, bill, contract)
    entries = []
    for row in bill.rows:
        benefit, gates = gates_of(desk, bill, row, contract, in_force)
        failed = {gate for gate, said in gates.items() if said == FAIL}
        referred = {gate for gate, said in gates.items() if said == REFER}
        entries.append(Entry(bill, row, contract, benefit, ratio_class, failed, referred))
    return entries


# --- steps 2 to 4 ----------------------------------------------------------------------------------------------------


def take_eligible(entries: Sequence[Entry]) -> None:
    """Step 2: what a row that failed no gate may count for, within the item cap that its line shares."""
    taken: dict[tuple[int, str], Decimal] = {}
    for entry in entries:
        if entry.failed or entry.benefit is None or entry.benefit.kind != "indemnity":
            continue
        line = (entry.row.line, entry.benefit.code)
        cap = item_cap(entry)
        room = entry.row.billed if cap is None else cap - taken.get(line, NOTHING)
        entry.eligible = min(entry.row.billed, room)
        taken[line] = taken.get(line, NOTHING) + entry.eligible


def item_cap(entry: Entry) -> Decimal | None:
    """The cap on a line: per day or piece times the quantity, or the line as it is."""
    assert entry.benefit is not None
    for cap in entry.benefit.item_caps:
        if entry.row.category in cap.categories:
            amount = in_yuan(entry.contract.value(cap.amount))
            return amount if cap.per == "line" else amount * entry.row.quantity
    return None


def attribute_public(bill: Bill, entries: Sequence[Entry]) -> None:
    """Step 4, public payments of one invoice: line by line where the sheet says so, the rest shared."""
    for entry in entries:
        said = min(entry.row.public, entry.row.billed)
        entry.public_on_eligible = min(said, entry.eligible)
        entry.public_on_other = said - entry.public_on_eligible
    said = total(entry.row.public for entry in entries)
    left = max(NOTHING, bill.public - said)
    if left == 0 or not entries:
        return
    eligible_open = [entry.eligible - entry.public_on_eligible for entry in entries]
    other_open = [entry.other_part - entry.public_on_other for entry in entries]
    all_eligible, everything = total(eligible_open), total(eligible_open) + total(other_open)
    rule = entries[0].contract.terms.public_payments
    if rule is None or rule.attribution == "eligible_first":
        for_eligible = min(left, all_eligible)
    elif everything == 0:
        for_eligible = NOTHING
    else:
        for_eligible = min(all_eligible, rounded(left * all_eligible / everything))
    inside = [entry.row.scope is Scope.IN for entry in entries]
    for entry, share in zip(entries, inside_first(for_eligible, eligible_open, inside), strict=True):
        entry.public_on_eligible += share
    for entry, share in zip(entries, inside_first(left - for_eligible, other_open, inside), strict=True):
        entry.public_on_other += share


def inside_first(amount: Decimal, room: Sequence[Decimal], inside: Sequence[bool]) -> list[Decimal]:
    """Spread over the rows inside the list up to their sum, what is left over those outside up to theirs."""
    shares = [NOTHING] * len(room)
    for scope in (True, False):
        weights = [space if is_inside is scope else NOTHING for space, is_inside in zip(room, inside, strict=True)]
        given = min(amount, total(weights))
        amount -= given
        shares = [share + more for share, more in zip(shares, spread(given, weights), strict=True)]
    return shares


def attribute_others(sheet: Sheet, earlier: Sequence[Sheet]) -> None:
    """Step 4, others: chains chosen earlier row by row, then the sources one after the other over the units."""
    paid = dict.fromkeys(Source, NOTHING)
    for payment in sheet.claim.other_payments:
        paid[payment.source] += in_yuan(payment.amount)
    for place, entry in enumerate(sheet.entries):
        before = total(indemnity_paid(step.entries[place]) for step in earlier)
        entry.earlier_on_eligible = min(before, entry.eligible_left)
        entry.others_on_other = min(before - entry.earlier_on_eligible, entry.other_left)
        paid[Source.INSURER] += before - entry.earlier_on_eligible - entry.others_on_other
    got = {unit.number: NOTHING for unit in sheet.units}
    for unit in sheet.units:
        unit.others = dict.fromkeys(Source, NOTHING)
        unit.others[Source.INSURER] = total(entry.earlier_on_eligible for entry in unit.entries)
    homeless = NOTHING
    for source in Source:
        room = [unit.eligible_left - got[unit.number] for unit in sheet.units]
        given = min(paid[source], total(room))
        homeless += paid[source] - given
        for unit, share in zip(sheet.units, spread(given, room), strict=True):
            got[unit.number] += share
            unit.others[source] += share
    for unit in sheet.units:
        shares = spread(got[unit.number], [entry.eligible_left for entry in unit.entries])
        for entry, share in zip(unit.entries, shares, strict=True):
            entry.spread_on_eligible = share
    room = [entry.other_left for entry in sheet.entries]
    for entry, share in zip(sheet.entries, spread(min(homeless, total(room)), room), strict=True):
        entry.others_on_other += share


def indemnity_paid(entry: Entry) -> Decimal:
    """What a chain paid for a cost; allowances and lump sums are nobody's reimbursement."""
    return entry.payable if entry.benefit is not None and entry.benefit.kind == "indemnity" else NOTHING


# --- units -----------------------------------------------------------------------------------------------------------


def units_of(sheet: Sheet, first_number: int) -> list[Unit]:
    """Claim x benefit x ratio class x contract year, and finer where the benefit is computed per visit, day or line."""
    groups: dict[tuple[Any, ...], list[Entry]] = {}
    for entry in sheet.entries:
        if not entry.failed and entry.benefit is not None:
            groups.setdefault(group_of(entry, entry.benefit), []).append(entry)
    bills = {id(entry.bill): None for entry in sheet.entries}
    place = {bill: number for number, bill in enumerate(bills)}

    def rank(entries: list[Entry]) -> tuple[int, int]:
        benefit = entries[0].benefit
        assert benefit is not None
        listed = [member.code for member in entries[0].contract.terms.benefits]
        return place[id(entries[0].bill)], listed.index(benefit.code)

    units = []
    for number, entries in enumerate(sorted(groups.values(), key=rank), first_number):
        benefit = entries[0].benefit
        assert benefit is not None
        units.append(Unit(number, sheet.chain, benefit, entries))
        for entry in entries:
            entry.unit = number
    return units


def leave_out_counted_days(desk: Desk, sheet: Sheet) -> None:
    """The days of a stay that an earlier step of the chain counted under the same benefit are a duplicate here."""
    for entry in sheet.entries:
        if entry.row.category is not Category.STAY_DAYS or entry.failed or entry.benefit is None:
            continue
        if stay_counted(sheet.chain, entry.benefit, entry.bill) in desk.days_counted:
            entry.failed.add(Gate.DUPLICATE)
            entry.referred.discard(Gate.DUPLICATE)


def stay_counted(chain: Chain, benefit: Benefit, stay: Bill) -> tuple[Any, ...]:
    """A stay as the days of one insured under one benefit of a chain."""
    return (chain.no, benefit.code, stay.visit)


def group_of(entry: Entry, benefit: Benefit) -> tuple[Any, ...]:
    per = benefit.computed_per if benefit.kind == "indemnity" else "visit"
    finer: dict[str, tuple[Any, ...]] = {
        "claim": (),
        "visit": (entry.bill.visit,),
        "day": (entry.bill.visit, entry.row.served_on),
        "line": (id(entry.bill), entry.row.line),
    }
    return (benefit.code, entry.ratio_class, entry.contract.policy.no, *finer[per])


def settle(desk: Desk, unit: Unit) -> None:
    """Steps 5 to 11 of one unit."""
    if unit.benefit.kind == "daily":
        desk.days_counted.add(stay_counted(unit.chain, unit.benefit, unit.first.bill))
    person = (unit.chain.no, unit.claim.insured)
    if person in desk.ended_on and desk.ended_on[person] <= unit.first.bill.event_on:
        unit.ended = True
        for entry in unit.entries:
            entry.failed.add(Gate.ENDED)
            entry.not_covered = entry.eligible_left
        return
    if unit.benefit.kind == "indemnity":
        settle_indemnity(desk, unit)
    else:
        settle_fixed(desk, unit)
    for rule in rules_for(unit.contract.terms.limits, unit):
        use_limit(desk, rule, unit)
    if unit.benefit.ends_contract and unit.payable > 0:
        day = unit.first.bill.event_on
        desk.ended_on[person] = min(day, desk.ended_on.get(person, day))


def settle_indemnity(desk: Desk, unit: Unit) -> None:
    unit.ceiling = unit.eligible_left
    unit.loss = loss_of(unit)
    unit.ratio = ratio_of(unit.benefit, unit.first.ratio_class, unit.contract)
    if unit.benefit.ratio_first:
        base = share_of(unit.loss, unit.ratio)
        unit.own_share = unit.loss - base
        unit.after_ratio = base - take_deductibles(desk, unit, base)
    else:
        base = unit.loss - take_deductibles(desk, unit, unit.loss)
        unit.after_ratio = share_of(base, unit.ratio)
        unit.own_share = base - unit.after_ratio
    apply_limits(desk, unit)
    unit.after_ceiling = min(unit.after_limits, unit.ceiling)
    unit.payable = unit.paid_at_age_ratio(unit.after_ceiling)
    write_to_rows(unit)


def loss_of(unit: Unit) -> Decimal:
    """Step 5: what the terms call the loss; public payments and others reduce it only where they say so."""
    terms: Terms = unit.contract.terms
    loss = unit.eligible
    if terms.public_payments is not None and terms.public_payments.priced_net_of_public_payments:
        loss -= unit.public
    if terms.other_payments is not None:
        loss -= total(unit.others[source] for source in terms.other_payments.netted)
    return max(NOTHING, loss)


def take_deductibles(desk: Desk, unit: Unit, base: Decimal) -> Decimal:
    """Steps 6 and 7: every deductible of the benefit, as listed; what others paid uses it up where the terms say so."""
    for rule in rules_for(unit.contract.terms.deductibles, unit):
        if rule.unit != "yuan":
            continue
        key = key_of(rule, unit)
        amount, used = in_yuan(deductible_amount(rule, unit.contract)), desk.used.get(key, NOTHING)
        offset = total(unit.others[source] for source in rule.offset)
        taken = min(base - unit.deductible, max(NOTHING, amount - used - offset))
        unit.deductible += taken
        desk.used[key] = max(used, min(amount, used + offset + taken))
    return unit.deductible


def apply_limits(desk: Desk, unit: Unit) -> None:
    """Step 9: the least of all limits; the first that gives it binds."""
    unit.after_limits = unit.after_ratio
    for rule in rules_for(unit.contract.terms.limits, unit):
        room = room_under(desk, rule, unit)
        if room is not None and room < unit.after_limits:
            unit.after_limits, unit.binds = room, rule.code


def settle_fixed(desk: Desk, unit: Unit) -> None:
    """Allowances by the day and lump sums: nothing is netted, limits and the age ratio hold."""
    contract, benefit = unit.contract, unit.benefit
    if benefit.kind == "daily":
        unit.days = sum(entry.row.quantity for entry in unit.entries) - take_days(desk, unit)
        unit.after_ratio = unit.days * in_yuan(contract.value(benefit.daily))
    else:
        unit.after_ratio = share_of(in_yuan(contract.policy.sum_insured), contract.value(benefit.share))
    apply_limits(desk, unit)
    unit.days_paid = unit.days
    for rule in rules_for(contract.terms.limits, unit):
        if rule.unit == "days" and benefit.kind == "daily":
            unit.days_paid = min(unit.days_paid, days_left(desk, rule, unit))
    unit.after_ceiling = unit.after_limits
    unit.payable = unit.paid_at_age_ratio(unit.after_ceiling)
    unit.first.over_limits = unit.after_ratio - unit.after_ceiling
    unit.first.reduced_for_age = unit.after_ceiling - unit.payable
    unit.first.payable = unit.payable


def take_days(desk: Desk, unit: Unit) -> int:
    """Deductible days of an allowance."""
    days, taken_in_all = sum(entry.row.quantity for entry in unit.entries), 0
    for rule in rules_for(unit.contract.terms.deductibles, unit):
        if rule.unit != "days":
            continue
        key = key_of(rule, unit)
        used = desk.used.get(key, 0)
        taken = min(days - taken_in_all, max(0, deductible_amount(rule, unit.contract) - used))
        taken_in_all += taken
        desk.used[key] = used + taken
    return taken_in_all


def write_to_rows(unit: Unit) -> None:
    """Steps 7 and 8: the parts of a unit go to its rows in row order."""
    rest = unit.ceiling - unit.after_ceiling
    deductible = min(unit.deductible, rest)
    own_share = min(unit.own_share, rest - deductible)
    over_limits = rest - deductible - own_share
    left = [entry.eligible_left for entry in unit.entries]
    parts: Mapping[str, Decimal] = {
        "payable": unit.payable,
        "reduced_for_age": unit.after_ceiling - unit.payable,
        "over_limits": over_limits,
        "own_share": own_share,
    }
    for name, amount in parts.items():
        shares = spread(amount, left)
        left = [space - share for space, share in zip(left, shares, strict=True)]
        for entry, share in zip(unit.entries, shares, strict=True):
            setattr(entry, name, share)
    for entry, space in zip(unit.entries, left, strict=True):
        entry.deductible = space


def close(entry: Entry) -> None:
    """Section 5: what remains of the other part is over an item cap, or not covered."""
    if entry.failed:
        entry.not_covered += entry.other_left
    else:
        entry.over_cap = entry.other_left
        entry.over_limits += entry.over_cap
