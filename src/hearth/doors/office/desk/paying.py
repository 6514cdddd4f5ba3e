"""Paying: payments, pay runs that one prepares and another releases, the books, the bank set against them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.desks import money as desk
from hearth.doors.office.desk.asking import Asked, go, page, show, typed, whole
from hearth.doors.office.desk.pieces import amount, cell, chip, moment, money, pager, table
from hearth.store.access import NotThere
from hearth.store.access import money as reads
from hearth.store.access.search import accounts_for
from hearth.words.faults import Fault

STATES: dict[str, tuple[str, str, str]] = {
    "intended": ("待付", "to be paid", "plain"),
    "sent": ("银行处理中", "with the bank", "waits"),
    "confirmed": ("已到账", "arrived", "done"),
    "failed": ("未成功", "not taken", "ink"),
    "returned": ("已退回", "came back", "waits"),
}
"""State of a payment -> (zh, en, kind of its chip)."""

DIFFERENCES: dict[str, tuple[str, str]] = {
    "bank": ("银行状态与账面不同", "the bank says something else"),
    "no_answer": ("银行没有答复", "the bank does not answer"),
    "news": ("银行通知对不上", "news of the bank that does not fit"),
    "unreadable": ("银行文件无法读取", "a file of the bank that cannot be read"),
    "owed": ("应付款与付款不符", "what is owed is not what was paid"),
    "suspense": ("在途资金不符", "money under way does not agree"),
    "bank_balance": ("银行余额不符", "the bank's balance does not agree"),
    "entries": ("分录借贷不平", "the books do not add up"),
}
"""What differs (zh, en)."""

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,31}(:[A-Za-z0-9_./-]{1,48})?")

COMPARED_DAYS = (1, 7, 31)
"""How far back the bank is asked, in days."""


def _state(asked: Asked, state: str) -> dict[str, str]:
    zh, en, kind = STATES[state]
    return chip(asked.says((zh, en)), kind)


def _sections(asked: Asked, current: str) -> list[dict[str, Any]]:
    shown = (
        ("runs", _("Pay runs"), "office-payrun", asked.may("payment", "prepare")),
        ("payments", _("Payments"), "office-payments", asked.may("payment", "prepare")),
        ("books", _("Books"), "office-books", asked.may("ledger", "see")),
        ("compare", _("Bank compared"), "office-compare", asked.may("ledger", "see")),
    )
    return [
        {"name": name, "url": reverse(address), "current": code == current}
        for code, name, address, is_shown in shown
        if is_shown
    ]


def _payments(asked: Asked, caption: str, found: tuple[reads.PaymentRow, ...], *, total: bool = False) -> Any:
    rows = [
        [
            cell(one.claim_no, url=reverse("office-payment", args=[one.id]), aside=one.person),
            cell(one.payee, aside=f"{one.bank} · {one.account_tail}"),
            cell(moment(one.intended_at, asked.lang, now=asked.at), kind="day"),
            cell(chip=_state(asked, one.state), aside=one.reason),
            amount(one.amount_fen),
        ]
        for one in found
    ]
    last = None
    if total and found:
        last = [cell(_("Together")), cell(), cell(), cell(), amount(sum(one.amount_fen for one in found))]
    columns = [_("Claim"), _("Payee"), _("Since"), _("State"), (_("Amount, yuan"), "money")]
    return table(caption, columns, rows, show_caption=True, rows_move=True, last=last) if rows else None


@page("GET", "POST")
def payrun(request: HttpRequest, asked: Asked) -> HttpResponse:
    """What waits for a run, prepared by one person; the runs there were."""
    if request.method == "POST":
        desk.prepare_run(asked.by, at=asked.at)
        return go("office-payrun", said="prepared")
    if not asked.may("payment", "prepare") and asked.may("ledger", "see"):
        return go("office-books")
    waiting = reads.waiting_for_run(asked.by, asked.at)
    before = whole(typed(request, "before"))
    runs = reads.runs(asked.by, asked.at, before=before)
    summary = reads.payment_summary(asked.by, asked.at)
    held = [
        [
            cell(_("Run %(id)s") % {"id": one.id}, url=reverse("office-run", args=[one.id])),
            cell(one.prepared_by, aside=moment(one.prepared_at, asked.lang, now=asked.at)),
            cell(one.released_by, aside=moment(one.released_at, asked.lang, now=asked.at)),
            cell(chip=_run_state(one)),
            cell(one.count, kind="money"),
            amount(one.total_fen),
        ]
        for one in runs
    ]
    columns = [
        _("Run"), _("Prepared by"), _("Released by"), _("State"), (_("Payments"), "money"),
        (_("Amount, yuan"), "money"),
    ]  # fmt: skip
    return show(
        request, asked, "office/payrun.html", "payrun", _("Pay run"), tabs=_sections(asked, "runs"),
        waiting=_payments(asked, _("Waiting for a run"), waiting, total=True), waiting_count=len(waiting),
        runs=table(_("Pay runs"), columns, held, show_caption=True, rows_move=True) if held else None,
        tiles=_tiles(asked, summary),
        unanswered=_payments(asked, _("Without an answer of the bank"), summary.unanswered),
        pager=pager("", f"?before={runs[-1].id}") if len(runs) == 50 else None,
    )  # fmt: skip


def _tiles(asked: Asked, summary: reads.Summary) -> list[dict[str, Any]]:
    sums = {one.state: one for one in summary.states}
    told: list[dict[str, Any]] = []
    for state in ("sent", "returned", "failed"):
        one = sums.get(state)
        zh, en, kind = STATES[state]
        told.append(
            {
                "name": asked.says((zh, en)),
                "figure": f"{one.count:,}" if one else "0",
                "unit": _("payments"),
                "says": _("%(amount)s yuan") % {"amount": money(one.fen)} if one else _("none now"),
                "kind": kind if one and kind in ("waits", "done") else "plain",
                "url": f"{reverse('office-payments')}?{urlencode({'state': state})}",
            }
        )
    told.append(
        {
            "name": _("News of the bank to look at"),
            "figure": f"{summary.odd_news:,}",
            "unit": "",
            "says": _("that does not fit what we hold"),
            "kind": "next" if summary.odd_news else "plain",
            "url": reverse("office-compare") if asked.may("ledger", "see") else None,
        }
    )
    return told


def _run_state(one: reads.RunRow) -> dict[str, str]:
    if one.released_at is not None:
        return chip(_("released"), "done")
    return chip(_("taken apart")) if one.dissolved_at is not None else chip(_("waits for a second person"), "waits")


@page("GET", "POST")
def run(request: HttpRequest, asked: Asked, run_id: int) -> HttpResponse:
    """One pay run: what is in it, released by another person than the one who prepared it, or taken apart."""
    fault: Fault | None = None
    if request.method == "POST":
        try:
            if request.POST.get("do") == "release":
                desk.release_run(asked.by, run_id, at=asked.at)
                return go("office-run", run_id, said="released")
            if request.POST.get("do") == "dissolve":
                desk.dissolve_run(asked.by, run_id, at=asked.at)
                return go("office-run", run_id, said="dissolved")
        except Fault as told:
            if told.status == 404:
                raise
            fault = told
    one = next((each for each in reads.runs(asked.by, asked.at, before=run_id + 1, limit=1) if each.id == run_id), None)
    if one is None:
        raise NotThere(kind="payment", key=run_id)
    found = reads.run_payments(asked.by, run_id, asked.at)
    is_open = one.released_at is None and one.dissolved_at is None
    is_own = one.prepared_by_id == asked.by.person_id
    return show(
        request, asked, "office/run.html", "payrun", _("Pay run %(id)s") % {"id": run_id},
        status=fault.status if fault else 200, one=one, state=_run_state(one), is_open=is_open, is_own=is_own,
        notices=[{"kind": "wrong", "says": fault.sentence(asked.lang)}] if fault else (),
        total=money(one.total_fen), may_release=is_open and not is_own and asked.may("payment", "release"),
        payments=_payments(asked, _("Payments of this run"), found, total=True),
        facts=[
            (_("Prepared"), f"{one.prepared_by} · {moment(one.prepared_at, asked.lang, now=asked.at)}"),
            (_("Released"), f"{one.released_by} · {moment(one.released_at, asked.lang, now=asked.at)}"
             if one.released_at else "—"),
            (_("Payments"), f"{one.count:,}"),
        ],
    )  # fmt: skip


@page()
def payments(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Payments, newest first, by their state."""
    state = typed(request, "state")
    state = state if state in STATES else ""
    before = whole(typed(request, "before"))
    found = reads.payments(asked.by, asked.at, state=state, before=before)
    states: list[dict[str, Any]] = [{"name": _("All"), "url": "?", "current": not state}]
    states += [
        {"name": asked.says((zh, en)), "url": f"?state={code}", "current": code == state}
        for code, (zh, en, _kind) in STATES.items()
    ]
    more = f"?{urlencode({'state': state, 'before': found[-1].id})}" if len(found) == 50 else None
    return show(
        request, asked, "office/payments.html", "payrun", _("Payments"), tabs=_sections(asked, "payments"),
        states=states, payments=_payments(asked, _("Payments"), found), pager=pager("", more) if more else None,
    )  # fmt: skip


