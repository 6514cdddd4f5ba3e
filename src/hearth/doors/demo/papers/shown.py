"""Shown: a bill as a claim of the demo states it, so that its papers say what the claim says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from hearth.doors.demo.papers.bill import DISEASES, Bill, Line, Person, drawn
from hearth.doors.demo.papers.items import Item
from hearth.words.codes import Category, word
from hearth.words.money import fen_from_yuan

_LEVELS = {3: "三级甲等", 2: "二级甲等", 1: "一级甲等"}


def bill_of(facts: Mapping[str, Any], name: str, sex: str, born_on: date, seed: int, place: int = 0) -> Bill:
    """The bill of one invoice of a claim (the first, unless told); where it has none, of its diagnosis alone.

    What the claim does not say (doctors, numbers of the hospital) is drawn from the seed.
    """
    invoices = facts.get("invoices") or ()
    stated: Mapping[str, Any] = invoices[min(place, len(invoices) - 1)] if invoices else {}
    stay = stated.get("setting") == "inpatient"
    base = drawn(seed, stay=stay, lines=3)
    who = Person(name, "男" if sex == "M" else "女", born_on, base.person.number, base.person.insurance_no)
    if not stated:
        return replace(base, person=who, **_diagnosed(facts, base))
    from_on = _day(stated, "admitted_on" if stay else "visited_on", base.from_on)
    to_on = _day(stated, "discharged_on", from_on) if stay else from_on
    lines = tuple(_line(one, from_on) for one in stated.get("lines", ()))
    total = sum(line.amount for line in lines)
    outside = sum(_outside(one) for one in stated.get("lines", ()))
    fund, other, account = (_fen(stated, key) for key in ("fund", "other_public", "account"))
    settled = bool(stated.get("si_settled"))
    hospital = stated.get("hospital") or {}
    outside = min(outside, total - fund - other)
    return replace(
        base,
        person=who,
        hospital=str(hospital.get("name") or base.hospital),
        level=_LEVELS.get(hospital.get("level", 0), "未定级"),
        insurance="职工基本医疗保险" if settled else "自费",
        settled=settled,
        disease=_disease(str(stated.get("icd") or ""), base),
        from_on=from_on,
        to_on=to_on,
        issued_on=_day(stated, "issued_on", to_on),
        code=str(stated.get("code") or base.code),
        number=str(stated.get("number") or base.number),
        business_no=f"{to_on:%Y%m%d}{base.business_no[8:]}",
        lines=lines,
        total=total,
        fund=fund,
        other=other,
        account=account,
        cash=total - fund - other - account,
        own_one=total - fund - other - outside,
        own_two=0,
        own_outside=outside,
        threshold=0,
        prepaid=0,
    )


def _diagnosed(facts: Mapping[str, Any], base: Bill) -> dict[str, Any]:
    first: Mapping[str, Any] = next(iter(facts.get("diagnoses") or ()), {})
    on = _day(first, "on", base.from_on)
    disease = _disease(str(first.get("icd") or ""), base)
    return {"from_on": on, "to_on": on, "issued_on": on, "disease": disease}


def _disease(icd: str, base: Bill) -> tuple[str, str]:
    for name, code in DISEASES:
        if icd and code.startswith(icd[:3]):
            return name, icd
    return ("诊断见病历", icd) if icd else base.disease


def _line(stated: Mapping[str, Any], on: date) -> Line:
    category = Category[str(stated["category"]).upper()]
    amount, quantity = _fen(stated, "amount"), int(stated.get("quantity") or 1)
    if amount % quantity:
        quantity = 1
    outside = _outside(stated)
    unit = "日" if category in (Category.BED, Category.NURSING, Category.ESCORT_BED) else "次"
    heading = word(category, "zh")
    scheme = "甲" if not outside else "丙" if outside == amount else "乙"
    price = amount // quantity
    item = Item(str(stated.get("name") or heading), heading, unit=unit, price=price, scheme=scheme)
    share = outside * 10_000 // amount if amount else 0
    return Line(item, Decimal(quantity), price, amount, share, _day(stated, "on", on))


def _outside(line: Mapping[str, Any]) -> int:
    return _fen(line, "amount") if line.get("out_of_scope") == "all" else _fen(line, "out_of_scope")


def _fen(of: Mapping[str, Any], key: str) -> int:
    return fen_from_yuan(str(of[key])) if of.get(key) else 0


def _day(of: Mapping[str, Any], key: str, otherwise: date) -> date:
    said = of.get(key)
    return said if isinstance(said, date) else date.fromisoformat(str(said)) if said else otherwise
