"""Access: who may see and do what with which rows, and the named reads through which doors see them."""

from hearth.store.access.rows import (
    NotAllowed,
    NotThere,
    branch_for,
    family_of,
    log_read,
    may,
    one,
    people_for,
    permit,
    person_for,
    rows,
    wards_of,
)
from hearth.store.access.who import HOUSE, NOBODY, Grant, Who, who, who_partner

__all__ = [
    "HOUSE",
    "NOBODY",
    "Grant",
    "NotAllowed",
    "NotThere",
    "Who",
    "branch_for",
    "family_of",
    "log_read",
    "may",
    "one",
    "people_for",
    "permit",
    "person_for",
    "rows",
    "wards_of",
    "who",
    "who_partner",
]
