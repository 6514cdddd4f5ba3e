"""Match: which items of bills the rules speak of; every different item is looked at once, not every line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from hearth.kernel.documents.audit.rule import AGES, Family, How, Rule, plain

ITEM, OTHER = "item", "other"
"""What an item is to a rule: what the rule is about, or what it is set against."""

_SURCHARGES = (Family.SURCHARGE_ALONE.value, Family.SURCHARGE_TIMES.value)


@dataclass(frozen=True)
class RuleBook:
    """Rules as tables: one row a rule; its picks; the words of indications and departments."""

    rules: tuple[Rule, ...]
    table: pl.DataFrame
    picks: pl.DataFrame
    words: pl.DataFrame


def rule_book(rules: Iterable[Rule]) -> RuleBook:
    """Rules as tables.

    Needs:   rules of any lists
    Gives:   the book; a rule's number is its place in `rules`
    Source:  Rule
    """
    every = tuple(rules)
    table = pl.DataFrame(
        [
            (n, r.family.value, r.number, r.unit, r.period, r.words[0] if r.words else "", *_ages(r))
            for n, r in enumerate(every)
        ],
        schema={
            "rule": pl.Int32(), "family": pl.String(), "number": pl.Int64(), "unit_wanted": pl.String(),
            "period": pl.String(), "word": pl.String(), "least_years": pl.Int32(), "below_years": pl.Int32(),
            "most_days": pl.Int32(),
        },
        orient="row",
    )  # fmt: skip
    picks = pl.DataFrame(
        [
            (n, role, pick.how.value, pick.code, pick.name, r.family.value)
            for n, r in enumerate(every)
            for role, chosen in ((ITEM, r.items), (OTHER, r.others))
            for pick in chosen
        ],
        schema={
            "rule": pl.Int32(), "role": pl.String(), "how": pl.String(), "pick_code": pl.String(),
            "pick_name": pl.String(), "family": pl.String(),
        },
        orient="row",
    )  # fmt: skip
    words = pl.DataFrame(
        [(n, word) for n, r in enumerate(every) if r.family in (Family.DISEASE, Family.DEPARTMENT) for word in r.words],
        schema={"rule": pl.Int32(), "word": pl.String()},
        orient="row",
    )
    return RuleBook(every, table, picks, words)


def _ages(rule: Rule) -> tuple[int | None, int | None, int | None]:
    if rule.family is not Family.AGE:
        return None, None, None
    span = AGES[rule.words[0]]
    return span.least_years, span.below_years, span.most_days


def hits(book: RuleBook, items: pl.DataFrame) -> pl.DataFrame:
    """Which rule speaks of which item, and as what.

    Needs:   items with item (number), code, name (plain), material
    Gives:   rule, role, item; each once
    Source:  docs/catalogue.md, how a row names its items
    """
    picks = book.picks
    coded, exact = pl.col("pick_code").str.len_chars(), pl.lit(99, dtype=pl.UInt32)
    found = [
        _by_code(items, picks.filter(pl.col("how") == How.CODE.value)),
        _by_stem(items, picks),
        items.filter(pl.col("code") == "").join(
            picks.filter(pl.col("how") == How.NAME.value), left_on="name", right_on="pick_name", how="inner"
        ),
        _holding(_done(items), picks.filter(pl.col("how") == How.HOLDS.value)),
        _materials(items, picks.filter(pl.col("how") == How.MATERIAL.value)),
    ]
    long = (coded, coded, exact, pl.col("pick_name").str.len_chars(), pl.col("pick_name").str.len_chars())
    every = pl.concat(
        [each.select("rule", "role", "item", "family", long=of) for each, of in zip(found, long, strict=True)]
    )
    every = every.group_by("rule", "role", "item", "family").agg(pl.col("long").max())
    # Where whole and part both fit an item, it is what it fits more closely; the whole where both fit alike.
    best = every.sort("long", "role", descending=[True, False]).group_by("rule", "item", maintain_order=True).first()
    apart = pl.col("family").is_in([family.value for family in (Family.DUPLICATE, Family.PANEL, Family.SPLIT)])
    return pl.concat(
        [every.filter(~apart).select("rule", "role", "item"), best.filter(apart).select("rule", "role", "item")]
    )


def holding(texts: Sequence[str], words: Sequence[str]) -> pl.DataFrame:
    """Which texts hold which words.

    Needs:   plain texts and words
    Gives:   text, word; each pair once
    Source:  the words of a list stand somewhere in the name
    """
    schema = {"text": pl.String(), "word": pl.String()}
    if not texts or not words:
        return pl.DataFrame(schema=schema)
    frame = pl.DataFrame({"text": list(texts)}, schema={"text": pl.String()})
    found = frame.with_columns(word=pl.col("text").str.extract_many(list(words), overlapping=True))
    return found.explode("word").drop_nulls().unique()


def _by_code(items: pl.DataFrame, picks: pl.DataFrame) -> pl.DataFrame:
    """Items whose code begins as the pick says: one join a length of code."""
    coded = items.filter(pl.col("code") != "")
    found = [
        coded.with_columns(pick_code=pl.col("code").str.slice(0, length))
        .filter(pl.col("pick_code").str.len_bytes() == length)
        .join(picks.filter(pl.col("pick_code").str.len_bytes() == length), on="pick_code", how="inner")
        for length in picks.get_column("pick_code").str.len_bytes().unique().sort().to_list()
    ]
    return pl.concat(found) if found else _none(items, picks)


def _by_stem(items: pl.DataFrame, picks: pl.DataFrame) -> pl.DataFrame:
    """Items of a class or of a kind of an item, surcharges left out: a surcharge carries no other."""
    surcharges = picks.filter(
        pl.col("family").is_in(_SURCHARGES) & (pl.col("role") == ITEM) & (pl.col("how") == How.CODE.value)
    )
    carried = _by_code(items, surcharges).select("item").unique()
    mains = items.filter(pl.col("code").str.ends_with("00")).join(carried, on="item", how="anti")
    return _by_code(mains, picks.filter(pl.col("how") == How.STEM.value))


def _holding(items: pl.DataFrame, picks: pl.DataFrame) -> pl.DataFrame:
    named = items.filter(pl.col("name") != "")
    words = picks.get_column("pick_name").unique().sort().to_list()
    pairs = holding(named.get_column("name").unique().sort().to_list(), words)
    return (
        named.join(pairs, left_on="name", right_on="text", how="inner")
        .join(picks, left_on="word", right_on="pick_name", how="inner")
        .rename({"word": "pick_name"})
    )


def _done(items: pl.DataFrame) -> pl.DataFrame:
    """What is done, not what is used up: a material named after an operation is not that operation."""
    return items.filter(~pl.col("material") & ~pl.col("code").str.contains("^[CXZ]"))


def _materials(items: pl.DataFrame, picks: pl.DataFrame) -> pl.DataFrame:
    """Materials by what their name holds; of the names that rows of a related item give, the longest is meant."""
    own = items.filter(pl.col("code").str.starts_with("C") | ((pl.col("code") == "") & pl.col("material")))
    found = _holding(own, picks).filter((pl.col("code") == "") | pl.col("code").str.starts_with(pl.col("pick_code")))
    length = pl.col("pick_name").str.len_chars()
    chosen = (pl.col("family") == Family.NEEDED.value) & (pl.col("role") == ITEM)
    longest = pl.when(chosen).then(length).max().over("item")
    return found.filter(~chosen | (length == longest))


def _none(items: pl.DataFrame, picks: pl.DataFrame) -> pl.DataFrame:
    return items.join(picks, left_on="name", right_on="pick_name", how="inner").clear()


def items_of(lines: pl.DataFrame) -> pl.DataFrame:
    """The different items of lines.

    Needs:   lines as bill.LINES has them
    Gives:   item, code, written (the name as written), name (plain), material
    Source:  bill.LINES
    """
    items = lines.select("code", "name", "material").unique(maintain_order=True).rename({"name": "written"})
    names = [plain(name) for name in items.get_column("written").to_list()]
    return items.with_columns(pl.Series("name", names, dtype=pl.String)).with_row_index("item")
