"""A database with all migrations applied, made once for each state of the migrations; test databases are its copies."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from django.core.management import call_command
from django.db import connections

_ROOT: Final = Path(__file__).resolve().parent.parent
_PREFIX: Final = "dwaybank_template_"
_LOCK: Final = 20_261_125  # an advisory lock of the server: whoever comes second waits and finds it made


def migrated_template() -> str:
    """The template's name; migrates it first where the server has none of this state, and drops those of others.

    The state is the text of every migration and SQL file, and the versions of the packages that bring their own.
    """
    connection = connections["default"]
    name = _PREFIX + _state()
    original = connection.settings_dict["NAME"]
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{_PREFIX}%"])
        known = {row[0] for row in cursor.fetchall()}
        if name in known:
            return name
        for old in known:
            cursor.execute(f"DROP DATABASE IF EXISTS {old}")
        unfinished = f"{_PREFIX}unfinished"
        cursor.execute(f"CREATE DATABASE {unfinished}")
        connection.close()
        connection.settings_dict["NAME"] = unfinished
        try:
            call_command("migrate", verbosity=0)
        finally:
            connection.close()
            connection.settings_dict["NAME"] = original
        cursor.execute(f"ALTER DATABASE {unfinished} RENAME TO {name}")
    return name


def _state() -> str:
    digest = hashlib.sha256()
    files = [*_ROOT.glob("*/migrations/*.py"), *_ROOT.glob("*/sql/**/*.sql"), *_ROOT.glob("*/db/*.py")]
    for file in [*sorted(files), _ROOT / "requirements-dev.lock", _ROOT / "dwaybank" / "config.py"]:
        digest.update(str(file.relative_to(_ROOT)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
