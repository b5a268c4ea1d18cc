"""Constraints built the same way everywhere: allowed values, and foreign keys that act in the database."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.db import models
from django.db.models.constraints import BaseConstraint


def values_check(
    field: str, choices: type[models.TextChoices], name: str, *, message: str | None = None
) -> models.CheckConstraint:
    """A CHECK that ``field`` holds one of the values of ``choices`` (Django itself adds none).

    NULL passes, as with every CHECK; a column that must be set is NOT NULL besides.
    """
    return models.CheckConstraint(
        condition=models.Q(**{f"{field}__in": [str(value) for value in choices.values]}),
        name=name,
        violation_error_code=name,
        violation_error_message=message or f"{field} must be one of: {', '.join(map(str, choices.values))}.",
    )


class OnDelete(StrEnum):
    """What the database does with a row when the row it points to is deleted."""

    CASCADE = "CASCADE"
    SET_NULL = "SET NULL"
    REFUSE = "NO ACTION"


class DatabaseForeignKey(BaseConstraint):
    """A foreign key with its ON DELETE action in the database, where raw SQL meets it too.

    Django 5.2 keeps ON DELETE in Python. A model here declares its relation with ``foreign_key()``, which
    makes Django leave constraint and deletion alone, and names this constraint in ``Meta.constraints``.
    """

    def __init__(self, *, field: str, on_delete: OnDelete, name: str) -> None:
        super().__init__(name=name)
        self.field = field
        self.on_delete = OnDelete(on_delete)

    def _definition(self, model: Any, schema_editor: Any) -> str:
        field = model._meta.get_field(self.field)
        target = field.target_field
        quote = schema_editor.quote_name
        return (
            f"CONSTRAINT {quote(self.name)} FOREIGN KEY ({quote(field.column)}) "
            f"REFERENCES {quote(target.model._meta.db_table)} ({quote(target.column)}) ON DELETE {self.on_delete}"
        )

    def constraint_sql(self, model: Any, schema_editor: Any) -> str:
        """The clause inside CREATE TABLE."""
        return self._definition(model, schema_editor)

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        """ALTER TABLE … ADD CONSTRAINT."""
        table = schema_editor.quote_name(model._meta.db_table)
        return f"ALTER TABLE {table} ADD {self._definition(model, schema_editor)}"

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        """ALTER TABLE … DROP CONSTRAINT."""
        quote = schema_editor.quote_name
        return f"ALTER TABLE {quote(model._meta.db_table)} DROP CONSTRAINT {quote(self.name)}"

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: Any = None) -> None:
        """Nothing to add: the form field of a relation checks that the row exists."""

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        """For migrations."""
        path = "dwaybank.db.constraints.DatabaseForeignKey"
        return path, (), {"field": self.field, "on_delete": self.on_delete.value, "name": self.name}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DatabaseForeignKey) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash(self.name)


def foreign_key(to: str, *, related_name: str = "+", **options: Any) -> models.ForeignKey[Any, Any]:
    """A relation whose constraint and deletion rule stand in the database (see DatabaseForeignKey).

    No index comes with it: the model declares the schema document's own.
    """
    return models.ForeignKey(
        to,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name=related_name,
        **options,
    )
