"""Successions: on which ground what was somebody's who died is divided among heirs, in both languages."""

from __future__ import annotations

from enum import StrEnum


class Ground(StrEnum):
    """On what a division rests."""

    LAW = "law"
    AGREEMENT = "agreement"
    WILL = "will"
    JUDGMENT = "judgment"


GROUND_WORDS: dict[Ground, tuple[str, str]] = {
    Ground.LAW: ("法定继承，份额均等", "by law, in equal shares"),
    Ground.AGREEMENT: ("全体继承人公证协议", "a notarised agreement of all heirs"),
    Ground.WILL: ("遗嘱（经公证或确认）", "a will that was proven"),
    Ground.JUDGMENT: ("法院判决或调解书", "a judgment or court settlement"),
}

GROUND_SOURCE: dict[Ground, str] = {
    Ground.LAW: "Civil Code arts. 1127, 1130",
    Ground.AGREEMENT: "Civil Code arts. 1130, 1132",
    Ground.WILL: "Civil Code arts. 1123, 1133",
    Ground.JUDGMENT: "Civil Code art. 1132",
}
"""What each ground rests on; that money of the dead is theirs: Insurance Law art. 42, Civil Code art. 1122."""
