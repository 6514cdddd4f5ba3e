"""Sentences are filled in the language that is asked for, and none takes a value that it does not get."""

from __future__ import annotations

from string import Formatter

import pytest

from hearth.words.explanations import SENTENCES, say


def taken(template: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(template) if name)


@pytest.mark.parametrize("code", SENTENCES)
def test_both_languages_take_the_same_values_once(code: str) -> None:
    zh, en = SENTENCES[code]
    assert taken(zh) == taken(en)
    assert len(set(taken(zh))) == len(taken(zh))


@pytest.mark.parametrize("code", SENTENCES)
def test_a_sentence_is_filled_in_the_language_asked_for(code: str) -> None:
    values = {name: {"zh": f"值{name}", "en": f"value {name}"} for name in taken(SENTENCES[code][0])}
    zh, en = say(code, values, "zh-Hans"), say(code, values, "en")
    assert all(f"值{name}" in zh and f"value {name}" in en for name in values)
    assert "value" not in zh and "值" not in en


@pytest.mark.parametrize("code", SENTENCES)
def test_a_sentence_ends_as_its_language_does_and_keeps_its_punctuation(code: str) -> None:
    zh, en = SENTENCES[code]
    assert zh.endswith("。") and en.endswith(".")
    assert not set("，。：；（）、") & set(en)


@pytest.mark.parametrize("code", [code for code in SENTENCES if "{" in SENTENCES[code][0]])
def test_a_value_that_is_missing_is_a_bug(code: str) -> None:
    with pytest.raises(KeyError):
        say(code, {}, "en")


def test_plain_values_are_told_alike_in_both_languages() -> None:
    assert say("ARREARS", {"arrears": "1.00"}, "en") == "Less overdue premium 1.00."
    assert say("ARREARS", {"arrears": "1.00"}, "zh") == "扣除欠交保费 1.00 元。"
