"""Database expressions that Django lacks."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models


class CurrentTimestamp(models.Func):
    """CURRENT_TIMESTAMP, the start of the transaction (Django's Now() is the start of the statement)."""

    template = "CURRENT_TIMESTAMP"
    output_field = models.DateTimeField()


def one_of_the_first(queryset: models.QuerySet[Any], limit: int) -> models.Func:
    """A condition: the row is among the first ``limit`` of these, of the same table, in their order.

    ANY of an array makes PostgreSQL look each key up; of ``IN (SELECT ... LIMIT n)`` it may make a hash and read the
    whole table beside it.
    """
    return models.Func(
        models.F("pk"),
        ArraySubquery(queryset.values("pk")[:limit]),
        template="%(expressions)s)",
        arg_joiner=" = ANY (",
        output_field=models.BooleanField(),
    )
