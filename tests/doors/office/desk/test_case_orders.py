"""Orders of disputes and complaints in the console: by the time left, on their case, and on the case of the claim."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from hearth.desks import disputes
from hearth.desks.promises import sweep, sweep_cases
from hearth.store.models import CaseOrder, ComplaintClock, Deadline
from tests.doors.office.desk.conftest import Desk, Way, now

pytestmark = pytest.mark.django_db


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.fixture
def complaint(way: Way) -> str:
    """A complaint of Mei that was registered twelve days ago."""
    no = disputes.complain(
        way.cast.who("mei"), way.cast.id("mei"), at=now() - timedelta(days=12), stage="claim", cause="slow", words="x"
    )
    sweep_cases(at=now())
    assert CaseOrder.objects.filter(complaint__complaint_no=no, state="open").exists()
    return no


def test_an_order_stands_on_the_list_and_leads_to_its_case(desk: Desk, complaint: str) -> None:
    page = text(desk("rui"), "/office/orders/cases")
    assert complaint in page and "Complaint overdue" in page and f"/office/complaints/{complaint}" in page
    case = text(desk("rui", "zh"), f"/office/complaints/{complaint}")
    assert "工单" in case or "Work orders" in case
    assert "投诉处理超时" in case
    assert "Disputes and complaints" in text(desk("rui"), "/office/orders")


def test_it_is_gone_when_the_case_has_moved(desk: Desk, complaint: str, way: Way) -> None:
    disputes.take_complaint(way.cast.who("shi"), complaint, at=now())
    disputes.answer_complaint(way.cast.who("shi"), complaint, at=now(), finding="right", words="抱歉")
    assert not ComplaintClock.objects.filter(code="L_COMPLAINT_15", state="running").exists()
    sweep_cases(at=now())
    assert "No dispute and no complaint is in danger" in text(desk("rui"), "/office/orders/cases")


def test_finance_sees_no_orders_of_complaints(desk: Desk, complaint: str) -> None:
    assert desk("fang").get("/office/orders/cases").status_code == 403


def test_the_case_of_a_claim_lists_its_open_orders_with_who_and_until_when(desk: Desk, way: Way) -> None:
    claim_no = way.submitted("mei")
    Deadline.objects.filter(claim__claim_no=claim_no, code="P_ACCEPT").update(
        started_at=now() - timedelta(days=4), due_at=now() - timedelta(hours=1), watch_at=now()
    )
    sweep(at=now())
    page = text(desk("ai"), f"/office/claims/{claim_no}")
    assert "Acceptance overdue" in page and "assessor" in page.lower() and "1 hour late" in page
