"""Following: an advance's way in seven steps like a parcel's, what is asked of the reader, what is owed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.desks import advances as desk
from hearth.doors import illness
from hearth.doors.letters import letter_pdf
from hearth.doors.member.boxes import box, choice, problems_of
from hearth.doors.member.page import Ask, go, page, shown
from hearth.doors.member.saying import day, iso, moment, product
from hearth.kernel.advances.eligibility import CHILD_MONTHS, MINOR_MONTHS, signers
from hearth.store.access import advances as reads
from hearth.store.access.advances import AdvanceFile, AdvanceRow, ClockRow
from hearth.words.advances import (
    ADVANCE_OWNERS,
    ADVANCE_STATES,
    CHECKS,
    DECLINE_REASONS,
    ENDED,
    AdvanceState,
    AdvanceWords,
)
from hearth.words.days import add_months
from hearth.words.faults import Fault
from hearth.words.limits import limit_name
from hearth.words.money import percent, yuan
from hearth.words.payments import PAYMENT_STATES

A = AdvanceState
MAY_CANCEL = (A.NOTIFIED, A.ELIGIBILITY, A.RISK_CHECK, A.NECESSITY, A.GUARANTEE)

WAY: tuple[tuple[Any, tuple[AdvanceState, ...]], ...] = (
    (lambda: _("Admission told of"), (A.NOTIFIED,)),
    (lambda: _("Conditions and what you sign"), (A.ELIGIBILITY, A.RISK_CHECK)),
    (lambda: _("Medical expert"), (A.NECESSITY,)),
    (lambda: _("Letter of guarantee"), (A.GUARANTEE,)),
    (lambda: _("Hospital paid, stay followed"), (A.PAYING, A.TRACKING)),
    (lambda: _("Discharged, claim opened"), (A.DISCHARGED,)),
    (lambda: _("Squared up"), (A.RECOVERY, A.SETTLED)),
)
"""The steps that a member sees, and the states in each."""


HOME = 3
"""Open advances on the first page; all of them stand in their own list."""


def card(ask: Ask, row: AdvanceRow) -> dict[str, Any]:
    """An advance in a list."""
    return {
        "url": reverse("member-advance", kwargs={"advance_no": row.advance_no}),
        "title": row.hospital_in(ask.lang) or _("Hospital not known yet"),
        "says": f"{row.person} · {day(row.admitted_on, ask.lang)}",
        "chip": {
            "says": ADVANCE_STATES[row.state][_at(ask)],
            "kind": "done" if row.state is A.SETTLED else "plain" if row.state in ENDED else "waits",
        },
    }


def at_home(ask: Ask) -> list[dict[str, Any]]:
    """Open advances of the reader's family as cards, newest first, each with what it asks of the reader, or None."""
    found = []
    for row in [one for one in reads.advances_of(ask.by, ask.at) if one.state not in ENDED][:HOME]:
        shown_, asks = card(ask, row), _asks(ask, reads.advance_file(ask.by, row.advance_no, ask.at))
        if asks is not None:
            shown_ |= {"chip": {"says": _("Your turn"), "kind": "next"}, "next": asks["says"]}
        found.append({"card": shown_, "asks": asks})
    return found


@page
def advance(ask: Ask, advance_no: str) -> HttpResponse:
    """One advance: where it stands, who has it, what is asked of the reader."""
    return _shown(ask, reads.advance_file(ask.by, advance_no, ask.at))


@page
def sign(ask: Ask, advance_no: str) -> HttpResponse:
    """One thing to agree to, word for word; then the next."""
    file = reads.advance_file(ask.by, advance_no, ask.at)
    if ask.is_post:
        what = ask.typed("what", 20)
        words = next((one for one in file.missing if one.what == what), None)
        if words is not None:
            try:
                desk.consent(ask.by, advance_no, words.what, words.version, at=ask.at, words=words.words(ask.lang))
            except Fault as fault:
                ask.wrong(fault)
                return _signing(ask, file, status=fault.status)
        if _to_sign(ask, reads.advance_file(ask.by, advance_no, ask.at)):
            return go("member-advance-sign", advance_no=advance_no)
        return go("member-advance", told="advance-signed", advance_no=advance_no)
    if not _to_sign(ask, file) or file.row.state in ENDED:
        return go("member-advance", advance_no=advance_no)
    return _signing(ask, file)


