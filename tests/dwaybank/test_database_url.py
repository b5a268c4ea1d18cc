"""DATABASE_URL takes what libpq takes, and a bad one is refused in words an operator can act on."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.utils import ConnectionHandler
from hypothesis import given
from hypothesis import strategies as st

from dwaybank.database_url import database_settings

STOCK = "django.db.backends.postgresql"
# What a generated password may hold: any character but NUL, which libpq's strings cannot carry.
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgresql://dway:s3cret@db.example.ca:5433/bank",
            {"USER": "dway", "PASSWORD": "s3cret", "HOST": "db.example.ca", "PORT": "5433", "NAME": "bank"},
        ),
        ("postgres://dway@db/bank", {"USER": "dway", "HOST": "db", "NAME": "bank"}),
        ("postgresql://dway@/bank?host=/run/pg", {"USER": "dway", "HOST": "/run/pg", "NAME": "bank"}),
        ("postgresql://dway@%2Frun%2Fpg/bank", {"USER": "dway", "HOST": "/run/pg", "NAME": "bank"}),
        ("postgresql:///bank", {"NAME": "bank"}),
        ("postgresql://[::1]:5433/bank", {"HOST": "::1", "PORT": "5433", "NAME": "bank"}),
        ("host=/run/pg user=dway dbname=bank", {"USER": "dway", "HOST": "/run/pg", "NAME": "bank"}),
    ],
)
def test_uris_and_sockets(url: str, expected: dict[str, str]) -> None:
    assert database_settings(url) == {"ENGINE": STOCK, "OPTIONS": {}, **expected}


def test_libpq_words_without_a_place_in_django_become_options() -> None:
    settings = database_settings("postgresql://db/bank?sslmode=verify-full&connect_timeout=3&options=-c%20geqo%3Doff")

    assert settings["OPTIONS"] == {"sslmode": "verify-full", "connect_timeout": "3", "options": "-c geqo=off"}
    assert (settings["HOST"], settings["NAME"]) == ("db", "bank")


@given(user=TEXTS, password=TEXTS, name=TEXTS)
def test_any_percent_encoded_name_and_password_comes_back_as_it_was(user: str, password: str, name: str) -> None:
    encoded = [quote(text, safe="") for text in (user, password, name)]
    settings = database_settings("postgresql://{}:{}@db/{}".format(*encoded))

    assert (settings["USER"], settings["PASSWORD"], settings["NAME"]) == (user, password, name)


@pytest.mark.parametrize(
    "url",
    [
        "mysql://dway@db/bank",
        "sqlite:///bank.sqlite3",
        "/var/lib/bank.sqlite3",
        "postgresql://dway@db/bank?no_such_word=1",
        "postgresql://[::1/bank",
        "postgresql://dway:100%zz@db/bank",
    ],
)
def test_what_is_no_postgresql_uri_is_refused_with_the_form_to_use(url: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        database_settings(url)

    assert str(refusal.value).startswith("DATABASE_URL is not a PostgreSQL URI (")
    assert "postgresql://USER@/DATABASE?host=/SOCKET/DIRECTORY" in str(refusal.value)


@pytest.mark.parametrize("url", ["postgresql://dway@db", "postgresql://dway@db/", "host=/run/pg", ""])
def test_a_uri_without_a_database_is_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL names no database: put it after the last slash"):
        database_settings(url)


@pytest.mark.parametrize(
    "url",
    [
        "mysql://dway:c4n4ry@db/bank",
        "postgresql://dway:c4n4ry x@db/bank",
        "postgresql://dway:c4n4ry%zz@db/bank",
        "postgresql://dway:c4n4ry@[::1/bank",
        'postgresql://dway:"c4n4ry %zz"@db/bank',
        "postgresql://dway@db/bank?c4n4ry",
    ],
)
def test_a_refusal_never_repeats_the_password(url: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        database_settings(url)

    assert "c4n4ry" not in str(refusal.value)
    assert refusal.value.__suppress_context__


@pytest.mark.django_db
def test_django_connects_by_a_socket_uri() -> None:
    connection.ensure_connection()
    server = connection.connection.info
    login = ":".join(quote(text, safe="") for text in (server.user, server.password) if text)
    url = f"postgresql://{login}@/{quote(server.dbname)}?host={quote(server.host, safe='')}&port={server.port}"

    handler = ConnectionHandler({"default": database_settings(url)})
    try:
        with handler["default"].cursor() as cursor:
            cursor.execute("SELECT current_database(), current_user")
            assert cursor.fetchone() == (server.dbname, server.user)
    finally:
        handler.close_all()
