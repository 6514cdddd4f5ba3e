"""Rings: strangers who share accounts, telephones or devices; families, hubs and lone pairs are none."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hearth.kernel.suspicion.ring import MOST_HOUSES, Share, path, rings


def share(person: int, kind: str, entity: str) -> Share:
    """A person's use of something in their own claim."""
    return Share(f"C{person}", person, kind, entity)


def test_three_strangers_with_one_account_are_a_ring_with_the_path_of_evidence() -> None:
    uses = [share(1, "account", "a"), share(2, "account", "a"), share(2, "phone", "p"), share(3, "phone", "p")]
    (ring,) = rings(uses, [])
    assert (ring.people, ring.claims, ring.kinds, ring.houses) == (
        (1, 2, 3),
        ("C1", "C2", "C3"),
        ("account", "phone"),
        3,
    )
    steps = path(ring, 3, 1)
    assert [(step.one, step.other, step.kind) for step in steps] == [(3, 2, "phone"), (2, 1, "account")]
    assert steps[0].claims == ("C2", "C3")


def test_a_household_is_no_ring_however_much_it_shares() -> None:
    uses = [share(person, kind, "x") for person in (1, 2, 3, 4) for kind in ("account", "phone", "address", "device")]
    assert rings(uses, [(1, 2), (2, 3), (3, 4)]) == []
    assert len(rings(uses, [(1, 2)])) == 1


def test_two_households_are_a_ring_only_where_they_share_two_things() -> None:
    assert rings([share(1, "account", "a"), share(2, "account", "a")], []) == []
    two = [share(1, "account", "a"), share(2, "account", "a"), share(1, "device", "d"), share(2, "device", "d")]
    assert [ring.houses for ring in rings(two, [])] == [2]


def test_what_very_many_share_joins_nobody() -> None:
    most = MOST_HOUSES["agent"]
    assert rings([share(person, "agent", "broker") for person in range(most + 1)], []) == []
    assert len(rings([share(person, "agent", "broker") for person in range(most)], [])) == 1


def test_a_hospital_joins_nobody_but_is_told_of_where_most_of_a_ring_go() -> None:
    visits = [share(person, "hospital", "h") for person in (1, 2, 3)]
    assert rings(visits, []) == []
    (ring,) = rings([*visits, *(share(person, "account", "a") for person in (1, 2, 3))], [])
    assert ring.hospitals == ("h",)


SHARES = st.lists(
    st.builds(
        share, st.integers(1, 12), st.sampled_from(["account", "phone", "device", "address"]), st.sampled_from("abc")
    ),
    max_size=30,
)
PAIRS = st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12)), max_size=6)


@given(SHARES, PAIRS, st.randoms())
def test_rings_do_not_depend_on_the_order_and_hold_together(
    uses: list[Share], pairs: list[tuple[int, int]], chance: object
) -> None:
    found = rings(uses, pairs)
    again = rings(sorted(uses, key=lambda one: (one.entity, one.person, one.kind)), pairs)
    assert {(one.people, one.claims) for one in found} == {(one.people, one.claims) for one in again}
    seen: set[int] = set()
    for ring in found:
        assert not seen & set(ring.people), "nobody is in two rings"
        seen |= set(ring.people)
        ends = {person for link in ring.links for person in (link.one, link.other)}
        assert ends <= set(ring.people)
        for link in ring.links:
            for end in (link.one, link.other):
                assert any(use.person == end and (use.kind, use.entity) == (link.kind, link.entity) for use in uses)


@given(SHARES)
def test_everybody_of_one_household_is_never_a_ring(uses: list[Share]) -> None:
    assert rings(uses, [(1, other) for other in range(2, 13)]) == []
