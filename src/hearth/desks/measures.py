"""Measures: what an insurer waives in an emergency: proposed by one person, approved by another, ended by either."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from hearth.desks.books import records
from hearth.store.access import NotAllowed, Who, one, permit
from hearth.store.models import Branch, EmergencyMeasure
from hearth.store.shelf import products_folder
from hearth.words.calendar import day_in_china
from hearth.words.faults import Fault

WAIVES = ("hospital", "waiting")
"""The checks that a measure can take away."""
MOST_DAYS = 366
ILLNESS = re.compile(r"[A-Z]([0-9]|[0-9][0-9A-Z](\.[0-9A-Z]{1,4})?)?")
"""A prefix of ICD-10: J, J1, J12, J12.8."""
MOST_WORDS, MOST_CODES = 400, 50


class MeasureUnclear(Fault):
    """A measure does not say what it waives, for whom, from when until when, or on whose decision it rests."""

    code, status = "MEASURE_UNCLEAR", 422
    says = "The measure is not clear yet. {what}: {want}."
    says_zh = "措施尚不明确。{what_zh}：{want_zh}。"


class MeasureNotNow(Fault):
    """The measure stands where this cannot be done."""

    code, status = "MEASURE_NOT_NOW", 409
    says = "Measure {measure} is {state}; this cannot be done any more."
    says_zh = "措施 {measure} {state_zh}，不能再进行此操作。"


class OwnProposal(Fault):
    """Who proposed a measure does not approve it."""

    code, status = "OWN_PROPOSAL", 403
    says = "You proposed measure {measure}: somebody else decides about it."
    says_zh = "措施 {measure} 由您提出，须由他人决定。"


@transaction.atomic(durable=True)
def propose(
    by: Who,
    *,
    at: datetime,
    what_zh: str,
    what_en: str,
    waives: Sequence[str],
    starts_on: date,
    until_on: date,
    basis: str,
    products: Sequence[str] = (),
    icd: Sequence[str] = (),
    branch: str = "",
) -> str:
    """Propose a measure; it holds nothing until somebody else approved it.  Gives its code.

    Needs:    `products`, `icd`: codes and prefixes it is for, none: all; `branch`: the code of one branch, none: all
    Records:  measure.proposed.  Raises: NotAllowed, MeasureUnclear.
    """
    permit(by, "measure", "propose")
    if by.person_id is None:
        raise NotAllowed
    on = day_in_china(at)
    waives, products, icd = _once(waives), _once(products), tuple(one.upper() for one in _once(icd))
    words = [" ".join(text.split())[:200] for text in (what_zh, what_en)]
    basis = " ".join(basis.split())[:MOST_WORDS]
    known = {path.parent.name for path in products_folder().glob("*/terms.yaml")}
    for is_clear, problem in (
        (all(words), ("what it is", "say it in both languages", "内容", "请用中英文填写")),
        (waives and set(waives) <= set(WAIVES),
         ("what it waives", "hospital, waiting or both", "放宽事项", "请选择医院限制、等待期或两者")),
        (bool(basis), ("basis", "name the insurer's decision it rests on", "依据", "请写明保险公司的批准文件")),
        (starts_on <= until_on, ("days", "the last day is before the first", "日期", "结束日早于开始日")),
        (until_on >= on, ("days", "its last day has passed", "日期", "结束日已过")),
        ((until_on - starts_on).days < MOST_DAYS, ("days", "one year at most", "日期", "最长一年")),
        (set(products) <= known, ("products", "some are not on the shelf", "产品", "有产品不在货架上")),
        (len(icd) <= MOST_CODES and all(ILLNESS.fullmatch(code) for code in icd),
         ("illnesses", "prefixes of ICD-10 codes like J12", "疾病", "请填写 ICD-10 编码前缀，如 J12")),
        (not branch or Branch.objects.filter(code=branch).exists(),
         ("branch", "there is no such branch", "机构", "没有该机构")),
    ):  # fmt: skip
        if not is_clear:
            what, want, what_zh, want_zh = problem
            raise MeasureUnclear(what=what, want=want, what_zh=what_zh, want_zh=want_zh)
    made = EmergencyMeasure.objects.create(
        what_zh=words[0],
        what_en=words[1],
        waives=list(waives),
        products=list(products),
        icd=list(icd),
        branch=Branch.objects.get(code=branch) if branch else None,
        starts_on=starts_on,
        until_on=until_on,
        basis=basis,
        proposed_by_id=by.person_id,
        proposed_at=at,
    )
    _record("measure.proposed", made, by, at)
    return made.code


@transaction.atomic(durable=True)
def decide_measure(by: Who, code: str, *, at: datetime, approve: bool) -> None:
    """Approve a proposed measure, or turn it down; asked twice it is done once.

    Records:  measure.approved or measure.turned_down.  Raises: NotThere, NotAllowed, OwnProposal, MeasureNotNow.
    """
    measure = _locked(by, "approve", code, at)
    if measure.decided_at is not None:
        if measure.is_approved == approve and measure.decided_by_id == by.person_id:
            return
        raise _not_now(measure)
    if measure.proposed_by_id == by.person_id:
        raise OwnProposal(measure=code)
    measure.decided_by_id, measure.decided_at, measure.is_approved = by.person_id, at, approve
    measure.save(update_fields=["decided_by", "decided_at", "is_approved"])
    _record("measure.approved" if approve else "measure.turned_down", measure, by, at)


@transaction.atomic(durable=True)
def end_measure(by: Who, code: str, *, at: datetime, why: str) -> None:
    """End a measure before its last day: bills of today still fall under it, later ones do not.

    Nobody loses what was promised to them while it held: claims of earlier bills keep it whenever they are decided.
    Records:  measure.ended.  Raises: NotThere, NotAllowed, MeasureUnclear, MeasureNotNow.
    """
    measure = _locked(by, "end", code, at)
    why = " ".join(why.split())[:MOST_WORDS]
    if not why:
        raise MeasureUnclear(what="why", want="say why it ends", what_zh="理由", want_zh="请写明结束的理由")
    if measure.ended_at is not None and (measure.why, measure.ended_by_id) == (why, by.person_id):
        return
    on = day_in_china(at)
    if not measure.is_approved or measure.ended_at is not None or measure.until_on <= on:
        raise _not_now(measure)
    measure.last_on, measure.ended_by_id, measure.ended_at, measure.why = on, by.person_id, at, why
    measure.save(update_fields=["last_on", "ended_by", "ended_at", "why"])
    _record("measure.ended", measure, by, at)


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text.strip() for text in texts if text.strip()))


def _locked(by: Who, verb: str, code: str, at: datetime) -> EmergencyMeasure:
    number = code.removeprefix("EM-")
    pk = int(number) if re.fullmatch("[0-9]{1,9}", number) else 0
    found: EmergencyMeasure = one(by, "measure", verb, at, lock=True, pk=pk)
    if by.person_id is None:
        raise NotAllowed
    return found


def _not_now(measure: EmergencyMeasure) -> MeasureNotNow:
    states = (
        (measure.ended_at is not None, "ended", "已提前结束"),
        (measure.decided_at is None, "only proposed", "尚未批准"),
        (not measure.is_approved, "turned down", "未获批准"),
        (True, "decided or over", "已决定或已到期"),
    )
    state, state_zh = next((en, zh) for holds, en, zh in states if holds)
    return MeasureNotNow(measure=measure.code, state=state, state_zh=state_zh)


def _record(kind: str, measure: EmergencyMeasure, by: Who, at: datetime) -> None:
    data: dict[str, Any] = {
        "waives": list(measure.waives),
        "products": list(measure.products),
        "icd": list(measure.icd),
        "branch": measure.branch_id or 0,
        "starts_on": measure.starts_on.isoformat(),
        "until_on": (measure.last_on or measure.until_on).isoformat(),
        "basis": measure.basis,
    }
    records.append(kind, f"measure:{measure.code}", by=by, at=at, data=data)
