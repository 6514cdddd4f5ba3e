"""One's data, all of them, as JSON and as a page one can read."""

from __future__ import annotations

import json

import pytest

from hearth.desks import people
from hearth.store.access import NotAllowed, NotThere, log_read
from hearth.store.models import DataRequest, HealthRead, Record
from hearth.words.claims import ClaimState
from tests.cast import MEI
from tests.desks.cast_rows import AT, Cast
from tests.desks.cast_rows import cast as made
from tests.desks.claims.way import claim_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db: None) -> Cast:
    return made()


def test_mei_takes_all_that_is_kept_about_her(cast: Cast) -> None:
    no = claim_at(cast, ClaimState.CLOSED)
    mei = cast.id("mei")
    log_read(cast.who("ai"), [mei], "claim", no, "claim", AT)
    taken = json.loads(json.dumps(people.export_data(cast.who("mei"), mei, at=AT), ensure_ascii=False))
    assert taken["person"]["full_name"] == MEI.zh and taken["person"]["phone"].endswith("13800000001")
    (claim,) = taken["claims"]
    assert claim["claim_no"] == no and claim["story"] == "看病" and claim["facts"]["invoices"]
    assert [step["to_state"] for step in claim["steps"]][-1] == "closed"
    assert claim["papers"] and claim["decisions"][0]["payable_fen"] > 0 and claim["payments"]
    assert {row["policy_no"] for row in taken["policies"]} == {"M1-MEI", "OP-MEI", "CI-MEI"}
    assert taken["accounts"][0]["number"] and len(taken["records"]) >= 9
    assert taken["read_by"][0]["reader_id"] == cast.id("ai") and taken["read_by"][0]["purpose"] == "claim"
    assert DataRequest.objects.get(person=mei).state == "done"
    assert Record.objects.filter(kind="data.exported").count() == 1


@pytest.mark.parametrize(("lang", "words"), [("zh", "您的个人信息"), ("en", "Your data")])
def test_the_page_says_the_same_in_words(cast: Cast, lang: str, words: str) -> None:
    no = claim_at(cast, ClaimState.CLOSED)
    page = people.readable(people.export_data(cast.who("mei"), cast.id("mei"), at=AT), lang)
    assert page.startswith(f"# {words}") and MEI.zh in page and no in page and "M1-MEI" in page and "365.00" in page
    assert "看病" in page


def test_nothing_of_others_is_in_it(cast: Cast) -> None:
    claim_at(cast, ClaimState.CLOSED)
    taken = json.dumps(people.export_data(cast.who("hui"), cast.id("hui"), at=AT), ensure_ascii=False)
    assert MEI.zh not in taken and "OP-MEI" not in taken


def test_a_guardian_takes_a_childs_and_nobody_an_adults(cast: Cast) -> None:
    hui = cast.who("hui")
    assert people.export_data(hui, cast.id("tian"), at=AT)["person"]["username"] == "tian"
    assert HealthRead.objects.filter(person_id=cast.id("tian"), reader_id=cast.id("hui"), purpose="export").exists()
    with pytest.raises(NotAllowed):
        people.export_data(hui, cast.id("qiang"), at=AT)
    with pytest.raises(NotThere):
        people.export_data(hui, cast.id("mei"), at=AT)
    with pytest.raises((NotAllowed, NotThere)):
        people.export_data(cast.who("an"), cast.id("mei"), at=AT)
