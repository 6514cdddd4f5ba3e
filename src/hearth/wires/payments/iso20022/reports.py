"""Reports: what the bank says in pain.002 (status) and camt.054 (entries of the account) about orders of ours."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from hearth.wires.payments.contract import Kind, Reason
from hearth.wires.payments.iso20022.writing import CHINA
from hearth.wires.payments.iso20022.xml import Element, message_of, read_xml
from hearth.words.money import fen_from_yuan

STATUS, ENTRIES = "pain.002.001.10", "camt.054.001.08"

REASONS = {
    "AC01": Reason.NO_SUCH_ACCOUNT,
    "AC03": Reason.NO_SUCH_ACCOUNT,
    "AC04": Reason.ACCOUNT_CLOSED,
    "AC07": Reason.ACCOUNT_CLOSED,
    "AC06": Reason.ACCOUNT_BLOCKED,
    "AG01": Reason.ACCOUNT_BLOCKED,
    "AM02": Reason.LIMIT,
    "AM13": Reason.LIMIT,
    "AM14": Reason.LIMIT,
    "AM21": Reason.LIMIT,
    "BE01": Reason.NAME_MISMATCH,
    "BE22": Reason.NAME_MISMATCH,
}
"""ISO 20022 external reason codes (status and return) that mean one of ours; every other is OTHER, its code kept."""

_MOVED = {"ACSC", "ACCC"}
_PENDING = {"RCVD", "ACTC", "ACCP", "ACSP", "ACWC", "ACWP", "PDNG", "PATC"}
_NOT_MOVED = {"RJCT", "CANC"}
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)?")


@dataclass(frozen=True, slots=True)
class Known:
    """An order of ours, as far as a report is compared with it."""

    key: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Report:
    """One thing a file says of one order."""

    key: str
    kind: Kind
    amount_fen: int
    at: datetime
    bank_ref: str | None
    reason: Reason | None
    says: str


Ours = Callable[[str], Known | None]
"""From an end-to-end or message id to the order it stands for; None where it is none of ours."""


def read_report(held: bytes, file: str, ours: Ours) -> list[Report]:
    """What a file of the bank says of our orders, in its order.  Raises: Malformed; then nothing of it counts."""
    root = read_xml(held, file)
    message = message_of(root)
    if message == STATUS:
        root.has("CstmrPmtStsRpt")
        return _statuses(root.one("CstmrPmtStsRpt"), ours)
    if message == ENTRIES:
        root.has("BkToCstmrDbtCdtNtfctn")
        return _entries(root.one("BkToCstmrDbtCdtNtfctn"), ours)
    raise root.wrong(message, f"{STATUS} or {ENTRIES}")


def _statuses(report: Element, ours: Ours) -> list[Report]:
    report.has("GrpHdr", "OrgnlGrpInfAndSts", "OrgnlPmtInfAndSts", "SplmtryData")
    header, group = report.one("GrpHdr"), report.one("OrgnlGrpInfAndSts")
    header.one("MsgId").value()
    made = _moment(header.one("CreDtTm"))
    name = group.one("OrgnlMsgNmId").value()
    if name != "pain.001" and not name.startswith("pain.001."):
        raise group.one("OrgnlMsgNmId").wrong(name, "a report on pain.001")
    message = group.one("OrgnlMsgId")
    known = ours(message.value())
    if known is None:
        raise message.wrong(message.value(), "the id of a message sent from here")
    payments = list(report.every("OrgnlPmtInfAndSts"))
    for payment in payments:
        if payment.one("OrgnlPmtInfId").value() != message.value():
            raise payment.one("OrgnlPmtInfId").wrong("another payment", "the payment of the message named above")
    # A message of ours holds one payment with one transaction; the most particular status there is counts.
    for level, status in (
        *((each, "TxSts") for payment in payments for each in payment.every("TxInfAndSts")),
        *((payment, "PmtInfSts") for payment in payments),
        (group, "GrpSts"),
    ):
        said = level.maybe(status)
        own = level.maybe("OrgnlEndToEndId")
        if own is not None and own.value() != message.value():
            raise own.wrong(own.value(), "the payment of the message named above")
        if said is None:
            continue
        report_of = _status(level, said, known, made)
        return [report_of] if report_of else []
    raise group.wrong("no status", "GrpSts, PmtInfSts or TxSts")


def _status(level: Element, said: Element, known: Known, made: datetime) -> Report | None:
    code = said.value(4)
    if code in _PENDING:
        return None
    bank_ref = level.maybe("AcctSvcrRef")
    accepted = level.maybe("AccptncDtTm")
    at = _moment(accepted) if accepted else made
    if code in _MOVED:
        kind, reason, words = Kind.CONFIRMED, None, code
    elif code in _NOT_MOVED:
        kind = Kind.FAILED
        reason, words = _reason(level, "StsRsnInf")
        words = words or code
    else:
        raise said.wrong(code, f"one of {', '.join(sorted(_MOVED | _NOT_MOVED | _PENDING))}")
    return Report(known.key, kind, known.amount_fen, at, bank_ref.value() if bank_ref else None, reason, words)


def _entries(notification: Element, ours: Ours) -> list[Report]:
    notification.has("GrpHdr", "Ntfctn", "SplmtryData")
    made = _moment(notification.one("GrpHdr/CreDtTm"))
    found = []
    for part in notification.every("Ntfctn"):
        part.one("Id").value()
        for entry in part.every("Ntry"):
            found += _entry(entry, ours, made)
    return found


def _entry(entry: Element, ours: Ours, made: datetime) -> list[Report]:
    booked = entry.one("Sts/Cd").value(4)
    if booked not in ("BOOK", "PDNG", "INFO", "FUTR"):
        raise entry.one("Sts/Cd").wrong(booked, "BOOK, PDNG, INFO or FUTR")
    entry_amount, entry_way = _amount(entry.one("Amt")), _way(entry.one("CdtDbtInd"))
    if booked != "BOOK":
        return []
    day = entry.maybe("BookgDt")
    at = _day_or_moment(day) if day else made
    reversal = entry.maybe("RvslInd")
    is_reversal = reversal is not None and reversal.value(5) in ("true", "1")
    details = list(entry.every("NtryDtls/TxDtls"))
    found = []
    for detail in details:
        end_to_end = detail.maybe("Refs/EndToEndId")
        known = ours(end_to_end.value()) if end_to_end else None
        if known is None:
            continue
        own_amount, own_way = detail.maybe("Amt"), detail.maybe("CdtDbtInd")
        if own_amount is None and len(details) > 1:
            raise detail.wrong("no Amt", "an amount in each of several transactions of one entry")
        amount = _amount(own_amount) if own_amount else entry_amount
        way = _way(own_way) if own_way else entry_way
        returned = detail.maybe("RtrInf")
        reference = detail.maybe("Refs/AcctSvcrRef") or entry.maybe("AcctSvcrRef")
        bank_ref = reference.value() if reference else None
        if way == "DBIT" and not is_reversal and returned is None:
            if amount != known.amount_fen:
                raise detail.wrong(f"{amount} fen", f"the {known.amount_fen} fen that were ordered")
            found.append(Report(known.key, Kind.CONFIRMED, amount, at, bank_ref, None, ""))
        elif way == "CRDT" and (is_reversal or returned is not None):
            if amount > known.amount_fen:
                raise detail.wrong(f"{amount} fen", f"at most the {known.amount_fen} fen that were paid")
            reason, words = _reason(detail, "RtrInf")
            found.append(Report(known.key, Kind.RETURNED, amount, at, bank_ref, reason, words))
        else:
            raise detail.wrong(f"{way} of our payment, return or reversal: {bool(returned or is_reversal)}", _WAYS)
    return found


_WAYS = "a debit for a payment, or a credit with RtrInf or RvslInd for a return"


def _reason(level: Element, name: str) -> tuple[Reason, str]:
    """The first reason given, and its code with the bank's own words."""
    for information in level.every(name):
        code = information.maybe("Rsn/Cd") or information.maybe("Rsn/Prtry")
        words = " ".join(each.value(105) for each in information.every("AddtlInf"))
        if code is not None:
            return REASONS.get(code.value(), Reason.OTHER), f"{code.value()} {words}".strip()
        if words:
            return Reason.OTHER, words
    return Reason.OTHER, ""


