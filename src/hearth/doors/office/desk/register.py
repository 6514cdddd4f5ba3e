"""Register: the parts of the register of people and policies, and the words they share."""

from __future__ import annotations

from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from hearth.doors.office.desk.asking import Asked
from hearth.doors.office.explore import offer
from hearth.kernel.product.terms import Bilingual

RELATIONS: dict[str, tuple[str, str]] = {
    "guardian": ("监护人（孩子未满十四周岁）", "guardian (child under 14)"),
    "parent": ("父母", "parent"),
    "spouse": ("配偶", "spouse"),
    "child": ("子女", "child"),
    "agent": ("授权代理人", "authorised agent"),
    "heir": ("继承人（本人已身故）", "heir of somebody who died"),
}
"""What somebody is to somebody they act for (zh, en)."""


def tabs(asked: Asked, current: str) -> list[dict[str, Any]]:
    """The parts of the register that somebody may open."""
    shown = (
        ("people", _("Members"), "office-people", True),
        ("policies", _("Policies"), "office-policies", asked.may("policy", "see", "issue")),
        ("relations", _("Relations to prove"), "office-relations", asked.may("relation", "prove")),
        ("measures", _("Emergency measures"), "office-measures", asked.may("measure", "see")),
        ("partners", _("Partners"), "office-partners", asked.may("partner", "see")),
    )
    return [
        {"name": name, "url": url, "current": code == current}
        for code, name, address, is_shown in shown
        if is_shown and (url := _address(address))
    ]


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def product_name(code: str, lang: str) -> str:
    """The name of a product of the shelf; its code where it is not there any more."""
    terms = offer.products()[0].get(code)
    return both(terms.name, lang) if terms else code


def both(value: Bilingual, lang: str) -> str:
    """A name in "zh" or "en"."""
    return value.zh if lang == "zh" else value.en
