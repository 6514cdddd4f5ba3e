"""Reporting: a claim is begun, filled in, reported and sent: by the member, a steward for them, or a partner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from hearth.desks.books import records, traces
from hearth.desks.books.numbers import next_number
from hearth.desks.claims import facts as stated_facts
from hearth.desks.claims.faults import (
    AccountNotPossible,
    FactsChanged,
    FactsWrong,
    NoPolicy,
    NotAgreed,
    NotAgreedByThem,
    NotCovered,
    NothingTold,
    PapersMissing,
    TooMuch,
)
from hearth.desks.claims.steps import claim_for, must_be, step
from hearth.desks.claims.wanting import is_under, policies_of, wanted, wanted_by
from hearth.kernel.documents.checklist import AUTHORISATION, GUARDIANSHIP, NAMES, Wanted, missing
from hearth.store.access import NotThere, Who, permit, person_for
from hearth.store.access.money import OBJECTIONS, payee_objection
from hearth.store.access.partners import claimable, own_person, own_policy_no
from hearth.store.access.people import consented
from hearth.store.models import BankAccount, Claim, ClaimPolicy, Person, Policy, Relation
from hearth.words.calendar import day_in_china
from hearth.words.claims import ClaimState
from hearth.words.consents import DataClass, Purpose

S = ClaimState
MOST_POLICIES = 12
MOST_STORY = 4_000
EDITABLE = (S.DRAFT, S.REPORTED, S.SUPPLEMENT)


@dataclass(frozen=True, slots=True)
class Reported:
    """A claim that was reported, and every paper it needs, at once."""

    claim_no: str
    wanted: tuple[Wanted, ...]


@dataclass(frozen=True, slots=True)
class Brought:
    """What a partner sends of a claim in one call: the person and the policies by its own numbers or by ours."""

    external_id: str
    person: str
    policies: tuple[str, ...]
    facts: Mapping[str, Any]
    story: str = ""
    held: tuple[str, ...] = ()
    has_no_more: bool = False
    submit: bool = True


@transaction.atomic(durable=True)
def start_draft(
    by: Who,
    person_id: int,
    *,
    at: datetime,
    policy_nos: Sequence[str] = (),
    channel: str = "member",
    partner: int | None = None,
    external_id: str = "",
) -> str:
    """Begin a claim for a person; under all policies that cover them where none is named.

    Gives:   the claim's number; nothing is recorded until it is reported
    Raises:  NotAllowed, NotThere, NotCovered.
    """
    person: Person = person_for(by, "claim", "report", at, person_id)
    return _start(by, person, at, policy_nos, channel, partner, external_id).claim_no


@transaction.atomic(durable=True)
def save_draft(
    by: Who,
    claim_no: str,
    *,
    at: datetime,
    facts: Mapping[str, Any] | None = None,
    based_on: Mapping[str, Any] | None = None,
    story: str | None = None,
    event_on: date | None = None,
    policy_nos: Sequence[str] | None = None,
    account_id: int | None = None,
    has_no_more: bool | None = None,
) -> None:
    """Keep what was typed so far; what is not given stays as it is.

    A draft is not recorded; what is changed after the report is.
    Needs:   `based_on`: the facts that the new ones were made from, where others of them are to stay
    Records:  claim.edited.  Raises: NotThere, NotAllowed, NotNow, FactsChanged, FactsWrong, TooMuch, NotCovered,
    AccountNotPossible.
    """
    claim = claim_for(by, "edit", claim_no, at)
    must_be(claim, *EDITABLE)
    if based_on is not None and dict(based_on) != claim.facts:
        raise FactsChanged(claim_no=claim_no)
    changed = _save(
        by,
        claim,
        at,
        facts=facts,
        story=story,
        event_on=event_on,
        policy_nos=policy_nos,
        account_id=account_id,
        has_no_more=has_no_more,
    )
    if changed and claim.state != S.DRAFT:
        records.append(
            "claim.edited",
            f"claim:{claim_no}",
            by=by,
            at=at,
            data={"fields": sorted(changed)},
            sealed={"facts": claim.facts, "story": claim.story},
        )


@transaction.atomic(durable=True)
def report(by: Who, claim_no: str, *, at: datetime, device: str = "") -> Reported:
    """Report a claim: what happened is known, and the complete list of papers is told at once.

    Needs:    `device`: the mark that the reporter's browser was given, where it has one
    Records:  claim.reported.  Raises: NotThere, NotAllowed, NotNow, NoPolicy, NothingTold.
    """
    claim = claim_for(by, "report", claim_no, at)
    if claim.state != S.REPORTED:
        _report(by, claim, at)
        traces.leave(by, claim, at, device=device)
    return Reported(claim_no, wanted(claim, at))


@transaction.atomic(durable=True)
def submit(by: Who, claim_no: str, *, at: datetime, has_no_more: bool = False, device: str = "") -> None:
    """Send the application with its papers.

    Figures of an invoice that disagree do not stop it: a person compares them.  Missing obligatory papers do, unless
    the member says there are no more; what they are worth is told by the draft of the decision.
    Records:  claim.submitted.
    Raises:   NotThere, NotAllowed, NotNow, FactsWrong, NoPolicy, PapersMissing, NotAgreed.
    """
    claim = claim_for(by, "submit", claim_no, at)
    if claim.state == S.SUBMITTED:
        return
    must_be(claim, S.REPORTED)
    claim.has_no_more = claim.has_no_more or has_no_more
    _submit(by, claim, at)
    traces.leave(by, claim, at, device=device)


@transaction.atomic(durable=True)
def bring_in(by: Who, brought: Brought, *, at: datetime) -> str:
    """Take in a claim that a partner sends in one call.  (1) the same is one (2) whose it is (3) report (4) send.

    Needs:   a partner with the scope; person and policies by the partner's own numbers or by ours; where no policy is
             named, those in force: an insurer's and a broker's own, a hospital's patient's all
    Gives:   the claim's number; the same external id again gives the same claim and changes nothing
    Records:  claim.reported, claim.submitted.  Raises: NotAllowed, NotThere, FactsWrong, NoPolicy, PapersMissing.
    """
    permit(by, "claim", "report")
    # 1. The same claim posted twice is one claim.
    if brought.external_id:
        known = Claim.objects.filter(partner=by.partner_id, external_id=brought.external_id).first()
        if known is not None:
            return known.claim_no
    # 2. Person and policies, those alone that the partner may name.
    person = Person.objects.get(pk=own_person(by, brought.person))
    nos = [own_policy_no(by, key) for key in brought.policies]
    try:
        with transaction.atomic():
            claim = _start(by, person, at, nos, "partner", by.partner_id, brought.external_id)
    except IntegrityError:
        return Claim.objects.get(partner=by.partner_id, external_id=brought.external_id).claim_no
    strange = [paper for paper in brought.held if paper not in NAMES]
    if strange:
        raise FactsWrong(
            [stated_facts.Trouble("held", "没有这种材料", f"there is no paper {paper[:40]}") for paper in strange]
        )
    claim.held = sorted(set(brought.held))
    claim.has_no_more = brought.has_no_more
    _save(by, claim, at, facts=brought.facts, story=brought.story)
    # 3. Reported and 4. sent.
    _report(by, claim, at)
    if brought.submit:
        _submit(by, claim, at)
    return claim.claim_no


def _start(
    by: Who,
    person: Person,
    at: datetime,
    policy_nos: Sequence[str],
    channel: str,
    partner: int | None,
    external_id: str,
) -> Claim:
    reporter = person.pk if by.person_id is None or (by.is_staff and channel != "member") else by.person_id
    nos = list(policy_nos) or list(
        claimable(by, person.pk)
        .filter(state="in_force")
        .order_by("starts_on", "pk")
        .values_list("policy_no", flat=True)[:MOST_POLICIES]
    )
    chosen = _chosen(by, person.pk, nos)
    claim = Claim.objects.create(
        claim_no=next_number("claim", at),
        person=person,
        reporter_id=reporter,
        state=S.DRAFT.value,
        state_at=at,
        branch_id=person.branch_id if person.branch_id is not None or not chosen else chosen[0].branch_id,
        product=chosen[0].product if chosen else "",
        steward_id=person.steward_id,
        channel=channel,
        partner_id=by.partner_id if by.partner_id is not None else partner,
        external_id=external_id,
    )
    _name(claim, chosen)
    return claim


def _choose(by: Who, claim: Claim, policy_nos: Sequence[str]) -> None:
    """Other policies of a claim."""
    chosen = _chosen(by, claim.person_id, policy_nos)
    claim.policies.all().delete()
    _name(claim, chosen)
    claim.product = chosen[0].product if chosen else ""
    if claim.branch_id is None and chosen:
        claim.branch_id = chosen[0].branch_id
    claim.save(update_fields=["branch", "product"])


def _chosen(by: Who, person_id: int, policy_nos: Sequence[str]) -> list[Policy]:
    """The policies that a claim of somebody is to name, in that order."""
    nos = list(dict.fromkeys(policy_nos))
    if len(nos) > MOST_POLICIES:
        raise TooMuch(what="policies", got=len(nos), most=MOST_POLICIES)
    found = claimable(by, person_id).filter(policy_no__in=nos).only("policy_no", "product", "branch")
    known = {policy.policy_no: policy for policy in found}
    for no in nos:
        if no not in known:
            raise NotCovered(policy_no=no[:40])
    return [known[no] for no in nos]


def _name(claim: Claim, chosen: Sequence[Policy]) -> None:
    """The policies of a claim in the chosen order (Health Insurance Regulation art. 25)."""
    ClaimPolicy.objects.bulk_create(
        ClaimPolicy(claim=claim, policy=policy, position=place) for place, policy in enumerate(chosen)
    )


def _save(
    by: Who,
    claim: Claim,
    at: datetime,
    *,
    facts: Mapping[str, Any] | None = None,
    story: str | None = None,
    event_on: date | None = None,
    policy_nos: Sequence[str] | None = None,
    account_id: int | None = None,
    has_no_more: bool | None = None,
) -> set[str]:
    changed: set[str] = set()
    if facts is not None and (new := stated_facts.taken(facts)) != claim.facts:
        # A claim that was sent back may carry marks: they go with their lines.
        claim.marks, _lost = stated_facts.followed(claim.marks, claim.facts, new)
        claim.facts = new
        claim.claimed_fen = stated_facts.claimed(new)
        changed.add("facts")
    if story is not None and story != claim.story:
        if len(story) > MOST_STORY:
            raise TooMuch(what="story", got=len(story), most=MOST_STORY)
        claim.story = story
        changed.add("story")
    day = stated_facts.event_day(claim.facts) or event_on
    if day is not None and day != claim.event_on:
        claim.event_on = day
        changed.add("event_on")
    if account_id is not None and account_id != claim.account_id:
        claim.account = account_for(claim, account_id, at)
        changed.add("account")
    if has_no_more is not None and has_no_more != claim.has_no_more:
        claim.has_no_more = has_no_more
        changed.add("has_no_more")
    claim.save()
    if "facts" in changed:
        stated_facts.keep_keys(claim)
    if policy_nos is not None:
        before = list(claim.policies.order_by("position").values_list("policy__policy_no", flat=True))
        if before != list(policy_nos):
            _choose(by, claim, policy_nos)
            changed.add("policies")
    return changed


def account_for(claim: Claim, account_id: int, at: datetime) -> BankAccount:
    """The account, where this claim's money may go to it: the insured's own, a guardian's for a minor."""
    account = BankAccount.objects.select_related("person").filter(pk=account_id).first()
    if account is None or (account.person_id != claim.person_id and account.person_id not in _acts_for(claim, at)):
        raise NotThere(kind="account", key=account_id)
    objection = payee_objection(claim, account, at)
    if objection:
        why_zh, why = OBJECTIONS[objection]
        raise AccountNotPossible(tail=account.number_tail, why=why, why_zh=why_zh)
    return account


