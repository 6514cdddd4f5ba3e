"""Line files become the arrays that the kernel itself makes of the same case; what is no line file is refused."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from hearth.doors.feeds.rehearsal import decide_part, judge_of, reading_of
from hearth.doors.feeds.year import SYNTHETIC, Shape, synthetic_year
from hearth.kernel.adjudication.prepare import Prepared
from hearth.kernel.adjudication.run import adjudicate, rows_of_steps
from hearth.kernel.product.terms import Terms
from hearth.store.frames import (
    COLUMNS,
    LINE_NAMES,
    REQUIRED,
    LineFile,
    Part,
    decided_frame,
    months_between,
    months_on,
    written_beside,
)
from hearth.store.frames.keys import packed
from hearth.words.arrays import Columns, Invoices, Outcome, Rows
from hearth.words.codes import Gate, InvoiceFlag, Scope
from hearth.words.days import add_months, day_number, day_of, months_until
from hearth.words.faults import Malformed
from hearth.words.money import MAX_FEN
from tests.house.tree import ROOT
from tests.store.case_lines import RowKey, Written, lines_of, one_product
from tests.twins.generator import seeded

SEEDS = range(160)
KEYS = ("visit", "stay", "disease", "row_from")


def written(seed: int) -> tuple[Written, Prepared, Terms] | None:
    found = one_product(seeded(seed).case, seeded(seed).products)
    if found is None:
        return None
    case, terms = found
    # A line file knows no emergency measures: a case that falls under one is decided from its own file.
    case = case.model_copy(update={"claims": tuple(claim.model_copy(update={"measures": ()}) for claim in case.claims)})
    if all(claim.void for claim in case.claims):
        return None
    return *lines_of(case, terms), terms


def decided(path: Path, terms: Terms) -> tuple[Part, Outcome]:
    file = LineFile(path)
    judge = judge_of(terms, file.diseases)
    (span,) = file.parts(1)
    part = file.read(span, judge.reading)
    return part, decide_part(part, judge, compiled=False)


def kernel_rows(prepared: Prepared) -> dict[RowKey, tuple[int, ...]]:
    """Every row of the kernel's own arrays with what was decided of it."""
    inputs, outcome = prepared.inputs, adjudicate(prepared.inputs, compiled=False)
    source = rows_of_steps(inputs)
    found = {}
    for at, row in enumerate(source.tolist()):
        name = prepared.row_of[row]
        scope = Scope(int(inputs.rows.scope[row])).name.lower()
        values = tuple(int(getattr(inputs.rows, field)[row]) for field in Rows._fields if field != "line")
        found[name.claim, name.invoice, name.line, scope, name.cut] = (*values, *decision(outcome, at))
    return found


def file_rows(part: Part, outcome: Outcome, keys: list[RowKey]) -> dict[RowKey, tuple[int, ...]]:
    found: dict[RowKey, tuple[int, ...]] = {}
    before: RowKey | None = None
    for at, place in enumerate(part.line_of.tolist()):
        key = keys[place] if place >= 0 else (before[0], before[1], -1, "in", False) if before else None
        assert key is not None and key not in found
        values = tuple(int(getattr(part.rows, field)[at]) for field in Rows._fields if field != "line")
        found[key] = (*values, *decision(outcome, at))
        before = key
    return found


def decision(outcome: Outcome, at: int) -> tuple[int, ...]:
    return tuple(int(getattr(outcome.columns, name)[at]) for name in Columns._fields)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_case_written_as_lines_is_decided_as_the_case_is(seed: int, tmp_path: Path) -> None:
    found = written(seed)
    if found is None:
        pytest.skip("nothing of this case fits a line file")
    lines, prepared, terms = found
    path = tmp_path / "lines.parquet"
    lines.frame.write_parquet(path)
    part, outcome = decided(path, terms)
    assert file_rows(part, outcome, lines.keys) == kernel_rows(prepared)
    assert len(part.claims.insured) == len(prepared.inputs.claims.insured)
    same_invoices(part, prepared, lines)
    same_claims(part, prepared, lines)


