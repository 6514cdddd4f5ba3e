"""Sealed: columns that are encrypted with key versions, and keyed digests to find them by (AES-GCM, HMAC)."""

from __future__ import annotations

import hashlib
import hmac
import os
import unicodedata
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

NONCE_BYTES = 12
VERSION_BYTES = 2


class SealBroken(RuntimeError):
    """Sealed bytes that do not open: another key, another column, or somebody changed them."""


@lru_cache(maxsize=16)
def _cipher(version: int, key: bytes) -> AESGCM:
    return AESGCM(key)


def newest_key_version() -> int:
    """The version of the key that new values are sealed with."""
    return max(settings.SEAL_KEYS)


def seal(plain: bytes, place: str) -> bytes:
    """`plain` encrypted for one place ("table.column"): two bytes of key version, twelve of nonce, the rest."""
    version = newest_key_version()
    nonce = os.urandom(NONCE_BYTES)
    box = _cipher(version, settings.SEAL_KEYS[version]).encrypt(nonce, plain, place.encode())
    return version.to_bytes(VERSION_BYTES, "big") + nonce + box


def unseal(sealed: bytes, place: str) -> bytes:
    """What `seal` was given; SealBroken where the bytes, the key or the place are not those."""
    version = key_version(sealed)
    key = settings.SEAL_KEYS.get(version)
    if key is None:
        raise SealBroken(f"{place}: there is no key of version {version}")
    nonce, box = sealed[VERSION_BYTES : VERSION_BYTES + NONCE_BYTES], sealed[VERSION_BYTES + NONCE_BYTES :]
    try:
        return _cipher(version, key).decrypt(nonce, box, place.encode())
    except (InvalidTag, ValueError):
        raise SealBroken(f"{place}: the sealed bytes do not open with key {version}") from None


def key_version(sealed: bytes) -> int:
    """The version of the key that bytes were sealed with."""
    return int.from_bytes(sealed[:VERSION_BYTES], "big")


def plain_form(text: str) -> str:
    """A number as it is compared: full-width characters made plain, no spaces or hyphens, capital letters."""
    return "".join(unicodedata.normalize("NFKC", text).split()).replace("-", "").upper()


def digest(text: str, place: str) -> bytes:
    """A keyed digest of a number, the same for every way it is typed; another one in another place."""
    return hmac.new(settings.DIGEST_KEY, place.encode() + b"\0" + plain_form(text).encode(), hashlib.sha256).digest()


class SealedText(models.BinaryField):  # type: ignore[type-arg]
    """A text that the database holds encrypted.  It cannot be searched: keep a digest beside it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)

    def _check_str_default_value(self) -> list[Any]:
        # What is kept is bytes, what is given is text.
        return []

    @property
    def place(self) -> str:
        """Where the value belongs: it opens nowhere else."""
        return f"{self.model._meta.db_table}.{self.column}"

    def get_default(self) -> Any:
        """An empty text."""
        return ""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str | None:
        """The text, opened."""
        return None if value is None else unseal(bytes(value), self.place).decode()

    def to_python(self, value: Any) -> Any:
        """Text stays text."""
        return value

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """The text, sealed with the newest key."""
        if value is None:
            return None
        return super().get_db_prep_value(seal(str(value).encode(), self.place), connection, prepared)


class SealedBytes(SealedText):
    """Bytes that the database holds encrypted: a picture of a paper."""

    def get_default(self) -> Any:
        """No bytes."""
        return b""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """The bytes, opened."""
        return None if value is None else unseal(bytes(value), self.place)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """The bytes, sealed with the newest key."""
        if value is None:
            return None
        return models.BinaryField.get_db_prep_value(self, seal(bytes(value), self.place), connection, prepared)
