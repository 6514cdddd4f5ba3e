"""Copied: rows of a table brought in by COPY, with the columns' defaults filled in and sealed columns sealed."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from django.db import connection, models
from psycopg import sql

from hearth.store.sealed import SealedText, seal


class Rows:
    """Rows of one table, copied with the columns' defaults filled in."""

    def __init__(self, model: type[models.Model]) -> None:
        self.model = model
        self.fields = list(model._meta.concrete_fields)
        self.rows: list[tuple[Any, ...]] = []
        self.defaults = {str(name.column): _plain(name, name.get_default()) for name in self.fields}

    def add(self, **values: Any) -> None:
        """One row; columns by their names in the database."""
        self.rows.append(tuple((self.defaults | values).values()))

    def write(self) -> int:
        """Copy the rows; how many there were."""
        if not self.rows:
            return 0
        # Without an id of our own the table's sequence gives one.
        keep = [
            place for place, name in enumerate(self.fields) if not (name.primary_key and self.rows[0][place] is None)
        ]
        columns = sql.SQL(", ").join(sql.Identifier(str(self.fields[place].column)) for place in keep)
        table = sql.Identifier(self.model._meta.db_table)
        with connection.cursor() as cursor:
            statement = sql.SQL("COPY {} ({}) FROM STDIN").format(table, columns)
            with cursor.copy(statement) as copy:
                for row in self.rows:
                    copy.write_row([row[place] for place in keep])
        return len(self.rows)


def _plain(name: models.Field[Any, Any], value: Any) -> Any:
    if isinstance(name, SealedText):
        return _sealed(name.place, value.encode() if isinstance(value, str) else value)
    if isinstance(name, models.JSONField):
        return None if value is None else json.dumps(value)
    return value


@lru_cache(maxsize=64)
def _sealed(place: str, plain: bytes) -> bytes:
    return seal(plain, place)


def sealed(model: type[models.Model], column: str, text: str) -> bytes:
    """A text sealed for a column."""
    return seal(text.encode(), f"{model._meta.db_table}.{column}")


def ids(model: type[models.Model], count: int) -> list[int]:
    """Ids of rows to come, from the table's own sequence."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [int(number) for (number,) in cursor.fetchall()]
