"""Planting: bills made from a seed that break a row of a list, and bills that come as close to it as one may."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from hearth.kernel.documents.audit.bill import Bill, Bills, Line, columns_of
from tests.twins.audit.clerk import (
    CODE_OF,
    EPOCH,
    PARTS,
    SCHEME,
    SETTING,
    SEX,
    Clerk,
    Lists,
    Row,
    Verdict,
    is_class,
    unit,
)

PERSON = list[Bill]
MONDAY = (date(2026, 3, 2) - EPOCH).days
FILLERS = tuple(f"常规项目{n}" for n in range(400))
PRICE = 10_000


@dataclass(frozen=True)
class Intent:
    """What one planted person is to show: a row broken, or just kept."""

    family: str
    kind: str
    row: int
    person: int
    is_broken: bool


@dataclass
class Planting:
    """Bills of many persons, what was planted in them, and what the clerk finds."""

    bills: list[Bill] = field(default_factory=list)
    intents: list[Intent] = field(default_factory=list)
    truth: set[Verdict] = field(default_factory=set)
    lines_of: dict[int, set[int]] = field(default_factory=dict)

    def columns(self) -> Bills:
        """The bills as the checker takes them."""
        return columns_of(self.bills)

    def missed(self, verdicts: set[Verdict]) -> list[Intent]:
        """Plants that `verdicts` do not show as they were meant."""
        seen: dict[tuple[str, str, int], list[Verdict]] = {}
        for verdict in verdicts:
            seen.setdefault((verdict.family, verdict.kind, verdict.row), []).append(verdict)
        return [
            intent
            for intent in self.intents
            if intent.is_broken
            != any(
                set(verdict.lines) <= self.lines_of[intent.person]
                for verdict in seen.get((intent.family, intent.kind, intent.row), ())
            )
        ]


def plant(lists: Lists, seed: int, *, lines: int = 0) -> Planting:
    """Every row that can be broken, broken once and nearly broken as often as there are ways to be near.

    Filled up with lines of no list to `lines`.
    """
    rng = np.random.default_rng(seed)
    made = Planting()
    people: list[tuple[PERSON, str, str, int, bool]] = []
    for family, kind, row, bad, good in _every(lists, rng):
        people.append((bad, family, kind, row.number, True))
        people += [(near, family, kind, row.number, False) for near in good]
    rng.shuffle(people)  # type: ignore[arg-type]
    clerk, number = Clerk(lists), 0
    used = sum(len(bill.lines) for person, *_ in people for bill in person)
    spare = max(0, lines - used) // max(1, len(people))
    for who, (person, family, kind, row_number, is_broken) in enumerate(people):
        shown: list[tuple[Bill, list[tuple[int, Line]]]] = []
        for place, bill in enumerate(person):
            more = [_filler(rng, bill) for _ in range(spare if place == 0 else 0)]
            whole = replace(bill, person=f"p{who}", lines=(*bill.lines, *more))
            numbered = list(enumerate((_dated(line, whole) for line in whole.lines), number))
            number += len(numbered)
            shown.append((whole, numbered))
            made.bills.append(whole)
        made.lines_of[who] = {n for _, numbered in shown for n, _ in numbered}
        made.intents.append(Intent(family, kind, row_number, who, is_broken))
        made.truth |= clerk.judge(shown)
    return made


def _dated(line: Line, bill: Bill) -> Line:
    return replace(line, day=bill.start) if line.day is None and bill.setting == "outpatient" else line


def _filler(rng: np.random.Generator, bill: Bill) -> Line:
    which = int(rng.integers(len(FILLERS)))
    return Line(FILLERS[which], PRICE, code=f"0088{which:04d}0010000", price=PRICE, day=bill.start)


def _line(rng: np.random.Generator, code: str, names: Sequence[str], **more: object) -> Line:
    """A line of an item: mostly by its code, now and then by its name alone."""
    name = names[int(rng.integers(len(names)))] if names else "项目"
    stated: dict[str, object] = {"amount": PRICE, "price": PRICE, "day": MONDAY, "unit": "次", **more}
    if is_class(code):
        stated["material"] = True
        full = code.upper() + f"{int(rng.integers(10**9)):09d}"
        return Line(f"一次性{name}", code=full if rng.random() < 0.8 else "", **stated)  # type: ignore[arg-type]
    if rng.random() < 0.1 and names:
        return Line(name, code="", material=code.upper().startswith("C"), **stated)  # type: ignore[arg-type]
    full = code.upper().ljust(15, "0") if code.isdigit() else code.upper() + f"{int(rng.integers(10**8)):08d}"
    return Line(name, code=full, **stated)  # type: ignore[arg-type]


def _bill(*lines: Line, **more: object) -> Bill:
    """An adult's stay in a large hospital, healthy as far as anybody wrote down."""
    stated: dict[str, object] = {
        "sex": "female", "born": (date(1985, 6, 1) - EPOCH).days, "start": MONDAY, "level": 3, "setting": "inpatient",
        "department": "综合病区", "scheme": "employee", "diagnoses": (("", "未见异常"),),
    }  # fmt: skip
    return Bill(lines=lines, **{**stated, **more})  # type: ignore[arg-type]


