"""Plain pages: one thing a page, large buttons, the steward to call; a claim is reported, followed and agreed to."""

from __future__ import annotations

import re

import pytest

from hearth.store.models import Claim, Person
from hearth.words.claims import ClaimState
from tests.desks.cast_rows import Cast
from tests.desks.claims.way import claim_at
from tests.doors.member.conftest import Phone
from tests.doors.member.phones import fill

S = ClaimState


@pytest.fixture(autouse=True)
def steward(cast: Cast) -> None:
    """An looks after Mei, and has a telephone at work."""
    an = cast.people["an"]
    an.phone = "0755-8600 0001"
    an.save(update_fields=["phone"])
    Person.objects.filter(pk=cast.id("mei")).update(steward=an)


def buttons(html: str) -> list[str]:
    """What stands in the page's main part on buttons and links that look like one."""
    main = html.split('class="paper plain-steward"')[0]
    return [
        re.sub("<[^>]+>", "", one).strip() for one in re.findall(r'class="(?:ember|quiet) wide"[^>]*>(.*?)</', main)
    ]


@pytest.mark.parametrize("state", [S.REPORTED, S.ACCEPTED, S.DECIDED])
def test_each_page_has_one_thing_to_do_few_buttons_and_the_steward_to_call(
    cast: Cast, phone: Phone, state: ClaimState
) -> None:
    no, mei = claim_at(cast, state), phone("mei")
    pages = ["/plain", f"/plain/claims/{no}", "/plain/report"] + (
        [f"/plain/claims/{no}/agree"] if state is S.DECIDED else []
    )
    for address in pages:
        answer = mei.get(address)
        html = answer.content.decode()
        assert answer.status_code == 200, address
        assert 'href="tel:0755-8600 0001"' in html and "Call 安" in html, address
        assert html.count('class="ember wide"') <= 1 and len(buttons(html)) <= 4, (address, buttons(html))
        assert html.count("<h1") == 1 and 'class="member large plain"' in html


def test_who_chose_plain_pages_begins_there_until_all_pages_are_wanted_again(cast: Cast, phone: Phone) -> None:
    mei = phone("mei")
    assert "Plain pages" in mei.get("/me").content.decode()
    assert mei.get("/home").status_code == 200
    assert "You have to do nothing now." in mei.get("/plain").content.decode()
    assert mei.get("/home")["Location"] == "/plain"
    assert mei.get("/plain/off")["Location"] == "/home" and mei.get("/home")["Location"] == "/plain"
    assert mei.post("/plain/off")["Location"] == "/home"
    assert mei.get("/home").status_code == 200


def test_a_claim_is_reported_with_two_presses_and_a_few_words_once(cast: Cast, phone: Phone) -> None:
    mei = phone("mei")
    begun = mei.post("/plain/report", {"who": str(cast.id("mei"))})["Location"]
    assert mei.post("/plain/report", {"who": str(cast.id("mei"))})["Location"] == begun
    assert mei.post("/plain/report", {"who": str(cast.id("bo"))}).status_code == 422
    empty = fill(mei, begun, story=" ")
    assert empty.status_code == 422 and "Write a few words first." in empty.content.decode()
    told = fill(mei, begun, story="住院三天")
    claim = Claim.objects.get()
    assert told["Location"] == f"/plain/claims/{claim.claim_no}"
    assert (claim.state, claim.story, claim.channel) == (S.REPORTED, "住院三天", "member")
    assert mei.post(begun, {"story": "again"})["Location"] == f"/plain/claims/{claim.claim_no}"
    claim.refresh_from_db()
    assert claim.story == "住院三天"
    page = mei.get(told["Location"]).content.decode()
    assert "Take photos of the papers" in page and "Write to my steward" in page


def test_a_decision_is_agreed_to_with_one_yes_and_nobody_elses(cast: Cast, phone: Phone) -> None:
    no, mei = claim_at(cast, S.DECIDED), phone("mei")
    assert "See what we pay you" in mei.get(f"/plain/claims/{no}").content.decode()
    page = mei.get(f"/plain/claims/{no}/agree").content.decode()
    assert "Yes, pay me" in page and "No, I do not agree" in page and cast.accounts["mei"].number_tail in page
    assert phone("bo").get(f"/plain/claims/{no}/agree").status_code == 404
    assert phone("bo").post(f"/plain/claims/{no}/agree").status_code == 404
    for _ in range(2):
        assert mei.post(f"/plain/claims/{no}/agree")["Location"] == f"/plain/claims/{no}"
    assert Claim.objects.get(claim_no=no).state == S.AGREED
    assert "You have to do nothing now." in mei.get(f"/plain/claims/{no}").content.decode()
