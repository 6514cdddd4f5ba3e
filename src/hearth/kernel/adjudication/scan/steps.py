"""Steps: every claim under every chain of contracts, owner by owner, in declared order.

docs/computing.md states what each step gives.  The function is plain Python in the subset that numba compiles:
`run.adjudicate` calls it as it is or compiled.  All amounts are whole fen; nothing is allocated inside.  It is one
function because passing a hundred arrays on for every claim would cost more than the arithmetic (docs/decisions).
"""

from __future__ import annotations

from typing import Any

# isort: off
# fmt: off
from hearth.kernel.adjudication.scan import gates
from hearth.kernel.adjudication.scan.arithmetic import (
    cover_on, in_windows, largest_reason, lowest_bit, mul_div, name_spans, occasion_of, span_key, tiers_of)
from hearth.kernel.adjudication.scan.gates import NEVER, REFER, invoice_gates, is_waiting, papers_lacking
from hearth.kernel.adjudication.scan.memory import (
    TAG_ENDED, TAG_OCCASION, TAG_STAY, TAG_USED, Memory, Work, entries_of, find, mask_over, recall)
from hearth.kernel.adjudication.scan.sharing import order_units, share_others
from hearth.kernel.adjudication.scan.tracing import trace_rule, trace_unit
from hearth.words.arrays import I64
from hearth.words.codes import ALL_PAPERS
# fmt: on
# isort: on

PER_CLAIM, PER_VISIT, PER_DAY, PER_LINE = 0, 1, 2, 3
INDEMNITY, DAILY, LUMP_SUM = 0, 1, 2
UNIT_FEN, UNIT_DAYS, UNIT_SUM_INSURED = 0, 1, 3
FAMILY = 1
SETTING_INPATIENT, SETTING_DIAGNOSIS, NO_CAP = 1, 5, 1 << 62


