"""Outlook: what a stay would come to under a contract: asked of the claim desk before money is promised."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from hearth.kernel.advances.tier import Bounds


@dataclass(frozen=True, slots=True)
class Stay:
    """A stay that is not over yet, as it is known."""

    person_id: int
    policy_id: int
    hospital: str
    level: int
    ownership: str
    admitted_on: date
    is_emergency: bool
    icd: str
    cost_fen: int
    advance_no: str
    """The advance that asks: what it holds back itself is not in its own way."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the contract would pay for the stay, what is left of its limits, and which gates it would not pass."""

    policy_id: int
    has_service: bool
    service_clause: str
    share_bp: int
    valid_days: int
    programmes: tuple[str, ...]
    expected_fen: int
    limit_left_fen: int
    gates: tuple[tuple[str, str, str], ...]
    """Gate, "fail" or "refer", clause."""
    reserved: tuple[dict[str, Any], ...]
    """Limits that a promise for this stay holds back."""
    tiers: Bounds = field(default_factory=Bounds)
    """What the product says of how closely stays are followed."""


Look = Callable[[Stay, datetime], Outlook]
"""Asks within the transaction under way, while nobody else decides under the same contracts."""
