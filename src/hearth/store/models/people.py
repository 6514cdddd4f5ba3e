"""People who can log in."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

USERNAME = r"^[a-z0-9+][a-z0-9._@+-]{1,63}$"


class PersonManager(BaseUserManager["Person"]):
    """Finds people by the name they log in with."""

    def get_by_natural_key(self, username: str | None) -> Person:
        """The person of that user name, however it was typed."""
        return self.get(username=Person.normalize_username(username or ""))


class Person(AbstractBaseUser):
    """Somebody who can log in, member or staff; what a person may see is decided in store.access alone."""

    username = models.CharField(max_length=64, unique=True)
    full_name = models.CharField(max_length=100)
    is_active = models.BooleanField(default=True)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="person_username_plain", condition=models.Q(username__regex=USERNAME)),
        ]

    @classmethod
    def normalize_username(cls, username: str) -> str:
        """A user name as it is stored: full-width characters made plain, no spaces around it, small letters."""
        return super().normalize_username(username).strip().lower()

    def clean(self) -> None:
        """Store the user name in its one form."""
        self.username = self.normalize_username(self.username)
