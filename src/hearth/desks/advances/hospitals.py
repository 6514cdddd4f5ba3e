"""Hospitals: registered, their accounts entered by one person and confirmed by another, one-time links given out."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta

from django.db import transaction

from hearth.desks.advances.faults import HospitalWrong, LinkDead, SecondSignature
from hearth.desks.advances.steps import person_of
from hearth.desks.books import records
from hearth.store.access import NotThere, Who, one, permit
from hearth.store.models import Hospital, HospitalAccount, HospitalLink, Partner
from hearth.store.sealed import digest, plain_form

LINK_HOURS = 72
"""For so long a hospital may use a link."""

MOST_TRIES = 5


@transaction.atomic(durable=True)
def register_hospital(
    by: Who,
    code: str,
    *,
    at: datetime,
    name: str,
    name_en: str = "",
    level: int,
    ownership: str = "public",
    in_network: bool = True,
    partner: str = "",
) -> int:
    """Register a hospital, or change what is known of it; a partner of kind hospital may be the same house.

    Records: hospital.registered.  Raises: NotAllowed, HospitalWrong.
    """
    permit(by, "hospital", "register")
    code, name = code.strip()[:32], name.strip()[:100]
    if not code or not name or level not in (0, 1, 2, 3) or ownership not in ("public", "private"):
        raise HospitalWrong(
            why="code, name, a level of 0 to 3 and public or private are needed",
            why_zh="须有编码、名称、0 至 3 级的等级和公立或私立",
        )
    speaks = Partner.objects.filter(code=partner, kind="hospital").first() if partner else None
    if partner and speaks is None:
        raise HospitalWrong(why="there is no partner hospital of that code", why_zh="没有该编码的合作医院")
    hospital, _made = Hospital.objects.update_or_create(
        code=code,
        defaults={
            "name": name,
            "name_en": name_en.strip()[:100],
            "level": level,
            "ownership": ownership,
            "in_network": in_network,
            "partner": speaks,
        },
        create_defaults={
            "name": name,
            "name_en": name_en.strip()[:100],
            "level": level,
            "ownership": ownership,
            "in_network": in_network,
            "partner": speaks,
            "registered_at": at,
        },
    )
    records.append(
        "hospital.registered",
        f"hospital:{hospital.pk}",
        by=by,
        at=at,
        data={"code": code, "level": level, "ownership": ownership, "in_network": in_network},
    )
    return hospital.pk


@transaction.atomic(durable=True)
def enter_account(by: Who, hospital_id: int, *, at: datetime, holder_name: str, bank: str, number: str) -> int:
    """Enter a hospital's account; nothing is paid to it until somebody else confirms it.

    Gives:   the account's id.  Records: hospital.account_entered.  Raises: NotAllowed, NotThere, HospitalWrong.
    """
    hospital: Hospital = one(by, "hospital", "enter_account", at, lock=True, pk=hospital_id)
    plain = plain_form(number)
    if (
        not (8 <= len(plain) <= 34 and plain.isalnum() and plain.isascii())
        or not holder_name.strip()
        or not bank.strip()
    ):
        raise HospitalWrong(
            why="holder, bank and a number of 8 to 34 digits or letters are needed",
            why_zh="须有户名、开户银行和 8 至 34 位的账号",
        )
    account = HospitalAccount.objects.create(
        hospital=hospital,
        holder_name=holder_name.strip()[:100],
        bank=bank.strip()[:60],
        number=plain,
        number_tail=plain[-4:],
        added_by_id=person_of(by),
        added_at=at,
    )
    records.append(
        "hospital.account_entered",
        f"hospital:{hospital.pk}",
        by=by,
        at=at,
        data={"account": account.pk},
        sealed={"account": plain},
    )
    return account.pk


@transaction.atomic(durable=True)
def confirm_account(by: Who, account_id: int, *, at: datetime, number: str) -> None:
    """Confirm an account that somebody else entered, by typing its number again; it takes the old one's place.

    Records: hospital.account_confirmed.  Raises: NotAllowed, NotThere, SecondSignature, HospitalWrong.
    """
    account = HospitalAccount.objects.select_for_update().filter(pk=account_id).first()
    if account is None:
        raise NotThere(kind="hospital", key=account_id)
    one(by, "hospital", "confirm_account", at, lock=True, pk=account.hospital_id)
    if account.confirmed_at is not None:
        return
    if account.added_by_id == person_of(by):
        raise SecondSignature
    if not hmac.compare_digest(plain_form(number), account.number):
        raise HospitalWrong(why="the number typed again is another one", why_zh="再次输入的账号与登记的不一致")
    HospitalAccount.objects.filter(
        hospital=account.hospital_id, ended_at__isnull=True, confirmed_at__isnull=False
    ).update(ended_at=at)
    account.confirmed_by_id, account.confirmed_at = person_of(by), at
    account.save(update_fields=["confirmed_by", "confirmed_at"])
    records.append(
        "hospital.account_confirmed",
        f"hospital:{account.hospital_id}",
        by=by,
        at=at,
        data={"account": account.pk},
    )


def account_of(hospital_id: int | None) -> HospitalAccount | None:
    """The account that a hospital is paid to: confirmed by a second person, not ended."""
    return HospitalAccount.objects.filter(
        hospital=hospital_id, confirmed_at__isnull=False, ended_at__isnull=True
    ).first()


@transaction.atomic(durable=True)
def make_link(by: Who, hospital_id: int, *, at: datetime, hours: int = LINK_HOURS) -> str:
    """Make a link with which a hospital tells of one admission, without an account of ours.

    Gives:   what stands at the end of its address; it is shown once and cannot be made again from what is kept
    Records: hospital.link_made.  Raises: NotAllowed, NotThere.
    """
    hospital: Hospital = one(by, "hospital", "link", at, pk=hospital_id)
    link = HospitalLink.objects.create(
        hospital=hospital,
        nonce=secrets.token_hex(16),
        made_by_id=person_of(by),
        made_at=at,
        until_at=at + timedelta(hours=min(max(hours, 1), LINK_HOURS)),
    )
    records.append("hospital.link_made", f"hospital:{hospital.pk}", by=by, at=at, data={"link": link.pk})
    return f"{link.pk}.{_signature(link)}"


def link_for(token: str, at: datetime, *, lock: bool = False) -> HospitalLink:
    """The link of an address, where it holds.  Raises: LinkDead, whatever is wrong with it."""
    number, _, signature = token.partition(".")
    if not (number.isascii() and number.isdigit() and len(number) < 16):
        raise LinkDead
    rows = HospitalLink.objects.select_related("hospital").filter(pk=int(number))
    link = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if (
        link is None
        or not hmac.compare_digest(_signature(link).encode(), signature.encode("utf-8", "replace"))
        or link.used_at is not None
        or at >= link.until_at
        or link.tries >= MOST_TRIES
    ):
        raise LinkDead
    return link


def _signature(link: HospitalLink) -> str:
    said = f"{link.pk}.{link.nonce}.{link.hospital_id}.{int(link.until_at.timestamp())}"
    return digest(said, "store_hospitallink.address").hex()[:40]
