"""Errors that a person sees: one base class, and one mapping from constraint name to message."""

from __future__ import annotations

from functools import lru_cache

from django.apps import apps
from django.db import IntegrityError

from dwaybank.kept import kept_text
from dwaybank.translation import Text


class DomainError(Exception):
    """A rule of the house was broken; the text says what happened and what to do next."""


@lru_cache(maxsize=1)
def _messages() -> dict[str, Text]:
    """Constraint name → message, from the models' own constraints."""
    return {
        constraint.name: constraint.violation_error_message
        for model in apps.get_models()
        for constraint in model._meta.constraints
        if constraint.violation_error_message
        and constraint.violation_error_message != constraint.default_violation_error_message
    }


def constraint_name(error: IntegrityError) -> str | None:
    """Name of the constraint or trigger rule that refused the statement, where PostgreSQL gave one."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return diagnosis.constraint_name if diagnosis else None


def explain(error: IntegrityError) -> str:
    """The message for people: the model's own for its constraint, else what the database said.

    Triggers and functions of this project raise with a message written for people, so theirs is passed on
    with its hint.
    """
    name = constraint_name(error)
    if name in _messages():
        return str(_messages()[name])
    diagnosis = getattr(error.__cause__, "diag", None)
    if diagnosis is None:
        return str(error)
    hint = f" {kept_text(diagnosis.message_hint)}" if diagnosis.message_hint else ""
    return f"{kept_text(diagnosis.message_primary)}{hint}"
