"""Many claims decided in one transaction come out row for row as if each had been decided by itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from django.db import connection, models, transaction

from hearth.desks.claims import deciding, intake
from hearth.desks.claims.straight import decide_many
from hearth.desks.claims.wanting import policies_of, wanted, wanted_by
from hearth.kernel.documents.checklist import papers_at_hand
from hearth.store.models import (
    AutomaticDeciding,
    Calculation,
    Claim,
    ClaimPolicy,
    Deadline,
    Decision,
    Paper,
    PaperLook,
    PaperReading,
    Record,
    Salt,
    Sample,
    Transition,
)
from hearth.words.claims import ClaimState
from hearth.words.codes import Paper as PaperCode
from tests.desks.cast_rows import AT, DAY, STAY_PAPERS, Cast, add_papers, small_stay, visit
from tests.desks.claims.way import claim_at

pytestmark = pytest.mark.django_db
S = ClaimState
OWN = ("id", "record_id", "calculation_id", "decision_id", "salt", "body")
"""What differs between two runs: numbers of rows, and salts."""


@pytest.fixture
def nothing_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """No claim is drawn for the audit."""
    monkeypatch.setattr("hearth.desks.claims.sampling.drawn_for_person", lambda no, product, at: False)


def undone(work: Callable[[], Any]) -> Any:
    """What `work` gives, and nothing of what it did."""
    before = transaction.savepoint()
    found = work()
    transaction.savepoint_rollback(before)
    return found


def rows_of(model: type[models.Model], **which: Any) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in row.items() if name not in OWN}
        for row in model.objects.filter(**which).order_by("pk").values()  # type: ignore[attr-defined]
    ]


def told(record: Record) -> dict[str, Any]:
    body = json.loads(bytes(record.body))
    assert body.pop("id") == record.pk
    data = body["data"]
    assert data.pop("calculation", None) in (None, *Calculation.objects.values_list("pk", flat=True))
    data["sealed"] = sorted(data.get("sealed", ()))
    return dict(body)


def everything(claim_nos: list[str]) -> dict[str, Any]:
    """All that is kept of claims, claim by claim, without the numbers of the rows."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    found = {}
    for no in claim_nos:
        claim = Claim.objects.get(claim_no=no)
        records = list(Record.objects.filter(subject=f"claim:{no}").order_by("pk"))
        with connection.cursor() as cursor:
            numbers = [record.pk for record in records]
            cursor.execute(
                "SELECT task_name, queue_name, priority FROM procrastinate_jobs"
                " WHERE (args->>'record_id')::bigint = ANY(%s) ORDER BY id",
                [numbers],
            )
            jobs = cursor.fetchall()
        found[no] = {
            "claim": rows_of(Claim, pk=claim.pk),
            **{
                model.__name__: rows_of(model, claim=claim)
                for model in (ClaimPolicy, Transition, Deadline, Calculation, Decision, Sample)
            },
            "records": [told(record) for record in records],
            "salts": [rows_of(Salt, record=record) for record in records],
            "jobs": jobs,
        }
        assert claim.decision_id is None or claim.decision_id == Decision.objects.get(claim=claim).pk
    return found


@pytest.fixture
def backlog(cast: Cast) -> Iterator[list[str]]:
    """Claims of all kinds whose files are complete."""
    claim_at(cast, S.CLOSED, facts={"invoices": [visit(number="0000000091", on="2026-04-02")]})
    supplemented = claim_at(cast, S.ACCEPTED, member="hui", policies=["M1-HUI"], papers=STAY_PAPERS,
                            facts={"invoices": [small_stay("6000.00")]})  # fmt: skip
    intake.ask_supplement(cast.who("gu"), supplemented, ["prescription"], at=AT)
    intake.supplement_delivered(supplemented, number=1, at=AT)
    add_papers(cast.who("hui"), supplemented, "prescription", at=AT + DAY)
    intake.receive_supplement(cast.who("hui"), supplemented, at=AT + DAY)
    yield [
        claim_at(cast, S.ACCEPTED),
        supplemented,
        claim_at(cast, S.ACCEPTED, member="lan", policies=["OP-LAN"]),
        claim_at(cast, S.ACCEPTED, member="bo", policies=["M1-BO"], papers=STAY_PAPERS,
                 facts={"invoices": [small_stay("900.00")]}),
    ]  # fmt: skip


def test_many_claims_come_out_as_if_decided_one_by_one(backlog: list[str], nothing_drawn: None) -> None:
    at = AT + 2 * DAY

    def one_by_one() -> Any:
        return {no: deciding.decide_straight_through(no, at=at) for no in backlog}, everything(backlog)

    def together() -> Any:
        return decide_many(backlog, at=at, most=100), everything(backlog)

    single, many = undone(one_by_one), undone(together)
    assert single[0] == many[0] and sum(single[0].values()) >= 2, "some are decided, some are left"
    assert single[1] == many[1]
    left = {no: of["claim"][0]["for_person"] for no, of in many[1].items() if not many[0][no]}
    assert left and all(left.values()), "whatever is left to a person says why"


