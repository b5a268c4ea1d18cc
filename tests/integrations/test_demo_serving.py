"""The command ``demo`` on a terminal: it serves until Ctrl-C. What it brings in has tests of its own: test_demo_command
for the samples, test_live_demo for live banks."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import urllib.request

import pytest
from django.conf import settings as project_settings

from tests.servers import process_environment

DEMO = """
import sys
import django
django.setup()
from django.core.management import call_command
from integrations.management.commands import demo
demo.import_samples = list
call_command("demo", "--no-live", "--port", sys.argv[1])
"""


@pytest.mark.django_db(transaction=True)
def test_it_serves_the_admin_until_interrupted() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", DEMO, str(port)],
        env=process_environment() | {"DJANGO_SETTINGS_MODULE": "dwaybank.settings"},
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
