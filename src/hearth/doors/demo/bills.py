"""Bills of the demo: invoices and diagnoses as people hand them in, drawn from the mixes of the synthetic year."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from hearth.doors.feeds.year.mixes import CHRONIC_MIX, KINDS, OUTPATIENT_MIX, PRICES, STAY_MIX
from hearth.words.codes import Category
from hearth.words.money import fen_from_yuan, yuan

Facts = dict[str, Any]

NAMES: dict[Category, tuple[str, ...]] = {
    Category.BED: ("床位费",),
    Category.CONSULTATION: ("诊查费", "专家门诊诊查费"),
    Category.EXAMINATION: ("CT 平扫", "彩色多普勒超声", "磁共振平扫", "心电图"),
    Category.LABORATORY: ("血常规", "肝功能检查", "糖化血红蛋白", "凝血功能"),
    Category.TREATMENT: ("静脉输液", "雾化治疗", "换药", "治疗费"),
    Category.SURGERY: ("腹腔镜阑尾切除术", "腹腔镜胆囊切除术", "骨折切开复位内固定术", "手术费"),
    Category.NURSING: ("一级护理", "二级护理"),
    Category.MATERIAL: ("一次性耗材", "可吸收缝合线", "引流装置"),
    Category.WESTERN_DRUG: ("头孢曲松钠", "阿莫西林胶囊", "阿托伐他汀钙片", "奥美拉唑肠溶胶囊"),
    Category.PATENT_DRUG: ("连花清瘟胶囊", "复方丹参滴丸", "银黄颗粒"),
    Category.HERBAL_DRUG: ("中药饮片",),
    Category.REGISTRATION: ("挂号费",),
    Category.ANAESTHESIA: ("全身麻醉",),
    Category.BLOOD: ("悬浮红细胞",),
    Category.GLUCOSE_DRUG: ("二甲双胍片", "达格列净片", "甘精胰岛素注射液"),
    Category.PRESSURE_DRUG: ("氨氯地平片", "缬沙坦胶囊"),
    Category.IMPLANT: ("人工关节", "锁定钢板"),
    Category.ESCORT_BED: ("陪护床",),
    Category.MEALS: ("膳食费",),
}
HOSPITALS = (
    ("市第一人民医院", 3),
    ("市中心医院", 3),
    ("市儿童医院", 3),
    ("南山区人民医院", 2),
    ("福田区中医院", 2),
    ("市肿瘤医院", 3),
)
SMALL = (
    Category.REGISTRATION,
    Category.CONSULTATION,
    Category.WESTERN_DRUG,
    Category.PATENT_DRUG,
    Category.LABORATORY,
    Category.EXAMINATION,
    Category.TREATMENT,
    Category.HERBAL_DRUG,
    Category.GLUCOSE_DRUG,
    Category.PRESSURE_DRUG,
)
OPERATION = (
    Category.SURGERY,
    Category.ANAESTHESIA,
    Category.MATERIAL,
    Category.WESTERN_DRUG,
    Category.EXAMINATION,
    Category.LABORATORY,
    Category.NURSING,
    Category.TREATMENT,
)


@dataclass
class Till:
    """Where bills come from: one stream of chance, and invoice numbers that never come twice."""

    rng: np.random.Generator
    count: int = 0

    def number(self, on: date) -> tuple[str, str]:
        """Code and number of the next e-invoice."""
        self.count += 1
        return f"440601{on:%y}", f"{90_000_000 + self.count:010d}"

    def fen(self, low: float, high: float) -> int:
        """An amount between two amounts of yuan."""
        return int(self.rng.integers(round(low * 100), round(high * 100) + 1))

    def price(self, category: Category) -> tuple[int, int]:
        """The amount of a line and the part of it outside the social-insurance list."""
        median, sigma, outside = PRICES[category]
        amount = max(100, round(median * float(np.exp(min(sigma, 0.6) * self.rng.standard_normal())) * 100))
        if outside == 1.0:
            return amount, amount
        return amount, (amount * 3 // 10 if self.rng.random() < outside else 0)

    def one(self, of: Sequence[Any]) -> Any:
        """One of several."""
        return of[int(self.rng.integers(len(of)))]


def visits(till: Till, on: date, last: date, *, count: int = 1) -> Facts:
    """Visits to an outpatient clinic, some days apart."""
    invoices = []
    kind = KINDS[int(till.rng.random() < 0.3)]
    mix = CHRONIC_MIX if kind is KINDS[1] else OUTPATIENT_MIX
    usual = [category for category in SMALL if category in mix]
    shares = np.array([mix[category] for category in usual])
    icd = till.one(kind.diseases)
    for number in range(count):
        day = min(on + timedelta(days=number * int(till.rng.integers(3, 12))), last)
        picked = till.rng.choice(len(usual), size=int(till.rng.integers(2, 5)), replace=False, p=shares / shares.sum())
        lines = [_line(till, usual[place]) for place in sorted(picked)]
        invoices.append(_invoice(till, day, lines, {"setting": "outpatient", "visited_on": day.isoformat()}, icd, 0.25))
    return {"cause": "illness", "invoices": invoices}


def stay(till: Till, on: date, *, days: int, whole: float, out: float = 0.12, fund: float = 0.5) -> Facts:
    """A stay in hospital of so many days that costs about so many yuan."""
    left = on + timedelta(days=days)
    bed = {"category": "bed", "name": "床位费", "amount": _yuan(days * 6_000), "quantity": days}
    shares = np.array([STAY_MIX[category] for category in OPERATION]) + np.array([9, 3, 5, 4, 2, 2, 1, 1])
    lines = [bed]
    budget = max(1_000.0, whole - 60 * days)
    for category, share in zip(OPERATION, shares / shares.sum(), strict=True):
        amount = till.fen(budget * share * 0.8, budget * share * 1.2)
        outside = round(amount * out * 2 * till.rng.random()) if category is Category.MATERIAL else round(amount * out)
        lines.append(_stated(till, category, amount, min(outside, amount)))
    icd = till.one(KINDS[2].diseases[:4])
    about = {"setting": "inpatient", "admitted_on": on.isoformat(), "discharged_on": left.isoformat()}
    return {"cause": "illness", "invoices": [_invoice(till, left, lines, about, icd, fund)]}


def dear_stay(till: Till, on: date) -> Facts:
    """A stay that costs more than one assessor decides alone."""
    return stay(till, on, days=18, whole=float(till.rng.integers(190_000, 260_000)), fund=0.45)


def injury(till: Till, on: date) -> Facts:
    """A fall or a cut, seen the same day."""
    categories = (Category.REGISTRATION, Category.EXAMINATION, Category.TREATMENT, Category.MATERIAL)
    lines = [_line(till, category) for category in categories]
    about = {"setting": "outpatient", "visited_on": on.isoformat()}
    invoice = _invoice(till, on, lines, about, till.one(KINDS[3].diseases), 0.2)
    return {"cause": "accident", "event": f"accident-{on:%m%d}", "trigger_on": on.isoformat(), "invoices": [invoice]}


def cash_stay(till: Till, on: date, *, days: int) -> Facts:
    """A stay for which an allowance by the day is claimed: days count, not costs."""
    return stay(till, on, days=days, whole=900.0 * days, fund=0.6)


def drugs(till: Till, on: date, since: date) -> Facts:
    """Drugs against sugar or pressure, bought at a pharmacy with a prescription."""
    category = till.one((Category.GLUCOSE_DRUG, Category.PRESSURE_DRUG))
    amount = till.fen(180, 900)
    line = _stated(till, category, amount, 0)
    icd = "R73.0" if category is Category.GLUCOSE_DRUG else "I10"
    about = {"setting": "pharmacy", "visited_on": on.isoformat()}
    invoice = _invoice(till, on, [line], about, icd, 0.0)
    invoice["hospital"] = {"name": "同安大药房"}
    return {"trigger_on": since.isoformat(), "invoices": [invoice]}


def found(on: date, condition: str, icd: str) -> Facts:
    """A diagnosis for which a lump sum is claimed."""
    return {"cause": "illness", "diagnoses": [{"on": on.isoformat(), "condition": condition, "icd": icd}]}


def at_hospital(facts: Facts, place: int = 5) -> Facts:
    """The same bills, all of one hospital."""
    name, level = HOSPITALS[place]
    return {**facts, "invoices": [{**one, "hospital": {"name": name, "level": level}} for one in facts["invoices"]]}


def with_invoice(facts: Facts, other: Facts) -> Facts:
    """The same bill, its invoice numbered as another one is."""
    (mine,), (theirs,) = facts["invoices"], other["invoices"]
    return {**facts, "invoices": [{**mine, "code": theirs["code"], "number": theirs["number"]}]}


BILLS: dict[str, Callable[[Till, date, date], Facts]] = {
    "outpatient": lambda till, on, last: visits(till, on, last, count=int(till.rng.integers(1, 4))),
    "million-medical": lambda till, on, last: stay(
        till, on, days=int(till.rng.integers(4, 15)), whole=float(till.rng.integers(26_000, 60_000))
    ),
    "accident-medical": lambda till, on, last: injury(till, on),
    "hospital-cash": lambda till, on, last: cash_stay(till, on, days=int(till.rng.integers(5, 16))),
    "city-supplement": lambda till, on, last: stay(
        till, on, days=int(till.rng.integers(8, 20)), whole=float(till.rng.integers(70_000, 120_000)), out=0.3
    ),
    "chronic-care": lambda till, on, last: drugs(till, on, on - timedelta(days=12)),
    "critical-illness": lambda till, on, last: found(on, "malignancy_mild", "C73"),
}
"""What a claim under each product is for; under large plans, what is above the yearly deductible."""

PAPERS: dict[str, tuple[str, ...]] = {
    "outpatient": ("invoice", "medical_record"),
    "million-medical": ("invoice", "itemised_list", "discharge_summary"),
    "accident-medical": ("invoice", "itemised_list", "accident_proof"),
    "hospital-cash": ("invoice", "discharge_summary"),
    "city-supplement": ("invoice", "itemised_list"),
    "chronic-care": ("invoice", "prescription"),
    "critical-illness": ("diagnosis_certificate", "pathology"),
}
"""The papers that go with them."""


def _line(till: Till, category: Category) -> Facts:
    return _stated(till, category, *till.price(category))


def _stated(till: Till, category: Category, amount: int, outside: int) -> Facts:
    line = {
        "category": category.name.lower(),
        "name": till.one(NAMES.get(category, ("其他",))),
        "amount": _yuan(amount),
    }
    if outside:
        line["out_of_scope"] = _yuan(outside)
    return line


def _invoice(till: Till, on: date, lines: list[Facts], about: Facts, icd: str, fund_share: float) -> Facts:
    code, number = till.number(on)
    name, level = till.one(HOSPITALS)
    total = sum(fen_from_yuan(line["amount"]) for line in lines)
    outside = sum(fen_from_yuan(line.get("out_of_scope", "0")) for line in lines)
    fund = round((total - outside) * fund_share)
    account = round((total - fund) * 0.1)
    return {
        "code": code,
        "number": number,
        **about,
        "hospital": {"name": name, "level": level},
        "icd": icd,
        "si_settled": fund > 0,
        "total": _yuan(total),
        "fund": _yuan(fund),
        "account": _yuan(account),
        "cash": _yuan(total - fund - account),
        "lines": lines,
    }


def _yuan(fen: int) -> str:
    return yuan(fen).replace(",", "")
