"""A claim comes in through the interface, is given its papers, and is followed to its receipt."""

from __future__ import annotations

import json
import re
import shutil
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from PIL import Image

from hearth.desks.books.sequencer import sequence
from hearth.desks.claims import calculating, deciding, intake
from hearth.desks.people import add_account
from hearth.kernel.documents.sentences import QUALITY
from hearth.kernel.proof.check import check
from hearth.store.models import Claim, HealthRead, Paper, Person, Policy, Record
from hearth.store.shelf import products_folder
from tests.desks.cast_rows import AT, HOUR, STAY_PAPERS, Cast, stay
from tests.doors.api.conftest import JIA, POLICY, ROOT, Clock, Partner, problem
from tests.doors.feeds.papers import picture as unreadable
from tests.doors.feeds.papers import readable

pytestmark = pytest.mark.django_db


def claim(**more: Any) -> dict[str, Any]:
    """A stay of Jia's, under her policy."""
    return {
        "external_id": "C-1",
        "insured": "J-1",
        "policies": ["P-1"],
        "facts": {"invoices": [stay()]},
        "story": "胆囊手术",
        "held": list(STAY_PAPERS),
        **more,
    }


@pytest.fixture
def insured(insurer: Partner, cast: Cast) -> Partner:
    """The insurer, whose policy covers Jia; her steward knows the account that her money goes to."""
    assert insurer.post("/policies", POLICY).status_code == 201
    jia = Person.objects.get(external_id="J-1")
    add_account(cast.who("an"), jia.pk, "嘉", "招商银行", "6225880100000001", at=AT)
    return insurer


def picture(colour: str = "white") -> bytes:
    """A photograph."""
    held = BytesIO()
    Image.new("RGB", (600, 800), colour).save(held, "JPEG")
    return held.getvalue()


def upload(partner: Partner, key: str, content: bytes, name: str = "invoice.jpg", **form: str) -> HttpResponse:
    """A paper sent as a form."""
    return partner.client.post(
        f"{ROOT}/claims/{key}/papers",
        {"kind": "invoice", **form, "file": SimpleUploadedFile(name, content)},
        headers={"Authorization": f"Bearer {partner.token}", "Accept-Language": "en"},
    )


def decided(cast: Cast, no: str) -> None:
    """The desk does its work."""
    intake.accept(cast.who("an"), no, at=AT + 2 * HOUR)
    calculating.calculate(cast.who("ai"), no, at=AT + 3 * HOUR)
    deciding.decide(cast.who("ai"), no, at=AT + 4 * HOUR, outcome="approved")


def test_a_claim_comes_in_and_is_followed_to_its_receipt(insured: Partner, cast: Cast, clock: Clock) -> None:
    response = insured.post("/claims", claim())
    assert response.status_code == 201, response.content
    no = response.json()["claim"]
    status = insured.get("/claims/C-1").json()
    assert (status["claim"], status["state"], status["waits_for"]) == (no, "submitted", "insurer")
    assert [(step["step"], step["state"]) for step in status["steps"]][:4] == [
        ("reported", "done"), ("submitted", "done"), ("accepted", "now"), ("supplement", "to_come"),
    ]  # fmt: skip
    assert [one["state"] for one in status["history"]] == ["reported", "submitted"]
    assert (status["claimed_fen"], status["event_on"], status["policies"][0]) == (
        6_843_217, "2026-04-02", insured.get("/policies/P-1").json()["policy"],
    )  # fmt: skip
    problem(insured.get("/claims/C-1/decision"), 404, "NOT_DECIDED")

    decided(cast, no)
    status = insured.get(f"/claims/{no}").json()
    assert (status["state"], status["outcome"], status["waits_for"]) == ("decided", "approved", "member")
    decision = insured.get("/claims/C-1/decision").json()
    assert (decision["payable_fen"], decision["paid_out_fen"], decision["is_automatic"]) == (
        1_705_287,
        1_705_287,
        False,
    )
    [policy] = decision["policies"]
    assert policy["payable_fen"] == sum(line["payable_fen"] for line in policy["lines"]) == 1_705_287
    for line in policy["lines"]:
        parts = (
            "public",
            "others",
            "not_covered",
            "deductible",
            "own_share",
            "over_limits",
            "reduced_for_age",
            "payable",
        )
        assert line["billed_fen"] == sum(line[f"{part}_fen"] for part in parts)
    steps = [step for one in decision["explanation"] for step in one["steps"]]
    assert any(step["clause"] for step in steps) and all(step["zh"] and step["en"] for step in steps)

    problem(insured.get(f"/claims/C-1/receipts/{decision['record']}"), 409, "NOT_SEQUENCED")
    sequence(AT + 5 * HOUR)
    receipts = insured.get("/claims/C-1/receipts").json()["receipts"]
    assert {one["kind"] for one in receipts} >= {"claim.decided"} and all(one["is_ready"] for one in receipts)
    file = insured.get(f"/claims/C-1/receipts/{decision['record']}")
    checkpoint = insured.client.get(f"{ROOT}/log/checkpoint").json()
    assert check(file.content, [checkpoint["key"]]).is_valid
    changed = file.content.replace(b"1705287", b"1705288")
    assert changed != file.content and not check(changed, [checkpoint["key"]]).is_valid


