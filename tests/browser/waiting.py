"""Waiting: until something is so in a page, asked from outside: our pages let nobody evaluate a text in them."""

from __future__ import annotations

import time
from typing import Any

from playwright.sync_api import Error, Page

PATIENCE_SECONDS = 30.0


def until(page: Page, what: str, arg: Any = None, *, reloads: bool = False) -> None:
    """Wait until an expression, or a function of `arg`, is true in the page; `reloads`: one that stays as it is."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while not _is(page, what, arg):
        assert time.monotonic() < ends, f"never so: {what}"
        page.wait_for_timeout(1_000 if reloads else 50)
        if reloads:
            page.reload()


def _is(page: Page, what: str, arg: Any) -> bool:
    try:
        return bool(page.evaluate(what, arg))
    except Error as gone:
        # The page is going on to another one.
        if "context was destroyed" in str(gone):
            return False
        raise
