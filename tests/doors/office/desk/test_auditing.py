"""An auditor follows a record to the signed root, and sees who read what."""

from __future__ import annotations

import json

from hearth.desks.books.sequencer import sequence
from hearth.kernel.proof.check import audit
from hearth.store.models import Record
from tests.doors.office.desk.conftest import Desk, Way, now


def test_each_step_from_the_leaf_to_the_root_is_worked_out_on_the_page(desk: Desk, way: Way) -> None:
    claim_no = way.calculated("mei")
    sequence(now())
    client = desk("shen")
    for record in Record.objects.filter(subject=f"claim:{claim_no}"):
        page = client.get(f"/office/audit/records/{record.pk}").content.decode()
        assert "The record is in the log" in page
        assert "signed by the published key" in page
        steps, root = page.count("<strong>Step "), page.rsplit("<code>", 4)
        assert steps >= 3
        assert root


def test_the_last_step_gives_the_root_of_the_checkpoint(desk: Desk, way: Way) -> None:
    way.calculated("mei")
    sequence(now())
    record = Record.objects.order_by("?").first()
    assert record is not None
    page = desk("shen").get(f"/office/audit/records/{record.pk}").content.decode()
    proof = page.split('<ol class="proof">')[1].split("</ol>")[0]
    hashes = [part.split("</code>")[0] for part in proof.split("<code>")[1:]]
    assert hashes[-1] == hashes[-2]


def test_a_record_without_its_place_says_so(desk: Desk, way: Way) -> None:
    way.reported("mei")
    record = Record.objects.latest("pk")
    assert "waits for its place" in desk("shen").get(f"/office/audit/records/{record.pk}").content.decode()


def test_the_log_is_proven_to_have_only_grown(desk: Desk, way: Way) -> None:
    way.submitted("mei")
    old = sequence(now())
    way.submitted("hui")
    new = old + sequence(now())
    client = desk("shen")
    page = client.get(f"/office/audit/log?old={old}&new={new}").content.decode()
    assert "as-expected" in page
    proof = client.get(f"/office/audit/growth?old={old}&new={new}")
    notes = [client.get(f"/office/audit/log/{size}.note").content.decode() for size in (old, new)]
    key = page.rsplit("<code>", 1)[1].split("</code>")[0]
    assert audit(notes[0], notes[1], proof.content, [key]).is_valid
    for old_size, new_size in (("x", "y"), ("0", "0"), ("99999", "5"), (str(new), str(old))):
        wrong = client.get(f"/office/audit/log?old={old_size}&new={new_size}")
        assert wrong.status_code == 200
        assert "says-wrong" in wrong.content.decode()
    assert client.get("/office/audit/growth?old=5&new=2").status_code == 404


def test_records_are_found_by_claim_kind_and_number(desk: Desk, way: Way) -> None:
    claim_no = way.submitted("mei")
    way.submitted("hui")
    client = desk("shen")
    page = client.get(f"/office/audit?subject={claim_no}").content.decode()
    assert page.count("claim.submitted") >= 1
    assert f"claim:{claim_no}" in page
    kinds = client.get("/office/audit?kind=claim.reported").content.decode()
    assert kinds.count('<tr role="row">') == 3
    record = Record.objects.latest("pk")
    assert client.get(f"/office/audit?id={record.pk}")["Location"] == f"/office/audit/records/{record.pk}"
    assert json.loads(bytes(record.body))["kind"] == record.kind


def test_who_read_whose_data_is_shown_with_what_for(desk: Desk, way: Way) -> None:
    claim_no = way.in_review("mei")
    desk("ai").get(f"/office/claims/{claim_no}")
    page = desk("shen").get(f"/office/audit/reads?person={way.cast.id('mei')}").content.decode()
    assert way.cast.people["ai"].full_name in page
    assert "a claim" in page
    assert desk("ai").get("/office/audit/reads").status_code == 403
