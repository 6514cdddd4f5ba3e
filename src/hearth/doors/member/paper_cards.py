"""Paper cards: how each paper that is here stands: whether it can be read, what was read, how to take it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hearth.desks.documents.adding import TAKEN_AWAY_WHILE
from hearth.doors.member.page import Ask
from hearth.doors.member.papers import file_kind, name_of, verdict_of
from hearth.doors.member.saying import moment, size
from hearth.kernel.documents.identities import plain_number
from hearth.store.access.claims import claims_of
from hearth.store.access.claims_case import CaseFile, PaperRow
from hearth.store.access.papers import ReadingRow, SeenPaper, seen_papers
from hearth.store.access.search import search
from hearth.words.papers import KIND_WORDS, PaperKind

FILLS_BILL = frozenset({PaperKind.INVOICE.value, PaperKind.ITEMISED_LIST.value})
"""Kinds of papers whose print fills a bill once the member has confirmed it."""

PATIENCE = timedelta(minutes=10)
"""A reading that takes longer is not waited for on a page."""

MOST_CLAIMS = 50
"""Own claims, the newest first, in which the same picture is looked for."""


class Here:
    """The papers of a claim that are here, each with what was seen and read of it."""

    def __init__(self, ask: Ask, held: CaseFile) -> None:
        self._ask, self._held = ask, held
        self._seen = seen_papers(ask.by, held.row.claim_no, ask.at)

    def seen(self, row: PaperRow) -> SeenPaper:
        """What was seen and read of a paper; nothing where it came just now."""
        return self._seen.get(row.paper_id, SeenPaper(None, None, {}))

    def is_bad(self, row: PaperRow) -> bool:
        """Whether nobody can read its picture: it counts as not given."""
        looked = self.seen(row).look
        return looked is not None and looked.worst == "block"

    def bad_of(self, kind: str, numbers: Sequence[int]) -> list[PaperRow]:
        """The pictures of a kind that nobody can read."""
        about = set(numbers)
        return [
            row
            for row in self._held.papers
            if row.kind == kind and self.is_bad(row) and (not about or not row.numbers or about & set(row.numbers))
        ]

    @property
    def due(self) -> int:
        """How many papers are being read at this moment."""
        return sum(self._is_read_now(row) for row in self._held.papers)

    @property
    def count(self) -> int:
        """How many papers are here."""
        return len(self._held.papers)

    def to_confirm(self) -> PaperRow | None:
        """The first paper that was read, fills a bill and was not confirmed yet."""
        return next((row for row in self._held.papers if self._is_to_confirm(row)), None)

    def card(self, row: PaperRow, *, removable: bool) -> dict[str, Any]:
        """A paper that is here (pieces/paper.html)."""
        ask, no = self._ask, self._held.row.claim_no
        seen = self.seen(row)
        file = file_kind(row.content_type)
        told: dict[str, Any] = {
            "id": f"paper-{row.paper_id}",
            "kind": name_of(row.kind, ask.lang),
            "state": "good",
            "verdict": (_("The file is whole. Added %(at)s") if file else _("Can be read. Added %(at)s"))
            % {"at": moment(row.added_at, ask.lang)},
            "thumb_url": reverse("paper-small", kwargs={"paper_id": row.paper_id}),
            "url": reverse("member-paper", kwargs={"claim_no": no, "paper_id": row.paper_id}),
            "name": row.name,
            "size": size(row.size),
            "pages": row.pages if row.pages > 1 else None,
            "found": [],
            **self._of_look(row, seen),
        }
        if told["state"] != "problem":
            told |= self._of_reading(row, seen.reading, bool(seen.labels), told)
        if file:
            itself = _("An e-invoice file (%(file)s): what it says is read from the file itself.") % {"file": file}
            told["reading"] = f"{itself} {told.get('reading', '')}".strip()
        if removable:
            told["sort_url"] = reverse("member-paper-kind", kwargs={"claim_no": no, "paper_id": row.paper_id})
            told["remove"] = {"name": "remove", "value": str(row.paper_id), "form": "here-form"}
        if "retake" in told and (file or not removable):
            del told["retake"]
        return told

    # --- the picture --------------------------------------------------------------------------------------------------

    def _of_look(self, row: PaperRow, seen: SeenPaper) -> dict[str, Any]:
        if seen.look is None or not seen.look.findings:
            return {}
        lang = self._ask.lang
        verdict = verdict_of(seen.look)
        blocks = seen.look.worst == "block"
        says = (
            _("Please take it again: it cannot be read like this.")
            if blocks
            else _("It is kept and may do. Taking it again would make it safer.")
        )
        return {
            "state": "problem" if blocks else "warn",
            "verdict": says,
            "found": [{"says": one.sentence(lang), "how": one.retake(lang)} for one in verdict.findings],
            "marked_url": reverse("paper-marked", kwargs={"paper_id": row.paper_id}),
            "retake": self._retake(row),
        }

    def _retake(self, row: PaperRow) -> dict[str, Any]:
        key = f"{row.kind}:{','.join(map(str, row.numbers))}" if row.numbers else row.kind
        return {"url": f"?kind={key}&instead={row.paper_id}#add", "key": key, "paper_id": row.paper_id}

    # --- the reading --------------------------------------------------------------------------------------------------

    def _is_read_now(self, row: PaperRow) -> bool:
        reading = self.seen(row).reading
        return reading is not None and reading.state == "due" and row.added_at > self._ask.at - PATIENCE

    def _is_to_confirm(self, row: PaperRow) -> bool:
        seen = self.seen(row)
        return (
            seen.reading is not None
            and seen.reading.state == "read"
            and seen.reading.kind == row.kind
            and row.kind in FILLS_BILL
            and not seen.labels
            and not self.is_bad(row)
            and has_print(seen.reading)
        )

    def _of_reading(
        self, row: PaperRow, reading: ReadingRow | None, is_confirmed: bool, told: Mapping[str, Any]
    ) -> dict[str, Any]:
        if reading is None:
            return {}
        if self._is_read_now(row):
            return {"reading": _("It is being read now. You can go on in the meantime.")}
        if reading.state != "read":
            return {"reading": _("Somebody reads it here; there is nothing for you to do.")}
        if not has_print(reading):
            return {"reading": _("No print was recognised on it; somebody looks at it.")}
        found = list(told["found"]) + self._not_theirs(row, reading)
        more: dict[str, Any] = {"found": found}
        if len(found) > len(told["found"]):
            more |= {"state": "warn", "verdict": _("It is kept. Please look once more:"), "retake": self._retake(row)}
        more["read_url"] = reverse(
            "member-paper-read", kwargs={"claim_no": self._held.row.claim_no, "paper_id": row.paper_id}
        )
        open_ = reading.doubtful + reading.missing
        if is_confirmed:
            more["reading"] = _("Read, and confirmed by you.")
        elif open_:
            more["reading"] = ngettext(
                "Read; %(count)s thing to compare.", "Read; %(count)s things to compare.", open_
            ) % {"count": open_}  # fmt: skip
        else:
            more["reading"] = _("Read; everything was found.")
        more["is_to_confirm"] = self._is_to_confirm(row)
        return more

    def _not_theirs(self, row: PaperRow, reading: ReadingRow) -> list[dict[str, str]]:
        """Of another kind, made out to somebody else, or handed in before."""
        lang = self._ask.lang
        said: list[dict[str, str]] = []
        for doubt in reading.answer.get("doubts", ()):
            if doubt["code"] == "KIND_DIFFERS" and doubt["got"] in KIND_WORDS:
                got = KIND_WORDS[PaperKind(doubt["got"])][0 if lang == "zh" else 1]
                says = _("By its print this is another paper: %(got)s.") % {"got": got}
                may_sort = self._held.row.state in TAKEN_AWAY_WHILE
                how = _("If so, press “It is another paper”.") if may_sort else _("Somebody here looks at it.")
                said.append({"says": says, "how": how})
            elif doubt["code"] == "PERSON_DIFFERS":
                says = _("It is made out to %(got)s; this claim is for %(want)s.") % {
                    "got": doubt["got"], "want": doubt["want"]
                }  # fmt: skip
                said.append({"says": says, "how": _("Please add the paper of the person who was treated.")})
        return said + self._handed_in_before(row, reading)

    def _handed_in_before(self, row: PaperRow, reading: ReadingRow) -> list[dict[str, str]]:
        """Told of the reader's own claims alone; of anybody else's nothing is said."""
        said = []
        mine = self._held.row.claim_no
        same = {int(sign.partition(":")[2]) for sign in reading.signs if sign.startswith("SAME_PICTURE:")}
        twin = next((other for other in self._held.papers if other.paper_id in same), None)
        if twin is not None and twin.paper_id < row.paper_id:
            said.append({"says": _("The same picture is in this claim already."), "how": _("One of them is enough.")})
        elsewhere = self._picture_in(same - {other.paper_id for other in self._held.papers})
        if elsewhere:
            says = _("This picture was already handed in with claim %(claim)s.") % {"claim": elsewhere}
            said.append({"says": says, "how": _("A bill is paid once; add it here only if it belongs here.")})
        number = _number_on(reading)
        if number is None:
            return said
        for other in self._held.papers:
            theirs = self.seen(other).reading
            is_earlier = other.paper_id < row.paper_id and other.kind == row.kind
            if is_earlier and other.paper_id not in same and theirs is not None and _number_on(theirs) == number:
                said.append(
                    {"says": _("An invoice with this code and number is in this claim already."),
                     "how": _("One of them is enough.")}
                )  # fmt: skip
                break
        hits = [one for one in search(self._ask.by, " ".join(number), self._ask.at).claims if one.claim_no != mine]
        if hits and not elsewhere:
            says = _("This invoice was already handed in with claim %(claim)s.") % {"claim": hits[0].claim_no}
            said.append({"says": says, "how": _("A bill is paid once; add it here only if it belongs here.")})
        return said

    def _picture_in(self, papers: set[int]) -> str:
        """The reader's own other claim that one of these pictures is in."""
        if not papers:
            return ""
        for row in claims_of(self._ask.by, self._ask.at, limit=MOST_CLAIMS):
            if row.claim_no != self._held.row.claim_no and papers & set(
                seen_papers(self._ask.by, row.claim_no, self._ask.at)
            ):
                return row.claim_no
        return ""


def has_print(reading: ReadingRow) -> bool:
    """Whether anything at all was found on the paper."""
    return any(one["status"] != "missing" for one in reading.answer.get("fields", {}).values())


def _number_on(reading: ReadingRow) -> tuple[str, str] | None:
    """Code and number of an invoice as they were read; None where one was not found."""
    fields = reading.answer.get("fields", {})
    if reading.kind != PaperKind.INVOICE.value:
        return None
    both = tuple(plain_number(str(fields.get(name, {}).get("value", ""))) for name in ("code", "number"))
    return (both[0], both[1]) if all(both) else None
