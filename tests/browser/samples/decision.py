"""Samples of a decision: clause chips, the waterfall, the steps, a receipt."""

from __future__ import annotations

from typing import Any

from hearth.doors.office.explore.clauses import ClauseView
from hearth.doors.office.explore.waterfall import Bar, bars
from tests.browser.samples.words import Say

PARTS = {
    "billed": ("账单金额", "Billed"),
    "public": ("医保等公共支付", "Public funds"),
    "others": ("其他途径补偿", "Other sources"),
    "not_covered": ("不予赔付部分", "Not covered"),
    "deductible": ("免赔额", "Deductible"),
    "own_share": ("自担部分", "Own share"),
    "over_limits": ("超限额部分", "Over limits"),
    "reduced_for_age": ("年龄误告减付", "Reduced for age"),
    "payable": ("应付赔款", "Payable"),
}

COLUMNS = {
    "billed": 4_285_640,
    "public": 2_104_000,
    "others": 0,
    "not_covered": 126_353,
    "deductible": 1_000_000,
    "own_share": 211_058,
    "over_limits": 0,
    "reduced_for_age": 0,
    "payable": 844_229,
}
"""Billed = public + not covered + deductible + own share + payable, in fen."""


class Clauses:
    """Clause chips of one page, each with an id of its own."""

    def __init__(self, say: Say) -> None:
        self.say, self.count = say, 0

    def __call__(self, anchor: str) -> ClauseView:
        self.count += 1
        title, text = {
            "4.2": (
                self.say("免赔额", "Deductible"),
                self.say(
                    "本合同的年免赔额为 10,000 元。通过基本医疗保险获得的补偿，不可用于抵扣免赔额。",
                    "The deductible is 10,000 yuan a policy year. What public insurance paid does not use it up.",
                ),
            ),
            "4.3": (
                self.say("给付比例", "Payment ratio"),
                self.say(
                    "被保险人以参加基本医疗保险身份就诊并结算的，给付比例为 80%。",
                    "Where treatment was settled through basic medical insurance, 80 % of the remaining cost is paid.",
                ),
            ),
            "5.1": (
                self.say("费用范围", "What is covered"),
                self.say(
                    "本公司承担必需且合理的住院医疗费用，不包括营养补充类药品。",
                    "Hospital costs that are necessary and reasonable are covered; nutritional supplements are not.",
                ),
            ),
        }[anchor]
        return ClauseView(f"clause-sample-{anchor}-{self.count}", anchor, title, (text,))


def waterfall(say: Say, clauses: Clauses) -> tuple[Bar, ...]:
    """The bars of a bill of 42,856.40 yuan."""
    cited: dict[str, tuple[ClauseView, ...]] = dict.fromkeys(PARTS, ())
    cited |= {
        "not_covered": (clauses("5.1"),),
        "deductible": (clauses("4.2"),),
        "own_share": (clauses("4.3"),),
    }
    parts = [name for name in PARTS if name != "billed"]
    return bars("billed", COLUMNS["billed"], COLUMNS, parts, lambda name: say(*PARTS[name]), cited)


def steps(say: Say, clauses: Clauses) -> list[dict[str, Any]]:
    """Arithmetic one can redo."""
    return [
        {
            "says": say(
                "账单 42,856.40 − 医保支付 21,040.00 − 不予赔付 1,263.53 = 20,552.87 元",
                "Bill 42,856.40 − public funds 21,040.00 − not covered 1,263.53 = 20,552.87 yuan",
            ),
            "kind": "step",
            "clause": clauses("5.1"),
        },
        {
            "says": say(
                "20,552.87 − 免赔额 10,000.00（本年度尚未使用）= 10,552.87 元",
                "20,552.87 − deductible 10,000.00 (none of it used this year) = 10,552.87 yuan",
            ),
            "kind": "step",
            "clause": clauses("4.2"),
        },
        {
            "says": say("10,552.87 × 80% = 8,442.29（四舍五入）", "10,552.87 × 80 % = 8,442.29 (rounded half up)"),
            "kind": "step",
            "clause": clauses("4.3"),
        },
        {
            "says": say(
                "年度限额 3,000,000.00 元，尚余 3,000,000.00 元：未超过",
                "Yearly limit 3,000,000.00 yuan, 3,000,000.00 left: not exceeded",
            ),
            "kind": "checked",
            "clause": None,
        },
        {"says": say("应付赔款 8,442.29 元", "Payable 8,442.29 yuan"), "kind": "result", "clause": None},
    ]


def receipt(say: Say) -> dict[str, Any]:
    """The receipt of a decision."""
    return {
        "title": say("核定回执", "Receipt of the decision"),
        "no": "10482",
        "at": say("2026年11月25日 10:04", "25 Nov 2026 10:04"),
        "at_iso": "2026-11-25T02:04:11Z",
        "facts": [
            (say("理赔号", "Claim"), "HC26-000121"),
            (say("应付赔款", "Payable"), say("8,442.29 元", "8,442.29 yuan")),
            (say("依据的条款版本", "Version of the terms"), "2026-A"),
        ],
        "size": "10,517",
        "root": "Zx3rVNt2pYb8kq0m1uJd7CwQyE5hT9aLsG4oXfHiR6c=",
        "json_url": "/gallery/paper.svg",
        "page_url": "/gallery/member/claim",
        "command": "hearth verify receipt-10482.json",
    }
