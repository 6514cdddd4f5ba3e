"""Samples of forms: boxes, choices, handing in files, a question asked once more."""

from __future__ import annotations

from typing import Any

from tests.browser.samples.words import Say


def fields(say: Say) -> dict[str, dict[str, Any]]:
    """A box of each kind."""
    return {
        "hospital": {
            "id": "hospital",
            "name": "hospital",
            "kind": "text",
            "must": True,
            "maxlength": 60,
            "label": say("就诊医院", "Hospital"),
            "value": say("市第一人民医院", "First People's Hospital"),
            "hint": say("写票据上的全称。", "Its full name, as on the invoice."),
        },
        "amount": {
            "id": "amount",
            "name": "amount",
            "kind": "money",
            "must": True,
            "value": "12,,34",
            "label": say("票据总金额", "Total of the invoice"),
            "error": say(
                "“12,,34”不是金额。请写成 1234.00 这样。", "“12,,34” is not an amount. Write it like 1234.00."
            ),
        },
        "day": {
            "id": "day",
            "name": "day",
            "kind": "date",
            "must": True,
            "value": "2026-11-12",
            "most": "2026-11-22",
            "label": say("入院日期", "Day of admission"),
        },
        "setting": {
            "id": "setting",
            "name": "setting",
            "kind": "choice",
            "label": say("就诊方式", "Kind of visit"),
            "options": [
                ("inpatient", say("住院", "Hospital stay"), True),
                ("outpatient", say("门诊", "Outpatient visit"), False),
            ],
        },
        "story": {
            "id": "story",
            "name": "story",
            "kind": "area",
            "must": False,
            "rows": 3,
            "value": "",
            "label": say("想补充说明的", "Anything to add"),
        },
        "phone": {
            "id": "phone",
            "name": "phone",
            "kind": "tel",
            "autocomplete": "tel",
            "value": "138 0000 0000",
            "must": True,
            "label": say("手机号", "Mobile phone number"),
        },
        "code": {
            "id": "code",
            "name": "code",
            "kind": "code",
            "maxlength": 6,
            "value": "",
            "must": True,
            "focus": True,
            "label": say("短信验证码", "Code from the message"),
            "hint": say("6 位数字，5 分钟内有效。", "6 digits, good for 5 minutes."),
        },
        "agree": {
            "id": "agree",
            "name": "agree",
            "kind": "check",
            "label": say(
                "我同意为这次理赔使用上传的医疗材料；可以随时在“我的”里撤回。",
                "I agree that the medical papers I add are used for this claim. I can take this back under “Me”.",
            ),
        },
        "reason": {
            "id": "reason",
            "name": "reason",
            "kind": "area",
            "must": True,
            "rows": 3,
            "value": "",
            "label": say("理由（客户会看到）", "Reason (the customer reads it)"),
        },
    }


def choices(say: Say) -> dict[str, Any]:
    """For whom the claim is."""
    return {
        "id": "who",
        "name": "who",
        "label": say("为谁理赔？", "Whom is the claim for?"),
        "many": False,
        "options": [
            {
                "value": "me",
                "label": say("我自己（慧）", "Myself (Hui)"),
                "says": say("2 份保单有效", "2 policies in force"),
            },
            {
                "value": "tian",
                "label": say("天（儿子，6 岁）", "Tian (son, aged 6)"),
                "chosen": True,
                "says": say("2 份保单有效；您是监护人", "2 policies in force; you are the guardian"),
                "aside": say("最近一次 9月", "last in Sep"),
            },
            {
                "value": "qiang",
                "label": say("强（丈夫）", "Qiang (husband)"),
                "off": True,
                "says": say("需要他先授权给您", "He has to authorise you first"),
            },
        ],
    }


def drop(say: Say) -> dict[str, Any]:
    """Where papers are handed in."""
    return {
        "id": "papers",
        "name": "papers",
        "accept": "image/jpeg,image/png,application/pdf",
        "most": 20,
        "limit_mb": 10,
        "label": say("拍照或选择文件", "Take a picture or choose files"),
        "hint": say(
            "JPG、PNG 或 PDF，每个不超过 10 MB，可以一次选多个。",
            "JPG, PNG or PDF, each up to 10 MB; several at once if you like.",
        ),
    }


def confirm(say: Say) -> dict[str, Any]:
    """Asked once more: a decision about to be sent."""
    return {
        "id": "confirm-decision",
        "button": say("核定并通知客户", "Decide and tell the customer"),
        "kind": "ember",
        "key": "d",
        "page_url": "/gallery/member/confirm",
        "back_url": "/gallery/office/case",
        "url": "/gallery/office/case",
        "title": say("核定这笔理赔？", "Decide this claim?"),
        "says": say(
            "客户马上收到结论和依据的条款。之后只能通过重新审核更改。",
            "The customer is told the decision and its clauses at once. After that it changes only by a new review.",
        ),
        "facts": [
            (say("应付赔款", "Payable"), say("8,442.29 元", "8,442.29 yuan")),
            (say("您的权限", "Your authority"), say("50,000.00 元以内", "up to 50,000.00 yuan")),
        ],
        "fields": [fields(say)["reason"]],
        "name": "do",
        "value": "decide",
        "yes": say("核定", "Decide"),
        "no": say("先不", "Not yet"),
    }
