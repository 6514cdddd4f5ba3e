"""On the page of a claim: by when it is likely to be done, who looks after what is late, and why it was."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hearth.desks.promises import close, settle, sweep, take
from hearth.store.models import Deadline, WorkOrder
from hearth.words.claims import ClaimState
from tests.desks.cast_rows import AT, DAY, Cast
from tests.desks.claims.way import claim_at
from tests.doors.member.conftest import Phone

pytestmark = pytest.mark.django_db

S = ClaimState


def test_what_is_late_is_told_with_who_has_it_and_then_why_it_was(cast: Cast, phone: Phone) -> None:
    no = claim_at(cast, S.SUBMITTED)
    page = phone("mei").get(f"/claims/{no}").content.decode()
    assert "is late" not in page
    assert "No history yet of enough claims like this one; these are the days we promise." in page
    sweep(at=AT + 3 * DAY)
    order = WorkOrder.objects.get()
    page = phone("mei").get(f"/claims/{no}").content.decode()
    assert "Acceptance is late" in page and "It has been with our claim expert since" in page
    take(cast.who("gu"), order.pk, at=AT + 3 * DAY)
    close(cast.who("gu"), order.pk, at=AT + 3 * DAY, cause="insurer", message="积压较多，今天受理。")
    page = phone("mei").get(f"/claims/{no}").content.decode()
    assert "Why it was late: we were slow." in page and "积压较多，今天受理。" in page
    zh = phone("mei", "zh").get(f"/claims/{no}").content.decode()
    assert "我们处理慢了" in zh
    assert phone("bo").get(f"/claims/{no}").status_code == 404


def test_what_was_done_in_time_after_all_is_not_told_as_late(cast: Cast, phone: Phone) -> None:
    no = claim_at(cast, S.SUBMITTED)
    sweep(at=AT + 3 * DAY)
    Deadline.objects.filter(claim__claim_no=no, code="P_ACCEPT").update(state="met", met_at=AT + timedelta(hours=2))
    settle(at=AT + 3 * DAY)
    assert "is late" not in phone("mei").get(f"/claims/{no}").content.decode()


def test_of_a_claim_that_is_done_nothing_is_expected(cast: Cast, phone: Phone) -> None:
    no = claim_at(cast, S.PAID)
    page = phone("mei").get(f"/claims/{no}").content.decode()
    assert "Likely to be done" not in page and "is late" not in page
