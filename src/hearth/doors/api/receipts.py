"""Receipts: what is vouched for of a claim, each to be checked offline with `hearth verify`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router, Schema
from pydantic import ConfigDict, Field

from hearth.doors.api.claims import ClaimKey
from hearth.doors.api.interface import answers
from hearth.doors.api.tokens import Token, caller
from hearth.doors.receipts import receipt_of
from hearth.kernel.proof.receipt import kind_of
from hearth.store.access import NotThere, logs
from hearth.store.access import partners as partner_reads
from hearth.store.access.matrix import RECEIPTS

router = Router(tags=["receipts and log"])


class ReceiptShort(Schema):
    """A record that there is a receipt of."""

    record: int
    kind: str = Field(description="what happened, as claim.decided")
    receipt: str = Field(description="decision, payment or consent")
    at: datetime
    is_ready: bool = Field(description="false: its place in the log is given within seconds")


class ReceiptList(Schema):
    """Every receipt of a claim, newest first."""

    claim: str
    receipts: list[ReceiptShort]


class Receipt(Schema):
    """A record of the log with its proof (docs/receipts.md), as canonical JSON: keep the bytes as they are."""

    model_config = ConfigDict(extra="allow")

    receipt: int = Field(description="version of this form")
    kind: str
    record: dict[str, Any]
    opened: dict[str, Any]
    index: int
    leaf: str
    path: list[str]
    checkpoint: str
    key: str


@router.get(
    "/claims/{key}/receipts",
    auth=Token("receipts:read"),
    response=answers({200: ReceiptList}, 404),
    summary="Receipts of a claim",
)
def list_receipts(request: HttpRequest, key: ClaimKey) -> ReceiptList:
    """What there are receipts of."""
    asks = caller(request)
    no = partner_reads.own_claim_no(asks.by, key)
    found = logs.records_with_receipts(asks.by, f"claim:{no}", RECEIPTS, asks.at)
    return ReceiptList(
        claim=no,
        receipts=[
            ReceiptShort(record=row.id, kind=row.kind, receipt=kind, at=row.at, is_ready=row.index is not None)
            for row in found
            if (kind := kind_of(row.kind)) is not None
        ],
    )


@router.get(
    "/claims/{key}/receipts/{record}",
    auth=Token("receipts:read"),
    response=answers({200: Receipt}, 404, 409),
    summary="A receipt",
)
def get_receipt(request: HttpRequest, key: ClaimKey, record: Annotated[int, Path(ge=1, le=2**62)]) -> HttpResponse:
    """The receipt as a file that `hearth verify` checks.  It opens what the record holds sealed; the read is kept."""
    asks = caller(request)
    no = partner_reads.own_claim_no(asks.by, key)
    if logs.record_of(asks.by, record, asks.at).subject != f"claim:{no}":
        raise NotThere(kind="receipt", key=record)
    content = receipt_of(asks.by, record, asks.at)
    partner_reads.log_receipt(asks.by, no, record, asks.at)
    return HttpResponse(content, content_type="application/json")
