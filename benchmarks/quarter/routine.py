"""Routine: what the house does by itself as days go by: rounds of its jobs, work orders taken, pay runs, samples."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from benchmarks.quarter import advancing, complaining, disputing, originals
from benchmarks.quarter.lives import Life, Lives
from hearth.words.calendar import CHINA_TIME
from hearth.words.claims import Role
from hearth.words.promises import Chaser, LateCause

EVERY_ROUND = (
    "money.look_again", "service.send_due", "originals.look_again", "advances.look_again",
    "promises.sweep",
)  # fmt: skip
"""Periodic jobs of the house, in reality by seconds and minutes; here in rounds."""

EVERY_DAY = ("claims.every_day", "disputes.every_day", "service.every_hour", "advances.chase", "advances.remind")
ORDERS_AT = (10.4, 14.2, 16.6)
"""The hours at which people look through their work orders."""

AFTER_MIDNIGHT, FIRST_ROUND, LAST_ROUND = 0.07, 9.3, 20.3

BUSY_AFTER, FEWEST_ROUNDS = timedelta(days=25), 3
"""So long after the last report there are as many rounds a day as before; then what is left waits for days."""

JUDGED_AFTER = timedelta(days=2)
CAUSES = {
    Chaser.SUPPLEMENT: LateCause.CUSTOMER,
    Chaser.SUBMIT: LateCause.CUSTOMER,
    Chaser.LIABILITY: LateCause.HOSPITAL,
    Chaser.PAYMENT: LateCause.DATA,
}


@dataclass
class Routine:
    """The days and rounds of one world."""

    lives: Lives
    rounds_a_day: int
    last: datetime
    """Nobody reports a claim any more after it."""

    def begin(self) -> None:
        """From now on, until the world ends."""
        self.lives.world.common(self.lives.world.now, self._day)

    def _round(self) -> None:
        """Money and messages side by side; then the limits are looked at, with what both brought about."""
        *side_by_side, sweep = EVERY_ROUND
        for task in side_by_side:
            self.lives.world.round(task)
        self.lives.world.players.meet()
        self.lives.world.round(sweep)
        self.lives.world.players.meet()

    def _rounds(self) -> list[float]:
        """The hours of a day's rounds: right after midnight, when days have ended, and while people work."""
        many = self.rounds_a_day if self.lives.world.now <= self.last + BUSY_AFTER else FEWEST_ROUNDS
        step = (LAST_ROUND - FIRST_ROUND) / max(many - 2, 1)
        return [AFTER_MIDNIGHT, *(FIRST_ROUND + step * number for number in range(many - 1))]

    def _day(self) -> None:
        world = self.lives.world
        if world.players.leads and world.now > self.last and self._is_over():
            world.players.until = (world.now + timedelta(hours=23)).timestamp()
        for task in EVERY_DAY:
            world.round(task)
        midnight = world.now.astimezone(CHINA_TIME).replace(hour=0, minute=0, second=0, microsecond=0)
        for hour in self._rounds():
            world.common(midnight + timedelta(hours=hour), self._round)
        if not self.lives.calendar.is_rest(midnight.date()):
            for hour in ORDERS_AT:
                world.at(midnight + timedelta(hours=hour), self._orders)
            world.common(midnight + timedelta(hours=15.1), self._prepare_run)
            world.common(midnight + timedelta(hours=16.9), self._release_runs)
            world.at(midnight + timedelta(hours=11.3), self._judge)
        world.common(midnight + timedelta(days=1), self._day)

    def _is_over(self) -> bool:
        """Whether every claim and every work order has come to its end; what was never sent waits for nobody."""
        from hearth.store.models import Claim, WorkOrder

        return (
            not (
                Claim.objects.exclude(state__in=("closed", "withdrawn", "reported")).exists()
                or Claim.objects.filter(
                    state="reported", reported_at__gt=self.lives.world.now - timedelta(days=25)
                ).exists()
                or WorkOrder.objects.filter(state="open").exists()
            )
            and originals.are_over()
            and disputing.are_over()
            and complaining.are_over()
            and advancing.are_over()
        )

    # --- work orders ---

    def _orders(self) -> None:
        """The work orders of this player's claims."""
        from hearth.store.models import WorkOrder

        found = WorkOrder.objects.filter(state="open", holder__isnull=False).order_by("due_at", "id")
        for row in found.values(
            "pk",
            "holder_id",
            "chaser",
            "level",
            "taken_at",
            "claim__claim_no",
            "deadline__state",
            "deadline__code",
            "role",
        ):
            order: dict[str, Any] = dict(row)
            life = self.lives.lives.get(order["claim__claim_no"])
            colleague = self.lives.company.of(order["holder_id"])
            here = colleague.from_when(self.lives.world.now, self.lives.calendar) - self.lives.world.now
            if life is not None and here < timedelta(hours=3) and self.lives.world.rng.random() < 0.75:
                self._work(order, life, self.lives.who(order["holder_id"]))
        self._orders_of_cases()

    def _orders_of_cases(self) -> None:
        """Whoever has an order of a dispute or complaint sees to it that the case moves: that ends the order."""
        from hearth.store.models import CaseOrder

        found = CaseOrder.objects.filter(state="open", holder__isnull=False).order_by("due_at", "id")
        for holder, dispute, complaint in found.values_list(
            "holder_id", "dispute__claim__claim_no", "complaint__claim__claim_no"
        ):
            if self.lives.company.of(holder).is_here(self.lives.world.now, self.lives.calendar):
                self.lives.ways["disputes" if dispute else "complaints"].pushed(dispute or complaint)

    def _work(self, order: dict[str, Any], life: Life, by: Any) -> None:
        from hearth.desks import promises

        world, pk = self.lives.world, order["pk"]

        def nothing() -> None:
            """The next look through the orders finds it again."""

        if order["taken_at"] is None and not world.act(lambda at: promises.take(by, pk, at=at), nothing):
            return
        chaser = Chaser(order["chaser"])
        if order["deadline__state"] == "late":
            cause = CAUSES.get(chaser, LateCause.INSURER)
            words = "让您久等了：这一步已经办完，原因已记录。"
            world.act(lambda at: promises.close(by, pk, at=at, cause=cause, message=words), nothing)
            return
        if order["deadline__code"] == "P_PARCEL_LOST":
            words = "快递已确认原件丢失：我们凭存根为您补办，费用由我们承担，理赔照常办理。"
            world.act(lambda at: promises.close(by, pk, at=at, cause=LateCause.SYSTEM, message=words), nothing)
            return
        self.lives.push(life)
        if chaser is Chaser.SUPPLEMENT:
            world.act(lambda at: promises.note(by, pk, "已致电客户，逐项说明怎样取得材料。", at=at), nothing)
            if order["level"] >= 4:
                self.lives.give_up(life, by)
        elif chaser is Chaser.PREPAYMENT:
            self._prepay(life, world.now)
        elif order["role"] == Role.ASSESSOR and world.rng.random() < 0.03:
            world.act(lambda at: promises.escalate(by, pk, "需要主管推动。", at=at), nothing)

    def _prepay(self, life: Life, at: datetime) -> None:
        """Somebody proposes to pay the undisputed part first, somebody else lets it go."""
        from hearth.desks.claims import prepaying
        from hearth.store.models import Claim, Prepayment

        world, lives = self.lives.world, self.lives
        claim = Claim.objects.get(claim_no=life.claim_no)
        if claim.account_id is None or claim.decision_id is not None or claim.is_prepaid:
            return
        assessor = lives.company.staff[Role.ASSESSOR][0]
        reviewer = lives.company.staff[Role.REVIEWER][1]
        if not Prepayment.objects.filter(claim=claim, state__in=("proposed", "approved")).exists():
            asks = lives.who(assessor.person_id)
            if not world.act(lambda at: prepaying.propose_prepayment(asks, life.claim_no, at=at), lambda: None):
                return
        lets = lives.who(reviewer.person_id)
        if Prepayment.objects.filter(claim=claim, state="proposed").exists():
            world.act(lambda at: prepaying.approve_prepayment(lets, life.claim_no, at=at), lambda: None)

    # --- money and samples ---

    def _prepare_run(self) -> None:
        from hearth.desks import money
        from hearth.store.models import Payment

        if not self.lives.world.players.leads:
            return
        if Payment.objects.filter(state="intended", is_held=True, run__isnull=True).exists():
            by = self.lives.who(self.lives.company.staff[Role.FINANCE][0].person_id)
            # Where the program dies, the next working day's run has it.
            self.lives.world.act(lambda at: money.prepare_run(by, at=at), lambda: None)

    def _release_runs(self) -> None:
        from hearth.store.models import PayRun

        if not self.lives.world.players.leads:
            return
        by = self.lives.who(self.lives.company.staff[Role.FINANCE][1].person_id)
        waiting = PayRun.objects.filter(released_at__isnull=True, dissolved_at__isnull=True)
        for run_id in list(waiting.values_list("pk", flat=True)):
            self.lives.world.act(partial(_release, by, run_id), lambda: None)

    def _judge(self) -> None:
        """A person looks at what was drawn from what the machine would have decided, and finds it right."""
        from hearth.desks import founding

        by = self.lives.who(self.lives.company.staff[Role.REVIEWER][0].person_id)
        for claim_no, machine_fen in founding.waiting_samples(self.lives.world.now - JUDGED_AFTER):
            if claim_no in self.lives.lives:
                self.lives.world.act(partial(_judged, by, claim_no, machine_fen), lambda: None)


def _release(by: Any, run_id: int, at: datetime) -> None:
    from hearth.desks import money

    money.release_run(by, run_id, at=at)


def _judged(by: Any, claim_no: str, fen: int, at: datetime) -> None:
    from hearth.desks.claims import sampling

    sampling.judge(by, claim_no, at=at, person_fen=fen)
