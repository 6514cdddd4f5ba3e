"""Calls with hospitals: who called whom, what about, and what came of it, in both languages."""

from __future__ import annotations

from enum import StrEnum


class CallWay(StrEnum):
    """Who called whom."""

    TO = "to"
    FROM = "from"


class CallTopic(StrEnum):
    """What a call with a hospital was about."""

    RECORDS = "records"
    BILL = "bill"
    DIAGNOSIS = "diagnosis"
    STAY = "stay"
    PLAN = "plan"
    COST = "cost"
    PAYMENT = "payment"
    OTHER = "other"


class CallOutcome(StrEnum):
    """What came of a call."""

    ANSWERED = "answered"
    PROMISED = "promised"
    PASSED_ON = "passed_on"
    NOT_REACHED = "not_reached"
    DECLINED = "declined"


CALL_WAY_WORDS: dict[CallWay, tuple[str, str]] = {
    CallWay.TO: ("我们致电医院", "we called the hospital"),
    CallWay.FROM: ("医院来电", "the hospital called us"),
}

CALL_TOPIC_WORDS: dict[CallTopic, tuple[str, str]] = {
    CallTopic.RECORDS: ("病历资料", "medical records"),
    CallTopic.BILL: ("票据与费用清单", "bills and itemised lists"),
    CallTopic.DIAGNOSIS: ("诊断", "the diagnosis"),
    CallTopic.STAY: ("入出院时间", "days of the stay"),
    CallTopic.PLAN: ("治疗方案", "the plan of treatment"),
    CallTopic.COST: ("住院费用", "the cost so far"),
    CallTopic.PAYMENT: ("付款与退款", "payments and refunds"),
    CallTopic.OTHER: ("其他", "something else"),
}

CALL_OUTCOME_WORDS: dict[CallOutcome, tuple[str, str]] = {
    CallOutcome.ANSWERED: ("已答复", "answered"),
    CallOutcome.PROMISED: ("答应办理", "promised"),
    CallOutcome.PASSED_ON: ("转给其他科室", "passed on to others"),
    CallOutcome.NOT_REACHED: ("未接通", "not reached"),
    CallOutcome.DECLINED: ("不予提供", "declined"),
}

SETTLED_OUTCOMES = frozenset({CallOutcome.ANSWERED, CallOutcome.DECLINED})
"""Outcomes after which no next call has to be named."""
