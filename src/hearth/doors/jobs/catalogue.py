"""Jobs of the desk of the catalogue: the company's own claims are counted anew every night."""

from __future__ import annotations

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from hearth.desks.catalogue import counting
from hearth.store.access import HOUSE


@app.periodic(cron="10 19 * * *")
@app.task(name="catalogue.count_claims", queueing_lock="catalogue.count_claims", lock="catalogue.count_claims")
def count_claims(timestamp: int) -> None:
    """Count what bills of a disease usually hold and cost, at ten past three at night in China; once a day."""
    counting.count_tonight(HOUSE, at=datetime.now(UTC))
