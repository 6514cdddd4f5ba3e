"""Paper: a page of print as fields and lines: what kind of paper it is, whose, which page, and what stands on it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from hearth.kernel.documents.reading.beside import fields_of, parts_of, told
from hearth.kernel.documents.reading.found import Found, Line, Paper
from hearth.kernel.documents.reading.kind import kind_of, title_of
from hearth.kernel.documents.reading.row import Piece, Row, rows
from hearth.kernel.documents.reading.table import Table, loose_lines, tables
from hearth.words.papers import PaperKind, Run, Status

_PAGE = (
    re.compile(r"第(\d{1,3})页[,/ ]*\(?共(\d{1,3})页"),
    re.compile(r"(?:页码|页次|页)[:]?(\d{1,3})/(\d{1,3})"),
    re.compile(r"共(\d{1,3})页[,/ ]*第(\d{1,3})页"),
    re.compile(r"(?<!\d)(\d{1,2})/(\d{1,2})页"),
    re.compile(r"第(\d{1,3})/(\d{1,3})页"),
)
_HOSPITAL = re.compile(r"[一-鿿]{2,24}?(?:医院|卫生院|卫生服务中心|卫生服务站|保健院|医疗中心|诊所|门诊部|疗养院)")
_INSURER = re.compile(r"[一-鿿]{2,20}?保险(?:股份)?(?:有限)?(?:责任)?公司(?:[一-鿿]{2,8}公司)?")
_LONGEST_CARD = 19
_STAMPED = re.compile(r"[(（]?(?:收费|财务|票据|医保|结算|门诊|住院|发票|业务)*专用章?.*$")
_CLOSING = re.compile(r"\s*(?:特此证明|情况属实).*$")
_NO_NAME = re.compile(r"卡|银|样|本|有效|银联|闪付|支行|信用")


def extract(runs: Sequence[Run], expected: PaperKind | None = None) -> Paper:
    """What a page says.

    Needs:   the runs of one page, in any order; `expected` where somebody said what paper it is
    Gives:   its kind, fields with boxes and how surely they were read, lines, page n of m; nothing checked yet
    Source:  docs/papers.md
    """
    page_rows = rows(runs)
    kind = expected or kind_of(page_rows)
    found_tables = tables(page_rows, runs)
    outside = _outside(page_rows, found_tables)
    parts = parts_of(outside)
    readings = fields_of(parts, outside, runs)
    fields = {key: _best(key, several) for key, several in readings.items()}
    title = title_of(page_rows, runs)
    if title is not None and "title" not in fields:
        fields["title"] = title
    for table in found_tables:
        fields |= {one.key: one for one in table.sums.values() if one.key not in fields}
    _headed(fields, "hospital.name", _HOSPITAL, page_rows, runs)
    if kind is PaperKind.OTHER_INSURER_SHEET:
        _headed(fields, "保险公司", _INSURER, page_rows, runs)
    if kind is PaperKind.BANK_CARD:
        _bank_card(fields, page_rows, runs)
    page, pages = _page(page_rows)
    lines: list[Line] = [line for table in found_tables for line in table.lines]
    if not lines and kind is PaperKind.PRESCRIPTION:
        lines = list(loose_lines(page_rows, runs))
    heads = tuple(one for table in found_tables for one in table.heads)
    return Paper(kind, _settled(fields), tuple(lines), page, pages, pages == 1, heads=heads)


def joined_pages(pages: Sequence[Paper]) -> Paper:
    """Several pages of one paper as one.

    Needs:   at least one page, of one kind
    Gives:   the first reading of each field, every line in the order of the pages
    Source:  docs/papers.md
    """
    ordered = sorted(pages, key=lambda page: page.page)
    fields: dict[str, Found] = {}
    for page in ordered:
        for key, one in page.fields.items():
            if key not in fields or fields[key].score < 0.5 < one.score:
                fields[key] = one
    lines = tuple(line for page in ordered for line in page.lines)
    heads = tuple(one for page in ordered for one in page.heads)
    count = max(len(pages), ordered[0].pages)
    return replace(
        ordered[0],
        fields=fields,
        lines=lines,
        heads=heads,
        pages=count,
        is_whole=len(pages) == count,
    )


def _outside(page_rows: Sequence[Row], found: Sequence[Table]) -> list[Row]:
    return [row for n, row in enumerate(page_rows) if not any(one.first <= n < one.after for one in found)]


def _best(key: str, several: Sequence[Found]) -> Found:
    """Of several readings of a field the surest; amounts prefer the label that says most (小写 before 合计)."""
    return max(several, key=lambda one: (one.status is not Status.DOUBTFUL, round(one.score, 2)))


def _settled(fields: Mapping[str, Found]) -> dict[str, Found]:
    """Two keys that say one thing: a stay says admission and discharge."""
    made = dict(fields)
    payer = made.get("payer")
    if payer is not None:
        # A name ends where another word begins: 王晓梅 女, 王晓梅(本人).
        name = re.split(r"[\s(（:：,，/]", payer.value.strip())[0]
        made["payer"] = replace(payer, value=name or payer.value)
    course = made.get("事故经过")
    if course is not None:
        made["事故经过"] = replace(course, value=_CLOSING.sub("", course.value) or course.value)
    hospital = made.get("hospital.name")
    if hospital is not None:
        # What a stamp across the name says goes on in the same row.
        made["hospital.name"] = replace(hospital, value=_STAMPED.sub("", hospital.value) or hospital.value)
    return made


def _headed(
    fields: dict[str, Found], key: str, name: re.Pattern[str], page_rows: Sequence[Row], runs: Sequence[Run]
) -> None:
    """The name of a hospital or an insurer at the head of the page, where no label says it."""
    if key in fields:
        return
    for row in page_rows[:4]:
        for piece in row.pieces:
            hit = name.match(piece.text.replace(" ", ""))
            if hit and " " not in piece.text[: hit.end()]:
                one = told(key, "text", [piece.cut(0, hit.end())], runs, False)
                if one is not None:
                    fields[key] = one
                    return


def _bank_card(fields: dict[str, Found], page_rows: Sequence[Row], runs: Sequence[Run]) -> None:
    """What a bank card says without labels: the longest row of digits, the bank, the holder's name, month and year."""
    best: list[Piece] = []
    for row in page_rows:
        pieces = [piece for piece in row.pieces if re.fullmatch(r"[\d\s]{3,30}", piece.text)]
        digits = sum(sign.isdigit() for piece in pieces for sign in piece.text)
        if 15 <= digits <= _LONGEST_CARD and digits > sum(sign.isdigit() for one in best for sign in one.text):
            best = pieces
    _tell(fields, "卡号", "masked", best, runs)
    for row in page_rows:
        for piece in row.pieces:
            text = piece.text.replace(" ", "")
            if re.fullmatch(r"[一-鿿]{2,14}银行", text):
                _tell(fields, "发卡行", "text", [piece], runs)
            elif re.fullmatch(r"(?:0[1-9]|1[0-2])/\d{2}", text):
                _tell(fields, "有效期", "text", [piece], runs)
            elif re.fullmatch(r"[一-鿿]{2,4}", text) and not _NO_NAME.search(text):
                _tell(fields, "持卡人", "text", [piece], runs)


def _tell(fields: dict[str, Found], key: str, kind: str, pieces: Sequence[Piece], runs: Sequence[Run]) -> None:
    one = told(key, kind, pieces, runs, False) if pieces and key not in fields else None
    if one is not None:
        fields[key] = one


def _page(page_rows: Sequence[Row]) -> tuple[int, int]:
    for row in reversed(page_rows):
        text = row.text.replace(" ", "")
        for number, pattern in enumerate(_PAGE):
            hit = pattern.search(text)
            if hit:
                first, second = int(hit[1]), int(hit[2])
                page, pages = (second, first) if number == 2 else (first, second)
                if 1 <= page <= pages:
                    return page, pages
    return 1, 1
