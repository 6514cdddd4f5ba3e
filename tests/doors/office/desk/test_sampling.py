"""The audit of automatic decisions: judged without seeing the machine's figure, stopped, and released by another."""

from __future__ import annotations

from datetime import timedelta

from hearth.store.models import AutomaticDeciding, Calculation, Claim, Sample
from tests.doors.office.desk.conftest import Desk, Way, now


def drawn(way: Way) -> str:
    """A claim that was drawn for a person's audit."""
    claim_no = way.calculated("mei")
    claim = Claim.objects.get(claim_no=claim_no)
    calculation = Calculation.objects.filter(claim=claim).latest("pk")
    AutomaticDeciding.objects.get_or_create(product="outpatient", defaults={"changed_at": now()})
    Sample.objects.create(
        claim=claim, product="outpatient", calculation=calculation, share_bp=500, drawn_at=now() - timedelta(hours=1),
        machine_fen=calculation.payable_fen,
    )  # fmt: skip
    return claim_no


def test_a_drawn_claim_is_judged_before_the_machine_s_figure_is_shown(desk: Desk, way: Way) -> None:
    claim_no = drawn(way)
    machine = Sample.objects.get().machine_fen
    client = desk("rui")
    listed = client.get("/office/sampling").content.decode()
    assert claim_no in listed
    assert f"{machine / 100:,.2f}" not in listed
    assert client.post(f"/office/sampling/{claim_no}", {"amount": "lots"}).status_code == 422
    assert desk("shen").post(f"/office/sampling/{claim_no}", {"amount": "1"}).status_code == 403
    assert client.post(f"/office/sampling/{claim_no}", {"amount": f"{machine / 100:.2f}"}).status_code == 302
    assert Sample.objects.get().verdict == "right"
    assert f"{machine / 100:,.2f}" in client.get("/office/sampling?judged=1").content.decode()
    assert client.get(f"/office/sampling/{claim_no}").status_code == 404


def test_the_bound_the_brake_and_the_release_are_shown(desk: Desk, way: Way) -> None:
    drawn(way)
    AutomaticDeciding.objects.filter(product="outpatient").update(
        is_braked=True, braked_at=now(), braked_by=way.cast.id("rui"), judged=40, over=9, over_floor_bp=700,
        over_bound_bp=4_100, limit_bp=300,
    )  # fmt: skip
    page = desk("rui").get("/office/sampling").content.decode()
    assert "between 7% and 41% (9 found)" in page
    assert "somebody else releases it" in page
    assert desk("rui").post("/office/sampling/release/outpatient", {"why": "x"}).status_code == 409
    client = desk("shi")
    assert client.post("/office/sampling/release/outpatient", {"why": ""}).status_code == 422
    assert client.post("/office/sampling/release/outpatient", {"why": "条款比例已更正"}).status_code == 302
    assert AutomaticDeciding.objects.get().is_braked is False
    assert client.get("/office/sampling/release/nothing").status_code == 404
