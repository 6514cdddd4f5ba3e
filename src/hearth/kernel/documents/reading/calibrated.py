"""Calibrated: how often fields read so surely were right on labelled pages: `hearth papers evaluate --table`."""

from __future__ import annotations

TABLE: dict[str, tuple[tuple[float, float], ...]] = {
    "proven": ((0.0, 0.9), (1.0, 0.999)),
    "repaired": ((0.0, 0.5), (1.0, 0.95)),
    "doubtful": ((0.0, 0.2), (1.0, 0.7)),
    "figure": ((0.0, 0.2), (1.0, 0.99)),
    "word": ((0.0, 0.2), (1.0, 0.99)),
}
"""Group -> (score, share that was right)."""
