"""`hearth generate`: a synthetic year of the shape that docs/year.md promises, the same for the same seed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from hearth.doors.commands.main import main
from hearth.doors.feeds.rehearsal import product_named
from hearth.doors.feeds.year import SMALLEST, Shape, shape_for, synthetic_year
from hearth.store.frames import COLUMNS, LineFile
from hearth.words.codes import Setting

FIRST = dt.date(2027, 1, 1)


@pytest.fixture(scope="module")
def year() -> pl.DataFrame:
    """A year of 200,000 lines."""
    return synthetic_year(Shape(200_000, 4, FIRST))


@pytest.fixture(scope="module")
def invoices(year: pl.DataFrame) -> pl.DataFrame:
    return year.unique(["claim", "invoice"], keep="first", maintain_order=True)


@pytest.fixture(scope="module")
def claims(year: pl.DataFrame) -> pl.DataFrame:
    return year.group_by("claim", maintain_order=True).agg(
        pl.len().alias("lines"), pl.col("billed").sum(), pl.col("insured", "owner").first(), pl.col("event_on").min(),
        pl.col("registered_on").first(), (pl.col("setting") == "inpatient").any().alias("stay"),
    )  # fmt: skip


def test_the_same_seed_gives_the_same_file_and_says_that_it_is_made_up(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("one.parquet", "two.parquet", "other.parquet")]
    for file, seed in zip(files, ("5", "5", "6"), strict=True):
        done = CliRunner().invoke(main, ["generate", "--lines", "3000", "--seed", seed, "--out", str(file)])
        assert done.exit_code == 0, done.output
        assert "3,000" in done.output and ("synthetic" in done.output or "合成" in done.output)
    assert files[0].read_bytes() == files[1].read_bytes() != files[2].read_bytes()
    metadata = pl.read_parquet_metadata(files[0])
    assert (metadata["hearth.synthetic"], metadata["hearth.seed"], metadata["hearth.lines"]) == ("yes", "5", "3000")
    assert LineFile(files[0]).synthetic
    assert sorted(tmp_path.iterdir()) == sorted(files)


@pytest.mark.parametrize("lines", [1, 2, 17, 999, 2_000, 50_001])
def test_as_many_lines_as_asked_for(lines: int) -> None:
    assert synthetic_year(Shape(lines, 1, FIRST)).height == lines


def test_every_column_is_of_the_format_and_of_its_type(year: pl.DataFrame) -> None:
    for name, dtype in year.schema.items():
        kind = COLUMNS[name].dtype
        assert dtype == kind or (isinstance(dtype, pl.Enum) and (kind == pl.String or isinstance(kind, pl.Enum))), name


def test_lines_stand_in_the_declared_order(year: pl.DataFrame, claims: pl.DataFrame, invoices: pl.DataFrame) -> None:
    keys = claims.select("owner", "event_on", "registered_on")
    assert keys.equals(keys.sort("owner", "event_on", "registered_on", maintain_order=True))
    assert invoices.select("claim", "event_on").equals(invoices.select("claim", "event_on").sort("claim", "event_on"))
    assert year["claim"].is_sorted() and year["owner"].is_sorted()
    inside = year.filter(pl.col("claim") == pl.col("claim").shift(), pl.col("invoice") == pl.col("invoice").shift())
    assert (inside["line"] >= 1).all()


def test_the_year_has_stays_repeaters_families_and_the_smallest_claims(
    year: pl.DataFrame, claims: pl.DataFrame, invoices: pl.DataFrame
) -> None:
    per_person = claims.group_by("insured").len()["len"]
    assert per_person.max() == 108
    assert per_person.filter(per_person == 108).len() == 1
    assert (claims["billed"] == SMALLEST).sum() >= 1
    assert 0.15 < (year["setting"] == "inpatient").mean() < 0.45
    stays = year.filter(pl.col("setting") == "inpatient").group_by("claim", "invoice").len()["len"]
    assert stays.median() >= 15
    monthly = invoices.group_by("insured", pl.col("event_on").dt.month()).len()["len"]
    assert (monthly >= 3).mean() > 0.05
    families = year.group_by("owner").agg(pl.col("insured").n_unique())["insured"]
    assert 0.1 < (families > 1).mean() < 0.5
    assert (year.group_by("chain").agg(pl.col("policy").n_unique())["policy"] == 2).mean() > 0.1


def test_bills_have_a_heavy_tail_and_public_funds_their_part(
    year: pl.DataFrame, claims: pl.DataFrame, invoices: pl.DataFrame
) -> None:
    ordered = claims["billed"].sort(descending=True)
    assert ordered.head(len(ordered) // 100).sum() > 0.15 * ordered.sum()
    assert claims["billed"].max() > 100 * claims["billed"].median()
    whole = year.group_by("claim", "invoice", maintain_order=True).agg(pl.col("billed").sum(), pl.col("public").first())
    assert (whole["public"] <= whole["billed"]).all()
    assert 0.2 < whole["public"].sum() / whole["billed"].sum() < 0.5
    assert (invoices.filter(~pl.col("settled"))["public"] == 0).all()
    assert invoices.filter(~pl.col("with_social_insurance"))["settled"].sum() == 0
    stated = year.filter(pl.col("public_of_line").is_not_null()).group_by("claim", "invoice").agg(
        pl.col("public_of_line").sum(), pl.col("public").first()
    )  # fmt: skip
    assert 0 < stated.height < whole.height
    assert (stated["public_of_line"] == stated["public"]).all()


def test_more_people_go_on_mondays_and_in_winter(invoices: pl.DataFrame) -> None:
    weekday = invoices.group_by(pl.col("event_on").dt.weekday()).len().sort("event_on")["len"]
    assert weekday[0] > 1.15 * weekday[6]
    month = invoices.group_by(pl.col("event_on").dt.month()).len().sort("event_on")["len"]
    assert month[0] > month[5]


def test_a_year_of_a_product_names_its_plans_and_claims_what_it_covers() -> None:
    cash, illness = product_named("hospital-cash"), product_named("critical-illness")
    shape = shape_for(cash, 20_000, 2, None)
    assert shape.first_on.year > cash.sold_from.year
    of_cash = synthetic_year(shape)
    assert set(of_cash["plan"].unique()) <= set(cash.plans)
    assert (of_cash["setting"] == "inpatient").mean() > 0.8
    of_illness = synthetic_year(shape_for(illness, 2_000, 2, None))
    diagnoses = of_illness.filter(pl.col("setting") == "diagnosis")
    assert diagnoses.height > 200
    assert diagnoses["billed"].sum() == 0
    assert diagnoses["icd"].cast(pl.String).str.starts_with("condition:").all()
    named = {f"condition:{code}" for benefit in illness.benefits for code in benefit.conditions}
    assert set(diagnoses["icd"].cast(pl.String).unique()) <= named


def test_a_year_of_no_product_has_every_setting_but_diagnoses(year: pl.DataFrame) -> None:
    assert set(year["setting"].unique()) == {setting.name.lower() for setting in Setting} - {"diagnosis"}


def test_what_cannot_be_is_said_in_one_sentence(tmp_path: Path) -> None:
    for arguments in (
        ["--lines", "10", "--out", str(tmp_path / "no folder" / "x.parquet")],
        ["--lines", "10", "--out", str(tmp_path / "x.parquet"), "--product", "no-such-product"],
        ["--lines", "0", "--out", str(tmp_path / "x.parquet")],
    ):
        done = CliRunner().invoke(main, ["generate", *arguments])
        assert done.exit_code == 2
        assert "Traceback" not in done.output
    assert list(tmp_path.iterdir()) == []