@page
def repay(ask: Ask, advance_no: str) -> HttpResponse:
    """How what is owed is paid back: in months that the reader chooses, without interest."""
    file = reads.advance_file(ask.by, advance_no, ask.at)
    wrong: dict[str, str] = {}
    if ask.is_post:
        try:
            first = date.fromisoformat(ask.typed("first_on", 10))
            desk.sign_plan(
                ask.by, advance_no, ask.number("count") or 1, first, at=ask.at,
                may_set_off=ask.request.POST.get("may_set_off") == "1",
            )  # fmt: skip
            return go("member-advance", told="advance-plan", advance_no=advance_no)
        except ValueError:
            wrong["first_on"] = _("This is not a day. Write it as 2027-01-31.")
        except Fault as fault:
            wrong["count"] = fault.sentence(ask.lang)
    if file.row.state is not A.RECOVERY:
        return go("member-advance", advance_no=advance_no)
    months = [(str(count), _months(count, file.row.balance_fen)) for count in (1, 3, 6, 12, 24)]
    form = [
        choice("count", _("In how many months"), months, ask.typed("count") or "3", error=wrong.get("count")),
        box(
            "first_on", _("First payment on"), ask.typed("first_on", 10) or iso(ask.today), "date", must=True,
            error=wrong.get("first_on"),
        ),
        box(
            "may_set_off", _("You may take it from other benefits that are due to me"),
            ask.request.POST.get("may_set_off") == "1", "check", must=False,
            hint=_("Only if you wish. Without this tick nothing is ever taken from another benefit."),
        ),
    ]  # fmt: skip
    return shown(
        ask,
        "advance-repay",
        title=_("Pay back in your own time"),
        section="claims",
        back_url=reverse("member-advance", kwargs={"advance_no": advance_no}),
        owed=yuan(file.row.balance_fen),
        form=form,
        problems=problems_of(form),
        status=422 if wrong else 200,
    )


@page
def cancel(ask: Ask, advance_no: str) -> HttpResponse:
    """Take a request back, or the consent to ask the hospital; asked once more before it is done.

    What was read on the page is done, and nothing else: where the case went on meanwhile, it is asked anew.
    """
    file = reads.advance_file(ask.by, advance_no, ask.at)
    before_money = _may_cancel(file)
    if not before_money and not _may_withdraw(file):
        return go("member-advance", advance_no=advance_no)
    if ask.is_post and ask.typed("what") == ("request" if before_money else "consent"):
        if before_money:
            desk.cancel(ask.by, advance_no, at=ask.at)
            return go("member-advance", told="advance-cancelled", advance_no=advance_no)
        desk.withdraw_consent(ask.by, advance_no, at=ask.at)
        return go("member-advance", told="advance-withdrawn", advance_no=advance_no)
    return shown(
        ask,
        "advance-cancel",
        title=_("Take it back"),
        section="claims",
        back_url=reverse("member-advance", kwargs={"advance_no": advance_no}),
        before_money=before_money,
        status=409 if ask.is_post else 200,
    )


@page
def letter(ask: Ask, advance_no: str) -> HttpResponse:
    """The letter of guarantee as a PDF in both languages."""
    return letter_pdf(ask.by, advance_no, ask.at)


