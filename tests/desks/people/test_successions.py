"""Several heirs: their shares are the whole, two people confirm them, and each is paid once, to their own account."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from hearth.desks import money, people
from hearth.desks.books.estate import SharesNeeded
from hearth.desks.claims import agreeing, calculating, deciding, intake, reporting, reviewing
from hearth.desks.money.sending import send
from hearth.desks.people import Share
from hearth.desks.people.faults import SharesCannotBe, SharesOfOne
from hearth.desks.service import notices
from hearth.store.access import NotAllowed, NotThere
from hearth.store.models import Claim, LedgerAccount, Notice, Payment, Record, Succession
from hearth.wires.payments.bank import Bank
from hearth.words.claims import ClaimState
from tests.desks.cast_rows import AT, DAY, VISIT_PAPERS, Cast, add_papers, visit
from tests.desks.cast_rows import cast as made

pytestmark = pytest.mark.django_db

DIED = date(2026, 5, 25)
PROOF = "继承权公证书 2026-118"


@pytest.fixture
def cast(db: None, tmp_path: Path, settings: Any) -> Cast:
    """Hui died; her husband Qiang and her brother Bo are proven to be her heirs."""
    settings.PAYMENTS_WIRE = f"memory:{tmp_path / 'bank.sqlite3'}"
    both = made()
    both.issue("OP-HUI", "outpatient", date(2026, 1, 1), "hui", plan="standard")
    people.record_death(both.who("an"), both.id("hui"), DIED, "死亡医学证明 4403-001", at=AT)
    # Bo is on no policy of hers: the steward states it for him.
    for code, by in (("qiang", "qiang"), ("bo", "an")):
        relation = people.state_relation(both.who(by), both.id(code), both.id("hui"), "heir", at=AT)
        people.prove_relation(both.who("an"), relation, "亲属关系公证书 2026-118", at=AT)
    return both


def shares(cast: Cast, **parts: int) -> list[Share]:
    return [Share(cast.id(code), part, cast.accounts[code].pk) for code, part in parts.items()]


def stated(cast: Cast, ground: str = "law", by: str = "an", whole: int = 2, **parts: int) -> int:
    held = shares(cast, **(parts or {"qiang": 1, "bo": 1}))
    return people.state_succession(cast.who(by), cast.id("hui"), ground, held, PROOF, whole=whole, at=AT)


def decided(cast: Cast) -> str:
    """A claim of what Hui was treated for, decided."""
    qiang, ai = cast.who("qiang"), cast.who("ai")
    no = reporting.start_draft(qiang, cast.id("hui"), at=AT, policy_nos=["OP-HUI"])
    reporting.save_draft(qiang, no, at=AT, facts={"invoices": [visit()]}, account_id=cast.accounts["qiang"].pk)
    reporting.report(qiang, no, at=AT)
    add_papers(qiang, no, *VISIT_PAPERS, at=AT)
    reporting.submit(qiang, no, at=AT)
    intake.accept(cast.who("an"), no, at=AT)
    reviewing.begin_review(ai, no, at=AT)
    calculating.calculate(ai, no, at=AT)
    deciding.decide(ai, no, at=AT, outcome="approved")
    return no


def test_shares_are_the_whole_of_proven_heirs_to_their_own_accounts_and_two_people_make_them(cast: Cast) -> None:
    for wrong in (
        {"qiang": 1},  # by law nobody is left out
        {"qiang": 1, "bo": 2},  # and nobody has more
    ):
        with pytest.raises(SharesCannotBe):
            stated(cast, whole=sum(wrong.values()), **wrong)
    with pytest.raises(SharesCannotBe):
        stated(cast, whole=3)
    with pytest.raises(SharesCannotBe):
        stated(cast, "agreement", whole=1, mei=1)
    other = [Share(cast.id("qiang"), 1, cast.accounts["bo"].pk), Share(cast.id("bo"), 1, cast.accounts["bo"].pk)]
    with pytest.raises(SharesCannotBe):
        people.state_succession(cast.who("an"), cast.id("hui"), "law", other, PROOF, whole=2, at=AT)
    with pytest.raises((NotAllowed, NotThere)):
        stated(cast, by="qiang")
    one = stated(cast)
    with pytest.raises((SharesCannotBe, NotAllowed)):
        people.confirm_succession(cast.who("an"), one, at=AT)
    people.confirm_succession(cast.who("rui"), one, at=AT)
    people.confirm_succession(cast.who("rui"), one, at=AT)
    assert PROOF.encode() not in bytes(Record.objects.get(kind="succession.confirmed").body)
    with pytest.raises(SharesOfOne):
        stated(cast)
    people.end_succession(cast.who("rui"), one, "新的遗嘱", at=AT)
    assert stated(cast, "will", qiang=2) != one


def test_the_database_takes_no_shares_that_are_not_the_whole_and_no_strangers_account(cast: Cast) -> None:
    row = Succession.objects.create(
        person_id=cast.id("hui"), ground="will", whole=3, proof=PROOF, stated_by_id=cast.id("an"), stated_at=AT
    )
    row.shares.create(heir_id=cast.id("qiang"), account=cast.accounts["qiang"], parts=2)
    for heir, account in (("bo", "qiang"), ("mei", "mei")):
        with pytest.raises(DatabaseError), transaction.atomic():
            row.shares.create(heir_id=cast.id(heir), account=cast.accounts[account], parts=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        Succession.objects.filter(pk=row.pk).update(confirmed_by=cast.id("rui"), confirmed_at=AT)
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError), transaction.atomic():
        Succession.objects.filter(pk=row.pk).update(confirmed_by=cast.id("an"), confirmed_at=AT)


def test_while_nobody_said_how_it_is_divided_nobody_is_paid_what_is_anothers(cast: Cast) -> None:
    no = decided(cast)
    with pytest.raises(SharesNeeded):
        agreeing.agree(cast.who("qiang"), no, at=AT + DAY)
    stated(cast)
    with pytest.raises(SharesNeeded):
        agreeing.agree(cast.who("qiang"), no, at=AT + DAY)
    assert Claim.objects.get(claim_no=no).state == ClaimState.DECIDED and not Payment.objects.exists()


def test_each_heir_is_paid_their_share_once_to_their_own_account_and_the_claim_is_paid_when_all_are(cast: Cast) -> None:
    no = decided(cast)
    people.confirm_succession(cast.who("rui"), stated(cast, "agreement", whole=3, qiang=2, bo=1), at=AT)
    agreeing.agree(cast.who("bo"), no, at=AT + DAY)
    first = money.intend(no, at=AT + DAY)
    assert money.intend(no, at=AT + DAY) is not None and first is not None
    rows = list(Payment.objects.order_by("pk"))
    claim = Claim.objects.get(claim_no=no)
    assert claim.decision is not None
    whole = claim.decision.paid_out_fen
    assert [row.payee.username for row in rows] == ["qiang", "bo"]
    assert sum(row.amount_fen for row in rows) == whole and rows[0].amount_fen == whole * 2 // 3
    assert [row.account.person_id == row.payee_id for row in rows] == [True, True]
    assert len({row.key for row in rows}) == 2 and [row.what.partition(":")[0] for row in rows] == ["benefit"] * 2
    bank = Bank()
    send(rows[0].pk, at=AT + DAY, wire=bank)
    money.learn(at=AT + 2 * DAY, wire=bank)
    assert not agreeing.mark_paid(rows[0].pk, AT + 2 * DAY), "one heir has their money, the other not yet"
    send(rows[1].pk, at=AT + 2 * DAY, wire=bank)
    money.learn(at=AT + 3 * DAY, wire=bank)
    assert agreeing.mark_paid(rows[1].pk, AT + 3 * DAY)
    claim.refresh_from_db()
    assert claim.state == ClaimState.PAID
    assert LedgerAccount.objects.get(code=f"claim_payable:{no}").balance_fen == 0
    assert money.intend(no, at=AT + 4 * DAY) in {row.pk for row in rows} and Payment.objects.count() == 2
    for kind in ("claim.agreed", "claim.paid"):
        notices.notify(Record.objects.get(kind=kind, subject=f"claim:{no}").pk, at=AT + 4 * DAY)
    told = Notice.objects.filter(what__in=("claim.agreed", "claim.paid"))
    assert {one.person.username for one in told} == {"qiang", "bo"} and told.count() == 4
    assert all("继承" in one.text for one in told if one.language.startswith("zh"))


def test_one_who_is_named_by_all_gets_everything_and_a_part_that_came_back_goes_to_that_heir_again(cast: Cast) -> None:
    no = decided(cast)
    people.confirm_succession(cast.who("rui"), stated(cast, "agreement", whole=1, bo=1), at=AT)
    agreeing.agree(cast.who("qiang"), no, at=AT + DAY)
    money.intend(no, at=AT + DAY)
    (row,) = Payment.objects.all()
    assert row.payee_id == cast.id("bo")
    Payment.objects.filter(pk=row.pk).update(state="failed", reason="OTHER", settled_at=AT + DAY)
    assert agreeing.mark_returned(row.pk, AT + DAY)
    before = Claim.objects.get(claim_no=no).account_id
    with pytest.raises(Exception, match=r".") as refused:
        money.correct_account(cast.who("fang"), no, at=AT + DAY, account_id=cast.accounts["qiang"].pk)
    assert refused.type.__name__ in ("PayeeNotEntitled", "NothingToCorrect", "PayeeNotPossible")
    (again,) = money.correct_account(cast.who("fang"), no, at=AT + DAY, account_id=cast.accounts["bo"].pk)
    assert Payment.objects.get(pk=again).payee_id == cast.id("bo")
    assert Claim.objects.get(claim_no=no).account_id == before
