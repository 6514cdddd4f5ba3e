"""A category is proposed where a name says it plainly, and by nothing else."""

from __future__ import annotations

import pytest

from hearth.doors.demo.papers.items import OWN
from hearth.doors.feeds.invoice_fields import category
from hearth.doors.feeds.likely_category import LIKELY, likely_category
from hearth.words.codes import Category


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("普通床位费", "bed"), ("陪护床", "escort_bed"), ("二级护理", "nursing"), ("静脉留置针护理", "nursing"),
        ("住院诊查费", "consultation"), ("普通门诊诊察费", "consultation"), ("普通挂号费", "registration"),
        ("椎管内麻醉", "anaesthesia"), ("凝血四项", "laboratory"), ("糖化血红蛋白测定", "laboratory"),
        ("胸部CT平扫", "examination"), ("胸部ct平扫", "examination"), ("常规心电图检查", "examination"),
        ("骨折切开复位内固定术", "surgery"), ("白内障超声乳化摘除术", "surgery"), ("换药（中）", "treatment"),
        ("心电监护", "treatment"), ("一次性使用输液器", "material"), ("留置针", "material"),
        ("5%葡萄糖注射液", "western_drug"), ("注射用泮托拉唑钠", "western_drug"), ("肌肉注射", "treatment"),
        ("黄芪", None), ("连花清瘟胶囊", None), ("锁定接骨板", None), ("六味地黄丸", None), ("", None), ("其他", None),
    ],
)  # fmt: skip
def test_a_name_proposes_what_it_says_and_nothing_else(name: str, said: str | None) -> None:
    assert likely_category(name) == said


def test_every_proposal_is_a_category() -> None:
    assert {name for name, _ in LIKELY} <= {code.name.lower() for code in Category}


def test_none_of_the_usual_items_is_proposed_as_what_it_is_not() -> None:
    proposed = {item: likely_category(item.name) for item in OWN}
    # A bed for whoever accompanies is billed under other costs and is a category of its own.
    wrong = {item.name for item, name in proposed.items() if name not in (None, category(item.heading))} - {"陪护床"}
    assert wrong == set()
    assert sum(name is not None for name in proposed.values()) >= 0.7 * len(OWN)
