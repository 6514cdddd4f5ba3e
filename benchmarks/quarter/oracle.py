"""Oracle: which chasers must have fired by when, told from DOMAIN 6.4 and the law, apart from the kernel's own rules.

It knows nothing of the house's limits, clocks and rungs: it counts days on its own, one after the other, from what
happened to a claim, and says what a careful supervisor with a calendar on the wall would have expected.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from hearth.words.calendar import CHINA_TIME

DAY = timedelta(days=1)
Span = tuple[datetime, datetime | None]
IsRest = Callable[[date], bool]

NEVER = datetime(2400, 1, 1, tzinfo=CHINA_TIME)
FAST_PRODUCTS, FAST_FEN = frozenset({"outpatient", "accident-medical"}), 300_000
"""Clear claims of up to 3,000 yuan under these are promised within two days (their wordings, 5.5)."""


@dataclass
class Past:
    """What happened to one claim, as its rows tell."""

    claim_no: str
    product: str
    claimed_fen: int
    is_clear: bool
    steps: list[tuple[datetime, str, str]]
    """When, from which state, to which."""
    asked: list[Span] = field(default_factory=list)
    """From when the notice of missing papers had reached the customer until they were here or given up."""
    investigated_at: datetime | None = None
    prepaid_at: datetime | None = None
    told_at: datetime | None = None
    parcels: list[tuple[datetime, str]] = field(default_factory=list)
    """What was heard and said of its originals."""
    rulings: list[tuple[bool, datetime | None]] = field(default_factory=list)
    """Of each decision: whether it refused, and when the member had it."""
    reopened_at: datetime | None = None
    """Where this is what followed when it was opened again: from when on."""
    until: datetime | None = None
    """When it was opened again."""
    is_refused: bool = False

    def first(self, *to: str) -> datetime | None:
        """When it first came to one of these states."""
        return next((at for at, _, state in self.steps if state in to), None)

    def state_at(self, at: datetime) -> str:
        """In which state it was at a moment."""
        found = [state for when, _, state in self.steps if when <= at]
        return found[-1] if found else "draft"


@dataclass(frozen=True, slots=True)
class Watch:
    """One thing that is watched of a claim: from when to when, how long it may take, and what happens on the way."""

    name: str
    start: datetime
    stop: datetime
    """When it was done, or meant nothing any more."""
    days: int
    working: bool
    moves: bool
    pauses: tuple[Span, ...]
    rungs: tuple[tuple[str, int, str, float], ...]
    """Chaser, level, how its moment is counted (due, before, after, share), and the number that goes with it."""
    is_law: bool = False
    kept: bool = True
    """False where `stop` is no fulfilment: it was withdrawn, or taken over by something else."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A firing that must be there: not before `earliest`; by the round `by`, or at will where that is None."""

    claim_no: str
    chaser: str
    level: int
    earliest: datetime
    by: datetime | None


@dataclass(frozen=True, slots=True)
class Legal:
    """A limit of the law, as it ran for a claim."""

    claim_no: str
    name: str
    due_at: datetime
    stopped_at: datetime
    is_kept: bool


def _day(at: datetime) -> date:
    return at.astimezone(CHINA_TIME).date()


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=CHINA_TIME)


def last_day(watch: Watch, pauses: Sequence[Span], is_rest: IsRest) -> date:
    """The last day: counted one by one from the day after the start, those that stand still left out."""
    standing = [(_day(first), _day(last)) for first, last in pauses if last is not None]
    day, left = _day(watch.start), watch.days
    while left > 0:
        day += DAY
        if any(first < day <= last for first, last in standing):
            continue
        left -= 0 if watch.working and is_rest(day) else 1
    while True:
        # A pause that began on the last day, before it was over, is added whole like any other.
        over = [last for first, last in standing if first <= day < last]
        if over:
            day = max(over)
        elif watch.moves and is_rest(day):
            # Civil Code art. 203: a last day that rests is moved to the next one that does not.
            day += DAY
        else:
            return day


