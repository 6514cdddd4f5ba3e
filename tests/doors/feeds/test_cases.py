"""Case files: bad input is told with file, place, got and want; what a person must look at is a finding."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hearth.doors.commands.decide import _decide_one
from hearth.doors.feeds.cases import ENDINGS, known_products, read_case
from hearth.doors.feeds.problems import told
from hearth.kernel.adjudication.decision import decide
from hearth.store.reading import read_yaml
from hearth.words.faults import Malformed
from tests.doors.feeds.bad import CHANGED, GOOD, WHOLE
from tests.doors.feeds.rows import as_csv, as_xlsx, rows_of
from tests.house.tree import ROOT

SHELF = ROOT / "products"


def said(path: Path, lang: str) -> str:
    """What is said of a bad file, without the file's own name."""
    with pytest.raises(Malformed) as wrong:
        _decide_one(path, SHELF)
    text = told(wrong.value, lang)
    assert all(str(path) in line for line in text.splitlines())
    return text.replace(f"{path}: ", "").replace(f"{path}：", "")


def test_the_good_file_is_good(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(GOOD)
    assert _decide_one(path, SHELF).decision.claims[0].no == "C-1"


@pytest.mark.parametrize("name", CHANGED)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_one_wrong_thing_is_told_in_one_sentence(name: str, lang: str, tmp_path: Path) -> None:
    bad = CHANGED[name]
    assert GOOD.count(bad["written"]) >= 1
    path = tmp_path / "x.yaml"
    path.write_text(GOOD.replace(bad["written"], bad["instead"], 1))
    expected = bad[lang].replace("{products}", ", ".join(known_products(SHELF)))
    told_of_it = said(path, lang)
    assert told_of_it.startswith(expected)
    assert "\n" not in told_of_it


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_file_that_is_wrong_as_a_whole_is_told(name: str, lang: str, tmp_path: Path) -> None:
    file, held, english, chinese = WHOLE[name]
    path = tmp_path / file
    path.write_bytes(held)
    assert said(path, lang) == (english if lang == "en" else chinese)


def test_a_folder_and_no_file_are_told(tmp_path: Path) -> None:
    assert said(tmp_path, "en") == "whole file: got a folder; want a file."
    assert said(tmp_path / "x.yaml", "zh") == "整个文件：收到的是 没有这个文件，应为 可以读取的文件。"


def test_several_problems_are_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(
        GOOD.replace("2026-03-02", "soon")
        .replace("western_drug", "magic")
        .replace("100.00", "-1")
        .replace("no: P1, ", "")
    )
    assert [line.split(":")[0] for line in said(path, "en").splitlines()] == ["line 3", "line 9", "line 12", "line 12"]


def test_at_most_twenty_problems_are_told_and_the_rest_counted(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(GOOD + "          - {category: bed, amount: -1}\n" * 25)
    lines = said(path, "en").splitlines()
    assert len(lines) == 21
    assert lines[-1] == "and 5 more."
    assert said(path, "zh").splitlines()[-1] == "另有 5 处。"


@pytest.mark.parametrize(
    ("expect", "says"),
    [
        ("{policy: P1, of: year_limit}", "got `of` and `used` go together; want entries that agree with one another."),
        ("{policy: P1, of: year_limit, used: much}", "got 'much'; want an amount in yuan with at most two decimals."),
    ],
)
def test_an_expectation_is_whole(expect: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(f"{GOOD}expect: [{expect}]\n")
    assert said(path, "en").endswith(says)


# --- findings are no faults (DOMAIN 2.10, E20) -----------------------------------------------------------------------


def test_a_wrong_total_is_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(GOOD.replace('number: "001"', 'number: "001"\n        total: 100.02'))
    claim = _decide_one(path, SHELF).decision.claims[0]
    assert [finding.code for finding in claim.findings] == ["SUMS_DIFFER_LINES"]
    assert claim.route == "person"


@pytest.mark.parametrize(("again", "code"), [("100.00", "DUPLICATE_INVOICE"), ("90.00", "DUPLICATE_INVOICE_ALTERED")])
def test_an_invoice_used_twice_is_a_finding_and_counts_once(again: str, code: str, tmp_path: Path) -> None:
    invoice = GOOD.partition("    invoices:\n")[2].replace('number: "001"', 'code: "9"\n        number: "001"')
    head = GOOD.partition("      - setting")[0]
    path = tmp_path / "x.yaml"
    path.write_text(head + invoice + invoice.replace("100.00", again))
    claim = _decide_one(path, SHELF).decision.claims[0]
    assert [(finding.code, finding.invoice) for finding in claim.findings] == [(code, 2)]
    lines = claim.policies[0].lines
    assert [line.payable > 0 for line in lines] == [True, False]
    assert lines[1].not_covered == lines[1].billed


def test_the_same_findings_come_from_a_sheet(tmp_path: Path) -> None:
    value = read_yaml((SHELF / "million-medical/examples/e20d-same-invoice-twice.yaml").read_bytes(), "x")
    path = tmp_path / "x.csv"
    path.write_bytes(as_csv(rows_of(value, repeated=True), "zh", "gbk"))
    codes = [finding.code for claim in _decide_one(path, SHELF).decision.claims for finding in claim.findings]
    assert codes == ["DUPLICATE_INVOICE", "DUPLICATE_INVOICE_ALTERED", "USED_ELSEWHERE"]


# --- fuzz ------------------------------------------------------------------------------------------------------------

_EXAMPLE = read_yaml((SHELF / "million-medical/examples/e03-deductible-over-two-claims.yaml").read_bytes(), "x")
SEEDS = {
    ".yaml": (SHELF / "million-medical/examples/e04-bed-cap.yaml").read_bytes(),
    ".json": b'{"case": "x", "policies": [{"no": "P1", "product": "outpatient", "starts_on": "2026-01-01", "insured": '
    b'["mei"], "sum_insured": 5}], "used": [{"policy": "P1", "of": "year_limit", "amount": "5.00"}], "claims": [{"no": '
    b'"C", "insured": "mei", "advance": 1.5, "invoices": [{"setting": "outpatient", "visited_on": "2026-03-02", '
    b'"lines": [{"category": "other", "amount": 12.5}]}]}], '
    b'"expect": [{"policy": "P1", "of": "year_limit", "used": 5}]}',
    ".csv": as_csv(rows_of(_EXAMPLE, repeated=True), "zh", "gb18030"),
    ".xlsx": as_xlsx(rows_of(_EXAMPLE, repeated=False), "en"),
}
_PIECES = st.one_of(
    st.binary(min_size=1, max_size=3),
    st.sampled_from(
        [b"-", b"0", b"9" * 20, b"1e9", b".nan", b"null", b"~", b"true", b"[", b"]", b"{}", b",", b":", b'"', b"\n",
         b"\t", b"&a ", b"*a", b"!!binary ", b"<<: ", b"2026-02-30", b"0001-01-01", b"9999-12-31", b"\xe6\x97",
         b"inpatient", b"used", b"all", b"../", b"M1-2026", b"mei", b"lump_sum", b"0.005", b"diagnoses"]
    ),
)  # fmt: skip
CHANGES = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 12), _PIECES), min_size=1, max_size=4)


