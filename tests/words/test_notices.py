"""What people are told: it fits one SMS, tells nothing of anybody's health, and stands in both languages."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from hearth.words.advance_notices import ADVANCE_NOTICES
from hearth.words.complaint_notices import COMPLAINT_NOTICES
from hearth.words.money import MAX_FEN, yuan
from hearth.words.notices import NOTICES, NoticeWords, body, sms, sms_parts, title

LONGEST = {"claim_no": "C2600000042", "items": 12, "amount": yuan(MAX_FEN // 1_000), "tail": "3445", "step": "责任审核"}
LONGEST |= {"advance_no": "A2600000042", "left": yuan(MAX_FEN // 1_000)}
LONGEST |= {"complaint_no": "T2600000042", "until": "2026-12-31", "days": 60}
LONGEST |= {"day": "2026-12-31", "from": "09:00", "to": "12:00"}
EVERY: list[tuple[str, dict[str, NoticeWords]]] = [
    *((code, NOTICES) for code in NOTICES),
    *((code, ADVANCE_NOTICES) for code in ADVANCE_NOTICES),
    *((code, COMPLAINT_NOTICES) for code in COMPLAINT_NOTICES),
]
HEALTH = re.compile(
    r"医院|住院|门诊|疾病|诊断|药|手术|癌|检查|hospital|illness|diagnos|medic|surgery|cancer|treatment|inpatient", re.I
)


@pytest.mark.parametrize(("code", "among"), EVERY)
def test_every_notice_fits_one_sms_with_its_longest_values(code: str, among: dict[str, NoticeWords]) -> None:
    for lang in ("zh-hans", "en"):
        text = sms(code, LONGEST, lang, among)
        assert sms_parts(text) == 1, f"{len(text)} characters: {text}"


@pytest.mark.parametrize(("code", "among"), EVERY)
def test_no_notice_tells_anything_of_somebodys_health(code: str, among: dict[str, NoticeWords]) -> None:
    for lang in ("zh-hans", "en"):
        for text in (write(code, LONGEST, lang, among) for write in (sms, title, body)):
            assert not HEALTH.search(text), text


@pytest.mark.parametrize(("code", "among"), EVERY)
def test_the_languages_say_the_same_values_and_name_the_claim(code: str, among: dict[str, NoticeWords]) -> None:
    words = among[code]
    numbers = {id(NOTICES): "claim_no", id(ADVANCE_NOTICES): "advance_no", id(COMPLAINT_NOTICES): "complaint_no"}
    number = numbers[id(among)]

    def values(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    assert values(words.sms_zh) == values(words.sms_en) >= {number}
    assert values(words.title_zh) == values(words.title_en)
    assert values(words.body_zh) == values(words.body_en) >= {number}
    assert words.body_zh.count("\n") == words.body_en.count("\n")
    assert not re.search(r"[一-鿿，。]", words.sms_en + words.title_en + words.body_en)
    # A sentence that tells how it was decided stands in no SMS.
    assert not code.startswith("decided") or "{amount}" not in words.sms_zh


def test_a_large_print_letter_has_one_sentence_a_line() -> None:
    plain, large = (body("accepted", LONGEST, "zh-hans", is_large=is_large) for is_large in (False, True))
    assert len(large.split("\n\n")) == 3
    assert "".join(large.split()) == "".join(plain.split())
    assert all(len(line) <= 90 for line in body("decided", LONGEST, "en", is_large=True).split("\n\n"))


@pytest.mark.parametrize(
    ("text", "parts"),
    [("", 1), ("理" * 70, 1), ("理" * 71, 2), ("理" * 134, 2), ("理" * 135, 3), ("a" * 160, 1), ("a" * 161, 2),
     ("a" * 306, 2), ("a" * 69 + "理", 1), ("a" * 70 + "理", 2), ("𠮷" * 35, 1), ("𠮷" * 36, 2)],
)  # fmt: skip
def test_parts_are_counted_as_carriers_do(text: str, parts: int) -> None:
    assert sms_parts(text) == parts
