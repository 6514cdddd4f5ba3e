"""Keys: sealed columns are sealed again with the newest key, some rows at a time, and can stop and go on anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.db import connection, transaction
from psycopg import sql

from hearth.desks.books import records
from hearth.desks.people.factors import FACTORS, factor_versions, reseal_factors
from hearth.store.access import NotAllowed, Who
from hearth.store.sealed import SealedText, newest_key_version, seal, unseal

BATCH = 500


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is kept sealed."""

    table: str
    column: str
    key: str

    @property
    def place(self) -> str:
        """What its values are sealed for."""
        return f"{self.table}.{self.column}"


@dataclass(frozen=True, slots=True)
class KeyCount:
    """How many values of a column are sealed with a version of the key."""

    place: str
    version: int
    rows: int


def sealed_columns() -> tuple[Column, ...]:
    """Every sealed column of every table, by name."""
    return tuple(
        sorted(
            (
                Column(model._meta.db_table, str(field.column), str(model._meta.pk.column))
                for model in apps.get_models()
                for field in model._meta.concrete_fields
                if isinstance(field, SealedText)
            ),
            key=lambda column: column.place,
        )
    )


def key_counts(by: Who) -> tuple[KeyCount, ...]:
    """How many values each version of the key seals, column by column.  Raises: NotAllowed."""
    _house(by)
    found = []
    for column in sealed_columns():
        with connection.cursor() as cursor:
            cursor.execute(
                sql.SQL(
                    "SELECT {version}, count(*) FROM {table} WHERE {column} IS NOT NULL GROUP BY 1 ORDER BY 1"
                ).format(
                    version=_version(column), table=sql.Identifier(column.table), column=sql.Identifier(column.column)
                )
            )
            found += [KeyCount(column.place, version, rows) for version, rows in cursor.fetchall()]
    return (*found, *(KeyCount(FACTORS, version, rows) for version, rows in factor_versions().items()))


@transaction.atomic(durable=True)
def rotate_keys(by: Who, *, at: datetime, batch: int = BATCH) -> int:
    """Seal again up to `batch` values of one column that an older key sealed; 0 once there are none left.

    Call it until it gives 0: each call is a transaction of its own, so it can be stopped and taken up at any moment,
    and several may run at once.

    Gives:    how many values were sealed again
    Records:  keys.rotated, a record a batch.  Raises: NotAllowed, SealBroken where a key is missing.
    """
    _house(by)
    newest = newest_key_version()
    for column in sealed_columns():
        changed = _reseal(column, newest, batch)
        if changed:
            return _told(by, column.place, newest, changed, at)
    changed = reseal_factors(newest, batch)
    return _told(by, FACTORS, newest, changed, at) if changed else 0


def _reseal(column: Column, newest: int, batch: int) -> int:
    names = {
        "table": sql.Identifier(column.table),
        "column": sql.Identifier(column.column),
        "key": sql.Identifier(column.key),
        "version": _version(column),
    }
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(
                "SELECT {key}, {column} FROM {table} WHERE {column} IS NOT NULL AND {version} <> %s "
                "LIMIT %s FOR UPDATE SKIP LOCKED"
            ).format(**names),
            [newest, batch],
        )
        held = cursor.fetchall()
        cursor.executemany(
            sql.SQL("UPDATE {table} SET {column} = %s WHERE {key} = %s").format(**names),
            [(seal(unseal(bytes(value), column.place), column.place), key) for key, value in held],
        )
    return len(held)


def _told(by: Who, place: str, newest: int, changed: int, at: datetime) -> int:
    records.append("keys.rotated", "keys", by=by, at=at, data={"place": place, "version": newest, "rows": changed})
    return changed


def _version(column: Column) -> sql.Composed:
    return sql.SQL("(get_byte({column}, 0) * 256 + get_byte({column}, 1))").format(column=sql.Identifier(column.column))


def _house(by: Who) -> None:
    if not by.is_house:
        raise NotAllowed