Plant = tuple[str, str, Row, PERSON, list[PERSON]]


def _every(lists: Lists, rng: np.random.Generator) -> Iterator[Plant]:
    for kind, (code, name) in CODE_OF.items():
        for row in lists.rows[kind]:

            def item(row: Row = row, code: str = code, name: str = name, **more: object) -> Line:
                return _line(rng, row[code], [row[name]], **more)

            for heading, (family, ways) in LIMITS.items():
                if row[heading] and (made := ways(row, row[heading], item, lists)) is not None:
                    bad, good = made
                    yield family, kind, row, bad, good
    yield from _pairs(lists, rng)
    yield from _surcharges(lists, rng)
    yield from _needed(lists, rng)
    yield from _ranks(lists, rng)
    for row in lists.rows["phantoms"]:
        if row["排查数量"]:
            most = int(row["排查数量"]) * 1000
            named = row["主项编码"], [row["主项名称"]]
            over, at = (_line(rng, *named, quantity=most + more) for more in (1000, 0))
            yield "phantom", "phantoms", row, [_bill(over)], [[_bill(at)]]


Item = Callable[..., Line]
Made = tuple[PERSON, list[PERSON]] | None


def _scheme(row: Row, text: str, item: Item, lists: Lists) -> Made:
    want = SCHEME.get(text)
    return None if want is None else ([_bill(item())], [[_bill(item(), scheme=want)], [_bill(item(), scheme="")]])


def _level(row: Row, text: str, item: Item, lists: Lists) -> Made:
    want = {"一级": 1, "二级": 2, "三级": 3}.get(text)
    if want is None:
        return None
    return [_bill(item(), level=want - 1)], [[_bill(item(), level=want)], [_bill(item(), level=None)]]


def _setting(row: Row, text: str, item: Item, lists: Lists) -> Made:
    want = SETTING.get(text)
    other = {"inpatient": "outpatient", "outpatient": "inpatient"}.get(want or "")
    return None if other is None else ([_bill(item(), setting=other)], [[_bill(item(), setting=want)]])


def _department(row: Row, text: str, item: Item, lists: Lists) -> Made:
    word = row.parts("专科限制")[-1]
    near = [[_bill(item(), department=f"第二{word}医学部")], [_bill(item(), department="")]]
    if word == "急诊":
        near.append([_bill(item(), emergency=True)])
    return [_bill(item(), department="骨伤病区")], near


def _sex(row: Row, text: str, item: Item, lists: Lists) -> Made:
    right = SEX[text]
    wrong = "male" if right == "female" else "female"
    return [_bill(item(), sex=wrong)], [[_bill(item(), sex=right)], [_bill(item(), sex="")]]


def _age(row: Row, text: str, item: Item, lists: Lists) -> Made:
    today = EPOCH.fromordinal(EPOCH.toordinal() + MONDAY)
    born_years_ago = {years: (today.replace(year=today.year - years) - EPOCH).days for years in (3, 18)}
    edges = {
        # the first day outside, the last day inside
        "新生儿": (MONDAY - 29, MONDAY - 28),
        "婴幼儿": (born_years_ago[3], born_years_ago[3] + 1),
        "儿童": (born_years_ago[18], born_years_ago[18] + 1),
        "成年": (born_years_ago[18] + 1, born_years_ago[18]),
    }
    if text not in edges:
        return None
    outside, inside = edges[text]
    return [_bill(item(), born=outside)], [[_bill(item(), born=inside)], [_bill(item(), born=None)]]


