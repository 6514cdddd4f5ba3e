"""Pay runs take two people; the books and the bank can be looked at."""

from __future__ import annotations

from hearth.desks import money
from hearth.desks.claims import agreeing
from hearth.store.models import Payment, PayRun, Person, RoleGrant
from hearth.words.claims import Role
from tests.doors.office.desk.conftest import Desk, Way


def held(way: Way) -> Payment:
    """A payment above the automatic amount, as the money desk leaves it."""
    claim_no = way.decided("mei")
    agreeing.agree(way.cast.who("mei", way.at), claim_no, at=way.later())
    claim = way.cast.people["mei"].claims.get(claim_no=claim_no)
    assert claim.decision is not None
    return Payment.objects.create(
        claim=claim, decision=claim.decision, payee=way.cast.people["mei"], account=way.cast.accounts["mei"],
        amount_fen=claim.decision.paid_out_fen, key=f"{claim_no}-1", is_held=True, intended_at=way.at, next_at=way.at,
    )  # fmt: skip


def second_of_finance(way: Way) -> str:
    """Somebody else of finance."""
    person = Person(username="jin", full_name="金", branch=way.cast.branches["hq"])
    person.set_unusable_password()
    person.save()
    RoleGrant.objects.create(person=person, role=Role.FINANCE.value, from_at=way.at)
    way.cast.people["jin"] = person
    return "jin"


def test_one_prepares_and_another_releases(desk: Desk, way: Way) -> None:
    payment = held(way)
    first, second = desk("fang"), desk(second_of_finance(way))
    assert "Prepare a run of one payment" in first.get("/office/payrun").content.decode()
    assert first.post("/office/payrun").status_code == 302
    run = PayRun.objects.get()
    own = first.get(f"/office/payrun/{run.pk}").content.decode()
    assert "somebody else releases it" in own
    assert 'value="release"' not in own
    refused = first.post(f"/office/payrun/{run.pk}", {"do": "release"})
    assert refused.status_code in (403, 409)
    assert PayRun.objects.get().released_at is None
    assert 'value="release"' in second.get(f"/office/payrun/{run.pk}").content.decode()
    for _click in range(2):
        assert second.post(f"/office/payrun/{run.pk}", {"do": "release"}).status_code == 302
    assert PayRun.objects.get().released_by_id == way.cast.id("jin")
    payment.refresh_from_db()
    assert payment.run_id == run.pk


def test_a_run_that_was_taken_apart_lets_its_payments_wait_again(desk: Desk, way: Way) -> None:
    payment = held(way)
    client = desk("fang")
    client.post("/office/payrun")
    run = PayRun.objects.get()
    assert client.post(f"/office/payrun/{run.pk}", {"do": "dissolve"}).status_code == 302
    payment.refresh_from_db()
    assert payment.run_id is None
    assert client.get(f"/office/payments/{payment.pk}").status_code == 200


def test_nobody_else_prepares_and_an_empty_run_is_none(desk: Desk, way: Way) -> None:
    held(way)
    assert desk("ai").post("/office/payrun").status_code == 403
    assert desk("shen").post("/office/payrun").status_code == 403
    client = desk("fang")
    client.post("/office/payrun")
    assert client.post("/office/payrun").status_code in (404, 409)
    assert client.get("/office/payrun/99999999").status_code == 404
    assert client.get("/office/payments/99999999").status_code == 404


def test_the_books_show_each_account_and_its_entries(desk: Desk, way: Way) -> None:
    claim_no = way.decided("mei")
    agreeing.agree(way.cast.who("mei", way.at), claim_no, at=way.later())
    money.intend(claim_no, at=way.later())
    client = desk("fang")
    page = client.get("/office/books").content.decode()
    assert "benefit_expense" in page
    one = client.get(f"/office/books/of/claim_payable:{claim_no}")
    assert one.status_code == 200
    assert claim_no in one.content.decode()
    assert client.get(f"/office/books?q={claim_no}")["Location"].endswith(claim_no)
    assert client.get("/office/books/of/nothing:here").status_code == 404
