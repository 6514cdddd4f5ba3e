"""Clerk: judges itemised lists row by row as docs/catalogue.md says; knows nothing of the kernel's rules."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property, lru_cache
from pathlib import Path

from hearth.kernel.documents.audit.bill import Bill, Line

EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Row:
    """A row of a list: its number in the file and its cells by heading."""

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, heading: str) -> str:
        return self.cells.get(heading, "")

    def parts(self, heading: str) -> list[str]:
        """The alternatives of a cell (a|b)."""
        cell = self[heading]
        if cell.startswith("(") and cell.endswith(")"):
            cell = cell[1:-1]
        return [part for part in cell.split("|") if part]


@dataclass(frozen=True, order=True)
class Verdict:
    """What a clerk objects to: the family, list and row, and the lines in question."""

    family: str
    kind: str
    row: int
    lines: tuple[int, ...]


@dataclass
class Lists:
    """All rows of all lists, by kind."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    first_codes: dict[str, Row | None] = field(default_factory=dict)

    def read(self, text: str) -> str:
        """One CSV file; its kind is told by its headings."""
        lines = list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))
        head = lines[0]
        kind = _KINDS[head[0], head[2] if len(head) > 2 else "", "加收限制" in head]
        for number, cells in enumerate(lines[1:], 2):
            self.rows[kind].append(Row(number, dict(zip(head, (cell.strip() for cell in cells), strict=True))))
        return kind

    @classmethod
    def of_folder(cls, *folders: Path) -> Lists:
        """The lists of folders."""
        made = cls()
        for folder in folders:
            for path in sorted(folder.glob("*.csv")):
                if path.name.startswith("规则") or path.name.startswith("icd10") or "疾病分类" in path.name:
                    made.read(path.read_text("utf-8-sig"))
        return made

    @cached_property
    def disease_names(self) -> dict[str, list[str]]:
        """Names by code, a cause and its manifestation apart."""
        found: dict[str, list[str]] = defaultdict(list)
        for kind, code, names in (
            ("icd10", "code", ("name",)),
            ("disease_classes", "类目编码", ("类目名称", "归并名称")),
        ):
            for row in self.rows[kind]:
                # The name of a cause with its manifestation is the cause's: kidney disease alone is no diabetes.
                found[row[code].upper().split("+")[0].strip("*. ")] += [row[name] for name in names if row[name]]
        return found


_KINDS = {
    ("药品编码", "险种限制", False): "drug_limits", ("诊疗编码", "险种限制", False): "treatment_limits",
    ("主项编码", "从项编码", False): "duplicates", ("主项编码", "从项编码", True): "surcharges",
    ("主项编码", "子项编码", False): "panels", ("主项编码", "分项编码", False): "splits",
    ("主项编码", "关联编码", False): "needed", ("主项编码", "主次组别", False): "ranks",
    ("主项编码", "小项编码", False): "swaps", ("主项编码", "排查机构", False): "phantoms",
    ("code", "", False): "icd10", ("类目类型", "类目名称", False): "disease_classes",
}  # fmt: skip

CODE_OF = {"drug_limits": ("药品编码", "药品名称"), "treatment_limits": ("诊疗编码", "诊疗名称")}
PARTS = {"duplicates": ("从项编码", "从项名称"), "panels": ("子项编码", "子项名称"), "splits": ("分项编码", "分项名称")}
SAME_DAY = {"duplicates": "duplicate", "panels": "panel", "splits": "split"}
SEX = {"男": "male", "女": "female"}
SCHEME = {"工伤": "work_injury", "生育": "maternity"}
SETTING = {"住院": "inpatient", "门诊": "outpatient"}


@lru_cache(maxsize=200_000)
def same(text: str) -> str:
    """A name without width, case and spaces."""
    return "".join(unicodedata.normalize("NFKC", text).split()).lower()


