"""The cast at their desks: each signed in with a second factor, and claims at every place of their way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from hearth.desks.claims import calculating, deciding, intake, reporting, reviewing
from hearth.desks.people import give_totp
from hearth.doors.login.limits import FACTOR
from hearth.store.access import HOUSE
from tests.desks.cast_rows import STAY_PAPERS, VISIT_PAPERS, Cast, add_papers, stay, visit
from tests.desks.cast_rows import cast as made

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
Desk = Callable[..., Client]


def now() -> datetime:
    """The moment at which a test does something."""
    return datetime.now(UTC)


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody, their policies, and those who work on their claims."""
    return made()


@pytest.fixture(autouse=True)
def wires(settings: Any, tmp_path: Path) -> None:
    """A bank and an outbox of this test alone."""
    settings.MESSAGES_WIRE = f"memory:{tmp_path}/outbox.sqlite3"
    settings.PAYMENTS_WIRE = f"memory:{tmp_path}/bank.sqlite3"


@pytest.fixture
def desk(cast: Cast) -> Desk:
    """A browser in which somebody who works here is signed in and passed the second factor."""

    def sat_down(code: str = "", lang: str = "en", *, passed: bool = True) -> Client:
        client = Client(headers={"accept-language": "en" if lang == "en" else "zh-CN"})
        if code:
            person = cast.people[code]
            client.force_login(person, backend=BACKEND)
            if passed:
                give_totp(HOUSE, person.pk, SECRET, at=now())
                session = client.session
                session[FACTOR] = person.pk
                session.save()
        return client

    return sat_down


class Way:
    """Takes claims of the cast along their way, an hour a step, the last one now."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.at = now() - timedelta(hours=12)

    def later(self) -> datetime:
        """One step later."""
        self.at += timedelta(minutes=5)
        return self.at

    def reported(
        self, who: str = "mei", *invoices: dict[str, Any], story: str = "感冒发热，门诊就诊。", **more: Any
    ) -> str:
        """A claim that was reported with invoices."""
        by = self.cast.who(who, self.at)
        claim_no = reporting.start_draft(by, self.cast.id(more.pop("of", who)), at=self.later(), **more)
        reporting.save_draft(
            by, claim_no, at=self.later(), story=story, facts={"invoices": list(invoices or (visit(),))},
            account_id=self.cast.accounts[who].pk,
        )  # fmt: skip
        reporting.report(by, claim_no, at=self.later())
        return claim_no

    def submitted(self, who: str = "mei", *invoices: dict[str, Any], papers: tuple[str, ...] = (), **more: Any) -> str:
        """A claim whose papers were sent."""
        claim_no = self.reported(who, *invoices, **more)
        by = self.cast.who(who, self.at)
        kinds = papers or (STAY_PAPERS if invoices and invoices[0]["setting"] == "inpatient" else VISIT_PAPERS)
        add_papers(by, claim_no, *kinds, at=self.later())
        reporting.submit(by, claim_no, at=self.later(), has_no_more=True)
        return claim_no

    def accepted(self, who: str = "mei", *invoices: dict[str, Any], **more: Any) -> str:
        """A claim that was accepted."""
        claim_no = self.submitted(who, *invoices, **more)
        intake.accept(self.cast.who("gu", self.at), claim_no, at=self.later())
        return claim_no

    def in_review(self, who: str = "mei", *invoices: dict[str, Any], by: str = "ai", **more: Any) -> str:
        """A claim under review by an assessor."""
        claim_no = self.accepted(who, *invoices, **more)
        reviewing.begin_review(self.cast.who(by, self.at), claim_no, at=self.later())
        return claim_no

    def calculated(self, who: str = "mei", *invoices: dict[str, Any], by: str = "ai", **more: Any) -> str:
        """A claim that was calculated."""
        claim_no = self.in_review(who, *invoices, by=by, **more)
        self.proposal = calculating.calculate(self.cast.who(by, self.at), claim_no, at=self.later()).proposal
        return claim_no

    def decided(self, who: str = "mei", *invoices: dict[str, Any], by: str = "ai", **more: Any) -> str:
        """A claim that was decided as calculated."""
        claim_no = self.calculated(who, *invoices, by=by, **more)
        deciding.decide(self.cast.who(by, self.at), claim_no, at=self.later(), outcome=self.proposal)
        return claim_no


@pytest.fixture
def way(cast: Cast) -> Way:
    """Takes claims along their way."""
    return Way(cast)


__all__ = ["Cast", "Desk", "Way", "stay", "visit"]