def test_every_read_of_a_claim_is_written_down_with_its_purpose(insured: Partner, cast: Cast) -> None:
    no = insured.post("/claims", claim()).json()["claim"]
    assert not HealthRead.objects.exists()
    insured.get("/claims/C-1")
    read = HealthRead.objects.get()
    assert (read.partner, read.reader, read.kind, read.key, read.purpose) == (cast.partner, None, "claim", no, "claim")


def test_the_same_claim_sent_twice_is_one_claim(insured: Partner) -> None:
    first = insured.post("/claims", claim())
    again = insured.post("/claims", claim(story="anders", facts={"invoices": [stay(), stay()]}))
    assert (first.status_code, again.status_code, again.json()) == (201, 200, first.json())
    assert Claim.objects.count() == 1
    assert Record.objects.filter(kind="claim.submitted").count() == 1


def test_claims_of_others_sound_like_not_there(insured: Partner, clinic: Partner, cast: Cast) -> None:
    no = insured.post("/claims", claim()).json()["claim"]
    decided(cast, no)
    sequence(AT + 5 * HOUR)
    record = Record.objects.get(kind="claim.decided").pk
    for key in ("C-1", no):
        for path in ("", "/papers", "/decision", "/receipts", f"/receipts/{record}"):
            problem(clinic.get(f"/claims/{key}{path}"), 404, "NOT_THERE")
        problem(clinic.post(f"/claims/{key}/submit", {}), 404, "NOT_THERE")
        problem(upload(clinic, key, picture()), 404, "NOT_THERE")
    assert clinic.get("/claims").json() == {"claims": [], "cursor": None}
    problem(clinic.post("/claims", claim()), 404, "NOT_THERE")
    # The same number of another partner is another claim.
    assert not Claim.objects.filter(partner__code="qing").exists()
    other = insured.post("/claims", claim(external_id="C-2", facts={"invoices": [stay()]})).json()["claim"]
    problem(insured.get(f"/claims/{other}/receipts/{record}"), 404, "NOT_THERE")


