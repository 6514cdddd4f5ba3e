"""Log-ins of the demo: one password for all, and a second factor whose secret follows from the name."""

from __future__ import annotations

import base64
import hashlib
import hmac
from functools import lru_cache

from django.conf import settings
from django.contrib.auth.hashers import make_password

from hearth.doors.demo.cast import LOG_INS
from hearth.doors.login.demo import PASSWORD


class NoDemo(RuntimeError):
    """Demo log-ins were asked for where real people are."""


def totp_secret(username: str) -> str:
    """The secret of a demo log-in's second factor: the log-in page can show the code that holds now."""
    if settings.PRODUCTION:
        raise NoDemo("there are no demo log-ins in production")
    if username not in {one.username for one in LOG_INS}:
        raise KeyError(username)
    made = hmac.new(settings.SECRET_KEY.encode(), f"demo-totp:{username}".encode(), hashlib.sha256).digest()
    return base64.b32encode(made[:20]).decode()


@lru_cache(maxsize=1)
def password() -> str:
    """The hash of the password that all demo log-ins share."""
    if settings.PRODUCTION:
        raise NoDemo("there are no demo log-ins in production")
    return make_password(PASSWORD)
