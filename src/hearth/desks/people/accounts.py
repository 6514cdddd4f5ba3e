"""Accounts: where somebody's money goes: an account in their own name."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

from django.db import transaction

from hearth.desks.books import records
from hearth.desks.people.faults import BadPerson, HolderDiffers
from hearth.store.access import Who, person_for
from hearth.store.access.people import account_digest
from hearth.store.models import BankAccount, Person
from hearth.words.calendar import day_in_china

_NUMBER = re.compile(r"[0-9]{8,32}")


@transaction.atomic(durable=True)
def add_account(by: Who, person_id: int, holder_name: str, bank: str, number: str, *, at: datetime) -> int:
    """Keep an account in the person's own name, or of a child's proven guardian (Internet Insurance Measures art. 40).

    Gives:    the account's id; the same account given twice is one
    Records:  account.added.  Raises: NotAllowed, NotThere, HolderDiffers, BadPerson.
    """
    person: Person = person_for(by, "account", "add", at, person_id, lock=True)
    plain = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", number))
    if not _NUMBER.fullmatch(plain):
        raise BadPerson(
            place="account number",
            place_zh="银行账号",
            got=f"{len(plain)} characters",
            want="8 to 32 digits",
            want_zh=" 8 至 32 位数字",
        )
    bank = " ".join(bank.split())
    if not 1 <= len(bank) <= 60:
        raise BadPerson(
            place="bank",
            place_zh="开户银行",
            got=f"{len(bank)} characters",
            want="1 to 60 letters",
            want_zh=" 1 至 60 个字",
        )
    holder = _plain(holder_name)
    if holder not in {_plain(name) for name in _names(person, at)}:
        raise HolderDiffers(holder=holder_name[:100], name=person.full_name)
    known = BankAccount.objects.filter(
        person=person, number_digest=account_digest(plain), ended_at__isnull=True
    ).first()
    if known is not None:
        return known.pk
    account = BankAccount.objects.create(
        person=person,
        holder_name=" ".join(holder_name.split()),
        bank=bank,
        number=plain,
        number_digest=account_digest(plain),
        number_tail=plain[-4:],
        added_at=at,
    )
    records.append(
        "account.added",
        f"person:{person.pk}",
        by=by,
        at=at,
        data={"person": person.pk, "account": account.pk},
        sealed={"account": {"holder": account.holder_name, "bank": bank, "number": plain}},
    )
    return account.pk


def _names(person: Person, at: datetime) -> list[str]:
    """The names an account may be in: the person's own, and of a child its guardians'."""
    guardians = person.acted_for_by.filter(kind="guardian", proven_at__lte=at, ended_at__isnull=True)
    held = guardians.filter(until_on__gt=day_in_china(at)).select_related("person")
    return [person.full_name, *(relation.person.full_name for relation in held)]


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()
