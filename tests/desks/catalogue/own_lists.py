"""Our own small lists, loaded as the product manager does it."""

from __future__ import annotations

from datetime import datetime

from hearth.desks.catalogue.loading import ListLoaded, load_list
from hearth.doors.feeds.audit_lists import parse_list
from hearth.store.access import HOUSE
from tests.twins.audit.lists import OWN


def load_own(at: datetime, version: str = "own-1", *, only: str = "") -> dict[str, ListLoaded]:
    """Every list (or the one named), by file."""
    made = {}
    for file, text in OWN.items():
        if not only or file == only:
            one = parse_list(text.encode(), file, version)
            made[file] = load_list(HOUSE, one.kind, version, one.rows, at=at, file=file, sha256=one.sha256)
    return made
