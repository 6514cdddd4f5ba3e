"""Guarantee: how much a letter promises at most, and when the cost of a stay calls for another look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hearth.words.faults import Fault
from hearth.words.money import BP, MAX_FEN

WATCH_BP = 8_000
"""Above this share of the cap the plan goes back to the medical expert (DOMAIN 6.6, A6)."""


class CapWrong(Fault):
    """A cap cannot be reckoned from these amounts."""

    code, status = "CAP_WRONG", 422
    says = "The guarantee cannot be reckoned: {what} is {got}; want {want}."
    says_zh = "无法计算担保额度：{what} 为 {got}，应为 {want}。"


@dataclass(frozen=True, slots=True)
class Cap:
    """What a letter promises, and what bound it."""

    fen: int
    bound: str
    """What was the smallest: limit, estimate, opinion."""


def cap(limit_left: int, estimate: int, share_bp: int, approved: int | None = None) -> Cap:
    """The most that a letter of guarantee promises.

    Needs:   fen not below zero; the product's share of the estimate in basis points; `approved`: the part of the plan
             that the medical expert found necessary, in fen, where it is not the whole
    Gives:   min(limit left, necessary part of the estimate x share), rounded down to the fen; CapWrong
    Source:  DOMAIN 6.6 (A4), S0.8
    """
    for what, got, most in (("limit left", limit_left, MAX_FEN * 100), ("estimate", estimate, MAX_FEN)):
        if not 0 <= got <= most:
            raise CapWrong(what=what, got=got, want=f"0 to {most} fen")
    if not 0 <= share_bp <= BP:
        raise CapWrong(what="share", got=share_bp, want=f"0 to {BP} basis points")
    necessary = estimate if approved is None else min(estimate, max(0, approved))
    promised = necessary * share_bp // BP
    if limit_left <= promised:
        return Cap(limit_left, "limit")
    return Cap(promised, "estimate" if necessary == estimate else "opinion")


@dataclass(frozen=True, slots=True)
class Watch:
    """Where the cost of a stay stands."""

    cost: int
    cap: int
    share_bp: int
    """Cost as a share of the cap, in basis points; 0 where nothing is guaranteed."""
    above_watch: bool
    above_cap: bool
    above_usual: bool
    """Above the upper usual cost of this illness, where the company knows one."""
    days: int


def watch(costs: Mapping[date, int], cap_fen: int, usual_high: int | None = None) -> Watch:
    """Where the cost of a stay stands against the guarantee and the usual course.

    Needs:   the cost of each day in fen, none below zero; the cap; the upper usual cost of a stay, where known
    Gives:   the sum, its share of the cap, and what it is above; WATCH_BP is exceeded, not merely reached
    Source:  DOMAIN 6.6 (A6), S0.10
    """
    cost = sum(costs.values())
    return Watch(
        cost=cost,
        cap=cap_fen,
        share_bp=cost * BP // cap_fen if cap_fen > 0 else 0,
        above_watch=cap_fen > 0 and cost * BP > cap_fen * WATCH_BP,
        above_cap=cap_fen > 0 and cost > cap_fen,
        above_usual=usual_high is not None and cost > usual_high,
        days=len(costs),
    )


def running(costs: Mapping[date, int]) -> tuple[tuple[date, int, int], ...]:
    """The cost of each day with the sum up to it.

    Needs:   the cost of each day in fen
    Gives:   (day, cost of the day, cost up to and with it), by day
    Source:  DOMAIN 6.6 (A6)
    """
    total, found = 0, []
    for day in sorted(costs):
        total += costs[day]
        found.append((day, costs[day], total))
    return tuple(found)


def risk(signs: Sequence[tuple[str, str]]) -> str:
    """The result of a risk check from its signs.

    Needs:   pairs of a sign's code and its weight, "warn" or "refer"
    Gives:   "refer" where any sign is for a person, else "warn" where there is one, else "clear"; never a refusal
    Source:  S0.4, S0.6; anti-fraud measures art. 23
    """
    weights = {weight for _, weight in signs}
    return "refer" if "refer" in weights else "warn" if "warn" in weights else "clear"
