"""Development starts with nothing set; production refuses to start until it is safe, naming what is missing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
COMPLETE = {
    "DWAYBANK_ENV": "production",
    "SECRET_KEY": "0123456789-" * 6,
    "ENCRYPTION_KEYS": "2026-11:" + "A" * 43 + "=",
    "ALLOWED_HOSTS": "office.dwaybank.example,10.0.0.7",
    "DATABASE_URL": "postgresql://dway@/bank?host=/run/pg",
}
# reads environments, a line of JSON each, and answers the settings that a process with nothing else would have, or why
# it refuses to start
READER = """
import importlib, json, os, sys
from django.core.exceptions import ImproperlyConfigured
for line in sys.stdin:
    os.environ.clear()
    os.environ.update(json.loads(line))
    sys.modules.pop("dwaybank.settings", None)
    try:
        settings = importlib.import_module("dwaybank.settings")
        said = {name: getattr(settings, name) for name in dir(settings) if name.isupper()}
    except ImproperlyConfigured as refusal:
        said = str(refusal)
    print(json.dumps(said, default=str), flush=True)
"""


def python(arguments: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """A fresh interpreter that knows nothing but ``environment``."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=REPOSITORY,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture(scope="module")
def reader() -> Iterator[subprocess.Popen[str]]:
    """One interpreter for all questions: its start takes longer than the settings."""
    with subprocess.Popen(
        [sys.executable, "-c", READER], cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        assert process.stdin
        process.stdin.close()


@pytest.fixture
def answer(reader: subprocess.Popen[str]) -> Callable[[dict[str, str]], Any]:
    """What the settings are in an environment, or the refusal."""

    def answered(environment: dict[str, str]) -> Any:
        assert reader.stdin
        assert reader.stdout
        reader.stdin.write(json.dumps(environment) + "\n")
        reader.stdin.flush()
        return json.loads(reader.stdout.readline())

    return answered


@pytest.fixture
def started(answer: Callable[[dict[str, str]], Any]) -> Callable[[dict[str, str]], dict[str, Any]]:
    """The settings of a process that starts."""

    def settings_of(environment: dict[str, str]) -> dict[str, Any]:
        said = answer(environment)
        assert isinstance(said, dict), said
        return said

    return settings_of


@pytest.fixture
def refusal(answer: Callable[[dict[str, str]], Any]) -> Callable[[dict[str, str]], str]:
    """Why a process does not start."""

    def refused(environment: dict[str, str]) -> str:
        said = answer(environment)
        assert isinstance(said, str), "it starts"
        return said

    return refused


Started = Callable[[dict[str, str]], dict[str, Any]]
Refusal = Callable[[dict[str, str]], str]


def test_development_needs_nothing_and_has_an_embedded_server(started: Started) -> None:
    settings = started({})

    assert settings["DEBUG"] is True
    assert settings["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]
    database = settings["DATABASES"]["default"]
    assert database["ENGINE"] == "dwaybank.embedded"
    assert database["EMBEDDED_DATA"] == str(REPOSITORY / "var" / "postgres")


def test_production_with_everything_set_starts_and_is_strict(started: Started) -> None:
    settings = started(COMPLETE)

    assert settings["DEBUG"] is False
    assert settings["ALLOWED_HOSTS"] == ["office.dwaybank.example", "10.0.0.7"]
    database = settings["DATABASES"]["default"]
    assert (database["ENGINE"], database["HOST"]) == ("django.db.backends.postgresql", "/run/pg")
    assert (database["CONN_MAX_AGE"], database["CONN_HEALTH_CHECKS"]) == (60, True)
    assert (
        settings["SESSION_COOKIE_SECURE"] is settings["CSRF_COOKIE_SECURE"] is settings["SECURE_SSL_REDIRECT"] is True
    )
    assert settings["SECURE_HSTS_SECONDS"] > 0


@pytest.mark.parametrize("name", ["SECRET_KEY", "ENCRYPTION_KEYS", "ALLOWED_HOSTS", "DATABASE_URL"])
@pytest.mark.parametrize("how", ["unset", "empty"])
def test_production_names_the_one_variable_that_is_missing(name: str, how: str, refusal: Refusal) -> None:
    environment = {**COMPLETE, name: ""}
    if how == "unset":
        del environment[name]

    message = refusal(environment)

    assert message.startswith(f"{name} is not set and DWAYBANK_ENV is production. Set it to ")
    assert not [
        other
        for other in ("SECRET_KEY", "ENCRYPTION_KEYS", "ALLOWED_HOSTS", "DATABASE_URL")
        if other != name and other in message
    ]


def test_an_operator_who_follows_the_messages_gets_there(started: Started, refusal: Refusal) -> None:
    environment = {"DWAYBANK_ENV": "production"}
    asked = []
    while len(asked) < 4:
        name = refusal(environment).split(" ", 1)[0]
        asked.append(name)
        environment[name] = COMPLETE[name]

    assert sorted(asked) == ["ALLOWED_HOSTS", "DATABASE_URL", "ENCRYPTION_KEYS", "SECRET_KEY"]
    assert started(environment)["PRODUCTION"] is True


def test_a_command_refuses_to_run_too() -> None:
    process = python(["manage.py", "migrate"], {"DWAYBANK_ENV": "production"})

    assert process.returncode != 0
    assert "SECRET_KEY is not set and DWAYBANK_ENV is production." in process.stderr


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"DEBUG": "on"}, "DEBUG is on and DWAYBANK_ENV is production: unset DEBUG"),
        ({"DEBUG": "1"}, "DEBUG is on and DWAYBANK_ENV is production: unset DEBUG"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is shorter than 50 characters"),
        (
            {"ENCRYPTION_KEYS": "development:ZGV2ZWxvcG1lbnQtb25seS1rZXktbm90LXNlY3JldCE="},
            "ENCRYPTION_KEYS holds the development key",
        ),
        ({"DATABASE_URL": "mysql://dway@db/bank"}, "DATABASE_URL is not a PostgreSQL URI"),
        (
            {"DATABASE_POOL_MAX": "8", "DATABASE_KEEP_SECONDS": "60"},
            "DATABASE_KEEP_SECONDS and DATABASE_POOL_MAX are both set",
        ),
        ({"DWAYBANK_ENV": "prod"}, "DWAYBANK_ENV is 'prod'; it must be 'development' or 'production'."),
    ],
)
def test_production_refuses_what_is_unsafe_or_misspelt(
    changed: dict[str, str], expected: str, refusal: Refusal
) -> None:
    assert refusal({**COMPLETE, **changed}).startswith(expected)


