"""Keeping: what a database holds at one moment, for a backup; and whether what was restored is whole in itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from psycopg import sql

from hearth.kernel.proof.checkpoint import key_of, read_note
from hearth.kernel.proof.saying import NotInForm, SignatureWrong
from hearth.kernel.proof.tree import appended, leaf_hash, root
from hearth.store.sealed import SealBroken, SealedText, key_version, unseal

LEFT_OUT = ("django_session", "store_cached")
"""Tables whose rows no backup takes: who is logged in, and what may be lost at any moment."""

LEAVES_AT_ONCE = 20_000
Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Held:
    """What a database holds: rows by table, steps of its tables' history, the tree and the books."""

    tables: dict[str, int]
    migrations: tuple[tuple[str, str], ...]
    extensions: tuple[str, ...]
    size: int
    root: str
    """Size and root (hexadecimal) of the last signed checkpoint."""
    entries: int
    seal_versions: tuple[int, ...]
    server: str


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: whether it is as it should be, and what was seen, in numbers."""

    what: str
    is_whole: bool
    seen: dict[str, Any]


@contextmanager
def at_one_moment() -> Iterator[str]:
    """Everything read within is of one moment; gives the name by which another connection reads the same."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        yield str(cursor.fetchone()[0])


def held() -> Held:
    """What the database holds."""
    with connection.cursor() as cursor:
        names = sorted(_tables())
        tables = {}
        for name in names:
            cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name)))
            tables[name] = int(cursor.fetchone()[0])
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
        migrations = tuple((str(app), str(name)) for app, name in cursor.fetchall())
        cursor.execute("SELECT extname FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY extname")
        extensions = tuple(str(name) for (name,) in cursor.fetchall())
        cursor.execute("SELECT size, root FROM store_checkpoint ORDER BY size DESC LIMIT 1")
        last = cursor.fetchone()
        cursor.execute("SHOW server_version")
        server = str(cursor.fetchone()[0])
    return Held(
        tables={name: count for name, count in tables.items() if name not in LEFT_OUT},
        migrations=migrations,
        extensions=extensions,
        size=0 if last is None else int(last[0]),
        root="" if last is None else bytes(last[1]).hex(),
        entries=tables.get("store_entry", 0),
        seal_versions=tuple(sorted({version for _, version, _ in _sealed_values()})),
        server=server,
    )


def is_empty() -> bool:
    """Whether there is no table at all."""
    return not _tables()


