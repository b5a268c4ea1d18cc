"""SQL objects in versioned files: ``<app>/sql/{functions,views,tables,triggers,grants}/NAME_vNN.sql``.

A file never changes once a migration names it; a new version is a new file. Each begins with a comment:
purpose, inputs, who calls it, locks. What undoes the first version of a table, trigger or grant stands in
the same file below the line ``-- reverse:``; functions and views are dropped by their name.
"""

from __future__ import annotations

import re
from importlib import resources
from typing import Final

from django.db.migrations.operations import RunSQL

REVERSE_MARK: Final = "-- reverse:"


def sql_text(app: str, kind: str, name: str, version: int) -> str:
    """The whole text of one SQL file. Raises FileNotFoundError when there is none."""
    return resources.files(app).joinpath("sql", kind, f"{name}_v{version:02d}.sql").read_text("utf-8")


def forward_sql(app: str, kind: str, name: str, version: int) -> str:
    """The part of the file that builds the object."""
    return sql_text(app, kind, name, version).split(REVERSE_MARK)[0]


def _reverse_sql(app: str, kind: str, name: str, version: int) -> str:
    text = sql_text(app, kind, name, version)
    if REVERSE_MARK in text:
        return text.split(REVERSE_MARK, 1)[1]
    if version > 1:
        earlier = forward_sql(app, kind, name, version - 1)
        return re.sub(r"^CREATE (?=FUNCTION|VIEW)", "CREATE OR REPLACE ", earlier, flags=re.MULTILINE)
    if kind == "functions":
        return f"DROP FUNCTION {name};"
    if kind == "views":
        return f"DROP VIEW {name};"
    raise ValueError(f"sql/{kind}/{name}_v{version:02d}.sql of {app} says no way back: add '{REVERSE_MARK}'.")


def run_sql_file(app: str, kind: str, name: str, version: int = 1, **options: object) -> RunSQL:
    """A migration operation that applies one version of an object, and its way back.

    ``options`` go to RunSQL (``state_operations`` for a table that Django knows as a model).
    """
    return RunSQL(
        sql=forward_sql(app, kind, name, version),
        reverse_sql=_reverse_sql(app, kind, name, version),
        **options,  # type: ignore[arg-type]
    )
