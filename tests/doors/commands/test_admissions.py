"""A sheet of admissions at the terminal: each stay once, whoever is not insured is named, and the rest is taken."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from hearth.doors.commands.main import main
from hearth.store.models import Advance, Partner
from hearth.words.calendar import day_in_china
from tests.desks.cast_rows import IDENTITIES, cast, check_digit

pytestmark = pytest.mark.django_db


def test_a_sheet_is_taken_in_twice_and_is_the_same_requests(tmp_path: Path) -> None:
    made = cast()
    Partner.objects.create(code="yi", name="市第一人民医院", kind="hospital", branch=made.branches["sz"])
    day = day_in_china(datetime.now(UTC)).isoformat()
    number = IDENTITIES["mei"] + check_digit(IDENTITIES["mei"])
    sheet = tmp_path / "a.csv"
    sheet.write_text(
        f"stay,name,identity number,admitted on,estimate\nZY1,梅,{number},{day},50000\nZY2,某,{number},{day},1\n",
        "utf-8",
    )
    for _ in range(2):
        ran = CliRunner(env={"LC_ALL": "C.UTF-8"}).invoke(
            main, ["admissions", "load", str(sheet), "--partner", "yi"], prog_name="hearth"
        )
        assert ran.exit_code == 1 and "line 3  ZY2  not taken: Name and identity number do not match" in ran.output
        assert "2 rows: 1 taken, 1 not taken" in ran.output
    case = Advance.objects.get()
    assert (case.source, case.estimate_fen, case.advance_no in ran.output) == ("feed", 5_000_000, True)
    wrong = CliRunner(env={"LC_ALL": "C.UTF-8"}).invoke(main, ["admissions", "load", str(sheet), "--partner", "none"])
    assert wrong.exit_code != 0 and Advance.objects.count() == 1
