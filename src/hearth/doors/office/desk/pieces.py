"""Pieces: what the recurring pieces of the pages are called with: moments, chips, clocks, cells and tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hearth.words.calendar import CHINA_TIME, day_in_china
from hearth.words.claims import STATE_WORDS, ClaimState
from hearth.words.money import yuan

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

KIND_OF_STATE: dict[ClaimState, str] = {
    ClaimState.SUPPLEMENT: "waits",
    ClaimState.RETURNED: "waits",
    ClaimState.PAID: "done",
    ClaimState.CLOSED: "done",
}


def day(on: date | None, lang: str, *, today: date | None = None) -> str:
    """A day as people say it; with its year where that is another than today's."""
    if on is None:
        return ""
    with_year = today is None or on.year != today.year
    if lang == "zh":
        return (f"{on.year}年" if with_year else "") + f"{on.month}月{on.day}日"
    return f"{on.day} {MONTHS[on.month - 1]}" + (f" {on.year}" if with_year else "")


def moment(at: datetime | None, lang: str, *, now: datetime | None = None) -> str:
    """A moment in China."""
    if at is None:
        return ""
    there = at.astimezone(CHINA_TIME)
    today = None if now is None else day_in_china(now)
    return f"{day(there.date(), lang, today=today)} {there:%H:%M}"


def limit_end(until: datetime | None, lang: str, *, now: datetime) -> str:
    """The last day of a limit; with the hour where it ends within a day.  `until` is the first moment too late."""
    if until is None or until.astimezone(CHINA_TIME).time() != time.min:
        return moment(until, lang, now=now)
    return day(day_in_china(until - timedelta(microseconds=1)), lang, today=day_in_china(now))


def iso(at: datetime | None) -> str:
    """A moment for machines."""
    return "" if at is None else at.isoformat()


def money(fen: int | None) -> str:
    """An amount in yuan; nothing where there is none."""
    return "" if fen is None else yuan(fen)


def chip(says: str, kind: str = "plain") -> dict[str, str]:
    """A state in one word."""
    return {"says": says, "kind": kind}


def state_chip(state: str, lang: str) -> dict[str, str]:
    """The state of a claim."""
    known = ClaimState(state)
    return chip(STATE_WORDS[known][0 if lang == "zh" else 1], KIND_OF_STATE.get(known, "plain"))


def left(until: datetime, now: datetime) -> str:
    """How long there is, in words."""
    late = until < now
    gap = now - until if late else until - now
    days, hours, minutes = gap.days, gap.seconds // 3600, gap.seconds // 60 % 60
    if days:
        says = ngettext("%(count)s day", "%(count)s days", days) % {"count": days}
    elif hours:
        says = ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}
    else:
        says = ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
    return _("%(time)s late") % {"time": says} if late else _("%(time)s left") % {"time": says}


SOON = timedelta(hours=24)


def clock(until: datetime | None, now: datetime, lang: str, *, who: str = "", basis: str = "", state: str = "") -> Any:
    """A clock pill; `state` met or paused where it does not run."""
    if state == "met":
        return {"state": "met", "left": _("done in time"), "basis": basis}
    if until is None:
        return {"state": "paused", "left": _("No limit runs"), "who": who, "basis": basis}
    if state == "paused":
        return {"state": "paused", "left": _("Paused"), "who": who, "basis": basis}
    stands = "late" if until < now else "soon" if until - now <= SOON else "open"
    return {
        "state": stands,
        "left": left(until, now),
        "who": who,
        "until": limit_end(until, lang, now=now),
        "until_iso": iso(until),
        "basis": basis,
    }


def cell(text: object = "", **more: Any) -> dict[str, Any]:
    """A cell of a table: kind, aside, url, chip."""
    return {"text": text, **more}


def amount(fen: int | None) -> dict[str, Any]:
    """A cell that holds money."""
    return {"text": money(fen), "kind": "money"}


def table(
    caption: str,
    columns: Sequence[str | Sequence[str]],
    rows: Iterable[Sequence[dict[str, Any]]],
    *,
    show_caption: bool = False,
    rows_move: bool = False,
    last: Sequence[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """Rows of figures; a column is its name, or its name and kind; `last` is the row of sums."""
    told = [{"name": one} if isinstance(one, str) else {"name": one[0], "kind": one[1]} for one in columns]
    listed: list[dict[str, Any]] = [{"cells": list(row)} for row in rows]
    if last is not None:
        listed.append({"kind": "sum", "cells": list(last)})
    return {
        "caption": caption,
        "show_caption": show_caption,
        "columns": told,
        "rows": listed,
        "rows_move": rows_move,
    }


def pager(says: str, next_url: str | None, previous_url: str | None = None) -> dict[str, Any]:
    """Through a long list."""
    return {"says": says, "next_url": next_url, "previous_url": previous_url, "pages": ()}


def mark(name: str) -> str:
    """The letter that stands for somebody."""
    return name[:1].upper()
