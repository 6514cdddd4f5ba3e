"""Checks: every family over whole tables of lines at once; each gives what it found, and what it could not look at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from hearth.kernel.documents.audit.bill import Bills
from hearth.kernel.documents.audit.encode import times_unit, unit_of
from hearth.kernel.documents.audit.match import ITEM, OTHER, RuleBook, hits, holding, items_of
from hearth.kernel.documents.audit.rule import EMERGENCY, THOUSAND, Family, plain

FOUND: dict[str, pl.DataType] = {
    "rule": pl.Int32(),  # its place in the book
    "bill": pl.Int32(),
    "lines": pl.List(pl.Int32()),  # the lines in question first, then those they are set against
    "first": pl.Int32(),  # how many of them are in question
    "got": pl.Int64(),  # in the rule's unit; null where it is no number
    "item": pl.UInt32(),  # the item of the first line
}
"""The columns of what was found."""

UNCHECKED: dict[str, pl.DataType] = {
    "family": pl.String(), "bill": pl.Int32(), "fact": pl.String(), "lines": pl.UInt32(),
}  # fmt: skip
"""The columns of what could not be looked at: how many lines of a bill, for want of which fact."""


@dataclass(frozen=True)
class Audit:
    """What was found in the bills, and what could not be looked at; neither refuses anything."""

    found: pl.DataFrame
    unchecked: pl.DataFrame
    items: pl.DataFrame


@dataclass(frozen=True)
class _Look:
    """What every check reads."""

    book: RuleBook
    bills: Bills
    hit: pl.DataFrame  # lines with the rules that are about them, and their bill
    against: pl.DataFrame  # lines with the rules that set them against others
    names: pl.DataFrame  # what a code of a disease is called


Told = tuple[list[pl.DataFrame], list[pl.DataFrame]]


def audit(book: RuleBook, bills: Bills, names: pl.DataFrame | None = None) -> Audit:
    """Look through bills by the rules.

    Needs:   a book; bills as columns_of makes them; names: code and name of diseases (a list of ICD), may be absent
    Gives:   what was found, sorted by bill, rule and line; what could not be looked at
    Source:  S4.33, S4.12, S0.8; docs/catalogue.md, family by family
    """
    items = items_of(bills.lines)
    meant = hits(book, items)
    lines = bills.lines.join(
        items.select("item", "code", "material", name="written"), on=["code", "name", "material"], how="left"
    )
    lines = lines.join(bills.bills, on="bill", how="left")
    own = meant.filter(pl.col("role") == ITEM).drop("role").join(book.table, on="rule", how="inner")
    look = _Look(
        book=book,
        bills=bills,
        hit=lines.join(own, on="item", how="inner"),
        against=_standing(lines).join(meant.filter(pl.col("role") == OTHER).drop("role"), on="item", how="inner"),
        names=pl.DataFrame(schema={"code": pl.String(), "name": pl.String()}) if names is None else names,
    )
    spoken = set(look.hit.get_column("family").unique().to_list())
    told = [check(look) for families, check in CHECKS if spoken & {family.value for family in families}]
    found = _all([part for parts, _ in told for part in parts], FOUND)
    open_ = _all([part for _, parts in told for part in parts], UNCHECKED)
    return Audit(
        found.sort("bill", "rule", pl.col("lines").list.first()),
        open_.group_by("family", "bill", "fact").agg(pl.col("lines").sum()).sort("bill", "family", "fact"),
        items,
    )


def _all(parts: list[pl.DataFrame], schema: dict[str, pl.DataType]) -> pl.DataFrame:
    every = [pl.DataFrame(schema=schema)]
    for part in parts:
        every.append(part.select(pl.col(name).cast(of) for name, of in schema.items()))
    return pl.concat(every)


# --- one line at a time ----------------------------------------------------------------------------------------------


def _of(look: _Look, *families: Family) -> pl.DataFrame:
    return look.hit.filter(pl.col("family").is_in([family.value for family in families]))


def _lines(found: pl.DataFrame, got: pl.Expr | None = None) -> pl.DataFrame:
    """One finding a line."""
    return found.select(
        "rule", "bill", "item", lines=pl.concat_list("line"), first=pl.lit(1),
        got=pl.lit(None, dtype=pl.Int64) if got is None else got.cast(pl.Int64),
    )  # fmt: skip


def _open(found: pl.DataFrame, fact: str) -> pl.DataFrame:
    """How many lines of each bill could not be looked at."""
    lines = pl.col("line") if "line" in found.columns else pl.col("lines").list.first()
    return found.group_by("family", "bill").agg(lines=lines.n_unique()).with_columns(fact=pl.lit(fact))


def _stated(look: _Look, family: Family, column: str) -> Told:
    """A word of the rule against a word of the bill."""
    found = _of(look, family)
    return (
        [_lines(found.filter((pl.col(column) != "") & (pl.col(column) != pl.col("word"))))],
        [_open(found.filter(pl.col(column) == ""), column)],
    )


def _scheme(look: _Look) -> Told:
    return _stated(look, Family.SCHEME, "scheme")


def _setting(look: _Look) -> Told:
    return _stated(look, Family.SETTING, "setting")


def _sex(look: _Look) -> Told:
    return _stated(look, Family.SEX, "sex")


def _level(look: _Look) -> Told:
    found = _of(look, Family.LEVEL)
    return (
        [_lines(found.filter(pl.col("level") < pl.col("number")), pl.col("level"))],
        [_open(found.filter(pl.col("level").is_null()), "level")],
    )


def _age(look: _Look) -> Told:
    found = _of(look, Family.AGE).with_columns(on=pl.coalesce("day", "start"))
    known = found.filter(pl.col("born").is_not_null() & (pl.col("on") >= pl.col("born")))
    on, born = pl.col("on").cast(pl.Date), pl.col("born").cast(pl.Date)
    not_yet = (on.dt.month() * 32 + on.dt.day()) < (born.dt.month() * 32 + born.dt.day())
    known = known.with_columns(
        years=(on.dt.year() - born.dt.year() - not_yet.cast(pl.Int32)), days=pl.col("on") - pl.col("born")
    )
    outside = (
        (pl.col("years") < pl.col("least_years"))
        | (pl.col("years") >= pl.col("below_years"))
        | (pl.col("most_days").is_not_null() & (pl.col("days") > pl.col("most_days")))
    )
    unknown = found.join(known.select("rule", "line"), on=["rule", "line"], how="anti")
    return [_lines(known.filter(outside), pl.col("years"))], [_open(unknown, "born")]


def _quantity(look: _Look) -> Told:
    found = _of(look, Family.QUANTITY).with_columns(
        unit=pl.col("unit").replace_strict(_table(look.bills.lines, unit_of), default="")
    )
    same = found.filter(pl.col("unit") == pl.col("unit_wanted"))
    return (
        [_lines(same.filter(pl.col("quantity") > pl.col("number")), pl.col("quantity"))],
        [_open(found.filter(pl.col("unit") != pl.col("unit_wanted")), "unit")],
    )


def _phantom(look: _Look) -> Told:
    found = _of(look, Family.PHANTOM).filter(pl.col("quantity") > pl.col("number"))
    return [_lines(found, pl.col("quantity"))], []


def _table(lines: pl.DataFrame, of: Callable[[str], object]) -> dict[str, object]:
    """What every unit that is written comes to."""
    return {unit: of(unit) for unit in lines.get_column("unit").unique().to_list()} or {"": of("")}


# --- words: indications and departments ------------------------------------------------------------------------------


def _disease(look: _Look) -> Told:
    found = _of(look, Family.DISEASE)
    said = look.bills.diagnoses.join(look.bills.bills.select("bill"), on="bill", how="semi")
    called = _called(said.filter(pl.col("code") != ""), look.names)
    texts = pl.concat([said.filter(pl.col("name") != "").select("bill", "name"), called]).unique()
    return _worded(look, found, texts, "diagnoses")


def _called(said: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """What the loaded lists call the codes of diagnoses: each code itself, and the category it belongs to."""
    # A cause with its manifestation (E11.2+N08.3*) is a name of the cause: a kidney disease alone is no diabetes.
    halves = pl.col("code").str.to_uppercase().str.split("+")
    code = pl.col("code").str.strip_chars("*. ")
    known = names.with_columns(code=halves.list.first()).with_columns(code=code).unique()
    asked = said.with_columns(code=halves).explode("code").with_columns(code=code)
    # E11.9 is the list's E11.900, I10 its I10.x00.
    length = pl.col("code").str.len_chars()
    forms = [
        asked,
        asked.filter(length == 5).with_columns(code=pl.col("code") + "00"),
        asked.filter(length == 3).with_columns(code=pl.col("code") + ".X00"),
        asked.filter(length > 3).with_columns(code=pl.col("code").str.slice(0, 3)),
    ]
    every = pl.concat([form.select("bill", "code") for form in forms]).unique()
    return every.join(known, on="code", how="inner").select("bill", "name")


def _department(look: _Look) -> Told:
    found = _of(look, Family.DEPARTMENT)
    heads = look.bills.bills
    texts = pl.concat(
        [
            heads.filter(pl.col("department") != "").select("bill", name="department"),
            heads.filter(pl.col("emergency")).select("bill", name=pl.lit(EMERGENCY)),
        ]
    )
    return _worded(look, found, texts, "department")


def _worded(look: _Look, found: pl.DataFrame, texts: pl.DataFrame, fact: str) -> Told:
    """Lines of a rule in bills of which no text holds one of its words."""
    written = texts.get_column("name").unique().to_list()
    as_plain = pl.DataFrame({"name": written, "text": [plain(one) for one in written]}, schema_overrides=_TEXTS)
    rules = look.book.words.join(found.select("rule").unique(), on="rule", how="semi")
    pairs = holding(
        as_plain.get_column("text").unique().sort().to_list(), rules.get_column("word").unique().sort().to_list()
    )
    held = (
        texts.join(as_plain, on="name", how="inner")
        .join(pairs, on="text", how="inner")
        .join(rules, on="word", how="inner")
        .select("bill", "rule")
        .unique()
    )
    silent = found.join(texts.select("bill").unique(), on="bill", how="anti")
    spoken = found.join(texts.select("bill").unique(), on="bill", how="semi")
    return [_lines(spoken.join(held, on=["bill", "rule"], how="anti"))], [_open(silent, fact)]


_TEXTS = {"name": pl.String(), "text": pl.String()}


# --- how often, how long, how much -----------------------------------------------------------------------------------


def _frequency(look: _Look) -> Told:
    found = _of(look, Family.FREQUENCY)
    counts = pl.col("unit").replace_strict(_table(look.bills.lines, times_unit), default=False)
    dated = found.filter(pl.col("day").is_not_null()).with_columns(
        times=pl.when(counts).then(pl.col("quantity")).otherwise(pl.col("quantity").sign() * THOUSAND),
        span=_span(pl.col("period")),
    )
    over = (
        dated.group_by("rule", "person", "span")
        .agg(
            pl.col("bill").first(), pl.col("item").first(), lines=pl.col("line").sort(), got=pl.col("times").sum(),
            number=pl.col("number").first(),
        )
        .filter(pl.col("got") > pl.col("number"))
    )  # fmt: skip
    return [_whole(over)], [_open(found.filter(pl.col("day").is_null()), "day")]


def _span(period: pl.Expr) -> pl.Expr:
    """The calendar day, week (from Monday), month or year of a line.

    Of all readings of "a week" or "a month" the calendar's accuses least: what exceeds in it exceeds in a running one.
    """
    on = pl.col("day").cast(pl.Date)
    return (
        pl.when(period == "day").then(pl.col("day"))
        .when(period == "week").then((pl.col("day") + 3).floordiv(7))
        .when(period == "month").then(on.dt.year() * 12 + on.dt.month().cast(pl.Int32))
        .otherwise(on.dt.year())
    )  # fmt: skip


def _whole(found: pl.DataFrame) -> pl.DataFrame:
    """Findings in which every line is in question."""
    return found.with_columns(first=pl.col("lines").list.len())


def _course(look: _Look) -> Told:
    found = _of(look, Family.COURSE)
    over = (
        _standing(found.filter(pl.col("day").is_not_null()))
        .group_by("rule", "bill")
        .agg(
            pl.col("item").first(), lines=pl.col("line").sort(), got=pl.col("day").n_unique(),
            number=pl.col("number").first(),
        )
        .filter(pl.col("got") > pl.col("number"))
    )  # fmt: skip
    return [_whole(over)], [_open(found.filter(pl.col("day").is_null()), "day")]


def _yearly(look: _Look) -> Told:
    found = _of(look, Family.YEARLY)
    ready = pl.col("public").is_not_null() & pl.col("day").is_not_null()
    over = (
        found.filter(ready)
        .with_columns(span=_span(pl.lit("year")))
        .group_by("rule", "person", "span")
        .agg(
            pl.col("bill").first(), pl.col("item").first(), lines=pl.col("line").sort(), got=pl.col("public").sum(),
            number=pl.col("number").first(),
        )
        .filter(pl.col("got") > pl.col("number"))
    )  # fmt: skip
    return [_whole(over)], [_open(found.filter(~ready), "public")]


# --- one item against another ----------------------------------------------------------------------------------------


def _standing(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines that were not taken back: of an item, a bill and a day more was given than returned."""
    net = pl.col("quantity").sum().over("bill", "item", "day", *(("rule",) if "rule" in lines.columns else ()))
    return lines.filter((net > 0) & (pl.col("quantity") > 0))


