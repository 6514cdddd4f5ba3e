"""Calls with hospitals in the console: written down on the case and the advance, listed until somebody called again."""

from __future__ import annotations

from datetime import timedelta

from hearth.store.models import Advance, Claim, HospitalCall
from hearth.words.calendar import CHINA_TIME
from hearth.words.claims import ClaimState
from tests.desks.cast_rows import AT, Cast
from tests.desks.claims.way import claim_at
from tests.doors.office.desk.conftest import Desk, now


def sent(**more: str) -> dict[str, str]:
    there = now().astimezone(CHINA_TIME)
    return {
        "way": "to", "hospital": "市第一人民医院", "spoke_with": "病案室", "called_on": there.date().isoformat(),
        "called_at": f"{there:%H:%M}", "topic": "records", "words": "小结周五前补寄", "outcome": "promised",
        "next_on": (there.date() + timedelta(days=2)).isoformat(), **more,
    }  # fmt: skip


def test_a_call_is_noted_on_a_case_listed_for_the_steward_and_done_by_the_next(cast: Cast, desk: Desk) -> None:
    no, an = claim_at(cast, ClaimState.REVIEW), desk("an")
    url = f"/office/claims/{no}/call"
    assert "No hospital was called yet." in an.get(f"/office/claims/{no}").text
    form = an.get(url).text
    assert "市第一人民医院" in form, "the hospital of the bill stands there already"
    short = an.post(url, sent(next_on=""))
    assert short.status_code == 422 and "the day of the next call" in short.text
    assert an.post(url, sent(called_at="soon")).status_code == 422
    done = an.post(url, sent())
    assert done.status_code == 302 and done.url.endswith("#calls")
    page = an.get(f"/office/claims/{no}").text
    assert "小结周五前补寄" in page and "call again on" in page
    listed = an.get("/office/service").text
    assert "Hospitals to call again" in listed and no in listed
    assert an.post(url, sent(outcome="answered", next_on="", words="已寄出")).status_code == 302
    assert "Hospitals to call again" not in an.get("/office/service").text
    assert HospitalCall.objects.count() == 2


def test_an_advance_has_its_calls_and_who_has_no_part_in_it_none(cast: Cast, desk: Desk) -> None:
    mei = Claim.objects.get(claim_no=claim_at(cast, ClaimState.SUBMITTED)).person
    Advance.objects.create(
        advance_no="A26000001", person=mei, branch=mei.branch, state_at=AT, source="member", notified_at=AT,
        admitted_on=AT.date(),
    )  # fmt: skip
    an = desk("an")
    assert an.post("/office/advances/A26000001/call", sent(topic="cost")).status_code == 302
    assert "the cost so far" in an.get("/office/advances/A26000001").text
    assert desk("fang").get("/office/advances/A26000001/call").status_code == 403
    assert desk("shen").post("/office/advances/A26000001/call", sent()).status_code in (403, 404)
    assert HospitalCall.objects.count() == 1