def _shown(ask: Ask, file: AdvanceFile) -> HttpResponse:
    row, at = file.row, _at(ask)
    asks = _asks(ask, file)
    facts = [
        (_("Who"), row.person),
        (_("Hospital"), row.hospital_in(ask.lang) or _("not known yet")),
        (_("Admitted on"), day(row.admitted_on, ask.lang)),
        *([(_("Discharged on"), day(file.discharged_on, ask.lang))] if file.discharged_on else []),
        *([(_("Policy"), f"{product(file.product, ask.lang)} {file.policy_no}")] if file.policy_no else []),
        *([(_("Estimate of the cost"), _yuan(row.estimate_fen))] if row.estimate_fen else []),
        *([(_("Left of your cover"), _yuan(file.limit_left_fen))] if file.limit_left_fen else []),
    ]
    running = [one for one in file.clocks if one.state == "running"]
    letter_now = file.letter
    sums = [
        (_("Paid to the hospital"), row.paid_fen),
        (_("Covered by your claim"), file.offset_fen),
        (_("Paid back"), file.recovered_fen),
        (_("Let off"), file.written_off_fen),
        (_("Outstanding"), row.balance_fen),
    ]
    return shown(
        ask,
        "advance",
        title=_("Advance %(no)s") % {"no": row.advance_no},
        section="claims",
        back_url=reverse("member-advances"),
        row=row,
        file=file,
        state=ADVANCE_STATES[row.state][at],
        state_kind="done" if row.state is A.SETTLED else "plain" if row.state in ENDED else "waits",
        who=ADVANCE_OWNERS.get(row.state, ("", ""))[at],
        clock=_clock(ask, min(running, key=lambda one: one.due_at)) if running else None,
        facts=facts,
        track={"steps": _track(ask, file)},
        asks=asks,
        others=_others(ask, file),
        reason=DECLINE_REASONS[row.reason][at] if row.reason in DECLINE_REASONS else "",
        wanting=[
            {"name": CHECKS[one["code"]][at], "says": CHECKS[one["code"]][2 + at], "clause": one.get("clause", "")}
            for one in file.checks
            if one["result"] == "no" and row.state in (A.ELIGIBILITY, A.DECLINED)
        ],
        letter=None
        if letter_now is None
        else {
            "amount": yuan(letter_now.cap_fen),
            "until": day(letter_now.valid_until, ask.lang),
            "url": reverse("member-advance-letter", kwargs={"advance_no": row.advance_no}),
            "receipt": reverse("receipt", kwargs={"record_id": letter_now.record_id}),
        },
        payments=[
            {
                "amount": yuan(one.amount_fen),
                "to": one.account,
                "state": PAYMENT_STATES[one.state][at],
                "kind": "done" if one.state == "confirmed" else "waits",
                "at": moment(one.settled_at or one.released_at or one.prepared_at, ask.lang),
            }
            for one in file.instalments
            if one.state != "failed"
        ],
        cost=yuan(row.cost_fen) if row.cost_fen else "",
        share=percent(row.cost_fen * 100 // row.cap_fen * 100) if row.cap_fen else "",
        cost_share=min(100, row.cost_fen * 100 // row.cap_fen) if row.cap_fen else 0,
        sums=[{"name": name, "value": _yuan(fen), "kind": "money"} for name, fen in sums] if row.paid_fen else [],
        plan=_plan(ask, file),
        next_due=_next(ask, file),
        lets_off=_yuan(file.waiver_waits_fen) if file.waiver_waits_fen else "",
        may_replan=row.state is A.RECOVERY and file.plan_signed is not None,
        illness=illness.named(file),
        illness_says=illness.summary(file),
        claim_url=reverse("member-claim", kwargs={"claim_no": file.claim_no}) if file.claim_no else "",
        may_cancel=_may_cancel(file),
        again=row.state in (A.NECESSITY, A.GUARANTEE) and letter_now is not None,
        may_withdraw=_may_withdraw(file),
    )


def _may_cancel(file: AdvanceFile) -> bool:
    """Whether no money has moved or is on its way, so that the whole request can be taken back."""
    return file.row.state in MAY_CANCEL and all(one.state in ("failed", "returned") for one in file.instalments)


def _may_withdraw(file: AdvanceFile) -> bool:
    """Whether there is a consent to ask the hospital that can still be taken back, and nothing more than that."""
    in_hospital = file.row.state in (*MAY_CANCEL, A.PAYING, A.TRACKING) and not _may_cancel(file)
    return in_hospital and any(one.words.what == "medical_data" and one.given_at is not None for one in file.consents)


def _asks(ask: Ask, file: AdvanceFile) -> dict[str, str] | None:
    """The one thing that is asked of the reader now."""
    key = {"advance_no": file.row.advance_no}
    if file.row.state not in ENDED and file.row.state not in (A.DISCHARGED, A.RECOVERY) and _to_sign(ask, file):
        return {
            "says": _("Read and agree"),
            "url": reverse("member-advance-sign", kwargs=key),
            "about": _("Nothing can be paid before you agreed to three things: each is asked on its own."),
        }
    if file.row.state is A.RECOVERY and file.plan_signed is None:
        return {
            "says": _("Choose how to pay it back"),
            "url": reverse("member-advance-repay", kwargs=key),
            "about": _("What was advanced is more than the claim pays. Pay it back in months, without interest."),
        }
    if file.claim_no and file.row.state is A.DISCHARGED:
        return {
            "says": _("Go on with the claim"),
            "url": reverse("member-claim", kwargs={"claim_no": file.claim_no}),
            "about": _("We opened the claim for you. Look it through, add the papers it names, and send it."),
        }
    return None


def _to_sign(ask: Ask, file: AdvanceFile) -> tuple[AdvanceWords, ...]:
    """What is not agreed to yet and is the reader's to agree to."""
    return tuple(words for words in file.missing if file.reader_is & _signers(ask, file, words))


def _others(ask: Ask, file: AdvanceFile) -> list[str]:
    """What is not agreed to yet and is for somebody else to agree to."""
    if file.row.state in (*ENDED, A.DISCHARGED, A.RECOVERY):
        return []
    found = []
    for words in file.missing:
        who = _signers(ask, file, words)
        if not file.reader_is & who:
            by = file.row.person if "self" in who else _("a parent or guardian whose relation is proven")
            found.append(_("%(what)s: by %(who)s") % {"what": words.title(ask.lang), "who": by})
    return found


def _signers(ask: Ask, file: AdvanceFile, words: AdvanceWords) -> frozenset[str]:
    born, today = file.born_on, ask.today
    return signers(
        words.what,
        is_child=born is not None and add_months(born, CHILD_MONTHS) > today,
        is_minor=born is not None and add_months(born, MINOR_MONTHS) > today,
    )


def _signing(ask: Ask, file: AdvanceFile, status: int = 200) -> HttpResponse:
    words = (_to_sign(ask, file) or file.missing)[0]
    done = len(file.consents) - len(file.missing)
    return shown(
        ask,
        "advance-sign",
        title=words.title(ask.lang),
        section="claims",
        back_url=reverse("member-advance", kwargs={"advance_no": file.row.advance_no}),
        words=words,
        text=words.words(ask.lang),
        number=done + 1,
        count=len(file.consents),
        person=file.row.person,
        is_other=file.row.person_id != ask.person_id,
        status=status,
    )


def _track(ask: Ask, file: AdvanceFile) -> list[dict[str, Any]]:
    reached = {state: at for state, at, _by in file.steps}
    reached[A.NOTIFIED] = file.notified_at
    now = next((place for place, (_name, states) in enumerate(WAY) if file.row.state in states), None)
    if now is None:
        # Ended without an advance: as far as it came.
        now = max(place for place, (_name, states) in enumerate(WAY) if any(state in reached for state in states))
    steps = []
    for place, (name, states) in enumerate(WAY):
        when = next((reached[state] for state in states if state in reached), None)
        is_now = place == now and file.row.state not in ENDED
        # Looked at again while a letter holds: what was reached before stays reached.
        was = file.letter is not None and place > now and any(state in reached for state in states)
        done = place < now or was or (place == now and file.row.state in ENDED)
        steps.append(
            {
                "name": name(),
                "state": "done" if done else "waiting" if is_now else "todo",
                "when": moment(when, ask.lang) if when and (done or is_now) else "",
                "when_iso": iso(when) if when else "",
                "says": ADVANCE_STATES[file.row.state][_at(ask)] if is_now else "",
                "owner": ADVANCE_OWNERS.get(file.row.state, ("", ""))[_at(ask)] if is_now else "",
                "yours": is_now and _asks(ask, file) is not None,
            }
        )
    return steps


def _clock(ask: Ask, one: ClockRow) -> dict[str, Any]:
    late = one.due_at <= ask.at
    waits = one.code.startswith("P_ADVANCE_REPAY")
    return {
        "state": "late" if late else "open",
        "left": _("by %(moment)s") % {"moment": moment(one.due_at, ask.lang)},
        "who": _("We are late, and at it") if late and not waits else "",
        "basis": limit_name(one.code, ask.lang),
    }


def _plan(ask: Ask, file: AdvanceFile) -> list[tuple[str, str]]:
    """The months of the plan that was signed, those that came back marked; nothing without one."""
    signed = file.plan_signed
    if signed is None:
        return []
    back, found = file.recovered_fen - signed.recovered_before_fen, []
    for on, fen in signed.instalments:
        back -= fen
        said = _yuan(fen)
        found.append((day(on, ask.lang), _("%(amount)s, paid") % {"amount": said} if back >= 0 else said))
    return found


def _next(ask: Ask, file: AdvanceFile) -> str:
    """What is to be paid back next under the plan that was signed."""
    signed = file.plan_signed
    if signed is None or file.row.state is not A.RECOVERY:
        return ""
    back = file.recovered_fen - signed.recovered_before_fen
    for on, fen in signed.instalments:
        back -= fen
        if back < 0:
            told = {"amount": yuan(min(-back, fen, file.row.balance_fen)), "day": day(on, ask.lang)}
            return _("Next payment: %(amount)s yuan by %(day)s. Your steward tells you how to pay it.") % told
    return ""


def _months(count: int, owed: int) -> str:
    if count == 1:
        return _("at once: %(amount)s yuan") % {"amount": yuan(owed)}
    return _("%(count)s months, about %(amount)s yuan each") % {"count": count, "amount": yuan(-(-owed // count))}


def _yuan(fen: int) -> str:
    return _("%(amount)s yuan") % {"amount": yuan(fen)}


def _at(ask: Ask) -> int:
    return 0 if ask.lang == "zh" else 1
