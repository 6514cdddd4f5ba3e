"""A complaint of several on the telephone: the others are asked, say yes or no, and hear of it; a sixth is refused."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from hearth.desks.service.notices import notify
from hearth.store.models import Complaint, Notice, Record
from tests.desks.cast_rows import PHONES, Cast
from tests.doors.member.conftest import Phone

pytestmark = pytest.mark.django_db
SAID = {"cause": "slow", "stage": "claim", "words": "我们等了三周"}


def complained(cast: Cast, phone: Phone, *others: str) -> str:
    """Mei complains together with others of the cast."""
    form = dict(SAID)
    for number, code in enumerate(others, 1):
        form |= {f"name{number}": cast.people[code].full_name, f"phone{number}": PHONES[code]}
    answer = phone("mei").post("/complaints/new", form)
    assert answer.status_code == 302
    return Complaint.objects.get().complaint_no


def text(page: bytes) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.decode()))


def test_the_others_say_yes_or_no_themselves(cast: Cast, phone: Phone) -> None:
    no = complained(cast, phone, "bo", "lan")
    mine = text(phone("mei").get(f"/complaints/{no}").content)
    assert mine.count("asked; has not answered yet") == 2 and "has said yes, on" in mine
    asked = text(phone("bo").get("/complaints").content)
    assert "You are named as a representative" in asked and no in asked and "我们等了三周" not in asked
    assert phone("bo").get(f"/complaints/{no}").status_code == 404
    answer = phone("bo").post(f"/complaints/{no}/named", {"answer": "yes"})
    assert answer.headers["Location"].startswith(f"/complaints/{no}")
    seen = text(phone("bo").get(f"/complaints/{no}").content)
    assert "我们等了三周" in seen and "Take the complaint back" not in seen and "Name one more" not in seen
    assert "You represent" in text(phone("bo").get("/complaints").content)
    phone("lan").post(f"/complaints/{no}/named", {"answer": "no"})
    assert phone("lan").get(f"/complaints/{no}").status_code == 404
    assert "has said no" in text(phone("mei").get(f"/complaints/{no}").content)
    assert phone("hui").post(f"/complaints/{no}/named", {"answer": "yes"}).status_code == 404


def test_a_sixth_is_refused_where_it_is_typed(cast: Cast, phone: Phone) -> None:
    no = complained(cast, phone, "bo", "lan", "hui")
    name = {"do": "name", "name": "甲", "phone": "13911110001"}
    assert phone("mei").post(f"/complaints/{no}", name).status_code == 302
    page = phone("mei").post(f"/complaints/{no}", {**name, "name": "乙", "phone": "13911110002"})
    assert page.status_code == 422 and "At most 5 people represent a group complaint; 6 were named." in text(
        page.content
    )
    assert "5 are named: more than that cannot represent one complaint." in text(page.content)
    zh = phone("mei", "zh").post(f"/complaints/{no}", {**name, "name": "乙", "phone": "13911110002"})
    assert "共同投诉的代表人最多 5 人，现有 6 人。" in text(zh.content)


def test_what_was_typed_stays_where_a_telephone_is_none(cast: Cast, phone: Phone) -> None:
    page = phone("mei").post("/complaints/new", {**SAID, "name1": "波", "phone1": "12"})
    assert page.status_code == 422 and not Complaint.objects.exists()
    assert 'value="波"' in page.content.decode() and "<details" in page.content.decode()
    assert "The complaint lacks" in text(page.content) or "This lacks" in text(page.content)


def test_a_notice_opens_the_complaint_and_of_who_is_asked_the_list(cast: Cast, phone: Phone) -> None:
    no = complained(cast, phone, "bo")
    for record in Record.objects.filter(subject=f"complaint:{no}"):
        notify(record.pk, at=datetime.now(UTC))
    for code, address in (("mei", f"/complaints/{no}"), ("bo", "/complaints")):
        notice = Notice.objects.get(person=cast.id(code), record__subject=f"complaint:{no}")
        client = phone(code)
        assert client.post(f"/inbox/{notice.pk}").status_code == 302
        page = client.get(f"/inbox/{notice.pk}").content.decode()
        assert f'href="{address}"' in page and no in page
