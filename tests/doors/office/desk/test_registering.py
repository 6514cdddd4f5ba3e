"""People, relations, roles and policies are entered by forms that keep what was typed and say what is wrong."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hearth.store.models import Person, Policy, Relation, RoleGrant
from hearth.words.calendar import day_in_china
from hearth.words.claims import Role
from tests.doors.office.desk.conftest import Cast, Desk, now


@pytest.fixture
def underwriter(cast: Cast) -> str:
    """Somebody who issues policies, at the branch."""
    person = Person(username="he", full_name="何", branch=cast.branches["sz"])
    person.set_unusable_password()
    person.save()
    RoleGrant.objects.create(
        person=person, role=Role.UNDERWRITER.value, branch=cast.branches["sz"], from_at=now() - timedelta(days=1)
    )
    cast.people["he"] = person
    return "he"


def test_somebody_is_entered_changed_and_found(desk: Desk) -> None:
    client = desk("an")
    wrong = client.post("/office/people/new", {"full_name": "", "phone": "12", "language": "en"})
    assert wrong.status_code == 422
    assert 'value="12"' in wrong.content.decode()
    bad = client.post("/office/people/new", {"full_name": "秦越", "phone": "12", "language": "en"})
    assert bad.status_code == 422
    made = client.post("/office/people/new", {"full_name": "秦越", "phone": "13900001111", "language": "zh-hans"})
    assert made.status_code == 302
    person = Person.objects.get(full_name="秦越")
    assert client.get(made["Location"]).status_code == 200
    changed = client.post(
        f"/office/people/{person.pk}/edit",
        {"full_name": "秦月", "phone": "", "id_number": "", "born_on": "1990-01-02", "sex": "F", "language": "en"},
    )
    assert changed.status_code == 302
    person.refresh_from_db()
    assert (person.full_name, person.phone, str(person.born_on)) == ("秦月", "+8613900001111", "1990-01-02")
    assert client.get("/office/search?q=13900001111")["Location"] == f"/office/people/{person.pk}"


def test_a_relation_is_stated_proven_and_ended(desk: Desk, cast: Cast) -> None:
    client = desk("an")
    nobody = client.post(f"/office/people/{cast.id('mei')}/relations", {"other": "nobody", "kind": "spouse"})
    assert nobody.status_code == 422
    said = client.post(f"/office/people/{cast.id('mei')}/relations", {"other": "bo", "kind": "spouse"})
    assert said.status_code == 302
    relation = Relation.objects.get(person=cast.people["mei"], other=cast.people["bo"])
    assert cast.people["bo"].full_name in client.get("/office/relations").content.decode()
    assert client.post(f"/office/relations/{relation.pk}", {"proof": ""}).status_code == 422
    assert client.post(f"/office/relations/{relation.pk}", {"proof": "结婚证 123"}).status_code == 302
    relation.refresh_from_db()
    assert relation.proven_by_id == cast.id("an")
    assert client.post(f"/office/relations/{relation.pk}", {"end": "1"}).status_code == 302
    relation.refresh_from_db()
    assert relation.ended_at is not None


def test_roles_are_given_and_ended_by_an_administrator_alone(desk: Desk, cast: Cast) -> None:
    person = cast.id("mei")
    form = {"role": "assessor", "branch": str(cast.branches["sz"].pk), "authority": "12,000.00"}
    assert desk("an").post(f"/office/people/{person}/roles", form).status_code in (403, 422)
    client = desk("guan")
    assert client.post(f"/office/people/{person}/roles", {**form, "authority": "much"}).status_code == 422
    assert client.post(f"/office/people/{person}/roles", form).status_code == 302
    grant = RoleGrant.objects.get(person=person)
    assert (grant.role, grant.authority_fen, grant.to_at) == ("assessor", 1_200_000, None)
    assert "12,000.00" in client.get(f"/office/people/{person}").content.decode()
    assert client.post(f"/office/people/{person}/roles/{grant.pk}/end").status_code == 302
    grant.refresh_from_db()
    assert grant.to_at is not None


def test_a_policy_is_issued_by_product_with_what_is_wrong_beside_each_box(
    desk: Desk, underwriter: str, cast: Cast
) -> None:
    client = desk(underwriter)
    assert "million-medical" in client.get("/office/policies/new").content.decode()
    address = "/office/policies/new?product=million-medical"
    page = client.get(address + "&holder=mei").content.decode()
    assert 'value="mei"' in page
    form = {"holder": "mei", "insured": "mei\nbo", "plan": "family", "starts_on": "2026-11-01", "premium": "365.00",
            "with_social_insurance": "1"}  # fmt: skip
    for name, value in (("holder", "nobody"), ("starts_on", "yesterday"), ("premium", "-1"), ("plan", "gold"),
                        ("ends_on", "2026-01-01"), ("policy_no", "??")):  # fmt: skip
        wrong = client.post(address, {**form, name: value})
        assert wrong.status_code in (404, 422), name
        assert "says-wrong" in wrong.content.decode() or "problems" in wrong.content.decode(), name
        assert 'value="365.00"' in wrong.content.decode() or name == "premium", name
    issued = client.post(address, form)
    assert issued.status_code == 302
    policy = Policy.objects.latest("pk")
    assert sorted(policy.covers.values_list("person__username", flat=True)) == ["bo", "mei"]
    assert policy.premium_fen == 36_500
    assert client.get(issued["Location"]).status_code == 200
    assert desk("ai").post(address, form).status_code in (403, 422)


def test_a_policy_is_ended_or_voided_with_a_reason(desk: Desk, underwriter: str, cast: Cast) -> None:
    client = desk(underwriter)
    today = day_in_china(now()).isoformat()
    assert client.post("/office/policies/end/OP-MEI", {"on": "1999-01-01", "how": "lapsed"}).status_code == 422
    assert client.post("/office/policies/end/OP-MEI", {"on": today, "how": "surrendered"}).status_code == 302
    assert Policy.objects.get(policy_no="OP-MEI").state == "surrendered"
    assert client.post("/office/policies/void/M1-BO", {"why": ""}).status_code == 422
    why = {"why": "投保时未如实告知（保险法第十六条）"}
    assert desk("an").post("/office/policies/void/M1-BO", why).status_code in (403, 422)
    assert client.post("/office/policies/void/M1-BO", why).status_code == 302
    assert Policy.objects.get(policy_no="M1-BO").state == "void"
    assert client.post("/office/policies/void/M1-BO", why).status_code == 409


def test_a_partner_and_its_token_are_made_by_the_administrator(desk: Desk) -> None:
    client = desk("guan")
    assert client.post("/office/partners/new", {"code": "UPPER", "name": "x", "kind": "broker"}).status_code == 422
    assert (
        client.post("/office/partners/new", {"code": "qing", "name": "青松经纪", "kind": "broker"}).status_code == 302
    )
    form = {"name": "intake", "days": "30", "per_minute": "60"}
    assert client.post("/office/partners/qing/tokens", form).status_code == 422
    made = client.post("/office/partners/qing/tokens", {**form, "scope-claims:write": "1"})
    token = made.content.decode().split('id="token">')[1].split("<")[0]
    assert len(token) > 30
    assert token not in client.get("/office/partners/qing").content.decode()
    revoke = client.get("/office/partners/qing").content.decode().split('/revoke"')[0].rsplit('action="', 1)[1]
    assert client.post(f"{revoke}/revoke").status_code == 302
    assert client.post("/office/partners/qing/end").status_code == 302
    assert desk("shen").post("/office/partners/qing/end").status_code == 403


def test_a_measure_is_proposed_by_one_decided_by_another_and_ended(desk: Desk, cast: Cast) -> None:
    cast.people["chan"] = Person.objects.create(username="chan", full_name="产", branch=cast.branches["hq"])
    RoleGrant.objects.create(
        person=cast.people["chan"], role=Role.PRODUCT_MANAGER.value, from_at=now() - timedelta(days=1)
    )
    on = day_in_china(now())
    form = {
        "what_zh": "暴雨期间不限指定医院", "what_en": "any hospital during the flood", "waives": "hospital",
        "product": "outpatient", "icd": "S00 T14", "branch": "", "starts_on": f"{on}",
        "until_on": f"{on + timedelta(days=20)}", "basis": "总公司理赔〔2026〕17 号",
    }  # fmt: skip
    manager = desk("chan")
    assert manager.get("/office/queue")["Location"] == "/office/measures"
    assert "No measure yet" in manager.get("/office/measures").content.decode()
    wrong = manager.post("/office/measures/new", {**form, "icd": "flu", "until_on": "2020-01-01"})
    assert wrong.status_code == 422
    assert "总公司理赔〔2026〕17 号" in wrong.content.decode()
    made = manager.post("/office/measures/new", form)
    assert made.status_code == 302
    page = made["Location"].split("?")[0]
    assert "somebody else decides" in manager.get(page).content.decode()
    assert manager.post(f"{page}/decide", {"answer": "approve"}).status_code == 403
    boss = desk("guan")
    assert "any hospital during the flood" in boss.get("/office/measures").content.decode()
    assert boss.post(f"{page}/decide", {"answer": "approve"}).status_code == 302
    assert boss.post(f"{page}/end", {"why": ""}).status_code == 422
    assert boss.post(f"{page}/end", {"why": "医院已恢复接诊"}).status_code == 302
    shown = boss.get(page).content.decode()
    assert "医院已恢复接诊" in shown
    assert f"{page}/end" not in shown
    assert "any hospital during the flood" in desk("ai").get("/office/measures").content.decode()
    assert boss.get("/office/measures/EM-9999").status_code == 404
