"""How many questions a page asks of the database, and that the queue and the search follow indexes."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.desks.cast_rows import stay
from tests.doors.office.desk.conftest import Desk, Way

SESSION = 12
"""Questions that signing in, the second factor and the roles take on any page."""

MOST: dict[str, int] = {
    "queue": SESSION + 40,
    "queue?state=review&mine=1": SESSION + 20,
    "search?q=梅&stay=1": SESSION + 16,
    "search?q=C2600000001&stay=1": SESSION + 16,
    "people": SESSION + 4,
    "policies": SESSION + 6,
}


def asked(client: Any, page: str) -> list[str]:
    """The questions that a page asks."""
    client.get(f"/office/{page}")
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(f"/office/{page}").status_code == 200, page
    return [query["sql"] for query in captured.captured_queries]


def test_the_number_of_questions_is_bounded_and_does_not_grow_with_the_rows(desk: Desk, way: Way) -> None:
    way.in_review("mei")
    client = desk("ai")
    few = {page: len(asked(client, page)) for page in MOST}
    for _one in range(4):
        way.in_review("mei")
        way.in_review("hui")
    for page, most in MOST.items():
        count = len(asked(client, page))
        assert count <= most, (page, count)
        assert count <= few[page] + 6, (page, few[page], count)


def test_a_case_with_everything_about_it_asks_a_bounded_number_of_questions(desk: Desk, way: Way) -> None:
    first = way.calculated("mei", stay())
    client = desk("ai")
    few = len(asked(client, f"claims/{first}"))
    for _one in range(6):
        way.in_review("mei")
    again = len(asked(client, f"claims/{first}"))
    assert few <= SESSION + 75, few
    assert again <= few + 4, (few, again)


def plan(sql: str, *off: str) -> str:
    """How the database would answer where reading a whole table is dear."""
    with connection.cursor() as cursor:
        for each in ("enable_seqscan", *off):
            cursor.execute(f"SET LOCAL {each} = off")
        cursor.execute("EXPLAIN (COSTS OFF) " + sql)
        told = "\n".join(row[0] for row in cursor.fetchall())
        for each in off:
            cursor.execute(f"SET LOCAL {each} = on")
    return told


@pytest.mark.parametrize("page", ["queue", "queue?mine=1", "queue?late=1", "queue?branch=sz"])
def test_the_queue_is_read_along_an_index_in_its_order(desk: Desk, way: Way, page: str) -> None:
    way.in_review("mei")
    pages = [
        sql for sql in asked(desk("rui"), page)
        if 'FROM "store_claim"' in sql and "ORDER BY" in sql and '"due_at" IS NOT NULL' in sql
    ]  # fmt: skip
    assert pages, page
    for sql in pages:
        told = plan(sql)
        assert re.search(r"Index.* using claim_\w+", told), told
        assert "Seq Scan on store_claim" not in told, told
        assert "LIMIT" in sql, sql


def test_the_counts_stop_and_follow_an_index(desk: Desk, way: Way) -> None:
    way.in_review("mei")
    counts = [sql for sql in asked(desk("rui"), "queue") if "COUNT(*)" in sql and "store_claim" in sql]
    assert counts
    for sql in counts:
        assert "LIMIT" in sql, sql
        assert "Seq Scan on store_claim" not in plan(sql)


@pytest.mark.parametrize(
    ("text", "table", "index"),
    [
        ("王小明", "store_person", "person_name_start"),
        ("梅", "store_person", "person_name_start"),
        ("Hui Chen", "store_person", "person_name_trgm"),
        ("13800000001", "store_person", "phone_digest"),
        ("C2600000001", "store_claim", "claim_no"),
        ("0012345678", "store_invoicekey", "invoice_number"),
        ("11060126 0012345678", "store_invoicekey", "invoice_key"),
        ("M1-MEI", "store_policy", "policy_no"),
    ],
)
def test_the_search_follows_an_index_for_whatever_was_typed(
    desk: Desk, way: Way, text: str, table: str, index: str
) -> None:
    way.submitted("mei")
    questions = [sql for sql in asked(desk("rui"), f"search?q={text}&stay=1") if f'FROM "{table}"' in sql]
    # A few rows are read along any index; with that off, it is seen which one knows what was typed.
    plans = [plan(sql, *(("enable_indexscan",) if "name" in index or "invoice" in index else ())) for sql in questions]
    assert any(index in told for told in plans), plans
    assert not [told for told in plans if f"Seq Scan on {table}" in told], plans