def moment(rung: tuple[str, int, str, float], watch: Watch, pauses: Sequence[Span], is_rest: IsRest) -> datetime:
    """When a rung of the ladder is reached, if only these pauses were."""
    _, _, how, number = rung
    last = last_day(watch, pauses, is_rest)
    end = _midnight(last + DAY)
    if how == "due":
        return end
    if how == "after":
        day, left = last, int(number)
        while left > 0:
            day += DAY
            left -= not is_rest(day)
        return _midnight(day + DAY)
    if how == "before":
        day = last - DAY * int(number)
        # Nobody is there on a rest day to be told: on the working day before it.
        while day > _day(watch.start) and is_rest(day):
            day -= DAY
        return max(watch.start, _midnight(day))
    return _share(watch, pauses, end, number, is_rest)


def _share(watch: Watch, pauses: Sequence[Span], end: datetime, share: float, is_rest: IsRest) -> datetime:
    """The moment at which a share of the running time is used up."""
    pieces = list(_pieces(watch, pauses, end, is_rest))
    left = sum((last - first for first, last in pieces), timedelta()) * share
    for first, last in pieces:
        if left <= last - first:
            return first + left
        left -= last - first
    return end


def _pieces(
    watch: Watch, pauses: Sequence[Span], end: datetime, is_rest: IsRest
) -> Iterator[tuple[datetime, datetime]]:
    here, day = watch.start, _day(watch.start)
    while here < end:
        night = min(_midnight(day + DAY), end)
        if not (watch.working and is_rest(day)):
            cursor = here
            for first, last in pauses:
                assert last is not None
                if first < night and last > cursor:
                    if first > cursor:
                        yield cursor, first
                    cursor = max(cursor, last)
            if cursor < night:
                yield cursor, night
        here, day = night, day + DAY


# --- what is watched of a claim --------------------------------------------------------------------------------------


def stages(past: Past) -> list[Past]:
    """A claim up to its being opened again, and from each opening on: its limits run anew then."""
    cuts = [
        place
        for place, (_, before, state) in enumerate(past.steps)
        if state == "review" and before in ("decided", "paid", "closed")
    ]
    if not cuts:
        return [past]
    found = []
    for number, (first, last) in enumerate(pairwise([0, *cuts, len(past.steps)])):
        begun = past.steps[first][0] if number else None
        until = past.steps[last][0] if last < len(past.steps) else None
        is_refused, told_at = past.rulings[number] if number < len(past.rulings) else (False, None)
        asked = [one for one in past.asked if (begun or one[0]) <= one[0] < (until or NEVER)]
        prepaid_at = None if number else past.prepaid_at
        stage = replace(past, steps=past.steps[first:last], reopened_at=begun, until=until, asked=asked)
        found.append(replace(stage, is_refused=is_refused, told_at=told_at, prepaid_at=prepaid_at))
    return found


def watches(past: Past) -> list[Watch]:
    """All that is watched of a claim, each time it was opened, and of its originals."""
    return [one for stage in stages(past) for one in _watched(stage)] + _parcels(past)


