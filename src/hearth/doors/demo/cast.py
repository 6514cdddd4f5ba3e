"""The cast of the demo: the people of tests and documents, and whoever else works here; all of them made up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hearth.words.claims import Role
from hearth.words.numbers import check_digit


@dataclass(frozen=True, slots=True)
class Branch:
    """A place where claims are worked on."""

    code: str
    zh: str
    en: str
    is_headquarters: bool = False


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
    phone: str = ""
    language: str = "zh-hans"
    large_print: bool = False
    can_log_in: bool = True


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody who works here: roles, the branch (none: everywhere), and the yuan they decide alone."""

    code: str
    zh: str
    en: str
    roles: tuple[Role, ...]
    story: str
    branch: str | None = None
    authority: int = 0


HEADQUARTERS, SHENZHEN = "hq", "shenzhen"

BRANCHES = (
    Branch(HEADQUARTERS, "总公司", "Headquarters", is_headquarters=True),
    Branch(SHENZHEN, "深圳分公司", "Shenzhen"),
)

_YEAR = (date(2026, 1, 1), date(2027, 1, 1))

MEI = Member("mei", "梅", "Mei", date(1974, 5, 6), "F", *_YEAR, "diabetic, cover in force", "13800000001")
BO = Member(
    "bo", "波", "Bo", date(1991, 11, 23), "M", date(2026, 6, 1), date(2027, 6, 1), "still in his waiting period",
    "13800000002",
)  # fmt: skip
LAN = Member(
    "lan", "兰", "Lan", date(1985, 2, 28), "F", date(2025, 1, 1), date(2026, 1, 1), "cover lapsed", "13800000003"
)
HUI = Member("hui", "慧", "Hui", date(1988, 8, 8), "F", *_YEAR, "mother of a family of four", "13800000004")
QIANG = Member("qiang", "强", "Qiang", date(1986, 3, 19), "M", *_YEAR, "Hui's husband", "13800000005", "en")
YUE = Member("yue", "月", "Yue", date(2015, 9, 30), "F", *_YEAR, "Hui's daughter", can_log_in=False)
TIAN = Member("tian", "天", "Tian", date(2019, 12, 1), "M", *_YEAR, "Hui's son", can_log_in=False)
SONG = Member(
    "songbo", "宋伯", "Uncle Song", date(1951, 3, 3), "M", *_YEAR, "reads in large print, an agent acts for him",
    "13800000006", large_print=True,
)  # fmt: skip

FAMILY = (HUI, QIANG, YUE, TIAN)
MEMBERS = (MEI, BO, LAN, *FAMILY, SONG)

AN = Worker("an", "安", "An", (Role.STEWARD,), "steward", SHENZHEN)
GU = Worker("gu", "顾", "Gu", (Role.CLAIM_EXPERT,), "claim expert", SHENZHEN)
CHEN = Worker("chen", "陈", "Dr Chen", (Role.MEDICAL_EXPERT,), "doctor at a tertiary hospital")
XU = Worker("xu", "许", "Xu", (Role.ASSESSOR,), "assessor in Shenzhen", SHENZHEN, 50_000)
TANG = Worker("tang", "唐", "Tang", (Role.ASSESSOR,), "assessor", authority=50_000)
LUO = Worker("luo", "罗", "Luo", (Role.REVIEWER,), "reviewer in Shenzhen", SHENZHEN, 200_000)
ZHENG = Worker("zheng", "郑", "Zheng", (Role.REVIEWER,), "reviewer", authority=5_000_000)
YAO = Worker("yao", "姚", "Yao", (Role.SENIOR_EXPERT,), "senior expert", authority=500_000)
QIAN = Worker("qian", "钱", "Qian", (Role.FINANCE,), "finance, prepares pay runs")
JIN = Worker("jin", "金", "Jin", (Role.FINANCE,), "finance, releases pay runs")
HE = Worker("he", "何", "He", (Role.UNDERWRITER,), "underwriter")
SU = Worker("su", "苏", "Su", (Role.CARE_MANAGER,), "care manager", SHENZHEN)
FANG = Worker("fang", "方", "Fang", (Role.SERVICE_AGENT,), "service agent")
YE = Worker("ye", "叶", "Ye", (Role.OPERATOR,), "operator")
DU = Worker("du", "杜", "Du", (Role.ANALYST,), "analyst")
PENG = Worker("peng", "彭", "Peng", (Role.PRODUCT_MANAGER,), "product manager")
YAN = Worker("yan", "严", "Yan", (Role.AUDITOR,), "auditor")
GAO = Worker("gao", "高", "Gao", (Role.ADMINISTRATOR,), "administrator")

WORKERS = (CHEN, AN, GU, XU, TANG, LUO, ZHENG, YAO, QIAN, JIN, HE, SU, FANG, YE, DU, PENG, YAN, GAO)
"""Every role of staff at least once; assessors, reviewers and finance twice, for what needs two people."""


@dataclass(frozen=True, slots=True)
class LogIn:
    """Somebody who can log in at the demo, as the log-in page lists them."""

    username: str
    zh: str
    en: str
    roles: tuple[Role, ...]
    story: str

    @property
    def is_staff(self) -> bool:
        """Whether a second factor is asked of them."""
        return bool(self.roles)


LOG_INS: tuple[LogIn, ...] = (
    *(LogIn(one.code, one.zh, one.en, (), one.story) for one in MEMBERS if one.can_log_in),
    *(LogIn(one.code, one.zh, one.en, one.roles, one.story) for one in WORKERS),
)


def identity_number(born_on: date, sex: str, count: int) -> str:
    """A resident number that belongs to nobody: its first six digits name no place of China.

    Needs:   `count` from 0 to 499, different for everybody born on that day
    """
    first = f"990000{born_on:%Y%m%d}{count * 2 + (sex == 'M'):03d}"
    return first + check_digit(first)


def account_number(count: int, prefix: str = "62220000") -> str:
    """A number of the demo's bank: 19 digits."""
    return f"{prefix}{count:0{19 - len(prefix)}d}"