def test_a_hospital_brings_in_a_claim_of_somebody_whom_an_insurer_insures(
    insured: Partner, clinic: Partner, cast: Cast
) -> None:
    before = insured.post("/claims", claim()).json()["claim"]
    policy = insured.get("/policies/P-1").json()["policy"]
    assert clinic.post("/persons", {**JIA, "external_id": "patient-7", "phone": ""}).status_code == 201
    brought = claim(insured="patient-7", policies=[policy], facts={"invoices": [stay(number="0000000077")]})
    problem(clinic.post("/claims", {**brought, "policies": ["P-1"]}), 404, "NOT_THERE")
    response = clinic.post("/claims", brought)
    assert response.status_code == 201, response.content
    no = response.json()["claim"]
    assert no != before, "the same number of another partner is another claim"
    status = clinic.get("/claims/C-1").json()
    assert (status["claim"], status["state"], status["policies"]) == (no, "submitted", [policy])
    of_mei = claim(insured="patient-7", policies=["M1-MEI"], external_id="C-2", has_no_more=True)
    problem(clinic.post("/claims", of_mei), 404, "NOT_THERE")

    decided(cast, no)
    told = clinic.get("/claims/C-1/decision").json()
    assert (told["outcome"], told["payable_fen"], told["policies"], told["explanation"]) == (
        "approved", 1_705_287, [], [],
    )  # fmt: skip
    # Neither sees the other's claims, and the hospital no policy.
    assert {one["claim"] for one in insured.get("/claims").json()["claims"]} == {before}
    assert before not in {one["claim"] for one in clinic.get("/claims").json()["claims"]}
    for by, theirs in ((clinic, before), (insured, no)):
        for path in ("", "/papers", "/decision", "/receipts"):
            problem(by.get(f"/claims/{theirs}{path}"), 404, "NOT_THERE")
    assert clinic.get("/policies").json()["policies"] == []
    problem(clinic.get(f"/policies/{policy}"), 404, "NOT_THERE")


def test_scopes_of_claims_are_apart(insured: Partner, speaking: Any) -> None:
    writer, reader, keeper = (speaking("ping", scope) for scope in ("claims:write", "claims:read", "receipts:read"))
    assert writer.post("/claims", claim()).status_code == 201
    problem(writer.get("/claims/C-1"), 403, "SCOPE_MISSING")
    problem(reader.post("/claims", claim(external_id="C-2")), 403, "SCOPE_MISSING")
    problem(reader.get("/claims/C-1/receipts"), 403, "SCOPE_MISSING")
    assert reader.get("/claims/C-1").status_code == 200
    assert keeper.get("/claims/C-1/receipts").status_code == 200
    problem(keeper.get("/claims/C-1"), 403, "SCOPE_MISSING")


def test_missing_papers_are_told_all_at_once_and_nothing_is_begun(insured: Partner) -> None:
    told = problem(insured.post("/claims", claim(held=[])), 409, "PAPERS_MISSING")
    assert {place["place"] for place in told["places"]} == set(STAY_PAPERS)
    assert not Claim.objects.exists()
    assert insured.post("/claims", claim(held=[], has_no_more=True)).status_code == 201


def test_papers_follow_a_claim_that_was_only_reported(insured: Partner, cast: Cast) -> None:
    no = insured.post("/claims", claim(held=[], submit=False)).json()["claim"]
    wanted = insured.get("/claims/C-1/papers").json()["papers"]
    missing = {one["paper"] for one in wanted if one["is_obligatory"] and not one["is_at_hand"]}
    assert missing == set(STAY_PAPERS)
    problem(insured.post("/claims/C-1/submit", {}), 409, "PAPERS_MISSING")
    for number, kind in enumerate(STAY_PAPERS):
        response = upload(insured, "C-1", readable(number), kind=kind, numbers="1")
        assert response.status_code == 201, response.content
    assert insured.post("/claims/C-1/submit", {}).json() == {"claim": no, "external_id": "C-1"}
    assert insured.post("/claims/C-1/submit", {}).status_code == 200
    status = insured.get("/claims/C-1").json()
    assert [(paper["kind"], paper["numbers"]) for paper in status["papers"]] == [(kind, [1]) for kind in STAY_PAPERS]
    assert status["state"] == "submitted"


