"""A claim has one conversation: the member, the steward, the expert; nothing in it is lost, answered late or forged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import Error, transaction

from hearth.desks.claims import agreeing, reporting
from hearth.desks.people import export_data
from hearth.desks.service import notices, stewards, thread
from hearth.desks.service.explaining import offered
from hearth.desks.service.faults import NotAnswered, NothingToExplain, NothingWritten
from hearth.store.access import NotAllowed, NotThere
from hearth.store.access.thread import contacts, mark_of, thread_of, unread_at_home, unread_of, waiting
from hearth.store.models import Claim, Message, Notice, Record, Thread, ThreadMember
from hearth.words.claims import ClaimState
from hearth.words.service import Part, Side
from tests.desks.cast_rows import AT, DAY, HOUR, Cast, add_papers, cast, stay
from tests.desks.claims.way import claim_at

pytestmark = pytest.mark.django_db
S = ClaimState
__all__ = ["cast"]
MINUTE = timedelta(minutes=1)


@pytest.fixture(name="cast")
def everybody() -> Cast:
    return cast()


def opened(no: str, at: datetime = AT) -> None:
    """What the job does once a claim is reported."""
    stewards.open_thread(Record.objects.get(kind="claim.reported", subject=f"claim:{no}").pk, at=at)


def told(no: str, at: datetime) -> list[str]:
    """What the job makes of the last line, and of whom."""
    record = Record.objects.filter(kind="claim.written", subject=f"claim:{no}").latest("pk")
    ids = notices.notify(record.pk, at=at)
    return sorted(Notice.objects.filter(pk__in=ids).values_list("person__full_name", flat=True))


def test_the_report_opens_the_thread_with_the_member_and_their_steward(cast: Cast) -> None:
    no = claim_at(cast, S.REPORTED)
    opened(no)
    opened(no)
    row = thread_of(cast.who("mei"), no, AT)
    assert {(each.name, each.part) for each in row.people} == {("梅", Part.MEMBER), ("安", Part.STEWARD)}
    assert row.steward is not None and row.steward.name == "安" and not row.lines


def test_a_line_waits_until_the_service_answers_it(cast: Cast) -> None:
    no = claim_at(cast, S.ACCEPTED)
    thread.write(cast.who("mei"), no, "需要原件吗？", at=AT)
    thread.write(cast.who("mei"), no, "还在吗？", at=AT + HOUR)
    (waits,) = waiting(cast.who("an"), AT + HOUR)
    assert (waits.claim_no, waits.person, waits.waits_since, waits.steward) == (no, "梅", AT, "安")
    assert waiting(cast.who("an"), AT, mine=True) == (waits,) and waiting(cast.who("gu"), AT, mine=True) == ()
    thread.write(cast.who("an"), no, "不需要。", at=AT + 2 * HOUR)
    assert waiting(cast.who("an"), AT + 2 * HOUR) == ()
    said = [(line.side, line.part, line.text) for line in thread_of(cast.who("mei"), no, AT).lines]
    assert said == [
        (Side.MEMBER, Part.MEMBER, "需要原件吗？"),
        (Side.MEMBER, Part.MEMBER, "还在吗？"),
        (Side.SERVICE, Part.STEWARD, "不需要。"),
    ]


def test_each_side_sees_how_far_the_other_has_read(cast: Cast) -> None:
    no = claim_at(cast, S.ACCEPTED)
    claim = Claim.objects.get(claim_no=no)
    first = thread.write(cast.who("mei"), no, "需要原件吗？", at=AT)
    assert unread_of(cast.who("an"), [claim.pk]) == {claim.pk: 1}
    before = mark_of(cast.who("mei"), no, AT)
    assert thread.read(cast.who("an"), no, first, at=AT + MINUTE)
    assert not thread.read(cast.who("an"), no, first, at=AT + HOUR)
    assert unread_of(cast.who("an"), [claim.pk]) == {} and mark_of(cast.who("mei"), no, AT) != before
    row = thread_of(cast.who("mei"), no, AT)
    assert row.others_read_to == first == row.read_to and row.mark == mark_of(cast.who("mei"), no, AT)
    thread.write(cast.who("an"), no, "不需要。", at=AT + HOUR)
    assert unread_at_home(cast.who("mei"), AT) == (no, 1)
    # Who may look but not answer leaves no mark.
    assert not thread.read(cast.who("shen"), no, first, at=AT)
    assert not ThreadMember.objects.filter(person=cast.id("shen")).exists()


def test_the_guardian_of_a_child_is_a_member_and_a_stranger_finds_nothing(cast: Cast) -> None:
    no = claim_at(cast, S.REPORTED, member="hui", person="yue", policies=["M1-HUI"], account="hui")
    opened(no)
    thread.write(cast.who("hui"), no, "孩子的材料齐了吗？", at=AT)
    assert Message.objects.get().side == Side.MEMBER
    assert Claim.objects.get(claim_no=no).steward_id == cast.id("an")
    for stranger in ("bo", "mei"):
        with pytest.raises(NotThere):
            thread.write(cast.who(stranger), no, "你好", at=AT)
        with pytest.raises(NotThere):
            thread_of(cast.who(stranger), no, AT)


def test_a_paper_of_the_claim_comes_with_a_line_and_no_other_does(cast: Cast) -> None:
    no = claim_at(cast, S.ACCEPTED)
    claim = Claim.objects.get(claim_no=no)
    paper = claim.papers.order_by("pk").first()
    assert paper is not None
    thread.write(cast.who("mei"), no, "", at=AT, papers=[paper.pk])
    (line,) = thread_of(cast.who("an"), no, AT).lines
    assert [one.paper_id for one in line.papers] == [paper.pk]
    other = claim_at(cast, S.REPORTED, member="bo", policies=["M1-BO"])
    add_papers(cast.who("bo"), other, "invoice")
    strange = Claim.objects.get(claim_no=other).papers.get()
    with pytest.raises(NotThere):
        thread.write(cast.who("mei"), no, "看这个", at=AT, papers=[strange.pk])
    for wrong in ("", "  \n", "x" * 4_001):
        with pytest.raises(NothingWritten):
            thread.write(cast.who("mei"), no, wrong, at=AT)


def test_what_was_written_stays_as_it_was_written(cast: Cast) -> None:
    no = claim_at(cast, S.ACCEPTED)
    thread.write(cast.who("an"), no, "不需要。", at=AT)
    line = Message.objects.get()
    for change in ({"at": AT + DAY}, {"by_id": cast.id("gu")}, {"side": "member"}):
        with pytest.raises(Error), transaction.atomic():
            Message.objects.filter(pk=line.pk).update(**change)
    with pytest.raises(Error), transaction.atomic():
        line.delete()
    # Sealed: what the database holds is not the words.
    with transaction.get_connection().cursor() as cursor:
        cursor.execute("SELECT text FROM store_message WHERE id = %s", [line.pk])
        assert "不需要".encode() not in bytes(cursor.fetchone()[0])


def test_a_member_hears_of_new_lines_once_until_they_read_and_never_in_quiet_hours(cast: Cast) -> None:
    no = claim_at(cast, S.ACCEPTED)
    evening = datetime(2026, 6, 1, 15, 0, tzinfo=UTC)  # 23:00 in China
    thread.write(cast.who("an"), no, "第一条", at=evening)
    assert told(no, evening) == ["梅"]
    notice = Notice.objects.get(what="claim.written")
    assert notice.send_at == datetime(2026, 6, 2, 0, 0, tzinfo=UTC), "at eight in the morning in China"
    assert "第一条" not in notice.text + notice.body
    thread.write(cast.who("an"), no, "第二条", at=evening + MINUTE)
    assert told(no, evening + MINUTE) == []
    thread.read(cast.who("mei"), no, Message.objects.latest("pk").pk, at=evening + HOUR)
    notice.refresh_from_db()
    assert notice.state == "sent" and Record.objects.filter(kind="notice.sent").exists()
    thread.write(cast.who("an"), no, "第三条", at=evening + 2 * HOUR)
    assert told(no, evening + 2 * HOUR) == ["梅"]
    thread.write(cast.who("mei"), no, "谢谢", at=evening + 3 * HOUR)
    assert told(no, evening + 3 * HOUR) == [], "nobody is told of their own line"


def test_the_share_of_contacts_that_the_service_starts_is_measured(cast: Cast) -> None:
    no = claim_at(cast, S.ACCEPTED)
    thread.write(cast.who("an"), no, "您好，我是您的管家。", at=AT)
    thread.write(cast.who("mei"), no, "您好", at=AT + MINUTE)
    thread.write(cast.who("mei"), no, "有结果了吗？", at=AT + 3 * DAY)
    thread.write(cast.who("an"), no, "明天有。", at=AT + 3 * DAY + HOUR)
    thread.write(cast.who("an"), no, "结果出来了。", at=AT + 5 * DAY)
    found = contacts(cast.who("an"), AT + 6 * DAY, AT - DAY)
    assert (found.service, found.member, found.share_bp) == (2, 1, 6_666)
    assert contacts(cast.who("an"), AT + 6 * DAY, AT + DAY).service == 1
    assert contacts(cast.who("an"), AT - DAY, AT - 2 * DAY).share_bp is None


def test_an_explanation_cites_the_clause_and_the_claims_own_days(cast: Cast) -> None:
    no = claim_at(cast, S.REPORTED, policies=["M1-MEI"], facts={"invoices": [stay()]}, papers=())
    claim = Claim.objects.get(claim_no=no)
    codes = [one.code for one in offered(claim, "zh-hans")]
    assert codes[:5] == ["waiting", "deductible", "ratio", "hospital", "window"]
    thread.explain(cast.who("an"), no, "window", at=AT)
    line = Message.objects.get()
    # 2026-04-02 to 04-15; the seventh day before and the thirtieth after, both ends counted (clause 2.4).
    assert "2026年3月27日" in line.text and "2026年5月14日" in line.text and line.cites.startswith("million-medical:")
    thread.explain(cast.who("an"), no, "waiting", at=AT)
    assert "2026年1月1日" in Message.objects.latest("pk").text
    with pytest.raises(NothingToExplain):
        thread.explain(cast.who("an"), no, "papers", at=AT)
    with pytest.raises(NotAllowed):
        thread.explain(cast.who("mei"), no, "waiting", at=AT)


def test_the_service_is_done_when_the_member_says_so_or_seven_quiet_days_after_the_last_answer(cast: Cast) -> None:
    no = claim_at(cast, S.PAID)
    opened(no)
    thread.write(cast.who("an"), no, "款项已到账。", at=AT)
    agreeing.close(cast.who("ai"), no, at=AT)
    assert thread.quiet(AT + 6 * DAY) == [] and thread.quiet(AT + 7 * DAY) == [no]
    thread.write(cast.who("mei"), no, "发票能寄回吗？", at=AT + 6 * DAY)
    assert thread.quiet(AT + 30 * DAY) == [], "who waits for an answer is not done with"
    thread.write(cast.who("an"), no, "可以。", at=AT + 8 * DAY)
    assert thread.quiet(AT + 14 * DAY) == [] and not thread.settle_quiet(no, at=AT + 14 * DAY)
    assert thread.settle_quiet(no, at=AT + 15 * DAY) and not thread.settle_quiet(no, at=AT + 16 * DAY)
    assert Thread.objects.get().settled_by == "quiet"
    thread.write(cast.who("mei"), no, "还有一个问题", at=AT + 20 * DAY)
    assert Thread.objects.get().settled_at is None
    thread.confirm(cast.who("mei"), no, at=AT + 20 * DAY)
    assert Thread.objects.get().settled_by == "member"
    assert Record.objects.filter(kind="claim.helped").count() == 2
    with pytest.raises(NotAllowed):
        thread.confirm(cast.who("an"), no, at=AT)
    other = claim_at(cast, S.REVIEW)
    with pytest.raises(NotAnswered):
        thread.confirm(cast.who("mei"), other, at=AT)


def test_what_was_written_is_in_the_export(cast: Cast) -> None:
    no = claim_at(cast, S.ACCEPTED)
    opened(no)
    thread.write(cast.who("mei"), no, "需要原件吗？", at=AT)
    exported = export_data(cast.who("mei"), cast.id("mei"), at=AT)
    (claim,) = [one for one in exported["claims"] if one["claim_no"] == no]
    assert [one["text"] for one in claim["messages"]] == ["需要原件吗？"]
    assert [one["what"] for one in claim["checkpoints"]] == ["report", "process", "result", "experience"]
    assert [one["steward_id"] for one in exported["stewards"]] == [cast.id("an")]


def test_a_draft_has_no_thread_in_the_log(cast: Cast) -> None:
    no = reporting.start_draft(cast.who("mei"), cast.id("mei"), at=AT, policy_nos=["OP-MEI"])
    thread.write(cast.who("mei"), no, "先问一下", at=AT)
    assert not Record.objects.filter(kind="claim.written").exists()
