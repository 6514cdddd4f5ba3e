"""Illness: what is usual for the illness of a stay, in plain words, from the company's own claims; no advice."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hearth.store.access.advances import AdvanceFile

LOW, HIGH = 1, 3
"""The 25th and the 75th percent among those that a usual course knows."""


def named(file: AdvanceFile) -> str:
    """The illness as it was told, with its code; empty while nothing was."""
    return " ".join(part for part in (file.illness, f"({file.icd})" if file.icd and file.illness else file.icd) if part)


def summary(file: AdvanceFile) -> list[str]:
    """Sentences on the usual course: days, cost, what it is for, where that was counted; one where none is known."""
    if not file.usual:
        return [_("We have seen too few stays with this illness to say what is usual.")]
    found = []
    if file.usual_days:
        low, high = file.usual_days[LOW], file.usual_days[HIGH]
        found.append(
            ngettext("Most stays last %(high)s day.", "Most stays last %(high)s days.", high) % {"high": high}
            if low == high
            else _("Most stays last %(low)s to %(high)s days.") % {"low": low, "high": high}
        )
    yuan = {"low": f"{file.usual[LOW] // 100:,}", "high": f"{file.usual[HIGH] // 100:,}"}
    found.append(_("Most bills come to %(low)s to %(high)s yuan in all.") % yuan)
    if file.usual_items:
        found.append(_("Most of it is for: %(items)s.") % {"items": _(", ").join(file.usual_items)})
    bills, people = file.usual_of
    found.append(
        _("Counted from %(bills)s stays of %(people)s people among our claims. Your doctor knows your own case.")
        % {"bills": f"{bills:,}", "people": f"{people:,}"}
    )
    return found
