"""The interface does what its document says: no 5xx, no status, content type or body that is not declared."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from hearth.store.models import Claim, Dispute, Record
from hearth.words.claims import ClaimState
from tests.desks.cast_rows import STAY_PAPERS, Cast, stay
from tests.desks.claims.way import claim_at
from tests.doors.api.conftest import POLICY, Partner

pytestmark = pytest.mark.django_db

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
EXAMPLES = 20
MOST_SECONDS = 75

DOCUMENT = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
OPERATIONS = [found.ok() for found in DOCUMENT.get_all_operations()]


@pytest.fixture
def busy(cast: Cast, insurer: Partner, settings: Any) -> Partner:
    """An insurer with a person, a policy, a claim and a webhook, so that addresses lead somewhere."""
    settings.WEBHOOKS_WIRE = "memory:"
    insurer.post("/policies", POLICY)
    facts = {"invoices": [stay()]}
    body = {"external_id": "C-1", "insured": "J-1", "policies": ["P-1"], "facts": facts, "held": list(STAY_PAPERS)}
    assert insurer.post("/claims", {**body, "has_no_more": True}).status_code == 201
    assert insurer.post("/webhooks", {"url": "https://partner.example/hearth"}).status_code == 201
    decided = claim_at(cast, ClaimState.DECIDED)
    Claim.objects.filter(claim_no=decided).update(partner=cast.partner, external_id="C-2")
    assert insurer.post("/claims/C-2/disputes", {"reason": "amount", "words": "少算了"}).status_code == 201
    return insurer


@contextmanager
def one_transaction() -> Iterator[None]:
    """A server would look at its connections after each request, and close one that is inside a transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_what_is_answered_is_declared(busy: Partner, operation: Any) -> None:
    until = time.monotonic() + MOST_SECONDS / len(OPERATIONS)
    record = Record.objects.filter(kind="claim.decided").values_list("pk", flat=True).first() or 1
    number = Dispute.objects.values_list("dispute_no", flat=True)[0]
    known = {"key": st.sampled_from(["C-1", "C-2", "P-1", "J-1"]), "webhook": st.integers(1, 3)}
    known |= {"record": st.just(record), "dispute": st.just(number)}

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in MODES)), data=st.data())
    def tried(case: Any, data: st.DataObject) -> None:
        if time.monotonic() > until:
            return
        for name, values in known.items():
            if name in (case.path_parameters or {}) and data.draw(st.booleans()):
                case.path_parameters[name] = data.draw(values)
        response = case.call(headers={"Authorization": f"Bearer {busy.token}"})
        case.validate_response(response, checks=CHECKS)

    # Django's own client, used above, connects them again after every call.
    with one_transaction():
        tried()


def test_every_operation_is_tried() -> None:
    assert len(OPERATIONS) >= 20
