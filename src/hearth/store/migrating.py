"""Migrating: what a migration adds to tables is added in one go, so that a new database stands in seconds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import AddConstraint, AddField, AddIndex, Migration
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger

ADDS = (AddField, AddConstraint, AddIndex, AddTrigger)
"""Each needs the tables' models as they are after it, and none of them minds what a later one adds to them."""


class Together(Operation):
    """Additions that follow one another: Django draws every related model anew after each, here once after all."""

    reversible = False

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = list(operations)

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """What is known of the tables after all of them; their models are drawn when they are asked for."""
        state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Each addition in its order."""
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """What is done, for those who read along."""
        return "; ".join(operation.describe() for operation in self.operations)


def together(operations: Iterable[Operation]) -> list[Operation]:
    """The same operations, those that add and follow one another taken together."""
    found: list[Operation] = []
    for adds, run in groupby(operations, key=lambda operation: type(operation) in ADDS):
        several = list(run)
        found += [Together(several)] if adds and len(several) > 1 else several
    return found


def take_together(*, plan: Sequence[tuple[Migration, bool]] = (), **_: Any) -> None:
    """Let the migrations that are about to be applied add in one go; those taken back stay as they are written."""
    for migration, is_backwards in plan:
        if not is_backwards:
            migration.operations = together(migration.operations)  # type: ignore[misc]  # each has a list of its own