def _watched(past: Past) -> list[Watch]:
    """DOMAIN 6.4 row by row, the limits of the law, the promises of 6.1."""
    gone = min(past.first("withdrawn", "closed") or NEVER, past.until or NEVER)
    reported, submitted, accepted = past.first("reported"), past.first("submitted"), past.first("accepted")
    calculated, decided = past.first("calculated") or NEVER, past.first("decided") or NEVER
    agreed, paid = past.first("agreed"), past.first("paid") or NEVER
    inquiry = past.investigated_at or NEVER
    found: list[Watch] = []

    def watch(
        name: str, start: datetime | None, stop: datetime, days: int, *rungs: tuple[str, int, str, float],
        working: bool = False, moves: bool = False, pauses: Sequence[Span] = (), law: bool = False, ends: bool = True,
    ) -> None:  # fmt: skip
        if start is not None and start <= min(stop, gone):
            kept = ends and stop <= gone
            spans = tuple(one for one in pauses if one[0] < min(stop, gone))
            found.append(Watch(name, start, min(stop, gone), days, working, moves or working, spans, rungs, law, kept))

    asked = tuple(past.asked)
    watch("idle", reported, submitted or NEVER, 3, ("submit", 1, "due", 0))
    watch("intake", submitted, accepted or NEVER, 1, ("acceptance", 1, "due", 0), ("acceptance", 2, "after", 1),
          working=True)  # fmt: skip
    for delivered, ended in past.asked:
        for days, level in ((3, 1), (7, 2), (15, 3), (30, 4)):
            watch(f"papers {days}", delivered, ended or NEVER, days, ("supplement", level, "due", 0))
    for begun in _reviews(past):
        stop = min(calculated, inquiry)
        watch("review", begun, stop, 1, ("liability", 1, "share", 0.6), ("liability", 2, "share", 0.8), working=True,
              pauses=asked, ends=calculated <= inquiry)  # fmt: skip
    watch("inquiry", past.investigated_at, calculated, 15, ("liability", 1, "share", 0.6),
          ("liability", 2, "share", 0.8), pauses=asked)  # fmt: skip
    watch("L1", accepted, decided, 30, ("liability", 3, "before", 3), ("closing", 3, "before", 2),
          ("closing", 4, "due", 0), moves=True, pauses=asked, law=True)  # fmt: skip
    watch("decision", accepted, min(decided, inquiry), 5, ("closing", 1, "due", 0), ("closing", 2, "after", 1),
          working=True, pauses=asked, ends=decided <= inquiry)  # fmt: skip
    watch("L1 again", past.reopened_at, decided, 30, ("liability", 3, "before", 3), ("closing", 3, "before", 2),
          ("closing", 4, "due", 0), moves=True, pauses=asked, law=True)  # fmt: skip
    watch("decision again", past.reopened_at, decided, 5, ("closing", 1, "due", 0), ("closing", 2, "after", 1),
          working=True, pauses=asked)  # fmt: skip
    if past.investigated_at is not None and accepted is not None:
        watch("decision 25", accepted, decided, 25, ("closing", 1, "due", 0), pauses=asked)
    if past.is_clear and past.product in FAST_PRODUCTS and 0 < past.claimed_fen <= FAST_FEN:
        thinking = ((decided, past.first("agreed", "closed")),) if decided < NEVER else ()
        watch("fast", accepted, min(paid, inquiry), 2, ("closing", 1, "share", 0.6), ("closing", 2, "share", 0.8),
              pauses=(*asked, *thinking), ends=paid <= inquiry)  # fmt: skip
    watch("L4", accepted, min(decided, past.prepaid_at or NEVER), 60, ("prepayment", 1, "before", 7),
          ("prepayment", 2, "before", 3), ("prepayment", 3, "before", 1), moves=True, law=True)  # fmt: skip
    if past.is_refused and decided < NEVER:
        watch("L3", decided, past.told_at or NEVER, 3, ("refusal", 1, "before", 1), ("refusal", 2, "due", 0),
              moves=True, law=True)  # fmt: skip
    watch("payment", agreed, paid, 1, ("payment", 1, "due", 0), working=True)
    watch("L2", agreed, paid, 10, ("payment", 2, "before", 3), ("payment", 3, "due", 0), moves=True, law=True)
    return found


ON_THE_WAY: dict[str, tuple[int, bool, tuple[tuple[str, int, str, float], ...]]] = {
    # Of originals: days, whether they are working days, the ladder.
    "awaited": (5, False, (("originals", 1, "due", 0), ("originals", 2, "after", 1))),
    "carried": (3, True, (("originals", 2, "due", 0), ("originals", 4, "after", 2))),
    "lost": (1, True, (("originals", 3, "before", 1), ("originals", 4, "due", 0))),
}
BEGINS = {
    "pickup_asked": "awaited", "originals_collected": "carried", "originals_back": "carried",
    "parcel_lost:in": "lost", "parcel_lost:back": "lost",
}  # fmt: skip
STOPS: dict[str, tuple[str, ...]] = {
    "pickup_refused": ("awaited",), "pickup_cancelled": ("awaited",), "parcel_lost:in": ("awaited", "carried"),
    "parcel_lost:back": ("carried",), "originals_received": ("awaited", "carried", "lost"),
    "originals_home": ("carried", "lost"), "explained": ("lost",), "over": ("awaited",),
}  # fmt: skip


