"""A partner acts for the member whose claim it brought in: disputes, conversation, originals; a hospital for nobody."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse

from hearth.desks import disputes, partners
from hearth.desks.service import pickups, thread
from hearth.store.access import HOUSE
from hearth.store.access.disputes import dispute_file
from hearth.store.access.thread import thread_of
from hearth.store.models import Claim, Dispute, HealthRead, Message, Pickup, Record, ThreadMember
from hearth.words.claims import ClaimState
from tests.desks.cast_rows import AT, Cast
from tests.desks.claims.way import claim_at
from tests.desks.disputes.rows import clause_of
from tests.doors.api.conftest import Partner, problem

pytestmark = pytest.mark.django_db

SAID = {"reason": "amount", "words": "第二张发票没有计算"}


def body(response: HttpResponse, status: int = 200) -> dict[str, Any]:
    assert response.status_code == status, response.content
    found: dict[str, Any] = json.loads(response.content)
    return found


@pytest.fixture
def claim_no(cast: Cast) -> str:
    """A decided claim of Mei, brought in by the insurer under its number C-1."""
    no = claim_at(cast, ClaimState.DECIDED)
    Claim.objects.filter(claim_no=no).update(partner=cast.partner, external_id="C-1")
    return no


@pytest.fixture
def open_claim(cast: Cast) -> str:
    """A claim of Mei that is looked at still, brought in under the number C-1."""
    no = claim_at(cast, ClaimState.ACCEPTED)
    Claim.objects.filter(claim_no=no).update(partner=cast.partner, external_id="C-1")
    return no


@pytest.fixture
def courier(settings: Any) -> None:
    """There is a courier."""
    settings.COURIERS_WIRE = "memory:"


class TestDisputes:
    def test_a_decision_is_disputed_once_and_followed_to_the_opinion(
        self, cast: Cast, claim_no: str, insurer: Partner
    ) -> None:
        number = body(insurer.post("/claims/C-1/disputes", SAID), 201)["dispute"]
        assert body(insurer.post("/claims/C-1/disputes", SAID))["dispute"] == number
        problem(insurer.post("/claims/C-1/disputes", {**SAID, "words": "别的"}), 409, "DISPUTED_ALREADY")
        held = Dispute.objects.get(dispute_no=number)
        assert held.opened_by_id == cast.id("mei") and held.events.get().partner == cast.partner
        assert Record.objects.get(kind="claim.disputed").by == f"partner:{cast.partner.pk}"  # type: ignore[union-attr]
        disputes.answer(cast.who("an"), number, at=AT, words="按条款计算")
        body(insurer.post(f"/disputes/{number}/words", {"words": "请看第二张发票"}))
        for _ in range(2):
            body(insurer.post(f"/disputes/{number}/up", {"words": "还是不同意"}))
        disputes.say(cast.who("mei"), number, at=AT, words="我自己写的")
        disputes.take(cast.who("shi"), number, at=AT)
        disputes.opine(
            cast.who("shi"), number, at=AT, verdict="customer", reasons="第二张应计算", clause=clause_of(cast)
        )
        told = body(insurer.get(f"/disputes/{number}"))
        assert (told["state"], told["tier"], told["claim"]) == ("redeciding", 3, claim_no)
        assert (told["opinion"]["verdict"], told["opinion"]["reasons"]) == ("customer", "第二张应计算")
        assert told["opinion"]["name"] == {"zh": "支持客户", "en": "For the member"}
        sides = [(one["what"], one["side"], one["words"]) for one in told["history"]]
        assert sides[:3] == [
            ("opened", "partner", "第二张发票没有计算"),
            ("answered", "service", "按条款计算"),
            ("said", "partner", "请看第二张发票"),
        ]
        assert ("said", "member", "") in sides, "what the member wrote here themselves is theirs"
        assert HealthRead.objects.filter(partner=cast.partner, key=number).exists()
        listed = body(insurer.get("/claims/C-1/disputes"))["disputes"]
        assert [one["dispute"] for one in listed] == [number]

    def test_the_member_sees_who_disputed_for_them(self, cast: Cast, claim_no: str, insurer: Partner) -> None:
        number = body(insurer.post("/claims/C-1/disputes", SAID), 201)["dispute"]
        seen = dispute_file(cast.who("mei"), number, AT).events[0]
        assert (seen.by, seen.by_id, seen.is_staff) == ("平安里保险", None, False)

    def test_the_member_is_satisfied_or_takes_it_back(self, cast: Cast, claim_no: str, insurer: Partner) -> None:
        number = body(insurer.post("/claims/C-1/disputes", SAID), 201)["dispute"]
        body(insurer.post(f"/disputes/{number}/end", {"how": "withdrawn"}))
        assert body(insurer.get(f"/disputes/{number}"))["state"] == "withdrawn"
        problem(insurer.post(f"/disputes/{number}/words", {"words": "x"}), 409, "DISPUTE_NOT_NOW")

    def test_an_idempotency_key_opens_one(self, claim_no: str, insurer: Partner) -> None:
        first = insurer.post("/claims/C-1/disputes", SAID, Idempotency_Key="k1")
        again = insurer.post("/claims/C-1/disputes", SAID, Idempotency_Key="k1")
        assert (first.status_code, again.status_code) == (201, 201) and again["Idempotent-Replayed"] == "true"
        assert Dispute.objects.count() == 1

    def test_what_is_not_decided_is_not_disputed(self, cast: Cast, insurer: Partner) -> None:
        no = claim_at(cast, ClaimState.SUBMITTED)
        Claim.objects.filter(claim_no=no).update(partner=cast.partner)
        problem(insurer.post(f"/claims/{no}/disputes", SAID), 409, "NO_DECISION_TO_DISPUTE")


class TestThread:
    def test_a_line_stands_under_the_partners_name_and_the_members_own_lines_stay_theirs(
        self, cast: Cast, claim_no: str, insurer: Partner
    ) -> None:
        thread.write(cast.who("mei"), claim_no, "这句只给管家看", at=AT)
        line = body(insurer.post("/claims/C-1/thread", {"text": "请问何时付款"}), 201)["line"]
        thread.write(cast.who("an"), claim_no, "明天付款", at=AT)
        page = body(insurer.get("/claims/C-1/thread"))
        assert [(one["text"], one["is_own"]) for one in page["lines"]] == [("请问何时付款", True), ("明天付款", False)]
        assert page["lines"][0]["line"] == line and page["cursor"] is None
        first = body(insurer.get("/claims/C-1/thread?limit=1"))
        assert [one["text"] for one in body(insurer.get(f"/claims/C-1/thread?cursor={first['cursor']}"))["lines"]] == [
            "明天付款"
        ]
        seen = thread_of(cast.who("mei"), claim_no, AT).lines
        assert [(one.by, one.text) for one in seen][1] == ("平安里保险", "请问何时付款")
        assert seen[1].by_id != cast.id("mei"), "it is not the member's own line"
        assert Message.objects.get(pk=line).partner == cast.partner

    def test_the_steward_is_waited_for_and_the_member_has_not_read_what_a_partner_wrote(
        self, cast: Cast, claim_no: str, insurer: Partner
    ) -> None:
        body(insurer.post("/claims/C-1/thread", {"text": "请问何时付款"}), 201)
        assert thread_of(cast.who("an"), claim_no, AT).waits_since == AT
        assert not ThreadMember.objects.filter(claim__claim_no=claim_no, person=cast.id("mei")).exists()


class TestPickups:
    def test_originals_are_fetched_followed_and_cancelled(
        self, cast: Cast, open_claim: str, insurer: Partner, courier: None
    ) -> None:
        window = body(insurer.get("/pickup-windows"))["windows"][0]["window_from"]
        booking = {"contact": "梅", "phone": "13800000001", "address": "深圳市某路 1 号", "window_from": window}
        number = body(insurer.post("/claims/C-1/pickups", {**booking, "papers": ["invoice"]}), 201)["pickup"]
        (trip,) = body(insurer.get("/claims/C-1/pickups"))["pickups"]
        assert (trip["pickup"], trip["state"], trip["custody"][0]["holder"]) == (number, "booked", "member")
        assert "address" not in trip and "phone" not in trip
        held = Pickup.objects.get(pk=number)
        assert (held.booked_by_id, held.address) == (cast.id("mei"), "深圳市某路 1 号")
        again = insurer.post("/claims/C-1/pickups", {**booking, "papers": ["invoice"]})
        problem(again, 409, "PICKUP_UNDER_WAY")
        for _ in range(2):
            body(insurer.post(f"/claims/C-1/pickups/{number}/cancel"))
        assert body(insurer.get("/claims/C-1/pickups"))["pickups"][0]["state"] == "cancelled"

    def test_a_window_that_is_gone_and_a_pickup_of_another_claim_are_refused(
        self, cast: Cast, open_claim: str, insurer: Partner, courier: None
    ) -> None:
        late = (AT - timedelta(days=1)).isoformat()
        booking = {"contact": "梅", "phone": "13800000001", "address": "某路", "papers": ["invoice"]}
        problem(insurer.post("/claims/C-1/pickups", {**booking, "window_from": late}), 422, "WINDOW_GONE")
        problem(insurer.post("/claims/C-1/pickups/999/cancel"), 404, "NOT_THERE")


READS = ("/claims/C-1/disputes", "/claims/C-1/thread", "/claims/C-1/pickups")


def test_another_partner_finds_nothing_and_a_hospital_acts_for_nobody(
    cast: Cast, claim_no: str, insurer: Partner, clinic: Partner
) -> None:
    number = body(insurer.post("/claims/C-1/disputes", SAID), 201)["dispute"]
    for path in (*READS, f"/disputes/{number}"):
        problem(clinic.get(path), 404, "NOT_THERE")
    qing = partners_row("qing")
    Claim.objects.filter(claim_no=claim_no).update(partner=qing, external_id="H-1")
    for path in READS:
        problem(clinic.get(path.replace("C-1", "H-1")), 403, "NOT_ALLOWED")
    problem(clinic.get(f"/disputes/{number}"), 403, "NOT_ALLOWED")
    problem(clinic.post(f"/disputes/{number}/words", {"words": "x"}), 403, "NOT_ALLOWED")
    problem(clinic.post("/claims/H-1/disputes", SAID), 403, "NOT_ALLOWED")
    problem(clinic.post("/claims/H-1/thread", {"text": "x"}), 403, "NOT_ALLOWED")


def partners_row(code: str) -> int:
    from hearth.store.models import Partner as Row

    return int(Row.objects.get(code=code).pk)


@pytest.mark.parametrize(
    ("scope", "reads"), [("disputes:read", 0), ("threads:read", 1), ("pickups:read", 2), ("claims:read", -1)]
)
def test_each_scope_is_for_its_own(claim_no: str, speaking: Callable[..., Partner], scope: str, reads: int) -> None:
    asks = speaking("ping", scope)
    for at, path in enumerate(READS):
        answer = asks.get(path)
        if at == reads:
            body(answer)
        else:
            problem(answer, 403, "SCOPE_MISSING")
    for path, sent in (("disputes", SAID), ("thread", {"text": "x"})):
        problem(asks.post(f"/claims/C-1/{path}", sent), 403, "SCOPE_MISSING")


def test_the_partner_that_ended_is_let_in_no_more(claim_no: str, insurer: Partner) -> None:
    partners.end_partner(HOUSE, "ping", at=AT)
    problem(insurer.get(READS[0]), 401, "TOKEN_REFUSED")


def test_pickups_need_a_courier(claim_no: str, insurer: Partner, settings: Any) -> None:
    settings.COURIERS_WIRE = "none:"
    assert not pickups.is_offered() and body(insurer.get("/pickup-windows"))["windows"] == []
