"""``manage.py demo`` on a terminal: it serves until Ctrl-C. Live banks have tests of their own (test_live_demo)."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import urllib.request

import pytest
from django.conf import settings as project_settings

from tests.servers import process_environment


@pytest.mark.django_db(transaction=True)
def test_it_serves_the_admin_until_interrupted() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-u", "manage.py", "demo", "--no-live", "--port", str(port)],
        env=process_environment(),
        cwd=project_settings.BASE_DIR,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout
        printed = ""
        while "Quit the server" not in printed:
            line = process.stdout.readline()
            assert line, printed
            printed += line
        assert f"The admin is on http://127.0.0.1:{port}/ (Ctrl-C ends it)" in printed
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30) as page:
            assert page.status == 200
            assert "Sign in" in page.read().decode()
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.communicate()
