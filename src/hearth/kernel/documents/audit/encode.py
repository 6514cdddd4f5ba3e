"""Encode: rows of audit lists made into rules; what no machine can check of a row is named, and stays text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from hearth.kernel.documents.audit.forms import ListKind, form_of
from hearth.kernel.documents.audit.rule import (
    AGES,
    LEVELS,
    PERIODS,
    SETTINGS,
    THOUSAND,
    Family,
    How,
    Pick,
    Rule,
    alternatives,
    plain,
    stem,
)

SCHEMES: dict[str, str] = {"工伤": "work_injury", "生育": "maternity"}
SEXES: dict[str, str] = {"男": "male", "女": "female"}

LIMITS: tuple[str, ...] = (
    "险种限制", "机构限制", "就医限制", "专科限制", "性别限制", "年龄限制", "疾病限制", "阶梯限制", "极量限制",
    "数量限制", "频次限制", "疗程限制", "总额限制",
)  # fmt: skip
"""Headings under which the two lists of limits state something."""

_UNIT = re.compile(r"(?:元)?[/／每]+")
_QUANTITY = re.compile(r"(\d{1,6})(?:个(?=.))?(\D.*|1%.*)")


@dataclass(frozen=True, slots=True)
class RowState:
    """How much of a row is encoded: what it states, and the headings that a person must read."""

    row: int
    stated: int
    left: tuple[str, ...]

    @property
    def state(self) -> str:
        """encoded, partly, text, or silent where the row states nothing."""
        if not self.stated:
            return "silent"
        if not self.left:
            return "encoded"
        return "partly" if len(self.left) < self.stated else "text"


@dataclass(frozen=True, slots=True)
class Encoded:
    """A list as rules, and how much of each row they hold."""

    kind: ListKind
    version: str
    rules: tuple[Rule, ...]
    rows: tuple[RowState, ...]

    def count(self, state: str) -> int:
        """How many rows are in that state."""
        return sum(row.state == state for row in self.rows)


def encode(kind: ListKind, version: str, rows: Iterable[tuple[int, Mapping[str, str]]]) -> Encoded:
    """The rules of a list.

    Needs:   a kind that is audited; rows as (row of the file, text by heading), of the list's form
    Gives:   rules, rows that say the same of one code made one rule; a state for each row
    Source:  the lists; the reading of each heading is in docs/catalogue.md
    """
    rules: list[Rule] = []
    states: list[RowState] = []
    every = tuple(rows)
    names = _names(kind, every)
    for row, values in every:
        if kind in _LIMITED:
            found, stated, left = _limits(kind, version, row, values, names[values[form_of(kind).code]])
        else:
            found, stated, left = _ROWS[kind](kind, version, row, values)
        rules += found
        states.append(RowState(row, stated, left))
    return Encoded(kind, version, tuple(_merged(rules)), tuple(states))


def times_unit(unit: str) -> bool:
    """Whether a quantity in that unit counts how often something was done.

    Needs:   a unit as written
    Gives:   true for 次 and 人次, and where no unit is written
    Source:  a frequency limits how often; three fields of one irradiation are one time
    """
    return unit_of(unit) in ("", "次", "人次")


def unit_of(unit: str) -> str:
    """A unit as units are compared.

    Needs:   a unit as written: 小时, /小时, 每小时, 元/小时
    Gives:   the same text for all of these
    Source:  lists and hospitals write one unit in several ways
    """
    text = _UNIT.sub("", plain(unit), count=1)
    return text[1:] if len(text) > 1 and text.startswith("个") else text


Found = tuple[list[Rule], int, tuple[str, ...]]
Reader = Callable[[ListKind, str, int, Mapping[str, str]], Found]


def _picks(code: str, *names: str) -> tuple[Pick, ...]:
    """The items of a code; those without a code by their names.  A bare class of materials needs the name too."""
    if code.upper().startswith("C") and len(code) <= 5:
        return tuple(Pick(How.MATERIAL, code.upper(), plain(name)) for name in names if name)
    return (Pick(How.CODE, code.upper()), *(Pick(How.NAME, "", plain(name)) for name in names if name))


def _others(codes: str, names: str) -> tuple[Pick, ...]:
    """The alternatives of a pair of cells: all the codes, or all the names where there is no code."""
    named = alternatives(names)
    return tuple(dict.fromkeys(pick for code in alternatives(codes) for pick in _picks(code, *named)))


_LIMITED = (ListKind.DRUG_LIMITS, ListKind.TREATMENT_LIMITS)


def _names(kind: ListKind, rows: Sequence[tuple[int, Mapping[str, str]]]) -> dict[str, list[str]]:
    """Every name that the list has for a code: a drug that stands under two names is one drug."""
    form = form_of(kind)
    found: dict[str, list[str]] = {}
    for _, values in rows:
        found.setdefault(values[form.code], []).append(values[form.name])
    return found


def _limits(kind: ListKind, version: str, row: int, values: Mapping[str, str], names: Sequence[str]) -> Found:
    items = tuple(dict.fromkeys(_picks(values[form_of(kind).code], *names)))
    rules, left, stated = [], [], 0
    for heading in LIMITS:
        text = values.get(heading, "")
        if text:
            stated += 1
            made = _READ.get(heading, _unread)(text)
            if made is None:
                left.append(heading)
            else:
                family, words, number, unit, period = made
                rules.append(Rule(family, kind, version, (row,), items, (), words, number, unit, period))
    return rules, stated, tuple(left)


Made = tuple[Family, tuple[str, ...], int, str, str]


def _unread(text: str) -> Made | None:
    return None


def _one_of(family: Family, table: Mapping[str, str]) -> dict[str, Made]:
    return {word: (family, (code,), 0, "", "") for word, code in table.items()}


def _words_of(family: Family) -> dict[str, Made]:
    return {word: (family, (word,), 0, "", "") for word in AGES}


def _words(family: Family, text: str) -> Made | None:
    found = tuple(plain(word) for word in alternatives(text))
    return (family, found, 0, "", "") if found else None


def _quantity(text: str) -> Made | None:
    found = _QUANTITY.fullmatch(plain(text))
    return (Family.QUANTITY, (), int(found[1]) * THOUSAND, unit_of(found[2]), "") if found else None


def _frequency(text: str) -> Made | None:
    found = re.fullmatch(r"(\d{1,4})次每([日周月年])", plain(text))
    return (Family.FREQUENCY, (), int(found[1]) * THOUSAND, "", PERIODS[found[2]]) if found else None


def _course(text: str) -> Made | None:
    found = re.fullmatch(r"(\d{1,4})天", plain(text))
    return (Family.COURSE, (), int(found[1]), "", "") if found else None


def _yearly(text: str) -> Made | None:
    found = re.fullmatch(r"(\d{1,9})元", plain(text))
    return (Family.YEARLY, (), int(found[1]) * 100, "", "year") if found else None


def _level(text: str) -> Made | None:
    return (Family.LEVEL, (), LEVELS[text], "", "") if text in LEVELS else None


_READ: dict[str, Callable[[str], Made | None]] = {
    "险种限制": _one_of(Family.SCHEME, SCHEMES).get,
    "机构限制": _level,
    "就医限制": _one_of(Family.SETTING, SETTINGS).get,
    "专科限制": lambda text: _words(Family.DEPARTMENT, text),
    "性别限制": _one_of(Family.SEX, SEXES).get,
    "年龄限制": _words_of(Family.AGE).get,
    "疾病限制": lambda text: _words(Family.DISEASE, text),
    "数量限制": _quantity,
    "频次限制": _frequency,
    "疗程限制": _course,
    "总额限制": _yearly,
}
"""How each heading is read; one that is not here (阶梯, 极量) is for a person."""


def _pair(family: Family, codes: str, names: str) -> Reader:
    def read(kind: ListKind, version: str, row: int, values: Mapping[str, str]) -> Found:
        main = _picks(values["主项编码"], *alternatives(values["主项名称"]))
        others = _others(values[codes], values[names])
        parted = {pick.code for pick in others if pick.how is How.CODE}
        if parted == {values["主项编码"].upper()}:
            # Whole and part under one code: a bill does not tell them apart.
            return [], 1, (codes,)
        return [Rule(family, kind, version, (row,), main, others)], 1, ()

    return read


def _needed(kind: ListKind, version: str, row: int, values: Mapping[str, str]) -> Found:
    names = alternatives(values["主项名称"])
    code = values["主项编码"]
    with_it = tuple(
        dict.fromkeys(
            (
                *(Pick(How.CODE, other.upper()) for other in alternatives(values["关联编码"])),
                *(Pick(How.HOLDS, "", plain(name)) for name in alternatives(values["关联名称"])),
            )
        )
    )
    picks = _picks(code, *names)
    if picks and picks[0].how is How.MATERIAL:
        # Each name is a rule of its own, so that rows that share one are read together.
        return [Rule(Family.NEEDED, kind, version, (row,), (pick,), with_it) for pick in picks], 1, ()
    return [Rule(Family.NEEDED, kind, version, (row,), picks, with_it)], 1, ()


def _surcharge(kind: ListKind, version: str, row: int, values: Mapping[str, str]) -> Found:
    main = values["主项编码"].upper()
    if main == values["从项编码"].upper():
        # Main item and surcharge under one code: a bill does not tell them apart.
        return [], 2, ("从项编码", "加收限制")
    mains = (*_picks(main, values["主项名称"]), Pick(How.STEM, stem(main)))
    items = _picks(values["从项编码"], values["从项名称"])
    alone = Rule(Family.SURCHARGE_ALONE, kind, version, (row,), items, mains)
    times = int(values["加收限制"]) if values["加收限制"].isascii() and values["加收限制"].isdigit() else None
    if times is None:
        return [alone], 2, ("加收限制",)
    return [alone, replace(alone, family=Family.SURCHARGE_TIMES, number=times * THOUSAND)], 2, ()


def _rank(kind: ListKind, version: str, row: int, values: Mapping[str, str]) -> Found:
    rate = int(Decimal(values["主次折率"]) * 10_000)
    items = _picks(values["主项编码"], values["主项名称"])
    return [Rule(Family.RANK, kind, version, (row,), items, (), (values["主次组别"],), rate)], 1, ()


def _phantom(kind: ListKind, version: str, row: int, values: Mapping[str, str]) -> Found:
    left = [heading for heading in ("排查机构", "排查部门") if values.get(heading)]
    most = values.get("排查数量", "")
    if not (most.isascii() and most.isdigit()):
        # The row names an item to look at; what to look for is a person's.
        return [], len(left) + 1, (*left, "排查数量")
    items = _picks(values["主项编码"], values["主项名称"])
    found = Rule(Family.PHANTOM, kind, version, (row,), items, number=int(most) * THOUSAND)
    return [found], len(left) + 1, tuple(left)


def _swap(kind: ListKind, version: str, row: int, values: Mapping[str, str]) -> Found:
    # Which of two items was really given does not stand on a bill.
    return [], 1, ("小项编码",)


_ROWS: dict[ListKind, Reader] = {
    ListKind.DUPLICATES: _pair(Family.DUPLICATE, "从项编码", "从项名称"),
    ListKind.PANELS: _pair(Family.PANEL, "子项编码", "子项名称"),
    ListKind.SPLITS: _pair(Family.SPLIT, "分项编码", "分项名称"),
    ListKind.SURCHARGES: _surcharge,
    ListKind.NEEDED: _needed,
    ListKind.RANKS: _rank,
    ListKind.PHANTOMS: _phantom,
    ListKind.SWAPS: _swap,
}

_TOGETHER = (Family.DISEASE, Family.DEPARTMENT)
"""Rows of one code are alternatives here: what one of them allows is not called in question."""


def _merged(rules: Sequence[Rule]) -> list[Rule]:
    """Rules that say the same of one code made one, with all their rows."""
    made: dict[object, Rule] = {}
    for rule in rules:
        key = _key(rule)
        before = made.get(key)
        made[key] = rule if before is None else _both(before, rule)
    return list(made.values())


def _key(rule: Rule) -> object:
    first = rule.items[0] if rule.items else None
    said: object = None
    if rule.family not in (*_TOGETHER, Family.NEEDED, Family.SURCHARGE_ALONE, Family.SURCHARGE_TIMES):
        said = (rule.words, rule.number, rule.unit, rule.period, rule.others)
    return (rule.family, first, said)


def _both(one: Rule, other: Rule) -> Rule:
    return replace(
        one,
        rows=tuple(sorted({*one.rows, *other.rows})),
        items=tuple(dict.fromkeys((*one.items, *other.items))),
        others=tuple(dict.fromkeys((*one.others, *other.others))),
        words=tuple(dict.fromkeys((*one.words, *other.words))),
        number=max(one.number, other.number),
    )
