"""Live: the parts of a page of papers that change while one looks: after an upload, and while papers are read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from hearth.doors.member.page import Ask, number
from hearth.doors.member.paper_cards import Here
from hearth.doors.member.papers import Took
from hearth.store.access.claims_case import CaseFile

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


def waited(ask: Ask, held: CaseFile, parts: Parts) -> HttpResponse:
    """What the page is told that looks after its readings: to wait on, or the changed parts."""
    due, count, looks = (number(ask.request.GET.get(name, "")) or 0 for name in ("due", "papers", "looks"))
    here = Here(ask, held)
    # A paper may have come from elsewhere, or while the page was asking: what it shows is then no longer so.
    if (here.due, here.count) == (due, count):
        return render(ask.request, "member/papers-wait.html", {"wait": wait(ask, here, looks + 1), "is_oob": True})
    return _parts(ask, parts())


def wait(ask: Ask, here: Here, looks: int = 0) -> dict[str, Any] | None:
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
