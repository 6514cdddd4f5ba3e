"""Founding, as a program: a branch, its assessor, and a partner with a token; prints the token."""

from __future__ import annotations

import json
from datetime import UTC, datetime

ASSESSOR = "ai"
PARTNER = "ping"
SCOPES = ("claims:write", "claims:read", "policies:write", "policies:read")


def main() -> None:
    """Found it all."""
    import django

    django.setup()
    from hearth.desks import founding, partners, people
    from hearth.store.access import HOUSE

    at = datetime.now(UTC)
    branch = founding.open_branch(HOUSE, "sz", "深圳", "Shenzhen", at=at)
    assessor = people.create_person(HOUSE, at=at, full_name="艾", username=ASSESSOR, branch=branch)
    people.grant_role(HOUSE, assessor, "assessor", at=at, branch=branch, authority_fen=50_000_000)
    partners.add_partner(HOUSE, at=at, code=PARTNER, name="平安里保险", kind="insurer", branch="sz")
    token = partners.make_token(HOUSE, PARTNER, at=at, name="kill", scopes=SCOPES, per_minute=60_000)
    print(json.dumps({"token": token.text}), flush=True)


if __name__ == "__main__":
    main()
