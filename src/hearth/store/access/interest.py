"""Interest, read: on what, for how many days and at which rate a late payment bore it, as it was recorded then."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from hearth.store.access.rows import rows
from hearth.store.access.who import Who
from hearth.store.models import Record


@dataclass(frozen=True, slots=True)
class InterestRow:
    """What the interest of one payment was worked out from."""

    payment_id: int
    on_fen: int
    days: int
    rate_bp: int
    basis: str


def interest_of(by: Who, claim_no: str, at: datetime) -> tuple[InterestRow, ...]:
    """The interest that was added to payments of a claim; none where everything was in time."""
    paid = rows(by, "payment", "see", at).filter(claim__claim_no=claim_no, what="interest")
    ids = set(paid.values_list("pk", flat=True))
    if not ids:
        return ()
    found = []
    for record in Record.objects.filter(subject=f"claim:{claim_no}", kind="payment.intended").order_by("pk"):
        data = json.loads(bytes(record.body))["data"]
        if data["payment"] in ids and "rate_bp" in data:
            found.append(
                InterestRow(data["payment"], data["on_fen"], data["days"], data["rate_bp"], str(data["basis"]))
            )
    return tuple(found)
