"""Which room may import which: the contracts of pyproject.toml hold, and each of them bites."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import HOUSE, ROOT

LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")


def judged(sources: Path) -> subprocess.CompletedProcess[str]:
    """lint-imports over the package below `sources`."""
    return subprocess.run(
        [LINT_IMPORTS, "--config", ROOT / "pyproject.toml", "--no-cache"],
        cwd=sources,
        env=os.environ | {"PYTHONPATH": str(sources), "COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_contract_holds() -> None:
    verdict = judged(HOUSE.parent)
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr
    assert " 0 broken" in verdict.stdout


@pytest.mark.parametrize(
    ("files", "broken"),
    [
        ({"words/wrong.py": "import hearth.kernel"}, "all on words"),
        ({"kernel/wrong.py": "import hearth.store.apps"}, "all on words"),
        ({"wires/wrong.py": "import hearth.kernel"}, "all on words"),
        ({"store/wrong.py": "import hearth.desks"}, "all on words"),
        ({"desks/wrong.py": "import hearth.doors"}, "all on words"),
        ({"attic/__init__.py": ""}, "all on words"),
        ({"doors/wrong.py": "from hearth.store.models import Person"}, "reaches no model and no wire"),
        ({"doors/wrong.py": "import hearth.wires"}, "reaches no model and no wire"),
        ({"kernel/wrong.py": "import django.db"}, "touches no framework"),
        ({"kernel/wrong.py": "from pathlib import Path"}, "touches no framework"),
        ({"kernel/wrong.py": "import time"}, "touches no framework"),
        ({"kernel/wrong.py": "import logging"}, "touches no framework"),
        ({"words/wrong.py": "import django"}, "nothing but the language"),
        ({"desks/a.py": "import hearth.desks.b", "desks/b.py": ""}, "No desk calls another"),
        (
            {
                "desks/a/__init__.py": "",
                "desks/a/x.py": "import hearth.desks.b.y",
                "desks/b/__init__.py": "",
                "desks/b/y.py": "",
            },
            "No desk calls another",
        ),
        ({"desks/books/__init__.py": "import hearth.desks.a", "desks/a.py": ""}, "No desk calls another"),
        ({"words/a.py": "import hearth.words.b", "words/b.py": "import hearth.words.a"}, "in a circle"),
        (
            {"doors/office/a.py": "import hearth.doors.office.b", "doors/office/b.py": "import hearth.doors.office.a"},
            "in a circle",
        ),
    ],
    ids=lambda given: "+".join(given) if isinstance(given, dict) else None,
)
def test_a_forbidden_import_breaks_the_contract_that_forbids_it(
    files: dict[str, str], broken: str, tmp_path: Path
) -> None:
    copy = tmp_path / "hearth"
    shutil.copytree(HOUSE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    for name, text in files.items():
        (copy / name).parent.mkdir(exist_ok=True)
        (copy / name).write_text(text + "\n")
    verdict = judged(tmp_path)
    assert verdict.returncode == 1, verdict.stdout + verdict.stderr
    assert any(broken in line and " BROKEN" in line for line in verdict.stdout.splitlines()), verdict.stdout


def test_every_desk_may_use_the_books(tmp_path: Path) -> None:
    copy = tmp_path / "hearth"
    shutil.copytree(HOUSE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    for name, text in {
        "desks/books/__init__.py": "",
        "desks/books/records_of_a_test.py": "",
        "desks/desk_of_a_test.py": "import hearth.desks.books.records_of_a_test",
    }.items():
        (copy / name).parent.mkdir(exist_ok=True)
        (copy / name).write_text(text + "\n")
    verdict = judged(tmp_path)
    assert "No desk calls another; all may use the books KEPT" in verdict.stdout, verdict.stdout + verdict.stderr