@pytest.mark.parametrize("ending", SEEDS)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=CHANGES)
def test_changed_bytes_give_a_decision_or_a_sentence(
    ending: str, changes: list[tuple[float, int, bytes]], tmp_path: Path
) -> None:
    held = SEEDS[ending]
    for where, gone, piece in changes:
        at = int(where * len(held))
        held = held[:at] + piece + held[at + gone :]
    path = tmp_path / f"x{ending}"
    path.write_bytes(held)
    try:
        result = _decide_one(path, SHELF)
    except Malformed as wrong:
        assert str(path) in told(wrong, "en")
        assert str(path) in told(wrong, "zh")
    else:
        assert result.decision.claims is not None


# Fields of the example, each replaced by every odd value: deeper than changed bytes reach.
ODD = [
    "",
    "~",
    "-1",
    "0",
    "99999999999999999999",
    "'x'",
    "[]",
    "{}",
    "[{}]",
    "true",
    "2026-03-02",
    "1900-01-01",
    "all",
    "P1",
]


def test_every_field_replaced_by_odd_values_gives_a_decision_or_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    text = SEEDS[".yaml"].decode()
    decided = refused = 0
    for found in re.finditer(r"(?<=[a-z]: )[^\s{}\[\],][^,{}\n]*", text):
        for odd in ODD:
            path.write_text(text[: found.start()] + odd + text[found.end() :])
            try:
                _decide_one(path, SHELF)
                decided += 1
            except Malformed:
                refused += 1
    assert decided > 50
    assert refused > 500


def test_every_form_has_a_seed() -> None:
    assert set(SEEDS) == set(ENDINGS) - {".yml"}
    assert all(read_and_decide(ending, held) for ending, held in SEEDS.items())


def read_and_decide(ending: str, held: bytes) -> bool:
    import tempfile

    from hearth.doors.feeds.cases import products_of

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"x{ending}"
        path.write_bytes(held)
        case = read_case(path).case
        return bool(decide(case, products_of(case, SHELF)).claims)
