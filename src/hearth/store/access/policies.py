"""Named reads of policies: one's own and one's family's, one policy, and a page of a branch's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch, Q

from hearth.store.access.rows import one, rows
from hearth.store.access.who import Grant, Who
from hearth.store.models import Cover, Policy
from hearth.words.claims import Role

PAGE = 50


@dataclass(frozen=True, slots=True)
class InsuredRow:
    """Somebody whom a policy covers; the name of one who is locked is not shown."""

    person_id: int
    full_name: str
    born_on: date | None


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """A contract: product, people, days, state."""

    policy_id: int
    policy_no: str
    product: str
    plan: str
    holder_id: int
    holder_name: str
    insured: tuple[InsuredRow, ...]
    starts_on: date
    ends_on: date
    ended_on: date | None
    state: str
    premium_fen: int
    renews: str | None
    branch: str
    partner_id: int | None
    external_id: str
    facts: dict[str, Any]

    def covers_on(self, day: date) -> bool:
        """Whether the contract runs on a day."""
        last = self.ended_on or self.ends_on
        return self.state != "void" and self.starts_on <= day < last

    def covers(self, person_id: int) -> bool:
        """Whether somebody is insured by it."""
        return any(each.person_id == person_id for each in self.insured)


def policies_of(by: Who, at: datetime, person_id: int | None = None) -> tuple[PolicyRow, ...]:
    """Policies that somebody holds or is insured by, newest first; by default those of who asks and of their family."""
    found = rows(by, "policy", "see", at)
    if person_id is not None:
        found = found.filter(_of(person_id))
    elif by.person_id is not None:
        # Staff see their own here too, and not those of the branch.
        found = rows(_as_member(by), "policy", "see", at)
    return listed(found.order_by("-starts_on", "-pk"))


def one_policy(by: Who, policy_no: str, at: datetime) -> PolicyRow:
    """One policy by its number.  Raises: NotThere, NotAllowed."""
    found: Policy = one(by, "policy", "see", at, policy_no=policy_no)
    return listed(Policy.objects.filter(pk=found.pk))[0]


def policies(by: Who, at: datetime, *, before: int | None = None, limit: int = PAGE) -> tuple[PolicyRow, ...]:
    """A page of policies, newest first, `before` the last one seen; `search.policies_found` looks for one."""
    found = rows(by, "policy", "see", at)
    if before is not None:
        found = found.filter(pk__lt=before)
    return listed(found.order_by("-pk")[: max(1, min(limit, PAGE))])


def policy_of_external(partner_id: int, external_id: str) -> str | None:
    """The number of the policy that a partner knows by its own; None where there is none."""
    found = Policy.objects.filter(partner_id=partner_id, external_id=external_id).exclude(external_id="")
    return found.values_list("policy_no", flat=True).first()


def _of(person_id: int) -> Q:
    # Two short lists joined: one question with "or" goes through every policy.
    held = Policy.objects.filter(holder=person_id).order_by().values("pk")
    return Q(pk__in=held.union(Cover.objects.filter(person=person_id).order_by().values("policy")))


def _as_member(by: Who) -> Who:
    return Who(person_id=by.person_id, name=by.name, grants=(Grant(Role.MEMBER, None, 0),))


_SHOWN = (
    "policy_no", "product", "plan", "holder__full_name", "starts_on", "ends_on", "ended_on", "state", "premium_fen",
    "renews__policy_no", "branch__code", "partner_id", "external_id", "facts",
)  # fmt: skip
_COVERS = Prefetch(
    "covers",
    Cover.objects.select_related("person")
    .only("policy_id", "person__full_name", "person__born_on", "person__locked_at")
    .order_by("pk"),
)


def listed(found: Any) -> tuple[PolicyRow, ...]:
    """The policies of a query set of `rows`, with the people they cover."""
    every: Iterable[Policy] = found.select_related("holder", "branch", "renews").only(*_SHOWN).prefetch_related(_COVERS)
    return tuple(
        PolicyRow(
            policy_id=each.pk,
            policy_no=each.policy_no,
            product=each.product,
            plan=each.plan,
            holder_id=each.holder_id,
            holder_name=each.holder.full_name,
            insured=tuple(
                InsuredRow(cover.person_id, "", None)
                if cover.person.locked_at is not None
                else InsuredRow(cover.person_id, cover.person.full_name, cover.person.born_on)
                for cover in each.covers.all()
            ),
            starts_on=each.starts_on,
            ends_on=each.ends_on,
            ended_on=each.ended_on,
            state=each.state,
            premium_fen=each.premium_fen,
            renews=each.renews.policy_no if each.renews else None,
            branch=each.branch.code if each.branch else "",
            partner_id=each.partner_id,
            external_id=each.external_id,
            facts=dict(each.facts),
        )
        for each in every
    )
