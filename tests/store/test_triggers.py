"""What the database refuses it refuses to whoever has the application's role, whatever that session sets or makes."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction

from hearth.desks.claims import reporting
from tests.desks.cast_rows import AT, Cast, settle_constraints
from tests.desks.cast_rows import cast as made

TRIGGERS = """
    SELECT t.tgname, t.tgrelid::regclass::text, p.oid::regprocedure::text, p.proconfig, pg_get_userbyid(p.proowner)
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace AND t.tgname LIKE 'pgtrigger_%%' ORDER BY 1
"""


def ask(query: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall()) if cursor.description else []


def refused(query: str, *values: Any, says: str) -> None:
    with pytest.raises(DatabaseError, match=says), transaction.atomic():
        ask(query, *values)
        settle_constraints()


@pytest.fixture
def cast(db: None) -> Cast:
    return made()


@pytest.fixture
def claim_no(cast: Cast) -> str:
    """A claim of Mei's that was reported."""
    mei = cast.who("mei")
    claim_no = reporting.start_draft(mei, cast.id("mei"), at=AT, policy_nos=["M1-MEI"])
    reporting.save_draft(mei, claim_no, at=AT, story="发烧去看了医生")
    reporting.report(mei, claim_no, at=AT)
    settle_constraints()
    return claim_no


def pass_over_all() -> None:
    """What pgtrigger itself says to its triggers when it wants them passed over."""
    names = ",".join(name for name, *_ in ask(TRIGGERS))
    ask("SELECT set_config('pgtrigger.ignore', %s, false)", f"{{{names}}}")


@pytest.mark.django_db
def test_every_trigger_looks_at_our_tables_alone_and_belongs_to_their_owner() -> None:
    found = ask(TRIGGERS)
    assert len(found) > 20
    ours = ["search_path=pg_catalog, public, pg_temp"]
    assert [one for one in found if one[3] != ours] == []
    [(application,)] = ask("SELECT current_user")
    assert {owner for *_, owner in found}.isdisjoint({application})
    assert ask("SELECT rolsuper, rolcreaterole FROM pg_roles WHERE rolname = current_user") == [(False, False)]


@pytest.mark.django_db
def test_no_session_passes_over_a_trigger() -> None:
    pass_over_all()
    told = ask(f"SELECT tgname, public._pgtrigger_should_ignore(tgname::name) FROM ({TRIGGERS}) AS t")
    assert [name for name, is_passed_over in told if is_passed_over is not False] == []


def test_a_session_that_asks_to_be_let_through_changes_nothing_that_is_kept(claim_no: str) -> None:
    pass_over_all()
    refused(
        "UPDATE store_record SET body = 'other' WHERE id = (SELECT max(id) FROM store_record)", says="Cannot update"
    )
    refused("DELETE FROM store_record", says="Cannot update or delete|violates foreign key")
    refused("UPDATE store_transition SET to_state = 'paid'", says="Cannot update")
    refused("DELETE FROM store_transition", says="Cannot update or delete")
    refused("DELETE FROM store_claim WHERE claim_no = %s", claim_no, says="Cannot delete|violates foreign key")
    refused(
        "UPDATE store_claim SET state = 'paid', seq = seq + 1 WHERE claim_no = %s",
        claim_no,
        says="cannot follow|follows",
    )


def test_a_table_that_a_session_makes_for_itself_does_not_speak_for_ours(claim_no: str) -> None:
    # A step from "agreed" would follow if the trigger believed the temporary table's last step.
    ask("CREATE TEMPORARY TABLE store_transition (claim_id bigint, seq int, from_state text, to_state text)")
    [(pk, seq, record)] = ask(
        "SELECT c.id, c.seq, t.record_id FROM public.store_claim c JOIN public.store_transition t ON t.claim_id = c.id"
        " WHERE c.claim_no = %s ORDER BY t.seq DESC LIMIT 1", claim_no,
    )  # fmt: skip
    ask("INSERT INTO pg_temp.store_transition VALUES (%s, %s, 'decided', 'agreed')", pk, seq)
    ask("SET LOCAL search_path = pg_temp, public")
    refused(
        "INSERT INTO public.store_transition (claim_id, seq, from_state, to_state, at, by, record_id)"
        " VALUES (%s, %s, 'agreed', 'paid', now(), 'person:1', %s)", pk, seq + 1, record, says="begins at agreed",
    )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    [
        "ALTER TABLE store_record DISABLE TRIGGER ALL",
        "DROP TRIGGER pgtrigger_append_only_edb51 ON store_transition",
        "TRUNCATE store_record",
        "SET session_replication_role = replica",
        "CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name NAME) RETURNS BOOLEAN"
        " LANGUAGE sql AS 'SELECT TRUE'",
        "CREATE FUNCTION public._pgtrigger_should_ignore(trigger_name TEXT) RETURNS BOOLEAN"
        " LANGUAGE sql AS 'SELECT TRUE'",
    ],
)
def test_the_application_cannot_change_what_the_database_enforces(query: str) -> None:
    with pytest.raises(ProgrammingError) as told, transaction.atomic():
        ask(query)
    assert isinstance(told.value.__cause__, psycopg.errors.InsufficientPrivilege)
