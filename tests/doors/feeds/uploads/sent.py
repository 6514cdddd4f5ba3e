"""Files sent as papers, whole ones, and how they are looked at in every way."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from hearth.doors.feeds.uploads import (
    THUMBNAIL_SIDE,
    Kind,
    UploadRefused,
    examined,
    thumbnail,
)
from tests.doors.feeds.papers import pdf, picture

JPEG, PNG, WEBP, PDF = picture("JPEG"), picture("PNG"), picture("WEBP"), pdf(3)
WHOLE = {Kind.JPEG: JPEG, Kind.PNG: PNG, Kind.WEBP: WEBP, Kind.PDF: PDF}


def refused(content: bytes, name: str = "paper.jpg") -> tuple[str, str]:
    """Code and English sentence of the refusal; the Chinese one is there as well."""
    with pytest.raises(UploadRefused) as fault:
        examined(name, content)
    zh = fault.value.sentence("zh-hans")
    assert any("\u4e00" <= sign <= "\u9fff" for sign in zh) and "{" not in zh
    return fault.value.code, fault.value.sentence("en")


def looked_at(content: bytes) -> None:
    """Looks at a file in every way; nothing but a refusal may come of it."""
    try:
        found = examined("any.jpg", content)
        small = thumbnail(content, found.kind)
    except UploadRefused as fault:
        assert fault.sentence("en") and fault.sentence("zh")
        return
    assert max(Image.open(io.BytesIO(small)).size) <= THUMBNAIL_SIDE
