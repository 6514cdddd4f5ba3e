"""The log: signed checkpoints and proofs that it only grew, open to all; what is in it is not told here."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from hearth.doors.api.interface import answers
from hearth.doors.receipts import growth_between, key_line
from hearth.store.access import NotThere, logs

router = Router(tags=["receipts and log"])

Size = Annotated[int, Query(ge=1, le=2**62)]


class CheckpointOut(Schema):
    """The tree's size and root at a moment, signed."""

    size: int
    root: str = Field(description="64 hex digits")
    at: datetime
    note: str = Field(description="the signed note: what `hearth verify --checkpoint` reads")
    key: str = Field(description="the published key that signs it; compare it with one from elsewhere")


class Growth(Schema):
    """That the log of a size continues the log of a smaller one (docs/receipts.md; RFC 6962, 2.1.2)."""

    consistency: int = Field(description="version of this form")
    origin: str
    old: int = Field(alias="from")
    new: int = Field(alias="to")
    hashes: list[str]


@router.get(
    "/log/checkpoint",
    auth=None,
    response=answers({200: CheckpointOut}, 404, has_token=False),
    summary="A signed checkpoint",
)
def get_checkpoint(request: HttpRequest, size: Annotated[int | None, Query(ge=1, le=2**62)] = None) -> CheckpointOut:
    """The newest checkpoint, or the one of a size.  It needs no token: whoever keeps checkpoints keeps us honest."""
    found = logs.log_state().checkpoint if size is None else logs.checkpoint_of(size)
    if found is None:
        raise NotThere(kind="record", key=0)
    return CheckpointOut(size=found.size, root=found.root.hex(), at=found.at, note=found.note, key=key_line())


@router.get(
    "/log/consistency",
    auth=None,
    response=answers({200: Growth}, 404, has_token=False),
    by_alias=True,
    summary="That the log only grew",
)
def get_consistency(request: HttpRequest, old: Size, new: Size) -> HttpResponse:
    """The proof that the log of size `new`, of which there is a checkpoint, continues the log of size `old`."""
    return HttpResponse(growth_between(old, new), content_type="application/json")
