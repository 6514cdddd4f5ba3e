"""The demo's people are the cast of tests and documents, and nobody real."""

from __future__ import annotations

from datetime import date

import pytest

from hearth.doors.demo import cast
from hearth.doors.demo.logins import NoDemo, password, totp_secret
from hearth.words.claims import Role
from hearth.words.numbers import identity_form
from tests import cast as told


def test_the_demo_and_the_tests_tell_of_the_same_members() -> None:
    demo = {one.code: one for one in cast.MEMBERS}
    for member in told.MEMBERS:
        same = demo[member.code]
        for name in ("zh", "en", "born_on", "sex", "covered_from", "covered_to", "story"):
            assert getattr(same, name) == getattr(member, name), (member.code, name)


def test_the_demo_and_the_tests_tell_of_the_same_workers() -> None:
    demo = {one.code: one for one in cast.WORKERS}
    for worker in told.WORKERS:
        same = demo[worker.code]
        assert (same.zh, same.en, same.story) == (worker.zh, worker.en, worker.role)


def test_every_role_of_staff_can_be_tried_and_what_needs_two_has_two() -> None:
    roles = [role for one in cast.WORKERS for role in one.roles]
    assert set(roles) == set(Role) - {Role.MEMBER}
    assert roles.count(Role.FINANCE) == 2 and roles.count(Role.REVIEWER) == 2 and roles.count(Role.ASSESSOR) == 2


def test_nobody_is_there_twice() -> None:
    names = [one.code for one in (*cast.MEMBERS, *cast.WORKERS)]
    assert len(names) == len(set(names))
    phones = [one.phone for one in cast.MEMBERS if one.phone]
    assert len(phones) == len(set(phones))


def test_identity_numbers_are_in_form_and_of_no_place() -> None:
    number = cast.identity_number(date(1988, 8, 8), "F", 7)
    assert identity_form(number) == number
    assert number.startswith("990000") and int(number[16]) % 2 == 0
    assert int(cast.identity_number(date(1988, 8, 8), "M", 7)[16]) % 2 == 1


def test_the_second_factor_follows_from_the_name_and_is_there_for_log_ins_alone() -> None:
    assert totp_secret("xu") == totp_secret("xu") != totp_secret("tang")
    with pytest.raises(KeyError):
        totp_secret("somebody")


def test_in_production_there_is_no_demo_log_in(settings: pytest.FixtureRequest) -> None:
    settings.PRODUCTION = True  # type: ignore[attr-defined]
    password.cache_clear()
    with pytest.raises(NoDemo):
        totp_secret("xu")
    with pytest.raises(NoDemo):
        password()
