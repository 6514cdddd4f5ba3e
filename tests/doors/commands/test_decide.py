"""`hearth decide`: examples come out as they should, differences and bad input have their exit codes, no database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hearth.doors.commands.main import main
from tests.doors.feeds.bad import GOOD
from tests.house.tree import ROOT

EXAMPLES = sorted((ROOT / "products").glob("*/examples/*.yaml"))
E01 = ROOT / "products/million-medical/examples/e01-personal-account-is-own-money.yaml"
E12 = ROOT / "products/million-medical/examples/e12-order-of-two-policies.yaml"


def hearth(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(main, ["decide", *map(str, arguments)], env={"LC_ALL": "en_GB.UTF-8"})
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def file(tmp_path: Path, text: str = GOOD, name: str = "x.yaml") -> Path:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_comes_out_as_it_says(path: Path) -> None:
    result = hearth(path)
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[-1] == "  ok, as expected"
    assert result.stderr == ""


def test_a_decision_is_payable_and_paid_out_a_claim() -> None:
    assert hearth(E01).stdout.splitlines() == [
        f"{E01}: E1 basic stay, personal account is own money",
        "  claim C-1  payable 17,052.87  paid out 17,052.87",
        "  ok, as expected",
    ]


def test_several_policies_are_told_apart() -> None:
    assert hearth(E12, "--lang", "zh").stdout.splitlines()[1:] == [
        "  赔案 C-1  应付 21,180.00  实付 21,180.00",
        "    S-2026  small-medical  10,000.00",
        "    M1-2026  million-medical  11,180.00",
        "  与预期一致",
    ]


def test_recovery_is_told_where_more_was_advanced_than_is_due() -> None:
    path = ROOT / "products/million-medical/examples/e15-advance-above-payable.yaml"
    assert "payable 1,650,000.00  to be paid back 50,000.00" in hearth(path).stdout


def test_a_difference_names_place_expected_and_got_and_exits_1(tmp_path: Path) -> None:
    wrong = file(tmp_path, E01.read_text("utf-8").replace("payable: 17052.87}", "payable: 17052.88}"))
    result = hearth(wrong, E01)
    assert result.exit_code == 1
    assert "  differs: expect 1: payable: expected 17,052.88, got 17,052.87" in result.stdout.splitlines()
    assert result.stdout.splitlines()[-1] == "2 files, 2 claims; 1 as expected, 1 different."


def test_bad_input_exits_2_and_the_other_files_are_still_told(tmp_path: Path) -> None:
    bad = file(tmp_path, GOOD.replace("100.00", "-1"))
    result = hearth(bad, E01)
    assert result.exit_code == 2
    assert result.stderr == f"{bad}: line 12: claims[0].invoices[0].lines[0].amount: got -1; want 0 or more.\n"
    assert result.stdout.splitlines()[-1] == "2 files, 1 claim; 1 as expected, 0 different; 1 could not be read."


def test_bad_input_is_told_in_chinese(tmp_path: Path) -> None:
    bad = file(tmp_path, GOOD.replace("100.00", "-1"))
    assert hearth(bad, "--lang", "zh").stderr == (
        f"{bad}：第 12 行：claims[0].invoices[0].lines[0].amount：收到的是 -1，应为 不小于 0。\n"
    )


def test_the_language_is_that_of_the_terminal(tmp_path: Path) -> None:
    path = str(file(tmp_path))
    said = CliRunner().invoke(main, ["decide", path], env={"LC_ALL": "zh_CN.UTF-8"}).stdout
    assert "赔案 C-1  应付" in said


def test_what_a_file_says_does_not_steer_the_terminal(tmp_path: Path) -> None:
    path = file(tmp_path, GOOD.replace("one visit", '"one \\e[31m\\r\\nvisit"'))
    result = CliRunner().invoke(main, ["decide", str(path)], env={"LC_ALL": "en_GB.UTF-8"}, color=True)
    assert result.stdout.splitlines()[0] == f"{path}: one  [31m  visit"
    bad = file(tmp_path, GOOD.replace("plan: standard", 'plan: "\\e[31m"'), "bad.yaml")
    assert "\x1b" not in CliRunner().invoke(main, ["decide", str(bad)], color=True).stderr


def test_a_name_that_is_no_text_is_told_as_far_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"\xff.yaml")
    path.write_text(GOOD, "utf-8")
    assert hearth(path, "--out", tmp_path / "out.txt").exit_code == 0
    assert (tmp_path / "out.txt").read_text("utf-8").startswith(f"{tmp_path}/\ufffd.yaml: one visit\n")


# --- one document ----------------------------------------------------------------------------------------------------


def test_json_is_one_document_of_all_files(tmp_path: Path) -> None:
    plain = file(tmp_path)
    result = hearth(E01, plain, "--json")
    assert result.exit_code == 0
    first, second = json.loads(result.stdout)
    assert (first["file"], first["as_expected"], first["differences"]) == (str(E01), True, [])
    assert second["as_expected"] is None
    claim = first["decision"]["claims"][0]
    assert (claim["payable"], claim["payable_yuan"], claim["paid_out"]) == (1705287, "17,052.87", 1705287)
    assert "explanation" not in first


def test_json_tells_differences_and_exits_1(tmp_path: Path) -> None:
    wrong = file(tmp_path, E01.read_text("utf-8").replace("paid_out: 17052.87", "paid_out: 0.00"))
    result = hearth(wrong, "--json")
    assert result.exit_code == 1
    (entry,) = json.loads(result.stdout)
    assert entry["differences"] == [{"place": "expect 4: paid_out", "expected": "0.00", "got": "17,052.87"}]


def test_json_of_bad_input_is_nothing(tmp_path: Path) -> None:
    result = hearth(E01, file(tmp_path, "case: x"), "--json")
    assert (result.exit_code, result.stdout) == (2, "")


def test_json_explains_in_both_languages() -> None:
    (entry,) = json.loads(hearth(E12, "--json", "--explain").stdout)
    (claim,) = entry["explanation"]
    steps = claim["policies"][0]["steps"]
    assert [policy["policy"] for policy in claim["policies"]] == ["S-2026", "M1-2026"]
    assert {"id", "zh", "en", "clause", "version", "product", "amount", "lines"} == set(steps[0])
    assert all(step["clause"] for step in steps)
    assert any("20,880.00" in step["en"] or "300.00" in step["en"] for step in steps)


def test_the_encoding_of_a_sheet_is_told(tmp_path: Path) -> None:
    text = (
        "保单号,产品,保单生效日,被保险人,赔案号,就诊类型,就诊日期,费用类别,金额\n"
        "P1,outpatient,2026/1/1,梅,C-1,门诊,2026年3月2日,西药费,100\n"
    )
    path = tmp_path / "x.csv"
    path.write_bytes(text.encode("gbk"))
    assert hearth(path).stdout.startswith(f"{path} [GB18030]: x\n")
    assert json.loads(hearth(path, "--json").stdout)[0]["encoding"] == "GB18030"


# --- explained -------------------------------------------------------------------------------------------------------


def test_every_fen_names_its_clause() -> None:
    said = hearth(E01, "--explain").stdout
    for line in (
        "    policy M1-2026, Hearth million-yuan medical insurance (six years guaranteed) (2026-A, standard)",
        "        3. Public funds have paid 41,059.30 of it. [clause 3.5, version 2026-A]",
        "        6. (27,052.87 − 10,000.00) × 100% = 17,052.87. [clause 3.2(a), version 2026-A]",
    ):
        assert line in said.splitlines()


def test_the_table_of_lines_adds_up() -> None:
    lines = hearth(E01, "--explain").stdout.splitlines()
    head = next(n for n, line in enumerate(lines) if line.strip().startswith("billed"))
    rows = [line.split("  ") for line in lines[head + 1 : head + 10]]
    money = [[int(cell.strip().replace(",", "").replace(".", "")) for cell in row if _is_money(cell)] for row in rows]
    assert len(money) == 9
    assert all(row[0] == sum(row[1:]) for row in money)
    assert [sum(column) for column in zip(*money, strict=True)] == [6843217, 4105930, 32000, 1000000, 1705287]


def _is_money(cell: str) -> bool:
    plain = cell.strip().replace(",", "")
    return plain.count(".") == 1 and plain.replace(".", "").isdigit()


def test_failed_gates_findings_and_worth_are_told() -> None:
    folder = ROOT / "products/million-medical/examples"
    said = hearth(folder / "missing-discharge-summary.yaml", "--explain", "--lang", "zh").stdout
    assert "第 1 张发票第 1 行 治疗费：理赔材料 — 未通过 出院小结 证明住院日期、原因与治疗经过 [条款 5.2(c)]" in said
    assert "补充 出院小结：约可多赔 15,000.00 元（估算，以最终审核为准）。" in said
    assert "需要理赔人员决定：下列结果是建议，不是拒赔。" in said
    twice = hearth(folder / "e20d-same-invoice-twice.yaml", "--explain").stdout
    assert "Invoice number 0026030901 was used already as invoice 1 of claim C-1; this copy counts as 0.00." in twice
    assert "Invoice number 0026030901 is invoice 1 of claim C-1 again, with other amounts: please check." in twice


def test_every_order_is_told_and_one_is_recommended() -> None:
    said = hearth(E12, "--explain").stdout
    assert "Order S-2026 → M1-2026: 21,180.00 in all, recommended." in said
    assert "Order M1-2026 → S-2026: 18,940.00 in all." in said


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_can_be_explained(path: Path, lang: str) -> None:
    said = hearth(path, "--explain", "--lang", lang).stdout
    assert ("计算步骤" if lang == "zh" else "steps") in said or "0.00" in said
    assert "{" not in said.partition("\n")[2]


# --- options ---------------------------------------------------------------------------------------------------------


def test_products_of_another_folder(tmp_path: Path) -> None:
    home = tmp_path / "shelf" / "outpatient"
    home.mkdir(parents=True)
    terms = (ROOT / "products/outpatient/terms.yaml").read_text("utf-8")
    (home / "terms.yaml").write_text(terms.replace("version: 2026-A", "version: 2099-Z"), "utf-8")
    result = hearth(file(tmp_path), "--products", tmp_path / "shelf", "--explain")
    assert "2099-Z" in result.stdout
    assert "2099-Z" not in hearth(file(tmp_path), "--explain").stdout


def test_a_folder_of_products_that_is_none_or_broken_is_told(tmp_path: Path) -> None:
    path = file(tmp_path)
    missing = hearth(path, "--products", tmp_path / "none")
    assert (missing.exit_code, missing.stderr) == (
        2, f"{tmp_path}/none: whole file: got no such folder; want a folder of products.\n",
    )  # fmt: skip
    (tmp_path / "outpatient").mkdir()
    (tmp_path / "outpatient" / "terms.yaml").write_text("code: 5\n")
    broken = hearth(path, "--products", tmp_path)
    assert broken.exit_code == 2
    assert broken.stderr.startswith(f"{tmp_path}/outpatient/terms.yaml: line 1: ")


def test_out_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    good, bad, out = file(tmp_path), file(tmp_path, "case: x", "bad.yaml"), tmp_path / "out.json"
    assert hearth(good, "--json", "--out", out).exit_code == 0
    assert json.loads(out.read_text("utf-8"))[0]["file"] == str(good)
    out.write_text("as it was")
    assert hearth(good, bad, "--json", "--out", out).exit_code == 2
    assert hearth(good, bad, "--out", out).exit_code == 2
    assert out.read_text() == "as it was"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.yaml", "out.json", "x.yaml"]


def test_out_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    good = file(tmp_path)
    for out, says in (
        (tmp_path, "got a folder; want a file that can be written."),
        (tmp_path / "none" / "out.txt", "got no such folder; want a file that can be written."),
        (good, "got one of the case files itself; want another file to write to."),
    ):
        result = hearth(good, "--out", out)
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr == f"{out}: whole file: {says}\n"
    assert good.read_text() == GOOD


@pytest.mark.parametrize(
    "arguments",
    [[], ["x.yaml", "--product", "outpatient"], ["--fhir", "b.json"], ["--fhir", "b.json", "--product", "p", "x.yaml"]],
)
def test_options_that_do_not_go_together_are_refused(arguments: list[str]) -> None:
    result = hearth(*arguments)
    assert result.exit_code == 2
    assert "Error: " in result.stderr


def test_a_bundle_that_is_none_is_told_in_the_language_asked_for(tmp_path: Path) -> None:
    result = hearth("--fhir", tmp_path / "none.json", "--product", "million-medical", "--lang", "zh")
    assert result.exit_code == 2
    assert result.stderr.startswith(f"{tmp_path}/none.json：")


# --- quick and light -------------------------------------------------------------------------------------------------


def test_neither_a_database_nor_a_compiler_is_loaded_for_a_small_case(tmp_path: Path) -> None:
    shown = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys\nfrom hearth.doors.commands.main import main\n"
            f"main(['decide', '--explain', {str(E01)!r}], standalone_mode=False)\n"
            "heavy = {'django', 'psycopg', 'procrastinate', 'numba', 'polars', 'openpyxl', 'fhir', 'rich'}\n"
            "print('heavy:', sorted(heavy & set(sys.modules)))",
        ],
        capture_output=True,
        text=True,
        check=True,
        env={key: value for key, value in os.environ.items() if not key.startswith("DJANGO")},
    ).stdout
    assert "payable 17,052.87" in shown
    assert shown.splitlines()[-1] == "heavy: []"
