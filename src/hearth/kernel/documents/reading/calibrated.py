"""Calibrated: how often fields read so surely were right on labelled pages: `hearth papers evaluate --table`.

From 264 made-up pages of the tuning layouts, clean to hard wear (2026-11-22).  Too few fields were repaired or doubtful
there to say anything: these two rows are assumed, and low.
"""

from __future__ import annotations

TABLE: dict[str, tuple[tuple[float, float], ...]] = {
    "proven": ((0.614, 0.9998), (1.0, 0.9998)),  # of 4053
    "figure": (
        (0.605, 0.3333),
        (0.6487, 0.6111),
        (0.8527, 0.6111),
        (0.8697, 0.6667),
        (0.9114, 0.6667),
        (0.9129, 0.8519),
        (0.9847, 0.8519),
        (0.9853, 0.9259),
        (0.9941, 0.9259),
        (0.9944, 0.9954),
        (0.9998, 0.9954),
        (0.9999, 0.9994),
        (1.0, 0.9994),
    ),  # of 2252
    "word": (
        (0.6059, 0.625),
        (0.6132, 0.625),
        (0.6138, 0.8125),
        (0.6488, 0.8125),
        (0.6535, 0.8548),
        (0.7771, 0.8548),
        (0.7809, 0.95),
        (0.8949, 0.95),
        (0.8958, 0.9818),
        (0.9789, 0.9818),
        (0.979, 0.9854),
        (0.99, 0.9854),
        (0.9901, 0.995),
        (0.999, 0.995),
        (0.9991, 0.9997),
        (1.0, 0.9997),
    ),  # of 4969
    "repaired": ((0.0, 0.4), (1.0, 0.9)),
    "doubtful": ((0.0, 0.2), (1.0, 0.7)),
}
"""Group -> (score, share that was right)."""
