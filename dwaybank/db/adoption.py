"""Migration operations that take over a database in which DwayBank's tables already stand.

What is there stays as it is and is never dropped on the way back: an object that these operations made
carries a comment, and only such an object is removed.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import AddField, AddIndex, CreateModel
from django.db.migrations.state import ProjectState

MADE_HERE = "made by the DwayBank back office"


def _scalar(schema_editor: BaseDatabaseSchemaEditor, sql: str, *params: str) -> Any:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(sql, params)
        row = cursor.fetchone()
    return row[0] if row else None


def _table_exists(schema_editor: BaseDatabaseSchemaEditor, table: str) -> bool:
    return _scalar(schema_editor, "SELECT to_regclass(quote_ident(%s))", table) is not None


def _made_here(schema_editor: BaseDatabaseSchemaEditor, relation: str) -> bool:
    said = _scalar(schema_editor, "SELECT obj_description(to_regclass(quote_ident(%s)), 'pg_class')", relation)
    return bool(said == MADE_HERE)


class CreateModelUnlessPresent(CreateModel):
    """CREATE TABLE, or adopt the table of that name; going back drops it only if it was made here."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Create the table where there is none."""
        table = to_state.apps.get_model(app_label, self.name)._meta.db_table
        if not _table_exists(schema_editor, table):
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            schema_editor.execute(f"COMMENT ON TABLE {schema_editor.quote_name(table)} IS '{MADE_HERE}'")

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Drop the table if it was made here."""
        table = from_state.apps.get_model(app_label, self.name)._meta.db_table
        if _made_here(schema_editor, table):
            super().database_backwards(app_label, schema_editor, from_state, to_state)


class AddFieldUnlessPresent(AddField):
    """ADD COLUMN IF NOT EXISTS; going back drops the column only if it was made here."""

    def _column(self, app_label: str, state: ProjectState) -> tuple[str, str]:
        model = state.apps.get_model(app_label, self.model_name)
        return model._meta.db_table, model._meta.get_field(self.name).column

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Add the column where there is none."""
        table, column = self._column(app_label, to_state)
        present = _scalar(
            schema_editor,
            "SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass(quote_ident(%s)) AND attname = %s "
            "AND NOT attisdropped",
            table,
            column,
        )
        if not present:
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            quote = schema_editor.quote_name
            schema_editor.execute(f"COMMENT ON COLUMN {quote(table)}.{quote(column)} IS '{MADE_HERE}'")

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Drop the column if it was made here."""
        table, column = self._column(app_label, from_state)
        made_here = _scalar(
            schema_editor,
            "SELECT col_description(attrelid, attnum) = %s FROM pg_attribute "
            "WHERE attrelid = to_regclass(quote_ident(%s)) AND attname = %s",
            MADE_HERE,
            table,
            column,
        )
        if made_here:
            super().database_backwards(app_label, schema_editor, from_state, to_state)


class AddIndexUnlessPresent(AddIndex):
    """CREATE INDEX IF NOT EXISTS; going back drops the index only if it was made here."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Create the index where there is none of that name."""
        if not _table_exists(schema_editor, self.index.name):
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            schema_editor.execute(f"COMMENT ON INDEX {schema_editor.quote_name(self.index.name)} IS '{MADE_HERE}'")

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Drop the index if it was made here."""
        if _made_here(schema_editor, self.index.name):
            super().database_backwards(app_label, schema_editor, from_state, to_state)