def size_of() -> int:
    """About how many bytes the database takes on disk."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


# --- is it whole -----------------------------------------------------------------------------------------------------


def checked(expected: Held | None = None, told: Told = lambda done, of: None) -> list[Check]:
    """Look at everything that can be looked at from the rows alone.

    (1) rows as the backup counted them (2) the tree from its leaves (3) the books from their entries (4) sealed columns
    Gives:   every check; that of the tree recomputes each leaf and compares every signed checkpoint on the way
    """
    found = [] if expected is None else [_rows(expected)]
    found.append(_tree(expected, told))
    found += [_balances(), _postings()]
    found.append(_opens())
    return found


def _rows(expected: Held) -> Check:
    now = held().tables
    differ = {name: (count, now.get(name)) for name, count in expected.tables.items() if now.get(name) != count}
    # Tables' own history grows when an older backup is brought to this version.
    differ.pop("django_migrations", None)
    for name in ("django_content_type", "auth_permission"):
        differ.pop(name, None)
    return Check("rows", not differ, {"tables": len(expected.tables), "rows": sum(now.values()), "differ": differ})


def _tree(expected: Held | None, told: Told) -> Check:
    with connection.cursor() as cursor:
        cursor.execute("SELECT size, root, note FROM store_checkpoint ORDER BY size")
        checkpoints = [(int(size), bytes(kept), str(note)) for size, kept, note in cursor.fetchall()]
    wanted = {size: kept for size, kept, _ in checkpoints}
    whole = checkpoints[-1][0] if checkpoints else 0
    size, wrong = 0, list[int]()
    peaks: tuple[bytes, ...] = ()
    for hashes in _leaves(sorted(wanted)):
        _, peaks = appended(size, peaks, hashes)
        size += len(hashes)
        told(size, whole)
        if size in wanted and root(peaks) != wanted[size]:
            wrong.append(size)
    last = root(peaks).hex()
    signed = _signed(checkpoints[-1][2]) if checkpoints else True
    same = expected is None or (size, last if size else "") == (expected.size, expected.root)
    return Check(
        "tree",
        not wrong and size == whole and same and signed,
        {"size": size, "of": whole, "root": last, "wrong": wrong[:5], "signed": signed, "same": same},
    )


def _leaves(stops: list[int]) -> Iterator[list[bytes]]:
    """The hashes of the leaves in their order, cut where there is a checkpoint; a stored hash that differs is left."""
    at = 0
    for stop in stops:
        while at < stop:
            most = min(stop, at + LEAVES_AT_ONCE)
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT l.index, r.body, n.hash FROM store_leaf l JOIN store_record r ON r.id = l.record_id "
                    "LEFT JOIN store_node n ON n.level = 0 AND n.index = l.index "
                    "WHERE l.index >= %s AND l.index < %s ORDER BY l.index",
                    [at, most],
                )
                rows = cursor.fetchall()
            hashes = [leaf_hash(bytes(body)) for _, body, _ in rows]
            whole = [index for index, _, _ in rows] == list(range(at, most))
            stored = [None if kept is None else bytes(kept) for _, _, kept in rows]
            if not whole or stored != hashes:
                return
            yield hashes
            at = most


def _signed(note: str) -> bool:
    try:
        read_note(note, key_of(settings.LOG_NAME, settings.LOG_KEY).line)
    except (NotInForm, SignatureWrong):
        return False
    return True


def _balances() -> Check:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE a.balance_fen <> COALESCE(e.fen, 0) "
            "OR a.entries_count <> COALESCE(e.number, 0)) FROM store_ledgeraccount a LEFT JOIN "
            "(SELECT account_id, sum(fen) AS fen, count(*) AS number FROM store_entry GROUP BY account_id) e "
            "ON e.account_id = a.id"
        )
        accounts, wrong = cursor.fetchone()
    return Check("balances", wrong == 0, {"accounts": accounts, "wrong": wrong})


def _postings() -> Check:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE fen <> 0) FROM "
            "(SELECT posting_id, sum(fen) AS fen FROM store_entry GROUP BY posting_id) p"
        )
        postings, wrong = cursor.fetchone()
    return Check("postings", wrong == 0, {"postings": postings, "wrong": wrong})


def _opens() -> Check:
    """Whether the keys of this machine open what is sealed: one value of each column and each version of the key."""
    missing: set[int] = set()
    broken: set[int] = set()
    looked = 0
    for place, version, value in _sealed_values():
        looked += 1
        if version not in settings.SEAL_KEYS:
            missing.add(version)
            continue
        try:
            unseal(value, place)
        except SealBroken:
            broken.add(version)
    seen = {"looked": looked, "missing": sorted(missing), "broken": sorted(broken)}
    return Check("sealed", not missing and not broken, seen)


def _sealed_values() -> Iterator[tuple[str, int, bytes]]:
    """One value of each sealed column and each version of the key: its place, version and bytes."""
    there = _tables()
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            table, column = model._meta.db_table, str(field.column)
            if not isinstance(field, SealedText) or table not in there:
                continue
            query = sql.SQL(
                "SELECT DISTINCT ON (substring({column} from 1 for 2)) {column} FROM {table} WHERE {column} IS NOT NULL"
            ).format(column=sql.Identifier(column), table=sql.Identifier(table))
            with connection.cursor() as cursor:
                cursor.execute(query)
                for (value,) in cursor.fetchall():
                    yield f"{table}.{column}", key_version(bytes(value)), bytes(value)


def _tables() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')")
        return {str(name) for (name,) in cursor.fetchall()}
