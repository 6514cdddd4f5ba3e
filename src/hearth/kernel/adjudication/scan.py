"""The scan: gates, eligible amounts, public and other payments, deductibles, ratios and limits in one pass.

docs/computing.md states what each step gives.  The functions here are plain Python in the subset that numba compiles:
`run.adjudicate` calls them as they are or compiled.  All amounts are whole fen; nothing is allocated inside.
They stand in one file because the compiled form is kept as long as this file does not change.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from hearth.words.arrays import I32, I64

NEVER = -(2**31) + 1
PER_CLAIM, PER_VISIT, PER_DAY, PER_LINE = 0, 1, 2, 3
INDEMNITY, DAILY, LUMP_SUM = 0, 1, 2
UNIT_FEN, UNIT_DAYS, UNIT_TIMES, UNIT_SUM_INSURED = 0, 1, 2, 3
FAMILY = 1
SPAN_VISIT, SPAN_STAY, SPAN_DAY, SPAN_MONTH, SPAN_EVENT, SPAN_TRIGGER, SPAN_YEAR, SPAN_GUARANTEED = range(8)
SETTING_DIAGNOSIS = 5
G_IN_FORCE, G_PERSON, G_WAITING, G_HOSPITAL, G_EXCLUSION, G_PRE_EXISTING = 1, 2, 4, 8, 16, 32
G_TIME_WINDOW, G_DUPLICATE, G_NECESSARY, G_PAPERS, G_ENDED, G_BENEFIT, G_SUMS = 64, 128, 256, 512, 1024, 2048, 4096
REFER = 65536
NOTHING_LEFT, DEDUCTIBLE_TOOK, OWN_SHARE_TOOK, LIMIT_TOOK, AGE_TOOK, ITEM_CAP_TOOK = 20, 21, 22, 23, 24, 25
TAG_USED, TAG_OCCASION, TAG_ENDED = 0, 1, 2
OCCASION_CLAIM, OCCASION_VISIT, OCCASION_DAY = 0, 1, 2
NO_CAP = 1 << 62


class Memory(NamedTuple):
    """What deductibles and limits have used so far: an open-addressed table, emptied between owners by its stamp."""

    who: I64
    what: I64
    value: I64
    stamp: I32


class Work(NamedTuple):
    """Room for one claim: row arrays of its longest claim, unit arrays of as many units."""

    eligible: I64
    row_public: I64  # public payments on the eligible part
    row_public_rest: I64  # and on the other part
    row_others: I64
    row_others_rest: I64
    row_unit: I64
    order: I64
    unit_benefit: I64
    unit_class: I64
    unit_cover: I64
    unit_key: I64
    unit_day: I64
    unit_first: I64
    unit_invoice: I64
    unit_eligible: I64
    unit_public: I64
    unit_left: I64
    unit_source: I64  # [units, 4]
    unit_spread: I64
    unit_ended: I64
    unit_result: I64  # [units, 5]: payable, for age, over limits, own share, entitlement
    running: I64  # [units, 10]: running sums of five spreads


def mul_div(a: int, b: int, c: int) -> int:
    """round(a * b / c), half up, exact for 0 <= a, b, c <= 2**40 and min(a, b) <= c.

    Needs:   c > 0
    Gives:   a whole number; the product is formed in two halves, so it never leaves int64
    Source:  docs/computing.md, spread
    """
    if a < 2147483648 and b < 2147483648:
        product = a * b
        whole = product // c
        rest = product - whole * c
    else:
        high = (a >> 20) * b
        whole_high = high // c
        low = ((high - whole_high * c) << 20) + (a & 1048575) * b
        whole_low = low // c
        whole = (whole_high << 20) + whole_low
        rest = low - whole_low * c
    if 2 * rest >= c:
        whole += 1
    return whole


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


def recall(memory: Memory, who: int, what: int, stamp: int) -> int:
    """Where (who, what) stands in the memory, or -1.

    Needs:   stamp of the owner at hand
    Gives:   a place in Memory.value or -1
    Source:  open addressing, linear probing
    """
    mask = len(memory.who) - 1
    place = ((who * 1640531527 + what * 40503) >> 13) & mask
    while memory.stamp[place] == stamp:
        if memory.who[place] == who and memory.what[place] == what:
            return place
        place = (place + 1) & mask
    return -1


def find(memory: Memory, who: int, what: int, stamp: int) -> int:
    """Where (who, what) stands in the memory; it is entered with 0 if it was not there.

    Needs:   a table at least twice as large as an owner's entries
    Gives:   a place in Memory.value
    Source:  open addressing, linear probing
    """
    mask = len(memory.who) - 1
    place = ((who * 1640531527 + what * 40503) >> 13) & mask
    while memory.stamp[place] == stamp:
        if memory.who[place] == who and memory.what[place] == what:
            return place
        place = (place + 1) & mask
    memory.who[place] = who
    memory.what[place] = what
    memory.value[place] = 0
    memory.stamp[place] = stamp
    return place


def span_key(
    span: int, span_days: int, visit: int, stay: int, served_on: int, by_day: bool, event_on: int,
    event: int, trigger: int, since: int, year: int, guaranteed: int,
) -> int:  # fmt: skip
    """The key of the span that a deductible or limit counts in.

    Needs:   the days and keys of the unit's first row
    Gives:   a number that is the same for all units of one span
    Source:  docs/computing.md, spans
    """
    if span == SPAN_YEAR:
        return year
    if span == SPAN_VISIT:
        return visit
    if span == SPAN_STAY:
        return stay
    if span == SPAN_DAY:
        return served_on
    if span == SPAN_MONTH:
        return month_of(served_on if by_day else event_on)
    if span == SPAN_EVENT:
        return event
    if span == SPAN_TRIGGER:
        return trigger * 65536 + (since // span_days if since >= 0 else 65535)
    if span == SPAN_GUARANTEED:
        return guaranteed
    return 0


def scan(
    inputs: Any, outcome: Any, memory: Memory, work: Work, earlier: I64, traced: bool, first: int, last: int
) -> None:
    """Adjudicates all steps of the owners first .. last-1.

    Needs:   arrays as words.arrays says, steps in declared order; earlier all 0, empty where no step feeds another
    Gives:   columns of every row of every step, and the traces where traced
    Source:  docs/computing.md 2-5; DOMAIN 3.2 steps 0-11
    """
    rows, invoices, claims, covers, steps, opening, book = inputs
    columns, row_trace, unit_trace = outcome
    feeding = len(earlier) > 0

    for owner in range(first, last):
        stamp = owner + 1
        for o in range(opening.opening_from[owner], opening.opening_from[owner + 1]):
            who = (int(opening.holder[o]) << 16) | (int(opening.rule[o]) << 2) | TAG_USED
            memory.value[find(memory, who, int(opening.span[o]), stamp)] += opening.used[o]

        for step in range(steps.step_from[owner], steps.step_from[owner + 1]):
            claim = int(steps.claim[step])
            chain = int(steps.chain[step])
            i_first = int(claims.invoice_from[claim])
            i_last = int(claims.invoice_from[claim + 1])
            r_first = int(invoices.row_from[i_first])
            r_last = int(invoices.row_from[i_last])
            out = int(steps.row_from[step]) - r_first
            insured = int(claims.insured[claim])
            papers = int(claims.papers[claim])
            cause = int(claims.cause[claim])
            onset_on = int(claims.onset_on[claim])
            units = 0
            surplus = 0

            # Gates and eligible amounts, then public payments, invoice by invoice.
            for i in range(i_first, i_last):
                event_on = int(invoices.event_on[i])
                cover = -1
                begun = -1
                any_cover = -1
                for q in range(covers.cover_from[chain], covers.cover_from[chain + 1]):
                    if covers.insured[q] == insured:
                        if any_cover < 0:
                            any_cover = q
                        if covers.starts_on[q] <= event_on:
                            begun = q
                            if event_on < covers.ends_on[q]:
                                cover = q
                invoice_fails = 0
                invoice_refers = 0
                if cover < 0:
                    invoice_fails |= G_IN_FORCE
                    cover = begun if begun >= 0 else any_cover
                v = int(covers.version[cover])
                setting = int(invoices.setting[i])
                disease = int(invoices.disease[i])
                flags = int(invoices.flags[i])
                if flags & 2:
                    invoice_fails |= G_PERSON
                if flags & 1:
                    invoice_fails |= G_DUPLICATE
                if flags & 32:
                    invoice_refers |= G_DUPLICATE
                if flags & 4:
                    invoice_refers |= G_SUMS
                waits = int(book.waiting_days[v])
                waits_from = int(covers.waits_from[cover])
                in_waiting = False
                if waits > 0 and (cause == 0 or book.accident_waits[v]):
                    in_waiting = (
                        waits_from <= event_on < waits_from + waits or waits_from <= onset_on < waits_from + waits
                    )
                hospital_bad = setting != SETTING_DIAGNOSIS and not book.hospital_ok[v, invoices.hospital[i]]
                emergency_until = NEVER
                if book.emergency_excepted[v]:
                    emergency_until = int(invoices.emergency_until[i])
                known_on = int(invoices.known_on[i])
                proven_before = known_on != NEVER and known_on < waits_from
                lower_ratio = 0
                if book.pre_existing[v] == 0:
                    if proven_before:
                        invoice_fails |= G_PRE_EXISTING
                elif book.pre_existing[v] == 1 and proven_before:
                    lower_ratio = 3
                if flags & 16 and book.pre_existing[v] != 2:
                    invoice_refers |= G_PRE_EXISTING
                public = int(invoices.public[i])
                ratio_class = 1
                if invoices.settled[i] and not (book.zero_is_unsettled[v] and public == 0):
                    ratio_class = 0
                elif not covers.with_social_insurance[cover]:
                    ratio_class = 2
                ratio_class += lower_ratio
                unproven = int(covers.unproven[cover])
                excluded_here = int(book.excluded_disease[v, disease])
                b_first = int(book.benefit_from[v])
                candidates = (
                    int(book.per_setting[v, setting])
                    & int(book.per_cause[v, cause])
                    & int(book.per_disease[v, disease])
                )
                in_window = candidates
                b = 0
                while candidates >> b:
                    if candidates >> b & 1:
                        g = b_first + b
                        passes = True
                        if book.window_before[g] >= 0:
                            inclusive = int(book.window_inclusive[g])
                            before = int(invoices.days_before[i])
                            after = int(invoices.days_after[i])
                            low = 1 - inclusive
                            passes = (low <= before <= book.window_before[g] - inclusive) or (
                                low <= after <= book.window_after[g] - inclusive
                            )
                        if book.trigger_days[g] >= 0:
                            passes = passes and 0 <= invoices.days_since_trigger[i] <= book.trigger_days[g]
                        if book.trigger_months[g] >= 0:
                            passes = (
                                passes
                                and invoices.days_since_trigger[i] >= 0
                                and invoices.months_since_trigger[i] <= book.trigger_months[g]
                            )
                        if not passes:
                            in_window &= ~(1 << b)
                    b += 1

                line_at = -1
                line_benefit = -1
                line_took = 0
                given = 0
                eligible_in = 0
                eligible_out = 0
                rest_in = 0
                rest_out = 0
                for r in range(invoices.row_from[i], invoices.row_from[i + 1]):
                    j = r - r_first
                    billed = int(rows.billed[r])
                    category = int(rows.category[r])
                    scope = int(rows.scope[r])
                    served_on = int(rows.served_on[r])
                    fails = invoice_fails
                    refers = invoice_refers
                    fitting = candidates & int(book.per_item[v, category, scope])
                    g = -1
                    b = -1
                    if fitting == 0:
                        fails |= G_BENEFIT
                    else:
                        if fitting & in_window:
                            fitting &= in_window
                        else:
                            fails |= G_TIME_WINDOW
                        b = 0
                        while not fitting >> b & 1:
                            b += 1
                        g = b_first + b
                        if book.papers[g] & ~papers:
                            fails |= G_PAPERS
                    if in_waiting and (g < 0 or not book.no_waiting[g]):
                        fails |= G_WAITING
                    if hospital_bad and (g < 0 or not book.any_hospital[g]) and served_on > emergency_until:
                        fails |= G_HOSPITAL
                    excluded = excluded_here | int(book.excluded_item[v, category])
                    if excluded:
                        if excluded & ~unproven:
                            fails |= G_EXCLUSION
                        else:
                            refers |= G_EXCLUSION
                    if rows.flags[r]:
                        fails |= G_NECESSARY
                    eligible = 0
                    unit = -1
                    if fails == 0:
                        kind = int(book.kind[g])
                        if kind == INDEMNITY:
                            eligible = billed
                            cap = int(book.cap[g, category])
                            if cap >= 0:
                                if book.cap_by_quantity[g, category]:
                                    cap *= int(rows.quantity[r])
                                if rows.line[r] == line_at and g == line_benefit:
                                    cap -= line_took
                                    cap = max(cap, 0)
                                eligible = min(eligible, cap)
                            if rows.line[r] == line_at and g == line_benefit:
                                line_took += eligible
                            else:
                                line_at = int(rows.line[r])
                                line_benefit = g
                                line_took = eligible
                        per = int(book.per[g])
                        key = 0
                        day = 0
                        nearest = 0
                        if kind != INDEMNITY or per == PER_VISIT:
                            key = int(invoices.visit[i])
                        elif per == PER_DAY:
                            key = int(invoices.visit[i])
                            day = served_on
                        elif per == PER_LINE:
                            key = i
                            day = int(rows.line[r])
                            nearest = max(0, units - 4)
                        unit = units - 1
                        while unit >= nearest and not (
                            work.unit_benefit[unit] == g
                            and work.unit_class[unit] == ratio_class
                            and work.unit_cover[unit] == cover
                            and work.unit_key[unit] == key
                            and work.unit_day[unit] == day
                        ):
                            unit -= 1
                        if unit < nearest:
                            unit = units
                            units += 1
                            work.unit_benefit[unit] = g
                            work.unit_class[unit] = ratio_class
                            work.unit_cover[unit] = cover
                            work.unit_key[unit] = key
                            work.unit_day[unit] = day
                            work.unit_first[unit] = r
                            work.unit_invoice[unit] = i
                            work.unit_eligible[unit] = 0
                            work.unit_public[unit] = 0
                            work.unit_left[unit] = 0
                            work.unit_spread[unit] = 0
                            for s in range(4):
                                work.unit_source[unit, s] = 0
                        work.unit_eligible[unit] += eligible
                    work.eligible[j] = eligible
                    work.row_unit[j] = unit
                    rest = billed - eligible
                    on_eligible = 0
                    on_rest = 0
                    if rows.public[r] >= 0:
                        stated = min(int(rows.public[r]), billed)
                        on_eligible = min(stated, eligible)
                        on_rest = stated - on_eligible
                        given += stated
                    work.row_public[j] = on_eligible
                    work.row_public_rest[j] = on_rest
                    if scope == 0:
                        eligible_in += eligible - on_eligible
                        rest_in += rest - on_rest
                    else:
                        eligible_out += eligible - on_eligible
                        rest_out += rest - on_rest
                    columns.gates[out + r] = fails | refers * REFER
                    if traced:
                        row_trace.benefit[out + r] = b
                        row_trace.exclusions[out + r] = excluded
                        row_trace.eligible[out + r] = eligible

                if public > given:
                    share = public - given
                    eligible_all = eligible_in + eligible_out
                    if book.attribution[v] == 0:
                        to_eligible = min(share, eligible_all)
                    else:
                        whole = eligible_all + rest_in + rest_out
                        to_eligible = 0
                        if whole > 0:
                            to_eligible = min(eligible_all, mul_div(eligible_all, share, whole))
                    to_eligible_in = min(to_eligible, eligible_in)
                    to_eligible_out = to_eligible - to_eligible_in
                    to_rest_in = min(share - to_eligible, rest_in)
                    to_rest_out = min(share - to_eligible - to_rest_in, rest_out)
                    sum0 = 0
                    sum1 = 0
                    sum2 = 0
                    sum3 = 0
                    got0 = 0
                    got1 = 0
                    got2 = 0
                    got3 = 0
                    for r in range(invoices.row_from[i], invoices.row_from[i + 1]):
                        j = r - r_first
                        weight = int(work.eligible[j] - work.row_public[j])
                        weight_rest = int(rows.billed[r] - work.eligible[j] - work.row_public_rest[j])
                        if rows.scope[r] == 0:
                            if to_eligible_in == eligible_in:
                                work.row_public[j] += weight
                            elif to_eligible_in > 0:
                                sum0 += weight
                                upto = mul_div(to_eligible_in, sum0, eligible_in)
                                work.row_public[j] += upto - got0
                                got0 = upto
                            if to_rest_in == rest_in:
                                work.row_public_rest[j] += weight_rest
                            elif to_rest_in > 0:
                                sum1 += weight_rest
                                upto = mul_div(to_rest_in, sum1, rest_in)
                                work.row_public_rest[j] += upto - got1
                                got1 = upto
                        else:
                            if to_eligible_out == eligible_out:
                                work.row_public[j] += weight
                            elif to_eligible_out > 0:
                                sum2 += weight
                                upto = mul_div(to_eligible_out, sum2, eligible_out)
                                work.row_public[j] += upto - got2
                                got2 = upto
                            if to_rest_out == rest_out:
                                work.row_public_rest[j] += weight_rest
                            elif to_rest_out > 0:
                                sum3 += weight_rest
                                upto = mul_div(to_rest_out, sum3, rest_out)
                                work.row_public_rest[j] += upto - got3
                                got3 = upto

            # What chains earlier in the claim's order pay, then the other sources.
            for r in range(r_first, r_last):
                j = r - r_first
                unit = int(work.row_unit[j])
                on_eligible = 0
                on_rest = 0
                if feeding and earlier[r] > 0:
                    paid = int(earlier[r])
                    on_eligible = min(paid, int(work.eligible[j] - work.row_public[j]))
                    on_rest = min(paid - on_eligible, int(rows.billed[r] - work.eligible[j] - work.row_public_rest[j]))
                    surplus += paid - on_eligible - on_rest
                work.row_others[j] = on_eligible
                work.row_others_rest[j] = on_rest
                if unit >= 0:
                    work.unit_public[unit] += work.row_public[j]
                    work.unit_source[unit, 0] += on_eligible
                    work.unit_left[unit] += work.eligible[j] - work.row_public[j] - on_eligible

            for n in range(units):
                work.order[n] = n
            for n in range(1, units):
                here = work.order[n]
                m = n - 1
                while m >= 0:
                    there = work.order[m]
                    if work.unit_invoice[there] < work.unit_invoice[here] or (
                        work.unit_invoice[there] == work.unit_invoice[here]
                        and (
                            work.unit_benefit[there] < work.unit_benefit[here]
                            or (
                                work.unit_benefit[there] == work.unit_benefit[here]
                                and work.unit_first[there] < work.unit_first[here]
                            )
                        )
                    ):
                        break
                    work.order[m + 1] = there
                    m -= 1
                work.order[m + 1] = here

            leftover = 0
            spread_any = False
            for s in range(4):
                amount = int(claims.others[claim, s])
                if s == 0:
                    amount += surplus
                if amount > 0:
                    left = 0
                    for n in range(units):
                        left += int(work.unit_left[n])
                    take = min(amount, left)
                    leftover += amount - take
                    if take > 0:
                        spread_any = True
                        running = 0
                        done = 0
                        for n in range(units):
                            unit = int(work.order[n])
                            running += int(work.unit_left[unit])
                            upto = mul_div(take, running, left)
                            share = upto - done
                            done = upto
                            work.unit_source[unit, s] += share
                            work.unit_spread[unit] += share
                            work.unit_left[unit] -= share
            if spread_any or leftover > 0:
                for n in range(units):
                    work.running[n, 0] = 0
                    work.running[n, 1] = 0
                rest_all = 0
                for r in range(r_first, r_last):
                    j = r - r_first
                    unit = int(work.row_unit[j])
                    if unit >= 0 and work.unit_spread[unit] > 0:
                        work.running[unit, 0] += work.eligible[j] - work.row_public[j] - work.row_others[j]
                        upto = mul_div(
                            int(work.unit_spread[unit]),
                            int(work.running[unit, 0]),
                            int(work.unit_left[unit] + work.unit_spread[unit]),
                        )
                        work.row_others[j] += upto - work.running[unit, 1]
                        work.running[unit, 1] = upto
                    rest_all += int(
                        rows.billed[r] - work.eligible[j] - work.row_public_rest[j] - work.row_others_rest[j]
                    )
                leftover = min(leftover, rest_all)
                if leftover > 0:
                    running = 0
                    done = 0
                    for r in range(r_first, r_last):
                        j = r - r_first
                        running += int(
                            rows.billed[r] - work.eligible[j] - work.row_public_rest[j] - work.row_others_rest[j]
                        )
                        upto = mul_div(leftover, running, rest_all)
                        work.row_others_rest[j] += upto - done
                        done = upto

            # Deductible, ratio, limits, ceiling, age: unit by unit.
            for n in range(units):
                unit = int(work.order[n])
                g = int(work.unit_benefit[unit])
                cover = int(work.unit_cover[unit])
                r = int(work.unit_first[unit])
                i = int(work.unit_invoice[unit])
                kind = int(book.kind[g])
                per = int(book.per[g])
                by_day = kind == INDEMNITY and per in (PER_DAY, PER_LINE)
                event_on = int(invoices.event_on[i])
                served_on = int(rows.served_on[r])
                visit = int(invoices.visit[i])
                holder = int(covers.holder[cover])
                left_over = int(work.unit_left[unit])
                work.unit_ended[unit] = 0
                for m in range(10):
                    work.running[unit, m] = 0
                ended = recall(memory, (holder << 16) | TAG_ENDED, 0, stamp)
                if ended >= 0 and memory.value[ended] <= event_on:
                    work.unit_ended[unit] = 1
                    for m in range(5):
                        work.unit_result[unit, m] = 0
                    continue

                all_public = int(work.unit_public[unit])
                ratio = 0
                loss = 0
                days = 0
                own = 0
                deducted = 0
                daily = int(book.daily[g])
                if kind == INDEMNITY:
                    loss = int(work.unit_eligible[unit])
                    if book.nets_public[book_version(covers, cover)]:
                        loss -= all_public
                    for s in range(4):
                        if book.netted[g] >> s & 1:
                            loss -= int(work.unit_source[unit, s])
                    loss = max(loss, 0)
                    ratio = int(book.ratio[g, work.unit_class[unit]])
                    base = loss
                    if book.ratio_first[g]:
                        base = (loss * ratio + 5000) // 10000
                        own = loss - base
                elif kind == DAILY:
                    days = int(rows.quantity[r])
                    base = days
                else:
                    base = (int(covers.sum_insured[cover]) * int(book.share[g]) + 5000) // 10000
                    ratio = int(book.share[g])

                for d in range(book.deductible_from[g], book.deductible_from[g + 1]):
                    rule = int(book.deductible_rule[d])
                    if (book.rule_unit[rule] == UNIT_DAYS) != (kind == DAILY) or kind == LUMP_SUM:
                        continue
                    whose = int(covers.family[cover]) if book.rule_holder[rule] == FAMILY else holder
                    key = span_key(
                        int(book.rule_span[rule]), int(book.rule_span_days[rule]), visit, int(invoices.stay[i]),
                        served_on, by_day, event_on, int(claims.event[claim]), int(claims.trigger[claim]),
                        int(invoices.days_since_trigger[i]), int(covers.starts_on[cover]),
                        int(covers.guaranteed[cover]),
                    )  # fmt: skip
                    place = find(memory, (whose << 16) | (int(book.rule_no[rule]) << 2) | TAG_USED, key, stamp)
                    amount = int(book.rule_amount[rule])
                    full = amount - int(book.rule_step[rule]) * int(covers.claim_free[cover])
                    full = min(amount, max(full, int(book.rule_minimum[rule])))
                    used = int(memory.value[place])
                    offset = 0
                    if kind == INDEMNITY:
                        for s in range(4):
                            if book.rule_offset[rule] >> s & 1:
                                offset += int(work.unit_source[unit, s])
                    left = max(0, full - used - offset)
                    take = min(base, left)
                    base -= take
                    deducted += take
                    memory.value[place] = max(used, min(full, used + offset + take))
                    if traced:
                        at = int(unit_trace.filled[1])
                        unit_trace.filled[1] = at + 1
                        unit_trace.rules[at, 0] = unit_trace.filled[0]
                        unit_trace.rules[at, 1] = rule
                        unit_trace.rules[at, 2] = 0
                        unit_trace.rules[at, 3] = full
                        unit_trace.rules[at, 4] = used
                        unit_trace.rules[at, 5] = offset
                        unit_trace.rules[at, 6] = left
                        unit_trace.rules[at, 7] = take

                entitled_days = base
                amount_due = base
                if kind == INDEMNITY:
                    if not book.ratio_first[g]:
                        amount_due = (base * ratio + 5000) // 10000
                        own = base - amount_due
                elif kind == DAILY:
                    amount_due = base * daily
                capped = amount_due
                days_paid = entitled_days
                limit_rule = -1
                for d in range(book.limit_from[g], book.limit_from[g + 1]):
                    rule = int(book.limit_rule[d])
                    whose = int(covers.family[cover]) if book.rule_holder[rule] == FAMILY else holder
                    who = (whose << 16) | (int(book.rule_no[rule]) << 2)
                    key = span_key(
                        int(book.rule_span[rule]), int(book.rule_span_days[rule]), visit, int(invoices.stay[i]),
                        served_on, by_day, event_on, int(claims.event[claim]), int(claims.trigger[claim]),
                        int(invoices.days_since_trigger[i]), int(covers.starts_on[cover]),
                        int(covers.guaranteed[cover]),
                    )  # fmt: skip
                    place = find(memory, who | TAG_USED, key, stamp)
                    used = int(memory.value[place])
                    counts = int(book.rule_unit[rule])
                    amount = int(book.rule_amount[rule])
                    cap = NO_CAP
                    left = -1
                    if counts in (UNIT_FEN, UNIT_SUM_INSURED):
                        if counts == UNIT_SUM_INSURED:
                            amount = (int(covers.sum_insured[cover]) * amount + 5000) // 10000
                        cap = max(0, amount - used)
                        left = cap
                    elif counts == UNIT_DAYS and kind == DAILY:
                        left = max(0, amount - used)
                        days_paid = min(days_paid, left)
                        cap = left * daily
                    else:
                        occasion = (claim << 2) | OCCASION_CLAIM
                        if counts == UNIT_DAYS:
                            occasion = (served_on << 2) | OCCASION_DAY
                        elif kind != INDEMNITY or per != PER_CLAIM:
                            occasion = (visit << 2) | OCCASION_VISIT
                        if recall(memory, who | TAG_OCCASION, occasion, stamp) < 0:
                            left = max(0, amount - used)
                            if left == 0:
                                cap = 0
                    if cap < capped:
                        capped = cap
                        limit_rule = rule
                    if traced:
                        at = int(unit_trace.filled[1])
                        unit_trace.filled[1] = at + 1
                        unit_trace.rules[at, 0] = unit_trace.filled[0]
                        unit_trace.rules[at, 1] = rule
                        unit_trace.rules[at, 2] = 1
                        unit_trace.rules[at, 3] = amount
                        unit_trace.rules[at, 4] = used
                        unit_trace.rules[at, 5] = 0
                        unit_trace.rules[at, 6] = left
                        unit_trace.rules[at, 7] = 0
                ceiling = capped
                if kind == INDEMNITY:
                    ceiling = min(capped, left_over)
                payable = ceiling
                if covers.premium_paid[cover] != covers.premium_due[cover]:
                    payable = mul_div(ceiling, int(covers.premium_paid[cover]), int(covers.premium_due[cover]))

                for d in range(book.limit_from[g], book.limit_from[g + 1]):
                    if payable == 0:
                        break
                    rule = int(book.limit_rule[d])
                    whose = int(covers.family[cover]) if book.rule_holder[rule] == FAMILY else holder
                    who = (whose << 16) | (int(book.rule_no[rule]) << 2)
                    key = span_key(
                        int(book.rule_span[rule]), int(book.rule_span_days[rule]), visit, int(invoices.stay[i]),
                        served_on, by_day, event_on, int(claims.event[claim]), int(claims.trigger[claim]),
                        int(invoices.days_since_trigger[i]), int(covers.starts_on[cover]),
                        int(covers.guaranteed[cover]),
                    )  # fmt: skip
                    place = find(memory, who | TAG_USED, key, stamp)
                    counts = int(book.rule_unit[rule])
                    if counts in (UNIT_FEN, UNIT_SUM_INSURED):
                        memory.value[place] += payable
                    elif counts == UNIT_DAYS and kind == DAILY:
                        memory.value[place] += days_paid
                    else:
                        occasion = (claim << 2) | OCCASION_CLAIM
                        if counts == UNIT_DAYS:
                            occasion = (served_on << 2) | OCCASION_DAY
                        elif kind != INDEMNITY or per != PER_CLAIM:
                            occasion = (visit << 2) | OCCASION_VISIT
                        if recall(memory, who | TAG_OCCASION, occasion, stamp) < 0:
                            find(memory, who | TAG_OCCASION, occasion, stamp)
                            memory.value[place] += 1
                if book.ends_contract[g] and payable > 0:
                    ended = find(memory, (holder << 16) | TAG_ENDED, 0, stamp)
                    memory.value[ended] = event_on

                for_age = ceiling - payable
                if kind == INDEMNITY:
                    rest = left_over - ceiling
                    deducted_here = min(deducted, rest)
                    own_here = min(own, rest - deducted_here)
                    over = rest - deducted_here - own_here
                else:
                    own_here = 0
                    over = amount_due - ceiling
                work.unit_result[unit, 0] = payable
                work.unit_result[unit, 1] = for_age
                work.unit_result[unit, 2] = over
                work.unit_result[unit, 3] = own_here
                work.unit_result[unit, 4] = amount_due
                if traced:
                    at = int(unit_trace.filled[0])
                    unit_trace.filled[0] = at + 1
                    table = unit_trace.table
                    table[at, 0] = step
                    table[at, 1] = cover
                    table[at, 2] = g
                    table[at, 3] = work.unit_class[unit]
                    table[at, 4] = out + r
                    table[at, 5] = work.unit_eligible[unit]
                    table[at, 6] = all_public
                    table[at, 7] = work.unit_eligible[unit] - all_public - left_over
                    table[at, 8] = loss
                    table[at, 9] = base
                    table[at, 10] = ratio
                    table[at, 11] = amount_due
                    table[at, 12] = deducted
                    table[at, 13] = limit_rule
                    table[at, 14] = capped
                    table[at, 15] = left_over
                    table[at, 16] = ceiling
                    table[at, 17] = payable
                    table[at, 18] = days
                    table[at, 19] = entitled_days if kind == DAILY else 0
                    table[at, 20] = days_paid if kind == DAILY else 0
                    work.unit_key[unit] = at

            # Back to the rows, by cumulative rounding in row order.
            for r in range(r_first, r_last):
                j = r - r_first
                unit = int(work.row_unit[j])
                at = out + r
                billed = int(rows.billed[r])
                eligible = int(work.eligible[j])
                rest = billed - eligible - int(work.row_public_rest[j]) - int(work.row_others_rest[j])
                not_covered = 0
                over = 0
                payable = 0
                for_age = 0
                own = 0
                deducted = 0
                fails = int(columns.gates[at]) & 65535
                if unit < 0:
                    not_covered = rest
                elif work.unit_ended[unit]:
                    fails = G_ENDED
                    columns.gates[at] |= G_ENDED
                    not_covered = billed - int(
                        work.row_public[j] + work.row_public_rest[j] + work.row_others[j] + work.row_others_rest[j]
                    )
                elif book.kind[work.unit_benefit[unit]] != INDEMNITY:
                    payable = int(work.unit_result[unit, 0])
                    for_age = int(work.unit_result[unit, 1])
                    over = int(work.unit_result[unit, 2])
                else:
                    weight = eligible - int(work.row_public[j]) - int(work.row_others[j])
                    whole = int(work.unit_left[unit])
                    for m in range(4):
                        total = int(work.unit_result[unit, m])
                        part = 0
                        if total > 0:
                            if total == whole:
                                part = weight
                            else:
                                work.running[unit, 2 * m] += weight
                                upto = mul_div(total, int(work.running[unit, 2 * m]), whole)
                                part = upto - int(work.running[unit, 2 * m + 1])
                                work.running[unit, 2 * m + 1] = upto
                        weight -= part
                        whole -= total
                        if m == 0:
                            payable = part
                        elif m == 1:
                            for_age = part
                        elif m == 2:
                            over = part
                        else:
                            own = part
                    deducted = weight
                columns.public[at] = work.row_public[j] + work.row_public_rest[j]
                columns.others[at] = work.row_others[j] + work.row_others_rest[j]
                columns.not_covered[at] = not_covered
                columns.deductible[at] = deducted
                columns.own_share[at] = own
                columns.reduced_for_age[at] = for_age
                columns.payable[at] = payable
                excess = 0
                if unit >= 0 and not work.unit_ended[unit]:
                    excess = rest
                columns.over_limits[at] = over + excess
                reason = 0
                if fails:
                    reason = 1
                    while not fails >> (reason - 1) & 1:
                        reason += 1
                else:
                    most = 0
                    if excess > most:
                        most = excess
                        reason = ITEM_CAP_TOOK
                    if deducted > most:
                        most = deducted
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
                columns.reason[at] = reason
                if feeding and steps.payable_counts[step]:
                    earlier[r] += payable
                if traced:
                    row_trace.unit[at] = -1
                    if unit >= 0 and not work.unit_ended[unit]:
                        row_trace.unit[at] = work.unit_key[unit]


def book_version(covers: Any, cover: int) -> int:
    """The version of a contract year.

    Needs:   a number of Covers
    Gives:   a number of Book's versions
    Source:  words.arrays
    """
    return int(covers.version[cover])


COMPILED_TOGETHER = ("mul_div", "month_of", "recall", "find", "span_key", "book_version", "scan")
"""The functions above in the order in which they call one another."""
