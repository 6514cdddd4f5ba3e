"""The customer who is late is told exactly what is still missing, what is worth most first."""

from __future__ import annotations

from typing import Any

from hearth.kernel.promises.guidance import still_lacking


def asked(paper: str, worth: int | None = None, numbers: tuple[int, ...] = ()) -> dict[str, Any]:
    return {"paper": paper, "numbers": list(numbers), "worth_fen": worth, "name_zh": paper, "why_zh": "用于计算"}


def test_what_came_since_is_not_asked_for_again() -> None:
    found = still_lacking([asked("invoice"), asked("itemised_list", 5_000)], [("invoice", ())])
    assert [one.paper for one in found] == ["itemised_list"]


def test_what_is_worth_most_stands_first_and_the_rest_as_it_was_asked() -> None:
    found = still_lacking([asked("a"), asked("b", 100), asked("c", 900), asked("d")], [])
    assert [one.paper for one in found] == ["c", "b", "a", "d"]


def test_a_paper_of_one_invoice_does_not_stand_for_two() -> None:
    items = [asked("itemised_list", numbers=(1, 2))]
    assert len(still_lacking(items, [("itemised_list", (1,))])) == 1
    assert still_lacking(items, [("itemised_list", (1,)), ("itemised_list", (2,))]) == ()
    assert still_lacking(items, [("itemised_list", ())]) == ()


def test_a_paper_that_nobody_named_has_its_code_for_a_name() -> None:
    (one,) = still_lacking([{"paper": "letter_of_the_school"}], [])
    assert (one.name_zh, one.worth_fen) == ("letter_of_the_school", None)
