"""Traces: device, telephone and address that a claim came with, as keyed digests: to see what strangers share."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

from hearth.store.access import Who
from hearth.store.access.people import phone_digest
from hearth.store.models import Claim, ClaimTrace
from hearth.store.sealed import digest
from hearth.words.faults import Malformed

_DEVICE = re.compile(r"[A-Za-z0-9_-]{22}")
_SIGNS = re.compile(r"[\W_]+")


def _phone(number: str) -> bytes:
    """The digest that a member of this number is found by; of what is no mobile number, its own."""
    try:
        return phone_digest(number)
    except Malformed:
        return digest(number, "phone")


def leave(by: Who, claim: Claim, at: datetime, *, device: str = "", phone: str = "", address: str = "") -> None:
    """Keep what a claim came with from whom it is about, each once; a device whose mark is none of ours leaves nothing.

    Whoever acts for others is told of as their agent; a broker's office or a steward's desk says nothing of a member.
    Needs:   a transaction under way; the mark that a browser was given, a telephone number, an address as typed
    """
    if by.person_id != claim.person_id:
        return
    left: dict[str, bytes] = {}
    if _DEVICE.fullmatch(device):
        left["device"] = digest(device, "device")
    if phone:
        left["phone"] = _phone(phone)
    if plain := _SIGNS.sub("", unicodedata.normalize("NFKC", address)):
        left["address"] = digest(plain, "address")
    ClaimTrace.objects.bulk_create(
        (ClaimTrace(claim=claim, kind=kind, digest=held, at=at) for kind, held in left.items()), ignore_conflicts=True
    )
