"""What does not fit the lists stands beside its line, for a person; what is usual has its source, or is no data."""

from __future__ import annotations

import html
import re

from hearth.desks.catalogue.counting import count_claims
from hearth.store.access import HOUSE
from hearth.store.models import Claim, Person
from hearth.words.catalogue import USUAL_LEAST
from tests.desks.cast_rows import Cast, visit
from tests.desks.catalogue.own_lists import load_own
from tests.doors.office.desk.conftest import Desk, Way, now

LINES = [
    {"category": "western_drug", "name": "二甲双胍", "amount": "80.00"},
    {"category": "treatment", "name": "年评估", "amount": "200.00"},
    {"category": "treatment", "name": "年评估", "amount": "200.00"},
]
LIVE = {"HX-Request": "true"}


def test_a_finding_stands_beside_its_line_with_its_list_version_and_row(desk: Desk, way: Way) -> None:
    load_own(now())
    no = way.in_review("mei", visit(lines=LINES))
    client = desk("ai")
    case = client.get(f"/office/claims/{no}").content.decode()
    assert f'hx-get="/office/claims/{no}/fits"' in case and 'id="fit-1-2"' in case
    assert "limits of treatments" not in case, "the page of the case waits for no list"
    part = html.unescape(client.get(f"/office/claims/{no}/fits", headers=LIVE).content.decode())
    line = part.split('id="fit-1-2" hx-swap-oob="true"')[1].split('id="fit-1-3"')[0]
    assert "Billed 2 times in one year. At most 1 times a year." in line
    assert "limits of treatments (own-1), row 6" in line
    assert "frequency: see line 2 of invoice 1" in part.split('id="fit-1-3"')[1]
    assert Claim.objects.get(claim_no=no).marks == [], "a finding proposes alone"
    whole = client.get(f"/office/claims/{no}/fits").content.decode()
    assert "<html" in whole and "Billed 2 times" in whole


def test_a_finding_that_is_in_order_is_written_down_by_whoever_said_so(desk: Desk, way: Way) -> None:
    load_own(now())
    no = way.in_review("mei", visit(lines=LINES))
    client = desk("ai")
    part = html.unescape(client.get(f"/office/claims/{no}/fits", headers=LIVE).content.decode())
    (ref,) = set(re.findall(r'name="finding" value="([^"]+)"', part))
    for _twice in range(2):
        answer = client.post(f"/office/claims/{no}/fits/judge", {"finding": ref, "why": "复查"}, headers=LIVE)
        assert "Judged to be in order; see the notes." in answer.content.decode()
    claim = Claim.objects.get(claim_no=no)
    assert [note.by_id for note in claim.notes.all()] == [way.cast.id("ai")]
    assert claim.state == "review" and claim.marks == []
    assert "已判定为合理" in desk("lin", "zh").get(f"/office/claims/{no}/fits", headers=LIVE).content.decode()
    assert client.post(f"/office/claims/{no}/fits/judge", {"finding": "1.9 nothing"}).status_code == 404


def test_without_lists_and_without_enough_people_there_is_no_data(desk: Desk, way: Way) -> None:
    no = way.in_review("mei", visit(lines=LINES))
    part = html.unescape(desk("ai").get(f"/office/claims/{no}/fits", headers=LIVE).content.decode())
    assert "No audit list is loaded: no data." in part
    assert f"No data: fewer than {USUAL_LEAST} people with this diagnosis in the company's own claims." in part


def test_what_is_usual_is_told_with_its_counts_and_what_does_not_fit(cast: Cast, desk: Desk, way: Way) -> None:
    no = way.in_review(
        "mei", visit("900.00", lines=[*LINES, {"category": "examination", "name": "奇检", "amount": "420.00"}])
    )
    done = Claim.objects.get(claim_no=way.decided("mei"))
    for n in range(USUAL_LEAST):
        person = Person.objects.create(username=f"other-{n}", full_name="某人")
        total = f"{400 + n}.00"
        facts = {"invoices": [visit(total, lines=[{"category": "western_drug", "name": "二甲双胍", "amount": total}])]}
        other = Claim.objects.create(
            claim_no=f"C-OTHER-{n}", person=person, reporter=person, state="draft", state_at=now(), facts=facts
        )
        Claim.objects.filter(pk=other.pk).update(decision=done.decision)
    assert count_claims(HOUSE, at=now()) == 1
    part = html.unescape(desk("ai").get(f"/office/claims/{no}/fits", headers=LIVE).content.decode())
    assert "401.00 – 480.00" in part or "400.00 – 480.00" in part or "401.00 – 419.00" in part, part
    assert "more than 95 % of bills" in part
    assert "not among the usual items: 年评估、年评估、奇检" in part
    assert f"the company's own claims: {USUAL_LEAST + 1} bills of {USUAL_LEAST + 1} people" in part


def test_the_lists_are_not_open_to_those_who_may_not_see_the_claim(cast: Cast, desk: Desk, way: Way) -> None:
    no = way.in_review("mei", visit(lines=LINES))
    cast.people["lin"].grants.update(branch=cast.branches["gz"])
    assert desk("lin").get(f"/office/claims/{no}/fits").status_code == 404
    assert desk("lin").post(f"/office/claims/{no}/fits/judge", {"finding": "x"}).status_code == 404
    assert desk("mei").get(f"/office/claims/{no}/fits").status_code == 404
