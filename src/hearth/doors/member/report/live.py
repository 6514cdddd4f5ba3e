"""Live: the parts of a page of papers that change while one looks: after an upload, and while papers are read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from hearth.doors.member.page import Ask, number
from hearth.doors.member.paper_cards import PATIENCE, Here
from hearth.doors.member.papers import Took
from hearth.store.access.papers import PapersWaiting, papers_waiting

SENT = "X-Hearth-One"
"""Header of a script that sends one file after the other."""

PAPER = "X-Hearth-Paper"
"""Header of the answer: the paper that the file became."""

DELAYS = (2, 2, 2, 2, 3, 3, 4, 5, 6, 8, 10, 12, 15)
"""Seconds from one look at the readings to the next; the last ones go on."""

MOST_LOOKS = 60

Parts = Callable[[], dict[str, Any]]


def is_sent(ask: Ask) -> bool:
    """Whether a script sent one file, and is answered with the parts that changed."""
    return ask.is_post and SENT in ask.request.headers


def is_asked(ask: Ask) -> bool:
    """Whether the page asks by itself what became of its readings."""
    return not ask.is_post and ask.request.headers.get("HX-Request") == "true" and "due" in ask.request.GET


def sent(ask: Ask, took: Took, parts: Parts) -> HttpResponse:
    """What a script that sent one file is told: the changed parts; or the sentence for a file that was refused."""
    if took.refused:
        return HttpResponse(" ".join(took.refused), status=422, content_type="text/plain; charset=utf-8")
    answer = _parts(ask, {**parts(), "with_kind": True})
    answer[PAPER] = str(took.papers[0])
    return answer


def waits_on(ask: Ask, claim_no: str) -> HttpResponse | None:
    """What a page is told that looks after its readings while nothing has changed: to wait on.  Raises: NotThere.

    Counts alone are asked for: a page that waits reads nothing of anybody, and fills no log of reads.
    """
    if not is_asked(ask):
        return None
    due, count, looks = (number(ask.request.GET.get(name, "")) or 0 for name in ("due", "papers", "looks"))
    now = papers_waiting(ask.by, claim_no, ask.at, since=ask.at - PATIENCE)
    # A paper may have come from elsewhere, or while the page was asking: what it shows is then no longer so.
    if (now.due, now.count) != (due, count):
        return None
    return render(ask.request, "member/papers-wait.html", {"wait": wait(ask, now, looks + 1), "is_oob": True})


def changed(ask: Ask, parts: Parts) -> HttpResponse:
    """The parts of a page that changed while it looked after its readings."""
    return _parts(ask, parts())


def wait(ask: Ask, here: Here | PapersWaiting, looks: int = 0) -> dict[str, Any] | None:
    """When the page looks again; None where nothing is being read."""
    if not here.due or looks >= MOST_LOOKS:
        return None
    seconds = DELAYS[min(looks, len(DELAYS) - 1)]
    address = f"{ask.request.path}?due={here.due}&papers={here.count}&looks={looks}"
    return {"url": address, "seconds": seconds, "due": here.due}


def _parts(ask: Ask, context: dict[str, Any]) -> HttpResponse:
    answer = render(ask.request, "member/papers-live.html", {"ask": ask, "lang": ask.lang, "is_oob": True, **context})
    answer["Cache-Control"] = "no-store"
    return answer
