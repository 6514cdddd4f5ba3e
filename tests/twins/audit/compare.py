"""Compare: the kernel's findings against what was planted: recall, precision, and which rows were tried."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from hearth.doors.feeds.audit_lists import AuditList, files_of, parse_list, read_list
from hearth.kernel.documents.audit.checks import Audit, audit
from hearth.kernel.documents.audit.encode import Encoded, encode
from hearth.kernel.documents.audit.finding import rows_of
from hearth.kernel.documents.audit.forms import ListKind, form_of
from hearth.kernel.documents.audit.match import RuleBook, rule_book
from tests.twins.audit.clerk import Lists, Verdict
from tests.twins.audit.lists import OWN
from tests.twins.audit.planting import Planting


@dataclass(frozen=True)
class Loaded:
    """The same files twice: as the clerk reads them, and as the kernel does."""

    clerk: Lists
    encoded: tuple[Encoded, ...]
    book: RuleBook
    names: pl.DataFrame


@dataclass(frozen=True)
class Score:
    """How the findings compare with the truth."""

    found: int
    true: int
    right: int
    planted: int
    missed: int

    @property
    def recall(self) -> float:
        """Of what is wrong, the share that was found."""
        return self.right / self.true

    @property
    def precision(self) -> float:
        """Of what was found, the share that is wrong."""
        return self.right / self.found


def own() -> Loaded:
    """Our own small lists."""
    clerk = Lists()
    for text in OWN.values():
        clerk.read(text)
    return _loaded(clerk, [parse_list(text.encode(), name, "own-1") for name, text in OWN.items()])


def of_folders(*folders: Path) -> Loaded:
    """The lists of folders."""
    return _loaded(Lists.of_folder(*folders), [read_list(path, "2024") for path in files_of(folders)])


def _loaded(clerk: Lists, read: list[AuditList]) -> Loaded:
    encoded = tuple(encode(one.kind, one.version, one.rows) for one in read if form_of(one.kind).is_audited)
    names = [
        (values[form_of(one.kind).code], values[heading])
        for one in read
        for heading in {ListKind.ICD10: ("name",), ListKind.DISEASE_CLASSES: ("类目名称", "归并名称")}.get(one.kind, ())
        for _, values in one.rows
        if values[heading]
    ]
    book = rule_book(rule for one in encoded for rule in one.rules)
    schema = {"code": pl.String(), "name": pl.String()}
    return Loaded(clerk, encoded, book, pl.DataFrame(names, schema=schema, orient="row"))


def verdicts(found: Audit, book: RuleBook) -> set[Verdict]:
    """The findings as the clerk writes them: one for each row of a list."""
    return {
        Verdict(one["family"], one["kind"], row, tuple(sorted(one["lines"][: one["first"]])))
        for one in rows_of(found, book).iter_rows(named=True)
        for row in one["rows"]
    }


def score(loaded: Loaded, planting: Planting) -> Score:
    """The findings in planted bills against the clerk's, and the plants that do not show."""
    found = verdicts(audit(loaded.book, planting.columns(), loaded.names), loaded.book)
    return Score(
        found=len(found),
        true=len(planting.truth),
        right=len(found & planting.truth),
        planted=len(planting.intents),
        missed=len(planting.missed(found)),
    )
