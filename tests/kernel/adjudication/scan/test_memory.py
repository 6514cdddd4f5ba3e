"""The memory of what is used keeps what a dictionary would keep, and forgets between owners."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hearth.kernel.adjudication.scan.memory import (
    TAG_ENDED,
    TAG_OCCASION,
    TAG_USED,
    Memory,
    entries_of,
    find,
    mask_over,
    recall,
)


def empty(size: int) -> Memory:
    return Memory(
        np.zeros(size, np.int64), np.zeros(size, np.int64), np.zeros(size, np.int64), np.zeros(size, np.int32)
    )


def add(memory: Memory, who: int, what: int, amount: int, stamp: int = 1) -> None:
    memory.value[find(*memory, who, what, stamp, len(memory.who) - 1)] += amount


def kept(memory: Memory, who: int, what: int, stamp: int = 1) -> int | None:
    place = recall(memory.who, memory.what, memory.stamp, who, what, stamp, len(memory.who) - 1)
    return None if place < 0 else int(memory.value[place])


KEYS = st.tuples(st.integers(0, 2**34), st.integers(-(2**40), 2**40))


@given(st.lists(st.tuples(KEYS, st.integers(1, 10**12)), max_size=60), st.lists(KEYS, max_size=20))
def test_it_keeps_what_a_dictionary_keeps(
    uses: list[tuple[tuple[int, int], int]], others: list[tuple[int, int]]
) -> None:
    memory, plain = empty(128), dict[tuple[int, int], int]()
    for key, amount in uses:
        add(memory, *key, amount)
        plain[key] = plain.get(key, 0) + amount
    for key in (*plain, *others):
        assert kept(memory, *key) == plain.get(key)


def test_every_place_but_one_may_be_filled_and_all_is_found_again() -> None:
    memory = empty(64)
    for n in range(63):
        add(memory, n << 16 | 5 << 2, 20_000 + n * 64, n + 1)
    assert [kept(memory, n << 16 | 5 << 2, 20_000 + n * 64) for n in range(63)] == list(range(1, 64))
    assert kept(memory, 99 << 16, 1) is None


def test_the_next_owner_finds_nothing_of_the_one_before() -> None:
    memory = empty(64)
    for n in range(60):
        add(memory, n, n, 7, stamp=1)
    assert kept(memory, 3, 3, stamp=2) is None
    add(memory, 3, 3, 1, stamp=2)
    assert kept(memory, 3, 3, stamp=2) == 1, "what is entered anew starts at zero"


def test_a_deductible_its_occasions_and_the_end_of_a_contract_are_kept_apart() -> None:
    memory = empty(64)
    for tag in (TAG_USED, TAG_OCCASION, TAG_ENDED):
        add(memory, 4 << 16 | 1 << 2 | tag, 8, 10 + tag)
    assert [kept(memory, 4 << 16 | 1 << 2 | tag, 8) for tag in (TAG_USED, TAG_OCCASION, TAG_ENDED)] == [10, 11, 12]


def test_asking_enters_nothing() -> None:
    memory = empty(64)
    assert kept(memory, 1, 1) is None
    assert not memory.stamp.any()


def test_there_is_always_twice_the_room_that_is_needed() -> None:
    for entries in (0, 1, 24, 25, 56, 57, 1_000, 1_016, 1_017, 70_000):
        places = mask_over(entries) + 1
        assert places >= max(64, 2 * entries + 15)
        assert places & (places - 1) == 0


def test_a_row_enters_its_deductibles_and_its_limits_with_their_occasions() -> None:
    # benefits with 1, 0 and 2 deductibles and 0, 3 and 1 limits; a stay and an ended contract besides
    assert entries_of(np.array([0, 1, 1, 3]), np.array([0, 0, 3, 4])) == 2 + 2 * 3 + 2
