"""A member writes to their steward, and follows their originals; each page says what happens now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import Client

from hearth.desks.service import couriers, stewards, thread
from hearth.store.models import HealthRead, Message, Paper, Pickup, Record
from hearth.wires.couriers.van import Habits, Van
from hearth.words.claims import ClaimState
from hearth.words.service import PickupState
from tests.desks.cast_rows import Cast
from tests.desks.claims.way import claim_at
from tests.doors.member.conftest import Phone
from tests.doors.member.phones import Form, photo

NOW = datetime.now(UTC)


def accepted(cast: Cast) -> str:
    """A claim of Mei's with its thread and steward."""
    no = claim_at(cast, ClaimState.ACCEPTED)
    stewards.open_thread(Record.objects.get(kind="claim.reported", subject=f"claim:{no}").pk, at=NOW)
    return no


def booked(mei: Client, no: str, **typed: str) -> Any:
    """The page of originals filled in as it stands, and sent."""
    fields = {**Form(mei.get(f"/claims/{no}/originals").text).fields, **typed}
    return mei.post(f"/claims/{no}/originals", {name: value for name, value in fields.items() if name != "next"})


def test_a_line_is_written_with_a_photo_which_is_a_paper_of_the_claim(cast: Cast, phone: Phone) -> None:
    no, mei = accepted(cast), phone("mei")
    page = mei.get(f"/claims/{no}/message").text
    assert "安" in page and "Your steward" in page
    answer = mei.post(f"/claims/{no}/message", {"text": "这是处方", "files": photo(colour=91)})
    assert answer["Location"] == f"/claims/{no}/message?told=message#thread-end"
    line = Message.objects.get()
    assert line.papers.get().paper == Paper.objects.latest("pk")
    page = mei.get(f"/claims/{no}/message").text
    assert "这是处方" in page and f"/claims/{no}/papers/{line.papers.get().paper_id}" in page and "sent" in page
    thread.read(cast.who("an"), no, line.pk, at=NOW)
    assert ">seen<" in mei.get(f"/claims/{no}/message").text
    assert mei.post(f"/claims/{no}/message", {"text": " "}).status_code == 422


def test_a_page_that_looks_for_new_lines_opens_none_and_fills_no_log(cast: Cast, phone: Phone) -> None:
    no, mei = accepted(cast), phone("mei")
    page = mei.get(f"/claims/{no}/message").text
    address = page.partition('hx-get="')[2].partition('"')[0].replace("&amp;", "&")
    assert address.startswith(f"/claims/{no}/thread?mark=")
    reads = HealthRead.objects.count()
    assert mei.get(address).status_code == 204 and HealthRead.objects.count() == reads
    thread.write(cast.who("an"), no, "请补一张处方。", at=NOW)
    assert "1 new line" in mei.get("/home").text
    assert "请补一张处方。" in mei.get(address).text
    assert "1 new line" not in mei.get("/home").text
    assert phone("bo").get(address).status_code == 404


def test_a_line_that_is_pressed_twice_stands_once_with_its_photo(cast: Cast, phone: Phone) -> None:
    no, mei = accepted(cast), phone("mei")
    for _press in range(2):
        answer = mei.post(f"/claims/{no}/message", {"text": "请问还缺什么？"})
        assert answer["Location"] == f"/claims/{no}/message?told=message#thread-end"
    assert Message.objects.count() == 1
    assert Record.objects.filter(kind="claim.written", subject=f"claim:{no}").count() == 1
    papers = Paper.objects.count()
    for _press in range(2):
        assert mei.post(f"/claims/{no}/message", {"text": "这是处方", "files": photo(colour=91)}).status_code == 302
    assert Message.objects.count() == 2 and Paper.objects.count() == papers + 1
    assert mei.post(f"/claims/{no}/message", {"text": "谢谢"}).status_code == 302
    assert mei.post(f"/claims/{no}/message", {"text": "请问还缺什么？"}).status_code == 302
    assert Message.objects.count() == 4


