"""DATABASE_URL (any libpq URI or conninfo string) to a Django DATABASES entry."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

# libpq's words that have a place of their own in Django's settings; every other word goes to OPTIONS.
_DJANGO_KEYS = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}


def database_settings(url: str) -> dict[str, Any]:
    """Read a libpq URI such as ``postgresql://user@/db?host=/socket/dir`` with libpq's own parser.

    Returns a Django database entry for the stock PostgreSQL backend.
    Raises ImproperlyConfigured, without the password, when the text is no libpq URI or names no database.
    """
    try:
        words = conninfo_to_dict(url)
    except ProgrammingError as error:
        # libpq quotes what it could not read, and that may be the password
        reason = re.sub('".*"', "…", str(error).strip(), flags=re.DOTALL)
        raise ImproperlyConfigured(
            f"DATABASE_URL is not a PostgreSQL URI ({reason}). "
            "Expected postgresql://USER:PASSWORD@HOST:PORT/DATABASE or "
            "postgresql://USER@/DATABASE?host=/SOCKET/DIRECTORY."
        ) from None
    if not words.get("dbname"):
        raise ImproperlyConfigured("DATABASE_URL names no database: put it after the last slash, /DATABASE.")
    settings: dict[str, Any] = {"ENGINE": "django.db.backends.postgresql", "OPTIONS": {}}
    for word, value in words.items():
        if word in _DJANGO_KEYS:
            settings[_DJANGO_KEYS[word]] = str(value)
        else:
            settings["OPTIONS"][word] = value
    return settings
