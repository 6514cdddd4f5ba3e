"""Invoices: what is the same for all rows of an invoice under one chain of contracts, for some claims at once."""

from __future__ import annotations

from typing import Any

from hearth.kernel.adjudication.scan.arithmetic import cover_on, in_windows, lowest_bit
from hearth.kernel.adjudication.scan.gates import (
    NEVER,
    REFER,
    invoice_gates,
    is_waiting,
    papers_lacking,
    without_mark,
)
from hearth.kernel.adjudication.scan.memory import (
    CANDIDATES,
    CONTRACT,
    EMERGENCY,
    EXCLUDED,
    GATES,
    HOSPITAL,
    LACKING,
    RATIO_CLASS,
    UNPROVEN,
    VERSION,
    WAITING,
    WINDOW,
)
from hearth.words.arrays import I64
from hearth.words.codes import ALL_PAPERS

SETTING_INPATIENT, SETTING_DIAGNOSIS = 1, 5


def try_invoices(
    invoices: Any, claims: Any, covers: Any, steps: Any, terms: Any, tried: I64, first: int, last: int
) -> None:
    """Gates of invoices, benefits they may fall under and the class of their ratio, for the steps first .. last-1.

    Needs:   tables of inputs as words.arrays says; of the book what scan names `terms`: what is passed is copied; room
             for the invoices of these steps
    Gives:   `tried` (work.invoice), one row an invoice of each step: GATES (failed, and referred above), CANDIDATES
             (benefits by setting, cause and disease), WINDOW (of these, inside their time windows), LACKING, WAITING,
             HOSPITAL (benefits for which that gate fails, NO_BENEFIT among them), EMERGENCY (its last day), EXCLUDED,
             UNPROVEN (exclusions), CONTRACT, VERSION, RATIO_CLASS
    Source:  docs/computing.md 1, 2
    """
    # fmt: off
    event_ons, public, hospitals, flags = invoices.event_on, invoices.public, invoices.hospital, invoices.flags
    settings, diseases, known_ons, settled = invoices.setting, invoices.disease, invoices.known_on, invoices.settled
    emergency_until, days_before, days_after = invoices.emergency_until, invoices.days_before, invoices.days_after
    days_since, months_since = invoices.days_since_trigger, invoices.months_since_trigger
    claims_invoice_from, claims_insured, claims_papers = claims.invoice_from, claims.insured, claims.papers
    claims_cause, claims_onset_on, steps_claim, steps_chain = claims.cause, claims.onset_on, steps.claim, steps.chain
    hospital_waived, waiting_waived = steps.hospital_waived, steps.waiting_waived
    cover_from, insureds, starts_on, ends_on = covers.cover_from, covers.insured, covers.starts_on, covers.ends_on
    versions, waits_froms, unproven = covers.version, covers.waits_from, covers.unproven
    with_social_insurance = covers.with_social_insurance
    (benefit_from, waiting_days, accident_waits, zero_is_unsettled, pre_existing, hospital_ok, emergency_excepted,
     windowed, per_setting, per_cause, per_disease, excluded_disease, window_before, window_after, window_inclusive,
     trigger_days, trigger_months, any_hospital, no_waiting, required) = terms
    # fmt: on
    at = 0
    for step in range(first, last):
        claim, chain = int(steps_claim[step]), int(steps_chain[step])
        insured, papers = int(claims_insured[claim]), int(claims_papers[claim])
        cause, onset_on = int(claims_cause[claim]), int(claims_onset_on[claim])
        first_cover, last_cover = int(cover_from[chain]), int(cover_from[chain + 1])
        for i in range(claims_invoice_from[claim], claims_invoice_from[claim + 1]):
            event_on, flag = int(event_ons[i]), int(flags[i])
            in_force, cover = cover_on(event_on, insured, first_cover, last_cover, insureds, starts_on, ends_on)
            v, setting, disease = int(versions[cover]), int(settings[i]), int(diseases[i])
            waits_from, known_on = int(waits_froms[cover]), int(known_ons[i])
            b_first, b_last = int(benefit_from[v]), int(benefit_from[v + 1])
            proven_before = known_on != NEVER and known_on < waits_from
            treatment = int(pre_existing[v])
            fails, refers = invoice_gates(in_force, flag, proven_before, treatment)
            tried[at, GATES] = fails | refers * REFER

            in_waiting = (cause == 0 or accident_waits[v] == 1) and is_waiting(
                int(waiting_days[v]), waits_from, event_on, onset_on
            )
            tried[at, WAITING] = 0
            if in_waiting and not flag & waiting_waived[step]:
                tried[at, WAITING] = without_mark(no_waiting, b_first, b_last)
            tried[at, HOSPITAL] = 0
            if (
                setting != SETTING_DIAGNOSIS
                and not hospital_ok[v, int(hospitals[i])]
                and not flag & hospital_waived[step]
            ):
                tried[at, HOSPITAL] = without_mark(any_hospital, b_first, b_last)
            tried[at, EMERGENCY] = int(emergency_until[i]) if emergency_excepted[v] else NEVER
            tried[at, LACKING] = 0
            if papers != ALL_PAPERS:
                tried[at, LACKING] = papers_lacking(required, b_first, b_last, papers)

            is_settled = settled[i] and not (zero_is_unsettled[v] and public[i] == 0)
            ratio_class = 0 if is_settled else 1 if with_social_insurance[cover] else 2
            tried[at, RATIO_CLASS] = ratio_class + 3 if proven_before and treatment == 1 else ratio_class
            tried[at, EXCLUDED], tried[at, UNPROVEN] = excluded_disease[v, disease], unproven[cover]
            tried[at, CONTRACT], tried[at, VERSION] = cover, v

            candidates = int(per_setting[v, setting]) & int(per_cause[v, cause]) & int(per_disease[v, disease])
            in_window = candidates
            to_try = candidates & int(windowed[v])
            while to_try:
                g = b_first + lowest_bit(to_try)
                passes = in_windows(
                    int(window_before[g]), int(window_after[g]), int(window_inclusive[g]), int(trigger_days[g]),
                    int(trigger_months[g]), setting == SETTING_INPATIENT, flag, int(days_before[i]),
                    int(days_after[i]), int(days_since[i]), int(months_since[i]),
                )  # fmt: skip
                if not passes:
                    in_window &= ~(to_try & -to_try)
                to_try &= to_try - 1
            tried[at, CANDIDATES], tried[at, WINDOW] = candidates, in_window
            at += 1
