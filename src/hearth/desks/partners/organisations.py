"""Organisations: a partner is taken in by an administrator, and ends with all its tokens and webhooks."""

from __future__ import annotations

import re
from datetime import datetime

from django.db import IntegrityError, transaction

from hearth.desks.books import records
from hearth.store.access import NotThere, Who, one, permit
from hearth.store.models import Branch, Partner
from hearth.words.faults import Fault, Malformed

KINDS = ("insurer", "broker", "hospital")
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,31}")


class PartnerThere(Fault):
    """There is a partner of that code already."""

    code, status = "PARTNER_THERE", 409
    says = "There is a partner {partner} already; choose another code."
    says_zh = "已有代码为 {partner} 的合作机构，请另选代码。"


@transaction.atomic(durable=True)
def add_partner(by: Who, *, at: datetime, code: str, name: str, kind: str, branch: str | None = None) -> str:
    """Take a partner in; `branch` is the code of the branch that looks after what it brings.

    Records: partner.added.  Raises: NotAllowed, Malformed, PartnerThere, NotThere for the branch.
    """
    permit(by, "partner", "edit")
    if not _CODE.fullmatch(code):
        raise _wrong("code", repr(code[:40]), "2 to 32 small letters, digits and hyphens")
    if not 0 < len(name.strip()) <= 100 or not name.isprintable():
        raise _wrong("name", f"{len(name)} characters", "1 to 100 characters on one line")
    if kind not in KINDS:
        raise _wrong("kind", repr(kind[:20]), f"one of {', '.join(KINDS)}")
    of = None
    if branch is not None:
        of = Branch.objects.filter(code=branch).first()
        if of is None:
            raise NotThere(kind="branch", key=branch)
    try:
        with transaction.atomic():
            partner = Partner.objects.create(code=code, name=name.strip(), kind=kind, branch=of)
    except IntegrityError:
        raise PartnerThere(partner=code) from None
    records.append("partner.added", subject(partner), by=by, at=at, data={"kind": kind, "id": partner.pk})
    return code


@transaction.atomic(durable=True)
def end_partner(by: Who, code: str, *, at: datetime) -> None:
    """End the work with a partner: its tokens open nothing any more, and nothing more is told to it.

    Records: partner.ended.  Raises: NotAllowed, NotThere.
    """
    partner = one(by, "partner", "edit", at, lock=True, code=code)
    if not partner.is_active:
        return
    partner.is_active = False
    partner.save(update_fields=["is_active"])
    tokens = partner.tokens.filter(revoked_at__isnull=True).update(revoked_at=at)
    webhooks = partner.webhooks.filter(is_active=True).update(is_active=False)
    data = {"tokens": tokens, "webhooks": webhooks}
    records.append("partner.ended", subject(partner), by=by, at=at, data=data)


def subject(partner: Partner) -> str:
    """How records name a partner."""
    return f"partner:{partner.code}"


def _wrong(place: str, got: str, want: str) -> Malformed:
    return Malformed(file="partner", place=place, got=got, want=want)
