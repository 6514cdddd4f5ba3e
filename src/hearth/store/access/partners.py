"""Named reads of partners: organisations, their tokens without what opens them, webhooks and deliveries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from hearth.store.access.people import person_of_external
from hearth.store.access.rows import NotAllowed, NotThere, log_read, one, permit, rows
from hearth.store.access.who import Who
from hearth.store.models import Claim, Cover, Delivery, Partner, Person, Policy, Token, Webhook


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token as an administrator sees it."""

    token_id: int
    name: str
    scopes: tuple[str, ...]
    per_minute: int
    made_at: datetime
    until_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """An organisation that brings claims in, with its tokens and webhooks."""

    code: str
    name: str
    kind: str
    is_active: bool
    branch: str
    tokens: tuple[TokenRow, ...]
    webhooks: tuple[WebhookRow, ...]


@dataclass(frozen=True, slots=True)
class WebhookRow:
    """An address that is told of claims; `rests_until` where it failed and is left alone a while."""

    webhook_id: int
    url: str
    is_active: bool
    made_at: datetime
    failures: int
    rests_until: datetime | None


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A message to a webhook and what has come of it."""

    delivery: str
    record_id: int
    kind: str
    subject: str
    state: str
    attempts: int
    next_at: datetime | None
    last_status: int | None
    last_trouble: str


def partners(by: Who, at: datetime) -> list[PartnerRow]:
    """Every partner, by code."""
    permit(by, "partner", "see")
    found = rows(by, "partner", "see", at).select_related("branch").prefetch_related("tokens", "webhooks")
    return [_partner(partner) for partner in found.order_by("code")[:1000]]


def partner(by: Who, code: str, at: datetime) -> PartnerRow:
    """One partner.  Raises: NotAllowed, NotThere."""
    return _partner(one(by, "partner", "see", at, code=code))


def webhooks(by: Who, at: datetime) -> list[WebhookRow]:
    """The active webhooks of the partner that asks, oldest first."""
    permit(by, "webhook", "see")
    return [_webhook(found) for found in rows(by, "webhook", "see", at).filter(is_active=True).order_by("pk")]


def webhook(by: Who, webhook_id: int, at: datetime) -> WebhookRow:
    """One webhook of the partner that asks.  Raises: NotAllowed, NotThere."""
    return _webhook(one(by, "webhook", "see", at, pk=webhook_id, is_active=True))


def deliveries(by: Who, webhook_id: int, at: datetime, most: int = 50) -> list[DeliveryRow]:
    """The newest messages to one webhook, newest first.  Raises: NotAllowed, NotThere."""
    one(by, "webhook", "see", at, pk=webhook_id)
    found = Delivery.objects.filter(webhook_id=webhook_id).select_related("record").order_by("-pk")
    return [_delivery(delivery) for delivery in found[: min(most, 200)]]


def brought_person(by: Who, external_id: str) -> tuple[int, str] | None:
    """The id and our number of the person whom the partner that asks knows by its own number, if any."""
    known = None if by.partner_id is None else person_of_external(by.partner_id, external_id)
    if known is None:
        return None
    return Person.objects.filter(pk=known, locked_at__isnull=True).values_list("pk", "username").first()


def person_by_key(by: Who, key: str, at: datetime) -> int:
    """The id of a person in reach, by the partner's own number, else by ours.  Raises: NotAllowed, NotThere."""
    known = brought_person(by, key)
    if known is not None:
        permit(by, "person", "see")
        return known[0]
    return int(one(by, "person", "see", at, username=Person.normalize_username(key)).pk)


def policy_no_by_key(by: Who, key: str, at: datetime) -> str:
    """The number of a policy in reach, by the partner's own number, else by ours.  Raises: NotAllowed, NotThere."""
    permit(by, "policy", "see")
    mine = rows(by, "policy", "see", at)
    no = mine.filter(external_id=key).exclude(external_id="").values_list("policy_no", flat=True).first()
    return str(no if no is not None else one(by, "policy", "see", at, policy_no=key).policy_no)


def own_person(by: Who, key: str) -> int:
    """The id of a person whom the partner that asks may name: brought in, introduced, or of its own policies.

    Raises: NotThere.
    """
    known = brought_person(by, key)
    if known is not None:
        return known[0]
    found = None if by.partner_id is None else _own_people(by).filter(username=Person.normalize_username(key)).first()
    if found is None:
        raise NotThere(kind="person", key=key)
    return int(found.pk)


def own_person_number(by: Who, person_id: int) -> str:
    """Our number of a person whom the partner that asks may name.  Raises: NotThere."""
    found = None if by.partner_id is None else _own_people(by).filter(pk=person_id).first()
    if found is None:
        raise NotThere(kind="person", key=person_id)
    return str(found.username)


def own_policy_no(by: Who, key: str) -> str:
    """The number of a policy that the partner that asks may claim under, by its own number, else by ours.

    One that it issued; for a hospital also one that covers a person whom it may name.  Raises: NotThere.
    """
    mine = _own_policies(by)
    found = mine.filter(external_id=key).exclude(external_id="").first() or mine.filter(policy_no=key).first()
    if found is None and _is_hospital(by):
        covered = Cover.objects.filter(policy__policy_no=key).values_list("person_id", flat=True)
        if _own_people(by).filter(pk__in=list(covered)).exists():
            found = Policy.objects.get(policy_no=key)
    if found is None:
        raise NotThere(kind="policy", key=key)
    return str(found.policy_no)


def own_product(by: Who, policy_no: str) -> str:
    """The product of a policy that the partner that asks may claim under, by our number.  Raises: NotThere."""
    return str(Policy.objects.values_list("product", flat=True).get(policy_no=own_policy_no(by, policy_no)))


