"""Judging: what a person says of a finding of the lists: it stands, it is explained, the row does not apply; and why.

It refuses nothing and changes no amount; what follows from it a person does by marking the line.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from hearth.desks.books import records
from hearth.desks.catalogue.fitting import does_not_fit
from hearth.store.access import NotAllowed, Who, one
from hearth.store.models import Claim, JudgedFinding
from hearth.words.catalogue import Judgement
from hearth.words.faults import Fault

MOST_WORDS = 1_000


class ReasonMissing(Fault):
    """A judgement says why."""

    code, status = "REASON_MISSING", 422
    says = "Say in a few words why: whoever looks at the list later has to understand it."
    says_zh = "请用几句话写明理由，以便日后查看清单的人理解。"


class FindingGone(Fault):
    """The lists make no such finding in the claim."""

    code, status = "FINDING_GONE", 404
    says = "This finding is not made any more: the lines or the lists have changed. Reload the case."
    says_zh = "这条发现已不存在：费用明细或清单已有变化。请重新打开案件。"


@transaction.atomic(durable=True)
def judge_finding(by: Who, claim_no: str, key: str, judgement: Judgement, why: str, *, at: datetime) -> int:
    """Judge a finding that the lists make in a claim now.  (1) is it there (2) the earlier word steps back (3) record.

    Needs:    the key of a Misfit; said again in the same words by the same person it stays as it is
    Records:  claim.finding_judged.  Raises: NotThere, NotAllowed, ReasonMissing, FindingGone.
    """
    claim: Claim = one(by, "claim", "judge", at, lock=True, claim_no=claim_no)
    if by.person_id is None:
        raise NotAllowed
    why = " ".join(why.split())[:MOST_WORDS]
    if not why:
        raise ReasonMissing
    # 1.
    found = next((each for each in does_not_fit(by, claim_no, at=at).misfits if each.key == key), None)
    if found is None:
        raise FindingGone
    # 2.
    said = JudgedFinding.objects.filter(claim=claim, key=key, is_current=True)
    before = said.first()
    if before is not None and (before.judgement, before.why, before.by_id) == (judgement.value, why, by.person_id):
        return int(before.pk)
    said.update(is_current=False)
    finding = found.finding
    made = JudgedFinding.objects.create(
        claim=claim,
        key=key,
        kind=finding.kind.value,
        version=finding.version,
        rows=list(finding.rows),
        family=finding.family.value,
        invoice=found.invoice,
        lines=list(found.lines),
        item=finding.item,
        judgement=judgement.value,
        why=why,
        by_id=by.person_id,
        at=at,
    )
    # 3.
    # Which row of which list it is tells what somebody was treated with: that is sealed.
    records.append(
        "claim.finding_judged",
        f"claim:{claim_no}",
        by=by,
        at=at,
        data={"finding": made.pk, "judgement": judgement.value},
        sealed={
            "finding": {"list": made.kind, "version": made.version, "rows": made.rows, "family": made.family},
            "place": {"invoice": made.invoice, "lines": made.lines, "item": finding.item},
            "why": why,
        },
    )
    return int(made.pk)