def _acts_for(claim: Claim, at: datetime) -> list[int]:
    held = Relation.objects.filter(other=claim.person_id, proven_at__lte=at, ended_at__isnull=True)
    return list(held.values_list("person_id", flat=True))


def _report(by: Who, claim: Claim, at: datetime) -> None:
    must_be(claim, S.DRAFT)
    policies = list(claim.policies.order_by("position").values_list("policy__policy_no", flat=True))
    if not policies:
        raise NoPolicy(claim_no=claim.claim_no)
    if not claim.story.strip() and claim.event_on is None and not claim.facts:
        raise NothingTold
    record = records.append(
        "claim.reported",
        f"claim:{claim.claim_no}",
        by=by,
        at=at,
        data={"person": claim.person_id, "policies": policies, "channel": claim.channel},
        sealed={"story": claim.story, "facts": claim.facts},
    )
    # The complete list is part of the answer.
    step(
        claim, S.REPORTED, by=by, at=at, record=record, visible="reported", values={"claim_no": claim.claim_no},
        events=(record.kind, "claim.guidance_sent"),
    )  # fmt: skip


def _submit(by: Who, claim: Claim, at: datetime) -> None:
    stated_facts.checked(claim.facts, day_in_china(at))
    rows = policies_of([claim])
    if not rows[claim.pk]:
        raise NoPolicy(claim_no=claim.claim_no)
    lacking = missing(wanted_by([claim], rows, at)[claim.pk])
    if lacking and not claim.has_no_more:
        raise PapersMissing(lacking)
    _must_have_agreed(claim, at)
    papers = list(claim.papers.filter(removed_at__isnull=True).order_by("pk").values_list("pk", "sha256"))
    record = records.append(
        "claim.submitted",
        f"claim:{claim.claim_no}",
        by=by,
        at=at,
        data={
            "papers": [pk for pk, _ in papers],
            "held": claim.held,
            "missing": sorted({one.paper for one in lacking}),
        },
        sealed={"facts": claim.facts, "papers": [picture for _, picture in papers]},
    )
    step(claim, S.SUBMITTED, by=by, at=at, record=record, visible="submitted", values={"papers": len(papers)})


