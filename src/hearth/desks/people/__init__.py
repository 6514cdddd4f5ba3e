"""People: who is known, what they may be, for whom they act, what they agreed to, and what becomes of their data."""

from hearth.desks.people.accounts import add_account
from hearth.desks.people.consenting import give_consent, withdraw_consent
from hearth.desks.people.deaths import record_death, take_death_back
from hearth.desks.people.erasing import Erasure, ask_erasure, due_erasures, erase
from hearth.desks.people.exporting import export_data, readable
from hearth.desks.people.factors import give_totp, set_password, totp_now
from hearth.desks.people.keys import KeyCount, key_counts, rotate_keys
from hearth.desks.people.registering import create_person, edit_person, set_phone
from hearth.desks.people.relations import end_relation, prove_relation, state_relation
from hearth.desks.people.roles import end_role, grant_role
from hearth.desks.people.successions import Share, confirm_succession, end_succession, state_succession

__all__ = [
    "Erasure",
    "KeyCount",
    "Share",
    "add_account",
    "ask_erasure",
    "confirm_succession",
    "create_person",
    "due_erasures",
    "edit_person",
    "end_relation",
    "end_role",
    "end_succession",
    "erase",
    "export_data",
    "give_consent",
    "give_totp",
    "grant_role",
    "key_counts",
    "prove_relation",
    "readable",
    "record_death",
    "rotate_keys",
    "set_password",
    "set_phone",
    "state_relation",
    "state_succession",
    "take_death_back",
    "totp_now",
    "withdraw_consent",
]
