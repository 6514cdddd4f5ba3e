"""The roster in the console: who is at work, what they have, who is away; absences noted and ended by supervisors."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.test import Client

from hearth.desks.promises import set_shifts
from hearth.kernel.promises.dispatch import Window
from hearth.store.models import Record, StaffAbsence
from hearth.words.calendar import day_in_china
from tests.desks.cast_rows import Cast
from tests.doors.office.desk.conftest import Desk, now

pytestmark = pytest.mark.django_db


def text(client: Client) -> str:
    answer = client.get("/office/roster")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_the_roster_says_who_works_when_and_what_they_have(desk: Desk, cast: Cast) -> None:
    every = [Window(weekday, 0, 1440, rests_too=True) for weekday in range(1, 8)]
    set_shifts(cast.who("rui"), cast.id("an"), every, at=now())
    page = text(desk("rui"))
    assert "安" in page and "Mon, Tue, Wed, Thu, Fri, Sat, Sun 00:00–24:00" in page and "at work" in page
    assert "the hours of the house" in page
    assert "周一、周二" in text(desk("rui", "zh"))


def test_a_supervisor_notes_an_absence_and_ends_it(desk: Desk, cast: Cast) -> None:
    client, today = desk("rui"), day_in_china(now())
    sent = {"person": cast.id("ai"), "first": today.isoformat(), "last": (today + timedelta(days=2)).isoformat()}
    assert client.post("/office/roster", sent).status_code == 302
    row = StaffAbsence.objects.get(person=cast.id("ai"))
    assert day_in_china(row.to_at - timedelta(microseconds=1)) == today + timedelta(days=2)
    page = text(client)
    assert "away" in page and "Back now" in page
    assert client.post(f"/office/roster/absences/{row.pk}/back").status_code == 302
    row.refresh_from_db()
    assert row.to_at <= now()
    kinds = Record.objects.filter(subject=f"person:{cast.id('ai')}").values_list("kind", flat=True)
    assert {"staff.absence_noted", "staff.absence_ended"} <= set(kinds)


@pytest.mark.parametrize(
    "wrong", [{"person": ""}, {"first": "x"}, {"last": ""}, {"last": date(2020, 1, 1).isoformat()}]
)
def test_what_cannot_be_stays_typed_with_what_is_wrong(desk: Desk, cast: Cast, wrong: dict[str, str]) -> None:
    today = day_in_china(now()).isoformat()
    answer = desk("rui").post("/office/roster", {"person": cast.id("ai"), "first": today, "last": today, **wrong})
    assert answer.status_code == 422 and not StaffAbsence.objects.exists()


def test_who_supervises_nobody_sees_no_roster(desk: Desk, cast: Cast) -> None:
    assert desk("ai").get("/office/roster").status_code == 403
    assert desk("ai").post("/office/roster", {"person": cast.id("an")}).status_code == 403
    auditor = desk("shen")
    assert auditor.get("/office/roster").status_code == 200
    assert auditor.post("/office/roster", {"person": cast.id("an")}).status_code in (200, 403)
    assert not StaffAbsence.objects.exists()
