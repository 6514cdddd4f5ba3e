"""Tree: the Merkle tree of RFC 6962 over leaf hashes: appended to, proved from its stored nodes, and verified.

A node (level, index) is the hash of the complete subtree of the 2**level leaves from index * 2**level; level 0 is the
leaves.  Nodes never change once made, so a table of them is only ever added to.  The peaks of a tree are its largest
complete subtrees from left to right: all that is needed to append to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import TypeAlias

from hearth.kernel.proof.saying import Both, NoSuchProof, NotInForm, shown

WIDTH = 32
"""Bytes of a hash."""
EMPTY = sha256(b"").digest()
"""The root of a tree without leaves."""
MOST = 2**53
"""The most leaves of a tree."""

Place: TypeAlias = tuple[int, int]
"""Level and index of a node."""


Node: TypeAlias = tuple[int, int, bytes]
"""Level, index and hash of a complete subtree."""


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of one leaf.

    Needs:   the leaf's bytes
    Gives:   32 bytes
    Source:  RFC 6962, 2.1: SHA-256(0x00 || leaf)
    """
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node.

    Needs:   the hashes of its two subtrees
    Gives:   32 bytes
    Source:  RFC 6962, 2.1: SHA-256(0x01 || left || right)
    """
    return sha256(b"\x01" + left + right).digest()


def appended(size: int, peaks: Sequence[bytes], leaf_hashes: Iterable[bytes]) -> tuple[list[Node], tuple[bytes, ...]]:
    """A tree with leaves added at its end.

    Needs:   the tree's size and peaks, the hashes of the new leaves in order
    Gives:   the nodes that are new (each complete subtree once, a subtree after its parts) and the new peaks.
             Raises: NotInForm where peaks are not those of that size, or a hash is not 32 bytes
    Source:  RFC 6962, 2.1
    """
    _check_size(size)
    if len(peaks) != size.bit_count():
        raise NotInForm(Both("峰", "peaks"), str(len(peaks)), Both(f"{size.bit_count()} 个", str(size.bit_count())))
    for one in peaks:
        _check_hash(one)
    nodes: list[Node] = []
    made = list(peaks)
    for found in leaf_hashes:
        _check_hash(found)
        level, index = 0, size
        nodes.append((level, index, found))
        while index & 1:
            found = node_hash(made.pop(), found)
            level, index = level + 1, index >> 1
            nodes.append((level, index, found))
        made.append(found)
        size += 1
    _check_size(size)
    return nodes, tuple(made)


def root(peaks: Sequence[bytes]) -> bytes:
    """The root of a tree.

    Needs:   its peaks, from left to right
    Gives:   32 bytes; EMPTY for a tree without leaves
    Source:  RFC 6962, 2.1 (MTH)
    """
    if not peaks:
        return EMPTY
    found = peaks[-1]
    for left in reversed(peaks[:-1]):
        found = node_hash(left, found)
    return found


def peak_places(size: int) -> tuple[Place, ...]:
    """Which nodes are the peaks of a tree, now or when it had fewer leaves.

    Needs:   the number of leaves
    Gives:   level and index of each peak, from left to right.  Raises: NotInForm
    Source:  RFC 6962, 2.1
    """
    _check_size(size)
    return _places(0, size)


def inclusion_places(index: int, size: int) -> tuple[tuple[Place, ...], ...]:
    """Which nodes the proof of one leaf takes.

    Needs:   0 <= index < size
    Gives:   for each step of the path the nodes it is folded from: one, or several at the ragged right edge.
             Raises: NoSuchProof
    Source:  RFC 6962, 2.1.1 (PATH)
    """
    if not (_is_size(index) and _is_size(size) and index < size):
        raise NoSuchProof(asked=shown(index), size=shown(size))
    steps: list[tuple[Place, ...]] = []
    first, count, at = 0, size, index
    while count > 1:
        split = 1 << ((count - 1).bit_length() - 1)
        if at < split:
            steps.append(_places(first + split, count - split))
            count = split
        else:
            steps.append(_places(first, split))
            first, count, at = first + split, count - split, at - split
    return tuple(reversed(steps))


def inclusion_path(index: int, size: int, node: Callable[[int, int], bytes]) -> tuple[bytes, ...]:
    """The proof that one leaf is in a tree.

    Needs:   0 <= index < size; `node` gives the hash of a stored node of the tree by level and index
    Gives:   the hashes from the leaf's sibling up.  Raises: NoSuchProof
    Source:  RFC 6962, 2.1.1 (PATH)
    """
    return tuple(_folded(step, node) for step in inclusion_places(index, size))


def consistency_places(old_size: int, new_size: int) -> tuple[tuple[Place, ...], ...]:
    """Which nodes the proof takes that a tree only grew.

    Needs:   0 <= old_size <= new_size
    Gives:   for each step of the proof the nodes it is folded from; nothing where sizes are equal or the old one is 0.
             Raises: NoSuchProof
    Source:  RFC 6962, 2.1.2 (PROOF)
    """
    if not (_is_size(old_size) and _is_size(new_size) and old_size <= new_size):
        raise NoSuchProof(asked=shown(old_size), size=shown(new_size))
    if old_size == 0:
        return ()
    steps: list[tuple[Place, ...]] = []
    first, count, old, known = 0, new_size, old_size, True
    while old != count:
        split = 1 << ((count - 1).bit_length() - 1)
        if old <= split:
            steps.append(_places(first + split, count - split))
            count = split
        else:
            steps.append(_places(first, split))
            first, count, old, known = first + split, count - split, old - split, False
    if not known:
        steps.append(_places(first, count))
    return tuple(reversed(steps))


def consistency_proof(old_size: int, new_size: int, node: Callable[[int, int], bytes]) -> tuple[bytes, ...]:
    """The proof that a tree only grew: its first leaves are still what they were.

    Needs:   0 <= old_size <= new_size; `node` gives the hash of a stored node of the tree by level and index
    Gives:   hashes; none where sizes are equal or the old one is 0.  Raises: NoSuchProof
    Source:  RFC 6962, 2.1.2 (PROOF)
    """
    return tuple(_folded(step, node) for step in consistency_places(old_size, new_size))


def root_by_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that a leaf and its path lead to.

    Needs:   the leaf's hash, its index, the tree's size, the path from the leaf up
    Gives:   32 bytes; None where the path is not of the form that index and size ask for
    Source:  RFC 9162, 2.1.3.2
    """
    if not (_is_size(index) and _is_size(size) and index < size and _are_hashes((leaf, *path))):
        return None
    at, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            return None
        if at & 1 or at == last:
            found = node_hash(step, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, step)
        at, last = at >> 1, last >> 1
    return found if last == 0 else None


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root_hash: bytes) -> bool:
    """Whether a path proves that a leaf is in the tree of that size and root.

    Needs:   the leaf's hash, its index, size and root of the tree, the path; whatever they are
    Gives:   True or False, never an exception
    Source:  RFC 9162, 2.1.3.2
    """
    found = root_by_path(leaf, index, size, path) if isinstance(path, (tuple, list)) else None
    return found is not None and found == root_hash


