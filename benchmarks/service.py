"""The service with its database: records sequenced into the tree.  A process of its own, on a database of its own."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import django

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@contextmanager
def database() -> Iterator[None]:
    """A fresh embedded PostgreSQL with all tables, and Django set up on it as the application."""
    from hearth.doors.launch.postgres import Postgres

    with tempfile.TemporaryDirectory(prefix="hearth-bench-") as folder:
        # As root the server runs as an account that must be able to enter the folder.
        Path(folder).chmod(0o755)
        server = Postgres(Path(folder) / "data")
        server.start()
        try:
            os.environ.update(
                DATABASE_URL=server.url,
                HEARTH_ADMIN_DATABASE_URL=server.admin_url,
                HEARTH_DATA_DIR=str(Path(folder) / "data"),
                DJANGO_SETTINGS_MODULE="hearth.doors.settings",
                HEARTH_LOG_LEVEL="WARNING",
            )
            django.setup()
            from django.core.management import call_command
            from django.db import connections

            call_command("migrate", database="owner", verbosity=0)
            connections["owner"].close()
            yield
            connections.close_all()
        finally:
            server.stop()


def sequenced(count: int) -> dict[str, float]:
    """Records a second from committed to placed in the tree, hashed, stored and signed."""
    from django.db import connection

    from hearth.desks.books.sequencer import sequence, tree_size
    from hearth.kernel.proof.receipt import leaf

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('store_record', 'id')) FROM generate_series(1, %s)", [count]
        )
        numbers = [number for (number,) in cursor.fetchall()]
        with cursor.copy("COPY store_record (id, kind, subject, at, by, body) FROM STDIN") as copy:
            for number in numbers:
                record = {
                    "v": 1,
                    "id": number,
                    "kind": "claim.decided",
                    "at": AT.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
                    "by": "house",
                    "subject": f"claim:C26{number:08d}",
                    "data": {
                        "outcome": "approved",
                        "payable_fen": 324_000 + number,
                        "sealed": {"lines": f"{number:064x}"},
                    },
                }
                copy.write_row((number, record["kind"], record["subject"], AT, "house", leaf(record)))
    began = time.perf_counter()
    while sequence(datetime.now(UTC)):
        pass
    seconds = time.perf_counter() - began
    assert tree_size() == count
    return {"records": count, "seconds": seconds}


def main() -> None:
    """Print one JSON line of what was measured: `python -m benchmarks.service RECORDS`."""
    with database():
        print(json.dumps({"sequenced": sequenced(int(sys.argv[1]))}))


if __name__ == "__main__":
    main()
