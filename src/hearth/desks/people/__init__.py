"""People: who is known, what they may be, for whom they act, what they agreed to, and what becomes of their data."""

from hearth.desks.people.accounts import add_account
from hearth.desks.people.consenting import give_consent, withdraw_consent
from hearth.desks.people.registering import create_person, edit_person, set_phone
from hearth.desks.people.relations import end_relation, prove_relation, state_relation
from hearth.desks.people.roles import end_role, grant_role

__all__ = [
    "add_account",
    "create_person",
    "edit_person",
    "end_relation",
    "end_role",
    "give_consent",
    "grant_role",
    "prove_relation",
    "set_phone",
    "state_relation",
    "withdraw_consent",
]
