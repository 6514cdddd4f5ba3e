"""Every reason, finding and route that the kernel can give has its text in both languages."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import hearth.kernel.adjudication.decision as decision
from hearth.kernel.adjudication.explain import _REASON_OF_GATE
from hearth.words.codes import Gate, Reason
from hearth.words.reasons import FINDINGS, REASONS, ROUTES, finding, reason, route

SUMS = ("lines", "payments", "public")


def finding_codes() -> set[str]:
    """The codes that the decision can give: its literals in capitals, and one for each sum that may not hold."""
    tree = ast.parse(Path(decision.__file__).read_text("utf-8"))
    found = set()
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Finding":
            found |= {
                node.value
                for node in ast.walk(call.args[0])
                if isinstance(node, ast.Constant) and isinstance(node.value, str)
            }
    prefixes = {code for code in found if code.endswith("_")}
    return found - prefixes | {prefix + which.upper() for prefix in prefixes for which in SUMS}


def test_every_finding_that_the_kernel_gives_has_its_text_and_no_other_has() -> None:
    assert finding_codes() == set(FINDINGS)


@pytest.mark.parametrize("code", FINDINGS)
def test_a_finding_is_told_with_its_data_and_a_dash_for_what_is_empty(code: str) -> None:
    data = {"number": "", "claim": "C-1", "invoice": 2, "patient": "bo", "insured": "mei", "stated": 1, "bill": 0}
    for lang in ("zh", "zh-Hans", "en"):
        text = finding(code, data, lang)
        assert "{" not in text
        assert ("—" in text) == ("{number}" in FINDINGS[code][0])
    assert re.search(r"[\u4e00-\u9fff]", finding(code, data, "zh"))


@pytest.mark.parametrize("one", list(Reason), ids=lambda one: one.name)
def test_every_reason_of_a_line_has_its_text(one: Reason) -> None:
    code = one.name.lower()
    assert re.search(r"[\u4e00-\u9fff]", reason(code, "zh")) and reason(code, "en").isascii()


def test_every_gate_that_can_fail_has_the_reason_of_its_number() -> None:
    assert {
        gate.name.lower(): Reason(gate + 1).name.lower() for gate in Gate if gate is not Gate.SUMS
    } == _REASON_OF_GATE


def test_no_two_reasons_read_the_same() -> None:
    for place in (0, 1):
        texts = [pair[place] for pair in REASONS.values()]
        assert len(set(texts)) == len(texts)


def test_both_routes_have_their_text_and_an_unknown_one_is_a_bug() -> None:
    assert set(ROUTES) == {"automatic", "person"}
    assert "proposal, not a refusal" in route("person", "en") and "建议" in route("person", "zh")
    with pytest.raises(KeyError):
        route("robot", "en")
