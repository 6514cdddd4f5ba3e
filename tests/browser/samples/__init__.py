"""Samples: what each piece of the pages is called with, in both languages; `gallery.py` shows them."""

from __future__ import annotations

from typing import Any

from hearth.words.claims import Step
from tests.browser.samples.claim import cards, clocks, messages, papers, track
from tests.browser.samples.decision import Clauses, receipt, steps, waterfall
from tests.browser.samples.forms import choices, confirm, drop, fields
from tests.browser.samples.office import queue, table, tiles
from tests.browser.samples.words import saying


def everything(lang: str) -> dict[str, Any]:
    """Every sample, as the gallery's pages take them."""
    say = saying(lang)
    clauses = Clauses(say)
    facts: list[Any] = [
        (say("被保险人", "Insured"), say("天，2019-12-01 出生", "Tian, born 2019-12-01")),
        (say("医院", "Hospital"), say("市第一人民医院（三级）", "First People's Hospital (tertiary)")),
        (say("住院", "Stay"), "2026-11-04 → 2026-11-12"),
        {"name": say("年免赔额", "Yearly deductible"), "value": "10,000.00", "kind": "money", "clause": clauses("4.2")},
    ]
    history = [
        {
            "at": say("11月19日 16:03", "19 Nov 16:03"),
            "says": say("材料齐全，进入审核", "All papers here; review begins"),
            "who": say("受理岗", "intake"),
            "url": "/gallery/office/case",
        },
        {
            "at": say("11月17日 08:55", "17 Nov 08:55"),
            "says": say("受理，法定期限 12月17日", "Accepted; legal time limit 17 Dec"),
            "who": say("安", "An"),
            "url": "/gallery/office/case",
        },
        {
            "at": say("11月16日 10:40", "16 Nov 10:40"),
            "says": say("提交 3 份材料", "3 papers handed in"),
            "who": say("慧", "Hui"),
        },
    ]
    notices = {
        "told": {
            "kind": "told",
            "says": say("夜间 21:00 至 8:00 不会给您发短信。", "No messages are sent to you from 21:00 to 8:00."),
        },
        "done": {
            "kind": "done",
            "says": say("3 份材料已收到，受理号 HC26-000121。", "3 papers received; your claim is HC26-000121."),
        },
        "waits": {
            "kind": "waits",
            "title": say("等医院盖章", "Waiting for the hospital's stamp"),
            "says": say("期限暂停，我们 11月25日再问一次。", "The time limit is paused; we ask again on 25 Nov."),
        },
        "wrong": {
            "kind": "wrong",
            "title": say("银行没有收下这笔付款", "The bank did not take this payment"),
            "says": say(
                "户名与账号不一致。请核对后再付一次。",
                "Name and account number do not belong together. Check them and pay again.",
            ),
            "url": "/gallery/member/report",
            "action": say("更正账户", "Correct the account"),
        },
    }
    tabs = [
        {"name": say("全部", "All"), "url": "?tab=all", "current": True, "count": "1,204"},
        {"name": say("我的", "Mine"), "url": "?tab=mine", "count": 14, "key": "m"},
        {"name": say("等客户", "Waiting for customers"), "url": "?tab=customers", "count": 88},
        {"name": say("抽查", "Sampled"), "url": "?tab=sampled", "count": None},
    ]
    box = fields(say)
    return {
        "say": {
            "home": say("慧，早上好", "Good morning, Hui"),
            "claim": say("天的住院理赔", "Tian's hospital stay"),
            "report": say("报告一次就诊", "Report a visit or a stay"),
            "sign_in": say("登录", "Sign in"),
            "queue": say("待办", "Queue"),
            "case": "HC26-000121",
            "payrun": say("付款", "Pay run"),
            "start": say("开始理赔", "Start a claim"),
            "go_on": say("下一步：核对金额", "Next: check the amount"),
            "agree": say("同意这个结果", "Agree to this result"),
            "agree_hint": say("12月5日前没有异议即视为同意", "Without an objection by 5 Dec it counts as agreed"),
            "steps": say("一步一步算", "Step by step"),
            "where": say("账单的每一部分去了哪里（元）", "Where each part of the bill went, in yuan"),
            "papers": say("材料", "Papers"),
            "thread": say("和管家的对话", "Talk with your steward"),
            "progress": say("进度", "Progress"),
            "history": say("经过", "History"),
            "facts": say("事实", "Facts"),
            "payable": say("应付赔款", "Payable"),
            "payable_says": say("11月25日核定 · 12月5日前到账", "Decided 25 Nov · paid by 5 Dec"),
            "have": say("5 份材料已有 3 份", "3 of 5 papers are here"),
            "empty": say("还没有理赔", "No claims yet"),
            "empty_says": say(
                "看病后拍下票据，几分钟就能报案。",
                "Photograph the invoice after a visit; reporting takes a few minutes.",
            ),
            "return": say("退回补充", "Ask for papers"),
            "refuse": say("拟不予给付", "Propose not to pay"),
            "confirm": say("再确认一次", "One more question"),
            "look": say("抽出这一件细看", "Look at this one"),
        },
        "bars": waterfall(say, clauses),
        "steps": steps(say, clauses),
        "track_done": track(say, Step.PAID, "done"),
        "track_now": track(say, Step.REVIEW),
        "track_yours": track(say, Step.SUPPLEMENT, "waiting", yours=True),
        "track_waiting": track(say, Step.SUPPLEMENT, "waiting"),
        "clocks": list(clocks(say).values()),
        "clock": clocks(say)["soon"],
        "papers": papers(say),
        "messages": messages(say),
        "rows": queue(say),
        "fields": box,
        "problems": [{"id": "amount", "says": box["amount"]["error"]}],
        "choices": choices(say),
        "drop": drop(say),
        "confirm": confirm(say),
        "receipt": receipt(say),
        "tiles": tiles(say),
        "cards": cards(say),
        "table": table(say, clauses),
        "facts": facts,
        "events": history,
        "told": notices,
        "tabs": tabs,
        "pager": {
            "says": say("第 1–50 件，共约 1,204 件", "1–50 of about 1,204"),
            "previous_url": None,
            "next_url": "?after=50",
            "pages": [(1, "?page=1", True), (2, "?page=2", False), (3, "?page=3", False)],
        },
        "person": {
            "name": say("天", "Tian"),
            "says": say("6 岁 · 慧之子", "aged 6 · Hui's son"),
            "mark": say("天", "T"),
            "url": "/gallery/member/home",
        },
        "people": [
            {"name": say("慧", "Hui"), "says": say("本人", "yourself"), "mark": say("慧", "H")},
            {
                "name": say("月", "Yue"),
                "says": say("11 岁 · 女儿", "aged 11 · daughter"),
                "mark": say("月", "Y"),
                "url": "/gallery/member/home",
            },
        ],
        "search": {
            "url": "/gallery/office/queue",
            "label": say("姓名、手机、保单、理赔或票据", "Name, phone, policy, claim or invoice"),
            "value": "",
        },
    }
