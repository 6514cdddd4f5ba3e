"""Deciding: a decision in words and pictures, agreed to; money that came back sent elsewhere."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.desks import money
from hearth.desks.claims import agreeing, sold
from hearth.doors.member import accounts as account_pages
from hearth.doors.member import papers, result
from hearth.doors.member.boxes import Box, card, cards
from hearth.doors.member.claim import DECIDED, headline, held_of, title
from hearth.doors.member.disputing import outside
from hearth.doors.member.page import Ask, go, page, shown
from hearth.doors.member.saying import age, moment, product
from hearth.doors.office.explore.clauses import Clauses
from hearth.store.access import NotThere, people
from hearth.store.access.claims_case import CaseFile, DecisionRow
from hearth.store.access.money import payments_of
from hearth.store.access.successions import successions_of
from hearth.store.shelf import wording
from hearth.words.claims import OUTCOME_WORDS, ClaimState, Outcome
from hearth.words.faults import Fault
from hearth.words.reasons import REASONS, REFUSALS

S = ClaimState
GROWN = 18


@page
def decision(ask: Ask, claim_no: str) -> HttpResponse:
    """The decision: the amount, where each part of the bill went, each step with its clause, how to dispute."""
    held = held_of(ask, claim_no)
    decided = held.decision
    if decided is None:
        raise NotThere(kind="decision", key=claim_no)
    view = result.shown(held, decided.result, ask.lang)
    is_open = held.row.state == S.DECIDED
    return shown(
        ask,
        "decision",
        title=_("The decision"),
        section="claims",
        back_url=reverse("member-claim", kwargs={"claim_no": claim_no}),
        back_says=title(ask, held),
        held=held,
        decided=decided,
        outcome=OUTCOME_WORDS[Outcome(decided.outcome)][0 if ask.lang == "zh" else 1],
        refusal=refusal(ask, held, decided) if decided.outcome == Outcome.REFUSED else None,
        headline=headline(ask, held) or {},
        view=view,
        facts=made_by(ask, decided),
        words=decided.words,
        silence=silence(ask, held) if is_open else "",
        may_agree=is_open and not held.row.is_disputed,
        has_money=decided.paid_out_fen > 0,
        may_dispute=held.row.state in DECIDED and held.row.state != S.RETURNED and not held.row.is_disputed,
        is_disputed=held.row.is_disputed,
        is_earlier=held.row.state not in DECIDED,
        cures=[] if view is None else view.cures,
        **outside(ask, held),
    )


def made_by(ask: Ask, decided: DecisionRow) -> list[tuple[str, str]]:
    """When it was decided, and by whom."""
    by = decided.decided_by or _("automatically, by the rules of the product alone")
    facts = [(_("Decided on"), moment(decided.decided_at, ask.lang)), (_("Decided by"), by)]
    if decided.approved_by:
        facts.append((_("Approved by"), decided.approved_by))
    return facts


def refusal(ask: Ask, held: CaseFile, decided: DecisionRow) -> dict[str, Any]:
    """A refusal in ink and words: the reason, the clause word for word, what it rests on."""
    at = 0 if ask.lang == "zh" else 1
    chips = Clauses(ask.lang, frozenset())
    clauses = [
        {"product": product(code, ask.lang), "view": chips.view(code, decided.clause)}
        for code in dict.fromkeys(one.product for one in held.policies)
        if _has(code, decided.clause)
    ]
    return {
        "reason": {**REASONS, **REFUSALS}.get(decided.reason, (decided.reason, decided.reason))[at],
        "clauses": clauses,
        "evidence": [evidence(ask, held, name) for name in decided.evidence],
    }


def _has(product_code: str, clause: str) -> bool:
    try:
        return clause in wording(product_code).clauses
    except Fault:
        return False


def evidence(ask: Ask, held: CaseFile, name: str) -> dict[str, str]:
    """What a refusal rests on: a paper of the claim, or a record."""
    kind, _colon, number = name.partition(":")
    if kind == "paper":
        for one in held.papers:
            if str(one.paper_id) == number:
                url = reverse("member-paper", kwargs={"claim_no": held.row.claim_no, "paper_id": one.paper_id})
                return {"says": f"{papers.name_of(one.kind, ask.lang)} · {one.name}", "url": url}
        return {"says": _("Paper %(no)s") % {"no": number}, "url": ""}
    return {"says": _("Record %(no)s of this claim") % {"no": number}, "url": ""}


def silence(ask: Ask, held: CaseFile) -> str:
    """What it means not to answer, and from when."""
    said = []
    for one in held.policies:
        try:
            stated = sold.terms_of(one.product).silence
        except Fault:
            return ""
        if stated is None:
            return ""
        said.append((stated.after_days.at(one.starts_on), stated.means))
    if not said:
        return ""
    days = max(days for days, _means in said)
    if held.decision is None or held.decision.paid_out_fen == 0:
        return _(
            "If you do not answer within %(days)s days after being told, the claim is closed; you may still dispute."
        ) % {"days": days}
    if all(means == "agreed" for _days, means in said):
        return _(
            "If you do not answer within %(days)s days after being told, it counts as agreed and the money goes to "
            "your account; you may still dispute."
        ) % {"days": days}
    return _("Nothing happens until you answer; we remind you after %(days)s days.") % {"days": days}


# --- agreed ----------------------------------------------------------------------------------------------------------


@page
def agree(ask: Ask, claim_no: str) -> HttpResponse:
    """Agree to a decision: which account the money goes to, then it is on its way.

    Where nothing waits for the reader's word, the page leads to the claim: whoever goes back is not asked again.
    """
    held = held_of(ask, claim_no)
    decided = held.decision
    if decided is None:
        raise NotThere(kind="decision", key=claim_no)
    if not ask.is_post and held.row.state != S.DECIDED:
        return go("member-claim", claim_no=claim_no)
    needs_account = decided.paid_out_fen > 0
    shares = shares_of(ask, held) if needs_account else []
    picks = needs_account and not (shares and held.account)
    wrong: Fault | None = None
    if ask.is_post:
        try:
            account_id = account_of(ask, held) if picks else None
            agreeing.agree(ask.by, claim_no, at=ask.at, account_id=account_id)
            return go("member-claim", claim_no=claim_no, told="agreed" if needs_account else "closed")
        except Fault as fault:
            wrong = fault
            ask.wrong(fault)
    return shown(
        ask,
        "agree",
        title=_("Agree to the decision") if needs_account else _("Close the claim"),
        section="claims",
        back_url=reverse("member-decision", kwargs={"claim_no": claim_no}),
        headline=headline(ask, held) or {},
        needs_account=needs_account,
        picks_account=picks,
        shares=shares,
        **account_boxes(ask, held, wrong, held.account.account_id if held.account else None),
        silence=silence(ask, held),
        status=422 if wrong else 200,
    )


def account_boxes(ask: Ask, held: CaseFile, wrong: Fault | None, known: int | None = None) -> dict[str, Any]:
    """The accounts to choose from and the boxes of a new one, with what was typed and what is wrong with it."""
    chosen = ask.typed("account_id") if ask.is_post else str(known or "")
    offered = offered_accounts(ask, held, chosen)
    return {
        "accounts": offered,
        "new_account": account_pages.form_of(ask, wrong, whose=payee(ask, held)),
        "adds_account": not offered["options"] or chosen == "new",
    }


def offered_accounts(ask: Ask, held: CaseFile, chosen: str) -> Box:
    """The accounts that the money may go to: the insured person's own; of a child's claim the parents' too."""
    is_heir = inherits(ask, held)
    found = list(people.accounts(ask.by, ask.person_id if is_heir else held.person.person_id, ask.at))
    years = age(held.person.born_on, ask.at)
    if not is_heir and held.person.person_id != ask.person_id and years is not None and years < GROWN:
        found += people.accounts(ask.by, ask.person_id, ask.at)
    chosen = chosen or (str(found[0].account_id) if found else "")
    options = [
        card(str(one.account_id), f"{one.bank} ···· {one.tail}", one.holder_name, chosen=chosen == str(one.account_id))
        for one in found
    ]
    if options:
        options.append(card("new", _("Another account"), _("Add it below"), chosen=chosen == "new"))
    return cards("account_id", _("Where should the money go?"), options)