def same_invoices(part: Part, prepared: Prepared, lines: Written) -> None:
    at_first = part.line_of[part.invoices.row_from[:-1]]
    mine = {lines.keys[place][:2]: number for number, place in enumerate(at_first.tolist())}
    assert mine.keys() == set(prepared.invoice_of)
    order = [mine[where] for where in prepared.invoice_of]
    theirs = prepared.inputs.invoices
    terms = prepared.chains[0].terms
    reading = reading_of(terms)
    windows, triggers = reading.windows, reading.triggers
    for name in Invoices._fields:
        if name in KEYS or ("trigger" in name and not triggers) or (name.startswith("days_") and not windows):
            continue
        mine_here, theirs_here = getattr(part.invoices, name)[order], getattr(theirs, name)
        if name == "flags" and not windows:
            theirs_here = theirs_here & ~(InvoiceFlag.ON_ADMISSION | InvoiceFlag.ON_DISCHARGE)
        assert mine_here.tolist() == theirs_here.tolist(), name
    if reading.visits:
        assert partition(part.invoices.visit[order]) == partition(theirs.visit)


def same_claims(part: Part, prepared: Prepared, lines: Written) -> None:
    theirs = prepared.inputs.claims
    numbers = {claim.no: number for number, claim in enumerate(lines.case.claims)}
    mine = {numbers[no]: place for place, no in enumerate(part.claim_ids.to_list())}
    order = [mine[number] for number in prepared.claim_of]
    for name in ("cause", "papers"):
        assert getattr(part.claims, name)[order].tolist() == getattr(theirs, name).tolist()
    assert part.claims.others[order].tolist() == theirs.others.tolist()
    assert partition(part.claims.event[order]) == partition(theirs.event)
    steps = [prepared.claim_of[claim] for claim in prepared.inputs.steps.claim.tolist()]
    by_chain: dict[int, list[int]] = {}
    for claim, chain in zip(steps, prepared.inputs.steps.chain.tolist(), strict=True):
        by_chain.setdefault(chain, []).append(claim)
    ours: dict[int, list[int]] = {}
    place_of = {place: number for number, place in mine.items()}
    for place, chain in zip(part.steps.claim.tolist(), part.steps.chain.tolist(), strict=True):
        ours.setdefault(chain, []).append(place_of[place])
    assert sorted(ours.values()) == sorted(by_chain.values())


def partition(keys: Any) -> list[int]:
    seen: dict[int, int] = {}
    return [seen.setdefault(int(key), len(seen)) for key in keys]


@pytest.mark.parametrize("seed", range(60))
def test_the_order_of_the_rows_changes_nothing(seed: int, tmp_path: Path) -> None:
    found = written(seed)
    if found is None:
        pytest.skip("nothing of this case fits a line file")
    lines, prepared, terms = found
    # All first lines, then all second lines: claims and invoices keep their order, their lines stand apart.
    order = sorted(range(len(lines.keys)), key=lambda at: lines.frame["line"][at])
    path = tmp_path / "lines.parquet"
    lines.frame[order].write_parquet(path)
    part, outcome = decided(path, terms)
    assert file_rows(part, outcome, [lines.keys[at] for at in order]) == kernel_rows(prepared)


def test_the_seeds_try_what_line_files_can_say() -> None:
    frames = [found[0].frame for seed in SEEDS if (found := written(seed)) is not None]
    assert len(frames) > 100
    rows = pl.concat(frames, how="diagonal")
    assert set(COLUMNS) - set(rows.columns) == {"duplicate"}
    for name in ("void", "disputed", "cut", "used_elsewhere", "other_person", "suspected"):
        assert rows[name].any(), name
    for name in ("event", "trigger_on", "onset_on", "papers", "total", "known_on", "premium_due", "public_of_line"):
        assert 0 < rows[name].null_count() < rows.height, name
    assert rows["setting"].n_unique() == 6
    assert rows["invoice_no"].drop_nulls().is_duplicated().any()


