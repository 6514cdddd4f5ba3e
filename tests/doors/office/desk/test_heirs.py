"""Heirs in the console: shares stated by a steward, confirmed by a colleague, ended with a reason."""

from __future__ import annotations

from datetime import date

import pytest

from hearth.desks import people
from hearth.store.models import Succession
from tests.desks.cast_rows import AT, Cast
from tests.doors.office.desk.conftest import Desk


@pytest.fixture
def hui(cast: Cast) -> int:
    """Hui died; Qiang and Bo are her proven heirs."""
    people.record_death(cast.who("an"), cast.id("hui"), date(2026, 5, 25), "死亡医学证明 4403-001", at=AT)
    for code, by in (("qiang", "qiang"), ("bo", "an")):
        relation = people.state_relation(cast.who(by), cast.id(code), cast.id("hui"), "heir", at=AT)
        people.prove_relation(cast.who("an"), relation, "亲属关系公证书", at=AT)
    return cast.id("hui")


def test_a_steward_states_shares_a_reviewer_confirms_them_and_one_of_them_ends_them(
    cast: Cast, desk: Desk, hui: int
) -> None:
    an, rui = desk("an"), desk("rui")
    url = f"/office/people/{hui}/heirs"
    assert "Nobody has said yet how it is divided" in an.get(f"/office/people/{hui}").text
    form = an.get(url).text
    assert "Parts of 强" in form and "Parts of 波" in form
    sent = {"ground": "law", "proof": "继承权公证书 118", "whole": "2"}
    for code in ("qiang", "bo"):
        sent |= {f"parts_{cast.id(code)}": "1", f"account_{cast.id(code)}": str(cast.accounts[code].pk)}
    unequal = an.post(url, sent | {"whole": "3", f"parts_{cast.id('bo')}": "2"})
    assert unequal.status_code == 422 and "by law shares are equal" in unequal.text
    assert an.post(url, sent).status_code == 302
    assert "waits for a second person" in an.get(f"/office/people/{hui}").text
    assert "Confirm the shares" not in an.get(f"/office/people/{hui}").text
    assert an.post(f"{url}/move").status_code in (403, 422)
    assert "Confirm the shares" in rui.get(f"/office/people/{hui}").text
    assert rui.post(f"{url}/move").status_code == 302
    page = rui.get(f"/office/people/{hui}").text
    assert "1/2" in page and "holds" in page and "Civil Code arts. 1127, 1130" in page
    assert an.post(url, sent).status_code == 409
    assert rui.post(f"{url}/move", {"end": "1", "why": "新的遗嘱"}).status_code == 302
    assert Succession.objects.get().ended_at is not None
    assert rui.post(f"{url}/move").status_code == 404
    assert desk("shen").get(url).status_code in (403, 404)
    assert desk("fang").get(url).status_code == 403
