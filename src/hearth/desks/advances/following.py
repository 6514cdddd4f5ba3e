"""Following: what the advance desk does when a record tells of something: idempotent, by the record's own content."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from hearth.desks.advances import tracking
from hearth.desks.advances.checking import assess_risk, check_if_ready
from hearth.desks.advances.paying import send
from hearth.desks.advances.settling import settle_claim
from hearth.desks.books.outlook import Look
from hearth.store.models import Record


def checked(record_id: int, at: datetime) -> str:
    """A case met its conditions: its risk is looked at.  Follows advance.checked."""
    return assess_risk(_no(record_id), at=at)


def added(record_id: int, at: datetime, look: Look) -> bool:
    """Something was signed or brought: the conditions are checked again.  Follows advance.consented and the like."""
    return check_if_ready(_no(record_id), at=at, look=look)


def released(record_id: int, at: datetime) -> str:
    """An instalment was let go: it is handed to the bank.  Follows advance.instalment_released."""
    data: dict[str, Any] = json.loads(bytes(Record.objects.get(pk=record_id).body))["data"]
    return send(int(data["instalment"]), at=at)


def claim_opened(record_id: int, at: datetime) -> None:
    """The claim of a stay was opened: its limit ends.  Follows advance.claim_opened."""
    tracking.claim_opened(_no(record_id), at=at)


def claim_over(record_id: int, at: datetime) -> bool:
    """A claim was decided or withdrawn: its advance is set against it.  Follows claim.decided, claim.withdrawn."""
    return settle_claim(Record.objects.get(pk=record_id).subject.removeprefix("claim:"), at=at)


def _no(record_id: int) -> str:
    return Record.objects.get(pk=record_id).subject.removeprefix("advance:")