# --- whole files: parts, order, decisions back ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def terms() -> Terms:
    """A product that takes everything a year holds: a family deductible, windows around stays, a daily allowance."""
    return Terms.model_validate(
        {
            "code": "whole", "version": "A", "name": {"zh": "全", "en": "Whole"}, "type": "medical",
            "sold_from": dt.date(2020, 1, 1), "plans": ["standard"],
            "waiting": {"days": term("days", 30)},
            "benefits": [
                {"code": "stays", "name": {"zh": "住", "en": "Stays"}, "clause": "1", "kind": "indemnity",
                 "settings": ["inpatient"], "ratios": {"settled": term("basis points", 9000)}},
                {"code": "around", "name": {"zh": "前后", "en": "Around"}, "clause": "2", "kind": "indemnity",
                 "settings": ["outpatient", "special_outpatient"], "ratios": {"settled": term("basis points", 8000)},
                 "around_stay": {"before": term("days", 7), "after": term("days", 30)}},
                {"code": "visits", "name": {"zh": "诊", "en": "Visits"}, "clause": "3", "kind": "indemnity",
                 "settings": ["outpatient", "pharmacy"], "computed_per": "visit",
                 "ratios": {"settled": term("basis points", 5000)}},
                {"code": "cash", "name": {"zh": "贴", "en": "Cash"}, "clause": "4", "kind": "daily",
                 "daily": term("yuan", "100.00")},
            ],
            "deductibles": [
                {"code": "yearly", "clause": "5", "name": {"zh": "免", "en": "Deductible"}, "holder": "family",
                 "benefits": ["stays", "around"], "span": "policy_year", "amount": term("yuan", "2,000.00")},
            ],
            "limits": [
                {"code": "visit_limit", "clause": "6", "name": {"zh": "限", "en": "Limit"}, "benefits": ["visits"],
                 "span": "visit", "amount": term("yuan", "300.00")},
            ],
        }
    )  # fmt: skip


