"""Reading: what was read of a paper as the console shows it: fields by how sure they are, with their boxes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hearth.doors.office.desk.asking import Asked
from hearth.kernel.documents.doubts import ALTERED, CELL_NAMES, doubt_says, field_name
from hearth.kernel.documents.sentences import QUALITY
from hearth.store.access.papers import SeenPaper, said_of_line
from hearth.words.papers import KIND_WORDS, STATUS_WORDS, PaperKind, Status

GROUPS = (Status.DOUBTFUL, Status.MISSING, Status.READ, Status.PROVEN)
"""In the order in which they are looked at; what a person said stands after them."""

SAID = "said"
"""The status of a field of which a person said what it is."""

SAME_PICTURE = "SAME_PICTURE:"

ROOM = 4
"""Pixels of a page between print and the line around it."""


def is_read(seen: SeenPaper | None) -> bool:
    """Whether something was read of a paper."""
    return seen is not None and seen.reading is not None and seen.reading.state == "read"


def to_compare(seen: SeenPaper) -> list[str]:
    """Keys of fields that a person should still look at: doubtful, then not found."""
    if seen.reading is None:
        return []
    fields = seen.reading.answer.get("fields", {})
    return [
        key
        for status in (Status.DOUBTFUL, Status.MISSING)
        for key, one in fields.items()
        if one["status"] == status and key not in seen.labels
    ]


def state_of(asked: Asked, seen: SeenPaper | None) -> dict[str, str]:
    """How a paper stands, in a few words: `state` as pieces/paper.html has it, `says`."""
    if seen is None:
        return {"state": "good", "says": _("not read")}
    if seen.look is not None and seen.look.worst == "block":
        return {"state": "problem", "says": look_says(asked, seen)[0]["says"]}
    reading = seen.reading
    if reading is None or reading.state == "absent":
        return {"state": "good", "says": _("not read")}
    if reading.state == "due":
        return {"state": "reading", "says": _("being read")}
    if reading.state == "failed":
        return {"state": "problem", "says": _("cannot be read")}
    if any(sign["is_grave"] for sign in signs_of(asked, seen)):
        return {"state": "problem", "says": _("may be altered")}
    left = len(to_compare(seen))
    if left:
        return {"state": "problem", "says": ngettext("%(count)s to compare", "%(count)s to compare", left)
                % {"count": left}}  # fmt: skip
    return {"state": "good", "says": _("read")}


def look_says(asked: Asked, seen: SeenPaper | None) -> list[dict[str, Any]]:
    """The verdict on the picture: what is wrong with it, the worst first."""
    if seen is None or seen.look is None:
        return []
    found = sorted(seen.look.findings, key=lambda one: one.get("severity") != "block")
    return [
        {"says": asked.says(QUALITY[one["code"]][:2]), "is_grave": one.get("severity") == "block"}
        for one in found
        if one["code"] in QUALITY
    ]


def signs_of(asked: Asked, seen: SeenPaper) -> list[dict[str, Any]]:
    """What contradicts on a paper; what may mean that it was altered first.

    Where a person said that a figure of it is another one than was read, it was misread and is no sign any more.
    """
    reading = seen.reading
    assert reading is not None, "only what was read has signs"
    altered = [dict(one) for one in reading.answer.get("altered", ())]
    told = []
    for one in [*altered, *(each for each in reading.answer.get("doubts", ()) if dict(each) not in altered)]:
        paths = [path for path in one.get("fields", ()) if _at(reading.answer, path) is not None]
        is_misread = any(
            path in seen.labels and seen.labels[path] != (_at(reading.answer, path) or {})["value"] for path in paths
        )
        told.append(
            {
                "says": doubt_says(one, asked.lang),
                "means": _("A person said what was misread.")
                if is_misread
                else asked.says(ALTERED)
                if one in altered
                else "",
                "is_grave": one in altered and not is_misread,
                "fields": [
                    {"key": path, "name": field_name(path, asked.lang), "on": (_at(reading.answer, path) or {})["on"]}
                    for path in paths
                ],
            }
        )
    return told


def shown(asked: Asked, seen: SeenPaper) -> dict[str, Any]:
    """What was read, as office/read.html shows it."""
    reading = seen.reading
    assert reading is not None, "only what was read is shown"
    answer = reading.answer
    left = to_compare(seen)
    groups = _groups(asked, seen)
    return {
        "kind": asked.says(KIND_WORDS[PaperKind(reading.kind)]) if reading.kind in KIND_WORDS else reading.kind,
        "signs": signs_of(asked, seen),
        "groups": groups,
        "signs_at": sum(one["code"] in (Status.DOUBTFUL, Status.MISSING) for one in groups),
        "cells": [(cell, field_name(f"lines[0].{cell}", asked.lang)) for cell in _cells(answer)],
        "lines": _lines(asked, seen),
        "say_cell": {
            "count": len(answer.get("lines", ())),
            "cells": [(cell, field_name(f"lines[0].{cell}", asked.lang)) for cell in CELL_NAMES if cell != "category"],
        },
        "left": len(left),
        "left_says": ngettext("%(count)s field to compare", "%(count)s fields to compare", len(left))
        % {"count": len(left)} if left else _("Nothing is left to compare."),
        "next": left[0] if left else "",
    }  # fmt: skip


def _groups(asked: Asked, seen: SeenPaper) -> list[dict[str, Any]]:
    assert seen.reading is not None
    groups: dict[str, list[dict[str, Any]]] = {**{status.value: [] for status in GROUPS}, SAID: []}
    for key, one in seen.reading.answer.get("fields", {}).items():
        groups[SAID if key in seen.labels else one["status"]].append(_field(asked, key, one, seen.labels.get(key)))
    names = {
        Status.DOUBTFUL.value: _("Please compare these"),
        Status.MISSING.value: _("Looked for and not found"),
        Status.READ.value: _("Read"),
        Status.PROVEN.value: _("Proven by other print"),
        SAID: _("Said by a person"),
    }
    return [{"code": code, "name": names[code], "fields": fields} for code, fields in groups.items() if fields]


def _field(asked: Asked, key: str, one: Mapping[str, Any], said: str | None) -> dict[str, Any]:
    value = one["value"] if said is None else said
    notes = []
    if one.get("read") is not None:
        notes.append(_("put right; “%(read)s” was read first") % {"read": one["read"]})
    if said is not None and said != one["value"]:
        notes.append(_("“%(read)s” was read") % {"read": one["value"]} if one["value"] else _("nothing was read"))
    elif said is not None:
        notes.append(_("confirmed"))
    return {
        "key": key,
        "name": field_name(key, asked.lang),
        "value": value,
        "on": one["on"],
        "has_box": any(one["box"]),
        "status": SAID if said is not None else one["status"],
        "says": _("a person") if said is not None else asked.says(STATUS_WORDS[Status(one["status"])]),
        "notes": notes,
        "sure": f"{one['confidence']:.0%}" if one["status"] != Status.MISSING else "",
    }


def _cells(answer: Mapping[str, Any]) -> list[str]:
    held = {cell for line in answer.get("lines", ()) for cell in line}
    return [*(cell for cell in CELL_NAMES if cell in held), *sorted(held - CELL_NAMES.keys())]


def _lines(asked: Asked, seen: SeenPaper) -> list[list[dict[str, Any]]]:
    assert seen.reading is not None
    answer, cells = seen.reading.answer, _cells(seen.reading.answer)
    told = []
    for n, line in enumerate(answer.get("lines", ())):
        said = said_of_line(seen.labels, n)
        told.append(
            [
                {
                    "key": f"lines[{n}].{cell}" if cell in line else "",
                    "value": said.get(cell, line[cell]["value"] if cell in line else ""),
                    "on": line[cell]["on"] if cell in line else 1,
                    "is_doubtful": cell in line and cell not in said and line[cell]["status"] == Status.DOUBTFUL,
                    "read": line[cell]["value"] if cell in line and cell in said else "",
                    "is_said": cell in said,
                }
                for cell in cells
            ]
        )
    return told


def boxes_of(answer: Mapping[str, Any], number: int) -> dict[str, Any]:
    """The size of a page and the boxes on it, in its pixels, for the drawing over its picture."""
    pages = answer.get("pages", ())
    if not 1 <= number <= len(pages):
        return {}
    found = [*answer.get("fields", {}).items()]
    found += [
        (f"lines[{n}].{cell}", one) for n, line in enumerate(answer.get("lines", ())) for cell, one in line.items()
    ]
    return {
        "width": str(pages[number - 1]["width"]),
        "height": str(pages[number - 1]["height"]),
        "boxes": [
            {
                "key": key,
                "status": one["status"],
                "x": str(round(one["box"][0] - ROOM, 1)),
                "y": str(round(one["box"][1] - ROOM, 1)),
                "width": str(round(one["box"][2] - one["box"][0] + 2 * ROOM, 1)),
                "height": str(round(one["box"][3] - one["box"][1] + 2 * ROOM, 1)),
            }
            for key, one in found
            if one["on"] == number and any(one["box"])
        ],
    }


def _at(answer: Mapping[str, Any], path: str) -> Mapping[str, Any] | None:
    if not path.startswith("lines["):
        return answer.get("fields", {}).get(path)
    number, _dot, cell = path[len("lines[") :].partition("].")
    lines = answer.get("lines", ())
    return lines[int(number)].get(cell) if number.isdigit() and int(number) < len(lines) else None


def same_pictures(seen: Mapping[int, SeenPaper]) -> dict[int, list[int]]:
    """Of papers, the ids of other papers that are the same picture."""
    return {
        paper_id: [int(sign.removeprefix(SAME_PICTURE)) for sign in one.reading.signs if sign.startswith(SAME_PICTURE)]
        for paper_id, one in seen.items()
        if one.reading is not None
    }
