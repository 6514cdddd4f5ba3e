"""`hearth replay`: totals that add up, decisions in a file, and who gains and who loses under changed terms."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner, Result

from benchmarks.cases import case_of
from hearth.doors.commands.main import main
from hearth.doors.feeds.rehearsal import product_named
from hearth.doors.feeds.year import metadata_of, shape_for, synthetic_year
from hearth.kernel.adjudication.decision import decide
from hearth.kernel.adjudication.run import MONEY
from hearth.store.shelf import products_folder

PRODUCT = "million-medical"
LINES = 4_000


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small synthetic year of the product."""
    path = tmp_path_factory.mktemp("year") / "year.parquet"
    shape = shape_for(product_named(PRODUCT), LINES, 9, None)
    synthetic_year(shape).write_parquet(path, row_group_size=1_000, metadata=metadata_of(shape))
    return path


@pytest.fixture(scope="module")
def half(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The product with half the yearly deductible."""
    path = tmp_path_factory.mktemp("changed") / "terms.yaml"
    text = (products_folder() / PRODUCT / "terms.yaml").read_text("utf-8")
    changed = text.replace('"10,000.00"}}', '"5,000.00"}}')
    assert changed != text
    path.write_text(changed, "utf-8")
    return path


def replay(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["replay", *(str(each) for each in arguments)])


def figures(*arguments: object) -> dict[str, Any]:
    done = replay(*arguments, "--json")
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_totals_add_up_to_what_was_billed(year: Path) -> None:
    found = figures(year, "--product", PRODUCT)
    lines = pl.read_parquet(year)
    assert found["file"]["lines"] == LINES and found["file"]["synthetic"]
    assert found["file"]["claims"] == lines["claim"].n_unique()
    assert found["totals"]["billed"] == lines["billed"].sum() == sum(found["totals"][name] for name in MONEY)
    assert found["totals"]["payable"] > 0
    assert sum(reason["rows"] for reason in found["reasons"].values()) == LINES
    assert sum(reason["payable"] for reason in found["reasons"].values()) == found["totals"]["payable"]
    assert found["lines_per_second"] > 0


def test_every_claim_is_paid_what_its_case_file_would_be_paid(year: Path, tmp_path: Path) -> None:
    out = tmp_path / "decisions.parquet"
    figures(year, "--product", PRODUCT, "--out", out)
    decisions = pl.read_parquet(out)
    paid = dict(decisions.group_by("claim").agg(pl.col("payable").sum()).iter_rows())
    terms = product_named(PRODUCT)
    lines = pl.read_parquet(year)
    seen = 0
    for rows in lines.partition_by("owner", maintain_order=True)[:40]:
        for claim in decide(case_of(rows, PRODUCT), {PRODUCT: terms}).claims:
            assert paid[int(claim.no)] == claim.payable, claim.no
            seen += claim.payable
    assert seen > 0


def test_decisions_are_written_line_by_line(year: Path, tmp_path: Path) -> None:
    out = tmp_path / "decisions.parquet"
    found = figures(year, "--product", PRODUCT, "--out", out)
    decisions, lines = pl.read_parquet(out), pl.read_parquet(year)
    names = ["owner", "claim", "invoice", "line", "billed"]
    assert decisions.select(names).equals(lines.select(names))
    assert decisions["row"].to_list() == list(range(1, LINES + 1))
    assert (decisions.select(pl.sum_horizontal(MONEY)).to_series() == decisions["billed"]).all()
    assert {name: decisions[name].sum() for name in MONEY} == {name: found["totals"][name] for name in MONEY}
    assert pl.read_parquet_metadata(out)["hearth.synthetic"] == "yes"
    assert list(tmp_path.iterdir()) == [out]


def test_a_lower_deductible_makes_nobody_lose(year: Path, half: Path) -> None:
    found = figures(year, "--product", PRODUCT, "--against", half)
    against = found["against"]
    assert against["before"] == found["totals"]["payable"]
    assert against["after"] == against["totals"]["payable"]
    assert against["cost"] == against["after"] - against["before"] > 0
    for effect in (against["claims"], against["insured"]):
        assert effect["lose"]["count"] == 0 == effect["lose"]["total"]
        assert effect["gain"]["total"] == against["cost"]
        assert effect["gain"]["count"] + effect["unchanged"] == effect["count"]
        largest = [one["change"] for one in effect["gain"]["largest"]]
        assert largest == sorted(largest, reverse=True) and largest[0] == effect["gain"]["quantiles"]["max"]
        assert all(one["after"] - one["before"] == one["change"] for one in effect["gain"]["largest"])
        assert len(largest) == min(10, effect["gain"]["count"])
    assert against["insured"]["gain"]["quantiles"]["max"] <= 500_000


def test_the_other_way_round_the_same_people_lose(year: Path, half: Path) -> None:
    there = figures(year, "--product", PRODUCT, "--against", half)["against"]
    back = figures(year, "--product", half, "--against", PRODUCT)["against"]
    assert back["cost"] == -there["cost"]
    assert back["claims"]["lose"]["count"] == there["claims"]["gain"]["count"]
    assert back["insured"]["lose"]["quantiles"] == there["insured"]["gain"]["quantiles"]


def test_threads_change_no_figure(year: Path, half: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hearth.store.frames.source.PART_LINES", 300)
    many = figures(year, "--product", PRODUCT, "--against", half, "--threads", 3)
    monkeypatch.setattr("hearth.store.frames.source.PART_LINES", 10**9)
    one = figures(year, "--product", PRODUCT, "--against", half, "--threads", 1)
    for found in (many, one):
        del found["seconds"], found["lines_per_second"]
    assert many == one


@pytest.mark.parametrize(("lang", "words"), [("zh", "应赔付"), ("en", "Who gains, who loses")])
def test_people_read_it_in_their_language(lang: str, words: str, year: Path, half: Path, tmp_path: Path) -> None:
    out = tmp_path / "decisions.parquet"
    done = replay(year, "--product", PRODUCT, "--against", half, "--lang", lang, "--out", out)
    assert done.exit_code == 0, done.output
    assert words in done.stdout
    assert "4,000" in done.stdout


def test_columns_that_are_not_read_are_named(year: Path, tmp_path: Path) -> None:
    path = tmp_path / "more.parquet"
    pl.read_parquet(year).with_columns(publc=pl.lit(5)).write_parquet(path)
    assert figures(path, "--product", PRODUCT)["file"]["columns_not_read"] == ["publc"]
    assert "publc" in replay(path, "--product", PRODUCT).stdout


def test_a_contract_older_than_the_terms_is_refused(year: Path, tmp_path: Path) -> None:
    path = tmp_path / "early.parquet"
    lines = pl.read_parquet(year)
    shifted = [name for name, dtype in lines.schema.items() if dtype == pl.Date]
    lines.with_columns(pl.col(shifted).dt.offset_by("-20y")).write_parquet(path)
    done = replay(path, "--product", PRODUCT)
    assert done.exit_code == 2
    assert "has no value on" in done.output or "没有取值" in done.output


def test_bad_input_ends_with_one_sentence_and_leaves_no_file(year: Path, tmp_path: Path) -> None:
    lines = pl.read_parquet(year)
    bad = {
        "negative": lines.with_columns(billed=pl.col("billed") * -1),
        "late": lines.with_columns(billed=pl.when(pl.int_range(pl.len()) == LINES - 1).then(-1).otherwise("billed")),
        "missing": lines.drop("category"),
        "empty": lines.head(0),
    }
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "text").write_text("a,b\n1,2\n")
    for name, frame in bad.items():
        frame.write_parquet(tmp_path / "in" / name)
    out = tmp_path / "out"
    out.mkdir()
    for path in (*(tmp_path / "in").iterdir(), tmp_path / "in" / "none", tmp_path):
        done = replay(path, "--product", PRODUCT, "--out", out / "decisions.parquet")
        assert done.exit_code == 2, path
        assert str(path) in done.output and "Traceback" not in done.output
        assert len(done.output.strip().splitlines()) == 1
    assert list(out.iterdir()) == []
    done = replay(year, "--product", "no-such-product")
    assert done.exit_code == 2 and "no-such-product" in done.output
