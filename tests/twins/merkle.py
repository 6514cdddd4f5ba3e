"""Merkle, straight from RFC 6962 2.1: the recursive definitions over the whole list of leaves, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256


def mth(leaves: Sequence[bytes]) -> bytes:
    """2.1: the Merkle tree hash of a list of leaves."""
    n = len(leaves)
    if n == 0:
        return sha256(b"").digest()
    if n == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = _largest_power_below(n)
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def path(m: int, leaves: Sequence[bytes]) -> list[bytes]:
    """2.1.1: the audit path of the leaf m."""
    n = len(leaves)
    if n == 1:
        return []
    k = _largest_power_below(n)
    if m < k:
        return [*path(m, leaves[:k]), mth(leaves[k:])]
    return [*path(m - k, leaves[k:]), mth(leaves[:k])]


def proof(m: int, leaves: Sequence[bytes]) -> list[bytes]:
    """2.1.2: the consistency proof of the first m leaves."""
    return _subproof(m, leaves, True)


def _subproof(m: int, leaves: Sequence[bytes], known: bool) -> list[bytes]:
    n = len(leaves)
    if m == n:
        return [] if known else [mth(leaves)]
    k = _largest_power_below(n)
    if m <= k:
        return [*_subproof(m, leaves[:k], known), mth(leaves[k:])]
    return [*_subproof(m - k, leaves[k:], False), mth(leaves[:k])]


def root_of_path(leaf: bytes, m: int, n: int, steps: Sequence[bytes]) -> bytes:
    """The root that a path of the right shape leads to: the definition of 2.1.1 read backwards."""
    if n == 1:
        assert not steps
        return sha256(b"\x00" + leaf).digest()
    k = _largest_power_below(n)
    if m < k:
        return sha256(b"\x01" + root_of_path(leaf, m, k, steps[:-1]) + steps[-1]).digest()
    return sha256(b"\x01" + steps[-1] + root_of_path(leaf, m - k, n - k, steps[:-1])).digest()


def _largest_power_below(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k