def _disease(row: Row, text: str, item: Item, lists: Lists) -> Made:
    words = row.parts("疾病限制")
    near = [[_bill(item(), diagnoses=(("", f"慢性{word}（待查）"),))] for word in {words[0], words[-1]}]
    near.append([_bill(item(), diagnoses=())])
    # A code alone, by what the loaded list calls it.
    coded = _coded(lists, words[0])
    if coded is not None:
        near.append([_bill(item(), diagnoses=((coded["code"], ""),))])
    return [_bill(item(), diagnoses=(("", "未见异常"), ("Z99.999", "")))], near


def _coded(lists: Lists, word: str) -> Row | None:
    """The first code of a loaded list whose name holds a word."""
    known: dict[str, Row | None] = lists.first_codes
    if word not in known:
        named = (row for row in lists.rows["icd10"] if word in row["name"] and "+" not in row["code"])
        known[word] = next(named, None)
    return known[word]


def _quantity(row: Row, text: str, item: Item, lists: Lists) -> Made:
    stated = re.match(r"(\d+)(.+)", text)
    assert stated
    most, of = int(stated[1]) * 1000, unit(text[stated.end(1) :])
    near = [[_bill(item(quantity=most, unit=of))], [_bill(item(quantity=most + 5000, unit="别的单位"))]]
    return [_bill(item(quantity=most + 1000, unit=of))], near


def _frequency(row: Row, text: str, item: Item, lists: Lists) -> Made:
    stated = re.fullmatch(r"(\d+)次每(.)", text)
    if not stated:
        return None
    most = int(stated[1])
    # The last day of a period, and the first of the next one.
    last = {
        "日": MONDAY, "周": MONDAY + 6, "月": (date(2026, 3, 31) - EPOCH).days, "年": (date(2026, 12, 31) - EPOCH).days,
    }[stated[2]]  # fmt: skip
    one = item(day=last)
    full = [replace(one, day=last) for _ in range(most)]
    after = replace(one, day=last + 1)
    back = replace(one, quantity=-1000, amount=-PRICE)
    fields = replace(one, quantity=(most + 3) * 1000, unit="照射野")
    return [_bill(*full, replace(one, day=last))], [[_bill(*full, after)], [_bill(*full, one, back)], [_bill(fields)]]


def _course(row: Row, text: str, item: Item, lists: Lists) -> Made:
    most = int(text.removesuffix("天"))
    one = item()
    # Every second day, so that no limit of a day or a week hides the course.
    days = [replace(one, day=MONDAY + 2 * n) for n in range(most + 1)]
    return [_bill(*days)], [[_bill(*days[:-1])], [_bill(*days[:-1], days[0])]]


def _yearly(row: Row, text: str, item: Item, lists: Lists) -> Made:
    most = int(text.removesuffix("元")) * 100
    first, last = MONDAY, (date(2026, 12, 31) - EPOCH).days

    def spent(day: int, fen: int) -> Bill:
        return _bill(item(day=day, amount=fen, price=fen, public=fen), start=day)

    return (
        [spent(first, most - 100), spent(last, 101)],
        [[spent(first, most - 100), spent(last, 100)], [spent(first, most), spent(last + 1, most)]],
    )


LIMITS: dict[str, tuple[str, Callable[[Row, str, Item, Lists], Made]]] = {
    "险种限制": ("scheme", _scheme), "机构限制": ("level", _level), "就医限制": ("setting", _setting),
    "专科限制": ("department", _department), "性别限制": ("sex", _sex), "年龄限制": ("age", _age),
    "疾病限制": ("disease", _disease), "数量限制": ("quantity", _quantity), "频次限制": ("frequency", _frequency),
    "疗程限制": ("course", _course), "总额限制": ("yearly", _yearly),
}  # fmt: skip


def _pairs(lists: Lists, rng: np.random.Generator) -> Iterator[Plant]:
    families = {"duplicates": "duplicate", "panels": "panel", "splits": "split"}
    for kind, (codes, names) in PARTS.items():
        for row in lists.rows[kind]:
            parts = row.parts(codes)
            # A part under the code of the whole shows itself nowhere.
            apart = [code for code in parts if code != row["主项编码"]]
            if not apart:
                continue
            code = apart[int(rng.integers(len(apart)))]
            if row["主项编码"].startswith(code):
                # The whole is of the part's class: another kind of that class is the part.
                code += "0100"[len(code) - 15 :]
            whole = replace(_line(rng, row["主项编码"], row.parts("主项名称")))
            part = _line(rng, code, row.parts(names) if is_class(code) else [])
            if not part.code and not is_class(code):
                continue
            back = replace(part, quantity=-1000, amount=-PRICE)
            later = replace(part, day=MONDAY + 1)
            yield families[kind], kind, row, [_bill(whole, part)], [[_bill(whole, later)], [_bill(whole, part, back)]]


