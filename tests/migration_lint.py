"""Linter of migrations: what would stop a live database is found before it is released (part of ``make lint``).

    python -m tests.migration_lint [--all]

The SQL of every migration that is not in ``released_migrations.txt`` is given to squawk: an index not built
concurrently, a constraint validated as it is added, a column dropped, renamed, rewritten or made NOT NULL under a lock.
A release adds its migrations to the list (``--release``); what stands there has run and is only read with ``--all``.

A migration that breaks a rule with good reason says so in itself: ``lint_ignore = {"ban-drop-column": "why"}``.
``manage.py migrate`` sets lock and statement time-outs, so that squawk need not ask for them.
Exit code: 0 clean, 1 not.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).resolve().parent
RELEASED: Final = HERE / "released_migrations.txt"
APPS: Final = frozenset({"dwaybank", "integrations", "compliance", "reconciliation"})
# matters of taste that the schema document decides, and what manage.py migrate does itself
EXCLUDED: Final = (
    "ban-char-field",
    "prefer-bigint-over-int",
    "prefer-bigint-over-smallint",
    "prefer-identity",
    "prefer-text-field",
    "prefer-robust-stmts",
    "require-lock-timeout",
    "require-statement-timeout",
)
OLDEST_SERVER: Final = "15.0"
_ADVICE: Final = {
    "require-concurrent-index-creation": "AddIndexConcurrently in a migration with atomic = False",
    "constraint-missing-not-valid": "AddConstraintNotValid now, ValidateConstraint in the next migration",
    "adding-foreign-key-constraint": "add it NOT VALID now, VALIDATE it in the next migration",
    "adding-not-nullable-field": "a CHECK (… IS NOT NULL) NOT VALID, validated by the next migration, then NOT NULL",
    "ban-drop-column": "stop using it in one release (SeparateDatabaseAndState), drop it in the next",
    "ban-drop-table": "stop using it in one release (SeparateDatabaseAndState), drop it in the next",
    "renaming-column": "add the new column, fill it in batches, read it, and drop the old one a release later",
    "changing-column-type": "add a column of the new type, fill it in batches, and drop the old one a release later",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that a migration breaks: which, where in its SQL, what to do."""

    migration: str
    rule: str
    line: int
    message: str

    def __str__(self) -> str:
        advice = _ADVICE.get(self.rule)
        return f"{self.migration}, line {self.line} of its SQL: {self.rule}: {self.message}" + (
            f" Do: {advice}." if advice else ""
        )


def own_migrations(loader: Any) -> list[Any]:
    """The migrations of this project, in the order in which they run."""
    found: dict[tuple[str, str], Any] = {}
    for leaf in loader.graph.leaf_nodes():
        for node in loader.graph.forwards_plan(leaf):
            found[node] = loader.graph.nodes[node]
    return [migration for (app, _), migration in found.items() if app in APPS]


def released() -> set[str]:
    """Names of the migrations that have run somewhere."""
    return set(RELEASED.read_text("utf-8").split())


def name_of(migration: Any) -> str:
    """app.0001_name"""
    return f"{migration.app_label}.{migration.name}"


def sql_of(migration: Any, state: Any) -> str:
    """What the migration would run on the database in the state before it."""
    from django.db import connection

    with connection.schema_editor(collect_sql=True, atomic=migration.atomic) as editor:
        migration.apply(state.clone(), editor, collect_sql=True)
    statements = "\n".join(editor.collected_sql)
    return f"BEGIN;\n{statements}\nCOMMIT;\n" if migration.atomic else f"{statements}\n"


def findings(migration: Any, sql: str) -> list[Finding]:
    """What squawk says about a migration's SQL, without what the migration itself explains."""
    command = [str(Path(sys.executable).with_name("squawk")), "--reporter", "json", "--pg-version", OLDEST_SERVER]
    command += [f"--exclude={','.join(EXCLUDED)}", "--stdin-filepath", f"{name_of(migration)}.sql"]
    ran = subprocess.run(command, input=sql, capture_output=True, text=True, check=False, timeout=60)
    if ran.returncode not in (0, 1) or not ran.stdout.strip():
        raise RuntimeError(f"squawk did not read {name_of(migration)}: {ran.stderr.strip()}")
    explained = getattr(migration, "lint_ignore", {})
    return [
        Finding(name_of(migration), one["rule_name"], one["line"] + 1, one["message"])
        for one in json.loads(ran.stdout)
        if one["rule_name"] not in explained
    ]


def lint(migrations: Iterable[Any], loader: Any) -> list[Finding]:
    """What is wrong with these migrations."""
    wrong: list[Finding] = []
    for migration in migrations:
        state = loader.project_state((migration.app_label, migration.name), at_end=False)
        wrong += findings(migration, sql_of(migration, state))
    return wrong


def main() -> int:
    """Parse, lint, print."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.migration_lint", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--all", action="store_true", help="read the released ones too, and print only")
    parser.add_argument("--release", action="store_true", help="write the list of released migrations anew")
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dwaybank.settings")
    import django

    django.setup()
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connection)
    own = own_migrations(loader)
    new = [migration for migration in own if name_of(migration) not in released()]
    wrong = lint(own if given.all else new, loader)
    for one in wrong:
        sys.stdout.write(f"{one}\n")
    if given.release and not wrong:
        RELEASED.write_text("".join(f"{name}\n" for name in sorted(map(name_of, own))), "utf-8")
    sys.stdout.write(f"{len(own if given.all else new)} migrations read, {len(wrong)} findings.\n")
    return 0 if given.all or not wrong else 1


if __name__ == "__main__":
    sys.exit(main())
