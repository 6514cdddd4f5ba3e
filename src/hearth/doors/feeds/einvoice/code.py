"""Code: what the two-dimensional code on an invoice says of it, by the keys of its fields."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from hearth.doors.feeds.einvoice.tags import TAGS, field_of

MAX_TEXT = 2_000


def told(payload: str) -> dict[str, str]:
    """Code, number, check code, day and total that a payload states; empty where it is no invoice's.

    Payloads are parts between commas (version, kind, code of 8, number of 10 digits ...) or the query of an address.
    """
    text = payload.strip()[:MAX_TEXT]
    if re.match(r"https?://", text):
        try:
            named = {key.lower(): value for key, value in parse_qsl(urlsplit(text).query, max_num_fields=40)}
        except ValueError:
            return {}
        return _stated({TAGS[key][0]: value for key, value in named.items() if key in TAGS})
    parts = [part.strip() for part in text.split(",")]
    code = next((n for n, part in enumerate(parts) if re.fullmatch(r"\d{8}", part)), None)
    if code is None or code + 1 >= len(parts) or not re.fullmatch(r"\d{10}", parts[code + 1]):
        return {}
    found = {"code": parts[code], "number": parts[code + 1]}
    for part in parts[code + 2 :]:
        if re.fullmatch(r"20\d{6}", part):
            found.setdefault("issued_on", part)
        elif re.fullmatch(r"\d{1,9}\.\d{2}", part):
            found.setdefault("total", part)
        elif re.fullmatch(r"[0-9A-Za-z]{6}", part):
            found.setdefault("check_code", part)
    return _stated(found)


def payloads(picture: Any) -> Sequence[str]:
    """The texts of the codes on a picture; none where the package that reads codes is not installed."""
    try:
        import zxingcpp
    except ModuleNotFoundError:
        return []
    return [one.text for one in zxingcpp.read_barcodes(picture) if one.valid and one.text]


def told_on(picture: Any) -> dict[str, str]:
    """What the codes on a picture (uint8, height x width x 3) say of an invoice: the first that says something."""
    return next((said for payload in payloads(picture) if (said := told(payload))), {})


def _stated(found: Mapping[str, str]) -> dict[str, str]:
    kinds = dict(TAGS.values())
    values = {key: field_of(key, kinds[key], text) for key, text in found.items() if key in kinds}
    return {key: one.value for key, one in values.items() if one is not None}
