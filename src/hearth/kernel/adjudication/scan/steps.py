"""Steps: every claim under every chain of contracts, owner by owner, in declared order.

docs/computing.md states what each step gives.  The function is plain Python in the subset that numba compiles:
`run.adjudicate` calls it as it is or compiled.  All amounts are whole fen; nothing is allocated inside.  Gates are
tried for the claims of some owners at once (invoices, rows); the rest is one function, because passing a hundred
arrays on for every claim would cost more than the arithmetic (docs/decisions).
"""

from __future__ import annotations

from typing import Any

# isort: off
# fmt: off
from hearth.kernel.adjudication.scan import gates
from hearth.kernel.adjudication.scan.arithmetic import (
    largest_reason, lowest_bit, mul_div, name_spans, occasion_of, span_key, tiers_of)
from hearth.kernel.adjudication.scan.gates import REFER
from hearth.kernel.adjudication.scan.invoices import try_invoices
from hearth.kernel.adjudication.scan.memory import (
    CONTRACT, OPEN, RATIO_CLASS, TAG_ENDED, TAG_OCCASION, TAG_STAY, TAG_USED, VERSION, Memory, Work, entries_of, find,
    mask_over, recall)
from hearth.kernel.adjudication.scan.rows import try_rows
from hearth.kernel.adjudication.scan.sharing import order_units, share_others
from hearth.kernel.adjudication.scan.tracing import trace_rule, trace_unit
from hearth.words.arrays import I64
# fmt: on
# isort: on

PER_CLAIM, PER_VISIT, PER_DAY, PER_LINE = 0, 1, 2, 3
INDEMNITY, DAILY, LUMP_SUM = 0, 1, 2
UNIT_FEN, UNIT_DAYS, UNIT_SUM_INSURED = 0, 1, 3
FAMILY = 1
NO_CAP = 1 << 62
TAKEN = 4  # of work.unit_result


