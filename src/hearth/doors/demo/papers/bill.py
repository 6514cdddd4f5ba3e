"""Bill: a made-up visit or stay, from a seed: who, where, when, every line, and who paid; all figures agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

import numpy as np

from hearth.doors.demo.papers.items import OWN, STAY_ONLY, VISIT_ONLY, Item, mixed
from hearth.words.numbers import check_digit

_T = TypeVar("_T")

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓韩冯曹彭曾萧田董潘袁蔡蒋余于杜叶程魏苏吕丁"
    "任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严"
    "欧莫孔向常汤"
)
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰萍红建国文斌辉鹏宇浩然子涵梓轩欣怡诗雨晨曦佳"
    "琪思远志远嘉豪雅婷慧敏晓东海燕春梅冬雪立新永康少华若溪"
)
PLACES = ("云澜", "栖禾", "望澄", "青汀", "泊湾", "鹭屿", "松澜", "南澄", "清禾", "映屏", "梅汀", "湾宁")
"""Places that are on no map."""

HOSPITALS = (
    "{}市第一人民医院", "{}市第三人民医院", "{}市中心医院", "{}市中医医院", "{}医科大学附属医院", "{}区人民医院",
    "{}市妇幼保健院", "{}市儿童医院", "{}县人民医院", "{}大学附属肿瘤医院", "{}市骨科医院", "{}区社区卫生服务中心",
)  # fmt: skip
CLINICS = ("呼吸内科", "心血管内科", "消化内科", "内分泌科", "普通外科", "骨科", "泌尿外科", "神经内科", "妇科", "儿科",
           "眼科", "耳鼻喉科", "皮肤科", "急诊科", "肿瘤内科", "康复医学科")  # fmt: skip
DISEASES = (
    ("急性支气管炎", "J20.900"), ("社区获得性肺炎", "J15.900"), ("2型糖尿病", "E11.900"),
    ("高血压病2级", "I10.x03"), ("急性阑尾炎", "K35.800"), ("胆囊结石伴慢性胆囊炎", "K80.100"),
    ("慢性胃炎", "K29.500"), ("桡骨远端骨折", "S52.500"), ("腰椎间盘突出症", "M51.202"),
    ("短暂性脑缺血发作", "G45.900"), ("甲状腺乳头状癌", "C73.x00"), ("老年性白内障", "H25.900"),
    ("肾结石", "N20.000"), ("急性胃肠炎", "A09.901"), ("冠状动脉粥样硬化性心脏病", "I25.103"),
    ("子宫平滑肌瘤", "D25.900"),
)  # fmt: skip
LEVELS = ("三级甲等", "三级乙等", "二级甲等", "二级乙等", "一级甲等")
KINDS_OF_HOSPITAL = ("综合医院", "中医医院", "专科医院", "妇幼保健院")
INSURANCES = ("职工基本医疗保险", "城乡居民基本医疗保险", "职工医保", "居民医保")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: item, quantity, price and amount in fen, and the part of it that is the person's own."""

    item: Item
    quantity: Decimal
    price: int
    amount: int
    own_bp: int
    on: date

    @property
    def own(self) -> int:
        """What the class of the item leaves to the person before any sharing, in fen."""
        return round(self.amount * self.own_bp / 10_000)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody made up."""

    name: str
    sex: str
    born_on: date
    number: str
    insurance_no: str


@dataclass(frozen=True)
class Bill:
    """Everything that the papers of one visit or stay say."""

    setting: str
    person: Person
    place: str
    hospital: str
    level: str
    kind_of_hospital: str
    clinic: str
    insurance: str
    settled: bool
    disease: tuple[str, str]
    second: tuple[str, str]
    from_on: date
    to_on: date
    issued_on: date
    code: str
    number: str
    check_code: str
    business_no: str
    visit_no: str
    record_no: str
    doctor: str
    cashier: str
    checker: str
    lines: tuple[Line, ...]
    total: int
    fund: int
    other: int
    account: int
    cash: int
    own_one: int
    own_two: int
    own_outside: int
    threshold: int
    prepaid: int

    @property
    def stay(self) -> bool:
        """Whether it is a stay in hospital."""
        return self.setting == "inpatient"

    @property
    def own_inside(self) -> int:
        """What the person bears inside the scheme, in fen."""
        return self.own_one + self.own_two

    @property
    def days(self) -> int:
        """Days in hospital."""
        return max(1, (self.to_on - self.from_on).days)

    @property
    def age(self) -> int:
        """Whole years at the beginning."""
        born, on = self.person.born_on, self.from_on
        return on.year - born.year - ((on.month, on.day) < (born.month, born.day))

    def headings(self) -> dict[str, int]:
        """The sum of each heading, in the order of the lines."""
        sums: dict[str, int] = {}
        for line in self.lines:
            sums[line.item.heading] = sums.get(line.item.heading, 0) + line.amount
        return sums


def drawn(
    seed: int, *, stay: bool | None = None, lines: int | None = None, items: Sequence[Item] | None = None
) -> Bill:
    """A bill from a seed; `stay` and the number of lines as told, else drawn too."""
    rng = np.random.default_rng([seed, 20_10])
    is_stay = bool(rng.random() < 0.5) if stay is None else stay
    from_on = date(2025, 1, 6) + timedelta(days=int(rng.integers(0, 640)))
    nights = int(rng.integers(2, 19)) if is_stay else 0
    to_on = from_on + timedelta(days=nights)
    count = lines or int(rng.integers(9, 26) if is_stay else rng.integers(3, 10))
    drawn_lines = _lines(rng, count, is_stay, from_on, nights, mixed(items))
    settled = bool(rng.random() < 0.85)
    place = _one(rng, PLACES)
    first, second = rng.choice(len(DISEASES), 2, replace=False)
    numbers = _digits(rng, 8, "31"), _digits(rng, 10, "00")
    return Bill(
        setting="inpatient" if is_stay else "outpatient",
        person=person(rng),
        place=place,
        hospital=_one(rng, HOSPITALS).format(place),
        level=_one(rng, LEVELS),
        kind_of_hospital=_one(rng, KINDS_OF_HOSPITAL),
        clinic=_one(rng, CLINICS),
        insurance=_one(rng, INSURANCES) if settled else "自费",
        settled=settled,
        disease=DISEASES[first],
        second=DISEASES[second],
        from_on=from_on,
        to_on=to_on,
        issued_on=to_on + timedelta(days=int(rng.integers(0, 2))),
        code=numbers[0],
        number=numbers[1],
        check_code="".join(_one(rng, "0123456789abcdef") for _ in range(6)),
        business_no=f"{to_on:%Y%m%d}{_digits(rng, 8)}",
        visit_no=_digits(rng, 10),
        record_no=_digits(rng, 8),
        doctor=name(rng),
        cashier=name(rng),
        checker=name(rng),
        lines=drawn_lines,
        **_paid(rng, drawn_lines, settled, is_stay),
    )


def person(rng: np.random.Generator) -> Person:
    """Somebody made up.  The number has a right check digit and the code of no place in China."""
    born_on = date(1940, 1, 1) + timedelta(days=int(rng.integers(0, 29_000)))
    first = f"990{_digits(rng, 3)}{born_on:%Y%m%d}{_digits(rng, 3)}"
    sex = "男" if int(first[-1]) % 2 else "女"
    return Person(name(rng), sex, born_on, first + check_digit(first), _digits(rng, 12, "9"))


def name(rng: np.random.Generator) -> str:
    """A name made up of usual signs."""
    given = "".join(_one(rng, GIVEN) for _ in range(1 + int(rng.random() < 0.7)))
    return _one(rng, SURNAMES) + given


def _lines(
    rng: np.random.Generator, count: int, stay: bool, from_on: date, nights: int, items: Sequence[Item]
) -> tuple[Line, ...]:
    barred = VISIT_ONLY if stay else STAY_ONLY
    usable = [item for item in items if item.heading not in barred]
    must = [item for item in OWN if item.name in ("普通床位费", "住院诊查费", "二级护理")] if stay else []
    more = [usable[place] for place in rng.choice(len(usable), min(count, len(usable)), replace=False)]
    chosen = list(dict.fromkeys((*must, *more)))[:count]
    order = list(dict.fromkeys(item.heading for item in OWN))
    chosen.sort(key=lambda item: order.index(item.heading))
    made = []
    for item in chosen:
        if item.unit == "日":
            quantity = Decimal(max(1, nights))
        elif item.unit == "克":
            quantity = Decimal(int(rng.integers(2, 13)) * 15)
        elif item.heading in ("手术费", "麻醉费", "检查费", "诊查费", "挂号费"):
            quantity = Decimal(1)
        elif item.heading in ("西药费", "卫生材料费") and rng.random() < 0.12:
            quantity = Decimal(int(rng.integers(1, 12))) / 4
        else:
            quantity = Decimal(int(rng.integers(1, 2 + max(2, nights))))
        price = max(10, round(item.price * float(rng.uniform(0.9, 1.12)))) if item.price > 100 else item.price
        amount = int((quantity * price).quantize(Decimal(1), ROUND_HALF_UP))
        own_bp = {"甲": 0, "乙": 500 * int(rng.integers(1, 5)), "丙": 10_000}[item.scheme]
        on = from_on + timedelta(days=int(rng.integers(0, nights + 1)))
        made.append(Line(item, quantity, price, amount, own_bp, on))
    return tuple(made)


def _paid(rng: np.random.Generator, lines: Sequence[Line], settled: bool, stay: bool) -> dict[str, int]:
    total = sum(line.amount for line in lines)
    if not settled:
        return {
            "total": total, "fund": 0, "other": 0, "account": 0, "cash": total, "own_one": 0, "own_two": 0,
            "own_outside": total, "threshold": 0, "prepaid": 0,
        }  # fmt: skip
    own_outside = sum(line.amount for line in lines if line.own_bp == 10_000)
    own_two = sum(line.own for line in lines if 0 < line.own_bp < 10_000)
    inside = total - own_outside - own_two
    threshold = min(inside, int(_one(rng, (60_000, 80_000, 130_000)))) if stay else 0
    fund = round((inside - threshold) * float(rng.uniform(0.5, 0.92)))
    other = round((inside - fund) * 0.4) if rng.random() < 0.25 else 0
    own_one = inside - fund - other
    own = own_one + own_two + own_outside
    account = round(own * float(rng.uniform(0.1, 1.0))) if rng.random() < 0.6 else 0
    prepaid = (own // 50_000 + 1) * 50_000 if stay else 0
    return {
        "total": total, "fund": fund, "other": other, "account": account, "cash": own - account, "own_one": own_one,
        "own_two": own_two, "own_outside": own_outside, "threshold": threshold, "prepaid": prepaid,
    }  # fmt: skip


def _one(rng: np.random.Generator, of: Sequence[_T]) -> _T:
    return of[int(rng.integers(len(of)))]


def _digits(rng: np.random.Generator, count: int, start: str = "") -> str:
    return start + "".join(str(digit) for digit in rng.integers(0, 10, count - len(start)))
