"""The interface's addresses."""

from __future__ import annotations

from hearth.doors.api import (
    advances,
    claims,
    deciding,
    disputes,
    following,
    log,
    people,
    pickups,
    policies,
    receipts,
    threads,
    webhooks,
)
from hearth.doors.api.interface import interface

api = interface()
for router in (
    people.router,
    policies.router,
    claims.router,
    following.router,
    receipts.router,
    advances.router,
    disputes.router,
    threads.router,
    pickups.router,
    log.router,
    deciding.router,
    webhooks.router,
):
    api.add_router("", router)

app_name = "api"
urlpatterns = api.routes()
