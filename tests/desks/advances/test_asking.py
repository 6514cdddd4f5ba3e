"""Asked for by every way in: for children by guardians, in hardship, in a programme; a risk is never a refusal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from hearth.desks import advances
from hearth.desks.advances.checking import RiskWrong
from hearth.desks.advances.faults import AdmissionDayWrong, NobodyInsured, NotTheirsToSign
from hearth.desks.advances.following import checked
from hearth.desks.claims import deciding
from hearth.desks.claims.foreseeing import foresee
from hearth.desks.service import notices
from hearth.store.access import NotThere, who_partner
from hearth.store.models import Advance, Hospital, Notice, Partner, Person, Record, Relation
from hearth.words.advances import AdvanceConsentOf, advance_consents_on
from hearth.words.calendar import day_in_china
from hearth.words.claims import ClaimState
from tests.desks.advances.rows import A, follow_jobs, hospital, sign_all, state_of, told, way_to
from tests.desks.cast_rows import AT, IDENTITIES, STAY_PAPERS, Cast, check_digit, stay
from tests.desks.claims.way import claim_at


def result(no: str, code: str) -> str:
    return next(one["result"] for one in Advance.objects.get(advance_no=no).checks if one["code"] == code)


def consent(cast: Cast, who: str, no: str, what: AdvanceConsentOf) -> None:
    words = next(one for one in advance_consents_on(day_in_china(AT)) if one.what is what)
    advances.consent(cast.who(who), no, what, words.version, at=AT, words=words.zh)


def test_for_a_child_in_the_programme_the_guardian_asks_fills_the_intake_and_agrees(cast: Cast) -> None:
    no = told(cast, "hui", whose="yue", programme="child_blood", intake="", illness="急性淋巴细胞白血病", icd="C91.0")
    advances.call(cast.who("an"), no, at=AT)
    follow_jobs()
    assert (result(no, "PROGRAMME"), result(no, "GUARDIAN")) == ("no", "no")
    # The father is no proven guardian, and the child's data are not his to give.
    with pytest.raises((NotTheirsToSign, NotThere)):
        consent(cast, "qiang", no, AdvanceConsentOf.MEDICAL_DATA)
    sign_all(cast.who("hui"), no)
    assert all(one.is_guardian for one in Advance.objects.get(advance_no=no).consents.all())
    assert state_of(no) == A.ELIGIBILITY
    advances.complete(cast.who("an"), no, at=AT, intake="急淋；市儿童医院；诱导期")
    follow_jobs()
    assert state_of(no) == A.NECESSITY and result(no, "GUARDIAN") == result(no, "PROGRAMME") == "yes"


def test_at_sixteen_the_data_are_ones_own_and_a_parent_agrees_to_what_binds(cast: Cast) -> None:
    Person.objects.filter(pk=cast.id("yue")).update(born_on=date(2010, 1, 1))
    Relation.objects.filter(other=cast.id("yue")).update(kind="parent", until_on=None)
    no = told(cast, "hui", whose="yue")
    advances.call(cast.who("an"), no, at=AT)
    with pytest.raises(NotTheirsToSign):
        consent(cast, "hui", no, AdvanceConsentOf.MEDICAL_DATA)
    with pytest.raises(NotTheirsToSign):
        consent(cast, "yue", no, AdvanceConsentOf.REPAYMENT)
    consent(cast, "yue", no, AdvanceConsentOf.MEDICAL_DATA)
    consent(cast, "hui", no, AdvanceConsentOf.PAY_HOSPITAL)
    follow_jobs()
    assert result(no, "GUARDIAN") == "no" and state_of(no) == A.ELIGIBILITY
    consent(cast, "hui", no, AdvanceConsentOf.REPAYMENT)
    follow_jobs()
    assert state_of(no) == A.NECESSITY


def test_a_grown_up_is_in_no_childrens_programme_and_keeps_the_ordinary_way(cast: Cast) -> None:
    no = told(cast, programme="child_blood", intake="急淋")
    advances.call(cast.who("an"), no, at=AT)
    sign_all(cast.who("mei"), no)
    follow_jobs()
    assert result(no, "PROGRAMME") == "no" and state_of(no) == A.ELIGIBILITY
    advances.complete(cast.who("an"), no, at=AT, programme="")
    follow_jobs()
    assert state_of(no) == A.NECESSITY


def test_in_hardship_a_hospital_outside_the_network_goes_to_a_person_instead_of_a_no(cast: Cast) -> None:
    hospital(cast, code="H009", name="县人民医院", in_network=False)
    for is_hardship in (False, True):
        no = told(cast, admitted_on=day_in_china(AT) - timedelta(days=int(is_hardship)), is_hardship=is_hardship)
        advances.call(cast.who("an"), no, at=AT)
        advances.complete(cast.who("an"), no, at=AT, hospital="H009")
        sign_all(cast.who("mei"), no)
        follow_jobs()
        assert result(no, "HOSPITAL") == ("person" if is_hardship else "no")
        assert (state_of(no) == A.ELIGIBILITY) is not is_hardship


def test_whatever_the_signs_say_a_case_goes_on_or_waits_for_a_person_and_is_never_refused(cast: Cast) -> None:
    # Another stay elsewhere is open: referred.  A young policy and an estimate above the benefit: a warning.
    hospital(cast, code="H009", name="第九医院")
    first = way_to(cast, A.NECESSITY)
    Advance.objects.filter(advance_no=first).update(hospital=Hospital.objects.get(code="H009"))
    no = way_to(cast, A.RISK_CHECK, admitted_on=day_in_china(AT) - timedelta(days=2))
    record = Record.objects.filter(subject=f"advance:{no}", kind="advance.checked").latest("id")
    assert checked(record.pk, AT) == "refer" and state_of(no) == A.RISK_CHECK
    assert checked(record.pk, AT) == "refer"
    with pytest.raises(RiskWrong):
        advances.judge_risk(cast.who("gu"), no, at=AT, result="refused", why="不行")
    advances.judge_risk(cast.who("gu"), no, at=AT, result="warn", why="两家医院均已核实")
    case = Advance.objects.get(advance_no=no)
    assert (case.state, case.risk, case.watches_cost) == (A.NECESSITY, "warn", True)
    young = told(cast, "bo", admitted_on=date(2026, 6, 1))
    advances.call(cast.who("an"), young, at=AT)
    sign_all(cast.who("bo"), young)
    found = advances.check(cast.who("an"), young, at=AT, look=foresee)
    # In the waiting period the terms say no, not the risk check; a person tells so and the right to claim stays.
    assert [one.code for one in found if one.result == "no"] == ["COVER"]


def test_a_hospital_and_a_feed_tell_once_and_learn_of_nobody_else(cast: Cast) -> None:
    partner = Partner.objects.create(code="yi", name="市第一人民医院", kind="hospital", branch=cast.branches["sz"])
    Hospital.objects.filter(code="H001").update(partner=partner)
    by = who_partner(partner, frozenset({"advances:write"}))
    number = IDENTITIES["mei"] + check_digit(IDENTITIES["mei"])
    admission = advances.Admission(admitted_on=day_in_china(AT), estimate_fen=100)
    for feed in (True, False):
        no = advances.notify_as_partner(
            by, at=AT, name="梅", id_number=number, admission=admission, external_id="S-1", feed=feed
        )
    case = Advance.objects.get()
    assert (case.advance_no, case.source, case.hospital is not None) == (no, "feed", True)
    with pytest.raises(NobodyInsured):
        advances.notify_as_partner(by, at=AT, name="某", id_number=number, admission=admission, external_id="S-2")
    # The member tells of the same stay: one case, and what is new is added.
    assert (
        advances.notify(
            cast.who("mei"), cast.id("mei"), replace(admission, illness="胆囊结石", is_emergency=True), at=AT
        )
        == no
    )
    case.refresh_from_db()
    assert case.illness == "胆囊结石" and case.is_emergency and Advance.objects.count() == 1


def test_each_step_is_told_once_without_a_word_of_the_illness(cast: Cast) -> None:
    no = way_to(cast, A.TRACKING)
    for _ in range(2):
        for record in Record.objects.filter(subject=f"advance:{no}"):
            notices.notify(record.pk, at=AT)
    found = list(Notice.objects.filter(person=cast.people["mei"]).order_by("id"))
    assert [one.what for one in found] == ["advance.notified", "advance.guaranteed", "advance.paid"]
    assert all(no in one.text and "胆囊" not in one.text + one.title + one.body for one in found)
    assert "80,000.00" in found[1].body and "30,000.00" in found[2].body


def test_an_earlier_claim_under_another_product_does_not_leave_the_stay_without_cover(cast: Cast) -> None:
    cast.issue("HC-MEI", "hospital-cash", date(2026, 1, 1), "mei", facts={"daily": "100.00"})
    no = claim_at(
        cast, ClaimState.CALCULATED, policies=["M1-MEI", "HC-MEI"], papers=STAY_PAPERS, facts={"invoices": [stay()]}
    )
    deciding.decide(cast.who("ai"), no, at=AT, outcome="approved")
    advance = told(cast)
    advances.call(cast.who("an"), advance, at=AT)
    sign_all(cast.who("mei"), advance)
    follow_jobs()
    assert result(advance, "COVER") == "yes"


@pytest.mark.parametrize("on", [date(1, 1, 1), date(2026, 4, 1), date(2026, 8, 1)])
def test_a_day_of_admission_that_is_a_slip_is_told_once_with_the_days_that_can_be(cast: Cast, on: date) -> None:
    with pytest.raises(AdmissionDayWrong) as wrong:
        told(cast, admitted_on=on)
    first, last = day_in_china(AT) - timedelta(days=60), day_in_china(AT) + timedelta(days=30)
    for lang in ("zh", "en"):
        said = wrong.value.sentence(lang)
        assert said.count(on.isoformat()) == said.count(first.isoformat()) == said.count(last.isoformat()) == 1
