"""A slow reading of the access matrix: one row, one asker, one verb at a time, in plain Python."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from hearth.store.access import Who
from hearth.store.access.matrix import MATRIX, PARTNER_SCOPES, Rows
from hearth.store.models import Claim, Introduction, Person, Record, Relation
from hearth.words.claims import Role

DESK_WORK = (
    "accept", "send_back", "assign", "ask", "ask_again", "receive", "review", "investigate", "calculate", "decide",
    "refuse", "approve", "adjust", "reopen", "note", "judge", "steward", "rescind",
)  # fmt: skip


class World:
    """Everything there is, read once, and asked row by row."""

    def __init__(self, at: datetime, today: date) -> None:
        self.at = at
        self.today = today
        self.people = {person.pk: person for person in Person.objects.all()}
        self.relations = list(Relation.objects.all())
        self.claims = {claim.claim_no: claim for claim in Claim.objects.all()}
        self.introduced = {(each.partner_id, each.person_id) for each in Introduction.objects.all()}

    def may(self, by: Who, kind: str, verb: str, row: Any) -> bool:
        """Whether somebody may do one thing with one row."""
        if by.is_house:
            return True
        if by.partner_id is not None:
            allowed = any((kind, verb) in PARTNER_SCOPES[scope] for scope in by.scopes)
            return allowed and self.brought_in(kind, row, by.partner_id) and not self.is_locked(kind, row)
        if by.person_id is None:
            return False
        return any(
            self.reaches(by.person_id, role, place, which, kind, row)
            for role, place in [*((grant.role, grant.branch_id) for grant in by.grants), (Role.MEMBER, None)]
            for of, verbs, roles, which in MATRIX
            if of == kind and verb in verbs and role in roles
        ) and not self.is_ones_own_case(by.person_id, kind, verb, row)

    def reaches(self, who: int, role: Role, place: int | None, which: Rows, kind: str, row: Any) -> bool:
        """Whether one line of the matrix, in one role held at one place, reaches a row."""
        if kind == "receipt" and not self.is_for_customers(row):
            return False
        if which in (Rows.OWN, Rows.WARDS, Rows.FAMILY):
            if self.is_locked(kind, row):
                return False
            return any(self.stands_for(who, other, which) for other in self.of_whom(kind, row))
        if self.is_locked(kind, row) and role not in (Role.AUDITOR, Role.ADMINISTRATOR):
            return False
        return which is Rows.ALL or place is None or self.branch(kind, row) == place

    def stands_for(self, who: int, other: int, which: Rows) -> bool:
        """Whether somebody is another, or acts for them now."""
        if who == other:
            return True
        return any(
            relation.person_id == who
            and relation.other_id == other
            and relation.proven_at is not None
            and relation.proven_at <= self.at
            and (relation.ended_at is None or relation.ended_at > self.at)
            and (relation.until_on is None or relation.until_on > self.today)
            and (which is Rows.FAMILY or (which is Rows.WARDS and relation.kind == "guardian"))
            for relation in self.relations
        )

    def is_ones_own_case(self, who: int, kind: str, verb: str, row: Any) -> bool:
        """Whether somebody would work on what is their own or their family's."""
        works = (
            (kind == "claim" and verb in DESK_WORK)
            or (kind, verb) in (("payment", "release"), ("relation", "prove"), ("sample", "judge"))
            or (kind == "order" and verb in ("take", "note", "close", "escalate"))
            or (kind == "person" and verb in ("hand_over", "death"))
        )  # fmt: skip
        return works and any(self.stands_for(who, other, Rows.FAMILY) for other in self.about(kind, row))

    def about(self, kind: str, row: Any) -> Sequence[int]:
        """Whom a row is about."""
        if kind == "person":
            return [row.pk]
        if kind == "policy":
            return [row.holder_id]
        if kind == "relation":
            return [row.person_id, row.other_id]
        if kind in ("paper", "decision", "payment", "sample", "order"):
            return [row.claim.person_id]
        if kind in ("receipt", "record"):
            return self.about_record(row)
        return [row.person_id] if kind not in ("ledger", "partner", "webhook", "catalogue") else []

    def about_record(self, row: Record) -> Sequence[int]:
        """Whom a record is about, by its subject."""
        what, _, key = row.subject.partition(":")
        if what == "person":
            return [int(key)]
        return [self.claims[key].person_id] if what == "claim" else []

    def of_whom(self, kind: str, row: Any) -> Sequence[int]:
        """Whose a row is: what it is about; of a policy also those it covers."""
        covered = [cover.person_id for cover in row.covers.all()] if kind == "policy" else []
        return [*self.about(kind, row), *covered]

    def is_locked(self, kind: str, row: Any) -> bool:
        """Whether somebody whom a row is about is locked; roles and plain records are the auditor's alone anyway."""
        if kind in ("role", "record"):
            return False
        return any(self.people[person].locked_at is not None for person in self.about(kind, row))

    def branch(self, kind: str, row: Any) -> int | None:
        """The branch a row belongs to."""
        if kind in ("claim", "policy", "person"):
            return row.branch_id  # type: ignore[no-any-return]
        if kind in ("paper", "decision", "payment", "order"):
            return row.claim.branch_id  # type: ignore[no-any-return]
        if kind == "relation":
            return row.other.branch_id  # type: ignore[no-any-return]
        if kind == "receipt":
            what, _, key = row.subject.partition(":")
            return self.claims[key].branch_id if what == "claim" else -1
        return row.person.branch_id  # type: ignore[no-any-return]

    def brought_in(self, kind: str, row: Any, partner: int) -> bool:
        """Whether a partner brought a row in."""
        if kind == "person":
            policies = [*row.policies_held.all(), *(cover.policy for cover in row.covers.all())]
            known = row.partner_id == partner or (partner, row.pk) in self.introduced
            return known or any(policy.partner_id == partner for policy in policies)
        if kind in ("claim", "policy", "webhook"):
            return bool(row.partner_id == partner)
        if kind in ("paper", "decision", "payment", "dispute", "pickup"):
            return bool(row.claim.partner_id == partner)
        what, _, key = row.subject.partition(":")
        return what == "claim" and self.claims[key].partner_id == partner and self.is_for_customers(row)

    def is_for_customers(self, row: Record) -> bool:
        """Whether a record is of a kind that customers are given: what was decided, paid and agreed to."""
        return row.kind in ("claim.decided", "consent.given")