def test_debug_may_be_off_in_production_by_name(started: Started) -> None:
    assert started({**COMPLETE, "DEBUG": "off"})["DEBUG"] is False


def test_a_refused_secret_is_not_shown() -> None:
    process = python(["-c", "import dwaybank.settings"], {**COMPLETE, "SECRET_KEY": "c4n4ry-key"})

    assert process.returncode != 0
    assert "ImproperlyConfigured: SECRET_KEY is shorter" in process.stderr
    assert "c4n4ry-key" not in process.stdout + process.stderr


def test_limits_pool_and_the_embedded_directory_come_from_the_environment(started: Started) -> None:
    settings = started(
        {**COMPLETE, "STATEMENT_TIMEOUT_MS": "10000", "LOCK_TIMEOUT_MS": "2000", "DATABASE_POOL_MAX": "8"}
    )
    options = settings["DATABASES"]["default"]["OPTIONS"]
    assert options["options"] == (
        "-c statement_timeout=10000 -c lock_timeout=2000 -c idle_in_transaction_session_timeout=600000"
    )
    assert options["pool"]["max_size"] == 8
    assert settings["DATABASES"]["default"]["CONN_MAX_AGE"] == 0

    development = started({"EMBEDDED_POSTGRES_DIR": "/srv/office/postgres"})
    assert development["DATABASES"]["default"]["EMBEDDED_DATA"] == "/srv/office/postgres"
