"""People are told of each step once, in their language, outside their quiet hours, whatever the carrier does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.desks.books import records
from hearth.desks.service import notices
from hearth.store.access import HOUSE, NotThere, Who, who
from hearth.store.access.notices import inbox, notices_of_claim, undelivered, unread
from hearth.store.models import Claim, Decision, Notice, Person, Record, Relation
from hearth.store.sealed import digest
from hearth.wires.chance import draw
from hearth.wires.messages.outbox import Outbox
from hearth.words.calendar import CHINA_TIME
from hearth.words.claims import Role
from tests.cast import BO, HUI, HUIS_DAUGHTER, MEI
from tests.desks.money.rows import AT, account, agreed, guardian, member, staff

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def place(tmp_path: Path, settings: Any) -> Path:
    """The file of a carrier that makes no mistakes."""
    path = tmp_path / "outbox.sqlite3"
    settings.MESSAGES_WIRE = f"memory:{path}"
    return path


def reachable(person: Person, phone: str = "13800001234", **how: Any) -> Person:
    person.phone, person.phone_digest = phone, digest(phone, "phone")
    for name, value in how.items():
        setattr(person, name, value)
    person.save()
    return person


def told(kind: str, claim: Claim, at: datetime = AT, **data: Any) -> int:
    """A record of the claim, as the desk writes it."""
    return records.append(kind, f"claim:{claim.claim_no}", by=HOUSE, at=at, data=data).pk


def texts(place: Path, to: str | None = None) -> list[str]:
    return [sent.text for sent in Outbox(place).sent(to)]


@pytest.mark.django_db
class TestNotices:
    def test_an_agreed_claim_is_told_by_sms_and_kept_in_the_inbox(self, place: Path) -> None:
        mei = reachable(member(MEI))
        claim = agreed(mei, 5_000, account(mei))
        made = notices.notify(told("claim.agreed", claim.claim, account=claim.claim.account_id), at=AT)
        assert [each.state for each in notices.send_due(at=AT)] == ["sent"]
        assert texts(place, "13800001234") == [f"理赔申请{claim.claim_no}已确认，赔款将转入尾号3445的账户。"]
        (row,) = inbox(who(mei, AT), AT)
        assert (row.id, row.title, row.claim_no) == (made[0], "已确认，等待付款", claim.claim_no)
        assert "十天" in row.body
        assert unread(who(mei, AT), AT) == 1
        record = Record.objects.get(kind="notice.sent")
        assert record.subject == f"claim:{claim.claim_no}"
        assert b'"what":"claim.agreed"' in bytes(record.body)

    def test_a_step_is_told_once_however_often_its_job_runs(self, place: Path) -> None:
        mei = reachable(member(MEI))
        record_id = told("claim.accepted", agreed(mei, 5_000, account(mei)).claim)
        assert notices.notify(record_id, at=AT) == notices.notify(record_id, at=AT + MINUTE)
        for minute in range(4):
            notices.send_due(at=AT + minute * MINUTE)
        assert len(texts(place)) == 1
        assert Record.objects.filter(kind="notice.sent").count() == 1

    def test_everybody_is_told_in_their_own_language(self, place: Path) -> None:
        mei = reachable(member(MEI), language="en")
        claim = agreed(mei, 5_000, account(mei))
        notices.notify(told("claim.submitted", claim.claim), at=AT)
        notices.send_due(at=AT)
        (sent,) = Outbox(place).sent()
        assert sent.text.startswith("We have your claim") and sent.lang == "en"

    @pytest.mark.parametrize(
        ("outcome", "fen", "title"),
        [("approved", 5_000, "核定结论：给付 50.00 元"), ("approved", 0, "核定结论：本次无需支付"),
         ("partial", 5_000, "核定结论：部分给付 50.00 元"), ("refused", 0, "核定结论：不予给付")],
    )  # fmt: skip
    def test_a_decision_is_told_as_it_is_and_the_sms_says_only_that_there_is_one(
        self, place: Path, outcome: str, fen: int, title: str
    ) -> None:
        mei = reachable(member(MEI))
        claim = agreed(mei, 5_000, account(mei))
        record_id = told("claim.decided", claim.claim)
        judge = member(BO)
        Decision.objects.create(
            claim=claim.claim, number=2, calculation=claim.decision.calculation, outcome=outcome, payable_fen=fen,
            paid_out_fen=fen, at_stake_fen=5_000, authority_fen=5_000, decided_by=judge, reason="r", clause="3.1",
            evidence=["1"], decided_at=AT, record_id=record_id,
        )  # fmt: skip
        notices.notify(record_id, at=AT)
        notices.send_due(at=AT)
        assert inbox(who(mei, AT), AT)[0].title == title
        assert texts(place) == [f"理赔申请{claim.claim_no}已有核定结论，请登录查看金额、依据和异议方式。"]

    def test_nobody_is_woken(self, place: Path) -> None:
        mei = reachable(member(MEI))
        claim = agreed(mei, 5_000, account(mei))
        night = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)  # 23:30 in China
        notices.notify(told("claim.accepted", claim.claim, night), at=night)
        assert notices.send_due(at=night) == []
        assert notices.send_due(at=night + 8 * HOUR) == []
        # In the inbox it stands at once.
        assert len(inbox(who(mei, night), night)) == 1
        assert [each.state for each in notices.send_due(at=night + 9 * HOUR)] == ["sent"]
        assert Notice.objects.get().sent_at == night + 9 * HOUR

    def test_an_attempt_that_would_fall_into_the_night_waits_for_the_morning(self, place: Path, settings: Any) -> None:
        settings.MESSAGES_WIRE = f"memory:{place}?timeout_before=1"
        mei = reachable(member(MEI))
        evening = datetime(2026, 3, 2, 12, 59, tzinfo=UTC)  # 20:59 in China
        notices.notify(told("claim.accepted", agreed(mei, 5_000, account(mei)).claim, evening), at=evening)
        assert [each.trouble for each in notices.send_due(at=evening)] == ["NO_ANSWER"]
        assert notices.send_due(at=evening + 2 * MINUTE) == []
        assert Notice.objects.get().send_at == datetime(2026, 3, 3, 0, 0, tzinfo=UTC)

    def test_a_time_out_after_success_sends_nothing_twice(self, place: Path, settings: Any) -> None:
        settings.MESSAGES_WIRE = f"memory:{place}?timeout_after_success=1"
        mei = reachable(member(MEI))
        notices.notify(told("claim.accepted", agreed(mei, 5_000, account(mei)).claim), at=AT)
        assert [(each.state, each.trouble) for each in notices.send_due(at=AT)] == [("due", "NO_ANSWER")]
        assert len(texts(place)) == 1
        assert notices.send_due(at=AT + MINUTE / 2) == []
        assert [each.state for each in notices.send_due(at=AT + MINUTE)] == ["sent"]
        assert len(texts(place)) == 1

    def test_a_carrier_that_never_answers_is_given_up_after_six_attempts_on_each_way(
        self, place: Path, settings: Any
    ) -> None:
        settings.MESSAGES_WIRE = f"memory:{place}?timeout_before=1"
        mei = reachable(member(MEI), email="mei@example.org", quiet_from=0, quiet_to=0)
        notices.notify(told("claim.accepted", agreed(mei, 5_000, account(mei)).claim), at=AT)
        at, attempts = AT, 0
        while Notice.objects.filter(state="due").exists():
            attempts += len(notices.send_due(at=at))
            at += MINUTE
            assert attempts < 30
        assert attempts == 3 * notices.MOST_ATTEMPTS
        notice = Notice.objects.get()
        assert (notice.state, notice.trouble, notice.channel) == ("given_up", "NO_ANSWER", "app")
        assert at - AT > 4 * HOUR
        agent = staff("服", Role.SERVICE_AGENT)
        assert [row.id for row in undelivered(agent, at)] == [notice.pk]
        # It still stands in the inbox, and reading it is being told.
        notices.mark_read(who(mei, at), notice.pk, at=at)
        assert undelivered(agent, at) == ()
        assert b'"channel":"inbox"' in bytes(Record.objects.get(kind="notice.sent").body)

    def test_a_number_that_is_not_there_is_followed_by_a_letter(self, place: Path, settings: Any) -> None:
        settings.MESSAGES_WIRE = f"memory:{place}?unreachable=0.5&seed=3"
        number = next(
            f"1380000{n:04d}" for n in range(500) if _is_away(f"1380000{n:04d}") and not _is_away(f"{n}@m.cn")
        )
        mei = reachable(member(MEI), number, email=f"{int(number[-4:])}@m.cn", large_print=True)
        notices.notify(told("claim.accepted", agreed(mei, 5_000, account(mei)).claim), at=AT)
        assert [(each.state, each.trouble) for each in notices.send_due(at=AT)] == [("due", "UNREACHABLE")]
        assert [each.state for each in notices.send_due(at=AT)] == ["sent"]
        (sent,) = [each for each in Outbox(place).sent() if each.channel == "email"]
        assert (sent.subject, sent.text.count("\n\n")) == ("已受理", 2)

    def test_many_notices_through_a_bad_carrier_arrive_once_each(self, place: Path, settings: Any) -> None:
        settings.MESSAGES_WIRE = (
            f"memory:{place}?timeout_before=0.2&timeout_after_success=0.3&throttled=0.2&unreachable=0.1&seed=5"
        )
        people = [reachable(member(MEI), f"1390000{n:04d}", quiet_from=0, quiet_to=0) for n in range(40)]
        claims = [agreed(person, 5_000, account(person)) for person in people]
        for claim in claims:
            notices.notify(told("claim.agreed", claim.claim, account=claim.claim.account_id), at=AT)
        for minute in range(0, 600, 2):
            notices.send_due(at=AT + minute * MINUTE)
        assert not Notice.objects.filter(state="due").exists()
        arrived = Notice.objects.filter(state="sent")
        assert arrived.count() > 35
        keys = [each.key for each in Outbox(place).sent()]
        assert len(keys) == len(set(keys)) >= arrived.count()
        assert Record.objects.filter(kind="notice.sent").count() == arrived.count()

    def test_a_parent_who_reported_is_told_of_the_child_and_the_child_is_not(self, place: Path) -> None:
        hui, yue = reachable(member(HUI)), member(HUIS_DAUGHTER)
        relation = guardian(hui, yue)
        claim = agreed(yue, 5_000, account(hui)).claim
        Claim.objects.filter(pk=claim.pk).update(reporter=hui)
        made = notices.notify(told("claim.accepted", claim), at=AT)
        assert [Notice.objects.get(pk=each).person_id for each in made] == [hui.pk]
        # A relation that has ended tells nothing more.
        Relation.objects.filter(pk=relation.pk).update(ended_at=AT)
        assert notices.notify(told("claim.accepted", claim, AT + DAY), at=AT + DAY) == ()

    def test_both_spouses_are_told_where_one_reported_for_the_other(self, place: Path) -> None:
        hui, qiang = reachable(member(HUI)), reachable(member(MEI), "13900009999")
        Relation.objects.create(person=hui, other=qiang, kind="spouse", proof="结婚证", proven_at=AT - DAY)
        claim = agreed(qiang, 5_000, account(qiang)).claim
        Claim.objects.filter(pk=claim.pk).update(reporter=hui)
        made = notices.notify(told("claim.accepted", claim), at=AT)
        assert {Notice.objects.get(pk=each).person_id for each in made} == {hui.pk, qiang.pk}

    def test_a_steward_who_reported_for_a_member_is_not_told_of_them(self, place: Path) -> None:
        mei, an = reachable(member(MEI)), staff("安", Role.STEWARD)
        claim = agreed(mei, 5_000, account(mei)).claim
        Claim.objects.filter(pk=claim.pk).update(reporter=an.person_id)
        (made,) = notices.notify(told("claim.accepted", claim), at=AT)
        assert Notice.objects.get(pk=made).person_id == mei.pk

    def test_nobody_is_told_of_what_is_not_for_members(self, place: Path) -> None:
        mei = reachable(member(MEI))
        claim = agreed(mei, 5_000, account(mei)).claim
        assert notices.notify(told("claim.calculated", claim), at=AT) == ()
        policy = records.append("policy.issued", "policy:P2600000001", by=HOUSE, at=AT)
        assert notices.notify(policy.pk, at=AT) == ()

    def test_a_locked_person_is_written_to_no_more(self, place: Path) -> None:
        mei = reachable(member(MEI))
        claim = agreed(mei, 5_000, account(mei)).claim
        notices.notify(told("claim.accepted", claim), at=AT)
        mei.locked_at, mei.is_active = AT, False
        mei.save()
        assert [(each.state, each.trouble) for each in notices.send_due(at=AT)] == [("given_up", "LOCKED")]
        assert notices.notify(told("claim.agreed", claim, account=claim.account_id), at=AT) == ()
        assert texts(place) == []

    def test_an_inbox_is_ones_own(self, place: Path) -> None:
        mei, bo = reachable(member(MEI)), member(BO)
        claim = agreed(mei, 5_000, account(mei))
        (notice_id,) = notices.notify(told("claim.accepted", claim.claim), at=AT)
        assert inbox(who(bo, AT), AT) == ()
        assert inbox(Who(), AT) == ()
        with pytest.raises(NotThere):
            notices.mark_read(who(bo, AT), notice_id, at=AT)
        agent = staff("服", Role.SERVICE_AGENT)
        assert [row.id for row in notices_of_claim(agent, claim.claim_no, AT)] == [notice_id]
        with pytest.raises(NotThere):
            notices.mark_read(agent, notice_id, at=AT)
        # Read before it went out: it has arrived, and no SMS follows.
        notices.mark_read(who(mei, AT), notice_id, at=AT)
        notices.mark_read(who(mei, AT), notice_id, at=AT + DAY)
        assert (unread(who(mei, AT), AT), texts(place)) == (0, [])
        assert notices.send_due(at=AT) == []
        assert Notice.objects.get().read_at == AT

    def test_somebody_without_telephone_or_letter_finds_it_in_the_inbox(self, place: Path) -> None:
        mei = member(MEI)
        notices.notify(told("claim.accepted", agreed(mei, 5_000, account(mei)).claim), at=AT)
        assert [each.state for each in notices.send_due(at=AT)] == ["sent"]
        (sent,) = Outbox(place).sent()
        assert (sent.channel.value, sent.to) == ("app", f"person:{mei.pk}")


def _is_away(to: str) -> bool:
    return draw(3, "unreachable", to) < 0.5


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(lambda at: at.replace(tzinfo=UTC)),
    st.integers(0, 23),
    st.integers(0, 23),
)
def test_quiet_hours_end_at_the_first_moment_that_is_not_quiet(at: datetime, first: int, end: int) -> None:
    quiet = {(first + hour) % 24 for hour in range((end - first) % 24)}
    found = notices.after_quiet(at, first, end)
    assert found >= at
    assert found.astimezone(CHINA_TIME).hour not in quiet
    # Hour by hour, as one would look at a clock.
    slow = at
    while slow.astimezone(CHINA_TIME).hour in quiet:
        slow = (slow + HOUR).replace(minute=0, second=0, microsecond=0)
    assert found == slow


def test_nine_in_the_evening_is_quiet_and_eight_in_the_morning_is_not() -> None:
    nine = datetime(2026, 3, 2, 21, 0, tzinfo=CHINA_TIME)
    assert notices.after_quiet(nine, 21, 8) == datetime(2026, 3, 3, 8, 0, tzinfo=CHINA_TIME)
    assert notices.after_quiet(nine - MINUTE, 21, 8) == nine - MINUTE
    assert notices.after_quiet(nine, 8, 8) == nine
