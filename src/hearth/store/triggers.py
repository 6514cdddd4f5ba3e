"""Triggers: what makes them hold against whoever has the application's role; the last word of each migration of them.

The functions that pgtrigger writes ask a setting of the session whether their trigger is to be passed over, and any
role may set it; the answer is always no here.  They also name tables without their schema, and a temporary table of
the same name would come first; their path is fixed.  pgtrigger writes both anew with every trigger it adds, so a
migration that adds or changes one ends with `RunSQL(FIXED, RunSQL.noop)`; a test looks at every trigger there is.
"""

from __future__ import annotations

FIXED = """
CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name NAME) RETURNS BOOLEAN
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT FALSE';

DO $$
DECLARE one regprocedure;
BEGIN
    FOR one IN SELECT DISTINCT t.tgfoid::regprocedure FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace AND t.tgname LIKE 'pgtrigger_%'
    LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = pg_catalog, public, pg_temp', one);
    END LOOP;
END $$;
"""
