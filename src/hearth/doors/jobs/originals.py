"""Originals' jobs: the courier is asked for a trip or told that it is taken back, and its news is heard."""

from __future__ import annotations

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from hearth.desks.service import couriers


@app.task(name="originals.tell_courier")
def tell_courier(record_id: int) -> None:
    """Ask the courier for a trip, or take it back.  Follows claim.pickup_asked, .pickup_cancelled, .return_asked."""
    couriers.tell_courier(record_id, at=datetime.now(UTC))


@app.periodic(cron="* * * * *")
@app.task(name="originals.look_again", queueing_lock="originals.look_again", lock="originals.look_again")
def look_again(timestamp: int) -> None:
    """Ask again about trips without an answer, and hear what the courier has to say."""
    couriers.look_again(at=datetime.now(UTC))
