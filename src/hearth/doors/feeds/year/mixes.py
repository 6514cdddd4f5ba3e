"""Mixes: how people fall ill, when they go, what their lines are for and cost: the shares behind a synthetic year."""

from __future__ import annotations

from typing import NamedTuple

from hearth.words.codes import Category


class Kind(NamedTuple):
    """One way to be ill for a year."""

    share: float
    claims: float  # mean number of claims a year above the first
    stays: float  # share of claims that hold a stay
    visits: float  # mean number of visits a claim above the first
    accident: float
    diseases: tuple[str, ...]
    waits: float  # mean days between the visits of one claim


KINDS: tuple[Kind, ...] = (
    # occasional
    Kind(0.52, 0.9, 0.03, 0.35, 0.02, ("J06.9", "J20.9", "K29.7", "N39.0", "L30.9", "M54.5", "H10.9", "K04.7", "J30.4",
                                        "A09.9", "R10.4", "N76.0", "J02.9", "K21.0", "H52.1", "Z00.0"), 4.0),
    # chronic repeaters: several visits a month
    Kind(0.24, 7.0, 0.03, 1.7, 0.00, ("E11.9", "I10.x02", "I10.x03", "E78.5", "I25.1", "J44.9", "M10.9", "N18.3",
                                       "E11.2", "G40.9", "E03.9", "M06.9", "B18.1", "I63.9"), 9.0),
    # in hospital
    Kind(0.19, 0.7, 0.72, 1.2, 0.00, ("K35.8", "J18.9", "K80.2", "I63.9", "I20.0", "N20.1", "M51.2", "C34.9", "C50.9",
                                       "C18.9", "O82.9", "D25.9", "E11.7", "I21.9", "C73.x", "K92.2", "C91.0"), 9.0),
    # accidents
    Kind(0.05, 0.3, 0.28, 1.0, 0.95, ("S52.5", "S82.6", "S93.4", "S01.0", "T14.1", "S61.0", "S06.0", "T30.2"), 6.0),
)  # fmt: skip

MONTHS = (1.22, 0.82, 1.05, 1.02, 0.97, 0.93, 0.98, 0.96, 0.94, 0.95, 1.04, 1.12)
"""Visits by month: a winter peak, a hollow at Spring Festival."""
WEEKDAYS = (1.27, 1.12, 1.07, 1.03, 1.02, 0.85, 0.64)
"""Visits by weekday from Monday."""

OUTPATIENT_MIX: dict[Category, float] = {
    Category.WESTERN_DRUG: 30, Category.PATENT_DRUG: 12, Category.HERBAL_DRUG: 4, Category.LABORATORY: 15,
    Category.EXAMINATION: 11, Category.CONSULTATION: 8, Category.REGISTRATION: 6, Category.TREATMENT: 7,
    Category.MATERIAL: 3, Category.DENTAL: 1.2, Category.OTHER: 1.2, Category.GLUCOSE_DRUG: 1, Category.VACCINE: 0.3,
    Category.PRESSURE_DRUG: 1, Category.CHECK_UP: 0.4, Category.REHABILITATION: 0.5, Category.COSMETIC: 0.15,
    Category.VISION: 0.25, Category.SUPPLEMENTS: 0.2,
}  # fmt: skip
CHRONIC_MIX: dict[Category, float] = {
    Category.WESTERN_DRUG: 30, Category.GLUCOSE_DRUG: 14, Category.PRESSURE_DRUG: 14, Category.PATENT_DRUG: 9,
    Category.LABORATORY: 12, Category.EXAMINATION: 5, Category.CONSULTATION: 8, Category.REGISTRATION: 4,
    Category.DIALYSIS: 0.8, Category.TREATMENT: 2, Category.SUPPLEMENTS: 0.3, Category.DEVICE: 0.5,
}  # fmt: skip
STAY_MIX: dict[Category, float] = {
    Category.WESTERN_DRUG: 27, Category.LABORATORY: 17, Category.MATERIAL: 13, Category.EXAMINATION: 8,
    Category.NURSING: 7, Category.BED: 6, Category.TREATMENT: 9, Category.CONSULTATION: 4, Category.PATENT_DRUG: 3,
    Category.SURGERY: 1.6, Category.ANAESTHESIA: 1.2, Category.BLOOD: 0.5, Category.IMPLANT: 0.6,
    Category.ESCORT_BED: 0.5, Category.MEALS: 0.8, Category.CHEMOTHERAPY: 0.5, Category.RADIOTHERAPY: 0.25,
    Category.TARGETED_DRUG: 0.35, Category.PROTON_THERAPY: 0.003, Category.OTHER: 0.7, Category.AMBULANCE: 0.1,
    Category.HERBAL_DRUG: 0.3, Category.REHABILITATION: 0.4,
}  # fmt: skip
PHARMACY_MIX: dict[Category, float] = {
    Category.WESTERN_DRUG: 45, Category.PATENT_DRUG: 25, Category.GLUCOSE_DRUG: 10, Category.PRESSURE_DRUG: 10,
    Category.SUPPLEMENTS: 3, Category.DEVICE: 2, Category.HERBAL_DRUG: 4,
}  # fmt: skip

