"""Samples of the console: the queue, tiles, a table."""

from __future__ import annotations

from typing import Any

from tests.browser.samples.claim import clocks
from tests.browser.samples.decision import Clauses
from tests.browser.samples.words import Say


def queue(say: Say) -> list[dict[str, Any]]:
    """Claims in the order in which they break."""
    some = clocks(say)
    seen = (
        (
            "late",
            "天",
            "Tian",
            "6 岁 · 慧之子",
            "aged 6 · Hui's son",
            "安心少儿门急诊",
            "Outpatient",
            "1,203.40",
            "待支付",
            "To be paid",
            "waits",
        ),
        (
            "soon",
            "梅",
            "Mei",
            "52 岁",
            "aged 52",
            "百万医疗险 2026",
            "Million medical 2026",
            "42,856.40",
            "理算中",
            "Being calculated",
            "plain",
        ),
        (
            "open",
            "强",
            "Qiang",
            "40 岁",
            "aged 40",
            "意外医疗",
            "Accident medical",
            "8,610.00",
            "审核中",
            "In review",
            "plain",
        ),
        (
            "paused",
            "波",
            "Bo",
            "35 岁",
            "aged 35",
            "住院津贴",
            "Hospital cash",
            "3,000.00",
            "待补充材料",
            "Waiting for papers",
            "waits",
        ),
        (
            "met",
            "兰",
            "Lan",
            "41 岁",
            "aged 41",
            "百万医疗险 2025",
            "Million medical 2025",
            "128,400.00",
            "已支付",
            "Paid",
            "done",
        ),
    )
    flags = {
        "soon": [{"says": say("两份保单", "two policies"), "kind": "note"}],
        "open": [
            {"says": say("合计与明细差 27.00 元", "lines differ from the total by 27.00"), "kind": "look"},
            {"says": say("同一发票出现过", "the invoice was seen before"), "kind": "look"},
        ],
    }
    rows = []
    for number, (clock, zh, en, zh_says, en_says, product, product_en, amount, state, state_en, kind) in enumerate(
        seen
    ):
        rows.append(
            {
                "id": number + 1,
                "url": f"/gallery/office/case?claim={number + 1}",
                "claim_no": f"HC26-{number + 120:06d}",
                "clock": some[clock],
                "who": say(zh, en),
                "who_says": say(zh_says, en_says),
                "product": say(product, product_en),
                "amount": amount,
                "state": {"says": say(state, state_en), "kind": kind},
                "flags": flags.get(clock, []),
                "owner": say("顾", "Gu") if number else "",
            }
        )
    return rows


def tiles(say: Say) -> list[dict[str, Any]]:
    """Figures above a list."""
    today = say("截至今天 09:00", "today at 09:00")
    return [
        {
            "name": say("今天到期", "Due today"),
            "figure": "14",
            "unit": say("件", "claims"),
            "says": today,
            "kind": "waits",
            "url": "/gallery/office/queue",
        },
        {
            "name": say("已超时", "Late"),
            "figure": "1",
            "unit": say("件", "claim"),
            "says": today,
            "kind": "next",
            "url": "/gallery/office/queue",
        },
        {
            "name": say("今天办结", "Closed today"),
            "figure": "38",
            "unit": say("件", "claims"),
            "says": today,
            "kind": "done",
            "share": "63",
        },
        {
            "name": say("自动核定差错率上限", "Upper bound of automatic errors"),
            "figure": "0.42",
            "unit": "%",
            "says": say("过去 90 天，抽查 1,204 件", "past 90 days, 1,204 looked at"),
            "share": "42",
        },
    ]


def table(say: Say, clauses: Clauses) -> dict[str, Any]:
    """Rows of figures."""
    rows: list[dict[str, Any]] = [
        {
            "cells": [
                {"text": "HC26-000121", "url": "/gallery/office/case"},
                {"text": say("梅", "Mei"), "aside": say("尾号 8812", "account ending 8812")},
                {"text": "2026-11-25", "kind": "day"},
                {"chip": {"says": say("已支付", "Paid"), "kind": "done"}},
                {"text": "8,442.29", "kind": "money", "clause": clauses("4.3")},
            ]
        },
        {
            "cells": [
                {"text": "HC26-000120", "url": "/gallery/office/case"},
                {"text": say("天", "Tian"), "aside": say("尾号 0035", "account ending 0035")},
                {"text": "2026-11-25", "kind": "day"},
                {"chip": {"says": say("付款退回", "Came back"), "kind": "waits"}},
                {"text": "1,003.40", "kind": "money"},
            ]
        },
        {
            "kind": "sum",
            "cells": [
                {"text": say("合计", "Together")},
                {"text": ""},
                {"text": ""},
                {"text": ""},
                {"text": "9,445.69", "kind": "money"},
            ],
        },
    ]
    return {
        "caption": say("本次付款", "This pay run"),
        "show_caption": True,
        "rows_move": True,
        "columns": [
            {"name": say("理赔号", "Claim")},
            {"name": say("收款人", "Payee")},
            {"name": say("日期", "Day")},
            {"name": say("状态", "State")},
            {"name": say("金额（元）", "Amount, yuan"), "kind": "money"},
        ],
        "rows": rows,
    }
