"""Documents: papers of a claim: added with a verdict on their pictures, read, cross-checked, corrected by people."""

from hearth.desks.documents.adding import FINAL, KINDS, MOST_PAPERS, OTHER, Look, Upload, add_paper, remove_paper
from hearth.desks.documents.faults import NoSuchField, PaperNotNow, TooManyPapers, UnknownPaper

__all__ = [
    "FINAL",
    "KINDS",
    "MOST_PAPERS",
    "OTHER",
    "Look",
    "NoSuchField",
    "PaperNotNow",
    "TooManyPapers",
    "UnknownPaper",
    "Upload",
    "add_paper",
    "remove_paper",
]
