"""Disputes, read: the desk's list, a case with all that was said, the member's own, and what disputes changed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from hearth.store.access.rows import family_of, log_read, one, permit, rows
from hearth.store.access.who import Who
from hearth.store.models import Decision, Dispute
from hearth.words.disputes import ENDED_DISPUTES, OPEN_DISPUTES, DisputeState, Verdict

D = DisputeState
PAGE = 50


@dataclass(frozen=True, slots=True)
class DisputeRow:
    """One dispute in a list: nothing that was said."""

    dispute_no: str
    claim_no: str
    person_id: int
    person: str
    reason: str
    state: DisputeState
    tier: int
    opened_at: datetime
    state_at: datetime
    due_at: datetime | None
    holder: str
    reviewer_id: int | None
    reviewer: str
    answered_at: datetime | None
    ended_at: datetime | None
    why: str
    changed_fen: int

    @property
    def is_open(self) -> bool:
        """Whether somebody still has something to do."""
        return self.state in OPEN_DISPUTES


@dataclass(frozen=True, slots=True)
class DisputeEventRow:
    """Something that happened to a dispute, and what was said."""

    what: str
    tier: int
    to_state: DisputeState
    by_id: int | None
    by: str
    is_staff: bool
    at: datetime
    words: str
    paper_id: int | None
    paper_kind: str
    partner_id: int | None = None
    """The partner that did it through the interface."""


@dataclass(frozen=True, slots=True)
class DisputeOpinionRow:
    """The signed opinion of the third tier."""

    verdict: Verdict
    clause: str
    reasons: str
    signed_by: str
    signed_at: datetime
    record_id: int


@dataclass(frozen=True, slots=True)
class DisputeClockRow:
    """A limit that runs or ran."""

    code: str
    state: str
    started_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class DisputedDecision:
    """A decision in figures: the disputed one, or the one that followed."""

    number: int
    outcome: str
    paid_out_fen: int
    reason: str
    clause: str
    decided_by_ids: tuple[int, ...]
    decided_by: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class EvidencePaper:
    """A paper of the claim."""

    paper_id: int
    kind: str
    name: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class DisputeFile:
    """Everything about one dispute, as one screen shows it."""

    row: DisputeRow
    opened_by: str
    events: tuple[DisputeEventRow, ...]
    opinion: DisputeOpinionRow | None
    clocks: tuple[DisputeClockRow, ...]
    first: DisputedDecision
    second: DisputedDecision | None
    products: tuple[str, ...]
    papers: tuple[EvidencePaper, ...]

    @property
    def evidence(self) -> frozenset[int]:
        """The papers that were named as evidence."""
        return frozenset(one.paper_id for one in self.events if one.what == "evidence" and one.paper_id is not None)


@dataclass(frozen=True, slots=True)
class DisputeFigures:
    """What disputes of a time came to (S2.24)."""

    opened: int
    open: int
    late: int
    solved: int
    upheld: int
    changed: int
    withdrawn: int
    helped: int
    """Those that ended with more money for the member."""
    changed_fen: int
    """Fen that those decisions pay out beyond the disputed ones."""
    by_tier: tuple[tuple[int, int], ...]
    """Highest tier of those that ended -> how many."""
    by_reason: tuple[tuple[str, int, int], ...]
    """Reason, how many ended, how many of them with a changed decision."""
    median_days: float | None
    """Days from opening to end."""

    @property
    def overturn_bp(self) -> int | None:
        """Changed decisions among those that were judged, in basis points; None where none was."""
        judged = self.upheld + self.changed
        return None if not judged else self.changed * 10_000 // judged


def disputes_of(by: Who, claim_no: str, at: datetime) -> tuple[DisputeRow, ...]:
    """The disputes of a claim, newest first; none where they are not for `by`."""
    found = rows(by, "dispute", "see", at).filter(claim__claim_no=claim_no)
    return tuple(_row(each) for each in found.select_related(*_WITH).order_by("-id")[:PAGE])


def open_disputes_of(claim_no: str) -> tuple[DisputeRow, ...]:
    """The open dispute of a claim, whoever may see it: for who opens one."""
    found = Dispute.objects.filter(claim__claim_no=claim_no, state__in=OPEN_DISPUTES)
    return tuple(_row(each) for each in found.select_related(*_WITH))


def claim_of_dispute(by: Who, dispute_no: str, at: datetime, *, verb: str = "see") -> str:
    """The number of the claim that a dispute is about.  Raises: NotThere, NotAllowed."""
    return str(one(by, "dispute", verb, at, dispute_no=dispute_no).claim.claim_no)


def dispute_queue(
    by: Who, at: datetime, *, state: str = "", mine: bool = False, limit: int = PAGE
) -> tuple[DisputeRow, ...]:
    """Open disputes by the time that is left, without those of the reader's own family; of one state where named.

    Raises: NotAllowed.
    """
    permit(by, "dispute", "see")
    found = rows(by, "dispute", "see", at)
    if by.person_id is not None:
        found = found.exclude(claim__person__in=family_of(by.person_id, at))
    found = found.filter(state=state) if state else found.filter(state__in=OPEN_DISPUTES)
    if mine:
        found = found.filter(Q(holder=by.person_id) | Q(reviewer=by.person_id))
    order = ("-ended_at", "-id") if state in ENDED_DISPUTES else ("due_at", "id")
    return tuple(_row(each) for each in found.select_related(*_WITH).order_by(*order)[: min(limit, 200)])


def dispute_file(by: Who, dispute_no: str, at: datetime) -> DisputeFile:
    """Everything about one dispute; the read is written down.  Raises: NotThere, NotAllowed."""
    pk = one(by, "dispute", "see", at, dispute_no=dispute_no).pk
    found = Dispute.objects.select_related(
        *_WITH, "opened_by", "decision__decided_by", "decision__approved_by", "new_decision__decided_by",
        "new_decision__approved_by",
    ).get(pk=pk)  # fmt: skip
    claim = found.claim
    log_read(by, [claim.person_id], "dispute", dispute_no, "dispute", at)
    opinion = getattr(found, "opinion", None)
    return DisputeFile(
        row=_row(found),
        opened_by=found.opened_by.full_name,
        events=tuple(
            DisputeEventRow(
                what=each.what,
                tier=each.tier,
                to_state=D(each.to_state),
                by_id=each.by_id,
                by=each.by.full_name if each.by else each.partner.name if each.partner else "",
                is_staff=each.is_staff,
                at=each.at,
                words=each.words,
                paper_id=each.paper_id,
                paper_kind=each.paper.kind if each.paper else "",
                partner_id=each.partner_id,
            )
            for each in found.events.select_related("by", "paper", "partner").order_by("seq")
        ),
        opinion=None
        if opinion is None
        else DisputeOpinionRow(
            verdict=Verdict(opinion.verdict),
            clause=opinion.clause,
            reasons=opinion.reasons,
            signed_by=opinion.signed_by.full_name,
            signed_at=opinion.signed_at,
            record_id=opinion.record_id,
        ),
        clocks=tuple(
            DisputeClockRow(code=each.code, state=each.state, started_at=each.started_at, due_at=each.due_at)
            for each in found.clocks.order_by("due_at", "id")
        ),
        first=_decision(found.decision),
        second=_decision(found.new_decision) if found.new_decision else None,
        products=tuple(dict.fromkeys(claim.policies.order_by("id").values_list("policy__product", flat=True))),
        papers=tuple(
            EvidencePaper(paper_id=each.pk, kind=each.kind, name=each.name, added_at=each.added_at)
            for each in claim.papers.filter(removed_at__isnull=True).order_by("-id")[:200]
        ),
    )


def dispute_figures(by: Who, at: datetime, since: datetime) -> DisputeFigures:
    """What disputes came to since a moment: opened and ended since, and what stands open now.  Raises: NotAllowed."""
    permit(by, "dispute", "count")
    every = rows(by, "dispute", "count", at)
    ended = list(
        every.filter(ended_at__gt=since, ended_at__lte=at).values_list(
            "state", "tier", "reason", "changed_fen", "opened_at", "ended_at"
        )[:200_000]
    )
    states = Counter(each[0] for each in ended)
    helped = [each[3] for each in ended if each[0] == D.CHANGED and each[3] > 0]
    waiting = every.filter(state__in=OPEN_DISPUTES)
    days = sorted((each[5] - each[4]).total_seconds() / 86_400 for each in ended)
    reasons = Counter(each[2] for each in ended)
    changed = Counter(each[2] for each in ended if each[0] == D.CHANGED)
    return DisputeFigures(
        opened=every.filter(opened_at__gt=since, opened_at__lte=at).count(),
        open=waiting.count(),
        late=waiting.filter(due_at__lte=at).count(),
        solved=states[D.SOLVED],
        upheld=states[D.UPHELD],
        changed=states[D.CHANGED],
        withdrawn=states[D.WITHDRAWN],
        helped=len(helped),
        changed_fen=sum(helped),
        by_tier=tuple(sorted(Counter(each[1] for each in ended).items())),
        by_reason=tuple((reason, count, changed[reason]) for reason, count in reasons.most_common()),
        median_days=None if not days else (days[(len(days) - 1) // 2] + days[len(days) // 2]) / 2,
    )


_WITH = ("claim__person", "holder", "reviewer")


def _row(of: Dispute) -> DisputeRow:
    return DisputeRow(
        dispute_no=of.dispute_no,
        claim_no=of.claim.claim_no,
        person_id=of.claim.person_id,
        person=of.claim.person.full_name,
        reason=of.reason,
        state=D(of.state),
        tier=of.tier,
        opened_at=of.opened_at,
        state_at=of.state_at,
        due_at=of.due_at,
        holder=of.holder.full_name if of.holder else "",
        reviewer_id=of.reviewer_id,
        reviewer=of.reviewer.full_name if of.reviewer else "",
        answered_at=of.answered_at,
        ended_at=of.ended_at,
        why=of.why,
        changed_fen=of.changed_fen,
    )


def _decision(of: Decision) -> DisputedDecision:
    people = [each for each in (of.decided_by, of.approved_by) if each is not None]
    return DisputedDecision(
        number=of.number,
        outcome=of.outcome,
        paid_out_fen=of.paid_out_fen,
        reason=of.reason,
        clause=of.clause,
        decided_by_ids=tuple(each.pk for each in people),
        decided_by=", ".join(each.full_name for each in people),
        decided_at=of.decided_at,
    )
