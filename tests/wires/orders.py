"""Orders and messages that the tests of wires share."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hearth.wires.messages import Channel, Message
from hearth.wires.payments import Order
from tests.cast import HUI

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
LATER = NOON + timedelta(days=30)


def order(key: str = "claim-7/pay-1", **changed: object) -> Order:
    """Hui is paid 3,240.00."""
    values: dict[str, object] = {
        "key": key,
        "amount_fen": 324_000,
        "payee_name": HUI.zh,
        "account_no": "6222020200112233",
        "bank": "102100099996",
        "purpose": "理赔款 C-7",
        "at": NOON,
    }
    return Order(**{**values, **changed})  # type: ignore[arg-type]


def message(key: str = "claim-7/paid", **changed: object) -> Message:
    """Hui is told that she was paid."""
    values: dict[str, object] = {
        "key": key,
        "to": "13800000001",
        "channel": Channel.SMS,
        "text": "您的理赔款 3,240.00 元已支付。",
        "lang": "zh-Hans",
        "at": NOON,
    }
    return Message(**{**values, **changed})  # type: ignore[arg-type]
