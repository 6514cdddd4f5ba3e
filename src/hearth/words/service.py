"""Service: sides of a claim's thread, the steward's four checkpoints, reasons of a handover, originals on their way."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from hearth.words.claims import ClaimState


class Side(StrEnum):
    """Who wrote a line of the thread."""

    MEMBER = "member"
    SERVICE = "service"


class Part(StrEnum):
    """What somebody is in the thread of a claim."""

    MEMBER = "member"
    STEWARD = "steward"
    EXPERT = "expert"


PART_WORDS: dict[Part, tuple[str, str]] = {
    Part.MEMBER: ("客户", "member"),
    Part.STEWARD: ("理赔管家", "steward"),
    Part.EXPERT: ("理赔专家", "claim expert"),
}

NEW_CONTACT = timedelta(hours=24)
"""A line that comes after so long a silence, or is the first one, starts a contact (S2.31)."""

HELPED_DAYS = 7
"""A service that the member did not confirm is done so many days after the last answer (S2.38)."""

ANSWER_WORKED = timedelta(hours=2)
"""Time of work within which a steward answers (DOMAIN 6.5)."""


class Checkpoint(StrEnum):
    """What a steward looks after in every claim (S2.1)."""

    REPORT = "report"
    PROCESS = "process"
    RESULT = "result"
    EXPERIENCE = "experience"


CHECKPOINT_WORDS: dict[Checkpoint, tuple[str, str]] = {
    Checkpoint.REPORT: ("管报案", "Report"),
    Checkpoint.PROCESS: ("管过程", "Process"),
    Checkpoint.RESULT: ("管结果", "Result"),
    Checkpoint.EXPERIENCE: ("管体验", "Experience"),
}

CHECKPOINT_TASKS: dict[Checkpoint, tuple[str, str]] = {
    Checkpoint.REPORT: (
        "报案后十分钟内向客户问好，说明材料清单，确认客户知道下一步。",
        "Greet the customer within ten minutes of the report, go through the list of papers, see that the next step "
        "is clear.",
    ),
    Checkpoint.PROCESS: (
        "受理后告诉客户谁在处理、最晚哪天有结论；需要补材料时逐项说明怎样取得。",
        "Once accepted, tell the customer who works on it and by when; where papers are missing, say how to get each.",
    ),
    Checkpoint.RESULT: (
        "核定后与客户一起看金额、依据的条款和异议方式；拒赔或部分给付时主动致电。",
        "Once decided, go through amount, clauses and the way to dispute together; call first where it is refused or "
        "paid in part.",
    ),
    Checkpoint.EXPERIENCE: (
        "付款或结案后确认款项到账、原件已退回，问客户哪里可以做得更好，并记下来。",
        "Once paid or closed, make sure the money and the originals arrived, ask what could be better and write it "
        "down.",
    ),
}

ORIGINALS: tuple[str, ...] = (
    "invoice", "itemised_list", "settlement_sheet", "other_insurer_sheet", "discharge_summary", "medical_record",
    "diagnosis_certificate", "pathology", "prescription", "accident_proof",
)  # fmt: skip
"""Papers whose originals an insurer may want to see."""

USUAL_ORIGINALS: tuple[str, ...] = (
    "invoice", "itemised_list", "settlement_sheet", "discharge_summary", "medical_record",
)  # fmt: skip
"""Those that are offered where the claim has no picture yet."""

_S = ClaimState
CHECKPOINT_FROM: dict[Checkpoint, frozenset[ClaimState]] = {
    Checkpoint.REPORT: frozenset(state for state in ClaimState if state is not _S.DRAFT),
    Checkpoint.PROCESS: frozenset(
        {_S.ACCEPTED, _S.SUPPLEMENT, _S.REVIEW, _S.CALCULATED, _S.DECIDED, _S.AGREED, _S.PAID, _S.RETURNED, _S.CLOSED}
        | {_S.WITHDRAWN}
    ),
    Checkpoint.RESULT: frozenset({_S.DECIDED, _S.AGREED, _S.PAID, _S.RETURNED, _S.CLOSED, _S.WITHDRAWN}),
    Checkpoint.EXPERIENCE: frozenset({_S.PAID, _S.CLOSED, _S.WITHDRAWN}),
}
"""The states from which a checkpoint can be completed."""

OVER = frozenset({_S.PAID, _S.CLOSED, _S.WITHDRAWN})
"""States in which the claim itself is at its end; the service may go on."""


class Handover(StrEnum):
    """Why somebody got their steward, or another one."""

    FIRST = "first"
    ABSENT = "absent"
    LEAVING = "leaving"
    LOAD = "load"
    ASKED = "asked"
    FAMILY = "family"


HANDOVER_WORDS: dict[Handover, tuple[str, str]] = {
    Handover.FIRST: ("首次指派", "first one given"),
    Handover.ABSENT: ("原管家请假", "the steward is away"),
    Handover.LEAVING: ("原管家离岗", "the steward leaves"),
    Handover.LOAD: ("调整工作量", "to even out the work"),
    Handover.ASKED: ("客户要求更换", "the customer asked for another"),
    Handover.FAMILY: ("须回避亲属", "never for one's own family"),
}


class Direction(StrEnum):
    """Which way originals travel."""

    IN = "in"
    BACK = "back"


class PickupState(StrEnum):
    """Where a trip of originals stands."""

    BOOKED = "booked"
    TAKEN = "taken"
    """The courier said yes."""
    COLLECTED = "collected"
    ARRIVED = "arrived"
    LOST = "lost"
    REFUSED = "refused"
    """The courier does not come there or then."""
    CANCELLED = "cancelled"


UNDER_WAY = (PickupState.BOOKED, PickupState.TAKEN, PickupState.COLLECTED)
"""States of a trip that is not over."""

PICKUP_WORDS: dict[PickupState, tuple[str, str]] = {
    PickupState.BOOKED: ("已预约，等待快递确认", "booked; the courier is to confirm"),
    PickupState.TAKEN: ("快递已接单", "the courier will come"),
    PickupState.COLLECTED: ("在途", "on its way"),
    PickupState.ARRIVED: ("已送达", "arrived"),
    PickupState.LOST: ("快递丢失", "lost by the courier"),
    PickupState.REFUSED: ("快递未能接单", "the courier does not come there"),
    PickupState.CANCELLED: ("已取消", "cancelled"),
}


class Holder(StrEnum):
    """Who holds originals."""

    MEMBER = "member"
    COURIER = "courier"
    INSURER = "insurer"
    NOBODY = "nobody"


HOLDER_WORDS: dict[Holder, tuple[str, str]] = {
    Holder.MEMBER: ("客户", "the customer"),
    Holder.COURIER: ("快递", "the courier"),
    Holder.INSURER: ("保险公司", "the insurer"),
    Holder.NOBODY: ("下落不明", "nobody knows"),
}
