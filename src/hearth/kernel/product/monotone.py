"""Monotone: a larger covered bill never pays less, and nothing is paid above the loss; by structure, else by search."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Literal, NamedTuple

from hearth.kernel.product.finding import ProductFinding, Proof
from hearth.kernel.product.terms import Benefit, Bilingual, Limit, Terms
from hearth.words.codes import Category, Setting, word
from hearth.words.money import yuan


class Bill(NamedTuple):
    """One bill of a searched year: a visit or stay with one line of cost; amounts in fen."""

    day: int
    setting: Setting
    category: Category
    scope: Literal["in", "out"]
    icd: str
    amount: int
    public: int
    settled: bool


class Paid(NamedTuple):
    """What the kernel made of one bill, in fen."""

    payable: int
    loss: int


_Year = tuple[str, Sequence[Bill], int, Sequence[Bill]]

Pays = Callable[[Terms, str, Sequence[Bill]], Sequence[Paid]]
"""The kernel's arithmetic: terms, plan and the bills of one insured's year -> what each bill pays."""


def taken_costs(benefit: Benefit) -> set[tuple[Setting, Category, str]]:
    """The costs that an indemnity benefit takes, whatever the disease, cause or time.

    Needs:   a benefit
    Gives:   setting, category and scope
    Source:  docs/computing.md 2
    """
    every = [item for item in Category if item not in (Category.STAY_DAYS, Category.DIAGNOSED)]
    items = [item for item in (benefit.categories or every) if item not in benefit.except_categories]
    return set(itertools.product(benefit.settings, items, benefit.scope))


_WITHIN = {
    "visit": ("stay", "policy_year", "guaranteed", "life"),
    "stay": ("visit", "policy_year", "guaranteed", "life"),
    "day": ("month", "visit", "stay", "policy_year", "guaranteed", "life"),
    "month": ("policy_year", "guaranteed", "life"),
    "event": ("life",),
    "trigger": ("life",),
    "policy_year": ("guaranteed", "life"),
    "guaranteed": ("life",),
    "life": (),
}


def _nested(inner: Limit, outer: Limit) -> bool:
    spans = inner.span == outer.span or outer.span in _WITHIN[inner.span]
    holders = inner.holder == outer.holder or outer.holder == "family"
    return set(inner.benefits) <= set(outer.benefits) and spans and holders


def obstacles(terms: Terms) -> list[tuple[str, str]]:
    """Why structure alone does not prove that a larger covered bill never pays less.

    A bill's own unit never pays less: the loss, the deductible, the ratio and every cap rise with it or stay.  What a
    bill takes from a limit, later bills may lack; where limits in yuan lie in one another (pool, span, holder) they
    lack together at most what the bill gained.  A limit on times counts a bill that becomes payable as a whole one.

    Needs:   terms
    Gives:   ("times", code) and ("overlap", "code, code"); empty where structure proves it
    Source:  docs/computing.md 4
    """
    indemnity = {benefit.code for benefit in terms.benefits if benefit.kind == "indemnity"}
    limits = [limit for limit in terms.limits if indemnity & set(limit.benefits)]
    found = [("times", limit.code) for limit in limits if limit.unit in ("times", "days")]
    for one, other in itertools.combinations([limit for limit in limits if limit.unit == "yuan"], 2):
        meet = set(one.benefits) & set(other.benefits)
        plans = not one.plans or not other.plans or set(one.plans) & set(other.plans)
        if meet and plans and not _nested(one, other) and not _nested(other, one):
            found.append(("overlap", f"{one.code}, {other.code}"))
    return found


def monotone(terms: Terms, pays: Pays | None, years: int) -> tuple[list[ProductFinding], list[Proof]]:
    """Whether a larger covered bill never pays less, and nothing is paid above the loss.

    Needs:   terms; the kernel's arithmetic, or None to rest on structure alone; how many years to search
    Gives:   findings, and proofs that say whether structure or a search carries them
    Source:  docs/computing.md 4; Health Insurance Regulation art. 5
    """
    if not any(benefit.kind == "indemnity" for benefit in terms.benefits):
        says = Bilingual(zh="定额给付，与费用金额无关", en="fixed benefits: the bill does not matter")
        return [], [Proof("NOT_MONOTONE", "structure", says), Proof("ABOVE_THE_LOSS", "structure", says)]
    ceiling = Bilingual(
        zh="第 5 步以尚未得到补偿的损失为上限，且比例不超过 100%",
        en="step 5 caps every unit at the loss still on the person, and no ratio is above 100%",
    )
    proofs = [Proof("ABOVE_THE_LOSS", "structure", ceiling)]
    against = obstacles(terms)
    if not against:
        says = Bilingual(
            zh="各限额在责任、期间、主体上逐层包含，且不按次数计（同一发票适用多个比例时，分摊尾差 1 分除外）",
            en="limits lie in one another in pool, span and holder, and none counts times "
            "(a fen of shared rounding apart, where several ratios meet in one invoice)",
        )
        return [], [*proofs, Proof("NOT_MONOTONE", "structure", says)]
    if pays is None:
        return [], proofs
    found = search_years(terms, pays, years)
    if not found:
        says = Bilingual(
            zh=f"结构不能证明（{_told(against)}）；检索 {years} 个年度未见反例",
            en=f"structure does not prove it ({_told(against)}); {years} years searched, no counterexample",
        )
        return [], [*proofs, Proof("NOT_MONOTONE", "search", says)]
    only_times = all(kind == "times" for kind, _ in against)
    return [
        ProductFinding(
            terms.code,
            finding.code,
            f"{finding.place} ({_told(against)})",
            finding.got,
            finding.want,
            finding.code != "NOT_MONOTONE" or not only_times,
        )
        for finding in found
    ], (proofs if all(finding.code != "ABOVE_THE_LOSS" for finding in found) else [])


def _told(against: Sequence[tuple[str, str]]) -> str:
    return "; ".join(f"limits[{codes}]" for _, codes in against)


def search_years(terms: Terms, pays: Pays, years: int) -> list[ProductFinding]:
    """Years of bills in which one covered bill is raised; the first that pays less in total, or more than was lost.

    Needs:   terms; the kernel's arithmetic; years >= 1.  The years are the same on every run
    Gives:   at most one finding of each kind, with the amounts
    Source:  docs/computing.md 4; Health Insurance Regulation art. 5
    """
    found: dict[str, ProductFinding] = {}
    for plan, bills, at, raised in (*_counted_years(terms), *_made_up_years(terms, years)):
        before, after = pays(terms, plan, bills), pays(terms, plan, raised)
        for bill, paid in (*zip(bills, before, strict=True), *zip(raised, after, strict=True)):
            if paid.payable > paid.loss and "ABOVE_THE_LOSS" not in found:
                place = f"{plan}, {word(bill.setting, 'en')} {yuan(bill.amount)}"
                found["ABOVE_THE_LOSS"] = ProductFinding(
                    terms.code, "ABOVE_THE_LOSS", place, yuan(paid.payable), f"<= {yuan(paid.loss)}"
                )
        total, total_raised = sum(paid.payable for paid in before), sum(paid.payable for paid in after)
        if total_raised < total and "NOT_MONOTONE" not in found:
            place = f"{plan}, {len(bills)} bills, bill {at + 1}: {yuan(bills[at].amount)} -> {yuan(raised[at].amount)}"
            found["NOT_MONOTONE"] = ProductFinding(
                terms.code, "NOT_MONOTONE", place, yuan(total_raised), f">= {yuan(total)}"
            )
    return list(found.values())


def _made_up_years(terms: Terms, years: int) -> Iterator[_Year]:
    numbers = _numbers_from(20_260_101)
    benefits = [benefit for benefit in terms.benefits if benefit.kind == "indemnity"]
    for _ in range(years):
        plan = terms.plans[next(numbers) % len(terms.plans)]
        caps = [
            limit.amount.at(terms.sold_from)
            for limit in terms.limits
            if limit.unit == "yuan" and (not limit.plans or plan in limit.plans)
        ]
        bills = [_bill(terms, benefits, caps, day, numbers) for day in range(3 + next(numbers) % 28)]
        at = next(numbers) % len(bills)
        raised = list(bills)
        more = (1, 100, 5_000, bills[at].amount)[next(numbers) % 4] or 1
        raised[at] = bills[at]._replace(amount=bills[at].amount + more)
        yield plan, bills, at, raised


def _counted_years(terms: Terms) -> Iterator[_Year]:
    """For each count: a bill that public funds paid whole, then as many bills as are paid; the first is raised."""
    benefits = {benefit.code: benefit for benefit in terms.benefits}
    for limit in terms.limits:
        benefit = benefits[limit.benefits[0]]
        times = limit.amount.at(terms.sold_from)
        if limit.unit != "times" or benefit.kind != "indemnity" or not 0 < times <= 150:
            continue
        setting, category, scope = min(taken_costs(benefit))
        within: Literal["in", "out"] = "in" if scope == "in" else "out"
        for size in (10_000, 100_000, 1_000_000):
            bill = Bill(0, setting, category, within, "".join(benefit.icd[:1]), size, 0, True)
            bills = [bill._replace(public=size), *(bill._replace(day=day) for day in range(1, times + 1))]
            yield (limit.plans or terms.plans)[0], bills, 0, [bills[0]._replace(amount=size + 100), *bills[1:]]


def _bill(terms: Terms, benefits: Sequence[Benefit], caps: Sequence[int], day: int, numbers: Iterator[int]) -> Bill:
    benefit = benefits[next(numbers) % len(benefits)]
    setting, category, scope = sorted(taken_costs(benefit))[next(numbers) % len(taken_costs(benefit))]
    icd = benefit.icd[next(numbers) % len(benefit.icd)] if benefit.icd else ""
    size = (caps[next(numbers) % len(caps)] if caps else 1_000_000) // (1, 2, 5, 20)[next(numbers) % 4]
    amount = max(1, size * (next(numbers) % 150) // 100)
    public = amount * (0, 0, 40, 100)[next(numbers) % 4] // 100
    return Bill(day, setting, category, "in" if scope == "in" else "out", icd, amount, public, next(numbers) % 3 > 0)


def _numbers_from(seed: int) -> Iterator[int]:
    """Whole numbers without a visible pattern, the same for one seed (a linear congruential generator)."""
    state = seed
    while True:
        state = (state * 6_364_136_223_846_793_005 + 1_442_695_040_888_963_407) % 2**64
        yield state >> 33
