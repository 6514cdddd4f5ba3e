"""Everybody who pays has one steward, who does four things in every claim; whoever goes is followed by somebody."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import Error, transaction

from hearth.desks.service import stewards, thread
from hearth.desks.service.faults import NoStewardFree, NotASteward, ReasonNeeded, TooEarly
from hearth.store.access import NotAllowed
from hearth.store.access.stewards import checkpoints_of, history_of, members_of
from hearth.store.access.stewards import stewards as roster
from hearth.store.access.thread import thread_of
from hearth.store.models import Claim, Person, Record, RoleGrant, StaffAbsence, Stewardship
from hearth.words.claims import ClaimState, Role
from hearth.words.service import Checkpoint, Handover
from tests.desks.cast_rows import AT, DAY, Cast, cast
from tests.desks.claims.way import claim_at
from tests.desks.service.test_thread import opened

pytestmark = pytest.mark.django_db
S = ClaimState


@pytest.fixture(name="cast")
def everybody() -> Cast:
    made = cast()
    # A second steward of the branch.
    ning = Person(username="ning", full_name="宁", branch=made.branches["sz"])
    ning.set_unusable_password()
    ning.save()
    made.people["ning"] = ning
    RoleGrant.objects.create(person=ning, role=Role.STEWARD.value, branch=made.branches["sz"], from_at=AT - 300 * DAY)
    return made


def issued(cast: Cast, no: str) -> int:
    """The record of a policy that was issued."""
    from hearth.desks.books import records
    from hearth.store.access import HOUSE

    with transaction.atomic():
        return records.append("policy.issued", f"policy:{no}", by=HOUSE, at=AT, data={"policy": no}).pk


def test_the_first_policy_gives_a_steward_and_the_second_does_not_give_another(cast: Cast) -> None:
    first = issued(cast, "M1-MEI")
    assert stewards.give_steward(first, at=AT) == cast.id("an")
    assert stewards.give_steward(first, at=AT) == cast.id("an")
    cast.issue("M2-MEI", "outpatient", date(2026, 3, 1), "mei")
    assert stewards.give_steward(issued(cast, "M2-MEI"), at=AT + DAY) == cast.id("an")
    assert Stewardship.objects.filter(person=cast.id("mei"), to_at__isnull=True).count() == 1
    with pytest.raises(Error), transaction.atomic():
        Stewardship.objects.create(
            person=cast.people["mei"], steward=cast.people["ning"], from_at=AT, why=Handover.FIRST.value
        )


def test_whoever_has_the_least_to_do_looks_after_the_next_one(cast: Cast) -> None:
    Person.objects.update(steward=None)
    given = [stewards.give_steward(issued(cast, no), at=AT) for no in ("M1-MEI", "M1-BO", "OP-LAN", "M1-HUI")]
    assert sorted(given) == sorted([cast.id("an"), cast.id("ning")] * 2)  # type: ignore[type-var]
    assert {row.name: row.looks_after for row in roster(cast.who("rui"), AT)} == {"安": 2, "宁": 2}


def test_nobody_is_their_own_familys_steward(cast: Cast) -> None:
    RoleGrant.objects.create(
        person=cast.people["qiang"], role=Role.STEWARD.value, branch=cast.branches["sz"], from_at=AT - DAY
    )
    Person.objects.update(steward=None)
    assert stewards.give_steward(issued(cast, "M1-HUI"), at=AT) != cast.id("qiang")
    with pytest.raises(NotASteward):
        stewards.hand_over(cast.who("rui"), cast.id("hui"), at=AT, why=Handover.ASKED, to=cast.id("qiang"))


def test_a_handover_has_a_reason_goes_with_the_open_claims_and_is_told(cast: Cast) -> None:
    no = claim_at(cast, S.ACCEPTED)
    opened(no)
    with pytest.raises(ReasonNeeded):
        stewards.hand_over(cast.who("rui"), cast.id("mei"), at=AT, why="first")
    with pytest.raises(NotAllowed):
        stewards.hand_over(cast.who("ai"), cast.id("mei"), at=AT, why=Handover.ASKED)
    chosen = stewards.hand_over(
        cast.who("rui"), cast.id("mei"), at=AT + DAY, why=Handover.ASKED, words="客户希望换一位"
    )
    assert chosen == cast.id("ning") == Claim.objects.get(claim_no=no).steward_id
    row = thread_of(cast.who("mei"), no, AT + DAY)
    assert row.steward is not None and row.steward.name == "宁" and "安" not in {one.name for one in row.people}
    assert [(one.steward, one.why, one.to_at) for one in history_of(cast.who("rui"), cast.id("mei"), AT + DAY)] == [
        ("宁", Handover.ASKED, None),
        ("安", Handover.FIRST, AT + DAY),
    ]
    assert Record.objects.filter(kind="claim.steward_changed", subject=f"claim:{no}").count() == 1
    assert [one[1] for one in members_of(cast.who("rui"), cast.id("ning"), AT + DAY)] == ["梅"]


def test_everybody_of_a_steward_who_is_away_gets_another_or_nobody_does(cast: Cast) -> None:
    for no in ("M1-MEI", "M1-BO"):
        stewards.give_steward(issued(cast, no), at=AT)
    StaffAbsence.objects.create(
        person=cast.people["an"], from_at=AT, to_at=AT + 9 * DAY, noted_by=cast.people["rui"], noted_at=AT
    )
    assert stewards.hand_over_all(cast.who("rui"), cast.id("an"), at=AT, why=Handover.ABSENT) == 2
    assert {row.name: row.looks_after for row in roster(cast.who("rui"), AT)} == {"宁": 2, "安": 0}
    RoleGrant.objects.filter(person=cast.id("an")).update(to_at=AT)
    with pytest.raises(NoStewardFree):
        stewards.hand_over_all(cast.who("rui"), cast.id("ning"), at=AT + DAY, why=Handover.LEAVING)
    assert Stewardship.objects.filter(steward=cast.id("ning"), to_at__isnull=True).count() == 2


def test_whoever_is_no_steward_any_more_is_followed_by_another(cast: Cast) -> None:
    stewards.give_steward(issued(cast, "M1-MEI"), at=AT)
    assert stewards.mend(at=AT) == 0
    RoleGrant.objects.filter(person=cast.id("an")).update(to_at=AT + DAY)
    assert stewards.mend(at=AT + 2 * DAY) == 1 and stewards.mend(at=AT + 2 * DAY) == 0
    (now, _) = history_of(cast.who("rui"), cast.id("mei"), AT + 2 * DAY)
    assert (now.steward, now.why) == ("宁", Handover.LEAVING)


def test_a_steward_completes_four_checkpoints_each_in_its_time(cast: Cast) -> None:
    no = claim_at(cast, S.ACCEPTED)
    opened(no)
    an = cast.who("an")
    assert [(one.what, one.is_due) for one in checkpoints_of(an, no, AT)] == [
        (Checkpoint.REPORT, True),
        (Checkpoint.PROCESS, True),
        (Checkpoint.RESULT, False),
        (Checkpoint.EXPERIENCE, False),
    ]
    stewards.complete(an, no, Checkpoint.REPORT, at=AT, words="已致电")
    stewards.complete(an, no, Checkpoint.REPORT, at=AT + DAY, words="又一次")
    first = checkpoints_of(an, no, AT)[0]
    assert (first.done_at, first.done_by, first.words) == (AT, "安", "已致电")
    with pytest.raises(TooEarly):
        stewards.complete(an, no, Checkpoint.EXPERIENCE, at=AT)
    with pytest.raises(NotAllowed):
        stewards.complete(cast.who("mei"), no, Checkpoint.PROCESS, at=AT)
    assert Record.objects.filter(kind="claim.checkpoint").count() == 1


def test_a_colleague_in_their_own_claim_is_a_member(cast: Cast) -> None:
    RoleGrant.objects.create(
        person=cast.people["mei"], role=Role.STEWARD.value, branch=cast.branches["sz"], from_at=AT - DAY
    )
    no = claim_at(cast, S.ACCEPTED)
    thread.write(cast.who("mei"), no, "我的赔案", at=AT)
    assert thread_of(cast.who("mei"), no, AT).lines[0].side == "member"
    with pytest.raises(NotAllowed):
        stewards.complete(cast.who("mei"), no, Checkpoint.REPORT, at=AT)
