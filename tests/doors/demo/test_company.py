"""The demo company, made for real: killed and gone on with, claims in every state, backed up, restored, going on."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import signal
import subprocess
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from hearth.doors.demo.cast import LOG_INS
from hearth.doors.demo.loading import BEFORE, SEED, expected
from hearth.doors.launch.postgres import Postgres
from hearth.wires.payments.bank import Bank
from hearth.words.claims import ClaimState
from tests.doors.demo.scene import HEARTH, Scene, scene


@pytest.fixture(scope="module")
def company(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A small demo company; its making was killed half-way and begun again."""
    with scene(postgres, tmp_path_factory.mktemp("demo") / "data") as made:
        making = subprocess.Popen([*HEARTH, "demo", "--small"], env=made.env(), stderr=subprocess.DEVNULL)
        until = time.monotonic() + 300
        while made.ask("SELECT count(*) FROM store_record WHERE kind = 'claim.decided'") < [(4,)]:
            assert making.poll() is None and time.monotonic() < until
            time.sleep(0.05)
        making.send_signal(signal.SIGKILL)
        making.wait()
        done = made.hearth("demo", "--if-wanted")
        assert "The demo company is there: " in done.stdout
        assert "Not done" not in done.stderr, done.stderr
        yield made


def begun(company: Scene) -> datetime:
    ((body,),) = company.ask("SELECT body FROM store_record WHERE kind = 'demo.begun'")
    return datetime.fromisoformat(json.loads(bytes(body))["data"]["until"])


def test_every_claim_stands_where_its_fate_puts_it(company: Scene) -> None:
    stands = dict(company.ask("SELECT external_id, state FROM store_claim WHERE external_id <> ''"))
    wanted = expected(begun(company), seed=SEED, is_small=True)
    assert set(stands) == set(wanted)
    assert [(key, stands[key]) for key, states in wanted.items() if stands[key] not in states] == []


def test_there_are_claims_in_every_state(company: Scene) -> None:
    assert {state for (state,) in company.ask("SELECT state FROM store_claim")} == set(ClaimState)


def test_the_rest_of_the_year_came_in_once_by_the_batch(company: Scene) -> None:
    assert company.ask("SELECT count(*) FROM store_record WHERE kind = 'batch.loaded'") == [(1,)]
    ((came, closed),) = company.ask(
        "SELECT count(*), count(*) FILTER (WHERE state = 'closed') FROM store_claim WHERE external_id = '' "
        "AND id NOT IN (SELECT claim_id FROM store_advance WHERE claim_id IS NOT NULL)"
    )
    assert came == BEFORE // 10 and closed > came // 2


def test_what_was_killed_half_way_was_done_once(company: Scene) -> None:
    once = ("claim.reported", "claim.decided", "claim.agreed", "claim.paid")
    rows = company.ask("SELECT subject, kind FROM store_record WHERE kind = ANY(%s)", list(once))
    again = {subject for (subject,) in company.ask("SELECT subject FROM store_record WHERE kind = 'claim.reopened'")}
    corrected = {
        subject for (subject,) in company.ask("SELECT subject FROM store_record WHERE kind = 'claim.returned'")
    }
    twice = [key for key, times in Counter(rows).items() if times > 1 and key[0] not in again | corrected]
    assert twice == []
    assert company.ask("SELECT count(*) FROM store_record WHERE kind IN ('demo.begun', 'demo.loaded')") == [(2,)]


def test_the_log_tells_the_past_in_its_order(company: Scene) -> None:
    moments = [at for (at,) in company.ask("SELECT at FROM store_record WHERE kind <> 'demo.loaded' ORDER BY id")]
    assert moments == sorted(moments)
    assert max(moments) <= begun(company)
    assert company.ask("SELECT count(*) FROM store_unsequenced") == [(0,)]


def test_the_bank_has_paid_what_the_books_say_and_some_of_it_came_back(company: Scene) -> None:
    kept = {
        key: (state, fen)
        for key, state, fen in company.ask("SELECT key, state, amount_fen FROM store_payment WHERE attempts > 0")
    }
    book = {each.key: each for each in Bank(company.folder / "bank.sqlite3").book(begun(company))}
    ahead = dict(company.ask("SELECT key, amount_fen FROM store_instalment WHERE state = 'confirmed'"))
    assert {key: book.pop(key).amount_fen for key in ahead} == ahead
    assert set(book) == {key for key, (state, _) in kept.items() if state != "failed"}
    assert all(book[key].amount_fen == fen for key, (state, fen) in kept.items() if key in book)
    states = Counter(state for state, _ in kept.values())
    assert states["returned"] >= 1 and states["failed"] >= 1 and states["confirmed"] >= 5
    ((spent,),) = company.ask("SELECT sum(amount_fen) FROM store_payment WHERE state = 'confirmed'")
    assert company.ask("SELECT -balance_fen FROM store_ledgeraccount WHERE code = 'bank'") == [(spent,)]


