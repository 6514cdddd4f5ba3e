"""Databases of earlier versions are brought to this one with everything in them, claims that wait among it.

A database at an earlier step of the tables' history is filled through the models as they were at that step, so these
tests go on saying the same when the next step is added: the second one then runs over it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections, transaction
from django.db.migrations.executor import MigrationExecutor

import hearth
from hearth.doors.launch.postgres import Postgres
from hearth.doors.settings import database
from tests.cast import BO, HUI, MEI
from tests.doors.demo.scene import Scene, scene

PEOPLE_ALONE = ("store", "0001_people")
FIRST_WITH_CLAIMS = ("store", "0002_claim_desk")
AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)

WAITING: dict[str, tuple[str, ...]] = {
    # number of the claim -> its steps after the draft
    "C2600000901": (),
    "C2600000902": ("reported",),
    "C2600000903": ("reported", "submitted"),
    "C2600000904": ("reported", "submitted", "accepted"),
    "C2600000905": ("reported", "submitted", "accepted", "review"),
    "C2600000906": ("reported", "withdrawn"),
}


class Earlier:
    """A database at a step of the tables' history, and the models as they were then."""

    def __init__(self, made: Scene) -> None:
        self.made = made
        connections.settings["earlier"] = connections.configure_settings(
            {"default": database(made.admin_url, "HEARTH_ADMIN_DATABASE_URL")}
        )["default"]
        self.connection = connections["earlier"]

    def at(self, step: tuple[str, str]) -> Any:
        """Bring the tables to a step, other applications to their last; the models of that step."""
        executor = MigrationExecutor(self.connection)
        others = [leaf for leaf in executor.loader.graph.leaf_nodes() if leaf[0] != "store"]
        executor.migrate([step])
        executor = MigrationExecutor(self.connection)
        # What depends on a later step of ours waits for it.
        plan = {node for leaf in others for node in executor.loader.graph.forwards_plan(leaf)}
        if not any(node[0] == "store" and node > step for node in plan):
            executor.migrate([*others, step])
            executor = MigrationExecutor(self.connection)
        return executor.loader.project_state([step]).apps

    def close(self) -> None:
        """Let go of the database."""
        self.connection.close()
        del connections["earlier"], connections.settings["earlier"]


@contextmanager
def earlier(server: Postgres, folder: Path) -> Iterator[Earlier]:
    with scene(server, folder, is_migrated=False) as made:
        opened = Earlier(made)
        try:
            yield opened
        finally:
            opened.close()


