"""Conditions of an advance: all are told at once, none hides another; what is only missing is never a no for good."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.kernel.advances.eligibility import (
    MISSING_ONLY,
    ORDER,
    Asked,
    GateMet,
    cannot_be,
    checks,
    is_eligible,
    signers,
    waits_for,
)
from hearth.words.advances import CHECKS, AdvanceConsentOf

ALL = frozenset(AdvanceConsentOf)
READY = Asked(
    has_service=True, hospital_known=True, hospital_in_network=True, account_confirmed=True, gates=(),
    limit_left=1, estimate=1, consents=ALL, is_child=False, guardian_agreed=False,
)  # fmt: skip

asked = st.builds(
    Asked,
    has_service=st.booleans(), hospital_known=st.booleans(), hospital_in_network=st.booleans(),
    account_confirmed=st.booleans(),
    gates=st.lists(
        st.builds(GateMet, st.sampled_from(("waiting", "exclusion", "hospital")), st.sampled_from(("fail", "refer"))),
        max_size=2,
    ).map(tuple),
    limit_left=st.integers(0, 2), estimate=st.integers(0, 2),
    consents=st.frozensets(st.sampled_from(AdvanceConsentOf)), is_child=st.booleans(), is_minor=st.booleans(),
    guardian_agreed=st.booleans(), is_hardship=st.booleans(), programme=st.sampled_from(("", "child_blood")),
    programme_fits=st.booleans(),
)  # fmt: skip


def result(case: Asked, code: str) -> str:
    return next(one.result for one in checks(case) if one.code == code)


def test_who_brings_everything_is_eligible_and_nothing_is_open() -> None:
    found = checks(READY)
    assert is_eligible(found) and not waits_for(found) and not cannot_be(found)
    assert [one.code for one in found] == [
        code for code in ORDER if code not in ("HOSPITAL_NAMED", "GUARDIAN", "PROGRAMME")
    ]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"has_service": False}, "SERVICE"),
        ({"hospital_known": False, "hospital_in_network": False}, "HOSPITAL_NAMED"),
        ({"hospital_in_network": False}, "HOSPITAL"),
        ({"account_confirmed": False}, "ACCOUNT"),
        ({"gates": (GateMet("waiting", "fail", "2.3"),)}, "COVER"),
        ({"limit_left": 0}, "LIMIT"),
        ({"estimate": 0}, "ESTIMATE"),
        ({"consents": ALL - {AdvanceConsentOf.MEDICAL_DATA}}, "MEDICAL_DATA"),
        ({"consents": ALL - {AdvanceConsentOf.PAY_HOSPITAL}}, "PAY_HOSPITAL"),
        ({"consents": ALL - {AdvanceConsentOf.REPAYMENT}}, "REPAYMENT"),
        ({"is_child": True}, "GUARDIAN"),
        ({"is_minor": True}, "GUARDIAN"),
        ({"programme": "child_blood", "programme_fits": False}, "PROGRAMME"),
    ],
)
def test_one_thing_missing_is_told_by_its_name_alone(change: dict[str, object], code: str) -> None:
    found = checks(replace(READY, **change))
    assert [one.code for one in found if one.result == "no"] == [code]
    assert (code in waits_for(found)) is (code in MISSING_ONLY)
    assert (code in cannot_be(found)) is (code not in MISSING_ONLY)


def test_in_hardship_a_hospital_outside_the_network_is_for_a_person_and_stops_nothing() -> None:
    outside = replace(READY, hospital_in_network=False)
    assert not is_eligible(checks(outside))
    in_hardship = checks(replace(outside, is_hardship=True))
    assert result(replace(outside, is_hardship=True), "HOSPITAL") == "person" and is_eligible(in_hardship)


def test_a_gate_that_a_person_looks_at_is_no_refusal() -> None:
    assert result(replace(READY, gates=(GateMet("pre_existing", "refer"),)), "COVER") == "person"


@given(asked)
def test_every_condition_is_told_whatever_the_others_say(case: Asked) -> None:
    found = checks(case)
    codes = [one.code for one in found]
    assert codes == sorted(codes, key=ORDER.index) and len(set(codes)) == len(codes)
    assert ("GUARDIAN" in codes) is (case.is_child or case.is_minor)
    assert ("PROGRAMME" in codes) is bool(case.programme)
    assert ("HOSPITAL" in codes) is case.hospital_known is not ("HOSPITAL_NAMED" in codes)
    assert ("LIMIT" in codes) is all(gate.result != "fail" for gate in case.gates)
    assert set(codes) >= set(ORDER) - {"HOSPITAL_NAMED", "HOSPITAL", "LIMIT", "GUARDIAN", "PROGRAMME"}
    assert set(codes) <= set(CHECKS)
    assert is_eligible(found) is (not waits_for(found) and not cannot_be(found))


@pytest.mark.parametrize(
    ("is_child", "is_minor", "data", "binding"),
    [
        (True, True, {"guardian"}, {"guardian"}),
        (False, True, {"self"}, {"guardian", "parent"}),
        (False, False, {"self"}, {"self", "parent", "spouse", "child", "agent"}),
    ],
)
def test_a_guardian_agrees_for_a_child_a_parent_with_a_minor_and_nobody_to_anothers_data(
    is_child: bool, is_minor: bool, data: set[str], binding: set[str]
) -> None:
    for what in AdvanceConsentOf:
        wanted = data if what is AdvanceConsentOf.MEDICAL_DATA else binding
        assert signers(what, is_child=is_child, is_minor=is_minor) == wanted
