"""Samples of a claim: its track, its clocks, its papers, what was written, its card."""

from __future__ import annotations

from typing import Any

from hearth.words.claims import STEPS, Step
from tests.browser.samples.words import Say

PAPER = "/gallery/paper.svg"


def track(say: Say, at: Step, state: str = "now", yours: bool = False) -> dict[str, Any]:
    """A claim's way as far as `at`."""
    days = {
        Step.REPORTED: say("11月16日 09:12", "16 Nov 09:12"),
        Step.SUBMITTED: say("11月16日 10:40", "16 Nov 10:40"),
        Step.ACCEPTED: say("11月17日 08:55", "17 Nov 08:55"),
        Step.SUPPLEMENT: say("11月18日 14:20", "18 Nov 14:20"),
        Step.REVIEW: say("11月19日 16:03", "19 Nov 16:03") if at is not Step.SUPPLEMENT else "",
        Step.CALCULATED: say("预计11月24日", "by 24 Nov"),
        Step.DECIDED: say("预计11月25日", "by 25 Nov"),
        Step.PAID: say("11月27日 10:05", "27 Nov 10:05") if state == "done" else say("预计11月27日", "by 27 Nov"),
    }
    order = list(Step)
    shown = []
    for number, step in enumerate(order):
        words = STEPS[step]
        reached = order.index(at)
        is_at = number == reached
        stands = state if is_at else "done" if number < reached else "todo"
        if step is Step.SUPPLEMENT and at is not Step.SUPPLEMENT:
            stands = "skipped" if number < reached else "todo"
        shown.append(
            {
                "code": step.value,
                "name": say(words.zh, words.en),
                "state": stands,
                "when": days[step],
                "when_iso": "",
                "says": say(words.what_zh, words.what_en) if is_at else "",
                "owner": say(words.owner_zh, words.owner_en) if is_at else "",
                "yours": yours and is_at,
            }
        )
    return {"steps": shown}


def clocks(say: Say) -> dict[str, dict[str, Any]]:
    """A clock in each of its states."""
    law = say("保险法第二十三条：三十日内作出核定", "Insurance Law art. 23: decided within thirty days")
    return {
        "open": {
            "state": "open",
            "left": say("还剩 12 天", "12 days left"),
            "who": say("等审核岗", "waiting for a reviewer"),
            "until": say("12月4日", "4 Dec"),
            "until_iso": "2026-12-04",
            "basis": law,
        },
        "soon": {
            "state": "soon",
            "left": say("还剩 5 小时", "5 hours left"),
            "who": say("等理算岗", "waiting for an assessor"),
            "until": say("今天 18:00", "today 18:00"),
            "basis": law,
        },
        "late": {
            "state": "late",
            "left": say("超时 2 天", "2 days late"),
            "who": say("等财务", "waiting for finance"),
            "basis": law,
        },
        "paused": {
            "state": "paused",
            "left": say("暂停：还剩 20 天", "paused: 20 days left"),
            "who": say("等客户补充材料", "waiting for the customer's papers"),
            "basis": law,
        },
        "met": {"state": "met", "left": say("按时完成", "done in time"), "basis": law},
    }


def papers(say: Say) -> list[dict[str, Any]]:
    """A paper in each of its states."""
    return [
        {
            "kind": say("医疗电子票据", "Medical e-invoice"),
            "state": "good",
            "verdict": say("清楚，三项合计与票面一致", "Clear; its sums agree with what it says"),
            "thumb_url": PAPER,
            "url": PAPER,
            "name": "IMG_2041.jpg",
            "size": "1.8 MB",
            "read": [
                (say("票据号码", "Number"), "0012345678"),
                (say("金额", "Total"), say("42,856.40 元", "42,856.40 yuan")),
                (say("日期", "Date"), "2026-11-12"),
            ],
            "remove": {"name": "remove", "value": "41"},
        },
        {
            "kind": say("费用清单", "Itemised list"),
            "state": "problem",
            "verdict": say(
                "第 2 页的右边被切掉了，请重新拍一张", "The right edge of page 2 is cut off; please take it again"
            ),
            "thumb_url": PAPER,
            "url": PAPER,
            "name": say(
                "住院费用清单（市第一人民医院心内科2026年11月）.pdf",
                "itemised-list-first-peoples-hospital-november.pdf",
            ),
            "size": "640 KB",
            "pages": 3,
            "remove": {"name": "remove", "value": "42"},
        },
        {
            "kind": say("医保结算单", "Social insurance settlement sheet"),
            "state": "reading",
            "verdict": say("正在读取，大约还要 5 秒", "Being read; about 5 more seconds"),
            "name": "IMG_2043.jpg",
            "size": "2.1 MB",
        },
        {
            "kind": say("出院小结", "Discharge summary"),
            "state": "wanted",
            "verdict": say("还没有收到", "Not here yet"),
            "worth": "3,240.00",
            "add_url": "/gallery/member/report",
            "sample_url": "/gallery/member/report",
        },
    ]


def messages(say: Say) -> list[dict[str, Any]]:
    """A thread between Hui and the steward An, with a note that staff alone see."""
    return [
        {
            "who": say("慧", "Hui"),
            "text": say(
                "孩子的出院小结医院说下周才能打印，先交其他的可以吗？",
                "The hospital prints my son's discharge summary next week. May I send the rest first?",
            ),
            "at": say("11月18日 14:31", "18 Nov 14:31"),
            "at_iso": "2026-11-18T06:31:00Z",
            "mine": True,
        },
        {
            "who": say("安", "An"),
            "role": say("理赔管家", "steward"),
            "text": say(
                "可以的。其他材料我们先审，法定期限从收齐那天接着算。\n\n这是一份出院小结的样张：",
                "Yes. We look at the rest already, and the legal limit goes on once all is here.\n\nThis is one:",
            ),
            "at": say("11月18日 14:40", "18 Nov 14:40"),
            "papers": [(say("出院小结样张.pdf", "sample-discharge-summary.pdf"), PAPER)],
        },
        {
            "who": say("顾", "Gu"),
            "role": say("理赔专家", "claim expert"),
            "text": say("已请医院病案室协助。", "The hospital's records office has been asked to help."),
            "at": say("11月18日 15:02", "18 Nov 15:02"),
            "inside": True,
        },
    ]


def cards(say: Say) -> list[dict[str, Any]]:
    """Claims on a member's first page."""
    return [
        {
            "url": "/gallery/member/claim",
            "title": say("天 · 住院", "Tian · hospital stay"),
            "says": say("HC26-000124 · 11月16日报案", "HC26-000124 · reported 16 Nov"),
            "chip": {"says": say("等您补充", "Your turn"), "kind": "next"},
            "track": track(say, Step.SUPPLEMENT, "waiting", True),
            "number": 4,
            "name": say("补充材料", "More papers"),
            "next": say("补充出院小结，大约多赔 3,240.00 元", "Add the discharge summary: about +3,240.00 yuan"),
        },
        {
            "url": "/gallery/member/claim",
            "title": say("我 · 门诊", "Me · outpatient visit"),
            "says": say("HC26-000098 · 9月3日报案", "HC26-000098 · reported 3 Sep"),
            "chip": {"says": say("已支付", "Paid"), "kind": "done"},
            "amount": "612.50",
        },
        {
            "url": "/gallery/member/claim",
            "title": say("月 · 门诊", "Yue · outpatient visit"),
            "says": say("HC26-000071 · 7月22日报案", "HC26-000071 · reported 22 Jul"),
            "chip": {"says": say("不予给付", "Not paid"), "kind": "ink"},
        },
    ]
