"""Case: one advance on one screen: where it stands, what can be done now, cost against the letter, money, history."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.doors import illness
from hearth.doors.letters import letter_pdf
from hearth.doors.office.desk import calls
from hearth.doors.office.desk.advances.chart import chart
from hearth.doors.office.desk.advances.verbs import acts_of
from hearth.doors.office.desk.asking import Asked, page, show
from hearth.doors.office.desk.pieces import clock, day, moment, money
from hearth.doors.office.desk.register import product_name
from hearth.store.access import advances as reads
from hearth.store.access.advances import AdvanceFile
from hearth.words.advances import (
    ADVANCE_CODES,
    ADVANCE_DESKS,
    ADVANCE_STATES,
    CHECKS,
    DECLINE_REASONS,
    PROGRAMMES,
    RISKS,
    SOURCES,
    STAY_TIERS,
    TIER_REASONS,
    VERDICTS,
)
from hearth.words.limits import limit_name
from hearth.words.payments import PAYMENT_REASONS, PAYMENT_STATES

ENTRIES: dict[str, tuple[str, str]] = {
    "paid": ("向医院支付", "Paid to the hospital"),
    "returned": ("医院账户退回", "Came back from the hospital's account"),
    "offset": ("理赔款抵扣", "Covered by the claim"),
    "offset_undone": ("抵扣冲回", "Cover taken back"),
    "recovered": ("收回", "Paid back"),
    "written_off": ("减免", "Let off"),
}
SIGNS: dict[str, tuple[str, str]] = {
    "OTHER_STAY_OPEN": ("另一家医院的垫付尚未结束", "another stay elsewhere is open"),
    "OWES_FROM_BEFORE": ("此前的垫付尚未返还", "an earlier advance is still owed"),
    "NEW_POLICY": ("保单生效不足 90 天", "the policy is younger than 90 days"),
    "MANY_CLAIMS": ("近 90 天内多次理赔", "many claims within 90 days"),
    "ESTIMATE_ABOVE_BENEFIT": ("估算费用超过预计赔付的两倍", "the estimate is more than twice the expected benefit"),
}
TASKS: dict[str, tuple[str, str]] = {
    "settlement_sheet": ("医院结算单（先行医保结算）", "settlement sheet, social insurance first"),
    "papers": ("客户补齐理赔材料", "the member adds the papers"),
    "rehabilitation": ("康复指导", "rehabilitation"),
    "expert_visit": ("专家随访", "visit of an expert"),
    "medicine": ("用药管理", "medicine management"),
    "late": ("已超时：请立即办理", "past its limit: move it on now"),
    "late_head": ("已超时四分之一：请主管处理", "a quarter past its limit: for the head of the desk"),
    "decide_again": ("重新核定理赔", "decide the claim again"),
}
OWNERS: dict[str, tuple[str, str]] = {
    "hospital": ("医院", "hospital"),
    "provider": ("健康管理服务商", "care provider"),
    "insurer": ("保险公司", "insurer"),
    "customer": ("客户", "member"),
}


@page()
def advance(request: HttpRequest, asked: Asked, advance_no: str) -> HttpResponse:
    """One advance."""
    return show_advance(request, asked, reads.advance_file(asked.by, advance_no, asked.at))


@page()
def letter(request: HttpRequest, asked: Asked, advance_no: str) -> HttpResponse:
    """The letter of guarantee as a PDF."""
    return letter_pdf(asked.by, advance_no, asked.at)


def show_advance(
    request: HttpRequest, asked: Asked, file: AdvanceFile, *, status: int = 200, notices: Any = ()
) -> HttpResponse:
    """The screen of a case."""
    row = file.row
    running = [one for one in file.clocks if one.state == "running"]
    return show(
        request, asked, "office/advance.html", "advances",
        _("Advance %(no)s, %(name)s") % {"no": row.advance_no, "name": row.person},
        status=status, notices=notices, file=file, row=row,
        code=ADVANCE_CODES[row.state], state=asked.says(ADVANCE_STATES[row.state]),
        owner=asked.says(ADVANCE_DESKS.get(row.state, ("", ""))),
        clocks=[
            {**clock(one.due_at, asked.at, asked.lang, basis=limit_name(one.code, asked.lang)),
             "name": limit_name(one.code, asked.lang)}
            for one in running
        ],
        acts=acts_of(asked, file), facts=_facts(asked, file), told=_told(asked, file),
        calls=calls.on_advance(asked, row.advance_no, may_note=row.person_id != asked.by.person_id),
        checks=[
            {
                "name": asked.says(CHECKS[one["code"]][:2]),
                "result": one["result"],
                "says": asked.says(CHECKS[one["code"]][2:]) if one["result"] == "no" else "",
                "clause": one.get("clause", ""), "detail": one.get("detail", ""),
            }
            for one in file.checks
        ],
        risk=asked.says(RISKS[file.risk]) if file.risk else "",
        signs=[asked.says(SIGNS.get(code, (code, code))) for code, _weight in file.risk_signs],
        opinions=[
            {
                "verdict": asked.says(VERDICTS[one.verdict]), "reasons": one.reasons, "reference": one.reference,
                "who": one.signed_by, "at": moment(one.signed_at, asked.lang, now=asked.at),
                "part": money(one.approved_fen) if one.approved_fen else "",
            }
            for one in file.opinions
        ],
        letters=[
            {
                "number": one.number, "amount": money(one.cap_fen), "until": day(one.valid_until, asked.lang),
                "who": ", ".join(name for name in (one.issued_by, one.approved_by) if name),
                "at": moment(one.issued_at, asked.lang, now=asked.at), "holds": one.holds,
                "expected": money(one.expected_fen), "left": money(one.limit_left_fen),
                "above": one.cap_fen > one.expected_fen,
            }
            for one in file.letters
        ],
        letter_url=reverse("office-advance-letter", args=[row.advance_no]) if file.letter else "",
        chart=chart(file), usual=[money(fen) for fen in file.usual],
        illness=illness.named(file), illness_says=illness.summary(file),
        instalments=[
            {
                "id": one.id, "number": one.number, "amount": money(one.amount_fen), "account": one.account,
                "state": asked.says(PAYMENT_STATES[one.state]),
                "kind": "done" if one.state == "confirmed" else "waits",
                "reason": asked.says(PAYMENT_REASONS.get(one.reason, (one.reason, one.reason))) if one.reason else "",
                "prepared": one.prepared_by, "released": one.released_by,
                "may_release": one.state == "intended" and one.released_at is None
                and one.prepared_by_id != asked.by.person_id and asked.may("advance", "pay"),
                "may_take_back": one.state == "intended" and one.released_at is None and asked.may("advance", "pay"),
            }
            for one in file.instalments
        ],
        entries=[
            (asked.says(ENTRIES[one.what]), f"{money(one.fen)} · {moment(one.at, asked.lang, now=asked.at)}")
            for one in file.entries
        ],
        sums=[
            {"name": _("Paid"), "value": money(row.paid_fen), "kind": "money"},
            {"name": _("Covered by the claim"), "value": money(file.offset_fen), "kind": "money"},
            {"name": _("Paid back"), "value": money(file.recovered_fen), "kind": "money"},
            {"name": _("Let off"), "value": money(file.written_off_fen), "kind": "money"},
            {"name": _("Outstanding"), "value": money(row.balance_fen), "kind": "money"},
        ],
        waiver=money(file.waiver_waits_fen) if file.waiver_waits_fen else "",
        plan=[(day(on, asked.lang), money(fen)) for on, fen in file.plan_signed.instalments]
        if file.plan_signed else [],
        tasks=[
            {
                "id": one.id, "owner": asked.says(OWNERS[one.owner]),
                "what": asked.says(TASKS.get(one.what, (one.what, one.what))), "due": day(one.due_on, asked.lang),
                "is_done": one.done_at is not None, "is_late": one.done_at is None and one.due_on < asked.at.date(),
            }
            for one in file.tasks
        ],
        may_track=asked.works_with("advance", "track"),
        history=[
            {
                "at": moment(at, asked.lang, now=asked.at), "at_iso": at.isoformat(),
                "says": f"{ADVANCE_CODES[state]} {asked.says(ADVANCE_STATES[state])}", "who": by,
            }
            for state, at, by in reversed(file.steps)
        ],
        claim_url=reverse("office-case", args=[file.claim_no]) if file.claim_no and asked.may_queue else "",
        reason=asked.says(DECLINE_REASONS[row.reason]) if row.reason in DECLINE_REASONS else "",
    )  # fmt: skip


def _facts(asked: Asked, file: AdvanceFile) -> list[tuple[str, str]]:
    row = file.row
    return [
        (_("Hospital"), row.hospital_in(asked.lang) or _("not known yet")),
        (_("Registered account"), f"···· {file.account_tail}" if file.account_tail else _("none confirmed")),
        (_("Admitted on"), day(row.admitted_on, asked.lang)),
        *([(_("Discharged on"), day(file.discharged_on, asked.lang))] if file.discharged_on else []),
        (_("Urgency"), _("emergency") if row.is_emergency else _("ordinary")),
        *([(_("Hardship"), file.hardship or _("yes"))] if row.is_hardship else []),
        *([(_("Programme"), asked.says(PROGRAMMES[row.programme]))] if row.programme else []),
        (_("Told of by"), asked.says(SOURCES[file.source])),
        *([(_("Policy"), f"{product_name(file.product, asked.lang)} {file.policy_no}")] if file.policy_no else []),
        (_("Estimate"), money(row.estimate_fen) if row.estimate_fen else _("not known yet")),
        (_("Limit left"), money(file.limit_left_fen)),
        *([(_("Tier"), _tier(asked, file))] if row.tier else []),
        (_("Expected benefit"), money(file.expected_fen)),
        (_("Steward"), row.steward),
    ]


def _tier(asked: Asked, file: AdvanceFile) -> str:
    name = asked.says(STAY_TIERS[file.row.tier]) if file.row.tier else ""
    because = _(", ").join(asked.says(TIER_REASONS[one]) for one in file.tier_because)
    return _("%(tier)s: %(because)s") % {"tier": name, "because": because} if because else name


def _told(asked: Asked, file: AdvanceFile) -> list[tuple[str, str]]:
    said = [
        (_("Illness"), illness.named(file)),
        (_("Plan of treatment"), file.plan),
        (_("Intake of the programme"), file.intake),
        (_("Words"), file.words),
    ]
    return [(name, text) for name, text in said if text]
