"""People: members, their families, staff and what each may be; consents; what was read of whom."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from hearth.store.sealed import SealedText
from hearth.words.claims import Role

USERNAME = r"^[a-z0-9+][a-z0-9._@+-]{1,63}$"


class Branch(models.Model):
    """A place where claims are worked on; headquarters sees every branch."""

    code = models.CharField(max_length=16, unique=True)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    is_headquarters = models.BooleanField(default=False)


class PersonManager(BaseUserManager["Person"]):
    """Finds people by the name they log in with."""

    def get_by_natural_key(self, username: str | None) -> Person:
        """The person of that user name, however it was typed."""
        return self.get(username=Person.normalize_username(username or ""))


class Person(AbstractBaseUser):
    """A human being: member, child of a member, or staff.  What a person may see is decided in store.access alone."""

    username = models.CharField(max_length=64, unique=True)
    full_name = models.CharField(max_length=100)
    is_active = models.BooleanField(default=True)

    phone = SealedText()
    phone_digest = models.BinaryField(null=True, unique=True)
    phone_tail = models.CharField(max_length=4, default="", blank=True)
    phone_verified = models.BooleanField(default=False)
    email = SealedText()
    id_number = SealedText()
    id_digest = models.BinaryField(null=True, unique=True)
    born_on = models.DateField(null=True)
    died_on = models.DateField(null=True)
    sex = models.CharField(max_length=1, default="", blank=True)

    language = models.CharField(max_length=8, default="zh-hans")
    large_print = models.BooleanField(default=False)
    quiet_from = models.PositiveSmallIntegerField(default=21)
    quiet_to = models.PositiveSmallIntegerField(default=8)

    branch = models.ForeignKey(Branch, null=True, on_delete=models.PROTECT, related_name="+")
    steward = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    joined_at = models.DateTimeField(null=True)
    # Locked: kept for the law alone; nobody works with it any more (PIPL art. 47).
    locked_at = models.DateTimeField(null=True)
    # Emptied, once the law no longer keeps it: what is left is a number that records name.
    erased_at = models.DateTimeField(null=True)
    # Who brought this person in, and what they call them.
    partner = models.ForeignKey("store.Partner", null=True, on_delete=models.PROTECT, related_name="+")
    external_id = models.CharField(max_length=64, default="", blank=True)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="person_username_plain", condition=models.Q(username__regex=USERNAME)),
            models.CheckConstraint(name="person_sex_known", condition=models.Q(sex__in=("", "F", "M"))),
            models.CheckConstraint(
                name="person_quiet_hours", condition=models.Q(quiet_from__lte=23) & models.Q(quiet_to__lte=23)
            ),
            models.CheckConstraint(
                name="person_locked_cannot_log_in",
                condition=models.Q(locked_at__isnull=True) | models.Q(is_active=False),
            ),
            models.CheckConstraint(
                name="person_erased_is_locked",
                condition=models.Q(erased_at__isnull=True) | models.Q(locked_at__isnull=False),
            ),
            models.CheckConstraint(
                name="person_who_died_cannot_log_in",
                condition=models.Q(died_on__isnull=True) | models.Q(is_active=False),
            ),
            models.UniqueConstraint(
                name="person_external_once", fields=["partner", "external_id"], condition=~models.Q(external_id="")
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["id"], name="person_locked", condition=models.Q(locked_at__isnull=False)),
            GinIndex(name="person_name_trgm", fields=["full_name"], opclasses=["gin_trgm_ops"]),
            # Chinese signs make no trigrams under the C locale: such names are found from their beginning.
            models.Index(name="person_name_start", fields=["full_name"], opclasses=["varchar_pattern_ops"]),
        ]

    @classmethod
    def normalize_username(cls, username: str) -> str:
        """A user name as it is stored: full-width characters made plain, no spaces around it, small letters."""
        return super().normalize_username(username).strip().lower()

    def clean(self) -> None:
        """Store the user name in its one form."""
        self.username = self.normalize_username(self.username)


class RoleGrant(models.Model):
    """A role that somebody has from a moment on, at headquarters (no branch) or at one branch."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=24)
    branch = models.ForeignKey(Branch, null=True, on_delete=models.PROTECT, related_name="+")
    # The largest amount this person decides alone; above it a second person approves.
    authority_fen = models.BigIntegerField(default=0)
    from_at = models.DateTimeField()
    to_at = models.DateTimeField(null=True)
    granted_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="role_grant_role_known", condition=models.Q(role__in=[role.value for role in Role])
            ),
            models.UniqueConstraint(
                name="role_grant_once",
                fields=["person", "role", "branch"],
                condition=models.Q(to_at__isnull=True),
                nulls_distinct=False,
            ),
            models.CheckConstraint(name="role_grant_authority", condition=models.Q(authority_fen__gte=0)),
        ]


