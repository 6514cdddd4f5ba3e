"""Chart: what a stay costs day by day against its letter and the usual course, drawn on the server."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hearth.kernel.advances.guarantee import WATCH_BP, running
from hearth.store.access.advances import AdvanceFile
from hearth.words.money import BP, yuan

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 640, 240, 84, 28, 14
EDGE = 26
"""Room for half a bar at either end."""


def chart(file: AdvanceFile) -> dict[str, Any] | None:
    """Points, lines and words of the chart; None while no cost is known."""
    days = running(dict(file.costs))
    if not days:
        return None
    first = file.row.admitted_on
    last = max(days[-1][0], first + timedelta(days=6), file.discharged_on or first)
    span = max((last - first).days, 1)
    usual = file.usual[2] if file.usual else 0
    high = file.usual[-1] if file.usual else 0
    most = max(days[-1][2], file.row.cap_fen, high, 1) * 11 // 10

    def across(on: Any) -> float:
        return round(LEFT + EDGE + (WIDTH - LEFT - 8 - 2 * EDGE) * (on - first).days / span, 1)

    def up(fen: int) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * fen / most, 1)

    width = min(2.0 * EDGE, max(4.0, round((WIDTH - LEFT) / (span + 1) * 0.5, 1)))
    lines = [
        {"name": name, "y": up(fen), "says": yuan(fen), "kind": kind}
        for name, fen, kind in (
            ("cap", file.row.cap_fen, "cap"),
            ("watch", file.row.cap_fen * WATCH_BP // BP, "watch"),
            ("usual", usual, "usual"),
            ("usual_high", high, "usual"),
        )
        if fen
    ]
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "left": LEFT,
        "right": WIDTH - 8,
        "base": HEIGHT - BOTTOM,
        "bars": [
            {
                "x": round(across(on) - width / 2, 1),
                "y": up(cost),
                "height": round(HEIGHT - BOTTOM - up(cost), 1),
                "width": width,
            }
            for on, cost, _total in days
        ],
        "line": " ".join(f"{across(on)},{up(total)}" for on, _cost, total in days),
        "dots": [{"x": across(on), "y": up(total)} for on, _cost, total in days],
        "lines": lines,
        "days": [
            {"x": across(on), "says": f"{on.month}/{on.day}"} for on, _cost, _total in days[:: max(1, len(days) // 8)]
        ],
        "total": yuan(days[-1][2]),
    }
