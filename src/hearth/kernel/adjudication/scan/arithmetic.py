"""Arithmetic of the scan: exact rounding, calendar months, keys of spans.  In the subset that numba compiles."""

from __future__ import annotations

from hearth.words.arrays import I32, I64

SPAN_VISIT, SPAN_STAY, SPAN_DAY, SPAN_MONTH, SPAN_EVENT, SPAN_TRIGGER, SPAN_YEAR = 0, 1, 2, 3, 4, 5, 6
SPAN_GUARANTEED, SPAN_LIFE, SINCE_TRIGGER = 7, 8, 9
UNTRIGGERED = 65_535
ON_ADMISSION, ON_DISCHARGE = 64, 128
NOTHING_LEFT, DEDUCTIBLE_TOOK, OWN_SHARE_TOOK, LIMIT_TOOK, AGE_TOOK, ITEM_CAP_TOOK = 20, 21, 22, 23, 24, 25


def mul_div(a: int, b: int, c: int) -> int:
    """round(a * b / c), half up, exact for 0 <= a, b, c <= 2**40 and min(a, b) <= c.

    Needs:   c > 0
    Gives:   a whole number; a product of large amounts is formed in two halves, so it never leaves int64
    Source:  docs/computing.md, spread
    """
    if a < 2147483648 and b < 2147483648:
        return (a * b + (c >> 1)) // c
    return mul_div_in_halves(a, b, c)


def mul_div_in_halves(a: int, b: int, c: int) -> int:
    """round(a * b / c), half up, for amounts whose product would leave int64.

    Needs:   as mul_div
    Gives:   a whole number
    Source:  docs/computing.md, spread; by itself, so that mul_div stays short enough to be put where it is used
    """
    high = (a >> 20) * b
    whole = high // c
    low = ((high - whole * c) << 20) + (a & 1048575) * b
    return (whole << 20) + (low + (c >> 1)) // c


def lowest_bit(bits: int) -> int:
    """The number of the lowest bit that is set.

    Needs:   bits > 0, below 2**62
    Gives:   a number from 0; by halves, so that no branch hangs on the value
    Source:  docs/computing.md 2: the first benefit as listed, the first gate that failed
    """
    number = 0
    if not bits & 4294967295:
        bits >>= 32
        number = 32
    if not bits & 65535:
        bits >>= 16
        number += 16
    if not bits & 255:
        bits >>= 8
        number += 8
    if not bits & 15:
        bits >>= 4
        number += 4
    if not bits & 3:
        bits >>= 2
        number += 2
    return number + 1 - (bits & 1)


