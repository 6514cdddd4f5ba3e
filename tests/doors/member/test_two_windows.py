"""Two windows confirm two papers of one claim: both bills are kept; whoever was slower is told and loses nothing."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from hearth.desks.claims import reporting
from hearth.desks.claims.faults import FactsChanged
from hearth.doors.launch.postgres import Postgres
from hearth.store.models import Claim, PaperLabel
from tests.desks.cast_rows import AT, Cast
from tests.doors.launch.conftest import open_folder
from tests.doors.launch.machine import beside
from tests.doors.member.conftest import Phone
from tests.doors.member.phones import Form
from tests.doors.member.test_e_invoices import handed
from tests.doors.member.test_reporting import begun

ROOT = Path(__file__).resolve().parents[3]
ROUNDS = 6


def invoice(number: int) -> bytes:
    """An electronic invoice of two lines; every number is another one."""
    return f"""<EInvoice><EInvoiceCode>31060122</EInvoiceCode><EInvoiceNumber>{number:010d}</EInvoiceNumber>
    <TotalAmount>{number}.50</TotalAmount><IssueDate>20260314</IssueDate><MedicalDate>20260314</MedicalDate>
    <PayerPartyName>岳</PayerPartyName><Details>
    <Item><ItemName>西药费</ItemName><ItemAmount>{number}.00</ItemAmount></Item>
    <Item><ItemName>化验费</ItemName><ItemAmount>0.50</ItemAmount></Item></Details></EInvoice>""".encode()


def numbers(no: str) -> list[str]:
    return sorted(one["number"] for one in Claim.objects.get(claim_no=no).facts.get("invoices", ()))


def filled(text: str, **typed: str) -> dict[str, Any]:
    """A page of what was read, as it stands, with what somebody typed over it."""
    fields = {**Form(text).fields, **typed}
    return {name: value for name, value in fields.items() if name not in ("csrfmiddlewaretoken", "next")}


def test_the_window_that_was_opened_before_is_told_and_keeps_what_was_typed(cast: Cast, phone: Phone) -> None:
    hui = phone("hui")
    no = begun(hui, cast)
    one, other = (handed(hui, no, invoice(n), f"{n}.xml").pk for n in (41, 42))
    addresses = [f"/claims/{no}/papers/{paper}/read" for paper in (one, other)]
    first, second = (hui.get(address).text for address in addresses)
    name = next(key for key, value in Form(second).fields.items() if value == "2026-03-14")
    assert hui.post(addresses[0], filled(first)).status_code == 302
    told = hui.post(addresses[1], filled(second, **{name: "2026-03-15"}))
    assert told.status_code == 409
    assert "was changed in another window" in told.text and f'name="{name}"' in told.text
    assert 'value="2026-03-15"' in told.text, "what was typed stands there still"
    assert numbers(no) == ["0000000041"]
    assert not PaperLabel.objects.filter(paper_id=other).exists()
    assert hui.post(addresses[1], filled(told.text)).status_code == 302
    assert numbers(no) == ["0000000041", "0000000042"]
    bills = Claim.objects.get(claim_no=no).facts["invoices"]
    assert [len(bill["lines"]) for bill in bills] == [2, 2]


def test_a_change_between_reading_and_keeping_is_told_in_the_readers_language(
    cast: Cast, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    hui = phone("hui", "zh")
    no = begun(hui, cast)
    paper = handed(hui, no, invoice(43), "43.xml").pk
    text = hui.get(f"/claims/{no}/papers/{paper}/read").text
    keep = reporting.save_draft

    def overtaken(*args: Any, **more: Any) -> None:
        monkeypatch.setattr(reporting, "save_draft", keep)
        facts = {**Claim.objects.get(claim_no=no).facts, "other_payments": [{"source": "employer", "amount": "5"}]}
        keep(cast.who("hui"), no, at=AT, facts=facts)
        keep(*args, **more)

    monkeypatch.setattr(reporting, "save_draft", overtaken)
    told = hui.post(f"/claims/{no}/papers/{paper}/read", filled(text))
    assert told.status_code == 409 and "刚刚在另一个窗口中被修改" in told.text
    assert Claim.objects.get(claim_no=no).facts["other_payments"], "nothing was overwritten"
    assert hui.post(f"/claims/{no}/papers/{paper}/read", filled(told.text)).status_code == 302
    facts = Claim.objects.get(claim_no=no).facts
    assert facts["other_payments"] and facts["invoices"][0]["number"] == "0000000043"


def test_facts_made_of_older_ones_are_not_kept(cast: Cast) -> None:
    hui = cast.who("hui")
    no = reporting.start_draft(hui, cast.id("yue"), at=AT)
    reporting.save_draft(hui, no, at=AT, facts={"cause": "illness"}, based_on={})
    with pytest.raises(FactsChanged):
        reporting.save_draft(hui, no, at=AT, facts={"cause": "accident"}, based_on={})
    assert Claim.objects.get(claim_no=no).facts == {"cause": "illness"}
    reporting.save_draft(hui, no, at=AT, facts={"cause": "accident"}, based_on={"cause": "illness"})


# --- at the very same moment, in two processes -----------------------------------------------------------------------

OPENING = """
import json, logging, sys
import django
django.setup()
from django.test.utils import setup_test_environment
setup_test_environment()
logging.disable(logging.CRITICAL)
from django.db import connection
from django.test import Client
from hearth.store.models import Claim, Person
from tests.doors.member.conftest import BACKEND
from tests.doors.member.test_two_windows import ROUNDS, filled, handed, invoice, numbers
def phone(pk):
    client = Client(headers={"accept-language": "en"})
    client.force_login(Person.objects.get(pk=pk), backend=BACKEND)
    return client
