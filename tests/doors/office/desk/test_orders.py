"""Work orders in the console: by time left, taken, noted, handed up and closed; and the board of promises."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from hearth.desks.claims import intake
from hearth.desks.promises import count, sweep
from hearth.doors.office.desk.promises import share
from hearth.store.access import orders as reads
from hearth.store.models import Deadline, Message, OrderEvent, Person, Relation, WorkOrder
from tests.doors.office.desk.conftest import Desk, Way, now

pytestmark = pytest.mark.django_db


def overdue(way: Way, who: str = "mei", code: str = "P_ACCEPT") -> WorkOrder:
    """A claim whose acceptance is late by an hour, and its order."""
    claim_no = way.submitted(who)
    rows = Deadline.objects.filter(claim__claim_no=claim_no, code=code)
    rows.update(started_at=now() - timedelta(days=4), due_at=now() - timedelta(hours=1), watch_at=now())
    sweep(at=now())
    return WorkOrder.objects.get(claim__claim_no=claim_no)


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return re.sub(r"\s+", " ", answer.content.decode())


def test_orders_stand_by_time_left_and_lead_to_what_is_to_be_done(desk: Desk, way: Way) -> None:
    later, first = overdue(way, "hui"), overdue(way, "mei")
    WorkOrder.objects.filter(pk=later.pk).update(due_at=now() + timedelta(hours=3))
    WorkOrder.objects.filter(pk=first.pk).update(due_at=now() - timedelta(hours=3))
    page = text(desk("ai"), "/office/orders")
    assert page.index(first.claim.claim_no) < page.index(later.claim.claim_no)
    assert "3 hours late" in page and "Acceptance overdue" in page
    late = text(desk("ai"), "/office/orders?view=late")
    assert first.claim.claim_no in late and later.claim.claim_no not in late
    shown = text(desk("ai", "zh"), f"/office/orders/{first.pk}")
    assert "受理赔案，或退回并写明需要修改什么。" in shown and "赔案受理超时" in shown


def test_an_order_is_taken_noted_and_closed_with_words_that_the_customer_reads(desk: Desk, way: Way) -> None:
    order = overdue(way)
    client = desk("ai")
    at = f"/office/orders/{order.pk}/do/"
    assert client.post(f"{at}take").headers["Location"].startswith(f"/office/orders/{order.pk}")
    assert client.post(f"{at}note", {"note": "扫描件重复。"}).status_code == 302
    wrong = client.post(f"{at}close", {"cause": "", "message": "今天受理。"})
    assert wrong.status_code == 422 and "今天受理。" in wrong.content.decode(), "what was typed stays"
    assert client.post(f"{at}close", {"cause": "weather", "message": "x"}).status_code == 422
    assert client.post(f"{at}close", {"cause": "data", "message": " "}).status_code == 422
    assert WorkOrder.objects.get().state == "open"
    assert client.post(f"{at}close", {"cause": "data", "message": "您的材料已整理好。"}).status_code == 302
    assert WorkOrder.objects.get().cause == "data"
    assert Message.objects.get().text == "您的材料已整理好。"
    shown = text(client, f"/office/orders/{order.pk}")
    assert "您的材料已整理好。" in shown and "扫描件重复。" in shown and "Take it" not in shown
    assert client.post(f"{at}note", {"note": "y"}).status_code in (403, 409)
    assert f"/office/orders/{order.pk}" not in text(client, "/office/orders")


def test_an_order_is_handed_up_with_a_reason(desk: Desk, way: Way) -> None:
    order = overdue(way)
    client = desk("ai")
    at = f"/office/orders/{order.pk}/do/escalate"
    assert client.post(at, {"why": ""}).status_code == 422
    assert client.post(at, {"why": "需要主管决定。"}).status_code == 302
    order.refresh_from_db()
    assert order.role != "assessor"
    assert OrderEvent.objects.filter(step="escalated").get().text == "需要主管决定。"


def test_what_a_colleague_took_is_not_closed_from_under_them(desk: Desk, way: Way) -> None:
    order = overdue(way)
    desk("lin").post(f"/office/orders/{order.pk}/do/take")
    shown = text(desk("ai"), f"/office/orders/{order.pk}")
    assert "林 works on it." in shown
    refused = desk("ai").post(f"/office/orders/{order.pk}/do/close", {"cause": "data", "message": "好了。"})
    assert refused.status_code == 409 and "好了。" in refused.content.decode()


def test_nobody_works_on_an_order_about_their_own_family(desk: Desk, way: Way) -> None:
    order = overdue(way)
    Relation.objects.create(
        person=Person.objects.get(pk=way.cast.id("ai")), other=way.cast.people["mei"], kind="spouse",
        proven_at=now() - timedelta(days=9), proof="结婚证",
    )  # fmt: skip
    shown = text(desk("ai"), f"/office/orders/{order.pk}")
    assert "Take it" not in shown and "somebody else takes and closes it" in shown
    assert desk("ai").post(f"/office/orders/{order.pk}/do/take").status_code == 403


def test_what_the_customer_still_owes_stands_on_the_order_worth_most_first(desk: Desk, way: Way) -> None:
    claim_no = way.accepted("mei")
    missing = [{"paper": "discharge_summary", "why_zh": "住院经过", "why_en": "course of the stay"}]
    intake.ask_supplement(way.cast.who("gu", way.at), claim_no, at=way.later(), items=missing)
    intake.supplement_delivered(claim_no, at=way.later())
    rows = Deadline.objects.filter(claim__claim_no=claim_no, code="P_SUPPLEMENT_7")
    assert rows.update(watch_at=now(), started_at=now() - timedelta(days=8)) == 1
    sweep(at=now())
    order = WorkOrder.objects.get(claim__claim_no=claim_no, chaser="supplement")
    shown = text(desk("gu"), f"/office/orders/{order.pk}")
    assert "course of the stay" in shown and "never refuse because it is missing" in shown


def test_the_board_counts_by_step_product_and_branch_and_is_quiet_while_nothing_changed(desk: Desk, way: Way) -> None:
    client = desk("rui")
    assert "Nothing was promised yet" in text(client, "/office/promises")
    overdue(way)
    count(at=now())
    page = text(client, "/office/promises")
    for caption in ("By step", "By product", "By branch"):
        assert caption in page
    address = re.search(r'hx-get="(/office/promises/board[^"]*)"', page)
    assert address is not None
    live = address[1].replace("&amp;", "&")
    assert client.get(live).status_code == 204
    count(at=now())
    again = client.get(live)
    assert again.status_code == 200 and "By branch" in again.content.decode()
    nothing = text(client, "/office/promises?branch=far")
    assert "Nothing was promised yet" in nothing


def test_a_broken_promise_never_reads_as_a_hundred_percent() -> None:
    assert [share(0, 0), share(5, 0), share(99_999, 1), share(2, 1)] == ["—", "100%", "99.9%", "66.6%"]


@pytest.mark.parametrize("path", ["orders", "orders?after=x&due=y", "orders?view=mine&chaser=zzz", "promises"])
def test_who_sees_no_orders_has_no_board(desk: Desk, path: str) -> None:
    assert desk("guan").get(f"/office/{path}").status_code == 403
    assert desk("shen").get(f"/office/{path}").status_code == 200


def test_the_list_goes_on_where_its_page_ended(way: Way, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [overdue(way, who) for who in ("mei", "hui", "bo")]
    WorkOrder.objects.filter(pk=made[1].pk).update(due_at=None)
    seen, after = [], None
    for _page in range(3):
        found = reads.orders(way.cast.who("ai", now()), now(), after=after, limit=1)
        seen += [one.order_id for one in found.rows]
        after = found.after
    assert after is None and seen[-1] == made[1].pk and sorted(seen) == sorted(one.pk for one in made)
