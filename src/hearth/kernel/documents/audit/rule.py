"""Rule: one thing that a row of an audit list says of an item, in a form that a machine can check."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from hearth.kernel.documents.audit.forms import ListKind


class Family(StrEnum):
    """What a rule is about; each family is one check."""

    SCHEME = "scheme"
    LEVEL = "level"
    SETTING = "setting"
    DEPARTMENT = "department"
    SEX = "sex"
    AGE = "age"
    DISEASE = "disease"
    QUANTITY = "quantity"
    FREQUENCY = "frequency"
    COURSE = "course"
    YEARLY = "yearly"
    DUPLICATE = "duplicate"
    PANEL = "panel"
    SPLIT = "split"
    SURCHARGE_ALONE = "surcharge_alone"
    SURCHARGE_TIMES = "surcharge_times"
    NEEDED = "needed"
    RANK = "rank"
    PHANTOM = "phantom"


FAMILIES: dict[Family, tuple[str, str]] = {
    Family.SCHEME: ("险种", "kind of social insurance"),
    Family.LEVEL: ("医院等级", "hospital level"),
    Family.SETTING: ("就医方式", "setting"),
    Family.DEPARTMENT: ("专科", "department"),
    Family.SEX: ("性别", "sex"),
    Family.AGE: ("年龄", "age"),
    Family.DISEASE: ("适应症", "indication"),
    Family.QUANTITY: ("单次数量", "quantity at once"),
    Family.FREQUENCY: ("频次", "frequency"),
    Family.COURSE: ("疗程", "days of a course"),
    Family.YEARLY: ("年度总额", "amount a year"),
    Family.DUPLICATE: ("重复项目", "items that exclude each other"),
    Family.PANEL: ("组合项目重复", "test of a panel billed beside it"),
    Family.SPLIT: ("分解项目", "item billed with its parts"),
    Family.SURCHARGE_ALONE: ("加收无主项", "surcharge without its main item"),
    Family.SURCHARGE_TIMES: ("加收次数", "surcharge too often"),
    Family.NEEDED: ("关联操作缺失", "item without what it goes with"),
    Family.RANK: ("主次手术折率", "rate of a secondary operation"),
    Family.PHANTOM: ("虚记数量", "quantity to look at"),
}
"""Every family with its name, in the order in which findings are told."""


class How(StrEnum):
    """How a pick takes items."""

    CODE = "code"  # the code begins so
    STEM = "stem"  # the code begins so, and it is no surcharge
    NAME = "name"  # no code, and exactly this name
    HOLDS = "holds"  # the name holds this, whatever the code
    MATERIAL = "material"  # a material of this class (or without a code) whose name holds this


@dataclass(frozen=True, slots=True)
class Pick:
    """Which items are meant."""

    how: How
    code: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class AgeSpan:
    """Ages in completed years (or, for `days`, in days) to which a word of the lists restricts an item."""

    least_years: int
    below_years: int
    most_days: int | None
    zh: str
    en: str


AGES: dict[str, AgeSpan] = {
    "新生儿": AgeSpan(0, 1, 28, "出生 28 天以内", "not older than 28 days"),
    "婴幼儿": AgeSpan(0, 3, None, "未满 3 周岁", "under 3"),
    "儿童": AgeSpan(0, 18, None, "未满 18 周岁", "under 18"),
    "成年": AgeSpan(18, 200, None, "年满 18 周岁", "18 or older"),
}
"""Ages behind the words.  The lists define none: assumed 2026-11-22, each the widest reading, so that nobody is called
in question whom some reading clears (newborn: the 28 days of ICD-10; 婴幼儿: 国办发〔2019〕15号; 儿童 and 成年:
Law on the Protection of Minors art. 2, Civil Code art. 17)."""

LEVELS: dict[str, int] = {"一级": 1, "二级": 2, "三级": 3}
SETTINGS: dict[str, str] = {"住院": "inpatient", "门诊": "outpatient"}
PERIODS: dict[str, str] = {"日": "day", "周": "week", "月": "month", "年": "year"}
EMERGENCY = "急诊"

THOUSAND = 1_000
"""Quantities are held in thousandths."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One check: what a list says in one or several of its rows of the picked items.

    `number` is a limit in the family's unit: a level, thousandths, days, fen or basis points.
    """

    family: Family
    kind: ListKind
    version: str
    rows: tuple[int, ...]
    items: tuple[Pick, ...]
    others: tuple[Pick, ...] = ()
    words: tuple[str, ...] = ()
    number: int = 0
    unit: str = ""
    period: str = ""


def plain(text: str) -> str:
    """A name as names are compared.

    Needs:   a name as written: full or half width, spaces, capitals
    Gives:   half width, lower case, without spaces
    Source:  the lists write one name with both widths of brackets and Latin letters
    """
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()


def alternatives(text: str) -> tuple[str, ...]:
    """The alternatives of a cell such as (a|b), each once, in their order.

    Needs:   a cell
    Gives:   what stands between the bars; the cell itself where it has no outer brackets
    Source:  the form of the lists
    """
    inner = text.strip()
    if inner.startswith("(") and inner.endswith(")") and _closes_last(inner):
        inner = inner[1:-1]
    return tuple(dict.fromkeys(part.strip() for part in inner.split("|") if part.strip()))


def _closes_last(text: str) -> bool:
    """Whether the first bracket closes at the end: (a)(b) is no bracketed list."""
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return place == len(text) - 1
    return False


def stem(code: str) -> str:
    """The beginning that an item's kinds share.

    Needs:   a national treatment code: 8 digits of the class, 3 of the item, 4 of its kind
    Gives:   the code without a kind of 0000; of a class heading (item 000) the class without its trailing 00
    Source:  a surcharge on a heading (00 2101 02 000 0000) belongs to every item below the heading
    """
    if len(code) != 15 or not code.endswith("0000"):
        return code
    if not code.endswith("0000000"):
        return code[:11]
    head = code[:8]
    while len(head) > 4 and head.endswith("00"):
        head = head[:-2]
    return head
