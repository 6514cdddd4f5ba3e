"""Configured: the two numbers of paying that a company sets for itself."""

from __future__ import annotations

from django.conf import settings

AUTOMATIC_FEN = 5_000_000
"""Where nothing is set: payments above fifty thousand yuan wait for a pay run that a second person releases."""

LATE_INTEREST_BP = 300
"""Where nothing is set: interest a year on a payment that is late by law (Insurance Law art. 23 names no rate)."""


def automatic_fen() -> int:
    """The largest amount that is paid without a pay run."""
    return int(getattr(settings, "AUTOMATIC_PAYMENT_FEN", AUTOMATIC_FEN))


def late_interest_bp() -> int:
    """Interest a year on what is paid late, in basis points."""
    return int(getattr(settings, "LATE_INTEREST_BP", LATE_INTEREST_BP))
