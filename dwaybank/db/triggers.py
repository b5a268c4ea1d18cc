"""Triggers that refuse: declared on a model, raised with a constraint name so that one mapper serves all."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.db.migrations.operations import RunSQL


def raise_statement(name: str, message: str, hint: str = "") -> str:
    """The plpgsql statement that refuses with ``message`` under the constraint name ``name``."""
    quoted = message.replace("'", "''").replace("%", "%%")
    ending = f", HINT = '{hint.replace(chr(39), chr(39) * 2)}'" if hint else ""
    return f"RAISE EXCEPTION '{quoted}' USING ERRCODE = 'check_violation', CONSTRAINT = '{name}'{ending};"


def refuse(name: str, operation: Any, message: str, *, condition: Any = None, hint: str = "") -> pgtrigger.Trigger:
    """A row trigger that refuses ``operation`` (where ``condition`` holds) with a message for people."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=operation,
        condition=condition,
        func=raise_statement(name, message, hint),
    )


def drop_function_on_the_way_back(pgid: str) -> RunSQL:
    """A migration operation to stand before AddTrigger: going back, django-pgtrigger drops the trigger and leaves
    its function, and the helper that all its functions share."""
    return RunSQL(
        sql=RunSQL.noop,
        reverse_sql=f"""
            DROP FUNCTION {pgid}();
            DO $$
            BEGIN
                IF NOT EXISTS (SELECT FROM pg_proc WHERE proname LIKE 'pgtrigger\\_%') THEN
                    DROP FUNCTION _pgtrigger_should_ignore(name);
                END IF;
            END;
            $$;
        """,
    )
