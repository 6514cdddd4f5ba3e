"""The tables, a file a subject."""

from hearth.store.models.people import Person

__all__ = ["Person"]