def payee(ask: Ask, held: CaseFile) -> int:
    """In whose name a new account is: the insured person's; for a child's claim the reader's."""
    years = age(held.person.born_on, ask.at)
    if inherits(ask, held):
        return ask.person_id
    return ask.person_id if years is not None and years < GROWN else held.person.person_id


def inherits(ask: Ask, held: CaseFile) -> bool:
    """Whether the claim is of somebody who died, whose proven heir the reader is."""
    own = people.family(ask.by, ask.person_id, ask.at)
    return any(row.kind == "heir" and row.acts_now and row.person_id == held.person.person_id for row in own)


def shares_of(ask: Ask, held: CaseFile) -> list[tuple[str, str]]:
    """Each heir's share of what is paid, and where it goes; nothing where it is not divided."""
    if held.person.person_id == ask.person_id:
        return []
    found = successions_of(ask.by, held.person.person_id, ask.at)
    return [
        (share.heir, f"{share.parts}/{one.whole} · ···· {share.tail}")
        for one in found
        if one.holds
        for share in one.shares
    ]


def account_of(ask: Ask, held: CaseFile) -> int:
    """The account that was chosen, or the new one that was typed."""
    chosen = ask.number("account_id")
    return chosen if chosen is not None else account_pages.added(ask, whose=payee(ask, held))


# --- came back -------------------------------------------------------------------------------------------------------


@page
def correct(ask: Ask, claim_no: str) -> HttpResponse:
    """Name another account for money that came back."""
    held = held_of(ask, claim_no)
    wrong: Fault | None = None
    if ask.is_post:
        try:
            money.correct_account(ask.by, claim_no, at=ask.at, account_id=account_of(ask, held))
            return go("member-claim", claim_no=claim_no, told="corrected")
        except Fault as fault:
            wrong = fault
            ask.wrong(fault)
    back = next((one for one in payments_of(ask.by, claim_no, ask.at) if one.state in ("returned", "failed")), None)
    return shown(
        ask,
        "correct",
        title=_("Correct the account"),
        section="claims",
        back_url=reverse("member-claim", kwargs={"claim_no": claim_no}),
        back_payment=None
        if back is None
        else {"to": f"{back.bank} ···· {back.account_tail}", "why": reason(back.reason)},
        **account_boxes(ask, held, wrong),
        status=422 if wrong else 200,
    )


def reason(code: str) -> str:
    """Why a bank did not pay."""
    return {
        "NAME_MISMATCH": _("the name is not the one the account is in"),
        "NO_SUCH_ACCOUNT": _("there is no such account"),
        "ACCOUNT_CLOSED": _("the account is closed"),
        "ACCOUNT_BLOCKED": _("the account is blocked"),
        "LIMIT": _("the amount is above what the account takes"),
    }.get(code, _("the bank gave no reason"))
