"""A person is made known once, in one form, by those who may."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from hearth.desks import people
from hearth.desks.people.faults import AlreadyKnown, BadPerson
from hearth.store.access import HOUSE, NotAllowed, NotThere, Who, who_partner
from hearth.store.access.partners import brought_person
from hearth.store.access.people import person
from hearth.store.access.search import people_found
from hearth.store.models import Introduction, Partner, Person, Record, Salt
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


SCOPES = frozenset({"policies:write", "policies:read"})


def partner(code: str) -> Who:
    """A partner that brings people in and reads them."""
    return who_partner(Partner.objects.create(code=code, name=code, kind="insurer"), SCOPES)


def bring(by: Who, external_id: str, **changed: object) -> int:
    """Mei as a partner states her."""
    stated: dict[str, object] = {"full_name": MEI.zh, "id_number": RESIDENT, "phone": "13800000001", **changed}
    return people.create_person(by, at=AT, external_id=external_id, **stated)  # type: ignore[arg-type]


def test_whom_another_brought_in_is_introduced_and_nothing_of_them_is_changed() -> None:
    first, second = partner("first"), partner("second")
    mei = bring(first, "A-1")
    before = Person.objects.filter(pk=mei).values().get()
    for number in (RESIDENT, RESIDENT.lower()):
        stated = {"phone": "13911112222", "email": "other@example.org", "language": "en", "id_number": number}
        assert bring(second, "B-1", **stated) == mei
    assert Person.objects.filter(pk=mei).values().get() == before and Person.objects.count() == 1
    (row,) = Introduction.objects.all()
    assert (row.partner_id, row.person_id, row.external_id, row.at) == (second.partner_id, mei, "B-1", AT)
    (record,) = Record.objects.filter(kind="person.introduced")
    body = bytes(record.body).decode()
    assert record.subject == f"person:{mei}" and not Salt.objects.filter(record=record).exists()
    assert not [told for told in (MEI.zh, RESIDENT, "13911112222", "B-1", "A-1") if told in body]


def test_each_partner_finds_a_person_by_its_own_number_and_is_shown_no_other() -> None:
    first, second, third = partner("first"), partner("second"), partner("third")
    mei = bring(first, "A-1")
    bring(second, "B-1")
    for by, own, others in ((first, "A-1", "B-1"), (second, "B-1", "A-1")):
        known = brought_person(by, own)
        assert known is not None and known[0] == mei and brought_person(by, others) is None
        card = person(by, mei, AT)
        assert (card.external_id, card.id_number, card.phone) == (own, "1101****2X", "138****0001")
    assert brought_person(third, "A-1") is None is brought_person(third, "B-1")
    with pytest.raises(NotThere):
        person(third, mei, AT)


@pytest.mark.parametrize("otherwise", [{"full_name": "别人"}, {"born_on": date(1950, 1, 1)}, {"sex": "M"}])
def test_somebody_stated_otherwise_than_they_are_known_is_not_introduced(otherwise: dict[str, object]) -> None:
    # A passport says neither birthday nor sex.
    passport: dict[str, object] = {"id_number": "P1234567", "phone": ""}
    mei, second = member(MEI, id_number="P1234567"), partner("second")
    with pytest.raises(AlreadyKnown) as told:
        bring(second, "B-1", **passport, **otherwise)
    assert told.value.data["what"] == "identity number"
    assert not Introduction.objects.exists() and brought_person(second, "B-1") is None
    with pytest.raises(NotThere):
        person(second, mei, AT)
    assert bring(second, "B-1", **passport, born_on=MEI.born_on, sex=MEI.sex) == mei, "as she is known, she is"


def test_a_number_of_a_partner_stands_for_one_person_whether_brought_in_or_introduced() -> None:
    first, second = partner("first"), partner("second")
    mei = bring(first, "A-1")
    hui = people.create_person(second, at=AT, full_name=HUI.zh, external_id="B-1")
    assert bring(second, "B-1") == hui, "the number stands for Hui already"
    assert bring(second, "B-2") == mei and bring(second, " B-2 ") == mei
    for by in (first, second):
        with pytest.raises(AlreadyKnown):
            bring(by, "C-9")
    assert people.create_person(second, at=AT, full_name="新人", external_id="B-2") == mei


def test_staff_introduce_nobody_and_who_is_locked_is_introduced_to_nobody() -> None:
    mei = bring(partner("first"), "A-1")
    with pytest.raises(AlreadyKnown):
        people.create_person(HOUSE, at=AT, full_name=MEI.zh, id_number=RESIDENT)
    second = partner("second")
    bring(second, "B-1")
    Person.objects.filter(pk=mei).update(locked_at=AT, is_active=False)
    assert brought_person(second, "B-1") is None
    for by, external_id in ((second, "B-1"), (partner("third"), "C-1")):
        with pytest.raises(AlreadyKnown):
            bring(by, external_id)


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
