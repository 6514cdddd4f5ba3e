"""Inbox: what the reader was told, newest first; opening a notice says that it has reached them."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.desks.service.notices import mark_read
from hearth.doors.member.page import Ask, go, number, page, shown
from hearth.doors.member.saying import iso, moment
from hearth.store.access import NotThere, notices
from hearth.store.access.notices import NoticeRow

PAGE = 50


@page
def inbox(ask: Ask) -> HttpResponse:
    """All notices, the unread ones marked."""
    before = number(ask.request.GET.get("before", ""))
    rows = notices.inbox(ask.by, ask.at, before=before, limit=PAGE)
    here = reverse("member-inbox")
    pager: dict[str, Any] | None = None
    if before is not None or len(rows) == PAGE:
        pager = {
            "says": "",
            "previous_url": here if before is not None else None,
            "next_url": f"{here}?before={rows[-1].id}" if len(rows) == PAGE else None,
        }
    return shown(
        ask,
        "inbox",
        title=_("Messages to you"),
        section="home",
        back_url=reverse("member-home"),
        rows=[
            {
                "url": reverse("member-notice", kwargs={"notice_id": row.id}),
                "title": row.title,
                "at": moment(row.made_at, ask.lang),
                "at_iso": iso(row.made_at),
                "claim_no": row.claim_no or row.advance_no or row.complaint_no,
                "unread": row.read_at is None,
            }
            for row in rows
        ],
        pager=pager,
    )


@page
def notice(ask: Ask, notice_id: int) -> HttpResponse:
    """One notice; a POST, as the list's button sends it, says that the reader opened it."""
    if ask.is_post:
        mark_read(ask.by, notice_id, at=ask.at)
        return go("member-notice", notice_id=notice_id)
    row = _one(ask, notice_id)
    if row.read_at is None:
        return go("member-inbox")
    return shown(
        ask,
        "notice",
        title=row.title,
        section="home",
        back_url=reverse("member-inbox"),
        row=row,
        at=moment(row.made_at, ask.lang),
        at_iso=iso(row.made_at),
        number=row.claim_no or row.advance_no or row.complaint_no,
        claim_url=reverse("member-claim", kwargs={"claim_no": row.claim_no}) if row.claim_no else "",
        advance_url=reverse("member-advance", kwargs={"advance_no": row.advance_no}) if row.advance_no else "",
        complaint_url=_complaint_url(row),
    )


def _complaint_url(row: NoticeRow) -> str:
    """Who is named is asked on the list of complaints: before they said yes there is no page for them."""
    if not row.complaint_no:
        return ""
    if row.what == "complaint.named":
        return reverse("member-complaints")
    return reverse("member-complaint", kwargs={"complaint_no": row.complaint_no})


def _one(ask: Ask, notice_id: int) -> NoticeRow:
    for row in notices.inbox(ask.by, ask.at, before=notice_id + 1, limit=1):
        if row.id == notice_id:
            return row
    raise NotThere(kind="notice", key=notice_id)
