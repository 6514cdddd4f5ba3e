"""Tier: how closely a stay is followed, by its illness and by what it takes of what is left to pay it from."""

from __future__ import annotations

from dataclasses import dataclass

from hearth.words.advances import Tier, TierReason
from hearth.words.money import BP


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a product says of the tiers: serious illnesses as ICD-10 prefixes, shares of the limit in basis points."""

    serious: tuple[str, ...] = ()
    raised_bp: int = BP
    close_bp: int = BP


@dataclass(frozen=True, slots=True)
class Stratum:
    """A tier and all that speaks for it, the weightiest first; empty where nothing does."""

    tier: Tier
    because: tuple[TierReason, ...] = ()


def stratum(bounds: Bounds, *, icd: str, estimate: int, limit_left: int, usual_high: int | None = None) -> Stratum:
    """The tier of a stay.

    Needs:   fen not below zero, 0 for an estimate that is not known; an ICD-10 code, "" for none; the upper usual
             cost of the illness in fen, where the company knows one
    Gives:   close: a serious illness, or an estimate of `close_bp` of the limit left or more; raised: `raised_bp` or
             more, or above the usual; else ordinary; with every reason that holds
    Source:  DOMAIN 1 S0.7; DOMAIN 6.6 (A1)
    """
    share = estimate * BP
    close = {
        TierReason.SERIOUS: bool(icd) and icd.startswith(bounds.serious),
        TierReason.LARGE: estimate > 0 and share >= limit_left * bounds.close_bp,
    }
    raised = {
        TierReason.NOTABLE: estimate > 0 and limit_left * bounds.raised_bp <= share < limit_left * bounds.close_bp,
        TierReason.UNUSUAL: usual_high is not None and estimate > usual_high,
    }
    because = tuple(reason for reason, holds in (*close.items(), *raised.items()) if holds)
    tier = Tier.CLOSE if any(close.values()) else Tier.RAISED if because else Tier.ORDINARY
    return Stratum(tier, because)