def _parcels(past: Past) -> list[Watch]:
    """What is watched of originals: a parcel is looked for whatever becomes of its claim."""
    over = [(at, "over") for at, _, state in past.steps if state in ("closed", "withdrawn")]
    begun: dict[str, datetime] = {}
    found = []

    def done(what: str, at: datetime) -> None:
        days, working, rungs = ON_THE_WAY[what]
        found.append(Watch(f"originals {what}", begun.pop(what), at, days, working, working, (), rungs))

    for at, what in sorted([*past.parcels, *over], key=lambda one: one[0]):
        for each in STOPS.get(what, ()):
            if each in begun:
                done(each, at)
        if what in BEGINS:
            begun.setdefault(BEGINS[what], at)
    for each in list(begun):
        done(each, NEVER)
    return found


def _reviews(past: Past) -> list[datetime]:
    """When a review began: it goes on through a supplement; one that a machine passed through is none."""
    begun: list[datetime] = []
    passed = {at for at, _, state in past.steps if state == "decided"}
    for at, _, state in past.steps:
        if state == "review" and at not in passed and not begun:
            begun.append(at)
    return begun


# --- what must have fired --------------------------------------------------------------------------------------------

Fired = dict[tuple[str, str, int], list[datetime]]
"""When what fired, by claim, chaser and level; more than once where several of its limits did."""

STATES_OF_REVIEW = frozenset({"accepted", "review"})


def expected(past: Past, is_rest: IsRest, rounds: Sequence[datetime], fired: Fired) -> list[Expected]:
    """Every firing that must be there; those that rounds and events ran into each other for are taken as they are.

    Needs:   moments of the rounds that came to their end, in their order; what fired
    """
    found: list[Expected] = []
    for watch in watches(past):
        done: set[tuple[str, int]] = set()
        for place in range(len(watch.pauses) + 1):
            before = list(watch.pauses[:place])
            if any(last is None for _, last in before):
                break
            begin = before[-1][1] if before else watch.start
            assert begin is not None
            stop = watch.pauses[place][0] if place < len(watch.pauses) else watch.stop
            for rung in watch.rungs:
                chaser, level = rung[0], rung[1]
                earliest = max(moment(rung, watch, before, is_rest), begin)
                if (chaser, level) in done or earliest >= stop:
                    continue
                here = bisect_left(rounds, earliest)
                by = rounds[here] if here < len(rounds) else None
                if (chaser, level) == ("liability", 3) and past.state_at(by or earliest) not in STATES_OF_REVIEW:
                    continue
                if by is None or by >= stop:
                    # It was over by the time anybody looked; a round that died half-way may have seen it.
                    if any(earliest <= at <= stop for at in fired.get((past.claim_no, chaser, level), ())):
                        done.add((chaser, level))
                        found.append(Expected(past.claim_no, chaser, level, earliest, None))
                    continue
                done.add((chaser, level))
                found.append(Expected(past.claim_no, chaser, level, earliest, by))
    return found


def legal(past: Past, is_rest: IsRest, until: datetime) -> list[Legal]:
    """The limits of the law as they ran for a claim; what still runs is left out unless it is over."""
    found = []
    for watch in watches(past):
        if not watch.is_law or any(last is None for _, last in watch.pauses):
            continue
        due = _midnight(last_day(watch, watch.pauses, is_rest) + DAY)
        if watch.stop < NEVER and (watch.kept or watch.stop >= due):
            found.append(Legal(past.claim_no, watch.name[:2], due, watch.stop, watch.stop < due))
        elif watch.stop >= NEVER and until >= due:
            found.append(Legal(past.claim_no, watch.name[:2], due, until, False))
    return found
