"""Check: a paper held against itself: what agrees is proven, a misread sign is put right, what contradicts is said.

A repair is made only where the reader was unsure of the sign, where exactly one change makes everything agree that
the figure takes part in, and what was read stays beside it.  A figure that was surely read is never changed: where it
contradicts, that may be a sign of an altered paper, and a person looks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from hearth.kernel.documents.reading.agree import Figures, Rule, Where, fen, rules
from hearth.kernel.documents.reading.capital import ALIKE as CAPITALS_ALIKE
from hearth.kernel.documents.reading.capital import fen_of_capitals
from hearth.kernel.documents.reading.confidence import confidence
from hearth.kernel.documents.reading.found import Doubt, Found, Line, Paper
from hearth.kernel.documents.reading.guess import SURE, guesses
from hearth.kernel.documents.reading.value import meant
from hearth.words.papers import PaperKind, Status

EXPECTED: dict[PaperKind, tuple[str, ...]] = {
    PaperKind.INVOICE: (
        "code",
        "number",
        "check_code",
        "payer",
        "issued_on",
        "hospital.name",
        "total",
        "total_in_words",
    ),
    PaperKind.ITEMISED_LIST: ("payer", "hospital.name", "total"),
    PaperKind.SETTLEMENT_SHEET: ("payer", "hospital.name", "total", "fund", "cash"),
    PaperKind.DISCHARGE_SUMMARY: ("payer", "hospital.name", "admitted_on", "discharged_on", "出院诊断"),
    PaperKind.DIAGNOSIS_CERTIFICATE: ("payer", "hospital.name", "诊断"),
    PaperKind.PATHOLOGY: ("payer", "hospital.name", "病理诊断"),
    PaperKind.PRESCRIPTION: ("payer", "hospital.name"),
    PaperKind.ID_CARD: ("payer", "公民身份号码"),
    PaperKind.BANK_CARD: ("卡号",),
    PaperKind.OTHER_INSURER_SHEET: ("payer", "赔付金额"),
    PaperKind.ACCIDENT_PROOF: ("payer", "事故时间"),
}
"""What a kind of paper carries: where it was not found it is told as missing."""

CLOSED: dict[str, frozenset[str]] = {
    "unit": frozenset(("次", "盒", "日", "天", "瓶", "支", "片", "粒", "袋", "克", "g", "mg", "kg", "ml", "升",
                       "人次", "项", "部位", "例", "小时", "时", "贴", "套", "个", "只", "根", "张", "包", "付", "剂",
                       "丸", "枚", "条", "块", "对", "副", "件", "台", "分钟", "份", "管", "板", "枝", "疗程", "单位",
                       "u", "iu", "人", "床日", "床", "千克", "毫升", "毫克", "每次", "每日", "单侧", "双侧", "单眼",
                       "双眼", "牙", "颗", "穴位", "切口", "指标", "项次", "筒", "罐", "听", "桶", "卷", "米", "cm",
                       "组")),
    "scheme": frozenset(("甲", "乙", "丙", "甲类", "乙类", "丙类", "自费", "无", "全自费")),
}  # fmt: skip
"""Cells that say one of few words: another word there was misread, or stands in another column."""

UNSURE = 0.6
"""What was read less surely than that is doubtful, whatever agrees."""

MAX_GUESSES = 400
"""The most other readings of one contradiction that are tried."""

WHOLE = {"LINES_DIFFER", "HEADINGS_DIFFER"}
"""What agrees only where every page is here.  A line that was not found breaks it too: it is no sign of altering."""

ALTERING = {"WORDS_DIFFER", "PAYMENTS_DIFFER", "LINE_DIFFERS", "ID_CHECK_WRONG", "CARD_CHECK_WRONG", "BORN_DIFFERS",
            "CODE_DIFFERS"}  # fmt: skip
"""Contradictions between figures that were surely read, which may mean that a paper was altered."""


def checked(
    paper: Paper, known: Mapping[str, frozenset[str]] | None = None, told: Mapping[str, str] | None = None
) -> Paper:
    """A paper held against itself and against what is known.

    Needs:   a paper as extracted; `known` words by key or cell (names of items, units, hospitals);
             `told` values that stand in its QR code or file, by key
    Gives:   every field with its status, repairs beside what was read, what is missing, what contradicts, and which of
             that may mean an altered paper
    Source:  DOMAIN 2.10; issue 4 (cross-checks correct and convict)
    """
    paper = _personal(paper)
    if known:
        paper = _known_words(paper, known)
    fields, lines = dict(paper.fields), [dict(line) for line in paper.lines]
    doubts: list[Doubt] = []
    all_rules = [rule for rule in rules(fields, lines) if paper.is_whole or rule.code not in WHOLE]
    figures = _figures(fields, lines)
    broken = [rule for rule in all_rules if not rule.look(figures)[0]]
    while broken:
        change = _repair(broken, all_rules, figures, fields, lines)
        if change is None:
            break
        where, one = change
        _put(fields, lines, where, one)
        figures = _figures(fields, lines)
        broken = [rule for rule in all_rules if not rule.look(figures)[0]]
    for rule in broken:
        _, got, want = rule.look(figures)
        doubts.append(Doubt(rule.code, tuple(_path(where) for where in rule.about), got, want))
    _mark(fields, lines, all_rules, figures, broken)
    doubts += _told(fields, told or {})
    altered = tuple(doubt for doubt in doubts if _is_altered(doubt, fields, lines))
    for key in EXPECTED.get(paper.kind, ()):
        if key not in fields and paper.is_whole:
            fields[key] = Found(key, "text", "", "", (0, 0, 0, 0), 0.0, Status.MISSING)
    fields = {key: replace(one, confidence=confidence(one)) for key, one in fields.items()}
    sure = tuple({cell: replace(one, confidence=confidence(one)) for cell, one in line.items()} for line in lines)
    return replace(paper, fields=fields, lines=sure, doubts=tuple(doubts), altered=altered)


# --- repaired --------------------------------------------------------------------------------------------------------


def _repair(
    broken: Sequence[Rule],
    all_rules: Sequence[Rule],
    figures: Figures,
    fields: Mapping[str, Found],
    lines: Sequence[Line],
) -> tuple[Where, Found] | None:
    """The one change that makes all agree that it takes part in; None where there is none, or more than one."""
    for rule in broken:
        fits: dict[tuple[Where, str], tuple[float, Found]] = {}
        for where in rule.about:
            for guess in _readings(where, _at(fields, lines, where))[:MAX_GUESSES]:
                tried = {**figures, where: guess.value}
                concerned = [one for one in all_rules if where in one.about]
                if all(one.look(tried)[0] for one in concerned):
                    count = sum(one in broken for one in concerned)
                    why = ("REPAIRED",) if len(concerned) == 1 else ("REPAIRED", "REPAIRED_TWICE")
                    fits[(where, guess.value)] = (count, replace(guess, why=why))
        if len(fits) == 1:
            ((where, _), (_, one)) = next(iter(fits.items()))
            return where, one
    return None


def _readings(where: Where, found: Found) -> list[Found]:
    """Other values of a figure, of those that may have been misread at all."""
    made: dict[str, Found] = {}
    if found.read is not None or not found.marks:
        return []
    if found.kind == "capitals":
        return _capital_readings(found)
    for guess in guesses(found.marks):
        if not guess.unsure:
            continue
        value = meant(found.kind, guess.text)
        if value is not None and value.value != found.value and value.value not in made:
            made[value.value] = replace(found, value=value.value, read=found.value, status=Status.READ)
    return list(made.values())


def _capital_readings(found: Found) -> list[Found]:
    """Other amounts in capitals: each unsure sign replaced by what looks like it."""
    made: dict[str, Found] = {}
    signs = [mark for mark in found.marks if not mark.char.isspace()]
    text = "".join(mark.char for mark in signs)
    for place, mark in enumerate(signs):
        if mark.score >= SURE and not mark.others:
            continue
        other = [sign for sign, _ in mark.others] + [
            sign for group in CAPITALS_ALIKE if mark.char in group for sign in group
        ]
        for sign in other:
            tried = text[:place] + sign + text[place + 1 :]
            if fen_of_capitals(tried) is not None and tried != found.value:
                made[tried] = replace(found, value=tried, read=found.value, status=Status.READ)
    return list(made.values())


def _known_words(paper: Paper, known: Mapping[str, frozenset[str]]) -> Paper:
    """Words put right by a list of known ones: unsure signs alone, and only where exactly one known word fits."""
    fields = {key: _worded(one, known.get(key, frozenset())) for key, one in paper.fields.items()}
    lines = tuple(
        {cell: _worded(one, known.get(cell, frozenset())) for cell, one in line.items()} for line in paper.lines
    )
    return replace(paper, fields=fields, lines=lines)


def _worded(found: Found, words: frozenset[str]) -> Found:
    if not words or not found.value:
        return found
    if found.value in words:
        return replace(found, status=Status.PROVEN, why=(*found.why, "KNOWN_WORD"))
    signs = [mark for mark in found.marks if not mark.char.isspace()]
    text = "".join(mark.shown for mark in signs)
    if text != found.value.replace(" ", ""):
        return found
    fits = set()
    for place, mark in enumerate(signs):
        for sign, _ in mark.others:
            tried = text[:place] + sign + text[place + 1 :]
            if tried in words:
                fits.add(tried)
    if len(fits) != 1:
        return found
    return replace(found, value=fits.pop(), read=found.value, why=(*found.why, "KNOWN_WORD"))


def _personal(paper: Paper) -> Paper:
    """个人支付金额 is the cash where no other cash is printed and the payments then add up; else it stays as it is."""
    fields = dict(paper.fields)
    paid, total, fund = (fen(fields[key].value) if key in fields else None for key in ("个人支付金额", "total", "fund"))
    if "cash" in fields or paid is None or total is None or fund is None:
        return paper
    other, account = (fen(fields[key].value) or 0 if key in fields else 0 for key in ("other_public", "account"))
    if abs(fund + other + account + paid - total) <= 1:
        fields["cash"] = replace(fields["个人支付金额"], key="cash", why=("SAYS_PERSONAL",))
    return replace(paper, fields=fields)


# --- statuses --------------------------------------------------------------------------------------------------------


def _mark(
    fields: dict[str, Found],
    lines: Sequence[dict[str, Found]],
    all_rules: Sequence[Rule],
    figures: Figures,
    broken: Sequence[Rule],
) -> None:
    failing: dict[Where, list[str]] = {}
    proving: dict[Where, int] = {}
    for rule in all_rules:
        for where in rule.about:
            if rule in broken:
                failing.setdefault(where, []).append(rule.code)
            elif rule.strong:
                proving[where] = proving.get(where, 0) + 1
    places = [(key, -1) for key in fields] + [(cell, n) for n, line in enumerate(lines) for cell in line]
    for where in places:
        one = _at(fields, lines, where)
        status = one.status
        words = CLOSED.get(where[0])
        if words is not None and one.value.lower() not in words:
            status = Status.DOUBTFUL
        if not proving.get(where) and (where in failing or one.score < UNSURE):
            status = Status.DOUBTFUL
        elif proving.get(where) and (one.read is None or "REPAIRED_TWICE" in one.why):
            status = Status.PROVEN
        _put(fields, lines, where, replace(one, status=status, why=(*one.why, *failing.get(where, ()))))


def _told(fields: dict[str, Found], told: Mapping[str, str]) -> list[Doubt]:
    """Fields beside what the QR code says of them: equal is proven, different is said."""
    doubts = []
    for key, want in told.items():
        one = fields.get(key)
        if one is None:
            continue
        if _same(one.value, want):
            fields[key] = replace(one, status=Status.PROVEN, why=(*one.why, "CODE_AGREES"))
        else:
            fields[key] = replace(one, status=Status.DOUBTFUL, why=(*one.why, "CODE_DIFFERS"))
            doubts.append(Doubt("CODE_DIFFERS", (key,), one.value, want))
    return doubts


def _same(one: str, other: str) -> bool:
    amounts = fen(one), fen(other)
    return amounts[0] == amounts[1] if None not in amounts and "." in one + other else one.lower() == other.lower()


def _is_altered(doubt: Doubt, fields: Mapping[str, Found], lines: Sequence[Line]) -> bool:
    """Whether every figure of a contradiction was surely read, so that no misreading explains it."""
    if doubt.code not in ALTERING:
        return False
    for path in doubt.fields:
        one = _at(fields, lines, _where(path))
        if one.read is not None or not one.marks or min(mark.score for mark in one.marks) < SURE:
            return False
    return True


# --- places ----------------------------------------------------------------------------------------------------------


def _figures(fields: Mapping[str, Found], lines: Sequence[Line]) -> dict[Where, str]:
    figures: dict[Where, str] = {(key, -1): one.value for key, one in fields.items()}
    for n, line in enumerate(lines):
        figures |= {(cell, n): one.value for cell, one in line.items()}
    return figures


def _at(fields: Mapping[str, Found], lines: Sequence[Line], where: Where) -> Found:
    key, n = where
    return fields[key] if n < 0 else lines[n][key]


def _put(fields: dict[str, Found], lines: Sequence[dict[str, Found]], where: Where, one: Found) -> None:
    key, n = where
    if n < 0:
        fields[key] = one
    else:
        lines[n][key] = one


def _path(where: Where) -> str:
    key, n = where
    return key if n < 0 else f"lines[{n}].{key}"


def _where(path: str) -> Where:
    if not path.startswith("lines["):
        return path, -1
    number, _, cell = path[len("lines[") :].partition("].")
    return cell, int(number)
