"""`hearth load` grows a database, says how fast, and leaves it whole."""

from __future__ import annotations

import re
from pathlib import Path

from hearth.doors.launch.postgres import Postgres
from tests.doors.demo.scene import scene


def test_a_database_is_grown_and_production_refuses(postgres: Postgres, tmp_path: Path) -> None:
    with scene(postgres, tmp_path / "data") as made:
        told = made.hearth("load", "--claims", "400", "--seed", "3").stdout
        assert re.search(r"Loaded 400 made-up claims of \d+ people, [\d,]+ rows in 1 batches, .* claims/s", told)
        assert "Statistics of the tables renewed" in told
        assert made.ask("SELECT count(*) FROM store_claim") == [(400,)]
        # The planner knows of them.
        assert made.ask("SELECT reltuples::int FROM pg_class WHERE relname = 'store_claim'") == [(400,)]
        whole = made.python(
            "from hearth.desks import keeping\n"
            "from hearth.desks.books.sequencer import sequence\n"
            "from datetime import datetime, UTC\n"
            "sequence(datetime.now(UTC))\n"
            "print([check.is_whole for check in keeping.checked()])\n"
        )
        assert whole.strip() == "[True, True, True, True]"
        secrets = {
            "HEARTH_ENV": "production",
            "HEARTH_SECRET_KEY": "x" * 60,
            "HEARTH_HOSTS": "hearth.example",
            "HEARTH_PAYMENTS": "iso20022:/nowhere/out:/nowhere/in",
            "HEARTH_MESSAGES": "smtps://mail.example?sender=hearth@mail.example",
            **{f"HEARTH_{name}": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=" for name in ("DIGEST_KEY", "LOG_KEY")},
            "HEARTH_SEAL_KEYS": "1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
        }
        refused = made.hearth("load", "--claims", "1", check=False, **secrets)
        assert refused.returncode == 2 and "never loaded in production" in refused.stderr, refused.stderr
        refused = made.hearth("demo", check=False, **secrets)
        assert refused.returncode == 2 and "HEARTH_ENV=production" in refused.stderr, refused.stderr
        assert made.ask("SELECT count(*) FROM store_claim") == [(400,)]
