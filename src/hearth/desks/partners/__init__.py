"""Partners: insurers, brokers and hospitals that speak to the interface; their tokens, requests and webhooks."""

from hearth.desks.partners.organisations import add_partner, end_partner
from hearth.desks.partners.requests import Kept, begin_request, forget_requests, free_key, in_turn, keep_answer
from hearth.desks.partners.telling import BATCH, deliver, due_webhooks, tell, try_webhook
from hearth.desks.partners.tokens import Admitted, Made, admit, make_token, revoke_token
from hearth.desks.partners.webhooks import NewWebhook, add_webhook, remove_webhook

__all__ = [
    "BATCH",
    "Admitted",
    "Kept",
    "Made",
    "NewWebhook",
    "add_partner",
    "add_webhook",
    "admit",
    "begin_request",
    "deliver",
    "due_webhooks",
    "end_partner",
    "forget_requests",
    "free_key",
    "in_turn",
    "keep_answer",
    "make_token",
    "remove_webhook",
    "revoke_token",
    "tell",
    "try_webhook",
]
