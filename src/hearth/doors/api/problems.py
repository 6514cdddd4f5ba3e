"""Problems: every fault as application/problem+json (RFC 9457), with its code and its sentence in both languages."""

from __future__ import annotations

import json
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Schema
from ninja.errors import ValidationError
from pydantic import Field

from hearth.doors.feeds.problems import MAX_TOLD, Problems, dotted, harmless, short, told
from hearth.words.faults import Fault, Malformed

MEDIA_TYPE = "application/problem+json"


class NoSuchAddress(Fault):
    """Nothing answers at this address."""

    code, status = "NO_SUCH_ADDRESS", 404
    says = "There is nothing at this address; /api/v1/openapi.json lists every one."
    says_zh = "此地址不存在；全部地址见 /api/v1/openapi.json。"


class MethodNotAllowed(Fault):
    """The address does not take this method."""

    code, status = "METHOD_NOT_ALLOWED", 405
    says = "This address takes {allowed}."
    says_zh = "此地址只接受 {allowed}。"


class Both(Schema):
    """A sentence in both languages."""

    zh: str
    en: str


class Place(Schema):
    """One place of what was sent, and what is wrong with it."""

    place: str = Field(description="where: claims[0].invoices[1].fund, a header, a part of the address")
    says: Both


class Problem(Schema):
    """What cannot be done, and why (RFC 9457)."""

    type: str = Field(description="urn:hearth:fault: and the code")
    title: str = Field(description="the status in English")
    status: int
    code: str = Field(description="never reused, never renumbered")
    detail: str = Field(description="the sentence in the language of Accept-Language: zh, else en")
    says: Both
    places: list[Place] = Field(description="every place that is wrong, where places are; else empty")


def language(request: HttpRequest) -> str:
    """The language that is asked for: "zh" or "en"."""
    return "en" if getattr(request, "LANGUAGE_CODE", "zh-hans").startswith("en") else "zh"


def problem(request: HttpRequest, fault: Fault) -> HttpResponse:
    """A fault as it is told."""
    lang = language(request)
    says = {"zh": told(fault, "zh"), "en": told(fault, "en")}
    body = {
        "type": f"urn:hearth:fault:{fault.code}",
        "title": HTTPStatus(fault.status).phrase,
        "status": fault.status,
        "code": fault.code,
        "detail": says[lang],
        "says": says,
        "places": list(_places(fault)),
    }
    response = HttpResponse(
        json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"), status=fault.status, content_type=MEDIA_TYPE
    )
    response["Cache-Control"] = "no-store"
    if fault.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="hearth"'
    if "seconds" in fault.data:
        response["Retry-After"] = str(fault.data["seconds"])
    if isinstance(fault, MethodNotAllowed):
        response["Allow"] = str(fault.data["allowed"])
    return response


def invalid(wrong: ValidationError) -> Problems:
    """Values of the address or the query that are not what they should be, as one fault."""
    faults = []
    for error in wrong.errors:
        source, *path = error["loc"]
        got = "nothing" if error["type"] == "missing" else short(error.get("input"))
        want = harmless(" ".join(str(error["msg"]).split()))[:200]
        faults.append(Malformed(file=str(source), place=dotted(tuple(path)) or "value", got=got, want=want))
    return Problems(faults)


def _places(fault: Fault) -> Iterable[dict[str, Any]]:
    inner: Any
    if isinstance(fault, Problems):
        for inner in fault.faults:
            yield {
                "place": harmless(str(inner.data["place"])),
                "says": {"zh": told(inner, "zh"), "en": told(inner, "en")},
            }
    elif isinstance(fault, Malformed):
        yield {
            "place": harmless(str(fault.data["place"])),
            "says": {"zh": told(fault, "zh"), "en": told(fault, "en")},
        }
    else:
        # Faults of desks that name several places or papers say each of them in words of their own.
        for inner in list(getattr(fault, "problems", ()))[:MAX_TOLD]:
            yield {
                "place": harmless(str(inner.field)),
                "says": {"zh": inner.sentence("zh"), "en": inner.sentence("en")},
            }
        for inner in getattr(fault, "wanted", ()):
            yield {"place": str(inner.paper), "says": {"zh": inner.name.zh, "en": inner.name.en}}
