"""Demo: who can be tried in the demo company, with their codes of the moment; nothing of this exists in production."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from hearth.desks.people import totp_now
from hearth.store.access import who
from hearth.store.access.people import person_of_login
from hearth.words.claims import ROLE_WORDS

PASSWORD = "warm-hearth-2026"
"""The password of everybody in the demo company."""

LOGINS = (
    # user names of the demo company, in the order in which they are shown: members, then those who work there
    *("hui", "mei", "bo", "lan", "qiang", "songbo"),
    *("an", "gu", "xu", "tang", "luo", "zheng", "yao", "qian", "jin", "chen"),
    *("he", "fang", "ye", "su", "du", "peng", "yan", "gao"),
)


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """Somebody to try: what to type, and what they are."""

    username: str
    name: str
    says: str
    password: str
    code: str
    seconds_left: int


def is_demo() -> bool:
    """Whether this is the demo; never in production."""
    return bool(settings.HEARTH_ENV == "demo" and not settings.PRODUCTION)


def logins(lang: str, at: datetime) -> tuple[DemoLogin, ...]:
    """Those of LOGINS who are there; nobody anywhere but in the demo."""
    if not is_demo():
        return ()
    found = []
    for username in LOGINS:
        person = person_of_login(username)
        if person is None:
            continue
        roles = [ROLE_WORDS[role] for role in sorted(who(person, at).roles, key=list(ROLE_WORDS).index)]
        found.append(
            DemoLogin(
                username=username,
                name=person.full_name,
                says="、".join(zh for zh, _ in roles) if lang.startswith("zh") else ", ".join(en for _, en in roles),
                password=PASSWORD,
                code=totp_now(person.pk, at),
                seconds_left=30 - int(at.timestamp()) % 30,
            )
        )
    return tuple(found)


__all__ = ["LOGINS", "PASSWORD", "DemoLogin", "is_demo", "logins"]
