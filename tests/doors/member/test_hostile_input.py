"""Whatever is sent, a member's page answers with a page: never with a fault of the house."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hearth.desks.claims import calculating, deciding, intake, reporting
from hearth.store.models import Claim
from tests.desks.cast_rows import AT, HOUR, STAY_PAPERS, Cast, add_papers, stay
from tests.doors.member.conftest import Phone
from tests.doors.member.phones import photo

NASTY = (
    "", " ", "0", "-1", "1", "99999999999999999999", "1e9", "NaN", "１２", "²", "0.001", "9" * 500, "\x00", "a\x00b",
    "\ud7ff\uffff", "𝟙", "<script>alert(1)</script>", "' OR 1=1 --", "2026-02-30", "9999-12-31", "0001-01-01", "all",
    "inpatient", "diagnosis", "stay_days", "surgery", "yes", "accident", "M1-HUI", "M1-HUI,M1-HUI", "keep", "line",
    "out-0", "out-99999", "out-²", "send", "nothing", "new", "invoice:1,2,3", "invoice:²", "other", "x" * 5_000,
    "\u202e", "{}", "[]", "1|claim|health|2026-1", "../../etc/passwd", "%00", "%s", "{0}", "claim:1",
)  # fmt: skip

BOXES: dict[str, tuple[str, ...]] = {
    "/claims/new": ("who",),
    "/claims/{no}/story": ("cause", "event_on", "story"),
    "/claims/{no}/policies": ("policy",),
    "/claims/{no}/order": ("order",),
    "/claims/{no}/bills/1": (
        "do", "setting", "admitted_on", "discharged_on", "visited_on", "hospital_name", "hospital_level",
        "hospital_ownership", "hospital_department", "code", "number", "check_code", "icd", "total", "fund",
        "other_public", "account", "cash", "own_inside", "own_outside", "si_settled", "emergency", "line-0-category",
        "line-0-name", "line-0-amount", "line-0-out_of_scope", "line-0-quantity", "line-0-on", "line-7-amount",
        "line-9999-name", "line-x-amount",
    ),
    "/claims/{no}/bills/2": ("do", "total"),
    "/claims/{no}/bills/1/out": ("x",),
    "/claims/{no}/bills/import": ("text",),
    "/claims/{no}/diagnosis": ("condition", "on", "icd"),
    "/claims/{no}/others": ("source-0", "amount-0", "source-1", "amount-1"),
    "/claims/{no}/papers": ("kind", "remove"),
    "/claims/{no}/account": ("account_id", "holder", "bank", "account"),
    "/claims/{no}/check": ("has_no_more", "consent-claim-health"),
    "/claims/{no}/supplement": ("do", "kind", "remove"),
    "/claims/{no}/agree": ("account_id", "holder", "bank", "account"),
    "/claims/{no}/dispute": ("reason", "why"),
    "/claims/{no}/correct": ("account_id", "holder", "bank", "account"),
    "/claims/{no}/message": ("text",),
    "/me/settings": ("language", "print", "quiet_from", "quiet_to", "email"),
    "/me/consents": ("give", "withdraw"),
    "/me/accounts": ("whose", "holder", "bank", "account"),
    "/me/data/copy": ("form",),
    "/family/new": ("other", "kind", "until_on"),
    "/print": ("print", "next"),
    "/receipts/verify": ("receipt", "paper"),
}  # fmt: skip


def drafted(cast: Cast) -> str:
    """A claim of Mei that is reported."""
    by = cast.who("mei")
    no = reporting.start_draft(by, cast.id("mei"), at=AT, policy_nos=["M1-MEI", "OP-MEI"])
    reporting.save_draft(by, no, at=AT, facts={"invoices": [stay()]}, story="x")
    reporting.report(by, no, at=AT)
    return no


def decided(cast: Cast) -> str:
    """A claim of Mei that is decided."""
    no = drafted(cast)
    add_papers(cast.who("mei"), no, *STAY_PAPERS)
    reporting.submit(cast.who("mei"), no, at=AT + HOUR, has_no_more=True)
    intake.accept(cast.who("an"), no, at=AT + HOUR)
    calculating.calculate(cast.who("ai"), no, at=AT + HOUR)
    outcome = Claim.objects.get(claim_no=no).calculations.get().proposal
    deciding.decide(cast.who("ai"), no, at=AT + HOUR, outcome=outcome)
    return no


@pytest.mark.parametrize("address", list(BOXES))
def test_anything_typed_anywhere_is_answered(cast: Cast, phone: Phone, address: str) -> None:
    chance = np.random.default_rng(sum(address.encode()))
    mei = phone("mei")
    claims = [drafted(cast), decided(cast)]
    for round_ in range(12):
        no = claims[round_ % 2]
        typed: dict[str, Any] = {name: NASTY[int(chance.integers(len(NASTY)))] for name in BOXES[address]}
        if "papers" in address or "supplement" in address:
            typed["files"] = [photo(colour=round_), SimpleUploadedFile("\x00.exe", b"MZ\x00", "text/html")]
        answer = mei.post(address.format(no=no), typed)
        assert answer.status_code < 500, typed
        assert "<script>alert(1)" not in getattr(answer, "text", "")
    assert mei.get("/home").status_code == 200


@pytest.mark.parametrize(
    "query",
    ["told=nothing", "told=%00", "before=x", "before=-1", "before=99999999999999999999", "kind=%00", "kind=x:y:z"],
)
def test_whatever_stands_in_an_address_is_answered(cast: Cast, phone: Phone, query: str) -> None:
    mei, no = phone("mei"), drafted(cast)
    for address in ("/home", "/claims", "/inbox", f"/claims/{no}/fill", f"/claims/{no}/papers", "/receipts/verify"):
        assert mei.get(f"{address}?{query}").status_code == 200


@pytest.mark.parametrize(
    "address",
    ["/claims/%00", "/claims/..%2f", "/claims/x/bills/0", "/claims/x/bills/99999999999999999999", "/papers/0",
     "/papers/99999999999999999999", "/receipts/99999999999999999999", "/receipts/1.json", "/policies/%00",
     "/policies/%F0%9F%92%8A", "/inbox/99999999999999999999", "/family/99999999999999999999/end"],
)  # fmt: skip
def test_an_address_that_leads_nowhere_is_not_there(cast: Cast, phone: Phone, address: str) -> None:
    mei = phone("mei")
    assert mei.get(address).status_code in (302, 404)
    assert mei.post(address).status_code in (302, 403, 404)


def test_a_request_that_is_too_large_or_broken_is_refused_with_a_page(cast: Cast, phone: Phone) -> None:
    mei, no = phone("mei"), drafted(cast)
    large = mei.post(f"/claims/{no}/story", {"story": "x" * (6 * 2**20)})
    assert large.status_code == 413 and "nothing you sent before is lost" in large.text
    many = mei.post(f"/claims/{no}/bills/1", {f"line-{n}-name": "x" for n in range(6_000)})
    assert many.status_code == 413
    files = [SimpleUploadedFile(f"{n}.jpg", b"x") for n in range(150)]
    assert mei.post(f"/claims/{no}/papers", {"kind": "invoice", "files": files}).status_code in (413, 422)
    for raw in (b"", b"--x\r\n", b'--x\r\nContent-Disposition: form-data; name="kind"\r\n\r\nload'):
        broken = mei.post(f"/claims/{no}/papers", raw, content_type="multipart/form-data; boundary=x")
        assert broken.status_code in (400, 422)
    assert mei.post(f"/claims/{no}/papers", b"x", content_type="multipart/form-data").status_code == 400
    assert mei.put("/home").status_code == 405


def test_a_file_above_the_limit_is_refused_and_the_others_are_kept(cast: Cast, phone: Phone) -> None:
    mei, no = phone("mei"), drafted(cast)
    huge = SimpleUploadedFile("huge.jpg", b"\xff\xd8\xff" + b"0" * 10_000_001, "image/jpeg")
    answer = mei.post(f"/claims/{no}/papers", {"kind": "invoice", "files": [huge, photo()]})
    assert answer.status_code == 422 and "huge.jpg" in answer.text
    assert Claim.objects.get(claim_no=no).papers.count() == 1


def test_a_form_from_elsewhere_changes_nothing(cast: Cast) -> None:
    from django.test import Client

    from tests.doors.member.conftest import BACKEND

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.people["mei"], backend=BACKEND)
    assert strict.post("/me/settings", {"language": "en"}).status_code == 403
    assert strict.post("/claims/new", {"who": str(cast.id("mei"))}).status_code == 403
    assert not Claim.objects.exists()
