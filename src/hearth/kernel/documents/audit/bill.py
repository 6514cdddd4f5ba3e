"""Bill: itemised lists as columns: lines, the bills they stand on, the diagnoses; what is not known is empty."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import polars as pl

LINES: dict[str, pl.DataType] = {
    "bill": pl.Int32(),  # the bill it stands on
    "line": pl.Int32(),  # its number, unique over all bills
    "code": pl.String(),  # national code, "" where the list gives none
    "name": pl.String(),
    "material": pl.Boolean(),  # billed as a material; decides only where there is no code
    "day": pl.Int32(),  # days since 1970-01-01, null where unknown
    "quantity": pl.Int64(),  # thousandths; below zero where something was taken back
    "unit": pl.String(),
    "price": pl.Int64(),  # fen for one unit at its full price, null where unknown
    "amount": pl.Int64(),  # fen
    "public": pl.Int64(),  # fen that public funds paid, null where unknown
}
"""The columns of lines."""

BILLS: dict[str, pl.DataType] = {
    "bill": pl.Int32(),
    "person": pl.String(),
    "sex": pl.String(),  # male, female, "" where unknown
    "born": pl.Int32(),  # day, null where unknown
    "start": pl.Int32(),  # admission or visit, null where unknown
    "level": pl.Int8(),  # 3 tertiary, 2, 1, 0 not graded, null where unknown
    "setting": pl.String(),  # inpatient, outpatient, ""
    "department": pl.String(),
    "emergency": pl.Boolean(),
    "scheme": pl.String(),  # employee, resident, work_injury, maternity, ""
}
"""The columns of bills."""

DIAGNOSES: dict[str, pl.DataType] = {"bill": pl.Int32(), "code": pl.String(), "name": pl.String()}
"""The columns of diagnoses."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an itemised list, as it is handed over one by one; amounts in fen, quantity in thousandths."""

    name: str
    amount: int
    quantity: int = 1_000
    code: str = ""
    unit: str = ""
    price: int | None = None
    day: int | None = None
    public: int | None = None
    material: bool = False


@dataclass(frozen=True, slots=True)
class Bill:
    """One itemised list with what is known of patient, hospital and stay."""

    lines: tuple[Line, ...]
    diagnoses: tuple[tuple[str, str], ...] = ()
    person: str = ""
    sex: str = ""
    born: int | None = None
    start: int | None = None
    level: int | None = None
    setting: str = ""
    department: str = ""
    emergency: bool = False
    scheme: str = ""


@dataclass(frozen=True)
class Bills:
    """Any number of bills as columns."""

    lines: pl.DataFrame
    bills: pl.DataFrame
    diagnoses: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=DIAGNOSES))


def columns_of(bills: Sequence[Bill]) -> Bills:
    """Bills as columns; lines are numbered from 0 over all of them, in their order.

    Needs:   bills of which each line's amount and quantity are whole numbers
    Gives:   the three tables; a line without a day has the day of its bill where that is no stay
    Source:  LINES, BILLS, DIAGNOSES
    """
    lines: list[tuple[object, ...]] = []
    for number, bill in enumerate(bills):
        visit = bill.start if bill.setting == "outpatient" else None
        for line in bill.lines:
            day = visit if line.day is None else line.day
            item = (line.code.upper(), line.name, line.material, day, line.quantity, line.unit)
            lines.append((number, len(lines), *item, line.price, line.amount, line.public))
    heads = [
        (n, b.person or str(n), b.sex, b.born, b.start, b.level, b.setting, b.department, b.emergency, b.scheme)
        for n, b in enumerate(bills)
    ]
    diagnoses = [(number, code, name) for number, bill in enumerate(bills) for code, name in bill.diagnoses]
    return Bills(_table(lines, LINES), _table(heads, BILLS), _table(diagnoses, DIAGNOSES))


def _table(rows: Iterable[tuple[object, ...]], schema: dict[str, pl.DataType]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=schema, orient="row")
