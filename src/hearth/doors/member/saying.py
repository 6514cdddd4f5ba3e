"""Saying: days, moments, people and products as a member reads them."""

from __future__ import annotations

from datetime import date, datetime

from hearth.desks.claims import sold
from hearth.words.calendar import CHINA_TIME, day_in_china
from hearth.words.days import add_months
from hearth.words.faults import Fault

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
HAN_FULL = 0x2E80


def day(of: date | None, lang: str) -> str:
    """A day: 2026年11月16日, 16 Nov 2026."""
    if of is None:
        return ""
    return f"{of.year}年{of.month}月{of.day}日" if lang == "zh" else f"{of.day} {MONTHS[of.month - 1]} {of.year}"


def moment(at: datetime | None, lang: str) -> str:
    """A moment in China: 2026年11月16日 09:12, 16 Nov 2026 09:12."""
    if at is None:
        return ""
    here = at.astimezone(CHINA_TIME)
    return f"{day(here.date(), lang)} {here:%H:%M}"


def iso(at: datetime | date | None) -> str:
    """A day or moment for machines."""
    if at is None:
        return ""
    return at.astimezone(CHINA_TIME).isoformat(timespec="minutes") if isinstance(at, datetime) else at.isoformat()


def age(born_on: date | None, at: datetime) -> int | None:
    """Whole years."""
    if born_on is None:
        return None
    today = day_in_china(at)
    years = today.year - born_on.year
    return years - (add_months(born_on, 12 * years) > today)


def mark(name: str) -> str:
    """One or two letters that stand for somebody."""
    name = name.strip()
    if not name:
        return "·"
    if ord(name[0]) >= HAN_FULL:
        return name[-1] if len(name) > 1 else name
    return "".join(part[0] for part in name.split()[:2]).upper()


def product(code: str, lang: str) -> str:
    """The name of a product; its code where it is no longer on the shelf."""
    try:
        name = sold.terms_of(code).name
    except Fault:
        return code
    return name.zh if lang == "zh" else name.en


def plan(code: str, plan_code: str, lang: str) -> str:
    """The name of a plan."""
    try:
        name = sold.terms_of(code).plan_names.get(plan_code or "standard")
    except Fault:
        return plan_code
    if name is None:
        return plan_code
    return name.zh if lang == "zh" else name.en


RELATIONS = {
    "guardian": ("您的孩子", "your child"),
    "parent": ("您的孩子", "your child"),
    "spouse": ("您的配偶", "your spouse"),
    "child": ("您的父母", "your parent"),
    "agent": ("委托您办理的人", "who authorised you"),
    "heir": ("已故，您是继承人", "who died; you are an heir"),
}
"""Relation -> what the other is to the person (zh, en)."""


def relation(kind: str, lang: str) -> str:
    """What somebody is to the reader."""
    return RELATIONS.get(kind, (kind, kind))[0 if lang == "zh" else 1]


def size(bytes_: int) -> str:
    """The size of a file."""
    return f"{bytes_ / 1e6:.1f} MB" if bytes_ >= 1_000_000 else f"{max(1, round(bytes_ / 1e3))} KB"