def _must_have_agreed(claim: Claim, at: datetime) -> None:
    """A member's claim has the consent of whose health it is: their own, their guardian's, or one on paper.

    Staff who take a claim down have its signed application before them; a partner answers for what it brings.
    Source:  PIPL arts. 29, 31; DOMAIN 2.7
    """
    if claim.channel != "member" or claim.partner_id is not None:
        return
    is_own = claim.reporter_id == claim.person_id
    is_child = is_under(14, claim.person.born_on, at)
    asked = (DataClass.CHILD, DataClass.HEALTH) if is_child else (DataClass.HEALTH,)
    if all(consented(claim.person_id, Purpose.CLAIM, each, at) for each in asked):
        return
    if claim.person.died_on is not None and _is_heir(claim, at):
        # Of somebody who died the proven heirs use the data, for what they claim (PIPL art. 49).
        return
    if is_own or is_child:
        raise NotAgreed
    written = {AUTHORISATION, GUARDIANSHIP} if is_under(18, claim.person.born_on, at) else {AUTHORISATION}
    if claim.papers.filter(removed_at__isnull=True, kind__in=written).exists():
        return
    kinds = ("agent", "guardian", "parent") if is_under(18, claim.person.born_on, at) else ("agent",)
    if not claim.person.acted_for_by.filter(
        person_id=claim.reporter_id, kind__in=kinds, proven_at__lte=at, ended_at__isnull=True
    ).exists():
        raise NotAgreedByThem(name=claim.person.full_name)


def _is_heir(claim: Claim, at: datetime) -> bool:
    held = claim.person.acted_for_by.filter(person_id=claim.reporter_id, kind="heir", proven_at__lte=at)
    return held.filter(ended_at__isnull=True).exists()