def claimable(by: Who, person_id: int) -> QuerySet[Policy]:
    """The policies of a person that a claim may name: all of them, but an insurer's or a broker's own alone."""
    found = Policy.objects.filter(covers__person=person_id)
    return found if by.partner_id is None or _is_hospital(by) else found.filter(partner=by.partner_id)


def own_claim_no(by: Who, key: str) -> str:
    """The number of a claim that the partner that asks brought in, by its own number or ours.  Raises: NotThere."""
    mine = Claim.objects.filter(partner=by.partner_id) if by.partner_id is not None else Claim.objects.none()
    mine = mine.filter(person__locked_at__isnull=True)
    found = mine.filter(external_id=key).exclude(external_id="").first() or mine.filter(claim_no=key).first()
    if found is None:
        raise NotThere(kind="claim", key=key)
    return str(found.claim_no)


def acts_for(by: Who, claim: Claim) -> int | None:
    """For whom a partner acts in a claim that it brought in: whoever reported it; a hospital acts for nobody: None."""
    if by.partner_id is None or claim.partner_id != by.partner_id or _is_hospital(by):
        return None
    return int(claim.reporter_id)


def claim_acted_for(by: Who, key: str) -> str:
    """The number of a claim in which the partner that asks acts for the member.  Raises: NotThere, NotAllowed."""
    claim_no = own_claim_no(by, key)
    if acts_for(by, Claim.objects.only("partner_id", "reporter_id").get(claim_no=claim_no)) is None:
        raise NotAllowed
    return claim_no


def own_claim_products(by: Who, claim_no: str) -> tuple[str, ...]:
    """The products of the policies of one of the partner's claims, by our number; each once."""
    found = Claim.objects.filter(partner=by.partner_id, partner__isnull=False, claim_no=claim_no)
    return tuple(found.order_by().values_list("policies__policy__product", flat=True).distinct().exclude(policies=None))


def has_claim(by: Who, external_id: str) -> bool:
    """Whether the partner that asks brought in a claim under that number of its own."""
    return by.partner_id is not None and Claim.objects.filter(partner=by.partner_id, external_id=external_id).exists()


def external_id_of(by: Who, claim_no: str) -> str:
    """The partner's own number of one of its claims."""
    found = Claim.objects.filter(partner=by.partner_id, partner__isnull=False, claim_no=claim_no)
    return found.values_list("external_id", flat=True).first() or ""


def own_policies(by: Who, policy_nos: Iterable[str]) -> frozenset[str]:
    """Which of these policies the partner that asks issued."""
    if by.partner_id is None:
        return frozenset()
    mine = Policy.objects.filter(partner=by.partner_id, policy_no__in=set(policy_nos))
    return frozenset(mine.values_list("policy_no", flat=True))


def log_receipt(by: Who, claim_no: str, record_id: int, at: datetime) -> None:
    """Write down that a receipt of a claim, which opens what its record holds sealed, was read."""
    person_ids = Claim.objects.filter(claim_no=claim_no).values_list("person_id", flat=True)
    log_read(by, person_ids, "receipt", record_id, "claim", at)


def branch_of(by: Who) -> int | None:
    """The branch that looks after what the partner that asks brings in."""
    if by.partner_id is None:
        return None
    return Partner.objects.filter(pk=by.partner_id).values_list("branch_id", flat=True).first()


def usernames(person_ids: Iterable[int]) -> dict[int, str]:
    """Our numbers of people, by id."""
    return dict(Person.objects.filter(pk__in=set(person_ids)).values_list("pk", "username"))


def _own_people(by: Who) -> QuerySet[Person]:
    of_policies = Q(policies_held__partner=by.partner_id) | Q(covers__policy__partner=by.partner_id)
    brought = Q(partner=by.partner_id) | Q(introductions__partner=by.partner_id)
    return Person.objects.filter(brought | of_policies, locked_at__isnull=True).distinct()


def _own_policies(by: Who) -> QuerySet[Policy]:
    return Policy.objects.filter(partner=by.partner_id) if by.partner_id is not None else Policy.objects.none()


def _is_hospital(by: Who) -> bool:
    return by.partner_id is not None and Partner.objects.filter(pk=by.partner_id, kind="hospital").exists()


def _partner(found: Partner) -> PartnerRow:
    return PartnerRow(
        code=found.code,
        name=found.name,
        kind=found.kind,
        is_active=found.is_active,
        branch=found.branch.code if found.branch else "",
        tokens=tuple(_token(token) for token in sorted(found.tokens.all(), key=lambda token: token.pk)),
        webhooks=tuple(_webhook(each) for each in sorted(found.webhooks.all(), key=lambda each: each.pk)),
    )


def _token(token: Token) -> TokenRow:
    return TokenRow(
        token_id=token.pk,
        name=token.name,
        scopes=tuple(token.scopes),
        per_minute=token.per_minute,
        made_at=token.made_at,
        until_at=token.until_at,
        revoked_at=token.revoked_at,
        last_used_at=token.last_used_at,
    )


def _webhook(found: Webhook) -> WebhookRow:
    return WebhookRow(found.pk, found.url, found.is_active, found.made_at, found.failures, found.rests_until)


def _delivery(found: Delivery) -> DeliveryRow:
    return DeliveryRow(
        delivery=f"D{found.pk}",
        record_id=found.record_id,
        kind=found.record.kind,
        subject=found.record.subject,
        state=found.state,
        attempts=found.attempts,
        next_at=found.next_at if found.state == "due" else None,
        last_status=found.last_status,
        last_trouble=found.last_trouble,
    )
