"""The clerk's twin: docs/computing.md done over again with pen and paper, in Decimal yuan, claim by claim.

It reads case files and terms alone, shares nothing with the arrays or the scan, and prefers being read to being fast.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, localcontext

from hearth.kernel.adjudication.case import Case, Claim
from hearth.kernel.product.terms import Terms
from tests.twins.clerk.books import balances_of, enter_declared_use
from tests.twins.clerk.desk import Desk, lay_out, steps_in_order
from tests.twins.clerk.entries import Entry, Unit
from tests.twins.clerk.pen import NOTHING, PAPER, in_fen, in_yuan
from tests.twins.clerk.reckoning import Sheet, total, work_through
from tests.twins.clerk.results import MONEY, ClaimResult, LineResult, Result, UnitResult

__all__ = ["MONEY", "ClaimResult", "LineResult", "Result", "UnitResult", "adjudicate_by_hand"]


def adjudicate_by_hand(case: Case, products: Mapping[str, Terms]) -> Result:
    """Every claim of a case under every chain it names, by hand.  Raises: OrdersDiffer."""
    with localcontext(PAPER):
        desk = lay_out(case, products)
        for used in case.used:
            enter_declared_use(desk, used)
        sheets: list[Sheet] = []
        units = 0
        for claim, chain in steps_in_order(desk):
            earlier = [sheet for sheet in sheets if sheet.claim is claim]
            sheets.append(work_through(desk, claim, chain, earlier, units))
            units += len(sheets[-1].units)
        return Result(
            lines=tuple(line_of(sheet, entry) for sheet in sheets for entry in sheet.entries),
            units=tuple(written(unit) for sheet in sheets for unit in sheet.units),
            balances=balances_of(desk),
            claims=claims_of(desk, sheets),
        )


def claims_of(desk: Desk, sheets: Sequence[Sheet]) -> dict[str, ClaimResult]:
    """Section 6: overdue premium once a policy, advance and prepayment once a claim."""
    overdue = {policy.no: in_yuan(policy.arrears) for policy in desk.case.policies}
    taken: dict[str, Decimal] = {claim.no: NOTHING for claim in desk.claims}
    for sheet in sheets:
        for policy in sheet.chain.policies:
            payable = total(entry.payable for entry in sheet.entries if entry.contract.policy.no == policy.no)
            arrears = min(payable, overdue[policy.no])
            overdue[policy.no] -= arrears
            taken[sheet.claim.no] += arrears
    return {claim.no: paid_out(claim, sheets, taken[claim.no]) for claim in desk.claims}


def paid_out(claim: Claim, sheets: Sequence[Sheet], arrears: Decimal) -> ClaimResult:
    payable = total(entry.payable for sheet in sheets if sheet.claim is claim for entry in sheet.entries)
    left = payable - arrears - in_yuan(claim.advance) - in_yuan(claim.prepaid)
    return ClaimResult(
        claim=claim.no,
        payable=in_fen(payable),
        arrears=in_fen(arrears),
        paid_out=in_fen(max(NOTHING, left)),
        recovery=in_fen(max(NOTHING, -left)),
    )


def line_of(sheet: Sheet, entry: Entry) -> LineResult:
    bill, row = entry.bill, entry.row
    return LineResult(
        claim=sheet.claim.no,
        chain=sheet.chain.no,
        policy=entry.contract.policy.no,
        invoice=bill.listed if bill.invoice is not None else 0,
        diagnosis=bill.listed if bill.diagnosis is not None else 0,
        line=row.line,
        scope=row.scope.name.lower(),
        cut=row.cut,
        billed=in_fen(row.billed),
        money={name: in_fen(amount) for name, amount in entry.money.items()},
        failed=frozenset(entry.failed),
        referred=frozenset(entry.referred),
        reason=entry.reason,
        eligible=in_fen(entry.eligible),
        benefit=entry.benefit.code if entry.benefit is not None else None,
        unit=entry.unit,
    )


def written(unit: Unit) -> UnitResult:
    amounts = {
        "eligible": unit.eligible,
        "public": unit.public,
        "others": total(unit.others.values()),
        "loss": unit.loss,
        "deductible": unit.deductible,
        "after_ratio": unit.after_ratio,
        "after_limits": unit.after_limits,
        "ceiling": unit.ceiling,
        "after_ceiling": unit.after_ceiling,
        "payable": unit.payable,
    }
    counts = {"ratio": unit.ratio, "days": unit.days, "days_paid": unit.days_paid}
    return UnitResult(
        claim=unit.claim.no,
        chain=unit.chain.no,
        policy=unit.contract.policy.no,
        benefit=unit.benefit.code,
        kind=unit.benefit.kind,
        ratio_class=unit.first.ratio_class,
        ended=unit.ended,
        steps={name: in_fen(amount) for name, amount in amounts.items()} | counts,
        binds=unit.binds,
    )
