"""The steward's side: who waits for an answer, explanations by a clause, four checkpoints, originals, handovers."""

from __future__ import annotations

from datetime import timedelta

from hearth.desks.service import couriers, pickups, stewards, thread
from hearth.kernel.promises.fetching import pickup_windows
from hearth.store.models import Message, Person, Pickup, Record, RoleGrant, StewardStep
from hearth.wires.couriers.van import Habits, Van
from hearth.words.claims import ClaimState, Role
from tests.desks.cast_rows import AT, DAY, Cast
from tests.desks.claims.way import claim_at
from tests.doors.office.desk.conftest import Desk, now


def accepted(cast: Cast) -> str:
    """A claim of Mei's with its thread and steward."""
    no = claim_at(cast, ClaimState.ACCEPTED)
    stewards.open_thread(Record.objects.get(kind="claim.reported", subject=f"claim:{no}").pk, at=now())
    return no


def test_who_waits_is_found_answered_and_told_by_a_clause(cast: Cast, desk: Desk) -> None:
    no, an = accepted(cast), desk("an")
    thread.write(cast.who("mei"), no, "等待期过了吗？", at=now())
    assert no in an.get("/office/service").text and no in an.get("/office/service?mine=1").text
    page = an.get(f"/office/claims/{no}").text
    assert "等待期过了吗？" in page and "The member has waited for an answer since" in page
    answer = an.post(f"/office/claims/{no}/thread/explain", {"code": "waiting"})
    assert answer.status_code == 302
    line = Message.objects.latest("pk")
    assert line.cites.startswith("outpatient:") and "条款" in line.text
    assert an.post(f"/office/claims/{no}/thread", {"words": "已经过了。"}).status_code == 302
    assert "Nobody: every question has its answer." in an.get("/office/service").text
    assert desk("shen").post(f"/office/claims/{no}/thread", {"words": "?"}).status_code == 403


def test_the_steward_completes_what_is_due_and_no_more(cast: Cast, desk: Desk) -> None:
    no, an = accepted(cast), desk("an")
    assert an.post(f"/office/claims/{no}/checkpoints/report", {"words": "已致电"}).status_code == 302
    assert "已致电" in an.get(f"/office/claims/{no}").text
    assert an.post(f"/office/claims/{no}/checkpoints/experience").status_code == 409
    assert an.post(f"/office/claims/{no}/checkpoints/anything").status_code == 404
    assert StewardStep.objects.filter(done_at__isnull=False).count() == 1


def test_a_lost_parcel_stands_in_the_list_until_the_originals_are_here_and_then_go_back(cast: Cast, desk: Desk) -> None:
    no, an, van = accepted(cast), desk("an"), Van(habits=Habits(lost=1.0))
    at = now()
    one = pickups.book(
        cast.who("mei"), no, at=at, contact="梅", phone="13800000001", address="深圳市某路 1 号",
        window_from=pickup_windows(at)[0][0], papers=["invoice"],
    )  # fmt: skip
    couriers.tell(one, at=at, wire=van)
    couriers.learn(at=at + timedelta(days=9), wire=van)
    listed = an.get("/office/service").text
    assert "lost by the courier" in listed and no in listed
    assert "They are here" in an.get(f"/office/claims/{no}").text
    assert an.post(f"/office/claims/{no}/originals/here").status_code == 302
    assert "lost by the courier" not in an.get("/office/service").text
    assert an.post(f"/office/claims/{no}/originals/back").status_code == 302
    assert an.post(f"/office/claims/{no}/originals/back").status_code == 409
    assert an.post(f"/office/claims/{no}/originals/burn").status_code == 404
    assert Pickup.objects.filter(direction="back").count() == 1
    assert desk("shen").post(f"/office/claims/{no}/originals/here").status_code in (403, 404)


def test_everybody_of_a_steward_is_handed_over_with_a_reason(cast: Cast, desk: Desk) -> None:
    no = accepted(cast)
    ning = Person.objects.create(username="ning", full_name="宁", branch=cast.branches["sz"])
    RoleGrant.objects.create(person=ning, role=Role.STEWARD.value, branch=cast.branches["sz"], from_at=AT - 9 * DAY)
    rui = desk("rui")
    page = rui.get("/office/service").text
    assert "安" in page and "宁" in page
    refused = rui.post("/office/service", {"steward": cast.id("an"), "why": "first"})
    assert refused.status_code == 422
    moved = rui.post("/office/service", {"steward": cast.id("an"), "why": "leaving", "words": "离职"})
    assert moved.status_code == 302
    assert "宁" in rui.get(f"/office/claims/{no}").text
    assert Record.objects.filter(kind="claim.steward_changed", subject=f"claim:{no}").exists()


def test_a_steward_books_a_pick_up_for_a_member_and_takes_it_back(cast: Cast, desk: Desk) -> None:
    no, an = accepted(cast), desk("an")
    url = f"/office/claims/{no}/pickup"
    assert "Book a pick-up" in an.get(f"/office/claims/{no}").text
    window = pickup_windows(now())[1][0].isoformat()
    sent = {"window": window, "address": "深圳市某路 1 号", "contact": "梅", "phone": "138 0000 0001"}
    assert "The courier comes free of charge" in an.get(url).text
    nothing = an.post(url, sent)
    assert nothing.status_code == 422 and not Pickup.objects.exists()
    wrong = an.post(url, sent | {"paper_invoice": "1", "phone": "call me"})
    assert wrong.status_code == 422 and "深圳市某路" in wrong.text
    assert an.post(url, sent | {"paper_invoice": "1"}).status_code == 302
    row = Pickup.objects.get()
    assert (row.papers, row.phone, row.booked_by_id) == (["invoice"], "13800000001", cast.id("an"))
    page = an.get(f"/office/claims/{no}").text
    assert "Cancel the pick-up" in page and "Book a pick-up" not in page
    assert an.post(url, sent | {"paper_invoice": "1"}).status_code == 409
    assert an.post(f"/office/claims/{no}/originals/cancel").status_code == 302
    assert Pickup.objects.get().state == "cancelled"
    assert an.post(f"/office/claims/{no}/originals/cancel").status_code == 404
    assert "Book a pick-up" in an.get(f"/office/claims/{no}").text
    for code in ("fang", "shen", "ai"):
        assert desk(code).post(url, sent | {"paper_invoice": "1"}).status_code in (403, 404)
    assert Pickup.objects.count() == 1
