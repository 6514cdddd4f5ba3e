"""Board: what looks wrong, who investigates what, which contracts are being rescinded, and how often a signal erred."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.doors.office.desk.asking import Asked, page, show, typed
from hearth.doors.office.desk.papers import paper_name
from hearth.doors.office.desk.pieces import cell, chip, clock, moment, table
from hearth.store.access import suspicion as reads
from hearth.words.suspicion import (
    INTENT_WORDS,
    OUTCOME_SAYS,
    RESCISSION_SAYS,
    SIGNAL_WORDS,
    STATE_SAYS,
    InvestigationOutcome,
    RescissionState,
    SuspicionState,
    signal_says,
)

KINDS = {SuspicionState.SUSPECTED: "waits", SuspicionState.CONFIRMED: "ink", SuspicionState.CLEARED: "done"}


@page()
def board(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Suspicions, investigations and rescissions, what ends first on top."""
    views = _views(asked)
    view = typed(request, "view") if typed(request, "view") in views else next(iter(views))
    here = reverse("office-suspicions")
    rows = {
        "open": lambda: _suspicions(asked, is_open=True),
        "investigations": lambda: _investigations(asked, is_open=True),
        "rescissions": lambda: _rescissions(asked),
        "judged": lambda: _suspicions(asked, is_open=False),
        "closed": lambda: _investigations(asked, is_open=False),
    }[view]()
    return show(
        request, asked, "office/suspicions.html", "suspicions", _("Suspicions"),
        tabs=[{"name": name, "url": f"{here}?view={code}", "current": code == view} for code, name in views.items()],
        table=rows, shares=_shares(asked) if asked.works_with("suspicion", "see") else None,
    )  # fmt: skip


def _views(asked: Asked) -> dict[str, str]:
    shown = (
        ("open", _("To look at"), "suspicion"),
        ("investigations", _("Investigations"), "investigation"),
        ("rescissions", _("Rescissions"), "rescission"),
        ("judged", _("Judged so far"), "suspicion"),
        ("closed", _("Investigated"), "investigation"),
    )
    return {code: name for code, name, kind in shown if asked.may(kind, "see")} or {"open": _("To look at")}


def _suspicions(asked: Asked, *, is_open: bool) -> dict[str, Any] | None:
    rows = [
        [
            cell(asked.says(SIGNAL_WORDS[one.signal]), url=reverse("office-suspicion", args=[one.suspicion_id]),
                 aside=first_says(asked, one)),
            cell(claims_says(one)),
            cell(clock(one.due_at, asked.at, asked.lang)["left"]) if is_open
            else cell(chip=state_chip(asked, one), aside=moment(one.judged_at, asked.lang, now=asked.at)),
            cell(one.owner or _("nobody yet")) if is_open else cell(one.judged_by),
        ]
        for one in reads.suspicions(asked.by, asked.at, is_open=is_open)
    ]  # fmt: skip
    columns = [_("What looks wrong"), _("Claims"), _("Time left") if is_open else _("State"), _("With whom")]
    return table(_("Suspicions"), columns, rows, rows_move=True) if rows else None


def _investigations(asked: Asked, *, is_open: bool) -> dict[str, Any] | None:
    rows = [
        [
            cell(one.claim_no, url=reverse("office-investigation", args=[one.investigation_id]), aside=one.person),
            cell(_("%(done)s of %(all)s tasks ended") % {
                "done": sum(task.state != "open" for task in one.tasks), "all": len(one.tasks)
            }),
            cell(clock(one.due_at, asked.at, asked.lang)["left"]) if is_open
            else cell(asked.says(OUTCOME_SAYS[InvestigationOutcome(one.outcome)])),
            cell(one.investigator),
        ]
        for one in reads.investigations(asked.by, asked.at, is_open=is_open)
    ]  # fmt: skip
    columns = [_("Claim"), _("Tasks"), _("Time left") if is_open else _("Result"), _("Investigator")]
    return table(_("Investigations"), columns, rows, rows_move=True) if rows else None


def _rescissions(asked: Asked) -> dict[str, Any] | None:
    rows = [
        [
            cell(one.policy_no, url=reverse("office-rescission", args=[one.rescission_id]), aside=one.holder),
            cell(chip=chip(asked.says(RESCISSION_SAYS[one.state]),
                           "next" if one.state is RescissionState.PROPOSED else "plain")),
            cell(one.last_on.isoformat() if one.last_on else "—", kind="day"),
            cell(asked.says(INTENT_WORDS[one.intent]) if one.intent else "—", aside=one.prepared_by),
        ]
        for one in reads.rescissions(asked.by, asked.at)
    ]  # fmt: skip
    columns = [_("Policy"), _("State"), _("Last day"), _("Mind")]
    return table(_("Rescissions"), columns, rows, rows_move=True) if rows else None


