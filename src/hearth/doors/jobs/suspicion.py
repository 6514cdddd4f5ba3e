"""Jobs of the desk of suspicions: a claim is looked at when something of it changes, all of them every night."""

from __future__ import annotations

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from hearth.desks import policies, suspicion


@app.task(name="suspicion.look")
def look(record_id: int) -> None:
    """Look at a claim by the rules: follows claim.submitted, claim.edited, paper.read and the like."""
    suspicion.follow(record_id, at=datetime.now(UTC))


@app.periodic(cron="20 18 * * *")
@app.task(name="suspicion.survey", queueing_lock="suspicion.survey", lock="suspicion.survey")
def survey(timestamp: int) -> None:
    """Every night, at 02:20 in China: hospitals, unusual claims and rings of the whole company."""
    suspicion.survey(datetime.now(UTC))


@app.task(name="suspicion.void_rescinded")
def void_rescinded(record_id: int) -> None:
    """Void the contract that two people rescinded, in the name of the second: follows rescission.approved."""
    at = datetime.now(UTC)
    if (found := suspicion.to_be_voided(record_id, at)) is not None:
        by, policy_no, why = found
        policies.void_policy(by, policy_no, at=at, why=why)
