"""Who may do what with which rows: every role, kind and verb, against a slow reading of the matrix row by row."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from hearth.desks.books import ledger
from hearth.store.access import (
    HOUSE,
    NOBODY,
    Grant,
    NotAllowed,
    NotThere,
    Who,
    family_of,
    one,
    people_for,
    rows,
    wards_of,
    who,
)
from hearth.store.access.matrix import MATRIX, PARTNER_SCOPES, Rows
from hearth.store.access.rows import _BRANCH, _OF, KIND_WORDS, KINDS
from hearth.store.models import (
    BankAccount,
    Branch,
    Calculation,
    CatalogueList,
    Claim,
    Consent,
    Cover,
    DataRequest,
    Deadline,
    Decision,
    HealthRead,
    Introduction,
    Notice,
    Paper,
    Partner,
    Payment,
    Person,
    Policy,
    Record,
    Relation,
    RoleGrant,
    Sample,
    StaffAbsence,
    StaffShift,
    StaffSkill,
    Webhook,
    WorkOrder,
)
from hearth.words.claims import Role
from tests.twins.access import World

pytestmark = pytest.mark.django_db

AT = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
TODAY = date(2026, 6, 1)
DAY = timedelta(days=1)
VERBS = sorted({(kind, verb) for kind, verbs, _, _ in MATRIX for verb in verbs})
PARTNERS_VERBS = sorted({pair for pairs in PARTNER_SCOPES.values() for pair in pairs})


@dataclass
class Made:
    """One of every kind of row for every sort of person."""

    people: dict[str, int] = field(default_factory=dict)
    branches: dict[str, int] = field(default_factory=dict)
    partners: dict[str, int] = field(default_factory=dict)


PEOPLE: tuple[tuple[str, str | None, str | None, bool], ...] = (
    # who, branch, the partner that brought them in, locked
    ("self", "sz", None, False),
    ("ward", "sz", "one", False),
    ("spouse", "bj", None, False),
    ("unproven", "sz", None, False),
    ("ended", "sz", "two", False),
    ("expired", "bj", None, False),
    ("not yet", "sz", None, False),
    ("locked ward", "sz", "one", True),
    ("locked", "bj", "two", True),
    ("stranger", "sz", "one", False),
    ("far", "bj", "two", False),
    ("of no branch", None, None, False),
)


@pytest.fixture
def made(db: None) -> Made:
    """The world: own rows, a family's, an unproven, ended and expired relation's, other branches', locked people's."""
    found = Made()
    for code in ("sz", "bj"):
        found.branches[code] = Branch.objects.create(code=code, name_zh=code, name_en=code).pk
    for code in ("one", "two"):
        partner = Partner.objects.create(code=code, name=code, kind="broker")
        found.partners[code] = partner.pk
        Webhook.objects.create(partner=partner, url="https://example.org", made_at=AT)
    for number, (code, branch, brought_by, is_locked) in enumerate(PEOPLE):
        person = Person.objects.create(
            username=f"somebody-{number}",
            full_name=code,
            branch_id=found.branches.get(branch or ""),
            partner_id=found.partners.get(brought_by or ""),
            locked_at=AT - DAY if is_locked else None,
            is_active=not is_locked,
        )
        found.people[code] = person.pk
        everything_of(person, number, found.partners.get(brought_by or ""))
    # Known to both partners, somebody whom none brought in, and somebody whose data are locked.
    for partner, code in (("two", "ward"), ("one", "far"), ("two", "spouse"), ("one", "locked")):
        Introduction.objects.create(
            partner_id=found.partners[partner], person_id=found.people[code], external_id=f"E-{code}", at=AT
        )
    own = found.people["self"]
    for code, kind, more in (
        ("ward", "guardian", {"until_on": date(2030, 1, 1)}),
        ("spouse", "spouse", {}),
        ("locked ward", "guardian", {"until_on": date(2030, 1, 1)}),
        ("unproven", "spouse", {"proof": "", "proven_at": None}),
        ("ended", "spouse", {"ended_at": AT}),
        ("expired", "agent", {"until_on": TODAY}),
        ("not yet", "spouse", {"proven_at": AT + DAY}),
    ):
        stated: dict[str, Any] = {"proof": "paper", "proven_at": AT - DAY, **more}
        Relation.objects.create(person_id=own, other_id=found.people[code], kind=kind, **stated)
    Relation.objects.create(
        person_id=found.people["stranger"], other_id=found.people["far"], kind="spouse", proof="x", proven_at=AT - DAY
    )
    stated = {"file": "x", "sha256": "x", "rows": 0, "loaded_at": AT, "loaded_by": "house"}
    CatalogueList.objects.create(kind="icd10", version="1", **stated)
    ledger.post("k", "w", [("bank", "asset", -5), ("expense", "expense", 5)], at=AT)
    return found


def everything_of(person: Person, number: int, partner: int | None) -> None:
    """One row of every kind about one person."""
    policy = Policy.objects.create(
        policy_no=f"P{number}",
        product="x",
        holder=person,
        starts_on=date(2026, 1, 1),
        ends_on=date(2027, 1, 1),
        state_at=AT,
        issued_at=AT,
        branch_id=person.branch_id,
        partner_id=partner,
    )
    Cover.objects.create(policy=policy, person=person)
    if number:
        # A policy of the first person covers each of the others: seen by both.
        Cover.objects.create(policy=Policy.objects.get(policy_no="P0"), person=person)
    claim = Claim.objects.create(
        claim_no=f"C{number}",
        person=person,
        reporter=person,
        state_at=AT,
        branch_id=person.branch_id,
        partner_id=partner,
    )
    record = record_of("claim.decided", f"claim:C{number}", number * 10 + 1)
    record_of("claim.investigated", f"claim:C{number}", number * 10 + 2)
    record_of("consent.given", f"person:{person.pk}", number * 10 + 3)
    record_of("role.granted", f"person:{person.pk}", number * 10 + 4)
    record_of("policy.issued", f"policy:P{number}", number * 10 + 5)
    calculation = Calculation.objects.create(
        claim=claim,
        at=AT,
        by="house",
        case={},
        result={},
        engine="x",
        payable_fen=0,
        paid_out_fen=0,
        proposal="approved",
    )
    decision = Decision.objects.create(
        claim=claim,
        number=1,
        calculation=calculation,
        outcome="approved",
        payable_fen=0,
        paid_out_fen=0,
        is_automatic=True,
        decided_at=AT,
        record=record,
    )
    account = BankAccount.objects.create(
        person=person, holder_name="x", bank="x", number="1", number_digest=b"1", number_tail="1", added_at=AT
    )
    Payment.objects.create(
        claim=claim,
        decision=decision,
        payee=person,
        account=account,
        amount_fen=1,
        key=f"k{number}",
        intended_at=AT,
        next_at=AT,
    )
    Paper.objects.create(
        claim=claim, kind="invoice", name="x", content_type="image/png", size=1, sha256=str(number), added_at=AT
    )
    Consent.objects.create(
        person=person, given_by=person, purpose="claim", data_class="health", version="1", words_digest="x", given_at=AT
    )
    DataRequest.objects.create(person=person, asked_by=person, kind="export", asked_at=AT, due_on=TODAY)
    HealthRead.objects.create(person=person, kind="claim", key="x", purpose="claim", at=AT)
    Notice.objects.create(
        key=f"n{number}", person=person, what="x", channel="sms", language="en", text="x", made_at=AT, send_at=AT
    )
    Sample.objects.create(claim=claim, product="x", calculation=calculation, drawn_at=AT, machine_fen=0, share_bp=1)
    RoleGrant.objects.create(person=person, role="analyst", from_at=AT - DAY)
    limit = Deadline.objects.create(claim=claim, code="L1", started_at=AT)
    WorkOrder.objects.create(
        claim=claim, chaser="closing", level=1, deadline=limit, role="assessor", opened_at=AT, due_at=AT
    )
    StaffShift.objects.create(person=person, weekday=1, from_minute=0, to_minute=60)
    StaffAbsence.objects.create(person=person, from_at=AT, to_at=AT + DAY, noted_by=person, noted_at=AT)
    StaffSkill.objects.create(person=person, skill="closing")


def record_of(kind: str, subject: str, number: int) -> Record:
    return Record.objects.create(kind=kind, subject=subject, at=AT, by="house", body=str(number).encode())


def askers(made: Made) -> list[tuple[str, Who]]:
    """Nobody, the house, partners, a member, and every role at a branch, at another and everywhere."""
    own = made.people["self"]
    found = [("nobody", NOBODY), ("the house", HOUSE)]
    found += [
        (f"partner {code} with {scopes}", Who(partner_id=partner, scopes=frozenset(scopes)))
        for code, partner in made.partners.items()
        for scopes in (tuple(PARTNER_SCOPES), ("claims:read",), ())
    ]
    for code in ("self", "ward", "stranger", "of no branch"):
        member = Who(person_id=made.people[code], grants=(Grant(Role.MEMBER, None, 0),))
        found.append((f"member {code}", member))
    places = {"sz": made.branches["sz"], "bj": made.branches["bj"], "everywhere": None}
    for role in Role:
        if role is Role.MEMBER:
            continue
        for place, branch in places.items():
            found.append((f"{role} {place}", Who(person_id=own, grants=(Grant(role, branch, 0),))))
    two = (Grant(Role.STEWARD, places["sz"], 0), Grant(Role.AUDITOR, None, 0), Grant(Role.FINANCE, places["bj"], 0))
    found.append(("three roles", Who(person_id=made.people["stranger"], grants=two)))
    return found


def test_every_role_kind_and_verb_agrees_with_a_slow_reading_row_by_row(made: Made) -> None:
    world = World(AT, TODAY)
    every = {kind: list(model._default_manager.all()) for kind, model in KINDS.items()}
    asked = reached = 0
    for name, by in askers(made):
        for kind, verb in sorted(
            {*VERBS, *PARTNERS_VERBS, *((kind, "see") for kind in KINDS), ("claim", "unheard-of")}
        ):
            fast = set(rows(by, kind, verb, AT).values_list("pk", flat=True))
            slow = {row.pk for row in every[kind] if world.may(by, kind, verb, row)}
            assert fast == slow, (name, kind, verb, sorted(fast ^ slow))
            asked += len(every[kind])
            reached += len(fast)
    assert asked > 40_000 and 0 < reached < asked


def test_rows_are_made_for_those_people_alone_whom_the_verb_reaches(made: Made) -> None:
    world = World(AT, TODAY)
    for name, by in askers(made):
        if by.is_house or by.partner_id is not None or by.person_id is None:
            continue
        held = [*((grant.role, grant.branch_id) for grant in by.grants), (Role.MEMBER, None)]
        for kind, verb in (("account", "add"), ("consent", "give"), ("claim", "report"), ("policy", "issue")):
            slow = {
                person.pk
                for person in world.people.values()
                for of, verbs, roles, which in MATRIX
                for role, place in held
                if of == kind and verb in verbs and role in roles
                if world.reaches(by.person_id, role, place, which, "person", person)
            }
            fast = set(people_for(by, kind, verb, AT).values_list("pk", flat=True))
            assert fast == slow, (name, kind, verb)


def test_the_matrix_itself_says_what_it_should_of_the_rows_that_matter_most(made: Made) -> None:
    own = made.people["self"]
    me = Who(person_id=own, grants=(Grant(Role.MEMBER, None, 0),))

    def seen(by: Who, kind: str, verb: str = "see") -> set[str]:
        names = {pk: code for code, pk in made.people.items()}
        return {names[row.person_id] for row in rows(by, kind, verb, AT)}

    assert family_of(own, AT) == (own, *sorted(made.people[code] for code in ("ward", "spouse", "locked ward")))
    assert wards_of(own, AT) == (own, *sorted(made.people[code] for code in ("ward", "locked ward")))
    assert seen(me, "claim") == {"self", "ward", "spouse"}
    assert seen(me, "account") == {"self", "ward", "spouse"}
    assert seen(me, "consent", "give") == {"self", "ward"}
    assert seen(me, "notice") == {"self"}
    steward = Who(person_id=own, grants=(Grant(Role.STEWARD, made.branches["sz"], 0),))
    at_branch = {"unproven", "ended", "not yet", "stranger"}
    assert seen(steward, "claim") == at_branch | {"self", "ward", "spouse"}
    assert seen(steward, "claim", "accept") == at_branch, "not one's own, not one's family's"
    assert seen(Who(person_id=own, grants=(Grant(Role.AUDITOR, None, 0),)), "claim") == set(made.people)
    assert seen(Who(person_id=own, grants=(Grant(Role.ANALYST, None, 0),)), "claim") == {"self", "ward", "spouse"}
    assert not set(rows(me, "receipt", "see", AT).values_list("kind", flat=True)) & {
        "claim.investigated",
        "role.granted",
    }
    operator = Who(person_id=made.people["stranger"], grants=(Grant(Role.OPERATOR, made.branches["bj"], 0),))
    for kind, verb in (("person", "edit"), ("policy", "end")):
        reached = set(rows(operator, kind, verb, AT).values_list("pk", flat=True))
        assert reached and reached <= set(rows(operator, kind, "see", AT).values_list("pk", flat=True))
    partner = Who(partner_id=made.partners["one"], scopes=frozenset({"claims:read", "policies:read"}))
    assert seen(partner, "claim") == {"ward", "stranger"}
    introduced_to = Who(partner_id=made.partners["two"], scopes=frozenset({"claims:read", "policies:read"}))
    people = rows(introduced_to, "person", "see", AT).values_list("full_name", flat=True)
    assert set(people) == {"ended", "far", "ward", "spouse"}
    assert seen(introduced_to, "claim") == {"ended", "far"}, "whom one is introduced to brings no claim along"
    assert set(rows(introduced_to, "policy", "see", AT).values_list("partner_id", flat=True)) == {made.partners["two"]}
    for by in (NOBODY, Who(partner_id=made.partners["one"])):
        assert all(not rows(by, kind, verb, AT).exists() for kind, verb in VERBS)


def test_not_yours_sounds_like_not_there(made: Made) -> None:
    me = Who(person_id=made.people["self"], grants=(Grant(Role.MEMBER, None, 0),))
    for kind in ("claim", "policy", "person", "paper", "payment", "decision", "consent", "account", "notice"):
        mine = set(rows(me, kind, "see", AT).values_list("pk", flat=True))
        others = KINDS[kind]._default_manager.exclude(pk__in=mine).values_list("pk", flat=True)
        assert others, kind
        told = []
        for key in (others[0], 999_999_999):
            with pytest.raises(NotThere) as fault:
                one(me, kind, "see", AT, pk=key)
            told.append([fault.value.sentence(lang).replace(str(key), "KEY") for lang in ("zh", "en")])
        assert told[0] == told[1], kind
    with pytest.raises(NotAllowed):
        one(NOBODY, "claim", "see", AT, pk=1)


def test_who_asks_holds_what_was_granted_at_that_moment_and_nothing_once_locked(made: Made) -> None:
    person = Person.objects.get(pk=made.people["stranger"])
    grant = RoleGrant.objects.create(person=person, role="auditor", from_at=AT, to_at=AT + DAY)
    assert who(person, AT).has(Role.AUDITOR) and not who(person, AT - DAY / 2).has(Role.AUDITOR)
    assert not who(person, AT + DAY).has(Role.AUDITOR)
    grant.delete()
    assert who(Person.objects.get(pk=made.people["locked"]), AT) == NOBODY
    assert who(None, AT) == NOBODY
    person.is_active = False
    assert who(person, AT) == NOBODY


def test_every_kind_has_its_words_and_every_line_of_the_matrix_a_kind_that_knows_branches_and_people() -> None:
    assert set(KIND_WORDS) == set(KINDS) >= {kind for kind, _ in (*VERBS, *PARTNERS_VERBS)}
    for kind, verbs, roles, which in MATRIX:
        assert verbs and roles and len(set(verbs)) == len(verbs), kind
        if which is Rows.BRANCH:
            assert kind in _BRANCH, kind
        elif which is not Rows.ALL:
            assert kind in _OF, kind


@pytest.mark.parametrize("kind", ["claim", "policy", "person"])
def test_a_page_costs_a_colleague_two_queries_at_most(made: Made, kind: str, django_assert_num_queries: Any) -> None:
    by = Who(person_id=made.people["self"], grants=(Grant(Role.STEWARD, None, 0),))
    # One for the family of who asks, one for the page itself.
    with django_assert_num_queries(2):
        list(rows(by, kind, "see", AT)[:50])
