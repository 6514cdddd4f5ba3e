"""Ring: a small drawing of who shares what with whom, and the same in words."""

from __future__ import annotations

from math import cos, pi, sin
from typing import Any

from django.utils.translation import gettext as _

from hearth.doors.office.desk.asking import Asked
from hearth.store.access.suspicion import SuspicionRow
from hearth.words.suspicion import ENTITY_WORDS, Signal

WIDTH, HEIGHT, AROUND = 460, 300, 110
MOST_PEOPLE = 24
"""A larger ring is told in words alone: a drawing of it could not be read."""


def drawn(asked: Asked, one: SuspicionRow) -> dict[str, Any] | None:
    """People in a circle and lines between those who share something; None where there is no ring."""
    if one.signal is not Signal.SHARED_RING or not one.findings or not one.findings[0].get("links"):
        return None
    links = one.findings[0]["links"]
    people = list(dict.fromkeys(person for link in links for person in (link["one"], link["other"])))
    names = {person: one.people.get(person) or _("somebody you may not see") for person in people}
    spots = {
        person: (
            round(WIDTH / 2 + AROUND * cos(2 * pi * place / len(people) - pi / 2), 1),
            round(HEIGHT / 2 + AROUND * sin(2 * pi * place / len(people) - pi / 2), 1),
        )
        for place, person in enumerate(people)
    }
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "is_drawn": len(people) <= MOST_PEOPLE,
        "people": [
            {"name": names[person], "x": str(spots[person][0]), "y": str(spots[person][1]),
             "below": str(spots[person][1] + 26)}
            for person in people
        ],
        "lines": [
            {"x1": str(spots[link["one"]][0]), "y1": str(spots[link["one"]][1]), "x2": str(spots[link["other"]][0]),
             "y2": str(spots[link["other"]][1]), "kind": link["kind"]}
            for link in links
        ],
        "says": [
            _("%(one)s and %(other)s share %(what)s") % {
                "one": names[link["one"]], "other": names[link["other"]], "what": asked.says(ENTITY_WORDS[link["kind"]])
            }
            + "".join(f" · {no}" for no in link["claims"] if no in one.claims)
            for link in links
        ],
        "hospitals": list(one.findings[0].get("hospitals", ())),
    }  # fmt: skip
