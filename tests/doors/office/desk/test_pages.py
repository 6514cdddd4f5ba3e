"""Every page of the console opens for those who may, in both languages, and is not there for anybody else."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.desks.cast_rows import stay
from tests.doors.office.desk.conftest import Desk, Way

EVERY = ("", "queue", "search", "search?q=mei", "people", "policies", "relations", "payrun", "payments", "books",
         "books/compare", "audit", "audit/log", "audit/reads", "sampling", "partners")  # fmt: skip


def test_of_pages_listed_here_each_is_one(client: Client) -> None:
    for page in EVERY:
        assert client.get(f"/office/{page}").status_code in (301, 302), page


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_state_of_a_claim_can_be_looked_at(desk: Desk, way: Way, lang: str) -> None:
    claims = [
        way.reported(),
        way.submitted(),
        way.accepted("mei", stay()),
        way.in_review(),
        way.calculated(),
        way.decided(),
    ]
    for who in ("ai", "rui", "an", "fang", "shen"):
        client = desk(who, lang)
        for claim_no in claims:
            answer = client.get(f"/office/claims/{claim_no}")
            assert answer.status_code == 200, (who, claim_no, answer.content.decode()[:2000])
            assert claim_no in answer.content.decode()