def _amount(amount: Element) -> int:
    if amount.attributes.get("Ccy") != "CNY":
        raise amount.wrong(f"currency {amount.attributes.get('Ccy', '')[:3]!r}", "CNY")
    text = amount.value(24)
    try:
        fen = fen_from_yuan(text) if re.fullmatch(r"\d{1,18}(\.\d{1,5})?", text) else -1
    except ValueError as broken:
        raise amount.wrong(text, "an amount in yuan with two decimals") from broken
    if fen < 0:
        raise amount.wrong(text, "an amount in yuan with two decimals")
    return fen


def _way(indicator: Element) -> str:
    way = indicator.value(4)
    if way not in ("CRDT", "DBIT"):
        raise indicator.wrong(way, "CRDT or DBIT")
    return way


def _moment(element: Element) -> datetime:
    """A moment in UTC; one without a zone is taken as China's time, which the bank's day is in."""
    text = element.value(40)
    try:
        if not _MOMENT.fullmatch(text):
            raise ValueError(text)
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo else at.replace(tzinfo=CHINA)).astimezone(UTC)
    except (ValueError, OverflowError) as broken:
        raise element.wrong(text, "a moment as in 2026-11-22T09:30:00+08:00") from broken


def _day_or_moment(choice: Element) -> datetime:
    moment = choice.maybe("DtTm")
    if moment is not None:
        return _moment(moment)
    day = choice.one("Dt")
    text = day.value(10)
    try:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            raise ValueError(text)
        start = date.fromisoformat(text)
        return datetime(start.year, start.month, start.day, tzinfo=CHINA).astimezone(UTC)
    except (ValueError, OverflowError) as broken:
        raise day.wrong(text, "a day as in 2026-11-22") from broken
