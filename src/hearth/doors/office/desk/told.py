"""Told: what a page says after something was done, by the short word that its address carries."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

_DONE: dict[str, Any] = {
    "person": _("The person was entered."),
    "changed": _("The change was saved."),
    "role": _("The role was granted."),
    "role_ended": _("The role ended."),
    "proven": _("The relation is proven; from now on one acts for the other."),
    "relation": _("The relation was entered; it counts once it is proven."),
    "relation_ended": _("The relation ended."),
    "issued": _("The policy was issued."),
    "ended": _("The policy was ended."),
    "voided": _("The policy was voided. What this changes in settled claims is proposed to you shortly."),
    "prepared": _("The pay run was prepared. Somebody else releases it."),
    "released": _("The pay run was released; its payments are on their way to the bank."),
    "dissolved": _("The pay run was taken apart; its payments wait for another."),
    "corrected": _("A new payment was made; it is on its way."),
    "accepted": _("Accepted. The legal time limit counts from now."),
    "sent_back": _("Sent back to the member, with your words."),
    "asked": _("The papers were asked for, all at once. The limit stands still from the moment the notice arrives."),
    "received": _("The papers are here; the claim goes on."),
    "assigned": _("The claim was handed over."),
    "reviewing": _("Under review, by you."),
    "investigating": _("Under investigation. Somebody else decides it."),
    "noted": _("The note was written."),
    "sent": _("The message was sent."),
    "checkpoint": _("Noted: this checkpoint is done."),
    "absence_noted": _("Noted: their open orders go to others while they are away."),
    "absence_ended": _("They are back: orders come to them again."),
    "pickup_booked": _("Booked: the courier is asked, and the member is told the time."),
    "pickup_cancelled": _("Cancelled: the courier does not come."),
    "originals_here": _("Noted: the originals are here; the member is told."),
    "originals_back": _("The courier is asked to bring them back; the member is told."),
    "shares_stated": _("Stated. It holds once a colleague has confirmed it."),
    "shares_confirmed": _("Confirmed: money goes to the heirs by these shares."),
    "shares_ended": _("Ended: nothing more goes by these shares."),
    "call_noted": _("Noted: the call stands in the log, and what was to be done by it is done."),
    "handed_over": _("Handed over; the members are told."),
    "marked": _("The line was marked; the draft above shows what follows."),
    "amended": _("The data were corrected; the draft above shows what follows."),
    "amended_marks": _(
        "The data were corrected. Marks of lines that are no longer there were cleared; mark again what still holds."
    ),
    "known": _("Entered; the draft above shows what follows."),
    "calculated": _("Calculated and saved."),
    "back": _("Back in review."),
    "decided": _("Decided. The member is told now."),
    "proposed": _("Proposed. Somebody with the authority approves it or sends it back."),
    "approved": _("Approved: the claim is decided, and the member is told now."),
    "proposal_back": _("The proposal was sent back, with your words."),
    "reopened": _("Opened again; it is under review."),
    "adjusted": _("Settled: what you chose was written down."),
    "judged": _("Your judgement was written down."),
    "brake_released": _("Automatic deciding goes on, in a new round."),
    "withdrawn": _("The claim was withdrawn."),
    "paper": _("The paper was added."),
    "order_taken": _("Taken: it is yours from now on."),
    "order_up": _("Handed up: whoever stands above has it now."),
    "order_closed": _("Closed. The customer reads what you wrote."),
    "dispute_done": _("Done; the member reads what you wrote."),
    "complaint_done": _("Done, and written down."),
    "measure_closed": _("Counted again: the cause is gone, and the measure is closed."),
    "measure_open": _("Counted again: the cause is still there; the measure stays open."),
    "dispute_signed": _("Signed. The member is told; for the member, the claim is decided anew by somebody else."),
    "adv_asked": _("Taken down. The member is called within half an hour."),
    "adv_done": _("Done, and written down."),
    "suspicion_judged": _("Written down. Nothing follows from it by itself."),
    "rescission_proposed": _("Proposed. An underwriter who took no part approves it, or lets it go."),
    "rescission_approved": _("Approved. Where no benefit is due the contract is voided in a moment."),
    "measure_proposed": _("Proposed. It holds once somebody else has approved it."),
    "measure_approved": _("Approved: claims of its days fall under it from now on."),
    "measure_turned_down": _("Turned down."),
    "measure_ended": _("Ended: bills of today are the last that fall under it."),
    "paper_sorted": _("Kept. What is missing follows at once; what it says is held against what it is now."),
}


def told(code: str, lang: str) -> dict[str, Any] | None:
    """The notice of something that was done; None where the word means nothing."""
    says = _DONE.get(code)
    return None if says is None else {"kind": "done", "says": says}
