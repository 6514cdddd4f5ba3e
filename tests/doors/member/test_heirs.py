"""An heir agrees to a decision on the phone: they read how it is divided, and choose nothing that is another's."""

from __future__ import annotations

from datetime import date

from hearth.desks import people
from hearth.desks.claims import calculating, deciding, intake, reporting, reviewing
from hearth.desks.people import Share
from hearth.store.models import Claim
from tests.desks.cast_rows import AT, VISIT_PAPERS, Cast, add_papers, visit
from tests.doors.member.conftest import Phone
from tests.doors.member.phones import fill


def decided(cast: Cast) -> str:
    """A claim of Hui's, who died; Qiang and Bo inherit."""
    cast.issue("OP-HUI", "outpatient", date(2026, 1, 1), "hui", plan="standard")
    people.record_death(cast.who("an"), cast.id("hui"), date(2026, 5, 25), "死亡医学证明 4403-001", at=AT)
    for code, by in (("qiang", "qiang"), ("bo", "an")):
        relation = people.state_relation(cast.who(by), cast.id(code), cast.id("hui"), "heir", at=AT)
        people.prove_relation(cast.who("an"), relation, "亲属关系公证书", at=AT)
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


def test_heirs_are_told_to_have_it_divided_then_read_their_shares_and_agree(cast: Cast, phone: Phone) -> None:
    no, qiang = decided(cast), phone("qiang")
    page = qiang.get(f"/claims/{no}/agree").content.decode()
    tail = cast.accounts["qiang"].number_tail
    assert f"···· {tail}" in page and f"···· {cast.accounts['hui'].number_tail}" not in page, (
        "nobody is paid in her name"
    )
    refused = fill(qiang, f"/claims/{no}/agree")
    assert refused.status_code == 422 and "has several heirs" in refused.content.decode()
    shares = [Share(cast.id(code), 1, cast.accounts[code].pk) for code in ("qiang", "bo")]
    one = people.state_succession(cast.who("an"), cast.id("hui"), "law", shares, "公证书 118", whole=2, at=AT)
    people.confirm_succession(cast.who("rui"), one, at=AT)
    page = qiang.get(f"/claims/{no}/agree").content.decode()
    assert "Divided among the heirs" in page and "1/2" in page and "Where should the money go?" not in page
    assert fill(qiang, f"/claims/{no}/agree")["Location"] == f"/claims/{no}?told=agreed"
    assert Claim.objects.get(claim_no=no).state == "agreed"
    shown = qiang.get(f"/claims/{no}").content.decode()
    assert "divided among the heirs" in shown
