"""Told: what is said at the top of the page to which one comes after something was done."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

SAYS: dict[str, tuple[str, Any]] = {
    "saved": ("done", _("Saved.")),
    "language": ("done", _("Saved. Messages to you are written in this language too.")),
    "quiet": ("done", _("Saved. No message is sent in these hours; what cannot wait is shown here.")),
    "agreed-consent": ("done", _("You agreed. You can take this back here at any time.")),
    "withdrawn-consent": ("done", _("You took it back. What was done before stays as it is.")),
    "account": ("done", _("The account is kept.")),
    "relation": ("done", _("Stated. We look at the proof, and you can then act for this person.")),
    "relation-ended": ("done", _("Ended. You no longer act for this person.")),
    "reported": ("done", _("Reported. Everything we need from you is listed here at once.")),
    "draft": ("done", _("Kept. You can go on here, or on another phone.")),
    "invoice": ("done", _("The bill is kept.")),
    "invoice-removed": ("done", _("The bill was taken out.")),
    "imported": ("done", _("The bills were read in. Please look through them once.")),
    "paper": ("done", _("The paper is here.")),
    "read": ("done", _("Thank you. What you confirmed is kept.")),
    "read-mend": ("waits", _("What was read is in the bill now. A few things the paper does not say are still open.")),
    "paper-removed": ("done", _("The paper was taken out.")),
    "paper-sorted": ("done", _("Kept. The list below follows what you said.")),
    "order": ("done", _("The order of the policies is kept.")),
    "sent": ("done", _("Sent. We tell you as soon as your application is accepted.")),
    "supplement": ("done", _("Thank you. The papers are with us, and the time limit runs on.")),
    "message": ("done", _("Your message was sent.")),
    "helped": ("done", _("Thank you. Write at any time if something comes up.")),
    "pickup": ("done", _("Booked. We ask the courier and tell you when they confirm.")),
    "pickup-cancelled": ("done", _("Cancelled. You can book another time whenever you like.")),
    "pickup-late": (
        "wrong",
        _("The courier has the originals already, or the trip is over; it cannot be cancelled any more."),
    ),
    "agreed": ("done", _("You agreed. The money is on its way; we tell you when it has arrived.")),
    "closed": ("done", _("Closed. You may still dispute the decision.")),
    "disputed": ("done", _("Your dispute was received. Below you see who has it and by when you hear from us.")),
    "complained": ("done", _("We have your complaint. Below you see who looks into it and by when you hear from us.")),
    "complaint-review": ("done", _("Your complaint is reviewed by somebody above who did not answer it.")),
    "complaint-name": ("done", _("They are asked by their telephone. You hear as soon as they have said yes or no.")),
    "complaint-represented": ("done", _("You represent this complaint now, and hear of every step of it.")),
    "complaint-declined": ("done", _("You do not represent it, and are not asked again.")),
    "complaint-back": ("done", _("You took the complaint back.")),
    "dispute-say": ("done", _("Your message was sent.")),
    "dispute-evidence": ("done", _("Kept as evidence; whoever has your dispute looks at it.")),
    "dispute-up": ("done", _("Your dispute went on to the next tier.")),
    "dispute-settle": ("done", _("Thank you. The dispute is closed; you may dispute again.")),
    "dispute-back": ("done", _("You took the dispute back; you may dispute again.")),
    "withdrawn": ("done", _("You withdrew the claim. You may claim again later.")),
    "corrected": ("done", _("The account is corrected; the payment is sent again.")),
    "advance-asked": ("done", _("We have it. Your steward calls you within half an hour.")),
    "advance-signed": ("done", _("Thank you. We check the conditions now and tell you here.")),
    "advance-plan": ("done", _("Kept. No interest is charged; you may pay more or earlier at any time.")),
    "advance-cancelled": ("done", _("You took the request back. Your right to claim stays as it is.")),
    "advance-withdrawn": ("done", _("You took the consent back. Nothing more is paid; what was paid stays agreed.")),
    "erasure": ("done", _("Your request was received.")),
}
"""Code in the address -> kind of notice, sentence."""


def told(code: str) -> dict[str, Any] | None:
    """The notice of a code; None where there is none."""
    if code not in SAYS:
        return None
    kind, says = SAYS[code]
    return {"kind": kind, "says": str(says)}
