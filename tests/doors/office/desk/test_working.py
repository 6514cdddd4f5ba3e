"""A claim is worked on from the page of its case: taken, marked, calculated, decided, refused, sent on."""

from __future__ import annotations

import io
import json

from PIL import Image

from hearth.desks import disputes
from hearth.store.models import Claim, HealthRead, Transition
from tests.desks.cast_rows import stay, visit
from tests.doors.feeds.papers import pdf
from tests.doors.office.desk.conftest import Desk, Way

LINES = [
    {"category": "western_drug", "name": "二甲双胍", "amount": "320.00"},
    {"category": "examination", "name": "糖化血红蛋白检测", "amount": "120.00"},
    {"category": "western_drug", "name": "复合维生素", "amount": "40.00"},
]


def state(claim_no: str) -> str:
    """Where a claim stands."""
    return Claim.objects.get(claim_no=claim_no).state


def headline(text: str) -> str:
    """The figure of the draft of the decision."""
    return text.split('class="headline', 2)[2].split('class="figure">')[1].split("<")[0]


def test_a_claim_goes_from_accepted_to_decided_by_the_buttons_of_its_page(desk: Desk, way: Way) -> None:
    claim_no = way.submitted("mei")
    client = desk("ai")
    for word, after in (
        ("accept", "accepted"),
        ("review", "review"),
        ("calculate", "calculated"),
        ("decide", "decided"),
    ):
        page = client.get(f"/office/claims/{claim_no}").content.decode()
        assert (
            f'/office/claims/{claim_no}/do/{word}"'
            in page.split('class="action-bar"')[1].split("ember", 1)[0] + (page.split('class="action-bar"')[1][:700])
        ), word
        answer = client.post(f"/office/claims/{claim_no}/do/{word}")
        assert answer.status_code == 302, answer.content.decode()[-3000:]
        assert state(claim_no) == after
    told = client.get(answer["Location"]).content.decode()
    assert "Decided. The member is told now." in told


def test_a_double_click_does_it_once(desk: Desk, way: Way) -> None:
    claim_no = way.submitted("mei")
    client = desk("ai")
    for word in ("accept", "accept", "review", "review", "calculate", "calculate", "decide", "decide"):
        answer = client.post(f"/office/claims/{claim_no}/do/{word}")
        assert answer.status_code in (302, 409)
    steps = Transition.objects.filter(claim__claim_no=claim_no).order_by("seq")
    assert list(steps.values_list("to_state", flat=True)) == [
        "reported", "submitted", "accepted", "review", "calculated", "decided",
    ]  # fmt: skip


def test_what_is_not_possible_now_is_told_on_the_page_and_loses_nothing(desk: Desk, way: Way) -> None:
    claim_no = way.submitted("mei")
    answer = desk("ai").post(f"/office/claims/{claim_no}/do/calculate")
    assert answer.status_code == 409
    assert claim_no in answer.content.decode()
    assert "this can be done at" in answer.content.decode()


def test_the_draft_follows_the_marks_before_they_are_saved(desk: Desk, way: Way) -> None:
    claim_no = way.in_review("mei", visit(lines=LINES))
    client = desk("ai")
    before = headline(client.get(f"/office/claims/{claim_no}").content.decode())
    typed = client.post(f"/office/claims/{claim_no}/live", {"cut-1-3": "40.00"}).content.decode()
    assert "as typed, not saved" in typed
    assert typed.split('class="figure">')[1].split("<")[0] != before
    assert Claim.objects.get(claim_no=claim_no).marks == []
    for wrong in ("abc", "-3", "99999", "１２"):
        answer = client.post(f"/office/claims/{claim_no}/live", {"cut-1-3": wrong})
        assert answer.status_code == 200
    saved = client.post(
        f"/office/claims/{claim_no}/marks", {"cut-1-3": "40.00", "disputed-1-2": "1", "why": "营养补充"}
    )
    assert saved.status_code == 302
    marks = {(one["invoice"], one["line"]): one for one in Claim.objects.get(claim_no=claim_no).marks}
    assert marks[1, 3]["not_necessary"] == "40.00"
    assert marks[1, 2]["disputed"] is True
    again = client.post(f"/office/claims/{claim_no}/marks", {"cut-1-3": "40.00", "disputed-1-2": "1", "why": "x"})
    assert again.status_code == 422
    assert "Nothing was changed" in again.content.decode()


