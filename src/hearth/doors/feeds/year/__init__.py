"""A synthetic year: a line file with the shape of a large insurer's year, drawn from a seed (docs/year.md).

Nothing in it is about a real person.  The draws go from owners to policies, claims, invoices and lines; what stands
higher up is drawn once there and repeated on every line below.
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hearth.doors.feeds.year.mixes import (
    CHRONIC_MIX,
    HEAVY,
    KINDS,
    MONTHS,
    OUTPATIENT_MIX,
    PHARMACY_MIX,
    PRICES,
    STAY_MIX,
    WEEKDAYS,
)
from hearth.kernel.product.terms import Benefit, Terms
from hearth.store.frames import COLUMNS, FORMAT, months_on
from hearth.words.codes import Category, Cause, Ownership, Paper, Scope, Setting
from hearth.words.days import NEVER, day_number

Ints = NDArray[np.int64]

SYNTHETIC = {
    "hearth.format": FORMAT,
    "hearth.synthetic": "yes",
    "hearth.about": "A synthetic year drawn from a seed: no line of it is about a real person.",
}
"""What the Parquet metadata of a synthetic year says, besides its seed, size and year."""

FIRST_YEAR = 2027  # the year of claims unless told otherwise: contracts of the year before are the first products' own
LINES_PER_OWNER = 38
REPEATER_CLAIMS = 108
REPEATER_FROM = 2_000  # lines below which the person with 108 claims does not fit
SMALLEST = 22  # fen: the smallest claim told of, 0.22 yuan


class Shape(NamedTuple):
    """What a synthetic year is asked to be."""

    lines: int
    seed: int
    first_on: date  # first day of the year of claims
    plans: tuple[str, ...] = ()  # plans of the product, or none named
    settings: frozenset[Setting] = frozenset(Setting) - {
        Setting.DIAGNOSIS
    }  # what the product covers, so what is claimed
    conditions: tuple[str, ...] = ()  # conditions that the product pays a lump sum for


CLINICS = frozenset({Setting.OUTPATIENT, Setting.SPECIAL_OUTPATIENT, Setting.OUTPATIENT_SURGERY, Setting.PHARMACY})


def synthetic_year(shape: Shape) -> pl.DataFrame:
    """A line file of exactly `shape.lines` lines, sorted in the declared order; the same seed gives the same lines.

    Amounts are fen.  Raises: nothing, for 1 line or more.
    """
    rng = np.random.default_rng([shape.seed, shape.lines])
    first = day_number(shape.first_on)
    people = _people(rng, shape, first)
    claims = _claims(rng, shape, people, first)
    invoices = _invoices(rng, people, claims, first)
    return _frame(_lines(rng, shape, people, claims, invoices), shape)


Draw = dict[str, NDArray[Any]]


def _pick(rng: np.random.Generator, weights: NDArray[np.float64], size: int) -> Ints:
    """`size` places drawn by weight."""
    edges = np.cumsum(weights)
    return np.searchsorted(edges, rng.random(size) * edges[-1], "right").clip(0, len(weights) - 1)


def _places(counts: Ints) -> tuple[Ints, Ints]:
    """(parent of each child, place of each child under its parent, from 0)."""
    parent = np.repeat(np.arange(len(counts)), counts)
    starts = np.cumsum(counts) - counts
    return parent, np.arange(len(parent)) - starts[parent]


def _people(rng: np.random.Generator, shape: Shape, first: int) -> Draw:
    """Insured people who claim, in the order of their owners, with their chain of contracts."""
    owners = max(1, int(shape.lines / LINES_PER_OWNER * 1.12) + 12)
    family = _pick(rng, np.array([0.66, 0.0, 0.14, 0.13, 0.06, 0.01]), owners)
    members = np.maximum(family, 1)
    # Not everyone of a family falls ill in a year.
    members = np.maximum(1, rng.binomial(members, 0.72))
    renewed = rng.random(owners)
    anniversary = first + rng.integers(1, 365, owners)
    # A contract that began the year before and is renewed inside the year; one that ends unrenewed; one sold this year.
    habit = np.select([renewed < 0.70, renewed < 0.78], [0, 1], 2)
    years_before = np.where(habit == 2, 0, rng.geometric(0.45, owners) - 1).clip(0, 6)
    owner, place = _places(members)
    people = len(owner)
    return {
        "owner": owner,
        "insured": np.arange(people),
        "family": (members > 1)[owner],
        "head": place == 0,
        "anniversary": anniversary[owner],
        "habit": habit[owner],
        "years_before": years_before[owner],
        "plan": (rng.integers(0, max(1, len(shape.plans)), owners))[owner],
        "social": (rng.random(owners) < 0.93)[owner],
        "sum_insured": (_pick(rng, np.array([0.2, 0.5, 0.2, 0.1]), owners)[owner] + 1) * 10_000_000,
        "misstated": (rng.random(owners) < 0.004)[owner],
        "paid_of_due": rng.integers(60, 99, owners)[owner],
        "kind": _pick(rng, np.array([kind.share for kind in KINDS]), people),
        "severity": np.exp(rng.normal(0, 0.35, people)),
        "proven": rng.random(people) < 0.004,
        "suspected": rng.random(people) < 0.008,
    }


def _calendar(first: int) -> tuple[Ints, NDArray[np.float64]]:
    """Days of the year and how likely a visit falls on each."""
    days = np.arange(first, first + 365)
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
    weekdays = (days + 3) % 7
    return days, np.array(MONTHS)[months] * np.array(WEEKDAYS)[weekdays]


def _claims(rng: np.random.Generator, shape: Shape, people: Draw, first: int) -> Draw:
    """Claims of each person: how many, of what kind, when they begin."""
    means = np.array([kind.claims for kind in KINDS])[people["kind"]]
    # A gamma-mixed Poisson: a few people claim far more often than most.
    counts = 1 + rng.poisson(means * rng.gamma(1.6, 1 / 1.6, len(means)))
    counts = np.minimum(counts, 60)
    repeater = -1
    if shape.lines >= REPEATER_FROM:
        repeater = int(np.flatnonzero(people["head"] & (people["habit"] == 0))[2])
        counts[repeater] = REPEATER_CLAIMS
    person, place = _places(counts)
    total = len(person)
    kind = people["kind"][person]
    of_repeater = person == repeater
    days, weights = _calendar(first)
    starts_on = days[_pick(rng, weights, total)]
    began = np.where(people["habit"] == 2, people["anniversary"], first - 366)[person]
    ended = np.where(people["habit"] == 1, people["anniversary"], first + 366)[person]
    # All but one in a hundred fall ill while insured.
    careless = rng.random(total) < 0.01
    for _ in range(8):
        off = np.flatnonzero(((starts_on < began) | (starts_on >= ended)) & ~careless)
        starts_on[off] = days[_pick(rng, weights, len(off))]
    off = np.flatnonzero(((starts_on < began) | (starts_on >= ended)) & ~careless)
    starts_on[off] = np.minimum(np.maximum(starts_on[off], began[off]), ended[off] - 1)
    chance = np.array([each.stays for each in KINDS])[kind]
    if Setting.INPATIENT not in shape.settings:
        chance *= 0.1
    elif not CLINICS & shape.settings:
        chance[:] = 0.97
    has_stay = (rng.random(total) < chance) & ~of_repeater
    accident = (rng.random(total) < np.array([each.accident for each in KINDS])[kind]) & ~of_repeater
    visits = rng.poisson(np.array([each.visits for each in KINDS])[kind] * (1.0 if CLINICS & shape.settings else 0.05))
    visits = np.where(has_stay, visits, 1 + visits)
    visits[of_repeater] = 1
    diagnosed = np.zeros(total, bool)
    if shape.conditions:
        diagnosed = (rng.random(total) < (0.02 if shape.settings else 0.9)) & ~accident & ~of_repeater
    has_stay &= ~diagnosed
    visits[diagnosed] = 1
    tiny = (rng.random(total) < 0.0006) & ~has_stay & ~diagnosed
    if total > 3 and not tiny.any():
        tiny[np.flatnonzero(~has_stay & ~diagnosed)[:1]] = True
    visits[tiny] = 1
    disease = np.zeros(total, np.int64)
    codes = _codes(shape)
    for number, each in enumerate(KINDS):
        mine = np.flatnonzero(kind == number)
        numbers = np.array([codes.index(code) for code in each.diseases])
        disease[mine] = numbers[_pick(rng, 1 / np.arange(1, len(numbers) + 1), len(mine))]
        # The chronically ill come back with the same illness.
        if each.claims > 3:
            disease[mine] = numbers[(person[mine] * 7 + (rng.random(len(mine)) < 0.12)) % len(numbers)]
    if shape.conditions:
        at = np.flatnonzero(diagnosed)
        disease[at] = len(codes) - len(shape.conditions) + rng.integers(0, len(shape.conditions), len(at))
    return {
        "person": person,
        "diagnosed": diagnosed,
        "starts_on": starts_on,
        "has_stay": has_stay,
        "visits": visits,
        "accident": accident,
        "tiny": tiny,
        "disease": disease,
        "earlier_event": (rng.random(total) < 0.25) & has_stay & (place > 0),
        "severity": people["severity"][person] * np.exp(rng.normal(0, 0.3, total)),
        "registered": 1 + rng.gamma(1.4, 9.0, total).astype(np.int64),
        "decided": rng.geometric(0.45, total),
        "papers": np.where(rng.random(total) < 0.015, 1 << int(Paper.DISCHARGE_SUMMARY), 0),
        "insurer": rng.random(total) < 0.025,
        "employer": rng.random(total) < 0.03,
        "charity": rng.random(total) < 0.002,
        "third_party": (rng.random(total) < 0.10) & accident,
        "others_share": rng.random(total) * 0.5,
    }


def _codes(shape: Shape) -> list[str]:
    """Diseases by number, then the conditions; 0 is none."""
    known = sorted({code for kind in KINDS for code in kind.diseases})
    return ["", *known, *(f"condition:{condition}" for condition in shape.conditions)]


def _invoices(rng: np.random.Generator, people: Draw, claims: Draw, first: int) -> Draw:
    """Invoices of each claim: the stay and visits around it, or visits alone; in the declared order."""
    counts = claims["visits"] + claims["has_stay"]
    claim, place = _places(counts.astype(np.int64))
    total = len(claim)
    person = claims["person"][claim]
    kind = people["kind"][person]
    stay = claims["has_stay"][claim] & (place == 0)
    around = claims["has_stay"][claim] & ~stay
    length = np.where(stay, 1 + rng.gamma(1.7, 4.4, total).astype(np.int64), 0).clip(0, 90)
    stay_days = length[np.cumsum(counts) - counts][claim]
    apart = np.array([each.waits for each in KINDS])[kind]
    gap = 1 + rng.exponential(apart).astype(np.int64)
    steps = np.where(place == 0, 0, gap)
    running = np.cumsum(steps)
    since = running - running[np.cumsum(counts) - counts][claim]
    before = around & (rng.random(total) < 0.4)
    day = claims["starts_on"][claim] + np.where(before, -np.minimum(gap, 45), since + np.where(around, stay_days, 0))
    day = np.minimum(day, first + 364 + 60)
    mix = rng.random(total)
    chronic = kind == 1
    setting = np.select(
        [claims["diagnosed"][claim], stay, mix < 0.10, chronic & (mix < 0.34), mix < 0.125],
        [
            Setting.DIAGNOSIS,
            Setting.INPATIENT,
            Setting.PHARMACY,
            Setting.SPECIAL_OUTPATIENT,
            Setting.OUTPATIENT_SURGERY,
        ],
        Setting.OUTPATIENT,
    )
    many = rng.gamma(2.2, 10.5, total)
    lines = np.select(
        [stay, setting == Setting.PHARMACY, setting == Setting.OUTPATIENT_SURGERY],
        [4 + rng.poisson(many), 1 + rng.poisson(0.7, total), 3 + rng.poisson(5.0, total)],
        1 + rng.poisson(2.9, total),
    ).clip(1, 160)
    lines[claims["tiny"][claim] | claims["diagnosed"][claim]] = 1

    # The declared order: owner, earliest event day of the claim, registration; inside a claim the event day.
    head = np.cumsum(counts) - counts
    earliest = np.minimum.reduceat(day, head)
    latest = np.maximum.reduceat(day + length, head)
    registered_on = latest + claims["registered"]
    owner = people["owner"][claims["person"]]
    order = np.lexsort((registered_on, earliest, owner))
    number = np.empty(len(order), np.int64)
    number[order] = np.arange(len(order))
    by = np.lexsort((day, number[claim]))
    settled_share = np.select(
        [stay, setting == Setting.PHARMACY, setting == Setting.SPECIAL_OUTPATIENT], [0.93, 0.55, 0.95], 0.78
    )
    hospital = rng.zipf(1.6, total) % 900
    level = np.select([setting == Setting.PHARMACY, hospital % 10 < 6, hospital % 10 < 9], [0, 3, 2], 1)
    emergency = (rng.random(total) < np.where(claims["accident"][claim], 0.5, 0.03)) & (setting != Setting.PHARMACY)
    return {
        "claim": number[claim][by],
        "person": person[by],
        "drawn_claim": claim[by],
        "setting": setting[by],
        "event_on": day[by],
        "until_on": (day + length)[by],
        "leave_days": (np.where(stay & (rng.random(total) < 0.03), 1, 0))[by].clip(0, length[by]),
        "lines": lines[by],
        "hospital": np.where(setting == Setting.PHARMACY, 1_000 + hospital, hospital)[by],
        "level": level[by],
        "private": ((rng.random(total) < 0.06) | (setting == Setting.PHARMACY))[by],
        "department": _pick(rng, np.array([0.965, 0.025, 0.01]), total)[by],
        "emergency": emergency[by],
        "settled": ((rng.random(total) < settled_share) & people["social"][person] & (setting != Setting.DIAGNOSIS))[
            by
        ],
        "zero": (rng.random(total) < 0.03)[by],
        "rate": np.where(stay, rng.beta(7, 4, total), rng.beta(4, 5, total))[by],
        "by_line": (rng.random(total) < 0.12)[by],
        "again": (rng.random(total) < 0.0008)[by],
        "elsewhere": (rng.random(total) < 0.0005)[by],
        "registered_on": registered_on[claim][by],
        "settled_on": (registered_on + claims["decided"])[claim][by],
    }


def _lines(rng: np.random.Generator, shape: Shape, people: Draw, claims: Draw, invoices: Draw) -> Draw:
    """Lines of each invoice, cut at the number asked for, and every column of the file."""
    counts = invoices["lines"].astype(np.int64)
    upto = np.cumsum(counts)
    while upto[-1] < shape.lines:
        # So few owners that their lines do not reach: the last invoice is long.
        counts[-1] += shape.lines - upto[-1]
        upto = np.cumsum(counts)
    keep = int(np.searchsorted(upto, shape.lines)) + 1
    counts = counts[:keep]
    counts[-1] -= int(upto[keep - 1]) - shape.lines
    kept = {name: column[:keep] for name, column in invoices.items()}
    drawn = kept["drawn_claim"]
    invoice, place = _places(counts)
    total = len(invoice)
    setting = kept["setting"]
    chronic = people["kind"][kept["person"]] == 1
    mix = np.select([setting == Setting.INPATIENT, setting == Setting.PHARMACY, chronic], [1, 3, 2], 0)
    category = np.zeros(total, np.int8)
    of_line = mix[invoice]
    mixes: tuple[dict[Category, float], ...] = (OUTPATIENT_MIX, STAY_MIX, CHRONIC_MIX, PHARMACY_MIX)
    for number, each in enumerate(mixes):
        mine = np.flatnonzero(of_line == number)
        named = np.array([int(code) for code in each], np.int8)
        category[mine] = named[_pick(rng, np.array(list(each.values()), float), len(mine))]
    # A line partly outside the list is two rows: the second repeats number and category of the first.
    split = (place > 0) & (rng.random(total) < 0.02)
    split[1:] &= ~split[:-1]
    at = np.flatnonzero(split)
    category[at] = category[at - 1]
    steps = np.cumsum(~split)
    starts = np.cumsum(counts) - counts
    line = steps - steps[starts][invoice] + 1

    size = max(int(code) for code in PRICES) + 1
    median, sigma, outside = (np.zeros(size, np.float32) for _ in range(3))
    heavy = np.zeros(size, bool)
    for code, (price, sigma_of, out) in PRICES.items():
        median[code], sigma[code], outside[code] = np.log(price * 100), sigma_of, out
    heavy[[int(code) for code in HEAVY]] = True
    scope = (rng.random(total, dtype=np.float32) < outside[category]).astype(np.int8)
    scope[at] = Scope.OUT
    scope[at - 1] = Scope.IN
    severity = claims["severity"][drawn]
    amount = np.exp(median[category] + sigma[category] * rng.standard_normal(total, dtype=np.float32))
    # In hospital everything costs more: whole courses stand on one line.
    amount *= (severity * np.where(setting == Setting.INPATIENT, 2.2, 1.0)).astype(np.float32)[invoice]
    tail = np.flatnonzero((rng.random(total, dtype=np.float32) < 0.005) & heavy[category])
    amount[tail] *= np.minimum(1 + rng.pareto(1.25, len(tail)), 200)
    billed = np.maximum(1, np.rint(amount.astype(np.float64))).astype(np.int64)
    tiny = claims["tiny"][drawn]
    billed[tiny[invoice]] = SMALLEST
    diagnosed = np.flatnonzero((setting == Setting.DIAGNOSIS)[invoice])
    billed[diagnosed], scope[diagnosed], category[diagnosed] = 0, Scope.IN, Category.DIAGNOSED
    stay_length = kept["until_on"] - kept["event_on"]
    served_on = kept["event_on"][invoice] + (place * (stay_length + 1)[invoice]) // counts[invoice]
    quantity = np.ones(total, np.int64)
    pieces = np.isin(category, [Category.WESTERN_DRUG, Category.PATENT_DRUG, Category.MATERIAL, Category.GLUCOSE_DRUG])
    quantity[pieces] = 1 + rng.poisson(1.2, int(pieces.sum()))
    nights = np.isin(category, [Category.BED, Category.NURSING, Category.ESCORT_BED, Category.MEALS])
    quantity[nights] = np.maximum(1, (stay_length // 2)[invoice][nights])

    inside = np.add.reduceat(np.where(scope == Scope.IN, billed, 0), starts)
    whole = np.add.reduceat(billed, starts)
    threshold = np.where(setting == Setting.INPATIENT, 80_000, 0)
    rate = np.where(kept["settled"] & ~kept["zero"] & ~tiny, kept["rate"], 0.0)
    public = (np.maximum(0, inside - threshold) * rate).astype(np.int64)
    by_line = kept["by_line"] & (public > 0)
    share = np.divide(public, inside, out=np.zeros(len(public)), where=inside > 0)
    public_of_line = np.where(scope == Scope.IN, (billed * share[invoice]).astype(np.int64), 0)
    public = np.where(by_line, np.add.reduceat(public_of_line, starts), public)
    public_of_line = np.where(by_line[invoice], public_of_line, -1)

    claim_of = kept["claim"]
    claim_starts = np.flatnonzero(np.diff(claim_of, prepend=-1))
    loss = np.add.reduceat(whole - public, claim_starts)
    claim_number = np.cumsum(np.diff(claim_of, prepend=-1) != 0) - 1
    of_claim = drawn[claim_starts]
    paid = {
        f"{source}_paid": np.where(claims[source][of_claim], loss * claims["others_share"][of_claim], 0).astype(
            np.int64
        )
        for source in ("insurer", "employer", "charity", "third_party")
    }
    person = kept["person"]
    owner = people["owner"][person]
    habit = people["habit"][person]
    anniversary = people["anniversary"][person]
    # The contract year of the anniversary in this year, or the one before it.
    second = (habit == 2) | ((habit == 0) & (kept["event_on"] >= anniversary))
    later = months_on(anniversary, 12)
    earlier = months_on(anniversary, -12)
    starts_on = np.where(second, anniversary, earlier)
    ends_on = np.where(second, later, anniversary)
    claim_free = np.maximum(
        0, people["years_before"][person] - (owner % 3 == 0) + (second & (habit == 0) & (owner % 5 > 2))
    )
    before = people["years_before"][person]
    since = np.where(before > 0, months_on(earlier, -12 * before), np.where(second & (habit == 0), earlier, NEVER))
    claim_first = claim_starts[claim_number]
    accident = claims["accident"][drawn]
    event = drawn[claim_first]
    readmitted = claims["earlier_event"][drawn]
    event = np.where(
        readmitted & (claims["person"][event] == claims["person"][np.maximum(event - 1, 0)]), event - 1, event
    )
    serial = np.arange(keep) + 1
    invoice_no = 3_100_000_000_000_000 + (serial * 7_919) % 99_999_999_977
    again = np.flatnonzero(kept["again"][1:] & (owner[1:] == owner[:-1])) + 1
    invoice_no[again] = invoice_no[again - 1]
    cause = np.where(accident, int(Cause.ACCIDENT), int(Cause.ILLNESS))
    due = np.where(people["misstated"][person], 120_000, -1)
    paid_premium = np.where(people["misstated"][person], 1_200 * people["paid_of_due"][person], -1)
    event_on = kept["event_on"]
    columns: Draw = {
        "owner": owner + 1,
        "insured": person + 1,
        "policy": owner * 2 + 1 + (second & (habit == 0)),
        "chain": owner * 2 + 1,
        "plan": people["plan"][person],
        "starts_on": starts_on,
        "ends_on": ends_on,
        "continuous_since": since,
        "with_social_insurance": people["social"][person],
        "claim_free_years": claim_free,
        "sum_insured": people["sum_insured"][person],
        "premium_paid": paid_premium,
        "premium_due": due,
        "claim": claim_of + 1,
        "registered_on": kept["registered_on"],
        "settled_on": kept["settled_on"],
        "cause": cause,
        "event": event + 1,
        "trigger_on": np.where(accident, event_on[claim_first], NEVER),
        "papers": np.where(claims["papers"][drawn] > 0, (1 << len(Paper)) - 1 - claims["papers"][drawn], -1),
        **{name: column[claim_number] for name, column in paid.items()},
        "invoice": serial - (np.arange(keep)[claim_starts])[claim_number],
        "invoice_no": invoice_no,
        "setting": setting,
        "event_on": event_on,
        "until_on": kept["until_on"],
        "leave_days": kept["leave_days"],
        "hospital": kept["hospital"],
        "level": kept["level"],
        "ownership": np.where(kept["private"], int(Ownership.PRIVATE), int(Ownership.PUBLIC)),
        "department": kept["department"],
        "emergency_until": np.where(kept["emergency"], kept["until_on"], NEVER),
        "icd": claims["disease"][drawn],
        "settled": kept["settled"],
        "public": public,
        "used_elsewhere": kept["elsewhere"],
        "known_on": np.where(people["proven"][person], starts_on - 1_000, NEVER),
        "suspected": people["suspected"][person],
    }
    spread = {name: column[invoice] for name, column in columns.items()}
    return spread | {
        "line": line,
        "category": category,
        "scope": scope,
        "quantity": quantity,
        "served_on": served_on,
        "billed": billed,
        "public_of_line": public_of_line,
    }


def _frame(columns: Draw, shape: Shape) -> pl.DataFrame:
    """The columns in their declared types."""
    words: dict[str, list[str]] = {"icd": _codes(shape)}
    if shape.conditions:
        named = COLUMNS["category"].words
        words["category"] = [*named, Category.DIAGNOSED.name.lower()]
        columns["category"] = np.where(columns["category"] == Category.DIAGNOSED, len(named), columns["category"])
    if shape.plans:
        words["plan"] = list(shape.plans)
    else:
        del columns["plan"]
    series = []
    for name, values in columns.items():
        column = COLUMNS[name]
        if name in words or column.words:
            kind = pl.Enum(words[name] if name in words else list(column.words))
            made = pl.Series(name, kind.categories.to_list(), dtype=kind)[values.astype(np.uint32)]
        elif column.dtype == pl.Date:
            days = pl.Series(name, values.astype(np.int32))
            if column.null:
                days = days.set(days == NEVER, None)
            made = days.cast(pl.Date)
        else:
            made = pl.Series(name, values).cast(column.dtype)
            if column.null and values.dtype != bool:
                made = made.set(made < 0, None)
        series.append(made)
    return pl.DataFrame(series)


def shape_for(terms: Terms | None, lines: int, seed: int, year: int | None) -> Shape:
    """The shape of a year that a product's claims would have; of any product's where none is named.

    Contracts begin from the second day of the year before, so the year follows the first for which the terms are whole.
    """
    if terms is None:
        return Shape(lines, seed, date(year or FIRST_YEAR, 1, 1))
    if year is None:
        whole = terms.sold_from
        year = max(FIRST_YEAR, whole.year + (1 if whole <= date(whole.year, 1, 2) else 2))
    taken = frozenset(setting for benefit in terms.benefits for setting in taken_settings(benefit))
    conditions = dict.fromkeys(code for benefit in terms.benefits for code in benefit.conditions)
    return Shape(lines, seed, date(year, 1, 1), terms.plans, taken - {Setting.DIAGNOSIS}, tuple(conditions))


def taken_settings(benefit: Benefit) -> tuple[Setting, ...]:
    """Where the treatment takes place that a benefit pays for."""
    if benefit.kind == "daily":
        return benefit.settings or (Setting.INPATIENT,)
    return benefit.settings


def metadata_of(shape: Shape) -> dict[str, str]:
    """What the Parquet metadata of a synthetic year says."""
    return {
        **SYNTHETIC,
        "hearth.seed": str(shape.seed),
        "hearth.lines": str(shape.lines),
        "hearth.year": str(shape.first_on.year),
    }
