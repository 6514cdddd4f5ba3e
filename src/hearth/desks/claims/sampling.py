"""Sampling: the share of automatic decisions that a person audits, what they find, and the brake that follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q

from hearth.desks.books import records
from hearth.desks.claims.sold import terms_of
from hearth.kernel.product.terms import Audit
from hearth.kernel.sampling import Interval, Stratum, breaks, weighted
from hearth.store import access
from hearth.store.access import NotAllowed, Who
from hearth.store.models import AutomaticDeciding, Calculation, Claim, Sample
from hearth.store.sealed import digest
from hearth.words.calendar import day_in_china
from hearth.words.faults import Fault
from hearth.words.money import BP, MAX_FEN, yuan


class JudgedAlready(Fault):
    """A sample has one verdict."""

    code, status = "JUDGED_ALREADY", 409
    says = "The sample of claim {claim_no} was judged already, with {person} yuan."
    says_zh = "赔案 {claim_no} 的抽检已有结论，金额为 {person} 元。"


class NoSuchAmount(Fault):
    """What a person would pay is an amount."""

    code, status = "NO_SUCH_AMOUNT", 422
    says = "State what you would pay, from 0 up to {most} yuan."
    says_zh = "请填写您认为应赔付的金额，0 至 {most} 元。"


class NotBraked(Fault):
    """Only what is braked can be released."""

    code, status = "NOT_BRAKED", 409
    says = "Claims under {product} are decided automatically now; there is nothing to release."
    says_zh = "产品 {product} 的自动核定没有停止，无需恢复。"


class AnotherReleases(Fault):
    """Whose judgement pulled the brake does not let go of it."""

    code, status = "ANOTHER_RELEASES", 409
    says = "Your judgement stopped automatic deciding under {product}; somebody else must release it."
    says_zh = "产品 {product} 的自动核定因您的抽检结论而停止，须由另一人恢复。"


class ReleaseUnexplained(Fault):
    """A release says what was mended."""

    code, status = "RELEASE_UNEXPLAINED", 422
    says = "Say what was mended before automatic deciding goes on."
    says_zh = "请说明恢复自动核定之前纠正了什么。"


@dataclass(frozen=True, slots=True)
class Judged:
    """What a judgement found, and where the product stands after it; rates are in basis points."""

    claim_no: str
    product: str
    verdict: str
    over: Interval
    under: Interval
    limit_bp: int | None
    is_braked: bool


def drawn_for_person(claim_no: str, product: str, at: datetime) -> bool:
    """Whether a claim goes to a person's audit: the same answer however often it is asked, foreseen by nobody.

    A number that follows from the claim's under a secret key lies below the product's share; every claim is drawn with
    that probability, whatever is in it.
    """
    return int.from_bytes(digest(claim_no, f"sample.{product}")[:8], "big") % BP < _share(product, at)


def is_braked(product: str) -> bool:
    """Whether automatic deciding of a product has stopped itself."""
    return AutomaticDeciding.objects.filter(product=product, is_braked=True).exists()


def draw(claim: Claim, calculation: Calculation, product: str, *, at: datetime) -> Sample:
    """Keep what the machine would pay beside a drawn claim, in the transaction under way.

    Drawn again before it was judged (papers came in since), the sample holds the newest calculation.
    """
    made = {"calculation": calculation, "machine_fen": calculation.payable_fen}
    sample, is_new = Sample.objects.get_or_create(
        claim=claim,
        defaults={
            **made,
            "product": product,
            "drawn_at": at,
            # One that is drawn although no share is stated was drawn for certain.
            "share_bp": _share(product, at) or BP,
            "round": _state(product, at).round,
        },
    )
    if not is_new and not sample.verdict:
        for name, value in made.items():
            setattr(sample, name, value)
        sample.save(update_fields=list(made))
    return sample


@transaction.atomic(durable=True)
def judge(by: Who, claim_no: str, *, at: datetime, person_fen: int) -> Judged:
    """Say what a person would pay for a sample.  (1) sample (2) verdict (3) bounds (4) brake (5) record.

    Automatic deciding of the product stops when the lower bound of either error rate, too much or too little, rises
    above the product's bound (kernel.sampling.breaks).
    Records: sample.judged; automatic.braked where it stops.
    Raises:  NotThere, NotAllowed, NoSuchAmount, JudgedAlready.
    """
    # 1. One sample, one verdict.
    sample: Sample = access.one(by, "sample", "judge", at, lock=True, claim__claim_no=claim_no)
    if by.person_id is None:
        raise NotAllowed
    if not 0 <= person_fen <= MAX_FEN:
        raise NoSuchAmount(most=yuan(MAX_FEN))
    if sample.verdict:
        if sample.person_fen != person_fen or sample.judged_by_id != by.person_id:
            raise JudgedAlready(claim_no=claim_no, person=yuan(sample.person_fen or 0))
        return _judged(claim_no, sample, _state(sample.product, at))
    # 2. More than a person would pay is too much, less is too little; there is no tolerance: a fen is an error.
    sample.verdict = (
        "right" if sample.machine_fen == person_fen else "over" if sample.machine_fen > person_fen else "under"
    )
    sample.person_fen, sample.judged_by_id, sample.judged_at = person_fen, by.person_id, at
    state = _state(sample.product, at)
    was_braked = state.is_braked
    # 3. What is known of the product since it was last released, this verdict among it.
    _count(state, sample)
    audit = _audit(sample.product)
    state.limit_bp = None if audit is None else audit.bound.at(day_in_china(at))
    state.changed_at = at
    # 4. The brake.
    found = _intervals(state)
    if state.limit_bp is not None and any(breaks(each, state.limit_bp) for each in found) and not was_braked:
        state.is_braked, state.braked_at, state.braked_by_id = True, at, by.person_id
        state.released_by, state.released_at, state.released_why = None, None, ""
    state.save()
    # 5. What was found, and what followed.
    data = {
        "product": sample.product,
        "round": state.round,
        "judged": state.judged,
        "over": state.over,
        "under": state.under,
        "over_bp": [found[0].floor, found[0].bound],
        "under_bp": [found[1].floor, found[1].bound],
    }
    verdict = {"verdict": sample.verdict, "machine_fen": sample.machine_fen, "person_fen": person_fen}
    sample.record = records.append("sample.judged", f"claim:{claim_no}", by=by, at=at, data=data | verdict)
    sample.save()
    if state.is_braked and not was_braked:
        records.append("automatic.braked", f"product:{sample.product}", by=by, at=at, data=data)
    return _judged(claim_no, sample, state)


@transaction.atomic(durable=True)
def release(by: Who, product: str, *, at: datetime, why: str) -> None:
    """Let automatic deciding of a product go on, once what was wrong is mended.

    A new round begins: what was wrong before says nothing of what was mended, so judgements count anew.
    Records: automatic.released.  Raises: NotAllowed, NotBraked, AnotherReleases, ReleaseUnexplained.
    """
    access.permit(by, "sample", "release")
    if by.person_id is None:
        raise NotAllowed
    state = AutomaticDeciding.objects.select_for_update().filter(product=product, is_braked=True).first()
    if state is None:
        raise NotBraked(product=product)
    if state.braked_by_id == by.person_id:
        raise AnotherReleases(product=product)
    if not why.strip():
        raise ReleaseUnexplained
    state.is_braked = False
    state.released_by_id, state.released_at, state.released_why = by.person_id, at, why.strip()[:2000]
    state.round += 1
    state.judged = state.over = state.under = 0
    state.over_floor_bp = state.under_floor_bp = 0
    state.over_bound_bp = state.under_bound_bp = BP
    state.changed_at = at
    state.save()
    records.append("automatic.released", f"product:{product}", by=by, at=at, data={"round": state.round})


def _audit(product: str) -> Audit | None:
    return terms_of(product).audit


def _share(product: str, at: datetime) -> int:
    audit = _audit(product)
    return 0 if audit is None else audit.share.at(day_in_china(at))


def _state(product: str, at: datetime) -> AutomaticDeciding:
    AutomaticDeciding.objects.get_or_create(product=product, defaults={"changed_at": at})
    return AutomaticDeciding.objects.select_for_update().get(product=product)


def _count(state: AutomaticDeciding, new: Sample) -> None:
    """Judgements of the round by the share they were drawn with, the new one among them, as bounds."""
    judged = Sample.objects.filter(product=state.product, round=state.round).exclude(Q(verdict="") | Q(pk=new.pk))
    rows = (
        judged.order_by("share_bp")
        .values("share_bp")
        .annotate(
            number=Count("pk"),
            over=Count("pk", filter=Q(verdict="over")),
            under=Count("pk", filter=Q(verdict="under")),
        )
    )
    counts = {row["share_bp"]: [row["number"], row["over"], row["under"]] for row in rows}
    # One that was drawn before the last release is a verdict on what has been mended since.
    if new.round == state.round:
        of = counts.setdefault(new.share_bp, [0, 0, 0])
        of[0] += 1
        of[1] += new.verdict == "over"
        of[2] += new.verdict == "under"
    state.judged, state.over, state.under = (sum(each[place] for each in counts.values()) for place in range(3))
    over = weighted([Stratum(share, each[0], each[1]) for share, each in counts.items()])
    under = weighted([Stratum(share, each[0], each[2]) for share, each in counts.items()])
    state.over_floor_bp, state.over_bound_bp = over.floor, over.bound
    state.under_floor_bp, state.under_bound_bp = under.floor, under.bound


def _intervals(state: AutomaticDeciding) -> tuple[Interval, Interval]:
    return (
        Interval(state.over_floor_bp, state.over_bound_bp),
        Interval(state.under_floor_bp, state.under_bound_bp),
    )


def _judged(claim_no: str, sample: Sample, state: AutomaticDeciding) -> Judged:
    over, under = _intervals(state)
    return Judged(claim_no, sample.product, sample.verdict, over, under, state.limit_bp, state.is_braked)