def test_everything_is_done_once_the_member_says_so(cast: Cast, phone: Phone) -> None:
    no, mei = claim_at(cast, ClaimState.PAID), phone("mei")
    thread.write(cast.who("an"), no, "款项已到账。", at=NOW)
    assert "Is everything done for you?" in mei.get(f"/claims/{no}/message").text
    assert mei.post(f"/claims/{no}/helped").status_code == 302
    assert "Is everything done for you?" not in mei.get(f"/claims/{no}/message").text
    assert Record.objects.filter(kind="claim.helped", subject=f"claim:{no}").exists()


def test_originals_are_booked_on_one_page_and_nothing_typed_is_lost(cast: Cast, phone: Phone) -> None:
    no, mei = accepted(cast), phone("mei")
    assert f"/claims/{no}/originals" in Form(mei.get(f"/claims/{no}").text).links
    wrong = booked(mei, no, address="", contact="门卫 王")
    assert wrong.status_code == 422 and "门卫 王" in wrong.text and "The courier needs a name" in wrong.text
    assert booked(mei, no, address="深圳市某路 1 号")["Location"].endswith("told=pickup")
    trip = Pickup.objects.get()
    assert trip.phone == cast.people["mei"].phone and "invoice" in trip.papers
    page = mei.get(f"/claims/{no}/originals").text
    assert "深圳市某路 1 号" in page and "Keep the originals until then." in page and "With you" in page
    cancel = f"/claims/{no}/originals/{trip.pk}/cancel"
    assert phone("bo").post(cancel).status_code == 404 and phone("bo").get(f"/claims/{no}/originals").status_code == 404
    assert mei.post(cancel).status_code == 302
    assert "the courier does not come" in mei.get(f"/claims/{no}/originals").text


def test_a_booking_pressed_twice_is_one_and_leads_to_it_another_time_is_refused(cast: Cast, phone: Phone) -> None:
    no, mei = accepted(cast), phone("mei")
    page = Form(mei.get(f"/claims/{no}/originals").text).fields
    form = {**page, "address": "深圳市某路  1 号 ", "phone": "138-0000 0001"}
    form.pop("next", None)
    for _press in range(2):
        answer = mei.post(f"/claims/{no}/originals", form)
        assert answer.status_code == 302 and answer["Location"] == f"/claims/{no}/originals?told=pickup"
    assert Pickup.objects.count() == 1
    other = mei.post(f"/claims/{no}/originals", {**form, "address": "深圳市另一路 2 号"})
    assert other.status_code == 422 and "cancel it first" in other.text


def test_cancelling_what_the_courier_has_already_comes_back_to_the_page_that_says_so(cast: Cast, phone: Phone) -> None:
    no, mei = accepted(cast), phone("mei")
    booked(mei, no, address="深圳市某路 1 号")
    van, trip = Van(), Pickup.objects.get()
    couriers.tell(trip.pk, at=NOW, wire=van)
    Pickup.objects.filter(pk=trip.pk).update(state=PickupState.COLLECTED.value)
    answer = mei.post(f"/claims/{no}/originals/{trip.pk}/cancel", follow=True)
    assert answer.redirect_chain == [(f"/claims/{no}/originals?told=pickup-late", 302)] and answer.status_code == 200
    assert "it cannot be cancelled any more" in answer.text and "The courier has them." in answer.text
    assert Pickup.objects.get().state == PickupState.COLLECTED


def test_a_lost_parcel_is_told_on_the_page_of_the_claim_with_what_happens_now(cast: Cast, phone: Phone) -> None:
    no, mei = accepted(cast), phone("mei")
    booked(mei, no, address="深圳市某路 1 号")
    van, trip = Van(habits=Habits(lost=1.0)), Pickup.objects.get()
    couriers.tell(trip.pk, at=NOW, wire=van)
    couriers.learn(at=NOW + timedelta(days=9), wire=van)
    for address in (f"/claims/{no}", f"/claims/{no}/originals"):
        page = mei.get(address).text
        assert "nothing is refused because of it" in page and "There is nothing you need to do now." in page
    assert "丢失" in phone("mei", "zh").get(f"/claims/{no}/originals").text