def test_a_claim_drawn_for_the_audit_is_left_with_the_same_calculation(
    backlog: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hearth.desks.claims.sampling.drawn_for_person", lambda no, product, at: True)

    def one_by_one() -> Any:
        return {no: deciding.decide_straight_through(no, at=AT + DAY) for no in backlog}, everything(backlog)

    def together() -> Any:
        return decide_many(backlog, at=AT + DAY, most=100), everything(backlog)

    single, many = undone(one_by_one), undone(together)
    assert single == many and not any(many[0].values())
    assert any(of["Sample"] for of in many[1].values())


def test_of_one_owner_a_claim_at_a_time_so_that_a_deductible_is_used_once(cast: Cast, nothing_drawn: None) -> None:
    stays = [
        claim_at(cast, S.ACCEPTED, policies=["M1-MEI"], papers=STAY_PAPERS,
                 facts={"invoices": [small_stay("6000.00") | {"number": f"000000007{n}"}]})
        for n in range(2)
    ]  # fmt: skip
    assert decide_many(stays, at=AT, most=100) == {stays[0]: True}
    assert decide_many(stays, at=AT, most=100) == {stays[0]: False, stays[1]: True}
    assert [Decision.objects.get(claim__claim_no=no).payable_fen for no in stays] == [0, 200_000]


def test_no_more_are_looked_at_than_asked_for_and_nothing_is_decided_twice(
    backlog: list[str], nothing_drawn: None
) -> None:
    first = decide_many(backlog, at=AT + DAY, most=1)
    assert list(first) == backlog[:1]
    rest = decide_many(backlog, at=AT + DAY, most=100)
    assert set(rest) == set(backlog) and rest[backlog[0]] is False
    assert decide_many(backlog, at=AT + DAY, most=100) == dict.fromkeys(backlog, False)
    assert Decision.objects.filter(claim__claim_no__in=backlog).count() == sum(first.values()) + sum(rest.values())


def test_while_a_product_is_braked_none_of_its_claims_is_decided(backlog: list[str], nothing_drawn: None) -> None:
    AutomaticDeciding.objects.create(product="outpatient", is_braked=True, changed_at=AT)
    found = decide_many(backlog, at=AT + DAY, most=100)
    assert not found[backlog[0]]
    assert Claim.objects.get(claim_no=backlog[0]).for_person == "brake"


def read(no: str, kind: str, signs: Sequence[str] = (), doubts: Sequence[str] = (), **fields: tuple[str, float]) -> int:
    """A paper of a claim as the reader would have read it."""
    paper = Paper.objects.filter(claim__claim_no=no, kind=kind).earliest("pk")
    answer = {
        "fields": {
            key: {"value": value, "status": "read", "confidence": certain} for key, (value, certain) in fields.items()
        },
        "doubts": [{"code": code} for code in doubts],
    }
    PaperReading.objects.update_or_create(
        paper=paper,
        defaults={"state": "read", "kind": kind, "answer": json.dumps(answer).encode(), "signs": list(signs),
                  "due_at": AT, "read_at": AT},
    )  # fmt: skip
    return paper.pk


def test_papers_that_may_be_altered_or_say_otherwise_leave_a_claim_to_a_person(cast: Cast, nothing_drawn: None) -> None:
    bills = [visit(number=f"000000009{day}", on=f"2026-04-0{day}") for day in range(1, 9)]
    plain, altered, copied, twice, more, unsure, cents, stranger = nos = [
        claim_at(cast, S.ACCEPTED, facts={"invoices": [bill]}) for bill in bills
    ]
    total = float(str(bills[0]["total"]).replace(",", ""))

    def says(place: int, off: float, certain: float) -> dict[str, tuple[str, float]]:
        bill = bills[place]
        return {
            "code": (str(bill["code"]), 1.0),
            "number": (str(bill["number"]), 1.0),
            "total": (f"{total + off:.2f}", certain),
        }

    first = read(plain, "invoice", **says(0, 0, 1.0))
    read(altered, "invoice", ["WORDS_DIFFER"])
    read(copied, "invoice", [f"SAME_PICTURE:{first}"])
    read(twice, "invoice", [f"SAME_PICTURE:{Paper.objects.filter(claim__claim_no=twice).latest('pk').pk}"])
    read(more, "invoice", **says(4, -50, 0.99))
    read(unsure, "invoice", **says(5, -50, 0.05))
    read(cents, "invoice", **says(6, -1, 0.99))
    read(stranger, "invoice", doubts=["PERSON_DIFFERS"], payer=("钱波", 0.99))
    why = {altered: "altered", copied: "altered", more: "differs", stranger: "differs"}
    single = undone(lambda: {no: deciding.decide_straight_through(no, at=AT) for no in nos})
    assert single == {no: no not in why for no in nos}
    for _ in nos:  # of one owner a claim at a time
        decide_many(nos, at=AT, most=100)
    assert set(Decision.objects.filter(claim__claim_no__in=nos).values_list("claim__claim_no", flat=True)) == (
        set(nos) - set(why)
    )
    assert {no: Claim.objects.get(claim_no=no).for_person for no in why} == why


def test_the_papers_of_many_claims_are_those_of_each(backlog: list[str], cast: Cast) -> None:
    child = claim_at(cast, S.ACCEPTED, member="hui", person="yue", policies=["M1-HUI"], papers=STAY_PAPERS,
                     facts={"invoices": [small_stay("700.00") | {"number": "0000000081"}]})  # fmt: skip
    claims = list(Claim.objects.filter(claim_no__in=[*backlog, child]))
    together = wanted_by(claims, policies_of(claims), AT)
    for claim in claims:
        each = wanted(claim, AT)
        assert together[claim.pk] == each
        assert len(papers_at_hand(each)) > 2
    unreadable = Paper.objects.filter(claim__claim_no=child).first()
    assert unreadable is not None
    before = papers_at_hand(wanted_by(claims, policies_of(claims), AT)[unreadable.claim_id])
    PaperLook.objects.update_or_create(paper=unreadable, defaults={"worst": "block", "looked_at": AT})
    after = papers_at_hand(wanted_by(claims, policies_of(claims), AT)[unreadable.claim_id])
    assert set(before) - set(after) == {PaperCode[unreadable.kind.upper()]}, "what nobody can read is not at hand"
