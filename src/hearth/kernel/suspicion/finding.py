"""Finding: one thing that looks wrong: the signal, the values of its sentence, and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hearth.words.suspicion import Signal


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding.  `key` names it among those of its signal; `evidence` names claims, papers and hospitals."""

    signal: Signal
    key: str
    data: Mapping[str, str | int]
    evidence: tuple[str, ...] = field(default=())
