"""Partners: who brings claims in through the interface, their tokens and their webhooks."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.desks import partners as desk
from hearth.doors.office.desk.asking import Asked, go, page, show
from hearth.doors.office.desk.forms import Box, Form
from hearth.doors.office.desk.pieces import cell, chip, moment, table
from hearth.doors.office.desk.register import tabs
from hearth.store.access import partners as reads
from hearth.store.access.matrix import PARTNER_SCOPES
from hearth.store.access.people import branches
from hearth.words.faults import Fault

KINDS: dict[str, tuple[str, str]] = {
    "insurer": ("保险公司", "insurer"),
    "broker": ("经纪公司", "broker"),
    "hospital": ("医院", "hospital"),
}
SCOPES: dict[str, tuple[str, str]] = {
    "claims:write": ("报案并提交材料", "bring in claims and papers"),
    "claims:read": ("查看赔案进度与结论", "read claims and decisions"),
    "receipts:read": ("下载凭证", "read receipts"),
    "advances:write": ("通知入院并申请垫付", "tell of admissions and costs"),
    "advances:read": ("查看垫付进度", "read where advances stand"),
    "disputes:write": ("代客户提出异议", "dispute decisions for members"),
    "disputes:read": ("查看异议与独立意见", "read disputes and opinions"),
    "threads:write": ("代客户给理赔管家留言", "write to stewards for members"),
    "threads:read": ("查看管家的答复", "read what stewards answer"),
    "pickups:write": ("代客户预约上门取件", "book pick-ups for members"),
    "pickups:read": ("查看取件进度", "read where originals are"),
    "policies:write": ("承保并登记人员", "issue policies, enter people"),
    "policies:read": ("查看保单与人员", "read policies and people"),
    "webhooks": ("登记回调地址", "register webhooks"),
}


@page()
def partners(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Every partner."""
    rows = [
        [
            cell(one.name, url=reverse("office-partner", args=[one.code]), aside=one.code),
            cell(asked.says(KINDS.get(one.kind, (one.kind, one.kind)))),
            cell(one.branch),
            cell(sum(1 for token in one.tokens if token.revoked_at is None), kind="money"),
            cell(chip=chip(_("active"), "done") if one.is_active else chip(_("ended"))),
        ]
        for one in reads.partners(asked.by, asked.at)
    ]
    columns = [_("Partner"), _("Kind"), _("Branch"), (_("Tokens"), "money"), _("State")]
    return show(
        request, asked, "office/partners.html", "people", _("Partners"), tabs=tabs(asked, "partners"),
        table=table(_("Partners"), columns, rows, rows_move=True) if rows else None,
        may_edit=asked.may("partner", "edit"),
    )  # fmt: skip


@page()
def partner(request: HttpRequest, asked: Asked, code: str) -> HttpResponse:
    """One partner: its tokens and webhooks."""
    return _shown(request, asked, code)


def _shown(request: HttpRequest, asked: Asked, code: str, token: str = "") -> HttpResponse:
    one = reads.partner(asked.by, code, asked.at)
    tokens = [
        {
            "id": each.token_id,
            "name": each.name,
            "scopes": ", ".join(asked.says(SCOPES.get(scope, (scope, scope))) for scope in each.scopes),
            "made": moment(each.made_at, asked.lang, now=asked.at),
            "until": moment(each.until_at, asked.lang, now=asked.at),
            "used": moment(each.last_used_at, asked.lang, now=asked.at),
            "pace": each.per_minute,
            "is_open": each.revoked_at is None and (each.until_at is None or each.until_at > asked.at),
        }
        for each in one.tokens
    ]
    webhooks = [
        [
            cell(each.url),
            cell(moment(each.made_at, asked.lang, now=asked.at), kind="day"),
            cell(each.failures, kind="money"),
            cell(chip=chip(_("active"), "done") if each.is_active else chip(_("ended"))),
        ]
        for each in one.webhooks
    ]
    columns = [_("Address"), _("Since"), (_("Failures"), "money"), _("State")]
    return show(
        request, asked, "office/partner.html", "people", one.name, one=one, tokens=tokens, token=token,
        kind=asked.says(KINDS.get(one.kind, (one.kind, one.kind))),
        webhooks=table(_("Webhooks"), columns, webhooks, show_caption=True) if webhooks else None,
        may_edit=asked.may("partner", "edit"),
    )  # fmt: skip


@page("GET", "POST")
def new_partner(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Take a partner in."""
    places = [(one.code, asked.says((one.name_zh, one.name_en))) for one in branches()]
    form = Form(
        [
            Box("code", _("Code"), most=32, hint=_("Small letters, digits, hyphens."), focus=True),
            Box("name", _("Name of the partner"), most=100),
            Box("kind", _("Kind"), "choice", options=[(kind, asked.says(words)) for kind, words in KINDS.items()]),
            Box("branch", _("Looked after by"), "choice", must=False, options=[("", _("headquarters")), *places]),
        ],
        request.POST if request.method == "POST" else None,
    )
    if form.is_right:
        try:
            desk.add_partner(
                asked.by, at=asked.at, code=form["code"], name=form["name"], kind=form["kind"],
                branch=form["branch"] or None,
            )  # fmt: skip
        except Fault as fault:
            form.refuse(fault, asked.lang, str(fault.data.get("place")))
        else:
            return go("office-partner", form["code"], said="changed")
    return show(
        request, asked, "office/form.html", "people", _("New partner"), status=form.status, form=form, yes=_("Enter"),
        back_url=reverse("office-partners"),
    )  # fmt: skip


@page("GET", "POST")
def new_token(request: HttpRequest, asked: Asked, code: str) -> HttpResponse:
    """Make a token; it is shown this once."""
    one = reads.partner(asked.by, code, asked.at)
    boxes = [
        Box("name", _("What for"), most=60, focus=True),
        Box("days", _("For how many days"), "whole", start=365),
        Box("per_minute", _("Requests a minute at most"), "whole", start=600),
    ]
    scopes = [
        Box(f"scope-{scope}", asked.says(SCOPES.get(scope, (scope, scope))), "check", must=False)
        for scope in PARTNER_SCOPES
    ]
    form = Form([*boxes, *scopes], request.POST if request.method == "POST" else None)
    if form.is_right:
        chosen = [scope for scope in PARTNER_SCOPES if form[f"scope-{scope}"]]
        try:
            made = desk.make_token(
                asked.by, code, at=asked.at, name=form["name"], scopes=chosen, days=form["days"],
                per_minute=form["per_minute"],
            )  # fmt: skip
        except Fault as fault:
            form.refuse(fault, asked.lang, str(fault.data.get("place")))
        else:
            # Shown in the answer itself: it is kept nowhere, so there is no page to be sent to.
            return _shown(request, asked, code, made.text)
    return show(
        request, asked, "office/form.html", "people", _("New token: %(name)s") % {"name": one.name}, status=form.status,
        form=form, yes=_("Make it"), back_url=reverse("office-partner", args=[code]),
    )  # fmt: skip


@page("POST")
def revoke_token(request: HttpRequest, asked: Asked, code: str, token_id: int) -> HttpResponse:
    """Revoke a token: it opens nothing from now on."""
    desk.revoke_token(asked.by, code, token_id, at=asked.at)
    return go("office-partner", code, said="changed")


@page("POST")
def end_partner(request: HttpRequest, asked: Asked, code: str) -> HttpResponse:
    """End the work with a partner."""
    desk.end_partner(asked.by, code, at=asked.at)
    return go("office-partner", code, said="changed")
