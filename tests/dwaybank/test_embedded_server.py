"""The embedded PostgreSQL as processes meet it: shared, stopped by the last, restarted after any crash.

Everything runs in processes of its own: what is shown is how they get on with one another.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from django.conf import settings

# Runs statements, says which server answered, then stays until its input ends.
PROGRAM = """
import json, sys, django
django.setup()
from django.db import connection
with connection.cursor() as cursor:
    for statement in json.loads(sys.argv[1]):
        cursor.execute(statement)
    rows = cursor.fetchall() if cursor.description else []
    cursor.execute("SELECT system_identifier::text, pg_postmaster_start_time()::text FROM pg_control_system()")
    cluster, started = cursor.fetchone()
print(json.dumps({"cluster": cluster, "started": started, "rows": rows}), flush=True)
sys.stdin.read()
"""


@contextmanager
def fresh_directory() -> Iterator[Path]:
    """A data directory that does not exist yet.

    Not below pytest's own: run by root, the server is another user, and pytest takes others' rights there away at
    the start of every session, also of somebody else's.
    """
    with tempfile.TemporaryDirectory(prefix="dwaybank-", dir="/tmp") as parent:
        data = Path(parent) / "postgres"
        try:
            yield data
        finally:
            if server := postmaster(data):
                server.send_signal(signal.SIGQUIT)
                server.wait(10)


@pytest.fixture(scope="module")
def directory() -> Iterator[Path]:
    """One cluster for the tests to which it is all the same; each leaves it stopped."""
    with fresh_directory() as data:
        yield data


def environment(data: Path) -> dict[str, str]:
    others = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return {**others, "EMBEDDED_POSTGRES_DIR": str(data), "DJANGO_SETTINGS_MODULE": "dwaybank.settings"}


def begin(data: Path, *statements: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, json.dumps(statements)],
        env=environment(data),
        cwd=settings.BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def answer(process: subprocess.Popen[str]) -> dict[str, Any]:
    """What the program says once it is connected; it goes on running."""
    assert process.stdout
    assert process.stderr
    line = process.stdout.readline()
    assert line, process.stderr.read()
    return dict(json.loads(line))


def end(*processes: subprocess.Popen[str]) -> None:
    for process in processes:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate(timeout=60)


def postmaster(data: Path) -> psutil.Process | None:
    """The running server of the directory."""
    file = data / "postmaster.pid"
    if not file.exists():
        return None
    try:
        return psutil.Process(int(file.read_text().split("\n", 1)[0]))
    except psutil.NoSuchProcess:
        return None


def test_processes_that_begin_at_once_on_a_fresh_directory_share_one_server() -> None:
    with fresh_directory() as data:
        processes = [begin(data) for _ in range(3)]
        answers = [answer(process) for process in processes]

        assert answers[0] == answers[1] == answers[2]
        end(*processes[:2])
        assert postmaster(data) is not None  # the third still needs it
        end(processes[2])
        assert postmaster(data) is None


def test_what_was_written_is_there_the_next_time(directory: Path) -> None:
    end(begin(directory, "CREATE TABLE kept (n integer)", "INSERT INTO kept VALUES (7)"))

    process = begin(directory, "SELECT n FROM kept")
    assert answer(process)["rows"] == [[7]]
    end(process)


def test_a_killed_process_does_not_keep_the_server_for_ever(directory: Path) -> None:
    killed = begin(directory)
    first = answer(killed)
    kill(killed)
    assert postmaster(directory) is not None  # nobody was left to stop it

    process = begin(directory)
    assert answer(process) == first  # found running, not started again
    end(process)

    assert postmaster(directory) is None


def test_a_killed_server_starts_again_with_its_data(directory: Path) -> None:
    """As after a power cut: postmaster.pid names a process that is gone."""
    process = begin(directory, "CREATE TABLE survives (n integer)", "INSERT INTO survives VALUES (1)")
    before = answer(process)
    server = postmaster(directory)
    assert server
    workers = server.children()
    server.kill()
    psutil.wait_procs([server, *workers], timeout=10)
    kill(process)
    assert (directory / "postmaster.pid").exists()

    process = begin(directory, "SELECT n FROM survives")
    after = answer(process)
    end(process)

    assert (after["rows"], after["cluster"]) == ([[1]], before["cluster"])
    assert after["started"] > before["started"]


def test_another_directory_is_another_server(directory: Path) -> None:
    with fresh_directory() as other:
        one, two = begin(directory), begin(other)

        assert answer(one)["cluster"] != answer(two)["cluster"]
        end(one)
        assert postmaster(other) is not None
        end(two)


@pytest.mark.parametrize("command", ["check", "help", "showmigrations --help"])
def test_no_server_starts_before_somebody_asks_the_database(command: str, tmp_path: Path) -> None:
    data = tmp_path / "postgres"

    subprocess.run(
        [sys.executable, "manage.py", *command.split()],
        env=environment(data),
        cwd=settings.BASE_DIR,
        check=True,
        capture_output=True,
    )

    assert not data.exists()


def test_data_of_another_major_version_are_refused_and_left_alone(tmp_path: Path) -> None:
    data = tmp_path / "postgres"
    data.mkdir()
    (data / "PG_VERSION").write_text("16\n")

    process = begin(data)
    _, errors = process.communicate(timeout=60)

    assert process.returncode != 0
    assert f"expecting version 18 but found version 16: {data}" in errors
    assert [path.name for path in data.iterdir()] == ["PG_VERSION"]
