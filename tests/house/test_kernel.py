"""The kernel knows no product, partner or city, and each of its rules says what it needs, gives and rests on."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
import yaml

from tests.house.tree import HOUSE, ROOT

KERNEL = HOUSE / "kernel"
RULE_ROOMS = ("adjudication", "documents", "product", "promises", "proof")

PARTNERS = [
    "picc",
    "人保",
    "wesure",
    "微保",
    "tencent",
    "腾讯",
    "pingan",
    "平安",
    "商涌",
    "尚勇",
    "shangyong",
    "众安",
    "zhongan",
    "泰康",
    "taikang",
    "太平洋",
    "新华保险",
    "alipay",
    "支付宝",
    "wechat",
    "微信",
    "蚂蚁",
    "健康北斗",
]
CITIES = [
    "beijing",
    "北京",
    "shanghai",
    "上海",
    "tianjin",
    "天津",
    "chongqing",
    "重庆",
    "guangzhou",
    "广州",
    "shenzhen",
    "深圳",
    "hangzhou",
    "杭州",
    "nanjing",
    "南京",
    "suzhou",
    "苏州",
    "chengdu",
    "成都",
    "wuhan",
    "武汉",
    "西安",
    "foshan",
    "佛山",
    "zhuhai",
    "珠海",
    "ningbo",
    "宁波",
    "qingdao",
    "青岛",
    "xiamen",
    "厦门",
    "changsha",
    "长沙",
    "zhengzhou",
    "郑州",
    "jinan",
    "济南",
]
PRODUCT_KINDS = ("百万医疗", "惠民保", "沪惠保", "好医保", "医享无忧", "million-yuan", "huiminbao")


def product_names(products: Path = ROOT / "products") -> set[str]:
    """Names by which the products at hand are sold, and their codes where a code is no plain word."""
    names: set[str] = set()
    for terms in sorted(products.glob("*/terms.yaml")):
        stated = yaml.safe_load(terms.read_text("utf-8"))
        names |= {name.lower() for name in stated["name"].values()}
        if re.search(r"[-_\d]", terms.parent.name):
            names.add(terms.parent.name.lower())
    return names


def names_in(text: str, names: set[str]) -> list[str]:
    """Those of `names` that stand in `text` as words of their own."""
    low = text.lower()
    return sorted(
        name
        for name in names
        if re.search(rf"(?<![a-z]){re.escape(name)}(?![a-z])" if name.isascii() else re.escape(name), low)
    )


def silent_rules(path: Path) -> list[str]:
    """Public functions of a kernel file whose docstring lacks Needs, Gives or Source."""
    silent = []
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            said = ast.get_docstring(node) or ""
            missing = [part for part in ("Needs:", "Gives:", "Source:") if not re.search(rf"(?m)^\s*{part}\s+\S", said)]
            if missing:
                silent.append(f"{path.name}:{node.lineno} {node.name} lacks {' '.join(missing)}")
    return silent


def test_no_product_partner_or_city_is_named_in_the_kernel() -> None:
    names = {*PARTNERS, *CITIES, *PRODUCT_KINDS} | product_names()
    found = {
        path.relative_to(HOUSE).as_posix(): at
        for path in sorted(KERNEL.rglob("*.py"))
        if (at := names_in(path.read_text("utf-8"), names))
    }
    assert found == {}


def test_every_public_rule_says_what_it_needs_gives_and_rests_on() -> None:
    files = [path for room in RULE_ROOMS for path in sorted((KERNEL / room).rglob("*.py"))]
    assert len(files) > 2
    assert [line for path in files for line in silent_rules(path)] == []


@pytest.mark.parametrize("text", ["# as PICC does", "if city == 'Shanghai':", "# 微保的做法", "Huiminbao"])
def test_a_partner_or_city_would_be_seen(text: str) -> None:
    assert names_in(text, {*PARTNERS, *CITIES, *PRODUCT_KINDS})


def test_a_product_would_be_seen(tmp_path: Path) -> None:
    (tmp_path / "calm-2026").mkdir()
    (tmp_path / "calm-2026" / "terms.yaml").write_text("name: {zh: 安心保, en: Calm Cover}\n", "utf-8")
    assert product_names(tmp_path) == {"安心保", "calm cover", "calm-2026"}
    assert names_in("# Calm Cover pays this twice", product_names(tmp_path)) == ["calm cover"]


def test_a_word_that_only_contains_a_name_is_no_offence() -> None:
    assert names_in("a topicconstant", {"picc"}) == []


def test_a_silent_rule_would_be_seen(tmp_path: Path) -> None:
    rule = tmp_path / "rule.py"
    rule.write_text(
        'def told(x: int) -> int:\n    """A rule.\n\n    Needs:   x\n    Gives:   x\n    Source:  clause 1\n    """\n\n'
        'def half(x: int) -> int:\n    """A rule.\n\n    Needs:   x\n    """\n\n'
        "def _own(x: int) -> int:\n    return x\n"
    )
    assert silent_rules(rule) == ["rule.py:9 half lacks Gives: Source:"]
