"""Who may act for whom: stated, proven, ended by either, by age or by a day."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from hearth.desks import people, policies
from hearth.desks.people.faults import NotProvable, RelationCannotBe
from hearth.store.access import HOUSE, NotAllowed, NotThere, family_of, wards_of
from hearth.store.access.people import family, relations
from hearth.words.claims import Role
from tests.cast import HUIS_DAUGHTER, HUIS_HUSBAND
from tests.desks.people.somebody import AT, HUI, HUIS_SON, MEI, asks, member, worker

pytestmark = pytest.mark.django_db


def family_policy() -> tuple[int, int]:
    """Hui and her son on one policy."""
    hui, son = member(HUI), member(HUIS_SON)
    policies.issue_policy(
        HOUSE,
        at=AT,
        product="million-medical",
        plan="",
        holder_id=hui,
        insured_ids=[hui, son],
        starts_on=date(2026, 1, 1),
        premium_fen=100_00,
    )
    return hui, son


def test_a_guardian_is_stated_by_the_mother_proven_by_staff_and_ends_at_fourteen() -> None:
    hui, son = family_policy()
    relation = people.state_relation(asks(hui), hui, son, "guardian", at=AT)
    assert family_of(hui, AT) == (hui,), "what is stated and not proven gives nothing"
    steward = worker(Role.STEWARD)
    assert [row.relation_id for row in relations(steward, AT)] == [relation]
    people.prove_relation(steward, relation, "户口簿 440300", at=AT)
    people.prove_relation(steward, relation, "户口簿 440300", at=AT)
    assert family_of(hui, AT) == wards_of(hui, AT) == (hui, son)
    (row,) = family(asks(hui), hui, AT)
    assert (row.until_on, row.acts_now) == (date(2033, 12, 1), True)
    # The last moment before the birthday in China, and the first of it.
    assert family_of(hui, datetime(2033, 11, 30, 15, 59, tzinfo=UTC)) == (hui, son)
    assert family_of(hui, datetime(2033, 11, 30, 16, 0, tzinfo=UTC)) == (hui,)


def test_a_relation_is_stated_once_and_to_people_on_ones_own_policies() -> None:
    hui, son = family_policy()
    mei = member(MEI)
    first = people.state_relation(asks(hui), hui, son, "guardian", at=AT)
    assert people.state_relation(asks(hui), hui, son, "guardian", at=AT) == first
    with pytest.raises(NotThere):
        people.state_relation(asks(hui), hui, mei, "spouse", at=AT)
    with pytest.raises(NotAllowed):
        people.state_relation(asks(mei), hui, son, "guardian", at=AT)
    with pytest.raises(RelationCannotBe):
        people.state_relation(asks(hui), hui, hui, "spouse", at=AT)


def test_nobody_proves_their_own_relation() -> None:
    hui, son = family_policy()
    relation = people.state_relation(asks(hui), hui, son, "guardian", at=AT)
    people.grant_role(worker(Role.ADMINISTRATOR), hui, "steward", at=AT)
    with pytest.raises(NotAllowed):
        people.prove_relation(asks(hui), relation, "户口簿", at=AT)
    with pytest.raises(NotThere):
        people.prove_relation(worker(Role.FINANCE), relation, "户口簿", at=AT)


def test_a_guardian_of_somebody_over_fourteen_or_of_unknown_age_cannot_be() -> None:
    steward = worker(Role.STEWARD)
    hui, mei = member(HUI), member(MEI)
    unknown = people.create_person(HOUSE, at=AT, full_name="小明")
    for other in (mei, unknown):
        with pytest.raises(RelationCannotBe, match="14"):
            people.state_relation(steward, hui, other, "guardian", at=AT)


@pytest.mark.parametrize("until", [None, date(2026, 5, 31), date(2031, 6, 2)])
def test_an_agent_has_an_end_within_five_years(until: date | None) -> None:
    steward = worker(Role.STEWARD)
    with pytest.raises(RelationCannotBe):
        people.state_relation(steward, member(HUI), member(MEI), "agent", at=AT, until_on=until)


def test_an_agents_right_is_gone_on_its_day_and_either_may_end_it_before() -> None:
    steward, hui, mei = worker(Role.STEWARD), member(HUI), member(MEI)
    relation = people.state_relation(steward, hui, mei, "agent", at=AT, until_on=date(2026, 7, 1))
    people.prove_relation(steward, relation, "授权委托书 2026-1", at=AT)
    assert family_of(hui, AT) == (hui, mei) and wards_of(hui, AT) == (hui,)
    assert family_of(hui, datetime(2026, 6, 30, 16, 0, tzinfo=UTC)) == (hui,)
    with pytest.raises(NotProvable):
        people.prove_relation(steward, relation, "again", at=datetime(2026, 7, 2, tzinfo=UTC))
    people.end_relation(asks(mei), relation, at=AT)
    people.end_relation(asks(mei), relation, at=AT)
    assert family_of(hui, AT) == (hui,)
    with pytest.raises(NotThere):
        people.end_relation(asks(member(HUIS_HUSBAND)), relation, at=AT)


def test_an_agent_may_not_take_a_copy_of_everything_or_change_the_person() -> None:
    steward, hui, mei = worker(Role.STEWARD), member(HUI), member(MEI)
    relation = people.state_relation(steward, hui, mei, "agent", at=AT, until_on=date(2026, 7, 1))
    people.prove_relation(steward, relation, "授权委托书 2026-1", at=AT)
    with pytest.raises(NotAllowed):
        people.edit_person(asks(hui), mei, at=AT, language="en")
    assert member(HUIS_DAUGHTER) not in family_of(hui, AT)
