"""Items: what hospitals charge for, as made-up papers list it: a short list of our own, or names from a given list."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Item:
    """Something charged for: its name, the heading it is summed under, size, unit and usual price in fen."""

    name: str
    heading: str
    spec: str = ""
    unit: str = "次"
    price: int = 2000
    scheme: str = "甲"
    """Class in social insurance: 甲, 乙, 丙."""


def _items(rows: str) -> tuple[Item, ...]:
    made = []
    for row in rows.strip().splitlines():
        heading, name, spec, unit, price, scheme = (cell.strip() for cell in row.split("|"))
        made.append(Item(name, heading, spec, unit, round(float(price) * 100), scheme))
    return tuple(made)


OWN = _items(
    """
西药费|头孢曲松钠|1.0g|支|12.85|甲
西药费|阿莫西林胶囊|0.25g×24粒|盒|9.60|甲
西药费|阿托伐他汀钙片|20mg×7片|盒|34.76|乙
西药费|奥美拉唑肠溶胶囊|20mg×14粒|盒|18.42|甲
西药费|二甲双胍片|0.5g×30片|盒|21.30|甲
西药费|氨氯地平片|5mg×28片|盒|26.88|甲
西药费|缬沙坦胶囊|80mg×7粒|盒|13.27|乙
西药费|甘精胰岛素注射液|3ml:300单位|支|68.90|乙
西药费|0.9%氯化钠注射液|250ml|袋|4.36|甲
西药费|5%葡萄糖注射液|500ml|袋|4.82|甲
西药费|盐酸氨溴索注射液|2ml:15mg|支|7.45|乙
西药费|布洛芬缓释胶囊|0.3g×20粒|盒|15.90|甲
西药费|注射用泮托拉唑钠|40mg|支|26.53|乙
西药费|低分子肝素钠注射液|0.4ml|支|31.74|乙
西药费|人血白蛋白|10g:50ml|瓶|378.00|乙
西药费|蒙脱石散|3g×10袋|盒|17.25|甲
中成药费|连花清瘟胶囊|0.35g×24粒|盒|14.80|甲
中成药费|复方丹参滴丸|27mg×180丸|瓶|27.63|甲
中成药费|银黄颗粒|4g×12袋|盒|22.15|乙
中成药费|六味地黄丸|200丸|瓶|19.70|甲
中草药费|黄芪|饮片|克|0.28|甲
中草药费|当归|饮片|克|0.35|甲
中草药费|茯苓|饮片|克|0.19|甲
检查费|胸部CT平扫|单次|次|280.00|乙
检查费|彩色多普勒超声检查|腹部|次|120.00|甲
检查费|磁共振平扫|头部|次|560.00|乙
检查费|常规心电图检查|十二导联|次|22.00|甲
检查费|电子胃镜检查||次|238.00|乙
检查费|数字化摄影(DR)|胸部正侧位|次|76.00|甲
化验费|血细胞分析|五分类|次|20.00|甲
化验费|尿液分析|十一项|次|12.00|甲
化验费|糖化血红蛋白测定||项|62.00|甲
化验费|丙氨酸氨基转移酶测定||项|6.50|甲
化验费|C反应蛋白测定|定量|项|28.00|甲
化验费|凝血四项||次|52.00|甲
化验费|甲状腺功能三项|化学发光|次|117.00|乙
化验费|血清肌酐测定||项|5.80|甲
治疗费|静脉输液|成人|组|9.50|甲
治疗费|雾化吸入治疗||次|11.00|甲
治疗费|肌肉注射||次|4.20|甲
治疗费|换药(中)||次|25.00|甲
治疗费|吸氧||小时|3.60|甲
治疗费|心电监护||小时|6.00|甲
治疗费|针刺治疗||次|32.00|甲
手术费|腹腔镜阑尾切除术||次|1860.00|甲
手术费|腹腔镜胆囊切除术||次|2350.00|甲
手术费|骨折切开复位内固定术||次|2680.00|甲
手术费|白内障超声乳化摘除术|单眼|次|1980.00|乙
麻醉费|全身麻醉|2小时内|次|720.00|甲
麻醉费|椎管内麻醉||次|460.00|甲
护理费|一级护理||日|38.00|甲
护理费|二级护理||日|24.00|甲
护理费|静脉留置针护理||次|6.80|甲
床位费|普通床位费|三人间|日|60.00|甲
床位费|双人病房床位费||日|90.00|丙
诊查费|住院诊查费||日|28.00|甲
诊查费|副主任医师门诊诊查费||次|38.00|甲
诊查费|普通门诊诊查费||次|22.00|甲
挂号费|普通挂号费||次|1.00|丙
卫生材料费|一次性使用输液器|7号针头|套|2.35|甲
卫生材料费|一次性使用注射器|5ml|支|0.86|甲
卫生材料费|可吸收缝合线|3-0|根|86.40|乙
卫生材料费|医用敷贴|10cm×12cm|片|8.90|丙
卫生材料费|一次性使用引流袋||个|13.60|乙
卫生材料费|锁定接骨板|7孔|块|2476.00|乙
卫生材料费|留置针|22G|支|24.50|乙
其他费|陪护床||日|20.00|丙
其他费|空调费||日|8.00|丙
"""
)
"""Items of our own; names and prices are everyday ones, chosen by hand."""

STAY_ONLY = ("床位费", "护理费", "手术费", "麻醉费", "其他费")
VISIT_ONLY = ("挂号费",)

_DRUG, _SERVICE = "规则_药品限制.csv", "规则_诊疗限制.csv"


def listed(folder: Path) -> tuple[Item, ...]:
    """Items with the drug and service names of audit lists in `folder`, where they are; else none."""
    found: list[Item] = []
    for file, column, heading, unit in ((_DRUG, "药品名称", "西药费", "盒"), (_SERVICE, "诊疗名称", "治疗费", "次")):
        path = folder / file
        if not path.is_file():
            continue
        with path.open(encoding="utf-8-sig", newline="") as rows:
            names = dict.fromkeys((row.get(column) or "").strip() for row in csv.DictReader(rows))
        for place, name in enumerate(sorted(name for name in names if 2 <= len(name) <= 30)):
            cheap = 380 + place * 7919 % 24_000
            found.append(Item(name, heading, unit=unit, price=cheap, scheme="甲乙丙"[place % 5 // 2]))
    return tuple(found)


def mixed(given: Sequence[Item] | None) -> tuple[Item, ...]:
    """The items that papers draw from: what is given beside our own, which alone have beds, care and operations."""
    return OWN if not given else (*given, *(item for item in OWN if item.heading not in ("西药费", "治疗费")))
