"""Threads: a partner writes to the steward of a claim for its member, and reads what the service answered."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import BaseModel, ConfigDict, Field

from hearth.desks.service import thread
from hearth.doors.api.bodies import stated
from hearth.doors.api.claims import MAX_PAGE, ClaimKey
from hearth.doors.api.interface import answers, takes
from hearth.doors.api.once import answered, once
from hearth.doors.api.tokens import Token, caller
from hearth.store.access import partners as partner_reads
from hearth.store.access import thread as reads

router = Router(tags=["threads"])


class LineIn(BaseModel):
    """A line for the member's steward."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    text: str = Field(min_length=1, max_length=4_000)


class LineRef(Schema):
    """A line that was written."""

    line: int
    claim: str


class LineOut(Schema):
    """A line of the conversation."""

    line: int
    by: str
    is_own: bool = Field(description="whether you wrote it; else the service did")
    at: datetime
    text: str
    cites: str = Field(description="product and clause that it explains, as in million-medical:3.2; empty: none")


class LinePage(Schema):
    """Lines, oldest first; `cursor` leads to later ones, null where there are none now."""

    claim: str
    lines: list[LineOut]
    cursor: str | None


@router.get(
    "/claims/{key}/thread",
    auth=Token("threads:read"),
    response=answers({200: LinePage}, 404),
    summary="What the service wrote",
)
def list_lines(
    request: HttpRequest,
    key: ClaimKey,
    cursor: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = MAX_PAGE,
) -> LinePage:
    """Lines of the service and your own; what the member wrote here themselves is between them and their steward.

    The read is written down.
    """
    asks = caller(request)
    claim_no = partner_reads.claim_acted_for(asks.by, key)
    found = reads.partners_lines(asks.by, claim_no, asks.at, after=cursor or 0, most=limit)
    lines = [
        LineOut(line=one.line_id, by=one.by, is_own=one.is_own, at=one.at, text=one.text, cites=one.cites)
        for one in found
    ]
    return LinePage(claim=claim_no, lines=lines, cursor=str(found[-1].line_id) if len(found) == limit else None)


@router.post(
    "/claims/{key}/thread",
    auth=Token("threads:write"),
    response=answers({201: LineRef}, 404, 409, 413, 415),
    openapi_extra=takes(LineIn),
    summary="Write to the steward",
)
def write_line(request: HttpRequest, key: ClaimKey) -> HttpResponse:
    """For the member whose claim you brought in; it stands in their conversation under your name."""
    said, _ = stated(request, LineIn)
    asks = caller(request)

    def work() -> HttpResponse:
        claim_no = partner_reads.claim_acted_for(asks.by, key)
        line_id = thread.write_for(asks.by, claim_no, said.text, at=asks.at)
        return answered(201, LineRef(line=line_id, claim=claim_no))

    return once(request, request.body, work)
