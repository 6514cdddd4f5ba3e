"""Archive: a packed file whose parts are unpacked in memory alone, as far as the limits; no name leaves it."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib

from hearth.doors.feeds.einvoice.markup import Budget
from hearth.doors.feeds.einvoice.refused import EInvoiceRefused

MAX_FILES = 400
MAX_PART = 12_000_000
"""The most bytes of one part once unpacked."""

MAX_WHOLE = 48_000_000
"""The most bytes of all parts that are read, once unpacked."""


class Archive:
    """The parts of a packed file by their names.  Raises: EInvoiceRefused."""

    def __init__(self, file: str, content: bytes) -> None:
        self.file = file
        self._left = MAX_WHOLE
        self.budget = Budget()
        # Its directory is a list that is read whole: it is counted before it is made.
        if content.count(b"PK\x01\x02") > 4 * MAX_FILES:
            raise EInvoiceRefused(file=file, reason="many")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
            parts = self._zip.infolist()
        except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, OSError, IndexError) as broken:
            raise EInvoiceRefused(file=file, reason="damaged") from broken
        end = content.rfind(b"PK\x05\x06")
        if end + 22 + len(self._zip.comment) != len(content) or min((one.header_offset for one in parts), default=0):
            # Something else is behind it, or before it.
            raise EInvoiceRefused(file=file, reason="damaged")
        if len(parts) > MAX_FILES:
            raise EInvoiceRefused(file=file, reason="many")
        self._parts: dict[str, zipfile.ZipInfo] = {}
        for part in parts:
            name = part.filename
            if name.startswith("/") or "\\" in name or ":" in name or "\0" in name or ".." in name.split("/"):
                raise EInvoiceRefused(file=file, reason="outside")
            if part.flag_bits & 0x1:
                raise EInvoiceRefused(file=file, reason="locked")
            if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                # Others may ask for gigabytes to unpack a few bytes.
                raise EInvoiceRefused(file=file, reason="damaged")
            if name in self._parts:
                raise EInvoiceRefused(file=file, reason="twice")
            if part.file_size > MAX_PART or sum(one.file_size for one in parts) > MAX_WHOLE:
                raise EInvoiceRefused(file=file, reason="unpacks")
            self._parts[name] = part

    @property
    def names(self) -> list[str]:
        """Names of all parts, in their order."""
        return list(self._parts)

    def near(self, beside: str, location: str) -> str | None:
        """The part that a location names, as seen from another part; None where there is none."""
        name = posixpath.normpath(
            posixpath.join("/", "" if location.startswith("/") else posixpath.dirname(beside), location)
        )
        return name[1:] if name[1:] in self._parts else None

    def read(self, name: str) -> bytes:
        """The bytes of a part.  Raises: EInvoiceRefused."""
        try:
            # What a directory says of a size need not be so: the bytes are counted as they come.
            with self._zip.open(self._parts[name]) as part:
                held = part.read(min(MAX_PART, self._left) + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            RuntimeError,
            OSError,
            ValueError,
        ) as broken:
            raise EInvoiceRefused(file=self.file, reason="damaged") from broken
        if len(held) > min(MAX_PART, self._left):
            raise EInvoiceRefused(file=self.file, reason="unpacks")
        self._left -= len(held)
        return held
