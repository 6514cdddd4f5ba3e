"""The case: one claim on one screen, with everything about it and the one thing to do next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from pydantic import ValidationError

from hearth.desks.claims import calculating
from hearth.doors.office.desk import calls, thread
from hearth.doors.office.desk.acts import acts_of
from hearth.doors.office.desk.asking import Asked, page, show
from hearth.doors.office.desk.disputes import orders as case_orders
from hearth.doors.office.desk.fits import history
from hearth.doors.office.desk.papers import elsewhere, paper_cards
from hearth.doors.office.desk.pieces import (
    cell,
    chip,
    clock,
    day,
    iso,
    limit_end,
    mark,
    moment,
    money,
    state_chip,
    table,
)
from hearth.doors.office.desk.queue import flags
from hearth.doors.office.desk.reading import signs_of
from hearth.doors.office.desk.register import RELATIONS, product_name
from hearth.doors.office.desk.stated import DECIDERS, facts_shown, invoices_shown, purpose
from hearth.doors.office.desk.suspicions.board import in_case
from hearth.doors.office.desk.verdict import Verdict, of_draft, of_result
from hearth.doors.office.desk.words import CAUSES, FLAGS, NEEDS, WAITING_FOR_MEMBER
from hearth.kernel.promises.limit import LIMITS
from hearth.store.access.claims_case import AdjustmentRow, CaseFile, DeadlineRow, ProposalRow, one_claim
from hearth.store.access.disputes import disputes_of
from hearth.store.access.papers import SeenPaper, seen_papers
from hearth.words.calendar import day_in_china
from hearth.words.claims import OUTCOME_WORDS, ClaimState, Outcome
from hearth.words.codes import Gate, word
from hearth.words.disputes import DISPUTE_REASONS, DISPUTE_STATES
from hearth.words.faults import Fault
from hearth.words.limits import limit_name
from hearth.words.money import yuan
from hearth.words.reasons import FINDINGS, REASONS, REFUSALS, finding, reason

S = ClaimState

LIVE = (S.REPORTED, S.SUBMITTED, S.ACCEPTED, S.SUPPLEMENT, S.REVIEW, S.CALCULATED)
"""States in which the draft of the decision is shown; later the decision itself."""
WAITS_FOR = {limit.code: limit.waits_for for limit in LIMITS}


@page()
def case(request: HttpRequest, asked: Asked, claim_no: str) -> HttpResponse:
    """One claim, whole."""
    file = one_claim(asked.by, claim_no, asked.at, purpose=purpose(asked.by))
    return show_case(request, asked, file)


def show_case(request: HttpRequest, asked: Asked, file: CaseFile, **more: Any) -> HttpResponse:
    """The page of a claim; `more` is what a verb has to say on it."""
    row = file.row
    today = day_in_china(asked.at)
    verdict, trouble = judged(asked, file)
    waits = row.state in WAITING_FOR_MEMBER
    acts = acts_of(asked, file)
    is_live = row.state in LIVE
    may_see = bool(file.papers) and asked.may("paper", "see")
    seen = seen_papers(asked.by, row.claim_no, asked.at, purpose=purpose(asked.by)) if may_see else {}
    return show(
        request, asked, "office/case.html", "queue", row.claim_no,
        file=file, row=row, acts=acts, verdict=verdict.view if verdict else None, trouble=trouble, is_live=is_live,
        person={"name": file.person.full_name, "mark": mark(file.person.full_name), "says": _person(asked, file, today),
                "url": reverse("office-person", args=[file.person.person_id]) if asked.may("person", "see") else None},
        state=state_chip(row.state, asked.lang), flags=flags(asked, row),
        has_clock=file.is_desk and row.state not in (S.PAID, S.CLOSED, S.WITHDRAWN),
        clock=clock(row.due_at, asked.at, asked.lang, who=_("waiting for the customer") if waits else ""),
        track={"steps": track(asked, file)}, papers=paper_cards(asked, file, seen), facts=facts_shown(asked, file),
        invoices=invoices_shown(asked, file), looks=looks(asked, file, seen), needs=_needs(asked, file),
        deadlines=_deadlines(asked, file.deadlines), events=_events(asked, file),
        talk=thread.in_case(asked, file, purpose(asked.by)), notes=_notes(asked, file, today),
        calls=calls.on_claim(asked, row.claim_no, may_note=file.is_desk),
        proposal=_proposal(asked, file),
        suspected=in_case(asked, row.claim_no) if file.is_desk else None,
        disputes=_disputes(asked, row.claim_no),
        orders=case_orders.on_case(asked, row.claim_no, is_disputed=row.is_disputed) if file.is_desk else [],
        adjustments=[_adjustment(asked, one) for one in file.adjustments],
        decision=_decision(asked, file), supplements=_supplements(asked, file),
        family=[{"name": one.full_name, "mark": mark(one.full_name), "says": asked.says(RELATIONS[one.kind])
                 + ("" if one.acts_now else " · " + _("not proven"))} for one in file.family],
        earlier=_earlier(asked, file), authority=_authority(asked, file), policies=_policies(asked, file),
        may_mark=is_live and row.state is not S.SUPPLEMENT and asked.may("claim", "review") and file.is_desk,
        may_adjust=asked.may("claim", "adjust"),
        has_fits=bool(file.invoices) and file.is_desk and asked.may("catalogue", "see"), **more,
    )  # fmt: skip


def _disputes(asked: Asked, claim_no: str) -> list[dict[str, Any]]:
    return [
        {
            "no": one.dispute_no,
            "url": reverse("office-dispute", args=[one.dispute_no]),
            "state": asked.says(DISPUTE_STATES[one.state]),
            "reason": asked.says(DISPUTE_REASONS[one.reason]),
            "kind": "waits" if one.is_open else "plain",
        }
        for one in (disputes_of(asked.by, claim_no, asked.at) if asked.works_with("dispute", "see") else ())
    ]


def judged(asked: Asked, file: CaseFile) -> tuple[Verdict | None, str]:
    """The draft of the decision while it can still change, later what was decided; or why there is none."""
    try:
        if file.row.state in LIVE and file.is_desk:
            return of_draft(calculating.draft(asked.by, file.row.claim_no, asked.at), asked.lang), ""
        kept = file.decision.result if file.decision else file.calculation.result if file.calculation else None
        return (of_result(file, kept, asked.lang), "") if kept else (None, "")
    except Fault as fault:
        return None, fault.sentence(asked.lang)
    except ValidationError:
        return None, _("The data of this claim cannot be shown as a decision.")


# --- who, how far ----------------------------------------------------------------------------------------------------


def _person(asked: Asked, file: CaseFile, today: date) -> str:
    born = file.person.born_on
    parts = [asked.says({"F": ("女", "female"), "M": ("男", "male")}.get(file.person.sex, ("", "")))]
    if born is not None:
        age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
        parts.append(_("aged %(age)s") % {"age": age})
    parts.append(file.person.phone)
    if file.reporter_name != file.person.full_name:
        parts.append(_("reported by %(name)s") % {"name": file.reporter_name})
    return " · ".join(part for part in parts if part)


def track(asked: Asked, file: CaseFile) -> list[dict[str, Any]]:
    """The eight steps as pieces/track.html takes them."""
    states = {"to_come": "todo", "now": "waiting" if file.row.state in WAITING_FOR_MEMBER else "now"}
    is_over = file.row.state in (S.CLOSED, S.WITHDRAWN)
    shown = []
    for one in file.track:
        at = one.done_at or one.entered_at
        shown.append(
            {
                "code": one.step.value,
                "name": asked.says((one.words.zh, one.words.en)),
                "state": states.get(one.state, one.state),
                "when": moment(at, asked.lang, now=asked.at) if at else asked.says((one.note_zh, one.note_en)),
                "when_iso": iso(at),
                "says": asked.says((one.words.what_zh, one.words.what_en)) if one.state == "now" else "",
                "owner": ""
                if is_over
                else _("the customer")
                if file.row.state in WAITING_FOR_MEMBER
                else asked.says((one.words.owner_zh, one.words.owner_en)),
            }
        )
    return shown


def _deadlines(asked: Asked, found: Iterable[DeadlineRow]) -> list[dict[str, Any]]:
    """Limits that run, then those that were met or missed; what was set aside is not shown."""
    told = []
    for one in found:
        if one.state == "void":
            continue
        who = _("waiting for the customer") if WAITS_FOR.get(one.code) == "customer" else ""
        state = {"met": "met", "paused": "paused"}.get(one.state, "")
        pill = clock(one.due_at, asked.at, asked.lang, who=who, state=state)
        if one.state == "late":
            pill = {"state": "late", "left": _("missed"), "until": limit_end(one.due_at, asked.lang, now=asked.at)}
        told.append(
            {
                "name": limit_name(one.code, asked.lang),
                "clock": pill,
                "due": limit_end(one.due_at, asked.lang, now=asked.at),
                "pauses": len(one.pauses),
                "is_provisional": one.is_provisional,
                "is_running": one.state in ("running", "paused"),
            }
        )
    return sorted(told, key=lambda one: not one["is_running"])


def looks(asked: Asked, file: CaseFile, seen: Mapping[int, SeenPaper]) -> list[dict[str, Any]]:
    """What a person should look at: the same invoice or picture elsewhere, signs of altering, findings.

    Nothing of it refuses or delays: it is told to whoever decides.
    """
    same = elsewhere(asked, file, seen) if file.is_desk else []
    known = {one["claim_no"] for one in same}
    told: list[dict[str, Any]] = []
    for one in file.flags:
        if one.code == "SAME_PICTURE" and one.claim_no in known:
            continue
        if one.code in FLAGS:
            where = one.claim_no or asked.says(("（您无权查看的赔案）", "that you may not see"))
            says = asked.says(FLAGS[one.code]).format(claim_no=where)
            says += "" if one.same_person else asked.says(("（另一人）", " (another person)"))
            url = reverse("office-case", args=[one.claim_no]) if one.claim_no else ""
            told.append({"says": says, "url": url})
        else:
            told.append({"says": finding(one.code, one.data, asked.lang) if one.code in FINDINGS else one.code})
    told += same + (_altered(asked, file, seen) if file.is_desk else [])
    marked = len(file.marks)
    if marked:
        told.append({"says": _("%(count)s lines carry a mark of an assessor") % {"count": marked}})
    return told


def _altered(asked: Asked, file: CaseFile, seen: Mapping[int, SeenPaper]) -> list[dict[str, Any]]:
    """Papers on which surely read figures contradict each other."""
    kinds = {one["id"]: one for one in paper_cards(asked, file, seen)}
    return [
        {
            "says": _("%(paper)s may be altered: %(says)s") % {"paper": kinds[paper_id]["kind"], "says": sign["says"]},
            "url": kinds[paper_id]["url"],
        }
        for paper_id, one in seen.items()
        if paper_id in kinds and one.reading is not None and one.reading.state == "read"
        for sign in signs_of(asked, one)
        if sign["is_grave"]
    ]


def _needs(asked: Asked, file: CaseFile) -> list[str]:
    """Why the calculation asks for a person."""
    if file.calculation is None or file.decision is not None:
        return []
    told = []
    for each in file.calculation.needs_person:
        pair = NEEDS.get(str(each.get("code")))
        # What the calculation found is told in full beside the draft.
        if pair is None or each.get("code") == "finding":
            continue
        values = dict(each)
        if "gate" in values:
            values["gate"] = word(Gate[str(values["gate"]).upper()], asked.lang)
        if "product" in values:
            values["product"] = product_name(str(values["product"]), asked.lang)
        told.append(asked.says(pair).format(**values))
    return list(dict.fromkeys(told))


def _policies(asked: Asked, file: CaseFile) -> dict[str, Any]:
    rows = [
        [
            cell(f"{one.position + 1}. {one.policy_no}", url=reverse("office-policy", args=[one.policy_no])),
            cell(product_name(one.product, asked.lang)),
            cell(f"{one.starts_on} → {one.ends_on}", kind="day"),
            cell(money(one.payable_fen) if one.payable_fen is not None else "—", kind="money"),
        ]
        for one in file.policies
    ]
    columns = [_("Policy"), _("Product"), _("Days"), (_("Pays, yuan"), "money")]
    return table(_("Policies in the chosen order"), columns, rows)


# --- what was said and done ------------------------------------------------------------------------------------------


def _events(asked: Asked, file: CaseFile) -> list[dict[str, Any]]:
    may_see = asked.may("record", "see")
    told: list[dict[str, Any]] = [
        {
            "moment": one.at,
            "at": moment(one.at, asked.lang, now=asked.at),
            "at_iso": iso(one.at),
            "says": asked.says((one.zh, one.en)) or one.to_state,
            "who": f"{actor(one.by, file)} {one.rule_version}".strip(),
            "url": reverse("office-record", args=[one.record_id]) if may_see else None,
        }
        for one in reversed(file.steps)
    ]
    if file.is_desk and asked.may("catalogue", "see"):
        told += history(asked, file.row.claim_no)
    return sorted(told, key=lambda event: event["moment"], reverse=True)


def actor(by: str, file: CaseFile) -> str:
    """Who took a step, in words."""
    if by == "house":
        return _("Hearth itself")
    kind, _colon, number = by.partition(":")
    if kind == "person" and number == str(file.person.person_id):
        return file.person.full_name
    if kind == "person" and number == str(file.row.reporter_id):
        return file.reporter_name
    return _("partner %(id)s") % {"id": number} if kind == "partner" else _("staff %(id)s") % {"id": number}


def _notes(asked: Asked, file: CaseFile, today: date) -> list[dict[str, Any]]:
    return [
        {"who": one.by, "text": one.text, "at": moment(one.at, asked.lang, now=asked.at), "at_iso": iso(one.at),
         "mine": one.by_id == asked.by.person_id, "inside": True}
        for one in file.notes
    ]  # fmt: skip


def _supplements(asked: Asked, file: CaseFile) -> list[dict[str, Any]]:
    endings = {
        "received": _("received"),
        "given_up": _("the member has nothing more"),
        "withdrawn": _("withdrawn"),
    }
    return [
        {
            "number": one.number,
            "asked": f"{one.asked_by} · {moment(one.asked_at, asked.lang, now=asked.at)}",
            "supervisor": one.supervisor,
            "new_fact": one.new_fact,
            "delivered": moment(one.delivered_at, asked.lang, now=asked.at),
            "ending": endings.get(one.ending, one.ending),
            "items": [
                {
                    "name": asked.says((str(item.get("name_zh", "")), str(item.get("name_en", "")))),
                    "why": asked.says((str(item.get("why_zh", "")), str(item.get("why_en", "")))),
                    "worth": money(item["worth_fen"]) if item.get("worth_fen") else "",
                }
                for item in one.items
            ],
        }
        for one in file.supplements
    ]


def _earlier(asked: Asked, file: CaseFile) -> dict[str, Any] | None:
    rows = [
        [
            cell(one.claim_no, url=reverse("office-case", args=[one.claim_no])),
            cell(day(one.event_on, asked.lang), kind="day"),
            cell(chip=state_chip(one.state, asked.lang)),
            cell(money(one.payable_fen) if one.outcome else "—", kind="money"),
        ]
        for one in file.earlier
    ]
    columns = [_("Claim"), _("Day"), _("State"), (_("Paid, yuan"), "money")]
    return table(_("Other claims of this person"), columns, rows) if rows else None


# --- decided ---------------------------------------------------------------------------------------------------------


def said_of(asked: Asked, outcome: str, why: str, clause: str, evidence: Iterable[str], words: str) -> list[Any]:
    """What a decision or a proposal says, in pairs."""
    told: list[Any] = [(_("Outcome"), asked.says(OUTCOME_WORDS[Outcome(outcome)]))]
    if why:
        told.append((_("Reason"), reason(why, asked.lang) if why in REASONS or why in REFUSALS else why))
    if clause:
        told.append((_("Clause"), clause))
    if listed := ", ".join(evidence):
        told.append((_("Evidence"), listed))
    if words:
        told.append((_("Words to the member"), words))
    return told


def _decision(asked: Asked, file: CaseFile) -> dict[str, Any] | None:
    one = file.decision
    if one is None:
        return None
    who = _("Hearth, automatically") if one.is_automatic else one.decided_by
    if one.approved_by:
        who += " → " + one.approved_by
    return {
        "number": one.number,
        "outcome": chip(asked.says(OUTCOME_WORDS[Outcome(one.outcome)]), "ink" if one.outcome == "refused" else "done"),
        "facts": [
            *said_of(asked, one.outcome, one.reason, one.clause, one.evidence, one.words),
            (_("Decided by"), f"{who} · {moment(one.decided_at, asked.lang, now=asked.at)}"),
            {"name": _("Paid out, yuan"), "value": yuan(one.paid_out_fen), "kind": "money"},
        ],
        "record_url": reverse("office-record", args=[one.record_id]) if asked.may("record", "see") else None,
        "earlier": len(file.decisions) - 1,
    }


def waiting_proposal(file: CaseFile) -> ProposalRow | None:
    """The proposal that waits for a second person."""
    return next((one for one in file.proposals if one.state == "waiting"), None)


def _proposal(asked: Asked, file: CaseFile) -> dict[str, Any] | None:
    one = waiting_proposal(file)
    if one is None:
        return None
    is_own = one.proposed_by_id == asked.by.person_id
    reach = asked.by.authority(*DECIDERS)
    if is_own:
        says = _("You proposed this; a second person approves it or sends it back.")
    elif one.at_stake_fen > reach:
        says = _("%(stake)s yuan are at stake; you may decide up to %(reach)s.") % {
            "stake": yuan(one.at_stake_fen), "reach": yuan(reach)}  # fmt: skip
    else:
        says = _("You may approve it or send it back.")
    return {
        "says": says,
        "facts": [
            *said_of(asked, one.outcome, one.reason, one.clause, one.evidence, one.words),
            (_("Proposed by"), f"{one.proposed_by} · {moment(one.proposed_at, asked.lang, now=asked.at)}"),
            {"name": _("At stake, yuan"), "value": yuan(one.at_stake_fen), "kind": "money"},
        ],
    }


def _adjustment(asked: Asked, one: AdjustmentRow) -> dict[str, Any]:
    states = {
        "proposed": chip(_("to be settled"), "next"),
        "taken": chip(_("taken"), "done"),
        "left": chip(_("left as it was")),
    }
    change = one.new_fen - one.old_fen
    return {
        "id": one.adjustment_id,
        "chip": states[one.state],
        "is_open": one.state == "proposed",
        "facts": [
            (_("Because"), asked.says(CAUSES.get(one.cause, (one.cause, one.cause))) + f" · {one.caused_by}"),
            {"name": _("Decided, yuan"), "value": yuan(one.old_fen), "kind": "money"},
            {"name": _("Would be, yuan"), "value": yuan(one.new_fen), "kind": "money"},
            {"name": _("Change, yuan"), "value": f"{'+' if change > 0 else ''}{yuan(change)}", "kind": "money"},
            *([(_("Settled by"), f"{one.decided_by}: {one.why}")] if one.decided_by else []),
        ],
    }


def _authority(asked: Asked, file: CaseFile) -> dict[str, str] | None:
    """What somebody may decide alone, against what is at stake."""
    if file.calculation is None or file.row.state is not S.CALCULATED or not asked.may("claim", "decide"):
        return None
    reach, stake = asked.by.authority(*DECIDERS), file.calculation.at_stake_fen
    says = (
        _("You decide this alone.")
        if stake <= reach
        else _("What you decide is proposed; somebody with more authority approves it.")
    )
    if file.investigator and file.investigator == asked.by.name:
        says = _("You investigated this claim: whoever investigates does not decide. A colleague does.")
    return {"stake": yuan(stake), "reach": yuan(reach), "says": says}
