"""Acts: what can be done with a claim in its state, by whom, with which key; one of them is the one to do next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hearth.doors.office.desk.asking import Asked
from hearth.store.access.claims_case import CaseFile
from hearth.words.claims import OPEN_STATES, ClaimState

S = ClaimState
OPEN = tuple(state for state in OPEN_STATES if state is not S.DRAFT)
SENT = (S.REPORTED, S.SUBMITTED, S.ACCEPTED, S.SUPPLEMENT, S.REVIEW, S.CALCULATED, S.DECIDED)


def _waits(file: CaseFile) -> bool:
    return any(one.state == "waiting" for one in file.proposals)


def _of_another(asked: Asked, file: CaseFile) -> bool:
    return any(one.state == "waiting" and one.proposed_by_id != asked.by.person_id for one in file.proposals)


Condition = Callable[[Asked, CaseFile], bool]


@dataclass(frozen=True)
class Act:
    """One verb: its word in addresses, its key, its name, the states it is for, the verbs of the matrix it takes.

    `at_once`: a button that does it; else it opens a form.  `next_at`: states in which it is the one thing to do.
    """

    word: str
    key: str
    name: Any
    states: tuple[ClaimState, ...]
    verbs: tuple[str, ...]
    at_once: bool = False
    next_at: tuple[ClaimState, ...] = ()
    when: Condition = lambda asked, file: True
    kind: str = "claim"


ACTS: tuple[Act, ...] = (
    Act("accept", "a", _("Accept"), (S.SUBMITTED,), ("accept",), at_once=True, next_at=(S.SUBMITTED,)),
    Act("approve", "p", _("Approve"), (S.CALCULATED,), ("approve",), next_at=(S.CALCULATED,), when=_of_another),
    Act("proposal-back", "u", _("Send back"), (S.CALCULATED,), ("approve",), when=_of_another),
    Act("decide", "d", _("Decide it"), (S.CALCULATED,), ("decide",), next_at=(S.CALCULATED,),
        when=lambda asked, file: not _waits(file) and file.calculation is not None
        and file.calculation.proposal != "refused"),
    Act("refuse", "x", _("Refuse it"), (S.CALCULATED,), ("refuse",), next_at=(S.CALCULATED,),
        when=lambda asked, file: not _waits(file)),
    Act("calculate", "c", _("Calculate it"), (S.ACCEPTED, S.REVIEW, S.CALCULATED), ("calculate",), at_once=True,
        next_at=(S.REVIEW,), when=lambda asked, file: not _waits(file)),
    Act("review", "r", _("Review"), (S.ACCEPTED,), ("review",), at_once=True, next_at=(S.ACCEPTED,)),
    Act("ask", "s", _("Ask for papers"), (S.ACCEPTED, S.REVIEW), ("ask",)),
    Act("receive", "v", _("Papers are here"), (S.SUPPLEMENT,), ("receive",), next_at=(S.SUPPLEMENT,)),
    Act("reopen", "o", _("Open again"), (S.DECIDED, S.PAID, S.CLOSED), ("reopen",)),
    Act("correct", "y", _("Correct the account"), (S.RETURNED,), ("correct",), next_at=(S.RETURNED,), kind="payment"),
    Act("investigate", "i", _("Investigate"), (S.REVIEW,), ("investigate",)),
    Act("send-back", "b", _("Send back"), (S.SUBMITTED,), ("send_back",)),
    Act("back", "w", _("Back to review"), (S.CALCULATED,), ("review",)),
    Act("amend", "e", _("Edit data"), (S.ACCEPTED, S.REVIEW, S.CALCULATED), ("review",)),
    Act("known", "f", _("Prior illness"), (S.ACCEPTED, S.REVIEW, S.CALCULATED), ("review",)),
    Act("paper", "+", _("Add paper"), SENT, ("add",), kind="paper"),
    Act("take", "t", _("Take this case"), OPEN, ("assign",), at_once=True,
        when=lambda asked, file: file.row.assessor_id != asked.by.person_id and asked.may("claim", "decide")),
    Act("assign", "z", _("Assign"), OPEN, ("assign",)),
    Act("note", "n", _("Note"), tuple(S), ("note",)),
    Act("message", "m", _("Message"), tuple(S), ("message",)),
    Act("close", "l", _("Close it"), (S.PAID,), ("decide",), at_once=True),
)  # fmt: skip
"""In the order in which they stand on the page."""


def acts_of(asked: Asked, file: CaseFile) -> dict[str, Any]:
    """What can be done now: the one thing to do next, then the rest."""
    if not file.is_desk:
        return {"next": None, "rest": []}
    found = [
        {
            "word": act.word,
            "key": act.key,
            "name": act.name,
            "url": reverse("office-amend", args=[file.row.claim_no])
            if act.word == "amend"
            else reverse("office-act", args=[file.row.claim_no, act.word]),
            "at_once": act.at_once,
            "is_next": file.row.state in act.next_at,
        }
        for act in ACTS
        if file.row.state in act.states and asked.may(act.kind, *act.verbs) and act.when(asked, file)
    ]
    first = next((one for one in found if one["is_next"]), None)
    return {"next": first, "rest": [one for one in found if one is not first]}


def act_of(word: str) -> Act | None:
    """A verb by its word."""
    return next((act for act in ACTS if act.word == word), None)