class Household(models.Model):
    """People who are insured and looked after together."""

    name = models.CharField(max_length=60, default="", blank=True)


class Relation(models.Model):
    """Somebody may act for somebody else: proven, from a day, until it ends.

    `kind`: guardian (of a child under 14, PIPL art. 31), parent, spouse, child, agent (authorised, with an end), heir
    (of somebody who died).
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="acts_for")
    other = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="acted_for_by")
    household = models.ForeignKey(Household, null=True, on_delete=models.PROTECT, related_name="relations")
    kind = models.CharField(max_length=12)
    proof = models.CharField(max_length=60, default="", blank=True)
    proven_at = models.DateTimeField(null=True)
    proven_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    until_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="relation_kind_known",
                condition=models.Q(kind__in=("guardian", "parent", "spouse", "child", "agent", "heir")),
            ),
            models.CheckConstraint(
                name="relation_agent_has_an_end", condition=~models.Q(kind="agent") | models.Q(until_on__isnull=False)
            ),
            models.CheckConstraint(name="relation_two_people", condition=~models.Q(person=models.F("other"))),
            models.CheckConstraint(
                name="relation_proven_with_proof", condition=models.Q(proven_at__isnull=True) | ~models.Q(proof="")
            ),
            # A guardian's right over the data of a child ends at the child's 14th birthday (PIPL art. 31).
            models.CheckConstraint(
                name="relation_guardian_has_an_end",
                condition=~models.Q(kind="guardian") | models.Q(until_on__isnull=False),
            ),
            models.UniqueConstraint(
                name="relation_once", fields=["person", "other", "kind"], condition=models.Q(ended_at__isnull=True)
            ),
        ]


class Consent(models.Model):
    """A yes to one use of one class of data, in one version of its words; it can be taken back."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="consents")
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=24)
    data_class = models.CharField(max_length=24)
    version = models.CharField(max_length=24)
    words_digest = models.CharField(max_length=64)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="consent_once",
                fields=["person", "purpose", "data_class", "version"],
                condition=models.Q(withdrawn_at__isnull=True),
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="given_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "person", "given_by", "purpose", "data_class", "version", "words_digest", "given_at"
                ),
            ),
        ]


class BankAccount(models.Model):
    """Where somebody's money goes."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="accounts")
    holder_name = models.CharField(max_length=100)
    bank = models.CharField(max_length=60)
    number = SealedText()
    number_digest = models.BinaryField()
    number_tail = models.CharField(max_length=4)
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


class DataRequest(models.Model):
    """Somebody asks for their data (export) or for its erasure (PIPL arts. 45, 47).

    `state`: open, refused (with reasons), kept (locked until the law lets go of it), done.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="data_requests")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8)
    state = models.CharField(max_length=12, default="open")
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True)
    # For an erasure: the day until which the law keeps what is locked.
    kept_until = models.DateField(null=True)
    outcome = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="data_request_kind", condition=models.Q(kind__in=("export", "erase"))),
            models.CheckConstraint(
                name="data_request_state", condition=models.Q(state__in=("open", "refused", "kept", "done"))
            ),
            models.UniqueConstraint(
                name="data_request_one_open", fields=["person", "kind"], condition=models.Q(state="open")
            ),
        ]


class HealthRead(models.Model):
    """Somebody read somebody's health data, for a purpose.  Written by store.access; never changed."""

    reader = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    partner = models.ForeignKey("store.Partner", null=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=24)
    key = models.CharField(max_length=40)
    purpose = models.CharField(max_length=24)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["person", "at"], name="health_read_of")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]
