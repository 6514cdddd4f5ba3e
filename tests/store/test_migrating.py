"""Additions taken together make the same tables as one after another."""

from __future__ import annotations

from django.db.migrations import AddField, Migration, RunSQL
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.models import IntegerField

from hearth.store.migrating import Together, take_together, together


def _written() -> list[Migration]:
    loader = MigrationLoader(None)
    names = sorted(key for key in loader.graph.nodes if key[0] == "store")
    return [loader.graph.nodes[name] for name in names]


def _one_by_one(operations: list[Operation]) -> list[Operation]:
    return [one for made in operations for one in (made.operations if isinstance(made, Together) else [made])]


def test_nothing_is_left_out_and_the_order_stays() -> None:
    for migration in _written():
        assert _one_by_one(together(migration.operations)) == migration.operations


def test_the_tables_known_afterwards_are_the_same() -> None:
    graph = MigrationLoader(None).graph
    leaves = [key for key in graph.leaf_nodes() if key[0] == "store"]
    as_written = graph.make_state(leaves)
    again = MigrationLoader(None).graph
    take_together(plan=[(node, False) for node in again.nodes.values()])
    assert sum(isinstance(one, Together) for node in again.nodes.values() for one in node.operations) > 10
    added = again.make_state(leaves)
    assert MigrationAutodetector(as_written, added).changes(graph) == {}
    assert {key: model.options for key, model in added.models.items()} == {
        key: model.options for key, model in as_written.models.items()
    }


def test_only_what_follows_directly_is_taken_together() -> None:
    first, second, third = (AddField("paper", name, IntegerField(default=0)) for name in ("a", "b", "c"))
    between = RunSQL("SELECT 1", RunSQL.noop)
    made = together([first, second, between, third])
    assert [type(one) for one in made] == [Together, RunSQL, AddField]
    assert made[0].describe().count(";") == 1


def test_a_migration_that_is_taken_back_stays_as_it_is_written() -> None:
    migration = _written()[1]
    written = list(migration.operations)
    take_together(plan=[(migration, True)])
    assert migration.operations == written