def _same_day(look: _Look) -> Told:
    """Items that exclude each other, tests beside their panel, parts beside the whole: on one day of one person."""
    found = _of(look, Family.DUPLICATE, Family.PANEL, Family.SPLIT)
    mains = _standing(found.filter(pl.col("day").is_not_null()))
    others = look.against.filter(pl.col("day").is_not_null()).join(mains.select("rule").unique(), on="rule", how="semi")
    key = ["rule", "person", "day"]
    left = mains.group_by(key).agg(main=pl.col("line").unique().sort())
    right = others.group_by(key).agg(
        pl.col("bill").first(), pl.col("item").first(), other=pl.col("line").unique().sort()
    )
    both = right.join(left, on=key, how="inner").with_columns(
        lines=pl.concat_list("other", "main"), first=pl.col("other").list.len(), got=pl.lit(None, dtype=pl.Int64)
    )
    undated = found.filter(pl.col("day").is_null())
    return [both], [_open(undated, "day")]


def _surcharges(look: _Look) -> Told:
    """Surcharges without a main item on the bill, and more of them than the main items carry."""
    key = ["rule", "bill"]
    mains = look.against.group_by(key).agg(carried=pl.col("quantity").sum(), main=pl.col("line").unique().sort())
    given = (
        _of(look, Family.SURCHARGE_ALONE, Family.SURCHARGE_TIMES)
        .group_by("rule", "bill", "family")
        .agg(
            pl.col("item").first(), number=pl.col("number").first(), got=pl.col("quantity").sum(),
            own=pl.col("line").sort(),
        )
        .filter(pl.col("got") > 0)
        .join(mains, on=key, how="left")
    )  # fmt: skip
    alone = given.filter((pl.col("family") == Family.SURCHARGE_ALONE.value) & pl.col("carried").is_null())
    often = given.filter(
        (pl.col("family") == Family.SURCHARGE_TIMES.value)
        & (pl.col("got") * THOUSAND > pl.col("number") * pl.col("carried"))
    )
    return [
        _whole(alone.with_columns(lines=pl.col("own"), got=pl.lit(None, dtype=pl.Int64))),
        often.with_columns(lines=pl.concat_list("own", "main"), first=pl.col("own").list.len()),
    ], []


