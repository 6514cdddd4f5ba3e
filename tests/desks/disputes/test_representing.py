"""Complaints of several: five represent them at most, each by their own word; everybody hears of each step."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from hearth.desks import disputes
from hearth.desks.disputes.faults import (
    AboutYourself,
    ComplaintIncomplete,
    ComplaintNotNow,
    NamedAlready,
    TooManyRepresentatives,
)
from hearth.desks.service.notices import notify
from hearth.store.access import NotThere
from hearth.store.access.complaints import complaint_file, member_complaint, namings_of, represented_by
from hearth.store.models import Complaint, ComplaintParty, HealthRead, Notice, Person, Record
from hearth.words.claims import ClaimState
from tests.desks.cast_rows import AT, DAY, IDENTITIES, PHONES, Cast, settle_constraints
from tests.desks.claims.way import claim_at

pytestmark = pytest.mark.django_db

BO, LAN = ("波", PHONES["bo"]), ("兰", PHONES["lan"])
ABSENT = [(f"某{number}", f"1390000000{number}") for number in range(1, 6)]


@pytest.fixture(autouse=True)
def names(cast: Cast) -> None:
    """Bo and Lan are named as they are called here."""
    assert (cast.people["bo"].full_name, cast.people["lan"].full_name) == (BO[0], LAN[0])
    assert IDENTITIES


def group(cast: Cast, *asked: tuple[str, str], at: datetime = AT, **more: Any) -> str:
    said = {"stage": "policy", "cause": "attitude", "words": "我们三人都被拒绝退保", **more}
    return disputes.complain(cast.who("mei"), cast.id("mei"), at=at, asked=asked or (BO, LAN), **said)


def told(no: str) -> list[tuple[str, str]]:
    """Which records of a complaint were told to whom, in their order."""
    for record in Record.objects.filter(subject=f"complaint:{no}").order_by("pk"):
        notify(record.pk, at=AT)
    found = Notice.objects.filter(record__subject=f"complaint:{no}").order_by("record", "pk")
    return [(one.what.removeprefix("complaint."), one.person.full_name) for one in found]


def test_who_complains_is_the_first_and_the_others_are_asked_themselves(cast: Cast) -> None:
    no = group(cast)
    mei, bo, lan = complaint_file(cast.who("mei"), no, AT).parties
    assert mei.confirmed_at == AT and not mei.is_asked
    assert bo.is_asked and lan.is_asked and bo.person_id is None
    assert [one.complaint_no for one in namings_of(cast.who("bo"), AT)] == [no]
    assert namings_of(cast.who("hui"), AT) == ()
    settle_constraints()


def test_until_they_say_yes_they_see_nothing_and_then_they_follow_it(cast: Cast) -> None:
    claim_no = claim_at(cast, ClaimState.DECIDED)
    no = group(cast, claim_no=claim_no, stage="claim")
    with pytest.raises(NotThere):
        member_complaint(cast.who("bo"), no, AT)
    disputes.answer_naming(cast.who("bo"), no, at=AT, yes=True)
    disputes.answer_naming(cast.who("bo"), no, at=AT, yes=True)
    seen = member_complaint(cast.who("bo"), no, AT)
    assert seen.events[0].words == "我们三人都被拒绝退保" and seen.row.claim_no == "", "the claim is Mei's alone"
    assert [one.complaint_no for one in represented_by(cast.who("bo"), AT)] == [no]
    assert HealthRead.objects.filter(reader=cast.id("bo"), person=cast.id("mei"), key=no).exists()
    with pytest.raises(NotThere):
        member_complaint(cast.who("lan"), no, AT)


def test_who_says_no_frees_a_place_and_is_not_asked_again(cast: Cast) -> None:
    no = group(cast, BO, *ABSENT[:3])
    with pytest.raises(TooManyRepresentatives, match="6 were named"):
        disputes.name_representative(cast.who("mei"), no, at=AT, name="兰", phone=PHONES["lan"])
    disputes.answer_naming(cast.who("bo"), no, at=AT, yes=False)
    disputes.name_representative(cast.who("mei"), no, at=AT, name="兰", phone=PHONES["lan"])
    with pytest.raises(NamedAlready):
        disputes.name_representative(cast.who("mei"), no, at=AT, name="波", phone=PHONES["bo"])
    with pytest.raises(NotThere):
        disputes.answer_naming(cast.who("bo"), no, at=AT, yes=True)


def test_a_sixth_is_refused_in_a_clear_sentence_and_nothing_is_registered(cast: Cast) -> None:
    with pytest.raises(TooManyRepresentatives) as refused:
        group(cast, *ABSENT)
    assert refused.value.sentence("en") == "At most 5 people represent a group complaint; 6 were named."
    assert refused.value.sentence("zh") == "共同投诉的代表人最多 5 人，现有 6 人。"
    assert not Complaint.objects.exists()


@pytest.mark.parametrize("asked", [("", PHONES["bo"]), ("波", ""), ("波", "12"), ("长" * 81, PHONES["bo"])])
def test_a_representative_has_a_name_and_a_telephone(cast: Cast, asked: tuple[str, str]) -> None:
    with pytest.raises(ComplaintIncomplete):
        group(cast, asked)


def test_nobody_names_themselves_or_one_twice(cast: Cast) -> None:
    for asked in ([("梅", PHONES["mei"])], [BO, BO]):
        with pytest.raises(NamedAlready):
            group(cast, *asked)


def test_the_telephone_alone_or_another_name_is_nobody(cast: Cast) -> None:
    no = group(cast, ("另一人", PHONES["bo"]))
    assert namings_of(cast.who("bo"), AT) == ()
    with pytest.raises(NotThere):
        disputes.answer_naming(cast.who("bo"), no, at=AT, yes=True)
    assert ("named", "波") not in told(no)


def test_everybody_who_said_yes_hears_of_every_step_and_who_did_not_hears_nothing(cast: Cast) -> None:
    no = group(cast)
    disputes.answer_naming(cast.who("bo"), no, at=AT, yes=True)
    disputes.answer_naming(cast.who("lan"), no, at=AT, yes=False)
    disputes.take_complaint(cast.who("shi"), no, at=AT)
    disputes.extend(cast.who("shi"), no, at=AT + DAY, days=30, words="涉及多人")
    disputes.answer_complaint(cast.who("shi"), no, at=AT + DAY, finding="not", words="按合同办理")
    disputes.ask_review(cast.who("bo"), no, at=AT + DAY, words="我们不认可")
    disputes.review(cast.who("rui"), no, at=AT + DAY, finding="partly", words="部分属实")
    both = ["梅", "波"]
    assert told(no) == [
        *(("registered", name) for name in both), ("named", "波"), ("named", "兰"), ("confirmed", "梅"),
        ("declined", "梅"),
        *((what, name) for what in ("taken", "extended", "answered", "review_asked", "reviewed") for name in both),
    ]  # fmt: skip
    said = {one.what: one for one in Notice.objects.filter(person=cast.id("mei"))}
    # 2026-06-16 is the fifteenth day; the thirtieth, 07-01, is a working day too.
    assert "2026-06-16" in said["complaint.registered"].text
    assert "30 天" in said["complaint.extended"].body and "2026-07-01" in said["complaint.extended"].body
    assert all("按合同办理" not in one.body + one.text for one in said.values()), "what was said stands on its page"


def test_only_who_represents_it_asks_for_a_review_beside_who_complained(cast: Cast) -> None:
    no = group(cast)
    disputes.take_complaint(cast.who("shi"), no, at=AT)
    disputes.answer_complaint(cast.who("shi"), no, at=AT, finding="not", words="按合同办理")
    with pytest.raises(NotThere):
        disputes.ask_review(cast.who("bo"), no, at=AT, words="我不认可")
    with pytest.raises(ComplaintNotNow):
        disputes.answer_naming(cast.who("bo"), no, at=AT, yes=True)


def test_who_looks_into_it_does_not_represent_it(cast: Cast) -> None:
    cast.people["shi"].phone_digest = None
    no = group(cast, ("石", "13911112222"))
    person = Person.objects.get(pk=cast.id("shi"))
    from hearth.store.access.people import phone_digest

    person.phone_digest = phone_digest("13911112222")
    person.save()
    disputes.take_complaint(cast.who("shi"), no, at=AT)
    with pytest.raises(AboutYourself):
        disputes.answer_naming(cast.who("shi"), no, at=AT, yes=True)


def test_the_database_holds_a_yes_to_a_person_and_six_to_nobody(cast: Cast) -> None:
    no = group(cast, BO, *ABSENT[:3])
    held = Complaint.objects.get(complaint_no=no)
    with pytest.raises(IntegrityError, match="complaint_party_said_themselves"), transaction.atomic():
        ComplaintParty.objects.filter(complaint=held, person=None).update(confirmed_at=AT)
    with pytest.raises(IntegrityError, match="at most 5 represent it"), transaction.atomic():
        ComplaintParty.objects.create(complaint=held, name="第六人", is_representative=True)


def test_a_complaint_past_its_legal_day_is_told_with_an_apology(cast: Cast) -> None:
    from hearth.desks.promises import sweep_cases

    no = group(cast)
    sweep_cases(at=AT + 16 * DAY)
    assert ("late", "梅") in told(no)
    assert "对不起" in Notice.objects.get(what="complaint.late").body
