"""Orders laid out as files, the bank's reports read from a folder."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import stat
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings

from hearth.wires.faults import KeyReused
from hearth.wires.payments import Kind, Order, Reason, State, opened
from hearth.wires.payments.iso20022.folders import Folders
from hearth.wires.payments.iso20022.writing import Payer, pain_001, reference
from hearth.words.faults import Malformed
from tests.cast import HUI
from tests.wires.orders import LATER, NOON, order
from tests.wires.payments.iso20022.bankside import camt_054, entry, pain_002, read_pain_001
from tests.wires.payments.test_bank import ORDERS

PAYER = Payer("恒温健康保险股份有限公司", "110060149012345678", "301290000007")
REF = reference("claim-7/pay-1")


def wire(folder: Path) -> Folders:
    return Folders(folder / "out", folder / "in", folder / "done", PAYER)


def arrive(folder: Path, name: str, text: str | bytes) -> None:
    (folder / "in" / name).write_bytes(text if isinstance(text, bytes) else text.encode())


def test_an_order_becomes_one_file_that_the_bank_reads_back(tmp_path: Path) -> None:
    answer = wire(tmp_path).send(order())
    assert (answer.state, answer.at) == (State.ACCEPTED, NOON)
    [path] = (tmp_path / "out").iterdir()
    assert path.name == f"{REF}.xml"
    read = read_pain_001(path.read_bytes())
    assert (read.message, read.end_to_end, read.amount) == (REF, REF, "3240.00")
    assert (read.payee, read.account, read.bank, read.purpose) == (
        HUI.zh,
        "6222020200112233",
        "102100099996",
        "理赔款 C-7",
    )


@settings(max_examples=150)
@given(ORDERS)
def test_every_order_round_trips_through_the_banks_strict_reader(each: Order) -> None:
    held = pain_001(each, PAYER)
    read = read_pain_001(held)
    assert read.message == reference(each.key)
    assert int(read.amount.replace(".", "")) == each.amount_fen
    assert (read.payee, read.account, read.bank, read.purpose) == (
        each.payee_name,
        each.account_no,
        each.bank,
        each.purpose,
    )
    assert pain_001(each, PAYER) == held


@settings(max_examples=10)
@given(ORDERS)
def test_every_order_reaches_the_folder_once(each: Order) -> None:
    with tempfile.TemporaryDirectory() as folder:
        folders = wire(Path(folder))
        assert folders.send(each) == folders.send(each)
        assert [path.name for path in Path(folder, "out").iterdir()] == [f"{reference(each.key)}.xml"]


def test_what_the_banks_program_has_fetched_is_not_laid_out_again(tmp_path: Path) -> None:
    folders = wire(tmp_path)
    folders.send(order())
    (tmp_path / "out" / f"{REF}.xml").unlink()
    assert folders.send(order(at=LATER)).state is State.ACCEPTED
    assert wire(tmp_path).send(order()).state is State.ACCEPTED
    assert list((tmp_path / "out").iterdir()) == []


def test_a_death_between_file_and_outcome_lays_out_the_same_bytes_again(tmp_path: Path) -> None:
    folders = wire(tmp_path)
    folders.send(order())
    first = (tmp_path / "out" / f"{REF}.xml").read_bytes()
    with sqlite3.connect(tmp_path / "done" / "journal.sqlite3") as journal:
        journal.execute("UPDATE orders SET is_written = 0")
    folders.send(order(at=LATER))
    assert (tmp_path / "out" / f"{REF}.xml").read_bytes() == first


def test_a_key_with_other_contents_is_refused_and_the_file_stays(tmp_path: Path) -> None:
    folders = wire(tmp_path)
    folders.send(order())
    first = (tmp_path / "out" / f"{REF}.xml").read_bytes()
    with pytest.raises(KeyReused):
        folders.send(order(amount_fen=1))
    assert (tmp_path / "out" / f"{REF}.xml").read_bytes() == first


def test_a_key_never_sent_has_no_status(tmp_path: Path) -> None:
    assert wire(tmp_path).status("claim-8/pay-1", NOON) is None


def test_a_debit_of_the_account_confirms_the_payment(tmp_path: Path) -> None:
    folders = wire(tmp_path)
    folders.send(order())
    arrive(tmp_path, "a.xml", camt_054(entry("SOMEBODYELSE", "1.00"), entry(REF, "3240.00"), entry(None, "9.99")))
    [event] = folders.news(0, LATER)
    assert (event.key, event.kind, event.amount_fen, event.bank_ref, event.reason) == (
        "claim-7/pay-1",
        Kind.CONFIRMED,
        324_000,
        "REF9",
        None,
    )
    assert event.at == datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
    status = folders.status("claim-7/pay-1", LATER)
    assert status is not None
    assert status.state is State.CONFIRMED
    assert folders.news(event.no, LATER) == []
    assert list((tmp_path / "in").iterdir()) == []
    assert len(list((tmp_path / "done" / "read").iterdir())) == 1


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("BE01", Reason.NAME_MISMATCH),
        ("AC01", Reason.NO_SUCH_ACCOUNT),
        ("AC04", Reason.ACCOUNT_CLOSED),
        ("AC06", Reason.ACCOUNT_BLOCKED),
        ("AM14", Reason.LIMIT),
        ("MS03", Reason.OTHER),
    ],
)
@pytest.mark.parametrize("level", ["TxSts", "PmtInfSts", "GrpSts"])
def test_a_rejection_fails_the_payment_with_its_reason(tmp_path: Path, code: str, reason: Reason, level: str) -> None:
    folders = wire(tmp_path)
    folders.send(order())
    arrive(tmp_path, "a.xml", pain_002(REF, "RJCT", code, "户名不符", level=level))
    [event] = folders.news(0, LATER)
    assert (event.kind, event.reason, event.says) == (Kind.FAILED, reason, f"{code} 户名不符")
    status = folders.status("claim-7/pay-1", LATER)
    assert status is not None
    assert (status.state, status.reason) == (State.REFUSED, reason)


@pytest.mark.parametrize("code", ["RCVD", "ACTC", "ACCP", "ACSP", "PDNG"])
def test_a_payment_on_its_way_is_no_news(tmp_path: Path, code: str) -> None:
    folders = wire(tmp_path)
    folders.send(order())
    arrive(tmp_path, "a.xml", pain_002(REF, code))
    assert folders.news(0, LATER) == []
    assert folders.set_aside() == []


@pytest.mark.parametrize("code", ["ACSC", "ACCC"])
def test_a_settled_status_confirms_once_though_the_debit_says_so_again(tmp_path: Path, code: str) -> None:
    folders = wire(tmp_path)
    folders.send(order())
    arrive(tmp_path, "a.xml", pain_002(REF, code, bank_ref="S1"))
    arrive(tmp_path, "b.xml", camt_054(entry(REF, "3240.00")))
    [event] = folders.news(0, LATER)
    assert (event.kind, event.bank_ref, event.at) == (Kind.CONFIRMED, "S1", datetime(2026, 11, 22, 4, 30, tzinfo=UTC))


@pytest.mark.parametrize("returned_first", [False, True])
def test_a_return_stands_whatever_order_the_files_come_in(tmp_path: Path, returned_first: bool) -> None:
    folders = wire(tmp_path)
    folders.send(order())
    names = ("b.xml", "a.xml") if returned_first else ("a.xml", "b.xml")
    arrive(tmp_path, names[0], camt_054(entry(REF, "3240.00")))
    arrive(tmp_path, names[1], camt_054(entry(REF, "3240.00", "CRDT", returned="AC04")))
    events = folders.news(0, LATER)
    kinds = [Kind.CONFIRMED, Kind.RETURNED]
    assert [event.kind for event in events] == (kinds[::-1] if returned_first else kinds)
    status = folders.status("claim-7/pay-1", LATER)
    assert status is not None
    assert (status.state, status.reason) == (State.RETURNED, Reason.ACCOUNT_CLOSED)


def test_a_reversal_is_a_return(tmp_path: Path) -> None:
    folders = wire(tmp_path)
    folders.send(order())
    arrive(tmp_path, "a.xml", camt_054(entry(REF, "3240.00", "CRDT", reversal=True)))
    [event] = folders.news(0, LATER)
    assert (event.kind, event.reason) == (Kind.RETURNED, Reason.OTHER)


@pytest.mark.parametrize("together", [False, True])
def test_a_return_in_two_parts_is_left_to_a_person(tmp_path: Path, together: bool) -> None:
    folders = wire(tmp_path)
    folders.send(order())
    parts = [entry(REF, amount, "CRDT", returned="AC04") for amount in ("3000.00", "240.00")]
    files = [camt_054(*parts)] if together else [camt_054(part) for part in parts]
    for number, held in enumerate(files):
        arrive(tmp_path, f"{number}.xml", held)
    assert [event.amount_fen for event in folders.news(0, LATER)] == ([] if together else [300_000])
    [aside] = folders.set_aside()
    assert "reported before" in aside.says


def test_entries_not_yet_booked_are_no_news(tmp_path: Path) -> None:
    folders = wire(tmp_path)
    folders.send(order())
    arrive(tmp_path, "a.xml", camt_054(entry(REF, "3240.00", status="PDNG")))
    assert folders.news(0, LATER) == []


def test_the_same_file_twice_says_nothing_new(tmp_path: Path) -> None:
    folders = wire(tmp_path)
    folders.send(order())
    report = camt_054(entry(REF, "3240.00"))
    arrive(tmp_path, "a.xml", report)
    first = folders.news(0, LATER)
    arrive(tmp_path, "a.xml", report)
    arrive(tmp_path, "again.xml", report)
    assert folders.news(0, LATER) == first
    assert list((tmp_path / "in").iterdir()) == []


@pytest.mark.parametrize(
    ("named", "held"),
    [
        ("another amount", camt_054(entry(REF, "3240.01"))),
        ("more back than was paid", camt_054(entry(REF, "3240.01", "CRDT", returned="AC04"))),
        ("dollars", camt_054(entry(REF, "3240.00", currency="USD"))),
        ("three decimals", camt_054(entry(REF, "3240.001"))),
        ("a credit that is no return", camt_054(entry(REF, "3240.00", "CRDT"))),
        ("a status of no such code", pain_002(REF, "WHAT")),
        ("a message not ours", pain_002("H" + "A" * 32, "RJCT", "AC01")),
        ("half a file", camt_054(entry(REF, "3240.00"))[:-40]),
        ("another message", camt_054(entry(REF, "3240.00")).replace("camt.054.001.08", "camt.053.001.08")),
        ("no namespace", camt_054(entry(REF, "3240.00")).replace(' xmlns="', ' xmlns:x="')),
        ("a day that is none", camt_054(entry(REF, "3240.00")).replace("2026-11-23<", "2026-02-30<")),
        ("not XML", "PK\x03\x04"),
        ("nothing", ""),
        ("not UTF-8", camt_054(entry(REF, "3240.00")).encode("utf-16")),
        ("another encoding", camt_054().replace("UTF-8", "GB18030").encode("gb18030")),
        ("no status", pain_002(REF, "RJCT").replace("<TxSts>RJCT</TxSts>", "")),
        ("two statuses", pain_002(REF, "RJCT").replace("<TxSts>", "<TxSts>ACSC</TxSts><TxSts>")),
        ("another payment", pain_002(REF, "RJCT").replace(f"PmtInfId>{REF}", "PmtInfId>X")),
    ],
)
def test_a_file_that_cannot_be_read_is_set_aside_whole_and_the_rest_goes_on(
    tmp_path: Path, named: str, held: str | bytes
) -> None:
    folders = wire(tmp_path)
    folders.send(order())
    folders.send(order("claim-8/pay-1", amount_fen=100))
    arrive(tmp_path, "a.xml", held)
    arrive(tmp_path, "b.xml", camt_054(entry(reference("claim-8/pay-1"), "1.00")))
    assert [event.key for event in folders.news(0, LATER)] == ["claim-8/pay-1"]
    [aside] = folders.set_aside()
    assert (aside.name, aside.at) == ("a.xml", LATER)
    assert aside.says.startswith("a.xml: ")
    [kept] = (tmp_path / "done" / "refused").iterdir()
    assert kept.read_bytes() == (held if isinstance(held, bytes) else held.encode())
    status = folders.status("claim-7/pay-1", LATER)
    assert status is not None
    assert status.state is State.ACCEPTED


def test_files_still_being_written_and_links_are_left_alone(tmp_path: Path) -> None:
    folders = wire(tmp_path)
    for name in (".a.xml", "a.part", "a.tmp"):
        arrive(tmp_path, name, "half")
    (tmp_path / "in" / "link.xml").symlink_to(tmp_path / "elsewhere")
    assert folders.news(0, LATER) == []
    assert len(list((tmp_path / "in").iterdir())) == 4


def test_a_name_that_is_no_text_or_very_long_stops_nothing(tmp_path: Path) -> None:
    folders = wire(tmp_path)
    for name in (b"\xff\xfe.xml", b"x" * 255, "理赔".encode() * 40):
        with open(os.path.join(os.fsencode(tmp_path / "in"), name), "wb") as opened_file:
            opened_file.write(b"no report " + name[:4])
    assert folders.news(0, LATER) == []
    assert len(folders.set_aside()) == 3
    assert list((tmp_path / "in").iterdir()) == []


def test_files_of_orders_are_not_open_to_everybody(tmp_path: Path) -> None:
    wire(tmp_path).send(order())
    assert stat.S_IMODE((tmp_path / "out" / f"{REF}.xml").stat().st_mode) & 0o007 == 0
    assert not [path for path in (tmp_path / "out").iterdir() if path.name.startswith(".")]


# --- the address ---


def test_the_address_names_folders_and_the_payer(tmp_path: Path) -> None:
    folders = opened(
        f"iso20022:{tmp_path}/out:{tmp_path}/in?debtor_name=%E6%81%92%E6%B8%A9&debtor_account=123&debtor_bank=301290000007"
    )
    folders.send(order())
    assert "<Nm>恒温</Nm>" in (tmp_path / "out" / f"{REF}.xml").read_text("utf-8")
    assert (tmp_path / "done" / "journal.sqlite3").exists()


@pytest.mark.parametrize(
    "spec",
    [
        "iso20022:/a?debtor_name=x&debtor_account=1&debtor_bank=x",
        "iso20022:/a:/a?debtor_name=x&debtor_account=1&debtor_bank=x",
        "iso20022:a:b?debtor_name=x&debtor_account=1&debtor_bank=x",
        "iso20022:/a:/b?debtor_account=1&debtor_bank=x",
        "iso20022:/a:/b?debtor_name=x&debtor_account=1+2&debtor_bank=x",
        "iso20022:/a:/b?debtor_name=x&debtor_account=1&debtor_bank=x&pace=1",
    ],
)
def test_an_address_with_a_mistake_is_refused(spec: str) -> None:
    with pytest.raises(Malformed):
        opened(spec)


# --- several processes, and death ---

KEYS = [f"claim-{number}/pay-1" for number in range(60)]


def _send_all(folder: str) -> None:
    folders = wire(Path(folder))
    for key in KEYS:
        folders.send(order(key))


def _read_news(folder: str) -> None:
    folders = wire(Path(folder))
    for _ in range(30):
        folders.news(0, LATER)


def test_four_senders_and_readers_at_once_lay_out_and_read_everything_once(tmp_path: Path) -> None:
    folders = wire(tmp_path)
    spawn = multiprocessing.get_context("spawn")
    tasks = [spawn.Process(target=_send_all, args=(str(tmp_path),)) for _ in range(4)]
    for task in tasks:
        task.start()
    for task in tasks:
        task.join(120)
    assert [task.exitcode for task in tasks] == [0] * 4
    assert sorted(path.stem for path in (tmp_path / "out").iterdir()) == sorted(map(reference, KEYS))
    for number, key in enumerate(KEYS):
        arrive(tmp_path, f"{number:03}.xml", camt_054(entry(reference(key), "3240.00")))
    readers = [spawn.Process(target=_read_news, args=(str(tmp_path),)) for _ in range(3)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join(120)
    assert [reader.exitcode for reader in readers] == [0] * 3
    assert sorted(event.key for event in folders.news(0, LATER)) == sorted(KEYS)
    assert folders.set_aside() == []


def test_a_sender_killed_at_any_moment_leaves_whole_files_alone(tmp_path: Path) -> None:
    wire(tmp_path)
    spawn = multiprocessing.get_context("spawn")
    for wanted in (3, 20):
        sender = spawn.Process(target=_send_all, args=(str(tmp_path),))
        sender.start()
        until = time.monotonic() + 60
        while len(list((tmp_path / "out").glob("*.xml"))) < wanted and time.monotonic() < until:
            time.sleep(0.001)
        assert sender.pid is not None
        os.kill(sender.pid, signal.SIGKILL)
        sender.join(60)
        for path in (tmp_path / "out").glob("*.xml"):
            assert read_pain_001(path.read_bytes()).message == path.stem
    _send_all(str(tmp_path))
    assert sorted(path.stem for path in (tmp_path / "out").glob("*.xml")) == sorted(map(reference, KEYS))
