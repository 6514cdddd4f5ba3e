"""Every page of the console opens for those who may, in both languages, and is not there for anybody else."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from hearth.desks import money
from hearth.desks.books.sequencer import sequence
from hearth.desks.claims import agreeing
from hearth.doors.office.desk.acts import ACTS
from hearth.store.models import Payment, RoleGrant
from hearth.words.claims import Role
from tests.desks.cast_rows import Cast, stay
from tests.doors.office.desk.conftest import Desk, Way, now

LISTS: dict[str, tuple[str, ...]] = {
    "queue": ("an", "gu", "ai", "rui", "shi", "fang", "shen"),
    "search?q=mei": ("an", "gu", "ai", "rui", "shi", "fang", "shen", "guan"),
    "people": ("an", "gu", "ai", "rui", "shi", "fang", "shen", "guan"),
    "policies": ("an", "gu", "ai", "rui", "shi", "fang", "shen", "guan"),
    "relations": ("an", "gu"),
    "payrun": ("fang",),
    "payments": ("fang",),
    "books": ("fang", "shen"),
    "books/compare?days=7": ("fang", "shen"),
    "audit": ("shen",),
    "audit/log": ("shen",),
    "audit/reads": ("shen",),
    "sampling": ("rui", "shi", "shen"),
    "partners": ("guan", "shen"),
    "partners/new": ("guan",),
    "people/new": ("an", "guan"),
    "policies/new": (),
}
"""Page -> who opens it; everybody else who works here is told that their roles do not include it."""

STAFF = ("an", "gu", "ai", "rui", "shi", "fang", "shen", "guan")
OPEN_TO_ALL = {"search?q=mei", "people", "policies", "partners/new", "people/new", "policies/new"}
"""Pages that show what is theirs, be it nothing, or a form that the desk answers."""


@pytest.mark.django_db
def test_who_is_not_logged_in_is_sent_to_the_log_in_and_comes_back_afterwards() -> None:
    for page in LISTS:
        answer = Client().get(f"/office/{page}")
        assert answer.status_code == 302, page
        assert "next=%2Foffice%2F" in answer["Location"], page


def test_a_member_finds_nothing_here(desk: Desk, way: Way) -> None:
    claim_no = way.submitted("mei")
    for page in (*LISTS, f"claims/{claim_no}", f"claims/{claim_no}/do/accept"):
        assert desk("mei").get(f"/office/{page}").status_code == 404, page


def test_without_the_second_factor_no_page_opens(desk: Desk) -> None:
    answer = desk("ai", passed=False).get("/office/queue")
    assert answer.status_code == 302
    assert "/office/queue" not in answer["Location"].split("?")[0]


CLAIMS = ("queue", "people", "advances", "orders", "disputes")
OPEN: dict[Role, tuple[str, ...]] = {
    Role.STEWARD: (*CLAIMS, "service"),
    Role.CLAIM_EXPERT: (*CLAIMS, "service", "suspicions"),
    Role.ASSESSOR: (*CLAIMS, "service", "suspicions"),
    Role.REVIEWER: (*CLAIMS, "service", "suspicions", "sampling"),
    Role.SENIOR_EXPERT: (*CLAIMS, "service", "suspicions", "sampling"),
    Role.MEDICAL_EXPERT: CLAIMS,
    Role.FINANCE: ("queue", "people", "advances", "orders", "payrun"),
    Role.AUDITOR: (*CLAIMS, "suspicions", "sampling", "payrun", "audit"),
    Role.SERVICE_AGENT: ("queue", "people", "advances", "disputes", "service"),
    Role.UNDERWRITER: ("people", "suspicions"),
    Role.CARE_MANAGER: ("people", "advances"),
    Role.OPERATOR: ("people", "complaints"),
    Role.ANALYST: ("disputes", "sampling"),
    Role.PRODUCT_MANAGER: (),
    Role.ADMINISTRATOR: ("people",),
}
"""Role -> the parts of the console that its rail offers."""


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.MEMBER])
def test_the_rail_offers_what_opens_and_nothing_else(cast: Cast, desk: Desk, role: Role) -> None:
    RoleGrant.objects.filter(person=cast.people["guan"]).update(role=role)
    client = desk("guan")
    offered = set(re.findall(r'<a href="([^"]+)" data-key="g \w"', client.get("/office/search").content.decode()))
    for address in offered:
        assert client.get(address, follow=True).status_code == 200, address
    assert {address.removeprefix("/office/") for address in offered} == set(OPEN[role]), role
    assert client.get("/office/", follow=True).status_code == 200, "nobody is led to a page that is shut"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_role_opens_its_pages_and_is_told_plainly_of_the_others(desk: Desk, way: Way, lang: str) -> None:
    way.submitted("mei")
    sequence(now())
    for who in STAFF:
        client = desk(who, lang)
        for page, theirs in LISTS.items():
            answer = client.get(f"/office/{page}")
            text = answer.content.decode()
            if who in theirs:
                assert answer.status_code in (200, 302), (who, page, text[:600])
                assert "no-store" in answer["Cache-Control"], page
            elif page in OPEN_TO_ALL:
                assert answer.status_code in (200, 403), (who, page)
            elif page == "queue":
                assert answer.status_code == 302, (who, page)
            else:
                assert answer.status_code in (302, 403), (who, page)
                assert answer.status_code == 302 or ("岗位" if lang == "zh" else "roles") in text, (who, page)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_state_of_a_claim_can_be_looked_at_by_all_who_may_see_it(desk: Desk, way: Way, lang: str) -> None:
    claims = [
        way.reported(), way.submitted(), way.accepted("mei", stay()), way.in_review(), way.calculated(), way.decided(),
    ]  # fmt: skip
    for who in ("ai", "rui", "an", "fang", "shen"):
        client = desk(who, lang)
        for claim_no in claims:
            answer = client.get(f"/office/claims/{claim_no}")
            assert answer.status_code == 200, (who, claim_no)
            assert claim_no in answer.content.decode()
    assert desk("guan", lang).get(f"/office/claims/{claims[0]}").status_code == 404


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_form_of_a_verb_opens_and_an_empty_one_says_what_is_missing(desk: Desk, way: Way, lang: str) -> None:
    claims = [way.submitted(), way.in_review("mei", stay()), way.calculated()]
    client = desk("rui", lang)
    for claim_no in claims:
        for act in ACTS:
            if act.word == "amend":
                continue
            answer = client.get(f"/office/claims/{claim_no}/do/{act.word}")
            assert answer.status_code == 200, (act.word, claim_no)
    for word in ("note", "message", "known", "refuse", "send-back"):
        answer = client.post(f"/office/claims/{claims[2]}/do/{word}", {})
        assert answer.status_code == 422, word
        assert "problems" in answer.content.decode(), word
    assert client.get(f"/office/claims/{claims[0]}/do/nothing").status_code == 404


def test_another_branch_s_claims_people_and_policies_sound_like_not_there(desk: Desk, way: Way) -> None:
    cast = way.cast
    claim_no = way.in_review("mei")
    cast.people["lin"].grants.update(branch=cast.branches["gz"])
    client = desk("lin")
    papers = cast.people["mei"].claims.get(claim_no=claim_no).papers.values_list("pk", flat=True)
    for page in (
        f"claims/{claim_no}", f"claims/{claim_no}/do/note", f"claims/{claim_no}/amend", f"people/{cast.id('mei')}",
        "policies/of/M1-MEI", f"papers/{papers[0]}/thumb", f"papers/{papers[0]}/whole",
        f"claims/{claim_no}/papers/{papers[0]}",
    ):  # fmt: skip
        assert client.get(f"/office/{page}").status_code == 404, page
    for page in (f"claims/{claim_no}/do/calculate", f"claims/{claim_no}/live", f"claims/{claim_no}/marks"):
        assert client.post(f"/office/{page}").status_code == 404, page
    assert claim_no not in client.get("/office/queue").content.decode()
    assert "M1-MEI" not in client.get("/office/search?q=M1-MEI").content.decode().split("<main", 1)[1].replace(
        "Nothing found for “M1-MEI”", ""
    )


def test_the_register_of_a_person_and_a_policy_opens_for_those_who_look_after_them(desk: Desk, way: Way) -> None:
    for who in ("an", "guan", "shen", "fang"):
        client = desk(who)
        page = client.get(f"/office/people/{way.cast.id('hui')}")
        assert page.status_code == 200
        assert "138****0004" in page.content.decode()
        assert client.get("/office/policies/of/M1-HUI").status_code == 200


def test_money_that_came_back_is_paid_again_from_the_page_of_the_payment(desk: Desk, way: Way) -> None:
    claim_no = way.decided("mei")
    agreeing.agree(way.cast.who("mei", way.at), claim_no, at=way.later())
    claim = way.cast.people["mei"].claims.get(claim_no=claim_no)
    assert claim.decision is not None
    payment = Payment.objects.create(
        claim=claim, decision=claim.decision, payee=way.cast.people["mei"], account=way.cast.accounts["mei"],
        amount_fen=claim.decision.paid_out_fen, key=f"{claim_no}-1", intended_at=way.at, next_at=way.at,
    )  # fmt: skip
    for state in ("sent", "returned"):
        payment.state = state
        payment.save()
    agreeing.mark_returned(payment.pk, way.later())
    client = desk("fang")
    assert "choices" in client.get(f"/office/payments/{payment.pk}").content.decode()
    answer = client.post(f"/office/payments/{payment.pk}", {"account": way.cast.accounts["mei"].pk})
    assert answer.status_code == 302
    assert claim.payments.filter(state="intended").count() == 1
    assert client.post(f"/office/payments/{payment.pk}", {"account": "x"}).status_code == 404
    assert client.get("/office/payments?state=returned").status_code == 200
    assert money.compare(way.cast.who("fang", now()), at=now()).payments >= 0
