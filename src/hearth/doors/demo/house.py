"""House: what the scripts of the demo share: who is who, what is known by which key, and the moments people work at."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hearth.desks import founding
from hearth.store.access import HOUSE, Who, who
from hearth.store.access.people import person_of_login
from hearth.words.calendar import CHINA_TIME

CAST_KEYS = "cast-"
"""How the keys of the claims of the cast begin."""

PARTNER = "donghu"
"""The made-up broker that brings a part of the claims in."""

SCOPES = frozenset({"claims:write", "claims:read", "policies:write", "policies:read", "receipts:read"})


@dataclass
class House:
    """Names, keys and numbers, looked up once; what was made before an earlier start was stopped is found again."""

    people: dict[str, int] = field(default_factory=dict)
    claims: dict[str, str] = field(default_factory=dict)
    branches: dict[str, int] = field(default_factory=dict)
    accounts: dict[str, int] = field(default_factory=dict)
    """The account that somebody's money goes to, by user name."""
    _whos: dict[str, Who] = field(default_factory=dict)

    def look_up(self) -> None:
        """Find what is there already."""
        self.people = founding.people_by_username()
        self.claims = founding.claims_by_key()
        self.branches = founding.branches_by_code()
        self.accounts = founding.accounts_by_username()

    def of(self, username: str) -> int:
        """Somebody's id."""
        return self.people[username]

    def who(self, username: str, at: datetime) -> Who:
        """Somebody as they ask; the house itself by an empty name, the broker by its code."""
        if not username:
            return HOUSE
        if username not in self._whos:
            if username == PARTNER:
                self._whos[username] = Who(partner_id=founding.partner_id(PARTNER), name=PARTNER, scopes=SCOPES)
            else:
                self._whos[username] = who(person_of_login(username), at)
        return self._whos[username]


def at_work(at: datetime) -> datetime:
    """The moment itself within office hours, else the next morning of a working day."""
    local = at.astimezone(CHINA_TIME)
    if local.hour >= 18:
        local = (local + timedelta(days=1)).replace(hour=9)
    elif local.hour < 9:
        local = local.replace(hour=9)
    while local.weekday() >= 5:
        local += timedelta(days=1)
    return local.astimezone(UTC)


def awake(at: datetime) -> datetime:
    """The moment itself by day, else the next morning."""
    local = at.astimezone(CHINA_TIME)
    if local.hour >= 22:
        local = (local + timedelta(days=1)).replace(hour=8)
    elif local.hour < 7:
        local = local.replace(hour=8)
    return local.astimezone(UTC)