"""

SETS_UP = """
from tests.desks.cast_rows import cast
from tests.doors.member.test_reporting import begun
people = cast()
hui = phone(people.people["hui"].pk)
claims = []
for round in range(ROUNDS):
    no = begun(hui, people)
    claims.append([no, *(handed(hui, no, invoice(100 * round + n), "a.xml").pk for n in (50, 51))])
print(json.dumps({"hui": people.people["hui"].pk, "claims": claims}), flush=True)
"""

RACES = """
told, mine = json.loads(sys.stdin.readline())
hui = phone(told["hui"])
pages = []
for no, *papers in told["claims"]:
    address = f"/claims/{no}/papers/{papers[mine]}/read"
    pages.append((address, hui.get(address).text))
print("ready", flush=True)
answers = []
for address, text in pages:
    sys.stdin.readline()
    answer = hui.post(address, filled(text))
    answers.append(answer.status_code)
    if answer.status_code == 409:
        answers[-1] = [409, hui.post(address, filled(answer.text)).status_code, "another window" in answer.text]
    print("done", flush=True)
print(json.dumps(answers), flush=True)
"""

COUNTS = """
found = {no: [numbers(no), [len(one["lines"]) for one in Claim.objects.get(claim_no=no).facts["invoices"]]]
         for no, *_ in json.loads(sys.stdin.readline())["claims"]}
print(json.dumps(found), flush=True)
"""


@pytest.fixture(scope="module")
def database() -> Iterator[dict[str, str]]:
    """A database of its own, with tables: what racing processes write stays written."""
    for place in open_folder():
        with Postgres(place / "data") as server:
            env = {
                "DATABASE_URL": server.url,
                "DJANGO_SETTINGS_MODULE": "hearth.doors.settings",
                "HEARTH_LOG_LEVEL": "ERROR",
                "PYTHONPATH": str(ROOT),
            }
            owner = {**env, "HEARTH_ADMIN_DATABASE_URL": server.admin_url}
            migrate = [sys.executable, "-m", "django", "migrate", "--database", "owner", "--verbosity", "0"]
            with beside(migrate, owner) as migrating:
                assert migrating.wait(120) == 0, migrating.stdout.read() if migrating.stdout else ""
            yield env


def test_two_papers_confirmed_at_the_same_moment_fill_two_bills(database: dict[str, str]) -> None:
    def program(source: str) -> list[str]:
        return [sys.executable, "-c", OPENING + source]

    def answer(lines: str) -> Any:
        try:
            return json.loads(lines.strip().splitlines()[-1])
        except (ValueError, IndexError):
            pytest.fail(lines)

    with beside(program(SETS_UP), database) as setting_up:
        out, _ = setting_up.communicate(timeout=180)
    told = answer(out)
    with ExitStack() as open_programs:
        windows = [open_programs.enter_context(beside(program(RACES), database)) for _ in range(2)]
        for mine, window in enumerate(windows):
            assert window.stdin and window.stdout
            window.stdin.write(json.dumps([told, mine]) + "\n")
            window.stdin.flush()
        for window in windows:
            assert window.stdout and window.stdout.readline().strip() == "ready"
        for _round in range(ROUNDS):
            for window in windows:
                assert window.stdin
                window.stdin.write("go\n")
                window.stdin.flush()
            for window in windows:
                assert window.stdout and window.stdout.readline().strip() == "done"
        results = [answer(window.stdout.readline()) for window in windows if window.stdout]
    for pair in zip(*results, strict=True):
        assert sorted(pair, key=str) == [302, [409, 302, True]], "one is first, the other is told and loses nothing"
    with beside(program(COUNTS), database) as counting:
        out, _ = counting.communicate(json.dumps(told) + "\n", timeout=60)
    for round_, (no, *_papers) in enumerate(told["claims"]):
        both = [f"{100 * round_ + n:010d}" for n in (50, 51)]
        assert answer(out)[no] == [both, [2, 2]]
