"""The gambler of kernel.sampling, audit by audit in exact fractions, and every rate tried: slow, and nothing clever."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

BP = 10_000


def capital(findings: Sequence[bool], rate: Fraction) -> Fraction | None:
    """The capital after these findings, against a rate; None where the rate made one of them impossible.

    Before each audit the mixture Beta(1/2, 1/2), given what was found, expects an error with the chance
    (errors + 1/2) / (seen + 1); the capital is multiplied by what the mixture gave the finding over what the rate did.
    """
    money, errors = Fraction(1), 0
    for seen, is_error in enumerate(findings):
        expected = Fraction(2 * errors + 1, 2 * (seen + 1))
        supposed = rate if is_error else 1 - rate
        if supposed == 0:
            return None
        money *= (expected if is_error else 1 - expected) / supposed
        errors += is_error
    return money


def rates_that_stand(findings: Sequence[bool], alpha: Fraction, step_bp: int = 1) -> list[int]:
    """Every rate of the grid, in basis points, whose capital never mattered: it is below 1/alpha now."""
    return [
        rate
        for rate in range(0, BP + 1, step_bp)
        if (found := capital(findings, Fraction(rate, BP))) is not None and found < 1 / alpha
    ]
