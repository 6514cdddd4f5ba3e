"""Whatever is sent, the console answers with a page and never with a stack trace."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hearth.store.models import Claim
from tests.doors.office.desk.conftest import Desk, Way

ODD = (
    "",
    "\x00",
    "\ud800",
    "'",
    "%",
    "<script>",
    "９" * 9,
    "9" * 400,
    "-1",
    "1e9",
    "🙂" * 60,
    "a" * 5_000,
    "../..",
    "{{ x }}",
)
QUERIES = ("q", "after", "due", "before", "state", "product", "branch", "flag", "mine", "subject", "kind", "id",
           "old", "new", "person", "judged", "days", "told", "holder", "stay")  # fmt: skip
PAGES = ("queue", "search", "people", "policies", "policies/new", "relations", "payrun", "payments", "books",
         "books/compare", "audit", "audit/log", "audit/reads", "audit/growth", "sampling", "partners")  # fmt: skip


def send(text: str) -> str:
    """Text as it can be sent at all."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def test_no_parameter_breaks_a_page(desk: Desk, way: Way) -> None:
    way.in_review("mei")
    clients = [desk(who) for who in ("rui", "fang", "shen")]
    for page in PAGES:
        for text in ODD:
            query = dict.fromkeys(QUERIES, send(text))
            for client in clients:
                assert client.get(f"/office/{page}", query).status_code < 500, (page, text)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_form_breaks_a_page(desk: Desk, way: Way, data: st.DataObject) -> None:
    claim = Claim.objects.filter(person=way.cast.people["mei"]).first()
    claim_no = claim.claim_no if claim is not None else way.in_review("mei")
    client = opened(desk)
    word = data.draw(st.sampled_from(["note", "ask", "refuse", "known", "assign", "investigate", "reopen", "paper"]))
    typed = st.one_of(st.sampled_from([send(one) for one in ODD]), st.text(max_size=60).map(send))
    names = ("words", "icd", "evidence_on", "why", "reason", "clause", "evidence", "assessor", "steward", "extra",
             "new_fact", "asked_by", "kind", "cut-1-1", "disputed-1-1", "i1-total", "i1-setting", "i1l1-amount",
             "i1-hospital_level", "cause", "onset_on")  # fmt: skip
    form = data.draw(st.dictionaries(st.sampled_from(names), typed))
    for address in (f"do/{word}", "live", "marks", "amend", "adjustments/1"):
        answer = client.post(f"/office/claims/{claim_no}/{address}", form)
        assert answer.status_code < 500, (address, form)


_OPEN: dict[int, Client] = {}


def opened(desk: Desk) -> Client:
    """One browser for all examples of a test."""
    if id(desk) not in _OPEN:
        _OPEN.clear()
        _OPEN[id(desk)] = desk("rui")
    return _OPEN[id(desk)]


def addresses() -> list[str]:
    """Every address of the console with ids that are nobody's."""
    found = []
    for pattern in get_resolver().url_patterns:
        if str(pattern.pattern) == "office/":
            found = [str(each.pattern) for each in pattern.url_patterns]
    filled = [
        re.sub(r"<slug:word>", "note", re.sub(r"<slug:(code|product)>", "none", one))
        for one in (re.sub(r"<(number|policy_no):\w+>", "C2600999999", each) for each in found)
    ]
    return [re.sub(r"<id:\w+>", "999999999999999", re.sub(r"<code:\w+>", "none:x", one)) for one in filled]


@pytest.mark.parametrize("method", ["get", "post", "put", "delete", "head", "options"])
def test_no_method_on_no_address_breaks_anything(desk: Desk, cast: Any, method: str) -> None:
    assert len(addresses()) > 40
    for who in ("rui", "guan", "fang"):
        client = desk(who)
        for address in addresses():
            answer = getattr(client, method)(f"/office/{address}")
            assert answer.status_code < 500, (who, method, address)


def test_every_form_carries_its_token_and_no_page_a_script_or_style_of_its_own(desk: Desk, way: Way) -> None:
    claim_no = way.calculated("mei")
    client = desk("rui")
    inline = re.compile(r"\sstyle=|<style|<script(?![^>]*\ssrc=)|\son[a-z]+=|javascript:", re.IGNORECASE)
    for address in (
        f"claims/{claim_no}",
        f"claims/{claim_no}/do/refuse",
        f"claims/{claim_no}/amend",
        "queue",
        "sampling",
    ):
        page = client.get(f"/office/{address}").content.decode()
        assert inline.search(page) is None, address
        for form in re.findall(r'<form[^>]*method="post".*?</form>', page, re.DOTALL):
            assert "csrfmiddlewaretoken" in form, form[:200]
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    assert strict.post(f"/office/claims/{claim_no}/do/decide").status_code == 403