# Median yuan of a line, spread (sigma of the logarithm), share outside the social-insurance list.
PRICES: dict[Category, tuple[float, float, float]] = {
    Category.BED: (60, 0.5, 0.12),
    Category.CONSULTATION: (25, 0.5, 0.04),
    Category.EXAMINATION: (165, 0.9, 0.06),
    Category.LABORATORY: (38, 0.9, 0.05),
    Category.TREATMENT: (48, 1.1, 0.10),
    Category.SURGERY: (1_450, 0.9, 0.05),
    Category.NURSING: (22, 0.6, 0.06),
    Category.MATERIAL: (26, 1.5, 0.30),
    Category.WESTERN_DRUG: (46, 1.2, 0.10),
    Category.PATENT_DRUG: (52, 0.8, 0.12),
    Category.HERBAL_DRUG: (110, 0.6, 0.20),
    Category.GENERAL_CONSULTATION: (12, 0.3, 0.0),
    Category.OTHER: (20, 1.2, 0.50),
    Category.REGISTRATION: (10, 0.6, 0.10),
    Category.ANAESTHESIA: (620, 0.7, 0.05),
    Category.BLOOD: (420, 0.6, 0.08),
    Category.AMBULANCE: (180, 0.4, 1.0),
    Category.IMPLANT: (5_200, 1.1, 0.40),
    Category.ESCORT_BED: (40, 0.4, 1.0),
    Category.MEALS: (45, 0.5, 1.0),
    Category.PROTON_THERAPY: (160_000, 0.2, 1.0),
    Category.RADIOTHERAPY: (1_900, 0.8, 0.10),
    Category.CHEMOTHERAPY: (1_300, 0.9, 0.15),
    Category.TARGETED_DRUG: (6_800, 0.8, 0.45),
    Category.DIALYSIS: (420, 0.2, 0.02),
    Category.ANTI_REJECTION: (1_900, 0.6, 0.10),
    Category.REHABILITATION: (85, 0.6, 0.25),
    Category.DENTAL: (260, 1.0, 0.60),
    Category.VISION: (480, 0.8, 1.0),
    Category.COSMETIC: (900, 1.0, 1.0),
    Category.CHECK_UP: (320, 0.7, 1.0),
    Category.VACCINE: (260, 0.8, 0.90),
    Category.MATERNITY: (500, 0.8, 0.20),
    Category.GLUCOSE_DRUG: (72, 0.7, 0.06),
    Category.PRESSURE_DRUG: (48, 0.6, 0.05),
    Category.SUPPLEMENTS: (150, 0.7, 1.0),
    Category.TRANSPORT: (60, 0.6, 1.0),
    Category.DEVICE: (210, 0.8, 0.80),
}
HEAVY = (Category.IMPLANT, Category.TARGETED_DRUG, Category.SURGERY, Category.MATERIAL, Category.CHEMOTHERAPY)
"""Categories whose amounts have a heavy tail: one line in two hundred is drawn once more by a Pareto factor."""