def test_what_waits_for_people_is_there_for_them(company: Scene) -> None:
    assert company.ask("SELECT count(*) FROM store_proposal WHERE state = 'waiting'")[0][0] >= 1
    assert company.ask("SELECT count(*) FROM store_adjustment WHERE state = 'proposed'")[0][0] >= 1
    assert company.ask("SELECT count(*) FROM store_payrun WHERE released_at IS NULL")[0][0] >= 1
    assert company.ask("SELECT count(*) FROM store_supplement WHERE ended_at IS NULL")[0][0] >= 1
    assert company.ask("SELECT count(*) FROM store_claim WHERE is_disputed")[0][0] >= 1
    assert company.ask("SELECT count(*) FROM store_notice")[0][0] >= 20


def test_hospitals_were_paid_in_advance_and_each_case_stands_elsewhere(company: Scene) -> None:
    rows = company.ask(
        "SELECT p.username, a.state, a.paid_fen, a.cap_fen, a.cost_fen, a.balance_fen, c.state FROM store_advance a "
        "JOIN store_person p ON p.id = a.person_id LEFT JOIN store_claim c ON c.id = a.claim_id"
    )
    stands = {username: rest for username, *rest in rows}
    assert stands["mei"] == ["necessity", 0, 0, 0, 0, None]
    state, paid, cap, cost, _, _ = stands["qiang"]
    assert state == "tracking" and 0 < paid <= cap and 0.7 < cost / cap < 0.8
    assert stands["hui"][0] == "settled" and stands["hui"][4] == 0 and stands["hui"][5] in ("agreed", "paid", "closed")
    assert stands["bo"][0] == "recovery" and 0 < stands["bo"][4] < stands["bo"][1]
    assert company.ask("SELECT count(*) FROM store_repaymentplan WHERE ended_at IS NULL") == [(1,)]
    assert company.ask("SELECT count(*) FROM store_advancewaiver WHERE state = 'waiting'") == [(1,)]
    ((owed,),) = company.ask("SELECT sum(balance_fen) FROM store_ledgeraccount WHERE code LIKE 'advance:%%'")
    assert owed == sum(rest[4] for rest in stands.values())


def test_originals_are_on_their_way_and_a_parcel_is_lost(company: Scene) -> None:
    trips = dict(
        company.ask("SELECT c.external_id, t.state FROM store_pickup t JOIN store_claim c ON c.id = t.claim_id")
    )
    assert trips["cast-hui-review"] == "lost"
    assert trips["cast-mei-again"] in ("taken", "collected")


def test_a_ring_waits_for_somebody_and_what_was_handed_in_twice_was_judged(company: Scene) -> None:
    found = Counter(company.ask("SELECT signal, state FROM store_suspicion"))
    assert found["shared_ring", "suspected"] == 1
    assert found["duplicate_invoice", "confirmed"] >= 1 and found["duplicate_invoice", "cleared"] >= 1
    ((claims,),) = company.ask(
        "SELECT array_agg(c.external_id ORDER BY c.external_id) FROM store_suspicionclaim s "
        "JOIN store_claim c ON c.id = s.claim_id JOIN store_suspicion r ON r.id = s.suspicion_id "
        "WHERE r.signal = 'shared_ring'"
    )
    assert claims == [f"demo-investigated-{number}" for number in (1, 2, 3)]


def test_a_measure_holds_and_complaints_are_open(company: Scene) -> None:
    assert company.ask("SELECT count(*) FROM store_emergencymeasure WHERE is_approved") == [(1,)]
    assert sorted(company.ask("SELECT is_group, handler_id IS NULL FROM store_complaint")) == [
        (False, False),
        (True, True),
    ]


def test_everybody_of_the_log_in_page_can_log_in_and_staff_have_their_code(company: Scene) -> None:
    told = company.python(
        "from datetime import datetime, UTC\n"
        "from hearth.doors.login.demo import PASSWORD\n"
        "from hearth.desks.people import totp_now\n"
        "from hearth.store.access.people import person_of_login\n"
        "from hearth.doors.demo.cast import LOG_INS\n"
        "for one in LOG_INS:\n"
        "    person = person_of_login(one.username)\n"
        "    print(one.username, person.check_password(PASSWORD), len(totp_now(person.pk, datetime.now(UTC))))\n"
    )
    assert told.splitlines() == [f"{one.username} True {6 if one.is_staff else 0}" for one in LOG_INS]


