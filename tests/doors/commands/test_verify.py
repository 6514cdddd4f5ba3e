"""`hearth verify`: a customer checks a receipt, an auditor a log, with files alone; what is wrong is told in words."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hearth.doors.commands.main import main
from hearth.kernel.proof.receipt import short
from tests.doors.commands.receipts_page import CONSOLE, FILES, PAGE, drawn
from tests.kernel.proof.logs import KEY


@pytest.fixture(autouse=True)
def among_the_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FILES)
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")


def run(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(main, ["verify", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_a_customer_reads_that_the_receipt_is_what_was_recorded() -> None:
    result = run("decision.json", "--key", KEY)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[:2] == [
        "VALID: the receipt is what was recorded.",
        "  Record 5: claim.decided, HC26-000001, by person:12",
    ]
    assert "  amount payable: 3,240.00 yuan" in result.stdout
    assert "Not proven:\n" in result.stdout
    assert "is signed by a key you trust" in result.stdout


def test_the_same_in_chinese_in_the_language_asked_for_or_of_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = run("decision.json", "--key", "key.txt", "--lang", "zh").stdout
    assert asked.startswith("有效：凭证与日志中的记录一致。\n  记录 5：claim.decided，HC26-000001，person:12\n")
    assert "  应付赔款：3,240.00 元" in asked and "已证明：" in asked and "未证明：" in asked
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert run("decision.json", "--key", "key.txt").stdout == asked


def test_one_digit_changed_is_told_in_words() -> None:
    result = run("opened-amount-digit.json", "--key", "key.txt")
    assert result.exit_code == 1
    assert result.stdout.startswith("NOT VALID: this receipt cannot be relied on.\nWrong:\n")
    assert "  - The amount payable in the receipt is not what was recorded" in result.stdout
    assert "824000" not in result.stdout, "what was not recorded is not repeated"


def test_without_a_key_the_key_of_the_receipt_is_shown_to_be_compared() -> None:
    result = run("decision.json")
    assert result.exit_code == 0
    assert KEY in result.stdout
    assert "whoever makes a receipt can make a key" in result.stdout


def test_a_file_that_some_program_saved_anew_is_told_to_be_that() -> None:
    result = run("bytes-indented.json")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr == (
        "bytes-indented.json cannot be read: byte 1: got another way to write it (saved anew by a program?); "
        "want the file byte for byte as it was issued.\n"
    )


def test_the_paper_is_compared_with_the_file() -> None:
    code = short((FILES / "decision.json").read_bytes())
    assert run("decision.json", "--key", KEY, "--paper", code).exit_code == 0
    other = run("decision.json", "--key", KEY, "--paper", code.replace("HEARTH1:5", "HEARTH1:6"))
    assert other.exit_code == 1 and "The code on the paper is not that of this file" in other.stdout


def test_a_checkpoint_that_nothing_ties_to_it_leaves_the_receipt_in_order_but_the_question_open() -> None:
    result = run("decision.json", "--key", KEY, "--checkpoint", "at-13.note")
    assert result.exit_code == 1
    assert result.stdout.startswith("NOT SHOWN: the receipt itself is in order")
    assert "ask the insurer for the consistency proof from 11 to 13" in result.stdout


def test_an_auditor_reads_that_the_log_only_grew_or_did_not() -> None:
    grew = run("--audit", "at-7.note", "at-13.note", "7-to-13.json", "--key", "key.txt")
    assert grew.exit_code == 0 and grew.stdout.startswith("VALID: the log only grew.\n")
    forked = run("--audit", "at-11.note", "fork-11.note", "11-to-11.json", "--key", "key.txt")
    assert forked.exit_code == 1 and "it shows two histories" in forked.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "Give a RECEIPT"),
        (("decision.json", "--audit", "a", "b", "c"), "--audit stands alone"),
        (("--audit", "at-7.note", "at-13.note", "7-to-13.json"), "--audit needs --key"),
        (("decision.json", "--proof", "7-to-11.json"), "--proof needs --checkpoint"),
        (("none.json",), "none.json cannot be read: No such file or directory"),
        ((".",), ". cannot be read: Is a directory"),
        (
            ("decision.json", "--key", "none.txt"),
            "--key cannot be read: key: got 'none.txt'; want name+mark+public key",
        ),
        (("decision.json", "--key", "at-7.note"), "at-7.note cannot be read: key: got"),
        (("decision.json", "--checkpoint", "decision.json"), "decision.json cannot be read: checkpoint: got 1 lines"),
        (("decision.json", "--checkpoint", "bytes-not-utf-8.json"), "it is not UTF-8 text"),
        (("decision.json", "--checkpoint", "at-7.note", "--proof", "at-7.note"), "at-7.note cannot be read: byte 0"),
    ],
)
def test_what_cannot_be_checked_ends_with_2_and_says_why(arguments: tuple[str, ...], says: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert says in result.stderr


def test_a_file_without_end_is_not_read_to_its_end(tmp_path: Path) -> None:
    large = tmp_path / "large.json"
    with large.open("wb") as opened:
        opened.truncate(1 << 40)
    result = run(large)
    assert result.exit_code == 2 and "want at most 1048576" in result.stderr


def test_signs_that_steer_a_terminal_are_not_passed_on(tmp_path: Path) -> None:
    odd = tmp_path / "odd.json"
    odd.write_bytes((FILES / "decision.json").read_bytes().replace(b"HC26-000001", b"HC26\\u001b[2J"))
    result = run(odd)
    assert result.exit_code == 1 and "\x1b" not in result.output


def test_neither_django_nor_a_database_is_asked() -> None:
    code = (
        "import sys\nfrom hearth.doors.commands.main import main\n"
        "main(['verify', 'decision.json', '--key', 'key.txt'], standalone_mode=False)\n"
        "print('heavy:', sorted({'django', 'psycopg', 'numpy', 'polars', 'pydantic'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"LC_ALL": "C.UTF-8"}, cwd=FILES
    )
    assert "VALID" in done.stdout and "heavy: []" in done.stdout


def test_the_commands_of_the_page_give_what_it_shows() -> None:
    text = PAGE.read_text("utf-8")
    assert len(CONSOLE.findall(text)) >= 7
    assert drawn(text) == text, "python -m tests.doors.commands.receipts_page"