@page("GET", "POST")
def payment(request: HttpRequest, asked: Asked, payment_id: int) -> HttpResponse:
    """One payment; one that did not reach anybody is made again to an account of the payee."""
    one = next(
        (each for each in reads.payments(asked.by, asked.at, before=payment_id + 1, limit=1) if each.id == payment_id),
        None,
    )
    if one is None:
        raise NotThere(kind="payment", key=payment_id)
    fault: Fault | None = None
    if request.method == "POST":
        account = whole(request.POST.get("account", ""))
        try:
            if account is None:
                raise NotThere(kind="account", key="—")
            desk.correct_account(asked.by, one.claim_no, at=asked.at, account_id=account)
            return go("office-payment", payment_id, said="corrected")
        except Fault as told:
            fault = told
    accounts = []
    if one.state in ("failed", "returned") and asked.may("payment", "correct"):
        accounts = [
            {"value": each.account_id, "label": f"{each.bank} · {each.tail}", "says": each.holder_name}
            for each in accounts_for(asked.by, one.claim_no, asked.at)
        ]
    facts: list[Any] = [
        (_("Claim"), one.claim_no),
        (_("Insured"), one.person),
        (_("Payee"), one.payee),
        (_("Account"), f"{one.bank} · {one.account_tail}"),
        (_("Key that the bank sees"), one.key),
        (_("Number at the bank"), one.bank_ref or "—"),
        (_("Attempts"), one.attempts),
        (_("Intended"), moment(one.intended_at, asked.lang, now=asked.at)),
        (_("Sent"), moment(one.sent_at, asked.lang, now=asked.at) or "—"),
        (_("Settled"), moment(one.settled_at, asked.lang, now=asked.at) or "—"),
    ]
    return show(
        request, asked, "office/payment.html", "payrun", _("Payment of %(no)s") % {"no": one.claim_no},
        status=fault.status if fault else 200, one=one, facts=facts, total=money(one.amount_fen),
        state=_state(asked, one.state),
        notices=[{"kind": "wrong", "says": fault.sentence(asked.lang)}] if fault else (),
        choices={"id": "account", "name": "account", "label": _("Pay to"), "options": accounts} if accounts else None,
        run_url=reverse("office-run", args=[one.run_id]) if one.run_id else None,
        record_url=reverse("office-record", args=[one.record_id])
        if one.record_id and asked.may("record", "see") else None,
    )  # fmt: skip


