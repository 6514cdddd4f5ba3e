"""Receipts: a record of the log with its proof, put together for whoever may have it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.conf import settings

from hearth.kernel.proof.checkpoint import key_of
from hearth.kernel.proof.receipt import Opened, growth, kind_of, receipt
from hearth.kernel.proof.tree import consistency_places, consistency_proof, inclusion_path, inclusion_places
from hearth.store.access import NotThere, Who, logs
from hearth.words.faults import Fault


class NotSequenced(Fault):
    """The record is there, its place in the tree is not yet."""

    code, status = "NOT_SEQUENCED", 409
    says = "This was recorded a moment ago and gets its place in the log within seconds. Please try again."
    says_zh = "记录刚刚写入，几秒内即可生成凭证，请稍后再试。"


def receipt_of(by: Who, record_id: int, at: datetime) -> bytes:
    """The receipt of a record, as canonical JSON; NotThere where `by` may not have it, NotSequenced if too new."""
    record = logs.record_of(by, record_id, at)
    kind = kind_of(record.kind)
    if kind is None:
        raise NotThere(kind="receipt", key=record_id)
    if record.index is None:
        raise NotSequenced
    checkpoint = logs.checkpoint_over(record.index)
    held = logs.nodes([place for places in inclusion_places(record.index, checkpoint.size) for place in places])
    body: dict[str, Any] = json.loads(record.body)
    sealed = body["data"].get("sealed", {})
    return receipt(
        kind,
        body,
        {
            name: Opened(salt, json.loads(value))
            for name, (salt, value) in logs.opened(by, record_id, at).items()
            if name in sealed
        },
        record.index,
        inclusion_path(record.index, checkpoint.size, lambda level, index: held[level, index]),
        checkpoint.note,
        key_line(),
    )


def key_line() -> str:
    """The published key that vouches for the log's checkpoints."""
    return key_of(settings.LOG_NAME, settings.LOG_KEY).line


def growth_between(old_size: int, new_size: int) -> bytes:
    """The proof that the log of `new_size` continues the one of `old_size`: for auditors, and open to all."""
    logs.checkpoint_of(new_size)
    if not 0 < old_size <= new_size:
        raise NotThere(kind="record", key=old_size)
    held = logs.nodes([place for places in consistency_places(old_size, new_size) for place in places])
    proof = consistency_proof(old_size, new_size, lambda level, index: held[level, index])
    return growth(settings.LOG_NAME, old_size, new_size, proof)
