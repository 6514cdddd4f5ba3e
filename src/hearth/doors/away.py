"""Away: while the database does not answer, every door says so in its own form: 503, and when to try again."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import psycopg
from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.template.loader import render_to_string
from django.views.defaults import server_error

from hearth.doors.api.problems import problem
from hearth.doors.fhir.server import outcome
from hearth.words.faults import Fault

RETRY_SECONDS = 5
AWAY_STATES = ("08", "57P01", "57P02", "57P03", "53300")
"""SQLSTATEs of PostgreSQL that mean: not now; its shutdown, its start, and no connection left."""
SECRET = ("password", "password1", "password2", "oldpassword", "code")
"""Boxes whose content is not written into a page again."""


class DatabaseAway(Fault):
    """The database does not answer."""

    code, status = "DATABASE_AWAY", 503
    says = "The database does not answer at the moment; nothing saved is lost. Try again in {seconds} seconds."
    says_zh = "数据库暂时没有应答，已保存的内容没有丢失。请在 {seconds} 秒后重试。"


def went_wrong(request: HttpRequest) -> HttpResponse:
    """What is answered when a view failed: 503 while the database is away, else the page of our own mistakes."""
    failed = sys.exc_info()[1]
    if failed is None or not is_away(failed):
        return server_error(request)
    fault = DatabaseAway(seconds=RETRY_SECONDS)
    if request.path_info.startswith("/api/"):
        return problem(request, fault)
    if request.path_info.startswith("/fhir/"):
        return outcome(request, fault)
    page = render_to_string("away.html", {"address": request.get_full_path(), **_typed(request)})
    headers = {"Retry-After": str(RETRY_SECONDS), "Cache-Control": "no-store"}
    return HttpResponse(page, status=fault.status, headers=headers)


def is_away(failed: BaseException) -> bool:
    """Whether it failed because the database could not be reached, and not because of what was asked of it."""
    return any(_is_of_connection(each) for each in _with_causes(failed))


def _with_causes(failed: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while failed is not None and id(failed) not in seen:
        seen.add(id(failed))
        yield failed
        failed = failed.__cause__ or failed.__context__


def _is_of_connection(failed: BaseException) -> bool:
    if isinstance(failed, psycopg.OperationalError):
        # A connection that breaks, or never comes about, has no state to tell.
        return failed.sqlstate is None or failed.sqlstate.startswith(AWAY_STATES)
    return isinstance(failed, InterfaceError) and "connection already closed" in str(failed)


def _typed(request: HttpRequest) -> dict[str, object]:
    """What was sent, to be sent again from the page: its fields as they were, and which files have to be chosen anew.

    The token against forged forms goes as it came: a page never vouches for what another site sent.
    """
    if request.method != "POST":
        return {}
    try:
        fields = [(name, value) for name, values in request.POST.lists() for value in values]
        files = [(name, [sent.name for sent in sent_files]) for name, sent_files in request.FILES.lists()]
    except (SuspiciousOperation, MultiPartParserError, UnreadablePostError):
        return {"is_form": True, "is_kept": False}
    is_kept = not any(name in SECRET for name, _ in fields)
    return {"is_form": True, "is_kept": is_kept, "fields": fields if is_kept else (), "files": files}
