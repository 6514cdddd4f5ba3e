"""Roster: who is at work now, what each has open, who is away; supervisors note absences and end them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from hearth.desks import promises as desk
from hearth.doors.office.desk.asking import Asked, go, page, show, show_fault
from hearth.doors.office.desk.disputes.listing import parts
from hearth.doors.office.desk.forms import Box, Form
from hearth.doors.office.desk.orders import tabs
from hearth.doors.office.desk.pieces import cell, chip, day, table
from hearth.kernel.promises.dispatch import Colleague, Window, is_at_work
from hearth.store.access import roster as reads
from hearth.store.calendars import work_calendar
from hearth.words.calendar import YearUnknown, day_in_china, end_of_day, start_of_day
from hearth.words.claims import ROLE_WORDS
from hearth.words.faults import Fault

WEEKDAYS = (
    ("周一", "Mon"), ("周二", "Tue"), ("周三", "Wed"), ("周四", "Thu"), ("周五", "Fri"), ("周六", "Sat"),
    ("周日", "Sun"),
)  # fmt: skip


@page("GET", "POST")
def roster(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Everybody who takes work orders; a POST notes an absence."""
    found = reads.roster(asked.by, asked.at)
    may_edit = asked.works_with("absence", "edit")
    form = _form(asked, found, request) if may_edit else None
    if form is not None and form.is_right:
        try:
            desk.note_absence(
                asked.by, int(form["person"]), max(asked.at, start_of_day(form["first"])), end_of_day(form["last"]),
                at=asked.at,
            )  # fmt: skip
        except Fault as fault:
            form.refuse(fault, asked.lang)
        else:
            return go("office-roster", said="absence_noted")
    columns = [
        _("Who"), _("Now"), _("Works"), (_("Open orders"), "whole"), (_("Of these late"), "whole"), _("Away"),
    ]  # fmt: skip
    return show(
        request, asked, "office/roster.html", "orders" if asked.may_order else "disputes", _("Who is on shift"),
        status=form.status if form is not None else 200,
        tabs=tabs(asked, "roster") if asked.may_order else parts(asked, ""),
        table=table(_("Who is on shift"), columns, [_cells(asked, one) for one in found]) if found else None,
        form=form,
        absences=[
            {"id": away.absence_id, "name": one.name, "says": _days(asked, away), "is_now": away.from_at <= asked.at}
            for one in found for away in one.absences
        ] if may_edit else [],
    )  # fmt: skip


@page("POST")
def back(request: HttpRequest, asked: Asked, absence_id: int) -> HttpResponse:
    """Somebody is back before they were expected, or is not away after all."""
    try:
        desk.end_absence(asked.by, absence_id, at=asked.at)
    except Fault as fault:
        return show_fault(request, asked, fault)
    return go("office-roster", said="absence_ended")


def _form(asked: Asked, found: tuple[reads.RosterRow, ...], request: HttpRequest) -> Form:
    today = day_in_china(asked.at)
    return Form(
        [
            Box("person", _("Who is away"), "choice",
                options=[("", _("choose")), *((str(one.person_id), one.name) for one in found)]),
            Box("first", _("First day"), "date", start=today),
            Box("last", _("Last day"), "date", start=today,
                hint=_("Their open orders go to others from then on, and come to nobody who is away.")),
        ],
        request.POST if request.method == "POST" else None,
    )  # fmt: skip


def _cells(asked: Asked, one: reads.RosterRow) -> list[Any]:
    roles = ", ".join(asked.says(ROLE_WORDS[role]) for role in one.roles)
    places = ", ".join(asked.says(names) for names in one.branches)
    return [
        cell(one.name, aside=" · ".join(part for part in (roles, places) if part)),
        cell(chip=_now(asked, one)),
        cell(_hours(asked, one), aside=", ".join(one.skills)),
        cell(one.open_orders, kind="whole"),
        cell(one.late_orders, kind="whole"),
        cell("; ".join(_days(asked, away) for away in one.absences)),
    ]


def _now(asked: Asked, one: reads.RosterRow) -> dict[str, str]:
    if one.is_away(asked.at):
        return chip(_("away"), "ink")
    windows = tuple(Window(each.weekday, each.from_minute, each.to_minute, each.rests_too) for each in one.shifts)
    try:
        is_here = is_at_work(Colleague(one.person_id, windows), asked.at, work_calendar())
    except YearUnknown:
        return chip(_("not known: the calendar of this year is not loaded"), "plain")
    return chip(_("at work"), "done") if is_here else chip(_("off shift"), "plain")


def _hours(asked: Asked, one: reads.RosterRow) -> str:
    if not one.shifts:
        return _("the hours of the house")
    by_hours: dict[tuple[int, int], list[str]] = {}
    for each in one.shifts:
        by_hours.setdefault((each.from_minute, each.to_minute), []).append(asked.says(WEEKDAYS[each.weekday - 1]))
    joined = "、" if asked.lang == "zh" else ", "
    return "; ".join(
        f"{joined.join(days)} {first // 60:02}:{first % 60:02}–{last // 60:02}:{last % 60:02}"
        for (first, last), days in by_hours.items()
    )


def _days(asked: Asked, away: reads.AbsenceRow) -> str:
    first, last = day_in_china(away.from_at), day_in_china(away.to_at - timedelta(microseconds=1))
    return day(first, asked.lang) if first == last else f"{day(first, asked.lang)} – {day(last, asked.lang)}"
