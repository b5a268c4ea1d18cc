"""What stands in the catalog of the database that the migrations built. Partitions, and tables of Django's own
applications and of the job queue, are left out: their parents, Django, or the queue's library answer for them."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any, NamedTuple

from django.db import connection

FRAMEWORKS = "^(account|auth|django|mfa|procrastinate)_"
OWN_TABLES = f"c.relnamespace = 'public'::regnamespace AND NOT c.relispartition AND c.relname !~ '{FRAMEWORKS}'"


class Column(NamedTuple):
    """One column: type in short spelling, whether NULL may stand, default without casts, generated or not."""

    type: str
    nullable: bool
    default: str | None
    generated: bool


def run(sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """The rows of one statement; without parameters a percent sign is a percent sign."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters or None)
        return cursor.fetchall() if cursor.description else []


def short(text: str) -> str:
    """PostgreSQL's long type names in their short spelling."""
    spelled = text.replace("character varying", "varchar").replace("timestamp with time zone", "timestamptz")
    return re.sub(r"\s+", " ", spelled)


def relations(*kinds: str) -> set[str]:
    """Names of own relations: r table, p partitioned table, v view."""
    rows = run(f"SELECT c.relname FROM pg_class c WHERE {OWN_TABLES} AND c.relkind::text = ANY (%s)", list(kinds))
    return {name for (name,) in rows}


def columns() -> dict[str, dict[str, Column]]:
    """Table or view → its columns in order."""
    found: dict[str, dict[str, Column]] = defaultdict(dict)
    for table, name, type_name, not_null, generated, identity, expression in run(
        "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attgenerated, "
        "a.attidentity, pg_get_expr(d.adbin, d.adrelid) "
        "FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
        "LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum "
        f"WHERE {OWN_TABLES} AND c.relkind IN ('r', 'p', 'v') AND a.attnum > 0 AND NOT a.attisdropped "
        "ORDER BY c.relname, a.attnum"
    ):
        default = "identity" if identity else re.sub(r"::[a-z ]+$", "", expression) if expression else None
        is_generated = bool(generated)
        found[table][name] = Column(short(type_name), not not_null, None if is_generated else default, is_generated)
    return dict(found)


def constraints(kind: str) -> dict[tuple[str, str], str]:
    """(table, constraint) → definition; kind c check, u unique, f foreign key, p primary key."""
    rows = run(
        "SELECT c.relname, k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k "
        f"JOIN pg_class c ON c.oid = k.conrelid WHERE {OWN_TABLES} AND k.contype = %s",
        kind,
    )
    return {(table, name): definition for table, name, definition in rows}


def indexes() -> dict[tuple[str, str], str]:
    """(table, index) → definition from the access method on, 'UNIQUE ' before it where it is one."""
    rows = run(
        "SELECT c.relname, i.relname, x.indisunique, pg_get_indexdef(i.oid) FROM pg_index x "
        f"JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid WHERE {OWN_TABLES}"
    )
    return {
        (table, name): ("UNIQUE " if unique else "") + definition.split(" USING ", 1)[1]
        for table, name, unique, definition in rows
    }