def _needed(look: _Look) -> Told:
    """Items on bills that show nothing of what they go with."""
    found = _of(look, Family.NEEDED)
    # An item is not what it goes with itself, whatever class both belong to.
    others = look.against.join(found.select("rule", "item").unique(), on=["rule", "item"], how="anti")
    alone = (
        _standing(found)
        .join(others.select("rule", "bill").unique(), on=["rule", "bill"], how="anti")
        .group_by("rule", "bill")
        .agg(pl.col("item").first(), lines=pl.col("line").sort(), got=pl.lit(None, dtype=pl.Int64).first())
    )
    return [_whole(alone)], []


def _rank(look: _Look) -> Told:
    """Operations through one approach: the dearest at its price, every other at the rate of the list."""
    found = _standing(_of(look, Family.RANK))
    ready = pl.col("day").is_not_null() & pl.col("price").is_not_null()
    key = ["bill", "day", "word", "number"]
    several = found.filter(ready).with_columns(
        full=pl.col("price").max().over([*key, "item"]), items=pl.col("item").n_unique().over(key)
    )
    several = several.filter(pl.col("items") > 1)
    dearest = (
        several.sort([*key, "full", "line"], descending=[False] * 4 + [True, False])
        .group_by(key, maintain_order=True)
        .agg(main=pl.col("item").first(), main_line=pl.col("line").first())
    )
    units = -(-pl.col("quantity") // THOUSAND)
    over = several.join(dearest, on=key, how="inner").filter(
        (pl.col("item") != pl.col("main")) & (pl.col("amount") * 10_000 > pl.col("number") * pl.col("price") * units)
    )
    told = over.select(
        "rule", "bill", "item", lines=pl.concat_list("line", "main_line"), first=pl.lit(1),
        got=(pl.col("amount") * 10_000 // (pl.col("price") * units).clip(1)),
    )  # fmt: skip
    return [told], [_open(found.filter(~ready), "price")]


CHECKS: tuple[tuple[tuple[Family, ...], Callable[[_Look], Told]], ...] = (
    ((Family.SCHEME,), _scheme),
    ((Family.LEVEL,), _level),
    ((Family.SETTING,), _setting),
    ((Family.DEPARTMENT,), _department),
    ((Family.SEX,), _sex),
    ((Family.AGE,), _age),
    ((Family.DISEASE,), _disease),
    ((Family.QUANTITY,), _quantity),
    ((Family.FREQUENCY,), _frequency),
    ((Family.COURSE,), _course),
    ((Family.YEARLY,), _yearly),
    ((Family.DUPLICATE, Family.PANEL, Family.SPLIT), _same_day),
    ((Family.SURCHARGE_ALONE, Family.SURCHARGE_TIMES), _surcharges),
    ((Family.NEEDED,), _needed),
    ((Family.RANK,), _rank),
    ((Family.PHANTOM,), _phantom),
)
"""Every family with its check; a check of which no rule is about any line is not begun."""