# --- the books -------------------------------------------------------------------------------------------------------


@page()
def books(request: HttpRequest, asked: Asked) -> HttpResponse:
    """The accounts of the books with their balances; a claim's own by its number."""
    code = typed(request, "q")
    if _CODE.fullmatch(code):
        is_claim = ":" not in code and code[:1] in "Cc"
        return go("office-book", f"claim_payable:{code.upper()}" if is_claim else code)
    rows = [
        [cell(one.code, url=reverse("office-book", args=[one.code])), cell(one.kind), cell(one.entries, kind="money"),
         amount(one.balance_fen)]
        for one in reads.book_accounts(asked.by, asked.at)
    ]  # fmt: skip
    columns = [_("Account of the books"), _("Kind"), (_("Entries"), "money"), (_("Debits less credits, yuan"), "money")]
    return show(
        request, asked, "office/books.html", "payrun", _("Books"), tabs=_sections(asked, "books"),
        table=table(_("Accounts of the books"), columns, rows, rows_move=True) if rows else None,
    )  # fmt: skip


@page()
def book(request: HttpRequest, asked: Asked, code: str) -> HttpResponse:
    """The entries of one account, newest first."""
    before = whole(typed(request, "before"))
    found = reads.book_entries(asked.by, code, asked.at, before=before)
    if not found:
        raise NotThere(kind="account", key=code[:64])
    rows = [
        [
            cell(one.seq),
            cell(moment(one.at, asked.lang, now=asked.at), kind="day"),
            cell(one.what, aside=one.key, **_record_link(asked, one.record_id)),
            amount(one.fen),
            amount(one.balance_fen),
        ]
        for one in found
    ]
    columns = [
        _("Entry"),
        _("When"),
        _("What"),
        (_("Debit or credit (−), yuan"), "money"),
        (_("Balance, yuan"), "money"),
    ]
    more = f"?before={found[-1].seq}" if len(found) == 50 else None
    return show(
        request, asked, "office/books.html", "payrun", code, tabs=_sections(asked, "books"),
        table=table(code, columns, rows), pager=pager("", more) if more else None, is_one=True,
    )  # fmt: skip


