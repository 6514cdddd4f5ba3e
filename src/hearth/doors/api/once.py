"""Once: a request under an idempotency key is done once, and answered the same when it comes again."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from pydantic import BaseModel

from hearth.desks import partners
from hearth.doors.api.tokens import caller
from hearth.words.faults import Fault

_KEY = re.compile(r"[!-~]{1,80}")

HEADER = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "1 to 80 printable ASCII characters, new for each request: the same request under the same key is "
    "done once and answered the same for 30 days",
    "schema": {"type": "string", "pattern": "^[!-~]{1,80}$"},
}
"""The header in the OpenAPI document."""


class KeyMalformed(Fault):
    """The idempotency key is none."""

    code, status = "KEY_MALFORMED", 422
    says = "Idempotency-Key takes 1 to 80 printable ASCII characters."
    says_zh = "Idempotency-Key 应为 1 至 80 个可见的 ASCII 字符。"


def answered(status: int, value: BaseModel | None = None) -> HttpResponse:
    """A model as the answer."""
    body = b"" if value is None else value.model_dump_json().encode()
    return HttpResponse(body, status=status, content_type="application/json")


def once(request: HttpRequest, content: bytes, work: Callable[[], HttpResponse]) -> HttpResponse:
    """Do `work`, or answer as it was answered; `content` is what makes two requests the same.

    Where a fault says that nothing was done, the key is free again.
    Raises: KeyMalformed, KeyForOther, StillAtIt, and what `work` raises.
    """
    key = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if key is None:
        return work()
    if not _KEY.fullmatch(key):
        raise KeyMalformed
    asks = caller(request)
    digest = hashlib.sha256(f"{request.method} {request.path}\n".encode() + content).hexdigest()
    with partners.in_turn(asks.by, key):
        kept = partners.begin_request(asks.by, key, digest, at=asks.at)
        if kept is not None:
            response = HttpResponse(kept.answer, status=kept.status, content_type="application/json")
            response["Idempotent-Replayed"] = "true"
            return response
        try:
            response = work()
        except Fault:
            partners.free_key(asks.by, key)
            raise
        partners.keep_answer(asks.by, key, response.status_code, response.content)
        return response
