"""Indexes whose names may be as long as PostgreSQL allows: the schema document's names pass 30 characters."""

from django.contrib.postgres import indexes as postgres
from django.db import models

POSTGRES_NAME_LENGTH = 63


class Index(models.Index):
    """A b-tree index."""

    max_name_length = POSTGRES_NAME_LENGTH


class GinIndex(postgres.GinIndex):
    """A GIN index, for containment in JSONB."""

    max_name_length = POSTGRES_NAME_LENGTH
