"""Advance checks: what the database holds every advance to, at each step and at the end of every transaction."""

from __future__ import annotations

import pgtrigger

from hearth.words.advances import ADVANCE_TRANSITIONS

ALLOWED = ", ".join(f"('{before.value}', '{after.value}')" for before, after in ADVANCE_TRANSITIONS)

ADVANCE_FOLLOWS = f"""
    IF NEW.state = OLD.state THEN
        IF NEW.seq <> OLD.seq THEN
            RAISE EXCEPTION 'advance %: a step that leads nowhere', NEW.advance_no
                USING ERRCODE = 'check_violation', CONSTRAINT = 'advance_steps_in_order';
        END IF;
        RETURN NEW;
    END IF;
    IF (OLD.state, NEW.state) NOT IN (VALUES {ALLOWED}) THEN
        RAISE EXCEPTION 'advance %: % cannot follow %', NEW.advance_no, NEW.state, OLD.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'advance_state_follows';
    END IF;
    IF NEW.seq <> OLD.seq + 1 THEN
        RAISE EXCEPTION 'advance %: step % does not follow %', NEW.advance_no, NEW.seq, OLD.seq
            USING ERRCODE = 'check_violation', CONSTRAINT = 'advance_steps_in_order';
    END IF;
    IF NEW.state = 'guarantee' AND NOT EXISTS (
        SELECT 1 FROM store_advanceopinion WHERE advance_id = NEW.id AND verdict <> 'not'
    ) THEN
        RAISE EXCEPTION 'advance %: no signed opinion', NEW.advance_no
            USING ERRCODE = 'check_violation', CONSTRAINT = 'advance_needs_opinion';
    END IF;
    IF NEW.state = 'paying' AND NOT EXISTS (
        SELECT 1 FROM store_guarantee WHERE advance_id = NEW.id AND ended_at IS NULL
    ) THEN
        RAISE EXCEPTION 'advance %: no letter of guarantee', NEW.advance_no
            USING ERRCODE = 'check_violation', CONSTRAINT = 'advance_needs_letter';
    END IF;
    IF NEW.state IN ('declined', 'cancelled') AND (NEW.balance_fen <> 0 OR EXISTS (
        SELECT 1 FROM store_instalment WHERE advance_id = NEW.id AND state IN ('intended', 'sent', 'confirmed')
    )) THEN
        RAISE EXCEPTION 'advance %: money has moved', NEW.advance_no
            USING ERRCODE = 'check_violation', CONSTRAINT = 'advance_money_moved';
    END IF;
    RETURN NEW;
"""

ADVANCE_IS_WHOLE = """
    SELECT * INTO held FROM store_advance WHERE id = {key};
    IF held.state <> 'notified' AND NOT EXISTS (
        SELECT 1 FROM store_advancestep WHERE advance_id = held.id AND seq = held.seq AND to_state = held.state
    ) OR (held.state = 'notified' AND held.seq <> 0) THEN
        RAISE EXCEPTION 'advance %: step % to % is not written down', held.advance_no, held.seq, held.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'advance_step_is_written';
    END IF;
    SELECT
        COALESCE(SUM(fen) FILTER (WHERE what = 'paid'), 0) - COALESCE(SUM(fen) FILTER (WHERE what = 'returned'), 0)
            AS paid,
        COALESCE(SUM(fen) FILTER (WHERE what = 'offset'), 0)
            - COALESCE(SUM(fen) FILTER (WHERE what = 'offset_undone'), 0) AS covered,
        COALESCE(SUM(fen) FILTER (WHERE what = 'recovered'), 0) AS recovered,
        COALESCE(SUM(fen) FILTER (WHERE what = 'written_off'), 0) AS written_off,
        count(*) AS entries
        INTO told FROM store_advanceentry WHERE advance_id = held.id;
    IF (told.paid, told.covered, told.recovered, told.written_off, told.entries)
        <> (held.paid_fen, held.offset_fen, held.recovered_fen, held.written_off_fen, held.entries_count) THEN
        RAISE EXCEPTION 'advance %: its sums differ from its entries', held.advance_no
            USING ERRCODE = 'check_violation', CONSTRAINT = 'advance_sums_are_entries';
    END IF;
    IF held.balance_fen <> COALESCE(
        (SELECT balance_fen FROM store_ledgeraccount WHERE code = 'advance:' || held.advance_no), 0
    ) THEN
        RAISE EXCEPTION 'advance %: its balance differs from the books', held.advance_no
            USING ERRCODE = 'check_violation', CONSTRAINT = 'advance_balance_is_books';
    END IF;
    IF held.cap_fen <> COALESCE(
        (SELECT cap_fen FROM store_guarantee WHERE advance_id = held.id AND ended_at IS NULL), 0
    ) THEN
        RAISE EXCEPTION 'advance %: its cap is not that of its letter', held.advance_no
            USING ERRCODE = 'check_violation', CONSTRAINT = 'advance_cap_is_letter';
    END IF;
    IF (SELECT COALESCE(SUM(amount_fen), 0) FROM store_instalment
        WHERE advance_id = held.id AND state IN ('intended', 'sent', 'confirmed')) > held.cap_fen THEN
        RAISE EXCEPTION 'advance %: more is paid or on its way than its letter promises', held.advance_no
            USING ERRCODE = 'check_violation', CONSTRAINT = 'advance_within_cap';
    END IF;
    RETURN NULL;
"""
"""What must be true of a case at the end of every transaction, whoever wrote."""

ADVANCE_STEP_FOLLOWS = f"""
    SELECT to_state INTO before_state FROM store_advancestep
        WHERE advance_id = NEW.advance_id AND seq = NEW.seq - 1;
    IF NEW.seq = 1 THEN
        before_state := 'notified';
    END IF;
    IF before_state IS DISTINCT FROM NEW.from_state THEN
        RAISE EXCEPTION 'advance %: step % begins at %, the one before ended at %',
            NEW.advance_id, NEW.seq, NEW.from_state, before_state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'advance_step_follows';
    END IF;
    IF (NEW.from_state, NEW.to_state) NOT IN (VALUES {ALLOWED}) THEN
        RAISE EXCEPTION 'advance %: % cannot follow %', NEW.advance_id, NEW.to_state, NEW.from_state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'advance_step_allowed';
    END IF;
    RETURN NEW;
"""

INSTALMENT_GOES = """
    IF NEW.state <> 'intended' AND NEW.state <> 'failed' AND NEW.released_at IS NULL THEN
        RAISE EXCEPTION 'instalment %: it waits for a second person', NEW.key
            USING ERRCODE = 'check_violation', CONSTRAINT = 'instalment_two_people';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM store_hospitalaccount a JOIN store_advance c ON c.id = NEW.advance_id
        WHERE a.id = NEW.account_id AND a.hospital_id = c.hospital_id AND a.confirmed_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'instalment %: not the registered account of the hospital', NEW.key
            USING ERRCODE = 'check_violation', CONSTRAINT = 'instalment_registered_account';
    END IF;
    RETURN NEW;
"""


def whole(key: str) -> pgtrigger.Trigger:
    """The check of a case at the end of the transaction, from whichever table was written."""
    return pgtrigger.Trigger(
        name="advance_is_whole",
        operation=pgtrigger.Insert | pgtrigger.Update,
        when=pgtrigger.After,
        timing=pgtrigger.Deferred,
        declare=[("held", "record"), ("told", "record")],
        func=ADVANCE_IS_WHOLE.replace("{key}", key),
    )
