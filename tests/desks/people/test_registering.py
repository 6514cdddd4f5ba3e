"""A person is made known once, in one form, by those who may."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from hearth.desks import people
from hearth.desks.people.faults import AlreadyKnown, BadPerson
from hearth.store.access import HOUSE, NotAllowed, NotThere, who_partner
from hearth.store.access.people import person
from hearth.store.access.search import people_found
from hearth.store.models import Partner, Person, Record, Salt
from hearth.words.claims import Role
from hearth.words.faults import Malformed
from tests.desks.people.somebody import AT, HUI, HUIS_SON, MEI, asks, branch, member, worker

pytestmark = pytest.mark.django_db

RESIDENT = "11010519491231002X"


def test_a_person_is_found_by_name_telephone_or_identity_however_they_are_typed() -> None:
    mei = member(MEI, id_number=RESIDENT.lower(), born_on=None, sex="")
    agent = worker(Role.SERVICE_AGENT)
    for typed in (MEI.zh, "138 0000 0001", "+86-13800000001", "1101 0519 4912 3100 2x", "mei"):
        assert [each.person_id for each in people_found(agent, typed, AT)] == [mei], typed
    row = Person.objects.get(pk=mei)
    assert (row.born_on, row.sex, row.phone_tail) == (date(1949, 12, 31), "F", "0001")


def test_numbers_lie_sealed_in_the_database_and_in_part_on_the_page() -> None:
    mei = member(MEI, id_number=RESIDENT, born_on=None, sex="")
    with connection.cursor() as cursor:
        cursor.execute("SELECT store_person::text FROM store_person WHERE id = %s", [mei])
        (everything,) = cursor.fetchone()
    assert "13800000001" not in everything and RESIDENT not in everything
    assert b"13800000001".hex() not in everything
    shown = person(worker(Role.SERVICE_AGENT), mei, AT)
    assert (shown.phone, shown.id_number) == ("138****0001", "1101****2X")
    assert person(asks(mei), mei, AT).phone == "+8613800000001"


def test_names_and_numbers_are_not_in_the_record_but_their_digests_are() -> None:
    mei = member(MEI)
    record = Record.objects.get(kind="person.created", subject=f"person:{mei}")
    body = bytes(record.body).decode()
    assert MEI.zh not in body and "13800000001" not in body and '"sealed":{"stated":"' in body
    assert Salt.objects.get(record=record).name == "stated"


@pytest.mark.parametrize(
    ("stated", "what"),
    [
        ({"phone": "+86 138 0000 0001"}, "telephone"),
        ({"id_number": RESIDENT}, "identity"),
        ({"username": "MEI"}, "user"),
    ],
)
def test_one_number_is_one_person(stated: dict[str, str], what: str) -> None:
    member(MEI, id_number=RESIDENT, born_on=None, sex="")
    with pytest.raises(AlreadyKnown, match=what):
        people.create_person(HOUSE, at=AT, full_name="another", **stated)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "stated",
    [
        {"phone": "12345"},
        {"id_number": "110105194912310021"},
        {"id_number": "11010519491331002X"},
        {"id_number": RESIDENT, "born_on": date(1950, 1, 1)},
        {"id_number": RESIDENT, "sex": "M"},
        {"full_name": " "},
        {"full_name": "a\u202eb"},
        {"born_on": date(2030, 1, 1)},
        {"username": "13800000009"},
        {"email": "nobody"},
    ],
)
def test_what_cannot_be_is_refused_in_words(stated: dict[str, object]) -> None:
    with pytest.raises((BadPerson, Malformed)) as fault:
        people.create_person(HOUSE, at=AT, **{"full_name": "Somebody", **stated})  # type: ignore[arg-type]
    assert fault.value.sentence("zh") and fault.value.sentence("en")
    assert not Person.objects.filter(full_name="Somebody").exists()


def test_staff_of_a_branch_make_people_of_their_branch_alone() -> None:
    shenzhen, beijing = branch("sz"), branch("bj")
    agent = worker(Role.SERVICE_AGENT, at_branch=shenzhen)
    made = people.create_person(agent, at=AT, full_name="新客户")
    assert Person.objects.get(pk=made).branch_id == shenzhen
    with pytest.raises(NotAllowed):
        people.create_person(agent, at=AT, full_name="新客户", branch=beijing)
    with pytest.raises(NotAllowed):
        people.create_person(asks(member(MEI)), at=AT, full_name="新客户")


def test_a_partner_brings_the_same_person_once_and_changes_nobody() -> None:
    partner = Partner.objects.create(code="wesure", name="WeSure", kind="broker", branch_id=branch())
    by = who_partner(partner, frozenset({"policies:write", "policies:read"}))
    first = people.create_person(by, at=AT, full_name=HUI.zh, external_id="W-1", phone="13800000003")
    assert people.create_person(by, at=AT, full_name=HUI.zh, external_id="W-1", phone="13800000003") == first
    assert Person.objects.get(pk=first).branch_id == branch()
    with pytest.raises(NotAllowed):
        people.edit_person(by, first, at=AT, phone="13900000000")
    other = who_partner(Partner.objects.create(code="pa", name="PA", kind="broker"), frozenset({"policies:read"}))
    with pytest.raises(NotThere):
        person(other, first, AT)


def test_members_change_what_is_theirs_and_staff_the_rest() -> None:
    mei, hui = member(MEI), member(HUI)
    people.edit_person(asks(mei), mei, at=AT, language="en", quiet_from=20, large_print=True)
    assert person(asks(mei), mei, AT).language == "en"
    for changes in ({"full_name": "别人"}, {"phone": "13811111111"}, {"id_number": RESIDENT}):
        with pytest.raises(NotAllowed):
            people.edit_person(asks(mei), mei, at=AT, **changes)
    with pytest.raises(NotThere):
        people.edit_person(asks(hui), mei, at=AT, language="en")
    steward = worker(Role.STEWARD)
    people.edit_person(steward, mei, at=AT, phone="13811111111")
    assert person(asks(mei), mei, AT).phone == "+8613811111111"
    before = Record.objects.count()
    people.edit_person(steward, mei, at=AT, phone="138 1111 1111")
    assert Record.objects.count() == before, "nothing changed, nothing is recorded"
    with pytest.raises(NotAllowed):
        people.edit_person(steward, steward.person_id, at=AT, full_name="安总")  # type: ignore[arg-type]


def test_the_person_alone_proves_another_telephone() -> None:
    mei = member(MEI)
    people.set_phone(asks(mei), mei, "139 0000 0000", True, at=AT)
    row = Person.objects.get(pk=mei)
    assert (row.phone, row.phone_verified) == ("+8613900000000", True)
    with pytest.raises(NotAllowed):
        people.set_phone(asks(member(HUIS_SON)), mei, "13711111111", True, at=AT)
