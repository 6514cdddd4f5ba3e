"""Words of the samples: which of two languages is said."""

from __future__ import annotations

from collections.abc import Callable

Say = Callable[[str, str], str]


def saying(lang: str) -> Say:
    """Picks the words of a language: `say(zh, en)`."""
    return lambda zh, en: zh if lang == "zh" else en
