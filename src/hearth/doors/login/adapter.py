"""Adapters: where allauth meets our people: telephones are sealed, codes go out through a job, nobody signs up."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from hearth.desks import people
from hearth.desks.people import codes, factors
from hearth.doors.login.forms import PhoneBox
from hearth.store import access
from hearth.store.access.people import person_of_phone

NOT_RIGHT = _("This is not right: the number or name, or the password. Try again, or log in with a code.")


def name_of(user: Any) -> str:
    """How somebody is called on a page."""
    return str(user.full_name)


class Accounts(DefaultAccountAdapter):
    """How people log in.  The same words are said whether a number is known or not."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": NOT_RIGHT,
        "phone_password_mismatch": NOT_RIGHT,
        "email_password_mismatch": NOT_RIGHT,
        "too_many_login_attempts": _("Too many attempts. Wait some minutes, then try again."),
        "rate_limited": _("Too many attempts. Wait some minutes, then try again."),
        "incorrect_code": _("This code is not right. Look at the newest message and type its six digits."),
        "incorrect_password": _("This is not your password now."),
        "phone_taken": _("Another person logs in with this number. Call us if it is yours."),
        "same_as_current": _("This is the number we have already."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up: people are made known by their insurer."""
        return False

    def phone_form_field(self, **kwargs: Any) -> PhoneBox:
        """The box for a telephone."""
        return PhoneBox(**kwargs)

    def get_login_stages(self) -> list[str]:
        """A code, then the second factor; what a telephone is worth was proven by whoever made the person known."""
        return ["allauth.account.stages.LoginByCodeStage", "allauth.mfa.stages.AuthenticateStage"]

    def get_phone(self, user: Any) -> tuple[str, bool] | None:
        """The person's telephone and whether they proved it."""
        return (user.phone, user.phone_verified) if user.phone else None

    def set_phone(self, user: Any, phone: str, verified: bool) -> None:
        """Keep a telephone that the person gave."""
        at = timezone.now()
        people.set_phone(access.who(user, at), user.pk, phone, verified, at=at)
        user.phone, user.phone_verified = phone, verified

    def set_phone_verified(self, user: Any, phone: str) -> None:
        """A code sent to the telephone came back: it is the person's."""
        if (user.phone, user.phone_verified) != (phone, True):
            self.set_phone(user, phone, True)

    def get_user_by_phone(self, phone: str) -> AbstractBaseUser | None:
        """The person whose telephone this is, where they may log in."""
        return person_of_phone(phone)

    def send_verification_code_sms(self, user: Any, phone: str, code: str, **kwargs: Any) -> None:
        """Have a code sent."""
        codes.ask_code(phone, code, user.language, at=timezone.now())

    def send_unknown_account_sms(self, phone: str, **kwargs: Any) -> None:
        """Do as much for a number nobody has: the answer takes as long, and says the same."""
        codes.ask_code(phone, "", get_language() or "zh-hans", at=timezone.now())

    def send_account_already_exists_sms(self, phone: str) -> None:
        """Do as much where a number is somebody else's."""
        codes.ask_code(phone, "", get_language() or "zh-hans", at=timezone.now())

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """No mail: people are reached as they chose, by the service desk."""


class Factors(DefaultMFAAdapter):
    """Second factors: their secrets lie sealed; those who work here keep theirs."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is not right. Wait for the next one in your app and type its six digits."),
        "cannot_delete_authenticator": _("Who works here needs a second factor; it cannot be taken away."),
    }

    def encrypt(self, text: str) -> str:
        """A secret as it is kept."""
        return factors.seal_secret(text)

    def decrypt(self, encrypted_text: str) -> str:
        """The secret."""
        return factors.open_secret(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whether a factor may go: not of somebody who works here."""
        return not access.who(authenticator.user, timezone.now()).is_staff

    def get_totp_label(self, user: Any) -> str:
        """What the app calls it."""
        return str(user.username)
