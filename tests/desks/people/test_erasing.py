"""Data are erased when their owner asks: refused while needed, locked while the law keeps them, then gone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import JSONField

from hearth.desks import people, policies
from hearth.desks.people.erasing import KEPT, OF_CLAIMS, OF_PERSON, kept_until
from hearth.desks.people.faults import NoErasureAsked, StillKept
from hearth.store.access import HOUSE, NotAllowed, NotThere, rows, who
from hearth.store.access.people import data_requests, person
from hearth.store.models import (
    BankAccount,
    Calculation,
    Claim,
    Introduction,
    Paper,
    Partner,
    Person,
    Policy,
    Record,
    Salt,
)
from hearth.store.sealed import SealedText
from hearth.words.claims import ClaimState
from tests.cast import MEI
from tests.desks.cast_rows import AT, PHONES, STAY_PAPERS, Cast, stay
from tests.desks.cast_rows import cast as made
from tests.desks.claims.way import claim_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db: None) -> Cast:
    return made()


AFTER = datetime(2027, 3, 1, tzinfo=UTC)
GONE = datetime(2032, 1, 1, 1, tzinfo=UTC)


def everything_of(name: str) -> list[str]:
    """Tables in which a text still stands, in any column, sealed columns opened."""
    found = []
    for model in apps.get_app_config("store").get_models():
        if any(name in str(value) for row in model._default_manager.values() for value in row.values()):
            found.append(model.__name__)
    return found


def test_it_is_refused_with_reasons_while_cover_runs_or_a_claim_is_open(cast: Cast) -> None:
    no = claim_at(cast, ClaimState.SUBMITTED)
    answer = people.ask_erasure(cast.who("mei"), cast.id("mei"), at=AT)
    assert (answer.state, answer.kept_until) == ("refused", None)
    assert answer.because == ("policy:CI-MEI", "policy:M1-MEI", "policy:OP-MEI", f"claim:{no}")
    assert person(cast.who("mei"), cast.id("mei"), AT).full_name == MEI.zh
    (row,) = data_requests(cast.who("mei"), cast.id("mei"), AT)
    assert row.outcome["because"] == list(answer.because)
    later = people.ask_erasure(cast.who("mei"), cast.id("mei"), at=AFTER)
    assert later.because == (f"claim:{no}",), "cover has ended, the claim has not"


def test_who_works_here_is_not_erased_while_the_role_is_held(cast: Cast) -> None:
    assert people.ask_erasure(cast.who("an"), cast.id("an"), at=AT).because == ("role:steward",)


def test_inside_the_legal_time_the_data_are_locked_for_all_but_the_auditor_and_the_administrator(cast: Cast) -> None:
    no = claim_at(cast, ClaimState.CLOSED)
    mei = cast.id("mei")
    answer = people.ask_erasure(cast.who("mei", AFTER), mei, at=AFTER)
    assert (answer.state, answer.kept_until, answer.because) == ("kept", date(2032, 1, 1), ())
    assert people.ask_erasure(cast.who("guan", AFTER), mei, at=AFTER) == answer
    assert who(Person.objects.get(pk=mei), AFTER).person_id is None, "she cannot log in any more"
    for code in ("an", "ai", "fu", "cai"):
        if code in cast.people:
            by = cast.who(code, AFTER)
            for kind in ("claim", "person", "policy", "paper", "decision", "payment", "account", "notice", "receipt"):
                seen = rows(by, kind, "see", AFTER)
                assert not [row for row in seen if about(row) == mei], (code, kind)
            with pytest.raises((NotThere, NotAllowed)):
                person(by, mei, AFTER)
    assert person(cast.who("shen", AFTER), mei, AFTER).is_locked
    assert rows(cast.who("shen", AFTER), "claim", "see", AFTER).filter(claim_no=no).exists()
    assert person(cast.who("guan", AFTER), mei, AFTER).is_locked
    assert Claim.objects.get(claim_no=no).facts, "kept, not erased"


def about(row: Any) -> int | None:
    """Whom a row is about."""
    if isinstance(row, Person):
        return row.pk
    if isinstance(row, Policy):
        return row.holder_id
    if isinstance(row, Record):
        subject = row.subject.partition(":")[2]
        return Claim.objects.filter(claim_no=subject).values_list("person_id", flat=True).first()
    claim = getattr(row, "claim", None)
    found = getattr(row, "person_id", None) or (claim.person_id if claim is not None else None)
    return int(found) if found is not None else None


def test_when_the_law_lets_go_everything_is_emptied_and_the_log_still_stands(cast: Cast) -> None:
    no = claim_at(cast, ClaimState.CLOSED)
    mei = cast.id("mei")
    account = BankAccount.objects.get(person=mei).number
    bodies = {row.pk: bytes(row.body) for row in Record.objects.all()}
    people.ask_erasure(cast.who("mei", AFTER), mei, at=AFTER)
    with pytest.raises(StillKept):
        people.erase(HOUSE, mei, at=datetime(2031, 12, 31, 15, 59, tzinfo=UTC))
    assert people.due_erasures(datetime(2031, 12, 31, 15, 59, tzinfo=UTC)) == []
    assert people.due_erasures(GONE) == [mei]
    people.erase(HOUSE, mei, at=GONE)
    people.erase(HOUSE, mei, at=GONE)
    assert people.due_erasures(GONE) == []
    for text in (MEI.zh, "看病", PHONES["mei"], account):
        assert [name for name in everything_of(text) if name not in ("Branch", "Household")] == [], text
    claim = Claim.objects.get(claim_no=no)
    assert (claim.facts, claim.story, claim.state) == ({}, "", "closed")
    assert [row.case for row in Calculation.objects.filter(claim=claim)] == [{}]
    assert all(bytes(paper.content.content) == b"" for paper in Paper.objects.filter(claim=claim))
    assert not Salt.objects.filter(record__subject__in=[f"claim:{no}", f"person:{mei}"]).exists()
    assert {row.pk: bytes(row.body) for row in Record.objects.all() if row.pk in bodies} == bodies
    assert claim.decision is not None and claim.decision.payable_fen > 0, "amounts stay for the books"


def test_somebody_without_any_contract_is_erased_at_once() -> None:
    new = people.create_person(HOUSE, at=AT, full_name="路人甲", phone="13811112222", username="passer")
    answer = people.ask_erasure(who(Person.objects.get(pk=new), AT), new, at=AT)
    assert answer.state == "done" and everything_of("路人甲") == [] and everything_of("passer") == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone_digest IS NULL AND id_digest IS NULL FROM store_person WHERE id = %s", [new])
        assert cursor.fetchone() == (True,)


def test_what_partners_call_somebody_is_erased_with_them() -> None:
    new = people.create_person(HOUSE, at=AT, full_name="路人甲", username="passer")
    for code in ("first", "second"):
        partner = Partner.objects.create(code=code, name=code, kind="insurer")
        Introduction.objects.create(partner=partner, person_id=new, external_id="THEIRS-77", at=AT)
    assert people.ask_erasure(who(Person.objects.get(pk=new), AT), new, at=AT).state == "done"
    assert everything_of("THEIRS-77") == []


def test_a_familys_other_calculations_lose_what_was_hers(cast: Cast) -> None:
    under: dict[str, Any] = {"member": "hui", "policies": ["M1-HUI"], "papers": STAY_PAPERS}
    facts = [{"invoices": [stay(number=number)]} for number in ("0000000001", "0000000002")]
    first = claim_at(cast, ClaimState.CLOSED, person="qiang", account="qiang", facts=facts[0], **under)
    second = claim_at(cast, ClaimState.CLOSED, facts=facts[1], **under)
    held = Calculation.objects.get(claim__claim_no=second)
    assert first in [entry["no"] for entry in held.case["claims"]]
    qiang = cast.id("qiang")
    people.ask_erasure(cast.who("qiang", AFTER), qiang, at=AFTER)
    people.erase(HOUSE, qiang, at=GONE)
    held.refresh_from_db()
    assert [entry["no"] for entry in held.case["claims"]] == [second]
    assert not Salt.objects.filter(record__subject=f"claim:{second}", name="case").exists()
    assert Claim.objects.get(claim_no=second).facts, "Hui's own claim stays"


def test_only_the_person_their_guardian_or_an_administrator_asks_and_nobody_erases_unasked(cast: Cast) -> None:
    mei = cast.id("mei")
    for code in ("hui", "an", "ai"):
        with pytest.raises((NotAllowed, NotThere)):
            people.ask_erasure(cast.who(code), mei, at=AT)
    with pytest.raises(NotAllowed):
        people.ask_erasure(cast.who("hui"), cast.id("qiang"), at=AT)
    assert people.ask_erasure(cast.who("hui"), cast.id("tian"), at=AT).state == "refused"
    with pytest.raises(NoErasureAsked):
        people.erase(HOUSE, mei, at=GONE)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "ended_on", "until"),
    [
        (date(2026, 1, 1), date(2027, 1, 1), None, date(2032, 1, 1)),
        (date(2026, 1, 1), date(2027, 1, 1), date(2026, 7, 1), date(2031, 7, 1)),
        (date(2026, 1, 1), date(2027, 1, 2), None, date(2037, 1, 2)),
        (date(2026, 1, 1), date(2046, 1, 1), date(2030, 1, 1), date(2040, 1, 1)),
        (date(2024, 2, 29), date(2025, 2, 28), None, date(2030, 2, 28)),
    ],
)
def test_five_years_after_a_short_contract_and_ten_after_a_longer_one(
    starts_on: date, ends_on: date, ended_on: date | None, until: date
) -> None:
    assert kept_until(Policy(starts_on=starts_on, ends_on=ends_on, ended_on=ended_on)) == until


def test_a_renewed_or_second_contract_keeps_the_data_until_the_last_is_let_go() -> None:
    new = people.create_person(HOUSE, at=AT, full_name="张三", username="zhang-san")
    for year in (2020, 2021):
        policies.issue_policy(
            HOUSE,
            at=AT,
            product="outpatient",
            plan="",
            holder_id=new,
            insured_ids=[new],
            starts_on=date(year, 1, 1),
            premium_fen=1,
        )
    answer = people.ask_erasure(who(Person.objects.get(pk=new), AT), new, at=AT)
    assert (answer.state, answer.kept_until) == ("kept", date(2027, 1, 1))


def test_every_column_that_could_hold_anything_is_emptied_or_stays_for_a_stated_reason() -> None:
    emptied = {f"{model.__name__}.{name}" for model, _, left in (*OF_CLAIMS, *OF_PERSON) for name in left}
    emptied |= {f"Person.{name}" for name in ("phone", "email", "id_number")}
    held = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_app_config("store").get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, JSONField | SealedText)
    }
    assert held - emptied - set(KEPT) == set()
    assert set(KEPT) - held == set()
