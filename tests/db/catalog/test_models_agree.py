"""Models and live columns agree, also where SQL and not Django made the table or view."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import NOT_PROVIDED, Model

from tests.db.catalog.live import columns, constraints, indexes, relations, short

pytestmark = pytest.mark.django_db

APPS = ("dwaybank", "integrations", "reconciliation", "compliance")
MODELS = [model for app in APPS for model in apps.get_app_config(app).get_models(include_auto_created=True)]
VIEWS = {"bank_integration_health", "transaction_reconciliation_status"}
# CASE gives text; the longest label is expiring_soon
TEXT_OF_LABELS = {("bank_integration_health", "token_status")}


def model_type(field: Any) -> str:
    return short(re.sub(r"\s+", " ", field.db_type(connection)).replace(", ", ","))


def without_modifiers(type_name: str) -> str:
    return re.sub(r"\(.*?\)", "", type_name)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.db_table)
def test_fields_are_the_columns(model: type[Model]) -> None:
    table = model._meta.db_table
    live = columns()[table]
    fields: dict[str, Any] = {field.column: field for field in model._meta.local_concrete_fields}

    assert set(fields) == set(live)
    for name, field in fields.items():
        column = live[name]
        if table in VIEWS:
            # a view's columns carry no NOT NULL, and computed ones no length or scale
            expected = model_type(field)
            if (table, name) in TEXT_OF_LABELS:
                assert (expected, column.type) == ("varchar(20)", "text")
            elif "(" in column.type:
                assert expected == column.type, name
            else:
                assert without_modifiers(expected) == column.type, name
            continue
        assert model_type(field) == column.type, name
        assert getattr(field, "generated", False) == column.generated, name
        if not column.generated:
            assert field.null == column.nullable, name
            has_default = field.db_default is not NOT_PROVIDED or field.get_internal_type() == "BigAutoField"
            assert has_default == (column.default is not None), name


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.db_table)
def test_constraints_and_indexes_of_the_model_stand_in_the_database(model: type[Model]) -> None:
    table = model._meta.db_table
    live = {name for kind in "cuf" for (of, name) in constraints(kind) if of == table}
    live |= {name for (of, name) in indexes() if of == table and not name.endswith("_pkey")}
    declared = {constraint.name for constraint in model._meta.constraints}
    declared |= {index.name for index in model._meta.indexes}

    assert declared <= live
    if table not in VIEWS and not model._meta.auto_created and not table.endswith("_archive"):
        # a text key gets an index for LIKE from Django itself
        assert {name for name in live - declared if not name.endswith("_like")} == set()


def test_every_table_and_view_has_its_model() -> None:
    assert {model._meta.db_table for model in MODELS} == relations("r", "p", "v")
    assert VIEWS == relations("v") == {model._meta.db_table for model in MODELS if not model._meta.managed}


def test_choices_fit_their_columns() -> None:
    for model in MODELS:
        for field in model._meta.local_concrete_fields:
            for value, _ in field.choices or ():
                assert len(str(value)) <= field.max_length, f"{model.__name__}.{field.name}"
