"""The desk at work, as a program: an assessor decides, members agree; every answered verb is printed.

People do only what the machine leaves to them: a job that got lost would leave its claim where it is.
The program works on the same database as the company and is not killed itself, but it loses its connection whenever the
database dies: it then asks for the same again, as a person would who presses the key once more.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tests.doors.kill.founding import ASSESSOR

if TYPE_CHECKING:
    from hearth.store.access import Who
    from hearth.store.models import Claim

PATIENCE_SECONDS = 90


class Desk:
    """An assessor and the members, one claim after the other."""

    def __init__(self) -> None:
        from hearth.store.models import Person

        self.assessor: Person = _patiently(lambda: Person.objects.get(username=ASSESSOR))
        self.accounts: dict[int, list[int]] = {}

    def round(self) -> None:
        """Everything that somebody can do now."""
        from hearth.store.models import Claim

        waiting = ("review", "calculated", "decided", "returned")
        for claim in _patiently(lambda: list(Claim.objects.filter(state__in=waiting).order_by("state_at"))):
            getattr(self, f"_{claim.state}")(claim)

    def _review(self, claim: Claim) -> None:
        if claim.for_person:
            self._calculate(claim)

    def _calculate(self, claim: Claim) -> None:
        from hearth.desks.claims import calculating

        self._do("calculate", claim, lambda at: calculating.calculate(self._who(at), claim.claim_no, at=at))

    def _calculated(self, claim: Claim) -> None:
        from hearth.desks.claims import deciding
        from hearth.desks.claims.faults import CalculationStale

        last = _patiently(lambda: claim.calculations.order_by("-pk").first())

        def decide(at: datetime) -> object:
            return deciding.decide(self._who(at), claim.claim_no, at=at, outcome=last.proposal)

        try:
            self._do("decide", claim, decide)
        except CalculationStale:
            # Another claim of the same person was decided in between.
            self._calculate(claim)

    def _decided(self, claim: Claim) -> None:
        from hearth.desks.claims import agreeing

        account = self._account(claim, 0)

        def agree(at: datetime) -> object:
            return agreeing.agree(_member(claim.person_id, at), claim.claim_no, at=at, account_id=account)

        self._do("agree", claim, agree)

    def _returned(self, claim: Claim) -> None:
        from hearth.desks import money
        from hearth.desks.money.faults import NothingToCorrect, PaymentUnderWay

        account = self._account(claim, _patiently(claim.payments.count))

        def correct(at: datetime) -> object:
            return money.correct_account(_member(claim.person_id, at), claim.claim_no, at=at, account_id=account)

        # Corrected already: the new payment is on its way, or there, and the claim's step follows.
        self._do("correct", claim, correct, PaymentUnderWay, NothingToCorrect)

    def _account(self, claim: Claim, number: int) -> int:
        """An account of the member; another one for each attempt to pay."""
        from hearth.desks import people

        held = self.accounts.setdefault(claim.person_id, [])
        name = _patiently(lambda: claim.person.full_name)

        def add() -> int:
            at = _now()
            no = f"6222{claim.person_id:011d}{len(held):04d}"
            return people.add_account(_member(claim.person_id, at), claim.person_id, name, "中国工商银行", no, at=at)

        while len(held) <= number:
            held.append(_patiently(add))
        return held[number]

    def _who(self, at: datetime) -> Who:
        from hearth.store.access import who

        return who(self.assessor, at)

    def _do(self, verb: str, claim: Claim, work: Callable[[datetime], object], *done: type[Exception]) -> None:
        """One verb, asked until it is answered; `done` and NotNow say that it was done before, by whomever."""
        from hearth.desks.claims.faults import NotNow
        from hearth.words.faults import Fault

        try:
            _patiently(lambda: work(_now()))
        except Fault as fault:
            if not isinstance(fault, (NotNow, *done)):
                raise
            return
        print(json.dumps({"verb": verb, "claim": claim.claim_no}), flush=True)


def _member(person_id: int, at: datetime) -> Who:
    from hearth.store.access import who
    from hearth.store.models import Person

    return who(Person.objects.get(pk=person_id), at)


def _patiently(work: Callable[[], Any]) -> Any:
    """Ask again while the database is away."""
    from django.db import InterfaceError, OperationalError, connection
    from procrastinate.exceptions import ConnectorException

    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return work()
        except (OperationalError, InterfaceError, ConnectorException):
            if time.monotonic() > until:
                raise
            connection.close()
            time.sleep(0.2)


def _now() -> datetime:
    return datetime.now(UTC)


def main() -> None:
    """Work until the other side of stdin is closed."""
    import django

    django.setup()
    over = threading.Event()

    def listen() -> None:
        sys.stdin.read()
        over.set()

    threading.Thread(target=listen, daemon=True).start()
    desk = Desk()
    while not over.wait(0.3):
        desk.round()


if __name__ == "__main__":
    main()