def scan(
    inputs: Any, outcome: Any, memory: Memory, work: Work, earlier: I64, sums: I64, traced: bool, first: int, last: int
) -> None:
    """Adjudicates all steps of the owners first .. last-1.

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
    (rows_billed, rows_public, rows_quantity, rows_served_on, rows_line, rows_category, rows_scope, rows_flags) = rows
    (invoices_row_from, invoices_event_on, invoices_public, invoices_disease, invoices_visit, invoices_stay,
     invoices_days_before, invoices_days_after, invoices_days_since_trigger, invoices_months_since_trigger,
     invoices_emergency_until, invoices_known_on, invoices_setting, invoices_hospital, invoices_settled,
     invoices_flags) = invoices
    (claims_invoice_from, claims_insured, claims_event, claims_trigger, claims_onset_on, claims_cause,
     claims_papers, claims_others) = claims
    (covers_cover_from, covers_insured, covers_version, covers_starts_on, covers_ends_on, covers_waits_from,
     covers_guaranteed, covers_claim_free, covers_sum_insured, covers_premium_paid, covers_premium_due,
     covers_holder, covers_family, covers_unproven, covers_with_social_insurance) = covers
    (steps_step_from, steps_claim, steps_chain, steps_row_from, steps_payable_counts, steps_hospital_waived,
     steps_waiting_waived) = steps
    (opening_opening_from, opening_rule, opening_holder, opening_span, opening_used) = opening
    (book_benefit_from, book_waiting_days, book_accident_waits, book_nets_public, book_attribution,
     book_zero_is_unsettled, book_pre_existing, book_hospital_ok, book_emergency_excepted, book_windowed,
     book_per_setting, book_per_cause, book_per_disease, book_per_item, book_excluded_item, book_excluded_disease,
     book_kind, book_per, book_ratio, book_ratio_first, book_netted, book_window_before, book_window_after,
     book_window_inclusive, book_trigger_days, book_trigger_months, book_any_hospital, book_no_waiting,
     book_daily, book_share, book_ends_contract, book_papers, book_cap, book_cap_by_quantity,
     book_deductible_from, book_deductible_rule, book_limit_from, book_limit_rule, book_rule_no,
     book_rule_holder, book_rule_unit, book_rule_span, book_rule_span_days, book_rule_amount, book_rule_step,
     book_rule_minimum, book_rule_offset) = book
    (columns_public, columns_others, columns_not_covered, columns_deductible, columns_own_share,
     columns_over_limits, columns_reduced_for_age, columns_payable, columns_gates, columns_reason) = columns
    (row_trace_benefit, row_trace_exclusions, row_trace_eligible, row_trace_unit) = row_trace
    (unit_trace_table, unit_trace_filled, unit_trace_rules) = unit_trace
    (work_row_unit, work_row_eligible, work_row_public, work_row_public_rest, work_row_others, work_row_others_rest,
     work_order, work_unit_benefit, work_unit_class, work_unit_cover, work_unit_key, work_unit_day,
     work_unit_first, work_unit_invoice, work_unit_eligible, work_unit_public, work_unit_left, work_unit_spread,
     work_unit_ended, work_unit_source, work_unit_result, work_running, work_rule_place,
     work_rule_occasion, work_span, work_invoice_open) = work
    (m_who, m_what, m_value, m_stamp) = memory
    # fmt: on
    feeding = len(earlier) > 0
    kept = sums.shape[1] == 0
    variants = max(1, sums.shape[1])
    entries_a_row = entries_of(book_deductible_from, book_limit_from)
    versions_each, benefits_each = len(book_waiting_days) // variants, len(book_kind) // variants

    for owner in range(first, last):
        stamp = owner + 1
        rows_here = 0
        for step in range(steps_step_from[owner], steps_step_from[owner + 1]):
            claim = int(steps_claim[step])
            i_first, i_last = int(claims_invoice_from[claim]), int(claims_invoice_from[claim + 1])
            rows_here += int(invoices_row_from[i_last] - invoices_row_from[i_first])
        declared = int(opening_opening_from[owner + 1] - opening_opening_from[owner])
        mask = mask_over(variants * (rows_here * entries_a_row + declared))
        for o in range(opening_opening_from[owner], opening_opening_from[owner + 1]):
            for variant in range(variants):
                whose = int(opening_holder[o]) * variants + variant
                who = (whose << 16) | (int(opening_rule[o]) << 2) | TAG_USED
                place = find(m_who, m_what, m_value, m_stamp, who, int(opening_span[o]), stamp, mask)
                m_value[place] += opening_used[o]

        for step in range(steps_step_from[owner], steps_step_from[owner + 1]):
            claim, chain = int(steps_claim[step]), int(steps_chain[step])
            i_first, i_last = int(claims_invoice_from[claim]), int(claims_invoice_from[claim + 1])
            r_first, r_last = int(invoices_row_from[i_first]), int(invoices_row_from[i_last])
            out = int(steps_row_from[step]) - r_first
            insured, papers = int(claims_insured[claim]), int(claims_papers[claim])
            cause, onset_on = int(claims_cause[claim]), int(claims_onset_on[claim])
            hospital_waived, waiting_waived = int(steps_hospital_waived[step]), int(steps_waiting_waived[step])
            units = surplus = 0
            stated = int(claims_others[claim, 0] + claims_others[claim, 1] + claims_others[claim, 2])
            with_others = feeding or stated + int(claims_others[claim, 3]) > 0

            # Gates and eligible amounts, then public payments, invoice by invoice.
            for i in range(i_first, i_last):
                event_on = int(invoices_event_on[i])
                in_force, cover = cover_on(
                    event_on, insured, int(covers_cover_from[chain]), int(covers_cover_from[chain + 1]),
                    covers_insured, covers_starts_on, covers_ends_on,
                )  # fmt: skip
                v, setting, disease = int(covers_version[cover]), int(invoices_setting[i]), int(invoices_disease[i])
                waits_from, known_on = int(covers_waits_from[cover]), int(invoices_known_on[i])
                in_waiting = (cause == 0 or book_accident_waits[v] == 1) and is_waiting(
                    int(book_waiting_days[v]), waits_from, event_on, onset_on
                )
                in_waiting = in_waiting and not invoices_flags[i] & waiting_waived
                proven_before = known_on != NEVER and known_on < waits_from
                invoice_fails, invoice_refers = invoice_gates(
                    in_force, int(invoices_flags[i]), proven_before, int(book_pre_existing[v])
                )
                lower_ratio = 3 if proven_before and book_pre_existing[v] == 1 else 0
                hospital_bad = setting != SETTING_DIAGNOSIS and not book_hospital_ok[v, invoices_hospital[i]]
                hospital_bad = hospital_bad and not invoices_flags[i] & hospital_waived
                emergency_until = int(invoices_emergency_until[i]) if book_emergency_excepted[v] else NEVER
                public = int(invoices_public[i])
                settled = invoices_settled[i] and not (book_zero_is_unsettled[v] and public == 0)
                ratio_class = (0 if settled else 1 if covers_with_social_insurance[cover] else 2) + lower_ratio
                unproven, excluded_here = int(covers_unproven[cover]), int(book_excluded_disease[v, disease])
                b_first = int(book_benefit_from[v])
                candidates = (
                    int(book_per_setting[v, setting])
                    & int(book_per_cause[v, cause])
                    & int(book_per_disease[v, disease])
                )
                lacking = 0
                if papers != ALL_PAPERS:
                    lacking = papers_lacking(book_papers, b_first, int(book_benefit_from[v + 1]), papers)
                in_window = candidates
                to_try = candidates & int(book_windowed[v])
                while to_try:
                    g = b_first + lowest_bit(to_try)
                    passes = in_windows(
                        int(book_window_before[g]), int(book_window_after[g]), int(book_window_inclusive[g]),
                        int(book_trigger_days[g]), int(book_trigger_months[g]), setting == SETTING_INPATIENT,
                        int(invoices_flags[i]), int(invoices_days_before[i]), int(invoices_days_after[i]),
                        int(invoices_days_since_trigger[i]), int(invoices_months_since_trigger[i]),
                    )  # fmt: skip
                    if not passes:
                        in_window &= ~(to_try & -to_try)
                    to_try &= to_try - 1

                passing, line_at, line_benefit = False, -1, -1
                line_took = given = eligible_in = eligible_out = rest_in = rest_out = 0
                for r in range(invoices_row_from[i], invoices_row_from[i + 1]):
                    j = r - r_first
                    billed, served_on = int(rows_billed[r]), int(rows_served_on[r])
                    category, scope = int(rows_category[r]), int(rows_scope[r])
                    fails, refers = invoice_fails, invoice_refers
                    fitting = candidates & int(book_per_item[v, category, scope])
                    if fitting & in_window:
                        fitting &= in_window
                    else:
                        fails |= gates.G_TIME_WINDOW if fitting else gates.G_BENEFIT
                    if fitting & -fitting & lacking:
                        fails |= gates.G_PAPERS
                    if in_waiting and (fitting == 0 or not book_no_waiting[b_first + lowest_bit(fitting)]):
                        fails |= gates.G_WAITING
                    beyond = hospital_bad and served_on > emergency_until
                    if beyond and (fitting == 0 or not book_any_hospital[b_first + lowest_bit(fitting)]):
                        fails |= gates.G_HOSPITAL
                    excluded = excluded_here | int(book_excluded_item[v, category])
                    if excluded:
                        if excluded & ~unproven:
                            fails |= gates.G_EXCLUSION
                        else:
                            refers |= gates.G_EXCLUSION
                    if rows_flags[r]:
                        fails |= gates.G_NECESSARY
                    eligible, unit = 0, -1
                    if fails == 0:
                        passing = True
                        g = b_first + lowest_bit(fitting)
                        kind = int(book_kind[g])
                        if kind == INDEMNITY:
                            eligible = billed
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
                        per = int(book_per[g])
                        key = day = nearest = 0
                        if kind != INDEMNITY or per == PER_VISIT:
                            key = int(invoices_visit[i])
                        elif per == PER_DAY:
                            key, day = int(invoices_visit[i]), served_on
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
                            work_unit_benefit[unit], work_unit_class[unit], work_unit_cover[unit] = (
                                g,
                                ratio_class,
                                cover,
                            )
                            work_unit_key[unit], work_unit_day[unit] = key, day
                            work_unit_first[unit], work_unit_invoice[unit] = r, i
                            work_unit_eligible[unit] = work_unit_public[unit] = 0
                            work_unit_left[unit] = work_unit_spread[unit] = 0
                            work_unit_source[unit, :] = 0
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
                    if scope == 0:
                        eligible_in += eligible - on_eligible
                        rest_in += rest - on_rest
                    else:
                        eligible_out += eligible - on_eligible
                        rest_out += rest - on_rest
                    if kept:
                        columns_gates[out + r] = fails | refers * REFER
                    if traced:
                        row_trace_benefit[out + r] = lowest_bit(fitting) if fitting else -1
                        row_trace_exclusions[out + r] = excluded
                        row_trace_eligible[out + r] = eligible

                work_invoice_open[i - i_first] = passing or with_others
                if not passing and not with_others:
                    # Nothing here passed its gates: the rows of the invoice are finished at once.
                    to_rest_in = min(max(public - given, 0), rest_in)
                    to_rest_out = min(max(public - given, 0) - to_rest_in, rest_out)
                    inside_rest = inside_rest_done = outside_rest = outside_rest_done = fails = reason = 0
                    for r in range(invoices_row_from[i], invoices_row_from[i + 1] if kept else 0):
                        on_rest = int(work_row_public_rest[r - r_first])
                        rest = int(rows_billed[r]) - on_rest
                        if rows_scope[r] == 0:
                            if to_rest_in > 0:
                                inside_rest += rest
                                upto = mul_div(to_rest_in, inside_rest, rest_in)
                                on_rest, inside_rest_done = on_rest + upto - inside_rest_done, upto
                        elif to_rest_out > 0:
                            outside_rest += rest
                            upto = mul_div(to_rest_out, outside_rest, rest_out)
                            on_rest, outside_rest_done = on_rest + upto - outside_rest_done, upto
                        columns_public[out + r] = on_rest
                        columns_not_covered[out + r] = int(rows_billed[r]) - on_rest
                        if fails != columns_gates[out + r]:
                            fails = int(columns_gates[out + r])
                            reason = 1 + lowest_bit(fails)
                        columns_reason[out + r] = reason
                elif public > given:
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
                if not work_invoice_open[i - i_first]:
                    continue
                for r in range(invoices_row_from[i], invoices_row_from[i + 1]):
                    j, at = r - r_first, out + r
                    unit, eligible, public = int(work_row_unit[j]), int(work_row_eligible[j]), int(work_row_public[j])
                    weight = eligible - public
                    rest = int(rows_billed[r] - work_row_public_rest[j]) - eligible
                    public += int(work_row_public_rest[j])
                    if public:
                        columns_public[at] = public
                    if with_others:
                        weight -= int(work_row_others[j])
                        rest -= int(work_row_others_rest[j])
                        columns_others[at] = work_row_others[j] + work_row_others_rest[j]
                    if unit < 0 or work_unit_ended[unit]:
                        if unit >= 0:
                            bit = int(work_unit_ended[unit])
                            columns_gates[at] = (int(columns_gates[at]) & ~(bit * REFER)) | bit
                        if rest + weight:
                            columns_not_covered[at] = rest + weight
                        columns_reason[at] = 1 + lowest_bit(int(columns_gates[at]))
                        continue
                    payable = for_age = over = own = 0
                    if book_kind[work_unit_benefit[unit]] != INDEMNITY:
                        payable, for_age = int(work_unit_result[unit, 0]), int(work_unit_result[unit, 1])
                        over = int(work_unit_result[unit, 2])
                    else:
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
                        columns_deductible[at] = weight
                    if own > 0:
                        columns_own_share[at] = own
                    if over + rest > 0:
                        columns_over_limits[at] = over + rest
                    if for_age > 0:
                        columns_reduced_for_age[at] = for_age
                    if payable > 0:
                        columns_payable[at] = payable
                        if feeds and eligible > 0:
                            earlier[r] += payable
                    columns_reason[at] = largest_reason(rest, weight, own, over, for_age, payable)
            if traced:
                for r in range(r_first, r_last):
                    unit = int(work_row_unit[r - r_first])
                    if unit >= 0 and not work_unit_ended[unit]:
                        row_trace_unit[out + r] = work_unit_key[unit]
