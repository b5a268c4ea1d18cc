"""Fields that mean the same everywhere: money, currency, keys and timestamps, each defined once."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.functions import RandomUUID
from django.db import models

from dwaybank.db.expressions import CurrentTimestamp


class MoneyField(models.DecimalField):  # type: ignore[type-arg]
    """DECIMAL(15,2): an exact amount in units of its row's currency; Python Decimal, never float."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_digits": 15, "decimal_places": 2, **options})


def uuid_key() -> models.UUIDField[Any, Any]:
    """A UUID primary key made by the database."""
    return models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)


def currency_field() -> models.CharField[Any, Any]:
    """An ISO 4217 code, CAD unless said otherwise; nullable as in the schema document."""
    return models.CharField(max_length=3, null=True, blank=True, db_default="CAD")


def timestamp_field(**options: Any) -> models.DateTimeField[Any, Any]:
    """A technical timestamp the database sets on insert; nullable as in the schema document."""
    return models.DateTimeField(null=True, blank=True, db_default=CurrentTimestamp(), editable=False, **options)