def _surcharges(lists: Lists, rng: np.random.Generator) -> Iterator[Plant]:
    listed = {row["从项编码"] for row in lists.rows["surcharges"]}
    most: dict[str, int] = {}
    for row in lists.rows["surcharges"]:
        most[row["从项编码"]] = max(most.get(row["从项编码"], 0), int(row["加收限制"]))
    for row in lists.rows["surcharges"]:
        code = row["从项编码"]
        if code == row["主项编码"]:
            continue
        own = _line(rng, code, [row["从项名称"]])
        main_code = row["主项编码"]
        main = replace(_line(rng, main_code, [row["主项名称"]]), quantity=2000)
        below = replace(main, code=main_code[:8] + "0980000") if main_code.endswith("0000000") else main
        below = replace(below, name="标题之下的项目") if below.code else below
        near: list[PERSON] = [[_bill(own, main)]]
        if below is not main and below.code not in listed:
            near.append([_bill(own, below)])
        yield "surcharge_alone", "surcharges", row, [_bill(own)], near
        limit = most[code] * 2000
        over, at = (replace(own, quantity=limit + more, amount=PRICE * 3) for more in (1000, 0))
        yield "surcharge_times", "surcharges", row, [_bill(over, main)], [[_bill(at, main)]]


def _needed(lists: Lists, rng: np.random.Generator) -> Iterator[Plant]:
    words = [(word, row) for row in lists.rows["needed"] if is_class(row["主项编码"]) for word in row.parts("主项名称")]
    for row in lists.rows["needed"]:
        names = row.parts("主项名称")
        own = _line(rng, row["主项编码"], names)
        if is_class(row["主项编码"]):
            # A word inside a longer word of the list is that other row's.
            held = [word for word, _ in words if word.lower() in own.name.lower()]
            if len(max(held, key=len)) > min(len(name) for name in names):
                names = [max(names, key=len)]
                own = _line(rng, row["主项编码"], names)
                held = [word for word, _ in words if word.lower() in own.name.lower()]
                if max(held, key=len) not in names:
                    continue
        by_code = _line(rng, row.parts("关联编码")[0], [])
        near: list[PERSON] = []
        # The item itself is not what it goes with, even where the list names the class of both.
        if not by_code.code.startswith(row["主项编码"]):
            near.append([_bill(own, by_code)])
        if row.parts("关联名称"):
            named = f"{row.parts('关联名称')[-1]}（首次）"
            near.append([_bill(own, Line(named, PRICE, price=PRICE, day=MONDAY + 3))])
        yield "needed", "needed", row, [_bill(own, Line("别的治疗", PRICE, price=PRICE, day=MONDAY))], near


def _ranks(lists: Lists, rng: np.random.Generator) -> Iterator[Plant]:
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in lists.rows["ranks"]:
        groups.setdefault((row["主次组别"], row["主次折率"]), []).append(row)
    for (_, rate), rows in groups.items():
        for place, row in enumerate(rows):
            other = next((one for one in rows[place + 1 :] + rows[:place] if one["主项编码"] != row["主项编码"]), None)
            if other is None:
                continue
            share = round(float(rate) * PRICE)
            main = _line(rng, other["主项编码"], [other["主项名称"]], price=PRICE * 3, amount=PRICE * 3)
            over, at = (
                _line(rng, row["主项编码"], [row["主项名称"]], price=PRICE, amount=share + more) for more in (1, 0)
            )
            half = _line(
                rng, row["主项编码"], [row["主项名称"]], price=PRICE, amount=share, quantity=int(float(rate) * 1000)
            )
            other_day = replace(over, day=MONDAY + 1)
            near: list[PERSON] = [[_bill(main, at)], [_bill(main, half)], [_bill(main, other_day)], [_bill(over)]]
            yield "rank", "ranks", row, [_bill(main, over)], near
