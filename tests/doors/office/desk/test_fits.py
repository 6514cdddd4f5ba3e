"""What does not fit the lists stands beside its line, for a person; what is usual has its source, or is no data."""

from __future__ import annotations

import html
import re

from hearth.desks.catalogue.counting import count_claims
from hearth.store.access import HOUSE
from hearth.store.models import Claim, JudgedFinding, Person, Record
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


def choices(part: str) -> dict[str, str]:
    """The buttons of the one finding of a page: what is said -> what is sent."""
    found = re.findall(r'name="judge" value="([0-9a-f]{64}:\w+)"', html.unescape(part))
    assert len({one.partition(":")[0] for one in found}) == 1
    return {one.partition(":")[2]: one for one in found}


def test_a_finding_is_judged_with_a_reason_and_not_asked_again(desk: Desk, way: Way) -> None:
    load_own(now())
    no = way.in_review("mei", visit(lines=LINES))
    client = desk("ai")
    part = client.get(f"/office/claims/{no}/fits", headers=LIVE).content.decode()
    assert "One finding of the lists" in part
    said = choices(part)
    assert set(said) == {"stands", "explained", "not_applicable"}
    why = f"why-{said['explained'].partition(':')[0]}"
    without = client.post(f"/office/claims/{no}/fits/judge", {"judge": said["explained"]}, headers=LIVE)
    assert "Say in a few words why" in without.content.decode() and not JudgedFinding.objects.exists()
    assert client.post(f"/office/claims/{no}/fits/judge", {"judge": said["explained"]}).status_code == 422
    for _twice in range(2):
        answer = client.post(
            f"/office/claims/{no}/fits/judge", {"judge": said["explained"], why: "出院后复查"}, headers=LIVE
        )
        assert "explained by the papers" in answer.content.decode() and "出院后复查" in answer.content.decode()
        assert "The one finding of the lists was judged." in answer.content.decode()
    claim = Claim.objects.get(claim_no=no)
    assert claim.state == "review" and claim.marks == [], "it refuses nothing by itself"
    (row,) = JudgedFinding.objects.all()
    assert (row.kind, row.version, row.rows, row.invoice, row.lines) == ("treatment_limits", "own-1", [6], 1, [2, 3])
    assert (row.judgement, row.why, row.by_id, row.is_current) == ("explained", "出院后复查", way.cast.id("ai"), True)
    record = Record.objects.get(kind="claim.finding_judged")
    assert b'"judgement":"explained"' in bytes(record.body) and "年评估".encode() not in bytes(record.body)
    assert "已有合理解释" in desk("lin", "zh").get(f"/office/claims/{no}/fits", headers=LIVE).content.decode()
    case = html.unescape(client.get(f"/office/claims/{no}").content.decode())
    assert "Finding judged: explained by the papers. Invoice 1, line 2, 3, 年评估" in case
    other = client.post(f"/office/claims/{no}/fits/judge", {"judge": f"{'0' * 64}:stands", f"why-{'0' * 64}": "x"})
    assert other.status_code == 404
    assert client.post(f"/office/claims/{no}/fits/judge", {"judge": "x"}).status_code == 404


def test_a_finding_can_be_judged_on_its_own_page_without_scripts_and_judged_anew(desk: Desk, way: Way) -> None:
    load_own(now())
    no = way.in_review("mei", visit(lines=LINES))
    client = desk("ai")
    said = choices(client.get(f"/office/claims/{no}/fits").content.decode())
    why = f"why-{said['stands'].partition(':')[0]}"
    for judgement, reason in (("not_applicable", "指南已更新"), ("stands", "复核后成立")):
        answer = client.post(f"/office/claims/{no}/fits/judge", {"judge": said[judgement], why: reason})
        assert answer.status_code == 302 and "told=judged" in answer["Location"]
    assert [(row.judgement, row.is_current) for row in JudgedFinding.objects.order_by("pk")] == [
        ("not_applicable", False), ("stands", True),
    ]  # fmt: skip
    assert "it stands" in client.get(f"/office/claims/{no}/fits").content.decode()


def test_who_may_not_judge_is_shown_what_was_said_and_no_button(cast: Cast, desk: Desk, way: Way) -> None:
    load_own(now())
    no = way.in_review("mei", visit(lines=LINES))
    said = choices(desk("ai").get(f"/office/claims/{no}/fits").content.decode())
    steward = desk("an")
    assert 'name="judge"' not in steward.get(f"/office/claims/{no}/fits").content.decode()
    key = said["stands"].partition(":")[0]
    answer = steward.post(f"/office/claims/{no}/fits/judge", {"judge": said["stands"], f"why-{key}": "x"})
    assert answer.status_code == 403 and not JudgedFinding.objects.exists()


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
