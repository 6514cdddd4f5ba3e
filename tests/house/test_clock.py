"""The clock and chance are read in the doors alone; ruff refuses them elsewhere."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT

RUFF = Path(sys.executable).with_name("ruff")

READS = (
    "from datetime import date\n\nday = date.today()\n",
    "import datetime\n\nmoment = datetime.datetime.now()\n",
    "from django.utils import timezone\n\nmoment = timezone.now()\n",
    "import time\n\nmoment = time.time()\n",
    "import random\n\nchance = random.random()\n",
)


def refused(source: str, named: str) -> set[str]:
    """The rules that ruff finds broken in `source`, were it the file `named`."""
    found = subprocess.run(
        [RUFF, "check", "--no-cache", "--output-format=json", "--stdin-filename", ROOT / named, "-"],
        input=source,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return {offence["code"] for offence in json.loads(found.stdout)}


@pytest.mark.parametrize("source", READS)
@pytest.mark.parametrize("room", ["kernel", "desks", "store", "wires", "words"])
def test_a_room_that_reads_the_clock_or_chance_is_refused(source: str, room: str) -> None:
    assert "TID251" in refused(source, f"src/hearth/{room}/some_file.py")


@pytest.mark.parametrize("source", READS)
def test_a_door_may_read_them(source: str) -> None:
    assert "TID251" not in refused(source, "src/hearth/doors/some_file.py")
