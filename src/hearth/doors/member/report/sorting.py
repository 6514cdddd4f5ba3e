"""Sorting: a paper turns out to be another one than was chosen: its kind is chosen anew beside its picture."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.desks import documents
from hearth.doors.member.claim import held_of
from hearth.doors.member.page import Ask, go, page, shown
from hearth.doors.member.papers import file_kind, name_of, row_of
from hearth.doors.member.report.handing import REMOVABLE, key_of, kind_and_numbers, kinds_to_choose
from hearth.doors.member.report.steps import wanted_of
from hearth.kernel.documents.checklist import NAMES
from hearth.store.access.papers import seen_paper
from hearth.words.claims import ClaimState
from hearth.words.faults import Fault
from hearth.words.papers import PaperKind

_ON_THE_LIST = {PaperKind.ID_CARD.value: "identity", PaperKind.BANK_CARD.value: "bank_account"}
"""What print calls a card -> what the list of papers calls it."""


@page
def sort(ask: Ask, claim_no: str, paper_id: int) -> HttpResponse:
    """Say which paper it is; the list of what is missing follows at once."""
    held = held_of(ask, claim_no)
    row = row_of(held, paper_id)
    to = "member-supplement" if held.row.state == ClaimState.SUPPLEMENT else "member-papers"
    if held.row.state not in REMOVABLE:
        return go(to, claim_no=claim_no)
    if ask.is_post:
        kind, numbers = kind_and_numbers(ask.typed("kind", 60))
        try:
            documents.sort_paper(ask.by, paper_id, kind, at=ask.at, numbers=numbers)
        except Fault as fault:
            ask.wrong(fault)
        else:
            return go(to, claim_no=claim_no, told="paper-sorted")
    by_print = _by_print(ask, paper_id, row.kind)
    return shown(
        ask,
        "sort",
        title=_("Which paper is it?"),
        section="claims",
        back_url=reverse(to, kwargs={"claim_no": claim_no}),
        row=row,
        file_kind=file_kind(row.content_type),
        small_url=reverse("paper-large", kwargs={"paper_id": paper_id}),
        now=name_of(row.kind, ask.lang),
        by_print=name_of(by_print, ask.lang) if by_print else "",
        kind=kinds_to_choose(ask, wanted_of(ask, claim_no), by_print or key_of(row.kind, row.numbers)),
        status=422 if ask.is_post else 200,
    )


def _by_print(ask: Ask, paper_id: int, kind: str) -> str:
    """What its print says that it is, where that is another paper of the list."""
    reading = seen_paper(ask.by, paper_id, ask.at).reading
    read = "" if reading is None or reading.state != "read" else _ON_THE_LIST.get(reading.kind, reading.kind)
    return read if read in NAMES and read != kind else ""
