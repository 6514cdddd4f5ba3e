"""Notices' jobs: a step of a claim or an advance becomes notices; those that are due go out."""

from __future__ import annotations

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from hearth.desks.service import notices


@app.task(name="service.notify")
def notify(record_id: int) -> None:
    """Make the notices of a step, and send those that nothing holds back: follows claim.* and advance.* records."""
    at = datetime.now(UTC)
    if notices.notify(record_id, at=at):
        notices.send_due(at=at, most=20)


@app.periodic(cron="* * * * * */20")
@app.task(name="service.send_due", queueing_lock="service.send_due", lock="service.send_due")
def send_due(timestamp: int) -> None:
    """Send what is due: after quiet hours, and again what had no answer."""
    notices.send_due(at=datetime.now(UTC))
