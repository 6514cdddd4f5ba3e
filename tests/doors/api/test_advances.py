"""A hospital's program tells of an admission, costs, a changed plan, the discharge; it hears nothing of anybody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hearth.desks import advances
from hearth.desks.claims.foreseeing import foresee
from hearth.store.access import HOUSE
from hearth.store.models import Advance, Hospital
from hearth.store.models import Partner as PartnerRow
from tests.desks.advances.rows import A, hospital, instalment, sign_all, state_of, with_workers
from tests.desks.cast_rows import AT, IDENTITIES, Cast, check_digit
from tests.doors.api.conftest import Partner, new_token

pytestmark = pytest.mark.django_db

ADMISSION = {
    "external_id": "ZY-2026-0601", "name": "梅", "id_number": IDENTITIES["mei"] + check_digit(IDENTITIES["mei"]),
    "admitted_on": "2026-06-01", "icd": "k80.1", "illness": "胆囊结石",
    "plan": "腹腔镜胆囊切除", "estimate": "100,000.00",
}  # fmt: skip


def test_from_the_admission_to_the_discharge_by_the_interface(
    cast: Cast, clock: Any, tmp_path: Path, settings: Any, client: Any
) -> None:
    settings.PAYMENTS_WIRE = f"memory:{tmp_path / 'bank.sqlite3'}"
    with_workers(cast)
    row = hospital(cast)
    PartnerRow.objects.create(code="yi", name=row.name, kind="hospital", branch=cast.branches["sz"])
    Hospital.objects.update(partner=PartnerRow.objects.get(code="yi"))
    theirs = Partner(new_token("yi", "advances:write", "advances:read"), client)
    made = theirs.post("/advances", ADMISSION)
    assert made.status_code == 201, made.content
    no = made.json()["advance"]
    assert theirs.post("/advances", ADMISSION).status_code == 200 and Advance.objects.get().source == "hospital"
    wrong = theirs.post("/advances", {**ADMISSION, "external_id": "ZY-2", "name": "某"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "ADVANCE_NOBODY_INSURED")
    advances.call(cast.who("an"), no, at=AT)
    sign_all(cast.who("mei"), no)
    advances.check(HOUSE, no, at=AT, look=foresee)
    advances.assess_risk(no, at=AT)
    opinion = {"verdict": "necessary", "reasons": "指征明确", "reference": "指南"}
    advances.opine(cast.who("chen"), no, at=AT, **opinion)
    advances.guarantee(cast.who("rui"), no, at=AT, look=foresee)
    instalment(cast, no, 3_000_000)
    told = theirs.post("/advances/ZY-2026-0601/costs", {"on": "2026-06-01", "cost": "20,000.00"})
    assert told.json() == {"total_fen": 2_000_000, "guaranteed_fen": 8_000_000, "share_bp": 2_500}
    changed = theirs.post("/advances/ZY-2026-0601/plan", {"plan": "加做胆道探查", "estimate": "120,000.00"})
    assert (changed.status_code, changed.json()["state"]) == (200, "necessity")
    advances.opine(cast.who("chen"), no, at=AT, **opinion)
    # Above 80 % of the letter: the medical expert looks again, by itself.
    advances.guarantee(cast.who("rui"), no, at=AT, look=foresee)
    assert state_of(no) == A.PAYING
    seen = theirs.get("/advances/ZY-2026-0601").json()
    assert (seen["guaranteed_fen"], seen["paid_fen"]) == (9_600_000, 3_000_000)
    assert "梅" not in str(seen) and "K80" not in str(seen)
    theirs.post("/advances/ZY-2026-0601/costs", {"on": "2026-06-01", "cost": "80,000.00"})
    assert state_of(no) == A.NECESSITY
    gone = theirs.post("/advances/ZY-2026-0601/discharge", {"on": "2026-06-01"})
    assert (gone.status_code, gone.json()["state"], state_of(no)) == (200, "discharged", A.DISCHARGED)
    assert theirs.post("/advances/ZY-2026-0601/plan", {"plan": "x", "estimate": "1.00"}).status_code == 409
    # Another hospital's program learns nothing of it, and a token that only reads tells nothing.
    PartnerRow.objects.create(code="er", name="第二医院", kind="hospital", branch=cast.branches["sz"])
    other = Partner(new_token("er", "advances:write", "advances:read"), client)
    assert other.get(f"/advances/{no}").status_code == 404
    assert other.post(f"/advances/{no}/discharge", {"on": "2026-06-01"}).status_code == 404
    reads = Partner(new_token("yi", "advances:read"), client)
    assert reads.post("/advances/ZY-2026-0601/discharge", {"on": "2026-06-01"}).status_code == 403
