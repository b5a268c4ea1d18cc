"""Database expressions that Django lacks."""

from django.db import models


class CurrentTimestamp(models.Func):
    """CURRENT_TIMESTAMP, the start of the transaction (Django's Now() is the start of the statement)."""

    template = "CURRENT_TIMESTAMP"
    output_field = models.DateTimeField()
