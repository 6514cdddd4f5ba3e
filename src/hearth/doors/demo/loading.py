"""Loading: the demo company is made in an empty database, in steps that a start after a kill goes on with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from django.conf import settings

from hearth.desks import founding
from hearth.desks.books.sequencer import BATCH, sequence
from hearth.desks.loading import batches_before
from hearth.doors.demo.company import FIRST_DAY, Plan
from hearth.doors.demo.growth import grow
from hearth.doors.demo.past import Past
from hearth.store.access import HOUSE
from hearth.words.calendar import CHINA_TIME
from hearth.words.faults import Fault

SEED = 20_260_101
BEFORE = 240
"""Claims of the year that are not played act by act: they come in at the end, by the batch, in a whole demo."""
Told = Callable[[int, int], None]


class NoDemoHere(Fault):
    """The demo company is asked for where it does not belong."""

    code, status = "NO_DEMO_HERE", 409
    says = "The demo company is made in an empty database under HEARTH_ENV=demo alone; here is {found}."
    says_zh = "演示公司只在 HEARTH_ENV=demo 的空数据库中生成；此处为{found_zh}。"


class TooEarly(Fault):
    """The clock of this machine is before the products' first day."""

    code, status = "DEMO_TOO_EARLY", 409
    says = "The clock of this machine says {now}; the demo's products are sold from {first} on. Set the clock."
    says_zh = "本机时间为 {now}，演示产品自 {first} 起销售。请校准时间。"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the demo company consists of."""

    counts: dict[str, int]
    states: dict[str, int]
    was_there: bool
    troubles: tuple[str, ...] = ()


def is_wanted() -> bool:
    """Whether this database should get the demo company, or the rest of it: an empty one, or one begun."""
    if settings.HEARTH_ENV != "demo":
        return False
    return (
        founding.has_tables()
        and founding.marked(founding.LOADED) is None
        and (founding.marked(founding.BEGUN) is not None or founding.is_new())
    )


def load(at: datetime, *, seed: int = SEED, is_small: bool = False, told: Told = lambda done, of: None) -> Loaded:
    """Make the demo company as of `at`, or go on with one that was begun.  Raises: NoDemoHere, TooEarly.

    (1) may it (2) plan (3) go on where the log ends (4) play (5) the rest of the year (6) the log's places and the mark
    """
    # 1.
    if settings.HEARTH_ENV != "demo" or settings.PRODUCTION:
        raise NoDemoHere(found=f"HEARTH_ENV={settings.HEARTH_ENV}", found_zh=f"HEARTH_ENV={settings.HEARTH_ENV}")
    if founding.marked(founding.LOADED) is not None:
        return Loaded(founding.counts(), founding.claims_by_state(), was_there=True)
    begun = founding.marked(founding.BEGUN)
    if begun is None and not founding.is_new():
        raise NoDemoHere(found="a database with people in it", found_zh="已有人员的数据库")
    if not founding.alone() or founding.workers_at_work(at):
        raise NoDemoHere(found="a database in which workers are at work", found_zh="已有任务进程在运行的数据库")
    if at < datetime.combine(FIRST_DAY, time(), CHINA_TIME):
        raise TooEarly(now=at.date().isoformat(), first=FIRST_DAY.isoformat())
    founding.lightly()
    # 2.
    plan = _plan(at, seed, is_small, begun)
    scripts = plan.scripts()
    acts = plan.acts()
    # 3.
    founding.mark(
        HOUSE,
        founding.BEGUN,
        at=plan.begins,
        data={"seed": plan.seed, "until": plan.until.isoformat(), "small": int(plan.is_small), "synthetic": "yes"},
    )
    plan.house.look_up()
    # 4.
    past = Past(plan.claims_begin, plan.until, plan.morning, told=lambda done: told(done, acts))
    past.done_until = founding.last_moment()
    past.play(scripts)
    # 5.
    if not batches_before():
        grow(BEFORE // 10 if plan.is_small else BEFORE, plan.until, seed=plan.seed, programs=1)
    founding.tell_bank()
    # 6.
    founding.mark(HOUSE, founding.LOADED, at=plan.until, data={"acts": past.played})
    while sequence(plan.until) == BATCH:
        pass
    return Loaded(founding.counts(), founding.claims_by_state(), False, tuple(past.troubles))


def _plan(at: datetime, seed: int, is_small: bool, begun: dict[str, Any] | None) -> Plan:
    if begun is not None:
        seed, is_small = int(begun["seed"]), bool(begun["small"])
        at = datetime.fromisoformat(begun["until"])
    return Plan(seed, at.astimezone(UTC), is_small)


def expected(at: datetime, *, seed: int = SEED, is_small: bool = False) -> dict[str, tuple[str, ...]]:
    """Where each claim of a demo stands in the end, by its key."""
    plan = Plan(seed, at, is_small)
    plan.scripts()
    return {key: tuple(state.value for state in fate.ends) for key, fate in plan.expected.items()}
