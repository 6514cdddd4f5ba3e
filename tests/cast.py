"""The cast: the same people in tests, documents and the demo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who is insured."""

    code: str
    zh: str
    en: str
    born_on: date
    sex: str
    covered_from: date
    covered_to: date
    """Half-open: the first day without cover."""
    story: str


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody who works with the members."""

    code: str
    zh: str
    en: str
    role: str


MEI = Member("mei", "梅", "Mei", date(1974, 5, 6), "F", date(2026, 1, 1), date(2027, 1, 1), "diabetic, cover in force")
BO = Member(
    "bo", "波", "Bo", date(1991, 11, 23), "M", date(2026, 6, 1), date(2027, 6, 1), "still in his waiting period"
)
LAN = Member("lan", "兰", "Lan", date(1985, 2, 28), "F", date(2025, 1, 1), date(2026, 1, 1), "cover lapsed")
HUI = Member(
    "hui", "慧", "Hui", date(1988, 8, 8), "F", date(2026, 1, 1), date(2027, 1, 1), "mother of a family of four"
)
HUIS_HUSBAND = Member(
    "qiang", "强", "Qiang", date(1986, 3, 19), "M", date(2026, 1, 1), date(2027, 1, 1), "Hui's husband"
)
HUIS_DAUGHTER = Member("yue", "月", "Yue", date(2015, 9, 30), "F", date(2026, 1, 1), date(2027, 1, 1), "Hui's daughter")
HUIS_SON = Member("tian", "天", "Tian", date(2019, 12, 1), "M", date(2026, 1, 1), date(2027, 1, 1), "Hui's son")
FAMILY = (HUI, HUIS_HUSBAND, HUIS_DAUGHTER, HUIS_SON)

CHEN = Worker("chen", "陈", "Dr Chen", "doctor at a tertiary hospital")
AN = Worker("an", "安", "An", "steward")
GU = Worker("gu", "顾", "Gu", "claim expert")

MEMBERS = (MEI, BO, LAN, *FAMILY)
WORKERS = (CHEN, AN, GU)
