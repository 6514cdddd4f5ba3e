"""Multiplied: loaded claims made many within the database, where loading a million one by one takes an hour.

Every copy has ids, numbers, invoices and telephones of its own, and limits that end some seconds later; what the copies
say is what the loaded ones say.  For measuring how pages are found among many rows alone: no record tells of the
copies, and the rules of the database are not asked.
"""

from __future__ import annotations

from typing import Any, LiteralString, cast

import psycopg
from django.db import models

STRIDE = 1_000_000
"""How far the ids of one copy lie from those of the next."""

STAFF = frozenset({"steward_id", "assessor_id", "decided_by_id", "asked_by_id"})
"""Columns that name people who are not copied."""

_PARTS = {
    "claim": " JOIN store_claim c ON c.id = t.claim_id",
    "policy": " JOIN store_claimpolicy o ON o.claim_id = c.id JOIN store_policy p ON p.id = o.policy_id",
}


def _no(column: str) -> str:
    return f"left({column}, 3) || lpad((substr({column}, 4)::bigint + $by)::text, 8, '0')"


def _invoice(column: str) -> str:
    return f"replace({column}, lpad(c.id::text, 12, '0'), lpad((c.id + $by)::text, 12, '0'))"


def _own(column: str) -> str:
    """A text of a claim with the numbers of its copy in place of its own."""
    text = f"replace(replace({column}::text, c.claim_no, {_no('c.claim_no')}), p.policy_no, {_no('p.policy_no')})"
    person = f"replace({text}, 'person:' || c.person_id || '\"', 'person:' || (c.person_id + $by) || '\"')"
    return f"{_invoice(person)}::jsonb"


def _later(column: str) -> str:
    return f"{column} + make_interval(secs => $by / 30000)"


def _digest(column: str) -> str:
    return f"sha256({column}::bytea || int8send($by))"


CHANGED: dict[str, dict[str, str]] = {
    "person": {"username": "t.username || 'x' || $by", "phone_digest": _digest("t.phone_digest")},
    "bankaccount": {"number_digest": _digest("t.number_digest")},
    "policy": {"policy_no": _no("t.policy_no")},
    "claim": {"claim_no": _no("t.claim_no"), "facts": _own("t.facts"), "due_at": _later("t.due_at")},
    "invoicekey": {"key": _invoice("t.key"), "number": _invoice("t.number")},
    "transition": {
        "visible": f"replace(t.visible::text, c.claim_no, {_no('c.claim_no')})::jsonb",
        "by": "CASE t.by WHEN 'person:' || c.person_id THEN 'person:' || (c.person_id + $by) ELSE t.by END",
    },
    "calculation": {"case": _own('t."case"'), "result": _own("t.result")},
    "payment": {"key": f"replace(t.key, c.claim_no, {_no('c.claim_no')})", "bank_ref": "'LOAD' || (t.claim_id + $by)"},
    "deadline": {"due_at": _later("t.due_at")},
}
"""Columns of a copy that are not those of its pattern; ids are moved beside these."""


def multiply(superuser: psycopg.Connection[Any], copies: int) -> None:
    """Add so many copies of what was loaded: as many people, policies and claims again, each time.

    Needs:   a connection that may leave the triggers out; loaded rows whose ids lie below STRIDE
    """
    from hearth.store import models as m

    tables: tuple[type[models.Model], ...] = (
        m.Person, m.BankAccount, m.Policy, m.Cover, m.Claim, m.ClaimPolicy, m.InvoiceKey, m.Transition, m.Supplement,
        m.Calculation, m.Decision, m.Payment, m.Deadline,
    )  # fmt: skip
    (first,) = superuser.execute("SELECT max(id) / %s + 1 FROM store_claim", [STRIDE]).fetchone() or (1,)
    for number in range(first, first + copies):
        with superuser.transaction():
            superuser.execute("SET LOCAL session_replication_role = replica")
            for model in tables:
                superuser.execute(
                    cast(LiteralString, _copied(model, tables).replace("$by", f"{number * STRIDE}::bigint"))
                )
    for model in tables:
        table = model._meta.db_table
        superuser.execute(
            cast(LiteralString, f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
        )


def _copied(model: type[models.Model], copied: tuple[type[models.Model], ...]) -> str:
    """The statement that copies the loaded rows of a table."""
    table = model._meta.db_table
    changed = CHANGED.get(table.removeprefix("store_"), {})
    columns = {}
    for field in model._meta.concrete_fields:
        name = str(field.column)
        moves = field.primary_key or (field.related_model in copied and name not in STAFF)
        columns[name] = changed.get(name, f't."{name}"' + (" + $by" if moves else ""))
    asked = " ".join(columns.values())
    joined = _PARTS["claim"] if " c.id" in asked or "c.claim_no" in asked or "(c.id" in asked else ""
    joined += _PARTS["policy"] if "p.policy_no" in asked else ""
    if table == "store_claim":
        joined = joined.replace("c.id = t.claim_id", "c.id = t.id")
    loaded = "t.username ~ '^load[0-9]+$'" if table == "store_person" else "true"
    names = ", ".join(f'"{name}"' for name in columns)
    return (
        f"INSERT INTO {table} ({names}) SELECT {', '.join(columns.values())} FROM {table} t{joined}"
        f" WHERE t.id < {STRIDE} AND {loaded}"
    )
