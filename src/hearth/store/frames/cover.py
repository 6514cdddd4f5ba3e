"""Cover: the contract years that the lines of a file name, chain by chain."""

from __future__ import annotations

import numpy as np

from hearth.store.frames.calendar import months_on
from hearth.store.frames.columns import Array
from hearth.store.frames.keys import packed, run_starts
from hearth.store.frames.table import Table
from hearth.words.arrays import Covers
from hearth.words.days import NEVER, day_of


def covers_of(table: Table, insured: Array) -> tuple[Array, Covers, frozenset[int]]:
    """(chain of each claim, contract years, versions they are judged by).  Raises: Malformed."""
    lines, reading = table.lines, table.reading
    chain_keys = table.key_at_invoice("chain", "policy")[0]
    policy_keys = table.key_at_invoice("policy")[0]
    table.of_claim("chain" if lines.has("chain") else "policy", chain_keys)
    chain_packed = packed(chain_keys, limit=2**30)
    policy_packed = packed(chain_packed, policy_keys)

    # One contract, whoever it insures; then one contract year of one insured.
    _, policy_first, policy_of = np.unique(policy_packed, return_index=True, return_inverse=True)
    _, cover_first, cover_of = np.unique(packed(policy_of, insured), return_index=True, return_inverse=True)

    def attribute(name: str, absent: int, of_policy: bool) -> Array:
        values = table.at_invoice(name, absent)
        first, of = (policy_first, policy_of) if of_policy else (cover_first, cover_of)
        same = values == values[first][of]
        if not same.all():
            at = int(table.inv[int(np.argmin(same))])
            raise lines.wrong(name, at, lines.frame[name][at], "the same value wherever the contract stands")
        return values[first]

    starts_on = attribute("starts_on", NEVER, True).astype(np.int64)
    ends_on = attribute("ends_on", NEVER, True).astype(np.int64)
    ends_on = np.where(ends_on == NEVER, months_on(starts_on, 12), ends_on)
    if (ends_on <= starts_on).any():
        at = int(np.argmax(ends_on <= starts_on))
        raise lines.wrong(
            "ends_on", int(table.inv[policy_first[at]]), day_of(int(ends_on[at])),
            f"a day after the start, {day_of(int(starts_on[at]))}",
        )  # fmt: skip
    continuous = attribute("continuous_since", NEVER, True).astype(np.int64)
    guaranteed_since = np.full(len(starts_on), NEVER, np.int64)
    if reading.guarantees:
        guaranteed_since = attribute("guaranteed_since", NEVER, True).astype(np.int64)
    version_day = np.searchsorted(reading.since, starts_on, "right") - 1
    plan = np.zeros(len(starts_on), np.int64)
    if len(reading.plans) > 1 or not lines.has("plan"):
        numbers = {name: number for number, name in enumerate(reading.plans)} | {"": 0}
        want = f"one of {', '.join(reading.plans)}"
        at_invoice = lines.texts("plan", numbers, want, table.inv, table.inside)
        if at_invoice is not None:
            plan = at_invoice[policy_first].astype(np.int64)
            same = at_invoice == plan[policy_of]
            if not same.all():
                at = int(table.inv[int(np.argmin(same))])
                raise lines.wrong("plan", at, lines.frame["plan"][at], "the same value wherever the contract stands")
    version = plan * len(reading.since) + version_day

    # Contracts of a chain by their first day.
    chain_of_policy = chain_packed[policy_first]
    order = np.lexsort((starts_on, chain_of_policy))
    heads = run_starts(chain_of_policy[order])
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    overlap = (starts_on[order][1:] < ends_on[order][:-1]) & (chain_of_policy[order][1:] == chain_of_policy[order][:-1])
    if overlap.any():
        at = int(np.argmax(overlap))
        later, earlier = int(order[at + 1]), int(order[at])
        raise lines.wrong(
            "starts_on", int(table.inv[policy_first[later]]), day_of(int(starts_on[later])),
            f"{day_of(int(ends_on[earlier]))} or later: the contract before it in its chain ends then",
        )  # fmt: skip
    joined = _joined(starts_on[order], ends_on[order], reading.grace_days[version_day[order]], heads)
    began = np.where(guaranteed_since == NEVER, np.where(continuous == NEVER, starts_on, continuous), guaranteed_since)
    period = _periods(starts_on[order], began[order], reading.guaranteed_years[version_day[order]], joined, heads)

    # Contract years of each insured, in the order of chains, first days, people.
    policy_of_cover = policy_of[cover_first]
    insured_of_cover = insured[cover_first]
    by = np.lexsort((insured_of_cover, rank[policy_of_cover]))
    policy, person = policy_of_cover[by], insured_of_cover[by]
    chain_number = np.repeat(np.arange(len(heads)), np.diff(np.append(heads, len(order))))[rank]
    chain = chain_number[policy]
    holder = len(heads) + np.unique(packed(chain, person), return_inverse=True)[1]
    # Unbroken cover is a person's own: contracts that insure others do not bridge a gap.
    of_person = np.lexsort((rank[policy], holder))
    years = policy[of_person]
    heads_of_person = run_starts(holder[of_person])
    joined = _joined(starts_on[years], ends_on[years], reading.grace_days[version_day[years]], heads_of_person)
    first = np.maximum.accumulate(np.where(joined, 0, np.arange(len(years))))
    waits_from = np.empty(len(by), np.int64)
    waits_from[of_person] = np.where(continuous == NEVER, starts_on, continuous)[years][first]
    unproven = np.zeros(len(by), np.int64)
    if lines.has("unproven_clauses"):
        unproven = _unproven(table)[cover_first][by]
    paid = attribute("premium_paid", 1, False).astype(np.int64)[by]
    due = attribute("premium_due", 1, False).astype(np.int64)[by]
    if (paid > due).any():
        at = int(table.inv[cover_first[by[int(np.argmax(paid > due))]]])
        raise lines.wrong("premium_paid", at, f"{paid.max():,}", "not more than premium_due")
    covers = Covers(
        cover_from=np.append(run_starts(chain), len(chain)).astype(np.int64),
        insured=person.astype(np.int32),
        version=version[policy].astype(np.int32),
        starts_on=starts_on[policy].astype(np.int32),
        ends_on=ends_on[policy].astype(np.int32),
        waits_from=waits_from.astype(np.int32),
        guaranteed=period[rank[policy]].astype(np.int32),
        claim_free=attribute("claim_free_years", 0, False).astype(np.int32)[by],
        sum_insured=attribute("sum_insured", 0, False).astype(np.int64)[by],
        premium_paid=paid,
        premium_due=due,
        holder=holder.astype(np.int64),
        family=chain.astype(np.int64),
        unproven=unproven,
        with_social_insurance=attribute("with_social_insurance", 1, False).astype(np.int8)[by],
    )
    chain_of_claim = chain_number[policy_of[table.invoice_from[:-1]]]
    _one_owner(table, chain_of_claim)
    return chain_of_claim, covers, frozenset(np.unique(covers.version).tolist())


