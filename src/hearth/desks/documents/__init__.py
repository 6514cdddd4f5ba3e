"""Documents: papers of a claim: added with a verdict on their pictures, read, cross-checked, corrected by people."""

from hearth.desks.documents.adding import FINAL, KINDS, MOST_PAPERS, OTHER, Look, Upload, add_paper, remove_paper
from hearth.desks.documents.faults import NoSuchField, PaperNotNow, TooManyPapers, UnknownPaper
from hearth.desks.documents.labelling import say_fields
from hearth.desks.documents.reading import Page, leave_unread, read_paper
from hearth.desks.documents.sorting import SORTED_WHILE, sort_paper

__all__ = [
    "FINAL",
    "KINDS",
    "MOST_PAPERS",
    "OTHER",
    "SORTED_WHILE",
    "Look",
    "NoSuchField",
    "Page",
    "PaperNotNow",
    "TooManyPapers",
    "UnknownPaper",
    "Upload",
    "add_paper",
    "leave_unread",
    "read_paper",
    "remove_paper",
    "say_fields",
    "sort_paper",
]
