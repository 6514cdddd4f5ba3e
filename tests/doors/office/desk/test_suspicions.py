"""What looks wrong on the console: told with its reasons, judged by people, investigated, and a contract rescinded."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from hearth.desks.suspicion import look
from hearth.kernel.suspicion.finding import Finding
from hearth.store.models import Claim, Investigation, Person, Rescission, RoleGrant, Suspicion
from hearth.words.calendar import day_in_china
from hearth.words.claims import Role
from hearth.words.suspicion import Signal
from tests.desks.cast_rows import small_stay
from tests.doors.office.desk.conftest import Cast, Desk, Way, now

pytestmark = pytest.mark.django_db


@pytest.fixture
def underwriter(cast: Cast) -> str:
    """An underwriter at headquarters; their code."""
    person = Person(username="he", full_name="何", branch=cast.branches["hq"])
    person.set_unusable_password()
    person.save()
    RoleGrant.objects.create(person=person, role=Role.UNDERWRITER.value, from_at=now() - timedelta(days=300))
    cast.people["he"] = person
    return "he"


def two_beds(way: Way) -> tuple[str, Suspicion]:
    """A claim in review whose stay lies on top of an earlier one, and the suspicion of it."""
    way.accepted("mei", small_stay(), policy_nos=["M1-MEI"])
    other: dict[str, Any] = {"admitted_on": "2026-04-10", "discharged_on": "2026-04-20"}
    no = way.in_review("mei", small_stay(amount="6000.00", hospital={"name": "甲医院", "level": 3}, **other))
    (raised,) = look(no, at=now())
    return no, Suspicion.objects.get(pk=raised)


def read(client: Client, address: str, status: int = 200) -> str:
    """A page as it comes."""
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    return answer.content.decode()


def test_a_suspicion_stands_on_the_case_and_the_board_with_its_reason_in_both_languages(desk: Desk, way: Way) -> None:
    no, row = two_beds(way)
    case = read(desk("ai"), f"/office/claims/{no}")
    assert "overlaps that of claim" in case and f"/office/suspicions/{row.pk}" in case
    assert "A suspicion delays and refuses nothing" in case
    assert "重叠" in read(desk("ai", "zh"), f"/office/claims/{no}")
    board = read(desk("ai"), "/office/suspicions")
    assert f"/office/suspicions/{row.pk}" in board and "How often a signal was right" in board
    page = read(desk("ai"), f"/office/suspicions/{row.pk}")
    assert "2026-04-10" in page and f"/office/claims/{no}" in page


def test_it_is_taken_cleared_with_words_and_counted_as_a_false_alarm(desk: Desk, way: Way, cast: Cast) -> None:
    _, row = two_beds(way)
    client, here = desk("lin"), f"/office/suspicions/{row.pk}"
    assert client.post(f"{here}/do/take").status_code == 302
    assert Suspicion.objects.get(pk=row.pk).owner_id == cast.id("lin")
    assert client.post(f"{here}/do/clear", {"words": " "}).status_code == 422
    answer = client.post(f"{here}/do/clear", {"words": "转院，出院日期写错"}, follow=True)
    assert "Nothing follows from it by itself" in answer.content.decode()
    board = read(client, "/office/suspicions?view=judged")
    assert f"/office/suspicions/{row.pk}" in board and "100.0 %" in board


def test_it_is_confirmed_on_a_paper_of_the_claim_alone(desk: Desk, way: Way) -> None:
    no, row = two_beds(way)
    client, here = desk("ai"), f"/office/suspicions/{row.pk}/do/confirm"
    paper = Claim.objects.get(claim_no=no).papers.earliest("pk")
    assert f"paper:{paper.pk}" in read(client, here)
    for proof in ("", "paper:999999", "hearsay"):
        assert client.post(here, {"words": "两处住院", "proof": proof}).status_code == 422
    assert client.post(here, {"words": "两处住院", "proof": f"paper:{paper.pk}"}).status_code == 302
    assert Suspicion.objects.get(pk=row.pk).proof == [f"paper:{paper.pk}"]
    assert Claim.objects.get(claim_no=no).state == "review", "it goes its way"


def test_who_may_not_look_finds_nothing(desk: Desk, way: Way, cast: Cast, underwriter: str) -> None:
    no, row = two_beds(way)
    assert desk("fang").get(f"/office/suspicions/{row.pk}").status_code in (403, 404)
    assert desk(underwriter).get(f"/office/suspicions/{row.pk}").status_code in (403, 404)
    assert "/office/suspicions" not in read(desk("fang"), "/office/payrun")
    steward = read(desk("an"), f"/office/claims/{no}")
    assert "overlaps that of claim" not in steward and "/office/suspicions" not in steward
    assert desk("shen").post(f"/office/suspicions/{row.pk}/do/clear", {"words": "x"}).status_code in (403, 404)
    assert desk("ai").get("/office/suspicions/999999").status_code == 404
    assert desk("ai").get(f"/office/suspicions/{row.pk}/do/burn").status_code == 404
    assert desk("shen").get(f"/office/suspicions/{row.pk}/do/clear").status_code == 403
    assert desk("an").get(f"/office/claims/{no}/rescind").status_code == 403
    assert Suspicion.objects.get(pk=row.pk).state == "suspected"


def test_a_ring_is_drawn_and_told_in_words_and_strangers_out_of_reach_are_not_named(
    desk: Desk, way: Way, cast: Cast
) -> None:
    from hearth.desks.suspicion.raising import keep

    mine, bos = way.accepted("mei"), way.accepted("bo")
    about = list(Claim.objects.filter(claim_no__in=[mine, bos]))
    link = {"one": cast.id("mei"), "other": cast.id("bo"), "kind": "account", "claims": [mine, bos]}
    data: dict[str, str | int] = {"people": 2, "claims": 2, "kinds": "account,phone"}
    raised = keep(
        "ring:1", Signal.SHARED_RING, [Finding(Signal.SHARED_RING, "1", data)], about, now(), [{"links": [link]}]
    )
    page = read(desk("ai"), f"/office/suspicions/{raised}")
    assert "梅 and 波 share a bank account" in page and '<line class="ring-line"' in page
    Claim.objects.filter(claim_no=bos).update(branch=cast.branches["gz"])
    page = read(desk("ai"), f"/office/suspicions/{raised}")
    assert "波" not in page and bos not in page and "somebody you may not see" in page
    assert "One more claim is at a branch you do not see" in page


def test_an_investigation_is_worked_on_from_its_page(desk: Desk, way: Way) -> None:
    no = way.in_review("mei")
    client = desk("ai")
    client.post(f"/office/claims/{no}/do/investigate", {"words": "核对就诊记录"})
    row = Investigation.objects.get(claim__claim_no=no)
    here = f"/office/investigations/{row.pk}"
    assert here in read(client, f"/office/claims/{no}") and here in read(
        client, "/office/suspicions?view=investigations"
    )
    assert client.post(f"{here}/do/task", {"what": "调取病历", "until": ""}).status_code == 302
    assert client.post(f"{here}/do/close", {"outcome": "open", "findings": "x"}).status_code == 409
    assert client.post(f"{here}/do/end", {"task": "1", "result": "已取得"}).status_code == 302
    paper = Claim.objects.get(claim_no=no).papers.earliest("pk")
    assert client.post(f"{here}/do/evidence", {"name": f"paper:{paper.pk}", "shows": "首诊日期"}).status_code == 302
    assert desk("lin").post(f"{here}/do/close", {"outcome": "open", "findings": "x"}).status_code == 409
    assert client.post(f"{here}/do/close", {"outcome": "supported", "findings": "投保前就诊"}).status_code == 302
    page = read(desk("lin", "zh"), here)
    assert "有证据支持" in page and "投保前就诊" in page and "首诊日期" in page
    assert here in read(client, "/office/suspicions?view=closed")


def test_a_contract_is_rescinded_step_by_step_and_only_then_refused_for_it(
    desk: Desk, way: Way, underwriter: str
) -> None:
    no = way.calculated("mei")
    client = desk("ai")
    assert "non_disclosure" not in read(client, f"/office/claims/{no}/do/refuse")
    assert f"/office/claims/{no}/rescind" in read(client, f"/office/claims/{no}")
    assert client.post(f"/office/claims/{no}/rescind", {"policy": "OP-MEI"}).status_code == 302
    row = Rescission.objects.get()
    here = f"/office/rescissions/{row.pk}"
    page = read(client, here)
    assert "There is no evidence of the question asked." in page and "Propose to rescind" not in page
    came = Claim.objects.get(claim_no=no).papers.earliest("pk")
    paper, day = f"paper:{came.pk}", day_in_china(came.added_at).isoformat()
    steps = {
        "question": {"question": "过去两年是否住院？", "answer": "否", "question_evidence": paper},
        "truth": {"truth": "投保前一年住院", "truth_evidence": paper},
        "materiality": {"is_material": "yes", "materiality": "核保规则第三条"},
        "mind": {"intent": "intentional", "is_serious": "yes", "mind": "本人签收出院小结"},
        "clocks": {"known_on": day, "knew_at_formation": "no", "premium_taken": "no"},
    }
    for step, values in steps.items():
        assert client.post(f"{here}/do/{step}", {**values, next(iter(values)): ""}).status_code == 422, "none is empty"
        answer = client.post(f"{here}/do/{step}", values)
        assert answer.status_code == 302, answer.content.decode()
    page = read(client, here)
    assert "Propose to rescind" in page and "The premium is not given back." in page
    assert client.post(f"{here}/do/approve").status_code in (403, 404)
    assert client.post(f"{here}/do/propose").status_code == 302
    second = desk(underwriter)
    assert here in read(second, "/office/suspicions?view=rescissions")
    assert "Approve: rescind" in read(second, here)
    assert second.post(f"{here}/do/approve").status_code == 302
    assert "non_disclosure" in read(desk("lin"), f"/office/claims/{no}/do/refuse")
    assert "已批准" in read(desk("lin", "zh"), here)


def test_a_rescission_is_let_go_with_a_reason(desk: Desk, way: Way) -> None:
    no = way.in_review("mei")
    client = desk("ai")
    client.post(f"/office/claims/{no}/rescind", {"policy": "OP-MEI"})
    here = f"/office/rescissions/{Rescission.objects.get().pk}"
    assert client.post(f"{here}/do/drop", {"why": ""}).status_code == 422
    assert client.post(f"{here}/do/drop", {"why": "没有当时的询问记录"}).status_code == 302
    assert "没有当时的询问记录" in read(client, here)
    assert desk("an").get(here).status_code in (403, 404)
    assert client.get(f"{here}/do/nonsense").status_code == 404
