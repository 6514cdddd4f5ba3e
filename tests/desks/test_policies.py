"""Policies are issued once under the case format's rules, ended from a day, voided by a person."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from hearth.desks import policies
from hearth.desks.policies import BadPolicy, PolicyEnded, PolicyKnown
from hearth.store.access import HOUSE, NotAllowed, NotThere, who_partner
from hearth.store.access.policies import one_policy, policies_of, policy_of_external
from hearth.store.access.policies import policies as page
from hearth.store.access.search import policies_found
from hearth.store.models import Partner, Person, Policy, Record
from hearth.words.claims import Role
from hearth.words.faults import UnknownProduct
from tests.desks.people.somebody import AT, HUI, HUIS_SON, MEI, asks, branch, member, worker

pytestmark = pytest.mark.django_db


def issue(by: Any = HOUSE, **changed: Any) -> str:
    """A year of million-medical for Mei."""
    mei = member(MEI)
    stated: dict[str, Any] = {
        "product": "million-medical",
        "plan": "",
        "holder_id": mei,
        "insured_ids": [mei],
        "starts_on": date(2026, 1, 1),
        "premium_fen": 36_500,
    }
    return policies.issue_policy(by, at=AT, **{**stated, **changed})


def test_a_policy_runs_a_year_and_is_read_by_its_holder_and_its_insured_alone() -> None:
    hui, son, mei = member(HUI), member(HUIS_SON), member(MEI)
    no = issue(holder_id=hui, insured_ids=[hui, son, hui])
    row = one_policy(asks(hui), no, AT)
    assert (row.ends_on, row.state, [each.person_id for each in row.insured]) == (
        date(2027, 1, 1),
        "in_force",
        [hui, son],
    )
    assert row.covers_on(date(2026, 12, 31)) and not row.covers_on(date(2027, 1, 1)) and row.covers(son)
    assert [each.policy_no for each in policies_of(asks(son), AT)] == [no]
    with pytest.raises(NotThere):
        one_policy(asks(mei), no, AT)


def test_staff_find_policies_by_number_and_holder_within_their_branch() -> None:
    shenzhen, beijing = branch("sz"), branch("bj")
    no = issue(branch=shenzhen)
    Person.objects.filter(pk=member(MEI)).update(branch=shenzhen)
    here, there = worker(Role.STEWARD, at_branch=shenzhen), worker(Role.STEWARD, at_branch=beijing, username="far")
    assert [row.policy_no for row in page(here, AT)] == [no] and page(there, AT) == ()
    for text in (no, MEI.zh):
        assert [row.policy_no for row in policies_found(here, text, AT)] == [no], text
        assert policies_found(there, text, AT) == ()
    assert policies_of(here, AT) == (), "one's own policies are not the branch's"
    assert [row.policy_no for row in policies_of(here, AT, member(MEI))] == [no]


def test_a_partner_sends_a_policy_twice_and_it_is_one() -> None:
    partner = Partner.objects.create(code="wesure", name="WeSure", kind="broker")
    by = who_partner(partner, frozenset({"policies:write", "policies:read"}))
    mei = member(MEI)
    with pytest.raises(NotThere):
        issue(by, external_id="X-1")
    Person.objects.filter(pk=mei).update(partner=partner)
    no = issue(by, external_id="X-1")
    assert issue(by, external_id="X-1", premium_fen=1) == no == policy_of_external(partner.pk, "X-1")
    assert Policy.objects.count() == Record.objects.filter(kind="policy.issued").count() == 1
    with pytest.raises(NotAllowed):
        issue(by, partner=partner.pk + 1)


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"product": "unheard-of"}, UnknownProduct),
        ({"plan": "gold-plated"}, BadPolicy),
        ({"ends_on": date(2026, 1, 1)}, BadPolicy),
        ({"premium_fen": -1}, BadPolicy),
        ({"insured_ids": []}, BadPolicy),
        ({"insured_ids": [999_999]}, NotThere),
        ({"facts": {"no": "P1"}}, BadPolicy),
        ({"facts": {"sum_insured": "-5"}}, BadPolicy),
        ({"facts": {"guess": 1}}, BadPolicy),
        ({"policy_no": "a policy"}, BadPolicy),
        ({"renews": "P0"}, NotThere),
    ],
)
def test_what_a_case_file_could_not_say_is_refused(changed: dict[str, Any], fault: type[Exception]) -> None:
    with pytest.raises(fault) as told:
        issue(**changed)
    assert told.value.sentence("zh") and told.value.sentence("en")  # type: ignore[attr-defined]
    assert not Policy.objects.exists()


def test_what_the_case_format_knows_is_kept() -> None:
    no = issue(facts={"sum_insured": "1000000.00", "claim_free_years": 2})
    assert one_policy(HOUSE, no, AT).facts == {"sum_insured": "1000000.00", "claim_free_years": 2}
    with pytest.raises(PolicyKnown):
        issue(policy_no=no)


def test_a_policy_is_renewed_once_by_a_later_one_of_the_same_product() -> None:
    first = issue()
    second = issue(renews=first, starts_on=date(2027, 1, 1))
    assert one_policy(HOUSE, second, AT).renews == first
    for changed in (
        {"renews": first, "starts_on": date(2027, 1, 1)},
        {"renews": second},
        {"renews": second, "product": "outpatient", "starts_on": date(2028, 1, 1)},
    ):
        with pytest.raises(BadPolicy):
            issue(**changed)


def test_a_contract_ends_from_a_day_and_only_once() -> None:
    no = issue()
    underwriter = worker(Role.UNDERWRITER)
    for day in (date(2025, 12, 31), date(2027, 1, 2)):
        with pytest.raises(BadPolicy):
            policies.end_policy(underwriter, no, at=AT, on=day)
    policies.end_policy(underwriter, no, at=AT, on=date(2026, 7, 1))
    policies.end_policy(underwriter, no, at=AT, on=date(2026, 7, 1))
    row = one_policy(underwriter, no, AT)
    assert (row.state, row.covers_on(date(2026, 6, 30)), row.covers_on(date(2026, 7, 1))) == (
        "surrendered",
        True,
        False,
    )
    with pytest.raises(PolicyEnded):
        policies.end_policy(underwriter, no, at=AT, on=date(2026, 8, 1), how="lapsed")
    assert Record.objects.filter(kind="policy.ended").count() == 1


def test_a_person_voids_a_contract_and_says_why_no_machine_does() -> None:
    no = issue()
    for by in (HOUSE, worker(Role.OPERATOR), asks(member(MEI))):
        with pytest.raises((NotAllowed, NotThere)):
            policies.void_policy(by, no, at=AT, why="Insurance Law art. 16")
    underwriter = worker(Role.UNDERWRITER)
    with pytest.raises(BadPolicy):
        policies.void_policy(underwriter, no, at=AT, why=" ")
    record = policies.void_policy(underwriter, no, at=AT, why="故意未告知糖尿病史，《保险法》第十六条")
    assert "糖尿病" not in bytes(Record.objects.get(pk=record).body).decode()
    with pytest.raises(PolicyEnded):
        policies.void_policy(underwriter, no, at=AT, why="again, art. 16")
    assert not one_policy(underwriter, no, AT).covers_on(date(2026, 6, 1))


def test_only_those_who_issue_issue_and_in_their_branch() -> None:
    shenzhen, beijing = branch("sz"), branch("bj")
    mei = member(MEI)
    Person.objects.filter(pk=mei).update(branch=shenzhen)
    operator = worker(Role.OPERATOR, at_branch=shenzhen)
    assert issue(operator)
    with pytest.raises(NotAllowed):
        issue(operator, branch=beijing)
    with pytest.raises(NotThere):
        issue(worker(Role.OPERATOR, at_branch=beijing, username="far"))
    for by in (worker(Role.ASSESSOR), asks(mei)):
        with pytest.raises(NotAllowed):
            issue(by)


def test_a_contract_is_never_deleted() -> None:
    issue()
    with pytest.raises(DatabaseError), transaction.atomic():
        Policy.objects.all()._raw_delete("default")
