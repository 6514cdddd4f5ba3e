"""Money goes to an account in the person's own name, or of a child's guardian."""

from __future__ import annotations

import pytest

from hearth.desks import people
from hearth.desks.people.faults import BadPerson, HolderDiffers
from hearth.store.access import NotAllowed, NotThere
from hearth.store.access.people import accounts
from hearth.store.models import BankAccount
from hearth.words.claims import Role
from tests.desks.people.somebody import AT, HUI, HUIS_SON, MEI, asks, member, worker

pytestmark = pytest.mark.django_db


def test_an_account_in_ones_own_name_is_kept_once_and_shown_by_its_end() -> None:
    mei = member(MEI)
    first = people.add_account(asks(mei), mei, f" {MEI.zh} ", "工商银行", "6222 0000 1234 5678", at=AT)
    assert people.add_account(asks(mei), mei, MEI.zh, "工商银行", "6222-0000-1234-5678", at=AT) == first
    (row,) = accounts(asks(mei), mei, AT)
    assert (row.bank, row.tail) == ("工商银行", "5678")
    assert BankAccount.objects.get(pk=first).number == "6222000012345678"


def test_another_name_is_refused_except_a_childs_guardian() -> None:
    hui, son, steward = member(HUI), member(HUIS_SON), worker(Role.STEWARD)
    with pytest.raises(HolderDiffers):
        people.add_account(asks(hui), hui, MEI.zh, "工商银行", "6222000012345678", at=AT)
    with pytest.raises(NotThere):
        people.add_account(asks(hui), son, HUI.zh, "工商银行", "6222000012345678", at=AT)
    relation = people.state_relation(steward, hui, son, "guardian", at=AT)
    people.prove_relation(steward, relation, "户口簿", at=AT)
    assert people.add_account(asks(hui), son, HUI.zh, "工商银行", "6222000012345678", at=AT)


def test_only_digits_and_only_those_who_may() -> None:
    mei = member(MEI)
    for number in ("1234567", "62220000123456ab", "6" * 33):
        with pytest.raises(BadPerson):
            people.add_account(asks(mei), mei, MEI.zh, "工商银行", number, at=AT)
    with pytest.raises(NotAllowed):
        people.add_account(worker(Role.ASSESSOR), mei, MEI.zh, "工商银行", "6222000012345678", at=AT)
