"""Advances on the telephone: asked for, signed one by one, followed, paid back; and the page of a hospital's link."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from click.testing import CliRunner
from django.test import Client

from hearth.desks import advances
from hearth.desks.advances.faults import NotPayable
from hearth.desks.books.sequencer import sequence
from hearth.desks.claims import agreeing
from hearth.desks.service import notices
from hearth.doors.commands.main import main
from hearth.doors.member.saying import day
from hearth.kernel.proof.receipt import short
from hearth.store.models import Advance, Hospital, HospitalLink, Record
from hearth.words.calendar import day_in_china
from hearth.words.days import add_months
from hearth.words.numbers import check_digit
from tests.desks.advances.rows import A, follow_jobs, hospital, instalment, state_of, way_to, with_workers
from tests.desks.cast_rows import IDENTITIES, Cast
from tests.doors.member.conftest import Phone

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(cast: Cast, tmp_path: Path, settings: Any) -> Cast:
    settings.PAYMENTS_WIRE = f"memory:{tmp_path / 'bank.sqlite3'}"
    both = with_workers(cast)
    hospital(both)
    return both


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def said(on: Any) -> str:
    return day(on, "en")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_asked_for_signed_one_by_one_and_seen_to_go_on(town: Cast, phone: Phone, lang: str) -> None:
    mei = phone("mei", lang)
    page(mei, "/advances")
    today = day_in_china(datetime.now(UTC))
    answer = mei.post("/advances/new", {"hospital": "H001", "admitted_on": today.isoformat(), "estimate": "100,000"})
    assert answer.status_code == 302
    no = Advance.objects.get().advance_no
    now = datetime.now(UTC)
    advances.call(town.who("an"), no, at=now)
    Hospital.objects.update(name_en="First Hospital")
    name = Hospital.objects.get().name if lang == "zh" else "First Hospital"
    for first in ("/home", "/plain"):
        seen = page(mei, first)
        assert name in seen and f"/advances/{no}/sign" in seen, "what treatment waits for stands on the first page"
        mei.cookies.pop("hearth_plain", None)
    for _ in range(3):
        page(mei, f"/advances/{no}/sign")
        what = next(
            one for one in ("medical_data", "pay_hospital", "repayment") if f'value="{one}"' in page(
                mei, f"/advances/{no}/sign"
            )
        )  # fmt: skip
        assert mei.post(f"/advances/{no}/sign", {"what": what}).status_code == 302
    follow_jobs(now)
    assert state_of(no) == A.NECESSITY
    assert f"/advances/{no}" in page(mei, "/home") and f"/advances/{no}/sign" not in page(mei, "/home")
    assert f"/advances/{no}" not in page(phone("bo", lang), "/home")
    seen = page(mei, f"/advances/{no}")
    assert ("医学专家" if lang == "zh" else "Medical expert") in seen


def test_a_day_that_cannot_be_or_an_amount_that_is_none_loses_nothing_that_was_typed(town: Cast, phone: Phone) -> None:
    mei = phone("mei")
    for sent, says in (
        ({"admitted_on": "tomorrow"}, "This is not a day"),
        ({"admitted_on": "2020-01-01"}, "cannot be"),
        ({"admitted_on": "2026-11-20", "estimate": "many"}, "This is not an amount"),
        ({"admitted_on": "2026-11-20", "programme": "child_blood"}, "needs these three"),
    ):
        answer = mei.post("/advances/new", {**sent, "illness": "typed before"})
        assert answer.status_code == 422 and says in answer.content.decode()
        assert "typed before" in answer.content.decode()
    assert not Advance.objects.exists()


@pytest.mark.parametrize("state", [A.NOTIFIED, A.ELIGIBILITY, A.GUARANTEE, A.TRACKING, A.RECOVERY, A.DECLINED])
def test_the_page_of_every_state_reads_in_both_languages(town: Cast, phone: Phone, state: Any) -> None:
    now = datetime.now(UTC)
    if state is A.RECOVERY:
        no = way_to(town, A.DISCHARGED, at=now)
        follow_jobs(now)
        claim = Advance.objects.get(advance_no=no).claim
        assert claim is not None
        agreeing.withdraw(town.who("mei"), claim.claim_no, at=now)
        follow_jobs(now)
    elif state is A.DECLINED:
        no = way_to(town, A.NECESSITY, at=now)
        advances.opine(town.who("chen"), no, at=now, verdict="not", reasons="无指征", reference="指南")
        advances.decline(town.who("rui"), no, at=now, reason="NOT_NECESSARY", words="仍可申请理赔")
    else:
        no = way_to(town, state, at=now)
    for lang in ("zh", "en"):
        seen = page(phone("mei", lang), f"/advances/{no}")
        assert no in seen
        assert phone("bo", lang).get(f"/advances/{no}").status_code == 404
    if state is A.RECOVERY:
        mei = phone("mei")
        assert "30,000.00" in page(mei, f"/advances/{no}/repay")
        first = day_in_china(now) + timedelta(days=10)
        assert mei.post(f"/advances/{no}/repay", {"count": "3", "first_on": first.isoformat()}).status_code == 302
        seen = page(mei, f"/advances/{no}")
        assert f"Next payment: 10,000.00 yuan by {said(first)}." in seen and "10,000.00 yuan, paid" not in seen
        # Nothing is left to choose, and another plan can be.
        assert "Choose how to pay it back" not in seen and f"/advances/{no}/repay" in seen
        advances.recover(town.who("fang"), no, 1_200_000, at=now, payer="member", reference="T-1")
        advances.propose_waiver(town.who("an"), no, 500_000, at=now, why="低保家庭")
        seen = page(mei, f"/advances/{no}")
        assert seen.count("10,000.00 yuan, paid") == 1
        second = add_months(first, 1)
        assert f"Next payment: 8,000.00 yuan by {said(second)}." in seen
        assert "Whether 5,000.00 yuan of it can be let off" in seen


def test_the_letter_is_a_pdf_whose_code_is_its_receipt(town: Cast, phone: Phone, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    no = way_to(town, A.PAYING, at=now)
    while sequence(now):
        pass
    answer = phone("mei").get(f"/advances/{no}/letter.pdf")
    assert answer.status_code == 200 and answer.content.startswith(b"%PDF-")
    assert answer["Content-Type"] == "application/pdf" and answer["Cache-Control"] == "no-store"
    assert phone("bo").get(f"/advances/{no}/letter.pdf").status_code == 404
    record = Advance.objects.get().guarantees.get().record_id
    assert phone("mei").get(f"/receipts/{record}.json").json()["kind"] == "guarantee"
    page(phone("mei"), f"/receipts/{record}")
    # What is printed on the letter is the code of its receipt, and both are checked from files alone.
    saved = phone("mei").get(f"/receipts/{record}.json").content
    (tmp_path / "receipt.json").write_bytes(saved)
    letter = pypdfium2.PdfDocument(answer.content)
    said = "".join(letter[0].get_textpage().get_text_range().split())
    assert "担保函" in said and "80,000.00" in said and "胆囊" not in said and "K80" not in said
    code = short(saved)
    assert code in said
    ran = CliRunner(env={"LC_ALL": "C.UTF-8"}).invoke(
        main, ["verify", str(tmp_path / "receipt.json"), "--paper", code, "--lang", "en"]
    )
    assert ran.exit_code == 0 and ran.output.startswith("VALID"), ran.output
    other = code[:-1] + ("A" if code[-1] != "A" else "B")
    assert CliRunner().invoke(main, ["verify", str(tmp_path / "receipt.json"), "--paper", other]).exit_code != 0


def test_a_hospital_tells_of_an_admission_with_its_link_and_learns_nothing(town: Cast, phone: Phone) -> None:
    now = datetime.now(UTC)
    place = town.people["mei"]
    token = advances.make_link(town.who("an", now), hospital_id(), at=now)
    nobody = phone("")
    seen = page(nobody, f"/hospital/{token}")
    assert "市第一人民医院" in seen and place.full_name not in seen
    # Whoever has no account is not sent to pages that ask for one.
    assert 'class="bottom"' not in seen and "/home" not in seen
    number = IDENTITIES["mei"] + check_digit(IDENTITIES["mei"])
    sent = {
        "name": "梅", "id_number": number, "admitted_on": day_in_china(now).isoformat(), "illness": "胆囊结石",
        "icd": "k80.1", "estimate": "80000",
    }  # fmt: skip
    wrong = nobody.post(f"/hospital/{token}", {**sent, "name": "某"})
    assert wrong.status_code == 422 and "4 tries are left" in wrong.content.decode()
    done = nobody.post(f"/hospital/{token}", sent)
    assert done.status_code == 200 and 'class="bottom"' not in done.content.decode()
    case = Advance.objects.get()
    assert (case.source, case.icd, case.estimate_fen, case.person_id) == ("link", "K80.1", 8_000_000, place.pk)
    # Used up; and neither a changed nor an old one opens anything.
    assert nobody.get(f"/hospital/{token}").status_code == 410
    assert nobody.post(f"/hospital/{token}", sent).status_code == 410
    other = advances.make_link(town.who("an", now), hospital_id(), at=now)
    changed = other[:-1] + ("0" if other[-1] != "0" else "1")
    assert nobody.get(f"/hospital/{changed}").status_code == 410
    old = advances.make_link(town.who("an", now), hospital_id(), at=now - timedelta(hours=73))
    assert nobody.get(f"/hospital/{old}").status_code == 410
    for _ in range(5):
        nobody.post(f"/hospital/{other}", {**sent, "name": "某"})
    assert nobody.post(f"/hospital/{other}", sent).status_code == 410
    assert HospitalLink.objects.filter(used_at__isnull=False).count() == 1


def test_taken_back_before_money_moved_and_only_the_consent_after(town: Cast, phone: Phone) -> None:
    now = datetime.now(UTC)
    no = way_to(town, A.NOTIFIED, at=now)
    page(phone("mei"), f"/advances/{no}/cancel")
    assert phone("mei").post(f"/advances/{no}/cancel", {"what": "request"}).status_code == 302
    assert state_of(no) == A.CANCELLED
    again = way_to(town, A.TRACKING, at=now)
    assert phone("mei").post(f"/advances/{again}/cancel", {"what": "consent"}).status_code == 302
    assert state_of(again) == A.TRACKING
    with pytest.raises(NotPayable):
        instalment(town, again, 1_000, now)


def test_what_was_not_read_is_not_done(town: Cast, phone: Phone) -> None:
    now = datetime.now(UTC)
    mei = phone("mei")
    no = way_to(town, A.PAYING, at=now)
    # The page was opened before the letter: the click on it does not take the consent back.
    answer = mei.post(f"/advances/{no}/cancel", {"what": "request"})
    assert answer.status_code == 409 and 'value="consent"' in answer.content.decode()
    assert Advance.objects.get().consents.filter(withdrawn_at__isnull=True).count() == 3
    assert mei.post(f"/advances/{no}/cancel", {"what": "consent"}).status_code == 302
    assert Advance.objects.get().consents.filter(withdrawn_at__isnull=True).count() == 2
    # Clicked twice, or come back to: there is nothing left to take back.
    assert mei.post(f"/advances/{no}/cancel", {"what": "consent"}).status_code == 302
    assert mei.get(f"/advances/{no}/cancel").status_code == 302


def test_looked_at_again_while_the_letter_holds_what_was_paid_is_not_said_to_be_unpaid(
    town: Cast, phone: Phone
) -> None:
    now = datetime.now(UTC)
    mei = phone("mei")
    no = way_to(town, A.TRACKING, at=now)
    advances.change_plan(town.who("an"), no, at=now, plan="改为开腹手术", estimate_fen=12_000_000)
    assert state_of(no) == A.NECESSITY
    seen = page(mei, f"/advances/{no}")
    assert "The letter to the hospital holds meanwhile" in seen and "Take the request back" not in seen
    assert "Nothing was paid yet" not in page(mei, f"/advances/{no}/cancel")
    assert mei.post(f"/advances/{no}/cancel", {"what": "consent"}).status_code == 302
    assert state_of(no) == A.NECESSITY and "Take my consent back" not in page(mei, f"/advances/{no}")


def test_what_is_not_of_the_list_is_told_and_nobody_else_is_asked_for(town: Cast, phone: Phone) -> None:
    today = day_in_china(datetime.now(UTC)).isoformat()
    # Mei asks for herself alone, Hui for a family.
    for who, sent, says in (
        ("mei", {"hospital": "H999"}, "Choose one of the list."),
        ("mei", {"whose": str(town.id("lan"))}, "There is no person"),
        ("hui", {"whose": "somebody"}, "Choose one of the list."),
    ):
        answer = phone(who).post("/advances/new", {"admitted_on": today, **sent})
        assert answer.status_code == 422 and says in answer.content.decode(), sent
    assert not Advance.objects.exists()


def hospital_id() -> int:
    return Hospital.objects.get().pk


def test_a_notice_of_an_advance_opens_it(town: Cast, phone: Phone) -> None:
    now = datetime.now(UTC)
    no = way_to(town, A.PAYING, at=now)
    record = Record.objects.get(subject=f"advance:{no}", kind="advance.guaranteed")
    (notice,) = notices.notify(record.pk, at=now)
    mei = phone("mei")
    assert no in page(mei, "/inbox")
    assert mei.post(f"/inbox/{notice}").status_code == 302
    assert f'href="/advances/{no}"' in page(mei, f"/inbox/{notice}")