@pytest.fixture
def blocked(django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


def test_people_of_the_first_version_are_there_in_this_one(postgres: Postgres, tmp_path: Path, blocked: None) -> None:
    with earlier(postgres, tmp_path / "data") as before:
        apps = before.at(PEOPLE_ALONE)
        people = apps.get_model("store", "Person").objects.using("earlier")
        for member in (MEI, BO, HUI):
            people.create(username=member.code, full_name=member.zh, password="!")
        made = before.made
    made.hearth("django", "migrate", "--noinput", "-v0")
    kept = made.ask("SELECT username, full_name, phone_digest, born_on, is_active FROM store_person ORDER BY id")
    assert kept == [(member.code, member.zh, None, None, True) for member in (MEI, BO, HUI)]
    # Somebody from before reports a claim, and the desk's own verb takes it.
    told = made.python(
        "from datetime import datetime, UTC, date\n"
        "from hearth.desks import people, policies\n"
        "from hearth.desks.claims import reporting\n"
        "from hearth.store.access import HOUSE, who\n"
        "from hearth.store.access.people import person_of_login\n"
        "at = datetime(2026, 5, 4, 3, tzinfo=UTC)\n"
        "mei = person_of_login('mei')\n"
        "people.edit_person(HOUSE, mei.pk, at=at, phone='13800000001')\n"
        "no = policies.issue_policy(HOUSE, at=at, product='outpatient', plan='', holder_id=mei.pk,"
        " insured_ids=[mei.pk], starts_on=date(2026, 1, 1), premium_fen=1)\n"
        "claim = reporting.start_draft(who(mei, at), mei.pk, at=at, policy_nos=[no])\n"
        "reporting.save_draft(who(mei, at), claim, at=at, story='发烧去看了医生')\n"
        "print(reporting.report(who(mei, at), claim, at=at).claim_no == claim)\n"
    )
    assert told.strip() == "True"
    assert made.ask("SELECT state, seq FROM store_claim") == [("reported", 1)]


def fill(apps: Any, using: str) -> None:
    """A person, a policy and claims that wait in several states, through the models of that step."""

    def rows(name: str) -> Any:
        return apps.get_model("store", name).objects.using(using)

    with transaction.atomic(using=using):
        mei = rows("Person").create(username="mei", full_name=MEI.zh, password="!", born_on=MEI.born_on)
        policy = rows("Policy").create(
            policy_no="P2600000901", product="outpatient", plan="standard", holder=mei, starts_on=date(2026, 1, 1),
            ends_on=date(2027, 1, 1), state_at=AT, issued_at=AT,
        )  # fmt: skip
        rows("Cover").create(policy=policy, person=mei)
        for number, (claim_no, steps) in enumerate(WAITING.items()):
            record = rows("Record").create(
                kind="claim.reported", subject=f"claim:{claim_no}", at=AT, by=f"person:{mei.pk}", body=b"{}"
            )
            claim = rows("Claim").create(
                claim_no=claim_no, person=mei, reporter=mei, state=(steps or ("draft",))[-1], seq=len(steps),
                state_at=AT, facts={"cause": "illness"}, story="头痛", reported_at=AT,
                due_at=AT + timedelta(days=number),
            )  # fmt: skip
            rows("ClaimPolicy").create(claim=claim, policy=policy, position=0)
            before = "draft"
            for seq, to in enumerate(steps, 1):
                rows("Transition").create(
                    claim=claim, seq=seq, from_state=before, to_state=to, at=AT, by=f"person:{mei.pk}", record=record
                )
                before = to


def test_claims_that_wait_are_there_after_every_later_step_and_go_on(
    postgres: Postgres, tmp_path: Path, blocked: None
) -> None:
    with earlier(postgres, tmp_path / "data") as before:
        apps = before.at(FIRST_WITH_CLAIMS)
        fill(apps, "earlier")
        made = before.made
    made.hearth("django", "migrate", "--noinput", "-v0")
    done = {name for (name,) in made.ask("SELECT name FROM django_migrations WHERE app = 'store'")}
    there = {path.stem for path in (Path(hearth.__file__).parent / "store" / "migrations").glob("0*.py")}
    assert done == there
    kept = dict(made.ask("SELECT claim_no, state FROM store_claim"))
    assert kept == {claim_no: (steps or ("draft",))[-1] for claim_no, steps in WAITING.items()}
    walked = made.ask(
        "SELECT c.claim_no, array_agg(t.to_state ORDER BY t.seq) FROM store_claim c "
        "JOIN store_transition t ON t.claim_id = c.id GROUP BY c.claim_no"
    )
    assert {no: tuple(steps) for no, steps in walked} == {no: steps for no, steps in WAITING.items() if steps}
    # They go on: one that was reported is taken back, one in review too, by the desk's own verbs.
    made.python(
        "from datetime import datetime, UTC\n"
        "from hearth.desks.claims import agreeing, reviewing\n"
        "from hearth.store.access import HOUSE\n"
        "at = datetime(2026, 5, 4, 3, tzinfo=UTC)\n"
        "agreeing.withdraw(HOUSE, 'C2600000902', at=at)\n"
        "reviewing.begin_review(HOUSE, 'C2600000904', at=at)\n"
        "agreeing.withdraw(HOUSE, 'C2600000905', at=at)\n"
    )
    now = dict(made.ask("SELECT claim_no, state FROM store_claim"))
    assert (now["C2600000902"], now["C2600000904"], now["C2600000905"]) == ("withdrawn", "review", "withdrawn")
    # What the database enforced before it enforces still.
    with pytest.raises(Exception, match=r"cannot follow|claim_state_follows"):
        made.ask("UPDATE store_claim SET state = 'paid', seq = seq + 1 WHERE claim_no = 'C2600000903' RETURNING 1")
