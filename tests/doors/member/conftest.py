"""The cast in front of their telephones."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.desks.cast_rows import Cast
from tests.desks.cast_rows import cast as made

Phone = Callable[..., Client]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody, their policies, and those who work on their claims; of the members only Mei has agreed before."""
    return made(agreed=("mei",))


@pytest.fixture
def phone(cast: Cast) -> Phone:
    """A telephone on which somebody is signed in (nobody without a code), reading "en" or "zh"."""

    def picked_up(code: str = "", lang: str = "en") -> Client:
        client = Client(headers={"accept-language": "en" if lang == "en" else "zh-CN"})
        if code:
            client.force_login(cast.people[code], backend=BACKEND)
        return client

    return picked_up
