"""Partners come in by their tokens, at their pace; each step of their claims is told once to their webhooks."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from hearth.desks import partners
from hearth.desks.books import records
from hearth.desks.partners.organisations import PartnerThere
from hearth.desks.partners.requests import KeyForOther
from hearth.desks.partners.telling import BACKOFF
from hearth.desks.partners.tokens import PartnerEnded, TokenRefused, TooFast
from hearth.desks.partners.webhooks import MOST_WEBHOOKS, TooManyWebhooks, WebhookNotTls, WebhookThere
from hearth.store.access import NotAllowed, NotThere, Who, who
from hearth.store.access import partners as reads
from hearth.store.models import ApiRequest, Branch, Claim, Delivery, Partner, Person, Record, RoleGrant, Token, Webhook
from hearth.wires.webhooks import signature
from hearth.wires.webhooks.pinboard import Pinboard
from hearth.words.claims import Role
from hearth.words.faults import Malformed

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
SCOPES = ("claims:read", "claims:write", "webhooks")
URL = "https://partner.example/hearth"


@pytest.fixture
def admin() -> Who:
    person = Person.objects.create(username="wei", full_name="薇")
    RoleGrant.objects.create(person=person, role=Role.ADMINISTRATOR, from_at=AT)
    return who(person, AT)


@pytest.fixture
def broker(admin: Who) -> str:
    Branch.objects.create(code="sz", name_zh="深圳", name_en="Shenzhen")
    return partners.add_partner(admin, at=AT, code="blue-lamp", name="蓝灯经纪", kind="broker", branch="sz")


@pytest.fixture
def board(settings: Any, tmp_path: Path) -> Pinboard:
    settings.WEBHOOKS_WIRE = f"memory:{tmp_path}/board.sqlite3"
    return Pinboard(tmp_path / "board.sqlite3")


def let_in(admin: Who, broker: str, *scopes: str, at: datetime = AT) -> Who:
    made = partners.make_token(admin, broker, at=at, name="test", scopes=scopes or SCOPES)
    return partners.admit(made.text, at=at).by


def claim_of(partner: str | None, number: str = "C2600000001") -> Claim:
    person, _ = Person.objects.get_or_create(username="mei", full_name="梅")
    return Claim.objects.create(
        claim_no=number,
        person=person,
        reporter=person,
        state_at=AT,
        partner=None if partner is None else Partner.objects.get(code=partner),
        external_id="" if partner is None else f"their-{number}",
    )


def happened(kind: str, number: str = "C2600000001") -> Record:
    with transaction.atomic():
        return records.append(kind, f"claim:{number}", by=Who(is_house=True), at=AT)


# --- organisations and tokens ----------------------------------------------------------------------------------------


def test_an_administrator_takes_partners_in_and_nobody_else_does(admin: Who, broker: str) -> None:
    assert Record.objects.get(kind="partner.added").subject == "partner:blue-lamp"
    [row] = reads.partners(admin, AT)
    assert (row.code, row.kind, row.branch, row.is_active) == ("blue-lamp", "broker", "sz", True)
    with pytest.raises(PartnerThere):
        partners.add_partner(admin, at=AT, code="blue-lamp", name="other", kind="hospital")
    with pytest.raises(NotThere):
        partners.add_partner(admin, at=AT, code="green-lamp", name="other", kind="hospital", branch="nowhere")
    for wrong in ({"code": "Blue Lamp"}, {"name": " "}, {"name": "a\nb"}, {"kind": "bank"}):
        with pytest.raises(Malformed):
            partners.add_partner(admin, at=AT, **({"code": "green", "name": "green", "kind": "insurer"} | wrong))
    member = who(Person.objects.create(username="bo", full_name="波"), AT)
    for by in (member, let_in(admin, broker)):
        with pytest.raises(NotAllowed):
            partners.add_partner(by, at=AT, code="green", name="green", kind="insurer")
        with pytest.raises(NotAllowed):
            reads.partners(by, AT)


def test_only_the_digest_of_a_token_is_kept(admin: Who, broker: str) -> None:
    made = partners.make_token(admin, broker, at=AT, name="intake", scopes=["claims:write"])
    token = Token.objects.get()
    assert made.text.startswith("hearth_") and len(made.text) == 50
    assert made.text not in repr(made)
    assert made.text.encode() not in bytes(token.digest) and len(bytes(token.digest)) == 32
    record = json.loads(Record.objects.get(kind="token.made").body)
    assert record["data"] == {"token": token.pk, "scopes": ["claims:write"]}
    assert partners.admit(made.text, at=AT).by.scopes == {"claims:write"}


def test_a_token_that_is_unknown_expired_or_revoked_opens_nothing_and_sounds_the_same(admin: Who, broker: str) -> None:
    made = partners.make_token(admin, broker, at=AT, name="intake", scopes=["claims:read"], days=1)
    said = set()
    for text, at in (
        ("", AT),
        ("hearth_" + "x" * 43, AT),
        (made.text[:-1], AT),
        (made.text + "\0", AT),
        (made.text, AT + timedelta(days=1)),
    ):
        with pytest.raises(TokenRefused) as refused:
            partners.admit(text, at=at)
        said.add(str(refused.value))
    assert partners.admit(made.text, at=AT + timedelta(hours=23)).by.partner_id is not None
    partners.revoke_token(admin, broker, made.token_id, at=AT)
    partners.revoke_token(admin, broker, made.token_id, at=AT)
    with pytest.raises(TokenRefused) as refused:
        partners.admit(made.text, at=AT + timedelta(hours=23))
    assert said | {str(refused.value)} == said
    assert Record.objects.filter(kind="token.revoked").count() == 1


def test_with_the_work_with_a_partner_its_tokens_and_webhooks_end(admin: Who, broker: str, board: Pinboard) -> None:
    made = partners.make_token(admin, broker, at=AT, name="intake", scopes=SCOPES)
    partners.add_webhook(partners.admit(made.text, at=AT).by, URL, at=AT)
    partners.end_partner(admin, broker, at=AT)
    partners.end_partner(admin, broker, at=AT)
    with pytest.raises(TokenRefused):
        partners.admit(made.text, at=AT)
    with pytest.raises(PartnerEnded):
        partners.make_token(admin, broker, at=AT, name="again", scopes=SCOPES)
    claim_of(broker)
    assert partners.tell(happened("claim.decided").pk, at=AT) == ()
    assert Record.objects.filter(kind="partner.ended").count() == 1


@pytest.mark.parametrize(
    "wrong",
    [{"scopes": ["claims:delete"]}, {"scopes": []}, {"days": 0}, {"days": 9999}, {"per_minute": 0}, {"name": ""}],
)
def test_a_token_has_known_scopes_an_end_and_a_pace(admin: Who, broker: str, wrong: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        partners.make_token(admin, broker, at=AT, **({"name": "intake", "scopes": SCOPES} | wrong))


@pytest.mark.parametrize("per_minute", [1, 6, 60, 600, 6000])
def test_a_token_asks_at_its_pace(admin: Who, broker: str, per_minute: int) -> None:
    made = partners.make_token(admin, broker, at=AT, name="pace", scopes=SCOPES, per_minute=per_minute)
    at_once = 0
    while at_once < 1100:
        try:
            partners.admit(made.text, at=AT)
        except TooFast as fast:
            wait = fast.data["seconds"]
            break
        at_once += 1
    # Ten seconds' worth at once, and never less than one request.
    assert at_once == max(1, per_minute // 6)
    with pytest.raises(TooFast):
        partners.admit(made.text, at=AT + timedelta(seconds=60 / per_minute * 0.5))
    assert partners.admit(made.text, at=AT + timedelta(seconds=wait))
    # Over a long time it is the pace and no more.
    at, let = AT + timedelta(hours=1), 0
    for second in range(120):
        for _ in range(4):
            try:
                partners.admit(made.text, at=at + timedelta(seconds=second))
                let += 1
            except TooFast:
                pass
    assert let <= max(1, per_minute // 6) + per_minute * 2


def test_one_token_asking_fast_does_not_slow_another(admin: Who, broker: str) -> None:
    fast, calm = (
        partners.make_token(admin, broker, at=AT, name=name, scopes=SCOPES, per_minute=1) for name in ("fast", "calm")
    )
    partners.admit(fast.text, at=AT)
    with pytest.raises(TooFast):
        partners.admit(fast.text, at=AT)
    assert partners.admit(calm.text, at=AT)


# --- requests --------------------------------------------------------------------------------------------------------


def test_a_request_is_answered_the_same_under_its_key(admin: Who, broker: str) -> None:
    by = let_in(admin, broker)
    with partners.in_turn(by, "k-1"):
        assert partners.begin_request(by, "k-1", "digest", at=AT) is None
        partners.keep_answer(by, "k-1", 201, b'{"claim":"C1"}')
    with partners.in_turn(by, "k-1"):
        assert partners.begin_request(by, "k-1", "digest", at=AT) == partners.Kept(201, b'{"claim":"C1"}')
        partners.keep_answer(by, "k-1", 500, b"another")
        with pytest.raises(KeyForOther):
            partners.begin_request(by, "k-1", "another digest", at=AT)
        assert partners.begin_request(by, "k-1", "digest", at=AT) == partners.Kept(201, b'{"claim":"C1"}')


def test_two_partners_may_use_the_same_key(admin: Who, broker: str) -> None:
    one = let_in(admin, broker)
    other = let_in(admin, partners.add_partner(admin, at=AT, code="clinic", name="clinic", kind="hospital"))
    for by in (one, other):
        assert partners.begin_request(by, "k-1", f"digest of {by.partner_id}", at=AT) is None


def test_old_requests_are_forgotten(admin: Who, broker: str) -> None:
    by = let_in(admin, broker)
    partners.begin_request(by, "old", "digest", at=AT - timedelta(days=31))
    partners.begin_request(by, "new", "digest", at=AT)
    assert partners.forget_requests(at=AT) == 1
    assert ApiRequest.objects.get().key == "new"


# --- webhooks --------------------------------------------------------------------------------------------------------


def test_a_webhook_is_an_encrypted_address_registered_once(admin: Who, broker: str, settings: Any) -> None:
    by = let_in(admin, broker)
    made = partners.add_webhook(by, URL, at=AT)
    assert made.secret.startswith("whsec_") and made.secret not in repr(made)
    with pytest.raises(WebhookThere):
        partners.add_webhook(by, URL, at=AT)
    for bad in ("http://partner.example/", "ftp://partner.example/"):
        with pytest.raises((WebhookNotTls, Malformed)):
            partners.add_webhook(by, bad, at=AT)
    settings.WEBHOOKS_PRIVATE = True
    assert partners.add_webhook(by, "http://127.0.0.1:8080/", at=AT)
    partners.remove_webhook(by, made.webhook_id, at=AT)
    assert [row.url for row in reads.webhooks(by, AT)] == ["http://127.0.0.1:8080/"]
    assert partners.add_webhook(by, URL, at=AT).secret != made.secret
    for number in range(MOST_WEBHOOKS - 2):
        partners.add_webhook(by, f"{URL}/{number}", at=AT)
    with pytest.raises(TooManyWebhooks):
        partners.add_webhook(by, f"{URL}/more", at=AT)


def test_another_partners_webhook_sounds_like_not_there(admin: Who, broker: str) -> None:
    mine = partners.add_webhook(let_in(admin, broker), URL, at=AT)
    other = let_in(admin, partners.add_partner(admin, at=AT, code="clinic", name="clinic", kind="hospital"))
    for ask in (
        lambda: partners.remove_webhook(other, mine.webhook_id, at=AT),
        lambda: partners.try_webhook(other, mine.webhook_id, at=AT),
        lambda: reads.webhook(other, mine.webhook_id, AT),
        lambda: reads.deliveries(other, mine.webhook_id, AT),
    ):
        with pytest.raises(NotThere):
            ask()
    with pytest.raises(NotAllowed):
        partners.add_webhook(let_in(admin, broker, "claims:read"), URL, at=AT)
    assert reads.webhooks(other, AT) == []


def test_a_record_of_a_partners_claim_is_told_once_with_ids_and_states_alone(
    admin: Who, broker: str, board: Pinboard
) -> None:
    made = partners.add_webhook(let_in(admin, broker), URL, at=AT)
    claim = claim_of(broker)
    claim.facts = {"invoices": [{"icd": "E11.9"}]}
    claim.story = "低血糖昏迷"
    claim.save()
    record = happened("claim.decided")
    assert partners.tell(record.pk, at=AT) == (made.webhook_id,)
    assert partners.tell(record.pk, at=AT) == (made.webhook_id,)
    assert partners.due_webhooks(AT) == [made.webhook_id]
    assert partners.deliver(made.webhook_id, at=AT) == 1
    assert partners.deliver(made.webhook_id, at=AT) == 0
    [call] = board.calls()
    assert json.loads(call.body) == {
        "delivery": f"D{Delivery.objects.get().pk}",
        "record": record.pk,
        "kind": "claim.decided",
        "claim": "C2600000001",
        "external_id": "their-C2600000001",
        "at": "2026-11-22T04:00:00.000000Z",
    }
    assert call.signature == "v1=" + signature(made.secret, call.stamp, call.body)
    [row] = reads.deliveries(let_in(admin, broker), made.webhook_id, AT)
    assert (row.state, row.attempts, row.last_status, row.kind) == ("taken", 1, 200, "claim.decided")


def test_claims_that_nobody_brought_in_are_told_to_nobody(admin: Who, broker: str) -> None:
    partners.add_webhook(let_in(admin, broker), URL, at=AT)
    other = partners.add_partner(admin, at=AT, code="clinic", name="clinic", kind="hospital")
    for number, partner in (("C2600000001", None), ("C2600000002", other)):
        claim_of(partner, number)
        assert partners.tell(happened("claim.paid", number).pk, at=AT) == ()
    assert not Delivery.objects.exists()


def test_a_receiver_that_fails_is_tried_again_ever_more_slowly_and_given_up_in_the_end(
    admin: Who, broker: str, board: Pinboard, settings: Any, tmp_path: Path
) -> None:
    settings.WEBHOOKS_WIRE = f"memory:{tmp_path}/board.sqlite3?failing=1"
    made = partners.add_webhook(let_in(admin, broker), URL, at=AT)
    claim_of(broker)
    partners.tell(happened("claim.paid").pk, at=AT)
    at, attempts = AT, 0
    while partners.due_webhooks(at) or Delivery.objects.filter(state="due").exists():
        if partners.due_webhooks(at):
            assert partners.deliver(made.webhook_id, at=at) == 0
            attempts += 1
        at += timedelta(minutes=1)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts, attempts) == ("given_up", len(BACKOFF) + 1, len(BACKOFF) + 1)
    assert (delivery.last_status, delivery.last_trouble) == (503, "the answer is not 2xx")
    assert at - AT >= sum(BACKOFF, timedelta())
    assert board.calls() == []


def test_a_receiver_that_fails_costs_one_call_and_not_one_for_each_message(
    admin: Who, broker: str, board: Pinboard, settings: Any, tmp_path: Path
) -> None:
    made = partners.add_webhook(let_in(admin, broker), URL, at=AT)
    claim_of(broker)
    for _ in range(5):
        partners.tell(happened("claim.paid").pk, at=AT)
    settings.WEBHOOKS_WIRE = f"memory:{tmp_path}/board.sqlite3?timeout=1"
    assert partners.deliver(made.webhook_id, at=AT) == 0
    assert sorted(Delivery.objects.values_list("attempts", flat=True)) == [0, 0, 0, 0, 1]
    assert partners.due_webhooks(AT + timedelta(seconds=10)) == []
    settings.WEBHOOKS_WIRE = f"memory:{tmp_path}/board.sqlite3"
    later = AT + timedelta(minutes=3)
    assert partners.deliver(made.webhook_id, at=later) == 5
    assert len(board.calls()) == 5
    assert Webhook.objects.get().failures == 0


def test_an_answer_that_was_lost_makes_a_second_call_of_the_same_key(
    admin: Who, broker: str, board: Pinboard, settings: Any, tmp_path: Path
) -> None:
    made = partners.add_webhook(let_in(admin, broker), URL, at=AT)
    claim_of(broker)
    partners.tell(happened("claim.paid").pk, at=AT)
    settings.WEBHOOKS_WIRE = f"memory:{tmp_path}/board.sqlite3?timeout_after_taking=1"
    partners.deliver(made.webhook_id, at=AT)
    settings.WEBHOOKS_WIRE = f"memory:{tmp_path}/board.sqlite3"
    partners.deliver(made.webhook_id, at=AT + timedelta(minutes=1))
    first, second = board.calls()
    assert (first.key, first.body) == (second.key, second.body)
    assert first.signature != second.signature


def test_an_address_that_is_gone_is_left_alone(
    admin: Who, broker: str, board: Pinboard, settings: Any, tmp_path: Path
) -> None:
    made = partners.add_webhook(let_in(admin, broker), URL, at=AT)
    claim_of(broker)
    for _ in range(2):
        partners.tell(happened("claim.paid").pk, at=AT)
    settings.WEBHOOKS_WIRE = f"memory:{tmp_path}/board.sqlite3?gone=1"
    partners.deliver(made.webhook_id, at=AT)
    assert not Webhook.objects.get().is_active
    assert set(Delivery.objects.values_list("state", flat=True)) == {"given_up"}
    assert json.loads(Record.objects.get(kind="webhook.removed").body)["by"] == "house"


def test_a_webhook_can_be_tried(admin: Who, broker: str, board: Pinboard, settings: Any, tmp_path: Path) -> None:
    by = let_in(admin, broker)
    made = partners.add_webhook(by, URL, at=AT)
    assert partners.try_webhook(by, made.webhook_id, at=AT) == partners.telling.Tried(True, 200, "")
    [call] = board.calls()
    assert json.loads(call.body)["kind"] == "webhook.tried"
    settings.WEBHOOKS_WIRE = f"memory:{tmp_path}/board.sqlite3?timeout=1"
    tried = partners.try_webhook(by, made.webhook_id, at=AT + timedelta(seconds=1))
    assert (tried.is_taken, tried.trouble) == (False, "no answer within the time limit")


def test_nothing_is_deferred_for_a_claim_that_no_webhook_hears_of(admin: Who, broker: str, board: Pinboard) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    def deferred(number: str) -> set[str]:
        record = happened("claim.closed", number)
        return set(ProcrastinateJob.objects.filter(args={"record_id": record.pk}).values_list("task_name", flat=True))

    claim_of(None)
    claim_of(broker, "C2600000002")
    assert deferred("C2600000001") == deferred("C2600000002") == {"service.notify"}
    made = partners.add_webhook(let_in(admin, broker), URL, at=AT)
    assert deferred("C2600000001") == {"service.notify"}, "nobody brought it in"
    assert deferred("C2600000002") == {"service.notify", "api.tell_partners"}
    partners.remove_webhook(let_in(admin, broker), made.webhook_id, at=AT)
    assert deferred("C2600000002") == {"service.notify"}


def test_the_jobs_tell_and_deliver(admin: Who, broker: str, board: Pinboard) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    from hearth.doors.jobs import partners as jobs

    partners.add_webhook(let_in(admin, broker), URL, at=AT)
    claim_of(broker)
    record = happened("claim.closed")
    assert ProcrastinateJob.objects.filter(task_name="api.tell_partners", args={"record_id": record.pk}).exists()
    jobs.tell_partners(record_id=record.pk)
    jobs.tell_partners(record_id=record.pk)
    [job] = ProcrastinateJob.objects.filter(task_name="api.deliver")
    jobs.deliver(**job.args)
    jobs.deliver_due(timestamp=0)
    assert len(board.calls()) == 1
