"""Bodies: what is sent, read strictly and within named limits; every wrong place is told at once."""

from __future__ import annotations

from typing import Any, TypeVar

from django.http import HttpRequest
from pydantic import BaseModel, ValidationError

from hearth.doors.feeds.problems import dotted, problems_of
from hearth.store.reading import read_json
from hearth.words.faults import Fault, Malformed

MAX_BYTES = 2_000_000
"""The longest JSON body."""

MAX_FORM_BYTES = 11 * 2**20
"""The longest body with an uploaded paper."""

Model = TypeVar("Model", bound=BaseModel)


class BodyTooLarge(Fault):
    """More was sent than this address takes."""

    code, status = "BODY_TOO_LARGE", 413
    says = "{got} bytes were sent; this address takes at most {most}."
    says_zh = "收到 {got} 字节；此地址最多接受 {most} 字节。"


class NotJson(Fault):
    """The body is of another kind."""

    code, status = "WRONG_MEDIA_TYPE", 415
    says = "This address takes {want}; what was sent says it is {got}."
    says_zh = "此地址接受 {want}；收到的内容类型为 {got}。"


def refuse_large(request: HttpRequest, most: int) -> None:
    """Raise BodyTooLarge before anything is read."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdecimal() and int(length) > most:
        raise BodyTooLarge(got=f"{int(length):,}", most=f"{most:,}")


def refuse_other(request: HttpRequest, *kinds: str) -> None:
    """Raise NotJson where the body says that it is of another kind."""
    got = (request.content_type or "").lower()
    if got and got not in kinds:
        raise NotJson(got=got[:80] or "nothing", want=" / ".join(kinds))


def value_of(request: HttpRequest, *kinds: str, most: int = MAX_BYTES) -> Any:
    """The JSON value of the body; decimals keep the digits that were written.

    Raises: BodyTooLarge, NotJson, Malformed.
    """
    refuse_large(request, most)
    refuse_other(request, *(kinds or ("application/json",)))
    body = request.body
    if len(body) > most:
        raise BodyTooLarge(got=f"{len(body):,}", most=f"{most:,}")
    value = read_json(body, "body")
    refuse_unwritable(value, "body")
    return value


def stated(request: HttpRequest, model: type[Model]) -> tuple[Model, dict[str, Any]]:
    """The body as a model, and as the values that were sent.  Raises: BodyTooLarge, NotJson, Malformed, Problems."""
    value = value_of(request)
    if not isinstance(value, dict):
        want = f"an object with the fields {', '.join(list(model.model_fields)[:4])}"
        raise Malformed(file="body", got=type(value).__name__, want=want)
    return checked(value, model), value


def checked(value: Any, model: type[Model]) -> Model:
    """A model from values that were read.  Raises: Problems."""
    try:
        return model.model_validate(value)
    except ValidationError as wrong:
        raise problems_of(wrong, model, value, "body", lambda path: dotted(path) or "whole body") from wrong


def refuse_unwritable(value: Any, file: str) -> None:
    """Raise Malformed for text that no database and no file could hold: NUL, halves of characters."""
    waiting: list[tuple[Any, tuple[str | int, ...]]] = [(value, ())]
    while waiting:
        one, path = waiting.pop()
        if isinstance(one, dict):
            for key, inner in one.items():
                _refuse(str(key), path, file)
                waiting.append((inner, (*path, str(key))))
        elif isinstance(one, list):
            waiting.extend((inner, (*path, at)) for at, inner in enumerate(one))
        elif isinstance(one, str):
            _refuse(one, path, file)


def _refuse(text: str, path: tuple[str | int, ...], file: str) -> None:
    if "\0" in text:
        raise Malformed(
            file=file, place=dotted(path) or "whole body", got="the character U+0000", want="text without it"
        )
    try:
        text.encode()
    except UnicodeEncodeError as half:
        raise Malformed(
            file=file, place=dotted(path) or "whole body", got="half of a character", want="whole characters"
        ) from half
