"""The attack files of tests/vectors/receipts: as the generator writes them, and each told for what it is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from hearth.doors.commands.main import main
from hearth.kernel.proof.check import Verdict, audit, check
from hearth.kernel.proof.saying import NotInForm
from tests.kernel.proof.logs import KEY
from tests.vectors.receipts.generator import HERE, RECEIPTS, UNREADABLE, differing, files

CASES: dict[str, dict[str, Any]] = json.loads((HERE / "cases.json").read_bytes())


def test_the_files_are_what_the_generator_writes() -> None:
    assert differing() == [], "python -m tests.vectors.receipts.generator --write"
    assert len(RECEIPTS) > 90 and len(files()) > 110


def verdict_of(arguments: list[str]) -> Verdict:
    """What the kernel says of a case."""
    given = {arguments[at]: arguments[at + 1] for at in range(len(arguments) - 1) if arguments[at].startswith("--")}
    keys = [(HERE / given["--key"]).read_text().strip()] if "--key" in given else None
    if arguments[0] == "--audit":
        old, new, proof = (HERE / name for name in arguments[1:4])
        return audit(old.read_text("utf-8"), new.read_text("utf-8"), proof.read_bytes(), keys or [])
    note = (HERE / given["--checkpoint"]).read_text("utf-8") if "--checkpoint" in given else None
    between = (HERE / given["--proof"]).read_bytes() if "--proof" in given else None
    return check((HERE / arguments[0]).read_bytes(), keys, note, between)


@pytest.mark.parametrize("name", CASES)
def test_every_case_is_told_for_what_it_is(name: str) -> None:
    case = CASES[name]
    if case["exit"] == 2:
        with pytest.raises(NotInForm) as refused:
            verdict_of(case["arguments"])
        assert all(refused.value.sentence(lang) for lang in ("zh", "en"))
        return
    verdict = verdict_of(case["arguments"])
    assert verdict.is_valid == (case["exit"] == 0), verdict.wrong
    told = verdict.wrong if case["exit"] else (*verdict.proven, *verdict.open)
    assert case["finding"] in {one.code for one in told}
    for one in (*verdict.wrong, *verdict.proven, *verdict.open):
        assert all("{" not in one.sentence(lang) and "\n" not in one.sentence(lang) for lang in ("zh", "en"))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", CASES)
def test_the_command_ends_as_the_case_says(name: str, lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(HERE)
    result = CliRunner().invoke(main, ["verify", *CASES[name]["arguments"], "--lang", lang])
    assert result.exit_code == CASES[name]["exit"], result.output
    assert result.output.strip()
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception


def test_attacks_on_bytes_are_unreadable_and_all_others_are_told() -> None:
    unreadable = [name for name, (told, _) in RECEIPTS.items() if told == UNREADABLE]
    assert [name for name in unreadable if not name.startswith("bytes-")] == ["version-2"]


def test_what_is_made_up_in_full_is_valid_only_in_its_own_eyes() -> None:
    held = (HERE / "everything-made-up-with-another-key.json").read_bytes()
    assert check(held).is_valid
    assert "KEY_SELF_ASSERTED" in {one.code for one in check(held).open}
    assert not check(held, [KEY]).is_valid
    assert check(held, [KEY]).proven == ()