def month_of(day: int) -> int:
    """Day number -> year * 12 + month - 1 of the civil calendar.

    Needs:   a day number from 1900 on
    Gives:   one number a calendar month
    Source:  days-to-civil algorithm on eras of 146,097 days
    """
    z = day + 719468
    era = z // 146097
    doe = z - era * 146097
    yoe = (doe - doe // 1460 + doe // 36524 - doe // 146096) // 365
    doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
    mp = (5 * doy + 2) // 153
    if mp < 10:
        return (yoe + era * 400) * 12 + mp + 2
    return (yoe + era * 400 + 1) * 12 + mp - 10


def name_spans(
    spans: I64, visit: int, stay: int, served_on: int, month_on: int, event: int, trigger: int, since: int, year: int,
    guaranteed: int,
) -> None:  # fmt: skip
    """The keys of the spans that a unit lies in, for span_key.

    Needs:   the days and keys of the unit's first row; room for ten keys
    Gives:   spans filled by codes.Span; the days since the trigger last
    Source:  docs/computing.md, spans
    """
    spans[SPAN_VISIT] = visit
    spans[SPAN_STAY] = stay
    spans[SPAN_DAY] = served_on
    spans[SPAN_MONTH] = month_of(month_on)
    spans[SPAN_EVENT] = event
    spans[SPAN_TRIGGER] = trigger
    spans[SPAN_YEAR] = year
    spans[SPAN_GUARANTEED] = guaranteed
    spans[SPAN_LIFE] = 0
    spans[SINCE_TRIGGER] = since


def span_key(spans: I64, span: int, span_days: int) -> int:
    """The key of the span that a deductible or limit counts in.

    Needs:   spans as name_spans fills them
    Gives:   a number that is the same for all units of one span
    Source:  docs/computing.md, spans
    """
    if span == SPAN_TRIGGER:
        since = spans[SINCE_TRIGGER]
        return int(spans[SPAN_TRIGGER] * 65536 + (since // span_days if since >= 0 else UNTRIGGERED))
    return int(spans[span])


def cover_on(
    day: int, insured: int, first: int, last: int, insureds: I32, starts_on: I32, ends_on: I32
) -> tuple[bool, int]:
    """The contract year of a day: whether one is in force, and which one's terms are used.

    Needs:   contract years first .. last-1 of one chain in order of their first day, at least one of the insured
    Gives:   (in force, number); not in force: the last that had begun, else the first
    Source:  docs/computing.md 1
    """
    cover = -1
    begun = -1
    for q in range(first, last):
        if insureds[q] == insured:
            if begun < 0 or starts_on[q] <= day:
                begun = q
            if starts_on[q] <= day < ends_on[q]:
                cover = q
    if cover >= 0:
        return True, cover
    return False, max(begun, first)


def in_windows(
    before: int, after: int, inclusive: int, trigger_days: int, trigger_months: int, is_stay: bool, flags: int,
    days_before: int, days_after: int, days_since: int, months_since: int,
) -> bool:  # fmt: skip
    """Whether an invoice lies inside a benefit's time windows.

    Needs:   the benefit's windows (-1: none); the invoice's distances (-1: none) and flags
    Gives:   True where the benefit has no window or all its windows hold the invoice; a stay is inside its own window
    Source:  docs/computing.md 2; DOMAIN 3.6 (worked: E5)
    """
    passes = True
    if before >= 0 and not is_stay:
        passes = 0 < days_before <= before - inclusive or 0 < days_after <= after - inclusive
        if inclusive:
            on_admission = flags & ON_ADMISSION != 0 and before > 0
            passes = passes or on_admission or (flags & ON_DISCHARGE != 0 and after > 0)
    if trigger_days >= 0:
        passes = passes and 0 <= days_since <= trigger_days
    if trigger_months >= 0:
        passes = passes and days_since >= 0 and months_since <= trigger_months
    return passes


def occasion_of(by_day: bool, by_visit: bool, claim: int, visit: int, served_on: int) -> int:
    """The key of what a limit of times or days counts once.

    Needs:   what the benefit is computed per
    Gives:   a number; claims, visits and days never share one
    Source:  docs/computing.md 4
    """
    if by_day:
        return (served_on << 2) | 2
    if by_visit:
        return (visit << 2) | 1
    return claim << 2


def tiers_of(
    share: int, pro_rata: bool, eligible_in: int, eligible_out: int, rest_in: int, rest_out: int
) -> tuple[int, int, int, int]:
    """Public payments that the settlement sheet has not stated by line, over the parts of an invoice.

    Needs:   what is left on the eligible and other parts, inside and outside the list
    Gives:   what goes to each of the four, none above what is left there; the rest is dropped
    Source:  docs/computing.md 3; DOMAIN 3.2 (worked: E4)
    """
    eligible = eligible_in + eligible_out
    to_eligible = min(share, eligible)
    if pro_rata:
        whole = eligible + rest_in + rest_out
        to_eligible = min(eligible, mul_div(eligible, share, whole)) if whole > 0 else 0
    to_eligible_in = min(to_eligible, eligible_in)
    to_rest_in = min(share - to_eligible, rest_in)
    to_rest_out = min(share - to_eligible - to_rest_in, rest_out)
    return to_eligible_in, to_eligible - to_eligible_in, to_rest_in, to_rest_out


def largest_reason(excess: int, deductible: int, own: int, over: int, for_age: int, payable: int) -> int:
    """What took most of a row that passed its gates, the earlier step on a tie.

    Needs:   the row's amounts; excess over an item cap apart from the other limits
    Gives:   a Reason
    Source:  docs/computing.md 5
    """
    most = excess
    reason = ITEM_CAP_TOOK if excess > 0 else 0
    if deductible > most:
        most = deductible
        reason = DEDUCTIBLE_TOOK
    if own > most:
        most = own
        reason = OWN_SHARE_TOOK
    if over > most:
        most = over
        reason = LIMIT_TOOK
    if for_age > most:
        most = for_age
        reason = AGE_TOOK
    if most == 0 and payable == 0:
        reason = NOTHING_LEFT
    return reason