def unit(text: str) -> str:
    """A unit without what stands around it."""
    bare = re.sub(r"^元", "", same(text)) if same(text).startswith(("元/", "元每")) else same(text)
    bare = bare.lstrip("/每")
    return bare[1:] if bare.startswith("个") and len(bare) > 1 else bare


def day_of(number: int) -> date:
    """The day of a day number."""
    return EPOCH + timedelta(days=number)


def is_class(code: str) -> bool:
    """Whether a code names a bare class of materials, so that names decide."""
    return code.upper().startswith("C") and len(code) <= 5


def is_material(line: Line) -> bool:
    """Whether a line is a material."""
    return line.code.upper().startswith("C") or (not line.code and line.material)


def fits(line: Line, code: str, names: Iterable[str]) -> int:
    """How closely a line fits an item of a list: 0 not at all."""
    if is_class(code):
        found = [len(same(name)) for name in names if same(name) in same(line.name)]
        right = is_material(line) and (not line.code or line.code.upper().startswith(code.upper()))
        return max(found, default=0) if right else 0
    if line.code:
        return len(code) if line.code.upper().startswith(code.upper()) else 0
    return 99 if same(line.name) in {same(name) for name in names} else 0


def level_word(row: Row) -> int:
    """The hospital level that a row asks for."""
    return {"一级": 1, "二级": 2, "三级": 3}.get(row["机构限制"], 0)


