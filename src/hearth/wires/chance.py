"""Chance: faults drawn from a seed, a key and a count, the same in every process and every run."""

from __future__ import annotations

import hashlib


def draw(seed: int, what: str, key: str, count: int = 0) -> float:
    """A number in [0, 1) that depends on its arguments alone."""
    digest = hashlib.sha256(f"{seed}\0{what}\0{key}\0{count}".encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48