def _joined(starts_on: Array, ends_on: Array, grace: Array, heads: Array) -> Array:
    """Where a contract continues the one before it: the gap between them is no longer than the grace days."""
    joined = np.zeros(len(starts_on), bool)
    joined[1:] = starts_on[1:] - ends_on[:-1] <= grace[1:]
    joined[heads] = False
    return joined


def _periods(starts_on: Array, began: Array, years: Array, joined: Array, heads: Array) -> Array:
    """Numbers of guaranteed periods, contracts in the order of their chains; `began`: where each would begin one."""
    length = np.diff(np.append(heads, len(starts_on)))
    since, period = began.copy(), np.ones(len(starts_on), np.int64)
    for place in range(1, int(length.max(initial=0))):
        at = heads[length > place] + place
        over = (years[at] > 0) & (starts_on[at] >= months_on(since[at - 1], 12 * years[at]))
        since[at] = np.where(joined[at], np.where(over, starts_on[at], since[at - 1]), began[at])
        period[at] = period[at - 1] + (over | ~joined[at])
    return period


def _unproven(table: Table) -> Array:
    """Bits of the exclusions whose clauses a contract says are not proven to be explained."""
    lines, exclusions = table.lines, table.reading.exclusions
    names = lines.series("unproven_clauses").unique().to_list()
    bits = np.zeros(len(names), np.int64)
    numbers = {}
    for number, name in enumerate(names):
        numbers[name or ""] = number
        for clause in (name or "").split():
            if clause not in exclusions:
                at = int((lines.frame["unproven_clauses"].cast(str) == name).arg_max() or 0)
                raise lines.wrong(
                    "unproven_clauses", at, clause, f"a clause of an exclusion ({', '.join(sorted(set(exclusions)))})"
                )
        bits[number] = sum(1 << n for n, clause in enumerate(exclusions) if clause in (name or "").split())
    found = lines.texts("unproven_clauses", numbers, "clauses", table.inv, table.inside)
    assert found is not None
    result: Array = bits[found]
    return result


def _one_owner(table: Table, chain_of_claim: Array) -> None:
    """A chain of contracts belongs to one owner: what its claims use up is counted in one place."""
    owner = table.owner[table.inv[table.invoice_from[:-1]]]
    first_claim = np.unique(chain_of_claim, return_index=True)[1]
    same = owner == owner[first_claim][chain_of_claim]
    if not same.all():
        at = int(table.inv[table.invoice_from[int(np.argmin(same))]])
        raise table.lines.wrong("owner", at, table.lines.frame["owner"][at], "the owner of the chain's other claims")