def verify_consistency(old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether a proof shows that the tree of the new root grew out of the tree of the old one.

    Needs:   sizes and roots of both trees and the proof, whatever they are
    Gives:   True or False, never an exception
    Source:  RFC 9162, 2.1.4.2; nothing has grown out of the tree without leaves by a proof without hashes
    """
    if not (isinstance(proof, (tuple, list)) and _is_size(old_size) and _is_size(new_size)):
        return False
    if not _are_hashes((old_root, new_root, *proof)) or old_size > new_size:
        return False
    if old_size == new_size:
        return not proof and old_root == new_root and (old_size > 0 or old_root == EMPTY)
    if old_size == 0:
        return not proof and old_root == EMPTY
    steps = list(proof)
    if old_size.bit_count() == 1:
        steps.insert(0, old_root)
    if not steps:
        return False
    at, last = old_size - 1, new_size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old_found = new_found = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old_found, new_found = node_hash(step, old_found), node_hash(step, new_found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new_found = node_hash(new_found, step)
        at, last = at >> 1, last >> 1
    return last == 0 and old_found == old_root and new_found == new_root


def _places(first: int, count: int) -> tuple[Place, ...]:
    """The complete subtrees of `count` leaves from `first`, which is a multiple of a power of two >= count."""
    places = []
    for level in reversed(range(count.bit_length())):
        if count >> level & 1:
            places.append((level, first >> level))
            first += 1 << level
    return tuple(places)


def _folded(places: tuple[Place, ...], node: Callable[[int, int], bytes]) -> bytes:
    return root([node(level, index) for level, index in places])


def _is_size(size: object) -> bool:
    return type(size) is int and 0 <= size <= MOST


def _are_hashes(hashes: Iterable[object]) -> bool:
    return all(type(one) is bytes and len(one) == WIDTH for one in hashes)


def _check_size(size: int) -> None:
    if not _is_size(size):
        raise NotInForm(Both("日志条数", "size"), shown(size), Both("0 到 2^53", "0 to 2^53"))


def _check_hash(found: bytes) -> None:
    if type(found) is not bytes or len(found) != WIDTH:
        raise NotInForm(Both("哈希", "hash"), type(found).__name__, Both("32 字节", "32 bytes"))