def test_asked_again_nothing_is_made_twice(company: Scene) -> None:
    before = company.ask("SELECT count(*) FROM store_record")
    assert company.hearth("demo", "--if-wanted").stdout == ""
    assert "is there already" in company.hearth("demo").stdout
    assert company.ask("SELECT count(*) FROM store_record") == before


def test_production_and_a_database_with_people_get_no_demo(company: Scene, postgres: Postgres, tmp_path: Path) -> None:
    refused = company.hearth("demo", check=False, HEARTH_ENV="development")
    assert refused.returncode == 2 and "HEARTH_ENV=demo alone" in refused.stderr
    with scene(postgres, tmp_path / "data") as other:
        other.python(
            "from hearth.desks.founding import open_branch\nfrom hearth.store.access import HOUSE\n"
            "from datetime import datetime, UTC\n"
            "open_branch(HOUSE, 'hq', '总公司', 'Headquarters', at=datetime.now(UTC), is_headquarters=True)\n"
        )
        refused = other.hearth("demo", check=False)
        assert refused.returncode == 2 and "empty database" in refused.stderr
        assert other.hearth("demo", "--if-wanted").stdout == ""


def test_a_company_that_was_backed_up_goes_on_where_it_was_restored(company: Scene, tmp_path: Path) -> None:
    file = tmp_path / "company.hearth"
    saved = company.hearth("backup", str(file)).stdout
    root = re.search(r"root ([0-9a-f]{64})", saved)
    assert root is not None and "not in it" in saved
    assert oct(file.stat().st_mode & 0o777) == "0o600"
    assert [path.name for path in tmp_path.iterdir()] == [file.name]
    with zipfile.ZipFile(file) as packed:
        manifest = json.loads(packed.read("manifest.json"))
    assert manifest["held"]["root"] == root[1]
    assert manifest["held"]["tables"]["store_claim"] == company.ask("SELECT count(*) FROM store_claim")[0][0]
    # Into another embedded database.
    place = Path(os.environ.get("TMPDIR", "/tmp")) / f"hearth-drill-{os.getpid()}"
    place.mkdir(mode=0o755)
    try:
        restored = company.hearth("restore", str(file), "--into-new", str(place / "data"))
        assert restored.stdout.count("  ok ") == 5 and "  NO " not in restored.stdout
        assert root[1] in restored.stdout
        with Postgres(place / "data") as server:
            there = Scene(server.url, server.admin_url, place / "data")
            for query in (
                "SELECT code, balance_fen, entries_count FROM store_ledgeraccount ORDER BY code",
                "SELECT claim_no, state, seq, facts::text FROM store_claim ORDER BY claim_no",
                "SELECT size, root, note FROM store_checkpoint ORDER BY size",
                "SELECT key, state, amount_fen, bank_ref FROM store_payment ORDER BY key",
            ):
                assert there.ask(query) == company.ask(query)
            # Claims go on: a worker finds the job that waited, and takes the claim to a person.
            assert there.ask("SELECT count(*) FROM store_claim WHERE state = 'accepted'") == [(1,)]
            there.python(
                "from procrastinate.contrib.django import app\nfrom hearth.doors.jobs import load_every_job\n"
                "load_every_job()\n"
                "with app.replace_connector(app.connector.get_worker_connector()):\n"
                "    app.run_worker(wait=False, install_signal_handlers=False)\n"
            )
            assert there.ask("SELECT count(*) FROM store_claim WHERE state = 'accepted'") == [(0,)]
            with pytest.raises(Exception, match=r"append_only|Cannot"):
                there.ask("UPDATE store_record SET at = now()")
        # There already: nothing is changed.
        again = company.hearth("restore", str(file), "--into-new", str(place / "data"), check=False)
        assert again.returncode == 2 and "not empty" in again.stderr
    finally:
        shutil.rmtree(place, ignore_errors=True)


def test_without_its_keys_everything_comes_back_and_stays_sealed(
    company: Scene, postgres: Postgres, tmp_path: Path
) -> None:
    file = tmp_path / "company.hearth"
    company.hearth("backup", str(file))
    assert company.hearth("backup", str(file), check=False).returncode != 0, "a backup is not written over"
    # Into a database of one's own, named by DATABASE_URL.
    with scene(postgres, tmp_path / "data", is_migrated=False) as other:
        keys = f"2:{base64.b64encode(bytes(32)).decode()}"
        done = other.hearth("restore", str(file), check=False, HEARTH_SEAL_KEYS=keys)
        assert done.returncode == 1, done.stdout + done.stderr
        assert done.stdout.count("  ok ") == 4 and done.stdout.count("  NO ") == 1
        assert "versions [1] are missing" in done.stdout
        count = "SELECT count(*), sum(seq) FROM store_claim"
        assert other.ask(count) == company.ask(count)