def test_the_same_bytes_are_the_same_paper(insured: Partner) -> None:
    insured.post("/claims", claim(submit=False))
    first, second = upload(insured, "C-1", picture()), upload(insured, "C-1", picture(), name="again.jpg")
    assert first.json() == second.json() and Paper.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "name", "form", "status", "code"),
    [
        (b"<html>", "invoice.jpg", {}, 415, "UPLOAD_NOT_A_PAPER"),
        (b"", "invoice.jpg", {}, 415, "UPLOAD_NOT_A_PAPER"),
        (picture()[:200], "invoice.jpg", {}, 422, "UPLOAD_DAMAGED"),
        (picture(), "invoice.jpg", {"kind": "poem"}, 422, "UNKNOWN_PAPER"),
        (picture(), "invoice.jpg", {"kind": ""}, 422, "MALFORMED_IN_PLACES"),
        (picture(), "invoice.jpg", {"kind": "a\0b"}, 422, "MALFORMED"),
        (picture(), "invoice.jpg", {"numbers": "one"}, 422, "MALFORMED_IN_PLACES"),
        (picture(), "invoice.jpg", {"colour": "red"}, 422, "MALFORMED_IN_PLACES"),
        (b"\xff\xd8\xff" + b"\0" * 10_500_000, "invoice.jpg", {}, 413, "UPLOAD_TOO_LARGE"),
        (b"\xff\xd8\xff" + b"\0" * 12_000_000, "invoice.jpg", {}, 413, "BODY_TOO_LARGE"),
    ],
)
def test_what_is_no_paper_is_refused(
    insured: Partner, content: bytes, name: str, form: dict[str, str], status: int, code: str
) -> None:
    insured.post("/claims", claim(submit=False))
    problem(upload(insured, "C-1", content, name, **form), status, code)
    assert not Paper.objects.exists()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "multipart/form-data; boundary=x"),
        (b"--x\r\n", "multipart/form-data; boundary=x"),
        (b"--x\r\nContent-Disposition: form-data; name=kind\r\n\r\n", "multipart/form-data"),
        (b"\xff" * 100, "multipart/form-data; boundary=\xff".encode().decode("latin-1")),
        (
            b'--x\r\nContent-Disposition: form-data; name="kind"\r\n\r\ninvoice\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
        ),
    ],
)  # fmt: skip
def test_a_form_that_breaks_off_is_refused(insured: Partner, body: bytes, kind: str) -> None:
    insured.post("/claims", claim(submit=False))
    response = insured.post("/claims/C-1/papers", body, Content_Type=kind)
    assert response.status_code in (415, 422), response.content
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("change", "status", "code", "place"),
    [
        ({"facts": {"invoices": [stay(setting="moon")]}}, 422, "MALFORMED_IN_PLACES", "facts.invoices[0].setting"),
        ({"facts": {"invoices": [{**stay(), "lines": [{"category": "surgery", "amount": "x"}]}]}}, 422,
         "MALFORMED_IN_PLACES", "facts.invoices[0].lines[0].amount"),
        ({"facts": {"void": True}}, 422, "MALFORMED_IN_PLACES", "facts.void"),
        ({"facts": None}, 422, "MALFORMED_IN_PLACES", "facts"),
        ({"policies": ["P-9"]}, 404, "NOT_THERE", None),
        ({"policies": ["M1-MEI"]}, 404, "NOT_THERE", None),
        ({"insured": "mei"}, 404, "NOT_THERE", None),
        ({"held": ["poem"]}, 422, "FACTS_WRONG", "held"),
        ({"external_id": ""}, 422, "MALFORMED_IN_PLACES", "external_id"),
        ({"story": "x" * 4001}, 422, "MALFORMED_IN_PLACES", "story"),
        ({"story": "a\0b"}, 422, "MALFORMED", "story"),
        ({"facts": {"invoices": [stay(hospital={"name": "a\0b"})]}}, 422, "MALFORMED",
         "facts.invoices[0].hospital.name"),
    ],
)  # fmt: skip
def test_what_cannot_be_claimed_is_told_with_its_place(
    insured: Partner, change: dict[str, Any], status: int, code: str, place: str | None
) -> None:
    told = problem(insured.post("/claims", claim(**change)), status, code)
    if place is not None:
        assert place in {one["place"] for one in told["places"]}
    assert not Claim.objects.exists()