def term(unit: str, value: int | str) -> dict[str, Any]:
    return {"what": "a number", "unit": unit, "source": "1", "values": {dt.date(2020, 1, 1): value}}


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A synthetic year of 6,000 lines."""
    path = tmp_path_factory.mktemp("year") / "year.parquet"
    frame = synthetic_year(Shape(6_000, 11, dt.date(2027, 1, 1)))
    frame.write_parquet(path, row_group_size=700, metadata=SYNTHETIC)
    return path


def rows_of(path: Path, terms: Terms, parts: int) -> pl.DataFrame:
    """Every line of a file with its decision, decided in so many parts."""
    file = LineFile(path)
    judge = judge_of(terms, file.diseases)
    frames = []
    for span in file.parts(parts):
        part = file.read(span, judge.reading)
        frames.append(decided_frame(file.names(span, LINE_NAMES), part, decide_part(part, judge, compiled=False)))
    return pl.concat(frames)


def test_parts_hold_whole_owners_and_cover_the_file(year: Path) -> None:
    file = LineFile(year)
    owners = pl.read_parquet(year)["owner"]
    for count in (1, 2, 7, 50, 100_000):
        spans = file.parts(count)
        assert [span[0] for span in spans] == [0, *(span[1] for span in spans[:-1])]
        assert spans[-1][1] == file.lines
        for first, _ in spans[1:]:
            assert owners[first] != owners[first - 1]


def test_a_file_decided_in_parts_gives_what_one_piece_gives(year: Path, terms: Terms) -> None:
    whole = rows_of(year, terms, 1)
    assert whole.filter(pl.col("line").is_not_null())["billed"].sum() == pl.read_parquet(year)["billed"].sum()
    assert whole["payable"].sum() > 0
    for parts in (2, 13):
        assert rows_of(year, terms, parts).equals(whole)


def test_a_file_in_any_order_of_owners_gives_the_same_decisions(year: Path, terms: Terms, tmp_path: Path) -> None:
    # Of two invoices with one number the first in the file counts: the one thing that its order decides.
    frame = pl.read_parquet(year).drop("invoice_no")
    sorted_, mixed = tmp_path / "sorted.parquet", tmp_path / "mixed.parquet"
    frame.write_parquet(sorted_)
    whole = rows_of(sorted_, terms, 1)
    # Two halves of every owner stand apart, and owners stand backwards.
    order = sorted(range(frame.height), key=lambda at: (frame["claim"][at] % 2, -frame["owner"][at]))
    frame[order].write_parquet(mixed)
    columns = [*LINE_NAMES, *Columns._fields]
    again = rows_of(mixed, terms, 4).sort("owner", "claim", "invoice", "row", maintain_order=True)
    assert again.select(columns).equals(
        whole.sort("owner", "claim", "invoice", "row", maintain_order=True).select(columns)
    )
    assert sorted(again["row"].unique().to_list()) == list(range(1, frame.height + 1))


def test_texts_and_numbers_name_the_same_things(year: Path, terms: Terms, tmp_path: Path) -> None:
    frame = pl.read_parquet(year)
    named = ["owner", "insured", "policy", "chain", "claim", "event", "invoice", "invoice_no", "hospital"]
    codes = [name for name in frame.columns if COLUMNS[name].kind == "code"]
    written = frame.with_columns(
        *(pl.format("no {}", name).alias(name) for name in named),
        *(pl.col(name).cast(pl.String).cast(pl.Categorical) for name in codes),
        pl.col("icd").cast(pl.String),
    )
    texts = tmp_path / "texts.parquet"
    written.write_parquet(texts)
    numbers = tmp_path / "numbers.parquet"
    frame.with_columns(pl.col(name).to_physical() for name in codes).write_parquet(numbers)
    money = rows_of(year, terms, 3).select(Columns._fields)
    assert rows_of(texts, terms, 3).select(Columns._fields).equals(money)
    assert rows_of(numbers, terms, 3).select(Columns._fields).equals(money)


def test_few_columns_are_enough(year: Path, terms: Terms, tmp_path: Path) -> None:
    few = tmp_path / "few.parquet"
    pl.read_parquet(year, columns=[*REQUIRED, "chain"]).write_parquet(few)
    rows = rows_of(few, terms, 2)
    identity = [name for name in Columns._fields if name not in ("gates", "reason")]
    fixed = rows["billed"].is_null()
    assert (rows.select(pl.sum_horizontal(identity)).to_series() == rows["billed"]).filter(~fixed).all()
    assert rows["public"].sum() == 0


def test_an_invoice_number_that_comes_twice_counts_once_whichever_part_it_is_in(
    year: Path, terms: Terms, tmp_path: Path
) -> None:
    frame = pl.read_parquet(year)
    heads = frame.with_row_index().unique(["claim", "invoice"], keep="first", maintain_order=True)
    first, last = heads.row(0, named=True), heads.row(-1, named=True)
    same = (pl.col("claim") == last["claim"]) & (pl.col("invoice") == last["invoice"])
    twice = frame.with_columns(
        invoice_no=pl.when(same).then(pl.lit(first["invoice_no"])).otherwise(pl.col("invoice_no"))
    )
    path = tmp_path / "twice.parquet"
    twice.write_parquet(path)
    for parts in (1, 9):
        rows = rows_of(path, terms, parts)
        counted = (pl.col("gates") & (1 << Gate.DUPLICATE)) == 0
        assert rows.filter(same & counted).is_empty()
        there = (pl.col("claim") == first["claim"]) & (pl.col("invoice") == first["invoice"])
        assert rows.filter(there & counted).height == rows.filter(there).height > 0


def test_a_void_claim_is_left_out(year: Path, terms: Terms, tmp_path: Path) -> None:
    frame = pl.read_parquet(year)
    void = frame["claim"] % 3 == 0
    marked, without = tmp_path / "marked.parquet", tmp_path / "without.parquet"
    frame.with_columns(void=void).write_parquet(marked)
    frame.filter(~void).write_parquet(without)
    left = rows_of(marked, terms, 3)
    assert left.drop("row").equals(rows_of(without, terms, 3).drop("row"))
    assert (left["claim"] % 3 != 0).all()


# --- what is no line file ---------------------------------------------------------------------------------------------

SPOILED: list[tuple[str, dict[str, Any], str, str]] = [
    ("a negative amount", {"billed": -1}, "column billed, row {row}", "-1"),
    ("10^15 fen", {"billed": 10**15}, "column billed, row {row}", "1,000,000,000,000,000"),
    ("a negative public payment", {"public_of_line": -7}, "column public_of_line, row {row}", "-7"),
    ("public payments above the line", {"public_of_line": 10**9}, "column public_of_line, row {row}", "1,000,000,000"),
    ("no amount", {"billed": None}, "column billed, row {row}", "nothing"),
    ("an unknown category", {"category": "magic"}, "column category, row {row}", "'magic'"),
    ("a category that only the kernel makes", {"category": "stay_days"}, "column category, row {row}", "'stay_days'"),
    ("a diagnosis on a bill", {"category": "diagnosed"}, "column category, row {row}", "diagnosed"),
    ("no quantity", {"quantity": 0}, "column quantity, row {row}", "0"),
    ("a line far from its invoice", {"served_on": dt.date(2031, 1, 1)}, "column served_on, row {row}", "2031-01-01"),
    ("a day before 1900", {"served_on": dt.date(1899, 1, 1)}, "column served_on, row {row}", "1899-01-01"),
    ("an invoice of two settings", {"setting": "outpatient_surgery"}, "column setting, row", "out"),
    ("an invoice of two sums", {"public": 5}, "column public, row", ""),
]


@pytest.mark.parametrize(("what", "spoil", "place", "got"), SPOILED, ids=[each[0] for each in SPOILED])
def test_one_bad_value_is_named_with_column_and_row(
    what: str, spoil: dict[str, Any], place: str, got: str, year: Path, terms: Terms, tmp_path: Path
) -> None:
    frame = pl.read_parquet(year)
    frame = frame.with_columns(pl.col(name).cast(pl.String) for name in ("category", "setting"))
    same = (pl.col("claim") == pl.col("claim").shift()) & (pl.col("invoice") == pl.col("invoice").shift())
    inside = int(frame.select(same.fill_null(False).arg_max()).item())
    path = tmp_path / "bad.parquet"
    at = pl.int_range(pl.len()) == inside
    frame.with_columns(
        pl.when(at).then(pl.lit(value, frame[name].dtype)).otherwise(pl.col(name)).alias(name)
        for name, value in spoil.items()
    ).write_parquet(path)
    with pytest.raises(Malformed) as told:
        rows_of(path, terms, 3)
    assert told.value.data["file"] == str(path)
    assert told.value.data["place"].startswith(place.format(row=inside + 1))
    assert told.value.data["got"].startswith(got)
    assert told.value.data["want"]


OF_INVOICE: list[tuple[str, dict[str, Any], str]] = [
    ("a discharge before the admission", {"until_on": dt.date(2020, 1, 1)}, "column until_on, row 1"),
    ("an end before the start", {"ends_on": dt.date(2020, 1, 1)}, "column ends_on, row 1"),
    ("more leave than stay", {"leave_days": 400}, "column leave_days, row 1"),
    ("more premium paid than due", {"premium_paid": 5, "premium_due": 4}, "column premium_paid, row 1"),
    ("a hospital of level 4", {"level": 4}, "column level, row 1"),
    ("a contract too early", {"starts_on": dt.date(1776, 7, 4)}, "column starts_on, row 1"),
    ("too much paid by others", {"insurer_paid": MAX_FEN, "employer_paid": 1}, "column insurer_paid, row 1"),
]


@pytest.mark.parametrize(("what", "spoil", "place"), OF_INVOICE, ids=[each[0] for each in OF_INVOICE])
def test_bad_values_of_an_invoice_are_named_where_they_first_stand(
    what: str, spoil: dict[str, Any], place: str, year: Path, terms: Terms, tmp_path: Path
) -> None:
    frame = pl.read_parquet(year)
    path = tmp_path / "bad.parquet"
    mine = pl.col("owner") == frame["owner"][0]
    frame.with_columns(
        pl.when(mine).then(pl.lit(value, frame[name].dtype)).otherwise(pl.col(name)).alias(name)
        for name, value in spoil.items()
    ).write_parquet(path)
    with pytest.raises(Malformed) as told:
        rows_of(path, terms, 2)
    assert told.value.data["place"] == place


def test_contracts_of_a_chain_may_not_overlap(year: Path, terms: Terms, tmp_path: Path) -> None:
    frame = pl.read_parquet(year)
    twice = frame.group_by("chain").agg(pl.col("policy").n_unique()).filter(pl.col("policy") > 1)["chain"].min()
    early = (pl.col("chain") == twice) & (pl.col("policy") != twice)
    path = tmp_path / "bad.parquet"
    frame.with_columns(
        starts_on=pl.when(early).then(pl.col("starts_on").dt.offset_by("-3mo")).otherwise(pl.col("starts_on"))
    ).write_parquet(path)
    with pytest.raises(Malformed, match=r"column starts_on, row .* or later"):
        rows_of(path, terms, 1)


@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_column_is_named(name: str, year: Path, tmp_path: Path) -> None:
    path = tmp_path / "bad.parquet"
    pl.read_parquet(year).drop(name).write_parquet(path)
    with pytest.raises(Malformed, match=f"column {name}: got no such column"):
        LineFile(path)


@pytest.mark.parametrize(
    ("name", "dtype"),
    [("billed", pl.Float64), ("billed", pl.String), ("event_on", pl.String), ("settled", pl.Int64), ("level", pl.Date)],
)
def test_a_column_of_the_wrong_type_is_named(name: str, dtype: Any, year: Path, tmp_path: Path) -> None:
    path = tmp_path / "bad.parquet"
    pl.read_parquet(year).with_columns(pl.lit(None, dtype).alias(name)).write_parquet(path)
    with pytest.raises(Malformed, match=f"column {name}: got values of type"):
        LineFile(path)


def test_what_is_no_parquet_is_said_in_one_sentence(year: Path, terms: Terms, tmp_path: Path) -> None:
    whole = year.read_bytes()
    none, empty, words, short, broken = (tmp_path / name for name in ("none", "empty", "words", "short", "broken"))
    empty.write_bytes(b"")
    words.write_text("owner,billed\n1,2\n")
    short.write_bytes(whole[: len(whole) // 2])
    broken.write_bytes(whole[:2000] + bytes(len(whole) // 3) + whole[2000 + len(whole) // 3 :])
    rowless = tmp_path / "rowless"
    pl.read_parquet(year).head(0).write_parquet(rowless)
    for path in (none, empty, words, short, broken, rowless, tmp_path):
        with pytest.raises(Malformed) as told:
            rows_of(path, terms, 2)
        assert told.value.data["file"] == str(path)
        assert "\n" not in told.value.sentence("en")


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    out.write_text("what was there")
    with pytest.raises(RuntimeError), written_beside(out) as beside:
        beside.write_text("half")
        raise RuntimeError
    assert out.read_text() == "what was there"
    with written_beside(out) as beside:
        beside.write_text("all of it")
    assert out.read_text() == "all of it"
    assert [path.name for path in tmp_path.iterdir()] == ["out.parquet"]
    with pytest.raises(Malformed), written_beside(tmp_path / "no such folder" / "out.parquet"):
        pass


def test_the_page_of_the_format_names_every_column() -> None:
    rows = [line.split("|") for line in (ROOT / "docs" / "year.md").read_text("utf-8").splitlines() if line[:2] == "| "]
    named = {row[1].strip(): row for row in rows if row[1].strip() in COLUMNS}
    assert list(named) == list(COLUMNS)
    for name, column in COLUMNS.items():
        assert ("**required**" in named[name][4]) == column.required, name
        assert named[name][2].strip() == ("-" if column.level == "line" else column.level), name


# --- keys and calendar ----------------------------------------------------------------------------------------------


def test_months_over_arrays_are_months_of_one_day() -> None:
    rng = np.random.default_rng(5)
    days = rng.integers(day_number(dt.date(1999, 1, 1)), day_number(dt.date(2032, 12, 31)), 4_000)
    months = rng.integers(0, 40, 4_000)
    expected = [day_number(add_months(day_of(int(day)), int(count))) for day, count in zip(days, months, strict=True)]
    assert months_on(days, months).tolist() == expected
    later = days + rng.integers(0, 900, 4_000)
    until = [months_until(day_of(int(a)), day_of(int(b))) for a, b in zip(days, later, strict=True)]
    assert months_between(days, later).tolist() == until


@pytest.mark.parametrize("limit", [2**58, 2**30, 5_000])
def test_packed_keys_differ_exactly_where_a_column_does(limit: int) -> None:
    rng = np.random.default_rng(6)
    columns = [rng.integers(-(10**17), 10**17, 40)[rng.integers(0, 40, 3_000)], rng.integers(0, 3, 3_000) > 1,
               rng.integers(0, 5, 3_000)]  # fmt: skip
    keys = packed(*columns, limit=limit)
    assert keys.min() >= 0 and keys.max() < limit
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    assert len(set(zip(rows, keys.tolist(), strict=True))) == len(set(rows)) == len(set(keys.tolist()))


def test_parts_are_no_longer_than_told_unless_one_owner_is(year: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = LineFile(year)
    owner = pl.read_parquet(year)["owner"]
    longest = max(owner.rle().struct.field("len").to_list())
    for most in (1, longest - 1, longest, 1_000, file.lines - 1, file.lines):
        monkeypatch.setattr("hearth.store.frames.source.PART_LINES", most)
        parts = file.parts()
        assert parts[0][0] == 0 and parts[-1][1] == file.lines
        assert all(one[1] == two[0] for one, two in pairwise(parts))
        for first, last in parts:
            assert last - first <= most or owner[first] == owner[last - 1]
