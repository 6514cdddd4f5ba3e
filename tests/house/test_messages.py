"""Whatever people read is there in both languages."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from enum import IntEnum
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog

import hearth
from hearth.doors.commands.messages import CATALOGUES, catalogue_of, gathered
from hearth.words.codes import WORDS
from hearth.words.faults import Fault
from tests.house.tree import ROOT

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def lacking(used: Catalog, catalogue: Catalog) -> list[str]:
    """Messages in use that the catalogue does not say, says doubtfully, or says with other values."""
    wrong = []
    for message in used:
        if not message.id:
            continue
        there = catalogue.get(message.id, context=message.context)
        said = there.string if there else ""
        forms = said if isinstance(said, tuple) else (said,)
        wanted = message.id if isinstance(message.id, str) else message.id[-1]
        if there is None or there.fuzzy or not all(forms):
            wrong.append(f"not translated: {wanted}")
        elif any(percent_values(form) != percent_values(wanted) for form in forms):
            wrong.append(f"other values: {wanted}")
    return wrong


def percent_values(text: str) -> set[str]:
    """The values that a message is filled with, `%(name)s` and `{name}`."""
    return set(re.findall(r"%\((\w+)\)", text)) | values(text)


def values(text: str) -> set[str]:
    """The values that a template `{name}` is filled with."""
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name}
    except ValueError:
        return set()


def all_faults() -> list[type[Fault]]:
    """Every kind of fault in the house."""
    for module in pkgutil.walk_packages(hearth.__path__, "hearth."):
        # The models, and what stands on them, want Django set up first; pytest-django has done that.
        if not module.name.startswith("hearth.store.migrations"):
            importlib.import_module(module.name)

    def below(kind: type[Fault]) -> list[type[Fault]]:
        return [kind, *(deeper for child in kind.__subclasses__() for deeper in below(child))]

    return sorted(
        {kind for kind in below(Fault) if kind.__module__.startswith("hearth.")}, key=lambda kind: kind.__name__
    )


@pytest.mark.parametrize("language", CATALOGUES)
def test_every_message_of_the_interface_is_translated(language: str) -> None:
    assert lacking(gathered(), catalogue_of(language)) == []


@pytest.mark.parametrize("language", CATALOGUES)
def test_the_catalogue_holds_nothing_that_is_no_longer_said(language: str) -> None:
    used = {(message.id, message.context) for message in gathered()}
    unused = [message.id for message in catalogue_of(language) if (message.id, message.context) not in used]
    assert unused == [], "run `hearth messages gather`"


def test_code_and_templates_are_both_gathered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "page.py").write_text("from django.utils.translation import gettext as _\nsaid = _('In code')\n")
    folder = tmp_path / "doors" / "templates" / "member"
    folder.mkdir(parents=True)
    (folder / "page.html").write_text(
        "{% load i18n %}{% translate 'In a tag' %}{% translate 'Close' context 'near' %}"
        "{% blocktranslate count days=n trimmed %}{{ days }} day{% plural %}{{ days }} days{% endblocktranslate %}"
        "{{ x|default:_('In a filter') }}"
    )
    monkeypatch.setattr("hearth.doors.commands.messages.HOUSE", tmp_path)
    found = {(message.id, message.context) for message in gathered(tmp_path) if message.id}
    assert found == {
        ("In code", None),
        ("In a tag", None),
        ("Close", "near"),
        (("%(days)s day", "%(days)s days"), None),
        ("In a filter", None),
    }


def test_a_missing_a_doubtful_and_a_wrongly_filled_translation_would_be_seen() -> None:
    used, said = Catalog(), Catalog(locale="zh_Hans", fuzzy=False)
    for message in ("Gone", "Doubtful", "Pay %(amount)s", "Good"):
        used.add(message)
    said.add("Doubtful", "可疑", flags=["fuzzy"])
    said.add("Pay %(amount)s", "支付 %(sum)s", flags=["python-format"])
    said.add("Good", "好")
    assert lacking(used, said) == ["not translated: Gone", "not translated: Doubtful", "other values: Pay %(amount)s"]


def test_no_message_is_asked_for_where_it_cannot_be_gathered() -> None:
    """Inside an f-string a call is not seen by what gathers messages, so its words would stay English."""
    asks = {"_", "gettext", "ngettext", "pgettext", "npgettext", "gettext_lazy"}
    hidden = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in sorted((ROOT / "src").rglob("*.py"))
        for string in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(string, ast.JoinedStr)
        for call in ast.walk(string)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in asks
    ]
    assert hidden == []


def test_every_fault_speaks_both_languages_with_the_same_values() -> None:
    faults = all_faults()
    assert len(faults) > 4
    for fault in faults:
        assert re.fullmatch(r"[A-Z][A-Z0-9_]*", fault.code), fault
        assert 400 <= fault.status < 600, fault
        assert fault.says and not CHINESE.search(fault.says), fault
        assert CHINESE.search(fault.says_zh), fault
        # A value that is words itself is handed over in both languages: `why` and `why_zh`.
        said = values(fault.says)
        assert said == {name if name in said else name.removesuffix("_zh") for name in values(fault.says_zh)}, fault


def test_no_two_faults_share_a_code() -> None:
    codes: dict[str, list[str]] = {}
    for fault in all_faults():
        codes.setdefault(fault.code, []).append(fault.__name__)
    assert {code: names for code, names in codes.items() if len(names) > 1} == {}


def test_every_list_of_codes_that_has_words_has_all_of_them() -> None:
    said: dict[type[IntEnum], set[int]] = {}
    for listed, number in WORDS:
        said.setdefault(listed, set()).add(number)
    lacks = {listed.__name__: [code.name for code in listed if code.value not in said[listed]] for listed in said}
    assert {name: codes for name, codes in lacks.items() if codes} == {}
