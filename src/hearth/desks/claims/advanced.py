"""Advanced: a stay that was paid in advance is over: its claim is opened by itself, reported, with the settlement."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.db import transaction

from hearth.desks.books import records
from hearth.desks.books.numbers import next_number
from hearth.desks.claims import facts as stated_facts
from hearth.desks.claims.steps import step
from hearth.store.access import HOUSE
from hearth.store.models import Advance, Claim, ClaimPolicy, Record, Salt
from hearth.words.claims import ClaimState
from hearth.words.faults import Fault


@transaction.atomic(durable=True)
def open_for_advance(record_id: int, *, at: datetime) -> str:
    """Open the claim of a stay, once.  (1) the case (2) the claim (3) reported: the member is at the second step.

    Needs:   a record advance.discharged
    Gives:   the claim's number, new or of before
    Records: claim.reported, advance.claim_opened.
    """
    record = Record.objects.get(pk=record_id)
    # 1.
    advance = Advance.objects.select_for_update().get(advance_no=record.subject.removeprefix("advance:"))
    if advance.claim_id is not None:
        return Claim.objects.values_list("claim_no", flat=True).get(pk=advance.claim_id)
    # 2.
    person = advance.person
    claim = Claim.objects.create(
        claim_no=next_number("claim", at),
        person=person,
        reporter_id=person.pk,
        state=ClaimState.DRAFT.value,
        state_at=at,
        branch_id=advance.branch_id,
        steward_id=advance.steward_id,
        channel="member",
        story=advance.illness,
        event_on=advance.admitted_on,
        facts=_facts(record, advance),
        product=advance.policy.product if advance.policy else "",
    )
    claim.claimed_fen = stated_facts.claimed(claim.facts)
    if advance.policy_id is not None:
        ClaimPolicy.objects.create(claim=claim, policy_id=advance.policy_id, position=0)
    stated_facts.keep_keys(claim)
    # 3.
    told = records.append(
        "claim.reported",
        f"claim:{claim.claim_no}",
        by=HOUSE,
        at=at,
        data={
            "person": person.pk,
            "policies": [advance.policy.policy_no] if advance.policy else [],
            "channel": claim.channel,
            "advance": advance.advance_no,
        },
        sealed={"story": claim.story, "facts": claim.facts},
    )
    step(
        claim, ClaimState.REPORTED, by=HOUSE, at=at, record=told, visible="reported",
        values={"claim_no": claim.claim_no}, events=(told.kind, "claim.guidance_sent"),
    )  # fmt: skip
    advance.claim = claim
    advance.save(update_fields=["claim"])
    records.append(
        "advance.claim_opened",
        record.subject,
        by=HOUSE,
        at=at,
        data={"claim": claim.claim_no},
    )
    return claim.claim_no


def _facts(record: Record, advance: Advance) -> dict[str, Any]:
    """What the settlement sheet states, where the hospital sent one that can be read."""
    kept = Salt.objects.filter(record=record, name="settlement").first()
    stated: dict[str, Any] = json.loads(bytes(kept.value)) if kept is not None else {}
    if not stated:
        return {}
    try:
        return stated_facts.taken(stated)
    except Fault:
        return {}
