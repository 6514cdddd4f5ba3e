"""The advance desk in the console: the list by time left, a case on one screen in every state, verbs by right."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from hearth.desks.people import give_totp
from hearth.doors.login.limits import FACTOR
from hearth.store.access import HOUSE
from hearth.store.models import Advance, Hospital, Instalment, Record, UsualCourse
from hearth.words.calendar import day_in_china
from tests.desks.advances.rows import A, follow_jobs, hospital, sign_all, state_of, way_to, with_workers
from tests.desks.cast_rows import Cast
from tests.desks.cast_rows import cast as made

pytestmark = pytest.mark.django_db

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def town(db: None, tmp_path: Path, settings: Any) -> Cast:
    settings.PAYMENTS_WIRE = f"memory:{tmp_path / 'bank.sqlite3'}"
    both = with_workers(made())
    hospital(both)
    return both


def desk_of(town: Cast, code: str, lang: str = "en") -> Client:
    """The console with somebody at it, behind the second factor."""
    person = town.people[code]
    give_totp(HOUSE, person.pk, "JBSWY3DPEHPK3PXP", at=datetime(2020, 1, 1, tzinfo=UTC))
    client = Client(headers={"host": "localhost", "accept-language": "en" if lang == "en" else "zh-CN"})
    client.force_login(person, backend=BACKEND)
    session = client.session
    session[FACTOR] = person.pk
    session.save()
    return client


def seen(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def does(client: Client, no: str, word: str, **sent: str) -> None:
    seen(client, f"/office/advances/{no}/do/{word}")
    answer = client.post(f"/office/advances/{no}/do/{word}", sent)
    assert answer.status_code == 302, (word, answer.content.decode()[-3000:])


def test_a_case_from_the_first_call_to_money_back_through_the_console_alone(town: Cast) -> None:
    now = datetime.now(UTC)
    today = day_in_china(now)
    an, gu, chen, rui = (desk_of(town, code) for code in ("an", "gu", "chen", "rui"))
    fang, cai = desk_of(town, "fang"), desk_of(town, "cai")
    assert an.post("/office/advances/new", {
        "person": str(town.id("mei")), "admitted_on": today.isoformat(), "hospital": "H001", "emergency": "1",
        "illness": "胆囊结石", "estimate": "100,000", "hardship": "",
    }).status_code == 302  # fmt: skip
    no = Advance.objects.get().advance_no
    assert no in seen(an, "/office/advances") and "emergency" in seen(an, f"/office/advances/{no}")
    does(an, no, "call", note="已说明")
    does(an, no, "complete", icd="K80.1", plan="腹腔镜胆囊切除", estimate="100,000", hospital="H001")
    does(an, no, "check")
    assert "not agreed to yet" in seen(an, f"/office/advances/{no}")
    sign_all(town.who("mei"), no, now)
    follow_jobs(now)
    assert state_of(no) == A.NECESSITY
    # Only a medical expert has that verb.
    assert gu.post(f"/office/advances/{no}/do/opine", {"verdict": "necessary"}).status_code in (403, 422)
    does(chen, no, "opine", verdict="necessary", approved="", reasons="指征明确", reference="指南")
    does(gu, no, "letter")
    assert state_of(no) == A.GUARANTEE and "Approve the letter" in seen(rui, f"/office/advances/{no}")
    does(rui, no, "approve")
    does(fang, no, "prepare", amount="30,000")
    row = Instalment.objects.get()
    own = fang.post(f"/office/advances/{no}/instalments/{row.pk}", {"do": "release"})
    assert own.status_code == 409
    assert cai.post(f"/office/advances/{no}/instalments/{row.pk}", {"do": "release"}).status_code == 302
    follow_jobs(now)
    assert state_of(no) == A.TRACKING
    does(an, no, "cost", on=today.isoformat(), cost="20,000")
    assert "<svg" in seen(an, f"/office/advances/{no}") and "polyline" in seen(an, f"/office/advances/{no}")
    # Above 80 % of the letter: back to the expert.
    does(an, no, "cost", on=today.isoformat(), cost="70,000")
    assert state_of(no) == A.NECESSITY
    does(chen, no, "opine", verdict="not", approved="", reasons="超出必要", reference="指南")
    assert state_of(no) == A.TRACKING
    assert fang.post(f"/office/advances/{no}/do/prepare", {"amount": "1"}).status_code == 409
    does(an, no, "discharge", on=today.isoformat())
    follow_jobs(now)
    claim = Advance.objects.get().claim
    assert claim is not None and claim.claim_no in seen(an, f"/office/advances/{no}")
    does(fang, no, "back", amount="30,000", payer="hospital", reference="R-1")
    assert Advance.objects.get().balance_fen == 0


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_state_has_its_screen_in_both_languages_and_nobody_elses_branch_sees_it(town: Cast, lang: str) -> None:
    an = desk_of(town, "an", lang)
    for days, state in enumerate((A.NOTIFIED, A.ELIGIBILITY, A.RISK_CHECK, A.NECESSITY, A.GUARANTEE, A.PAYING)):
        no = way_to(town, state, at=datetime.now(UTC) - timedelta(days=days))
        assert no in seen(an, f"/office/advances/{no}")
        seen(an, f"/office/advances?state={state.value}")
    town.people["an"].grants.update(branch=town.branches["gz"])
    assert an.get(f"/office/advances/{no}").status_code == 404


def test_hospitals_are_registered_and_their_accounts_confirmed_by_a_second_person(town: Cast) -> None:
    guan, fang, cai, an = (desk_of(town, code) for code in ("guan", "fang", "cai", "an"))
    assert guan.post("/office/hospitals/new", {
        "code": "H002", "name": "第二医院", "name_en": "", "level": "2", "ownership": "public", "in_network": "1",
        "partner": "",
    }).status_code == 302  # fmt: skip
    pk = Hospital.objects.get(code="H002").pk
    number = {"number": "6222 1111 2222 3333"}
    assert (
        fang.post(f"/office/hospitals/{pk}/account", {"holder": "第二医院", "bank": "工行", **number}).status_code
        == 302
    )
    assert fang.post(f"/office/hospitals/{pk}/confirm", number).status_code == 409
    assert cai.post(f"/office/hospitals/{pk}/confirm", {"number": "6222 1111 2222 3334"}).status_code == 422
    assert cai.post(f"/office/hospitals/{pk}/confirm", number).status_code == 302
    assert "···· 3333" in seen(guan, "/office/hospitals")
    made_link = an.post(f"/office/hospitals/{pk}/link")
    assert made_link.status_code == 200 and "/hospital/" in made_link.content.decode()
    assert fang.post(f"/office/hospitals/{pk}/link").status_code == 403


def test_a_member_has_no_desk(town: Cast) -> None:
    client = Client(headers={"host": "localhost"})
    client.force_login(town.people["mei"], backend=BACKEND)
    assert client.get("/office/advances").status_code == 404


@pytest.mark.parametrize(
    ("lang", "tier", "usual"),
    [
        ("zh", "关注：费用估算高于同类住院的常见上限", "住院一般 5 至 9 天"),
        ("en", "Followed more closely: ", "5 to 9 days"),
    ],
)
def test_a_case_shows_its_tier_with_the_reason_what_is_left_and_the_usual_course(
    town: Cast, lang: str, tier: str, usual: str
) -> None:
    UsualCourse.objects.create(
        disease="K80", setting="inpatient", bills=120, people=100,
        cost_fen=[400_000, 1_000_000, 1_500_000, 2_200_000, 3_000_000], stay_days=[3, 5, 7, 9, 14],
        items=[{"name": "胆囊切除术"}, {"name": "床位费"}], counted_at=datetime.now(UTC),
    )  # fmt: skip
    no = way_to(town, A.RISK_CHECK, at=datetime.now(UTC))
    page = seen(desk_of(town, "an", lang), f"/office/advances/{no}")
    assert tier in page and usual in page and "10,000" in page and "胆囊切除术" in page
    assert ("关注" if lang == "zh" else "Followed more closely") in seen(desk_of(town, "an", lang), "/office/advances")
    mei = Client(headers={"host": "localhost", "accept-language": "en" if lang == "en" else "zh-CN"})
    mei.force_login(town.people["mei"], backend=BACKEND)
    theirs = mei.get(f"/advances/{no}").content.decode()
    assert usual in theirs and "120" in theirs and ("剩余保额" if lang == "zh" else "Left of your cover") in theirs
    assert json.loads(Record.objects.get(kind="advance.checked").body)["data"]["tier"] == "raised"
