"""Forms: the box for a telephone as people write it here, and the two ways in."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm, RequestLoginCodeForm
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hearth.words.faults import Malformed
from hearth.words.numbers import phone_form


class PhoneBox(forms.CharField):
    """A telephone number, however it is typed; its value is in the one form."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Mobile number"))
        kwargs.setdefault("max_length", 40)
        kwargs.setdefault("widget", forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        """The number as it is kept."""
        typed = super().clean(value)
        if not typed:
            return typed
        try:
            return phone_form(typed)
        except Malformed:
            raise ValidationError(
                _("This is not a mobile number. Type its 11 digits, or + and the number with its country."),
                code="invalid_phone",
            ) from None


class PasswordLogin(LoginForm):
    """Log in with a user name or a telephone, and a password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Mobile number or user name")
        self.fields["login"].max_length = 100
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        self.fields["password"].max_length = 200
        self.fields["password"].help_text = ""

    def user_credentials(self) -> dict[str, Any]:
        """One way of naming oneself, so that one attempt is counted once."""
        credentials: dict[str, Any] = super().user_credentials()
        if "phone" in credentials:
            credentials["phone"] = phone_form(credentials["phone"])
            credentials.pop("username", None)
        return credentials


class CodeLogin(RequestLoginCodeForm):
    """Log in with a code sent to the telephone."""
