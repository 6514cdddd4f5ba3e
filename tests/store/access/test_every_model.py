"""Every table of ours is a kind that access knows, or is reached through one, or holds nothing of anybody."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import models

from hearth.store.access.rows import KINDS

THROUGH: dict[str, tuple[str, str]] = {
    # table -> the kind it is reached through, and the way there
    "CatalogueRow": ("catalogue", "list"),
    "GraphEdge": ("catalogue", "list"),
    **dict.fromkeys(
        (
            "AdvanceClock",
            "AdvanceConsent",
            "AdvanceCost",
            "AdvanceEntry",
            "AdvanceOpinion",
            "AdvanceStep",
            "AdvanceTask",
            "AdvanceWaiver",
            "Guarantee",
            "GuaranteeProposal",
            "Instalment",
            "RepaymentPlan",
        ),
        ("advance", "advance"),
    ),
    **dict.fromkeys(("DisputeClock", "DisputeEvent", "DisputeOpinion", "CaseOrder"), ("dispute", "dispute")),
    **dict.fromkeys(("ComplaintClock", "ComplaintEvent", "ComplaintParty", "RootAction"), ("complaint", "complaint")),
    "HospitalAccount": ("hospital", "hospital"),
    "HospitalLink": ("hospital", "hospital"),
    "Thread": ("claim", "claim"),
    "ThreadMember": ("claim", "claim"),
    "StewardStep": ("claim", "claim"),
    "Stewardship": ("person", "person"),
    "MessagePaper": ("paper", "paper"),
    "Custody": ("pickup", "pickup"),
    "CourierNews": ("pickup", "pickup"),
    "ClaimPolicy": ("claim", "claim"),
    "Transition": ("claim", "claim"),
    "ClaimNote": ("claim", "claim"),
    "InvoiceKey": ("claim", "claim"),
    "ClaimTrace": ("claim", "claim"),
    "JudgedFinding": ("claim", "claim"),
    "SuspicionClaim": ("suspicion", "suspicion"),
    "InvestigationTask": ("investigation", "investigation"),
    "InvestigationEvidence": ("investigation", "investigation"),
    "HospitalPlace": ("hospital", "hospital"),
    "PaperContent": ("paper", "paper"),
    "PaperLook": ("paper", "paper"),
    "PaperReading": ("paper", "paper"),
    "PaperLabel": ("paper", "paper"),
    "Supplement": ("claim", "claim"),
    "Message": ("claim", "claim"),
    "Calculation": ("claim", "claim"),
    "Proposal": ("claim", "claim"),
    "Adjustment": ("claim", "claim"),
    "Deadline": ("claim", "claim"),
    "Prepayment": ("claim", "claim"),
    "ExpectedDay": ("claim", "claim"),
    "OrderEvent": ("order", "order"),
    "Firing": ("order", "order"),
    "CalendarYear": ("record", "record"),
    "BankEvent": ("payment", "payment"),
    "PayRun": ("payment", "payments"),
    "Household": ("policy", "policies"),
    "SuccessionShare": ("succession", "succession"),
    "Cover": ("policy", "policy"),
    "Salt": ("record", "record"),
    "Leaf": ("record", "record"),
    "Unsequenced": ("record", "record"),
    "Posting": ("ledger", "entries"),
    "LedgerAccount": ("ledger", "entries"),
    "Token": ("partner", "partner"),
    "ApiRequest": ("partner", "partner"),
    "Introduction": ("partner", "partner"),
    "Delivery": ("webhook", "webhook"),
}

OF_THE_HOUSE: dict[str, str] = {
    # table -> what it holds; nothing of a person
    "Branch": "names of branches",
    "Cached": "counts of attempts under digests",
    "Checkpoint": "signed roots of the log",
    "Node": "hashes of the log",
    "SoldTerms": "terms of products",
    "StepTime": "lengths of steps",
    "StepCurve": "lengths of many claims from a step on",
    "PromiseCount": "counts of promises",
    "AutomaticDeciding": "error rates of products",
    "GraphNode": "names of diseases, items and clauses",
    "UsualCourse": "counts of bills by disease, none below a named number of people",
}


def ours() -> dict[str, type[models.Model]]:
    return {model.__name__: model for model in apps.get_app_config("store").get_models()}


def test_every_table_is_a_kind_or_is_reached_through_one_or_holds_nothing_of_anybody() -> None:
    kinds = {model.__name__ for model in KINDS.values()}
    placed = [*kinds, *THROUGH, *OF_THE_HOUSE]
    assert sorted(placed) == sorted(set(placed)), "a table stands in two places"
    assert sorted(ours()) == sorted(placed)


@pytest.mark.parametrize("table", sorted(THROUGH))
def test_the_way_to_its_kind_is_there(table: str) -> None:
    kind, way = THROUGH[table]
    assert ours()[table]._meta.get_field(way).related_model is KINDS[kind]


@pytest.mark.parametrize("table", sorted(OF_THE_HOUSE))
def test_what_is_of_the_house_leads_to_nobody(table: str) -> None:
    leads_to = {
        str(field.related_model.__name__)
        for field in ours()[table]._meta.get_fields()
        if field.is_relation and not field.auto_created and isinstance(field.related_model, type)
    }
    # Who let a product decide again is a colleague, not a customer.
    assert leads_to <= ({"Person"} if table == "AutomaticDeciding" else set()), leads_to
