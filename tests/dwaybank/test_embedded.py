"""The embedded server: made on first use, shared between processes, stopped by the last, mended after a crash."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

REPOSITORY = Path(__file__).resolve().parents[2]

# Reports {socket, server (pid), answer}; on each further line it runs one statement and reports the answer again.
CLIENT = """
import json, sys
from pathlib import Path
import psycopg
from dwaybank.embedded.server import ensure_running

directory = Path(sys.argv[1])
socket = ensure_running(directory)
with psycopg.connect(host=str(socket), user="postgres", dbname="postgres", autocommit=True) as connection:
    server = int((directory / "postmaster.pid").read_text().split()[0])
    print(json.dumps({"socket": str(socket), "server": server}), flush=True)
    for statement in sys.stdin:
        cursor = connection.execute(statement)
        print(json.dumps(cursor.fetchall() if cursor.description else None), flush=True)
"""


class Client:
    """A process of its own that uses the server of a data directory."""

    def __init__(self, directory: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", CLIENT, str(directory)],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def answer(self) -> Any:
        """The next line it reports; its error where it has ended instead."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            pytest.fail(self.process.communicate(timeout=30)[1])
        return json.loads(line)

    def run(self, statement: str) -> Any:
        assert self.process.stdin is not None
        self.process.stdin.write(statement + "\n")
        self.process.stdin.flush()
        return self.answer()

    def end(self) -> None:
        _, errors = self.process.communicate(timeout=30)
        assert self.process.returncode == 0, errors

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=30)


@contextmanager
def clients(directory: Path, count: int = 1) -> Iterator[list[Client]]:
    """Processes started at the same moment; whatever happens, none is left behind."""
    started = [Client(directory) for _ in range(count)]
    try:
        yield started
    finally:
        for client in started:
            if client.process.poll() is None:
                client.process.communicate(timeout=30)


def is_alive(pid: int) -> bool:
    """Whether the process still does something (a container's init may be slow to bury its dead)."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the table ``kept``, whose server is stopped."""
    made = tmp_path_factory.mktemp("embedded") / "postgres"
    with clients(made) as (client,):
        client.answer()
        client.run("CREATE TABLE kept AS SELECT 42 AS n")
        client.end()
    return made


def test_two_processes_at_once_share_one_new_server_and_the_last_stops_it(tmp_path: Path) -> None:
    new = tmp_path / "data" / "postgres"
    with clients(new, 2) as (first, second):
        server = first.answer()
        assert second.answer() == server

        assert first.run("CREATE TABLE seen (n int)") is None
        assert second.run("INSERT INTO seen VALUES (1) RETURNING n") == [[1]]
        first.end()
        assert second.run("SELECT n FROM seen") == [[1]]
        assert is_alive(server["server"])
        second.end()

    assert not is_alive(server["server"])
    assert not (new / "postmaster.pid").exists()


def test_a_killed_process_does_not_keep_the_server_alive_for_ever(directory: Path) -> None:
    with clients(directory) as (killed,):
        server = killed.answer()["server"]
        killed.kill()
    assert is_alive(server)

    with clients(directory) as (client,):
        assert client.answer()["server"] == server
        client.end()

    assert not is_alive(server)


def test_another_directory_is_another_server(directory: Path, tmp_path: Path) -> None:
    with clients(directory) as (one,), clients(tmp_path / "postgres") as (other,):
        servers = one.answer(), other.answer()
        assert servers[0]["server"] != servers[1]["server"]
        assert servers[0]["socket"] != servers[1]["socket"]
        one.end()
        assert other.run("SELECT to_regclass('kept')") == [[None]]
        other.end()


def test_data_of_another_major_version_are_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "PG_VERSION").write_text("16\n")

    with clients(tmp_path) as (client,):
        _, errors = client.process.communicate(timeout=30)

    assert client.process.returncode != 0
    assert f"expecting version 18 but found version 16: {tmp_path}" in errors
    assert [path.name for path in tmp_path.iterdir()] == ["PG_VERSION"]


@pytest.fixture
def bystander() -> Iterator[subprocess.Popen[bytes]]:
    """Some other program."""
    with subprocess.Popen(["sleep", "60"]) as process:
        yield process
        process.kill()


@pytest.mark.parametrize("pid_is", ["nobodys", "another programs"])
def test_a_pid_file_left_by_a_power_cut_does_not_stand_in_the_way(
    directory: Path, bystander: subprocess.Popen[bytes], pid_is: str
) -> None:
    with clients(directory) as (client,):
        before = client.answer()["server"]
        left_behind = (directory / "postmaster.pid").read_text()
        client.end()
    if pid_is == "another programs":
        left_behind = left_behind.replace(str(before), str(bystander.pid), 1)
    (directory / "postmaster.pid").write_text(left_behind)

    with clients(directory) as (client,):
        assert client.answer()["server"] not in {before, bystander.pid}
        assert client.run("SELECT n FROM kept") == [[42]]
        client.end()

    assert bystander.poll() is None
    assert not (directory / "postmaster.pid").exists()


def test_a_command_starts_it_only_when_it_needs_the_database(directory: Path) -> None:
    work = f"""
from pathlib import Path
from django.core.management import call_command
from django.db import connection

call_command("check")
print(Path({str(directory / "postmaster.pid")!r}).exists())
with connection.cursor() as cursor:
    cursor.execute("SELECT n FROM kept")
    print(cursor.fetchone())
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", "shell", "--no-imports", "--command", work],
        cwd=REPOSITORY,
        env={"PATH": os.environ["PATH"], "EMBEDDED_POSTGRES_DIR": str(directory)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    checked, started, found = done.stdout.splitlines()
    assert "no issues" in checked
    assert (started, found) == ("False", "(42,)")
    assert not (directory / "postmaster.pid").exists()


def test_a_server_that_cannot_start_says_so_and_touches_nothing(tmp_path: Path) -> None:
    (tmp_path / "in_the_way").write_text("not a data directory")

    with clients(tmp_path) as (client,):
        _, errors = client.process.communicate(timeout=30)

    assert client.process.returncode != 0
    assert "subprocess.CalledProcessError" in errors
    assert (tmp_path / "in_the_way").read_text() == "not a data directory"
