"""What only the whole company shows, every night: raised once, with reasons; a family is no ring."""

from __future__ import annotations

import json

import pytest
from django.db import transaction

from hearth.desks.books import traces
from hearth.desks.claims import reporting
from hearth.desks.suspicion import Surveyed, clear, survey
from hearth.store.models import BankAccount, Claim, ClaimTrace, Deadline, Suspicion
from hearth.words.claims import ClaimState
from hearth.words.suspicion import Signal, signal_says
from tests.desks.cast_rows import AT, DAY, VISIT_PAPERS, Cast, add_papers, visit
from tests.desks.cast_rows import cast as made
from tests.desks.claims.way import claim_at

S = ClaimState


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody."""
    return made()


def same_account(cast: Cast, *codes: str) -> None:
    """Money of all of them goes to one account number."""
    first = cast.accounts[codes[0]].number_digest
    BankAccount.objects.filter(pk__in=[cast.accounts[code].pk for code in codes]).update(number_digest=first)


def test_strangers_with_one_account_are_raised_once_and_a_family_is_not(cast: Cast) -> None:
    for member, policy in (("mei", "OP-MEI"), ("bo", "M1-BO"), ("hui", "M1-HUI"), ("qiang", "M1-HUI")):
        claim_at(cast, S.SUBMITTED, member=member, policies=[policy], facts={"invoices": [visit(on="2026-06-01")]})
    same_account(cast, "hui", "qiang")
    assert survey(AT) == Surveyed(0, 0, 0), "one household"
    same_account(cast, "mei", "bo", "hui", "qiang")
    limits = list(Deadline.objects.order_by("pk").values("state", "due_at"))
    assert survey(AT) == Surveyed(0, 0, 1)
    row = Suspicion.objects.get(signal="shared_ring")
    (found,) = json.loads(row.findings)
    assert (found["people"], found["claims"], found["kinds"]) == (4, 4, "account")
    assert signal_says(Signal.SHARED_RING, found, "en").startswith("4 people of different households share a bank")
    assert {link["kind"] for link in found["links"]} == {"account"} and row.claims.count() == 4
    assert row.owner_id is not None and row.due_at > AT
    assert survey(AT + DAY) == Surveyed(0, 0, 0), "it is raised once"
    assert list(Deadline.objects.order_by("pk").values("state", "due_at")) == limits
    clear(cast.who("lin"), row.pk, at=AT, words="同一家公司代收，已核实")
    assert survey(AT + DAY) == Surveyed(0, 0, 0), "what was cleared does not come back by itself"
    for code in ("bo", "hui", "qiang"):
        account = cast.accounts[code]
        BankAccount.objects.filter(pk=account.pk).update(number_digest=account.number_digest)
    survey(AT + DAY)
    assert not Suspicion.objects.get(pk=row.pk).is_found


def test_a_dear_hospital_and_an_unusual_claim_are_raised_with_what_is_usual(cast: Cast) -> None:
    for place, amount in (("甲", "400.00"), ("乙", "430.00"), ("丙", "460.00"), ("丁", "500.00")):
        bill = visit(amount, "100.00", hospital={"name": f"{place}医院", "level": 2})
        claim_at(cast, S.DECIDED, facts={"invoices": [bill]})
    dear = visit("9000.00", "100.00", hospital={"name": "戊医院", "level": 2})
    no = claim_at(cast, S.REVIEW, facts={"invoices": [dear]})
    assert survey(AT) == Surveyed(0, 0, 0), "four bills are no history"
    done = survey(AT, least_history=4, least_bills=1, least_peers=3)
    assert (done.hospitals, done.claims) == (1, 1)
    hospital = Suspicion.objects.get(signal="provider_outlier")
    (found,) = json.loads(hospital.findings)
    assert (found["hospital"], found["count"], found["peers"], found["mean"]) == ("戊医院", 1, 4, "9,000.00")
    assert [link.claim.claim_no for link in hospital.claims.all()] == [no]
    claim = Suspicion.objects.get(signal="unusual_claim", subject=f"claim:{no}")
    reasons = {one["feature"]: one for one in json.loads(claim.findings)}
    assert reasons["total"]["value"] == "9,000" and reasons["total"]["history"] == 4
    assert Claim.objects.get(claim_no=no).for_person == "", "nobody is kept for it"
    assert survey(AT, least_history=4, least_bills=1, least_peers=3) == Surveyed(0, 0, 0)


def test_strangers_who_report_from_one_device_are_raised_and_who_acts_for_others_is_not(cast: Cast) -> None:
    mark = "A" * 22
    for member, person, policy in (
        ("mei", "mei", "OP-MEI"), ("bo", "bo", "M1-BO"), ("hui", "hui", "M1-HUI"), ("hui", "yue", "M1-HUI"),
    ):  # fmt: skip
        by = cast.who(member)
        no = claim_at(cast, S.REPORTED, member=member, person=person, policies=[policy],
                      facts={"invoices": [visit(on="2026-06-01")]})  # fmt: skip
        add_papers(by, no, *VISIT_PAPERS)
        reporting.submit(by, no, at=AT, has_no_more=True, device=mark)
    assert ClaimTrace.objects.filter(kind="device").values("digest").distinct().count() == 1
    assert ClaimTrace.objects.count() == 3, "the mother's device says nothing of her daughter"
    assert survey(AT) == Surveyed(0, 0, 1)
    (found,) = json.loads(Suspicion.objects.get().findings)
    assert (found["people"], found["kinds"]) == (3, "device")
    assert mark not in json.dumps(found) and signal_says(Signal.SHARED_RING, found, "zh").count("设备") == 1


def test_one_address_is_one_however_it_is_typed_and_a_mark_that_is_none_leaves_nothing(cast: Cast) -> None:
    for (member, policy), address in zip(
        (("mei", "OP-MEI"), ("bo", "M1-BO"), ("hui", "M1-HUI")),
        ("深圳市南山区 科苑路8号3栋1202", "深圳市南山区科苑路８号3栋-1202", "深圳市南山区科苑路8号，3栋1202"),
        strict=True,
    ):
        no = claim_at(cast, S.SUBMITTED, member=member, policies=[policy],
                      facts={"invoices": [visit(on="2026-06-01")]})  # fmt: skip
        with transaction.atomic():
            claim = Claim.objects.get(claim_no=no)
            traces.leave(cast.who(member), claim, AT, device="no mark of ours", address=address)
            traces.leave(cast.who(member), claim, AT, address=address)
            traces.leave(cast.who("an"), claim, AT, phone="13800009999", address="理赔中心")
    assert ClaimTrace.objects.count() == 3
    assert survey(AT) == Surveyed(0, 0, 1)
    assert json.loads(Suspicion.objects.get().findings)[0]["kinds"] == "address"