def _shares(asked: Asked) -> dict[str, Any] | None:
    rows = [
        [
            cell(asked.says(SIGNAL_WORDS[one.signal])),
            cell(one.raised, kind="money"),
            cell(one.open, kind="money"),
            cell(one.confirmed, kind="money"),
            cell(one.cleared, kind="money"),
            cell("—" if one.cleared_bp is None else f"{one.cleared_bp / 100:.1f} %", kind="money"),
        ]
        for one in reads.signal_shares(asked.by, asked.at)
    ]
    numbers = [_("Raised"), _("Not ended"), _("Confirmed"), _("Cleared"), _("False alarms")]
    columns = [_("Signal"), *((name, "money") for name in numbers)]
    return table(_("How often a signal was right"), columns, rows, show_caption=True) if rows else None


# --- pieces that its pages share -------------------------------------------------------------------------------------


def state_chip(asked: Asked, one: reads.SuspicionRow) -> dict[str, str]:
    """The state of a suspicion."""
    return chip(asked.says(STATE_SAYS[one.state]), KINDS[one.state])


def first_says(asked: Asked, one: reads.SuspicionRow) -> str:
    """The first of its reasons, in words."""
    return next(iter(reasons_of(asked, one)), "")


def reasons_of(asked: Asked, one: reads.SuspicionRow) -> list[str]:
    """Its reasons, in words; none once its words were let go of."""
    return [signal_says(one.signal, found, asked.lang) for found in one.findings]


def claims_says(one: reads.SuspicionRow) -> str:
    """The claims that it is about, as far as they are within reach."""
    hidden = one.claims_in_all - len(one.claims)
    shown = ", ".join(one.claims[:3]) + ("…" if len(one.claims) > 3 else "")
    return f"{shown} +{hidden}" if hidden else shown


def in_case(asked: Asked, claim_no: str) -> dict[str, Any] | None:
    """What the page of a claim shows: its suspicions, investigations and rescissions; None where there is nothing."""
    found = reads.suspicions(asked.by, asked.at, claim_no=claim_no) if asked.works_with("suspicion", "see") else []
    looked = (
        reads.investigations(asked.by, asked.at, claim_no=claim_no) if asked.works_with("investigation", "see") else []
    )
    ended = reads.rescissions(asked.by, asked.at, claim_no=claim_no) if asked.works_with("rescission", "see") else []
    may_rescind = asked.may("claim", "rescind")
    if not (found or looked or ended or may_rescind):
        return None
    return {
        "suspicions": [
            {
                "name": asked.says(SIGNAL_WORDS[one.signal]),
                "url": reverse("office-suspicion", args=[one.suspicion_id]),
                "state": state_chip(asked, one),
                "reasons": reasons_of(asked, one)[:3],
                "owner": one.owner,
                "clock": clock(one.due_at, asked.at, asked.lang) if one.state is SuspicionState.SUSPECTED else None,
                "is_found": one.is_found,
            }
            for one in found
        ],
        "investigations": [
            {
                "name": one.investigator,
                "url": reverse("office-investigation", args=[one.investigation_id]),
                "clock": clock(one.due_at, asked.at, asked.lang) if one.closed_at is None else None,
                "says": asked.says(OUTCOME_SAYS[InvestigationOutcome(one.outcome)]) if one.outcome else "",
            }
            for one in looked
        ],
        "rescissions": [
            {
                "name": one.policy_no,
                "url": reverse("office-rescission", args=[one.rescission_id]),
                "state": asked.says(RESCISSION_SAYS[one.state]),
            }
            for one in ended
        ],
        "rescind_url": reverse("office-rescind", args=[claim_no]) if may_rescind else "",
    }


def paper_options(asked: Asked, papers: Iterable[tuple[int, str]]) -> list[tuple[str, str]]:
    """Papers of a claim to choose from, as evidence names them."""
    return [(f"paper:{number}", f"{paper_name(kind, asked.lang)} · {number}") for number, kind in papers]


def named(asked: Asked, name: str, claim_no: str, papers: Mapping[int, str]) -> dict[str, str]:
    """What a piece of evidence is called, and where it is."""
    kind, _colon, number = name.partition(":")
    if kind == "paper" and number.isdecimal():
        known = papers.get(int(number))
        says = f"{paper_name(known, asked.lang)} · {number}" if known else _("Paper %(no)s") % {"no": number}
        return {"says": says, "url": reverse("office-paper", args=[claim_no, int(number)]) if known else ""}
    if kind == "record" and number.isdecimal():
        url = reverse("office-record", args=[int(number)]) if asked.may("record", "see") else ""
        return {"says": _("Record %(no)s") % {"no": number}, "url": url}
    if kind == "claim":
        return {"says": number, "url": reverse("office-case", args=[number])}
    return {"says": number or name, "url": ""}