def _record_link(asked: Asked, record_id: int | None) -> dict[str, str]:
    if record_id is None or not asked.may("record", "see"):
        return {}
    return {"url": reverse("office-record", args=[record_id])}


@page()
def compare(request: HttpRequest, asked: Asked) -> HttpResponse:
    """The bank and the books set against our payments, on asking; news of the bank that does not fit."""
    days = whole(typed(request, "days"))
    result = None
    if days in COMPARED_DAYS:
        assert days is not None
        result = desk.compare(asked.by, at=asked.at, since=asked.at - timedelta(days=days))
    odd = [
        [
            cell(one.claim_no or one.key, aside=one.key if one.claim_no else ""),
            cell(one.what, aside=one.oddity),
            cell(moment(one.at, asked.lang, now=asked.at), kind="day"),
            amount(one.amount_fen),
        ]
        for one in reads.odd_news(asked.by, asked.at)
    ]
    differing = [
        [
            cell(asked.says(DIFFERENCES[one.kind]) if one.kind in DIFFERENCES else one.kind),
            cell(one.key),
            cell(one.ours),
            cell(one.theirs),
        ]
        for one in (result.differences if result else ())
    ]
    choices = [{"name": _("The last %(days)s days") % {"days": each} if each > 1 else _("The last day"),
                "url": f"?days={each}", "current": each == days} for each in COMPARED_DAYS]  # fmt: skip
    return show(
        request, asked, "office/compare.html", "payrun", _("Bank compared"), tabs=_sections(asked, "compare"),
        choices=choices, result=result,
        differing=table(_("What differs"), [_("What"), _("Key"), _("Ours"), _("Theirs")], differing, show_caption=True)
        if differing else None,
        odd=table(_("News of the bank to look at"), [_("Payment"), _("News"), _("When"), (_("Amount, yuan"), "money")],
                  odd, show_caption=True) if odd else None,
    )  # fmt: skip
