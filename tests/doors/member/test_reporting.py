"""A claim is told step by step, kept at every step, and sent."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from hearth.store.models import Claim, Consent
from tests.desks.cast_rows import Cast
from tests.doors.member.conftest import Phone
from tests.doors.member.phones import claim_no, fill, photo

BILL: dict[str, Any] = {
    "setting": "inpatient", "admitted_on": "2026-03-02", "discharged_on": "2026-03-08",
    "hospital_name": "市儿童医院", "hospital_level": "3", "code": "11060126", "number": "0000009001",
    "total": "26,000.00", "si_settled": "yes", "fund": "9000", "account": "0", "cash": "17000.00",
    "line-0-category": "surgery", "line-0-name": "骨折复位", "line-0-amount": "26000",
}  # fmt: skip


def begun(phone: Client, cast: Cast, code: str = "yue") -> str:
    """A claim that is reported, over every policy that covers the person."""
    story = fill(phone, "/claims/new", who=str(cast.id(code)))
    no = claim_no(story["Location"])
    chosen = fill(phone, f"/claims/{no}/story", cause="accident", event_on="2026-03-02", story="从滑梯上摔下来")
    assert chosen["Location"] == f"/claims/{no}/policies"
    reported = fill(phone, f"/claims/{no}/policies")
    assert reported["Location"] == f"/claims/{no}/fill?told=reported"
    return no


def sent(phone: Client, cast: Cast) -> str:
    """A claim of Hui's daughter over two policies, sent with everything."""
    no = begun(phone, cast)
    assert fill(phone, f"/claims/{no}/bills/1", **BILL)["Location"] == f"/claims/{no}/bills?told=invoice"
    for number, kind in enumerate(("invoice", "itemised_list", "discharge_summary", "accident_proof", "settlement_sheet")):
        kept = phone.post(f"/claims/{no}/papers", {"kind": kind, "files": photo(colour=number)})
        assert kept["Location"] == f"/claims/{no}/papers?told=paper", kept.text[:2000]
    account = cast.accounts["hui"].pk
    assert fill(phone, f"/claims/{no}/account", account_id=str(account))["Location"].endswith("/fill?told=draft")
    done = fill(phone, f"/claims/{no}/check", **{"consent-claim-child": "1", "consent-claim-health": "1"})
    assert done.status_code == 302, re.findall(r"<p[^>]*>[^<]*", done.text)
    assert done["Location"] == f"/claims/{no}?told=sent"
    return no


def test_hui_reports_for_her_daughter_over_two_policies_and_sends_everything(cast: Cast, phone: Phone) -> None:
    hui = phone("hui")
    no = sent(hui, cast)
    claim = Claim.objects.get(claim_no=no)
    assert claim.state == "submitted"
    assert (claim.person_id, claim.reporter_id) == (cast.id("yue"), cast.id("hui"))
    assert claim.policies.count() == 2
    assert claim.facts["cause"] == "accident" and claim.facts["trigger_on"] == "2026-03-02"
    given = Consent.objects.filter(person=cast.id("yue"), given_by=cast.id("hui"))
    assert sorted(given.values_list("data_class", flat=True)) == ["child", "health"]
    page = hui.get(f"/claims/{no}")
    assert page.status_code == 200
    assert page.text.count('data-state="done"') >= 2 and "intake" in page.text