def test_a_claim_without_policies_is_under_all_of_the_partners_own_that_are_in_force(insured: Partner) -> None:
    assert insured.post("/claims", claim(policies=[])).status_code == 201
    held = Claim.objects.get().policies.values_list("policy__policy_no", flat=True)
    own = Policy.objects.filter(partner=Claim.objects.get().partner, state="in_force")
    assert sorted(held) == sorted(own.values_list("policy_no", flat=True)) != []


def test_figures_that_do_not_add_up_stop_nothing(insured: Partner) -> None:
    assert insured.post("/claims", claim(facts={"invoices": [stay(total="68423.17")]})).status_code == 201


def test_a_supplement_is_told_with_what_each_paper_is_worth(insured: Partner, cast: Cast) -> None:
    no = insured.post("/claims", claim(held=["invoice"], has_no_more=True)).json()["claim"]
    intake.accept(cast.who("an"), no, at=AT + HOUR)
    intake.ask_supplement(cast.who("ai"), no, ["discharge_summary"], at=AT + 2 * HOUR)
    status = insured.get("/claims/C-1").json()
    assert (status["state"], status["waits_for"]) == ("supplement", "member")
    assert "discharge_summary" in {one["paper"] for one in status["asked"]}


def test_claims_come_page_by_page_newest_first(insured: Partner) -> None:
    for number in range(5):
        body = claim(external_id=f"C-{number}", facts={"invoices": [stay()]})
        assert insured.post("/claims", body).status_code == 201
    seen: list[str] = []
    path = "/claims?limit=2"
    while True:
        page = insured.get(path).json()
        seen += [one["external_id"] for one in page["claims"]]
        if page["cursor"] is None:
            break
        path = f"/claims?limit=2&cursor={page['cursor']}"
    assert seen == [f"C-{number}" for number in (4, 3, 2, 1, 0)]


def test_the_log_is_open_to_all_and_only_grows(insured: Partner, client: Any) -> None:
    problem(client.get(f"{ROOT}/log/checkpoint", headers={"Accept-Language": "en"}), 404, "NOT_THERE")
    insured.post("/claims", claim())
    sequence(AT)
    old = client.get(f"{ROOT}/log/checkpoint").json()
    insured.post("/claims", claim(external_id="C-2", facts={"invoices": [stay()]}))
    sequence(AT + HOUR)
    new = client.get(f"{ROOT}/log/checkpoint").json()
    assert new["size"] > old["size"] and client.get(f"{ROOT}/log/checkpoint?size={old['size']}").json() == old
    grown = client.get(f"{ROOT}/log/consistency?old={old['size']}&new={new['size']}")
    assert json.loads(grown.content)["from"] == old["size"]
    problem(client.get(f"{ROOT}/log/checkpoint?size=999999"), 404, "NOT_THERE")
    problem(client.get(f"{ROOT}/log/consistency?old=1&new=999999"), 404, "NOT_THERE")
    problem(client.get(f"{ROOT}/log/consistency?old=0&new=1"), 422, "MALFORMED_IN_PLACES")


def test_a_bad_photograph_is_judged_by_the_products_of_the_claim(
    insured: Partner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    insured.post("/claims", claim(submit=False))
    assert upload(insured, "C-1", unreadable()).json()["verdict"] == "block", "as the product of the shelf says"
    shelf = tmp_path / "shelf"
    shutil.copytree(products_folder(), shelf)
    for terms in shelf.glob("*/terms.yaml"):
        signs = ", ".join(f"{sign}: off" for sign in QUALITY)
        stated = re.sub(r"^photos: .*\n", "", terms.read_text("utf-8"), flags=re.M) + f"\nphotos: {{{signs}}}\n"
        terms.write_text(stated, "utf-8")
    monkeypatch.setenv("HEARTH_PRODUCTS", str(shelf))
    assert upload(insured, "C-1", unreadable(size=(80, 60))).json()["verdict"] == "fine"
