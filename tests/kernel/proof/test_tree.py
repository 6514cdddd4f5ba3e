"""The tree of the log: as RFC 6962 defines it, whatever its size; what does not belong to it is refused."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hearth.kernel.proof.saying import NoSuchProof, NotInForm
from hearth.kernel.proof.tree import (
    EMPTY,
    appended,
    consistency_places,
    inclusion_places,
    leaf_hash,
    peak_places,
    root,
    root_by_path,
    verify_consistency,
    verify_inclusion,
)
from tests.kernel.proof.logs import Log
from tests.twins import merkle

UP_TO = 70
LEAVES = [b"record %d" % number for number in range(UP_TO)]
ALL = Log(LEAVES)

# The leaves and roots that implementations of Certificate Transparency share.
KNOWN_LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
KNOWN_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def test_roots_are_those_that_other_logs_give() -> None:
    log = Log([bytes.fromhex(one) for one in KNOWN_LEAVES])
    assert [log.root(size).hex() for size in range(1, 9)] == KNOWN_ROOTS
    assert log.root(0) == EMPTY == merkle.mth([])


def test_every_root_is_the_one_of_the_definition() -> None:
    for size in range(UP_TO + 1):
        assert ALL.root(size) == merkle.mth(LEAVES[:size])
        assert root(Log(LEAVES[:size]).peaks) == ALL.root(size)


def test_every_inclusion_path_is_the_one_of_the_definition_and_holds() -> None:
    for size in range(1, UP_TO + 1):
        top = ALL.root(size)
        for index in range(size):
            path = ALL.path(index, size)
            assert list(path) == merkle.path(index, LEAVES[:size])
            assert merkle.root_of_path(LEAVES[index], index, size, path) == top
            assert verify_inclusion(leaf_hash(LEAVES[index]), index, size, path, top)


def test_every_consistency_proof_is_the_one_of_the_definition_and_holds() -> None:
    for new in range(1, UP_TO + 1):
        for old in range(1, new + 1):
            proof = ALL.proof(old, new)
            assert list(proof) == merkle.proof(old, LEAVES[:new])
            assert verify_consistency(old, ALL.root(old), new, ALL.root(new), proof)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_larger_trees_agree_with_the_definition_too(data: st.DataObject) -> None:
    size = data.draw(st.integers(UP_TO, 1500))
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    cuts = sorted(data.draw(st.lists(st.integers(0, size), max_size=4)))
    leaves = [b"%d" % number for number in range(size)]
    log = Log()
    for begin, end in pairwise([0, *cuts, size]):
        log.append(leaves[begin:end])
    assert log.root() == merkle.mth(leaves)
    assert list(log.path(index, size)) == merkle.path(index, leaves)
    assert list(log.proof(old, size)) == merkle.proof(old, leaves)
    assert verify_inclusion(leaf_hash(leaves[index]), index, size, log.path(index, size), log.root())
    assert verify_consistency(old, log.root(old), size, log.root(), log.proof(old, size))


def test_it_does_not_matter_in_how_many_parts_leaves_were_appended() -> None:
    one_by_one = Log()
    for leaf in LEAVES:
        one_by_one.append([leaf])
    assert one_by_one.nodes == ALL.nodes and one_by_one.peaks == ALL.peaks


def test_what_a_proof_takes_is_named_before_it_is_fetched() -> None:
    asked: list[tuple[int, int]] = []
    log = Log(LEAVES)
    log.node = lambda level, index: asked.append((level, index)) or ALL.nodes[level, index]  # type: ignore[func-returns-value, method-assign]
    log.path(3, 69)
    assert asked == [place for step in inclusion_places(3, 69) for place in step]
    asked.clear()
    log.proof(37, 69)
    assert asked == [place for step in consistency_places(37, 69) for place in step]
    assert peak_places(11) == ((3, 0), (1, 4), (0, 10))


def test_a_path_holds_for_its_own_leaf_place_size_and_root_alone() -> None:
    size = 13
    for index in range(size):
        path, leaf = ALL.path(index, size), leaf_hash(LEAVES[index])
        for other in range(size):
            assert verify_inclusion(leaf, other, size, path, ALL.root(size)) == (other == index)
            assert verify_inclusion(leaf_hash(LEAVES[other]), index, size, path, ALL.root(size)) == (other == index)
        for other_size in range(1, UP_TO):
            held = verify_inclusion(leaf, index, other_size, path, ALL.root(other_size))
            assert held == (other_size == size)


def test_a_path_cut_lengthened_or_with_two_steps_exchanged_does_not_hold() -> None:
    path, leaf, top = list(ALL.path(5, 13)), leaf_hash(LEAVES[5]), ALL.root(13)
    assert verify_inclusion(leaf, 5, 13, path, top)
    wrong = [path[:-1], path[1:], [*path, path[-1]], [path[0], *path], [path[1], path[0], *path[2:]], []]
    assert not any(verify_inclusion(leaf, 5, 13, one, top) for one in wrong)


def test_every_bit_of_a_path_and_of_a_consistency_proof_counts() -> None:
    path, proof, leaf = ALL.path(5, 13), ALL.proof(6, 13), leaf_hash(LEAVES[5])
    for number in range(len(path)):
        for bit in range(256):
            assert not verify_inclusion(leaf, 5, 13, _flipped(path, number, bit), ALL.root(13))
    for number in range(len(proof)):
        for bit in range(256):
            assert not verify_consistency(6, ALL.root(6), 13, ALL.root(13), _flipped(proof, number, bit))


def _flipped(hashes: Sequence[bytes], number: int, bit: int) -> list[bytes]:
    changed = bytearray(hashes[number])
    changed[bit // 8] ^= 1 << bit % 8
    return [*hashes[:number], bytes(changed), *hashes[number + 1 :]]


def test_an_inner_node_does_not_pass_for_a_leaf() -> None:
    inner = ALL.nodes[0, 4] + ALL.nodes[0, 5]
    assert verify_inclusion(ALL.nodes[1, 2], 2, 7, ALL.path(4, 13)[1:], ALL.root(13)), "the shape alone would hold"
    assert leaf_hash(inner) != ALL.nodes[1, 2], "but no leaf has the hash of a node"


@pytest.mark.parametrize("changed", range(9))
def test_a_rewritten_past_is_caught(changed: int) -> None:
    rewritten = Log([LEAVES[n] if n != changed else b"another record" for n in range(20)])
    for old in range(changed + 1, 20):
        assert not verify_consistency(old, ALL.root(old), 20, rewritten.root(20), rewritten.proof(old, 20))
        assert not verify_consistency(old, ALL.root(old), 20, rewritten.root(20), ALL.proof(old, 20))


def test_a_fork_is_caught() -> None:
    fork = Log([*LEAVES[:9], b"shown to one", *LEAVES[10:20]])
    assert not verify_consistency(20, ALL.root(20), 20, fork.root(20), [])
    for new in range(21, 40):
        assert not verify_consistency(20, fork.root(20), new, ALL.root(new), ALL.proof(20, new))


def test_every_bit_of_a_stored_leaf_counts() -> None:
    stored = LEAVES[5]
    path, top = ALL.path(5, 13), ALL.root(13)
    for bit in range(8 * len(stored)):
        changed = bytearray(stored)
        changed[bit // 8] ^= 1 << bit % 8
        assert not verify_inclusion(leaf_hash(bytes(changed)), 5, 13, path, top)
        assert Log([*LEAVES[:5], bytes(changed), *LEAVES[6:13]]).root() != top


def test_growing_out_of_nothing_takes_no_proof() -> None:
    assert ALL.proof(0, 5) == ALL.proof(5, 5) == ()
    assert verify_consistency(0, EMPTY, 5, ALL.root(5), [])
    assert verify_consistency(0, EMPTY, 0, EMPTY, [])
    assert not verify_consistency(0, ALL.root(1), 5, ALL.root(5), [])
    assert not verify_consistency(0, ALL.root(1), 0, ALL.root(1), [])
    assert not verify_consistency(0, EMPTY, 5, ALL.root(5), [EMPTY])
    assert not verify_consistency(4, ALL.root(4), 8, ALL.root(8), [])
    assert not verify_consistency(8, ALL.root(8), 4, ALL.root(4), [])
    assert not verify_consistency(5, ALL.root(5), 5, ALL.root(5), [EMPTY])


anything = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(0, 40), st.binary(max_size=40), st.text(max_size=3),
    st.floats(), st.binary(min_size=32, max_size=32), st.lists(st.binary(min_size=32, max_size=32), max_size=7),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(anything, anything, anything, anything, anything)
def test_whatever_is_given_for_a_proof_the_answer_is_yes_or_no(a: Any, b: Any, c: Any, d: Any, e: Any) -> None:
    assert type(verify_inclusion(a, b, c, d, e)) is bool
    assert type(verify_consistency(a, b, c, d, e)) is bool
    assert root_by_path(b"", 0, 1, ()) is None


@settings(max_examples=200, deadline=None)
@given(st.integers(-2, UP_TO), st.integers(-2, UP_TO), st.lists(st.sampled_from([*ALL.nodes.values()]), max_size=9))
def test_no_other_proof_holds(old: int, new: int, proof: list[bytes]) -> None:
    roots = [ALL.root(max(size, 0)) for size in (old, new)]
    if verify_consistency(old, roots[0], new, roots[1], proof):
        assert 0 <= old <= new and list(ALL.proof(old, new)) == proof


@pytest.mark.parametrize(("index", "size"), [(5, 5), (0, 0), (-1, 5), (2**80, 2**81), (True, 5)])
def test_there_is_no_proof_of_what_is_not_in_the_log(index: int, size: int) -> None:
    with pytest.raises(NoSuchProof):
        inclusion_places(index, size)


@pytest.mark.parametrize(
    ("old", "new"), [(6, 5), (-1, 5), (1, 2**81), (1 << 20_000, 5)], ids=["less", "below zero", "too much", "huge"]
)
def test_there_is_no_proof_that_a_log_shrank(old: int, new: int) -> None:
    with pytest.raises(NoSuchProof):
        consistency_places(old, new)


def test_peaks_of_another_size_and_hashes_of_another_width_are_refused() -> None:
    for size, peaks, leaves in [
        (3, [EMPTY], []),
        (0, [EMPTY], []),
        (1, [b"short"], []),
        (0, [], [b"short"]),
        (-1, [], []),
    ]:
        with pytest.raises(NotInForm):
            appended(size, peaks, leaves)
