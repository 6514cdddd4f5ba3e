"""Uploads: what a file sent as a paper is, by its content alone; refused where it is no paper that can be looked at.

The bytes that were sent are kept as they are, but for an iPhone's picture (HEIC): of that a JPEG is kept.  A thumbnail
is a new picture without metadata.
"""

from __future__ import annotations

from hearth.doors.feeds.uploads.examining import THUMBNAIL_SIDE, as_kept, examined, thumbnail
from hearth.doors.feeds.uploads.kinds import (
    ACCEPTED,
    E_INVOICES,
    ENDINGS,
    MAX_NAME,
    MEDIA_TYPES,
    Kind,
    Upload,
    plain_name,
)
from hearth.doors.feeds.uploads.limits import MAX_BYTES, MAX_PIXELS
from hearth.doors.feeds.uploads.refused import UploadDamaged, UploadNotAPaper, UploadRefused, UploadTooLarge
from hearth.doors.feeds.uploads.telling import kind_of

__all__ = [
    "ACCEPTED",
    "ENDINGS",
    "E_INVOICES",
    "MAX_BYTES",
    "MAX_NAME",
    "MAX_PIXELS",
    "MEDIA_TYPES",
    "THUMBNAIL_SIDE",
    "Kind",
    "Upload",
    "UploadDamaged",
    "UploadNotAPaper",
    "UploadRefused",
    "UploadTooLarge",
    "as_kept",
    "examined",
    "kind_of",
    "plain_name",
    "thumbnail",
]
