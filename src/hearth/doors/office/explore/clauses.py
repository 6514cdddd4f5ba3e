"""Clauses: the text behind a clause number, beside the number."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from hearth.store.shelf import clause_text
from hearth.words.faults import Fault, UnknownProduct


@dataclass(frozen=True)
class ClauseView:
    """A clause chip; `id` is its own on the page."""

    id: str
    anchor: str
    title: str
    paragraphs: tuple[str, ...]


class Clauses:
    """Looks clauses up in one language and numbers the chips of one page."""

    def __init__(self, lang: str, own: frozenset[str]) -> None:
        self.lang, self.own = lang, own
        self.shown: dict[tuple[str, str], int] = {}
        self.texts: dict[tuple[str, str], tuple[str, tuple[str, ...]]] = {}

    def view(self, product: str, anchor: str) -> ClauseView:
        """The chip of a clause; says so where the product has no wording on the shelf."""
        if (product, anchor) not in self.texts:
            self.texts[product, anchor] = self._text(product, anchor)
        title, paragraphs = self.texts[product, anchor]
        number = self.shown[product, anchor] = self.shown.get((product, anchor), 0) + 1
        return ClauseView(f"clause-{product}-{anchor}-{number}", anchor, title, paragraphs)

    def _text(self, product: str, anchor: str) -> tuple[str, tuple[str, ...]]:
        if product in self.own:
            return _("Terms of this case"), (
                _("This product is stated in the case itself, as numbers without a wording."),
            )
        try:
            title, text = clause_text(product, anchor, self.lang)
        except UnknownProduct:
            return _("No text"), (_("The wording of this product is not on the shelf."),)
        except Fault as fault:
            return _("No text"), (fault.sentence(self.lang),)
        return title, tuple(part for part in text.split("\n\n") if part.strip())