def test_data_are_corrected_from_the_papers_with_a_reason(desk: Desk, way: Way) -> None:
    claim_no = way.in_review("mei", visit(lines=LINES, total="490.00"))
    client = desk("ai")
    page = client.get(f"/office/claims/{claim_no}/amend")
    assert "490.00" in page.content.decode()
    form = typed_of(page.content.decode())
    assert form["i1-total"] == "490.00"
    form["i1-total"] = "480.00"
    look = client.post(f"/office/claims/{claim_no}/amend", form, headers={"hx-request": "true"})
    assert "Every sum agrees" in look.content.decode()
    without = client.post(f"/office/claims/{claim_no}/amend", form)
    assert without.status_code == 422
    assert 'value="480.00"' in without.content.decode()
    facts = Claim.objects.get(claim_no=claim_no).facts
    assert client.post(f"/office/claims/{claim_no}/amend", {**form, "why": "总额抄错"}).status_code == 302
    now = Claim.objects.get(claim_no=claim_no).facts
    assert now["invoices"][0]["total"] == "480.00"
    facts["invoices"][0]["total"] = "480.00"
    assert json.loads(json.dumps(now)) == facts


def typed_of(page: str) -> dict[str, str]:
    """What the form of a page holds, as a browser would send it."""
    from html.parser import HTMLParser

    class Reader(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.form: dict[str, str] = {}
            self.choice = ""
            self.inside = False

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            held = dict(attrs)
            if tag == "form":
                self.inside = held.get("id") == "amend"
            if not self.inside:
                return
            name = held.get("name") or ""
            if tag == "input" and held.get("type") == "checkbox":
                if "checked" in held:
                    self.form[name] = held.get("value") or "on"
            elif tag == "input" and name != "csrfmiddlewaretoken":
                self.form[name] = held.get("value") or ""
            elif tag == "select":
                self.choice = name
            elif tag == "option" and "selected" in held:
                self.form[self.choice] = held.get("value") or ""

    reader = Reader()
    reader.feed(page)
    return reader.form


def test_a_refusal_names_reason_clause_evidence_and_a_person(desk: Desk, way: Way) -> None:
    claim_no = way.calculated("bo", stay(admitted_on="2026-06-10", discharged_on="2026-06-20"))
    client = desk("rui")
    page = client.get(f"/office/claims/{claim_no}/do/refuse").content.decode()
    assert '<option value="in_waiting" selected>' in page
    words = {"reason": "in_waiting", "clause": "1.5", "words": "住院发生在等待期内。"}
    nothing = client.post(f"/office/claims/{claim_no}/do/refuse", words)
    assert nothing.status_code == 422
    assert "住院发生在等待期内。" in nothing.content.decode()
    forged = client.post(f"/office/claims/{claim_no}/do/refuse", {**words, "evidence": "paper:99999999"})
    assert forged.status_code == 422
    paper = Claim.objects.get(claim_no=claim_no).papers.first()
    assert paper is not None
    done = client.post(f"/office/claims/{claim_no}/do/refuse", {**words, "evidence": f"paper:{paper.pk}"})
    assert done.status_code == 302
    decision = Claim.objects.get(claim_no=claim_no).decision
    assert decision is not None
    assert (decision.outcome, decision.clause, decision.evidence) == ("refused", "1.5", [f"paper:{paper.pk}"])
    shown = client.get(f"/office/claims/{claim_no}").content.decode()
    assert "It fell inside the waiting period" in shown


def test_above_one_s_authority_a_second_person_approves(desk: Desk, way: Way) -> None:
    dear = stay(
        lines=[{"category": "surgery", "name": "心脏搭桥手术", "amount": "268112.17"}], total="268112.17",
        fund="41059.30", account="0.00", cash="227052.87",
    )  # fmt: skip
    claim_no = way.calculated("mei", dear)
    first, second = desk("ai"), desk("rui")
    assert "somebody with more authority approves it" in first.get(f"/office/claims/{claim_no}").content.decode()
    assert first.post(f"/office/claims/{claim_no}/do/decide", {"words": "按条款给付"}).status_code == 302
    assert state(claim_no) == "calculated"
    assert first.post(f"/office/claims/{claim_no}/do/approve").status_code in (403, 409)
    page = second.get(f"/office/claims/{claim_no}").content.decode()
    assert "A decision is proposed" in page
    assert 'data-key="p"' in page
    back = second.post(f"/office/claims/{claim_no}/do/proposal-back", {"words": "请再核对发票"})
    assert back.status_code == 302
    assert first.post(f"/office/claims/{claim_no}/do/decide", {"words": "已核对"}).status_code == 302
    assert second.post(f"/office/claims/{claim_no}/do/approve").status_code == 302
    assert state(claim_no) == "decided"


def test_who_investigated_is_told_that_a_colleague_decides(desk: Desk, way: Way) -> None:
    claim_no = way.in_review("mei")
    client = desk("lin")
    assert client.post(f"/office/claims/{claim_no}/do/investigate", {"words": "核对就诊记录"}).status_code == 302
    client.post(f"/office/claims/{claim_no}/do/calculate")
    assert "whoever investigates does not decide" in client.get(f"/office/claims/{claim_no}").content.decode()
    refused = client.post(f"/office/claims/{claim_no}/do/decide")
    assert refused.status_code == 409
    assert state(claim_no) == "calculated"


def test_everything_missing_is_asked_for_at_once_and_again_only_by_a_supervisor(desk: Desk, way: Way) -> None:
    claim_no = way.in_review("mei", stay(), papers=("invoice",))
    client = desk("ai")
    page = client.get(f"/office/claims/{claim_no}/do/ask").content.decode()
    assert "discharge summary" in page
    assert "itemised list" in page
    assert (
        client.post(f"/office/claims/{claim_no}/do/ask", {"extra": "pathology", "why": "核对病理"}).status_code == 302
    )
    asked = Claim.objects.get(claim_no=claim_no).supplements.get()
    assert {"discharge_summary", "itemised_list", "pathology"} <= {item["paper"] for item in asked.items}
    assert client.post(f"/office/claims/{claim_no}/do/receive", {"gave_up": "1"}).status_code == 302
    assert state(claim_no) == "review"
    again = client.post(
        f"/office/claims/{claim_no}/do/ask", {"extra": "prescription", "new_fact": "x", "asked_by": "1"}
    )
    assert again.status_code in (409, 422)
    supervisor = desk("rui")
    form = {"extra": "prescription", "new_fact": "发现另有处方", "asked_by": str(way.cast.id("ai"))}
    assert supervisor.post(f"/office/claims/{claim_no}/do/ask", form).status_code == 302
    assert Claim.objects.get(claim_no=claim_no).supplements.count() == 2


def test_a_disputed_decision_is_opened_again_where_the_insurer_sees_it_itself(desk: Desk, way: Way) -> None:
    claim_no = way.decided("mei")
    by = way.cast.who("mei", way.at)
    number = disputes.dispute(by, claim_no, at=way.later(), reason="amount", words="少算了一项")
    client = desk("rui")
    assert f"/office/disputes/{number}" in client.get(f"/office/claims/{claim_no}").content.decode()
    assert "少算了一项" in client.get(f"/office/disputes/{number}").content.decode()
    assert client.post(f"/office/claims/{claim_no}/do/reopen", {"words": "重新核对"}).status_code == 302
    assert state(claim_no) == "review"


def test_notes_stay_inside_and_messages_reach_the_member(desk: Desk, way: Way) -> None:
    claim_no = way.in_review("mei")
    client = desk("ai")
    assert client.post(f"/office/claims/{claim_no}/do/note", {"words": "只给同事看"}).status_code == 302
    assert client.post(f"/office/claims/{claim_no}/do/message", {"words": "请补拍第二页"}).status_code == 302
    claim = Claim.objects.get(claim_no=claim_no)
    assert [note.text for note in claim.notes.all()] == ["只给同事看"]
    assert [message.text for message in claim.messages.all()] == ["请补拍第二页"]


def test_a_claim_is_taken_and_handed_over(desk: Desk, way: Way) -> None:
    claim_no = way.accepted("mei")
    assert desk("ai").post(f"/office/claims/{claim_no}/do/take").status_code == 302
    assert Claim.objects.get(claim_no=claim_no).assessor_id == way.cast.id("ai")
    form = {"assessor": str(way.cast.id("lin")), "steward": ""}
    assert desk("ai").post(f"/office/claims/{claim_no}/do/assign", form).status_code == 302
    assert Claim.objects.get(claim_no=claim_no).assessor_id == way.cast.id("lin")


def test_a_paper_is_added_looked_at_and_every_look_is_written_down(desk: Desk, way: Way) -> None:
    claim_no = way.in_review("mei")
    client = desk("ai")
    held = io.BytesIO()
    Image.new("RGB", (600, 800), (250, 250, 240)).save(held, "PNG")
    sent = client.post(
        f"/office/claims/{claim_no}/do/paper", {"kind": "prescription", "file": named("处方.png", held.getvalue())}
    )
    assert sent.status_code == 302
    paper = Claim.objects.get(claim_no=claim_no).papers.get(kind="prescription")
    assert client.get(f"/office/claims/{claim_no}/papers/{paper.pk}").status_code == 200
    for size in ("thumb", "large"):
        picture = client.get(f"/office/papers/{paper.pk}/{size}")
        assert picture["Content-Type"] == "image/jpeg"
        assert picture.content[:2] == b"\xff\xd8"
    whole = client.get(f"/office/papers/{paper.pk}/whole")
    assert whole["Content-Disposition"].startswith("attachment")
    assert whole.content == held.getvalue()
    reads = HealthRead.objects.filter(reader=way.cast.people["ai"], person=way.cast.people["mei"])
    assert reads.filter(kind="paper", key=str(paper.pk), purpose="claim").count() == 4, (
        "what was read of it, small, large, whole"
    )
    assert reads.filter(kind="claim", key=claim_no).exists()
    page = client.post(
        f"/office/claims/{claim_no}/do/paper", {"kind": "prescription", "file": named("a.png", b"<html>")}
    )
    assert page.status_code == 415
    assert "problems" in page.content.decode()


def test_every_page_of_a_paper_is_looked_at_and_no_other(desk: Desk, way: Way) -> None:
    claim_no = way.in_review("mei")
    client = desk("ai")
    client.post(f"/office/claims/{claim_no}/do/paper", {"kind": "prescription", "file": named("处方.pdf", pdf(3))})
    paper = Claim.objects.get(claim_no=claim_no).papers.get(kind="prescription")
    address = f"/office/claims/{claim_no}/papers/{paper.pk}"
    pages = [client.get(address, {"page": number}).content.decode() for number in (1, 2, 3)]
    assert "Page 1 of 3" in pages[0] and 'data-key=","' not in pages[0] and f"{address}?page=2" in pages[0]
    assert f"papers/{paper.pk}/large?page=2" in pages[1] and 'data-key=","' in pages[1] and 'data-key="."' in pages[1]
    assert 'data-key="."' not in pages[2] and "hx-get" not in pages[1]
    beside = client.get(address, {"page": 2}, headers={"hx-request": "true"}).content.decode()
    assert f'hx-get="{address}?page=3"' in beside, "beside the case the pages turn in place"
    for number in (1, 2, 3):
        assert client.get(f"/office/papers/{paper.pk}/large", {"page": number}).content[:2] == b"\xff\xd8"
    assert client.get(f"/office/papers/{paper.pk}/large", {"page": 4}).status_code == 404
    assert "Page 3 of 3" in client.get(address, {"page": 99}).content.decode()
    assert "Page 1 of 3" in client.get(address, {"page": "-1 or so"}).content.decode()


def named(name: str, content: bytes) -> io.BytesIO:
    """A file as a browser sends it."""
    held = io.BytesIO(content)
    held.name = name
    return held
