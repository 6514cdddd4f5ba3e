"""Succession: what was somebody's who died is divided among heirs: whether shares can stand, and each one's part."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from hearth.words.successions import Ground


def parted(amount: int, parts: Sequence[int]) -> tuple[int, ...]:
    """An amount divided by parts, in their order, by cumulative rounding.

    Needs:   amount >= 0 in fen; parts, each >= 1
    Gives:   amounts in fen that add up to the whole amount, none a fen or more away from its exact part
    Source:  Civil Code art. 1130; money is never made or lost by dividing it
    """
    whole, seen, given, found = sum(parts), 0, 0, []
    for part in parts:
        seen += part
        upto = amount * seen // whole
        found.append(upto - given)
        given = upto
    return tuple(found)


def objection(ground: Ground, whole: int, parts: Mapping[int, int], heirs: Collection[int]) -> str:
    """Why shares cannot stand.

    Needs:   the ground; of how many parts the whole is; parts by heir; everybody whose kinship is proven
    Gives:   a code, or nothing: NOBODY, NOT_WHOLE (the parts are not the whole), NOT_PROVEN (a share of somebody who is
             no proven heir), LEFT_OUT (by law every heir has a share), NOT_EQUAL (by law shares are equal)
    Source:  Civil Code art. 1130 (equal by law, otherwise where all heirs agree), arts. 1123, 1132, 1133
    """
    if not parts:
        return "NOBODY"
    if any(part < 1 for part in parts.values()) or sum(parts.values()) != whole:
        return "NOT_WHOLE"
    if not set(parts) <= set(heirs):
        return "NOT_PROVEN"
    if ground is Ground.LAW:
        if set(parts) != set(heirs):
            return "LEFT_OUT"
        if len(set(parts.values())) > 1:
            return "NOT_EQUAL"
    return ""