def scan(inputs: Any, outcome: Any, memory: Memory, work: Work, earlier: I64, sums: I64, traced: bool) -> None:
    """Adjudicates all steps of the owners that `work` names.

    Needs:   arrays as words.arrays says, steps in declared order; columns all 0; earlier all 0, empty where no step
             feeds another; sums [steps, variants] where the book holds that many variants of the terms one behind the
             other and no step feeds another (kernel.adjudication.variants), else [0, 0]
    Gives:   columns of every row of every step, and the traces where traced; with variants only sums, all that each
             step pays under each of them
    Source:  docs/computing.md 2-5; DOMAIN 3.2 steps 0-11
    """
    # names for a hundred arrays: attribute look-ups inside the loops would cost more than the arithmetic
    # fmt: off
    rows, invoices, claims, covers, steps, opening, book = inputs
    columns, row_trace, unit_trace = outcome
    rows_billed, rows_public, rows_quantity, rows_served_on = rows.billed, rows.public, rows.quantity, rows.served_on
    rows_line, rows_category, rows_scope = rows.line, rows.category, rows.scope
    invoices_row_from, invoices_event_on, invoices_public = invoices.row_from, invoices.event_on, invoices.public
    invoices_visit, invoices_stay = invoices.visit, invoices.stay
    invoices_days_since_trigger = invoices.days_since_trigger
    claims_invoice_from, claims_event, claims_trigger = claims.invoice_from, claims.event, claims.trigger
    claims_others = claims.others
    covers_version, covers_starts_on, covers_guaranteed = covers.version, covers.starts_on, covers.guaranteed
    covers_claim_free, covers_sum_insured = covers.claim_free, covers.sum_insured
    covers_premium_paid, covers_premium_due, covers_holder = covers.premium_paid, covers.premium_due, covers.holder
    covers_family = covers.family
    steps_step_from, steps_claim, steps_row_from = steps.step_from, steps.claim, steps.row_from
    steps_payable_counts = steps.payable_counts
    (opening_opening_from, opening_rule, opening_holder, opening_span, opening_used) = opening
    book_benefit_from, book_waiting_days, book_nets_public = book.benefit_from, book.waiting_days, book.nets_public
    book_attribution, book_kind, book_per, book_ratio = book.attribution, book.kind, book.per, book.ratio
    book_ratio_first, book_netted, book_daily, book_share = book.ratio_first, book.netted, book.daily, book.share
    book_ends_contract, book_cap, book_cap_by_quantity = book.ends_contract, book.cap, book.cap_by_quantity
    book_deductible_from, book_deductible_rule = book.deductible_from, book.deductible_rule
    book_limit_from, book_limit_rule, book_rule_no = book.limit_from, book.limit_rule, book.rule_no
    book_rule_holder, book_rule_unit, book_rule_span = book.rule_holder, book.rule_unit, book.rule_span
    book_rule_span_days, book_rule_amount, book_rule_step = book.rule_span_days, book.rule_amount, book.rule_step
    book_rule_minimum, book_rule_offset = book.rule_minimum, book.rule_offset
    terms = (
        book.benefit_from, book.waiting_days, book.accident_waits, book.zero_is_unsettled, book.pre_existing,
        book.hospital_ok, book.emergency_excepted, book.windowed, book.per_setting, book.per_cause, book.per_disease,
        book.excluded_disease, book.window_before, book.window_after, book.window_inclusive, book.trigger_days,
        book.trigger_months, book.any_hospital, book.no_waiting, book.papers,
    )
    (columns_public, columns_others, columns_not_covered, columns_deductible, columns_own_share,
     columns_over_limits, columns_reduced_for_age, columns_payable, columns_gates, columns_reason) = columns
    row_trace_eligible, row_trace_unit = row_trace.eligible, row_trace.unit
    (unit_trace_table, unit_trace_filled, unit_trace_rules) = unit_trace
    (work_row_unit, work_row_eligible, work_row_public, work_row_public_rest, work_row_others, work_row_others_rest,
     work_order, work_unit_benefit, work_unit_class, work_unit_cover, work_unit_key, work_unit_day,
     work_unit_first, work_unit_invoice, work_unit_eligible, work_unit_public, work_unit_left, work_unit_spread,
     work_unit_ended, work_unit_source, work_unit_result, work_running, work_rule_place,
     work_rule_occasion, work_span, work_invoice, work_row_benefit, owner_from, owner_rows) = work
    (m_who, m_what, m_value, m_stamp) = memory
    # fmt: on
    feeding = len(earlier) > 0
    kept = sums.shape[1] == 0
    variants = max(1, sums.shape[1])
    entries_a_row = entries_of(book_deductible_from, book_limit_from)
    versions_each, benefits_each = len(book_waiting_days) // variants, len(book_kind) // variants
    invoice_at = row_at = together = 0

    for owner in range(owner_from[0], owner_from[len(owner_from) - 1]):
        if owner == owner_from[together]:
            # Gates, for the claims of some owners at once: they hang on nothing that is decided here.
            together += 1
            invoice_at = row_at = 0
            step, last_step = int(steps_step_from[owner]), int(steps_step_from[owner_from[together]])
            try_invoices(invoices, claims, covers, steps, terms, work_invoice, step, last_step)
            try_rows(
                rows, columns, invoices_row_from, invoices_public, claims_invoice_from, claims_others, steps_claim,
                steps_row_from, book.per_item, book.excluded_item, row_trace.benefit, row_trace.exclusions,
                work_invoice, work_row_benefit, feeding, kept, traced, step, last_step,
            )  # fmt: skip
        stamp = owner + 1
        declared = int(opening_opening_from[owner + 1] - opening_opening_from[owner])
        mask = mask_over(variants * (int(owner_rows[owner - owner_from[0]]) * entries_a_row + declared))
        for o in range(opening_opening_from[owner], opening_opening_from[owner + 1]):
            for variant in range(variants):
                whose = int(opening_holder[o]) * variants + variant
                who = (whose << 16) | (int(opening_rule[o]) << 2) | TAG_USED
                place = find(m_who, m_what, m_value, m_stamp, who, int(opening_span[o]), stamp, mask)
                m_value[place] += opening_used[o]

        for step in range(steps_step_from[owner], steps_step_from[owner + 1]):
            claim = int(steps_claim[step])
            i_first, i_last = int(claims_invoice_from[claim]), int(claims_invoice_from[claim + 1])
            r_first, r_last = int(invoices_row_from[i_first]), int(invoices_row_from[i_last])
            out = int(steps_row_from[step]) - r_first
            # what is added to the number of an invoice, and of a row, for its place in the work
            to_tried, to_benefit = invoice_at - i_first, row_at - r_first
            invoice_at += i_last - i_first
            row_at += r_last - r_first
            units = surplus = 0

            # Eligible amounts, then public payments, invoice by invoice; what try_rows finished is done.
            none_open = True
            for i in range(i_first, i_last):
                q = to_tried + i
                if not work_invoice[q, OPEN]:
                    continue
                none_open = False
                cover, ratio_class = int(work_invoice[q, CONTRACT]), int(work_invoice[q, RATIO_CLASS])
                v = int(work_invoice[q, VERSION])
                b_first = int(book_benefit_from[v])
                line_at, line_benefit, last_benefit, last_unit = -1, -1, -1, -1
                line_took = given = eligible_in = eligible_out = rest_in = rest_out = 0
                for r in range(invoices_row_from[i], invoices_row_from[i + 1]):
                    j = r - r_first
                    billed = int(rows_billed[r])
                    eligible, unit = 0, -1
                    if work_row_benefit[to_benefit + r] >= 0:
                        g = b_first + int(work_row_benefit[to_benefit + r])
                        kind, per = int(book_kind[g]), int(book_per[g])
                        if kind == INDEMNITY:
                            eligible = billed
                            category = rows_category[r]
                            cap = int(book_cap[g, category])
                            if cap >= 0:
                                if book_cap_by_quantity[g, category]:
                                    cap *= int(rows_quantity[r])
                                if rows_line[r] == line_at and g == line_benefit:
                                    cap = max(cap - line_took, 0)
                                eligible = min(eligible, cap)
                            if rows_line[r] == line_at and g == line_benefit:
                                line_took += eligible
                            else:
                                line_at, line_benefit, line_took = int(rows_line[r]), g, eligible
                        if g == last_benefit and (kind != INDEMNITY or per in (PER_CLAIM, PER_VISIT)):
                            unit = last_unit
                        else:
                            key = day = nearest = 0
                            if kind != INDEMNITY or per == PER_VISIT:
                                key = int(invoices_visit[i])
                            elif per == PER_DAY:
                                key, day = int(invoices_visit[i]), int(rows_served_on[r])
                            elif per == PER_LINE:
                                key, day = i, int(rows_line[r])
                                nearest = max(0, units - 4)
                            unit = units - 1
                            while unit >= nearest and not (
                                work_unit_benefit[unit] == g
                                and work_unit_class[unit] == ratio_class
                                and work_unit_cover[unit] == cover
                                and work_unit_key[unit] == key
                                and work_unit_day[unit] == day
                            ):
                                unit -= 1
                            if unit < nearest:
                                unit = units
                                units += 1
                                work_unit_benefit[unit], work_unit_class[unit] = g, ratio_class
                                work_unit_cover[unit], work_unit_key[unit], work_unit_day[unit] = cover, key, day
                                work_unit_first[unit], work_unit_invoice[unit] = r, i
                                work_unit_eligible[unit] = work_unit_public[unit] = 0
                                work_unit_left[unit] = work_unit_spread[unit] = 0
                                work_unit_source[unit, :] = 0
                            last_benefit, last_unit = g, unit
                        work_unit_eligible[unit] += eligible
                    work_row_eligible[j], work_row_unit[j] = eligible, unit
                    rest = billed - eligible
                    on_eligible = on_rest = 0
                    if rows_public[r] >= 0:
                        stated = min(int(rows_public[r]), billed)
                        on_eligible = min(stated, eligible)
                        on_rest = stated - on_eligible
                        given += stated
                        if unit >= 0:
                            work_unit_public[unit] += on_eligible
                    work_row_public[j], work_row_public_rest[j] = on_eligible, on_rest
                    if rows_scope[r] == 0:
                        eligible_in += eligible - on_eligible
                        rest_in += rest - on_rest
                    else:
                        eligible_out += eligible - on_eligible
                        rest_out += rest - on_rest
                    if traced:
                        row_trace_eligible[out + r] = eligible

                public = int(invoices_public[i])
                if public > given:
                    to_eligible_in, to_eligible_out, to_rest_in, to_rest_out = tiers_of(
                        public - given, book_attribution[v] == 1, eligible_in, eligible_out, rest_in, rest_out
                    )
                    inside = inside_rest = outside = outside_rest = 0
                    inside_done = inside_rest_done = outside_done = outside_rest_done = 0
                    for r in range(invoices_row_from[i], invoices_row_from[i + 1]):
                        j = r - r_first
                        weight = int(work_row_eligible[j] - work_row_public[j])
                        weight_rest = int(rows_billed[r] - work_row_eligible[j] - work_row_public_rest[j])
                        part = 0
                        if rows_scope[r] == 0:
                            if to_eligible_in == eligible_in:
                                part = weight
                            elif to_eligible_in > 0:
                                inside += weight
                                upto = mul_div(to_eligible_in, inside, eligible_in)
                                part, inside_done = upto - inside_done, upto
                            if to_rest_in > 0:
                                inside_rest += weight_rest
                                upto = mul_div(to_rest_in, inside_rest, rest_in)
                                work_row_public_rest[j] += upto - inside_rest_done
                                inside_rest_done = upto
                        else:
                            if to_eligible_out == eligible_out:
                                part = weight
                            elif to_eligible_out > 0:
                                outside += weight
                                upto = mul_div(to_eligible_out, outside, eligible_out)
                                part, outside_done = upto - outside_done, upto
                            if to_rest_out > 0:
                                outside_rest += weight_rest
                                upto = mul_div(to_rest_out, outside_rest, rest_out)
                                work_row_public_rest[j] += upto - outside_rest_done
                                outside_rest_done = upto
                        if part:
                            work_row_public[j] += part
                            work_unit_public[work_row_unit[j]] += part
            if none_open:
                continue
            stated = int(claims_others[claim, 0] + claims_others[claim, 1] + claims_others[claim, 2])
            with_others = feeding or stated + int(claims_others[claim, 3]) > 0
            for n in range(units):
                work_unit_left[n] = work_unit_eligible[n] - work_unit_public[n]

            # What chains earlier in the claim's order pay, then the other sources.
            if with_others:
                for r in range(r_first, r_last):
                    j = r - r_first
                    on_eligible = on_rest = 0
                    if feeding and earlier[r] > 0:
                        paid = int(earlier[r])
                        on_eligible = min(paid, int(work_row_eligible[j] - work_row_public[j]))
                        on_rest = int(rows_billed[r] - work_row_eligible[j] - work_row_public_rest[j])
                        on_rest = min(paid - on_eligible, on_rest)
                        surplus += paid - on_eligible - on_rest
                    work_row_others[j], work_row_others_rest[j] = on_eligible, on_rest
                    unit = int(work_row_unit[j])
                    if unit >= 0:
                        work_unit_source[unit, 0] += on_eligible
                        work_unit_left[unit] -= on_eligible

            work_order[0] = 0
            if units > 1:
                order_units(units, work_order, work_unit_invoice, work_unit_benefit, work_unit_first)
            if with_others:
                share_others(
                    surplus, claim, units, r_first, r_last, claims_others, rows_billed, work_row_unit,
                    work_row_eligible, work_row_public, work_row_public_rest, work_row_others, work_row_others_rest,
                    work_order, work_unit_left, work_unit_source, work_unit_spread, work_running,
                )  # fmt: skip

            # Deductible, ratio, limits, ceiling, age: unit by unit, under each variant of the terms.
            for variant in range(variants):
                for n in range(units):
                    unit = int(work_order[n])
                    b = int(work_unit_benefit[unit])
                    g = b + variant * benefits_each
                    cover = int(work_unit_cover[unit])
                    v = int(covers_version[cover])
                    r, i = int(work_unit_first[unit]), int(work_unit_invoice[unit])
                    kind, per = int(book_kind[g]), int(book_per[g])
                    event_on, served_on = int(invoices_event_on[i]), int(rows_served_on[r])
                    visit = int(invoices_visit[i])
                    holder = int(covers_holder[cover]) * variants + variant
                    family = int(covers_family[cover]) * variants + variant
                    left_over = int(work_unit_left[unit])
                    work_unit_ended[unit] = 0
                    work_running[unit, :] = 0
                    if kind == DAILY:
                        who = (holder << 16) | ((b - int(book_benefit_from[v])) << 2) | TAG_STAY
                        if recall(m_who, m_what, m_stamp, who, visit, stamp, mask) >= 0:
                            work_unit_ended[unit] = gates.G_DUPLICATE
                        find(m_who, m_what, m_value, m_stamp, who, visit, stamp, mask)
                    ended = recall(m_who, m_what, m_stamp, (holder << 16) | TAG_ENDED, 0, stamp, mask)
                    if ended >= 0 and m_value[ended] <= event_on and not work_unit_ended[unit]:
                        work_unit_ended[unit] = gates.G_ENDED
                    if work_unit_ended[unit]:
                        work_unit_result[unit, :] = 0
                        continue

                    month_on = served_on if kind == INDEMNITY and per in (PER_DAY, PER_LINE) else event_on
                    name_spans(
                        work_span, visit, int(invoices_stay[i]), served_on, month_on, int(claims_event[claim]),
                        int(claims_trigger[claim]), int(invoices_days_since_trigger[i]), int(covers_starts_on[cover]),
                        int(covers_guaranteed[cover]),
                    )  # fmt: skip
                    all_public = int(work_unit_public[unit])
                    ratio = loss = netted = days = own = deducted = 0
                    daily = int(book_daily[g])
                    if kind == INDEMNITY:
                        loss = int(work_unit_eligible[unit])
                        if book_nets_public[v + variant * versions_each]:
                            loss -= all_public
                        for s in range(4):
                            if book_netted[g] >> s & 1:
                                netted += int(work_unit_source[unit, s])
                        loss = max(loss - netted, 0)
                        ratio = int(book_ratio[g, work_unit_class[unit]])
                        base = loss
                        if book_ratio_first[g]:
                            base = (loss * ratio + 5000) // 10000
                            own = loss - base
                    elif kind == DAILY:
                        days = int(rows_quantity[r])
                        base = days
                    else:
                        base = (int(covers_sum_insured[cover]) * int(book_share[g]) + 5000) // 10000
                        ratio = int(book_share[g])

                    for d in range(book_deductible_from[g], book_deductible_from[g + 1]):
                        rule = int(book_deductible_rule[d])
                        if (book_rule_unit[rule] == UNIT_DAYS) != (kind == DAILY) or kind == LUMP_SUM:
                            continue
                        whose = family if book_rule_holder[rule] == FAMILY else holder
                        who = (whose << 16) | (int(book_rule_no[rule]) << 2)
                        key = span_key(work_span, int(book_rule_span[rule]), int(book_rule_span_days[rule]))
                        place = find(m_who, m_what, m_value, m_stamp, who | TAG_USED, key, stamp, mask)
                        amount = int(book_rule_amount[rule])
                        less = int(book_rule_step[rule]) * int(covers_claim_free[cover])
                        full = min(amount, max(amount - less, int(book_rule_minimum[rule])))
                        used = int(m_value[place])
                        offset = 0
                        if kind == INDEMNITY:
                            for s in range(4):
                                if book_rule_offset[rule] >> s & 1:
                                    offset += int(work_unit_source[unit, s])
                        left = max(0, full - used - offset)
                        take = min(base, left)
                        base -= take
                        deducted += take
                        m_value[place] = max(used, min(full, used + offset + take))
                        if traced:
                            trace_rule(unit_trace_rules, unit_trace_filled, rule, 0, full, used, offset, left, take)

                    amount_due = base
                    days_entitled = days_paid = 0
                    if kind == INDEMNITY:
                        if not book_ratio_first[g]:
                            amount_due = (base * ratio + 5000) // 10000
                            own = base - amount_due
                    elif kind == DAILY:
                        days_entitled = days_paid = base
                        amount_due = base * daily
                    capped = amount_due
                    limit_rule = -1
                    for d in range(book_limit_from[g], book_limit_from[g + 1]):
                        rule = int(book_limit_rule[d])
                        whose = family if book_rule_holder[rule] == FAMILY else holder
                        who = (whose << 16) | (int(book_rule_no[rule]) << 2)
                        key = span_key(work_span, int(book_rule_span[rule]), int(book_rule_span_days[rule]))
                        place = find(m_who, m_what, m_value, m_stamp, who | TAG_USED, key, stamp, mask)
                        used = int(m_value[place])
                        counts = int(book_rule_unit[rule])
                        amount = int(book_rule_amount[rule])
                        work_rule_place[d - book_limit_from[g]] = place
                        cap = NO_CAP
                        left = -1
                        if counts in (UNIT_FEN, UNIT_SUM_INSURED):
                            if counts == UNIT_SUM_INSURED:
                                amount = (int(covers_sum_insured[cover]) * amount + 5000) // 10000
                            cap = max(0, amount - used)
                            left = cap
                        elif counts == UNIT_DAYS and kind == DAILY:
                            left = max(0, amount - used)
                            days_paid = min(days_paid, left)
                            cap = left * daily
                        else:
                            by_visit = kind != INDEMNITY or per != PER_CLAIM
                            occasion = occasion_of(counts == UNIT_DAYS, by_visit, claim, visit, served_on)
                            work_rule_occasion[d - book_limit_from[g]] = occasion
                            if recall(m_who, m_what, m_stamp, (place << 2) | TAG_OCCASION, occasion, stamp, mask) < 0:
                                left = max(0, amount - used)
                                if left == 0:
                                    cap = 0
                        if cap < capped:
                            capped = cap
                            limit_rule = rule
                        if traced:
                            trace_rule(unit_trace_rules, unit_trace_filled, rule, 1, amount, used, 0, left, 0)
                    payable = ceiling = min(capped, left_over) if kind == INDEMNITY else capped
                    if covers_premium_paid[cover] != covers_premium_due[cover]:
                        payable = mul_div(ceiling, int(covers_premium_paid[cover]), int(covers_premium_due[cover]))

                    limits_met = int(book_limit_from[g + 1] - book_limit_from[g]) if payable > 0 else 0
                    for d in range(limits_met):
                        rule = int(book_limit_rule[book_limit_from[g] + d])
                        place = int(work_rule_place[d])
                        counts = int(book_rule_unit[rule])
                        if counts in (UNIT_FEN, UNIT_SUM_INSURED):
                            m_value[place] += payable
                        elif counts == UNIT_DAYS and kind == DAILY:
                            m_value[place] += days_paid
                        else:
                            who = (place << 2) | TAG_OCCASION
                            occasion = int(work_rule_occasion[d])
                            if recall(m_who, m_what, m_stamp, who, occasion, stamp, mask) < 0:
                                find(m_who, m_what, m_value, m_stamp, who, occasion, stamp, mask)
                                m_value[place] += 1
                    if book_ends_contract[g] and payable > 0:
                        ended = find(m_who, m_what, m_value, m_stamp, (holder << 16) | TAG_ENDED, 0, stamp, mask)
                        m_value[ended] = event_on
                    for_age = ceiling - payable
                    if kind == INDEMNITY:
                        rest = left_over - ceiling
                        deducted_here = min(deducted, rest)
                        own_here = min(own, rest - deducted_here)
                        over = rest - deducted_here - own_here
                    else:
                        own_here = 0
                        over = amount_due - ceiling
                    work_unit_result[unit, 0], work_unit_result[unit, 1] = payable, for_age
                    work_unit_result[unit, 2], work_unit_result[unit, 3] = over, own_here
                    work_unit_result[unit, TAKEN] = payable + for_age + over + own_here
                    if not kept:
                        sums[step, variant] += payable
                    if traced:
                        work_unit_key[unit] = at = int(unit_trace_filled[0])
                        unit_trace_filled[0] = at + 1
                        covered = int(work_unit_eligible[unit])
                        trace_unit(
                            unit_trace_table, at, step, cover, g, int(work_unit_class[unit]), out + r, covered,
                            all_public, covered - all_public - left_over, netted, loss, base, ratio, amount_due,
                            deducted, limit_rule, capped, left_over, ceiling, payable, days, days_entitled, days_paid,
                        )  # fmt: skip

            feeds = feeding and steps_payable_counts[step] == 1
            # Back to the rows, by cumulative rounding in row order; columns are 0 where nothing is written.
            for i in range(i_first, i_last if kept else i_first):
                if not work_invoice[to_tried + i, OPEN]:
                    continue
                for r in range(invoices_row_from[i], invoices_row_from[i + 1]):
                    j, to = r - r_first, out + r
                    unit, eligible, public = int(work_row_unit[j]), int(work_row_eligible[j]), int(work_row_public[j])
                    weight = eligible - public
                    rest = int(rows_billed[r] - work_row_public_rest[j]) - eligible
                    public += int(work_row_public_rest[j])
                    if public:
                        columns_public[to] = public
                    if with_others:
                        weight -= int(work_row_others[j])
                        rest -= int(work_row_others_rest[j])
                        columns_others[to] = work_row_others[j] + work_row_others_rest[j]
                    if unit < 0 or work_unit_ended[unit]:
                        if unit >= 0:
                            bit = int(work_unit_ended[unit])
                            columns_gates[to] = (int(columns_gates[to]) & ~(bit * REFER)) | bit
                        if rest + weight:
                            columns_not_covered[to] = rest + weight
                        columns_reason[to] = 1 + lowest_bit(int(columns_gates[to]))
                        continue
                    payable = for_age = over = own = 0
                    if book_kind[work_unit_benefit[unit]] != INDEMNITY:
                        payable, for_age = int(work_unit_result[unit, 0]), int(work_unit_result[unit, 1])
                        over = int(work_unit_result[unit, 2])
                    elif work_unit_result[unit, TAKEN]:
                        whole = int(work_unit_left[unit])
                        for m in range(4):
                            total = int(work_unit_result[unit, m])
                            if total == 0:
                                continue
                            part = weight
                            if total < whole:
                                work_running[unit, 2 * m] += weight
                                upto = mul_div(total, int(work_running[unit, 2 * m]), whole)
                                part = upto - int(work_running[unit, 2 * m + 1])
                                work_running[unit, 2 * m + 1] = upto
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
                    if weight > 0:
                        columns_deductible[to] = weight
                    if own > 0:
                        columns_own_share[to] = own
                    if over + rest > 0:
                        columns_over_limits[to] = over + rest
                    if for_age > 0:
                        columns_reduced_for_age[to] = for_age
                    if payable > 0:
                        columns_payable[to] = payable
                        if feeds and eligible > 0:
                            earlier[r] += payable
                    columns_reason[to] = largest_reason(rest, weight, own, over, for_age, payable)
            if traced:
                for i in range(i_first, i_last):
                    if not work_invoice[to_tried + i, OPEN]:
                        continue
                    for r in range(invoices_row_from[i], invoices_row_from[i + 1]):
                        unit = int(work_row_unit[r - r_first])
                        if unit >= 0 and not work_unit_ended[unit]:
                            row_trace_unit[out + r] = work_unit_key[unit]