class Clerk:
    """Judges the bills of one person at a time."""

    def __init__(self, lists: Lists) -> None:
        self.lists = lists
        self.by_code: dict[str, dict[str, list[Row]]] = {}
        self.code_of_name: dict[str, dict[str, set[str]]] = {}
        for kind, (code, name) in CODE_OF.items():
            codes: dict[str, list[Row]] = defaultdict(list)
            called: dict[str, set[str]] = defaultdict(set)
            for row in lists.rows[kind]:
                codes[row[code]].append(row)
                called[same(row[name])].add(row[code])
            self.by_code[kind], self.code_of_name[kind] = codes, called
        self.surcharges: dict[str, list[Row]] = defaultdict(list)
        for row in lists.rows["surcharges"]:
            if row["从项编码"] == row["主项编码"]:
                continue  # one code for both: nobody can tell them apart on a bill
            self.surcharges[row["从项编码"]].append(row)
        self.lengths = {kind: sorted({len(code) for code in codes}) for kind, codes in self.by_code.items()}
        self.seen: dict[tuple[str, str, bool], list[tuple[str, str]]] = {}
        self.needs: dict[tuple[str, str, bool], list[list[Row]]] = {}
        self.begun: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
        self.ranked_as: dict[tuple[str, str, bool], list[Row]] = {}
        self.extra: dict[tuple[str, str, bool], list[str]] = {}
        self.roles: dict[tuple[str, str, bool], list[tuple[str, Row, str]]] = {}

    def judge(self, bills: Sequence[tuple[Bill, Sequence[tuple[int, Line]]]]) -> set[Verdict]:
        """All verdicts over the bills of one person."""
        found: set[Verdict] = set()
        for bill, lines in bills:
            for number, line in lines:
                found |= self.one_line(bill, number, line)
            found |= self.courses(lines) | self.carried(lines) | self.alone(lines) | self.ranked(lines)
        every = [pair for _, lines in bills for pair in lines]
        for bill, lines in bills:
            if bill.setting == "outpatient" and bill.start is not None:
                assert all(line.day is not None for _, line in lines), "planted lines have their day"
        return found | self.often(every) | self.same_day(bills)

    def shortlist(self, kind: str, line: Line) -> list[Row]:
        """The rows of a list that a line could have to do with, by the first digits of their codes."""
        if not line.code:
            return self.lists.rows[kind]
        if kind not in self.begun:
            for row in self.lists.rows[kind]:
                for heading in ("主项编码", *PARTS.get(kind, ())[:1]):
                    for code in row.parts(heading):
                        begun = self.begun[kind][code.upper()[:1] if is_class(code) else code.upper()[:6]]
                        if row not in begun:
                            begun.append(row)
        found = [self.begun[kind].get(line.code[:n], []) for n in range(1, 7)]
        return sorted({row.number: row for rows in found for row in rows}.values(), key=lambda row: row.number)

    # --- which rows ---------------------------------------------------------------------------------------------------

    def codes(self, line: Line) -> list[tuple[str, str]]:
        """The (list, code) of the lists of limits that a line falls under."""
        key = (line.code, line.name, line.material)
        if key not in self.seen:
            found = []
            for kind, codes in self.by_code.items():
                if line.code:
                    found += [(kind, line.code[:n]) for n in self.lengths[kind] if line.code[:n] in codes]
                else:
                    found += [(kind, code) for code in sorted(self.code_of_name[kind].get(same(line.name), ()))]
            self.seen[key] = found
        return self.seen[key]

    def limits(self, line: Line, heading: str) -> list[tuple[str, str, list[Row]]]:
        """Rows that state something under a heading for a line, those of one code together."""
        found = []
        for kind, code in self.codes(line):
            rows = [row for row in self.by_code[kind][code] if row[heading]]
            if rows:
                found.append((kind, code, rows))
        return found

    # --- one line -----------------------------------------------------------------------------------------------------

    def one_line(self, bill: Bill, number: int, line: Line) -> set[Verdict]:
        """What is wrong with one line alone."""
        found: set[Verdict] = set()

        def object_to(family: str, kind: str, row: Row) -> None:
            found.add(Verdict(family, kind, row.number, (number,)))

        for kind, _, rows in self.limits(line, "险种限制"):
            for row in rows:
                if bill.scheme and SCHEME.get(row["险种限制"], bill.scheme) != bill.scheme:
                    object_to("scheme", kind, row)
        for kind, _, rows in self.limits(line, "机构限制"):
            for row in rows:
                if bill.level is not None and bill.level < level_word(row):
                    object_to("level", kind, row)
        for kind, _, rows in self.limits(line, "就医限制"):
            for row in rows:
                if bill.setting and SETTING.get(row["就医限制"], bill.setting) != bill.setting:
                    object_to("setting", kind, row)
        for kind, _, rows in self.limits(line, "性别限制"):
            for row in rows:
                if bill.sex and SEX[row["性别限制"]] != bill.sex:
                    object_to("sex", kind, row)
        for kind, _, rows in self.limits(line, "年龄限制"):
            for row in rows:
                if self.wrong_age(bill, line, row["年龄限制"]):
                    object_to("age", kind, row)
        for kind, _, rows in self.limits(line, "疾病限制"):
            words = [same(word) for row in rows for word in row.parts("疾病限制")]
            if self.none_of(words, self.diagnosed(bill)):
                for row in rows:
                    object_to("disease", kind, row)
        where = [bill.department] * bool(bill.department) + ["急诊"] * bill.emergency
        for kind, _, rows in self.limits(line, "专科限制"):
            words = [same(word) for row in rows for word in row.parts("专科限制")]
            if self.none_of(words, where):
                for row in rows:
                    object_to("department", kind, row)
        for kind, _, rows in self.limits(line, "数量限制"):
            for row in rows:
                stated = re.match(r"\d+", row["数量限制"])
                assert stated
                counted = unit(row["数量限制"][stated.end() :])
                if unit(line.unit) == counted and line.quantity > int(stated[0]) * 1000:
                    object_to("quantity", kind, row)
        for row in self.lists.rows["phantoms"]:
            named = row["排查数量"] and fits(line, row["主项编码"], [row["主项名称"]])
            if named and line.quantity > int(row["排查数量"]) * 1000:
                object_to("phantom", "phantoms", row)
        return found

    def wrong_age(self, bill: Bill, line: Line, word: str) -> bool:
        """Whether the patient is outside an age on the day of the line."""
        on = line.day if line.day is not None else bill.start
        if bill.born is None or on is None or on < bill.born:
            return False
        born, day = day_of(bill.born), day_of(on)
        years = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
        if word == "新生儿":
            return years >= 1 or (day - born).days > 28
        return {"婴幼儿": years >= 3, "儿童": years >= 18, "成年": years < 18}.get(word, False)

    def diagnosed(self, bill: Bill) -> list[str]:
        """What the diagnoses of a bill are called: as written, and by the loaded lists of codes."""
        called = []
        for code, name in bill.diagnoses:
            called += [name] * bool(name)
            for half in code.upper().split("+"):
                bare = half.strip("*. ")
                tries = {bare, bare[:3]} | ({bare + "00"} if len(bare) == 5 else set())
                tries |= {bare + ".X00"} if len(bare) == 3 else set()
                called += [known for each in sorted(tries) if each for known in self.lists.disease_names.get(each, ())]
        return called

    def none_of(self, words: Sequence[str], texts: Sequence[str]) -> bool:
        """Whether something is said, and nothing of it holds one of the words."""
        return bool(texts) and not any(word in same(text) for word in words for text in texts)

    # --- how often and how long ---------------------------------------------------------------------------------------

    def often(self, lines: Sequence[tuple[int, Line]]) -> set[Verdict]:
        """Frequencies and yearly amounts over all bills of a person."""
        spent: dict[tuple[str, str, int, object, int], list[tuple[int, int]]] = defaultdict(list)
        for number, line in lines:
            if line.day is None:
                continue
            for kind, _, rows in self.limits(line, "频次限制"):
                for row in rows:
                    stated = re.fullmatch(r"(\d+)次每(.)", row["频次限制"])
                    assert stated
                    times = line.quantity
                    if unit(line.unit) not in ("", "次", "人次"):
                        times = 1000 if line.quantity > 0 else -1000 if line.quantity < 0 else 0
                    span = self.span(line.day, stated[2])
                    key = ("frequency", self.said(kind, row, "频次限制"), row.number, span, int(stated[1]) * 1000)
                    spent[key].append((number, times))
            for kind, _, rows in self.limits(line, "总额限制"):
                for row in rows:
                    if line.public is not None:
                        most = int(row["总额限制"].removesuffix("元")) * 100
                        span = day_of(line.day).year
                        spent["yearly", kind, row.number, span, most].append((number, line.public))
        return {
            Verdict(family, kind.split(":")[0], row, tuple(sorted({number for number, _ in given})))
            for (family, kind, row, _, most), given in spent.items()
            if sum(times for _, times in given) > most
        }

    def said(self, kind: str, row: Row, heading: str) -> str:
        """The list; rows of one code that say the same count together anyway, row by row."""
        return f"{kind}:{row[heading]}"

    def span(self, number: int, period: str) -> object:
        """The calendar day, week, month or year."""
        day = day_of(number)
        return {"日": day, "周": day.isocalendar()[:2], "月": (day.year, day.month), "年": day.year}[period]

    def courses(self, lines: Sequence[tuple[int, Line]]) -> set[Verdict]:
        """Days of a course on one bill."""
        given: dict[tuple[str, int, int], list[tuple[int, Line]]] = defaultdict(list)
        for number, line in lines:
            if line.day is not None:
                for kind, _, rows in self.limits(line, "疗程限制"):
                    for row in rows:
                        given[kind, row.number, int(row["疗程限制"].removesuffix("天"))].append((number, line))
        found = set()
        for (kind, row, most), mine in given.items():
            kept = self.kept(mine)
            if len({line.day for _, line in kept}) > most:
                found.add(Verdict("course", kind, row, tuple(sorted(number for number, _ in kept))))
        return found

    def kept(self, lines: Sequence[tuple[int, Line]]) -> list[tuple[int, Line]]:
        """Lines that were not taken back on the same day of the same bill."""
        net: dict[tuple[object, ...], int] = defaultdict(int)
        for _, line in lines:
            net[line.code, line.name, line.material, line.day] += line.quantity
        return [
            (number, line)
            for number, line in lines
            if line.quantity > 0 and net[line.code, line.name, line.material, line.day] > 0
        ]

    # --- one item against another -------------------------------------------------------------------------------------

    def role(self, kind: str, row: Row, line: Line) -> str:
        """Whether a line is the whole or a part of a row, by what it fits more closely."""
        codes, names = PARTS[kind]
        whole = fits(line, row["主项编码"], row.parts("主项名称"))
        part = max((fits(line, code, row.parts(names)) for code in row.parts(codes)), default=0)
        return "" if not (whole or part) else "part" if part > whole else "whole"

    def placed(self, line: Line) -> list[tuple[str, Row, str]]:
        """Every row of a pair in which a line has a part."""
        key = (line.code, line.name, line.material)
        if key not in self.roles:
            self.roles[key] = [
                (kind, row, role)
                for kind in PARTS
                for row in self.shortlist(kind, line)
                if {code.upper() for code in row.parts(PARTS[kind][0])} != {row["主项编码"].upper()}
                and (role := self.role(kind, row, line))
            ]
        return self.roles[key]

    def same_day(self, bills: Sequence[tuple[Bill, Sequence[tuple[int, Line]]]]) -> set[Verdict]:
        """Wholes and parts on one day of one person."""
        met: dict[tuple[str, int, int], dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        for _, lines in bills:
            for number, line in self.kept(lines):
                if line.day is not None:
                    for kind, row, role in self.placed(line):
                        met[kind, row.number, line.day][role].add(number)
        return {
            Verdict(SAME_DAY[kind], kind, row, tuple(sorted(roles["part"])))
            for (kind, row, _), roles in met.items()
            if roles["whole"] and roles["part"]
        }

    def carried(self, lines: Sequence[tuple[int, Line]]) -> set[Verdict]:
        """Surcharges against the main items of a bill."""
        found = set()
        taken = [(number, line) for number, line in lines if self.surcharge_of(line)]
        for code in sorted({code for _, line in taken for code in self.surcharge_of(line)}):
            rows = self.surcharges[code]
            own = [(number, line) for number, line in taken if code in self.surcharge_of(line)]
            given = sum(line.quantity for _, line in own)
            if given <= 0:
                continue
            mains = sum(line.quantity for _, line in self.kept(lines) if any(self.carries(row, line) for row in rows))
            numbers = tuple(sorted(number for number, _ in own))
            most = max(int(row["加收限制"]) for row in rows)
            for row in rows:
                if not mains:
                    found.add(Verdict("surcharge_alone", "surcharges", row.number, numbers))
                elif given > most * mains:
                    found.add(Verdict("surcharge_times", "surcharges", row.number, numbers))
        return found

    def surcharge_of(self, line: Line) -> list[str]:
        """The surcharges that a line is."""
        key = (line.code, line.name, line.material)
        if key not in self.extra:
            if line.code:
                begun = (line.code[:n] for n in range(8, len(line.code) + 1))
                self.extra[key] = [code for code in begun if code in self.surcharges]
            else:
                name = same(line.name)
                self.extra[key] = [
                    code for code, rows in self.surcharges.items() if any(same(row["从项名称"]) == name for row in rows)
                ]
        return self.extra[key]

    def carries(self, row: Row, line: Line) -> bool:
        """Whether a line is a main item of a surcharge: the item, a kind of it, or an item below the heading."""
        main = row["主项编码"]
        if not line.code:
            return same(line.name) == same(row["主项名称"])
        if line.code.startswith(main):
            return True
        if not line.code.endswith("00") or self.surcharge_of(line) or len(main) != 15 or not main.endswith("0000"):
            return False
        if main.endswith("0000000"):
            head = main[:8]
            while len(head) > 4 and head.endswith("00"):
                head = head[:-2]
            return line.code.startswith(head)
        return line.code.startswith(main[:11])

    def alone(self, lines: Sequence[tuple[int, Line]]) -> set[Verdict]:
        """Items without what they go with."""
        groups: dict[tuple[int, ...], list[tuple[int, Line]]] = defaultdict(list)
        rows_of: dict[tuple[int, ...], list[Row]] = {}
        standing = self.kept(lines)
        for number, line in standing:
            for rows in self.needed_rows(line):
                key = tuple(row.number for row in rows)
                rows_of[key] = rows
                groups[key].append((number, line))
        found = set()
        for key, own in groups.items():
            about = rows_of[key]
            others = [line for _, line in standing if about not in self.needed_rows(line)]
            if not any(self.goes_with(row, line) for row in rows_of[key] for line in others):
                numbers = tuple(sorted(number for number, _ in own))
                found |= {Verdict("needed", "needed", number, numbers) for number in key}
        return found

    def needed_rows(self, line: Line) -> list[list[Row]]:
        """The rows about an item, those of one code or of one word for a material together."""
        key = (line.code, line.name, line.material)
        if key not in self.needs:
            together: dict[str, list[Row]] = defaultdict(list)
            words: dict[str, list[Row]] = defaultdict(list)
            for row in self.shortlist("needed", line):
                if is_class(row["主项编码"]):
                    for word in row.parts("主项名称"):
                        if fits(line, row["主项编码"], [word]):
                            words[same(word)].append(row)
                elif fits(line, row["主项编码"], row.parts("主项名称")):
                    code = row["主项编码"]
                    together[code] = [one for one in self.lists.rows["needed"] if one["主项编码"] == code]
            longest = max(map(len, words), default=0)
            self.needs[key] = [*together.values(), *(rows for word, rows in words.items() if len(word) == longest)]
        return self.needs[key]

    def goes_with(self, row: Row, line: Line) -> bool:
        """Whether a line is something that the items of a row go with."""
        if line.code and any(line.code.startswith(code) for code in row.parts("关联编码")):
            return True
        done = not line.material and not line.code.startswith(("C", "X", "Z"))
        return done and any(same(name) in same(line.name) for name in row.parts("关联名称"))

    def ranks(self, line: Line) -> list[Row]:
        """The rows of operations that a line is."""
        key = (line.code, line.name, line.material)
        if key not in self.ranked_as:
            self.ranked_as[key] = [
                row for row in self.shortlist("ranks", line) if fits(line, row["主项编码"], [row["主项名称"]])
            ]
        return self.ranked_as[key]

    def ranked(self, lines: Sequence[tuple[int, Line]]) -> set[Verdict]:
        """Operations of one group on one day."""
        groups: dict[tuple[str, str, int], list[tuple[int, Line, Row]]] = defaultdict(list)
        for number, line in self.kept(lines):
            if line.day is None or line.price is None:
                continue
            for row in self.ranks(line):
                groups[row["主次组别"], row["主次折率"], line.day].append((number, line, row))
        found = set()
        for (_, rate, _), members in groups.items():
            prices: dict[tuple[str, str, bool], int] = {}
            first: dict[tuple[str, str, bool], int] = {}
            for number, line, _ in members:
                item = (line.code, line.name, line.material)
                assert line.price is not None
                prices[item] = max(prices.get(item, 0), line.price)
                first[item] = min(first.get(item, number), number)
            main = min(prices, key=lambda item: (-prices[item], first[item]))
            for number, line, row in members:
                assert line.price is not None
                full = line.price * -(-line.quantity // 1000)
                if (line.code, line.name, line.material) != main and line.amount > Decimal(rate) * full:
                    found.add(Verdict("rank", "ranks", row.number, (number,)))
        return found
